/*
 * land_tb: windlass_land with the AXI4 checker on its channels. The bench shows the checker the reads that it answers.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module land_tb #(
    parameter DATA_WIDTH = 64,
    parameter PTR_W = 9,
    parameter ADDR_WIDTH = 32
) (
    input wire aclk,
    input wire aresetn,
    input wire [DATA_WIDTH-1:0] m_axi_rdata,
    input wire [1:0] m_axi_rresp,
    input wire m_axi_rlast,
    input wire m_axi_rvalid,
    output wire m_axi_rready,
    input wire land_valid,
    input wire [8:0] land_data,
    output wire read_back,
    output wire put_valid,
    output wire [PTR_W-1:0] put_addr,
    output wire [DATA_WIDTH+1:0] put_data,
    output wire [PTR_W:0] landed,
    input wire [7:0] c_arlen,
    input wire c_arvalid,
    input wire c_arready,
    output wire signed [31:0] errors,
    output wire busy
);
  windlass_land #(
      .DATA_WIDTH(DATA_WIDTH),
      .PTR_W(PTR_W)
  ) dut (
      .aclk(aclk),
      .aresetn(aresetn),
      .m_axi_rdata(m_axi_rdata),
      .m_axi_rresp(m_axi_rresp),
      .m_axi_rlast(m_axi_rlast),
      .m_axi_rvalid(m_axi_rvalid),
      .m_axi_rready(m_axi_rready),
      .land_valid(land_valid),
      .land_data(land_data),
      .read_back(read_back),
      .put_valid(put_valid),
      .put_addr(put_addr),
      .put_data(put_data),
      .landed(landed)
  );

  wl_axi_checker #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH)
  ) check (
      .clk(aclk),
      .rst_n(aresetn),
      .awaddr({ADDR_WIDTH - 1 + 1{1'b0}}),
      .awlen({7 + 1{1'b0}}),
      .awsize({2 + 1{1'b0}}),
      .awburst({1 + 1{1'b0}}),
      .awvalid(1'b0),
      .awready(1'b0),
      .wdata({DATA_WIDTH - 1 + 1{1'b0}}),
      .wstrb({DATA_WIDTH / 8 - 1 + 1{1'b0}}),
      .wlast(1'b0),
      .wvalid(1'b0),
      .wready(1'b0),
      .bresp({1 + 1{1'b0}}),
      .bvalid(1'b0),
      .bready(1'b0),
      .araddr({ADDR_WIDTH - 1 + 1{1'b0}}),
      .arlen(c_arlen),
      .arsize({2 + 1{1'b0}}),
      .arburst(2'b01),
      .arvalid(c_arvalid),
      .arready(c_arready),
      .rdata(m_axi_rdata),
      .rresp(m_axi_rresp),
      .rlast(m_axi_rlast),
      .rvalid(m_axi_rvalid),
      .rready(m_axi_rready),
      .errors(errors),
      .busy(busy)
  );

endmodule

`resetall
