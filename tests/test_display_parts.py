"""Parts of the display model by themselves, the fuzzer's worth, and the example."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from windlass.display import AccessViolation, DisplayChoices, GraphicsKernel, PageableMemory, commands
from windlass.display.commands import Parser, Refused
from windlass.display.descriptors import Form
from windlass.display.hazards import Hazards
from windlass.display.memory_manager import MemoryManager
from windlass.display.miniport import DisplayMiniport
from windlass.display.ring import Ring
from windlass.examples.display import FRAMES, HEIGHT, WIDTH
from windlass.model import ReferencePlatform
from windlass.platform import EngineParams
from windlass.rtl.session import ROOT, run_on_rtl
from windlass.runner import locate, run_driver
from windlass.wdm import Choices, DmaContractViolation, Kernel, UnsupportedHardware
from windlass.wdm.status import status_name

from tb.display import fuzz
from tb.display.all import SCENARIOS
from tb.display.oracle import Outside
from tb.display.statuses import ROWS

BUILD = ROOT / "build" / "test"
RAM = 4 << 20


# ------------------------------------------------------------------ docs/display.md
def test_every_sentence_has_its_scenario() -> None:
    text = (ROOT / "docs" / "display.md").read_text()
    table = text[text.index("| sentence | scenario |") :].split("\n\n")[0]
    assert sorted(re.findall(r"`(\w+)`", table)) == sorted(SCENARIOS)


def test_the_page_says_what_there_is() -> None:
    """Its example runs; opcodes and statuses are those of the driver."""
    text = (ROOT / "docs" / "display.md").read_text()
    (source,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - our own page
    assert names["status"] == 0 and names["pixels"][1024:1536] == bytes.fromhex("0080ff00") * 128
    for op, words in commands.WORDS.items():
        name = next(
            n[3:] for n, v in vars(commands).items() if n.startswith("OP_") and v == op and n != "OP_PRIVILEGED"
        )
        (row,) = re.findall(rf"^\| {op} \| {name} \|(.*)\|$", text, re.MULTILINE)
        assert bool(row.strip()) == (words > 1)
    listed = set(re.findall(r"^\| (STATUS_\w+) \|", text, re.MULTILINE))
    assert listed == {status_name(status) for _, status, _ in ROWS}


# ------------------------------------------------------------------ pageable memory
@pytest.fixture
def pageable() -> PageableMemory:
    return PageableMemory(Kernel(ReferencePlatform(ram_size=1 << 20)), 1 << 40)


def test_pages_move_unless_they_are_locked(pageable: PageableMemory) -> None:
    address = pageable.allocate(3 * 4096)
    pageable.write(address + 4000, b"across a page")
    mdl = pageable.lock(address + 4096, 1)
    twice = pageable.lock(address + 4096, 4097)
    frames = [pageable.frame(address + page) for page in (0, 4096, 8192)]
    assert pageable.trim() == 1 and pageable.lock_count(address + 4096) == 2
    assert [pageable.frame(address + page) == frames[i] for i, page in enumerate((0, 4096, 8192))] == [
        False,
        True,
        True,
    ]
    pageable.unlock(twice)
    assert pageable.trim() == 2 and mdl.pfns == [frames[1]] == [pageable.frame(address + 4096)]
    assert pageable.read(address + 4000, 13) == b"across a page"
    with pytest.raises(DmaContractViolation, match="CV-BUSY"):
        pageable.free(address)
    pageable.unlock(mdl)
    pageable.free(address)
    with pytest.raises(AccessViolation):
        pageable.read(address, 1)


def test_what_is_not_there(pageable: PageableMemory) -> None:
    address = pageable.allocate(4096)
    for first, length in ((address + 4000, 97), (address - 1, 1), (0, 4), (1 << 63, 4)):
        with pytest.raises(AccessViolation):
            pageable.read(first, length)
        with pytest.raises(AccessViolation):
            pageable.write(first, bytes(length))
        with pytest.raises(AccessViolation):
            pageable.lock(first, length)
    assert pageable.read(address, 4096) == bytes(4096) and not pageable.lock_count(address)


# ------------------------------------------------------------------ descriptors, hazards, choices
@pytest.mark.parametrize("wide", [False, True])
def test_the_rest_of_a_descriptor(wide: bool) -> None:
    form = Form(wide)
    assert form.rest(form.copy(100, 200, 50), 20) == [form.copy(120, 220, 30)]
    assert form.rest(form.fill(202, 50, 0x01020304), 3) == [form.fill(205, 47, 0x01020304)]
    if not wide:
        with pytest.raises(ValueError, match="32-byte"):
            form.copy_rows(0, 0, 1, 2, (1, 1))
        return
    rows = form.copy_rows(1000, 2000, 10, 5, (-64, 32))
    assert form.rest(rows, 20) == [form.copy_rows(1000 - 128, 2064, 10, 3, (-64, 32))]
    assert form.rest(rows, 23) == [
        form.copy(1000 - 128 + 3, 2067, 7),
        form.copy_rows(1000 - 192, 2096, 10, 2, (-64, 32)),
    ]
    assert form.rest(rows, 49) == [form.copy(1000 - 256 + 9, 2128 + 9, 1)]


def test_hazards() -> None:
    hazards = Hazards()
    hazards.note([("a", (100, 200))])
    assert hazards.needs_barrier([("a", (199, 300))], [])
    assert not hazards.needs_barrier([("a", (200, 300))], []) and not hazards.needs_barrier([("b", (100, 200))], [])
    assert not hazards.needs_barrier([], [("a", (100, 200))])  # writes of the data port are in order
    hazards.note([("a", (400, 408))], store=True)
    assert hazards.needs_barrier([], [("a", (407, 500))]) and hazards.needs_barrier([("a", (407, 500))], [])
    assert not hazards.needs_barrier([], [("a", (400, 408))], store=True)
    hazards.clear()
    assert not hazards.needs_barrier([("a", (0, 999))], [("a", (0, 999))])


@pytest.mark.parametrize(
    "choice",
    [
        {"preemption": "pixel"},
        {"dummy_page": ""},
        {"dma_buffers": "local"},
        {"dma_buffer_size": 100},
        {"buffer_pages": 1},
    ],
)
def test_bad_choices(choice: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        DisplayChoices(**choice)


@pytest.mark.parametrize(
    "params,options",
    [
        (EngineParams(), {"profile": "pc"}),
        (EngineParams(), {"choices": Choices(coherent=False)}),
        (EngineParams(descriptors=0), {}),
    ],
)
def test_machines_that_cannot(params: EngineParams, options: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedHardware):
        GraphicsKernel(Kernel(ReferencePlatform(params, RAM), **options))


# ------------------------------------------------------------------ bugs are found
def _look_again(self: Parser) -> list[Any]:
    """Checks what was read, then reads again what it carries out."""
    first, (memory, address, length) = PARSE(self), LAST
    if length != len(self.data):
        return first
    again = Parser(READ(memory, address, length), self.allocations, self.patches)
    again._check_extent = lambda command: None  # type: ignore[method-assign]
    try:
        return PARSE(again)
    except Refused:
        return first


def _remember(self: PageableMemory, address: int, length: int) -> bytes:
    if address < 1 << 63:
        LAST[:] = self, address, length
    return READ(self, address, length)


def _forgets_progress(self: Any) -> None:
    stopped = self.entries[0].stopped_at if self.entries else {}
    PREEMPTED(self)
    stopped.clear()


from windlass.display.render import Renderer

RENDER, PREEMPTED = Renderer.render, Ring._preempted


def _no_write_flag(self: Any, at: int, index: int, offset: int, slot: int, *, write: bool) -> Any:
    return OPERAND(self, at, index, offset, slot, write=False)


OPERAND, PARSE, READ, PREEMPTED = Parser._operand, Parser.parse, PageableMemory.read, Ring._preempted
#: The last read of a user's memory: memory, address, length.
LAST: list[Any] = [None, 0, 0]
#: Bugs that somebody could make: name → (where, what instead).
BUGS: dict[str, tuple[Any, str, Any]] = {
    "nobody looks at extents": (Parser, "_check_extent", lambda self, command: None),
    "nobody looks at the write flag": (Parser, "_operand", _no_write_flag),
    "a second look at the user's buffer": (Parser, "parse", _look_again),
    "a preempted window starts again": (Ring, "_preempted", _forgets_progress),
    "patches are forgotten": (DisplayMiniport, "patch", lambda self, args: None),
    "local memory is not brought in": (MemoryManager, "_transfer", lambda self, *rest: None),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_found(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer, or a scenario, breaks on each of these."""
    owner, name, broken = BUGS[bug]
    monkeypatch.setattr(PageableMemory, "read", _remember)
    monkeypatch.setattr(owner, name, broken)
    with pytest.raises((AssertionError, Outside, DmaContractViolation, RuntimeError)):
        fuzz.run(ReferencePlatform(ram_size=fuzz.RAM), 0, 1500)
        SCENARIOS["a_preempted_window_with_barriers"](ReferencePlatform(ram_size=RAM))


def test_without_barriers_the_rtl_shows_it() -> None:
    """The engine's reads do overtake its writes, so that the barriers are needed, and missing ones would be seen."""
    call = ("tb.display.all:run_without_barriers", {"name": "commands_see_what_was_before"})
    records = run_on_rtl([call], sim="verilator", params=EngineParams(), ram_size=RAM, build_dir=BUILD, latency=40)
    assert records[0].error is not None and records[0].error.startswith("AssertionError")


# ------------------------------------------------------------------ the example
def test_the_example_on_both_platforms() -> None:
    data = bytes(range(32, 127)) * 3
    outcomes = [
        run_driver(locate("display"), data, platform=platform, sim="verilator", build_dir=BUILD, ram_size=RAM)
        for platform in ("reference", "rtl")
    ]
    for outcome in outcomes:
        assert outcome.ok, (outcome.failure, outcome.details)
        assert outcome.details["frames"] == FRAMES and outcome.details["cycles a frame"] > 10_000
        assert "us, " in outcome.details["simulated time a frame"]
    assert outcomes[0].data_out == outcomes[1].data_out and outcomes[0].files == outcomes[1].files
    assert outcomes[0].ram_sha256 == outcomes[1].ram_sha256
    images = {name: Image.open(io.BytesIO(content)) for name, content in outcomes[0].files.items()}
    assert images["display.png"].size == (3 * WIDTH, 3 * HEIGHT)
    assert images["display-frames.png"].size == (3 * WIDTH, 2 * HEIGHT)
    assert len(images["display.png"].convert("RGB").getcolors(1 << 16) or []) > 50
    frames = outcomes[0].data_out or b""
    size = len(frames) // FRAMES
    assert len({frames[i * size : (i + 1) * size] for i in range(FRAMES)}) == FRAMES


@pytest.mark.parametrize("data", [b"\0", b"x", bytes(5000)])
def test_the_example_with_any_data(data: bytes) -> None:
    for params in (EngineParams(), EngineParams(two_d=1), EngineParams(data_width=128, max_burst=4)):
        assert run_driver(locate("display"), data, params=params).ok


def test_the_command_writes_pictures(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from windlass.cli import main; main()", "run", "display", "--out"]
    environment = {"PYTHONPATH": str(ROOT / "sw"), "PATH": "/usr/bin:/bin"}

    def run(out: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, str(out)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    done = run(tmp_path / "pictures")
    assert done.returncode == 0, done.stderr
    assert f"picture: {tmp_path / 'pictures' / 'display.png'}" in done.stdout and "frames/s" in done.stdout
    assert Image.open(tmp_path / "pictures" / "display.png").format == "PNG"
    (tmp_path / "file").touch()
    done = run(tmp_path / "file")
    assert (
        done.returncode == 2 and done.stderr.startswith("windlass: cannot write to ") and "Traceback" not in done.stderr
    )


# ------------------------------------------------------------------ the long run
def test_the_long_run_in_short() -> None:
    """`make regress-display` says how many command buffers ran and what became of them; other seeds are other buffers."""
    outputs = []
    for first in ("0", "1000"):
        command = [sys.executable, ROOT / "tools" / "regress_display", "--buffers", "30", "--rtl", "0", "--from", first]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        line = done.stdout.splitlines()[0]
        assert line.startswith("16-byte descriptors, reference: 30 command buffers in ")
        counts = dict(re.findall(r"'(STATUS_\w+)': (\d+)", line))
        assert sum(map(int, counts.values())) == 30
        outputs.append(counts)
    assert outputs[0] != outputs[1]
