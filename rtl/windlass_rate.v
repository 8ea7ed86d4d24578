/*
 * windlass_rate: caps channels to a rate, and keeps their weights (manual, section 9).
 *
 * Purpose: after a piece of n bytes a channel with RATE is held for n * RATE / 256 cycles, rounded up. One RAM keeps
 * what is left of each pause; it is visited channel by channel and counted down by a round at a time, so a pause may
 * last up to three rounds (of CHANNELS cycles) longer, never shorter.
 * Goal: three flip-flops a channel, one multiplier.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_rate #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    // weight, combinational
    input wire [CH_W-1:0] weight_ch,  // a channel
    output wire [7:0] weight,  // WEIGHT, as it was a cycle ago
    // pieces
    input wire hold_valid,  // a piece of a rated channel is decided
    input wire [CH_W-1:0] hold_ch,  // its channel
    input wire [11:0] hold_len_m1,  // its bytes - 1
    output reg [CHANNELS-1:0] rated,  // RATE is not 0
    output reg [CHANNELS-1:0] capped  // no piece may be picked
);
  localparam ROUNDS = CHANNELS > 1 ? CHANNELS : 2;  // a visit reads what the one before wrote
  localparam AT_W = CH_W;
  // A round is so many twos long: what is less than that of a pause is never looked at.
  localparam CUT = ROUNDS % 64 == 0 ? 6 : ROUNDS % 32 == 0 ? 5 : ROUNDS % 16 == 0 ? 4 : ROUNDS % 8 == 0 ? 3 : ROUNDS % 4 == 0 ? 2 :
      ROUNDS % 2 == 0 ? 1 : 0;
  localparam P_W = 21 - CUT;  // 4096 * 65535 / 256
  localparam [P_W-1:0] ROUND = ROUNDS >> CUT;

  reg [7:0] weight_mem[0:CHANNELS-1];
  reg [15:0] rate_mem[0:CHANNELS-1];
  // Of both, a cycle less: a pause is rounded up, and may be a cycle longer.
  reg [P_W-1:0] left_mem[0:CHANNELS-1];  // of the pause, written by visits
  reg [P_W-1:0] pause_mem[0:CHANNELS-1];  // a new pause, written by pieces
  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      weight_mem[k] = 8'd0;
      rate_mem[k]   = 16'd0;
      left_mem[k]   = {P_W{1'b0}};
      pause_mem[k]  = {P_W{1'b0}};
    end

  // Stored a cycle after the broadcast: a write comes from far, and nobody waits for it.
  reg we_reg, we_some_reg;
  reg [CH_W-1:0] we_ch_reg;
  reg [7:0] we_weight_reg;
  reg [15:0] we_rate_reg;
  assign weight = weight_mem[weight_ch];
  always @(posedge aclk) begin
    we_reg <= aresetn && pw_valid && cw_reg == `WL_GRANT_SCHED_NR;
    we_ch_reg <= cw_ch;
    {we_rate_reg, we_weight_reg} <= {cw_data[31:16], cw_data[7:0]};
    we_some_reg <= |cw_data[31:16];
    if (we_reg) begin
      weight_mem[we_ch_reg] <= we_weight_reg;
      rate_mem[we_ch_reg]   <= we_rate_reg;
    end
  end

  // ---------------------------------------------------------------- length of the pause: three registers
  // The multiplier has flip-flops of its own on both sides.
  reg p0_reg, p1_reg, p2_reg;
  reg [CH_W-1:0] p0_ch_reg, p1_ch_reg, p2_ch_reg;
  reg [11:0] p0_len_m1_reg;
  reg [15:0] p0_rate_reg;
  reg [12:0] p1_len_reg;
  reg [15:0] p1_rate_reg;
  reg [28:0] product_reg;

  // ---------------------------------------------------------------- visits: one channel a cycle, round and round
  // A new pause is taken over at the next visit, and counted from the one after it. Until its length is known, a visit
  // does nothing.
  reg [CHANNELS-1:0] fresh_reg;
  reg [AT_W-1:0] at_reg;
  reg [CH_W-1:0] v_ch_reg;
  reg [ROUNDS-1:0] v_hot_reg;  // the same, one-hot: goes round
  reg [P_W-1:0] v_less_reg;  // what is left, less a round
  reg v_over_reg;  // nothing is
  reg v_fresh_reg;  // a new pause is to be taken over; another visit, which could take it, is not in between
  reg v_soon_reg;  // a length is not known; what was in p0 and p1 a cycle ago
  reg v_reg;
  // A piece that is decided in the very cycle of the visit wins below, and what the visit writes is not read any more then.
  wire visit = v_reg && !v_soon_reg && !(p0_reg && p0_ch_reg == v_ch_reg);
  wire [CH_W-1:0] v_ch = CHANNELS > 1 ? at_reg[CH_W-1:0] : {CH_W{1'b0}};
  wire [P_W-1:0] left = left_mem[at_reg[CH_W-1:0]];

  reg [CHANNELS-1:0] hold_hot;
  integer c, h;
  always @* for (h = 0; h < CHANNELS; h = h + 1) hold_hot[h] = hold_valid && hold_ch == h[CH_W-1:0];
  always @(posedge aclk) begin
    p0_reg <= hold_valid;
    p0_ch_reg <= hold_ch;
    p0_len_m1_reg <= hold_len_m1;
    p0_rate_reg <= rate_mem[hold_ch];
    p1_reg <= p0_reg;
    p1_ch_reg <= p0_ch_reg;
    p1_len_reg <= {1'b0, p0_len_m1_reg} + 13'd1;
    p1_rate_reg <= p0_rate_reg;
    p2_reg <= p1_reg;
    p2_ch_reg <= p1_ch_reg;
    product_reg <= {16'd0, p1_len_reg} * {13'd0, p1_rate_reg};
    at_reg <= {{32 - AT_W{1'b0}}, at_reg} == ROUNDS - 1 ? {AT_W{1'b0}} : at_reg + 1'b1;
    v_reg <= {{32 - AT_W{1'b0}}, at_reg} < CHANNELS;
    v_ch_reg <= v_ch;
    v_hot_reg <= {v_hot_reg[ROUNDS-2:0], v_hot_reg[ROUNDS-1]};
    v_less_reg <= left - ROUND;
    v_over_reg <= left < ROUND;
    v_fresh_reg <= fresh_reg[v_ch];
    v_soon_reg <= (p0_reg && p0_ch_reg == v_ch) || (p1_reg && p1_ch_reg == v_ch);
    if (p2_reg) pause_mem[p2_ch_reg] <= product_reg[28:8+CUT];
    if (visit) left_mem[v_ch_reg] <= v_fresh_reg ? pause_mem[v_ch_reg] : v_over_reg ? {P_W{1'b0}} : v_less_reg;
    fresh_reg <= hold_hot | (fresh_reg & ~(v_hot_reg[CHANNELS-1:0] &{CHANNELS{visit}}));
    capped <= hold_hot | (capped & ~(v_hot_reg[CHANNELS-1:0] &{CHANNELS{visit && !v_fresh_reg && v_over_reg}}));
    for (c = 0; c < CHANNELS; c = c + 1) if (we_reg && we_ch_reg == c[CH_W-1:0]) rated[c] <= we_some_reg;
    if (!aresetn) begin
      p0_reg <= 1'b0;
      p1_reg <= 1'b0;
      p2_reg <= 1'b0;
      at_reg <= {AT_W{1'b0}};
      v_reg <= 1'b0;
      v_ch_reg <= {CH_W{1'b0}};
      v_hot_reg <= {1'b1, {ROUNDS - 1{1'b0}}};
      capped <= {CHANNELS{1'b0}};
      fresh_reg <= {CHANNELS{1'b0}};
      rated <= {CHANNELS{1'b0}};
    end
  end

endmodule

`resetall
