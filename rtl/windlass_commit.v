/*
 * windlass_commit: adds up what has been committed, piece by piece, in order.
 *
 * Purpose: position, bytes of the segment, period events; turns each finished piece into at most one event record
 * (plus one for each period that it passed) and asks for the descriptor's write-back. What software sees of an
 * ending comes later, from windlass_retire, when the write-back is in.
 * Goal: a piece every two cycles, with nothing but flip-flops before each decision; channel state in distributed RAM.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_commit #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter TAG_W      = 12,  // width of the token's tag
    parameter EV_W       = 48   // width of an event record: 14 + CH_W + ADDR_WIDTH
) (
    input  wire                  aclk,         // clock
    input  wire                  aresetn,      // synchronous reset, active low
    // register writes (broadcast)
    input  wire                  cw_valid,     // an accepted write
    input  wire                  cw_priv,      // to a grant register, else to a channel register
    input  wire [      CH_W-1:0] cw_ch,        // the channel
    input  wire [           4:0] cw_reg,       // register number (byte offset / 4)
    input  wire [          31:0] cw_data,      // data
    input  wire                  start_valid,  // START of a channel: all counts to zero
    input  wire [      CH_W-1:0] start_ch,     // which
    // finished pieces, in order
    input  wire                  done_valid,   // a piece is finished
    output wire                  done_ready,   // taken
    input  wire [      CH_W-1:0] done_ch,      // its channel
    input  wire [          12:0] done_len,     // bytes committed
    input  wire [           3:0] done_err,     // error
    input  wire [ADDR_WIDTH-1:0] done_faddr,   // address of the error
    input  wire [     TAG_W-1:0] done_tag,     // see windlass_front, piece_tag
    // write-back
    output wire                  wb_valid,     // write a descriptor's status back
    input  wire                  wb_ready,     // taken
    output wire [      CH_W-1:0] wb_ch,        // the channel
    output wire [          15:0] wb_pos,       // the descriptor's place in the table
    output wire [          31:0] wb_word2,     // bytes committed
    output wire [          31:0] wb_word3,     // status
    // events, to windlass_retire: {period, last, desc, irq, eow, flush, paced, tc, wb, fault write, err, ch, address}
    output wire                  ev_valid,     // an event
    input  wire                  ev_ready,     // taken
    output wire [      EV_W-1:0] ev_data,      // the record
    // register reads
    input  wire [      CH_W-1:0] rd_ch,        // channel that software reads
    output wire [          63:0] rd_pos,       // its position
    output wire [          31:0] rd_seg        // bytes of its segment
);
  localparam AW = ADDR_WIDTH;
  localparam [2:0] TAKE = 3'd0, SUM = 3'd1, ADD = 3'd2, PERIOD = 3'd3, EVENT = 3'd4;

  // TAKE a piece and read its channel; SUM up; ADD: keep the sums, and if nothing special happened hand the piece's
  // event on and take the next piece in the same cycle; PERIOD one event for each multiple that was passed; EVENT the
  // piece's own record, with a write-back.
  reg [2:0] state_reg;

  reg [63:0] pos_mem[0:CHANNELS-1];
  reg [31:0] seg_mem[0:CHANNELS-1];
  reg [31:0] left_mem[0:CHANNELS-1];  // bytes to the next period event
  reg [31:0] period_mem[0:CHANNELS-1];
  reg [31:0] base_lo_mem[0:CHANNELS-1];
  reg [31:0] base_hi_mem[0:CHANNELS-1];
  reg [15:0] count_mem[0:CHANNELS-1];
  reg [15:0] place_mem[0:CHANNELS-1];  // place of the descriptor that completes next
  reg [CHANNELS-1:0] dead_reg;  // an error was seen: nothing after it counts

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      pos_mem[k] = 64'd0;
      seg_mem[k] = 32'd0;
      left_mem[k] = 32'd0;
      period_mem[k] = 32'd0;
      base_lo_mem[k] = 32'd0;
      base_hi_mem[k] = 32'd0;
      count_mem[k] = 16'd0;
      place_mem[k] = 16'd0;
    end

  // After reset all registers are written with zero; the read-only CONSUMER stands for the counts here.
  wire cw_chan = cw_valid && !cw_priv;
  reg clear, clear_start;
  reg [CH_W-1:0] clear_ch;
  always @(posedge aclk) begin
    clear <= start_valid || (cw_chan && cw_reg == `WL_CHANNEL_CONSUMER_NR);
    clear_start <= start_valid;
    clear_ch <= start_valid ? start_ch : cw_ch;
    if (!aresetn) clear <= 1'b0;
  end

  assign rd_pos = pos_mem[rd_ch];
  assign rd_seg = seg_mem[rd_ch];

  // ---------------------------------------------------------------- the piece in hand
  reg [CH_W-1:0] ch_reg;
  reg [12:0] len_reg;
  reg [3:0] err_reg;
  reg [AW-1:0] faddr_reg;
  reg [TAG_W-1:0] tag_reg;
  reg dead_piece_reg;
  reg [63:0] pos_reg;
  reg [31:0] seg_reg, left_reg, period_reg;
  reg [15:0] place_reg, count_reg;
  reg [AW-1:0] base_reg;

  wire t_flush = tag_reg[0], t_eow = tag_reg[1], t_desc = tag_reg[3], t_irq = tag_reg[4], t_wb = tag_reg[5];
  wire t_nop = tag_reg[6], t_phase = tag_reg[7], t_tc = tag_reg[8], t_paced = tag_reg[9];
  wire t_write = tag_reg[10], t_tc_flag = tag_reg[11];

  // What SUM found.
  reg [63:0] pos_sum_reg;
  reg [31:0] seg_sum_reg;
  reg [32:0] left_sum_reg;  // what remains to the next period event, in two's complement
  reg [15:0] place_next_reg;
  reg failed, last, passed, needs_wb, needs_event;
  wire s_failed = err_reg != 4'd0;
  wire s_last = tag_reg[2] && !s_failed && !dead_piece_reg;
  wire [32:0] s_left = {1'b0, left_reg} - {20'd0, len_reg};
  always @(posedge aclk)
    if (state_reg == SUM) begin
      pos_sum_reg <= pos_reg + {51'd0, len_reg};
      seg_sum_reg <= seg_reg + {19'd0, len_reg};
      left_sum_reg <= s_left;
      place_next_reg <= place_reg + 16'd1 == count_reg ? 16'd0 : place_reg + 16'd1;
      failed <= s_failed;
      last <= s_last;
      // The period is passed when what was left is not more than the piece, which is 13 bits wide.
      passed <= period_reg != 32'd0 && left_reg[31:13] == 19'd0 && left_reg[12:0] <= len_reg && len_reg != 13'd0;
      needs_wb <= t_desc && t_wb && (s_last || (s_failed && err_reg <= 4'd7));
      needs_event <= t_flush || t_eow || s_last || s_failed || (t_paced && !dead_piece_reg);
    end

  // PERIOD: left_reg is what remains after the piece, in two's complement, until it is positive again.
  reg behind_reg;
  wire [32:0] left_next = {behind_reg, left_reg} + {1'b0, period_reg};
  wire still_behind = left_next[32] || left_next[31:0] == 32'd0;

  wire quick = state_reg == ADD && !clear && !passed && !needs_wb && (!needs_event || ev_ready);
  wire slow = state_reg == ADD && !clear && (passed || needs_wb);
  wire period_go = state_reg == PERIOD && ev_ready;
  wire event_go = state_reg == EVENT && !clear && (!needs_event || ev_ready) && (!needs_wb || wb_ready);

  assign done_ready = (state_reg == TAKE && !clear) || quick;
  wire load = done_valid && done_ready;
  assign wb_valid = state_reg == EVENT && !clear && needs_wb && (!needs_event || ev_ready);
  assign wb_ch = ch_reg;
  assign wb_pos = place_reg;
  assign wb_word2 = seg_reg;
  assign wb_word3 = {t_phase, 1'b1, failed, 1'b0, err_reg, 12'd0, 1'b0, t_tc_flag, t_wb, t_irq, 7'd0, !t_nop};
  assign ev_valid = (state_reg == ADD && !clear && !passed && !needs_wb && needs_event) || state_reg == PERIOD ||
      (state_reg == EVENT && !clear && needs_event && (!needs_wb || wb_ready));
  assign ev_data = {
    state_reg == PERIOD,
    last,
    t_desc,
    t_irq,
    t_eow,
    t_flush,
    t_paced && !dead_piece_reg,
    t_tc,
    needs_wb,
    t_write,
    err_reg,
    ch_reg,
    failed || !needs_wb ? faddr_reg : base_reg + {{AW - 20{1'b0}}, place_reg, 4'd0}
  };

  generate
    if (AW > 32) begin : g_base
      always @(posedge aclk) if (load) base_reg <= {base_hi_mem[done_ch][AW-33:0], base_lo_mem[done_ch]};
    end else begin : g_base
      always @(posedge aclk) if (load) base_reg <= base_lo_mem[done_ch];
    end
  endgenerate

  wire leave = quick || event_go;  // the piece is dealt with
  wire fresh = last && (t_desc || !t_eow);
  // A piece of the same channel that is taken while its sums are written takes them from here.
  wire same = state_reg == ADD && done_ch == ch_reg;
  wire dead_next = dead_reg[done_ch] || (same && failed);

  always @(posedge aclk) begin
    if (cw_chan && cw_reg == `WL_CHANNEL_PERIOD_NR) period_mem[cw_ch] <= cw_data;
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_LO_NR) base_lo_mem[cw_ch] <= cw_data;
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_HI_NR) base_hi_mem[cw_ch] <= cw_data;
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_COUNT_NR) count_mem[cw_ch] <= cw_data[15:0];

    if (clear) begin
      pos_mem[clear_ch]   <= 64'd0;
      seg_mem[clear_ch]   <= 32'd0;
      left_mem[clear_ch]  <= clear_start ? period_mem[clear_ch] : 32'd0;
      place_mem[clear_ch] <= 16'd0;
    end else begin
      if (quick || slow) pos_mem[ch_reg] <= pos_sum_reg;
      // A lap or a descriptor that is complete starts the next at 0; a register transfer keeps its sum.
      if (leave || slow) seg_mem[ch_reg] <= fresh ? 32'd0 : seg_sum_reg;
      if (leave) left_mem[ch_reg] <= state_reg == ADD ? left_sum_reg[31:0] : left_reg;
      if (leave && last && t_desc) place_mem[ch_reg] <= place_next_reg;
    end

    if (load) begin
      ch_reg <= done_ch;
      len_reg <= dead_next ? 13'd0 : done_len;
      err_reg <= dead_next ? 4'd0 : done_err;
      faddr_reg <= done_faddr;
      tag_reg <= done_tag;
      dead_piece_reg <= dead_next;
      pos_reg <= same ? pos_sum_reg : pos_mem[done_ch];
      seg_reg <= same ? (fresh ? 32'd0 : seg_sum_reg) : seg_mem[done_ch];
      left_reg <= same ? left_sum_reg[31:0] : left_mem[done_ch];
      period_reg <= period_mem[done_ch];
      place_reg <= same && last && t_desc ? place_next_reg : place_mem[done_ch];
      count_reg <= count_mem[done_ch];
    end

    case (state_reg)
      TAKE: if (load) state_reg <= SUM;
      SUM: state_reg <= ADD;
      ADD:
      if (quick) state_reg <= load ? SUM : TAKE;
      else if (slow) begin
        state_reg <= passed ? PERIOD : EVENT;
        seg_reg <= seg_sum_reg;
        {behind_reg, left_reg} <= left_sum_reg;
      end
      PERIOD:
      if (period_go) begin
        {behind_reg, left_reg} <= left_next;
        if (!still_behind) state_reg <= EVENT;
      end
      default: if (event_go) state_reg <= TAKE;
    endcase

    if ((quick || slow) && failed) dead_reg[ch_reg] <= 1'b1;
    if (clear) dead_reg[clear_ch] <= 1'b0;
    if (!aresetn) begin
      state_reg <= TAKE;
      dead_reg  <= {CHANNELS{1'b0}};
    end
  end

endmodule

`resetall
