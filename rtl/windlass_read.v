/*
 * windlass_read: issues the read of each piece once everything that it will need is reserved.
 *
 * Purpose: works out what a piece is on both buses, waits until its buffer rows, a place among what waits to be written and an
 * outstanding read are free, then issues AR and tells windlass_land how the data land. A null piece, or a piece of a channel
 * that is already in error, only takes its turn. A piece whose data come from elsewhere (a fill, a stream) lands without AR.
 * Goal: a piece a cycle; AR is valid two cycles after piece_valid when nothing waits, and a cycle after it when nothing is reserved.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_read #(
    parameter CHANNELS    = 4,   // number of channels
    parameter CH_W        = 2,   // width of a channel number
    parameter DATA_WIDTH  = 64,  // bus, bits
    parameter ADDR_WIDTH  = 32,  // address, bits
    parameter ID_WIDTH    = 4,   // AXI ID, bits
    parameter OUTSTANDING = 32,  // most reads in flight, with what else is about to land
    parameter PTR_W       = 9,   // log2 of the buffer rows
    parameter QUEUE_LOG   = 6,   // log2 of the most pieces that wait to be written
    parameter REC_W       = 1,   // width of a record for windlass_write
    parameter LAND_W      = 1,   // width of a landing record
    parameter CRC         = 0    // CRC32C and COMPARE are built
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // pieces
    input wire piece_valid,  // a piece; may still come for 8 cycles after ready fell
    output wire piece_ready,  // there is room for 8 more
    output wire [4:0] piece_level,  // pieces that wait here
    output wire piece_busy,  // several pieces wait for their read, or many for their write
    input wire [CH_W-1:0] piece_ch,  // channel
    input wire piece_null,  // a token without data
    input wire [3:0] piece_err,  // error that it carries
    // physical source; of a stream: low bits = byte offset in its head word; of a fill: the byte at address A gets byte A mod 4
    input wire [ADDR_WIDTH-1:0] piece_src,
    input wire [ADDR_WIDTH-1:0] piece_dst,  // physical destination; of a stream: low bits = running byte offset
    input wire [11:0] piece_len_m1,  // bytes - 1; of a token any
    input wire piece_sdev,  // the source is the device
    input wire piece_ddev,  // the destination is the device
    input wire piece_incr,  // the device's burst increments
    input wire [1:0] piece_unit,  // log2 of the device unit
    input wire piece_fill,  // the source is a pattern
    input wire piece_sstr,  // the source is the channel's stream
    input wire piece_slast,  // stream source: its packet's last byte is taken
    input wire piece_dstr,  // the destination is the channel's stream; of a token: an empty packet's end
    input wire piece_dlast,  // stream destination: TLAST after the last byte; of a sum: its segment ends
    input wire piece_sum,  // the bytes are summed up; the destination is lane 0 of nowhere, piece_incr tells a segment's first
    input wire [CHANNELS-1:0] squash,  // channels in error
    // AXI read address
    output wire [ID_WIDTH-1:0] m_axi_arid,  // always 0
    output reg [ADDR_WIDTH-1:0] m_axi_araddr,  // address
    output reg [7:0] m_axi_arlen,  // beats - 1
    output reg [2:0] m_axi_arsize,  // log2 of a beat
    output reg [1:0] m_axi_arburst,  // INCR or FIXED
    output wire m_axi_arlock,  // always 0
    output reg [3:0] m_axi_arcache,  // memory or device
    output wire [2:0] m_axi_arprot,  // always 0
    output wire [3:0] m_axi_arqos,  // always 0
    output reg m_axi_arvalid,  // valid
    input wire m_axi_arready,  // ready
    // reservations
    input wire row_back,  // a buffer row is given back
    input wire land_back,  // a piece has landed
    input wire [QUEUE_LOG:0] queue_level,  // pieces that wait to be written, two cycles late
    input wire fill_room,  // one more pattern may be stored
    // records
    output wire rec_valid,  // a piece comes, see windlass_write
    output wire [REC_W-1:0] rec_data,  // its record
    output wire go_valid,  // a piece went: its turn to be written may come
    output wire go_token,  // it moves no data
    output wire land_valid,  // data will land
    output wire [LAND_W-1:0] land_data,  // how, see windlass_land
    output reg fill_valid,  // a cycle later: store the pattern
    output reg [31:0] fill_data,  // pattern
    output wire pull_valid,  // the data come from a stream
    output wire [CH_W-1:0] pull_ch,  // whose
    output wire [7:0] pull_words_m1,  // words - 1
    output wire pull_all  // its last word is used up
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam AW = ADDR_WIDTH;
  localparam L_W = 7 + 2 + 2 + OFF_W + OFF_W + 8;  // the landing record, without its second bit
  localparam P_W = L_W - 8;  // and without its last eight, the steps, which are rows or beats
  localparam ITEM_W = CH_W + 3 + AW + 16 + P_W + 1;

  assign m_axi_arid   = {ID_WIDTH{1'b0}};
  assign m_axi_arlock = 1'b0;
  assign m_axi_arprot = 3'd0;
  assign m_axi_arqos  = 4'd0;

  // ---------------------------------------------------------------- the piece in beats, words and rows
  // A buffer row holds what one beat of the destination takes.
  // The last byte, counted from the first word, is len - 1 + offset.
  wire [OFF_W-1:0] i_do = piece_dst[OFF_W-1:0];
  wire [OFF_W-1:0] i_so = piece_src[OFF_W-1:0];
  wire [12:0] src_sum = {1'b0, piece_len_m1} + {{13 - OFF_W{1'b0}}, i_so};
  wire [12:0] dst_sum = {1'b0, piece_len_m1} + {{13 - OFF_W{1'b0}}, i_do};
  wire [13:0] src_end = {
    1'b0, src_sum
  }, dst_end = {
    1'b0, dst_sum
  };  // with the widest word 8 bits above the offset are one more
  wire [11:0] in_units_m1 = piece_len_m1 >> piece_unit;  // the length is in whole units
  wire [7:0] units_m1 = in_units_m1[7:0];
  wire [7:0] words_m1 = src_end[OFF_W+:8];
  wire [7:0] rows_m1 = piece_ddev ? units_m1 : dst_end[OFF_W+:8];
  wire [7:0] beats_m1 = piece_sdev ? units_m1 : words_m1;
  // One step only: the same, without waiting for the sums.
  wire [OFF_W:0] src_low = {1'b0, piece_len_m1[OFF_W-1:0]} + {1'b0, i_so};
  wire [OFF_W:0] dst_low = {1'b0, piece_len_m1[OFF_W-1:0]} + {1'b0, i_do};
  wire in_one = piece_fill ? !dst_low[OFF_W] && piece_len_m1 >> OFF_W == 12'd0 :
      piece_sdev || piece_ddev ? in_units_m1 == 12'd0 : !src_low[OFF_W] && piece_len_m1 >> OFF_W == 12'd0;
  // The words are turned by rot lanes. If the source lies further into its word than the destination, the first word fills
  // only the part of the first row that follows the turn; the last word may fill part of one row more.
  wire [OFF_W-1:0] rot = piece_fill ? {OFF_W{1'b0}} : i_do - i_so;
  wire turned = !piece_fill && !piece_sdev && !piece_ddev;
  wire back = turned && i_do < i_so;
  wire in_over = dst_end[OFF_W] ^ src_end[OFF_W] ^ (i_do < i_so);
  wire over = turned && in_over;

  // To windlass_write a sum is what no other piece is: for the stream and for the device.
  wire sum = CRC != 0 && piece_sum;

  assign rec_valid = piece_valid;
  assign rec_data = {
    piece_ch,
    piece_null && piece_err != 4'd0,
    piece_dstr || sum,
    piece_dlast,
    piece_ddev || sum,
    piece_incr,
    piece_unit,
    piece_dst,
    piece_null ? 8'd0 : rows_m1,
    dst_end[OFF_W-1:0]
  };

  wire [ITEM_W-1:0] in_item = {
    piece_ch,
    piece_null,
    piece_sstr,
    piece_dstr,
    piece_src,
    piece_null ? 8'd0 : beats_m1,
    piece_null ? 8'd0 : rows_m1,
    piece_slast || &src_end[OFF_W-1:0],
    in_one,
    piece_sstr || piece_fill,
    piece_fill,
    piece_sdev,
    piece_ddev,
    piece_incr,
    piece_sdev || piece_ddev,
    piece_unit,
    back,
    over,
    rot,
    piece_sdev ? i_do : i_so
  };

  // ---------------------------------------------------------------- queue, passed by when it is empty
  wire [4:0] in_level;
  wire f_valid;
  wire [ITEM_W-1:0] f_item;
  reg p_valid_reg;
  reg [4:0] level_reg;  // in_level, counted, so that nothing is in front of it
  // Two halves that are held apart, so that what follows from both is a LUT behind them.
  (* keep *) wire rows_go, ar_go;
  wire p_go = rows_go && ar_go;
  wire p_free = !p_valid_reg || p_go;
  // Also behind a piece that goes just now, so that `p_go`, which comes late, does not decide where a piece is stored.
  wire waits = f_valid || p_valid_reg;

  assign piece_level = level_reg;
  assign piece_busy  = level_reg >= 5'd3 || |queue_level[QUEUE_LOG:3];
  assign piece_ready = level_reg < 5'd7 && queue_level < (1 << QUEUE_LOG) - 10;
  wire stored = piece_valid && waits;
  // Found out for both cases of p_go, and kept so: whether the level changes.
  (* keep *)wire change_go = stored ^ f_valid;
  (* keep *)wire change_not = stored ^ (f_valid && !p_valid_reg);

  windlass_fifo #(
      .WIDTH(ITEM_W),
      .DEPTH_LOG(4)
  ) pieces_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(stored),
      .in_data(in_item),
      .level(in_level),
      .out_valid(f_valid),
      .out_ready(p_free),
      .out_data(f_item)
  );

  // ---------------------------------------------------------------- issue when all is reserved
  reg [CH_W-1:0] p_ch_reg;
  reg p_null_reg, p_sstr_reg, p_dstr_reg, p_all_reg;
  reg p_early_reg;  // its AR is out
  reg [AW-1:0] p_src_reg;
  reg [7:0] p_beats_m1_reg, p_rows_m1_reg;
  reg [P_W-1:0] p_land_reg;
  wire p_alt, p_fill, p_sdev, p_ddev, p_incr, p_units;
  wire [1:0] p_unit;
  assign {p_alt, p_fill, p_sdev, p_ddev, p_incr, p_units, p_unit} = p_land_reg[P_W-2-:8];

  reg [PTR_W:0] free_reg;
  reg issued_reg;  // a piece went a cycle ago
  reg [6:0] slots_reg;  // pieces that could still be in flight before that: less issued_reg
  reg read_fits_reg;  // a place in flight is left
  // Free rows after the piece; a row that comes back is the borrow that is not.
  wire [31:0] rows_m1_32 = {24'd0, p_rows_m1_reg};
  wire [PTR_W+1:0] after = {free_reg, row_back} - {rows_m1_32[PTR_W:0], 1'b1};
  // Whether the rows of the piece in hand are free is found out in the cycle before, so that the comparison is not in front of
  // everything. A piece that stays is compared. One that comes is not: its rows are free if it and the one before it are small
  // and the buffer is not nearly full, or if nothing was there; else it is compared in its first cycle, and waits for that.
  localparam SMALL_LOG = PTR_W - 3 > 8 ? 8 : PTR_W - 3;  // small: an eighth of the buffer at most
  reg fits_reg;  // only of a piece that is there
  reg p_small_reg;
  wire [7:0] f_rows_m1 = f_item[P_W+1+:8];
  wire n_small = f_valid ? f_rows_m1 >> SMALL_LOG == 8'd0 : piece_null || rows_m1 >> SMALL_LOG == 8'd0;
  // The rows of one that passes by the queue come from an adder, late: its length tells that it has twice as many and one at most.
  wire [31:0] in_len_m1 = {20'd0, piece_len_m1};
  wire in_near = piece_null || (!piece_ddev && in_len_m1 >> (SMALL_LOG + 1 + OFF_W) == 32'd0);
  // Of one from the queue, its rows are known last.
  wire f_small = f_rows_m1 >> SMALL_LOG == 8'd0;
  (* keep *) wire f_near = f_valid && |free_reg[PTR_W:SMALL_LOG+1] && (p_small_reg || !p_valid_reg);
  wire comes = f_valid || (piece_valid && !p_valid_reg);  // if none is in hand, or that goes
  (* keep *)
  wire else_fits = comes && ((!f_valid && in_near && |free_reg[PTR_W:SMALL_LOG+2] && (p_small_reg || !p_valid_reg)) ||
                            (!p_valid_reg && free_reg[PTR_W]));
  wire comes_fits = (f_near && f_small) || else_fits;
  wire stays_fits = {{31 - PTR_W{1'b0}}, free_reg} > rows_m1_32;
  wire ar_free = !m_axi_arvalid || m_axi_arready;
  // A stream's pieces go on to the end also in error: its queues count on them.
  (* keep *) wire p_token = p_null_reg || (squash[p_ch_reg] && !p_sstr_reg && !p_dstr_reg && !p_early_reg);
  wire issue = p_go && !p_token;
  assign rows_go = fits_reg && read_fits_reg && (!p_fill || fill_room);
  assign ar_go   = ar_free || p_early_reg;
  // Whether a place is left a cycle later: whatever happens; unless a piece is issued.
  (* keep *) wire fits_still = land_back || |slots_reg[6:2] || (slots_reg[1] && (slots_reg[0] || !issued_reg));
  (* keep *) wire fits_unless = slots_reg[1] || (slots_reg[0] && !issued_reg);
  // With all rows free a piece fits whatever it is, so its AR and its landing record go out while it is stored here; its rows are
  // reserved a cycle later. Only from memory to memory or a stream, so that little is in front of both.
  wire early = piece_valid && !waits && free_reg[PTR_W] && read_fits_reg && ar_free && !piece_null && !piece_fill && !piece_sstr &&
      !piece_sdev && !piece_ddev && !squash[piece_ch];
  wire [L_W-1:0] in_land = {
    !src_low[OFF_W] && piece_len_m1 >> OFF_W == 12'd0,
    4'd0,
    piece_incr,
    1'b0,
    piece_unit,
    i_do < i_so,
    in_over,
    i_do - i_so,
    i_so,
    words_m1
  };
  wire ar_sdev = p_valid_reg && p_sdev;
  wire [AW-1:0] ar_src = p_valid_reg ? p_src_reg : piece_src;

  assign go_valid   = p_go;
  assign go_token   = p_token;
  assign land_valid = early || (issue && !p_early_reg);
  // With a device side it is told whether the first unit ends its word or row.
  wire [OFF_W:0] p_pos_next = {1'b0, p_land_reg[0+:OFF_W]} + ({{OFF_W{1'b0}}, 1'b1} << p_unit);
  wire [7:0] p_steps_m1 = p_ddev || p_fill ? p_rows_m1_reg : p_beats_m1_reg;
  wire [L_W-1:0] land = p_valid_reg ? {p_land_reg, p_steps_m1} : in_land;
  assign land_data = {land[L_W-1], p_valid_reg && p_units && p_pos_next[OFF_W], land[L_W-2:0]};
  assign pull_valid = issue && p_sstr_reg;
  assign pull_ch = p_ch_reg;
  assign pull_words_m1 = p_beats_m1_reg;
  assign pull_all = p_all_reg;

  always @(posedge aclk) begin
    if (p_free) begin
      p_valid_reg <= comes;
      {p_ch_reg, p_null_reg, p_sstr_reg, p_dstr_reg, p_src_reg, p_beats_m1_reg, p_rows_m1_reg, p_all_reg, p_land_reg} <=
          f_valid ? f_item : in_item;
      p_small_reg <= n_small;
    end
    fits_reg <= p_free ? comes_fits : stays_fits;
    // What is taken, which comes late, decides only whether the level changes.
    if (p_go ? change_go : change_not) level_reg <= level_reg + {{4{!stored}}, 1'b1};
    if (m_axi_arready) m_axi_arvalid <= 1'b0;
    if (ar_free && (p_valid_reg || piece_valid)) begin
      m_axi_araddr  <= {ar_src[AW-1:OFF_W], p_src_reg[OFF_W-1:0] & {OFF_W{ar_sdev}}};
      m_axi_arlen   <= p_valid_reg ? p_beats_m1_reg : words_m1;
      m_axi_arsize  <= ar_sdev ? {1'b0, p_unit} : OFF_W[2:0];
      m_axi_arburst <= ar_sdev && !p_incr ? 2'b00 : 2'b01;
      m_axi_arcache <= ar_sdev ? 4'b0000 : 4'b0011;
    end
    if (early || (p_go && !p_early_reg && !p_token && !p_alt)) m_axi_arvalid <= 1'b1;
    if (p_free) p_early_reg <= early;
    free_reg <= issue ? after[PTR_W+1:1] : free_reg + {{PTR_W{1'b0}}, row_back};
    fill_valid <= aresetn && issue && p_fill;
    fill_data <= p_src_reg[31:0];
    issued_reg <= issue;
    // What is decided late in the cycle is counted in the next; whether one is left does not wait for the count.
    slots_reg <= slots_reg + {{6{issued_reg && !land_back}}, issued_reg ^ land_back};
    read_fits_reg <= fits_still || (fits_unless && !(p_go && !p_token));
    if (!aresetn) begin
      p_valid_reg <= 1'b0;
      p_early_reg <= 1'b0;
      fits_reg <= 1'b0;
      level_reg <= 5'd0;
      m_axi_arvalid <= 1'b0;
      m_axi_araddr <= {AW{1'b0}};
      m_axi_arlen <= 8'd0;
      m_axi_arsize <= 3'd0;
      m_axi_arburst <= 2'b01;
      m_axi_arcache <= 4'd0;
      free_reg <= {1'b1, {PTR_W{1'b0}}};
      slots_reg <= OUTSTANDING[6:0];
      issued_reg <= 1'b0;
      read_fits_reg <= 1'b1;
    end
  end

`ifdef PROVE_READ
  `include "windlass_read.svh"
`endif

endmodule

`resetall
