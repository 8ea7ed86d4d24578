/*
 * windlass_control: what software sees and says.
 *
 * Purpose: wires the register slave (windlass_axil) to the registers (windlass_csr), and to what only they read: the stall counters
 * (windlass_stall) and the packets of streams (windlass_packets).
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_control #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2,  // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter MAP_REGISTERS = 256,  // entries of the map, 0: none
    parameter REQUEST_LINES = 4,  // request lines, 0: none
    parameter STREAMS = 0,  // channels 0..STREAMS-1 have streams
    parameter S_P = 1,  // width of the streams' ports: STREAMS, at least 1
    parameter STREAM_BEATS = 64,  // words of each stream's queue, a power of two
    parameter MAX_BURST = 64,  // beats of the longest burst
    parameter OUTSTANDING = 32,  // reads and writes in flight, each
    parameter BUFFER_BEATS = 512,  // words of the data buffer, a power of two
    parameter DESC_PREFETCH = 64,  // descriptors fetched ahead per channel
    parameter DESCRIPTORS = 1,  // table and ring mode are built
    parameter AUTO_INIT = 1,  // auto-initialize mode is built
    parameter TWO_D = 0,  // 2-D copies are built
    parameter CRC = 0,  // CRC32C and COMPARE are built
    parameter COUNTERS = 1,  // BURSTS and stall counters are built
    parameter DESC_SHARED = 0,  // descriptors travel on m_axi
    parameter BUS_MASTERS = 0,  // bus masters behind s_axi_dev, 0..8
    parameter DEV_ID_WIDTH = 8  // AXI IDs on s_axi_dev, bits
) (
    input wire aclk,  // clock of everything
    input wire aresetn,  // synchronous reset, active low
    // AXI4-Lite slave: registers
    input wire [18:0] s_axil_awaddr,  // write address
    input wire s_axil_awvalid,  // write address valid
    output wire s_axil_awready,  // write address ready
    input wire [31:0] s_axil_wdata,  // write data
    input wire [3:0] s_axil_wstrb,  // write strobes; all must be set
    input wire s_axil_wvalid,  // write data valid
    output wire s_axil_wready,  // write data ready
    output wire [1:0] s_axil_bresp,  // write response
    output wire s_axil_bvalid,  // write response valid
    input wire s_axil_bready,  // write response ready
    input wire [18:0] s_axil_araddr,  // read address
    input wire s_axil_arvalid,  // read address valid
    output wire s_axil_arready,  // read address ready
    output wire [31:0] s_axil_rdata,  // read data
    output wire [1:0] s_axil_rresp,  // read response
    output wire s_axil_rvalid,  // read data valid
    input wire s_axil_rready,  // read data ready
    // accepted writes and commands, to all
    output wire cw_valid,  // an accepted write to a channel register
    output wire pw_valid,  // an accepted write to a grant register
    output wire [CH_W-1:0] cw_ch,  // the channel
    output wire cw_bank,  // which of its two banks of base registers is the one that software sees
    output wire [4:0] cw_reg,  // register number (byte offset / 4)
    output wire [31:0] cw_data,  // data, masked
    output wire [31:0] wr_data,  // a cycle before cw_data: what it may be
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
    // what is alive
    input wire [CHANNELS-1:0] active,  // running channels
    input wire [CHANNELS-1:0] stopped,  // STATUS.PAUSED
    input wire hand_valid,  // the next base registers of a channel were taken over
    input wire [CH_W-1:0] hand_ch,  // which
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch,  // which
    input wire [CHANNELS-1:0] irq,  // interrupt lines
    output wire irq_any,  // any of them, or ENGINE_IRQ
    input wire [3:0] late,  // time-outs: {descriptor write, descriptor read, write, read}
    output wire [CH_W-1:0] rd_ch,  // channel being read
    output wire [5:0] rd_reg,  // register being read (byte offset / 4)
    input wire [31:0] rd_word,  // register of rd_ch from windlass_retire
    output wire look_req,  // the counts must stand still
    input wire look_hold,  // they do
    output wire [2:0] look_word,  // word of windlass_commit
    input wire [31:0] look_data,  // a cycle later: the word
    input wire look_new,  // all counts are 0
    input wire look_fresh,  // SEGDONE is 0
    output wire [CH_W-1:0] visit_ch,  // what does this channel wait for?
    input wire [2:0] visit_cause,  // a cycle later: 0 nothing, else number of the counter, from 1
    input wire burst_valid,  // a piece that brought bytes is finished; not in two cycles running
    input wire [CH_W-1:0] burst_ch,  // its channel
    input wire [S_P-1:0] packet_valid,  // a packet was taken to its end; one stream at a time
    input wire [S_P*8-1:0] packet_tid,  // its TID
    input wire [S_P*8-1:0] packet_tdest,  // its TDEST
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
    input wire [DEV_ID_WIDTH-1:0] dev_id,  // its AXI ID, the bus master in its upper three bits
    input wire [ADDR_WIDTH-1:0] dev_addr,  // its logical address
    // map unit
    output wire [11:0] lock_index,  // entry that software writes now
    input wire mw_locked,  // it is locked
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
  wire hold, wr_req, wr_ack, wr_err, rd_req, rd_ack, rd_err, irq_engine;
  wire [18:0] wr_addr, rd_addr;
  wire [CH_W-1:0] soon_ch;
  wire [5:0] soon_reg;
  wire [31:0] rd_data, live_more, more_word;
  wire [ 3:0] wr_strb;
  wire [31:0] dev_id32 = {{32 - DEV_ID_WIDTH{1'b0}}, dev_id};
  assign irq_any = |irq || irq_engine;

  windlass_axil #(
      .ADDR_W(19)
  ) axil_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .hold(hold),
      .s_axil_awaddr(s_axil_awaddr),
      .s_axil_awvalid(s_axil_awvalid),
      .s_axil_awready(s_axil_awready),
      .s_axil_wdata(s_axil_wdata),
      .s_axil_wstrb(s_axil_wstrb),
      .s_axil_wvalid(s_axil_wvalid),
      .s_axil_wready(s_axil_wready),
      .s_axil_bresp(s_axil_bresp),
      .s_axil_bvalid(s_axil_bvalid),
      .s_axil_bready(s_axil_bready),
      .s_axil_araddr(s_axil_araddr),
      .s_axil_arvalid(s_axil_arvalid),
      .s_axil_arready(s_axil_arready),
      .s_axil_rdata(s_axil_rdata),
      .s_axil_rresp(s_axil_rresp),
      .s_axil_rvalid(s_axil_rvalid),
      .s_axil_rready(s_axil_rready),
      .wr_req(wr_req),
      .wr_addr(wr_addr),
      .wr_data(wr_data),
      .wr_strb(wr_strb),
      .wr_ack(wr_ack),
      .wr_err(wr_err),
      .rd_req(rd_req),
      .rd_addr(rd_addr),
      .rd_ack(rd_ack),
      .rd_data(rd_data),
      .rd_err(rd_err)
  );

  windlass_csr #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .REQUEST_LINES(REQUEST_LINES),
      .STREAMS(STREAMS),
      .STREAM_BEATS(STREAM_BEATS),
      .MAX_BURST(MAX_BURST),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .DESC_PREFETCH(DESC_PREFETCH),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(CRC),
      .COUNTERS(COUNTERS),
      .DESC_SHARED(DESC_SHARED),
      .BUS_MASTERS(BUS_MASTERS)
  ) csr_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .hold(hold),
      .wr_req(wr_req),
      .wr_addr(wr_addr),
      .wr_data(wr_data),
      .wr_strb(wr_strb),
      .wr_ack(wr_ack),
      .wr_err(wr_err),
      .rd_req(rd_req),
      .rd_addr(rd_addr),
      .rd_ack(rd_ack),
      .rd_data(rd_data),
      .rd_err(rd_err),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_bad(start_bad),
      .abort_valid(abort_valid),
      .sw_valid(sw_valid),
      .cmd_ch(cmd_ch),
      .cw_bank(cw_bank),
      .pause_valid(pause_valid),
      .resume_valid(resume_valid),
      .finish_valid(finish_valid),
      .next_valid(next_valid),
      .rotate(rotate),
      .weighted(weighted),
      .time_we(time_we),
      .quiet(quiet),
      .active(active),
      .paused(stopped),
      .hand_valid(hand_valid),
      .hand_ch(hand_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .irq(irq),
      .irq_engine(irq_engine),
      .late(late),
      .live_ch(rd_ch),
      .live_reg(rd_reg),
      .soon_ch(soon_ch),
      .soon_reg(soon_reg),
      .live_word(rd_word),
      .live_more(more_word),
      .look_req(look_req),
      .look_hold(look_hold),
      .look_word(look_word),
      .look_data(look_data),
      .look_new(look_new),
      .look_fresh(look_fresh),
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
      .resetting(resetting),
      .dev_idle(dev_idle),
      .dev_count(dev_count),
      .dev_write(dev_write),
      .dev_cause(dev_cause),
      .dev_master(dev_id[DEV_ID_WIDTH-1-:3]),
      .dev_id(dev_id32[15:0]),
      .dev_addr(dev_addr),
      .lock_index(lock_index),
      .lock_there(mw_locked),
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
      .cmd_flags(cmd_flags),
      .map_busy(map_busy),
      .map_refused(map_refused),
      .ent_valid(ent_valid),
      .ent_index(ent_index),
      .ent_done(ent_done),
      .ent_lo(ent_lo),
      .ent_hi(ent_hi)
  );

  // ---------------------------------------------------------------- observation
  generate
    if (COUNTERS != 0) begin : g_counters
      windlass_stall #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W)
      ) stall_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .visit_ch(visit_ch),
          .visit_cause(visit_cause),
          .start_valid(start_valid),
          .start_ch(cmd_ch),
          .burst_valid(burst_valid),
          .burst_ch(burst_ch),
          .rd_ch(soon_ch),
          .rd_reg(soon_reg),
          .rd_word(live_more)
      );
    end else begin : g_no_counters
      assign live_more = 32'd0;
      assign visit_ch  = {CH_W{1'b0}};
    end
    if (STREAMS != 0) begin : g_streams
      wire [31:0] packet_word;
      assign more_word = rd_reg == {1'b0, `WL_CHANNEL_STREAM_NR} ? packet_word : live_more;
      windlass_packets #(
          .STREAMS(STREAMS),
          .CH_W(CH_W)
      ) packets_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .start_valid(start_valid),
          .start_ch(cmd_ch),
          .packet_valid(packet_valid),
          .packet_tid(packet_tid),
          .packet_tdest(packet_tdest),
          .rd_ch(soon_ch),
          .rd_word(packet_word)
      );
    end else begin : g_no_streams
      assign more_word = live_more;
    end
  endgenerate

endmodule

`resetall
