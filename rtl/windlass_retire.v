/*
 * windlass_retire: makes endings visible to software, in order.
 *
 * Purpose: takes the event records of windlass_commit one by one, waits for a record's write-back, and only then
 * changes CONSUMER, STATUS, the interrupts, `ack` and `tc`. Keeps the first error of each channel.
 * Pipeline: Q queue | F what the record means, with its answer | H it takes effect. With nothing waiting a record comes into F at once.
 * Goal: a record every two cycles (commit makes no more); what goes out at H comes from flip-flops, its channel also one-hot, because it
 * reaches far; a channel's state is in distributed RAM, none of it in flip-flops.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_retire #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter EV_W       = 51,  // width of an event record: 17 + CH_W + ADDR_WIDTH
    parameter CRC        = 0    // COMPARE is built
) (
    input  wire                  aclk,         // clock
    input  wire                  aresetn,      // synchronous reset, active low
    // register writes (broadcast)
    input  wire                  cw_valid,     // an accepted write
    input  wire [      CH_W-1:0] cw_ch,        // the channel
    input  wire [           4:0] cw_reg,       // register number (byte offset / 4)
    input  wire [          31:0] cw_data,      // data
    input  wire                  start_valid,  // START of a channel
    input  wire [      CH_W-1:0] start_ch,     // which
    input  wire [  CHANNELS-1:0] quiet,        // being reset: no interrupt for its abort
    // events
    input  wire                  ev_valid,     // an event
    output wire                  ev_ready,     // taken; does not depend on ev_valid
    input  wire [      EV_W-1:0] ev_data,      // the record, see windlass_commit
    input  wire                  wb_done,      // a write-back is answered (in order)
    input  wire [           3:0] wb_err,       // its error
    // endings
    output reg                   stop_valid,   // a write-back or a COMPARE failed: nobody before knows
    output reg  [      CH_W-1:0] stop_ch,      // on this channel
    output reg                   end_valid,    // a channel has ended
    output wire [      CH_W-1:0] end_ch,       // which
    output reg                   end_cut,      // with end_valid: by an error or before its end; not by a refused START
    output wire                  ack_valid,    // a paced piece has completed
    output wire [      CH_W-1:0] ack_ch,       // its channel
    output reg                   ack_tc,       // it was the last one
    output wire                  mark_valid,   // everything issued before a pause has completed
    output wire [      CH_W-1:0] mark_ch,      // of this channel
    output wire                  hand_valid,   // the next base registers were taken over
    output wire [      CH_W-1:0] hand_ch,      // of this channel
    output reg                   fault_valid,  // a map fault has taken effect a cycle ago
    output reg                   fault_write,  // the refused access was a write
    output reg  [           3:0] fault_cause,  // its error code
    output reg  [      CH_W-1:0] fault_ch,     // its channel
    output reg  [ADDR_WIDTH-1:0] fault_addr,   // its logical address
    // interrupts and register reads
    output wire [  CHANNELS-1:0] irq,          // level per channel
    input  wire [      CH_W-1:0] rd_ch,        // channel that software reads
    input  wire [           4:0] rd_reg,       // register number (byte offset / 4)
    output wire [          31:0] rd_word       // its value, combinational; STATUS without what others know
);
  localparam AW = ADDR_WIDTH;
  localparam DEPTH_LOG = 4;

  // ---------------------------------------------------------------- queues
  localparam REC_W = EV_W - AW;  // the record without its address, which waits in a RAM until it takes effect
  reg [REC_W-1:0] queue_mem[0:(1<<DEPTH_LOG)-1];
  reg [AW-1:0] where_mem[0:(1<<DEPTH_LOG)-1];
  reg [DEPTH_LOG-1:0] q_in_reg, q_out_reg;
  reg [DEPTH_LOG-1:0] q_at_reg;  // where the address of the record in hand is
  reg full_reg;
  wire [DEPTH_LOG-1:0] q_level = q_in_reg - q_out_reg;
  reg some_reg;  // q_in_reg != q_out_reg, without a comparison in front of all that follows
  wire q_some = some_reg;
  wire q_last = q_in_reg == q_out_reg + 1'b1;  // there is one
  // Answers of write-backs, taken at most every second cycle.
  wire w_some, w_take;
  wire [3:0] w_err;
  wire [DEPTH_LOG:0] w_level;
  windlass_fifo #(
      .WIDTH(4),
      .DEPTH_LOG(DEPTH_LOG),
      .OUT_REG(2)
  ) answers_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(wb_done),
      .in_data(wb_err),
      .level(w_level),
      .out_valid(w_some),
      .out_ready(w_take),
      .out_data(w_err)
  );
  assign ev_ready = !full_reg;

  // The record in hand.
  reg h_valid_reg;
  reg [REC_W-1:0] h_reg;
  wire [AW-1:0] h_where = where_mem[q_at_reg];
  wire h_write = h_reg[REC_W-13];
  wire h_answered = h_reg[REC_W-12] && !h_reg[REC_W-4];  // by its write-back
  wire ev_answered = ev_data[EV_W-12] && !ev_data[EV_W-4];
  // The record whose meaning is found out: that in hand, or with none in hand the one that comes.
  wire f_mark, f_hand, f_slast, f_period, f_last, f_desc, f_irq, f_eow, f_flush, f_paced, f_tc, f_wb, f_write;
  wire [3:0] f_err;
  wire [CH_W-1:0] f_ch;
  wire [REC_W-1:0] f_rec = h_valid_reg ? h_reg : ev_data[EV_W-1:AW];
  assign {f_mark, f_hand, f_slast, f_period, f_last, f_desc, f_irq} = f_rec[REC_W-1-:7];
  assign {f_eow, f_flush, f_paced, f_tc, f_wb, f_write} = f_rec[REC_W-8-:6];
  assign {f_err, f_ch} = f_rec[3+CH_W:0];

  // ---------------------------------------------------------------- channel state
  // What START or a reset clears is not written: bits that tell what counts are.
  reg [17:0] count_mem[0:CHANNELS-1];  // {in error since START, something happened since, CONSUMER}
  reg [3:0] status_mem[0:CHANNELS-1];  // {ERROR counts, end of packet, failed, done}: what a reset clears in STATUS
  reg aborted_mem[0:CHANNELS-1];
  reg [19:0] error_mem[0:CHANNELS-1];  // {index, code}
  reg [AW-1:0] faddr_mem[0:CHANNELS-1];

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      count_mem[k]   = 18'd0;
      status_mem[k]  = 4'd0;
      aborted_mem[k] = 1'b0;
      error_mem[k]   = 20'd0;
      faddr_mem[k]   = {AW{1'b0}};
    end

  // ---------------------------------------------------------------- what the record means, a cycle before it takes effect
  // A record behind another has a cycle of its own for it. Whether there is one comes late, and is asked of go_reg when it counts.
  reg go_reg;  // a record takes effect: not in two cycles running
  reg clear_reg, wipe_reg;  // START clears a channel; CMD.RESET: STATUS, but for ABORTED
  reg [CH_W-1:0] ch_reg;
  reg [CHANNELS-1:0] hot_reg;  // ch_reg, one-hot
  reg [3:0] code_reg;
  reg [15:0] stored_reg;  // CONSUMER, if it counts:
  reg used_reg;  // something has happened since START
  wire [15:0] consumer = stored_reg & {16{used_reg}};
  reg fails_reg, counts_reg, fault_reg, late_reg, eop_we_reg, eop_now_reg;
  reg [5:0] raise_reg;  // bits of IRQ_STATUS
  reg aborted_now_reg;
  wire f_dead, f_used;
  wire [15:0] f_consumer;
  assign {f_dead, f_used, f_consumer} = count_mem[f_ch];
  reg dead_reg;
  reg [3:0] status_reg;
  // Only a record in hand has its write-back's answer.
  wire h_asks = h_valid_reg && h_reg[REC_W-12] && h_reg[CH_W+:4] == 4'd0;
  wire [3:0] code = {4{!f_period}} & (f_err | (w_err & {4{h_asks}}));
  // Whether the channel is in error already comes late: it is left to the next cycle.
  wire right = code == 4'd0 && !f_period;
  wire ending = !f_period && (f_eow || f_flush);
  wire aborts = ending && code == 4'd0 && !f_eow;
  wire turn = !go_reg && !clear_reg && !wipe_reg;
  assign w_take = turn && h_valid_reg && h_answered;
  // Whether a record comes is known late: apart from all else.
  (* keep *) wire find_held = turn && h_valid_reg && (!h_answered || w_some);
  (* keep *) wire find_new = turn && !h_valid_reg && !q_some && !ev_answered;
  wire find = find_held || (find_new && ev_valid);

  // ---------------------------------------------------------------- the record takes effect
  // A START's clearing and a reset's wiping wait a cycle if they meet a record: each has the RAMs' write ports to itself.
  reg [CH_W-1:0] clear_ch_reg;
  wire later = (clear_reg || wipe_reg) && go_reg;
  wire h_free = !h_valid_reg || go_reg;
  wire direct = !q_some && h_free;  // past the queue
  wire put = ev_valid && ev_ready;
  wire fetch = (q_some || ev_valid) && h_free;
  wire [CH_W-1:0] at = go_reg ? ch_reg : clear_ch_reg;

  reg ack_reg, mark_reg, hand_reg;
  wire fails = fails_reg && !dead_reg;
  wire [5:0] raise = {
    raise_reg[5:4] & {2{!dead_reg}}, raise_reg[3] || (end_valid && dead_reg), raise_reg[2:0] & {3{!dead_reg}}
  };
  assign end_ch = ch_reg;
  assign ack_valid = go_reg && ack_reg && !dead_reg;
  assign mark_valid = go_reg && mark_reg;
  assign hand_valid = go_reg && hand_reg && !dead_reg;
  assign ack_ch = ch_reg;
  assign mark_ch = ch_reg;
  assign hand_ch = ch_reg;

  integer c;
  always @(posedge aclk) begin
    // What comes late is whether there is a record: a place that is free may hold anything.
    queue_mem[q_in_reg] <= ev_data[EV_W-1:AW];
    where_mem[q_in_reg] <= ev_data[AW-1:0];
    if (put) q_in_reg <= q_in_reg + 1'b1;
    some_reg <= aresetn && ((put && !direct) || (some_reg && !(h_free && q_last)));
    // One more may come while this is being made; and there is a place for the address of the record in hand, and one that is free.
    full_reg <= &q_level[DEPTH_LOG-1:2] && |q_level[1:0];

    if (h_free) h_reg <= q_some ? queue_mem[q_out_reg] : ev_data[EV_W-1:AW];
    if (fetch) q_out_reg <= q_out_reg + 1'b1;
    if (h_free) q_at_reg <= q_out_reg;
    // As in windlass_fifo.
    q_out_reg[0] <= (q_out_reg[0] ^ fetch) && aresetn;
    q_at_reg[0] <= (h_free ? q_out_reg[0] : q_at_reg[0]) && aresetn;
    h_valid_reg <= q_some || ev_valid || !h_free;

    go_reg <= aresetn && find;
    // Also of what is no record: it is looked at with go_reg only, or is 0 without.
    ch_reg <= f_ch;
    for (c = 0; c < CHANNELS; c = c + 1) hot_reg[c] <= f_ch == c[CH_W-1:0];
    stored_reg <= f_consumer;
    used_reg <= f_used;
    dead_reg <= f_dead;
    status_reg <= status_mem[f_ch];
    code_reg <= code;
    fails_reg <= code != 4'd0;
    counts_reg <= right && f_last && f_desc;
    end_valid <= aresetn && find && ending;
    end_cut <= f_dead || code != 4'd0 ? f_err != 4'd12 : !f_eow;
    ack_reg <= f_paced && right;
    ack_tc <= f_tc && f_last;
    mark_reg <= f_mark;
    hand_reg <= right && f_last && f_hand;
    eop_we_reg <= right && f_last && !f_desc;
    eop_now_reg <= f_slast;
    fault_reg <= code == 4'd5 || code == 4'd6 || code == 4'd7;
    late_reg <= code != 4'd0 && (f_err == 4'd0 || (CRC != 0 && f_err == 4'd13));
    raise_reg <= {
      right && f_last && f_hand,
      aborts && !quiet[f_ch],
      ending && code != 4'd0,
      f_period,
      right && f_last && f_irq,
      ending && code == 4'd0 && f_eow
    };
    aborted_now_reg <= aborts;

    fault_valid <= aresetn && go_reg && fault_reg && !dead_reg;
    {fault_write, fault_cause, fault_ch, fault_addr} <= {h_write, code_reg, ch_reg, h_where};
    stop_valid <= aresetn && go_reg && late_reg && !dead_reg;
    stop_ch <= ch_reg;

    clear_reg <= start_valid || (cw_valid && cw_reg == `WL_CHANNEL_CONSUMER_NR) || (clear_reg && go_reg);
    wipe_reg <= (cw_valid && cw_reg == `WL_CHANNEL_STATUS_NR) || (wipe_reg && go_reg);
    if (!later) clear_ch_reg <= start_valid ? start_ch : cw_ch;

    // With go_reg a record is stored, else what is cleared.
    if (go_reg || clear_reg)
      count_mem[at] <= {go_reg && (dead_reg || fails_reg), go_reg, consumer + {15'd0, counts_reg && !dead_reg}};
    if (go_reg || clear_reg || wipe_reg)
      status_mem[at] <= {4{go_reg}} & {
        status_reg[3] || fails,
        eop_we_reg && !dead_reg ? eop_now_reg : status_reg[2],
        end_valid ? {raise[3], raise[0]} : status_reg[1:0]
      };
    if (go_reg ? end_valid : clear_reg) aborted_mem[at] <= go_reg && aborted_now_reg && !dead_reg;
    if (go_reg && fails) error_mem[at] <= {consumer, code_reg};
    if (go_reg && fails) faddr_mem[at] <= h_where;

    if (!aresetn) begin
      q_in_reg <= {DEPTH_LOG{1'b0}};
      q_out_reg[DEPTH_LOG-1:1] <= {DEPTH_LOG - 1{1'b0}};
      full_reg <= 1'b0;
      h_valid_reg <= 1'b0;
      clear_reg <= 1'b0;
      wipe_reg <= 1'b0;
      stop_ch <= {CH_W{1'b0}};
    end
  end

  // ---------------------------------------------------------------- interrupts
  wire [ 5:0] status;
  wire [31:0] events;
  windlass_irq #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) irq_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .ev_valid(go_reg),
      .ev_ch(ch_reg),
      .ev_hot(hot_reg),
      .ev_raise(raise),
      .irq(irq),
      .rd_ch(rd_ch),
      .rd_status(status),
      .rd_events(events)
  );

  // ---------------------------------------------------------------- reads
  wire r_dead, r_used, r_error, r_eop, r_failed, r_done;
  wire [15:0] r_consumer;
  assign {r_dead, r_used, r_consumer} = count_mem[rd_ch];
  assign {r_error, r_eop, r_failed, r_done} = status_mem[rd_ch];
  wire [63:0] faddr = {{64 - AW{1'b0}}, faddr_mem[rd_ch]};
  wire [19:0] error = error_mem[rd_ch];
  // Which one is asked for is known late: one bit for each.
  (* keep *) wire is_status = rd_reg == `WL_CHANNEL_STATUS_NR;
  (* keep *) wire is_error = is_status && r_error;
  (* keep *) wire is_consumer = rd_reg == `WL_CHANNEL_CONSUMER_NR && r_used;
  (* keep *) wire is_fault_lo = rd_reg == `WL_CHANNEL_FADDR_LO_NR && r_dead;
  (* keep *) wire is_fault_hi = rd_reg == `WL_CHANNEL_FADDR_HI_NR && r_dead;
  (* keep *) wire is_irq = rd_reg == `WL_CHANNEL_IRQ_STATUS_NR;
  (* keep *) wire is_events = rd_reg == `WL_CHANNEL_IRQ_EVENTS_NR;
  assign rd_word = ({error[19:4], 4'd0, error[3:0], 8'd0} & {32{is_error}}) |
      ({25'd0, r_eop, 2'b00, aborted_mem[rd_ch], r_failed, r_done, 1'b0} & {32{is_status}}) |
      ({16'd0, r_consumer} & {32{is_consumer}}) | (faddr[31:0] & {32{is_fault_lo}}) | (faddr[63:32] & {32{is_fault_hi}}) |
      ({26'd0, status} & {32{is_irq}}) | (events & {32{is_events}});

endmodule

`resetall
