"""The locks, events and queues of threads, in code that becomes async: ``with self._lock:`` → ``async with self._lock:``

A lock that is held while something is awaited stops the loop's thread for ever: the next task that wants it blocks the
thread in which its holder would go on. So it becomes asyncio's where all who use it are async afterwards, and is a stop
where they aren't. A lock that is never held over an await is held only for a moment, and stays what it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from awaitify.index.summary import Function
from awaitify.index.values import Foreign
from awaitify.plan.awaits import Awaits, added_awaits
from awaitify.plan.context import Context, Piece
from awaitify.plan.kept_objects import Slot, SlotMention, bindings_of, mentions_of_slot, slot_of
from awaitify.plan.lock_swap import swap_lock, why_not
from awaitify.plan.lock_uses import Done, Hold, Lock, LockUse, functions_of, hold_at, is_candidate, use_at
from awaitify.plan.lock_wrappers import held_by_wrapper
from awaitify.plan.plan import Note
from awaitify.plan.primitives import PRIMITIVES, Primitive

_MODULES = ("threading", "queue", "multiprocessing")


def swap_locks(context: Context, pieces: Sequence[Piece]) -> list[Piece]:
    """A piece for each lock that must change, whole or with what prevents it; *pieces* are what else is swapped."""
    if not any(context.resolver.program.text.mentioning(word) for word in _MODULES):
        return []
    found: list[Piece] = []
    while True:
        awaits = added_awaits(context, [*pieces, *found])
        new = list(_Search(context, awaits).pieces())
        if len(new) == len(found):  # an await of a queue may stand in the with statement of a lock
            return new
        found = new


class _Search:
    """One look at every function in which something is newly awaited."""

    def __init__(self, context: Context, awaits: Awaits) -> None:
        self.context = context
        self.resolver = context.resolver
        self.awaits = awaits

    def pieces(self) -> Iterator[Piece]:
        for lock in self.locks():
            holds = [hold for use in lock.uses if use.is_sure and (hold := self.hold(use, lock)) is not None]
            if not holds:
                yield from self.left(lock)
            elif reason := why_not(lock, holds, self.context):
                yield from (self.refused(hold, lock, reason) for hold in holds)
            else:
                piece = swap_lock(lock, self.context)
                # where all who use it were async before, it is for the sake of what they newly await
                piece.functions = piece.functions or self.newly_awaited(holds)
                yield piece
        for function in self.functions():
            for use, reason in held_by_wrapper(function, self.awaits, self.context):
                piece = Piece(self.held_back(function, use))
                piece.refuse("AW501", function.module, use, reason)
                yield piece

    def functions(self) -> list[Function]:
        """Those in which an await may be new."""
        callers = {site.reached.mention.function for site in self.context.colouring.sites} - {None}
        found = {function for function in callers if function is not None and self.context.is_async_after(function)}
        return sorted({*found, *self.context.swapped_functions()}, key=lambda function: function.place)

    def locks(self) -> Iterator[Lock]:
        """Every lock that those functions use, once."""
        seen: set[Slot] = set()
        for function in self.functions():
            for node in self.resolver.scopes.own_nodes(function):
                candidate = is_candidate(node)
                if candidate is None:
                    continue
                slot = slot_of(candidate, function.module, self.resolver)
                if slot in seen:
                    continue
                kind = self.kind(candidate, slot, function)
                if kind is not None and slot is not None:
                    seen.add(slot)
                    yield self.kept_lock(kind, slot)
                elif kind is not None:
                    yield self.loose_lock(kind, candidate, function)

    def kind(self, node: ast.expr, slot: Slot | None, function: Function) -> Primitive | None:
        """What kind of lock the expression is; None where it is none."""
        values = self.resolver.answer(node, function.module).values
        names = {value.name for value in values if isinstance(value, Foreign) and value.made}
        for binding in bindings_of(slot, self.resolver) if slot is not None else ():
            if isinstance(binding.node, ast.Call):
                names.add(self.resolver.dotted(binding.node.func, binding.scope.module))
        known = sorted(names & PRIMITIVES.keys())
        return PRIMITIVES[known[0]] if known else None

    def kept_lock(self, kind: Primitive, slot: Slot) -> Lock:
        uses = tuple(use_at(mention, self.resolver) for mention in mentions_of_slot(slot, self.resolver))
        return Lock(kind, slot, slot.label, tuple(bindings_of(slot, self.resolver)), uses)

    def loose_lock(self, kind: Primitive, node: ast.expr, function: Function) -> Lock:
        """A lock that is a parameter, an element, or what a call gives: of its other uses nothing is known."""
        same = ast.dump(node)
        mentions = [
            SlotMention(other, function.module)
            for other in self.resolver.scopes.own_nodes(function)
            if other is node or isinstance(other, ast.expr) and ast.dump(other) == same
        ]
        uses = tuple(use_at(mention, self.resolver) for mention in mentions)
        return Lock(kind, None, ast.unparse(node), (), uses)

    def hold(self, use: LockUse, lock: Lock) -> Hold | None:
        becomes = use.function is not None and self.context.becomes_async(use.function)
        if use.method == "put" and not _is_bounded(lock):
            return None
        return hold_at(use, lock.kind, lock.uses, self.awaits, becomes_async=becomes)

    def refused(self, hold: Hold, lock: Lock, reason: str) -> Piece:
        function = hold.use.function
        assert function is not None
        piece = Piece(self.held_back(function, hold.use.statement or hold.use.node))
        piece.refuse(
            hold.code, hold.use.module, hold.use.call or hold.use.node, f"{lock.label}: {hold.reason}; {reason}"
        )
        return piece

    def held_back(self, function: Function, node: ast.AST) -> list[Function]:
        """Whom a stop at *node* holds back: the function, or, where that was async before, what it newly awaits there."""
        if self.context.becomes_async(function):
            return [function]
        stretch = function.module.span(node)
        sites = (site for site in self.context.colouring.sites if site.reached.mention.function is function)
        inside = [site for site in sites if stretch.holds(site.reached.mention.place.span)]
        callees = sorted({callee for site in inside for callee in site.callees}, key=lambda callee: callee.place)
        return callees or [function]

    def newly_awaited(self, holds: Sequence[Hold]) -> list[Function]:
        nodes = [(hold.use.function, hold.use.statement or hold.use.node) for hold in holds]
        found = (self.held_back(function, node) for function, node in nodes if function is not None)
        return list(dict.fromkeys(one for functions in found for one in functions))

    def left(self, lock: Lock) -> Iterator[Piece]:
        """Said once for a lock that code which becomes async goes on using as it is."""
        users = [f for f in functions_of(lock.uses) if self.context.becomes_async(f)]
        held = any(use.done is Done.ENTERED or use.method == "acquire" for use in lock.uses if use.function in users)
        if users and held:
            piece = Piece(users)
            text = f"{lock.label} stays a {lock.kind.name}: nothing is awaited while it is held"
            use = next(use for use in lock.uses if use.function is users[0])
            piece.notes.append(Note("hint", use.module.place(use.node), text))
            yield piece


def _is_bounded(lock: Lock) -> bool:
    """Whether a put may wait: the queue is made with a size, or it isn't known how."""
    calls = [maker.node for maker in lock.makers if isinstance(maker.node, ast.Call)]
    return not calls or any(call.args or call.keywords for call in calls)
