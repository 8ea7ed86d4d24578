/*
 * windlass_scatter: takes the bytes of pieces out of the buffer to where they go, and says what became of each piece.
 *
 * Purpose: the other end of windlass_gather: wires windlass_pending, where the record of each write waits until its read went, to windlass_write, which
 * sends the rows to the bus, to streams and to sums, and to windlass_outcome, which pairs what was sent with the responses and reports.
 * windlass_squash keeps which channels have met an error at either.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_scatter #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2,  // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter ID_WIDTH = 4,  // AXI ID, bits
    parameter OUTSTANDING = 32,  // reads and writes in flight, each
    parameter PTR_W = 9,  // width of a row number of the buffer
    parameter QUEUE_LOG = 6,  // log2 of the records of windlass_pending
    parameter REC_W = 32,  // width of such a record
    parameter LAND_LOG = 5,  // log2 of the writes under way
    parameter CRC = 0,  // CRC32C and COMPARE are built
    parameter TAG_W = 18  // width of a tag
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // pieces, as they come
    input wire piece_valid,  // a piece; may still come for 8 cycles after ready fell
    input wire [CH_W-1:0] piece_ch,  // channel
    input wire [3:0] piece_err,  // error that a token carries, else 0
    input wire [ADDR_WIDTH-1:0] piece_src_l,  // logical source
    input wire [ADDR_WIDTH-1:0] piece_dst_l,  // logical destination
    input wire [31:0] piece_high,  // upper half of a fence's value; its lower half is in piece_src_l
    input wire piece_fixed,  // errors of the source are at its first address
    input wire [12:0] piece_len,  // bytes
    input wire [TAG_W-1:0] piece_tag,  // opaque
    input wire piece_end,  // it ends a segment that is summed up
    // what will be written
    output wire [QUEUE_LOG:0] queue_level,  // pieces that wait to be written; one that was taken counts a cycle longer
    input wire rec_valid,  // a piece came; there is room
    input wire [REC_W-1:0] rec_data,  // its record, see windlass_read
    input wire go_valid,  // a piece went: its turn to be written may come
    input wire go_token,  // it moves no data
    input wire [1:0] rows_landed,  // rows that are complete from the next cycle on
    input wire bad_in_valid,  // a piece had a read error
    input wire [13:0] bad_in_data,  // {it is a DECERR, bytes before}
    // rows of the buffer
    output wire row_back,  // a row is given back
    output wire adv,  // the pipeline advances: read another row
    output wire [PTR_W-1:0] get_addr,  // which
    input wire [DATA_WIDTH-1:0] get_data,  // a cycle later: the row
    input wire [DATA_WIDTH/8-1:0] get_bad,  // its bytes that are not good
    // channels in error
    output wire [CHANNELS-1:0] squash,  // these: issue nothing more
    input wire clr_valid,  // a channel restarts
    input wire [CH_W-1:0] clr_ch,  // which
    // AXI4 master: writes
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
    output wire [DATA_WIDTH-1:0] m_axi_wdata,  // data, of a stream's beat too
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb,  // strobes, of a stream's beat too
    output wire m_axi_wlast,  // last beat
    output wire m_axi_wvalid,  // valid
    input wire m_axi_wready,  // ready
    input wire [1:0] m_axi_bresp,  // response
    input wire m_axi_bvalid,  // valid
    output wire m_axi_bready,  // ready
    // beats for streams, never refused
    output wire str_valid,  // a beat for a stream; without strobes for an empty packet's end
    output wire [CH_W-1:0] str_ch,  // whose
    output wire str_last,  // a packet ends with it
    // reports
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
    output wire done_differs  // which is not piece_dst_l
);
  wire next_valid, next_take, next_token, res_valid, piece_back, sum_valid, sum_ready, sum_first, sum_last;
  wire write_bad_valid, resp_bad_valid;
  wire [REC_W-1:0] next_data;
  wire [3:0] res_data;
  wire [CH_W-1:0] write_bad_ch, resp_bad_ch, sum_ch;
  wire [$clog2(DATA_WIDTH / 8):0] sum_bytes;

  windlass_pending #(
      .WIDTH(REC_W),
      .DEPTH_LOG(QUEUE_LOG)
  ) pending_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .rec_valid(rec_valid),
      .rec_data(rec_data),
      .level(queue_level),
      .go_valid(go_valid),
      .go_token(go_token),
      .next_valid(next_valid),
      .next_take(next_take),
      .next_token(next_token),
      .next_data(next_data)
  );

  windlass_write #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .PTR_W(PTR_W),
      .REC_W(REC_W),
      .CRC(CRC)
  ) write_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .rec_valid(next_valid),
      .rec_take(next_take),
      .rec_token(next_token),
      .rec_data(next_data),
      .rows_landed(rows_landed),
      .row_back(row_back),
      .adv(adv),
      .get_addr(get_addr),
      .get_data(get_data),
      .get_bad(get_bad),
      .squash(squash),
      .bad_valid(write_bad_valid),
      .bad_ch(write_bad_ch),
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
      .str_valid(str_valid),
      .str_ch(str_ch),
      .str_last(str_last),
      .sum_valid(sum_valid),
      .sum_ready(sum_ready),
      .sum_ch(sum_ch),
      .sum_first(sum_first),
      .sum_last(sum_last),
      .sum_bytes(sum_bytes),
      .piece_back(piece_back),
      .res_valid(res_valid),
      .res_data(res_data)
  );

  windlass_outcome #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .TRACK_LOG(QUEUE_LOG + 1),
      .RES_LOG(LAND_LOG),
      .CRC(CRC),
      .TAG_W(TAG_W)
  ) outcome_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .piece_valid(piece_valid),
      .piece_ch(piece_ch),
      .piece_err(piece_err),
      .piece_src_l(piece_src_l),
      .piece_dst_l(piece_dst_l),
      .piece_high(piece_high),
      .piece_fixed(piece_fixed),
      .piece_len(piece_len),
      .piece_tag(piece_tag),
      .piece_end(piece_end),
      .res_valid(res_valid),
      .res_data(res_data),
      .bad_in_valid(bad_in_valid),
      .bad_in_data(bad_in_data),
      .m_axi_bresp(m_axi_bresp),
      .m_axi_bvalid(m_axi_bvalid),
      .m_axi_bready(m_axi_bready),
      .clr_valid(clr_valid),
      .clr_ch(clr_ch),
      .bad_valid(resp_bad_valid),
      .bad_ch(resp_bad_ch),
      .piece_back(piece_back),
      .sum_valid(sum_valid),
      .sum_ready(sum_ready),
      .sum_ch(sum_ch),
      .sum_first(sum_first),
      .sum_last(sum_last),
      .sum_bytes(sum_bytes),
      .sum_data(m_axi_wdata),
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

  windlass_squash #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) squash_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .write_bad_valid(write_bad_valid),
      .write_bad_ch(write_bad_ch),
      .resp_bad_valid(resp_bad_valid),
      .resp_bad_ch(resp_bad_ch),
      .clr_valid(clr_valid),
      .clr_ch(clr_ch),
      .squash(squash)
  );

endmodule

`resetall
