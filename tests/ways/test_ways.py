"""Every way out works on every code that offers it: decided, it leaves nothing undecided and does what it says."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from awaitify.codes import Way, all_codes, find_code
from awaitify.migrate import Outcome, migrate
from awaitify.plan.edit import AddToModule, AwaitCall, Edit, MakeAsync, Mark, RunCall, ThreadCall
from awaitify.plan.plan import Stop
from tests.ways.programs import Program, all_programs

PROGRAMS = all_programs()
PAIRS = [(program, way) for program in PROGRAMS for way in find_code(program.code).ways]
_NOWHERE_TO_MARK = {"AW217", "AW218"}
"""What stands in a file that is not read, or in a template: no statement above which a mark could stand."""
_WITH_A_LIBRARY = {"AW330"}
"""Its ways are tried in tests/e2e/test_libraries.py, where a library is installed."""


def _planned(program: Program, folder: Path, *ways: Way) -> Outcome:
    program.write(folder)
    decide = [(program.code, way) for way in ways]
    return migrate(folder / program.part, program.options(*decide))


@cache
def _offered(program: Program) -> tuple[Way, ...]:
    """The ways out of the program's stop."""
    with TemporaryDirectory() as folder:
        return _stop(_planned(program, Path(folder)), program.code).ways


def _stop(outcome: Outcome, code: str) -> Stop:
    return next(stop for stop in outcome.plan.stops if stop.code == code)


def _edits(outcome: Outcome, kind: type[Edit]) -> list[Edit]:
    return [planned.edit for planned in outcome.plan.edits if isinstance(planned.edit, kind)]


@pytest.mark.parametrize(("program", "way"), PAIRS, ids=lambda value: str(value))
def test_a_way_works_where_it_is_offered_and_changes_nothing_a_second_time(
    tmp_path: Path, program: Program, way: Way
) -> None:
    outcome = _planned(program, tmp_path, way)
    if way not in _offered(program):
        assert _stop(outcome, program.code).decided is None
        assert outcome.changes == ()
        return
    _expect_it_is_carried_out(outcome, program, way)
    for change in outcome.changes:
        (tmp_path / change.path).write_bytes(change.new)
    assert migrate(tmp_path / program.part, program.options((program.code, way))).changes == ()


def _expect_it_is_carried_out(outcome: Outcome, program: Program, way: Way) -> None:
    assert outcome.plan.undecided == ()
    assert all(failure.path.startswith(program.exclude) for failure in outcome.plan.failures)
    marks, threads = _edits(outcome, Mark), _edits(outcome, ThreadCall)
    match way:
        case Way.REFUSE | Way.KEEP_SYNC:
            assert outcome.changes == ()
        case Way.MARK:
            assert bool(marks) != (program.code in _NOWHERE_TO_MARK)
            assert all(f"todo[{program.code}]" in mark.comment for mark in marks if isinstance(mark, Mark))
        case Way.BRIDGE:
            helpers = [edit for edit in _edits(outcome, AddToModule) if isinstance(edit, AddToModule)]
            assert _edits(outcome, RunCall) or any("asyncio.run(" in helper.text for helper in helpers)
        case Way.THREAD:
            assert threads
            assert len(_edits(outcome, AwaitCall)) >= len(threads)
        case Way.AWAIT:
            assert _edits(outcome, MakeAsync)
    assert way is Way.MARK or not marks
    assert way is Way.THREAD or not threads


def test_every_way_of_every_code_is_offered_by_some_program() -> None:
    found: defaultdict[str, set[Way]] = defaultdict(set)
    for program in PROGRAMS:
        found[program.code] |= set(_offered(program))
    assert found == {
        code.code: set(code.ways) for code in all_codes() if code.ways and code.code not in _WITH_A_LIBRARY
    }
