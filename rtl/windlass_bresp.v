/*
 * windlass_bresp: pairs every piece with its write response and reports it, in order.
 *
 * Purpose: a piece is finished when its last beat was sent and its B is in (a piece without bus traffic: when it is
 * the oldest). After the first error of a channel, everything of that channel counts as not committed.
 * Goal: a piece every two cycles, reported in the cycle after its B; what only errors need is worked out a cycle later.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_bresp #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter TRACK_LOG  = 7,   // log2 of the most pieces in the back end
    parameter RES_LOG    = 6,   // log2 of the most pieces between last beat and report
    parameter TAG_W      = 12   // width of the token's tag
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // pieces as they come from the front
    input wire piece_valid,  // a piece
    input wire [CH_W-1:0] piece_ch,  // channel
    input wire [3:0] piece_err,  // error of a token
    input wire [ADDR_WIDTH-1:0] piece_src_l,  // logical source
    input wire [ADDR_WIDTH-1:0] piece_dst_l,  // logical destination
    input wire [31:0] piece_high,  // upper half of a fence's value
    input wire piece_fixed,  // errors of the source are at its first address
    input wire [12:0] piece_len,  // bytes
    input wire [TAG_W-1:0] piece_tag,  // opaque, but for bit 10: the error of the token is of its destination
    // what became of them
    input wire res_valid,  // a piece's last beat is sent
    input wire [3:0] res_data,  // {no response comes, nothing of it was sent, read error, that or an error token}
    input wire bad_in_valid,  // a piece had a read error
    input wire [13:0] bad_in_data,  // {it is a DECERR, bytes before}
    // AXI write response
    input wire [1:0] m_axi_bresp,  // response
    input wire m_axi_bvalid,  // valid
    output wire m_axi_bready,  // ready
    // errors
    input wire clr_valid,  // a channel restarts: it has no piece here; also before its first after reset
    input wire [CH_W-1:0] clr_ch,  // which
    output reg bad_valid,  // a write error was met
    output reg [CH_W-1:0] bad_ch,  // its channel
    // finished pieces
    output wire piece_back,  // a piece is reported in the next cycle
    output reg done_valid,  // a piece is finished
    input wire done_ready,  // taken
    output reg [CH_W-1:0] done_ch,  // its channel
    output reg [12:0] done_len,  // bytes committed
    output reg [3:0] done_err,  // error
    output reg done_failed,  // that is not 0
    output reg [ADDR_WIDTH-1:0] done_faddr,  // address of the error; without one: the logical destination
    output reg [ADDR_WIDTH-1:0] done_src,  // piece_src_l as it came
    output reg [31:0] done_high,  // piece_high as it came
    output reg [TAG_W-1:0] done_tag  // its tag
);
  localparam AW = ADDR_WIDTH;

  wire [TRACK_LOG:0] t_level, e_level;
  wire [RES_LOG:0] r_level;
  wire t_valid, t_soon, e_valid, e_soon, go;
  wire [CH_W-1:0] t_ch;
  wire [3:0] t_err;
  wire [AW-1:0] t_src_l, t_dst_l;
  wire [31:0] t_high;
  wire t_fixed;
  wire [12:0] t_len;
  wire [TAG_W-1:0] t_tag;
  wire t_faulty;  // it is a token with an error
  wire f_valid, e_kind;
  wire [3:0] f_data;
  reg r_valid_reg, r_alone_reg, r_drop_reg, r_bad_reg;
  reg r_faulty_reg;  // a read error, or t_faulty: the track's RAM is not in front of what decides whether the piece can go
  wire [12:0] e_good;

  windlass_queue #(
      .WIDTH(CH_W + 5 + 2 * AW + 32 + 1 + 13 + TAG_W),
      .DEPTH_LOG(TRACK_LOG)
  ) track_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(piece_valid),
      .in_data({
        piece_ch, piece_err != 4'd0, piece_err, piece_src_l, piece_dst_l, piece_high, piece_fixed, piece_len, piece_tag
      }),
      .level(t_level),
      .out_valid(t_valid),
      .out_soon(t_soon),
      .out_ready(go),
      .out_data({t_ch, t_faulty, t_err, t_src_l, t_dst_l, t_high, t_fixed, t_len, t_tag})
  );

  windlass_fifo #(
      .WIDTH(4),
      .DEPTH_LOG(RES_LOG)
  ) result_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(res_valid && (f_valid || !r_free)),
      .in_data(res_data),
      .level(r_level),
      .out_valid(f_valid),
      .out_ready(r_free),
      .out_data(f_data)
  );
  wire r_free = !r_valid_reg;  // a piece goes every second cycle
  // What comes is known late, since it comes from block RAMs far away: a LUT is behind it.
  (* keep *) wire r_comes = r_free && !f_valid;
  (* keep *) wire [3:0] r_else = !r_free ? {r_alone_reg, r_drop_reg, r_bad_reg, r_faulty_reg} : f_data & {4{f_valid}};
  always @(posedge aclk) begin
    {r_alone_reg, r_drop_reg, r_bad_reg, r_faulty_reg} <= r_else | (res_data & {4{r_comes}});
    if (r_free) r_valid_reg <= f_valid || res_valid;
    else if (go) r_valid_reg <= 1'b0;
    if (!aresetn) r_valid_reg <= 1'b0;
  end

  windlass_queue #(
      .WIDTH(14),
      .DEPTH_LOG(TRACK_LOG)
  ) bad_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(bad_in_valid),
      .in_data(bad_in_data),
      .level(e_level),
      .out_valid(e_valid),
      .out_soon(e_soon),
      .out_ready(go && r_bad_reg),
      .out_data({e_kind, e_good})
  );

  // ---------------------------------------------------------------- an error's address takes two cycles more
  reg sum_valid_reg, near_reg;  // sum_reg is that of the oldest piece; it is in the next cycle
  reg [AW-1:0] sum_reg;
  reg [12:0] ahead_reg;
  reg write_reg;  // the error is of the destination
  wire faulty = r_faulty_reg;
  wire [12:0] ahead = t_faulty || t_fixed ? 13'd0 : e_good;
  always @(posedge aclk) begin
    ahead_reg <= ahead;
    write_reg <= t_tag[10];
    sum_reg <= t_src_l + {{AW - 13{1'b0}}, ahead_reg};
    near_reg <= t_valid && r_valid_reg && (!r_bad_reg || e_valid) && !go;
    sum_valid_reg <= near_reg && !go;
    if (!aresetn) {near_reg, sum_valid_reg} <= 2'd0;
  end

  // A channel is dead when its two bits differ: each has one that writes it. A restart comes before any piece.
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg dead_mem[0:CHANNELS-1];
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg alive_mem[0:CHANNELS-1];
  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      dead_mem[k]  = 1'b0;
      alive_mem[k] = 1'b0;
    end
  // Not in the cycle in which one is taken: windlass_commit takes one every second cycle, so nothing is lost.
  wire free = !done_valid;
  reg there_reg;  // t_valid && r_valid_reg && free
  wire ready = there_reg && (!faulty || sum_valid_reg);
  wire refused = !r_alone_reg && m_axi_bresp[1];
  // The channel, where it counts. Masked, or synthesis takes t_ch for an address register of these, builds it a second time, and cannot put the
  // first into the track's block RAM, whose answer then is late.
  wire [CH_W-1:0] at = t_ch & {CH_W{there_reg}};
  wire dead = dead_mem[at] ^ alive_mem[at];

  assign m_axi_bready = ready && !r_alone_reg;
  assign go = ready && (r_alone_reg || m_axi_bvalid);
  assign piece_back = go;

  // A piece with a read error and a write error reports the read error, with nothing committed.
  wire [3:0] err = t_faulty ? t_err : r_bad_reg ? {3'd0, e_kind} + 4'd1 : refused ? {3'd0, m_axi_bresp[0]} + 4'd3 : 4'd0;

  always @(posedge aclk) begin
    there_reg  <= aresetn && !go && t_soon && (r_valid_reg || f_valid || res_valid) && (free || done_ready);
    done_valid <= free ? go : !done_ready;
    bad_valid  <= go && refused;
    if (free) begin
      bad_ch <= t_ch;
      done_ch <= t_ch;
      done_tag <= t_tag;
      done_len <= dead || r_drop_reg || refused ? 13'd0 : r_bad_reg ? e_good : t_len;
      done_err <= dead ? 4'd0 : err;
      done_failed <= !dead && (t_faulty || r_bad_reg || refused);
      done_faddr <= faulty && !write_reg ? sum_reg : t_dst_l;
      done_src <= t_src_l;
      done_high <= t_high;
    end
    if (go && (faulty || refused)) dead_mem[at] <= !alive_mem[at];
    if (clr_valid) alive_mem[clr_ch] <= dead_mem[clr_ch];
    if (!aresetn) begin
      bad_valid  <= 1'b0;
      done_valid <= 1'b0;
    end
  end

`ifdef PROVE_BRESP
  `include "windlass_bresp.svh"
`endif

endmodule

`resetall
