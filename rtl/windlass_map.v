/*
 * windlass_map: translates logical addresses page by page (manual, section 3).
 *
 * Purpose: a table of {page, owner, write, read, valid}. Port a looks sources up, port b destinations, each every
 * cycle. Descriptor fetches, write-backs and register reads (port x) use port a in a cycle in which it is idle, and
 * ask the front for one if they have to wait.
 * REVOKE is fenced: it stays busy until everything that was looked up before has ended (windlass_fence).
 * Goal: a look-up costs two cycles of latency and no throughput; block RAM outputs go straight into registers.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_map #(
    parameter CH_W          = 2,    // width of a channel number
    parameter ADDR_WIDTH    = 32,   // address, bits
    parameter MAP_REGISTERS = 256,  // entries, 0..4096; 0: addresses pass unchanged
    parameter BUS_MASTERS   = 0,    // bus masters, 0..8: entries may belong to one
    parameter SEQ_W         = 10    // width of the fence's count of pieces, 6 or 10: more than what can be in flight
) (
    input  wire                   aclk,         // clock
    input  wire                   aresetn,      // synchronous reset, active low
    // port a: sources
    input  wire                   a_valid,      // look up
    input  wire [ ADDR_WIDTH-1:0] a_addr,       // logical address
    input  wire [       CH_W-1:0] ab_ch,        // channel, both ports
    input  wire                   a_bypass,     // not translated
    output wire [ ADDR_WIDTH-1:0] a_paddr,      // two cycles later: physical address
    output wire [            3:0] a_err,        // or 5 invalid, 6 owner, 7 permission: none without bit 2
    input  wire                   ab_soon,      // port a or b may look up in the next cycle
    output wire                   a_hold,       // please leave port a idle
    // port b: destinations
    input  wire                   b_valid,      // look up
    input  wire [ ADDR_WIDTH-1:0] b_addr,       // logical address
    input  wire                   b_bypass,     // not translated
    output wire [ ADDR_WIDTH-1:0] b_paddr,      // two cycles later: physical address
    output wire [            3:0] b_err,        // or the error, likewise
    // port x: descriptors
    input  wire                   x_valid,      // look up; stays until x_done
    input  wire [ ADDR_WIDTH-1:0] x_addr,       // logical address
    input  wire [       CH_W-1:0] x_ch,         // channel
    input  wire                   x_bypass,     // not translated
    input  wire                   x_write,      // needs permission to write, else to read
    input  wire                   x_quiet,      // only a preparation: a refusal is no fault
    output reg                    x_done,       // result is there
    output reg  [ ADDR_WIDTH-1:0] x_paddr,      // physical address; of what was refused the logical one
    output reg  [            3:0] x_err,        // or the error
    output wire                   flt_valid,    // the look-up was refused
    output wire                   flt_write,    // it was a write
    output wire [            3:0] flt_cause,    // error
    output wire [       CH_W-1:0] flt_ch,       // channel
    output wire [ ADDR_WIDTH-1:0] flt_addr,     // logical address
    // registers
    input  wire                   ent_valid,    // read an entry; stays until ent_done
    input  wire [           11:0] ent_index,    // which
    output reg                    ent_done,     // it is there
    output reg  [           31:0] ent_lo,       // word 0, then; else 0
    output reg  [           31:0] ent_hi,       // word 1, likewise
    input  wire                   mw_valid,     // write an entry
    input  wire [           11:0] mw_index,     // which
    input  wire [           31:0] mw_lo,        // word 0
    input  wire [           31:0] mw_hi,        // word 1
    input  wire                   cmd_fill,     // FILL
    input  wire                   cmd_revoke,   // REVOKE
    input  wire                   cmd_lock,     // LOCK
    input  wire [           11:0] lock_index,   // the entry that software would write
    output wire                   mw_locked,    // it is locked
    output wire                   map_refused,  // the last command met a locked entry
    input  wire [           11:0] cmd_index,    // first entry
    input  wire [           12:0] cmd_count,    // entries
    input  wire [           31:0] cmd_page_lo,  // first page
    input  wire [           31:0] cmd_page_hi,  // its upper half
    input  wire [           31:0] cmd_flags,    // flags
    output wire                   map_busy,     // clearing, filling or revoking
    output wire                   tw_valid,     // an entry is written at the end of this cycle
    output wire [           11:0] tw_index,     // which
    output wire [ADDR_WIDTH-13:0] tw_page,      // its page
    output wire [            9:0] tw_flags,     // {owner, write, read, valid}
    output wire                   tw_soon,      // one that software has written waits for that
    output wire                   tw_near,      // an entry is written now or soon: whoever keeps a translation drops it
    output wire                   tw_clear,     // no entry counts: the table is being cleared after reset
    // fence: what was looked up, what has ended
    input  wire                   piece_issue,  // a piece was looked up
    input  wire                   piece_end,    // a piece has ended
    input  wire                   fetch_issue,  // a descriptor burst was looked up
    input  wire                   fetch_end,    // it has ended
    input  wire                   wback_issue,  // a write-back was looked up
    input  wire                   wback_end,    // it has ended
    output wire                   fence_mark,   // others: note what was looked up
    input  wire                   fence_done    // that has ended
);
  localparam AW = ADDR_WIDTH;
  localparam PAGE_W = AW - 12;
  localparam M_W = BUS_MASTERS > 0 ? 1 : 0;  // a bit tells a bus master's entry
  localparam E_W = M_W + PAGE_W + 9;  // {bus master's, page, owner, write, read, valid}

  generate
    if (MAP_REGISTERS == 0) begin : g_none
      reg [AW-1:0] a1_reg, a2_reg, b1_reg, b2_reg;
      reg x1_reg;
      assign a_paddr     = a2_reg;
      assign b_paddr     = b2_reg;
      assign a_err       = 4'd0;
      assign b_err       = 4'd0;
      assign a_hold      = 1'b0;
      assign map_busy    = 1'b0;
      assign flt_valid   = 1'b0;
      assign flt_write   = 1'b0;
      assign flt_cause   = 4'd0;
      assign flt_ch      = {CH_W{1'b0}};
      assign flt_addr    = {AW{1'b0}};
      assign tw_valid    = 1'b0;
      assign tw_index    = 12'd0;
      assign tw_page     = {PAGE_W{1'b0}};
      assign tw_flags    = 10'd0;
      assign tw_soon     = 1'b0;
      assign tw_near     = 1'b0;
      assign tw_clear    = 1'b0;
      assign fence_mark  = 1'b0;
      assign mw_locked   = 1'b0;
      assign map_refused = 1'b0;
      always @(posedge aclk) begin
        a1_reg <= a_addr;
        a2_reg <= a1_reg;
        b1_reg <= b_addr;
        b2_reg <= b1_reg;
        x_done <= x_valid && !x_done;
        x_paddr <= x_addr;
        x_err <= 4'd0;
        ent_done <= 1'b0;
        ent_lo <= 32'd0;
        ent_hi <= 32'd0;
        if (!aresetn) x_done <= 1'b0;
      end
    end else begin : g_map
      localparam I_W = MAP_REGISTERS > 1 ? $clog2(MAP_REGISTERS) : 1;

      // ------------------------------------------------------------ who looks up, and when an entry is written
      wire [PAGE_W-1:0] a_page = a_addr[AW-1:12], b_page = b_addr[AW-1:12], x_page = x_addr[AW-1:12];

      // Port a serves the front, or in an idle cycle x or a register read.
      reg [1:0] x_way_reg, ent_way_reg;  // the extra look-up is in the two cycles of its way
      wire x_want = x_valid && x_way_reg == 2'd0 && !x_done;
      wire ent_want = ent_valid && ent_way_reg == 2'd0 && !ent_done;
      reg slot_reg;  // port a is idle in this cycle, and no entry is written
      wire x_go = x_want && slot_reg;
      wire ent_go = ent_want && !x_want && slot_reg;
      wire [PAGE_W-1:0] pa_page = a_valid ? a_page : x_page;
      wire [I_W-1:0] pa_index = a_valid ? a_page[I_W-1:0] : x_want ? x_page[I_W-1:0] : ent_index[I_W-1:0];
      reg waited_reg;  // one waited a cycle ago
      reg [1:0] wait_reg;  // cycles before that in which one did, 3 at most
      reg hold_reg;
      assign a_hold = hold_reg;

      wire w_soon, w_waits, ent_locked;
      wire p_drained, f_drained, w_drained;
      wire [I_W-1:0] w_index = tw_index[I_W-1:0];
      always @(posedge aclk) slot_reg <= aresetn && !ab_soon && !w_soon;

      windlass_map_walk #(
          .PAGE_W(PAGE_W),
          .MAP_REGISTERS(MAP_REGISTERS)
      ) walk_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .taken(ab_soon || x_want || ent_want),
          .soon(w_soon),
          .waits(w_waits),
          .tw_valid(tw_valid),
          .tw_index(tw_index),
          .tw_page(tw_page),
          .tw_flags(tw_flags),
          .tw_soon(tw_soon),
          .tw_near(tw_near),
          .tw_clear(tw_clear),
          .mw_valid(mw_valid),
          .mw_index(mw_index),
          .mw_lo(mw_lo),
          .mw_hi(mw_hi),
          .cmd_fill(cmd_fill),
          .cmd_revoke(cmd_revoke),
          .cmd_lock(cmd_lock),
          .cmd_index(cmd_index),
          .cmd_count(cmd_count),
          .cmd_page_lo(cmd_page_lo),
          .cmd_page_hi(cmd_page_hi),
          .cmd_flags(cmd_flags),
          .lock_index(lock_index),
          .mw_locked(mw_locked),
          .ent_index(ent_index),
          .ent_locked(ent_locked),
          .map_refused(map_refused),
          .map_busy(map_busy),
          .mark(fence_mark),
          .drained(p_drained && f_drained && w_drained && fence_done)
      );

      // ------------------------------------------------------------ table, one copy per port
      wire [9+PAGE_W:0] w_all = {tw_flags[9], tw_page, tw_flags[8:0]};
      wire [E_W-1:0] w_entry = w_all[E_W-1:0];

      reg [E_W-1:0] a_e_reg, b_e_reg;
      reg [PAGE_W-1:0] a1_reg, b1_reg, a2_reg, b2_reg;
      reg [11:0] a1_low_reg, b1_low_reg, a2_low_reg, b2_low_reg;
      reg [CH_W-1:0] a1_ch_reg, b1_ch_reg, a2_ch_reg, b2_ch_reg;
      reg a1_bypass_reg, b1_bypass_reg, a1_write_reg;
      reg a2_bypass_reg, b2_bypass_reg;

      // Whose an entry is: {a bus master's, number}.
      function [6:0] owner(input [E_W-1:0] entry);
        owner = {M_W != 0 && entry[E_W-1], entry[8:3]};
      endfunction
      // Without bypass: there is no entry; it is not the channel's; it does not permit that. The first of them is the error.
      wire a_none, b_none, a_other, b_other, a_denied, b_denied;
      wire a_beyond = tw_clear || a1_reg >= MAP_REGISTERS, b_beyond = tw_clear || b1_reg >= MAP_REGISTERS;

      // A small table is distributed RAM behind a registered index, a large one block RAM before a registered entry: either way
      // a look-up has a cycle for its index and one for its entry.
      if (MAP_REGISTERS <= 64) begin : g_small
        (* ram_style = "distributed" *)
        reg [E_W-1:0] a_mem[0:(1<<I_W)-1];
        (* ram_style = "distributed" *)
        reg [E_W-1:0] b_mem[0:(1<<I_W)-1];
        reg [I_W-1:0] a_at_reg, b_at_reg;
        wire [E_W-1:0] a_read = a_mem[a_at_reg], b_read = b_mem[b_at_reg];
        // Whose it is lies in two halves, which are put together behind the register: the RAM is in front of it.
        reg a_none_reg, b_none_reg, a_denied_reg, b_denied_reg;
        reg [1:0] a_other_reg, b_other_reg;
        wire [6:0] a_owner = owner(a_read), b_owner = owner(b_read);
        assign {a_none, b_none} = {a_none_reg, b_none_reg};
        assign {a_other, b_other} = {|a_other_reg, |b_other_reg};
        assign {a_denied, b_denied} = {a_denied_reg, b_denied_reg};
        always @(posedge aclk) begin
          if (tw_valid) begin
            a_mem[w_index] <= w_entry;
            b_mem[w_index] <= w_entry;
          end
          a_at_reg <= pa_index;
          b_at_reg <= b_page[I_W-1:0];
          a_e_reg <= a_read;
          b_e_reg <= b_read;
          a_none_reg <= a_beyond || !a_read[0];
          b_none_reg <= b_beyond || !b_read[0];
          a_other_reg <= {|a_owner[6:CH_W], a_owner[CH_W-1:0] != a1_ch_reg};
          b_other_reg <= {|b_owner[6:CH_W], b_owner[CH_W-1:0] != b1_ch_reg};
          a_denied_reg <= !(a1_write_reg ? a_read[2] : a_read[1]);
          b_denied_reg <= !b_read[2];
          if (a1_bypass_reg) {a_none_reg, a_other_reg, a_denied_reg} <= 4'd0;
          if (b1_bypass_reg) {b_none_reg, b_other_reg, b_denied_reg} <= 4'd0;
        end
      end else begin : g_large
        // A write is made in a cycle without look-ups, so the RAM may do what it likes when both meet.
        (* no_rw_check, ram_style = "block" *)
        reg [E_W-1:0] a_mem[0:(1<<I_W)-1];
        (* no_rw_check, ram_style = "block" *)
        reg [E_W-1:0] b_mem[0:(1<<I_W)-1];
        reg [E_W-1:0] a_q_reg, b_q_reg;
        reg a2_write_reg, a2_beyond_reg, b2_beyond_reg;
        assign a_none   = !a2_bypass_reg && (a2_beyond_reg || !a_e_reg[0]);
        assign b_none   = !b2_bypass_reg && (b2_beyond_reg || !b_e_reg[0]);
        assign a_other  = !a2_bypass_reg && owner(a_e_reg) != {{7 - CH_W{1'b0}}, a2_ch_reg};
        assign b_other  = !b2_bypass_reg && owner(b_e_reg) != {{7 - CH_W{1'b0}}, b2_ch_reg};
        assign a_denied = !a2_bypass_reg && !(a2_write_reg ? a_e_reg[2] : a_e_reg[1]);
        assign b_denied = !b2_bypass_reg && !b_e_reg[2];
        always @(posedge aclk) begin
          if (tw_valid) begin
            a_mem[w_index] <= w_entry;
            b_mem[w_index] <= w_entry;
          end
          a_q_reg <= a_mem[pa_index];
          b_q_reg <= b_mem[b_page[I_W-1:0]];
          a_e_reg <= a_q_reg;
          b_e_reg <= b_q_reg;
          a2_write_reg <= a1_write_reg;
          a2_beyond_reg <= a_beyond;
          b2_beyond_reg <= b_beyond;
        end
      end

      always @(posedge aclk) begin
        a1_reg <= pa_page;
        a1_low_reg <= a_addr[11:0];
        a1_ch_reg <= a_valid ? ab_ch : x_ch;
        a1_bypass_reg <= a_valid ? a_bypass : x_bypass;
        a1_write_reg <= !a_valid && x_write;
        b1_reg <= b_page;
        b1_low_reg <= b_addr[11:0];
        b1_ch_reg <= ab_ch;
        b1_bypass_reg <= b_bypass;

        a2_reg <= a1_reg;
        a2_low_reg <= a1_low_reg;
        a2_ch_reg <= a1_ch_reg;
        a2_bypass_reg <= a1_bypass_reg;
        b2_reg <= b1_reg;
        b2_low_reg <= b1_low_reg;
        b2_ch_reg <= b1_ch_reg;
        b2_bypass_reg <= b1_bypass_reg;
      end

      // 5, 6 or 7; without bit 2 the others mean nothing.
      assign a_err = {1'b0, a_none || a_other || a_denied, !a_none, a_none || !a_other};
      assign b_err = {1'b0, b_none || b_other || b_denied, !b_none, b_none || !b_other};
      // What is refused has its logical address: port x's is recorded with the fault.
      wire [PAGE_W-1:0] a_frame = a2_bypass_reg || a_err[2] ? a2_reg : a_e_reg[9+:PAGE_W];
      assign a_paddr = {a_frame, a2_low_reg};
      assign b_paddr = {b2_bypass_reg ? b2_reg : b_e_reg[9+:PAGE_W], b2_low_reg};

      assign flt_valid = x_done && x_err != 4'd0 && !x_quiet;
      assign flt_write = x_write;
      assign flt_cause = x_err;
      assign flt_ch = x_ch;
      assign flt_addr = x_paddr;

      wire [63:0] e_page = {{64 - AW{1'b0}}, a_e_reg[9+:PAGE_W], 12'd0};
      wire waits = (x_want && !x_go) || (ent_want && !ent_go) || w_waits;
      always @(posedge aclk) begin
        x_way_reg <= {x_way_reg[0], x_go};
        ent_way_reg <= {ent_way_reg[0], ent_go};
        x_done <= x_way_reg[1];
        x_paddr <= {a_frame, x_addr[11:0]};
        x_err <= a_err[2] ? a_err : 4'd0;
        ent_done <= ent_way_reg[1];
        ent_lo <= e_page[31:0] | {21'd0, owner(a_e_reg), ent_locked, a_e_reg[2:0]};
        ent_hi <= e_page[63:32];
        if (tw_clear || !ent_way_reg[1]) begin
          ent_lo <= 32'd0;
          ent_hi <= 32'd0;
        end
        // One write is on its way to the response that software waits for; the others can wait a little.
        hold_reg   <= waits && ((waited_reg && &wait_reg) || tw_soon);
        waited_reg <= waits;
        wait_reg   <= !waited_reg ? 2'd0 : &wait_reg ? 2'd3 : wait_reg + 2'd1;
        if (!aresetn) begin
          x_way_reg <= 2'd0;
          ent_way_reg <= 2'd0;
          x_done <= 1'b0;
          ent_done <= 1'b0;
          waited_reg <= 1'b0;
          wait_reg <= 2'd0;
          hold_reg <= 1'b0;
        end
      end

      // ------------------------------------------------------------ fences of what REVOKE waits for
      // They may hear of an end a cycle late: they compare counts.
      reg [2:0] ends_reg;
      always @(posedge aclk) ends_reg <= {wback_end, fetch_end, piece_end} & {3{aresetn}};

      windlass_fence #(
          .SEQ_W(SEQ_W)
      ) pieces_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .issue(piece_issue),
          .finish(ends_reg[0]),
          .mark(fence_mark),
          .drained(p_drained)
      );
      windlass_fence #(
          .SEQ_W(6)
      ) fetches_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .issue(fetch_issue),
          .finish(ends_reg[1]),
          .mark(fence_mark),
          .drained(f_drained)
      );
      windlass_fence #(
          .SEQ_W(6)
      ) wbacks_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .issue(wback_issue),
          .finish(ends_reg[2]),
          .mark(fence_mark),
          .drained(w_drained)
      );
`ifdef PROVE_MAP
      `include "windlass_map.svh"
`endif
    end
  endgenerate

endmodule

`resetall
