/*
 * windlass_desc: the queue of descriptors of each channel.
 *
 * Purpose: windlass_desc_fetch brings bursts of descriptors; here they are put together from bus words, checked
 * (manual, section 6) and queued per channel in windlass_desc_queue, from where the front takes them. A refused descriptor is queued as an error,
 * and nothing after it.
 * Goal: a 16-byte descriptor every two cycles on a 64-bit bus.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_desc #(
    parameter CHANNELS      = 4,   // number of channels
    parameter CH_W          = 2,   // width of a channel number
    parameter DATA_WIDTH    = 64,  // bus, bits
    parameter ADDR_WIDTH    = 32,  // address, bits
    parameter ID_WIDTH      = 4,   // AXI ID, bits
    parameter MAX_BURST     = 64,  // beats of the longest burst
    parameter TWO_D         = 0,   // COPY2D is built
    parameter CRC           = 0,   // CRC32C and COMPARE are built
    parameter DESC_PREFETCH = 64   // places of a channel's queue, a power of two
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire [15:0] wr_data,  // a cycle before cw_data: what it may be
    input wire start_valid,  // START of a channel
    input wire start_bad,  // its configuration is refused
    input wire [CH_W-1:0] start_ch,  // which
    input wire [CHANNELS-1:0] active,  // running channels
    input wire [CHANNELS-1:0] halt,  // fetch no more for it
    output wire [CHANNELS-1:0] fetch_busy,  // a fetch is under way for it
    // translation
    output wire fx_valid,  // look up; stays until fx_done
    output wire [ADDR_WIDTH-1:0] fx_addr,  // logical address
    output wire [CH_W-1:0] fx_ch,  // channel
    output wire fx_bypass,  // not translated
    output wire fx_quiet,  // only a preparation: a refusal is no fault
    input wire fx_done,  // result is there
    input wire [ADDR_WIDTH-1:0] x_paddr,  // physical address
    input wire [3:0] x_err,  // error
    input wire tw_valid,  // a map entry is written now or soon
    input wire [3:0] tw_index,  // which, low bits
    output wire fetch_issue,  // fence: a burst is issued
    output wire fetch_end,  // fence: it has ended
    // queue, to the front
    output wire [CHANNELS-1:0] d_avail,  // a descriptor is ready
    input wire pop_valid,  // take one, of one channel at most every second cycle
    input wire [CH_W-1:0] pop_ch,  // of this channel
    input wire unpop_valid,  // the last one taken goes back
    input wire [CH_W-1:0] unpop_ch,  // of this channel
    output wire [ADDR_WIDTH-1:0] d_src,  // two cycles after pop: source, pattern, LINK's table, or lower half of a value
    output wire [ADDR_WIDTH-1:0] d_dst,  // destination
    output wire [31:0] d_len,  // length; of a FENCE the upper half of its value, whose lower half is in d_src
    output wire [3:0] d_op,  // operation
    output wire [3:0] d_flags,  // {end of packet, terminal count, write back, interrupt}
    output wire d_eot,  // last of its table, or of the lap of a cyclic ring
    output wire [3:0] d_err,  // refused, with this code: all else has no meaning then
    output wire d_sdev,  // its source is the device
    output wire d_ddev,  // its destination is the device
    output wire d_phase,  // phase bit
    output wire d_whole,  // it is one piece between memories, whatever the offsets
    output wire [11:0] d_rows,  // rows - 1 of COPY2D
    output wire [31:0] d_sstride,  // its source stride
    output wire [31:0] d_dstride,  // its destination stride
    // AXI read half
    output wire [ID_WIDTH-1:0] m_axi_desc_arid,  // always 0
    output wire [ADDR_WIDTH-1:0] m_axi_desc_araddr,  // address
    output wire [7:0] m_axi_desc_arlen,  // beats - 1
    output wire [2:0] m_axi_desc_arsize,  // full width
    output wire [1:0] m_axi_desc_arburst,  // INCR
    output wire m_axi_desc_arlock,  // always 0
    output wire [3:0] m_axi_desc_arcache,  // memory
    output wire [2:0] m_axi_desc_arprot,  // always 0
    output wire [3:0] m_axi_desc_arqos,  // always 0
    output wire m_axi_desc_arvalid,  // valid
    input wire m_axi_desc_arready,  // ready
    input wire [DATA_WIDTH-1:0] m_axi_desc_rdata,  // data
    input wire [1:0] m_axi_desc_rresp,  // response
    input wire m_axi_desc_rlast,  // last beat
    input wire m_axi_desc_rvalid,  // valid
    output wire m_axi_desc_rready  // ready
);
  localparam AW = ADDR_WIDTH;
  localparam COUNT_W = $clog2(DESC_PREFETCH) + (DESC_PREFETCH == 4 ? 1 : 0);  // bits of a queue's counts
  localparam BURST_W = CH_W + 20;
  // {device is destination, is source, phase, flags, op, end of table, length, destination, source}
  localparam E_W = 2 * AW + 44;
  localparam MORE_W = TWO_D != 0 ? 76 : 0;  // {destination stride, source stride, rows - 1}

  // ---------------------------------------------------------------- fetching
  wire burst_valid, burst_old, flush_valid, flush_ready, freed_valid;
  wire [CH_W-1:0] look_ch, freed_ch;
  wire [COUNT_W-1:0] look_head, look_tail;
  wire [BURST_W-1:0] burst_data;
  wire [CHANNELS-1:0] working, dead, flying, old;
  wire [CHANNELS-1:0] drop = dead | old | ~active;
  // A LINK is told to the fetcher a cycle after it was queued.
  reg link_reg;
  reg [CH_W-1:0] link_ch_reg;
  reg [AW-5:0] link_unit_reg;
  reg [15:0] link_count_reg;
  reg [CH_W-1:0] p_ch_reg;
  reg [AW-1:4] p_unit_reg;
  reg [15:0] p_count_reg;
  wire [3:0] burst_level;
  wire burst_take;
  // A cycle late: a burst may leave in the cycle in which an entry is written, not after it.
  reg tw_reg;
  reg [3:0] tw_index_reg;
  always @(posedge aclk) begin
    tw_reg <= aresetn && tw_valid;
    tw_index_reg <= tw_index;
  end
  reg room_reg;  // a cycle late: the fetcher adds one burst at most until it looks again

  windlass_desc_fetch #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .MAX_BURST(MAX_BURST),
      .DESC_PREFETCH(DESC_PREFETCH),
      .COUNT_W(COUNT_W)
  ) fetch_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .pw_valid(pw_valid),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .wr_data(wr_data),
      .start_valid(start_valid),
      .start_bad(start_bad),
      .start_ch(start_ch),
      .shut(drop | halt),
      .look_ch(look_ch),
      .look_head(look_head),
      .look_tail(look_tail),
      .flush_valid(flush_valid),
      .flush_ready(flush_ready),
      .flying(flying),
      .link_valid(link_reg),
      .link_ch(link_ch_reg),
      .link_unit(link_unit_reg),
      .link_count(link_count_reg),
      .freed_valid(freed_valid),
      .freed_ch(freed_ch),
      .x_valid(fx_valid),
      .x_addr(fx_addr),
      .x_ch(fx_ch),
      .x_bypass(fx_bypass),
      .x_quiet(fx_quiet),
      .x_done(fx_done),
      .x_paddr(x_paddr),
      .x_err(x_err),
      .tw_valid(tw_reg),
      .tw_index(tw_index_reg),
      .fetch_issue(fetch_issue),
      .burst_valid(burst_valid),
      .burst_data(burst_data),
      .burst_old(burst_old),
      .burst_room(room_reg),
      .working(working),
      .m_axi_desc_arid(m_axi_desc_arid),
      .m_axi_desc_araddr(m_axi_desc_araddr),
      .m_axi_desc_arlen(m_axi_desc_arlen),
      .m_axi_desc_arsize(m_axi_desc_arsize),
      .m_axi_desc_arburst(m_axi_desc_arburst),
      .m_axi_desc_arlock(m_axi_desc_arlock),
      .m_axi_desc_arcache(m_axi_desc_arcache),
      .m_axi_desc_arprot(m_axi_desc_arprot),
      .m_axi_desc_arqos(m_axi_desc_arqos),
      .m_axi_desc_arvalid(m_axi_desc_arvalid),
      .m_axi_desc_arready(m_axi_desc_arready)
  );

  wire [CH_W-1:0] b_ch;
  wire [3:0] b_most;  // descriptors - 1
  wire [3:0] b_place;  // of the first, within its 256 bytes
  wire b_phase, b_table_end, b_refused, b_ring, b_cyclic, b_wide;
  wire [1:0] b_unit, b_dtype, b_stype;

  windlass_fifo #(
      .WIDTH(BURST_W),
      .DEPTH_LOG(3),
      .OUT_REG(1)
  ) bursts_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(burst_valid),
      .in_data(burst_data),
      .level(burst_level),
      .out_valid(),
      .out_ready(burst_take),
      .out_data({
        b_ring, b_cyclic, b_wide, b_unit, b_dtype, b_stype, b_ch, b_most, b_place, b_phase, b_table_end, b_refused
      })
  );

  // ---------------------------------------------------------------- words to descriptors
  wire in_valid, in_last, in_bad;
  wire [255:0] in_desc;
  assign burst_take = in_valid && in_last;
  assign fetch_end  = burst_take && !b_refused;
  windlass_desc_words #(
      .DATA_WIDTH(DATA_WIDTH)
  ) words_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .refused(b_refused),  // nothing is offered to the queue as refused that is not stored, so of no burst it says no
      .wide(b_wide),
      .most(b_most),
      .first(b_place),
      .word_valid(m_axi_desc_rvalid),
      .word_ready(m_axi_desc_rready),
      .word_data(m_axi_desc_rdata),
      .word_bad(m_axi_desc_rresp[1]),
      .out_valid(in_valid),
      .out_last(in_last),
      .out_desc(in_desc),
      .out_bad(in_bad)
  );

  // ---------------------------------------------------------------- parse
  // A descriptor is stored as it comes. What is wrong is found out part by part and put together a cycle later; a place whose descriptor
  // is not pushed then is used again.
  localparam [3:0] OP_COPY = 4'd1, OP_FENCE = 4'd3, OP_LINK = 4'd4;
  wire [63:0] in_src = b_wide ? in_desc[63:0] : {32'd0, in_desc[159:128]};
  wire [63:0] in_dst = b_wide ? in_desc[127:64] : {32'd0, in_desc[191:160]};
  wire [31:0] in_len = b_wide ? in_desc[159:128] : in_desc[223:192];
  wire [31:0] in_ctl = b_wide ? in_desc[191:160] : in_desc[255:224];
  // Of the operation, only what is stored beside it, of both forms at once: the form is known late.
  wire is_copy = b_wide ? in_desc[163:160] == OP_COPY : in_desc[227:224] == OP_COPY;
  wire is_link = b_wide ? in_desc[163:160] == OP_LINK : in_desc[227:224] == OP_LINK;
  wire [31:0] in_more = b_wide ? (in_desc[163:160] == OP_FENCE ? in_desc[63:32] : in_desc[159:128]) : in_desc[223:192];
  wire in_sdev = b_stype == 2'd1, in_ddev = b_dtype == 2'd1;

  reg p_valid_reg, p_drop_reg, p_end_reg;
  wire p_refused, p_link;
  wire [3:0] p_err;
  windlass_desc_judge #(
      .TWO_D(TWO_D),
      .CRC  (CRC)
  ) judge_i (
      .aclk(aclk),
      .map_bad(b_refused),
      .bus_bad(in_bad),
      .wide(b_wide),
      .ring(b_ring),
      .cyclic(b_cyclic),
      .phase(b_phase),
      .unit(b_unit),
      .stype(b_stype),
      .dtype(b_dtype),
      .control(in_ctl),
      .length(in_len),
      .src(in_src[4:0]),
      .dst(in_dst[2:0]),
      .link(p_link),
      .refused(p_refused),
      .err(p_err)
  );
  wire p_whole;
  windlass_desc_whole #(
      .WORD_BYTES(DATA_WIDTH / 8),
      .MAX_BURST (MAX_BURST)
  ) whole_i (
      .aclk(aclk),
      .src(in_src[11:0]),
      .dst(in_dst[11:0]),
      .length(in_len),
      .device((in_sdev || in_ddev) && is_copy),
      .whole(p_whole)
  );
  wire push = p_valid_reg && !p_drop_reg;
  wire after_link = link_reg && link_ch_reg == b_ch;
  wire after_p = p_valid_reg && p_ch_reg == b_ch;

  always @(posedge aclk) begin
    room_reg <= burst_level < 4'd6;
    p_valid_reg <= in_valid;
    p_end_reg <= burst_take;
    p_ch_reg <= b_ch;
    p_unit_reg <= in_src[AW-1:4];
    p_count_reg <= in_len[15:0];
    // Nothing after a refused one or a LINK, nothing of a run that is over.
    p_drop_reg <= drop[b_ch] || (after_p && !p_drop_reg && (p_refused || p_link)) || after_link;
    link_reg <= push && !p_refused && p_link;
    link_ch_reg <= p_ch_reg;
    link_unit_reg <= p_unit_reg;
    link_count_reg <= p_count_reg;
    if (!aresetn) begin
      {room_reg, p_valid_reg, link_reg, p_end_reg} <= 4'd0;
      p_ch_reg <= {CH_W{1'b0}};
    end
  end

  // ---------------------------------------------------------------- queues
  wire [E_W-1:0] in_entry = {
    in_ddev && is_copy,  // a FILL of a device is refused
    in_sdev && is_copy,
    in_ctl[31],
    in_ctl[11:8],
    in_ctl[3:0],
    b_table_end && in_last && !b_refused && !is_link,
    in_more,
    in_dst[AW-1:0],
    in_src[AW-1:0]
  };
  wire [E_W+75:0] in_all = {in_desc[255:192], in_ctl[27:16], in_entry};
  wire [E_W+MORE_W-1:0] out_all;
  wire [75:0] out_more;

  windlass_desc_queue #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ENTRY_W(E_W + MORE_W),
      .DESC_PREFETCH(DESC_PREFETCH),
      .COUNT_W(COUNT_W)
  ) queue_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .start_valid(start_valid),
      .start_ch(start_ch),
      .in_valid(in_valid),
      .in_ch(b_ch),
      .in_likely(in_valid && !after_link && !drop[b_ch]),
      .in_data(in_all[E_W+MORE_W-1:0]),
      .push(push),
      .push_drop(p_drop_reg),
      .push_refused(p_refused),
      .push_whole(p_whole),
      .push_err(p_err),
      .avail(d_avail),
      .pop_valid(pop_valid),
      .pop_ch(pop_ch),
      .unpop_valid(unpop_valid),
      .unpop_ch(unpop_ch),
      .out_data(out_all),
      .out_err(d_err),
      .out_whole(d_whole),
      .dead(dead),
      .look_ch(look_ch),
      .look_head(look_head),
      .look_tail(look_tail),
      .flush_valid(flush_valid),
      .flush_ready(flush_ready),
      .freed_valid(freed_valid),
      .freed_ch(freed_ch)
  );
  assign {d_ddev, d_sdev, d_phase, d_flags, d_op, d_eot, d_len, d_dst, d_src} = out_all[E_W-1:0];
  generate
    if (TWO_D != 0) begin : g_2d
      assign out_more = out_all[E_W+:76];
    end else begin : g_no_2d
      assign out_more = 76'd0;
    end
  endgenerate
  assign {d_dstride, d_sstride, d_rows} = out_more;

  // ---------------------------------------------------------------- what is in flight
  windlass_desc_flight #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W)
  ) flight_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .begin_valid(burst_valid),
      .begin_ch(burst_data[11+:CH_W]),
      .begin_old(burst_old),
      .oldest_ch(b_ch),
      .end_valid(p_end_reg),
      .end_ch(p_ch_reg),
      .start_valid(start_valid),
      .start_ch(start_ch),
      .link_valid(link_reg),
      .link_ch(link_ch_reg),
      .busy(flying),
      .old(old)
  );
  assign fetch_busy = working | flying;

endmodule

`resetall
