"""The functions that are put into a module do what Python's own do."""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awaitify.plan.edit import AddToModule
from awaitify.plan.helpers import help_with
from tests.index.asking import resolver_of


def helper(name: str, folder: Path, text: str = "") -> tuple[str, str]:
    """The name that a helper gets in a module that says *text*, and what is put there."""
    module = resolver_of(folder, main=text).program.module("main")
    assert module is not None
    found, edits = help_with(name, module)
    return found, "".join(edit.text for edit in edits if isinstance(edit, AddToModule))


NAMES = ("zip", "chain", "from_iterable", "islice", "takewhile", "dropwhile", "map", "filter")
PIPES = (*(f"_{name}_async" for name in NAMES), "_in_async", "mapped", "filtered")


@pytest.fixture(scope="module")
def helpers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Callable[..., Any]]:
    found: dict[str, Any] = {"asyncio": asyncio, "os": os}
    for name in ("sorted_by", "sort_by", "max_by", "min_by", "reduced", "any_of", "all_of", "TaskPool", *PIPES):
        exec(helper(name, tmp_path_factory.mktemp("helpers"))[1], found)
    return found


class Item:
    """Has a key that may be another's, and no order of its own."""

    def __init__(self, key: int) -> None:
        self.key = key


items = st.lists(st.integers(0, 3).map(Item), max_size=8)


async def key_of(item: Item) -> int:
    await asyncio.sleep(0)
    return item.key


def plain_key_of(item: Item) -> int:
    return item.key


def outcome(ask: Callable[[], object]) -> object:
    """What comes of it: the value, or the kind of error with its words."""
    try:
        return ask()
    except (TypeError, ValueError) as error:
        return type(error), str(error)


@given(items, st.booleans())
def test_the_same_items_in_the_same_order(helpers: dict[str, Any], found: list[Item], reverse: bool) -> None:
    wanted = sorted(found, key=plain_key_of, reverse=reverse)
    assert asyncio.run(helpers["sorted_by"](iter(found), key=key_of, reverse=reverse)) == wanted
    asyncio.run(helpers["sort_by"](found, key=key_of, reverse=reverse))
    assert found == wanted


@given(items, st.sampled_from([{}, {"default": None}]))
def test_the_same_extreme(helpers: dict[str, Any], found: list[Item], default: dict[str, None]) -> None:
    for name, builtin in (("max_by", max), ("min_by", min)):
        wanted = outcome(lambda builtin=builtin: builtin(found, key=plain_key_of, **default))  # type: ignore[misc]
        got = outcome(lambda name=name: asyncio.run(helpers[name](iter(found), key=key_of, **default)))  # type: ignore[misc]
        assert (got == wanted) if found or default else got[0] is wanted[0] is ValueError  # type: ignore[index]


def test_the_extreme_of_several_arguments(helpers: dict[str, Any]) -> None:
    first, second = Item(1), Item(1)
    assert asyncio.run(helpers["max_by"](first, second, key=key_of)) is first


@given(st.lists(st.integers(), max_size=5), st.lists(st.integers(), max_size=1))
def test_the_same_reduced(helpers: dict[str, Any], numbers: list[int], initial: list[int]) -> None:
    async def minus(left: int, right: int) -> int:
        return left - right

    wanted = outcome(lambda: functools.reduce(lambda left, right: left - right, numbers, *initial))
    assert outcome(lambda: asyncio.run(helpers["reduced"](minus, iter(numbers), *initial))) == wanted


@given(st.lists(st.booleans(), max_size=5))
def test_any_and_all_ask_no_more_than_they_need(helpers: dict[str, Any], answers: list[bool]) -> None:
    for name, builtin in (("any_of", any), ("all_of", all)):
        asked: list[bool] = []
        asked_before: list[bool] = []

        async def ask(answer: bool, asked: list[bool] = asked) -> bool:
            asked.append(answer)
            return answer

        wanted = builtin(map(lambda a, b=asked_before: b.append(a) or a, answers))  # type: ignore[misc]
        assert asyncio.run(helpers[name](ask, answers)) is wanted
        assert asked == asked_before


numbers = st.lists(st.integers(0, 3), max_size=6)


def taken(name: str, helpers: dict[str, Any], *given: object) -> list[object]:
    """All that the helper gives, where lists are async iterables that note what they were asked for; and those notes."""
    asked: list[object] = []

    async def one_by_one(items: list[object]) -> AsyncIterator[object]:
        for item in items:
            asked.append(item)
            yield item

    async def take() -> list[object]:
        arguments = [one_by_one(argument) if isinstance(argument, list) else argument for argument in given]
        return [item async for item in helpers[f"_{name}_async"](*arguments)]

    return [*asyncio.run(take()), "asked", *asked]


def taken_before(function: Callable[..., Iterable[object]], *given: object) -> list[object]:
    """The same of Python's own."""
    asked: list[object] = []

    def one_by_one(items: list[object]) -> Iterator[object]:
        for item in items:
            asked.append(item)
            yield item

    return [*function(*(one_by_one(a) if isinstance(a, list) else a for a in given)), "asked", *asked]


@given(numbers, numbers)
def test_what_is_piped_is_asked_for_as_before(helpers: dict[str, Any], left: list[int], right: list[int]) -> None:
    def is_small(number: int) -> bool:
        return number < 2

    for name, function, arguments in (
        ("zip", zip, (left, right)),
        ("zip", zip, (tuple(left), right)),
        ("zip", zip, ()),
        ("chain", itertools.chain, (left, (7, 8), right)),
        ("takewhile", itertools.takewhile, (is_small, left)),
        ("dropwhile", itertools.dropwhile, (is_small, left)),
        ("map", map, (str, left)),
        ("filter", filter, (None, left)),
        ("filter", filter, (is_small, left)),
        ("from_iterable", itertools.chain.from_iterable, ([(1, 2), (), (3,)],)),
    ):
        assert taken(name, helpers, *arguments) == taken_before(function, *arguments)


bounds = st.none() | st.integers(0, 7)


@given(numbers, bounds, bounds, st.none() | st.integers(1, 3))
def test_a_slice_of_what_is_piped(
    helpers: dict[str, Any], found: list[int], start: int | None, stop: int | None, step: int | None
) -> None:
    for bound in ((stop,), (start, stop), (start, stop, step)):
        assert taken("islice", helpers, found, *bound) == taken_before(itertools.islice, found, *bound)


def in_tasks(
    pool: Callable[..., Any], size: int | None, call: Callable[[int], Awaitable[int]], given: Iterable[int]
) -> list[int]:
    async def run() -> list[int]:
        async with pool(size) as tasks:
            results: list[int] = [result async for result in tasks.map(call, given)]
            return results

    return asyncio.run(run())


@pytest.mark.parametrize("size", [1, 3, None])
def test_results_come_in_order_and_no_more_than_the_bound_run(helpers: dict[str, Any], size: int | None) -> None:
    now: list[int] = []
    most = 0

    async def double(number: int) -> int:
        nonlocal most
        now.append(number)
        most = max(most, len(now))
        await asyncio.sleep(0.001 * (5 - number % 5))
        now.remove(number)
        return number * 2

    assert in_tasks(helpers["TaskPool"], size, double, range(10)) == [number * 2 for number in range(10)]
    assert most == min(10, size or (os.cpu_count() or 1) + 4)


def test_the_first_error_in_order_is_raised_and_what_has_not_begun_never_runs(helpers: dict[str, Any]) -> None:
    begun: set[int] = set()

    async def fail(number: int) -> int:
        begun.add(number)
        await asyncio.sleep(0.03 if number == 0 else 0.01)
        raise ValueError(f"number {number}")

    with pytest.raises(ValueError, match="number 0"):
        in_tasks(helpers["TaskPool"], 2, fail, range(50))
    assert begun >= {0, 1}
    assert 49 not in begun


def test_what_was_submitted_is_done_before_the_pool_is_left(helpers: dict[str, Any]) -> None:
    done: list[int] = []

    async def note(number: int, *, times: int) -> None:
        await asyncio.sleep(0.001)
        done.extend([number] * times)
        raise ValueError("nobody asks for it")

    async def run() -> None:
        async with helpers["TaskPool"](1) as pool:
            pool.submit(note, 1, times=2)
            pool.submit(note, 2, times=1)

    asyncio.run(run())
    assert done == [1, 1, 2]


@pytest.mark.parametrize("size", [0, -1])
def test_a_pool_of_nothing_is_no_pool(helpers: dict[str, Any], size: int) -> None:
    wanted = outcome(lambda: ThreadPoolExecutor(size))
    assert outcome(lambda: helpers["TaskPool"](size)) == wanted


def test_a_helper_that_is_there_is_used_again(tmp_path: Path) -> None:
    _, text = helper("sorted_by", tmp_path / "first")
    assert helper("sorted_by", tmp_path / "second", text) == ("sorted_by", "")


def test_a_name_that_is_used_is_not_taken(tmp_path: Path) -> None:
    found, text = helper("sorted_by", tmp_path, "def f(sorted_by): pass\nawaited_sorted_by = 1")
    assert found == "sorted_by_2"
    assert "async def sorted_by_2(items" in text
