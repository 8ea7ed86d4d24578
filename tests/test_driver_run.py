"""`windlass run`: the driver examples on both platforms, a user's own file, reports of broken contracts, bad input."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from windlass.platform import EngineParams
from windlass.rtl.session import ROOT, run_on_rtl
from windlass.runner import EXAMPLES, NoDriver, locate, run_driver
from windlass.wdm.status import STATUS_CANCELLED

BUILD = ROOT / "build" / "test"
DRIVERS = ("floppy", "sound", "network", "disk", "uart")


def data_of(length: int) -> bytes:
    return random.Random(length).randbytes(length)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command of this work tree."""
    command = [sys.executable, "-c", "from windlass.cli import main; main()", *map(str, arguments)]
    env = {"PYTHONPATH": str(ROOT / "sw"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


# ------------------------------------------------------------------ the examples
@pytest.mark.parametrize("length", [1, 511, 512, 1026, 5000, 40001, 100_000])
@pytest.mark.parametrize("name", DRIVERS)
def test_example_on_the_reference(name: str, length: int) -> None:
    data = data_of(length)
    outcome = run_driver(locate(name), data)
    assert outcome.ok, (outcome.failure, outcome.details)
    assert outcome.data_out == data[: len(outcome.data_out or b"")]
    assert len(outcome.data_out or b"") >= min(length, 2048)


def test_what_the_examples_are_about() -> None:
    data = data_of(20_000)
    outcomes = {name: run_driver(locate(name), data) for name in DRIVERS}
    floppy, sound, network, disk, uart = (outcomes[name] for name in DRIVERS)
    calls = [routine for routine, _ in floppy.statuses]
    assert calls.count("allocate_adapter_channel") == 2 and floppy.details["operations"] == 4
    assert floppy.residues == [0, 0, 0, 0]
    assert sound.details["laps"] >= 5 and [r for r, _ in sound.statuses].count("map_transfer_ex") == 2
    assert network.details["most_in_flight"] > 4
    assert disk.details["fast_path"] == 3 and disk.details["queued"] == 2
    assert disk.residues == [0, 0, 0, 1024 - 320, 0]
    assert disk.statuses.count(("complete_request", STATUS_CANCELLED)) == 2
    assert uart.residues == [256]  # the last block got nothing: 2048 bytes fill eight
    assert run_driver(locate("uart"), data_of(300)).residues == [256 - 44]


@pytest.mark.parametrize("sim,length", [("verilator", 2600), ("icarus", 700)])
def test_examples_on_the_rtl(sim: str, length: int) -> None:
    """The same drivers on the simulated RTL: the same data, residues and, in whatever order, statuses."""
    data = data_of(length)
    names = DRIVERS if sim == "verilator" else ("disk", "network")
    calls = [("windlass.runner:drive", {"target": EXAMPLES[n], "data": data, "trace": False}) for n in names]
    records = run_on_rtl(calls, sim=sim, params=EngineParams(), ram_size=4 << 20, build_dir=BUILD)
    for name, record in zip(names, records, strict=True):
        reference = run_driver(EXAMPLES[name], data)
        assert record.error is None and record.result.ok, (name, record.error, record.result.failure)
        assert record.result.data_out == reference.data_out
        assert record.result.residues == reference.residues
        assert sorted(record.result.statuses) == sorted(reference.statuses)


# ------------------------------------------------------------------ the command
def test_run_an_example() -> None:
    done = run("run", "disk")
    assert done.returncode == 0, done.stderr
    assert "disk: ok" in done.stdout and "STATUS_CANCELLED" in done.stdout and not done.stderr


GOOD = """
from windlass.wdm import DISPATCH_LEVEL, DeviceDescription, DeviceObject, DmaResources, Kernel, KeepObject, Ref


def run(platform, data):
    kernel = Kernel(platform)
    pdo = DeviceObject("card", DmaResources(channel=0))
    description = DeviceDescription(version=2, master=True, scatter_gather=True, dma_32bit_addresses=True,
                                    maximum_length=8192)
    registers = Ref()
    adapter = kernel.io_get_dma_adapter(pdo, description, registers)
    ops = adapter.dma_operations
    mdl = kernel.io_allocate_mdl(kernel.memory.allocate(5000, offset=100), 5000)
    kernel.mm_probe_and_lock_pages(mdl)

    def control(device, irp, base, context):
        length = Ref(mdl.byte_count)
        ops.map_transfer(adapter, mdl, base, mdl.virtual_address, length, True)
        ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, length.value, True)
        return KeepObject

    with kernel.at_irql(DISPATCH_LEVEL):
        ops.allocate_adapter_channel(adapter, DeviceObject("driver"), registers.value, control, None)
        ops.free_adapter_channel(adapter)
    kernel.mm_unlock_pages(mdl)
    ops.put_dma_adapter(adapter)
"""

#: name → (what is changed in GOOD, rule, routine, text of the line that broke it, part of what should have been done)
BREAKS = {
    "no flush": (
        "        ops.flush_adapter_buffers(adapter, mdl, base, mdl.virtual_address, length.value, True)\n", "",
        "CV-FLUSH", "free_adapter_channel", "ops.free_adapter_channel(adapter)", "flush",
    ),
    "wrong level": (
        "    with kernel.at_irql(DISPATCH_LEVEL):\n", "    if True:\n",
        "CV-IRQL", "allocate_adapter_channel", "ops.allocate_adapter_channel(", "DISPATCH_LEVEL",
    ),
    "not locked": (
        "    kernel.mm_probe_and_lock_pages(mdl)\n", "",
        "CV-MDL", "map_transfer", "ops.map_transfer(", "MmProbeAndLockPages",
    ),
    "newer member": (
        "        length = Ref(mdl.byte_count)\n", "        length = Ref(ops.get_dma_transfer_info(adapter))\n",
        "CV-VERSION", "get_dma_transfer_info", "ops.get_dma_transfer_info(", "version 3",
    ),
    "wrong action": (
        "return KeepObject", "return 7",
        "CV-ACTION", "AdapterControl", "ops.allocate_adapter_channel(", "IO_ALLOCATION_ACTION",
    ),
    "put twice": (
        "    ops.put_dma_adapter(adapter)\n", "    ops.put_dma_adapter(adapter)\n    ops.put_dma_adapter(adapter)\n",
        "CV-ADAPTER", "put_dma_adapter", "ops.put_dma_adapter(adapter)", "IoGetDmaAdapter",
    ),
    "never put": (
        "    ops.put_dma_adapter(adapter)\n", "",
        "CV-LEAK", "the end of the driver", "kernel.io_get_dma_adapter(", "PutDmaAdapter",
    ),
}  # fmt: skip


@pytest.fixture
def mydriver(tmp_path: Path) -> Path:
    return tmp_path / "my driver.py"


def test_own_driver(mydriver: Path) -> None:
    mydriver.write_text(GOOD)
    done = run("run", mydriver)
    assert done.returncode == 0 and "ok" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("name", BREAKS)
def test_contract_break(name: str, mydriver: Path) -> None:
    """One report: rule, routine, line of the driver, what should have been done; status 1 and no traceback."""
    old, new, rule, routine, code, should = BREAKS[name]
    assert old in GOOD
    source = GOOD.replace(old, new)
    mydriver.write_text(source)
    done = run("run", mydriver)
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and "Traceback" not in done.stderr and len(lines) == 5, done.stderr
    assert lines[0] == "the driver broke the DMA contract"
    report = dict(line.strip().split("  ", 1) for line in lines[1:])
    assert report["rule"].strip().startswith(f"{rule}: ") and report["routine"].strip() == routine
    place = next(number for number, text in reversed(list(enumerate(source.splitlines(), 1))) if code in text)
    assert report["driver"].strip().startswith(f"{mydriver}:{place}"), done.stderr
    assert should in report["should have"]


def test_contract_break_on_the_rtl(mydriver: Path) -> None:
    """The report comes out of the simulation whole."""
    mydriver.write_text(GOOD.replace(*BREAKS["no flush"][:2]))
    outcome = run_driver(locate(str(mydriver)), b"x", platform="rtl", sim="verilator", build_dir=BUILD)
    failure = outcome.failure
    assert not outcome.ok and failure is not None
    assert (failure.rule, failure.routine, failure.file) == ("CV-FLUSH", "free_adapter_channel", str(mydriver))
    assert "free_adapter_channel" in failure.code and failure.should_have


def test_a_driver_that_raises(mydriver: Path) -> None:
    mydriver.write_text("def run(platform, data):\n    return 1 // 0\n")
    done = run("run", mydriver)
    assert done.returncode == 1
    assert done.stderr == f"the driver failed: ZeroDivisionError: integer division or modulo by zero ({mydriver}:2)\n"


def test_data_that_is_lost_is_a_failure(mydriver: Path) -> None:
    mydriver.write_text(
        "from windlass.examples.result import ScenarioResult\n"
        "def run(platform, data):\n    return ScenarioResult('mine', data, data[1:], 0, 0)\n"
    )
    done = run("run", mydriver)
    assert done.returncode == 1 and "FAILED" in done.stdout


# ------------------------------------------------------------------ bad input
def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """One line, status 2."""
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and len(lines) == 1 and lines[0].startswith("windlass: "), done.stdout + done.stderr
    assert all(word in lines[0] for word in words), lines[0]


def test_bad_input(tmp_path: Path) -> None:
    refused(run("run", "flopy"), "no driver 'flopy'", "floppy, sound")
    refused(run("run", "nowhere.py"), "nowhere.py", "No such file")
    refused(run("run", tmp_path), "it is no file")
    refused(run("run", "disk", "--platform", "silicon"), "silicon", "reference or rtl")
    refused(run("run", "disk", "--sim", "modelsim"), "modelsim", "icarus or verilator")
    refused(run("run", "disk", "--file", tmp_path / "none"), "none", "No such file")
    refused(run("run", "disk", "--param", "DEPTH=3"), "DEPTH=3")
    refused(run("run", "disk", "--trace", tmp_path / "no" / "t.json"), "cannot write", "no folder")
    refused(run("run", "disk", "--trace", tmp_path), "cannot write", "directory")


@pytest.mark.parametrize(
    "source,says",
    [
        ("def run(:\n", "my.py:1: "),
        ("x = 1\n", "no function run"),
        ("import nosuchmodule\n", "my.py:1: ModuleNotFound"),
    ],
)
def test_bad_driver_file(source: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "my.py"
    path.write_text(source)
    refused(run("run", path), says)
    with pytest.raises(NoDriver):
        locate(str(path))
