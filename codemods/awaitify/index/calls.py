"""What a call gives, what iterating gives, what entering a context gives."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from awaitify.index import builtin
from awaitify.index.summary import Class, Function, Scope
from awaitify.index.values import (
    UNKNOWN,
    BoundContainer,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    LambdaValue,
    Returning,
    Value,
    Values,
    made,
    over,
    union,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver


class Calls:
    """Follows calls into what they return, with a resolver's knowledge of values."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def call(self, node: ast.Call, scope: Scope) -> Values:
        """What a call can give."""
        if (
            isinstance(node.func, ast.Name)
            and node.func.id == "super"
            and self.resolver.scopes.find_scope("super", scope) is None
        ):
            return self._super(node, scope)
        return over(self.resolver.evaluate(node.func, scope), lambda v: self.result(v, node, scope))

    def result(self, value: Value, node: ast.Call, scope: Scope) -> Values:
        """What calling *value* as in *node* gives."""
        match value:
            case ClassValue(cls):
                return frozenset({Instance(cls)})
            case FunctionValue(function, receiver):
                return self.returned(function, receiver)
            case LambdaValue(lambda_, inner):
                return self.resolver.evaluate(lambda_.body, self.resolver.scopes.lambda_scope(lambda_, inner))
            case Returning(results):
                return results
            case BoundContainer(container, method):
                return builtin.container_result(container, method)
            case Instance(cls):
                called = self.resolver.members.member(cls, "__call__", instance=True)
                return over(called, lambda v: self.result(v, node, scope) if isinstance(v, FunctionValue) else UNKNOWN)
            case Foreign():
                return self._foreign_result(value, node, scope)
        return UNKNOWN

    def _foreign_result(self, value: Foreign, node: ast.Call, scope: Scope) -> Values:
        if value.name in self.resolver.results:
            return made(self.resolver.results[value.name])
        arguments = [a for a in node.args if not isinstance(a, ast.Starred)]
        if value.name in ("typing.cast", "typing_extensions.cast") and len(arguments) == 2:
            return self.resolver.annotations.evaluate(arguments[0], scope)
        if value.name.startswith("builtins.") and arguments:
            passed = builtin.passed_through(value.name, self.resolver.evaluate(arguments[0], scope), self.elements)
            if passed is not None:
                return passed
        if value.name in builtin.GIVES_ITS_ARGUMENT and arguments:
            return self.resolver.evaluate(arguments[0], scope)
        is_class = value.name.rpartition(".")[2][:1].isupper() and not value.made and not value.member
        return made(value.name) if is_class or value.name in builtin.PLAIN_CALLABLES else UNKNOWN

    def _super(self, node: ast.Call, scope: Scope) -> Values:
        function = self.resolver.scopes.enclosing_function(scope)
        owner = function.owner if function is not None else None
        if owner is None and function is not None:
            owner = self.resolver.scopes.owner_of_nested(function)
        if node.args and owner is not None:
            named = [v.cls for v in self.resolver.evaluate(node.args[0], scope) if isinstance(v, ClassValue)]
            owner = named[0] if named else owner
        return frozenset({Instance(owner, above=owner)}) if owner is not None else UNKNOWN

    def returned(self, function: Function, receiver: Class | None = None) -> Values:
        """What a call of *function* gives; a coroutine function: what awaiting it gives."""
        return self.resolver.remembered(("returned", function, receiver), lambda: self._returned(function, receiver))

    def _returned(self, function: Function, receiver: Class | None) -> Values:
        if function.node.returns is not None:
            annotated = self.resolver.annotations.evaluate(
                function.node.returns, function.scope.parent or function.scope, receiver
            )
            if annotated and annotated != UNKNOWN:
                return annotated
        self.resolver.note_inferred()
        nodes = self.resolver.scopes.own_nodes(function)
        yielded = [n.value for n in nodes if isinstance(n, ast.Yield) and n.value is not None]
        if self.resolver.scopes.is_generator(function):
            return frozenset({Container(union(self.resolver.evaluate(v, function.scope) for v in yielded))})
        returned = [n.value for n in nodes if isinstance(n, ast.Return) and n.value is not None]
        values = union(self.resolver.evaluate(v, function.scope) for v in returned)
        return self._as_receiver(values, function, receiver)

    def _as_receiver(self, values: Values, function: Function, receiver: Class | None) -> Values:
        """``return self`` and ``return cls()`` give the class through which the method was reached."""
        if receiver is None or function.owner is None:
            return values
        own = Instance(function.owner)
        return (values - {own}) | {Instance(receiver)} if own in values else values

    def elements(self, values: Values) -> Values:
        """What iterating over the values gives."""
        return over(values, self._elements_of)

    def _elements_of(self, value: Value) -> Values:
        match value:
            case Container():
                return value.keys if value.is_mapping else value.elements
            case Foreign(name, made=True) if name in ("builtins.str", "builtins.bytes"):
                return made(name)
            case Instance(cls):
                iterated = self.resolver.members.member(cls, "__iter__", instance=True)
                results = [self.returned(v.function, v.receiver) for v in iterated if isinstance(v, FunctionValue)]
                return union(c.elements for r in results for c in r if isinstance(c, Container)) or UNKNOWN
        return UNKNOWN

    def entered(self, value: Value) -> Values:
        """What ``with value as x`` binds to ``x``."""
        match value:
            case Instance(cls):
                entered = [
                    v
                    for name in ("__enter__", "__aenter__")
                    for v in self.resolver.members.first_member(self.resolver.hierarchy.order(cls), name, cls, True)
                    or ()
                ]
                return union(self.returned(v.function, cls) for v in entered if isinstance(v, FunctionValue)) or UNKNOWN
            case Container(elements=elements):
                return elements
            case Foreign(name, made=True) if value.name.rpartition(".")[2][:1].isupper() or name == "builtins.open":
                return frozenset({value})
        return UNKNOWN
