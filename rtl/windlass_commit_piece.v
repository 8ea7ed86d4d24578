/*
 * windlass_commit_piece: the piece that windlass_commit has in hand: what it needs, and what is told of it.
 *
 * Purpose: keeps what came with a piece, finds out what must follow it (an event, a write-back, another table), and makes the event record and
 * the write-back's address and status of it, when the next piece may be in hand already. It counts nothing: when is told by windlass_commit.
 * Goal: a stage each for `take`, `decide` and `tell`, so that what windlass_commit asks for when the counts are written comes from registers.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_commit_piece #(
    parameter CH_W       = 2,   // width of a channel number
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter TAG_W      = 20,  // width of the piece's tag
    parameter EV_W       = 51,  // width of an event record: 17 + CH_W + ADDR_WIDTH
    parameter CRC        = 0    // CRC32C and COMPARE are built
) (
    input wire aclk,  // clock
    // the piece that comes
    input wire [CH_W-1:0] done_ch,  // its channel
    input wire [12:0] done_len,  // bytes committed
    input wire [3:0] done_err,  // error
    input wire done_failed,  // that is not 0
    input wire [ADDR_WIDTH-1:0] done_faddr,  // address of the error (not of a refused descriptor), or of a fence
    input wire [ADDR_WIDTH-1:0] done_src,  // lower half of a fence's value, or address of a LINK's table
    input wire [31:0] done_high,  // upper half of a fence's value
    input wire [TAG_W-1:0] done_tag,  // {2-D copy, fill; both: CRC32C (fence) or COMPARE; see windlass_front, piece_tag}
    input wire [31:0] done_value,  // with the last piece of one of those: the CRC32C
    input wire done_differs,  // which is not what a COMPARE expects
    input wire done_dead,  // its channel has an error since START: nothing of the piece counts
    output wire done_whole,  // it has no error
    output wire done_open,  // of a channel without an error: where its segment began will be asked for
    input wire take,  // it is taken; also if none is there: then nothing is in hand
    input wire told,  // with `take`: its event is told in this cycle
    // the piece in hand, from the cycle after `take`
    output wire [CH_W-1:0] ch,  // its channel
    output wire [12:0] len,  // bytes that count
    output wire dead,  // its channel has an error, from now on or before
    output wire fresh,  // it ends the segment
    output wire plain,  // neither write-back nor LINK
    input wire decide,  // find out what it needs; a cycle later, until the next `decide`:
    output wire ends_desc,  // a descriptor ends with it; only until the next `take`
    output wire goes_on,  // and the table goes on with the next
    output wire wb,  // a write-back, or the address of a descriptor that was refused
    output wire link,  // another table
    output wire event_due,  // an event that waits for no write-back
    // what is told, from the cycle after `tell` until the next
    input wire tell,  // not before `decide`, and not after the next
    output wire [CH_W-1:0] e_ch,  // channel
    output wire e_fence,  // it is a fence: its own address and value
    output wire e_here,  // a descriptor was refused: the address is the descriptor's, and nothing is written back
    output wire e_failed,  // an error
    input wire e_wide,  // its descriptor has 32 bytes
    input wire e_wb,  // a write-back is due
    input wire given_hi,  // the upper half of `given` is asked for
    output wire [31:0] given,  // what a fence writes, or the address of a LINK's table; stands until the next `take`
    input wire [31:0] sum,  // the descriptor's address, half by half
    input wire sum_lo,  // this is the lower half
    input wire sum_hi,  // this is the upper half
    output wire [ADDR_WIDTH-1:0] wb_addr,  // logical address of the descriptor's last two status words, or the fence's own
    output wire [31:0] wb_word3,  // status
    input wire at_once,  // the piece that comes is told, not the one before
    input wire period,  // it is told that a period is over, else what the piece is
    output wire [EV_W-1:0] ev_data  // event record, see windlass_commit
);
  localparam AW = ADDR_WIDTH;

  // ---------------------------------------------------------------- the piece that comes
  // A COMPARE fails.
  wire done_other = CRC != 0 && &done_tag[19:18] && done_tag[2] && !done_tag[13] && done_differs && !done_failed;
  assign done_whole = !done_failed && !done_other;
  // This piece does not end the segment, or its write-back will ask for where it began.
  assign done_open = !done_whole || !(done_tag[2] && (done_tag[3] || !done_tag[1])) ||
      (done_tag[3] && !done_tag[13] && done_tag[5]);

  // ---------------------------------------------------------------- the piece in hand
  reg [CH_W-1:0] ch_reg, e_ch_reg;
  reg [12:0] len_reg;
  reg [3:0] err_reg, e_err_reg;
  reg [AW-1:0] faddr_reg, e_addr_reg;
  reg [TAG_W-1:0] tag_reg, e_tag_reg;
  reg failed_reg, dead_reg, told_reg;
  // The next piece comes when these are written.
  reg [31:0] value_reg;  // CRC32C
  reg [AW-1:0] src_reg;
  reg [31:0] upper_reg;
  // Decided, for `tell`.
  reg done_reg;  // a descriptor is complete, and the table goes on
  reg last_reg, wb_reg, link_reg, event_reg;
  reg e_fence_reg, e_failed_reg, e_last_reg, e_paced_reg;

  wire last = tag_reg[2] && !failed_reg && !dead_reg;
  wire fence = tag_reg[13] && last;
  wire links = tag_reg[12] && last;
  wire written = err_reg <= 4'd7 || (CRC != 0 && err_reg == 4'd13);  // an error that a write-back tells
  wire needs_wb = fence || (tag_reg[3] && tag_reg[5] && (last || (failed_reg && written)));
  wire here = err_reg[3:2] == 2'b10;  // a descriptor was refused: its address is told, found like that of a write-back
  wire paced = tag_reg[9] && !dead_reg;

  assign ch = ch_reg;
  assign len = len_reg;
  assign dead = dead_reg || failed_reg;
  // A lap or a descriptor that is complete starts the next at 0; a register transfer keeps its sum.
  assign fresh = last && (tag_reg[3] || !tag_reg[1]);
  // needs_wb || here || links, by what it depends on, so that little is in front of it.
  (* keep *)wire calls = tag_reg[13] || tag_reg[12] || (tag_reg[3] && tag_reg[5]);  // if it is the last
  (* keep *)wire tells = here || (failed_reg && written && tag_reg[3] && tag_reg[5]);
  assign plain = !(last && calls) && !tells;
  assign ends_desc = last_reg && tag_reg[3];
  assign goes_on = done_reg;
  assign wb = wb_reg;
  assign link = link_reg;
  assign event_due = event_reg;

  wire [63:0] sum64 = {sum, sum};
  always @(posedge aclk) begin
    // Sums stand still while a state of windlass_commit waits.
    if (tell) e_addr_reg <= faddr_reg;
    else if (sum_lo) e_addr_reg[31:0] <= {sum[31:4], 4'd0};
    if (sum_hi && AW > 32) e_addr_reg[AW-1:(AW>32?32 : 0)] <= sum64[AW-1:(AW>32?32 : 0)];
    if (take) begin
      src_reg <= done_src;
      upper_reg <= done_high;
      ch_reg <= done_ch;
      len_reg <= done_dead ? 13'd0 : done_len;
      err_reg <= done_dead ? 4'd0 : done_other ? 4'd13 : done_err;
      failed_reg <= !done_dead && (done_failed || done_other);
      faddr_reg <= done_other ? {{AW - 32{1'b0}}, done_value} : done_faddr;
      value_reg <= done_value;
      tag_reg <= done_tag;
      dead_reg <= done_dead;
      told_reg <= told;
    end
    if (decide) begin
      last_reg <= last;
      done_reg <= last && tag_reg[3] && !tag_reg[12];
      wb_reg <= needs_wb || here;
      link_reg <= links;
      event_reg <= (tag_reg[0] || tag_reg[1] || tag_reg[14] || last || failed_reg || paced) &&
          !(needs_wb && !failed_reg) && !here && !told_reg;
    end
    if (tell) begin
      e_ch_reg <= ch_reg;
      e_err_reg <= err_reg;
      e_tag_reg <= tag_reg;
      e_failed_reg <= failed_reg;
      e_last_reg <= last_reg;
      e_paced_reg <= paced;
      e_fence_reg <= fence;
    end
  end

  // ---------------------------------------------------------------- what is told
  assign e_ch = e_ch_reg;
  assign e_fence = e_fence_reg;
  assign e_here = e_err_reg[3:2] == 2'b10;
  assign e_failed = e_failed_reg;
  wire e_sum = CRC != 0 && &e_tag_reg[19:18];
  wire [63:0] src64 = {{64 - AW{1'b0}}, src_reg};
  assign given   = AW > 32 && given_hi ? src64[63:32] : e_sum && e_fence_reg ? value_reg : src64[31:0];

  // The status words are 8 bytes into a short descriptor, 16 into a wide one.
  assign wb_addr = {e_addr_reg[AW-1:5], e_addr_reg[4:3] | ({e_wide, !e_wide} & {2{!e_fence_reg}}), e_addr_reg[2:0]};
  wire [3:0] operation = e_sum ? 4'd7 : e_tag_reg[6] ? 4'd0 : e_tag_reg[18] ? 4'd2 : e_tag_reg[19] ? 4'd5 : 4'd1;
  wire [31:0] word3 = {
    e_tag_reg[7],
    1'b1,
    e_failed_reg,
    e_tag_reg[16],
    e_err_reg,
    12'd0,
    e_tag_reg[17],
    e_tag_reg[11],
    e_tag_reg[5],
    e_tag_reg[4],
    4'd0,
    operation
  };
  assign wb_word3 = !e_fence_reg ? word3 : e_sum ? 32'd0 : upper_reg;
  // Told at once there is no error, hence no address, and no write-back.
  wire [TAG_W-1:0] t_tag = at_once ? done_tag : e_tag_reg;
  wire t_wb = e_wb && !e_here && !at_once;
  assign ev_data = {
    t_tag[14] && !period,
    t_tag[15],
    t_tag[16],
    period,
    e_last_reg || at_once,
    t_tag[3],
    t_tag[4],
    t_tag[1],
    t_tag[0],
    at_once ? done_tag[9] : e_paced_reg,
    t_tag[8],
    t_wb,
    t_tag[10],
    at_once ? 4'd0 : e_err_reg,
    at_once ? done_ch : e_ch_reg,
    e_addr_reg
  };

endmodule

`resetall
