/*
 * windlass_write: turns buffer rows into write bursts.
 *
 * Purpose: a row is a beat, already in the destination's lanes; this module counts beats, makes strobes and addresses. A read
 * error cuts the strobes from its byte on; a channel in error sends no further burst. What became of each piece goes to
 * windlass_bresp, in order. Beats for a stream go to windlass_stream_out instead of the bus, those of a sum to windlass_checksum.
 * Pipeline: N the current piece, one beat a cycle, AW, buffer address | X buffer output, strobes | W.
 * Goal: no bubble between pieces, also of one beat; W is valid three cycles after its last byte was on the R channel.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_write #(
    parameter CHANNELS    = 4,   // number of channels
    parameter CH_W        = 2,   // width of a channel number
    parameter DATA_WIDTH  = 64,  // bus, bits
    parameter ADDR_WIDTH  = 32,  // address, bits
    parameter ID_WIDTH    = 4,   // AXI ID, bits
    parameter OUTSTANDING = 32,  // most pieces between their first beat and their report
    parameter PTR_W       = 9,   // log2 of the buffer rows
    parameter REC_W       = 1,   // width of a record
    parameter CRC         = 0    // CRC32C and COMPARE are built
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // pieces
    input wire rec_valid,  // a piece that has been issued
    output wire rec_take,  // taken
    input wire rec_token,  // it moves no data
    input wire [REC_W-1:0] rec_data,  // see windlass_read
    // buffer
    input wire [1:0] rows_landed,  // rows that are complete from the next cycle on
    output reg row_back,  // a row is given back
    output wire adv,  // the pipeline advances
    output wire [PTR_W-1:0] get_addr,  // row to read
    input wire [DATA_WIDTH-1:0] get_data,  // a cycle later: the row
    input wire [DATA_WIDTH/8-1:0] get_bad,  // its bytes that are not good
    // errors
    input wire [CHANNELS-1:0] squash,  // channels in error
    output reg bad_valid,  // a read error or an error token was met, in the cycle before
    output reg [CH_W-1:0] bad_ch,  // its channel
    // AXI write address and data
    output wire [ID_WIDTH-1:0] m_axi_awid,  // always 0
    output reg [ADDR_WIDTH-1:0] m_axi_awaddr,  // address
    output reg [7:0] m_axi_awlen,  // beats - 1
    output reg [2:0] m_axi_awsize,  // log2 of a beat
    output reg [1:0] m_axi_awburst,  // INCR or FIXED
    output wire m_axi_awlock,  // always 0
    output reg [3:0] m_axi_awcache,  // memory or device
    output wire [2:0] m_axi_awprot,  // always 0
    output wire [3:0] m_axi_awqos,  // always 0
    output reg m_axi_awvalid,  // valid
    input wire m_axi_awready,  // ready
    output reg [DATA_WIDTH-1:0] m_axi_wdata,  // data
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb,  // strobes
    output reg m_axi_wlast,  // last beat
    output reg m_axi_wvalid,  // valid
    input wire m_axi_wready,  // ready
    // stream beats: data and strobes as on the bus, never refused
    output wire str_valid,  // a beat for a stream; without strobes for an empty packet's end
    output wire [CH_W-1:0] str_ch,  // whose
    output wire str_last,  // a packet ends with it
    // beats to be summed up
    output reg sum_valid,  // a beat; every piece of a sum has one at least, also when nothing of it is moved
    input wire sum_ready,  // taken
    output wire [CH_W-1:0] sum_ch,  // its channel
    output wire sum_first,  // it begins a segment
    output wire sum_last,  // it ends one
    output reg [$clog2(DATA_WIDTH / 8):0] sum_bytes,  // bytes in it, from lane 0 of m_axi_wdata on
    // to windlass_bresp
    input wire piece_back,  // a piece was reported
    output wire res_valid,  // a piece's last beat is sent
    output wire [3:0] res_data  // {there is no response to come, nothing of it was sent, read error, that or a token with an error}
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam AW = ADDR_WIDTH;

  assign m_axi_awid   = {ID_WIDTH{1'b0}};
  assign m_axi_awlock = 1'b0;
  assign m_axi_awprot = 3'd0;
  assign m_axi_awqos  = 4'd0;

  // ---------------------------------------------------------------- N: the current piece, a beat a cycle
  wire [CH_W-1:0] q_ch;
  wire q_err, q_dstr, q_dlast, q_ddev, q_incr;
  wire q_sum = CRC != 0 && q_dstr && q_ddev;
  wire [1:0] q_unit;
  wire [AW-1:0] q_dst;
  wire [7:0] q_beats_m1;
  wire [OFF_W-1:0] q_end;
  assign {q_ch, q_err, q_dstr, q_dlast, q_ddev, q_incr, q_unit, q_dst, q_beats_m1, q_end} = rec_data;

  reg n_valid_reg, n_token_reg, n_err_reg, n_dstr_reg, n_dlast_reg, n_ddev_reg, n_incr_reg, n_sum_reg;
  reg [CH_W-1:0] n_ch_reg;
  reg [1:0] n_unit_reg;
  reg [AW-1:0] n_dst_reg;
  reg [7:0] n_beats_m1_reg, n_left_reg;  // beats - 1; beats after the coming one
  reg n_begun_reg, n_last_reg;  // the coming beat is not the first; is the last
  reg [OFF_W-1:0] n_lane_reg;  // first lane of the coming beat
  reg [OFF_W-1:0] n_end_reg;  // last lane of the last beat
  reg [PTR_W-1:0] row_reg;  // row of the coming beat
  reg [PTR_W:0] landed_reg;  // complete rows that had not been read a cycle ago: less row_back
  reg many_reg;  // those are four at least
  reg begun_reg, backed_reg;  // a piece began, was reported a cycle ago
  reg [6:0] slots_reg;  // pieces that could begin then before another is reported: less begun_reg, and backed_reg
  // Complete rows, before `take`, which comes late: two at least; one at least.
  wire many_rows = rows_landed != 2'd0 || many_reg || (landed_reg[1] && (landed_reg[0] || !row_back));
  wire some_rows = landed_reg[1] || (landed_reg[0] && !row_back);
  wire fewer = row_back && rows_landed == 2'd0, more_by_2 = !row_back && rows_landed[1];
  reg track_fits_reg;

  // Now, from the count of a cycle ago: more than one place; one.
  wire slots_less = begun_reg && !backed_reg, slots_more = backed_reg && !begun_reg;
  wire slots_many = |slots_reg[6:2] || &slots_reg[1:0] || (slots_reg[1] && !slots_less) || (slots_reg[0] && slots_more);
  (* keep *) wire slots_one = !slots_many && (slots_reg[1] || (slots_reg[0] && !slots_less) || slots_more);

  wire [OFF_W-1:0] umask = ~({OFF_W{1'b1}} << n_unit_reg);
  reg here_reg;  // there is a piece, and the row of its coming beat, or it needs none
  wire aw_free = !m_axi_awvalid || m_axi_awready;
  // Two halves that are held apart, so that what follows from both is a LUT behind them.
  (* keep *) wire beat_goes = here_reg && adv;
  (* keep *) wire piece_goes = n_begun_reg || (track_fits_reg && aw_free);
  wire go = beat_goes && piece_goes;
  wire take = go && !n_token_reg;
  // What will be here when the coming beat goes, and when none goes, so that `go`, which comes late, only chooses.
  // With two rows at least, and whatever rows there are.
  (* keep *) wire gone_many = !n_last_reg || rec_valid;
  (* keep *) wire gone_any = n_last_reg && rec_valid && (rec_token || (some_rows && n_token_reg));
  (* keep *) wire still_many = n_valid_reg || rec_valid;
  (* keep *) wire still_any = n_valid_reg ? n_token_reg || some_rows : rec_valid && (rec_token || some_rows);
  wire begins = go && !n_begun_reg;
  (* keep *) wire slots_left = piece_back || slots_many || (slots_one && n_begun_reg);  // whatever begins
  wire drop = n_token_reg || squash[n_ch_reg];  // nothing of this piece goes to the bus

  assign rec_take = !n_valid_reg || (go && n_last_reg);
  assign get_addr = row_reg;

  reg x_valid_reg, x_token_reg, x_err_reg, x_dstr_reg, x_dlast_reg, x_last_reg, x_drop_reg, x_sum_reg, x_first_reg;
  reg [CH_W-1:0] x_ch_reg;
  reg [OFF_W-1:0] x_lo_reg, x_hi_reg;  // first and last lane
  reg g_drop_reg;  // the piece that has begun is dropped

  always @(posedge aclk) begin
    row_back <= take;
    begun_reg <= begins;
    backed_reg <= piece_back;
    // What is decided late in the cycle is counted in the next; whether one is left does not wait for the count.
    here_reg <= go ? gone_any || (gone_many && many_rows) : still_any || (still_many && many_rows);
    landed_reg <= landed_reg + {{PTR_W - 1{fewer}}, fewer || (rows_landed[1] && !row_back), rows_landed[0] ^ row_back};
    many_reg <= |landed_reg[PTR_W:3] || (landed_reg[2] && !(fewer && landed_reg[1:0] == 2'd0)) ||
        (landed_reg[1] && (more_by_2 || (landed_reg[0] && (rows_landed[1] || (rows_landed[0] && !row_back)))));
    slots_reg <= slots_reg - {6'd0, begun_reg} + {6'd0, backed_reg};
    track_fits_reg <= slots_left || (slots_one && !go);
    if (take) row_reg <= row_reg + 1'b1;
    if (go) begin
      n_begun_reg <= 1'b1;
      n_left_reg  <= n_left_reg - 8'd1;
      n_last_reg  <= n_left_reg == 8'd1;
      if (!n_ddev_reg) n_lane_reg <= {OFF_W{1'b0}};
      else if (n_incr_reg) n_lane_reg <= n_lane_reg + umask + 1'b1;
      if (!n_begun_reg) g_drop_reg <= drop;
    end
    if (rec_take) begin
      n_valid_reg <= rec_valid;
      n_token_reg <= rec_token;
      n_ch_reg <= q_ch;
      n_err_reg <= q_err;
      n_dstr_reg <= q_dstr;
      n_dlast_reg <= q_dlast;
      n_ddev_reg <= q_ddev && !q_sum;
      n_sum_reg <= q_sum;
      n_incr_reg <= q_incr;
      n_unit_reg <= q_unit;
      n_dst_reg <= q_dst;
      n_beats_m1_reg <= q_beats_m1;
      n_left_reg <= q_beats_m1;
      n_begun_reg <= 1'b0;
      n_last_reg <= rec_token || q_beats_m1 == 8'd0;
      n_lane_reg <= q_dst[OFF_W-1:0];
      n_end_reg <= q_end;
    end
    if (m_axi_awready) m_axi_awvalid <= 1'b0;
    if (begins) begin
      m_axi_awvalid <= !drop && !n_dstr_reg;
      m_axi_awaddr  <= n_ddev_reg ? n_dst_reg : {n_dst_reg[AW-1:OFF_W], {OFF_W{1'b0}}};
      m_axi_awlen   <= n_beats_m1_reg;
      m_axi_awsize  <= n_ddev_reg ? {1'b0, n_unit_reg} : OFF_W[2:0];
      m_axi_awburst <= n_ddev_reg && !n_incr_reg ? 2'b00 : 2'b01;
      m_axi_awcache <= n_ddev_reg ? 4'b0000 : 4'b0011;
    end
    if (!aresetn) begin
      row_back <= 1'b0;
      begun_reg <= 1'b0;
      backed_reg <= 1'b0;
      landed_reg <= {PTR_W + 1{1'b0}};
      many_reg <= 1'b0;
      here_reg <= 1'b0;
      slots_reg <= OUTSTANDING[6:0];
      track_fits_reg <= 1'b1;
      row_reg <= {PTR_W{1'b0}};
      n_valid_reg <= 1'b0;
      m_axi_awvalid <= 1'b0;
      m_axi_awaddr <= {AW{1'b0}};
      m_axi_awlen <= 8'd0;
      m_axi_awsize <= 3'd0;
      m_axi_awburst <= 2'b01;
      m_axi_awcache <= 4'd0;
    end
  end

  // ---------------------------------------------------------------- X, W
  reg
      w_valid_reg,
      w_new_reg,
      w_err_reg,
      w_dstr_reg,
      w_dlast_reg,
      w_last_reg,
      w_drop_reg,
      w_dead_reg,
      w_sum_reg,
      w_first_reg;
  reg [CH_W-1:0] w_ch_reg;
  reg [W-1:0] w_strb_reg, w_bad_reg;
  // Of the beat before: of the same channel; failed, in these quarters of its lanes. The lanes lie far apart, so this is put together a cycle later.
  reg w_same_reg;
  reg [4:0] w_after_reg;
  wire w_dead = w_dead_reg || (w_same_reg && |w_after_reg);

  reg [W-1:0] lanes;
  integer i;
  always @*
    for (i = 0; i < W; i = i + 1)
      lanes[i] = i >= {{32 - OFF_W{1'b0}}, x_lo_reg} && i <= {{32 - OFF_W{1'b0}}, x_hi_reg};

  wire [W-1:0] w_lanes = w_strb_reg & w_bad_reg;  // without a beat there are no strobes
  wire [3:0] quarters = {|w_lanes[W-1:3*W/4], |w_lanes[3*W/4-1:W/2], |w_lanes[W/2-1:W/4], |w_lanes[W/4-1:0]};
  wire w_bad = |quarters;
  wire bad_now = w_bad || (w_valid_reg && w_err_reg);

  assign adv = (!m_axi_wvalid || m_axi_wready) && (CRC == 0 || !sum_valid || sum_ready);
  // The first bad byte ends what is written of the piece: windlass_land marks all that follow.
  assign m_axi_wstrb = w_strb_reg & ~w_bad_reg & {W{!w_dead}};
  assign str_valid = w_new_reg && w_dstr_reg && !(CRC != 0 && w_sum_reg);
  assign sum_ch = w_ch_reg;
  assign sum_first = w_first_reg;
  assign sum_last = w_last_reg && w_dlast_reg;
  assign str_ch = w_ch_reg;
  assign str_last = w_last_reg && w_dlast_reg && !w_bad && !w_dead;
  wire told = w_new_reg && w_last_reg;
  wire [3:0] tale = {w_drop_reg || w_dstr_reg, w_drop_reg, w_bad, w_bad || w_err_reg};
  generate
    if (W > 8) begin : g_late
      // The lanes of a wide bus lie all over a device: whether one is bad is known at the end of a cycle.
      reg told_reg;
      reg [3:0] tale_reg;
      always @(posedge aclk) begin
        told_reg <= aresetn && told;
        tale_reg <= tale;
      end
      assign {res_valid, res_data} = {told_reg, tale_reg};
    end else begin : g_at_once
      assign {res_valid, res_data} = {told, tale};
    end
  endgenerate

  always @(posedge aclk) begin
    w_new_reg <= 1'b0;
    bad_valid <= bad_now;
    bad_ch <= w_ch_reg;
    if (adv) begin
      x_valid_reg <= go;
      x_token_reg <= n_token_reg;
      x_err_reg <= n_token_reg && n_err_reg;
      x_dstr_reg <= n_dstr_reg;
      x_dlast_reg <= n_dlast_reg;
      x_sum_reg <= CRC != 0 && n_sum_reg;
      x_first_reg <= !n_begun_reg && n_incr_reg;
      x_last_reg <= n_last_reg;
      x_drop_reg <= n_begun_reg ? g_drop_reg : drop;
      x_ch_reg <= n_ch_reg;
      x_lo_reg <= n_lane_reg;
      x_hi_reg <= n_ddev_reg ? n_lane_reg | umask : n_last_reg ? n_end_reg : {OFF_W{1'b1}};

      w_valid_reg <= x_valid_reg;
      w_new_reg <= x_valid_reg;
      w_err_reg <= x_err_reg;
      w_dstr_reg <= x_dstr_reg;
      w_dlast_reg <= x_dlast_reg;
      w_sum_reg <= x_sum_reg;
      w_first_reg <= x_first_reg;
      sum_valid <= CRC != 0 && x_valid_reg && x_sum_reg;
      sum_bytes <= x_token_reg ? {OFF_W + 1{1'b0}} : {1'b0, x_hi_reg} + 1'b1;
      w_last_reg <= x_last_reg;
      w_drop_reg <= x_drop_reg;
      w_ch_reg <= x_ch_reg;
      // squash tells of an error two cycles after its beat.
      w_dead_reg <= x_valid_reg && (squash[x_ch_reg] || (bad_valid && x_ch_reg == bad_ch));
      w_same_reg <= x_valid_reg && x_ch_reg == w_ch_reg;
      w_after_reg <= {w_valid_reg && w_err_reg, quarters};
      w_strb_reg <= lanes & {W{x_valid_reg && !x_token_reg}};
      w_bad_reg <= get_bad;
      m_axi_wvalid <= x_valid_reg && !x_drop_reg && !x_dstr_reg;
      m_axi_wdata <= get_data;
      m_axi_wlast <= x_valid_reg && x_last_reg;
    end
    if (!aresetn) begin
      x_valid_reg <= 1'b0;
      w_valid_reg <= 1'b0;
      w_new_reg <= 1'b0;
      w_strb_reg <= {W{1'b0}};
      bad_valid <= 1'b0;
      sum_valid <= 1'b0;
      m_axi_wvalid <= 1'b0;
    end
  end

`ifdef PROVE_WRITE
  `include "windlass_write.svh"
`endif

endmodule

`resetall
