/*
 * windlass_desc_judge: what is wrong with a descriptor (manual, section 6).
 *
 * Purpose: what is wrong is found out part by part, and put together a cycle later into one error code: DESC_MAP before DESC_BUS before DESC_STALE
 * before DESC_BAD.
 * Goal: no more than a comparison of 32 bits in a cycle.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_desc_judge #(
    parameter TWO_D = 0,  // COPY2D is built
    parameter CRC   = 0   // CRC32C and COMPARE are built
) (
    input wire aclk,  // clock
    // the channel's set-up and burst
    input wire map_bad,  // the map refused the burst
    input wire bus_bad,  // a word had an error
    input wire wide,  // 32 bytes
    input wire ring,  // of a ring, else of a table
    input wire cyclic,  // which is cyclic: the phase is not looked at
    input wire phase,  // phase bit that it must have
    input wire [1:0] unit,  // log2 of the device unit
    input wire [1:0] stype,  // kind of the source
    input wire [1:0] dtype,  // kind of the destination
    // the descriptor
    input wire [31:0] control,  // its control word
    input wire [31:0] length,  // its length
    input wire [4:0] src,  // its source, or the table of a LINK
    input wire [2:0] dst,  // its destination
    // a cycle later
    output wire link,  // it is a LINK, if it is not refused
    output wire refused,  // it is refused
    output wire [3:0] err  // with this code, else 0
);
  localparam [3:0] OP_COPY = 4'd1, OP_FILL = 4'd2, OP_FENCE = 4'd3, OP_LINK = 4'd4, OP_2D = 4'd5, OP_CRC = 4'd6;
  wire [3:0] op = control[3:0];
  wire sdev = stype == 2'd1, ddev = dtype == 2'd1;
  // CRC32C and COMPARE have the last two numbers.
  wire sum = CRC != 0 && op[3:1] == OP_CRC[3:1];
  wire unknown = sum ? |stype || |dtype : op > (TWO_D ? OP_2D : OP_LINK);
  wire [2:0] mask = {unit == 2'd3, unit[1], unit != 2'd0} & {3{sdev || ddev}};
  wire [2:0] low = length[2:0] | (sdev ? dst[2:0] : src[2:0]);

  // Each part is of its operation only, and counts by itself a cycle later.
  reg
      map_reg,
      bus_reg,
      stale_reg,
      form_reg,
      unknown_reg,
      low_empty_reg,
      high_empty_reg,
      odd_reg,
      fill_bad_reg,
      fence_bad_reg,
      link_bad_reg,
      sized_reg,
      link_reg;
  assign link = link_reg;
  wire malformed = form_reg || unknown_reg || odd_reg || fill_bad_reg || fence_bad_reg ||
      (low_empty_reg && high_empty_reg && sized_reg) || (link_reg && (link_bad_reg || !high_empty_reg));
  assign refused = map_reg || bus_reg || stale_reg || malformed;
  assign err = map_reg ? 4'd11 : bus_reg ? 4'd8 : stale_reg ? 4'd9 : malformed ? 4'd10 : 4'd0;

  always @(posedge aclk) begin
    link_reg <= op == OP_LINK;
    sized_reg <= op != 4'd0 && op != OP_FENCE;  // its length says something
    map_reg <= map_bad;
    bus_reg <= bus_bad;
    stale_reg <= control[31] != phase && !cyclic;
    unknown_reg <= unknown;
    form_reg <= |control[7:4] || |control[15:12] || |control[30:28] ||
        (op == OP_2D ? !wide || |stype || |dtype : |control[27:16]);
    low_empty_reg <= length[15:0] == 16'd0;
    high_empty_reg <= length[31:16] == 16'd0;
    odd_reg <= op == OP_COPY && |(low & mask);
    fill_bad_reg <= op == OP_FILL && |dtype;
    fence_bad_reg <= (op == OP_FENCE || (CRC != 0 && op == OP_CRC)) && (control[9] || |dst[2:0]);
    // Counts with link_reg.
    link_bad_reg <= control[9] || ring || |src[3:0] || (wide && src[4]);
  end

endmodule

`resetall
