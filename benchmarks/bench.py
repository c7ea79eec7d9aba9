"""Measures the dry run up to the plan on Home Assistant, beside ``ast.parse`` of its files and ``pyrefly check``.

The bar is relative: no more CPU than parsing every file once, in less than 600 MB. Each step runs in a process of its
own, several times, the steps taking turns; the medians are shown. See ``docs/benchmarks.md``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated, NoReturn

import typer
from fetch import NotFetched, Pin, fetch, python_files
from rich.console import Console
from rich.table import Table

HOME_ASSISTANT = Pin(
    "homeassistant",
    "2025.1.4",
    "homeassistant-2025.1.4-py3-none-any.whl",
    "06f273ce6e3d1973d65d67de583f1cba7fcb445a85ce9c16f3618d8cf5048b6c",
)
TARGET = "homeassistant.helpers.entity:ToggleEntity.turn_on"
HELD_BY = ("homeassistant/components/decora/light.py", "homeassistant/components/limitlessled/light.py")
"""Two of the 136 overrides of turn_on have a decorator that would get a coroutine function, so the plan for the whole
tree is one stop. Without these two files the colour spreads, which is what takes time: both are measured."""
NEEDED = (3, 13)
MAX_RATIO = 1.0
MAX_MEGABYTES = 600
LEAST_FUNCTIONS = 100
"""A run that colours fewer hasn't done the work, and its time says nothing."""
STEPS = Path(__file__).with_name("steps.py")
BASE = "ast.parse of all files"
UNIT = 1024 if sys.platform != "darwin" else 1
"""Bytes in the unit of ru_maxrss: kilobytes on Linux, bytes on macOS."""

console = Console(width=None if sys.stdout.isatty() else 120)


@dataclass(frozen=True, slots=True)
class Run:
    """What one process used, and what it found."""

    seconds: float
    megabytes: float
    found: dict[str, float]


@dataclass(frozen=True, slots=True)
class Step:
    """A command to measure, and whether it must keep to the bar."""

    name: str
    command: tuple[str, ...]
    has_bar: bool = False
    must_spread: bool = False
    exit_codes: tuple[int, ...] = (0,)
    runs: list[Run] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return median(run.seconds for run in self.runs)

    @property
    def megabytes(self) -> float:
        return median(run.megabytes for run in self.runs)


def main(
    runs: Annotated[int, typer.Option(help="How often each step is run.")] = 3,
    profile: Annotated[bool, typer.Option("--profile", help="Only show where the dry run spends its time.")] = False,
) -> None:
    """Compare the dry run's CPU time and memory with parsing the same files."""
    if sys.version_info < NEEDED:
        stop(
            f"Home Assistant {HOME_ASSISTANT.version} needs Python 3.13 to be read; this is {sys.version.split()[0]}", 2
        )
    with tempfile.TemporaryDirectory(prefix="awaitify-bench-") as folder:
        try:
            tree = fetch(HOME_ASSISTANT, Path(folder) / "tree")
        except NotFetched as error:
            stop(str(error), 2)
        console.print(f"{HOME_ASSISTANT}: {len(python_files(tree)):,} files; Python {sys.version.split()[0]}")
        if profile:
            measure(own("profile", tree, *HELD_BY))
            return
        steps = steps_for(tree)
        take_turns(steps, runs)
        missed = list(misses(steps))
        console.print(results(steps, runs))
        console.print(breakdown(tree))
    for miss in missed:
        console.print(f"[bold red]{miss}", highlight=False)
    raise typer.Exit(1 if missed else 0)


def stop(reason: str, code: int) -> NoReturn:
    console.print(f"[bold red]{reason}")
    raise typer.Exit(code)


# The steps


def steps_for(tree: Path) -> list[Step]:
    """All that is to be measured on *tree*."""
    steps = [
        Step(BASE, (sys.executable, str(STEPS), "parse", str(tree))),
        Step("awaitify to the plan, as named", own("plan", tree), has_bar=True),
        Step("awaitify to the plan, spreading", own("plan", tree, *HELD_BY), has_bar=True, must_spread=True),
    ]
    if pyrefly := find_pyrefly():
        # It exits with 1 when it finds type errors, and without Home Assistant's dependencies it does.
        command = (pyrefly, "check", str(tree / "homeassistant"))
        steps.append(Step("pyrefly check", command, exit_codes=(0, 1)))
    else:
        console.print("pyrefly not installed: skipped (pip install pyrefly)")
    return steps


def own(step: str, tree: Path, *exclude: str) -> tuple[str, ...]:
    return (sys.executable, str(STEPS), step, str(tree), TARGET, *exclude)


def find_pyrefly() -> str | None:
    """The pyrefly beside this Python, else the one on the path."""
    return shutil.which("pyrefly", path=str(Path(sys.executable).parent)) or shutil.which("pyrefly")


def take_turns(steps: Iterable[Step], runs: int) -> None:
    """Run every step once, then all of them again: what slows the machine for a while slows them all."""
    for number in range(runs):
        for step in steps:
            with console.status(f"{step.name}: run {number + 1} of {runs}"):
                step.runs.append(measure(step.command, step.exit_codes))


def measure(command: tuple[str, ...], exit_codes: tuple[int, ...] = (0,)) -> Run:
    """Run the command to its end; its own CPU time, user and system, and its peak of memory."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL if is_foreign(command) else None)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)  # it is waited for: Popen must not try again
        if process.returncode not in exit_codes:
            stop(f"{' '.join(command)} ended with {process.returncode}", 2)
        output.seek(0)
        found = {} if is_foreign(command) else json.load(output)
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss * UNIT / 1e6, found)


def is_foreign(command: tuple[str, ...]) -> bool:
    return str(STEPS) not in command


# What is shown


def results(steps: list[Step], runs: int) -> Table:
    """Return the medians, each beside the base and the bar."""
    base = steps[0].seconds
    table = Table(title=f"median of {runs}; bar: CPU ≤ {MAX_RATIO:.1f} × {BASE}, < {MAX_MEGABYTES} MB")
    table.add_column("")
    for heading in ("CPU s", "ratio", "peak MB"):
        table.add_column(heading, justify="right")
    table.add_column("found")
    table.add_column("bar")
    for step in steps:
        found = ", ".join(f"{number:,.0f} {what}" for what, number in step.runs[-1].found.items())
        verdict = "" if not step.has_bar else "missed" if list(misses_of(step, base)) else "met"
        figures = (f"{step.seconds:.2f}", f"{step.seconds / base:.2f}", f"{step.megabytes:.0f}")
        table.add_row(step.name, *figures, found, verdict)
    return table


def misses(steps: list[Step]) -> Iterable[str]:
    """What is worse than the bar, a sentence each."""
    for step in steps:
        if step.has_bar:
            yield from misses_of(step, steps[0].seconds)


def misses_of(step: Step, base: float) -> Iterable[str]:
    if step.seconds > MAX_RATIO * base:
        yield f"{step.name}: {step.seconds / base:.2f} × {BASE}, more than {MAX_RATIO:.1f}"
    if step.megabytes >= MAX_MEGABYTES:
        yield f"{step.name}: {step.megabytes:.0f} MB, not under {MAX_MEGABYTES}"
    functions = step.runs[-1].found["functions"]
    if step.must_spread and functions < LEAST_FUNCTIONS:
        yield f"{step.name}: only {functions:.0f} functions became async, so there was nothing to measure"


def breakdown(tree: Path) -> Table:
    """Return where one spreading run spends its CPU time."""
    run = measure(own("phases", tree, *HELD_BY))
    within = {phase: run.found.pop(phase) for phase in ("ast.parse", "summaries")}
    ending = run.seconds - sum(run.found.values())
    table = Table(title="one run, spreading")
    table.add_column("phase")
    table.add_column("CPU s", justify="right")
    for phase, seconds in (run.found | {"ending the process": ending}).items():
        table.add_row(phase, f"{seconds:.2f}")
    for phase, seconds in within.items():
        table.add_row(f"  of all these: {phase}", f"{seconds:.2f}")
    return table


if __name__ == "__main__":
    typer.run(main)
