/*
 * windlass_report: makes visible what became of pieces.
 *
 * Purpose: wires windlass_commit, which adds them up, to windlass_retire, which changes what software sees, and tells streams out that a packet is
 * cut short (windlass_sink).
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_report #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2,  // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter REQUEST_LINES = 4,  // request lines, 0: none
    parameter STREAMS = 0,  // channels 0..STREAMS-1 have streams
    parameter DESCRIPTORS = 1,  // table and ring mode are built
    parameter AUTO_INIT = 1,  // auto-initialize mode is built
    parameter CRC = 0,  // CRC32C and COMPARE are built
    parameter TAG_W = 18  // width of windlass_front's tag
) (
    input wire aclk,  // clock of everything
    input wire aresetn,  // synchronous reset, active low
    // accepted writes and commands
    input wire cw_valid,  // an accepted write to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire start_valid,  // START
    input wire [CH_W-1:0] cmd_ch,  // its channel
    input wire [CHANNELS-1:0] quiet,  // being reset: no interrupt for its abort
    // pieces that are finished
    input wire done_valid,  // a piece is finished
    output wire done_ready,  // taken
    input wire [CH_W-1:0] done_ch,  // its channel
    input wire [12:0] done_len,  // bytes committed
    input wire [3:0] done_err,  // error
    input wire done_failed,  // that is not 0
    input wire [ADDR_WIDTH-1:0] done_faddr,  // address of the error (not of a refused descriptor), or of a fence
    input wire [ADDR_WIDTH-1:0] done_src,  // lower half of a fence's value, or address of a LINK's table
    input wire [31:0] done_high,  // upper half of a fence's value
    input wire [TAG_W+1:0] done_tag,  // {2-D copy, fill; both: CRC32C (fence) or COMPARE; see windlass_front, piece_tag}
    input wire [31:0] done_value,  // with the last piece of one of those: the CRC32C
    input wire done_differs,  // which is not what a COMPARE expects
    // write-backs
    output wire wb_valid,  // write a descriptor's status back
    input wire wb_ready,  // taken
    output wire [CH_W-1:0] wb_ch,  // the channel
    output wire [ADDR_WIDTH-1:0] wb_addr,  // logical address of the descriptor's last two status words, or the fence's own
    output wire [31:0] wb_word2,  // bytes committed
    output wire [31:0] wb_word3,  // status
    input wire wb_done,  // a write-back is answered (in order)
    input wire [3:0] wb_err,  // its error
    // what became of the channels' work
    output wire burst_valid,  // a piece that brought bytes
    output wire [CH_W-1:0] burst_ch,  // its channel
    output wire stop_wb_valid,  // a write-back or a COMPARE failed: nobody before knows
    output wire [CH_W-1:0] stop_wb_ch,  // on this channel
    output wire end_valid,  // a channel has ended
    output wire [CH_W-1:0] end_ch,  // which
    output wire cut_valid,  // the packet of a stream out is cut short: the work of end_ch that gave to it has ended early
    output wire ack_valid,  // a paced piece has completed
    output wire [CH_W-1:0] ack_ch,  // its channel
    output wire ack_tc,  // it was the last one
    output wire mark_valid,  // everything issued before a pause has completed
    output wire [CH_W-1:0] mark_ch,  // of this channel
    output wire hand_valid,  // the next base registers were taken over
    output wire [CH_W-1:0] hand_ch,  // of this channel
    output wire fault_valid,  // a map fault has taken effect a cycle ago
    output wire fault_write,  // the refused access was a write
    output wire [3:0] fault_cause,  // its error code
    output wire [CH_W-1:0] fault_ch,  // its channel
    output wire [ADDR_WIDTH-1:0] fault_addr,  // its logical address
    output wire [CHANNELS-1:0] irq,  // level per channel
    // registers
    input wire [CH_W-1:0] rd_ch,  // channel that software reads
    input wire [4:0] rd_reg,  // register number (byte offset / 4)
    output wire [31:0] rd_word,  // its value, combinational; STATUS without what others know
    input wire look_req,  // software reads; stays until it is done
    output wire look_hold,  // the counts stand still
    input wire [2:0] look_word,  // word of it: 0 position, 2 its upper half, 4 where the segment began, inverted
    output wire [31:0] look_data,  // the word
    output wire look_new,  // all counts are zero, whatever the words say
    output wire look_fresh  // no byte of the segment is committed yet
);
  localparam ALL_W = TAG_W + 2;  // {row of a 2-D copy, fill, and windlass_front's tag}; a sum is both
  localparam EV_W = 17 + CH_W + ADDR_WIDTH;

  wire ev_valid, ev_ready, end_cut;
  wire [EV_W-1:0] ev_data;
  wire config_we = cw_valid && cw_reg == `WL_CHANNEL_CONFIG_NR;

  // What is not built is not in a tag, and what would look at it goes.
  localparam [ALL_W-1:0] TAG_DESC = {
    3'b111, 3'd0, 2'b11, 1'b1, 3'd0, 5'b11111, 3'd0
  };  // 2-D, fill, packet; fence, link; tc; phase .. desc
  localparam [ALL_W-1:0] TAG_LAPS = {4'd0, 1'b1, 15'd0};  // hand-over
  localparam [ALL_W-1:0] TAG_PACED = {10'd0, 2'b11, 8'd0};  // paced, tc
  wire [ALL_W-1:0] commit_tag = done_tag & (DESCRIPTORS != 0 ? {ALL_W{1'b1}} : ~TAG_DESC) &
      (AUTO_INIT != 0 ? {ALL_W{1'b1}} : ~TAG_LAPS) & (REQUEST_LINES != 0 ? {ALL_W{1'b1}} : ~TAG_PACED);

  windlass_commit #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .TAG_W(ALL_W),
      .EV_W(EV_W),
      .CRC(CRC)
  ) commit_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_ch(cmd_ch),
      .done_valid(done_valid),
      .done_ready(done_ready),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_failed(done_failed),
      .done_faddr(done_faddr),
      .done_src(done_src),
      .done_high(done_high),
      .done_tag(commit_tag),
      .done_value(done_value),
      .done_differs(done_differs),
      .wb_valid(wb_valid),
      .wb_ready(wb_ready),
      .wb_ch(wb_ch),
      .wb_addr(wb_addr),
      .wb_word2(wb_word2),
      .wb_word3(wb_word3),
      .ev_valid(ev_valid),
      .ev_ready(ev_ready),
      .ev_data(ev_data),
      .burst_valid(burst_valid),
      .burst_ch(burst_ch),
      .rd_req(look_req),
      .rd_hold(look_hold),
      .rd_ch(rd_ch),
      .rd_word(look_word),
      .rd_data(look_data),
      .rd_new(look_new),
      .rd_fresh(look_fresh)
  );

  windlass_retire #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .EV_W(EV_W),
      .CRC(CRC)
  ) retire_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_ch(cmd_ch),
      .quiet(quiet),
      .ev_valid(ev_valid),
      .ev_ready(ev_ready),
      .ev_data(ev_data),
      .wb_done(wb_done),
      .wb_err(wb_err),
      .stop_valid(stop_wb_valid),
      .stop_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .end_cut(end_cut),
      .ack_valid(ack_valid),
      .ack_ch(ack_ch),
      .ack_tc(ack_tc),
      .mark_valid(mark_valid),
      .mark_ch(mark_ch),
      .hand_valid(hand_valid),
      .hand_ch(hand_ch),
      .fault_valid(fault_valid),
      .fault_write(fault_write),
      .fault_cause(fault_cause),
      .fault_ch(fault_ch),
      .fault_addr(fault_addr),
      .irq(irq),
      .rd_ch(rd_ch),
      .rd_reg(rd_reg),
      .rd_word(rd_word)
  );

  windlass_sink #(
      .STREAMS(STREAMS),
      .CH_W(CH_W)
  ) sink_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .config_we(config_we),
      .config_ch(cw_ch),
      .config_data(cw_data),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .end_cut(end_cut),
      .cut_valid(cut_valid)
  );

endmodule

`resetall
