"""Is a call one that blocks? By its dotted name, with what the project's settings add and take away."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from fnmatch import translate

from awaitify.chains.table import OWN, ROWS, Row, Severity
from awaitify.index.summary import Function, Module


class Lookup:
    """The table, with names or globs that are *blocking* besides, and those that are *non_blocking* after all.

    They name what is foreign by its dotted name, and the project's own functions as ``module:qualname`` or dotted.
    """

    def __init__(self, blocking: Iterable[str] = (), non_blocking: Iterable[str] = ()) -> None:
        added = tuple(blocking)
        self._added = _any_of(added)
        last = [re.split(r"[.:]", name)[-1] for name in added]
        self.adds_patterns = any(not word.isidentifier() for word in last)
        """Whether one of the names that are added ends with a pattern."""
        self.added_words = frozenset(last)
        self._removed = _any_of(non_blocking)
        self._rows: dict[str, Row | None] = {}

    def row(self, name: str) -> Row | None:
        """The row for the dotted name of something that isn't the project's; None when it isn't known to block."""
        if name not in self._rows:
            self._rows[name] = self._find(name)
        return self._rows[name]

    def _find(self, name: str) -> Row | None:
        if self._removed.fullmatch(name):
            return None
        if self._added.fullmatch(name):
            return _own(self._added)
        return next((row for row in ROWS if row.names.fullmatch(name)), None)

    def own_row(self, function: Function) -> Row | None:
        """The row for a function of the project that the settings name."""
        is_named = any(map(self._added.fullmatch, _names(function))) and not self.is_removed(function)
        return _own(self._added) if is_named else None

    def is_removed(self, function: Function) -> bool:
        """Whether the settings say that the function doesn't block, whatever it calls."""
        return any(map(self._removed.fullmatch, _names(function)))

    def holds(self, row: Row, call: ast.Call, module: Module) -> bool:
        """Whether the row speaks of this very call."""
        if any(word in module.mentions for word in row.unless):
            return False
        return row.idle is None or not _has_argument(call, *row.idle)


def _has_argument(call: ast.Call, at: int, name: str, value: object) -> bool:
    given = [k.value for k in call.keywords if k.arg == name] + call.args[at : at + 1]
    return any(isinstance(node, ast.Constant) and node.value is value for node in given)


def _own(pattern: re.Pattern[str]) -> Row:
    return Row(OWN, pattern, severity=Severity.NETWORK)


def _any_of(globs: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(glob) for glob in globs) or r"(?!)")


def _names(function: Function) -> tuple[str, str]:
    return str(function.name), f"{function.module.name}.{function.qualname}"
