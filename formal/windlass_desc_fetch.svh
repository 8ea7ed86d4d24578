// Each burst of descriptors goes where the map said, without an error, for a look-up of its own page by its own channel, and no entry behind
// that look-up has been written since; it keeps the AXI rules, covers exactly its descriptors and crosses no multiple of 256 bytes; for each there
// is one record for what comes back.
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start

// ---- what is given; which registers software writes, and when, is left open
always @* begin
  assume (cw_ch < CHANNELS && start_ch < CHANNELS && link_ch < CHANNELS && freed_ch < CHANNELS);
  if (x_done) assume (x_valid && x_paddr[11:0] == x_addr[11:0]);  // proof "map"
end

// ---- the last look-up that was answered without an error, and since whose beginning nobody wrote its entry, nor one whose number ends alike
wire [51:0] f_x_page = {{64 - AW{1'b0}}, x_addr[AW-1:12]};
wire f_x_hit = tw_valid && tw_index == f_x_page[3:0];
reg f_dirty = 1'b0, f_ok = 1'b0, f_ok1 = 1'b0;
reg [AW-13:0] f_page, f_frame, f_page1, f_frame1;
reg [CH_W-1:0] f_ch, f_ch1;
wire [51:0] f_page52 = {{64 - AW{1'b0}}, f_page};
reg f_free = 1'b1;  // the address channel was free: an address there is a new one
always @(posedge aclk) begin
  f_dirty <= aresetn && x_valid && !x_done && (f_dirty || f_x_hit);
  if (aresetn && x_valid && x_done && x_err == 4'd0 && !f_dirty && !f_x_hit) begin
    f_ok <= 1'b1;
    {f_page, f_frame, f_ch} <= {x_addr[AW-1:12], x_paddr[AW-1:12], x_ch};
  end else if (tw_valid && tw_index == f_page52[3:0]) f_ok <= 1'b0;
  {f_ok1, f_page1, f_frame1, f_ch1} <= {f_ok, f_page, f_frame, f_ch};
  f_free <= !m_axi_desc_arvalid || m_axi_desc_arready;
end

// ---- the record of a burst
wire [AW-1:0] f_b_addr = x_addr;  // the record has its place within 256 bytes
wire [3:0] f_b_n = burst_data[7+:4];  // descriptors - 1
wire [CH_W-1:0] f_b_ch = burst_data[11+:CH_W];
wire f_b_wide = burst_data[11+CH_W+6];
wire [9:0] f_b_bytes = ({6'd0, f_b_n} + 10'd1) << (f_b_wide ? 5 : 4);
wire [9:0] f_ar_bytes = ({2'd0, m_axi_desc_arlen} + 10'd1) << OFF_W;
wire [9:0] f_ar_span = {2'd0, m_axi_desc_araddr[7:0]} + f_ar_bytes;

// ---- the slot
wire [4:0] f_to_256 = s_wide ? (5'd16 - {1'b0, unit[3:0]}) >> 1 : 5'd16 - {1'b0, unit[3:0]};
wire [4:0] f_most = s_wide ? MOST_WIDE : MOST;
wire [4:0] f_room = f_to_256 > f_most ? f_most : f_to_256;  // descriptors of a burst from here
wire f_loaded = !state_reg[LOAD] && (s_valid_reg || (!state_reg[PARK] && !state_reg[REFUSE]));
always @(posedge aclk)
  if (f_past) begin
    assert (ch_reg < CHANNELS && arm_ch < CHANNELS && pick < CHANNELS);
    assert (state_reg != 0 && (state_reg & (state_reg - 8'd1)) == 0);
    if (f_loaded || state_reg[LOAD] && loaded_reg) assert (!(s_wide && unit[0]));
    if (state_reg[GO] || state_reg[LOOK] && !x_quiet) assert (s_run_reg);
    // the size of the next burst
    if (stepped_reg) assert (state_reg[PARK]);
    if (moved_reg) assert (stepped_reg);
    if (state_reg[NEED]) assert (n <= f_room);
    if (s_sized_reg && !state_reg[LOAD] && !state_reg[SIZE] && !state_reg[NEED] || state_reg[GO] || state_reg[ADVANCE] || state_reg[LOOK] && !x_quiet)
      assert (n_reg >= 5'd1 && n_reg <= f_room);
    if (state_reg[PARK] && (hot_start_reg || hot_bell_reg)) assert (s_valid_reg && s_sized_reg && s_known_reg && !x_valid && !m_axi_desc_arvalid);
    // its translation
    assert (stale_reg == f_dirty);
    if (state_reg[LOOK]) assert (x_valid);
    if (x_valid) assert (!s_known_reg && (state_reg[SIZE] || state_reg[NEED] || state_reg[LOOK]));
    if (s_known_reg && !state_reg[LOAD] && !stepped_reg) assert (f_ok && f_page == x_addr[AW-1:12] && f_frame == s_frame_reg && f_ch == ch_reg);

    // a new address: translated for this channel, and not written to since
    if (m_axi_desc_arvalid && f_free) begin
      assert (f_ok1 && m_axi_desc_araddr[AW-1:12] == f_frame1);
      assert (burst_valid && !burst_data[0] && fetch_issue && f_b_ch == f_ch1 && f_b_addr[AW-1:12] == f_page1);
      assert (m_axi_desc_araddr[11:0] == (f_b_addr[11:0] & ~(W - 1)));
      assert (burst_data[6:3] == f_b_addr[7:4] && f_b_addr[7:0] + f_b_bytes <= 10'd256);
      assert (m_axi_desc_arlen == (f_b_addr[OFF_W-1:0] + f_b_bytes - 10'd1 >> OFF_W));
    end
    if (burst_valid && !burst_data[0]) assert (m_axi_desc_arvalid && f_free);
    assert (fetch_issue == (burst_valid && !burst_data[0]));
    // AXI
    if (m_axi_desc_arvalid) assert (f_ar_span <= 10'd256 && (m_axi_desc_araddr & (W - 1)) == 0 && m_axi_desc_arsize == OFF_W && m_axi_desc_arburst == 2'b01);
    if ($past(f_past && m_axi_desc_arvalid && !m_axi_desc_arready)) assert (m_axi_desc_arvalid && $stable(m_axi_desc_araddr) && $stable(m_axi_desc_arlen));
  end
always @(posedge aclk) begin
  cover (f_past && m_axi_desc_arvalid && f_free && f_b_ch == 1 && f_b_n == MOST_WIDE - 1 && f_b_n != 4'd0 && f_b_wide);
  cover (f_past && $past(hot_start_reg) && m_axi_desc_arvalid && f_free && f_ar_span == 10'd256);
  cover (f_past && $past(hot_bell_reg) && m_axi_desc_arvalid && f_free);
  cover (f_past && state_reg[LOOK] && x_done && stale_reg && x_err == 4'd0);
  cover (f_past && burst_valid && burst_data[0]);
end
