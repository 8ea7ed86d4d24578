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
    "clock": "three quarters of the longest paths is wire, about 1 ns a hop, and where they lie changes with the seed and with any change of the RTL: three seeds of one netlist differ by 1 to 17 MHz, and on nearly equal RTLs the "
    "smallest build's median was 141 to 149 MHz (150.4 on an earlier one), the typical one's 119 to 134, that of one channel without a map unit 130 to 145, on some ten RTLs each. Counted in the netlist, none of these three has an end with more than five LUTs in front of it; of five LUTs they have 1, 109 and 68 ends, and even a mapping for the least depth everywhere leaves 29 families of such ends in the typical build. "
    "What the slowest seeds end with now is, in the typical build, the end of a piece to the scheduler (four LUTs, a wire of 2.7 ns), the address of the descriptor queue, and the interrupt line; with one channel, commit's adder and what follows its carry; in the smallest, an error's code to the reset of that adder (a wire of 2.1 ns), "
    "a bad lane to what is kept of a write, and the turn of a word to the address of the next row. What is decided late was found out in the "
    "cycle before, module by module: the smallest build came from 69 to about 145 MHz, the typical one from 75 to about 125. "
    "Yosys had cut open what it took for loops, which are none (a flip-flop's synchronous reset; 11 in one channel's build), and mapped what follows as if it came early: on the RTL where it was found WREADY went through six LUTs to the queue of what waits to be written; now nothing has six. That no descriptor is cut as it leaves its block RAM, that writes have a flip-flop for each kind, and what else is in the changelog brought 512 bits from 96 to 107, and 100 on the next RTL; mapping for depth first (abc9 with &syn3; &synch2) gave some 5 MHz of that on the RTL where it was tried. "
    "The mapper may make every end as deep as the deepest, to save area: so the few deepest decide for all, and each that went made others shallower. "
    "Registers inside block RAMs and multipliers and a timing-driven placer are used already; other placers, the other router, a smaller device, other weights of the placer, timing-driven rip-up, copies of flip-flops with many loads, retiming, "
    "other mapping scripts, and a delay for distributed RAM (yosys' model says none) gained nothing that is more than that noise. "
    "Depth is no longer what decides: variants of the RTL with half as many late ends (typical: 85 of 166, counted as if a hop took 0.85 ns; 16 channels: 4 ends of the 15 deepest) were "
    "placed at 125.4 and 124.5 MHz (typical, seeds 1 and 2) and 92.8 (16 channels, seed 1), where the RTL that they came from had 127.3, 128.1 and 95.1, so they were dropped. LUTs of four inputs in front of flip-flops instead of multiplexers, so that they can lie in one slice: 122.3 and 122.5; "
    "no wide multiplexers at all: 112.9, 118.2, 120.8; a mapping without area recovery, 6 to 10 % larger: 125.7 (typical), 144.3 (one channel without a map unit). "
    "Records that leave the queue of writes a cycle after they are taken, a channel's error looked up a cycle earlier, the lanes of the next row from the piece's record, counts a cycle late, and commit's adder cleared without its enable in front, some or all together: 122 to 131 (typical), 137 to 144 (one channel), 147 (the smallest); "
    "a cut with one flip-flop for two of its findings: 111 (typical, seed 1). "
    "The placer sets block RAMs into rows that are 24 apart, and one of the three of the descriptor queue far from the logic that it feeds; all of them fixed in one row, in the order of what they belong to: 123.6, 127.7, 119.1 instead of 123.6, 119.2, 122.3 (typical), 134.7 to 137.7 instead of 144.0 to 149.4 (the smallest). A next step would have to shorten wires: fewer decisions that modules far apart take in one cycle. "
    "With 16 channels and everything built the deepest ends had ten LUTs in front of them, and nets to the streams' queues crossed the device (69 MHz); with eight at most and a register in front of the queues it came to 94 to 98. What is left there: who is picked to the choice among the streams (a wire of 2.8 ns), and START through the decoded channel number to what is kept of each channel's marks. 512 bits: the 64 lanes of the buffer are spread over the device: a word's turn comes to them over wires of 6 ns, and a descriptor from its place in the word to a block RAM of its queue that lies 22 rows off over one of 3.8; "
    "some of it was another matter: in some mappings synthesis took the channel of a write in flight for the address register of a small RAM, built it twice, and left that block RAM without its output register (5.8 ns to its answer instead of 1.0; 4 and 16 channels too, 125 MHz at most). 64 channels with everything are more than an LFE5U-85F has (88,364 LUT of 83,640, 424 block RAMs of 208): two streams a channel take 384 of the 424 block RAMs.",
    "area one": "every rule of errors, residues, time-outs, periods and coalescing is there whatever is switched off: commit (337) and retire with the interrupts (327), descriptor fetch and queue (610), landing with its turn of lanes (320), read (280), "
    "front, cut and hand-over (510), registers (450). It was 4,033 before multiplexers behind the look-up, a queue of fence values, duplicate adders and fields that were kept twice went. One adder and address RAM shared by front and "
    "commit would be the next step, and 1,500 needs an engine built around it.",
    "area further": "it is what the second to the eighth take; behind them a channel takes 115.1, because the state of the channels is in a dozen distributed RAMs of 32 places, which are paid for with the second: 96 LUT for each of the seven. The rest is mostly what decides who can go (61: a scheduler with that state in RAM too was tried, saved 10 and was not as safe), "
    "the logic of descriptor fetch and queue (32), and interrupts, rates, reads and resets (5 to 8 each), some of which are seen for all channels at once. It was 317 with the interrupts' status and enable, flags of retire and laps in flip-flops, and pacing built without request lines.",
    "area map": "two look-ups a cycle that see a write of the same cycle, the walk of FILL and REVOKE, lock bits, fence and fault record; the table itself is RAM. It was 515 with one register and a multiplexer for the addresses of all faults.",
    "delivered": "utilisation is at its goal; the clock is not: 1,000 MB/s need 144.3 MHz. Three times the best open core, 969 MB/s, need 139.8: one channel without a map unit has it, the typical build does not.",
}
"""Why a goal is missed and what was tried, by the key of report.goal_rows; a test fails when a missed goal of docs/performance.md has none."""
