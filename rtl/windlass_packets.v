/*
 * windlass_packets: register STREAM of each channel: packets taken whole since START, and what the last one was called.
 *
 * Purpose: windlass_stream_in tells that a piece took its packet's end; here it is counted for software.
 * Goal: small: one RAM, and a flip-flop a stream that says that its word counts as zero.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_packets #(
    parameter STREAMS = 1,  // channels 0..STREAMS-1 have streams
    parameter CH_W    = 2   // width of a channel number
) (
    input  wire                 aclk,          // clock
    input  wire                 aresetn,       // synchronous reset, active low
    input  wire                 start_valid,   // START of a channel: none since
    input  wire [     CH_W-1:0] start_ch,      // which
    input  wire [  STREAMS-1:0] packet_valid,  // a packet was taken to its end; one stream at a time
    input  wire [STREAMS*8-1:0] packet_tid,    // its TID
    input  wire [STREAMS*8-1:0] packet_tdest,  // its TDEST
    input  wire [     CH_W-1:0] rd_ch,         // channel that software reads
    output reg  [         31:0] rd_word        // a cycle later: {packets, TDEST, TID}; 0 of a channel without streams
);
  reg [31:0] packet_mem[0:(1<<CH_W)-1];
  reg [STREAMS-1:0] new_reg;  // nothing since START
  integer k;
  initial for (k = 0; k < (1 << CH_W); k = k + 1) packet_mem[k] = 32'd0;

  reg [CH_W-1:0] number;
  reg [15:0] name;
  integer i;
  always @* begin
    number = {CH_W{1'b0}};
    name   = 16'd0;
    for (i = 0; i < STREAMS; i = i + 1)
    if (packet_valid[i]) begin
      number = number | i[CH_W-1:0];
      name   = name | {packet_tdest[8*i+:8], packet_tid[8*i+:8]};
    end
  end

  reg valid_reg;
  reg [CH_W-1:0] ch_reg;
  reg [15:0] name_reg;
  wire [31:0] was = packet_mem[ch_reg];
  wire [STREAMS-1:0] first_at = new_reg >> ch_reg;
  always @(posedge aclk) begin
    valid_reg <= |packet_valid;
    ch_reg <= number;
    name_reg <= name;
    if (valid_reg) packet_mem[ch_reg] <= {first_at[0] ? 16'd1 : was[31:16] + 16'd1, name_reg};
    for (k = 0; k < STREAMS; k = k + 1) begin
      if (valid_reg && ch_reg == k[CH_W-1:0]) new_reg[k] <= 1'b0;
      if (start_valid && start_ch == k[CH_W-1:0]) new_reg[k] <= 1'b1;
    end
    if (!aresetn) begin
      valid_reg <= 1'b0;
      ch_reg <= {CH_W{1'b0}};
      new_reg <= {STREAMS{1'b1}};
    end
  end

  wire [STREAMS-1:0] new_at = new_reg >> rd_ch;
  always @(posedge aclk) rd_word <= {{32 - CH_W{1'b0}}, rd_ch} >= STREAMS || new_at[0] ? 32'd0 : packet_mem[rd_ch];

endmodule

`resetall
