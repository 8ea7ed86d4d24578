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
    parameter ID_WIDTH = 4,  // width of AXI IDs in bits, 1 or more: 0 data, 1 descriptors on a shared port, 2 bus masters
    parameter MAP_REGISTERS = 256,  // entries of the translation table, 0..4096; 0 removes the map unit
    parameter REQUEST_LINES = 4,  // device request lines, 0..64
    parameter STREAMS = 0,  // channels 0..STREAMS-1 have a stream in and a stream out, 0..CHANNELS
    parameter STREAM_BEATS = 64,  // words of the queue of each stream, a power of two, 16..4096
    parameter MAX_BURST = 64,  // beats of the longest burst, 1..256
    parameter OUTSTANDING = 32,  // reads and writes in flight, each, 1..64
    parameter BUFFER_BEATS = 512,  // words of the data buffer, a power of two, at least 2*MAX_BURST and 32
    parameter DESC_SHARED = 0,  // 1: descriptors use m_axi too, with ID 1; m_axi_desc is idle
    parameter DESC_PREFETCH = 64,  // descriptors fetched ahead per channel, a power of two, 4..256
    parameter DESCRIPTORS = 1,  // 1: table and ring mode; 0: m_axi_desc is idle
    parameter AUTO_INIT = 1,  // 1: auto-initialize mode
    parameter TWO_D = 0,  // 1: 2-D copies
    parameter CRC = 0,  // 1: CRC32C and COMPARE
    parameter COUNTERS = 1,  // 1: BURSTS and stall counters
    parameter BUS_MASTERS = 0,  // devices that move their own data through s_axi_dev, 0..8; 0 removes it
    parameter DEV_ID_WIDTH = 8,  // width of the AXI IDs on s_axi_dev in bits, 3..16; the upper three are the bus master's number
    parameter DEV_BEATS = 256,  // words that s_axi_dev keeps each way, a power of two, 32..4096
    // not to be set
    parameter LINES_P = REQUEST_LINES > 0 ? REQUEST_LINES : 1,
    parameter STREAMS_P = STREAMS > 0 ? STREAMS : 1
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
    output wire [ID_WIDTH-1:0] m_axi_awid,  // write address: ID, see ID_WIDTH
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
    output wire [ID_WIDTH-1:0] m_axi_arid,  // read address: ID, see ID_WIDTH
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
    // AXI4 slave: bus masters
    input wire [DEV_ID_WIDTH-1:0] s_axi_dev_awid,  // write address: ID, the bus master in its upper three bits
    input wire [ADDR_WIDTH-1:0] s_axi_dev_awaddr,  // write address: logical byte address
    input wire [7:0] s_axi_dev_awlen,  // write address: beats - 1
    input wire [2:0] s_axi_dev_awsize,  // write address: log2 of the bytes in a beat
    input wire [1:0] s_axi_dev_awburst,  // write address: FIXED, INCR or WRAP
    input wire s_axi_dev_awlock,  // write address: not looked at
    input wire [3:0] s_axi_dev_awcache,  // write address: goes out as it is
    input wire [2:0] s_axi_dev_awprot,  // write address: not looked at
    input wire [3:0] s_axi_dev_awqos,  // write address: goes out as it is
    input wire s_axi_dev_awvalid,  // write address: valid
    output wire s_axi_dev_awready,  // write address: ready
    input wire [DATA_WIDTH-1:0] s_axi_dev_wdata,  // write data
    input wire [DATA_WIDTH/8-1:0] s_axi_dev_wstrb,  // write strobes
    input wire s_axi_dev_wlast,  // last beat of the burst, not looked at
    input wire s_axi_dev_wvalid,  // write data valid
    output wire s_axi_dev_wready,  // write data ready
    output wire [DEV_ID_WIDTH-1:0] s_axi_dev_bid,  // write response: ID
    output wire [1:0] s_axi_dev_bresp,  // write response
    output wire s_axi_dev_bvalid,  // write response valid
    input wire s_axi_dev_bready,  // write response ready
    input wire [DEV_ID_WIDTH-1:0] s_axi_dev_arid,  // read address: ID, the bus master in its upper three bits
    input wire [ADDR_WIDTH-1:0] s_axi_dev_araddr,  // read address: logical byte address
    input wire [7:0] s_axi_dev_arlen,  // read address: beats - 1
    input wire [2:0] s_axi_dev_arsize,  // read address: log2 of the bytes in a beat
    input wire [1:0] s_axi_dev_arburst,  // read address: FIXED, INCR or WRAP
    input wire s_axi_dev_arlock,  // read address: not looked at
    input wire [3:0] s_axi_dev_arcache,  // read address: goes out as it is
    input wire [2:0] s_axi_dev_arprot,  // read address: not looked at
    input wire [3:0] s_axi_dev_arqos,  // read address: goes out as it is
    input wire s_axi_dev_arvalid,  // read address: valid
    output wire s_axi_dev_arready,  // read address: ready
    output wire [DEV_ID_WIDTH-1:0] s_axi_dev_rid,  // read data: ID
    output wire [DATA_WIDTH-1:0] s_axi_dev_rdata,  // read data
    output wire [1:0] s_axi_dev_rresp,  // read response
    output wire s_axi_dev_rlast,  // last beat of the burst
    output wire s_axi_dev_rvalid,  // read data valid
    input wire s_axi_dev_rready,  // read data ready
    // AXI-Streams in, of channels 0..STREAMS-1, side by side; without streams one that is idle
    input wire [STREAMS_P*DATA_WIDTH-1:0] s_axis_tdata,  // data
    input wire [STREAMS_P*DATA_WIDTH/8-1:0] s_axis_tkeep,  // bytes, contiguous from byte 0; all of them without TLAST
    input wire [STREAMS_P-1:0] s_axis_tlast,  // the packet ends
    input wire [STREAMS_P*8-1:0] s_axis_tid,  // any number; register STREAM shows that of the last packet
    input wire [STREAMS_P*8-1:0] s_axis_tdest,  // likewise
    input wire [STREAMS_P-1:0] s_axis_tvalid,  // valid
    output wire [STREAMS_P-1:0] s_axis_tready,  // ready
    // AXI-Streams out, likewise
    output wire [STREAMS_P*DATA_WIDTH-1:0] m_axis_tdata,  // data
    output wire [STREAMS_P*DATA_WIDTH/8-1:0] m_axis_tkeep,  // bytes, contiguous from byte 0; all of them without TLAST
    output wire [STREAMS_P-1:0] m_axis_tlast,  // the packet ends
    output wire [STREAMS_P*8-1:0] m_axis_tid,  // number of the channel
    output wire [STREAMS_P*8-1:0] m_axis_tdest,  // from register CONFIG
    output wire [STREAMS_P-1:0] m_axis_tuser,  // with TLAST: the packet was cut short
    output wire [STREAMS_P-1:0] m_axis_tvalid,  // valid
    input wire [STREAMS_P-1:0] m_axis_tready,  // ready
    // requests
    input wire [LINES_P-1:0] req,  // request lines, level, synchronous to aclk
    output wire [LINES_P-1:0] ack,  // one cycle for each completed piece
    output wire [LINES_P-1:0] tc,  // with ack: terminal count
    // interrupts
    output wire [CHANNELS-1:0] irq,  // level per channel
    output wire irq_any  // any of them
);

  localparam CH_W = CHANNELS > 1 ? $clog2(CHANNELS) : 1;
  localparam SUMS = CRC != 0 && DESCRIPTORS != 0 ? 1 : 0;  // only descriptors ask for them
  localparam TAG_W = 20;  // {row of a 2-D copy, fill, and windlass_front's 18}
  localparam EV_W = 17 + CH_W + ADDR_WIDTH;
  // Words of a stream in one piece, at most: it fits a page, and one more row than these has a number of eight bits.
  localparam PAGE_WORDS = DATA_WIDTH >= 256 ? 32768 / DATA_WIDTH : 255;
  localparam STREAM_QUARTER = STREAM_BEATS / 4 < PAGE_WORDS ? STREAM_BEATS / 4 : PAGE_WORDS;
  localparam STREAM_MOST = MAX_BURST < STREAM_QUARTER ? MAX_BURST : STREAM_QUARTER;

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
    if (STREAMS < 0 || STREAMS > CHANNELS) begin : g_e20
      windlass_error_STREAMS_must_be_0_to_CHANNELS error_i ();
    end
    if (STREAM_BEATS < 16 || STREAM_BEATS > 4096 || (STREAM_BEATS & (STREAM_BEATS - 1)) != 0) begin : g_e21
      windlass_error_STREAM_BEATS_must_be_a_power_of_two_from_16_to_4096 error_i ();
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
    if (BUS_MASTERS < 0 || BUS_MASTERS > 8) begin : g_e30
      windlass_error_BUS_MASTERS_must_be_0_to_8 error_i ();
    end
    if (BUS_MASTERS > 0 && ID_WIDTH < 2) begin : g_e31
      windlass_error_ID_WIDTH_must_be_at_least_2_with_BUS_MASTERS error_i ();
    end
    if (DEV_ID_WIDTH < 3 || DEV_ID_WIDTH > 16) begin : g_e32
      windlass_error_DEV_ID_WIDTH_must_be_3_to_16 error_i ();
    end
    if (DEV_BEATS < 32 || DEV_BEATS > 4096 || (DEV_BEATS & (DEV_BEATS - 1)) != 0) begin : g_e33
      windlass_error_DEV_BEATS_must_be_a_power_of_two_from_32_to_4096 error_i ();
    end
    if (DESC_SHARED != 0 && DESC_SHARED != 1) begin : g_e10
      windlass_error_DESC_SHARED_must_be_0_or_1 error_i ();
    end
    if (DESCRIPTORS != 0 && DESCRIPTORS != 1) begin : g_e11
      windlass_error_DESCRIPTORS_must_be_0_or_1 error_i ();
    end
    if (AUTO_INIT != 0 && AUTO_INIT != 1) begin : g_e12
      windlass_error_AUTO_INIT_must_be_0_or_1 error_i ();
    end
    if (TWO_D != 0 && TWO_D != 1) begin : g_e13
      windlass_error_TWO_D_must_be_0_or_1 error_i ();
    end
    if (COUNTERS != 0 && COUNTERS != 1) begin : g_e14
      windlass_error_COUNTERS_must_be_0_or_1 error_i ();
    end
    if (CRC != 0 && CRC != 1) begin : g_e17
      windlass_error_CRC_must_be_0_or_1 error_i ();
    end
  endgenerate

  wire hold, wr_req, wr_ack, wr_err, rd_req, rd_ack, rd_err, cw_valid, cw_priv, start_valid, start_bad,
      abort_valid, sw_valid, rotate, fault_valid, fault_write, flt_valid, flt_write, mw_valid, cmd_fill,
      cmd_revoke, map_busy, ent_valid, ent_done, use_valid, seg_end, ack_valid, ack_tc, pop_valid,
      unpop_valid, d_sdev, d_ddev, d_irq, d_wb, d_tc, d_eop, d_eot, d_phase, a_hold, a_valid, b_valid, a_bypass, b_bypass,
      piece_ready, piece_valid, piece_null, piece_sdev, piece_ddev, stop_wb_valid, end_valid, fx_valid,
      fx_bypass, fx_done, fetch_issue, fetch_end, wb_valid, wb_ready, wb_done, wx_valid, wx_bypass,
      wx_done, wback_issue, wback_end, x_valid, x_bypass, x_write, x_quiet, fx_quiet, tw_valid,
      mw_locked, map_refused, x_done, done_valid, done_ready,
      ev_valid, ev_ready;
  wire time_we;
  wire [19-1:0] wr_addr, rd_addr;
  wire [31:0] wr_data, rd_data, cw_data, rd_word, look_data, mw_lo, mw_hi, cmd_page_lo, cmd_page_hi,
      cmd_flags, ent_lo, ent_hi, d_len, wb_word2, wb_word3;
  wire [ 3:0] d_op;
  wire [11:0] d_rows;
  wire [31:0] d_sstride, d_dstride;
  wire [3:0] wr_strb, fault_cause, flt_cause, d_err, a_err, b_err, piece_err, x_err, wb_err, done_err;
  wire piece_incr, piece_fill, piece_two_d, piece_sum, done_differs;
  wire [31:0] done_value, piece_high, done_high;
  wire [2:0] visit_cause;
  wire [CH_W-1:0] visit_ch;
  wire [CHANNELS-1:0] stopped;
  wire [CH_W-1:0] cw_ch, cmd_ch, rd_ch, fault_ch, flt_ch, use_ch, seg_end_ch, ack_ch, pop_ch, unpop_ch,
      ab_ch, piece_ch, stop_wb_ch, end_ch, fx_ch, wb_ch, wx_ch, x_ch, done_ch;
  wire [4:0] cw_reg;
  wire [5:0] rd_reg;
  wire [2:0] look_word;
  wire look_req, look_hold, look_new, look_fresh, cw_bank, pause_valid, resume_valid, finish_valid, next_valid, weighted,
      irq_engine, hand_valid, mark_valid, cmd_lock, burst_valid;
  wire [CH_W-1:0] hand_ch, mark_ch, burst_ch;
  wire [3:0] late;
  wire [31:0] live_more;
  wire [CHANNELS-1:0] quiet;
  wire [11:0] lock_index;
  wire [ADDR_WIDTH-1:0] wb_addr;
  wire [CHANNELS-1:0] active, paced, may, halt, d_avail, fetch_busy, stop;
  wire [ADDR_WIDTH-1:0] fault_addr, flt_addr, a_addr, b_addr, a_paddr, b_paddr, piece_src, done_src,
      piece_dst, piece_src_l, piece_dst_l, fx_addr, d_src, d_dst, x_paddr, wx_addr, x_addr, done_faddr;
  wire [11:0] mw_index, cmd_index, ent_index, tw_index;
  wire [12:0] cmd_count, piece_len, done_len;
  wire [11:0] piece_len_m1;
  wire [1:0] piece_unit;
  wire [17:0] piece_tag;
  wire [TAG_W-1:0] done_tag;
  wire [EV_W-1:0] ev_data;

  wire [STREAMS_P-1:0] si_ready, so_ready, packet_valid;
  wire [STREAMS_P*8-1:0] packet_tid, packet_tdest;
  wire [CH_W-1:0] si_ch;
  wire [12:0] si_bytes;
  wire si_end, str_take_valid, str_put_valid, piece_sstr, piece_slast, piece_dstr, piece_dlast, end_cut, cut_valid;
  wire [31:0] more_word;

  wire grant_we = cw_valid && cw_priv && cw_reg == `WL_GRANT_GRANT_NR;
  wire config_we = cw_valid && !cw_priv && cw_reg == `WL_CHANNEL_CONFIG_NR;
  // The fence may hear of an end a cycle late: it compares counts.
  reg [2:0] ends_reg;
  always @(posedge aclk) ends_reg <= {wback_end, fetch_end, done_valid && done_ready} & {3{aresetn}};
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
  // With one port for all, an answer that waits for windlass_commit would stand before the write-back's answer for which windlass_commit
  // waits: each data write has a place for its answer.
  wire back_bvalid, back_bready;
  wire [1:0] back_bresp;
  generate
    if (DESC_SHARED != 0 && DESCRIPTORS != 0) begin : g_answers
      wire [6:0] kept_level;
      wire kept_valid;
      wire [1:0] kept;
      assign mem_bready  = 1'b1;
      assign back_bvalid = kept_valid || mem_bvalid;
      assign back_bresp  = kept_valid ? kept : mem_bresp;
      windlass_fifo #(
          .WIDTH(2),
          .DEPTH_LOG(6)
      ) answers_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .in_valid(mem_bvalid && (kept_valid || !back_bready)),
          .in_data(mem_bresp),
          .level(kept_level),
          .out_valid(kept_valid),
          .out_ready(back_bready),
          .out_data(kept)
      );
    end else begin : g_no_answers
      assign mem_bready  = back_bready;
      assign back_bvalid = mem_bvalid;
      assign back_bresp  = mem_bresp;
    end
  endgenerate

  // ---------------------------------------------------------------- bus masters share the memory port
  wire [ID_WIDTH-1:0] bus_awid, bus_bid, bus_arid, bus_rid;
  wire [ADDR_WIDTH-1:0] bus_awaddr, bus_araddr, dev_addr;
  wire [7:0] bus_awlen, bus_arlen;
  wire [2:0] bus_awsize, bus_awprot, bus_arsize, bus_arprot;
  wire [1:0] bus_awburst, bus_bresp, bus_arburst, bus_rresp;
  wire bus_awlock, bus_awvalid, bus_awready, bus_wlast, bus_wvalid, bus_wready;
  wire bus_bvalid, bus_bready, bus_arlock, bus_arvalid, bus_arready, bus_rlast, bus_rvalid, bus_rready;
  wire [3:0] bus_awcache, bus_awqos, bus_arcache, bus_arqos;
  wire [DATA_WIDTH-1:0] bus_wdata, bus_rdata;
  wire [DATA_WIDTH/8-1:0] bus_wstrb;
  wire ab_soon, resetting, dev_idle, dev_drained, dev_write, tw_soon, tw_near, tw_clear, fence_mark;
  wire [1:0] dev_count;
  wire [3:0] dev_cause;
  wire [DEV_ID_WIDTH-1:0] dev_id;
  wire [ADDR_WIDTH-13:0] tw_page;
  wire [9:0] tw_flags;
  generate
    if (BUS_MASTERS > 0) begin : g_masters
      wire [ADDR_WIDTH-1:0] dev_awaddr, dev_araddr;
      wire [7:0] dev_awlen, dev_arlen;
      wire [2:0] dev_awsize, dev_arsize;
      wire [1:0] dev_awburst, dev_bresp, dev_arburst, dev_rresp;
      wire dev_awvalid, dev_awready, dev_wlast, dev_wvalid, dev_wready, dev_bvalid, dev_bready;
      wire dev_arvalid, dev_arready, dev_rlast, dev_rvalid, dev_rready;
      wire [3:0] dev_awcache, dev_awqos, dev_arcache, dev_arqos;
      wire [DATA_WIDTH-1:0] dev_wdata, dev_rdata;
      wire [DATA_WIDTH/8-1:0] dev_wstrb;
      windlass_dev #(
          .DATA_WIDTH(DATA_WIDTH),
          .ADDR_WIDTH(ADDR_WIDTH),
          .DEV_ID_WIDTH(DEV_ID_WIDTH),
          .MAP_REGISTERS(MAP_REGISTERS),
          .BUS_MASTERS(BUS_MASTERS),
          .DEV_BEATS_LOG($clog2(DEV_BEATS))
      ) dev_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .s_axi_dev_awid(s_axi_dev_awid),
          .s_axi_dev_awaddr(s_axi_dev_awaddr),
          .s_axi_dev_awlen(s_axi_dev_awlen),
          .s_axi_dev_awsize(s_axi_dev_awsize),
          .s_axi_dev_awburst(s_axi_dev_awburst),
          .s_axi_dev_awcache(s_axi_dev_awcache),
          .s_axi_dev_awqos(s_axi_dev_awqos),
          .s_axi_dev_awvalid(s_axi_dev_awvalid),
          .s_axi_dev_awready(s_axi_dev_awready),
          .s_axi_dev_wdata(s_axi_dev_wdata),
          .s_axi_dev_wstrb(s_axi_dev_wstrb),
          .s_axi_dev_wlast(s_axi_dev_wlast),
          .s_axi_dev_wvalid(s_axi_dev_wvalid),
          .s_axi_dev_wready(s_axi_dev_wready),
          .s_axi_dev_bid(s_axi_dev_bid),
          .s_axi_dev_bresp(s_axi_dev_bresp),
          .s_axi_dev_bvalid(s_axi_dev_bvalid),
          .s_axi_dev_bready(s_axi_dev_bready),
          .s_axi_dev_arid(s_axi_dev_arid),
          .s_axi_dev_araddr(s_axi_dev_araddr),
          .s_axi_dev_arlen(s_axi_dev_arlen),
          .s_axi_dev_arsize(s_axi_dev_arsize),
          .s_axi_dev_arburst(s_axi_dev_arburst),
          .s_axi_dev_arcache(s_axi_dev_arcache),
          .s_axi_dev_arqos(s_axi_dev_arqos),
          .s_axi_dev_arvalid(s_axi_dev_arvalid),
          .s_axi_dev_arready(s_axi_dev_arready),
          .s_axi_dev_rid(s_axi_dev_rid),
          .s_axi_dev_rdata(s_axi_dev_rdata),
          .s_axi_dev_rresp(s_axi_dev_rresp),
          .s_axi_dev_rlast(s_axi_dev_rlast),
          .s_axi_dev_rvalid(s_axi_dev_rvalid),
          .s_axi_dev_rready(s_axi_dev_rready),
          .m_axi_awaddr(dev_awaddr),
          .m_axi_awlen(dev_awlen),
          .m_axi_awsize(dev_awsize),
          .m_axi_awburst(dev_awburst),
          .m_axi_awcache(dev_awcache),
          .m_axi_awqos(dev_awqos),
          .m_axi_awvalid(dev_awvalid),
          .m_axi_awready(dev_awready),
          .m_axi_wdata(dev_wdata),
          .m_axi_wstrb(dev_wstrb),
          .m_axi_wlast(dev_wlast),
          .m_axi_wvalid(dev_wvalid),
          .m_axi_wready(dev_wready),
          .m_axi_bresp(dev_bresp),
          .m_axi_bvalid(dev_bvalid),
          .m_axi_bready(dev_bready),
          .m_axi_araddr(dev_araddr),
          .m_axi_arlen(dev_arlen),
          .m_axi_arsize(dev_arsize),
          .m_axi_arburst(dev_arburst),
          .m_axi_arcache(dev_arcache),
          .m_axi_arqos(dev_arqos),
          .m_axi_arvalid(dev_arvalid),
          .m_axi_arready(dev_arready),
          .m_axi_rdata(dev_rdata),
          .m_axi_rresp(dev_rresp),
          .m_axi_rlast(dev_rlast),
          .m_axi_rvalid(dev_rvalid),
          .m_axi_rready(dev_rready),
          .closed(resetting),
          .idle(dev_idle),
          .flt_count(dev_count),
          .flt_write(dev_write),
          .flt_cause(dev_cause),
          .flt_id(dev_id),
          .flt_addr(dev_addr),
          .mark(fence_mark),
          .drained(dev_drained),
          .tw_clear(tw_clear),
          .tw_soon(tw_soon),
          .tw_valid(tw_valid),
          .tw_index(tw_index),
          .tw_page(tw_page),
          .tw_flags(tw_flags)
      );
      windlass_merge #(
          .DATA_WIDTH(DATA_WIDTH),
          .ADDR_WIDTH(ADDR_WIDTH),
          .ID_WIDTH(ID_WIDTH),
          .ID_BIT(1),
          .FAIR(1)
      ) share_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .s_axi_mem_awid(mem_awid),
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
          .s_axi_mem_arid(mem_arid),
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
          .s_axi_desc_awaddr(dev_awaddr),
          .s_axi_desc_awlen(dev_awlen),
          .s_axi_desc_awsize(dev_awsize),
          .s_axi_desc_awburst(dev_awburst),
          .s_axi_desc_awlock(1'b0),
          .s_axi_desc_awcache(dev_awcache),
          .s_axi_desc_awprot(3'd0),
          .s_axi_desc_awqos(dev_awqos),
          .s_axi_desc_awvalid(dev_awvalid),
          .s_axi_desc_awready(dev_awready),
          .s_axi_desc_wdata(dev_wdata),
          .s_axi_desc_wstrb(dev_wstrb),
          .s_axi_desc_wlast(dev_wlast),
          .s_axi_desc_wvalid(dev_wvalid),
          .s_axi_desc_wready(dev_wready),
          .s_axi_desc_bresp(dev_bresp),
          .s_axi_desc_bvalid(dev_bvalid),
          .s_axi_desc_bready(dev_bready),
          .s_axi_desc_araddr(dev_araddr),
          .s_axi_desc_arlen(dev_arlen),
          .s_axi_desc_arsize(dev_arsize),
          .s_axi_desc_arburst(dev_arburst),
          .s_axi_desc_arlock(1'b0),
          .s_axi_desc_arcache(dev_arcache),
          .s_axi_desc_arprot(3'd0),
          .s_axi_desc_arqos(dev_arqos),
          .s_axi_desc_arvalid(dev_arvalid),
          .s_axi_desc_arready(dev_arready),
          .s_axi_desc_rdata(dev_rdata),
          .s_axi_desc_rresp(dev_rresp),
          .s_axi_desc_rlast(dev_rlast),
          .s_axi_desc_rvalid(dev_rvalid),
          .s_axi_desc_rready(dev_rready),
          .m_axi_awid(bus_awid),
          .m_axi_awaddr(bus_awaddr),
          .m_axi_awlen(bus_awlen),
          .m_axi_awsize(bus_awsize),
          .m_axi_awburst(bus_awburst),
          .m_axi_awlock(bus_awlock),
          .m_axi_awcache(bus_awcache),
          .m_axi_awprot(bus_awprot),
          .m_axi_awqos(bus_awqos),
          .m_axi_awvalid(bus_awvalid),
          .m_axi_awready(bus_awready),
          .m_axi_wdata(bus_wdata),
          .m_axi_wstrb(bus_wstrb),
          .m_axi_wlast(bus_wlast),
          .m_axi_wvalid(bus_wvalid),
          .m_axi_wready(bus_wready),
          .m_axi_bid(bus_bid),
          .m_axi_bresp(bus_bresp),
          .m_axi_bvalid(bus_bvalid),
          .m_axi_bready(bus_bready),
          .m_axi_arid(bus_arid),
          .m_axi_araddr(bus_araddr),
          .m_axi_arlen(bus_arlen),
          .m_axi_arsize(bus_arsize),
          .m_axi_arburst(bus_arburst),
          .m_axi_arlock(bus_arlock),
          .m_axi_arcache(bus_arcache),
          .m_axi_arprot(bus_arprot),
          .m_axi_arqos(bus_arqos),
          .m_axi_arvalid(bus_arvalid),
          .m_axi_arready(bus_arready),
          .m_axi_rid(bus_rid),
          .m_axi_rdata(bus_rdata),
          .m_axi_rresp(bus_rresp),
          .m_axi_rlast(bus_rlast),
          .m_axi_rvalid(bus_rvalid),
          .m_axi_rready(bus_rready)
      );
      assign mem_bid = {ID_WIDTH{1'b0}};
      assign mem_rid = {ID_WIDTH{1'b0}};
    end else begin : g_no_masters
      assign bus_awid = mem_awid;
      assign bus_awaddr = mem_awaddr;
      assign bus_awlen = mem_awlen;
      assign bus_awsize = mem_awsize;
      assign bus_awburst = mem_awburst;
      assign bus_awlock = mem_awlock;
      assign bus_awcache = mem_awcache;
      assign bus_awprot = mem_awprot;
      assign bus_awqos = mem_awqos;
      assign bus_awvalid = mem_awvalid;
      assign bus_wdata = mem_wdata;
      assign bus_wstrb = mem_wstrb;
      assign bus_wlast = mem_wlast;
      assign bus_wvalid = mem_wvalid;
      assign bus_bready = mem_bready;
      assign bus_arid = mem_arid;
      assign bus_araddr = mem_araddr;
      assign bus_arlen = mem_arlen;
      assign bus_arsize = mem_arsize;
      assign bus_arburst = mem_arburst;
      assign bus_arlock = mem_arlock;
      assign bus_arcache = mem_arcache;
      assign bus_arprot = mem_arprot;
      assign bus_arqos = mem_arqos;
      assign bus_arvalid = mem_arvalid;
      assign bus_rready = mem_rready;
      assign mem_awready = bus_awready;
      assign mem_wready = bus_wready;
      assign mem_bid = bus_bid;
      assign mem_bresp = bus_bresp;
      assign mem_bvalid = bus_bvalid;
      assign mem_arready = bus_arready;
      assign mem_rid = bus_rid;
      assign mem_rdata = bus_rdata;
      assign mem_rresp = bus_rresp;
      assign mem_rlast = bus_rlast;
      assign mem_rvalid = bus_rvalid;
      assign s_axi_dev_awready = 1'b0;
      assign s_axi_dev_wready = 1'b0;
      assign s_axi_dev_bid = {DEV_ID_WIDTH{1'b0}};
      assign s_axi_dev_bresp = 2'd0;
      assign s_axi_dev_bvalid = 1'b0;
      assign s_axi_dev_arready = 1'b0;
      assign s_axi_dev_rid = {DEV_ID_WIDTH{1'b0}};
      assign s_axi_dev_rdata = {DATA_WIDTH{1'b0}};
      assign s_axi_dev_rresp = 2'd0;
      assign s_axi_dev_rlast = 1'b0;
      assign s_axi_dev_rvalid = 1'b0;
      assign dev_idle = 1'b1;
      assign dev_count = 2'd0;
      assign dev_write = 1'b0;
      assign dev_cause = 4'd0;
      assign dev_id = {DEV_ID_WIDTH{1'b0}};
      assign dev_addr = {ADDR_WIDTH{1'b0}};
      assign dev_drained = 1'b1;
    end
  endgenerate
  wire [31:0] dev_id32 = {{32 - DEV_ID_WIDTH{1'b0}}, dev_id};

  // ---------------------------------------------------------------- descriptors on it too, or on a port of their own
  generate
    if (DESC_SHARED != 0 && DESCRIPTORS != 0) begin : g_shared
      windlass_merge #(
          .DATA_WIDTH(DATA_WIDTH),
          .ADDR_WIDTH(ADDR_WIDTH),
          .ID_WIDTH  (ID_WIDTH)
      ) merge_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .s_axi_mem_awid(bus_awid),
          .s_axi_mem_awaddr(bus_awaddr),
          .s_axi_mem_awlen(bus_awlen),
          .s_axi_mem_awsize(bus_awsize),
          .s_axi_mem_awburst(bus_awburst),
          .s_axi_mem_awlock(bus_awlock),
          .s_axi_mem_awcache(bus_awcache),
          .s_axi_mem_awprot(bus_awprot),
          .s_axi_mem_awqos(bus_awqos),
          .s_axi_mem_awvalid(bus_awvalid),
          .s_axi_mem_awready(bus_awready),
          .s_axi_mem_wdata(bus_wdata),
          .s_axi_mem_wstrb(bus_wstrb),
          .s_axi_mem_wlast(bus_wlast),
          .s_axi_mem_wvalid(bus_wvalid),
          .s_axi_mem_wready(bus_wready),
          .s_axi_mem_bresp(bus_bresp),
          .s_axi_mem_bvalid(bus_bvalid),
          .s_axi_mem_bready(bus_bready),
          .s_axi_mem_arid(bus_arid),
          .s_axi_mem_araddr(bus_araddr),
          .s_axi_mem_arlen(bus_arlen),
          .s_axi_mem_arsize(bus_arsize),
          .s_axi_mem_arburst(bus_arburst),
          .s_axi_mem_arlock(bus_arlock),
          .s_axi_mem_arcache(bus_arcache),
          .s_axi_mem_arprot(bus_arprot),
          .s_axi_mem_arqos(bus_arqos),
          .s_axi_mem_arvalid(bus_arvalid),
          .s_axi_mem_arready(bus_arready),
          .s_axi_mem_rdata(bus_rdata),
          .s_axi_mem_rresp(bus_rresp),
          .s_axi_mem_rlast(bus_rlast),
          .s_axi_mem_rvalid(bus_rvalid),
          .s_axi_mem_rready(bus_rready),
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
      assign bus_bid = m_axi_bid;
      assign bus_rid = m_axi_rid;
      assign dsc_bid = {ID_WIDTH{1'b0}};
      assign dsc_rid = {ID_WIDTH{1'b0}};
    end else begin : g_own
      assign m_axi_awid = bus_awid;
      assign m_axi_awaddr = bus_awaddr;
      assign m_axi_awlen = bus_awlen;
      assign m_axi_awsize = bus_awsize;
      assign m_axi_awburst = bus_awburst;
      assign m_axi_awlock = bus_awlock;
      assign m_axi_awcache = bus_awcache;
      assign m_axi_awprot = bus_awprot;
      assign m_axi_awqos = bus_awqos;
      assign m_axi_awvalid = bus_awvalid;
      assign bus_awready = m_axi_awready;
      assign m_axi_wdata = bus_wdata;
      assign m_axi_wstrb = bus_wstrb;
      assign m_axi_wlast = bus_wlast;
      assign m_axi_wvalid = bus_wvalid;
      assign bus_wready = m_axi_wready;
      assign bus_bid = m_axi_bid;
      assign bus_bresp = m_axi_bresp;
      assign bus_bvalid = m_axi_bvalid;
      assign m_axi_bready = bus_bready;
      assign m_axi_arid = bus_arid;
      assign m_axi_araddr = bus_araddr;
      assign m_axi_arlen = bus_arlen;
      assign m_axi_arsize = bus_arsize;
      assign m_axi_arburst = bus_arburst;
      assign m_axi_arlock = bus_arlock;
      assign m_axi_arcache = bus_arcache;
      assign m_axi_arprot = bus_arprot;
      assign m_axi_arqos = bus_arqos;
      assign m_axi_arvalid = bus_arvalid;
      assign bus_arready = m_axi_arready;
      assign bus_rid = m_axi_rid;
      assign bus_rdata = m_axi_rdata;
      assign bus_rresp = m_axi_rresp;
      assign bus_rlast = m_axi_rlast;
      assign bus_rvalid = m_axi_rvalid;
      assign m_axi_rready = bus_rready;
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
      .STREAMS(STREAMS),
      .STREAM_BEATS(STREAM_BEATS),
      .MAX_BURST(MAX_BURST),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .DESC_PREFETCH(DESC_PREFETCH),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(CRC),
      .COUNTERS(COUNTERS),
      .DESC_SHARED(DESC_SHARED),
      .BUS_MASTERS(BUS_MASTERS)
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
      .time_we(time_we),
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
      .live_more(more_word),
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
      .resetting(resetting),
      .dev_idle(dev_idle),
      .dev_count(dev_count),
      .dev_write(dev_write),
      .dev_cause(dev_cause),
      .dev_master(dev_id[DEV_ID_WIDTH-1-:3]),
      .dev_id(dev_id32[15:0]),
      .dev_addr(dev_addr),
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

  // Few pieces are enough to keep the back end busy, so what was picked lately and what waits there is bounded: with a busy bus
  // one piece is picked for each that goes, and each pick is among all channels that can go, as the policy wants it.
  localparam FLIGHT = 6;  // cycles from the pick to the back end, when nothing is in the way
  localparam [4:0] ENOUGH = 5'd7;  // the shortest pieces need a pick in two cycles: three on the way, and some that wait
  reg [FLIGHT-1:0] picked_reg;
  reg [3:0] flying_reg;
  wire [4:0] flying = {flying_reg, 1'b1} + {{4{picked_reg[FLIGHT-1]}}, pick_valid};  // one less, and the carry is one more

  reg piece_room_reg, busy_reg;
  wire [4:0] piece_level;
  wire piece_busy;
  wire pick_valid;
  wire [4:0] ahead = piece_level + {1'b0, flying_reg};
  always @(posedge aclk) begin
    picked_reg <= {picked_reg[FLIGHT-2:0], pick_valid};
    flying_reg <= flying[4:1];
    busy_reg <= piece_busy;
    piece_room_reg <= piece_ready && (ahead < ENOUGH - 5'd2 || (ahead == ENOUGH - 5'd2 && !(piece_room_reg && pick_valid)) ||
        (ahead == ENOUGH - 5'd1 && !piece_room_reg && !pick_valid));
    if (!aresetn) begin
      picked_reg <= {FLIGHT{1'b0}};
      flying_reg <= 4'd0;
      piece_room_reg <= 1'b0;
    end
  end

  windlass_front #(
      .STREAMS(STREAMS),
      .STREAM_MOST(STREAM_MOST),
      .S_P(STREAMS_P),
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAX_BURST(MAX_BURST),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(SUMS),
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
      .pick_valid(pick_valid),
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
      .d_eop(d_eop),
      .d_eot(d_eot),
      .d_err(d_err),
      .d_sdev(d_sdev),
      .d_ddev(d_ddev),
      .d_phase(d_phase),
      .d_rows(d_rows),
      .d_sstride(d_sstride),
      .d_dstride(d_dstride),
      .map_change(MAP_REGISTERS != 0 && (mw_valid || cmd_fill || cmd_revoke || map_busy || tw_near)),
      .si_ready(si_ready),
      .so_ready(so_ready),
      .si_ch(si_ch),
      .si_bytes(si_bytes),
      .si_end(si_end),
      .str_take_valid(str_take_valid),
      .str_put_valid(str_put_valid),
      .cut_valid(cut_valid),
      .cut_ch(end_ch),
      .piece_sstr(piece_sstr),
      .piece_slast(piece_slast),
      .piece_dstr(piece_dstr),
      .piece_dlast(piece_dlast),
      .a_hold(a_hold),
      .ab_soon(ab_soon),
      .a_valid(a_valid),
      .a_addr(a_addr),
      .b_valid(b_valid),
      .b_addr(b_addr),
      .ab_ch(ab_ch),
      .a_bypass(a_bypass),
      .b_bypass(b_bypass),
      .a_paddr(a_paddr),
      .a_err(a_err),
      .b_paddr(b_paddr),
      .b_err(b_err),
      .busy(busy_reg),
      .piece_ready(piece_room_reg),
      .piece_valid(piece_valid),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_src_l(piece_src_l),
      .piece_high(piece_high),
      .piece_dst_l(piece_dst_l),
      .piece_len(piece_len),
      .piece_len_m1(piece_len_m1),
      .piece_sdev(piece_sdev),
      .piece_ddev(piece_ddev),
      .piece_unit(piece_unit),
      .piece_tag(piece_tag),
      .piece_incr(piece_incr),
      .piece_fill(piece_fill),
      .piece_two_d(piece_two_d),
      .piece_sum(piece_sum),
      .mark_valid(mark_valid),
      .mark_ch(mark_ch),
      .stop(stop),
      .stop_wb_valid(stop_wb_valid),
      .stop_wb_ch(stop_wb_ch),
      .end_valid(end_valid),
      .end_ch(end_ch)
  );

  generate
    if (DESCRIPTORS != 0) begin : g_descriptors
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
          .d_irq(d_irq),
          .d_wb(d_wb),
          .d_tc(d_tc),
          .d_eop(d_eop),
          .d_eot(d_eot),
          .d_err(d_err),
          .d_sdev(d_sdev),
          .d_ddev(d_ddev),
          .d_phase(d_phase),
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
          .x_paddr(MAP_REGISTERS == 0 ? wx_addr : x_paddr),
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
    end else begin : g_no_descriptors
      assign {fetch_busy, d_avail} = {2 * CHANNELS{1'b0}};
      assign {d_src, d_dst} = {2 * ADDR_WIDTH{1'b0}};
      assign {d_len, d_op, d_irq, d_wb, d_tc, d_eop, d_eot, d_err, d_sdev, d_ddev, d_phase} = 48'd0;
      assign {d_rows, d_sstride, d_dstride} = 76'd0;
      assign {fetch_issue, fetch_end, wback_issue, wback_end} = 4'd0;
      assign {wb_ready, wb_done, wb_err} = 6'd0;
      assign {x_valid, x_bypass, x_write, x_quiet} = 4'd0;
      assign x_addr = {ADDR_WIDTH{1'b0}};
      assign x_ch = {CH_W{1'b0}};
      assign {dsc_arid, dsc_awid} = {2 * ID_WIDTH{1'b0}};
      assign {dsc_araddr, dsc_awaddr} = {2 * ADDR_WIDTH{1'b0}};
      assign {dsc_arlen, dsc_arsize, dsc_arburst, dsc_arlock, dsc_arcache, dsc_arprot, dsc_arqos, dsc_arvalid} = 26'd0;
      assign {dsc_awlen, dsc_awsize, dsc_awburst, dsc_awlock, dsc_awcache, dsc_awprot, dsc_awqos, dsc_awvalid} = 26'd0;
      assign dsc_wdata = {DATA_WIDTH{1'b0}};
      assign dsc_wstrb = {DATA_WIDTH / 8{1'b0}};
      assign {dsc_wlast, dsc_wvalid, dsc_rready, dsc_bready} = 4'd0;
    end
  endgenerate

  // ---------------------------------------------------------------- middle: translation
  windlass_map #(
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .BUS_MASTERS(BUS_MASTERS),
      .SEQ_W(10)
  ) map_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .ab_soon(ab_soon),
      .a_valid(a_valid),
      .a_addr(a_addr),
      .ab_ch(ab_ch),
      .a_bypass(a_bypass),
      .b_bypass(b_bypass),
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
      .tw_page(tw_page),
      .tw_flags(tw_flags),
      .tw_soon(tw_soon),
      .tw_near(tw_near),
      .tw_clear(tw_clear),
      .fence_mark(fence_mark),
      .fence_done(dev_drained),
      .piece_issue(piece_valid),
      .piece_end(ends_reg[0]),
      .fetch_issue(fetch_issue),
      .fetch_end(ends_reg[1]),
      .wback_issue(wback_issue),
      .wback_end(ends_reg[2])
  );

  // ---------------------------------------------------------------- back: move bytes, make it visible
  windlass_back #(
      .STREAMS(STREAMS),
      .STREAM_BEATS(STREAM_BEATS),
      .STREAM_MOST(STREAM_MOST),
      .S_P(STREAMS_P),
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .CRC(SUMS),
      .TAG_W(TAG_W)
  ) back_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .piece_valid(piece_valid),
      .piece_ready(piece_ready),
      .piece_level(piece_level),
      .piece_busy(piece_busy),
      .piece_ch(piece_ch),
      .piece_null(piece_null),
      .piece_err(piece_err),
      .piece_src(piece_src),
      .piece_dst(piece_dst),
      .piece_src_l(piece_src_l),
      .piece_high(DESCRIPTORS != 0 ? piece_high : 32'd0),
      .piece_dst_l(piece_dst_l),
      .piece_len(piece_len),
      .piece_len_m1(piece_len_m1),
      .piece_sdev(piece_sdev),
      .piece_ddev(piece_ddev),
      .piece_incr(piece_incr),
      .piece_unit(piece_unit),
      .piece_fill(piece_fill),
      .piece_sstr(piece_sstr),
      .piece_slast(piece_slast),
      .piece_dstr(piece_dstr),
      .piece_dlast(piece_dlast),
      .piece_sum(piece_sum),
      .piece_tag({piece_two_d || piece_sum, piece_fill || piece_sum, piece_tag}),
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
      .m_axi_bresp(back_bresp),
      .m_axi_bvalid(back_bvalid),
      .m_axi_bready(back_bready),
      .clr_valid(start_valid),
      .clr_ch(cmd_ch),
      .done_valid(done_valid),
      .done_ready(done_ready),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_faddr(done_faddr),
      .done_src(done_src),
      .done_high(done_high),
      .done_tag(done_tag),
      .done_value(done_value),
      .done_differs(done_differs),
      .m_axi_rdata(mem_rdata),
      .m_axi_rresp(mem_rresp),
      .m_axi_rlast(mem_rlast),
      .m_axi_rvalid(mem_rvalid),
      .m_axi_rready(mem_rready),
      .m_axi_bid(mem_bid),
      .m_axi_rid(mem_rid),
      .stop(stop),
      .s_axis_tdata(s_axis_tdata),
      .s_axis_tkeep(s_axis_tkeep),
      .s_axis_tlast(s_axis_tlast),
      .s_axis_tid(s_axis_tid),
      .s_axis_tdest(s_axis_tdest),
      .s_axis_tvalid(s_axis_tvalid),
      .s_axis_tready(s_axis_tready),
      .m_axis_tdata(m_axis_tdata),
      .m_axis_tkeep(m_axis_tkeep),
      .m_axis_tlast(m_axis_tlast),
      .m_axis_tid(m_axis_tid),
      .m_axis_tdest(m_axis_tdest),
      .m_axis_tuser(m_axis_tuser),
      .m_axis_tvalid(m_axis_tvalid),
      .m_axis_tready(m_axis_tready),
      .si_ready(si_ready),
      .si_ch(si_ch),
      .si_bytes(si_bytes),
      .si_end(si_end),
      .str_take_valid(str_take_valid),
      .str_take_ch(piece_ch),
      .str_take_len(piece_len),
      .str_take_end(piece_slast),
      .packet_valid(packet_valid),
      .packet_tid(packet_tid),
      .packet_tdest(packet_tdest),
      .so_ready(so_ready),
      .str_put_valid(str_put_valid),
      .str_put_ch(piece_ch),
      .str_put_len(piece_null ? 13'd1 : piece_len),
      .str_put_off(piece_dst[5:0]),
      .conf_valid(config_we),
      .conf_ch(cw_ch),
      .conf_tdest(cw_data[31:24]),
      .cut_valid(cut_valid),
      .cut_ch(end_ch)
  );

  // What is not built is not in a tag, and what would look at it goes.
  localparam [TAG_W-1:0] TAG_DESC = {
    3'b111, 3'd0, 2'b11, 1'b1, 3'd0, 5'b11111, 3'd0
  };  // 2-D, fill, packet; fence, link; tc; phase .. desc
  localparam [TAG_W-1:0] TAG_LAPS = {4'd0, 1'b1, 15'd0};  // hand-over
  localparam [TAG_W-1:0] TAG_PACED = {10'd0, 2'b11, 8'd0};  // paced, tc
  wire [TAG_W-1:0] commit_tag = done_tag & (DESCRIPTORS != 0 ? {TAG_W{1'b1}} : ~TAG_DESC) &
      (AUTO_INIT != 0 ? {TAG_W{1'b1}} : ~TAG_LAPS) & (REQUEST_LINES != 0 ? {TAG_W{1'b1}} : ~TAG_PACED);

  windlass_commit #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .TAG_W(TAG_W),
      .EV_W(EV_W),
      .CRC(SUMS)
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
      .done_src(done_src),
      .done_high(done_high),
      .done_tag(commit_tag),
      .done_value(done_value),
      .done_differs(done_differs),
      .wb_valid(wb_valid),
      .wb_ready(wb_ready),
      .wb_ch(wb_ch),
      .wb_addr(wb_addr),
      .wb_word2(wb_word2),
      .wb_word3(wb_word3),
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
      .EV_W(EV_W),
      .CRC(SUMS)
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
      .end_cut(end_cut),
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

  // ---------------------------------------------------------------- streams: packets for software, packets that are cut short
  generate
    if (STREAMS != 0) begin : g_streams
      wire [31:0] packet_word;
      assign more_word = rd_reg == {1'b0, `WL_CHANNEL_STREAM_NR} ? packet_word : live_more;
      windlass_packets #(
          .STREAMS(STREAMS),
          .CH_W(CH_W)
      ) packets_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .start_valid(start_valid),
          .start_ch(cmd_ch),
          .packet_valid(packet_valid),
          .packet_tid(packet_tid),
          .packet_tdest(packet_tdest),
          .rd_ch(rd_ch),
          .rd_word(packet_word)
      );

      // The packet that a stream out has begun ends with the work that gives to it.
      reg [STREAMS-1:0] sink_reg;
      wire [STREAMS-1:0] sink_at = sink_reg >> end_ch;
      integer s;
      always @(posedge aclk)
        for (s = 0; s < STREAMS; s = s + 1)
          if (!aresetn) sink_reg[s] <= 1'b0;
          else if (config_we && cw_ch == s[CH_W-1:0]) sink_reg[s] <= cw_data[7:6] == 2'd2;
      assign cut_valid = end_valid && end_cut && sink_at[0];
    end else begin : g_no_streams
      assign more_word = live_more;
      assign cut_valid = 1'b0;
    end
  endgenerate

  // With one port for both there is one read half and one write half.
  windlass_watch watch_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .time_we(time_we),
      .time_new(cw_data),
      .avalid({m_axi_desc_awvalid, m_axi_desc_arvalid, m_axi_awvalid, m_axi_arvalid}),
      .aready({m_axi_desc_awready, m_axi_desc_arready, m_axi_awready, m_axi_arready}),
      .wvalid({m_axi_desc_wvalid, m_axi_wvalid}),
      .wready({m_axi_desc_wready, m_axi_wready}),
      .wlast({m_axi_desc_wlast, m_axi_wlast}),
      .rvalid({m_axi_desc_bvalid, m_axi_desc_rvalid, m_axi_bvalid, m_axi_rvalid}),
      .rready({m_axi_desc_bready, m_axi_desc_rready, m_axi_bready, m_axi_rready}),
      .rlast({m_axi_desc_rlast, m_axi_rlast}),
      .late(late)
  );

endmodule

`resetall
