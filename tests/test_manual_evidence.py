"""Each sentence and table row of the programmer's manual is shown by a test, or says nothing that could be tested; tests/evidence/ tells which.

A file there has a table for each section, named as the heading begins. A key is a sentence as it stands in the manual; of a long one its beginning
and its end, with [...] between. A value is a list of what would fail if the sentence were false:

* `control:pauses`: a driver of tb/top, run on the reference model and on the RTL;
* `tb/irq:coalescing`: a test of a unit bench;
* `test_model_work::test_fill`: a test of this folder;
* `proof:map`: a proof of `make formal`;

or a text that begins with "nothing to test: " and the reason, which may also stand for a whole section.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from windlass.rtl.session import ROOT

from formal.proofs import PROOFS
from tb.top.entries import BASE, ENTRIES

PAGES = {
    "programmers-manual": "",
    "integration": "",
    "theory-of-operation": r"\b(two|three|four|five|six|eight|ten|\d+) cycles",
}
"""Pages of docs/, and which of their sentences are looked at: those of the theory of operation that state a number of cycles."""
GAP, NOTHING = " [...] ", "nothing to test: "
Sentence = tuple[str, str]
"""(heading, sentence)."""
Evidence = dict[str, dict[str, list[str] | str] | str]
"""Section → sentence → tests, or a reason; or a reason for the section."""


def split(text: str) -> list[str]:
    """Sentences of a paragraph or a table row: they end with a full stop or a semicolon before a space, outside brackets and code."""
    parts, now, depth, code = [], "", 0, False
    for here, following in pairwise(text + " "):
        now += here
        code ^= here == "`"
        if not code:
            depth = max(0, depth + (here in "([{") - (here in ")]}"))
        if here in ".;" and following == " " and not code and not depth:
            parts.append(now.strip())
            now = ""
    return [part for part in [*parts, now.strip()] if part]


def sentences(page: str) -> list[Sentence]:
    """All sentences and table rows of a Markdown page. Code blocks and the lines below a table's head are none."""
    out: list[Sentence] = []
    heading, paragraph, block = "", "", False

    def flush() -> None:
        nonlocal paragraph
        out.extend((heading, sentence) for sentence in split(paragraph))
        paragraph = ""

    for line in map(str.strip, page.splitlines()):
        if line.startswith("```"):
            block = not block
        if block or not line or line.startswith(("```", "#", "|", "* ")):
            flush()
        if block or line.startswith("```") or re.fullmatch(r"\|[|\s:-]+", line):
            continue
        if line.startswith("#"):
            heading = line.lstrip("# ")
            continue
        paragraph += line.removeprefix("* ") + " "
    flush()
    return out


def quoted(quotation: str, sentence: str) -> bool:
    """Whether a sentence is what a key of the file means."""
    begin, gap, end = quotation.partition(GAP)
    return sentence.startswith(begin) and sentence.endswith(end) if gap else sentence == quotation


@cache
def functions(path: Path) -> dict[str, str]:
    """Functions of a module and their decorators' text; nothing when there is no such module."""
    if not path.exists():
        return {}
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {n.name: " ".join(map(ast.unparse, n.decorator_list)) for n in tree.body if isinstance(n, kinds)}


def bench_tests(folder: Path) -> set[str]:
    """The cocotb tests of a bench: those of its bench.py, and those that bench.py takes from a file beside it, where cocotb finds them too."""
    if not (folder / "bench.py").exists():
        return set()
    found = {name for name, marks in functions(folder / "bench.py").items() if "cocotb.test" in marks}
    for node in ast.parse((folder / "bench.py").read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            beside = functions(folder / f"{node.module}.py")
            found |= {name.name for name in node.names if "cocotb.test" in beside.get(name.name, "")}
    return found


def exists(evidence: str) -> bool:
    """Whether there is such a test, and something runs it."""
    file, colons, test = evidence.partition("::")
    if colons:
        return test.startswith("test_") and test in functions(ROOT / "tests" / f"{file}.py")
    where, _, name = evidence.partition(":")
    if where == "proof":
        return any(proof.name == name for proof in PROOFS)
    if where.startswith("tb/"):
        return name in bench_tests(ROOT / where)
    called = {entry.name for entry in BASE + ENTRIES}
    called |= set(re.findall(r'"(\w+:\w+)"', (ROOT / "tests/test_bench_top.py").read_text()))
    called.add("random_programs:program")  # tb/top/entries.py, random_entry
    return evidence in called and name in functions(ROOT / "tb/top" / f"{where}.py")


def problems(page: str, evidence: Evidence, known: Callable[[str], bool] = exists, only: str = "") -> list[str]:
    """What is wrong: sentences without an entry, entries without their sentence, tests that are not there."""
    out = []
    every = [sentence for sentence in sentences(page) if re.search(only, sentence[1])]
    headings = list(dict.fromkeys(heading for heading, _ in every))
    shown: set[Sentence] = set()
    for section, entries in evidence.items():
        here = [section] if section in headings else [h for h in headings if h.startswith(section)]
        if len(here) != 1:
            out.append(f"[{section}]: begins {len(here)} headings")
            continue
        if isinstance(entries, str):  # for the whole section
            entries = dict.fromkeys((sentence for heading, sentence in every if heading == here[0]), entries)
        for quotation, tests in entries.items():
            found = [s for s in every if s[0] == here[0] and quoted(quotation, s[1])]
            if not found:
                out.append(f"[{section}] no longer says: {quotation}")
            shown.update(found)
            if isinstance(tests, str):
                if not tests.startswith(NOTHING) or len(tests) < len(NOTHING) + 8:
                    out.append(f"[{section}] {quotation}: a reason begins with '{NOTHING}', got '{tests}'")
            elif not tests:
                out.append(f"[{section}] {quotation}: names no test")
            else:
                out += [f"[{section}] {quotation}: there is no {test}" for test in tests if not known(test)]
    return out + [
        f"[{heading}] has no test named for: {sentence}"
        for heading, sentence in every
        if (heading, sentence) not in shown
    ]


@pytest.mark.parametrize("name", [path.stem for path in sorted((ROOT / "tests/evidence").glob("*.yaml"))])
def test_every_sentence_has_its_test(name: str) -> None:
    evidence = yaml.safe_load((ROOT / "tests/evidence" / f"{name}.yaml").read_text())
    wrong = problems((ROOT / "docs" / f"{name}.md").read_text(), evidence, only=PAGES[name])
    assert not wrong, f"tests/evidence/{name}.yaml:\n" + "\n".join(wrong)


def test_all_pages_are_there() -> None:
    assert {path.stem for path in (ROOT / "tests/evidence").glob("*.yaml")} == set(PAGES)


PAGE = """# A page
## 1. First (with more)
It does this. It (see 2; 3.) does `that; too`; and the
third thing, at length.

| a | b |
|---|---|
| 0 | one thing. another |
```
no. sentence; here
```
## 2. Second
* A point that is long enough to be cut in the middle of it.
"""
EVIDENCE: Evidence = {
    "1. First": {
        "It does this.": ["x"], "It (see 2; 3.) does `that; too`;": ["x", "y"], "and the third thing, at length.": ["x"],
        "| a | b |": "nothing to test: the head of a table", "| 0 | one thing.": ["y"], "another |": ["y"],
    },
    "2.": {"A point [...] of it.": ["x"]},
}  # fmt: skip


def test_a_page_that_is_shown() -> None:
    assert problems(PAGE, EVIDENCE, "xy".__contains__) == []
    assert problems(PAGE, {"2.": EVIDENCE["2."]}, "xy".__contains__, only="middle") == []


@pytest.mark.parametrize(
    "page,evidence,wrong",
    [
        (PAGE.replace("does this", "did this"), {}, ["[1. First] no longer says: It does this.", "[1. First (with more)] has no test named for: It did this."]),
        (PAGE + "* It is new.\n", {}, ["[2. Second] has no test named for: It is new."]),
        (PAGE, {"2.": {"A point [...] of it.": ["z"]}}, ["[2.] A point [...] of it.: there is no z"]),
        (PAGE, {"2.": {"A point [...] of it.": []}}, ["[2.] A point [...] of it.: names no test"]),
        (PAGE, {"2.": {"A point [...] of it.": "no"}}, ["[2.] A point [...] of it.: a reason begins with 'nothing to test: ', got 'no'"]),
        (PAGE, {"2.": "nothing to test: measured figures"}, []),
        (PAGE, {"2.": "figures"}, ["[2.] A point that is long enough to be cut in the middle of it.: a reason begins with 'nothing to test: ', got 'figures'"]),
        (PAGE, {"3.": {"What": ["x"]}}, ["[3.]: begins 0 headings"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(page: str, evidence: Evidence, wrong: list[str]) -> None:
    assert problems(page, EVIDENCE | evidence, "xy".__contains__) == wrong


@pytest.mark.parametrize(
    "evidence,there",
    [
        ("control:pauses", True), ("control:begin", False), ("control:nobody", False), ("addresses:round_the_counts", True), ("kit:cmd", False),
        ("tb/irq:coalescing", True), ("tb/irq:write", False), ("tb/nothing:coalescing", False),
        ("tb/map:writes_under_load", True), ("tb/map:under_load", False), ("tb/map:command", False), ("proof:map", True), ("proof:nobody", False),
        ("test_model_work::test_fill", True), ("test_model_work::run", False), ("test_nothing::test_fill", False), ("", False),
    ],
)  # fmt: skip
def test_what_counts_as_a_test(evidence: str, there: bool) -> None:
    assert exists(evidence) == there
