/*
 * windlass_choice: which channel goes, and what is known of it besides its registers.
 *
 * Purpose: wires windlass_sched, which picks, to windlass_rate, which weighs and holds back, to windlass_laps, and to windlass_take,
 * which brings the pick to where its piece is cut.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_choice #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2,  // width of a channel number
    parameter DESCRIPTORS = 1,  // table and ring mode are built
    parameter AUTO_INIT = 1  // auto-initialize mode is built
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
    input wire map_change,  // entries of the map change: nothing looked up in advance counts
    // commands and what channels wait for
    input wire rotate,  // arbitration: 1 rotating or weighted, 0 fixed
    input wire weighted,  // arbitration: weighted
    input wire start_valid,  // START of a channel
    input wire start_bad,  // its configuration is refused
    input wire start_desc,  // it works on descriptors
    input wire start_sent,  // its first piece goes out with the START; then also:
    input wire start_more,  // the segment goes on
    input wire start_again,  // a segment from the base registers follows
    input wire start_eow,  // it was the end of the work
    input wire abort_valid,  // ABORT of a channel
    input wire [CH_W-1:0] abort_ch,  // which
    input wire [CHANNELS-1:0] stop,  // channels in which the back end found an error
    input wire stop_wb_valid,  // a write-back failed
    input wire [CH_W-1:0] stop_wb_ch,  // on this channel
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch,  // which
    input wire pause_valid,  // PAUSE of a channel
    input wire resume_valid,  // RESUME of a channel
    input wire [CH_W-1:0] cmd_ch,  // which; also of START, FINISH and NEXT
    input wire mark_valid,  // the mark of a channel has come back
    input wire [CH_W-1:0] mark_ch,  // which
    output wire [CHANNELS-1:0] paused,  // everything that was issued has been answered
    output wire [CHANNELS-1:0] active,  // the channel runs
    output wire [CHANNELS-1:0] halt,  // fetch no more descriptors for it
    input wire [CHANNELS-1:0] paced,  // the channel waits for requests
    input wire [CHANNELS-1:0] streamed,  // it waits for its streams
    input wire [CHANNELS-1:0] may,  // its next piece may be issued
    input wire [CHANNELS-1:0] d_avail,  // a descriptor is ready; only of channels that work on descriptors
    input wire [CHANNELS-1:0] fetch_busy,  // a fetch is in flight
    input wire room,  // pieces can be taken; looked at a cycle later
    input wire busy,  // several pieces wait in the back end: nothing is lost when the next one comes some cycles later
    input wire [CH_W-1:0] visit_ch,  // a channel
    // a cycle later: 0 none, 1 request, 2 descriptor, 3 stream, 4 room, 5 another was picked, 6 held
    output wire [2:0] visit_cause,
    input wire finish_valid,  // FINISH of a channel
    input wire next_valid,  // NEXT of a channel
    input wire start_bank,  // the bank that START begins with
    // the one that goes: see windlass_take
    output wire pop_valid,  // it takes a descriptor
    output wire [CH_W-1:0] pop_ch,  // of this channel
    output wire unpop_valid,  // the last one taken goes back
    output wire [CH_W-1:0] unpop_ch,  // of this channel
    output wire pick_valid,  // a channel goes: a piece may come of it
    output wire use_valid,  // a piece was issued for b_ch a cycle ago
    output wire drop,  // the prepared piece counts no more, nor what is prepared in C1 and behind it
    output wire [CH_W-1:0] ghost_ch,  // channel of the last one
    output wire [CH_W-1:0] b_ch,  // B: the channel
    output wire b_bank,  // its bank of base registers
    output wire b_cur,  // it goes on in its segment
    output wire ab_soon,  // a look-up may come in the next cycle
    output wire ab_valid,  // it comes
    output wire c1_valid,  // C1: a pick
    output wire c1_undo,  // which is taken back
    output wire c1_ghost,  // or a ghost
    output wire [CH_W-1:0] c1_ch,  // the channel
    output wire c1_pop,  // it has a new descriptor
    output wire c1_token,  // a token
    output wire c1_bad,  // which tells that START was refused
    output wire c1_mark,  // or is the mark of a pause
    output wire c1_rated,  // its piece is counted for its rate
    output wire c1_load,  // the descriptor is only loaded: the channel waits for its pieces
    output wire c1_finish,  // its lap is the last
    output wire c1_next,  // the other bank is ready, or was a cycle ago
    // what is cut
    input wire out_valid,  // decided
    input wire [CH_W-1:0] out_ch,  // channel
    input wire out_more,  // the segment goes on
    input wire out_on,  // out_more or out_again, and not out_eow
    input wire out_again,  // a segment from the base registers follows
    input wire out_free,  // and waits for no request
    input wire out_keep,  // it was a mark: all stays as it was
    input wire out_eow,  // nothing follows
    input wire out_hold,  // it takes a piece that counts for its rate
    input wire [11:0] out_len_m1,  // bytes of it - 1
    input wire out_hand,  // a hand-over
    input wire out_undo  // the next pick of the channel is to be taken back
);
  wire go, go_pop, go_cur, go_token, go_bad, go_mark, go_free, go_paced, go_bank;
  wire [CH_W-1:0] go_ch, go_look_ch;
  wire [7:0] go_weight;
  wire [CHANNELS-1:0] rated, capped;
  wire go_rated = rated[go_ch];

  windlass_sched #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) sched_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .rotate(rotate),
      .weighted(weighted),
      .go_weight(go_weight),
      .start_valid(start_valid),
      .start_ch(cmd_ch),
      .start_bad(start_bad),
      .start_desc(start_desc),
      .start_sent(start_sent),
      .start_more(start_more),
      .start_again(start_again),
      .start_eow(start_eow),
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
      .may(may),
      .d_avail(d_avail),
      .fetch_busy(fetch_busy),
      .rated(rated),
      .capped(capped),
      .busy(busy),
      .room(room),
      .go(go),
      .go_ch(go_ch),
      .go_look_ch(go_look_ch),
      .go_pop(go_pop),
      .go_cur(go_cur),
      .go_token(go_token),
      .go_bad(go_bad),
      .go_mark(go_mark),
      .go_free(go_free),
      .go_paced(go_paced),
      .out_valid(out_valid),
      .out_ch(out_ch),
      .out_more(out_more),
      .out_on(out_on),
      .out_again(out_again),
      .out_free(out_free),
      .out_keep(out_keep),
      .out_eow(out_eow),
      .visit_ch(visit_ch),
      .visit_cause(visit_cause)
  );

  windlass_take #(
      .CH_W(CH_W),
      .DESCRIPTORS(DESCRIPTORS)
  ) take_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_bank(cw_bank),
      .map_change(map_change),
      .go(go),
      .go_ch(go_ch),
      .go_pop(go_pop),
      .go_cur(go_cur),
      .go_token(go_token),
      .go_bad(go_bad),
      .go_mark(go_mark),
      .go_free(go_free),
      .go_paced(go_paced),
      .go_bank(go_bank),
      .go_rated(go_rated),
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
      .c2_undo(out_undo),
      .c2_ch(out_ch)
  );

  windlass_rate #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) rate_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .weight_ch(go_ch),
      .weight(go_weight),
      .hold_valid(out_hold),
      .hold_ch(out_ch),
      .hold_len_m1(out_len_m1),
      .rated(rated),
      .capped(capped)
  );

  windlass_laps #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT)
  ) laps_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .finish_valid(finish_valid),
      .next_valid(next_valid),
      .start_valid(start_valid),
      .cmd_ch(cmd_ch),
      .start_bank(start_bank),
      .hand_valid(out_hand),
      .hand_ch(out_ch),
      .bank_ch(go_look_ch),
      .bank(go_bank),
      .ch(c1_ch),
      .finish(c1_finish),
      .next(c1_next)
  );

endmodule

`resetall
