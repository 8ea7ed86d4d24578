/*
 * windlass_csr_read: what software reads back (manual, sections 1 to 5).
 *
 * Purpose: decode of reads, and the store of all registers that software writes: one RAM, written by the broadcast of accepted
 * writes, which also holds the constants. What is alive comes from the modules that keep it.
 * Goal: small. Each source is a register that is 0 but for the one cycle in which it counts, and one adder puts them together,
 * which also makes SEGDONE and COUNT. Seven cycles from request to data; a few more where the counts must stand still first.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_csr_read #(
    parameter CHANNELS      = 4,    // number of channels
    parameter CH_W          = 2,    // width of a channel number
    parameter MAP_REGISTERS = 256,  // entries in the map
    parameter STREAMS       = 0,    // channels that have streams
    parameter COUNTERS      = 1,    // BURSTS and stall counters are built
    parameter CAP0          = 0,    // value of CAP0
    parameter CAP1          = 0,    // value of CAP1
    parameter CAP2          = 0,    // value of CAP2
    parameter CAP3          = 0     // value of CAP3
) (
    input  wire            aclk,         // clock
    input  wire            aresetn,      // synchronous reset, active low
    // register bus
    input  wire            rd_req,       // a read
    input  wire [    18:0] rd_addr,      // its byte address
    output reg             rd_ack,       // read data is there
    output wire [    31:0] rd_data,      // the data, until the next read; 0 when refused
    output reg             rd_err,       // refused
    // accepted writes
    input  wire            cw_valid,     // to a channel or grant register
    input  wire            gw_valid,     // to a global register, whose place is {priv, channel 0, number}
    input  wire            pw_valid,     // to a grant register, else to a channel register
    input  wire [CH_W-1:0] cw_ch,        // the channel
    input  wire            cw_bank,      // bank of base registers that software sees in this channel
    input  wire [     4:0] cw_reg,       // register number (byte offset / 4)
    input  wire [    31:0] cw_data,      // data
    // what is alive
    output reg  [CH_W-1:0] live_ch,      // channel being read
    output reg  [     5:0] live_reg,     // register being read (byte offset / 4)
    output wire [CH_W-1:0] soon_ch,      // both a cycle earlier
    output wire [     5:0] soon_reg,
    input  wire            live_bank,    // bank of base registers that software sees in live_ch
    input  wire [     2:0] live_flags,   // STATUS of live_ch: {NEXT_PENDING, PAUSED, ACTIVE}
    input  wire [    31:0] live_word,    // register of live_ch from windlass_retire
    input  wire [    31:0] live_more,    // register of live_ch from the counters and streams
    input  wire [    31:0] global_word,  // live global register
    output wire            look_req,     // the counts must stand still
    input  wire            look_hold,    // they do
    output wire [     2:0] look_word,    // word of windlass_commit
    input  wire [    31:0] look_data,    // a cycle later: the word
    input  wire            look_new,     // all counts are 0
    input  wire            look_fresh,   // SEGDONE is 0
    // map unit
    output reg             ent_valid,    // read an entry; stays until ent_done
    output wire [    11:0] ent_index,    // which
    input  wire            ent_done,     // it is there
    input  wire [    31:0] ent_lo,       // word 0, then; else 0
    input  wire [    31:0] ent_hi        // word 1, likewise
);

  // ---------------------------------------------------------------- decode
  reg [18:0] a_reg;
  wire r_chan = a_reg[18];
  wire r_grant = a_reg[18:12] == 7'h01;
  (* keep *) wire r_global = a_reg[18:12] == 7'h00;
  wire r_window = a_reg[18:15] == 4'b0010;
  // Which channel and register, found out before the flip-flops; of an entry of the map any.
  reg [CH_W-1:0] r_ch;
  reg [5:0] r_reg;
  wire in_chan = rd_addr[18], in_grant = !rd_addr[18] && rd_addr[12];
  wire [5:0] in_no = in_chan ? rd_addr[17:12] : in_grant ? rd_addr[11:6] : 6'd0;
  wire c_built = {26'd0, a_reg[17:12]} < CHANNELS, g_built = {26'd0, a_reg[11:6]} < CHANNELS;
  assign soon_ch  = r_ch;
  assign soon_reg = r_reg;
  wire r_near = a_reg[11:8] == 4'd0;
  wire [4:0] r = a_reg[6:2];  // not of a grant register
  wire first = !a_reg[7];  // among the first 32 registers of its block
  wire more_there = first ? (r == `WL_CHANNEL_BURSTS_NR && COUNTERS != 0) ||
      (r == `WL_CHANNEL_STREAM_NR && {26'd0, a_reg[17:12]} + 32'd1 <= STREAMS) : r <= 5'd5 && COUNTERS != 0;
  wire chan_there = (first && r <= `WL_CHANNEL_NEXT_LENGTH_NR) || more_there;
  wire aligned = a_reg[1:0] == 2'd0;
  (* keep *) wire near_word = r_near && aligned;
  wire c_low = r_chan && first;
  wire to_pos = c_low && r == `WL_CHANNEL_POS_LO_NR;
  wire to_seg = c_low && r == `WL_CHANNEL_SEGDONE_NR;
  wire to_count = c_low && r == `WL_CHANNEL_COUNT_NR;
  wire to_status = c_low && r == `WL_CHANNEL_STATUS_NR;
  // Registers that read as they were written, and those of windlass_retire.
  wire stored_chan = first && (r == `WL_CHANNEL_CONFIG_NR || (r >= `WL_CHANNEL_SRC_LO_NR && r <= `WL_CHANNEL_PRODUCER_NR) ||
      r == `WL_CHANNEL_IRQ_ENABLE_NR || (r >= `WL_CHANNEL_COALESCE_NR && r <= `WL_CHANNEL_NEXT_LENGTH_NR));
  wire stored_global = r <= `WL_GLOBAL_TIMEOUT_NR || (r >= `WL_GLOBAL_MAP_INDEX_NR && r <= `WL_GLOBAL_MAP_FLAGS_NR) ||
      r == `WL_GLOBAL_ENGINE_IRQ_NR;
  wire retired = c_low && (to_status || r == `WL_CHANNEL_CONSUMER_NR || r == `WL_CHANNEL_FADDR_LO_NR ||
      r == `WL_CHANNEL_FADDR_HI_NR ||
      r == `WL_CHANNEL_IRQ_STATUS_NR || r == `WL_CHANNEL_IRQ_EVENTS_NR);

  assign ent_index = a_reg[14:3];

  // ---------------------------------------------------------------- the store
  // Base registers 4 to 8 and their successors 24 to 28 change places with each hand-over.
  // 4 to 7 and 24 to 27 differ in three bits, 8 and 28 in two; which bank it is comes late.
  function [4:0] place(input [4:0] number, input bank);
    begin
      place = number;
      if (number[4:2] == 3'b001 || number[4:2] == 3'b110) place = number ^ {bank, bank, bank, 2'b00};
      if (number == `WL_CHANNEL_LENGTH_NR || number == `WL_CHANNEL_NEXT_LENGTH_NR)
        place = number ^ {bank, 1'b0, bank, 2'b00};
    end
  endfunction

  // Global constants 0 to 3 lie at 24 to 27 of channel 0, where the grants leave room; they are never written.
  localparam STORE_W = CH_W + 6;
  // A word that was read while a write went on is not used: the steps wait, and it is read again.
  (* no_rw_check *)
  reg [31:0] store_mem[0:(1<<STORE_W)-1];
  integer k;
  initial begin
    for (k = 0; k < (1 << STORE_W); k = k + 1) store_mem[k] = 32'd0;
    store_mem[32+24] = `WL_GLOBAL_ID_RESET;
    store_mem[32+25] = `WL_GLOBAL_VERSION_RESET;
    store_mem[32+26] = CAP0;
    store_mem[32+27] = CAP1;
    store_mem[32+5]  = CAP2;
    store_mem[32+6]  = CAP3;
  end
  // Of what is neither a channel's nor global any: it is not used.
  wire constant = !r_chan && !a_reg[12] && r_reg[4:2] == 3'd0;
  wire [4:0] number = to_count ? `WL_CHANNEL_LENGTH_NR : constant ? {3'b110, r_reg[1:0]} : r_reg[4:0];
  reg [31:0] store_q_reg, store_reg;
  reg [STORE_W-1:0] store_at_reg;
  reg wrote_reg, we_reg;
  reg [STORE_W-1:0] we_at_reg;
  reg [31:0] we_data_reg;
  always @(posedge aclk) begin
    // Stored a cycle after the broadcast.
    we_reg <= cw_valid || pw_valid || gw_valid;
    we_at_reg <= {cw_ch, !cw_valid, place(cw_reg, cw_bank && cw_valid)};
    we_data_reg <= cw_data;
    wrote_reg <= we_reg;
    if (we_reg) store_mem[we_at_reg] <= we_data_reg;
    store_at_reg <= {r_ch, !r_chan, place(number, live_bank && r_chan)};
    store_q_reg  <= store_mem[store_at_reg];
  end

  // ---------------------------------------------------------------- steps
  reg s0_reg, s0b_reg, s1_reg, s2_reg, s3_reg, hold_reg, c1_reg, c2_reg, c3_reg, none_reg;
  // Step 0: what is it? Step 0b: what is alive is asked. Step 1: looked up, used in step 2.
  reg ok_chan_reg, ok_grant_reg, ok_global_reg, stored_chan_reg, stored_global_reg, retired_there_reg;
  reg
      ok_reg,
      stored_reg,
      retired_reg,
      window_reg,
      there_reg,
      counted_reg,
      is_pos,
      is_seg,
      is_count,
      is_status,
      is_high,
      is_more;
  reg [31:0] other_reg;  // what is alive and asked for
  reg [31:0] live_reg_word, more_word_reg, global_reg, high_reg;  // what is alive, all of one moment
  reg [2:0] flags_reg;
  reg store_use_reg;
  reg high_we_reg;
  reg [CH_W-1:0] high_ch_reg;
  reg [31:0] high_data_reg;
  reg [31:0] more_reg, look_reg, acc_reg;
  reg [31:0] high_mem[0:CHANNELS-1];  // POS_HI as it was when POS_LO was read
  initial for (k = 0; k < CHANNELS; k = k + 1) high_mem[k] = 32'd0;

  wire entry_there = {20'd0, a_reg[14:3]} < MAP_REGISTERS && a_reg[1:0] == 2'd0;
  reg new_reg, fresh_reg;  // as they were when the counts began to stand still
  wire none = new_reg || (fresh_reg && !is_pos);
  wire carry = (c2_reg && is_count && !none_reg) || (c3_reg && is_seg && !none_reg);
  // At most one of them is not 0.
  wire [31:0] other = global_reg | (high_reg & {32{is_high}}) | (more_word_reg & {32{is_more}}) |
      ({26'd0, flags_reg[2:1], 3'd0, flags_reg[0]} & {32{is_status}});
  // One LUT in front of the adder.
  wire [31:0] sources = (store_reg & {32{store_use_reg}}) | more_reg | look_reg;

  wire s2_go = s2_reg && !wrote_reg;
  wire hold_go = hold_reg && look_hold && !wrote_reg;

  assign look_req  = hold_reg || c1_reg;
  assign look_word = !c1_reg ? 3'd0 : is_pos ? 3'd2 : 3'd4;
  assign rd_data   = acc_reg;

  wire [CH_W-1:0] read_ch = a_reg[12+:CH_W];  // of a channel register
  wire high_clear = cw_valid && cw_reg == `WL_CHANNEL_POS_HI_NR;
  wire high_keep = c2_reg && is_pos;

  always @(posedge aclk) begin
    if (rd_req) begin
      a_reg <= rd_addr;
      r_ch  <= CHANNELS > 1 ? in_no[CH_W-1:0] : {CH_W{1'b0}};
      r_reg <= in_grant ? {2'd0, rd_addr[5:2]} : rd_addr[7:2];
    end
    s0_reg   <= rd_req;
    s0b_reg  <= s0_reg;
    s1_reg   <= s0b_reg;
    live_ch  <= r_ch;
    live_reg <= r_reg;
    s2_reg   <= (s1_reg && !window_reg && !counted_reg) || (s2_reg && wrote_reg);
    s3_reg   <= s2_go || (ent_valid && ent_done);
    hold_reg <= (s1_reg && !window_reg && counted_reg) || (hold_reg && !hold_go);
    c1_reg   <= hold_go;
    c2_reg   <= c1_reg;
    c3_reg   <= c2_reg;
    if (s1_reg) ent_valid <= window_reg && there_reg;
    else if (ent_done) ent_valid <= 1'b0;
    rd_ack <= s3_reg || c3_reg || (s1_reg && window_reg && !there_reg);
    if (s1_reg) rd_err <= window_reg ? !there_reg : !ok_reg;
    new_reg   <= look_new;
    fresh_reg <= look_fresh;
    if (c1_reg) none_reg <= none;

    window_reg <= r_window;
    there_reg <= entry_there;
    counted_reg <= ok_chan_reg && (is_pos || is_seg || is_count);
    is_pos <= to_pos;
    is_seg <= to_seg;
    is_count <= to_count;
    is_status <= to_status;
    is_high <= c_low && r == `WL_CHANNEL_POS_HI_NR;
    is_more <= r_chan && more_there;
    // Two steps: the address stands still, and what depends on these is a step later.
    ok_chan_reg <= near_word && r_chan && c_built && chan_there;
    ok_grant_reg <= aligned && r_grant && g_built && a_reg[5:4] == 2'd0;
    ok_global_reg <= near_word && r_global && first && r <= `WL_GLOBAL_ENGINE_IRQ_NR;
    stored_chan_reg <= stored_chan;
    stored_global_reg <= stored_global;
    retired_there_reg <= retired;
    ok_reg <= ok_chan_reg || ok_grant_reg || ok_global_reg;
    stored_reg <= (ok_chan_reg && stored_chan_reg) || ok_grant_reg || (ok_global_reg && stored_global_reg);
    retired_reg <= ok_chan_reg && retired_there_reg;
    other_reg <= (other & {32{ok_reg}}) | (live_reg_word & {32{retired_reg}});
    {live_reg_word, more_word_reg, flags_reg} <= {live_word, live_more, live_flags};
    global_reg <= r_global ? global_word : 32'd0;  // one that is stored reads as 0 where it is alive
    high_reg <= high_mem[read_ch];
    store_reg <= store_q_reg;  // nothing else behind the RAM
    store_use_reg <= (s2_go && stored_reg) || (hold_go && is_count);
    more_reg <= s2_go ? other_reg : 32'd0;
    // COUNT takes away: what is looked up is inverted here. An entry of the map comes here too, since there is room for it.
    look_reg <= ((c1_reg && !none) || (c2_reg && !none_reg && !is_pos) ? look_data ^ {32{is_count}} : 32'd0) |
        (a_reg[2] ? ent_hi : ent_lo);
    acc_reg <= s1_reg ? 32'd0 : acc_reg + sources + {31'd0, carry};

    // A cycle later: what is cleared, or was never anything, is 0 in the flip-flops before the RAM.
    high_we_reg <= aresetn && (high_clear || high_keep);
    high_ch_reg <= high_clear ? cw_ch : read_ch;
    high_data_reg <= high_keep && !none_reg ? look_data : 32'd0;
    if (high_we_reg) high_mem[high_ch_reg] <= high_data_reg;

    if (!aresetn) begin
      s0_reg <= 1'b0;
      s0b_reg <= 1'b0;
      live_ch <= {CH_W{1'b0}};
      live_reg <= 6'd0;
      s1_reg <= 1'b0;
      s2_reg <= 1'b0;
      s3_reg <= 1'b0;
      hold_reg <= 1'b0;
      c1_reg <= 1'b0;
      c2_reg <= 1'b0;
      c3_reg <= 1'b0;
      none_reg <= 1'b0;
      ent_valid <= 1'b0;
      rd_ack <= 1'b0;
      rd_err <= 1'b0;
      a_reg <= 19'd0;
      r_ch <= {CH_W{1'b0}};
      r_reg <= 6'd0;
      acc_reg <= 32'd0;
      store_use_reg <= 1'b0;
      {more_reg, look_reg} <= 64'd0;
    end
  end

endmodule

`resetall
