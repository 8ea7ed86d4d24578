/*
 * windlass_laps: what each channel does at the end of its lap, and which of its two banks of base registers counts.
 *
 * Purpose: FINISH and NEXT are noted until the last piece of a lap is cut; a hand-over then changes the bank. START begins anew.
 * Goal: distributed RAM, all that is kept of a channel with one writer.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_laps #(
    parameter CHANNELS    = 4,  // number of channels
    parameter CH_W        = 2,  // width of a channel number
    parameter DESCRIPTORS = 1,  // table and ring mode are built
    parameter AUTO_INIT   = 1   // auto-initialize mode is built
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire finish_valid,  // FINISH of a channel
    input wire next_valid,  // NEXT of a channel
    input wire start_valid,  // START of a channel; with it all of it is as after reset
    input wire [CH_W-1:0] cmd_ch,  // channel of the command: one a cycle, not one just handed over
    input wire start_bank,  // the bank that it begins with
    input wire hand_valid,  // a hand-over
    input wire [CH_W-1:0] hand_ch,  // of this channel
    // two channels, combinational
    input wire [CH_W-1:0] bank_ch,  // a channel
    output wire bank,  // the bank that counts for it, from the cycle after a hand-over on
    input wire [CH_W-1:0] ch,  // a channel
    output wire finish,  // its lap is the last
    output wire next  // the other bank is ready, or was a cycle ago
);
  // A hand-over, which there is only with NEXT, turns one bit over, which NEXT and the bank are told from: NEXT counts where it differs.
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg [1:0] note_mem[0:CHANNELS-1];  // by commands: {FINISH, NEXT}
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg begun_mem[0:CHANNELS-1];  // by START: bank
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg done_mem[0:CHANNELS-1];  // by hand-overs
  reg hand_reg;  // a cycle late, because hand_valid is
  reg [CH_W-1:0] hand_ch_reg;
  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      note_mem[k]  = 2'd0;
      begun_mem[k] = 1'b0;
      done_mem[k]  = 1'b0;
    end

  wire [1:0] note_cmd = note_mem[cmd_ch], note_hand = note_mem[hand_ch_reg], note = note_mem[ch];
  wire done_cmd = done_mem[cmd_ch];
  wire begun = begun_mem[bank_ch];
  assign bank   = AUTO_INIT != 0 && (done_mem[bank_ch] ^ begun ^ (hand_reg && hand_ch_reg == bank_ch));
  assign finish = (AUTO_INIT != 0 || DESCRIPTORS != 0) && note[1];
  assign next   = AUTO_INIT != 0 && (note[0] ^ done_mem[ch]);
  always @(posedge aclk) begin
    hand_reg <= aresetn && hand_valid;
    hand_ch_reg <= hand_ch;
    if (start_valid || finish_valid || next_valid)
      note_mem[cmd_ch] <= {
        !start_valid && (finish_valid || note_cmd[1]), next_valid ? !done_cmd : start_valid ? done_cmd : note_cmd[0]
      };
    if (start_valid) begun_mem[cmd_ch] <= start_bank ^ done_cmd;
    if (hand_reg) done_mem[hand_ch_reg] <= note_hand[0];
  end

endmodule

`resetall
