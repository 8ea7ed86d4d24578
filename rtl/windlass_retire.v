/*
 * windlass_retire: makes endings visible to software, in order.
 *
 * Purpose: takes the event records of windlass_commit one by one, waits for a record's write-back, and only then
 * changes CONSUMER, STATUS, the interrupts, `ack` and `tc`. Keeps the first error of each channel.
 * Pipeline: Q queue | F what the record means, with its answer | H it takes effect. With nothing waiting a record comes into F at once.
 * Goal: a record every two cycles (commit makes no more);
 * per channel four ending bits and distributed RAM.
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
    input  wire                  cw_priv,      // to a grant register, else to a channel register
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
    output wire                  end_valid,    // a channel has ended
    output wire [      CH_W-1:0] end_ch,       // which
    output wire                  end_cut,      // with end_valid: by an error or before its end; not by a refused START
    output wire                  ack_valid,    // a paced piece has completed
    output wire [      CH_W-1:0] ack_ch,       // its channel
    output wire                  ack_tc,       // it was the last one
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
    output reg  [          31:0] rd_word       // its value, combinational; STATUS without what others know
);
  localparam AW = ADDR_WIDTH;
  localparam DEPTH_LOG = 4;

  // ---------------------------------------------------------------- queues
  reg [EV_W-1:0] queue_mem[0:(1<<DEPTH_LOG)-1];
  reg [DEPTH_LOG:0] q_in_reg, q_out_reg;
  reg [3:0] answer_mem[0:(1<<DEPTH_LOG)-1];
  reg [DEPTH_LOG:0] w_in_reg, w_out_reg;
  reg full_reg;
  wire [DEPTH_LOG:0] q_level = q_in_reg - q_out_reg;
  wire q_some = q_in_reg != q_out_reg;
  wire w_some = w_in_reg != w_out_reg;
  assign ev_ready = !full_reg;

  // The record in hand, and the answer to its write-back.
  reg h_valid_reg, known_reg;
  reg [EV_W-1:0] h_reg;
  wire [CH_W-1:0] h_ch;
  wire [AW-1:0] h_addr;
  wire [3:0] h_err;
  wire h_mark, h_write, h_paced, h_tc, h_last, h_desc, h_eow;
  assign {h_mark, h_last, h_desc, h_eow, h_paced, h_tc, h_write} = {
    h_reg[EV_W-1], h_reg[EV_W-5], h_reg[EV_W-6], h_reg[EV_W-8], h_reg[EV_W-10], h_reg[EV_W-11], h_reg[EV_W-13]
  };
  assign {h_err, h_ch, h_addr} = h_reg[3+CH_W+AW:0];
  // The record whose meaning is found out: that in hand, or with none in hand the one that comes.
  wire f_hand, f_period, f_last, f_desc, f_irq, f_eow, f_flush, f_wb;
  wire [3:0] f_err;
  wire [CH_W-1:0] f_ch;
  wire [EV_W-1:AW] f_rec = h_valid_reg ? h_reg[EV_W-1:AW] : ev_data[EV_W-1:AW];
  assign {f_hand, f_period, f_last, f_desc, f_irq, f_eow, f_flush, f_wb} = {
    f_rec[EV_W-2],
    f_rec[EV_W-4],
    f_rec[EV_W-5],
    f_rec[EV_W-6],
    f_rec[EV_W-7],
    f_rec[EV_W-8],
    f_rec[EV_W-9],
    f_rec[EV_W-12]
  };
  assign {f_err, f_ch} = f_rec[3+CH_W+AW:AW];

  reg clear_reg;
  reg [CH_W-1:0] clear_ch_reg;
  wire cw_chan = cw_valid && !cw_priv;
  reg wipe_reg;  // CMD.RESET: STATUS, but for ABORTED
  reg [CH_W-1:0] wipe_ch_reg;

  // ---------------------------------------------------------------- channel state
  reg [15:0] consumer_mem[0:CHANNELS-1];
  reg [19:0] error_mem[0:CHANNELS-1];  // {index, code}
  reg [AW-1:0] faddr_mem[0:CHANNELS-1];
  reg [CHANNELS-1:0] dead_reg, done_reg, failed_reg, aborted_reg, eop_reg;

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      consumer_mem[k] = 16'd0;
      error_mem[k] = 20'd0;
      faddr_mem[k] = {AW{1'b0}};
    end

  // ---------------------------------------------------------------- what the record means, a cycle before it takes effect
  // Flip-flops, because all that it changes is far away. A record behind another has a cycle of its own for it.
  reg [3:0] code_reg;
  reg fails_reg, good_reg, counts_reg, ending_reg, in_error_reg, aborted_now_reg, hand_reg, fault_reg, late_reg;
  reg [4:0] raise_reg;  // without ABORTED
  wire answered = f_wb && !f_period;  // by its write-back
  wire h_answered = h_reg[EV_W-12] && !h_reg[EV_W-4];
  wire alive = !dead_reg[f_ch];
  wire [3:0] code = f_period ? 4'd0 : f_err | (f_err == 4'd0 && f_wb ? answer_mem[w_out_reg[DEPTH_LOG-1:0]] : 4'd0);
  wire good = alive && code == 4'd0 && !f_period;
  wire ending = !f_period && (f_eow || f_flush);
  wire in_error = !alive || code != 4'd0;
  wire hand = good && f_last && f_hand;
  wire find = !known_reg && (h_valid_reg ? !answered || w_some : ev_valid && !q_some && !answered && !clear_reg);

  // ---------------------------------------------------------------- the record takes effect
  // A START's clearing has the RAMs' write ports first.
  reg go_reg;  // known_reg && !clear_reg && !wipe_reg
  wire go = go_reg;
  wire known_next = find || (known_reg && !go);
  wire clear_next = start_valid || (cw_chan && cw_reg == `WL_CHANNEL_CONSUMER_NR);
  wire wipe_next = cw_chan && cw_reg == `WL_CHANNEL_STATUS_NR;
  wire h_free = !h_valid_reg || go;
  wire direct = !q_some && h_free;  // past the queue
  wire fetch = (q_some || ev_valid) && h_free;
  wire [15:0] consumer = consumer_mem[h_ch];
  wire [CH_W-1:0] at = clear_reg ? clear_ch_reg : wipe_reg ? wipe_ch_reg : h_ch;

  assign end_valid = go && ending_reg;
  assign end_ch = h_ch;
  assign end_cut = (in_error_reg && h_err != 4'd12) || (!in_error_reg && !h_eow);
  assign ack_valid = go && h_paced && good_reg;
  assign ack_ch = h_ch;
  assign ack_tc = h_tc && h_last;
  assign mark_valid = go && h_mark;
  assign mark_ch = h_ch;
  assign hand_valid = go && hand_reg;
  assign hand_ch = h_ch;

  always @(posedge aclk) begin
    // What comes late is whether there is a record: a place that is free may hold anything.
    queue_mem[q_in_reg[DEPTH_LOG-1:0]] <= ev_data;
    if (ev_valid && ev_ready && !direct) q_in_reg <= q_in_reg + 1'b1;
    // One more may come while this is being made.
    full_reg <= q_level[DEPTH_LOG] || q_level[DEPTH_LOG-1:0] >= {{DEPTH_LOG - 1{1'b1}}, 1'b0};
    if (wb_done) answer_mem[w_in_reg[DEPTH_LOG-1:0]] <= wb_err;
    if (wb_done) w_in_reg <= w_in_reg + 1'b1;

    if (h_free) h_reg <= q_some ? queue_mem[q_out_reg[DEPTH_LOG-1:0]] : ev_data;
    if (h_free && q_some) q_out_reg <= q_out_reg + 1'b1;
    q_out_reg[0] <= (q_out_reg[0] ^ (h_free && q_some)) && aresetn;  // as in windlass_fifo
    h_valid_reg  <= fetch || (h_valid_reg && !go);

    if (h_valid_reg && !known_reg && w_some && h_answered) w_out_reg <= w_out_reg + 1'b1;
    known_reg <= known_next;
    go_reg <= aresetn && known_next && !clear_next && !wipe_next;
    // Until it is known what a record means, also of what is none.
    if (!known_reg) begin
      code_reg <= code;
      fails_reg <= alive && code != 4'd0;
      good_reg <= good;
      counts_reg <= good && f_last && f_desc;
      ending_reg <= ending;
      in_error_reg <= in_error;
      aborted_now_reg <= ending && !in_error && !f_eow;
      hand_reg <= hand;
      fault_reg <= alive && (code == 4'd5 || code == 4'd6 || code == 4'd7);
      late_reg <= alive && code != 4'd0 && (f_err == 4'd0 || (CRC != 0 && f_err == 4'd13));
      raise_reg <= {hand, ending && in_error, f_period && alive, good && f_last && f_irq, ending && !in_error && f_eow};
    end

    fault_valid <= aresetn && go && fault_reg;
    {fault_write, fault_cause, fault_ch, fault_addr} <= {h_write, code_reg, h_ch, h_addr};
    stop_valid <= go && late_reg;
    stop_ch    <= h_ch;

    clear_reg <= clear_next;
    clear_ch_reg <= start_valid ? start_ch : cw_ch;
    wipe_reg <= wipe_next;
    wipe_ch_reg <= cw_ch;

    if (clear_reg || (go && counts_reg)) consumer_mem[at] <= clear_reg ? 16'd0 : consumer + 16'd1;
    if (clear_reg || wipe_reg || (go && fails_reg))
      error_mem[at] <= clear_reg || wipe_reg ? 20'd0 : {consumer, code_reg};
    if (clear_reg || (go && fails_reg)) faddr_mem[at] <= clear_reg ? {AW{1'b0}} : h_addr;

    if (go && fails_reg) dead_reg[h_ch] <= 1'b1;
    if (go && ending_reg) begin
      done_reg[h_ch] <= !in_error_reg && h_eow;
      failed_reg[h_ch] <= in_error_reg;
      aborted_reg[h_ch] <= aborted_now_reg;
    end
    if (go && good_reg && h_last && !h_desc) eop_reg[h_ch] <= h_reg[EV_W-3];
    if (clear_reg) begin
      dead_reg[clear_ch_reg] <= 1'b0;
      aborted_reg[clear_ch_reg] <= 1'b0;
    end
    if (clear_reg || wipe_reg) begin
      done_reg[at] <= 1'b0;
      failed_reg[at] <= 1'b0;
      eop_reg[at] <= 1'b0;
    end
    if (!aresetn) begin
      q_in_reg <= {DEPTH_LOG + 1{1'b0}};
      q_out_reg[DEPTH_LOG:1] <= {DEPTH_LOG{1'b0}};
      w_in_reg <= {DEPTH_LOG + 1{1'b0}};
      w_out_reg <= {DEPTH_LOG + 1{1'b0}};
      full_reg <= 1'b0;
      h_valid_reg <= 1'b0;
      known_reg <= 1'b0;
      clear_reg <= 1'b0;
      wipe_reg <= 1'b0;
      stop_valid <= 1'b0;
      stop_ch <= {CH_W{1'b0}};
      dead_reg <= {CHANNELS{1'b0}};
      done_reg <= {CHANNELS{1'b0}};
      failed_reg <= {CHANNELS{1'b0}};
      aborted_reg <= {CHANNELS{1'b0}};
      eop_reg <= {CHANNELS{1'b0}};
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
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .ev_valid(go),
      .ev_ch(h_ch),
      .ev_raise({raise_reg[4], aborted_now_reg && !quiet[h_ch], raise_reg[3:0]}),
      .irq(irq),
      .rd_ch(rd_ch),
      .rd_status(status),
      .rd_events(events)
  );

  // ---------------------------------------------------------------- reads
  wire [63:0] faddr = {{64 - AW{1'b0}}, faddr_mem[rd_ch]};
  wire [19:0] error = error_mem[rd_ch];
  always @*
    case (rd_reg)
      `WL_CHANNEL_STATUS_NR:
      rd_word = {
        error[19:4],
        4'd0,
        error[3:0],
        1'b0,
        eop_reg[rd_ch],
        2'b00,
        aborted_reg[rd_ch],
        failed_reg[rd_ch],
        done_reg[rd_ch],
        1'b0
      };
      `WL_CHANNEL_CONSUMER_NR: rd_word = {16'd0, consumer_mem[rd_ch]};
      `WL_CHANNEL_FADDR_LO_NR: rd_word = faddr[31:0];
      `WL_CHANNEL_FADDR_HI_NR: rd_word = faddr[63:32];
      `WL_CHANNEL_IRQ_STATUS_NR: rd_word = {26'd0, status};
      default: rd_word = events;
    endcase

endmodule

`resetall
