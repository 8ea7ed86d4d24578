/*
 * windlass_fifo: small synchronous first-in first-out queue, first word falls through.
 *
 * Purpose: the queues between pipeline stages. Storage is distributed RAM, so depth costs little. With OUT_REG the oldest entry lies in
 * flip-flops, which are filled past the RAM when that is empty: the same in each cycle, but nothing is in front of out_valid and
 * out_data; the queue then holds an entry more than is asked. With OUT_REG = 1, out_data is what in_data was a cycle ago while out_valid is low.
 * With OUT_REG = 2 the flip-flops are filled when they are seen empty, so an entry can be taken every second cycle, and out_ready, where it comes
 * late, reaches one flip-flop only. With ROOMY one place is always free, and holds whatever is offered: in_valid, where it comes late, does not
 * reach the RAM.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_fifo #(
    parameter WIDTH     = 8,  // bits of an entry
    parameter DEPTH_LOG = 4,  // log2 of the number of entries, 2 or more
    parameter OUT_REG   = 0,  // 1: out_valid and out_data are flip-flops; 2: at half the rate
    parameter ROOMY     = 0   // 1: there is never more than an entry less than would fit
) (
    input  wire               aclk,       // clock
    input  wire               aresetn,    // synchronous reset, active low
    input  wire               in_valid,   // store an entry; never when full
    input  wire [  WIDTH-1:0] in_data,    // the entry
    output wire [DEPTH_LOG:0] level,      // entries stored
    output wire               out_valid,  // there is an entry
    input  wire               out_ready,  // take it
    output wire [  WIDTH-1:0] out_data    // the oldest entry
);
  (* ram_style = "distributed" *)
  reg [WIDTH-1:0] mem[0:(1<<DEPTH_LOG)-1];
  reg [DEPTH_LOG:0] in_reg, out_reg;

  reg some_reg;  // there are entries in the RAM: in_reg != out_reg, without a comparison in front of all that follows
  reg last_reg;  // there is one, likewise: which is known from there being two a cycle before
  wire some = some_reg;
  // in_reg == out_reg + 2, without carries: a bit differs if all below it are ones, which the bit below tells by itself and by differing.
  wire [DEPTH_LOG-1:0] odd = in_reg[DEPTH_LOG:1] ^ out_reg[DEPTH_LOG:1];
  wire two = in_reg[0] == out_reg[0] && odd == {out_reg[DEPTH_LOG-1:1] & odd[DEPTH_LOG-2:0], 1'b1};
  wire get;  // an entry leaves the RAM, or passes by
  wire more, one;  // what some_reg and last_reg become

  generate
    if (OUT_REG != 0) begin : g_reg
      reg valid_reg;
      reg [WIDTH-1:0] data_reg;
      wire free = !valid_reg || (OUT_REG == 1 && out_ready);
      // What passes by goes through the RAM's pointers too: out_ready, which comes late, is in front of one of them only.
      assign get = (some || in_valid) && free;
      // Found out for both cases of out_ready, and kept so.
      (* keep *)wire more_free = some && (in_valid || !last_reg);
      (* keep *)wire more_held = some || in_valid;
      (* keep *)wire one_free = some && !in_valid ? two : last_reg;
      (* keep *)wire one_held = in_valid ? !some : last_reg;
      assign more = free ? more_free : more_held;
      assign one = free ? one_free : one_held;
      assign level = in_reg - out_reg + {{DEPTH_LOG{1'b0}}, valid_reg};
      assign out_valid = valid_reg;
      assign out_data = data_reg;
      always @(posedge aclk) begin
        if (free) begin
          valid_reg <= some || in_valid;
          data_reg  <= some ? mem[out_reg[DEPTH_LOG-1:0]] : in_data;
        end else if (out_ready) valid_reg <= 1'b0;
        if (!aresetn) valid_reg <= 1'b0;
      end
    end else begin : g_ram
      assign more = in_valid || (some && !(out_ready && last_reg));
      assign one = in_valid ? (get ? last_reg : !some) : get ? two : last_reg;
      assign get = some && out_ready;
      assign level = in_reg - out_reg;
      assign out_valid = some;
      assign out_data = mem[out_reg[DEPTH_LOG-1:0]];
    end
  endgenerate

  always @(posedge aclk) begin
    if (in_valid || ROOMY != 0) mem[in_reg[DEPTH_LOG-1:0]] <= in_data;
    if (in_valid) in_reg <= in_reg + 1'b1;
    if (get) out_reg <= out_reg + 1'b1;
    // Not as the others, or synthesis takes them for an address register of the RAM and builds it a second time.
    out_reg[0] <= (out_reg[0] ^ get) && aresetn;
    some_reg   <= more;
    last_reg   <= one;
    if (!aresetn) begin
      {some_reg, last_reg} <= 2'b00;
      in_reg <= {DEPTH_LOG + 1{1'b0}};
      out_reg[DEPTH_LOG:1] <= {DEPTH_LOG{1'b0}};
    end
  end

`ifdef PROVE_FIFO
  `include "windlass_fifo.svh"
`elsif PROVE_PART
  `include "windlass_fifo_part.svh"
`endif

endmodule

`resetall
