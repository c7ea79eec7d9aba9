"""What can't become async, with the reason; and what looks like it and can."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.colour.barriers import Barrier, find_barriers
from awaitify.colour.forms import Forms
from awaitify.colour.sites import Sites
from awaitify.colour.treatments import Treatment
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from tests.index.asking import function_named, resolver_of

HEAD = """
from __future__ import annotations
import abc, asyncio, contextlib, functools, logging, threading, typing, unittest
import cachetools, celery, click, fastapi, pydantic, pytest, retrying, tenacity, typer, vendor
from functools import cache, cached_property, wraps
app = fastapi.FastAPI()
cli = typer.Typer()
worker = celery.Celery()
@click.group()
def group(): ...
def ours(f): return f
class keeper:
    def __init__(self, f): self.f = f
"""


def first_barrier(function: Function, resolver: Resolver) -> Barrier | None:
    return next(find_barriers(function, Forms(resolver)), None)


def is_command(function: Function, resolver: Resolver) -> bool:
    return any(outside.treatment is Treatment.COMMAND for outside in Sites(resolver).outside(function))


def barrier(folder: Path, code: str, name: str = "go") -> tuple[str, str] | None:
    """The code and the reason why the function *name* can't become async."""
    resolver = resolver_of(folder, main=HEAD + code)
    found = first_barrier(function_named(resolver, f"main:{name}"), resolver)
    return None if found is None else (found.code, found.reason)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class A:\n    def __init__(self): ...", "AW201"),
        ("class A:\n    def __new__(cls): ...", "AW201"),
        ("class A:\n    def __post_init__(self): ...", "AW201"),
        ("class A:\n    def __init_subclass__(cls): ...", "AW201"),
        ("class A:\n    def __len__(self): ...", "AW203"),
        ("class A:\n    def __eq__(self, o): ...", "AW203"),
        ("class A:\n    def __call__(self): ...", "AW203"),
        ("class A:\n    def __del__(self): ...", "AW203"),
        ("class A:\n    def __getattr__(self, n): ...", "AW203"),
        ("class A:\n    @cached_property\n    def x(self): ...", "AW211"),
        ("class A:\n    @property\n    def x(self): ...\n    @x.setter\n    def x(self, v): ...", "AW202"),
        ("@cache\ndef go(): ...", "AW211"),
        ("@functools.lru_cache(maxsize=1)\ndef go(): ...", "AW211"),
        ("@cachetools.cached({})\ndef go(): ...", "AW211"),
        ("@worker.task\ndef go(): ...", "AW302"),
        ("@celery.shared_task(bind=True)\ndef go(): ...", "AW302"),
        ("@keeper\ndef go(): ...", "AW210"),
        ("@retrying.retry\ndef go(): ...", "AW210"),
        ("@tenacity.retry(sleep=x)\ndef go(): ...", "AW210"),
        ("@tenacity.retry\n@functools.singledispatch\ndef go(): ...", "AW210"),
        ("@app.get('/')\n@functools.singledispatch\ndef go(): ...", "AW210"),
        ("@vendor.timed\ndef go(): ...", "AW210"),
        ("@unknown(1)\ndef go(): ...", "AW210"),
        ("@contextlib.contextmanager\ndef go(): return open('x')", "AW212"),
        ("def go():\n    yield 1\n    return 2", "AW208"),
        ("def go():\n    x = yield from y", "AW208"),
        ("def go(): yield from x", "AW208"),
        ("def pages(): yield 1\ndef go():\n    if x: return pages()\n    return [1]", "AW208"),
        ("class A:\n    def __iter__(self): return iter([])", "AW208"),
        ("class A:\n    def __enter__(self): ...\n    def __aenter__(self): ...", "AW203"),
        ("class A(logging.Handler):\n    def emit(self, r): ...", "AW213"),
        ("class A(threading.Thread):\n    def run(self): ...", "AW213"),
        ("class A(logging.StreamHandler):\n    def emit(self, r): ...", "AW213"),
        ("class A(dict):\n    def get(self, k): ...", "AW213"),
        ("class A(unittest.TestCase):\n    def setUpClass(cls): ...", "AW213"),
        ("class A({1: unittest.TestCase}[1]):\n    def test_x(self): ...", "AW213"),
        ("class A({1: unittest.TestCase}[1]):\n    def setUp(self): ...", "AW213"),
        ("class A(pydantic.BaseModel):\n    def model_post_init(self): ...", "AW213"),
        ("class A(vendor.Base):\n    def go(self): ...", "AW214"),
        ("class A(make()):\n    def go(self): ...", "AW214"),
    ],
)
def test_a_barrier_has_its_code(tmp_path: Path, code: str, expected: str) -> None:
    resolver = resolver_of(tmp_path, main=HEAD + code)
    module = resolver.program.module("main")
    assert module is not None
    found = first_barrier(module.functions[-1], resolver)
    assert found is not None
    assert found.code == expected


@pytest.mark.parametrize(
    "code",
    [
        "def go(): ...",
        "class A:\n    def go(self): ...",
        "class A(abc.ABC):\n    @abc.abstractmethod\n    def go(self): ...",
        "class A:\n    @staticmethod\n    def go(): ...",
        "class A:\n    @classmethod\n    def go(cls): ...",
        "class A(typing.Protocol):\n    def go(self): ...",
        "class A(typing.Generic[T]):\n    def go(self): ...",
        "class A:\n    @typing.override\n    def go(self): ...",
        "@app.get('/')\ndef go(): ...",
        "@wraps(ours)\ndef go(): ...",
        "@pytest.mark.slow\ndef go(): ...",
        "@pytest.fixture\ndef go(): ...",
        "@tenacity.retry\ndef go(): ...",
        "@tenacity.retry(sleep=asyncio.sleep)\ndef go(): ...",
        "@functools.singledispatch\ndef go(): ...",
        "@functools.singledispatch\n@tenacity.retry\ndef go(): ...",
        "@functools.singledispatch\ndef other(x): ...\n@other.register\ndef go(x: int): ...",
        "@ours\ndef go(): ...",
        "def go():\n    def inner(): yield 1",
        "def go(): return (x for x in y)",
        "def go(): yield 1",
        "def go():\n    yield from x",
        "@pytest.fixture\ndef go(): yield 1",
        "@contextlib.contextmanager\ndef go(): yield",
        "def pages(): yield 1\ndef go(): return pages()",
        "class A(Exception):\n    def go(self): ...",
        "class A(threading.Thread):\n    def go(self): ...",
        "class A(unittest.TestCase):\n    def helper_go(self): ...\ndef go(): ...",
        "class A(unittest.IsolatedAsyncioTestCase):\n    def test_x(self): ...\ndef go(): ...",
        "class A:\n    def _go(self): ...\n    def go(self): ...",
    ],
)
def test_what_only_looks_like_a_barrier_is_none(tmp_path: Path, code: str) -> None:
    resolver = resolver_of(tmp_path, main=HEAD + code)
    module = resolver.program.module("main")
    assert module is not None
    function = next(f for f in reversed(module.functions) if f.node.name == "go")
    assert first_barrier(function, resolver) is None


@pytest.mark.parametrize("base", ["TestCase", "IsolatedAsyncioTestCase"])
@pytest.mark.parametrize("name", ["test_x", "setUp", "tearDown"])
def test_a_test_may_be_async_and_what_is_called_around_it(tmp_path: Path, base: str, name: str) -> None:
    code = f"class A(unittest.{base}):\n    def {name}(self): ..."
    assert barrier(tmp_path, code, f"A.{name}") is None


def test_a_barrier_anywhere_in_the_family_stops_all_of_it(tmp_path: Path) -> None:
    code = "class A:\n    def go(self): ...\nclass B(A):\n    @functools.cache\n    def go(self): ...\n"
    assert barrier(tmp_path, code, "A.go") == ("AW211", "its result is cached")


def test_a_property_or_value_under_the_name_stops_the_family(tmp_path: Path) -> None:
    code = "class A:\n    def go(self): ...\nclass B(A):\n    go = [ours][0]\n"
    found = barrier(tmp_path, code, "A.go")
    assert found == ("AW215", "main:B gives go another meaning than a def")


def test_a_contract_of_a_foreign_base_far_above_counts(tmp_path: Path) -> None:
    code = "class A(logging.Handler): ...\nclass B(A):\n    def emit(self, r): ...\n"
    found = barrier(tmp_path, code, "B.emit")
    assert found == ("AW213", "logging.Handler has emit and calls it synchronously")


@pytest.mark.parametrize(
    "decorator", ["cli.command()", "cli.callback()", "click.command()", "group.command()", "click.group()"]
)
def test_a_command_stays_sync(tmp_path: Path, decorator: str) -> None:
    resolver = resolver_of(tmp_path, main=f"{HEAD}@{decorator}\n@click.option('--x')\ndef go(): ...\n")
    assert is_command(function_named(resolver, "main:go"), resolver)


@pytest.mark.parametrize("decorator", ["app.command()", "ours", "click.option('--x')", "app.get('/')"])
def test_what_is_no_command_does_not(tmp_path: Path, decorator: str) -> None:
    resolver = resolver_of(tmp_path, main=f"{HEAD}@{decorator}\ndef go(): ...\n")
    assert not is_command(function_named(resolver, "main:go"), resolver)
