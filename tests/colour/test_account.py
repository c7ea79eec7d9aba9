"""Every mention of a coloured name ends once; where one doesn't, nothing is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from awaitify.colour.account import account
from awaitify.colour.action import Action, Ending
from awaitify.colour.colouring import Site
from awaitify.failure import InternalError
from awaitify.plan.plan import Verdict
from tests.colour.painting import Painted, blocking_of, painted

SHOP = """
    import asyncio
    class Client:
        def fetch(self): ...
    class Dog:
        def fetch(self): ...
    def awaited(c: Client): return c.fetch()
    async def already(c: Client): return await now()
    async def now(): ...
    def other(d: Dog): return d.fetch()
    def stop(c: Client): return lambda: c.fetch()
    def unknown(x): return x.fetch()
    def member(): return Client.fetch.__doc__
    async def hop(c: Client): return await asyncio.to_thread(c.fetch)
    def nothing(): return "fetch"
    """
ENDINGS = [(6, "awaited"), (9, "other"), (10, "stop"), (11, "stop"), (12, "other"), (13, "awaited")]


@pytest.fixture
def shop(tmp_path: Path) -> Painted:
    return painted(blocking_of(tmp_path, shop=SHOP), "Client.fetch")


def test_every_mention_ends_in_one_way(shop: Painted) -> None:
    assert shop.endings == ENDINGS


def test_the_counts_add_up(shop: Painted) -> None:
    found = account(shop.colouring)
    mentions = [reached for reached_by_name in shop.colouring.names.values() for reached in reached_by_name]
    assert sum(Counter(entry.ending for entry in found).values()) == len(mentions) == len(found)
    assert {id(entry.reached) for entry in found} == {id(reached) for reached in mentions}


def test_every_ending_has_a_reason(shop: Painted) -> None:
    assert all(entry.reason for entry in account(shop.colouring))


def test_what_is_awaited_already_is_told_apart(tmp_path: Path) -> None:
    found = painted(blocking_of(tmp_path, shop=SHOP), "shop:now")
    assert found.endings == [(7, "already awaited")]


def test_a_coroutine_that_is_handed_on_is_forwarded(tmp_path: Path) -> None:
    text = "import asyncio\nasync def now(): ...\nasync def go(): await asyncio.gather(now(), now())\n"
    found = painted(blocking_of(tmp_path, shop=text), "shop:now")
    assert found.endings == [(3, "forwarded"), (3, "forwarded")]


def test_a_reference_that_is_neither_a_site_nor_an_obstacle_is_an_internal_error(shop: Painted) -> None:
    lost = next(site for site in shop.colouring.sites if site.action is Action.AWAIT)
    shop.colouring.sites.remove(lost)
    with pytest.raises(InternalError, match=r"shop\.py:6: the reference to shop:Client\.fetch is not accounted for"):
        account(shop.colouring)


def test_an_obstacle_that_gets_lost_is_an_internal_error(shop: Painted) -> None:
    shop.colouring.obstacles.clear()
    with pytest.raises(InternalError, match=r"shop\.py:10: .* is not accounted for"):
        account(shop.colouring)


def test_each_site_and_each_obstacle_is_needed(shop: Painted) -> None:
    for site in shop.colouring.sites:
        with pytest.raises(InternalError, match="not accounted for"):
            account(replace(shop.colouring, sites=[s for s in shop.colouring.sites if s is not site]))
    reaching = [o for o in shop.colouring.obstacles if o.reached is not None and o.reached.functions]
    assert reaching
    for obstacle in reaching:
        with pytest.raises(InternalError, match="not accounted for"):
            account(replace(shop.colouring, obstacles=[o for o in shop.colouring.obstacles if o is not obstacle]))
    assert shop.endings == ENDINGS


def test_a_reference_that_is_accounted_for_twice_is_an_internal_error(shop: Painted) -> None:
    shop.colouring.sites.append(shop.colouring.sites[0])
    with pytest.raises(InternalError, match="accounted for twice"):
        account(shop.colouring)


def test_a_reference_that_is_both_a_site_and_an_obstacle_is_an_internal_error(shop: Painted) -> None:
    obstacle = shop.colouring.obstacles[0]
    assert obstacle.reached is not None
    shop.colouring.sites.append(Site(obstacle.reached, obstacle.callees, Action.AWAIT, Ending.AWAITED, "awaited"))
    with pytest.raises(InternalError, match="accounted for twice"):
        account(shop.colouring)


def test_a_site_of_a_name_that_was_never_looked_up_is_an_internal_error(shop: Painted) -> None:
    del shop.colouring.names["fetch"]
    with pytest.raises(InternalError, match="never looked up"):
        account(shop.colouring)


def test_a_function_that_is_coloured_behind_the_spreads_back_is_an_internal_error(shop: Painted) -> None:
    dog = next(f for f in shop.resolver.program.module("shop").functions if f.qualname == "Dog.fetch")  # type: ignore[union-attr]
    shop.colouring.causes[dog] = next(iter(shop.colouring.causes.values()))
    with pytest.raises(InternalError, match=r"shop\.py:9: the reference to shop:Dog\.fetch"):
        account(shop.colouring)


def test_a_mention_in_a_file_that_is_not_read_is_a_stop(tmp_path: Path) -> None:
    files = {"shop": "class Client:\n    def fetch_it(self): ...\n", "old": "print client.fetch_it()\n"}
    found = painted(blocking_of(tmp_path, files), "Client.fetch_it")
    (entry,), (obstacle,) = account(found.colouring), found.colouring.obstacles
    assert (entry.ending, str(entry.place), entry.name, entry.reached) == (Ending.STOP, "old.py:1", "fetch_it", None)
    assert entry.obstacle is obstacle


def test_what_is_only_partly_known_behind_a_common_name_is_a_doubt(tmp_path: Path) -> None:
    shop = """
        class Client:
            def get(self): ...
        class Dog:
            def get(self): ...
        def go(d: Dog, *xs, **ys): return (d if xs else ys["a"]).get(), d.get(), {}.get(1)
        """
    found = painted(blocking_of(tmp_path, shop=shop), "Client.get")
    assert [(entry.ending.value, entry.reason.partition(",")[0]) for entry in account(found.colouring)] == [
        ("doubt", "the receiver isn't known"),
        ("other", "reaches shop:Dog.get"),
        ("other", "reaches get of a container"),
    ]


@pytest.mark.parametrize(
    ("against", "code"),
    [
        ("class Attr(Client):\n    fetch = [_impl][0]\n", "AW215"),
        ("class Wrapped(Client):\n    @unknown\n    def fetch(self): ...\n", "AW210"),
        ("class Cached(Client):\n    @functools.cache\n    def fetch(self): ...\n", "AW211"),
    ],
)
def test_what_a_barrier_at_the_definition_holds_back_is_judged_all_the_same(
    tmp_path: Path, against: str, code: str
) -> None:
    shop = f"import functools\ndef _impl(self): ...\nclass Client:\n    def fetch(self): ...\n{against}"
    use = "from shop import Client\ndef go(c: Client): return c.fetch()\ndef no(c: Client): return lambda: c.fetch()\n"
    found = painted(blocking_of(tmp_path, shop=shop, use=use), "Client.fetch")
    assert {c for c, _ in found.stops} == {code, "AW204"}
    assert {"shop:Client.fetch", "use:go"} <= set(found.names)
    assert [(e.place.span.line, e.ending.value) for e in account(found.colouring) if e.place.path == "use.py"] == [
        (2, "awaited"),
        (3, "stop"),
    ]


def test_all_that_stands_against_a_family_is_said_at_once(tmp_path: Path) -> None:
    shop = """
        import functools
        class Client:
            @unknown
            def fetch(self): ...
        class Other(Client):
            @functools.cache
            def fetch(self): ...
        """
    found = painted(blocking_of(tmp_path, shop=shop), "Client.fetch", "Other.fetch")
    assert [code for code, _ in found.stops] == ["AW210", "AW211"]


def test_a_call_of_the_other_meaning_of_the_name_waits_for_the_barrier(tmp_path: Path) -> None:
    shop = """
        def _impl(self): ...
        class Client:
            def fetch(self): ...
        class Attr(Client):
            fetch = [_impl][0]
        def go(): return Attr().fetch()
        def other(): return _impl(1)
        """
    found = painted(blocking_of(tmp_path, shop=shop), "Client.fetch")
    assert [(entry.place.span.line, entry.ending.value) for entry in account(found.colouring)] == [(6, "stop")]


@pytest.mark.parametrize(
    ("shop", "target"),
    [
        (
            (
                "import abc\nclass Client:\n    @abc.abstractproperty\n    def fetch(self): ...\n"
                "def go(c: Client): return Client.fetch\n"
            ),
            "AW202",
        ),
        ("class Client:\n    def fetch(self): return (yield 1)\ndef go(c: Client): return list(c.fetch())\n", "AW208"),
        (
            "import logging\nclass Client(logging.Handler):\n    def emit(self, r): ...\ndef go(c: Client): c.emit(1)\n",
            "AW213",
        ),
    ],
)
def test_where_no_decision_leads_on_every_mention_waits_at_the_definition(
    tmp_path: Path, shop: str, target: str
) -> None:
    name = "emit" if "emit" in shop else "fetch"
    found = painted(blocking_of(tmp_path, shop=shop), f"Client.{name}")
    (obstacle,) = found.colouring.obstacles
    assert (obstacle.code, found.names) == (target, [])
    assert [entry.obstacle for entry in account(found.colouring)] == [obstacle]


def test_the_endings_are_those_of_the_plan() -> None:
    assert [ending.value for ending in Ending] == [verdict.value for verdict in Verdict]
