/*
 * windlass_desc_place: where in its table or ring the fetching of each channel stands.
 *
 * Purpose: keeps base and length of each channel's table, its place and what a LINK says, and brings the place of the slot's channel into
 * flip-flops: the beginning after START, the table behind a LINK, else where the channel was. A burst steps over itself there, back to the
 * beginning at the end of a ring, and the place is stored a cycle later.
 * Goal: where a place comes from is known a cycle before it is taken, so that what is in front of the slot is one choice of four.
 *
 * Which of them it is, is told by bits that turn over: START makes the channel's start bit differ from that of its place, a LINK turns the
 * link bit, and the first burst stores both beside the place.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_desc_place #(
    parameter CHANNELS   = 4,  // number of channels
    parameter CH_W       = 2,  // width of a channel number
    parameter ADDR_WIDTH = 32  // address, bits
) (
    input wire aclk,  // clock
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
    // LINK: its table goes on elsewhere
    input wire link_valid,  // a LINK came; not before the first burst of a run
    input wire [CH_W-1:0] link_ch,  // in this channel's table
    input wire [ADDR_WIDTH-5:0] link_unit,  // address / 16 of the new table
    input wire [15:0] link_count,  // its descriptors
    // the slot
    input wire [CH_W-1:0] ch,  // its channel
    input wire run,  // of its run, else what START would begin with
    input wire load,  // bring its place: there two cycles later, and as long as `load` stays
    input wire step,  // go over a burst; not with `load`
    input wire keep,  // in the cycle after a step: store the place, unless its run or table was over by then
    input wire ring,  // it goes round, else it is a table
    input wire wide,  // descriptors have 32 bytes; of what is loaded now, too
    input wire [4:0] n,  // descriptors of the burst, two cycles before the step
    output wire begins,  // in `load`, from its second cycle: it is at the beginning, without a LINK
    output wire [ADDR_WIDTH-5:0] unit,  // address / 16
    output wire [15:0] fetched,  // descriptors since START or LINK, mod 65536
    output wire phase,  // odd lap
    output reg [4:0] left_n,  // descriptors up to the end, 16 if more; a cycle later
    output wire ends,  // the burst is the last of the table or lap
    output wire turns  // and it goes back to the beginning
);
  localparam U_W = ADDR_WIDTH - 4;  // an address in units of 16 bytes

  // ---------------------------------------------------------------- channels
  reg [27:0] base_lo_mem[0:CHANNELS-1];
  reg [31:0] base_hi_mem[0:CHANNELS-1];
  reg [15:0] count_mem[0:CHANNELS-1];
  reg [U_W+15:0] link_mem[0:CHANNELS-1];  // {descriptors, address / 16} behind a LINK
  reg [U_W+34:0] next_mem[0:CHANNELS-1];  // {start bit, link bit, phase, fetched, ~left of the table or lap, address / 16}
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg start_mem[0:CHANNELS-1];  // start bit
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg begun_mem[0:CHANNELS-1];  // that of next_mem, for START
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg turn_mem[0:CHANNELS-1];  // link bit

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      base_lo_mem[k] = 28'd0;
      base_hi_mem[k] = 32'd0;
      count_mem[k] = 16'd0;
      link_mem[k] = {U_W + 16{1'b0}};
      next_mem[k] = {U_W + 35{1'b0}};
      start_mem[k] = 1'b0;
      begun_mem[k] = 1'b0;
      turn_mem[k] = 1'b0;
    end

  always @(posedge aclk) begin
    if (cw_valid && cw_reg == `WL_CHANNEL_DESC_LO_NR) base_lo_mem[cw_ch] <= cw_data[31:4];
    if (cw_valid && cw_reg == `WL_CHANNEL_DESC_HI_NR) base_hi_mem[cw_ch] <= cw_data;
    if (cw_valid && cw_reg == `WL_CHANNEL_DESC_COUNT_NR) count_mem[cw_ch] <= cw_data[15:0];
    if (link_valid) link_mem[link_ch] <= {link_count, link_unit};
    if (link_valid) turn_mem[link_ch] <= !turn_mem[link_ch];
    if (start_valid) start_mem[start_ch] <= !begun_mem[start_ch];
  end

  // ---------------------------------------------------------------- the slot
  reg [U_W-1:0] unit_reg;
  reg [15:0] spent_reg;  // ~left of the table or lap, so that a burst adds to it
  reg [15:0] fetched_reg;
  reg phase_reg, ends_reg, turns_reg;
  reg  [ 1:0] from_reg;  // where it comes from: 0 beginning, 1 LINK, 2 where the channel was, 3 it stays: a step

  wire [59:0] base_at = {base_hi_mem[ch], base_lo_mem[ch]};
  wire [15:0] next_spent, next_fetched, link_left;
  wire [15:0] count = count_mem[ch];
  wire [U_W-1:0] next_unit, link_at;
  wire next_start, next_turn, next_phase;
  wire start = start_mem[ch], turn = turn_mem[ch];
  assign {next_start, next_turn, next_phase, next_fetched, next_spent, next_unit} = next_mem[ch];
  assign {link_left, link_at} = link_mem[ch];

  reg [5:0] n_units_reg;  // as `ends`: known before the step
  reg [U_W-1:0] unit_at;
  reg [15:0] spent_at;
  always @* begin
    case (from_reg)
      2'd0: {spent_at, unit_at} = {~count, base_at[U_W-1:0]};
      2'd1: {spent_at, unit_at} = {~link_left, link_at};
      2'd2: {spent_at, unit_at} = {next_spent, next_unit};
      default: {spent_at, unit_at} = {spent_reg + {11'd0, n}, unit_reg + {{U_W - 6{1'b0}}, n_units_reg}};
    endcase
  end
  wire [16:0] since_at = step ? {phase_reg ^ turns_reg, fetched_reg + {11'd0, n}} : {next_phase, next_fetched} & {17{from_reg[1]}};

  assign begins = from_reg == 2'd0;
  assign unit = unit_reg;
  assign fetched = fetched_reg;
  assign phase = phase_reg;
  assign ends = ends_reg;
  assign turns = turns_reg;
  (* keep *) wire last = spent_reg == {11'h7FF, ~n};

  always @(posedge aclk) begin
    // A step goes on from here, or back.
    from_reg <= !load ? {2{!(last && ring)}} : !run || start != next_start ? 2'd0 : turn != next_turn ? 2'd1 : 2'd2;
    if (load || step) begin
      {spent_reg, unit_reg} <= {spent_at, unit_at};
      {phase_reg, fetched_reg} <= since_at;
      // START and LINK refuse other places of wide descriptors; a burst crosses nothing even then.
      if (wide) unit_reg[0] <= 1'b0;
    end
    left_n <= !(&spent_reg[15:4]) ? 5'd16 : {1'b0, ~spent_reg[3:0]};
    // The size of a burst is known two cycles before it is recorded.
    n_units_reg <= wide ? {n, 1'b0} : {1'b0, n};
    ends_reg <= last;
    turns_reg <= last && ring;
    if (keep && !(start_valid && start_ch == ch)) begin
      next_mem[ch]  <= {start, turn, phase_reg, fetched_reg, spent_reg, unit_reg};
      begun_mem[ch] <= start;
    end
  end

endmodule

`resetall
