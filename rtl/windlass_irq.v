/*
 * windlass_irq: interrupt status, enable, coalescing and the count of events of each channel (manual, section 5).
 *
 * Purpose: an event sets its status bit. DESC and PERIOD raise the line when COUNT of them have happened since both bits
 * were last clear, or TIME*16 cycles after the first (up to 16 cycles and three cycles a channel later); other bits raise it at once.
 * Pipeline: an event that raises the line by itself does so at once | U what is kept of one channel is read, changed and written, and
 * its line made anew: of the channel of an event, else of a register write, else of one whose time is looked at, in turn.
 * Goal: all but the lines in distributed RAM. An event every second cycle.
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
    input wire cw_valid,  // a write to a channel register; after the first event IRQ_STATUS not within two cycles of others
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    // events
    input wire ev_valid,  // events of a channel; not in two cycles running
    input wire [CH_W-1:0] ev_ch,  // which; any without
    input wire [CHANNELS-1:0] ev_hot,  // the same, one-hot; any without
    input wire [5:0] ev_raise,  // bits of IRQ_STATUS; any without an event
    output reg [CHANNELS-1:0] irq,  // level per channel; four cycles after a register write it shows what that did
    // register reads, combinational
    input wire [CH_W-1:0] rd_ch,  // channel that software reads
    output wire [5:0] rd_status,  // IRQ_STATUS
    output wire [31:0] rd_events  // IRQ_EVENTS
);
  localparam [4:0] IRQ_NR = `WL_CHANNEL_IRQ_STATUS_NR;  // the first of four: IRQ_STATUS, IRQ_ENABLE, IRQ_EVENTS, COALESCE
  wire cw_irq = cw_valid && cw_reg[4:2] == IRQ_NR[4:2];

  reg [31:0] events_mem[0:CHANNELS-1];
  reg [23:0] most_mem[0:CHANNELS-1];  // {COALESCE.TIME, COALESCE.COUNT}
  reg [7:0] gathered_mem[0:CHANNELS-1];  // events gathered; any when the line is due, or none is
  reg [17:0] limit_mem[0:CHANNELS-1];  // when time raises the line; {never, time}
  reg [5:0] enable_mem[0:CHANNELS-1];
  reg [5:0] once_mem[0:CHANNELS-1];  // events that raise the line by themselves: DESC and PERIOD when the first is enough
  // {COUNT is more than 2, more than 1, DESC and PERIOD raise the line, IRQ_STATUS}
  reg [8:0] status_mem[0:CHANNELS-1];

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      events_mem[k] = 32'd0;
      most_mem[k] = 24'd0;
      gathered_mem[k] = 8'd0;
      limit_mem[k] = 18'd0;
      enable_mem[k] = 6'd0;
      once_mem[k] = 6'd0;
      status_mem[k] = 9'd0;
    end

  // Until the first event the reset walk may not have been everywhere yet: no line is up, what it writes clears.
  reg sleep_reg;

  // ---------------------------------------------------------------- an event
  wire [23:0] most = most_mem[ev_ch];
  wire [5:0] once = once_mem[ev_ch];
  // Two at a time: they come from a RAM, and others are behind them.
  (* keep *) wire [2:0] ev_lines;
  assign ev_lines[0] = |(ev_raise[1:0] & once[1:0]);
  assign ev_lines[1] = |(ev_raise[3:2] & once[3:2]);
  assign ev_lines[2] = |(ev_raise[5:4] & once[5:4]);
  // How many bits there are of each three.
  wire [1:0] low = {(ev_raise[0] && |ev_raise[2:1]) || &ev_raise[2:1], ^ev_raise[2:0]};
  wire [1:0] high = {(ev_raise[3] && |ev_raise[5:4]) || &ev_raise[5:4], ^ev_raise[5:3]};
  wire carry = low[0] && high[0];
  reg e_valid_reg;
  reg [5:0] e_raise_reg;
  reg [2:0] e_all_reg;
  reg [7:0] e_gathered_reg;  // with these, if there were some before
  reg [8:0] e_need_reg;  // how many more make it enough, if it is not the first; below 0 if there were more already
  reg [15:0] e_time_reg;

  // ---------------------------------------------------------------- a register write waits here while there are events
  // Its bits stay until it has been U's turn.
  reg p_valid_reg, p_wipe_reg, p_most_reg;
  reg [CH_W-1:0] p_ch_reg;
  reg [1:0] p_more_reg;  // COUNT is more than 2, more than 1
  reg [5:0] p_bits_reg;
  wire p_go = p_valid_reg && !ev_valid;

  // ---------------------------------------------------------------- time, in units of 16 cycles; channels are looked at in turn
  reg [20:0] now_reg;
  reg [CH_W-1:0] look_ch_reg;
  wire look_go = !ev_valid && !p_valid_reg;
  wire [17:0] limit = limit_mem[look_ch_reg];
  wire [16:0] left = limit[16:0] - now_reg[20:4];  // bit 16: it has passed
  (* keep *) wire late_carry = left[16];  // apart from what else there is, so that a LUT is behind it

  // ---------------------------------------------------------------- U
  reg [CH_W-1:0] u_ch_reg;
  reg [CHANNELS-1:0] u_hot_reg;
  reg [5:0] u_wipe_reg;
  reg u_late_reg, u_most_reg;
  wire [CH_W-1:0] u_ch = CHANNELS == 1 ? {CH_W{1'b0}} : ev_valid ? ev_ch : p_valid_reg ? p_ch_reg : look_ch_reg;
  wire [8:0] was = status_mem[u_ch_reg];
  wire [5:0] status = (was[5:0] & ~u_wipe_reg) | e_raise_reg;
  wire [5:0] enable = enable_mem[u_ch_reg];
  wire [5:0] told = status & enable;
  wire [1:0] more = u_most_reg ? p_more_reg : was[8:7];
  wire first = !was[1] && !was[2];  // none is gathered
  wire [1:0] shared = {&e_raise_reg[2:1], ^e_raise_reg[2:1]};  // how many come
  wire enough_first = u_late_reg || (!was[7] && |shared) || (!was[8] && shared[1]);
  // Whether those that come make it enough is known late: apart from what else there is.
  wire enough_more = e_need_reg[8] || (e_need_reg[7:2] == 6'd0 && e_need_reg[1:0] <= shared);
  (* keep *) wire due_known = was[6] || (first ? enough_first : u_late_reg);
  (* keep *) wire due_more = !first && |shared && enough_more;
  wire due = due_known || due_more;
  (* keep *) wire line_known = told[0] || |told[5:3];
  (* keep *) wire line_due = |told[2:1];
  wire begins = e_valid_reg && first;
  (* keep *) wire late_may = look_go && !limit[17] && !(begins && (CHANNELS == 1 || u_ch_reg == look_ch_reg));
  reg n_valid_reg;  // IRQ_EVENTS: a cycle later
  reg [CH_W-1:0] n_ch_reg;
  reg [2:0] n_all_reg;
  reg [31:0] n_events_reg;

  always @(posedge aclk) begin
    sleep_reg <= !aresetn || (sleep_reg && !ev_valid);

    e_valid_reg <= ev_valid;
    e_raise_reg <= ev_valid ? ev_raise : 6'd0;
    e_all_reg <= ev_valid ? {carry ? |{low[1], high[1]} : low[1] && high[1], low[1] ^ high[1] ^ carry, low[0] ^ high[0]} : 3'd0;
    e_gathered_reg <= gathered_mem[ev_ch] + {6'd0, &ev_raise[2:1], ^ev_raise[2:1]};
    e_need_reg <= {1'b0, most[7:0]} - {1'b0, gathered_mem[ev_ch]};
    e_time_reg <= most[23:8];

    if (cw_irq && cw_reg[1:0] == 2'd3) begin
      most_mem[cw_ch] <= {cw_data[31:16], cw_data[7:0]};
      p_more_reg <= {cw_data[7:2] != 6'd0 || &cw_data[1:0], cw_data[7:1] != 7'd0};
    end
    if (cw_irq && cw_reg[1:0] == 2'd1) enable_mem[cw_ch] <= cw_data[5:0];
    if (cw_irq) begin
      p_ch_reg   <= cw_ch;
      p_wipe_reg <= cw_reg[1:0] == 2'd0;
      p_most_reg <= cw_reg[1:0] == 2'd3;
      p_bits_reg <= cw_data[5:0];
    end
    if (sleep_reg) p_bits_reg <= 6'h3F;
    p_valid_reg <= cw_irq || (p_valid_reg && ev_valid);

    u_ch_reg <= u_ch;
    u_wipe_reg <= p_go && p_wipe_reg ? p_bits_reg : 6'd0;
    u_late_reg <= late_carry && late_may;
    u_most_reg <= p_go && p_most_reg;
    status_mem[u_ch_reg] <= {more, due && |status[2:1], status};
    once_mem[u_ch_reg] <= enable & {3'b111, {2{!more[0]}}, 1'b1};
    if (e_valid_reg) gathered_mem[u_ch_reg] <= first ? {6'd0, shared} : e_gathered_reg;
    if (begins) limit_mem[u_ch_reg] <= {e_time_reg == 16'd0, {1'b0, e_time_reg} + now_reg[20:4]};

    n_valid_reg <= e_valid_reg || sleep_reg;
    n_ch_reg <= u_ch_reg;
    n_all_reg <= e_all_reg;
    n_events_reg <= e_valid_reg ? events_mem[u_ch_reg] : 32'd0;
    if (n_valid_reg) events_mem[n_ch_reg] <= n_events_reg + {29'd0, n_all_reg};

    now_reg <= now_reg + 21'd1;
    if (look_go) look_ch_reg <= {{32 - CH_W{1'b0}}, look_ch_reg} == CHANNELS - 1 ? {CH_W{1'b0}} : look_ch_reg + 1'b1;
    if (!aresetn) begin  // no event and no write comes then, or did before
      now_reg <= 21'd0;
      look_ch_reg <= {CH_W{1'b0}};
    end
    if (CHANNELS == 1) look_ch_reg <= {CH_W{1'b0}};
  end

  // ---------------------------------------------------------------- lines
  (* keep *) wire [CHANNELS-1:0] ev_here = ev_hot & {CHANNELS{ev_valid}};
  (* keep *) wire [CHANNELS-1:0] line_stays = (irq & ~u_hot_reg) | (u_hot_reg & {CHANNELS{line_known}});
  (* keep *) wire [CHANNELS-1:0] line_asks = u_hot_reg & {CHANNELS{line_due}};
  integer c;
  always @(posedge aclk) begin
    for (c = 0; c < CHANNELS; c = c + 1) begin
      u_hot_reg[c] <= (CHANNELS == 1 || u_ch == c[CH_W-1:0]) && (!sleep_reg || ev_valid);
      irq[c] <= (ev_here[c] && |ev_lines) || line_stays[c] || (line_asks[c] && due);
    end
    if (!aresetn) irq <= {CHANNELS{1'b0}};
  end

  wire [8:0] rd_state = status_mem[rd_ch];
  assign rd_status = rd_state[5:0];
  assign rd_events = events_mem[rd_ch];

endmodule

`resetall
