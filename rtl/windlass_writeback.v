/*
 * windlass_writeback: writes the status of a descriptor back into its words 2 and 3.
 *
 * Purpose: look-up with permission to write, one write
 * of 8 bytes. Answers come back in order, one for each request, with an error code.
 * Goal: small; several writes in flight, a request about every eight cycles.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_writeback #(
    parameter CHANNELS   = 4,   // number of channels
    parameter CH_W       = 2,   // width of a channel number
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter ID_WIDTH   = 4    // AXI ID, bits
) (
    input  wire                    aclk,                // clock
    input  wire                    aresetn,             // synchronous reset, active low
    // register writes (broadcast)
    input  wire                    cw_valid,            // an accepted write
    input  wire                    pw_valid,            // to a grant register, else to a channel register
    input  wire [        CH_W-1:0] cw_ch,               // the channel
    input  wire [             4:0] cw_reg,              // register number (byte offset / 4)
    input  wire [            31:0] cw_data,             // data
    // requests
    input  wire                    wb_valid,            // write back
    output wire                    wb_ready,            // taken
    input  wire [        CH_W-1:0] wb_ch,               // the channel
    input  wire [  ADDR_WIDTH-1:0] wb_addr,             // logical address of the two words
    input  wire [            31:0] wb_word2,            // bytes committed
    input  wire [            31:0] wb_word3,            // status
    output wire                    wb_done,             // a request is answered
    output wire [             3:0] wb_err,              // 0, DESC_MAP or DESC_BUS
    // translation
    output wire                    wx_valid,            // look up; stays until wx_done
    output reg  [  ADDR_WIDTH-1:0] wx_addr,             // logical address
    output reg  [        CH_W-1:0] wx_ch,               // channel
    output reg                     wx_bypass,           // not translated
    input  wire                    wx_done,             // result is there
    input  wire [  ADDR_WIDTH-1:0] x_paddr,             // physical address
    input  wire [             3:0] x_err,               // error
    output wire                    wback_issue,         // fence: looked up
    output wire                    wback_end,           // fence: ended
    // AXI write half
    output wire [    ID_WIDTH-1:0] m_axi_desc_awid,     // always 0
    output reg  [  ADDR_WIDTH-1:0] m_axi_desc_awaddr,   // address
    output wire [             7:0] m_axi_desc_awlen,    // beats - 1
    output wire [             2:0] m_axi_desc_awsize,   // full width
    output wire [             1:0] m_axi_desc_awburst,  // INCR
    output wire                    m_axi_desc_awlock,   // always 0
    output wire [             3:0] m_axi_desc_awcache,  // memory
    output wire [             2:0] m_axi_desc_awprot,   // always 0
    output wire [             3:0] m_axi_desc_awqos,    // always 0
    output reg                     m_axi_desc_awvalid,  // valid
    input  wire                    m_axi_desc_awready,  // ready
    output wire [  DATA_WIDTH-1:0] m_axi_desc_wdata,    // data
    output wire [DATA_WIDTH/8-1:0] m_axi_desc_wstrb,    // strobes
    output wire                    m_axi_desc_wlast,    // last beat
    output reg                     m_axi_desc_wvalid,   // valid
    input  wire                    m_axi_desc_wready,   // ready
    input  wire [             1:0] m_axi_desc_bresp,    // response
    input  wire                    m_axi_desc_bvalid,   // valid
    output wire                    m_axi_desc_bready    // ready
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);
  localparam AW = ADDR_WIDTH;
  // ADDRESS of a request; LOOK translate; SEND until address and data are taken.
  localparam [1:0] ADDRESS = 2'd0, LOOK = 2'd1, SEND = 2'd2;

  assign m_axi_desc_awid = {ID_WIDTH{1'b0}};
  assign m_axi_desc_awlen = W == 4 ? 8'd1 : 8'd0;
  assign m_axi_desc_awsize = OFF_W[2:0];
  assign m_axi_desc_awburst = 2'b01;
  assign m_axi_desc_awlock = 1'b0;
  assign m_axi_desc_awcache = 4'b0011;
  assign m_axi_desc_awprot = 3'd0;
  assign m_axi_desc_awqos = 4'd0;

  reg bypass_mem[0:CHANNELS-1];
  integer k;
  initial for (k = 0; k < CHANNELS; k = k + 1) bypass_mem[k] = 1'b0;
  always @(posedge aclk) begin
    if (pw_valid && cw_reg == `WL_GRANT_GRANT_NR) bypass_mem[cw_ch] <= cw_data[0];
  end

  reg [1:0] state_reg;
  reg [63:0] words_reg;
  reg half_reg;  // 32-bit bus: the second beat
  reg room_reg;  // the order of one more answer can be kept

  // ---------------------------------------------------------------- answers, in order
  wire [3:0] order_level;
  wire o_valid, o_refused;
  wire looked = state_reg == LOOK && wx_done;
  windlass_fifo #(
      .WIDTH(1),
      .DEPTH_LOG(3),
      .OUT_REG(1)  // what is answered decides more
  ) order_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(looked),
      .in_data(x_err != 4'd0),
      .level(order_level),
      .out_valid(o_valid),
      .out_ready(wb_done),
      .out_data(o_refused)
  );
  assign m_axi_desc_bready = o_valid && !o_refused;
  assign wb_done = o_valid && (o_refused || m_axi_desc_bvalid);
  assign wb_err = o_refused ? 4'd11 : m_axi_desc_bresp[1] ? 4'd8 : 4'd0;
  assign wback_issue = looked;
  assign wback_end = wb_done;

  // ---------------------------------------------------------------- one request at a time up to its data
  assign wb_ready = state_reg == ADDRESS && room_reg;
  assign wx_valid = state_reg == LOOK;

  generate
    if (W == 4) begin : g_narrow
      assign m_axi_desc_wdata = half_reg ? words_reg[63:32] : words_reg[31:0];
      assign m_axi_desc_wstrb = 4'hF;
      assign m_axi_desc_wlast = half_reg;
    end else begin : g_wide
      wire [W-1:0] eight = {{W - 8{1'b0}}, 8'hFF};
      assign m_axi_desc_wdata = {W / 8{words_reg}};
      wire [31:0] lane = {{32 - OFF_W{1'b0}}, wx_addr[OFF_W-1:0]} & 32'hFFFF_FFF8;
      assign m_axi_desc_wstrb = eight << lane;
      assign m_axi_desc_wlast = 1'b1;
    end
  endgenerate

  always @(posedge aclk) begin
    room_reg <= aresetn && order_level < 4'd7;
    if (m_axi_desc_awready) m_axi_desc_awvalid <= 1'b0;
    if (m_axi_desc_wready && m_axi_desc_wvalid) begin
      half_reg <= !m_axi_desc_wlast;
      if (m_axi_desc_wlast) m_axi_desc_wvalid <= 1'b0;
    end
    case (state_reg)
      ADDRESS:
      if (wb_valid && wb_ready) begin
        wx_addr <= wb_addr;
        wx_ch <= wb_ch;
        wx_bypass <= bypass_mem[wb_ch];
        words_reg <= {wb_word3, wb_word2};
        state_reg <= LOOK;
      end
      LOOK:
      if (wx_done) begin
        state_reg <= x_err != 4'd0 ? ADDRESS : SEND;
        m_axi_desc_awvalid <= x_err == 4'd0;
        m_axi_desc_wvalid <= x_err == 4'd0;
        m_axi_desc_awaddr <= {x_paddr[AW-1:OFF_W], {OFF_W{1'b0}}};
        half_reg <= 1'b0;
      end
      default: if (!m_axi_desc_awvalid && !m_axi_desc_wvalid) state_reg <= ADDRESS;
    endcase
    if (!aresetn) begin
      state_reg <= ADDRESS;
      m_axi_desc_awvalid <= 1'b0;
      m_axi_desc_awaddr <= {AW{1'b0}};
      m_axi_desc_wvalid <= 1'b0;
      words_reg <= 64'd0;
      wx_addr <= {AW{1'b0}};
      wx_ch <= {CH_W{1'b0}};
      wx_bypass <= 1'b0;
      half_reg <= 1'b0;
    end
  end

`ifdef PROVE_WRITEBACK
  `include "windlass_writeback.svh"
`endif

endmodule

`resetall
