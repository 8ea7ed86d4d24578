/*
 * windlass_core: the DMA controller: everything but the way to memory that it shares with bus masters.
 *
 * Purpose: wires the registers (windlass_control), the front, which decides what each channel does next (windlass_issue,
 * windlass_descriptors), the translation (windlass_map), and the back, which moves bytes and makes it visible (windlass_data).
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_core #(
    parameter CHANNELS = 4,  // channels, 1..64
    parameter DATA_WIDTH = 64,  // width of both memory buses in bits: 32, 64, 128, 256 or 512
    parameter ADDR_WIDTH = 32,  // width of a byte address in bits, 32..64
    parameter ID_WIDTH = 4,  // width of AXI IDs in bits, 1 or more: 0 data, 1 descriptors on a shared port, 2 bus masters
    parameter MAP_REGISTERS = 256,  // entries of the translation table, 0..4096; 0 removes the map unit
    parameter REQUEST_LINES = 4,  // device request lines, 0..64
    parameter LINES_P = 4,  // width of their ports: REQUEST_LINES, at least 1
    parameter STREAMS = 0,  // channels 0..STREAMS-1 have a stream in and a stream out, 0..CHANNELS
    parameter S_P = 1,  // width of the streams' ports: STREAMS, at least 1
    parameter STREAM_BEATS = 64,  // words of the queue of each stream, a power of two, 16..4096
    parameter MAX_BURST = 64,  // beats of the longest burst, 1..256
    parameter OUTSTANDING = 32,  // reads and writes in flight, each, 1..64
    parameter BUFFER_BEATS = 512,  // words of the data buffer, a power of two, at least 2*MAX_BURST and 32
    parameter DESC_SHARED = 0,  // 1: descriptors use m_axi too, with ID 1; m_axi_desc is idle
    parameter DESC_PREFETCH = 64,  // descriptors fetched ahead per channel, a power of two, 4..256
    parameter DESCRIPTORS = 1,  // 1: table and ring mode; 0: m_axi_desc is idle
    parameter AUTO_INIT = 1,  // 1: auto-initialize mode
    parameter TWO_D = 0,  // 1: 2-D copies
    parameter CRC = 0,  // 1: CRC32C and COMPARE
    parameter COUNTERS = 1,  // 1: BURSTS and stall counters
    parameter BUS_MASTERS = 0,  // devices that move their own data through s_axi_dev, 0..8; 0 removes it
    parameter DEV_ID_WIDTH = 8  // width of the AXI IDs on s_axi_dev in bits, 3..16; the upper three are the bus master's number
) (
    input wire aclk,  // clock of everything
    input wire aresetn,  // synchronous reset, active low
    // AXI4-Lite slave: registers
    input wire [18:0] s_axil_awaddr,  // write address
    input wire s_axil_awvalid,  // write address valid
    output wire s_axil_awready,  // write address ready
    input wire [31:0] s_axil_wdata,  // write data
    input wire [3:0] s_axil_wstrb,  // write strobes; all must be set
    input wire s_axil_wvalid,  // write data valid
    output wire s_axil_wready,  // write data ready
    output wire [1:0] s_axil_bresp,  // write response
    output wire s_axil_bvalid,  // write response valid
    input wire s_axil_bready,  // write response ready
    input wire [18:0] s_axil_araddr,  // read address
    input wire s_axil_arvalid,  // read address valid
    output wire s_axil_arready,  // read address ready
    output wire [31:0] s_axil_rdata,  // read data
    output wire [1:0] s_axil_rresp,  // read response
    output wire s_axil_rvalid,  // read data valid
    input wire s_axil_rready,  // read data ready
    // AXI-Streams in and out of channels 0..STREAMS-1, side by side
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
    // requests
    input wire [LINES_P-1:0] req,  // request lines, level, synchronous to aclk
    output wire [LINES_P-1:0] ack,  // one cycle for each completed piece
    output wire [LINES_P-1:0] tc,  // with ack: terminal count
    // interrupts
    output wire [CHANNELS-1:0] irq,  // level per channel
    output wire irq_any,  // any of them
    // AXI4 master of the data; no IDs, and without what is always 0
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
    output wire m_axi_rready,  // read data ready
    // AXI4 master of the descriptors, likewise
    output wire [ADDR_WIDTH-1:0] m_axi_desc_awaddr,  // write address: byte address
    output wire [7:0] m_axi_desc_awlen,  // write address: beats - 1
    output wire [2:0] m_axi_desc_awsize,  // write address: log2 of the bytes in a beat
    output wire [1:0] m_axi_desc_awburst,  // write address: INCR
    output wire [3:0] m_axi_desc_awcache,  // write address: memory type
    output wire m_axi_desc_awvalid,  // write address: valid
    input wire m_axi_desc_awready,  // write address: ready
    output wire [DATA_WIDTH-1:0] m_axi_desc_wdata,  // write data
    output wire [DATA_WIDTH/8-1:0] m_axi_desc_wstrb,  // write strobes
    output wire m_axi_desc_wlast,  // last beat of the burst
    output wire m_axi_desc_wvalid,  // write data valid
    input wire m_axi_desc_wready,  // write data ready
    input wire [1:0] m_axi_desc_bresp,  // write response
    input wire m_axi_desc_bvalid,  // write response valid
    output wire m_axi_desc_bready,  // write response ready
    output wire [ADDR_WIDTH-1:0] m_axi_desc_araddr,  // read address: byte address
    output wire [7:0] m_axi_desc_arlen,  // read address: beats - 1
    output wire [2:0] m_axi_desc_arsize,  // read address: log2 of the bytes in a beat
    output wire [1:0] m_axi_desc_arburst,  // read address: INCR
    output wire [3:0] m_axi_desc_arcache,  // read address: memory type
    output wire m_axi_desc_arvalid,  // read address: valid
    input wire m_axi_desc_arready,  // read address: ready
    input wire [DATA_WIDTH-1:0] m_axi_desc_rdata,  // read data
    input wire [1:0] m_axi_desc_rresp,  // read response
    input wire m_axi_desc_rlast,  // last beat of the burst
    input wire m_axi_desc_rvalid,  // read data valid
    output wire m_axi_desc_rready,  // read data ready
    // time-outs of the memory ports
    output wire time_we,  // TIMEOUT is written, with cw_data
    output wire [31:0] cw_data,  // data of a register write
    input wire [3:0] late,  // which came: {descriptor write, descriptor read, write, read}
    // bus masters: reset, what was refused, the map's fence, and its entries as they are written
    output wire resetting,  // soft reset of the engine: nothing more may go out
    input wire dev_idle,  // memory owes them nothing
    input wire [1:0] dev_count,  // their accesses that were refused, 0 to 2
    input wire dev_write,  // the one that is told was a write
    input wire [3:0] dev_cause,  // its error code
    input wire [DEV_ID_WIDTH-1:0] dev_id,  // its AXI ID, the bus master in its upper three bits
    input wire [ADDR_WIDTH-1:0] dev_addr,  // its logical address
    output wire fence_mark,  // note what was looked up
    input wire dev_drained,  // what was looked up by then has ended
    output wire tw_clear,  // no entry counts: the table is being cleared after reset
    output wire tw_soon,  // one that software has written waits for that
    output wire tw_valid,  // an entry is written at the end of this cycle
    output wire [11:0] tw_index,  // which one
    output wire [ADDR_WIDTH-13:0] tw_page,  // its page
    output wire [9:0] tw_flags  // {owner, write, read, valid}
);

  localparam CH_W = CHANNELS > 1 ? $clog2(CHANNELS) : 1;
  localparam SUMS = CRC != 0 && DESCRIPTORS != 0 ? 1 : 0;  // only descriptors ask for them
  localparam TAG_W = 18;  // what a token stands for, see windlass_front
  // Words of a stream in one piece, at most: it fits a page, and one more row than these has a number of eight bits.
  localparam PAGE_WORDS = DATA_WIDTH >= 256 ? 32768 / DATA_WIDTH : 255;
  localparam STREAM_QUARTER = STREAM_BEATS / 4 < PAGE_WORDS ? STREAM_BEATS / 4 : PAGE_WORDS;
  localparam STREAM_MOST = MAX_BURST < STREAM_QUARTER ? MAX_BURST : STREAM_QUARTER;

  wire [31:0] wr_data;
  wire cw_valid, pw_valid, cw_bank, start_valid, start_bad, abort_valid, sw_valid, pause_valid, resume_valid,
      finish_valid, next_valid, rotate, weighted, hand_valid, end_valid, look_req, look_hold, look_new, look_fresh,
      burst_valid, fault_valid, fault_write, flt_valid, flt_write, mw_locked, mw_valid, cmd_fill, cmd_revoke,
      cmd_lock, map_busy, map_refused, ent_valid, ent_done, ack_valid, ack_tc, mark_valid, stop_wb_valid, pop_valid,
      unpop_valid, d_eot, d_sdev, d_ddev, d_phase, d_whole, si_end, str_take_valid, str_put_valid,
      cut_valid, a_hold, ab_soon, a_valid, a_bypass, b_valid, b_bypass, piece_ready, piece_busy, piece_valid,
      piece_null, piece_sdev, piece_ddev, piece_incr, piece_fill, piece_sstr, piece_slast, piece_dstr, piece_dlast,
      piece_two_d, piece_sum, wb_valid, wb_ready, wb_done, x_valid, x_bypass, x_write, x_quiet, x_done, tw_near,
      fetch_issue, fetch_end, wback_issue, wback_end, piece_end;
  wire [CH_W-1:0] cw_ch, cmd_ch, hand_ch, end_ch, rd_ch, visit_ch, burst_ch, fault_ch, flt_ch, ack_ch, mark_ch,
      stop_wb_ch, pop_ch, unpop_ch, si_ch, ab_ch, piece_ch, wb_ch, x_ch;
  wire [4:0] cw_reg, piece_level;
  wire [31:0] rd_word, look_data, mw_lo, mw_hi, cmd_page_lo, cmd_page_hi, cmd_flags, ent_lo, ent_hi, d_len,
      d_sstride, d_dstride, piece_high, wb_word2, wb_word3;
  wire [CHANNELS-1:0] quiet, active, stopped, halt, stop, d_avail, fetch_busy;
  wire [3:0] fault_cause, flt_cause, d_op, d_flags, d_err, a_err, b_err, piece_err, wb_err, x_err;
  wire [5:0] rd_reg;
  wire [2:0] look_word, visit_cause;
  wire [S_P-1:0] packet_valid, si_ready, so_ready;
  wire [S_P*8-1:0] packet_tid, packet_tdest;
  wire [ADDR_WIDTH-1:0] fault_addr, flt_addr, d_src, d_dst, a_addr, b_addr, a_paddr, b_paddr, piece_src, piece_dst,
      piece_src_l, piece_dst_l, wb_addr, x_addr, x_paddr;
  wire [1:0] piece_unit;
  wire [11:0] lock_index, mw_index, cmd_index, ent_index, d_rows, piece_len_m1;
  wire [12:0] cmd_count, si_bytes, piece_len;
  wire [TAG_W-1:0] piece_tag;

  // ---------------------------------------------------------------- registers
  windlass_control #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .REQUEST_LINES(REQUEST_LINES),
      .STREAMS(STREAMS),
      .S_P(S_P),
      .STREAM_BEATS(STREAM_BEATS),
      .MAX_BURST(MAX_BURST),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .DESC_PREFETCH(DESC_PREFETCH),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(CRC),
      .COUNTERS(COUNTERS),
      .DESC_SHARED(DESC_SHARED),
      .BUS_MASTERS(BUS_MASTERS),
      .DEV_ID_WIDTH(DEV_ID_WIDTH)
  ) control_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .s_axil_awaddr(s_axil_awaddr),
      .s_axil_awvalid(s_axil_awvalid),
      .s_axil_awready(s_axil_awready),
      .s_axil_wdata(s_axil_wdata),
      .s_axil_wstrb(s_axil_wstrb),
      .s_axil_wvalid(s_axil_wvalid),
      .s_axil_wready(s_axil_wready),
      .s_axil_bresp(s_axil_bresp),
      .s_axil_bvalid(s_axil_bvalid),
      .s_axil_bready(s_axil_bready),
      .s_axil_araddr(s_axil_araddr),
      .s_axil_arvalid(s_axil_arvalid),
      .s_axil_arready(s_axil_arready),
      .s_axil_rdata(s_axil_rdata),
      .s_axil_rresp(s_axil_rresp),
      .s_axil_rvalid(s_axil_rvalid),
      .s_axil_rready(s_axil_rready),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_bank(cw_bank),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .wr_data(wr_data),
      .start_valid(start_valid),
      .start_bad(start_bad),
      .abort_valid(abort_valid),
      .sw_valid(sw_valid),
      .pause_valid(pause_valid),
      .resume_valid(resume_valid),
      .finish_valid(finish_valid),
      .next_valid(next_valid),
      .cmd_ch(cmd_ch),
      .rotate(rotate),
      .weighted(weighted),
      .time_we(time_we),
      .quiet(quiet),
      .active(active),
      .stopped(stopped),
      .hand_valid(hand_valid),
      .hand_ch(hand_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .irq(irq),
      .irq_any(irq_any),
      .late(late),
      .rd_ch(rd_ch),
      .rd_reg(rd_reg),
      .rd_word(rd_word),
      .look_req(look_req),
      .look_hold(look_hold),
      .look_word(look_word),
      .look_data(look_data),
      .look_new(look_new),
      .look_fresh(look_fresh),
      .visit_ch(visit_ch),
      .visit_cause(visit_cause),
      .burst_valid(burst_valid),
      .burst_ch(burst_ch),
      .packet_valid(packet_valid),
      .packet_tid(packet_tid),
      .packet_tdest(packet_tdest),
      .fault_valid(fault_valid),
      .fault_write(fault_write),
      .fault_cause(fault_cause),
      .fault_ch(fault_ch),
      .fault_addr(fault_addr),
      .flt_valid(flt_valid),
      .flt_write(flt_write),
      .flt_cause(flt_cause),
      .flt_ch(flt_ch),
      .flt_addr(flt_addr),
      .resetting(resetting),
      .dev_idle(dev_idle),
      .dev_count(dev_count),
      .dev_write(dev_write),
      .dev_cause(dev_cause),
      .dev_id(dev_id),
      .dev_addr(dev_addr),
      .lock_index(lock_index),
      .mw_locked(mw_locked),
      .mw_valid(mw_valid),
      .mw_index(mw_index),
      .mw_lo(mw_lo),
      .mw_hi(mw_hi),
      .cmd_fill(cmd_fill),
      .cmd_revoke(cmd_revoke),
      .cmd_lock(cmd_lock),
      .cmd_index(cmd_index),
      .cmd_count(cmd_count),
      .cmd_page_lo(cmd_page_lo),
      .cmd_page_hi(cmd_page_hi),
      .cmd_flags(cmd_flags),
      .map_busy(map_busy),
      .map_refused(map_refused),
      .ent_valid(ent_valid),
      .ent_index(ent_index),
      .ent_done(ent_done),
      .ent_lo(ent_lo),
      .ent_hi(ent_hi)
  );

  // ---------------------------------------------------------------- front: what to do
  windlass_issue #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .REQUEST_LINES(REQUEST_LINES),
      .LINES_P(LINES_P),
      .STREAMS(STREAMS),
      .STREAM_MOST(STREAM_MOST),
      .S_P(S_P),
      .MAX_BURST(MAX_BURST),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(SUMS),
      .TAG_W(TAG_W)
  ) issue_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_bank(cw_bank),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_bad(start_bad),
      .abort_valid(abort_valid),
      .sw_valid(sw_valid),
      .pause_valid(pause_valid),
      .resume_valid(resume_valid),
      .finish_valid(finish_valid),
      .next_valid(next_valid),
      .cmd_ch(cmd_ch),
      .rotate(rotate),
      .weighted(weighted),
      .req(req),
      .ack(ack),
      .tc(tc),
      .ack_valid(ack_valid),
      .ack_ch(ack_ch),
      .ack_tc(ack_tc),
      .active(active),
      .stopped(stopped),
      .halt(halt),
      .visit_ch(visit_ch),
      .visit_cause(visit_cause),
      .mark_valid(mark_valid),
      .mark_ch(mark_ch),
      .stop(stop),
      .stop_wb_valid(stop_wb_valid),
      .stop_wb_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .d_avail(d_avail),
      .fetch_busy(fetch_busy),
      .pop_valid(pop_valid),
      .pop_ch(pop_ch),
      .unpop_valid(unpop_valid),
      .unpop_ch(unpop_ch),
      .d_src(d_src),
      .d_dst(d_dst),
      .d_len(d_len),
      .d_op(d_op),
      .d_flags(d_flags),
      .d_eot(d_eot),
      .d_err(d_err),
      .d_sdev(d_sdev),
      .d_ddev(d_ddev),
      .d_phase(d_phase),
      .d_whole(d_whole),
      .d_rows(d_rows),
      .d_sstride(d_sstride),
      .d_dstride(d_dstride),
      .si_ready(si_ready),
      .so_ready(so_ready),
      .si_ch(si_ch),
      .si_bytes(si_bytes),
      .si_end(si_end),
      .str_take_valid(str_take_valid),
      .str_put_valid(str_put_valid),
      .cut_valid(cut_valid),
      .map_change(MAP_REGISTERS != 0 && (mw_valid || cmd_fill || cmd_revoke || map_busy || tw_near)),
      .a_hold(a_hold),
      .ab_soon(ab_soon),
      .a_valid(a_valid),
      .a_addr(a_addr),
      .a_bypass(a_bypass),
      .b_valid(b_valid),
      .b_addr(b_addr),
      .b_bypass(b_bypass),
      .ab_ch(ab_ch),
      .a_paddr(a_paddr),
      .a_err(a_err),
      .b_paddr(b_paddr),
      .b_err(b_err),
      .piece_ready(piece_ready),
      .piece_level(piece_level),
      .piece_busy(piece_busy),
      .piece_valid(piece_valid),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_src_l(piece_src_l),
      .piece_dst_l(piece_dst_l),
      .piece_high(piece_high),
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
      .piece_two_d(piece_two_d),
      .piece_sum(piece_sum),
      .piece_tag(piece_tag)
  );

  windlass_descriptors #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .MAX_BURST(MAX_BURST),
      .DESC_PREFETCH(DESC_PREFETCH),
      .DESCRIPTORS(DESCRIPTORS),
      .TWO_D(TWO_D),
      .CRC(CRC)
  ) descriptors_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .wr_data(wr_data[15:0]),
      .start_valid(start_valid),
      .start_bad(start_bad),
      .cmd_ch(cmd_ch),
      .active(active),
      .halt(halt),
      .fetch_busy(fetch_busy),
      .d_avail(d_avail),
      .pop_valid(pop_valid),
      .pop_ch(pop_ch),
      .unpop_valid(unpop_valid),
      .unpop_ch(unpop_ch),
      .d_src(d_src),
      .d_dst(d_dst),
      .d_len(d_len),
      .d_op(d_op),
      .d_flags(d_flags),
      .d_eot(d_eot),
      .d_err(d_err),
      .d_sdev(d_sdev),
      .d_ddev(d_ddev),
      .d_phase(d_phase),
      .d_whole(d_whole),
      .d_rows(d_rows),
      .d_sstride(d_sstride),
      .d_dstride(d_dstride),
      .wb_valid(wb_valid),
      .wb_ready(wb_ready),
      .wb_ch(wb_ch),
      .wb_addr(wb_addr),
      .wb_word2(wb_word2),
      .wb_word3(wb_word3),
      .wb_done(wb_done),
      .wb_err(wb_err),
      .x_valid(x_valid),
      .x_addr(x_addr),
      .x_ch(x_ch),
      .x_bypass(x_bypass),
      .x_write(x_write),
      .x_quiet(x_quiet),
      .x_done(x_done),
      .x_paddr(x_paddr),
      .x_err(x_err),
      .tw_near(tw_near),
      .tw_index(tw_index[3:0]),
      .fetch_issue(fetch_issue),
      .fetch_end(fetch_end),
      .wback_issue(wback_issue),
      .wback_end(wback_end),
      .m_axi_desc_awaddr(m_axi_desc_awaddr),
      .m_axi_desc_awlen(m_axi_desc_awlen),
      .m_axi_desc_awsize(m_axi_desc_awsize),
      .m_axi_desc_awburst(m_axi_desc_awburst),
      .m_axi_desc_awcache(m_axi_desc_awcache),
      .m_axi_desc_awvalid(m_axi_desc_awvalid),
      .m_axi_desc_awready(m_axi_desc_awready),
      .m_axi_desc_wdata(m_axi_desc_wdata),
      .m_axi_desc_wstrb(m_axi_desc_wstrb),
      .m_axi_desc_wlast(m_axi_desc_wlast),
      .m_axi_desc_wvalid(m_axi_desc_wvalid),
      .m_axi_desc_wready(m_axi_desc_wready),
      .m_axi_desc_bresp(m_axi_desc_bresp),
      .m_axi_desc_bvalid(m_axi_desc_bvalid),
      .m_axi_desc_bready(m_axi_desc_bready),
      .m_axi_desc_araddr(m_axi_desc_araddr),
      .m_axi_desc_arlen(m_axi_desc_arlen),
      .m_axi_desc_arsize(m_axi_desc_arsize),
      .m_axi_desc_arburst(m_axi_desc_arburst),
      .m_axi_desc_arcache(m_axi_desc_arcache),
      .m_axi_desc_arvalid(m_axi_desc_arvalid),
      .m_axi_desc_arready(m_axi_desc_arready),
      .m_axi_desc_rdata(m_axi_desc_rdata),
      .m_axi_desc_rresp(m_axi_desc_rresp),
      .m_axi_desc_rlast(m_axi_desc_rlast),
      .m_axi_desc_rvalid(m_axi_desc_rvalid),
      .m_axi_desc_rready(m_axi_desc_rready)
  );

  // ---------------------------------------------------------------- middle: translation
  windlass_map #(
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .BUS_MASTERS(BUS_MASTERS),
      .SEQ_W(10)
  ) map_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .ab_soon(ab_soon),
      .a_valid(a_valid),
      .a_addr(a_addr),
      .ab_ch(ab_ch),
      .a_bypass(a_bypass),
      .b_bypass(b_bypass),
      .a_paddr(a_paddr),
      .a_err(a_err),
      .a_hold(a_hold),
      .b_valid(b_valid),
      .b_addr(b_addr),
      .b_paddr(b_paddr),
      .b_err(b_err),
      .x_valid(x_valid),
      .x_addr(x_addr),
      .x_ch(x_ch),
      .x_bypass(x_bypass),
      .x_write(x_write),
      .x_quiet(x_quiet),
      .x_done(x_done),
      .x_paddr(x_paddr),
      .x_err(x_err),
      .flt_valid(flt_valid),
      .flt_write(flt_write),
      .flt_cause(flt_cause),
      .flt_ch(flt_ch),
      .flt_addr(flt_addr),
      .ent_valid(ent_valid),
      .ent_index(ent_index),
      .ent_done(ent_done),
      .ent_lo(ent_lo),
      .ent_hi(ent_hi),
      .mw_valid(mw_valid),
      .mw_index(mw_index),
      .mw_lo(mw_lo),
      .mw_hi(mw_hi),
      .cmd_fill(cmd_fill),
      .cmd_revoke(cmd_revoke),
      .cmd_index(cmd_index),
      .cmd_count(cmd_count),
      .cmd_page_lo(cmd_page_lo),
      .cmd_page_hi(cmd_page_hi),
      .cmd_flags(cmd_flags),
      .cmd_lock(cmd_lock),
      .lock_index(lock_index),
      .mw_locked(mw_locked),
      .map_refused(map_refused),
      .map_busy(map_busy),
      .tw_valid(tw_valid),
      .tw_index(tw_index),
      .tw_page(tw_page),
      .tw_flags(tw_flags),
      .tw_soon(tw_soon),
      .tw_near(tw_near),
      .tw_clear(tw_clear),
      .fence_mark(fence_mark),
      .fence_done(dev_drained),
      .piece_issue(piece_valid),
      .piece_end(piece_end),
      .fetch_issue(fetch_issue),
      .fetch_end(fetch_end),
      .wback_issue(wback_issue),
      .wback_end(wback_end)
  );

  // ---------------------------------------------------------------- back: move bytes, make it visible
  windlass_data #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .REQUEST_LINES(REQUEST_LINES),
      .STREAMS(STREAMS),
      .STREAM_BEATS(STREAM_BEATS),
      .STREAM_MOST(STREAM_MOST),
      .S_P(S_P),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .DESC_SHARED(DESC_SHARED),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .CRC(SUMS),
      .TAG_W(TAG_W)
  ) data_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .cmd_ch(cmd_ch),
      .quiet(quiet),
      .piece_ready(piece_ready),
      .piece_level(piece_level),
      .piece_busy(piece_busy),
      .piece_valid(piece_valid),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_src_l(piece_src_l),
      .piece_dst_l(piece_dst_l),
      .piece_high(piece_high),
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
      .piece_two_d(piece_two_d),
      .piece_sum(piece_sum),
      .piece_tag(piece_tag),
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
      .so_ready(so_ready),
      .si_ch(si_ch),
      .si_bytes(si_bytes),
      .si_end(si_end),
      .str_take_valid(str_take_valid),
      .str_put_valid(str_put_valid),
      .cut_valid(cut_valid),
      .packet_valid(packet_valid),
      .packet_tid(packet_tid),
      .packet_tdest(packet_tdest),
      .wb_valid(wb_valid),
      .wb_ready(wb_ready),
      .wb_ch(wb_ch),
      .wb_addr(wb_addr),
      .wb_word2(wb_word2),
      .wb_word3(wb_word3),
      .wb_done(wb_done),
      .wb_err(wb_err),
      .piece_end(piece_end),
      .burst_valid(burst_valid),
      .burst_ch(burst_ch),
      .stop(stop),
      .stop_wb_valid(stop_wb_valid),
      .stop_wb_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
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
      .rd_reg(rd_reg[4:0]),
      .rd_word(rd_word),
      .look_req(look_req),
      .look_hold(look_hold),
      .look_word(look_word),
      .look_data(look_data),
      .look_new(look_new),
      .look_fresh(look_fresh),
      .m_axi_awaddr(m_axi_awaddr),
      .m_axi_awlen(m_axi_awlen),
      .m_axi_awsize(m_axi_awsize),
      .m_axi_awburst(m_axi_awburst),
      .m_axi_awcache(m_axi_awcache),
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
      .m_axi_araddr(m_axi_araddr),
      .m_axi_arlen(m_axi_arlen),
      .m_axi_arsize(m_axi_arsize),
      .m_axi_arburst(m_axi_arburst),
      .m_axi_arcache(m_axi_arcache),
      .m_axi_arvalid(m_axi_arvalid),
      .m_axi_arready(m_axi_arready),
      .m_axi_rdata(m_axi_rdata),
      .m_axi_rresp(m_axi_rresp),
      .m_axi_rlast(m_axi_rlast),
      .m_axi_rvalid(m_axi_rvalid),
      .m_axi_rready(m_axi_rready)
  );

endmodule

`resetall
