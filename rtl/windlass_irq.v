/*
 * windlass_irq: interrupt status, enable, coalescing and the count of events of each channel (manual, section 5).
 *
 * Purpose: an event sets its status bit at once. DESC and PERIOD raise the line when COUNT of them have happened since both bits
 * were last clear, or TIME*16 cycles after the first (up to 16 cycles and a cycle a channel later); other bits raise it at once.
 * Goal: status, enable and `due` in flip-flops, because all lines are seen at once; the rest in distributed RAM. An event every
 * second cycle.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_irq #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W     = 2   // width of a channel number
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write
    input wire cw_priv,  // to a grant register, else to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    // events
    input wire ev_valid,  // events of a channel; not in two cycles running
    input wire [CH_W-1:0] ev_ch,  // which
    input wire [CHANNELS-1:0] ev_hot,  // the same, one-hot; 0 without an event
    input wire [5:0] ev_raise,  // bits of IRQ_STATUS
    output reg [CHANNELS-1:0] irq,  // level per channel; two cycles after a register write it shows what that did
    // register reads, combinational
    input wire [CH_W-1:0] rd_ch,  // channel that software reads
    output wire [5:0] rd_status,  // IRQ_STATUS
    output wire [31:0] rd_events  // IRQ_EVENTS
);
  localparam [5:0] SHARED = 6'b000110;  // DESC and PERIOD
  wire cw_chan = cw_valid && !cw_priv;

  reg [31:0] events_mem[0:CHANNELS-1];
  reg [7:0] most_mem[0:CHANNELS-1];  // COALESCE.COUNT
  reg [15:0] time_mem[0:CHANNELS-1];  // COALESCE.TIME
  reg [7:0] gathered_mem[0:CHANNELS-1];  // events gathered, up to 255
  reg [18:0] limit_mem[0:CHANNELS-1];  // when time raises the line; {never, time}
  reg [5:0] status_reg[0:CHANNELS-1];
  reg [5:0] enable_reg[0:CHANNELS-1];
  reg [CHANNELS-1:0] due_reg;
  reg [CHANNELS-1:0] first_reg;  // COALESCE.COUNT is 0 or 1: the first raises the line
  wire [CHANNELS-1:0] gathering;  // DESC or PERIOD is set

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      events_mem[k] = 32'd0;
      most_mem[k] = 8'd0;
      time_mem[k] = 16'd0;
      gathered_mem[k] = 8'd0;
      limit_mem[k] = 19'd0;
    end

  // ---------------------------------------------------------------- an event is counted the cycle after it came
  reg e_valid_reg, e_first_reg;
  reg [CH_W-1:0] e_ch_reg;
  reg [2:0] e_all_reg;
  reg [1:0] e_shared_reg;
  reg [31:0] e_events_reg;
  reg [7:0] e_gathered_reg, e_most_reg;
  reg [8:0] e_need_reg;  // how many more make it enough: of the first, COUNT; below 0 if there were more already
  wire [1:0] shared = {1'b0, ev_raise[1]} + {1'b0, ev_raise[2]};
  wire [2:0] others = {2'd0, ev_raise[0]} + {2'd0, ev_raise[3]} + {2'd0, ev_raise[4]} + {2'd0, ev_raise[5]};
  wire [8:0] more = {1'b0, e_first_reg ? 8'd0 : e_gathered_reg} + {7'd0, e_shared_reg};
  wire [7:0] gathered = more[8] ? 8'hFF : more[7:0];
  reg enough_reg;
  reg [CH_W-1:0] enough_ch_reg;

  // ---------------------------------------------------------------- time, in units of 16 cycles; one channel is looked at a cycle
  reg [21:0] now_reg;
  reg [CH_W-1:0] look_ch_reg, seen_ch_reg;
  reg late_reg;
  // Its limit is read a cycle before.
  wire [CH_W-1:0] look_next = CHANNELS == 1 || {{32 - CH_W{1'b0}}, look_ch_reg} == CHANNELS - 1 ? {CH_W{1'b0}} : look_ch_reg + 1'b1;
  reg [18:0] limit_reg;
  wire [18:0] limit = limit_reg;
  wire [17:0] left = limit[17:0] - now_reg[21:4];  // bit 17: it has passed
  // While a first event is on its way the limit is an old one, and was one if it was being stored when it was read.
  reg stored_reg;
  wire fresh = stored_reg || (ev_valid && ev_ch == look_ch_reg) || (e_valid_reg && e_ch_reg == look_ch_reg);
  // IRQ_EVENTS is written by the reset walk only, before the first event.
  reg clear_reg;
  reg [CH_W-1:0] clear_ch_reg;

  always @(posedge aclk) begin
    e_valid_reg <= ev_valid;
    e_ch_reg <= ev_ch;
    e_first_reg <= !gathering[ev_ch];
    e_all_reg <= others + {1'b0, shared};
    e_shared_reg <= shared;
    e_events_reg <= events_mem[ev_ch];
    e_gathered_reg <= gathered_mem[ev_ch];
    e_most_reg <= most_mem[ev_ch];
    e_need_reg <= {1'b0, most_mem[ev_ch]} - {1'b0, gathered_mem[ev_ch]};
    clear_reg <= cw_chan && cw_reg == `WL_CHANNEL_IRQ_EVENTS_NR;
    clear_ch_reg <= cw_ch;
    if (clear_reg || e_valid_reg)
      events_mem[clear_reg?clear_ch_reg : e_ch_reg] <= clear_reg ? 32'd0 : e_events_reg + {29'd0, e_all_reg};
    if (e_valid_reg) gathered_mem[e_ch_reg] <= gathered;
    if (e_valid_reg && e_first_reg)
      limit_mem[e_ch_reg] <= {time_mem[e_ch_reg] == 16'd0, now_reg[21:4] + {2'd0, time_mem[e_ch_reg]}};
    if (cw_chan && cw_reg == `WL_CHANNEL_COALESCE_NR) most_mem[cw_ch] <= cw_data[7:0];
    if (cw_chan && cw_reg == `WL_CHANNEL_COALESCE_NR) time_mem[cw_ch] <= cw_data[31:16];

    enough_reg <= e_valid_reg && e_shared_reg != 2'd0 && (e_first_reg ? e_most_reg <= {6'd0, e_shared_reg} :
        e_need_reg[8] || e_need_reg[7:0] <= {6'd0, e_shared_reg});
    enough_ch_reg <= e_ch_reg;
    now_reg <= now_reg + 22'd1;
    look_ch_reg <= look_next;
    limit_reg <= limit_mem[look_next];
    stored_reg <= e_valid_reg && e_ch_reg == look_next;
    seen_ch_reg <= look_ch_reg;
    late_reg <= !limit[18] && left[17] && !fresh;
    if (!aresetn) begin
      e_valid_reg <= 1'b0;
      now_reg <= 22'd0;
      look_ch_reg <= {CH_W{1'b0}};
      seen_ch_reg <= {CH_W{1'b0}};
      enough_reg <= 1'b0;
      late_reg <= 1'b0;
    end
  end

  // ---------------------------------------------------------------- lines: a new event wins over its clear
  // IRQ_STATUS is cleared a cycle later, and the line is made from what it will be then.
  wire ev_shared = |(ev_raise & SHARED);
  reg [CHANNELS-1:0] wipe_reg;
  reg [5:0] wipe_data_reg;
  always @(posedge aclk) wipe_data_reg <= cw_data[5:0];
  genvar c;
  generate
    for (c = 0; c < CHANNELS; c = c + 1) begin : g_irq
      wire mine = cw_chan && cw_ch == c;
      wire [5:0] status = (status_reg[c] & ~(wipe_data_reg &{6{wipe_reg[c]}})) | (ev_raise & {6{ev_hot[c]}});
      wire [5:0] told = status & enable_reg[c];
      wire first = ev_hot[c] && first_reg[c] && ev_shared;
      assign gathering[c] = |(status_reg[c] & SHARED);
      always @(posedge aclk) begin
        wipe_reg[c]   <= aresetn && mine && cw_reg == `WL_CHANNEL_IRQ_STATUS_NR;
        status_reg[c] <= status;
        if (mine && cw_reg == `WL_CHANNEL_IRQ_ENABLE_NR) enable_reg[c] <= cw_data[5:0];
        if (mine && cw_reg == `WL_CHANNEL_COALESCE_NR) first_reg[c] <= cw_data[7:1] == 7'd0;
        due_reg[c] <= first ||
            (gathering[c] && (due_reg[c] || (enough_reg && enough_ch_reg == c) || (late_reg && seen_ch_reg == c)));
        irq[c] <= |(told & ~SHARED) || (|(told & SHARED) && (due_reg[c] || first));
        if (!aresetn) begin
          status_reg[c] <= 6'd0;
          enable_reg[c] <= 6'd0;
          due_reg[c] <= 1'b0;
          first_reg[c] <= 1'b1;
          irq[c] <= 1'b0;
        end
      end
    end
  endgenerate

  assign rd_status = status_reg[rd_ch];
  assign rd_events = events_mem[rd_ch];

endmodule

`resetall
