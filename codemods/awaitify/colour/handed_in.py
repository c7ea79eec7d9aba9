"""Which functions of a library may a call run that goes by another name: one that is handed in, or looked up?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.index.how import How
from awaitify.index.parameters import default_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, BindingKind, Function, Module
from awaitify.index.values import Foreign, Returning, Unknown, Value, Values

ANY = "*"
"""Stands for the last part of a name that isn't known."""


def is_handed_in(how: How) -> bool:
    """Whether a function that is known by *how* comes through a parameter: others may hand in something else."""
    return bool(how & (How.CALLERS | How.DEFAULT))


def names_behind(call: ast.Call, values: Values, function: Function, resolver: Resolver) -> Iterator[str]:
    """The dotted names of what the call may run, where *values* say no more than that it can be called.

    ``def send(method: Callable): method(url)`` with ``send(requests.get)``; ``getattr(requests, verb)(url)``: ``requests.*``.
    """
    if not all(map(_says_nothing, values)):
        return
    node = call.func
    match function.scope.bindings.get(node.id, []) if isinstance(node, ast.Name) else []:
        case [Binding(kind=BindingKind.PARAMETER, node=ast.arg() as parameter)]:
            yield from _passed_for(parameter, function, resolver)
        case [Binding(kind=BindingKind.VALUE, steps=(), node=ast.Call() as made)]:
            yield from _looked_up(made, function.module, resolver)
    if isinstance(node, ast.Call):
        yield from _looked_up(node, function.module, resolver)


def _says_nothing(value: Value) -> bool:
    return isinstance(value, Unknown | Returning) or (isinstance(value, Foreign) and value.name.endswith(".Callable"))


def _passed_for(parameter: ast.arg, function: Function, resolver: Resolver) -> Iterator[str]:
    passed = [pair for pair in resolver.callers.arguments(parameter, function) if pair is not None]
    default = default_of(parameter, function.node.args)
    if default is not None:
        passed.append((default, function.module))
    for argument, module in passed:
        yield from (v.name for v in resolver.answer(argument, module).values if isinstance(v, Foreign))


def _looked_up(call: ast.Call, module: Module, resolver: Resolver) -> Iterator[str]:
    match call:
        case ast.Call(func=ast.Name(id="getattr"), args=[owner, name, *_]):
            last = str(name.value) if isinstance(name, ast.Constant) else ANY
            yield from (f"{v.name}.{last}" for v in resolver.answer(owner, module).values if isinstance(v, Foreign))
