"""Bench of the protocol checkers themselves: legal traffic counts no error, and each broken rule counts at least one."""

TOP = "checkers_tb"
PARAMETERS: list[dict[str, int]] = [{}]
