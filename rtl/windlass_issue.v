/*
 * windlass_issue: which channel goes, and with what: the front with what lets it go.
 *
 * Purpose: wires the channels' requests (windlass_request) and the bound on what is on its way (windlass_flight) to windlass_front, which cuts
 * work into pieces.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_issue #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2,  // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter REQUEST_LINES = 4,  // request lines, 0: none
    parameter LINES_P = 4,  // width of their ports: REQUEST_LINES, at least 1
    parameter STREAMS = 0,  // channels 0..STREAMS-1 have streams
    parameter STREAM_MOST = 16,  // words of a stream in one piece, at most
    parameter S_P = 1,  // width of the streams' ports: STREAMS, at least 1
    parameter MAX_BURST = 64,  // beats of the longest burst
    parameter DESCRIPTORS = 1,  // table and ring mode are built
    parameter AUTO_INIT = 1,  // auto-initialize mode is built
    parameter TWO_D = 0,  // 2-D copies are built
    parameter CRC = 0,  // CRC32C and COMPARE are built
    parameter TAG_W = 18  // width of windlass_front's tag
) (
    input wire aclk,  // clock of everything
    input wire aresetn,  // synchronous reset, active low
    // accepted writes and commands
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire cw_bank,  // the bank of base registers that software sees, of cw_ch
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire start_valid,  // START
    input wire start_bad,  // its configuration is refused
    input wire abort_valid,  // ABORT
    input wire sw_valid,  // SWREQ
    input wire pause_valid,  // PAUSE
    input wire resume_valid,  // RESUME
    input wire finish_valid,  // FINISH
    input wire next_valid,  // NEXT
    input wire [CH_W-1:0] cmd_ch,  // channel of the command
    input wire rotate,  // arbitration: 1 rotating or weighted, 0 fixed
    input wire weighted,  // arbitration: weighted
    // requests
    input wire [LINES_P-1:0] req,  // request lines, level, synchronous to aclk
    output wire [LINES_P-1:0] ack,  // one cycle for each completed piece
    output wire [LINES_P-1:0] tc,  // with ack: terminal count
    input wire ack_valid,  // a paced piece has completed
    input wire [CH_W-1:0] ack_ch,  // its channel
    input wire ack_tc,  // it was the last one
    // channels
    output wire [CHANNELS-1:0] active,  // the channel runs
    output wire [CHANNELS-1:0] stopped,  // nothing of the channel is under way until RESUME
    output wire [CHANNELS-1:0] halt,  // fetch no more descriptors for it
    input wire [CH_W-1:0] visit_ch,  // a channel
    output wire [2:0] visit_cause,  // a cycle later, why it does not issue: see windlass_sched
    input wire mark_valid,  // everything issued before a pause has ended
    input wire [CH_W-1:0] mark_ch,  // of this channel
    input wire [CHANNELS-1:0] stop,  // channels in which the back end found an error
    input wire stop_wb_valid,  // a write-back failed
    input wire [CH_W-1:0] stop_wb_ch,  // on this channel
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch,  // of this channel
    // descriptors
    input wire [CHANNELS-1:0] d_avail,  // a descriptor is ready; only of channels that work on descriptors
    input wire [CHANNELS-1:0] fetch_busy,  // a fetch is in flight
    output wire pop_valid,  // take one
    output wire [CH_W-1:0] pop_ch,  // of this channel
    output wire unpop_valid,  // the last one taken goes back
    output wire [CH_W-1:0] unpop_ch,  // of this channel
    input wire [ADDR_WIDTH-1:0] d_src,  // descriptor, two cycles after pop: source, pattern, table, or lower half of a value
    input wire [ADDR_WIDTH-1:0] d_dst,  // destination
    input wire [31:0] d_len,  // length, or upper half of a FENCE's value
    input wire [3:0] d_op,  // operation: 0 NOP, 1 COPY, 2 FILL, 3 FENCE, 4 LINK, 5 COPY2D, 6 CRC32C, 7 COMPARE
    input wire [3:0] d_flags,  // {end of packet, terminal count, write back, interrupt}
    input wire d_eot,  // last of its table
    input wire [3:0] d_err,  // refused, with this code: all else has no meaning then
    input wire d_sdev,  // its source is the device
    input wire d_ddev,  // its destination is the device
    input wire d_phase,  // its phase bit
    input wire d_whole,  // it is one piece between memories, whatever the offsets
    input wire [11:0] d_rows,  // rows - 1 of a COPY2D, else 0
    input wire [31:0] d_sstride,  // its source stride
    input wire [31:0] d_dstride,  // its destination stride
    // streams
    input wire [S_P-1:0] si_ready,  // a piece can be cut from the stream in
    input wire [S_P-1:0] so_ready,  // there is room in the stream out for a piece
    output wire [CH_W-1:0] si_ch,  // asked about
    input wire [12:0] si_bytes,  // a cycle later: bytes that a piece of the stream in may take
    input wire si_end,  // the packet ends with them
    output wire str_take_valid,  // the piece takes bytes from a stream
    output wire str_put_valid,  // the piece gives bytes to a stream
    input wire cut_valid,  // an ending has cut the packet of a stream out short
    // look-ups
    input wire map_change,  // entries change: nothing looked up in advance counts
    input wire a_hold,  // leave a look-up slot free
    output wire ab_soon,  // a look-up may come in the next cycle
    output wire a_valid,  // look-up of a source
    output wire [ADDR_WIDTH-1:0] a_addr,  // its logical address
    output wire a_bypass,  // the source is not translated: granted, the device, or a pattern
    output wire b_valid,  // look-up of a destination
    output wire [ADDR_WIDTH-1:0] b_addr,  // its logical address
    output wire b_bypass,  // nor the destination
    output wire [CH_W-1:0] ab_ch,  // the channel of both
    input wire [ADDR_WIDTH-1:0] a_paddr,  // two cycles later: physical source
    input wire [3:0] a_err,  // or the error: none without bit 2
    input wire [ADDR_WIDTH-1:0] b_paddr,  // physical destination
    input wire [3:0] b_err,  // or the error, likewise
    // pieces
    input wire piece_ready,  // the back end has room for 8 more
    input wire [4:0] piece_level,  // pieces that wait there for their read
    input wire piece_busy,  // several wait for their read, or many for their write
    output wire piece_valid,  // a piece or token
    output wire [CH_W-1:0] piece_ch,  // its channel
    output wire piece_null,  // it is a token without data
    output wire [3:0] piece_err,  // error that the token carries
    output wire [ADDR_WIDTH-1:0] piece_src,  // physical source
    output wire [ADDR_WIDTH-1:0] piece_dst,  // physical destination
    output wire [ADDR_WIDTH-1:0] piece_src_l,  // logical source, new table, or lower half of a fence's value
    output wire [ADDR_WIDTH-1:0] piece_dst_l,  // logical destination
    output wire [31:0] piece_high,  // upper half of a fence's value
    output wire [12:0] piece_len,  // bytes
    output wire [11:0] piece_len_m1,  // bytes - 1; of a token any
    output wire piece_sdev,  // the source is the device
    output wire piece_ddev,  // the destination is the device
    output wire piece_incr,  // device bursts increment
    output wire [1:0] piece_unit,  // log2 of the device unit
    output wire piece_fill,  // the data are the pattern in piece_src
    output wire piece_sstr,  // the source is the channel's stream
    output wire piece_slast,  // its packet's end is taken
    output wire piece_dstr,  // the destination is the channel's stream; of a token: an empty packet's end
    output wire piece_dlast,  // TLAST after the last byte
    output wire piece_two_d,  // it belongs to a 2-D copy
    output wire piece_sum,  // its bytes are summed up, not written; piece_incr: it begins a segment, piece_dlast: it ends one
    output wire [TAG_W-1:0] piece_tag  // what the token stands for
);
  wire use_valid, seg_valid, seg_end, pick_valid, room, busy;
  wire [CH_W-1:0] use_ch, seg_ch;
  wire [CHANNELS-1:0] paced, may;
  wire grant_we = pw_valid && cw_reg == `WL_GRANT_GRANT_NR;
  wire config_we = cw_valid && cw_reg == `WL_CHANNEL_CONFIG_NR;

  windlass_request #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .REQUEST_LINES(REQUEST_LINES),
      .LINES_P(LINES_P)
  ) request_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .req(req),
      .ack(ack),
      .tc(tc),
      .line_we(grant_we),
      .line_ch(cw_ch),
      .line_no(cw_data[13:8]),
      .pacing_we(config_we),
      .pacing_ch(cw_ch),
      .pacing_mode(cw_data[11:10]),
      .active(active),
      .sw_valid(sw_valid),
      .sw_ch(cmd_ch),
      .use_valid(use_valid),
      .use_ch(use_ch),
      .seg_valid(seg_valid),
      .seg_ch(seg_ch),
      .seg_end(seg_end),
      .paced(paced),
      .may(may),
      .ack_valid(ack_valid),
      .ack_ch(ack_ch),
      .ack_tc(ack_tc)
  );

  windlass_flight flight_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .pick_valid(pick_valid),
      .piece_ready(piece_ready),
      .piece_level(piece_level),
      .piece_busy(piece_busy),
      .room(room),
      .busy(busy)
  );

  windlass_front #(
      .STREAMS(STREAMS),
      .STREAM_MOST(STREAM_MOST),
      .S_P(S_P),
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAX_BURST(MAX_BURST),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(CRC),
      .TAG_W(TAG_W)
  ) front_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .cw_bank(cw_bank),
      .start_valid(start_valid),
      .start_bad(start_bad),
      .start_bank(cw_bank),
      .pause_valid(pause_valid),
      .resume_valid(resume_valid),
      .finish_valid(finish_valid),
      .next_valid(next_valid),
      .cmd_ch(cmd_ch),
      .weighted(weighted),
      .paused(stopped),
      .visit_ch(visit_ch),
      .visit_cause(visit_cause),
      .abort_valid(abort_valid),
      .abort_ch(cmd_ch),
      .rotate(rotate),
      .active(active),
      .halt(halt),
      .paced(paced),
      .may(may),
      .pick_valid(pick_valid),
      .use_valid(use_valid),
      .use_ch(use_ch),
      .seg_valid(seg_valid),
      .seg_ch(seg_ch),
      .seg_end(seg_end),
      .d_avail(d_avail),
      .fetch_busy(fetch_busy),
      .pop_valid(pop_valid),
      .pop_ch(pop_ch),
      .unpop_valid(unpop_valid),
      .unpop_ch(unpop_ch),
      .d_src(d_src),
      .d_dst(d_dst),
      .d_len(d_len),
      .d_flags(d_flags),
      .d_op(d_op),
      .d_eot(d_eot),
      .d_err(d_err),
      .d_sdev(d_sdev),
      .d_ddev(d_ddev),
      .d_phase(d_phase),
      .d_whole(d_whole),
      .d_rows(d_rows),
      .d_sstride(d_sstride),
      .d_dstride(d_dstride),
      .map_change(map_change),
      .si_ready(si_ready),
      .so_ready(so_ready),
      .si_ch(si_ch),
      .si_bytes(si_bytes),
      .si_end(si_end),
      .str_take_valid(str_take_valid),
      .str_put_valid(str_put_valid),
      .cut_valid(cut_valid),
      .cut_ch(end_ch),
      .piece_sstr(piece_sstr),
      .piece_slast(piece_slast),
      .piece_dstr(piece_dstr),
      .piece_dlast(piece_dlast),
      .a_hold(a_hold),
      .ab_soon(ab_soon),
      .a_valid(a_valid),
      .a_addr(a_addr),
      .b_valid(b_valid),
      .b_addr(b_addr),
      .ab_ch(ab_ch),
      .a_bypass(a_bypass),
      .b_bypass(b_bypass),
      .a_paddr(a_paddr),
      .a_err(a_err),
      .b_paddr(b_paddr),
      .b_err(b_err),
      .busy(busy),
      .piece_ready(room),
      .piece_valid(piece_valid),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_src_l(piece_src_l),
      .piece_high(piece_high),
      .piece_dst_l(piece_dst_l),
      .piece_len(piece_len),
      .piece_len_m1(piece_len_m1),
      .piece_sdev(piece_sdev),
      .piece_ddev(piece_ddev),
      .piece_unit(piece_unit),
      .piece_tag(piece_tag),
      .piece_incr(piece_incr),
      .piece_fill(piece_fill),
      .piece_two_d(piece_two_d),
      .piece_sum(piece_sum),
      .mark_valid(mark_valid),
      .mark_ch(mark_ch),
      .stop(stop),
      .stop_wb_valid(stop_wb_valid),
      .stop_wb_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch)
  );

endmodule

`resetall
