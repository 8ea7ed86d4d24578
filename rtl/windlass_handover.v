/*
 * windlass_handover: last two stages of the front.
 *
 * Purpose: D has the physical addresses, and moves the current registers of a segment that goes on; E is the piece for
 * the back end. E also keeps a prepared piece (a ghost) until a START of its channel lets it out.
 * A stream side has no address: here is kept at which byte of a word each stream goes on, and with the piece the stream's queue is
 * told what is taken or reserved. Pieces of one stream are never in D and E at once.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_handover #(
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter STREAMS    = 0,   // channels 0..STREAMS-1 have streams
    parameter WORD_BYTES = 8,   // bytes of a word of theirs
    parameter CRC        = 0,   // CRC32C and COMPARE are built
    parameter TAG_W      = 18   // width of the token's tag
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // stage C2
    input wire c_valid,  // a piece or token
    input wire c_ghost,  // or a prepared piece
    input wire [CH_W-1:0] c_ch,  // its channel
    input wire [ADDR_WIDTH-1:0] c_src,  // logical source, of a device its address; of a fence the lower half of its value
    input wire [ADDR_WIDTH-1:0] c_dst,  // logical destination, of a device its address
    input wire [31:0] c_rem,  // bytes that remain, with this piece; of a fence the upper half of its value
    input wire [11:0] c_len_m1,  // bytes of the piece - 1
    input wire [6:0] c_flag,  // flags of the segment: {fill, end of packet, tc, phase, wb, irq, end of table}
    input wire [3:0] c_conf,  // {unit, dst is device, src is device}
    input wire [3:0] c_err,  // error that the token carries; 0 if data move
    input wire c_copy,  // data moves
    input wire c_load,  // a descriptor is only loaded
    input wire c_more,  // the segment goes on
    input wire [11:0] c_tag,  // {source packet ended, hand-over, mark, fence, link, paced, tc, nop, desc, last, eow, flush}
    input wire c_incr,  // device bursts increment
    input wire c_bad,  // the token of a refused START
    input wire c_sstr,  // the source is a stream
    input wire c_slast,  // its packet ends with the piece
    input wire c_dstr,  // the destination is a stream
    input wire c_dlast,  // a packet ends there
    input wire c_empty,  // a packet's end without a byte
    input wire c_sum,  // the bytes are only summed up
    input wire cut_valid,  // the packet of a stream out was cut short
    input wire [CH_W-1:0] cut_ch,  // of this channel
    // stage D: rows of a 2-D copy, see windlass_rows
    input wire row_two_d,  // the piece belongs to one
    input wire row_turn,  // the segment goes on with the next row
    input wire [ADDR_WIDTH-1:0] row_src,  // at this source
    input wire [ADDR_WIDTH-1:0] row_dst,  // and this destination
    input wire [31:0] row_len,  // of these bytes
    // current registers
    output wire cur_we,  // write them
    output wire [CH_W-1:0] cur_ch,  // of this channel
    output wire [2*ADDR_WIDTH+38:0] cur_new,  // {source, destination, remaining, flags}
    // prepared piece
    input wire drop,  // it counts no more
    input wire start,  // its channel starts
    output wire prepared,  // and it goes out now
    // map unit: translation of what was in C2 a cycle ago
    input wire [ADDR_WIDTH-1:0] a_paddr,  // physical source, the device's address, or the pattern
    input wire [3:0] a_err,  // or the error: none without bit 2
    input wire [ADDR_WIDTH-1:0] b_paddr,  // physical destination, or the device's address
    input wire [3:0] b_err,  // or the error, likewise
    // pieces
    output reg piece_valid,  // a piece or token
    output reg [CH_W-1:0] piece_ch,  // its channel
    output reg piece_null,  // it is a token without data
    output reg [3:0] piece_err,  // error that the token carries
    output reg [ADDR_WIDTH-1:0] piece_src,  // physical source
    output reg [ADDR_WIDTH-1:0] piece_dst,  // physical destination
    output reg [ADDR_WIDTH-1:0] piece_src_l,  // logical source, new table, or lower half of a fence's value
    output reg [31:0] piece_high,  // upper half of a fence's value
    output reg [ADDR_WIDTH-1:0] piece_dst_l,  // logical destination
    output reg [12:0] piece_len,  // bytes
    output reg [11:0] piece_len_m1,  // bytes - 1; of a token any
    output reg piece_sdev,  // the source is the device
    output reg piece_ddev,  // the destination is the device
    output reg [1:0] piece_unit,  // log2 of the device unit
    output reg piece_incr,  // device bursts increment
    output reg piece_fill,  // the data are the pattern in piece_src
    output reg piece_two_d,  // it belongs to a 2-D copy
    output reg piece_sum,  // its bytes are summed up, also of a faulted piece: none then
    output reg piece_sstr,  // the source is the channel's stream
    output reg piece_slast,  // its packet's end is taken
    output reg piece_dstr,  // the destination is the channel's stream; of a token: an empty packet's end
    output reg piece_dlast,  // TLAST after the last byte
    output wire str_take_valid,  // the piece takes bytes from a stream
    output wire str_put_valid,  // the piece gives bytes to a stream
    output reg [TAG_W-1:0] piece_tag  // as windlass_front gives it
);
  localparam AW = ADDR_WIDTH;

  reg d_v_reg, d_g_reg, d_load_reg, d_copy_reg, d_more_reg, d_bad_reg, e_g_reg;
  reg [CH_W-1:0] d_ch_reg;
  reg [AW-1:0] d_src_reg, d_dst_reg;
  reg [31:0] d_rem_reg;
  reg [11:0] d_len_m1_reg, d_src_len_m1_reg;  // the latter is 0 for a pattern
  reg [6:0] d_flag_reg;
  reg d_incr_reg;
  reg [3:0] d_conf_reg, d_err_reg;
  reg [11:0] d_tag_reg;
  reg d_sum_reg;
  reg d_sstr_reg, d_slast_reg, d_dstr_reg, d_dlast_reg, d_empty_reg;
  reg d_src_map_reg, d_dst_map_reg;  // the map is asked for the source, the destination

  // ---------------------------------------------------------------- D: translated
  wire [12:0] d_bytes = d_empty_reg ? 13'd0 : {1'b0, d_len_m1_reg} + 13'd1;
  wire d_sdev = d_conf_reg[0], d_ddev = d_conf_reg[1];
  wire d_fill = d_flag_reg[6];  // c_conf names no device then
  wire d_src_fault = a_err[2] && d_src_map_reg, d_dst_bad = b_err[2] && d_dst_map_reg;
  wire d_fault = d_src_fault || d_dst_bad;

  assign cur_we = (d_v_reg || d_g_reg) && d_more_reg;
  assign cur_ch = d_ch_reg;
  // On by the length, or not at all if the descriptor was only loaded (d_len_m1_reg is zero then): the 1 is a carry.
  wire d_cut = !d_load_reg;
  // A pattern stays. Of a sum the destination is where its value goes, or what it should be: it stays.
  wire src_on = d_cut && !d_fill, dst_on = d_cut && !d_sum_reg;
  wire [AW:0] src_next = {d_src_reg, src_on} + {{AW - 12{1'b0}}, d_src_len_m1_reg, src_on};
  wire [AW:0] dst_next = {d_dst_reg, dst_on} + {{AW - 12{1'b0}}, d_len_m1_reg & {12{!d_sum_reg}}, dst_on};
  wire [32:0] rem_next = {d_rem_reg, d_load_reg} + {20'hFFFFF, ~d_len_m1_reg, d_load_reg};
  assign cur_new = {
    row_turn ? row_src : src_next[AW:1],
    row_turn ? row_dst : dst_next[AW:1],
    row_turn ? row_len : rem_next[32:1],
    d_flag_reg
  };

  // ---------------------------------------------------------------- streams
  wire [AW-1:0] d_src_off, d_dst_off;
  generate
    if (STREAMS != 0) begin : g_streams
      localparam OFF_W = $clog2(WORD_BYTES);
      reg [STREAMS*OFF_W-1:0] src_off_reg, dst_off_reg;  // byte of the word at which each goes on
      wire [STREAMS*OFF_W-1:0] src_at = src_off_reg >> d_ch_reg * OFF_W;
      wire [STREAMS*OFF_W-1:0] dst_at = dst_off_reg >> d_ch_reg * OFF_W;
      assign d_src_off = {{AW - OFF_W{1'b0}}, src_at[OFF_W-1:0]};
      assign d_dst_off = {{AW - OFF_W{1'b0}}, dst_at[OFF_W-1:0]};
      // They go on with the piece in E: whether the map refused it is known there. The next piece of a stream is cut cycles later.
      integer s;
      always @(posedge aclk) begin
        for (s = 0; s < STREAMS; s = s + 1) begin
          if (str_take_valid && piece_ch == s[CH_W-1:0])
            src_off_reg[s*OFF_W+:OFF_W] <= piece_slast ? {OFF_W{1'b0}} : piece_src[OFF_W-1:0] + piece_len[OFF_W-1:0];
          if (str_put_valid && piece_ch == s[CH_W-1:0])
            dst_off_reg[s*OFF_W+:OFF_W] <= piece_dlast ? {OFF_W{1'b0}} : piece_dst[OFF_W-1:0] + piece_len[OFF_W-1:0];
          if (cut_valid && cut_ch == s[CH_W-1:0]) dst_off_reg[s*OFF_W+:OFF_W] <= {OFF_W{1'b0}};
        end
        if (!aresetn) begin
          src_off_reg <= {STREAMS * OFF_W{1'b0}};
          dst_off_reg <= {STREAMS * OFF_W{1'b0}};
        end
      end
    end else begin : g_no_streams
      assign d_src_off = {AW{1'b0}};
      assign d_dst_off = {AW{1'b0}};
    end
  endgenerate

  // A ghost has no stream.
  assign str_take_valid = piece_valid && piece_sstr;
  assign str_put_valid = piece_valid && piece_dstr;
  assign prepared = start && (d_g_reg || (e_g_reg && !d_v_reg));

  always @(posedge aclk) begin
    d_v_reg <= c_valid;
    d_g_reg <= c_ghost && !drop;
    d_ch_reg <= c_ch;
    d_src_reg <= c_src;
    d_dst_reg <= c_dst;
    d_rem_reg <= c_rem;
    d_len_m1_reg <= c_load ? 12'd0 : c_len_m1;
    d_src_len_m1_reg <= c_load || c_flag[6] ? 12'd0 : c_len_m1;
    d_flag_reg <= c_flag;
    d_conf_reg <= c_conf;
    d_err_reg <= c_err;
    d_copy_reg <= c_copy;
    d_load_reg <= c_load;
    d_more_reg <= c_more;
    d_bad_reg <= c_bad;
    d_incr_reg <= c_incr;
    d_src_map_reg <= c_copy && !c_load && !c_conf[0] && !c_flag[6] && !c_sstr;
    d_dst_map_reg <= c_copy && !c_load && !c_conf[1] && !c_dstr && !c_empty && !(CRC != 0 && c_sum);
    d_tag_reg <= c_tag;
    d_sum_reg <= CRC != 0 && c_sum;
    {d_sstr_reg, d_slast_reg, d_dstr_reg, d_dlast_reg, d_empty_reg} <= {c_sstr, c_slast, c_dstr, c_dlast, c_empty};

    // ---------------------------------------------------------------- E: hand over
    piece_valid <= (d_v_reg && !(d_load_reg && d_copy_reg)) || prepared;
    e_g_reg <= (d_g_reg || (e_g_reg && !d_v_reg)) && !prepared && !drop;
    if (d_v_reg || d_g_reg) begin
      piece_ch <= d_ch_reg;
      piece_null <= !d_copy_reg || d_fault || d_empty_reg;
      piece_err <= (a_err & {4{d_src_fault}}) | (b_err & {4{d_dst_bad && !d_src_fault}}) | d_err_reg;
      piece_src <= d_sstr_reg ? d_src_off : a_paddr;
      piece_dst <= d_dstr_reg ? d_dst_off : d_sum_reg ? {AW{1'b0}} : b_paddr;
      piece_src_l <= d_bad_reg ? {AW{1'b0}} : d_src_reg;
      piece_dst_l <= d_dst_reg;
      piece_len <= d_bytes;
      piece_len_m1 <= d_len_m1_reg;
      piece_sdev <= d_sdev;
      piece_ddev <= d_ddev;
      piece_fill <= d_fill && d_copy_reg;
      piece_two_d <= row_two_d && d_copy_reg;
      piece_sum <= d_sum_reg && d_copy_reg;
      piece_sstr <= d_sstr_reg && d_copy_reg && !d_fault;
      piece_slast <= d_slast_reg && d_copy_reg && !d_fault;
      piece_dstr <= d_dstr_reg && d_copy_reg && !d_fault;
      piece_dlast <= d_dlast_reg;
      piece_incr <= d_incr_reg;
      piece_high <= d_rem_reg;
      piece_unit <= d_conf_reg[3:2];
      piece_tag <= {
        d_flag_reg[5],
        d_tag_reg[11] && !d_fault,
        d_tag_reg[10:7],
        d_flag_reg[4],
        d_dst_bad && !d_src_fault,
        d_tag_reg[6:5],
        d_flag_reg[3],
        d_tag_reg[4],
        d_flag_reg[2:1],
        d_tag_reg[3:0]
      };
    end
    if (!aresetn) begin
      d_v_reg <= 1'b0;
      d_g_reg <= 1'b0;
      e_g_reg <= 1'b0;
      piece_valid <= 1'b0;
      piece_ch <= {CH_W{1'b0}};
    end
  end

`ifdef PROVE_HANDOVER
  `include "windlass_handover.svh"
`endif

endmodule

`resetall
