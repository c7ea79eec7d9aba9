"""A mention of a name, and what it can reach."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from awaitify.index.how import How
from awaitify.index.references import Mention
from awaitify.index.summary import Function, Module
from awaitify.names import Place


@dataclass(frozen=True, slots=True, order=True)
class Other:
    """Something else than a function of the project, and where it stands if it is the project's."""

    name: str
    place: Place | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A mention and what it can reach: functions of the project, something else, something unknown."""

    mention: Mention
    functions: frozenset[Function]
    has_other: bool
    has_unknown: bool
    how: How
    abstract: str = ""
    """The abstract type behind which the receiver may be anything that has its methods."""
    others: tuple[Other, ...] = ()
    """What else is known by name."""
    past: tuple[tuple[ast.expr, Module], ...] = ()
    """The annotations that name an abstract type only, past which it was followed to what it holds."""

    @property
    def inferred(self) -> bool:
        return bool(self.how)
