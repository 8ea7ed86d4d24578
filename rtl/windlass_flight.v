/*
 * windlass_flight: how many pieces may be on their way to the back end.
 *
 * Purpose: few pieces are enough to keep the back end busy, so what was picked lately and what waits there is bounded: with a busy bus one
 * piece is picked for each that goes, and each pick is among all channels that can go, as the policy wants it.
 * Goal: what is decided goes out of flip-flops: nothing from the back end is in the path of a pick.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_flight (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire pick_valid,  // a channel was picked: a piece may come of it
    input wire piece_ready,  // the back end has room for 8 more
    input wire [4:0] piece_level,  // pieces that wait there for their read
    input wire piece_busy,  // several wait for their read, or many for their write
    output reg room,  // a channel may be picked
    output reg busy  // piece_busy, a cycle later
);
  localparam FLIGHT = 6;  // cycles from the pick to the back end, when nothing is in the way
  // Seven are enough: the shortest pieces need a pick in two cycles, three on the way, and some that wait.
  reg [FLIGHT-1:0] picked_reg;
  reg [3:0] flying_reg;
  reg before_reg;  // there was room a cycle ago: a pick may come now
  // On their way but for the last pick, which is not in front of a sum.
  wire [4:0] flying = {flying_reg, 1'b1} + {{4{picked_reg[FLIGHT-1]}}, picked_reg[0]};  // one less, and the carry is one more
  wire [5:0] ahead = {piece_level, 1'b1} + {1'b0, flying_reg, picked_reg[0]};
  // ahead[5:1] is less than seven; it is five or six. No carries behind those of the sum.
  wire few = ahead[5:4] == 2'd0 && !(&ahead[3:1]);
  wire many = ahead[3] && (ahead[2] || ahead[1]);

  always @(posedge aclk) begin
    picked_reg <= {picked_reg[FLIGHT-2:0], pick_valid};
    flying_reg <= flying[4:1];
    busy <= piece_busy;
    before_reg <= room;
    // With what `room` may bring added, now and in the next cycle: less than seven. Whether it does comes late, so it counts as if it did.
    room <= piece_ready && few && (!many || (!ahead[2] ? !(room && before_reg) : !room && !before_reg));
    if (!aresetn) begin
      picked_reg <= {FLIGHT{1'b0}};
      flying_reg <= 4'd0;
      {room, before_reg} <= 2'd0;
    end
  end

endmodule

`resetall
