/*
 * windlass_buffer: the landing space, two neighbouring words readable at a time.
 *
 * Purpose: even and odd words lie in two block RAMs, so that a beat that straddles two words is read in one cycle.
 * Goal: block RAM output goes straight into a register (its clock-to-output is most of a cycle on small FPGAs).
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_buffer #(
    parameter WIDTH = 66,  // bits of a word
    parameter PTR_W = 9    // log2 of the words
) (
    input  wire             aclk,       // clock
    input  wire             put_valid,  // store a word
    input  wire [PTR_W-1:0] put_addr,   // where
    input  wire [WIDTH-1:0] put_data,   // the word
    input  wire             adv,        // advance the read pipeline
    input  wire [PTR_W-1:0] get_addr,   // first of the two words
    output reg  [WIDTH-1:0] get_even,   // two cycles later: the even one of the two
    output reg  [WIDTH-1:0] get_odd     // the odd one
);
  reg [WIDTH-1:0] even_mem[0:(1<<(PTR_W-1))-1];
  reg [WIDTH-1:0] odd_mem [0:(1<<(PTR_W-1))-1];
  reg [WIDTH-1:0] even_q_reg, odd_q_reg;

  // Lanes that carry no byte are sent as they are: start from zero, so that they are never X.
  integer k;
  initial
    for (k = 0; k < 1 << (PTR_W - 1); k = k + 1) begin
      even_mem[k] = {WIDTH{1'b0}};
      odd_mem[k]  = {WIDTH{1'b0}};
    end

  wire [PTR_W-2:0] odd_at = get_addr[PTR_W-1:1];
  wire [PTR_W-2:0] even_at = odd_at + {{PTR_W - 2{1'b0}}, get_addr[0]};

  always @(posedge aclk) begin
    if (put_valid && !put_addr[0]) even_mem[put_addr[PTR_W-1:1]] <= put_data;
    if (put_valid && put_addr[0]) odd_mem[put_addr[PTR_W-1:1]] <= put_data;
    if (adv) begin
      even_q_reg <= even_mem[even_at];
      odd_q_reg <= odd_mem[odd_at];
      get_even <= even_q_reg;
      get_odd <= odd_q_reg;
    end
  end

endmodule

`resetall
