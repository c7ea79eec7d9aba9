"""What must become of the statement around an expression that an edit names, on Python's own tree."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import groupby

from awaitify.plan.edit import CloseAfter, DefineLambda, Edit, IterateAsync, YieldEach


def named_in(statement: ast.stmt) -> list[ast.expr]:
    """The expressions of a statement by which edits name it: its iterable, its contexts, what it yields from."""
    match statement:
        case ast.For(iter=iterable):
            return [iterable]
        case ast.With(items=items):
            return [item.context_expr for item in items]
        case ast.Expr(value=ast.YieldFrom() as delegation):
            return [delegation]
        case ast.Assign(targets=[ast.Name()], value=ast.Lambda() as function):
            return [function]
    return []


def with_its_surroundings(statement: ast.stmt, edits: Sequence[Sequence[Edit]]) -> ast.stmt:
    """*statement*, its children edited, as *edits* ask: a list for each of its expressions that name it."""
    match statement:
        case ast.For():
            return _loop(statement, edits[0])
        case ast.With():
            return _nested(statement, [bool(asked) for asked in edits])
        case ast.Expr(value=ast.YieldFrom(value=iterable)):
            edit = edits[0][0]
            assert isinstance(edit, YieldEach)
            again = ast.Expr(ast.Yield(ast.Name(edit.name, ast.Load())))
            loop = ast.AsyncFor if edit.is_async else ast.For
            return loop(ast.Name(edit.name, ast.Store()), iterable, [again], [], None)
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=arguments, body=body)):
            assert isinstance(edits[0][0], DefineLambda)
            return as_function(name, arguments, body)
    return statement


def as_function(name: str, arguments: ast.arguments, body: ast.expr) -> ast.stmt:
    """``lambda arguments: body`` as an async function."""
    (function,) = ast.parse(f"async def {name}(): pass").body
    assert isinstance(function, ast.AsyncFunctionDef)
    function.args, function.body = arguments, [ast.Return(body)]
    return function


def _loop(statement: ast.For, edits: Sequence[Edit]) -> ast.stmt:
    loop: ast.For | ast.AsyncFor = statement
    if any(isinstance(edit, IterateAsync) for edit in edits):
        loop = ast.AsyncFor(**dict(ast.iter_fields(statement)))
    close = next((edit for edit in edits if isinstance(edit, CloseAfter)), None)
    if close is None:
        return loop
    closing = ast.Call(ast.Name(close.closer, ast.Load()), [loop.iter], [])
    loop.iter = ast.Name(close.name, ast.Load())
    return ast.AsyncWith([ast.withitem(closing, ast.Name(close.name, ast.Store()))], [loop], None)


def _nested(statement: ast.With, is_async: Sequence[bool]) -> ast.stmt:
    parts = groupby(zip(is_async, statement.items, strict=True), key=lambda pair: pair[0])
    body: list[ast.stmt] = statement.body
    for asynchronous, pairs in reversed([(key, list(pairs)) for key, pairs in parts]):
        kind = ast.AsyncWith if asynchronous else ast.With
        body = [kind([item for _, item in pairs], body, None)]
    return body[0]
