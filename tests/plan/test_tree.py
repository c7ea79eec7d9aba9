"""The tree of callers: from the seed through the function to where it ends, each step with how it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.colour.seed import find_targets
from awaitify.names import Place, Span
from awaitify.plan.draft import draft
from awaitify.plan.plan import Known, Reference, Verdict
from awaitify.plan.settled import Draft
from awaitify.plan.shown import colouring_of, spread_without
from awaitify.plan.tree import Link, Node, Role, Sureness, grow, how_known, why_kept
from tests.plan.planning import drafted

SHOP = {
    "shop": """
        class Store:
            def load(self): ...
        class Cached(Store):
            def load(self): return super().load()
        def price(store: Store): return store.load()
        def cheap(store: Store): return price(store) < 10 or price(store) > 99
        def guess(store): return price(store)
        """,
    "main": """
        from shop import Cached, cheap, guess
        def main():
            cheap(Cached())
            guess(Cached())
        if __name__ == "__main__":
            main()
        """,
}


def tree(drawn: Draft, name: str) -> tuple[Node, ...]:
    plan = draft(drawn)
    (function,) = find_targets([name], drawn.resolver, drawn.blocking)
    return grow(function, drawn, plan, colouring_of(drawn, plan))


def drawn_as_text(nodes: tuple[Node, ...]) -> list[str]:
    """Each node below what it hangs from, two spaces further in: name, line, role, link and how it is known."""

    def lines(parent: int, depth: int) -> list[str]:
        found = []
        for number, node in enumerate(nodes):
            if node.parent == parent:
                asked, again = " <" * node.is_asked, " again" * node.is_again
                known = f" {node.known}" if node.known else ""
                name = node.name or node.entry or node.code
                link = f"calls {node.through}" if node.through else node.link
                text = f"{name}:{node.place.span.line} {node.role}, {link}{known}{asked}{again}"
                found += ["  " * depth + text, *lines(number, depth + 1)]
        return found

    return lines(-1, 0)


def test_from_the_seed_straight_to_the_function_and_from_there_all_that_calls_it(tmp_path: Path) -> None:
    assert drawn_as_text(tree(drafted(tmp_path, SHOP, "Store.load"), "price")) == [
        "shop:Store.load:2 becomes async, named",
        "  shop:price:5 becomes async, calls it exact <",
        "    shop:cheap:6 becomes async, calls it exact",
        "      main:main:3 becomes async, calls it exact",
        "        main guard:6 starts the event loop, calls it exact",
        "    shop:guess:7 becomes async, calls it exact",
        "      main:main:4 becomes async, calls it exact again",
    ]


def test_every_call_of_a_caller_is_there_with_its_place(tmp_path: Path) -> None:
    nodes = tree(drafted(tmp_path, SHOP, "Store.load"), "price")
    (cheap,) = (node for node in nodes if node.name == "shop:cheap")
    assert [(call.place.span.line, call.place.span.column, call.known) for call in cheap.calls] == [
        (6, 32, Sureness.EXACT),
        (6, 53, Sureness.EXACT),
    ]


def test_a_member_of_the_family_hangs_from_the_seed_and_its_calls_say_what_they_reach(tmp_path: Path) -> None:
    main = """
        class Store:
            def load(self): ...
        class Cached(Store):
            def load(self): ...
        def one(): return Cached().load()
        def two(): return Store().load()
        """
    assert drawn_as_text(tree(drafted(tmp_path, {"main": main}, "Store.load"), "Cached.load")) == [
        "main:Store.load:2 becomes async, named",
        "  main:Cached.load:4 becomes async, has one colour with it <",
        "    main:one:5 becomes async, calls it exact",
        "    main:two:6 becomes async, calls main:Store.load exact",
    ]


def test_an_inferred_call_says_what_was_followed(tmp_path: Path) -> None:
    main = "class A:\n    def load(self): ...\ndef make(): return A()\ndef go(): return make().load()\n"
    *_, go = tree(drafted(tmp_path, {"main": main}, "A.load"), "A.load")
    assert (go.name, go.known) == ("main:go", Sureness.INFERRED)
    assert go.how != ()


def test_a_call_that_a_person_decided_to_await_is_vouched_for(tmp_path: Path) -> None:
    main = "class A:\n    def load_forecast(self): ...\ndef go(portal): return portal.load_forecast()\n"
    drawn = drafted(tmp_path, {"main": main}, "A.load_forecast", decide={"AW310": Way.AWAIT})
    assert drawn_as_text(tree(drawn, "go")) == [
        "main:A.load_forecast:2 becomes async, named",
        "  main:go:3 becomes async, calls it vouched <",
    ]


@pytest.mark.parametrize(
    ("known", "verdict", "vouched", "expected"),
    [
        (Known.EXACT, Verdict.AWAITED, False, Sureness.EXACT),
        (Known.INFERRED, Verdict.AWAITED, False, Sureness.INFERRED),
        (Known.INFERRED, Verdict.AWAITED, True, Sureness.VOUCHED),
        (Known.UNKNOWN, Verdict.AWAITED, False, Sureness.VOUCHED),
        (Known.UNKNOWN, Verdict.STOP, False, Sureness.UNKNOWN),
    ],
)
def test_how_a_reference_is_known(known: Known, verdict: Verdict, vouched: bool, expected: Sureness) -> None:
    reference = Reference(Place("a.py", Span(1, 0, 1, 1)), "a:f", verdict, known, "", "")
    assert how_known(reference, vouched)[0] is expected


def test_a_blocking_helper_hangs_from_who_needs_it(tmp_path: Path) -> None:
    main = "import time\ndef helper(): time.sleep(1)\nclass A:\n    def load(self): helper()\n"
    assert drawn_as_text(tree(drafted(tmp_path, {"main": main}, "A.load"), "helper")) == [
        "main:A.load:4 becomes async, named",
        "  main:helper:4 becomes async, is called by it and blocks exact <",
        "    main:A.load:4 becomes async, calls it exact again",
    ]


def test_a_helper_that_a_command_needs_hangs_from_the_command(tmp_path: Path) -> None:
    main = """
        import click, time
        class A:
            def load(self): ...
        def helper(): time.sleep(1)
        @click.command()
        def command():
            A().load()
            A().load()
            helper()
        """
    assert drawn_as_text(tree(drafted(tmp_path, {"main": main}, "A.load"), "helper"))[:3] == [
        "main:A.load:3 becomes async, named",
        "  main:command:7 starts the event loop, calls it exact",
        "    main:helper:9 becomes async, is called by it and blocks exact <",
    ]


def test_a_stop_is_a_leaf_with_its_code(tmp_path: Path) -> None:
    main = "class A:\n    def load(self): ...\nclass B:\n    def __init__(self): self.x = A().load()\n"
    *_, leaf = tree(drafted(tmp_path, {"main": main}, "A.load"), "A.load")
    assert (leaf.role, leaf.code, leaf.name, leaf.decided) == (Role.STOP, "AW201", "main:B.__init__", None)
    *_, leaf = tree(drafted(tmp_path, {"main": main}, "A.load", decide={"AW201": Way.BRIDGE}), "A.load")
    assert (leaf.role, leaf.decided) == (Role.STOP, Way.BRIDGE)


def test_what_is_not_coloured_is_a_leaf_below_what_it_calls(tmp_path: Path) -> None:
    main = "class A:\n    def load(self): ...\nclass B:\n    def __init__(self): self.x = A().load()\n"
    main += "async def go(): return A().load()\n"
    drawn = drafted(tmp_path, {"main": main}, "A.load")
    assert drawn_as_text(tree(drawn, "B.__init__")) == [
        "main:A.load:2 becomes async, named",
        "  main:B.__init__:4 stop, calls it <",
    ]
    assert drawn_as_text(tree(drawn, "go")) == [
        "main:A.load:2 becomes async, named",
        "  main:go:5 is async already, calls it exact <",
    ]


def test_what_calls_nothing_that_becomes_async_has_no_tree(tmp_path: Path) -> None:
    assert tree(drafted(tmp_path, {"main": "def f(): ...\ndef g(): ...\n"}, "f"), "g") == ()


def test_functions_that_call_each_other_end(tmp_path: Path) -> None:
    main = "def f(): g()\ndef g(): f()\n"
    assert drawn_as_text(tree(drafted(tmp_path, {"main": main}, "f"), "f")) == [
        "main:f:1 becomes async, named <",
        "  main:g:2 becomes async, calls it exact",
        "    main:f:1 becomes async, calls it exact again",
    ]


def test_a_function_stands_where_it_is_nearest(tmp_path: Path) -> None:
    main = "def seed(): ...\ndef far(): near()\ndef farther(): far()\ndef near(): seed()\ndef top():\n    farther()\n    near()\n"
    lines = drawn_as_text(tree(drafted(tmp_path, {"main": main}, "seed"), "seed"))
    assert "    main:top:7 becomes async, calls it exact" in lines
    assert "        main:top:6 becomes async, calls it exact again" in lines


def test_a_chain_of_a_thousand_callers_is_no_trouble(tmp_path: Path) -> None:
    main = "def f0(): ...\n" + "".join(f"def f{n}(): f{n - 1}()\n" for n in range(1, 1200))
    nodes = tree(drafted(tmp_path, {"main": main}, "f0"), "f0")
    assert len(nodes) == 1200
    assert all(node.parent == number - 1 for number, node in enumerate(nodes))


def test_why_it_is_kept_sync_leads_from_what_was_kept_down_to_it(tmp_path: Path) -> None:
    main = """
        class A:
            def load(self): ...
        class B(A):
            def load(self): ...
        def one(): return A().load()
        def two(): return one()
        """
    drawn = drafted(tmp_path, {"main": main}, "A.load", keep_sync=("two",))
    (function,) = find_targets(["B.load"], drawn.resolver, drawn.blocking)
    nodes = why_kept(function, drawn.kept, drawn, spread_without(drawn, frozenset()))
    assert [(node.name, node.place.span.line, node.link) for node in nodes] == [
        ("main:two", 6, Link.KEPT),
        ("main:one", 6, Link.CALLED),
        ("main:A.load", 5, Link.CALLED),
        ("main:B.load", 4, Link.FAMILY),
    ]
    assert [node.is_asked for node in nodes] == [False, False, False, True]


def test_there_is_no_way_from_what_was_kept_to_what_was_not(tmp_path: Path) -> None:
    drawn = drafted(tmp_path, {"main": "def f(): ...\ndef g(): f()\ndef h(): ...\n"}, "f", "h", keep_sync=("g",))
    (function,) = find_targets(["h"], drawn.resolver, drawn.blocking)
    assert why_kept(function, drawn.kept, drawn, spread_without(drawn, frozenset())) == ()
