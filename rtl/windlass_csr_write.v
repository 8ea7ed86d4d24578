/*
 * windlass_csr_write: what a write to a register does (manual, sections 1 to 6).
 *
 * Purpose: finds out what a write means (windlass_decode), broadcasts it if a channel, grant or global register takes it, gives the command that it
 * asks for, and answers. What becomes of a command is found in windlass_command, and in windlass_check whether the configuration can work that
 * START or NEXT would use; writes for the map unit go through windlass_map_regs. windlass_reset writes through the same broadcast, and comes first.
 * Goal: one access at a time; a write or doorbell goes out the cycle after it is there, a command two cycles after, the answer three.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_csr_write #(
    parameter CHANNELS      = 4,    // number of channels
    parameter CH_W          = 2,    // width of a channel number
    parameter DATA_WIDTH    = 64,   // memory bus, bits
    parameter MAP_REGISTERS = 256,  // entries in the map
    parameter REQUEST_LINES = 4,    // request lines
    parameter STREAMS       = 0,    // channels that have streams
    parameter DESCRIPTORS   = 1,    // table and ring mode are built
    parameter AUTO_INIT     = 1     // auto-initialize mode is built
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register bus
    input wire wr_req,  // a write
    input wire [18:0] wr_addr,  // its byte address
    input wire [31:0] wr_data,  // its data
    input wire [3:0] wr_strb,  // its strobes
    output reg wr_ack,  // the write is done
    output reg wr_err,  // with wr_ack: refused
    // what the access rules look at
    input wire [CHANNELS-1:0] active,  // running channels
    input wire [CHANNELS-1:0] quiet,  // channels that are being reset
    input wire [CHANNELS-1:0] next,  // channels with a hand-over before them
    input wire resetting,  // the engine is being reset
    input wire map_busy,  // the map unit is at work
    output wire [11:0] lock_index,  // entry that software writes now
    input wire lock_there,  // it is locked
    // writes of windlass_reset; software's are held meanwhile
    input wire rs_abort,  // abort rs_ch
    input wire rs_valid,  // write
    input wire rs_global,  // a global register: channel 0, with the number that windlass_csr_read gives it
    input wire rs_priv,  // to a grant register, else to a channel register
    input wire [CH_W-1:0] rs_ch,  // the channel
    input wire [4:0] rs_reg,  // register number (byte offset / 4)
    input wire [31:0] rs_data,  // data
    // broadcast
    output reg cw_valid,  // an accepted write to a channel register
    output reg gw_valid,  // to a global register, whose place is {priv, channel 0, number}
    output reg pw_valid,  // an accepted write to a grant register
    output reg [CH_W-1:0] cw_ch,  // the channel
    input wire cw_bank,  // bank of base registers that software sees in this channel
    output reg [4:0] cw_reg,  // register number (byte offset / 4)
    output reg [31:0] cw_data,  // data, masked
    // commands
    output reg start_valid,  // START
    output wire start_bad,  // its configuration is refused
    output reg abort_valid,  // ABORT
    output reg sw_valid,  // SWREQ
    output reg pause_valid,  // PAUSE
    output reg resume_valid,  // RESUME
    output reg finish_valid,  // FINISH
    output wire next_valid,  // NEXT
    output reg one_reset,  // RESET of a channel
    output reg [CH_W-1:0] cmd_ch,  // channel of the command
    // the engine as a whole
    output reg all_reset,  // RESET of the engine
    output reg fault_clear,  // 1 was written to FAULT_STATUS.VALID
    output reg [3:0] late_clear,  // 1 was written to these bits of ENGINE[11:8]
    output wire enable_we,  // ENGINE_IRQ is written, with cw_data
    output wire time_we,  // TIMEOUT is written, with cw_data
    output wire rotate,  // arbitration: not fixed
    output wire weighted,  // arbitration: weighted
    // map unit: see windlass_map_regs
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
    output wire [31:0] cmd_flags  // flags of the entries
);
  localparam [31:0] ARB_RESET = `WL_GLOBAL_ARB_RESET;

  // ---------------------------------------------------------------- what it means
  wire w_chan, w_store, w_command, w_one, g_store, g_fault, g_engine, g_reset, g_map, w_entry;
  wire [CH_W-1:0] w_ch, c_ch;
  wire [4:0] w_reg;
  wire [31:0] mask;
  // map_busy as it was a cycle ago: the map unit lies far away, so its answer ends in a flip-flop here and not in the decode of a write. When the unit goes
  // to work nothing slips in: the write that sets it to work is answered first, and by the time of another this register is 1. When the unit is done, a
  // write in that very cycle is still refused; software that reads MAP_STATUS before it writes comes later than that.
  reg map_busy_reg;
  reg [CHANNELS-1:0] busy_reg;  // channels that run or are being reset, likewise
  always @(posedge aclk) begin
    map_busy_reg <= !aresetn || map_busy;
    busy_reg <= active | quiet;
  end
  windlass_decode #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .MAP_REGISTERS(MAP_REGISTERS)
  ) decode_i (
      .wr_addr(wr_addr),
      .wr_data(wr_data),
      .wr_strb(wr_strb),
      .busy(busy_reg),
      .next(next),
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
  // Why a write is accepted; whether its entry is locked. Put together a cycle later, with what a command is worth.
  reg ok_store_reg, ok_entry_reg, locked_reg, command_reg, one_reg;
  reg [4:0] ok_global_reg;  // one for each kind of global register
  wire command_ok;
  wire [7:0] go;
  wire ok = ok_store_reg || |ok_global_reg || command_ok || (ok_entry_reg && !locked_reg);
  reg ask_next_reg, abort_reg;
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
      .next(next),
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
  assign rotate = arb_reg != 2'd0;
  assign weighted = arb_reg[1];
  assign enable_we = gw_valid && cw_reg == `WL_GLOBAL_ENGINE_IRQ_NR;
  assign time_we = gw_valid && cw_reg == `WL_GLOBAL_TIMEOUT_NR;

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
    cw_valid <= (rs_valid && !rs_priv) || (wr_req && w_store && w_chan);
    pw_valid <= (rs_valid && rs_priv) || (wr_req && w_store && !w_chan);
    gw_valid <= rs_global || (wr_req && g_store);
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
    one_reset <= go[7];
    all_reset <= wr_req && g_reset;
    fault_clear <= wr_req && g_fault && wr_data[0];
    late_clear <= wr_req && g_engine ? wr_data[11:8] : 4'd0;

    if (gw_valid && cw_reg == `WL_GLOBAL_ARB_NR) arb_reg <= cw_data[1:0];

    if (!aresetn) begin
      taken_reg <= 2'd0;
      ok_reg <= 1'b0;
      wr_ack <= 1'b0;
      wr_err <= 1'b0;
      {ok_store_reg, ok_entry_reg, locked_reg, command_reg, one_reg, abort_reg} <= 6'd0;
      ok_global_reg <= 5'd0;
      cw_valid <= 1'b0;
      gw_valid <= 1'b0;
      pw_valid <= 1'b0;
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
      one_reset <= 1'b0;
      all_reset <= 1'b0;
      fault_clear <= 1'b0;
      late_clear <= 4'd0;
      arb_reg <= ARB_RESET[1:0];
    end
  end

  // ---------------------------------------------------------------- can the configuration work?
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
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_bank(cw_bank),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .ch(c_ch),
      .bank(cw_bank ^ cw_data[6]),
      .auto(auto),
      .bad(bad)
  );

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
      .gw_valid(gw_valid),
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

endmodule

`resetall
