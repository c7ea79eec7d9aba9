"""The cheapest cut is the cheapest, and a plan drawn with what it says to type bears it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st

from awaitify.codes import Way
from awaitify.names import Place
from awaitify.plan.cuts import Cut, KeptBoth, KeptSync, find_cuts
from awaitify.plan.draft import draft
from awaitify.plan.plan import Plan, Stop
from awaitify.plan.settled import Draft
from awaitify.plan.shown import colouring_of
from tests.plan.planning import drafted

TWO = """
    class A:
        def load(self): ...
    class B:
        def read(self): ...
    def one(): return A().load()
    def both():
        one()
        B().read()
    def other(): return B().read()
    X = one()
    """


def cuts_of(drawn: Draft, asked: str = "", codes: str = "") -> tuple[Cut, ...]:
    """The cuts of the undecided stops, of those whose code is among *codes* if any are named."""
    plan = draft(drawn)
    stops = tuple(stop for stop in plan.undecided if not codes or stop.code in codes)
    return find_cuts(drawn, plan, colouring_of(drawn, plan), stops, asked)


def only(cuts: Iterable[Cut]) -> Cut:
    (cut,) = cuts
    return cut


def kept(cut: Cut) -> list[tuple[str, ...]]:
    return [kept.names for kept in cut.keep_sync]


def in_both(cut: Cut) -> tuple[str, ...]:
    return cut.keep_both.functions if cut.keep_both is not None else ()


def test_what_is_called_at_the_stop_stays_sync_with_all_that_leads_down_from_it(tmp_path: Path) -> None:
    cut = only(cuts_of(drafted(tmp_path, {"main": TWO}, "A.load", "B.read")))
    assert cut.keep_sync == (
        KeptSync(
            names=("main:one",),
            stay=("main:A.load", "main:one"),
            ready=("main:B.read", "main:both", "main:other"),
            held=(),
            is_fewest=True,
        ),
    )
    assert cut.keep_both == KeptBoth(("main:A.load", "main:one"), leaves=())


def test_one_name_that_leads_down_to_the_seed_is_enough_for_many_stops(tmp_path: Path) -> None:
    main = "class A:\n    def load(self): ...\n"
    main += "".join(f"def f{number}(): return A().load()\nX{number} = f{number}()\n" for number in range(5))
    cut = only(cuts_of(drafted(tmp_path, {"main": main}, "A.load")))
    assert kept(cut) == [("main:f0",)]
    assert cut.keep_sync[0].ready == ()
    assert len(in_both(cut)) == 6


def test_stops_of_different_seeds_are_cut_one_by_one_and_together(tmp_path: Path) -> None:
    main = f"{TWO}Y = other()\n"
    cuts = cuts_of(drafted(tmp_path, {"main": main}, "A.load", "B.read"))
    assert [kept(cut) for cut in cuts] == [[("main:one",)], [("main:other",)], [("main:both",)]]
    assert [len(cut.stops) for cut in cuts] == [1, 1, 2]
    first, second, _ = (cut.keep_sync[0] for cut in cuts)
    assert (first.ready, first.held) == ((), ("main:B.read", "main:both", "main:other"))
    assert (second.ready, second.held) == ((), ("main:A.load", "main:both", "main:one"))


def test_the_family_stays_sync_and_is_there_in_both_colours_as_one(tmp_path: Path) -> None:
    main = """
        class A:
            def load(self): ...
        class B(A):
            def load(self): return super().load()
        X = B().load()
        """
    cut = only(cuts_of(drafted(tmp_path, {"main": main}, "A.load")))
    assert cut.keep_sync[0].stay == in_both(cut) == ("main:A.load", "main:B.load")


def test_a_helper_that_cannot_become_async_keeps_sync_who_needs_it_and_no_second_colour_helps(tmp_path: Path) -> None:
    main = """
        import functools, time
        @functools.cache
        def helper(): time.sleep(1)
        class A:
            def load(self): helper()
            def other(self): ...
        """
    cut = only(cuts_of(drafted(tmp_path, {"main": main}, "A.load", "A.other")))
    assert kept(cut) == [("main:A.load",)]
    assert cut.keep_sync[0].ready == ("main:A.other",)
    assert cut.keep_both is None


def test_who_shares_the_client_of_what_stays_sync_stays_sync_too(tmp_path: Path) -> None:
    main = """
        import requests
        class Api:
            def __init__(self): self.session = requests.Session()
            def one(self): return self.session.get("u", verify=False).text
            def two(self): return self.session.get("u").text
        class Beside:
            def three(self): ...
        """
    cut = only(cuts_of(drafted(tmp_path, {"main": main}, "Api.one", "Api.two", "Beside.three")))
    assert kept(cut) == [("main:Api.one",)]
    assert (cut.keep_sync[0].stay, cut.keep_sync[0].ready) == (("main:Api.one", "main:Api.two"), ("main:Beside.three",))


def test_the_guard_may_start_one_loop_so_the_other_call_can_be_the_one_that_stays(tmp_path: Path) -> None:
    main = """
        def small(): ...
        def large(): ...
        def larger(): return large()
        if __name__ == "__main__":
            small()
            larger()
        """
    drawn = drafted(tmp_path, {"main": main}, "small", "large")
    plan = draft(drawn)
    (stop,) = (stop for stop in plan.stops if stop.callee == "main:larger")
    cut = only(find_cuts(drawn, plan, colouring_of(drawn, plan), (stop,), "main:larger"))
    assert kept(cut) == [("main:small",)]
    (stop,) = (stop for stop in plan.stops if stop.callee == "main:small")
    cut = only(find_cuts(drawn, plan, colouring_of(drawn, plan), (stop,), "main:small"))
    assert kept(cut) == [("main:small",), ("main:larger",)]  # the cheapest, and the one with which small becomes async


def test_a_caller_of_a_command_can_stay_sync_instead_of_what_the_command_calls(tmp_path: Path) -> None:
    main = """
        import click
        class A:
            def load(self): ...
        def below(): return A().load()
        class B:
            def read(self): ...
        @click.command()
        def command(): below()
        def caller():
            command()
            B().read()
        """
    cut = only(cuts_of(drafted(tmp_path, {"main": main}, "A.load", "B.read"), "main:below"))
    assert kept(cut) == [("main:below",), ("main:caller",)]
    assert cut.keep_sync[-1].stay == ("main:B.read", "main:caller")


def test_a_call_of_two_colours_keeps_the_other_family_sync_as_well(tmp_path: Path) -> None:
    main = """
        class A:
            def load(self): ...
        class B:
            def load(self): ...
        def run(x: A | B): return x.load()
        X = A().load()
        """
    cut = only(cuts_of(drafted(tmp_path, {"main": main}, "A.load", "B.load")))
    assert cut.keep_sync[0].ready == ()
    assert set(cut.keep_sync[0].stay) == {"main:A.load", "main:B.load", "main:run"}


def test_a_seed_that_cannot_become_async_is_itself_what_stays(tmp_path: Path) -> None:
    main = "import functools\n@functools.cache\ndef load(): ...\ndef other(): ...\n"
    cut = only(cuts_of(drafted(tmp_path, {"main": main}, "load", "other")))
    assert (kept(cut), cut.keep_sync[0].stay, cut.keep_sync[0].ready) == (
        [("main:load",)],
        ("main:load",),
        ("main:other",),
    )


def test_a_module_name_that_two_files_have_is_spelled_by_the_file(tmp_path: Path) -> None:
    files = {"one/__init__": "", "one/util": "def load(): ...\nX = load()\n"}
    files |= {"two/one/__init__": "", "two/one/util": "def load(): ...\n"}
    cut = only(cuts_of(drafted(tmp_path, files, "one/util.py:load")))
    assert kept(cut) == [("one/util.py:load",)]
    assert draft(drafted(tmp_path, {}, "one/util.py:load", keep_sync=kept(cut)[0])).undecided == ()


def test_what_is_decided_already_is_not_cut(tmp_path: Path) -> None:
    drawn = drafted(tmp_path, {"main": TWO}, "A.load", "B.read", decide={"AW205": Way.MARK})
    assert cuts_of(drawn) == ()


# the cheapest is the cheapest: beside every choice there is

Programs = tuple[str, tuple[str, ...]]


@st.composite
def programs(draw: st.DrawFn) -> Programs:
    """A program of a few functions that call each other, and the seeds: classes, helpers, clients, stops of many kinds."""
    often = st.booleans()
    names = [f"func_{number}" for number in range(draw(st.integers(2, 5)))]
    lines = ["import functools, time, requests", "def helper(): time.sleep(1)"]
    lines += ["@functools.cache", "def barred(): time.sleep(1)"]
    lines += ["class A:", "    def get_it(self): ...", "class B(A):", "    def get_it(self): return super().get_it()"]
    lines += ["class D:", "    def get_it(self): ..."]
    calls = ["helper()", "barred()", "A().get_it()", "B().get_it()", "[x for x in [lambda: func_0()]]"]
    for number, name in enumerate(names):
        body = draw(st.lists(st.sampled_from([*calls, *(f"{below}()" for below in names[:number])]), max_size=2))
        lines += [f"def {name}():", *(f"    {call}" for call in body or ["..."])]
    client = draw(often)
    if client:
        lines += ["class S:", "    def __init__(self): self.session = requests.Session()"]
        lines += [f"    def aa(self): return self.session.get('u'{draw(st.sampled_from(['', ', verify=False']))}).text"]
        lines += [
            f"    def bb(self):\n        {draw(st.sampled_from(names))}()\n        return self.session.get('u').text"
        ]
    if draw(often):
        lines += ["def mixed(x: A | D): return x.get_it()"]
    lines += [f"V_{name} = {name}()" for name in draw(st.lists(st.sampled_from(names), max_size=2, unique=True))]
    if guarded := draw(st.lists(st.sampled_from(names), max_size=3, unique=True)):
        lines += ["if __name__ == '__main__':", *(f"    {name}()" for name in guarded)]
    targets = [*names[:3], "A.get_it", "D.get_it", *["S.aa", "S.bb"] * client]
    seeds = draw(st.lists(st.sampled_from(targets), min_size=1, max_size=3, unique=True))
    return "\n".join(lines) + "\n", tuple(seeds)


def _key(stop: Stop) -> tuple[str, Place]:
    return stop.code, stop.place


def _async_names(plan: Plan) -> set[str]:
    return {str(one.name) for one in plan.converted}


def _cheapest(drawn: Draft, plan: Plan, stops: set[tuple[str, Place]]) -> tuple[int, int] | None:
    """How many functions stay sync, and how many names it takes: the least of every choice of functions kept sync."""
    colouring = colouring_of(drawn, plan)
    functions = sorted({*colouring.causes, *drawn.seeds}, key=lambda function: function.place)
    known, costs = {_key(stop) for stop in plan.undecided}, []
    for size in range(1, len(functions) + 1):
        for choice in combinations(functions, size):
            other = draft(replace(drawn, kept=drawn.kept | frozenset(choice)))
            left = {_key(stop) for stop in other.undecided}
            if left <= known and not left & stops:
                costs.append((len(_async_names(plan) - _async_names(other)), size))
    return min(costs, default=None)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given_by(programs())
def test_no_other_choice_of_functions_is_cheaper(made: Programs) -> None:
    main, seeds = made
    with TemporaryDirectory() as folder:
        drawn = drafted(Path(folder), {"main": main}, *seeds)
        plan = draft(drawn)
        by_id = {stop.id: stop for stop in plan.undecided}
        colouring = colouring_of(drawn, plan)
        for stops in [plan.undecided, *((stop,) for stop in plan.undecided)]:
            for cut in find_cuts(drawn, plan, colouring, stops, ""):
                gone = {_key(by_id[stop]) for stop in cut.stops}
                found = cut.keep_sync[0]
                cost = (len(set(found.stay) & _async_names(plan)), len(found.names))
                assert found.is_fewest
                assert cost == _cheapest(drawn, plan, gone)
                _bears_out(found, gone, drafted(Path(folder), {}, *seeds, keep_sync=found.names), plan)


def _bears_out(found: KeptSync, gone: set[tuple[str, Place]], typed: Draft, before: Plan) -> None:
    """A plan for what is typed has none of the stops, no new one, and what was promised becomes async."""
    plan = draft(typed)
    left = {_key(stop) for stop in plan.undecided}
    assert not left & gone
    assert left <= {_key(stop) for stop in before.undecided}
    assert _async_names(plan) == set(found.ready) | set(found.held)
    held = {name for group in plan.groups if group.held_by for name in group.names}
    assert _async_names(plan) - held == set(found.ready)
    assert _async_names(before) - _async_names(plan) == set(found.stay) & _async_names(before)
