/*
 * windlass_axil: AXI4-Lite slave to a one-at-a-time register bus.
 *
 * Purpose: hide the AXI4-Lite handshakes from the register block. One write and one read may be
 * under way at a time; they are independent of each other.
 * Goal: the register block sees a write in the cycle in which address and data are both there, one cycle before READY (which is
 * a flip-flop) takes them, because a doorbell's latency counts in every small transfer.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_axil #(
    parameter ADDR_W = 19  // width of the byte address
) (
    input  wire              aclk,            // clock
    input  wire              aresetn,         // synchronous reset, active low
    input  wire              hold,            // accept nothing (registers are being cleared)
    // AXI4-Lite slave
    input  wire [ADDR_W-1:0] s_axil_awaddr,   // write address
    input  wire              s_axil_awvalid,  // write address valid
    output wire              s_axil_awready,  // write address ready
    input  wire [      31:0] s_axil_wdata,    // write data
    input  wire [       3:0] s_axil_wstrb,    // write strobes
    input  wire              s_axil_wvalid,   // write data valid
    output wire              s_axil_wready,   // write data ready
    output wire [       1:0] s_axil_bresp,    // write response: OKAY or SLVERR
    output wire              s_axil_bvalid,   // write response valid
    input  wire              s_axil_bready,   // write response ready
    input  wire [ADDR_W-1:0] s_axil_araddr,   // read address
    input  wire              s_axil_arvalid,  // read address valid
    output wire              s_axil_arready,  // read address ready
    output wire [      31:0] s_axil_rdata,    // read data
    output wire [       1:0] s_axil_rresp,    // read response: OKAY or SLVERR
    output wire              s_axil_rvalid,   // read data valid
    input  wire              s_axil_rready,   // read data ready
    // register bus
    output wire              wr_req,          // one cycle: a write
    output wire [ADDR_W-1:0] wr_addr,         // in that cycle: its byte address
    output wire [      31:0] wr_data,         // its data
    output wire [       3:0] wr_strb,         // its strobes
    input  wire              wr_ack,          // the write is done
    input  wire              wr_err,          // with wr_ack: refused
    output wire              rd_req,          // one cycle: a read
    output wire [ADDR_W-1:0] rd_addr,         // in that cycle: its byte address
    input  wire              rd_ack,          // read data is there
    input  wire [      31:0] rd_data,         // from rd_ack to the next read: the data, 0 when refused
    input  wire              rd_err           // with rd_ack: refused
);

  reg wr_ready_reg, wr_busy_reg, bvalid_reg, berr_reg;
  reg rd_ready_reg, rd_busy_reg, rvalid_reg, rerr_reg;

  assign wr_req = s_axil_awvalid && s_axil_wvalid && !wr_busy_reg && !hold;
  assign wr_addr = s_axil_awaddr;
  assign wr_data = s_axil_wdata;
  assign wr_strb = s_axil_wstrb;
  assign rd_req = s_axil_arvalid && !rd_busy_reg && !hold;
  assign rd_addr = s_axil_araddr;

  assign s_axil_awready = wr_ready_reg;
  assign s_axil_wready = wr_ready_reg;
  assign s_axil_bresp = {berr_reg, 1'b0};
  assign s_axil_bvalid = bvalid_reg;
  assign s_axil_arready = rd_ready_reg;
  assign s_axil_rdata = rd_data;
  assign s_axil_rresp = {rerr_reg, 1'b0};
  assign s_axil_rvalid = rvalid_reg;

  always @(posedge aclk) begin
    wr_ready_reg <= wr_req;
    if (wr_req) wr_busy_reg <= 1'b1;
    if (wr_ack) begin
      bvalid_reg <= 1'b1;
      berr_reg   <= wr_err;
    end
    if (bvalid_reg && s_axil_bready) begin
      bvalid_reg  <= 1'b0;
      wr_busy_reg <= 1'b0;
    end

    rd_ready_reg <= rd_req;
    if (rd_req) rd_busy_reg <= 1'b1;
    if (rd_ack) begin
      rvalid_reg <= 1'b1;
      rerr_reg   <= rd_err;
    end
    if (rvalid_reg && s_axil_rready) begin
      rvalid_reg  <= 1'b0;
      rd_busy_reg <= 1'b0;
    end

    if (!aresetn) begin
      wr_ready_reg <= 1'b0;
      wr_busy_reg <= 1'b0;
      bvalid_reg <= 1'b0;
      berr_reg <= 1'b0;
      rd_ready_reg <= 1'b0;
      rd_busy_reg <= 1'b0;
      rvalid_reg <= 1'b0;
      rerr_reg <= 1'b0;
    end
  end

endmodule

`resetall
