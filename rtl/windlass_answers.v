/*
 * windlass_answers: a place for the answer to each data write.
 *
 * Purpose: with one port for all (KEEP), an answer that waits for windlass_commit would stand before the answer to a write-back for which
 * windlass_commit waits. So every answer is taken at once, and kept until it is wanted. Without KEEP it is two wires.
 * Goal: no cycle more: an answer that nothing stands before passes through.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_answers #(
    parameter KEEP = 0  // 1: a place for the answer to each write
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire in_valid,  // an answer; at most 64 of them are kept
    output wire in_ready,  // taken
    input wire [1:0] in_resp,  // BRESP
    output wire out_valid,  // an answer, in the same order
    input wire out_ready,  // taken
    output wire [1:0] out_resp  // BRESP
);
  generate
    if (KEEP != 0) begin : g_keep
      wire [6:0] level;
      wire kept_valid;
      wire [1:0] kept;
      assign in_ready  = 1'b1;
      assign out_valid = kept_valid || in_valid;
      assign out_resp  = kept_valid ? kept : in_resp;
      windlass_fifo #(
          .WIDTH(2),
          .DEPTH_LOG(6)
      ) kept_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .in_valid(in_valid && (kept_valid || !out_ready)),
          .in_data(in_resp),
          .level(level),
          .out_valid(kept_valid),
          .out_ready(out_ready),
          .out_data(kept)
      );
    end else begin : g_pass
      assign in_ready  = out_ready;
      assign out_valid = in_valid;
      assign out_resp  = in_resp;
    end
  endgenerate

endmodule

`resetall
