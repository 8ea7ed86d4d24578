// One entry, chosen by the solver, comes out as it went in and in its turn.
(* anyconst *) reg [DEPTH_LOG:0] f_slot;
(* anyconst *) reg [WIDTH-1:0] f_value;
reg f_past = 1'b0;
reg f_stored = 1'b0;
reg [DEPTH_LOG:0] f_in = 0, f_out = 0;  // entries stored and taken, modulo
wire [DEPTH_LOG:0] f_ahead = OUT_REG != 0 && out_valid ? 1 : 0;  // in flip-flops, before what is in the RAM
wire [DEPTH_LOG:0] f_at = out_reg + (f_slot - f_out - f_ahead);  // its place in the RAM
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @(posedge aclk) begin
  if (aresetn && f_past) begin
    if (level[DEPTH_LOG] || (ROOMY != 0 && &level[DEPTH_LOG-1:0] && !(out_valid && out_ready))) assume (!in_valid);
    assert (level <= (1 << DEPTH_LOG) - ROOMY);
    assert (level == f_in - f_out && level == in_reg - out_reg + f_ahead);
    assert ((OUT_REG == 2 ? !out_valid || level != 0 : out_valid == (level != 0)) && some_reg == (in_reg != out_reg));
    assert (last_reg == (in_reg == out_reg + 1'b1));
    if (OUT_REG == 1 && !out_valid && $past(f_past && aresetn)) assert (out_data == $past(in_data));  // windlass_desc: of no burst it says no
  end
  if (!aresetn) begin
    f_stored <= 1'b0;
    f_in <= 0;
    f_out <= 0;
  end else begin
    if (in_valid) f_in <= f_in + 1'b1;
    if (out_valid && out_ready) f_out <= f_out + 1'b1;
    if (in_valid && f_in == f_slot) f_stored <= in_data == f_value;
    else if (out_valid && out_ready && f_out == f_slot) f_stored <= 1'b0;
    if (f_stored) begin
      assert (f_slot - f_out < level);
      if (f_slot - f_out >= f_ahead) assert (mem[f_at[DEPTH_LOG-1:0]] == f_value);
      if (f_out == f_slot && (OUT_REG != 2 || out_valid)) assert (out_valid && out_data == f_value);
      if (OUT_REG == 2 && $past(aresetn && level != 0 && !out_valid)) assert (out_valid);
    end
    cover (f_stored && f_out == f_slot && out_ready && (ROOMY != 0 ? &level[DEPTH_LOG-1:0] : level[DEPTH_LOG]));
  end
end
