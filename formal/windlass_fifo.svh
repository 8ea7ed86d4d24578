// One entry, chosen by the solver, comes out as it went in and in its turn.
(* anyconst *) reg [DEPTH_LOG:0] f_slot;
(* anyconst *) reg [WIDTH-1:0] f_value;
reg f_past = 1'b0;
reg f_stored = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @(posedge aclk) begin
  if (aresetn && f_past) begin
    if (level[DEPTH_LOG]) assume (!in_valid);
    assert (level <= (1 << DEPTH_LOG));
  end
  if (!aresetn) f_stored <= 1'b0;
  else begin
    if (in_valid && in_reg == f_slot) f_stored <= in_data == f_value;
    else if (out_valid && out_ready && out_reg == f_slot) f_stored <= 1'b0;
    if (f_stored) begin
      assert (f_slot - out_reg < level);
      assert (mem[f_slot[DEPTH_LOG-1:0]] == f_value);
      if (out_reg == f_slot) assert (out_valid && out_data == f_value);
    end
    cover (f_stored && out_reg == f_slot && out_ready && level[DEPTH_LOG]);
  end
end
