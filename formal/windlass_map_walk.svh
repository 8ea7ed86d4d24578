// One entry, chosen by the solver, is followed: when it is written and with what, and whether it is locked. windlass_map.svh takes over what is
// said of tw_clear.
(* anyconst *) reg [I_W-1:0] f_index;
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start
always @* assume (!(cmd_fill && cmd_revoke) && !((cmd_fill || cmd_revoke || cmd_lock || mw_valid) && map_busy));  // windlass_csr refuses those
always @* assume (!((cmd_fill || cmd_revoke || cmd_lock) && mw_valid));  // one register write at a time
always @* if (mw_valid) assume (mw_index < MAP_REGISTERS);

reg f_known = 1'b0;  // written since reset
wire f_here = at_reg == f_index;
wire [I_W:0] f_done = next_reg - 1'b1;  // rows that a clearing is over with
wire f_cleared = {1'b0, f_index} < f_done || f_done[I_W];
wire [11:0] f_at = {{12 - I_W{1'b0}}, f_index};
wire [3:0] f_word = lock_mem[row(f_at)];
wire f_lock = f_word[f_at[1:0]];
reg f_locked = 1'b0, f_set = 1'b0, f_cleared_now = 1'b1;  // a cycle ago: it was locked; it was being locked; the table was being cleared
always @(posedge aclk) begin
  f_locked <= f_lock;
  f_set <= lock_we && locks_reg && f_here;
  f_cleared_now <= clear_reg || !aresetn;
end
always @(posedge aclk) begin
  if (tw_valid && f_here) f_known <= 1'b1;
  if (!aresetn) f_known <= 1'b0;
end
always @(posedge aclk)
  if (f_past) begin
    assert ({2'd0, idle_reg} + one_reg + walk_reg + settle_reg <= 3'd1);
    if (seen_reg) assert (walk_reg);
    if (write_reg) assert (step_reg);
    if (step_reg) assert (one_reg ? write_reg : walks);
    if (seen_reg) assert (at_reg == f_done[I_W-1:0]);
    // Before tw_clear falls every row has been written, with zero.
    if (!(clear_reg && walk_reg)) assert (f_known);
    if (!tw_clear) assert (f_known);
    if (clear_reg) assert (!one_reg);
    if (clear_reg && walk_reg) begin
      assert (fence_reg && !fill_reg && !locks_reg && page_reg == 0);
      if (!seen_reg) assert (next_reg == 0 && left_reg == ~{1'b0, ROWS} && !step_reg);
      else begin
        assert (next_reg != 0 && f_done <= ROWS && left_reg == {1'b0, f_done} - {1'b0, ROWS});
        if (f_cleared) assert (f_known);
      end
      if (step_reg) assert (write_reg);
    end
    if (tw_clear && tw_valid) assert (tw_page == 0 && tw_flags == 0);
    // REVOKE leaves nothing.
    if (walk_reg && fence_reg) assert (flags_reg == 10'd0);
    // No walk writes outside of the table, or into a locked entry.
    if (seen_reg && !clear_reg && !over) assert ({1'b0, at_reg} < MAP_REGISTERS);
    if (seen_reg && f_here && !clear_reg) assert (lock_reg == f_lock);
    if (tw_valid && walk_reg && !clear_reg) assert (!lock_reg && !locks_reg);
    if (tw_valid && walk_reg && !clear_reg && f_here) assert (!f_lock && {1'b0, f_index} < MAP_REGISTERS);
    // Its lock is set by LOCK of this entry, and by nothing else; it stays.
    if (seen_reg && !clear_reg) assert (word_reg == lock_mem[row(tw_index)]);
    if (!f_cleared_now) assert (f_lock == (f_locked || f_set));
    // The others are asked after the last entry.
    if (mark) assert (!walk_reg && !idle_reg);
    cover (clear_reg && mark);
    cover (!clear_reg && walk_reg && tw_valid && tw_page != 0);
    cover (!clear_reg && walk_reg && skip && !locks_reg);
    cover (!clear_reg && mark && refused_reg);
  end
