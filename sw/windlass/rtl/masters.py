"""The bus masters' side of ``s_axi_dev``, for the time of a call."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from cocotb.triggers import FallingEdge

from ..busmaster import MasterAnswer, MasterBurst
from ..platform import EngineParams, PlatformTimeout

PATIENCE = 100_000  # cycles without an answer


class MasterWires:
    """Puts `given` on the wires with the AXI `ids`, addresses as fast as they are taken and data with them. Answers are matched by their order:
    reads among reads, writes among writes (manual, section 13)."""

    def __init__(self, dut: Any, params: EngineParams, given: Sequence[MasterBurst], ids: Sequence[int]) -> None:
        self.dut, self.given, self.ids = dut, given, ids
        self.w = params.word_bytes
        self.queues: dict[str, deque[dict[str, int]]] = {"ar": deque(), "aw": deque(), "w": deque()}
        self.reads: deque[int] = deque()
        self.writes: deque[int] = deque()
        self.data = [bytearray() for _ in given]
        self.responses: list[list[int]] = [[] for _ in given]
        for i, burst in enumerate(given):
            address = {
                "id": ids[i],
                "addr": burst.address,
                "len": burst.beats - 1,
                "size": burst.size,
                "burst": burst.kind,
                "cache": 3,
            }
            (self.reads if burst.data is None else self.writes).append(i)
            self.queues["ar" if burst.data is None else "aw"].append(address)
            at = 0
            for beat, (place, n) in enumerate(burst.lanes() if burst.data is not None else ()):
                lane = place % self.w
                word = int.from_bytes(burst.data[at : at + n], "little") << 8 * lane
                last = int(beat == burst.beats - 1)
                self.queues["w"].append({"data": word, "strb": (1 << n) - 1 << lane, "last": last})
                at += n

    def _offer(self) -> list[str]:
        """Put what is next on the wires; returns the channels on which it will be taken at the next rising edge. READY comes from registers."""
        d, taken = self.dut, []
        for channel, queue in self.queues.items():
            p = f"s_axi_dev_{channel}"
            if queue:
                for name, value in queue[0].items():
                    getattr(d, p + name).value = value
                if getattr(d, p + "ready").value == 1:
                    taken.append(channel)
            getattr(d, p + "valid").value = int(bool(queue))
        return taken

    def _collect(self) -> None:
        """What is on the wires is taken at the next rising edge."""
        d = self.dut
        if d.s_axi_dev_rvalid.value == 1:
            i = self.reads[0]
            burst = self.given[i]
            assert int(d.s_axi_dev_rid.value) == self.ids[i], "a read's data has another's ID"
            place, n = burst.lanes()[len(self.responses[i])]
            bits = str(d.s_axi_dev_rdata.value)[::-1][8 * (place % self.w) : 8 * (place % self.w + n)][::-1]
            self.data[i] += int(bits, 2).to_bytes(n, "little")
            self.responses[i].append(int(d.s_axi_dev_rresp.value))
            last = d.s_axi_dev_rlast.value == 1
            assert last == (len(self.responses[i]) == burst.beats), "RLAST in the wrong place"
            if last:
                self.reads.popleft()
        if d.s_axi_dev_bvalid.value == 1:
            i = self.writes.popleft()
            assert int(d.s_axi_dev_bid.value) == self.ids[i], "a write's response has another's ID"
            self.responses[i].append(int(d.s_axi_dev_bresp.value))

    async def run(self) -> list[MasterAnswer]:
        """All of it. Raises PlatformTimeout."""
        d = self.dut
        await FallingEdge(d.clk)
        d.s_axi_dev_rready.value = d.s_axi_dev_bready.value = 1
        quiet = 0
        while self.reads or self.writes:
            before = len(self.reads) + len(self.writes), sum(map(len, self.responses))
            taken = self._offer()
            self._collect()
            await FallingEdge(d.clk)
            for channel in taken:
                self.queues[channel].popleft()
            quiet = 0 if before != (len(self.reads) + len(self.writes), sum(map(len, self.responses))) else quiet + 1
            if quiet > PATIENCE:
                raise PlatformTimeout(f"no answer to a bus master within {PATIENCE} cycles")
        self._offer()  # nothing more
        d.s_axi_dev_rready.value = d.s_axi_dev_bready.value = 0
        await FallingEdge(d.clk)
        return [MasterAnswer(bytes(x), tuple(r)) for x, r in zip(self.data, self.responses, strict=True)]
