/*
 * windlass: the top level of the DMA engine.
 *
 * Purpose: checks the parameters and wires the controller (windlass_core) to what lies between it and memory: the bus masters, whose data
 * go beside its own (windlass_masters), and one memory port or two (windlass_ports).
 * docs/integration.md tells how to instantiate it, docs/theory-of-operation.md follows a transfer through the modules.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

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

  wire time_we, resetting, dev_idle, dev_write, dsc_awvalid, dsc_awready, dsc_wlast, dsc_wvalid, dsc_wready,
      dsc_bvalid, dsc_bready, dsc_arvalid, dsc_arready, dsc_rlast, dsc_rvalid, dsc_rready, tw_valid, tw_soon,
      tw_clear, fence_mark, dev_drained, mem_awvalid, mem_awready, mem_wlast, mem_wvalid, mem_wready, mem_bvalid,
      mem_bready, mem_arvalid, mem_arready, mem_rlast, mem_rvalid, mem_rready, bus_awvalid, bus_awready, bus_wlast,
      bus_wvalid, bus_wready, bus_bvalid, bus_bready, bus_arvalid, bus_arready, bus_rlast, bus_rvalid, bus_rready;
  wire [31:0] cw_data;
  wire [3:0] late, dev_cause, dsc_awcache, dsc_arcache, mem_awcache, mem_arcache, bus_awcache, bus_awqos,
      bus_arcache, bus_arqos;
  wire [2:0] dsc_awsize, dsc_arsize, mem_awsize, mem_arsize, bus_awsize, bus_arsize;
  wire [ADDR_WIDTH-1:0] dev_addr, dsc_awaddr, dsc_araddr, mem_awaddr, mem_araddr, bus_awaddr, bus_araddr;
  wire [1:0] dev_count, dsc_awburst, dsc_bresp, dsc_arburst, dsc_rresp, mem_awburst, mem_bresp, mem_arburst,
      mem_rresp, bus_awburst, bus_bresp, bus_arburst, bus_rresp;
  wire [DEV_ID_WIDTH-1:0] dev_id;
  wire [11:0] tw_index;
  wire [7:0] dsc_awlen, dsc_arlen, mem_awlen, mem_arlen, bus_awlen, bus_arlen;
  wire [DATA_WIDTH-1:0] dsc_wdata, dsc_rdata, mem_wdata, mem_rdata, bus_wdata, bus_rdata;
  wire [DATA_WIDTH/8-1:0] dsc_wstrb, mem_wstrb, bus_wstrb;
  wire [ADDR_WIDTH-13:0] tw_page;
  wire [9:0] tw_flags;
  wire [ID_WIDTH-1:0] bus_awid, bus_bid, bus_arid, bus_rid;

  // ---------------------------------------------------------------- parameters, controller
  windlass_parameters #(
      .CHANNELS(CHANNELS),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .REQUEST_LINES(REQUEST_LINES),
      .STREAMS(STREAMS),
      .STREAM_BEATS(STREAM_BEATS),
      .MAX_BURST(MAX_BURST),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .DESC_SHARED(DESC_SHARED),
      .DESC_PREFETCH(DESC_PREFETCH),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(CRC),
      .COUNTERS(COUNTERS),
      .BUS_MASTERS(BUS_MASTERS),
      .DEV_ID_WIDTH(DEV_ID_WIDTH),
      .DEV_BEATS(DEV_BEATS)
  ) parameters_i ();

  windlass_core #(
      .CHANNELS(CHANNELS),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .REQUEST_LINES(REQUEST_LINES),
      .LINES_P(LINES_P),
      .STREAMS(STREAMS),
      .S_P(STREAMS_P),
      .STREAM_BEATS(STREAM_BEATS),
      .MAX_BURST(MAX_BURST),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .DESC_SHARED(DESC_SHARED),
      .DESC_PREFETCH(DESC_PREFETCH),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(CRC),
      .COUNTERS(COUNTERS),
      .BUS_MASTERS(BUS_MASTERS),
      .DEV_ID_WIDTH(DEV_ID_WIDTH)
  ) core_i (
      .aclk(aclk),
      .aresetn(aresetn),
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
      .req(req),
      .ack(ack),
      .tc(tc),
      .irq(irq),
      .irq_any(irq_any),
      .m_axi_awaddr(mem_awaddr),
      .m_axi_awlen(mem_awlen),
      .m_axi_awsize(mem_awsize),
      .m_axi_awburst(mem_awburst),
      .m_axi_awcache(mem_awcache),
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
      .m_axi_araddr(mem_araddr),
      .m_axi_arlen(mem_arlen),
      .m_axi_arsize(mem_arsize),
      .m_axi_arburst(mem_arburst),
      .m_axi_arcache(mem_arcache),
      .m_axi_arvalid(mem_arvalid),
      .m_axi_arready(mem_arready),
      .m_axi_rdata(mem_rdata),
      .m_axi_rresp(mem_rresp),
      .m_axi_rlast(mem_rlast),
      .m_axi_rvalid(mem_rvalid),
      .m_axi_rready(mem_rready),
      .m_axi_desc_awaddr(dsc_awaddr),
      .m_axi_desc_awlen(dsc_awlen),
      .m_axi_desc_awsize(dsc_awsize),
      .m_axi_desc_awburst(dsc_awburst),
      .m_axi_desc_awcache(dsc_awcache),
      .m_axi_desc_awvalid(dsc_awvalid),
      .m_axi_desc_awready(dsc_awready),
      .m_axi_desc_wdata(dsc_wdata),
      .m_axi_desc_wstrb(dsc_wstrb),
      .m_axi_desc_wlast(dsc_wlast),
      .m_axi_desc_wvalid(dsc_wvalid),
      .m_axi_desc_wready(dsc_wready),
      .m_axi_desc_bresp(dsc_bresp),
      .m_axi_desc_bvalid(dsc_bvalid),
      .m_axi_desc_bready(dsc_bready),
      .m_axi_desc_araddr(dsc_araddr),
      .m_axi_desc_arlen(dsc_arlen),
      .m_axi_desc_arsize(dsc_arsize),
      .m_axi_desc_arburst(dsc_arburst),
      .m_axi_desc_arcache(dsc_arcache),
      .m_axi_desc_arvalid(dsc_arvalid),
      .m_axi_desc_arready(dsc_arready),
      .m_axi_desc_rdata(dsc_rdata),
      .m_axi_desc_rresp(dsc_rresp),
      .m_axi_desc_rlast(dsc_rlast),
      .m_axi_desc_rvalid(dsc_rvalid),
      .m_axi_desc_rready(dsc_rready),
      .time_we(time_we),
      .cw_data(cw_data),
      .late(late),
      .resetting(resetting),
      .dev_idle(dev_idle),
      .dev_count(dev_count),
      .dev_write(dev_write),
      .dev_cause(dev_cause),
      .dev_id(dev_id),
      .dev_addr(dev_addr),
      .fence_mark(fence_mark),
      .dev_drained(dev_drained),
      .tw_clear(tw_clear),
      .tw_soon(tw_soon),
      .tw_valid(tw_valid),
      .tw_index(tw_index),
      .tw_page(tw_page),
      .tw_flags(tw_flags)
  );

  // ---------------------------------------------------------------- memory: bus masters beside the data, descriptors on it or on a port of their own
  windlass_masters #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .BUS_MASTERS(BUS_MASTERS),
      .DEV_ID_WIDTH(DEV_ID_WIDTH),
      .DEV_BEATS(DEV_BEATS)
  ) masters_i (
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
      .s_axi_mem_awaddr(mem_awaddr),
      .s_axi_mem_awlen(mem_awlen),
      .s_axi_mem_awsize(mem_awsize),
      .s_axi_mem_awburst(mem_awburst),
      .s_axi_mem_awcache(mem_awcache),
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
      .s_axi_mem_arcache(mem_arcache),
      .s_axi_mem_arvalid(mem_arvalid),
      .s_axi_mem_arready(mem_arready),
      .s_axi_mem_rdata(mem_rdata),
      .s_axi_mem_rresp(mem_rresp),
      .s_axi_mem_rlast(mem_rlast),
      .s_axi_mem_rvalid(mem_rvalid),
      .s_axi_mem_rready(mem_rready),
      .m_axi_awid(bus_awid),
      .m_axi_awaddr(bus_awaddr),
      .m_axi_awlen(bus_awlen),
      .m_axi_awsize(bus_awsize),
      .m_axi_awburst(bus_awburst),
      .m_axi_awcache(bus_awcache),
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
      .m_axi_arcache(bus_arcache),
      .m_axi_arqos(bus_arqos),
      .m_axi_arvalid(bus_arvalid),
      .m_axi_arready(bus_arready),
      .m_axi_rid(bus_rid),
      .m_axi_rdata(bus_rdata),
      .m_axi_rresp(bus_rresp),
      .m_axi_rlast(bus_rlast),
      .m_axi_rvalid(bus_rvalid),
      .m_axi_rready(bus_rready),
      .resetting(resetting),
      .dev_idle(dev_idle),
      .dev_count(dev_count),
      .dev_write(dev_write),
      .dev_cause(dev_cause),
      .dev_id(dev_id),
      .dev_addr(dev_addr),
      .fence_mark(fence_mark),
      .dev_drained(dev_drained),
      .tw_clear(tw_clear),
      .tw_soon(tw_soon),
      .tw_valid(tw_valid),
      .tw_index(tw_index),
      .tw_page(tw_page),
      .tw_flags(tw_flags)
  );

  windlass_ports #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .SHARED(DESC_SHARED != 0 && DESCRIPTORS != 0)
  ) ports_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .s_axi_mem_awid(bus_awid),
      .s_axi_mem_awaddr(bus_awaddr),
      .s_axi_mem_awlen(bus_awlen),
      .s_axi_mem_awsize(bus_awsize),
      .s_axi_mem_awburst(bus_awburst),
      .s_axi_mem_awcache(bus_awcache),
      .s_axi_mem_awqos(bus_awqos),
      .s_axi_mem_awvalid(bus_awvalid),
      .s_axi_mem_awready(bus_awready),
      .s_axi_mem_wdata(bus_wdata),
      .s_axi_mem_wstrb(bus_wstrb),
      .s_axi_mem_wlast(bus_wlast),
      .s_axi_mem_wvalid(bus_wvalid),
      .s_axi_mem_wready(bus_wready),
      .s_axi_mem_bid(bus_bid),
      .s_axi_mem_bresp(bus_bresp),
      .s_axi_mem_bvalid(bus_bvalid),
      .s_axi_mem_bready(bus_bready),
      .s_axi_mem_arid(bus_arid),
      .s_axi_mem_araddr(bus_araddr),
      .s_axi_mem_arlen(bus_arlen),
      .s_axi_mem_arsize(bus_arsize),
      .s_axi_mem_arburst(bus_arburst),
      .s_axi_mem_arcache(bus_arcache),
      .s_axi_mem_arqos(bus_arqos),
      .s_axi_mem_arvalid(bus_arvalid),
      .s_axi_mem_arready(bus_arready),
      .s_axi_mem_rid(bus_rid),
      .s_axi_mem_rdata(bus_rdata),
      .s_axi_mem_rresp(bus_rresp),
      .s_axi_mem_rlast(bus_rlast),
      .s_axi_mem_rvalid(bus_rvalid),
      .s_axi_mem_rready(bus_rready),
      .s_axi_desc_awaddr(dsc_awaddr),
      .s_axi_desc_awlen(dsc_awlen),
      .s_axi_desc_awsize(dsc_awsize),
      .s_axi_desc_awburst(dsc_awburst),
      .s_axi_desc_awcache(dsc_awcache),
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
      .s_axi_desc_arcache(dsc_arcache),
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
      .m_axi_rready(m_axi_rready),
      .m_axi_desc_awid(m_axi_desc_awid),
      .m_axi_desc_awaddr(m_axi_desc_awaddr),
      .m_axi_desc_awlen(m_axi_desc_awlen),
      .m_axi_desc_awsize(m_axi_desc_awsize),
      .m_axi_desc_awburst(m_axi_desc_awburst),
      .m_axi_desc_awlock(m_axi_desc_awlock),
      .m_axi_desc_awcache(m_axi_desc_awcache),
      .m_axi_desc_awprot(m_axi_desc_awprot),
      .m_axi_desc_awqos(m_axi_desc_awqos),
      .m_axi_desc_awvalid(m_axi_desc_awvalid),
      .m_axi_desc_awready(m_axi_desc_awready),
      .m_axi_desc_wdata(m_axi_desc_wdata),
      .m_axi_desc_wstrb(m_axi_desc_wstrb),
      .m_axi_desc_wlast(m_axi_desc_wlast),
      .m_axi_desc_wvalid(m_axi_desc_wvalid),
      .m_axi_desc_wready(m_axi_desc_wready),
      .m_axi_desc_bid(m_axi_desc_bid),
      .m_axi_desc_bresp(m_axi_desc_bresp),
      .m_axi_desc_bvalid(m_axi_desc_bvalid),
      .m_axi_desc_bready(m_axi_desc_bready),
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
      .m_axi_desc_arready(m_axi_desc_arready),
      .m_axi_desc_rid(m_axi_desc_rid),
      .m_axi_desc_rdata(m_axi_desc_rdata),
      .m_axi_desc_rresp(m_axi_desc_rresp),
      .m_axi_desc_rlast(m_axi_desc_rlast),
      .m_axi_desc_rvalid(m_axi_desc_rvalid),
      .m_axi_desc_rready(m_axi_desc_rready),
      .time_we(time_we),
      .time_new(cw_data),
      .late(late)
  );

endmodule

`resetall
