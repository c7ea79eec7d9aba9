"""To what is a function given, and as which argument?"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module
from awaitify.index.values import FunctionValue, Instance

_CALLS_AT_ONCE = {
    "builtins.map": 0,
    "builtins.filter": 0,
    "functools.reduce": 0,
    "concurrent.futures.ThreadPoolExecutor.map": 0,
    "builtins.sorted": "key",
    "builtins.max": "key",
    "builtins.min": "key",
}
_LAST_NAMES = frozenset(name.rpartition(".")[2] for name in _CALLS_AT_ONCE) | {"sort"}


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A call that gets a function: as argument *at*, a position or a keyword."""

    call: ast.Call
    at: int | str
    name: str
    """The dotted name of what is called; empty where it isn't surely something foreign."""
    module: Module

    @property
    def method(self) -> str:
        """The attribute that is called: ``submit`` of ``pool.submit(f)``."""
        return self.call.func.attr if isinstance(self.call.func, ast.Attribute) else ""


def given_to(node: ast.expr, module: Module, resolver: Resolver) -> Given | None:
    """The call of which *node* is an argument by itself; None where it is something else."""
    parent = module.parents.get(node)
    around = module.parents.get(parent) if isinstance(parent, ast.keyword) else parent
    if not isinstance(around, ast.Call):
        return None
    if isinstance(parent, ast.keyword):
        at: int | str | None = parent.arg
    else:
        at = next((number for number, argument in enumerate(around.args) if argument is node), None)
        if any(isinstance(argument, ast.Starred) for argument in around.args[: at or 0]):
            at = None
    return None if at is None else Given(around, at, resolver.dotted(around.func, module), module)


def called_by(call: ast.Call, module: Module, resolver: Resolver) -> ast.expr | None:
    """The argument that the call itself calls, for every item: ``load`` of ``map(load, xs)``, ``key`` of ``sorted``."""
    last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if last not in _LAST_NAMES:
        return None
    at = "key" if last == "sort" else _CALLS_AT_ONCE.get(resolver.dotted(call.func, module))
    if at == 0:
        return call.args[0] if call.args else None
    return next((keyword.value for keyword in call.keywords if keyword.arg == at and at is not None), None)


def is_plain(node: ast.expr, module: Module, resolver: Resolver) -> bool:
    """Whether it is the same to evaluate *node* once, or again for every call: names and attributes without a getter."""
    match node:
        case ast.Name():
            return True
        case ast.Attribute(value=value, attr=attr):
            receivers = resolver.answer(value, module).values
            computed = any(
                resolver.members.is_property(function)
                for receiver in receivers
                if isinstance(receiver, Instance)
                for cls in resolver.hierarchy.order(receiver.cls)
                for function in cls.functions.get(attr, ())
            )
            return not computed and is_plain(value, module, resolver)
    return False


def is_our_own(given: Given, resolver: Resolver) -> bool:
    """Whether a function of the project is what is called."""
    return any(isinstance(value, FunctionValue) for value in resolver.answer(given.call.func, given.module).values)
