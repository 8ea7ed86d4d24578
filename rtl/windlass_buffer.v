/*
 * windlass_buffer: the landing space, one row per beat of the destination.
 *
 * Purpose: each byte lane is a RAM of its own with its own write address, because a word that lands goes into the rest of one
 * row and the beginning of the next. A ninth bit per byte says that the byte is not good.
 * Goal: nothing but wire between a block RAM and the register that takes its output (a block RAM's clock-to-output is most of a
 * cycle on small FPGAs).
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_buffer #(
    parameter LANES = 8,  // bytes of a row
    parameter PTR_W = 9   // log2 of the rows
) (
    input  wire                   aclk,      // clock
    input  wire [      LANES-1:0] put_we,    // lanes to store
    input  wire [LANES*PTR_W-1:0] put_addr,  // row of each
    input  wire [    8*LANES-1:0] put_data,  // data
    input  wire                   put_bad,   // they are not good
    input  wire                   adv,       // advance: read another row
    input  wire [      PTR_W-1:0] get_addr,  // which
    output wire [    8*LANES-1:0] get_data,  // a cycle later: the row
    output wire [      LANES-1:0] get_bad    // its lanes that are not good
);
  genvar k;
  generate
    for (k = 0; k < LANES; k = k + 1) begin : g_lane
      // A row that is being stored is not complete, and read again when it is: the RAM may answer with anything.
      (* no_rw_check *)
      reg [8:0] mem[0:(1<<PTR_W)-1];
      reg [8:0] q_reg;
      // Lanes that carry no byte are sent as they are: start from zero, so that they are never X.
      integer j;
      initial for (j = 0; j < 1 << PTR_W; j = j + 1) mem[j] = 9'd0;
      always @(posedge aclk) begin
        if (put_we[k]) mem[put_addr[k*PTR_W+:PTR_W]] <= {put_bad, put_data[8*k+:8]};
        if (adv) q_reg <= mem[get_addr];
      end
      assign get_data[8*k+:8] = q_reg[7:0];
      assign get_bad[k] = q_reg[8];
    end
  endgenerate

endmodule

`resetall
