/*
 * windlass_map_walk: writes the entries of the map: one that software writes, and the runs of CLEAR after reset, FILL, REVOKE and LOCK.
 *
 * Purpose: finds for each write a cycle without look-ups; keeps which entries are locked; after a REVOKE waits for the fence.
 * A walk takes two cycles for an entry: in one it is known whether the walk is over and whether the entry is locked, and the slot for the
 * write is found; in the other it is written, and the same is found out of the next entry. After reset nothing is locked and nothing is
 * skipped, so every cycle clears an entry.
 * Goal: nothing is compared to find the end of a run: its count goes up to zero, and the sign tells.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_map_walk #(
    parameter PAGE_W        = 20,  // width of a page number
    parameter MAP_REGISTERS = 256  // entries, 1..4096
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // the table
    input wire taken,  // somebody looks up in the next cycle
    output wire soon,  // an entry is written in the next cycle
    output wire waits,  // an entry waits for that
    output wire tw_valid,  // an entry is written at the end of this cycle
    output wire [11:0] tw_index,  // which
    output wire [PAGE_W-1:0] tw_page,  // its page
    output wire [9:0] tw_flags,  // {owner, write, read, valid}
    output wire tw_soon,  // one that software has written waits for that
    output wire tw_near,  // an entry is written now or soon
    output wire tw_clear,  // no entry counts: the table is being cleared after reset
    // registers
    input wire mw_valid,  // write an entry
    input wire [11:0] mw_index,  // which, one that is there
    input wire [31:0] mw_lo,  // word 0; stands still until the next register write
    input wire [31:0] mw_hi,  // word 1; likewise
    input wire cmd_fill,  // FILL
    input wire cmd_revoke,  // REVOKE
    input wire cmd_lock,  // LOCK
    input wire [11:0] cmd_index,  // first entry
    input wire [12:0] cmd_count,  // entries
    input wire [31:0] cmd_page_lo,  // first page
    input wire [31:0] cmd_page_hi,  // its upper half
    input wire [31:0] cmd_flags,  // flags
    input wire [11:0] lock_index,  // the entry that software would write
    output wire mw_locked,  // it is locked
    input wire [11:0] ent_index,  // the entry that software reads
    output wire ent_locked,  // it is locked
    output wire map_refused,  // the last command met a locked entry
    output wire map_busy,  // clearing, filling, locking or revoking
    // fence
    output wire mark,  // what has been looked up now is what it is about
    input wire drained  // all of that has ended
);
  localparam I_W = MAP_REGISTERS > 1 ? $clog2(MAP_REGISTERS) : 1;
  localparam [I_W:0] ROWS = 1 << I_W;

  // ---------------------------------------------------------------- where the walk is
  // One of these: IDLE; ONE write of software's; WALK; SETTLE until what was looked up is counted; else the fence is waited for.
  reg idle_reg, one_reg, walk_reg, settle_reg;
  reg [2:0] count_reg;  // cycles of SETTLE
  reg seen_reg;  // in WALK: what is asked of this entry is known
  reg [I_W-1:0] at_reg;  // this entry
  reg end_reg;  // it is beyond the table
  reg [I_W:0] next_reg;  // the next one of a walk
  reg [I_W+1:0] left_reg;  // entries left with this one, negative; one less at first
  reg [PAGE_W-1:0] page_reg;
  reg [9:0] flags_reg;
  reg clear_reg;  // after reset: no entry counts until all are cleared
  reg fence_reg, fill_reg, locks_reg;  // the command
  reg refused_reg;  // it met a locked entry
  reg lock_reg;  // this entry is locked
  reg step_reg, write_reg;  // the entry is done in this cycle; it is written
  reg mw_kept_reg, fill_kept_reg, revoke_kept_reg, lock_kept_reg;  // what arrives while ONE still waits

  wire mw = mw_valid || mw_kept_reg, fill = cmd_fill || fill_kept_reg, revoke = cmd_revoke || revoke_kept_reg,
      lock = cmd_lock || lock_kept_reg;
  // All rows are cleared, also those behind the last entry.
  wire over = !left_reg[I_W+1] || (end_reg && (MAP_REGISTERS == ROWS || !clear_reg));
  wire walks = seen_reg && !over;
  wire skip = walks && !step_reg && !clear_reg && (lock_reg || locks_reg);
  // What software writes looks for its slot in the cycle in which it comes.
  wire want = ((one_reg || (walks && !skip)) && !step_reg) || (idle_reg && mw) ||
      (walks && clear_reg && step_reg && !next_reg[I_W]);
  wire on = step_reg || (walk_reg && !seen_reg);  // the next entry's turn comes

  assign soon = want && !taken;
  assign waits = want && taken;
  assign tw_valid = write_reg;
  assign tw_index = {{12 - I_W{1'b0}}, at_reg};
  assign tw_page = page_reg;
  assign tw_flags = flags_reg;
  assign tw_soon = one_reg;
  assign tw_near = one_reg || walks;
  assign tw_clear = clear_reg;
  assign map_refused = refused_reg;
  // A command that waits behind a write has not taken its values yet: what follows it must not change them, nor come before it.
  assign map_busy = (!idle_reg && !one_reg) || fill_kept_reg || revoke_kept_reg || lock_kept_reg;
  assign mark = settle_reg && &count_reg;

  // ---------------------------------------------------------------- locks
  // Four entries in a word, so that few words are chosen from. A run keeps the word of its entry, with what it has put in already.
  localparam R_W = I_W > 2 ? I_W - 2 : 1;
  function [R_W-1:0] row(input [11:0] index);
    row = I_W > 2 ? index[2+:R_W] : {R_W{1'b0}};
  endfunction
  (* ram_style = "distributed" *)
  reg [3:0] lock_mem[0:(1<<R_W)-1];
  reg [3:0] word_reg;  // the word of this entry
  integer l;
  initial for (l = 0; l < 1 << R_W; l = l + 1) lock_mem[l] = 4'd0;
  wire [11:0] next_at = {{12 - I_W{1'b0}}, next_reg[I_W-1:0]};
  wire [3:0] next_word = lock_mem[row(
      next_at
  )], mw_word = lock_mem[row(
      lock_index
  )], ent_word = lock_mem[row(
      ent_index
  )];
  wire [3:0] new_word = locks_reg ? word_reg | (4'd1 << tw_index[1:0]) : 4'd0;
  wire lock_we = step_reg && walk_reg && (clear_reg || locks_reg);
  always @(posedge aclk) begin
    if (lock_we) lock_mem[row(tw_index)] <= new_word;
    if (on) lock_reg <= next_word[next_at[1:0]];
    if (on) word_reg <= lock_we && tw_index[1:0] != 2'd3 ? new_word : next_word;
  end
  assign mw_locked  = mw_word[lock_index[1:0]];
  assign ent_locked = ent_word[ent_index[1:0]];

  // ---------------------------------------------------------------- steps
  wire [63:0] page64 = {cmd_page_hi, cmd_page_lo}, mw64 = {mw_hi, mw_lo};
  wire [12:0] index13 = {1'b0, cmd_index};
  always @(posedge aclk) begin
    write_reg <= aresetn && soon;
    step_reg  <= aresetn && (soon || skip);
    seen_reg  <= aresetn && walk_reg && !(seen_reg && over);
    if (idle_reg) begin
      at_reg <= mw_index[I_W-1:0];
      next_reg <= {|index13[12:I_W], cmd_index[I_W-1:0]};
      left_reg <= ~{1'b0, |cmd_count[12:I_W], cmd_count[I_W-1:0]};
      page_reg <= revoke ? {PAGE_W{1'b0}} : mw ? mw64[12+:PAGE_W] : page64[12+:PAGE_W];
      flags_reg <= revoke ? 10'd0 : mw ? {mw_lo[10:4], mw_lo[2:0]} : {cmd_flags[10:4], cmd_flags[2:0]};
      clear_reg <= 1'b0;
      fence_reg <= revoke;
      fill_reg <= fill;
      locks_reg <= lock;
    end else begin
      if (on) begin
        at_reg   <= next_reg[I_W-1:0];
        end_reg  <= {{31 - I_W{1'b0}}, next_reg} >= MAP_REGISTERS;
        next_reg <= next_reg + 1'b1;
        left_reg <= left_reg + 1'b1;
      end
      if (step_reg) page_reg <= page_reg + {{PAGE_W - 1{1'b0}}, fill_reg};
    end
    if (idle_reg && !mw && (fill || revoke || lock)) refused_reg <= 1'b0;
    else if (skip && !locks_reg) refused_reg <= 1'b1;
    count_reg <= settle_reg ? count_reg + 3'd1 : 3'd0;

    mw_kept_reg <= one_reg && mw;
    fill_kept_reg <= one_reg && fill;
    revoke_kept_reg <= one_reg && revoke;
    lock_kept_reg <= one_reg && lock;

    one_reg <= one_reg ? !step_reg : idle_reg && mw;
    walk_reg <= walk_reg ? !(seen_reg && over) : idle_reg && !mw && (fill || revoke || lock);
    // Look-ups that read the old entry have left the pipeline and are counted when this is over.
    settle_reg <= settle_reg ? !mark : walk_reg && seen_reg && over && fence_reg;
    if (one_reg) idle_reg <= step_reg;
    else if (idle_reg) idle_reg <= !(mw || fill || revoke || lock);
    else if (walk_reg) idle_reg <= seen_reg && over && !fence_reg;
    else idle_reg <= !settle_reg && drained;

    if (!aresetn) begin
      {idle_reg, one_reg, walk_reg, settle_reg} <= 4'b0010;
      fence_reg <= 1'b1;
      clear_reg <= 1'b1;
      fill_reg <= 1'b0;
      locks_reg <= 1'b0;
      refused_reg <= 1'b0;
      next_reg <= {I_W + 1{1'b0}};
      left_reg <= ~{1'b0, ROWS};
      page_reg <= {PAGE_W{1'b0}};
      flags_reg <= 10'd0;
      {mw_kept_reg, fill_kept_reg, revoke_kept_reg, lock_kept_reg} <= 4'd0;
    end
  end

`ifdef PROVE_MAP_WALK
  `include "windlass_map_walk.svh"
`endif

endmodule

`resetall
