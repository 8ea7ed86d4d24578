/*
 * write_tb: windlass_write and windlass_buffer, with the AXI4 checker on the write channels. The bench shows the checker the responses.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module write_tb #(
    parameter CHANNELS = 4,
    parameter CH_W = 2,
    parameter DATA_WIDTH = 64,
    parameter ADDR_WIDTH = 32,
    parameter ID_WIDTH = 4,
    parameter PTR_W = 9,
    parameter TAG_W = 12,
    parameter REC_W = 1,
    parameter INFO_W = 1
) (
    input wire aclk,
    input wire aresetn,
    input wire rec_valid,
    output wire rec_take,
    input wire [REC_W-1:0] rec_data,
    input wire [PTR_W:0] landed,
    output wire [1:0] words_back,
    input wire put_valid,
    input wire [PTR_W-1:0] put_addr,
    input wire [DATA_WIDTH+1:0] put_data,
    input wire [CHANNELS-1:0] squash,
    output wire bad_valid,
    output wire [CH_W-1:0] bad_ch,
    output wire [ID_WIDTH-1:0] m_axi_awid,
    output wire [ADDR_WIDTH-1:0] m_axi_awaddr,
    output wire [7:0] m_axi_awlen,
    output wire [2:0] m_axi_awsize,
    output wire [1:0] m_axi_awburst,
    output wire m_axi_awlock,
    output wire [3:0] m_axi_awcache,
    output wire [2:0] m_axi_awprot,
    output wire [3:0] m_axi_awqos,
    output wire m_axi_awvalid,
    input wire m_axi_awready,
    output wire [DATA_WIDTH-1:0] m_axi_wdata,
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb,
    output wire m_axi_wlast,
    output wire m_axi_wvalid,
    input wire m_axi_wready,
    input wire track_ready,
    output wire info_valid,
    output wire [INFO_W-1:0] info_data,
    output wire res_valid,
    output wire [14:0] res_data,
    input wire c_bvalid,
    input wire c_bready,
    output wire signed [31:0] errors,
    output wire busy
);
  wire adv;
  wire [PTR_W-1:0] get_addr;
  wire [DATA_WIDTH+1:0] get_even, get_odd;

  windlass_buffer #(
      .WIDTH(DATA_WIDTH + 2),
      .PTR_W(PTR_W)
  ) buffer (
      .aclk(aclk),
      .put_valid(put_valid),
      .put_addr(put_addr),
      .put_data(put_data),
      .adv(adv),
      .get_addr(get_addr),
      .get_even(get_even),
      .get_odd(get_odd)
  );

  windlass_write #(
      .CHANNELS(CHANNELS),
      .CH_W(CH_W),
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .ID_WIDTH(ID_WIDTH),
      .PTR_W(PTR_W),
      .TAG_W(TAG_W),
      .REC_W(REC_W),
      .INFO_W(INFO_W)
  ) dut (
      .aclk(aclk),
      .aresetn(aresetn),
      .rec_valid(rec_valid),
      .rec_take(rec_take),
      .rec_data(rec_data),
      .landed(landed),
      .words_back(words_back),
      .adv(adv),
      .get_addr(get_addr),
      .get_even(get_even),
      .get_odd(get_odd),
      .squash(squash),
      .bad_valid(bad_valid),
      .bad_ch(bad_ch),
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
      .track_ready(track_ready),
      .info_valid(info_valid),
      .info_data(info_data),
      .res_valid(res_valid),
      .res_data(res_data)
  );

  wl_axi_checker #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH)
  ) check (
      .clk(aclk),
      .rst_n(aresetn),
      .awaddr(m_axi_awaddr),
      .awlen(m_axi_awlen),
      .awsize(m_axi_awsize),
      .awburst(m_axi_awburst),
      .awvalid(m_axi_awvalid),
      .awready(m_axi_awready),
      .wdata(m_axi_wdata),
      .wstrb(m_axi_wstrb),
      .wlast(m_axi_wlast),
      .wvalid(m_axi_wvalid),
      .wready(m_axi_wready),
      .bresp({1 + 1{1'b0}}),
      .bvalid(c_bvalid),
      .bready(c_bready),
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
