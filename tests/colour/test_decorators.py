"""What decorators of a project do with the function they are given; and what stands in the way of an await."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from awaitify.colour.decorators import HandlesBoth, HandsBack, NotUnderstood, Shape, Wrapping, decorators_of
from awaitify.colour.sites import Sites
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from tests.colour.painting import blocking_of, painted
from tests.index.asking import function_named, resolver_of

HEAD = """
import asyncio, functools, inspect, logging, threading
from functools import partial, update_wrapper, wraps
from typing import cast, overload
LOCK = threading.RLock()
REGISTRY = {}
def other(f): return f
"""
GO = "\ndef go(): ...\n"


def read(folder: Path, code: str, above: str = "@d") -> tuple[Shape | None, Resolver]:
    resolver = resolver_of(folder, main=f"{HEAD}{code}\n{above}{GO}")
    function = function_named(resolver, "main:go")
    return decorators_of(resolver).shape(function.node.decorator_list[0], function), resolver


def lines(*texts: str) -> str:
    return "\n".join(texts)


def wrapper(*body: str, before: str = "", after: str = "return w") -> str:
    head = [f"    {before}"] if before else []
    return lines("def d(f):", *head, "    def w(*a):", *[f"        {line}" for line in body], f"    {after}")


@pytest.mark.parametrize(
    ("code", "calls"),
    [
        (wrapper("return f(*a)"), 1),
        (wrapper("try:", "    return f(*a)", "except E:", "    return f(*a)"), 2),
        (wrapper("x = f(*a)", "logging.info('%s', f)", "return x"), 1),
        (wrapper("print(f, f(*a))"), 1),
        (wrapper("return [f(x) for x in a]"), 1),
        (wrapper("return f(*a)", after="return update_wrapper(w, f)"), 1),
        (wrapper("return f(*a)", after="return cast(F, w)"), 1),
        (wrapper("return f(*a)", after="return wraps(f)(w)"), 1),
        (wrapper("return f(*a)", after="w.__wrapped__ = f; w.n = 0; return w"), 1),
        (wrapper("return f(*a)", before="name = getattr(f, '__name__', '')"), 1),
        (wrapper("return f(*a)", before="if not callable(f): raise TypeError(f)"), 1),
        (wrapper("return f(*a)", before="signature = inspect.signature(f)"), 1),
        (wrapper("return f(*a)", before="if DISABLED: return f"), 1),
        (wrapper("return f(*a)", after="return w if ENABLED else f"), 1),
        (wrapper("with open(a) as x:", "    return f(x)"), 1),
        (wrapper("f.calls = 1", "return f(*a)"), 1),
        (lines("def d(f):", "    def decorate(g):", "        def w(): return g()", "        return w", "    return decorate(f)"), 1),
        (lines("@overload", "def d(f: int): ...", "@overload", "def d(f: str): ...", wrapper("return f(*a)")), 1),
    ],
)  # fmt: skip
def test_a_wrapper_and_the_calls_that_it_awaits(tmp_path: Path, code: str, calls: int) -> None:
    shape, _ = read(tmp_path, code)
    assert isinstance(shape, Wrapping), shape
    assert len(shape.calls) == calls


FACTORY = lines("def make(n):", "    def d(f):", "        def w(): return f()", "        return w", "    return d")
OPTIONAL = lines("def d(f=None, *, n=1):", "    {}", "    def w(): return f()", "    return w")


@pytest.mark.parametrize(
    ("code", "above"),
    [
        (FACTORY, "@make(3)"),
        ("class A:\n    def made(self):\n        def d(f):\n            def w(): return f()\n            return w\n        return d\na = A()", "@a.made()"),
        ("class A:\n    def d(self, f):\n        def w(): return f()\n        return w\na = A()", "@a.d"),
        ("class A:\n    @staticmethod\n    def d(f):\n        def w(): return f()\n        return w\na = A()", "@a.d"),
        (OPTIONAL.format("if f is None: return partial(d, n=n)"), "@d"),
        (OPTIONAL.format("if f is None: return partial(d, n=n)"), "@d(n=2)"),
        (OPTIONAL.format("if f is None: return lambda g: d(g, n=n)"), "@d(n=2)"),
        (lines("def d(f=None, *, n=1):", "    def dd(g):", "        def w(): return g()", "        return w", "    return dd if f is None else dd(f)"), "@d(n=2)"),
        (lines("def d(f=None, *, n=1):", "    def dd(g):", "        def w(): return g()", "        return w", "    return dd if f is None else dd(f)"), "@d"),
        (lines("def d(f=None, *, n=1):", "    def dd(g):", "        def w(): return g()", "        return w", "    if f is not None:", "        return dd(f)", "    return dd"), "@d(n=2)"),
    ],
)  # fmt: skip
def test_a_factory_of_decorators_is_looked_through(tmp_path: Path, code: str, above: str) -> None:
    shape, _ = read(tmp_path, code, above)
    assert isinstance(shape, Wrapping), shape


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (wrapper("return (lambda: f(*a))()"), "it is called in a lambda"),
        (wrapper("return any(f(x) for x in a)"), "it is called in a generator expression"),
        (wrapper("def inner(): return f(*a)", "return inner()"), "it is called in inner, which isn't what is given"),
        (wrapper("yield f(*a)"), "w is a generator"),
        (wrapper("return 1"), "w doesn't call it"),
        (wrapper("with LOCK:", "    return f(*a)"), "w calls it while it holds a lock for threads"),
        (wrapper("LOCK.acquire()", "return f(*a)"), "w calls it while it holds a lock for threads"),
        (wrapper("x = f(*a)", "return x if inspect.isawaitable(x) else 1"), "w looks whether it has got an awaitable"),
        (wrapper("return asyncio.run(f(*a))"), "w takes what it gives for an awaitable"),
        (wrapper("return pool.submit(f, *a)"), "it hands the function on: return pool.submit(f, *a)"),
        (wrapper("return partial(f, *a)()"), "it hands the function on: return partial(f, *a)()"),
        (wrapper("return f.__wrapped__(*a)"), "it hands the function on: return f.__wrapped__(*a)"),
        (wrapper("return getattr(f, '__call__')()"), "it hands the function on: return getattr(f, '__call__')()"),
        (wrapper("return f(*a)", before="REGISTRY['x'] = f"), "it keeps the function: REGISTRY['x'] = f"),
        (wrapper("return f(*a)", before="w.original = f"), "it keeps the function: w.original = f"),
        (wrapper("g = f", "return g(*a)"), "it keeps the function: g = f"),
        (wrapper("return f"), "w gives the function: return f"),
        (wrapper("return f(*a)", before="f = other(f)"), "d doesn't take the function as a parameter that stays what it is"),
        (wrapper("return f(*a)").replace("    def w", "    async def w"), "w is async: its callers get a coroutine already"),
        (wrapper("return f(*a)", after="return w()"), "what d gives isn't understood: w()"),
        (wrapper("return f(*a)", after="pass"), "d gives nothing"),
        ("def d(f): return lambda *a: f(*a)", "what d gives isn't understood: lambda *a: f(*a)"),
        ("def d(f): return d(f)", "it leads back to itself"),
        ("async def d(f): return f", "d is async"),
        (f"@functools.cache\n{wrapper('return f(*a)')}", "d is decorated itself, with functools.cache"),
        ("class d:\n    def __init__(self, f): self.f = f", "d is a class: what its objects call isn't followed"),
        ("def d(f):\n    f()\n    return f", "d calls it"),
    ],
)  # fmt: skip
def test_why_a_decorator_is_not_understood(tmp_path: Path, code: str, reason: str) -> None:
    shape, _ = read(tmp_path, code)
    assert isinstance(shape, NotUnderstood), shape
    assert shape.reason == reason


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("def d(f): return f", 0),
        ("def d(f):\n    f.public = True\n    return f", 0),
        ("def d(f):\n    setattr(f, 'public', True)\n    return f", 0),
        ("def d(f):\n    REGISTRY[f.__name__] = f\n    return f", 1),
        ("def d(f):\n    REGISTRY.setdefault('x', []).append(f)\n    return f", 1),
        ("def d(f):\n    atexit.register(f)\n    return f", 1),
        ("def d(f):\n    setattr(REGISTRY, 'x', f)\n    return f", 1),
    ],
)
def test_a_decorator_that_hands_the_function_back(tmp_path: Path, code: str, kept: int) -> None:
    shape, _ = read(tmp_path, code)
    assert isinstance(shape, HandsBack), shape
    assert len(shape.kept) == kept


BOTH = """
def d(f):
    if {test}(f):
        async def a(*x): return {call}
        return a
    def w(*x): return f(*x)
    return w
"""


@pytest.mark.parametrize("test", ["inspect.iscoroutinefunction", "asyncio.iscoroutinefunction"])
def test_a_branch_for_coroutine_functions_is_right_where_it_awaits(tmp_path: Path, test: str) -> None:
    shape, _ = read(tmp_path, BOTH.format(test=test, call="await f(*x)"))
    assert isinstance(shape, HandlesBoth), shape
    shape, _ = read(tmp_path / "wrong", BOTH.format(test=test, call="f(*x)"))
    assert isinstance(shape, NotUnderstood), shape


def test_what_is_not_the_projects_has_no_shape(tmp_path: Path) -> None:
    shape, _ = read(tmp_path, "from vendor import d")
    assert shape is None


PLAIN = "def d(f):\n    def w(*a): return f(*a)\n    return w\n"


@pytest.mark.parametrize(
    ("code", "is_shared"),
    [
        ("@d\ndef go(): ...", False),
        ("@d\ndef go(): ...\n@d\nasync def more(): ...", False),
        ("@d\ndef go(): ...\n@d\ndef more(): ...", True),
        ("@d\ndef go(): ...\n@d\nasync def more(): yield 1", True),
        ("@d\ndef go(): ...\nplain = d(print)", True),
        ("@d\ndef go(): ...\n@d\nclass A: ...", True),
        ("@d\ndef go(): ...\ndef use(x): return x.d", True),
    ],
)
def test_a_wrapper_is_shared_where_something_stays_sync(tmp_path: Path, code: str, is_shared: bool) -> None:
    resolver = resolver_of(tmp_path, main=PLAIN + code)
    go = function_named(resolver, "main:go")
    [(_, wrapping)] = decorators_of(resolver).wrappings(go)
    applied = Sites(resolver).applied(wrapping)
    assert applied.is_shared({go}, resolver) is is_shared


def spread(folder: Path, code: str, *targets: str) -> tuple[list[str], list[tuple[str, int]]]:
    found = painted(blocking_of(folder, main=code), *targets)
    return found.names, found.stops


def test_a_wrapper_becomes_async_with_what_it_wraps(tmp_path: Path) -> None:
    names, stops = spread(tmp_path, PLAIN + "@d\ndef go(): ...\ndef use(): return go()\n", "main:go")
    assert names == ["main:d.w", "main:go", "main:use"]
    assert stops == []


def test_what_is_called_like_a_wrapper_elsewhere_is_not_meant(tmp_path: Path) -> None:
    code = PLAIN + "@d\ndef go(): ...\ndef use(x): return x.w()\nfrom elsewhere import w\nw()\n"
    names, stops = spread(tmp_path, code, "main:go")
    assert names == ["main:d.w", "main:go"]
    assert stops == []


def test_a_wrapper_that_awaits_makes_all_async_that_it_wraps(tmp_path: Path) -> None:
    code = "def send(): ...\ndef d(f):\n    def w():\n        send()\n        return f()\n    return w\n"
    names, stops = spread(tmp_path, code + "@d\ndef go(): ...\n@d\ndef more(): ...\n", "main:send")
    assert names == ["main:d.w", "main:go", "main:more", "main:send"]
    assert stops == []


def test_a_wrapper_that_awaits_is_stopped_where_one_can_not(tmp_path: Path) -> None:
    code = "def send(): ...\ndef d(f):\n    def w(*a):\n        send()\n        return f(*a)\n    return w\n"
    names, stops = spread(tmp_path, code + "class A:\n    @d\n    def __len__(self): ...\n", "main:send")
    assert names == ["main:d.w", "main:send"]
    assert stops == [("AW210", 4)]


def test_a_twin_must_be_able_to_see_what_is_async(tmp_path: Path) -> None:
    code = PLAIN + "class A:\n    @d\n    @staticmethod\n    def go(): ...\n    @d\n    def more(self): ...\n"
    names, stops = spread(tmp_path, code, "main:A.go")
    assert names == ["main:A.go", "main:d.w"]
    assert stops == [("AW210", 2)]


def test_a_twin_needs_the_name_of_the_module_that_tells(tmp_path: Path) -> None:
    code = "inspect = 1\n" + PLAIN + "@d\ndef go(): ...\n@d\ndef more(): ...\n"
    _, stops = spread(tmp_path, code, "main:go")
    assert stops == [("AW210", 3)]


def test_every_place_where_a_decorator_keeps_what_becomes_async_is_one_stop(tmp_path: Path) -> None:
    code = "R = []\ndef d(f):\n    R.append(f)\n    return f\n@d\ndef go(): return more()\n@d\ndef more(): ...\n"
    names, stops = spread(tmp_path, code, "main:more")
    assert names == ["main:go", "main:more"]
    assert stops == [("AW301", 3)]


def test_wrappings_are_of_the_decorator_that_makes_them(tmp_path: Path) -> None:
    resolver = resolver_of(tmp_path, main=PLAIN + "@other\n@d\ndef go(): ...\ndef other(f): return f\n")
    go: Function = function_named(resolver, "main:go")
    [(decorator, wrapping)] = decorators_of(resolver).wrappings(go)
    assert isinstance(decorator, ast.Name)
    assert decorator.id == "d"
    assert decorators_of(resolver).around(wrapping.wrapper) is wrapping
    assert decorators_of(resolver).around(go) is None
