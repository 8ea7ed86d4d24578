// What goes out keeps the AXI rules whatever comes in, was translated without refusal, and had room; it stands still until it is taken.
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start

// A legal command, in its page: {address in the page, beats - 1, {size, burst, cache, qos}}.
function f_good(input [11:0] a, input [3:0] n, input [B_W-1:0] x);
  reg [12:0] first, span;
  begin
    first = {1'b0, a >> x[12:10] << x[12:10]};
    span = ({9'd0, n} + 13'd1) << x[12:10];
    f_good = x[12:10] <= SIZE[2:0] && x[9:8] != 2'd3 && (x[9:8] != INCR || first + span <= 13'd4096) &&
        (x[9:8] != WRAP || n == 4'd1 || n == 4'd3 || n == 4'd7 || n == 4'd15);
  end
endfunction

// the queue gives out what was stored (proof "fifo")
wire [11:0] f_w_low = waits_data[B_W+4+:12];
wire [3:0] f_w_beats = waits_data[B_W+:4];
always @* if (waits_valid) assume (f_good(f_w_low, f_w_beats, waits_data[B_W-1:0]));

wire [12:0] f_end = {1'b0, addr_reg[11:0] >> attr_reg[12:10] << attr_reg[12:10]} + (({9'd0, most_reg} + 13'd1) << attr_reg[12:10]);
reg f_go = 1'b0, f_held = 1'b1;
reg [AW-1:0] f_a2;
reg [DEV_ID_WIDTH-1:0] f_i2;
reg [AW-13:0] f_page;
reg [2:0] f_master;
always @(posedge aclk) begin
  f_go <= go_valid && aresetn;
  {f_a2, f_i2} <= {addr_reg, id_reg};
  {f_page, f_master, f_held} <= {look_page, look_master, look_hold};
  if (f_past) begin
    // nothing sets out without room, while none may, or beside a write of the table
    if (go_valid) assert (room > go_beats && !closed && !rec_full && {4'd0, go_beats} <= left_reg);
    // the look-up that a part relies on was made in the cycle before, for it, and not beside a write
    if (busy_reg && fresh_reg) assert (!f_held && f_page == addr_reg[AW-1:12] && f_master == id_reg[DEV_ID_WIDTH-1-:3] && !step_reg && !late_reg);
    // the burst being cut
    if (busy_reg) begin
      assert (attr_reg[12:10] <= SIZE[2:0] && attr_reg[9:8] != 2'd3);
      if (!step_reg && !late_reg) assert (f_good(addr_reg[11:0], most_reg, attr_reg) || attr_reg[9:8] == WRAP);
      if (attr_reg[9:8] == WRAP) assert (most_reg == 4'd15 && !step_reg && !late_reg && (left_reg == 8'd1 || left_reg == 8'd3 || left_reg == 8'd7 || left_reg == 8'd15));
    end
    if (step_reg) assert (busy_reg && !late_reg && {4'd0, beats_reg} < left_reg);
    if (late_reg) assert (busy_reg);
    // what is in the look-up is what set out
    assert (f_go == v2_reg);
    if (v2_reg) assert (addr2_reg == f_a2 && id2_reg == f_i2 && f_good(addr2_reg[11:0], beats2_reg, attr2_reg));
    if (busy_reg && !step_reg && !late_reg) assert (ends_reg == (attr_reg[9:8] == INCR && f_end == 13'd4096));
    assert ({2'd0, waits_level} + v2_reg <= 7'd14 && (waits_full_reg || waits_level <= 5'd12));
    // isolation: what goes out, now or later, is what the look-up said without refusing it or an earlier part
    if (issue) assert (err == 4'd0 && !(refused_reg && !first2_reg) && now[O_W-1-:AW] == {frame, f_a2[11:0]});
    if (out_valid && !waits_valid) assert (v2_reg && err == 4'd0 && out_addr == {frame, f_a2[11:0]});
    if (rec_valid) assert (rec_refused == !issue && rec_id == f_i2);
    // AXI
    if (out_valid) assert (f_good(out_addr[11:0], out_len[3:0], {out_size, out_burst, out_cache, out_qos}) && out_len < 8'd16);
    if ($past(f_past && out_valid && !out_ready)) begin
      assert (out_valid && $stable(out_addr) && $stable(out_len) && $stable(out_size) && $stable(out_burst));
      assert ($stable(out_cache) && $stable(out_qos));
    end
  end
  cover (f_past && issue && !first2_reg && last2_reg);
  cover (f_past && v2_reg && earlier);
  cover (f_past && waits_level == 5'd2 && out_ready);
  cover (f_past && issue && attr2_reg[9:8] == WRAP);
end
