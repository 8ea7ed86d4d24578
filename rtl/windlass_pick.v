/*
 * windlass_pick: the first of N, in two levels.
 *
 * Purpose: among those that want, the first one that is also preferred, else the first. The answer is one-hot and a
 * number. Groups of eight are searched side by side, the preferred and all of them side by side, so that nothing
 * waits for anything but the last choice.
 * Goal: 64 candidates in about seven LUTs.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_pick #(
    parameter N  = 4,  // candidates
    parameter IW = 2   // width of a number
) (
    input  wire [ N-1:0] want,    // who wants
    input  wire [ N-1:0] prefer,  // who comes first, if he wants
    output wire          any,     // somebody wants
    output wire [ N-1:0] hot,     // the chosen one, one-hot; zero if nobody wants
    output wire [IW-1:0] number   // his number
);
  localparam GROUPS = (N + 7) / 8;
  localparam P = GROUPS * 8;

  // ---------------------------------------------------------------- both searches
  wire [2*P-1:0] field = {{P - N{1'b0}}, want, {P - N{1'b0}}, want & prefer};
  wire [2*P-1:0] first;  // first of its group
  wire [2*GROUPS-1:0] have;  // the group has one
  wire [6*GROUPS-1:0] place;  // number of the first within its group
  genvar g;
  generate
    for (g = 0; g < 2 * GROUPS; g = g + 1) begin : g_group
      wire [7:0] f = field[8*g+:8];
      wire low = |f[3:0];
      assign first[8*g+:8] = {
        f[7] && !low && !f[6] && !f[5] && !f[4],
        f[6] && !low && !f[5] && !f[4],
        f[5] && !low && !f[4],
        f[4] && !low,
        f[3] && !f[2] && !f[1] && !f[0],
        f[2] && !f[1] && !f[0],
        f[1] && !f[0],
        f[0]
      };
      assign have[g] = low || |f[7:4];
      assign place[3*g+:3] = {
        !low, low ? !f[0] && !f[1] : !f[4] && !f[5], low ? !f[0] && (f[1] || !f[2]) : !f[4] && (f[5] || !f[6])
      };
    end
  endgenerate

  // ---------------------------------------------------------------- first group of each, then the choice
  wire [2*GROUPS-1:0] lead;
  generate
    for (g = 0; g < GROUPS; g = g + 1) begin : g_lead
      if (g == 0) begin : g_zero
        assign lead[0] = have[0];
        assign lead[GROUPS] = have[GROUPS];
      end else begin : g_more
        assign lead[g] = have[g] && ~|have[g-1:0];
        assign lead[GROUPS+g] = have[GROUPS+g] && ~|have[GROUPS+g-1:GROUPS];
      end
    end
  endgenerate

  wire some = |have[GROUPS-1:0];  // a preferred one
  assign any = |have[2*GROUPS-1:GROUPS];

  wire [P-1:0] chosen;
  reg  [  5:0] at;
  generate
    for (g = 0; g < P; g = g + 1) begin : g_hot
      assign chosen[g] = some ? first[g] && lead[g/8] : first[P+g] && lead[GROUPS+g/8];
    end
  endgenerate
  assign hot = chosen[N-1:0];

  integer i;
  always @* begin
    at = 6'd0;
    for (i = 0; i < GROUPS; i = i + 1)
    if (some ? lead[i] : lead[GROUPS+i]) at = at | {i[2:0], some ? place[3*i+:3] : place[3*(GROUPS+i)+:3]};
  end
  assign number = N > 1 ? at[IW-1:0] : {IW{1'b0}};

endmodule

`resetall
