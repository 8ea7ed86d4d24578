/*
 * windlass_squash: which channels are in error.
 *
 * Purpose: of a channel in error no more reads are issued and no more writes. It is one from the cycle after windlass_write (read errors, tokens with an
 * error) or windlass_bresp (write errors) told so, until it restarts.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_squash #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire write_bad_valid,  // a read error or an error token was met
    input wire [CH_W-1:0] write_bad_ch,  // its channel
    input wire resp_bad_valid,  // a write error was met
    input wire [CH_W-1:0] resp_bad_ch,  // its channel
    input wire clr_valid,  // a channel restarts; nothing of it is under way
    input wire [CH_W-1:0] clr_ch,  // which
    output wire [CHANNELS-1:0] squash  // channels in error
);
  reg [CHANNELS-1:0] squash_reg;
  assign squash = squash_reg;

  always @(posedge aclk) begin
    if (write_bad_valid) squash_reg[write_bad_ch] <= 1'b1;
    if (resp_bad_valid) squash_reg[resp_bad_ch] <= 1'b1;
    if (clr_valid) squash_reg[clr_ch] <= 1'b0;
    if (!aresetn) squash_reg <= {CHANNELS{1'b0}};
  end

endmodule

`resetall
