/*
 * wl_streams: the board's side of the engine's streams: a source and a sink for each, with memories that Python fills and reads.
 *
 * A beat is a record of 16 + W bytes: {TLAST}, TID, TDEST, TUSER (a byte each), 4 bytes unused, TKEEP (8 bytes), TDATA, lowest byte
 * first. Stream s has its records from s*BYTES in feed_mem (towards the engine) and kept_mem (from it). A source presents records as long as it
 * has shown fewer than `fed`; a cycle is skipped by a chance of pause_in in 256 (256: always), and so does a sink by pause_out. Once
 * a beat is shown it stays until it is taken.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module wl_streams #(
    parameter STREAMS    = 1,
    parameter DATA_WIDTH = 64,
    parameter BYTES      = 1 << 19  // of each memory, for each stream
) (
    input  wire                            clk,
    input  wire                            rst_n,
    // the bench: beats fed (in all) and kept, chances to skip a cycle
    input  wire [          STREAMS*32-1:0] fed,
    output wire [          STREAMS*32-1:0] kept,
    input  wire [           STREAMS*9-1:0] pause_in,
    input  wire [           STREAMS*9-1:0] pause_out,
    // towards the engine
    output reg  [  STREAMS*DATA_WIDTH-1:0] s_axis_tdata,
    output reg  [STREAMS*DATA_WIDTH/8-1:0] s_axis_tkeep,
    output reg  [             STREAMS-1:0] s_axis_tlast,
    output reg  [           STREAMS*8-1:0] s_axis_tid,
    output reg  [           STREAMS*8-1:0] s_axis_tdest,
    output reg  [             STREAMS-1:0] s_axis_tvalid,
    input  wire [             STREAMS-1:0] s_axis_tready,
    // from the engine
    input  wire [  STREAMS*DATA_WIDTH-1:0] m_axis_tdata,
    input  wire [STREAMS*DATA_WIDTH/8-1:0] m_axis_tkeep,
    input  wire [             STREAMS-1:0] m_axis_tlast,
    input  wire [           STREAMS*8-1:0] m_axis_tid,
    input  wire [           STREAMS*8-1:0] m_axis_tdest,
    input  wire [             STREAMS-1:0] m_axis_tuser,
    input  wire [             STREAMS-1:0] m_axis_tvalid,
    output reg  [             STREAMS-1:0] m_axis_tready
);
  localparam W = DATA_WIDTH / 8;
  localparam R = 16 + W;

  reg [7:0] feed_mem[0:STREAMS*BYTES-1];
  reg [7:0] kept_mem[0:STREAMS*BYTES-1];
  reg [31:0] shown[0:STREAMS-1];
  reg [31:0] taken[0:STREAMS-1];
  reg [63:0] lfsr;
  reg [63:0] keep;
  integer s, i, at;

  genvar g;
  generate
    for (g = 0; g < STREAMS; g = g + 1) begin : g_kept
      assign kept[32*g+:32] = taken[g];
    end
  endgenerate

  // A number of 8 bits that differs from stream to stream and from cycle to cycle.
  function [8:0] chance(input integer which);
    chance = {1'b0, lfsr[(which*5)%48+:8] ^ lfsr[(which*3+7)%56+:8]};
  endfunction

  always @(posedge clk) begin
    lfsr <= {lfsr[62:0], lfsr[63] ^ lfsr[62] ^ lfsr[60] ^ lfsr[59]};
    for (s = 0; s < STREAMS; s = s + 1) begin
      if (s_axis_tvalid[s] && s_axis_tready[s]) s_axis_tvalid[s] <= 1'b0;
      if ((!s_axis_tvalid[s] || s_axis_tready[s]) && shown[s] != fed[32*s+:32] && chance(
              2 * s
          ) >= pause_in[9*s+:9]) begin
        at = s * BYTES + shown[s] * R;
        s_axis_tvalid[s] <= 1'b1;
        s_axis_tlast[s] <= feed_mem[at][0];
        s_axis_tid[8*s+:8] <= feed_mem[at+1];
        s_axis_tdest[8*s+:8] <= feed_mem[at+2];
        for (i = 0; i < 8; i = i + 1) keep[8*i+:8] = feed_mem[at+8+i];
        s_axis_tkeep[W*s+:W] <= keep[W-1:0];
        for (i = 0; i < W; i = i + 1) s_axis_tdata[DATA_WIDTH*s+8*i+:8] <= feed_mem[at+16+i];
        shown[s] <= shown[s] + 32'd1;
      end
      if (m_axis_tvalid[s] && m_axis_tready[s]) begin
        at = s * BYTES + taken[s] * R;
        keep = 64'd0;
        keep[W-1:0] = m_axis_tkeep[W*s+:W];
        kept_mem[at] = {7'd0, m_axis_tlast[s]};
        kept_mem[at+1] = m_axis_tid[8*s+:8];
        kept_mem[at+2] = m_axis_tdest[8*s+:8];
        kept_mem[at+3] = {7'd0, m_axis_tuser[s]};
        for (i = 4; i < 8; i = i + 1) kept_mem[at+i] = 8'd0;
        for (i = 0; i < 8; i = i + 1) kept_mem[at+8+i] = keep[8*i+:8];
        for (i = 0; i < W; i = i + 1) kept_mem[at+16+i] = keep[i] ? m_axis_tdata[DATA_WIDTH*s+8*i+:8] : 8'd0;
        taken[s] <= taken[s] + 32'd1;
      end
      m_axis_tready[s] <= chance(2 * s + 1) >= pause_out[9*s+:9];
    end
    if (!rst_n) begin
      for (s = 0; s < STREAMS; s = s + 1) begin
        shown[s] <= 32'd0;
        taken[s] <= 32'd0;
      end
      lfsr <= 64'h1234_5678_9ABC_DEF1;
      s_axis_tvalid <= {STREAMS{1'b0}};
      m_axis_tready <= {STREAMS{1'b0}};
      s_axis_tdata <= {STREAMS * DATA_WIDTH{1'b0}};
      s_axis_tkeep <= {STREAMS * W{1'b0}};
      s_axis_tlast <= {STREAMS{1'b0}};
      s_axis_tid <= {STREAMS * 8{1'b0}};
      s_axis_tdest <= {STREAMS * 8{1'b0}};
    end
  end

endmodule

`resetall
