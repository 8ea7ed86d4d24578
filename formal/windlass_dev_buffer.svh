// One word, chosen by the solver, comes out as it went in and in its turn, whichever way it takes; what is inside is at the output soon.
// The two queues are taken for what their proofs say ("fifo", "queue_full_rate").
(* anyconst *) reg [DEPTH_LOG+1:0] f_slot;
(* anyconst *) reg [WIDTH-1:0] f_value;
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start

reg [DEPTH_LOG+1:0] f_in = 0, f_out = 0;  // words stored, words taken
reg [DEPTH_LOG+1:0] f_far_in = 0, f_far_out = 0, f_near_in = 0;  // likewise of the two queues
reg f_in_far = 1'b0, f_in_near = 1'b0;  // where it is
reg [DEPTH_LOG+1:0] f_far_at, f_near_at;  // its number there
wire [DEPTH_LOG+1:0] f_words = f_in - f_out;
wire f_far_put = in_valid && !straight, f_far_take = far_valid && near_free;
wire f_near_put = straight || f_far_take;
wire f_mine = in_valid && f_in == f_slot && in_data == f_value;
wire f_moves = f_in_far && f_far_take && f_far_out == f_far_at;
always @* begin
  if (f_words == (1 << DEPTH_LOG)) assume (!in_valid);  // never more than the depth: proof "dev"
  // the long way's queue: its entry, in its turn; it is at the output within three cycles
  if (f_in_far && far_valid && f_far_out == f_far_at) assume (far_data == f_value);
  if (far_level == 0) assume (!far_valid);
  // the short queue likewise
  if (f_in_near && f_out == f_near_at) assume (out_data == f_value);
end
reg [2:0] f_slow = 3'd0;  // cycles in which the long way's queue held something and showed nothing
always @* if (f_slow == 3'd3) assume (far_valid || far_level == 0);
reg [2:0] f_late = 3'd0;  // cycles in which a word was inside and none at the output
always @(posedge aclk) begin
  if (aresetn) begin
    f_in <= f_in + in_valid;
    f_out <= f_out + (out_valid && out_ready);
    f_far_in <= f_far_in + f_far_put;
    f_far_out <= f_far_out + f_far_take;
    f_near_in <= f_near_in + f_near_put;
    if (f_mine) {f_in_far, f_in_near, f_far_at, f_near_at} <= {!straight, straight, f_far_in, f_near_in};
    else if (f_moves) {f_in_far, f_in_near, f_near_at} <= {2'b01, f_near_in};
    else if (f_in_near && out_valid && out_ready && f_out == f_near_at) f_in_near <= 1'b0;
    f_slow <= far_level != 0 && !far_valid ? f_slow + 3'd1 : 3'd0;
    f_late <= f_words != 0 && !out_valid ? f_late + 3'd1 : 3'd0;
  end
  if (f_past) begin
    // the counts
    assert (near_level == f_near_in - f_out && far_level == f_far_in - f_far_out && near_level <= (1 << NEAR_LOG) && far_level <= (1 << DEPTH_LOG));
    assert (f_words == near_level + far_level && f_words <= (1 << DEPTH_LOG) && out_valid == (near_level != 0));
    if (f_far_put) assert (far_level < (1 << DEPTH_LOG));
    assert (!(straight && f_far_take));  // never two at once
    // it stands where as many are before it as came before it
    assert (!(f_in_far && f_in_near));
    if (f_in_far) assert (f_slot - f_out == near_level + (f_far_at - f_far_out) && f_far_at - f_far_out < far_level);
    if (f_in_near) assert (f_slot - f_out == f_near_at - f_out && f_near_at - f_out < near_level);
    // so it comes out in its turn
    if (f_in_near && f_out == f_slot) assert (out_valid && out_data == f_value);
    if (f_in_far) assert (f_slot != f_out || !out_valid);
    // and soon
    assert (f_slow <= 3'd3 && f_late <= 3'd4 && (out_valid || f_late <= f_slow));
  end
  cover (f_past && f_moves && f_words == (1 << DEPTH_LOG) - 1);  // a full one moves nothing: its short queue is full
  cover (f_past && far_valid && f_words == (1 << DEPTH_LOG));
  cover (f_past && f_in_near && f_out == f_slot && out_ready && far_level != 0);
  cover (f_past && f_slow == 3'd2);
end
