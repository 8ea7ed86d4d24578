// One entry, chosen by the solver, is followed: what the table says of it, what each port made of it, and the fence.
(* anyconst *) reg [I_W-1:0] f_index;
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start
always @* assume (!(cmd_fill && cmd_revoke) && !((cmd_fill || cmd_revoke || mw_valid) && map_busy));  // windlass_csr refuses those
always @* assume (!((cmd_fill || cmd_revoke) && mw_valid));  // one register write at a time

// ---- the table holds what was written
reg f_known = 1'b0;  // written since reset
reg [E_W-1:0] f_entry;
always @(posedge aclk) begin
  if (w_valid_reg && w_index_reg == f_index) begin
    f_entry <= w_entry_reg;
    f_known <= 1'b1;
  end
  if (!aresetn) f_known <= 1'b0;
end
wire f_pending = w_valid_reg && w_index_reg == f_index;
always @(posedge aclk)
  if (f_past) begin
    if (f_known) assert (a_mem[f_index] == f_entry && b_mem[f_index] == f_entry);
    assert (at_reg <= MAP_REGISTERS);
    if (clear_reg && (state_reg == WALK)) begin
      assert (fence_reg && !fill_reg && left_reg == 13'd4096 - {{12 - I_W{1'b0}}, at_reg});
      if ({1'b0, f_index} < at_reg && {1'b0, f_index} < MAP_REGISTERS) assert (f_known || f_pending);
    end
    if ((!clear_reg || state_reg != WALK) && {1'b0, f_index} < MAP_REGISTERS) assert (f_known || f_pending);
    if (!clear_reg || state_reg != WALK) if ({1'b0, f_index} < MAP_REGISTERS && !clear_reg) assert (f_known);
    if (clear_reg) assert (state_reg == WALK || state_reg == SETTLE || state_reg == FENCE || state_reg == IDLE);
    if (state_reg == SETTLE && clear_reg) begin
      assert (settle_reg == 3'd0 || f_known || {1'b0, f_index} >= MAP_REGISTERS);
    end
    if ((state_reg == FENCE || state_reg == IDLE) && {1'b0, f_index} < MAP_REGISTERS) assert (f_known);
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
wire f_a_now = a_valid ? !ab_bypass : x_go && !x_bypass;
wire [CH_W-1:0] f_a_ch = a_valid ? ab_ch : x_ch;
always @(posedge aclk) begin
  f_age1 <= f_past;
  f_age2 <= f_age1;
  f_a1 <= f_a_now && pa_addr[AW-1:12] == {{PAGE_W - I_W{1'b0}}, f_index};
  f_ae1 <= f_entry;
  f_ak1 <= f_known;
  f_ac1 <= f_a_ch;
  f_ao1 <= pa_addr[11:0];
  f_aw1 <= !a_valid && x_write;
  {f_a2, f_ae2, f_ak2, f_ac2, f_ao2, f_aw2} <= {f_a1, f_ae1, f_ak1, f_ac1, f_ao1, f_aw1};
  f_b1 <= !ab_bypass && b_addr[AW-1:12] == {{PAGE_W - I_W{1'b0}}, f_index};
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
    if (f_a1) assert (a1_reg == {{PAGE_W - I_W{1'b0}}, f_index, f_ao1} && !a1_bypass_reg && a1_ch_reg == f_ac1 && a1_write_reg == f_aw1);
    if (f_a1 && f_ak1) assert (a_q_reg == f_ae1);
    if (f_a1 && !clear_reg) assert (f_ak1 || {1'b0, f_index} >= MAP_REGISTERS);
    if (f_b1) assert (b1_reg == {{PAGE_W - I_W{1'b0}}, f_index, f_bo1} && !b1_bypass_reg && b1_ch_reg == f_bc1);
    if (f_b1 && f_bk1) assert (b_q_reg == f_be1);
    if (f_b1 && !clear_reg) assert (f_bk1 || {1'b0, f_index} >= MAP_REGISTERS);
  end
  if (f_age2) begin
    if (f_a2) assert (a2_reg == {{PAGE_W - I_W{1'b0}}, f_index, f_ao2} && !a2_bypass_reg && a2_ch_reg == f_ac2 && a2_write_reg == f_aw2);
    if (f_a2 && f_ak2) assert (a_e_reg == f_ae2);
    if (f_a2 && !a2_out_reg) assert (f_ak2);
    if (f_b2) assert (b2_reg == {{PAGE_W - I_W{1'b0}}, f_index, f_bo2} && !b2_bypass_reg && b2_ch_reg == f_bc2);
    if (f_b2 && f_bk2) assert (b_e_reg == f_be2);
    if (f_b2 && !b2_out_reg) assert (f_bk2);
    if (!a2_bypass_reg && a2_reg[AW-1:12] >= MAP_REGISTERS) assert (a2_out_reg);
    if (!b2_bypass_reg && b2_reg[AW-1:12] >= MAP_REGISTERS) assert (b2_out_reg);
  end
end
always @(posedge aclk)
  if (f_age2) begin
    if (f_a2 && a_err == 4'd0) begin
      assert (f_ak2);
      assert (f_ae2[0] && f_ae2[8:3] == f_a_owner && (f_aw2 ? f_ae2[2] : f_ae2[1]));
      assert (a_paddr == {f_ae2[E_W-1:9], f_ao2});
    end
    if (f_b2 && b_err == 4'd0) begin
      assert (f_bk2);
      assert (f_be2[0] && f_be2[8:3] == f_b_owner && f_be2[2]);
      assert (b_paddr == {f_be2[E_W-1:9], f_bo2});
    end
    // beyond the table
    if (!a2_bypass_reg && a2_reg[AW-1:12] >= MAP_REGISTERS) assert (a_err != 4'd0);
    if (!b2_bypass_reg && b2_reg[AW-1:12] >= MAP_REGISTERS) assert (b_err != 4'd0);
  end

// ---- the fence: what was issued by the end of SETTLE has ended when BUSY falls
localparam [SEQ_W-1:0] F_MOST = 1 << (SEQ_W - 1);
reg [SEQ_W-1:0] f_p_owed, f_f_owed, f_w_owed;
always @* begin  // never more in flight than the counters can tell apart; nothing ends that was not issued
  assume (pi_reg - pe_reg < F_MOST - 1'b1 && fi_reg - fe_reg < F_MOST - 1'b1 && wi_reg - we_reg < F_MOST - 1'b1);
  if (pi_reg == pe_reg) assume (!piece_end);
  if (fi_reg == fe_reg) assume (!fetch_end);
  if (wi_reg == we_reg) assume (!wback_end);
end
always @(posedge aclk) begin
  if (state_reg == SETTLE && settle_reg == 3'd7) begin
    f_p_owed <= pi_reg - pe_reg - {{SEQ_W - 1{1'b0}}, piece_end};
    f_f_owed <= fi_reg - fe_reg - {{SEQ_W - 1{1'b0}}, fetch_end};
    f_w_owed <= wi_reg - we_reg - {{SEQ_W - 1{1'b0}}, wback_end};
  end else begin
    if (piece_end && f_p_owed != 0) f_p_owed <= f_p_owed - 1'b1;
    if (fetch_end && f_f_owed != 0) f_f_owed <= f_f_owed - 1'b1;
    if (wback_end && f_w_owed != 0) f_w_owed <= f_w_owed - 1'b1;
  end
  if (f_past && state_reg == FENCE) begin
    assert (f_p_owed == 0 ? !p_gap[SEQ_W-1] : f_p_owed == ps_reg - pe_reg);
    assert (f_f_owed == 0 ? !f_gap[SEQ_W-1] : f_f_owed == fs_reg - fe_reg);
    assert (f_w_owed == 0 ? !w_gap[SEQ_W-1] : f_w_owed == ws_reg - we_reg);
  end
  if (f_past && $past(state_reg) == FENCE && state_reg == IDLE)
    assert ($past(f_p_owed == 0 && f_f_owed == 0 && f_w_owed == 0));
  cover (f_past && state_reg == FENCE && f_p_owed != 0 && !clear_reg);
  cover (f_past && f_a2 && a_err == 4'd0 && f_b2 && b_err == 4'd0);
  cover (f_past && f_a2 && f_aw2 && a_err == 4'd0);
end
