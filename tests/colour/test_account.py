"""Every mention of a coloured name ends once; where one doesn't, nothing is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from awaitify.colour.account import Ending, account
from awaitify.colour.colouring import Action, Site
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
    shop.colouring.sites.append(Site(obstacle.reached, obstacle.callees, Action.AWAIT, "awaited"))
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


def test_the_endings_are_those_of_the_plan() -> None:
    assert [ending.value for ending in Ending] == [verdict.value for verdict in Verdict]
