/*
 * windlass_queue: synchronous first-in first-out queue in block RAM, with a registered output.
 *
 * Purpose: queues that are deep and wide. An entry can be taken three cycles after it was stored; from then on one a cycle with
 * FULL_RATE, else every second cycle one, which is as fast as windlass_commit takes pieces.
 * Goal: nothing but a flip-flop before out_data, so that arithmetic can begin there. Without FULL_RATE out_ready, which comes late,
 * reaches one flip-flop only: both registers are filled when they are seen empty, not in the cycle in which they are emptied.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_queue #(
    parameter WIDTH     = 8,  // bits of an entry
    parameter DEPTH_LOG = 7,  // log2 of the number of entries
    parameter FULL_RATE = 0   // 1: an entry a cycle can be taken; 0: every second cycle
) (
    input  wire               aclk,       // clock
    input  wire               aresetn,    // synchronous reset, active low
    input  wire               in_valid,   // store an entry; never when full
    input  wire [  WIDTH-1:0] in_data,    // the entry
    output reg  [DEPTH_LOG:0] level,      // entries stored and not taken
    output reg                out_valid,  // there is an entry
    output wire               out_soon,   // there will be one in the next cycle, if none is taken in this one
    input  wire               out_ready,  // take it
    output reg  [  WIDTH-1:0] out_data    // the oldest entry
);
  // A read of the place that is being stored finds an empty queue and is repeated: the RAM may answer it with anything.
  (* ram_style = "block", no_rw_check *)
  reg [WIDTH-1:0] mem[0:(1<<DEPTH_LOG)-1];
  reg [DEPTH_LOG:0] in_reg, read_reg;
  reg ram_valid_reg;
  reg [WIDTH-1:0] ram_reg;

  wire out_free = !out_valid || (FULL_RATE != 0 && out_ready);
  // One less, and the carry is one more.
  wire [DEPTH_LOG+1:0] level_next = {level, 1'b1} + {{DEPTH_LOG + 1{out_valid && out_ready}}, in_valid};
  assign out_soon = out_valid || ram_valid_reg;
  wire ram_free = !ram_valid_reg || (FULL_RATE != 0 && out_free);

  always @(posedge aclk) begin
    if (in_valid) mem[in_reg[DEPTH_LOG-1:0]] <= in_data;
    if (ram_free) ram_reg <= mem[read_reg[DEPTH_LOG-1:0]];
  end

  always @(posedge aclk) begin
    if (in_valid) in_reg <= in_reg + 1'b1;
    if (ram_free) begin
      ram_valid_reg <= in_reg != read_reg;
      if (in_reg != read_reg) read_reg <= read_reg + 1'b1;
    end else if (out_free) ram_valid_reg <= 1'b0;
    if (out_free) begin
      out_valid <= ram_valid_reg;
      out_data  <= ram_reg;
    end else if (out_ready) out_valid <= 1'b0;
    level <= level_next[DEPTH_LOG+1:1];
    if (!aresetn) begin
      in_reg <= {DEPTH_LOG + 1{1'b0}};
      read_reg <= {DEPTH_LOG + 1{1'b0}};
      ram_valid_reg <= 1'b0;
      out_valid <= 1'b0;
      level <= {DEPTH_LOG + 1{1'b0}};
    end
  end

`ifdef PROVE_QUEUE
  `include "windlass_queue.svh"
`endif

endmodule

`resetall
