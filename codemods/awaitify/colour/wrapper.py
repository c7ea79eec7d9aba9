"""Why the wrapper that a decorator makes can't await what it wraps."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from awaitify.colour.frameworks import treatment
from awaitify.colour.handed_on import is_taken_for_awaitable
from awaitify.colour.treatments import Treatment
from awaitify.index.references import Around, surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.index.values import Foreign

_AWAITABLE_TESTS = frozenset({"inspect.isawaitable", "inspect.iscoroutine", "asyncio.iscoroutine", "asyncio.isfuture"})
_THREAD_LOCKS = frozenset(
    f"{module}.{name}"
    for module in ("threading", "_thread", "multiprocessing", "multiprocessing.synchronize")
    for name in ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "lock", "allocate_lock")
)


def why_not_plain(function: Function, resolver: Resolver) -> str:
    """Why calling a decorator, or a factory of them, isn't just running its body; empty when it is."""
    if function.is_async:
        return f"{function.node.name} is async"
    if resolver.scopes.is_generator(function):
        return f"{function.node.name} is a generator"
    for decorator in function.node.decorator_list:
        if treatment(decorator, function, resolver) is not Treatment.TRANSPARENT:
            return f"{function.node.name} is decorated itself, with {ast.unparse(decorator)}"
    return ""


def why_not_awaited(wrapper: Function, calls: Sequence[ast.Call], resolver: Resolver) -> str:
    """Why *wrapper* can't await these calls of what it wraps; empty when it can."""
    name = wrapper.node.name
    if wrapper.owner is not None:
        return f"{name} is a method of a class"
    if wrapper.is_async:
        return f"{name} is async: its callers get a coroutine already"
    if resolver.scopes.is_generator(wrapper):
        return f"{name} is a generator"
    if not calls:
        return f"{name} doesn't call it"
    if any(_asks_for_awaitables(node, wrapper, resolver) for node in resolver.scopes.own_nodes(wrapper)):
        return f"{name} looks whether it has got an awaitable"
    return next((reason for call in calls if (reason := _why_no_await(call, wrapper, resolver))), "")


def _why_no_await(call: ast.Call, wrapper: Function, resolver: Resolver) -> str:
    name, module = wrapper.node.name, wrapper.module
    around, function = surroundings(call, module, resolver)
    if around is not Around.BODY:
        return f"it is called in {around.value}"
    if function is not wrapper:
        return f"it is called in {function.node.name if function else 'a class'}, which isn't what is given"
    if is_taken_for_awaitable(call, module, resolver):
        return f"{name} takes what it gives for an awaitable"
    if _holds_thread_lock(call, wrapper, resolver):
        return f"{name} calls it while it holds a lock for threads"
    return ""


def _asks_for_awaitables(node: ast.AST, wrapper: Function, resolver: Resolver) -> bool:
    return isinstance(node, ast.Call) and resolver.dotted(node.func, wrapper.module) in _AWAITABLE_TESTS


def _holds_thread_lock(call: ast.Call, wrapper: Function, resolver: Resolver) -> bool:
    """Whether the call stands in a ``with lock:``, or the wrapper acquires a lock by hand."""
    module = wrapper.module
    child: ast.AST = call
    parent = module.parents.get(call)
    held: list[ast.expr] = []
    while parent is not None and parent is not wrapper.node:
        if isinstance(parent, ast.With) and child in parent.body:
            held += [item.context_expr for item in parent.items]
        child, parent = parent, module.parents.get(parent)
    for node in resolver.scopes.own_nodes(wrapper):
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr="acquire")):
                held.append(receiver)
    return any(_is_thread_lock(node, wrapper, resolver) for node in held)


def _is_thread_lock(node: ast.expr, wrapper: Function, resolver: Resolver) -> bool:
    values = resolver.answer(node, wrapper.module).values
    return any(isinstance(value, Foreign) and value.name in _THREAD_LOCKS for value in values)
