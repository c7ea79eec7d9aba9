"""What a test says of the object it looks at: ``isinstance(x, Client)``, ``type(x) is Client``, ``case Client()``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from awaitify.index.generics import instance_of, settled
from awaitify.index.summary import Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Container,
    Foreign,
    Instance,
    Unknown,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_CONTAINERS = frozenset(
    [f"builtins.{name}" for name in ("list", "tuple", "dict", "set", "frozenset", "object")]
    + [f"collections.abc.{name}" for name in ("Sequence", "Mapping", "Iterable", "Collection", "Set", "MutableMapping")]
    + [f"typing.{name}" for name in ("Sequence", "Mapping", "Iterable", "Collection")]
    + ["collections.deque", "collections.OrderedDict", "collections.defaultdict"]
)


@dataclass(frozen=True, slots=True)
class Test:
    """That *subject* is an object of one of *classes*; with ``holds`` unset, that it is not.

    ``is_exact`` when the object's own class is meant, not one above it.
    """

    subject: ast.expr | None
    classes: tuple[ast.expr, ...]
    holds: bool = True
    is_exact: bool = False

    @property
    def opposite(self) -> Test:
        return replace(self, holds=not self.holds)

    @staticmethod
    def of_pattern(pattern: ast.pattern) -> Test | None:
        """The test that a ``case`` makes of its subject; None when its failing wouldn't say anything of the class."""
        match pattern:
            case ast.MatchClass(cls=cls, patterns=[], kwd_patterns=[]):
                return Test(None, (cls,))
            case ast.MatchAs(pattern=ast.pattern() as inner):
                return Test.of_pattern(inner)
            case ast.MatchOr(patterns=patterns):
                tests = [Test.of_pattern(inner) for inner in patterns]
                if all(test is not None for test in tests):
                    return Test(None, tuple(cls for test in tests if test is not None for cls in test.classes))
        return None


def tests_of(node: ast.expr) -> Iterator[Test]:
    """The tests of classes that the condition *node* makes."""
    match node:
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, classes]):
            yield Test(_looked_at(subject), tuple(_alternatives(classes)))
        case ast.Compare(left=ast.Call(func=ast.Name(id="type"), args=[subject]), ops=[op], comparators=[cls]):
            if isinstance(op, ast.Is | ast.Eq):
                yield Test(_looked_at(subject), (cls,), is_exact=True)
            elif isinstance(op, ast.IsNot | ast.NotEq):
                yield Test(_looked_at(subject), (cls,), holds=False, is_exact=True)


def _looked_at(subject: ast.expr) -> ast.expr:
    """``isinstance(x := find(), Client)`` looks at ``x``."""
    return subject.target if isinstance(subject, ast.NamedExpr) else subject


def _alternatives(classes: ast.expr) -> Iterator[ast.expr]:
    match classes:
        case ast.Tuple(elts=elements):
            for element in elements:
                yield from _alternatives(element)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            yield from _alternatives(left)
            yield from _alternatives(right)
        case _:
            yield classes


class Narrowing:
    """What a test leaves of what an object can be, with a resolver's knowledge of classes."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def narrow(self, values: Values, test: Test, scope: Scope) -> Values:
        """Those of *values* that can pass *test*; an unknown object that passes is one of its classes."""
        classes = frozenset(v for node in test.classes for v in self._resolver.evaluate(node, scope))
        if not classes or not all(isinstance(c, ClassValue | Foreign) for c in classes):
            return values | (UNKNOWN if test.holds else NOTHING)
        if not test.holds:
            return frozenset(v for v in values if not any(self._is_surely(v, c, test.is_exact) for c in classes))
        found = union(self._passing(value, cls) for value in settled(values) for cls in classes)
        return found or instance_of(classes)

    def _is_surely(self, value: Value, cls: Value, is_exact: bool) -> bool:
        match value, cls:
            case Instance(own), ClassValue(tested):
                return tested in self._resolver.hierarchy.order(own) and not is_exact
            case Foreign(own_name, made=True), Foreign(name):
                return own_name == name
            case Container(), Foreign(name):
                return name in _CONTAINERS
        return False

    def _passing(self, value: Value, cls: Value) -> Values:
        """What remains of *value* when it is an object of *cls*."""
        match value, cls:
            case Instance(own), ClassValue(tested):
                if tested in self._resolver.hierarchy.order(own):
                    return frozenset({value})
                is_below = own in self._resolver.hierarchy.order(tested)
                return frozenset({Instance(tested)}) if is_below else NOTHING
            case Foreign(name, made=True), ClassValue(tested):
                bases = self._resolver.hierarchy.foreign_bases(tested)
                return frozenset({Instance(tested)}) if name in bases or "?" in bases else NOTHING
            case Unknown(), _:
                return instance_of(frozenset({cls}))
            case Instance(own), Foreign(name):
                bases = self._resolver.hierarchy.foreign_bases(own)
                is_one = name in bases or "?" in bases or name in ("builtins.object", "typing.Protocol")
                return frozenset({value}) if is_one or not name.startswith("builtins.") else NOTHING
            case Container(), Foreign(name):
                return frozenset({value}) if name in _CONTAINERS else NOTHING
            case Foreign(), Foreign():
                return frozenset({value})
        return NOTHING
