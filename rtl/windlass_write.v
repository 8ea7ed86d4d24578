/*
 * windlass_write: turns landed words into write bursts.
 *
 * Purpose: for each output beat, take the bytes it needs from two neighbouring buffer words, rotate them to the
 * destination's lanes, and send them with strobes. A read error cuts the strobes from its word on; a channel in
 * error sends no further burst. The result of each piece goes to windlass_bresp, in order.
 * Pipeline: N next piece prepared | G one beat a cycle generated, AW | RAM | register | W.
 * Goal: no bubble between pieces, so that 2-beat pieces fill the bus; per beat only counters, no wide arithmetic.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_write #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter ID_WIDTH   = 4,   // AXI ID, bits
    parameter PTR_W      = 9,   // log2 of the buffer words
    parameter TAG_W      = 12,  // width of the token's tag
    parameter REC_W      = 1,   // width of a write queue record
    parameter INFO_W     = 1    // width of a piece's record for windlass_bresp
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // write queue
    input wire rec_valid,  // a record
    output wire rec_take,  // taken
    input wire [REC_W-1:0] rec_data,  // see windlass_read
    // buffer
    input wire [PTR_W:0] landed,  // words stored, mod 2*buffer
    output reg [1:0] words_back,  // words given back
    output wire adv,  // the pipeline advances
    output wire [PTR_W-1:0] get_addr,  // first of two words
    input wire [DATA_WIDTH+1:0] get_even,  // two cycles later: even word
    input wire [DATA_WIDTH+1:0] get_odd,  // odd word
    // errors
    input wire [CHANNELS-1:0] squash,  // channels in error
    output wire bad_valid,  // a read error or an error token was met
    output wire [CH_W-1:0] bad_ch,  // its channel
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
    output reg [DATA_WIDTH/8-1:0] m_axi_wstrb,  // strobes
    output reg m_axi_wlast,  // last beat
    output reg m_axi_wvalid,  // valid
    input wire m_axi_wready,  // ready
    // to windlass_bresp
    input wire track_ready,  // one more piece may start
    output reg info_valid,  // a piece starts
    output reg [INFO_W-1:0] info_data,  // {channel, no bus, error, source device, source, destination, length, tag}
    output reg res_valid,  // a piece's last beat is sent
    output reg [14:0] res_data  // {read error is DECERR, read error, good bytes}
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam AW = ADDR_WIDTH;

  assign m_axi_awid   = {ID_WIDTH{1'b0}};
  assign m_axi_awlock = 1'b0;
  assign m_axi_awprot = 3'd0;
  assign m_axi_awqos  = 4'd0;

  // ---------------------------------------------------------------- N: the next piece, prepared
  wire [CH_W-1:0] q_ch;
  wire q_null, q_sdev, q_ddev;
  wire [3:0] q_err;
  wire [1:0] q_unit;
  wire [AW-1:0] q_dst, q_src_l, q_dst_l;
  wire [12:0] q_len;
  wire [OFF_W-1:0] q_so;
  wire [TAG_W-1:0] q_tag;
  assign {q_ch, q_null, q_err, q_sdev, q_ddev, q_unit, q_dst, q_src_l, q_dst_l, q_len, q_so, q_tag} = rec_data;

  reg n_valid_reg, n_null_reg, n_sdev_reg, n_ddev_reg;
  reg [CH_W-1:0] n_ch_reg;
  reg [3:0] n_err_reg;
  reg [1:0] n_unit_reg;
  reg [AW-1:0] n_dst_reg, n_src_l_reg, n_dst_l_reg;
  reg [12:0] n_len_reg;
  reg [OFF_W-1:0] n_so_reg;
  reg [TAG_W-1:0] n_tag_reg;
  reg [7:0] n_beats_m1_reg;
  reg [OFF_W:0] n_first_reg, n_last_reg;  // bytes of the first and of the last beat
  wire n_take;

  wire [OFF_W-1:0] q_do = q_dst[OFF_W-1:0];
  wire [12:0] q_end = {{13 - OFF_W{1'b0}}, q_do} + q_len - 13'd1;  // last byte, counted from the first word
  wire [12:0] q_words_m1 = q_end >> OFF_W;
  wire [12:0] q_units_m1 = (q_len - 13'd1) >> q_unit;
  wire [OFF_W:0] q_unit_bytes = {{OFF_W{1'b0}}, 1'b1} << q_unit;
  wire q_one = q_words_m1 == 13'd0;
  assign rec_take = !n_valid_reg || n_take;

  always @(posedge aclk) begin
    if (rec_take) begin
      n_valid_reg <= rec_valid;
      n_null_reg <= q_null;
      n_sdev_reg <= q_sdev;
      n_ddev_reg <= q_ddev;
      n_ch_reg <= q_ch;
      n_err_reg <= q_err;
      n_unit_reg <= q_unit;
      n_dst_reg <= q_dst;
      n_src_l_reg <= q_src_l;
      n_dst_l_reg <= q_dst_l;
      n_len_reg <= q_len;
      n_so_reg <= q_so;
      n_tag_reg <= q_tag;
      n_beats_m1_reg <= q_null ? 8'd0 : q_ddev ? q_units_m1[7:0] : q_words_m1[7:0];
      n_first_reg <= q_ddev ? q_unit_bytes : q_one ? q_len[OFF_W:0] : W[OFF_W:0] - {1'b0, q_do};
      n_last_reg <= q_ddev ? q_unit_bytes : q_one ? q_len[OFF_W:0] : {1'b0, q_end[OFF_W-1:0]} + {{OFF_W{1'b0}}, 1'b1};
    end
    if (!aresetn) n_valid_reg <= 1'b0;
  end

  // ---------------------------------------------------------------- G: one beat a cycle
  // Between pieces the first beat comes straight from N; then g_* count.
  reg g_busy_reg, g_ddev_reg, g_drop_reg;
  reg [CH_W-1:0] g_ch_reg;
  reg [7:0] g_left_reg;  // beats after the coming one
  reg [OFF_W:0] g_last_reg;
  reg [OFF_W-1:0] g_q_reg;  // first byte within its word
  reg [OFF_W-1:0] g_lane_reg;  // device lane
  reg [OFF_W:0] g_unit_reg;
  reg [PTR_W:0] k_reg;  // word of the coming beat

  wire start = !g_busy_reg;
  wire g_any = g_busy_reg || n_valid_reg;
  wire g_null = start && n_null_reg;
  wire [7:0] g_left = start ? n_beats_m1_reg : g_left_reg;
  wire g_end = g_left == 8'd0;
  wire [OFF_W-1:0] g_q = start ? n_so_reg : g_q_reg;
  wire [OFF_W:0] g_n = start ? n_first_reg : g_ddev_reg ? g_unit_reg : g_end ? g_last_reg : W[OFF_W:0];
  wire [OFF_W-1:0] g_o = start ? n_dst_reg[OFF_W-1:0] : g_ddev_reg ? g_lane_reg : {OFF_W{1'b0}};
  wire [OFF_W+1:0] g_stop = {2'b0, g_q} + {1'b0, g_n};  // one past the last byte, from the word's start
  wire g_two = g_stop > {1'b0, W[OFF_W:0]};  // the beat straddles
  wire g_cross = g_stop >= {1'b0, W[OFF_W:0]};  // the beat uses its first word up
  wire [1:0] g_used = g_null ? 2'd0 : g_end ? (g_two ? 2'd2 : 2'd1) : {1'b0, g_cross};
  wire [PTR_W:0] words = landed - k_reg;
  wire here = g_null || (g_two ? |words[PTR_W:1] : |words);
  wire g_drop = start ? n_null_reg || squash[n_ch_reg] : g_drop_reg;  // nothing of this piece goes to the bus
  wire aw_free = !m_axi_awvalid || m_axi_awready;
  wire g_go = g_any && adv && here && (!start || (track_ready && aw_free));

  assign n_take   = g_go && start;
  assign get_addr = k_reg[PTR_W-1:0];

  always @(posedge aclk) begin
    words_back <= g_go ? g_used : 2'd0;
    info_valid <= n_take;
    info_data  <= {n_ch_reg, g_drop, n_err_reg, n_sdev_reg, n_src_l_reg, n_dst_l_reg, n_len_reg, n_tag_reg};
    if (m_axi_awready) m_axi_awvalid <= 1'b0;
    if (n_take && !g_drop) begin
      m_axi_awvalid <= 1'b1;
      m_axi_awaddr  <= n_ddev_reg ? n_dst_reg : {n_dst_reg[AW-1:OFF_W], {OFF_W{1'b0}}};
      m_axi_awlen   <= n_beats_m1_reg;
      m_axi_awsize  <= n_ddev_reg ? {1'b0, n_unit_reg} : OFF_W[2:0];
      m_axi_awburst <= n_ddev_reg ? 2'b00 : 2'b01;
      m_axi_awcache <= n_ddev_reg ? 4'b0000 : 4'b0011;
    end
    if (g_go) begin
      g_busy_reg <= !g_end;
      g_left_reg <= g_left - 8'd1;
      g_q_reg <= g_stop[OFF_W-1:0];
      k_reg <= k_reg + {{PTR_W - 1{1'b0}}, g_used};
      if (start) begin
        g_ddev_reg <= n_ddev_reg;
        g_drop_reg <= g_drop;
        g_ch_reg   <= n_ch_reg;
        g_last_reg <= n_last_reg;
        g_lane_reg <= n_dst_reg[OFF_W-1:0];
        g_unit_reg <= n_first_reg;
      end
    end
    if (!aresetn) begin
      words_back <= 2'd0;
      info_valid <= 1'b0;
      m_axi_awvalid <= 1'b0;
      m_axi_awaddr <= {AW{1'b0}};
      m_axi_awlen <= 8'd0;
      m_axi_awsize <= 3'd0;
      m_axi_awburst <= 2'b01;
      m_axi_awcache <= 4'd0;
      g_busy_reg <= 1'b0;
      k_reg <= {PTR_W + 1{1'b0}};
    end
  end

  // ---------------------------------------------------------------- the beat waits for its words: RAM, register
  localparam B_W = CH_W + 5 + 3 * OFF_W + 1;
  reg b1_valid_reg, b2_valid_reg;
  reg [B_W-1:0] b1_reg, b2_reg;
  reg [OFF_W:0] b1_n_reg, b2_n_reg;
  reg b1_k_reg, b2_k_reg;

  // ---------------------------------------------------------------- select, rotate, strobe
  wire [CH_W-1:0] x_ch;
  wire x_first, x_last, x_drop, x_err, x_two;
  wire [OFF_W-1:0] x_q, x_o, x_rot;
  wire x_null;
  assign {x_ch, x_first, x_last, x_drop, x_err, x_two, x_q, x_o, x_rot, x_null} = b2_reg;
  wire [DATA_WIDTH+1:0] x_w0 = b2_k_reg ? get_odd : get_even;
  wire [DATA_WIDTH+1:0] x_w1 = b2_k_reg ? get_even : get_odd;

  reg dead_reg;  // an error was met earlier in this piece
  reg [1:0] why_reg;
  reg [12:0] good_reg;
  wire dead = (!x_first && dead_reg) || squash[x_ch] || x_null;
  wire bad0 = !dead && x_w0[DATA_WIDTH];
  wire bad1 = !dead && !bad0 && x_two && x_w1[DATA_WIDTH];
  wire [OFF_W:0] from0 = W[OFF_W:0] - {1'b0, x_q};  // bytes of the beat in its first word, at most
  wire [OFF_W:0] x_good = dead || bad0 ? {OFF_W + 1{1'b0}} : bad1 ? from0 : b2_n_reg;
  wire [1:0] x_why = bad0 ? x_w0[DATA_WIDTH+1:DATA_WIDTH] : bad1 ? x_w1[DATA_WIDTH+1:DATA_WIDTH] : 2'd0;
  wire [12:0] good_sum = (x_first ? 13'd0 : good_reg) + {{12 - OFF_W{1'b0}}, x_good};

  reg [DATA_WIDTH-1:0] chosen, rotated;
  reg [W-1:0] strobe;
  integer i;
  always @* begin
    for (i = 0; i < W; i = i + 1) begin
      chosen[8*i+:8] = i < {{32 - OFF_W{1'b0}}, x_q} ? x_w1[8*i+:8] : x_w0[8*i+:8];
      strobe[i] = i >= {{32 - OFF_W{1'b0}}, x_o} && i < {{32 - OFF_W{1'b0}}, x_o} + {{31 - OFF_W{1'b0}}, x_good};
    end
    rotated = chosen;
    for (i = 0; i < OFF_W; i = i + 1)
    if (x_rot[i]) rotated = (rotated >> (8 << i)) | (rotated << (DATA_WIDTH - (8 << i)));
  end

  assign adv = !m_axi_wvalid || m_axi_wready;
  assign bad_valid = adv && b2_valid_reg && (bad0 || bad1 || (x_null && x_err));
  assign bad_ch = x_ch;

  always @(posedge aclk) begin
    res_valid <= 1'b0;
    if (adv) begin
      b1_valid_reg <= g_go;
      b1_reg <= {
        start ? n_ch_reg : g_ch_reg, start, g_end, g_drop, n_err_reg != 4'd0, g_two, g_q, g_o, g_q - g_o, g_null
      };
      b1_n_reg <= g_n;
      b1_k_reg <= k_reg[0];
      b2_valid_reg <= b1_valid_reg;
      b2_reg <= b1_reg;
      b2_n_reg <= b1_n_reg;
      b2_k_reg <= b1_k_reg;

      m_axi_wvalid <= b2_valid_reg && !x_drop;
      m_axi_wdata <= rotated;
      m_axi_wstrb <= strobe;
      m_axi_wlast <= x_last;
      if (b2_valid_reg) begin
        dead_reg  <= dead || bad0 || bad1;
        why_reg   <= x_first || why_reg == 2'd0 ? x_why : why_reg;
        good_reg  <= good_sum;
        res_valid <= x_last;
        res_data  <= {x_first || why_reg == 2'd0 ? x_why : why_reg, good_sum};
      end
    end
    if (!aresetn) begin
      b1_valid_reg <= 1'b0;
      b2_valid_reg <= 1'b0;
      m_axi_wvalid <= 1'b0;
      m_axi_wdata <= {DATA_WIDTH{1'b0}};
      m_axi_wstrb <= {W{1'b0}};
      m_axi_wlast <= 1'b0;
      res_valid <= 1'b0;
    end
  end

endmodule

`resetall
