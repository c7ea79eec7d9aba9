"""Finds the LibCST node that each edit names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import CodeRange

from awaitify.names import Span
from awaitify.plan.edit import (
    AddArgument,
    AddAsyncTwin,
    AddDecorator,
    AddImport,
    AddToClass,
    AddToModule,
    AwaitCall,
    CloseAfter,
    DefineLambda,
    Edit,
    EnterAsync,
    ImportAlso,
    IterateAsync,
    KeepBefore,
    MakeAsync,
    MakeAsyncWith,
    MakeList,
    Mark,
    NameLambda,
    RemoveDecorator,
    RemoveImport,
    Rename,
    RenameArgument,
    RenameFunction,
    ReplaceExpression,
    RunCall,
    SplitFunction,
    ThreadCall,
    WrapExpression,
    WrapInWith,
    YieldEach,
)

OfParent = IterateAsync | EnterAsync | CloseAfter | YieldEach | DefineLambda
"""Edits of what stands around the expression that they name."""
Positions = Mapping[cst.CSTNode, CodeRange]
Statement = cst.BaseSmallStatement | cst.BaseCompoundStatement

_EXPRESSIONS: dict[type[Edit], tuple[type[cst.BaseExpression], ...]] = {
    AwaitCall: (cst.Call,),
    RunCall: (cst.Call,),
    ThreadCall: (cst.Call,),
    RenameArgument: (cst.Call,),
    Rename: (cst.Name, cst.Attribute),
    AddArgument: (cst.Call,),
    ReplaceExpression: (cst.BaseExpression,),
    WrapExpression: (cst.BaseExpression,),
    IterateAsync: (cst.BaseExpression,),
    EnterAsync: (cst.BaseExpression,),
    CloseAfter: (cst.BaseExpression,),
    YieldEach: (cst.Yield,),
    DefineLambda: (cst.Lambda,),
    NameLambda: (cst.Lambda,),
    MakeList: (cst.GeneratorExp,),
}
_STATEMENTS: dict[type[Edit], tuple[type[Statement], ...]] = {
    MakeAsync: (cst.FunctionDef,),
    SplitFunction: (cst.FunctionDef,),
    AddAsyncTwin: (cst.FunctionDef,),
    AddDecorator: (cst.FunctionDef,),
    RemoveDecorator: (cst.FunctionDef,),
    RenameFunction: (cst.FunctionDef,),
    MakeAsyncWith: (cst.With,),
    AddToClass: (cst.ClassDef,),
    RemoveImport: (cst.Import, cst.ImportFrom),
    ImportAlso: (cst.ImportFrom,),
    KeepBefore: (cst.BaseSmallStatement, cst.FunctionDef),
    Mark: (cst.BaseSmallStatement, cst.BaseCompoundStatement),
}


class DidNotLandError(Exception):
    """An edit that found no node, or more than one, or that can't be made there; its text says which and why."""


@dataclass(frozen=True, slots=True)
class Wrap:
    """A WrapInWith and the two statements it names."""

    edit: WrapInWith
    first: cst.CSTNode
    last: cst.CSTNode


@dataclass(frozen=True, slots=True)
class Places:
    """Where the edits of one file land. ``lines`` are the lines that hold a place, in order."""

    at: Mapping[cst.CSTNode, tuple[Edit, ...]]
    holes: Mapping[ReplaceExpression, tuple[cst.BaseExpression, ...]]
    wraps: tuple[Wrap, ...]
    lines: tuple[int, ...]


def find_places(positions: Positions, edits: Sequence[Edit]) -> Places:
    """The node of every edit, by its kind and span. Raises DidNotLandError where there isn't exactly one."""
    nodes = _Nodes(positions, edits)
    at: dict[cst.CSTNode, tuple[Edit, ...]] = defaultdict(tuple)
    holes: dict[ReplaceExpression, tuple[cst.BaseExpression, ...]] = {}
    wraps = []
    for edit in edits:
        match edit:
            case WrapInWith():
                kinds = _STATEMENTS[Mark]
                first, last = (nodes.statement(edit, span, kinds) for span in (edit.first, edit.last))
                wraps.append(Wrap(edit, first, last))
            case AddToModule() | AddImport():
                pass
            case _ if type(edit) in _EXPRESSIONS:
                at[nodes.expression(edit, edit.span, _EXPRESSIONS[type(edit)])] += (edit,)
            case _:
                at[nodes.statement(edit, edit.span, _STATEMENTS[type(edit)])] += (edit,)
        if isinstance(edit, ReplaceExpression):
            holes[edit] = tuple(nodes.expression(edit, hole, _EXPRESSIONS[ReplaceExpression]) for hole in edit.holes)
    _expect_nothing_lost(at, holes, positions)
    lines = tuple(sorted({span.line for edit in edits for span in _spans(edit)}))
    return Places(at, holes, tuple(wraps), lines)


def describe(edit: Edit) -> str:
    """The edit as a failure names it: ``AwaitCall at 3:5``."""
    spans = _spans(edit)
    return f"{type(edit).__name__} at {spans[0]}" if spans else f"{type(edit).__name__} {edit}"


def message_of(error: Exception) -> str:
    """What an error says; ``str`` of LibCST's own fails for a piece of source that has no line."""
    return error.message if isinstance(error, cst.ParserSyntaxError) else str(error)


class _Nodes:
    """The nodes that begin where some edit's span begins."""

    def __init__(self, positions: Positions, edits: Sequence[Edit]) -> None:
        self._expressions: dict[Span, list[cst.BaseExpression]] = defaultdict(list)
        self._statements: dict[tuple[int, int], list[Statement]] = defaultdict(list)
        wanted = {(span.line, span.column) for edit in edits for span in _spans(edit)}
        for node, place in positions.items():
            if isinstance(node, Statement):
                if (start := (place.start.line, place.start.column)) in wanted:
                    self._statements[start].append(node)
            elif isinstance(node, cst.BaseExpression):
                span = _span_as_ast_has_it(node, positions)
                if (span.line, span.column) in wanted:
                    self._expressions[span].append(node)
            if isinstance(node, cst.Call) and (bare := _bare_generator(node, positions)):
                self._expressions[bare[0]].append(bare[1])

    def expression(self, edit: Edit, span: Span, kinds: tuple[type[cst.BaseExpression], ...]) -> cst.BaseExpression:
        """The expression of one of these *kinds* at *span*."""
        found = [node for node in self._expressions.get(span, ()) if isinstance(node, kinds)]
        if len(found) != 1:
            raise DidNotLandError(f"{describe(edit)}: {_count(found)} {kinds[0].__name__} stands at {span}")
        return found[0]

    def statement(self, edit: Edit, span: Span, kinds: tuple[type[Statement], ...]) -> Statement:
        """The statement of one of these *kinds* that begins where *span* does: no two statements begin together."""
        found = [node for node in self._statements.get((span.line, span.column), ()) if isinstance(node, kinds)]
        if len(found) != 1:
            names = " or ".join(kind.__name__ for kind in kinds)
            raise DidNotLandError(f"{describe(edit)}: {_count(found)} {names} begins at {span}")
        return found[0]


def _span_as_ast_has_it(node: cst.BaseExpression, positions: Positions) -> Span:
    """Both leave out the parentheses around an expression, but to ``ast`` a tuple's and a generator's belong to it."""
    place = positions[node]
    if not isinstance(node, cst.Tuple | cst.GeneratorExp) or not node.lpar:
        return Span(place.start.line, place.start.column, place.end.line, place.end.column)
    start, end = positions[node.lpar[-1]].start, positions[node.rpar[0]].end
    return Span(start.line, start.column, end.line, end.column)


def _bare_generator(call: cst.Call, positions: Positions) -> tuple[Span, cst.GeneratorExp] | None:
    """``f(x for x in y)``: to ``ast`` the call's parentheses are the generator's, too."""
    match call.args:
        case [cst.Arg(value=cst.GeneratorExp(lpar=[]) as generator)]:
            start, end = positions[call.whitespace_before_args].start, positions[call].end
            return Span(start.line, start.column - 1, end.line, end.column), generator
    return None


def _expect_nothing_lost(
    at: Mapping[cst.CSTNode, tuple[Edit, ...]],
    holes: Mapping[ReplaceExpression, tuple[cst.BaseExpression, ...]],
    positions: Positions,
) -> None:
    """Raises where an edit stands in a part of an expression that another edit replaces."""
    replaced = [(node, edit) for node, edits in at.items() for edit in edits if isinstance(edit, ReplaceExpression)]
    for outer, replacement in replaced:
        kept = [_span(hole, positions) for hole in holes[replacement]]
        for node, edits in at.items():
            span = _span(node, positions)
            inside = isinstance(node, cst.BaseExpression) and node is not outer and _span(outer, positions).holds(span)
            if inside and not any(hole.holds(span) for hole in kept):
                raise DidNotLandError(f"{describe(edits[0])}: {describe(replacement)} replaces what it edits")
        for edit in at[outer]:
            if edit is not replacement and not isinstance(edit, AwaitCall | WrapExpression | OfParent):
                raise DidNotLandError(f"{describe(edit)}: {describe(replacement)} replaces the same expression")


def _span(node: cst.CSTNode, positions: Positions) -> Span:
    place = positions[node]
    return Span(place.start.line, place.start.column, place.end.line, place.end.column)


def _spans(edit: Edit) -> tuple[Span, ...]:
    return tuple(_spans_of(edit))


def _spans_of(edit: Edit) -> Iterator[Span]:
    match edit:
        case AddToModule() | AddImport():
            pass
        case WrapInWith(first=first, last=last):
            yield from (first, last)
        case ReplaceExpression(span=span, holes=holes):
            yield from (span, *holes)
        case _:
            yield edit.span


def _count(found: Sequence[object]) -> str:
    return "no" if not found else f"more than one ({len(found)})"
