/*
 * windlass_csr: the registers that software sees (manual, sections 1 to 6).
 *
 * Purpose: takes writes and gives commands. Accepted writes to channel and grant registers are broadcast; each module keeps its own
 * copy of what it needs, so this block has no wide buses. What a write means is found in windlass_decode, what becomes of a
 * command in windlass_command; the map unit's registers are in windlass_map_regs, reads in windlass_csr_read, the checks at START in
 * windlass_check, global state in windlass_global, resets in windlass_reset.
 * Goal: one access at a time; a write or doorbell goes out the cycle after it is there, a command two cycles after.
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
    parameter MAX_BURST     = 64,   // beats of the longest burst
    parameter OUTSTANDING   = 32,   // reads and writes in flight
    parameter BUFFER_BEATS  = 512,  // words of the data buffer
    parameter DESC_PREFETCH = 64,   // descriptors fetched ahead per channel
    parameter STREAM_BEATS  = 64,   // words of each stream queue
    parameter STREAMS       = 0,    // channels that have streams
    parameter DESCRIPTORS   = 1,    // table and ring mode are built
    parameter AUTO_INIT     = 1,    // auto-initialize mode is built
    parameter TWO_D         = 0,    // 2-D copies are built
    parameter CRC           = 0,    // CRC32C and COMPARE are built
    parameter COUNTERS      = 1,    // BURSTS and stall counters are built
    parameter DESC_SHARED   = 0,    // descriptors travel on m_axi
    parameter BUS_MASTERS   = 0     // bus masters behind s_axi_dev
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register bus
    output wire hold,  // accept nothing: registers are being cleared
    input wire wr_req,  // a write
    input wire [18:0] wr_addr,  // its byte address
    input wire [31:0] wr_data,  // its data
    input wire [3:0] wr_strb,  // its strobes
    output reg wr_ack,  // the write is done
    output reg wr_err,  // with wr_ack: refused
    input wire rd_req,  // a read
    input wire [18:0] rd_addr,  // its byte address
    output wire rd_ack,  // read data is there
    output wire [31:0] rd_data,  // the data, until the next read; 0 when refused
    output wire rd_err,  // refused
    // broadcast
    output reg cw_valid,  // an accepted write
    output reg cw_priv,  // to a grant register, else to a channel register
    output reg [CH_W-1:0] cw_ch,  // the channel
    output wire cw_bank,  // which of its two banks of base registers is the one that software sees
    output reg [4:0] cw_reg,  // register number (byte offset / 4)
    output reg [31:0] cw_data,  // data, masked
    output reg start_valid,  // START
    output wire start_bad,  // its configuration is refused
    output reg abort_valid,  // ABORT
    output reg sw_valid,  // SWREQ
    output reg pause_valid,  // PAUSE
    output reg resume_valid,  // RESUME
    output reg finish_valid,  // FINISH
    output wire next_valid,  // NEXT
    output reg [CH_W-1:0] cmd_ch,  // channel of the command
    output wire rotate,  // arbitration: not fixed
    output wire weighted,  // arbitration: weighted
    output wire time_we,  // TIMEOUT is written, with cw_data
    output wire [CHANNELS-1:0] quiet,  // being reset: no interrupt for its end
    input wire [CHANNELS-1:0] active,  // running channels
    input wire [CHANNELS-1:0] paused,  // STATUS.PAUSED
    input wire hand_valid,  // the next base registers of a channel were taken over
    input wire [CH_W-1:0] hand_ch,  // which
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch,  // which
    input wire [CHANNELS-1:0] irq,  // interrupt lines
    output wire irq_engine,  // ENGINE_IRQ's part of irq_any
    input wire [3:0] late,  // time-outs: {descriptor write, descriptor read, write, read}
    // what is alive
    output wire [CH_W-1:0] live_ch,  // channel being read
    output wire [5:0] live_reg,  // register being read (byte offset / 4)
    input wire [31:0] live_word,  // register of live_ch from windlass_retire
    input wire [31:0] live_more,  // register of live_ch from counters and streams
    output wire look_req,  // the counts must stand still
    input wire look_hold,  // they do
    output wire [2:0] look_word,  // word of windlass_commit
    input wire [31:0] look_data,  // a cycle later: the word
    input wire look_new,  // all counts are 0
    input wire look_fresh,  // SEGDONE is 0
    // map faults
    input wire fault_valid,  // of data
    input wire fault_write,  // it was a write
    input wire [3:0] fault_cause,  // error code
    input wire [CH_W-1:0] fault_ch,  // channel
    input wire [ADDR_WIDTH-1:0] fault_addr,  // logical address
    input wire flt_valid,  // of a descriptor
    input wire flt_write,  // it was a write-back
    input wire [3:0] flt_cause,  // error code
    input wire [CH_W-1:0] flt_ch,  // channel
    input wire [ADDR_WIDTH-1:0] flt_addr,  // logical address
    // bus masters
    output wire resetting,  // soft reset of the engine: nothing more may go out
    input wire dev_idle,  // memory owes them nothing
    input wire [1:0] dev_count,  // their accesses that were refused, 0 to 2
    input wire dev_write,  // the one that is told was a write
    input wire [3:0] dev_cause,  // its error code
    input wire [2:0] dev_master,  // its bus master
    input wire [15:0] dev_id,  // its AXI ID
    input wire [ADDR_WIDTH-1:0] dev_addr,  // its logical address
    // map unit
    output wire [11:0] lock_index,  // entry that software writes now
    input wire lock_there,  // it is locked
    output wire mw_valid,  // write an entry
    output wire [11:0] mw_index,  // which
    output wire [31:0] mw_lo,  // word 0
    output wire [31:0] mw_hi,  // word 1
    output wire cmd_fill,  // FILL
    output wire cmd_revoke,  // REVOKE
    output wire cmd_lock,  // LOCK
    output wire [11:0] cmd_index,  // first entry
    output wire [12:0] cmd_count,  // entries
    output wire [31:0] cmd_page_lo,  // first page
    output wire [31:0] cmd_page_hi,  // its upper half
    output wire [31:0] cmd_flags,  // flags of the entries
    input wire map_busy,  // at work
    input wire map_refused,  // the last command met a locked entry
    output wire ent_valid,  // read an entry; stays until ent_done
    output wire [11:0] ent_index,  // which
    input wire ent_done,  // it is there
    input wire [31:0] ent_lo,  // word 0
    input wire [31:0] ent_hi  // word 1
);
  localparam W = DATA_WIDTH / 8;
  localparam PREFETCH_LOG = $clog2(DESC_PREFETCH);
  localparam STREAM_LOG = $clog2(STREAM_BEATS);
  localparam [31:0] CAP0 = {REQUEST_LINES[7:0], ADDR_WIDTH[7:0], W[7:0], CHANNELS[7:0]};
  localparam [31:0] CAP1 = {7'd0, MAX_BURST[8:0], 3'd0, MAP_REGISTERS[12:0]};
  localparam [31:0] CAP2 = {
    4'd0,
    PREFETCH_LOG[3:0],
    OUTSTANDING[7:0],
    2'd0,
    DESC_SHARED[0],
    COUNTERS[0],
    CRC[0],
    TWO_D[0],
    AUTO_INIT[0],
    DESCRIPTORS[0],
    1'b0,
    STREAMS[6:0]
  };
  localparam [31:0] CAP3 = {8'd0, BUS_MASTERS[3:0], STREAM_LOG[3:0], BUFFER_BEATS[15:0]};
  localparam [31:0] ARB_RESET = `WL_GLOBAL_ARB_RESET;

  // ---------------------------------------------------------------- decode
  wire w_chan, w_store, w_command, w_one, g_store, g_fault, g_engine, g_reset, g_map, w_entry;
  wire [CH_W-1:0] w_ch, c_ch;
  wire [4:0] w_reg;
  wire [31:0] mask;
  reg [CHANNELS-1:0] next_reg;
  // The bank that software sees. Any after reset, as both are cleared then.
  (* ram_style = CHANNELS > 1 ? "distributed" : "registers" *)
  reg bank_mem[0:CHANNELS-1];
  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) bank_mem[k] = 1'b0;
  // A cycle late: the write that sets it to work is answered later than that, and what comes a cycle later when it is done is not refused sooner.
  reg map_busy_reg;
  always @(posedge aclk) map_busy_reg <= !aresetn || map_busy;
  windlass_decode #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .MAP_REGISTERS(MAP_REGISTERS)
  ) decode_i (
      .wr_addr(wr_addr),
      .wr_data(wr_data),
      .wr_strb(wr_strb),
      .active(active),
      .quiet(quiet),
      .next(next_reg),
      .map_busy(map_busy_reg),
      .w_chan(w_chan),
      .w_ch(w_ch),
      .c_ch(c_ch),
      .w_reg(w_reg),
      .mask(mask),
      .store(w_store),
      .store_global(g_store),
      .command(w_command),
      .one(w_one),
      .fault(g_fault),
      .engine(g_engine),
      .reset_all(g_reset),
      .map(g_map),
      .entry(w_entry)
  );

  // ---------------------------------------------------------------- what goes out
  wire rs_abort, rs_valid, rs_global, rs_priv, clear;
  wire [CH_W-1:0] rs_ch;
  wire [4:0] rs_reg;
  wire [31:0] rs_data;
  // Why a write is accepted; whether its entry is locked. Put together a cycle later, with what a command is worth.
  reg ok_store_reg, ok_entry_reg, locked_reg, command_reg, one_reg;
  reg [4:0] ok_global_reg;  // one for each kind of global register
  wire command_ok;
  wire [7:0] go;
  wire ok = ok_store_reg || |ok_global_reg || command_ok || (ok_entry_reg && !locked_reg);
  reg gw_reg, ask_next_reg, one_reset_reg, all_reset_reg, fault_clear_reg, abort_reg;
  reg [3:0] late_clear_reg;
  reg [1:0] arb_reg;
  windlass_command #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) command_i (
      .valid(command_reg && one_reg),
      .ch(cw_ch),
      .data(cw_data[7:0]),
      .active(active),
      .quiet(quiet),
      .next(next_reg),
      .resetting(resetting),
      .ok(command_ok),
      .go(go)
  );

  wire bad, auto;
  wire rs_any = rs_valid || rs_global || rs_abort;

  assign start_bad  = bad;
  assign next_valid = ask_next_reg && auto && !bad;
  // The answer comes when `irq` shows what the write did, and when it is known whether NEXT can work.
  reg [1:0] taken_reg;
  reg ok_reg;
  assign cw_bank  = AUTO_INIT != 0 && bank_mem[cw_ch];
  assign rotate   = arb_reg != 2'd0;
  assign weighted = arb_reg[1];
  assign time_we  = gw_reg && cw_reg == `WL_GLOBAL_TIMEOUT_NR;

  integer c;
  always @(posedge aclk) begin
    taken_reg <= {taken_reg[0], wr_req};
    wr_ack <= taken_reg[1];
    wr_err <= !ok_reg || (ask_next_reg && !(auto && !bad));
    ok_reg <= ok;
    ok_store_reg <= w_store;
    command_reg <= wr_req && w_command;
    one_reg <= w_one;
    ok_global_reg <= {g_store, g_fault, g_engine, g_reset, g_map};
    ok_entry_reg <= w_entry;
    locked_reg <= lock_there;
    cw_valid <= rs_valid || (wr_req && w_store);
    gw_reg <= rs_global || (wr_req && g_store);
    cw_priv <= rs_any ? rs_priv : !w_chan;
    cw_ch <= rs_any ? rs_ch : w_ch;
    cw_reg <= rs_any ? rs_reg : w_reg;
    cw_data <= rs_any ? rs_data : wr_data & mask;
    // A command goes out a cycle later than a write is broadcast: only a doorbell, which is such a write, has to be that quick.
    abort_reg <= rs_abort;
    cmd_ch <= cw_ch;
    start_valid <= go[0];
    abort_valid <= abort_reg || go[1];
    sw_valid <= go[2];
    pause_valid <= go[3];
    resume_valid <= go[4];
    finish_valid <= go[5];
    ask_next_reg <= go[6];
    one_reset_reg <= go[7];
    all_reset_reg <= wr_req && g_reset;
    fault_clear_reg <= wr_req && g_fault && wr_data[0];
    late_clear_reg <= wr_req && g_engine ? wr_data[11:8] : 4'd0;

    if (gw_reg && cw_reg == `WL_GLOBAL_ARB_NR) arb_reg <= cw_data[1:0];

    if (hand_valid) bank_mem[hand_ch] <= !bank_mem[hand_ch];
    for (c = 0; c < CHANNELS; c = c + 1) begin
      if (next_valid && cmd_ch == c[CH_W-1:0]) next_reg[c] <= 1'b1;
      if (hand_valid && hand_ch == c[CH_W-1:0]) begin
        next_reg[c] <= 1'b0;
      end
      if ((end_valid && end_ch == c[CH_W-1:0]) || (start_valid && cmd_ch == c[CH_W-1:0])) next_reg[c] <= 1'b0;
      if (!aresetn || AUTO_INIT == 0) begin
        next_reg[c] <= 1'b0;
      end
    end

    if (!aresetn) begin
      taken_reg <= 2'd0;
      ok_reg <= 1'b0;
      wr_ack <= 1'b0;
      wr_err <= 1'b0;
      {ok_store_reg, ok_entry_reg, locked_reg, command_reg, one_reg, abort_reg} <= 6'd0;
      ok_global_reg <= 5'd0;
      cw_valid <= 1'b0;
      gw_reg <= 1'b0;
      cw_priv <= 1'b0;
      cw_ch <= {CH_W{1'b0}};
      cw_reg <= 5'd0;
      cw_data <= 32'd0;
      cmd_ch <= {CH_W{1'b0}};
      start_valid <= 1'b0;
      abort_valid <= 1'b0;
      sw_valid <= 1'b0;
      pause_valid <= 1'b0;
      resume_valid <= 1'b0;
      finish_valid <= 1'b0;
      ask_next_reg <= 1'b0;
      one_reset_reg <= 1'b0;
      all_reset_reg <= 1'b0;
      fault_clear_reg <= 1'b0;
      late_clear_reg <= 4'd0;
      arb_reg <= ARB_RESET[1:0];
    end
  end

  // ---------------------------------------------------------------- map unit
  assign lock_index = wr_addr[14:3];
  assign mw_lo = cw_data;
  windlass_map_regs #(
      .MAP_REGISTERS(MAP_REGISTERS)
  ) map_regs_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .entry(wr_req && w_entry),
      .entry_addr(wr_addr[14:2]),
      .locked(locked_reg),
      .command(wr_req && g_map),
      .command_data(wr_data[2:0]),
      .gw_valid(gw_reg),
      .gw_reg(cw_reg),
      .gw_data(cw_data),
      .mw_valid(mw_valid),
      .mw_index(mw_index),
      .mw_hi(mw_hi),
      .cmd_fill(cmd_fill),
      .cmd_revoke(cmd_revoke),
      .cmd_lock(cmd_lock),
      .cmd_index(cmd_index),
      .cmd_count(cmd_count),
      .cmd_page_lo(cmd_page_lo),
      .cmd_page_hi(cmd_page_hi),
      .cmd_flags(cmd_flags)
  );

  // ---------------------------------------------------------------- parts
  windlass_check #(
      .CHANNELS     (CHANNELS),
      .CH_W         (CH_W),
      .DATA_WIDTH   (DATA_WIDTH),
      .REQUEST_LINES(REQUEST_LINES),
      .STREAMS      (STREAMS),
      .DESCRIPTORS  (DESCRIPTORS),
      .AUTO_INIT    (AUTO_INIT)
  ) check_i (
      .aclk(aclk),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_bank(cw_bank),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .ch(c_ch),
      .bank(cw_bank ^ cw_data[6]),
      .auto(auto),
      .bad(bad)
  );

  windlass_reset #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) reset_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .one_valid(one_reset_reg),
      .one_ch(cmd_ch),
      .all_valid(all_reset_reg),
      .active(active),
      .drained(dev_idle),
      .quiet(quiet),
      .resetting(resetting),
      .clear(clear),
      .hold(hold),
      .rs_abort(rs_abort),
      .rs_valid(rs_valid),
      .rs_global(rs_global),
      .rs_priv(rs_priv),
      .rs_ch(rs_ch),
      .rs_reg(rs_reg),
      .rs_data(rs_data)
  );

  wire [31:0] global_word;
  windlass_global #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS)
  ) global_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .clear(clear),
      .fault_clear(fault_clear_reg),
      .late_clear(late_clear_reg),
      .enable_we(gw_reg && cw_reg == `WL_GLOBAL_ENGINE_IRQ_NR),
      .enable_data(cw_data[1:0]),
      .fault_valid(fault_valid),
      .fault_write(fault_write),
      .fault_cause(fault_cause),
      .fault_ch(fault_ch),
      .fault_addr(fault_addr),
      .flt_valid(flt_valid),
      .flt_write(flt_write),
      .flt_cause(flt_cause),
      .flt_ch(flt_ch),
      .flt_addr(flt_addr),
      .dev_count(dev_count),
      .dev_write(dev_write),
      .dev_cause(dev_cause),
      .dev_master(dev_master),
      .dev_id(dev_id),
      .dev_addr(dev_addr),
      .late(late),
      .resetting(resetting),
      .irq(irq),
      .map_status({map_refused, map_busy}),
      .irq_engine(irq_engine),
      .number(live_reg[4:0]),
      .word(global_word)
  );

  windlass_csr_read #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .MAP_REGISTERS(MAP_REGISTERS),
      .STREAMS(STREAMS),
      .COUNTERS(COUNTERS),
      .CAP0(CAP0),
      .CAP1(CAP1),
      .CAP2(CAP2),
      .CAP3(CAP3)
  ) read_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .rd_req(rd_req),
      .rd_addr(rd_addr),
      .rd_ack(rd_ack),
      .rd_data(rd_data),
      .rd_err(rd_err),
      .cw_valid(cw_valid),
      .gw_valid(gw_reg),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_bank(cw_bank),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .live_ch(live_ch),
      .live_reg(live_reg),
      .live_bank(AUTO_INIT != 0 && bank_mem[live_ch]),
      .live_flags({next_reg[live_ch], paused[live_ch], active[live_ch] || quiet[live_ch]}),
      .live_word(live_word),
      .live_more(live_more),
      .global_word(global_word),
      .look_req(look_req),
      .look_hold(look_hold),
      .look_word(look_word),
      .look_data(look_data),
      .look_new(look_new),
      .look_fresh(look_fresh),
      .ent_valid(ent_valid),
      .ent_index(ent_index),
      .ent_done(ent_done),
      .ent_lo(ent_lo),
      .ent_hi(ent_hi)
  );

endmodule

`resetall
