"""A mention of a name, and what it can reach."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from awaitify.index.how import How
from awaitify.index.references import Mention
from awaitify.index.summary import Function, Module
from awaitify.index.values import (
    BoundContainer,
    ClassValue,
    Foreign,
    FunctionValue,
    Instance,
    LambdaValue,
    Open,
    Unknown,
    Value,
    Values,
)
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


def reached_from(mention: Mention, values: Values, how: How) -> Reached:
    """A mention that can be *values*, as is known by *how*."""
    functions = frozenset(v.function for v in values if isinstance(v, FunctionValue))
    others = [v for v in values if not isinstance(v, FunctionValue | Unknown | Open)]
    unknown = not values or any(isinstance(v, Unknown | Open) for v in values)
    abstract = next((v.abstract for v in values if isinstance(v, Open)), "")
    named = tuple(sorted({_other(value) for value in others}, key=str))
    return Reached(mention, functions, bool(others), unknown, how, abstract, named)


def _other(value: Value) -> Other:
    match value:
        case Foreign(name):
            return Other(name)
        case ClassValue(cls):
            return Other(str(cls.name), cls.module.place(cls.node))
        case Instance(cls):
            return Other(f"an object of {cls.name}", cls.module.place(cls.node))
        case LambdaValue(node, scope):
            return Other("a lambda", scope.module.place(node))
        case BoundContainer(_, method):
            return Other(f"{method} of a container")
    return Other("something that isn't a function of the project")
