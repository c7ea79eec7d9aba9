"""Lambdas that would have to await: what is written instead, and where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.colour.action import Action, Handling, Refused, Rewrite, Together
from awaitify.colour.sites import Sites
from tests.index.asking import function_named, resolver_of

HEAD = """from __future__ import annotations
import asyncio, functools
class Api:
    def rank(self, x): ...
    @property
    def name(self): ...
api = Api()
"""


def done(folder: Path, line: str, name: str = "rank") -> str:
    """What is done at the mention of ``rank`` in *line*, which stands in a function: the rewrites, or the code."""
    code = HEAD + "def go(xs, ys):\n    " + line.replace("\n", "\n    ")
    sites = Sites(resolver_of(folder, main=code))
    function = function_named(sites.resolver, f"main:Api.{name}")
    mentions = [r for r in sites.reaching(name) if function in r.functions]
    (handling,) = {_words(sites.handling(reached, function)) for reached in mentions}
    return handling


def _words(handling: Handling | Refused) -> str:
    match handling:
        case Refused(code=code):
            return code
        case Handling(rewrite=None, action=action):
            return action.value
        case Handling(action=Action.UNWRAP):
            return "unwrapped"
    assert handling.rewrite is not None
    return " ".join(type(part).__name__ for part in _parts(handling.rewrite))


def _parts(rewrite: Rewrite) -> list[Rewrite]:
    return [inner for part in rewrite.parts for inner in _parts(part)] if isinstance(rewrite, Together) else [rewrite]


@pytest.mark.parametrize(
    "line",
    [
        "list(map(lambda x: api.rank(x), xs))",
        "set(map(lambda x: api.rank(x) + 1, xs))",
        "[*map(lambda x, y: api.rank(x) + y, xs, ys)]",
        "list(filter(lambda x: api.rank(x), xs))",
        "sum(map(lambda x: api.rank(x) if x else 0, xs))",
        "list(map(lambda x, /: api.rank(x), xs))",
        "list(map(lambda x: [api.rank(y) for y in x], xs))",
    ],
)
def test_a_lambda_that_is_called_for_every_item_is_written_out(tmp_path: Path, line: str) -> None:
    assert done(tmp_path, line) == "Mapped Consumed"


@pytest.mark.parametrize(
    "line",
    [
        "sorted(xs, key=lambda x: -api.rank(x))",
        "[1].sort(key=lambda x, y=1: (api.rank(x), y))",
        "while max(xs, key=lambda x: api.rank(x) + 1):\n    pass",
        "[sorted(xs, key=lambda x: -api.rank(x)) for y in ys]",
    ],
)
def test_a_key_that_does_more_is_put_above_the_statement(tmp_path: Path, line: str) -> None:
    assert done(tmp_path, line) == "Helped Above Consumed"


@pytest.mark.parametrize(
    ("line", "rewrites"),
    [
        ("for y in map(lambda x: api.rank(x), xs): ...", "Mapped Consumed Consumed"),
        ("map(lambda x: api.rank(x), xs)", "Mapped Consumed Consumed"),
        ("list(map(lambda x, y=1: api.rank(x), xs))", "Helped Consumed"),
        ("list(map(lambda *x: api.rank(x), xs))", "Helped Consumed"),
        ("list(map(lambda x: api.rank(x), *xs))", "Helped Consumed"),
        ("list(map(lambda x, y: api.rank(x), xs))", "Helped Consumed"),
        ("list(map(lambda x: (lambda: x, api.rank(x)), xs))", "Helped Consumed Above Consumed"),
    ],
)
def test_one_that_is_called_when_items_are_asked_for(tmp_path: Path, line: str, rewrites: str) -> None:
    assert done(tmp_path, line) == rewrites


def test_a_property_in_one_is_read_there(tmp_path: Path) -> None:
    assert done(tmp_path, "list(map(lambda x: (x, api.name), xs))", "name") == "Mapped Read"


@pytest.mark.parametrize(
    "line",
    [
        "sorted(xs, key=lambda x: api.rank(x))",
        "max(xs, key=lambda x: api.rank(x))",
        "functools.reduce(lambda x, y: api.rank(x), xs)",
        "any(map(lambda x: api.rank(x), xs))",
        "[1].sort(key=lambda x: api.rank(x))",
    ],
)
def test_one_that_is_no_more_than_the_call_stays_where_that_is_awaited(tmp_path: Path, line: str) -> None:
    assert done(tmp_path, line) == "Helped"


@pytest.mark.parametrize(
    "line",
    [
        "rank = lambda x: api.rank(x) + 1\nreturn rank(1), rank(2)",
        "rank = lambda x=1, *y, z, **w: api.rank(x)\nreturn [rank(x) for x in xs]",
        "if xs:\n    rank = lambda: api.rank(1)\n    rank()",
        "rank = lambda: api.rank(1)",
    ],
)
def test_one_that_a_local_name_holds_becomes_a_function(tmp_path: Path, line: str) -> None:
    assert done(tmp_path, line) == "Named Consumed"


@pytest.mark.parametrize(
    "line",
    [
        "return asyncio.gather(asyncio.to_thread(lambda: api.rank(1)))",
        "return asyncio.to_thread(lambda: api.rank(x=1))",
    ],
)
def test_no_thread_is_needed_for_one(tmp_path: Path, line: str) -> None:
    assert done(tmp_path, line) == "unwrapped"


@pytest.mark.parametrize(
    "line",
    [
        "[sorted(xs, key=lambda x: api.rank(x) * y) for y in ys]",
        "(y := 1, sorted(xs, key=lambda x: api.rank(x) * y))",
        "sorted(xs, key=lambda x, y=ys(): api.rank(x) * y)",
        "if ys:\n    pass\nelif sorted(xs, key=lambda x: -api.rank(x)):\n    pass",
        "if ys: sorted(xs, key=lambda x: -api.rank(x))",
        "def inner(x=sorted(xs, key=lambda x: -api.rank(x))): ...",
        "list(map(lambda x: lambda: api.rank(x), xs))",
        "list(map(lambda x: (y := api.rank(x)), xs))",
        "list(map(lambda x: (yield api.rank(x)), xs))",
        "return map(lambda x: api.rank(x), xs)",
        "return lambda: api.rank(1)",
        "xs.append(lambda: api.rank(1))",
        "ys(lambda: api.rank(1))",
        "rank = other = lambda: api.rank(1)\nrank()",
        "rank: object = lambda: api.rank(1)\nrank()",
        "rank = lambda: api.rank(1)\nrank = 2",
        "rank = lambda: api.rank(1)\nreturn rank",
        "rank = lambda: api.rank(1)\nxs.append(rank)",
        "rank = lambda: api.rank(1); rank()",
        "if xs: rank = lambda: api.rank(1)",
        "global rank\nrank = lambda: api.rank(1)",
        "asyncio.to_thread(lambda: api.rank(1) + 1)",
        "asyncio.to_thread(lambda x: api.rank(x), 1)",
        "(lambda: api.rank(1))()",
    ],
)
def test_one_that_would_have_to_await_stays(tmp_path: Path, line: str) -> None:
    assert done(tmp_path, line) == "AW204"


def test_a_generator_expression_in_one_is_the_obstacle(tmp_path: Path) -> None:
    assert done(tmp_path, "list(map(lambda x: (api.rank(y) for y in x), xs))") == "AW209"


def test_one_of_a_module_or_class_stays(tmp_path: Path) -> None:
    code = HEAD + "rank = lambda: api.rank(1)\nclass A:\n    rank = lambda self: api.rank(1)\nrank()"
    sites = Sites(resolver_of(tmp_path, main=code))
    function = function_named(sites.resolver, "main:Api.rank")
    found = [sites.handling(r, function) for r in sites.reaching("rank") if function in r.functions]
    assert [_words(handling) for handling in found] == ["AW204", "AW204"]
