"""The ``windlass`` command. Bad input is one line on standard error and exit status 2."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from .firstlight import MAX_FILE, Row, firstlight, ram_size_for
from .platform import EngineParams
from .rtl.session import ROOT, SimulationFailed
from .rtl.toolchain import ToolMissing
from .runner import NEEDS, Failure, NoDriver, Outcome, locate, run_driver
from .trace_file import NotATrace, describe, load, save
from .wdm.kernel import PROFILES
from .wdm.status import status_name


class BadInput(click.ClickException):
    """One line, exit status 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"windlass: {self.message}", err=True)


def read_input(path: Path) -> bytes:
    """The file's bytes; BadInput says what is wrong with it."""
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a directory: expected a file of 1 to {MAX_FILE} bytes")
        size = path.stat().st_size
        if size > MAX_FILE:
            raise BadInput(f"{path} has {size} bytes: the simulated memory takes at most {MAX_FILE}")
        data = path.read_bytes()
    except OSError as e:
        raise BadInput(f"cannot read {path}: {e.strerror}") from None
    if not data:
        raise BadInput(f"{path} is empty: expected a file of 1 to {MAX_FILE} bytes")
    return data


def read_params(settings: tuple[str, ...], usual: Mapping[str, int] | None = None) -> EngineParams:
    """NAME=VALUE settings over the `usual` ones. Raises BadInput; whether a width or a count can be built is decided when the RTL is elaborated."""
    names = {field.name.upper(): field.name for field in fields(EngineParams)}
    values: dict[str, int] = dict(usual or {})
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in names or not value.isdigit():
            raise BadInput(f"'{setting}' is no parameter: expected NAME=NUMBER with one of {', '.join(names)}")
        values[names[name]] = int(value)
    try:
        return EngineParams(**values)
    except ValueError as e:
        raise BadInput(str(e)) from None


def show(rows: list[Row], params: EngineParams, console: Console) -> None:
    """The table, then what differs."""
    table = Table(title="Windlass: RTL against the reference model")
    for column in ("scenario", "bytes", "cycles", "bus use", "SHA-256 in", "SHA-256 out", "platforms agree"):
        table.add_column(column, justify="right" if column in ("bytes", "cycles", "bus use") else "left")
    for row in rows:
        r = row.rtl.result
        use = f"{r.bytes_moved / (r.cycles * params.word_bytes):.1%}" if r else "-"
        table.add_row(
            row.name,
            str(r.bytes_in if r else "-"),
            str(r.cycles if r else "-"),
            use,
            row.sha("in")[:16],
            row.sha("out")[:16],
            "yes" if row.ok else "NO",
        )
    console.print(table)
    for row in rows:
        console.print(f"{row.name}: SHA-256 in {row.sha('in')} out {row.sha('out')}", soft_wrap=True)
        for text in row.differences:
            console.print(f"{row.name}: RTL / reference: {text}", soft_wrap=True, markup=False)


class OneLine(click.Group):
    """A group whose wrong options and arguments are one line, too."""

    def make_context(self, *arguments: Any, **named: Any) -> click.Context:
        """Options before the command."""
        try:
            return super().make_context(*arguments, **named)
        except click.UsageError as e:
            raise BadInput(e.format_message()) from None

    def invoke(self, context: click.Context) -> Any:
        """The command with its options."""
        try:
            return super().invoke(context)
        except click.UsageError as e:
            raise BadInput(e.format_message()) from None


@click.group(cls=OneLine, invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Windlass: drive a DMA engine's RTL, and its reference model, with real driver code."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def check_sim(sim: str) -> None:
    """Raises BadInput."""
    if sim not in ("icarus", "verilator"):
        raise BadInput(f"unknown SIM '{sim}': expected icarus or verilator")


def shipped_file() -> Path:
    """What is moved when nothing else is said."""
    return Path(str(files("windlass") / "assets" / "firstlight.txt"))


@main.command("firstlight")
@click.option("--file", "path", type=click.Path(path_type=Path), help="File to move (default: one that is shipped).")
@click.option("--sim", default="icarus", help="icarus or verilator.")
@click.option("--waves", is_flag=True, help="Leave a wave dump (FST).")
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "build" / "run", help="Where the output goes.")
@click.option(
    "--param", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of the RTL, as DATA_WIDTH=128."
)
def firstlight_command(path: Path | None, sim: str, waves: bool, out: Path, settings: tuple[str, ...]) -> None:
    """Move a file with three drivers on the RTL and on the reference model, and compare."""
    check_sim(sim)
    if path is None:
        path = shipped_file()
    data = read_input(path)
    console = Console(width=max(Console().width, 110))
    params = read_params(settings)
    dump = out / "waves.fst" if waves else None
    try:
        rows = firstlight(
            data, sim, ROOT / "build" / "sim", dump, lambda text: click.echo(f"  {text}", err=True), params
        )
    except (ToolMissing, SimulationFailed) as e:
        raise BadInput(str(e)) from None
    show(rows, params, console)
    result = rows[0].rtl.result
    if result is not None:
        out.mkdir(parents=True, exist_ok=True)
        target, temporary = out / f"{path.name}.out", out / f".{path.name}.part"
        temporary.write_bytes(result.data_out)
        temporary.replace(target)
        console.print(f"output file: {target}", soft_wrap=True)
    if dump and dump.exists():
        console.print(f"waves: {dump}", soft_wrap=True)
    good = all(row.ok for row in rows)
    console.print("all platforms agree" if good else "the platforms DISAGREE")
    sys.exit(0 if good else 1)


def report(failure: Failure) -> None:
    """One report of a driver that failed: what, where in the driver, what it should have done."""
    if not failure.rule:
        click.echo(f"the driver failed: {failure.message}" + (f" ({failure.where})" if failure.where else ""), err=True)
        return
    click.echo("the driver broke the DMA contract", err=True)
    click.echo(f"  rule         {failure.rule}: {failure.message}", err=True)
    click.echo(f"  routine      {failure.routine}", err=True)
    click.echo(f"  driver       {failure.where}" + (f": {failure.code}" if failure.code else ""), err=True)
    click.echo(f"  should have  {failure.should_have}", err=True)


#: DMA_COMPLETION_STATUS, what a DmaCompletionRoutine is told.
COMPLETIONS = {0: "DmaComplete", 1: "DmaAborted", 2: "DmaError", 3: "DmaCancelled"}


def show_outcome(name: str, outcome: Outcome) -> None:
    """What a driver did, in a few lines."""
    counts: dict[str, int] = {}
    for routine, status in outcome.statuses:
        text = COMPLETIONS[status] if routine == "dma_completion" and status in COMPLETIONS else status_name(status)
        counts[f"{routine} {text}"] = counts.get(f"{routine} {text}", 0) + 1
    for text, count in counts.items():
        click.echo(f"  {count:>5} x {text}")
    for key, value in outcome.details.items():
        click.echo(f"  {key}: {value}")
    moved = f", {outcome.bytes_moved} bytes moved" if outcome.bytes_moved else ""
    click.echo(f"{name}: {'ok' if outcome.ok else 'FAILED'}{moved}, {outcome.cycles} cycles")


@main.command("run")
@click.argument("name")
@click.option("--platform", default="reference", help="reference or rtl.")
@click.option("--profile", default="native", help="native (Windlass channels) or pc (a pair of 8237, bounce pages).")
@click.option("--sim", default="icarus", help="icarus or verilator (for the RTL).")
@click.option("--file", "path", type=click.Path(path_type=Path), help="Data for the driver (default: a shipped file).")
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "build" / "run", help="Where pictures go.")
@click.option("--trace", "trace_path", type=click.Path(path_type=Path), help="Write a trace (Chrome format, JSON).")
@click.option(
    "--param", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of the engine, as DATA_WIDTH=128."
)
def run_command(
    name: str,
    platform: str,
    profile: str,
    sim: str,
    path: Path | None,
    out: Path,
    trace_path: Path | None,
    settings: tuple[str, ...],
) -> None:
    """Run a driver: an example by name, or a Python file with run(platform, data).

    Examples: floppy, sound, network, disk, uart, nic_busmaster, disk_busmaster, display, sg_copy, packet_dma, audio_loop; with
    --profile pc: floppy, network, sg_copy.
    """
    if platform not in ("reference", "rtl"):
        raise BadInput(f"unknown platform '{platform}': expected reference or rtl")
    if profile not in PROFILES:
        raise BadInput(f"unknown profile '{profile}': expected {' or '.join(PROFILES)}")
    check_sim(sim)
    params = read_params(settings, NEEDS.get(name))
    data = read_input(path or shipped_file())
    if trace_path is not None and not trace_path.parent.is_dir():
        raise BadInput(f"cannot write {trace_path}: there is no folder {trace_path.parent}")
    if trace_path is not None and trace_path.is_dir():
        raise BadInput(f"cannot write {trace_path}: it is a directory")
    try:
        target = locate(name, profile)
        outcome = run_driver(
            target,
            data,
            platform=platform,
            profile=profile,
            sim=sim,
            params=params,
            ram_size=ram_size_for(len(data)),
            build_dir=ROOT / "build" / "sim",
            trace=trace_path is not None,
        )
        if trace_path is not None and outcome.trace is not None:
            save(trace_path, outcome.trace, {"driver": name, "platform": platform, "profile": profile})
    except (NoDriver, ToolMissing, SimulationFailed, ValueError) as e:
        raise BadInput(str(e)) from None
    except OSError as e:
        raise BadInput(f"cannot write {trace_path}: {e.strerror}") from None
    if outcome.failure is None:
        show_outcome(name, outcome)
    else:
        report(outcome.failure)
    try:
        for file, content in outcome.files.items():
            out.mkdir(parents=True, exist_ok=True)
            (out / file).write_bytes(content)
            click.echo(f"picture: {out / file}")
    except OSError as e:
        raise BadInput(f"cannot write to {out}: {e.strerror}") from None
    if trace_path is not None and outcome.trace is not None:
        click.echo(f"trace: {trace_path}")
    sys.exit(0 if outcome.ok else 1)


@main.command("trace")
@click.argument("path", type=click.Path(path_type=Path))
def trace_command(path: Path) -> None:
    """Print a trace that `run --trace` wrote: cycle, IRQL, calls as they nest, what the hardware did."""
    try:
        trace = load(path)
    except NotATrace as e:
        raise BadInput(str(e)) from None
    except (OSError, UnicodeDecodeError) as e:
        raise BadInput(f"cannot read {path}: {getattr(e, 'strerror', None) or 'it is no text'}") from None
    for line in describe(trace):
        click.echo(line)
