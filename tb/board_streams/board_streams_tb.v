/*
 * board_streams_tb: wl_streams with each source wired to the sink of its number, and the back door of wl_system.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module board_streams_tb #(
    parameter STREAMS    = 1,
    parameter DATA_WIDTH = 64
) ();
  reg clk = 1'b0;
  reg rst_n = 1'b0;
  reg [STREAMS*32-1:0] st_fed = 0;
  wire [STREAMS*32-1:0] st_kept;
  reg [STREAMS*9-1:0] st_pause_in = 0, st_pause_out = 0;
  wire [  STREAMS*DATA_WIDTH-1:0] tdata;
  wire [STREAMS*DATA_WIDTH/8-1:0] tkeep;
  wire [STREAMS-1:0] tlast, tvalid, tready;
  wire [STREAMS*8-1:0] tid, tdest;

  wl_streams #(
      .STREAMS(STREAMS),
      .DATA_WIDTH(DATA_WIDTH)
  ) streams (
      .clk(clk),
      .rst_n(rst_n),
      .fed(st_fed),
      .kept(st_kept),
      .pause_in(st_pause_in),
      .pause_out(st_pause_out),
      .s_axis_tdata(tdata),
      .s_axis_tkeep(tkeep),
      .s_axis_tlast(tlast),
      .s_axis_tid(tid),
      .s_axis_tdest(tdest),
      .s_axis_tvalid(tvalid),
      .s_axis_tready(tready),
      .m_axis_tdata(tdata),
      .m_axis_tkeep(tkeep),
      .m_axis_tlast(tlast),
      .m_axis_tid(tid),
      .m_axis_tdest(tdest),
      .m_axis_tuser(tlast),
      .m_axis_tvalid(tvalid),
      .m_axis_tready(tready)
  );

  // A beat that is shown stays as it is until it is taken.
  reg [DATA_WIDTH+DATA_WIDTH/8+16:0] was[0:STREAMS-1];
  reg [STREAMS-1:0] waits;
  integer broken = 0;
  integer s;
  always @(posedge clk)
    for (s = 0; s < STREAMS; s = s + 1) begin
      if (waits[s] && (!tvalid[s] || was[s] != {
            tlast[s], tid[8*s+:8], tdest[8*s+:8], tkeep[DATA_WIDTH/8*s+:DATA_WIDTH/8], tdata[DATA_WIDTH*s+:DATA_WIDTH]
          }))
        broken = broken + 1;
      waits[s] <= rst_n && tvalid[s] && !tready[s];
      was[s] <= {
        tlast[s], tid[8*s+:8], tdest[8*s+:8], tkeep[DATA_WIDTH/8*s+:DATA_WIDTH/8], tdata[DATA_WIDTH*s+:DATA_WIDTH]
      };
    end

  reg bd_toggle = 1'b0;
  reg bd_write = 1'b0;
  reg [2:0] bd_target = 3'd0;
  reg [31:0] bd_addr = 32'd0;
  reg [12:0] bd_len = 13'd0;
  reg [32767:0] bd_data = 32768'd0;
  reg [32767:0] bd_out = 32768'd0;
  integer i;
  always @(bd_toggle)
    for (i = 0; i < bd_len; i = i + 1)
      if (bd_write) streams.feed_mem[bd_addr+i] = bd_data[8*i+:8];
      else bd_out[8*i+:8] = streams.kept_mem[bd_addr+i];

endmodule

`resetall
