/*
 * windlass_dev_address: the way of one direction's addresses from `s_axi_dev` to `m_axi` (manual, section 13).
 *
 * Purpose: cuts a bus master's burst into parts of at most 16 beats that stay in a page, has each translated and checked, and hands it on,
 * with a record of each part, refused or not, for its answer. A part sets out only when nothing but memory can hold it up afterwards:
 * `room` tells how many beats it may have (space for what is read, data that is there for what is written), the queues behind have places.
 * So a bus master that stands still holds up neither the channels nor REVOKE nor a reset.
 * Goal: two cycles from address to address; a burst of one part a cycle, a part of a long burst every third cycle. A burst is looked up while
 * it is taken, and again in every cycle that it waits; whether it goes is decided a cycle later, from registers alone.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_dev_address #(
    parameter DATA_WIDTH    = 64,   // bus, bits
    parameter ADDR_WIDTH    = 32,   // address, bits
    parameter DEV_ID_WIDTH  = 8,    // ID of a bus master's access, bits; the upper three are its number
    parameter MAP_REGISTERS = 256,  // entries in the map, 0..4096
    parameter BUS_MASTERS   = 1,    // bus masters, 1..8
    parameter WRITE         = 0,    // 1: writes, 0: reads
    parameter ROOM_W        = 9     // width of a number of beats
) (
    input  wire                    aclk,         // clock
    input  wire                    aresetn,      // synchronous reset, active low
    // the bus masters' addresses
    input  wire                    in_valid,     // an address
    output wire                    in_ready,     // it is taken
    input  wire [DEV_ID_WIDTH-1:0] in_id,        // ID
    input  wire [  ADDR_WIDTH-1:0] in_addr,      // logical address
    input  wire [             7:0] in_len,       // beats - 1
    input  wire [             2:0] in_size,      // log2 of the bytes in a beat
    input  wire [             1:0] in_burst,     // kind of burst
    input  wire [             3:0] in_cache,     // memory type
    input  wire [             3:0] in_qos,       // quality of service
    // may a part set out?
    input  wire [      ROOM_W-1:0] room,         // beats that there is room, or data, for
    input  wire                    closed,       // none may
    input  wire                    rec_full,     // fewer than five records had a place, a cycle ago
    output wire                    go_valid,     // a part sets out
    output wire [             3:0] go_beats,     // its beats - 1
    // a cycle later its record
    output wire                    rec_valid,    // there is one
    output wire [DEV_ID_WIDTH-1:0] rec_id,       // ID
    output wire [             3:0] rec_beats,    // beats - 1
    output wire                    rec_last,     // the burst's last part
    output wire                    rec_refused,  // it is refused and does not go out
    // the engine's addresses
    output wire                    out_valid,    // an address
    input  wire                    out_ready,    // it is taken
    output wire [  ADDR_WIDTH-1:0] out_addr,     // physical address
    output wire [             7:0] out_len,      // beats - 1
    output wire [             2:0] out_size,     // log2 of the bytes in a beat
    output wire [             1:0] out_burst,    // kind of burst
    output wire [             3:0] out_cache,    // memory type
    output wire [             3:0] out_qos,      // quality of service
    input  wire                    out_end,      // memory has answered one
    // observation
    output reg                     idle,         // memory owes nothing
    output reg                     flt_valid,    // an access was refused
    output reg  [             3:0] flt_cause,    // error code
    output reg  [DEV_ID_WIDTH-1:0] flt_id,       // ID
    output reg  [  ADDR_WIDTH-1:0] flt_addr,     // logical address
    // map
    input  wire                    mark,         // note for REVOKE what was looked up
    output wire                    drained,      // that has been answered
    input  wire                    tw_clear,     // the table is being cleared after reset
    input  wire                    tw_soon,      // an entry will be written
    input  wire                    tw_valid,     // an entry is written
    input  wire [            11:0] tw_index,     // which
    input  wire [ ADDR_WIDTH-13:0] tw_page,      // its page
    input  wire [             9:0] tw_flags      // {owner, write, read, valid}
);
  localparam AW = ADDR_WIDTH;
  localparam [31:0] SIZE = $clog2(DATA_WIDTH / 8);
  localparam [1:0] FIXED = 2'd0, INCR = 2'd1, WRAP = 2'd2;
  localparam B_W = 3 + 2 + 4 + 4;  // {size, burst, cache, qos}
  localparam O_W = AW + 4 + B_W;  // what waits for memory: {address, beats - 1, the above}

  // ---------------------------------------------------------------- the burst being cut
  // What is no AXI burst is made one: too wide a beat, a WRAP of no legal length.
  wire wraps = in_burst == WRAP && (in_len == 8'd1 || in_len == 8'd3 || in_len == 8'd7 || in_len == 8'd15);
  wire [2:0] size = in_size > SIZE[2:0] ? SIZE[2:0] : in_size;
  wire [1:0] burst = in_burst == FIXED ? FIXED : wraps ? WRAP : INCR;

  // A burst waits here; its next part is found in two steps, address and then beats in the page; none of it has set out; its look-up is on its way.
  reg busy_reg, step_reg, late_reg, first_reg, fresh_reg;
  reg tried_reg;  // it could not go when its look-up was there
  reg [DEV_ID_WIDTH-1:0] id_reg;
  reg [AW-1:0] addr_reg;
  reg [7:0] left_reg;  // beats to come - 1
  reg [3:0] most_reg;  // beats of its part at most - 1
  reg ends_reg;  // these end with the page
  reg [3:0] beats_reg;  // of the part that has set out
  reg [B_W-1:0] attr_reg;
  // {its part ends with the page, beats of a part - 1}: an INCR burst's part goes to the page's end at most. How many words of 16 beats
  // fill a page, and the beats in the last of them, are found side by side.
  function [4:0] most(input [11:0] low, input [2:0] log, input [1:0] kind);
    reg [7:0] last;
    reg [11:0] beats;
    integer s;
    begin
      last[7] = 1'b1;
      for (s = 0; s < 7; s = s + 1) last[s] = &(low | ((12'd16 << s) - 12'd1));
      beats = ~low >> log;
      most  = kind == INCR && last[log] ? {1'b1, beats[3:0]} : 5'd15;
    end
  endfunction
  wire short = left_reg[7:4] == 4'd0;
  wire c_last = short && left_reg[3:0] <= most_reg;
  wire [3:0] c_beats = c_last ? left_reg[3:0] : most_reg;
  // The lesser of the two numbers of beats fits if either does; neither is more than 15.
  wire fits = |room[ROOM_W-1:4] || room[3:0] > most_reg || (short && room[3:0] > left_reg[3:0]);
  wire look_hold;
  reg waits_full_reg;  // addresses waited for memory, a cycle ago
  assign go_valid = busy_reg && fresh_reg && fits && !closed && !rec_full && !waits_full_reg;
  assign go_beats = c_beats;
  assign in_ready = !busy_reg || (go_valid && c_last);

  // What comes in, or what waits: a guess, since whether a part goes is known too late for an address of block RAM. A wrong one costs a cycle;
  // what did not go when it was expected to is looked up until it goes.
  wire look_in = !busy_reg || (fresh_reg && !tried_reg && |room);

  // A part that is not the last has 16 beats or ends with the page.
  wire [11:0] low = (addr_reg[11:0] & 12'hFFF << attr_reg[12:10]) + (12'd16 << attr_reg[12:10]);
  wire [AW-13:0] page = addr_reg[AW-1:12] + {{AW - 13{1'b0}}, 1'b1};
  always @(posedge aclk) begin
    if (in_ready) begin
      id_reg <= in_id;
      addr_reg <= in_addr;
      left_reg <= in_len;
      {ends_reg, most_reg} <= most(in_addr[11:0], size, burst);
      attr_reg <= {size, burst, in_cache, in_qos};
      first_reg <= 1'b1;
      busy_reg <= in_valid;
    end
    beats_reg <= c_beats;
    step_reg  <= go_valid && !c_last;
    late_reg  <= step_reg;
    fresh_reg <= !look_hold && (in_ready ? look_in : !look_in && !step_reg && !go_valid);
    tried_reg <= !in_ready && (tried_reg || (fresh_reg && !go_valid));
    if (step_reg) begin
      first_reg <= 1'b0;
      if (attr_reg[9:8] != FIXED) addr_reg <= ends_reg ? {page, 12'd0} : {addr_reg[AW-1:12], low};
      left_reg <= left_reg - {4'd0, beats_reg} - 8'd1;
    end
    if (late_reg) {ends_reg, most_reg} <= most(addr_reg[11:0], attr_reg[12:10], attr_reg[9:8]);
    if (!aresetn) begin
      busy_reg  <= 1'b0;
      step_reg  <= 1'b0;
      late_reg  <= 1'b0;
      fresh_reg <= 1'b0;
      tried_reg <= 1'b0;
    end
  end

  // ---------------------------------------------------------------- two cycles in the look-up, one of them here
  reg v2_reg, first2_reg, last2_reg;
  reg [AW-1:0] addr2_reg;
  reg [DEV_ID_WIDTH-1:0] id2_reg;
  reg [3:0] beats2_reg;
  reg [B_W-1:0] attr2_reg;
  wire [AW-13:0] look_page = look_in ? in_addr[AW-1:12] : addr_reg[AW-1:12];
  wire [2:0] look_master = look_in ? in_id[DEV_ID_WIDTH-1-:3] : id_reg[DEV_ID_WIDTH-1-:3];
  reg refused_reg;  // a part of this burst has been refused
  wire [AW-13:0] frame;
  wire [3:0] err;

  windlass_dev_look #(
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .BUS_MASTERS(BUS_MASTERS),
      .WRITE(WRITE)
  ) look_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .hold(look_hold),
      .page(look_page),
      .master(look_master),
      .frame(frame),
      .err(err),
      .tw_clear(tw_clear),
      .tw_soon(tw_soon),
      .tw_valid(tw_valid),
      .tw_index(tw_index),
      .tw_page(tw_page),
      .tw_flags(tw_flags)
  );

  wire earlier = refused_reg && !first2_reg;
  wire refused = err != 4'd0 || earlier;
  wire issue = v2_reg && !refused;
  assign rec_valid   = v2_reg;
  assign rec_id      = id2_reg;
  assign rec_beats   = beats2_reg;
  assign rec_last    = last2_reg;
  assign rec_refused = refused;

  always @(posedge aclk) begin
    v2_reg <= go_valid;
    first2_reg <= first_reg;
    last2_reg <= c_last;
    addr2_reg <= addr_reg;
    id2_reg <= id_reg;
    beats2_reg <= c_beats;
    attr2_reg <= attr_reg;
    if (v2_reg) refused_reg <= refused;
    flt_valid <= v2_reg && err != 4'd0 && !earlier;
    flt_cause <= err;
    flt_id <= id2_reg;
    flt_addr <= addr2_reg;
    if (!aresetn) begin
      v2_reg <= 1'b0;
      flt_valid <= 1'b0;
    end
  end

  // ---------------------------------------------------------------- out, or into the queue if memory doesn't take it at once
  wire [4:0] waits_level;
  wire waits_valid;
  wire [O_W-1:0] waits_data;
  wire [O_W-1:0] now = {frame, addr2_reg[11:0], beats2_reg, attr2_reg};
  // Three parts may be on their way here when it is seen: 11 and they fit.
  always @(posedge aclk) waits_full_reg <= aresetn && waits_level[4:2] >= 3'd3;
  assign out_valid = waits_valid || issue;
  assign {out_addr, out_len[3:0], out_size, out_burst, out_cache, out_qos} = waits_valid ? waits_data : now;
  assign out_len[7:4] = 4'd0;

  windlass_fifo #(
      .WIDTH(O_W),
      .DEPTH_LOG(4)
  ) waits_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(issue && (waits_valid || !out_ready)),
      .in_data(now),
      .level(waits_level),
      .out_valid(waits_valid),
      .out_ready(out_ready),
      .out_data(waits_data)
  );

  // ---------------------------------------------------------------- what memory owes
  reg [6:0] owed_reg;
  always @(posedge aclk) begin
    owed_reg <= owed_reg + {6'd0, issue} - {6'd0, out_end};
    idle <= owed_reg == 7'd0 && !v2_reg && !go_valid;
    if (!aresetn) begin
      owed_reg <= 7'd0;
      idle <= 1'b0;
    end
  end

  windlass_fence #(
      .SEQ_W(6)
  ) fence_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .issue(issue),
      .finish(out_end),
      .mark(mark),
      .drained(drained)
  );

`ifdef PROVE_DEV_ADDRESS
  `include "windlass_dev_address.svh"
`endif

endmodule

`resetall
