"""What a call gives, what iterating gives, what entering a context gives."""

from __future__ import annotations

import ast
import itertools
from typing import TYPE_CHECKING

from awaitify.index import builtin
from awaitify.index.foreign import ForeignCalls
from awaitify.index.generics import instance_of, may_vary, settled
from awaitify.index.how import How
from awaitify.index.summary import Binding, BindingKind, Class, Function, Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    BoundContainer,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    LambdaValue,
    RecordClass,
    Returning,
    TypeExpression,
    TypeVariable,
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
        self._foreign = ForeignCalls(resolver)

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
            case ClassValue():
                return self._constructed(value, node, scope)
            case FunctionValue():
                return self._function_result(value, node, scope)
            case TypeVariable(is_class=True):
                return instance_of(frozenset({value}))
            case TypeVariable():
                return over(settled(frozenset({value})), lambda v: self.result(v, node, scope))
            case LambdaValue(lambda_, inner):
                return self.resolver.evaluate(lambda_.body, self.resolver.scopes.lambda_scope(lambda_, inner))
            case Returning(results):
                return results
            case BoundContainer(container, method):
                return self._container_result(container, method, node, scope)
            case Instance(cls):
                called = self.resolver.members.member(cls, "__call__", instance=True)
                return over(called, lambda v: self.result(v, node, scope) if isinstance(v, FunctionValue) else UNKNOWN)
            case Foreign():
                return self._foreign.result(value, node, scope)
            case TypeExpression(results):
                return results
            case RecordClass():
                return self._record(value, node, scope)
        return UNKNOWN

    def _container_result(self, container: Container, method: str, node: ast.Call, scope: Scope) -> Values:
        key = builtin.text_of(node.args[0]) if node.args else None
        if method in ("get", "pop", "setdefault") and key is not None and key in dict(container.fields):
            return dict(container.fields)[key]
        given = builtin.container_result(container, method)
        if method == "setdefault" and len(node.args) > 1:
            return (given - UNKNOWN) | self.resolver.evaluate(node.args[1], scope)
        return given

    def _record(self, value: RecordClass, node: ast.Call, scope: Scope) -> Values:
        """``Pair(client, 3)``"""
        positional = [self.resolver.evaluate(a, scope) for a in node.args if not isinstance(a, ast.Starred)]
        passed = dict(zip(value.fields, positional, strict=False))
        passed |= {k.arg: self.resolver.evaluate(k.value, scope) for k in node.keywords if k.arg is not None}
        items = tuple(passed.get(field, UNKNOWN) for field in value.fields)
        fields = tuple(zip(value.fields, items, strict=True))
        return frozenset({Container(union(items), items=items, fields=fields, is_record=True)})

    def _function_result(self, value: FunctionValue, node: ast.Call, scope: Scope) -> Values:
        returned = self.returned(value.function, value.receiver) | self._returned_below(value)
        if not any(map(may_vary, returned)):
            return returned
        self.resolver.note(How.TYPE_VARIABLE)
        passed = self._passed(value.function, node, scope, skipped=value.receiver is not None)
        known = self.resolver.generics.infer(value.function, passed, dict(value.arguments))
        return self.resolver.generics.substitute(returned, known)

    def _returned_below(self, value: FunctionValue) -> Values:
        """What the overrides below the receiver's class return, where no annotation speaks for all of them."""
        function, receiver = value.function, value.receiver
        if receiver is None or value.is_super or function.owner is None or function.node.returns is not None:
            return NOTHING
        below = self.resolver.hierarchy.few_below(receiver, function.node.name)
        found = ((f, cls) for cls in below for f in cls.functions.get(function.node.name, ()))
        return union(self.returned(f, cls) for f, cls in found)

    def _constructed(self, value: ClassValue, node: ast.Call, scope: Scope) -> Values:
        """An object of the class; what its type variables stand for is read off what the constructor gets."""
        if self._is_made_otherwise(value.cls):
            return UNKNOWN
        if value.arguments or not self.resolver.generics.parameters(value.cls):
            return instance_of(frozenset({value}))
        order = self.resolver.hierarchy.order(value.cls)
        init = next((f for cls in order for f in cls.functions.get("__init__", ())), None)
        if init is None:
            return instance_of(frozenset({value}))
        self.resolver.note(How.TYPE_VARIABLE)
        known = self.resolver.generics.infer(init, self._passed(init, node, scope, skipped=True), {})
        given = tuple((p.node, known[p.node]) for p in self.resolver.generics.parameters(value.cls) if p.node in known)
        return frozenset({Instance(value.cls, arguments=given)})

    def _is_made_otherwise(self, cls: Class) -> bool:
        """Whether a metaclass of the project decides what calling the class gives."""
        for ancestor in self.resolver.hierarchy.order(cls):
            for keyword in ancestor.node.keywords:
                if keyword.arg == "metaclass":
                    values = self.resolver.evaluate(keyword.value, ancestor.scope.parent or ancestor.scope)
                    metaclasses = [v.cls for v in values if isinstance(v, ClassValue)]
                    orders = (self.resolver.hierarchy.order(metaclass) for metaclass in metaclasses)
                    return any("__call__" in c.functions for order in orders for c in order)
        return False

    def _passed(self, function: Function, node: ast.Call, scope: Scope, *, skipped: bool) -> dict[str, Values]:
        """What the call passes for each of the function's parameters."""
        arguments = function.node.args
        names = [argument.arg for argument in [*arguments.posonlyargs, *arguments.args]][int(skipped) :]
        plain = itertools.takewhile(lambda a: not isinstance(a, ast.Starred), node.args)
        passed = {name: self.resolver.evaluate(a, scope) for name, a in zip(names, plain, strict=False)}
        named = {k.arg: self.resolver.evaluate(k.value, scope) for k in node.keywords if k.arg is not None}
        return passed | named

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
        self.resolver.note(How.RETURN)
        nodes = self.resolver.scopes.own_nodes(function)
        yielded = [n.value for n in nodes if isinstance(n, ast.Yield) and n.value is not None]
        if self.resolver.scopes.is_generator(function):
            return frozenset({Container(union(self.resolver.evaluate(v, function.scope) for v in yielded))})
        returned = [n.value for n in nodes if isinstance(n, ast.Return) and n.value is not None]
        values = union(self._returned_value(v, function) for v in returned)
        return self._as_receiver(values, function, receiver)

    def _returned_value(self, node: ast.expr, function: Function) -> Values:
        """``return x`` of a parameter without annotation is whatever is passed in that call."""
        values = self.resolver.evaluate(node, function.scope)
        if isinstance(node, ast.Name):
            match function.scope.bindings.get(node.id):
                case [Binding(kind=BindingKind.PARAMETER, node=ast.arg(annotation=None) as parameter)]:
                    if not any(map(may_vary, values)) and not self._is_own(parameter, function):
                        return frozenset({TypeVariable(parameter, values or UNKNOWN)})
        return values

    def _is_own(self, parameter: ast.arg, function: Function) -> bool:
        arguments = function.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        is_receiver = function.owner is not None and positional[:1] == [parameter]
        return is_receiver or parameter in (arguments.vararg, arguments.kwarg)

    def _as_receiver(self, values: Values, function: Function, receiver: Class | None) -> Values:
        """``return self`` and ``return cls()`` give the class through which the method was reached."""
        if receiver is None or function.owner is None:
            return values
        own = Instance(function.owner)
        return (values - {own}) | {Instance(receiver)} if own in values else values

    def inside(self, value: Value) -> Values:
        """What *value* holds: the values of a mapping, the items of anything else."""
        return value.elements if isinstance(value, Container) else self.elements(frozenset({value}))

    def elements(self, values: Values) -> Values:
        """What iterating over the values gives."""
        return over(values, self._elements_of)

    def _elements_of(self, value: Value) -> Values:
        match value:
            case TypeVariable():
                return self.elements(settled(frozenset({value})))
            case Container():
                return value.keys if value.is_mapping else value.elements
            case ClassValue(cls) if builtin.is_enum(self.resolver.hierarchy.foreign_bases(cls)):
                return frozenset({Instance(cls)})
            case Foreign(name, made=True) if name in ("builtins.str", "builtins.bytes"):
                return made(name)
            case Instance(cls):
                iterated = self._special(cls, "__iter__", "__aiter__")
                results = union(self.returned_by(v) for v in iterated)
                return union(self._next_of(v) for v in results) or UNKNOWN
        return UNKNOWN

    def returned_by(self, value: FunctionValue) -> Values:
        """What calling the function gives, whatever it is passed."""
        returned = self.returned(value.function, value.receiver)
        return self.resolver.generics.substitute(returned, dict(value.arguments))

    def _next_of(self, iterator: Value) -> Values:
        """What the object that ``__iter__`` returns gives one by one."""
        match iterator:
            case Container(elements=elements):
                return elements
            case Instance(cls):
                return union(self.returned_by(v) for v in self._special(cls, "__next__", "__anext__")) or UNKNOWN
        return UNKNOWN

    def _special(self, cls: Class, *names: str) -> list[FunctionValue]:
        """The methods that the class has under the first of the names that it defines.

        Which that is must not depend on what is known so far, or the answer would on the order of questions.
        """
        defined = (name for name in names if self.resolver.hierarchy.find(cls, name) is not None)
        found = self.resolver.members.member(cls, next(defined, names[0]), instance=True)
        return [value for value in found if isinstance(value, FunctionValue)]

    def entered(self, value: Value) -> Values:
        """What ``with value as x`` binds to ``x``."""
        match value:
            case TypeVariable():
                return over(settled(frozenset({value})), self.entered)
            case Instance(cls):
                entered = [
                    v
                    for name in ("__enter__", "__aenter__")
                    for v in self.resolver.members.first_member(self.resolver.hierarchy.order(cls), name, cls, True)
                    or ()
                ]
                if not entered and self.resolver.environment.enters_itself(self.resolver.hierarchy.foreign_bases(cls)):
                    return frozenset({value})
                given = union(self.returned_by(v) for v in entered if isinstance(v, FunctionValue))
                return self.resolver.generics.substitute(given, dict(value.arguments)) or UNKNOWN
            case Container(elements=elements):
                return elements
            case Foreign(name, made=True) if (known := self.resolver.environment.entered(name)) is not None:
                return known
            case Foreign(name, made=True) if value.name.rpartition(".")[2][:1].isupper() or name == "builtins.open":
                return frozenset({value})
        return UNKNOWN
