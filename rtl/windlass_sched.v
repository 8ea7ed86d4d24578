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
 * Stop: abort or error. When nothing of the channel is left in the front's pipeline (two ticks later, which is at
 * least eight cycles) and no fetch is under way, the channel gets one flush token.
 * Pause: the same, with one mark token; when it has come back the channel is paused. A RESUME before that makes the mark
 * stale.
 * Weighted: a channel that went is the owner until it has gone WEIGHT times, or could not go for eight cycles. The
 * owner is preferred; what others get in between, while the owner's pick is undecided, does not count.
 * Goal: a pick a cycle; one channel every second cycle; about a dozen flip-flops a channel.
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
    // START: what the channel does first
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
    input wire start_bad,  // its configuration is refused
    input wire start_desc,  // it works on descriptors
    input wire start_sent,  // its first piece goes out with the START; then also:
    input wire start_more,  // the segment goes on
    input wire start_again,  // a segment from the base registers follows
    input wire start_eow,  // it was the end of the work
    // stop
    input wire abort_valid,  // ABORT of a channel
    input wire [CH_W-1:0] abort_ch,  // which
    input wire [CHANNELS-1:0] stop,  // channels in which the back end found an error
    input wire stop_wb_valid,  // a write-back failed
    input wire [CH_W-1:0] stop_wb_ch,  // on this channel
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch,  // which
    // pause
    input wire pause_valid,  // PAUSE of a channel
    input wire resume_valid,  // RESUME of a channel
    input wire [CH_W-1:0] pause_ch,  // which
    input wire mark_valid,  // the mark of a channel has come back
    input wire [CH_W-1:0] mark_ch,  // which
    output wire [CHANNELS-1:0] paused,  // everything that was issued has been answered
    output wire [CHANNELS-1:0] active,  // the channel runs
    output wire [CHANNELS-1:0] halt,  // fetch no more descriptors for it
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
    output wire [CH_W-1:0] go_look_ch,  // the same, for what is looked up of it in a small RAM
    output wire go_pop,  // it takes a descriptor
    output wire go_cur,  // it goes on in its segment; else it begins one from the base registers
    output wire go_token,  // it only gives a token
    output wire go_bad,  // the token tells that START was refused
    output wire go_mark,  // or is the mark of a pause; else the flush
    output wire go_free,  // it waits for no request
    output wire go_paced,  // it waits for requests or streams
    // outcome, three cycles later
    input wire out_valid,  // decided
    input wire [CH_W-1:0] out_ch,  // channel
    input wire out_more,  // the segment goes on
    input wire out_on,  // out_more or out_again, and not out_eow
    input wire out_again,  // a segment from the base registers follows
    input wire out_free,  // and waits for no request
    input wire out_keep,  // it was a mark: all stays as it was
    input wire out_eow,  // nothing follows
    // why a channel does not issue
    input wire [CH_W-1:0] visit_ch,  // a channel
    output reg [2:0] visit_cause  // a cycle later: 0 none, 1 request, 2 descriptor, 3 stream, 4 room, 5 another was picked, 6 held
);
  // ---------------------------------------------------------------- state of the channels
  reg [CHANNELS-1:0] pause_reg, fly_reg, stale_reg, paused_reg, free_reg;
  reg [CHANNELS-1:0] run_reg, ready_reg, token_reg, stop_reg, ripen_reg;
  reg [CHANNELS-1:0] open_reg;  // of one that runs: neither stopped nor paused
  reg [CHANNELS-1:0] seg_reg;  // a segment is to be cut: go on with it, or begin at the base registers
  reg [CHANNELS-1:0] cont_reg;  // the former
  reg bad_mem[0:CHANNELS-1];
  reg [2:0] tick_reg;
  wire tick = &tick_reg;

  assign active = run_reg;
  assign paused = paused_reg;
  assign halt   = stop_reg;

  // ---------------------------------------------------------------- who can go
  reg a_valid_reg, room_reg;
  reg [CH_W-1:0] a_ch_reg;
  reg [CHANNELS-1:0] a_hot_reg;
  wire [CHANNELS-1:0] held = pause_reg | capped;
  (* keep *) wire [CHANNELS-1:0] fed = seg_reg & (may | free_reg) | ~seg_reg & d_avail;
  wire [CHANNELS-1:0] able = ready_reg & (token_reg | (open_reg & ~capped & fed));
  wire [CHANNELS-1:0] at_a = a_hot_reg & {CHANNELS{a_valid_reg}};
  wire a_able = |(at_a & able);
  // Whether it could go is known late: apart from what else it takes.
  (* keep *) wire [CHANNELS-1:0] waits = at_a & {CHANNELS{room_reg}} & (seg_reg | token_reg | paced | streamed | rated);
  wire [CHANNELS-1:0] block = able & waits;
  wire [CHANNELS-1:0] leaves = ready_reg & token_reg & waits;  // with a token: block

  assign go = a_able && room_reg;
  assign go_ch = a_ch_reg;
  // Masked, or synthesis takes a_ch_reg for the RAM's address register, and who is picked, late, for the address of a second one.
  assign go_look_ch = a_ch_reg & {CH_W{a_valid_reg}};
  assign go_token = |(a_hot_reg & token_reg);
  assign go_pop = ~|(a_hot_reg & (token_reg | seg_reg));
  assign go_cur = |(a_hot_reg & cont_reg);
  assign go_paced = |(a_hot_reg & (paced | streamed));
  assign go_bad = bad_mem[go_look_ch];
  assign go_mark = ~|(a_hot_reg & stop_reg);
  assign go_free = |(a_hot_reg & free_reg);

  // ---------------------------------------------------------------- P: pick
  (* keep *) wire [CHANNELS-1:0] want;
  wire [CHANNELS-1:0] hot;
  wire [CH_W-1:0] number;
  wire any;
  reg [CHANNELS-1:0] after_reg;  // comes after the last one that went; none when arbitration is fixed

  // Who could go a cycle ago, so that this is not in front of the choice: A looks again. Of a segment that waits for nothing and goes on it is
  // known as soon as its piece is decided.
  reg [CHANNELS-1:0] able_reg;
  (* keep *) reg [CHANNELS-1:0] decided;
  integer s;
  always @* begin
    for (s = 0; s < CHANNELS; s = s + 1) decided[s] = out_valid && out_ch == s[CH_W-1:0];
    decided = decided & open_reg & ~(paced | streamed | rated);
  end
  wire [CHANNELS-1:0] soon = decided & {CHANNELS{out_on}};
  always @(posedge aclk) able_reg <= aresetn ? (able & ~block) | soon : {CHANNELS{1'b0}};
  assign want = able_reg & ~(at_a &{CHANNELS{room_reg}});

  // The owner of the turn.
  reg [CHANNELS-1:0] owner_reg;
  reg [CH_W-1:0] owner_ch_reg, went_ch_reg;  // its number; with something left of a turn there is one
  reg [7:0] credit_reg;  // what is left of its turn, if some is
  reg some_reg, more_reg;  // that is some; more than one
  reg [2:0] idle_reg;
  reg owner_able_reg, went_reg;
  reg [CHANNELS-1:0] went_hot_reg;
  reg [7:0] went_weight_reg;
  wire owner_here = a_ch_reg == owner_ch_reg;
  wire owner_at_a = a_valid_reg && owner_here;
  wire owner_able = |(able_reg & owner_reg);
  // It stays in A for its next piece, although a cycle decides whether it goes on, as long as that costs nothing: a memory that takes
  // pieces in bunches would else be given others' in between.
  wire stay = weighted && busy && owner_here && more_reg;
  wire owner_first = owner_able_reg && some_reg && !owner_at_a && !went_reg;
  wire owner_goes = owner_first && owner_able;

  windlass_pick #(
      .N (CHANNELS),
      .IW(CH_W)
  ) pick_i (
      .want(want),
      .prefer(after_reg),
      .any(any),
      .hot(hot),
      .number(number)
  );

  // Who was found is known late: apart from who else comes to A.
  reg [CHANNELS-1:0] start_hot;
  integer h;
  always @* for (h = 0; h < CHANNELS; h = h + 1) start_hot[h] = start_ch == h[CH_W-1:0];
  (* keep *)wire [CHANNELS-1:0] else_hot = owner_goes ? owner_reg : any ? {CHANNELS{1'b0}} : start_valid ? start_hot : a_hot_reg;

  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) bad_mem[k] = 1'b0;

  integer j;
  always @(posedge aclk) begin
    room_reg <= room;
    // While there is no room the choice is made anew: who comes first may have become able since. By weight, only for the owner
    // of the turn, who then stays.
    if (stay) a_valid_reg <= !go;
    else if (room_reg || !a_valid_reg || !weighted || owner_goes) begin
      a_valid_reg <= any || start_valid || !go;
      // The owner of the turn is not searched for.
      a_hot_reg   <= else_hot | (owner_goes ? {CHANNELS{1'b0}} : hot);
      if (owner_goes) a_ch_reg <= owner_ch_reg;
      else if (any) a_ch_reg <= number;
      else if (start_valid) a_ch_reg <= start_ch;
    end
    for (j = 0; j < CHANNELS; j = j + 1) after_reg[j] <= rotate && (go ? j > a_ch_reg : after_reg[j]);
    owner_able_reg <= weighted && |(able & owner_reg) && !owner_first;
    idle_reg <= owner_able ? 3'd0 : idle_reg + 3'd1;
    // A cycle after the take; meanwhile the owner is not preferred.
    went_reg <= go;
    went_hot_reg <= a_hot_reg;
    went_ch_reg <= a_ch_reg;
    went_weight_reg <= go_weight;
    if (went_reg && !some_reg) begin
      owner_reg <= went_hot_reg;
      owner_ch_reg <= went_ch_reg;
      credit_reg <= went_weight_reg - 8'd1;
      some_reg <= |went_weight_reg[7:1];
      more_reg <= |went_weight_reg[7:2] || &went_weight_reg[1:0];
    end else if (went_reg && went_ch_reg == owner_ch_reg) begin
      credit_reg <= credit_reg - 8'd1;
      some_reg   <= more_reg;
      more_reg   <= |credit_reg[7:2] || &credit_reg[1:0];
    end else if (!owner_able && &idle_reg) {some_reg, more_reg} <= 2'd0;
    if (start_valid) bad_mem[start_ch] <= start_bad;
    tick_reg <= tick_reg + 3'd1;
    if (!aresetn) begin
      a_valid_reg <= 1'b0;
      a_hot_reg <= {{CHANNELS - 1{1'b0}}, 1'b1};
      a_ch_reg <= {CH_W{1'b0}};
      after_reg <= {CHANNELS{1'b0}};
      room_reg <= 1'b0;
      owner_reg <= {CHANNELS{1'b0}};
      owner_ch_reg <= {CH_W{1'b0}};
      went_ch_reg <= {CH_W{1'b0}};
      credit_reg <= 8'd0;
      {some_reg, more_reg} <= 2'd0;
      went_reg <= 1'b0;
      went_hot_reg <= {CHANNELS{1'b0}};
      idle_reg <= 3'd0;
      owner_able_reg <= 1'b0;
      tick_reg <= 3'd0;
    end
  end

  // ---------------------------------------------------------------- what becomes of each channel
  wire [CHANNELS-1:0] due = stop_reg | (pause_reg & ~fly_reg & ~paused_reg);

  integer c;
  always @(posedge aclk) begin
    for (c = 0; c < CHANNELS; c = c + 1) begin
      if (out_valid && out_ch == c[CH_W-1:0]) begin
        // A pick of this cycle stands unless the segment goes on or the work ends: only then it is waited for. (That it has to be may be new:
        // RATE can be written at any time.)
        ready_reg[c] <= !out_eow && (out_more || !block[c]);
        if (!out_keep) begin
          cont_reg[c] <= out_more;
          seg_reg[c]  <= out_more || out_again;
          free_reg[c] <= out_free;
        end
      end else if (block[c]) ready_reg[c] <= 1'b0;
      if (tick) ripen_reg[c] <= due[c];
      if (tick && ripen_reg[c] && due[c] && !(stop_reg[c] && fetch_busy[c])) token_reg[c] <= 1'b1;
      // The mark leaves.
      if (leaves[c] && !stop_reg[c]) begin
        token_reg[c] <= 1'b0;
        ripen_reg[c] <= 1'b0;
        fly_reg[c]   <= 1'b1;
      end
      if (mark_valid && mark_ch == c[CH_W-1:0]) begin
        fly_reg[c] <= 1'b0;
        stale_reg[c] <= 1'b0;
        paused_reg[c] <= pause_reg[c] && !stale_reg[c];
      end
      if (pause_valid && pause_ch == c[CH_W-1:0]) begin
        pause_reg[c] <= run_reg[c];
        if (run_reg[c]) open_reg[c] <= 1'b0;
      end
      if (resume_valid && pause_ch == c[CH_W-1:0] && pause_reg[c]) begin
        pause_reg[c]  <= 1'b0;
        paused_reg[c] <= 1'b0;
        open_reg[c]   <= !stop_reg[c];
        if (!stop_reg[c]) begin
          token_reg[c] <= 1'b0;
          ripen_reg[c] <= 1'b0;
        end
        stale_reg[c] <= (fly_reg[c] && !(mark_valid && mark_ch == c[CH_W-1:0])) || leaves[c];
      end
      if (run_reg[c] && !stop_reg[c] && (stop[c] || (abort_valid && abort_ch == c[CH_W-1:0]) ||
                                         (stop_wb_valid && stop_wb_ch == c[CH_W-1:0]))) begin
        stop_reg[c]  <= 1'b1;
        open_reg[c]  <= 1'b0;
        ripen_reg[c] <= 1'b0;
        token_reg[c] <= 1'b0;
      end
      if (end_valid && end_ch == c[CH_W-1:0]) begin
        run_reg[c] <= 1'b0;
        pause_reg[c] <= 1'b0;
        paused_reg[c] <= 1'b0;
      end
      if (start_valid && start_ch == c[CH_W-1:0]) begin
        run_reg[c]   <= 1'b1;
        ready_reg[c] <= !(start_sent && start_eow);
        seg_reg[c]   <= start_sent ? start_more || start_again : !start_desc;
        cont_reg[c]  <= start_sent && start_more;
        free_reg[c]  <= 1'b0;
        open_reg[c]  <= !start_bad;
        token_reg[c] <= start_bad;
        stop_reg[c]  <= start_bad;
        ripen_reg[c] <= 1'b0;
        fly_reg[c]   <= 1'b0;
        stale_reg[c] <= 1'b0;
      end
    end
    if (!aresetn) begin
      run_reg <= {CHANNELS{1'b0}};
      ready_reg <= {CHANNELS{1'b0}};
      seg_reg <= {CHANNELS{1'b0}};
      cont_reg <= {CHANNELS{1'b0}};
      token_reg <= {CHANNELS{1'b0}};
      stop_reg <= {CHANNELS{1'b0}};
      open_reg <= {CHANNELS{1'b0}};
      ripen_reg <= {CHANNELS{1'b0}};
      pause_reg <= {CHANNELS{1'b0}};
      fly_reg <= {CHANNELS{1'b0}};
      stale_reg <= {CHANNELS{1'b0}};
      paused_reg <= {CHANNELS{1'b0}};
      free_reg <= {CHANNELS{1'b0}};
    end
  end

  // ---------------------------------------------------------------- why a channel does not issue
  always @(posedge aclk) begin
    visit_cause <= !(run_reg[visit_ch] && ready_reg[visit_ch]) || stop_reg[visit_ch] ? 3'd0 : held[visit_ch] ? 3'd6 :
        !fed[visit_ch] ? (!seg_reg[visit_ch] ? 3'd2 : streamed[visit_ch] ? 3'd3 : 3'd1) :
        !room_reg ? 3'd4 : go && a_ch_reg == visit_ch ? 3'd0 : 3'd5;
  end

`ifdef PROVE_SCHED
  `include "windlass_sched.svh"
`endif

endmodule

`resetall
