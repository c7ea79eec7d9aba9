"""Method names that builtins or the standard library use too: such a name alone says nothing of its receiver.

A name of the standard library counts only when the program imports a module that defines it: ``start_tls`` is
asyncio's, and in a program without asyncio it can only be the program's own.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def is_common(name: str, imported: frozenset[str]) -> bool:
    """Whether a builtin type has a method of this name, or a module of the standard library among *imported* defines it."""
    modules = _names().get(name, frozenset())
    return "*" in modules or not modules.isdisjoint(imported)


@cache
def _names() -> dict[str, frozenset[str]]:
    """By name, the top-level modules that define it (``*``: a builtin type), from ``common_names.txt``.

    ``benchmarks/common_names.py`` writes that file.
    """
    lines = files(__package__).joinpath("common_names.txt").read_text(encoding="utf-8").splitlines()
    return {name: frozenset(modules.split(",")) for name, _, modules in (line.partition(" ") for line in lines)}
