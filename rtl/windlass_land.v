/*
 * windlass_land: stores what the reads bring.
 *
 * Purpose: every beat has its place reserved, so RREADY is always 1. A memory beat is one buffer word; the units of
 * a narrow device are packed into words, first unit in lane 0.
 * Goal: a beat a cycle, two cycles from the bus to the buffer.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_land #(
    parameter DATA_WIDTH = 64,  // bus, bits
    parameter PTR_W      = 9    // log2 of the buffer words
) (
    input  wire                  aclk,          // clock
    input  wire                  aresetn,       // synchronous reset, active low
    // AXI read data
    input  wire [DATA_WIDTH-1:0] m_axi_rdata,   // data
    input  wire [           1:0] m_axi_rresp,   // response
    input  wire                  m_axi_rlast,   // last beat
    input  wire                  m_axi_rvalid,  // valid
    output wire                  m_axi_rready,  // always 1
    // how reads land
    input  wire                  land_valid,    // a read was issued
    input  wire [           8:0] land_data,     // {device, unit, lane 5:0}
    output reg                   read_back,     // a read has ended
    // buffer
    output reg                   put_valid,     // store a word
    output reg  [     PTR_W-1:0] put_addr,      // where
    output reg  [DATA_WIDTH+1:0] put_data,      // {error is a DECERR, error, data}
    output reg  [       PTR_W:0] landed         // words stored and readable, mod 2*buffer
);
  localparam W = DATA_WIDTH / 8;
  localparam OFF_W = $clog2(W);

  wire q_valid, q_dev;
  wire [1:0] q_unit;
  wire [5:0] q_lane;
  wire [6:0] q_level;
  reg r_valid_reg, r_last_reg;
  reg [DATA_WIDTH-1:0] r_data_reg;
  reg [1:0] r_resp_reg;
  wire take = r_valid_reg && r_last_reg;

  assign m_axi_rready = 1'b1;

  windlass_fifo #(
      .WIDTH(9),
      .DEPTH_LOG(6)
  ) queue_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(land_valid),
      .in_data(land_data),
      .level(q_level),
      .out_valid(q_valid),
      .out_ready(take),
      .out_data({q_dev, q_unit, q_lane})
  );

  // ---------------------------------------------------------------- a narrow beat: its unit in every place
  reg [OFF_W-1:0] at_reg;  // lane of the next unit in the word
  reg [DATA_WIDTH-1:0] word_reg;
  reg [1:0] bad_reg;
  wire [DATA_WIDTH-1:0] unit_low = r_data_reg >> {q_lane[OFF_W-1:0], 3'd0};
  wire [7:0] unit_bytes = 8'd1 << q_unit;
  reg [DATA_WIDTH-1:0] spread, merged;
  integer i;
  always @* begin
    for (i = 0; i < W; i = i + 1) begin
      // Lane i takes the byte of the unit that has the same place within a unit.
      spread[8*i+:8] = q_unit == 2'd0 ? unit_low[7:0] : q_unit == 2'd1 ? unit_low[8*(i%2)+:8] :
          q_unit == 2'd2 ? unit_low[8*(i%4)+:8] : unit_low[8*(i%(W<8?W:8))+:8];
      merged[8*i+:8] = i >= {{32 - OFF_W{1'b0}}, at_reg} ? spread[8*i+:8] : word_reg[8*i+:8];
    end
  end
  wire [OFF_W:0] at_next = {1'b0, at_reg} + unit_bytes[OFF_W:0];
  wire [1:0] bad = (q_dev ? bad_reg : 2'd0) | (bad_reg[0] && q_dev ? 2'd0 : {r_resp_reg == 2'b11, r_resp_reg[1]});
  wire full = !q_dev || at_next[OFF_W] || r_last_reg;

  always @(posedge aclk) begin
    r_valid_reg <= m_axi_rvalid;
    r_last_reg <= m_axi_rlast;
    r_data_reg <= m_axi_rdata;
    r_resp_reg <= m_axi_rresp;

    read_back <= take;
    put_valid <= r_valid_reg && full;
    put_data <= {bad, q_dev ? merged : r_data_reg};
    if (put_valid) begin
      put_addr <= put_addr + 1'b1;
      landed   <= landed + 1'b1;
    end
    if (r_valid_reg) begin
      word_reg <= merged;
      at_reg   <= full ? {OFF_W{1'b0}} : at_next[OFF_W-1:0];
      bad_reg  <= full ? 2'd0 : bad;
    end
    if (!aresetn) begin
      r_valid_reg <= 1'b0;
      r_last_reg <= 1'b0;
      read_back <= 1'b0;
      put_valid <= 1'b0;
      put_addr <= {PTR_W{1'b0}};
      landed <= {PTR_W + 1{1'b0}};
      at_reg <= {OFF_W{1'b0}};
      bad_reg <= 2'd0;
    end
  end

endmodule

`resetall
