/*
 * windlass_descriptors: descriptors and their status, between memory and the front.
 *
 * Purpose: wires the fetcher (windlass_desc, which reads), the write-back (windlass_writeback, which writes) and the look-up that both share
 * (windlass_lookup). Without DESCRIPTORS there is nothing, and no channel ever has one.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_descriptors #(
    parameter CHANNELS = 4,  // number of channels
    parameter CH_W = 2,  // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter ID_WIDTH = 4,  // AXI ID, bits
    parameter MAP_REGISTERS = 256,  // entries of the map, 0: none
    parameter MAX_BURST = 64,  // beats of the longest burst
    parameter DESC_PREFETCH = 64,  // descriptors fetched ahead per channel
    parameter DESCRIPTORS = 1,  // table and ring mode are built
    parameter TWO_D = 0,  // 2-D copies are built
    parameter CRC = 0  // CRC32C and COMPARE are built
) (
    input wire aclk,  // clock of everything
    input wire aresetn,  // synchronous reset, active low
    // accepted writes and commands
    input wire cw_valid,  // an accepted write to a channel register
    input wire pw_valid,  // an accepted write to a grant register
    input wire [CH_W-1:0] cw_ch,  // the channel
    input wire [4:0] cw_reg,  // register number (byte offset / 4)
    input wire [31:0] cw_data,  // data
    input wire [15:0] wr_data,  // a cycle before cw_data: what it may be
    input wire start_valid,  // START
    input wire start_bad,  // its configuration is refused
    input wire [CH_W-1:0] cmd_ch,  // its channel
    // channels
    input wire [CHANNELS-1:0] active,  // running channels
    input wire [CHANNELS-1:0] halt,  // fetch no more for it
    output wire [CHANNELS-1:0] fetch_busy,  // a fetch is under way for it
    // descriptors that are ready
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
    // write-backs
    input wire wb_valid,  // write back
    output wire wb_ready,  // taken
    input wire [CH_W-1:0] wb_ch,  // the channel
    input wire [ADDR_WIDTH-1:0] wb_addr,  // logical address of the two words
    input wire [31:0] wb_word2,  // bytes committed
    input wire [31:0] wb_word3,  // status
    output wire wb_done,  // a request is answered
    output wire [3:0] wb_err,  // 0, DESC_MAP or DESC_BUS
    // look-ups, and what the map's fence counts
    output wire x_valid,  // look up
    output wire [ADDR_WIDTH-1:0] x_addr,  // logical address
    output wire [CH_W-1:0] x_ch,  // channel
    output wire x_bypass,  // not translated
    output wire x_write,  // needs permission to write
    output wire x_quiet,  // a refusal is no fault
    input wire x_done,  // result is there
    input wire [ADDR_WIDTH-1:0] x_paddr,  // physical address
    input wire [3:0] x_err,  // error
    input wire tw_near,  // a map entry is written now or soon
    input wire [3:0] tw_index,  // which, low bits
    output wire fetch_issue,  // fence: a burst is issued
    output wire fetch_end,  // fence: it has ended
    output wire wback_issue,  // fence: looked up
    output wire wback_end,  // fence: ended
    // AXI4 master; no IDs, and without what is always 0
    output wire [ADDR_WIDTH-1:0] m_axi_desc_awaddr,  // write address: byte address
    output wire [7:0] m_axi_desc_awlen,  // write address: beats - 1
    output wire [2:0] m_axi_desc_awsize,  // write address: log2 of the bytes in a beat
    output wire [1:0] m_axi_desc_awburst,  // write address: INCR
    output wire [3:0] m_axi_desc_awcache,  // write address: memory type
    output wire m_axi_desc_awvalid,  // write address: valid
    input wire m_axi_desc_awready,  // write address: ready
    output wire [DATA_WIDTH-1:0] m_axi_desc_wdata,  // write data
    output wire [DATA_WIDTH/8-1:0] m_axi_desc_wstrb,  // write strobes
    output wire m_axi_desc_wlast,  // last beat of the burst
    output wire m_axi_desc_wvalid,  // write data valid
    input wire m_axi_desc_wready,  // write data ready
    input wire [1:0] m_axi_desc_bresp,  // write response
    input wire m_axi_desc_bvalid,  // write response valid
    output wire m_axi_desc_bready,  // write response ready
    output wire [ADDR_WIDTH-1:0] m_axi_desc_araddr,  // read address: byte address
    output wire [7:0] m_axi_desc_arlen,  // read address: beats - 1
    output wire [2:0] m_axi_desc_arsize,  // read address: log2 of the bytes in a beat
    output wire [1:0] m_axi_desc_arburst,  // read address: INCR
    output wire [3:0] m_axi_desc_arcache,  // read address: memory type
    output wire m_axi_desc_arvalid,  // read address: valid
    input wire m_axi_desc_arready,  // read address: ready
    input wire [DATA_WIDTH-1:0] m_axi_desc_rdata,  // read data
    input wire [1:0] m_axi_desc_rresp,  // read response
    input wire m_axi_desc_rlast,  // last beat of the burst
    input wire m_axi_desc_rvalid,  // read data valid
    output wire m_axi_desc_rready  // read data ready
);
  generate
    if (DESCRIPTORS != 0) begin : g_built
      wire fx_valid, fx_bypass, fx_quiet, fx_done, wx_valid, wx_bypass, wx_done;
      wire [ADDR_WIDTH-1:0] fx_addr, wx_addr;
      wire [CH_W-1:0] fx_ch, wx_ch;
      wire [ID_WIDTH-1:0] no_arid, no_awid;
      wire no_arlock, no_awlock;
      wire [2:0] no_arprot, no_awprot;
      wire [3:0] no_arqos, no_awqos;
      windlass_desc #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W),
          .DATA_WIDTH(DATA_WIDTH),
          .ADDR_WIDTH(ADDR_WIDTH),
          .ID_WIDTH(ID_WIDTH),
          .MAX_BURST(MAX_BURST),
          .TWO_D(TWO_D),
          .CRC(CRC),
          .DESC_PREFETCH(DESC_PREFETCH)
      ) desc_i (
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
          .start_ch(cmd_ch),
          .active(active),
          .halt(halt),
          .fetch_busy(fetch_busy),
          .fx_valid(fx_valid),
          .fx_addr(fx_addr),
          .fx_ch(fx_ch),
          .fx_bypass(fx_bypass),
          .fx_quiet(fx_quiet),
          .fx_done(fx_done),
          .x_paddr(MAP_REGISTERS == 0 ? fx_addr : x_paddr),
          .x_err(x_err),
          .tw_valid(tw_near),
          .tw_index(tw_index),
          .fetch_issue(fetch_issue),
          .fetch_end(fetch_end),
          .d_avail(d_avail),
          .pop_valid(pop_valid),
          .pop_ch(pop_ch),
          .unpop_valid(unpop_valid),
          .unpop_ch(unpop_ch),
          .d_src(d_src),
          .d_dst(d_dst),
          .d_len(d_len),
          .d_op(d_op),
          .d_flags(d_flags),
          .d_eot(d_eot),
          .d_err(d_err),
          .d_sdev(d_sdev),
          .d_ddev(d_ddev),
          .d_phase(d_phase),
          .d_whole(d_whole),
          .d_rows(d_rows),
          .d_sstride(d_sstride),
          .d_dstride(d_dstride),
          .m_axi_desc_arid(no_arid),
          .m_axi_desc_araddr(m_axi_desc_araddr),
          .m_axi_desc_arlen(m_axi_desc_arlen),
          .m_axi_desc_arsize(m_axi_desc_arsize),
          .m_axi_desc_arburst(m_axi_desc_arburst),
          .m_axi_desc_arlock(no_arlock),
          .m_axi_desc_arcache(m_axi_desc_arcache),
          .m_axi_desc_arprot(no_arprot),
          .m_axi_desc_arqos(no_arqos),
          .m_axi_desc_arvalid(m_axi_desc_arvalid),
          .m_axi_desc_arready(m_axi_desc_arready),
          .m_axi_desc_rdata(m_axi_desc_rdata),
          .m_axi_desc_rresp(m_axi_desc_rresp),
          .m_axi_desc_rlast(m_axi_desc_rlast),
          .m_axi_desc_rvalid(m_axi_desc_rvalid),
          .m_axi_desc_rready(m_axi_desc_rready)
      );

      windlass_writeback #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W),
          .DATA_WIDTH(DATA_WIDTH),
          .ADDR_WIDTH(ADDR_WIDTH),
          .ID_WIDTH(ID_WIDTH)
      ) writeback_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .cw_valid(cw_valid),
          .pw_valid(pw_valid),
          .cw_ch(cw_ch),
          .cw_reg(cw_reg),
          .cw_data(cw_data),
          .wb_valid(wb_valid),
          .wb_ready(wb_ready),
          .wb_ch(wb_ch),
          .wb_addr(wb_addr),
          .wb_word2(wb_word2),
          .wb_word3(wb_word3),
          .wb_done(wb_done),
          .wb_err(wb_err),
          .wx_valid(wx_valid),
          .wx_addr(wx_addr),
          .wx_ch(wx_ch),
          .wx_bypass(wx_bypass),
          .wx_done(wx_done),
          .x_paddr(MAP_REGISTERS == 0 ? wx_addr : x_paddr),
          .x_err(x_err),
          .wback_issue(wback_issue),
          .wback_end(wback_end),
          .m_axi_desc_awid(no_awid),
          .m_axi_desc_awaddr(m_axi_desc_awaddr),
          .m_axi_desc_awlen(m_axi_desc_awlen),
          .m_axi_desc_awsize(m_axi_desc_awsize),
          .m_axi_desc_awburst(m_axi_desc_awburst),
          .m_axi_desc_awlock(no_awlock),
          .m_axi_desc_awcache(m_axi_desc_awcache),
          .m_axi_desc_awprot(no_awprot),
          .m_axi_desc_awqos(no_awqos),
          .m_axi_desc_awvalid(m_axi_desc_awvalid),
          .m_axi_desc_awready(m_axi_desc_awready),
          .m_axi_desc_wdata(m_axi_desc_wdata),
          .m_axi_desc_wstrb(m_axi_desc_wstrb),
          .m_axi_desc_wlast(m_axi_desc_wlast),
          .m_axi_desc_wvalid(m_axi_desc_wvalid),
          .m_axi_desc_wready(m_axi_desc_wready),
          .m_axi_desc_bresp(m_axi_desc_bresp),
          .m_axi_desc_bvalid(m_axi_desc_bvalid),
          .m_axi_desc_bready(m_axi_desc_bready)
      );

      windlass_lookup #(
          .CH_W(CH_W),
          .ADDR_WIDTH(ADDR_WIDTH)
      ) lookup_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .fx_valid(fx_valid),
          .fx_addr(fx_addr),
          .fx_ch(fx_ch),
          .fx_bypass(fx_bypass),
          .fx_quiet(fx_quiet),
          .fx_done(fx_done),
          .wx_valid(wx_valid),
          .wx_addr(wx_addr),
          .wx_ch(wx_ch),
          .wx_bypass(wx_bypass),
          .wx_done(wx_done),
          .x_valid(x_valid),
          .x_addr(x_addr),
          .x_ch(x_ch),
          .x_bypass(x_bypass),
          .x_write(x_write),
          .x_quiet(x_quiet),
          .x_done(x_done)
      );
    end else begin : g_none
      assign {fetch_busy, d_avail} = {2 * CHANNELS{1'b0}};
      assign {d_src, d_dst} = {2 * ADDR_WIDTH{1'b0}};
      assign {d_len, d_op, d_flags, d_eot, d_err, d_sdev, d_ddev, d_phase, d_whole} = 49'd0;
      assign {d_rows, d_sstride, d_dstride} = 76'd0;
      assign {fetch_issue, fetch_end, wback_issue, wback_end} = 4'd0;
      assign {wb_ready, wb_done, wb_err} = 6'd0;
      assign {x_valid, x_bypass, x_write, x_quiet} = 4'd0;
      assign x_addr = {ADDR_WIDTH{1'b0}};
      assign x_ch = {CH_W{1'b0}};
      assign {m_axi_desc_araddr, m_axi_desc_awaddr} = {2 * ADDR_WIDTH{1'b0}};
      assign {m_axi_desc_arlen, m_axi_desc_arsize, m_axi_desc_arburst, m_axi_desc_arcache, m_axi_desc_arvalid} = 18'd0;
      assign {m_axi_desc_awlen, m_axi_desc_awsize, m_axi_desc_awburst, m_axi_desc_awcache, m_axi_desc_awvalid} = 18'd0;
      assign m_axi_desc_wdata = {DATA_WIDTH{1'b0}};
      assign m_axi_desc_wstrb = {DATA_WIDTH / 8{1'b0}};
      assign {m_axi_desc_wlast, m_axi_desc_wvalid, m_axi_desc_rready, m_axi_desc_bready} = 4'd0;
    end
  endgenerate

endmodule

`resetall
