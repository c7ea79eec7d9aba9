"""A group is one family with its call sites; callers come first, and a group needs those above it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awaitify.plan.edit import AwaitCall
from awaitify.plan.plan import Plan
from tests.plan.planning import planned

CHAIN = """
    class Client:
        def fetch(self): ...
    class Http(Client):
        def fetch(self): ...
    def low(): return Http().fetch()
    def high(): return low()
    def beside(): return Client().fetch()
    """


def numbers(plan: Plan) -> dict[str, int]:
    return {name.partition(":")[2]: group.number for group in plan.groups for name in group.names}


def test_callers_come_before_what_they_call(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"main": CHAIN}, "Client.fetch")
    found = numbers(plan)
    assert found["high"] < found["low"] < found["Http.fetch"] == found["Client.fetch"]
    assert found["beside"] < found["Client.fetch"]
    assert [group.number for group in plan.groups] == [1, 2, 3, 4]


def test_a_group_needs_the_groups_of_its_callers(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"main": CHAIN}, "Client.fetch")
    found, needs = numbers(plan), {group.number: group.needs for group in plan.groups}
    assert needs[found["high"]] == ()
    assert needs[found["low"]] == (found["high"],)
    assert needs[found["Client.fetch"]] == tuple(sorted((found["low"], found["beside"])))


def test_every_edit_belongs_to_a_group(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"main": CHAIN}, "Client.fetch")
    assert {planned.group for planned in plan.edits} == {group.number for group in plan.groups}


def test_an_await_goes_with_the_group_of_what_is_awaited(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"main": CHAIN}, "Client.fetch")
    found = numbers(plan)
    by_line = {p.edit.span.line: p.group for p in plan.edits if isinstance(p.edit, AwaitCall)}
    assert by_line == {5: found["Client.fetch"], 6: found["low"], 7: found["Client.fetch"]}


def test_functions_that_call_each_other_are_numbered_all_the_same(tmp_path: Path) -> None:
    main = """
        class Client:
            def fetch(self): ...
        def a(n): return b(n) if n else Client().fetch()
        def b(n): return a(n) if n else Client().fetch()
        """
    plan = planned(tmp_path, {"main": main}, "Client.fetch")
    found = numbers(plan)
    assert sorted(found.values()) == [1, 2, 3]
    assert found["Client.fetch"] == 3


def test_a_group_is_named_after_what_was_coloured_first_and_counts_the_rest(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"main": CHAIN}, "Client.fetch")
    assert [group.title for group in plan.groups if "fetch" in group.title] == ["Client.fetch (1 override)"]


def test_a_helper_comes_after_who_needs_it(tmp_path: Path) -> None:
    main = "import time\ndef helper(): time.sleep(1)\ndef go(): helper()\n"
    plan = planned(tmp_path, {"main": main}, "main:go")
    assert numbers(plan) == {"go": 1, "helper": 2}
    assert [group.needs for group in plan.groups] == [(), (1,)]


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(calls=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_in_any_program_without_a_cycle_every_group_comes_after_those_it_needs(
    calls: set[tuple[int, int]],
) -> None:
    below = {n: sorted(m for caller, m in calls if caller == n and m < n) for n in range(7)}
    lines = [f"def f{n}(): return [{', '.join(f'f{m}()' for m in below[n])}]" for n in range(7)]
    with tempfile.TemporaryDirectory() as folder:
        plan = planned(Path(folder), {"main": "\n".join(lines)}, "main:f0")
    found = numbers(plan)
    for group in plan.groups:
        assert all(needed < group.number for needed in group.needs)
    for caller, callees in below.items():
        for callee in callees:
            if f"f{callee}" in found:
                assert found[f"f{caller}"] < found[f"f{callee}"]
                assert found[f"f{caller}"] in plan.groups[found[f"f{callee}"] - 1].needs
