/*
 * windlass_request: request lines, software requests and pacing of the channels.
 *
 * Purpose: say for each channel whether its next piece may be issued (manual, section 7, "Pacing"), and drive the
 * acknowledge and terminal count outputs. A line is sampled again only some cycles after the acknowledge of the
 * piece before, also after a START, so that the device had time to take its request back. Without request lines
 * nothing is built.
 * Goal: a few LUTs a channel; the request is looked at through one register.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_request #(
    parameter CHANNELS      = 4,  // number of channels
    parameter CH_W          = 2,  // width of a channel number
    parameter REQUEST_LINES = 4,  // number of request lines, 0..64
    parameter LINES_P       = 4   // width of the line ports: max(REQUEST_LINES, 1)
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire [LINES_P-1:0] req,  // request lines, level
    output reg [LINES_P-1:0] ack,  // one cycle for each completed piece
    output reg [LINES_P-1:0] tc,  // with ack: terminal count
    // set-up
    input wire line_we,  // a grant is written: route a channel
    input wire [CH_W-1:0] line_ch,  // the channel
    input wire [5:0] line_no,  // its line
    input wire pacing_we,  // CONFIG is written
    input wire [CH_W-1:0] pacing_ch,  // the channel
    input wire [1:0] pacing_mode,  // 0 none, 1 single, 2 block, 3 demand
    input wire [CHANNELS-1:0] active,  // the channel runs: START finds what is said of one that does not
    input wire sw_valid,  // software request
    input wire [CH_W-1:0] sw_ch,  // for this channel
    // scheduler
    input wire use_valid,  // a piece of use_ch was issued a cycle ago
    input wire [CH_W-1:0] use_ch,  // its channel
    input wire seg_valid,  // a piece of a segment is cut
    input wire [CH_W-1:0] seg_ch,  // its channel
    input wire seg_end,  // with seg_valid: it ends the segment
    output wire [CHANNELS-1:0] paced,  // PACING is not 0
    output wire [CHANNELS-1:0] may,  // the next piece may be issued; with block pacing not in the cycle after a cut
    // completion
    input wire ack_valid,  // a paced piece has completed
    input wire [CH_W-1:0] ack_ch,  // its channel
    input wire ack_tc  // it was the last one
);
  genvar c;
  generate
    if (REQUEST_LINES == 0) begin : g_none
      // PACING needs a line that there is (manual, section 6): START of a channel with PACING is refused, and nothing waits.
      assign paced = {CHANNELS{1'b0}};
      assign may   = {CHANNELS{1'b1}};
      always @(posedge aclk) {ack, tc} <= {2 * LINES_P{1'b0}};
    end else begin : g_lines
      localparam LINE_W = LINES_P > 1 ? $clog2(LINES_P) : 1;

      reg [CHANNELS-1:0] raised;  // the channel's line, through a register
      reg [LINE_W-1:0] line_reg[0:CHANNELS-1];
      reg [CHANNELS-1:0] paced_reg, block_reg;  // PACING is not 0; is block
      reg [CHANNELS-1:0] sw_reg, go_reg, wait_reg;
      // A cycle late: a channel that is configured does not run.
      reg set_reg;
      reg [CH_W-1:0] set_ch_reg;
      reg [1:0] set_mode_reg;
      always @(posedge aclk) begin
        set_reg <= aresetn && pacing_we;
        set_ch_reg <= pacing_ch;
        set_mode_reg <= pacing_mode;
      end

      // That a segment ends comes late: block pacing hears of it a cycle later, and waits for that.
      reg end_reg;
      reg [CH_W-1:0] end_ch_reg;
      always @(posedge aclk) begin
        end_reg <= aresetn && seg_end;
        end_ch_reg <= seg_ch;
      end

      for (c = 0; c < CHANNELS; c = c + 1) begin : g_ch
        assign paced[c] = paced_reg[c];
        // What each will be is worked out once, so that `may` is a flip-flop: the scheduler's choice begins there.
        // Block pacing: one request carries the whole segment.
        // A channel that does not run has no old requests, in every cycle: so START, which comes from afar, is not looked at. What is
        // acknowledged then is of older work, and there may be several of block pacing: the last one opens the gate, in every mode.
        reg may_reg, sw_next, go_next, wait_next, paced_next, block_next;
        // It does so in the fourth cycle after ack_valid: the pulse and the device's answer cost three, `raised` one.
        reg [1:0] acked_reg;  // acknowledged in one of the last two cycles
        reg young_reg, old_reg;  // in one of the last three; that a cycle ago
        wire acked = ack_valid && ack_ch == c;
        wire shut = young_reg || acked;  // a START of now finds the gate shut
        wire raised_next = req[line_reg[c]];
        wire cut = seg_valid && seg_ch == c && block_reg[c];  // whether it carries on is not known yet
        assign may[c] = may_reg;
        always @* begin
          {sw_next, go_next, wait_next} = {sw_reg[c], go_reg[c], wait_reg[c]};
          {paced_next, block_next} = {paced_reg[c], block_reg[c]};
          if (use_valid && use_ch == c && paced_reg[c]) begin
            if (block_reg[c]) begin
              if (!go_reg[c] && !raised[c]) sw_next = 1'b0;
              go_next = 1'b1;
            end else begin
              if (!raised[c]) sw_next = 1'b0;
              wait_next = 1'b1;
            end
          end
          if (sw_valid && sw_ch == c) sw_next = 1'b1;  // also in the cycle that uses an older one
          if (end_reg && end_ch_reg == c) go_next = 1'b0;
          if (old_reg && !young_reg) wait_next = 1'b0;
          if (set_reg && set_ch_reg == c) {paced_next, block_next} = {set_mode_reg != 2'd0, set_mode_reg == 2'd2};
        end

        always @(posedge aclk) begin
          raised[c] <= raised_next;
          {sw_reg[c], go_reg[c], wait_reg[c]} <= active[c] ? {sw_next, go_next, wait_next} : {2'd0, shut};
          acked_reg <= {acked_reg[0], acked};
          young_reg <= acked || |acked_reg;
          old_reg <= young_reg;
          {paced_reg[c], block_reg[c]} <= {paced_next, block_next};
          may_reg <= !paced_next || (active[c] ? (raised_next || sw_next || go_next) && !wait_next && !cut : raised_next && !shut);
          if (line_we && line_ch == c) line_reg[c] <= line_no[LINE_W-1:0];
          if (!aresetn) begin
            raised[c] <= 1'b0;
            {sw_reg[c], go_reg[c], wait_reg[c]} <= 3'd0;
            {acked_reg, young_reg, old_reg} <= 4'd0;
            {paced_reg[c], block_reg[c]} <= 2'd0;
            may_reg <= 1'b1;
            line_reg[c] <= {LINE_W{1'b0}};
          end
        end
      end

      wire [LINE_W-1:0] ack_line = line_reg[ack_ch];
      integer l;
      always @(posedge aclk) begin
        for (l = 0; l < LINES_P; l = l + 1) begin
          ack[l] <= ack_valid && ack_line == l[LINE_W-1:0];
          tc[l]  <= ack_valid && ack_line == l[LINE_W-1:0] && ack_tc;
        end
        if (!aresetn) begin
          ack <= {LINES_P{1'b0}};
          tc  <= {LINES_P{1'b0}};
        end
      end
    end
  endgenerate

endmodule

`resetall
