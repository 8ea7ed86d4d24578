"""The proofs that `make formal` runs: what each says, of which module, at which parameters, and the bugs that it must catch."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bug:
    """A bug planted in a copy of the RTL: text of `file` that stands there once, and what replaces it. Without `trace` it shows after more cycles
    than were ever examined: the induction has to stop, also in `make formal`."""

    name: str
    file: str
    old: str
    new: str
    says: str
    trace: bool = True


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
    # What is said of the queues inside (windlass_fifo_part.svh): "assert"; "assume" where their own proofs and those of parts have it; "" nothing.
    queues: str = "assert"
    bugs: tuple[Bug, ...] = ()


PROOFS = [
    Proof(
        "fifo", "each entry comes out once, as it went in, in its turn; the level is exact", "windlass_fifo",
        ("windlass_fifo.v",), {"DEPTH_LOG": 2, "WIDTH": 3},
        bugs=(Bug("pops_empty", "windlass_fifo.v", "assign get = some && out_ready;", "assign get = out_ready;", "an empty queue is popped"),),
    ),
    Proof(
        "fifo_reg", "the same where the oldest entry lies in flip-flops", "windlass_fifo", ("windlass_fifo.v",),
        {"DEPTH_LOG": 2, "WIDTH": 3, "OUT_REG": 1},
        bugs=(Bug("overtakes", "windlass_fifo.v", "data_reg  <= some ? mem[out_reg[DEPTH_LOG-1:0]] : in_data;", "data_reg  <= in_valid ? in_data : mem[out_reg[DEPTH_LOG-1:0]];", "an entry passes by others"),),
    ),
    Proof(
        "fifo_half", "the same where the flip-flops are filled when they are seen empty; then they are the cycle after", "windlass_fifo", ("windlass_fifo.v",),
        {"DEPTH_LOG": 2, "WIDTH": 3, "OUT_REG": 2},
        bugs=(Bug("keeps", "windlass_fifo.v", "end else if (out_ready) valid_reg <= 1'b0;", "end", "an entry comes out for ever"),),
    ),
    Proof(
        "fifo_roomy", "the same where a place is always free and takes in what is not stored too", "windlass_fifo", ("windlass_fifo.v",),
        {"DEPTH_LOG": 2, "WIDTH": 3, "ROOMY": 1},
        bugs=(Bug("anywhere", "windlass_fifo.v", "if (in_valid || ROOMY != 0) mem[in_reg[", "if (in_valid || ROOMY != 0) mem[~in_reg[", "what is not stored falls on an entry"),),
    ),
    Proof(
        "map", "a physical address without error comes from an entry that was valid, of that channel and with that permission, on each port",
        "windlass_map", ("windlass_map.v", "windlass_map_walk.v", "windlass_fence.v"),
        {"CH_W": 1, "ADDR_WIDTH": 14, "MAP_REGISTERS": 2, "SEQ_W": 7, "BUS_MASTERS": 1}, depth=4, cover_depth=30, slow=True,
        bugs=(
            Bug("owner", "windlass_map.v", "{|a_other_reg, |b_other_reg}", "{|a_other_reg, 1'b0}", "the owner is not looked at"),
            Bug("permission", "windlass_map.v", "!(a1_write_reg ? a_read[2] : a_read[1])", "!a_read[1]", "a write-back needs no permission to write"),
            Bug("master_a", "windlass_map.v", "a_owner = owner(a_read),", "a_owner = owner(a_read) & 7'h3f,", "a channel reads through a bus master's entry"),
            Bug("master_b", "windlass_map.v", "b_owner = owner(b_read);", "b_owner = owner(b_read) & 7'h3f;", "a channel writes through a bus master's entry"),
            Bug("beyond", "windlass_map.v", "b_beyond = tw_clear || b1_reg >= MAP_REGISTERS", "b_beyond = tw_clear", "a look-up beyond the table wraps"),
            Bug("slot", "windlass_map.v", "slot_reg <= aresetn && !ab_soon && !w_soon;", "slot_reg <= aresetn && !ab_soon;", "a descriptor is looked up while an entry is written"),
        ),
    ),
    Proof(
        "map_walk", "no entry counts before all were written after reset, with zero; REVOKE leaves nothing; no run goes beyond the table or writes a locked entry",
        "windlass_map_walk", ("windlass_map_walk.v",), {"PAGE_W": 3, "MAP_REGISTERS": 3}, depth=4, cover_depth=40,
        bugs=(
            Bug("short", "windlass_map_walk.v", "left_reg <= ~{1'b0, ROWS};", "left_reg <= ~{1'b0, ROWS - 1'b1};", "the last row is not cleared"),
            Bug("beyond", "windlass_map_walk.v", "(end_reg && (", "(1'b0 && (", "a run goes on behind the table"),
            Bug("lock", "windlass_map_walk.v", "if (on) lock_reg <=", "if (step_reg) lock_reg <=", "the first entry of a run is written although it is locked"),
            Bug("word", "windlass_map_walk.v", "lock_we && tw_index[1:0] != 2'd3 ? new_word : next_word", "next_word", "LOCK of a run keeps only the last of four entries"),
            Bug("revoke", "windlass_map_walk.v", "flags_reg <= revoke ? 10'd0 : mw", "flags_reg <= mw", "REVOKE writes MAP_FLAGS"),
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
        queues="", bugs=(
            Bug("early", "windlass_bresp.v", "assign go = ready && (r_alone_reg || m_axi_bvalid);", "assign go = ready;", "a piece is reported before its response"),
            Bug("dead", "windlass_bresp.v", "done_len <= dead || r_drop_reg", "done_len <= r_drop_reg", "pieces after an error count"),
        ),
    ),
    *[
        Proof(
            f"handover{suffix}", "a piece carries the physical address that the map gave for it without error; a prepared one only if nothing dropped it", "windlass_handover",
            ("windlass_handover.v",), {"CH_W": 1, "ADDR_WIDTH": 32, **crc}, depth=3, cover_depth=12, slow=crc != {},
            bugs=(
                Bug("fault", "windlass_handover.v", "wire d_fault = d_src_fault || d_dst_bad;", "wire d_fault = d_src_fault;", "a refused destination is used"),
                Bug("kept", "windlass_handover.v", "&& !prepared && !drop;", "&& !prepared;", "a prepared piece outlives a change of the map"),
            ),
        )
        for suffix, crc in (("", {}), ("_crc", {"CRC": 1}))
    ],
    *[
        Proof(
            f"read{suffix}", "AR keeps the AXI rules and its page; rows and places in flight are reserved before it, never too many, and all return", "windlass_read",
            ("windlass_read.v", "windlass_fifo.v"),
            {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": 32, "ADDR_WIDTH": 32, "OUTSTANDING": 2, "PTR_W": 5, "QUEUE_LOG": 6, "REC_W": 50, "LAND_W": 24, **crc},
            depth=3, cover_depth=16, slow=crc != {},
            bugs=(
                Bug("stable", "windlass_read.v", "wire ar_free = !m_axi_arvalid || m_axi_arready;", "wire ar_free = 1'b1;", "AR changes while it waits"),
                Bug("overflow", "windlass_read.v", "wire stays_fits = {{31 - PTR_W{1'b0}}, free_reg} > rows_m1_32;", "wire stays_fits = 1'b1;", "rows are not reserved"),
                Bug("two_small", "windlass_read.v", "f_valid && |free_reg[PTR_W:SMALL_LOG+1] && (p_small_reg || !p_valid_reg);", "f_valid && |free_reg[PTR_W:SMALL_LOG+1];", "what the piece before takes is not looked at"),
                Bug("early", "windlass_read.v", "!waits && free_reg[PTR_W] && read_fits_reg", "!waits && read_fits_reg", "AR goes out before it is known that its rows are free"),
            ),
        )
        for suffix, crc in (("", {}), ("_crc", {"CRC": 1}))
    ],
    *[
        Proof(
            f"write{suffix}", "AW and W keep the AXI rules; an announced burst gets exactly its beats, also in error; a dropped piece sends nothing", "windlass_write",
            ("windlass_write.v",),
            {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": 32, "ADDR_WIDTH": 32, "OUTSTANDING": 2, "PTR_W": 5, "REC_W": 50, **crc},
            depth=3, cover_depth=16, slow=crc != {},
            bugs=(
                Bug("short", "windlass_write.v", "n_last_reg  <= n_left_reg == 8'd1;", "n_last_reg  <= n_left_reg == 8'd2;", "WLAST comes early"),
                Bug("change", "windlass_write.v", "assign adv = (!m_axi_wvalid || m_axi_wready) &&", "assign adv = 1'b1 &&", "W changes while it waits"),
            ),
        )
        for suffix, crc in (("", {}), ("_crc", {"CRC": 1}))
    ],
    *[
        Proof(
            f"dev_look_{way}", f"a bus master's {way} is translated without refusal only by an entry that was valid, its own and permitted that, as windlass_map told of it",
            "windlass_dev_look", ("windlass_dev_look.v",), {"ADDR_WIDTH": 16, "MAP_REGISTERS": 4, "BUS_MASTERS": 2, "WRITE": write}, depth=4, cover_depth=16,
            bugs=(
                Bug("owner", "windlass_dev_look.v", "e_reg[5] && e_reg[4:2] == master2_reg", "e_reg[5]", "another bus master's entry is used"),
                Bug("channel", "windlass_dev_look.v", "tw_flags[9:6] == 4'b1000", "1'b1", "a bus master uses a channel's entry"),
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
            Bug("crosses", "windlass_dev_address.v", "kind == INCR && last[log] ?", "kind == INCR && last[log] && !beats[3] ?", "a part leaves its page"),
            Bug("stale", "windlass_dev_address.v", "fresh_reg <= !look_hold && (", "fresh_reg <= (", "a look-up beside a write of the table is used"),
            Bug("other", "windlass_dev_address.v", "(in_ready ? look_in : ", "(in_ready ? 1'b1 : ", "what comes in is taken for what was looked up"),
            Bug("lost", "windlass_dev_address.v", "issue && (waits_valid || !out_ready)", "issue && waits_valid", "an address that is not taken at once is lost"),
            Bug("room", "windlass_dev_address.v", "room[3:0] > most_reg", "room[3:0] >= most_reg", "a part sets out with a beat too few"),
        ),
    ),
    *[
        Proof(
            f"writeback_{width}", "AW and W of a write-back keep the AXI rules and its page; the address is what the map gave without an error for that request's look-up; its 8 bytes go out once; "
            "it is answered once, and with its write's response unless it was refused", "windlass_writeback", ("windlass_writeback.v", "windlass_fifo.v"),
            {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": width, "ADDR_WIDTH": 16}, depth=3, cover_depth=24,
            bugs=(
                Bug("early", "windlass_writeback.v", "assign wb_done = o_valid && (o_refused || m_axi_desc_bvalid);", "assign wb_done = o_valid;", "a request is answered before its response"),
                Bug("refused", "windlass_writeback.v", "m_axi_desc_awvalid <= x_err == 4'd0;", "m_axi_desc_awvalid <= 1'b1;", "a refused request goes out"),
                Bug("change", "windlass_writeback.v", "if (m_axi_desc_awready) m_axi_desc_awvalid <= 1'b0;", "m_axi_desc_awvalid <= 1'b0;", "AW goes before it is taken"),
                Bug("next", "windlass_writeback.v", "default: if (!m_axi_desc_awvalid && !m_axi_desc_wvalid) state_reg", "default: if (!m_axi_desc_awvalid) state_reg", "the next request changes W while it waits"),
            ),
        )
        for width in (32, 64)
    ],
    *[
        Proof(
            f"desc_fetch_{width}", "a burst of descriptors goes where the map said without an error for its page and channel, with no entry written since; it keeps the AXI rules, covers its "
            "descriptors exactly and crosses no multiple of 256 bytes", "windlass_desc_fetch", ("windlass_desc_fetch.v", "windlass_desc_place.v", "windlass_desc_setup.v", "windlass_desc_size.v", "windlass_desc_slot.v", "windlass_desc_want.v", "windlass_pick.v"),
            {"CHANNELS": 2, "CH_W": 1, "DATA_WIDTH": width, "ADDR_WIDTH": 16, "MAX_BURST": 64, "DESC_PREFETCH": 16, "COUNT_W": 4}, depth=5, cover_depth=20, slow=True,
            bugs=(
                Bug("size", "windlass_desc_fetch.v", "loaded_reg <= state_reg[LOAD] && chosen_reg && !again", "loaded_reg <= state_reg[LOAD] && !again", "the size of a burst is that of what was to be loaded before"),
                *(() if width != 64 else (
                    Bug("kept", "windlass_desc_fetch.v", "if (changed || state_reg[LOAD] ||", "if (state_reg[LOAD] ||", "a translation outlives a write of its entry"),
                    Bug("step", "windlass_desc_fetch.v", "|| (stepped_reg && unit[8] != page_reg)", "", "a translation is used for the next page"),
                    Bug("change", "windlass_desc_fetch.v", "wire address_free = !m_axi_desc_arvalid || m_axi_desc_arready;", "wire address_free = 1'b1;", "AR changes while it waits"),
                )),
            ),
        )
        for width in (32, 64, 512)
    ],
    *[
        Proof(
            f"sched_{channels}", f"fairness, {channels} channels: a channel that can go and keeps on offering goes within CHANNELS + 2 cycles (three with two channels) in a row with room in which nobody takes an offer back (rotating; "
            "weighted while the back end is not busy, else by weight), within three when it is the first by fixed priority", "windlass_sched", ("windlass_sched.v", "windlass_pick.v"),
            {"CHANNELS": channels, "CH_W": width}, depth=depth, cover_depth=depth + 8,
            bugs=(
                Bug("order", "windlass_sched.v", ".prefer(after_reg),", ".prefer(~after_reg & {CHANNELS{rotate}}),", "who went last comes first again"),
                Bug("room", "windlass_sched.v", "assign go = a_able && room_reg;", "assign go = a_able;", "a piece is sent without room"),
            )[channels == 2 :],
        )
        for channels, width, depth in ((2, 1, 16), (3, 2, 12))
    ],
    Proof(
        "dev_buffer", "each word of a bus master comes out once, as it went in, in its turn, and within four cycles if nothing is before it", "windlass_dev_buffer",
        ("windlass_dev_buffer.v", "windlass_queue.v", "windlass_fifo.v"), {"DEPTH_LOG": 4, "WIDTH": 3}, depth=3, cover_depth=30, slow=True, timeout=3600,
        bugs=(
            Bug("overtakes", "windlass_dev_buffer.v", "near_free && far_level == {DEPTH_LOG + 1{1'b0}};", "near_free && !far_valid;", "a word overtakes those on the long way"),
        ),
    ),
    Proof(
        "dev", "reservations of s_axi_dev never overflow and all come back; what has set out waits for memory only", "windlass_dev",
        ("windlass_dev.v", "windlass_dev_address.v", "windlass_dev_look.v", "windlass_dev_buffer.v", "windlass_queue.v", "windlass_fifo.v", "windlass_fence.v"),
        {"DATA_WIDTH": 32, "ADDR_WIDTH": 16, "DEV_ID_WIDTH": 3, "MAP_REGISTERS": 2, "BUS_MASTERS": 1, "DEV_BEATS_LOG": 5}, depth=2, cover_depth=24, slow=True, queues="assume", timeout=3600,
        bugs=(
            Bug("room", "windlass_dev.v", ".room(free_reg),", ".room({R_W{1'b1}}),", "reads set out without places for their data"),
            Bug("records", "windlass_dev.v", "w_full_reg <= aresetn && (b_level[REC_LOG:2] >= 4'd7 || w_level[REC_LOG:2] >= 4'd7);", "w_full_reg <= 1'b0;", "records have no place: after 29 parts under way, so no trace", trace=False),
            Bug("lost", "windlass_dev.v", "else free_reg <= free_reg + {{R_W - 1{1'b0}}, back_reg};", "else if (!back_reg) free_reg <= free_reg;", "places do not come back"),
            Bug("early", "windlass_dev.v", ".in_valid(m_axi_bvalid && !(k_done && !k_refused && !a_valid)),", ".in_valid(m_axi_bvalid),", "a response that has been passed on is kept too"),
        ),
    ),
]  # fmt: skip
