"""Every case of ``fixtures/``, checked four ways, and its stops."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from awaitify.migrate import Outcome, migrate
from tests.fixture_case import Case, ExpectedStop, all_cases, files_of
from tests.run_program import run_program

CASES = all_cases()
each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def migrated(case: Case, program: Path, folder: Path) -> tuple[Outcome, dict[str, bytes]]:
    """What comes of *program* in a folder that holds nothing else, and its files afterwards."""
    copy = folder / "program"
    shutil.copytree(program, copy)
    outcome = migrate(copy, case.options)
    return outcome, files_of(copy) | {change.path: change.new for change in outcome.changes}


@each_case
def test_the_outcome_is_exactly_after(case: Case, tmp_path: Path) -> None:
    _, files = migrated(case, case.before, tmp_path)
    assert _texts(files) == _texts(files_of(case.after))


@each_case
def test_the_stops_are_exactly_those_listed(case: Case, tmp_path: Path) -> None:
    outcome, _ = migrated(case, case.before, tmp_path)
    stops = sorted(outcome.plan.stops, key=lambda stop: (stop.place, stop.code))
    assert tuple(ExpectedStop(str(stop.place), stop.code) for stop in stops) == case.stops


@each_case
def test_what_changes_at_run_time_is_exactly_what_is_listed(case: Case, tmp_path: Path) -> None:
    if case.notes is None:
        pytest.skip("this case has no [[note]]")
    outcome, _ = migrated(case, case.before, tmp_path)
    notes = [note for note in outcome.plan.notes if note.kind == "run"]
    assert [str(note.place) for note in notes] == [note.at for note in case.notes]
    assert not [(e.words, n.text) for e, n in zip(case.notes, notes, strict=True) if e.words not in n.text]


@each_case
def test_the_outcome_compiles(case: Case) -> None:
    before = files_of(case.before)
    for path, data in files_of(case.after).items():
        if path.endswith(".py") and not (path in before and _is_broken(before[path])):
            compile(data, path, "exec", dont_inherit=True)


@each_case
def test_migrating_again_changes_nothing(case: Case, tmp_path: Path) -> None:
    outcome, files = migrated(case, case.after, tmp_path)
    assert _texts(files) == _texts(files_of(case.after))
    assert not outcome.changes


@each_case
def test_before_and_after_print_the_same(case: Case) -> None:
    if case.run is None:
        pytest.skip("this case has no [run]")
    if case.run.missing:
        pytest.skip(f"not installed: {', '.join(case.run.missing)}")
    for program in {case.before, case.after}:
        result = run_program(program, case.run.command)
        assert (result.stdout, result.returncode) == (case.run.prints, 0), result.stderr
        assert result.leaks == ()


def test_every_case_is_told_apart() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 0
    assert not [
        case.name for case in CASES if case.after != case.before and files_of(case.before) == files_of(case.after)
    ]


def _texts(files: dict[str, bytes]) -> dict[str, str]:
    """Texts, so that a failed comparison can be read; every byte is there."""
    return {path: data.decode("utf-8", "surrogateescape") for path, data in files.items()}


def _is_broken(data: bytes) -> bool:
    try:
        compile(data, "before", "exec", dont_inherit=True)
    except SyntaxError:
        return True
    return False
