/*
 * windlass_csr: the registers that software sees (manual, sections 1 to 6).
 *
 * Purpose: takes writes and gives commands. Accepted writes to channel and grant registers are broadcast; each module keeps its own
 * copy of what it needs, so this block has no wide buses. It wires what a write does (windlass_csr_write), reads (windlass_csr_read), the
 * banks of base registers (windlass_banks), global state (windlass_global) and resets (windlass_reset).
 * Goal: one access at a time; a write or doorbell goes out the cycle after it is there, a command two cycles after.
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
    output wire wr_ack,  // the write is done
    output wire wr_err,  // with wr_ack: refused
    input wire rd_req,  // a read
    input wire [18:0] rd_addr,  // its byte address
    output wire rd_ack,  // read data is there
    output wire [31:0] rd_data,  // the data, until the next read; 0 when refused
    output wire rd_err,  // refused
    // broadcast
    output wire cw_valid,  // an accepted write to a channel register
    output wire pw_valid,  // an accepted write to a grant register
    output wire [CH_W-1:0] cw_ch,  // the channel
    output wire cw_bank,  // which of its two banks of base registers is the one that software sees
    output wire [4:0] cw_reg,  // register number (byte offset / 4)
    output wire [31:0] cw_data,  // data, masked
    output wire start_valid,  // START
    output wire start_bad,  // its configuration is refused
    output wire abort_valid,  // ABORT
    output wire sw_valid,  // SWREQ
    output wire pause_valid,  // PAUSE
    output wire resume_valid,  // RESUME
    output wire finish_valid,  // FINISH
    output wire next_valid,  // NEXT
    output wire [CH_W-1:0] cmd_ch,  // channel of the command
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
    output wire [CH_W-1:0] soon_ch,  // both a cycle earlier
    output wire [5:0] soon_reg,
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

  wire gw_valid, one_reset, all_reset, fault_clear, enable_we, clear, live_bank;
  wire rs_abort, rs_valid, rs_global, rs_priv;
  wire [CH_W-1:0] rs_ch;
  wire [4:0] rs_reg;
  wire [31:0] rs_data, global_word;
  wire [3:0] late_clear;
  wire [CHANNELS-1:0] next;

  windlass_csr_write #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .REQUEST_LINES(REQUEST_LINES),
      .STREAMS(STREAMS),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT)
  ) write_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .wr_req(wr_req),
      .wr_addr(wr_addr),
      .wr_data(wr_data),
      .wr_strb(wr_strb),
      .wr_ack(wr_ack),
      .wr_err(wr_err),
      .active(active),
      .quiet(quiet),
      .next(next),
      .resetting(resetting),
      .map_busy(map_busy),
      .lock_index(lock_index),
      .lock_there(lock_there),
      .rs_abort(rs_abort),
      .rs_valid(rs_valid),
      .rs_global(rs_global),
      .rs_priv(rs_priv),
      .rs_ch(rs_ch),
      .rs_reg(rs_reg),
      .rs_data(rs_data),
      .cw_valid(cw_valid),
      .gw_valid(gw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_bank(cw_bank),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_bad(start_bad),
      .abort_valid(abort_valid),
      .sw_valid(sw_valid),
      .pause_valid(pause_valid),
      .resume_valid(resume_valid),
      .finish_valid(finish_valid),
      .next_valid(next_valid),
      .one_reset(one_reset),
      .cmd_ch(cmd_ch),
      .all_reset(all_reset),
      .fault_clear(fault_clear),
      .late_clear(late_clear),
      .enable_we(enable_we),
      .time_we(time_we),
      .rotate(rotate),
      .weighted(weighted),
      .mw_valid(mw_valid),
      .mw_index(mw_index),
      .mw_lo(mw_lo),
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

  windlass_banks #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .AUTO_INIT(AUTO_INIT)
  ) banks_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .next_valid(next_valid),
      .start_valid(start_valid),
      .cmd_ch(cmd_ch),
      .hand_valid(hand_valid),
      .hand_ch(hand_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .next(next),
      .cw_ch(cw_ch),
      .cw_bank(cw_bank),
      .live_ch(live_ch),
      .live_bank(live_bank)
  );

  windlass_reset #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) reset_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .one_valid(one_reset),
      .one_ch(cmd_ch),
      .all_valid(all_reset),
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

  windlass_global #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS)
  ) global_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .clear(clear),
      .fault_clear(fault_clear),
      .late_clear(late_clear),
      .enable_we(enable_we),
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
      .gw_valid(gw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_bank(cw_bank),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .live_ch(live_ch),
      .live_reg(live_reg),
      .soon_ch(soon_ch),
      .soon_reg(soon_reg),
      .live_bank(live_bank),
      .live_flags({next[live_ch], paused[live_ch], active[live_ch] || quiet[live_ch]}),
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
