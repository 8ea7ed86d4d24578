/*
 * windlass_read: issues the read of each piece once everything that it will need is reserved.
 *
 * Purpose: queue of pieces from the front; reserve landing words, a place in the write queue and an outstanding
 * read; then AR. A null piece, or a piece of a channel that is already in error, only gets its place in the queue.
 * Goal: a piece a cycle.
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
    parameter OUTSTANDING = 32,  // most reads in flight
    parameter PTR_W       = 9,   // log2 of the buffer words
    parameter QUEUE_LOG   = 6,   // log2 of the write queue
    parameter TAG_W       = 12,  // width of the token's tag
    parameter REC_W       = 1    // width of a write queue record
) (
    input  wire                  aclk,           // clock
    input  wire                  aresetn,        // synchronous reset, active low
    // pieces
    input  wire                  piece_valid,    // a piece; may still come for 8 cycles after ready fell
    output wire                  piece_ready,    // there is room for 8 more
    input  wire [      CH_W-1:0] piece_ch,       // channel
    input  wire                  piece_null,     // a token without data
    input  wire [           3:0] piece_err,      // error that it carries
    input  wire [ADDR_WIDTH-1:0] piece_src,      // physical source
    input  wire [ADDR_WIDTH-1:0] piece_dst,      // physical destination
    input  wire [ADDR_WIDTH-1:0] piece_src_l,    // logical source
    input  wire [ADDR_WIDTH-1:0] piece_dst_l,    // logical destination
    input  wire [          12:0] piece_len,      // bytes
    input  wire                  piece_sdev,     // the source is the device
    input  wire                  piece_ddev,     // the destination is the device
    input  wire [           1:0] piece_unit,     // log2 of the device unit
    input  wire [     TAG_W-1:0] piece_tag,      // opaque
    input  wire [  CHANNELS-1:0] squash,         // channels in error
    // AXI read address
    output wire [  ID_WIDTH-1:0] m_axi_arid,     // always 0
    output reg  [ADDR_WIDTH-1:0] m_axi_araddr,   // address
    output reg  [           7:0] m_axi_arlen,    // beats - 1
    output reg  [           2:0] m_axi_arsize,   // log2 of a beat
    output reg  [           1:0] m_axi_arburst,  // INCR or FIXED
    output wire                  m_axi_arlock,   // always 0
    output reg  [           3:0] m_axi_arcache,  // memory or device
    output wire [           2:0] m_axi_arprot,   // always 0
    output wire [           3:0] m_axi_arqos,    // always 0
    output reg                   m_axi_arvalid,  // valid
    input  wire                  m_axi_arready,  // ready
    // reservations
    input  wire [           1:0] words_back,     // buffer words given back in this cycle, 0..2
    input  wire                  read_back,      // a read has ended
    input  wire [   QUEUE_LOG:0] queue_level,    // entries in the write queue
    // records
    output reg                   land_valid,     // a read was issued: how it lands
    output reg  [           8:0] land_data,      // {device, unit, lane 5:0}
    output reg                   rec_valid,      // to the write queue
    output reg  [     REC_W-1:0] rec_data        // the record
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam AW = ADDR_WIDTH;
  localparam PIECE_W = CH_W + 1 + 4 + 4 * AW + 13 + 4 + TAG_W;

  assign m_axi_arid   = {ID_WIDTH{1'b0}};
  assign m_axi_arlock = 1'b0;
  assign m_axi_arprot = 3'd0;
  assign m_axi_arqos  = 4'd0;

  // ---------------------------------------------------------------- queue of pieces
  wire [4:0] in_level;
  wire f_valid, f_take;
  wire [CH_W-1:0] f_ch;
  wire f_null, f_sdev, f_ddev;
  wire [3:0] f_err;
  wire [AW-1:0] f_src, f_dst, f_src_l, f_dst_l;
  wire [12:0] f_len;
  wire [1:0] f_unit;
  wire [TAG_W-1:0] f_tag;

  assign piece_ready = in_level < 5'd8;

  windlass_fifo #(
      .WIDTH(PIECE_W),
      .DEPTH_LOG(4)
  ) pieces_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(piece_valid),
      .in_data({
        piece_ch,
        piece_null,
        piece_err,
        piece_src,
        piece_dst,
        piece_src_l,
        piece_dst_l,
        piece_len,
        piece_sdev,
        piece_ddev,
        piece_unit,
        piece_tag
      }),
      .level(in_level),
      .out_valid(f_valid),
      .out_ready(f_take),
      .out_data({f_ch, f_null, f_err, f_src, f_dst, f_src_l, f_dst_l, f_len, f_sdev, f_ddev, f_unit, f_tag})
  );

  // ---------------------------------------------------------------- P: beats and words
  reg p_valid_reg, p_null_reg, p_sdev_reg, p_ddev_reg;
  reg [CH_W-1:0] p_ch_reg;
  reg [3:0] p_err_reg;
  reg [AW-1:0] p_src_reg, p_dst_reg, p_src_l_reg, p_dst_l_reg;
  reg [12:0] p_len_reg;
  reg [1:0] p_unit_reg;
  reg [TAG_W-1:0] p_tag_reg;
  reg [8:0] p_words_reg;  // buffer words
  reg [7:0] p_beats_m1_reg;  // beats on the bus - 1
  wire p_go;

  wire [12:0] f_off = f_sdev ? 13'd0 : {{13 - OFF_W{1'b0}}, f_src[OFF_W-1:0]};
  wire [12:0] f_end = f_off + f_len - 13'd1;
  wire [12:0] f_words_m1 = f_end >> OFF_W;
  wire [12:0] f_units_m1 = (f_len - 13'd1) >> f_unit;
  assign f_take = !p_valid_reg || p_go;

  always @(posedge aclk) begin
    if (f_take) begin
      p_valid_reg <= f_valid;
      p_null_reg <= f_null;
      p_sdev_reg <= f_sdev;
      p_ddev_reg <= f_ddev;
      p_ch_reg <= f_ch;
      p_err_reg <= f_err;
      p_src_reg <= f_src;
      p_dst_reg <= f_dst;
      p_src_l_reg <= f_src_l;
      p_dst_l_reg <= f_dst_l;
      p_len_reg <= f_len;
      p_unit_reg <= f_unit;
      p_tag_reg <= f_tag;
      p_words_reg <= f_words_m1[8:0] + 9'd1;
      p_beats_m1_reg <= f_sdev ? f_units_m1[7:0] : f_words_m1[7:0];
    end
    if (!aresetn) p_valid_reg <= 1'b0;
  end

  // ---------------------------------------------------------------- issue when all is reserved
  reg [PTR_W:0] free_reg;
  reg [6:0] flying_reg;
  wire p_token = p_null_reg || squash[p_ch_reg];
  wire words_fit = {{32 - PTR_W - 1{1'b0}}, free_reg} >= {23'd0, p_words_reg};
  // The level is a cycle late, and one record may be on its way.
  wire queue_fits = queue_level < (1 << QUEUE_LOG) - 2;
  wire read_fits = {25'd0, flying_reg} < OUTSTANDING;
  wire ar_free = !m_axi_arvalid || m_axi_arready;
  wire issue = p_go && !p_token;
  wire [31:0] taken = issue ? {23'd0, p_words_reg} : 32'd0;
  assign p_go = p_valid_reg && queue_fits && (p_token || (words_fit && read_fits && ar_free));

  always @(posedge aclk) begin
    if (m_axi_arready) m_axi_arvalid <= 1'b0;
    if (issue) begin
      m_axi_arvalid <= 1'b1;
      m_axi_araddr  <= p_sdev_reg ? p_src_reg : {p_src_reg[AW-1:OFF_W], {OFF_W{1'b0}}};
      m_axi_arlen   <= p_beats_m1_reg;
      m_axi_arsize  <= p_sdev_reg ? {1'b0, p_unit_reg} : OFF_W[2:0];
      m_axi_arburst <= p_sdev_reg ? 2'b00 : 2'b01;
      m_axi_arcache <= p_sdev_reg ? 4'b0000 : 4'b0011;
    end
    land_valid <= issue;
    land_data <= {p_sdev_reg, p_unit_reg, {6 - OFF_W{1'b0}}, p_src_reg[OFF_W-1:0]};
    rec_valid <= p_go;
    rec_data <= {
      p_ch_reg,
      p_token,
      p_null_reg ? p_err_reg : 4'd0,
      p_sdev_reg,
      p_ddev_reg,
      p_unit_reg,
      p_dst_reg,
      p_src_l_reg,
      p_dst_l_reg,
      p_len_reg,
      p_sdev_reg ? {OFF_W{1'b0}} : p_src_reg[OFF_W-1:0],
      p_tag_reg
    };
    free_reg <= free_reg - taken[PTR_W:0] + {{PTR_W - 1{1'b0}}, words_back};
    flying_reg <= flying_reg + {6'd0, issue} - {6'd0, read_back};
    if (!aresetn) begin
      m_axi_arvalid <= 1'b0;
      m_axi_araddr <= {AW{1'b0}};
      m_axi_arlen <= 8'd0;
      m_axi_arsize <= 3'd0;
      m_axi_arburst <= 2'b01;
      m_axi_arcache <= 4'd0;
      land_valid <= 1'b0;
      rec_valid <= 1'b0;
      free_reg <= {1'b1, {PTR_W{1'b0}}};
      flying_reg <= 7'd0;
    end
  end

endmodule

`resetall
