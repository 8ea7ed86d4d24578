/*
 * windlass_segment: what is kept of each channel's segment, as its next piece needs it.
 *
 * Purpose: wires what each stage of the front is told: windlass_state, where the channel stands, windlass_stream_cut, what its streams have,
 * windlass_rows, its row of a 2-D copy, and windlass_sums, whether it is summed up.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_segment #(
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
    parameter S_P         = 1    // width of what is kept for each stream: STREAMS, at least 1
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
    // START
    input wire [CH_W-1:0] start_ch,  // a channel
    output wire start_desc,  // it works on descriptors
    // windlass_sched
    output wire [CHANNELS-1:0] streamed,  // the channel has a stream side
    output wire [CHANNELS-1:0] str_may,  // its streams are ready for a piece
    // the streams' queues
    input wire [S_P-1:0] si_ready,  // a piece can be cut from the stream in
    input wire [S_P-1:0] so_ready,  // there is room in the stream out for a piece
    input wire [12:0] si_bytes,  // of the channel in B: bytes that a piece may take
    input wire si_end,  // the packet ends with them
    // B
    input wire [CH_W-1:0] b_ch,  // the channel
    input wire b_bank,  // its bank of base registers
    input wire b_cur,  // it goes on in its segment
    output wire [6:0] b_limit_m1,  // device: most bytes in a piece - 1
    // C1: a new descriptor
    input wire c1_pop,  // it has a new descriptor
    input wire [ADDR_WIDTH-1:0] d_src,  // source
    input wire [ADDR_WIDTH-1:0] d_dst,  // destination
    input wire [31:0] d_len,  // length, or upper half of a FENCE's value
    input wire [3:0] d_op,  // operation: 0 NOP, 1 COPY, 2 FILL, 3 FENCE, 4 LINK, 5 COPY2D, 6 CRC32C, 7 COMPARE
    input wire [11:0] d_rows,  // rows - 1 of a COPY2D, else 0
    input wire [31:0] d_sstride,  // its source stride
    input wire [31:0] d_dstride,  // its destination stride
    input wire c1_refused,  // it is refused
    // C1: where the channel stands
    output wire [ADDR_WIDTH-1:0] c1_src,  // source
    output wire [ADDR_WIDTH-1:0] c1_dst,  // destination
    output wire [31:0] c1_rem,  // bytes left
    output wire [6:0] c1_flag,  // {fill, end of packet, tc, phase, wb, irq, eot}
    output wire [7:0] c1_conf,  // {for ever, auto-initialize, descriptors, paced, unit, dst is device, src is device}
    output wire c1_sdev,  // the source is the device, and not a pattern
    output wire c1_window,  // device bursts increment
    output wire c1_a_bypass,  // the source is not translated: granted, or the device
    output wire c1_b_bypass,  // nor the destination
    // C1: its streams
    output wire c1_sstr,  // the source is a stream
    output wire c1_dstr,  // the destination is a stream
    output wire c1_limited,  // more remains of the segment than a piece may take
    output wire [12:0] c1_limit,  // then: this may be taken
    output wire c1_ends,  // the packet ends with the last of that
    output wire c1_empty,  // a packet's end is there without a byte
    // C1: its sum
    output wire c1_sum,  // CRC32C or COMPARE
    // C2
    input wire c2_valid,  // a piece or token
    input wire [CH_W-1:0] c2_ch,  // its channel
    input wire c2_new,  // a piece with a new descriptor
    input wire c2_load,  // which is only loaded
    input wire c2_end,  // the piece ends the row, or the segment that has none
    output wire c2_follow,  // rows follow
    output wire c2_sum,  // CRC32C or COMPARE
    output wire c2_crc,  // CRC32C
    output wire c2_begins,  // it begins its segment
    // D: rows of a 2-D copy
    output wire row_two_d,  // the piece belongs to one
    output wire row_turn,  // the segment goes on with the next row
    output wire [ADDR_WIDTH-1:0] row_src,  // at this source
    output wire [ADDR_WIDTH-1:0] row_dst,  // and this destination
    output wire [31:0] row_len,  // of these bytes
    // D: current registers
    input wire cur_we,  // write them
    input wire [CH_W-1:0] cur_ch,  // of this channel
    input wire [2*ADDR_WIDTH+38:0] cur_new  // {source, destination, remaining, flags}
);
  localparam AW = ADDR_WIDTH;
  wire [31:0] b_rem;
  wire b_fill, b_desc;

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
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .cw_bank(cw_bank),
      .cur_we(cur_we),
      .cur_ch(cur_ch),
      .cur_new(cur_new),
      .b_ch(b_ch),
      .b_bank(b_bank),
      .b_cur(b_cur),
      .b_rem(b_rem),
      .b_fill(b_fill),
      .b_desc(b_desc),
      .b_limit_m1(b_limit_m1),
      .c1_src(c1_src),
      .c1_dst(c1_dst),
      .c1_rem(c1_rem),
      .c1_flag(c1_flag),
      .c1_conf(c1_conf),
      .c1_sdev(c1_sdev),
      .c1_window(c1_window),
      .c1_a_bypass(c1_a_bypass),
      .c1_b_bypass(c1_b_bypass),
      .start_ch(start_ch),
      .start_desc(start_desc)
  );

  generate
    if (STREAMS != 0) begin : g_streams
      windlass_stream_cut #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W),
          .STREAMS(STREAMS),
          .WORD_BYTES(WORD_BYTES),
          .MOST(STREAM_MOST)
      ) stream_cut_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .cw_valid(cw_valid),
          .cw_ch(cw_ch),
          .cw_reg(cw_reg),
          .cw_data(cw_data),
          .si_ready(si_ready),
          .so_ready(so_ready),
          .si_bytes(si_bytes),
          .si_end(si_end),
          .streamed(streamed),
          .may(str_may),
          .out_valid(c2_valid),
          .out_ch(c2_ch),
          .b_ch(b_ch),
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

  generate
    if (TWO_D != 0) begin : g_rows
      windlass_rows #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W),
          .ADDR_WIDTH(AW)
      ) rows_i (
          .aclk(aclk),
          .b_ch(b_ch),
          .b_cur(b_cur),
          .c1_pop(c1_pop),
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

  windlass_sums #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .CRC(CRC)
  ) sums_i (
      .aclk(aclk),
      .b_ch(b_ch),
      .b_desc(b_desc),
      .c1_pop(c1_pop),
      .c1_op(d_op),
      .c1_refused(c1_refused),
      .c1_sum(c1_sum),
      .c2_valid(c2_valid),
      .c2_pop(c2_new),
      .c2_load(c2_load),
      .c2_ch(c2_ch),
      .c2_sum(c2_sum),
      .c2_crc(c2_crc),
      .c2_begins(c2_begins)
  );

endmodule

`resetall
