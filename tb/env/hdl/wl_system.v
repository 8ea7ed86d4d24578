/*
 * wl_system: the simulated board: engine, memory, two peripherals, a protocol checker on every AXI, AXI-Lite and stream port, and the back
 * doors through which Python plays CPU. The clock comes from the simulator interface (cocotb Clock), not from Python code.
 *
 * Back doors act on a change of their toggle, at once: bd_* moves up to 4096 bytes between bd_data and an array
 * (0 RAM, 1 what is fed to the streams, 6 what came out of them, 2/3 what is fed to the wire of peripheral 0/1, 4/5 what came out); io_* reaches a peripheral's registers;
 * dump writes the RAM to ram.bin, clear fills it with zeros.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module wl_system #(
    parameter CHANNELS      = 4,
    parameter DATA_WIDTH    = 64,
    parameter ADDR_WIDTH    = 32,
    parameter MAP_REGISTERS = 256,
    parameter REQUEST_LINES = 4,
    parameter MAX_BURST     = 64,
    parameter OUTSTANDING   = 32,
    parameter BUFFER_BEATS  = 512,
    parameter DESC_PREFETCH = 64,
    parameter DESCRIPTORS   = 1,
    parameter AUTO_INIT     = 1,
    parameter STREAMS       = 0,
    parameter STREAM_BEATS  = 64,
    parameter TWO_D         = 0,
    parameter CRC           = 0,
    parameter COUNTERS      = 1,
    parameter DESC_SHARED   = 0,
    parameter BUS_MASTERS   = 0,
    parameter DEV_ID_WIDTH  = 8,
    parameter DEV_BEATS     = 256,
    parameter RAM_BYTES     = 1 << 24
);
  localparam AW = ADDR_WIDTH;
  localparam ID_WIDTH = 4;

  reg clk = 1'b0;
  reg rst_n = 1'b0;
  reg [31:0] cycles = 32'd0;
  always @(posedge clk) cycles <= cycles + 32'd1;

  // Register port, driven by Python.
  reg [18:0] s_axil_awaddr = 0;
  reg [2:0] s_axil_awprot = 0;
  reg s_axil_awvalid = 0;
  wire s_axil_awready;
  reg [31:0] s_axil_wdata = 0;
  reg [3:0] s_axil_wstrb = 0;
  reg s_axil_wvalid = 0;
  wire s_axil_wready;
  wire [1:0] s_axil_bresp;
  wire s_axil_bvalid;
  reg s_axil_bready = 0;
  reg [18:0] s_axil_araddr = 0;
  reg [2:0] s_axil_arprot = 0;
  reg s_axil_arvalid = 0;
  wire s_axil_arready;
  wire [31:0] s_axil_rdata;
  wire [1:0] s_axil_rresp;
  wire s_axil_rvalid;
  reg s_axil_rready = 0;

  // Bus masters, driven by Python, all with the same pace: what is offered stands until it is taken.
  reg [DEV_ID_WIDTH-1:0] s_axi_dev_awid = 0;
  reg [AW-1:0] s_axi_dev_awaddr = 0;
  reg [7:0] s_axi_dev_awlen = 0;
  reg [2:0] s_axi_dev_awsize = 0;
  reg [1:0] s_axi_dev_awburst = 0;
  reg s_axi_dev_awlock = 0;
  reg [3:0] s_axi_dev_awcache = 0;
  reg [2:0] s_axi_dev_awprot = 0;
  reg [3:0] s_axi_dev_awqos = 0;
  reg s_axi_dev_awvalid = 0;
  wire s_axi_dev_awready;
  reg [DEV_ID_WIDTH-1:0] s_axi_dev_arid = 0;
  reg [AW-1:0] s_axi_dev_araddr = 0;
  reg [7:0] s_axi_dev_arlen = 0;
  reg [2:0] s_axi_dev_arsize = 0;
  reg [1:0] s_axi_dev_arburst = 0;
  reg s_axi_dev_arlock = 0;
  reg [3:0] s_axi_dev_arcache = 0;
  reg [2:0] s_axi_dev_arprot = 0;
  reg [3:0] s_axi_dev_arqos = 0;
  reg s_axi_dev_arvalid = 0;
  wire s_axi_dev_arready;
  reg [DATA_WIDTH-1:0] s_axi_dev_wdata = 0;
  reg [DATA_WIDTH/8-1:0] s_axi_dev_wstrb = 0;
  reg s_axi_dev_wlast = 0;
  reg s_axi_dev_wvalid = 0;
  wire s_axi_dev_wready;
  wire [DEV_ID_WIDTH-1:0] s_axi_dev_bid, s_axi_dev_rid;
  wire [1:0] s_axi_dev_bresp, s_axi_dev_rresp;
  wire s_axi_dev_bvalid, s_axi_dev_rvalid, s_axi_dev_rlast;
  reg s_axi_dev_bready = 0, s_axi_dev_rready = 0;
  wire [DATA_WIDTH-1:0] s_axi_dev_rdata;

  // Memory's behaviour.
  reg [15:0] latency = 16'd10;
  reg [7:0] pause = 8'd0;
  reg [63:0] err_lo = 64'd0;
  reg [63:0] err_hi = 64'd0;
  reg [5:0] err_kind = 6'd0;
  reg [31:0] hang_lo = 32'd0;
  reg [31:0] hang_hi = 32'd0;
  reg [1:0] hang_kind = 2'd0;

  wire [ID_WIDTH-1:0] m_awid, m_bid, m_arid, m_rid, d_awid, d_bid, d_arid, d_rid;
  wire [AW-1:0] m_awaddr;
  wire [7:0] m_awlen;
  wire [2:0] m_awsize;
  wire [1:0] m_awburst;
  wire m_awvalid;
  wire m_awready;
  wire [DATA_WIDTH-1:0] m_wdata;
  wire [DATA_WIDTH/8-1:0] m_wstrb;
  wire m_wlast;
  wire m_wvalid;
  wire m_wready;
  wire [1:0] m_bresp;
  wire m_bvalid;
  wire m_bready;
  wire [AW-1:0] m_araddr;
  wire [7:0] m_arlen;
  wire [2:0] m_arsize;
  wire [1:0] m_arburst;
  wire m_arvalid;
  wire m_arready;
  wire [DATA_WIDTH-1:0] m_rdata;
  wire [1:0] m_rresp;
  wire m_rlast;
  wire m_rvalid;
  wire m_rready;
  wire [AW-1:0] d_awaddr;
  wire [7:0] d_awlen;
  wire [2:0] d_awsize;
  wire [1:0] d_awburst;
  wire d_awvalid;
  wire d_awready;
  wire [DATA_WIDTH-1:0] d_wdata;
  wire [DATA_WIDTH/8-1:0] d_wstrb;
  wire d_wlast;
  wire d_wvalid;
  wire d_wready;
  wire [1:0] d_bresp;
  wire d_bvalid;
  wire d_bready;
  wire [AW-1:0] d_araddr;
  wire [7:0] d_arlen;
  wire [2:0] d_arsize;
  wire [1:0] d_arburst;
  wire d_arvalid;
  wire d_arready;
  wire [DATA_WIDTH-1:0] d_rdata;
  wire [1:0] d_rresp;
  wire d_rlast;
  wire d_rvalid;
  wire d_rready;

  wire [CHANNELS-1:0] irq;
  wire irq_any;
  reg [63:0] req_force = 64'd0;
  wire [63:0] req64 = {62'd0, port1_req, port0_req} | req_force;
  wire port0_req, port1_req;
  localparam LINES_P = REQUEST_LINES > 0 ? REQUEST_LINES : 1;
  wire [LINES_P-1:0] ack, tc;

  // Streams, and what the bench does to their other ends.
  localparam STREAMS_P = STREAMS > 0 ? STREAMS : 1;
  reg  [STREAMS_P*32-1:0] st_fed = 0;
  wire [STREAMS_P*32-1:0] st_kept;
  reg [STREAMS_P*9-1:0] st_pause_in = 0, st_pause_out = 0;
  wire [STREAMS_P*DATA_WIDTH-1:0] s_axis_tdata, m_axis_tdata;
  wire [STREAMS_P*DATA_WIDTH/8-1:0] s_axis_tkeep, m_axis_tkeep;
  wire [STREAMS_P-1:0] s_axis_tlast, m_axis_tlast, m_axis_tuser, s_axis_tvalid, m_axis_tvalid, s_axis_tready, m_axis_tready;
  wire [STREAMS_P*8-1:0] s_axis_tid, m_axis_tid, s_axis_tdest, m_axis_tdest;

  windlass #(
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
      .DESC_PREFETCH(DESC_PREFETCH),
      .DESCRIPTORS(DESCRIPTORS),
      .AUTO_INIT(AUTO_INIT),
      .TWO_D(TWO_D),
      .CRC(CRC),
      .COUNTERS(COUNTERS),
      .DESC_SHARED(DESC_SHARED),
      .BUS_MASTERS(BUS_MASTERS),
      .DEV_ID_WIDTH(DEV_ID_WIDTH),
      .DEV_BEATS(DEV_BEATS)
  ) dut (
      .aclk(clk),
      .aresetn(rst_n),
      .s_axil_awaddr(s_axil_awaddr),
      .s_axil_awprot(s_axil_awprot),
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
      .s_axil_arprot(s_axil_arprot),
      .s_axil_arvalid(s_axil_arvalid),
      .s_axil_arready(s_axil_arready),
      .s_axil_rdata(s_axil_rdata),
      .s_axil_rresp(s_axil_rresp),
      .s_axil_rvalid(s_axil_rvalid),
      .s_axil_rready(s_axil_rready),
      .m_axi_awid(m_awid),
      .m_axi_awaddr(m_awaddr),
      .m_axi_awlen(m_awlen),
      .m_axi_awsize(m_awsize),
      .m_axi_awburst(m_awburst),
      .m_axi_awlock(),
      .m_axi_awcache(),
      .m_axi_awprot(),
      .m_axi_awqos(),
      .m_axi_awvalid(m_awvalid),
      .m_axi_awready(m_awready),
      .m_axi_wdata(m_wdata),
      .m_axi_wstrb(m_wstrb),
      .m_axi_wlast(m_wlast),
      .m_axi_wvalid(m_wvalid),
      .m_axi_wready(m_wready),
      .m_axi_bresp(m_bresp),
      .m_axi_bvalid(m_bvalid),
      .m_axi_bready(m_bready),
      .m_axi_arid(m_arid),
      .m_axi_araddr(m_araddr),
      .m_axi_arlen(m_arlen),
      .m_axi_arsize(m_arsize),
      .m_axi_arburst(m_arburst),
      .m_axi_arlock(),
      .m_axi_arcache(),
      .m_axi_arprot(),
      .m_axi_arqos(),
      .m_axi_arvalid(m_arvalid),
      .m_axi_arready(m_arready),
      .m_axi_rdata(m_rdata),
      .m_axi_rresp(m_rresp),
      .m_axi_rlast(m_rlast),
      .m_axi_rvalid(m_rvalid),
      .m_axi_rready(m_rready),
      .m_axi_bid(m_bid),
      .m_axi_rid(m_rid),
      .m_axi_desc_awid(d_awid),
      .m_axi_desc_awaddr(d_awaddr),
      .m_axi_desc_awlen(d_awlen),
      .m_axi_desc_awsize(d_awsize),
      .m_axi_desc_awburst(d_awburst),
      .m_axi_desc_awlock(),
      .m_axi_desc_awcache(),
      .m_axi_desc_awprot(),
      .m_axi_desc_awqos(),
      .m_axi_desc_awvalid(d_awvalid),
      .m_axi_desc_awready(d_awready),
      .m_axi_desc_wdata(d_wdata),
      .m_axi_desc_wstrb(d_wstrb),
      .m_axi_desc_wlast(d_wlast),
      .m_axi_desc_wvalid(d_wvalid),
      .m_axi_desc_wready(d_wready),
      .m_axi_desc_bresp(d_bresp),
      .m_axi_desc_bvalid(d_bvalid),
      .m_axi_desc_bready(d_bready),
      .m_axi_desc_arid(d_arid),
      .m_axi_desc_araddr(d_araddr),
      .m_axi_desc_arlen(d_arlen),
      .m_axi_desc_arsize(d_arsize),
      .m_axi_desc_arburst(d_arburst),
      .m_axi_desc_arlock(),
      .m_axi_desc_arcache(),
      .m_axi_desc_arprot(),
      .m_axi_desc_arqos(),
      .m_axi_desc_arvalid(d_arvalid),
      .m_axi_desc_arready(d_arready),
      .m_axi_desc_rdata(d_rdata),
      .m_axi_desc_rresp(d_rresp),
      .m_axi_desc_rlast(d_rlast),
      .m_axi_desc_rvalid(d_rvalid),
      .m_axi_desc_rready(d_rready),
      .m_axi_desc_bid(d_bid),
      .m_axi_desc_rid(d_rid),
      .s_axi_dev_awid(s_axi_dev_awid),
      .s_axi_dev_awaddr(s_axi_dev_awaddr),
      .s_axi_dev_awlen(s_axi_dev_awlen),
      .s_axi_dev_awsize(s_axi_dev_awsize),
      .s_axi_dev_awburst(s_axi_dev_awburst),
      .s_axi_dev_awlock(s_axi_dev_awlock),
      .s_axi_dev_awcache(s_axi_dev_awcache),
      .s_axi_dev_awprot(s_axi_dev_awprot),
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
      .s_axi_dev_arlock(s_axi_dev_arlock),
      .s_axi_dev_arcache(s_axi_dev_arcache),
      .s_axi_dev_arprot(s_axi_dev_arprot),
      .s_axi_dev_arqos(s_axi_dev_arqos),
      .s_axi_dev_arvalid(s_axi_dev_arvalid),
      .s_axi_dev_arready(s_axi_dev_arready),
      .s_axi_dev_rid(s_axi_dev_rid),
      .s_axi_dev_rdata(s_axi_dev_rdata),
      .s_axi_dev_rresp(s_axi_dev_rresp),
      .s_axi_dev_rlast(s_axi_dev_rlast),
      .s_axi_dev_rvalid(s_axi_dev_rvalid),
      .s_axi_dev_rready(s_axi_dev_rready),
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
      .req(req64[LINES_P-1:0]),
      .ack(ack),
      .tc(tc),
      .irq(irq),
      .irq_any(irq_any)
  );

  wire signed [31:0] m_errors;
  wire m_busy;
  wl_axi_checker #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(AW),
      .NAME("m_axi")
  ) m_check_i (
      .clk(clk),
      .rst_n(rst_n),
      .awaddr(m_awaddr),
      .awlen(m_awlen),
      .awsize(m_awsize),
      .awburst(m_awburst),
      .awvalid(m_awvalid),
      .awready(m_awready),
      .wdata(m_wdata),
      .wstrb(m_wstrb),
      .wlast(m_wlast),
      .wvalid(m_wvalid),
      .wready(m_wready),
      .bresp(m_bresp),
      .bvalid(m_bvalid),
      .bready(m_bready),
      .araddr(m_araddr),
      .arlen(m_arlen),
      .arsize(m_arsize),
      .arburst(m_arburst),
      .arvalid(m_arvalid),
      .arready(m_arready),
      .rdata(m_rdata),
      .rresp(m_rresp),
      .rlast(m_rlast),
      .rvalid(m_rvalid),
      .rready(m_rready),
      .errors(m_errors),
      .busy(m_busy)
  );

  wire signed [31:0] d_errors;
  wire d_busy;
  wl_axi_checker #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(AW),
      .NAME("m_axi_desc")
  ) d_check_i (
      .clk(clk),
      .rst_n(rst_n),
      .awaddr(d_awaddr),
      .awlen(d_awlen),
      .awsize(d_awsize),
      .awburst(d_awburst),
      .awvalid(d_awvalid),
      .awready(d_awready),
      .wdata(d_wdata),
      .wstrb(d_wstrb),
      .wlast(d_wlast),
      .wvalid(d_wvalid),
      .wready(d_wready),
      .bresp(d_bresp),
      .bvalid(d_bvalid),
      .bready(d_bready),
      .araddr(d_araddr),
      .arlen(d_arlen),
      .arsize(d_arsize),
      .arburst(d_arburst),
      .arvalid(d_arvalid),
      .arready(d_arready),
      .rdata(d_rdata),
      .rresp(d_rresp),
      .rlast(d_rlast),
      .rvalid(d_rvalid),
      .rready(d_rready),
      .errors(d_errors),
      .busy(d_busy)
  );

  wire signed [31:0] s_errors;
  wire s_busy;
  wl_axil_checker #(
      .ADDR_WIDTH(19),
      .NAME("s_axil")
  ) s_check_i (
      .clk(clk),
      .rst_n(rst_n),
      .awaddr(s_axil_awaddr),
      .awvalid(s_axil_awvalid),
      .awready(s_axil_awready),
      .wdata(s_axil_wdata),
      .wstrb(s_axil_wstrb),
      .wvalid(s_axil_wvalid),
      .wready(s_axil_wready),
      .bresp(s_axil_bresp),
      .bvalid(s_axil_bvalid),
      .bready(s_axil_bready),
      .araddr(s_axil_araddr),
      .arvalid(s_axil_arvalid),
      .arready(s_axil_arready),
      .rdata(s_axil_rdata),
      .rresp(s_axil_rresp),
      .rvalid(s_axil_rvalid),
      .rready(s_axil_rready),
      .errors(s_errors),
      .busy(s_busy)
  );

  wire signed [31:0] b_errors;
  wire b_busy;
  wl_axi_checker #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(AW),
      .NAME("s_axi_dev")
  ) b_check_i (
      .clk(clk),
      .rst_n(rst_n),
      .awaddr(s_axi_dev_awaddr),
      .awlen(s_axi_dev_awlen),
      .awsize(s_axi_dev_awsize),
      .awburst(s_axi_dev_awburst),
      .awvalid(s_axi_dev_awvalid),
      .awready(s_axi_dev_awready),
      .wdata(s_axi_dev_wdata),
      .wstrb(s_axi_dev_wstrb),
      .wlast(s_axi_dev_wlast),
      .wvalid(s_axi_dev_wvalid),
      .wready(s_axi_dev_wready),
      .bresp(s_axi_dev_bresp),
      .bvalid(s_axi_dev_bvalid),
      .bready(s_axi_dev_bready),
      .araddr(s_axi_dev_araddr),
      .arlen(s_axi_dev_arlen),
      .arsize(s_axi_dev_arsize),
      .arburst(s_axi_dev_arburst),
      .arvalid(s_axi_dev_arvalid),
      .arready(s_axi_dev_arready),
      .rdata(s_axi_dev_rdata),
      .rresp(s_axi_dev_rresp),
      .rlast(s_axi_dev_rlast),
      .rvalid(s_axi_dev_rvalid),
      .rready(s_axi_dev_rready),
      .errors(b_errors),
      .busy(b_busy)
  );

  wire [1:0] dev_take, dev_put;
  wire [63:0] dev_data, head0, head1;
  wire [31:0] read_beats, write_beats;

  wl_memory #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(AW),
      .ID_WIDTH  (ID_WIDTH),
      .RAM_BYTES (RAM_BYTES)
  ) memory (
      .clk(clk),
      .rst_n(rst_n),
      .latency(latency),
      .pause(pause),
      .err_lo(err_lo),
      .err_hi(err_hi),
      .err_kind(err_kind),
      .hang_lo(hang_lo),
      .hang_hi(hang_hi),
      .hang_kind(hang_kind),
      .awid({d_awid, m_awid}),
      .bid({d_bid, m_bid}),
      .arid({d_arid, m_arid}),
      .rid({d_rid, m_rid}),
      .awaddr({d_awaddr, m_awaddr}),
      .awlen({d_awlen, m_awlen}),
      .awsize({d_awsize, m_awsize}),
      .awburst({d_awburst, m_awburst}),
      .awvalid({d_awvalid, m_awvalid}),
      .awready({d_awready, m_awready}),
      .wdata({d_wdata, m_wdata}),
      .wstrb({d_wstrb, m_wstrb}),
      .wlast({d_wlast, m_wlast}),
      .wvalid({d_wvalid, m_wvalid}),
      .wready({d_wready, m_wready}),
      .bresp({d_bresp, m_bresp}),
      .bvalid({d_bvalid, m_bvalid}),
      .bready({d_bready, m_bready}),
      .araddr({d_araddr, m_araddr}),
      .arlen({d_arlen, m_arlen}),
      .arsize({d_arsize, m_arsize}),
      .arburst({d_arburst, m_arburst}),
      .arvalid({d_arvalid, m_arvalid}),
      .arready({d_arready, m_arready}),
      .rdata({d_rdata, m_rdata}),
      .rresp({d_rresp, m_rresp}),
      .rlast({d_rlast, m_rlast}),
      .rvalid({d_rvalid, m_rvalid}),
      .rready({d_rready, m_rready}),
      .dev_take(dev_take),
      .dev_put(dev_put),
      .dev_data(dev_data),
      .dev_head({head1, head0}),
      .read_beats(read_beats),
      .write_beats(write_beats)
  );

  wire signed [31:0] st_in_errors;
  wire st_in_busy;
  wl_axis_checker #(
      .STREAMS(STREAMS_P),
      .DATA_WIDTH(STREAMS_P * DATA_WIDTH),
      .NAME("s_axis")
  ) st_in_check_i (
      .clk(clk),
      .rst_n(rst_n),
      .tdata(s_axis_tdata),
      .tkeep(s_axis_tkeep),
      .tlast(s_axis_tlast),
      .tid(s_axis_tid),
      .tdest(s_axis_tdest),
      .tuser({STREAMS_P{1'b0}}),
      .tvalid(s_axis_tvalid),
      .tready(s_axis_tready),
      .errors(st_in_errors),
      .busy(st_in_busy)
  );

  wire signed [31:0] st_out_errors;
  wire st_out_busy;
  wl_axis_checker #(
      .STREAMS(STREAMS_P),
      .DATA_WIDTH(STREAMS_P * DATA_WIDTH),
      .NAME("m_axis")
  ) st_out_check_i (
      .clk(clk),
      .rst_n(rst_n),
      .tdata(m_axis_tdata),
      .tkeep(m_axis_tkeep),
      .tlast(m_axis_tlast),
      .tid(m_axis_tid),
      .tdest(m_axis_tdest),
      .tuser(m_axis_tuser),
      .tvalid(m_axis_tvalid),
      .tready(m_axis_tready),
      .errors(st_out_errors),
      .busy(st_out_busy)
  );

  wl_streams #(
      .STREAMS(STREAMS_P),
      .DATA_WIDTH(DATA_WIDTH),
      .BYTES(STREAMS > 0 ? 1 << 19 : 1 << 8)
  ) streams (
      .clk(clk),
      .rst_n(rst_n),
      .fed(st_fed),
      .kept(st_kept),
      .pause_in(st_pause_in),
      .pause_out(st_pause_out),
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
      .m_axis_tready(m_axis_tready)
  );

  reg io_toggle = 1'b0;
  reg io_seen = 1'b0;
  reg [31:0] io_addr = 32'd0;
  reg [31:0] io_wdata = 32'd0;
  wire [31:0] io_rdata0, io_rdata1, kept0, kept1;
  reg [31:0] fed0 = 32'd0;
  reg [31:0] fed1 = 32'd0;
  wire io_now = io_toggle != io_seen;
  always @(posedge clk) io_seen <= io_toggle;

  wl_fifo_port port0 (
      .clk(clk),
      .take(dev_take[0]),
      .put(dev_put[0]),
      .put_data(dev_data),
      .head(head0),
      .req(port0_req),
      .io_write(io_now && !io_addr[12]),
      .io_addr(io_addr[7:0]),
      .io_wdata(io_wdata),
      .io_rdata(io_rdata0),
      .fed(fed0),
      .kept(kept0)
  );

  wl_fifo_port port1 (
      .clk(clk),
      .take(dev_take[1]),
      .put(dev_put[1]),
      .put_data(dev_data),
      .head(head1),
      .req(port1_req),
      .io_write(io_now && io_addr[12]),
      .io_addr(io_addr[7:0]),
      .io_wdata(io_wdata),
      .io_rdata(io_rdata1),
      .fed(fed1),
      .kept(kept1)
  );

  reg bd_toggle = 1'b0;
  reg bd_write = 1'b0;
  reg [2:0] bd_target = 3'd0;
  reg [31:0] bd_addr = 32'd0;
  reg [12:0] bd_len = 13'd0;
  reg [32767:0] bd_data = 32768'd0;
  reg [32767:0] bd_out = 32768'd0;
  integer i;
  always @(bd_toggle) begin
    for (i = 0; i < bd_len; i = i + 1)
    if (bd_write)
      case (bd_target)
        3'd0: memory.poke(bd_addr + i, bd_data[8*i+:8]);
        3'd1: streams.feed_mem[bd_addr+i] = bd_data[8*i+:8];
        3'd2: port0.feed_mem[bd_addr+i] = bd_data[8*i+:8];
        default: port1.feed_mem[bd_addr+i] = bd_data[8*i+:8];
      endcase
    else
      case (bd_target)
        3'd0: bd_out[8*i+:8] = memory.peek(bd_addr + i);
        3'd6: bd_out[8*i+:8] = streams.kept_mem[bd_addr+i];
        3'd4: bd_out[8*i+:8] = port0.kept_mem[bd_addr+i];
        default: bd_out[8*i+:8] = port1.kept_mem[bd_addr+i];
      endcase
  end

  // Pulses of each request line, mod 65536: of `ack`, and of `tc` with it.
  reg [LINES_P*16-1:0] ack_seen = 0, tc_seen = 0;
  integer l;
  always @(posedge clk)
    for (l = 0; l < LINES_P; l = l + 1) begin
      if (ack[l] === 1'b1) ack_seen[16*l+:16] <= ack_seen[16*l+:16] + 16'd1;
      if ((ack[l] && tc[l]) === 1'b1) tc_seen[16*l+:16] <= tc_seen[16*l+:16] + 16'd1;
    end

  // Stamps for the bench, in cycles: when the last register write was accepted, the first commands on both masters after it,
  // and when an interrupt line last rose.
  reg [31:0] at_write = 32'd0, at_ar = 32'd0, at_desc_ar = 32'd0, at_irq = 32'd0;
  reg wait_ar = 1'b0, wait_desc_ar = 1'b0;
  reg [CHANNELS-1:0] irq_was = {CHANNELS{1'b0}};
  always @(posedge clk) begin
    irq_was <= irq;
    if (|(irq & ~irq_was)) at_irq <= cycles;
    if (m_arvalid) wait_ar <= 1'b0;
    if (m_arvalid && wait_ar) at_ar <= cycles;
    if (d_arvalid) wait_desc_ar <= 1'b0;
    if (d_arvalid && wait_desc_ar) at_desc_ar <= cycles;
    if (s_axil_wvalid && s_axil_wready) begin
      at_write <= cycles;
      wait_ar <= 1'b1;
      wait_desc_ar <= 1'b1;
    end
  end

  reg dump = 1'b0;
  integer fd, j, k;
  // 64 bytes: in few calls, since each takes long; eight at a time, since a turn of a loop takes longer than a byte.
  reg [511:0] row;
  always @(dump) begin
    fd = $fopen("ram.bin", "wb");
    for (j = 0; j < RAM_BYTES; j = j + 64) begin
      row = 512'd0;
      if (memory.used[j>>memory.PAGE_LOG])
        for (k = 0; k < 64; k = k + 8)
        row[8*k+:64] = {
          memory.mem[j+k+7],
          memory.mem[j+k+6],
          memory.mem[j+k+5],
          memory.mem[j+k+4],
          memory.mem[j+k+3],
          memory.mem[j+k+2],
          memory.mem[j+k+1],
          memory.mem[j+k]
        };
      $fwrite(fd, "%u", row);
    end
    $fclose(fd);
  end

  reg clear = 1'b0;
  always @(posedge clear or negedge clear) memory.wipe;

`ifdef WL_WAVES
  initial begin
    $dumpfile("waves.fst");
    $dumpvars(0, wl_system);
  end
`endif

endmodule

`resetall
