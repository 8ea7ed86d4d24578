/*
 * windlass_cut: how long the next piece of a segment is (manual, section 7).
 *
 * Purpose: two pipeline stages that take the least of: what remains, what is left of each memory side's page, and
 * the burst limit. Whether the piece is the last decides what the channel does next, so it does not wait for the least:
 * the rest fits if each sum {rest + offset} stays within its page or burst, which stage 1 finds out for each of them.
 * Candidates are handled as length-1 in 12 bits, so that "4096 - offset" is an inversion.
 * Goal: one piece a cycle; stage 1 is an adder or two LUTs, `last` comes two LUTs after the register.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_cut #(
    parameter WORD_BYTES = 8,  // bytes of a bus word
    parameter MAX_BURST  = 64  // beats of the longest burst, 1..256
) (
    input wire aclk,  // clock
    // stage 0: one cycle before the rest
    input wire [6:0] limit_m1,  // device: most bytes in a piece - 1
    // stage 1, combinational inputs
    input wire whole,  // a piece of whole_len bytes, and the last: nothing else counts
    input wire [11:0] whole_len,  // at most 4095
    input wire [11:0] src,  // source address, low bits
    input wire [11:0] dst,  // destination address, low bits
    input wire [31:0] rem,  // bytes that remain, at least 1
    input wire smem,  // the source is memory
    input wire dmem,  // the destination is memory
    input wire device,  // one side is the device
    // stage 2: one cycle later, combinational from the register between the stages
    output wire [11:0] len_m1,  // length of the piece - 1
    output wire last  // the piece ends the segment
);
  localparam OFF_W = $clog2(WORD_BYTES);
  localparam [14:0] FULL = MAX_BURST * WORD_BYTES;

  wire [OFF_W-1:0] so = src[OFF_W-1:0];
  wire [OFF_W-1:0] do_ = dst[OFF_W-1:0];
  // Which offset counts: of the memory side, of the destination when both are.
  wire [OFF_W-1:0] off = dmem ? do_ : smem ? so : {OFF_W{1'b0}};
  // so > do_, without carries.
  reg above;
  integer b;
  always @* begin
    above = 1'b0;
    for (b = 0; b < OFF_W; b = b + 1) above = (so[b] && !do_[b]) || (above && so[b] == do_[b]);
  end
  wire so_above = smem && dmem && above;

  // Memory to memory: end on a word of the destination. A source that lies further into its word than the
  // destination does costs a beat more, so the piece is a word shorter. Shorter by `lost` than the full burst:
  wire [14:0] lost = MAX_BURST == 1 ? {{15 - OFF_W{1'b0}}, so_above ? so : off} : {{14 - OFF_W{1'b0}}, so_above, off};
  wire [14:0] burst_m1 = FULL - 15'd1 - lost;
  // The word less is looked at in stage 2, so that the comparison of the offsets is not in front of the adder.
  wire less = so_above && MAX_BURST > 1;
  wire [14:0] early = MAX_BURST == 1 ? lost : {{15 - OFF_W{1'b0}}, off};

  reg [6:0] limit_m1_reg;
  reg [11:0] rem_m1_reg, src_m1_reg, dst_m1_reg, burst_m1_reg;
  reg by_src_reg;  // less is left of the source's page
  reg far_reg;  // more than two pages remain
  reg over_reg;  // of less than that more than a page, or whole words that are more than fit

  // The rest fits the page if rest + offset <= 4096. That the low bits of a sum are zero is found out beside its carries: each bit must
  // be what makes a carry of the one below. Nothing is behind the carries: what they say is put together in stage 2.
  wire [13:0] src_sum = {1'b0, rem[12:0]} + {2'd0, src};
  wire [13:0] dst_sum = {1'b0, rem[12:0]} + {2'd0, dst};
  wire src_odd = |(rem[11:0] ^ src ^{rem[10:0] | src[10:0], 1'b0});
  wire dst_odd = |(rem[11:0] ^ dst ^{rem[10:0] | dst[10:0], 1'b0});
  reg [1:0] src_sum_reg, dst_sum_reg;
  reg src_odd_reg, dst_odd_reg;
  // The rest fits the limit, which is 128 at most, if rest - limit is negative or zero.
  wire [7:0] limit_inv = {1'b1, ~limit_m1_reg};
  wire [8:0] limit_sum = {1'b0, rem[7:0]} + {1'b0, limit_inv};
  wire limit_odd = |(rem[7:0] ^ limit_inv ^{rem[6:0] | limit_inv[6:0], 1'b0});
  reg limit_far_reg, limit_sum_reg, limit_odd_reg, limit_ask_reg;
  // The rest fits the burst: whole words are compared, and the bytes beside them, with those before the first word, may be one word more.
  wire [12-OFF_W:0] words = rem[12:OFF_W];
  wire [31:0] words32 = {{19 + OFF_W{1'b0}}, words};
  wire [OFF_W:0] bytes = {1'b0, rem[OFF_W-1:0]} + early[OFF_W:0];
  wire some = !device && (|rem[OFF_W-1:0] || |early[OFF_W:0]);
  wire word = !device && bytes[OFF_W] && |bytes[OFF_W-1:0];
  // Of more words than that over_reg tells.
  localparam N_W = $clog2(MAX_BURST) + 1;
  localparam [31:0] LESS_1 = MAX_BURST - 1, LESS_2 = MAX_BURST - 2;
  localparam [N_W-1:0] FIT = MAX_BURST[N_W-1:0], FIT_M1 = LESS_1[N_W-1:0], FIT_M2 = LESS_2[N_W-1:0];
  reg [1:0] near_reg;  // whole words: 3 as many as fit, 2 and 1 so many less, 0 fewer
  reg [1:0] more_reg;  // words more: that the burst is shorter, some bytes, more bytes than a word; none with a device

  always @(posedge aclk) begin
    limit_m1_reg <= limit_m1;

    rem_m1_reg <= (whole ? whole_len : rem[11:0]) - 12'd1;  // counts when all that remains fits in a page
    far_reg <= |rem[31:13];
    // More than a page are more words than fit, or more bytes than the device takes, unless a burst may be longer.
    over_reg <= (FULL > 15'd4096 && rem[12] && |rem[11:0]) || (!device && words32 > MAX_BURST);
    src_m1_reg <= ~src;
    // When only the source is memory both are of it, so that nothing but a reset is behind the comparison.
    dst_m1_reg <= dmem || !smem ? ~dst : ~src;
    by_src_reg <= smem ? src > dst : 1'b0;
    burst_m1_reg <= device ? {5'd0, limit_m1_reg} : |burst_m1[14:12] ? 12'hFFF : burst_m1[11:0];
    src_sum_reg <= smem ? src_sum[13:12] : 2'd0;
    dst_sum_reg <= dmem ? dst_sum[13:12] : 2'd0;
    src_odd_reg <= src_odd;
    dst_odd_reg <= dst_odd;
    limit_far_reg <= device && |rem[12:8];
    limit_sum_reg <= limit_sum[8];
    limit_odd_reg <= limit_odd;
    limit_ask_reg <= device && !whole;
    near_reg[1] <= words32[N_W-1:0] == FIT || words32[N_W-1:0] == FIT_M1;
    near_reg[0] <= words32[N_W-1:0] == FIT || words32[N_W-1:0] == FIT_M2;
    // More than a word are some, too.
    more_reg <= {(less && some) || word, less ^ some ^ word};
    if (whole) begin
      {far_reg, over_reg, limit_far_reg, more_reg} <= 5'd0;
      {src_sum_reg, dst_sum_reg} <= 4'd0;
    end
  end

  // Four of what four flip-flops say: held apart, or the mapper takes three LUTs for what two can do.
  (* keep *)
  wire long = (near_reg == 2'd3 && |more_reg) || (near_reg == 2'd2 && more_reg[1]) || (near_reg == 2'd1 && &more_reg);
  wire [11:0] page_m1 = by_src_reg ? src_m1_reg : dst_m1_reg;
  (* keep *) wire src_over = far_reg || src_sum_reg[1] || (src_sum_reg[0] && src_odd_reg);
  (* keep *) wire dst_over = over_reg || dst_sum_reg[1] || (dst_sum_reg[0] && dst_odd_reg);
  (* keep *) wire limit_over = limit_far_reg || (limit_ask_reg && limit_sum_reg && limit_odd_reg);

  assign last   = !long && !src_over && !dst_over && !limit_over;
  assign len_m1 = last ? rem_m1_reg : page_m1 <= burst_m1_reg ? page_m1 : burst_m1_reg;

endmodule

`resetall
