"""What is written where an async ``create`` takes the place of a constructor."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.plan.constructors import constructor_edits
from awaitify.plan.edit import AddToClass, SplitFunction
from tests.index.asking import function_named, resolver_of


def written(folder: Path, code: str, name: str = "main:Repo.__init__") -> tuple[str, list[str]]:
    """The header of the method that takes the body, and the lines of ``create``."""
    resolver = resolver_of(folder, main=code)
    split, added = constructor_edits(function_named(resolver, name), resolver)
    assert isinstance(split, SplitFunction)
    assert isinstance(added, AddToClass)
    return split.header, added.text.splitlines()


@pytest.mark.parametrize(
    ("parameters", "after", "forwarded"),
    [
        ("self", "", ""),
        ("self, url='x'", ", url='x'", "url"),
        ("self, a, /, b, *c, d=1, **e", ", a, /, b, *c, d=1, **e", "a, b, *c, d=d, **e"),
        ("this, *, d: dict[str, int] = {}", ", *, d: dict[str, int] = {}", "d=d"),
        (
            "\n        self,\n        url: str,\n        tries: int = 3,\n    ",
            ", url: str, tries: int = 3",
            "url, tries",
        ),
        ("self, url,  # where\n        tries=3", ", url, tries=3", "url, tries"),
        ("self: 'Repo', url=(1, 2)", ", url=(1, 2)", "url"),
    ],
)
def test_the_parameters_are_those_of_the_constructor(
    tmp_path: Path, parameters: str, after: str, forwarded: str
) -> None:
    first = "this" if "this" in parameters else "self"
    header, create = written(tmp_path, f"class Repo:\n    def __init__({parameters}):\n        pass\n")
    assert header == f"async def _init({first}{after}):"
    assert create[1].startswith(f"async def create(cls{after})")
    assert create[2:] == [
        f"    {first} = cls.__new__(cls)",
        f"    await {first}._init({forwarded})",
        f"    return {first}",
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class Repo:\n    def __init__(self) -> None: ...", ' -> "Repo"'),
        ("class Repo:\n    def __init__(self, url: str): ...", ' -> "Repo"'),
        ("class Repo:\n    def __init__(self, url): ...", ""),
        ("class Repo:\n    def __init__(self) -> None: ...\nclass Sub(Repo): ...", ""),
        ("from typing import Self\nclass Repo:\n    def __init__(self) -> None: ...\nclass Sub(Repo): ...", " -> Self"),
    ],
)
def test_what_create_returns_is_said_where_it_is_true_for_all(tmp_path: Path, code: str, expected: str) -> None:
    _, create = written(tmp_path, code)
    assert create[1].endswith(f"){expected}:")
