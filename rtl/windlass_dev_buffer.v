/*
 * windlass_dev_buffer: a deep queue that a word passes in one cycle while nothing waits.
 *
 * Purpose: read data on their way to the bus masters, write data on their way from them. Words go straight to a short queue at the output;
 * only when that is full, or others wait, do they take the long way through block RAM.
 * Goal: one cycle of latency when the output keeps up, and block RAM for what does not; one word a cycle in any case.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_dev_buffer #(
    parameter WIDTH     = 66,  // bits of a word
    parameter DEPTH_LOG = 8    // log2 of the words that it takes
) (
    input  wire             aclk,       // clock
    input  wire             aresetn,    // synchronous reset, active low
    input  wire             in_valid,   // store a word; never more than the depth
    input  wire [WIDTH-1:0] in_data,    // the word
    output wire             out_valid,  // there is a word
    input  wire             out_ready,  // take it
    output wire [WIDTH-1:0] out_data    // the oldest word
);
  localparam NEAR_LOG = 3;
  wire [DEPTH_LOG:0] far_level;
  wire [ NEAR_LOG:0] near_level;
  wire far_valid, far_soon;
  wire [WIDTH-1:0] far_data;
  wire near_free = !near_level[NEAR_LOG];
  // Once one took the long way, all do until that is empty: so they stay in order.
  wire straight = in_valid && near_free && far_level == {DEPTH_LOG + 1{1'b0}};

  windlass_queue #(
      .WIDTH(WIDTH),
      .DEPTH_LOG(DEPTH_LOG),
      .FULL_RATE(1)
  ) far_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(in_valid && !straight),
      .in_data(in_data),
      .level(far_level),
      .out_valid(far_valid),
      .out_soon(far_soon),
      .out_ready(near_free),
      .out_data(far_data)
  );

  windlass_fifo #(
      .WIDTH(WIDTH),
      .DEPTH_LOG(NEAR_LOG)
  ) near_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(straight || (far_valid && near_free)),
      .in_data(far_valid ? far_data : in_data),
      .level(near_level),
      .out_valid(out_valid),
      .out_ready(out_ready),
      .out_data(out_data)
  );

`ifdef PROVE_DEV_BUFFER
  `include "windlass_dev_buffer.svh"
`endif

endmodule

`resetall
