"""What a process of its own does: cocotb's runner builds a design there, and simulates it.

It is forked from a server that has imported the runner: of a small bench, the import was a third of its time. (multiprocessing has such a server,
but imports the caller's main module in each process, so a script of a few lines could not call it.)
"""

from __future__ import annotations

import atexit
import math
import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from cocotb_tools.runner import get_runner

Arguments = Mapping[str, Any]
Step = Callable[[Arguments], None]
TICK = 0.1  # s


def build(a: Arguments) -> None:
    """Compile the design, unless what it is made of is older than the result."""
    get_runner(a["sim"]).build(
        sources=a["sources"], hdl_toplevel=a["top"], parameters=a["parameters"], build_args=a["build_args"],
        defines=a["defines"], build_dir=a["build_dir"], includes=a["includes"], always=False, waves=a["build_waves"],
    )  # fmt: skip


def built(a: Arguments) -> None:
    """Leave a mark that the design was compiled."""
    Path(a["build_dir"], "built").touch()


def test(a: Arguments) -> None:
    """Simulate it."""
    get_runner(a["sim"]).test(
        hdl_toplevel=a["top"], test_module=a["module"], build_dir=a["build_dir"], test_dir=a["test_dir"],
        plusargs=a["plusargs"], hdl_toplevel_lang="verilog", test_args=a["test_args"], waves=a["waves"],
    )  # fmt: skip


def limit(seconds: int, size: int) -> None:
    """Give this process, and each that it starts, `seconds` of processor time and `size` bytes of address space at most. A bench's design may be
    wrong (`make mutate`), and then take all memory, or simulate for ever: the system stops it, also when whoever started it is no more.
    """
    for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, size)):
        resource.setrlimit(kind, (most, most))


def _work(steps: Sequence[Step], a: Arguments, env: Mapping[str, str], log: Path, most: tuple[int, int] | None) -> None:
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:0] = env.get("PYTHONPATH", "").split(os.pathsep)  # the runner gives all of it to the simulator
    if most:
        limit(*most)
    for step in steps:
        step(a)


def serve() -> None:
    """Fork a process for each call of :func:`run` that comes in, and tell its number, and its exit status at its end. In that process it returns when all
    is done, so that Python ends there as it does everywhere.
    """
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pid = os.fork()
        # A group of its own, so that it can be ended with what it starts; from both sides, as nobody knows which comes first.
        with suppress(OSError):
            os.setpgid(pid, pid)
        if not pid:
            return _work(*job)
        with suppress(BrokenPipeError):  # whoever called may be no more
            os.write(1, b"%d\n" % pid)
            os.write(1, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


_idle: list[subprocess.Popen[bytes]] = []


@atexit.register
def _end() -> None:
    while _idle:
        _idle.pop().communicate()


def _server() -> subprocess.Popen[bytes]:
    try:
        return _idle.pop()
    except IndexError:
        command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        # Of its own session: what is typed at the terminal is for whoever calls.
        return subprocess.Popen(
            command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, start_new_session=True
        )


def _number(told: IO[bytes]) -> int:
    line = told.readline()
    if not line:
        raise RuntimeError("the process that starts simulations was ended")
    return int(line)


def run(
    steps: Sequence[Step],
    arguments: Arguments,
    env: Mapping[str, str],
    log: Path,
    *,
    on_tick: Callable[[], None] = lambda: None,
    seconds: float = math.inf,
    most: tuple[int, int] | None = None,
) -> int:
    """Do `steps`, in turn, in a process of its own, with environment `env` and what it prints in `log`; returns its exit status (less than 0: the
    signal that ended it). One that takes more than `seconds` is ended, with what it started; `most` is for :func:`limit`. `on_tick` is called while
    it works, and at its end.
    """
    end = time.monotonic() + seconds
    server = _server()
    asked, told = server.stdin, server.stdout
    assert asked and told
    job = memoryview(pickle.dumps((steps, arguments, dict(env), log, most)))
    while job:
        job = job[asked.write(job) :]
    pid = _number(told)

    def over(wait: float) -> bool:
        return bool(select.select([told], [], [], wait)[0])

    try:
        while not over(TICK) and time.monotonic() < end:
            on_tick()
    finally:
        if not over(0):  # the simulator is its child: end both
            with suppress(ProcessLookupError):  # it has just ended
                os.killpg(pid, signal.SIGKILL)
        status = _number(told)
        _idle.append(server)
    on_tick()
    return status
