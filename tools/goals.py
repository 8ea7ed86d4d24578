"""What the engine is to reach, beside what an ideal copier and the best open cores reach on the same memory model, and why a goal is missed.

Utilisation is on a 64-bit bus with one channel and 16-byte descriptors; "best" is the best open core measured, with its commands given at a
port for free and with descriptors in memory.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """Least utilisation at one latency; `ceiling` is the ideal copier, `port` and `memory` the best open core where it was measured."""

    least: float
    ceiling: float
    port: float | None = None
    memory: float | None = None


@dataclass(frozen=True)
class Work:
    """A kind of work: `goals` by latency, `shared` the same with descriptors on the data port."""

    name: str
    work: str
    fragment_bytes: int
    unaligned: bool
    goals: dict[int, Goal]
    shared: dict[int, Goal]


COUNT = 256
TABLE = f"{COUNT} descriptors"
WORKS = [
    Work("64 B", TABLE, 64, False,
         {1: Goal(0.985, 0.998, 0.999, 0.994), 10: Goal(0.97, 0.99), 50: Goal(0.915, 0.95), 100: Goal(0.855, 0.91, 0.911, 0.295)},
         {1: Goal(0.78, 0.8), 100: Goal(0.69, 0.8)}),
    Work("16 B", TABLE, 16, False,
         {1: Goal(0.94, 0.992, 0.994, 0.495), 10: Goal(0.89, 0.96), 50: Goal(0.72, 0.83), 100: Goal(0.44, 0.522, 0.311, 0.074)}, {}),
    Work("256 B", TABLE, 256, False, {1: Goal(0.99, 1.0, 1.0, 0.998), 100: Goal(0.955, 0.976, 0.976, 0.952)}, {}),
    Work("4096 B", TABLE, 4096, False, {1: Goal(0.998, 1.0, 1.0, 1.0), 100: Goal(0.995, 0.999, 0.999, 0.997)}, {}),
    Work("256 B, every alignment", TABLE, 256, True, {1: Goal(0.965, 0.973, 0.967, 0.965), 100: Goal(0.935, 0.951, 0.944, 0.922)}, {}),
    Work("64 B, every alignment", TABLE, 64, True, {1: Goal(0.885, 0.899, 0.888, 0.884), 100: Goal(0.785, 0.828, 0.818, 0.295)}, {}),
    Work("one 64 KiB copy, register mode", "register mode", 65536, False,
         {1: Goal(0.997, 1.0, 1.0), 100: Goal(0.972, 0.976, 0.976)}, {}),
]  # fmt: skip
MAP_LOSS = 0.01  # most that translation may cost
LAUNCH = {"start to AR": 4, "descriptor AR": 3, "data AR": 10, "completion": 26}  # cycles at most, L=1, translation on
DELIVERED = 1000  # MB/s at least, 64 B, L=100
BEST_DELIVERED = 323  # of the best open core there
CLOCK_GOAL = 150  # MHz on ECP5 speed 6, every configuration
CLOCK_STRETCH = 200
CONFIGURATIONS = ("minimal", "typical", "full16", "full64", "wide")  # of make synth-size
SINGLE = "single"  # beside them: no more than the rows of utilisation without translation need
AREA = {
    "one": ("one channel: registers, descriptors, auto-init, no map unit: LUT", 1500),
    "further": ("each further channel: LUT (8 channels less 1, by 7)", 150),
    "later": ("each channel behind the eighth: LUT (16 channels less 8, by 8)", 150),
    "map": ("map unit: LUT besides RAM (64 registers less none)", 150),
}  # xc7 LUT at most

CAUSES: dict[str, str] = {
    "clock typical": "no end but one has more than four LUTs in front of it. Two seeds, 135.4 and 137.2, end with a register write on its way to the lines of its channel (wires of 1.7 and 2.2 ns), the third, 108.8, with the end of a piece, from the cut to the scheduler: four LUTs and wires of 2.7 and 2.3 ns, "
    "because the two lie 30 rows apart there. Six placements of nearly equal RTLs: 116 to 134 MHz, the slowest two by that path. Whether a channel is ready, found out for both cases of the cut, took that path away, and others ended the placements at the same clock (below).",
    "clock full16": "the deepest ends had ten LUTs in front of them, and nets to the streams' queues crossed the device (69 MHz); with eight at most and a register in front of the queues it came to 94 to 98, with seven to 104 in one seed. Its routing is slow: by nextpnr's own clock 4 minutes for seed 1, 12 for seed 2, 35 for seed 3, with other work beside it. What is left: the end of a piece, from the cut to the scheduler "
    "(wires of 3.2 and 2.1 ns, seed 1), and which channel is cleared, on its way to who is picked (two of 1.5).",
    "clock full64": "64 channels with everything are more than an LFE5U-85F has: 88,986 LUT of 83,640, 424 block RAMs of 208. Two streams a channel take 384 of the 424.",
    "clock wide": "the 64 lanes of the buffer are spread over the device, and so are the 512 bits of descriptors: which one of a word is next goes to whether the word is used up over wires of 2.5 to 4 ns, and a descriptor from its place in the word to a block RAM of its queue over one of 2.2. "
    "That no descriptor is cut as it leaves its block RAM, that writes have a flip-flop for each kind, and what else is in the changelog brought it from 96 to 107, 100 on the next RTLs, and 102 to 106 now; two of three seeds end with whether a lane is bad, from the buffer to whether its channel has failed (wires of 3.8 and 4.3).",
    "clock single": "no end has more than four LUTs in front of it. The three seeds end with the end of a piece, from the cut to the scheduler (a wire of 1.9 ns), with the rows of a piece, from their adder to a block RAM (2.2), and with a register's word, from its block RAM to the adder that reads go through (2.5). "
    "Block RAMs lie in rows that are 24 apart, and the 20 of this build pull it apart. Nearly equal RTLs: 127 to 149 MHz; six seeds of the one before the last two changes: 133.4 to 148.5, 141.6 in the mean, and of one before four LUTs were enough 128.0 to 144.1, 139.1 in the mean.",
    "area one": "every rule of errors, residues, time-outs, periods and coalescing is there whatever is switched off. It takes 113 LUT more than before what is known late was asked last. Module by module, on an RTL before that, before the hierarchy is dissolved (4,032 in all): front with cut, hand-over and addresses 957, descriptor fetch and queue 738, registers 482, writes and their responses 368, "
    "commit 358, read 345, retire with the interrupts 334, landing with its turn of lanes 295. Dissolved it was 4,033 before multiplexers behind the look-up, a queue of fence values, duplicate adders and fields that were kept twice went. One adder and address RAM shared by front and "
    "commit would be the next step, and 1,500 needs an engine built around it.",
    "area further": "it is what the second to the eighth take; behind them a channel takes 129.9, because the state of the channels is in a dozen distributed RAMs of 32 places, which are paid for with the second: 96 LUT for each of the seven. The rest is mostly what decides who can go (61: a scheduler with that state in RAM too was tried, saved 10 and was not as safe), "
    "the logic of descriptor fetch and queue (32), and interrupts, rates, reads and resets (5 to 8 each), some of which are seen for all channels at once. It was 317 with the interrupts' status and enable, flags of retire and laps in flip-flops, and pacing built without request lines.",
    "area map": "two look-ups a cycle that see a write of the same cycle, the walk of FILL and REVOKE, lock bits, fence and fault record; the table itself is RAM. It was 515 with one register and a multiplexer for the addresses of all faults.",
    "delivered": "utilisation is at its goal; the clock is not: 1,000 MB/s need 144.3 MHz, which one channel without a map unit has. Three times the best open core, 969 MB/s, need 139.8.",
}
"""Why a goal is missed and what was tried, by the key of report.goal_rows; a test fails when a missed goal of docs/performance.md has none."""

CLOCK = (
    "Three quarters of the longest paths is wire, about 1 ns a hop, and where they lie changes with the seed and with any change of the RTL: three seeds of one netlist differ by 1 to 17 MHz, and the medians of some ten nearly equal RTLs by 8 to 15. What is less than that says nothing of one change.",
    "What is decided late was found out in the cycle before, module by module: the smallest build came from 69 to about 145 MHz, the typical one from 75 to about 125. The mapper may make every end as deep as the deepest, to save area: so the few deepest decide for all, and each that went made others shallower.",
    "Used: registers inside block RAMs and multipliers; a placer that follows what is slowest more than by default; mapping for depth first (abc9 with &syn3; &synch2: some 5 MHz on the RTL where it was tried). Yosys takes a flip-flop's synchronous reset for a path to its output, had cut open what it took for loops (11 in one channel's build, none is one), and mapped what follows as if it came early: `tools/synthesis.py` takes that path out of its model, and WREADY, which went through six LUTs, goes through five.",
    "A next step would have to shorten wires: fewer decisions that modules far apart take in one cycle.",
)
"""What holds for the clock of all configurations."""

TRIED: dict[str, str] = {
    "other placers, the other router, a smaller device, other weights of the placer, timing-driven rip-up, copies of flip-flops with many loads, retiming, other mapping scripts, a delay for distributed RAM (yosys' model says none)": "nothing that is more than the noise",
    "half as many late ends (typical: 85 of 166, counted as if a hop took 0.85 ns; 16 channels: 4 of the 15 deepest)": "typical 125.4, 124.5 (127.3, 128.1 before; seeds 1, 2); 16 channels 92.8 (95.1; seed 1): depth is no longer what decides",
    "LUTs of four inputs in front of flip-flops instead of multiplexers, so that they can lie in one slice": "typical 122.3, 122.5",
    "no wide multiplexers at all": "typical 112.9, 118.2, 120.8",
    "a mapping without area recovery, 6 to 10 % larger": "typical 125.7, single 144.3 (medians); later, on other RTLs, typical 122.7 and 128.9, single 146.5 and 136.9, minimal 147.6",
    "what was longest before placing, counted with 0.9 ns a wire: the next place of a descriptor kept instead of added, commit's carry only where it decides, clears in front of enables, a queue's count without carries, an error's place counted as words come": "kept: that count 7.8 to 7.3 ns in single; in the mean of six seeds 136.8 to 139.1; typical no change that is more than the noise",
    "the cut's three findings about words as one number, and the level of the queue in front of the reads found out for both cases of what comes late": "kept: single 143.0 (138.0 before; medians); behind that number lies the longest path of four of twelve seeds now",
    "what is known late asked last, in one LUT behind what is known early and is held apart from it, wherever the estimate before placing was longest": "kept: that estimate 7.6 to 6.5 ns in single, 7.6 to 6.9 in typical, 7.0 to 6.5 in minimal; in the mean of six seeds minimal 151 (147.5 before, three seeds), single 139.1 to 141.6; typical, three seeds, 128.1 to 131.2",
    "a LUT less behind the block RAMs of the buffer, where two of three seeds ended": "kept: single 139.1 to 146.1 (medians)",
    "a register in front of the block RAM of the writes in flight": "not kept: a copy of 16 bytes at latency 1 takes a cycle more, and so does doorbell to completion",
    "placing without regard to what flip-flops share (control sets)": "the same placements",
    "records that leave the queue of writes a cycle after they are taken, a channel's error looked up a cycle earlier, the lanes of the next row from the piece's record, counts a cycle late, commit's adder cleared without its enable in front; some or all together": "typical 122 to 131, single 137 to 144, minimal 147",
    "one flip-flop for two findings of the cut": "typical 111 (seed 1)",
    "whether a channel may go again found out for both cases of the cut, the limit of a device compared with one carry, the line of an acknowledge from a small RAM, register writes to the lines a cycle late; then lengths of the cut without a comparison behind the flip-flops": "not kept: seeds 1 to 3, single 148.1, 142.1, 142.0, then 148.4, 144.2, 151.5 (145.1, 148.9, 146.1 before); minimal 140.7, 149.9, 152.6, then 144.8, 148.9, 151.2 (147.9, 152.4, 157.5); typical 137.5, 124.5, 130.6, then 134.9, 115.1, 131.0 (135.4, 137.2, 108.8). The way from the cut to the scheduler ends none of the last nine; whether a lane is bad, from the buffer to its write's result, ends three",
    "the mapper with 128 cuts a node instead of 8, so that no end of typical has more than four LUTs in front of it, with yosys' delays for the pins of a LUT and with equal ones, which nextpnr sees; equal ones and 8 cuts, with 2 % fewer LUTs": "not kept: typical, seeds 1 to 3, 115.2, 128.2, 118.3; 137.9, 122.1, 127.8; 124.6, 122.9, 121.9 (137.5, 124.5, 130.6 for that RTL)",
    "all block RAMs in one row, in the order of what they belong to (the placer sets them into rows that are 24 apart)": "typical 123.6, 127.7, 119.1 (123.6, 119.2, 122.3 before); minimal 134.7 to 137.7 (144.0 to 149.4)",
    "the channel of a write in flight not taken for the address register of a small RAM, as some mappings did, which left the block RAM of the writes in flight without its output register (5.8 ns to its answer instead of 1.0)": "kept: with 512 bits, 4 and 16 channels; 125 MHz at most before",
}
"""What was tried for the clock: MHz by configuration."""
