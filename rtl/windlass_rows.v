/*
 * windlass_rows: where each channel stands in the rows of a 2-D copy.
 *
 * Purpose: goes beside the front's pipeline. A row is cut like a segment; when its last piece has been cut and rows follow, the
 * segment goes on at the beginning of the next row instead of behind the piece. Only what that needs is kept: the beginning of
 * the row, its length, both strides and how many rows follow, in one RAM that is written with the current registers.
 * Goal: nothing in front of the adders of windlass_handover: the next row's addresses are added up a stage earlier.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_rows #(
    parameter CHANNELS   = 4,  // number of channels
    parameter CH_W       = 2,  // width of a channel number
    parameter ADDR_WIDTH = 32  // address, bits
) (
    input wire aclk,  // clock
    // stage B
    input wire [CH_W-1:0] b_ch,  // the channel
    input wire b_cur,  // it goes on in its segment
    // stage C1
    input wire c1_pop,  // it takes a descriptor
    input wire c1_two_d,  // which is a 2-D copy
    input wire [11:0] c1_rows,  // rows - 1; 0 if it is none
    input wire [ADDR_WIDTH-1:0] c1_src,  // source of the first row
    input wire [ADDR_WIDTH-1:0] c1_dst,  // its destination
    input wire [31:0] c1_len,  // bytes of a row
    input wire [31:0] c1_sstride,  // source stride, signed
    input wire [31:0] c1_dstride,  // destination stride, signed
    // stage C2
    output wire c2_follow,  // rows follow the one that is being cut
    input wire c2_end,  // this piece ends its row
    // stage D
    output wire d_two_d,  // the piece belongs to a 2-D copy
    output wire d_turn,  // the next piece begins a row
    output wire [ADDR_WIDTH-1:0] d_src,  // at this source
    output wire [ADDR_WIDTH-1:0] d_dst,  // and this destination
    output wire [31:0] d_len,  // of these bytes
    input wire cur_we,  // the segment goes on: keep this
    input wire [CH_W-1:0] cur_ch  // for this channel
);
  localparam AW = ADDR_WIDTH;
  localparam S_W = 2 * AW + 109;  // {2-D, rows that follow, source and destination of the row, bytes, both strides}

  reg [S_W-1:0] row_mem[0:CHANNELS-1];
  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) row_mem[k] = {S_W{1'b0}};

  reg [S_W-1:0] c1_reg, c2_reg;
  reg follow_reg, d_two_d_reg, d_turn_reg;
  wire two_d;
  wire [11:0] rows;
  wire [AW-1:0] src, dst;
  wire [31:0] len, sstride, dstride;
  assign {two_d, rows, src, dst, len, sstride, dstride} = c2_reg;
  assign c2_follow = follow_reg;

  // Strides are signed; addresses are as wide as they are.
  wire [AW-1:0] sstep, dstep;
  generate
    if (AW > 32) begin : g_wide
      assign sstep = {{AW - 32{sstride[31]}}, sstride};
      assign dstep = {{AW - 32{dstride[31]}}, dstride};
    end else begin : g_narrow
      assign sstep = sstride;
      assign dstep = dstride;
    end
  endgenerate

  reg [11:0] d_rows_reg;
  reg [AW-1:0] d_src_reg, d_dst_reg, d_row_src_reg, d_row_dst_reg;
  reg [31:0] d_len_reg, d_sstride_reg, d_dstride_reg;
  wire [S_W-1:0] c1 = c1_pop ? {c1_two_d, c1_rows, c1_src, c1_dst, c1_len, c1_sstride, c1_dstride} : c1_reg;
  assign d_two_d = d_two_d_reg;
  assign d_turn  = d_turn_reg;
  assign d_src   = d_src_reg;
  assign d_dst   = d_dst_reg;
  assign d_len   = d_len_reg;

  always @(posedge aclk) begin
    if (cur_we)
      row_mem[cur_ch] <= {
        d_two_d_reg,
        d_rows_reg - {11'd0, d_turn_reg},
        d_turn_reg ? d_src_reg : d_row_src_reg,
        d_turn_reg ? d_dst_reg : d_row_dst_reg,
        d_len_reg,
        d_sstride_reg,
        d_dstride_reg
      };
    c1_reg <= b_cur ? row_mem[b_ch] : {S_W{1'b0}};
    c2_reg <= c1;
    follow_reg <= |c1[S_W-2-:12];
    d_two_d_reg <= two_d;
    d_turn_reg <= c2_end && follow_reg;
    d_rows_reg <= rows;
    d_row_src_reg <= src;
    d_row_dst_reg <= dst;
    d_src_reg <= src + sstep;
    d_dst_reg <= dst + dstep;
    d_len_reg <= len;
    d_sstride_reg <= sstride;
    d_dstride_reg <= dstride;
  end

endmodule

`resetall
