/*
 * axil_tb: windlass_axil with the AXI4-Lite checker on its port.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module axil_tb #(
    parameter ADDR_W = 19
) (
    input  wire                     aclk,
    input  wire                     aresetn,
    input  wire                     hold,
    input  wire        [ADDR_W-1:0] s_axil_awaddr,
    input  wire                     s_axil_awvalid,
    output wire                     s_axil_awready,
    input  wire        [      31:0] s_axil_wdata,
    input  wire        [       3:0] s_axil_wstrb,
    input  wire                     s_axil_wvalid,
    output wire                     s_axil_wready,
    output wire        [       1:0] s_axil_bresp,
    output wire                     s_axil_bvalid,
    input  wire                     s_axil_bready,
    input  wire        [ADDR_W-1:0] s_axil_araddr,
    input  wire                     s_axil_arvalid,
    output wire                     s_axil_arready,
    output wire        [      31:0] s_axil_rdata,
    output wire        [       1:0] s_axil_rresp,
    output wire                     s_axil_rvalid,
    input  wire                     s_axil_rready,
    output wire                     wr_req,
    output wire        [ADDR_W-1:0] wr_addr,
    output wire        [      31:0] wr_data,
    output wire        [       3:0] wr_strb,
    input  wire                     wr_ack,
    input  wire                     wr_err,
    output wire                     rd_req,
    output wire        [ADDR_W-1:0] rd_addr,
    input  wire                     rd_ack,
    input  wire        [      31:0] rd_data,
    input  wire                     rd_err,
    output wire signed [      31:0] errors,
    output wire                     busy
);
  windlass_axil #(
      .ADDR_W(ADDR_W)
  ) dut (
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

  wl_axil_checker #(
      .ADDR_WIDTH(ADDR_W)
  ) check (
      .clk(aclk),
      .rst_n(aresetn),
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
      .errors(errors),
      .busy(busy)
  );

endmodule

`resetall
