/*
 * windlass_lookup: shares the map's port x between descriptor fetches and write-backs.
 *
 * Purpose: one look-up at a time; a write-back goes first, because a finished descriptor holds others back.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_lookup #(
    parameter CH_W       = 2,  // width of a channel number
    parameter ADDR_WIDTH = 32  // address, bits
) (
    input  wire                  aclk,       // clock
    input  wire                  aresetn,    // synchronous reset, active low
    // fetch
    input  wire                  fx_valid,   // look up; stays until fx_done
    input  wire [ADDR_WIDTH-1:0] fx_addr,    // logical address
    input  wire [      CH_W-1:0] fx_ch,      // channel
    input  wire                  fx_bypass,  // not translated
    input  wire                  fx_quiet,   // only a preparation
    output wire                  fx_done,    // result is there
    // write-back
    input  wire                  wx_valid,   // look up; stays until wx_done
    input  wire [ADDR_WIDTH-1:0] wx_addr,    // logical address
    input  wire [      CH_W-1:0] wx_ch,      // channel
    input  wire                  wx_bypass,  // not translated
    output wire                  wx_done,    // result is there
    // map, port x
    output wire                  x_valid,    // look up
    output wire [ADDR_WIDTH-1:0] x_addr,     // logical address
    output wire [      CH_W-1:0] x_ch,       // channel
    output wire                  x_bypass,   // not translated
    output wire                  x_write,    // needs permission to write
    output wire                  x_quiet,    // a refusal is no fault
    input  wire                  x_done      // result is there
);
  reg busy_reg, write_reg;
  wire write = busy_reg ? write_reg : wx_valid;

  assign x_valid = fx_valid || wx_valid;
  assign x_addr = write ? wx_addr : fx_addr;
  assign x_ch = write ? wx_ch : fx_ch;
  assign x_bypass = write ? wx_bypass : fx_bypass;
  assign x_write = write;
  assign x_quiet = !write && fx_quiet;
  assign fx_done = x_done && busy_reg && !write_reg;
  assign wx_done = x_done && busy_reg && write_reg;

  always @(posedge aclk) begin
    if (!busy_reg && x_valid) write_reg <= wx_valid;
    busy_reg <= busy_reg ? !x_done : x_valid;
    if (!aresetn) begin
      busy_reg  <= 1'b0;
      write_reg <= 1'b0;
    end
  end

endmodule

`resetall
