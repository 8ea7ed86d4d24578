/*
 * windlass: the top level of the DMA engine.
 *
 * Purpose: checks the parameters and wires front (registers, channels, scheduler, descriptors), middle (map unit)
 * and back (data mover, commit, retire). docs/integration.md tells how to instantiate it, docs/theory-of-operation.md
 * follows a transfer through the modules.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass #(
    parameter CHANNELS = 4,  // channels, 1..64
    parameter DATA_WIDTH = 64,  // width of both memory buses in bits: 32, 64, 128, 256 or 512
    parameter ADDR_WIDTH = 32,  // width of a byte address in bits, 32..64
    parameter ID_WIDTH = 4,  // width of the AXI IDs in bits, 1 or more; 0 for data, 1 for descriptors on a shared port
    parameter MAP_REGISTERS = 256,  // entries of the translation table, 0..4096; 0 removes the map unit
    parameter REQUEST_LINES = 4,  // device request lines, 0..64
    parameter MAX_BURST = 64,  // beats of the longest burst, 1..256
    parameter OUTSTANDING = 32,  // reads and writes in flight, each, 1..64
    parameter BUFFER_BEATS = 512,  // words of the data buffer, a power of two, at least 2*MAX_BURST and 32
    parameter DESC_SHARED = 0,  // 1: descriptors use m_axi too, with ID 1; m_axi_desc is idle
    parameter DESC_PREFETCH = 64,  // descriptors fetched ahead per channel, a power of two, 4..256
    parameter COUNTERS = 1,  // 1: BURSTS and stall counters
    // not to be set
    parameter LINES_P = REQUEST_LINES > 0 ? REQUEST_LINES : 1
) (
    input wire aclk,  // clock of everything
    input wire aresetn,  // synchronous reset, active low
    // AXI4-Lite slave: registers
    input wire [18:0] s_axil_awaddr,  // write address
    input wire [2:0] s_axil_awprot,  // write protection, not looked at
    input wire s_axil_awvalid,  // write address valid
    output wire s_axil_awready,  // write address ready
    input wire [31:0] s_axil_wdata,  // write data
    input wire [3:0] s_axil_wstrb,  // write strobes; all must be set
    input wire s_axil_wvalid,  // write data valid
    output wire s_axil_wready,  // write data ready
    output wire [1:0] s_axil_bresp,  // write response
    output wire s_axil_bvalid,  // write response valid
    input wire s_axil_bready,  // write response ready
    input wire [18:0] s_axil_araddr,  // read address
    input wire [2:0] s_axil_arprot,  // read protection, not looked at
    input wire s_axil_arvalid,  // read address valid
    output wire s_axil_arready,  // read address ready
    output wire [31:0] s_axil_rdata,  // read data
    output wire [1:0] s_axil_rresp,  // read response
    output wire s_axil_rvalid,  // read data valid
    input wire s_axil_rready,  // read data ready
    // AXI4 master: memory and devices
    output wire [ID_WIDTH-1:0] m_axi_awid,  // write address: ID, always 0
    output wire [ADDR_WIDTH-1:0] m_axi_awaddr,  // write address: byte address
    output wire [7:0] m_axi_awlen,  // write address: beats - 1
    output wire [2:0] m_axi_awsize,  // write address: log2 of the bytes in a beat
    output wire [1:0] m_axi_awburst,  // write address: INCR for memory, FIXED for a device
    output wire m_axi_awlock,  // write address: always 0
    output wire [3:0] m_axi_awcache,  // write address: normal memory, or device
    output wire [2:0] m_axi_awprot,  // write address: always 0
    output wire [3:0] m_axi_awqos,  // write address: always 0
    output wire m_axi_awvalid,  // write address: valid
    input wire m_axi_awready,  // write address: ready
    output wire [DATA_WIDTH-1:0] m_axi_wdata,  // write data
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb,  // write strobes
    output wire m_axi_wlast,  // last beat of the burst
    output wire m_axi_wvalid,  // write data valid
    input wire m_axi_wready,  // write data ready
    input wire [ID_WIDTH-1:0] m_axi_bid,  // write response: ID
    input wire [1:0] m_axi_bresp,  // write response
    input wire m_axi_bvalid,  // write response valid
    output wire m_axi_bready,  // write response ready
    output wire [ID_WIDTH-1:0] m_axi_arid,  // read address: ID, always 0
    output wire [ADDR_WIDTH-1:0] m_axi_araddr,  // read address: byte address
    output wire [7:0] m_axi_arlen,  // read address: beats - 1
    output wire [2:0] m_axi_arsize,  // read address: log2 of the bytes in a beat
    output wire [1:0] m_axi_arburst,  // read address: INCR for memory, FIXED for a device
    output wire m_axi_arlock,  // read address: always 0
    output wire [3:0] m_axi_arcache,  // read address: normal memory, or device
    output wire [2:0] m_axi_arprot,  // read address: always 0
    output wire [3:0] m_axi_arqos,  // read address: always 0
    output wire m_axi_arvalid,  // read address: valid
    input wire m_axi_arready,  // read address: ready
    input wire [ID_WIDTH-1:0] m_axi_rid,  // read data: ID
    input wire [DATA_WIDTH-1:0] m_axi_rdata,  // read data
    input wire [1:0] m_axi_rresp,  // read response
    input wire m_axi_rlast,  // last beat of the burst
    input wire m_axi_rvalid,  // read data valid
    output wire m_axi_rready,  // read data ready
    // AXI4 master: descriptors and their write-back
    output wire [ID_WIDTH-1:0] m_axi_desc_awid,  // write address: ID, always 0
    output wire [ADDR_WIDTH-1:0] m_axi_desc_awaddr,  // write address: byte address
    output wire [7:0] m_axi_desc_awlen,  // write address: beats - 1
    output wire [2:0] m_axi_desc_awsize,  // write address: log2 of the bytes in a beat
    output wire [1:0] m_axi_desc_awburst,  // write address: INCR for memory, FIXED for a device
    output wire m_axi_desc_awlock,  // write address: always 0
    output wire [3:0] m_axi_desc_awcache,  // write address: normal memory, or device
    output wire [2:0] m_axi_desc_awprot,  // write address: always 0
    output wire [3:0] m_axi_desc_awqos,  // write address: always 0
    output wire m_axi_desc_awvalid,  // write address: valid
    input wire m_axi_desc_awready,  // write address: ready
    output wire [DATA_WIDTH-1:0] m_axi_desc_wdata,  // write data
    output wire [DATA_WIDTH/8-1:0] m_axi_desc_wstrb,  // write strobes
    output wire m_axi_desc_wlast,  // last beat of the burst
    output wire m_axi_desc_wvalid,  // write data valid
    input wire m_axi_desc_wready,  // write data ready
    input wire [ID_WIDTH-1:0] m_axi_desc_bid,  // write response: ID
    input wire [1:0] m_axi_desc_bresp,  // write response
    input wire m_axi_desc_bvalid,  // write response valid
    output wire m_axi_desc_bready,  // write response ready
    output wire [ID_WIDTH-1:0] m_axi_desc_arid,  // read address: ID, always 0
    output wire [ADDR_WIDTH-1:0] m_axi_desc_araddr,  // read address: byte address
    output wire [7:0] m_axi_desc_arlen,  // read address: beats - 1
    output wire [2:0] m_axi_desc_arsize,  // read address: log2 of the bytes in a beat
    output wire [1:0] m_axi_desc_arburst,  // read address: INCR for memory, FIXED for a device
    output wire m_axi_desc_arlock,  // read address: always 0
    output wire [3:0] m_axi_desc_arcache,  // read address: normal memory, or device
    output wire [2:0] m_axi_desc_arprot,  // read address: always 0
    output wire [3:0] m_axi_desc_arqos,  // read address: always 0
    output wire m_axi_desc_arvalid,  // read address: valid
    input wire m_axi_desc_arready,  // read address: ready
    input wire [ID_WIDTH-1:0] m_axi_desc_rid,  // read data: ID
    input wire [DATA_WIDTH-1:0] m_axi_desc_rdata,  // read data
    input wire [1:0] m_axi_desc_rresp,  // read response
    input wire m_axi_desc_rlast,  // last beat of the burst
    input wire m_axi_desc_rvalid,  // read data valid
    output wire m_axi_desc_rready,  // read data ready
    // requests
    input wire [LINES_P-1:0] req,  // request lines, level, synchronous to aclk
    output wire [LINES_P-1:0] ack,  // one cycle for each completed piece
    output wire [LINES_P-1:0] tc,  // with ack: terminal count
    // interrupts
    output wire [CHANNELS-1:0] irq,  // level per channel
    output wire irq_any  // any of them
);

  localparam CH_W = CHANNELS > 1 ? $clog2(CHANNELS) : 1;
  localparam TAG_W = 20;  // {row of a 2-D copy, fill, and windlass_front's 18}
  localparam EV_W = 17 + CH_W + ADDR_WIDTH;

  // A parameter that cannot work ends elaboration with the name of a module that does not exist.
  generate
    if (CHANNELS < 1 || CHANNELS > 64) begin : g_e0
      windlass_error_CHANNELS_must_be_1_to_64 error_i ();
    end
    if (DATA_WIDTH != 32 && DATA_WIDTH != 64 && DATA_WIDTH != 128 && DATA_WIDTH != 256 && DATA_WIDTH != 512) begin : g_e1
      windlass_error_DATA_WIDTH_must_be_32_64_128_256_or_512 error_i ();
    end
    if (ADDR_WIDTH < 32 || ADDR_WIDTH > 64) begin : g_e2
      windlass_error_ADDR_WIDTH_must_be_32_to_64 error_i ();
    end
    if (MAP_REGISTERS < 0 || MAP_REGISTERS > 4096) begin : g_e3
      windlass_error_MAP_REGISTERS_must_be_0_to_4096 error_i ();
    end
    if (REQUEST_LINES < 0 || REQUEST_LINES > 64) begin : g_e4
      windlass_error_REQUEST_LINES_must_be_0_to_64 error_i ();
    end
    if (MAX_BURST < 1 || MAX_BURST > 256) begin : g_e5
      windlass_error_MAX_BURST_must_be_1_to_256 error_i ();
    end
    if (OUTSTANDING < 1 || OUTSTANDING > 64) begin : g_e6
      windlass_error_OUTSTANDING_must_be_1_to_64 error_i ();
    end
    if (BUFFER_BEATS < 32 || BUFFER_BEATS < 2 * MAX_BURST || (BUFFER_BEATS & (BUFFER_BEATS - 1)) != 0) begin : g_e7
      windlass_error_BUFFER_BEATS_must_be_a_power_of_two_of_at_least_32_and_2_x_MAX_BURST error_i ();
    end
    if (DESC_PREFETCH < 4 || DESC_PREFETCH > 256 || (DESC_PREFETCH & (DESC_PREFETCH - 1)) != 0) begin : g_e8
      windlass_error_DESC_PREFETCH_must_be_a_power_of_two_from_4_to_256 error_i ();
    end
    if (ID_WIDTH < 1) begin : g_e9
      windlass_error_ID_WIDTH_must_be_at_least_1 error_i ();
    end
  endgenerate

  wire hold, wr_req, wr_ack, wr_err, rd_req, rd_ack, rd_err, cw_valid, cw_priv, start_valid, start_bad,
      abort_valid, sw_valid, rotate, fault_valid, fault_write, flt_valid, flt_write, mw_valid, cmd_fill,
      cmd_revoke, map_busy, ent_valid, ent_done, use_valid, seg_end, ack_valid, ack_tc, pop_valid,
      unpop_valid, d_irq, d_wb, d_tc, d_eop, d_eot, d_phase, a_hold, a_valid, b_valid, ab_bypass,
      piece_ready, piece_valid, piece_null, piece_sdev, piece_ddev, stop_wb_valid, end_valid, fx_valid,
      fx_bypass, fx_done, fetch_issue, fetch_end, wb_valid, wb_ready, wb_done, wx_valid, wx_bypass,
      wx_done, wback_issue, wback_end, x_valid, x_bypass, x_write, x_quiet, fx_quiet, tw_valid,
      mw_locked, map_refused, x_done, done_valid, done_ready,
      ev_valid, ev_ready;
  wire [19-1:0] wr_addr, rd_addr;
  wire [31:0] wr_data, rd_data, cw_data, rd_word, look_data, timeout, mw_lo, mw_hi, cmd_page_lo, cmd_page_hi,
      cmd_flags, ent_lo, ent_hi, d_len, wb_word2, wb_word3;
  wire [63:0] d_value, fence_in, fence_value;
  wire [ 3:0] d_op;
  wire [11:0] d_rows;
  wire [31:0] d_sstride, d_dstride;
  wire [3:0] wr_strb, fault_cause, flt_cause, d_err, a_err, b_err, piece_err, x_err, wb_err, done_err;
  wire piece_incr, piece_fill, fence_valid, fence_any;
  wire [2:0] visit_cause;
  wire [CH_W-1:0] visit_ch;
  wire [4:0] fence_level;
  wire [CHANNELS-1:0] stopped;
  wire [CH_W-1:0] cw_ch, cmd_ch, rd_ch, fault_ch, flt_ch, use_ch, seg_end_ch, ack_ch, pop_ch, unpop_ch,
      ab_ch, piece_ch, stop_wb_ch, end_ch, fx_ch, wb_ch, wx_ch, x_ch, done_ch;
  wire [4:0] cw_reg;
  wire [5:0] rd_reg;
  wire [2:0] look_word;
  wire look_req, look_hold, look_new, look_fresh, cw_bank, pause_valid, resume_valid, finish_valid, next_valid, weighted,
      irq_engine, hand_valid, mark_valid, cmd_lock, burst_valid, fence_pop;
  wire [CH_W-1:0] hand_ch, mark_ch, burst_ch;
  wire [3:0] late;
  wire [31:0] live_more;
  wire [CHANNELS-1:0] quiet;
  wire [11:0] lock_index;
  wire [ADDR_WIDTH-1:0] wb_addr;
  wire [CHANNELS-1:0] active, paced, may, halt, d_avail, fetch_busy, stop;
  wire [ADDR_WIDTH-1:0] fault_addr, flt_addr, a_addr, b_addr, a_paddr, b_paddr, piece_src,
      piece_dst, piece_src_l, piece_dst_l, fx_addr, d_src, d_dst, x_paddr, wx_addr, x_addr, done_faddr;
  wire [11:0] mw_index, cmd_index, ent_index, tw_index;
  wire [12:0] cmd_count, piece_len, done_len;
  wire [1:0] piece_unit;
  wire [17:0] piece_tag;
  wire [TAG_W-1:0] done_tag;
  wire [EV_W-1:0] ev_data;

  wire grant_we = cw_valid && cw_priv && cw_reg == `WL_GRANT_GRANT_NR;
  wire config_we = cw_valid && !cw_priv && cw_reg == `WL_CHANNEL_CONFIG_NR;
  wire done_take = done_valid && done_ready;
  assign irq_any = |irq || irq_engine;


  // ---------------------------------------------------------------- one memory port or two
  wire [ID_WIDTH-1:0] mem_awid, mem_bid, mem_arid, mem_rid, dsc_awid, dsc_bid, dsc_arid, dsc_rid;
  wire [ADDR_WIDTH-1:0] mem_awaddr, mem_araddr, dsc_awaddr, dsc_araddr;
  wire [7:0] mem_awlen, mem_arlen, dsc_awlen, dsc_arlen;
  wire [2:0] mem_awsize, mem_awprot, mem_arsize, mem_arprot, dsc_awsize, dsc_awprot, dsc_arsize, dsc_arprot;
  wire [1:0] mem_awburst, mem_bresp, mem_arburst, mem_rresp, dsc_awburst, dsc_bresp, dsc_arburst, dsc_rresp;
  wire mem_awlock, mem_awvalid, mem_awready, mem_wlast, mem_wvalid, mem_wready;
  wire mem_bvalid, mem_bready, mem_arlock, mem_arvalid, mem_arready, mem_rlast;
  wire mem_rvalid, mem_rready, dsc_awlock, dsc_awvalid, dsc_awready, dsc_wlast;
  wire dsc_wvalid, dsc_wready, dsc_bvalid, dsc_bready, dsc_arlock, dsc_arvalid;
  wire dsc_arready, dsc_rlast, dsc_rvalid, dsc_rready;
  wire [3:0] mem_awcache, mem_awqos, mem_arcache, mem_arqos, dsc_awcache, dsc_awqos, dsc_arcache, dsc_arqos;
  wire [DATA_WIDTH-1:0] mem_wdata, mem_rdata, dsc_wdata, dsc_rdata;
  wire [DATA_WIDTH/8-1:0] mem_wstrb, dsc_wstrb;
  generate
    if (DESC_SHARED) begin : g_shared
      windlass_merge #(
          .DATA_WIDTH(DATA_WIDTH),
          .ADDR_WIDTH(ADDR_WIDTH),
          .ID_WIDTH  (ID_WIDTH)
      ) merge_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .s_axi_mem_awaddr(mem_awaddr),
          .s_axi_mem_awlen(mem_awlen),
          .s_axi_mem_awsize(mem_awsize),
          .s_axi_mem_awburst(mem_awburst),
          .s_axi_mem_awlock(mem_awlock),
          .s_axi_mem_awcache(mem_awcache),
          .s_axi_mem_awprot(mem_awprot),
          .s_axi_mem_awqos(mem_awqos),
          .s_axi_mem_awvalid(mem_awvalid),
          .s_axi_mem_awready(mem_awready),
          .s_axi_mem_wdata(mem_wdata),
          .s_axi_mem_wstrb(mem_wstrb),
          .s_axi_mem_wlast(mem_wlast),
          .s_axi_mem_wvalid(mem_wvalid),
          .s_axi_mem_wready(mem_wready),
          .s_axi_mem_bresp(mem_bresp),
          .s_axi_mem_bvalid(mem_bvalid),
          .s_axi_mem_bready(mem_bready),
          .s_axi_mem_araddr(mem_araddr),
          .s_axi_mem_arlen(mem_arlen),
          .s_axi_mem_arsize(mem_arsize),
          .s_axi_mem_arburst(mem_arburst),
          .s_axi_mem_arlock(mem_arlock),
          .s_axi_mem_arcache(mem_arcache),
          .s_axi_mem_arprot(mem_arprot),
          .s_axi_mem_arqos(mem_arqos),
          .s_axi_mem_arvalid(mem_arvalid),
          .s_axi_mem_arready(mem_arready),
          .s_axi_mem_rdata(mem_rdata),
          .s_axi_mem_rresp(mem_rresp),
          .s_axi_mem_rlast(mem_rlast),
          .s_axi_mem_rvalid(mem_rvalid),
          .s_axi_mem_rready(mem_rready),
          .s_axi_desc_awaddr(dsc_awaddr),
          .s_axi_desc_awlen(dsc_awlen),
          .s_axi_desc_awsize(dsc_awsize),
          .s_axi_desc_awburst(dsc_awburst),
          .s_axi_desc_awlock(dsc_awlock),
          .s_axi_desc_awcache(dsc_awcache),
          .s_axi_desc_awprot(dsc_awprot),
          .s_axi_desc_awqos(dsc_awqos),
          .s_axi_desc_awvalid(dsc_awvalid),
          .s_axi_desc_awready(dsc_awready),
          .s_axi_desc_wdata(dsc_wdata),
          .s_axi_desc_wstrb(dsc_wstrb),
          .s_axi_desc_wlast(dsc_wlast),
          .s_axi_desc_wvalid(dsc_wvalid),
          .s_axi_desc_wready(dsc_wready),
          .s_axi_desc_bresp(dsc_bresp),
          .s_axi_desc_bvalid(dsc_bvalid),
          .s_axi_desc_bready(dsc_bready),
          .s_axi_desc_araddr(dsc_araddr),
          .s_axi_desc_arlen(dsc_arlen),
          .s_axi_desc_arsize(dsc_arsize),
          .s_axi_desc_arburst(dsc_arburst),
          .s_axi_desc_arlock(dsc_arlock),
          .s_axi_desc_arcache(dsc_arcache),
          .s_axi_desc_arprot(dsc_arprot),
          .s_axi_desc_arqos(dsc_arqos),
          .s_axi_desc_arvalid(dsc_arvalid),
          .s_axi_desc_arready(dsc_arready),
          .s_axi_desc_rdata(dsc_rdata),
          .s_axi_desc_rresp(dsc_rresp),
          .s_axi_desc_rlast(dsc_rlast),
          .s_axi_desc_rvalid(dsc_rvalid),
          .s_axi_desc_rready(dsc_rready),
          .m_axi_awid(m_axi_awid),
          .m_axi_awaddr(m_axi_awaddr),
          .m_axi_awlen(m_axi_awlen),
          .m_axi_awsize(m_axi_awsize),
          .m_axi_awburst(m_axi_awburst),
          .m_axi_awlock(m_axi_awlock),
          .m_axi_awcache(m_axi_awcache),
          .m_axi_awprot(m_axi_awprot),
          .m_axi_awqos(m_axi_awqos),
          .m_axi_awvalid(m_axi_awvalid),
          .m_axi_awready(m_axi_awready),
          .m_axi_wdata(m_axi_wdata),
          .m_axi_wstrb(m_axi_wstrb),
          .m_axi_wlast(m_axi_wlast),
          .m_axi_wvalid(m_axi_wvalid),
          .m_axi_wready(m_axi_wready),
          .m_axi_bid(m_axi_bid),
          .m_axi_bresp(m_axi_bresp),
          .m_axi_bvalid(m_axi_bvalid),
          .m_axi_bready(m_axi_bready),
          .m_axi_arid(m_axi_arid),
          .m_axi_araddr(m_axi_araddr),
          .m_axi_arlen(m_axi_arlen),
          .m_axi_arsize(m_axi_arsize),
          .m_axi_arburst(m_axi_arburst),
          .m_axi_arlock(m_axi_arlock),
          .m_axi_arcache(m_axi_arcache),
          .m_axi_arprot(m_axi_arprot),
          .m_axi_arqos(m_axi_arqos),
          .m_axi_arvalid(m_axi_arvalid),
          .m_axi_arready(m_axi_arready),
          .m_axi_rid(m_axi_rid),
          .m_axi_rdata(m_axi_rdata),
          .m_axi_rresp(m_axi_rresp),
          .m_axi_rlast(m_axi_rlast),
          .m_axi_rvalid(m_axi_rvalid),
          .m_axi_rready(m_axi_rready)
      );
      assign m_axi_desc_awid = {ID_WIDTH{1'b0}};
      assign m_axi_desc_awaddr = {ADDR_WIDTH{1'b0}};
      assign m_axi_desc_awlen = {8{1'b0}};
      assign m_axi_desc_awsize = {3{1'b0}};
      assign m_axi_desc_awburst = {2{1'b0}};
      assign m_axi_desc_awlock = 1'b0;
      assign m_axi_desc_awcache = {4{1'b0}};
      assign m_axi_desc_awprot = {3{1'b0}};
      assign m_axi_desc_awqos = {4{1'b0}};
      assign m_axi_desc_awvalid = 1'b0;
      assign m_axi_desc_wdata = {DATA_WIDTH{1'b0}};
      assign m_axi_desc_wstrb = {DATA_WIDTH / 8{1'b0}};
      assign m_axi_desc_wlast = 1'b0;
      assign m_axi_desc_wvalid = 1'b0;
      assign m_axi_desc_bready = 1'b0;
      assign m_axi_desc_arid = {ID_WIDTH{1'b0}};
      assign m_axi_desc_araddr = {ADDR_WIDTH{1'b0}};
      assign m_axi_desc_arlen = {8{1'b0}};
      assign m_axi_desc_arsize = {3{1'b0}};
      assign m_axi_desc_arburst = {2{1'b0}};
      assign m_axi_desc_arlock = 1'b0;
      assign m_axi_desc_arcache = {4{1'b0}};
      assign m_axi_desc_arprot = {3{1'b0}};
      assign m_axi_desc_arqos = {4{1'b0}};
      assign m_axi_desc_arvalid = 1'b0;
      assign m_axi_desc_rready = 1'b0;
      assign mem_bid = {ID_WIDTH{1'b0}};
      assign mem_rid = {ID_WIDTH{1'b0}};
      assign dsc_bid = {ID_WIDTH{1'b0}};
      assign dsc_rid = {ID_WIDTH{1'b0}};
    end else begin : g_own
      assign m_axi_awid = mem_awid;
      assign m_axi_awaddr = mem_awaddr;
      assign m_axi_awlen = mem_awlen;
      assign m_axi_awsize = mem_awsize;
      assign m_axi_awburst = mem_awburst;
      assign m_axi_awlock = mem_awlock;
      assign m_axi_awcache = mem_awcache;
      assign m_axi_awprot = mem_awprot;
      assign m_axi_awqos = mem_awqos;
      assign m_axi_awvalid = mem_awvalid;
      assign mem_awready = m_axi_awready;
      assign m_axi_wdata = mem_wdata;
      assign m_axi_wstrb = mem_wstrb;
      assign m_axi_wlast = mem_wlast;
      assign m_axi_wvalid = mem_wvalid;
      assign mem_wready = m_axi_wready;
      assign mem_bid = m_axi_bid;
      assign mem_bresp = m_axi_bresp;
      assign mem_bvalid = m_axi_bvalid;
      assign m_axi_bready = mem_bready;
      assign m_axi_arid = mem_arid;
      assign m_axi_araddr = mem_araddr;
      assign m_axi_arlen = mem_arlen;
      assign m_axi_arsize = mem_arsize;
      assign m_axi_arburst = mem_arburst;
      assign m_axi_arlock = mem_arlock;
      assign m_axi_arcache = mem_arcache;
      assign m_axi_arprot = mem_arprot;
      assign m_axi_arqos = mem_arqos;
      assign m_axi_arvalid = mem_arvalid;
      assign mem_arready = m_axi_arready;
      assign mem_rid = m_axi_rid;
      assign mem_rdata = m_axi_rdata;
      assign mem_rresp = m_axi_rresp;
      assign mem_rlast = m_axi_rlast;
      assign mem_rvalid = m_axi_rvalid;
      assign m_axi_rready = mem_rready;
      assign m_axi_desc_awid = dsc_awid;
      assign m_axi_desc_awaddr = dsc_awaddr;
      assign m_axi_desc_awlen = dsc_awlen;
      assign m_axi_desc_awsize = dsc_awsize;
      assign m_axi_desc_awburst = dsc_awburst;
      assign m_axi_desc_awlock = dsc_awlock;
      assign m_axi_desc_awcache = dsc_awcache;
      assign m_axi_desc_awprot = dsc_awprot;
      assign m_axi_desc_awqos = dsc_awqos;
      assign m_axi_desc_awvalid = dsc_awvalid;
      assign dsc_awready = m_axi_desc_awready;
      assign m_axi_desc_wdata = dsc_wdata;
      assign m_axi_desc_wstrb = dsc_wstrb;
      assign m_axi_desc_wlast = dsc_wlast;
      assign m_axi_desc_wvalid = dsc_wvalid;
      assign dsc_wready = m_axi_desc_wready;
      assign dsc_bid = m_axi_desc_bid;
      assign dsc_bresp = m_axi_desc_bresp;
      assign dsc_bvalid = m_axi_desc_bvalid;
      assign m_axi_desc_bready = dsc_bready;
      assign m_axi_desc_arid = dsc_arid;
      assign m_axi_desc_araddr = dsc_araddr;
      assign m_axi_desc_arlen = dsc_arlen;
      assign m_axi_desc_arsize = dsc_arsize;
      assign m_axi_desc_arburst = dsc_arburst;
      assign m_axi_desc_arlock = dsc_arlock;
      assign m_axi_desc_arcache = dsc_arcache;
      assign m_axi_desc_arprot = dsc_arprot;
      assign m_axi_desc_arqos = dsc_arqos;
      assign m_axi_desc_arvalid = dsc_arvalid;
      assign dsc_arready = m_axi_desc_arready;
      assign dsc_rid = m_axi_desc_rid;
      assign dsc_rdata = m_axi_desc_rdata;
      assign dsc_rresp = m_axi_desc_rresp;
      assign dsc_rlast = m_axi_desc_rlast;
      assign dsc_rvalid = m_axi_desc_rvalid;
      assign m_axi_desc_rready = dsc_rready;
    end
  endgenerate

  // ---------------------------------------------------------------- registers
  windlass_axil #(
      .ADDR_W(19)
  ) axil_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .hold(hold),
      .s_axil_awaddr(s_axil_awaddr),
      .s_axil_awvalid(s_axil_awvalid),
      .s_axil_awready(s_axil_awready),
      .s_axil_wdata(s_axil_wdata),
      .s_axil_wstrb(s_axil_wstrb),
      .s_axil_wvalid(s_axil_wvalid),
      .s_axil_wready(s_axil_wready),
      .s_axil_bresp(s_axil_bresp),
      .s_axil_bvalid(s_axil_bvalid),
      .s_axil_bready(s_axil_bready),
      .s_axil_araddr(s_axil_araddr),
      .s_axil_arvalid(s_axil_arvalid),
      .s_axil_arready(s_axil_arready),
      .s_axil_rdata(s_axil_rdata),
      .s_axil_rresp(s_axil_rresp),
      .s_axil_rvalid(s_axil_rvalid),
      .s_axil_rready(s_axil_rready),
      .wr_req(wr_req),
      .wr_addr(wr_addr),
      .wr_data(wr_data),
      .wr_strb(wr_strb),
      .wr_ack(wr_ack),
      .wr_err(wr_err),
      .rd_req(rd_req),
      .rd_addr(rd_addr),
      .rd_ack(rd_ack),
      .rd_data(rd_data),
      .rd_err(rd_err)
  );

  windlass_csr #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .REQUEST_LINES(REQUEST_LINES),
      .MAX_BURST(MAX_BURST),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .DESC_PREFETCH(DESC_PREFETCH),
      .COUNTERS(COUNTERS)
  ) csr_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .hold(hold),
      .wr_req(wr_req),
      .wr_addr(wr_addr),
      .wr_data(wr_data),
      .wr_strb(wr_strb),
      .wr_ack(wr_ack),
      .wr_err(wr_err),
      .rd_req(rd_req),
      .rd_addr(rd_addr),
      .rd_ack(rd_ack),
      .rd_data(rd_data),
      .rd_err(rd_err),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_bad(start_bad),
      .abort_valid(abort_valid),
      .sw_valid(sw_valid),
      .cmd_ch(cmd_ch),
      .cw_bank(cw_bank),
      .pause_valid(pause_valid),
      .resume_valid(resume_valid),
      .finish_valid(finish_valid),
      .next_valid(next_valid),
      .rotate(rotate),
      .weighted(weighted),
      .timeout(timeout),
      .quiet(quiet),
      .active(active),
      .paused(stopped),
      .hand_valid(hand_valid),
      .hand_ch(hand_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .irq(irq),
      .irq_engine(irq_engine),
      .late(late),
      .live_ch(rd_ch),
      .live_reg(rd_reg),
      .live_word(rd_word),
      .live_more(live_more),
      .look_req(look_req),
      .look_hold(look_hold),
      .look_word(look_word),
      .look_data(look_data),
      .look_new(look_new),
      .look_fresh(look_fresh),
      .fault_valid(fault_valid),
      .fault_write(fault_write),
      .fault_cause(fault_cause),
      .fault_ch(fault_ch),
      .fault_addr(fault_addr),
      .flt_valid(flt_valid),
      .flt_write(flt_write),
      .flt_cause(flt_cause),
      .flt_ch(flt_ch),
      .flt_addr(flt_addr),
      .lock_index(lock_index),
      .lock_there(mw_locked),
      .mw_valid(mw_valid),
      .mw_index(mw_index),
      .mw_lo(mw_lo),
      .mw_hi(mw_hi),
      .cmd_fill(cmd_fill),
      .cmd_revoke(cmd_revoke),
      .cmd_lock(cmd_lock),
      .cmd_index(cmd_index),
      .cmd_count(cmd_count),
      .cmd_page_lo(cmd_page_lo),
      .cmd_page_hi(cmd_page_hi),
      .cmd_flags(cmd_flags),
      .map_busy(map_busy),
      .map_refused(map_refused),
      .ent_valid(ent_valid),
      .ent_index(ent_index),
      .ent_done(ent_done),
      .ent_lo(ent_lo),
      .ent_hi(ent_hi)
  );

  // ---------------------------------------------------------------- front: what to do
  windlass_request #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .REQUEST_LINES(REQUEST_LINES),
      .LINES_P(LINES_P)
  ) request_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .req(req),
      .ack(ack),
      .tc(tc),
      .line_we(grant_we),
      .line_ch(cw_ch),
      .line_no(cw_data[13:8]),
      .pacing_we(config_we),
      .pacing_ch(cw_ch),
      .pacing_mode(cw_data[11:10]),
      .start_valid(start_valid),
      .start_ch(cmd_ch),
      .sw_valid(sw_valid),
      .sw_ch(cmd_ch),
      .use_valid(use_valid),
      .use_ch(use_ch),
      .seg_end(seg_end),
      .seg_end_ch(seg_end_ch),
      .paced(paced),
      .may(may),
      .ack_valid(ack_valid),
      .ack_ch(ack_ch),
      .ack_tc(ack_tc)
  );

  // Few pieces are enough to keep the back end busy: what was picked in the last cycles and what waits there is bounded. So with a
  // busy bus one piece is picked for each that goes, and each pick is among all channels that can go, as the policy wants it.
  reg [5:0] picked_reg;
  reg piece_room_reg;
  wire [4:0] piece_level;
  wire [6:0] picked = {picked_reg, pop_valid || use_valid};
  wire [4:0] on_their_way = {4'd0, picked[0]} + {4'd0, picked[1]} + {4'd0, picked[2]} + {4'd0, picked[3]} +
      {4'd0, picked[4]} + {4'd0, picked[5]} + {4'd0, picked[6]};
  always @(posedge aclk) begin
    picked_reg <= picked[5:0];
    piece_room_reg <= piece_ready && piece_level + on_their_way < 5'd8;
    if (!aresetn) begin
      picked_reg <= 6'd0;
      piece_room_reg <= 1'b0;
    end
  end

  windlass_front #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAX_BURST(MAX_BURST),
      .TAG_W(18)
  ) front_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .cw_bank(cw_bank),
      .start_valid(start_valid),
      .start_ch(cmd_ch),
      .start_bad(start_bad),
      .start_bank(cw_bank),
      .pause_valid(pause_valid),
      .resume_valid(resume_valid),
      .finish_valid(finish_valid),
      .next_valid(next_valid),
      .cmd_ch(cmd_ch),
      .weighted(weighted),
      .paused(stopped),
      .visit_ch(visit_ch),
      .visit_cause(visit_cause),
      .abort_valid(abort_valid),
      .abort_ch(cmd_ch),
      .rotate(rotate),
      .active(active),
      .halt(halt),
      .paced(paced),
      .may(may),
      .use_valid(use_valid),
      .use_ch(use_ch),
      .seg_end(seg_end),
      .seg_end_ch(seg_end_ch),
      .d_avail(d_avail),
      .fetch_busy(fetch_busy),
      .pop_valid(pop_valid),
      .pop_ch(pop_ch),
      .unpop_valid(unpop_valid),
      .unpop_ch(unpop_ch),
      .d_src(d_src),
      .d_dst(d_dst),
      .d_len(d_len),
      .d_irq(d_irq),
      .d_wb(d_wb),
      .d_tc(d_tc),
      .d_op(d_op),
      .d_value(d_value),
      .d_eop(d_eop),
      .d_eot(d_eot),
      .d_err(d_err),
      .d_phase(d_phase),
      .map_change(mw_valid || cmd_fill || cmd_revoke || map_busy || tw_valid),
      .a_hold(a_hold),
      .a_valid(a_valid),
      .a_addr(a_addr),
      .b_valid(b_valid),
      .b_addr(b_addr),
      .ab_ch(ab_ch),
      .ab_bypass(ab_bypass),
      .a_paddr(a_paddr),
      .a_err(a_err),
      .b_paddr(b_paddr),
      .b_err(b_err),
      .piece_ready(piece_room_reg),
      .piece_valid(piece_valid),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_src_l(piece_src_l),
      .piece_dst_l(piece_dst_l),
      .piece_len(piece_len),
      .piece_sdev(piece_sdev),
      .piece_ddev(piece_ddev),
      .piece_unit(piece_unit),
      .piece_tag(piece_tag),
      .piece_incr(piece_incr),
      .piece_fill(piece_fill),
      .fence_valid(fence_valid),
      .fence_value(fence_in),
      .fence_room(fence_level < 5'd8),
      .mark_valid(mark_valid),
      .mark_ch(mark_ch),
      .stop(stop),
      .stop_wb_valid(stop_wb_valid),
      .stop_wb_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch)
  );

  windlass_desc #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .MAX_BURST(MAX_BURST),
      .DESC_PREFETCH(DESC_PREFETCH)
  ) desc_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
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
      .x_paddr(x_paddr),
      .x_err(x_err),
      .tw_valid(tw_valid),
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
      .d_irq(d_irq),
      .d_wb(d_wb),
      .d_tc(d_tc),
      .d_eop(d_eop),
      .d_eot(d_eot),
      .d_err(d_err),
      .d_phase(d_phase),
      .d_value(d_value),
      .d_rows(d_rows),
      .d_sstride(d_sstride),
      .d_dstride(d_dstride),
      .m_axi_desc_arid(dsc_arid),
      .m_axi_desc_araddr(dsc_araddr),
      .m_axi_desc_arlen(dsc_arlen),
      .m_axi_desc_arsize(dsc_arsize),
      .m_axi_desc_arburst(dsc_arburst),
      .m_axi_desc_arlock(dsc_arlock),
      .m_axi_desc_arcache(dsc_arcache),
      .m_axi_desc_arprot(dsc_arprot),
      .m_axi_desc_arqos(dsc_arqos),
      .m_axi_desc_arvalid(dsc_arvalid),
      .m_axi_desc_arready(dsc_arready),
      .m_axi_desc_rdata(dsc_rdata),
      .m_axi_desc_rresp(dsc_rresp),
      .m_axi_desc_rlast(dsc_rlast),
      .m_axi_desc_rvalid(dsc_rvalid),
      .m_axi_desc_rready(dsc_rready)
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
      .cw_priv(cw_priv),
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
      .x_paddr(x_paddr),
      .x_err(x_err),
      .wback_issue(wback_issue),
      .wback_end(wback_end),
      .m_axi_desc_awid(dsc_awid),
      .m_axi_desc_awaddr(dsc_awaddr),
      .m_axi_desc_awlen(dsc_awlen),
      .m_axi_desc_awsize(dsc_awsize),
      .m_axi_desc_awburst(dsc_awburst),
      .m_axi_desc_awlock(dsc_awlock),
      .m_axi_desc_awcache(dsc_awcache),
      .m_axi_desc_awprot(dsc_awprot),
      .m_axi_desc_awqos(dsc_awqos),
      .m_axi_desc_awvalid(dsc_awvalid),
      .m_axi_desc_awready(dsc_awready),
      .m_axi_desc_wdata(dsc_wdata),
      .m_axi_desc_wstrb(dsc_wstrb),
      .m_axi_desc_wlast(dsc_wlast),
      .m_axi_desc_wvalid(dsc_wvalid),
      .m_axi_desc_wready(dsc_wready),
      .m_axi_desc_bresp(dsc_bresp),
      .m_axi_desc_bvalid(dsc_bvalid),
      .m_axi_desc_bready(dsc_bready)
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

  // ---------------------------------------------------------------- middle: translation
  windlass_map #(
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .SEQ_W(10)
  ) map_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .a_valid(a_valid),
      .a_addr(a_addr),
      .ab_ch(ab_ch),
      .ab_bypass(ab_bypass),
      .a_paddr(a_paddr),
      .a_err(a_err),
      .a_hold(a_hold),
      .b_valid(b_valid),
      .b_addr(b_addr),
      .b_paddr(b_paddr),
      .b_err(b_err),
      .x_valid(x_valid),
      .x_addr(x_addr),
      .x_ch(x_ch),
      .x_bypass(x_bypass),
      .x_write(x_write),
      .x_quiet(x_quiet),
      .x_done(x_done),
      .x_paddr(x_paddr),
      .x_err(x_err),
      .flt_valid(flt_valid),
      .flt_write(flt_write),
      .flt_cause(flt_cause),
      .flt_ch(flt_ch),
      .flt_addr(flt_addr),
      .ent_valid(ent_valid),
      .ent_index(ent_index),
      .ent_done(ent_done),
      .ent_lo(ent_lo),
      .ent_hi(ent_hi),
      .mw_valid(mw_valid),
      .mw_index(mw_index),
      .mw_lo(mw_lo),
      .mw_hi(mw_hi),
      .cmd_fill(cmd_fill),
      .cmd_revoke(cmd_revoke),
      .cmd_index(cmd_index),
      .cmd_count(cmd_count),
      .cmd_page_lo(cmd_page_lo),
      .cmd_page_hi(cmd_page_hi),
      .cmd_flags(cmd_flags),
      .cmd_lock(cmd_lock),
      .lock_index(lock_index),
      .mw_locked(mw_locked),
      .map_refused(map_refused),
      .map_busy(map_busy),
      .tw_valid(tw_valid),
      .tw_index(tw_index),
      .piece_issue(piece_valid),
      .piece_end(done_take),
      .fetch_issue(fetch_issue),
      .fetch_end(fetch_end),
      .wback_issue(wback_issue),
      .wback_end(wback_end)
  );

  // ---------------------------------------------------------------- back: move bytes, make it visible
  windlass_back #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .TAG_W(TAG_W)
  ) back_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .piece_valid(piece_valid),
      .piece_ready(piece_ready),
      .piece_level(piece_level),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_src_l(piece_src_l),
      .piece_dst_l(piece_dst_l),
      .piece_len(piece_len),
      .piece_sdev(piece_sdev),
      .piece_ddev(piece_ddev),
      .piece_incr(piece_incr),
      .piece_unit(piece_unit),
      .piece_fill(piece_fill),
      .piece_sstr(1'b0),
      .piece_slast(1'b0),
      .piece_dstr(1'b0),
      .piece_dlast(1'b0),
      .piece_tag({1'b0, piece_fill, piece_tag}),
      .m_axi_arid(mem_arid),
      .m_axi_araddr(mem_araddr),
      .m_axi_arlen(mem_arlen),
      .m_axi_arsize(mem_arsize),
      .m_axi_arburst(mem_arburst),
      .m_axi_arlock(mem_arlock),
      .m_axi_arcache(mem_arcache),
      .m_axi_arprot(mem_arprot),
      .m_axi_arqos(mem_arqos),
      .m_axi_arvalid(mem_arvalid),
      .m_axi_arready(mem_arready),
      .m_axi_awid(mem_awid),
      .m_axi_awaddr(mem_awaddr),
      .m_axi_awlen(mem_awlen),
      .m_axi_awsize(mem_awsize),
      .m_axi_awburst(mem_awburst),
      .m_axi_awlock(mem_awlock),
      .m_axi_awcache(mem_awcache),
      .m_axi_awprot(mem_awprot),
      .m_axi_awqos(mem_awqos),
      .m_axi_awvalid(mem_awvalid),
      .m_axi_awready(mem_awready),
      .m_axi_wdata(mem_wdata),
      .m_axi_wstrb(mem_wstrb),
      .m_axi_wlast(mem_wlast),
      .m_axi_wvalid(mem_wvalid),
      .m_axi_wready(mem_wready),
      .m_axi_bresp(mem_bresp),
      .m_axi_bvalid(mem_bvalid),
      .m_axi_bready(mem_bready),
      .clr_valid(start_valid),
      .clr_ch(cmd_ch),
      .done_valid(done_valid),
      .done_ready(done_ready),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_faddr(done_faddr),
      .done_tag(done_tag),
      .m_axi_rdata(mem_rdata),
      .m_axi_rresp(mem_rresp),
      .m_axi_rlast(mem_rlast),
      .m_axi_rvalid(mem_rvalid),
      .m_axi_rready(mem_rready),
      .m_axi_bid(mem_bid),
      .m_axi_rid(mem_rid),
      .stop(stop),
      .s_axis_tdata({DATA_WIDTH{1'b0}}),
      .s_axis_tkeep({DATA_WIDTH / 8{1'b0}}),
      .s_axis_tlast(1'b0),
      .s_axis_tid(8'd0),
      .s_axis_tdest(8'd0),
      .s_axis_tvalid(1'b0),
      .s_axis_tready(),
      .m_axis_tdata(),
      .m_axis_tkeep(),
      .m_axis_tlast(),
      .m_axis_tid(),
      .m_axis_tdest(),
      .m_axis_tuser(),
      .m_axis_tvalid(),
      .m_axis_tready(1'b0),
      .si_ready(),
      .si_ch({CH_W{1'b0}}),
      .si_bytes(),
      .si_end(),
      .str_take_valid(1'b0),
      .str_take_ch({CH_W{1'b0}}),
      .str_take_len(13'd0),
      .str_take_end(1'b0),
      .packet_valid(),
      .packet_tid(),
      .packet_tdest(),
      .so_ready(),
      .str_put_valid(1'b0),
      .str_put_ch({CH_W{1'b0}}),
      .str_put_len(13'd0),
      .str_put_off(6'd0),
      .conf_valid(1'b0),
      .conf_ch({CH_W{1'b0}}),
      .conf_tdest(8'd0)
  );

  // Values of fences wait here, in order, for their turn in windlass_commit.
  windlass_fifo #(
      .WIDTH(64),
      .DEPTH_LOG(4)
  ) fences_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(fence_valid),
      .in_data(fence_in),
      .level(fence_level),
      .out_valid(fence_any),
      .out_ready(fence_pop),
      .out_data(fence_value)
  );

  windlass_commit #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .TAG_W(TAG_W),
      .EV_W(EV_W)
  ) commit_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_ch(cmd_ch),
      .done_valid(done_valid),
      .done_ready(done_ready),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_faddr(done_faddr),
      .done_tag(done_tag),
      .wb_valid(wb_valid),
      .wb_ready(wb_ready),
      .wb_ch(wb_ch),
      .wb_addr(wb_addr),
      .wb_word2(wb_word2),
      .wb_word3(wb_word3),
      .fence_value(fence_value),
      .fence_pop(fence_pop),
      .ev_valid(ev_valid),
      .ev_ready(ev_ready),
      .ev_data(ev_data),
      .burst_valid(burst_valid),
      .burst_ch(burst_ch),
      .rd_req(look_req),
      .rd_hold(look_hold),
      .rd_ch(rd_ch),
      .rd_word(look_word),
      .rd_data(look_data),
      .rd_new(look_new),
      .rd_fresh(look_fresh)
  );

  windlass_retire #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .EV_W(EV_W)
  ) retire_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .cw_valid(cw_valid),
      .cw_priv(cw_priv),
      .cw_ch(cw_ch),
      .cw_reg(cw_reg),
      .cw_data(cw_data),
      .start_valid(start_valid),
      .start_ch(cmd_ch),
      .quiet(quiet),
      .ev_valid(ev_valid),
      .ev_ready(ev_ready),
      .ev_data(ev_data),
      .wb_done(wb_done),
      .wb_err(wb_err),
      .stop_valid(stop_wb_valid),
      .stop_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch),
      .ack_valid(ack_valid),
      .ack_ch(ack_ch),
      .ack_tc(ack_tc),
      .mark_valid(mark_valid),
      .mark_ch(mark_ch),
      .hand_valid(hand_valid),
      .hand_ch(hand_ch),
      .fault_valid(fault_valid),
      .fault_write(fault_write),
      .fault_cause(fault_cause),
      .fault_ch(fault_ch),
      .fault_addr(fault_addr),
      .irq(irq),
      .rd_ch(rd_ch),
      .rd_reg(rd_reg[4:0]),
      .rd_word(rd_word)
  );

  // ---------------------------------------------------------------- observation
  generate
    if (COUNTERS != 0) begin : g_counters
      windlass_stall #(
          .CHANNELS(CHANNELS),
          .CH_W(CH_W)
      ) stall_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .visit_ch(visit_ch),
          .visit_cause(visit_cause),
          .start_valid(start_valid),
          .start_ch(cmd_ch),
          .burst_valid(burst_valid),
          .burst_ch(burst_ch),
          .rd_ch(rd_ch),
          .rd_reg(rd_reg),
          .rd_word(live_more)
      );
    end else begin : g_no_counters
      assign live_more = 32'd0;
      assign visit_ch  = {CH_W{1'b0}};
    end
  endgenerate

  windlass_watch watch_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .timeout(timeout),
      .avalid({dsc_awvalid, dsc_arvalid, mem_awvalid, mem_arvalid}),
      .aready({dsc_awready, dsc_arready, mem_awready, mem_arready}),
      .wvalid({dsc_wvalid, mem_wvalid}),
      .wready({dsc_wready, mem_wready}),
      .wlast({dsc_wlast, mem_wlast}),
      .rvalid({dsc_bvalid, dsc_rvalid, mem_bvalid, mem_rvalid}),
      .rready({dsc_bready, dsc_rready, mem_bready, mem_rready}),
      .rlast({dsc_rlast, mem_rlast}),
      .late(late)
  );

endmodule

`resetall
