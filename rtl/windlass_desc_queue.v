/*
 * windlass_desc_queue: the descriptors of each channel that wait for the front, in one block RAM.
 *
 * Purpose: stores descriptors behind each other, one queue a channel. What comes is stored before it is known whether it is good: a cycle later
 * it is pushed, or its place is used again. The front pops; a pop that was made too early is taken back. Of a refused descriptor, the last in its
 * queue, the error is beside it.
 * Goal: one in and one out a cycle; one can be popped in the cycle after it came, while it is judged.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_desc_queue #(
    parameter CHANNELS      = 4,    // number of channels
    parameter CH_W          = 2,    // width of a channel number
    parameter ENTRY_W       = 108,  // bits of a descriptor
    parameter DESC_PREFETCH = 64,   // places of a channel's queue, a power of two
    parameter COUNT_W       = 6     // bits of its counts: log2 of DESC_PREFETCH, one more for 4
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire start_valid,  // START of a channel: none of its descriptors is refused, and none is ready
    input wire [CH_W-1:0] start_ch,  // which
    // in
    input wire in_valid,  // a descriptor
    input wire [CH_W-1:0] in_ch,  // of this channel
    input wire in_likely,  // it will be pushed, unless the one before it says otherwise
    input wire [ENTRY_W-1:0] in_data,  // what is stored
    // a cycle later
    input wire push,  // it is pushed
    input wire push_drop,  // it is not
    input wire push_refused,  // it is refused
    input wire [3:0] push_err,  // with this error
    input wire push_whole,  // it is one piece
    // out
    output wire [CHANNELS-1:0] avail,  // a descriptor is ready
    input wire pop_valid,  // take one, of one channel at most every second cycle
    input wire [CH_W-1:0] pop_ch,  // of this channel
    input wire unpop_valid,  // the last one taken goes back
    input wire [CH_W-1:0] unpop_ch,  // of this channel
    output reg [ENTRY_W-1:0] out_data,  // two cycles after pop: what was stored
    output reg [3:0] out_err,  // its error
    output wire out_whole,  // it is one piece
    output wire [CHANNELS-1:0] dead,  // a refused one was pushed since START
    // fetcher
    input wire [CH_W-1:0] look_ch,  // channel that is looked at
    output reg [COUNT_W-1:0] look_head,  // its first entry, a cycle late
    output wire [COUNT_W-1:0] look_tail,  // one after its last entry
    input wire flush_valid,  // empty it; looked at in the cycle before, too, and nothing came or went
    output wire flush_ready,  // it is emptied at the end of this cycle
    output wire freed_valid,  // a place, or some places, became free: look_head had them a cycle ago
    output reg [CH_W-1:0] freed_ch  // in this channel's queue
);
  // Counts since START, in RAM: pushed, popped, given back. First entry = popped - given back.
  localparam Q_W = $clog2(DESC_PREFETCH);
  localparam MEM_AW = CH_W + Q_W;
  localparam [COUNT_W-1:0] ONE = 1;
  // An entry is read only after it was written, so the RAM may do what it likes when both meet.
  (* no_rw_check *)
  reg [ENTRY_W-1:0] queue_mem[0:(1<<MEM_AW)-1];
  reg [ENTRY_W-1:0] out_q_reg;
  // Whether it is one piece is stored two cycles late: of one that is popped by then it goes around the RAM.
  (* no_rw_check *)
  (* ram_style = "block" *)
  reg whole_mem[0:(1<<MEM_AW)-1];
  reg
      whole_q_reg,
      whole_reg,
      here_valid_reg,
      here_whole_reg,
      past_valid_reg,
      past_whole_reg,
      around_reg,
      around_whole_reg;
  reg [MEM_AW-1:0] here_at_reg, past_at_reg;
  // Nothing follows a refused one, so a channel has one at most, the last in its queue: its error is beside the queue.
  reg [3:0] err_mem[0:CHANNELS-1];
  (* ram_style = "distributed" *)
  reg [COUNT_W-1:0] push_mem[0:CHANNELS-1];
  (* ram_style = "distributed" *)
  reg [COUNT_W-1:0] pop_mem[0:CHANNELS-1];
  (* ram_style = "distributed" *)
  reg [COUNT_W-1:0] back_mem[0:CHANNELS-1];
  reg [CHANNELS-1:0] avail_reg, dead_reg;
  reg pop_reg, push_valid_reg;
  reg [CH_W-1:0] pop_ch_reg, push_ch_reg;
  reg [COUNT_W-1:0] pop_head_reg, pop_count_reg, pop_tail_reg, push_tail_reg, push_more_reg, flush_reg;
  reg [2:0] freed_reg;
  reg [CH_W-1:0] freed_near_reg, freed_next_reg;

  integer m;
  initial
    for (m = 0; m < CHANNELS; m = m + 1) begin
      push_mem[m] = {COUNT_W{1'b0}};
      pop_mem[m]  = {COUNT_W{1'b0}};
      back_mem[m] = {COUNT_W{1'b0}};
      err_mem[m]  = 4'd0;
    end

  // Also of one that is dropped, so that whether it is need not be known to choose: a register behind the choice, not an address in front of a RAM.
  // Nor is the sum: what one more would be is there.
  wire [COUNT_W-1:0] tail_next = push_drop ? push_tail_reg : push_more_reg;
  wire [COUNT_W-1:0] tail = push_valid_reg && push_ch_reg == in_ch ? tail_next : push_mem[in_ch];
  wire [COUNT_W-1:0] pop_count = pop_mem[pop_ch];
  wire [COUNT_W-1:0] head = pop_count - back_mem[pop_ch];
  // pop_head_reg + 1 == pushed, without carries: a bit differs if all below it are ones, which the bit below tells by itself and by differing.
  wire [COUNT_W-1:0] pop_odd = pop_head_reg ^ pop_tail_reg;
  wire pop_last = pop_odd == {pop_head_reg[COUNT_W-2:0] & pop_odd[COUNT_W-2:0], 1'b1};
  wire pop_bad = pop_last && dead_reg[pop_ch_reg];

  // What was popped a cycle ago came in the cycle before that, or before that one. Of a place that was used again the later one counts.
  wire [MEM_AW-1:0] pop_at = {pop_ch_reg, pop_head_reg[Q_W-1:0]};
  wire here = here_valid_reg && here_at_reg == pop_at, past = past_valid_reg && past_at_reg == pop_at;

  assign avail = avail_reg;
  assign dead = dead_reg;
  assign out_whole = around_reg ? around_whole_reg : whole_reg;
  assign look_tail = push_mem[look_ch];
  assign flush_ready = !unpop_valid;
  assign freed_valid = freed_reg[2];

  always @(posedge aclk) begin
    if (in_valid) queue_mem[{in_ch, tail[Q_W-1:0]}] <= in_data;
    out_q_reg <= queue_mem[{pop_ch, head[Q_W-1:0]}];
    out_data  <= out_q_reg;
    if (here_valid_reg) whole_mem[here_at_reg] <= here_whole_reg;
    whole_q_reg <= whole_mem[{pop_ch, head[Q_W-1:0]}];
    whole_reg   <= whole_q_reg;
  end

  always @(posedge aclk) begin
    push_valid_reg <= in_valid;
    push_ch_reg <= in_ch;
    push_tail_reg <= tail;
    push_more_reg <= tail + ONE;
    {here_valid_reg, here_at_reg, here_whole_reg} <= {push_valid_reg, push_ch_reg, push_tail_reg[Q_W-1:0], push_whole};
    {past_valid_reg, past_at_reg, past_whole_reg} <= {here_valid_reg, here_at_reg, here_whole_reg};
    around_reg <= here || past;
    around_whole_reg <= here ? here_whole_reg : past_whole_reg;
    if (push) push_mem[push_ch_reg] <= push_more_reg;
    if (push && push_refused) err_mem[push_ch_reg] <= push_err;
    out_err <= err_mem[pop_ch_reg] & {4{pop_bad}};
    if (pop_reg) pop_mem[pop_ch_reg] <= pop_count_reg + ONE;  // a cycle late: nobody looks before
    if (unpop_valid) back_mem[unpop_ch] <= back_mem[unpop_ch] + ONE;
    else if (flush_valid) back_mem[look_ch] <= flush_reg;
    flush_reg <= pop_mem[look_ch] - look_tail;
    look_head <= pop_mem[look_ch] - back_mem[look_ch];
    pop_reg <= pop_valid;
    pop_ch_reg <= pop_ch;
    pop_head_reg <= head;
    pop_tail_reg <= push_valid_reg && push_ch_reg == pop_ch ? tail_next : push_mem[pop_ch];
    pop_count_reg <= pop_count;
    // The fetcher looks again after every fourth place; only when its count has it, else it could find the queue full just after, and wait for ever.
    freed_reg <= {freed_reg[1:0], pop_reg && (DESC_PREFETCH < 64 || pop_count_reg[1:0] == 2'd0)};
    freed_near_reg <= pop_ch_reg;
    freed_next_reg <= freed_near_reg;
    freed_ch <= freed_next_reg;
    if (!aresetn) begin
      push_valid_reg <= 1'b0;
      push_ch_reg <= {CH_W{1'b0}};
      pop_reg <= 1'b0;
      freed_reg <= 3'd0;
    end
  end

  genvar c;
  generate
    for (c = 0; c < CHANNELS; c = c + 1) begin : g_ch
      wire start = start_valid && start_ch == c;
      wire pushed = push && push_ch_reg == c;
      // It can be taken in the cycle in which it is pushed. Behind one that is refused or a LINK this says nothing new: that is pushed now.
      wire comes = pushed || (in_likely && in_ch == c) || (unpop_valid && unpop_ch == c);
      // A channel is popped at most every second cycle, so this may come a cycle late. That it was the last one is known late.
      wire popped = pop_reg && pop_ch_reg == c;
      (* keep *)wire stays = aresetn && !start && (comes || (avail_reg[c] && !popped));
      (* keep *)wire unless_last = aresetn && !start && avail_reg[c];
      always @(posedge aclk) begin
        avail_reg[c] <= stays || (unless_last && !pop_last);
        if (pushed && push_refused) dead_reg[c] <= 1'b1;
        if (!aresetn || start) dead_reg[c] <= 1'b0;
      end
    end
  endgenerate

endmodule

`resetall
