/*
 * windlass_sums: whether a channel's segment is summed up, beside the front's pipeline.
 *
 * Purpose: only memory to memory and only in descriptors, so what a segment is comes with the descriptor: it is kept for the pieces that follow,
 * with whether the descriptor was only loaded and the first piece is still to come. Without CRC there is nothing.
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
    output wire c1_sum,  // CRC32C or COMPARE, of a segment that goes on
    input wire c2_valid,  // stage C2: a piece or token
    input wire c2_pop,  // a piece with a new descriptor
    input wire c2_load,  // which is only loaded: its first piece comes later
    input wire [CH_W-1:0] c2_ch,  // the channel
    output wire c2_sum,  // CRC32C or COMPARE
    output wire c2_crc,  // CRC32C
    output wire c2_begins  // the first of its segment, if it is a piece of one
);
  generate
    if (CRC != 0) begin : g_built
      reg [2:0] sum_mem[0:CHANNELS-1];  // {it is only loaded, one of both, CRC32C} of the segment under way
      reg [2:0] c1_sum_reg;
      reg [1:0] c2_sum_reg;
      reg c2_first_reg;
      integer k;
      initial for (k = 0; k < CHANNELS; k = k + 1) sum_mem[k] = 3'd0;
      wire [1:0] c1_kind = c1_pop ? {c1_op[3:1] == 3'd3 && !c1_refused, !c1_op[0]} : c1_sum_reg[1:0];
      assign c1_sum = c1_sum_reg[1];
      assign c2_sum = c2_sum_reg[1];
      assign c2_crc = &c2_sum_reg;
      assign c2_begins = c2_first_reg;
      always @(posedge aclk) begin
        c1_sum_reg   <= b_desc ? sum_mem[b_ch] : 3'd0;  // other modes leave the RAM as it is
        c2_sum_reg   <= c1_kind;
        c2_first_reg <= c1_pop || c1_sum_reg[2];
        if (c2_pop || (c2_valid && c2_sum)) sum_mem[c2_ch] <= {c2_pop && c2_load, c2_sum_reg};
      end
    end else begin : g_none
      assign {c1_sum, c2_sum, c2_crc, c2_begins} = 4'd0;
    end
  endgenerate

endmodule

`resetall
