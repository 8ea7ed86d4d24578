"""Shared models of the benches: HDL (hdl/), and the Python side of the unit benches."""
