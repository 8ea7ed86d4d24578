// AR follows the AXI rules and its burst stays in its 4 KiB page; buffer rows and places in flight are reserved before, never more
// than there are, and what comes back can be used again; a token or a piece of a channel in error reads nothing.
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);

// ---- what the front promises of a piece (docs/formal.md)
wire [12:0] f_len = {1'b0, piece_len_m1} + 13'd1;
wire f_in_memory = !piece_sdev && !piece_fill && !piece_sstr;
wire [12:0] f_units = f_len >> piece_unit;
wire [12:0] f_unit = 13'd1 << piece_unit;
always @* begin
  if (piece_valid && !piece_null) begin
    assume (!(piece_sdev && (piece_fill || piece_sstr)) && !(piece_fill && piece_sstr) && !(piece_ddev && piece_sdev));
    if (f_in_memory) assume ({1'b0, piece_src[11:0]} + f_len <= 13'd4096);
    if (piece_sdev || piece_ddev) begin
      assume (f_unit <= W && f_units >= 13'd1 && f_units <= 13'd16 && (f_len & (f_unit - 13'd1)) == 13'd0);
      if (piece_sdev) assume ((piece_src[11:0] & (f_unit[11:0] - 12'd1)) == 12'd0);
      if (piece_sdev && piece_incr) assume ({1'b0, piece_src[11:0]} + f_len <= 13'd4096);
    end
    assume (src_end[12:OFF_W] < 256 && dst_end[12:OFF_W] < (1 << PTR_W));
    if (piece_ddev) assume (f_units <= (1 << PTR_W));
  end
  if (in_level >= 5'd15) assume (!piece_valid);  // piece_ready fell 8 pieces ago
end

// ---- what is then true of an item when it is stored; the queue gives out what was stored (proof "fifo")
wire [ITEM_W-1:0] f_check = f_valid ? f_item : in_item;
wire f_null, f_sstr, f_dstr, f_alt, f_fill, f_sdev, f_ddev, f_incr, f_all, f_is_units;
wire [CH_W-1:0] f_ch;
wire [AW-1:0] f_src;
wire [7:0] f_beats_m1, f_check_rows_m1;
wire [1:0] f_item_unit;
wire [P_W-10:0] f_rest;
wire f_one;
assign {f_ch, f_null, f_sstr, f_dstr, f_src, f_beats_m1, f_check_rows_m1, f_all, f_one, f_alt, f_fill, f_sdev, f_ddev, f_incr, f_is_units, f_item_unit, f_rest} = f_check;
wire [3:0] f_log = f_sdev ? {2'd0, f_item_unit} : OFF_W[3:0];
wire [12:0] f_span = ({5'd0, f_beats_m1} + 13'd1) << f_log;
wire [12:0] f_at = {1'b0, f_src[11:0]} & ~((13'd1 << f_log) - 13'd1);
wire f_good = f_null || (
    f_check_rows_m1 < (1 << PTR_W) && (!f_sdev || (f_item_unit <= OFF_W && (f_src[11:0] & ((12'd1 << f_item_unit) - 12'd1)) == 12'd0)) &&
    (f_alt || (f_sdev && !f_incr ? f_beats_m1 <= 8'd15 : f_at + f_span <= 13'd4096)));
always @* if (f_valid) assume (f_good);
always @(posedge aclk) if (f_past && piece_valid && !f_valid) assert (f_good);

// ---- and of the piece in hand
wire [7:0] f_p_rows_m1 = p_rows_m1_reg;
wire [12:0] f_p_span = ({5'd0, p_beats_m1_reg} + 13'd1) << (p_sdev ? {2'd0, p_unit} : OFF_W[3:0]);
wire [12:0] f_p_at = {1'b0, p_src_reg[11:0]} & ~((13'd1 << (p_sdev ? {2'd0, p_unit} : OFF_W[3:0])) - 13'd1);
always @(posedge aclk)
  if (f_past && p_valid_reg && !p_null_reg) begin
    assert (f_p_rows_m1 < (1 << PTR_W));
    if (!p_alt) begin
      if (p_sdev && !p_incr) assert (p_beats_m1_reg <= 8'd15);
      else assert (f_p_at + f_p_span <= 13'd4096);
      if (p_sdev) assert (p_unit <= OFF_W && (p_src_reg[11:0] & ((12'd1 << p_unit) - 12'd1)) == 12'd0);
    end
  end

// ---- AXI
wire [12:0] f_ar_span = ({5'd0, m_axi_arlen} + 13'd1) << m_axi_arsize;
always @(posedge aclk)
  if (f_past) begin
    if ($past(f_past && m_axi_arvalid && !m_axi_arready)) begin
      assert (m_axi_arvalid);
      assert ($stable(m_axi_araddr) && $stable(m_axi_arlen) && $stable(m_axi_arsize) && $stable(m_axi_arburst) && $stable(m_axi_arcache));
    end
    if (m_axi_arvalid) begin
      assert (m_axi_arsize <= OFF_W);
      assert (m_axi_arburst == 2'b01 || (m_axi_arburst == 2'b00 && m_axi_arlen <= 8'd15));
      assert ((m_axi_araddr[11:0] & ((12'd1 << m_axi_arsize) - 12'd1)) == 12'd0);
      if (m_axi_arburst == 2'b01) assert ({1'b0, m_axi_araddr[11:0]} + f_ar_span <= 13'd4096);
    end
    if ($past(f_past && p_go && p_token)) assert (!m_axi_arvalid);
    // AR that is out before its piece is in hand: the piece goes at once, with all that it needs, and AR is what it would be.
    if (p_early_reg) assert (p_valid_reg && p_go && issue && !p_alt);
    if ($past(f_past && early)) assert (p_early_reg && m_axi_arvalid && {p_land_reg, p_steps_m1} == $past(land));
    assert (!(early && issue));
    if ($past(f_past && p_early_reg && m_axi_arvalid && m_axi_arready)) assert (!m_axi_arvalid || $past(early));
    if (p_early_reg)
      assert (m_axi_arlen == p_beats_m1_reg && m_axi_araddr == (p_sdev ? p_src_reg : {p_src_reg[AW-1:OFF_W], {OFF_W{1'b0}}}));
  end

// ---- reservations: rows reserved and not given back, pieces that are to land and have not
reg [PTR_W:0] f_rows = 0;
reg [6:0] f_flying = 0;
always @* begin
  if (f_rows == 0) assume (!row_back);
  if (f_flying == 0) assume (!land_back);
end
always @(posedge aclk) begin
  if (aresetn) begin
    f_rows   <= f_rows + (issue ? {1'b0, f_p_rows_m1[PTR_W-1:0]} + 1'b1 : 0) - row_back;
    f_flying <= f_flying + issue - land_back;
  end
  if (f_past) begin
    assert (f_rows <= (1 << PTR_W) && free_reg == (1 << PTR_W) - f_rows);
    assert (level_reg == in_level && f_valid == (in_level != 0));
    if (p_valid_reg) assert (p_small_reg == (f_p_rows_m1 >> SMALL_LOG == 0));
    if (fits_reg) assert (p_valid_reg && f_p_rows_m1 < free_reg);
    assert (f_flying <= OUTSTANDING && slots_reg - issued_reg == OUTSTANDING - f_flying && slots_reg >= issued_reg && read_fits_reg == (f_flying < OUTSTANDING));
  end
  cover (f_past && f_rows == (1 << PTR_W) && m_axi_arvalid);
  cover (f_past && f_flying == OUTSTANDING && row_back && land_back);
  cover (f_past && p_early_reg && m_axi_arvalid && !m_axi_arready && $past(m_axi_arready));
  cover (f_past && m_axi_arvalid && m_axi_arburst == 2'b00 && m_axi_arlen == 8'd15);
  cover (f_past && $past(m_axi_arvalid && !m_axi_arready) && m_axi_arvalid && m_axi_arready && {1'b0, m_axi_araddr[11:0]} + f_ar_span == 13'd4096);
end
