/*
 * bresp_tb: windlass_bresp with the AXI4 checker on its channels. The bench shows the checker the writes that are answered.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module bresp_tb #(
    parameter CHANNELS = 4,
    parameter CH_W = 2,
    parameter ADDR_WIDTH = 32,
    parameter OUTSTANDING = 32,
    parameter TAG_W = 12,
    parameter INFO_W = 1,
    parameter DATA_WIDTH = 64
) (
    input wire aclk,
    input wire aresetn,
    output wire track_ready,
    input wire info_valid,
    input wire [INFO_W-1:0] info_data,
    input wire res_valid,
    input wire [14:0] res_data,
    input wire [1:0] m_axi_bresp,
    input wire m_axi_bvalid,
    output wire m_axi_bready,
    input wire clr_valid,
    input wire [CH_W-1:0] clr_ch,
    output wire bad_valid,
    output wire [CH_W-1:0] bad_ch,
    output wire done_valid,
    input wire done_ready,
    output wire [CH_W-1:0] done_ch,
    output wire [12:0] done_len,
    output wire [3:0] done_err,
    output wire [ADDR_WIDTH-1:0] done_faddr,
    output wire [TAG_W-1:0] done_tag,
    input wire c_awvalid,
    input wire c_awready,
    input wire c_wlast,
    input wire c_wvalid,
    input wire c_wready,
    output wire signed [31:0] errors,
    output wire busy
);
  windlass_bresp #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .ADDR_WIDTH(ADDR_WIDTH),
      .OUTSTANDING(OUTSTANDING),
      .TAG_W(TAG_W),
      .INFO_W(INFO_W)
  ) dut (
      .aclk(aclk),
      .aresetn(aresetn),
      .track_ready(track_ready),
      .info_valid(info_valid),
      .info_data(info_data),
      .res_valid(res_valid),
      .res_data(res_data),
      .m_axi_bresp(m_axi_bresp),
      .m_axi_bvalid(m_axi_bvalid),
      .m_axi_bready(m_axi_bready),
      .clr_valid(clr_valid),
      .clr_ch(clr_ch),
      .bad_valid(bad_valid),
      .bad_ch(bad_ch),
      .done_valid(done_valid),
      .done_ready(done_ready),
      .done_ch(done_ch),
      .done_len(done_len),
      .done_err(done_err),
      .done_faddr(done_faddr),
      .done_tag(done_tag)
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
      .awburst(2'b01),
      .awvalid(c_awvalid),
      .awready(c_awready),
      .wdata({DATA_WIDTH - 1 + 1{1'b0}}),
      .wstrb({DATA_WIDTH / 8 - 1 + 1{1'b0}}),
      .wlast(c_wlast),
      .wvalid(c_wvalid),
      .wready(c_wready),
      .bresp(m_axi_bresp),
      .bvalid(m_axi_bvalid),
      .bready(m_axi_bready),
      .araddr({ADDR_WIDTH - 1 + 1{1'b0}}),
      .arlen({7 + 1{1'b0}}),
      .arsize({2 + 1{1'b0}}),
      .arburst({1 + 1{1'b0}}),
      .arvalid(1'b0),
      .arready(1'b0),
      .rdata({DATA_WIDTH - 1 + 1{1'b0}}),
      .rresp({1 + 1{1'b0}}),
      .rlast(1'b0),
      .rvalid(1'b0),
      .rready(1'b0),
      .errors(errors),
      .busy(busy)
  );

endmodule

`resetall
