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
    output reg                   rotate,         // arbitration
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

  // Register numbers (byte offset / 4) of a channel page.
  localparam [9:0] R_CONFIG = 0, R_CMD = 1, R_STATUS = 2, R_COUNT = 3, R_SRC_LO = 4, R_DST_LO = 6, R_LENGTH = 8;
  localparam [9:0] R_DESC_LO = 10, R_DESC_COUNT = 12, R_PRODUCER = 13, R_CONSUMER = 14, R_SEGDONE = 15, R_POS_LO = 16;
  localparam [9:0] R_POS_HI = 17, R_FADDR_LO = 18, R_FADDR_HI = 19, R_IRQ_STATUS = 20, R_IRQ_ENABLE = 21, R_IRQ_EVENTS = 22;

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
  wire [9:0] w_reg = w_chan ? wr_addr[11:2] : {6'd0, wr_addr[5:2]};
  wire w_active = active[w_ch];
  wire w_entry_built = {20'd0, wr_addr[14:3]} < MAP_REGISTERS;
  wire w_map_block = w_global && wr_addr[11:2] >= 10'h010 && wr_addr[11:2] <= 10'h015;
  wire w_cmd = w_chan && w_reg == R_CMD;

  reg  w_ok;
  always @* begin
    w_ok = 1'b0;
    if (w_global)
      case (wr_addr[11:2])
        10'h004, 10'h00C: w_ok = 1'b1;
        10'h010, 10'h011, 10'h012, 10'h013, 10'h014: w_ok = !map_busy;
        10'h015: w_ok = !map_busy && (wr_data == 32'd1 || wr_data == 32'd2);
        default: w_ok = 1'b0;
      endcase
    else if (w_grant) w_ok = w_built && w_reg <= 10'd2 && !w_active;
    else if (w_window) w_ok = w_entry_built && !map_busy;
    else if (w_chan && w_built)
      case (w_reg)
        R_CONFIG, R_SRC_LO, R_SRC_LO + 10'd1, R_DST_LO, R_DST_LO + 10'd1, R_LENGTH, R_LENGTH + 10'd1, R_DESC_LO,
            R_DESC_LO + 10'd1, R_DESC_COUNT:
        w_ok = !w_active;
        R_PRODUCER, R_IRQ_STATUS, R_IRQ_ENABLE: w_ok = 1'b1;
        R_CMD: w_ok = (wr_data == 32'd1 && !w_active) || wr_data == 32'd0 || wr_data == 32'd2 || wr_data == 32'd4;
        default: w_ok = 1'b0;
      endcase
    if (wr_strb != 4'hF || wr_addr[1:0] != 2'd0) w_ok = 1'b0;
  end

  reg [31:0] w_mask;
  always @*
    if (w_grant) w_mask = w_reg == 10'd0 ? 32'h0000_3F01 : 32'hFFFF_FFFF;
    else
      case (w_reg)
        R_CONFIG: w_mask = 32'h000F_0FF3;
        R_DESC_COUNT, R_PRODUCER: w_mask = 32'h0000_FFFF;
        R_IRQ_STATUS, R_IRQ_ENABLE: w_mask = 32'h0000_001F;
        default: w_mask = 32'hFFFF_FFFF;
      endcase

  // ---------------------------------------------------------------- START: can this configuration work?
  reg [9:0] k_conf_mem[0:CHANNELS-1];  // {pacing, unit, dst type, src type, mode}
  reg [5:0] k_line_mem[0:CHANNELS-1];
  reg [2:0] k_dev_mem[0:CHANNELS-1];
  reg [2:0] k_src_mem[0:CHANNELS-1];
  reg [2:0] k_dst_mem[0:CHANNELS-1];
  reg [3:0] k_len_mem[0:CHANNELS-1];  // {not zero, 2:0}
  reg [3:0] k_desc_mem[0:CHANNELS-1];
  reg k_count_mem[0:CHANNELS-1];  // not zero

  wire [1:0] k_pacing, k_unit, k_dst_type, k_src_type, k_mode;
  assign {k_pacing, k_unit, k_dst_type, k_src_type, k_mode} = k_conf_mem[w_ch];
  wire [5:0] k_line = k_line_mem[w_ch];
  wire [2:0] k_dev = k_dev_mem[w_ch];
  wire [3:0] k_len = k_len_mem[w_ch];
  wire [2:0] unit_mask = {k_unit == 2'd3, k_unit[1], k_unit != 2'd0};
  wire has_device = k_src_type == 2'd1 || k_dst_type == 2'd1;
  wire [2:0] k_memory = k_src_type == 2'd1 ? k_dst_mem[w_ch] : k_src_mem[w_ch];
  wire bad_types = k_src_type[1] || k_dst_type[1] || (k_src_type[0] && k_dst_type[0]);
  wire bad_pacing = k_pacing != 2'd0 && (!has_device || {26'd0, k_line} >= REQUEST_LINES);
  wire bad_device = has_device && (|(k_dev & unit_mask) || (32'd1 << k_unit) > W);
  wire bad_base = !k_len[3] || (has_device && |((k_len[2:0] | k_memory) & unit_mask));
  wire bad_table = !k_count_mem[w_ch] || k_desc_mem[w_ch] != 4'd0;
  wire bad = bad_types || bad_pacing || bad_device || (k_mode == 2'd1 || k_mode == 2'd2 ? bad_table : bad_base);

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      k_conf_mem[k] = 10'd0;
      k_line_mem[k] = 6'd0;
      k_dev_mem[k] = 3'd0;
      k_src_mem[k] = 3'd0;
      k_dst_mem[k] = 3'd0;
      k_len_mem[k] = 4'd0;
      k_desc_mem[k] = 4'd0;
      k_count_mem[k] = 1'b0;
    end
  always @(posedge aclk)
    if (cw_valid && cw_priv) begin
      if (cw_reg == 5'd0) k_line_mem[cw_ch] <= cw_data[13:8];
      if (cw_reg == 5'd1) k_dev_mem[cw_ch] <= cw_data[2:0];
    end else if (cw_valid)
      case ({
        5'd0, cw_reg
      })
        R_CONFIG: k_conf_mem[cw_ch] <= {cw_data[11:8], cw_data[7:4], cw_data[1:0]};
        R_SRC_LO: k_src_mem[cw_ch] <= cw_data[2:0];
        R_DST_LO: k_dst_mem[cw_ch] <= cw_data[2:0];
        R_LENGTH: k_len_mem[cw_ch] <= {|cw_data, cw_data[2:0]};
        R_DESC_LO: k_desc_mem[cw_ch] <= cw_data[3:0];
        R_DESC_COUNT: k_count_mem[cw_ch] <= |cw_data[15:0];
        default: ;
      endcase

  // ---------------------------------------------------------------- write actions
  reg [31:0] map_index_reg, map_count_reg, map_page_lo_reg, map_page_hi_reg, map_flags_reg, stage_reg;
  reg f_valid_reg, f_write_reg, f_desc_reg;
  reg [3:0] f_cause_reg;
  reg [5:0] f_ch_reg;
  reg [63:0] f_addr_reg;
  reg [31:0] f_count_reg;
  wire w_do = wr_req && w_ok;

  assign cmd_index = map_index_reg[11:0];
  assign cmd_count = map_count_reg[12:0];
  assign cmd_page_lo = map_page_lo_reg;
  assign cmd_page_hi = map_page_hi_reg;
  assign cmd_flags = map_flags_reg;

  always @(posedge aclk) begin
    wr_ack <= wr_req;
    wr_err <= !w_ok;
    cw_valid <= walk_reg || (w_do && (w_chan || w_grant) && !w_cmd);
    cw_priv <= walk_reg ? walk_at_reg[5] : w_grant;
    cw_ch <= walk_reg ? walk_at_reg[CH_W+5:6] : w_ch;
    cw_reg <= walk_reg ? walk_at_reg[4:0] : w_reg[4:0];
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
    cmd_fill   <= w_do && w_map_block && wr_addr[4:2] == 3'd5 && wr_data[0];
    cmd_revoke <= w_do && w_map_block && wr_addr[4:2] == 3'd5 && wr_data[1];

    if (w_do && w_global)
      case (wr_addr[11:2])
        10'h004: rotate <= wr_data[0];
        10'h010: map_index_reg <= wr_data & 32'h0000_0FFF;
        10'h011: map_count_reg <= wr_data & 32'h0000_1FFF;
        10'h012: map_page_lo_reg <= wr_data & 32'hFFFF_F000;
        10'h013: map_page_hi_reg <= wr_data;
        10'h014: map_flags_reg <= wr_data & 32'h0000_03F7;
        default: ;
      endcase

    // The first fault is kept until software clears it; a fault in the cycle of the clear is recorded.
    if (w_do && w_global && wr_addr[11:2] == 10'h00C && wr_data[0]) f_valid_reg <= 1'b0;
    if ((fault_valid || flt_valid) && (!f_valid_reg || (w_do && w_global && wr_addr[11:2] == 10'h00C && wr_data[0]))) begin
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
      rotate <= 1'b1;
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
  wire [9:0] r_reg = r_chan ? rd_addr[11:2] : {6'd0, rd_addr[5:2]};
  wire r_entry_built = {20'd0, rd_addr[14:3]} < MAP_REGISTERS;
  // COUNT is LENGTH less the bytes of the segment, so it looks LENGTH up.
  wire [4:0] r_shadow = r_reg == R_COUNT ? R_LENGTH[4:0] : r_reg[4:0];

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
      R_STATUS: live_reg <= {live_errdesc, 4'd0, live_code, 4'd0, live_ending, active[r_ch]};
      R_CONSUMER: live_reg <= {16'd0, live_consumer};
      R_POS_LO: live_reg <= live_pos[31:0];
      R_POS_HI: live_reg <= pos_hi_mem[r_ch];
      R_FADDR_LO: live_reg <= faddr64[31:0];
      R_FADDR_HI: live_reg <= faddr64[63:32];
      R_IRQ_STATUS: live_reg <= {27'd0, live_irq};
      R_IRQ_EVENTS: live_reg <= live_events;
      default: live_reg <= live_seg;  // SEGDONE, and COUNT's subtrahend
    endcase
    // One sample of both halves: the upper half waits here until it is read.
    if (cw_valid && !cw_priv && cw_reg == R_POS_HI[4:0]) pos_hi_mem[cw_ch] <= 32'd0;
    else if (s1_reg && r_chan && r_built && r_reg == R_POS_LO) pos_hi_mem[r_ch] <= live_pos[63:32];
    live_sel_reg <= r_chan && (r_reg == R_STATUS || r_reg == R_CONSUMER || (r_reg >= R_SEGDONE && r_reg <= R_IRQ_STATUS) ||
                               r_reg == R_IRQ_EVENTS);
    count_sel_reg <= r_chan && r_reg == R_COUNT;
    shadow_sel_reg <= r_grant || (r_chan && r_reg != R_CMD);
    ok_reg <= rd_addr[1:0] == 2'd0 && (r_chan ? r_built && r_reg <= R_IRQ_EVENTS : r_grant ? r_built && r_reg <= 10'd2 :
        rd_addr[18:12] == 7'd0 && (rd_addr[11:2] <= 10'h004 || rd_addr[11:2] == 10'h008 || rd_addr[11:2] == 10'h009 ||
                                   (rd_addr[11:2] >= 10'h00C && rd_addr[11:2] <= 10'h016)));

    case (rd_addr[6:2])
      5'h00:   global_reg <= 32'h5744_4C53;
      5'h01:   global_reg <= 32'h0000_0001;
      5'h02:   global_reg <= CAP0;
      5'h03:   global_reg <= CAP1;
      5'h04:   global_reg <= {31'd0, rotate};
      5'h08:   global_reg <= irq64[31:0];
      5'h09:   global_reg <= irq64[63:32];
      5'h0C:   global_reg <= {18'd0, f_ch_reg, f_cause_reg, 1'b0, f_desc_reg, f_write_reg, f_valid_reg};
      5'h0D:   global_reg <= f_addr_reg[31:0];
      5'h0E:   global_reg <= f_addr_reg[63:32];
      5'h0F:   global_reg <= f_count_reg;
      5'h10:   global_reg <= map_index_reg;
      5'h11:   global_reg <= map_count_reg;
      5'h12:   global_reg <= map_page_lo_reg;
      5'h13:   global_reg <= map_page_hi_reg;
      5'h14:   global_reg <= map_flags_reg;
      5'h16:   global_reg <= {31'd0, map_busy};
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
