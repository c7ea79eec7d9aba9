"""What an annotation says about a value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from awaitify.index.generics import class_of, instance_of
from awaitify.index.summary import Class, Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Container,
    Foreign,
    Instance,
    Returning,
    TypeExpression,
    TypeVariable,
    Value,
    Values,
    made,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_TRANSPARENT = frozenset(
    {"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "Awaitable"}
)
_SEQUENCES = frozenset(
    "list List set Set frozenset FrozenSet tuple Tuple Sequence MutableSequence Iterable Iterator Collection"
    " Generator AsyncIterator AsyncIterable AsyncGenerator deque Deque AbstractSet MutableSet KeysView ValuesView".split()
)
_MAPPINGS = frozenset("dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict ChainMap".split())
_ABSTRACT = frozenset(
    "Sequence MutableSequence Iterable Iterator Collection Generator AsyncIterator AsyncIterable AsyncGenerator"
    " MutableSet KeysView ValuesView Mapping MutableMapping AbstractContextManager ContextManager".split()
)
"""Those of the containers that a class of the project may implement."""
_CONTEXTS = frozenset({"AbstractContextManager", "ContextManager", "AsyncContextManager", "ContextVar"})
_ANYTHING = frozenset(
    {"typing.Any", "typing.TypeAlias", "typing_extensions.TypeAlias", "builtins.object", "typing_extensions.Any"}
)


class Annotations:
    """Evaluates annotations with a resolver's knowledge of names."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def evaluate(self, node: ast.expr, scope: Scope, receiver: Class | None = None) -> Values:
        """What a value with the annotation *node* can be; *receiver* is what ``Self`` means."""
        match node:
            case ast.Constant(value=None):
                return NOTHING
            case ast.Constant(value=str(text)):
                return self._quoted(text, scope, receiver)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return self.evaluate(left, scope, receiver) | self.evaluate(right, scope, receiver)
            case ast.Subscript(value=value, slice=index):
                return self._subscript(value, index, scope, receiver)
            case ast.Name() | ast.Attribute():
                return self._named(node, scope, receiver)
        return UNKNOWN

    def is_generic(self, name: str) -> bool:
        """Whether the foreign class *name* with something in brackets behind it is a type: ``list[…]``, ``Annotated[…]``."""
        module, _, last = name.rpartition(".")
        is_known = last in _TRANSPARENT | _SEQUENCES | _MAPPINGS | _CONTEXTS | {"Union", "type", "Type", "Callable"}
        return is_known and module in (
            "builtins",
            "typing",
            "typing_extensions",
            "collections",
            "collections.abc",
            "contextlib",
        )

    def _quoted(self, text: str, scope: Scope, receiver: Class | None) -> Values:
        try:
            parsed = ast.parse(text.strip(), mode="eval")
        except SyntaxError:
            return UNKNOWN
        return self.evaluate(parsed.body, scope, receiver)

    def _named(self, node: ast.expr, scope: Scope, receiver: Class | None) -> Values:
        found: Values = NOTHING
        for value in self._resolver.evaluate(node, scope):
            found |= self._instance(value, receiver)
        return found or UNKNOWN

    def _instance(self, value: Value, receiver: Class | None) -> Values:
        match value:
            case ClassValue() | TypeVariable():
                return instance_of(frozenset({value}))
            case Foreign(name) if name.rpartition(".")[2] == "Self":
                return frozenset({Instance(receiver)}) if receiver is not None else UNKNOWN
            case TypeExpression(results):
                return results
            case Foreign(name) if name in _ANYTHING or name.rpartition(".")[2] in _TRANSPARENT:
                return UNKNOWN
            case Foreign(name) if name.rpartition(".")[2] in _SEQUENCES | _MAPPINGS:
                last = name.rpartition(".")[2]
                abstract = last if last in _ABSTRACT else ""
                return frozenset({Container(UNKNOWN, UNKNOWN, is_mapping=last in _MAPPINGS, abstract=abstract)})
            case Foreign(name, made=False):
                return made(name)
        return UNKNOWN

    def _subscript(self, value: ast.expr, index: ast.expr, scope: Scope, receiver: Class | None) -> Values:
        arguments = list(index.elts) if isinstance(index, ast.Tuple) else [index]
        found: Values = NOTHING
        for base in self._resolver.evaluate(value, scope):
            match base:
                case ClassValue(cls):
                    given = [self.evaluate(argument, scope, receiver) for argument in arguments]
                    found |= {Instance(cls, arguments=self._resolver.generics.arguments(cls, given))}
                case Foreign(name):
                    found |= self._generic(name, arguments, scope, receiver)
                case _:
                    return UNKNOWN
        return found or NOTHING

    def _generic(self, name: str, arguments: list[ast.expr], scope: Scope, receiver: Class | None) -> Values:
        last = name.rpartition(".")[2]
        inner = [self.evaluate(argument, scope, receiver) for argument in arguments[:2]]
        if last in _TRANSPARENT:
            return inner[0]
        if last == "Union":
            return frozenset(v for a in arguments for v in self.evaluate(a, scope, receiver))
        if last in ("tuple", "Tuple"):
            return self._tuple(arguments, scope, receiver)
        if last in _SEQUENCES or last in _CONTEXTS:
            return frozenset({Container(inner[0], abstract=last if last in _ABSTRACT else "")})
        if last in _MAPPINGS:
            abstract = last if last in _ABSTRACT else ""
            return frozenset({Container(inner[-1], inner[0], is_mapping=True, abstract=abstract)})
        if last in ("type", "Type"):
            return class_of(inner[0])
        if last == "Callable":
            return frozenset({Returning(self.evaluate(arguments[-1], scope, receiver))})
        if last == "Coroutine":
            return self.evaluate(arguments[-1], scope, receiver)
        if last == "Literal":
            return made("builtins.str")
        return made(name)

    def _tuple(self, arguments: list[ast.expr], scope: Scope, receiver: Class | None) -> Values:
        if len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is ...:
            return frozenset({Container(self.evaluate(arguments[0], scope, receiver))})
        items = tuple(self.evaluate(argument, scope, receiver) for argument in arguments)
        return frozenset({Container(frozenset(v for item in items for v in item), items=items)})
