/*
 * windlass_streams: all streams of the engine, and what brings their words to windlass_land.
 *
 * Purpose: channel c < STREAMS has a stream in and a stream out with ports of their own, so that a stalled one holds up only its channel. The words
 * of the pieces that were issued are read ahead, in the order of issue, into a small common queue. They are all there when a piece is
 * issued, so nothing here ever waits for a stream. The streams' queues lie all over a device: what goes to them passes a register here.
 * Goal: a word a cycle.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_streams #(
    parameter STREAMS    = 1,   // number of streams
    parameter CH_W       = 2,   // width of a channel number
    parameter DATA_WIDTH = 64,  // bits of a word
    parameter DEPTH_LOG  = 6,   // log2 of the words in each queue
    parameter MOST       = 16,  // words in a piece, at most
    parameter PULL_LOG   = 5    // log2 of the pieces that wait to land
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // streams in
    input wire [STREAMS*DATA_WIDTH-1:0] s_axis_tdata,  // data
    input wire [STREAMS*DATA_WIDTH/8-1:0] s_axis_tkeep,  // bytes
    input wire [STREAMS-1:0] s_axis_tlast,  // the packet ends
    input wire [STREAMS*8-1:0] s_axis_tid,  // its number
    input wire [STREAMS*8-1:0] s_axis_tdest,  // its destination
    input wire [STREAMS-1:0] s_axis_tvalid,  // valid
    output wire [STREAMS-1:0] s_axis_tready,  // ready
    // streams out
    output wire [STREAMS*DATA_WIDTH-1:0] m_axis_tdata,  // data
    output wire [STREAMS*DATA_WIDTH/8-1:0] m_axis_tkeep,  // bytes
    output wire [STREAMS-1:0] m_axis_tlast,  // the packet ends
    output wire [STREAMS*8-1:0] m_axis_tid,  // number of the stream
    output wire [STREAMS*8-1:0] m_axis_tdest,  // destination
    output wire [STREAMS-1:0] m_axis_tuser,  // the packet was cut short
    output wire [STREAMS-1:0] m_axis_tvalid,  // valid
    input wire [STREAMS-1:0] m_axis_tready,  // ready
    // front: sources
    output wire [STREAMS-1:0] si_ready,  // a piece can be cut
    input wire [CH_W-1:0] si_ch,  // asked about
    output reg [12:0] si_bytes,  // a cycle later: bytes that it may take
    output reg si_end,  // the packet ends with them
    input wire take_valid,  // a piece was cut
    input wire [CH_W-1:0] take_ch,  // whose
    input wire [12:0] take_len,  // its bytes
    input wire take_end,  // with the packet's end
    output wire [STREAMS-1:0] packet_valid,  // a packet was cut to its end
    output wire [STREAMS*8-1:0] packet_tid,  // its number
    output wire [STREAMS*8-1:0] packet_tdest,  // its destination
    // front: sinks
    output wire [STREAMS-1:0] so_ready,  // there is room for a piece
    input wire put_valid,  // a piece was cut
    input wire [CH_W-1:0] put_ch,  // whose
    input wire [12:0] put_len,  // its bytes
    input wire [5:0] put_off,  // lane of its first byte
    input wire conf_valid,  // a channel's TDEST is written
    input wire [CH_W-1:0] conf_ch,  // whose
    input wire [7:0] conf_tdest,  // value
    // windlass_read: a piece was issued
    input wire pull_valid,  // its words will land
    input wire [CH_W-1:0] pull_ch,  // whose
    input wire [7:0] pull_words_m1,  // words - 1
    input wire pull_all,  // the last one is used up
    // windlass_land
    output reg alt_valid,  // a word
    output reg [DATA_WIDTH-1:0] alt_data,  // the word
    input wire alt_take,  // it is stored
    // windlass_write
    input wire beat_valid,  // a beat
    input wire [CH_W-1:0] beat_ch,  // whose
    input wire [DATA_WIDTH-1:0] beat_data,  // data
    input wire [DATA_WIDTH/8-1:0] beat_strb,  // bytes
    input wire beat_last,  // the packet ends
    // windlass_retire
    input wire cut_valid,  // a packet that has begun ends here; nothing of it is on its way
    input wire [CH_W-1:0] cut_ch  // whose
);
  localparam W = DATA_WIDTH / 8;

  // ---------------------------------------------------------------- reading ahead
  wire q_valid, q_all, a_valid;
  wire [CH_W-1:0] q_ch;
  wire [7:0] q_words_m1;
  wire [PULL_LOG:0] q_level;
  wire [4:0] a_level;
  wire [DATA_WIDTH-1:0] a_data;
  reg c_valid_reg, c_all_reg, get_reg, have_reg, put_reg;
  reg [CH_W-1:0] c_ch_reg, get_ch_reg, have_ch_reg;
  reg [7:0] c_left_reg;
  reg [DATA_WIDTH-1:0] put_data_reg;
  wire get = c_valid_reg && a_level < 5'd12;  // three words may be on their way
  wire c_end = get && c_left_reg == 8'd0;
  wire load = !c_valid_reg || c_end;
  wire a_free = !alt_valid || alt_take;

  reg pull_reg, pull_all_reg;
  reg [CH_W-1:0] pull_ch_reg;
  reg [7:0] pull_words_m1_reg;
  always @(posedge aclk) begin
    pull_reg <= aresetn && pull_valid;
    {pull_ch_reg, pull_words_m1_reg, pull_all_reg} <= {pull_ch, pull_words_m1, pull_all};
  end

  windlass_fifo #(
      .WIDTH(CH_W + 9),
      .DEPTH_LOG(PULL_LOG)
  ) pulls_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(pull_reg),
      .in_data({pull_ch_reg, pull_words_m1_reg, pull_all_reg}),
      .level(q_level),
      .out_valid(q_valid),
      .out_ready(load),
      .out_data({q_ch, q_words_m1, q_all})
  );

  wire [STREAMS*DATA_WIDTH-1:0] words;
  wire [STREAMS*13-1:0] bytes;
  wire [STREAMS-1:0] ends;
  wire [STREAMS*DATA_WIDTH-1:0] words_at = words >> have_ch_reg * DATA_WIDTH;
  wire [STREAMS*13-1:0] bytes_at = bytes >> si_ch * 13;
  wire [STREAMS-1:0] ends_at = ends >> si_ch;
  always @(posedge aclk) {si_bytes, si_end} <= {bytes_at[12:0], ends_at[0]};

  windlass_fifo #(
      .WIDTH(DATA_WIDTH),
      .DEPTH_LOG(4)
  ) ahead_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(put_reg),
      .in_data(put_data_reg),
      .level(a_level),
      .out_valid(a_valid),
      .out_ready(a_free),
      .out_data(a_data)
  );

  always @(posedge aclk) begin
    if (get) c_left_reg <= c_left_reg - 8'd1;
    if (load) begin
      c_valid_reg <= q_valid;
      c_ch_reg <= q_ch;
      c_left_reg <= q_words_m1;
      c_all_reg <= q_all;
    end
    get_reg <= get;
    get_ch_reg <= c_ch_reg;
    have_reg <= get_reg;
    have_ch_reg <= get_ch_reg;
    put_reg <= have_reg;
    put_data_reg <= words_at[DATA_WIDTH-1:0];
    if (a_free) begin
      alt_valid <= a_valid;
      alt_data  <= a_data;
    end
    if (!aresetn) begin
      c_valid_reg <= 1'b0;
      get_reg <= 1'b0;
      have_reg <= 1'b0;
      put_reg <= 1'b0;
      alt_valid <= 1'b0;
    end
  end

  // ---------------------------------------------------------------- on the way to the streams
  // Whose it is lies one-hot behind the register: each stream's bit is near it.
  reg [STREAMS-1:0] take_reg, put_hot_reg, beat_reg, cut_reg;
  reg t_end_reg, b_last_reg;
  reg [12:0] t_len_reg, p_len_reg;
  reg [5:0] p_off_reg;
  reg [DATA_WIDTH-1:0] b_data_reg;
  reg [W-1:0] b_strb_reg;
  integer h;
  always @(posedge aclk) begin
    for (h = 0; h < STREAMS; h = h + 1) begin
      take_reg[h] <= take_valid && take_ch == h[CH_W-1:0];
      put_hot_reg[h] <= put_valid && put_ch == h[CH_W-1:0];
      beat_reg[h] <= beat_valid && beat_ch == h[CH_W-1:0];
      cut_reg[h] <= cut_valid && cut_ch == h[CH_W-1:0];
    end
    {t_len_reg, t_end_reg} <= {take_len, take_end};
    {p_len_reg, p_off_reg} <= {put_len, put_off};
    {b_data_reg, b_strb_reg, b_last_reg} <= {beat_data, beat_strb, beat_last};
    if (!aresetn) {take_reg, put_hot_reg, beat_reg, cut_reg} <= {4 * STREAMS{1'b0}};
  end

  // ---------------------------------------------------------------- the streams
  genvar k;
  generate
    for (k = 0; k < STREAMS; k = k + 1) begin : g_stream
      reg [7:0] tdest_reg;
      always @(posedge aclk)
        if (!aresetn) tdest_reg <= 8'd0;
        else if (conf_valid && conf_ch == k) tdest_reg <= conf_tdest;

      windlass_stream_in #(
          .DATA_WIDTH(DATA_WIDTH),
          .DEPTH_LOG(DEPTH_LOG),
          .MOST(MOST)
      ) in_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .s_axis_tdata(s_axis_tdata[k*DATA_WIDTH+:DATA_WIDTH]),
          .s_axis_tkeep(s_axis_tkeep[k*W+:W]),
          .s_axis_tlast(s_axis_tlast[k]),
          .s_axis_tid(s_axis_tid[k*8+:8]),
          .s_axis_tdest(s_axis_tdest[k*8+:8]),
          .s_axis_tvalid(s_axis_tvalid[k]),
          .s_axis_tready(s_axis_tready[k]),
          .cut_ready(si_ready[k]),
          .cut_bytes(bytes[k*13+:13]),
          .cut_last(ends[k]),
          .take_valid(take_reg[k]),
          .take_len(t_len_reg),
          .take_last(t_end_reg),
          .packet_valid(packet_valid[k]),
          .packet_tid(packet_tid[k*8+:8]),
          .packet_tdest(packet_tdest[k*8+:8]),
          .pull(get && c_ch_reg == k),
          .pull_stay(c_left_reg == 8'd0 && !c_all_reg),
          .pull_data(words[k*DATA_WIDTH+:DATA_WIDTH])
      );

      windlass_stream_out #(
          .DATA_WIDTH(DATA_WIDTH),
          .DEPTH_LOG(DEPTH_LOG),
          .MOST(MOST),
          .TID(k)
      ) out_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .ready(so_ready[k]),
          .put_valid(put_hot_reg[k]),
          .put_len(p_len_reg),
          .put_off(p_off_reg),
          .tdest(tdest_reg),
          .beat_valid(beat_reg[k]),
          .beat_data(b_data_reg),
          .beat_strb(b_strb_reg),
          .beat_last(b_last_reg),
          .flush(cut_reg[k]),
          .m_axis_tdata(m_axis_tdata[k*DATA_WIDTH+:DATA_WIDTH]),
          .m_axis_tkeep(m_axis_tkeep[k*W+:W]),
          .m_axis_tlast(m_axis_tlast[k]),
          .m_axis_tid(m_axis_tid[k*8+:8]),
          .m_axis_tdest(m_axis_tdest[k*8+:8]),
          .m_axis_tuser(m_axis_tuser[k]),
          .m_axis_tvalid(m_axis_tvalid[k]),
          .m_axis_tready(m_axis_tready[k])
      );
    end
  endgenerate

endmodule

`resetall
