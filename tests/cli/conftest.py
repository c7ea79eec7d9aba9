"""The command line with the journeys replaced: each test says what they find, and sees what is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from awaitify.cli.app import app
from awaitify.options import Options
from awaitify.plan.plan import Plan
from awaitify.rewrite.change import FileChange
from tests.review import sample


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ``awaitify.migrate.migrate`` returns."""

    root: Path
    plan: Plan
    changes: tuple[FileChange, ...]
    version: str = "0.1.0"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str
    data: bytes


@dataclass(slots=True)
class Journeys:
    """What the journeys do when called, and what they were called with."""

    root: Path
    plan: Plan = field(default_factory=sample.plan)
    changes: tuple[FileChange, ...] = field(default_factory=sample.changes)
    failing: BaseException | None = None
    failing_write: BaseException | None = None
    asked: list[tuple[Path, Options]] = field(default_factory=list)
    written: list[Options] = field(default_factory=list)

    def migrate(self, path: Path, options: Options, progress: Callable[[str, int, int], None]) -> Outcome:
        self.asked.append((path, options))
        progress("index", 1, 2)
        if self.failing:
            raise self.failing
        return Outcome(self.root, self.plan, self.changes)

    def write(self, outcome: Outcome, options: Options) -> None:
        if self.failing_write:
            raise self.failing_write
        self.written.append(options)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's root, as the working folder."""
    (tmp_path / "pyproject.toml").touch()
    sample.write_sources(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "AWAITIFY_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def journeys(project: Path, monkeypatch: pytest.MonkeyPatch) -> Journeys:
    """``awaitify.migrate``, replaced."""
    fake = Journeys(project)
    replace_module(monkeypatch, "awaitify.migrate", migrate=fake.migrate, write=fake.write)
    return fake


def replace_module(monkeypatch: pytest.MonkeyPatch, name: str, **members: object) -> None:
    module = ModuleType(name)
    vars(module).update(members)
    monkeypatch.setitem(sys.modules, name, module)


Run = Callable[..., Ended]


@pytest.fixture
def run(project: Path) -> Run:
    """Run the command line with these words."""

    def run_it(*words: str) -> Ended:
        result = CliRunner().invoke(app, list(words))
        return Ended(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)

    return run_it
