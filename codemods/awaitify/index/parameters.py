"""What a parameter can be: by its annotation, by who injects it, by its default, by what callers pass."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from awaitify.index import builtin
from awaitify.index.fixtures import find_fixture, is_fixture
from awaitify.index.how import How
from awaitify.index.summary import Function, Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    TypeVariable,
    Value,
    Values,
    made,
    over,
    union,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_APPLIES = frozenset(
    {f"builtins.{name}" for name in ("map", "filter", "sorted", "min", "max")}
    | {"itertools.groupby", "itertools.takewhile"}
)
"""Functions that call the function they are given with the items of what they are given."""


class Parameters:
    """Follows parameters to what they get, with a resolver's knowledge of expressions."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def parameter(self, node: ast.arg, scope: Scope) -> Values:
        """What the parameter *node* of the function or lambda of *scope* can be."""
        if isinstance(scope.node, ast.Lambda):
            return self._of_lambda(node, scope)
        function = self._resolver.scopes.function_at(scope.node, scope.module)
        outer = scope.parent or scope
        if node.annotation is None and self._is_receiver(node, function):
            assert function.owner is not None
            is_class = self._resolver.has_decorator(function, "classmethod") or function.node.name in (
                "__new__",
                "__init_subclass__",
            )
            return frozenset({ClassValue(function.owner) if is_class else Instance(function.owner)})
        annotated = self._annotated(node, function, outer)
        if annotated and annotated != UNKNOWN:
            return annotated
        default = default_of(node, function.node.args)
        if default is not None and self._is_injected(default, outer):
            self._resolver.note(How.INJECTION)
            return self._injected(default, outer)
        if supplied := self._from_pytest(node, function):
            self._resolver.note(How.FIXTURE)
            return supplied
        known: Values = NOTHING
        if default is not None:
            self._resolver.note(How.DEFAULT)
            known = self._resolver.evaluate(default, outer)
        return known | self._resolver.callers.passed(node, function)

    def _annotated(self, node: ast.arg, function: Function, outer: Scope) -> Values:
        if node.annotation is None:
            return NOTHING
        values = self._resolver.annotations.evaluate(node.annotation, outer)
        if node is function.node.args.vararg:
            return frozenset({Container(values)})
        if node is function.node.args.kwarg:
            return frozenset({Container(values, made("builtins.str"), is_mapping=True)})
        if injected := self._annotated_injection(node.annotation, outer):
            return injected
        open_ones = [v for v in values if isinstance(v, TypeVariable) and v.bound == UNKNOWN]
        of_class = {p.node for p in self._resolver.generics.parameters(function.owner)} if function.owner else set()
        # a function's own type variable says nothing of the object: what callers pass may
        return values if len(open_ones) < len(values) or any(v.node in of_class for v in open_ones) else NOTHING

    def _annotated_injection(self, annotation: ast.expr, scope: Scope) -> Values:
        """``client: Annotated[Any, Depends(get_client)]``, where the type itself says nothing."""
        match annotation:
            case ast.Subscript(slice=ast.Tuple(elts=[kind, *metadata])):
                for item in metadata:
                    if self._is_injected(item, scope) and self._resolver.annotations.evaluate(kind, scope) == UNKNOWN:
                        self._resolver.note(How.INJECTION)
                        return self._injected(item, scope)
        return NOTHING

    def _is_receiver(self, node: ast.arg, function: Function) -> bool:
        arguments = [*function.node.args.posonlyargs, *function.node.args.args]
        is_method = function.owner is not None and not self._resolver.has_decorator(function, "staticmethod")
        return is_method and bool(arguments) and arguments[0] is node

    def _is_injected(self, default: ast.expr, scope: Scope) -> bool:
        """``client=Depends(get_client)``"""
        if not isinstance(default, ast.Call):
            return False
        return any(
            last_name(value) in ("Depends", "Security") for value in self._resolver.evaluate(default.func, scope)
        )

    def _injected(self, default: ast.expr, scope: Scope) -> Values:
        assert isinstance(default, ast.Call)
        if not default.args:
            return UNKNOWN
        return over(self._resolver.evaluate(default.args[0], scope), lambda v: self._depended_on(v, default, scope))

    def _depended_on(self, value: Value, default: ast.Call, scope: Scope) -> Values:
        values = self._resolver.calls.result(value, ast.Call(default.func, [], []), scope)
        return self._supplied(value.function, values) if isinstance(value, FunctionValue) else values

    def _supplied(self, function: Function, values: Values) -> Values:
        """What a framework passes on of a function's result: of a generator, what it yields."""
        return self._resolver.calls.elements(values) if self._resolver.scopes.is_generator(function) else values

    def _from_pytest(self, node: ast.arg, function: Function) -> Values:
        """What pytest passes for the parameter of a test or fixture: a fixture's value, or one of those it is run with."""
        fixture = find_fixture(self._resolver, function, node.arg)
        if fixture is not None:
            return self._supplied(fixture, self._resolver.calls.returned(fixture))
        found: Values = NOTHING
        for decorator in function.node.decorator_list:
            if isinstance(decorator, ast.Call):
                found |= self._parametrized(node.arg, decorator, function)
                if node.arg == "request" and is_fixture(self._resolver, function):
                    fields = (("param", self._each(decorator, "params", function)),)
                    found |= {Container(NOTHING, fields=fields, is_record=True)}
        return found

    def _parametrized(self, name: str, decorator: ast.Call, function: Function) -> Values:
        """``@pytest.mark.parametrize("client, expected", [(Client(), 1)])``"""
        if self._resolver.decorator_name(decorator, function) != "pytest.mark.parametrize" or len(decorator.args) < 2:
            return NOTHING
        names, values = decorator.args[:2]
        match names:
            case ast.Constant(value=str(text)):
                words = text.replace(",", " ").split()
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                words = [str(e.value) for e in elements if isinstance(e, ast.Constant)]
            case _:
                words = []
        if name not in words:
            return NOTHING
        scope = function.scope.parent or function.scope
        each = self._resolver.calls.elements(self._resolver.evaluate(values, scope))
        if len(words) == 1 and isinstance(names, ast.Constant):
            return each
        return over(each, lambda v: builtin.unpacked(v, words.index(name)))

    def _each(self, decorator: ast.Call, keyword: str, function: Function) -> Values:
        scope = function.scope.parent or function.scope
        lists = (self._resolver.evaluate(k.value, scope) for k in decorator.keywords if k.arg == keyword)
        return union(self._resolver.calls.elements(values) for values in lists)

    def _of_lambda(self, node: ast.arg, scope: Scope) -> Values:
        """What a function that takes a lambda passes to it: ``map(lambda c: …, clients)``, ``max(clients, key=lambda c: …)``."""
        parent = scope.module.parents.get(scope.node)
        if isinstance(parent, ast.keyword) and parent.arg == "key":
            parent = scope.module.parents.get(parent)
        assert isinstance(scope.node, ast.Lambda)
        positional = [*scope.node.args.posonlyargs, *scope.node.args.args]
        if not isinstance(parent, ast.Call) or node not in positional:
            return UNKNOWN
        outer = scope.parent or scope
        name = self._resolver.dotted(parent.func, scope.module)
        number = positional.index(node) + 1 if scope.node in parent.args else 0
        if name not in _APPLIES or number >= len(parent.args):
            return UNKNOWN
        self._resolver.note(How.ITERATION)
        return self._resolver.calls.elements(self._resolver.evaluate(parent.args[number], outer))


def default_of(node: ast.arg, arguments: ast.arguments) -> ast.expr | None:
    """The default value of a parameter."""
    positional = [*arguments.posonlyargs, *arguments.args]
    if node in positional:
        offset = positional.index(node) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[offset] if offset >= 0 else None
    return arguments.kw_defaults[arguments.kwonlyargs.index(node)] if node in arguments.kwonlyargs else None


def last_name(value: Value) -> str:
    match value:
        case Foreign(name):
            return name.rpartition(".")[2]
        case FunctionValue(function):
            return function.node.name
        case ClassValue(cls):
            return cls.node.name
    return ""
