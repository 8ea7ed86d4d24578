/*
 * windlass_masters: bus masters beside the engine's own data, on one memory port.
 *
 * Purpose: wires windlass_dev, which translates what comes in at s_axi_dev, and windlass_merge, which lets it and the data take turns.
 * Without BUS_MASTERS the data pass through, and s_axi_dev is dead.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_masters #(
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter ID_WIDTH = 4,  // AXI ID, bits
    parameter MAP_REGISTERS = 256,  // entries of the map, 0: none
    parameter BUS_MASTERS = 0,  // bus masters behind s_axi_dev, 0..8
    parameter DEV_ID_WIDTH = 8,  // AXI IDs on s_axi_dev, bits
    parameter DEV_BEATS = 256  // words that s_axi_dev keeps each way, a power of two
) (
    input wire aclk,  // clock of everything
    input wire aresetn,  // synchronous reset, active low
    // AXI4 slave: bus masters
    input wire [DEV_ID_WIDTH-1:0] s_axi_dev_awid,  // write address: ID, the bus master in its upper three bits
    input wire [ADDR_WIDTH-1:0] s_axi_dev_awaddr,  // write address: logical byte address
    input wire [7:0] s_axi_dev_awlen,  // write address: beats - 1
    input wire [2:0] s_axi_dev_awsize,  // write address: log2 of the bytes in a beat
    input wire [1:0] s_axi_dev_awburst,  // write address: FIXED, INCR or WRAP
    input wire [3:0] s_axi_dev_awcache,  // write address: goes out as it is
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
    input wire [3:0] s_axi_dev_arcache,  // read address: goes out as it is
    input wire [3:0] s_axi_dev_arqos,  // read address: goes out as it is
    input wire s_axi_dev_arvalid,  // read address: valid
    output wire s_axi_dev_arready,  // read address: ready
    output wire [DEV_ID_WIDTH-1:0] s_axi_dev_rid,  // read data: ID
    output wire [DATA_WIDTH-1:0] s_axi_dev_rdata,  // read data
    output wire [1:0] s_axi_dev_rresp,  // read response
    output wire s_axi_dev_rlast,  // last beat of the burst
    output wire s_axi_dev_rvalid,  // read data valid
    input wire s_axi_dev_rready,  // read data ready
    // AXI4 slave: the engine's own data
    input wire [ADDR_WIDTH-1:0] s_axi_mem_awaddr,  // write address: byte address
    input wire [7:0] s_axi_mem_awlen,  // write address: beats - 1
    input wire [2:0] s_axi_mem_awsize,  // write address: log2 of the bytes in a beat
    input wire [1:0] s_axi_mem_awburst,  // write address: INCR or FIXED
    input wire [3:0] s_axi_mem_awcache,  // write address: memory type
    input wire s_axi_mem_awvalid,  // write address: valid
    output wire s_axi_mem_awready,  // write address: ready
    input wire [DATA_WIDTH-1:0] s_axi_mem_wdata,  // write data
    input wire [DATA_WIDTH/8-1:0] s_axi_mem_wstrb,  // write strobes
    input wire s_axi_mem_wlast,  // last beat of the burst
    input wire s_axi_mem_wvalid,  // write data valid
    output wire s_axi_mem_wready,  // write data ready
    output wire [1:0] s_axi_mem_bresp,  // write response
    output wire s_axi_mem_bvalid,  // write response valid
    input wire s_axi_mem_bready,  // write response ready
    input wire [ADDR_WIDTH-1:0] s_axi_mem_araddr,  // read address: byte address
    input wire [7:0] s_axi_mem_arlen,  // read address: beats - 1
    input wire [2:0] s_axi_mem_arsize,  // read address: log2 of the bytes in a beat
    input wire [1:0] s_axi_mem_arburst,  // read address: INCR or FIXED
    input wire [3:0] s_axi_mem_arcache,  // read address: memory type
    input wire s_axi_mem_arvalid,  // read address: valid
    output wire s_axi_mem_arready,  // read address: ready
    output wire [DATA_WIDTH-1:0] s_axi_mem_rdata,  // read data
    output wire [1:0] s_axi_mem_rresp,  // read response
    output wire s_axi_mem_rlast,  // last beat of the burst
    output wire s_axi_mem_rvalid,  // read data valid
    input wire s_axi_mem_rready,  // read data ready
    // AXI4 master: both, to memory
    output wire [ID_WIDTH-1:0] m_axi_awid,  // write address: ID, 2 of a bus master, else 0
    output wire [ADDR_WIDTH-1:0] m_axi_awaddr,  // write address: byte address
    output wire [7:0] m_axi_awlen,  // write address: beats - 1
    output wire [2:0] m_axi_awsize,  // write address: log2 of the bytes in a beat
    output wire [1:0] m_axi_awburst,  // write address: INCR or FIXED
    output wire [3:0] m_axi_awcache,  // write address: memory type
    output wire [3:0] m_axi_awqos,  // write address: quality of service
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
    output wire [ID_WIDTH-1:0] m_axi_arid,  // read address: ID, 2 of a bus master, else 0
    output wire [ADDR_WIDTH-1:0] m_axi_araddr,  // read address: byte address
    output wire [7:0] m_axi_arlen,  // read address: beats - 1
    output wire [2:0] m_axi_arsize,  // read address: log2 of the bytes in a beat
    output wire [1:0] m_axi_arburst,  // read address: INCR or FIXED
    output wire [3:0] m_axi_arcache,  // read address: memory type
    output wire [3:0] m_axi_arqos,  // read address: quality of service
    output wire m_axi_arvalid,  // read address: valid
    input wire m_axi_arready,  // read address: ready
    input wire [ID_WIDTH-1:0] m_axi_rid,  // read data: ID
    input wire [DATA_WIDTH-1:0] m_axi_rdata,  // read data
    input wire [1:0] m_axi_rresp,  // read response
    input wire m_axi_rlast,  // last beat of the burst
    input wire m_axi_rvalid,  // read data valid
    output wire m_axi_rready,  // read data ready
    // reset, faults, and the map
    input wire resetting,  // send nothing more out
    output wire dev_idle,  // memory owes nothing
    output wire [1:0] dev_count,  // accesses refused, 0 to 2
    output wire dev_write,  // the one that is reported was a write
    output wire [3:0] dev_cause,  // its error code
    output wire [DEV_ID_WIDTH-1:0] dev_id,  // its ID
    output wire [ADDR_WIDTH-1:0] dev_addr,  // its logical address
    input wire fence_mark,  // note for REVOKE what was looked up
    output wire dev_drained,  // that has been answered
    input wire tw_clear,  // the table is being cleared after reset
    input wire tw_soon,  // an entry will be written
    input wire tw_valid,  // an entry is written
    input wire [11:0] tw_index,  // which
    input wire [ADDR_WIDTH-13:0] tw_page,  // its page
    input wire [9:0] tw_flags  // {owner, write, read, valid}
);
  generate
    if (BUS_MASTERS > 0) begin : g_built
      wire [ADDR_WIDTH-1:0] dev_awaddr, dev_araddr;
      wire [7:0] dev_awlen, dev_arlen;
      wire [2:0] dev_awsize, dev_arsize, no_awprot, no_arprot;
      wire [1:0] dev_awburst, dev_bresp, dev_arburst, dev_rresp;
      wire dev_awvalid, dev_awready, dev_wlast, dev_wvalid, dev_wready, dev_bvalid, dev_bready;
      wire dev_arvalid, dev_arready, dev_rlast, dev_rvalid, dev_rready, no_awlock, no_arlock;
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
          .s_axi_mem_awid({ID_WIDTH{1'b0}}),
          .s_axi_mem_awaddr(s_axi_mem_awaddr),
          .s_axi_mem_awlen(s_axi_mem_awlen),
          .s_axi_mem_awsize(s_axi_mem_awsize),
          .s_axi_mem_awburst(s_axi_mem_awburst),
          .s_axi_mem_awlock(1'b0),
          .s_axi_mem_awcache(s_axi_mem_awcache),
          .s_axi_mem_awprot(3'd0),
          .s_axi_mem_awqos(4'd0),
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
          .s_axi_mem_arid({ID_WIDTH{1'b0}}),
          .s_axi_mem_araddr(s_axi_mem_araddr),
          .s_axi_mem_arlen(s_axi_mem_arlen),
          .s_axi_mem_arsize(s_axi_mem_arsize),
          .s_axi_mem_arburst(s_axi_mem_arburst),
          .s_axi_mem_arlock(1'b0),
          .s_axi_mem_arcache(s_axi_mem_arcache),
          .s_axi_mem_arprot(3'd0),
          .s_axi_mem_arqos(4'd0),
          .s_axi_mem_arvalid(s_axi_mem_arvalid),
          .s_axi_mem_arready(s_axi_mem_arready),
          .s_axi_mem_rdata(s_axi_mem_rdata),
          .s_axi_mem_rresp(s_axi_mem_rresp),
          .s_axi_mem_rlast(s_axi_mem_rlast),
          .s_axi_mem_rvalid(s_axi_mem_rvalid),
          .s_axi_mem_rready(s_axi_mem_rready),
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
          .m_axi_awid(m_axi_awid),
          .m_axi_awaddr(m_axi_awaddr),
          .m_axi_awlen(m_axi_awlen),
          .m_axi_awsize(m_axi_awsize),
          .m_axi_awburst(m_axi_awburst),
          .m_axi_awlock(no_awlock),
          .m_axi_awcache(m_axi_awcache),
          .m_axi_awprot(no_awprot),
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
          .m_axi_arlock(no_arlock),
          .m_axi_arcache(m_axi_arcache),
          .m_axi_arprot(no_arprot),
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
    end else begin : g_none
      assign {m_axi_awid, m_axi_arid} = {2 * ID_WIDTH{1'b0}};
      assign {m_axi_awaddr, m_axi_awlen, m_axi_awsize, m_axi_awburst, m_axi_awcache, m_axi_awvalid} = {
        s_axi_mem_awaddr, s_axi_mem_awlen, s_axi_mem_awsize, s_axi_mem_awburst, s_axi_mem_awcache, s_axi_mem_awvalid
      };
      assign {m_axi_araddr, m_axi_arlen, m_axi_arsize, m_axi_arburst, m_axi_arcache, m_axi_arvalid} = {
        s_axi_mem_araddr, s_axi_mem_arlen, s_axi_mem_arsize, s_axi_mem_arburst, s_axi_mem_arcache, s_axi_mem_arvalid
      };
      assign {m_axi_awqos, m_axi_arqos} = 8'd0;
      assign {m_axi_wdata, m_axi_wstrb, m_axi_wlast, m_axi_wvalid} = {
        s_axi_mem_wdata, s_axi_mem_wstrb, s_axi_mem_wlast, s_axi_mem_wvalid
      };
      assign {m_axi_bready, m_axi_rready} = {s_axi_mem_bready, s_axi_mem_rready};
      assign {s_axi_mem_awready, s_axi_mem_wready, s_axi_mem_arready} = {m_axi_awready, m_axi_wready, m_axi_arready};
      assign {s_axi_mem_bresp, s_axi_mem_bvalid} = {m_axi_bresp, m_axi_bvalid};
      assign {s_axi_mem_rdata, s_axi_mem_rresp, s_axi_mem_rlast, s_axi_mem_rvalid} = {
        m_axi_rdata, m_axi_rresp, m_axi_rlast, m_axi_rvalid
      };
      assign {s_axi_dev_awready, s_axi_dev_wready, s_axi_dev_arready, s_axi_dev_bvalid, s_axi_dev_rvalid, s_axi_dev_rlast} = 6'd0;
      assign {s_axi_dev_bid, s_axi_dev_rid} = {2 * DEV_ID_WIDTH{1'b0}};
      assign {s_axi_dev_bresp, s_axi_dev_rresp} = 4'd0;
      assign s_axi_dev_rdata = {DATA_WIDTH{1'b0}};
      assign {dev_idle, dev_drained} = 2'b11;
      assign {dev_count, dev_write, dev_cause} = 7'd0;
      assign dev_id = {DEV_ID_WIDTH{1'b0}};
      assign dev_addr = {ADDR_WIDTH{1'b0}};
    end
  endgenerate

endmodule

`resetall
