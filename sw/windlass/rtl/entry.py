# ruff: noqa: ASYNC230, BLE001 - simulated time stands still while a file is read; a driver may raise anything
"""The cocotb test inside a scenario simulation: runs the drivers that ``call.pickle`` names."""

import hashlib
import importlib
import os
import pickle
import traceback

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import Timer

from ..compare import RunRecord
from .platform import RtlPlatform, run_driver


def _note(text: str) -> None:
    with open("progress.txt", "a") as f:
        f.write(text + "\n")


@cocotb.test()
async def drivers(dut):
    with open("call.pickle", "rb") as f:
        call = pickle.load(f)
    Clock(dut.clk, 10, unit="ns", impl="gpi").start()
    platform = RtlPlatform(dut, call["params"], call["ram_size"])
    platform.behaviour = call["behaviour"]
    records = []
    for path, kwargs in call["calls"]:
        module, name = path.split(":")
        function = getattr(importlib.import_module(module), name)
        await platform.reset()
        if records:
            await platform.clear_ram()
        _note(f"start {path}")
        record = RunRecord()
        try:
            record.result = await run_driver(function, platform, **kwargs)
        except Exception as e:
            record.error = f"{type(e).__name__}: {e}"
            _note(traceback.format_exc())
        await platform.settle()
        await Timer(2, "us")
        record.log = platform.log
        record.cycles = platform.now()
        record.beats_read, record.beats_written = int(dut.read_beats.value), int(dut.write_beats.value)
        with open(await platform.dump_ram(), "rb") as f:
            record.ram_sha256 = hashlib.sha256(f.read()).hexdigest()
        os.remove("ram.bin")
        checkers = (dut.m_errors, dut.d_errors, dut.s_errors, dut.b_errors, dut.st_in_errors, dut.st_out_errors)
        broken = sum(int(errors.value) for errors in checkers)
        if broken:
            record.error = (record.error or "") + f" {broken} AXI protocol rules broken (see the simulator's log)"
        elif record.error is None and 1 in (dut.m_busy.value, dut.d_busy.value, dut.b_busy.value):
            record.error = "AXI transactions were left unfinished"
        records.append(record)
        _note(f"done {path} {record.cycles}")
    with open("records.pickle", "wb") as f:
        pickle.dump(records, f)
