/*
 * wl_axis_checker: watches AXI-Stream ports, side by side in one set of vectors, and counts broken rules.
 *
 * TVALID and payload hold until TREADY; no handshake signal is X, nor a payload bit, but data bytes that TKEEP leaves out;
 * TVALID low in reset; TKEEP is contiguous from byte 0 and all ones without TLAST; TID and TDEST stay within a packet; TUSER only
 * with TLAST. `errors` counts; `busy` is 1 while a packet is open.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module wl_axis_checker #(
    parameter STREAMS    = 1,      // number of ports
    parameter DATA_WIDTH = 64,     // data bits of all of them
    parameter NAME       = "axis"  // for the message
) (
    input  wire                       clk,
    input  wire                       rst_n,
    input  wire    [  DATA_WIDTH-1:0] tdata,
    input  wire    [DATA_WIDTH/8-1:0] tkeep,
    input  wire    [     STREAMS-1:0] tlast,
    input  wire    [   8*STREAMS-1:0] tid,
    input  wire    [   8*STREAMS-1:0] tdest,
    input  wire    [     STREAMS-1:0] tuser,
    input  wire    [     STREAMS-1:0] tvalid,
    input  wire    [     STREAMS-1:0] tready,
    output integer                    errors,
    output wire                       busy
);
  localparam D = DATA_WIDTH / STREAMS;
  localparam W = D / 8;
  localparam P = D + W + 18;  // payload of one

  task broken(input [40*8-1:0] rule);
    begin
      errors = errors + 1;
      if (errors < 20) $display("%0t AXI-Stream rule broken on %0s: %0s", $time, NAME, rule);
    end
  endtask

  reg [STREAMS-1:0] held, open;
  reg [P*STREAMS-1:0] was;
  reg [16*STREAMS-1:0] whose;
  reg was_reset;
  reg [D-1:0] data, mask;
  reg [W-1:0] keep;
  reg [P-1:0] now;
  integer s, i;
  assign busy = |open;

  initial errors = 0;
  always @(posedge clk) begin
    if (!rst_n) begin
      held = {STREAMS{1'b0}};
      open = {STREAMS{1'b0}};
      // The first cycle of reset is still the old state's.
      if (was_reset === 1'b1 && tvalid !== {STREAMS{1'b0}}) broken("TVALID during reset");
      was_reset = 1;
    end else begin
      was_reset = 0;
      if ((^{tvalid, tready}) === 1'bx) broken("X on a handshake");
      // A stream that offers nothing and did not has nothing to be judged: most of them in most cycles.
      for (s = 0; s < STREAMS; s = s + 1)
      if (tvalid[s] !== 1'b0 || held[s] !== 1'b0) begin
        keep = tkeep[W*s+:W];
        for (i = 0; i < W; i = i + 1) mask[8*i+:8] = {8{keep[i] === 1'b1}};
        data = tdata[D*s+:D] & mask;
        now  = {data, keep, tlast[s], tuser[s], tid[8*s+:8], tdest[8*s+:8]};
        if (held[s] && (tvalid[s] !== 1'b1 || now !== was[P*s+:P])) broken("changed before TREADY");
        if (tvalid[s] === 1'b1) begin
          if (^now === 1'bx) broken("X in the payload");
          if (|(keep & (keep + 1'b1))) broken("TKEEP with a hole");
          if (!tlast[s] && !(&keep)) broken("TKEEP short without TLAST");
          if (tuser[s] && !tlast[s]) broken("TUSER without TLAST");
          if (open[s] && {tid[8*s+:8], tdest[8*s+:8]} !== whose[16*s+:16]) broken("TID or TDEST within a packet");
          if (tready[s]) begin
            open[s] = !tlast[s];
            whose[16*s+:16] = {tid[8*s+:8], tdest[8*s+:8]};
          end
        end
        held[s] = tvalid[s] && !tready[s];
        was[P*s+:P] = now;
      end
    end
  end

endmodule

`resetall
