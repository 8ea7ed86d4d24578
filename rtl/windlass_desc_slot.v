/*
 * windlass_desc_slot: what the fetcher's slot holds of its channel.
 *
 * Purpose: joins what software has set up (windlass_desc_setup), where the channel stands (windlass_desc_place) and how long its next burst
 * is (windlass_desc_size), keeps the settings that were loaded, and counts how many places of the channel's queue are taken or reserved.
 * Goal: nothing of its own in front of a choice: what is loaded and what fits are flip-flops.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_desc_slot #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter COUNT_W    = 6,   // bits of the queue's counts
    parameter MOST       = 16,  // descriptors of 16 bytes that a burst has at most
    parameter MOST_WIDE  = 8,   // and of 32 bytes
    parameter FULL       = 45   // with more places taken there is no room for a burst
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    output wire bell,  // it is a doorbell
    output wire setting,  // a cycle late: a write that sets a channel up
    output wire [CH_W-1:0] setting_ch,  // the channel
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
    output wire start_table,  // which works on descriptors
    // LINK: its table goes on elsewhere
    input wire link_valid,  // a LINK came
    input wire [CH_W-1:0] link_ch,  // in this channel's table
    input wire [ADDR_WIDTH-5:0] link_unit,  // address / 16 of the new table
    input wire [15:0] link_count,  // its descriptors
    // the channel that is being set up
    input wire disarm,  // there is no more to do for it
    output wire arm,  // there is one, and it will work on descriptors
    output wire [CH_W-1:0] arm_ch,  // which
    // what the slot is told; see windlass_desc_place and windlass_desc_size
    input wire [CH_W-1:0] ch,  // its channel
    input wire run,  // of its run, else what START would begin with
    input wire load,  // load it
    input wire size,  // work out the next burst
    input wire step,  // go over a burst
    input wire keep,  // in the cycle after a step: store the place
    input wire [4:0] n,  // descriptors of the burst, two cycles before the step
    input wire put,  // they are reserved in the queue, or one place is for a refusal
    // the channel's queue
    input wire [COUNT_W-1:0] look_head,  // first entry, a cycle late
    input wire [COUNT_W-1:0] look_tail,  // one after the last entry
    input wire by_tail,  // nothing is in flight: what is taken is what is in the queue, whatever was thrown away before
    output wire fits,  // there is room for another burst, as it was a cycle ago
    // what it holds
    output wire begins,  // in `load`, from its second cycle: it is at the beginning
    output wire ring,  // ring mode
    output wire wide,  // descriptors have 32 bytes
    output wire bypass,  // its addresses are not translated
    output wire [ADDR_WIDTH-5:0] unit,  // address / 16
    output wire [15:0] fetched,  // descriptors since START or LINK, mod 65536
    output wire turns,  // the burst is the last of a lap: it goes back to the beginning
    output wire [CH_W+18:0] record,  // in the cycle of `step`: what goes with the burst, see windlass_desc_fetch
    // a cycle after `size`
    output wire none,  // there is nothing to fetch
    output wire [4:0] next_n  // how many descriptors the next burst has
);
  wire set_ring, set_all, set_bypass;
  wire [ 7:0] set_conf;
  wire [15:0] given;
  wire [ 4:0] left_n;
  reg ring_reg, all_reg, bypass_reg;
  reg [7:0] conf_reg;  // {cyclic, 32-byte descriptors, unit, destination type, source type}
  assign ring   = ring_reg;
  assign wide   = conf_reg[6];
  assign bypass = bypass_reg;

  wire phase, ends;
  wire [4:0] n_m1 = n - 5'd1;
  assign record = {ring_reg, conf_reg, ch, n_m1[3:0], unit[3:0], !phase, ends && (!ring_reg || conf_reg[7])};

  windlass_desc_setup #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) setup_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .bell(bell),
      .setting(setting),
      .setting_ch(setting_ch),
      .start_valid(start_valid),
      .start_ch(start_ch),
      .start_table(start_table),
      .ch(ch),
      .ring(set_ring),
      .all(set_all),
      .conf(set_conf),
      .bypass(set_bypass),
      .given(given),
      .disarm(disarm),
      .arm(arm),
      .arm_ch(arm_ch)
  );

  windlass_desc_place #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH)
  ) place_i (
      .aclk(aclk),
      .cw_valid(cw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_ch(start_ch),
      .link_valid(link_valid),
      .link_ch(link_ch),
      .link_unit(link_unit),
      .link_count(link_count),
      .ch(ch),
      .run(run),
      .load(load),
      .step(step),
      .keep(keep),
      .ring(ring_reg),
      .wide(conf_reg[6]),
      .n(n),
      .begins(begins),
      .unit(unit),
      .fetched(fetched),
      .phase(phase),
      .left_n(left_n),
      .ends(ends),
      .turns(turns)
  );

  windlass_desc_size #(
      .MOST(MOST),
      .MOST_WIDE(MOST_WIDE)
  ) size_i (
      .aclk(aclk),
      .wide(conf_reg[6]),
      .ring(ring_reg),
      .all(all_reg),
      .place(unit[3:0]),
      .fetched(fetched),
      .given(given),
      .left_n(left_n),
      .size(size),
      .none(none),
      .n(next_n)
  );

  // ---------------------------------------------------------------- places of the queue
  reg [COUNT_W-1:0] taken_mem[0:CHANNELS-1];  // taken or reserved since START
  reg [COUNT_W-1:0] used_reg;  // a cycle behind the slot
  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) taken_mem[k] = {COUNT_W{1'b0}};

  wire [4:0] by_n = n & {5{put}};
  wire [15:0] by_taken = {11'd0, by_n};
  wire [COUNT_W-1:0] taken_at = by_tail ? look_tail : taken_mem[ch];
  assign fits = used_reg <= FULL[COUNT_W-1:0];

  always @(posedge aclk) begin
    if (by_tail || put) taken_mem[ch] <= taken_at + by_taken[COUNT_W-1:0];
    used_reg <= taken_mem[ch] - look_head;
    if (load) begin
      {ring_reg, conf_reg} <= {set_ring, set_conf};
      all_reg <= set_all;
      bypass_reg <= set_bypass;
    end
  end

endmodule

`resetall
