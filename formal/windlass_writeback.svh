// AW and W follow the AXI rules and stay in their page; the address is the one that the map gave, without an error, for this request's own
// look-up; exactly the 8 bytes of the request are written, WLAST on the last beat; a request is answered once, in order, and unless it
// was refused only with its write's response.
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start

// ---- what is given: the two words of a descriptor, or the value of a FENCE, are 8 bytes in their place (manual, section 6)
always @* if (wb_valid) assume (wb_addr[2:0] == 3'd0);
always @* if (wx_done) assume (wx_valid);
always @* if (wx_done && x_err == 4'd0) assume (x_paddr[11:0] == wx_addr[11:0]);  // proof "map"

// ---- the request, its look-up, its write
reg f_busy = 1'b0;  // taken, and not yet sent or refused
reg f_there = 1'b0;  // translated without an error
reg [CH_W-1:0] f_ch;
reg [AW-1:0] f_addr, f_paddr;
reg [63:0] f_words;
reg f_aw = 1'b0;  // its address has been taken
reg [1:0] f_beats = 2'd0;  // beats of its data that have been taken
localparam [1:0] F_BEATS = W == 4 ? 2'd2 : 2'd1;
wire f_aw_take = m_axi_desc_awvalid && m_axi_desc_awready, f_w_take = m_axi_desc_wvalid && m_axi_desc_wready;
wire f_aw_new = f_aw || f_aw_take;
wire [1:0] f_beats_new = f_beats + f_w_take;
wire f_sent = f_there && f_aw_new && f_beats_new == F_BEATS;  // the write is complete with this cycle
// ---- responses: memory owes one for each complete write
reg [3:0] f_owed = 4'd0;
always @* if (f_owed == 4'd0) assume (!m_axi_desc_bvalid);
wire f_b = m_axi_desc_bvalid && m_axi_desc_bready;
// ---- requests that were not refused and have no answer
reg [3:0] f_open = 4'd0;
wire f_in = wx_done && x_err == 4'd0, f_out = wb_done && wb_err != 4'd11;
always @(posedge aclk) begin
  if (aresetn && wb_valid && wb_ready) {f_busy, f_ch, f_addr, f_words} <= {1'b1, wb_ch, wb_addr, wb_word3, wb_word2};
  if (aresetn && wx_done) begin
    f_there <= x_err == 4'd0;
    f_busy  <= x_err == 4'd0;
    f_paddr <= x_paddr;
  end
  if (f_there) begin
    f_aw <= f_aw_new && !f_sent;
    f_beats <= f_sent ? 2'd0 : f_beats_new;
    if (f_sent) {f_there, f_busy} <= 2'b00;
  end
  if (aresetn) begin
    f_owed <= f_owed + (f_there && f_sent) - f_b;
    f_open <= f_open + f_in - f_out;
  end
  if (f_past) begin
    // one at a time, looked up for its channel at its address
    if (wb_valid && wb_ready) assert (!f_busy);
    if (wx_valid) assert (f_busy && !f_there && wx_ch == f_ch && wx_addr == f_addr);
    assert (f_busy == (wx_valid || f_there));
    assert (f_there == (state_reg == SEND && (m_axi_desc_awvalid || m_axi_desc_wvalid)) && f_busy == (f_there || state_reg == LOOK));
    if (state_reg != SEND) assert (!m_axi_desc_awvalid && !m_axi_desc_wvalid && state_reg != 2'd3);
    if (f_busy) assert (words_reg == f_words && wx_addr == f_addr && f_addr[2:0] == 3'd0);
    if (f_there) assert (f_paddr[11:0] == f_addr[11:0] && (W != 4 || half_reg == f_beats[0]));
    // its write: where the map said, the request's bytes, each once
    if (m_axi_desc_awvalid) begin
      assert (f_there && !f_aw && m_axi_desc_awaddr[AW-1:12] == f_paddr[AW-1:12]);
      assert (m_axi_desc_awaddr == (f_paddr & ~(W - 1)) && m_axi_desc_awlen == F_BEATS - 1 && m_axi_desc_awsize == OFF_W && m_axi_desc_awburst == 2'b01);
      assert ({1'b0, m_axi_desc_awaddr[11:0]} + W * F_BEATS <= 13'd4096);
    end
    if (m_axi_desc_wvalid) begin
      assert (f_there && f_beats < F_BEATS && m_axi_desc_wlast == (f_beats == F_BEATS - 1));
      if (W == 4) assert (m_axi_desc_wstrb == 4'hF && m_axi_desc_wdata == (f_beats == 0 ? f_words[31:0] : f_words[63:32]));
      else assert (m_axi_desc_wstrb == ({{W - 1{1'b0}}, 1'b1} << 8) - 1 << (f_paddr[11:0] & (W - 1)) && m_axi_desc_wdata == {W / 8{f_words}});
    end
    if (f_there) assert (m_axi_desc_awvalid == !f_aw && m_axi_desc_wvalid == (f_beats != F_BEATS));
    else assert (!f_aw && f_beats == 2'd0);
    // nothing changes while it waits
    if ($past(f_past && m_axi_desc_awvalid && !m_axi_desc_awready)) assert (m_axi_desc_awvalid && $stable(m_axi_desc_awaddr));
    if ($past(f_past && m_axi_desc_wvalid && !m_axi_desc_wready))
      assert (m_axi_desc_wvalid && $stable(m_axi_desc_wdata) && $stable(m_axi_desc_wstrb) && $stable(m_axi_desc_wlast));
    // answers: an open request's write is being sent or owes its response; only with that it is answered; a refused one sends nothing
    assert (f_open == f_owed + f_there);
    assert (order_level <= 4'd8);
    if (room_reg || wx_valid) assert (order_level < 4'd8);
    if (f_out) assert (f_b && wb_err == (m_axi_desc_bresp[1] ? 4'd8 : 4'd0));
    if (f_b) assert (f_out);
    if (wx_done) assert (order_level < 4'd8);  // its answer has a place
    if (wback_end) assert (wb_done);
    assert (wback_issue == wx_done);
  end
  cover (f_past && f_open == 4'd2 && wb_done && wb_err == 4'd11);
  cover (f_past && f_open == 4'd2 && f_out && wb_err == 4'd8 && m_axi_desc_awvalid);
  cover (f_past && f_there && f_aw && m_axi_desc_wvalid && !m_axi_desc_wready && m_axi_desc_wlast);
  cover (f_past && m_axi_desc_awvalid && !m_axi_desc_wvalid && m_axi_desc_awaddr[11:0] == 4096 - W * F_BEATS);
end
