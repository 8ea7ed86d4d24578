/*
 * windlass_watch: notices a bus that makes no progress (manual, section 11: time-outs).
 *
 * Purpose: watches the two halves of both AXI masters. When a half has something open (an address or data beat that is not taken,
 * or a response that is owed) and nothing moves on it for TIMEOUT cycles, it says so once. Nothing is cancelled.
 * Goal: one 32-bit counter for all four halves. It marks quarters of TIMEOUT; a half is late after four whole quarters without
 * progress, so between TIMEOUT and 5/4 TIMEOUT + 10 cycles.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_watch (
    input  wire        aclk,      // clock
    input  wire        aresetn,   // synchronous reset, active low
    input  wire        time_we,   // TIMEOUT is written
    input  wire [31:0] time_new,  // with this: cycles, 0 = off
    // halves, bit 0: m_axi reads, 1: m_axi writes, 2: m_axi_desc reads, 3: m_axi_desc writes
    input  wire [ 3:0] avalid,    // address is offered
    input  wire [ 3:0] aready,    // address is taken
    input  wire [ 1:0] wvalid,    // write data is offered: {m_axi_desc, m_axi}
    input  wire [ 1:0] wready,    // it is taken
    input  wire [ 1:0] wlast,     // it is the last of its burst
    input  wire [ 3:0] rvalid,    // read data, or write response, is there
    input  wire [ 3:0] rready,    // it is taken
    input  wire [ 1:0] rlast,     // reads: last of its burst: {m_axi_desc, m_axi}
    output reg  [ 3:0] late       // one cycle: no progress for TIMEOUT cycles
);
  reg [31:0] time_reg;
  reg [29:0] count_reg;
  reg off_reg;
  // A quarter ends: the count has reached it a cycle ago, so it begins again at 1; and one of a single cycle always does.
  reg [1:0] equal_reg;
  reg short_reg;
  wire quarter = &equal_reg || short_reg;
  reg quarter_reg;  // a cycle late: the ports lie far apart
  always @(posedge aclk) begin
    // Also a shorter TIMEOUT counts from when it is written.
    count_reg <= count_reg + 30'd1;
    if (quarter || time_we) count_reg <= 30'd1;
    equal_reg <= {count_reg[29:15] == time_reg[31:17], count_reg[14:0] == time_reg[16:2]};
    if (quarter || time_we) equal_reg <= 2'd0;
    short_reg <= time_reg[31:2] == 30'd0;
    if (time_we) time_reg <= time_new;
    quarter_reg <= quarter;
    off_reg <= !aresetn || time_reg == 32'd0;
    if (!aresetn || off_reg) begin
      count_reg <= 30'd1;
      equal_reg <= 2'd0;
      short_reg <= 1'b0;
    end
    if (!aresetn) time_reg <= 32'd0;
  end

  genvar g;
  generate
    for (g = 0; g < 4; g = g + 1) begin : g_half
      localparam OWED_W = g < 2 ? 9 : 5;  // windlass_desc_fetch and windlass_writeback have few under way
      reg [OWED_W-1:0] owed_reg;  // bursts whose response is owed
      reg open_reg, moved_reg;
      reg [2:0] quiet_reg;  // quarters without progress
      wire address = avalid[g] && aready[g];
      wire answer = rvalid[g] && rready[g];
      wire more, less, data_waits, data_moves;
      reg more_reg, less_reg;  // a cycle later, because READY of a response comes late in its cycle
      wire [OWED_W:0] owed = {owed_reg, 1'b1} + {{OWED_W{less_reg}}, more_reg};  // one less, and the carry is one more
      if (g % 2 == 0) begin : g_read
        assign more = address;
        assign less = answer && rlast[g/2];
        assign data_waits = 1'b0;
        assign data_moves = 1'b0;
      end else begin : g_write
        // The response of a write is owed when its data is whole.
        assign data_moves = wvalid[g/2] && wready[g/2];
        assign more = data_moves && wlast[g/2];
        assign less = answer;
        assign data_waits = wvalid[g/2] && !wready[g/2];
      end
      always @(posedge aclk) begin
        more_reg  <= more;
        less_reg  <= less;
        owed_reg  <= owed[OWED_W:1];
        open_reg  <= (avalid[g] && !aready[g]) || data_waits || |owed_reg;
        moved_reg <= address || data_moves || answer;
        late[g]   <= 1'b0;
        if (!open_reg || moved_reg) quiet_reg <= 3'd0;
        else if (quarter_reg && quiet_reg == 3'd4) begin
          quiet_reg <= 3'd0;
          late[g]   <= 1'b1;
        end else if (quarter_reg) quiet_reg <= quiet_reg + 3'd1;
        if (!aresetn) begin
          more_reg <= 1'b0;
          less_reg <= 1'b0;
          owed_reg <= {OWED_W{1'b0}};
        end
        if (!aresetn || off_reg) begin
          open_reg  <= 1'b0;
          moved_reg <= 1'b0;
          quiet_reg <= 3'd0;
          late[g]   <= 1'b0;
        end
      end
    end
  endgenerate

endmodule

`resetall
