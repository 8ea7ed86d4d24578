/*
 * windlass_check: can the configuration of a channel work? (manual, section 6)
 *
 * Purpose: START with a configuration that cannot work must end at once with ERROR, code CONFIG, and NEXT with such base registers
 * is refused. This keeps the few bits of each register that the answer depends on.
 * Goal: the answer the cycle after the question, from flip-flops and three LUTs; small RAMs of few bits a channel.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_check #(
    parameter CHANNELS      = 4,   // number of channels
    parameter CH_W          = 2,   // width of a channel number
    parameter DATA_WIDTH    = 64,  // memory bus, bits
    parameter REQUEST_LINES = 4,   // request lines
    parameter STREAMS       = 0,   // channels that have streams
    parameter DESCRIPTORS   = 1,   // table and ring mode are built
    parameter AUTO_INIT     = 1    // auto-initialize mode is built
) (
    input  wire            aclk,      // clock
    // register writes (broadcast)
    input  wire            cw_valid,  // an accepted write
    input  wire            cw_priv,   // to a grant register, else to a channel register
    input  wire [CH_W-1:0] cw_ch,     // the channel
    input  wire            cw_bank,   // bank of base registers that software sees
    input  wire [     4:0] cw_reg,    // register number (byte offset / 4)
    input  wire [    31:0] cw_data,   // data
    // question, and a cycle later the answer
    input  wire [CH_W-1:0] ch,        // the channel
    input  wire            bank,      // base registers that would be used
    output wire            auto,      // its mode is auto-initialize
    output wire            bad        // this cannot work
);
  localparam W = DATA_WIDTH / 8;

  reg [10:0] conf_mem[0:CHANNELS-1];  // {wide, pacing, unit, dst type, src type, mode}
  reg [10:0] grant_mem[0:CHANNELS-1];  // {window, line}
  reg [3:0] dev_mem[0:CHANNELS-1];  // zero bits at the end of the device address, at most 12
  reg [4:0] desc_mem[0:CHANNELS-1];  // end of the table's address
  reg some_mem[0:CHANNELS-1];  // DESC_COUNT is not zero
  reg [2:0] src_mem[0:CHANNELS*2-1];
  reg [2:0] dst_mem[0:CHANNELS*2-1];
  reg [3:0] len_mem[0:CHANNELS*2-1];  // {not zero, 2:0}

  reg [10:0] conf_reg, grant_reg;
  reg [3:0] dev_reg, len_reg;
  reg [4:0] desc_reg;
  reg some_reg, stream_reg;
  reg [2:0] src_reg, dst_reg;

  wire wide;
  wire [1:0] pacing, unit, dst_type, src_type, mode;
  assign {wide, pacing, unit, dst_type, src_type, mode} = conf_reg;
  wire [5:0] line = grant_reg[5:0];
  wire [4:0] window = grant_reg[10:6];
  wire [2:0] unit_mask = {unit == 2'd3, unit[1], unit != 2'd0};
  wire has_device = src_type == 2'd1 || dst_type == 2'd1;
  wire has_stream = src_type == 2'd2 || dst_type == 2'd2;
  wire [2:0] memory = src_type == 2'd1 ? dst_reg : src_reg;
  wire bad_types = (&src_type) || (&dst_type) || (src_type[0] && dst_type != 2'd0) || (dst_type[0] && src_type != 2'd0) ||
      (has_stream && !stream_reg);
  wire bad_pacing = pacing != 2'd0 && (!has_device || {26'd0, line} >= REQUEST_LINES);
  wire bad_window = window != 5'd0 && (window == 5'd1 || window > 5'd12 || {1'b0, dev_reg} < window || {3'd0, unit} > window);
  wire bad_device = has_device && ({2'd0, unit} > dev_reg || (32'd1 << unit) > W || bad_window);
  wire bad_base = !len_reg[3] || (has_device && |((len_reg[2:0] | memory) & unit_mask));
  wire bad_table = !some_reg || desc_reg[3:0] != 4'd0 || (wide && desc_reg[4]) || DESCRIPTORS == 0;
  assign auto = mode == 2'd3 && AUTO_INIT != 0;
  assign bad = bad_types || bad_pacing || bad_device ||
      (mode == 2'd1 || mode == 2'd2 ? bad_table : bad_base || (mode == 2'd3 && AUTO_INIT == 0));

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      conf_mem[k] = 11'd0;
      grant_mem[k] = 11'd0;
      dev_mem[k] = 4'd0;
      desc_mem[k] = 5'd0;
      some_mem[k] = 1'b0;
      {src_mem[2*k], src_mem[2*k+1]} = 6'd0;
      {dst_mem[2*k], dst_mem[2*k+1]} = 6'd0;
      {len_mem[2*k], len_mem[2*k+1]} = 8'd0;
    end

  reg [3:0] zeros;
  integer b;
  always @* begin
    zeros = 4'd12;
    for (b = 11; b >= 0; b = b - 1) if (cw_data[b]) zeros = b[3:0];
  end

  wire cw_chan = cw_valid && !cw_priv;
  // The registers NEXT_ go to the bank that software does not see.
  wire [CH_W:0] base_at = {cw_ch, cw_bank ^ cw_reg[4]};
  always @(posedge aclk) begin
    if (cw_valid && cw_priv && cw_reg == `WL_GRANT_GRANT_NR) grant_mem[cw_ch] <= {cw_data[20:16], cw_data[13:8]};
    if (cw_valid && cw_priv && cw_reg == `WL_GRANT_DEV_ADDR_LO_NR) dev_mem[cw_ch] <= zeros;
    if (cw_chan && cw_reg == `WL_CHANNEL_CONFIG_NR) conf_mem[cw_ch] <= {cw_data[12:4], cw_data[1:0]};
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_LO_NR) desc_mem[cw_ch] <= cw_data[4:0];
    if (cw_chan && cw_reg == `WL_CHANNEL_DESC_COUNT_NR) some_mem[cw_ch] <= |cw_data[15:0];
    if (cw_chan && (cw_reg == `WL_CHANNEL_SRC_LO_NR || cw_reg == `WL_CHANNEL_NEXT_SRC_LO_NR))
      src_mem[base_at] <= cw_data[2:0];
    if (cw_chan && (cw_reg == `WL_CHANNEL_DST_LO_NR || cw_reg == `WL_CHANNEL_NEXT_DST_LO_NR))
      dst_mem[base_at] <= cw_data[2:0];
    if (cw_chan && (cw_reg == `WL_CHANNEL_LENGTH_NR || cw_reg == `WL_CHANNEL_NEXT_LENGTH_NR))
      len_mem[base_at] <= {|cw_data, cw_data[2:0]};

    conf_reg <= conf_mem[ch];
    grant_reg <= grant_mem[ch];
    dev_reg <= dev_mem[ch];
    desc_reg <= desc_mem[ch];
    some_reg <= some_mem[ch];
    stream_reg <= {{32 - CH_W{1'b0}}, ch} + 32'd1 <= STREAMS;
    src_reg <= src_mem[{ch, bank}];
    dst_reg <= dst_mem[{ch, bank}];
    len_reg <= len_mem[{ch, bank}];
  end

endmodule

`resetall
