/*
 * windlass_stream_cut: what the front must know of the streams to cut pieces.
 *
 * Purpose: which channels have a stream side, whether their streams are ready for a piece, and how many bytes a piece may
 * take: those that are in the source's queue, up to the packet's end, or as many words as the sink's queue reserves at once.
 * A channel is not picked again before its queues have taken note of the piece before: from its pick on windlass_sched blocks it,
 * from the outcome on `may` is down until `ready` shows what windlass_handover reported.
 * Stages as in windlass_front: A asks the queue, B has the answer and compares it with what remains of the segment, C1 the outcome.
 * Goal: a piece every eleven cycles a channel, which is less than a piece's words take; five flip-flops a stream.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_stream_cut #(
    parameter CHANNELS   = 4,  // number of channels
    parameter CH_W       = 2,  // width of a channel number
    parameter STREAMS    = 1,  // channels 0..STREAMS-1 have streams
    parameter WORD_BYTES = 8,  // bytes of a word
    parameter MOST       = 16  // words of a stream in one piece, at most
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    // the queues
    input wire [STREAMS-1:0] si_ready,  // a piece can be cut from the stream in
    input wire [STREAMS-1:0] so_ready,  // there is room in the stream out for a piece
    input wire [12:0] si_bytes,  // of the channel in B: bytes that a piece may take
    input wire si_end,  // the packet ends with them
    // windlass_sched
    output wire [CHANNELS-1:0] streamed,  // the channel has a stream side
    output wire [CHANNELS-1:0] may,  // its streams are ready for a piece
    input wire out_valid,  // C2: a piece is decided
    input wire [CH_W-1:0] out_ch,  // its channel
    // B
    input wire [CH_W-1:0] b_ch,  // channel
    input wire [31:0] b_rem,  // what remains of its segment
    input wire b_fill,  // which is a fill: its source is no stream
    // C1
    output reg c1_sstr,  // the source is a stream
    output reg c1_dstr,  // the destination is a stream
    output reg c1_limited,  // more remains of the segment than a piece may take
    output reg [12:0] c1_limit,  // then: this may be taken
    output reg c1_ends,  // the packet ends with the last of that
    output reg c1_empty  // a packet's end is there without a byte
);
  localparam SINK_BYTES = MOST * WORD_BYTES;
  localparam [12:0] SINK = SINK_BYTES[12:0];

  reg [STREAMS-1:0] src_reg, dst_reg, may_reg, out_reg, told_reg;

  generate
    if (CHANNELS > STREAMS) begin : g_others
      assign streamed = {{CHANNELS - STREAMS{1'b0}}, src_reg | dst_reg};
      assign may = {{CHANNELS - STREAMS{1'b1}}, may_reg};
    end else begin : g_all
      assign streamed = src_reg | dst_reg;
      assign may = may_reg;
    end
  endgenerate

  wire config_we = cw_valid && cw_reg == `WL_CHANNEL_CONFIG_NR;
  integer c;
  always @(posedge aclk) begin
    for (c = 0; c < STREAMS; c = c + 1) begin
      if (config_we && cw_ch == c[CH_W-1:0]) begin
        src_reg[c] <= cw_data[5:4] == 2'd2;
        dst_reg[c] <= cw_data[7:6] == 2'd2;
      end
      out_reg[c] <= out_valid && out_ch == c[CH_W-1:0];
      told_reg[c] <= out_reg[c];
      // Work without streams on such a channel waits for nothing.
      may_reg[c] <= (!src_reg[c] || si_ready[c]) && (!dst_reg[c] || so_ready[c]) &&
          ((!src_reg[c] && !dst_reg[c]) || !(told_reg[c] || out_reg[c] || (out_valid && out_ch == c[CH_W-1:0])));
    end
    if (!aresetn) begin
      src_reg  <= {STREAMS{1'b0}};
      dst_reg  <= {STREAMS{1'b0}};
      may_reg  <= {STREAMS{1'b0}};
      out_reg  <= {STREAMS{1'b0}};
      told_reg <= {STREAMS{1'b0}};
    end
  end

  // ---------------------------------------------------------------- B: how much; si_bytes is as it was in A, more may have come since
  wire [STREAMS-1:0] src_at = src_reg >> b_ch;
  wire [STREAMS-1:0] dst_at = dst_reg >> b_ch;
  wire sstr = src_at[0] && !b_fill;
  wire dstr = dst_at[0] && !b_fill;
  // Both sides are compared at once: which of them counts comes late. Of a fill none does.
  wire many = |b_rem[31:13];
  wire more_src = many || b_rem[12:0] > si_bytes;
  wire more_dst = many || b_rem[12:0] > SINK;

  always @(posedge aclk) begin
    c1_sstr <= sstr;
    c1_dstr <= dstr;
    c1_limited <= !b_fill && (src_at[0] ? more_src : dst_at[0] && more_dst);
    c1_limit <= src_at[0] ? si_bytes : SINK;
    c1_ends <= !b_fill && src_at[0] && si_end && (more_src || b_rem[12:0] == si_bytes);
    c1_empty <= sstr && si_bytes == 13'd0;
    if (!aresetn) {c1_sstr, c1_dstr, c1_limited, c1_ends, c1_empty} <= 5'd0;
  end

endmodule

`resetall
