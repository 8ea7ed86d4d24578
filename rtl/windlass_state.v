/*
 * windlass_state: what a channel has to do, as far as its registers say: stage B of the front.
 *
 * Purpose: reads a channel's base registers (windlass_base), or where it stands in its segment if it has begun one, and puts the device's address
 * in for a device side.
 * Goal: the RAMs' outputs have a cycle to themselves.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_state #(
    parameter CHANNELS    = 4,   // number of channels
    parameter CH_W        = 2,   // width of a channel number
    parameter ADDR_WIDTH  = 32,  // address, bits
    parameter MAX_BURST   = 64,  // beats of the longest burst
    parameter DESCRIPTORS = 1,   // table and ring mode are built
    parameter AUTO_INIT   = 1    // auto-initialize mode is built
) (
    input wire aclk,  // clock
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire cw_bank,  // the bank of base registers that software sees, of cw_ch
    // where a channel stands in its segment; written when a piece was cut that is not the last
    input wire cur_we,  // write
    input wire [CH_W-1:0] cur_ch,  // the channel
    input wire [2*ADDR_WIDTH+38:0] cur_new,  // {source, destination, bytes left, fill, end of packet, tc, phase, wb, irq, eot}
    // B
    input wire [CH_W-1:0] b_ch,  // the channel
    input wire b_bank,  // the bank of base registers that counts
    input wire b_cur,  // it has begun a segment
    output wire [31:0] b_rem,  // bytes left
    output wire b_fill,  // the segment that it has begun is a FILL
    output wire b_desc,  // or a descriptor's
    output wire [6:0] b_limit_m1,  // device: most bytes of a piece - 1
    // C1
    output wire [ADDR_WIDTH-1:0] c1_src,  // source
    output wire [ADDR_WIDTH-1:0] c1_dst,  // destination
    output wire [31:0] c1_rem,  // bytes left
    output wire [6:0] c1_flag,  // {fill, end of packet, tc, phase, wb, irq, eot}
    output wire [7:0] c1_conf,  // {for ever, auto-initialize, descriptors, paced, unit, dst is device, src is device}
    output wire c1_sdev,  // the source is the device, and not a pattern
    output wire c1_window,  // device bursts increment
    output wire c1_a_bypass,  // the source is not translated: granted, or the device
    output wire c1_b_bypass,  // nor the destination
    // mode of the channel that starts, combinational
    input wire [CH_W-1:0] start_ch,  // the channel
    output wire start_desc  // it works on descriptors
);
  localparam AW = ADDR_WIDTH;
  localparam CUR_W = 2 * AW + 32 + 7;
  wire [AW-1:0] base_src, base_dst, base_dev;
  wire [31:0] base_len;
  wire [ 7:0] conf;
  wire granted, window;

  windlass_base #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(AW),
      .MAX_BURST(MAX_BURST),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT)
  ) base_i (
      .aclk(aclk),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .cw_bank(cw_bank),
      .ch(b_ch),
      .bank(b_bank),
      .src(base_src),
      .dst(base_dst),
      .len(base_len),
      .dev(base_dev),
      .conf(conf),
      .limit_m1(b_limit_m1),
      .window(window),
      .bypass(granted),
      .start_ch(start_ch),
      .start_desc(start_desc)
  );

  reg [CUR_W-1:0] cur_mem[0:CHANNELS-1];
  wire [CUR_W-1:0] cur = cur_mem[b_ch];
  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) cur_mem[k] = {CUR_W{1'b0}};
  always @(posedge aclk) if (cur_we) cur_mem[cur_ch] <= cur_new;

  reg [AW-1:0] src_reg, dst_reg;
  reg [31:0] rem_reg;
  reg [ 6:0] flag_reg;
  reg [ 7:0] conf_reg;
  reg sdev_reg, window_reg, a_bypass_reg, b_bypass_reg;
  wire sdev = conf[0] && !b_fill;
  assign b_rem = b_cur ? cur[38:7] : base_len;
  assign b_fill = b_cur && cur[6];
  assign b_desc = b_cur && conf[5];
  assign {c1_src, c1_dst, c1_rem, c1_flag, c1_conf} = {src_reg, dst_reg, rem_reg, flag_reg, conf_reg};
  assign {c1_sdev, c1_window, c1_a_bypass, c1_b_bypass} = {sdev_reg, window_reg, a_bypass_reg, b_bypass_reg};
  always @(posedge aclk) begin
    {src_reg, dst_reg, rem_reg, flag_reg} <= b_cur ? cur : {base_src, base_dst, base_len, 7'd0};
    // A device side has the device's address from here on.
    if (sdev) src_reg <= base_dev;
    if (conf[1]) dst_reg <= base_dev;
    sdev_reg <= sdev;
    conf_reg <= conf;
    window_reg <= window;
    a_bypass_reg <= granted || conf[0];
    b_bypass_reg <= granted || conf[1];
  end

endmodule

`resetall
