/*
 * windlass_map_regs: the map unit's registers: what MAP_CMD works on, and the word that waits for its entry.
 *
 * Purpose: turns accepted writes into writes of entries and commands. Word 1 of an entry is staged until word 0 is written, so that an entry
 * changes at once. Without MAP_REGISTERS there is nothing.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_map_regs #(
    parameter MAP_REGISTERS = 256  // entries in the map, 0: none
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire entry,  // a word of an entry is written
    input wire [12:0] entry_addr,  // {which entry, word}
    input wire locked,  // a cycle later: but it is locked
    input wire command,  // MAP_CMD is written
    input wire [2:0] command_data,  // value: LOCK, REVOKE, FILL
    input wire gw_valid,  // a global register is written, a cycle after the bus; only here gw_data is that of an entry's word, too
    input wire [4:0] gw_reg,  // register number (byte offset / 4)
    input wire [31:0] gw_data,  // value
    output wire mw_valid,  // write an entry; its word 0 is gw_data
    output wire [11:0] mw_index,  // which
    output wire [31:0] mw_hi,  // its word 1
    output reg cmd_fill,  // FILL
    output reg cmd_revoke,  // REVOKE
    output reg cmd_lock,  // LOCK
    output wire [11:0] cmd_index,  // first entry
    output wire [12:0] cmd_count,  // entries
    output wire [31:0] cmd_page_lo,  // first page
    output wire [31:0] cmd_page_hi,  // its upper half
    output wire [31:0] cmd_flags  // flags of the entries
);
  reg try_reg, stage_we_reg;
  reg [11:0] entry_reg;
  reg [31:0] stage_reg, index_reg, count_reg, page_lo_reg, page_hi_reg, flags_reg;
  assign mw_valid    = try_reg && !locked;
  assign mw_index    = entry_reg;
  assign mw_hi       = stage_reg;
  assign cmd_index   = index_reg[11:0];
  assign cmd_count   = count_reg[12:0];
  assign cmd_page_lo = page_lo_reg;
  assign cmd_page_hi = page_hi_reg;
  assign cmd_flags   = flags_reg;
  always @(posedge aclk) begin
    entry_reg <= entry_addr[12:1];
    try_reg <= entry && !entry_addr[0];
    cmd_fill <= command && command_data[0];
    cmd_revoke <= command && command_data[1];
    cmd_lock <= command && command_data[2];
    stage_we_reg <= entry && entry_addr[0];
    if (stage_we_reg && !locked) stage_reg <= gw_data;
    else if (mw_valid) stage_reg <= 32'd0;
    if (gw_valid && gw_reg == `WL_GLOBAL_MAP_INDEX_NR) index_reg <= gw_data;
    if (gw_valid && gw_reg == `WL_GLOBAL_MAP_COUNT_NR) count_reg <= gw_data;
    if (gw_valid && gw_reg == `WL_GLOBAL_MAP_PAGE_LO_NR) page_lo_reg <= gw_data;
    if (gw_valid && gw_reg == `WL_GLOBAL_MAP_PAGE_HI_NR) page_hi_reg <= gw_data;
    if (gw_valid && gw_reg == `WL_GLOBAL_MAP_FLAGS_NR) flags_reg <= gw_data;
    if (!aresetn) begin
      try_reg <= 1'b0;
      cmd_fill <= 1'b0;
      cmd_revoke <= 1'b0;
      cmd_lock <= 1'b0;
    end
    if (!aresetn || MAP_REGISTERS == 0) begin
      stage_we_reg <= 1'b0;
      {stage_reg, index_reg, count_reg, page_lo_reg, page_hi_reg, flags_reg} <= 192'd0;
    end
  end

endmodule

`resetall
