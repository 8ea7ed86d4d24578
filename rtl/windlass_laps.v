/*
 * windlass_laps: what each channel does at the end of its lap, and which of its two banks of base registers counts.
 *
 * Purpose: FINISH and NEXT are noted until the last piece of a lap is cut; a hand-over then changes the bank. START begins anew.
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
    input wire [CH_W-1:0] cmd_ch,  // which
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
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
  reg [CHANNELS-1:0] finish_reg, next_reg, bank_reg;
  reg hand_reg;  // a cycle late, because hand_valid is
  reg [CH_W-1:0] hand_ch_reg;
  assign bank   = bank_reg[bank_ch] ^ (hand_reg && hand_ch_reg == bank_ch);
  assign finish = finish_reg[ch];
  assign next   = next_reg[ch];
  integer c;
  always @(posedge aclk) begin
    hand_reg <= aresetn && hand_valid;
    hand_ch_reg <= hand_ch;
    for (c = 0; c < CHANNELS; c = c + 1) begin
      if (finish_valid && cmd_ch == c[CH_W-1:0]) finish_reg[c] <= 1'b1;
      if (hand_reg && hand_ch_reg == c[CH_W-1:0]) begin
        next_reg[c] <= 1'b0;
        bank_reg[c] <= !bank_reg[c];
      end
      if (next_valid && cmd_ch == c[CH_W-1:0]) next_reg[c] <= 1'b1;
      if (start_valid && start_ch == c[CH_W-1:0]) begin
        finish_reg[c] <= 1'b0;
        next_reg[c]   <= 1'b0;
        bank_reg[c]   <= start_bank;
      end
    end
    if (!aresetn || (AUTO_INIT == 0 && DESCRIPTORS == 0)) finish_reg <= {CHANNELS{1'b0}};
    if (!aresetn || AUTO_INIT == 0) begin
      next_reg <= {CHANNELS{1'b0}};
      bank_reg <= {CHANNELS{1'b0}};
    end
  end

endmodule

`resetall
