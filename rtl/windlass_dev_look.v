/*
 * windlass_dev_look: one direction's own copy of the map registers, for bus masters (manual, section 13).
 *
 * Purpose: translates and checks one page a cycle: the entry must be valid, belong to 64 + master, and permit the direction. The copy
 * follows the writes of windlass_map a cycle later; `hold` keeps look-ups away while it does, and while an entry that software has
 * written is still on its way.
 * Goal: a look-up costs two cycles and no throughput, and nothing of the channels' look-ups. Only what this direction needs is kept.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_dev_look #(
    parameter ADDR_WIDTH    = 32,   // address, bits
    parameter MAP_REGISTERS = 256,  // entries, 0..4096; 0: addresses pass unchanged
    parameter BUS_MASTERS   = 1,    // bus masters, 1..8
    parameter WRITE         = 0     // 1: entries must permit writing, 0: reading
) (
    input  wire                   aclk,      // clock
    input  wire                   aresetn,   // synchronous reset, active low
    // look-up
    output wire                   hold,      // make none in this cycle
    input  wire [ADDR_WIDTH-13:0] page,      // logical page
    input  wire [            2:0] master,    // bus master
    output wire [ADDR_WIDTH-13:0] frame,     // two cycles later: physical page
    output wire [            3:0] err,       // or 5 invalid, 6 owner, 7 permission
    // windlass_map's table
    input  wire                   tw_clear,  // it is being cleared after reset
    input  wire                   tw_soon,   // an entry will be written
    input  wire                   tw_valid,  // an entry is written at the end of this cycle
    input  wire [           11:0] tw_index,  // which
    input  wire [ADDR_WIDTH-13:0] tw_page,   // its page
    input  wire [            9:0] tw_flags   // {owner, write, read, valid}
);
  localparam PAGE_W = ADDR_WIDTH - 12;

  generate
    if (MAP_REGISTERS == 0) begin : g_none
      reg [PAGE_W-1:0] page1_reg, page2_reg;
      assign hold  = 1'b0;
      assign frame = page2_reg;
      assign err   = 4'd0;
      always @(posedge aclk) begin
        page1_reg <= page;
        page2_reg <= page1_reg;
      end
    end else begin : g_map
      localparam I_W = MAP_REGISTERS > 1 ? $clog2(MAP_REGISTERS) : 1;
      localparam E_W = PAGE_W + 6;  // {page, a bus master owns it, which, permitted, valid}

      reg we_reg, clear_reg;
      reg [I_W-1:0] windex_reg;
      reg [E_W-1:0] entry_reg, e_reg;
      reg [PAGE_W-1:0] page1_reg;
      reg [2:0] master1_reg, master2_reg;
      reg out_reg;
      assign hold = we_reg || tw_soon;

      always @(posedge aclk) begin
        we_reg <= tw_valid && aresetn;
        windex_reg <= tw_index[I_W-1:0];
        entry_reg <= {tw_page, tw_flags[9:6] == 4'b1000, tw_flags[5:3], tw_flags[WRITE!=0?2 : 1], tw_flags[0]};
        clear_reg <= tw_clear || !aresetn;
        page1_reg <= page;
        master1_reg <= master;
        master2_reg <= master1_reg;
        out_reg <= clear_reg || page1_reg >= MAP_REGISTERS;
      end

      // As in windlass_map: a small table is distributed RAM behind a registered index, a large one block RAM before a registered entry.
      if (MAP_REGISTERS <= 64) begin : g_small
        (* ram_style = "distributed" *)
        reg [E_W-1:0] mem[0:(1<<I_W)-1];
        always @(posedge aclk) begin
          if (we_reg) mem[windex_reg] <= entry_reg;
          e_reg <= mem[page1_reg[I_W-1:0]];
        end
      end else begin : g_large
        // No look-up is made in the cycle of a write, so the RAM may do what it likes when both meet.
        (* no_rw_check, ram_style = "block" *)
        reg [E_W-1:0] mem[0:(1<<I_W)-1];
        reg [E_W-1:0] q_reg;
        always @(posedge aclk) begin
          if (we_reg) mem[windex_reg] <= entry_reg;
          q_reg <= mem[page[I_W-1:0]];
          e_reg <= q_reg;
        end
      end

      wire mine = e_reg[5] && e_reg[4:2] == master2_reg && {29'd0, master2_reg} < BUS_MASTERS;
      assign frame = e_reg[E_W-1:6];
      assign err   = out_reg || !e_reg[0] ? 4'd5 : !mine ? 4'd6 : !e_reg[1] ? 4'd7 : 4'd0;
    end
  endgenerate

`ifdef PROVE_DEV_LOOK
  `include "windlass_dev_look.svh"
`endif

endmodule

`resetall
