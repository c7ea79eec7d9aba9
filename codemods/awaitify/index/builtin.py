"""What is known of Python itself: its builtins, its containers, the decorators that make properties."""

from __future__ import annotations

import ast
import builtins
import collections.abc
import contextlib
import importlib
from dataclasses import replace

from awaitify.index.summary import Step
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Container,
    Foreign,
    Value,
    Values,
    made,
    union,
)

PROPERTIES = frozenset({"builtins.property", "functools.cached_property", "abc.abstractproperty", "property.setter"})
BASES_WITHOUT_MEMBERS = frozenset(
    {
        "builtins.object",
        "abc.ABC",
        "typing.Generic",
        "typing.Protocol",
        "typing_extensions.Protocol",
        "typing_extensions.Generic",
        "enum.Enum",
    }
)
"""Bases that bring no method that a project's own would override."""

PLAIN_CALLABLES = frozenset(
    f"builtins.{name}"
    for name in (
        "str int float bool bytes bytearray complex len abs all any ascii bin chr divmod format hash hex id input"
        " isinstance issubclass callable oct open ord pow print range repr round sum memoryview object slice hasattr"
    ).split()
)
_STARRED = frozenset(
    {"typing", "collections", "collections.abc", "dataclasses", "enum", "math", "itertools", "functools"}
)
_NAMES = frozenset(dir(builtins))
_ELEMENT_METHODS = frozenset({"pop", "popleft", "get", "get_nowait", "setdefault", "__getitem__", "__next__"})


def exists(name: str) -> bool:
    """Whether *name* is a builtin."""
    return name in _NAMES


def has_attribute(abstract: str, name: str) -> bool:
    """Whether a type of ``collections.abc``, or of a context manager, has an attribute *name* itself."""
    if "ContextManager" in abstract:
        return hasattr(contextlib.AbstractContextManager, name)
    return hasattr(getattr(collections.abc, abstract, object), name)


def exports(module: str, name: str) -> bool:
    """Whether ``from MODULE import *`` brings *name*, for the modules of the standard library that are used that way."""
    return module in _STARRED and name in getattr(importlib.import_module(module), "__all__", ())


def constant(node: ast.expr) -> Values:
    """The value of a literal, an f-string or a comparison."""
    match node:
        case ast.Constant(value=value):
            return made(f"builtins.{type(value).__name__}")
        case ast.JoinedStr():
            return made("builtins.str")
    return made("builtins.bool")


def text_of(node: ast.expr) -> str | None:
    """The text that a literal is."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def item(value: Value, index: ast.expr) -> Values:
    """What ``value[index]`` can be."""
    match value:
        case Container(fields=fields) if fields and (key := text_of(index)) in dict(fields) and key is not None:
            return dict(fields)[key]
        case Container(items=items) if items and (place := number(index)) is not None:
            return items[place] if -len(items) <= place < len(items) else UNKNOWN
        case Container() if isinstance(index, ast.Slice):
            return frozenset({value})
        case Container(elements=elements):
            return elements or UNKNOWN
        case ClassValue() | Foreign(made=False):
            return frozenset({value})
        case Foreign(name, made=True) if name in ("builtins.str", "builtins.bytes"):
            return frozenset({value})
    return UNKNOWN


def number(index: ast.expr) -> int | None:
    """The number that ``2`` or ``-1`` is."""
    match index:
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    return None


def is_enum(bases: frozenset[str]) -> bool:
    """Whether a class with these foreign bases is an enumeration: iterating over it gives its members."""
    return any(base.startswith("enum.") for base in bases)


def is_bare_container(value: Value) -> bool:
    """Whether it is a container of which an annotation says nothing more: ``list``, ``dict``."""
    return isinstance(value, Container) and value.elements == UNKNOWN


def with_element(value: Value, added: Values, keys: Values, depth: int) -> Value:
    """A container with *added* put into it, or at *depth* into the containers it holds."""
    if not isinstance(value, Container) or value.abstract:
        return value
    if depth == 0:
        return replace(value, elements=value.elements | added, keys=value.keys | keys, items=(), fields=())
    inner = [v for v in value.elements if isinstance(v, Container)] or [Container(NOTHING)]
    deeper = frozenset(with_element(v, added, keys, depth - 1) for v in inner)
    rest = frozenset(v for v in value.elements if not isinstance(v, Container))
    return replace(value, elements=rest | deeper, items=(), fields=())


def unpacked(value: Value, step: Step) -> Values:
    """What the target number *step* of an unpacking gets, from the end where it is negative; a slice is a starred target."""
    match value:
        case Container(items=items) if items and isinstance(step, slice):
            return frozenset({Container(union(items[step]))})
        case Container(items=items) if items and isinstance(step, int) and -len(items) <= step < len(items):
            return items[step]
        case Container() if isinstance(step, slice):
            return frozenset({Container(value.elements)})
        case Container(elements=elements) if not value.is_mapping:
            return elements or UNKNOWN
        case Container(keys=keys):
            return keys or UNKNOWN
    return UNKNOWN


def container_result(container: Container, method: str) -> Values:
    """What calling a method of a list or dict gives."""
    if method == "values":
        return frozenset({Container(container.elements)})
    if method == "keys":
        return frozenset({Container(container.keys)})
    if method == "items":
        pair = Container(container.keys | container.elements, items=(container.keys or UNKNOWN, container.elements))
        return frozenset({Container(frozenset({pair}))})
    if method == "popitem":
        return frozenset({Container(container.keys | container.elements, items=(container.keys, container.elements))})
    if method in ("copy", "_replace", "union", "intersection", "difference", "__iter__"):
        return frozenset({container})
    if method in _ELEMENT_METHODS:
        return container.elements or UNKNOWN
    if method in ("append", "extend", "add", "update", "remove", "clear", "insert", "sort", "discard", "put", "set"):
        return NOTHING
    return UNKNOWN
