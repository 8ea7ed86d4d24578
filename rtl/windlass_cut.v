/*
 * windlass_cut: how long the next piece of a segment is (manual, section 7).
 *
 * Purpose: two pipeline stages that take the least of: what remains, what is left of each memory side's page, and
 * the burst limit. Whether the piece is the last decides what the channel does next, so it does not wait for the least:
 * the rest fits if each sum {rest + offset} stays within its page or burst, and the sums are made in stage 1.
 * Candidates are handled as length-1 in 12 bits, so that "4096 - offset" is an inversion.
 * Goal: one piece a cycle; stage 1 is no longer than an adder, `last` comes two LUTs after the register.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_cut #(
    parameter WORD_BYTES = 8,  // bytes of a bus word
    parameter MAX_BURST  = 64  // beats of the longest burst, 1..256
) (
    input  wire        aclk,      // clock
    // stage 0: one cycle before the rest
    input  wire [ 6:0] limit_m1,  // device: most bytes in a piece - 1
    // stage 1, combinational inputs
    input  wire [11:0] src,       // source address, low bits
    input  wire [11:0] dst,       // destination address, low bits
    input  wire [31:0] rem,       // bytes that remain, at least 1
    input  wire        smem,      // the source is memory
    input  wire        dmem,      // the destination is memory
    input  wire        device,    // one side is the device
    // stage 2: one cycle later, combinational from the register between the stages
    output wire [11:0] len_m1,    // length of the piece - 1
    output wire        last       // the piece ends the segment
);
  localparam OFF_W = $clog2(WORD_BYTES);
  localparam [14:0] FULL = MAX_BURST * WORD_BYTES;
  localparam F_W = $clog2(MAX_BURST * WORD_BYTES);
  localparam POWER = (MAX_BURST & (MAX_BURST - 1)) == 0;

  wire [OFF_W-1:0] so = src[OFF_W-1:0];
  wire [OFF_W-1:0] do_ = dst[OFF_W-1:0];
  // Which offset counts: of the memory side, of the destination when both are.
  wire [OFF_W-1:0] off = dmem ? do_ : smem ? so : {OFF_W{1'b0}};
  wire so_above = smem && dmem && so > do_;

  // Memory to memory: end on a word of the destination. A source that lies further into its word than the
  // destination does costs a beat more, so the piece is a word shorter. Shorter by `lost` than the full burst:
  wire [14:0] lost = MAX_BURST == 1 ? {{15 - OFF_W{1'b0}}, so_above ? so : off} : {{14 - OFF_W{1'b0}}, so_above, off};
  wire [14:0] burst_m1 = FULL - 15'd1 - lost;
  // The word less is looked at in stage 2, so that the comparison of the offsets is not in front of the adder.
  wire less = so_above && MAX_BURST > 1;
  wire [14:0] early = MAX_BURST == 1 ? lost : {{15 - OFF_W{1'b0}}, off};

  reg [6:0] limit_m1_reg;
  reg [11:0] rem_m1_reg, page_m1_reg, burst_m1_reg;
  reg over_reg;  // more than a page remains

  // The rest fits the page if rest + offset <= 4096.
  wire [13:0] src_sum = {1'b0, rem[12:0]} + {2'd0, src};
  wire [13:0] dst_sum = {1'b0, rem[12:0]} + {2'd0, dst};
  reg [4:0] src_sum_reg, dst_sum_reg;  // {beyond a page twice, once, none of four bits set} of the sum
  reg [15:0] sum_reg;
  reg less_reg, device_reg;
  // The rest fits the limit if rest - limit is negative or zero.
  wire [13:0] limit_sum = {1'b0, rem[12:0]} + {7'h7F, ~limit_m1_reg};
  reg  [ 3:0] limit_sum_reg;  // {negative, none of five, four, four bits set}

  always @(posedge aclk) begin
    limit_m1_reg <= limit_m1;

    rem_m1_reg <= |rem[31:12] ? 12'hFFF : rem[11:0] - 12'd1;
    over_reg <= |rem[31:13] || (rem[12] && |rem[11:0]);
    page_m1_reg <= ~(!smem ? dst : !dmem ? src : src > dst ? src : dst);
    burst_m1_reg <= device ? {5'd0, limit_m1_reg} : |burst_m1[14:12] ? 12'hFFF : burst_m1[11:0];
    src_sum_reg <= !smem ? 5'd0 : {src_sum[13:12], ~|src_sum[11:8], ~|src_sum[7:4], ~|src_sum[3:0]};
    dst_sum_reg <= !dmem ? 5'd0 : {dst_sum[13:12], ~|dst_sum[11:8], ~|dst_sum[7:4], ~|dst_sum[3:0]};
    sum_reg <= {3'd0, rem[12:0]} + {1'b0, early};
    device_reg <= device;
    limit_sum_reg <= {limit_sum[13], ~|limit_sum[12:8], ~|limit_sum[7:4], ~|limit_sum[3:0]};
    less_reg <= less;
  end

  wire src_fits = !src_sum_reg[4] && (!src_sum_reg[3] || &src_sum_reg[2:0]);
  wire dst_fits = !dst_sum_reg[4] && (!dst_sum_reg[3] || &dst_sum_reg[2:0]);
  wire fits;
  generate
    if (POWER) begin : g_power
      wire [F_W-1:0] top = {{F_W - OFF_W{1'b1}}, {OFF_W{1'b0}}};  // FULL - WORD_BYTES
      wire beyond = (sum_reg[F_W-1:0] & top) == top && |(sum_reg[F_W-1:0] & ~top);
      assign fits = sum_reg[15:F_W] == 0 ? !(less_reg && beyond) :
          sum_reg[15:F_W] == 1 && sum_reg[F_W-1:0] == 0 && !less_reg;
    end else begin : g_any
      assign fits = sum_reg <= {1'b0, less_reg ? FULL - WORD_BYTES[14:0] : FULL};
    end
  endgenerate

  assign last   = src_fits && dst_fits && (device_reg ? limit_sum_reg[3] || &limit_sum_reg[2:0] : fits) && !over_reg;
  assign len_m1 = last ? rem_m1_reg : page_m1_reg <= burst_m1_reg ? page_m1_reg : burst_m1_reg;

endmodule

`resetall
