/*
 * windlass_crc: CRC32C of segments, several channels interleaved (manual, section 6: CRC32C and COMPARE).
 *
 * Purpose: takes the bytes of each beat in order, keeps one running sum per channel, and gives the sum out with a
 * segment's last beat. CRC32C: polynomial 0x1EDC6F41 reflected, all ones at the start, inverted at the end.
 * Goal: a full word a cycle; a word that is not full (only a piece's last can be) takes a cycle a byte, so that the
 * width of the bus does not multiply the logic. The sum's own feedback is one XOR tree of 32 bits.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_crc #(
    parameter CHANNELS   = 4,  // number of channels
    parameter CH_W       = 2,  // width of a channel number
    parameter DATA_WIDTH = 64  // bus, bits
) (
    input  wire                            aclk,       // clock
    input  wire                            aresetn,    // synchronous reset, active low
    // beats, in order
    input  wire                            in_valid,   // a beat
    output wire                            in_ready,   // taken
    input  wire [                CH_W-1:0] in_ch,      // its channel
    input  wire                            in_first,   // it begins a segment
    input  wire                            in_last,    // it ends one
    input  wire [$clog2(DATA_WIDTH / 8):0] in_bytes,   // bytes in it, from lane 0 on
    input  wire [          DATA_WIDTH-1:0] in_data,    // the bytes
    // sums, in the order of the segments' ends
    output reg                             out_valid,  // a segment's sum; always taken
    output reg  [                    31:0] out_crc     // CRC32C
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam [31:0] POLY = 32'h82F63B78;

  // What bit i of n that are shifted in together adds to the sum: the polynomial, moved on by the n-1-i shifts after it.
  // Bits 0..31 of the old sum are added like the first 32 bits of data.
  function [32*DATA_WIDTH-1:0] weights(input integer n);
    integer i;
    reg [31:0] w;
    begin
      weights = {32 * DATA_WIDTH{1'b0}};
      w = POLY;
      for (i = n - 1; i >= 0; i = i - 1) begin
        weights[32*i+:32] = w;
        w = w[0] ? (w >> 1) ^ POLY : w >> 1;
      end
    end
  endfunction
  // Which of the 32 bits from `first` on are in bit n of the sum.
  function [31:0] column(input [32*DATA_WIDTH-1:0] all, input integer first, input integer n);
    integer i;
    for (i = 0; i < 32; i = i + 1) column[i] = first + i < DATA_WIDTH && all[32*(first+i)+n];
  endfunction
  localparam [32*DATA_WIDTH-1:0] WORD = weights(DATA_WIDTH);
  localparam [32*DATA_WIDTH-1:0] BYTE = weights(8);

  // ---------------------------------------------------------------- 1: the data's share, 32 bits of the word at a time
  localparam LANES = DATA_WIDTH / 32;
  reg s1_valid_reg, s1_first_reg, s1_last_reg;
  reg [CH_W-1:0] s1_ch_reg;
  reg [OFF_W:0] s1_bytes_reg;
  reg [DATA_WIDTH-1:0] s1_data_reg;
  reg [32*LANES-1:0] s1_share_reg;
  wire [32*LANES-1:0] share;
  wire s1_ready;
  assign in_ready = !s1_valid_reg || s1_ready;

  genvar lane, n;
  generate
    for (lane = 0; lane < LANES; lane = lane + 1) begin : g_lane
      for (n = 0; n < 32; n = n + 1) begin : g_bit
        localparam [31:0] MASK = column(WORD, 32 * lane, n);
        assign share[32*lane+n] = ^(in_data[32*lane+:32] & MASK);
      end
    end
  endgenerate

  always @(posedge aclk) begin
    if (in_ready) begin
      s1_valid_reg <= in_valid;
      s1_first_reg <= in_first;
      s1_last_reg  <= in_last;
      s1_ch_reg    <= in_ch;
      s1_bytes_reg <= in_bytes;
      s1_data_reg  <= in_data;
      s1_share_reg <= share;
    end
    if (!aresetn) s1_valid_reg <= 1'b0;
  end

  // ---------------------------------------------------------------- 2: one share, and the channel's sum so far
  reg s2_valid_reg, s2_same_reg, s2_full_reg, s2_none_reg, s2_last_reg;
  reg [CH_W-1:0] s2_ch_reg;
  reg [OFF_W:0] s2_bytes_reg;
  reg [DATA_WIDTH-1:0] s2_data_reg;
  reg [31:0] s2_share_reg, s2_old_reg;
  reg [31:0] joined;
  integer l;
  always @* begin
    joined = 32'd0;
    for (l = 0; l < LANES; l = l + 1) joined = joined ^ s1_share_reg[32*l+:32];
  end
  reg s2_done_reg;  // it goes on with the next beat: a full word, nothing, or the last byte
  assign s1_ready = !s2_valid_reg || s2_done_reg;

  // ---------------------------------------------------------------- 3: the sum; a word that is not full goes byte by byte
  // The beat before may be of the same channel: then its sum is still on the way to the RAM.
  reg [31:0] sum_mem[0:CHANNELS-1];
  reg [31:0] sum_reg;
  reg keep_valid_reg;  // sum_reg goes to the RAM
  reg [CH_W-1:0] keep_ch_reg;
  wire [31:0] old = s2_same_reg ? sum_reg : s2_old_reg;
  wire [7:0] low = old[7:0] ^ s2_data_reg[7:0];
  wire [31:0] by_word, by_byte;
  generate
    for (n = 0; n < 32; n = n + 1) begin : g_sum
      localparam [31:0] WORD_MASK = column(WORD, 0, n);
      localparam [31:0] BYTE_MASK = column(BYTE, 0, n) & 32'h0000_00FF;
      assign by_word[n] = ^(old & WORD_MASK) ^ s2_share_reg[n];
      assign by_byte[n] = ^(low & BYTE_MASK[7:0]) ^ (n < 24 ? old[(n+8)%32] : 1'b0);
    end
  endgenerate
  wire [31:0] sum = s2_none_reg ? old : s2_full_reg ? by_word : by_byte;

  integer c;
  initial for (c = 0; c < CHANNELS; c = c + 1) sum_mem[c] = 32'd0;

  always @(posedge aclk) begin
    out_valid <= s2_valid_reg && s2_done_reg && s2_last_reg;
    out_crc <= ~sum;
    keep_valid_reg <= s2_valid_reg;
    if (keep_valid_reg) sum_mem[keep_ch_reg] <= sum_reg;
    if (s2_valid_reg) begin
      sum_reg <= sum;
      keep_ch_reg <= s2_ch_reg;
      s2_same_reg <= 1'b1;
      s2_bytes_reg <= s2_bytes_reg - 1'b1;
      s2_done_reg <= s2_bytes_reg == {{OFF_W - 1{1'b0}}, 2'd2};
      s2_data_reg <= s2_data_reg >> 8;
    end
    if (s1_ready) begin
      s2_valid_reg <= s1_valid_reg;
      s2_same_reg <= !s1_first_reg && s2_valid_reg && s1_ch_reg == s2_ch_reg;
      s2_full_reg <= s1_bytes_reg == W[OFF_W:0];
      s2_none_reg <= s1_bytes_reg == {OFF_W + 1{1'b0}};
      s2_old_reg   <= s1_first_reg ? 32'hFFFF_FFFF : keep_valid_reg && keep_ch_reg == s1_ch_reg ? sum_reg : sum_mem[s1_ch_reg];
      s2_last_reg <= s1_last_reg;
      s2_ch_reg <= s1_ch_reg;
      s2_bytes_reg <= s1_bytes_reg;
      s2_done_reg <= s1_bytes_reg == W[OFF_W:0] || s1_bytes_reg[OFF_W:1] == {OFF_W{1'b0}};
      s2_data_reg <= s1_data_reg;
      s2_share_reg <= joined;
    end
    if (!aresetn) begin
      s2_valid_reg <= 1'b0;
      out_valid <= 1'b0;
      keep_valid_reg <= 1'b0;
      sum_reg <= 32'd0;
      s2_ch_reg <= {CH_W{1'b0}};
    end
  end

endmodule

`resetall
