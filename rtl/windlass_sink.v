/*
 * windlass_sink: whether an ending cuts the packet of a stream out short.
 *
 * Purpose: the packet that a stream out has begun ends with the work that gives to it, so when work ends by an error or before its end, the
 * stream must be told if the channel gives to one. Without STREAMS there is nothing.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_sink #(
    parameter STREAMS = 0,  // channels 0..STREAMS-1 have streams
    parameter CH_W = 2  // width of a channel number
) (
    input wire aclk,  // clock
    input wire aresetn,  // synchronous reset, active low
    input wire config_we,  // CONFIG is written
    input wire [CH_W-1:0] config_ch,  // of this channel
    input wire [31:0] config_data,  // value
    input wire end_valid,  // a channel has ended
    input wire [CH_W-1:0] end_ch,  // which
    input wire end_cut,  // by an error or before its end
    output wire cut_valid  // at once: the packet of its stream out ends here
);
  generate
    if (STREAMS != 0) begin : g_built
      reg [STREAMS-1:0] sink_reg;
      wire [STREAMS-1:0] sink_at = sink_reg >> end_ch;
      integer s;
      always @(posedge aclk)
        for (s = 0; s < STREAMS; s = s + 1)
          if (!aresetn) sink_reg[s] <= 1'b0;
          else if (config_we && config_ch == s[CH_W-1:0]) sink_reg[s] <= config_data[7:6] == 2'd2;
      assign cut_valid = end_valid && end_cut && sink_at[0];
    end else begin : g_none
      assign cut_valid = 1'b0;
    end
  endgenerate

endmodule

`resetall
