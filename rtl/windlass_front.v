/*
 * windlass_front: what each channel does next.
 *
 * Purpose: wires windlass_choice, which picks a channel every cycle (P, A, and the pick's way to C1), to windlass_pipeline (B to E), where the
 * next piece is cut off its segment, both addresses are translated, and the piece is given to the back end. Pieces leave in the order they
 * were picked and come back in that order, so a channel has ended when its last token has come back: no counters of what is in flight are needed.
 *
 * Pipeline: P pick a channel | A take it | B read its state | C1 candidates for the length, look-up starts | C2 length |
 * D translated, state written back | E piece handed over.
 * Goal: a piece a cycle over all channels; a channel of one-piece descriptors gets every second cycle (it is picked
 * again before the length is known, and the second pick is taken back if the first turns out longer); long
 * segments get every fourth, which a burst covers.
 *
 * Preparing: when the registers of a channel are written, its first piece goes through the pipeline in advance, as a
 * ghost, and waits in E. START then hands it over at once. A ghost has no effect until then; a newer one, another
 * piece, or any change of the map drops it, and START goes the long way.
 *
 * Life of a channel: START sets it running. Its last piece carries `eow` (end of work). ABORT or an error
 * stops it; then one flush token follows everything that was issued. Whichever comes back first ends the channel.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_front #(
    parameter CHANNELS    = 4,   // number of channels
    parameter CH_W        = 2,   // width of a channel number
    parameter DATA_WIDTH  = 64,  // memory bus, bits
    parameter ADDR_WIDTH  = 32,  // address, bits
    parameter MAX_BURST   = 64,  // beats of the longest burst
    parameter DESCRIPTORS = 1,   // table and ring mode are built
    parameter AUTO_INIT   = 1,   // auto-initialize mode is built
    parameter TWO_D       = 0,   // 2-D copies are built
    parameter CRC         = 0,   // CRC32C and COMPARE are built
    parameter STREAMS     = 0,   // channels 0..STREAMS-1 have streams
    parameter STREAM_MOST = 16,  // words of a stream in one piece, at most
    parameter S_P         = 1,   // width of what is kept for each stream: STREAMS, at least 1
    parameter TAG_W       = 18   // width of the token's tag
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire cw_bank,  // the bank of base registers that software sees, of cw_ch
    input wire start_valid,  // START of a channel
    input wire start_bad,  // its configuration is refused
    input wire start_bank,  // its bank of base registers
    input wire abort_valid,  // ABORT of a channel
    input wire [CH_W-1:0] abort_ch,  // which
    input wire pause_valid,  // PAUSE of a channel
    input wire resume_valid,  // RESUME of a channel
    input wire finish_valid,  // FINISH of a channel
    input wire next_valid,  // NEXT of a channel
    input wire [CH_W-1:0] cmd_ch,  // which, of START, PAUSE, RESUME, FINISH and NEXT
    input wire rotate,  // arbitration: 1 rotating or weighted, 0 fixed
    input wire weighted,  // arbitration: weighted
    output wire [CHANNELS-1:0] paused,  // nothing of the channel is under way until RESUME
    input wire [CH_W-1:0] visit_ch,  // a channel
    output wire [2:0] visit_cause,  // a cycle later, why it does not issue: see windlass_sched
    output wire [CHANNELS-1:0] active,  // the channel runs
    output wire [CHANNELS-1:0] halt,  // fetch no more descriptors for it
    // pacing
    input wire [CHANNELS-1:0] paced,  // the channel waits for requests
    input wire [CHANNELS-1:0] may,  // its next piece may be issued
    output wire pick_valid,  // a channel goes: a piece may come of it
    output wire use_valid,  // a piece was issued for use_ch a cycle ago
    output wire [CH_W-1:0] use_ch,  // the channel
    output wire seg_valid,  // a piece of a segment is cut
    output wire [CH_W-1:0] seg_ch,  // its channel
    output wire seg_end,  // with seg_valid: it ends the segment
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
    input wire d_sdev,  // its source is the device
    input wire d_ddev,  // its destination is the device
    input wire [3:0] d_flags,  // {end of packet, terminal count, write back, interrupt}
    input wire [3:0] d_op,  // operation: 0 NOP, 1 COPY, 2 FILL, 3 FENCE, 4 LINK, 5 COPY2D, 6 CRC32C, 7 COMPARE
    input wire d_eot,  // last of its table
    input wire [3:0] d_err,  // refused, with this code: all else has no meaning then
    input wire d_phase,  // its phase bit
    input wire d_whole,  // it is one piece between memories, whatever the offsets
    input wire [11:0] d_rows,  // rows - 1 of a COPY2D, else 0
    input wire [31:0] d_sstride,  // its source stride
    input wire [31:0] d_dstride,  // its destination stride
    // streams: see windlass_stream_cut, windlass_handover
    input wire [S_P-1:0] si_ready,  // a piece can be cut from the stream in
    input wire [S_P-1:0] so_ready,  // there is room in the stream out for a piece
    output wire [CH_W-1:0] si_ch,  // asked about
    input wire [12:0] si_bytes,  // a cycle later: bytes that a piece of the stream in may take
    input wire si_end,  // the packet ends with them
    output wire str_take_valid,  // the piece takes bytes from a stream
    output wire str_put_valid,  // the piece gives bytes to a stream
    input wire cut_valid,  // an ending has cut the packet of a stream out short
    input wire [CH_W-1:0] cut_ch,  // of this channel
    // map unit
    input wire map_change,  // entries change: nothing looked up in advance counts
    input wire a_hold,  // leave a look-up slot free
    output wire ab_soon,  // a look-up may come in the next cycle
    output wire a_valid,  // look-up of a source
    output wire [ADDR_WIDTH-1:0] a_addr,  // its logical address
    output wire b_valid,  // look-up of a destination
    output wire [ADDR_WIDTH-1:0] b_addr,  // its logical address
    output wire [CH_W-1:0] ab_ch,  // the channel of both
    output wire a_bypass,  // the source is not translated: granted, the device, or a pattern
    output wire b_bypass,  // nor the destination
    input wire [ADDR_WIDTH-1:0] a_paddr,  // two cycles later: physical source
    input wire [3:0] a_err,  // or the error: none without bit 2
    input wire [ADDR_WIDTH-1:0] b_paddr,  // physical destination
    input wire [3:0] b_err,  // or the error, likewise
    // pieces
    input wire busy,  // several pieces wait in the back end
    input wire piece_ready,  // at least 8 more pieces fit
    output wire piece_valid,  // a piece or token
    output wire [CH_W-1:0] piece_ch,  // its channel
    output wire piece_null,  // it is a token without data
    output wire [3:0] piece_err,  // error that the token carries
    output wire [ADDR_WIDTH-1:0] piece_src,  // physical source
    output wire [ADDR_WIDTH-1:0] piece_dst,  // physical destination
    output wire [ADDR_WIDTH-1:0] piece_src_l,  // logical source, new table, or lower half of a fence's value
    output wire [31:0] piece_high,  // upper half of a fence's value
    output wire [ADDR_WIDTH-1:0] piece_dst_l,  // logical destination
    output wire [12:0] piece_len,  // bytes
    output wire [11:0] piece_len_m1,  // bytes - 1; of a token any
    output wire piece_sdev,  // the source is the device
    output wire piece_ddev,  // the destination is the device
    output wire [1:0] piece_unit,  // log2 of the device unit
    output wire piece_incr,  // device bursts increment
    output wire piece_fill,  // the data are the pattern in piece_src
    output wire piece_two_d,  // it belongs to a 2-D copy
    output wire piece_sum,  // its bytes are summed up, not written; piece_incr: it begins a segment, piece_dlast: it ends one
    output wire piece_sstr,  // the source is the channel's stream
    output wire piece_slast,  // its packet's end is taken
    output wire piece_dstr,  // the destination is the channel's stream; of a token: an empty packet's end
    output wire piece_dlast,  // TLAST after the last byte
    // {end of packet, source packet ended, hand-over, mark, fence, link, tc flag, write fault, paced, tc, phase, nop, wb, irq, desc, last, eow, flush}
    output wire [TAG_W-1:0] piece_tag,  // what the token stands for
    // from behind
    input wire mark_valid,  // everything issued before a pause has ended
    input wire [CH_W-1:0] mark_ch,  // of this channel
    input wire [CHANNELS-1:0] stop,  // channels in which the back end found an error
    input wire stop_wb_valid,  // a write-back failed
    input wire [CH_W-1:0] stop_wb_ch,  // on this channel
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch  // which
);
  wire start_desc, prepared, ghost_more, ghost_again, ghost_eow, drop, b_bank, b_cur, c1_valid, c1_undo;
  wire c1_ghost, c1_pop, c1_token, c1_bad, c1_mark, c1_rated, c1_load, c1_finish, c1_next, c2_valid, c2_more;
  wire c2_on, c2_again, c2_free, c2_mark, c2_done, c2_hold, c2_hand, c2_undo, ab_valid;
  wire [CH_W-1:0] ghost_ch, b_ch, c1_ch, c2_ch;
  wire [CHANNELS-1:0] streamed, str_may;
  wire [11:0] c2_len_m1;

  assign use_ch = b_ch;
  assign si_ch = pop_ch;  // the answer is there in B; as it was a cycle before, more may have come since
  assign a_valid = ab_valid;
  assign b_valid = ab_valid;
  assign ab_ch = c1_ch;
  assign seg_valid = c2_valid;
  assign seg_ch = c2_ch;

  windlass_choice #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT)
  ) choice_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .cw_bank(cw_bank),
      .map_change(map_change),
      .rotate(rotate),
      .weighted(weighted),
      .start_valid(start_valid),
      .start_bad(start_bad),
      .start_desc(start_desc),
      .start_sent(prepared),
      .start_more(ghost_more),
      .start_again(ghost_again),
      .start_eow(ghost_eow),
      .abort_valid(abort_valid),
      .abort_ch(abort_ch),
      .stop(stop),
      .stop_wb_valid(stop_wb_valid),
      .stop_wb_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .pause_valid(pause_valid),
      .resume_valid(resume_valid),
      .cmd_ch(cmd_ch),
      .mark_valid(mark_valid),
      .mark_ch(mark_ch),
      .paused(paused),
      .active(active),
      .halt(halt),
      .paced(paced),
      .streamed(streamed),
      .may(may & str_may),
      .d_avail(d_avail),
      .fetch_busy(fetch_busy),
      .room(piece_ready && !a_hold),
      .busy(busy),
      .visit_ch(visit_ch),
      .visit_cause(visit_cause),
      .finish_valid(finish_valid),
      .next_valid(next_valid),
      .start_bank(start_bank),
      .pop_valid(pop_valid),
      .pop_ch(pop_ch),
      .unpop_valid(unpop_valid),
      .unpop_ch(unpop_ch),
      .pick_valid(pick_valid),
      .use_valid(use_valid),
      .drop(drop),
      .ghost_ch(ghost_ch),
      .b_ch(b_ch),
      .b_bank(b_bank),
      .b_cur(b_cur),
      .ab_soon(ab_soon),
      .c1_valid(c1_valid),
      .c1_undo(c1_undo),
      .c1_ghost(c1_ghost),
      .c1_ch(c1_ch),
      .c1_pop(c1_pop),
      .c1_token(c1_token),
      .c1_bad(c1_bad),
      .c1_mark(c1_mark),
      .c1_rated(c1_rated),
      .c1_load(c1_load),
      .ab_valid(ab_valid),
      .c1_finish(c1_finish),
      .c1_next(c1_next),
      .out_valid(c2_valid),
      .out_ch(c2_ch),
      .out_more(c2_more),
      .out_on(c2_on),
      .out_again(c2_again),
      .out_free(c2_free),
      .out_keep(c2_mark),
      .out_eow(c2_done),
      .out_hold(c2_hold),
      .out_len_m1(c2_len_m1),
      .out_hand(c2_hand),
      .out_undo(c2_undo)
  );

  windlass_pipeline #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .WORD_BYTES(DATA_WIDTH / 8),
      .MAX_BURST(MAX_BURST),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(CRC),
      .STREAMS(STREAMS),
      .STREAM_MOST(STREAM_MOST),
      .S_P(S_P),
      .TAG_W(TAG_W)
  ) pipeline_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .cw_bank(cw_bank),
      .start_valid(start_valid),
      .start_ch(cmd_ch),
      .start_bad(start_bad),
      .start_desc(start_desc),
      .prepared(prepared),
      .ghost_more(ghost_more),
      .ghost_again(ghost_again),
      .ghost_eow(ghost_eow),
      .drop(drop),
      .ghost_ch(ghost_ch),
      .streamed(streamed),
      .str_may(str_may),
      .si_ready(si_ready),
      .so_ready(so_ready),
      .si_bytes(si_bytes),
      .si_end(si_end),
      .str_take_valid(str_take_valid),
      .str_put_valid(str_put_valid),
      .cut_valid(cut_valid),
      .cut_ch(cut_ch),
      .b_ch(b_ch),
      .b_bank(b_bank),
      .b_cur(b_cur),
      .c1_valid(c1_valid),
      .c1_undo(c1_undo),
      .c1_ghost(c1_ghost),
      .c1_ch(c1_ch),
      .c1_pop(c1_pop),
      .c1_token(c1_token),
      .c1_bad(c1_bad),
      .c1_mark(c1_mark),
      .c1_rated(c1_rated),
      .c1_load(c1_load),
      .c1_finish(c1_finish),
      .c1_next(c1_next),
      .d_src(d_src),
      .d_dst(d_dst),
      .d_len(d_len),
      .d_sdev(d_sdev),
      .d_ddev(d_ddev),
      .d_flags(d_flags),
      .d_op(d_op),
      .d_eot(d_eot),
      .d_err(d_err),
      .d_phase(d_phase),
      .d_whole(d_whole),
      .d_rows(d_rows),
      .d_sstride(d_sstride),
      .d_dstride(d_dstride),
      .a_addr(a_addr),
      .a_bypass(a_bypass),
      .b_addr(b_addr),
      .b_bypass(b_bypass),
      .a_paddr(a_paddr),
      .a_err(a_err),
      .b_paddr(b_paddr),
      .b_err(b_err),
      .c2_valid(c2_valid),
      .c2_ch(c2_ch),
      .c2_len_m1(c2_len_m1),
      .c2_more(c2_more),
      .c2_on(c2_on),
      .c2_again(c2_again),
      .c2_free(c2_free),
      .c2_mark(c2_mark),
      .c2_done(c2_done),
      .c2_hold(c2_hold),
      .c2_hand(c2_hand),
      .c2_undo(c2_undo),
      .seg_end(seg_end),
      .piece_ready(piece_ready),
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
      .piece_incr(piece_incr),
      .piece_fill(piece_fill),
      .piece_two_d(piece_two_d),
      .piece_sum(piece_sum),
      .piece_sstr(piece_sstr),
      .piece_slast(piece_slast),
      .piece_dstr(piece_dstr),
      .piece_dlast(piece_dlast),
      .piece_tag(piece_tag)
  );

endmodule

`resetall
