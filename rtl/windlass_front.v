/*
 * windlass_front: what each channel does next.
 *
 * Purpose: keeps the state of every channel's work, picks a channel every cycle, cuts the next piece off its
 * segment, has both addresses translated, and hands the piece to the back end. Pieces leave in the order they were
 * picked and come back in that order, so a channel has ended when its last token has come back: no counters of
 * what is in flight are needed.
 *
 * Pipeline: A pick a channel | B read its state | C1 candidates for the length, look-up starts | C2 length |
 *           D translated, state written back | E piece handed over.
 * Goal: a piece a cycle over all channels; a channel of one-piece descriptors gets every second cycle (it is picked
 * again before the length is known, and the second pick is taken back if the first turns out longer); long
 * segments get every fourth, which a burst covers.
 *
 * Life of a channel: START sets run. Its last piece carries `eow` (end of work) and sets sent. ABORT or an error
 * sets stop; then one flush token follows everything that was issued. Whichever comes back first ends the channel.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_front #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter DATA_WIDTH = 64,  // memory bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter MAX_BURST  = 64,  // beats of the longest burst
    parameter TAG_W      = 12   // width of the token's tag
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write
    input wire cw_priv,  // to a grant register, else to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
    input wire start_bad,  // its configuration is refused
    input wire abort_valid,  // ABORT of a channel
    input wire [CH_W-1:0] abort_ch,  // which
    input wire rotate,  // arbitration: 1 rotating, 0 fixed
    output wire [CHANNELS-1:0] active,  // the channel runs
    output wire [CHANNELS-1:0] halt,  // fetch no more descriptors for it
    // pacing
    input wire [CHANNELS-1:0] paced,  // the channel waits for requests
    input wire [CHANNELS-1:0] may,  // its next piece may be issued
    output wire use_valid,  // a piece is issued for use_ch
    output wire [CH_W-1:0] use_ch,  // the channel
    output wire seg_end,  // a segment has been cut to its end
    output wire [CH_W-1:0] seg_end_ch,  // of this channel
    // descriptors
    input wire [CHANNELS-1:0] d_avail,  // a descriptor is ready
    input wire [CHANNELS-1:0] fetch_busy,  // a fetch is in flight
    output wire pop_valid,  // take one
    output wire [CH_W-1:0] pop_ch,  // of this channel
    output wire unpop_valid,  // the last one taken goes back
    output wire [CH_W-1:0] unpop_ch,  // of this channel
    input wire [31:0] d_src,  // descriptor, two cycles after pop: source
    input wire [31:0] d_dst,  // destination
    input wire [31:0] d_len,  // length
    input wire d_irq,  // flag: interrupt
    input wire d_wb,  // flag: write back
    input wire d_tc,  // flag: terminal count
    input wire d_nop,  // operation is NOP
    input wire d_eot,  // last of its table
    input wire [3:0] d_err,  // refused, with this code; d_src is its address
    input wire d_phase,  // its phase bit
    // map unit
    input wire a_hold,  // leave a look-up slot free
    output wire a_valid,  // look-up of a source
    output wire [ADDR_WIDTH-1:0] a_addr,  // its logical address
    output wire b_valid,  // look-up of a destination
    output wire [ADDR_WIDTH-1:0] b_addr,  // its logical address
    output wire [CH_W-1:0] ab_ch,  // the channel of both
    output wire ab_bypass,  // it is not translated
    input wire [ADDR_WIDTH-1:0] a_paddr,  // two cycles later: physical source
    input wire [3:0] a_err,  // or the error
    input wire [ADDR_WIDTH-1:0] b_paddr,  // physical destination
    input wire [3:0] b_err,  // or the error
    // pieces
    input wire piece_ready,  // at least 8 more pieces fit
    output reg piece_valid,  // a piece or token
    output reg [CH_W-1:0] piece_ch,  // its channel
    output reg piece_null,  // it is a token without data
    output reg [3:0] piece_err,  // error that the token carries
    output reg [ADDR_WIDTH-1:0] piece_src,  // physical source
    output reg [ADDR_WIDTH-1:0] piece_dst,  // physical destination
    output reg [ADDR_WIDTH-1:0] piece_src_l,  // logical source, or the address of the fault
    output reg [ADDR_WIDTH-1:0] piece_dst_l,  // logical destination
    output reg [12:0] piece_len,  // bytes
    output reg piece_sdev,  // the source is the device
    output reg piece_ddev,  // the destination is the device
    output reg [1:0] piece_unit,  // log2 of the device unit
    output reg [TAG_W-1:0] piece_tag,  // {tc flag, write fault, paced, tc, phase, nop, wb, irq, desc, last, eow, flush}
    // from behind
    input wire [CHANNELS-1:0] stop,  // channels in which the back end found an error
    input wire stop_wb_valid,  // a write-back failed
    input wire [CH_W-1:0] stop_wb_ch,  // on this channel
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch  // which
);
  localparam W = DATA_WIDTH / 8;
  localparam AW = ADDR_WIDTH;
  localparam CUR_W = 2 * AW + 32 + 5;

  // What a pick stands for. POP takes a descriptor and, unless the channel is paced, cuts its first piece.
  localparam [2:0] K_BASE = 3'd0, K_CUR = 3'd1, K_POP = 3'd2, K_BAD = 3'd3, K_FLUSH = 3'd4;

  // ---------------------------------------------------------------- channel state
  reg [CHANNELS-1:0] run_reg, fresh_reg, cont_reg, block_reg, stop_reg, sent_reg, bad_reg;
  reg [1:0] mode_reg[0:CHANNELS-1];
  wire [CHANNELS-1:0] is_desc, is_auto;

  reg [CUR_W-1:0] cur_mem[0:CHANNELS-1];

  assign active = run_reg;
  assign halt   = stop_reg | bad_reg;  // a refused START fetches nothing

  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) cur_mem[k] = {CUR_W{1'b0}};

  wire cw_chan = cw_valid && !cw_priv;
  reg [CH_W-1:0] b_ch_reg;
  wire [AW-1:0] b_src, b_dst, b_dev;
  wire [31:0] b_len;
  wire [8:0] b_conf;
  wire b_bypass;

  windlass_base #(
      .CHANNELS  (CHANNELS),
      .CH_W      (CH_W),
      .ADDR_WIDTH(AW),
      .MAX_BURST (MAX_BURST)
  ) base_i (
      .aclk(aclk),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .ch(b_ch_reg),
      .src(b_src),
      .dst(b_dst),
      .len(b_len),
      .dev(b_dev),
      .conf(b_conf),
      .bypass(b_bypass)
  );

  // ---------------------------------------------------------------- A: pick
  reg b_v_reg;
  reg [2:0] b_kind_reg;
  reg b_load_reg;
  reg c1_v_reg, c2_v_reg, d_v_reg;
  reg [CH_W-1:0] c1_ch_reg, c2_ch_reg, d_ch_reg;

  wire [CHANNELS-1:0] want;
  genvar g;
  generate
    for (g = 0; g < CHANNELS; g = g + 1) begin : g_want
      assign is_desc[g] = mode_reg[g] == 2'd1 || mode_reg[g] == 2'd2;
      assign is_auto[g] = mode_reg[g] == 2'd3;
      wire in_pipe = (b_v_reg && b_ch_reg == g) || (c1_v_reg && c1_ch_reg == g) || (c2_v_reg && c2_ch_reg == g);
      wire work = cont_reg[g] || fresh_reg[g] ? may[g] : is_desc[g] && d_avail[g];
      assign want[g] = run_reg[g] && !block_reg[g] && !sent_reg[g] && !(b_v_reg && b_ch_reg == g) &&
          (stop_reg[g] ? !in_pipe && !fetch_busy[g] : bad_reg[g] || work);
    end
  endgenerate

  wire any;
  wire [CH_W-1:0] pick;
  wire take = any && piece_ready && !a_hold;

  windlass_arb #(
      .N (CHANNELS),
      .IW(CH_W)
  ) arb_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .rotate(rotate),
      .want(want),
      .take(take),
      .any(any),
      .pick(pick)
  );

  wire [2:0] a_kind = stop_reg[pick] ? K_FLUSH : bad_reg[pick] ? K_BAD : cont_reg[pick] ? K_CUR :
      fresh_reg[pick] ? K_BASE : K_POP;
  assign pop_valid = take && a_kind == K_POP;
  assign pop_ch = pick;
  assign use_valid = take && (a_kind == K_BASE || a_kind == K_CUR);
  assign use_ch = pick;

  // ---------------------------------------------------------------- B: read state
  // A descriptor that is longer than one piece takes back a pick that was made on the chance that it was not.
  reg undo_reg;
  reg [CH_W-1:0] undo_ch_reg;
  wire b_undo = undo_reg && b_v_reg && b_ch_reg == undo_ch_reg && b_kind_reg == K_POP;

  wire [CUR_W-1:0] b_cur = cur_mem[b_ch_reg];

  reg [2:0] c1_kind_reg;
  reg c1_load_reg;
  reg [AW-1:0] c1_src_reg, c1_dst_reg, c1_dev_reg;
  reg [31:0] c1_rem_reg;
  reg [4:0] c1_flag_reg;  // {tc, phase, wb, irq, eot}
  reg [8:0] c1_conf_reg;
  reg c1_bypass_reg;

  always @(posedge aclk) begin
    b_v_reg <= take;
    b_ch_reg <= pick;
    b_kind_reg <= a_kind;
    b_load_reg <= a_kind == K_POP && paced[pick];

    c1_v_reg <= b_v_reg && !b_undo;
    c1_ch_reg <= b_ch_reg;
    c1_kind_reg <= b_kind_reg;
    c1_load_reg <= b_load_reg;
    {c1_src_reg, c1_dst_reg, c1_rem_reg, c1_flag_reg} <= b_kind_reg == K_CUR ? b_cur : {b_src, b_dst, b_len, 5'd0};
    c1_dev_reg <= b_dev;
    c1_conf_reg <= b_conf;
    c1_bypass_reg <= b_bypass;
    if (!aresetn) begin
      b_v_reg <= 1'b0;
      c1_v_reg <= 1'b0;
      b_ch_reg <= {CH_W{1'b0}};
      c1_ch_reg <= {CH_W{1'b0}};
      b_kind_reg <= K_BASE;
      c1_kind_reg <= K_BASE;
      b_load_reg <= 1'b0;
      c1_load_reg <= 1'b0;
    end
  end

  // ---------------------------------------------------------------- C1: candidates, look-up
  wire c1_pop = c1_kind_reg == K_POP;
  wire c1_undo = undo_reg && c1_v_reg && c1_ch_reg == undo_ch_reg && c1_pop;
  wire [AW-1:0] c1_src = c1_pop ? {{AW - 32{1'b0}}, d_src} : c1_src_reg;
  wire [AW-1:0] c1_dst = c1_pop ? {{AW - 32{1'b0}}, d_dst} : c1_dst_reg;
  wire [31:0] c1_rem = c1_pop ? d_len : c1_rem_reg;
  wire [4:0] c1_flag = c1_pop ? {d_tc, d_phase, d_wb, d_irq, d_eot} : c1_flag_reg;
  wire [3:0] c1_err = c1_kind_reg == K_BAD ? 4'd12 : c1_pop ? d_err : 4'd0;
  wire c1_nop = c1_pop && d_nop;
  wire c1_copy = c1_kind_reg <= K_POP && c1_err == 4'd0 && !c1_nop;
  wire c1_sdev = c1_conf_reg[0], c1_ddev = c1_conf_reg[1];

  assign unpop_valid = b_undo || c1_undo;
  assign unpop_ch = undo_ch_reg;
  assign a_valid = c1_v_reg && c1_copy && !c1_load_reg && !c1_sdev;
  assign b_valid = c1_v_reg && c1_copy && !c1_load_reg && !c1_ddev;
  assign a_addr = c1_src;
  assign b_addr = c1_dst;
  assign ab_ch = c1_ch_reg;
  assign ab_bypass = c1_bypass_reg;

  wire [11:0] c2_len_m1;
  wire c2_end;

  windlass_cut #(
      .WORD_BYTES(W),
      .MAX_BURST (MAX_BURST)
  ) cut_i (
      .aclk(aclk),
      .src(c1_src[11:0]),
      .dst(c1_dst[11:0]),
      .rem(c1_rem),
      .sdev(c1_sdev),
      .ddev(c1_ddev),
      .unit(c1_conf_reg[3:2]),
      .most(c1_conf_reg[8:4]),
      .len_m1(c2_len_m1),
      .last(c2_end)
  );

  reg [2:0] c2_kind_reg, d_kind_reg;
  reg c2_load_reg, c2_copy_reg, c2_nop_reg, d_load_reg, d_copy_reg, d_nop_reg, d_more_reg, d_last_reg;
  reg [AW-1:0] c2_src_reg, c2_dst_reg, c2_dev_reg, d_src_reg, d_dst_reg, d_dev_reg;
  reg [31:0] c2_rem_reg, d_rem_reg;
  reg [4:0] c2_flag_reg, d_flag_reg;
  reg [3:0] c2_err_reg, d_err_reg;
  reg [3:0] c2_conf_reg, d_conf_reg;  // {unit, dst is device, src is device}
  reg [11:0] d_len_m1_reg;
  reg d_eow_reg;

  // ---------------------------------------------------------------- C2: length, what comes next
  wire c2_cut = c2_copy_reg && !c2_load_reg;  // a piece is cut here
  wire c2_more = c2_copy_reg && (c2_load_reg || !c2_end);  // the segment goes on
  wire c2_desc = is_desc[c2_ch_reg];
  wire c2_last = (c2_cut && c2_end) || c2_nop_reg;  // the segment is complete
  wire c2_eow = c2_kind_reg == K_BAD || (c2_last && (c2_desc ? c2_flag_reg[0] : !is_auto[c2_ch_reg]));

  assign seg_end = c2_v_reg && c2_last;
  assign seg_end_ch = c2_ch_reg;

  always @(posedge aclk) begin
    c2_v_reg <= c1_v_reg && !c1_undo;
    c2_ch_reg <= c1_ch_reg;
    c2_kind_reg <= c1_kind_reg;
    c2_load_reg <= c1_load_reg;
    c2_copy_reg <= c1_copy;
    c2_nop_reg <= c1_nop && c1_err == 4'd0;
    c2_src_reg <= c1_src;
    c2_dst_reg <= c1_dst;
    c2_dev_reg <= c1_dev_reg;
    c2_rem_reg <= c1_rem;
    c2_flag_reg <= c1_flag;
    c2_err_reg <= c1_err;
    c2_conf_reg <= c1_conf_reg[3:0];

    d_v_reg <= c2_v_reg;
    d_ch_reg <= c2_ch_reg;
    d_kind_reg <= c2_kind_reg;
    d_load_reg <= c2_load_reg;
    d_copy_reg <= c2_copy_reg;
    d_nop_reg <= c2_nop_reg;
    d_src_reg <= c2_src_reg;
    d_dst_reg <= c2_dst_reg;
    d_dev_reg <= c2_dev_reg;
    d_rem_reg <= c2_rem_reg;
    d_flag_reg <= c2_flag_reg;
    d_err_reg <= c2_err_reg;
    d_conf_reg <= c2_conf_reg;
    d_len_m1_reg <= c2_len_m1;
    d_more_reg <= c2_more;
    d_last_reg <= c2_last;
    d_eow_reg <= c2_eow;

    undo_reg <= c2_v_reg && c2_kind_reg == K_POP && c2_more;
    undo_ch_reg <= c2_ch_reg;
    if (!aresetn) begin
      c2_v_reg <= 1'b0;
      d_v_reg <= 1'b0;
      undo_reg <= 1'b0;
      c2_ch_reg <= {CH_W{1'b0}};
      d_ch_reg <= {CH_W{1'b0}};
      undo_ch_reg <= {CH_W{1'b0}};
      c2_kind_reg <= K_BASE;
      d_kind_reg <= K_BASE;
    end
  end

  integer c;
  always @(posedge aclk) begin
    for (c = 0; c < CHANNELS; c = c + 1) begin
      // Every pick but an unpaced POP waits for its own outcome before the channel is picked again.
      if (take && pick == c[CH_W-1:0] && (a_kind != K_POP || paced[c])) block_reg[c] <= 1'b1;
      if (c2_v_reg && c2_ch_reg == c[CH_W-1:0]) begin
        block_reg[c] <= 1'b0;
        cont_reg[c]  <= c2_more;
        if (c2_kind_reg == K_BASE || c2_kind_reg == K_CUR) fresh_reg[c] <= c2_last && is_auto[c];
        if (c2_eow || c2_kind_reg == K_FLUSH) sent_reg[c] <= 1'b1;
      end
      if (abort_valid && abort_ch == c[CH_W-1:0] && run_reg[c]) stop_reg[c] <= 1'b1;
      if (stop[c] && run_reg[c]) stop_reg[c] <= 1'b1;
      if (stop_wb_valid && stop_wb_ch == c[CH_W-1:0] && run_reg[c]) stop_reg[c] <= 1'b1;
      if (end_valid && end_ch == c[CH_W-1:0]) run_reg[c] <= 1'b0;
      if (start_valid && start_ch == c[CH_W-1:0]) begin
        run_reg[c]   <= 1'b1;
        fresh_reg[c] <= !is_desc[c];
        cont_reg[c]  <= 1'b0;
        block_reg[c] <= 1'b0;
        stop_reg[c]  <= 1'b0;
        sent_reg[c]  <= 1'b0;
        bad_reg[c]   <= start_bad;
      end
      if (cw_chan && cw_reg == `WL_CHANNEL_CONFIG_NR && cw_ch == c[CH_W-1:0]) mode_reg[c] <= cw_data[1:0];
      if (!aresetn) begin
        run_reg[c]   <= 1'b0;
        fresh_reg[c] <= 1'b0;
        cont_reg[c]  <= 1'b0;
        block_reg[c] <= 1'b0;
        stop_reg[c]  <= 1'b0;
        sent_reg[c]  <= 1'b0;
        bad_reg[c]   <= 1'b0;
        mode_reg[c]  <= 2'd0;
      end
    end
  end

  // ---------------------------------------------------------------- D: translated; E: hand over
  wire [12:0] d_bytes = {1'b0, d_len_m1_reg} + 13'd1;
  wire [12:0] d_step = d_load_reg ? 13'd0 : d_bytes;
  wire d_sdev = d_conf_reg[0], d_ddev = d_conf_reg[1];
  wire [3:0] d_map_err = d_load_reg || !d_copy_reg ? 4'd0 : !d_sdev && a_err != 4'd0 ? a_err : !d_ddev ? b_err : 4'd0;
  wire d_fault = d_map_err != 4'd0;
  wire d_dst_fault = d_fault && (d_sdev || a_err == 4'd0);
  wire d_is_desc = is_desc[d_ch_reg];
  wire d_paced = paced[d_ch_reg];

  always @(posedge aclk) begin
    if (d_v_reg && d_more_reg)
      cur_mem[d_ch_reg] <= {
        d_src_reg + {{AW - 13{1'b0}}, d_step},
        d_dst_reg + {{AW - 13{1'b0}}, d_step},
        d_rem_reg - {19'd0, d_step},
        d_flag_reg
      };

    piece_valid <= d_v_reg && !(d_load_reg && d_copy_reg);
    piece_ch <= d_ch_reg;
    piece_null <= !d_copy_reg || d_fault;
    piece_err <= d_fault ? d_map_err : d_err_reg;
    piece_src <= d_sdev ? d_dev_reg : a_paddr;
    piece_dst <= d_ddev ? d_dev_reg : b_paddr;
    piece_src_l <= d_kind_reg == K_BAD ? {AW{1'b0}} : d_dst_fault ? d_dst_reg : d_copy_reg && d_sdev ? d_dev_reg : d_src_reg;
    piece_dst_l <= d_ddev ? d_dev_reg : d_dst_reg;
    piece_len <= d_bytes;
    piece_sdev <= d_sdev;
    piece_ddev <= d_ddev;
    piece_unit <= d_conf_reg[3:2];
    piece_tag <= {
      d_flag_reg[4],
      d_dst_fault,
      d_paced && d_copy_reg,
      d_paced && d_last_reg && d_copy_reg && (!d_is_desc || d_flag_reg[0] || d_flag_reg[4]),
      d_flag_reg[3],
      d_nop_reg,
      d_flag_reg[2],
      d_flag_reg[1],
      d_is_desc,
      d_last_reg,
      d_eow_reg,
      d_kind_reg == K_FLUSH
    };
    if (!aresetn) begin
      piece_valid <= 1'b0;
      piece_ch <= {CH_W{1'b0}};
    end
  end

endmodule

`resetall
