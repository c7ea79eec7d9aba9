"""Turns one lock into asyncio's, everywhere, or says what stands against it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from awaitify.index.hidden import is_hidden
from awaitify.index.summary import Binding, BindingKind, Module
from awaitify.plan.context import Context, Piece
from awaitify.plan.edit import AddImport, AwaitCall, EnterAsync, ReplaceExpression
from awaitify.plan.lock_handlers import swap_queue_handlers
from awaitify.plan.lock_uses import Done, Hold, Lock, LockUse, functions_of
from awaitify.plan.plan import Note
from awaitify.plan.primitives import PARAMETERS, Parameters, Primitive

_FIELDS = frozenset({"dataclasses.field", "attr.ib", "attrs.field", "attr.field"})


def why_not(lock: Lock, holds: Sequence[Hold], context: Context) -> str:
    """What stands against asyncio's twin, in words; empty where nothing does."""
    return next(_against(lock, holds, context), "")


def _against(lock: Lock, holds: Sequence[Hold], context: Context) -> Iterator[str]:
    if not lock.kind.twin:
        yield f"asyncio has no counterpart of {lock.kind.name}"
    if lock.slot is None:
        yield "where it is made isn't known: others may use it too"
    for maker in lock.makers:
        yield from _against_maker(maker, lock, context)
    for use in lock.uses:
        yield from _against_use(use, lock, context)
    if lock.kind.reenters and (name := _reentered(lock, holds, context)):
        yield f"{name} asks for it again while it is held: asyncio's would wait for itself"
    if threads := sorted(context.bridged.intersection(functions_of(lock.uses)), key=lambda f: f.place):
        yield f"{threads[0].qualname} runs in an event loop of its own (bridge), and asyncio's holds for one loop"


def _against_maker(maker: Binding, lock: Lock, context: Context) -> Iterator[str]:
    module = maker.scope.module
    place = module.place(maker.node) if hasattr(maker.node, "lineno") else module.path
    if not context.may_change(module.path):
        yield f"it is made in {module.path}, outside the part that may change"
    if _is_quoted(maker.annotation, lock.kind):
        yield f"its type is written in quotes in {place}"
    call = _making_call(maker, context)
    if call is None:
        if not _is_nothing(maker):
            yield f"it isn't made at {place}: others may use it too"
    elif context.resolver.dotted(call.func, module) != lock.kind.name:
        yield f"at {place} it is something else than a {lock.kind.name}"
    elif len(call.args) + len(call.keywords) > lock.kind.arguments:
        yield f"it is made with arguments that {lock.kind.twin} doesn't take ({place})"
    elif is_hidden("asyncio", maker.scope):
        yield f"asyncio means something else at {place}"


def _against_use(use: LockUse, lock: Lock, context: Context) -> Iterator[str]:
    place = use.module.place(use.node)
    if not use.is_sure:
        yield f"it may be used at {place} too"
    elif use.done is Done.SET:
        if not any(use.node is maker.target for maker in lock.makers):
            yield f"it is assigned at {place} from outside"
    elif use.done is Done.OTHER:
        yield f"it is passed on, stored elsewhere or looked into at {place}"
    elif use.done is not Done.TESTED:
        yield from _without_counterpart(use, lock.kind)
        if not context.may_change(use.module.path):
            yield f"{use.module.path}, outside the part that may change, uses it"
        if context.has_twin(use.function):
            yield f"{use.where} uses it too ({place}), and stays sync beside its twin"
        if context.why_no_await(use.call or use.node, use.module):
            yield f"{use.where} uses it too ({place}) and isn't async"


def _without_counterpart(use: LockUse, kind: Primitive) -> Iterator[str]:
    """What the call or the with statement does that asyncio's twin can't."""
    place, twin = use.module.place(use.node), kind.twin or "asyncio"
    if use.call is not None:
        if use.method not in kind.awaited | kind.kept:
            yield f"{twin} has no {use.method} of the same meaning ({place})"
        elif not PARAMETERS.get(use.method, Parameters()).take(use.call):
            yield f"{twin} has no counterpart of {ast.unparse(use.call)} ({place})"
    elif use.statement is not None:
        if not isinstance(use.statement, ast.With):
            yield f"it is entered by an async with already ({place})"
        elif any(item.context_expr is use.node and item.optional_vars is not None for item in use.statement.items):
            yield f"what entering it gives is used ({place})"
        elif len(use.statement.items) > 1 and _has_comment(use.statement, use.module):
            yield f"its with statement would have to be split, and holds a comment ({place})"


def _has_comment(statement: ast.With, module: Module) -> bool:
    """Whether a comment may stand among the items."""
    return any("#" in line for line in module.lines[statement.lineno - 1 : statement.body[0].lineno - 1])


def _making_call(maker: Binding, context: Context) -> ast.Call | None:
    """``threading.Lock()``; for a field, ``threading.Lock`` as if it were called."""
    node = maker.node
    if not isinstance(node, ast.Call) or maker.steps or maker.kind is not BindingKind.VALUE:
        return None
    if context.resolver.dotted(node.func, maker.scope.module) in _FIELDS:
        factories = [k.value for k in node.keywords if k.arg in ("default_factory", "factory")]
        return ast.Call(factories[0], [], []) if factories else None
    return node


def _is_nothing(maker: Binding) -> bool:
    """``self._lock = None``, or an annotation without a value."""
    if isinstance(maker.node, ast.Constant):
        return maker.node.value is None
    return maker.kind is BindingKind.OTHER and maker.annotation is not None


def _is_quoted(annotation: ast.expr | None, kind: Primitive) -> bool:
    last = kind.name.rpartition(".")[2]
    parts = ast.walk(annotation) if annotation is not None else ()
    return any(isinstance(p, ast.Constant) and isinstance(p.value, str) and last in p.value for p in parts)


def _reentered(lock: Lock, holds: Sequence[Hold], context: Context) -> str:
    """A function that takes the lock and is called where it is held."""
    takers = {use.function for use in lock.uses if use.statement is not None or use.method == "acquire"}
    for use in lock.uses:
        if use.statement is None or use.function is None:
            continue
        inside = set(ast.walk(use.statement))
        callees = [callee for callee in context.blocking.callees(use.function) if callee.node in inside]
        reached = context.blocking.below(function for callee in callees for function in callee.functions)
        if again := sorted(reached.intersection(takers), key=lambda function: function.place):
            return again[0].qualname
    return ""


def swap_lock(lock: Lock, context: Context) -> Piece:
    """The edits that make it asyncio's, wherever it is made and used."""
    assert lock.slot is not None
    users = [function for function in functions_of(lock.uses) if context.becomes_async(function)]
    piece = Piece(users)
    for maker in lock.makers:
        _make(maker, lock, piece, context)
    for use in lock.uses:
        if use.statement is not None:
            piece.edit(use.module, EnterAsync(use.module.span(use.node)))
        elif use.call is not None and use.method in lock.kind.awaited:
            piece.edit(use.module, AwaitCall(use.module.span(use.call)))
    if lock.kind.name.startswith("queue."):
        swap_queue_handlers(lock, piece, context)
    return piece


def _make(maker: Binding, lock: Lock, piece: Piece, context: Context) -> None:
    module = maker.scope.module
    for part in ast.walk(maker.annotation) if maker.annotation is not None else ():
        if isinstance(part, ast.Name | ast.Attribute) and context.resolver.dotted(part, module) == lock.kind.name:
            piece.edit(module, ReplaceExpression(module.span(part), lock.kind.twin))
            piece.edit(module, AddImport("asyncio"))
    call = _making_call(maker, context)
    if call is None:
        return
    piece.edit(module, ReplaceExpression(module.span(call.func), lock.kind.twin))
    piece.edit(module, AddImport("asyncio"))
    place = module.place(maker.node)
    if lock.slot is not None and lock.slot.is_shared_by_all or maker.scope.is_class:
        text = f"{lock.label} is made at import and serves one event loop: a second asyncio.run can't wait for it"
        piece.notes.append(Note("run", place, text))
    if context.oldest_python < (3, 10) and not context.is_async_after(
        context.resolver.scopes.enclosing_function(maker.scope)
    ):
        text = f"before Python 3.10, {lock.label} belongs to the loop that there is when it is made: make it inside one"
        piece.notes.append(Note("look", place, text))
