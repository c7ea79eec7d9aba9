"""Runs a made program in this process, migrates it, and holds the outcome to what is promised of every program."""

from __future__ import annotations

import ast
import contextlib
import gc
import io
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from hypothesis import HealthCheck, Phase, currently_in_test_context, event, note, settings

from awaitify.migrate import Outcome, migrate
from awaitify.options import Options
from awaitify.plan.plan import Plan, Verdict

QUICK = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=150, derandomize=False)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program printed, the error it ended with, and what it left behind."""

    printed: str
    error: str
    leaks: tuple[str, ...]


def run(files: Mapping[str, str]) -> Ran:
    """Run ``main.py`` in this process, with its modules for this run only; its event loop is its own."""
    leaks: list[str] = []
    out, error = io.StringIO(), ""
    finder, before, hook = _Modules(files), set(sys.modules), sys.unraisablehook
    sys.meta_path.insert(0, finder)
    gc.freeze()  # what was there before need not be walked
    sys.unraisablehook = lambda args: leaks.append(f"unraisable: {args.exc_value!r}")
    try:
        with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(out):
            warnings.simplefilter("always")
            namespace: dict[str, object] = {"__name__": "__main__"}
            try:
                exec(compile(files["main.py"], "main.py", "exec", dont_inherit=True), namespace)
            except (Exception, SystemExit) as raised:  # noqa: BLE001 - whatever the program does is compared
                error = repr(raised)
            namespace.clear()
            for name in set(sys.modules) - before:
                if name.partition(".")[0] == "shop":
                    vars(sys.modules.pop(name)).clear()
            gc.collect()
        leaks += [str(warning.message) for warning in caught if "never awaited" in str(warning.message)]
    finally:
        gc.unfreeze()
        sys.meta_path.remove(finder)
        sys.unraisablehook = hook
    return Ran(out.getvalue(), error, tuple(leaks))


class _Modules(MetaPathFinder, Loader):
    """Finds the program's modules among its files."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        file = fullname.replace(".", "/")
        if f"{file}/__init__.py" in self.files:
            return ModuleSpec(fullname, self, origin=f"{file}/__init__.py", is_package=True)
        return ModuleSpec(fullname, self, origin=f"{file}.py") if f"{file}.py" in self.files else None

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        assert module.__spec__.origin is not None
        origin = module.__spec__.origin
        exec(compile(self.files[origin], origin, "exec", dont_inherit=True), vars(module))


def migrated(files: Mapping[str, str], options: Options) -> tuple[Outcome, dict[str, str]]:
    """What is planned for the program, and its files afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        outcome = migrate(Path(folder), options)
    changed = {change.path: change.new.decode() for change in outcome.changes}
    for path, text in sorted(changed.items()):
        say(f"--- {path} ---\n{text}")
    say("\n".join(f"{stop.place} {stop.code} {stop.reason}" for stop in outcome.plan.stops))
    return outcome, {**files, **changed}


def say(text: str) -> None:
    """Shown beside a failure: by Hypothesis where the program is one of its own, else by pytest."""
    if currently_in_test_context():
        note(text)
    else:
        sys.stdout.write(f"{text}\n")


def check(files: dict[str, str], options: Options) -> tuple[Outcome, dict[str, str]]:
    """Migrate the program: every reference is accounted for, it prints the same after, nothing is left behind, and a second
    time changes nothing."""
    for path, text in sorted(files.items()):
        say(f"=== {path} ===\n{text}")
    before = run(files)
    assert before.error in ("", *(f"SystemExit({number})" for number in range(9)))
    outcome, after = migrated(files, options)
    if currently_in_test_context():
        event("changed" if outcome.changes else "held back")
    assert_accounted_for(outcome.plan, files)
    assert run(after) == before
    again, _ = migrated(after, options)
    assert not again.changes
    return outcome, after


def assert_accounted_for(plan: Plan, files: Mapping[str, str]) -> None:
    """Every reference ends exactly once, the counts add up, and none that stands in the text is missing.

    What stands in the text is found here by ``ast`` alone: each attribute and each name read that is called like
    something that is converted.
    """
    assert sum(plan.count(verdict) for verdict in Verdict) == len(plan.references)
    assert {reference.stop for reference in plan.references} - {""} <= {stop.id for stop in plan.stops}
    assert all(bool(reference.stop) == (reference.verdict is Verdict.STOP) for reference in plan.references)
    assert set(Counter((r.place, r.name) for r in plan.references).values()) <= {1}
    listed = {(r.place.path, r.place.span.line, r.place.span.column) for r in plan.references}
    names = {converted.name.last for converted in plan.converted}
    written = {where for path, text in files.items() if path.endswith(".py") for where in _mentions(path, text, names)}
    assert written <= listed, sorted(written - listed)


def _mentions(path: str, text: str, names: Container[str]) -> Iterator[tuple[str, int, int]]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name, ctx=ast.Load()) if name in names:
                yield path, node.lineno, node.col_offset
