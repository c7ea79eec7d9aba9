"""What a call of a decorated function runs: the wrappers that the project's decorators put around it, from the outside in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.chains.frame import Layer
from awaitify.colour.decorators import returned
from awaitify.colour.registered import decorator_row
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, FunctionNode
from awaitify.index.values import FunctionValue, Values

_HANDS_TO_A_THREAD = re.compile(
    r"asgiref\.sync\.(sync_to_async|SyncToAsync)|channels\.db\.database_sync_to_async|asyncer\.(\w+\.)?asyncify"
    r"|(starlette|fastapi)\.concurrency\.run_in_threadpool|tornado\.concurrent\.run_on_executor|streamlit\.fragment"
)


@dataclass(frozen=True, slots=True)
class Peeled:
    """What runs at a layer: a *wrapper*, whose *parameter* is the layer *below*; without one, the function itself."""

    wrapper: Function | None = None
    parameter: str = ""
    below: Layer | None = None


class Layers:
    """The wrappers of functions."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def number(self, function: Function) -> int:
        """How many decorators are around it."""
        return len(function.node.decorator_list)

    def peel(self, layer: Layer, *, awaited: bool) -> Peeled | None:
        """What a call of the layer runs; None when it runs elsewhere, or nobody knows where.

        An *awaited* call of a plain function is one that a decorator made awaitable.
        """
        function, above = layer.function, layer.above
        decorators = function.node.decorator_list[len(function.node.decorator_list) - above :]
        for number, decorator in enumerate(decorators):
            if self._hands_to_a_thread(decorator, function):
                return None
            found = list(self._wrappers(decorator, function))
            if len(found) == 1:
                wrapper, parameter = found[0]
                return Peeled(wrapper, parameter, Layer(function, above - number - 1))
            if found:
                return None
            if awaited and not function.is_async and not self._is_known(decorator, function):
                return None
        return Peeled()

    def _is_known(self, decorator: ast.expr, function: Function) -> bool:
        name = self._resolver.decorator_name(decorator, function)
        return bool(name) and (
            name.startswith(("builtins.", "functools.", "contextlib.", "abc.", "typing."))
            or decorator_row(decorator, function.module, self._resolver) is not None
        )

    def _hands_to_a_thread(self, decorator: ast.expr, function: Function) -> bool:
        return bool(_HANDS_TO_A_THREAD.fullmatch(self._resolver.decorator_name(decorator, function)))

    def _wrappers(self, decorator: ast.expr, function: Function) -> Iterator[tuple[Function, str]]:
        """The functions that a decorator of the project gives instead, each with the name by which it knows what it wraps."""
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        takers = self._resolver.evaluate(target, function.scope.parent or function.scope)
        if isinstance(decorator, ast.Call):
            direct = list(self._given_by(takers))
            takers = frozenset(value for value in direct if self._gives_a_function(value))
        for taker in takers:
            if isinstance(taker, FunctionValue):
                parameter = _first_parameter(taker.function)
                for value in self._given_by(frozenset({taker})):
                    if value.function.scope.around is taker.function.scope and parameter:
                        yield value.function, parameter

    def _given_by(self, takers: Values) -> Iterator[FunctionValue]:
        """The functions that calling any of *takers* gives."""
        for taker in takers:
            if isinstance(taker, FunctionValue):
                for node in returned(taker.function, self._resolver):
                    if isinstance(node, ast.Call) and node.args:
                        node = node.args[-1]  # cast(F, wrapper), wraps(fn)(wrapper)
                    for value in self._resolver.answer(node, taker.function.module).values:
                        if isinstance(value, FunctionValue):
                            yield value

    def _gives_a_function(self, value: FunctionValue) -> bool:
        """Whether a nested function is a decorator itself: it takes a function and gives one."""
        nested = (node for node in ast.walk(value.function.node) if node is not value.function.node)
        return any(isinstance(node, FunctionNode) for node in nested)


def _first_parameter(function: Function) -> str:
    arguments = [*function.node.args.posonlyargs, *function.node.args.args]
    skipped = 1 if function.owner is not None and arguments[:1] and arguments[0].arg in ("self", "cls") else 0
    return arguments[skipped].arg if len(arguments) > skipped else ""
