// AW and W follow the AXI rules; a burst stays in its 4 KiB page; each burst that is announced gets exactly its beats, WLAST on the
// last of them, also in error; a piece that is dropped sends neither AW nor W; no more pieces are open than may be.
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);

// ---- what windlass_read says of a piece (proof "read")
wire [3:0] f_q_log = q_ddev ? {2'd0, q_unit} : OFF_W[3:0];
wire [12:0] f_q_span = ({5'd0, q_beats_m1} + 13'd1) << f_q_log;
wire [12:0] f_q_at = {1'b0, q_dst[11:0]} & ~((13'd1 << f_q_log) - 13'd1);
always @*
  if (rec_valid && !rec_token && !q_dstr) begin
    assume (!q_ddev || (q_unit <= OFF_W && (q_dst[11:0] & ((12'd1 << q_unit) - 12'd1)) == 12'd0));
    assume (q_ddev && !q_incr ? q_beats_m1 <= 8'd15 : f_q_at + f_q_span <= 13'd4096);
  end
reg f_waits = 1'b0;  // a record stays until it is taken
always @(posedge aclk) begin
  f_waits <= rec_valid && !rec_take;
  if (f_waits) assume (rec_valid && $stable(rec_token) && $stable(rec_data));
end

// ---- the piece in N
wire [7:0] n_beat_reg = n_beats_m1_reg - n_left_reg;
wire [3:0] f_n_log = n_ddev_reg ? {2'd0, n_unit_reg} : OFF_W[3:0];
wire [12:0] f_n_span = ({5'd0, n_beats_m1_reg} + 13'd1) << f_n_log;
wire [12:0] f_n_at = {1'b0, n_dst_reg[11:0]} & ~((13'd1 << f_n_log) - 13'd1);
always @(posedge aclk)
  if (f_past && n_valid_reg) begin
    assert (n_last_reg == (n_token_reg || n_beat_reg == n_beats_m1_reg));
    assert ((!n_begun_reg) == (n_beat_reg == 8'd0));
    assert (n_token_reg ? (!n_begun_reg) : n_beat_reg <= n_beats_m1_reg);
    if ((!n_begun_reg) && !n_token_reg && !n_dstr_reg) begin
      if (n_ddev_reg) assert (n_unit_reg <= OFF_W && (n_dst_reg[11:0] & ((12'd1 << n_unit_reg) - 12'd1)) == 12'd0);
      if (n_ddev_reg && !n_incr_reg) assert (n_beats_m1_reg <= 8'd15);
      else assert (f_n_at + f_n_span <= 13'd4096);
    end
  end

// ---- a piece that is summed up (CRC) does not go to the bus, so the sum's wait is not W's
always @(posedge aclk)
  if (f_past && CRC != 0) begin
    if (n_valid_reg && n_sum_reg) assert (n_dstr_reg);
    if (x_valid_reg && x_sum_reg) assert (x_dstr_reg);
    if (sum_valid) assert (!m_axi_wvalid && w_valid_reg && w_dstr_reg && w_sum_reg);
  end

// ---- each beat on its way knows its number in its burst
reg [7:0] f_x_beat, f_x_len, f_w_beat, f_w_len;
reg f_x_first, f_w_first;
always @(posedge aclk)
  if (adv) begin
    f_x_beat <= n_beat_reg;
    f_x_len  <= n_token_reg ? 8'd0 : n_beats_m1_reg;
    f_w_beat <= f_x_beat;
    f_w_len  <= f_x_len;
  end
// what the next beat must be, at N, at X and at W
reg [7:0] f_next = 8'd0;  // number of the next beat on the bus
reg f_burst_reg;  // the piece in N that has begun is on the bus
reg f_drop_x, f_drop_w;
always @(posedge aclk) begin
  if (begins) f_burst_reg <= !drop && !n_dstr_reg;
  if (aresetn && m_axi_wvalid && m_axi_wready) f_next <= m_axi_wlast ? 8'd0 : f_next + 8'd1;
  if (f_past) begin
    if (n_valid_reg && n_begun_reg) assert (f_burst_reg == (!g_drop_reg && !n_dstr_reg) && !n_token_reg);
    if (x_valid_reg) assert (x_last_reg == (f_x_beat == f_x_len) && f_x_beat <= f_x_len);
    if (m_axi_wvalid) begin
      assert (w_valid_reg && m_axi_wlast == (f_w_beat == f_w_len) && f_w_beat <= f_w_len);
      assert (f_w_beat == f_next);
    end else if (x_valid_reg && !x_drop_reg && !x_dstr_reg) assert (f_x_beat == f_next);
    // beats of one burst follow each other without a gap in number, and with the same decision
    if (m_axi_wvalid && x_valid_reg && !x_drop_reg && !x_dstr_reg) assert (f_x_beat == (m_axi_wlast ? 8'd0 : f_w_beat + 8'd1));
    if (m_axi_wvalid && !m_axi_wlast) begin
      if (x_valid_reg) assert (!x_drop_reg && !x_dstr_reg && f_x_len == f_w_len);
      else assert (n_valid_reg && n_begun_reg && f_burst_reg && n_beat_reg == f_w_beat + 8'd1 && n_beats_m1_reg == f_w_len);
    end
    if (n_valid_reg && n_begun_reg && !x_valid_reg && m_axi_wvalid) assert (f_burst_reg && !m_axi_wlast);
    if (n_valid_reg && n_begun_reg && x_valid_reg) assert (!x_last_reg);
    if (x_valid_reg && !x_last_reg)
      assert (n_valid_reg && n_begun_reg && n_beat_reg == f_x_beat + 8'd1 && n_beats_m1_reg == f_x_len && f_burst_reg == (!x_drop_reg && !x_dstr_reg));
    if (n_valid_reg && n_begun_reg && f_burst_reg && !x_valid_reg && !m_axi_wvalid) assert (n_beat_reg == f_next);
    if (n_valid_reg && (!n_begun_reg) && !x_valid_reg && !m_axi_wvalid) assert (f_next == 8'd0);
    if (n_valid_reg && n_begun_reg && !f_burst_reg && !x_valid_reg && !m_axi_wvalid) assert (f_next == 8'd0);
    if (!n_valid_reg && !x_valid_reg && !m_axi_wvalid) assert (f_next == 8'd0);
    if (x_valid_reg && (x_drop_reg || x_dstr_reg) && !m_axi_wvalid) assert (f_next == 8'd0);
    if (x_valid_reg && !x_drop_reg && !x_dstr_reg && f_x_beat == 8'd0 && !m_axi_wvalid) assert (f_next == 8'd0);
  end
end

// ---- AXI
wire [12:0] f_aw_span = ({5'd0, m_axi_awlen} + 13'd1) << m_axi_awsize;
always @(posedge aclk)
  if (f_past) begin
    if ($past(f_past && m_axi_awvalid && !m_axi_awready)) begin
      assert (m_axi_awvalid);
      assert ($stable(m_axi_awaddr) && $stable(m_axi_awlen) && $stable(m_axi_awsize) && $stable(m_axi_awburst) && $stable(m_axi_awcache));
    end
    if (m_axi_awvalid) begin
      assert (m_axi_awsize <= OFF_W && (m_axi_awaddr[11:0] & ((12'd1 << m_axi_awsize) - 12'd1)) == 12'd0);
      assert (m_axi_awburst == 2'b01 || (m_axi_awburst == 2'b00 && m_axi_awlen <= 8'd15));
      if (m_axi_awburst == 2'b01) assert ({1'b0, m_axi_awaddr[11:0]} + f_aw_span <= 13'd4096);
    end
    if ($past(f_past && m_axi_wvalid && !m_axi_wready)) assert (m_axi_wvalid && $stable(m_axi_wdata) && $stable(m_axi_wstrb) && $stable(m_axi_wlast));
    // a burst is announced when, and only when, its beats will come
    if ($past(f_past && begins)) assert ($past(drop || n_dstr_reg) || m_axi_awvalid && m_axi_awlen == $past(n_beats_m1_reg));
  end

// ---- pieces that have begun and are not reported
reg [6:0] f_open = 0;
always @* if (f_open == 0) assume (!piece_back);
always @(posedge aclk) begin
  if (aresetn) f_open <= f_open + begins - piece_back;
  if (f_past) assert (f_open <= OUTSTANDING && slots_reg + backed_reg - begun_reg == OUTSTANDING - f_open && track_fits_reg == (f_open < OUTSTANDING));
  cover (f_past && f_open == OUTSTANDING && piece_back);
  cover (f_past && m_axi_wvalid && m_axi_wlast && f_w_len == 8'd3 && m_axi_wready && m_axi_wstrb == 0);
  cover (f_past && m_axi_awvalid && m_axi_awburst == 2'b00 && m_axi_awlen == 8'd3);
end

// ---- a beat waits for nothing but its row, its piece's place and the bus
always @* assume (rows_landed <= 2'd2 && (landed_reg < (1 << PTR_W) || rows_landed == 2'd0));  // the buffer has no more
wire [PTR_W:0] f_rows = landed_reg - row_back;
always @(posedge aclk)
  if (f_past) begin
    assert (landed_reg >= row_back && landed_reg <= (1 << PTR_W) + 1);
    assert (many_reg == (landed_reg >= 4));
    assert (here_reg == (n_valid_reg && (n_token_reg || f_rows != 0)));
  end
