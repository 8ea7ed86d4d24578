/*
 * windlass_base: base registers of the channels, as the front needs them.
 *
 * Purpose: keeps source, destination, length, device address and set-up of each channel, written by the csr's broadcast, read by
 * the front one channel a cycle. Distributed RAM, so that a channel more costs little.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_base #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter MAX_BURST  = 64   // beats of the longest burst
) (
    input wire aclk,  // clock
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write
    input wire cw_priv,  // to a grant register, else to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    // one channel, combinational
    input wire [CH_W-1:0] ch,  // the channel
    output wire [ADDR_WIDTH-1:0] src,  // base source
    output wire [ADDR_WIDTH-1:0] dst,  // base destination
    output wire [31:0] len,  // base length
    output wire [ADDR_WIDTH-1:0] dev,  // device address
    output wire [6:0] conf,  // {auto-init, descriptors, paced, log2 unit, dst is device, src is}
    output wire [7:0] limit,  // device: most bytes of a piece
    output wire bypass,  // not translated
    // mode of the channel that starts, combinational
    input wire [CH_W-1:0] start_ch,  // the channel
    output wire start_desc  // it works on descriptors
);
  localparam AW = ADDR_WIDTH;
  localparam K_MAX = MAX_BURST < 16 ? MAX_BURST : 16;

  reg [AW-1:0] src_mem[0:CHANNELS-1];
  reg [AW-1:0] dst_mem[0:CHANNELS-1];
  reg [31:0] len_mem[0:CHANNELS-1];
  reg [AW-1:0] dev_mem[0:CHANNELS-1];
  reg [6:0] conf_mem[0:CHANNELS-1];
  reg [7:0] limit_mem[0:CHANNELS-1];
  reg bypass_mem[0:CHANNELS-1];
  reg desc_mem[0:CHANNELS-1];

  assign start_desc = desc_mem[start_ch];
  assign src = src_mem[ch];
  assign dst = dst_mem[ch];
  assign len = len_mem[ch];
  assign dev = dev_mem[ch];
  assign conf = conf_mem[ch];
  assign limit = limit_mem[ch];
  assign bypass = bypass_mem[ch];

  // Wide base registers are written in two halves; a half beyond ADDR_WIDTH does not exist.
  localparam HI_W = AW > 32 ? AW - 32 : 1;
  wire [AW-1:0] src_old = src_mem[cw_ch], dst_old = dst_mem[cw_ch], dev_old = dev_mem[cw_ch];
  wire cw_chan = cw_valid && !cw_priv;
  wire cw_gnt = cw_valid && cw_priv;
  wire [AW-1:0] src_new, dst_new, dev_new;
  generate
    if (AW > 32) begin : g_wide
      assign src_new = cw_reg[0] ? {cw_data[HI_W-1:0], src_old[31:0]} : {src_old[AW-1:32], cw_data};
      assign dst_new = cw_reg[0] ? {cw_data[HI_W-1:0], dst_old[31:0]} : {dst_old[AW-1:32], cw_data};
      assign dev_new = cw_reg[1] ? {cw_data[HI_W-1:0], dev_old[31:0]} : {dev_old[AW-1:32], cw_data};
    end else begin : g_narrow
      assign src_new = cw_reg[0] ? src_old : cw_data;
      assign dst_new = cw_reg[0] ? dst_old : cw_data;
      assign dev_new = cw_reg[1] ? dev_old : cw_data;
    end
  endgenerate

  wire [4:0] asked = {1'b0, cw_data[19:16]} + 5'd1;
  wire [4:0] k_units = cw_data[11:10] == 2'd1 ? 5'd1 : cw_data[11:10] == 2'd3 && asked < K_MAX[4:0] ? asked : K_MAX[4:0];

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      src_mem[k] = {AW{1'b0}};
      dst_mem[k] = {AW{1'b0}};
      dev_mem[k] = {AW{1'b0}};
      len_mem[k] = 32'd0;
      conf_mem[k] = 7'd0;
      limit_mem[k] = 8'd0;
      desc_mem[k] = 1'b0;
      bypass_mem[k] = 1'b0;
    end

  always @(posedge aclk) begin
    if (cw_chan && (cw_reg == `WL_CHANNEL_SRC_LO_NR || cw_reg == `WL_CHANNEL_SRC_HI_NR)) src_mem[cw_ch] <= src_new;
    if (cw_chan && (cw_reg == `WL_CHANNEL_DST_LO_NR || cw_reg == `WL_CHANNEL_DST_HI_NR)) dst_mem[cw_ch] <= dst_new;
    if (cw_chan && cw_reg == `WL_CHANNEL_LENGTH_NR) len_mem[cw_ch] <= cw_data;
    if (cw_gnt && (cw_reg == `WL_GRANT_DEV_ADDR_LO_NR || cw_reg == `WL_GRANT_DEV_ADDR_HI_NR)) dev_mem[cw_ch] <= dev_new;
    if (cw_gnt && cw_reg == `WL_GRANT_GRANT_NR) bypass_mem[cw_ch] <= cw_data[0];
    // The pacing decides how many units a request carries.
    if (cw_chan && cw_reg == `WL_CHANNEL_CONFIG_NR) begin
      desc_mem[cw_ch] <= cw_data[1] != cw_data[0];
      conf_mem[cw_ch] <= {
        cw_data[1:0] == 2'd3, cw_data[1] != cw_data[0], cw_data[11:10] != 2'd0, cw_data[9:8], cw_data[6], cw_data[4]
      };
      limit_mem[cw_ch] <= {3'd0, k_units} << cw_data[9:8];
    end
  end

endmodule

`resetall
