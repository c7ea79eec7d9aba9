"""What functions became: two states of a module compared."""

from __future__ import annotations

from pathlib import Path

from awaitify.colour.compared import compare
from awaitify.index.load import load_program
from awaitify.index.resolve import Resolver
from tests.programs import program


def _compare(folder: Path, old: str, new: str) -> list[str]:
    before, after = (
        Resolver(load_program(program(folder / name, shop=text), (), lambda stage, done, total: None))
        for name, text in (("old", old), ("new", new))
    )
    functions, attributes = compare(before, after, ("shop",), lambda function: True)
    found = [f"{one.name.qualname}: {one.was} → {one.now} {one.renamed or ''}".strip() for one in functions]
    return found + [f"{one.name.qualname}: {one.was} → {one.now}" for one in attributes]


def test_a_function_and_a_generator(tmp_path: Path) -> None:
    old = "def a(): ...\ndef b():\n    yield 1\ndef c(): ...\n"
    new = "async def a(): ...\nasync def b():\n    yield 1\ndef c(): ...\nasync def d(): ...\n"
    assert _compare(tmp_path, old, new) == ["a: def → async def", "b: generator → async generator"]


def test_what_was_async_before_is_no_news(tmp_path: Path) -> None:
    assert _compare(tmp_path, "async def a(): ...\n", "async def a():\n    return 1\n") == []


def test_an_iterable_changes_with_its_iterator(tmp_path: Path) -> None:
    old = "class A:\n    def __iter__(self):\n        return self\n    def __next__(self): ...\n"
    new = "class A:\n    def __aiter__(self):\n        return self\n    async def __anext__(self): ...\n"
    assert _compare(tmp_path, old, new) == [
        "A.__iter__: def → asynchronous iterable __aiter__",
        "A.__next__: def → async def __anext__",
    ]


def test_a_sync_context_manager_that_got_an_async_one_beside_it_stays(tmp_path: Path) -> None:
    old = "class A:\n    def __enter__(self): ...\n"
    new = old + "    async def __aenter__(self): ...\n"
    assert _compare(tmp_path, old, new) == []


def test_what_hands_on_what_changed_changes_with_it(tmp_path: Path) -> None:
    old = "def a():\n    yield 1\ndef b():\n    return a()\ndef c():\n    return b()\ndef d():\n    return list(a())\n"
    new = old.replace("def a", "async def a")
    assert _compare(tmp_path, old, new) == [
        "a: generator → async generator",
        "b: def → async generator",
        "c: def → async generator",
    ]


def test_the_library_of_an_object_that_is_held(tmp_path: Path) -> None:
    old = "import queue, json\nclass A:\n    def __init__(self):\n        self.jobs = queue.Queue()\n        self.seen = set()\n"
    new = old.replace("queue", "asyncio")
    assert _compare(tmp_path, old, new) == ["A.jobs: queue.Queue → asyncio.Queue"]
