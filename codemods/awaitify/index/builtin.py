"""What is known of Python itself: its builtins, its containers, the decorators that make properties."""

from __future__ import annotations

import ast
import builtins
import collections.abc
import importlib
from collections.abc import Callable

from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Container,
    Foreign,
    Instance,
    Value,
    Values,
    made,
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

GIVES_ITS_ARGUMENT = frozenset({"copy.copy", "copy.deepcopy", "asyncio.run", "asyncio.wait_for", "asyncio.shield"})
PLAIN_CALLABLES = frozenset(
    f"builtins.{name}"
    for name in (
        "str int float bool bytes bytearray complex len abs all any ascii bin chr divmod format hash hex id input"
        " isinstance issubclass callable oct open ord pow print range repr round sum memoryview object slice hasattr"
    ).split()
)
_SAME_ELEMENTS = frozenset(f"builtins.{name}" for name in ("list", "sorted", "set", "frozenset", "reversed", "iter"))
_ONE_ELEMENT = frozenset(f"builtins.{name}" for name in ("next", "min", "max"))
_UNKNOWN_RESULTS = frozenset(f"builtins.{name}" for name in ("filter", "map", "zip", "getattr", "vars"))
_STARRED = frozenset(
    {"typing", "collections", "collections.abc", "dataclasses", "enum", "math", "itertools", "functools"}
)
_NAMES = frozenset(dir(builtins))
_ELEMENT_METHODS = frozenset({"pop", "popleft", "get", "setdefault", "popitem", "copy"})


def exists(name: str) -> bool:
    """Whether *name* is a builtin."""
    return name in _NAMES


def has_attribute(abstract: str, name: str) -> bool:
    """Whether a type of ``collections.abc`` has an attribute *name* itself."""
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


def item(value: Value, index: ast.expr) -> Values:
    """What ``value[index]`` can be."""
    match value:
        case Container(items=items) if items and (number := _number(index)) is not None:
            return items[number] if -len(items) <= number < len(items) else UNKNOWN
        case Container() if isinstance(index, ast.Slice):
            return frozenset({value})
        case Container(elements=elements):
            return elements or UNKNOWN
        case ClassValue() | Foreign(made=False):
            return frozenset({value})
        case Foreign(name, made=True) if name in ("builtins.str", "builtins.bytes"):
            return frozenset({value})
    return UNKNOWN


def _number(index: ast.expr) -> int | None:
    """The number that ``2`` or ``-1`` is."""
    match index:
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
    return None


def unpacked(value: Value, step: int) -> Values:
    """What the target number *step* of an unpacking gets; -1 is a starred target, which gets a list."""
    match value:
        case Container(items=items) if items and 0 <= step < len(items):
            return items[step]
        case Container(elements=elements) if step >= 0 and not value.is_mapping:
            return elements or UNKNOWN
        case Container() if step < 0:
            return frozenset({Container(value.elements)})
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
    if method == "copy":
        return frozenset({container})
    if method in _ELEMENT_METHODS:
        return container.elements or UNKNOWN
    if method in ("append", "extend", "add", "update", "remove", "clear", "insert", "sort", "discard"):
        return NOTHING
    return UNKNOWN


def passed_through(name: str, argument: Values, elements: Callable[[Values], Values]) -> Values | None:
    """What a builtin that hands on what it was given returns; None for any other."""
    if name in _SAME_ELEMENTS:
        return frozenset({Container(elements(argument))})
    if name == "builtins.tuple":
        return frozenset({Container(elements(argument))})
    if name in _ONE_ELEMENT:
        return elements(argument)
    if name == "builtins.enumerate":
        inner = elements(argument)
        pair = Container(inner, items=(made("builtins.int"), inner))
        return frozenset({Container(frozenset({pair}))})
    if name == "builtins.dict":
        return argument
    if name == "builtins.type":
        return frozenset(ClassValue(value.cls) for value in argument if isinstance(value, Instance)) or UNKNOWN
    return UNKNOWN if name in _UNKNOWN_RESULTS else None
