"""Open files: ``with open(path) as f`` → ``async with aiofiles.open(path) as f``, when every use of the handle is seen."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.colour.blocking import BlockingSite
from awaitify.index.summary import Function, Module
from awaitify.plan.context import Context, Piece, is_nested_in, name_uses, spans
from awaitify.plan.edit import AddImport, AwaitCall, MakeAsyncWith, ReplaceExpression

_AWAITED = frozenset(
    "read readline readlines write writelines seek tell flush truncate close peek read1 readinto readable writable"
    " seekable isatty".split()
)
_PLAIN = frozenset("name mode encoding errors newlines closed buffer line_buffering fileno detach".split())
_ITERATES = frozenset({"enumerate", "list", "sorted", "set", "tuple", "frozenset"})
_SERIALISERS = frozenset({"json"})
"""Modules whose ``load(f)`` is ``loads(f.read())`` and whose ``dump(x, f)`` is ``f.write(dumps(x))``, in the same words."""


def swap_files(sites: list[BlockingSite], context: Context) -> Iterator[Piece]:
    """A piece for each ``with`` statement or assignment that opens files in one function."""
    seen: set[ast.AST] = set()
    for site in sites:
        module = site.function.module
        parent = module.parents[site.node]
        if isinstance(parent, ast.withitem):
            statement = module.parents[parent]
            if statement not in seen:
                seen.add(statement)
                yield _swap_with(statement, sites, context)
        elif isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
            yield _swap_assignment(site, parent.targets[0].id, parent, context)
        else:
            piece = Piece([site.function])
            code = context.why_no_await(site.node, module) or (
                "AW422" if isinstance(parent, ast.Attribute) else "AW421"
            )
            piece.refuse(code, module, site.node, "the open file isn't bound by a with statement or a plain assignment")
            yield piece


def _swap_with(statement: ast.AST, sites: list[BlockingSite], context: Context) -> Piece:
    assert isinstance(statement, ast.With | ast.AsyncWith)
    function, module = sites[0].function, sites[0].function.module
    piece = Piece([function])
    opened = {site.node for site in sites}
    for item in statement.items:
        if item.context_expr not in opened:
            piece.refuse("AW421", module, item.context_expr, "it shares a with statement with an open file")
            continue
        _replace_open(item.context_expr, piece, module)
        if isinstance(item.optional_vars, ast.Name):
            _follow(item.optional_vars.id, statement.body, function, piece)
        elif item.optional_vars is not None:
            piece.refuse("AW421", module, item.optional_vars, "the handle is stored")
    if isinstance(statement, ast.With):
        piece.edit(module, MakeAsyncWith(module.span(statement)))
    if code := context.why_no_await(statement, module):
        piece.refuse(code, module, statement, "no await can stand here")
    return piece


def _swap_assignment(site: BlockingSite, name: str, statement: ast.Assign, context: Context) -> Piece:
    function, module = site.function, site.function.module
    piece = Piece([function])
    _replace_open(site.node, piece, module)
    piece.edit(module, AwaitCall(module.span(site.node)))
    bound = [use for use in name_uses(name, function) if isinstance(use.ctx, ast.Store)]
    if len(bound) != 1:
        piece.refuse("AW421", module, site.node, f"{name} is bound more than once")
    if code := context.why_no_await(site.node, module):
        piece.refuse(code, module, site.node, "no await can stand here")
    _follow(name, function.node.body, function, piece)
    return piece


def _replace_open(call: ast.expr, piece: Piece, module: Module) -> None:
    assert isinstance(call, ast.Call)
    piece.edit(module, ReplaceExpression(module.span(call.func), "aiofiles.open"))
    piece.edit(module, AddImport("aiofiles"))


def _follow(name: str, body: list[ast.stmt], function: Function, piece: Piece) -> None:
    """Every use of the handle *name* in *body* is awaited, rewritten by rule or refused."""
    module = function.module
    inside = {node for statement in body for node in ast.walk(statement)}
    for use in name_uses(name, function):
        if isinstance(use.ctx, ast.Load):
            if use not in inside:
                if not _is_bound_elsewhere(use, name, module):
                    piece.refuse("AW421", module, use, f"{name} is used after its with statement")
            elif is_nested_in(use, function):
                piece.refuse("AW421", module, use, f"{name} is used in a nested function")
            else:
                _rewrite_use(use, piece, module)


def _is_bound_elsewhere(use: ast.Name, name: str, module: Module) -> bool:
    """Whether another with statement around the use binds the name."""
    current = module.parents.get(use)
    while current is not None:
        if isinstance(current, ast.With | ast.AsyncWith):
            if any(isinstance(i.optional_vars, ast.Name) and i.optional_vars.id == name for i in current.items):
                return True
        current = module.parents.get(current)
    return False


def _rewrite_use(use: ast.Name, piece: Piece, module: Module) -> None:
    parent = module.parents[use]
    above = module.parents.get(parent)
    match parent:
        case ast.Attribute(attr=attr) if attr in _AWAITED and isinstance(above, ast.Call) and above.func is parent:
            piece.edit(module, AwaitCall(module.span(above)))
        case ast.Attribute(attr=attr) if attr in _PLAIN and isinstance(parent.ctx, ast.Load):
            return
        case ast.For() | ast.comprehension() | ast.Call() if _is_iterated(use, parent):
            piece.edit(module, ReplaceExpression(module.span(use), f"await {use.id}.readlines()"))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=library) as owner, attr="load")) if _is_load(
            parent, use, library
        ):
            piece.edit(module, ReplaceExpression(module.span(parent.func), "{0}.loads", (module.span(owner),)))
            piece.edit(module, ReplaceExpression(module.span(use), f"await {use.id}.read()"))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=library), attr="dump")) if _is_dump(parent, use, library):
            piece.edit(module, _dump(parent, use, library, module))
        case _:
            piece.refuse("AW421", module, use, f"the open file {use.id} is used in a way that aiofiles can't follow")


def _is_iterated(use: ast.Name, parent: ast.AST) -> bool:
    """``for line in f``, ``[… for line in f]``, ``enumerate(f)``, ``sorted(f)``"""
    match parent:
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
            return iterable is use
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return name in _ITERATES and arguments[:1] == [use]
    return False


def _is_load(call: ast.Call, use: ast.Name, library: str) -> bool:
    return library in _SERIALISERS and call.args[:1] == [use] and len(call.args) == 1


def _is_dump(call: ast.Call, use: ast.Name, library: str) -> bool:
    plain = len(call.args) == 2 and all(keyword.arg for keyword in call.keywords)
    return library in _SERIALISERS and plain and call.args[1] is use


def _dump(call: ast.Call, use: ast.Name, library: str, module: Module) -> ReplaceExpression:
    """``json.dump(x, f, indent=2)`` → ``await f.write(json.dumps(x, indent=2))``"""
    keywords = "".join(f", {keyword.arg}={{{number}}}" for number, keyword in enumerate(call.keywords, 1))
    holes = spans(module, [call.args[0], *(keyword.value for keyword in call.keywords)])
    return ReplaceExpression(module.span(call), f"await {use.id}.write({library}.dumps({{0}}{keywords}))", holes)
