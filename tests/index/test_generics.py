"""What type variables stand for, and what names for types say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.index.asking import DOG, HTTP, reached

GENERIC = """
from typing import Generic, Sequence, TypeVar
T = TypeVar("T")
B = TypeVar("B", bound=Http)
class Box(Generic[T]):
    def __init__(self, item: T): self.item = item
    def get(self) -> T: return self.item
    def all(self) -> list[T]: return [self.item]
class HttpBox(Box[Http]): pass
class Shelf(Box[list[T]]): pass
def first(xs: Sequence[T]) -> T: return xs[0]
def same(x: T) -> T: return x
def make(cls: type[T]) -> T: return cls()
"""


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("def f(x: Box[Http]): x.get().fetch", HTTP),
        ("def f(x: Box[Http]): x.item.fetch", HTTP),
        ("def f(x: Box[Http]): x.all()[0].fetch", HTTP),
        ("Box(Http()).item.fetch", HTTP),
        ("Box[Http](1).get().fetch", HTTP),
        ("HttpBox(1).get().fetch", HTTP),
        ("def f(x: Shelf[Http]): x.get()[0].fetch", HTTP),
        ("first([Http()]).fetch", HTTP),
        ("same(Http()).fetch", HTTP),
        ("make(Http).fetch", HTTP),
        ("def f(x: B): x.fetch", HTTP),
        ("def f(x: Box): x.get().fetch", {"?"}),
    ],
)
def test_a_type_variable_stands_for_what_is_given(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, GENERIC + main) == expected


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("Many = list[Http]\ndef f(xs: Many): xs[0].fetch", HTTP),
        ("Either = Http | Dog\ndef f(x: Either): x.fetch", HTTP | DOG),
        ("from typing import TypeAlias\nA: TypeAlias = 'Http'\ndef f(x: A): x.fetch", {"?"}),
        ("from typing import TypeAlias\nA: TypeAlias = Http\ndef f(x: A): x.fetch", HTTP),
        ("from typing import NewType\nA = NewType('A', Http)\ndef f(x: A): x.fetch", HTTP),
    ],
)
def test_a_name_for_a_type_is_that_type(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, main) == expected


@pytest.mark.skipif(not hasattr(ast, "TypeAlias"), reason="`type X = …` and `[T]` are read from Python 3.12 on")
@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("type Many = list[Http]\ndef f(xs: Many): xs[0].fetch", HTTP),
        ("def same[T](x: T) -> T: return x\nsame(Http()).fetch", HTTP),
        ("class Box[T]:\n    def __init__(self, x: T): self.x = x\ndef f(b: Box[Http]): b.x.fetch", HTTP),
        ("class Box[T: Http]:\n    def f(self, x: T): x.fetch", HTTP),
    ],
)
def test_type_parameters_in_brackets_are_read(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, main) == expected
