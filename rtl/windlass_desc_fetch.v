/*
 * windlass_desc_fetch: reads descriptors ahead of the work, in bursts.
 *
 * Purpose: for each channel in table or ring mode, keep its queue in windlass_desc filled: choose a channel, size a
 * burst (what is given, what fits, the end of the ring, the page), translate it, issue it. A reservation in the queue is
 * made before the read, so data is always taken at once.
 * Goal: bursts of up to 16 descriptors, several in flight; about ten cycles of its own per burst.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_desc_fetch #(
    parameter CHANNELS      = 4,   // number of channels
    parameter CH_W          = 2,   // width of a channel number
    parameter DATA_WIDTH    = 64,  // bus, bits
    parameter ADDR_WIDTH    = 32,  // address, bits
    parameter ID_WIDTH      = 4,   // AXI ID, bits
    parameter MAX_BURST     = 64,  // beats of the longest burst
    parameter DESC_PREFETCH = 64,  // places of a channel's queue
    parameter Q_W           = 6    // log2 of DESC_PREFETCH
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write
    input wire cw_priv,  // to a grant register, else to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
    input wire [CHANNELS-1:0] active,  // running channels
    input wire [CHANNELS-1:0] halt,  // fetch no more
    input wire [CHANNELS-1:0] dead,  // a descriptor was refused
    // queue
    input wire [CHANNELS*(Q_W+1)-1:0] used,  // entries of each queue that are filled or reserved
    output reg reserve_valid,  // reserve places
    output reg [CH_W-1:0] reserve_ch,  // of this channel
    output reg [4:0] reserve_n,  // how many
    // translation
    output reg x_valid,  // look up; stays until x_done
    output reg [ADDR_WIDTH-1:0] x_addr,  // logical address
    output wire [CH_W-1:0] x_ch,  // channel
    output wire x_bypass,  // not translated
    input wire x_done,  // result is there
    input wire [ADDR_WIDTH-1:0] x_paddr,  // physical address
    input wire [3:0] x_err,  // error
    output reg fetch_issue,  // fence: a burst was looked up
    output reg refuse_end,  // fence: it was refused, so it has ended
    // bursts in flight: to windlass_desc
    output reg burst_valid,  // a burst was issued
    output reg [CH_W+5+ADDR_WIDTH+2-1:0] burst_data,  // {channel, descriptors, logical address, phase, ends the table}
    input wire burst_room,  // there is room for another
    input wire burst_none,  // none is in flight
    output reg refuse_valid,  // put a refusal (DESC_MAP) in the queue
    output wire [31:0] refuse_addr,  // the descriptor's address
    output wire [CHANNELS-1:0] working,  // at work for this channel
    // AXI read address
    output wire [ID_WIDTH-1:0] m_axi_desc_arid,  // always 0
    output reg [ADDR_WIDTH-1:0] m_axi_desc_araddr,  // address
    output reg [7:0] m_axi_desc_arlen,  // beats - 1
    output wire [2:0] m_axi_desc_arsize,  // full width
    output wire [1:0] m_axi_desc_arburst,  // INCR
    output wire m_axi_desc_arlock,  // always 0
    output wire [3:0] m_axi_desc_arcache,  // memory
    output wire [2:0] m_axi_desc_arprot,  // always 0
    output wire [3:0] m_axi_desc_arqos,  // always 0
    output reg m_axi_desc_arvalid,  // valid
    input wire m_axi_desc_arready  // ready
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam AW = ADDR_WIDTH;
  // Descriptors of a burst: 16, fewer if the burst would be too long; one more word for a start within a word.
  localparam FIT = W > 16 ? (MAX_BURST - 1) * (W / 16) + 1 : MAX_BURST / (16 / W);
  localparam MOST = FIT >= 16 ? 16 : FIT >= 1 ? FIT : 1;
  localparam ROOM = DESC_PREFETCH >= 32 ? 8 : DESC_PREFETCH / 4;  // worth a burst

  assign m_axi_desc_arid = {ID_WIDTH{1'b0}};
  assign m_axi_desc_arsize = OFF_W[2:0];
  assign m_axi_desc_arburst = 2'b01;
  assign m_axi_desc_arlock = 1'b0;
  assign m_axi_desc_arcache = 4'b0011;
  assign m_axi_desc_arprot = 3'd0;
  assign m_axi_desc_arqos = 4'd0;

  // ---------------------------------------------------------------- channel state
  reg [31:0] base_lo_mem[0:CHANNELS-1];
  reg [31:0] base_hi_mem[0:CHANNELS-1];
  reg [15:0] count_mem[0:CHANNELS-1];
  reg [15:0] given_mem[0:CHANNELS-1];  // PRODUCER
  reg [1:0] mode_mem[0:CHANNELS-1];
  reg bypass_mem[0:CHANNELS-1];
  reg [32:0] next_mem[0:CHANNELS-1];  // {phase, place, fetched}
  reg [CHANNELS-1:0] pend_reg;  // there may be something to fetch

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      base_lo_mem[k] = 32'd0;
      base_hi_mem[k] = 32'd0;
      count_mem[k] = 16'd0;
      given_mem[k] = 16'd0;
      mode_mem[k] = 2'd0;
      bypass_mem[k] = 1'b0;
      next_mem[k] = 33'd0;
    end

  wire cw_chan = cw_valid && !cw_priv;
  wire bell = cw_chan && cw_reg == `WL_CHANNEL_PRODUCER_NR;
  always @(posedge aclk) begin
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_LO_NR) base_lo_mem[cw_ch] <= cw_data;
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_HI_NR) base_hi_mem[cw_ch] <= cw_data;
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_COUNT_NR) count_mem[cw_ch] <= cw_data[15:0];
    if (bell) given_mem[cw_ch] <= cw_data[15:0];
    if (cw_chan && cw_reg == `WL_CHANNEL_CONFIG_NR) mode_mem[cw_ch] <= cw_data[1:0];
    if (cw_valid && cw_priv && cw_reg == `WL_GRANT_GRANT_NR) bypass_mem[cw_ch] <= cw_data[0];
  end

  // ---------------------------------------------------------------- which channel
  // PICK a channel, its state is read; SIZE1 how many are given and fit; SIZE2 the least; LOOK translate; ISSUE the
  // burst; REFUSE waits for earlier bursts, so that the refusal takes its place in the queue.
  localparam [2:0] PICK = 3'd0, SIZE1 = 3'd1, SIZE2 = 3'd2, LOOK = 3'd3, ISSUE = 3'd4, REFUSE = 3'd5;
  reg [2:0] state_reg;
  reg [CH_W-1:0] ch_reg;
  wire [CHANNELS-1:0] want;
  genvar g;
  generate
    for (g = 0; g < CHANNELS; g = g + 1) begin : g_want
      wire [Q_W:0] mine = used[g*(Q_W+1)+:Q_W+1];
      assign want[g] = pend_reg[g] && active[g] && !halt[g] && !dead[g] &&
          {{31 - Q_W{1'b0}}, mine} <= DESC_PREFETCH - 2 - ROOM;
      assign working[g] = state_reg != PICK && ch_reg == g;
    end
  endgenerate
  wire any;
  wire [CH_W-1:0] pick;
  wire take = state_reg == PICK && any && burst_room && !reserve_valid;

  windlass_arb #(
      .N (CHANNELS),
      .IW(CH_W)
  ) arb_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .rotate(1'b1),
      .want(want),
      .take(take),
      .any(any),
      .pick(pick)
  );

  reg [15:0] count_reg, limit_reg, place_reg, fetched_reg, avail_reg, turn_reg;
  reg phase_reg, ring_reg, bypass_reg;
  reg [AW-1:0] base_reg;
  reg [4:0] fit_reg, n_reg;
  wire [63:0] base64 = {base_hi_mem[pick], base_lo_mem[pick]};
  wire [31:0] room = DESC_PREFETCH - 2 - {{31 - Q_W{1'b0}}, used[ch_reg*(Q_W+1)+:Q_W+1]};
  wire [31:0] page_left = 32'd256 - {24'd0, x_addr[11:4]};
  wire [4:0] avail_n = |avail_reg[15:4] ? 5'd16 : avail_reg[4:0];
  wire [4:0] turn_n = |turn_reg[15:4] ? 5'd16 : turn_reg[4:0];
  wire [4:0] page_n = page_left > 32'd16 ? 5'd16 : page_left[4:0];
  wire [4:0] min1 = avail_n < turn_n ? avail_n : turn_n;
  wire [4:0] min2 = page_n < fit_reg ? page_n : fit_reg;
  wire [4:0] least = min1 < min2 ? min1 : min2;
  wire [15:0] place_next = place_reg + {11'd0, n_reg};
  wire wraps = place_next == count_reg;
  wire [15:0] fetched_next = fetched_reg + {11'd0, n_reg};
  wire go = state_reg == ISSUE && !start_valid && (!m_axi_desc_arvalid || m_axi_desc_arready);
  wire [31:0] bytes = {23'd0, n_reg, 4'd0} + {{32 - OFF_W{1'b0}}, x_addr[OFF_W-1:0]} - 32'd1;
  wire [31:0] beats_m1 = bytes >> OFF_W;
  reg [AW-1:0] paddr_reg;
  reg rang_reg;
  wire [CH_W-1:0] looked_at = state_reg == PICK ? pick : ch_reg;
  wire rings = (bell && cw_ch == looked_at) || (start_valid && start_ch == looked_at);

  assign x_ch = ch_reg;
  assign x_bypass = bypass_reg;
  assign refuse_addr = x_addr[31:0];

  always @(posedge aclk) begin
    reserve_valid <= 1'b0;
    burst_valid   <= 1'b0;
    refuse_valid  <= 1'b0;
    fetch_issue   <= 1'b0;
    refuse_end    <= 1'b0;
    if (m_axi_desc_arready) m_axi_desc_arvalid <= 1'b0;
    case (state_reg)
      PICK: begin
        ch_reg <= pick;
        {phase_reg, place_reg, fetched_reg} <= next_mem[pick];
        count_reg <= count_mem[pick];
        limit_reg <= mode_mem[pick] == 2'd2 ? given_mem[pick] : count_mem[pick];
        ring_reg <= mode_mem[pick] == 2'd2;
        bypass_reg <= bypass_mem[pick];
        base_reg <= base64[AW-1:0];
        if (take) state_reg <= SIZE1;
      end
      SIZE1: begin
        avail_reg <= limit_reg - fetched_reg;
        turn_reg <= count_reg - place_reg;
        x_addr <= base_reg + {{AW - 20{1'b0}}, place_reg, 4'd0};
        fit_reg <= room > MOST ? MOST[4:0] : room[4:0];
        state_reg <= SIZE2;
      end
      SIZE2: begin
        // A descriptor that the front gives back may have taken the last place since the pick: then try again.
        n_reg <= least;
        x_valid <= least != 5'd0;
        state_reg <= least != 5'd0 ? LOOK : PICK;
      end
      LOOK:
      if (x_done) begin
        x_valid <= 1'b0;
        paddr_reg <= x_paddr;
        fetch_issue <= 1'b1;
        state_reg <= x_err != 4'd0 ? REFUSE : ISSUE;
      end
      ISSUE:
      if (go) begin
        m_axi_desc_arvalid <= 1'b1;
        m_axi_desc_araddr <= {paddr_reg[AW-1:OFF_W], {OFF_W{1'b0}}};
        m_axi_desc_arlen <= beats_m1[7:0];
        burst_valid <= 1'b1;
        burst_data <= {ch_reg, n_reg, x_addr, !ring_reg || !phase_reg, !ring_reg && fetched_next == count_reg};
        reserve_valid <= 1'b1;
        reserve_ch <= ch_reg;
        reserve_n <= n_reg;
        state_reg <= PICK;
      end
      default:
      if (burst_none) begin
        refuse_valid <= 1'b1;
        refuse_end <= 1'b1;
        reserve_ch <= ch_reg;
        state_reg <= PICK;
      end
    endcase

    // A bell that rings while the channel is looked at must not be forgotten.
    rang_reg <= rings || (state_reg != PICK && rang_reg);
    if (state_reg == SIZE2 && avail_reg == 16'd0 && !rang_reg) pend_reg[ch_reg] <= 1'b0;
    // A refusal ends the channel's fetching before the queue has seen it; a doorbell concerns rings only.
    if (state_reg == REFUSE) pend_reg[ch_reg] <= 1'b0;
    if (bell && mode_mem[cw_ch] == 2'd2) pend_reg[cw_ch] <= 1'b1;
    if (start_valid) pend_reg[start_ch] <= mode_mem[start_ch] == 2'd1 || mode_mem[start_ch] == 2'd2;

    if (start_valid) next_mem[start_ch] <= 33'd0;
    else if (go) next_mem[ch_reg] <= {phase_reg ^ wraps, wraps ? 16'd0 : place_next, fetched_next};

    if (!aresetn) begin
      state_reg <= PICK;
      ch_reg <= {CH_W{1'b0}};
      pend_reg <= {CHANNELS{1'b0}};
      rang_reg <= 1'b0;
      reserve_valid <= 1'b0;
      reserve_ch <= {CH_W{1'b0}};
      reserve_n <= 5'd0;
      burst_valid <= 1'b0;
      refuse_valid <= 1'b0;
      fetch_issue <= 1'b0;
      refuse_end <= 1'b0;
      x_valid <= 1'b0;
      x_addr <= {AW{1'b0}};
      m_axi_desc_arvalid <= 1'b0;
      m_axi_desc_araddr <= {AW{1'b0}};
      m_axi_desc_arlen <= 8'd0;
    end
  end

endmodule

`resetall
