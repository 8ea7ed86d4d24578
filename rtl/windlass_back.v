/*
 * windlass_back: moves the bytes of each piece, and says what became of it.
 *
 * Purpose: wires read, land, buffer, write and bresp, and keeps which channels are in error. Pieces come and are
 * reported in the same order. See docs/theory-of-operation.md.
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
    parameter TAG_W        = 12    // width of a tag
) (
    input  wire                    aclk,           // clock
    input  wire                    aresetn,        // synchronous reset, active low
    input  wire                    piece_valid,    // a piece; may still come for 8 cycles after ready fell
    output wire                    piece_ready,    // there is room for 8 more
    input  wire [        CH_W-1:0] piece_ch,       // channel
    input  wire                    piece_null,     // a token without data
    input  wire [             3:0] piece_err,      // error that it carries
    input  wire [  ADDR_WIDTH-1:0] piece_src,      // physical source
    input  wire [  ADDR_WIDTH-1:0] piece_dst,      // physical destination
    input  wire [  ADDR_WIDTH-1:0] piece_src_l,    // logical source
    input  wire [  ADDR_WIDTH-1:0] piece_dst_l,    // logical destination
    input  wire [            12:0] piece_len,      // bytes
    input  wire                    piece_sdev,     // the source is the device
    input  wire                    piece_ddev,     // the destination is the device
    input  wire [             1:0] piece_unit,     // log2 of the device unit
    input  wire [       TAG_W-1:0] piece_tag,      // opaque
    output wire [    ID_WIDTH-1:0] m_axi_arid,     // always 0
    output wire [  ADDR_WIDTH-1:0] m_axi_araddr,   // address
    output wire [             7:0] m_axi_arlen,    // beats - 1
    output wire [             2:0] m_axi_arsize,   // log2 of a beat
    output wire [             1:0] m_axi_arburst,  // INCR or FIXED
    output wire                    m_axi_arlock,   // always 0
    output wire [             3:0] m_axi_arcache,  // memory or device
    output wire [             2:0] m_axi_arprot,   // always 0
    output wire [             3:0] m_axi_arqos,    // always 0
    output wire                    m_axi_arvalid,  // valid
    input  wire                    m_axi_arready,  // ready
    output wire [    ID_WIDTH-1:0] m_axi_awid,     // always 0
    output wire [  ADDR_WIDTH-1:0] m_axi_awaddr,   // address
    output wire [             7:0] m_axi_awlen,    // beats - 1
    output wire [             2:0] m_axi_awsize,   // log2 of a beat
    output wire [             1:0] m_axi_awburst,  // INCR or FIXED
    output wire                    m_axi_awlock,   // always 0
    output wire [             3:0] m_axi_awcache,  // memory or device
    output wire [             2:0] m_axi_awprot,   // always 0
    output wire [             3:0] m_axi_awqos,    // always 0
    output wire                    m_axi_awvalid,  // valid
    input  wire                    m_axi_awready,  // ready
    output wire [  DATA_WIDTH-1:0] m_axi_wdata,    // data
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb,    // strobes
    output wire                    m_axi_wlast,    // last beat
    output wire                    m_axi_wvalid,   // valid
    input  wire                    m_axi_wready,   // ready
    input  wire [             1:0] m_axi_bresp,    // response
    input  wire                    m_axi_bvalid,   // valid
    output wire                    m_axi_bready,   // ready
    input  wire                    clr_valid,      // a channel restarts
    input  wire [        CH_W-1:0] clr_ch,         // which
    output wire                    done_valid,     // a piece is finished
    input  wire                    done_ready,     // taken
    output wire [        CH_W-1:0] done_ch,        // its channel
    output wire [            12:0] done_len,       // bytes committed
    output wire [             3:0] done_err,       // error
    output wire [  ADDR_WIDTH-1:0] done_faddr,     // address of the error
    output wire [       TAG_W-1:0] done_tag,       // its tag
    input  wire [  DATA_WIDTH-1:0] m_axi_rdata,    // data
    input  wire [             1:0] m_axi_rresp,    // response
    input  wire                    m_axi_rlast,    // last beat
    input  wire                    m_axi_rvalid,   // valid
    output wire                    m_axi_rready,   // always 1
    input  wire [    ID_WIDTH-1:0] m_axi_bid,      // ID, always 0
    input  wire [    ID_WIDTH-1:0] m_axi_rid,      // ID, always 0
    output wire [    CHANNELS-1:0] stop            // channels in error: issue nothing more
);
  localparam OFF_W = $clog2(DATA_WIDTH / 8);
  localparam PTR_W = $clog2(BUFFER_BEATS);
  localparam QUEUE_LOG = OUTSTANDING > 30 ? 7 : 6;
  localparam REC_W = CH_W + 1 + 4 + 2 + 2 + 3 * ADDR_WIDTH + 13 + OFF_W + TAG_W;
  localparam INFO_W = CH_W + 1 + 4 + 1 + 2 * ADDR_WIDTH + 13 + TAG_W;

  wire [1:0] words_back;
  wire read_back, land_valid, rec_valid, put_valid, adv, next_valid, next_take, write_bad_valid,
      track_ready, info_valid, res_valid, resp_bad_valid;
  wire [QUEUE_LOG:0] queue_level;
  wire [8:0] land_data;
  wire [REC_W-1:0] rec_data, next_data;
  wire [PTR_W-1:0] put_addr, get_addr;
  wire [DATA_WIDTH+1:0] put_data;
  wire [PTR_W:0] landed;
  wire [DATA_WIDTH + 2-1:0] get_even, get_odd;
  wire [CH_W-1:0] write_bad_ch, resp_bad_ch;
  wire [INFO_W-1:0] info_data;
  wire [14:0] res_data;

  // A channel in error: no more reads are issued for it and no more writes. Cleared when it restarts.
  reg [CHANNELS-1:0] squash_reg;
  wire [CHANNELS-1:0] squash = squash_reg;
  assign stop = squash_reg;

  always @(posedge aclk) begin
    if (write_bad_valid) squash_reg[write_bad_ch] <= 1'b1;
    if (resp_bad_valid) squash_reg[resp_bad_ch] <= 1'b1;
    if (clr_valid) squash_reg[clr_ch] <= 1'b0;
    if (!aresetn) squash_reg <= {CHANNELS{1'b0}};
  end

  windlass_read #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .PTR_W(PTR_W),
      .QUEUE_LOG(QUEUE_LOG),
      .TAG_W(TAG_W),
      .REC_W(REC_W)
  ) read_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .piece_valid(piece_valid),
      .piece_ready(piece_ready),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_src_l(piece_src_l),
      .piece_dst_l(piece_dst_l),
      .piece_len(piece_len),
      .piece_sdev(piece_sdev),
      .piece_ddev(piece_ddev),
      .piece_unit(piece_unit),
      .piece_tag(piece_tag),
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
      .words_back(words_back),
      .read_back(read_back),
      .queue_level(queue_level),
      .land_valid(land_valid),
      .land_data(land_data),
      .rec_valid(rec_valid),
      .rec_data(rec_data)
  );

  windlass_land #(
      .DATA_WIDTH(DATA_WIDTH),
      .PTR_W(PTR_W)
  ) land_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .m_axi_rdata(m_axi_rdata),
      .m_axi_rresp(m_axi_rresp),
      .m_axi_rlast(m_axi_rlast),
      .m_axi_rvalid(m_axi_rvalid),
      .m_axi_rready(m_axi_rready),
      .land_valid(land_valid),
      .land_data(land_data),
      .read_back(read_back),
      .put_valid(put_valid),
      .put_addr(put_addr),
      .put_data(put_data),
      .landed(landed)
  );

  windlass_buffer #(
      .WIDTH(DATA_WIDTH + 2),
      .PTR_W(PTR_W)
  ) buffer_i (
      .aclk(aclk),
      .put_valid(put_valid),
      .put_addr(put_addr),
      .put_data(put_data),
      .adv(adv),
      .get_addr(get_addr),
      .get_even(get_even),
      .get_odd(get_odd)
  );

  windlass_queue #(
      .WIDTH(REC_W),
      .DEPTH_LOG(QUEUE_LOG)
  ) queue_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(rec_valid),
      .in_data(rec_data),
      .level(queue_level),
      .out_valid(next_valid),
      .out_ready(next_take),
      .out_data(next_data)
  );

  windlass_write #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .PTR_W(PTR_W),
      .TAG_W(TAG_W),
      .REC_W(REC_W),
      .INFO_W(INFO_W)
  ) write_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .rec_valid(next_valid),
      .rec_take(next_take),
      .rec_data(next_data),
      .landed(landed),
      .words_back(words_back),
      .adv(adv),
      .get_addr(get_addr),
      .get_even(get_even),
      .get_odd(get_odd),
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
      .track_ready(track_ready),
      .info_valid(info_valid),
      .info_data(info_data),
      .res_valid(res_valid),
      .res_data(res_data)
  );

  windlass_bresp #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .TAG_W(TAG_W),
      .INFO_W(INFO_W)
  ) bresp_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .track_ready(track_ready),
      .info_valid(info_valid),
      .info_data(info_data),
      .res_valid(res_valid),
      .res_data(res_data),
      .m_axi_bresp(m_axi_bresp),
      .m_axi_bvalid(m_axi_bvalid),
      .m_axi_bready(m_axi_bready),
      .clr_valid(clr_valid),
      .clr_ch(clr_ch),
      .bad_valid(resp_bad_valid),
      .bad_ch(resp_bad_ch),
      .done_valid(done_valid),
      .done_ready(done_ready),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_faddr(done_faddr),
      .done_tag(done_tag)
  );
endmodule

`resetall
