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
    output wire [12:0] si_bytes,  // at once: bytes that a piece may take
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
  localparam LAND_LOG = OUTSTANDING > 1 ? $clog2(OUTSTANDING) : 1;
  localparam REC_W = CH_W + 5 + 2 + ADDR_WIDTH + 8 + OFF_W;
  localparam LAND_W = 12 + 2 * OFF_W + 8;

  wire row_back, land_back, land_valid, put_bad, adv, rec_valid, next_valid, next_there, next_take, go_valid, go_token,
      next_token, fill_valid, fill_any, fill_take,
      alt_fill, alt_take, pull_valid, pull_all, str_valid, str_last, pulled_valid, res_valid, piece_back, read_bad_valid,
      write_bad_valid, resp_bad_valid;
  wire [QUEUE_LOG:0] queue_level, go_level;
  wire [REC_W-1:0] rec_data, next_data;
  wire [LAND_W-1:0] land_data;
  wire [31:0] fill_data, pattern;
  wire [4:0] fill_level;
  wire [W-1:0] put_we, get_bad;
  wire [W*PTR_W-1:0] put_addr;
  wire [  PTR_W-1:0] get_addr;
  wire [DATA_WIDTH-1:0] put_data, get_data;
  wire [ 1:0] rows_landed;
  wire [13:0] read_bad_data;
  wire [CH_W-1:0] pull_ch, str_ch, write_bad_ch, resp_bad_ch;
  wire [7:0] pull_words_m1;
  wire [3:0] res_data;
  wire [DATA_WIDTH-1:0] pulled;
  wire resp_valid, resp_ready, resp_end, sum_valid, sum_ready, sum_first, sum_last;
  wire [CH_W-1:0] sum_ch;
  wire [ OFF_W:0] sum_bytes;
  localparam B_TAG_W = TAG_W + (CRC != 0 ? 1 : 0);
  wire [B_TAG_W-1:0] resp_tag;

  // A channel in error: no more reads are issued for it and no more writes. Cleared when it restarts.
  reg [CHANNELS-1:0] squash_reg;
  reg fill_room_reg;  // two patterns may be on their way while this is found
  wire [CHANNELS-1:0] squash = squash_reg;
  assign stop = squash_reg;

  always @(posedge aclk) begin
    fill_room_reg <= !fill_level[4] && fill_level[3:2] != 2'b11;
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
      .fill_room(fill_room_reg),
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

  // ---------------------------------------------------------------- patterns of fills that will land
  windlass_fifo #(
      .WIDTH(32),
      .DEPTH_LOG(4)
  ) fill_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(fill_valid),
      .in_data(fill_data),
      .level(fill_level),
      .out_valid(fill_any),
      .out_ready(!pattern_valid_reg || fill_take),
      .out_data(pattern)
  );
  reg pattern_valid_reg;
  reg [31:0] pattern_reg;
  always @(posedge aclk) begin
    if (!pattern_valid_reg || fill_take) begin
      pattern_valid_reg <= fill_any;
      pattern_reg <= pattern;
    end
    if (!aresetn) pattern_valid_reg <= 1'b0;
  end

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
      .alt_valid(alt_fill ? pattern_valid_reg : pulled_valid),
      .alt_data(alt_fill || STREAMS == 0 ? {W / 4{pattern_reg}} : pulled),
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
      .bad_valid(read_bad_valid),
      .bad_data(read_bad_data)
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

  // ---------------------------------------------------------------- what will be written, and whether it went
  // A record can be taken four cycles after its piece came, or two after the one before it. That the piece went is known here no earlier
  // than four cycles after it came.
  reg [1:0] gone_reg, token_reg;
  reg taken_reg;  // the level hears a cycle later of a record that is taken
  reg [QUEUE_LOG:0] queue_level_reg;
  wire [QUEUE_LOG:0] stored;
  assign queue_level = queue_level_reg;
  always @(posedge aclk) begin
    gone_reg <= {gone_reg[0], go_valid};
    token_reg <= {token_reg[0], go_token};
    taken_reg <= next_valid && next_there && next_take;
    queue_level_reg <= queue_level_reg + {{QUEUE_LOG{1'b0}}, rec_valid} - {{QUEUE_LOG{1'b0}}, taken_reg};
    if (!aresetn) begin
      gone_reg <= 2'd0;
      taken_reg <= 1'b0;
      queue_level_reg <= {QUEUE_LOG + 1{1'b0}};
    end
  end
  windlass_queue #(
      .WIDTH(REC_W),
      .DEPTH_LOG(QUEUE_LOG)
  ) queue_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(rec_valid),
      .in_data(rec_data),
      .level(stored),
      .out_valid(next_there),
      .out_ready(next_valid && next_take),
      .out_data(next_data)
  );
  windlass_fifo #(
      .WIDTH(1),
      .DEPTH_LOG(QUEUE_LOG),
      .OUT_REG(2)
  ) go_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(gone_reg[1]),
      .in_data(token_reg[1]),
      .level(go_level),
      .out_valid(next_valid),
      .out_ready(next_there && next_take),
      .out_data(next_token)
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
      .rec_valid(next_valid && next_there),
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

  windlass_bresp #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .TRACK_LOG(QUEUE_LOG + 1),
      .RES_LOG(LAND_LOG),
      .TAG_W(B_TAG_W)
  ) bresp_i (
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
      .piece_tag(bresp_tag),
      .res_valid(res_valid),
      .res_data(res_data),
      .bad_in_valid(read_bad_valid),
      .bad_in_data(read_bad_data),
      .m_axi_bresp(m_axi_bresp),
      .m_axi_bvalid(m_axi_bvalid),
      .m_axi_bready(m_axi_bready),
      .clr_valid(clr_valid),
      .clr_ch(clr_ch),
      .bad_valid(resp_bad_valid),
      .bad_ch(resp_bad_ch),
      .piece_back(piece_back),
      .done_valid(resp_valid),
      .done_ready(resp_ready),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_faddr(done_faddr),
      .done_src(done_src),
      .done_high(done_high),
      .done_tag(resp_tag)
  );

  // ---------------------------------------------------------------- sums: the report of a segment's last piece waits for its value
  wire [B_TAG_W-1:0] bresp_tag;
  assign done_tag = resp_tag[TAG_W-1:0];
  generate
    if (CRC != 0) begin : g_sum
      assign bresp_tag = {piece_sum && piece_dlast, piece_tag};
      assign resp_end  = resp_tag[TAG_W];
      windlass_checksum #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W),
          .DATA_WIDTH(DATA_WIDTH),
          .RES_LOG(LAND_LOG)
      ) checksum_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .sum_valid(sum_valid),
          .sum_ready(sum_ready),
          .sum_ch(sum_ch),
          .sum_first(sum_first),
          .sum_last(sum_last),
          .sum_bytes(sum_bytes),
          .sum_data(m_axi_wdata),
          .in_valid(resp_valid),
          .in_ready(resp_ready),
          .in_end(resp_end),
          .in_want(done_faddr[31:0]),
          .out_valid(done_valid),
          .out_ready(done_ready),
          .out_value(done_value),
          .out_differs(done_differs)
      );
    end else begin : g_no_sum
      assign bresp_tag = piece_tag;
      assign done_valid = resp_valid;
      assign resp_ready = done_ready;
      assign {sum_ready, resp_end, done_differs} = 3'd0;
      assign done_value = 32'd0;
    end
  endgenerate

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
          .alt_take(alt_take && !alt_fill),
          .beat_valid(str_valid),
          .beat_ch(str_ch),
          .beat_data(m_axi_wdata),
          .beat_strb(m_axi_wstrb),
          .beat_last(str_last),
          .cut_valid(cut_valid),
          .cut_ch(cut_ch)
      );
    end else begin : g_no_streams
      assign s_axis_tready = {S_P{1'b0}};
      assign m_axis_tdata = {S_P * DATA_WIDTH{1'b0}};
      assign m_axis_tkeep = {S_P * W{1'b0}};
      assign m_axis_tlast = {S_P{1'b0}};
      assign m_axis_tid = {S_P * 8{1'b0}};
      assign m_axis_tdest = {S_P * 8{1'b0}};
      assign m_axis_tuser = {S_P{1'b0}};
      assign m_axis_tvalid = {S_P{1'b0}};
      assign si_ready = {S_P{1'b0}};
      assign si_bytes = {13{1'b0}};
      assign packet_valid = {S_P{1'b0}};
      assign packet_tid = {S_P * 8{1'b0}};
      assign packet_tdest = {S_P * 8{1'b0}};
      assign so_ready = {S_P{1'b0}};
      assign pulled = {DATA_WIDTH{1'b0}};
      assign si_end = 1'b0;
      assign pulled_valid = 1'b0;
    end
  endgenerate

endmodule

`resetall
