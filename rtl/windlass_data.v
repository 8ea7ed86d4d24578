/*
 * windlass_data: from a piece to what software sees of it.
 *
 * Purpose: wires windlass_back, which moves the bytes of pieces, to windlass_report, which makes it visible; tells the map's fence that a
 * piece has ended.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_data #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2,  // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter ID_WIDTH = 4,  // AXI ID, bits
    parameter REQUEST_LINES = 4,  // request lines, 0: none
    parameter STREAMS = 0,  // channels 0..STREAMS-1 have streams
    parameter STREAM_BEATS = 64,  // words of each stream's queue, a power of two
    parameter STREAM_MOST = 16,  // words of a stream in one piece, at most
    parameter S_P = 1,  // width of the streams' ports: STREAMS, at least 1
    parameter OUTSTANDING = 32,  // reads and writes in flight, each
    parameter BUFFER_BEATS = 512,  // words of the data buffer, a power of two
    parameter DESC_SHARED = 0,  // descriptors travel on m_axi
    parameter DESCRIPTORS = 1,  // table and ring mode are built
    parameter AUTO_INIT = 1,  // auto-initialize mode is built
    parameter CRC = 0,  // CRC32C and COMPARE are built
    parameter TAG_W = 18  // width of windlass_front's tag
) (
    input wire aclk,  // clock of everything
    input wire aresetn,  // synchronous reset, active low
    // accepted writes and commands
    input wire cw_valid,  // an accepted write to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire start_valid,  // START
    input wire [CH_W-1:0] cmd_ch,  // its channel
    input wire [CHANNELS-1:0] quiet,  // being reset: no interrupt for its abort
    // pieces
    output wire piece_ready,  // there is room for 8 more
    output wire [4:0] piece_level,  // pieces that wait for their read
    output wire piece_busy,  // several wait for their read, or many for their write
    input wire piece_valid,  // a piece; may still come for 8 cycles after ready fell
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
    input wire piece_two_d,  // it belongs to a 2-D copy
    input wire piece_sum,  // the bytes are summed up; piece_incr: they begin a segment
    input wire [TAG_W-1:0] piece_tag,  // what it stands for, see windlass_front
    // streams
    input wire [S_P*DATA_WIDTH-1:0] s_axis_tdata,  // data
    input wire [S_P*DATA_WIDTH/8-1:0] s_axis_tkeep,  // bytes, contiguous from byte 0; all of them without TLAST
    input wire [S_P-1:0] s_axis_tlast,  // the packet ends
    input wire [S_P*8-1:0] s_axis_tid,  // any number; register STREAM shows that of the last packet
    input wire [S_P*8-1:0] s_axis_tdest,  // likewise
    input wire [S_P-1:0] s_axis_tvalid,  // valid
    output wire [S_P-1:0] s_axis_tready,  // ready
    output wire [S_P*DATA_WIDTH-1:0] m_axis_tdata,  // data
    output wire [S_P*DATA_WIDTH/8-1:0] m_axis_tkeep,  // bytes, contiguous from byte 0; all of them without TLAST
    output wire [S_P-1:0] m_axis_tlast,  // the packet ends
    output wire [S_P*8-1:0] m_axis_tid,  // number of the channel
    output wire [S_P*8-1:0] m_axis_tdest,  // from register CONFIG
    output wire [S_P-1:0] m_axis_tuser,  // with TLAST: the packet was cut short
    output wire [S_P-1:0] m_axis_tvalid,  // valid
    input wire [S_P-1:0] m_axis_tready,  // ready
    output wire [S_P-1:0] si_ready,  // a piece can be cut from the stream in
    output wire [S_P-1:0] so_ready,  // there is room in the stream out for a piece
    input wire [CH_W-1:0] si_ch,  // asked about
    output wire [12:0] si_bytes,  // a cycle later: bytes that a piece may take
    output wire si_end,  // the packet ends with them
    input wire str_take_valid,  // the piece takes bytes from a stream
    input wire str_put_valid,  // the piece gives bytes to a stream
    output wire cut_valid,  // the packet of a stream out is cut short: the work of end_ch that gave to it has ended early
    output wire [S_P-1:0] packet_valid,  // a packet was cut to its end
    output wire [S_P*8-1:0] packet_tid,  // its number
    output wire [S_P*8-1:0] packet_tdest,  // its destination
    // write-backs
    output wire wb_valid,  // write a descriptor's status back
    input wire wb_ready,  // taken
    output wire [CH_W-1:0] wb_ch,  // the channel
    output wire [ADDR_WIDTH-1:0] wb_addr,  // logical address of the descriptor's last two status words, or the fence's own
    output wire [31:0] wb_word2,  // bytes committed
    output wire [31:0] wb_word3,  // status
    input wire wb_done,  // a write-back is answered (in order)
    input wire [3:0] wb_err,  // its error
    // what became of the channels' work
    output wire piece_end,  // the map's fence: a piece has ended
    output wire burst_valid,  // a piece that brought bytes
    output wire [CH_W-1:0] burst_ch,  // its channel
    output wire [CHANNELS-1:0] stop,  // channels in error: issue nothing more
    output wire stop_wb_valid,  // a write-back or a COMPARE failed: nobody before knows
    output wire [CH_W-1:0] stop_wb_ch,  // on this channel
    output wire end_valid,  // a channel has ended
    output wire [CH_W-1:0] end_ch,  // which
    output wire ack_valid,  // a paced piece has completed
    output wire [CH_W-1:0] ack_ch,  // its channel
    output wire ack_tc,  // it was the last one
    output wire mark_valid,  // everything issued before a pause has completed
    output wire [CH_W-1:0] mark_ch,  // of this channel
    output wire hand_valid,  // the next base registers were taken over
    output wire [CH_W-1:0] hand_ch,  // of this channel
    output wire fault_valid,  // a map fault has taken effect a cycle ago
    output wire fault_write,  // the refused access was a write
    output wire [3:0] fault_cause,  // its error code
    output wire [CH_W-1:0] fault_ch,  // its channel
    output wire [ADDR_WIDTH-1:0] fault_addr,  // its logical address
    output wire [CHANNELS-1:0] irq,  // level per channel
    // registers
    input wire [CH_W-1:0] rd_ch,  // channel that software reads
    input wire [4:0] rd_reg,  // register number (byte offset / 4)
    output wire [31:0] rd_word,  // its value, combinational; STATUS without what others know
    input wire look_req,  // software reads; stays until it is done
    output wire look_hold,  // the counts stand still
    input wire [2:0] look_word,  // word of it: 0 position, 2 its upper half, 4 where the segment began, inverted
    output wire [31:0] look_data,  // the word
    output wire look_new,  // all counts are zero, whatever the words say
    output wire look_fresh,  // no byte of the segment is committed yet
    // AXI4 master; no IDs, and without what is always 0
    output wire [ADDR_WIDTH-1:0] m_axi_awaddr,  // write address: byte address
    output wire [7:0] m_axi_awlen,  // write address: beats - 1
    output wire [2:0] m_axi_awsize,  // write address: log2 of the bytes in a beat
    output wire [1:0] m_axi_awburst,  // write address: INCR or FIXED
    output wire [3:0] m_axi_awcache,  // write address: memory type
    output wire m_axi_awvalid,  // write address: valid
    input wire m_axi_awready,  // write address: ready
    output wire [DATA_WIDTH-1:0] m_axi_wdata,  // write data
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb,  // write strobes
    output wire m_axi_wlast,  // last beat of the burst
    output wire m_axi_wvalid,  // write data valid
    input wire m_axi_wready,  // write data ready
    input wire [1:0] m_axi_bresp,  // write response
    input wire m_axi_bvalid,  // write response valid
    output wire m_axi_bready,  // write response ready
    output wire [ADDR_WIDTH-1:0] m_axi_araddr,  // read address: byte address
    output wire [7:0] m_axi_arlen,  // read address: beats - 1
    output wire [2:0] m_axi_arsize,  // read address: log2 of the bytes in a beat
    output wire [1:0] m_axi_arburst,  // read address: INCR or FIXED
    output wire [3:0] m_axi_arcache,  // read address: memory type
    output wire m_axi_arvalid,  // read address: valid
    input wire m_axi_arready,  // read address: ready
    input wire [DATA_WIDTH-1:0] m_axi_rdata,  // read data
    input wire [1:0] m_axi_rresp,  // read response
    input wire m_axi_rlast,  // last beat of the burst
    input wire m_axi_rvalid,  // read data valid
    output wire m_axi_rready  // read data ready
);
  localparam ALL_W = TAG_W + 2;  // {row of a 2-D copy, fill, and windlass_front's tag}; a sum is both

  wire done_valid, done_ready, done_failed, done_differs, back_bvalid, back_bready, no_arlock, no_awlock;
  wire [CH_W-1:0] done_ch;
  wire [12:0] done_len;
  wire [ADDR_WIDTH-1:0] done_faddr, done_src;
  wire [31:0] done_high, done_value;
  wire [ALL_W-1:0] done_tag;
  wire [1:0] back_bresp;
  wire [ID_WIDTH-1:0] no_arid, no_awid;
  wire [2:0] no_arprot, no_awprot;
  wire [3:0] done_err, no_arqos, no_awqos;
  wire config_we = cw_valid && cw_reg == `WL_CHANNEL_CONFIG_NR;

  // ---------------------------------------------------------------- move bytes
  windlass_back #(
      .STREAMS(STREAMS),
      .STREAM_BEATS(STREAM_BEATS),
      .STREAM_MOST(STREAM_MOST),
      .S_P(S_P),
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .CRC(CRC),
      .TAG_W(ALL_W)
  ) back_i (
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
      .piece_src_l(piece_src_l),
      .piece_high(DESCRIPTORS != 0 ? piece_high : 32'd0),
      .piece_dst_l(piece_dst_l),
      .piece_len(piece_len),
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
      .piece_tag({piece_two_d || piece_sum, piece_fill || piece_sum, piece_tag}),
      .m_axi_arid(no_arid),
      .m_axi_araddr(m_axi_araddr),
      .m_axi_arlen(m_axi_arlen),
      .m_axi_arsize(m_axi_arsize),
      .m_axi_arburst(m_axi_arburst),
      .m_axi_arlock(no_arlock),
      .m_axi_arcache(m_axi_arcache),
      .m_axi_arprot(no_arprot),
      .m_axi_arqos(no_arqos),
      .m_axi_arvalid(m_axi_arvalid),
      .m_axi_arready(m_axi_arready),
      .m_axi_awid(no_awid),
      .m_axi_awaddr(m_axi_awaddr),
      .m_axi_awlen(m_axi_awlen),
      .m_axi_awsize(m_axi_awsize),
      .m_axi_awburst(m_axi_awburst),
      .m_axi_awlock(no_awlock),
      .m_axi_awcache(m_axi_awcache),
      .m_axi_awprot(no_awprot),
      .m_axi_awqos(no_awqos),
      .m_axi_awvalid(m_axi_awvalid),
      .m_axi_awready(m_axi_awready),
      .m_axi_wdata(m_axi_wdata),
      .m_axi_wstrb(m_axi_wstrb),
      .m_axi_wlast(m_axi_wlast),
      .m_axi_wvalid(m_axi_wvalid),
      .m_axi_wready(m_axi_wready),
      .m_axi_bresp(back_bresp),
      .m_axi_bvalid(back_bvalid),
      .m_axi_bready(back_bready),
      .clr_valid(start_valid),
      .clr_ch(cmd_ch),
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
      .done_differs(done_differs),
      .m_axi_rdata(m_axi_rdata),
      .m_axi_rresp(m_axi_rresp),
      .m_axi_rlast(m_axi_rlast),
      .m_axi_rvalid(m_axi_rvalid),
      .m_axi_rready(m_axi_rready),
      .m_axi_bid({ID_WIDTH{1'b0}}),
      .m_axi_rid({ID_WIDTH{1'b0}}),
      .stop(stop),
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
      .str_take_valid(str_take_valid),
      .str_take_ch(piece_ch),
      .str_take_len(piece_len),
      .str_take_end(piece_slast),
      .packet_valid(packet_valid),
      .packet_tid(packet_tid),
      .packet_tdest(packet_tdest),
      .so_ready(so_ready),
      .str_put_valid(str_put_valid),
      .str_put_ch(piece_ch),
      .str_put_len(piece_null ? 13'd1 : piece_len),
      .str_put_off(piece_dst[5:0]),
      .conf_valid(config_we),
      .conf_ch(cw_ch),
      .conf_tdest(cw_data[31:24]),
      .cut_valid(cut_valid),
      .cut_ch(end_ch)
  );

  windlass_answers #(
      .KEEP(DESC_SHARED != 0 && DESCRIPTORS != 0)
  ) answers_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(m_axi_bvalid),
      .in_ready(m_axi_bready),
      .in_resp(m_axi_bresp),
      .out_valid(back_bvalid),
      .out_ready(back_bready),
      .out_resp(back_bresp)
  );

  assign piece_end = done_valid && done_ready;

  // ---------------------------------------------------------------- make it visible
  windlass_report #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .REQUEST_LINES(REQUEST_LINES),
      .STREAMS(STREAMS),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .CRC(CRC),
      .TAG_W(TAG_W)
  ) report_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .cmd_ch(cmd_ch),
      .quiet(quiet),
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
      .done_differs(done_differs),
      .wb_valid(wb_valid),
      .wb_ready(wb_ready),
      .wb_ch(wb_ch),
      .wb_addr(wb_addr),
      .wb_word2(wb_word2),
      .wb_word3(wb_word3),
      .wb_done(wb_done),
      .wb_err(wb_err),
      .burst_valid(burst_valid),
      .burst_ch(burst_ch),
      .stop_wb_valid(stop_wb_valid),
      .stop_wb_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .cut_valid(cut_valid),
      .ack_valid(ack_valid),
      .ack_ch(ack_ch),
      .ack_tc(ack_tc),
      .mark_valid(mark_valid),
      .mark_ch(mark_ch),
      .hand_valid(hand_valid),
      .hand_ch(hand_ch),
      .fault_valid(fault_valid),
      .fault_write(fault_write),
      .fault_cause(fault_cause),
      .fault_ch(fault_ch),
      .fault_addr(fault_addr),
      .irq(irq),
      .rd_ch(rd_ch),
      .rd_reg(rd_reg),
      .rd_word(rd_word),
      .look_req(look_req),
      .look_hold(look_hold),
      .look_word(look_word),
      .look_data(look_data),
      .look_new(look_new),
      .look_fresh(look_fresh)
  );

endmodule

`resetall
