/*
 * windlass_dev: `s_axi_dev`, through which bus masters reach memory behind the map registers (manual, section 13).
 *
 * Purpose: two ways of addresses (windlass_dev_address), and the data and answers that belong to them. Everything goes out with one AXI
 * ID, so answers come back in order; a record of each part of a burst says whose it is. Parts that the map refused have a record
 * too, and are answered here, in their turn.
 * Goal: what enters the engine's memory port never waits for a bus master: read data always have their place, a write's data is here before
 * its address goes out. Two cycles for an address, one for read data, none for a write's answer; a word a cycle each way.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_dev #(
    parameter DATA_WIDTH    = 64,   // bus, bits
    parameter ADDR_WIDTH    = 32,   // address, bits
    parameter DEV_ID_WIDTH  = 8,    // ID of an access, bits, 3..16; the upper three are the bus master's number
    parameter MAP_REGISTERS = 256,  // entries in the map, 0..4096
    parameter BUS_MASTERS   = 1,    // bus masters, 1..8
    parameter DEV_BEATS_LOG = 8     // log2 of the words that are kept each way, 5 or more
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    // bus masters
    input wire [DEV_ID_WIDTH-1:0] s_axi_dev_awid,  // write address: ID
    input wire [ADDR_WIDTH-1:0] s_axi_dev_awaddr,  // write address: logical byte address
    input wire [7:0] s_axi_dev_awlen,  // write address: beats - 1
    input wire [2:0] s_axi_dev_awsize,  // write address: log2 of the bytes in a beat
    input wire [1:0] s_axi_dev_awburst,  // write address: kind of burst
    input wire [3:0] s_axi_dev_awcache,  // write address: memory type
    input wire [3:0] s_axi_dev_awqos,  // write address: quality of service
    input wire s_axi_dev_awvalid,  // write address: valid
    output wire s_axi_dev_awready,  // write address: ready
    input wire [DATA_WIDTH-1:0] s_axi_dev_wdata,  // write data: data
    input wire [DATA_WIDTH/8-1:0] s_axi_dev_wstrb,  // write data: strobes
    input wire s_axi_dev_wlast,  // write data: last beat; not looked at, the address says how many there are
    input wire s_axi_dev_wvalid,  // write data: valid
    output wire s_axi_dev_wready,  // write data: ready
    output wire [DEV_ID_WIDTH-1:0] s_axi_dev_bid,  // write response: ID
    output wire [1:0] s_axi_dev_bresp,  // write response: response
    output wire s_axi_dev_bvalid,  // write response: valid
    input wire s_axi_dev_bready,  // write response: ready
    input wire [DEV_ID_WIDTH-1:0] s_axi_dev_arid,  // read address: ID
    input wire [ADDR_WIDTH-1:0] s_axi_dev_araddr,  // read address: logical byte address
    input wire [7:0] s_axi_dev_arlen,  // read address: beats - 1
    input wire [2:0] s_axi_dev_arsize,  // read address: log2 of the bytes in a beat
    input wire [1:0] s_axi_dev_arburst,  // read address: kind of burst
    input wire [3:0] s_axi_dev_arcache,  // read address: memory type
    input wire [3:0] s_axi_dev_arqos,  // read address: quality of service
    input wire s_axi_dev_arvalid,  // read address: valid
    output wire s_axi_dev_arready,  // read address: ready
    output wire [DEV_ID_WIDTH-1:0] s_axi_dev_rid,  // read data: ID
    output wire [DATA_WIDTH-1:0] s_axi_dev_rdata,  // read data: data
    output wire [1:0] s_axi_dev_rresp,  // read data: response
    output wire s_axi_dev_rlast,  // read data: last beat
    output wire s_axi_dev_rvalid,  // read data: valid
    input wire s_axi_dev_rready,  // read data: ready
    // the engine's memory port
    output wire [ADDR_WIDTH-1:0] m_axi_awaddr,  // write address: physical byte address
    output wire [7:0] m_axi_awlen,  // write address: beats - 1
    output wire [2:0] m_axi_awsize,  // write address: log2 of the bytes in a beat
    output wire [1:0] m_axi_awburst,  // write address: kind of burst
    output wire [3:0] m_axi_awcache,  // write address: memory type
    output wire [3:0] m_axi_awqos,  // write address: quality of service
    output wire m_axi_awvalid,  // write address: valid
    input wire m_axi_awready,  // write address: ready
    output wire [DATA_WIDTH-1:0] m_axi_wdata,  // write data: data
    output wire [DATA_WIDTH/8-1:0] m_axi_wstrb,  // write data: strobes
    output wire m_axi_wlast,  // write data: last beat
    output wire m_axi_wvalid,  // write data: valid
    input wire m_axi_wready,  // write data: ready
    input wire [1:0] m_axi_bresp,  // write response: response
    input wire m_axi_bvalid,  // write response: valid
    output wire m_axi_bready,  // write response: ready, always
    output wire [ADDR_WIDTH-1:0] m_axi_araddr,  // read address: physical byte address
    output wire [7:0] m_axi_arlen,  // read address: beats - 1
    output wire [2:0] m_axi_arsize,  // read address: log2 of the bytes in a beat
    output wire [1:0] m_axi_arburst,  // read address: kind of burst
    output wire [3:0] m_axi_arcache,  // read address: memory type
    output wire [3:0] m_axi_arqos,  // read address: quality of service
    output wire m_axi_arvalid,  // read address: valid
    input wire m_axi_arready,  // read address: ready
    input wire [DATA_WIDTH-1:0] m_axi_rdata,  // read data: data
    input wire [1:0] m_axi_rresp,  // read data: response
    input wire m_axi_rlast,  // read data: last beat
    input wire m_axi_rvalid,  // read data: valid
    output wire m_axi_rready,  // read data: ready, always
    // engine
    input wire closed,  // send nothing more out
    output wire idle,  // memory owes nothing
    output reg [1:0] flt_count,  // accesses refused, 0 to 2
    output reg flt_write,  // the one that is reported was a write
    output reg [3:0] flt_cause,  // its error code
    output reg [DEV_ID_WIDTH-1:0] flt_id,  // its ID
    output reg [ADDR_WIDTH-1:0] flt_addr,  // its logical address
    // map
    input wire mark,  // note for REVOKE what was looked up
    output wire drained,  // that has been answered
    input wire tw_clear,  // the table is being cleared after reset
    input wire tw_soon,  // an entry will be written
    input wire tw_valid,  // an entry is written
    input wire [11:0] tw_index,  // which
    input wire [ADDR_WIDTH-13:0] tw_page,  // its page
    input wire [9:0] tw_flags  // {owner, write, read, valid}
);
  localparam ID_W = DEV_ID_WIDTH;
  localparam R_W = DEV_BEATS_LOG + 1;  // a number of words
  localparam [R_W-1:0] ALL = 1 << DEV_BEATS_LOG;
  localparam REC_LOG = 5;

  wire r_go, r_rec_valid, r_rec_last, r_rec_refused, r_idle, r_flt, r_drained;
  wire w_go, w_rec_valid, w_rec_last, w_rec_refused, w_idle, w_flt, w_drained;
  wire [3:0] r_go_beats, r_rec_beats, r_cause, w_go_beats, w_rec_beats, w_cause;
  wire [ID_W-1:0] r_rec_id, r_flt_id, w_rec_id, w_flt_id;
  wire [ADDR_WIDTH-1:0] r_flt_addr, w_flt_addr;
  wire [REC_LOG:0] r_level, b_level, w_level;
  reg [R_W-1:0] free_reg, have_reg, kept_reg;
  reg back_reg;  // a word of read data has been taken
  reg r_full_reg, w_full_reg;  // places for records were few, a cycle ago: three may be on their way
  wire r_take = s_axi_dev_rvalid && s_axi_dev_rready;
  wire w_take = s_axi_dev_wvalid && s_axi_dev_wready;
  wire w_pop;
  assign idle = r_idle && w_idle;
  assign drained = r_drained && w_drained;

  // ---------------------------------------------------------------- read addresses: room for the data is taken before they set out
  windlass_dev_address #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .DEV_ID_WIDTH(DEV_ID_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .BUS_MASTERS(BUS_MASTERS),
      .WRITE(0),
      .ROOM_W(R_W)
  ) read_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(s_axi_dev_arvalid),
      .in_ready(s_axi_dev_arready),
      .in_id(s_axi_dev_arid),
      .in_addr(s_axi_dev_araddr),
      .in_len(s_axi_dev_arlen),
      .in_size(s_axi_dev_arsize),
      .in_burst(s_axi_dev_arburst),
      .in_cache(s_axi_dev_arcache),
      .in_qos(s_axi_dev_arqos),
      .room(free_reg),
      .closed(closed),
      .rec_full(r_full_reg),
      .go_valid(r_go),
      .go_beats(r_go_beats),
      .rec_valid(r_rec_valid),
      .rec_id(r_rec_id),
      .rec_beats(r_rec_beats),
      .rec_last(r_rec_last),
      .rec_refused(r_rec_refused),
      .out_valid(m_axi_arvalid),
      .out_ready(m_axi_arready),
      .out_addr(m_axi_araddr),
      .out_len(m_axi_arlen),
      .out_size(m_axi_arsize),
      .out_burst(m_axi_arburst),
      .out_cache(m_axi_arcache),
      .out_qos(m_axi_arqos),
      .out_end(m_axi_rvalid && m_axi_rlast),
      .idle(r_idle),
      .flt_valid(r_flt),
      .flt_cause(r_cause),
      .flt_id(r_flt_id),
      .flt_addr(r_flt_addr),
      .mark(mark),
      .drained(r_drained),
      .tw_clear(tw_clear),
      .tw_soon(tw_soon),
      .tw_valid(tw_valid),
      .tw_index(tw_index),
      .tw_page(tw_page),
      .tw_flags(tw_flags)
  );

  // ---------------------------------------------------------------- read data: from memory, or zeros in the turn of a refused part
  reg [3:0] r_beat_reg;
  wire h_valid, h_last, h_refused, d_valid;
  wire [ID_W-1:0] h_id;
  wire [3:0] h_beats;
  wire [DATA_WIDTH-1:0] d_data;
  wire [1:0] d_resp;
  wire h_end = r_beat_reg == h_beats;
  assign m_axi_rready    = 1'b1;
  assign s_axi_dev_rvalid = h_valid && (h_refused || d_valid);
  assign s_axi_dev_rid   = h_id;
  assign s_axi_dev_rdata = h_refused ? {DATA_WIDTH{1'b0}} : d_data;
  assign s_axi_dev_rresp = h_refused ? 2'b11 : d_resp;
  assign s_axi_dev_rlast = h_last && h_end;

  windlass_fifo #(
      .WIDTH(ID_W + 6),
      .DEPTH_LOG(REC_LOG)
  ) r_records_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(r_rec_valid),
      .in_data({r_rec_id, r_rec_beats, r_rec_last, r_rec_refused}),
      .level(r_level),
      .out_valid(h_valid),
      .out_ready(r_take && h_end),
      .out_data({h_id, h_beats, h_last, h_refused})
  );

  windlass_dev_buffer #(
      .WIDTH(DATA_WIDTH + 2),
      .DEPTH_LOG(DEV_BEATS_LOG)
  ) r_data_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(m_axi_rvalid),
      .in_data({m_axi_rresp, m_axi_rdata}),
      .out_valid(d_valid),
      .out_ready(r_take && !h_refused),
      .out_data({d_resp, d_data})
  );

  // ---------------------------------------------------------------- write addresses: the data is here before they set out
  windlass_dev_address #(
      .DATA_WIDTH(DATA_WIDTH),
      .ADDR_WIDTH(ADDR_WIDTH),
      .DEV_ID_WIDTH(DEV_ID_WIDTH),
      .MAP_REGISTERS(MAP_REGISTERS),
      .BUS_MASTERS(BUS_MASTERS),
      .WRITE(1),
      .ROOM_W(R_W)
  ) write_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(s_axi_dev_awvalid),
      .in_ready(s_axi_dev_awready),
      .in_id(s_axi_dev_awid),
      .in_addr(s_axi_dev_awaddr),
      .in_len(s_axi_dev_awlen),
      .in_size(s_axi_dev_awsize),
      .in_burst(s_axi_dev_awburst),
      .in_cache(s_axi_dev_awcache),
      .in_qos(s_axi_dev_awqos),
      .room(have_reg),
      .closed(closed),
      .rec_full(w_full_reg),
      .go_valid(w_go),
      .go_beats(w_go_beats),
      .rec_valid(w_rec_valid),
      .rec_id(w_rec_id),
      .rec_beats(w_rec_beats),
      .rec_last(w_rec_last),
      .rec_refused(w_rec_refused),
      .out_valid(m_axi_awvalid),
      .out_ready(m_axi_awready),
      .out_addr(m_axi_awaddr),
      .out_len(m_axi_awlen),
      .out_size(m_axi_awsize),
      .out_burst(m_axi_awburst),
      .out_cache(m_axi_awcache),
      .out_qos(m_axi_awqos),
      .out_end(m_axi_bvalid),
      .idle(w_idle),
      .flt_valid(w_flt),
      .flt_cause(w_cause),
      .flt_id(w_flt_id),
      .flt_addr(w_flt_addr),
      .mark(mark),
      .drained(w_drained),
      .tw_clear(tw_clear),
      .tw_soon(tw_soon),
      .tw_valid(tw_valid),
      .tw_index(tw_index),
      .tw_page(tw_page),
      .tw_flags(tw_flags)
  );

  // ---------------------------------------------------------------- write data: out, or dropped in the turn of a refused part
  reg [3:0] w_beat_reg;
  wire j_valid, j_refused, q_valid;
  wire [3:0] j_beats;
  wire j_end = w_beat_reg == j_beats;
  assign s_axi_dev_wready = !kept_reg[R_W-1];
  assign m_axi_wvalid = j_valid && q_valid && !j_refused;
  assign m_axi_wlast = j_end;
  assign w_pop = j_valid && q_valid && (j_refused || m_axi_wready);

  windlass_fifo #(
      .WIDTH(5),
      .DEPTH_LOG(REC_LOG)
  ) w_jobs_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(w_rec_valid),
      .in_data({w_rec_beats, w_rec_refused}),
      .level(w_level),
      .out_valid(j_valid),
      .out_ready(w_pop && j_end),
      .out_data({j_beats, j_refused})
  );

  windlass_dev_buffer #(
      .WIDTH(DATA_WIDTH + DATA_WIDTH / 8),
      .DEPTH_LOG(DEV_BEATS_LOG)
  ) w_data_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(w_take),
      .in_data({s_axi_dev_wstrb, s_axi_dev_wdata}),
      .out_valid(q_valid),
      .out_ready(w_pop),
      .out_data({m_axi_wstrb, m_axi_wdata})
  );

  // ---------------------------------------------------------------- write responses: one for all parts of a burst, the first that is bad
  wire k_valid, k_last, k_refused, a_valid;
  wire [ID_W-1:0] k_id;
  wire [1:0] a_resp;
  reg [1:0] bad_reg;
  wire [REC_LOG:0] a_level;
  // Memory's answer goes straight on when none waits: nothing of it goes back to memory, which is always READY for.
  wire k_there = k_valid && (k_refused || a_valid || m_axi_bvalid);
  wire k_done = k_there && (!k_last || s_axi_dev_bready);
  wire [1:0] k_resp = k_refused ? 2'b11 : bad_reg[1] ? bad_reg : a_valid ? a_resp : m_axi_bresp;
  assign m_axi_bready = 1'b1;
  assign s_axi_dev_bvalid = k_there && k_last;
  assign s_axi_dev_bid = k_id;
  assign s_axi_dev_bresp = k_resp;

  windlass_fifo #(
      .WIDTH(ID_W + 2),
      .DEPTH_LOG(REC_LOG)
  ) b_records_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(w_rec_valid),
      .in_data({w_rec_id, w_rec_last, w_rec_refused}),
      .level(b_level),
      .out_valid(k_valid),
      .out_ready(k_done),
      .out_data({k_id, k_last, k_refused})
  );

  windlass_fifo #(
      .WIDTH(2),
      .DEPTH_LOG(REC_LOG)
  ) b_answers_i (
      .aclk(aclk),
      .aresetn(aresetn),
      .in_valid(m_axi_bvalid && !(k_done && !k_refused && !a_valid)),
      .in_data(m_axi_bresp),
      .level(a_level),
      .out_valid(a_valid),
      .out_ready(k_done && !k_refused),
      .out_data(a_resp)
  );

  always @(posedge aclk) begin
    // free: words of read data that nobody was promised; have: words of write data that no part has taken; kept: words in the buffer
    back_reg <= r_take;
    if (r_go) free_reg <= free_reg - {{R_W - 4{1'b0}}, r_go_beats} - {{R_W - 1{1'b0}}, !back_reg};
    else free_reg <= free_reg + {{R_W - 1{1'b0}}, back_reg};
    have_reg <= w_go ? have_reg - {{R_W - 4{1'b0}}, w_go_beats} - {{R_W - 1{1'b0}}, !w_take} : have_reg + {{R_W - 1{1'b0}}, w_take};
    if (w_take != w_pop) kept_reg <= kept_reg + {{R_W - 1{w_pop}}, 1'b1};
    r_full_reg <= aresetn && r_level[REC_LOG:2] >= 4'd7;
    w_full_reg <= aresetn && (b_level[REC_LOG:2] >= 4'd7 || w_level[REC_LOG:2] >= 4'd7);
    if (r_take) r_beat_reg <= h_end ? 4'd0 : r_beat_reg + 4'd1;
    if (w_pop) w_beat_reg <= j_end ? 4'd0 : w_beat_reg + 4'd1;
    if (k_done) bad_reg <= k_last ? 2'd0 : k_resp;
    flt_count <= {r_flt && w_flt, r_flt ^ w_flt};
    flt_write <= !r_flt;
    flt_cause <= r_flt ? r_cause : w_cause;
    flt_id <= r_flt ? r_flt_id : w_flt_id;
    flt_addr <= r_flt ? r_flt_addr : w_flt_addr;
    if (!aresetn) begin
      free_reg <= ALL;
      back_reg <= 1'b0;
      have_reg <= {R_W{1'b0}};
      kept_reg <= {R_W{1'b0}};
      r_beat_reg <= 4'd0;
      w_beat_reg <= 4'd0;
      bad_reg <= 2'd0;
      flt_count <= 2'd0;
    end
  end

`ifdef PROVE_DEV
  `include "windlass_dev.svh"
`endif

endmodule

`resetall
