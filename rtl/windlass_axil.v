/*
 * windlass_axil: AXI4-Lite slave to a one-at-a-time register bus.
 *
 * Purpose: hide the AXI4-Lite handshakes from the register block. One write and one read may be
 * under way at a time; they are independent of each other.
 * Goal: a write that arrives with AW and W together reaches the register block one cycle later, because
 * a doorbell's latency counts in every small transfer.
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
    output reg               wr_req,          // one cycle: a write
    output reg  [ADDR_W-1:0] wr_addr,         // its byte address, stable until wr_ack
    output reg  [      31:0] wr_data,         // its data
    output reg  [       3:0] wr_strb,         // its strobes
    input  wire              wr_ack,          // the write is done
    input  wire              wr_err,          // with wr_ack: refused
    output reg               rd_req,          // one cycle: a read
    output reg  [ADDR_W-1:0] rd_addr,         // its byte address, stable until rd_ack
    input  wire              rd_ack,          // read data is there
    input  wire [      31:0] rd_data,         // with rd_ack: the data
    input  wire              rd_err           // with rd_ack: refused
);

  reg aw_full_reg, w_full_reg, wr_busy_reg, bvalid_reg, berr_reg;
  reg rd_busy_reg, rvalid_reg, rerr_reg;
  reg  [31:0] rdata_reg;

  wire        aw_take = s_axil_awvalid && s_axil_awready;
  wire        w_take = s_axil_wvalid && s_axil_wready;
  wire        both = (aw_full_reg || aw_take) && (w_full_reg || w_take);

  assign s_axil_awready = !aw_full_reg && !wr_busy_reg && !hold;
  assign s_axil_wready  = !w_full_reg && !wr_busy_reg && !hold;
  assign s_axil_bresp   = {berr_reg, 1'b0};
  assign s_axil_bvalid  = bvalid_reg;
  assign s_axil_arready = !rd_busy_reg && !hold;
  assign s_axil_rdata   = rdata_reg;
  assign s_axil_rresp   = {rerr_reg, 1'b0};
  assign s_axil_rvalid  = rvalid_reg;

  always @(posedge aclk) begin
    wr_req <= 1'b0;
    if (aw_take) wr_addr <= s_axil_awaddr;
    if (w_take) wr_data <= s_axil_wdata;
    if (w_take) wr_strb <= s_axil_wstrb;
    aw_full_reg <= (aw_full_reg || aw_take) && !both;
    w_full_reg  <= (w_full_reg || w_take) && !both;
    if (both) begin
      wr_req <= 1'b1;
      wr_busy_reg <= 1'b1;
    end
    if (wr_ack) begin
      bvalid_reg <= 1'b1;
      berr_reg   <= wr_err;
    end
    if (bvalid_reg && s_axil_bready) begin
      bvalid_reg  <= 1'b0;
      wr_busy_reg <= 1'b0;
    end

    rd_req <= 1'b0;
    if (s_axil_arvalid && s_axil_arready) begin
      rd_req <= 1'b1;
      rd_addr <= s_axil_araddr;
      rd_busy_reg <= 1'b1;
    end
    if (rd_ack) begin
      rvalid_reg <= 1'b1;
      rdata_reg  <= rd_err ? 32'd0 : rd_data;
      rerr_reg   <= rd_err;
    end
    if (rvalid_reg && s_axil_rready) begin
      rvalid_reg  <= 1'b0;
      rd_busy_reg <= 1'b0;
    end

    if (!aresetn) begin
      aw_full_reg <= 1'b0;
      w_full_reg <= 1'b0;
      wr_busy_reg <= 1'b0;
      bvalid_reg <= 1'b0;
      berr_reg <= 1'b0;
      rd_busy_reg <= 1'b0;
      rvalid_reg <= 1'b0;
      rerr_reg <= 1'b0;
      rdata_reg <= 32'd0;
      wr_req <= 1'b0;
      rd_req <= 1'b0;
      wr_addr <= {ADDR_W{1'b0}};
      wr_data <= 32'd0;
      wr_strb <= 4'd0;
      rd_addr <= {ADDR_W{1'b0}};
    end
  end

endmodule

`resetall
