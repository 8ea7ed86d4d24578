/*
 * windlass_desc_flight: for which channels bursts of descriptors are in flight.
 *
 * Purpose: what a START or a LINK leaves in flight is of a run or a table that is over. It is dropped as it comes in, and nothing more is fetched for the
 * channel until all of it has. Nothing is counted per channel: bursts end in their order, so a channel's last one is known by its number.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_desc_flight #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire begin_valid,  // a burst begins; at most 15 are in flight
    input wire [CH_W-1:0] begin_ch,  // of this channel
    input wire begin_old,  // it is of a run or a table that is over
    input wire [CH_W-1:0] oldest_ch,  // channel of the oldest burst; in a cycle in which there is none, any
    input wire end_valid,  // the oldest burst ended a cycle ago: this is the cycle in which its last descriptor is queued
    input wire [CH_W-1:0] end_ch,  // its channel
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
    input wire link_valid,  // a LINK was queued
    input wire [CH_W-1:0] link_ch,  // of this channel
    output reg [CHANNELS-1:0] busy,  // bursts are in flight
    output reg [CHANNELS-1:0] old  // all of these are of a run or a table that is over
);
  reg [3:0] last_mem[0:CHANNELS-1];  // number of the burst that began last
  reg [3:0] begun_reg, ended_reg;
  // The last one is known in the cycle before it ends: unless another begins then.
  reg last_reg;
  wire last = end_valid && last_reg;
  wire [3:0] ended_next = ended_reg + {3'd0, end_valid};
  integer m;
  initial for (m = 0; m < CHANNELS; m = m + 1) last_mem[m] = 4'd0;
  always @(posedge aclk) begin
    if (begin_valid) begin
      last_mem[begin_ch] <= begun_reg;
      begun_reg <= begun_reg + 4'd1;
    end
    ended_reg <= ended_next;
    last_reg  <= last_mem[oldest_ch] == ended_next && !(begin_valid && begin_ch == oldest_ch);
    if (!aresetn) {begun_reg, ended_reg} <= 8'd0;
  end

  genvar c;
  generate
    for (c = 0; c < CHANNELS; c = c + 1) begin : g_ch
      wire begins = begin_valid && begin_ch == c;
      wire flies = (busy[c] && !(last && end_ch == c)) || begins;
      wire over = (start_valid && start_ch == c) || (link_valid && link_ch == c) || (begins && begin_old);
      always @(posedge aclk) begin
        busy[c] <= flies;
        old[c]  <= flies && (old[c] || over);
        if (!aresetn) {busy[c], old[c]} <= 2'b00;
      end
    end
  endgenerate

endmodule

`resetall
