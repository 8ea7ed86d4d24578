// No completion before the last B: a piece that reports bytes has had an OKAY response of its own (or its bytes went to a stream's
// queue); a piece that went to the bus is reported only with its response; after the first error of a channel nothing counts.
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* assume (!(clr_valid && go && t_ch == clr_ch));  // a channel restarts when all of it was reported
always @* assume (t_faulty == (t_err != 4'd0));  // as it was stored (proof "queue")
(* anyconst *) reg [CH_W-1:0] f_ch;
reg f_dead = 1'b0;  // this channel has reported an error since its last start, with which it begins anew after reset too
reg f_was_bus, f_was_ok, f_was_go, f_was_stream;
always @(posedge aclk) begin
  f_was_go  <= aresetn && go;
  f_was_stream <= go && r_alone_reg && !r_drop_reg;
  f_was_bus <= m_axi_bvalid && m_axi_bready;
  f_was_ok  <= m_axi_bvalid && m_axi_bready && !m_axi_bresp[1];
  if (go && t_ch == f_ch && (faulty || refused)) f_dead <= 1'b1;
  if (clr_valid && clr_ch == f_ch) f_dead <= 1'b0;
  assert (f_dead == (dead_mem[f_ch] ^ alive_mem[f_ch]));
  if (f_past && aresetn) begin
    assert (there_reg == (t_valid && r_valid_reg && !done_valid));
    if (m_axi_bvalid && m_axi_bready) assert (go && !r_alone_reg);  // a response belongs to the oldest piece
    if (go && !r_alone_reg) assert (m_axi_bvalid && m_axi_bready);
    if (f_was_go) begin
      assert (done_valid && done_failed == (done_err != 4'd0));
      if (done_len != 13'd0) assert (f_was_ok || f_was_stream);
    end
    if ($past(aresetn) && $rose(done_valid)) assert (f_was_go);
    if ($past(aresetn) && $past(done_valid && !done_ready))
      assert (done_valid && $stable(done_ch) && $stable(done_len) && $stable(done_err) && $stable(done_failed) && $stable(done_tag) && $stable(done_faddr));
    if (f_was_go && done_ch == f_ch && $past(f_dead)) assert (done_len == 13'd0 && done_err == 4'd0);
  end
  cover (f_past && aresetn && f_was_go && done_len != 13'd0 && f_dead);
  cover (f_past && aresetn && f_was_go && done_ch == f_ch && $past(f_dead) && f_was_bus);
end
