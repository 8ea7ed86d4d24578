/*
 * windlass_desc: the queue of descriptors of each channel.
 *
 * Purpose: windlass_desc_fetch brings bursts of descriptors; here they are put together from bus words, checked
 * (manual, section 6) and queued per channel in one block RAM. The front pops; a pop that was made too early is
 * taken back. A refused descriptor is queued as an error, and nothing after it.
 * Goal: a 16-byte descriptor every two cycles on a 64-bit bus.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_desc #(
    parameter CHANNELS      = 4,   // number of channels
    parameter CH_W          = 2,   // width of a channel number
    parameter DATA_WIDTH    = 64,  // bus, bits
    parameter ADDR_WIDTH    = 32,  // address, bits
    parameter ID_WIDTH      = 4,   // AXI ID, bits
    parameter MAX_BURST     = 64,  // beats of the longest burst
    parameter DESC_PREFETCH = 64   // places of a channel's queue, a power of two
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // register writes (broadcast)
    input wire cw_valid,  // an accepted write
    input wire cw_priv,  // to a grant register, else to a channel register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire start_valid,  // START of a channel
    input wire [CH_W-1:0] start_ch,  // which
    input wire [CHANNELS-1:0] active,  // running channels
    input wire [CHANNELS-1:0] halt,  // fetch no more for it
    output wire [CHANNELS-1:0] fetch_busy,  // a fetch is under way for it
    // translation
    output wire fx_valid,  // look up; stays until fx_done
    output wire [ADDR_WIDTH-1:0] fx_addr,  // logical address
    output wire [CH_W-1:0] fx_ch,  // channel
    output wire fx_bypass,  // not translated
    input wire fx_done,  // result is there
    input wire [ADDR_WIDTH-1:0] x_paddr,  // physical address
    input wire [3:0] x_err,  // error
    output wire fetch_issue,  // fence: a burst was looked up
    output wire fetch_end,  // fence: it has ended
    // queue, to the front
    output wire [CHANNELS-1:0] d_avail,  // a descriptor is ready
    input wire pop_valid,  // take one
    input wire [CH_W-1:0] pop_ch,  // of this channel
    input wire unpop_valid,  // the last one taken goes back
    input wire [CH_W-1:0] unpop_ch,  // of this channel
    output wire [31:0] d_src,  // two cycles after pop: source, or address of a refused descriptor
    output wire [31:0] d_dst,  // destination
    output wire [31:0] d_len,  // length
    output wire d_irq,  // flag: interrupt
    output wire d_wb,  // flag: write back
    output wire d_tc,  // flag: terminal count
    output wire d_nop,  // operation is NOP
    output wire d_eot,  // last of its table
    output wire [3:0] d_err,  // refused, with this code
    output wire d_phase,  // phase bit
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
  localparam W = DATA_WIDTH / 8;
  localparam AW = ADDR_WIDTH;
  localparam Q_W = $clog2(DESC_PREFETCH);
  localparam BURST_W = CH_W + 5 + AW + 2;
  localparam E_W = 106;  // {error, phase, tc, wb, irq, nop, end of table, length, destination, source}

  // ---------------------------------------------------------------- fetching
  wire [CHANNELS*(Q_W+1)-1:0] used;
  wire reserve_valid, burst_valid, refuse_valid, refuse_end;
  wire [CH_W-1:0] reserve_ch;
  wire [4:0] reserve_n;
  wire [BURST_W-1:0] burst_data;
  wire [31:0] refuse_addr;
  wire [CHANNELS-1:0] working;
  reg [CHANNELS-1:0] dead_reg;
  wire [3:0] burst_level;
  wire burst_have, burst_take, parsing;

  windlass_desc_fetch #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .MAX_BURST(MAX_BURST),
      .DESC_PREFETCH(DESC_PREFETCH),
      .Q_W(Q_W)
  ) fetch_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_ch(start_ch),
      .active(active),
      .halt(halt),
      .dead(dead_reg),
      .used(used),
      .reserve_valid(reserve_valid),
      .reserve_ch(reserve_ch),
      .reserve_n(reserve_n),
      .x_valid(fx_valid),
      .x_addr(fx_addr),
      .x_ch(fx_ch),
      .x_bypass(fx_bypass),
      .x_done(fx_done),
      .x_paddr(x_paddr),
      .x_err(x_err),
      .fetch_issue(fetch_issue),
      .refuse_end(refuse_end),
      .burst_valid(burst_valid),
      .burst_data(burst_data),
      .burst_room(burst_level < 4'd6),
      .burst_none(!parsing),
      .refuse_valid(refuse_valid),
      .refuse_addr(refuse_addr),
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
  wire [4:0] b_n;
  wire [AW-1:0] b_addr;
  wire b_phase, b_table_end;

  windlass_fifo #(
      .WIDTH(BURST_W),
      .DEPTH_LOG(3)
  ) bursts_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(burst_valid),
      .in_data(burst_data),
      .level(burst_level),
      .out_valid(burst_have),
      .out_ready(burst_take),
      .out_data({b_ch, b_n, b_addr, b_phase, b_table_end})
  );

  // ---------------------------------------------------------------- words to descriptors
  reg [127:0] desc_reg;
  reg desc_valid_reg, desc_bad_reg;
  generate
    if (W <= 16) begin : g_collect
      reg [2:0] part_reg;
      reg bad_reg;
      wire full = {29'd0, part_reg} == 16 / W - 1;
      wire [127+DATA_WIDTH:0] joined = {m_axi_desc_rdata, desc_reg};
      assign m_axi_desc_rready = 1'b1;
      always @(posedge aclk) begin
        desc_valid_reg <= m_axi_desc_rvalid && full;
        if (m_axi_desc_rvalid) begin
          desc_reg <= joined[127+DATA_WIDTH:DATA_WIDTH];
          part_reg <= full ? 3'd0 : part_reg + 3'd1;
          bad_reg <= !full && (bad_reg || m_axi_desc_rresp[1]);
          desc_bad_reg <= bad_reg || m_axi_desc_rresp[1];
        end
        if (!aresetn) begin
          desc_valid_reg <= 1'b0;
          part_reg <= 3'd0;
          bad_reg <= 1'b0;
        end
      end
    end else begin : g_spread
      // A word holds several: one a cycle, from the burst's first place on, until the word or the burst ends.
      localparam PLACE_W = $clog2(W / 16);
      reg word_valid_reg, word_bad_reg, word_last_reg;
      reg [DATA_WIDTH-1:0] word_reg;
      reg [PLACE_W-1:0] place_reg;
      reg first_reg;
      reg [4:0] left_reg;
      reg out_last_reg;
      wire [PLACE_W-1:0] place = first_reg ? b_addr[4+:PLACE_W] : place_reg;
      wire [4:0] left = first_reg ? b_n : left_reg;
      // The record of the burst leaves when its last descriptor is parsed, one cycle after it left here.
      wire can = word_valid_reg && !(first_reg && out_last_reg);
      wire word_end = &place || left == 5'd1;
      assign m_axi_desc_rready = !word_valid_reg || (can && word_end);
      always @(posedge aclk) begin
        desc_valid_reg <= can;
        desc_reg <= word_reg[128*place+:128];
        desc_bad_reg <= word_bad_reg;
        out_last_reg <= can && left == 5'd1;
        if (can) begin
          place_reg <= place + 1'b1;
          left_reg  <= left - 5'd1;
          first_reg <= left == 5'd1;
        end
        if (m_axi_desc_rready) begin
          word_valid_reg <= m_axi_desc_rvalid;
          word_reg <= m_axi_desc_rdata;
          word_bad_reg <= m_axi_desc_rresp[1];
        end
        if (!aresetn) begin
          desc_valid_reg <= 1'b0;
          word_valid_reg <= 1'b0;
          first_reg <= 1'b1;
          out_last_reg <= 1'b0;
        end
      end
    end
  endgenerate

  // ---------------------------------------------------------------- parse
  reg [4:0] index_reg;  // descriptor within its burst
  wire p_end = index_reg + 5'd1 == b_n;
  assign burst_take = desc_valid_reg && p_end;
  assign fetch_end  = (desc_valid_reg && p_end) || refuse_end;

  reg [3:0] conf_mem[0:CHANNELS-1];  // {unit, destination is device, source is device}
  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) conf_mem[k] = 4'd0;
  always @(posedge aclk)
    if (cw_valid && !cw_priv && cw_reg == `WL_CHANNEL_CONFIG_NR)
      conf_mem[cw_ch] <= {cw_data[9:8], cw_data[6], cw_data[4]};

  reg e_valid_reg, e_bad_reg, e_phase_ok_reg, e_eot_reg;
  reg [CH_W-1:0] e_ch_reg;
  reg [127:0] e_desc_reg;
  reg [31:0] e_addr_reg;
  reg [3:0] e_conf_reg;
  wire [31:0] e_src = e_desc_reg[31:0], e_dst = e_desc_reg[63:32], e_len = e_desc_reg[95:64], e_ctl = e_desc_reg[127:96];
  wire e_copy = e_ctl[3:0] == 4'd1;
  wire [2:0] e_mask = {e_conf_reg[3:2] == 2'd3, e_conf_reg[3], e_conf_reg[3:2] != 2'd0};
  wire [2:0] e_low = e_len[2:0] | (e_conf_reg[0] ? e_dst[2:0] : e_src[2:0]);
  wire e_odd = (e_conf_reg[0] || e_conf_reg[1]) && |(e_low & e_mask);
  wire e_malformed = e_ctl[3:0] > 4'd1 || |e_ctl[7:4] || |e_ctl[30:11] || (e_copy && (e_len == 32'd0 || e_odd));
  wire [3:0] e_err = e_bad_reg ? 4'd8 : !e_phase_ok_reg ? 4'd9 : e_malformed ? 4'd10 : 4'd0;

  // A refusal by the map comes when no burst is in flight, so it does not meet a descriptor here.
  reg q_valid_reg;
  reg [CH_W-1:0] q_ch_reg;
  reg [E_W-1:0] q_entry_reg;
  wire [CH_W-1:0] new_ch = refuse_valid ? reserve_ch : e_ch_reg;
  wire new_valid = (e_valid_reg || refuse_valid) && !dead_reg[new_ch];
  wire [3:0] new_err = refuse_valid ? 4'd11 : e_err;

  always @(posedge aclk) begin
    e_valid_reg <= desc_valid_reg;
    e_ch_reg <= b_ch;
    e_desc_reg <= desc_reg;
    e_bad_reg <= desc_bad_reg;
    e_phase_ok_reg <= desc_reg[127] == b_phase;
    e_eot_reg <= b_table_end && p_end;
    e_addr_reg <= b_addr[31:0] + {23'd0, index_reg, 4'd0};
    e_conf_reg <= conf_mem[b_ch];
    if (desc_valid_reg) index_reg <= p_end ? 5'd0 : index_reg + 5'd1;

    q_valid_reg <= new_valid;
    q_ch_reg <= new_ch;
    q_entry_reg <= {
      new_err,
      e_ctl[31],
      e_ctl[10:8],
      !e_copy,
      e_eot_reg,
      e_len,
      e_dst,
      new_err == 4'd0 ? e_src : refuse_valid ? refuse_addr : e_addr_reg
    };
    if (new_valid && new_err != 4'd0) dead_reg[new_ch] <= 1'b1;
    if (start_valid) dead_reg[start_ch] <= 1'b0;
    if (!aresetn) begin
      e_valid_reg <= 1'b0;
      e_ch_reg <= {CH_W{1'b0}};
      q_valid_reg <= 1'b0;
      q_ch_reg <= {CH_W{1'b0}};
      index_reg <= 5'd0;
      dead_reg <= {CHANNELS{1'b0}};
    end
  end

  assign parsing = burst_have || burst_valid || desc_valid_reg || e_valid_reg || q_valid_reg;

  // ---------------------------------------------------------------- queues
  localparam MEM_AW = CH_W + Q_W;
  reg [E_W-1:0] queue_mem[0:(1<<MEM_AW)-1];
  reg [E_W-1:0] out_q_reg, out_reg;
  reg [Q_W:0] head_reg[0:CHANNELS-1];
  reg [Q_W:0] tail_reg[0:CHANNELS-1];
  reg [Q_W:0] room_reg[0:CHANNELS-1];  // tail plus what is reserved
  reg [3:0] flying_reg[0:CHANNELS-1];  // bursts in flight
  wire [Q_W:0] pop_head = head_reg[pop_ch];
  wire [Q_W:0] q_tail = tail_reg[q_ch_reg];

  always @(posedge aclk) begin
    if (q_valid_reg) queue_mem[{q_ch_reg, q_tail[Q_W-1:0]}] <= q_entry_reg;
    out_q_reg <= queue_mem[{pop_ch, pop_head[Q_W-1:0]}];
    out_reg   <= out_q_reg;
  end

  wire [31:0] reserve = {27'd0, reserve_n};

  genvar c;
  generate
    for (c = 0; c < CHANNELS; c = c + 1) begin : g_ch
      wire burst_in = burst_valid && burst_data[BURST_W-1-:CH_W] == c;
      wire burst_out = burst_take && b_ch == c;
      assign d_avail[c] = head_reg[c] != tail_reg[c];
      assign used[c*(Q_W+1)+:Q_W+1] = room_reg[c] - head_reg[c];
      // The parse stages are behind flying_reg by two cycles.
      assign fetch_busy[c] = working[c] || flying_reg[c] != 4'd0 || burst_in || (e_valid_reg && e_ch_reg == c) ||
          (q_valid_reg && q_ch_reg == c) || (refuse_valid && reserve_ch == c);
      always @(posedge aclk) begin
        if (pop_valid && pop_ch == c) head_reg[c] <= head_reg[c] + 1'b1;
        if (unpop_valid && unpop_ch == c) head_reg[c] <= head_reg[c] - 1'b1;
        if (q_valid_reg && q_ch_reg == c) tail_reg[c] <= tail_reg[c] + 1'b1;
        if (reserve_valid && reserve_ch == c) room_reg[c] <= room_reg[c] + reserve[Q_W:0];
        flying_reg[c] <= flying_reg[c] + {3'd0, burst_in} - {3'd0, burst_out};
        if (!aresetn || (start_valid && start_ch == c)) begin
          head_reg[c] <= {Q_W + 1{1'b0}};
          tail_reg[c] <= {Q_W + 1{1'b0}};
          room_reg[c] <= {Q_W + 1{1'b0}};
        end
        if (!aresetn) flying_reg[c] <= 4'd0;
      end
    end
  endgenerate

  assign {d_err, d_phase, d_tc, d_wb, d_irq, d_nop, d_eot, d_len, d_dst, d_src} = out_reg;

endmodule

`resetall
