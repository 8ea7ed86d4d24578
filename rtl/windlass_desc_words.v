/*
 * windlass_desc_words: the words of a burst to descriptors, one at a time.
 *
 * Purpose: puts together what comes in several words, or takes a word apart that holds several; a burst that the map refused brings no words, and
 * stands for one descriptor. Of out_desc the upper half is a descriptor of 16 bytes, all of it one of 32.
 * Goal: a word a cycle, and a descriptor a cycle, whichever is less.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_desc_words #(
    parameter DATA_WIDTH = 64  // bus, bits
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // the burst that is next
    input wire refused,  // it was refused
    input wire wide,  // its descriptors have 32 bytes
    input wire [3:0] most,  // descriptors - 1
    input wire [3:0] first,  // place of its first one, in 16 bytes within 256
    // words, only of bursts that were not refused
    input wire word_valid,  // a word
    output wire word_ready,  // taken
    input wire [DATA_WIDTH-1:0] word_data,  // the word
    input wire word_bad,  // with an error
    // descriptors
    output wire out_valid,  // a descriptor, or the refusal that stands for one, is complete
    output wire out_last,  // the burst ends with it
    output wire [255:0] out_desc,  // of the last 256 bits the upper half, or all
    output wire out_bad  // with an error
);
  localparam W = DATA_WIDTH / 8;
  reg [3:0] index_reg;  // descriptor within its burst
  assign out_last = index_reg == most;
  always @(posedge aclk) begin
    if (out_valid) index_reg <= out_last ? 4'd0 : index_reg + 4'd1;
    if (!aresetn) index_reg <= 4'd0;
  end

  generate
    if (W <= 16) begin : g_collect
      localparam SHORT = 16 / W - 1, WIDE = 32 / W - 1;
      reg [2:0] part_reg;
      reg bad_reg;
      reg [255:0] word_reg;
      // Whether the next word completes a descriptor is found out a word before, unless the first one may.
      wire [2:0] words_m1 = wide ? WIDE[2:0] : SHORT[2:0];
      reg full_reg;
      wire full = SHORT == 0 ? part_reg == words_m1 : full_reg;
      wire [255+DATA_WIDTH:0] joined = {word_data, word_reg};
      wire beat = word_valid && !refused;
      assign out_desc = joined[255+DATA_WIDTH:DATA_WIDTH];
      assign out_bad = bad_reg || word_bad;
      assign word_ready = !refused;
      assign out_valid = refused || (beat && full);
      always @(posedge aclk) begin
        // A word that waits behind a refusal is shifted in more than once, before the first of its descriptor: nobody sees it.
        if (word_valid) word_reg <= out_desc;
        if (beat) begin
          part_reg <= full ? 3'd0 : part_reg + 3'd1;
          full_reg <= !full && part_reg + 3'd1 == words_m1;
          bad_reg  <= !full && out_bad;
        end
        if (!aresetn) begin
          part_reg <= 3'd0;
          full_reg <= 1'b0;
          bad_reg  <= 1'b0;
        end
      end
    end else begin : g_spread
      // A word holds several: one a cycle, from the burst's first place on, until the word or the burst ends.
      localparam PLACE_W = $clog2(W / 16);
      reg word_valid_reg, word_bad_reg;
      reg [DATA_WIDTH-1:0] word_reg;
      // The place in the word chooses among all of its bits, so it is in flip-flops: of a burst right behind another it is loaded first.
      reg at_valid_reg;
      reg [PLACE_W-1:0] at_reg;  // of the next descriptor
      wire [PLACE_W-1:0] odd = {{PLACE_W - 1{1'b0}}, wide};  // the upper half of one of 32 bytes
      wire word_end = at_valid_reg && (out_last || &at_reg);
      wire word_next = word_ready ? word_valid : word_valid_reg;
      wire [DATA_WIDTH+127:0] shifted = {word_reg, 128'd0};
      assign word_ready = !word_valid_reg || (!refused && word_end);
      assign out_valid = refused || (word_valid_reg && at_valid_reg);
      assign out_desc = shifted[128*at_reg+:256];
      assign out_bad = word_bad_reg;
      always @(posedge aclk) begin
        if (word_ready) begin
          word_valid_reg <= word_valid;
          word_reg <= word_data;
          word_bad_reg <= word_bad;
        end
        at_valid_reg <= !(out_valid && out_last) && (at_valid_reg || (word_next && !refused));
        if (!at_valid_reg) at_reg <= first[PLACE_W-1:0] | odd;
        else if (out_valid) at_reg <= at_reg + {{PLACE_W - 1{1'b0}}, !wide} + (odd << 1);
        if (!aresetn) {word_valid_reg, at_valid_reg} <= 2'd0;
      end
    end
  endgenerate

endmodule

`resetall
