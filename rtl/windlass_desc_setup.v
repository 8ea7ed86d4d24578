/*
 * windlass_desc_setup: what software has set up for the fetching of descriptors.
 *
 * Purpose: of each channel CONFIG, PRODUCER and whether its addresses are translated, read for the channel in the slot; and the channel that is
 * being set up now (armed): the last one with a write that a running channel refuses, unless there was a START since or the slot has had
 * time for it. Its state can be loaded before START.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_desc_setup #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    output wire bell,  // it is a doorbell
    output reg setting,  // a cycle late: a write that sets a channel up
    output reg [CH_W-1:0] setting_ch,  // the channel
    // START
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
    output wire start_table,  // which works on descriptors
    // the channel in the slot
    input wire [CH_W-1:0] ch,  // channel
    output wire ring,  // ring mode
    output wire all,  // all of its descriptors are given: a table, or a ring that goes round
    output wire [7:0] conf,  // {cyclic, 32-byte descriptors, unit, destination type, source type}
    output wire bypass,  // its addresses are not translated
    output wire [15:0] given,  // PRODUCER
    // the channel that is being set up
    input wire disarm,  // there is no more to do for it
    output wire arm,  // there is one, and it will work on descriptors
    output wire [CH_W-1:0] arm_ch  // which
);
  reg [15:0] given_mem[0:CHANNELS-1];
  reg [9:0] conf_mem[0:CHANNELS-1];  // {ring, table, conf}
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg table_mem[0:CHANNELS-1];  // table or ring mode
  reg bypass_mem[0:CHANNELS-1];

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      given_mem[k]  = 16'd0;
      conf_mem[k]   = 10'd0;
      table_mem[k]  = 1'b0;
      bypass_mem[k] = 1'b0;
    end

  wire cw_conf = cw_valid && cw_reg == `WL_CHANNEL_CONFIG_NR;
  wire cw_grant = pw_valid && cw_reg == `WL_GRANT_GRANT_NR;
  assign bell = cw_valid && cw_reg == `WL_CHANNEL_PRODUCER_NR;
  always @(posedge aclk) begin
    // START comes some cycles later, so that the decode is not in front of what the slot does.
    setting <= aresetn && (cw_grant || cw_conf || (cw_valid && (cw_reg == `WL_CHANNEL_DESC_LO_NR ||
        cw_reg == `WL_CHANNEL_DESC_HI_NR || cw_reg == `WL_CHANNEL_DESC_COUNT_NR)));
    setting_ch <= cw_ch;
    if (bell) given_mem[cw_ch] <= cw_data[15:0];
    if (cw_conf)
      conf_mem[cw_ch] <= {cw_data[1:0] == 2'd2, cw_data[1:0] == 2'd1, cw_data[13], cw_data[12], cw_data[9:4]};
    if (cw_conf) table_mem[cw_ch] <= cw_data[0] != cw_data[1];
    if (cw_grant) bypass_mem[cw_ch] <= cw_data[0];
  end

  wire is_table;
  assign {ring, is_table, conf} = conf_mem[ch];
  assign all = is_table || (ring && conf[7]);  // cyclic, a ring gives all of itself
  assign bypass = bypass_mem[ch];
  assign given = given_mem[ch];
  assign start_table = table_mem[start_ch];

  reg arm_reg, arm_table_reg;
  reg [CH_W-1:0] arm_ch_reg;
  assign arm = arm_reg && arm_table_reg;
  assign arm_ch = arm_ch_reg;
  always @(posedge aclk) begin
    if (setting) begin
      arm_reg <= 1'b1;
      arm_ch_reg <= setting_ch;
      arm_table_reg <= table_mem[setting_ch];
    end else if (start_valid || disarm) arm_reg <= 1'b0;
    if (!aresetn) begin
      arm_reg <= 1'b0;
      arm_ch_reg <= {CH_W{1'b0}};
    end
  end

endmodule

`resetall
