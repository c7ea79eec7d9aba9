"""What an expression can be, as far as the whole program shows."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

from awaitify.index.summary import Class, Function, Module, Scope


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known of it."""


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class PackageValue:
    """A folder of the project without ``__init__.py``, known by its dotted name only."""

    name: str


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the project itself, not an instance."""

    cls: Class


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the project or of any class below it.

    ``above`` is set for ``super()``: attributes are looked up behind that class in the order of ``cls``'s ancestors.
    """

    cls: Class
    above: Class | None = None


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function of the project; ``receiver`` is the class through which a method was reached."""

    function: Function
    receiver: Class | None = None


@dataclass(frozen=True, slots=True)
class LambdaValue:
    """A lambda of the project."""

    node: ast.Lambda
    scope: Scope


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that isn't the project's: its dotted name.

    ``made`` when it is an instance of that class, ``member`` when it is an attribute of such an instance. What lies behind
    an attribute of a foreign object may be ours (``request.app.state.service``), so a member's own members are unknown.
    """

    name: str
    made: bool = False
    member: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """A list, tuple, dict … of values; a tuple whose length is known has ``items``."""

    elements: frozenset[Value]
    keys: frozenset[Value] = frozenset()
    items: tuple[frozenset[Value], ...] = ()
    is_mapping: bool = False
    abstract: str = ""
    """The abstract type of an annotation (``Iterable``), which any class with its methods satisfies."""


@dataclass(frozen=True, slots=True)
class Returning:
    """A callable of which only the result is known: ``Callable[[], Client]``, ``partial(make)``."""

    results: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Open:
    """An attribute that the abstract type of an object doesn't have: the object is something more than its annotation says."""

    abstract: str


@dataclass(frozen=True, slots=True)
class BoundContainer:
    """A method of a container, not called yet: ``clients.values``."""

    container: Container
    method: str


Value = (
    Unknown
    | ModuleValue
    | PackageValue
    | ClassValue
    | Instance
    | FunctionValue
    | LambdaValue
    | Foreign
    | Container
    | Returning
    | Open
    | BoundContainer
)
Values = frozenset[Value]

UNKNOWN: Values = frozenset({Unknown()})
NOTHING: Values = frozenset()


def made(name: str) -> Values:
    """An instance of something foreign."""
    return frozenset({Foreign(name, made=True)})


def union(parts: Iterable[Values]) -> Values:
    """All that any of *parts* can be."""
    return reduce(lambda a, b: a | b, parts, NOTHING)


def over(values: Values, step: Callable[[Value], Values]) -> Values:
    """What *step* makes of any of *values*."""
    return union(step(value) for value in values)
