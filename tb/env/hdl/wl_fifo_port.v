/*
 * wl_fifo_port: the board's FIFO-port peripheral (docs/platform.md).
 *
 * The memory model calls for a unit (take) or gives one (put) on DATA; the CPU reaches the registers by the io_*
 * back door; the wire's bytes are in feed_mem and kept_mem, which the bench loads and reads.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module wl_fifo_port #(
    parameter WIRE_BYTES = 1 << 21  // room for bytes on the wire, each way
) (
    input  wire        clk,       // clock
    input  wire        take,      // the engine reads a unit in this cycle
    input  wire        put,       // the engine writes a unit in this cycle
    input  wire [63:0] put_data,  // the unit, in the low bytes
    output wire [63:0] head,      // the oldest unit
    output reg         req,       // request line
    input  wire        io_write,  // CPU writes in this cycle
    input  wire [ 7:0] io_addr,   // register offset
    input  wire [31:0] io_wdata,  // data
    output reg  [31:0] io_rdata,  // register at io_addr
    input  wire [31:0] fed,       // bytes in feed_mem
    output reg  [31:0] kept       // bytes in kept_mem
);
  reg [7:0] feed_mem[0:WIRE_BYTES-1];
  reg [7:0] kept_mem[0:WIRE_BYTES-1];
  reg [63:0] fifo_mem[0:63];
  reg enable, sink, under, over, drawing;
  reg [1:0] width;
  reg [7:0] thresh;
  reg [15:0] rate, tick, start;
  reg [31:0] count, fed_at;
  integer head_at, tail_at, i, level, unit;
  reg [63:0] word;

  assign head = level_now > 0 ? fifo_mem[head_at%64] : 64'd0;
  wire signed [31:0] level_now = tail_at - head_at;
  wire [31:0] to_come = ((fed - fed_at) >> width) + level_now;
  wire [31:0] enough = {24'd0, thresh} < to_come ? {24'd0, thresh} : to_come;

  always @* begin
    case (io_addr)
      8'h04:   io_rdata = {30'd0, sink, enable};
      8'h08:   io_rdata = {30'd0, width};
      8'h0C:   io_rdata = {24'd0, thresh};
      8'h10:   io_rdata = {16'd0, rate};
      8'h14:   io_rdata = {16'd0, level_now[7:0], 6'd0, over, under};
      8'h18:   io_rdata = count;
      8'h1C:   io_rdata = {16'd0, start};
      default: io_rdata = 32'd0;
    endcase
  end

  initial begin
    enable = 0;
    sink = 0;
    under = 0;
    over = 0;
    drawing = 0;
    width = 0;
    thresh = 1;
    rate = 0;
    tick = 0;
    start = 0;
    count = 0;
    fed_at = 0;
    kept = 0;
    head_at = 0;
    tail_at = 0;
    req = 0;
  end

  always @(posedge clk) begin
    level = tail_at - head_at;
    unit  = 1 << width;
    if (take) begin
      if (level > 0) head_at = head_at + 1;
      else under = 1;
    end
    if (put) begin
      if (level < 64) begin
        fifo_mem[tail_at%64] = put_data;
        tail_at = tail_at + 1;
      end else over = 1;
    end
    level = tail_at - head_at;
    if (enable) begin
      tick = tick + 1;
      if (tick >= rate) begin
        tick = 0;
        if (!sink) begin
          if (fed - fed_at >= unit && level < 64) begin
            word = 0;
            for (i = 0; i < 8; i = i + 1) if (i < unit) word[8*i+:8] = feed_mem[fed_at+i];
            fifo_mem[tail_at%64] = word;
            tail_at = tail_at + 1;
            fed_at = fed_at + unit;
            count = count + 1;
          end
        end else begin
          if (!drawing && level > 0 && level >= start) drawing = 1;
          if (drawing) begin
            if (level > 0) begin
              word = fifo_mem[head_at%64];
              for (i = 0; i < 8; i = i + 1) if (i < unit && kept + i < WIRE_BYTES) kept_mem[kept+i] = word[8*i+:8];
              kept = kept + unit;
              head_at = head_at + 1;
              count = count + 1;
            end else under = 1;
          end
        end
      end
    end
    if (io_write)
      case (io_addr)
        8'h04: begin
          if (io_wdata[0] && !enable) begin
            head_at = tail_at;
            under = 0;
            over = 0;
            drawing = 0;
            count = 0;
            kept = 0;
            tick = 0;
          end
          enable = io_wdata[0];
          sink   = io_wdata[1];
        end
        8'h08:   width = io_wdata[1:0];
        8'h0C:   thresh = io_wdata[7:0];
        8'h10:   rate = io_wdata[15:0];
        8'h1C:   start = io_wdata[15:0];
        default: ;
      endcase
    req <= enable && (sink ? 64 - level_now >= thresh : level_now > 0 && level_now >= enough);
  end

endmodule

`resetall
