"""A lock of threads behind a context manager of the project, held while something is awaited."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function
from awaitify.index.values import Foreign, FunctionValue, Instance
from awaitify.plan.awaits import Awaits
from awaitify.plan.context import Context
from awaitify.plan.lock_uses import after
from awaitify.plan.primitives import PRIMITIVES


def held_by_wrapper(function: Function, awaits: Awaits, context: Context) -> Iterator[tuple[ast.With, str]]:
    """The ``with`` statements of *function* that newly await while a context manager of the project holds a lock, each
    with the reason: ``with self.locked():``, where ``__enter__`` acquires it or a ``yield`` stands in ``with lock``."""
    module = function.module
    for statement in context.resolver.scopes.own_nodes(function):
        if not isinstance(statement, ast.With):
            continue
        for item in statement.items:
            node = item.context_expr
            held = awaits.within(after(node, statement, module), module)
            if not held or awaits.enter(node, module) or awaits.enter(statement, module):
                continue
            wrapper = _wrapper(node, function, context.resolver)
            if wrapper is not None:
                yield statement, f"{wrapper.qualname} holds a thread's lock while line {held[0].line} awaits"


def takes_a_lock(cls: Class, resolver: Resolver) -> bool:
    """Whether entering an object of the class takes a thread's lock and keeps it."""
    return _entering(cls, resolver) is not None


def _entering(cls: Class, resolver: Resolver) -> Function | None:
    found = resolver.hierarchy.find(cls, "__enter__")
    return found[1][-1] if found is not None and _keeps(found[1][-1], resolver) else None


def _wrapper(node: ast.expr, function: Function, resolver: Resolver) -> Function | None:
    """The function of the project that takes a lock and keeps it while the block runs."""
    for value in resolver.answer(node, function.module).values:
        if isinstance(value, Instance) and (entering := _entering(value.cls, resolver)) is not None:
            return entering
    if isinstance(node, ast.Call):
        for value in resolver.answer(node.func, function.module).values:
            if isinstance(value, FunctionValue) and _yields_in_a_lock(value.function, resolver):
                return value.function
    return None


def _keeps(enter: Function, resolver: Resolver) -> bool:
    """``def __enter__(self): self._lock.acquire()``"""
    methods = {
        node.func.attr
        for node in resolver.scopes.own_nodes(enter)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and _is_lock(node.func.value, enter, resolver)
    }
    return bool(methods & {"acquire", "__enter__"}) and not methods & {"release", "__exit__"}


def _yields_in_a_lock(manager: Function, resolver: Resolver) -> bool:
    """``with self._lock: yield``"""
    if manager.is_async or not resolver.scopes.is_generator(manager):
        return False
    for statement in resolver.scopes.own_nodes(manager):
        if isinstance(statement, ast.With) and any(
            _is_lock(i.context_expr, manager, resolver) for i in statement.items
        ):
            if any(isinstance(node, ast.Yield) for node in ast.walk(statement)):
                return True
    return False


def _is_lock(node: ast.expr, function: Function, resolver: Resolver) -> bool:
    values = resolver.answer(node, function.module).values
    return any(isinstance(value, Foreign) and value.made and value.name in PRIMITIVES for value in values)
