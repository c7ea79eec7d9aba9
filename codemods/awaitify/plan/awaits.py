"""Where the plan puts an await: there, and only there, other tasks get to run that didn't before."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from awaitify.colour.action import Action
from awaitify.index.summary import Module
from awaitify.names import Span
from awaitify.plan.context import Context, Piece
from awaitify.plan.edit import (
    AwaitCall,
    CloseAfter,
    Edit,
    EnterAsync,
    IterateAsync,
    MakeAsyncWith,
    ReplaceExpression,
    WrapExpression,
    WrapInWith,
    YieldEach,
)
from awaitify.plan.rewriting import edits_at

_ASYNC = re.compile(r"\b(await|async)\b")


class Awaits:
    """The stretches of each file at which something is awaited after the edits and wasn't before."""

    def __init__(self, edits: Iterable[tuple[str, Edit]]) -> None:
        self._by_path: dict[str, list[Span]] = {}
        self._entered: set[tuple[str, Span]] = set()
        for path, edit in edits:
            for span in _awaited(edit):
                self._by_path.setdefault(path, []).append(span)
            if isinstance(edit, EnterAsync | MakeAsyncWith):
                self._entered.add((path, edit.span))
        for spans in self._by_path.values():
            spans.sort()

    def at(self, module: Module) -> frozenset[Span]:
        """All of the module's."""
        return frozenset(self._by_path.get(module.path, ()))

    def within(self, span: Span, module: Module) -> list[Span]:
        """Those that lie in *span*, in order."""
        return [one for one in self._by_path.get(module.path, ()) if span.holds(one)]

    def enter(self, node: ast.AST, module: Module) -> bool:
        """Whether a ``with`` statement, or a context expression of one, is entered by ``async with`` afterwards."""
        return (module.path, module.span(node)) in self._entered


def added_awaits(context: Context, pieces: Iterable[Piece]) -> Awaits:
    """The awaits at the mentions of what becomes async, and at the calls that are swapped."""
    return Awaits([*_at_sites(context), *(edit for piece in pieces if not piece.obstacles for edit in piece.edits)])


def _at_sites(context: Context) -> Iterator[tuple[str, Edit]]:
    for site in context.colouring.sites:
        if site.action in (Action.AWAIT, Action.REWRITE):  # what is unwrapped out of a thread was awaited before
            for module, edit in edits_at(site, context):
                yield module.path, edit


def _awaited(edit: Edit) -> Iterator[Span]:
    match edit:
        case AwaitCall(span=span) | IterateAsync(span=span) | EnterAsync(span=span) | CloseAfter(span=span):
            yield span
        case YieldEach(span=span):
            yield span
        case ReplaceExpression(span=span, template=text) | WrapExpression(span=span, template=text):
            if _ASYNC.search(text):
                yield span
        case MakeAsyncWith(span=span) | WrapInWith(first=span, is_async=True):
            yield start_of(span)


def start_of(span: Span) -> Span:
    """The point at which *span* starts."""
    return Span(span.line, span.column, span.line, span.column)
