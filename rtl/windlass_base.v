/*
 * windlass_base: base registers of the channels, as the front needs them.
 *
 * Purpose: keeps source, destination, length, device address and set-up of each channel, written by the csr's broadcast, read by
 * the front one channel a cycle. Distributed RAM, so that a channel more costs little. Source, destination and length have two banks:
 * one that software sees as the base registers, the other as the NEXT_ registers.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_base #(
    parameter CHANNELS    = 4,   // number of channels
    parameter CH_W        = 2,   // width of a channel number
    parameter ADDR_WIDTH  = 32,  // address, bits
    parameter MAX_BURST   = 64,  // beats of the longest burst
    parameter DESCRIPTORS = 1,   // table and ring mode are built
    parameter AUTO_INIT   = 1    // auto-initialize mode, and with it the second bank, is built
) (
    input wire aclk,  // clock
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire cw_bank,  // the bank that software sees as the base registers of cw_ch
    // one channel, combinational
    input wire [CH_W-1:0] ch,  // the channel
    input wire bank,  // and the bank
    output wire [ADDR_WIDTH-1:0] src,  // base source
    output wire [ADDR_WIDTH-1:0] dst,  // base destination
    output wire [31:0] len,  // base length
    output wire [ADDR_WIDTH-1:0] dev,  // device address
    output wire [7:0] conf,  // {for ever, auto-init, descriptors, paced, log2 unit, dst is device, src is}
    output wire [6:0] limit_m1,  // device: most bytes of a piece - 1
    output wire window,  // device: bursts increment
    output wire bypass,  // not translated
    // mode of the channel that starts, combinational
    input wire [CH_W-1:0] start_ch,  // the channel
    output wire start_desc  // it works on descriptors
);
  localparam AW = ADDR_WIDTH;
  localparam K_MAX = MAX_BURST < 16 ? MAX_BURST - 1 : 15;
  localparam [3:0] K_M1 = K_MAX[3:0];

  localparam B_W = CH_W + (AUTO_INIT != 0 ? 1 : 0);

  // SRC_LO, SRC_HI, DST_LO, DST_HI, LENGTH and the same five of NEXT_: both sets begin at a multiple of four.
  wire cw_next = cw_reg[4:3] == 2'b11;
  wire cw_src = cw_valid && (cw_reg[4:1] == 4'b0010 || (cw_reg[4:1] == 4'b1100 && AUTO_INIT != 0));
  wire cw_dst = cw_valid && (cw_reg[4:1] == 4'b0011 || (cw_reg[4:1] == 4'b1101 && AUTO_INIT != 0));
  wire cw_len = cw_valid && (cw_reg == `WL_CHANNEL_LENGTH_NR || (cw_reg == `WL_CHANNEL_NEXT_LENGTH_NR && AUTO_INIT != 0));

  wire [B_W-1:0] at, w_at;
  generate
    if (AUTO_INIT != 0) begin : g_banks
      assign at   = {bank, ch};
      assign w_at = {cw_bank ^ cw_next, cw_ch};
    end else begin : g_bank
      assign at   = ch;
      assign w_at = cw_ch;
    end
  endgenerate

  reg [AW-1:0] src_mem[0:(1<<B_W)-1];
  reg [AW-1:0] dst_mem[0:(1<<B_W)-1];
  reg [31:0] len_mem[0:(1<<B_W)-1];
  reg [AW-1:0] dev_mem[0:CHANNELS-1];
  reg [17:0] conf_mem[0:CHANNELS-1];  // {conf, most bytes of a piece - 1, and how many bits that has}
  reg [4:0] grant_mem[0:CHANNELS-1];  // {not translated, window, log2 of its size or 7}
  reg desc_mem[0:CHANNELS-1];

  assign start_desc = desc_mem[start_ch];
  assign src = src_mem[at];
  assign dst = dst_mem[at];
  assign len = len_mem[at];
  assign dev = dev_mem[ch];
  // A window of 2^n bytes holds that many bytes of a piece; from 128 on it is never the least. The most less one ends in ones: it is above
  // 2^n - 1 if it has more bits.
  wire [6:0] most_m1, room_m1;
  wire [2:0] most_bits, room_bits;
  assign {conf, most_m1, most_bits} = conf_mem[ch];
  assign {bypass, window, room_bits} = grant_mem[ch];
  assign room_m1 = ~(7'h7F << room_bits);
  // Compared bit by bit: a carry chain takes longer.
  wire [2:0] above = most_bits & ~room_bits, below = ~most_bits & room_bits;
  assign limit_m1 = above[2] || (!below[2] && (above[1] || (!below[1] && above[0]))) ? room_m1 : most_m1;

  // Wide base registers are written in two halves; a half beyond ADDR_WIDTH does not exist.
  localparam HI_W = AW > 32 ? AW - 32 : 1;
  wire [AW-1:0] src_old = src_mem[w_at], dst_old = dst_mem[w_at], dev_old = dev_mem[cw_ch];
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

  wire [3:0] asked_m1 = cw_data[19:16];
  wire [3:0] k_m1 = cw_data[11:10] == 2'd1 ? 4'd0 : cw_data[11:10] == 2'd3 && asked_m1 < K_M1 ? asked_m1 : K_M1;
  wire on_table = cw_data[1] != cw_data[0] && DESCRIPTORS != 0;
  wire laps = &cw_data[1:0] && AUTO_INIT != 0;
  wire [4:0] n = cw_data[20:16];
  wire [2:0] k_bits = k_m1[3] ? 3'd4 : k_m1[2] ? 3'd3 : k_m1[1] ? 3'd2 : {2'd0, k_m1[0]};

  integer k;
  initial
    for (k = 0; k < (1 << B_W); k = k + 1) begin
      src_mem[k] = {AW{1'b0}};
      dst_mem[k] = {AW{1'b0}};
      len_mem[k] = 32'd0;
    end
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      dev_mem[k]   = {AW{1'b0}};
      conf_mem[k]  = 18'd0;
      grant_mem[k] = 5'd7;
      desc_mem[k]  = 1'b0;
    end

  always @(posedge aclk) begin
    if (cw_src) src_mem[w_at] <= src_new;
    if (cw_dst) dst_mem[w_at] <= dst_new;
    if (cw_len) len_mem[w_at] <= cw_data;
    if (pw_valid && (cw_reg == `WL_GRANT_DEV_ADDR_LO_NR || cw_reg == `WL_GRANT_DEV_ADDR_HI_NR))
      dev_mem[cw_ch] <= dev_new;
    if (pw_valid && cw_reg == `WL_GRANT_GRANT_NR)
      grant_mem[cw_ch] <= {cw_data[0], n != 5'd0, n == 5'd0 || n > 5'd6 ? 3'd7 : n[2:0]};
    // The pacing decides how many units a request carries.
    if (cw_valid && cw_reg == `WL_CHANNEL_CONFIG_NR) begin
      desc_mem[cw_ch] <= on_table;
      conf_mem[cw_ch] <= {
        laps || (on_table && cw_data[1] && cw_data[13]),
        laps,
        on_table,
        cw_data[11:10] != 2'd0,
        cw_data[9:8],
        cw_data[6],
        cw_data[4],
        ({3'd0, k_m1} << cw_data[9:8]) | (7'd7 >> (2'd3 - cw_data[9:8])),
        k_bits + {1'b0, cw_data[9:8]}
      };
    end
  end

endmodule

`resetall
