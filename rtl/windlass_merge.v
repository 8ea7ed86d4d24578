/*
 * windlass_merge: two AXI4 ports on one: data and descriptors, or the engine's and the bus masters'.
 *
 * Purpose: where memory has one port to give, descriptor reads and write-backs share it with the data; bus masters always do. The second
 * side (called desc here) has an ID with bit ID_BIT alone, the first one without it; responses find their way by ID, so the memory may
 * answer the two in any order.
 * Goal: no cycle more for either. Descriptors go first: they are few, and the data waits for them. Bus masters are not few:
 * FAIR lets the two take turns.
 *
 * AXI4 wants write data in the order of the addresses. order_i holds whose data is next; a side's turn is noted when its address
 * is taken over here, not when memory accepts it, because memory may want to see the data first.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_merge #(
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter ADDR_WIDTH = 32,  // address, bits
    parameter ID_WIDTH   = 4,   // AXI ID, bits
    parameter ID_BIT     = 0,   // the bit of the ID that tells the two apart, below ID_WIDTH
    parameter FAIR       = 0    // 1: when both want they take turns; 0: the second goes first
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // data
    input wire [ID_WIDTH-1:0] s_axi_mem_awid,  // write address: ID, without bit ID_BIT
    input wire [ADDR_WIDTH-1:0] s_axi_mem_awaddr,  // write address: byte address
    input wire [7:0] s_axi_mem_awlen,  // write address: beats - 1
    input wire [2:0] s_axi_mem_awsize,  // write address: log2 of the bytes in a beat
    input wire [1:0] s_axi_mem_awburst,  // write address: kind of burst
    input wire s_axi_mem_awlock,  // write address: lock
    input wire [3:0] s_axi_mem_awcache,  // write address: memory type
    input wire [2:0] s_axi_mem_awprot,  // write address: protection
    input wire [3:0] s_axi_mem_awqos,  // write address: quality of service
    input wire s_axi_mem_awvalid,  // write address: valid
    output wire s_axi_mem_awready,  // write address: ready
    input wire [DATA_WIDTH-1:0] s_axi_mem_wdata,  // write data: data
    input wire [DATA_WIDTH/8-1:0] s_axi_mem_wstrb,  // write data: strobes
    input wire s_axi_mem_wlast,  // write data: last beat
    input wire s_axi_mem_wvalid,  // write data: valid
    output wire s_axi_mem_wready,  // write data: ready
    output wire [1:0] s_axi_mem_bresp,  // write response: response
    output wire s_axi_mem_bvalid,  // write response: valid
    input wire s_axi_mem_bready,  // write response: ready
    input wire [ID_WIDTH-1:0] s_axi_mem_arid,  // read address: ID, without bit ID_BIT
    input wire [ADDR_WIDTH-1:0] s_axi_mem_araddr,  // read address: byte address
    input wire [7:0] s_axi_mem_arlen,  // read address: beats - 1
    input wire [2:0] s_axi_mem_arsize,  // read address: log2 of the bytes in a beat
    input wire [1:0] s_axi_mem_arburst,  // read address: kind of burst
    input wire s_axi_mem_arlock,  // read address: lock
    input wire [3:0] s_axi_mem_arcache,  // read address: memory type
    input wire [2:0] s_axi_mem_arprot,  // read address: protection
    input wire [3:0] s_axi_mem_arqos,  // read address: quality of service
    input wire s_axi_mem_arvalid,  // read address: valid
    output wire s_axi_mem_arready,  // read address: ready
    output wire [DATA_WIDTH-1:0] s_axi_mem_rdata,  // read data: data
    output wire [1:0] s_axi_mem_rresp,  // read data: response
    output wire s_axi_mem_rlast,  // read data: last beat
    output wire s_axi_mem_rvalid,  // read data: valid
    input wire s_axi_mem_rready,  // read data: ready
    // descriptors
    input wire [ADDR_WIDTH-1:0] s_axi_desc_awaddr,  // write address: byte address
    input wire [7:0] s_axi_desc_awlen,  // write address: beats - 1
    input wire [2:0] s_axi_desc_awsize,  // write address: log2 of the bytes in a beat
    input wire [1:0] s_axi_desc_awburst,  // write address: kind of burst
    input wire s_axi_desc_awlock,  // write address: lock
    input wire [3:0] s_axi_desc_awcache,  // write address: memory type
    input wire [2:0] s_axi_desc_awprot,  // write address: protection
    input wire [3:0] s_axi_desc_awqos,  // write address: quality of service
    input wire s_axi_desc_awvalid,  // write address: valid
    output wire s_axi_desc_awready,  // write address: ready
    input wire [DATA_WIDTH-1:0] s_axi_desc_wdata,  // write data: data
    input wire [DATA_WIDTH/8-1:0] s_axi_desc_wstrb,  // write data: strobes
    input wire s_axi_desc_wlast,  // write data: last beat
    input wire s_axi_desc_wvalid,  // write data: valid
    output wire s_axi_desc_wready,  // write data: ready
    output wire [1:0] s_axi_desc_bresp,  // write response: response
    output wire s_axi_desc_bvalid,  // write response: valid
    input wire s_axi_desc_bready,  // write response: ready
    input wire [ADDR_WIDTH-1:0] s_axi_desc_araddr,  // read address: byte address
    input wire [7:0] s_axi_desc_arlen,  // read address: beats - 1
    input wire [2:0] s_axi_desc_arsize,  // read address: log2 of the bytes in a beat
    input wire [1:0] s_axi_desc_arburst,  // read address: kind of burst
    input wire s_axi_desc_arlock,  // read address: lock
    input wire [3:0] s_axi_desc_arcache,  // read address: memory type
    input wire [2:0] s_axi_desc_arprot,  // read address: protection
    input wire [3:0] s_axi_desc_arqos,  // read address: quality of service
    input wire s_axi_desc_arvalid,  // read address: valid
    output wire s_axi_desc_arready,  // read address: ready
    output wire [DATA_WIDTH-1:0] s_axi_desc_rdata,  // read data: data
    output wire [1:0] s_axi_desc_rresp,  // read data: response
    output wire s_axi_desc_rlast,  // read data: last beat
    output wire s_axi_desc_rvalid,  // read data: valid
    input wire s_axi_desc_rready,  // read data: ready
    // memory
    output wire [ID_WIDTH-1:0] m_axi_awid,  // write address: ID
    output wire [ADDR_WIDTH-1:0] m_axi_awaddr,  // write address: byte address
    output wire [7:0] m_axi_awlen,  // write address: beats - 1
    output wire [2:0] m_axi_awsize,  // write address: log2 of the bytes in a beat
    output wire [1:0] m_axi_awburst,  // write address: kind of burst
    output wire m_axi_awlock,  // write address: lock
    output wire [3:0] m_axi_awcache,  // write address: memory type
    output wire [2:0] m_axi_awprot,  // write address: protection
    output wire [3:0] m_axi_awqos,  // write address: quality of service
    output wire m_axi_awvalid,  // write address: valid
    input wire m_axi_awready,  // write address: ready
    output wire [DATA_WIDTH-1:0] m_axi_wdata,  // write data: data
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb,  // write data: strobes
    output wire m_axi_wlast,  // write data: last beat
    output wire m_axi_wvalid,  // write data: valid
    input wire m_axi_wready,  // write data: ready
    input wire [ID_WIDTH-1:0] m_axi_bid,  // write response: ID
    input wire [1:0] m_axi_bresp,  // write response: response
    input wire m_axi_bvalid,  // write response: valid
    output wire m_axi_bready,  // write response: ready
    output wire [ID_WIDTH-1:0] m_axi_arid,  // read address: ID
    output wire [ADDR_WIDTH-1:0] m_axi_araddr,  // read address: byte address
    output wire [7:0] m_axi_arlen,  // read address: beats - 1
    output wire [2:0] m_axi_arsize,  // read address: log2 of the bytes in a beat
    output wire [1:0] m_axi_arburst,  // read address: kind of burst
    output wire m_axi_arlock,  // read address: lock
    output wire [3:0] m_axi_arcache,  // read address: memory type
    output wire [2:0] m_axi_arprot,  // read address: protection
    output wire [3:0] m_axi_arqos,  // read address: quality of service
    output wire m_axi_arvalid,  // read address: valid
    input wire m_axi_arready,  // read address: ready
    input wire [ID_WIDTH-1:0] m_axi_rid,  // read data: ID
    input wire [DATA_WIDTH-1:0] m_axi_rdata,  // read data: data
    input wire [1:0] m_axi_rresp,  // read data: response
    input wire m_axi_rlast,  // read data: last beat
    input wire m_axi_rvalid,  // read data: valid
    output wire m_axi_rready  // read data: ready
);
  localparam C_W = ADDR_WIDTH + 25;  // a command without its ID
  localparam [ID_WIDTH-1:0] SECOND = 1 << ID_BIT;  // the second's ID

  // ---------------------------------------------------------------- read address: a choice stands until it is accepted
  reg ar_held_reg, ar_desc_reg, ar_turn_reg;
  wire ar_turn = FAIR != 0 && ar_turn_reg && s_axi_mem_arvalid;  // the second went last
  wire ar_desc = ar_held_reg ? ar_desc_reg : s_axi_desc_arvalid && !ar_turn;
  wire [C_W-1:0] ar_mem_cmd = {
    s_axi_mem_araddr,
    s_axi_mem_arlen,
    s_axi_mem_arsize,
    s_axi_mem_arburst,
    s_axi_mem_arlock,
    s_axi_mem_arcache,
    s_axi_mem_arprot,
    s_axi_mem_arqos
  };
  wire [C_W-1:0] ar_desc_cmd = {
    s_axi_desc_araddr,
    s_axi_desc_arlen,
    s_axi_desc_arsize,
    s_axi_desc_arburst,
    s_axi_desc_arlock,
    s_axi_desc_arcache,
    s_axi_desc_arprot,
    s_axi_desc_arqos
  };
  assign m_axi_arid = ar_desc ? SECOND : s_axi_mem_arid;
  assign {
      m_axi_araddr, m_axi_arlen, m_axi_arsize, m_axi_arburst,
      m_axi_arlock, m_axi_arcache, m_axi_arprot, m_axi_arqos
  } = ar_desc ? ar_desc_cmd : ar_mem_cmd;
  assign m_axi_arvalid = s_axi_mem_arvalid || s_axi_desc_arvalid;
  assign s_axi_mem_arready = m_axi_arready && !ar_desc;
  assign s_axi_desc_arready = m_axi_arready && ar_desc;

  // ---------------------------------------------------------------- read data, write response: by ID
  wire r_desc = m_axi_rid[ID_BIT], b_desc = m_axi_bid[ID_BIT];
  assign s_axi_mem_rdata = m_axi_rdata;
  assign s_axi_mem_rresp = m_axi_rresp;
  assign s_axi_mem_rlast = m_axi_rlast;
  assign s_axi_mem_rvalid = m_axi_rvalid && !r_desc;
  assign s_axi_desc_rdata = m_axi_rdata;
  assign s_axi_desc_rresp = m_axi_rresp;
  assign s_axi_desc_rlast = m_axi_rlast;
  assign s_axi_desc_rvalid = m_axi_rvalid && r_desc;
  assign m_axi_rready = r_desc ? s_axi_desc_rready : s_axi_mem_rready;
  assign s_axi_mem_bresp = m_axi_bresp;
  assign s_axi_mem_bvalid = m_axi_bvalid && !b_desc;
  assign s_axi_desc_bresp = m_axi_bresp;
  assign s_axi_desc_bvalid = m_axi_bvalid && b_desc;
  assign m_axi_bready = b_desc ? s_axi_desc_bready : s_axi_mem_bready;

  // ---------------------------------------------------------------- write address: passes, or is kept here
  // One is taken whether or not the bus accepts it at once: a slave may wait for data, which come only for an address taken.
  reg aw_valid_reg, aw_turn_reg;
  reg [ID_WIDTH-1:0] aw_id_reg;
  reg [C_W-1:0] aw_cmd_reg;
  wire [4:0] order_level;
  wire turn_valid, turn_desc;
  // A burst whose data is to come for each address taken over; a few of them may wait.
  wire aw_free = (!aw_valid_reg || m_axi_awready) && order_level[4:3] == 2'd0;
  wire aw_turn = FAIR != 0 && aw_turn_reg && s_axi_mem_awvalid;
  wire aw_desc = s_axi_desc_awvalid && !aw_turn;
  wire aw_take = aw_free && (s_axi_mem_awvalid || s_axi_desc_awvalid);
  wire [C_W-1:0] aw_mem_cmd = {
    s_axi_mem_awaddr,
    s_axi_mem_awlen,
    s_axi_mem_awsize,
    s_axi_mem_awburst,
    s_axi_mem_awlock,
    s_axi_mem_awcache,
    s_axi_mem_awprot,
    s_axi_mem_awqos
  };
  wire [C_W-1:0] aw_desc_cmd = {
    s_axi_desc_awaddr,
    s_axi_desc_awlen,
    s_axi_desc_awsize,
    s_axi_desc_awburst,
    s_axi_desc_awlock,
    s_axi_desc_awcache,
    s_axi_desc_awprot,
    s_axi_desc_awqos
  };
  assign s_axi_mem_awready  = aw_free && !aw_desc;
  assign s_axi_desc_awready = aw_free && !aw_turn;
  wire [ID_WIDTH-1:0] aw_id = aw_desc ? SECOND : s_axi_mem_awid;
  wire [C_W-1:0] aw_cmd = aw_desc ? aw_desc_cmd : aw_mem_cmd;
  assign m_axi_awid = aw_valid_reg ? aw_id_reg : aw_id;
  assign {
      m_axi_awaddr, m_axi_awlen, m_axi_awsize, m_axi_awburst,
      m_axi_awlock, m_axi_awcache, m_axi_awprot, m_axi_awqos
  } = aw_valid_reg ? aw_cmd_reg : aw_cmd;
  assign m_axi_awvalid = aw_valid_reg || aw_take;

  // ---------------------------------------------------------------- write data: whose turn it is
  windlass_fifo #(
      .WIDTH(1),
      .DEPTH_LOG(4)
  ) order_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(aw_take),
      .in_data(aw_desc),
      .level(order_level),
      .out_valid(turn_valid),
      .out_ready(m_axi_wvalid && m_axi_wready && m_axi_wlast),
      .out_data(turn_desc)
  );
  assign m_axi_wdata = turn_desc ? s_axi_desc_wdata : s_axi_mem_wdata;
  assign m_axi_wstrb = turn_desc ? s_axi_desc_wstrb : s_axi_mem_wstrb;
  assign m_axi_wlast = turn_desc ? s_axi_desc_wlast : s_axi_mem_wlast;
  assign m_axi_wvalid = turn_valid && (turn_desc ? s_axi_desc_wvalid : s_axi_mem_wvalid);
  assign s_axi_mem_wready = turn_valid && !turn_desc && m_axi_wready;
  assign s_axi_desc_wready = turn_valid && turn_desc && m_axi_wready;

  always @(posedge aclk) begin
    ar_held_reg <= m_axi_arvalid && !m_axi_arready;
    ar_desc_reg <= ar_desc;
    if (m_axi_arvalid && m_axi_arready) ar_turn_reg <= ar_desc;
    aw_valid_reg <= aw_valid_reg ? !m_axi_awready || aw_take : aw_take && !m_axi_awready;
    if (aw_take) begin
      aw_turn_reg <= aw_desc;
      aw_id_reg   <= aw_id;
      aw_cmd_reg  <= aw_cmd;
    end
    if (!aresetn) begin
      ar_held_reg  <= 1'b0;
      ar_desc_reg  <= 1'b0;
      aw_valid_reg <= 1'b0;
      ar_turn_reg  <= 1'b0;
      aw_turn_reg  <= 1'b0;
      aw_id_reg    <= {ID_WIDTH{1'b0}};
      aw_cmd_reg   <= {C_W{1'b0}};
    end
  end

endmodule

`resetall
