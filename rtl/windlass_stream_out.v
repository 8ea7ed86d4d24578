/*
 * windlass_stream_out: packs the beats of one channel into words of a stream, and queues them.
 *
 * Purpose: the front reserves the rows of each piece before it is issued, so a beat is never refused. A word that is not full
 * waits for the next piece, which goes on at the next lane. A packet's end sends what there is; `flush` ends a packet that was
 * cut short, with TUSER.
 * Goal: a beat a cycle in, a word a cycle out.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_stream_out #(
    parameter DATA_WIDTH = 64,  // bits of a word
    parameter DEPTH_LOG  = 6,   // log2 of the words in the queue
    parameter MOST       = 16,  // rows in a piece, at most
    parameter TID        = 0    // number of the stream: its channel
) (
    input  wire                    aclk,           // clock
    input  wire                    aresetn,        // synchronous reset, active low
    // to and from the front
    output wire                    ready,          // there is room for one more piece
    input  wire                    put_valid,      // a piece was cut: reserve
    input  wire [            12:0] put_len,        // its bytes, at least 1; 1 also for an empty packet's end
    input  wire [             5:0] put_off,        // lane of its first byte
    input  wire [             7:0] tdest,          // TDEST of packets that begin now
    // beats
    input  wire                    beat_valid,     // a beat of a reserved row
    input  wire [  DATA_WIDTH-1:0] beat_data,      // data
    input  wire [DATA_WIDTH/8-1:0] beat_strb,      // bytes: none if they were not good
    input  wire                    beat_last,      // the packet ends
    input  wire                    flush,          // a packet that has begun ends here; not with beat_valid
    // AXI-Stream
    output wire [  DATA_WIDTH-1:0] m_axis_tdata,   // data
    output wire [DATA_WIDTH/8-1:0] m_axis_tkeep,   // bytes
    output wire                    m_axis_tlast,   // the packet ends
    output wire [             7:0] m_axis_tid,     // number of the stream
    output wire [             7:0] m_axis_tdest,   // destination
    output wire                    m_axis_tuser,   // with TLAST: the packet was cut short
    output wire                    m_axis_tvalid,  // valid
    input  wire                    m_axis_tready   // ready
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  // Room for a piece, the word that its alignment may cost, and the end of a packet that is cut short.
  localparam FITS = (1 << DEPTH_LOG) - MOST - 3;

  // ---------------------------------------------------------------- packing
  reg [DATA_WIDTH-1:0] word_reg;
  reg [W-1:0] keep_reg;
  reg open_reg;  // a packet has begun
  reg [7:0] tdest_reg;  // with this TDEST, which it keeps
  wire [7:0] own_tdest = open_reg ? tdest_reg : tdest;
  reg [DATA_WIDTH-1:0] merged;
  integer i;
  always @*
    for (i = 0; i < W; i = i + 1)
      merged[8*i+:8] = beat_valid && beat_strb[i] ? beat_data[8*i+:8] : keep_reg[i] ? word_reg[8*i+:8] : 8'd0;
  wire [W-1:0] keep = keep_reg | (beat_valid ? beat_strb : {W{1'b0}});
  wire cut = flush && open_reg;
  wire send = (beat_valid && (keep[W-1] || beat_last)) || cut;

  wire [DEPTH_LOG:0] level;
  wire soon;
  windlass_queue #(
      .WIDTH(DATA_WIDTH + W + 10),
      .DEPTH_LOG(DEPTH_LOG),
      .FULL_RATE(1)
  ) queue_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(send),
      .in_data({merged, keep, beat_valid ? beat_last : 1'b1, cut, own_tdest}),
      .level(level),
      .out_valid(m_axis_tvalid),
      .out_soon(soon),
      .out_ready(m_axis_tready),
      .out_data({m_axis_tdata, m_axis_tkeep, m_axis_tlast, m_axis_tuser, m_axis_tdest})
  );
  assign m_axis_tid = TID[7:0];

  // ---------------------------------------------------------------- room
  reg [DEPTH_LOG:0] reserved_reg;  // rows that will come
  reg put_reg, ready_reg;
  reg  [12:0] put_end_reg;
  wire [31:0] put_rows = ({19'd0, put_end_reg} >> OFF_W) + 32'd1;
  wire [31:0] reserve = put_reg ? put_rows : 32'd0;
  assign ready = ready_reg && !put_valid && !put_reg;

  always @(posedge aclk) begin
    put_reg <= put_valid;
    put_end_reg <= put_len + {7'd0, put_off} - 13'd1;
    reserved_reg <= reserved_reg + reserve[DEPTH_LOG:0] - {{DEPTH_LOG{1'b0}}, beat_valid};
    ready_reg <= !put_reg && {{31 - DEPTH_LOG{1'b0}}, reserved_reg} + {{31 - DEPTH_LOG{1'b0}}, level} <= FITS;
    if (beat_valid || cut) begin
      tdest_reg <= own_tdest;
      word_reg  <= merged;
      keep_reg  <= send ? {W{1'b0}} : keep;
      open_reg  <= !(beat_valid ? beat_last : 1'b1) && (open_reg || keep != {W{1'b0}});
    end
    if (!aresetn) begin
      put_reg <= 1'b0;
      ready_reg <= 1'b0;
      reserved_reg <= {DEPTH_LOG + 1{1'b0}};
      keep_reg <= {W{1'b0}};
      open_reg <= 1'b0;
    end
  end

endmodule

`resetall
