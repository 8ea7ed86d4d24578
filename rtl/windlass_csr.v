/*
 * windlass_csr: the registers that software sees (manual, sections 1 to 6).
 *
 * Purpose: decode, access rules (locked, read-only, not built), the checks at START, the global registers and the
 * read-back of everything. Accepted writes to channel and grant registers are broadcast; each module keeps its own
 * copy of what it needs, so this block has no wide buses. After reset it writes zero to every such register.
 * Goal: one access at a time, answered in four cycles; a START or doorbell goes out the cycle after it arrives.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_csr #(
    parameter CHANNELS      = 4,    // number of channels
    parameter CH_W          = 2,    // width of a channel number
    parameter DATA_WIDTH    = 64,   // memory bus, bits
    parameter ADDR_WIDTH    = 32,   // address, bits
    parameter MAP_REGISTERS = 256,  // entries in the map
    parameter REQUEST_LINES = 4,    // request lines
    parameter MAX_BURST     = 64    // beats of the longest burst
) (
    input  wire                  aclk,           // clock
    input  wire                  aresetn,        // synchronous reset, active low
    // register bus
    output wire                  hold,           // accept nothing: registers are being cleared
    input  wire                  wr_req,         // a write
    input  wire [          18:0] wr_addr,        // its byte address
    input  wire [          31:0] wr_data,        // its data
    input  wire [           3:0] wr_strb,        // its strobes
    output reg                   wr_ack,         // the write is done
    output reg                   wr_err,         // with wr_ack: refused
    input  wire                  rd_req,         // a read
    input  wire [          18:0] rd_addr,        // its byte address
    output reg                   rd_ack,         // read data is there
    output reg  [          31:0] rd_data,        // the data
    output reg                   rd_err,         // refused
    // broadcast
    output reg                   cw_valid,       // an accepted write
    output reg                   cw_priv,        // to a grant register, else to a channel register
    output reg  [      CH_W-1:0] cw_ch,          // the channel
    output reg  [           4:0] cw_reg,         // register number (byte offset / 4)
    output reg  [          31:0] cw_data,        // data
    output reg                   start_valid,    // START
    output reg                   start_bad,      // its configuration is refused
    output reg                   abort_valid,    // ABORT
    output reg                   sw_valid,       // SWREQ
    output reg  [      CH_W-1:0] cmd_ch,         // channel of the command
    output wire                  rotate,         // arbitration
    input  wire [  CHANNELS-1:0] active,         // running channels
    input  wire [  CHANNELS-1:0] irq,            // interrupt lines
    // what is alive
    output wire [      CH_W-1:0] live_ch,        // channel being read
    input  wire [          63:0] live_pos,       // position
    input  wire [          31:0] live_seg,       // bytes of the segment
    input  wire [           2:0] live_ending,    // {ABORTED, ERROR, DONE}
    input  wire [           3:0] live_code,      // error code
    input  wire [          15:0] live_errdesc,   // index of the faulting descriptor
    input  wire [ADDR_WIDTH-1:0] live_faddr,     // faulting address
    input  wire [          15:0] live_consumer,  // descriptors completed
    input  wire [           4:0] live_irq,       // pending interrupts
    input  wire [          31:0] live_events,    // events since reset
    // map faults
    input  wire                  fault_valid,    // of data
    input  wire                  fault_write,    // it was a write
    input  wire [           3:0] fault_cause,    // error code
    input  wire [      CH_W-1:0] fault_ch,       // channel
    input  wire [ADDR_WIDTH-1:0] fault_addr,     // logical address
    input  wire                  flt_valid,      // of a descriptor
    input  wire                  flt_write,      // it was a write-back
    input  wire [           3:0] flt_cause,      // error code
    input  wire [      CH_W-1:0] flt_ch,         // channel
    input  wire [ADDR_WIDTH-1:0] flt_addr,       // logical address
    // map unit
    output reg                   mw_valid,       // write an entry
    output reg  [          11:0] mw_index,       // which
    output reg  [          31:0] mw_lo,          // word 0
    output reg  [          31:0] mw_hi,          // word 1
    output reg                   cmd_fill,       // FILL
    output reg                   cmd_revoke,     // REVOKE
    output wire [          11:0] cmd_index,      // first entry
    output wire [          12:0] cmd_count,      // entries
    output wire [          31:0] cmd_page_lo,    // first page
    output wire [          31:0] cmd_page_hi,    // its upper half
    output wire [          31:0] cmd_flags,      // flags of the entries
    input  wire                  map_busy,       // at work
    output reg                   ent_valid,      // read an entry; stays until ent_done
    output wire [          11:0] ent_index,      // which
    input  wire                  ent_done,       // it is there
    input  wire [          31:0] ent_lo,         // word 0
    input  wire [          31:0] ent_hi          // word 1
);
  localparam W = DATA_WIDTH / 8;
  localparam SHADOW_AW = CH_W + 6;
  localparam [31:0] ARB_RESET = `WL_GLOBAL_ARB_RESET;

  // ---------------------------------------------------------------- registers are cleared after reset
  reg walk_reg;
  reg [CH_W+5:0] walk_at_reg;  // {channel, grant, register}
  wire walk_end = {{26 - CH_W{1'b0}}, walk_at_reg} == CHANNELS * 64 - 1;
  assign hold = walk_reg;

  // ---------------------------------------------------------------- write decode
  wire w_global = wr_addr[18:12] == 7'h00;
  wire w_grant = wr_addr[18:12] == 7'h01;
  wire w_window = wr_addr[18:15] == 4'b0010;
  wire w_chan = wr_addr[18];
  wire [5:0] w_chan_no = w_chan ? wr_addr[17:12] : wr_addr[11:6];
  wire [CH_W-1:0] w_ch = w_chan_no[CH_W-1:0];
  wire w_built = {26'd0, w_chan_no} < CHANNELS;
  wire [11:0] w_reg = w_chan ? {wr_addr[11:2], 2'd0} : {6'd0, wr_addr[5:2], 2'd0};  // byte offset in its block
  wire [11:0] w_glob = {wr_addr[11:2], 2'd0};
  wire w_active = active[w_ch];
  wire w_entry_built = {20'd0, wr_addr[14:3]} < MAP_REGISTERS;
  wire w_map_cmd = w_global && w_glob == `WL_GLOBAL_MAP_CMD;
  wire w_fault = w_global && w_glob == `WL_GLOBAL_FAULT_STATUS && wr_data[0];
  wire w_cmd = w_chan && w_reg == `WL_CHANNEL_CMD;

  reg w_ok;
  always @* begin
    w_ok = 1'b0;
    if (w_global)
      case (w_glob)
        `WL_GLOBAL_FAULT_STATUS: w_ok = 1'b1;
        `WL_GLOBAL_ARB: w_ok = wr_data[1:0] != 2'd3;
        `WL_GLOBAL_MAP_INDEX, `WL_GLOBAL_MAP_COUNT, `WL_GLOBAL_MAP_PAGE_LO, `WL_GLOBAL_MAP_PAGE_HI, `WL_GLOBAL_MAP_FLAGS:
        w_ok = !map_busy;
        `WL_GLOBAL_MAP_CMD:
        w_ok = !map_busy && (wr_data == `WL_GLOBAL_MAP_CMD_COMMAND_FILL || wr_data == `WL_GLOBAL_MAP_CMD_COMMAND_REVOKE);
        default: w_ok = 1'b0;
      endcase
    else if (w_grant) w_ok = w_built && w_reg <= `WL_GRANT_DEV_ADDR_HI && !w_active;
    else if (w_window) w_ok = w_entry_built && !map_busy;
    else if (w_chan && w_built)
      case (w_reg)
        `WL_CHANNEL_CONFIG, `WL_CHANNEL_SRC_LO, `WL_CHANNEL_SRC_HI, `WL_CHANNEL_DST_LO, `WL_CHANNEL_DST_HI, `WL_CHANNEL_LENGTH,
            `WL_CHANNEL_PERIOD, `WL_CHANNEL_DESC_LO, `WL_CHANNEL_DESC_HI, `WL_CHANNEL_DESC_COUNT:
        w_ok = !w_active;
        `WL_CHANNEL_PRODUCER, `WL_CHANNEL_IRQ_STATUS, `WL_CHANNEL_IRQ_ENABLE: w_ok = 1'b1;
        `WL_CHANNEL_CMD:
        w_ok = (wr_data == `WL_CHANNEL_CMD_START_MASK && !w_active) || wr_data == 32'd0 ||
            wr_data == `WL_CHANNEL_CMD_ABORT_MASK || wr_data == `WL_CHANNEL_CMD_SWREQ_MASK;
        default: w_ok = 1'b0;
      endcase
    if (wr_strb != 4'hF || wr_addr[1:0] != 2'd0) w_ok = 1'b0;
  end

  reg [31:0] w_mask;
  always @*
    if (w_grant) w_mask = w_reg == `WL_GRANT_GRANT ? `WL_GRANT_GRANT_WMASK : 32'hFFFF_FFFF;
    else
      case (w_reg)
        `WL_CHANNEL_CONFIG: w_mask = `WL_CHANNEL_CONFIG_WMASK;
        `WL_CHANNEL_DESC_COUNT, `WL_CHANNEL_PRODUCER: w_mask = `WL_CHANNEL_PRODUCER_WMASK;
        `WL_CHANNEL_IRQ_STATUS, `WL_CHANNEL_IRQ_ENABLE: w_mask = `WL_CHANNEL_IRQ_ENABLE_WMASK;
        default: w_mask = 32'hFFFF_FFFF;
      endcase

  // ---------------------------------------------------------------- START: can this configuration work?
  wire bad;
  windlass_check #(
      .CHANNELS     (CHANNELS),
      .CH_W         (CH_W),
      .DATA_WIDTH   (DATA_WIDTH),
      .REQUEST_LINES(REQUEST_LINES)
  ) check (
      .aclk    (aclk),
      .cw_valid(cw_valid),
      .cw_priv (cw_priv),
      .cw_ch   (cw_ch),
      .cw_reg  (cw_reg),
      .cw_data (cw_data),
      .ch      (w_ch),
      .bad     (bad)
  );

  // ---------------------------------------------------------------- write actions
  reg [31:0] map_index_reg, map_count_reg, map_page_lo_reg, map_page_hi_reg, map_flags_reg, stage_reg;
  reg [1:0] arb_reg;
  assign rotate = arb_reg != 2'd0;
  reg f_valid_reg, f_write_reg, f_desc_reg;
  reg [3:0] f_cause_reg;
  reg [5:0] f_ch_reg;
  reg [63:0] f_addr_reg;
  reg [31:0] f_count_reg;
  wire w_do = wr_req && w_ok;

  assign cmd_index   = map_index_reg[11:0];
  assign cmd_count   = map_count_reg[12:0];
  assign cmd_page_lo = map_page_lo_reg;
  assign cmd_page_hi = map_page_hi_reg;
  assign cmd_flags   = map_flags_reg;

  always @(posedge aclk) begin
    wr_ack <= wr_req;
    wr_err <= !w_ok;
    cw_valid <= walk_reg || (w_do && (w_chan || w_grant) && !w_cmd);
    cw_priv <= walk_reg ? walk_at_reg[5] : w_grant;
    cw_ch <= walk_reg ? walk_at_reg[CH_W+5:6] : w_ch;
    cw_reg <= walk_reg ? walk_at_reg[4:0] : w_reg[6:2];
    cw_data <= walk_reg ? 32'd0 : wr_data & w_mask;
    walk_at_reg <= walk_at_reg + 1'b1;
    if (walk_end) walk_reg <= 1'b0;

    start_valid <= w_do && w_cmd && wr_data[0];
    start_bad <= bad;
    abort_valid <= w_do && w_cmd && wr_data[1];
    sw_valid <= w_do && w_cmd && wr_data[2] && w_active;
    cmd_ch <= w_ch;

    mw_valid <= w_do && w_window && !wr_addr[2];
    mw_index <= wr_addr[14:3];
    mw_lo <= wr_data;
    mw_hi <= stage_reg;
    if (w_do && w_window) stage_reg <= wr_addr[2] ? wr_data : 32'd0;
    cmd_fill   <= w_do && w_map_cmd && wr_data[0];
    cmd_revoke <= w_do && w_map_cmd && wr_data[1];

    if (w_do && w_global)
      case (w_glob)
        `WL_GLOBAL_ARB: arb_reg <= wr_data[1:0];
        `WL_GLOBAL_MAP_INDEX: map_index_reg <= wr_data & `WL_GLOBAL_MAP_INDEX_WMASK;
        `WL_GLOBAL_MAP_COUNT: map_count_reg <= wr_data & `WL_GLOBAL_MAP_COUNT_WMASK;
        `WL_GLOBAL_MAP_PAGE_LO: map_page_lo_reg <= wr_data & `WL_GLOBAL_MAP_PAGE_LO_WMASK;
        `WL_GLOBAL_MAP_PAGE_HI: map_page_hi_reg <= wr_data;
        `WL_GLOBAL_MAP_FLAGS: map_flags_reg <= wr_data & `WL_GLOBAL_MAP_FLAGS_WMASK;
        default: ;
      endcase

    // The first fault is kept until software clears it; a fault in the cycle of the clear is recorded.
    if (w_do && w_fault) f_valid_reg <= 1'b0;
    if ((fault_valid || flt_valid) && (!f_valid_reg || (w_do && w_fault))) begin
      f_valid_reg <= 1'b1;
      f_write_reg <= fault_valid ? fault_write : flt_write;
      f_desc_reg  <= !fault_valid;
      f_cause_reg <= fault_valid ? fault_cause : flt_cause;
      f_ch_reg    <= {{6 - CH_W{1'b0}}, fault_valid ? fault_ch : flt_ch};
      f_addr_reg  <= {{64 - ADDR_WIDTH{1'b0}}, fault_valid ? fault_addr : flt_addr};
    end
    f_count_reg <= f_count_reg + {31'd0, fault_valid} + {31'd0, flt_valid};

    if (!aresetn) begin
      walk_reg <= 1'b1;
      walk_at_reg <= {CH_W + 6{1'b0}};
      wr_ack <= 1'b0;
      wr_err <= 1'b0;
      cw_valid <= 1'b0;
      cw_priv <= 1'b0;
      cw_ch <= {CH_W{1'b0}};
      cw_reg <= 5'd0;
      cw_data <= 32'd0;
      start_valid <= 1'b0;
      start_bad <= 1'b0;
      abort_valid <= 1'b0;
      sw_valid <= 1'b0;
      cmd_ch <= {CH_W{1'b0}};
      arb_reg <= ARB_RESET[1:0];
      mw_valid <= 1'b0;
      cmd_fill <= 1'b0;
      cmd_revoke <= 1'b0;
      stage_reg <= 32'd0;
      map_index_reg <= 32'd0;
      map_count_reg <= 32'd0;
      map_page_lo_reg <= 32'd0;
      map_page_hi_reg <= 32'd0;
      map_flags_reg <= 32'd0;
      f_valid_reg <= 1'b0;
      f_write_reg <= 1'b0;
      f_desc_reg <= 1'b0;
      f_cause_reg <= 4'd0;
      f_ch_reg <= 6'd0;
      f_addr_reg <= 64'd0;
      f_count_reg <= 32'd0;
    end
  end

  // ---------------------------------------------------------------- reads: shadow of what was written, or alive
  wire r_grant = rd_addr[18:12] == 7'h01;
  wire r_window = rd_addr[18:15] == 4'b0010;
  wire r_chan = rd_addr[18];
  wire [5:0] r_chan_no = r_chan ? rd_addr[17:12] : rd_addr[11:6];
  wire [CH_W-1:0] r_ch = r_chan_no[CH_W-1:0];
  wire r_built = {26'd0, r_chan_no} < CHANNELS;
  wire [11:0] r_reg = r_chan ? {rd_addr[11:2], 2'd0} : {6'd0, rd_addr[5:2], 2'd0};
  wire r_entry_built = {20'd0, rd_addr[14:3]} < MAP_REGISTERS;
  wire r_live = r_reg == `WL_CHANNEL_STATUS || r_reg == `WL_CHANNEL_CONSUMER || r_reg == `WL_CHANNEL_IRQ_EVENTS ||
      (r_reg >= `WL_CHANNEL_SEGDONE && r_reg <= `WL_CHANNEL_IRQ_STATUS);
  wire r_global = rd_addr[18:12] == 7'd0 &&
      (rd_addr[11:0] <= `WL_GLOBAL_ARB ||
       rd_addr[11:0] == `WL_GLOBAL_IRQ_PENDING_LO || rd_addr[11:0] == `WL_GLOBAL_IRQ_PENDING_HI ||
       (rd_addr[11:0] >= `WL_GLOBAL_FAULT_STATUS && rd_addr[11:0] <= `WL_GLOBAL_MAP_STATUS));
  // COUNT is LENGTH less the bytes of the segment, so it looks LENGTH up.
  wire [4:0] r_shadow = r_reg == `WL_CHANNEL_COUNT ? `WL_CHANNEL_LENGTH_NR : r_reg[6:2];

  reg [31:0] shadow_mem[0:(1<<SHADOW_AW)-1];
  reg [31:0] shadow_q_reg, shadow_reg;
  reg [31:0] pos_hi_mem[0:CHANNELS-1];
  always @(posedge aclk) begin
    if (cw_valid) shadow_mem[{cw_ch, cw_priv, cw_reg}] <= cw_data;
    shadow_q_reg <= shadow_mem[{r_ch, !r_chan, r_shadow}];
    shadow_reg   <= shadow_q_reg;
  end

  assign live_ch   = r_ch;
  assign ent_index = rd_addr[14:3];

  reg [31:0] live_reg, global_reg;
  reg live_sel_reg, count_sel_reg, shadow_sel_reg, ok_reg;
  reg s1_reg, s2_reg;
  wire [63:0] irq64 = {{64 - CHANNELS{1'b0}}, irq};
  wire [63:0] faddr64 = {{64 - ADDR_WIDTH{1'b0}}, live_faddr};
  localparam [31:0] CAP0 = {REQUEST_LINES[7:0], ADDR_WIDTH[7:0], W[7:0], CHANNELS[7:0]};
  localparam [31:0] CAP1 = {7'd0, MAX_BURST[8:0], 3'd0, MAP_REGISTERS[12:0]};

  always @(posedge aclk) begin
    s1_reg <= rd_req && !r_window;
    s2_reg <= s1_reg;
    live_sel_reg <= 1'b0;
    case (r_reg)
      `WL_CHANNEL_STATUS: live_reg <= {live_errdesc, 4'd0, live_code, 4'd0, live_ending, active[r_ch]};
      `WL_CHANNEL_CONSUMER: live_reg <= {16'd0, live_consumer};
      `WL_CHANNEL_POS_LO: live_reg <= live_pos[31:0];
      `WL_CHANNEL_POS_HI: live_reg <= pos_hi_mem[r_ch];
      `WL_CHANNEL_FADDR_LO: live_reg <= faddr64[31:0];
      `WL_CHANNEL_FADDR_HI: live_reg <= faddr64[63:32];
      `WL_CHANNEL_IRQ_STATUS: live_reg <= {27'd0, live_irq};
      `WL_CHANNEL_IRQ_EVENTS: live_reg <= live_events;
      default: live_reg <= live_seg;  // SEGDONE, and COUNT's subtrahend
    endcase
    // One sample of both halves: the upper half waits here until it is read.
    if (cw_valid && !cw_priv && cw_reg == `WL_CHANNEL_POS_HI_NR) pos_hi_mem[cw_ch] <= 32'd0;
    else if (s1_reg && r_chan && r_built && rd_addr[11:0] == `WL_CHANNEL_POS_LO) pos_hi_mem[r_ch] <= live_pos[63:32];
    live_sel_reg <= r_chan && r_live;
    count_sel_reg <= r_chan && r_reg == `WL_CHANNEL_COUNT;
    shadow_sel_reg <= r_grant || (r_chan && r_reg != `WL_CHANNEL_CMD);
    ok_reg <= rd_addr[1:0] == 2'd0 && (r_chan ? r_built && r_reg <= `WL_CHANNEL_IRQ_EVENTS :
                                       r_grant ? r_built && r_reg <= `WL_GRANT_DEV_ADDR_HI : r_global);

    case (rd_addr[6:2])
      `WL_GLOBAL_ID_NR: global_reg <= `WL_GLOBAL_ID_RESET;
      `WL_GLOBAL_VERSION_NR: global_reg <= `WL_GLOBAL_VERSION_RESET;
      `WL_GLOBAL_CAP0_NR: global_reg <= CAP0;
      `WL_GLOBAL_CAP1_NR: global_reg <= CAP1;
      `WL_GLOBAL_ARB_NR: global_reg <= {30'd0, arb_reg};
      `WL_GLOBAL_IRQ_PENDING_LO_NR: global_reg <= irq64[31:0];
      `WL_GLOBAL_IRQ_PENDING_HI_NR: global_reg <= irq64[63:32];
      `WL_GLOBAL_FAULT_STATUS_NR:
      global_reg <= {18'd0, f_ch_reg, f_cause_reg, 1'b0, f_desc_reg, f_write_reg, f_valid_reg};
      `WL_GLOBAL_FAULT_ADDR_LO_NR: global_reg <= f_addr_reg[31:0];
      `WL_GLOBAL_FAULT_ADDR_HI_NR: global_reg <= f_addr_reg[63:32];
      `WL_GLOBAL_FAULT_COUNT_NR: global_reg <= f_count_reg;
      `WL_GLOBAL_MAP_INDEX_NR: global_reg <= map_index_reg;
      `WL_GLOBAL_MAP_COUNT_NR: global_reg <= map_count_reg;
      `WL_GLOBAL_MAP_PAGE_LO_NR: global_reg <= map_page_lo_reg;
      `WL_GLOBAL_MAP_PAGE_HI_NR: global_reg <= map_page_hi_reg;
      `WL_GLOBAL_MAP_FLAGS_NR: global_reg <= map_flags_reg;
      `WL_GLOBAL_MAP_STATUS_NR: global_reg <= {31'd0, map_busy};
      default: global_reg <= 32'd0;
    endcase

    rd_ack <= s2_reg;
    rd_err <= !ok_reg;
    rd_data <= count_sel_reg ? shadow_reg - live_reg : live_sel_reg ? live_reg : shadow_sel_reg ? shadow_reg :
        r_chan ? 32'd0 : global_reg;

    // A map entry is read through the map unit, which answers when its port is free.
    if (rd_req && r_window) begin
      if (r_entry_built && rd_addr[1:0] == 2'd0) ent_valid <= 1'b1;
      else begin
        rd_ack <= 1'b1;
        rd_err <= 1'b1;
      end
    end
    if (ent_valid && ent_done) begin
      ent_valid <= 1'b0;
      rd_ack <= 1'b1;
      rd_err <= 1'b0;
      rd_data <= rd_addr[2] ? ent_hi : ent_lo;
    end
    if (!aresetn) begin
      s1_reg <= 1'b0;
      s2_reg <= 1'b0;
      rd_ack <= 1'b0;
      ent_valid <= 1'b0;
    end
  end

endmodule

`resetall
