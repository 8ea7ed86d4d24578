/*
 * windlass_arb: picks one of N, combinationally.
 *
 * Purpose: the scheduler's choice. Fixed priority takes the lowest index; rotating takes the first after the
 * one that was served last.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_arb #(
    parameter N  = 4,  // candidates
    parameter IW = 2   // width of an index
) (
    input  wire          aclk,     // clock
    input  wire          aresetn,  // synchronous reset, active low
    input  wire          rotate,   // 1 rotating, 0 fixed priority
    input  wire [ N-1:0] want,     // who can be served
    input  wire          take,     // somebody was served, at least a cycle ago
    input  wire [IW-1:0] taken,    // who
    output reg           any,      // somebody can be served
    output reg  [IW-1:0] pick      // who
);

  // below[i]: i comes after the last served one. With fixed priority nobody does, so the plain search decides.
  reg [N-1:0] after_reg;
  wire [N-1:0] preferred = want & after_reg & {N{rotate}};
  wire [N-1:0] field = |preferred ? preferred : want;

  integer i;
  always @* begin
    any  = |want;
    pick = {IW{1'b0}};
    for (i = N - 1; i >= 0; i = i - 1) if (field[i]) pick = i[IW-1:0];
  end

  integer j;
  always @(posedge aclk) begin
    if (take) for (j = 0; j < N; j = j + 1) after_reg[j] <= j > taken;
    if (!aresetn) after_reg <= {N{1'b0}};
  end

endmodule

`resetall
