/*
 * wl_axi_checker: watches one AXI4 port and counts broken rules.
 *
 * Master side: VALID and payload hold until READY; nothing is X when VALID; VALID low in reset; no burst crosses 4 KiB;
 * size within the bus; FIXED at most 16 beats, WRAP 2, 4, 8 or 16; exactly LEN+1 W beats, WLAST on the last (data may come before its address); strobes only in lanes of the
 * beat (for a narrow or unaligned beat too). Slave side: no B or R that was not asked for, RLAST on the last beat, R and B hold.
 * One ID in order, as the engine uses. `errors` counts; `busy` is 1 while anything is outstanding.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module wl_axi_checker #(
    parameter DATA_WIDTH = 64,
    parameter ADDR_WIDTH = 32,
    parameter NAME       = "axi"
) (
    input  wire                       clk,
    input  wire                       rst_n,
    input  wire    [  ADDR_WIDTH-1:0] awaddr,
    input  wire    [             7:0] awlen,
    input  wire    [             2:0] awsize,
    input  wire    [             1:0] awburst,
    input  wire                       awvalid,
    input  wire                       awready,
    input  wire    [  DATA_WIDTH-1:0] wdata,
    input  wire    [DATA_WIDTH/8-1:0] wstrb,
    input  wire                       wlast,
    input  wire                       wvalid,
    input  wire                       wready,
    input  wire    [             1:0] bresp,
    input  wire                       bvalid,
    input  wire                       bready,
    input  wire    [  ADDR_WIDTH-1:0] araddr,
    input  wire    [             7:0] arlen,
    input  wire    [             2:0] arsize,
    input  wire    [             1:0] arburst,
    input  wire                       arvalid,
    input  wire                       arready,
    input  wire    [  DATA_WIDTH-1:0] rdata,
    input  wire    [             1:0] rresp,
    input  wire                       rlast,
    input  wire                       rvalid,
    input  wire                       rready,
    output integer                    errors,
    output wire                       busy
);
  localparam W = DATA_WIDTH / 8;
  localparam A_W = ADDR_WIDTH + 13;

  task broken(input [40*8-1:0] rule);
    begin
      errors = errors + 1;
      if (errors < 20) $display("%0t AXI rule broken on %0s: %0s", $time, NAME, rule);
    end
  endtask

  reg aw_held, w_held, ar_held, b_held, r_held, was_reset;
  reg [A_W-1:0] aw_was, ar_was;
  reg [DATA_WIDTH+W:0] w_was;
  reg [1:0] b_was;
  reg [DATA_WIDTH+2:0] r_was;
  wire [A_W-1:0] aw = {awaddr, awlen, awsize, awburst};
  wire [A_W-1:0] ar = {araddr, arlen, arsize, arburst};

  // Bursts whose data is to come, bursts whose response is to come.
  reg [A_W-1:0] awq[0:127];
  reg [7:0] arq[0:127];
  reg [W:0] wq[0:1023];  // {strobes, last} of beats whose address is to come
  reg [W-1:0] beat_strb;
  reg beat_last;
  integer awi, awo, wi, wo, wdone, bdone, ari, aro, wbeat, rbeat, i;
  reg [A_W-1:0] cur;
  reg [  W-1:0] lanes;
  integer size, first, span;
  assign busy = awi != bdone || wi != wo || ari != aro || wdone != bdone;

  task command(input [A_W-1:0] c, input [7:0] which);
    reg [7:0] len;
    reg [2:0] sz;
    reg [1:0] burst;
    reg [ADDR_WIDTH-1:0] addr;
    begin
      {addr, len, sz, burst} = c;
      if (^c === 1'bx) broken("X in a command");
      if ((1 << sz) > W) broken("SIZE wider than the bus");
      if (burst == 2'b11) broken("reserved BURST");
      if (burst == 2'b00 && len > 15) broken("FIXED longer than 16");
      if (burst == 2'b10 && len != 1 && len != 3 && len != 7 && len != 15) broken("WRAP of a bad length");
      if (burst == 2'b01 && {20'd0, addr[11:0]} - (addr[11:0] & ((1 << sz) - 1)) + ((len + 32'd1) << sz) > 4096)
        broken("burst crosses 4 KiB");
    end
  endtask

  // Most cycles are quiet: nothing is offered, nothing was held. Then there is nothing to judge or to remember; a simulation would
  // spend a quarter of its time on it.
  wire unknown = (^{awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready}) === 1'bx;
  wire quiet = ~|{awvalid, wvalid, bvalid, arvalid, rvalid, aw_held, w_held, ar_held, b_held, r_held};

  initial errors = 0;
  always @(posedge clk) begin
    if (!rst_n) begin
      aw_held = 0;
      w_held = 0;
      ar_held = 0;
      b_held = 0;
      r_held = 0;
      awi = 0;
      awo = 0;
      wi = 0;
      wo = 0;
      wdone = 0;
      bdone = 0;
      ari = 0;
      aro = 0;
      wbeat = 0;
      rbeat = 0;
      if (was_reset === 1'b1 && (awvalid !== 1'b0 || wvalid !== 1'b0 || arvalid !== 1'b0)) broken("VALID during reset");
      was_reset = 1;
    end else begin
      was_reset = 0;
      if (unknown) broken("X on a handshake");
      if (quiet !== 1'b1) begin
        if (aw_held && (!awvalid || aw !== aw_was)) broken("AW changed before READY");
        if (ar_held && (!arvalid || ar !== ar_was)) broken("AR changed before READY");
        if (w_held && (!wvalid || {wdata, wstrb, wlast} !== w_was)) broken("W changed before READY");
        if (b_held && (!bvalid || bresp !== b_was)) broken("B changed before READY");
        if (r_held && (!rvalid || {rdata, rresp, rlast} !== r_was)) broken("R changed before READY");
        if (awvalid && !aw_held) command(aw, 8'd0);
        if (arvalid && !ar_held) command(ar, 8'd1);
        if (awvalid && awready) begin
          awq[awi%128] = aw;
          awi = awi + 1;
        end
        if (wvalid) begin
          if (^{wstrb, wlast} === 1'bx) broken("X in WSTRB or WLAST");
          if (^wdata === 1'bx) broken("X in WDATA");  // in lanes without a strobe too: the engine is X-clean
          if (wready) begin
            wq[wi%1024] = {wstrb, wlast};
            wi = wi + 1;
          end
        end
        // Data may come before its address; it is judged when both are there.
        while (wo != wi && awo != awi) begin
          {beat_strb, beat_last} = wq[wo%1024];
          wo = wo + 1;
          cur = awq[awo%128];
          size = 1 << cur[4:2];
          first = cur[13+:12] % W;
          if (cur[1:0] == 2'b01 && wbeat > 0) first = ((first / size) * size + wbeat * size) % W;
          span = size * (cur[12:5] + 1);
          if (cur[1:0] == 2'b10) first = (cur[13+:12] / span * span + (cur[13+:12] % span + wbeat * size) % span) % W;
          lanes = 0;
          for (i = 0; i < W; i = i + 1) if (i >= first && i < (first / size) * size + size) lanes[i] = 1;
          if (|(beat_strb & ~lanes)) broken("strobe outside the beat");
          if (beat_last !== (wbeat == cur[12:5])) broken("WLAST in the wrong place");
          wbeat = wbeat + 1;
          if (beat_last) begin
            wbeat = 0;
            awo   = awo + 1;
            wdone = wdone + 1;
          end
        end
        if (bvalid && bready) begin
          if (bdone >= wdone) broken("B that was not asked for");
          bdone = bdone + 1;
        end
        if (rvalid && rready) begin
          if (aro >= ari) broken("R that was not asked for");
          else begin
            if (rlast !== (rbeat == arq[aro%128])) broken("RLAST in the wrong place");
            rbeat = rbeat + 1;
            if (rlast) begin
              rbeat = 0;
              aro   = aro + 1;
            end
          end
        end
        if (arvalid && arready) begin
          arq[ari%128] = arlen;
          ari = ari + 1;
        end
        aw_held = awvalid && !awready;
        aw_was  = aw;
        ar_held = arvalid && !arready;
        ar_was  = ar;
        w_held  = wvalid && !wready;
        w_was   = {wdata, wstrb, wlast};
        b_held  = bvalid && !bready;
        b_was   = bresp;
        r_held  = rvalid && !rready;
        r_was   = {rdata, rresp, rlast};
      end
    end
  end

endmodule

`resetall
