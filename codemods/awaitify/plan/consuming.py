"""The edits where what an async generator or context manager gives is consumed."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from awaitify.colour.consumers import Consumed, Consumer, Consumption
from awaitify.colour.forms import ASYNC_NAMES
from awaitify.colour.unittests import ASYNC_SET_UP
from awaitify.index.references import surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module
from awaitify.plan.context import Context, free_name
from awaitify.plan.edit import (
    AddImport,
    AwaitCall,
    CloseAfter,
    Edit,
    EnterAsync,
    IterateAsync,
    MakeList,
    ReplaceExpression,
    WrapExpression,
    YieldEach,
)
from awaitify.plan.forms import annotate_within
from awaitify.plan.helpers import help_with

_NEW_NAMES = ASYNC_NAMES | ASYNC_SET_UP
_COLLECT = "[item async for item in {0}]"
_DRIVEN = {"send": "asend", "throw": "athrow", "close": "aclose"}


def consume(consumed: Consumed, module: Module, context: Context) -> Iterator[tuple[Module, Edit]]:
    """The edits at the mention in *module*, and wherever what it gives ends."""
    if consumed.renamed is not None:
        yield module, _renamed(consumed.renamed, _NEW_NAMES[consumed.renamed.attr], module)
    if consumed.awaited is not None:
        yield module, AwaitCall(module.span(consumed.awaited))
    for place in consumed.places:
        for edit in _edits(place, context):
            yield place.module, edit


def _edits(place: Consumption, context: Context) -> Iterator[Edit]:
    span = place.module.span(place.node)
    match place.consumer:
        case Consumer.LOOP:
            yield IterateAsync(span)
        case Consumer.CLOSED:
            yield from _closed(place, context)
        case Consumer.COLLECTED:
            yield WrapExpression(span, _COLLECT)
        case Consumer.ANNOTATED | Consumer.TESTED:
            yield from annotate_within(place.node, place.module, context.resolver)
        case Consumer.BRACKETED:
            yield MakeList(span)
        case Consumer.SOUGHT:
            yield from _sought(place)
        case Consumer.DELEGATED:
            delegation = place.module.parents[place.node]
            yield YieldEach(place.module.span(delegation), _name_for(place, context.resolver))
        case Consumer.ENTERED:
            yield EnterAsync(span)
            if place.taker is not None:
                yield ReplaceExpression(place.module.span(place.taker.func), "AsyncExitStack")
                yield AddImport("contextlib", "AsyncExitStack")
        case _:
            assert place.taker is not None
            yield from _edits_of_call(place, place.taker, context)


def _edits_of_call(place: Consumption, call: ast.Call, context: Context) -> Iterator[Edit]:
    module = place.module
    span = module.span(call)
    match place.consumer:
        case Consumer.LIST:
            yield ReplaceExpression(span, _COLLECT, (module.span(place.node),))
        case Consumer.LISTED:
            yield MakeList(module.span(place.node))
            yield ReplaceExpression(span, "{0}", (module.span(place.node),))
        case Consumer.NEXT:
            name, edits = ("anext", []) if context.oldest_python >= (3, 10) else help_with("_next_async", module)
            yield from edits
            yield ReplaceExpression(module.span(call.func), name)
            yield AwaitCall(span)
        case Consumer.HELPED | Consumer.PIPED:
            yield from _helped(place, call)
        case Consumer.DRIVEN | Consumer.STACKED:
            assert isinstance(call.func, ast.Attribute)
            yield _renamed(call.func, _DRIVEN.get(call.func.attr, "enter_async_context"), module)
            yield AwaitCall(span)


def _closed(place: Consumption, context: Context) -> Iterator[Edit]:
    """The loop stands in ``async with aclosing(…)``."""
    added: list[Edit] = [AddImport("contextlib", "aclosing")]
    name = "aclosing"
    if context.oldest_python < (3, 10):
        name, added = help_with("aclosing", place.module)
    yield CloseAfter(place.module.span(place.node), _name_for(place, context.resolver), name)
    yield from added


def _helped(place: Consumption, call: ast.Call) -> Iterator[Edit]:
    """``any(f(x) for x in xs)`` → ``await _any_async(…)``, with the function of that name in the module."""
    module = place.module
    name, edits = help_with(place.helper, module)
    yield from edits
    if place.helper == "_extend_async":
        assert isinstance(call.func, ast.Attribute)
        holes = (module.span(call.func.value), module.span(place.node))
        yield ReplaceExpression(module.span(call), f"await {name}({{0}}, {{1}})", holes)
        return
    yield ReplaceExpression(module.span(call.func), name)
    if place.consumer is Consumer.HELPED:
        yield AwaitCall(module.span(call))


def _sought(place: Consumption) -> Iterator[Edit]:
    """``x in f()`` → ``await _in_async(x, f())``"""
    module, compared = place.module, place.module.parents[place.node]
    assert isinstance(compared, ast.Compare)
    name, edits = help_with("_in_async", module)
    yield from edits
    start = "not await" if isinstance(compared.ops[0], ast.NotIn) else "await"
    holes = (module.span(compared.left), module.span(place.node))
    yield ReplaceExpression(module.span(compared), f"{start} {name}({{0}}, {{1}})", holes)


def _renamed(member: ast.Attribute, name: str, module: Module) -> Edit:
    return ReplaceExpression(module.span(member), f"{{0}}.{name}", (module.span(member.value),))


def _name_for(place: Consumption, resolver: Resolver) -> str:
    """A free name for the iterator or its items, after the function that makes it."""
    _, function = surroundings(place.node, place.module, resolver)
    assert function is not None
    made = place.node.func if isinstance(place.node, ast.Call) else place.node
    wish = made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "items")
    wish = "items" if wish in dir(builtins) else wish
    wishes = ("item",) if place.consumer is Consumer.DELEGATED else (wish.lstrip("_"), "items")
    return free_name(function, *wishes)
