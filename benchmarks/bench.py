"""Measures the dry run on Home Assistant, cold and warm, beside ``ast.parse`` of its files and two type checkers.

The bars are relative: so many times the CPU of another step of the same run. Each step runs in a process of its own,
several times, the steps taking turns; the medians are shown. See ``docs/benchmarks.md``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, NoReturn

import typer
from fetch import NotFetched, Pin, fetch, python_files
from pyrefly import find_pyrefly
from rich.console import Console
from rich.table import Table
from scaling import by_mentions, by_size

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
FAMILY = "homeassistant.components.remote:RemoteEntity.send_command"
SIZES = (10_000, 100_000, 1_000_000)
FAMILIES = (
    "homeassistant.components.device_tracker.legacy:DeviceScanner.scan_devices",
    FAMILY,
    "homeassistant.components.notify.legacy:BaseNotificationService.send_message",
    TARGET,
)
NEEDED = (3, 13)
LEAST_FUNCTIONS = 100
"""A run that colours fewer hasn't done the work, and its time says nothing."""
STEPS = Path(__file__).with_name("steps.py")
BASE = "ast.parse of all files"
NAMED = "awaitify to the plan, as named"
WARM = "awaitify migrate again"
CHECK = "pyrefly check"
UNREAD = "homeassistant/components/moon/sensor.py"
"""A file of which the plan needs nothing but its words."""
READ = "homeassistant/components/light/__init__.py"
"""A file that is parsed for the plan."""
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
    """A command to measure, with its bars: how many times the CPU of another step it may take, and how many megabytes."""

    name: str
    command: tuple[str, ...]
    bars: tuple[tuple[str, float], ...] = ()
    max_megabytes: int | None = None
    must_spread: bool = False
    must_remember: bool = False
    exit_codes: tuple[int, ...] = (0,)
    before: Callable[[], object] = lambda: None
    """What is done each time before it is measured."""
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
    """Compare the dry run's CPU time and memory with parsing the same files, and with type checkers."""
    if sys.version_info < NEEDED:
        stop(
            f"Home Assistant {HOME_ASSISTANT.version} needs Python 3.13 to be read; this is {sys.version.split()[0]}", 2
        )
    with tempfile.TemporaryDirectory(prefix="awaitify-bench-") as folder:
        try:
            tree = fetch(HOME_ASSISTANT, Path(folder) / "tree")
        except NotFetched as error:
            stop(str(error), 2)
        os.environ["AWAITIFY_CACHE_DIR"] = str(Path(folder) / "cache")
        os.environ["AWAITIFY_STATE_DIR"] = str(Path(folder) / "state")
        console.print(f"{HOME_ASSISTANT}: {len(python_files(tree)):,} files; Python {sys.version.split()[0]}")
        if profile:
            measure(own("profile", tree, *HELD_BY))
            return
        steps = steps_for(tree)
        take_turns(steps, runs)
        missed = list(misses(steps))
        console.print(results(steps, runs))
        console.print(breakdown(tree))
        console.print(table_of_sizes(tree, Path(folder) / "subsets"))
        console.print(table_of_families(tree, steps[0].seconds))
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
        Step(
            "awaitify, one family's references",
            own("family", tree),
            bars=((BASE, 0.5), (CHECK, 0.25)),
            max_megabytes=350,
        ),
        Step(NAMED, own("plan", tree), bars=((BASE, 0.5), (CHECK, 0.25)), max_megabytes=350),
        Step(
            "awaitify to the plan, spreading",
            own("plan", tree, *HELD_BY),
            bars=((BASE, 1.0),),
            max_megabytes=600,
            must_spread=True,
        ),
        *steps_that_remember(tree),
    ]
    if pyrefly := find_pyrefly():
        # It exits with 1 when it finds type errors, and without Home Assistant's dependencies it does.
        steps.append(Step(CHECK, (pyrefly, "check", str(tree / "homeassistant")), exit_codes=(0, 1)))
        steps.append(Step("pyrefly references", references(tree)))
    else:
        console.print("pyrefly not installed: skipped (pip install pyrefly)")
    if ty := shutil.which("ty", path=str(Path(sys.executable).parent)) or shutil.which("ty"):
        command = (ty, "check", "--project", str(tree), "--python", sys.prefix, "--output-format", "concise")
        steps.append(Step("ty check", (*command, "--exit-zero", str(tree / "homeassistant"))))
    else:
        console.print("ty not installed: skipped (pip install ty)")
    return steps


def steps_that_remember(tree: Path) -> Iterable[Step]:
    """The whole command, after one that isn't measured: with nothing changed, and with one file edited."""
    again = own("command", tree)
    bars = ((BASE, 0.12),)
    yield Step(WARM, again, bars=bars, must_remember=True, before=lambda: measure(again))
    for name, path, is_bound in (
        ("awaitify migrate, a file edited that wasn't parsed", UNREAD, True),
        ("awaitify migrate, a file edited that was parsed", READ, False),
    ):
        bars = ((WARM, 1.2),) if is_bound else ()
        yield Step(name, again, bars=bars, must_remember=is_bound, before=partial(edit, tree / path))


def edit(path: Path) -> None:
    """Add a function that nobody calls."""
    text = path.read_text("utf-8")
    path.write_text(f"{text}\n\ndef added_{text.count('def added_')}():\n    return 1\n", "utf-8")


def references(tree: Path) -> tuple[str, ...]:
    """The command that asks pyrefly where the target is mentioned."""
    module, _, name = TARGET.partition(":")
    path = f"{module.replace('.', '/')}.py"
    cls, _, method = name.partition(".")
    lines = (tree / path).read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"class {cls}("))
    line = next(n for n, text in enumerate(lines) if n > start and text.startswith(f"    def {method}("))
    script = Path(__file__).with_name("pyrefly.py")
    return (sys.executable, str(script), str(tree), path, str(line + 1), str(len("    def ")))


def own(step: str, tree: Path, *exclude: str) -> tuple[str, ...]:
    return (sys.executable, str(STEPS), step, str(tree), TARGET, *exclude)


def take_turns(steps: Iterable[Step], runs: int) -> None:
    """Run every step once, then all of them again: what slows the machine for a while slows them all."""
    for number in range(runs):
        for step in steps:
            with console.status(f"{step.name}: run {number + 1} of {runs}"):
                step.before()
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
    """Whether the command isn't one of ours, which print what they found as JSON."""
    return not any(str(script).endswith(("steps.py", "pyrefly.py")) for script in command[:2])


# What is shown


def results(steps: list[Step], runs: int) -> Table:
    """Return the medians, each beside the base and the bar."""
    base = steps[0].seconds
    table = Table(title=f"median of {runs}; ratio: to the CPU of {BASE}")
    table.add_column("")
    for heading in ("CPU s", "ratio", "peak MB"):
        table.add_column(heading, justify="right")
    table.add_column("found")
    table.add_column("bar")
    for step in steps:
        found = ", ".join(f"{number:,.0f} {what}" for what, number in step.runs[-1].found.items())
        verdict = "" if not step.bars else "missed" if list(misses_of(step, steps)) else "met"
        figures = (f"{step.seconds:.2f}", f"{step.seconds / base:.2f}", f"{step.megabytes:.0f}")
        table.add_row(step.name, *figures, found, verdict)
    return table


def misses(steps: list[Step]) -> Iterable[str]:
    """What is worse than the bar, a sentence each."""
    for step in steps:
        yield from misses_of(step, steps)


def misses_of(step: Step, steps: list[Step]) -> Iterable[str]:
    for other in steps:
        for name, most in step.bars:
            if other.name == name and step.seconds > most * other.seconds:
                yield f"{step.name}: {step.seconds / other.seconds:.2f} × {name}, more than {most}"
    if step.max_megabytes is not None and step.megabytes > step.max_megabytes:
        yield f"{step.name}: {step.megabytes:.0f} MB, more than {step.max_megabytes}"
    if step.must_spread and (functions := step.runs[-1].found["functions"]) < LEAST_FUNCTIONS:
        yield f"{step.name}: only {functions:.0f} functions became async, so there was nothing to measure"
    if step.must_remember and not all(run.found["remembered"] for run in step.runs):
        yield f"{step.name}: the plan was worked out anew"


def table_of_sizes(tree: Path, folder: Path) -> Table:
    """Return what one family costs in parts of the tree that all hold every mention of it."""
    table = Table(title=f"{FAMILY} in a part of the tree, which holds all files that mention its name")
    for heading in ("lines", "files", "that mention it", "CPU s", "ratio to parsing them all", "functions"):
        table.add_column(heading, justify="right")
    for part in by_size(tree, folder, FAMILY.rpartition(".")[2], SIZES):
        parsed = measure((sys.executable, str(STEPS), "parse", str(part.folder)))
        run = measure((sys.executable, str(STEPS), "plan", str(part.folder), FAMILY))
        ratio = run.seconds / parsed.seconds
        table.add_row(
            *(f"{number:,}" for number in (part.lines, part.files, part.mentions)),
            f"{run.seconds:.2f}",
            f"{ratio:.2f}",
            f"{run.found['functions']:.0f}",
        )
    return table


def table_of_families(tree: Path, base: float) -> Table:
    """Return what families cost whose names stand in ever more files of the whole tree."""
    table = Table(title="families in the whole tree")
    table.add_column("target")
    for heading in ("files that mention it", "CPU s", "ratio", "functions"):
        table.add_column(heading, justify="right")
    for target, mentions in by_mentions(tree, FAMILIES):
        run = measure((sys.executable, str(STEPS), "plan", str(tree), target))
        figures = (f"{mentions:,}", f"{run.seconds:.2f}", f"{run.seconds / base:.2f}", f"{run.found['functions']:.0f}")
        table.add_row(target.partition(":")[2], *figures)
    return table


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
