"""What is done with a lock at each of its mentions, and whether it is held there while something is awaited."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from awaitify.index.references import Around, surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, Function, FunctionNode, Module
from awaitify.names import Span
from awaitify.plan.awaits import Awaits
from awaitify.plan.kept_objects import Slot, SlotMention
from awaitify.plan.primitives import METHODS, Primitive, never_waits


class Done(Enum):
    """What is done with a lock."""

    ENTERED = "entered by a with statement"
    CALLED = "a method of it is called"
    SET = "assigned"
    TESTED = "tested for truth or for None"
    OTHER = "passed on, stored elsewhere or looked into"


@dataclass(frozen=True, slots=True, eq=False)
class LockUse:
    """A mention of a lock; ``method`` and ``call`` where one of its methods is called, ``statement`` where it is entered."""

    node: ast.AST
    module: Module
    done: Done
    around: Around
    function: Function | None
    is_sure: bool = True
    method: str = ""
    call: ast.Call | None = None
    statement: ast.With | ast.AsyncWith | None = None

    @property
    def span(self) -> Span:
        return self.module.span(self.call or self.node)

    @property
    def where(self) -> str:
        """Who uses it, in a sentence."""
        return self.function.qualname if self.function is not None else f"{self.around.value} of {self.module.path}"


@dataclass(frozen=True, slots=True, eq=False)
class Lock:
    """A lock with all that is known of it; where it is kept isn't known when ``slot`` is None."""

    kind: Primitive
    slot: Slot | None
    label: str
    makers: tuple[Binding, ...]
    uses: tuple[LockUse, ...]


def use_at(mention: SlotMention, resolver: Resolver) -> LockUse:
    """What is done at a mention of a lock."""
    node, module = mention.node, mention.module
    around, function = surroundings(node, module, resolver)
    parent = module.parents.get(node)
    above = module.parents.get(parent) if parent is not None else None
    done, method, call, statement = Done.OTHER, "", None, None
    match parent:
        case ast.withitem() if parent.context_expr is node and isinstance(above, ast.With | ast.AsyncWith):
            done, statement = Done.ENTERED, above
        case ast.Attribute(attr=attr) if isinstance(above, ast.Call) and above.func is parent:
            done, method, call = Done.CALLED, attr, above
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            done = Done.TESTED
        case ast.If(test=test) | ast.While(test=test) if test is node:
            done = Done.TESTED
        case ast.UnaryOp(op=ast.Not()):
            done = Done.TESTED
    if isinstance(getattr(node, "ctx", None), ast.Store):
        done = Done.SET
    return LockUse(node, module, done, around, function, mention.is_sure, method, call, statement)


def is_candidate(node: ast.AST) -> ast.expr | None:
    """What may be a lock in the expression or item *node*: ``lock`` in ``with lock:`` and ``lock.acquire()``."""
    match node:
        case ast.withitem(context_expr=ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call() as lock):
            return lock
        case ast.Call(func=ast.Attribute(value=lock, attr=attr)) if attr in METHODS:
            return lock
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """Why a use of a thread's lock can't stay as it is: the code, and the reason in words."""

    use: LockUse
    code: str
    reason: str
    stretch: Span
    """The part of the file in which it is held."""


def hold_at(
    use: LockUse, kind: Primitive, uses: Sequence[LockUse], awaits: Awaits, *, becomes_async: bool
) -> Hold | None:
    """Whether the lock is held at a use while something is awaited that wasn't before, or waits for another thread.

    Only what *becomes_async* stops a loop newly by waiting.
    """
    if use.statement is not None:
        stretch = after(use.node, use.statement, use.module)
        first = _first(awaits, stretch, use, becomes_async)
        return _held(use, stretch, first) if first is not None else None
    if use.method in ("acquire", "release") and use.function is not None:
        if found := _held_between(use, uses, awaits, becomes_async):
            return found
        if becomes_async and use.method == "acquire" and not never_waits("acquire", use.call or _NO_CALL):
            return _kept_on(use, uses)
        return None
    if becomes_async and use.call is not None and use.method in kind.waits and not never_waits(use.method, use.call):
        reason = f"{ast.unparse(use.call.func)}() waits for another thread"
        return Hold(use, "AW502", reason, use.span)
    return None


_NO_CALL = ast.Call(ast.Name("lock"), [], [])


def _held(use: LockUse, stretch: Span, first: Span) -> Hold:
    return Hold(use, "AW501", f"it is held while line {first.line} awaits", stretch)


def _held_between(use: LockUse, uses: Sequence[LockUse], awaits: Awaits, becomes_async: bool) -> Hold | None:
    """``lock.acquire()`` … ``lock.release()``: from the first to the last of them in the function."""
    own = [other for other in uses if other.function is use.function and other.method in ("acquire", "release")]
    acquired = [other.span for other in own if other.method == "acquire"]
    released = [other.span for other in own if other.method == "release"]
    if use.method == "release" and acquired:
        return None  # it is seen at the acquire
    assert use.function is not None
    whole = use.module.span(use.function.node)
    start = (use.span.end_line, use.span.end_column) if acquired else (whole.line, whole.column)
    end = max(released) if released else whole
    end_at = (end.line, end.column) if released else (whole.end_line, whole.end_column)
    if end_at < start:
        end_at = (whole.end_line, whole.end_column)  # released in the next round of a loop
    stretch = Span(*start, *end_at)
    first = _first(awaits, stretch, use, becomes_async)
    return _held(use, stretch, first) if first is not None else None


def _kept_on(use: LockUse, uses: Sequence[LockUse]) -> Hold | None:
    """It is acquired here and released elsewhere: whatever is awaited until then, nobody else gets it."""
    if any(other.function is use.function and other.method == "release" for other in uses):
        return None
    return Hold(use, "AW501", "it is acquired here and released elsewhere", use.span)


def after(node: ast.AST, statement: ast.stmt, module: Module) -> Span:
    """From the end of an item of a ``with`` statement to the end of its block."""
    item, whole = module.span(node), module.span(statement)
    return Span(item.end_line, item.end_column, whole.end_line, whole.end_column)


def _first(awaits: Awaits, stretch: Span, use: LockUse, becomes_async: bool) -> Span | None:
    """The first await in the stretch, in the use's own function; the yield of what becomes an async generator is one too."""
    around = use.function.node if use.function is not None else use.module.tree
    nested = [use.module.span(node) for node in ast.walk(around) if _is_nested(node, around, use)]
    found = awaits.within(stretch, use.module)
    if becomes_async:
        yields = (use.module.span(node) for node in ast.walk(around) if isinstance(node, ast.Yield | ast.YieldFrom))
        found = sorted([*found, *(span for span in yields if stretch.holds(span))])
    return next((span for span in found if not any(inner.holds(span) for inner in nested)), None)


def _is_nested(node: ast.AST, around: ast.AST, use: LockUse) -> bool:
    return isinstance(node, FunctionNode | ast.Lambda) and node is not around and use.around is Around.BODY


def functions_of(uses: Iterable[LockUse]) -> list[Function]:
    """The functions in which the lock is used, in order."""
    found = dict.fromkeys(use.function for use in uses if use.function is not None)
    return sorted(found, key=lambda function: function.place)
