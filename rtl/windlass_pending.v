/*
 * windlass_pending: what will be written, and whether it went.
 *
 * Purpose: keeps the record of each piece's write until windlass_write takes it, which is not before it is known what became of its read:
 * it went, or it is a token that has nothing to write.
 * Goal: a record can be taken three cycles after its piece came, or two after the one before it.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_pending #(
    parameter WIDTH = 32,  // bits of a record
    parameter DEPTH_LOG = 6  // log2 of the records that are kept
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire rec_valid,  // a record comes; there is room
    input wire [WIDTH-1:0] rec_data,  // the record
    output wire [DEPTH_LOG:0] level,  // records that are here; one that was taken counts a cycle longer
    input wire go_valid,  // it is known of a piece, in order, that it went; not before its record has come
    input wire go_token,  // it is a token
    output wire next_valid,  // a record, and what became of its piece
    input wire next_take,  // taken
    output wire next_token,  // it is a token
    output wire [WIDTH-1:0] next_data  // the record
);
  // That the piece went is known here no earlier than three cycles after it came.
  reg gone_reg, token_reg;
  reg taken_reg;  // the level hears a cycle later of a record that is taken
  reg [DEPTH_LOG:0] level_reg;
  wire [DEPTH_LOG:0] stored, gone;
  wire there, soon, known;
  assign level = level_reg;
  assign next_valid = known && there;
  always @(posedge aclk) begin
    gone_reg  <= go_valid;
    token_reg <= go_token;
    taken_reg <= next_valid && next_take;
    level_reg <= level_reg + {{DEPTH_LOG{1'b0}}, rec_valid} - {{DEPTH_LOG{1'b0}}, taken_reg};
    if (!aresetn) begin
      gone_reg  <= 1'b0;
      taken_reg <= 1'b0;
      level_reg <= {DEPTH_LOG + 1{1'b0}};
    end
  end

  windlass_queue #(
      .WIDTH(WIDTH),
      .DEPTH_LOG(DEPTH_LOG)
  ) queue_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(rec_valid),
      .in_data(rec_data),
      .level(stored),
      .out_valid(there),
      .out_soon(soon),
      .out_ready(known && next_take),
      .out_data(next_data)
  );
  windlass_fifo #(
      .WIDTH(1),
      .DEPTH_LOG(DEPTH_LOG),
      .OUT_REG(2)
  ) go_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(gone_reg),
      .in_data(token_reg),
      .level(gone),
      .out_valid(known),
      .out_ready(there && next_take),
      .out_data(next_token)
  );

endmodule

`resetall
