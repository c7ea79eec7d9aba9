"""The most particular decision holds, and only a way that the stop offers."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.names import Name, Place, Span
from awaitify.plan.decisions import Decisions
from awaitify.plan.edit import AwaitCall, Mark, RunCall
from tests.plan.planning import async_names, edits_of, planned, stops_of

PLACE = Place("main.py", Span(7, 8, 7, 20))
NAMES = (Name("shop", "Client.fetch"), Name("main", "A.__init__"))
MAIN = {"main": """
        class Client:
            def fetch(self): ...
        class A:
            def __init__(self):
                self.x = Client().fetch()
        class B:
            def __init__(self):
                self.x = Client().fetch()
        def go():
            return Client().fetch()
        """}
FIRST, SECOND = 5, 8


@pytest.mark.parametrize(
    "keys",
    [
        ["main.py:7", "shop:Client.fetch", "AW201"],
        ["main.py:7", "A.__init__", "AW201"],
        ["shop:Client.fetch", "AW201"],
        ["Client.fetch", "AW201"],
        ["shop:Client.fetch", "main:A.__init__"],
        ["main:A.__init__", "AW201"],
        ["AW201"],
    ],
)
def test_a_place_goes_before_a_name_before_a_code_before_the_rest(keys: list[str]) -> None:
    ways = [*((key, Way.REFUSE) for key in keys[1:]), (keys[0], Way.MARK)]
    for order in (ways, ways[::-1]):
        assert Decisions(tuple(order), Way.BRIDGE).of("AW201", PLACE, NAMES) is Way.MARK


def test_what_nobody_decided_follows_the_way_for_the_rest() -> None:
    assert Decisions((("AW202", Way.MARK),), Way.REFUSE).of("AW201", PLACE, NAMES) is Way.REFUSE
    assert Decisions((("main.py:8", Way.MARK),)).of("AW201", PLACE, NAMES) is None


@pytest.mark.parametrize(
    ("decide", "first", "second"),
    [
        ({"AW201": Way.BRIDGE}, Way.BRIDGE, Way.BRIDGE),
        ({"main.py:5": Way.BRIDGE}, Way.BRIDGE, None),
        ({"main.py:5": Way.BRIDGE, "AW201": Way.MARK}, Way.BRIDGE, Way.MARK),
        ({"main:B.__init__": Way.BRIDGE, "AW201": Way.MARK}, Way.MARK, Way.BRIDGE),
        ({"B.__init__": Way.BRIDGE}, None, Way.BRIDGE),
        ({"Client.fetch": Way.MARK}, Way.MARK, Way.MARK),
        ({"main.py:5": Way.MARK, "Client.fetch": Way.BRIDGE}, Way.MARK, Way.BRIDGE),
    ],
)
def test_each_stop_gets_its_own_decision(
    tmp_path: Path, decide: dict[str, Way], first: Way | None, second: Way | None
) -> None:
    plan = planned(tmp_path, MAIN, "Client.fetch", decide=decide)
    assert stops_of(plan) == [("AW201", FIRST, first), ("AW201", SECOND, second)]


def test_a_way_that_the_stop_does_not_offer_leaves_it_undecided(tmp_path: Path) -> None:
    plan = planned(tmp_path, MAIN, "Client.fetch", decide={"AW201": Way.AWAIT})
    assert [way for _, _, way in stops_of(plan)] == [None, None]
    assert plan.edits == ()


def test_a_bridge_runs_the_call_and_the_rest_goes_on(tmp_path: Path) -> None:
    plan = planned(tmp_path, MAIN, "Client.fetch", decide={"AW201": Way.BRIDGE})
    assert [edit.span.line for edit in edits_of(plan, RunCall) if isinstance(edit, RunCall)] == [FIRST, SECOND]
    assert [edit.span.line for edit in edits_of(plan, AwaitCall) if isinstance(edit, AwaitCall)] == [10]
    assert plan.undecided == ()


def test_a_bridge_that_a_running_loop_reaches_is_not_offered(tmp_path: Path) -> None:
    """``main`` becomes async and makes an A: ``asyncio.run`` in ``A.__init__`` would raise."""
    main = MAIN["main"].rstrip() + "\n        def main():\n            A()\n            go()\n"
    plan = planned(tmp_path, {"main": main}, "Client.fetch", decide={"AW201": Way.BRIDGE})
    assert [(stop.place.span.line, Way.BRIDGE in stop.ways) for stop in plan.stops] == [(FIRST, False), (SECOND, True)]
    assert plan.edits == ()


@pytest.mark.parametrize("way", [Way.REFUSE, Way.KEEP_SYNC])
def test_one_place_that_is_refused_leaves_out_the_family_that_leads_there(tmp_path: Path, way: Way) -> None:
    plan = planned(tmp_path, MAIN, "Client.fetch", decide={"main.py:5": way})
    assert plan.edits == ()
    assert ("AW201", FIRST, way) in stops_of(plan)
    assert async_names(plan) == []
    assert "main:Client.fetch" in plan.kept_sync


def test_a_mark_stands_above_the_statement_and_names_the_code(tmp_path: Path) -> None:
    plan = planned(tmp_path, MAIN, "Client.fetch", on_stop=Way.MARK)
    marks = [edit for edit in edits_of(plan, Mark) if isinstance(edit, Mark)]
    assert [mark.span.line for mark in marks] == [FIRST, SECOND]
    assert {mark.comment for mark in marks} == {"awaitify: todo[AW201] a constructor calls what becomes async"}
    assert async_names(plan) == ["main:Client.fetch", "main:go"]


def test_a_mark_in_a_lambda_stands_above_the_whole_statement(tmp_path: Path) -> None:
    main = """
        class Client:
            def fetch(self): ...
        def go():
            return sorted(
                [1],
                key=lambda x, y=len("x"): (Client().fetch(), x),
            )
        """
    plan = planned(tmp_path, {"main": main}, "Client.fetch", on_stop=Way.MARK)
    (mark,) = edits_of(plan, Mark)
    assert isinstance(mark, Mark)
    assert (mark.span.line, mark.span.end_line) == (4, 7)


def test_two_marks_above_one_statement_are_both_kept(tmp_path: Path) -> None:
    main = "class Client:\n    def fetch(self): ...\ndef go(): return [lambda: Client().fetch(), map(Client().fetch, [1])]\n"
    plan = planned(tmp_path, {"main": main}, "Client.fetch", on_stop=Way.MARK)
    assert len(edits_of(plan, Mark)) == 2


def test_a_mark_at_a_member_of_the_family_converts_the_family_all_the_same(tmp_path: Path) -> None:
    main = (
        "def _impl(self): ...\nclass Client:\n    def fetch(self): ...\nclass Http(Client):\n    fetch = [_impl][0]\n"
    )
    plan = planned(tmp_path, {"main": main}, "Client.fetch", on_stop=Way.MARK)
    assert async_names(plan) == ["main:Client.fetch"]


def test_stop_ids_are_all_different_and_stay_when_lines_move(tmp_path: Path) -> None:
    lines = [
        "class Client:",
        "    def fetch(self): ...",
        "def go():",
        "    a = lambda: Client().fetch()",
        "    b = lambda: Client().fetch()",
        "    return map(Client().fetch, a, b)",
    ]
    one = planned(tmp_path / "one", {"main": "\n".join(lines)}, "Client.fetch")
    other = planned(tmp_path / "other", {"main": "\n".join(["import os", *lines])}, "Client.fetch")
    ids = [stop.id for stop in one.stops]
    assert ids == [stop.id for stop in other.stops]
    assert len(set(ids)) == len(ids) == 3


def test_a_chain_leads_from_the_stop_to_what_was_named(tmp_path: Path) -> None:
    main = """
        class Client:
            def fetch(self): ...
        class Http(Client):
            def fetch(self): ...
        def one(): return Http().fetch()
        def two(): return one()
        X = two()
        """
    (stop,) = planned(tmp_path, {"main": main}, "Client.fetch").stops
    assert [link.name for link in stop.chain] == ["main:two", "main:one", "main:Http.fetch", "main:Client.fetch"]
    assert (stop.code, stop.callee, stop.inside) == ("AW205", "main:two", "")
