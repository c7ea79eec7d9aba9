"""What changes when the program runs: what leaves the thread pool, what is no longer done in one go, what tasks share."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from awaitify.colour.action import Action
from awaitify.colour.colouring import Site
from awaitify.colour.outside import entry_label
from awaitify.colour.sites import Sites
from awaitify.colour.treatments import FROM_A_THREAD, Treatment
from awaitify.index.fixtures import is_test
from awaitify.index.summary import Function
from awaitify.index.values import ClassValue, Instance
from awaitify.plan.atomicity import (
    Found,
    about_cancellation,
    cancelled_between,
    changed_while_iterated,
    read_awaited_written,
)
from awaitify.plan.awaits import Awaits, added_awaits
from awaitify.plan.context import Context, Piece
from awaitify.plan.kept_objects import Slot, bindings_of, slot_of
from awaitify.plan.off_the_pool import moved_calls
from awaitify.plan.plan import Note
from awaitify.plan.primitives import LOCAL
from awaitify.plan.transactions import spanned_transactions

_WITHOUT_TASKS = ("test", "fixture")


def run_time_notes(context: Context, pieces: Iterable[Piece], sites: Sites) -> Iterator[Note]:
    """The notes on what changes at run time, those on the thread pool first, then in order of place."""
    awaits = added_awaits(context, pieces)
    yield from _handlers(context, sites)
    yield from _lost_bounds(context)
    functions = sorted(_in_tasks(context, sites), key=lambda function: function.place)
    found = [one for function in functions for one in _atomicity(function, awaits, context)]
    found += _thread_locals(functions, context)
    yield from (Note("run", place, text) for place, text in sorted(found))


def _handlers(context: Context, sites: Sites) -> Iterator[Note]:
    """What a framework does otherwise with a function that becomes async: a ``def`` endpoint leaves the thread pool."""
    moved = [f for f in context.colouring.causes if not f.is_async]
    for function in sorted(moved, key=lambda f: f.place):
        for note in dict.fromkeys(outside.note for outside in sites.outside(function) if outside.note):
            calls = moved_calls([function], context) if note.startswith(FROM_A_THREAD) else ""
            text = note.format(name=function.name)
            yield Note("run", function.place, f"{text}; {calls}" if calls else text)


def _is_handler(function: Function, sites: Sites) -> bool:
    return any(outside.treatment is Treatment.HANDLER for outside in sites.outside(function))


def _lost_bounds(context: Context) -> Iterator[Note]:
    """``await asyncio.to_thread(f)`` → ``await f()``: the pool let so many run at a time as it has threads."""
    unwrapped: dict[Function, list[Site]] = {}
    for site in context.colouring.sites:
        if site.action is Action.UNWRAP:
            unwrapped.setdefault(min(site.callees, key=lambda f: f.place), []).append(site)
    for callee, sites in unwrapped.items():
        place = min(site.reached.mention.place for site in sites)
        text = f"{callee.name} leaves the thread pool, whose number of threads bounded how many ran at a time"
        calls = moved_calls([callee], context)
        yield Note("run", place, f"{text}; {calls}" if calls else text)


def _atomicity(function: Function, awaits: Awaits, context: Context) -> list[Found]:
    found = [
        *read_awaited_written(function, awaits, context.resolver),
        *changed_while_iterated(function, awaits, context.resolver),
        *about_cancellation(function, awaits, context.resolver),
        *spanned_transactions(function, awaits, context.resolver),
    ]
    if not found:  # where a write is lost to another task anyway, that is what to look at
        found = list(cancelled_between(function, awaits, context.resolver))
    return found


def _in_tasks(context: Context, sites: Sites) -> set[Function]:
    """What becomes async and may run in several tasks at a time: what async code and handlers reach, and what nobody in the
    project calls. A command, a main guard or a test is alone in its loop."""
    colouring = context.colouring
    called = {f for site in colouring.sites for f in site.callees if site.action is not Action.NONE}
    callers = {site.reached.mention.function for site in colouring.sites}
    starts = {f for f in callers if f is not None and f.is_async}
    starts |= {f for f in colouring.causes if _is_handler(f, sites) or f not in called}
    alone = {f for f in starts if is_test(f) or entry_label(f, sites) in _WITHOUT_TASKS}
    return {f for f in context.blocking.below(starts - alone) if context.is_async_after(f)}


def _thread_locals(functions: Iterable[Function], context: Context) -> Iterator[Found]:
    """What tasks keep in a ``threading.local`` they share with all tasks of their thread."""
    if not context.resolver.program.text.mentioning("local"):
        return
    seen: set[Slot] = set()
    for function in functions:
        for node in context.resolver.scopes.own_nodes(function):
            if not isinstance(node, ast.Attribute):
                continue
            slot = slot_of(node.value, function.module, context.resolver)
            if slot is not None and slot not in seen and _is_local(slot, context):
                seen.add(slot)
                text = f"{slot.label} is a threading.local, and tasks share a thread: what one sets there, others read"
                yield function.module.place(node), f"{text}; a contextvars.ContextVar is each task's own"


def _is_local(slot: Slot, context: Context) -> bool:
    for binding in bindings_of(slot, context.resolver):
        if isinstance(binding.node, ast.Call):
            if context.resolver.dotted(binding.node.func, binding.scope.module) == LOCAL:
                return True
            for value in context.resolver.answer(binding.node, binding.scope.module).values:
                if isinstance(value, Instance | ClassValue) and LOCAL in context.resolver.hierarchy.foreign_bases(
                    value.cls
                ):
                    return True
    return False
