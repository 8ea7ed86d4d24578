/*
 * windlass_commit: adds up what has been committed, piece by piece, in order.
 *
 * Purpose: position, bytes of the segment, period events; turns each finished piece into at most one event record
 * (plus one for each period that it passed) and asks for the descriptor's write-back. What software sees of an
 * ending comes later, from windlass_retire, when the write-back is in.
 * Goal: a piece every two cycles with one 32-bit adder. All counts of all channels are words of one RAM: each cycle one
 * word is read into op_reg while the word read before is added to and written back.
 *
 * What the piece in hand needs, and what is told of it, is in windlass_commit_piece; the states here say when.
 *
 * A START only marks the channel `new`: its counts are set up with its first piece, and read as zero until then.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_commit #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter TAG_W      = 20,  // width of the token's tag
    parameter EV_W       = 51,  // width of an event record: 17 + CH_W + ADDR_WIDTH
    parameter CRC        = 0    // CRC32C and COMPARE are built
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire start_valid,  // START of a channel: all counts to zero
    input wire [CH_W-1:0] start_ch,  // which
    // finished pieces, in order
    input wire done_valid,  // a piece is finished
    output wire done_ready,  // taken
    input wire [CH_W-1:0] done_ch,  // its channel
    input wire [12:0] done_len,  // bytes committed
    input wire [3:0] done_err,  // error
    input wire done_failed,  // that is not 0
    input wire [ADDR_WIDTH-1:0] done_faddr,  // address of the error (not of a refused descriptor), or of a fence
    input wire [ADDR_WIDTH-1:0] done_src,  // lower half of a fence's value, or address of a LINK's table
    input wire [31:0] done_high,  // upper half of a fence's value
    input wire [TAG_W-1:0] done_tag,  // {2-D copy, fill; both: CRC32C (fence) or COMPARE; see windlass_front, piece_tag}
    input wire [31:0] done_value,  // with the last piece of one of those: the CRC32C
    input wire done_differs,  // which is not what a COMPARE expects
    // write-back
    output wire wb_valid,  // write a descriptor's status back
    input wire wb_ready,  // taken
    output wire [CH_W-1:0] wb_ch,  // the channel
    output wire [ADDR_WIDTH-1:0] wb_addr,      // logical address of the descriptor's last two status words, or the fence's own
    output wire [31:0] wb_word2,  // bytes committed
    output wire [31:0] wb_word3,  // status
    // events, to windlass_retire: {pause mark, hand-over, packet ended, period, last, desc, irq, eow, flush, paced, tc, wb, fault write, err, ch, address}
    output wire ev_valid,  // an event
    input wire ev_ready,  // taken
    output wire [EV_W-1:0] ev_data,  // the record
    output wire burst_valid,  // a piece that brought bytes
    output wire [CH_W-1:0] burst_ch,  // its channel
    // register reads: while rd_hold is 1 nothing changes, and rd_data follows rd_word a cycle later
    input wire rd_req,  // software reads; stays until it is done
    output wire rd_hold,  // the counts stand still
    input wire [CH_W-1:0] rd_ch,  // channel that software reads
    input wire [2:0] rd_word,  // word of it: 0 position, 2 its upper half, 4 where the segment began, inverted
    output wire [31:0] rd_data,  // the word
    output wire rd_new,  // all counts are zero, whatever the words say
    output wire rd_fresh  // no byte of the segment is committed yet
);
  localparam AW = ADDR_WIDTH;
  localparam [2:0] W_POS = 3'd0, W_LEFT = 3'd1, W_HIGH = 3'd2, W_PERIOD = 3'd3, W_SEG = 3'd4, W_BASE = 3'd5, W_BASE_HI = 3'd6;

  // One-hot. IDLE: is there an event first? FREE: nothing in hand. READ the position of the piece in hand again; SEG = position
  // before the piece, when a segment begins that does not end with it; POS += length; LEFT += length (less than 0 by the bytes to
  // the next period event); CARRY, HIGH half of the position. PER_A fetch the period, PER_B one event, PER_C look whether there
  // is another. WB_A, WB_B address of a descriptor (refused, or to be written back), WB_C where its segment began, WB_D hand it over while its
  // bytes are the sum. LINK_A, LINK_B: a new table. The first piece since START finds POS 0 and LEFT at the period, and clears HIGH.
  localparam IDLE = 0, READ = 1, POS = 2, LEFT = 3, SEG = 4, HIGH = 5, PER_A = 6, PER_B = 7, PER_C = 8, WB_A = 9, WB_B = 10,
      WB_C = 11, WB_D = 12, FREE = 13, LINK_A = 14, LINK_B = 15, CARRY = 16;
  reg [16:0] s;
  wire [16:0] n;
  reg req_reg;  // software reads
  reg look_reg;  // and may: beside the state, which it comes back to

  // Small, and read in the cycle: never a block RAM. PERIOD and SEG are kept inverted, so that the adder only adds.
  (* ram_style = "distributed" *)
  reg [31:0] count_mem[0:CHANNELS*8-1];
  reg [16:0] place_mem[0:CHANNELS-1];  // {0 instead, place of the descriptor that completes next}
  reg [15:0] table_mem[0:CHANNELS-1];  // DESC_COUNT
  reg per_mem[0:CHANNELS-1];  // PERIOD is not 0
  reg [1:0] kind_mem[0:CHANNELS-1];  // {descriptors of 32 bytes, ring mode: the place wraps}
  reg [1:0] begun_mem[0:CHANNELS-1];  // what the next piece meets
  localparam [1:0] MID = 2'b00, DEAD = 2'b01, FRESH = 2'b10, NEW = 2'b11;  // a segment, an error before, a new segment, START

  integer k;
  initial begin
    for (k = 0; k < CHANNELS * 8; k = k + 1) count_mem[k] = 32'd0;
    for (k = 0; k < CHANNELS; k = k + 1) begin
      place_mem[k] = 17'd0;
      table_mem[k] = 16'd0;
      per_mem[k]   = 1'b0;
      kind_mem[k]  = 2'd0;
      begun_mem[k] = NEW;
    end
  end

  // A register write takes the RAM's write port for a cycle, in which all else stands still. It is stored a cycle after the
  // broadcast (these registers are locked while the channel runs, so nobody sees it), so that no decode is in front of `en`.
  reg count_we_reg, period_we_reg, places_we_reg, kind_we_reg;
  reg [CH_W-1:0] we_ch_reg;
  reg [2:0] we_word_reg;
  reg [31:0] we_data_reg;
  wire cw_period = cw_reg == `WL_CHANNEL_PERIOD_NR;
  wire count_we = cw_valid && (cw_period || cw_reg == `WL_CHANNEL_DESC_LO_NR || cw_reg == `WL_CHANNEL_DESC_HI_NR);
  wire look_next;
  always @(posedge aclk) begin
    count_we_reg <= count_we;
    period_we_reg <= cw_valid && cw_period;
    places_we_reg <= cw_valid && cw_reg == `WL_CHANNEL_DESC_COUNT_NR;
    kind_we_reg <= cw_valid && cw_reg == `WL_CHANNEL_CONFIG_NR;
    we_ch_reg <= cw_ch;
    we_word_reg <= cw_period ? W_PERIOD : cw_reg[0] ? W_BASE_HI : W_BASE;
    we_data_reg <= cw_data;
    en_reg <= !aresetn || !(count_we || look_next);
    if (!aresetn) {count_we_reg, period_we_reg, places_we_reg, kind_we_reg} <= 4'd0;
  end
  reg  en_reg;  // neither count_we_reg nor look_reg: all else goes on
  wire en = en_reg;

  // ---------------------------------------------------------------- the piece in hand
  wire [CH_W-1:0] ch, e_ch;
  wire [12:0] len;
  wire dead, fresh, plain, ends_desc, goes_on, wb, link, event_due, e_fence, e_here, e_failed;
  wire [31:0] given;
  reg init_reg, carry_reg, have_reg, wide_reg, ring_reg, per_reg, cin_reg, high_reg, simple_reg;
  reg [15:0] place_reg, after_reg, table_reg, e_place_reg;
  reg e_wide_reg, e_link_reg, e_event_reg, e_per_reg, e_wb_reg;
  reg [31:0] op_reg, b_reg;

  wire done_whole, done_open;
  wire [1:0] done_begun = begun_mem[done_ch];
  wire done_new = done_begun == NEW;
  wire done_dead = done_begun == DEAD;
  wire needs_seg = done_begun[1] && done_open;

  // ---------------------------------------------------------------- what is done in this cycle, and what comes next
  wire e_free = !e_per_reg && (!e_event_reg || ev_ready);
  wire pos_go = s[POS] && e_free && !req_reg;
  (* keep *) wire pos_waits = s[POS] && !e_per_reg && (req_reg || (e_event_reg && !ev_ready));
  wire per_end = s[PER_C] && !carry_reg;
  wire simple = s[LEFT] && simple_reg;
  // What needs `en` is only whether a state ends: the signals that say what follows it do without. If software reads, FREE takes no piece
  // and is come back to: what is stored of one meanwhile is stored once more.
  wire takes = s[FREE] || simple;
  assign done_ready = en && ((s[FREE] && !req_reg) || simple);
  wire load = done_valid && takes;
  // What most segments end with, an event and nothing else, is told while the piece is taken.
  (* keep *) wire quick_state = s[FREE] && !req_reg && en && done_valid;
  (* keep *) wire quick_tag = done_tag[2] && !done_tag[13] && !done_tag[12] && done_whole;
  (* keep *) wire quick_none = !(done_tag[3] && done_tag[5]) && !done_dead;
  (* keep *) wire quick_told = !per_mem[done_ch] && !e_event_reg && ev_ready;
  wire quick = quick_state && quick_tag && quick_none && quick_told;
  wire wb_go = s[WB_D] && en && ev_ready && (wb_ready || e_here);
  // The address of an error that a write-back tells goes first, with its event: after it the descriptor's takes its place.
  wire wb_waits = e_event_reg && !ev_ready;
  wire e_desc = e_wb_reg && !e_fence;  // an address is worked out
  wire [32:0] sum;

  assign n[IDLE] = (s[LEFT] && !high_reg && !load && (per_reg || wb || link)) || s[HIGH] || (per_end && !have_reg) ||
      (s[IDLE] && !e_per_reg && e_wb_reg && wb_waits) || (s[WB_D] && wb_go) || (s[LINK_A] && AW <= 32) || s[LINK_B];
  assign n[FREE] = (s[IDLE] && !e_per_reg && !e_wb_reg && !e_link_reg) || (s[FREE] && !load) || (simple && !load && !per_reg);
  assign n[READ] = per_end && have_reg;
  // Of a piece that comes, what it needs is known last; if software looks, these two are left out here.
  (* keep *)wire loads = done_valid && takes && !look;
  (* keep *)wire pos_else = !look && (s[SEG] || s[READ] || pos_waits);
  assign n[SEG] = loads && needs_seg;
  assign n[POS] = (loads && !needs_seg) || pos_else;
  assign n[LEFT] = pos_go;
  assign n[CARRY] = s[LEFT] && high_reg && !init_reg;
  assign n[HIGH] = (s[LEFT] && high_reg && init_reg) || s[CARRY];
  assign n[PER_A] = (s[IDLE] || s[POS]) && e_per_reg;
  assign n[PER_B] = s[PER_A] || (s[PER_B] && !ev_ready) || (s[PER_C] && carry_reg);
  assign n[PER_C] = s[PER_B] && ev_ready;
  assign n[WB_A] = s[IDLE] && !e_per_reg && e_desc && !wb_waits;
  assign n[WB_B] = s[WB_A] && AW > 32;
  assign n[WB_C] = s[WB_B] || (s[WB_A] && AW <= 32);
  assign n[WB_D] = s[WB_C] || (s[WB_D] && !wb_go) || (s[IDLE] && !e_per_reg && e_wb_reg && e_fence);
  assign n[LINK_A] = s[IDLE] && !e_per_reg && !e_wb_reg && e_link_reg;
  assign n[LINK_B] = s[LINK_A] && AW > 32;

  // The word that the next state works on, and its channel. In FREE and LEFT it is the position of the piece that may come, or none counts.
  wire [2:0] word;
  assign word[0] = s[POS] || s[PER_A] || s[PER_B] || s[PER_C] || s[IDLE];
  assign word[1] = (s[POS] && (e_per_reg || init_reg)) || (s[IDLE] && e_per_reg) || s[CARRY] || (s[WB_A] && AW > 32);
  assign word[2] = (s[IDLE] && !e_per_reg) || s[WB_A] || s[WB_B];
  (* keep *) wire ask_done = s[FREE] || s[LEFT], ask_period = e_per_reg && !look_reg;
  (* keep *) wire [CH_W-1:0] ask_ch = look_reg ? rd_ch : ch;
  wire [31:0] read = count_mem[{ask_done?done_ch : ask_period?e_ch : ask_ch, look_reg?rd_word : word}];

  // Events that wait and write-backs that wait never hold up a read by software.
  wire look = req_reg && (s[FREE] || (s[POS] && !e_per_reg) || (s[PER_B] && !ev_ready) || s[PER_C] || (s[WB_D] && !wb_go) ||
      (s[IDLE] && e_wb_reg && wb_waits));
  assign look_next = req_reg && (look_reg || (en && look));
  assign burst_valid = en && pos_go && len != 13'd0;
  assign burst_ch = ch;
  assign rd_hold = look_reg;
  assign rd_data = op_reg;
  wire [1:0] rd_begun = begun_mem[rd_ch];
  assign rd_new   = rd_begun == NEW;
  assign rd_fresh = rd_begun[1];

  // ---------------------------------------------------------------- the adder and its RAM
  // What is added: the length of the piece that comes or of that in hand; what was read before; what a fence writes or a LINK goes to; a place.
  wire op_none = !look_reg && ((init_reg && (s[READ] || s[LEFT])) || (s[IDLE] && !e_per_reg && !e_desc) ||
      (s[WB_D] && e_fence) || s[LINK_A]);
  // Few sources a bit: not every one has all bits, and what is 0 is a reset.
  wire b_place = s[IDLE] && e_desc;
  wire b_kept = s[IDLE] || s[PER_A] || s[WB_C] || s[LINK_A];
  wire b_low = s[READ] || s[SEG] || s[LINK_A] || (s[IDLE] && !(e_desc && !e_wide_reg));
  wire b_waits = s[PER_B] || s[PER_C] || s[WB_D];
  wire b_clears = (s[LEFT] && !simple) || s[CARRY] || s[WB_A];
  // What comes with a piece is known late: it is asked last.
  (* keep *) wire take_adds = !count_we_reg && takes;
  (* keep *) wire op_clears = !count_we_reg && op_none;
  (* keep *) wire take_seg = take_adds && done_begun[1];  // clears, if where the segment began is asked for
  (* keep *) wire b_low_clears = (!count_we_reg && b_clears) || (take_adds && done_dead);
  (* keep *) wire b_high_clears = b_low_clears || (!count_we_reg && !(b_kept || b_waits));
  wire [31:0] b_at = b_low ? {11'd0, e_place_reg, 5'd0} : {12'd0, e_place_reg, 4'd0};
  wire [16:0] place = place_mem[ch];
  // START, or all registers being cleared after reset. It is stored when no piece is: not in two cycles running.
  wire begun = en && pos_go;
  reg new_reg;
  reg [CH_W-1:0] new_ch_reg;
  reg new_now;
  reg [CH_W-1:0] now_ch;
  wire new_we = new_reg || new_now;
  wire [CH_W-1:0] new_ch = new_reg ? new_ch_reg : now_ch;
  wire carry_in = cin_reg || (s[WB_B] && carry_reg);
  assign sum = {1'b0, op_reg} + {1'b0, b_reg} + {32'd0, carry_in};
  // The carry in POS and LEFT, where the length is added: of the lower half there is less chain behind it, and fewer flip-flops in front.
  wire [13:0] low_sum = {1'b0, op_reg[12:0]} + {1'b0, b_reg[12:0]} + {13'd0, cin_reg};
  // What it meets is held apart from it: a LUT behind the carry is enough.
  (* keep *) wire low_carry = low_sum[13];
  (* keep *) wire ones = &op_reg[31:13];
  (* keep *) wire per_may = en && s[LEFT] && per_reg && ones;
  (* keep *) wire per_stays = e_per_reg && !(en && (s[LEFT] || per_end));

  wire write = pos_go || s[LEFT] || s[SEG] || s[HIGH] || s[LINK_A] || s[LINK_B] || (s[PER_B] && ev_ready);
  wire invert = count_we_reg ? period_we_reg : s[SEG];
  wire [2:0] write_word = s[POS] ? W_POS : s[HIGH] ? W_HIGH : s[SEG] ? W_SEG : s[LINK_A] ? W_BASE : s[LINK_B] ? W_BASE_HI : W_LEFT;
  wire [CH_W-1:0] write_ch = s[PER_B] ? e_ch : ch;
  wire [CH_W+2:0] write_at = count_we_reg ? {we_ch_reg, we_word_reg} : {write_ch, write_word};

  always @(posedge aclk) begin
    // While software reads no state writes, so `en` is not asked.
    if (count_we_reg || write) count_mem[write_at] <= (count_we_reg ? we_data_reg : sum[31:0]) ^ {32{invert}};
    if (places_we_reg) table_mem[we_ch_reg] <= we_data_reg[15:0];
    if (kind_we_reg) kind_mem[we_ch_reg] <= {we_data_reg[12], we_data_reg[1:0] == 2'd2};
    if (period_we_reg) per_mem[we_ch_reg] <= |we_data_reg;

    // From SEG to POS, and in POS, the position waits until its event's place is free. Everything waits for a register write; where
    // software may look, the next state reads again what is wanted.
    if (!count_we_reg && !s[SEG] && !(s[POS] && !e_per_reg && e_event_reg && !ev_ready)) op_reg <= read;
    // What clears goes before what waits: nothing is cleared in a state that waits, but for the register write.
    if (op_clears || (take_adds && !look_reg && done_new)) op_reg <= 32'd0;
    // Nobody asks for it in the states that are not named. In POS the upper bits are clear, and may be cleared.
    if (!count_we_reg && !s[POS] && !b_waits) begin
      b_reg[31:13] <= b_place ? b_at[31:13] : b_low ? given[31:13] : op_reg[31:13];
      b_reg[12:4] <= b_place ? b_at[12:4] :
          b_kept ? (b_low ? given[12:4] : op_reg[12:4]) : b_low ? len[12:4] : done_len[12:4];
      b_reg[3:0] <= b_kept ? (b_low ? given[3:0] : op_reg[3:0]) : b_low ? len[3:0] : done_len[3:0];
    end
    if (b_high_clears || (take_seg && done_open)) b_reg[31:13] <= 19'd0;
    if (b_low_clears || (take_seg && done_open)) b_reg[12:4] <= 9'd0;
    if (b_low_clears || (take_seg && done_open) || (!count_we_reg && b_place)) b_reg[3:0] <= 4'd0;
    req_reg  <= rd_req;
    look_reg <= look_next;
    if (en) begin
      s <= n;
      if (look) begin
        // op_reg is used for the read: afterwards the operand is fetched again.
        s[CARRY:HIGH] <= 12'd0;
        s[LEFT] <= 1'b0;
        s[IDLE] <= s[FREE] || s[WB_D] || s[IDLE];
        s[READ] <= s[POS];
        s[PER_C] <= s[PER_B] || s[PER_C];
      end
      // Of these no state in which software may look ends one that matters, but PER_B: it is to be done once more.
      cin_reg <= (n[LEFT] && init_reg) || (n[HIGH] && !init_reg) || n[PER_B] || (n[WB_D] && !e_fence);
      if (s[WB_A] || s[PER_B]) carry_reg <= sum[32] || look;
      if (s[POS]) have_reg <= e_per_reg;
      else if (s[READ]) have_reg <= 1'b0;
    end
    if (en && takes) init_reg <= done_new;
    if (begun || new_we) begun_mem[begun?ch : new_ch] <= !begun ? NEW : dead ? DEAD : fresh ? FRESH : MID;
    // A cycle late: the first piece of a channel, and a read of its counts, come later than that.
    new_now <= aresetn && (start_valid || (cw_valid && cw_reg == `WL_CHANNEL_CONSUMER_NR));
    now_ch <= start_valid ? start_ch : cw_ch;
    new_reg <= aresetn && (new_reg ? begun || new_now : begun && new_now);
    new_ch_reg <= new_reg && begun ? new_ch_reg : now_ch;
    // All that it needs stands still.
    if (s[POS]) begin
      place_reg <= place[15:0];
      after_reg <= place[15:0] + 16'd1;
      if (init_reg || place[16]) begin
        place_reg <= 16'd0;
        after_reg <= 16'd1;
      end
      table_reg <= table_mem[ch];
      {wide_reg, ring_reg} <= kind_mem[ch];
      per_reg <= per_mem[ch];
      high_reg <= (low_carry && ones) || init_reg;
      simple_reg <= plain && !init_reg && !(low_carry && ones);  // plain, and not what sets high_reg
    end
    if (en && s[LEFT]) begin
      if (init_reg || ends_desc) place_mem[ch] <= {!goes_on || (ring_reg && after_reg == table_reg), after_reg};
    end

    // ---------------------------------------------------------------- its event
    if (s[LEFT]) begin
      e_place_reg <= place_reg;
      e_wide_reg  <= wide_reg;
    end
    e_per_reg <= (low_carry && per_may) || per_stays;
    if (en && s[LEFT]) begin
      e_event_reg <= event_due;
      e_wb_reg <= wb;
      e_link_reg <= link;
    end else begin
      if (ev_ready && !e_per_reg) e_event_reg <= 1'b0;
      if (wb_go) e_wb_reg <= 1'b0;
      if (s[LINK_A]) e_link_reg <= 1'b0;
    end

    if (!aresetn) begin
      s <= 17'd1;
      req_reg <= 1'b0;
      look_reg <= 1'b0;
      have_reg <= 1'b0;
      carry_reg <= 1'b0;
      e_event_reg <= 1'b0;
      e_per_reg <= 1'b0;
      e_wb_reg <= 1'b0;
      e_link_reg <= 1'b0;
    end
  end

  // ---------------------------------------------------------------- the piece in hand, and what is told
  windlass_commit_piece #(
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .TAG_W(TAG_W),
      .EV_W(EV_W),
      .CRC(CRC)
  ) piece_i (
      .aclk(aclk),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_failed(done_failed),
      .done_faddr(done_faddr),
      .done_src(done_src),
      .done_high(done_high),
      .done_tag(done_tag),
      .done_value(done_value),
      .done_differs(done_differs),
      .done_dead(done_dead),
      .done_whole(done_whole),
      .done_open(done_open),
      .take(en && takes),
      .told(quick),
      .ch(ch),
      .len(len),
      .dead(dead),
      .fresh(fresh),
      .plain(plain),
      .decide(s[POS]),
      .ends_desc(ends_desc),
      .goes_on(goes_on),
      .wb(wb),
      .link(link),
      .event_due(event_due),
      .tell(s[LEFT]),
      .e_ch(e_ch),
      .e_fence(e_fence),
      .e_here(e_here),
      .e_failed(e_failed),
      .e_wide(e_wide_reg),
      .e_wb(e_wb_reg),
      .given_hi(s[LINK_A]),
      .given(given),
      .sum(sum[31:0]),
      .sum_lo(s[WB_A]),
      .sum_hi(s[WB_B]),
      .wb_addr(wb_addr),
      .wb_word3(wb_word3),
      .at_once(s[FREE] && !e_event_reg),
      .period(s[PER_B]),
      .ev_data(ev_data)
  );

  assign wb_valid = s[WB_D] && en && ev_ready && !e_here;
  assign wb_ch = e_ch;
  assign wb_word2 = sum[31:0];
  assign ev_valid = en && (s[PER_B] || (s[WB_D] && (e_here || (wb_ready && !e_failed)))) || (e_event_reg && !e_per_reg) ||
      quick;

endmodule

`resetall
