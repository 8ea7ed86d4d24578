/*
 * windlass_sums: whether a channel's segment is summed up, beside the front's pipeline.
 *
 * Purpose: only memory to memory and only in descriptors, so the piece that comes with the descriptor is the segment's first: what it is is kept
 * for those that follow. Without CRC there is nothing.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_sums #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2,  // width of a channel number
    parameter CRC      = 0   // CRC32C and COMPARE are built
) (
    input wire aclk,  // clock
    input wire [CH_W-1:0] b_ch,  // stage B: the channel
    input wire b_desc,  // it goes on with a descriptor's segment
    input wire c1_pop,  // stage C1: it has a new descriptor
    input wire [3:0] c1_op,  // its operation
    input wire c1_refused,  // it is refused
    output wire c1_sum,  // CRC32C or COMPARE
    input wire c2_pop,  // stage C2: it has a new descriptor, and is a piece
    input wire [CH_W-1:0] c2_ch,  // the channel
    output wire c2_sum,  // CRC32C or COMPARE
    output wire c2_crc  // CRC32C
);
  generate
    if (CRC != 0) begin : g_built
      reg [1:0] sum_mem[0:CHANNELS-1];  // {one of both, CRC32C} of the segment under way
      reg [1:0] c1_sum_reg, c2_sum_reg;
      integer k;
      initial for (k = 0; k < CHANNELS; k = k + 1) sum_mem[k] = 2'd0;
      wire [1:0] c1_kind = c1_pop ? {c1_op[3:1] == 3'd3 && !c1_refused, !c1_op[0]} : c1_sum_reg;
      assign c1_sum = c1_kind[1];
      assign c2_sum = c2_sum_reg[1];
      assign c2_crc = &c2_sum_reg;
      always @(posedge aclk) begin
        c1_sum_reg <= b_desc ? sum_mem[b_ch] : 2'd0;  // other modes leave the RAM as it is
        c2_sum_reg <= c1_kind;
        if (c2_pop) sum_mem[c2_ch] <= c2_sum_reg;
      end
    end else begin : g_none
      assign {c1_sum, c2_sum, c2_crc} = 3'd0;
    end
  endgenerate

endmodule

`resetall
