// One entry, chosen by the solver, is followed: what the table says of it, and what each port made of it. (The fence: proof "fence".)
(* anyconst *) reg [I_W-1:0] f_index;
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start
always @* assume (!(cmd_fill && cmd_revoke) && !((cmd_fill || cmd_revoke || mw_valid) && map_busy));  // windlass_csr refuses those
always @* assume (!((cmd_fill || cmd_revoke) && mw_valid));  // one register write at a time
reg f_soon = 1'b0;  // a look-up is announced
always @(posedge aclk) f_soon <= ab_soon;
always @* assume (!(a_valid || b_valid) || f_soon);
reg f_x_waits = 1'b0;
always @(posedge aclk) begin  // a look-up stays until it is done
  f_x_waits <= x_valid && !x_done;
  if (f_x_waits) assume (x_valid && $stable(x_addr) && $stable(x_ch) && $stable(x_bypass) && $stable(x_write));
end

// ---- the table holds what was written
wire [E_W-1:0] f_in_table = g_small.a_mem[f_index], f_in_copy = g_small.b_mem[f_index];
reg f_known = 1'b0;  // written since reset
reg [E_W-1:0] f_entry;
always @(posedge aclk) begin
  if (tw_valid && w_index == f_index) begin
    f_entry <= w_entry;
    f_known <= 1'b1;
  end
  if (!aresetn) f_known <= 1'b0;
end
// What the proof of windlass_map_walk has: an entry counts only when it has been written since reset.
always @* if (f_past) assume (tw_clear || f_known);
always @(posedge aclk)
  if (f_past) begin
    if (f_known) assert (f_in_table == f_entry && f_in_copy == f_entry);
    // a write has the cycle for itself
    if (tw_valid) assert (!slot_reg && !f_soon && !a_valid && !b_valid && !x_go && !ent_go);
    if (slot_reg) assert (!f_soon);
  end

// ---- ports a and b: a physical address without an error came from this entry as it was when it was looked up,
//      valid, of that channel, with that permission; or from bypass
reg f_a1, f_a2, f_b1, f_b2;  // a look-up of that entry is in stage 1, 2
reg [E_W-1:0] f_ae1, f_ae2, f_be1, f_be2;
reg f_ak1, f_ak2, f_bk1, f_bk2;  // it was written since reset
reg [CH_W-1:0] f_ac1, f_ac2, f_bc1, f_bc2;
reg [11:0] f_ao1, f_ao2, f_bo1, f_bo2;
reg f_aw1, f_aw2;
reg f_age1 = 1'b0, f_age2 = 1'b0;
wire f_a_now = a_valid ? !a_bypass : x_go && !x_bypass;
wire [CH_W-1:0] f_a_ch = a_valid ? ab_ch : x_ch;
always @(posedge aclk) begin
  f_age1 <= f_past;
  f_age2 <= f_age1;
  f_a1 <= f_a_now && pa_page == {{PAGE_W - I_W{1'b0}}, f_index};
  f_ae1 <= f_entry;
  f_ak1 <= f_known;
  f_ac1 <= f_a_ch;
  f_ao1 <= a_addr[11:0];
  f_aw1 <= !a_valid && x_write;
  {f_a2, f_ae2, f_ak2, f_ac2, f_ao2, f_aw2} <= {f_a1, f_ae1, f_ak1, f_ac1, f_ao1, f_aw1};
  f_b1 <= b_valid && !b_bypass && b_page == {{PAGE_W - I_W{1'b0}}, f_index};
  f_be1 <= f_entry;
  f_bk1 <= f_known;
  f_bc1 <= ab_ch;
  f_bo1 <= b_addr[11:0];
  {f_b2, f_be2, f_bk2, f_bc2, f_bo2} <= {f_b1, f_be1, f_bk1, f_bc1, f_bo1};
end
wire [5:0] f_a_owner = {{6 - CH_W{1'b0}}, f_ac2}, f_b_owner = {{6 - CH_W{1'b0}}, f_bc2};
// what the stages hold
always @(posedge aclk) begin
  if (f_age1) begin
    assert (a1_write_reg == f_aw1);
    if (f_a1) begin
      assert (g_small.a_at_reg == f_index && a1_reg == f_index && a1_low_reg == f_ao1);
      assert (!a1_bypass_reg && a1_ch_reg == f_ac1);
      assert (f_ak1 == f_known && (!f_ak1 || f_ae1 == f_entry));
    end
    if (f_b1) begin
      assert (g_small.b_at_reg == f_index && b1_reg == f_index && b1_low_reg == f_bo1 && !b1_bypass_reg && b1_ch_reg == f_bc1);
      assert (f_bk1 == f_known && (!f_bk1 || f_be1 == f_entry));
    end
  end
  if (f_age2) begin
    if (f_a2) begin
      assert (a2_reg == f_index && a2_low_reg == f_ao2 && !a2_bypass_reg && a2_ch_reg == f_ac2);
      if (f_ak2) assert (a_e_reg == f_ae2);
      if (!a_none) assert (f_ak2 && a_e_reg[0]);
      assert (a_other == (owner(a_e_reg) != a2_ch_reg) && a_denied == !(f_aw2 ? a_e_reg[2] : a_e_reg[1]));
    end
    if (f_b2) begin
      assert (b2_reg == f_index && b2_low_reg == f_bo2 && !b2_bypass_reg && b2_ch_reg == f_bc2);
      if (f_bk2) assert (b_e_reg == f_be2);
      if (!b_none) assert (f_bk2 && b_e_reg[0]);
      assert (b_other == (owner(b_e_reg) != b2_ch_reg) && b_denied == !b_e_reg[2]);
    end
    if (a2_bypass_reg) assert (!a_err[2]);
    if (b2_bypass_reg) assert (!b_err[2]);
    if (!a2_bypass_reg && a2_reg >= MAP_REGISTERS) assert (a_none);
    if (!b2_bypass_reg && b2_reg >= MAP_REGISTERS) assert (b_none);
  end
end
always @(posedge aclk)
  if (f_age2) begin
    if (f_a2 && !a_err[2]) begin
      assert (f_ak2);
      assert (f_ae2[0] && !(M_W != 0 && f_ae2[E_W-1]) && f_ae2[8:3] == f_a_owner && (f_aw2 ? f_ae2[2] : f_ae2[1]));
      assert (a_paddr == {f_ae2[9+:PAGE_W], f_ao2});
    end
    if (f_b2 && !b_err[2]) begin
      assert (f_bk2);
      assert (f_be2[0] && !(M_W != 0 && f_be2[E_W-1]) && f_be2[8:3] == f_b_owner && f_be2[2]);
      assert (b_paddr == {f_be2[9+:PAGE_W], f_bo2});
    end
    // beyond the table
    if (!a2_bypass_reg && a2_reg >= MAP_REGISTERS) assert (a_err[2]);
    if (!b2_bypass_reg && b2_reg >= MAP_REGISTERS) assert (b_err[2]);
  end

// ---- port x: the same a cycle later, kept until it is used
reg f_x3 = 1'b0;
reg [E_W-1:0] f_xe3;
always @(posedge aclk) begin
  f_x3  <= aresetn && x_way_reg[1] && f_a2;
  f_xe3 <= f_ae2;
  if (f_past) begin
    if (x_way_reg[0]) assert (x_valid && !x_way_reg[1] && f_age1 && a1_reg == x_page && a1_bypass_reg == x_bypass && a1_ch_reg == x_ch && a1_write_reg == x_write);
    if (x_way_reg[1]) assert (x_valid && f_age2 && a2_reg == x_page && a2_bypass_reg == x_bypass && a2_ch_reg == x_ch && f_aw2 == x_write);
    if (x_way_reg != 2'd0) assert (f_x_waits);
    if (x_way_reg[0] && !x_bypass && x_page == f_index) assert (f_a1);
    if (x_way_reg[1] && !x_bypass && x_page == f_index) assert (f_a2);
    if (x_done) assert (f_x_waits);
    if (x_done && f_x3 && x_err == 4'd0) begin
      assert (f_xe3[0] && !(M_W != 0 && f_xe3[E_W-1]) && f_xe3[8:3] == {{6 - CH_W{1'b0}}, x_ch} && (x_write ? f_xe3[2] : f_xe3[1]));
      assert (x_paddr == {f_xe3[9+:PAGE_W], x_addr[11:0]});
    end
    if (x_done && x_err == 4'd0 && !x_bypass && x_page == f_index) assert (f_x3);
    if (x_done && x_err == 4'd0 && !x_bypass) assert (x_page < MAP_REGISTERS);
    if (flt_valid) assert (flt_addr == x_addr);
  end
  cover (f_past && f_a2 && !a_err[2] && f_b2 && !b_err[2]);
  cover (f_past && x_done && f_x3 && x_write && x_err == 4'd0);
  cover (f_past && !tw_clear && map_busy && f_known && f_entry == 0);
end
