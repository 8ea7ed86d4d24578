/*
 * windlass_outcome: what became of each piece.
 *
 * Purpose: wires windlass_bresp, which pairs a piece with the responses to it, and windlass_checksum, for whose value the report of a segment's
 * last piece waits.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_outcome #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2,  // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter TRACK_LOG = 7,  // log2 of the pieces under way
    parameter RES_LOG = 5,  // log2 of the writes under way
    parameter CRC = 0,  // CRC32C and COMPARE are built
    parameter TAG_W = 18  // width of a tag
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // pieces, as they come
    input wire piece_valid,  // a piece; may still come for 8 cycles after ready fell
    input wire [CH_W-1:0] piece_ch,  // channel
    input wire [3:0] piece_err,  // error that a token carries, else 0
    input wire [ADDR_WIDTH-1:0] piece_src_l,  // logical source
    input wire [ADDR_WIDTH-1:0] piece_dst_l,  // logical destination
    input wire [31:0] piece_high,  // upper half of a fence's value; its lower half is in piece_src_l
    input wire piece_fixed,  // errors of the source are at its first address
    input wire [12:0] piece_len,  // bytes
    input wire [TAG_W-1:0] piece_tag,  // opaque
    input wire piece_end,  // it ends a segment that is summed up
    // what became of their reads and writes
    input wire res_valid,  // a piece's last beat is sent
    input wire [3:0] res_data,  // {there is no response to come, nothing of it was sent, read error, that or a token with an error}
    input wire bad_in_valid,  // a piece had a read error
    input wire [13:0] bad_in_data,  // {it is a DECERR, bytes before}
    input wire [1:0] m_axi_bresp,  // response
    input wire m_axi_bvalid,  // valid
    output wire m_axi_bready,  // ready
    input wire clr_valid,  // a channel restarts
    input wire [CH_W-1:0] clr_ch,  // which
    output wire bad_valid,  // a write error was met
    output wire [CH_W-1:0] bad_ch,  // its channel
    output wire piece_back,  // a piece is reported in the next cycle
    // beats that are summed up
    input wire sum_valid,  // a beat
    output wire sum_ready,  // taken
    input wire [CH_W-1:0] sum_ch,  // its channel
    input wire sum_first,  // it begins a segment
    input wire sum_last,  // it ends one
    input wire [$clog2(DATA_WIDTH / 8):0] sum_bytes,  // bytes in it, from lane 0 on
    input wire [DATA_WIDTH-1:0] sum_data,  // the bytes
    // reports
    output wire done_valid,  // a piece is finished
    input wire done_ready,  // taken
    output wire [CH_W-1:0] done_ch,  // its channel
    output wire [12:0] done_len,  // bytes committed
    output wire [3:0] done_err,  // error
    output wire done_failed,  // that is not 0
    output wire [ADDR_WIDTH-1:0] done_faddr,  // address of the error
    output wire [ADDR_WIDTH-1:0] done_src,  // piece_src_l as it came
    output wire [31:0] done_high,  // piece_high as it came
    output wire [TAG_W-1:0] done_tag,  // its tag
    output wire [31:0] done_value,  // with the last piece of a sum: its CRC32C
    output wire done_differs  // which is not piece_dst_l
);
  localparam ALL_W = TAG_W + (CRC != 0 ? 1 : 0);  // {its segment's sum is wanted, tag}
  wire resp_valid, resp_ready;
  wire [ALL_W-1:0] all_tag, resp_tag;
  assign done_tag = resp_tag[TAG_W-1:0];

  windlass_bresp #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .TRACK_LOG(TRACK_LOG),
      .RES_LOG(RES_LOG),
      .TAG_W(ALL_W)
  ) bresp_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .piece_valid(piece_valid),
      .piece_ch(piece_ch),
      .piece_err(piece_err),
      .piece_src_l(piece_src_l),
      .piece_dst_l(piece_dst_l),
      .piece_high(piece_high),
      .piece_fixed(piece_fixed),
      .piece_len(piece_len),
      .piece_tag(all_tag),
      .res_valid(res_valid),
      .res_data(res_data),
      .bad_in_valid(bad_in_valid),
      .bad_in_data(bad_in_data),
      .m_axi_bresp(m_axi_bresp),
      .m_axi_bvalid(m_axi_bvalid),
      .m_axi_bready(m_axi_bready),
      .clr_valid(clr_valid),
      .clr_ch(clr_ch),
      .bad_valid(bad_valid),
      .bad_ch(bad_ch),
      .piece_back(piece_back),
      .done_valid(resp_valid),
      .done_ready(resp_ready),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_failed(done_failed),
      .done_faddr(done_faddr),
      .done_src(done_src),
      .done_high(done_high),
      .done_tag(resp_tag)
  );

  generate
    if (CRC != 0) begin : g_sum
      assign all_tag = {piece_end, piece_tag};
      windlass_checksum #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W),
          .DATA_WIDTH(DATA_WIDTH),
          .RES_LOG(RES_LOG)
      ) checksum_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .sum_valid(sum_valid),
          .sum_ready(sum_ready),
          .sum_ch(sum_ch),
          .sum_first(sum_first),
          .sum_last(sum_last),
          .sum_bytes(sum_bytes),
          .sum_data(sum_data),
          .in_valid(resp_valid),
          .in_ready(resp_ready),
          .in_end(resp_tag[TAG_W]),
          .in_want(done_faddr[31:0]),
          .out_valid(done_valid),
          .out_ready(done_ready),
          .out_value(done_value),
          .out_differs(done_differs)
      );
    end else begin : g_no_sum
      assign all_tag = piece_tag;
      assign done_valid = resp_valid;
      assign resp_ready = done_ready;
      assign {sum_ready, done_differs} = 2'd0;
      assign done_value = 32'd0;
    end
  endgenerate

endmodule

`resetall
