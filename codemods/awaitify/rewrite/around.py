"""Edits that name an expression and change what stands around it: its loop, its ``with``, its statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import libcst as cst

from awaitify.plan.edit import CloseAfter, DefineLambda, Edit, EnterAsync, IterateAsync, YieldEach
from awaitify.rewrite.places import DidNotLandError, describe

At = Mapping[cst.CSTNode, tuple[Edit, ...]]
_Change = tuple[cst.CSTNode, Sequence[Edit]]


def edit_around(old: cst.CSTNode, new: cst.CSTNode, at: At) -> _Change:
    """*new*, which is *old* with its children edited, as the edits *at* the expressions in it ask; and those edits."""
    match old, new:
        case cst.CompFor(), cst.CompFor():
            iterate = [edit for edit in at.get(old.iter, ()) if isinstance(edit, IterateAsync)]
            return (new.with_changes(asynchronous=cst.Asynchronous()) if iterate else new), iterate
        case cst.For(), cst.For():
            return _loop(old, new, at)
        case cst.With(), cst.With():
            return _with(old, new, at)
        case cst.SimpleStatementLine(body=[cst.Expr(value=asked)]), cst.SimpleStatementLine():
            found = [edit for edit in at.get(asked, ()) if isinstance(edit, YieldEach)]
            return (_each(new, found[0]), found) if found else (new, ())
        case (
            cst.SimpleStatementLine(body=[cst.Assign(targets=[_], value=cst.Lambda() as asked)]),
            cst.SimpleStatementLine(body=[cst.Assign(targets=[cst.AssignTarget(cst.Name() as name)], value=function)]),
        ):
            define = [edit for edit in at.get(asked, ()) if isinstance(edit, DefineLambda)]
            return (_in_place_of(new, name, cst.ensure_type(function, cst.Lambda)), define) if define else (new, ())
    return new, ()


def as_function(function: cst.Lambda, name: cst.Name) -> cst.FunctionDef:
    """The lambda as a function of that name."""
    body = function.body
    if "\n" in cst.Module([]).code_for_node(body) and not body.lpar:
        body = body.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.FunctionDef(
        name=name.with_changes(lpar=(), rpar=()),
        params=function.params,
        body=cst.IndentedBlock([cst.SimpleStatementLine([cst.Return(body)])]),
        asynchronous=cst.Asynchronous(),
    )


def _in_place_of(line: cst.SimpleStatementLine, name: cst.Name, function: cst.Lambda) -> cst.FunctionDef:
    """The function instead of the line that named the lambda; what is said behind that is said behind its ``return``."""
    made = as_function(function, name)
    last = cst.ensure_type(made.body.body[0], cst.SimpleStatementLine)
    body = cst.IndentedBlock([last.with_changes(trailing_whitespace=line.trailing_whitespace)])
    return made.with_changes(body=body, leading_lines=line.leading_lines)


def _loop(old: cst.For, new: cst.For, at: At) -> _Change:
    edits = [edit for edit in at.get(old.iter, ()) if isinstance(edit, IterateAsync | CloseAfter)]
    for edit in edits:
        if isinstance(edit, IterateAsync):
            if new.asynchronous:
                raise DidNotLandError(f"{describe(edit)}: the loop is async already")
            new = new.with_changes(asynchronous=cst.Asynchronous())
    close = next((edit for edit in edits if isinstance(edit, CloseAfter)), None)
    if close is None:
        return new, edits
    closing = cst.Call(cst.Name(close.closer), [cst.Arg(new.iter)])
    loop = new.with_changes(iter=cst.Name(close.name), leading_lines=())
    block = cst.With(
        items=[cst.WithItem(closing, cst.AsName(cst.Name(close.name)))],
        body=cst.IndentedBlock([loop]),
        asynchronous=cst.Asynchronous(),
        leading_lines=new.leading_lines,
    )
    return block, edits


def _with(old: cst.With, new: cst.With, at: At) -> _Change:
    """All items at once, or part by part: ``with a, b:`` → ``with a:`` around ``async with b:``."""
    asked = [[edit for edit in at.get(item.item, ()) if isinstance(edit, EnterAsync)] for item in old.items]
    edits = [edit for edits in asked for edit in edits]
    if not edits:
        return new, ()
    if new.asynchronous:
        raise DidNotLandError(f"{describe(edits[0])}: the with is async already")
    if all(asked):
        return new.with_changes(asynchronous=cst.Asynchronous()), edits
    if "#" in cst.Module([]).code_for_node(
        new.with_changes(body=cst.SimpleStatementSuite([cst.Pass()]), leading_lines=())
    ):
        raise DidNotLandError(f"{describe(edits[0])}: the with has to be split, and holds a comment")
    parts = groupby(zip(asked, new.items, strict=True), key=lambda pair: bool(pair[0]))
    blocks = [(is_async, [item for _, item in pairs]) for is_async, pairs in parts]
    return _nested(blocks, new).with_changes(leading_lines=new.leading_lines), edits


def _nested(blocks: Sequence[tuple[bool, list[cst.WithItem]]], whole: cst.With) -> cst.With:
    """One ``with`` for each block, each inside the one before."""
    (is_async, items), *rest = blocks
    return cst.With(
        items=[item.with_changes(comma=cst.MaybeSentinel.DEFAULT) for item in items],
        body=cst.IndentedBlock([_nested(rest, whole)]) if rest else whole.body,
        asynchronous=cst.Asynchronous() if is_async else None,
    )


def _each(line: cst.SimpleStatementLine, edit: YieldEach) -> cst.CSTNode:
    match line.body:
        case [cst.Expr(value=cst.Yield(value=cst.From(item=iterable)))]:
            pass
        case _:
            raise DidNotLandError(f"{describe(edit)}: no `yield from` stands there")
    again = cst.SimpleStatementLine(
        [cst.Expr(cst.Yield(cst.Name(edit.name)))], trailing_whitespace=line.trailing_whitespace
    )
    return cst.For(
        target=cst.Name(edit.name),
        iter=iterable,
        body=cst.IndentedBlock([again]),
        asynchronous=cst.Asynchronous() if edit.is_async else None,
        leading_lines=line.leading_lines,
    )
