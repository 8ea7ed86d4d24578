/*
 * windlass_ports: the engine's ports to memory, one or two, and whether memory answers in time.
 *
 * Purpose: puts descriptors on a port of their own, or with SHARED beside the data on one (windlass_merge); windlass_watch looks at what
 * goes out and comes back.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_ports #(
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter ID_WIDTH = 4,  // AXI ID, bits
    parameter SHARED = 0  // 1: descriptors on m_axi, with ID 1; m_axi_desc is idle
) (
    input wire aclk,  // clock of everything
    input wire aresetn,  // synchronous reset, active low
    // AXI4 slave: data and bus masters
    input wire [ID_WIDTH-1:0] s_axi_mem_awid,  // write address: ID
    input wire [ADDR_WIDTH-1:0] s_axi_mem_awaddr,  // write address: byte address
    input wire [7:0] s_axi_mem_awlen,  // write address: beats - 1
    input wire [2:0] s_axi_mem_awsize,  // write address: log2 of the bytes in a beat
    input wire [1:0] s_axi_mem_awburst,  // write address: INCR or FIXED
    input wire [3:0] s_axi_mem_awcache,  // write address: memory type
    input wire [3:0] s_axi_mem_awqos,  // write address: quality of service
    input wire s_axi_mem_awvalid,  // write address: valid
    output wire s_axi_mem_awready,  // write address: ready
    input wire [DATA_WIDTH-1:0] s_axi_mem_wdata,  // write data
    input wire [DATA_WIDTH/8-1:0] s_axi_mem_wstrb,  // write strobes
    input wire s_axi_mem_wlast,  // last beat of the burst
    input wire s_axi_mem_wvalid,  // write data valid
    output wire s_axi_mem_wready,  // write data ready
    output wire [ID_WIDTH-1:0] s_axi_mem_bid,  // write response: ID
    output wire [1:0] s_axi_mem_bresp,  // write response
    output wire s_axi_mem_bvalid,  // write response valid
    input wire s_axi_mem_bready,  // write response ready
    input wire [ID_WIDTH-1:0] s_axi_mem_arid,  // read address: ID
    input wire [ADDR_WIDTH-1:0] s_axi_mem_araddr,  // read address: byte address
    input wire [7:0] s_axi_mem_arlen,  // read address: beats - 1
    input wire [2:0] s_axi_mem_arsize,  // read address: log2 of the bytes in a beat
    input wire [1:0] s_axi_mem_arburst,  // read address: INCR or FIXED
    input wire [3:0] s_axi_mem_arcache,  // read address: memory type
    input wire [3:0] s_axi_mem_arqos,  // read address: quality of service
    input wire s_axi_mem_arvalid,  // read address: valid
    output wire s_axi_mem_arready,  // read address: ready
    output wire [ID_WIDTH-1:0] s_axi_mem_rid,  // read data: ID
    output wire [DATA_WIDTH-1:0] s_axi_mem_rdata,  // read data
    output wire [1:0] s_axi_mem_rresp,  // read response
    output wire s_axi_mem_rlast,  // last beat of the burst
    output wire s_axi_mem_rvalid,  // read data valid
    input wire s_axi_mem_rready,  // read data ready
    // AXI4 slave: descriptors
    input wire [ADDR_WIDTH-1:0] s_axi_desc_awaddr,  // write address: byte address
    input wire [7:0] s_axi_desc_awlen,  // write address: beats - 1
    input wire [2:0] s_axi_desc_awsize,  // write address: log2 of the bytes in a beat
    input wire [1:0] s_axi_desc_awburst,  // write address: INCR
    input wire [3:0] s_axi_desc_awcache,  // write address: memory type
    input wire s_axi_desc_awvalid,  // write address: valid
    output wire s_axi_desc_awready,  // write address: ready
    input wire [DATA_WIDTH-1:0] s_axi_desc_wdata,  // write data
    input wire [DATA_WIDTH/8-1:0] s_axi_desc_wstrb,  // write strobes
    input wire s_axi_desc_wlast,  // last beat of the burst
    input wire s_axi_desc_wvalid,  // write data valid
    output wire s_axi_desc_wready,  // write data ready
    output wire [1:0] s_axi_desc_bresp,  // write response
    output wire s_axi_desc_bvalid,  // write response valid
    input wire s_axi_desc_bready,  // write response ready
    input wire [ADDR_WIDTH-1:0] s_axi_desc_araddr,  // read address: byte address
    input wire [7:0] s_axi_desc_arlen,  // read address: beats - 1
    input wire [2:0] s_axi_desc_arsize,  // read address: log2 of the bytes in a beat
    input wire [1:0] s_axi_desc_arburst,  // read address: INCR
    input wire [3:0] s_axi_desc_arcache,  // read address: memory type
    input wire s_axi_desc_arvalid,  // read address: valid
    output wire s_axi_desc_arready,  // read address: ready
    output wire [DATA_WIDTH-1:0] s_axi_desc_rdata,  // read data
    output wire [1:0] s_axi_desc_rresp,  // read response
    output wire s_axi_desc_rlast,  // last beat of the burst
    output wire s_axi_desc_rvalid,  // read data valid
    input wire s_axi_desc_rready,  // read data ready
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
    // time-outs
    input wire time_we,  // TIMEOUT is written
    input wire [31:0] time_new,  // its new value
    output wire [3:0] late  // a response has taken longer: {descriptor write, descriptor read, write, read}
);
  generate
    if (SHARED != 0) begin : g_shared
      windlass_merge #(
          .DATA_WIDTH(DATA_WIDTH),
          .ADDR_WIDTH(ADDR_WIDTH),
          .ID_WIDTH  (ID_WIDTH)
      ) merge_i (
          .aclk(aclk),
          .aresetn(aresetn),
          .s_axi_mem_awid(s_axi_mem_awid),
          .s_axi_mem_awaddr(s_axi_mem_awaddr),
          .s_axi_mem_awlen(s_axi_mem_awlen),
          .s_axi_mem_awsize(s_axi_mem_awsize),
          .s_axi_mem_awburst(s_axi_mem_awburst),
          .s_axi_mem_awlock(1'b0),
          .s_axi_mem_awcache(s_axi_mem_awcache),
          .s_axi_mem_awprot(3'd0),
          .s_axi_mem_awqos(s_axi_mem_awqos),
          .s_axi_mem_awvalid(s_axi_mem_awvalid),
          .s_axi_mem_awready(s_axi_mem_awready),
          .s_axi_mem_wdata(s_axi_mem_wdata),
          .s_axi_mem_wstrb(s_axi_mem_wstrb),
          .s_axi_mem_wlast(s_axi_mem_wlast),
          .s_axi_mem_wvalid(s_axi_mem_wvalid),
          .s_axi_mem_wready(s_axi_mem_wready),
          .s_axi_mem_bresp(s_axi_mem_bresp),
          .s_axi_mem_bvalid(s_axi_mem_bvalid),
          .s_axi_mem_bready(s_axi_mem_bready),
          .s_axi_mem_arid(s_axi_mem_arid),
          .s_axi_mem_araddr(s_axi_mem_araddr),
          .s_axi_mem_arlen(s_axi_mem_arlen),
          .s_axi_mem_arsize(s_axi_mem_arsize),
          .s_axi_mem_arburst(s_axi_mem_arburst),
          .s_axi_mem_arlock(1'b0),
          .s_axi_mem_arcache(s_axi_mem_arcache),
          .s_axi_mem_arprot(3'd0),
          .s_axi_mem_arqos(s_axi_mem_arqos),
          .s_axi_mem_arvalid(s_axi_mem_arvalid),
          .s_axi_mem_arready(s_axi_mem_arready),
          .s_axi_mem_rdata(s_axi_mem_rdata),
          .s_axi_mem_rresp(s_axi_mem_rresp),
          .s_axi_mem_rlast(s_axi_mem_rlast),
          .s_axi_mem_rvalid(s_axi_mem_rvalid),
          .s_axi_mem_rready(s_axi_mem_rready),
          .s_axi_desc_awaddr(s_axi_desc_awaddr),
          .s_axi_desc_awlen(s_axi_desc_awlen),
          .s_axi_desc_awsize(s_axi_desc_awsize),
          .s_axi_desc_awburst(s_axi_desc_awburst),
          .s_axi_desc_awlock(1'b0),
          .s_axi_desc_awcache(s_axi_desc_awcache),
          .s_axi_desc_awprot(3'd0),
          .s_axi_desc_awqos(4'd0),
          .s_axi_desc_awvalid(s_axi_desc_awvalid),
          .s_axi_desc_awready(s_axi_desc_awready),
          .s_axi_desc_wdata(s_axi_desc_wdata),
          .s_axi_desc_wstrb(s_axi_desc_wstrb),
          .s_axi_desc_wlast(s_axi_desc_wlast),
          .s_axi_desc_wvalid(s_axi_desc_wvalid),
          .s_axi_desc_wready(s_axi_desc_wready),
          .s_axi_desc_bresp(s_axi_desc_bresp),
          .s_axi_desc_bvalid(s_axi_desc_bvalid),
          .s_axi_desc_bready(s_axi_desc_bready),
          .s_axi_desc_araddr(s_axi_desc_araddr),
          .s_axi_desc_arlen(s_axi_desc_arlen),
          .s_axi_desc_arsize(s_axi_desc_arsize),
          .s_axi_desc_arburst(s_axi_desc_arburst),
          .s_axi_desc_arlock(1'b0),
          .s_axi_desc_arcache(s_axi_desc_arcache),
          .s_axi_desc_arprot(3'd0),
          .s_axi_desc_arqos(4'd0),
          .s_axi_desc_arvalid(s_axi_desc_arvalid),
          .s_axi_desc_arready(s_axi_desc_arready),
          .s_axi_desc_rdata(s_axi_desc_rdata),
          .s_axi_desc_rresp(s_axi_desc_rresp),
          .s_axi_desc_rlast(s_axi_desc_rlast),
          .s_axi_desc_rvalid(s_axi_desc_rvalid),
          .s_axi_desc_rready(s_axi_desc_rready),
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
      assign {s_axi_mem_bid, s_axi_mem_rid} = {m_axi_bid, m_axi_rid};
      assign {m_axi_desc_awid, m_axi_desc_arid} = {2 * ID_WIDTH{1'b0}};
      assign {m_axi_desc_awaddr, m_axi_desc_araddr} = {2 * ADDR_WIDTH{1'b0}};
      assign {m_axi_desc_awlen, m_axi_desc_awsize, m_axi_desc_awburst, m_axi_desc_awcache, m_axi_desc_awvalid} = 18'd0;
      assign {m_axi_desc_arlen, m_axi_desc_arsize, m_axi_desc_arburst, m_axi_desc_arcache, m_axi_desc_arvalid} = 18'd0;
      assign m_axi_desc_wdata = {DATA_WIDTH{1'b0}};
      assign m_axi_desc_wstrb = {DATA_WIDTH / 8{1'b0}};
      assign {m_axi_desc_wlast, m_axi_desc_wvalid, m_axi_desc_bready, m_axi_desc_rready} = 4'd0;
    end else begin : g_own
      assign {m_axi_awid, m_axi_awaddr, m_axi_awlen, m_axi_awsize, m_axi_awburst, m_axi_awcache, m_axi_awqos, m_axi_awvalid} =
          {
        s_axi_mem_awid,
        s_axi_mem_awaddr,
        s_axi_mem_awlen,
        s_axi_mem_awsize,
        s_axi_mem_awburst,
        s_axi_mem_awcache,
        s_axi_mem_awqos,
        s_axi_mem_awvalid
      };
      assign {m_axi_arid, m_axi_araddr, m_axi_arlen, m_axi_arsize, m_axi_arburst, m_axi_arcache, m_axi_arqos, m_axi_arvalid} =
          {
        s_axi_mem_arid,
        s_axi_mem_araddr,
        s_axi_mem_arlen,
        s_axi_mem_arsize,
        s_axi_mem_arburst,
        s_axi_mem_arcache,
        s_axi_mem_arqos,
        s_axi_mem_arvalid
      };
      assign {m_axi_awlock, m_axi_arlock, m_axi_awprot, m_axi_arprot} = 8'd0;
      assign {m_axi_wdata, m_axi_wstrb, m_axi_wlast, m_axi_wvalid} = {
        s_axi_mem_wdata, s_axi_mem_wstrb, s_axi_mem_wlast, s_axi_mem_wvalid
      };
      assign {m_axi_bready, m_axi_rready} = {s_axi_mem_bready, s_axi_mem_rready};
      assign {s_axi_mem_awready, s_axi_mem_wready, s_axi_mem_arready} = {m_axi_awready, m_axi_wready, m_axi_arready};
      assign {s_axi_mem_bid, s_axi_mem_bresp, s_axi_mem_bvalid} = {m_axi_bid, m_axi_bresp, m_axi_bvalid};
      assign {s_axi_mem_rid, s_axi_mem_rdata, s_axi_mem_rresp, s_axi_mem_rlast, s_axi_mem_rvalid} = {
        m_axi_rid, m_axi_rdata, m_axi_rresp, m_axi_rlast, m_axi_rvalid
      };

      assign {m_axi_desc_awid, m_axi_desc_arid} = {2 * ID_WIDTH{1'b0}};
      assign {m_axi_desc_awaddr, m_axi_desc_awlen, m_axi_desc_awsize, m_axi_desc_awburst, m_axi_desc_awcache, m_axi_desc_awvalid} =
          {
        s_axi_desc_awaddr,
        s_axi_desc_awlen,
        s_axi_desc_awsize,
        s_axi_desc_awburst,
        s_axi_desc_awcache,
        s_axi_desc_awvalid
      };
      assign {m_axi_desc_araddr, m_axi_desc_arlen, m_axi_desc_arsize, m_axi_desc_arburst, m_axi_desc_arcache, m_axi_desc_arvalid} =
          {
        s_axi_desc_araddr,
        s_axi_desc_arlen,
        s_axi_desc_arsize,
        s_axi_desc_arburst,
        s_axi_desc_arcache,
        s_axi_desc_arvalid
      };
      assign {m_axi_desc_wdata, m_axi_desc_wstrb, m_axi_desc_wlast, m_axi_desc_wvalid} = {
        s_axi_desc_wdata, s_axi_desc_wstrb, s_axi_desc_wlast, s_axi_desc_wvalid
      };
      assign {m_axi_desc_bready, m_axi_desc_rready} = {s_axi_desc_bready, s_axi_desc_rready};
      assign {s_axi_desc_awready, s_axi_desc_wready, s_axi_desc_arready} = {
        m_axi_desc_awready, m_axi_desc_wready, m_axi_desc_arready
      };
      assign {s_axi_desc_bresp, s_axi_desc_bvalid} = {m_axi_desc_bresp, m_axi_desc_bvalid};
      assign {s_axi_desc_rdata, s_axi_desc_rresp, s_axi_desc_rlast, s_axi_desc_rvalid} = {
        m_axi_desc_rdata, m_axi_desc_rresp, m_axi_desc_rlast, m_axi_desc_rvalid
      };
    end
  endgenerate
  assign {m_axi_desc_awlock, m_axi_desc_arlock, m_axi_desc_awprot, m_axi_desc_arprot, m_axi_desc_awqos, m_axi_desc_arqos} = 16'd0;

  // With one port for both there is one read half and one write half.
  windlass_watch watch_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .time_we(time_we),
      .time_new(time_new),
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
