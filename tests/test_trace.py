"""`windlass run --trace` and `windlass trace`: what is recorded, the file's format, and how it prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_driver_run import BUILD, run
from windlass.examples.disk import disk
from windlass.model import ReferencePlatform
from windlass.runner import locate, run_driver
from windlass.trace import Recorder, register_name
from windlass.trace_file import CYCLE_NS, ENGINE, describe
from windlass.wdm import Kernel
from windlass.wdm.pc import WireDevice

DATA = bytes(range(256)) * 12

#: Members that each phase of the Chrome trace event format must have besides name, ph and pid, and their types.
FORMAT: dict[str, dict[str, Any]] = {
    "B": {"ts": (int, float), "tid": int, "cat": str},
    "E": {"ts": (int, float), "tid": int},
    "X": {"ts": (int, float), "tid": int, "dur": (int, float)},
    "C": {"ts": (int, float), "args": dict},
    "M": {"args": dict},
}


def check_format(trace: dict[str, Any]) -> None:
    """The JSON object format of the trace event format, as far as we use it."""
    assert set(trace) <= {"traceEvents", "displayTimeUnit", "otherData"} and trace["displayTimeUnit"] == "ns"
    stacks: dict[tuple[int, int], list[str]] = {}
    clock: dict[tuple[int, int], float] = {}
    for event in trace["traceEvents"]:
        phase = event["ph"]
        assert isinstance(event["name"], str) and isinstance(event["pid"], int)
        for member, kind in FORMAT[phase].items():
            assert isinstance(event[member], kind), (event, member)
        if phase == "M":
            assert event["name"] in ("process_name", "thread_name") and isinstance(event["args"]["name"], str)
            continue
        assert event["ts"] >= 0 and event.get("dur", 0) >= 0
        track = event["pid"], event["tid"]
        if phase in "BE":  # begin and end nest, and time does not run backwards on their track
            assert event["ts"] >= clock.get(track, 0)
            clock[track] = event["ts"]
        if phase == "B":
            stacks.setdefault(track, []).append(event["name"])
        elif phase == "E":
            assert stacks[track].pop() == event["name"]
        elif phase == "C":
            assert event["args"] and all(isinstance(value, int | float) for value in event["args"].values())
    assert not any(stacks.values())
    assert {e["tid"] for e in trace["traceEvents"] if e["ph"] in "BEX"} <= {
        e["tid"] for e in trace["traceEvents"] if e["name"] == "thread_name"
    }


def test_format_and_print(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    done = run("run", "disk", "--trace", path)
    assert done.returncode == 0 and f"trace: {path}" in done.stdout, done.stderr
    trace = json.loads(path.read_text())
    check_format(trace)
    assert trace["otherData"] == {"cycle_ns": CYCLE_NS, "driver": "disk", "platform": "reference", "profile": "native"}
    shown = run("trace", path)
    assert shown.returncode == 0
    lines = shown.stdout.splitlines()
    assert len(lines) == sum(event["ph"] != "M" for event in trace["traceEvents"])
    text = shown.stdout
    for part in (
        "DISPATCH allocate_adapter_channel_ex(",
        "= STATUS_INSUFFICIENT_RESOURCES",
        "DmaCompletionRoutine DiskDriver.transfer_complete(",
        "cancel_mapped_transfer = STATUS_SUCCESS",
        "- write ch3.CMD 0x00000001",
        "* irq 3 up",
        "* request 0 up",
        "ISR NativeChannel._isr(",
    ):
        assert part in text, part


def test_what_is_recorded() -> None:
    """Every call with arguments, status and IRQL; every register access of the platform's own log, in order; both kinds of lines."""
    board = ReferencePlatform()
    recorder = Recorder(board)
    assert disk(recorder.platform, DATA).ok
    events = recorder.events
    accesses = [e for e in events if e["ph"] == "X" and e["tid"] == ENGINE]
    wanted = [
        (f"{'write' if a.write else 'read'} {register_name(a.offset)}", f"{a.value:#010x}") for a in board.log.csr
    ]
    assert [(e["name"], e["args"]["value"]) for e in accesses] == wanted
    begin = next(e for e in events if e["name"] == "map_transfer_ex" and e["ph"] == "B")
    assert begin["args"]["irql"] == "DISPATCH_LEVEL" and begin["args"]["length"] == {"ref": 1536}
    file, _, line = begin["args"]["driver"].rpartition(":")
    assert file.endswith("examples/disk.py") and "map_transfer_ex" in Path(file).read_text().splitlines()[int(line) - 1]
    end = next(e for e in events if e["name"] == "map_transfer_ex" and e["ph"] == "E")
    assert end["args"]["result"] == "STATUS_SUCCESS" and end["args"]["scatter_gather_buffer"]
    calls = [e["name"] for e in events if e["ph"] == "B" and e["cat"] == "call"]
    assert calls[0] == "io_get_dma_adapter" and calls[-1] == "put_dma_adapter"
    lines = {e["name"]: e for e in events if e["ph"] == "C"}
    assert set(lines) == {"irq 3", "request 0"}
    ups = sum(e["args"]["level"] for e in events if e["name"] == "irq 3")
    assert ups == len(board.log.irqs)
    # Hardware effects carry their own time: an access takes the cycles that the board says.
    assert all(e["dur"] >= 6 * CYCLE_NS / 1000 for e in accesses)


def test_the_8237_in_a_trace(tmp_path: Path) -> None:
    """Profile pc: the ports as MapTransfer writes them, in order, inside that call; then a terminal count for each operation."""
    path = tmp_path / "out.json"
    assert run("run", "floppy", "--profile", "pc", "--trace", path).returncode == 0
    trace = json.loads(path.read_text())
    check_format(trace)
    assert trace["otherData"]["profile"] == "pc"
    events = trace["traceEvents"]
    first = next(k for k, event in enumerate(events) if event["name"] == "map_transfer")
    ports = [(e["name"], e["args"]["value"]) for e in events[first + 1 : first + 9]]
    names = [name for name, _ in ports]
    assert names == [f"out {port:#05x}" for port in (0x0C, 0x0B, 4, 4, 0x81, 5, 5, 0x0A)]
    assert ports[1][1] == "0x46" and [value for _, value in ports[5:]] == ["0xff", "0x07", "0x02"]
    text = run("trace", path).stdout
    assert "map_transfer(adapter=adapter on channel 2" in text and "- out 0x00b 0x46" in text


def test_a_terminal_count_in_a_trace() -> None:
    """The 8237 model's own; the byte that reached it has been moved by then."""
    recorder = Recorder(ReferencePlatform())
    pair = Kernel(recorder.platform, profile="pc").hal.pair
    device = WireDevice()
    pair.attach(2, device)
    for port, value in ((0x0C, 0), (0x0B, 0x46), (4, 0), (4, 0x10), (0x81, 0), (5, 1), (5, 0), (0x0A, 2)):
        pair.write(port, value)
    device.feed(b"ab")
    assert pair.read(8) & 15 == 4
    shown = [(e["name"], e["args"]["value"]) for e in recorder.events if e["cat"] == "controller"]
    assert shown[-3:] == [("out 0x00a", "0x02"), ("terminal count", "2"), ("in 0x008", "0x04")]
    assert recorder.platform.read_mem(0x1000, 2) == b"ab"


def test_a_trace_changes_nothing() -> None:
    plain, traced = ReferencePlatform(), ReferencePlatform()
    a, b = disk(plain, DATA), disk(Recorder(traced).platform, DATA)
    assert (a.data_out, a.statuses, a.residues, a.cycles) == (b.data_out, b.statuses, b.residues, b.cycles)
    assert plain.log == traced.log and plain.ram_sha256() == traced.ram_sha256()


def test_a_broken_contract_is_in_the_trace(tmp_path: Path) -> None:
    path, driver = tmp_path / "out.json", tmp_path / "mine.py"
    driver.write_text("from windlass.wdm import *\ndef run(p, d):\n    k = Kernel(p)\n    k.ke_raise_irql(2)\n"
                      "    k.io_get_dma_adapter(None, DeviceDescription(), Ref())\n")  # fmt: skip
    done = run("run", driver, "--trace", path)
    assert done.returncode == 1 and "CV-IRQL" in done.stderr and f"{driver}:5" in done.stderr
    trace = json.loads(path.read_text())
    check_format(trace)
    assert any("CV-IRQL" in line and "raised" in line for line in describe(trace))


def test_trace_on_the_rtl() -> None:
    outcome = run_driver(locate("disk"), DATA, platform="rtl", sim="verilator", build_dir=BUILD, trace=True)
    assert outcome.ok and outcome.trace
    lines = {e["name"] for e in outcome.trace if e["ph"] == "C"}
    assert lines == {"irq 3", "request 0"}
    reference = run_driver(locate("disk"), DATA, trace=True)
    calls = [[e["name"] for e in o.trace or [] if e["ph"] == "B" and e["cat"] == "call"] for o in (outcome, reference)]
    # The same calls; how often the driver had to look for the bad sector depends on timing.
    assert [c for c in calls[0] if c != "read_dma_counter"] == [c for c in calls[1] if c != "read_dma_counter"]
    times = [e["ts"] for e in outcome.trace if e["ph"] in "BE"]
    assert times == sorted(times) and times[-1] > 10


def test_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    for content, says in (
        ("{", "no JSON"),
        ("[]", "no list traceEvents"),
        ('{"traceEvents": [{}]}', "event 0 has no name"),
        ('{"traceEvents": [7]}', "event 0 has no name"),
        ('{"traceEvents": [{"name": "x", "ph": "B", "pid": 1, "ts": "soon"}]}', "ts of event 0"),
        ('{"traceEvents": [{"name": "x", "ph": "B", "pid": 1, "args": []}]}', "args or ts"),
        ('{"traceEvents": [], "otherData": []}', "otherData"),
        ('{"traceEvents": [], "otherData": {"cycle_ns": 0}}', "cycle_ns"),
    ):
        path.write_text(content)
        done = run("trace", path)
        assert done.returncode == 2 and says in done.stderr and len(done.stderr.splitlines()) == 1
    path.write_bytes(b"\xff\xfe\x80")
    assert run("trace", path).returncode == 2
    assert "No such file" in run("trace", tmp_path / "none").stderr


@pytest.mark.parametrize(
    "offset,name",
    [
        (0, "ID"),
        (0x54, "MAP_CMD"),
        (0x1044, "grant[1].DEV_ADDR_LO"),
        (0x10018, "map[3].ENTRY_LO"),
        (0x42004, "ch2.CMD"),
    ],
)
def test_register_names(offset: int, name: str) -> None:
    assert register_name(offset) == name
