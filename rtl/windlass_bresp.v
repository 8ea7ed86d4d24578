/*
 * windlass_bresp: pairs every piece with its write response and reports it, in order.
 *
 * Purpose: a piece is finished when its last beat was sent and its B is in (a piece without bus traffic: when it is
 * the oldest). After the first error of a channel, everything of that channel counts as not committed.
 * Goal: a piece a cycle; records wait in distributed RAM.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_bresp #(
    parameter CHANNELS    = 4,   // number of channels
    parameter CH_W        = 2,   // width of a channel number
    parameter ADDR_WIDTH  = 32,  // address, bits
    parameter OUTSTANDING = 32,  // most pieces between first beat and response
    parameter TAG_W       = 12,  // width of the token's tag
    parameter INFO_W      = 1    // width of a piece's record
) (
    input  wire                  aclk,          // clock
    input  wire                  aresetn,       // synchronous reset, active low
    // from windlass_write
    output wire                  track_ready,   // one more piece may start
    input  wire                  info_valid,    // a piece starts
    input  wire [    INFO_W-1:0] info_data,     // its record
    input  wire                  res_valid,     // its last beat is sent
    input  wire [          14:0] res_data,      // {read error is DECERR, read error, good bytes}
    // AXI write response
    input  wire [           1:0] m_axi_bresp,   // response
    input  wire                  m_axi_bvalid,  // valid
    output wire                  m_axi_bready,  // ready
    // errors
    input  wire                  clr_valid,     // a channel restarts
    input  wire [      CH_W-1:0] clr_ch,        // which
    output wire                  bad_valid,     // a write error was met
    output wire [      CH_W-1:0] bad_ch,        // its channel
    // finished pieces
    output reg                   done_valid,    // a piece is finished
    input  wire                  done_ready,    // taken
    output reg  [      CH_W-1:0] done_ch,       // its channel
    output reg  [          12:0] done_len,      // bytes committed
    output reg  [           3:0] done_err,      // error
    output reg  [ADDR_WIDTH-1:0] done_faddr,    // address of the error
    output reg  [     TAG_W-1:0] done_tag       // its tag
);
  localparam AW = ADDR_WIDTH;

  wire [7:0] level;
  wire t_valid, r_valid, go;
  wire [CH_W-1:0] t_ch;
  wire t_drop, t_sdev;
  wire [3:0] t_err;
  wire [AW-1:0] t_src_l, t_dst_l;
  wire [12:0] t_len;
  wire [TAG_W-1:0] t_tag;
  wire [1:0] r_why;
  wire [12:0] r_good;
  wire [7:0] r_level;

  windlass_queue #(
      .WIDTH(INFO_W),
      .DEPTH_LOG(7)
  ) track_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(info_valid),
      .in_data(info_data),
      .level(level),
      .out_valid(t_valid),
      .out_ready(go),
      .out_data({t_ch, t_drop, t_err, t_sdev, t_src_l, t_dst_l, t_len, t_tag})
  );

  windlass_fifo #(
      .WIDTH(15),
      .DEPTH_LOG(7)
  ) result_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(res_valid),
      .in_data(res_data),
      .level(r_level),
      .out_valid(r_valid),
      .out_ready(go),
      .out_data({r_why, r_good})
  );

  reg [CHANNELS-1:0] dead_reg;
  wire free = !done_valid || done_ready;
  wire ready = t_valid && r_valid && free;
  wire refused = !t_drop && m_axi_bresp[1];
  wire dead = dead_reg[t_ch];

  assign track_ready = {24'd0, level} + {31'd0, info_valid} < OUTSTANDING;
  assign m_axi_bready = ready && !t_drop;
  assign go = ready && (t_drop || m_axi_bvalid);
  assign bad_valid = go && refused;
  assign bad_ch = t_ch;

  // A piece with a read error and a write error reports the read error, with nothing committed.
  wire [3:0] err = t_err != 4'd0 ? t_err : r_why[0] ? {3'd0, r_why[1]} + 4'd1 : refused ? {3'd0, m_axi_bresp[0]} + 4'd3 : 4'd0;

  always @(posedge aclk) begin
    if (free) done_valid <= go;
    if (go) begin
      done_ch <= t_ch;
      done_tag <= t_tag;
      done_len <= dead || t_drop || refused ? 13'd0 : r_good;
      done_err <= dead ? 4'd0 : err;
      done_faddr <= t_err != 4'd0 ? t_src_l : r_why[0] ? t_src_l + (t_sdev ? {AW{1'b0}} : {{AW - 13{1'b0}}, r_good}) : t_dst_l;
      if (err != 4'd0) dead_reg[t_ch] <= 1'b1;
    end
    if (clr_valid) dead_reg[clr_ch] <= 1'b0;
    if (!aresetn) begin
      done_valid <= 1'b0;
      dead_reg   <= {CHANNELS{1'b0}};
    end
  end

`ifdef PROVE_BRESP
  `include "windlass_bresp.svh"
`endif

endmodule

`resetall
