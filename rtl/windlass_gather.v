/*
 * windlass_gather: brings the bytes of pieces into the buffer.
 *
 * Purpose: wires windlass_read, which asks for them, to where they come from (the bus, windlass_patterns for fills, streams), to windlass_land,
 * which turns them to the lanes of their destination, and to windlass_buffer.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_gather #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2,  // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter ID_WIDTH = 4,  // AXI ID, bits
    parameter OUTSTANDING = 32,  // reads and writes in flight, each
    parameter PTR_W = 9,  // width of a row number of the buffer
    parameter QUEUE_LOG = 6,  // log2 of the records of windlass_pending
    parameter REC_W = 32,  // width of such a record
    parameter LAND_LOG = 5,  // log2 of the pieces that wait for their data
    parameter STREAMS = 0,  // channels 0..STREAMS-1 have streams
    parameter CRC = 0  // CRC32C and COMPARE are built
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // pieces
    input wire piece_valid,  // a piece; may still come for 8 cycles after ready fell
    output wire piece_ready,  // there is room for 8 more
    output wire [4:0] piece_level,  // pieces that wait for their read
    output wire piece_busy,  // several wait for their read, or many for their write
    input wire [CH_W-1:0] piece_ch,  // channel
    input wire piece_null,  // a token without data
    input wire [3:0] piece_err,  // error that it carries
    input wire [ADDR_WIDTH-1:0] piece_src,  // physical source; of a stream: low bits = byte in its head word; of a fill: pattern
    input wire [ADDR_WIDTH-1:0] piece_dst,  // physical destination; of a stream: low bits = running byte offset
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
    input wire [CHANNELS-1:0] squash,  // channels in error
    // AXI4 master: reads
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
    input wire [DATA_WIDTH-1:0] m_axi_rdata,  // data
    input wire [1:0] m_axi_rresp,  // response
    input wire m_axi_rvalid,  // valid
    output wire m_axi_rready,  // ready: low only while a word is spread over rows, and while a fill or a stream has its turn
    // words of streams, read ahead
    output wire pull_valid,  // the data come from a stream
    output wire [CH_W-1:0] pull_ch,  // whose
    output wire [7:0] pull_words_m1,  // words - 1
    output wire pull_all,  // its last word is used up
    input wire str_valid,  // a word of a stream has come
    input wire [DATA_WIDTH-1:0] str_data,  // the word
    output wire str_take,  // taken
    // what will be written
    input wire [QUEUE_LOG:0] queue_level,  // pieces that wait to be written, two cycles late
    output wire rec_valid,  // a piece came, see windlass_write
    output wire [REC_W-1:0] rec_data,  // its record
    output wire go_valid,  // a piece went: its turn to be written may come
    output wire go_token,  // it moves no data
    output wire [1:0] rows_landed,  // rows completed by this store
    output wire bad_valid,  // a piece had an error
    output wire [13:0] bad_data,  // {it is a DECERR, bytes before}
    // rows of the buffer
    input wire row_back,  // a buffer row is given back
    input wire adv,  // advance: read another row
    input wire [PTR_W-1:0] get_addr,  // which
    output wire [DATA_WIDTH-1:0] get_data,  // a cycle later: the row
    output wire [DATA_WIDTH/8-1:0] get_bad  // its lanes that are not good
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam LAND_W = 12 + 2 * OFF_W + 8;

  wire land_back, land_valid, put_bad, fill_valid, fill_room, fill_take, pattern_valid, alt_fill, alt_take;
  wire [31:0] fill_data, pattern;
  wire [LAND_W-1:0] land_data;
  wire [W-1:0] put_we;
  wire [W*PTR_W-1:0] put_addr;
  wire [DATA_WIDTH-1:0] put_data;
  assign str_take = alt_take && !alt_fill;

  windlass_read #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .PTR_W(PTR_W),
      .QUEUE_LOG(QUEUE_LOG),
      .REC_W(REC_W),
      .LAND_W(LAND_W),
      .CRC(CRC)
  ) read_i (
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
      .squash(squash),
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
      .row_back(row_back),
      .land_back(land_back),
      .queue_level(queue_level),
      .fill_room(fill_room),
      .rec_valid(rec_valid),
      .rec_data(rec_data),
      .go_valid(go_valid),
      .go_token(go_token),
      .land_valid(land_valid),
      .land_data(land_data),
      .fill_valid(fill_valid),
      .fill_data(fill_data),
      .pull_valid(pull_valid),
      .pull_ch(pull_ch),
      .pull_words_m1(pull_words_m1),
      .pull_all(pull_all)
  );

  windlass_patterns #(
      .DEPTH_LOG(4)
  ) patterns_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(fill_valid),
      .in_data(fill_data),
      .room(fill_room),
      .out_valid(pattern_valid),
      .out_data(pattern),
      .out_take(fill_take)
  );

  windlass_land #(
      .DATA_WIDTH(DATA_WIDTH),
      .PTR_W(PTR_W),
      .DEPTH_LOG(LAND_LOG),
      .LAND_W(LAND_W)
  ) land_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .m_axi_rdata(m_axi_rdata),
      .m_axi_rresp(m_axi_rresp),
      .m_axi_rvalid(m_axi_rvalid),
      .m_axi_rready(m_axi_rready),
      .alt_valid(alt_fill ? pattern_valid : str_valid),
      .alt_data(alt_fill || STREAMS == 0 ? {W / 4{pattern}} : str_data),
      .alt_take(alt_take),
      .land_valid(land_valid),
      .land_data(land_data),
      .alt_fill(alt_fill),
      .fill_take(fill_take),
      .land_back(land_back),
      .put_we(put_we),
      .put_addr(put_addr),
      .put_data(put_data),
      .put_bad(put_bad),
      .rows_landed(rows_landed),
      .bad_valid(bad_valid),
      .bad_data(bad_data)
  );

  windlass_buffer #(
      .LANES(W),
      .PTR_W(PTR_W)
  ) buffer_i (
      .aclk(aclk),
      .put_we(put_we),
      .put_addr(put_addr),
      .put_data(put_data),
      .put_bad(put_bad),
      .adv(adv),
      .get_addr(get_addr),
      .get_data(get_data),
      .get_bad(get_bad)
  );

endmodule

`resetall
