/*
 * windlass_check: can the configuration of a channel work? (manual, section 6)
 *
 * Purpose: START with a configuration that cannot work must end at once with ERROR, code CONFIG, and NEXT with such base registers
 * is refused. This keeps the few bits of each register that the answer depends on.
 * Goal: the answer two cycles after the question, from flip-flops and two LUTs, because a START waits for it; small RAMs of few bits a channel.
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
    input  wire            pw_valid,  // to a grant register, else to a channel register
    input  wire [CH_W-1:0] cw_ch,     // the channel
    input  wire            cw_bank,   // bank of base registers that software sees
    input  wire [     4:0] cw_reg,    // register number (byte offset / 4)
    input  wire [    31:0] cw_data,   // data
    // question, and two cycles later the answer
    input  wire [CH_W-1:0] ch,        // the channel
    input  wire            bank,      // a cycle later: base registers that would be used
    output wire            auto,      // its mode is auto-initialize
    output wire            bad        // this cannot work
);
  localparam W = DATA_WIDTH / 8;

  reg [10:0] conf_mem[0:CHANNELS-1];  // {wide, pacing, unit, dst type, src type, mode}
  reg [10:0] grant_mem[0:CHANNELS-1];  // {window, line}
  reg [3:0] dev_mem[0:CHANNELS-1];  // zero bits at the end of the device address, at most 12
  reg [4:0] desc_mem[0:CHANNELS-1];  // end of the table's address
  reg some_mem[0:CHANNELS-1];  // DESC_COUNT is not zero
  // Of each bank, because which it is is known late: low bits of source and destination; length {not zero, 2:0}.
  reg [2:0] src0_mem[0:CHANNELS-1];
  reg [2:0] src1_mem[0:CHANNELS-1];
  reg [2:0] dst0_mem[0:CHANNELS-1];
  reg [2:0] dst1_mem[0:CHANNELS-1];
  reg [3:0] len0_mem[0:CHANNELS-1];
  reg [3:0] len1_mem[0:CHANNELS-1];

  // ---------------------------------------------------------------- the question: what is known of the channel
  reg wide, some, has_stream_side;
  reg [1:0] pacing, unit, dst_type, src_type, mode;
  reg [5:0] line;
  reg [4:0] window, desc;
  reg [3:0] dev, len0, len1;
  reg [2:0] src0, src1, dst0, dst1;
  always @(posedge aclk) begin
    {wide, pacing, unit, dst_type, src_type, mode} <= conf_mem[ch];
    {window, line} <= grant_mem[ch];
    dev <= dev_mem[ch];
    desc <= desc_mem[ch];
    some <= some_mem[ch];
    {len0, len1} <= {len0_mem[ch], len1_mem[ch]};
    {src0, src1} <= {src0_mem[ch], src1_mem[ch]};
    {dst0, dst1} <= {dst0_mem[ch], dst1_mem[ch]};
    has_stream_side <= {{32 - CH_W{1'b0}}, ch} + 32'd1 <= STREAMS;
  end

  // ---------------------------------------------------------------- what is wrong, part by part
  wire [2:0] unit_mask = {unit == 2'd3, unit[1], unit != 2'd0};
  wire has_device = src_type == 2'd1 || dst_type == 2'd1;
  wire has_stream = src_type == 2'd2 || dst_type == 2'd2;
  wire [2:0] memory0 = src_type == 2'd1 ? dst0 : src0;
  wire [2:0] memory1 = src_type == 2'd1 ? dst1 : src1;
  wire bad_types = (&src_type) || (&dst_type) || (src_type[0] && dst_type != 2'd0) || (dst_type[0] && src_type != 2'd0) ||
      (has_stream && !has_stream_side);
  wire bad_pacing = pacing != 2'd0 && (!has_device || {26'd0, line} >= REQUEST_LINES);
  wire bad_unit = {2'd0, unit} > dev || (32'd1 << unit) > W;
  wire bad_window = window == 5'd1 || window > 5'd12 || {1'b0, dev} < window || {3'd0, unit} > window;
  wire bad_base0 = !len0[3] || (has_device && |((len0[2:0] | memory0) & unit_mask));
  wire bad_base1 = !len1[3] || (has_device && |((len1[2:0] | memory1) & unit_mask));
  wire bad_table = !some || desc[3:0] != 4'd0 || (wide && desc[4]) || DESCRIPTORS == 0;

  // ---------------------------------------------------------------- the answer
  reg ways_reg, device_reg, base_reg, table_reg, desc_reg, auto_reg;
  assign auto = auto_reg;
  assign bad  = ways_reg || device_reg || (desc_reg ? table_reg : base_reg);

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      conf_mem[k] = 11'd0;
      grant_mem[k] = 11'd0;
      dev_mem[k] = 4'd0;
      desc_mem[k] = 5'd0;
      some_mem[k] = 1'b0;
      {src0_mem[k], src1_mem[k]} = 6'd0;
      {dst0_mem[k], dst1_mem[k]} = 6'd0;
      {len0_mem[k], len1_mem[k]} = 8'd0;
    end

  reg [3:0] zeros;
  integer b;
  always @* begin
    zeros = 4'd12;
    for (b = 11; b >= 0; b = b - 1) if (cw_data[b]) zeros = b[3:0];
  end

  // Stored a cycle after the broadcast: a START, which asks, comes later, and what is kept of the data is found out first.
  reg grant_we_reg, dev_we_reg, conf_we_reg, desc_we_reg, some_we_reg, src_we_reg, dst_we_reg, len_we_reg;
  reg [CH_W-1:0] we_ch_reg;
  reg we_bank_reg, we_low_reg, we_high_reg;
  reg [ 3:0] zeros_reg;
  reg [20:0] we_data_reg;
  always @(posedge aclk) begin
    grant_we_reg <= pw_valid && cw_reg == `WL_GRANT_GRANT_NR;
    dev_we_reg <= pw_valid && cw_reg == `WL_GRANT_DEV_ADDR_LO_NR;
    conf_we_reg <= cw_valid && cw_reg == `WL_CHANNEL_CONFIG_NR;
    desc_we_reg <= cw_valid && cw_reg == `WL_CHANNEL_DESC_LO_NR;
    some_we_reg <= cw_valid && cw_reg == `WL_CHANNEL_DESC_COUNT_NR;
    src_we_reg <= cw_valid && (cw_reg == `WL_CHANNEL_SRC_LO_NR || cw_reg == `WL_CHANNEL_NEXT_SRC_LO_NR);
    dst_we_reg <= cw_valid && (cw_reg == `WL_CHANNEL_DST_LO_NR || cw_reg == `WL_CHANNEL_NEXT_DST_LO_NR);
    len_we_reg <= cw_valid && (cw_reg == `WL_CHANNEL_LENGTH_NR || cw_reg == `WL_CHANNEL_NEXT_LENGTH_NR);
    we_ch_reg <= cw_ch;
    we_bank_reg <= cw_bank ^ cw_reg[4];  // the registers NEXT_ go to the bank that software does not see
    {we_high_reg, we_low_reg} <= {|cw_data[31:16], |cw_data[15:0]};
    zeros_reg <= zeros;
    we_data_reg <= cw_data[20:0];
    if (grant_we_reg) grant_mem[we_ch_reg] <= {we_data_reg[20:16], we_data_reg[13:8]};
    if (dev_we_reg) dev_mem[we_ch_reg] <= zeros_reg;
    if (conf_we_reg) conf_mem[we_ch_reg] <= {we_data_reg[12:4], we_data_reg[1:0]};
    if (desc_we_reg) desc_mem[we_ch_reg] <= we_data_reg[4:0];
    if (some_we_reg) some_mem[we_ch_reg] <= we_low_reg;
    if (src_we_reg && !we_bank_reg) src0_mem[we_ch_reg] <= we_data_reg[2:0];
    if (src_we_reg && we_bank_reg) src1_mem[we_ch_reg] <= we_data_reg[2:0];
    if (dst_we_reg && !we_bank_reg) dst0_mem[we_ch_reg] <= we_data_reg[2:0];
    if (dst_we_reg && we_bank_reg) dst1_mem[we_ch_reg] <= we_data_reg[2:0];
    if (len_we_reg && !we_bank_reg) len0_mem[we_ch_reg] <= {we_high_reg || we_low_reg, we_data_reg[2:0]};
    if (len_we_reg && we_bank_reg) len1_mem[we_ch_reg] <= {we_high_reg || we_low_reg, we_data_reg[2:0]};

    ways_reg   <= bad_types || bad_pacing || (mode == 2'd3 && AUTO_INIT == 0);
    device_reg <= has_device && (bad_unit || (window != 5'd0 && bad_window));
    desc_reg   <= mode == 2'd1 || mode == 2'd2;
    table_reg  <= bad_table;
    base_reg   <= bank ? bad_base1 : bad_base0;
    auto_reg   <= mode == 2'd3 && AUTO_INIT != 0;
  end

endmodule

`resetall
