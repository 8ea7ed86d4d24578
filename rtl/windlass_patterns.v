/*
 * windlass_patterns: the patterns of fills that will land.
 *
 * Purpose: a fill has no data to read, so its pattern waits here for the piece's turn in windlass_land.
 * Goal: the one whose turn is next is in a register, beside the words of streams and the bus.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_patterns #(
    parameter DEPTH_LOG = 4  // log2 of the patterns that wait
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire in_valid,  // a pattern
    input wire [31:0] in_data,  // which
    output wire room,  // four more can come; two may be on their way while this is found
    output wire out_valid,  // the next one
    output wire [31:0] out_data,  // which
    input wire out_take  // its piece has landed
);
  reg room_reg, valid_reg;
  reg [31:0] data_reg;
  wire any;
  wire [DEPTH_LOG:0] level;
  wire [31:0] data;
  assign room = room_reg;
  assign out_valid = valid_reg;
  assign out_data = data_reg;

  windlass_fifo #(
      .WIDTH(32),
      .DEPTH_LOG(DEPTH_LOG)
  ) fill_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(in_valid),
      .in_data(in_data),
      .level(level),
      .out_valid(any),
      .out_ready(!valid_reg || out_take),
      .out_data(data)
  );
  always @(posedge aclk) begin
    room_reg <= !level[DEPTH_LOG] && !(&level[DEPTH_LOG-1:2]);  // four places
    if (!valid_reg || out_take) begin
      valid_reg <= any;
      data_reg  <= data;
    end
    if (!aresetn) valid_reg <= 1'b0;
  end

endmodule

`resetall
