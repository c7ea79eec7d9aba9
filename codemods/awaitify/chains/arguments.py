"""What an expression can be in one chain of calls: what its callers in that chain passed, not what anybody passes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.chains.frame import Frame, Given, Layer
from awaitify.index.callers import Passing
from awaitify.index.parameters import default_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Function, FunctionNode, Scope
from awaitify.index.values import FunctionValue, LambdaValue, Unknown, Values, over

_Callable = (FunctionValue, LambdaValue, Layer)
_NO_PARTS = (ast.Name, ast.Attribute)


class Arguments:
    """Follows parameters to what one frame was given."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def values(self, node: ast.expr, frame: Frame) -> Given:
        """What *node*, which stands in the frame's code, can be there."""
        if frame.is_open or not isinstance(node, _NO_PARTS):
            return self._anywhere(node, frame)
        match node:
            case ast.Name(id=name):
                return self._named(name, node, frame)
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if (
                given := dict(frame.given).get(name)
            ) is not None:
                plain: Values = frozenset(value for value in given if not isinstance(value, Layer))
                members = self._resolver.members
                return frozenset(over(plain, lambda value: members.attribute(value, attr)))
        return self._anywhere(node, frame)

    def _anywhere(self, node: ast.expr, frame: Frame) -> Given:
        return frozenset(self._resolver.answer(node, frame.module).values)

    def _named(self, name: str, node: ast.Name, frame: Frame) -> Given:
        home = self._resolver.scopes.find_scope(name, self._resolver.scopes.scope_of(node, frame.module))
        is_parameter = home is not None and [b.kind for b in home.bindings[name]] == [BindingKind.PARAMETER]
        if home is None or not is_parameter:
            return self._anywhere(node, frame)
        if (given := dict(frame.given).get(name)) is not None:
            return given
        found = self._anywhere(node, frame)
        called = [value for value in found if isinstance(value, _Callable)]
        if home is frame.scope or len(called) > 1:  # it comes from some other caller
            return found.difference(called)
        return found

    def given(self, function: Function, call: ast.Call, frame: Frame) -> tuple[tuple[str, Given], ...]:
        """What *function* gets in a call, as far as it may differ from what others pass: callables, and receivers."""
        found = dict(self._closed_over(function.scope, frame))
        skipped = self._resolver.callers.skipped(call.func, frame.module, function)
        passing = Passing(call, frame.module, skipped)
        for parameter in _parameters(function):
            found.pop(parameter.arg, None)
            if (values := self._passed(parameter, function, passing, frame)) is not None:
                found[parameter.arg] = values
        return tuple(sorted(found.items(), key=lambda pair: pair[0]))

    def _passed(self, parameter: ast.arg, function: Function, passing: Passing, frame: Frame) -> Given | None:
        """What is passed for the parameter, where that matters."""
        argument = self._resolver.callers.argument(parameter, function, passing)
        if argument is not None:
            values = self.values(argument, frame)
        else:
            default = default_of(parameter, function.node.args)
            is_hidden = any(isinstance(a, ast.Starred) for a in passing.call.args) or any(
                keyword.arg is None for keyword in passing.call.keywords
            )
            if default is None or is_hidden:
                return None
            values = frozenset(self._resolver.evaluate(default, function.scope.parent or function.scope))
        if any(isinstance(value, _Callable) for value in values):
            return values
        is_known = bool(values) and not any(isinstance(value, Unknown) for value in values)
        if parameter.annotation is not None or not is_known:
            return None
        return values if values < self._resolver.bindings.bound(parameter.arg, function.scope) else None

    def lambda_frame(self, value: LambdaValue, call: ast.Call, frame: Frame) -> Frame:
        """The frame in which a lambda runs that is called in *frame*."""
        is_own = _lies_in(value.scope, frame.scope)
        given = tuple(self._closed_over(value.scope, frame)) if is_own else ()
        return Frame(value, frame.cls if is_own else None, frame.exact if is_own else False, given)

    def _closed_over(self, scope: Scope, frame: Frame) -> Iterator[tuple[str, Given]]:
        """What a function that is defined in the frame's code, or beside it, knows from around it."""
        around = scope.around
        if around is not None and isinstance(around.node, FunctionNode | ast.Lambda):
            if around is frame.scope or around is frame.scope.around or _lies_in(scope, frame.scope):
                yield from frame.given


def _parameters(function: Function) -> list[ast.arg]:
    arguments = function.node.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _lies_in(scope: Scope, other: Scope) -> bool:
    current: Scope | None = scope
    while current is not None:
        if current is other:
            return True
        current = current.parent
    return False
