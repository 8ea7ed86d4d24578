/*
 * windlass_fence: has everything that had begun before a moment ended?
 *
 * Purpose: the REVOKE of the map waits for what was looked up before it. One kind of transaction begins in order and
 * ends in the same order, so it is enough to note how many had begun, and wait until as many have ended.
 * Goal: two shift registers and one comparison: the counts are those of linear feedback shift registers, since only
 * equality matters.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_fence #(
    parameter SEQ_W = 10  // width of the counts, 6 or 10; 2^SEQ_W - 2 is the most that can be in flight
) (
    input  wire aclk,     // clock
    input  wire aresetn,  // synchronous reset, active low
    input  wire issue,    // one has begun
    input  wire finish,   // one has ended
    input  wire mark,     // wait from now on for those that have begun
    output wire drained   // they have all ended
);
  localparam TAP = SEQ_W == 6 ? 4 : 6;

  reg [SEQ_W-1:0] begun_reg, ended_reg, mark_reg;
  reg wait_reg;

  assign drained = !wait_reg;

  always @(posedge aclk) begin
    if (issue) begun_reg <= {begun_reg[SEQ_W-2:0], ~(begun_reg[SEQ_W-1] ^ begun_reg[TAP])};
    if (finish) ended_reg <= {ended_reg[SEQ_W-2:0], ~(ended_reg[SEQ_W-1] ^ ended_reg[TAP])};
    if (mark) mark_reg <= begun_reg;
    // The count of the ended passes each value once on its way, so none is missed.
    wait_reg <= mark || (wait_reg && ended_reg != mark_reg);
    if (!aresetn) begin
      begun_reg <= {SEQ_W{1'b0}};
      ended_reg <= {SEQ_W{1'b0}};
      mark_reg  <= {SEQ_W{1'b0}};
      wait_reg  <= 1'b0;
    end
  end

`ifdef PROVE_FENCE
  `include "windlass_fence.svh"
`endif

endmodule

`resetall
