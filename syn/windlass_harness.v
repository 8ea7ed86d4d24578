/*
 * windlass_harness: the engine with few pins, for measuring what it takes and how fast it runs.
 *
 * Purpose: every input of the engine comes from a flip-flop and every output goes straight into one, so that the clock that place
 * and route finds is the engine's own. Inputs are a shift register from `si`; outputs are captured, then folded
 * into a signature register whose top bit is `so`, so that nothing can be optimised away.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_harness #(
    parameter CHANNELS      = 4,    // as windlass
    parameter DATA_WIDTH    = 64,   // as windlass
    parameter ADDR_WIDTH    = 32,   // as windlass
    parameter ID_WIDTH      = 4,    // as windlass
    parameter MAP_REGISTERS = 256,  // as windlass
    parameter REQUEST_LINES = 4,    // as windlass
    parameter MAX_BURST     = 64,   // as windlass
    parameter OUTSTANDING   = 32,   // as windlass
    parameter BUFFER_BEATS  = 512,  // as windlass
    parameter DESC_PREFETCH = 64    // as windlass
) (
    input  wire clk,    // clock
    input  wire rst_n,  // reset, active low, registered twice
    input  wire si,     // serial input
    output wire so      // top of the signature
);
  localparam LINES_P = REQUEST_LINES > 0 ? REQUEST_LINES : 1;
  localparam INPUTS = 4 * ID_WIDTH + 2 * DATA_WIDTH + LINES_P + 105;
  localparam OUTPUTS = 4 * ID_WIDTH + 4 * ADDR_WIDTH + 2 * DATA_WIDTH + 2 * DATA_WIDTH/8 + 2 * LINES_P + CHANNELS + 154;

  reg [1:0] reset_reg;
  reg [INPUTS-1:0] in_reg;
  reg [OUTPUTS-1:0] out_reg, sign_reg;
  wire aclk = clk;
  wire aresetn = reset_reg[1];
  assign so = sign_reg[OUTPUTS-1];

  wire [18:0] s_axil_awaddr;
  wire [2:0] s_axil_awprot;
  wire s_axil_awvalid;
  wire [31:0] s_axil_wdata;
  wire [3:0] s_axil_wstrb;
  wire s_axil_wvalid;
  wire s_axil_bready;
  wire [18:0] s_axil_araddr;
  wire [2:0] s_axil_arprot;
  wire s_axil_arvalid;
  wire s_axil_rready;
  wire m_axi_awready;
  wire m_axi_wready;
  wire [ID_WIDTH-1:0] m_axi_bid;
  wire [1:0] m_axi_bresp;
  wire m_axi_bvalid;
  wire m_axi_arready;
  wire [ID_WIDTH-1:0] m_axi_rid;
  wire [DATA_WIDTH-1:0] m_axi_rdata;
  wire [1:0] m_axi_rresp;
  wire m_axi_rlast;
  wire m_axi_rvalid;
  wire m_axi_desc_awready;
  wire m_axi_desc_wready;
  wire [ID_WIDTH-1:0] m_axi_desc_bid;
  wire [1:0] m_axi_desc_bresp;
  wire m_axi_desc_bvalid;
  wire m_axi_desc_arready;
  wire [ID_WIDTH-1:0] m_axi_desc_rid;
  wire [DATA_WIDTH-1:0] m_axi_desc_rdata;
  wire [1:0] m_axi_desc_rresp;
  wire m_axi_desc_rlast;
  wire m_axi_desc_rvalid;
  wire [LINES_P-1:0] req;
  wire s_axil_awready;
  wire s_axil_wready;
  wire [1:0] s_axil_bresp;
  wire s_axil_bvalid;
  wire s_axil_arready;
  wire [31:0] s_axil_rdata;
  wire [1:0] s_axil_rresp;
  wire s_axil_rvalid;
  wire [ID_WIDTH-1:0] m_axi_awid;
  wire [ADDR_WIDTH-1:0] m_axi_awaddr;
  wire [7:0] m_axi_awlen;
  wire [2:0] m_axi_awsize;
  wire [1:0] m_axi_awburst;
  wire m_axi_awlock;
  wire [3:0] m_axi_awcache;
  wire [2:0] m_axi_awprot;
  wire [3:0] m_axi_awqos;
  wire m_axi_awvalid;
  wire [DATA_WIDTH-1:0] m_axi_wdata;
  wire [DATA_WIDTH/8-1:0] m_axi_wstrb;
  wire m_axi_wlast;
  wire m_axi_wvalid;
  wire m_axi_bready;
  wire [ID_WIDTH-1:0] m_axi_arid;
  wire [ADDR_WIDTH-1:0] m_axi_araddr;
  wire [7:0] m_axi_arlen;
  wire [2:0] m_axi_arsize;
  wire [1:0] m_axi_arburst;
  wire m_axi_arlock;
  wire [3:0] m_axi_arcache;
  wire [2:0] m_axi_arprot;
  wire [3:0] m_axi_arqos;
  wire m_axi_arvalid;
  wire m_axi_rready;
  wire [ID_WIDTH-1:0] m_axi_desc_awid;
  wire [ADDR_WIDTH-1:0] m_axi_desc_awaddr;
  wire [7:0] m_axi_desc_awlen;
  wire [2:0] m_axi_desc_awsize;
  wire [1:0] m_axi_desc_awburst;
  wire m_axi_desc_awlock;
  wire [3:0] m_axi_desc_awcache;
  wire [2:0] m_axi_desc_awprot;
  wire [3:0] m_axi_desc_awqos;
  wire m_axi_desc_awvalid;
  wire [DATA_WIDTH-1:0] m_axi_desc_wdata;
  wire [DATA_WIDTH/8-1:0] m_axi_desc_wstrb;
  wire m_axi_desc_wlast;
  wire m_axi_desc_wvalid;
  wire m_axi_desc_bready;
  wire [ID_WIDTH-1:0] m_axi_desc_arid;
  wire [ADDR_WIDTH-1:0] m_axi_desc_araddr;
  wire [7:0] m_axi_desc_arlen;
  wire [2:0] m_axi_desc_arsize;
  wire [1:0] m_axi_desc_arburst;
  wire m_axi_desc_arlock;
  wire [3:0] m_axi_desc_arcache;
  wire [2:0] m_axi_desc_arprot;
  wire [3:0] m_axi_desc_arqos;
  wire m_axi_desc_arvalid;
  wire m_axi_desc_rready;
  wire [LINES_P-1:0] ack;
  wire [LINES_P-1:0] tc;
  wire [CHANNELS-1:0] irq;
  wire irq_any;
  assign {
    s_axil_awaddr,
    s_axil_awprot,
    s_axil_awvalid,
    s_axil_wdata,
    s_axil_wstrb,
    s_axil_wvalid,
    s_axil_bready,
    s_axil_araddr,
    s_axil_arprot,
    s_axil_arvalid,
    s_axil_rready,
    m_axi_awready,
    m_axi_wready,
    m_axi_bid,
    m_axi_bresp,
    m_axi_bvalid,
    m_axi_arready,
    m_axi_rid,
    m_axi_rdata,
    m_axi_rresp,
    m_axi_rlast,
    m_axi_rvalid,
    m_axi_desc_awready,
    m_axi_desc_wready,
    m_axi_desc_bid,
    m_axi_desc_bresp,
    m_axi_desc_bvalid,
    m_axi_desc_arready,
    m_axi_desc_rid,
    m_axi_desc_rdata,
    m_axi_desc_rresp,
    m_axi_desc_rlast,
    m_axi_desc_rvalid,
    req
  } = in_reg;
  wire [OUTPUTS-1:0] outputs = {
    s_axil_awready,
    s_axil_wready,
    s_axil_bresp,
    s_axil_bvalid,
    s_axil_arready,
    s_axil_rdata,
    s_axil_rresp,
    s_axil_rvalid,
    m_axi_awid,
    m_axi_awaddr,
    m_axi_awlen,
    m_axi_awsize,
    m_axi_awburst,
    m_axi_awlock,
    m_axi_awcache,
    m_axi_awprot,
    m_axi_awqos,
    m_axi_awvalid,
    m_axi_wdata,
    m_axi_wstrb,
    m_axi_wlast,
    m_axi_wvalid,
    m_axi_bready,
    m_axi_arid,
    m_axi_araddr,
    m_axi_arlen,
    m_axi_arsize,
    m_axi_arburst,
    m_axi_arlock,
    m_axi_arcache,
    m_axi_arprot,
    m_axi_arqos,
    m_axi_arvalid,
    m_axi_rready,
    m_axi_desc_awid,
    m_axi_desc_awaddr,
    m_axi_desc_awlen,
    m_axi_desc_awsize,
    m_axi_desc_awburst,
    m_axi_desc_awlock,
    m_axi_desc_awcache,
    m_axi_desc_awprot,
    m_axi_desc_awqos,
    m_axi_desc_awvalid,
    m_axi_desc_wdata,
    m_axi_desc_wstrb,
    m_axi_desc_wlast,
    m_axi_desc_wvalid,
    m_axi_desc_bready,
    m_axi_desc_arid,
    m_axi_desc_araddr,
    m_axi_desc_arlen,
    m_axi_desc_arsize,
    m_axi_desc_arburst,
    m_axi_desc_arlock,
    m_axi_desc_arcache,
    m_axi_desc_arprot,
    m_axi_desc_arqos,
    m_axi_desc_arvalid,
    m_axi_desc_rready,
    ack,
    tc,
    irq,
    irq_any
  };
  windlass #(
      .CHANNELS(CHANNELS),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .REQUEST_LINES(REQUEST_LINES),
      .MAX_BURST(MAX_BURST),
      .OUTSTANDING(OUTSTANDING),
      .BUFFER_BEATS(BUFFER_BEATS),
      .DESC_PREFETCH(DESC_PREFETCH)
  ) dut (
      .aclk(aclk),
      .aresetn(aresetn),
      .s_axil_awaddr(s_axil_awaddr),
      .s_axil_awprot(s_axil_awprot),
      .s_axil_awvalid(s_axil_awvalid),
      .s_axil_wdata(s_axil_wdata),
      .s_axil_wstrb(s_axil_wstrb),
      .s_axil_wvalid(s_axil_wvalid),
      .s_axil_bready(s_axil_bready),
      .s_axil_araddr(s_axil_araddr),
      .s_axil_arprot(s_axil_arprot),
      .s_axil_arvalid(s_axil_arvalid),
      .s_axil_rready(s_axil_rready),
      .m_axi_awready(m_axi_awready),
      .m_axi_wready(m_axi_wready),
      .m_axi_bid(m_axi_bid),
      .m_axi_bresp(m_axi_bresp),
      .m_axi_bvalid(m_axi_bvalid),
      .m_axi_arready(m_axi_arready),
      .m_axi_rid(m_axi_rid),
      .m_axi_rdata(m_axi_rdata),
      .m_axi_rresp(m_axi_rresp),
      .m_axi_rlast(m_axi_rlast),
      .m_axi_rvalid(m_axi_rvalid),
      .m_axi_desc_awready(m_axi_desc_awready),
      .m_axi_desc_wready(m_axi_desc_wready),
      .m_axi_desc_bid(m_axi_desc_bid),
      .m_axi_desc_bresp(m_axi_desc_bresp),
      .m_axi_desc_bvalid(m_axi_desc_bvalid),
      .m_axi_desc_arready(m_axi_desc_arready),
      .m_axi_desc_rid(m_axi_desc_rid),
      .m_axi_desc_rdata(m_axi_desc_rdata),
      .m_axi_desc_rresp(m_axi_desc_rresp),
      .m_axi_desc_rlast(m_axi_desc_rlast),
      .m_axi_desc_rvalid(m_axi_desc_rvalid),
      .req(req),
      .s_axil_awready(s_axil_awready),
      .s_axil_wready(s_axil_wready),
      .s_axil_bresp(s_axil_bresp),
      .s_axil_bvalid(s_axil_bvalid),
      .s_axil_arready(s_axil_arready),
      .s_axil_rdata(s_axil_rdata),
      .s_axil_rresp(s_axil_rresp),
      .s_axil_rvalid(s_axil_rvalid),
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
      .m_axi_wdata(m_axi_wdata),
      .m_axi_wstrb(m_axi_wstrb),
      .m_axi_wlast(m_axi_wlast),
      .m_axi_wvalid(m_axi_wvalid),
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
      .m_axi_desc_wdata(m_axi_desc_wdata),
      .m_axi_desc_wstrb(m_axi_desc_wstrb),
      .m_axi_desc_wlast(m_axi_desc_wlast),
      .m_axi_desc_wvalid(m_axi_desc_wvalid),
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
      .m_axi_desc_rready(m_axi_desc_rready),
      .ack(ack),
      .tc(tc),
      .irq(irq),
      .irq_any(irq_any)
  );

  always @(posedge clk) begin
    reset_reg <= {reset_reg[0], rst_n};
    in_reg <= {in_reg[INPUTS-2:0], si};
    out_reg <= outputs;
    sign_reg <= {sign_reg[OUTPUTS-2:0], sign_reg[OUTPUTS-1]} ^ out_reg;
  end

endmodule

`resetall
