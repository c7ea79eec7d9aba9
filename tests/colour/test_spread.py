"""The colour goes to families, up to callers and down to what blocks, and no further."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.colour.action import Action
from tests.colour.painting import Painted, blocking_of, painted

CLIENT = """
    class Client:
        def fetch(self): ...
    class Http(Client):
        def fetch(self): return super().fetch()
    class Dog:
        def fetch(self): ...
    """
FAMILY = ["shop:Client.fetch", "shop:Http.fetch"]


def spread_in(folder: Path, main: str, *targets: str, **options: tuple[str, ...]) -> Painted:
    blocking = blocking_of(folder, main=f"from shop import *\n{main}", shop=CLIENT)
    return painted(blocking, *(targets or ("Client.fetch",)), **options)  # type: ignore[arg-type]


def test_a_family_is_coloured_whole(tmp_path: Path) -> None:
    found = spread_in(tmp_path, "", "Http.fetch")
    assert found.names == FAMILY
    assert found.cause("shop:Http.fetch") == "named"
    assert found.cause("shop:Client.fetch") == "has one colour with shop:Http.fetch"


def test_callers_follow_to_the_end(tmp_path: Path) -> None:
    found = spread_in(
        tmp_path,
        """
def one(c: Client): return c.fetch()
def two(): return one(Http())
def three():
    def inner(): return two()
    return inner()
def four(): return three
def five(d: Dog): return d.fetch()
""",
    )
    assert found.names == ["main:one", "main:three", "main:three.inner", "main:two", *FAMILY]
    assert found.cause("main:two") == "calls main:one"
    assert found.stops == [("AW301", 8)]


def test_callers_of_callers_take_their_own_family_along(tmp_path: Path) -> None:
    main = """
class Service:
    def today(self): return None
class Weather(Service):
    def today(self): return Http().fetch()
def show(s: Service): print(s.today())
"""
    assert spread_in(tmp_path, main).names == ["main:Service.today", "main:Weather.today", "main:show", *FAMILY]


def test_functions_that_call_each_other_come_to_an_end(tmp_path: Path) -> None:
    main = "def a(n): return b(n - 1) if n else Http().fetch()\ndef b(n): return a(n - 1) if n else 1"
    assert spread_in(tmp_path, main).names == ["main:a", "main:b", *FAMILY]


def test_an_async_caller_awaits_and_is_not_coloured(tmp_path: Path) -> None:
    found = spread_in(tmp_path, "async def go(): return Http().fetch()\ndef start(): return go()")
    assert found.names == FAMILY
    assert [(str(s.action), s.reached.mention.place.span.line) for s in found.colouring.sites if s.reason == "awaited"]


def test_what_blocks_below_becomes_async_with_it(tmp_path: Path) -> None:
    shop = """
        import time
        from tools import helper, plain
        class Client:
            def fetch(self): return helper() + plain()
            def other(self): time.sleep(1)
        """
    tools = """
        import time
        def helper(): return deeper()
        def deeper(): time.sleep(1); return 1
        def plain(): return 2
        def unused(): time.sleep(1)
        """
    found = painted(blocking_of(tmp_path, shop=shop, tools=tools), "Client.fetch")
    assert found.names == ["shop:Client.fetch", "tools:deeper", "tools:helper"]
    assert found.cause("tools:helper") == "blocks, and shop:Client.fetch calls it"


def test_what_was_async_before_pulls_nothing_down_unless_it_is_named(tmp_path: Path) -> None:
    shop = """
        import time
        def helper(): time.sleep(1)
        def fetch(): ...
        async def go():
            helper()
            fetch()
        """
    blocking = blocking_of(tmp_path, shop=shop)
    assert painted(blocking, "shop:fetch").names == ["shop:fetch"]
    assert painted(blocking, "shop:go").names == ["shop:go", "shop:helper"]


def test_all_who_use_a_client_that_is_kept_become_async_together(tmp_path: Path) -> None:
    shop = """
        import requests
        class Client:
            def __init__(self): self.session = requests.Session()
            def fetch(self): return self.session.get("http://x")
            def send(self): return self.session.post("http://x")
            def agent(self): return self.session.headers
        class Child(Client):
            def more(self): return self.session.get("http://y")
        """
    found = painted(blocking_of(tmp_path, shop=shop), "Client.fetch")
    assert found.names == ["shop:Child.more", "shop:Client.fetch", "shop:Client.send"]
    assert found.cause("shop:Client.send") == "uses the client that shop:Client.fetch uses"
    ((owner, attribute),) = found.colouring.clients
    assert (str(owner.name), attribute) == ("shop:Client", "session")


def test_what_is_kept_sync_is_not_coloured_and_drags_what_it_calls(tmp_path: Path) -> None:
    main = "def keep(): return Http().fetch()\ndef other(): return keep()"
    found = spread_in(tmp_path, main, kept=("keep",))
    assert found.names == FAMILY
    assert sorted(str(f.name) for f in found.colouring.dragged) == ["shop:Http.fetch"]


def test_a_seed_that_is_kept_sync_colours_nothing(tmp_path: Path) -> None:
    assert spread_in(tmp_path, "", kept=("Client.fetch",)).names == []


def test_a_call_that_may_reach_both_is_a_stop_and_uncolours_its_caller(tmp_path: Path) -> None:
    main = "def both(x: Client | Dog): return x.fetch()\ndef above(): return both(Dog())"
    found = spread_in(tmp_path, main)
    assert found.names == FAMILY
    assert found.stops == [("AW311", 2)]


def test_a_mixed_call_whose_other_half_becomes_async_too_is_awaited(tmp_path: Path) -> None:
    main = "def both(x: Client | Dog): return x.fetch()"
    found = spread_in(tmp_path, main, "Client.fetch", "Dog.fetch")
    assert found.names == ["main:both", "shop:Client.fetch", "shop:Dog.fetch", "shop:Http.fetch"]
    assert found.stops == []


def test_mixed_calls_uncolour_each_other_to_the_end(tmp_path: Path) -> None:
    """``two`` is only mixed because ``one`` turns out to be."""
    main = """
class Other:
    def run(self): ...
class Uses:
    def run(self, x: Client | Dog): return x.fetch()
def two(x: Uses): return x.run(1)
def three(): return two(Uses())
"""
    found = spread_in(tmp_path, main)
    assert found.names == FAMILY
    assert found.stops == [("AW311", 6)]


def test_a_receiver_that_is_only_partly_known_is_a_stop(tmp_path: Path) -> None:
    main = "def go(x=Http()): return x.fetch()\nrun(go)"
    assert spread_in(tmp_path, main).stops == [("AW310", 2)]


@pytest.mark.parametrize(("name", "stops"), [("fetch_forecast", [("AW310", 3)]), ("get", [])])
def test_an_unknown_receiver_is_a_stop_when_its_name_tells(
    tmp_path: Path, name: str, stops: list[tuple[str, int]]
) -> None:
    shop = f"class Client:\n    def {name}(self): ...\ndef go(x): return x.{name}()\n"
    found = painted(blocking_of(tmp_path, shop=shop), f"Client.{name}")
    assert found.stops == stops
    assert found.endings == [(3, "stop" if stops else "doubt")]


def test_a_name_that_another_class_has_too_may_reach_both(tmp_path: Path) -> None:
    found = spread_in(tmp_path, "def go(x): return x.fetch()")
    assert [code for code, *_ in found.stops] == ["AW311"]


def test_a_name_that_builtins_have_is_only_a_doubt(tmp_path: Path) -> None:
    shop = "class Client:\n    def get(self, key): ...\ndef go(x): return x.get(1)\n"
    found = painted(blocking_of(tmp_path, shop=shop), "Client.get")
    assert (found.stops, found.endings) == ([], [(3, "doubt")])


def test_an_unknown_receiver_that_is_vouched_for_is_awaited(tmp_path: Path) -> None:
    shop = "class Client:\n    def fetch_it(self): ...\ndef go(x): return x.fetch_it()\ndef above(x): go(x)\n"
    found = painted(blocking_of(tmp_path, shop=shop), "Client.fetch_it", ways={"AW310": Way.AWAIT})
    assert found.names == ["shop:Client.fetch_it", "shop:above", "shop:go"]
    assert found.stops == []
    assert [obstacle.code for obstacle, _ in found.colouring.vouched] == ["AW310"]


def test_one_call_in_the_main_guard_starts_the_loop(tmp_path: Path) -> None:
    main = "def main(): Http().fetch()\nif __name__ == '__main__':\n    main()"
    found = spread_in(tmp_path, main)
    assert [site.action for site in found.colouring.sites if site.reached.mention.place.path == "main.py"] == [
        Action.AWAIT,
        Action.RUN,
    ] or {site.action for site in found.colouring.sites} == {Action.AWAIT, Action.RUN}
    assert found.stops == []


@pytest.mark.parametrize(
    "guard", ["    main()\n    main()", "    for x in y:\n        main()", "    while main(): pass"]
)
def test_more_than_one_loop_in_a_main_guard_is_a_stop(tmp_path: Path, guard: str) -> None:
    main = f"def main(): Http().fetch()\nif __name__ == '__main__':\n{guard}"
    assert {code for code, _ in spread_in(tmp_path, main).stops} == {"AW305"}


def test_a_console_script_stays_sync_and_starts_the_loop(tmp_path: Path) -> None:
    found = spread_in(tmp_path, "def main(): Http().fetch()\ndef two():\n    main()", scripts=("main:main",))
    assert found.names == FAMILY
    (entry,) = found.colouring.entries.values()
    assert (entry.label, entry.split) == ("console script", False)


def test_a_console_script_of_several_calls_is_split(tmp_path: Path) -> None:
    found = spread_in(tmp_path, "def main():\n    Http().fetch()\n    Http().fetch()", scripts=("main:main",))
    (entry,) = found.colouring.entries.values()
    assert entry.split


def test_an_entry_point_called_where_a_loop_runs_is_a_stop(tmp_path: Path) -> None:
    main = "def main(): Http().fetch()\nasync def go():\n    main()"
    assert spread_in(tmp_path, main, scripts=("main:main",)).stops == [("AW303", 4)]


def test_what_lies_outside_the_part_that_may_change_is_a_stop(tmp_path: Path) -> None:
    files = {
        "app/client": "class Client:\n    def fetch(self): ...\ndef go(): Client().fetch()\n",
        "use": "from app.client import go\ndef main(): go()\n",
    }
    found = painted(blocking_of(tmp_path, files), "Client.fetch", part="app")
    assert found.names == ["app.client:Client.fetch", "app.client:go"]
    assert found.stops == [("AW216", 2)]


def test_an_override_outside_the_part_that_may_change_stops_the_family(tmp_path: Path) -> None:
    files = {
        "app/client": "class Client:\n    def fetch(self): ...\n",
        "use": "from app.client import Client\nclass Mine(Client):\n    def fetch(self): ...\n",
    }
    found = painted(blocking_of(tmp_path, files), "Client.fetch", part="app")
    assert found.names == []
    assert found.stops == [("AW216", 3)]


def test_a_thread_hop_to_what_becomes_async_is_unwrapped(tmp_path: Path) -> None:
    main = "import asyncio\nasync def go(): return await asyncio.to_thread(Http().fetch)"
    assert {site.action for site in spread_in(tmp_path, main).colouring.sites} == {Action.AWAIT, Action.UNWRAP}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("def go(): return lambda: Http().fetch()", "AW204"),
        ("X = Http().fetch()", "AW205"),
        ("class A:\n    x = Http().fetch()", "AW206"),
        ("def go(x=Http().fetch()): ...", "AW207"),
        ("@Http().fetch()\ndef go(): ...", "AW207"),
        ("def go(): return (Http().fetch() for _ in x)", "AW209"),
        ("def go(): return map(Http().fetch, x)", "AW301"),
        ("def go(): Http().fetch = 1", "AW301"),
        ("def go(): return getattr(Http(), 'fetch')", "AW304"),
        ("def go(): return unittest.mock.patch('shop.Http.fetch')", "AW304"),
        ("def go():\n    yield Http().fetch()\n    return 1", "AW208"),
        ("class A:\n    def __init__(self): Http().fetch()", "AW201"),
        ("class A:\n    @functools.cached_property\n    def x(self): return Http().fetch()", "AW211"),
        ("class A:\n    def __len__(self): return Http().fetch()", "AW203"),
        ("@functools.lru_cache\ndef go(): return Http().fetch()", "AW211"),
        ("@unknown\ndef go(): return Http().fetch()", "AW210"),
    ],
)
def test_a_place_where_no_await_can_stand_is_a_stop(tmp_path: Path, line: str, code: str) -> None:
    found = spread_in(tmp_path, f"import functools, unittest.mock\n{line}")
    assert [c for c, _ in found.stops] == [code]
    assert found.names == FAMILY


def test_a_command_that_is_named_stays_sync_and_still_may_not_be_called_from_a_loop(tmp_path: Path) -> None:
    main = (
        "import click\ndef f(): ...\n@click.command()\ndef cmd(): f()\nasync def boss(): cmd()\n"
        "@click.command()\ndef again():\n    f()\n    again()\n"
    )
    found = painted(blocking_of(tmp_path, main=main), "f", "cmd")
    assert found.names == ["main:f"]
    assert sorted(found.stops) == [("AW303", 4), ("AW303", 5)]
