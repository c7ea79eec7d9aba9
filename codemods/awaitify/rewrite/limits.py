"""Says which files LibCST would need minutes for, or fail on, before it is asked."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

MOST_CHARACTERS = 1_000_000
"""LibCST reads, places and prints about 5,000 lines a second: up to half a minute for a file of this size."""

MOST_LEVELS = 500
"""``a.b().b()`` × 250. LibCST's time grows with the square of the depth, and each level takes five Python frames."""

_FRAMES = 10_000


def why_too_much(text: str) -> str | None:
    """Why *text* is too large or nested too deeply to be edited; None when it isn't.

    Raises what ``ast.parse`` raises for text that is no Python.
    """
    if len(text) > MOST_CHARACTERS:
        return f"{len(text):,} characters; the most is {MOST_CHARACTERS:,}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except (RecursionError, MemoryError):
            return "nested too deeply for Python's own parser"
    levels = sum(1 for _ in _levels(tree))
    if levels > MOST_LEVELS:
        return f"nested {levels} levels deep; the most is {MOST_LEVELS}"
    return None


@contextmanager
def room_for_recursion() -> Iterator[None]:
    """Inside, as many Python frames may stand on each other as the deepest allowed file needs."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _levels(tree: ast.AST) -> Iterator[list[ast.AST]]:
    level: list[ast.AST] = [tree]
    while level:
        yield level
        level = [child for node in level for child in ast.iter_child_nodes(node)]
