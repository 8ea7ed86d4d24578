"""Bus masters of the reference model (manual, section 13)."""

from __future__ import annotations

from ..busmaster import DECERR, OKAY, PAGE, MasterAnswer, MasterBurst
from .engine import Engine

OWNER_BASE = 64
PART = 16  # beats of a burst that are looked up together


class BusMasters:
    """What `s_axi_dev` does with a burst."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def _translate(self, burst: MasterBurst) -> list[int | None]:
        """Physical address of each beat, None where it is refused: from the first refused part on, all are. The fault is recorded."""
        e, p = self.engine, self.engine.params
        write = burst.data is not None
        owner = OWNER_BASE + burst.master if burst.master < p.bus_masters else -1
        out: list[int | None] = []
        refused = False
        places = [a for a, _ in burst.lanes()]
        for first in range(0, len(places), PART):
            # Its other beats lie in the same page: a WRAP burst has no further part, an INCR burst crosses no page.
            address = places[first]
            physical, cause = e.map.lookup(address, owner, write, bypass=False)
            if cause and not refused:
                number = burst.master << p.dev_id_width - 3 | burst.tag
                e.map.record_master(burst.master, number, address, write, cause)
            refused = refused or cause != 0
            page = physical // PAGE * PAGE
            out += [None if refused else page + a % PAGE for a in places[first : first + PART]]
        return out

    def carry_out(self, burst: MasterBurst) -> MasterAnswer:
        """A burst, whole."""
        e = self.engine
        data, responses, at = bytearray(), [], 0
        places = self._translate(burst)
        for place, (_, n) in zip(places, burst.lanes(), strict=True):
            got, response = b"", DECERR
            if place is not None and burst.data is None:
                got, response = e.read_device(place, n, n, 0)
            elif place is not None and burst.data is not None:
                response = e.write_device(place, burst.data[at : at + n], n, 0)
            data += got.ljust(n, b"\0")
            responses.append(response)
            at += n
        if burst.data is None:
            return MasterAnswer(bytes(data), tuple(responses))
        answer = DECERR if None in places else next((r for r in responses if r), OKAY)
        return MasterAnswer(b"", (answer,))
