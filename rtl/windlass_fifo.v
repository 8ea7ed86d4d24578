/*
 * windlass_fifo: small synchronous first-in first-out queue, first word falls through.
 *
 * Purpose: the queues between pipeline stages. Storage is distributed RAM, so depth costs little.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_fifo #(
    parameter WIDTH     = 8,  // bits of an entry
    parameter DEPTH_LOG = 4   // log2 of the number of entries
) (
    input  wire               aclk,       // clock
    input  wire               aresetn,    // synchronous reset, active low
    input  wire               in_valid,   // store an entry; never when full
    input  wire [  WIDTH-1:0] in_data,    // the entry
    output wire [DEPTH_LOG:0] level,      // entries stored
    output wire               out_valid,  // there is an entry
    input  wire               out_ready,  // take it
    output wire [  WIDTH-1:0] out_data    // the oldest entry
);
  (* ram_style = "distributed" *)
  reg [WIDTH-1:0] mem[0:(1<<DEPTH_LOG)-1];
  reg [DEPTH_LOG:0] in_reg, out_reg;

  assign level = in_reg - out_reg;
  assign out_valid = in_reg != out_reg;
  assign out_data = mem[out_reg[DEPTH_LOG-1:0]];

  always @(posedge aclk) begin
    if (in_valid) begin
      mem[in_reg[DEPTH_LOG-1:0]] <= in_data;
      in_reg <= in_reg + 1'b1;
    end
    if (out_valid && out_ready) out_reg <= out_reg + 1'b1;
    if (!aresetn) begin
      in_reg  <= {DEPTH_LOG + 1{1'b0}};
      out_reg <= {DEPTH_LOG + 1{1'b0}};
    end
  end

`ifdef PROVE_FIFO
  `include "windlass_fifo.svh"
`endif
endmodule

`resetall
