/*
 * windlass_cut: how long the next piece of a segment is (manual, section 7).
 *
 * Purpose: two pipeline stages that take the least of: what remains, what is left of each memory side's page, and
 * the burst limit. All lengths are handled as length-1 in 12 bits, so that "4096 - offset" is an inversion and the
 * three candidates meet in parallel comparisons of 12 bits.
 * Goal: one piece a cycle, no path longer than a 12-bit carry and two LUTs.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_cut #(
    parameter WORD_BYTES = 8,  // bytes of a bus word
    parameter MAX_BURST  = 64  // beats of the longest burst, 1..256
) (
    input  wire        aclk,    // clock
    // stage 1, combinational inputs
    input  wire [11:0] src,     // source address, low bits
    input  wire [11:0] dst,     // destination address, low bits
    input  wire [31:0] rem,     // bytes that remain, at least 1
    input  wire        sdev,    // the source is the device
    input  wire        ddev,    // the destination is the device
    input  wire [ 1:0] unit,    // log2 of the device unit
    input  wire [ 4:0] most,    // device: most units in a piece, 1..16
    // stage 2: one cycle later, combinational from the register between the stages
    output wire [11:0] len_m1,  // length of the piece - 1
    output wire        last     // the piece ends the segment
);
  localparam OFF_W = $clog2(WORD_BYTES);
  localparam [15:0] FULL = MAX_BURST * WORD_BYTES;

  wire [OFF_W-1:0] so = src[OFF_W-1:0];
  wire [OFF_W-1:0] do_ = dst[OFF_W-1:0];
  wire so_above = so > do_;

  // Memory to memory: end on a word of the destination. A source that lies further into its word than the
  // destination does costs a beat more, so the piece is a word shorter.
  wire [15:0] burst_m1 = MAX_BURST == 1 ? FULL - 16'd1 - {{16 - OFF_W{1'b0}}, so_above ? so : do_} :
      (so_above ? FULL - WORD_BYTES[15:0] - 16'd1 : FULL - 16'd1) - {{16 - OFF_W{1'b0}}, do_};
  wire [8:0] device_m1 = ({4'd0, most} << unit) - 9'd1;

  reg [11:0] rem_m1_reg, page_m1_reg, burst_m1_reg;
  reg over_reg;

  always @(posedge aclk) begin
    rem_m1_reg <= |rem[31:12] ? 12'hFFF : rem[11:0] - 12'd1;
    over_reg <= |rem[31:13] || (rem[12] && |rem[11:0]);
    page_m1_reg <= ~(sdev ? dst : ddev ? src : src > dst ? src : dst);
    burst_m1_reg <= sdev || ddev ? {3'd0, device_m1} : |burst_m1[15:12] ? 12'hFFF : burst_m1[11:0];
  end

  wire rem_le_page = rem_m1_reg <= page_m1_reg;
  wire rem_le_burst = rem_m1_reg <= burst_m1_reg;
  wire page_le_burst = page_m1_reg <= burst_m1_reg;

  assign len_m1 = rem_le_page && rem_le_burst ? rem_m1_reg : page_le_burst ? page_m1_reg : burst_m1_reg;
  assign last   = rem_le_page && rem_le_burst && !over_reg;

endmodule

`resetall
