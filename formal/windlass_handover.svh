// Isolation in the front: a piece that moves data carries, for each side that is memory, the physical address that the map gave
// without an error for the look-up of that very piece; a prepared piece goes out only if nothing has dropped it since.
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);
always @* assume (!(c_valid && c_ghost) && !(c_ghost && c_load) && !(start && drop));
always @* if (f_past && d_g_reg) assert (!d_load_reg);
reg f_src_ok, f_dst_ok, f_dropped = 1'b0;
reg [AW-1:0] f_src, f_dst;
wire f_load = d_v_reg || d_g_reg;
always @(posedge aclk) begin
  if (f_load) begin
    f_src_ok <= !a_err[2];
    f_dst_ok <= !b_err[2];
    f_src <= a_paddr;
    f_dst <= b_paddr;
  end
  // a drop counts for what is prepared at that time, whether it is in D or in E
  f_dropped <= drop && (d_g_reg || e_g_reg) ? 1'b1 : f_load ? 1'b0 : f_dropped;
  if (f_past) begin
    if (e_g_reg) assert (!f_dropped);
    if (piece_valid && !piece_null) begin
      if (!piece_sdev && !piece_fill && !piece_sstr) assert (f_src_ok && piece_src == f_src);
      if (!piece_ddev && !piece_dstr && !piece_sum) assert (f_dst_ok && piece_dst == f_dst);
    end
    if (e_g_reg && !piece_null) begin
      if (!piece_sdev && !piece_fill && !piece_sstr) assert (f_src_ok && piece_src == f_src);
      if (!piece_ddev && !piece_dstr && !piece_sum) assert (f_dst_ok && piece_dst == f_dst);
    end
    if ($past(f_past) && piece_valid && !$past(d_v_reg)) assert ($past(start) && !f_dropped);
  end
  cover (f_past && $past(prepared && e_g_reg) && piece_valid && !piece_null);
  cover (f_past && piece_valid && piece_null && piece_err == 4'd7);
end
