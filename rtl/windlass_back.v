/*
 * windlass_back: moves the bytes of each piece, and says what became of it.
 *
 * Purpose: wires windlass_gather, windlass_scatter and windlass_streams. Pieces come and are reported in the same order. See
 * docs/theory-of-operation.md.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_back #(
    parameter CHANNELS     = 4,    // number of channels
    parameter CH_W         = 2,    // width of a channel number
    parameter DATA_WIDTH   = 64,   // bus, bits
    parameter ADDR_WIDTH   = 32,   // address, bits
    parameter ID_WIDTH     = 4,    // AXI ID, bits
    parameter OUTSTANDING  = 32,   // reads and writes in flight, each
    parameter BUFFER_BEATS = 512,  // words of the landing buffer, a power of two
    parameter STREAMS      = 0,    // channels 0..STREAMS-1 have streams
    parameter STREAM_BEATS = 64,   // words of each stream's queue, a power of two
    parameter STREAM_MOST  = 16,   // words of a stream in one piece, at most
    parameter S_P          = 1,    // width of the streams' ports: STREAMS, at least 1
    parameter CRC          = 0,    // CRC32C and COMPARE are built
    parameter TAG_W        = 18    // width of a tag
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire piece_valid,  // a piece; may still come for 8 cycles after ready fell
    output wire piece_ready,  // there is room for 8 more
    output wire [4:0] piece_level,  // pieces that wait for their read
    output wire piece_busy,  // several wait for their read, or many for their write
    input wire [CH_W-1:0] piece_ch,  // channel
    input wire piece_null,  // a token without data
    input wire [3:0] piece_err,  // error that it carries
    input wire [ADDR_WIDTH-1:0] piece_src,  // physical source; of a stream: low bits = byte in its head word; of a fill: pattern
    input wire [ADDR_WIDTH-1:0] piece_dst,  // physical destination; of a stream: low bits = running byte offset
    input wire [ADDR_WIDTH-1:0] piece_src_l,  // logical source
    input wire [ADDR_WIDTH-1:0] piece_dst_l,  // logical destination
    input wire [31:0] piece_high,  // upper half of a fence's value; its lower half is in piece_src_l
    input wire [12:0] piece_len,  // bytes
    input wire [11:0] piece_len_m1,  // bytes - 1; of a token any
    input wire piece_sdev,  // the source is the device
    input wire piece_ddev,  // the destination is the device
    input wire piece_incr,  // the device's burst increments
    input wire [1:0] piece_unit,  // log2 of the device unit
    input wire piece_fill,  // the source is a pattern
    input wire piece_sstr,  // the source is the channel's stream
    input wire piece_slast,  // stream source: its packet's last byte is taken
    input wire piece_dstr,  // the destination is the channel's stream; of a token: an empty packet's end
    input wire piece_dlast,  // stream destination: TLAST after the last byte; of a sum: its segment ends
    input wire piece_sum,  // the bytes are summed up; piece_incr: they begin a segment
    input wire [TAG_W-1:0] piece_tag,  // opaque
    output wire [ID_WIDTH-1:0] m_axi_arid,  // always 0
    output wire [ADDR_WIDTH-1:0] m_axi_araddr,  // address
    output wire [7:0] m_axi_arlen,  // beats - 1
    output wire [2:0] m_axi_arsize,  // log2 of a beat
    output wire [1:0] m_axi_arburst,  // INCR or FIXED
    output wire m_axi_arlock,  // always 0
    output wire [3:0] m_axi_arcache,  // memory or device
    output wire [2:0] m_axi_arprot,  // always 0
    output wire [3:0] m_axi_arqos,  // always 0
    output wire m_axi_arvalid,  // valid
    input wire m_axi_arready,  // ready
    output wire [ID_WIDTH-1:0] m_axi_awid,  // always 0
    output wire [ADDR_WIDTH-1:0] m_axi_awaddr,  // address
    output wire [7:0] m_axi_awlen,  // beats - 1
    output wire [2:0] m_axi_awsize,  // log2 of a beat
    output wire [1:0] m_axi_awburst,  // INCR or FIXED
    output wire m_axi_awlock,  // always 0
    output wire [3:0] m_axi_awcache,  // memory or device
    output wire [2:0] m_axi_awprot,  // always 0
    output wire [3:0] m_axi_awqos,  // always 0
    output wire m_axi_awvalid,  // valid
    input wire m_axi_awready,  // ready
    output wire [DATA_WIDTH-1:0] m_axi_wdata,  // data
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb,  // strobes
    output wire m_axi_wlast,  // last beat
    output wire m_axi_wvalid,  // valid
    input wire m_axi_wready,  // ready
    input wire [1:0] m_axi_bresp,  // response
    input wire m_axi_bvalid,  // valid
    output wire m_axi_bready,  // ready
    input wire clr_valid,  // a channel restarts
    input wire [CH_W-1:0] clr_ch,  // which
    output wire done_valid,  // a piece is finished
    input wire done_ready,  // taken
    output wire [CH_W-1:0] done_ch,  // its channel
    output wire [12:0] done_len,  // bytes committed
    output wire [3:0] done_err,  // error
    output wire done_failed,  // that is not 0
    output wire [ADDR_WIDTH-1:0] done_faddr,  // address of the error
    output wire [ADDR_WIDTH-1:0] done_src,  // piece_src_l as it came
    output wire [31:0] done_high,  // piece_high as it came
    output wire [TAG_W-1:0] done_tag,  // its tag
    output wire [31:0] done_value,  // with the last piece of a sum: its CRC32C
    output wire done_differs,  // which is not piece_dst_l
    input wire [DATA_WIDTH-1:0] m_axi_rdata,  // data
    input wire [1:0] m_axi_rresp,  // response
    input wire m_axi_rlast,  // last beat
    input wire m_axi_rvalid,  // valid
    output wire m_axi_rready,  // ready: low only while a word is spread over rows, and while a fill or a stream has its turn
    input wire [ID_WIDTH-1:0] m_axi_bid,  // ID, always 0
    input wire [ID_WIDTH-1:0] m_axi_rid,  // ID, always 0
    output wire [CHANNELS-1:0] stop,  // channels in error: issue nothing more
    // streams: see windlass_streams
    input wire [S_P*DATA_WIDTH-1:0] s_axis_tdata,  // data
    input wire [S_P*DATA_WIDTH/8-1:0] s_axis_tkeep,  // bytes
    input wire [S_P-1:0] s_axis_tlast,  // the packet ends
    input wire [S_P*8-1:0] s_axis_tid,  // its number
    input wire [S_P*8-1:0] s_axis_tdest,  // its destination
    input wire [S_P-1:0] s_axis_tvalid,  // valid
    output wire [S_P-1:0] s_axis_tready,  // ready
    output wire [S_P*DATA_WIDTH-1:0] m_axis_tdata,  // data
    output wire [S_P*DATA_WIDTH/8-1:0] m_axis_tkeep,  // bytes
    output wire [S_P-1:0] m_axis_tlast,  // the packet ends
    output wire [S_P*8-1:0] m_axis_tid,  // number of the stream
    output wire [S_P*8-1:0] m_axis_tdest,  // destination
    output wire [S_P-1:0] m_axis_tuser,  // the packet was cut short
    output wire [S_P-1:0] m_axis_tvalid,  // valid
    input wire [S_P-1:0] m_axis_tready,  // ready
    output wire [S_P-1:0] si_ready,  // a piece can be cut from the stream in
    input wire [CH_W-1:0] si_ch,  // asked about
    output wire [12:0] si_bytes,  // a cycle later: bytes that a piece may take
    output wire si_end,  // the packet ends with them
    input wire str_take_valid,  // a piece was cut from a stream
    input wire [CH_W-1:0] str_take_ch,  // whose
    input wire [12:0] str_take_len,  // its bytes
    input wire str_take_end,  // with the packet's end
    output wire [S_P-1:0] packet_valid,  // a packet was cut to its end
    output wire [S_P*8-1:0] packet_tid,  // its number
    output wire [S_P*8-1:0] packet_tdest,  // its destination
    output wire [S_P-1:0] so_ready,  // there is room in the stream out for a piece
    input wire str_put_valid,  // a piece was cut for a stream
    input wire [CH_W-1:0] str_put_ch,  // whose
    input wire [12:0] str_put_len,  // its bytes
    input wire [5:0] str_put_off,  // lane of its first byte
    input wire conf_valid,  // a channel's TDEST is written
    input wire [CH_W-1:0] conf_ch,  // whose
    input wire [7:0] conf_tdest,  // value
    input wire cut_valid,  // a channel's work has ended early: a packet that has begun ends here
    input wire [CH_W-1:0] cut_ch  // which
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam PTR_W = $clog2(BUFFER_BEATS);
  localparam QUEUE_LOG = OUTSTANDING > 32 ? 7 : 6;
  localparam LAND_LOG = OUTSTANDING > 4 ? $clog2(OUTSTANDING) : 2;  // windlass_fifo has four places at least
  localparam REC_W = CH_W + 5 + 2 + ADDR_WIDTH + 8 + OFF_W;

  wire row_back, adv, rec_valid, go_valid, go_token, pull_valid, pull_all, str_valid, str_last, pulled_valid, pulled_take,
      read_bad_valid;
  wire [QUEUE_LOG:0] queue_level;
  wire [REC_W-1:0] rec_data;
  wire [W-1:0] get_bad;
  wire [PTR_W-1:0] get_addr;
  wire [DATA_WIDTH-1:0] get_data, pulled;
  wire [ 1:0] rows_landed;
  wire [13:0] read_bad_data;
  wire [CH_W-1:0] pull_ch, str_ch;
  wire [7:0] pull_words_m1;

  windlass_gather #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .PTR_W(PTR_W),
      .QUEUE_LOG(QUEUE_LOG),
      .REC_W(REC_W),
      .LAND_LOG(LAND_LOG),
      .STREAMS(STREAMS),
      .CRC(CRC)
  ) gather_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .piece_valid(piece_valid),
      .piece_ready(piece_ready),
      .piece_level(piece_level),
      .piece_busy(piece_busy),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_len_m1(piece_len_m1),
      .piece_sdev(piece_sdev),
      .piece_ddev(piece_ddev),
      .piece_incr(piece_incr),
      .piece_unit(piece_unit),
      .piece_fill(piece_fill),
      .piece_sstr(piece_sstr),
      .piece_slast(piece_slast),
      .piece_dstr(piece_dstr),
      .piece_dlast(piece_dlast),
      .piece_sum(piece_sum),
      .squash(stop),
      .m_axi_arid(m_axi_arid),
      .m_axi_araddr(m_axi_araddr),
      .m_axi_arlen(m_axi_arlen),
      .m_axi_arsize(m_axi_arsize),
      .m_axi_arburst(m_axi_arburst),
      .m_axi_arlock(m_axi_arlock),
      .m_axi_arcache(m_axi_arcache),
      .m_axi_arprot(m_axi_arprot),
      .m_axi_arqos(m_axi_arqos),
      .m_axi_arvalid(m_axi_arvalid),
      .m_axi_arready(m_axi_arready),
      .m_axi_rdata(m_axi_rdata),
      .m_axi_rresp(m_axi_rresp),
      .m_axi_rvalid(m_axi_rvalid),
      .m_axi_rready(m_axi_rready),
      .pull_valid(pull_valid),
      .pull_ch(pull_ch),
      .pull_words_m1(pull_words_m1),
      .pull_all(pull_all),
      .str_valid(pulled_valid),
      .str_data(pulled),
      .str_take(pulled_take),
      .queue_level(queue_level),
      .rec_valid(rec_valid),
      .rec_data(rec_data),
      .go_valid(go_valid),
      .go_token(go_token),
      .rows_landed(rows_landed),
      .bad_valid(read_bad_valid),
      .bad_data(read_bad_data),
      .row_back(row_back),
      .adv(adv),
      .get_addr(get_addr),
      .get_data(get_data),
      .get_bad(get_bad)
  );

  windlass_scatter #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .PTR_W(PTR_W),
      .QUEUE_LOG(QUEUE_LOG),
      .REC_W(REC_W),
      .LAND_LOG(LAND_LOG),
      .CRC(CRC),
      .TAG_W(TAG_W)
  ) scatter_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .piece_valid(piece_valid),
      .piece_ch(piece_ch),
      .piece_err(piece_null ? piece_err : 4'd0),
      .piece_src_l(piece_src_l),
      .piece_dst_l(piece_dst_l),
      .piece_high(piece_high),
      .piece_fixed(piece_sdev),
      .piece_len(piece_len),
      .piece_tag(piece_tag),
      .piece_end(piece_sum && piece_dlast),
      .queue_level(queue_level),
      .rec_valid(rec_valid),
      .rec_data(rec_data),
      .go_valid(go_valid),
      .go_token(go_token),
      .rows_landed(rows_landed),
      .bad_in_valid(read_bad_valid),
      .bad_in_data(read_bad_data),
      .row_back(row_back),
      .adv(adv),
      .get_addr(get_addr),
      .get_data(get_data),
      .get_bad(get_bad),
      .squash(stop),
      .clr_valid(clr_valid),
      .clr_ch(clr_ch),
      .m_axi_awid(m_axi_awid),
      .m_axi_awaddr(m_axi_awaddr),
      .m_axi_awlen(m_axi_awlen),
      .m_axi_awsize(m_axi_awsize),
      .m_axi_awburst(m_axi_awburst),
      .m_axi_awlock(m_axi_awlock),
      .m_axi_awcache(m_axi_awcache),
      .m_axi_awprot(m_axi_awprot),
      .m_axi_awqos(m_axi_awqos),
      .m_axi_awvalid(m_axi_awvalid),
      .m_axi_awready(m_axi_awready),
      .m_axi_wdata(m_axi_wdata),
      .m_axi_wstrb(m_axi_wstrb),
      .m_axi_wlast(m_axi_wlast),
      .m_axi_wvalid(m_axi_wvalid),
      .m_axi_wready(m_axi_wready),
      .m_axi_bresp(m_axi_bresp),
      .m_axi_bvalid(m_axi_bvalid),
      .m_axi_bready(m_axi_bready),
      .str_valid(str_valid),
      .str_ch(str_ch),
      .str_last(str_last),
      .done_valid(done_valid),
      .done_ready(done_ready),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_failed(done_failed),
      .done_faddr(done_faddr),
      .done_src(done_src),
      .done_high(done_high),
      .done_tag(done_tag),
      .done_value(done_value),
      .done_differs(done_differs)
  );

  generate
    if (STREAMS > 0) begin : g_streams
      windlass_streams #(
          .STREAMS(STREAMS),
          .CH_W(CH_W),
          .DATA_WIDTH(DATA_WIDTH),
          .DEPTH_LOG($clog2(STREAM_BEATS)),
          .MOST(STREAM_MOST),
          .PULL_LOG(LAND_LOG)
      ) streams_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .s_axis_tdata(s_axis_tdata),
          .s_axis_tkeep(s_axis_tkeep),
          .s_axis_tlast(s_axis_tlast),
          .s_axis_tid(s_axis_tid),
          .s_axis_tdest(s_axis_tdest),
          .s_axis_tvalid(s_axis_tvalid),
          .s_axis_tready(s_axis_tready),
          .m_axis_tdata(m_axis_tdata),
          .m_axis_tkeep(m_axis_tkeep),
          .m_axis_tlast(m_axis_tlast),
          .m_axis_tid(m_axis_tid),
          .m_axis_tdest(m_axis_tdest),
          .m_axis_tuser(m_axis_tuser),
          .m_axis_tvalid(m_axis_tvalid),
          .m_axis_tready(m_axis_tready),
          .si_ready(si_ready),
          .si_ch(si_ch),
          .si_bytes(si_bytes),
          .si_end(si_end),
          .take_valid(str_take_valid),
          .take_ch(str_take_ch),
          .take_len(str_take_len),
          .take_end(str_take_end),
          .packet_valid(packet_valid),
          .packet_tid(packet_tid),
          .packet_tdest(packet_tdest),
          .so_ready(so_ready),
          .put_valid(str_put_valid),
          .put_ch(str_put_ch),
          .put_len(str_put_len),
          .put_off(str_put_off),
          .conf_valid(conf_valid),
          .conf_ch(conf_ch),
          .conf_tdest(conf_tdest),
          .pull_valid(pull_valid),
          .pull_ch(pull_ch),
          .pull_words_m1(pull_words_m1),
          .pull_all(pull_all),
          .alt_valid(pulled_valid),
          .alt_data(pulled),
          .alt_take(pulled_take),
          .beat_valid(str_valid),
          .beat_ch(str_ch),
          .beat_data(m_axi_wdata),
          .beat_strb(m_axi_wstrb),
          .beat_last(str_last),
          .cut_valid(cut_valid),
          .cut_ch(cut_ch)
      );
    end else begin : g_no_streams
      assign {s_axis_tready, m_axis_tlast, m_axis_tuser, m_axis_tvalid, si_ready, packet_valid, so_ready} = {7 * S_P{1'b0}};
      assign {m_axis_tid, m_axis_tdest, packet_tid, packet_tdest} = {4 * S_P * 8{1'b0}};
      assign m_axis_tdata = {S_P * DATA_WIDTH{1'b0}};
      assign m_axis_tkeep = {S_P * W{1'b0}};
      assign {si_bytes, si_end, pulled_valid} = 15'd0;
      assign pulled = {DATA_WIDTH{1'b0}};
    end
  endgenerate

endmodule

`resetall
