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

module windlass_desc_fetch #(
    parameter CHANNELS      = 4,   // number of channels
    parameter CH_W          = 2,   // width of a channel number
    parameter DATA_WIDTH    = 64,  // bus, bits
    parameter ADDR_WIDTH    = 32,  // address, bits
    parameter ID_WIDTH      = 4,   // AXI ID, bits
    parameter MAX_BURST     = 64,  // beats of the longest burst
    parameter DESC_PREFETCH = 64,  // places of a channel's queue
    parameter COUNT_W       = 6    // bits of the queue's counts: log2 of DESC_PREFETCH, one more for 4
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire [15:0] wr_data,  // a cycle before cw_data: what it may be
    input wire start_valid,  // START of a channel; a doorbell in the same cycle is lost
    input wire start_bad,  // its configuration is refused
    input wire [CH_W-1:0] start_ch,  // which
    input wire [CHANNELS-1:0] shut,  // fetch nothing: until START, or until what an older table has in flight is in
    // queue
    output wire [CH_W-1:0] look_ch,  // channel that is served
    input wire [COUNT_W-1:0] look_head,  // its queue: first entry, a cycle late
    input wire [COUNT_W-1:0] look_tail,  // one after the last entry; read in a cycle after one with nothing in flight
    output wire flush_valid,  // empty that queue
    input wire flush_ready,  // it is emptied at the end of this cycle; flush_valid comes only with nothing in flight for it
    input wire [CHANNELS-1:0] flying,  // bursts are in flight for it
    input wire freed_valid,  // a place, or some places, became free; look_head had them a cycle ago
    input wire [CH_W-1:0] freed_ch,  // in this channel's queue
    // LINK: its table goes on elsewhere
    input wire link_valid,  // a LINK came; `shut` is up in the next cycle for what is in flight
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
    input wire [3:0] tw_index,  // which, low bits
    output wire fetch_issue,  // fence: a burst is issued
    // bursts in flight: to windlass_desc
    output wire burst_valid,  // a burst, or a refusal in its place
    output wire [CH_W+19:0] burst_data,  // {ring, conf, channel, descriptors - 1, place in 256 bytes, phase, table ends, refused}
    input wire burst_room,  // there is room for another
    output wire [CHANNELS-1:0] working,  // at work for this channel
    output wire burst_old,  // with burst_valid: of a run or a table that is over
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
  // A descriptor that the front gives back takes a place again; two can be on their way. One place more stays free, so that counts need not tell
  // full from empty; of four places that would be too many, so there the queue counts further (COUNT_W).
  localparam FULL = DESC_PREFETCH - (DESC_PREFETCH > 4 ? 3 : 2) - MOST;

  assign m_axi_desc_arid = {ID_WIDTH{1'b0}};
  assign m_axi_desc_arsize = OFF_W[2:0];
  assign m_axi_desc_arburst = 2'b01;
  assign m_axi_desc_arlock = 1'b0;
  assign m_axi_desc_arcache = 4'b0011;
  assign m_axi_desc_arprot = 3'd0;
  assign m_axi_desc_arqos = 4'd0;

  // ---------------------------------------------------------------- the slot
  // PARK until there is something to do; LOAD a channel's state; SIZE, NEED work the burst out; GO sees whether there is one, and
  // waits for the address channel; LOOK translates; ADVANCE records the burst and steps over it; REFUSE records that the map refused.
  localparam PARK = 0, LOAD = 1, SIZE = 2, NEED = 3, LOOK = 4, GO = 5, ADVANCE = 6, REFUSE = 7;
  reg [7:0] state_reg;  // one of them
  reg [CH_W-1:0] ch_reg;
  reg s_valid_reg;  // the slot holds this channel's state
  reg s_run_reg;  // of its run, else what START would begin with
  reg s_old_reg;  // of a run or table that is over: its channel was started again, or went on behind a LINK
  reg s_sized_reg;  // its next burst is worked out
  reg s_known_reg, s_no_reg, stale_reg;  // translated; refused; entry was written meanwhile
  reg [AW-13:0] s_frame_reg;  // physical page
  reg s_some_reg, s_room_reg, s_empty_reg, none_reg;
  reg [4:0] n_reg;
  reg rang_reg;

  wire any;
  wire [CH_W-1:0] pick;
  wire bell, setting, start_table, disarm, arm;
  wire [CH_W-1:0] arm_ch, setting_ch;
  wire s_ring, s_wide, turns, begins, fits, none;
  wire [CH_W+18:0] record;
  wire [U_W-1:0] unit;
  wire [15:0] fetched;
  wire [4:0] n;
  wire start_here = start_valid && start_ch == ch_reg;
  wire link_here = link_valid && link_ch == ch_reg;
  reg hot_start_reg, hot_bell_reg;
  // A bell of now tells of more descriptors: found out as the write arrived, when the slot that waits for it stood as it stands.
  reg  more_reg;
  wire hot = (hot_start_reg && start_here && !start_bad) || (hot_bell_reg && rings && more_reg);
  // A hot slot waits for a register write: nothing else begins in a cycle with one, so that what is in it need not be known for that. Nor with a
  // LINK, which may be of what is in the slot.
  wire calm = !((hot_start_reg && start_valid) || (hot_bell_reg && cw_valid) || link_valid);
  // What the slot holds is of use to its channel, without LOAD.
  wire kept = s_valid_reg && !s_old_reg;
  reg  took_reg;

  // A channel that is being set up is loaded too, when there is nothing better to do.
  wire armed = s_valid_reg && !s_run_reg && ch_reg == arm_ch;
  assign disarm = state_reg[PARK] && calm && !any;
  wire touched = setting && setting_ch == ch_reg;
  wire rings = bell && cw_ch == ch_reg;
  // Also of one whose number ends alike: a look-up more then, and a short comparison.
  wire changed = tw_valid && tw_index == x_addr[15:12];

  windlass_desc_slot #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .COUNT_W(COUNT_W),
      .MOST(MOST),
      .MOST_WIDE(MOST_WIDE),
      .FULL(FULL)
  ) slot_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .bell(bell),
      .setting(setting),
      .setting_ch(setting_ch),
      .start_valid(start_valid),
      .start_ch(start_ch),
      .start_table(start_table),
      .link_valid(link_valid),
      .link_ch(link_ch),
      .link_unit(link_unit),
      .link_count(link_count),
      .disarm(disarm),
      .arm(arm),
      .arm_ch(arm_ch),
      .ch(ch_reg),
      .run(s_run_reg),
      .load(state_reg[LOAD]),
      .size(state_reg[SIZE]),
      .step(state_reg[ADVANCE]),
      .keep(moved_reg),
      .n(n_reg),
      .put(burst_valid),
      .look_head(look_head),
      .look_tail(look_tail),
      .by_tail(state_reg[LOAD] && chosen_reg && idle_reg),
      .fits(fits),
      .begins(begins),
      .ring(s_ring),
      .wide(s_wide),
      .bypass(x_bypass),
      .unit(unit),
      .fetched(fetched),
      .turns(turns),
      .record(record),
      .none(none),
      .next_n(n)
  );

  // LOAD chooses, takes, and works out the limits from what it took, a cycle each; when what is to be loaded changes it begins anew.
  reg chosen_reg, loaded_reg, idle_reg;  // idle: nothing in flight, a cycle ago
  wire again = touched || link_here || start_here;
  wire steady = state_reg[LOAD] && loaded_reg && (!begins || (flush_ready && idle_reg));
  wire loaded = steady && !again;
  wire [4:0] n_m1 = n_reg - 5'd1;

  assign flush_valid = state_reg[LOAD] && loaded_reg && begins && idle_reg;
  assign look_ch = ch_reg;
  assign x_ch = ch_reg;
  assign x_addr = {unit, 4'd0};

  wire address_free = !m_axi_desc_arvalid || m_axi_desc_arready;
  // Parked with everything worked out, and nothing that would change it.
  // If something else begins now it is no longer parked then.
  wire waits = state_reg[PARK] && kept && s_sized_reg && s_known_reg && !again && !(rings && !s_run_reg) &&
      !changed && burst_room && !m_axi_desc_arvalid;
  wire go = (state_reg[GO] && !none_reg && s_known_reg && !s_old_reg && address_free) || (state_reg[PARK] && hot);
  wire [8:0] bytes_m1 = (s_wide ? {n_m1[3:0], 5'd31} : {n_m1, 4'd15}) + {{9 - OFF_W{1'b0}}, x_addr[OFF_W-1:0]};
  wire [8:0] beats_m1 = bytes_m1 >> OFF_W;

  assign burst_valid = state_reg[ADVANCE] || state_reg[REFUSE];
  assign burst_old   = s_old_reg || link_here;
  assign burst_data  = {record, state_reg[REFUSE]};
  assign fetch_issue = state_reg[ADVANCE];

  // ---------------------------------------------------------------- who wants
  // START and doorbells come by register writes, one at a time.
  wire note = bell || (start_valid && start_table);
  wire [CH_W-1:0] note_ch = start_valid ? start_ch : cw_ch;
  wire enough = ((state_reg[GO] && none_reg && !rang_reg) || state_reg[REFUSE]) && !burst_old;
  wire no_room = state_reg[NEED] && s_run_reg && !s_room_reg && !burst_old;
  windlass_desc_want #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) want_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .note_valid(note),
      .note_ch(note_ch),
      .link_valid(link_valid),
      .link_ch(link_ch),
      .freed_valid(freed_valid),
      .freed_ch(freed_ch),
      .shut(shut),
      .ch(ch_reg),
      .enough(enough),
      .no_room(no_room),
      .took(took_reg),
      .any(any),
      .pick(pick)
  );

  // Hot: a burst may leave in the cycle in which the channel is told to halt.
  genvar g;
  generate
    for (g = 0; g < CHANNELS; g = g + 1) begin : g_ch
      assign working[g] = (!state_reg[PARK] || hot_bell_reg) && ch_reg == g;
    end
  endgenerate

  // ---------------------------------------------------------------- what is done
  reg stepped_reg, moved_reg;  // after ADVANCE; and what it is of goes on
  reg page_reg;  // lowest bit of the page a cycle ago
  always @(posedge aclk) begin
    if (address_free) begin
      m_axi_desc_araddr <= {s_frame_reg, x_addr[11:OFF_W], {OFF_W{1'b0}}};
      m_axi_desc_arlen  <= beats_m1[7:0];
    end
    m_axi_desc_arvalid <= go || !address_free;

    if (x_done) x_valid <= 1'b0;
    state_reg <= 8'd0;
    state_reg[ADVANCE] <= go;
    if (state_reg[PARK]) begin
      state_reg[PARK] <= !hot;
      if (calm) begin
        if (any && burst_room) begin
          ch_reg <= pick;
          s_run_reg <= 1'b1;
          state_reg[PARK] <= 1'b0;
          // What was set up is what START begins with; if its burst is worked out it can go.
          if (!kept || ch_reg != pick) state_reg[LOAD] <= 1'b1;
          else if (!s_run_reg && s_sized_reg && s_some_reg) state_reg[GO] <= 1'b1;
          else state_reg[SIZE] <= 1'b1;
        end else if (!any && arm && !armed) begin
          ch_reg <= arm_ch;
          s_run_reg <= 1'b0;
          state_reg[PARK] <= 1'b0;
          state_reg[LOAD] <= 1'b1;
        end else if (s_valid_reg && !s_sized_reg && !s_run_reg) begin
          state_reg[PARK] <= 1'b0;
          state_reg[SIZE] <= 1'b1;
        end else if (s_valid_reg && s_some_reg && s_sized_reg && !s_known_reg && !s_no_reg) begin
          x_valid <= 1'b1;
          x_quiet <= 1'b1;
          state_reg[PARK] <= 1'b0;
          state_reg[LOOK] <= 1'b1;
        end
      end
    end
    if (state_reg[LOAD]) begin
      s_empty_reg <= begins;
      state_reg[LOAD] <= !loaded;
      state_reg[SIZE] <= loaded;
    end
    if (state_reg[SIZE]) begin
      // Software writes START soon: the page is looked up meanwhile. In LOAD a write of this cycle would have to be looked at first.
      x_valid <= !s_run_reg && !s_known_reg && !s_no_reg;
      x_quiet <= 1'b1;
      s_room_reg <= s_empty_reg || fits;
      state_reg[NEED] <= 1'b1;
    end
    if (state_reg[NEED]) begin
      // A ring that waits for its bell fetches one descriptor when it rings.
      n_reg <= {n[4:1], n[0] || none};  // none is 0 otherwise
      none_reg <= none;
      s_some_reg <= !none || (s_ring && s_run_reg);
      if (x_valid && !x_done) state_reg[LOOK] <= 1'b1;
      else if (s_run_reg && s_room_reg) state_reg[GO] <= 1'b1;
      else state_reg[PARK] <= 1'b1;
    end
    if (state_reg[LOOK]) begin
      if (!x_done) state_reg[LOOK] <= 1'b1;
      else if (x_quiet || s_old_reg) state_reg[PARK] <= 1'b1;
      else if (x_err != 4'd0) begin
        n_reg <= 5'd1;
        state_reg[REFUSE] <= 1'b1;
      end else state_reg[GO] <= 1'b1;  // and from there back, if the entry was written meanwhile
    end
    if (state_reg[GO]) begin
      if (none_reg || s_old_reg) state_reg[PARK] <= 1'b1;
      else if (!s_known_reg) begin
        x_valid <= 1'b1;
        x_quiet <= 1'b0;
        state_reg[LOOK] <= 1'b1;
      end else state_reg[GO] <= !address_free;
    end
    if (state_reg[ADVANCE]) begin
      s_empty_reg <= 1'b0;
      s_run_reg   <= 1'b1;
    end
    if (burst_valid) state_reg[PARK] <= 1'b1;

    more_reg   <= wr_data != fetched;
    took_reg   <= state_reg[PARK] && calm && any && burst_room;
    idle_reg   <= !flying[ch_reg];
    chosen_reg <= state_reg[LOAD] && !again;
    loaded_reg <= state_reg[LOAD] && chosen_reg && !again;
    stale_reg  <= x_valid && !x_done && (stale_reg || changed);
    if (x_valid && x_done) s_frame_reg <= x_paddr[AW-1:12];
    if (x_valid && x_done && !stale_reg) begin
      s_known_reg <= x_err == 4'd0;
      s_no_reg <= x_err != 4'd0;
    end
    stepped_reg <= state_reg[ADVANCE];
    moved_reg <= state_reg[ADVANCE] && !burst_old && !start_here;
    page_reg <= unit[8];
    if (changed || state_reg[LOAD] || (state_reg[ADVANCE] && turns) || (stepped_reg && unit[8] != page_reg)) begin
      s_known_reg <= 1'b0;
      s_no_reg <= 1'b0;
    end
    // What is set up is sized again after PRODUCER was written.
    s_sized_reg <= (state_reg[NEED] ? s_run_reg || !rang_reg : s_sized_reg && !state_reg[LOAD] && !state_reg[ADVANCE]) &&
        (s_run_reg || !rings);
    s_valid_reg <= (loaded || (s_valid_reg && !state_reg[LOAD])) && !touched && !state_reg[REFUSE] && !s_old_reg && !link_here &&
        !(s_run_reg && start_here);
    s_old_reg <= !state_reg[PARK] && (s_old_reg || link_here || (s_run_reg && start_here));

    hot_start_reg <= waits && !s_run_reg && s_some_reg;
    hot_bell_reg <= waits && s_run_reg && s_ring && s_room_reg && n_reg == 5'd1 && !shut[ch_reg];

    // A bell that rings while the channel is looked at must not be forgotten: PRODUCER was read a cycle before SIZE.
    rang_reg <= rings || (rang_reg && (state_reg[SIZE] || state_reg[NEED]));

    if (!aresetn) begin
      state_reg <= 8'd1 << PARK;
      ch_reg <= {CH_W{1'b0}};
      {s_valid_reg, s_run_reg, s_old_reg, s_sized_reg, s_known_reg, s_no_reg, s_some_reg, stale_reg} <= 8'd0;
      {hot_start_reg, hot_bell_reg, rang_reg, took_reg} <= 4'd0;
      {chosen_reg, loaded_reg, stepped_reg, moved_reg} <= 4'd0;
      {x_valid, x_quiet, m_axi_desc_arvalid} <= 3'd0;
      m_axi_desc_araddr <= {AW{1'b0}};
      m_axi_desc_arlen <= 8'd0;
    end
  end

`ifdef PROVE_DESC_FETCH
  `include "windlass_desc_fetch.svh"
`endif

endmodule

`resetall
