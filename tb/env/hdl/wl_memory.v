/*
 * wl_memory: the board's memory: RAM behind two AXI4 slave ports, and the peripherals' window on port 0.
 *
 * Timing (docs/platform.md): AR accepted in cycle k gives the first R beat in cycle k+L, then a beat a cycle, in
 * order, with the ID that AR had; B comes L cycles after the later of AW and last W; 32 reads and 32 writes at most are outstanding; reads and
 * writes are independent. Run-time controls: latency L, pauses (chance in 256 that a channel stalls for a cycle), two ranges that
 * answer with an error, one range that does not answer while hang_kind says so. Verilog-2005 for any simulator; not for synthesis.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module wl_memory #(
    parameter DATA_WIDTH = 64,
    parameter ADDR_WIDTH = 32,
    parameter ID_WIDTH   = 4,
    parameter RAM_BYTES  = 1 << 24
) (
    input  wire                      clk,
    input  wire                      rst_n,
    input  wire [              15:0] latency,
    input  wire [               7:0] pause,
    // two error ranges: {write, read, DECERR} each
    input  wire [              63:0] err_lo,
    input  wire [              63:0] err_hi,
    input  wire [               5:0] err_kind,
    // range that does not answer: {write, read}; what its port half has behind it waits as well
    input  wire [              31:0] hang_lo,
    input  wire [              31:0] hang_hi,
    input  wire [               1:0] hang_kind,
    // two ports side by side, port 0 in the low half
    input  wire [    2*ID_WIDTH-1:0] awid,
    input  wire [  2*ADDR_WIDTH-1:0] awaddr,
    input  wire [              15:0] awlen,
    input  wire [               5:0] awsize,
    input  wire [               3:0] awburst,
    input  wire [               1:0] awvalid,
    output reg  [               1:0] awready,
    input  wire [  2*DATA_WIDTH-1:0] wdata,
    input  wire [2*DATA_WIDTH/8-1:0] wstrb,
    input  wire [               1:0] wlast,
    input  wire [               1:0] wvalid,
    output reg  [               1:0] wready,
    output reg  [    2*ID_WIDTH-1:0] bid,
    output reg  [               3:0] bresp,
    output reg  [               1:0] bvalid,
    input  wire [               1:0] bready,
    input  wire [    2*ID_WIDTH-1:0] arid,
    input  wire [  2*ADDR_WIDTH-1:0] araddr,
    input  wire [              15:0] arlen,
    input  wire [               5:0] arsize,
    input  wire [               3:0] arburst,
    input  wire [               1:0] arvalid,
    output reg  [               1:0] arready,
    output reg  [    2*ID_WIDTH-1:0] rid,
    output reg  [  2*DATA_WIDTH-1:0] rdata,
    output reg  [               3:0] rresp,
    output reg  [               1:0] rlast,
    output reg  [               1:0] rvalid,
    input  wire [               1:0] rready,
    // peripherals
    output reg  [               1:0] dev_take,
    output reg  [               1:0] dev_put,
    output reg  [              63:0] dev_data,
    input  wire [             127:0] dev_head,
    // counters of port 0
    output reg  [              31:0] read_beats,
    output reg  [              31:0] write_beats
);
  localparam W = DATA_WIDTH / 8;
  localparam AW = ADDR_WIDTH;
  localparam IW = ID_WIDTH;
  localparam Q = 64;

  reg [7:0] mem[0:RAM_BYTES-1];

  reg [63:0] ra[0:2*Q-1], wa[0:2*Q-1];
  reg [IW-1:0] ri[0:2*Q-1], wi[0:2*Q-1], bi[0:2*Q-1];
  reg [7:0] rl[0:2*Q-1], wl[0:2*Q-1];
  reg [2:0] rs[0:2*Q-1], ws[0:2*Q-1];
  reg [1:0] rb[0:2*Q-1], wb[0:2*Q-1];
  reg [63:0] rt[0:2*Q-1], wt[0:2*Q-1], bt[0:2*Q-1];
  reg [1:0] br[0:2*Q-1];
  reg bh[0:2*Q-1];  // the burst wrote to the range that may hang
  reg [1:0] whang;
  reg held;
  integer rin[0:1], rout[0:1], rbeat[0:1], win[0:1], wout[0:1], wbeat[0:1], bin[0:1], bout[0:1];
  reg [1:0] wresp[0:1];
  reg [63:0] cyc, a, base;
  reg [31:0] lfsr;
  reg [1:0] resp;
  reg [DATA_WIDTH-1:0] word;
  reg [63:0] t;
  integer p, i, n, k, d, size;

  // Address of a beat: FIXED stays, INCR aligns after the first, WRAP wraps.
  function [63:0] beat_addr(input [63:0] addr, input [2:0] sz, input [1:0] burst, input [7:0] len, input integer b);
    reg [63:0] step, span;
    begin
      step = 64'd1 << sz;
      span = step * (len + 64'd1);
      if (burst == 2'b00 || b == 0) beat_addr = addr;
      else if (burst == 2'b01) beat_addr = (addr & ~(step - 64'd1)) + step * b;
      else beat_addr = (addr & ~(span - 64'd1)) | ((addr + step * b) & (span - 64'd1));
    end
  endfunction

  function [1:0] check(input [63:0] addr, input [31:0] bytes, input write, input integer port);
    begin
      check = 2'b00;
      if (addr + bytes > RAM_BYTES && !(port == 0 && addr[31:13] == 19'h78000 && addr[11:0] == 12'd0)) check = 2'b11;
      if (port == 0 && addr[31:13] == 19'h78000 && addr[11:0] != 12'd0) check = 2'b10;
      for (k = 0; k < 2; k = k + 1)
      if (addr + bytes > err_lo[32*k+:32] && addr < err_hi[32*k+:32] && err_kind[3*k+(write?2 : 1)])
        check = {1'b1, err_kind[3*k]};
    end
  endfunction

  function hangs(input [63:0] addr, input [31:0] bytes);
    hangs = addr + bytes > {32'd0, hang_lo} && addr < {32'd0, hang_hi};
  endfunction

  function stall(input integer which);
    stall = pause != 8'd0 && lfsr[which*3+:8] < pause;
  endfunction

  // A page is RAM from the first write into it; before that it reads as zeros. So clearing, and looking for what is there, take no time for
  // the pages that a test leaves alone, which are most. Eight bytes in a turn of the loop, which takes a simulator longer than a byte.
  localparam PAGE_LOG = 12;
  localparam PAGES = (RAM_BYTES + (1 << PAGE_LOG) - 1) >> PAGE_LOG;
  reg used[0:PAGES-1];
  integer c;
  task touch(input [31:0] address);
    if (!used[address>>PAGE_LOG]) begin
      used[address>>PAGE_LOG] = 1'b1;
      for (
          c = address >> PAGE_LOG << PAGE_LOG; c < ((address >> PAGE_LOG) + 1) << PAGE_LOG && c < RAM_BYTES; c = c + 8
      ) begin
        mem[c]   = 8'd0;
        mem[c+1] = 8'd0;
        mem[c+2] = 8'd0;
        mem[c+3] = 8'd0;
        mem[c+4] = 8'd0;
        mem[c+5] = 8'd0;
        mem[c+6] = 8'd0;
        mem[c+7] = 8'd0;
      end
    end
  endtask

  // A byte, for benches. (Who wants all of it may look at `used`: a page that is not has no byte to ask for.)
  task poke(input [31:0] address, input [7:0] value);
    begin
      touch(address);
      mem[address] = value;
    end
  endtask

  function [7:0] peek(input [31:0] address);
    peek = used[address>>PAGE_LOG] ? mem[address] : 8'd0;
  endfunction

  task wipe;
    for (c = 0; c < PAGES; c = c + 1) used[c] = 1'b0;
  endtask

  initial wipe;

  // Nothing is offered at the port, under way, or about to change.
  function at_rest(input integer q);
    at_rest = pause == 8'd0 && rin[q] == rout[q] && win[q] == bout[q] &&
        {arvalid[q], rvalid[q], awvalid[q], wvalid[q], bvalid[q], wready[q]} === 6'd0 && arready[q] === 1'b1 && awready[q] === 1'b1;
  endfunction

  // A port at rest is passed over: that is most cycles of most tests.
  always @(posedge clk) begin
    cyc <= cyc + 64'd1;
    lfsr <= {lfsr[30:0], lfsr[31] ^ lfsr[21] ^ lfsr[1] ^ lfsr[0]};
    dev_take <= 2'b00;
    dev_put <= 2'b00;
    for (p = 0; p < 2; p = p + 1)
    if (!rst_n || !at_rest(p)) begin
      // ------------------------------------------------------ reads
      if (arvalid[p] && arready[p]) begin
        ra[p*Q+rin[p]%Q] = {{64 - AW{1'b0}}, araddr[p*AW+:AW]};
        ri[p*Q+rin[p]%Q] = arid[p*IW+:IW];
        rl[p*Q+rin[p]%Q] = arlen[8*p+:8];
        rs[p*Q+rin[p]%Q] = arsize[3*p+:3];
        rb[p*Q+rin[p]%Q] = arburst[2*p+:2];
        rt[p*Q+rin[p]%Q] = cyc + {48'd0, latency};
        rin[p] = rin[p] + 1;
      end
      if (rvalid[p] && rready[p]) rvalid[p] <= 1'b0;
      if ((!rvalid[p] || rready[p]) && rin[p] != rout[p] && cyc + 64'd1 >= rt[p*Q+rout[p]%Q] && !stall(p)) begin
        n = p * Q + rout[p] % Q;
        a = beat_addr(ra[n], rs[n], rb[n], rl[n], rbeat[p]);
        size = 1 << rs[n];
        held = hang_kind[0] && hangs(a & ~(size - 64'd1), size);
        resp = check(a & ~(size - 64'd1), size, 1'b0, p);
        word = {DATA_WIDTH{1'b0}};
        base = a & ~(W - 64'd1);
        if (p == 0 && a[31:13] == 19'h78000 && resp == 2'b00) begin
          d = a[12] ? 1 : 0;
          dev_take[d] <= !held;
          // Two beats in a row: the head that is left after the one taken in this cycle.
          for (i = 0; i < 8; i = i + 1)
          if (i < size) word[8*((a%W)+i)+:8] = d == 0 ? dev_head[8*i+:8] : dev_head[64+8*i+:8];
        end else if (resp == 2'b00 && used[base>>PAGE_LOG])
          for (i = 0; i < W; i = i + 1) if (base + i < RAM_BYTES) word[8*i+:8] = mem[base+i];
        if (held) rvalid[p] <= 1'b0;
        else if (!(p == 0 && a[31:13] == 19'h78000 && dev_take[a[12]])) begin
          rid[p*IW+:IW] <= ri[n];
          rdata[p*DATA_WIDTH+:DATA_WIDTH] <= word;
          rresp[2*p+:2] <= resp;
          rlast[p] <= rbeat[p] == rl[n];
          rvalid[p] <= 1'b1;
          if (p == 0) read_beats <= read_beats + 1;
          rbeat[p] = rbeat[p] + 1;
          if (rbeat[p] > rl[n]) begin
            rbeat[p] = 0;
            rout[p]  = rout[p] + 1;
          end
        end else dev_take[a[12]] <= 1'b0;
      end
      arready[p] <= rin[p] - rout[p] < 31 && !stall(p + 2);
      // ------------------------------------------------------ writes
      if (awvalid[p] && awready[p]) begin
        wa[p*Q+win[p]%Q] = {{64 - AW{1'b0}}, awaddr[p*AW+:AW]};
        wi[p*Q+win[p]%Q] = awid[p*IW+:IW];
        wl[p*Q+win[p]%Q] = awlen[8*p+:8];
        ws[p*Q+win[p]%Q] = awsize[3*p+:3];
        wb[p*Q+win[p]%Q] = awburst[2*p+:2];
        wt[p*Q+win[p]%Q] = cyc;
        win[p] = win[p] + 1;
      end
      if (wvalid[p] && wready[p]) begin
        n = p * Q + wout[p] % Q;
        a = beat_addr(wa[n], ws[n], wb[n], wl[n], wbeat[p]);
        size = 1 << ws[n];
        if (wbeat[p] == 0) begin
          wresp[p] = 2'b00;
          whang[p] = 1'b0;
        end
        if (|wstrb[p*W+:W]) begin
          resp = check(a & ~(size - 64'd1), size, 1'b1, p);
          if (hangs(a & ~(size - 64'd1), size)) whang[p] = 1'b1;
          if (wresp[p] == 2'b00) wresp[p] = resp;
          base = a & ~(W - 64'd1);
          if (p == 0 && a[31:13] == 19'h78000) begin
            if (resp == 2'b00) begin
              dev_put[a[12]] <= 1'b1;
              for (i = 0; i < 8; i = i + 1) dev_data[8*i+:8] <= i < size ? wdata[8*((a%W)+i)+:8] : 8'd0;
            end
          end else if (resp == 2'b00) begin
            touch(base);
            for (i = 0; i < W; i = i + 1)
            if (wstrb[p*W+i] && base + i < RAM_BYTES) mem[base+i] = wdata[p*DATA_WIDTH+8*i+:8];
          end
        end
        if (p == 0) write_beats <= write_beats + 1;
        wbeat[p] = wbeat[p] + 1;
        if (wlast[p]) begin
          bt[p*Q+bin[p]%Q] = cyc + {48'd0, latency};
          bi[p*Q+bin[p]%Q] = wi[n];
          br[p*Q+bin[p]%Q] = wresp[p];
          bh[p*Q+bin[p]%Q] = whang[p];
          bin[p] = bin[p] + 1;
          wbeat[p] = 0;
          wout[p] = wout[p] + 1;
        end
      end
      awready[p] <= win[p] - bout[p] < 31 && !stall(p + 4);
      // Data is taken when its address is there.
      wready[p]  <= win[p] != wout[p] && !stall(p + 6);
      if (bvalid[p] && bready[p]) bvalid[p] <= 1'b0;
      if ((!bvalid[p] || bready[p]) && bin[p] != bout[p] && cyc + 64'd1 >= bt[p*Q+bout[p]%Q] && !stall(
              p + 1
          ) && !(hang_kind[1] && bh[p*Q+bout[p]%Q])) begin
        bvalid[p] <= 1'b1;
        bid[p*IW+:IW] <= bi[p*Q+bout[p]%Q];
        bresp[2*p+:2] <= br[p*Q+bout[p]%Q];
        bout[p] = bout[p] + 1;
      end
    end
    if (!rst_n) begin
      for (p = 0; p < 2; p = p + 1) begin
        rin[p]   = 0;
        rout[p]  = 0;
        rbeat[p] = 0;
        win[p]   = 0;
        wout[p]  = 0;
        wbeat[p] = 0;
        bin[p]   = 0;
        bout[p]  = 0;
        wresp[p] = 0;
        whang[p] = 0;
      end
      rvalid <= 2'b00;
      bvalid <= 2'b00;
      arready <= 2'b00;
      awready <= 2'b00;
      wready <= 2'b00;
      rid <= 0;
      bid <= 0;
      rdata <= 0;
      rresp <= 0;
      rlast <= 0;
      bresp <= 0;
      cyc <= 64'd0;
      lfsr <= 32'h1ACE_B00C;
      dev_data <= 64'd0;
      read_beats <= 32'd0;
      write_beats <= 32'd0;
    end
  end

endmodule

`resetall
