"""A call that may reach more than one colour is a stop that names both sides; a mixin for both is one stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.codes import Way, find_code
from awaitify.colour.colouring import Obstacle
from awaitify.names import Place
from tests.colour.painting import Painted, blocking_of, painted

COMMANDS = """
    class Commands:
        def get(self, key): return self.execute("GET", key)
        def put(self, key):
            def inner(): return self.execute("PUT", key)
            return inner()
        def both(self, key): return self.get(key)
    class Sync(Commands):
        def execute(self, *args): return args
    class Async(Commands):
        async def execute(self, *args): return args
    def use(): return Sync().get(1), Sync().execute(2)
    async def use_async(): return await Async().get(1), await Async().execute(2)
    """


def sides(obstacle: Obstacle) -> list[tuple[str, int, str]]:
    """What an obstacle may reach: name, line and colour."""
    return [(side.name, _line(side.place), side.colour) for side in obstacle.sides]


def _line(place: Place | None) -> int:
    return place.span.line if place is not None else 0


def spread_in(folder: Path, shop: str, *targets: str) -> Painted:
    return painted(blocking_of(folder, shop=shop), *targets)


def test_a_mixed_stop_names_both_sides_with_their_places(tmp_path: Path) -> None:
    shop = """
        class Client:
            def fetch(self): ...
        class Dog:
            def fetch(self): ...
        def both(x: Client | Dog | dict): return x.fetch()
        """
    (obstacle,) = spread_in(tmp_path, shop, "Client.fetch").colouring.obstacles
    assert (obstacle.code, obstacle.reason) == ("AW311", "it may reach shop:Client.fetch and shop:Dog.fetch")
    assert sides(obstacle) == [
        ("shop:Client.fetch", 2, "becomes async"),
        ("shop:Dog.fetch", 4, "stays sync"),
        ("fetch of a container", 0, "isn't a function of the project"),
    ]


def test_an_unknown_receiver_behind_a_shared_name_names_both_sides_too(tmp_path: Path) -> None:
    shop = "class Client:\n    def fetch(self): ...\nclass Dog:\n    def fetch(self): ...\ndef go(*xs, **ys): return ys['a'].fetch()\n"
    (obstacle,) = spread_in(tmp_path, shop, "Client.fetch").colouring.obstacles
    assert [(name, colour) for name, _, colour in sides(obstacle)] == [
        ("shop:Client.fetch", "becomes async"),
        ("shop:Dog.fetch", "stays sync"),
    ]


def test_a_mixin_that_serves_both_colours_is_reported_once(tmp_path: Path) -> None:
    found = spread_in(tmp_path, COMMANDS, "Sync.execute")
    (obstacle,) = found.colouring.obstacles
    assert (obstacle.code, obstacle.place.span.line) == ("AW312", 1)
    assert obstacle.reason == (
        "shop:Commands serves classes of both colours: self.execute may reach shop:Sync.execute and shop:Async.execute"
    )
    assert [reached.mention.place.span.line for reached in obstacle.sites] == [2, 4]
    assert sides(obstacle) == [
        ("shop:Sync.execute", 8, "becomes async"),
        ("shop:Async.execute", 10, "is async"),
    ]
    assert obstacle.ways == find_code("AW312").ways
    assert Way.AWAIT in obstacle.ways


def test_a_mixin_that_serves_both_colours_colours_none_of_its_methods(tmp_path: Path) -> None:
    found = spread_in(tmp_path, COMMANDS, "Sync.execute")
    assert found.names == ["shop:Sync.execute", "shop:use"]
    assert found.endings == [(2, "stop"), (4, "stop"), (11, "awaited"), (12, "other")]


def test_a_target_that_is_async_already_changes_nothing_in_a_mixin_that_serves_both(tmp_path: Path) -> None:
    found = spread_in(tmp_path, COMMANDS, "Async.execute")
    assert (found.names, found.stops) == (["shop:Async.execute"], [])
    assert found.endings == [(2, "forwarded"), (4, "forwarded"), (11, "other"), (12, "already awaited")]


def test_naming_both_halves_of_a_mixin_says_nothing_of_who_calls_it(tmp_path: Path) -> None:
    assert spread_in(tmp_path, COMMANDS, "Sync.execute", "Async.execute").stops == [("AW312", 1)]


def test_a_mixin_whose_classes_are_all_of_one_colour_is_no_conflict(tmp_path: Path) -> None:
    shop = COMMANDS.replace("async def execute", "def execute").replace("await Async()", "Async()")
    found = spread_in(tmp_path, shop, "Sync.execute", "Async.execute")
    assert found.stops == []
    assert found.names.count("shop:Commands.get") == 1


def test_two_mixins_that_serve_both_are_two_stops(tmp_path: Path) -> None:
    shop = """
        class Reads:
            def get(self): return self.execute()
            def head(self): return self.execute()
        class Writes:
            def put(self): return self.execute()
        class Sync(Reads, Writes):
            def execute(self): ...
        class Async(Reads, Writes):
            async def execute(self): ...
        """
    found = spread_in(tmp_path, shop, "Sync.execute")
    assert found.stops == [("AW312", 1), ("AW312", 4)]
    assert [len(obstacle.sites) for obstacle in found.colouring.obstacles] == [2, 1]


def test_a_class_below_that_nobody_can_make_async_is_a_conflict_too(tmp_path: Path) -> None:
    """Plain against plain: only one of the two families is to become async."""
    shop = """
        class Base:
            def go(self): return self.fetch()
        class One(Base):
            def fetch(self): ...
        class Two(Base):
            def fetch(self): ...
        """
    found = spread_in(tmp_path, shop, "One.fetch")
    assert found.stops == [("AW312", 1)]
    assert {colour for _, _, colour in sides(found.colouring.obstacles[0])} == {"becomes async", "stays sync"}


@pytest.mark.parametrize("receiver", ["x", "Base()"])
def test_a_mixed_call_on_another_object_is_a_stop_of_its_own(tmp_path: Path, receiver: str) -> None:
    shop = f"""
        class Base:
            def go(self, x: Base): return {receiver}.fetch()
            def run(self, x: Base): return {receiver}.fetch()
        class One(Base):
            def fetch(self): ...
        class Two(Base):
            def fetch(self): ...
        """
    assert spread_in(tmp_path, shop, "One.fetch").stops == [("AW311", 2), ("AW311", 3)]


def test_a_mixed_call_that_is_awaited_already_is_left_alone(tmp_path: Path) -> None:
    shop = "class A:\n    async def go(self): ...\nclass B:\n    def go(self): ...\nasync def use(x: A | B): await x.go()\n"
    found = spread_in(tmp_path, shop, "A.go")
    assert (found.stops, found.endings) == ([], [(5, "already awaited")])


DECLARED = """
    from typing import Protocol
    class Executes(Protocol):
        def execute(self, *args): ...
    class Commands(Executes):
        def get(self, key): return self.execute("GET", key)
        def put(self, key): return self.execute("PUT", key)
    class Sync(Commands):
        def execute(self, *args): return args
    class Async(Commands):
        async def execute(self, *args): return args
    """


def test_a_class_that_declares_what_both_halves_supply_serves_both_too(tmp_path: Path) -> None:
    """As in redis: the declaration makes one family of all of them."""
    found = spread_in(tmp_path, DECLARED, "Sync.execute")
    assert found.stops == [("AW312", 4)]
    assert found.names == ["shop:Async.execute", "shop:Executes.execute", "shop:Sync.execute"]
    assert sides(found.colouring.obstacles[0]) == [
        ("shop:Sync.execute", 8, "becomes async"),
        ("shop:Async.execute", 10, "is async"),
    ]


def test_one_override_that_was_made_async_by_hand_is_a_conflict_where_the_base_calls_it(tmp_path: Path) -> None:
    shop = """
        class Base:
            def fetch(self): return 1
            def twice(self): return self.fetch()
        class ByHand(Base):
            async def fetch(self): return super().fetch()
        def use(b: Base): return b.fetch()
        """
    found = spread_in(tmp_path, shop, "Base.fetch")
    assert found.stops == [("AW312", 1)]
    assert found.endings == [(3, "stop"), (5, "awaited"), (6, "awaited")]


@pytest.mark.parametrize(("shop", "line"), [(COMMANDS, 1), (DECLARED, 4)])
def test_a_person_can_vouch_for_a_class_that_serves_both(tmp_path: Path, shop: str, line: int) -> None:
    found = painted(blocking_of(tmp_path, shop=shop), "Sync.execute", ways={"AW312": Way.AWAIT})
    assert found.stops == []
    assert {"shop:Commands.get", "shop:Commands.put"} <= set(found.names)
    ((obstacle, way),) = found.colouring.vouched
    assert (obstacle.code, obstacle.place.span.line, way) == ("AW312", line, Way.AWAIT)


def test_nobody_can_vouch_for_a_class_of_which_one_half_stays_sync(tmp_path: Path) -> None:
    shop = """
        class Base:
            def go(self): return self.fetch()
        class One(Base):
            def fetch(self): ...
        class Two(Base):
            def fetch(self): ...
        """
    found = painted(blocking_of(tmp_path, shop=shop), "One.fetch", ways={"AW312": Way.AWAIT})
    assert found.stops == [("AW312", 1)]
    assert Way.AWAIT not in found.colouring.obstacles[0].ways
