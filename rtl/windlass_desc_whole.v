/*
 * windlass_desc_whole: whether a descriptor is one piece between memories.
 *
 * Purpose: tells of short descriptors between memories, before they are queued, that windlass_cut need not cut them: so the cut is not behind
 * the queue's block RAM. Shorter than half a burst, which fits behind any offset, and within its pages; with bursts of less than four beats, within
 * its words. What is longer may take the cycles that its first piece then needs. (Of a pattern the source's bits only make it slower.)
 * Goal: an adder and two LUTs in a cycle.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_desc_whole #(
    parameter WORD_BYTES = 8,  // bytes of a bus word
    parameter MAX_BURST  = 64  // beats of the longest burst, 1..256
) (
    input wire aclk,  // clock
    // a descriptor
    input wire [11:0] src,  // its source, low bits
    input wire [11:0] dst,  // its destination, low bits
    input wire [31:0] length,  // its length
    input wire device,  // the device is on one side of it
    // a cycle later
    output wire whole  // it is one piece
);
  localparam FLOOR = $clog2(MAX_BURST + 1) - 1;  // log2 of MAX_BURST, rounded down
  localparam HALF = $clog2(WORD_BYTES) + (FLOOR < 2 ? 0 : FLOOR - 1);
  localparam LEN_W = HALF > 11 ? 11 : HALF;

  reg long_reg;
  reg [11:0] src_reg, dst_reg;
  reg [LEN_W-1:0] len_reg;
  wire [LEN_W:0] src_end = {1'b0, src_reg[LEN_W-1:0]} + {1'b0, len_reg};
  wire [LEN_W:0] dst_end = {1'b0, dst_reg[LEN_W-1:0]} + {1'b0, len_reg};
  // Whether the low bits of a sum are zero is found out beside its carries: each bit must be what makes a carry of the one below.
  wire src_odd = |(src_reg[LEN_W-1:0] ^ len_reg ^{src_reg[LEN_W-2:0] | len_reg[LEN_W-2:0], 1'b0});
  wire dst_odd = |(dst_reg[LEN_W-1:0] ^ len_reg ^{dst_reg[LEN_W-2:0] | len_reg[LEN_W-2:0], 1'b0});
  // Apart from the carries, behind which a LUT is enough.
  (* keep *) wire src_near = src_odd && (FLOOR < 2 || &src_reg[11:LEN_W]);
  (* keep *) wire dst_near = dst_odd && (FLOOR < 2 || &dst_reg[11:LEN_W]);
  (* keep *) wire src_carry = src_end[LEN_W], dst_carry = dst_end[LEN_W];
  assign whole = !long_reg && !(src_carry && src_near) && !(dst_carry && dst_near);

  always @(posedge aclk) begin
    long_reg <= device || |length[31:LEN_W];
    {src_reg, dst_reg, len_reg} <= {src, dst, length[LEN_W-1:0]};
  end

endmodule

`resetall
