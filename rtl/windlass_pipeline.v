/*
 * windlass_pipeline: from the channel that was picked to its piece (stages B to E of the front).
 *
 * Purpose: wires windlass_segment, which has what is kept of each channel, to windlass_piece, which cuts the next piece off
 * it, and windlass_handover, which has it translated and gives it to the back end.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_pipeline #(
    parameter CHANNELS    = 4,   // number of channels
    parameter CH_W        = 2,   // width of a channel number
    parameter ADDR_WIDTH  = 32,  // address, bits
    parameter WORD_BYTES  = 8,   // bytes of a bus word
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
    input wire [CH_W-1:0] start_ch,  // which
    input wire start_bad,  // its configuration is refused
    output wire start_desc,  // it works on descriptors
    output wire prepared,  // its first piece goes out with the START; then also:
    output wire ghost_more,  // the segment goes on
    output wire ghost_again,  // a segment from the base registers follows
    output wire ghost_eow,  // it was the end of the work
    input wire drop,  // the prepared piece counts no more, nor what is prepared in C1 and behind it
    input wire [CH_W-1:0] ghost_ch,  // channel of the last one
    // streams
    output wire [CHANNELS-1:0] streamed,  // the channel has a stream side
    output wire [CHANNELS-1:0] str_may,  // its streams are ready for a piece
    input wire [S_P-1:0] si_ready,  // a piece can be cut from the stream in
    input wire [S_P-1:0] so_ready,  // there is room in the stream out for a piece
    input wire [12:0] si_bytes,  // of the channel in B: bytes that a piece may take
    input wire si_end,  // the packet ends with them
    output wire str_take_valid,  // the piece takes bytes from a stream
    output wire str_put_valid,  // the piece gives bytes to a stream
    input wire cut_valid,  // an ending has cut the packet of a stream out short
    input wire [CH_W-1:0] cut_ch,  // of this channel
    // B, C1: the pick, see windlass_take
    input wire [CH_W-1:0] b_ch,  // B: the channel
    input wire b_bank,  // its bank of base registers
    input wire b_cur,  // it goes on in its segment
    input wire c1_valid,  // C1: a pick
    input wire c1_undo,  // which is taken back
    input wire c1_ghost,  // or a ghost
    input wire [CH_W-1:0] c1_ch,  // the channel
    input wire c1_pop,  // it has a new descriptor
    input wire c1_token,  // a token
    input wire c1_bad,  // which tells that START was refused
    input wire c1_mark,  // or is the mark of a pause
    input wire c1_rated,  // its piece is counted for its rate
    input wire c1_load,  // the descriptor is only loaded: the channel waits for its pieces
    input wire c1_finish,  // its lap is the last
    input wire c1_next,  // the other bank is ready, or was a cycle ago
    // C1: its new descriptor
    input wire [ADDR_WIDTH-1:0] d_src,  // source, pattern, table, or lower half of a value
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
    // C1: look-up, and two cycles later its answer
    output wire [ADDR_WIDTH-1:0] a_addr,  // logical source
    output wire a_bypass,  // the source is not translated: granted, the device, or a pattern
    output wire [ADDR_WIDTH-1:0] b_addr,  // logical destination
    output wire b_bypass,  // the destination is not
    input wire [ADDR_WIDTH-1:0] a_paddr,  // physical source
    input wire [3:0] a_err,  // or the error: none without bit 2
    input wire [ADDR_WIDTH-1:0] b_paddr,  // physical destination
    input wire [3:0] b_err,  // or the error, likewise
    // C2: what comes next, see windlass_sched
    output wire c2_valid,  // a piece or token
    output wire [CH_W-1:0] c2_ch,  // its channel
    output wire [11:0] c2_len_m1,  // bytes of the piece - 1
    output wire c2_more,  // the segment goes on
    output wire c2_on,  // more or another, and not the end of the work
    output wire c2_again,  // a segment from the base registers follows
    output wire c2_free,  // and waits for no request
    output wire c2_mark,  // it was a mark
    output wire c2_done,  // nothing follows
    output wire c2_hold,  // it takes a piece that counts for its rate
    output wire c2_hand,  // a hand-over
    output wire c2_undo,  // the next pick of the channel is to be taken back
    output wire seg_end,  // a segment has been cut to its end
    // pieces
    input wire piece_ready,  // it can be taken
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
    output wire [TAG_W-1:0] piece_tag  // what the token stands for
);
  localparam AW = ADDR_WIDTH, W = WORD_BYTES;
  wire [6:0] b_limit_m1, c1_flag, c2_flag;
  wire c1_refused, c1_sdev, c1_window, c1_a_bypass, c1_sstr, c1_dstr, c1_limited, c1_ends, c1_empty, c1_sum;
  wire c2_new, c2_end, c2_follow, c2_sum, c2_crc, c2_begins, row_two_d, row_turn, cur_we, c2_ghost, c2_copy, c2_load;
  wire c2_incr, c2_bad, c2_sstr, c2_slast, c2_dstr, c2_dlast, c2_empty;
  wire [AW-1:0] c1_src, c1_dst, row_src, row_dst, c2_src, c2_dst;
  wire [31:0] c1_rem, row_len, c2_rem;
  wire [7:0] c1_conf;
  wire [12:0] c1_limit;
  wire [CH_W-1:0] cur_ch;
  wire [2*AW+38:0] cur_new;
  wire [3:0] c2_conf, c2_err;
  wire [11:0] c2_tag;

  windlass_segment #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(AW),
      .WORD_BYTES(W),
      .MAX_BURST(MAX_BURST),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(CRC),
      .STREAMS(STREAMS),
      .STREAM_MOST(STREAM_MOST),
      .S_P(S_P)
  ) segment_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .cw_bank(cw_bank),
      .start_ch(start_ch),
      .start_desc(start_desc),
      .streamed(streamed),
      .str_may(str_may),
      .si_ready(si_ready),
      .so_ready(so_ready),
      .si_bytes(si_bytes),
      .si_end(si_end),
      .b_ch(b_ch),
      .b_bank(b_bank),
      .b_cur(b_cur),
      .b_limit_m1(b_limit_m1),
      .c1_pop(c1_pop),
      .d_src(d_src),
      .d_dst(d_dst),
      .d_len(d_len),
      .d_op(d_op),
      .d_rows(d_rows),
      .d_sstride(d_sstride),
      .d_dstride(d_dstride),
      .c1_refused(c1_refused),
      .c1_src(c1_src),
      .c1_dst(c1_dst),
      .c1_rem(c1_rem),
      .c1_flag(c1_flag),
      .c1_conf(c1_conf),
      .c1_sdev(c1_sdev),
      .c1_window(c1_window),
      .c1_a_bypass(c1_a_bypass),
      .c1_b_bypass(b_bypass),
      .c1_sstr(c1_sstr),
      .c1_dstr(c1_dstr),
      .c1_limited(c1_limited),
      .c1_limit(c1_limit),
      .c1_ends(c1_ends),
      .c1_empty(c1_empty),
      .c1_sum(c1_sum),
      .c2_valid(c2_valid),
      .c2_ch(c2_ch),
      .c2_new(c2_new),
      .c2_end(c2_end),
      .c2_follow(c2_follow),
      .c2_load(c2_load),
      .c2_sum(c2_sum),
      .c2_crc(c2_crc),
      .c2_begins(c2_begins),
      .row_two_d(row_two_d),
      .row_turn(row_turn),
      .row_src(row_src),
      .row_dst(row_dst),
      .row_len(row_len),
      .cur_we(cur_we),
      .cur_ch(cur_ch),
      .cur_new(cur_new)
  );

  windlass_piece #(
      .CH_W(CH_W),
      .ADDR_WIDTH(AW),
      .WORD_BYTES(W),
      .MAX_BURST(MAX_BURST)
  ) piece_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .c1_valid(c1_valid),
      .c1_undo(c1_undo),
      .c1_ghost(c1_ghost),
      .drop(drop),
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
      .b_limit_m1(b_limit_m1),
      .s_src(c1_src),
      .s_dst(c1_dst),
      .s_rem(c1_rem),
      .s_flag(c1_flag),
      .s_conf(c1_conf),
      .s_sdev(c1_sdev),
      .s_window(c1_window),
      .s_a_bypass(c1_a_bypass),
      .c1_sstr(c1_sstr),
      .c1_dstr(c1_dstr),
      .c1_limited(c1_limited),
      .c1_limit(c1_limit),
      .c1_ends(c1_ends),
      .c1_empty(c1_empty),
      .c1_refused(c1_refused),
      .c1_sum(c1_sum),
      .c2_sum(c2_sum),
      .c2_begins(c2_begins),
      .c2_crc(c2_crc),
      .c2_new(c2_new),
      .c2_end(c2_end),
      .c2_follow(c2_follow),
      .a_addr(a_addr),
      .a_bypass(a_bypass),
      .b_addr(b_addr),
      .c2_valid(c2_valid),
      .c2_ghost(c2_ghost),
      .c2_ch(c2_ch),
      .c2_src(c2_src),
      .c2_dst(c2_dst),
      .c2_rem(c2_rem),
      .c2_len_m1(c2_len_m1),
      .c2_flag(c2_flag),
      .c2_conf(c2_conf),
      .c2_err(c2_err),
      .c2_copy(c2_copy),
      .c2_load(c2_load),
      .c2_tag(c2_tag),
      .c2_incr(c2_incr),
      .c2_bad(c2_bad),
      .c2_sstr(c2_sstr),
      .c2_slast(c2_slast),
      .c2_dstr(c2_dstr),
      .c2_dlast(c2_dlast),
      .c2_empty(c2_empty),
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
      .ghost_more(ghost_more),
      .ghost_again(ghost_again),
      .ghost_eow(ghost_eow)
  );

  windlass_handover #(
      .CH_W(CH_W),
      .ADDR_WIDTH(AW),
      .STREAMS(STREAMS),
      .WORD_BYTES(W),
      .CRC(CRC),
      .TAG_W(TAG_W)
  ) handover_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .c_valid(c2_valid),
      .c_ghost(c2_ghost),
      .c_ch(c2_ch),
      .c_src(c2_src),
      .c_dst(c2_dst),
      .c_rem(c2_rem),
      .c_len_m1(c2_len_m1),
      .c_flag(c2_flag),
      .c_conf(c2_conf),
      .c_err(c2_err),
      .c_copy(c2_copy),
      .c_load(c2_load),
      .c_more(c2_more),
      .c_tag(c2_tag),
      .c_bad(c2_bad),
      .row_two_d(row_two_d),
      .row_turn(row_turn),
      .row_src(row_src),
      .row_dst(row_dst),
      .row_len(row_len),
      .c_sstr(c2_sstr),
      .c_slast(c2_slast),
      .c_dstr(c2_dstr),
      .c_sum(c2_sum),
      .c_dlast(c2_dlast),
      .c_empty(c2_empty),
      .c_incr(c2_incr),
      .cur_we(cur_we),
      .cur_ch(cur_ch),
      .cur_new(cur_new),
      .drop(drop),
      .start(start_valid && !start_bad && start_ch == ghost_ch && piece_ready && !drop),
      .prepared(prepared),
      .a_paddr(a_paddr),
      .a_err(a_err),
      .b_paddr(b_paddr),
      .b_err(b_err),
      .piece_valid(piece_valid),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_src_l(piece_src_l),
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
      .str_take_valid(str_take_valid),
      .str_put_valid(str_put_valid),
      .cut_valid(cut_valid),
      .cut_ch(cut_ch),
      .piece_high(piece_high),
      .piece_tag(piece_tag)
  );

endmodule

`resetall
