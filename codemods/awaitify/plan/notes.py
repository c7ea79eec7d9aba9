"""What a reviewer should look at first, and what changes at run time."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

from awaitify.colour.action import Action, Ending
from awaitify.colour.sites import Sites
from awaitify.index.fixtures import is_test
from awaitify.index.marked import all_marks
from awaitify.index.references import Mention, Use
from awaitify.index.summary import Module
from awaitify.plan.context import Context, Piece
from awaitify.plan.decorators import cache_notes
from awaitify.plan.edit import AddImport
from awaitify.plan.plan import Note, PlannedEdit
from awaitify.plan.run_time import run_time_notes
from awaitify.plan.threads import notes_of_threads


def notes_of(context: Context, pieces: Iterable[Piece], sites: Sites) -> Iterator[Note]:
    """The notes of the whole plan, in order of place within each kind."""
    yield from _truths(context)
    yield from _unawaited(context)
    pieces = list(pieces)
    yield from notes_of_threads(context)
    yield from run_time_notes(context, pieces, sites)
    becoming = (function for function in context.colouring.causes if not function.is_async)
    yield from cache_notes(sorted(becoming, key=lambda f: f.place), context.resolver)
    for piece in pieces:
        if not piece.obstacles:
            yield from piece.notes
    for mark in all_marks(context.resolver.program):
        yield Note("todo", mark.place, f"todo[{mark.code}] {mark.text}")


def undeclared(edits: Iterable[PlannedEdit], declared: str) -> Iterator[Note]:
    """The packages that the changed code imports and that the project doesn't declare yet."""
    imported = {planned.edit.module.partition(".")[0] for planned in edits if isinstance(planned.edit, AddImport)}
    for package in sorted(imported - sys.stdlib_module_names - {"pytest"}):
        if package not in declared and package.replace("_", "-") not in declared:
            yield Note("look", None, f"add {package} to what the project depends on: the changed code imports it")


def _truths(context: Context) -> Iterator[Note]:
    """Where a coroutine would be tested for truth or compared if the await were missing: a silent failure."""
    mentions = [site.reached.mention for site in context.colouring.sites if site.action is not Action.NONE]
    tested = [m for m in mentions if (value := _value(m)) is not None and _is_truth(value, m.module)]
    for mention in sorted(tested, key=lambda m: (_is_in_test(m), m.place)):
        line = mention.module.lines[mention.place.span.line - 1].strip()
        yield Note("look", mention.place, f"{line}  truth of what becomes a coroutine")


def _unawaited(context: Context) -> Iterator[Note]:
    """Where a coroutine was lost before already: what is called there never ran, and the migration doesn't change that."""
    lost = [site.reached.mention for site in context.colouring.sites if site.ending is Ending.UNAWAITED]
    for mention in sorted(lost, key=lambda m: (_is_in_test(m), m.place)):
        line = mention.module.lines[mention.place.span.line - 1].strip()
        yield Note("look", mention.place, f"{line}  a coroutine that was not awaited before, and isn't now")


def _is_in_test(mention: Mention) -> bool:
    return mention.function is not None and is_test(mention.function)


def _value(mention: Mention) -> ast.expr | None:
    """The expression whose value is a coroutine if the await is missing."""
    return mention.node if mention.use is Use.READ else mention.call


def _is_truth(call: ast.expr, module: Module) -> bool:
    match module.parents[call]:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is call
        case ast.UnaryOp(op=ast.Not()) | ast.BoolOp() | ast.Compare():
            return True
        case ast.comprehension(ifs=tests):
            return call in tests
    return False
