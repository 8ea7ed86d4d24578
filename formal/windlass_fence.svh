// When `drained` comes up again after a mark, everything that had begun by the mark has ended. The counters are shift registers,
// so what they say is put in relation to plain counts: `begun` is `ended` moved on by as many as are under way.
localparam F_MOST = 6;  // most under way at a time
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);

function [SEQ_W-1:0] f_step(input [SEQ_W-1:0] x, input [3:0] n);
  integer i;
  begin
    f_step = x;
    for (i = 0; i < F_MOST; i = i + 1) if (i < n) f_step = {f_step[SEQ_W-2:0], ~(f_step[SEQ_W-1] ^ f_step[TAP])};
  end
endfunction

reg [3:0] f_open = 0;  // begun and not ended
reg [3:0] f_owed = 0;  // of these, begun by the mark
reg f_marked = 1'b0;
always @* begin
  if (f_open == 0) assume (!finish);
  if (f_open == F_MOST) assume (!issue);
  if (wait_reg) assume (!mark);  // the map marks once, then waits
end
always @(posedge aclk) begin
  if (aresetn) begin
    f_open <= f_open + issue - finish;
    if (mark) begin
      f_owed   <= f_open - finish;
      f_marked <= 1'b1;
    end else if (finish && f_owed != 0) f_owed <= f_owed - 1'b1;
    if (!mark && f_past && drained) f_marked <= 1'b0;
  end
  if (f_past) begin
    assert (f_open <= F_MOST && f_owed <= f_open);
    assert (!(&begun_reg) && !(&ended_reg) && begun_reg == f_step(ended_reg, f_open));
    if (wait_reg) assert (mark_reg == f_step(ended_reg, f_owed));
    if ($past(wait_reg) && drained) assert ($past(f_owed) == 0 && f_owed == 0);
    if (!wait_reg) assert (f_owed == 0);
  end
  cover (f_past && $past(wait_reg) && drained && f_open == F_MOST);
end
