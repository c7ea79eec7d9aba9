"""A plan becomes what is shown of it: the lines of each group, their state, the stops and the next commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.failure import Failure
from awaitify.names import Span
from awaitify.plan.edit import AddImport, AddToClass, AddToModule, AwaitCall, Edit, WrapInWith
from awaitify.plan.plan import Group, Plan, PlannedEdit
from awaitify.review.next_steps import next_steps
from awaitify.review.report import Report, State, make_report
from tests.review import sample


def _report(plan: Plan, root: Path, written: bool = False) -> Report:
    return make_report(plan, sample.changes(), root, "0.1.0", ("-t", "Portal.get"), written)


def _of_groups(*edits: tuple[Edit, int]) -> Plan:
    groups = tuple(
        Group(number, f"g{number}", "", (), ("a.py",), ()) for number in sorted({group for _, group in edits})
    )
    return Plan((), (), (), (), groups, tuple(PlannedEdit("a.py", edit, group) for edit, group in edits))


def _lines(plan: Plan, old: bytes, new: bytes) -> list[tuple[int, int, int]]:
    report = make_report(plan, (sample.change("a.py", old, new),), Path(), "0.1.0")
    return [(row.group.number, row.added, row.removed) for row in report.groups]


def test_each_changed_line_counts_for_the_group_whose_edit_stands_on_it() -> None:
    plan = _of_groups(
        (AwaitCall(Span(1, 0, 1, 3)), 2), (AwaitCall(Span(2, 0, 2, 3)), 1), (AwaitCall(Span(9, 0, 9, 3)), 1)
    )
    old = b"f()\ng()\n" + b"x\n" * 6 + b"g()\n"
    assert _lines(plan, old, b"await f()\nawait g()\n" + b"x\n" * 6 + b"await g()\n") == [(1, 2, 2), (2, 1, 1)]


def test_a_new_import_counts_for_the_group_that_wants_it() -> None:
    plan = _of_groups((AwaitCall(Span(5, 0, 5, 3)), 1), (AddImport("asyncio"), 2))
    assert _lines(plan, b"import a\n\n\n\nf()\n", b"import a\nimport asyncio\n\n\n\nawait f()\n") == [
        (1, 1, 1),
        (2, 1, 0),
    ]


def test_a_wrapped_statement_and_what_is_added_to_a_class_count_too() -> None:
    with_ = WrapInWith(Span(1, 0, 1, 3), Span(2, 0, 2, 3), "c as c")
    plan = _of_groups((with_, 1), (AddToClass(Span(3, 0, 5, 4), "…"), 2), (AddToModule("…"), 3))
    old = b"f()\ng()\nclass A:\n    x\n    y\n"
    new = b"async with c as c:\n    f()\n    g()\nclass A:\n    x\n    y\n\n    def z(): ...\n"
    assert _lines(plan, old, new) == [(1, 3, 2), (2, 2, 0), (3, 0, 0)]


def test_a_group_is_held_by_the_codes_of_its_stops(tmp_path: Path) -> None:
    rows = _report(sample.plan(), tmp_path).groups
    assert [(row.state, row.because) for row in rows] == [(State.READY, ()), (State.HELD, ("AW302", "AW206"))]


def test_a_group_whose_caller_s_file_failed_is_left_as_it_is(tmp_path: Path) -> None:
    plan = sample.plan()
    free = tuple(replace(group, held_by=()) for group in plan.groups)
    rows = _report(replace(plan, groups=free, failures=(Failure("api.py", "AW905", "…"),)), tmp_path).groups
    assert [(row.state, row.because) for row in rows] == [(State.FAILED, ("api.py",)), (State.FAILED, ("api.py",))]


def test_a_group_whose_callee_s_file_failed_stays_ready(tmp_path: Path) -> None:
    plan = sample.plan()
    free = tuple(replace(group, held_by=()) for group in plan.groups)
    rows = _report(replace(plan, groups=free, failures=(Failure("web.py", "AW905", "…"),)), tmp_path).groups
    assert [row.state for row in rows] == [State.READY, State.FAILED]


def test_a_group_in_which_nothing_changes_is_not_listed_but_one_that_is_held_is(tmp_path: Path) -> None:
    groups = tuple(replace(group, files=()) for group in sample.plan().groups)
    rows = _report(replace(sample.plan(), groups=groups), tmp_path).groups
    assert [(row.group.number, row.state) for row in rows] == [(2, State.HELD)]


def test_a_stop_shows_its_line_with_carets_under_the_call(tmp_path: Path) -> None:
    sample.write_sources(tmp_path)
    celery, body = _report(sample.plan(), tmp_path).stops
    assert celery.source == '    for c in PORTALS: c.get("/x")'
    assert celery.carets == "                      ^^^^^"
    assert (body.source, body.carets) == ("\tapi = load('天气') or 1", "\t      ^^^^^^^^^^^^")


def test_a_stop_in_a_file_that_can_t_be_read_has_no_source_line(tmp_path: Path) -> None:
    assert [block.source for block in _report(sample.plan(), tmp_path).stops] == ["", ""]


def test_a_stop_over_several_lines_is_underlined_to_the_end_of_the_first(tmp_path: Path) -> None:
    where = replace(sample.place("a.py", 1), span=Span(1, 4, 2, 1))
    (tmp_path / "a.py").write_text("x = f(\n)\n")
    (block,) = _report(replace(sample.plan(), stops=(sample.stop("AW301", where),)), tmp_path).stops
    assert (block.source, block.carets) == ("x = f(", "    ^^")


def test_a_source_line_can_t_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = '\x1b[2J' + f()\n")
    stop = sample.stop("AW301", sample.place("a.py", 1, 13, 16))
    (block,) = _report(replace(sample.plan(), stops=(stop,)), tmp_path).stops
    assert (block.source, block.carets) == ("x = '\\x1b[2J' + f()", " " * 16 + "^^^")


def test_the_cheapest_way_is_recommended(tmp_path: Path) -> None:
    celery = _report(sample.plan(), tmp_path).stops[0]
    assert [(row.way, row.recommended) for row in celery.ways[:2]] == [(Way.KEEP_BOTH, True), (Way.BRIDGE, False)]


def test_next_is_to_write_what_is_ready_and_to_decide_the_rest(tmp_path: Path) -> None:
    assert [step.command for step in _report(sample.plan(), tmp_path).next] == [
        "awaitify migrate -t Portal.get --write",
        "awaitify migrate -t Portal.get --decide AW206=refuse --decide AW302=keep-both --write",
    ]


def test_where_nothing_but_to_refuse_is_recommended_next_is_to_mark() -> None:
    stop = sample.stop("AW206", sample.place("a.py", 1))
    for ready in (0, 1):
        step = next_steps(("-t", "f"), ready=ready, undecided=(stop,), written=False)[1][-1]
        assert step.command == "awaitify migrate -t f --on-stop mark --write"
        assert step.does == "converts what is held back too; what a todo comment marks is yours to finish"


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        pytest.param((), (Way.REFUSE,), id="it can't be marked"),
        pytest.param(("--on-stop", "bridge"), (Way.REFUSE, Way.MARK), id="another way is chosen for the rest"),
    ],
)
def test_where_marking_is_no_choice_next_is_to_refuse(typed: tuple[str, ...], ways: tuple[Way, ...]) -> None:
    stop = replace(sample.stop("AW206", sample.place("a.py", 1)), ways=ways)
    (step,) = next_steps(typed, ready=0, undecided=(stop,), written=False)[1]
    assert step.command.endswith("--decide AW206=refuse --write")


def test_next_after_writing_everything_is_only_undo() -> None:
    assert [step.command for step in next_steps((), ready=2, undecided=(), written=True)[1]] == ["awaitify undo"]


def test_nothing_ready_and_nothing_to_decide_leaves_nothing_to_type() -> None:
    assert next_steps((), ready=0, undecided=(), written=False) == ("awaitify migrate", ())


def test_stops_of_one_code_with_different_best_ways_are_decided_by_place() -> None:
    one = sample.stop("AW302", sample.place("a.py", 1))
    other = replace(one, place=sample.place("b c.py", 2), ways=(Way.MARK,))
    assert next_steps((), ready=0, undecided=(one, other), written=False)[1][0].command == (
        "awaitify migrate --decide a.py:1=keep-both --decide 'b c.py:2=mark' --write"
    )


@pytest.mark.parametrize("written", [False, True])
def test_words_with_spaces_and_stars_are_quoted_as_a_shell_needs(written: bool) -> None:
    assert next_steps(("my app", "-t", "*.get"), ready=1, undecided=(), written=written)[0] == (
        "awaitify migrate 'my app' -t '*.get'"
    )
