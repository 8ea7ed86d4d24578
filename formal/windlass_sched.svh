// Fairness: in a row of cycles in which the back end has room and nobody takes an offer back, a channel that can go and keeps on offering
// goes within F_TURN cycles when arbitration rotates; when it is weighted within F_WEIGHTED as long as the owner of the turn does not
// stay, and it stays no more than F_STAY cycles for one of its pieces; by fixed priority within F_FIRST if nobody before it can go. Only what
// can go goes; without room nothing does.
localparam F_TURN = CHANNELS + 1, F_WEIGHTED = 2 * CHANNELS, F_STAY = 10, F_FIRST = 2;
reg f_past = 1'b0;
always @(posedge aclk) f_past <= 1'b1;
always @* if (!f_past) assume (!aresetn);
always @* if (f_past) assume (aresetn);  // one reset, at the start
(* anyconst *) reg [CH_W-1:0] f_ch;
(* anyconst *) reg f_rotate, f_weighted;  // as software has set it
always @* begin
  assume (f_ch < CHANNELS && start_ch < CHANNELS && rotate == f_rotate && weighted == f_weighted && (rotate || !weighted));
end
localparam [CHANNELS-1:0] F_ONE = 1;
wire [CHANNELS-1:0] f_bit = F_ONE << f_ch;
reg [CHANNELS-1:0] f_offer = {CHANNELS{1'b0}};  // could go, and did not
wire f_back = |(f_offer & ~able);  // an offer was taken back
wire f_goes = go && go_ch == f_ch;
wire f_waits = |(able & f_bit) && room_reg && !f_goes && !f_back && !stay;
wire [CHANNELS-1:0] f_up_to = ~after_reg, f_up_one = f_up_to + F_ONE;
reg [5:0] f_cycles = 6'd0, f_first = 6'd0;  // that it has waited; that it has, and was the first
reg [5:0] f_stays = 6'd0;  // that the owner of the turn stays for its next piece
always @(posedge aclk) begin
  f_offer  <= able & ~(at_a & {CHANNELS{go}});
  f_cycles <= aresetn && f_waits ? f_cycles + 6'd1 : 6'd0;
  f_stays  <= aresetn && stay && room_reg && !go ? f_stays + 6'd1 : 6'd0;
  f_first  <= aresetn && f_waits && ~|(able & (f_bit - F_ONE)) ? f_first + 6'd1 : 6'd0;
  if (f_past) begin
    assert (a_ch_reg < CHANNELS && a_hot_reg == F_ONE << a_ch_reg);
    assert ((f_up_to & f_up_one) == {CHANNELS{1'b0}});  // all behind some channel
    assert ((owner_reg & (owner_reg - F_ONE)) == 0 && (went_hot_reg & (went_hot_reg - F_ONE)) == 0);
    if (go) assert (room_reg && |(able & F_ONE << go_ch));
    if (rotate) assert (f_cycles < (weighted ? F_WEIGHTED : F_TURN));
    assert (f_stays < F_STAY);
    if (!rotate) assert (f_first < F_FIRST);
  end
  cover (f_past && rotate && !weighted && f_cycles == F_TURN - 1);
  cover (f_past && weighted && f_cycles == 6'd2 && credit_reg == 8'd1);
  cover (f_past && !rotate && f_first == F_FIRST - 1);
end
