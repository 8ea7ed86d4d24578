/*
 * windlass_desc_want: which channel's descriptors are fetched next.
 *
 * Purpose: keeps of each channel whether there may be something to fetch (since START, a doorbell, or a LINK, until a look found nothing)
 * and whether its queue has room for it, and chooses one of them, the first after the one that was served last.
 * The choice is made a cycle ahead, since the slot is busy for some cycles with each; whether it still holds is looked at when it is
 * taken, with the channels' state of that cycle. One that is out of date costs a cycle.
 * Goal: of all channels' state only one multiplexer is in front of what the slot does.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_desc_want #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // who wants
    input wire note_valid,  // there may be something to fetch
    input wire [CH_W-1:0] note_ch,  // for this channel
    input wire link_valid,  // or a LINK came: room in the queue is looked at anew
    input wire [CH_W-1:0] link_ch,  // in this channel's table
    input wire freed_valid,  // room became free
    input wire [CH_W-1:0] freed_ch,  // in this channel's queue
    input wire [CHANNELS-1:0] shut,  // fetch nothing for it
    // what the slot found
    input wire [CH_W-1:0] ch,  // its channel
    input wire enough,  // there is nothing more to fetch
    input wire no_room,  // there is no room
    input wire took,  // it was chosen, a cycle ago
    // the choice
    output wire any,  // somebody wants
    output wire [CH_W-1:0] pick  // who, then
);
  reg [CHANNELS-1:0] want_reg;  // there may be something to fetch
  reg [CHANNELS-1:0] full_reg;  // but no room for it
  reg [CHANNELS-1:0] after_reg;  // comes after the one that was served last
  reg [CH_W-1:0] pick_reg;
  wire [CHANNELS-1:0] want = want_reg & ~full_reg & ~shut;
  wire [CHANNELS-1:0] hot;
  wire some;
  wire [CH_W-1:0] number;

  windlass_pick #(
      .N (CHANNELS),
      .IW(CH_W)
  ) pick_i (
      .want(want),
      .prefer(after_reg),
      .any(some),
      .hot(hot),
      .number(number)
  );

  assign pick = pick_reg;
  assign any  = want[pick_reg];

  integer c;
  always @(posedge aclk) begin
    for (c = 0; c < CHANNELS; c = c + 1) begin
      if (enough && ch == c[CH_W-1:0]) want_reg[c] <= 1'b0;
      if ((note_valid && note_ch == c[CH_W-1:0]) || (link_valid && link_ch == c[CH_W-1:0])) want_reg[c] <= 1'b1;
      full_reg[c] <= (full_reg[c] || (no_room && ch == c[CH_W-1:0])) && !shut[c];
      if ((freed_valid && freed_ch == c[CH_W-1:0]) || (link_valid && link_ch == c[CH_W-1:0])) full_reg[c] <= 1'b0;
      if (took) after_reg[c] <= c[CH_W-1:0] > ch;
    end
    pick_reg <= number;
    if (!aresetn) begin
      want_reg  <= {CHANNELS{1'b0}};
      full_reg  <= {CHANNELS{1'b0}};
      after_reg <= {CHANNELS{1'b0}};
      pick_reg  <= {CH_W{1'b0}};
    end
  end

endmodule

`resetall
