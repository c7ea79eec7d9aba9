"""Method names that builtins or the standard library use too: such a name alone says nothing of its receiver."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def is_common(name: str) -> bool:
    """Whether a builtin type or a class or function of the standard library has this name."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    """The words of ``common_names.txt``, which ``benchmarks/common_names.py`` writes."""
    return frozenset(files(__package__).joinpath("common_names.txt").read_text(encoding="utf-8").split())
