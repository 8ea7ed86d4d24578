"""Map registers of the reference model (manual, section 3)."""

from __future__ import annotations

from dataclasses import dataclass

PAGE = 4096
INVALID, OWNER, PERM = 5, 6, 7


@dataclass
class Entry:
    """One map register."""

    page: int = 0
    valid: bool = False
    read: bool = False
    write: bool = False
    owner: int = 0
    locked: bool = False

    @classmethod
    def unpack(cls, low: int, high: int, addr_width: int) -> Entry:
        """From the two words of the register window."""
        page = ((high << 32 | low) & ((1 << addr_width) - 1)) >> 12
        return cls(page, bool(low & 1), bool(low & 2), bool(low & 4), low >> 4 & 63)

    def words(self) -> tuple[int, int]:
        """As the register window shows it."""
        address = self.page << 12
        return (
            address & 0xFFFF_FFFF | self.owner << 4 | self.locked << 3 | self.write << 2 | self.read << 1 | self.valid,
            address >> 32,
        )


class MapRegisters:
    """The table, its fault record and its counter."""

    def __init__(self, count: int, addr_width: int) -> None:
        self.entries = [Entry() for _ in range(count)]
        self.addr_width = addr_width
        self.fault_status = self.fault_addr = 0
        self.fault_count = 0
        self.refused = False

    def lookup(self, address: int, channel: int, write: bool, bypass: bool) -> tuple[int, int]:
        """(physical address, 0) or (0, error code)."""
        if bypass or not self.entries:
            return address & ((1 << self.addr_width) - 1), 0
        index = address // PAGE
        if index >= len(self.entries) or not self.entries[index].valid:
            return 0, INVALID
        entry = self.entries[index]
        if entry.owner != channel:
            return 0, OWNER
        if not (entry.write if write else entry.read):
            return 0, PERM
        return entry.page * PAGE + address % PAGE, 0

    def record(self, channel: int, address: int, write: bool, cause: int, descriptor: bool) -> None:
        """Count a fault; keep it if none is kept."""
        self.fault_count = (self.fault_count + 1) & 0xFFFF_FFFF
        if not self.fault_status & 1:
            self.fault_status = 1 | write << 1 | descriptor << 2 | cause << 4 | channel << 8
            self.fault_addr = address

    def clear_faults(self) -> None:
        """The fault record and the count as after reset."""
        self.fault_status = self.fault_addr = self.fault_count = 0

    def command(self, command: int, index: int, count: int, page: int, flags: int) -> None:
        """FILL (1) a run with consecutive pages, REVOKE (2) it, so that its entries read as zero, or LOCK (4) it. FILL and REVOKE
        leave locked entries as they are."""
        self.refused = False
        mask = (1 << (self.addr_width - 12)) - 1
        for i in range(index, min(index + count, len(self.entries))):
            if command == 4:
                self.entries[i].locked = True
            elif self.entries[i].locked:
                self.refused = True
            elif command == 2:
                self.entries[i] = Entry()
            else:
                permissions = bool(flags & 1), bool(flags & 2), bool(flags & 4)
                self.entries[i] = Entry((page + i - index) & mask, *permissions, flags >> 4 & 63)
