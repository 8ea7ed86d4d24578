/*
 * windlass_stall: BURSTS, and why channels that run do not issue (manual, section 10).
 *
 * Purpose: asks the front for one channel a cycle, in turn, what it waits for, and adds the time between two questions to the
 * counter of that cause. Counts the pieces that brought bytes.
 * Goal: two adders and three small RAMs for any number of channels.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_stall #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input  wire            aclk,         // clock
    input  wire            aresetn,      // synchronous reset, active low
    // sampling
    output reg  [CH_W-1:0] visit_ch,     // what does this channel wait for?
    input  wire [     2:0] visit_cause,  // a cycle later: 0 nothing, else number of the counter, from 1
    // pieces
    input  wire            start_valid,  // START of a channel
    input  wire [CH_W-1:0] start_ch,     // which
    input  wire            burst_valid,  // a piece that brought bytes is finished; not in two cycles running
    input  wire [CH_W-1:0] burst_ch,     // its channel
    // register reads
    input  wire [CH_W-1:0] rd_ch,        // channel that software reads
    input  wire [     5:0] rd_reg,       // register number: BURSTS, or a stall counter
    output reg  [    31:0] rd_word       // a cycle later: its value
);
  localparam STEP = CHANNELS > 8 ? CHANNELS : 8;
  localparam STEP_W = $clog2(STEP);

  // ---------------------------------------------------------------- causes
  // Word 0 is of no cause. After reset all are cleared, one a cycle.
  reg [31:0] stall_mem[0:CHANNELS*8-1];
  integer k;
  initial for (k = 0; k < CHANNELS * 8; k = k + 1) stall_mem[k] = 32'd0;

  reg [  CH_W+3:0] clear_reg;  // top bit: done
  reg [STEP_W-1:0] turn_reg;
  reg asked_reg, answer_reg, write_reg;
  reg [CH_W-1:0] asked_ch_reg, write_ch_reg;
  reg [2:0] write_cause_reg;
  reg [31:0] was_reg;
  wire clearing = !clear_reg[CH_W+3];
  wire last_clear = {{28 - CH_W{1'b0}}, clear_reg} == CHANNELS * 8 - 1;
  wire [31:0] turn = {{32 - STEP_W{1'b0}}, turn_reg};
  wire [CH_W+2:0] at = clearing ? clear_reg[CH_W+2:0] : {write_ch_reg, write_cause_reg};
  wire [2:0] cause = rd_reg[2:0] + 3'd1;

  always @(posedge aclk) begin
    turn_reg <= turn == STEP - 1 ? {STEP_W{1'b0}} : turn_reg + 1'b1;
    visit_ch <= turn < CHANNELS ? turn_reg[CH_W-1:0] : {CH_W{1'b0}};
    asked_reg <= turn < CHANNELS;
    answer_reg <= asked_reg;
    asked_ch_reg <= visit_ch;
    write_reg <= answer_reg && visit_cause != 3'd0;
    write_ch_reg <= asked_ch_reg;
    write_cause_reg <= visit_cause;
    was_reg <= stall_mem[{asked_ch_reg, visit_cause}];
    if (clearing || write_reg) stall_mem[at] <= clearing ? 32'd0 : was_reg + STEP;
    if (clearing) clear_reg <= last_clear ? {1'b1, {CH_W + 3{1'b0}}} : clear_reg + 1'b1;
    if (!aresetn) begin
      clear_reg  <= {CH_W + 4{1'b0}};
      turn_reg   <= {STEP_W{1'b0}};
      visit_ch   <= {CH_W{1'b0}};
      asked_reg  <= 1'b0;
      answer_reg <= 1'b0;
      write_reg  <= 1'b0;
    end
  end

  // ---------------------------------------------------------------- pieces
  reg [31:0] burst_mem[0:CHANNELS-1];
  reg [CHANNELS-1:0] new_reg;  // no piece since START
  integer m;
  initial for (m = 0; m < CHANNELS; m = m + 1) burst_mem[m] = 32'd0;
  reg b_valid_reg;
  reg [CH_W-1:0] b_ch_reg;
  reg [31:0] b_was_reg;
  always @(posedge aclk) begin
    b_valid_reg <= burst_valid;
    b_ch_reg <= burst_ch;
    b_was_reg <= new_reg[burst_ch] ? 32'd0 : burst_mem[burst_ch];
    if (b_valid_reg) burst_mem[b_ch_reg] <= b_was_reg + 32'd1;
    if (b_valid_reg) new_reg[b_ch_reg] <= 1'b0;
    if (start_valid) new_reg[start_ch] <= 1'b1;
    if (!aresetn) begin
      b_valid_reg <= 1'b0;
      new_reg <= {CHANNELS{1'b1}};
    end
  end

  always @(posedge aclk) rd_word <= rd_reg[5] ? stall_mem[{rd_ch, cause}] : new_reg[rd_ch] ? 32'd0 : burst_mem[rd_ch];

endmodule

`resetall
