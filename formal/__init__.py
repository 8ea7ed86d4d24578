"""Proofs of the RTL; see docs/formal.md."""
