/*
 * wl_axil_checker: watches one AXI4-Lite port and counts broken rules.
 *
 * VALID and payload hold until READY on all five channels; no handshake signal and no payload is X once reset is over; a slave
 * raises BVALID only after both the address and the data of that write were taken, and RVALID only after the address;
 * no response that was not asked for; never EXOKAY; VALID low in reset. `errors` counts; `busy` is 1 while an answer is owed.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module wl_axil_checker #(
    parameter ADDR_WIDTH = 19,
    parameter NAME       = "axil"
) (
    input  wire                     clk,
    input  wire                     rst_n,
    input  wire    [ADDR_WIDTH-1:0] awaddr,
    input  wire                     awvalid,
    input  wire                     awready,
    input  wire    [          31:0] wdata,
    input  wire    [           3:0] wstrb,
    input  wire                     wvalid,
    input  wire                     wready,
    input  wire    [           1:0] bresp,
    input  wire                     bvalid,
    input  wire                     bready,
    input  wire    [ADDR_WIDTH-1:0] araddr,
    input  wire                     arvalid,
    input  wire                     arready,
    input  wire    [          31:0] rdata,
    input  wire    [           1:0] rresp,
    input  wire                     rvalid,
    input  wire                     rready,
    output integer                  errors,
    output wire                     busy
);
  task broken(input [40*8-1:0] rule);
    begin
      errors = errors + 1;
      if (errors < 20) $display("%0t AXI4-Lite rule broken on %0s: %0s", $time, NAME, rule);
    end
  endtask

  reg aw_held, w_held, ar_held, b_held, r_held, was_reset;
  reg [ADDR_WIDTH-1:0] aw_was, ar_was;
  reg [35:0] w_was;
  reg [ 1:0] b_was;
  reg [33:0] r_was;
  integer addresses, data, written, asked, answered;
  assign busy = addresses != written || data != written || asked != answered;

  // Most cycles are quiet: nothing is offered, nothing was held. Then there is nothing to judge or to remember; a simulation would
  // spend a quarter of its time on it.
  wire unknown = (^{awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready}) === 1'bx;
  wire quiet = ~|{awvalid, wvalid, bvalid, arvalid, rvalid, aw_held, w_held, ar_held, b_held, r_held};

  initial errors = 0;
  always @(posedge clk) begin
    if (!rst_n) begin
      {aw_held, w_held, ar_held, b_held, r_held} = 5'd0;
      addresses = 0;
      data = 0;
      written = 0;
      asked = 0;
      answered = 0;
      // The first cycle of reset is still the old state's.
      if (was_reset === 1'b1 && (bvalid !== 1'b0 || rvalid !== 1'b0)) broken("response VALID during reset");
      was_reset = 1;
    end else begin
      was_reset = 0;
      if (unknown) broken("X on a handshake");
      if (quiet !== 1'b1) begin
        if (awvalid && ^awaddr === 1'bx) broken("X in AWADDR");
        if (arvalid && ^araddr === 1'bx) broken("X in ARADDR");
        if (wvalid && ^{wdata, wstrb} === 1'bx) broken("X in write data");
        if (bvalid && ^bresp === 1'bx) broken("X in BRESP");
        if (rvalid && ^{rdata, rresp} === 1'bx) broken("X in read data");
        if (aw_held && (!awvalid || awaddr !== aw_was)) broken("AW changed before READY");
        if (w_held && (!wvalid || {wdata, wstrb} !== w_was)) broken("W changed before READY");
        if (ar_held && (!arvalid || araddr !== ar_was)) broken("AR changed before READY");
        if (b_held && (!bvalid || bresp !== b_was)) broken("B changed before READY");
        if (r_held && (!rvalid || {rdata, rresp} !== r_was)) broken("R changed before READY");
        if (bvalid && bresp === 2'b01) broken("EXOKAY on a write");
        if (rvalid && rresp === 2'b01) broken("EXOKAY on a read");
        if (bvalid && (written == addresses || written == data)) broken("B that was not asked for");
        if (rvalid && answered == asked) broken("R that was not asked for");
        if (bvalid && bready) written = written + 1;
        if (rvalid && rready) answered = answered + 1;
        if (awvalid && awready) addresses = addresses + 1;
        if (wvalid && wready) data = data + 1;
        if (arvalid && arready) asked = asked + 1;
        aw_held = awvalid && !awready;
        aw_was  = awaddr;
        w_held  = wvalid && !wready;
        w_was   = {wdata, wstrb};
        ar_held = arvalid && !arready;
        ar_was  = araddr;
        b_held  = bvalid && !bready;
        b_was   = bresp;
        r_held  = rvalid && !rready;
        r_was   = {rdata, rresp};
      end
    end
  end

endmodule

`resetall
