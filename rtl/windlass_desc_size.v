/*
 * windlass_desc_size: how many descriptors the next burst of the slot has.
 *
 * Purpose: the least of what is left of the table, what fits (a burst, a multiple of 256 bytes) and what was given.
 * Goal: each limit is found a cycle behind the slot, the least of them in two cycles more: no comparison behind another.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_desc_size #(
    parameter MOST      = 16,  // descriptors of 16 bytes that a burst has at most
    parameter MOST_WIDE = 8    // and of 32 bytes
) (
    input wire aclk,  // clock
    // the slot; stays for a cycle before `size`
    input wire wide,  // descriptors have 32 bytes
    input wire ring,  // a ring: what is given counts
    input wire all,  // a table, or a ring that has no producer: all is given
    input wire [3:0] place,  // place of the next descriptor in 256 bytes, in 16 bytes
    input wire [15:0] fetched,  // descriptors fetched
    input wire [15:0] given,  // and given
    input wire [4:0] left_n,  // in the cycle of `size`: descriptors up to the end, 16 if more
    input wire size,  // work it out
    // a cycle later
    output wire none,  // there is nothing
    output wire [4:0] n  // how many
);
  reg [ 4:0] room_reg;  // up to the next multiple of 256 bytes
  reg [15:0] gap_reg;
  reg [4:0] limit_reg, avail_reg;
  wire [4:0] units_256 = 5'd16 - {1'b0, place};
  wire [4:0] to_256 = wide ? {1'b0, units_256[4:1]} : units_256;
  wire [4:0] most = wide ? MOST_WIDE[4:0] : MOST[4:0];
  wire many = all || (ring && |gap_reg[15:4]);
  // Two bits at a time and side by side: no carries in front of the choice.
  wire [3:0] less = ~avail_reg[3:0] & limit_reg[3:0], same = ~(avail_reg[3:0] ^ limit_reg[3:0]);
  (* keep *) wire fewer_high = less[3] || (same[3] && less[2]);
  (* keep *) wire fewer_low = same[3] && same[2] && (less[1] || (same[1] && less[0]));
  wire fewer = limit_reg[4] || fewer_high || fewer_low;
  assign none = avail_reg == 5'd0 || limit_reg == 5'd0;
  assign n = fewer && !avail_reg[4] ? avail_reg : limit_reg;

  always @(posedge aclk) begin
    room_reg <= to_256 > most ? most : to_256;
    gap_reg  <= given - fetched;
    if (size) begin
      limit_reg <= left_n < room_reg ? left_n : room_reg;
      avail_reg <= {many, gap_reg[3:0] & {4{ring}}};  // with the first the others are not looked at
    end
  end

endmodule

`resetall
