/*
 * windlass_parameters: refuses parameters that cannot work.
 *
 * Purpose: has no logic. A parameter of windlass.v that is out of its range ends elaboration with the name of a module that does not
 * exist, and that name says what the parameter must be: every tool shows it, and Verilog-2005 has no other message at elaboration.
 */
`resetall
`timescale 1ns / 1ps
`default_nettype none

module windlass_parameters #(
    parameter CHANNELS = 4,  // channels, 1..64
    parameter DATA_WIDTH = 64,  // width of both memory buses in bits: 32, 64, 128, 256 or 512
    parameter ADDR_WIDTH = 32,  // width of a byte address in bits, 32..64
    parameter ID_WIDTH = 4,  // width of AXI IDs in bits, 1 or more: 0 data, 1 descriptors on a shared port, 2 bus masters
    parameter MAP_REGISTERS = 256,  // entries of the translation table, 0..4096; 0 removes the map unit
    parameter REQUEST_LINES = 4,  // device request lines, 0..64
    parameter STREAMS = 0,  // channels 0..STREAMS-1 have a stream in and a stream out, 0..CHANNELS
    parameter STREAM_BEATS = 64,  // words of the queue of each stream, a power of two, 16..4096
    parameter MAX_BURST = 64,  // beats of the longest burst, 1..256
    parameter OUTSTANDING = 32,  // reads and writes in flight, each, 1..64
    parameter BUFFER_BEATS = 512,  // words of the data buffer, a power of two, at least 2*MAX_BURST and 32
    parameter DESC_SHARED = 0,  // 1: descriptors use m_axi too, with ID 1; m_axi_desc is idle
    parameter DESC_PREFETCH = 64,  // descriptors fetched ahead per channel, a power of two, 4..256
    parameter DESCRIPTORS = 1,  // 1: table and ring mode; 0: m_axi_desc is idle
    parameter AUTO_INIT = 1,  // 1: auto-initialize mode
    parameter TWO_D = 0,  // 1: 2-D copies
    parameter CRC = 0,  // 1: CRC32C and COMPARE
    parameter COUNTERS = 1,  // 1: BURSTS and stall counters
    parameter BUS_MASTERS = 0,  // devices that move their own data through s_axi_dev, 0..8; 0 removes it
    parameter DEV_ID_WIDTH = 8,  // width of the AXI IDs on s_axi_dev in bits, 3..16; the upper three are the bus master's number
    parameter DEV_BEATS = 256  // words that s_axi_dev keeps each way, a power of two, 32..4096
) ();
  generate
    if (CHANNELS < 1 || CHANNELS > 64) begin : g_e0
      windlass_error_CHANNELS_must_be_1_to_64 error_i ();
    end
    if (DATA_WIDTH != 32 && DATA_WIDTH != 64 && DATA_WIDTH != 128 && DATA_WIDTH != 256 && DATA_WIDTH != 512) begin : g_e1
      windlass_error_DATA_WIDTH_must_be_32_64_128_256_or_512 error_i ();
    end
    if (ADDR_WIDTH < 32 || ADDR_WIDTH > 64) begin : g_e2
      windlass_error_ADDR_WIDTH_must_be_32_to_64 error_i ();
    end
    if (MAP_REGISTERS < 0 || MAP_REGISTERS > 4096) begin : g_e3
      windlass_error_MAP_REGISTERS_must_be_0_to_4096 error_i ();
    end
    if (REQUEST_LINES < 0 || REQUEST_LINES > 64) begin : g_e4
      windlass_error_REQUEST_LINES_must_be_0_to_64 error_i ();
    end
    if (STREAMS < 0 || STREAMS > CHANNELS) begin : g_e20
      windlass_error_STREAMS_must_be_0_to_CHANNELS error_i ();
    end
    if (STREAM_BEATS < 16 || STREAM_BEATS > 4096 || (STREAM_BEATS & (STREAM_BEATS - 1)) != 0) begin : g_e21
      windlass_error_STREAM_BEATS_must_be_a_power_of_two_from_16_to_4096 error_i ();
    end
    if (MAX_BURST < 1 || MAX_BURST > 256) begin : g_e5
      windlass_error_MAX_BURST_must_be_1_to_256 error_i ();
    end
    if (OUTSTANDING < 1 || OUTSTANDING > 64) begin : g_e6
      windlass_error_OUTSTANDING_must_be_1_to_64 error_i ();
    end
    if (BUFFER_BEATS < 32 || BUFFER_BEATS < 2 * MAX_BURST || (BUFFER_BEATS & (BUFFER_BEATS - 1)) != 0) begin : g_e7
      windlass_error_BUFFER_BEATS_must_be_a_power_of_two_of_at_least_32_and_2_x_MAX_BURST error_i ();
    end
    if (DESC_PREFETCH < 4 || DESC_PREFETCH > 256 || (DESC_PREFETCH & (DESC_PREFETCH - 1)) != 0) begin : g_e8
      windlass_error_DESC_PREFETCH_must_be_a_power_of_two_from_4_to_256 error_i ();
    end
    if (ID_WIDTH < 1) begin : g_e9
      windlass_error_ID_WIDTH_must_be_at_least_1 error_i ();
    end
    if (BUS_MASTERS < 0 || BUS_MASTERS > 8) begin : g_e30
      windlass_error_BUS_MASTERS_must_be_0_to_8 error_i ();
    end
    if (BUS_MASTERS > 0 && ID_WIDTH < 2) begin : g_e31
      windlass_error_ID_WIDTH_must_be_at_least_2_with_BUS_MASTERS error_i ();
    end
    if (DEV_ID_WIDTH < 3 || DEV_ID_WIDTH > 16) begin : g_e32
      windlass_error_DEV_ID_WIDTH_must_be_3_to_16 error_i ();
    end
    if (DEV_BEATS < 32 || DEV_BEATS > 4096 || (DEV_BEATS & (DEV_BEATS - 1)) != 0) begin : g_e33
      windlass_error_DEV_BEATS_must_be_a_power_of_two_from_32_to_4096 error_i ();
    end
    if (DESC_SHARED != 0 && DESC_SHARED != 1) begin : g_e10
      windlass_error_DESC_SHARED_must_be_0_or_1 error_i ();
    end
    if (DESCRIPTORS != 0 && DESCRIPTORS != 1) begin : g_e11
      windlass_error_DESCRIPTORS_must_be_0_or_1 error_i ();
    end
    if (AUTO_INIT != 0 && AUTO_INIT != 1) begin : g_e12
      windlass_error_AUTO_INIT_must_be_0_or_1 error_i ();
    end
    if (TWO_D != 0 && TWO_D != 1) begin : g_e13
      windlass_error_TWO_D_must_be_0_or_1 error_i ();
    end
    if (COUNTERS != 0 && COUNTERS != 1) begin : g_e14
      windlass_error_COUNTERS_must_be_0_or_1 error_i ();
    end
    if (CRC != 0 && CRC != 1) begin : g_e17
      windlass_error_CRC_must_be_0_or_1 error_i ();
    end
  endgenerate

endmodule

`resetall
