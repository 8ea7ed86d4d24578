/*
 * windlass_front: what each channel does next.
 *
 * Purpose: windlass_sched picks a channel every cycle; here the next piece is cut off its segment and both addresses
 * are translated; windlass_handover gives the piece to the back end. Pieces leave in the order they were picked and
 * come back in that order, so a channel has ended when its last token has come back: no counters of what is in flight
 * are needed.
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

`include "windlass_regs.vh"

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
    input wire cw_valid,  // an accepted write
    input wire cw_priv,  // to a grant register, else to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire cw_bank,  // the bank of base registers that software sees, of cw_ch
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
    input wire start_bad,  // its configuration is refused
    input wire start_bank,  // its bank of base registers
    input wire abort_valid,  // ABORT of a channel
    input wire [CH_W-1:0] abort_ch,  // which
    input wire pause_valid,  // PAUSE of a channel
    input wire resume_valid,  // RESUME of a channel
    input wire finish_valid,  // FINISH of a channel
    input wire next_valid,  // NEXT of a channel
    input wire [CH_W-1:0] cmd_ch,  // which, of all four
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
    output reg use_valid,  // a piece was issued for use_ch a cycle ago
    output wire [CH_W-1:0] use_ch,  // the channel
    output wire seg_end,  // a segment has been cut to its end
    output wire [CH_W-1:0] seg_end_ch,  // of this channel
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
    input wire d_irq,  // flag: interrupt
    input wire d_wb,  // flag: write back
    input wire d_tc,  // flag: terminal count
    input wire [3:0] d_op,  // operation: 0 NOP, 1 COPY, 2 FILL, 3 FENCE, 4 LINK, 5 COPY2D, 6 CRC32C, 7 COMPARE
    input wire d_eop,  // flag: end of packet
    input wire d_eot,  // last of its table
    input wire [3:0] d_err,  // refused, with this code: all else has no meaning then
    input wire d_phase,  // its phase bit
    input wire [11:0] d_rows,  // rows - 1 of a COPY2D, else 0
    input wire [31:0] d_sstride,  // its source stride
    input wire [31:0] d_dstride,  // its destination stride
    // streams: see windlass_stream_cut, windlass_handover
    input wire [S_P-1:0] si_ready,  // a piece can be cut from the stream in
    input wire [S_P-1:0] so_ready,  // there is room in the stream out for a piece
    output wire [CH_W-1:0] si_ch,  // asked about
    input wire [12:0] si_bytes,  // at once: bytes that a piece of the stream in may take
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
  localparam W = DATA_WIDTH / 8;
  localparam AW = ADDR_WIDTH;
  localparam CUR_W = 2 * AW + 32 + 7;

  // ---------------------------------------------------------------- which channel
  wire go, go_first, go_cur, go_token, go_bad, go_mark, go_free, go_paced;
  wire go_pop = go_first && DESCRIPTORS != 0;
  wire go_rated;
  reg b_bank_reg;
  wire [CH_W-1:0] go_ch;
  reg [CH_W-1:0] b_ch_reg;
  wire start_desc, prepared, go_bank, c1_finish, c1_next, c2_hand;
  reg c2_v_reg;
  reg [CH_W-1:0] c2_ch_reg;
  wire c2_more, c2_again, c2_eow, c2_flush, c2_free, c2_mark, c2_hold;
  wire [11:0] c2_len_m1;
  wire c2_cut_end, c2_end;
  reg g_more_reg, g_again_reg, g_eow_reg;

  windlass_choice #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT)
  ) choice_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .rotate(rotate),
      .weighted(weighted),
      .start_valid(start_valid),
      .start_ch(start_ch),
      .start_bad(start_bad),
      .start_desc(start_desc),
      .start_sent(prepared),
      .start_more(g_more_reg),
      .start_again(g_again_reg),
      .start_eow(g_eow_reg),
      .abort_valid(abort_valid),
      .abort_ch(abort_ch),
      .stop(stop),
      .stop_wb_valid(stop_wb_valid),
      .stop_wb_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .pause_valid(pause_valid),
      .resume_valid(resume_valid),
      .pause_ch(cmd_ch),
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
      .go(go),
      .go_ch(go_ch),
      .go_pop(go_first),
      .go_cur(go_cur),
      .go_token(go_token),
      .go_bad(go_bad),
      .go_mark(go_mark),
      .go_free(go_free),
      .go_paced(go_paced),
      .go_bank(go_bank),
      .go_rated(go_rated),
      .cut_ch(c1_ch_reg),
      .cut_finish(c1_finish),
      .cut_next(c1_next),
      .out_valid(c2_v_reg),
      .out_ch(c2_ch_reg),
      .out_more(c2_more),
      .out_again(c2_again),
      .out_free(c2_free),
      .out_keep(c2_mark),
      .out_eow(c2_eow || c2_flush),
      .out_hold(c2_hold),
      .out_len_m1(c2_len_m1),
      .out_hand(c2_hand)
  );

  // ---------------------------------------------------------------- streams
  wire [CHANNELS-1:0] streamed, str_may;
  wire c1_sstr, c1_dstr, c1_limited, c1_ends, c1_empty;
  wire c1_sum, c2_sum, c2_crc;  // CRC32C or COMPARE; CRC32C
  wire [12:0] c1_limit;
  assign si_ch = b_ch_reg;
  generate
    if (STREAMS != 0) begin : g_streams
      windlass_stream_cut #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W),
          .STREAMS(STREAMS),
          .WORD_BYTES(W),
          .MOST(STREAM_MOST)
      ) stream_cut_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .cw_valid(cw_valid),
          .cw_priv(cw_priv),
          .cw_ch(cw_ch),
          .cw_reg(cw_reg),
          .cw_data(cw_data),
          .si_ready(si_ready),
          .so_ready(so_ready),
          .si_bytes(si_bytes),
          .si_end(si_end),
          .streamed(streamed),
          .may(str_may),
          .out_valid(c2_v_reg),
          .out_ch(c2_ch_reg),
          .b_ch(b_ch_reg),
          .b_rem(b_rem),
          .b_fill(b_fill),
          .c1_sstr(c1_sstr),
          .c1_dstr(c1_dstr),
          .c1_limited(c1_limited),
          .c1_limit(c1_limit),
          .c1_ends(c1_ends),
          .c1_empty(c1_empty)
      );
    end else begin : g_no_streams
      assign streamed = {CHANNELS{1'b0}};
      assign str_may = {CHANNELS{1'b1}};
      assign {c1_sstr, c1_dstr, c1_limited, c1_ends, c1_empty} = 5'd0;
      assign c1_limit = 13'd0;
    end
  endgenerate

  assign pop_valid = go && go_pop;
  assign pop_ch = go_ch;
  assign pick_valid = go && !go_token;
  assign use_ch = b_ch_reg;

  // ---------------------------------------------------------------- preparing a first piece
  // Only registers that are locked while the channel runs begin one, so its channel is not running.
  wire prepare = cw_valid && (cw_priv ? cw_reg <= `WL_GRANT_DEV_ADDR_HI_NR :
      cw_reg == `WL_CHANNEL_CONFIG_NR || (cw_reg >= `WL_CHANNEL_SRC_LO_NR && cw_reg <= `WL_CHANNEL_LENGTH_NR));
  // A cycle late: what is in B when it comes has moved on, and the ghost that it begins is in B.
  reg drop;
  always @(posedge aclk) drop <= aresetn && (prepare || map_change);
  reg [CH_W-1:0] g_ch_reg;
  reg b_g_reg, c1_g_reg, c2_g_reg;

  // ---------------------------------------------------------------- B: read state
  // A descriptor that is longer than one piece takes back a pick that was made on the chance that it was not.
  reg undo_reg, unpop_reg;
  reg [CH_W-1:0] unpop_ch_reg;
  reg [CH_W-1:0] undo_ch_reg;
  reg b_v_reg, b_mark_reg, b_rated_reg, b_pop_reg, b_cur_reg, b_token_reg, b_bad_reg, b_load_reg;
  wire b_undo = undo_reg && b_v_reg && b_ch_reg == undo_ch_reg && b_pop_reg;

  wire cur_we;
  wire [CH_W-1:0] cur_ch;
  wire [CUR_W-1:0] cur_new;
  wire [31:0] b_rem;
  wire [6:0] b_limit_m1;
  wire b_fill, b_desc;
  wire [AW-1:0] c1_src_reg, c1_dst_reg;  // of base or current registers; with a device side the device's address
  wire [31:0] c1_rem_reg;
  wire [ 6:0] c1_flag_reg;  // {fill, end of packet, tc, phase, wb, irq, eot}
  wire [ 7:0] c1_conf_reg;  // {for ever, auto-initialize, descriptors, paced, unit, dst is device, src is device}
  wire c1_sdev_reg, c1_a_bypass_reg, c1_b_bypass_reg, c1_window_reg;
  windlass_state #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(AW),
      .MAX_BURST(MAX_BURST),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT)
  ) state_i (
      .aclk(aclk),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .cw_bank(cw_bank),
      .cur_we(cur_we),
      .cur_ch(cur_ch),
      .cur_new(cur_new),
      .b_ch(b_ch_reg),
      .b_bank(b_bank_reg),
      .b_cur(b_cur_reg),
      .b_rem(b_rem),
      .b_fill(b_fill),
      .b_desc(b_desc),
      .b_limit_m1(b_limit_m1),
      .c1_src(c1_src_reg),
      .c1_dst(c1_dst_reg),
      .c1_rem(c1_rem_reg),
      .c1_flag(c1_flag_reg),
      .c1_conf(c1_conf_reg),
      .c1_sdev(c1_sdev_reg),
      .c1_window(c1_window_reg),
      .c1_a_bypass(c1_a_bypass_reg),
      .c1_b_bypass(c1_b_bypass_reg),
      .start_ch(start_ch),
      .start_desc(start_desc)
  );

  reg c1_v_reg, c1_mark_reg, c1_rated_reg, c1_pop_reg, c1_token_reg, c1_bad_reg, c1_load_reg;
  reg [CH_W-1:0] c1_ch_reg;

  always @(posedge aclk) begin
    b_v_reg  <= go;
    b_g_reg  <= prepare && !go;
    b_ch_reg <= go ? go_ch : cw_ch;
    if (prepare) g_ch_reg <= cw_ch;
    b_pop_reg <= go && go_pop;
    b_cur_reg <= go && go_cur && !go_token;
    b_token_reg <= go && go_token;
    b_bad_reg <= go_bad;
    b_mark_reg <= go_mark && !go_bad;
    b_rated_reg <= go_rated;
    b_bank_reg <= go ? go_bank : cw_bank;
    b_load_reg <= go && go_pop && go_paced;
    // Told late, so that the choice is not in the path: the channel is not picked again before its piece is cut.
    use_valid <= aresetn && go && !go_pop && !go_token && !go_free;

    c1_v_reg <= b_v_reg && !b_undo;
    c1_g_reg <= b_g_reg;
    c1_ch_reg <= b_ch_reg;
    c1_pop_reg <= b_pop_reg;
    c1_token_reg <= b_token_reg;
    c1_bad_reg <= b_bad_reg;
    c1_mark_reg <= b_token_reg && b_mark_reg;
    c1_rated_reg <= b_rated_reg;
    c1_load_reg <= b_load_reg;
    if (!aresetn) begin
      b_v_reg   <= 1'b0;
      b_g_reg   <= 1'b0;
      b_ch_reg  <= {CH_W{1'b0}};
      g_ch_reg  <= {CH_W{1'b0}};
      c1_v_reg  <= 1'b0;
      c1_g_reg  <= 1'b0;
      c1_ch_reg <= {CH_W{1'b0}};
    end
  end

  // ---------------------------------------------------------------- C1: candidates, look-up
  wire c1_undo = undo_reg && c1_v_reg && c1_ch_reg == undo_ch_reg && c1_pop_reg;
  wire c1_link = c1_pop_reg && d_op == 4'd4;
  wire [AW-1:0] c1_src = c1_pop_reg && !d_sdev ? d_src : c1_src_reg;
  wire [AW-1:0] c1_dst = c1_pop_reg && !d_ddev ? d_dst : c1_dst_reg;
  wire [31:0] c1_rem = c1_pop_reg ? d_len : c1_rem_reg;
  wire c1_fill = c1_pop_reg ? d_op == 4'd2 : c1_flag_reg[6];
  wire [6:0] c1_flag = c1_pop_reg ? {d_op == 4'd2, d_eop, d_tc, d_phase, d_wb, d_irq, d_eot} : c1_flag_reg;
  wire c1_refused = c1_pop_reg && d_err != 4'd0;
  wire c1_nop = c1_pop_reg && (d_op == 4'd0 || d_op == 4'd3 || d_op == 4'd4) && !c1_refused;  // moves nothing
  wire c1_copy = !c1_token_reg && !c1_refused && !c1_nop;
  wire c1_sdev = c1_pop_reg ? d_sdev : c1_sdev_reg, c1_ddev = c1_pop_reg ? d_ddev : c1_conf_reg[1];
  wire c1_smem = !c1_sdev && !c1_fill && !c1_sstr, c1_dmem = !c1_ddev && !c1_dstr && !c1_sum;

  assign unpop_valid = unpop_reg;
  assign unpop_ch = unpop_ch_reg;
  // Also for what has no address on this side: the answer is not used then.
  assign ab_soon = b_v_reg || b_g_reg;
  assign a_valid = c1_v_reg || c1_g_reg;
  assign b_valid = c1_v_reg || c1_g_reg;
  assign a_addr = c1_src;
  assign b_addr = c1_dst;
  assign ab_ch = c1_ch_reg;
  assign a_bypass = c1_a_bypass_reg || c1_fill;
  assign b_bypass = c1_b_bypass_reg;

  // An address counts on a memory side only: that a side is the device is not in front of the sums.
  windlass_cut #(
      .WORD_BYTES(W),
      .MAX_BURST (MAX_BURST)
  ) cut_i (
      .aclk(aclk),
      .limit_m1(b_limit_m1),
      .src(c1_pop_reg ? d_src[11:0] : c1_src_reg[11:0]),
      .dst(c1_pop_reg ? d_dst[11:0] : c1_dst_reg[11:0]),
      .rem(c1_limited ? {19'd0, c1_limit} : c1_rem),
      .smem(c1_smem),
      .dmem(c1_dmem),
      .device(c1_sdev || c1_ddev),
      .len_m1(c2_len_m1),
      .last(c2_cut_end)
  );

  // ---------------------------------------------------------------- C2: length, what comes next
  reg c2_mark_reg, c2_rated_reg, c2_incr_reg, c2_fence_reg, c2_link_reg, c2_finish_reg, c2_next_reg, c2_ever_reg;
  reg c2_pop_reg, c2_token_reg, c2_load_reg, c2_copy_reg, c2_nop_reg, c2_bad_reg;
  reg [AW-1:0] c2_src_reg, c2_dst_reg;
  reg [31:0] c2_rem_reg;
  reg [ 6:0] c2_flag_reg;
  reg [ 3:0] c2_err_reg;
  reg c2_auto_reg, c2_desc_reg, c2_paced_reg;
  reg [3:0] c2_conf_reg;  // {unit, dst is device, src is device}
  wire c2_follow;  // rows follow
  wire c2_last = (c2_copy_reg && !c2_load_reg && c2_end && !c2_follow) || c2_nop_reg;  // the segment is complete

  wire c2_fill = c2_flag_reg[6];

  // What a stream has there ends the segment only with its packet.
  reg c2_sstr_reg, c2_dstr_reg, c2_limited_reg, c2_ends_reg, c2_empty_reg;
  assign c2_end = c2_cut_end && (!c2_limited_reg || c2_ends_reg);
  wire c2_slast = c2_cut_end && c2_ends_reg;

  assign c2_flush = c2_token_reg && !c2_bad_reg && !c2_mark_reg;
  assign c2_mark = c2_mark_reg;
  assign c2_free = c2_fill && c2_copy_reg;
  assign c2_hold = c2_rated_reg && c2_copy_reg;
  assign c2_hand = c2_v_reg && c2_last && c2_auto_reg && c2_next_reg;
  assign c2_more = c2_copy_reg && (c2_load_reg || !c2_end || c2_follow);  // the segment goes on
  assign c2_again = c2_last && c2_auto_reg;
  // Work without end ends only when it was asked to finish.
  assign c2_eow = c2_bad_reg || (c2_last && !c2_link_reg && (!c2_desc_reg || c2_flag_reg[0]) && (!c2_ever_reg || c2_finish_reg));
  assign seg_end = c2_v_reg && c2_last;
  assign seg_end_ch = c2_ch_reg;

  always @(posedge aclk) begin
    c2_v_reg <= c1_v_reg && !c1_undo;
    // Work with requests, streams or descriptors is not prepared.
    c2_g_reg <= c1_g_reg && !drop && !c1_conf_reg[5] && !c1_conf_reg[4] && !c1_sstr && !c1_dstr;
    c2_ch_reg <= c1_ch_reg;
    c2_mark_reg <= c1_mark_reg;
    c2_rated_reg <= c1_v_reg && !c1_undo && c1_rated_reg && !c1_load_reg && !c1_empty;  // counts if it is a copy
    c2_incr_reg <= c1_window_reg;
    c2_fence_reg <= c1_nop && d_op == 4'd3;
    c2_link_reg <= c1_nop && c1_link;
    c2_finish_reg <= c1_v_reg && c1_finish;
    c2_next_reg <= c1_next;
    c2_pop_reg <= c1_pop_reg;
    c2_token_reg <= c1_token_reg;
    c2_bad_reg <= c1_token_reg && c1_bad_reg;
    c2_load_reg <= c1_load_reg;
    c2_copy_reg <= c1_copy;
    c2_nop_reg <= c1_nop;
    c2_src_reg <= c1_src;
    c2_dst_reg <= c1_dst;
    c2_rem_reg <= c1_rem;
    c2_flag_reg <= c1_flag;
    c2_err_reg <= c1_token_reg ? (c1_bad_reg ? 4'd12 : 4'd0) : c1_pop_reg ? d_err : 4'd0;
    {c2_ever_reg, c2_auto_reg, c2_desc_reg, c2_paced_reg} <= c1_conf_reg[7:4];
    c2_conf_reg <= {c1_conf_reg[3:2], c1_ddev, c1_sdev};
    {c2_sstr_reg, c2_dstr_reg, c2_limited_reg, c2_ends_reg, c2_empty_reg} <= {
      c1_sstr, c1_dstr, c1_limited, c1_ends, c1_empty
    };
    if (c2_g_reg) {g_more_reg, g_again_reg, g_eow_reg} <= {c2_more, c2_again, c2_eow};
    // Also when the work ends here: what was picked on chance lies behind the end.
    undo_reg <= c2_v_reg && c2_pop_reg && (c2_more || c2_eow);
    undo_ch_reg <= c2_ch_reg;
    unpop_reg <= aresetn && (b_undo || c1_undo);
    unpop_ch_reg <= undo_ch_reg;
    if (!aresetn) begin
      c2_v_reg <= 1'b0;
      c2_g_reg <= 1'b0;
      undo_reg <= 1'b0;
      c2_ch_reg <= {CH_W{1'b0}};
      undo_ch_reg <= {CH_W{1'b0}};
    end
  end

  // ---------------------------------------------------------------- rows of 2-D copies
  wire row_two_d, row_turn;
  wire [AW-1:0] row_src, row_dst;
  wire [31:0] row_len;
  generate
    if (TWO_D != 0) begin : g_rows
      windlass_rows #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W),
          .ADDR_WIDTH(AW)
      ) rows_i (
          .aclk(aclk),
          .b_ch(b_ch_reg),
          .b_cur(b_cur_reg),
          .c1_pop(c1_pop_reg),
          .c1_two_d(d_op == 4'd5),
          .c1_rows(d_rows),
          .c1_src(d_src),
          .c1_dst(d_dst),
          .c1_len(d_len),
          .c1_sstride(d_sstride),
          .c1_dstride(d_dstride),
          .c2_follow(c2_follow),
          .c2_end(c2_end),
          .d_two_d(row_two_d),
          .d_turn(row_turn),
          .d_src(row_src),
          .d_dst(row_dst),
          .d_len(row_len),
          .cur_we(cur_we),
          .cur_ch(cur_ch)
      );
    end else begin : g_no_rows
      assign {c2_follow, row_two_d, row_turn} = 3'd0;
      assign {row_src, row_dst, row_len} = {2 * AW + 32{1'b0}};
    end
  endgenerate

  // ---------------------------------------------------------------- CRC32C and COMPARE
  windlass_sums #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .CRC(CRC)
  ) sums_i (
      .aclk(aclk),
      .b_ch(b_ch_reg),
      .b_desc(b_desc),
      .c1_pop(c1_pop_reg),
      .c1_op(d_op),
      .c1_refused(c1_refused),
      .c1_sum(c1_sum),
      .c2_pop(c2_v_reg && c2_pop_reg),
      .c2_ch(c2_ch_reg),
      .c2_sum(c2_sum),
      .c2_crc(c2_crc)
  );

  // ---------------------------------------------------------------- D, E
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
      .c_valid(c2_v_reg),
      .c_ghost(c2_g_reg),
      .c_ch(c2_ch_reg),
      .c_src(c2_src_reg),
      .c_dst(c2_dst_reg),
      .c_rem(c2_rem_reg),
      .c_len_m1(c2_len_m1),
      .c_flag(c2_flag_reg),
      .c_conf(c2_conf_reg),
      .c_err(c2_err_reg),
      .c_copy(c2_copy_reg),
      .c_load(c2_load_reg),
      .c_more(c2_more),
      .c_tag({
        c2_slast && c2_copy_reg && !c2_auto_reg,
        c2_hand,
        c2_mark_reg,
        c2_fence_reg || (c2_crc && c2_last),
        c2_link_reg,
        c2_paced_reg && c2_copy_reg && !c2_fill,
        c2_paced_reg && c2_last && c2_copy_reg && !c2_fill && (!c2_desc_reg || c2_flag_reg[0] || c2_flag_reg[4]),
        c2_nop_reg && !c2_fence_reg && !c2_link_reg,
        c2_desc_reg,
        c2_last,
        c2_eow,
        c2_flush
      }),
      .c_bad(c2_bad_reg),
      .row_two_d(row_two_d),
      .row_turn(row_turn),
      .row_src(row_src),
      .row_dst(row_dst),
      .row_len(row_len),
      .c_sstr(c2_sstr_reg),
      .c_slast(c2_slast),
      .c_dstr(c2_dstr_reg),
      .c_sum(c2_sum),
      .c_dlast(c2_last && (c2_slast || !c2_desc_reg || c2_flag_reg[5] || c2_sum)),
      .c_empty(c2_empty_reg),
      .c_incr(c2_sum ? c2_pop_reg : c2_incr_reg),
      .cur_we(cur_we),
      .cur_ch(cur_ch),
      .cur_new(cur_new),
      .drop(drop),
      .start(start_valid && !start_bad && start_ch == g_ch_reg && piece_ready && !drop),
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
