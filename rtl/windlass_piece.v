/*
 * windlass_piece: what the next piece of a segment is, and what comes after it (stages C1 and C2 of the front).
 *
 * Purpose: C1 takes the segment from the descriptor that came with the pick, or from where the channel stands, asks the map for both
 * addresses and finds the candidates for the length; windlass_cut takes the least in C2. With that it is known whether the segment goes on,
 * another follows, or the work ends: windlass_sched is told so, and windlass_handover what the piece's token stands for.
 * A ghost (see windlass_take) goes through likewise; what would come after it is kept until its channel's START.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_piece #(
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter WORD_BYTES = 8,   // bytes of a bus word
    parameter MAX_BURST  = 64   // beats of the longest burst
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // C1: the pick
    input wire c1_valid,  // a pick
    input wire c1_undo,  // which is taken back
    input wire c1_ghost,  // or a ghost
    input wire drop,  // which counts no more
    input wire [CH_W-1:0] c1_ch,  // the channel
    input wire c1_pop,  // it has a new descriptor
    input wire c1_token,  // a token
    input wire c1_bad,  // which tells that START was refused
    input wire c1_mark,  // or is the mark of a pause
    input wire c1_rated,  // its piece is counted for its rate
    input wire c1_load,  // the descriptor is only loaded
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
    // C1: where the channel stands, see windlass_state
    input wire [6:0] b_limit_m1,  // B: device: most bytes in a piece - 1
    input wire [ADDR_WIDTH-1:0] s_src,  // source; with a device side the device's address
    input wire [ADDR_WIDTH-1:0] s_dst,  // destination, likewise
    input wire [31:0] s_rem,  // bytes that remain
    input wire [6:0] s_flag,  // {fill, end of packet, tc, phase, wb, irq, eot}
    input wire [7:0] s_conf,  // {for ever, auto-initialize, descriptors, paced, unit, dst is device, src is device}
    input wire s_sdev,  // the source is the device
    input wire s_window,  // device bursts increment
    input wire s_a_bypass,  // the source is not translated
    // C1: its streams, see windlass_stream_cut
    input wire c1_sstr,  // the source is a stream
    input wire c1_dstr,  // the destination is a stream
    input wire c1_limited,  // more remains of the segment than a piece may take
    input wire [12:0] c1_limit,  // then: this may be taken
    input wire c1_ends,  // the packet ends with the last of that
    input wire c1_empty,  // a packet's end is there without a byte
    // sums and rows: see windlass_sums, windlass_rows
    output wire c1_refused,  // the descriptor is refused
    input wire c1_sum,  // CRC32C or COMPARE
    input wire c2_sum,  // CRC32C or COMPARE
    input wire c2_begins,  // then: the piece begins its segment
    input wire c2_crc,  // CRC32C
    output wire c2_new,  // a piece with a new descriptor
    output wire c2_end,  // the piece ends the row, or the segment that has none
    input wire c2_follow,  // rows follow
    // C1: look-up
    output wire [ADDR_WIDTH-1:0] a_addr,  // logical address of the source
    output wire a_bypass,  // it is not translated: granted, the device, or a pattern
    output wire [ADDR_WIDTH-1:0] b_addr,  // logical address of the destination
    // C2: the piece, see windlass_handover
    output reg c2_valid,  // a piece or token
    output reg c2_ghost,  // or a prepared piece
    output reg [CH_W-1:0] c2_ch,  // its channel
    output reg [ADDR_WIDTH-1:0] c2_src,  // logical source, of a device its address; of a fence the lower half of its value
    output reg [ADDR_WIDTH-1:0] c2_dst,  // logical destination, of a device its address
    output reg [31:0] c2_rem,  // bytes that remain, with this piece; of a fence the upper half of its value
    output wire [11:0] c2_len_m1,  // bytes of the piece - 1
    output reg [6:0] c2_flag,  // flags of the segment: {fill, end of packet, tc, phase, wb, irq, end of table}
    output reg [3:0] c2_conf,  // {unit, dst is device, src is device}
    output reg [3:0] c2_err,  // error that the token carries; 0 if data move
    output reg c2_copy,  // data moves
    output reg c2_load,  // a descriptor is only loaded
    output wire [11:0] c2_tag,  // {source packet ended, hand-over, mark, fence, link, paced, tc, nop, desc, last, eow, flush}
    output wire c2_incr,  // device bursts increment; of a sum: it begins a segment
    output reg c2_bad,  // the token of a refused START
    output reg c2_sstr,  // the source is a stream
    output wire c2_slast,  // its packet ends with the piece
    output reg c2_dstr,  // the destination is a stream
    output wire c2_dlast,  // a packet ends there; of a sum: it ends its segment
    output reg c2_empty,  // a packet's end without a byte
    // C2: what comes next, see windlass_sched
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
    // of the last ghost
    output reg ghost_more,  // the segment goes on
    output reg ghost_again,  // a segment from the base registers follows
    output reg ghost_eow  // it was the end of the work
);
  localparam AW = ADDR_WIDTH;

  // ---------------------------------------------------------------- C1: candidates, look-up
  wire c1_link = c1_pop && d_op == 4'd4;
  wire [AW-1:0] c1_src = c1_pop && !d_sdev ? d_src : s_src;
  wire [AW-1:0] c1_dst = c1_pop && !d_ddev ? d_dst : s_dst;
  wire [31:0] c1_rem = c1_pop ? d_len : s_rem;
  wire c1_fill = c1_pop ? d_op == 4'd2 : s_flag[6];
  wire [6:0] c1_flag = c1_pop ? {d_op == 4'd2, d_flags[3:2], d_phase, d_flags[1:0], d_eot} : s_flag;
  assign c1_refused = c1_pop && d_err != 4'd0;
  wire c1_nop = c1_pop && (d_op == 4'd0 || d_op == 4'd3 || d_op == 4'd4) && !c1_refused;  // moves nothing
  wire c1_copy = !c1_token && !c1_refused && !c1_nop;
  wire c1_sdev = c1_pop ? d_sdev : s_sdev, c1_ddev = c1_pop ? d_ddev : s_conf[1];

  assign a_addr   = c1_src;
  assign b_addr   = c1_dst;
  assign a_bypass = s_a_bypass || c1_fill;

  // Of a new descriptor that is not one piece nothing is cut, it is only loaded: so the cut is not behind the queue's block RAM.
  wire c2_cut_end;
  windlass_cut #(
      .WORD_BYTES(WORD_BYTES),
      .MAX_BURST (MAX_BURST)
  ) cut_i (
      .aclk(aclk),
      .limit_m1(b_limit_m1),
      .whole(c1_pop),
      .whole_len(d_len[11:0]),
      .src(s_src[11:0]),
      .dst(s_dst[11:0]),
      .rem(c1_limited ? {19'd0, c1_limit} : s_rem),
      .smem(!s_sdev && !s_flag[6] && !c1_sstr),
      .dmem(!s_conf[1] && !c1_dstr && !c1_sum),
      .device(s_sdev || s_conf[1]),
      .len_m1(c2_len_m1),
      .last(c2_cut_end)
  );

  // ---------------------------------------------------------------- C2: length, what comes next
  reg mark_reg, rated_reg, incr_reg, fence_reg, link_reg, finish_reg, next_reg, ever_reg, pop_reg, token_reg, nop_reg;
  reg auto_reg, desc_reg, paced_reg, limited_reg, ends_reg;
  // Whether the piece ends what was cut comes late: what follows from it is found out for both cases, and kept so.
  (* keep *)wire behind = c2_load || (limited_reg && !ends_reg) || c2_follow;  // more of the segment behind what was cut
  wire last_yes = (c2_copy && !behind) || nop_reg;
  wire last = c2_cut_end ? last_yes : nop_reg;  // the segment is complete
  wire fill = c2_flag[6];
  wire flush = token_reg && !c2_bad && !mark_reg;
  // Work without end ends only when it was asked to finish.
  (* keep *)wire ends_work = !link_reg && (!desc_reg || c2_flag[0]) && (!ever_reg || finish_reg);
  wire eow_yes = c2_bad || (last_yes && ends_work), eow_no = c2_bad || (nop_reg && ends_work);
  wire eow = c2_cut_end ? eow_yes : eow_no;
  wire more_yes = c2_copy && behind;
  (* keep *)wire on_yes = !eow_yes && (more_yes || (last_yes && auto_reg));
  (* keep *)wire hand_yes = c2_valid && last_yes && auto_reg && next_reg;
  (* keep *)wire hand_no = c2_valid && nop_reg && auto_reg && next_reg;
  (* keep *)wire on_no = !eow_no && (c2_copy || (nop_reg && auto_reg));

  // What a stream has there ends the segment only with its packet.
  assign c2_end = c2_cut_end && !c2_load && (!limited_reg || ends_reg);
  assign c2_slast = c2_cut_end && ends_reg;
  assign c2_dlast = last && (c2_slast || !desc_reg || c2_flag[5] || c2_sum);
  assign c2_incr = c2_sum ? c2_begins : incr_reg;
  assign c2_new = c2_valid && pop_reg;
  assign c2_tag = {
    c2_slast && c2_copy && !auto_reg,
    c2_hand,
    mark_reg,
    fence_reg || (c2_crc && last),
    link_reg,
    paced_reg && c2_copy && !fill,
    paced_reg && last && c2_copy && !fill && (!desc_reg || c2_flag[0] || c2_flag[4]),
    nop_reg && !fence_reg && !link_reg,
    desc_reg,
    last,
    eow,
    flush
  };

  assign c2_more = c2_cut_end ? more_yes : c2_copy;
  assign c2_on = c2_cut_end ? on_yes : on_no;
  assign c2_again = last && auto_reg;
  assign c2_free = fill && c2_copy;
  assign c2_mark = mark_reg;
  assign c2_done = eow || flush;
  assign c2_hold = rated_reg && c2_copy && !c2_load;
  assign c2_hand = c2_cut_end ? hand_yes : hand_no;
  // Also when the work ends here: what was picked on chance lies behind the end.
  assign c2_undo = c2_valid && pop_reg && (c2_more || eow);
  assign seg_end = c2_valid && last;

  always @(posedge aclk) begin
    c2_valid <= c1_valid && !c1_undo;
    // Work with requests, streams or descriptors is not prepared.
    c2_ghost <= c1_ghost && !drop && !s_conf[5] && !s_conf[4] && !c1_sstr && !c1_dstr;
    c2_ch <= c1_ch;
    mark_reg <= c1_mark;
    rated_reg <= c1_valid && !c1_undo && c1_rated && !c1_empty;  // counts if it is a copy
    incr_reg <= s_window;
    fence_reg <= c1_nop && d_op == 4'd3;
    link_reg <= c1_nop && c1_link;
    finish_reg <= c1_valid && c1_finish;
    next_reg <= c1_next;
    pop_reg <= c1_pop;
    token_reg <= c1_token;
    c2_bad <= c1_token && c1_bad;
    c2_load <= c1_load || (c1_pop && !d_whole);
    c2_copy <= c1_copy;
    nop_reg <= c1_nop;
    c2_src <= c1_src;
    c2_dst <= c1_dst;
    c2_rem <= c1_rem;
    c2_flag <= c1_flag;
    c2_err <= c1_token ? (c1_bad ? 4'd12 : 4'd0) : c1_pop ? d_err : 4'd0;
    {ever_reg, auto_reg, desc_reg, paced_reg} <= s_conf[7:4];
    c2_conf <= {s_conf[3:2], c1_ddev, c1_sdev};
    {c2_sstr, c2_dstr, limited_reg, ends_reg, c2_empty} <= {c1_sstr, c1_dstr, c1_limited, c1_ends, c1_empty};
    if (c2_ghost) {ghost_more, ghost_again, ghost_eow} <= {c2_more, c2_again, eow};
    if (!aresetn) begin
      c2_valid <= 1'b0;
      c2_ghost <= 1'b0;
      c2_ch <= {CH_W{1'b0}};
    end
  end

endmodule

`resetall
