/*
 * windlass_desc_fetch: reads descriptors ahead of the work, in bursts.
 *
 * Purpose: for each channel in table or ring mode, keep its queue in windlass_desc filled: choose a channel, size a
 * burst (what is given, what fits, the end of the ring), translate it, issue it. Places in the queue are reserved
 * before the read, so data is always taken at once. A burst never crosses a multiple of 256 bytes, so never a page.
 * Goal: bursts of up to 16 descriptors, several in flight, five cycles of its own per burst.
 *
 * The slot: the state of one channel stays loaded while nothing is to be done, translated, with the size of its next
 * burst worked out. A START or doorbell of that channel then issues its burst in the next cycle (hot). The slot follows
 * the channel served last, or one that is being set up. Such a look-up is quiet: it is no access, so no fault. A write to
 * the map entry that it came from throws the translation away.
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
    input wire start_bad,  // its configuration is refused
    input wire [CH_W-1:0] start_ch,  // which
    input wire [CHANNELS-1:0] active,  // running channels
    input wire [CHANNELS-1:0] halt,  // fetch no more, until START
    input wire [CHANNELS-1:0] dead,  // a descriptor was refused: the same
    // queue
    output wire [CH_W-1:0] look_ch,  // channel that is served
    input wire [Q_W:0] look_head,  // its queue: first entry, a cycle late
    input wire [Q_W:0] look_tail,  // one after the last entry; read in a cycle after one with nothing in flight
    output wire flush_valid,  // empty that queue
    input wire flush_ready,  // it is emptied at the end of this cycle; flush_valid comes only with nothing in flight for it
    input wire [CHANNELS-1:0] flying,  // bursts are in flight for it
    input wire freed_valid,  // a place, or some places, became free
    input wire [CH_W-1:0] freed_ch,  // in this channel's queue
    // LINK: its table goes on elsewhere
    input wire link_valid,  // a LINK came
    input wire [CH_W-1:0] link_ch,  // in this channel's table
    input wire [ADDR_WIDTH-5:0] link_unit,  // address / 16 of the new table
    input wire [15:0] link_count,  // its descriptors
    // translation
    output reg x_valid,  // look up; stays until x_done
    output wire [ADDR_WIDTH-1:0] x_addr,  // logical address
    output wire [CH_W-1:0] x_ch,  // channel
    output wire x_bypass,  // not translated
    output reg x_quiet,  // only a preparation: a refusal is no fault
    input wire x_done,  // result is there
    input wire [ADDR_WIDTH-1:0] x_paddr,  // physical address
    input wire [3:0] x_err,  // error
    input wire tw_valid,  // a map entry is written now or soon
    input wire [11:0] tw_index,  // which
    output wire fetch_issue,  // fence: a burst is issued
    // bursts in flight: to windlass_desc
    output wire burst_valid,  // a burst, or a refusal in its place
    output wire [CH_W+19:0] burst_data,  // {ring, conf, channel, descriptors - 1, place in 256 bytes, phase, table ends, refused}
    input wire burst_room,  // there is room for another
    output wire [CHANNELS-1:0] working,  // at work for this channel
    output wire [CHANNELS-1:0] fresh,  // started, or behind a LINK, and nothing fetched yet: what arrives is of no use
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
  localparam U_W = AW - 4;  // an address in units of 16 bytes
  // Descriptors of a burst: 16, fewer if the burst would be too long or a queue holds only few.
  localparam FIT = W > 16 ? (MAX_BURST - 1) * (W / 16) + 1 : MAX_BURST / (16 / W);
  localparam SHARE = DESC_PREFETCH >= 64 ? 16 : DESC_PREFETCH / 4;
  localparam MOST = FIT >= SHARE ? SHARE : FIT >= 1 ? FIT : 1;
  localparam MOST_WIDE = MOST >= 2 ? MOST / 2 : 1;
  // A descriptor that the front gives back takes a place again; two can be on their way.
  localparam [Q_W:0] FULL = DESC_PREFETCH - 2 - MOST;
  localparam [Q_W:0] TOO_MANY = FULL + 1;

  assign m_axi_desc_arid = {ID_WIDTH{1'b0}};
  assign m_axi_desc_arsize = OFF_W[2:0];
  assign m_axi_desc_arburst = 2'b01;
  assign m_axi_desc_arlock = 1'b0;
  assign m_axi_desc_arcache = 4'b0011;
  assign m_axi_desc_arprot = 3'd0;
  assign m_axi_desc_arqos = 4'd0;

  // ---------------------------------------------------------------- channel state
  localparam NEXT_W = 1 + 16 + 16 + U_W;
  reg [31:0] base_lo_mem[0:CHANNELS-1];
  reg [31:0] base_hi_mem[0:CHANNELS-1];
  reg [15:0] count_mem[0:CHANNELS-1];
  reg [15:0] given_mem[0:CHANNELS-1];  // PRODUCER
  reg [1:0] mode_mem[0:CHANNELS-1];
  reg [7:0] conf_mem[0:CHANNELS-1];  // {cyclic, wide, unit, destination type, source type}
  reg [U_W+15:0] link_mem[0:CHANNELS-1];  // {descriptors, address / 16} behind a LINK
  reg bypass_mem[0:CHANNELS-1];
  reg [NEXT_W-1:0] next_mem[0:CHANNELS-1];  // {phase, fetched, ~left of the table or lap, address / 16}
  reg [Q_W:0] taken_mem[0:CHANNELS-1];  // places of the queue taken or reserved since START, less TOO_MANY
  reg [CHANNELS-1:0] want_reg;  // there may be something to fetch, and room for it
  reg [CHANNELS-1:0] full_reg;  // there may be something, but there is no room for it
  reg [CHANNELS-1:0] fresh_reg;  // started, or behind a LINK, and nothing fetched yet
  reg [CHANNELS-1:0] link_reg;  // of these: behind a LINK

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      base_lo_mem[k] = 32'd0;
      base_hi_mem[k] = 32'd0;
      count_mem[k] = 16'd0;
      given_mem[k] = 16'd0;
      mode_mem[k] = 2'd0;
      conf_mem[k] = 8'd0;
      link_mem[k] = {U_W + 16{1'b0}};
      bypass_mem[k] = 1'b0;
      next_mem[k] = {NEXT_W{1'b0}};
      taken_mem[k] = {Q_W + 1{1'b0}};
    end

  wire cw_chan = cw_valid && !cw_priv;
  wire bell = cw_chan && cw_reg == `WL_CHANNEL_PRODUCER_NR;
  always @(posedge aclk) begin
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_LO_NR) base_lo_mem[cw_ch] <= cw_data;
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_HI_NR) base_hi_mem[cw_ch] <= cw_data;
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_COUNT_NR) count_mem[cw_ch] <= cw_data[15:0];
    if (bell) given_mem[cw_ch] <= cw_data[15:0];
    if (cw_chan && cw_reg == `WL_CHANNEL_CONFIG_NR) begin
      mode_mem[cw_ch] <= cw_data[1:0];
      conf_mem[cw_ch] <= {cw_data[13], cw_data[12], cw_data[9:4]};
    end
    if (link_valid) link_mem[link_ch] <= {link_count, link_unit};
    if (cw_valid && cw_priv && cw_reg == `WL_GRANT_GRANT_NR) bypass_mem[cw_ch] <= cw_data[0];
  end

  // ---------------------------------------------------------------- the slot
  // PARK until there is something to do; LOAD a channel's state; SIZE, NEED work the burst out; GO sees whether there is one, and
  // waits for the address channel; LOOK translates; ADVANCE records the burst and steps over it; REFUSE records that the map refused.
  localparam [2:0] PARK = 3'd0, LOAD = 3'd1, SIZE = 3'd2, NEED = 3'd3, LOOK = 3'd4, GO = 3'd5, ADVANCE = 3'd6, REFUSE = 3'd7;
  reg [2:0] state_reg;
  reg [CH_W-1:0] ch_reg;
  reg s_valid_reg;  // the slot holds this channel's state
  reg s_run_reg;  // of its run, else what START would begin with
  reg s_old_reg;  // of a run that is over: its channel was started again meanwhile
  reg s_sized_reg;  // its next burst is worked out
  reg s_known_reg, s_no_reg, stale_reg;  // translated; refused; entry was written meanwhile
  reg [AW-13:0] s_frame_reg;  // physical page
  reg [U_W-1:0] s_unit_reg;
  reg [15:0] s_spent_reg;  // ~left of the table or lap, so that a burst adds to it
  reg [15:0] s_fetched_reg, avail_reg;
  reg
      s_phase_reg,
      s_ring_reg,
      s_bypass_reg,
      s_some_reg,
      s_room_reg,
      s_empty_reg,
      all_reg,
      none_reg,
      moved_reg,
      twice_reg,
      s_link_reg;
  reg [7:0] s_conf_reg;
  wire s_wide = s_conf_reg[6], s_cyclic = s_conf_reg[7];
  reg [4:0] limit_reg, n_reg;
  reg rang_reg;

  // Up with START, as active, but down a cycle late: a fetch that begins in the first cycle after a run is like one that began in its last, and
  // no START comes in that cycle.
  reg [CHANNELS-1:0] open_reg;
  wire [CHANNELS-1:0] want = want_reg & open_reg & ~(link_reg & flying);
  wire any;
  wire [CH_W-1:0] pick;
  reg hot_start_reg, hot_bell_reg;
  wire hot = (hot_start_reg && start_valid && !start_bad && start_ch == ch_reg) ||
      (hot_bell_reg && bell && cw_ch == ch_reg && cw_data[15:0] != s_fetched_reg);
  // A hot slot waits for a register write: nothing else begins in a cycle with one, so that what is in it need not be known for that.
  wire calm = !((hot_start_reg && start_valid) || (hot_bell_reg && cw_valid));
  wire take = state_reg == PARK && calm && any && burst_room;
  // What the slot holds is of use to its channel, without LOAD.
  wire kept = s_valid_reg && !link_reg[ch_reg] && s_run_reg != fresh_reg[ch_reg];
  reg took_reg;

  windlass_arb #(
      .N (CHANNELS),
      .IW(CH_W)
  ) arb_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .rotate(1'b1),
      .want(want),
      .take(took_reg),
      .taken(ch_reg),
      .any(any),
      .pick(pick)
  );

  // A channel that is being set up is loaded too, when there is nothing better to do.
  reg arm_reg;
  reg [CH_W-1:0] arm_ch_reg;
  wire arm_table = mode_mem[arm_ch_reg] == 2'd1 || mode_mem[arm_ch_reg] == 2'd2;
  wire armed = s_valid_reg && !s_run_reg && ch_reg == arm_ch_reg;
  wire arm = state_reg == PARK && calm && !any && arm_reg && arm_table && !armed && !open_reg[arm_ch_reg];
  wire start_table = mode_mem[start_ch] == 2'd1 || mode_mem[start_ch] == 2'd2;
  wire touched = cw_valid && cw_ch == ch_reg && (cw_priv || (cw_reg == `WL_CHANNEL_PRODUCER_NR ? !s_run_reg :
      cw_reg == `WL_CHANNEL_CONFIG_NR || cw_reg == `WL_CHANNEL_DESC_LO_NR || cw_reg == `WL_CHANNEL_DESC_HI_NR ||
      cw_reg == `WL_CHANNEL_DESC_COUNT_NR));
  wire changed = tw_valid && tw_index == x_index;

  wire [63:0] base64 = {base_hi_mem[ch_reg], base_lo_mem[ch_reg]};
  wire [15:0] count = count_mem[ch_reg];
  wire link = s_run_reg && link_reg[ch_reg];
  wire fixed = fresh_reg[ch_reg] || !s_run_reg;
  wire base = fixed && !link;
  // What LOAD begins with is known a cycle after the channel: twice_reg tells that nothing has changed since.
  reg [Q_W:0] tail_reg;  // look_tail, less TOO_MANY
  reg base_reg, fixed_reg, idle_reg;  // at the beginning; there or behind a LINK; nothing in flight
  wire steady = state_reg == LOAD && twice_reg && (!base_reg || flush_ready) && (!fixed_reg || idle_reg);
  wire loaded = steady && !touched;
  wire [4:0] n_m1 = n_reg - 5'd1;

  assign flush_valid = state_reg == LOAD && twice_reg && base_reg && idle_reg;
  assign look_ch = ch_reg;
  assign x_ch = ch_reg;
  assign x_bypass = s_bypass_reg;
  assign x_addr = {s_unit_reg, 4'd0};
  wire [51:0] x_page = {{64 - AW{1'b0}}, x_addr[AW-1:12]};
  wire [11:0] x_index = x_page[11:0];

  // How many: what is left and the limits of a burst first, then what is given.
  reg [4:0] room_256_reg, left_n_reg;  // a cycle behind the slot
  wire [4:0] units_256 = 5'd16 - {1'b0, s_unit_reg[3:0]};
  wire [4:0] to_256 = s_wide ? {1'b0, units_256[4:1]} : units_256;
  wire [4:0] most = s_wide ? MOST_WIDE[4:0] : MOST[4:0];
  wire [Q_W:0] used = taken_mem[ch_reg] - look_head;  // less TOO_MANY: negative while there is room
  // Of a table, or of a ring that has no producer, all is given.
  wire many = all_reg || |avail_reg[15:4];
  // Whether avail_reg[3:0] < limit_reg, two bits at a time and side by side: no carries in front of the choice.
  wire [3:0] less = ~avail_reg[3:0] & limit_reg[3:0], same = ~(avail_reg[3:0] ^ limit_reg[3:0]);
  wire fewer = limit_reg[4] || less[3] || (same[3] && less[2]) || (same[3] && same[2] && (less[1] || (same[1] && less[0])));
  wire table_like = mode_mem[ch_reg] == 2'd1 || (s_ring_reg && s_cyclic);
  wire none = (!many && avail_reg[3:0] == 4'd0) || limit_reg == 5'd0;
  wire [4:0] n = !many && fewer ? {1'b0, avail_reg[3:0]} : limit_reg;

  wire address_free = !m_axi_desc_arvalid || m_axi_desc_arready;
  // Parked with everything worked out, and nothing that would change it.
  // If something else begins now it is no longer parked then.
  wire waits = state_reg == PARK && s_valid_reg && !s_old_reg && s_sized_reg && s_known_reg && !touched && !changed && burst_room &&
      !m_axi_desc_arvalid;
  wire go = state_reg == GO && !none_reg && s_known_reg && !s_old_reg && address_free;
  wire [8:0] bytes_m1 = (s_wide ? {n_m1[3:0], 5'd31} : {n_m1, 4'd15}) + {{9 - OFF_W{1'b0}}, x_addr[OFF_W-1:0]};
  wire [8:0] beats_m1 = bytes_m1 >> OFF_W;

  // The step over a burst.
  // The size of a burst is known two cycles before it is recorded.
  reg ends_reg, turn_reg;
  reg [U_W-1:0] sum_reg;
  wire ends = ends_reg;
  wire turn = turn_reg;
  wire [5:0] n_units = s_wide ? {n_reg, 1'b0} : {1'b0, n_reg};
  wire [15:0] fetched_next = s_fetched_reg + {11'd0, n_reg};
  wire phase_next = s_phase_reg ^ turn;
  // Where the slot goes on: at the beginning, behind a LINK, where the channel was, behind the burst.
  wire step = state_reg == ADVANCE;
  // Looked at in ADVANCE and LOAD only.
  wire [1:0] from = {state_reg[1] ? !turn : !fixed, state_reg[1] ? !turn : link};
  wire [U_W-1:0] next_unit, link_at;
  wire [15:0] next_spent, next_fetched, link_left;
  wire next_phase;
  assign {next_phase, next_fetched, next_spent, next_unit} = next_mem[ch_reg];
  assign {link_left, link_at} = link_mem[ch_reg];
  wire [U_W-1:0] unit_at = from[1] ? (from[0] ? sum_reg : next_unit) : from[0] ? link_at : base64[AW-1:4];
  wire [15:0] spent_at = from[1] ? (from[0] ? s_spent_reg + {11'd0, n_reg} : next_spent) : from[0] ? ~link_left : ~count;

  assign burst_valid = state_reg == ADVANCE || state_reg == REFUSE;
  assign burst_data = {
    s_ring_reg,
    s_conf_reg,
    ch_reg,
    n_m1[3:0],
    x_addr[7:4],
    !s_phase_reg,
    ends && (!s_ring_reg || s_cyclic),
    state_reg == REFUSE
  };
  assign fresh = fresh_reg;
  assign fetch_issue = state_reg == ADVANCE;

  wire [15:0] taken_now = {11'd0, n_reg};

  wire current = !s_old_reg;
  genvar g;
  generate
    for (g = 0; g < CHANNELS; g = g + 1) begin : g_ch
      // Hot: a burst may leave in the cycle in which the channel is told to halt.
      assign working[g] = (state_reg != PARK || hot_bell_reg) && ch_reg == g;
      always @(posedge aclk) begin
        open_reg[g] <= aresetn && (active[g] || (start_valid && start_ch == g));
        if (state_reg == GO && none_reg && !rang_reg && !link_reg[g] && current && ch_reg == g) want_reg[g] <= 1'b0;
        if (state_reg == REFUSE && current && ch_reg == g) want_reg[g] <= 1'b0;
        if (bell && cw_ch == g && !full_reg[g]) want_reg[g] <= 1'b1;
        if (freed_valid && freed_ch == g) begin
          full_reg[g] <= 1'b0;
          if (full_reg[g]) want_reg[g] <= 1'b1;
        end else if (state_reg == NEED && s_run_reg && !s_room_reg && current && ch_reg == g) begin
          full_reg[g] <= 1'b1;
          want_reg[g] <= 1'b0;
        end
        // A LINK may have come since LOAD: then the burst is still of what was before.
        if (burst_valid && (s_link_reg || !link_reg[g]) && current && ch_reg == g) begin
          fresh_reg[g] <= 1'b0;
          link_reg[g]  <= 1'b0;
        end
        if (link_valid && link_ch == g) begin
          want_reg[g]  <= 1'b1;
          full_reg[g]  <= 1'b0;
          fresh_reg[g] <= 1'b1;
          link_reg[g]  <= 1'b1;
        end
        if (halt[g] || dead[g]) want_reg[g] <= 1'b0;  // until START
        if (start_valid && start_ch == g) begin
          link_reg[g]  <= 1'b0;
          want_reg[g]  <= start_table && !start_bad;
          full_reg[g]  <= 1'b0;
          fresh_reg[g] <= 1'b1;
        end
        if (!aresetn) begin
          want_reg[g]  <= 1'b0;
          full_reg[g]  <= 1'b0;
          fresh_reg[g] <= 1'b0;
          link_reg[g]  <= 1'b0;
        end
      end
    end
  endgenerate

  always @(posedge aclk) begin
    if (moved_reg) next_mem[ch_reg] <= {s_phase_reg, s_fetched_reg, s_spent_reg, s_unit_reg};
    if (steady && fixed_reg) taken_mem[ch_reg] <= tail_reg;
    else if (burst_valid) taken_mem[ch_reg] <= taken_mem[ch_reg] + taken_now[Q_W:0];
  end

  always @(posedge aclk) begin
    if (address_free) begin
      m_axi_desc_araddr <= {s_frame_reg, x_addr[11:OFF_W], {OFF_W{1'b0}}};
      m_axi_desc_arlen  <= beats_m1[7:0];
    end
    m_axi_desc_arvalid <= go || (state_reg == PARK && hot) || (m_axi_desc_arvalid && !m_axi_desc_arready);

    if (x_done) x_valid <= 1'b0;
    case (state_reg)
      PARK: begin
        if (!calm) begin
          if (hot) state_reg <= ADVANCE;
        end else if (take) begin
          ch_reg <= pick;
          s_run_reg <= 1'b1;
          // What was set up is what START begins with; if its burst is worked out it can go.
          if (!kept || ch_reg != pick) state_reg <= LOAD;
          else state_reg <= !s_run_reg && s_sized_reg && s_some_reg ? GO : SIZE;
        end else if (arm) begin
          ch_reg <= arm_ch_reg;
          s_run_reg <= 1'b0;
          state_reg <= LOAD;
        end else if (s_valid_reg && s_some_reg && s_sized_reg && !s_known_reg && !s_no_reg) begin
          x_valid   <= 1'b1;
          x_quiet   <= 1'b1;
          state_reg <= LOOK;
        end
      end
      LOAD: begin
        {s_phase_reg, s_fetched_reg} <= fixed ? 17'd0 : {next_phase, next_fetched};
        s_ring_reg <= mode_mem[ch_reg] == 2'd2;
        s_bypass_reg <= bypass_mem[ch_reg];
        s_conf_reg <= conf_mem[ch_reg];
        s_empty_reg <= base;
        s_link_reg <= link;
        if (loaded) begin
          state_reg <= SIZE;
          // Software writes START soon: the page is looked up meanwhile.
          x_valid   <= !s_run_reg;
          x_quiet   <= 1'b1;
        end
      end
      SIZE: begin
        limit_reg  <= left_n_reg < room_256_reg ? left_n_reg : room_256_reg;
        avail_reg  <= s_ring_reg ? given_mem[ch_reg] - s_fetched_reg : 16'd0;
        all_reg    <= table_like;
        s_room_reg <= s_empty_reg || used[Q_W];
        state_reg  <= NEED;
      end
      NEED: begin
        // A ring that waits for its bell fetches one descriptor when it rings.
        n_reg <= {n[4:1], n[0] || none};  // none is 0 otherwise
        none_reg <= none;
        s_some_reg <= !none || (s_ring_reg && s_run_reg);
        state_reg <= x_valid && !x_done ? LOOK : s_run_reg && s_room_reg ? GO : PARK;
      end
      LOOK:
      if (x_done) begin
        if (x_quiet || s_old_reg) state_reg <= PARK;
        else if (x_err != 4'd0) begin
          n_reg <= 5'd1;
          state_reg <= REFUSE;
        end else state_reg <= GO;  // and from there back, if the entry was written meanwhile
      end
      GO:
      if (none_reg || s_old_reg) state_reg <= PARK;
      else if (!s_known_reg) begin
        x_valid   <= 1'b1;
        x_quiet   <= 1'b0;
        state_reg <= LOOK;
      end else if (go) state_reg <= ADVANCE;
      ADVANCE: begin
        s_empty_reg <= 1'b0;
        s_link_reg <= 1'b0;
        {s_phase_reg, s_fetched_reg} <= {phase_next, fetched_next};
        s_run_reg <= 1'b1;
        state_reg <= PARK;
      end
      default: state_reg <= PARK;
    endcase

    took_reg  <= take;
    base_reg  <= base;
    fixed_reg <= fixed;
    idle_reg  <= !flying[ch_reg];
    tail_reg  <= look_tail - TOO_MANY;
    ends_reg  <= s_spent_reg == {11'h7FF, ~n_reg};
    turn_reg  <= s_ring_reg && s_spent_reg == {11'h7FF, ~n_reg};
    if (step || state_reg == LOAD) {s_spent_reg, s_unit_reg} <= {spent_at, unit_at};
    // START and LINK refuse other places of wide descriptors; a burst crosses nothing even then.
    if ((step && s_wide) || (state_reg == LOAD && conf_mem[ch_reg][6])) s_unit_reg[0] <= 1'b0;
    sum_reg <= s_unit_reg + {{U_W - 6{1'b0}}, n_units};
    moved_reg <= step;
    // What is worked out from the slot is a cycle behind it: when what is to be loaded changes, load once more.
    twice_reg <= state_reg == LOAD && !touched && !(link_valid && link_ch == ch_reg) && !(start_valid && start_ch == ch_reg);
    room_256_reg <= to_256 > most ? most : to_256;
    left_n_reg <= !(&s_spent_reg[15:4]) ? 5'd16 : {1'b0, ~s_spent_reg[3:0]};
    stale_reg <= x_valid && !x_done && (stale_reg || changed);
    if (x_valid && x_done) s_frame_reg <= x_paddr[AW-1:12];
    if (x_valid && x_done && !stale_reg) begin
      s_known_reg <= x_err == 4'd0;
      s_no_reg <= x_err != 4'd0;
    end
    if (changed || state_reg == LOAD || (state_reg == ADVANCE && (turn || sum_reg[8] != s_unit_reg[8]))) begin
      s_known_reg <= 1'b0;
      s_no_reg <= 1'b0;
    end
    s_sized_reg <= state_reg == NEED || (s_sized_reg && state_reg != LOAD && state_reg != ADVANCE);
    s_valid_reg <= (loaded || (s_valid_reg && state_reg != LOAD)) && !touched && state_reg != REFUSE && !s_old_reg;
    s_old_reg <= state_reg != PARK && (s_old_reg || (s_run_reg && start_valid && start_ch == ch_reg));

    hot_start_reg <= waits && !s_run_reg && s_some_reg;
    hot_bell_reg <= waits && s_run_reg && s_ring_reg && s_room_reg && n_reg == 5'd1 && active[ch_reg] && !halt[ch_reg] &&
        !dead[ch_reg];

    // A bell that rings while the channel is looked at must not be forgotten.
    rang_reg <= (bell && cw_ch == ch_reg && (state_reg == SIZE || state_reg == NEED)) || (rang_reg && state_reg == NEED);

    if (cw_valid) begin
      arm_reg <= 1'b1;
      arm_ch_reg <= cw_ch;
    end else if (state_reg == PARK && calm && !any) arm_reg <= 1'b0;

    if (!aresetn) begin
      state_reg <= PARK;
      ch_reg <= {CH_W{1'b0}};
      s_valid_reg <= 1'b0;
      s_run_reg <= 1'b0;
      s_old_reg <= 1'b0;
      s_sized_reg <= 1'b0;
      s_known_reg <= 1'b0;
      s_no_reg <= 1'b0;
      s_some_reg <= 1'b0;
      stale_reg <= 1'b0;
      hot_start_reg <= 1'b0;
      hot_bell_reg <= 1'b0;
      rang_reg <= 1'b0;
      moved_reg <= 1'b0;
      took_reg <= 1'b0;
      s_link_reg <= 1'b0;
      twice_reg <= 1'b0;
      arm_reg <= 1'b0;
      arm_ch_reg <= {CH_W{1'b0}};
      x_valid <= 1'b0;
      x_quiet <= 1'b0;
      m_axi_desc_arvalid <= 1'b0;
      m_axi_desc_araddr <= {AW{1'b0}};
      m_axi_desc_arlen <= 8'd0;
    end
  end

`ifdef PROVE_DESC_FETCH
  `include "windlass_desc_fetch.svh"
`endif

endmodule

`resetall
