/*
 * windlass_retire: makes endings visible to software, in order.
 *
 * Purpose: takes the event records of windlass_commit one by one, waits for a record's write-back, and only then
 * changes CONSUMER, STATUS, the interrupts, `ack` and `tc`. Keeps the first error of each channel and the global
 * map fault record.
 * Goal: one record a cycle; per channel five interrupt bits, three ending bits and distributed RAM.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_retire #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter EV_W       = 48   // width of an event record: 14 + CH_W + ADDR_WIDTH
) (
    input  wire                  aclk,           // clock
    input  wire                  aresetn,        // synchronous reset, active low
    // register writes (broadcast)
    input  wire                  cw_valid,       // an accepted write
    input  wire                  cw_priv,        // to a grant register, else to a channel register
    input  wire [      CH_W-1:0] cw_ch,          // the channel
    input  wire [           4:0] cw_reg,         // register number (byte offset / 4)
    input  wire [          31:0] cw_data,        // data
    input  wire                  start_valid,    // START of a channel
    input  wire [      CH_W-1:0] start_ch,       // which
    // events
    input  wire                  ev_valid,       // an event
    output wire                  ev_ready,       // taken; does not depend on ev_valid
    input  wire [      EV_W-1:0] ev_data,        // the record, see windlass_commit
    input  wire                  wb_done,        // a write-back is answered (in order)
    input  wire [           3:0] wb_err,         // its error
    // endings
    output reg                   stop_valid,     // a write-back failed
    output reg  [      CH_W-1:0] stop_ch,        // on this channel
    output wire                  end_valid,      // a channel has ended
    output wire [      CH_W-1:0] end_ch,         // which
    output wire                  ack_valid,      // a paced piece has completed
    output wire [      CH_W-1:0] ack_ch,         // its channel
    output wire                  ack_tc,         // it was the last one
    output wire                  fault_valid,    // a map fault takes effect
    output wire                  fault_write,    // the refused access was a write
    output wire [           3:0] fault_cause,    // its error code
    output wire [      CH_W-1:0] fault_ch,       // its channel
    output wire [ADDR_WIDTH-1:0] fault_addr,     // its logical address
    // interrupts and register reads
    output reg  [  CHANNELS-1:0] irq,            // level per channel
    input  wire [      CH_W-1:0] rd_ch,          // channel that software reads
    output wire [           2:0] rd_ending,      // {ABORTED, ERROR, DONE}
    output wire [           3:0] rd_code,        // error code
    output wire [          15:0] rd_errdesc,     // CONSUMER at the error
    output wire [ADDR_WIDTH-1:0] rd_faddr,       // address of the error
    output wire [          15:0] rd_consumer,    // descriptors completed
    output wire [           4:0] rd_irq_status,  // pending interrupts
    output wire [          31:0] rd_events       // events since reset
);
  localparam AW = ADDR_WIDTH;
  localparam DEPTH_LOG = 4;

  // ---------------------------------------------------------------- queues
  reg [EV_W-1:0] queue_mem[0:(1<<DEPTH_LOG)-1];
  reg [DEPTH_LOG:0] q_in_reg, q_out_reg;
  reg [3:0] answer_mem[0:(1<<DEPTH_LOG)-1];
  reg [DEPTH_LOG:0] w_in_reg, w_out_reg;
  wire [DEPTH_LOG:0] q_level = q_in_reg - q_out_reg;
  wire q_empty = q_in_reg == q_out_reg;
  wire w_empty = w_in_reg == w_out_reg;

  assign ev_ready = !q_level[DEPTH_LOG];

  wire h_period, h_last, h_desc, h_irq, h_eow, h_flush, h_paced, h_tc, h_wb, h_write;
  wire [3:0] h_err;
  wire [CH_W-1:0] h_ch;
  wire [AW-1:0] h_addr;
  assign {h_period, h_last, h_desc, h_irq, h_eow, h_flush, h_paced, h_tc, h_wb, h_write, h_err, h_ch, h_addr} =
      queue_mem[q_out_reg[DEPTH_LOG-1:0]];

  wire wb_here = h_wb && !h_period;
  reg clear;
  reg [CH_W-1:0] clear_ch;
  always @(posedge aclk) begin
    clear <= start_valid || (cw_valid && !cw_priv && cw_reg == `WL_CHANNEL_CONSUMER_NR);
    clear_ch <= start_valid ? start_ch : cw_ch;
    if (!aresetn) clear <= 1'b0;
  end
  wire go = !q_empty && (!wb_here || !w_empty) && !clear;

  // ---------------------------------------------------------------- channel state
  reg [15:0] consumer_mem[0:CHANNELS-1];
  reg [19:0] error_mem[0:CHANNELS-1];  // {index, code}
  reg [AW-1:0] faddr_mem[0:CHANNELS-1];
  reg [31:0] events_mem[0:CHANNELS-1];
  reg [CHANNELS-1:0] dead_reg, done_reg, failed_reg, aborted_reg;
  reg [4:0] status_reg[0:CHANNELS-1];
  reg [4:0] enable_reg[0:CHANNELS-1];

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      consumer_mem[k] = 16'd0;
      error_mem[k] = 20'd0;
      faddr_mem[k] = {AW{1'b0}};
      events_mem[k] = 32'd0;
    end

  wire [3:0] answer = wb_here ? answer_mem[w_out_reg[DEPTH_LOG-1:0]] : 4'd0;
  wire alive = !dead_reg[h_ch];
  wire [3:0] code = h_period ? 4'd0 : h_err != 4'd0 ? h_err : answer;
  wire fails = alive && code != 4'd0;
  wire good = alive && code == 4'd0;
  wire ending = !h_period && (h_eow || h_flush);
  wire in_error = dead_reg[h_ch] || fails;
  wire [15:0] consumer = consumer_mem[h_ch];

  wire [4:0] raise = {
    ending && !in_error && !h_eow,
    ending && in_error,
    h_period && alive,
    !h_period && good && h_last && h_irq,
    ending && !in_error && h_eow
  };
  wire [2:0] raised = {2'd0, raise[0]} + {2'd0, raise[1]} + {2'd0, raise[2]} + {2'd0, raise[3]} + {2'd0, raise[4]};

  assign end_valid = go && ending;
  assign end_ch = h_ch;
  assign ack_valid = go && !h_period && h_paced && good;
  assign ack_ch = h_ch;
  assign ack_tc = h_tc && h_last;
  assign fault_valid = go && fails && (code == 4'd5 || code == 4'd6 || code == 4'd7);
  assign fault_write = h_write;
  assign fault_cause = code;
  assign fault_ch = h_ch;
  assign fault_addr = h_addr;

  always @(posedge aclk) begin
    if (ev_valid && ev_ready) begin
      queue_mem[q_in_reg[DEPTH_LOG-1:0]] <= ev_data;
      q_in_reg <= q_in_reg + 1'b1;
    end
    if (wb_done) begin
      answer_mem[w_in_reg[DEPTH_LOG-1:0]] <= wb_err;
      w_in_reg <= w_in_reg + 1'b1;
    end
    if (go) begin
      q_out_reg <= q_out_reg + 1'b1;
      if (wb_here) w_out_reg <= w_out_reg + 1'b1;
    end

    stop_valid <= go && fails && h_err == 4'd0;
    stop_ch <= h_ch;

    if (clear) begin
      consumer_mem[clear_ch] <= 16'd0;
      error_mem[clear_ch] <= 20'd0;
      faddr_mem[clear_ch] <= {AW{1'b0}};
    end else if (go) begin
      if (good && !h_period && h_last && h_desc) consumer_mem[h_ch] <= consumer + 16'd1;
      if (fails) begin
        error_mem[h_ch] <= {consumer, code};
        faddr_mem[h_ch] <= h_addr;
      end
    end
    if (cw_valid && !cw_priv && cw_reg == `WL_CHANNEL_IRQ_EVENTS_NR) events_mem[cw_ch] <= 32'd0;
    else if (go) events_mem[h_ch] <= events_mem[h_ch] + {29'd0, raised};

    if (go && fails) dead_reg[h_ch] <= 1'b1;
    if (go && ending) begin
      done_reg[h_ch] <= raise[0];
      failed_reg[h_ch] <= in_error;
      aborted_reg[h_ch] <= raise[4];
    end
    if (clear) begin
      dead_reg[clear_ch] <= 1'b0;
      done_reg[clear_ch] <= 1'b0;
      failed_reg[clear_ch] <= 1'b0;
      aborted_reg[clear_ch] <= 1'b0;
    end
    if (!aresetn) begin
      q_in_reg <= {DEPTH_LOG + 1{1'b0}};
      q_out_reg <= {DEPTH_LOG + 1{1'b0}};
      w_in_reg <= {DEPTH_LOG + 1{1'b0}};
      w_out_reg <= {DEPTH_LOG + 1{1'b0}};
      stop_valid <= 1'b0;
      stop_ch <= {CH_W{1'b0}};
      dead_reg <= {CHANNELS{1'b0}};
      done_reg <= {CHANNELS{1'b0}};
      failed_reg <= {CHANNELS{1'b0}};
      aborted_reg <= {CHANNELS{1'b0}};
    end
  end

  // ---------------------------------------------------------------- interrupts: a new event wins over its clear
  genvar c;
  generate
    for (c = 0; c < CHANNELS; c = c + 1) begin : g_irq
      wire w1c = cw_valid && !cw_priv && cw_reg == `WL_CHANNEL_IRQ_STATUS_NR && cw_ch == c;
      always @(posedge aclk) begin
        status_reg[c] <= (status_reg[c] & ~(w1c ? cw_data[4:0] : 5'd0)) | (go && h_ch == c ? raise : 5'd0);
        if (cw_valid && !cw_priv && cw_reg == `WL_CHANNEL_IRQ_ENABLE_NR && cw_ch == c) enable_reg[c] <= cw_data[4:0];
        irq[c] <= |(status_reg[c] & enable_reg[c]);
        if (!aresetn) begin
          status_reg[c] <= 5'd0;
          enable_reg[c] <= 5'd0;
          irq[c] <= 1'b0;
        end
      end
    end
  endgenerate

  assign rd_ending = {aborted_reg[rd_ch], failed_reg[rd_ch], done_reg[rd_ch]};
  assign {rd_errdesc, rd_code} = error_mem[rd_ch];
  assign rd_faddr = faddr_mem[rd_ch];
  assign rd_consumer = consumer_mem[rd_ch];
  assign rd_irq_status = status_reg[rd_ch];
  assign rd_events = events_mem[rd_ch];

endmodule

`resetall
