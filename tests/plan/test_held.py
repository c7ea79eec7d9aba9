"""An undecided stop holds back its own family and what becomes async for its sake only, and nothing else."""

from __future__ import annotations

from pathlib import Path

from awaitify.codes import Way
from awaitify.plan.draft import draft
from awaitify.plan.edit import AwaitCall, MakeAsync
from awaitify.plan.plan import Plan, Verdict
from tests.plan.planning import async_names, changed_paths, drafted, edits_of, planned, stops_of

TWO = {
    "a": """
        class A:
            def load(self): ...
        def use_a(): return A().load()
        """,
    "b": """
        class B:
            def read(self): ...
        def use_b(): return B().read()
        X = use_b()
        """,
}


def made_async(plan: Plan, path: str) -> list[int]:
    return [edit.span.line for edit in edits_of(plan, MakeAsync, path) if isinstance(edit, MakeAsync)]


def held(plan: Plan) -> dict[str, bool]:
    """By the name of each group's first function, whether it is held."""
    return {group.names[0]: bool(group.held_by) for group in plan.groups}


def test_a_stop_of_one_seed_holds_nothing_of_another(tmp_path: Path) -> None:
    plan = planned(tmp_path, TWO, "A.load", "B.read")
    assert stops_of(plan) == [("AW205", 4, None)]
    assert changed_paths(plan) == ["a.py"]
    assert held(plan) == {"a:A.load": False, "a:use_a": False, "b:B.read": True, "b:use_b": True}


def test_what_is_held_is_planned_and_shown_all_the_same(tmp_path: Path) -> None:
    plan = planned(tmp_path, TWO, "A.load", "B.read")
    assert async_names(plan) == ["a:A.load", "a:use_a", "b:B.read", "b:use_b"]
    (stop,) = plan.stops
    assert {group.held_by for group in plan.groups} == {(), (stop.id,)}
    assert {group.files for group in plan.groups} == {("a.py",), ("b.py",)}


def test_a_caller_of_both_keeps_the_half_that_is_ready(tmp_path: Path) -> None:
    both = "from a import A\nfrom b import B\ndef both():\n    A().load()\n    B().read()\n"
    plan = planned(tmp_path, {**TWO, "both": both}, "A.load", "B.read")
    assert made_async(plan, "both.py") == [3]
    assert [edit.span.line for edit in edits_of(plan, AwaitCall, "both.py") if isinstance(edit, AwaitCall)] == [4]


def test_a_caller_that_becomes_async_for_a_held_call_only_stays_sync(tmp_path: Path) -> None:
    plan = planned(tmp_path, {**TWO, "only": "from b import B\ndef only(): return B().read()\n"}, "A.load", "B.read")
    assert changed_paths(plan) == ["a.py"]


def test_a_stop_above_holds_back_all_that_leads_up_to_it(tmp_path: Path) -> None:
    """``A.load`` could become async, but then ``below`` must, and ``top`` calls that at module level."""
    main = """
        class A:
            def load(self): ...
        def below(): return A().load()
        TOP = below()
        """
    plan = planned(tmp_path, {"main": main}, "A.load")
    assert plan.edits == ()
    assert held(plan) == {"main:A.load": True, "main:below": True}


def test_a_group_that_is_async_only_for_the_sake_of_a_held_one_is_held_too(tmp_path: Path) -> None:
    main = """
        class A:
            def load(self): ...
        def below(): return A().load()
        def beside(): return A().load()
        TOP = below()
        """
    plan = planned(tmp_path, {"main": main}, "A.load")
    assert plan.edits == ()
    assert held(plan) == {"main:A.load": True, "main:below": True, "main:beside": True}


def test_a_stop_on_a_helper_holds_back_who_needs_it(tmp_path: Path) -> None:
    main = """
        import functools, time
        @functools.cache
        def helper(): time.sleep(1)
        class A:
            def load(self): helper()
            def other(self): ...
        """
    plan = planned(tmp_path, {"main": main}, "A.load", "A.other")
    assert [code for code, _, _ in stops_of(plan)] == ["AW211"]
    assert made_async(plan, "main.py") == [6]


def test_a_swap_that_is_refused_holds_back_its_function_and_not_its_neighbour(tmp_path: Path) -> None:
    main = """
        import requests
        def one(): return requests.get("http://x", verify=False).text
        def two(): return requests.get("http://x").text
        """
    plan = planned(tmp_path, {"main": main}, "main:one", "main:two")
    assert stops_of(plan) == [("AW401", 2, None)]
    assert made_async(plan, "main.py") == [3]
    assert held(plan) == {"main:one": True, "main:two": False}


def test_two_stops_each_hold_their_own(tmp_path: Path) -> None:
    files = {**TWO, "c": "from a import use_a\nY = use_a()\n"}
    plan = planned(tmp_path, files, "A.load", "B.read")
    assert plan.edits == ()
    assert [len(group.held_by) for group in plan.groups] == [1, 1, 1, 1]
    assert len({group.held_by for group in plan.groups}) == 2


def test_once_decided_a_stop_holds_nothing(tmp_path: Path) -> None:
    plan = planned(tmp_path, TWO, "A.load", "B.read", decide={"AW205": Way.MARK})
    assert changed_paths(plan) == ["a.py", "b.py"]
    assert not any(held(plan).values())


def test_the_plan_is_the_same_however_often_it_is_drawn(tmp_path: Path) -> None:
    given = drafted(tmp_path, TWO, "A.load", "B.read")
    assert draft(given) == draft(given)


def test_keeping_a_function_sync_keeps_what_only_leads_there(tmp_path: Path) -> None:
    given = drafted(tmp_path, TWO, "A.load", "B.read", keep_sync=("use_b",))
    plan = draft(given)
    assert changed_paths(plan) == ["a.py"]
    assert plan.stops == ()
    assert plan.kept_sync == ("b:B.read", "b:use_b")


def test_public_functions_that_change_colour_are_listed(tmp_path: Path) -> None:
    plan = draft(drafted(tmp_path, TWO, "A.load", public=("a.*",)))
    assert plan.public == ("a:A.load", "a:use_a")
    assert draft(drafted(tmp_path, TWO, "A.load", public=("b:*",))).public == ()


def test_the_counts_of_references_add_up(tmp_path: Path) -> None:
    plan = planned(tmp_path, TWO, "A.load", "B.read")
    assert sum(plan.count(verdict) for verdict in Verdict) == len(plan.references) == 3
    assert [reference.verdict for reference in plan.references] == [Verdict.AWAITED, Verdict.AWAITED, Verdict.STOP]


def test_a_barrier_at_the_definition_holds_its_family_and_what_it_would_bring_along_and_nothing_else(
    tmp_path: Path,
) -> None:
    """``fetch = _impl`` in one class: every call has its verdict and its group, the group is held."""
    barred = """
        def _impl(self): ...
        class C:
            def fetch(self): ...
        class Attr(C):
            fetch = [_impl][0]
        def use_c(): return C().fetch()
        """
    plan = planned(tmp_path, {"a": TWO["a"], "c": barred}, "A.load", "C.fetch")
    (stop,) = plan.stops
    assert stop.code == "AW215"
    assert changed_paths(plan) == ["a.py"]
    assert held(plan) == {"a:A.load": False, "a:use_a": False, "c:C.fetch": True, "c:use_c": True}
    (reference,) = [reference for reference in plan.references if reference.place.path == "c.py"]
    assert (reference.verdict, reference.stop) == (Verdict.AWAITED, "")
    assert next(group for group in plan.groups if group.number == reference.group).held_by == (stop.id,)


def test_a_stop_that_stands_for_several_references_is_named_by_each(tmp_path: Path) -> None:
    main = """
        class Commands:
            def get(self): return self.execute()
            def put(self): return self.execute()
        class Sync(Commands):
            def execute(self): ...
        class Async(Commands):
            async def execute(self): ...
        """
    plan = planned(tmp_path, {"main": main, "a": TWO["a"]}, "Sync.execute", "A.load")
    (stop,) = plan.stops
    assert (stop.code, [place.span.line for place in stop.sites]) == ("AW312", [2, 3])
    assert [(reach.name, reach.colour) for reach in stop.reaches] == [
        ("main:Sync.execute", "becomes async"),
        ("main:Async.execute", "is async"),
    ]
    ended = [r for r in plan.references if r.place.path == "main.py"]
    assert [(r.verdict, r.stop, r.reaches) for r in ended] == [
        (Verdict.STOP, stop.id, ("main:Sync.execute", "main:Async.execute"))
    ] * 2
    assert changed_paths(plan) == ["a.py"]


def test_a_coroutine_that_was_lost_before_is_noted(tmp_path: Path) -> None:
    main = "async def now(): ...\nasync def go():\n    now()\n    await now()\n"
    plan = planned(tmp_path, {"main": main}, "main:now")
    assert [reference.verdict for reference in plan.references] == [Verdict.UNAWAITED, Verdict.ALREADY]
    assert [(note.kind, str(note.place)) for note in plan.notes] == [("look", "main.py:3")]
    assert plan.edits == ()
