/*
 * windlass_sched: which channel gives the next piece.
 *
 * Purpose: keeps what must be seen for all channels at once (running, ready to be picked, what it would do) and picks
 * a channel every cycle.
 *
 * P picks (windlass_pick, registered); A looks again whether the picked channel can really go, and takes it. So a
 * pick is only a hint: it may be late, or a guess. When nobody else wants to go, the last channel stays in A, and goes
 * in the very cycle in which it can; a channel that is started goes to A at once.
 *
 * Ready: the channel runs, and everything that was picked of it before is decided; only descriptors of channels
 * without pacing, rate and streams are picked on the chance that the one before was a single piece.
 *
 * What seldom changes (pauses, stops, tokens) is in a RAM, and each cycle one channel is visited: that of a command, of an ending or a mark
 * that has come back, or else the next one of a round. A visit is what changes that state, so it is made in one place for all channels.
 * Stop: abort or error. A channel in error is not picked from the next cycle on. When nothing of a stopped one is left in the front's pipeline
 * (two rounds later, which is at least eight cycles) and no fetch is under way, it gets one flush token.
 * Pause: the same, with one mark token; when it has come back the channel is paused. A RESUME before that makes the mark
 * stale; it goes nevertheless, if it has not yet, and the next mark only when it is back.
 * Weighted: a channel that went is the owner until it has gone WEIGHT times, or could not go for eight cycles. The
 * owner is preferred; what others get in between, while the owner's pick is undecided, does not count.
 * Goal: a pick a cycle; one channel every second cycle; about a dozen flip-flops and two dozen LUTs a channel.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_sched #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2  // width of a channel number
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire rotate,  // arbitration: 1 rotating or weighted, 0 fixed
    input wire weighted,  // arbitration: weighted
    input wire [7:0] go_weight,  // WEIGHT of go_ch
    // commands: one a cycle, and no three in a row
    input wire [CH_W-1:0] cmd_ch,  // the channel of the command
    input wire start_valid,  // START, of a channel that does not run; an ending is told two cycles before at least
    input wire start_bad,  // its configuration is refused
    input wire start_desc,  // it works on descriptors
    input wire start_sent,  // its first piece goes out with the START; then also:
    input wire start_more,  // the segment goes on
    input wire start_again,  // a segment from the base registers follows
    input wire start_eow,  // it was the end of the work
    input wire abort_valid,  // ABORT
    input wire pause_valid,  // PAUSE
    input wire resume_valid,  // RESUME
    // from behind: an ending or a mark never in two cycles running, and what else is told of the same piece a cycle later
    input wire [CHANNELS-1:0] stop,  // channels in which the back end found an error; stays until START
    input wire stop_wb_valid,  // a write-back failed; also told of a channel that has ended a cycle ago
    input wire [CH_W-1:0] stop_wb_ch,  // on this channel
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch,  // which
    input wire mark_valid,  // the mark of a channel has come back; not with end_valid
    input wire [CH_W-1:0] mark_ch,  // which
    output wire [CHANNELS-1:0] paused,  // everything that was issued has been answered
    output wire [CHANNELS-1:0] active,  // the channel runs
    output wire [CHANNELS-1:0] halt,  // fetch no more descriptors for it, which runs
    // who can go
    input wire [CHANNELS-1:0] paced,  // the channel waits for requests
    input wire [CHANNELS-1:0] streamed,  // it waits for its streams
    input wire [CHANNELS-1:0] may,  // its next piece may be issued
    input wire [CHANNELS-1:0] d_avail,  // a descriptor is ready; only of channels that work on descriptors
    input wire [CHANNELS-1:0] fetch_busy,  // a fetch is in flight
    input wire [CHANNELS-1:0] rated,  // a cap follows each piece
    input wire [CHANNELS-1:0] capped,  // it waits for its rate
    input wire room,  // pieces can be taken; looked at a cycle later
    input wire busy,  // several pieces wait in the back end: nothing is lost when the next one comes some cycles later
    // A: the channel that goes
    output wire go,  // a channel goes
    output wire [CH_W-1:0] go_ch,  // which
    output wire go_pop,  // it takes a descriptor
    output wire go_cur,  // it goes on in its segment; else it begins one from the base registers
    output wire go_token,  // it only gives a token
    output wire go_bad,  // the token tells that START was refused
    output wire go_mark,  // or is the mark of a pause; else the flush
    output wire go_free,  // it waits for no request
    output wire go_paced,  // it waits for requests or streams
    output wire go_rated,  // its pieces are counted for its rate
    // outcome, three cycles later
    input wire out_valid,  // decided
    input wire out_more,  // the segment goes on
    input wire out_again,  // a segment from the base registers follows
    input wire out_free,  // and waits for no request
    input wire out_keep,  // it was a mark: all stays as it was
    input wire out_eow,  // nothing follows
    // why a channel does not issue
    input wire [CH_W-1:0] visit_ch,  // a channel
    output reg [2:0] visit_cause  // a cycle later: 0 none, 1 request, 2 descriptor, 3 stream, 4 room, 5 another was picked, 6 held
);
  // ---------------------------------------------------------------- state of the channels
  reg [CHANNELS-1:0] run_reg, ready_reg, token_reg;
  reg [CHANNELS-1:0]
      open_reg, halt_reg, paused_reg;  // neither stopped nor paused; stopped; its mark is back: written by visits
  reg [CHANNELS-1:0] seg_reg;  // a segment is to be cut: go on with it, or begin at the base registers
  reg [CHANNELS-1:0] cont_reg;  // the former
  reg [CHANNELS-1:0] free_reg;  // and waits for no request
  reg [CHANNELS-1:0] rated_reg, alone_reg;  // a cycle late: a cap follows each piece; each piece is waited for
  reg bad_mem[0:CHANNELS-1];

  assign active = run_reg;
  assign paused = paused_reg;
  assign halt   = halt_reg;

  // ---------------------------------------------------------------- who can go
  reg a_valid_reg, room_reg;
  reg [CH_W-1:0] a_ch_reg;
  reg [CHANNELS-1:0] a_hot_reg;
  wire [CHANNELS-1:0] fed = seg_reg & (may | free_reg) | ~seg_reg & d_avail;
  wire [CHANNELS-1:0] able = ready_reg & (token_reg | (open_reg & ~stop & ~capped & fed));
  wire [CHANNELS-1:0] at_a = a_hot_reg & {CHANNELS{a_valid_reg}};
  wire [CHANNELS-1:0] block = at_a & able & {CHANNELS{room_reg}} & (seg_reg | token_reg | alone_reg);

  assign go = a_valid_reg && room_reg && able[a_ch_reg];
  assign go_ch = a_ch_reg;
  assign go_token = token_reg[a_ch_reg];
  assign go_pop = !(go_token || seg_reg[a_ch_reg]);
  assign go_cur = cont_reg[a_ch_reg];
  assign go_paced = paced[a_ch_reg] || streamed[a_ch_reg];
  assign go_bad = bad_mem[a_ch_reg];
  assign go_mark = !halt_reg[a_ch_reg];
  assign go_free = free_reg[a_ch_reg];
  assign go_rated = rated_reg[a_ch_reg];

  // ---------------------------------------------------------------- P: pick
  wire [CHANNELS-1:0] want, hot;
  wire [CH_W-1:0] number;
  wire any;
  reg [CHANNELS-1:0] after_reg;  // comes after the last one that went

  // Who could go a cycle ago, so that this is not in front of the choice: A looks again. Of a segment that waits for nothing and goes on it is
  // known as soon as its piece is decided.
  reg [CHANNELS-1:0] able_reg;
  reg [CHANNELS-1:0] went_hot_reg, went_2_reg, went_3_reg;  // who was in A: of which the outcome is told
  wire goes_on = out_valid && !out_eow && (out_more || out_again);
  wire [CHANNELS-1:0] soon = went_3_reg & {CHANNELS{goes_on}} & open_reg & ~alone_reg;
  always @(posedge aclk) able_reg <= aresetn ? (able & ~block) | soon : {CHANNELS{1'b0}};
  assign want = able_reg & ~(at_a &{CHANNELS{room_reg}});

  // The owner of the turn.
  reg [CHANNELS-1:0] owner_reg;
  reg [7:0] credit_reg;  // what is left of its turn
  reg some_reg, more_reg;  // that is some; more than one
  reg [2:0] idle_reg;
  reg owner_able_reg, went_reg;
  reg [CH_W-1:0] owner_ch_reg, went_ch_reg;
  reg [7:0] went_weight_reg;
  wire owner_at_a = a_valid_reg && owner_reg[a_ch_reg];
  wire owner_able = able_reg[owner_ch_reg];
  // It stays in A for its next piece, although a cycle decides whether it goes on, as long as that costs nothing: a memory that takes
  // pieces in bunches would else be given others' in between.
  wire stay = weighted && busy && owner_reg[a_ch_reg] && more_reg;
  wire owner_first = owner_able_reg && some_reg && !owner_at_a && !went_reg;

  windlass_pick #(
      .N (CHANNELS),
      .IW(CH_W)
  ) pick_i (
      .want(want),
      .prefer(owner_first ? owner_reg : after_reg & {CHANNELS{rotate}}),
      .any(any),
      .hot(hot),
      .number(number)
  );

  reg [CHANNELS-1:0] start_hot;
  integer j;
  always @* for (j = 0; j < CHANNELS; j = j + 1) start_hot[j] = start_valid && cmd_ch == j[CH_W-1:0];

  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) bad_mem[k] = 1'b0;

  integer i;
  always @(posedge aclk) begin
    // A refused START is known to be one after its visit.
    room_reg <= room && !(start_valid && start_bad);
    // While there is no room the choice is made anew: who comes first may have become able since. By weight, only for the owner
    // of the turn, who then stays.
    if (stay) a_valid_reg <= !go;
    else if (room_reg || !a_valid_reg || !weighted || (owner_first && owner_able)) begin
      a_valid_reg <= any || start_valid || !go;
      // The pick is zero if there is none.
      if (any || start_valid) begin
        a_hot_reg <= hot | (start_hot & {CHANNELS{!any}});
        a_ch_reg  <= number | (cmd_ch & {CH_W{!any}});
      end
    end
    if (go) for (i = 0; i < CHANNELS; i = i + 1) after_reg[i] <= i > a_ch_reg;
    owner_able_reg <= weighted && able[owner_ch_reg] && !owner_first;
    idle_reg <= owner_able ? 3'd0 : idle_reg + 3'd1;
    // A cycle after the take; meanwhile the owner is not preferred.
    went_reg <= go;
    {went_3_reg, went_2_reg, went_hot_reg} <= {went_2_reg, went_hot_reg, a_hot_reg};
    went_ch_reg <= a_ch_reg;
    went_weight_reg <= go_weight;
    if (went_reg && !some_reg) begin
      owner_reg <= went_hot_reg;
      owner_ch_reg <= went_ch_reg;
      credit_reg <= went_weight_reg == 8'd0 ? 8'd0 : went_weight_reg - 8'd1;
      some_reg <= |went_weight_reg[7:1];
      more_reg <= |went_weight_reg[7:2] || &went_weight_reg[1:0];
    end else if (went_reg && went_ch_reg == owner_ch_reg) begin
      credit_reg <= credit_reg - 8'd1;
      some_reg   <= more_reg;
      more_reg   <= |credit_reg[7:2] || &credit_reg[1:0];
    end else if (!owner_able && &idle_reg) begin
      credit_reg <= 8'd0;
      {some_reg, more_reg} <= 2'd0;
    end
    if (start_valid) bad_mem[cmd_ch] <= start_bad;
    if (!aresetn) begin
      a_valid_reg <= 1'b0;
      a_hot_reg <= {{CHANNELS - 1{1'b0}}, 1'b1};
      a_ch_reg <= {CH_W{1'b0}};
      after_reg <= {CHANNELS{1'b0}};
      room_reg <= 1'b0;
      owner_reg <= {{CHANNELS - 1{1'b0}}, 1'b1};
      owner_ch_reg <= {CH_W{1'b0}};
      credit_reg <= 8'd0;
      {some_reg, more_reg} <= 2'd0;
      went_reg <= 1'b0;
      went_hot_reg <= {{CHANNELS - 1{1'b0}}, 1'b1};
      went_ch_reg <= {CH_W{1'b0}};
      idle_reg <= 3'd0;
      owner_able_reg <= 1'b0;
    end
  end

  // ---------------------------------------------------------------- what becomes of each channel
  // Nothing of a channel that does not run is under way, so then it is neither ready nor in a segment. Written as sums of products, with
  // what is common to all channels worked out once: so each is a LUT or two, without more for enables and resets.
  wire set = out_valid && !out_keep;
  wire seg_on = set && (out_more || out_again) && !out_eow;
  wire cont_on = set && out_more;
  wire free_on = set && out_free && out_more;
  wire ready_on = out_valid && out_more && !out_eow;  // waited for
  wire ready_up = out_valid && !out_more && !out_eow;  // unless it goes in this cycle
  wire ready_off = out_valid && out_eow;
  reg [CHANNELS-1:0] end_hot;
  integer e;
  always @* for (e = 0; e < CHANNELS; e = e + 1) end_hot[e] = end_valid && end_ch == e[CH_W-1:0];
  always @(posedge aclk) begin
    rated_reg <= rated;
    alone_reg <= paced | streamed | rated;
    run_reg <= start_hot | (run_reg & ~end_hot);
    // A pick of this cycle stands unless the segment goes on or the work ends: only then it is waited for. (That it has to be may be new:
    // RATE can be written at any time.)
    ready_reg <= (start_hot & {CHANNELS{!(start_sent && start_eow)}}) | (went_3_reg & {CHANNELS{ready_on}}) |
        ((ready_reg | (went_3_reg & {CHANNELS{ready_up}})) & ~block & ~(went_3_reg & {CHANNELS{ready_off}}));
    cont_reg <= (start_hot & {CHANNELS{start_sent && start_more}}) | (went_3_reg & {CHANNELS{cont_on}}) |
        (cont_reg & ~(went_3_reg & {CHANNELS{set}}));
    seg_reg <= (start_hot & {CHANNELS{start_sent ? start_more || start_again : !start_desc}}) |
        (went_3_reg & {CHANNELS{seg_on}}) | (seg_reg & ~(went_3_reg & {CHANNELS{set}}));
    free_reg <= (went_3_reg & {CHANNELS{free_on}}) | (free_reg & ~(went_3_reg &{CHANNELS{set}}));
    if (!aresetn) begin
      run_reg   <= {CHANNELS{1'b0}};
      ready_reg <= {CHANNELS{1'b0}};
      seg_reg   <= {CHANNELS{1'b0}};
      cont_reg  <= {CHANNELS{1'b0}};
      free_reg  <= {CHANNELS{1'b0}};
      rated_reg <= {CHANNELS{1'b0}};
      alone_reg <= {CHANNELS{1'b0}};
    end
  end

  // ---------------------------------------------------------------- who is visited
  // A command never waits, so the visit of an ending comes before a START. What comes from behind waits for commands only, of which there are
  // two in a row at most; a failed write-back waits for endings and marks too, and means nothing once its channel has ended.
  localparam ROUND = CHANNELS > 8 ? CHANNELS : 8;
  localparam AT_W = CH_W > 3 ? CH_W : 3;
  wire cmd = start_valid || abort_valid || pause_valid || resume_valid;
  wire back = mark_valid || end_valid;
  wire [CH_W-1:0] back_ch = end_valid ? end_ch : mark_ch;
  reg back_reg, back_end_reg, wb_reg, ended_reg;
  reg [CH_W-1:0] back_ch_reg, wb_ch_reg;
  reg [AT_W-1:0] at_reg;
  wire any_back = back_reg || back;
  wire walk = !cmd && !any_back && !wb_reg;
  wire here = {{32 - AT_W{1'b0}}, at_reg} < CHANNELS;  // a round is eight cycles at least
  wire [CH_W-1:0] next_ch = cmd ? cmd_ch : back_reg ? back_ch_reg : back ? back_ch : wb_reg ? wb_ch_reg : at_reg[CH_W-1:0];

  reg v_reg, v_start_reg, v_bad_reg, v_abort_reg, v_pause_reg, v_resume_reg, v_mark_reg, v_end_reg, v_walk_reg;
  reg [CH_W-1:0] v_ch_reg;
  reg [CHANNELS-1:0] v_hot;

  integer n;
  always @* for (n = 0; n < CHANNELS; n = n + 1) v_hot[n] = v_reg && v_ch_reg == n[CH_W-1:0];
  always @(posedge aclk) begin
    if (back) {back_end_reg, back_ch_reg} <= {end_valid, back_ch};
    back_reg  <= aresetn && (back ? cmd || back_reg : cmd && back_reg);
    ended_reg <= aresetn && end_valid;
    if (stop_wb_valid) wb_ch_reg <= stop_wb_ch;
    wb_reg <= aresetn && ((stop_wb_valid && !ended_reg) || (wb_reg && (cmd || any_back) && !(end_valid && end_ch == wb_ch_reg)));
    if (walk) at_reg <= {{32 - AT_W{1'b0}}, at_reg} == ROUND - 1 ? {AT_W{1'b0}} : at_reg + 1'b1;
    v_reg <= aresetn && (!walk || here);
    v_ch_reg <= next_ch;
    v_start_reg <= start_valid;
    v_bad_reg <= start_valid && start_bad;
    v_abort_reg <= abort_valid || (!cmd && !any_back && wb_reg);
    v_pause_reg <= pause_valid;
    v_resume_reg <= resume_valid;
    v_mark_reg <= !cmd && any_back && !(back_reg ? back_end_reg : end_valid);
    v_end_reg <= !cmd && any_back && (back_reg ? back_end_reg : end_valid);
    v_walk_reg <= walk;
    if (!aresetn) at_reg <= {AT_W{1'b0}};
  end

  // ---------------------------------------------------------------- the visit
  // {pause; a mark was given that is not back; it is stale; paused; due, a round ago; stopped}. A channel that does not run has none of it.
  reg [5:0] slow_mem[0:CHANNELS-1];
  initial for (k = 0; k < CHANNELS; k = k + 1) slow_mem[k] = 6'd0;
  wire pause, given, stale, back_since, ripe, stopped;
  assign {pause, given, stale, back_since, ripe, stopped} = slow_mem[v_ch_reg];
  wire wipe = v_start_reg || v_end_reg || !run_reg[v_ch_reg];
  wire error = !stopped && (v_abort_reg || (v_walk_reg && stop[v_ch_reg]));
  wire due = stopped || (pause && !back_since && !given);
  wire give = v_walk_reg && !wipe && !error && due && ripe && !(stopped && fetch_busy[v_ch_reg]);
  wire pause_next = !wipe && (v_pause_reg || (pause && !v_resume_reg));
  wire stopped_next = wipe ? v_bad_reg : stopped || error;
  wire paused_next = !wipe && (v_mark_reg ? pause && !stale : back_since && !v_resume_reg);
  wire given_next = !wipe && ((given && !v_mark_reg) || (give && !stopped));
  wire stale_next = !wipe && (v_resume_reg && pause ? given : stale && !v_mark_reg);
  wire ripe_next = !wipe && !error && v_walk_reg && due;
  // A token that is taken back by a stop may be leaving in this very cycle: then it is still a mark, and whether it has left does not matter
  // any more.
  wire token_on = give || v_bad_reg, token_off = wipe || error;

  integer v;
  always @(posedge aclk) begin
    if (v_reg) slow_mem[v_ch_reg] <= {pause_next, given_next, stale_next, paused_next, ripe_next, stopped_next};
    for (v = 0; v < CHANNELS; v = v + 1) begin
      if (v_hot[v])
        {open_reg[v], halt_reg[v], paused_reg[v]} <= {!pause_next && !stopped_next, stopped_next, paused_next};
    end
    token_reg <= (v_hot & {CHANNELS{token_on}}) | (token_reg & ~block & ~(v_hot &{CHANNELS{token_off}}));
    if (!aresetn) begin
      open_reg   <= {CHANNELS{1'b1}};
      halt_reg   <= {CHANNELS{1'b0}};
      paused_reg <= {CHANNELS{1'b0}};
      token_reg  <= {CHANNELS{1'b0}};
    end
  end

  // ---------------------------------------------------------------- why a channel does not issue
  always @(posedge aclk) begin
    visit_cause <= !ready_reg[visit_ch] || halt_reg[visit_ch] ? 3'd0 : !open_reg[visit_ch] || capped[visit_ch] ? 3'd6 :
        !fed[visit_ch] ? (!seg_reg[visit_ch] ? 3'd2 : streamed[visit_ch] ? 3'd3 : 3'd1) :
        !room_reg ? 3'd4 : go && a_ch_reg == visit_ch ? 3'd0 : 3'd5;
  end

`ifdef PROVE_SCHED
  `include "windlass_sched.svh"
`endif

endmodule

`resetall
