"""Bench of windlass_axil: cocotbext-axi's AXI4-Lite master in front, a register bus of random latency behind."""

TOP = "windlass_axil"
PARAMETERS = [{"ADDR_W": 19}, {"ADDR_W": 12}]
