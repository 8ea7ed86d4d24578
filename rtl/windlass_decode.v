/*
 * windlass_decode: what a register write means, and whether it is accepted.
 *
 * Purpose: address and access rules of every register that can be written (manual, sections 1 to 6): built, whole words, not locked, not busy.
 * What a write to CMD asks for is looked at a cycle later, in windlass_command.
 * Goal: no state: windlass_csr_write acts on it, and answers, a cycle later.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_decode #(
    parameter CHANNELS      = 4,   // number of channels
    parameter CH_W          = 2,   // width of a channel number
    parameter MAP_REGISTERS = 256  // entries in the map
) (
    input wire [18:0] wr_addr,  // its byte address
    input wire [31:0] wr_data,  // its data
    input wire [3:0] wr_strb,  // its strobes
    input wire [CHANNELS-1:0] busy,  // channels that run or are being reset
    input wire [CHANNELS-1:0] next,  // channels with a hand-over before them
    input wire map_busy,  // the map unit is at work
    output wire w_chan,  // the address is in a channel's page
    output wire [CH_W-1:0] w_ch,  // channel of the address
    output wire [CH_W-1:0] c_ch,  // the same, if it is in a channel's page
    output wire [4:0] w_reg,  // register number (byte offset / 4)
    output wire [31:0] mask,  // bits that the register has
    output wire store,  // a channel or grant register takes it
    output wire store_global,  // a global register takes it
    output wire command,  // it goes to CMD, which may refuse it
    output wire one,  // of the bits that CMD has one is set or none, and no other
    output wire fault,  // FAULT_STATUS takes it
    output wire engine,  // ENGINE takes it
    output wire reset_all,  // RESET takes it
    output wire map,  // MAP_CMD takes it
    output wire entry  // an entry of the map takes it, unless that is locked
);
  wire w_global = wr_addr[18:12] == 7'h00;
  wire w_grant = wr_addr[18:12] == 7'h01;
  wire w_window = wr_addr[18:15] == 4'b0010;
  assign w_chan = wr_addr[18];
  wire [5:0] w_no = w_chan ? wr_addr[17:12] : w_grant ? wr_addr[11:6] : 6'd0;
  assign w_ch = CHANNELS > 1 ? w_no[CH_W-1:0] : {CH_W{1'b0}};
  // Of the address of a channel's page, and of its grant registers: the kind of address is decoded beside what depends on the channel.
  wire [5:0] c_no = wr_addr[17:12], g_no = wr_addr[11:6];
  wire [CH_W-1:0] g_ch = g_no[CH_W-1:0];
  assign c_ch = c_no[CH_W-1:0];
  // Of six bits, so that no carries are made for it.
  localparam [63:0] BUILT = 64'hFFFF_FFFF_FFFF_FFFF >> (64 - CHANNELS);
  wire c_built = BUILT[c_no], g_built = BUILT[g_no];
  wire [4:0] c_reg = wr_addr[6:2], g_reg = {1'b0, wr_addr[5:2]};
  assign w_reg = w_grant ? {1'b0, wr_addr[5:2]} : wr_addr[6:2];
  wire w_near = wr_addr[11:7] == 5'd0;
  wire w_word = wr_strb == 4'hF && wr_addr[1:0] == 2'd0;
  wire c_busy = busy[c_ch], g_busy = busy[g_ch];
  wire w_next = next[c_ch];

  // A command is one bit, or none.
  wire [1:0] two;  // of these four bits more than one
  genvar g;
  generate
    for (g = 0; g < 2; g = g + 1) begin : g_two
      wire [3:0] four = wr_data[4*g+:4];
      assign two[g] = (four[0] && |four[3:1]) || (four[1] && |four[3:2]) || &four[3:2];
    end
  endgenerate
  assign one = two == 2'b00 && !(|wr_data[3:0] && |wr_data[7:4]) && wr_data[31:8] == 24'd0;
  reg chan_ok, grant_ok, global_ok;
  always @* begin
    case (c_reg)
      `WL_CHANNEL_CONFIG_NR, `WL_CHANNEL_SRC_LO_NR, `WL_CHANNEL_SRC_HI_NR, `WL_CHANNEL_DST_LO_NR, `WL_CHANNEL_DST_HI_NR,
          `WL_CHANNEL_LENGTH_NR, `WL_CHANNEL_PERIOD_NR, `WL_CHANNEL_DESC_LO_NR, `WL_CHANNEL_DESC_HI_NR, `WL_CHANNEL_DESC_COUNT_NR:
      chan_ok = !c_busy;
      `WL_CHANNEL_PRODUCER_NR, `WL_CHANNEL_IRQ_STATUS_NR, `WL_CHANNEL_IRQ_ENABLE_NR, `WL_CHANNEL_COALESCE_NR:
      chan_ok = 1'b1;
      `WL_CHANNEL_NEXT_SRC_LO_NR, `WL_CHANNEL_NEXT_SRC_HI_NR, `WL_CHANNEL_NEXT_DST_LO_NR, `WL_CHANNEL_NEXT_DST_HI_NR,
          `WL_CHANNEL_NEXT_LENGTH_NR:
      chan_ok = !w_next;
      default: chan_ok = 1'b0;
    endcase
    case (g_reg)
      `WL_GRANT_SCHED_NR: grant_ok = 1'b1;
      `WL_GRANT_GRANT_NR, `WL_GRANT_DEV_ADDR_LO_NR, `WL_GRANT_DEV_ADDR_HI_NR: grant_ok = !g_busy;
      default: grant_ok = 1'b0;
    endcase
    case (c_reg)
      `WL_GLOBAL_ARB_NR: global_ok = wr_data[1:0] != 2'd3;
      `WL_GLOBAL_TIMEOUT_NR, `WL_GLOBAL_ENGINE_IRQ_NR, `WL_GLOBAL_MAP_INDEX_NR, `WL_GLOBAL_MAP_COUNT_NR, `WL_GLOBAL_MAP_PAGE_LO_NR,
          `WL_GLOBAL_MAP_PAGE_HI_NR, `WL_GLOBAL_MAP_FLAGS_NR:
      global_ok = !map_busy || c_reg == `WL_GLOBAL_TIMEOUT_NR || c_reg == `WL_GLOBAL_ENGINE_IRQ_NR;
      default: global_ok = 1'b0;
    endcase
  end
  assign command = w_word && w_chan && w_near && c_built && c_reg == `WL_CHANNEL_CMD_NR;
  // Accepted, and stored: channel or grant register, global register.
  assign store   = w_word && ((w_chan && w_near && c_built && chan_ok) || (w_grant && g_built && grant_ok));
  wire g_here = w_word && w_global && w_near;
  assign store_global = g_here && global_ok;
  assign fault = g_here && c_reg == `WL_GLOBAL_FAULT_STATUS_NR;
  assign engine = g_here && c_reg == `WL_GLOBAL_ENGINE_NR;
  assign reset_all = g_here && c_reg == `WL_GLOBAL_RESET_NR && one && wr_data[0];
  // Of RESET and MAP_CMD too each command is one bit; `one` has looked at the others.
  localparam [31:0] MAP_COMMANDS =
      `WL_GLOBAL_MAP_CMD_COMMAND_FILL | `WL_GLOBAL_MAP_CMD_COMMAND_REVOKE | `WL_GLOBAL_MAP_CMD_COMMAND_LOCK;
  assign map   = g_here && c_reg == `WL_GLOBAL_MAP_CMD_NR && !map_busy && one && |(wr_data & MAP_COMMANDS);
  assign entry = w_word && w_window && {20'd0, wr_addr[14:3]} < MAP_REGISTERS && !map_busy;

  // Of what is refused any: a few bits tell the blocks apart, and those of the map's entries have no mask.
  reg [31:0] c_mask, g_mask, l_mask;  // of a channel's register, of one of its grant registers, of a global one
  always @* begin
    {c_mask, g_mask, l_mask} = {96{1'b1}};
    case (c_reg)
      `WL_CHANNEL_CONFIG_NR: c_mask = `WL_CHANNEL_CONFIG_WMASK;
      `WL_CHANNEL_DESC_COUNT_NR, `WL_CHANNEL_PRODUCER_NR: c_mask = `WL_CHANNEL_PRODUCER_WMASK;
      `WL_CHANNEL_IRQ_STATUS_NR, `WL_CHANNEL_IRQ_ENABLE_NR: c_mask = `WL_CHANNEL_IRQ_ENABLE_WMASK;
      `WL_CHANNEL_COALESCE_NR: c_mask = `WL_CHANNEL_COALESCE_WMASK;
      default: ;
    endcase
    case (g_reg)
      `WL_GRANT_GRANT_NR: g_mask = `WL_GRANT_GRANT_WMASK;
      `WL_GRANT_SCHED_NR: g_mask = `WL_GRANT_SCHED_WMASK;
      default: ;
    endcase
    case (c_reg)
      `WL_GLOBAL_ARB_NR: l_mask = `WL_GLOBAL_ARB_WMASK;
      `WL_GLOBAL_ENGINE_IRQ_NR: l_mask = `WL_GLOBAL_ENGINE_IRQ_WMASK;
      `WL_GLOBAL_MAP_INDEX_NR: l_mask = `WL_GLOBAL_MAP_INDEX_WMASK;
      `WL_GLOBAL_MAP_COUNT_NR: l_mask = `WL_GLOBAL_MAP_COUNT_WMASK;
      `WL_GLOBAL_MAP_PAGE_LO_NR: l_mask = `WL_GLOBAL_MAP_PAGE_LO_WMASK;
      `WL_GLOBAL_MAP_FLAGS_NR: l_mask = `WL_GLOBAL_MAP_FLAGS_WMASK;
      default: ;
    endcase
  end
  assign mask = w_chan ? c_mask : wr_addr[16] ? {32{1'b1}} : wr_addr[12] ? g_mask : l_mask;

endmodule

`resetall
