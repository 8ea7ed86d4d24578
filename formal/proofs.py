"""The proofs that `make formal` runs: what each says, of which module, at which parameters, and the bugs that it must catch."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bug:
    """A bug planted in a copy of the RTL: text of `file` that stands there once, and what replaces it."""

    name: str
    file: str
    old: str
    new: str
    says: str


@dataclass(frozen=True)
class Proof:
    """One proof. `depth` is the induction length of an unbounded proof, else the number of cycles that are examined."""

    name: str
    says: str
    top: str
    sources: tuple[str, ...]
    parameters: dict[str, int] = field(default_factory=dict)
    depth: int = 4
    cover_depth: int = 30
    unbounded: bool = True
    solver: str = "z3"
    timeout: int = 900
    slow: bool = False  # searching traces takes minutes: --quick proves only, and wants the proof of a planted bug not to go through
    bugs: tuple[Bug, ...] = ()


PROOFS = [
    Proof(
        "fifo", "each entry comes out once, as it went in, in its turn; the level is exact", "windlass_fifo",
        ("windlass_fifo.v",), {"DEPTH_LOG": 2, "WIDTH": 3},
        bugs=(Bug("pops_empty", "windlass_fifo.v", "assign get = out_valid && out_ready;", "assign get = out_ready;", "an empty queue is popped"),),
    ),
    Proof(
        "fifo_reg", "the same where the oldest entry lies in flip-flops", "windlass_fifo", ("windlass_fifo.v",),
        {"DEPTH_LOG": 2, "WIDTH": 3, "OUT_REG": 1},
        bugs=(Bug("overtakes", "windlass_fifo.v", "assign put = in_valid && (some || !free);", "assign put = in_valid && !free;", "an entry passes by others"),),
    ),
    Proof(
        "map", "a physical address without error comes from an entry that was valid, of that channel and with that permission, on each port; "
        "REVOKE leaves nothing", "windlass_map", ("windlass_map.v", "windlass_fence.v"),
        {"CH_W": 1, "ADDR_WIDTH": 14, "MAP_REGISTERS": 2, "SEQ_W": 7, "BUS_MASTERS": 1}, depth=4, cover_depth=30, slow=True,
        bugs=(
            Bug("owner", "windlass_map.v", "{b_master, b_e_reg[8:3]} != b_owner ? 4'd6 :", "1'b0 ? 4'd6 :", "the owner is not looked at"),
            Bug("permission", "windlass_map.v", "!(a2_write_reg ? a_e_reg[2] : a_e_reg[1])", "!a_e_reg[1]", "a write-back needs no permission to write"),
            Bug("beyond", "windlass_map.v", "b2_out_reg <= clear_reg || b1_reg >= MAP_REGISTERS", "b2_out_reg <= clear_reg", "a look-up beyond the table wraps"),
        ),
    ),
    Proof(
        "fence", "after a mark it waits until everything that had begun has ended (6 under way at most)", "windlass_fence", ("windlass_fence.v",),
        {"SEQ_W": 6}, depth=3, cover_depth=30,
        bugs=(Bug("soon", "windlass_fence.v", "if (mark) mark_reg <= begun_reg;", "if (mark) mark_reg <= ended_reg;", "it waits for nothing"),),
    ),
    Proof(
        "queue", "each entry comes out once, as it went in, in its turn; the level is exact", "windlass_queue",
        ("windlass_queue.v",), {"DEPTH_LOG": 2, "WIDTH": 3},
        bugs=(Bug("forgets", "windlass_queue.v", "end else if (out_free) ram_valid_reg", "end else ram_valid_reg", "a stalled output loses an entry"),),
    ),
    Proof(
        "queue_full_rate", "the same where an entry can be taken every cycle", "windlass_queue",
        ("windlass_queue.v",), {"DEPTH_LOG": 2, "WIDTH": 3, "FULL_RATE": 1},
        bugs=(Bug("forgets", "windlass_queue.v", "(FULL_RATE != 0 && out_free)", "FULL_RATE != 0", "a stalled output loses an entry"),),
    ),
    Proof(
        "bresp", "no completion before its write response; nothing counts after the first error of a channel", "windlass_bresp",
        ("windlass_bresp.v", "windlass_queue.v", "windlass_fifo.v"), {"CHANNELS": 2, "CH_W": 1, "ADDR_WIDTH": 16, "TAG_W": 2},
        bugs=(
            Bug("early", "windlass_bresp.v", "assign go = ready && (r_alone_reg || m_axi_bvalid);", "assign go = ready;", "a piece is reported before its response"),
            Bug("dead", "windlass_bresp.v", "done_len <= dead || r_drop_reg", "done_len <= r_drop_reg", "pieces after an error count"),
        ),
    ),
    Proof(
        "handover", "a piece carries the physical address that the map gave for it without error; a prepared one only if nothing dropped it", "windlass_handover",
        ("windlass_handover.v",), {"CH_W": 1, "ADDR_WIDTH": 32}, depth=3, cover_depth=12,
        bugs=(
            Bug("fault", "windlass_handover.v", "wire d_fault = d_src_fault || d_dst_fault;", "wire d_fault = d_src_fault;", "a refused destination is used"),
            Bug("kept", "windlass_handover.v", "&& !prepared && !drop;", "&& !prepared;", "a prepared piece outlives a change of the map"),
        ),
    ),
    Proof(
        "read", "AR keeps the AXI rules and its page; rows and places in flight are reserved before it, never too many, and all return", "windlass_read",
        ("windlass_read.v", "windlass_fifo.v"),
        {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": 32, "ADDR_WIDTH": 32, "OUTSTANDING": 2, "PTR_W": 5, "QUEUE_LOG": 6, "REC_W": 49, "LAND_W": 22},
        depth=3, cover_depth=16,
        bugs=(
            Bug("stable", "windlass_read.v", "wire ar_free = !m_axi_arvalid || m_axi_arready;", "wire ar_free = 1'b1;", "AR changes while it waits"),
            Bug("overflow", "windlass_read.v", "wire rows_fit = fits[PTR_W+1];", "wire rows_fit = 1'b1;", "rows are not reserved"),
        ),
    ),
    Proof(
        "write", "AW and W keep the AXI rules; an announced burst gets exactly its beats, also in error; a dropped piece sends nothing", "windlass_write",
        ("windlass_write.v",),
        {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": 32, "ADDR_WIDTH": 32, "OUTSTANDING": 2, "PTR_W": 5, "REC_W": 49},
        depth=3, cover_depth=16,
        bugs=(
            Bug("short", "windlass_write.v", "n_last_reg  <= n_beat_reg + 8'd1 == n_beats_m1_reg;", "n_last_reg  <= n_beat_reg + 8'd2 == n_beats_m1_reg;", "WLAST comes early"),
            Bug("change", "windlass_write.v", "assign adv = (!m_axi_wvalid || m_axi_wready) &&", "assign adv = 1'b1 &&", "W changes while it waits"),
        ),
    ),
    *[
        Proof(
            f"dev_look_{way}", f"a bus master's {way} is translated without refusal only by an entry that was valid, its own and permitted that, as windlass_map told of it",
            "windlass_dev_look", ("windlass_dev_look.v",), {"ADDR_WIDTH": 16, "MAP_REGISTERS": 4, "BUS_MASTERS": 2, "WRITE": write}, depth=4, cover_depth=16,
            bugs=(
                Bug("owner", "windlass_dev_look.v", "e_reg[5] && e_reg[4:2] == master2_reg", "e_reg[5]", "another bus master's entry is used"),
                Bug("channel", "windlass_dev_look.v", "tw_flags[9:6] == 4'b1000", "1'b1", "a channel's entry is used"),
                Bug("cleared", "windlass_dev_look.v", "out_reg <= clear_reg || page1_reg >= MAP_REGISTERS;", "out_reg <= page1_reg >= MAP_REGISTERS;", "what lay in the table before reset is used"),
                Bug("permission", "windlass_dev_look.v", "tw_flags[WRITE!=0?2 : 1]", f"tw_flags[{2 - write}]", "the other direction's permission is looked at"),
            ),
        )
        for way, write in (("read", 0), ("write", 1))
    ],
    Proof(
        "dev_address", "what bus masters put out keeps the AXI rules whatever they ask for, and is what the look-up gave without refusal; nothing sets out without room", "windlass_dev_address",
        ("windlass_dev_address.v", "windlass_dev_look.v", "windlass_fifo.v", "windlass_fence.v"),
        {"DATA_WIDTH": 32, "ADDR_WIDTH": 16, "DEV_ID_WIDTH": 4, "MAP_REGISTERS": 4, "BUS_MASTERS": 2, "WRITE": 1, "ROOM_W": 6}, depth=3, cover_depth=16,
        bugs=(
            Bug("refused", "windlass_dev_address.v", "wire issue = v2_reg && !refused;", "wire issue = v2_reg && !earlier;", "a refused part goes out"),
            Bug("crosses", "windlass_dev_address.v", "kind == INCR && beats < 12'd15", "kind == INCR && beats < 12'd7", "a part leaves its page"),
            Bug("stale", "windlass_dev_address.v", "!look_hold && !step_reg && !(", "!step_reg && !(", "a look-up beside a write of the table is used"),
            Bug("lost", "windlass_dev_address.v", "issue && (waits_valid || !out_ready)", "issue && waits_valid", "an address that is not taken at once is lost"),
            Bug("room", "windlass_dev_address.v", "wire fits = room_w > {", "wire fits = room_w >= {", "a part sets out with a beat too few"),
        ),
    ),
]  # fmt: skip
