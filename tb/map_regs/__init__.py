"""Bench of windlass_map_regs."""

TOP = "windlass_map_regs"
PARAMETERS = [{"MAP_REGISTERS": 256}, {"MAP_REGISTERS": 0}]
