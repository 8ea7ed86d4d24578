// One entry, chosen by the solver, comes out as it went in and in its turn.
(* anyconst *) reg [DEPTH_LOG:0] f_slot;
(* anyconst *) reg [WIDTH-1:0] f_value;
reg f_past = 1'b0;
reg f_stored = 1'b0;  // it is inside
reg [DEPTH_LOG:0] f_out = 0;  // entries taken, modulo
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
wire [DEPTH_LOG:0] f_in_ram = in_reg - read_reg;
wire [DEPTH_LOG:0] f_ahead = {{DEPTH_LOG{1'b0}}, ram_valid_reg} + {{DEPTH_LOG{1'b0}}, out_valid};  // read, not taken
reg [2:0] f_slow = 3'd0;  // cycles in which something was inside and nothing at the output
always @(posedge aclk) f_slow <= aresetn && level != 0 && !out_valid ? f_slow + 3'd1 : 3'd0;
always @(posedge aclk) begin
  if (level[DEPTH_LOG]) assume (!in_valid);
  if (!aresetn) begin
    f_stored <= 1'b0;
    f_out <= 0;
  end else begin
    if (out_valid && out_ready) f_out <= f_out + 1'b1;
    if (in_valid && in_reg == f_slot) f_stored <= in_data == f_value;
    else if (out_valid && out_ready && f_out == f_slot) f_stored <= 1'b0;
  end
  if (f_past) begin
    assert (level <= (1 << DEPTH_LOG));
    assert (level == in_reg - f_out);
    assert (read_reg == f_out + f_ahead);
    assert (level == f_in_ram + f_ahead && level >= f_ahead);
    if (f_stored) begin
      assert (f_slot - f_out < level);
      if (f_slot - f_out >= f_ahead) assert (mem[f_slot[DEPTH_LOG-1:0]] == f_value);
      else if (f_slot == f_out && out_valid) assert (out_data == f_value);
      else assert (ram_reg == f_value && ram_valid_reg);
      if (out_valid && f_out == f_slot) assert (out_data == f_value);
    end
    if ($past(f_past && aresetn && !(out_valid && out_ready))) assert (out_valid == $past(out_soon));
    // what is inside is at the output soon
    if (!out_valid) assert (f_slow <= (ram_valid_reg ? 3'd2 : 3'd1) && (level == 0 || ram_valid_reg || in_reg != read_reg));
    else assert (f_slow <= 3'd3);
    cover (f_stored && out_valid && f_out == f_slot && out_ready && level == (1 << DEPTH_LOG));
  end
end
