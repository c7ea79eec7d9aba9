"""What do other people's functions give, as far as annotations say so, or a plain ``return Session()``?"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from awaitify.index.library import Reader, dotted
from awaitify.index.summary import Class, Function
from awaitify.index.values import (
    UNKNOWN,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    Value,
    Values,
    over,
    union,
)

_HARMLESS = frozenset(
    "staticmethod classmethod abstractmethod property cached_property overload override final deprecated cache lru_cache"
    " wraps contextmanager asynccontextmanager".split()
)
"""Decorators behind which a function still gives what its annotation says."""
_SAYS_NOTHING = frozenset({"typing", "typing_extensions", "collections.abc", "_collections_abc", "_typeshed", "types"})
"""Modules whose types are structures that objects of the project may have too."""


class Results:
    """Reads annotations in the environment; what they say of the project's own classes, or of a Protocol, is unknown.

    An answer names a class of somebody else's of which is known which attributes it has: behind it may stand an object
    of a class of the project below it, so what has an attribute that the class lacks isn't surely somebody else's.
    """

    def __init__(self, reader: Reader, is_of_project: Callable[[str], bool], is_closed: Callable[[str], bool]) -> None:
        self._reader = reader
        self._resolver = reader.resolver
        self._is_of_project = is_of_project
        self._is_closed = is_closed
        self._known: dict[str, Values] = {}

    def has(self, name: str) -> bool:
        """Whether *name* is a function that can be read."""
        found = self._reader.find(name)
        return bool(found) and all(isinstance(value, FunctionValue) for value in found)

    def result(self, name: str) -> Values:
        """What calling *name* gives."""
        if name not in self._known:
            self._known[name] = UNKNOWN  # a question that comes back to itself
            self._known[name] = over(self._reader.find(name), self._called)
        return self._known[name] or UNKNOWN

    def attribute(self, name: str, attr: str) -> Values:
        """What an object of the class *name* has under *attr*, when that is written down."""
        found = [self._written(value.cls, attr) for value in self._reader.find(name) if isinstance(value, ClassValue)]
        return union(found) or UNKNOWN

    def gives_itself(self, name: str) -> bool:
        """Whether the method *name* returns what it is called on."""
        found = [v.function for v in self._reader.find(name) if isinstance(v, FunctionValue)]
        return self.has(name) and all(map(_gives_itself, found))

    def _called(self, value: Value) -> Values:
        match value:
            case ClassValue(cls):
                return self._foreign(frozenset({Instance(cls)}))
            case FunctionValue(function, receiver):
                return self._foreign(self._given(function, receiver))
        return UNKNOWN

    def _written(self, cls: Class, attr: str) -> Values:
        for ancestor in self._resolver.hierarchy.order(cls):
            if attr in ancestor.functions:
                function = ancestor.functions[attr][-1]
                return self._foreign(self._given(function, cls)) if _is_property(function) else UNKNOWN
            for binding in ancestor.attributes.get(attr, ()):
                if binding.annotation is not None:
                    return self._foreign(self._resolver.annotations.evaluate(binding.annotation, binding.scope, cls))
            if attr in ancestor.attributes:
                return UNKNOWN
        return UNKNOWN

    def _given(self, function: Function, receiver: Class | None) -> Values:
        """What a call gives; of overloads, what any of them does."""
        alike = function.owner.functions[function.node.name] if function.owner else _defined_alike(function)
        overloads = [other for other in alike if any(_last(d) == "overload" for d in other.node.decorator_list)]
        return union(self._given_by(other, receiver) for other in overloads or [function])

    def _given_by(self, function: Function, receiver: Class | None) -> Values:
        if not all(_last(decorator) in _HARMLESS for decorator in function.node.decorator_list):
            return UNKNOWN
        if _gives_itself(function) and receiver is not None:
            return frozenset({Instance(receiver)})
        scope = function.scope.parent or function.scope
        if function.node.returns is not None:
            return self._resolver.annotations.evaluate(function.node.returns, scope, receiver) or UNKNOWN
        if self._resolver.scopes.is_generator(function):
            return UNKNOWN
        returned = list(_returned(function))
        return union(self._made(node, function) for node in returned) if returned else UNKNOWN

    def _made(self, node: ast.expr | None, function: Function) -> Values:
        """``return Session(…)`` with a class of that name at the top of the module."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return UNKNOWN
        if self._resolver.scopes.find_scope(node.func.id, function.scope) is not function.module.scope:
            return UNKNOWN
        found = self._resolver.bindings.member_of_module(function.module.name, node.func.id)
        return over(found, lambda v: frozenset({Instance(v.cls)}) if isinstance(v, ClassValue) else UNKNOWN)

    def _foreign(self, values: Values) -> Values:
        """The same without anything of the environment's own: classes by their dotted names."""
        return over(values, self._as_foreign)

    def _as_foreign(self, value: Value) -> Values:
        match value:
            case Instance(cls) if not self._is_protocol(cls) and self._is_closed(dotted(cls)):
                return self._named(dotted(cls), made=True)
            case ClassValue(cls):
                return self._named(dotted(cls), made=False)
            case Foreign(name, made, member=False) if name.startswith("builtins.") or self._is_closed(name):
                return self._named(name, made=made)
            case Container(elements, keys, items, is_mapping, abstract):
                inner = tuple(map(self._foreign, items))
                return frozenset({Container(self._foreign(elements), self._foreign(keys), inner, is_mapping, abstract)})
        return UNKNOWN

    def _named(self, name: str, *, made: bool) -> Values:
        module = name.rpartition(".")[0]
        if self._is_of_project(name) or module in _SAYS_NOTHING or name == "builtins.object":
            return UNKNOWN
        return frozenset({Foreign(name, made=made)})

    def _is_protocol(self, cls: Class) -> bool:
        """Whether the class is a structure that anything may have: ``class Closable(Protocol)``."""
        scope = cls.scope.parent or cls.scope
        bases = union(self._resolver.evaluate(base, scope) for base in cls.node.bases)
        return any(_is_the_protocol(value) for value in bases)


def _is_the_protocol(value: Value) -> bool:
    match value:
        case ClassValue(cls):
            return cls.qualname == "Protocol"
        case Foreign(name):
            return name.endswith(".Protocol")
    return False


def _defined_alike(function: Function) -> list[Function]:
    return [f for f in function.module.functions if f.qualname == function.qualname and f.owner is None]


def _returned(function: Function) -> Iterator[ast.expr | None]:
    """The values of the function's own ``return`` statements."""
    stack: list[ast.AST] = list(function.node.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return):
            yield node.value
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))


def _gives_itself(function: Function) -> bool:
    """``return self`` and nothing else, or ``-> Self`` of a method that is no class method."""
    arguments = [*function.node.args.posonlyargs, *function.node.args.args]
    if function.owner is None or not arguments or any(map(_last, function.node.decorator_list)):
        return False
    returned = list(_returned(function))
    if returned:
        return all(isinstance(node, ast.Name) and node.id == arguments[0].arg for node in returned)
    return function.module.path.endswith(".pyi") and _last(function.node.returns) == "Self"


def _is_property(function: Function) -> bool:
    return any(_last(decorator) in ("property", "cached_property") for decorator in function.node.decorator_list)


def _last(node: ast.expr | None) -> str:
    """The last name of a decorator or an annotation: ``functools.wraps(f)`` → ``wraps``."""
    match node:
        case ast.Call(func=function):
            return _last(function)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return "?" if node is not None else ""
