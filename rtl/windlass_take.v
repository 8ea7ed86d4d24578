/*
 * windlass_take: the channel that was picked, on its way to where its piece is cut.
 *
 * Purpose: A takes the pick, and the descriptor that it may need; B and C1 have it beside what windlass_state reads. There two things
 * happen to what goes by:
 * Preparing: a write to a register of an idle channel's first piece goes through as a ghost, where no pick goes. A newer one, or a change of
 * the map, drops those before it.
 * Undo: a channel of one-piece descriptors is picked again before its piece is cut. If that goes on, or was the end, the pick
 * is taken out of B or C1, and its descriptor goes back.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_take #(
    parameter CH_W        = 2,  // width of a channel number
    parameter DESCRIPTORS = 1   // table and ring mode are built
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // what makes and drops ghosts
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire cw_bank,  // the bank of base registers that software sees, of cw_ch
    input wire map_change,  // entries change: nothing looked up in advance counts
    // A
    input wire go,  // a channel goes
    input wire [CH_W-1:0] go_ch,  // which
    input wire go_pop,  // it takes a descriptor
    input wire go_cur,  // it goes on in its segment; else it begins one from the base registers
    input wire go_token,  // it only gives a token
    input wire go_bad,  // the token tells that START was refused
    input wire go_mark,  // or is the mark of a pause; else the flush
    input wire go_free,  // it waits for no request
    input wire go_paced,  // it waits for requests or streams
    input wire go_bank,  // its bank of base registers
    input wire go_rated,  // its pieces are counted for its rate
    output wire pop_valid,  // take a descriptor
    output wire [CH_W-1:0] pop_ch,  // of this channel
    output reg unpop_valid,  // the last one taken goes back
    output reg [CH_W-1:0] unpop_ch,  // of this channel
    output wire pick_valid,  // a channel goes: a piece may come of it
    output reg use_valid,  // a piece was issued for b_ch a cycle ago
    // ghosts
    output reg drop,  // the prepared piece counts no more, nor what is prepared in C1 and behind it
    output reg [CH_W-1:0] ghost_ch,  // channel of the last one
    // B
    output reg [CH_W-1:0] b_ch,  // the channel
    output reg b_bank,  // its bank of base registers
    output reg b_cur,  // it goes on in its segment
    output wire ab_soon,  // a look-up may come in the next cycle
    // C1
    output reg c1_valid,  // a pick
    output wire c1_undo,  // which is taken back
    output reg c1_ghost,  // or a ghost
    output reg [CH_W-1:0] c1_ch,  // the channel
    output reg c1_pop,  // it has a new descriptor
    output reg c1_token,  // a token
    output reg c1_bad,  // which tells that START was refused
    output reg c1_mark,  // or is the mark of a pause
    output reg c1_rated,  // its piece is counted for its rate
    output reg c1_load,  // the descriptor is only loaded: the channel waits for its pieces
    output wire ab_valid,  // it is looked up
    // C2
    input wire c2_undo,  // what is there is decided, and the next pick of its channel is to be taken back
    input wire [CH_W-1:0] c2_ch  // its channel
);
  reg [CH_W-1:0] undo_ch_reg;
  reg b_v_reg, b_g_reg, b_mark_reg, b_rated_reg, b_pop_reg, b_token_reg, b_bad_reg, b_load_reg;
  reg  undo_reg;

  wire pop = go_pop && DESCRIPTORS != 0;
  assign pop_valid = go && pop;
  assign pop_ch = go_ch;
  assign pick_valid = go && !go_token;

  // ---------------------------------------------------------------- preparing a first piece
  // Only registers that are locked while the channel runs begin one, so its channel is not running.
  wire prepare = (pw_valid && cw_reg <= `WL_GRANT_DEV_ADDR_HI_NR) ||
      (cw_valid && (cw_reg == `WL_CHANNEL_CONFIG_NR || (cw_reg >= `WL_CHANNEL_SRC_LO_NR && cw_reg <= `WL_CHANNEL_LENGTH_NR)));

  // ---------------------------------------------------------------- B, C1
  // A descriptor that is longer than one piece takes back a pick that was made on the chance that it was not.
  wire b_undo = undo_reg && b_v_reg && b_ch == undo_ch_reg && b_pop_reg;
  assign c1_undo = undo_reg && c1_valid && c1_ch == undo_ch_reg && c1_pop;

  always @(posedge aclk) begin
    // A cycle late: what is in B when it comes has moved on, and the ghost that it begins is in B.
    drop <= aresetn && (prepare || map_change);
    if (prepare) ghost_ch <= cw_ch;

    b_v_reg <= go;
    b_g_reg <= prepare && !go;
    b_ch <= go ? go_ch : cw_ch;
    b_pop_reg <= go && pop;
    b_cur <= go && go_cur && !go_token;
    b_token_reg <= go && go_token;
    b_bad_reg <= go_bad;
    b_mark_reg <= go_mark && !go_bad;
    b_rated_reg <= go_rated;
    b_bank <= go ? go_bank : cw_bank;
    b_load_reg <= go && pop && go_paced;
    // Told late, so that the choice is not in the path: the channel is not picked again before its piece is cut.
    use_valid <= aresetn && go && !pop && !go_token && !go_free;

    c1_valid <= b_v_reg && !b_undo;
    c1_ghost <= b_g_reg;
    c1_ch <= b_ch;
    c1_pop <= b_pop_reg;
    c1_token <= b_token_reg;
    c1_bad <= b_bad_reg;
    c1_mark <= b_token_reg && b_mark_reg;
    c1_rated <= b_rated_reg;
    c1_load <= b_load_reg;

    undo_reg <= c2_undo;
    undo_ch_reg <= c2_ch;
    unpop_valid <= aresetn && (b_undo || c1_undo);
    unpop_ch <= undo_ch_reg;
    if (!aresetn) begin
      b_v_reg <= 1'b0;
      b_g_reg <= 1'b0;
      b_ch <= {CH_W{1'b0}};
      ghost_ch <= {CH_W{1'b0}};
      c1_valid <= 1'b0;
      c1_ghost <= 1'b0;
      c1_ch <= {CH_W{1'b0}};
      undo_reg <= 1'b0;
      undo_ch_reg <= {CH_W{1'b0}};
    end
  end

  // Also for what has no address on one side: the answer is not used then.
  assign ab_soon  = b_v_reg || b_g_reg;
  assign ab_valid = c1_valid || c1_ghost;

endmodule

`resetall
