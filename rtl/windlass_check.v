/*
 * windlass_check: can the configuration of a channel work? (manual, section 6)
 *
 * Purpose: START with a configuration that cannot work must end at once with ERROR, code CONFIG. This keeps the few bits
 * of each register that the answer depends on, so that it is there in the cycle of the write to CMD.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

`include "windlass_regs.vh"

module windlass_check #(
    parameter CHANNELS      = 4,   // number of channels
    parameter CH_W          = 2,   // width of a channel number
    parameter DATA_WIDTH    = 64,  // memory bus, bits
    parameter REQUEST_LINES = 4    // request lines
) (
    input  wire            aclk,      // clock
    // register writes (broadcast)
    input  wire            cw_valid,  // an accepted write
    input  wire            cw_priv,   // to a grant register, else to a channel register
    input  wire [CH_W-1:0] cw_ch,     // the channel
    input  wire [     4:0] cw_reg,    // register number (byte offset / 4)
    input  wire [    31:0] cw_data,   // data
    // question and answer, combinational
    input  wire [CH_W-1:0] ch,        // the channel that is to start
    output wire            bad        // its configuration cannot work
);
  localparam W = DATA_WIDTH / 8;

  reg [9:0] k_conf_mem[0:CHANNELS-1];  // {pacing, unit, dst type, src type, mode}
  reg [5:0] k_line_mem[0:CHANNELS-1];
  reg [2:0] k_dev_mem[0:CHANNELS-1];
  reg [2:0] k_src_mem[0:CHANNELS-1];
  reg [2:0] k_dst_mem[0:CHANNELS-1];
  reg [3:0] k_len_mem[0:CHANNELS-1];  // {not zero, 2:0}
  reg [3:0] k_desc_mem[0:CHANNELS-1];
  reg k_count_mem[0:CHANNELS-1];  // not zero

  wire [1:0] k_pacing, k_unit, k_dst_type, k_src_type, k_mode;
  assign {k_pacing, k_unit, k_dst_type, k_src_type, k_mode} = k_conf_mem[ch];
  wire [5:0] k_line = k_line_mem[ch];
  wire [2:0] k_dev = k_dev_mem[ch];
  wire [3:0] k_len = k_len_mem[ch];
  wire [2:0] unit_mask = {k_unit == 2'd3, k_unit[1], k_unit != 2'd0};
  wire has_device = k_src_type == 2'd1 || k_dst_type == 2'd1;
  wire [2:0] k_memory = k_src_type == 2'd1 ? k_dst_mem[ch] : k_src_mem[ch];
  wire bad_types = k_src_type[1] || k_dst_type[1] || (k_src_type[0] && k_dst_type[0]);
  wire bad_pacing = k_pacing != 2'd0 && (!has_device || {26'd0, k_line} >= REQUEST_LINES);
  wire bad_device = has_device && (|(k_dev & unit_mask) || (32'd1 << k_unit) > W);
  wire bad_base = !k_len[3] || (has_device && |((k_len[2:0] | k_memory) & unit_mask));
  wire bad_table = !k_count_mem[ch] || k_desc_mem[ch] != 4'd0;
  assign bad = bad_types || bad_pacing || bad_device || (k_mode == 2'd1 || k_mode == 2'd2 ? bad_table : bad_base);

  integer k;
  initial
    for (k = 0; k < CHANNELS; k = k + 1) begin
      k_conf_mem[k]  = 10'd0;
      k_line_mem[k]  = 6'd0;
      k_dev_mem[k]   = 3'd0;
      k_src_mem[k]   = 3'd0;
      k_dst_mem[k]   = 3'd0;
      k_len_mem[k]   = 4'd0;
      k_desc_mem[k]  = 4'd0;
      k_count_mem[k] = 1'b0;
    end
  always @(posedge aclk)
    if (cw_valid && cw_priv) begin
      if (cw_reg == `WL_GRANT_GRANT_NR) k_line_mem[cw_ch] <= cw_data[13:8];
      if (cw_reg == `WL_GRANT_DEV_ADDR_LO_NR) k_dev_mem[cw_ch] <= cw_data[2:0];
    end else if (cw_valid)
      case (cw_reg)
        `WL_CHANNEL_CONFIG_NR: k_conf_mem[cw_ch] <= {cw_data[11:8], cw_data[7:4], cw_data[1:0]};
        `WL_CHANNEL_SRC_LO_NR: k_src_mem[cw_ch] <= cw_data[2:0];
        `WL_CHANNEL_DST_LO_NR: k_dst_mem[cw_ch] <= cw_data[2:0];
        `WL_CHANNEL_LENGTH_NR: k_len_mem[cw_ch] <= {|cw_data, cw_data[2:0]};
        `WL_CHANNEL_DESC_LO_NR: k_desc_mem[cw_ch] <= cw_data[3:0];
        `WL_CHANNEL_DESC_COUNT_NR: k_count_mem[cw_ch] <= |cw_data[15:0];
        default: ;
      endcase

endmodule

`resetall
