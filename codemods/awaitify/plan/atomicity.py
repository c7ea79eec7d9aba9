"""What nobody could come between before, and other tasks, or a cancellation, now can: at each new await they get their turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.index.values import Foreign, Instance
from awaitify.names import Place
from awaitify.plan.awaits import Awaits
from awaitify.plan.events import Event, What, can_follow, events_of, leaves
from awaitify.plan.lock_wrappers import takes_a_lock
from awaitify.plan.primitives import PRIMITIVES

Found = tuple[Place, str]
_LOCKS = frozenset({*PRIMITIVES, *(primitive.twin for primitive in PRIMITIVES.values()), "anyio.Lock", "trio.Lock"})
_ANY_ERROR = frozenset({"BaseException", "CancelledError"})


def read_awaited_written(function: Function, awaits: Awaits, resolver: Resolver) -> Iterator[Found]:
    """Where what was read, tested or counted may be out of date when it is written: once for each thing written."""
    events = events_of(function, awaits, resolver)
    seen: set[str] = set()
    for write in events:
        if write.what is not What.WRITE or write.key in seen:
            continue
        read = _read_for(write, events)
        if read is None or _is_locked(read, write, function, resolver):
            continue
        between = _await_between(read.since, write, events)
        if between is not None:
            seen.add(write.key)
            yield function.module.place(write.node), _outdated(read, between, write)


def _outdated(read: Event, between: Event, write: Event) -> str:
    where = f"by {write.through}" if write.through else "here"
    if isinstance(read.statement, ast.If | ast.While):
        text = f"is tested in line {read.line}, awaited over in line {between.line} and written {where}"
        return f"{write.key} {text}: two tasks may both get past the test"
    text = f"is read before line {between.line} awaits and written here after it"
    return f"{write.key} {text}: what another task writes meanwhile is lost"


def _read_for(write: Event, events: Sequence[Event]) -> Event | None:
    """The latest reading on which the write depends."""
    reads = [e for e in events if e.what is What.READ and e.key == write.key and can_follow(e, write)]
    return max((read for read in reads if _decides(read, write)), key=lambda read: read.since, default=None)


def _decides(read: Event, write: Event) -> bool:
    """Whether it is read for the value that is written, or for a test that leads to the write."""
    if read.statement is write.statement:
        return True
    if not isinstance(read.statement, ast.If | ast.While):
        return False
    if read.statement in write.around.statements:
        return True
    # if self.conn is not None: return self.conn
    is_guard = any(leaves(read.statement, branch) for branch in ("body", "orelse"))
    return is_guard and set(read.around.statements) <= set(write.around.statements)


def _await_between(since: int, write: Event, events: Sequence[Event]) -> Event | None:
    return next((e for e in events if e.what is What.AWAIT and since < e.at < write.at and can_follow(e, write)), None)


def _is_locked(read: Event, write: Event, function: Function, resolver: Resolver) -> bool:
    """Whether one lock is held from the reading to the writing."""
    shared = [statement for statement in read.around.statements if statement in write.around.statements]
    return any(
        _is_lock(item.context_expr, function, resolver)
        for statement in shared
        if isinstance(statement, ast.With | ast.AsyncWith)
        for item in statement.items
    )


def _is_lock(node: ast.expr, function: Function, resolver: Resolver) -> bool:
    for value in resolver.answer(node, function.module).values:
        if isinstance(value, Foreign) and value.name in _LOCKS:
            return True
        if isinstance(value, Instance) and takes_a_lock(value.cls, resolver):
            return True
    named = node.func if isinstance(node, ast.Call) else node
    name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
    return name.lower().endswith(("lock", "mutex"))


def changed_while_iterated(function: Function, awaits: Awaits, resolver: Resolver) -> Iterator[Found]:
    """``for`` loops over a shared list or dict that await in their body, where another function changes it."""
    module, owner = function.module, function.owner
    for loop in resolver.scopes.own_nodes(function):
        if not isinstance(loop, ast.For) or owner is None:
            continue
        attribute = _iterated(loop.iter, function)
        inside = [span for part in loop.body for span in awaits.within(module.span(part), module)]
        if not attribute or not inside:
            continue
        for changer in _changers(attribute, function, awaits, resolver):
            text = f"self.{attribute} is iterated over while line {inside[0].line} awaits, and {changer.node.name} changes it"
            yield module.place(loop), f"{text}: iterate over a copy"
            break


def _iterated(node: ast.expr, function: Function) -> str:
    """The attribute in ``for x in self.items`` and ``for k, v in self.items.items()``."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="items" | "values" | "keys"), args=[]):
            node = inner
    arguments = [*function.node.args.posonlyargs, *function.node.args.args]
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if arguments and name == arguments[0].arg:
            return attr
    return ""


def _changers(attribute: str, function: Function, awaits: Awaits, resolver: Resolver) -> Iterator[Function]:
    """The methods of the object that put something into it or take something out."""
    assert function.owner is not None
    for cls in resolver.hierarchy.order(function.owner):
        for name, methods in cls.functions.items():
            if name in ("__init__", "__new__", "__post_init__") or methods[-1] is function:
                continue
            for event in events_of(methods[-1], awaits, resolver):
                is_element = not isinstance(event.node, ast.Attribute)
                if event.what is What.WRITE and event.key.partition(".")[2] == attribute and is_element:
                    yield methods[-1]
                    break


def cancelled_between(function: Function, awaits: Awaits, resolver: Resolver) -> Iterator[Found]:
    """The first two writes of what outlives the call between which it now awaits: if the task is cancelled there, the
    first is done and the second isn't. None where a ``finally`` or an ``except BaseException`` sees to that."""
    events = events_of(function, awaits, resolver)
    for first in events:
        if first.what is not What.WRITE or first.through:
            continue
        for second in events[first.at + 1 :]:
            if second.what is not What.WRITE or second.through or not can_follow(first, second):
                continue
            between = _await_after(first, second, events)
            if between is not None and not _is_cleaned_up(between):
                both = first.key if first.key == second.key else f"{first.key} and {second.key}"
                what = "the two writes of" if first.key == second.key else "the writes of"
                lines = f"(lines {first.line} and {second.line})"
                text = f"a cancellation while line {between.line} awaits comes between {what} {both} {lines}"
                yield function.module.place(between.node), text
                return


def _await_after(first: Event, second: Event, events: Sequence[Event]) -> Event | None:
    waits = (e for e in events[first.at + 1 : second.at] if e.what is What.AWAIT)
    return next((e for e in waits if can_follow(first, e) and can_follow(e, second)), None)


def _is_cleaned_up(event: Event) -> bool:
    return any(
        isinstance(statement, ast.Try | ast.TryStar)
        and (bool(statement.finalbody) or any(sees_cancellation(handler) for handler in statement.handlers))
        for statement in event.around.statements
    )


def sees_cancellation(handler: ast.ExceptHandler) -> bool:
    """``except:``, ``except BaseException:``"""
    if handler.type is None:
        return True
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any((getattr(name, "id", "") or getattr(name, "attr", "")) in _ANY_ERROR for name in names)


def about_cancellation(function: Function, awaits: Awaits, resolver: Resolver) -> Iterator[Found]:
    """``except BaseException`` that swallows a cancellation, and a ``finally`` whose own await can be cancelled."""
    module = function.module
    for node in resolver.scopes.own_nodes(function):
        if not isinstance(node, ast.Try | ast.TryStar):
            continue
        if any(awaits.within(module.span(part), module) for part in node.body):
            for handler in node.handlers:
                raised = any(isinstance(inner, ast.Raise) for part in handler.body for inner in ast.walk(part))
                if sees_cancellation(handler) and not raised:
                    text = "catches asyncio.CancelledError too: a task that is cancelled here goes on"
                    yield module.place(handler), text
        inside = [span for part in node.finalbody[:-1] for span in awaits.within(module.span(part), module)]
        if inside:
            text = (
                f"what follows in this finally is skipped if the task is cancelled while line {inside[0].line} awaits"
            )
            yield Place(module.path, inside[0]), text
