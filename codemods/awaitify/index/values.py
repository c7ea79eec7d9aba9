"""What an expression can be, as far as the whole program shows."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

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


Arguments = tuple[tuple[ast.AST, "Values"], ...]
"""What type variables stand for, by the node that makes each."""


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the project itself, not an instance."""

    cls: Class
    arguments: Arguments = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the project or of any class below it.

    ``above`` is set for ``super()``: attributes are looked up behind that class in the order of ``cls``'s ancestors.
    """

    cls: Class
    above: Class | None = None
    arguments: Arguments = ()


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function of the project; ``receiver`` is the class through which a method was reached."""

    function: Function
    receiver: Class | None = None
    arguments: Arguments = ()
    is_super: bool = False
    """Whether it was reached through ``super()``: no override of it is meant."""


@dataclass(frozen=True, slots=True)
class TypeExpression:
    """A type that isn't a class, as a value: ``list[Client]``, ``Client | None``; what is annotated so is one of *results*."""

    results: Values


@dataclass(frozen=True, slots=True)
class RecordClass:
    """A class that ``namedtuple`` makes, by its fields."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeVariable:
    """An object (with ``is_class``, a class) of which only the type variable is known; *bound* is what it is at least."""

    node: ast.AST
    bound: Values
    is_class: bool = False


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
    fields: tuple[tuple[str, Values], ...] = ()
    """What stands under each key, or attribute, where all of them are known."""
    is_record: bool = False
    """Whether the fields are read as attributes: a named tuple, a namespace."""


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
    | TypeVariable
    | TypeExpression
    | RecordClass
)
Values = frozenset[Value]

UNKNOWN: Values = frozenset({Unknown()})
NOTHING: Values = frozenset()


def made(name: str) -> Values:
    """An instance of something foreign."""
    return frozenset({Foreign(name, made=True)})


def union(parts: Iterable[Values]) -> Values:
    """All that any of *parts* can be."""
    found = NOTHING
    for part in parts:
        found |= part
    return found


def over(values: Values, step: Callable[[Value], Values]) -> Values:
    """What *step* makes of any of *values*."""
    found = NOTHING
    for value in in_order(values):  # no generator: the interpreter's own stack is shallower than Python's
        found |= step(value)
    return found


def in_order(values: Values) -> Iterable[Value]:
    """*values* in an order that is the same in every run: what is asked first may be assumed of what is asked next."""
    return values if len(values) < 2 else sorted(values, key=_order)


def _order(value: Value) -> tuple[str, str, int]:
    kind = type(value).__name__
    match value:
        case Instance(cls) | ClassValue(cls):
            return kind, cls.module.path, cls.node.lineno
        case FunctionValue(function):
            return kind, function.module.path, function.node.lineno
        case Foreign(name):
            return kind, name, int(value.made)
        case ModuleValue(module):
            return kind, module.path, 0
        case LambdaValue(node, scope):
            return kind, scope.module.path, node.lineno
    return kind, "", 0


_DEEPEST = 3
_WIDEST = 6


def bounded(values: Values, depth: int = _DEEPEST) -> Values:
    """*values* with what is nested deeper left unknown, and no more than a few containers beside each other.

    A function that builds lists of lists of itself would build them for ever; nothing is lost but how deep.
    """
    nested: list[Container | Returning] = [v for v in values if isinstance(v, Container | Returning)]
    if not nested:
        return values
    plain = values.difference(nested)
    if depth == 0:
        return plain | UNKNOWN
    containers = [value for value in nested if isinstance(value, Container)]
    if len(containers) > _WIDEST:
        elements, keys = union(c.elements for c in containers), union(c.keys for c in containers)
        merged = Container(elements, keys, is_mapping=any(c.is_mapping for c in containers))
        nested = [merged, *(value for value in nested if isinstance(value, Returning))]
    return plain | frozenset(_bounded(value, depth - 1) for value in nested)


def _bounded(value: Container | Returning, depth: int) -> Value:
    if isinstance(value, Returning):
        return Returning(bounded(value.results, depth))
    return replace(
        value,
        elements=bounded(value.elements, depth),
        keys=bounded(value.keys, depth),
        items=tuple(bounded(item, depth) for item in value.items),
        fields=tuple((name, bounded(field, depth)) for name, field in value.fields),
    )
