/*
 * windlass_checksum: the sums of CRC32C and COMPARE descriptors, each given with the last piece of its segment.
 *
 * Purpose: windlass_crc adds the beats of windlass_write up; here its results wait, in order, for the reports of windlass_bresp.
 * The report of a segment's last piece is held back until its sum is there and has been compared with the 32 low bits of the
 * destination, where a COMPARE has what it expects. Every segment's last piece brings one result, whatever became of the piece,
 * so nothing has to be matched after an error.
 * Goal: other pieces pass at once; the last one of a sum takes two cycles longer.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_checksum #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter RES_LOG    = 5    // log2 of the most pieces between last beat and report
) (
    input  wire                            aclk,        // clock
    input  wire                            aresetn,     // synchronous reset, active low
    // beats, in order
    input  wire                            sum_valid,   // a beat
    output wire                            sum_ready,   // taken
    input  wire [                CH_W-1:0] sum_ch,      // its channel
    input  wire                            sum_first,   // it begins a segment
    input  wire                            sum_last,    // it ends one
    input  wire [$clog2(DATA_WIDTH / 8):0] sum_bytes,   // bytes in it, from lane 0 on
    input  wire [          DATA_WIDTH-1:0] sum_data,    // the bytes
    // finished pieces
    input  wire                            in_valid,    // a piece is finished
    output wire                            in_ready,    // taken
    input  wire                            in_end,      // it ends the segment of a sum
    input  wire [                    31:0] in_want,     // what the sum should be
    output wire                            out_valid,   // the same, to windlass_commit
    input  wire                            out_ready,   // taken
    output reg  [                    31:0] out_value,   // with the end of a sum: its value
    output reg                             out_differs  // which is not what it should be
);
  wire made, some, fetch;
  wire [31:0] made_value, value;
  wire [RES_LOG:0] level;

  windlass_crc #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH)
  ) crc_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(sum_valid),
      .in_ready(sum_ready),
      .in_ch(sum_ch),
      .in_first(sum_first),
      .in_last(sum_last),
      .in_bytes(sum_bytes),
      .in_data(sum_data),
      .out_valid(made),
      .out_crc(made_value)
  );

  windlass_fifo #(
      .WIDTH(32),
      .DEPTH_LOG(RES_LOG)
  ) results_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(made),
      .in_data(made_value),
      .level(level),
      .out_valid(some),
      .out_ready(fetch),
      .out_data(value)
  );

  // In hand: the value of the report that waits; a cycle later it has been compared.
  reg have_reg, compared_reg;
  assign fetch = in_valid && in_end && !have_reg;
  wire pass = !in_end || compared_reg;
  assign out_valid = in_valid && pass;
  assign in_ready  = out_ready && pass;

  always @(posedge aclk) begin
    if (fetch) out_value <= value;
    out_differs <= out_value != in_want;
    have_reg <= (have_reg || (fetch && some)) && !(in_end && in_valid && in_ready);
    compared_reg <= have_reg && !(in_end && in_valid && in_ready);
    if (!aresetn) begin
      have_reg <= 1'b0;
      compared_reg <= 1'b0;
      out_value <= 32'd0;
    end
  end

endmodule

`resetall
