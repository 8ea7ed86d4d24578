// Fairness: in a row of cycles in which the back end has room and nobody takes an offer back, a channel that can go and keeps on offering
// goes within F_TURN cycles when arbitration rotates, or is weighted and the back end is not busy, whatever the weights (between two turns of
// the owner others go); while it is busy the owner may stay for its weight: F_HEAVY cycles with two channels and weights up to 3; by fixed priority within F_FIRST
// if nobody before it can go. Only what can go goes; without room nothing does.
localparam F_TURN = CHANNELS == 2 ? 3 : CHANNELS + 2, F_HEAVY = 14, F_FIRST = 3;
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start
(* anyconst *) reg [CH_W-1:0] f_ch;
(* anyconst *) reg f_rotate, f_weighted, f_light;  // as software has set it; no weight is more than 3
always @* begin
  assume (f_ch < CHANNELS && start_ch < CHANNELS && rotate == f_rotate && weighted == f_weighted && (rotate || !weighted) && (!f_light || go_weight <= 8'd3));
end
// What is around: a channel without requests and streams may always go, only one with a cap waits for it, an outcome is of what went three
// cycles ago, after a token no segment goes on, and only a channel that does not run is started.
reg [2:0] f_went = 3'd0;
reg [CH_W:0] f_went_1, f_went_2, f_went_3;  // {token, channel}
always @(posedge aclk) begin
  f_went <= {f_went[1:0], go};
  {f_went_3, f_went_2, f_went_1} <= {f_went_2, f_went_1, go_token, go_ch};
end
wire f_kept = f_went_3[CH_W] ? !out_more && !out_again : !out_keep;
always @* assume (&(may | paced | streamed) && ~|(capped & ~rated) && (!out_valid || (f_went[2] && out_ch == f_went_3[CH_W-1:0] && f_kept)));
localparam [CHANNELS-1:0] F_ONE = 1;
wire [CHANNELS-1:0] f_bit = F_ONE << f_ch;
reg [CHANNELS-1:0] f_offer = {CHANNELS{1'b0}};  // could go, and did not, or goes on with a segment
wire f_back = |(f_offer & ~able);  // an offer was taken back
wire f_goes = go && go_ch == f_ch;
wire f_waits = |(able & f_bit) && room_reg && !f_goes && !f_back;
wire [CHANNELS-1:0] f_up_to = ~after_reg, f_up_one = f_up_to + F_ONE;
reg [5:0] f_all = 6'd0, f_cycles = 6'd0, f_first = 6'd0;  // that it has waited; that it has, and nobody might stay; that it has, and was the first
always @(posedge aclk) begin
  f_offer  <= (able & ~(at_a & {CHANNELS{go}})) | soon;
  f_all    <= aresetn && f_waits ? f_all + 6'd1 : 6'd0;
  f_cycles <= aresetn && f_waits && !(weighted && busy) ? f_cycles + 6'd1 : 6'd0;
  f_first  <= aresetn && f_waits && ~|(able & (f_bit - F_ONE)) ? f_first + 6'd1 : 6'd0;
  if (f_past) begin
    assert (a_ch_reg < CHANNELS && a_hot_reg == F_ONE << a_ch_reg);
    assert ((f_up_to & f_up_one) == {CHANNELS{1'b0}});  // all behind some channel
    assert (some_reg ? credit_reg != 8'd0 && more_reg == |credit_reg[7:1] : !more_reg);
    assert ((owner_reg == 0 || owner_reg == F_ONE << owner_ch_reg) && (went_hot_reg == 0 || went_hot_reg == F_ONE << went_ch_reg));
    assert (owner_ch_reg < CHANNELS && went_ch_reg < CHANNELS);
    if (go) assert (room_reg && |(able & F_ONE << go_ch));
    if (rotate) assert (f_cycles < F_TURN);
    if (CHANNELS == 2 && weighted && f_light) assert (f_all < F_HEAVY && (!some_reg || credit_reg <= 8'd2) && went_weight_reg <= 8'd3);
    if (!rotate) assert (f_first < F_FIRST);
  end
  cover (f_past && rotate && !weighted && f_cycles == F_TURN - 1);
  cover (f_past && weighted && f_all == (CHANNELS == 2 ? 6'd10 : 6'd4));
  cover (f_past && !rotate && f_first == F_FIRST - 1);
end
