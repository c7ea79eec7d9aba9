"""What becomes of a coroutine, and whether a result is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.colour.handed_on import Gives, gives_awaitable
from tests.colour.painting import Painted, blocking_of, painted

HEAD = "import asyncio\nasync def now(): ...\nasync def items(): yield 1\n"


def of_now(folder: Path, body: str, target: str = "shop:now") -> list[tuple[int, str]]:
    """How the mentions in *body*, which starts in line 1, end."""
    found = painted(blocking_of(folder, shop=HEAD + body), target)
    return [(line - 3, ending) for line, ending in found.endings]


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("def go(): return now()", "forwarded"),
        ("def go(x): return now() if x else None", "forwarded"),
        ("def go(): return [now()]", "forwarded"),
        ("def go(): return lambda: now()", "forwarded"),
        ("def go(): yield now()", "forwarded"),
        ("async def go(): await asyncio.gather(now())", "forwarded"),
        ("async def go(): await asyncio.gather(*[now() for _ in range(3)])", "forwarded"),
        ("async def go(): asyncio.create_task(now())", "forwarded"),
        ("async def go(f): f(x=now())", "forwarded"),
        ("async def go():\n    t = now()\n    await t", "forwarded"),
        ("def go(self): self.task = now()", "forwarded"),
        ("async def go():\n    for t in [now()]: await t", "forwarded"),
        ("def go(): now().close()", "forwarded"),
        ("def go():\n    global t\n    t = now()", "forwarded"),
        ("T = now()", "forwarded"),
        ("async def go(): await now()", "already awaited"),
        ("async def go(x): await (now() if x else now())", "already awaited"),
        ("async def go(): now()", "not awaited before"),
        ("async def go(): [now() for _ in range(3)]", "not awaited before"),
        ("async def go():\n    t = now()", "not awaited before"),
        ("async def go():\n    if now(): pass", "not awaited before"),
        ("async def go(): return not now()", "not awaited before"),
        ("async def go(): return now() == 1", "not awaited before"),
        ("async def go(): return now().text", "not awaited before"),
        ("async def go(): return now()[0]", "not awaited before"),
        ("async def go(): return f'{now()}'", "not awaited before"),
        ("async def go(): return now() + 1", "not awaited before"),
        ("async def go(): print(now())", "not awaited before"),
        ("async def go():\n    for x in now(): pass", "not awaited before"),
        ("async def go():\n    with now(): pass", "not awaited before"),
    ],
)
def test_a_coroutine_that_was_there_before_is_awaited_handed_on_or_lost(tmp_path: Path, body: str, ending: str) -> None:
    assert {found for _, found in of_now(tmp_path, body)} == {ending}


@pytest.mark.parametrize(
    "body", ["async def go():\n    async for x in items(): pass", "async def go(): return [x async for x in items()]"]
)
def test_an_async_generator_is_iterated(tmp_path: Path, body: str) -> None:
    assert {ending for _, ending in of_now(tmp_path, body, "shop:items")} == {"already awaited"}


CLIENT = """
import asyncio
class Client:
    def fetch(self): ...
async def now(): ...
"""


def spread_in(folder: Path, body: str, ways: dict[str, Way] | None = None) -> Painted:
    return painted(blocking_of(folder, shop=CLIENT + body), "Client.fetch", ways=ways)


@pytest.mark.parametrize(
    "body",
    [
        "def go(c: Client):\n    c.fetch()\n    return now()\n",
        "def go(c: Client):\n    c.fetch()\n    return now() if c else None\n",
        "def go(c: Client):\n    c.fetch()\n    return asyncio.gather(now())\n",
        "def made(): return now()\ndef go(c: Client):\n    c.fetch()\n    return made()\n",
    ],
)
def test_a_function_that_hands_a_coroutine_on_and_would_become_async_is_a_stop(tmp_path: Path, body: str) -> None:
    found = spread_in(tmp_path, body)
    assert [code for code, _ in found.stops] == ["AW313"]
    assert found.colouring.obstacles[0].reason.startswith("shop:go isn't async and returns ")


@pytest.mark.parametrize(
    "taken",
    [
        "await go(c)",
        "await asyncio.gather(go(c), go(c))",
        "t = go(c)\n    await t",
        "ts = [go(c) for _ in range(3)]\n    await asyncio.gather(*ts)",
        "ts = []\n    ts.append(go(c))\n    for t in ts: await t",
        "asyncio.get_running_loop().create_task(go(c))",
    ],
)
def test_what_may_be_an_awaitable_and_is_taken_for_one_is_a_stop(tmp_path: Path, taken: str) -> None:
    body = f"def go(c: Client):\n    c.fetch()\n    return c.later\nasync def use(c: Client):\n    {taken}\n"
    found = spread_in(tmp_path, body)
    assert [code for code, _ in found.stops] == ["AW313"]
    assert all(reached.mention.place.span.line > 8 for reached in found.colouring.obstacles[0].sites)
    assert [ending for line, ending in found.endings if line > 8] == ["stop"] * len(found.colouring.obstacles[0].sites)


@pytest.mark.parametrize(
    "body",
    [
        "def go(c: Client):\n    c.fetch()\n    now()\n    return 1\nasync def use(c: Client): go(c)\n",
        "def go(c: Client):\n    c.fetch()\n    return c.later\nasync def use(c: Client): return go(c)\n",
        "def go(c: Client): return c.fetch()\nasync def use(c: Client):\n    x = go(c)\n    return x\n",
        "def go(c: Client): return [c.fetch()]\ndef use(todo, c: Client): todo.create_task(go(c))\n",
    ],
)
def test_a_function_whose_result_nobody_awaits_becomes_async(tmp_path: Path, body: str) -> None:
    found = spread_in(tmp_path, body)
    assert found.stops == []
    assert "shop:go" in found.names
    assert not {"stop", "forwarded"} & {ending for line, ending in found.endings if line > 5}


def test_a_call_whose_result_was_an_awaitable_before_and_is_one_after_stays_as_it_is(tmp_path: Path) -> None:
    """One class of the family was made async by hand, and a person vouches for what ``Base`` makes of it: ``twice`` gave
    a coroutine there, and ``gather`` awaited it."""
    body = """
class Base(Client):
    def twice(self): return self.fetch()
class ByHand(Base):
    async def fetch(self): ...
async def use(c: ByHand):
    await c.twice()
    await asyncio.gather(c.twice())
    t = c.twice()
    return await t
"""
    found = spread_in(tmp_path, body, {"AW312": Way.AWAIT})
    assert found.stops == []
    assert [(line, ending) for line, ending in found.endings if line > 10] == [
        (11, "already awaited"),
        (12, "forwarded"),
        (13, "forwarded"),
    ]


def test_functions_to_which_many_ways_lead_are_looked_into_once(tmp_path: Path) -> None:
    layers = range(40)
    body = "".join(
        f"def f{layer}_{n}(x): return f{layer + 1}_0(x) if x else f{layer + 1}_1(x) or f{layer + 1}_2(x)\n"
        for layer in layers
        for n in range(3)
    )
    body += "".join(f"def f{len(layers)}_{n}(x): return 1\n" for n in range(2))
    body += f"def f{len(layers)}_2(x): return now()\n"
    found = blocking_of(tmp_path, shop=HEAD + body).resolver
    module = found.program.module("shop")
    assert module is not None
    by_name = {function.node.name: function for function in module.functions}
    assert gives_awaitable(by_name["f0_0"], found) is Gives.SURELY
    assert gives_awaitable(by_name["f40_0"], found) is Gives.NO
