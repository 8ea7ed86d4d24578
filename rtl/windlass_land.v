/*
 * windlass_land: puts what the reads bring at its place for the destination.
 *
 * Purpose: turns each word to the destination's lanes and stores it, so that a row of the buffer is one beat of the
 * destination. Memory to memory a word goes into the rest of one row and the beginning of the next; with a device side one unit
 * is placed per cycle. Every row is reserved; RREADY is low only while a word is spread over several rows, and while data
 * of another origin (a fill, a stream) have their turn.
 * An error marks its bytes and all later ones of the piece; how far the piece was good goes to windlass_bresp.
 * Goal: a beat a cycle, from the bus straight into the buffer; bus words above 128 bits take one cycle more.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_land #(
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter PTR_W      = 9,   // log2 of the buffer rows
    parameter DEPTH_LOG  = 5,   // log2 of the most pieces that wait to land
    parameter LAND_W     = 1    // width of a landing record
) (
    input  wire                          aclk,          // clock
    input  wire                          aresetn,       // synchronous reset, active low
    // AXI read data
    input  wire [        DATA_WIDTH-1:0] m_axi_rdata,   // data
    input  wire [                   1:0] m_axi_rresp,   // response
    input  wire                          m_axi_rvalid,  // valid
    output wire                          m_axi_rready,  // ready
    // data of another origin, in the order of their landing records
    input  wire                          alt_valid,     // a word
    input  wire [        DATA_WIDTH-1:0] alt_data,      // the word
    output wire                          alt_take,      // it is stored
    // how data land
    input  wire                          land_valid,    // a piece was issued
    input  wire [            LAND_W-1:0] land_data,     // its record, see below
    output wire                          alt_fill,      // the pattern's turn, not the stream's
    output wire                          fill_take,     // the pattern's last row
    output reg                           land_back,     // a piece has landed
    // buffer
    output wire [      DATA_WIDTH/8-1:0] put_we,        // lanes to store
    output wire [DATA_WIDTH/8*PTR_W-1:0] put_addr,      // row of each
    output wire [        DATA_WIDTH-1:0] put_data,      // data
    output wire                          put_bad,       // the data are not good
    output wire [                   1:0] rows_landed,   // rows completed by this store
    // errors
    output reg                           bad_valid,     // a piece had an error
    output reg  [                  13:0] bad_data       // {it is a DECERR, bytes before}
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam LOW = OFF_W > 3 ? 3 : 2;  // bits of the turn after the pipeline register; one fits before it

  // ---------------------------------------------------------------- the piece that lands
  wire q_valid, q_one, q_wraps, q_alt, q_fill, q_sdev, q_ddev, q_incr, q_units, q_back, q_over;
  wire [1:0] q_unit;
  wire [OFF_W-1:0] q_rot, q_pos;
  wire [7:0] q_steps_m1;
  wire [DEPTH_LOG:0] q_level;
  reg c_valid_reg, c_alt_reg, c_fill_reg, c_sdev_reg, c_ddev_reg, c_incr_reg, c_units_reg;
  reg c_back_reg;  // the coming word does not fill up the row that is begun
  reg c_over_reg;  // the last word reaches into one row more
  reg [1:0] c_unit_reg;
  reg [OFF_W-1:0] c_rot_reg;  // lanes by which a word is turned
  reg [OFF_W-1:0] c_pos_reg;  // the unit's place in its word (device destination) or row (source); else the first byte
  reg [7:0] c_left_reg, c_whole_reg;  // steps after the coming one; before it, see below
  reg c_first_reg, c_last_reg;  // the coming step is the first; the last
  reg c_bad_reg;  // an error was met
  reg bad_soon_reg;  // bad_valid comes: nothing waits for it, and the bytes before are worked out meanwhile
  reg [PTR_W-1:0] row_reg, next_reg;  // the row that is begun, and the one behind it

  wire [OFF_W:0] unit_bytes = {{OFF_W{1'b0}}, 1'b1} << c_unit_reg;
  wire [OFF_W:0] pos_next = {1'b0, c_pos_reg} + unit_bytes;
  // Whether the coming unit ends its word or row, found out a step before.
  reg c_wraps_reg;
  wire wraps = c_wraps_reg;
  wire [OFF_W:0] pos_after = {1'b0, pos_next[OFF_W-1:0]} + unit_bytes;
  wire word_end = !c_ddev_reg || wraps || c_last_reg;
  wire step = c_valid_reg && (c_alt_reg ? alt_valid : m_axi_rvalid);
  wire load = !c_valid_reg || (step && c_last_reg);

  assign m_axi_rready = c_valid_reg && !c_alt_reg && word_end;
  assign alt_take = c_valid_reg && c_alt_reg;
  assign alt_fill = c_fill_reg;
  assign fill_take = c_valid_reg && c_fill_reg && c_last_reg && alt_valid;

  windlass_fifo #(
      .WIDTH(LAND_W),
      .DEPTH_LOG(DEPTH_LOG),
      .ROOMY(1)  // the oldest is the piece that lands
  ) queue_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(land_valid),
      .in_data(land_data),
      .level(q_level),
      .out_valid(q_valid),
      .out_ready(load),
      .out_data({
        q_one, q_wraps, q_alt, q_fill, q_sdev, q_ddev, q_incr, q_units, q_unit, q_back, q_over, q_rot, q_pos, q_steps_m1
      })
  );

  // ---------------------------------------------------------------- one step: a word, or a unit of it
  wire hi_ok = !c_back_reg;
  wire lo_ok = !c_last_reg || c_over_reg;
  wire row_end = c_sdev_reg ? wraps || c_last_reg : hi_ok;
  wire [1:0] ended = {1'b0, row_end} + {1'b0, c_last_reg && c_over_reg};  // rows that a step ends; whether there is one comes late
  wire [1:0] rows = ended & {2{step}};
  wire bad_now = !c_alt_reg && m_axi_rresp[1];
  wire bad = c_bad_reg || bad_now;

  reg [W-1:0] lo, we;  // lanes that go to the next row; lanes to store
  integer i;
  always @*
    for (i = 0; i < W; i = i + 1) begin
      lo[i] = !c_units_reg && i < {{32 - OFF_W{1'b0}}, c_rot_reg};
      we[i] = step && (c_sdev_reg ? (i >> c_unit_reg) == {{32 - OFF_W{1'b0}}, c_pos_reg} >> c_unit_reg :
              c_units_reg || (lo[i] ? lo_ok : hi_ok));
    end

  always @(posedge aclk) begin
    land_back <= step && c_last_reg;
    bad_soon_reg <= step && c_last_reg && bad;
    bad_valid <= bad_soon_reg;
    if (step) begin
      row_reg <= row_reg + {{PTR_W - 2{1'b0}}, ended};
      next_reg <= next_reg + {{PTR_W - 2{1'b0}}, ended};
      c_back_reg <= 1'b0;
      c_bad_reg <= bad;
      c_left_reg <= c_left_reg - 8'd1;
      c_whole_reg <= c_whole_reg + {7'd0, !c_first_reg || c_units_reg || c_pos_reg == {OFF_W{1'b0}}};
      c_first_reg <= 1'b0;
      c_last_reg <= c_left_reg == 8'd1;
      if (c_units_reg) c_pos_reg <= pos_next[OFF_W-1:0];
      if (c_units_reg) c_wraps_reg <= pos_after[OFF_W];
      if (c_units_reg && !c_incr_reg)
        c_rot_reg <= c_sdev_reg ? c_rot_reg + unit_bytes[OFF_W-1:0] : c_rot_reg - unit_bytes[OFF_W-1:0];
    end
    if (load) begin
      c_valid_reg <= q_valid;
      c_alt_reg   <= q_alt;
      c_fill_reg  <= q_fill;
      c_sdev_reg  <= q_sdev;
      c_ddev_reg  <= q_ddev;
      c_incr_reg  <= q_incr;
      c_units_reg <= q_units;
      c_unit_reg  <= q_unit;
      c_back_reg  <= q_back;
      c_over_reg  <= q_over;
      c_rot_reg   <= q_rot;
      c_pos_reg   <= q_pos;
      c_wraps_reg <= q_wraps;
      c_whole_reg <= 8'd0;
      c_left_reg  <= q_steps_m1;
      c_first_reg <= 1'b1;
      c_last_reg  <= q_one;
      c_bad_reg   <= 1'b0;
    end
    if (!aresetn) begin
      c_valid_reg <= 1'b0;
      land_back <= 1'b0;
      bad_soon_reg <= 1'b0;
      bad_valid <= 1'b0;
      row_reg <= {PTR_W{1'b0}};
      next_reg <= {{PTR_W - 1{1'b0}}, 1'b1};
    end
  end

  // ---------------------------------------------------------------- where the first error was
  // Bytes before it: whole steps, and of words less what lies before the first byte. That is less than a word, so it takes one whole step,
  // which the first one does not count for then, and what remains of that stands below all steps.
  reg e_kind_reg;
  reg [2:0] e_shift_reg;  // log2 of the bytes of a step
  reg [7:0] e_whole_reg;  // steps
  reg [OFF_W-1:0] e_pos_reg;  // bytes before the first one
  always @(posedge aclk)
    if (step && bad_now && !c_bad_reg) begin
      e_kind_reg  <= m_axi_rresp[0];
      e_shift_reg <= c_units_reg ? {1'b0, c_unit_reg} : OFF_W[2:0];
      e_whole_reg <= c_whole_reg;
      e_pos_reg   <= c_units_reg || c_first_reg ? {OFF_W{1'b0}} : c_pos_reg;
    end
  wire [OFF_W-1:0] e_part = {OFF_W{1'b0}} - e_pos_reg;
  always @(posedge aclk) bad_data <= {e_kind_reg, ({5'd0, e_whole_reg} << e_shift_reg) | {{13 - OFF_W{1'b0}}, e_part}};

  // ---------------------------------------------------------------- turn and store
  // Half the turn is made before a register, half after it.
  function [DATA_WIDTH-1:0] turn(input [DATA_WIDTH-1:0] data, input [OFF_W-1:0] lanes);
    integer t;
    begin
      turn = data;
      for (t = OFF_W - 1; t >= 0; t = t - 1)
      if (lanes[t]) turn = (turn << (8 << t)) | (turn >> (DATA_WIDTH - (8 << t)));
    end
  endfunction

  localparam [OFF_W-1:0] HIGH = {OFF_W{1'b1}} << LOW;
  reg [DATA_WIDTH-1:0] data_reg;
  reg [OFF_W-1:0] rot_reg;
  reg [W-1:0] we_reg;
  reg bad_reg;
  reg [W*PTR_W-1:0] at_reg;
  reg [1:0] rows_reg;
  integer k;
  always @(posedge aclk) begin
    data_reg <= c_alt_reg ? turn(alt_data, c_rot_reg & HIGH) : turn(m_axi_rdata, c_rot_reg & HIGH);
    rot_reg  <= c_rot_reg & ~HIGH;
    we_reg   <= aresetn ? we : {W{1'b0}};
    bad_reg  <= bad;
    rows_reg <= aresetn ? rows : 2'd0;
    for (k = 0; k < W; k = k + 1) at_reg[k*PTR_W+:PTR_W] <= lo[k] && !c_back_reg ? next_reg : row_reg;
  end
  assign put_data = turn(data_reg, rot_reg);
  assign put_addr = at_reg;
  assign put_we = we_reg;
  assign put_bad = bad_reg;
  assign rows_landed = rows_reg;

endmodule

`resetall
