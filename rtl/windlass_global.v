/*
 * windlass_global: what happens to the engine as a whole: map faults, time-outs, its own interrupt (manual, section 2).
 *
 * Purpose: FAULT_STATUS, FAULT_ADDR, FAULT_COUNT, ENGINE, ENGINE_IRQ and the live global registers for reading.
 * Goal: no cost on any path of the data; with MAP_REGISTERS = 0 there are no faults and no record.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_global #(
    parameter CHANNELS      = 4,   // number of channels
    parameter CH_W          = 2,   // width of a channel number
    parameter ADDR_WIDTH    = 32,  // address, bits
    parameter MAP_REGISTERS = 256  // entries in the map
) (
    input  wire                  aclk,         // clock
    input  wire                  aresetn,      // synchronous reset, active low
    input  wire                  clear,        // soft reset: all as after reset
    // accepted writes
    input  wire                  fault_clear,  // 1 was written to FAULT_STATUS.VALID
    input  wire [           3:0] late_clear,   // 1 was written to these bits of ENGINE[11:8]
    input  wire                  enable_we,    // ENGINE_IRQ is written
    input  wire [           1:0] enable_data,  // with this
    // map faults
    input  wire                  fault_valid,  // of data
    input  wire                  fault_write,  // it was a write
    input  wire [           3:0] fault_cause,  // error code
    input  wire [      CH_W-1:0] fault_ch,     // channel
    input  wire [ADDR_WIDTH-1:0] fault_addr,   // logical address
    input  wire                  flt_valid,    // of a descriptor
    input  wire                  flt_write,    // it was a write-back
    input  wire [           3:0] flt_cause,    // error code
    input  wire [      CH_W-1:0] flt_ch,       // channel
    input  wire [ADDR_WIDTH-1:0] flt_addr,     // logical address
    input  wire [           1:0] dev_count,    // accesses of bus masters, 0 to 2 in this cycle
    input  wire                  dev_write,    // the one that is told was a write
    input  wire [           3:0] dev_cause,    // its error code
    input  wire [           2:0] dev_master,   // its bus master
    input  wire [          15:0] dev_id,       // its AXI ID
    input  wire [ADDR_WIDTH-1:0] dev_addr,     // its logical address
    // state
    input  wire [           3:0] late,         // time-outs: {descriptor write, descriptor read, write, read}
    input  wire                  resetting,    // soft reset of the engine is under way
    input  wire [  CHANNELS-1:0] irq,          // interrupt lines
    input  wire [           1:0] map_status,   // {REFUSED, BUSY}
    output wire                  irq_engine,   // ENGINE_IRQ's part of irq_any
    // reads
    input  wire [           4:0] number,       // register number
    output reg  [          31:0] word          // its value, combinational
);
  reg [3:0] late_reg;
  reg [1:0] enable_reg;
  wire valid;
  wire [29:0] status;  // FAULT_STATUS without its empty bits 15:14
  wire [2:0] from;  // who told of the recorded fault, one bit: {bus master, descriptor, data}
  wire [63:0] of_data, of_desc, of_dev;  // the address of each
  wire [31:0] count;
  wire [63:0] irq64 = {{64 - CHANNELS{1'b0}}, irq};

  assign irq_engine = (enable_reg[0] && valid) || (enable_reg[1] && late_reg != 4'd0);

  always @(posedge aclk) begin
    late_reg <= (late_reg & ~late_clear) | late;
    if (enable_we) enable_reg <= enable_data;
    if (!aresetn || clear) begin
      late_reg   <= 4'd0;
      enable_reg <= 2'd0;
    end
  end

  generate
    if (MAP_REGISTERS > 0) begin : g_faults
      // A fault is taken over in the cycle in which it is told, and recorded in the next: all that tells them is far away.
      // Whoever tells of faults has an address register here; which of them counts is asked when it is read.
      reg valid_reg, write_reg, new_write_reg;
      reg [2:0] from_reg, new_from_reg;
      wire dev = dev_count != 2'd0;
      reg [2:0] more_reg;
      wire more = new_from_reg != 3'd0;
      reg [1:0] cause_reg, new_cause_reg;  // less 4
      reg [5:0] ch_reg, new_ch_reg;
      reg [15:0] id_reg, new_id_reg;
      reg [ADDR_WIDTH-1:0]
          data_addr_reg, desc_addr_reg, dev_addr_reg, new_data_addr_reg, new_desc_addr_reg, new_dev_addr_reg;
      reg  [31:0] count_reg;
      wire [15:0] id = id_reg & {16{from_reg[2]}};
      assign valid = valid_reg;
      assign status = {id, ch_reg, {1'b0, from_reg != 3'd0, cause_reg}, from_reg[2:1], write_reg, valid_reg};
      assign from = from_reg;
      assign of_data = {{64 - ADDR_WIDTH{1'b0}}, data_addr_reg};
      assign of_desc = {{64 - ADDR_WIDTH{1'b0}}, desc_addr_reg};
      assign of_dev = {{64 - ADDR_WIDTH{1'b0}}, dev_addr_reg};
      assign count = count_reg;
      // The first fault is kept until software clears it; a fault in the cycle of the clear is recorded.
      always @(posedge aclk) begin
        more_reg <= {2'd0, fault_valid} + {2'd0, flt_valid} + {1'b0, dev_count};
        // A descriptor's is taken last: that it is a fault comes late.
        new_from_reg <= {dev && !fault_valid, flt_valid && !dev && !fault_valid, fault_valid};
        new_write_reg <= fault_valid ? fault_write : dev ? dev_write : flt_write;
        new_cause_reg <= fault_valid ? fault_cause[1:0] : dev ? dev_cause[1:0] : flt_cause[1:0];
        new_ch_reg <= !fault_valid && dev ? {3'd0, dev_master} : {{6 - CH_W{1'b0}}, fault_valid ? fault_ch : flt_ch};
        new_id_reg <= dev_id;
        new_data_addr_reg <= fault_addr;
        new_desc_addr_reg <= flt_addr;
        new_dev_addr_reg <= dev_addr;
        if (fault_clear) valid_reg <= 1'b0;
        if (more && (!valid_reg || fault_clear)) begin
          valid_reg <= 1'b1;
          from_reg <= new_from_reg;
          write_reg <= new_write_reg;
          cause_reg <= new_cause_reg;
          ch_reg <= new_ch_reg;
          id_reg <= new_id_reg;
          data_addr_reg <= new_data_addr_reg;
          desc_addr_reg <= new_desc_addr_reg;
          dev_addr_reg <= new_dev_addr_reg;
        end
        count_reg <= count_reg + {29'd0, more_reg};
        if (!aresetn || clear) begin
          valid_reg <= 1'b0;
          from_reg <= 3'd0;
          write_reg <= 1'b0;
          cause_reg <= 2'd0;
          ch_reg <= 6'd0;
          id_reg <= 16'd0;
          {data_addr_reg, desc_addr_reg, dev_addr_reg} <= {3 * ADDR_WIDTH{1'b0}};
          count_reg <= 32'd0;
          more_reg <= 3'd0;
          new_from_reg <= 3'd0;
        end
      end
    end else begin : g_none
      assign valid = 1'b0;
      assign status = 30'd0;
      assign from = 3'd0;
      assign {of_data, of_desc, of_dev} = 192'd0;
      assign count = 32'd0;
    end
  endgenerate

  // One register is asked for; the others are masked.
  wire [31:0] few = {20'd0, late_reg, 7'd0, resetting};
  wire [31:0] record = {status[29:14], 2'd0, status[13:0]};
  always @*
    word = ({32{number == `WL_GLOBAL_FAULT_COUNT_NR}} & count) |
        ({32{number == `WL_GLOBAL_FAULT_ADDR_LO_NR && from[0]}} & of_data[31:0]) |
        ({32{number == `WL_GLOBAL_FAULT_ADDR_LO_NR && from[1]}} & of_desc[31:0]) |
        ({32{number == `WL_GLOBAL_FAULT_ADDR_LO_NR && from[2]}} & of_dev[31:0]) |
        ({32{number == `WL_GLOBAL_FAULT_ADDR_HI_NR && from[0]}} & of_data[63:32]) |
        ({32{number == `WL_GLOBAL_FAULT_ADDR_HI_NR && from[1]}} & of_desc[63:32]) |
        ({32{number == `WL_GLOBAL_FAULT_ADDR_HI_NR && from[2]}} & of_dev[63:32]) |
        ({32{number == `WL_GLOBAL_FAULT_STATUS_NR}} & record) |
        ({32{number == `WL_GLOBAL_ENGINE_NR}} & few) |
        ({32{number == `WL_GLOBAL_MAP_STATUS_NR}} & {30'd0, map_status}) |
        ({32{number == `WL_GLOBAL_IRQ_PENDING_LO_NR}} & irq64[31:0]) |
        ({32{number == `WL_GLOBAL_IRQ_PENDING_HI_NR}} & irq64[63:32]);

endmodule

`resetall
