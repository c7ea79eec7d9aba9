"""``except queue.Empty`` → ``except asyncio.QueueEmpty``, where a queue that became asyncio's raises it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.index.references import surroundings
from awaitify.index.summary import Function, Module
from awaitify.index.values import BoundContainer, Foreign
from awaitify.plan.context import Context, Piece
from awaitify.plan.edit import AddImport, ReplaceExpression
from awaitify.plan.lock_uses import Lock
from awaitify.plan.primitives import EXCEPTIONS

Raising = dict[ast.AST, Function | None]
"""The calls that raise one of the exceptions, each with the function around it."""


def swap_queue_handlers(lock: Lock, piece: Piece, context: Context) -> None:
    """Every clause that may see what the queue raises names what its twin raises; the old name stays beside it where
    something else in the ``try`` may raise that."""
    raising: Raising = {
        use.call: use.function for use in lock.uses if use.call is not None and use.method.endswith("_nowait")
    }
    if not raising:
        return
    for module, handler in _handlers(context):
        tried = module.parents[handler]
        assert isinstance(tried, ast.Try | ast.TryStar)
        _swap(handler, tried.body, raising, module, piece, context)
    for module, node in _suppressed(context):
        statement = module.parents.get(module.parents[module.parents[node]])
        body = statement.body if isinstance(statement, ast.With | ast.AsyncWith) else []
        if _sources(body, node, raising, module, context):
            piece.refuse(
                "AW502", module, node, f"what {lock.label} raises is caught here in another way than by except"
            )


def _named(context: Context) -> Iterator[tuple[Module, ast.expr]]:
    """Every mention of one of the exceptions."""
    for name in EXCEPTIONS:
        word = name.rpartition(".")[2]
        for module in context.resolver.program.mentioning(word):
            for node in module.mentions.get(word, ()):
                if isinstance(node, ast.Name | ast.Attribute) and context.resolver.dotted(node, module) == name:
                    yield module, node


def _handlers(context: Context) -> Iterator[tuple[Module, ast.ExceptHandler]]:
    found: dict[ast.ExceptHandler, Module] = {}
    for module, node in _named(context):
        parent = module.parents.get(node)
        handler = module.parents.get(parent) if isinstance(parent, ast.Tuple) else parent
        if isinstance(handler, ast.ExceptHandler):
            found[handler] = module
    yield from ((module, handler) for handler, module in found.items())


def _suppressed(context: Context) -> Iterator[tuple[Module, ast.expr]]:
    """``with suppress(queue.Empty):``"""
    for module, node in _named(context):
        call = module.parents.get(node)
        if isinstance(call, ast.Call) and node in call.args and isinstance(module.parents.get(call), ast.withitem):
            yield module, node


def _sources(
    body: list[ast.stmt], at: ast.AST, raising: Raising, module: Module, context: Context
) -> tuple[set[ast.AST], bool] | None:
    """The calls in *body* that raise the exceptions themselves, and whether others may too; None where nothing does."""
    inside = {inner for statement in body for inner in ast.walk(statement)}
    direct = inside & raising.keys()
    _, function = surroundings(at, module, context.resolver)
    callees = context.blocking.callees(function) if function is not None else ()
    reached = context.blocking.below(f for callee in callees if callee.node in inside for f in callee.functions)
    through = not reached.isdisjoint(f for f in raising.values() if f is not None)
    if not direct and not through:
        return None
    calls = [inner for inner in inside if isinstance(inner, ast.Call) and inner not in direct]
    return direct, through or any(_may_raise(call, module, context) for call in calls)


def _may_raise(call: ast.Call, module: Module, context: Context) -> bool:
    """Whether another call may raise what queues of threads raise: anything of the project's, and other queues."""
    values = context.resolver.answer(call.func, module).values
    if not values:
        return True
    for value in values:
        match value:
            case Foreign(name) if "queue" not in name.lower():
                continue
            case BoundContainer(_, method) if not method.startswith(("get", "put")):
                continue
        return True
    return False


def _swap(
    handler: ast.ExceptHandler,
    body: list[ast.stmt],
    raising: Raising,
    module: Module,
    piece: Piece,
    context: Context,
) -> None:
    sources = _sources(body, handler, raising, module, context)
    if sources is None or handler.type is None:
        return
    _, others = sources
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    texts: list[str] = []
    for part in named:
        twin = EXCEPTIONS.get(context.resolver.dotted(part, module), "")
        texts += [ast.unparse(part)] if others or not twin else []
        texts += [twin] if twin else []
    if not context.may_change(module.path):
        piece.refuse("AW502", module, handler, f"{module.path} may not change, and catches what the queue raises")
    template = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
    piece.edit(module, ReplaceExpression(module.span(handler.type), template))
    piece.edit(module, AddImport("asyncio"))
