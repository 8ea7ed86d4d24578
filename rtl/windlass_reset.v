/*
 * windlass_reset: clears registers after reset and for the soft resets (manual, sections 1 and A7: CMD.RESET, RESET).
 *
 * Purpose: after `aresetn` it writes zero to every register of every channel, so that the RAMs need no reset. For CMD.RESET it
 * aborts the channel, waits until it is drained, and clears what software set up; RESET does that to all channels, then clears
 * what is global. It writes through the broadcast, while `hold` keeps software's accesses out.
 * Goal: a flip-flop or two a channel; nothing is on a path of the data.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_reset #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // soft resets
    input wire one_valid,  // CMD.RESET
    input wire [CH_W-1:0] one_ch,  // of this channel
    input wire all_valid,  // RESET
    input wire [CHANNELS-1:0] active,  // running channels
    input wire drained,  // memory owes nothing that `resetting` held back more of
    output wire [CHANNELS-1:0] quiet,  // being reset: no interrupt for its end, no START
    output reg resetting,  // RESET is under way
    output wire clear,  // global state that is not in the store: as after reset
    // writes; software's are held
    output reg hold,  // accept nothing
    output reg rs_abort,  // abort rs_ch
    output reg rs_valid,  // write
    output reg rs_global,  // a global register: channel 0, with the number that windlass_csr_read gives it
    output reg rs_priv,  // to a grant register, else to a channel register
    output reg [CH_W-1:0] rs_ch,  // the channel
    output reg [4:0] rs_reg,  // register number (byte offset / 4)
    output wire [31:0] rs_data  // data
);
  // WALK over everything after reset; SCAN the channels for something to do; ABORT one; WIPE one, five registers; GLOBAL, three.
  localparam [2:0] WALK = 3'd0, SCAN = 3'd1, ABORT = 3'd2, WIPE = 3'd3, GLOBAL = 3'd4;
  reg [2:0] state_reg;
  reg [CH_W-1:0] ch_reg;
  reg [5:0] at_reg;  // {grant, register} in WALK, step in WIPE and GLOBAL
  reg [CHANNELS-1:0] pend_reg, told_reg;

  wire last_ch = {{32 - CH_W{1'b0}}, ch_reg} == CHANNELS - 1;
  wire mine = pend_reg[ch_reg] && !one_valid && !all_valid;
  wire walk = state_reg == WALK, wipe = state_reg == WIPE, glob = state_reg == GLOBAL;
  localparam [31:0] ARB = `WL_GLOBAL_ARB_RESET;
  // The constants of the store stay: see windlass_csr_read.
  wire constant = at_reg[5] && (at_reg[4:0] == `WL_GLOBAL_CAP2_NR || at_reg[4:0] == `WL_GLOBAL_CAP3_NR || at_reg[4:3] == 2'b11);
  wire arb = (walk && at_reg[5] && at_reg[4:0] == `WL_GLOBAL_ARB_NR) || (glob && at_reg[1:0] == 2'd0);

  assign quiet = pend_reg;
  assign clear = glob;

  // Everything goes out from flip-flops, a cycle after its state, and `hold` with it.
  reg hold_reg, arb_reg, ones_reg;
  assign rs_data = arb_reg ? ARB : {32{ones_reg}};
  always @(posedge aclk) begin
    hold <= !aresetn || hold_reg;
    rs_abort <= state_reg == ABORT;
    rs_valid <= (walk && !constant) || wipe;
    rs_global <= glob;
    rs_priv <= walk ? at_reg[5] : glob;
    rs_ch <= ch_reg;
    rs_reg <= walk ? at_reg[4:0] :
        glob ? (at_reg[1:0] == 2'd0 ? `WL_GLOBAL_ARB_NR : at_reg[1:0] == 2'd1 ? `WL_GLOBAL_TIMEOUT_NR : `WL_GLOBAL_ENGINE_IRQ_NR) :
        at_reg[2:0] == 3'd0 ? `WL_CHANNEL_IRQ_ENABLE_NR : at_reg[2:0] == 3'd1 ? `WL_CHANNEL_COALESCE_NR :
        at_reg[2:0] == 3'd2 ? `WL_CHANNEL_PRODUCER_NR : at_reg[2:0] == 3'd3 ? `WL_CHANNEL_STATUS_NR : `WL_CHANNEL_IRQ_STATUS_NR;
    arb_reg <= arb;
    ones_reg <= wipe && at_reg[2];
    if (!aresetn) {rs_abort, rs_valid, rs_global} <= 3'd0;
  end

  always @(posedge aclk) begin
    case (state_reg)
      WALK: begin
        at_reg <= at_reg + 6'd1;
        if (&at_reg) ch_reg <= ch_reg + 1'b1;
        if (&at_reg && last_ch) begin
          ch_reg <= {CH_W{1'b0}};
          hold_reg <= 1'b0;
          state_reg <= SCAN;
        end
      end
      SCAN: begin
        at_reg <= 6'd0;
        if (one_valid) ch_reg <= one_ch;
        else if (mine && active[ch_reg] && !told_reg[ch_reg]) begin
          hold_reg  <= 1'b1;
          state_reg <= ABORT;
        end else if (mine && !active[ch_reg]) begin
          hold_reg  <= 1'b1;
          state_reg <= WIPE;
        end else if (resetting && pend_reg == {CHANNELS{1'b0}} && drained && !all_valid) begin
          hold_reg <= 1'b1;
          ch_reg <= {CH_W{1'b0}};
          state_reg <= GLOBAL;
        end else ch_reg <= last_ch ? {CH_W{1'b0}} : ch_reg + 1'b1;
      end
      ABORT: begin
        told_reg[ch_reg] <= 1'b1;
        hold_reg <= 1'b0;
        state_reg <= SCAN;
      end
      default: begin
        at_reg <= at_reg + 6'd1;
        if (at_reg == (wipe ? 6'd4 : 6'd2)) begin
          hold_reg  <= 1'b0;
          state_reg <= SCAN;
          if (wipe) pend_reg[ch_reg] <= 1'b0;
          else resetting <= 1'b0;
        end
      end
    endcase
    if (one_valid) begin
      pend_reg[one_ch] <= 1'b1;
      told_reg[one_ch] <= 1'b0;
    end
    if (all_valid) begin
      pend_reg  <= {CHANNELS{1'b1}};
      told_reg  <= {CHANNELS{1'b0}};
      resetting <= 1'b1;
    end
    if (CHANNELS == 1) ch_reg <= {CH_W{1'b0}};
    if (!aresetn) begin
      state_reg <= WALK;
      hold_reg <= 1'b1;
      ch_reg <= {CH_W{1'b0}};
      at_reg <= 6'd0;
      pend_reg <= {CHANNELS{1'b0}};
      told_reg <= {CHANNELS{1'b0}};
      resetting <= 1'b0;
    end
  end

endmodule

`resetall
