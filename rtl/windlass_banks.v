/*
 * windlass_banks: which bank of base registers software sees, and which channels have a hand-over before them (manual, section 6).
 *
 * Purpose: auto-initialize mode has two banks of base registers a channel. NEXT asks for a hand-over; when the next lap takes the new base registers
 * over, the banks change places. A channel that ends or starts has none before it any more.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_banks #(
    parameter CHANNELS  = 4,  // number of channels
    parameter CH_W      = 2,  // width of a channel number
    parameter AUTO_INIT = 1   // auto-initialize mode is built
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire next_valid,  // NEXT
    input wire start_valid,  // START
    input wire [CH_W-1:0] cmd_ch,  // channel of the command
    input wire hand_valid,  // the next base registers of a channel were taken over
    input wire [CH_W-1:0] hand_ch,  // which
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch,  // which
    output wire [CHANNELS-1:0] next,  // channels with a hand-over before them
    input wire [CH_W-1:0] cw_ch,  // channel of a write
    output wire cw_bank,  // at once: the bank that software sees
    input wire [CH_W-1:0] live_ch,  // channel being read
    output wire live_bank  // at once: the bank that software sees
);
  // The bank that software sees. Any after reset, as both are cleared then.
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg bank_mem[0:CHANNELS-1];
  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) bank_mem[k] = 1'b0;
  assign cw_bank   = AUTO_INIT != 0 && bank_mem[cw_ch];
  assign live_bank = AUTO_INIT != 0 && bank_mem[live_ch];

  reg [CHANNELS-1:0] next_reg;
  assign next = next_reg;

  integer c;
  always @(posedge aclk) begin
    if (hand_valid) bank_mem[hand_ch] <= !bank_mem[hand_ch];
    for (c = 0; c < CHANNELS; c = c + 1) begin
      if (next_valid && cmd_ch == c[CH_W-1:0]) next_reg[c] <= 1'b1;
      if (hand_valid && hand_ch == c[CH_W-1:0]) begin
        next_reg[c] <= 1'b0;
      end
      if ((end_valid && end_ch == c[CH_W-1:0]) || (start_valid && cmd_ch == c[CH_W-1:0])) next_reg[c] <= 1'b0;
      if (!aresetn || AUTO_INIT == 0) begin
        next_reg[c] <= 1'b0;
      end
    end
  end

endmodule

`resetall
