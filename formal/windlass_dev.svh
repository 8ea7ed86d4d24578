// Reservations of `s_axi_dev`: places are taken before a part sets out, never more than there are, and all of them come back; a part that has
// set out waits for memory only, never for a bus master. (Which parts set out: proof "dev_address".)
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start

// ---- reads: beats of the records that wait, of those that were not refused, beats that memory owes, words in the buffer
localparam F_W = R_W + 2;
reg [F_W-1:0] f_r_all = 0, f_r_good = 0, f_r_owed = 0, f_r_words = 0;
wire [F_W-1:0] f_r_new = r_rec_valid ? r_rec_beats + 1 : 0;
wire [F_W-1:0] f_h_beats = h_valid ? h_beats + 1 : 0;
wire f_r_pop = r_take && h_end;
// ---- writes: beats of the jobs that wait, words in the buffer
reg [F_W-1:0] f_w_all = 0, f_w_words = 0;
wire [F_W-1:0] f_w_new = w_rec_valid ? w_rec_beats + 1 : 0;
wire [F_W-1:0] f_j_beats = j_valid ? j_beats + 1 : 0;
wire f_w_pop = w_pop && j_end;
// ---- responses: records that were not refused, responses that memory owes
reg [6:0] f_b_good = 0, f_b_owed = 0;
wire f_b_pop = k_done && !k_refused;

always @(posedge aclk) begin
  if (aresetn) begin
    f_r_all   <= f_r_all + f_r_new - (f_r_pop ? f_h_beats : 0);
    f_r_good  <= f_r_good + (r_rec_refused ? 0 : f_r_new) - (f_r_pop && !h_refused ? f_h_beats : 0);
    f_r_owed  <= f_r_owed + (r_rec_refused ? 0 : f_r_new) - m_axi_rvalid;
    f_r_words <= f_r_words + m_axi_rvalid - (r_take && !h_refused);
    f_w_all   <= f_w_all + f_w_new - (f_w_pop ? f_j_beats : 0);
    f_w_words <= f_w_words + w_take - w_pop;
    f_b_good  <= f_b_good + (w_rec_valid && !w_rec_refused) - f_b_pop;
    f_b_owed  <= f_b_owed + (w_rec_valid && !w_rec_refused) - m_axi_bvalid;
  end else begin
    {f_r_all, f_r_good, f_r_owed, f_r_words, f_w_all, f_w_words} <= 0;
    {f_b_good, f_b_owed} <= 14'd0;
  end
end

// ---- a queue gives out what was stored (proofs "fifo", "dev_buffer"), so the sums are those of what is inside
always @* begin
  assume (f_r_all >= f_h_beats && f_r_good <= f_r_all && (h_refused || f_r_good >= f_h_beats) && (!h_refused || f_r_all - f_h_beats >= f_r_good));
  if (!h_valid) assume (f_r_all == 0);
  assume (f_w_all >= f_j_beats);
  if (!j_valid) assume (f_w_all == 0);
  assume (f_b_good <= b_level && (!k_valid || k_refused || f_b_good >= 1) && (!k_valid || !k_refused || f_b_good < b_level));
  if (d_valid) assume (f_r_words != 0);
  if (q_valid) assume (f_w_words != 0);
end
// ---- AXI: memory answers what it was asked for
always @* begin
  if (f_r_owed == 0) assume (!m_axi_rvalid);
  if (f_b_owed == 0) assume (!m_axi_bvalid);
end

reg f_r_went = 1'b0, f_w_went = 1'b0;
reg [3:0] f_r_beats, f_w_beats;
always @(posedge aclk) begin
  {f_r_went, f_r_beats} <= {r_go && aresetn, r_go_beats};
  {f_w_went, f_w_beats} <= {w_go && aresetn, w_go_beats};
  if (f_past) begin
    // a record follows each part that sets out
    assert (r_rec_valid == f_r_went && w_rec_valid == f_w_went);
    if (f_r_went) assert (r_rec_beats == f_r_beats);
    if (f_w_went) assert (w_rec_beats == f_w_beats);
    // places for records
    assert (r_level + r_rec_valid <= 30 && (r_full_reg || r_level <= 28));
    assert (w_level + w_rec_valid <= 30 && b_level + w_rec_valid <= 30 && (w_full_reg || (w_level <= 28 && b_level <= 28)));

    // reads: what is promised and what is free are all there is; so the words that come have a place, and when nothing is under way all is free
    if (h_valid) assert (r_beat_reg <= h_beats);
    else assert (r_beat_reg == 4'd0);
    assert (free_reg <= ALL && free_reg + back_reg + (f_r_all - r_beat_reg) + f_r_new == ALL);
    assert (f_r_words + f_r_owed == f_r_good - (h_refused ? 4'd0 : r_beat_reg));
    assert (f_r_owed <= f_r_good && f_r_words <= f_r_good && f_r_all - r_beat_reg <= ALL);
    if (m_axi_rvalid) assert (f_r_words < ALL);
    if (!h_valid && !r_rec_valid) assert (f_r_words == 0 && f_r_owed == 0 && free_reg + back_reg == ALL);
    if (h_valid && !h_refused && f_r_owed == 0) assert (f_r_words != 0);  // what is not there memory owes

    // writes: each job's words are in the buffer before it is there, so W never waits for a bus master
    if (j_valid) assert (w_beat_reg <= j_beats);
    else assert (w_beat_reg == 4'd0);
    assert (kept_reg <= ALL && have_reg <= kept_reg && f_w_all - w_beat_reg <= ALL && kept_reg == f_w_words && kept_reg == have_reg + (f_w_all - w_beat_reg) + f_w_new);
    if (w_take) assert (f_w_words < ALL);
    if (j_valid) assert (f_w_words != 0);
    if (!j_valid && !w_rec_valid) assert (have_reg == kept_reg);

    // responses
    assert (a_level + f_b_owed == f_b_good && a_level <= 32 && f_b_owed <= f_b_good);
    if (m_axi_bvalid) assert (a_level < 32);
    if (k_valid && !k_refused && f_b_owed == 0) assert (a_valid);
    assert (m_axi_rready && m_axi_bready);
  end
  cover (f_past && free_reg == 0 && f_r_words > 2 && m_axi_rvalid);
  cover (f_past && f_r_pop && h_refused && f_r_words != 0 && free_reg != ALL);
  cover (f_past && f_w_pop && j_refused && j_beats == 4'd2);
  cover (f_past && s_axi_dev_bvalid && !a_valid && m_axi_bvalid && s_axi_dev_bready);
end
