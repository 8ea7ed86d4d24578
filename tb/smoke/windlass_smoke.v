/*
 * windlass_smoke: self-checking, without Python: `fusesoc run --target=sim windlass` and any simulator with $finish can run it.
 *
 * It identifies the engine, copies 1,000 bytes between odd addresses with BYPASS, then through two scattered map registers, and
 * compares every byte, also around the destination. "PASS" or "FAIL" is the last line; FAIL ends with status 1.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_smoke;
  localparam LENGTH = 1000;

  wl_system #(.RAM_BYTES(1 << 18)) board ();

  always #5 board.clk = !board.clk;

  integer i, bad;
  reg [31:0] value;

  task write(input [18:0] address, input [31:0] data);
    begin
      @(negedge board.clk);
      board.s_axil_awaddr = address;
      board.s_axil_wdata = data;
      board.s_axil_wstrb = 4'hF;
      {board.s_axil_awvalid, board.s_axil_wvalid, board.s_axil_bready} = 3'b111;
      while (board.s_axil_awvalid || board.s_axil_wvalid) begin
        #1;
        if (board.s_axil_awvalid && board.s_axil_awready) begin
          @(negedge board.clk) board.s_axil_awvalid = 1'b0;
          if (board.s_axil_wvalid) board.s_axil_wvalid = 1'b0;
        end else @(negedge board.clk);
      end
      while (!board.s_axil_bvalid) @(negedge board.clk);
      if (board.s_axil_bresp != 2'b00) begin
        $display("write of %h answered %b", address, board.s_axil_bresp);
        bad = bad + 1;
      end
      @(negedge board.clk) board.s_axil_bready = 1'b0;
    end
  endtask

  task read(input [18:0] address);
    begin
      @(negedge board.clk);
      board.s_axil_araddr = address;
      {board.s_axil_arvalid, board.s_axil_rready} = 2'b11;
      #1 while (!board.s_axil_arready) @(negedge board.clk);
      @(negedge board.clk) board.s_axil_arvalid = 1'b0;
      while (!board.s_axil_rvalid) @(negedge board.clk);
      value = board.s_axil_rdata;
      @(negedge board.clk) board.s_axil_rready = 1'b0;
    end
  endtask

  // Channel 0, register mode; waits for the interrupt and clears it.
  task copy(input [31:0] from, input [31:0] to);
    begin
      write(`WL_CHANNEL_BASE + `WL_CHANNEL_CONFIG, 32'd0);
      write(`WL_CHANNEL_BASE + `WL_CHANNEL_SRC_LO, from);
      write(`WL_CHANNEL_BASE + `WL_CHANNEL_DST_LO, to);
      write(`WL_CHANNEL_BASE + `WL_CHANNEL_LENGTH, LENGTH);
      write(`WL_CHANNEL_BASE + `WL_CHANNEL_IRQ_ENABLE,
            `WL_CHANNEL_IRQ_ENABLE_DONE_MASK | `WL_CHANNEL_IRQ_ENABLE_ERROR_MASK);
      write(`WL_CHANNEL_BASE + `WL_CHANNEL_CMD, `WL_CHANNEL_CMD_START_MASK);
      while (!board.irq_any) @(negedge board.clk);
      read(`WL_CHANNEL_BASE + `WL_CHANNEL_STATUS);
      if (value != `WL_CHANNEL_STATUS_DONE_MASK) begin
        $display("STATUS is %h, expected DONE", value);
        bad = bad + 1;
      end
      write(`WL_CHANNEL_BASE + `WL_CHANNEL_IRQ_STATUS, 32'h1F);
    end
  endtask

  task compare(input [31:0] from, input [31:0] to);
    for (i = -8; i < LENGTH + 8; i = i + 1)
      if (board.memory.peek(to + i) !== (i < 0 || i >= LENGTH ? 8'hEE : board.memory.peek(from + i))) begin
        if (bad < 10) $display("byte %0d is %h", i, board.memory.peek(to + i));
        bad = bad + 1;
      end
  endtask

  initial begin
    bad = 0;
    for (i = 0; i < 1 << 18; i = i + 1) board.memory.poke(i, i < 32'h8000 ? i * 7 + (i >> 8) : 8'hEE);
    repeat (4) @(negedge board.clk);
    board.rst_n = 1'b1;
    read(`WL_GLOBAL_ID);
    if (value != `WL_GLOBAL_ID_RESET) begin
      $display("ID is %h", value);
      bad = bad + 1;
    end
    write(`WL_GRANT_BASE + `WL_GRANT_GRANT, `WL_GRANT_GRANT_BYPASS_MASK);
    copy(32'h1003, 32'h9005);
    compare(32'h1003, 32'h9005);

    // Pages 8 and 9 of the logical space are the physical pages 0x12 and 0x10: the copy crosses from one to the other.
    write(`WL_GRANT_BASE + `WL_GRANT_GRANT, 32'd0);
    value = `WL_GLOBAL_MAP_STATUS_BUSY_MASK;
    while (value != 0) read(`WL_GLOBAL_MAP_STATUS);
    write(`WL_MAP_BASE + 19'd1 * 8, 32'h0000_2000 | `WL_MAP_ENTRY_LO_VALID_MASK | `WL_MAP_ENTRY_LO_READ_MASK);
    write(`WL_MAP_BASE + 19'd8 * 8, 32'h0001_2000 | `WL_MAP_ENTRY_LO_VALID_MASK | `WL_MAP_ENTRY_LO_WRITE_MASK);
    write(`WL_MAP_BASE + 19'd9 * 8, 32'h0001_0000 | `WL_MAP_ENTRY_LO_VALID_MASK | `WL_MAP_ENTRY_LO_WRITE_MASK);
    copy(32'h1011, 32'h8F00);
    for (i = 0; i < LENGTH; i = i + 1)
    if (board.memory.peek(i < 256 ? 32'h12F00 + i : 32'h10000 + i - 256) !== board.memory.peek(32'h2011 + i))
      bad = bad + 1;
    if (board.memory.peek(32'h10000 + LENGTH - 256) !== 8'hEE) bad = bad + 1;

    if (board.m_errors != 0 || board.d_errors != 0 || board.s_errors != 0) begin
      $display("AXI rules were broken");
      bad = bad + 1;
    end
    if (bad == 0) begin
      $display("PASS");
      $finish;
    end
    $display("FAIL: %0d differences", bad);
    $fatal(1);
  end

  initial begin
    #1000000 $display("FAIL: nothing happened for 100000 cycles");
    $fatal(1);
  end

endmodule

`resetall
