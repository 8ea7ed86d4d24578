/*
 * windlass_command: what a write to CMD makes a channel do, and whether it is accepted (manual, section 2).
 *
 * Purpose: one command at a time; START only of a channel that is idle, NEXT only of one that runs and has no hand-over before it; what is
 * meant for a channel that runs does nothing to one that does not.
 * Goal: no state: windlass_csr asks with what it has registered, and acts a cycle later.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_command #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input  wire                valid,      // a write to CMD
    input  wire [    CH_W-1:0] ch,         // its channel
    input  wire [        31:0] data,       // its data
    input  wire [CHANNELS-1:0] active,     // running channels
    input  wire [CHANNELS-1:0] quiet,      // channels that are being reset
    input  wire [CHANNELS-1:0] next,       // channels with a hand-over before them
    input  wire                resetting,  // the engine is being reset
    output wire                ok,         // accepted; of NEXT, if its base registers can work
    output wire [         7:0] go          // the command that is given now, as the bits of CMD
);
  wire run = active[ch], hand = next[ch];
  wire idle = !run && !quiet[ch] && !resetting;

  // A command is one bit, or none.
  wire [1:0] two;  // of these four bits more than one
  genvar g;
  generate
    for (g = 0; g < 2; g = g + 1) begin : g_two
      wire [3:0] four = data[4*g+:4];
      assign two[g] = (four[0] && |four[3:1]) || (four[1] && |four[3:2]) || &four[3:2];
    end
  endgenerate
  wire single = two == 2'b00 && !(|data[3:0] && |data[7:4]) && data[31:8] == 24'd0;

  assign ok = valid && single && !(data[0] && !idle) && !(data[6] && (!run || hand));
  assign go = data[7:0] & {8{valid && single}} & {1'b1, run && !hand, {4{run}}, 1'b1, idle};

endmodule

`resetall
