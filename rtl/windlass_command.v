/*
 * windlass_command: what a write to CMD makes a channel do, and whether it is accepted (manual, section 2).
 *
 * Purpose: START only of a channel that is idle, NEXT only of one that runs and has no hand-over before it; what is
 * meant for a channel that runs does nothing to one that does not.
 * Goal: no state: windlass_csr_write asks with what it has registered, and acts a cycle later.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_command #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input  wire                valid,      // a write to CMD, of one bit or none
    input  wire [    CH_W-1:0] ch,         // its channel
    input  wire [         7:0] data,       // its data
    input  wire [CHANNELS-1:0] active,     // running channels
    input  wire [CHANNELS-1:0] quiet,      // channels that are being reset
    input  wire [CHANNELS-1:0] next,       // channels with a hand-over before them
    input  wire                resetting,  // the engine is being reset
    output wire                ok,         // accepted; of NEXT, if its base registers can work
    output wire [         7:0] go          // the command that is given now, as the bits of CMD
);
  wire run = active[ch], hand = next[ch];
  wire idle = !run && !quiet[ch] && !resetting;

  assign ok = valid && !(data[0] && !idle) && !(data[6] && (!run || hand));
  assign go = data & {8{valid}} & {1'b1, run && !hand, {4{run}}, 1'b1, idle};

endmodule

`resetall
