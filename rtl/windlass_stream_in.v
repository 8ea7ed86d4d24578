/*
 * windlass_stream_in: the queue of one stream that comes in, cut into pieces by the front and read word by word by the back end.
 *
 * Purpose: tells how many bytes a piece may take: up to the packet's end, or whole words. Two positions go through the queue:
 * what the front has cut, in bytes, and what has been read, in words; a word is free when it was read for the last time.
 * A packet's end without a byte (TKEEP 0) takes no word: it is only noted.
 * Goal: a word a cycle on both sides; an answer to the front four cycles after it took a piece.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_stream_in #(
    parameter DATA_WIDTH = 64,  // bits of a word
    parameter DEPTH_LOG  = 6,   // log2 of the words in the queue
    parameter MOST       = 16   // words in a piece, at most
) (
    input  wire                    aclk,           // clock
    input  wire                    aresetn,        // synchronous reset, active low
    // AXI-Stream
    input  wire [  DATA_WIDTH-1:0] s_axis_tdata,   // data
    input  wire [DATA_WIDTH/8-1:0] s_axis_tkeep,   // bytes, contiguous from byte 0; all without TLAST
    input  wire                    s_axis_tlast,   // the packet ends
    input  wire [             7:0] s_axis_tid,     // its number
    input  wire [             7:0] s_axis_tdest,   // its destination
    input  wire                    s_axis_tvalid,  // valid
    output reg                     s_axis_tready,  // ready
    // to the front
    output wire                    cut_ready,      // a piece can be cut
    output reg  [            12:0] cut_bytes,      // bytes that it may take
    output reg                     cut_last,       // the packet ends with them
    // from the front
    input  wire                    take_valid,     // a piece was cut
    input  wire [            12:0] take_len,       // its bytes
    input  wire                    take_last,      // with the packet's end
    // finished packets
    output reg                     packet_valid,   // a packet was cut to its end
    output reg  [             7:0] packet_tid,     // its number
    output reg  [             7:0] packet_tdest,   // its destination
    // reading
    input  wire                    pull,           // read a word
    input  wire                    pull_stay,      // but do not use it up
    output reg  [  DATA_WIDTH-1:0] pull_data       // two cycles later: the word
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam P_W = DEPTH_LOG + 1;  // a position: words, mod twice the queue

  // Only words that are stored already are read.
  (* no_rw_check *)
  reg [DATA_WIDTH-1:0] mem[0:(1<<DEPTH_LOG)-1];
  reg [P_W-1:0] in_reg, cut_reg, out_reg;  // next word to store, to cut, to read
  reg [OFF_W-1:0] offset_reg;  // bytes of the word to cut that are cut already
  reg [DATA_WIDTH-1:0] read_reg;

  // ---------------------------------------------------------------- storing
  reg [OFF_W:0] kept;
  integer i;
  always @* begin
    kept = {OFF_W + 1{1'b0}};
    for (i = 0; i < W; i = i + 1) if (s_axis_tkeep[i]) kept = i[OFF_W:0] + 1'b1;
  end

  wire put = s_axis_tvalid && s_axis_tready;
  wire store = put && s_axis_tkeep[0];
  wire [P_W-1:0] used = in_reg - out_reg;
  wire [P_W-1:0] ends;  // ends that are noted
  wire end_valid, end_pop;
  wire [P_W-1:0] end_word;  // the word after the packet's last
  wire [OFF_W:0] end_kept;
  wire [7:0] end_tid, end_tdest;

  windlass_fifo #(
      .WIDTH(P_W + OFF_W + 1 + 16),
      .DEPTH_LOG(DEPTH_LOG)
  ) ends_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(put && s_axis_tlast),
      .in_data({in_reg + {{P_W - 1{1'b0}}, s_axis_tkeep[0]}, kept, s_axis_tid, s_axis_tdest}),
      .level(ends),
      .out_valid(end_valid),
      .out_ready(end_pop),
      .out_data({end_word, end_kept, end_tid, end_tdest})
  );

  always @(posedge aclk) begin
    if (store) mem[in_reg[DEPTH_LOG-1:0]] <= s_axis_tdata;
    if (pull) read_reg <= mem[out_reg[DEPTH_LOG-1:0]];
    pull_data <= read_reg;  // the RAM's output register
  end

  always @(posedge aclk) begin
    if (store) in_reg <= in_reg + 1'b1;
    if (pull && !pull_stay) out_reg <= out_reg + 1'b1;
    // Two words may come before the levels show it.
    s_axis_tready <= used < (1 << DEPTH_LOG) - 2 && ends < (1 << DEPTH_LOG) - 2;
    if (!aresetn) begin
      in_reg <= {P_W{1'b0}};
      out_reg <= {P_W{1'b0}};
      s_axis_tready <= 1'b0;
    end
  end

  // ---------------------------------------------------------------- what can be cut
  // 1: words from the cut position to the end of what is there or of the packet. 2: at most MOST. 3: bytes.
  reg [2:0] settle_reg;  // cycles until the answer is that of the new position
  reg [3:0] idle_reg;  // cycles since the last word came
  reg idle_over_reg;
  reg [P_W-1:0] there_reg, to_end_reg;
  reg end_valid_reg, end2_reg, any2_reg;
  reg [OFF_W:0] end_kept_reg;
  reg [P_W-1:0] words_reg;
  reg [OFF_W:0] last_reg;  // bytes of the last of these words
  reg ready_reg;
  reg take_reg, take_last_reg;
  reg [12:0] take_len_reg;

  wire [12:0] taken = take_len_reg + {{13 - OFF_W{1'b0}}, offset_reg};
  wire [31:0] taken_words = {19'd0, taken} >> OFF_W;
  wire ends_here = end_valid_reg && to_end_reg <= MOST;
  wire full = there_reg >= MOST;
  assign end_pop   = take_reg && take_last_reg;
  assign cut_ready = ready_reg && !take_valid;

  always @(posedge aclk) begin
    there_reg <= in_reg - cut_reg;
    to_end_reg <= end_word - cut_reg;
    end_valid_reg <= end_valid;
    end_kept_reg <= end_kept;

    words_reg <= ends_here ? to_end_reg : full ? MOST[P_W-1:0] : there_reg;
    last_reg <= ends_here && to_end_reg != {P_W{1'b0}} && end_kept_reg != {OFF_W + 1{1'b0}} ? end_kept_reg : W[OFF_W:0];
    end2_reg <= ends_here;
    any2_reg <= ends_here || full || (there_reg != {P_W{1'b0}} && idle_over_reg);

    cut_bytes <= words_reg == {P_W{1'b0}} ? 13'd0 :
        ({{13 - P_W{1'b0}}, words_reg} << OFF_W) - W[12:0] + {{12 - OFF_W{1'b0}}, last_reg} - {{13 - OFF_W{1'b0}}, offset_reg};
    cut_last <= end2_reg;

    idle_reg <= put ? 4'd0 : idle_reg + 4'd1;
    idle_over_reg <= !put && (idle_over_reg || &idle_reg);
    settle_reg <= take_valid ? 3'd5 : settle_reg == 3'd0 ? 3'd0 : settle_reg - 3'd1;
    ready_reg <= !take_valid && settle_reg <= 3'd1 && (ready_reg || any2_reg);

    take_reg <= take_valid;
    take_last_reg <= take_last;
    take_len_reg <= take_len;
    packet_valid <= end_pop;
    packet_tid <= end_tid;
    packet_tdest <= end_tdest;
    if (take_reg) begin
      cut_reg <= take_last_reg ? end_word : cut_reg + taken_words[P_W-1:0];
      offset_reg <= take_last_reg ? {OFF_W{1'b0}} : taken[OFF_W-1:0];
    end
    if (!aresetn) begin
      cut_reg <= {P_W{1'b0}};
      offset_reg <= {OFF_W{1'b0}};
      settle_reg <= 3'd5;
      idle_reg <= 4'd0;
      idle_over_reg <= 1'b0;
      ready_reg <= 1'b0;
      take_reg <= 1'b0;
      packet_valid <= 1'b0;
    end
  end

endmodule

`resetall
