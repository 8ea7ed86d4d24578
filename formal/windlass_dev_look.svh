// One entry, chosen by the solver, is followed from what windlass_map tells of it to what a look-up says.
(* anyconst *) reg [11:0] f_index;
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start
always @* assume (f_index < MAP_REGISTERS);
always @* if (tw_valid) assume (tw_index < MAP_REGISTERS);

localparam F_I = $clog2(MAP_REGISTERS);
wire [PAGE_W+5:0] f_mem = g_map.g_small.mem[f_index[F_I-1:0]];
reg f_known = 1'b0;  // written since reset
reg [PAGE_W-1:0] f_page;
reg [9:0] f_flags;
// the table's clearing ends when all is written: proof "map"
always @* if (!f_known) assume (tw_clear);
always @(posedge aclk) begin
  if (tw_valid && tw_index == f_index && aresetn) begin
    f_page  <= tw_page;
    f_flags <= tw_flags;
    f_known <= 1'b1;
  end
end

function [PAGE_W+5:0] f_kept(input [PAGE_W-1:0] p, input [9:0] f);
  f_kept = {p, f[9:6] == 4'b1000, f[5:3], f[WRITE!=0?2 : 1], f[0]};
endfunction

wire f_coming = g_map.we_reg && g_map.windex_reg == f_index[F_I-1:0];
reg f_l1 = 1'b0, f_l2 = 1'b0, f_far1 = 1'b0, f_far2 = 1'b0, f_k1, f_k2, f_c1, f_c2;
reg [PAGE_W-1:0] f_p1, f_p2;
reg [9:0] f_f1, f_f2;
reg [2:0] f_m1, f_m2;
always @(posedge aclk) begin
  f_l1 <= f_past && !hold && page == f_index;
  f_far1 <= f_past && page >= MAP_REGISTERS;
  {f_p1, f_f1, f_k1, f_m1, f_c1} <= {f_page, f_flags, f_known, master, tw_clear};
  f_l2 <= f_l1;
  f_far2 <= f_far1;
  {f_p2, f_f2, f_k2, f_m2, f_c2} <= {f_p1, f_f1, f_k1, f_m1, f_c1};
  if (f_past) begin
    // the copy is what was told, a cycle later
    if (f_coming) assert (f_known && g_map.entry_reg == f_kept(f_page, f_flags));
    if (f_known && !f_coming) assert (f_mem == f_kept(f_page, f_flags));
    if (f_l1) begin
      assert (g_map.page1_reg == f_index && g_map.master1_reg == f_m1);
      if (f_k1) assert (f_mem == f_kept(f_p1, f_f1));
      if (!f_k1) assert (f_c1 && g_map.clear_reg);
    end
    if (f_far1) assert (g_map.page1_reg >= MAP_REGISTERS);
    if (f_l2) begin
      assert (g_map.master2_reg == f_m2);
      if (f_k2) assert (g_map.e_reg == f_kept(f_p2, f_f2));
      else assert (g_map.out_reg);
    end
    if (f_far2) assert (g_map.out_reg);
    // what it says
    if (f_far2) assert (err != 4'd0);
    if (f_l2 && err == 4'd0) begin
      assert (f_k2 && f_f2[0] && f_f2[9:3] == {4'b1000, f_m2} && f_m2 < BUS_MASTERS);
      assert (WRITE != 0 ? f_f2[2] : f_f2[1]);
      assert (frame == f_p2);
    end
  end
  cover (f_past && f_l2 && err == 4'd0 && f_m2 == BUS_MASTERS - 1);
  cover (f_past && f_l2 && err == 4'd6);
  cover (f_past && f_l2 && err == 4'd7);
end
