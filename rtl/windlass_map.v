/*
 * windlass_map: translates logical addresses page by page (manual, section 3).
 *
 * Purpose: a table of {page, owner, write, read, valid}. Port a looks sources up, port b destinations, each every
 * cycle. Descriptor fetches, write-backs and register reads (port x) use port a in a cycle in which it is idle, and
 * ask the front for one if they have to wait.
 * REVOKE is fenced: it stays busy until everything that was looked up before has ended.
 * Goal: a look-up costs two cycles of latency and no throughput; block RAM outputs go straight into registers.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_map #(
    parameter CH_W          = 2,    // width of a channel number
    parameter ADDR_WIDTH    = 32,   // address, bits
    parameter MAP_REGISTERS = 256,  // entries, 0..4096; 0: addresses pass unchanged
    parameter SEQ_W         = 10    // width of the fence's counters: more than what can be in flight
) (
    input  wire                  aclk,         // clock
    input  wire                  aresetn,      // synchronous reset, active low
    // port a: sources
    input  wire                  a_valid,      // look up
    input  wire [ADDR_WIDTH-1:0] a_addr,       // logical address
    input  wire [      CH_W-1:0] ab_ch,        // channel, both ports
    input  wire                  ab_bypass,    // not translated, both ports
    output wire [ADDR_WIDTH-1:0] a_paddr,      // two cycles later: physical address
    output wire [           3:0] a_err,        // or 5 invalid, 6 owner, 7 permission
    output wire                  a_hold,       // please leave port a idle
    // port b: destinations
    input  wire [ADDR_WIDTH-1:0] b_addr,       // logical address
    output wire [ADDR_WIDTH-1:0] b_paddr,      // two cycles later: physical address
    output wire [           3:0] b_err,        // or the error
    // port x: descriptors
    input  wire                  x_valid,      // look up; stays until x_done
    input  wire [ADDR_WIDTH-1:0] x_addr,       // logical address
    input  wire [      CH_W-1:0] x_ch,         // channel
    input  wire                  x_bypass,     // not translated
    input  wire                  x_write,      // needs permission to write, else to read
    output reg                   x_done,       // result is there
    output reg  [ADDR_WIDTH-1:0] x_paddr,      // physical address
    output reg  [           3:0] x_err,        // or the error
    output wire                  flt_valid,    // the look-up was refused
    output wire                  flt_write,    // it was a write
    output wire [           3:0] flt_cause,    // error
    output wire [      CH_W-1:0] flt_ch,       // channel
    output wire [ADDR_WIDTH-1:0] flt_addr,     // logical address
    // registers
    input  wire                  ent_valid,    // read an entry; stays until ent_done
    input  wire [          11:0] ent_index,    // which
    output reg                   ent_done,     // it is there
    output reg  [          31:0] ent_lo,       // word 0
    output reg  [          31:0] ent_hi,       // word 1
    input  wire                  mw_valid,     // write an entry
    input  wire [          11:0] mw_index,     // which
    input  wire [          31:0] mw_lo,        // word 0
    input  wire [          31:0] mw_hi,        // word 1
    input  wire                  cmd_fill,     // FILL
    input  wire                  cmd_revoke,   // REVOKE
    input  wire [          11:0] cmd_index,    // first entry
    input  wire [          12:0] cmd_count,    // entries
    input  wire [          31:0] cmd_page_lo,  // first page
    input  wire [          31:0] cmd_page_hi,  // its upper half
    input  wire [          31:0] cmd_flags,    // flags
    output wire                  map_busy,     // clearing, filling or revoking
    // fence: what was looked up, what has ended
    input  wire                  piece_issue,  // a piece was looked up
    input  wire                  piece_end,    // a piece has ended
    input  wire                  fetch_issue,  // a descriptor burst was looked up
    input  wire                  fetch_end,    // it has ended
    input  wire                  wback_issue,  // a write-back was looked up
    input  wire                  wback_end     // it has ended
);
  localparam AW = ADDR_WIDTH;
  localparam PAGE_W = AW - 12;
  localparam E_W = PAGE_W + 9;  // {page, owner, write, read, valid}

  generate
    if (MAP_REGISTERS == 0) begin : g_none
      reg [AW-1:0] a1_reg, a2_reg, b1_reg, b2_reg;
      reg x1_reg;
      assign a_paddr   = a2_reg;
      assign b_paddr   = b2_reg;
      assign a_err     = 4'd0;
      assign b_err     = 4'd0;
      assign a_hold    = 1'b0;
      assign map_busy  = 1'b0;
      assign flt_valid = 1'b0;
      assign flt_write = 1'b0;
      assign flt_cause = 4'd0;
      assign flt_ch    = {CH_W{1'b0}};
      assign flt_addr  = {AW{1'b0}};
      always @(posedge aclk) begin
        a1_reg <= a_addr;
        a2_reg <= a1_reg;
        b1_reg <= b_addr;
        b2_reg <= b1_reg;
        x_done <= x_valid && !x_done;
        x_paddr <= x_addr;
        x_err <= 4'd0;
        ent_done <= 1'b0;
        ent_lo <= 32'd0;
        ent_hi <= 32'd0;
        if (!aresetn) x_done <= 1'b0;
      end
    end else begin : g_map
      localparam I_W = MAP_REGISTERS > 1 ? $clog2(MAP_REGISTERS) : 1;

      // ------------------------------------------------------------ table, one copy per port
      reg [E_W-1:0] a_mem[0:(1<<I_W)-1];
      reg [E_W-1:0] b_mem[0:(1<<I_W)-1];
      reg w_valid_reg;
      reg [I_W-1:0] w_index_reg;
      reg [E_W-1:0] w_entry_reg;

      // Port a serves the front, or in an idle cycle x or a register read.
      reg x_run_reg, ent_run_reg;  // the extra look-up is in the two cycles of its way
      reg [1:0] x_way_reg, ent_way_reg;
      wire x_want = x_valid && !x_run_reg && !x_done;
      wire ent_want = ent_valid && !ent_run_reg && !ent_done;
      wire x_go = x_want && !a_valid;
      wire ent_go = ent_want && !x_want && !a_valid;
      wire [AW-1:0] pa_addr = a_valid ? a_addr : x_addr;
      wire [I_W-1:0] pa_index = a_valid || !ent_go ? pa_addr[12+:I_W] : ent_index[I_W-1:0];
      reg [2:0] wait_reg;
      assign a_hold = wait_reg[2];

      reg [E_W-1:0] a_q_reg, b_q_reg;
      reg [AW-1:0] a1_reg, b1_reg;
      reg [CH_W-1:0] a1_ch_reg, b1_ch_reg;
      reg a1_bypass_reg, b1_bypass_reg, a1_write_reg;
      reg [E_W-1:0] a_e_reg, b_e_reg;
      reg [AW-1:0] a2_reg, b2_reg;
      reg [CH_W-1:0] a2_ch_reg, b2_ch_reg;
      reg a2_bypass_reg, b2_bypass_reg, a2_write_reg, a2_out_reg, b2_out_reg, a2_clear_reg;
      reg clear_reg;  // after reset: no entry counts until all are cleared

      always @(posedge aclk) begin
        if (w_valid_reg) begin
          a_mem[w_index_reg] <= w_entry_reg;
          b_mem[w_index_reg] <= w_entry_reg;
        end
        a_q_reg <= a_mem[pa_index];
        b_q_reg <= b_mem[b_addr[12+:I_W]];
        a1_reg <= pa_addr;
        a1_ch_reg <= a_valid ? ab_ch : x_ch;
        a1_bypass_reg <= a_valid ? ab_bypass : x_bypass;
        a1_write_reg <= !a_valid && x_write;
        b1_reg <= b_addr;
        b1_ch_reg <= ab_ch;
        b1_bypass_reg <= ab_bypass;

        a_e_reg <= a_q_reg;
        a2_reg <= a1_reg;
        a2_ch_reg <= a1_ch_reg;
        a2_bypass_reg <= a1_bypass_reg;
        a2_write_reg <= a1_write_reg;
        a2_out_reg <= clear_reg || a1_reg[AW-1:12] >= MAP_REGISTERS;
        a2_clear_reg <= clear_reg;
        b_e_reg <= b_q_reg;
        b2_reg <= b1_reg;
        b2_ch_reg <= b1_ch_reg;
        b2_bypass_reg <= b1_bypass_reg;
        b2_out_reg <= clear_reg || b1_reg[AW-1:12] >= MAP_REGISTERS;
      end

      wire [5:0] a_owner = {{6 - CH_W{1'b0}}, a2_ch_reg}, b_owner = {{6 - CH_W{1'b0}}, b2_ch_reg};
      assign a_paddr = a2_bypass_reg ? a2_reg : {a_e_reg[E_W-1:9], a2_reg[11:0]};
      assign a_err = a2_bypass_reg ? 4'd0 : a2_out_reg || !a_e_reg[0] ? 4'd5 : a_e_reg[8:3] != a_owner ? 4'd6 :
          !(a2_write_reg ? a_e_reg[2] : a_e_reg[1]) ? 4'd7 : 4'd0;
      assign b_paddr = b2_bypass_reg ? b2_reg : {b_e_reg[E_W-1:9], b2_reg[11:0]};
      assign b_err = b2_bypass_reg ? 4'd0 : b2_out_reg || !b_e_reg[0] ? 4'd5 : b_e_reg[8:3] != b_owner ? 4'd6 :
          !b_e_reg[2] ? 4'd7 : 4'd0;

      assign flt_valid = x_done && x_err != 4'd0;
      assign flt_write = x_write;
      assign flt_cause = x_err;
      assign flt_ch = x_ch;
      assign flt_addr = x_addr;

      wire [63:0] e_page = {{64 - AW{1'b0}}, a_e_reg[E_W-1:9], 12'd0};
      always @(posedge aclk) begin
        x_way_reg <= {x_way_reg[0], x_go};
        ent_way_reg <= {ent_way_reg[0], ent_go};
        x_run_reg <= (x_run_reg || x_go) && !x_way_reg[1];
        ent_run_reg <= (ent_run_reg || ent_go) && !ent_way_reg[1];
        x_done <= x_way_reg[1];
        x_paddr <= a_paddr;
        x_err <= a_err;
        ent_done <= ent_way_reg[1];
        ent_lo <= a2_clear_reg ? 32'd0 : e_page[31:0] | {22'd0, a_e_reg[8:3], 1'b0, a_e_reg[2:0]};
        ent_hi <= a2_clear_reg ? 32'd0 : e_page[63:32];
        wait_reg <= (x_want && !x_go) || (ent_want && !ent_go) ? (wait_reg[2] ? wait_reg : wait_reg + 3'd1) : 3'd0;
        if (!aresetn) begin
          x_way_reg <= 2'd0;
          ent_way_reg <= 2'd0;
          x_run_reg <= 1'b0;
          ent_run_reg <= 1'b0;
          x_done <= 1'b0;
          ent_done <= 1'b0;
          wait_reg <= 3'd0;
        end
      end

      // ------------------------------------------------------------ commands: CLEAR after reset, FILL, REVOKE, then the fence
      localparam [1:0] IDLE = 2'd0, WALK = 2'd1, SETTLE = 2'd2, FENCE = 2'd3;
      reg [1:0] state_reg;
      reg fence_reg, fill_reg;
      reg [12:0] left_reg;
      reg [I_W:0] at_reg;
      reg [PAGE_W-1:0] page_reg;
      reg [8:0] flags_reg;
      reg [2:0] settle_reg;
      reg [SEQ_W-1:0] pi_reg, pe_reg, fi_reg, fe_reg, wi_reg, we_reg, ps_reg, fs_reg, ws_reg;
      wire [63:0] page64 = {cmd_page_hi, cmd_page_lo}, mw64 = {mw_hi, mw_lo};
      // Reached: the count of the ended has passed the snapshot, in modular arithmetic.
      wire [SEQ_W-1:0] p_gap = pe_reg - ps_reg, f_gap = fe_reg - fs_reg, w_gap = we_reg - ws_reg;
      wire drained = !p_gap[SEQ_W-1] && !f_gap[SEQ_W-1] && !w_gap[SEQ_W-1];
      wire walk_end = left_reg == 13'd0 || {{31 - I_W{1'b0}}, at_reg} >= MAP_REGISTERS;

      assign map_busy = state_reg != IDLE;

      always @(posedge aclk) begin
        w_valid_reg <= 1'b0;
        case (state_reg)
          IDLE: begin
            clear_reg <= 1'b0;
            if (mw_valid) begin
              w_valid_reg <= 1'b1;
              w_index_reg <= mw_index[I_W-1:0];
              w_entry_reg <= {mw64[AW-1:12], mw_lo[9:4], mw_lo[2:0]};
            end
            at_reg <= {{1'b0}, cmd_index[I_W-1:0]};
            left_reg <= {20'd0, cmd_index} < MAP_REGISTERS ? cmd_count : 13'd0;
            page_reg <= page64[AW-1:12];
            flags_reg <= {cmd_flags[9:4], cmd_flags[2:0]};
            fence_reg <= cmd_revoke;
            fill_reg <= cmd_fill;
            if (cmd_fill || cmd_revoke) state_reg <= WALK;
          end
          WALK:
          if (walk_end) state_reg <= fence_reg ? SETTLE : IDLE;
          else begin
            w_valid_reg <= 1'b1;
            w_index_reg <= at_reg[I_W-1:0];
            w_entry_reg <= fill_reg ? {page_reg, flags_reg} : {E_W{1'b0}};
            at_reg <= at_reg + 1'b1;
            left_reg <= left_reg - 13'd1;
            page_reg <= page_reg + 1'b1;
          end
          // Look-ups that read the old entry have left the pipeline and are counted when this is over.
          SETTLE: begin
            settle_reg <= settle_reg + 3'd1;
            if (settle_reg == 3'd7) begin
              state_reg <= FENCE;
              ps_reg <= pi_reg;
              fs_reg <= fi_reg;
              ws_reg <= wi_reg;
            end
          end
          // A count that has been reached stays reached, however far it runs on while another is waited for.
          default: begin
            if (!p_gap[SEQ_W-1]) ps_reg <= pe_reg;
            if (!f_gap[SEQ_W-1]) fs_reg <= fe_reg;
            if (!w_gap[SEQ_W-1]) ws_reg <= we_reg;
            if (drained) state_reg <= IDLE;
          end
        endcase
        pi_reg <= pi_reg + {{SEQ_W - 1{1'b0}}, piece_issue};
        pe_reg <= pe_reg + {{SEQ_W - 1{1'b0}}, piece_end};
        fi_reg <= fi_reg + {{SEQ_W - 1{1'b0}}, fetch_issue};
        fe_reg <= fe_reg + {{SEQ_W - 1{1'b0}}, fetch_end};
        wi_reg <= wi_reg + {{SEQ_W - 1{1'b0}}, wback_issue};
        we_reg <= we_reg + {{SEQ_W - 1{1'b0}}, wback_end};
        if (!aresetn) begin
          state_reg <= WALK;
          fence_reg <= 1'b1;
          clear_reg <= 1'b1;
          fill_reg <= 1'b0;
          left_reg <= 13'd4096;
          at_reg <= {I_W + 1{1'b0}};
          page_reg <= {PAGE_W{1'b0}};
          flags_reg <= 9'd0;
          settle_reg <= 3'd0;
          w_valid_reg <= 1'b0;
          pi_reg <= {SEQ_W{1'b0}};
          pe_reg <= {SEQ_W{1'b0}};
          fi_reg <= {SEQ_W{1'b0}};
          fe_reg <= {SEQ_W{1'b0}};
          wi_reg <= {SEQ_W{1'b0}};
          we_reg <= {SEQ_W{1'b0}};
          ps_reg <= {SEQ_W{1'b0}};
          fs_reg <= {SEQ_W{1'b0}};
          ws_reg <= {SEQ_W{1'b0}};
        end
      end
`ifdef PROVE_MAP
      `include "windlass_map.svh"
`endif
    end
  endgenerate

endmodule

`resetall
