"""Exception handlers around what is swapped: they catch what the twin raises."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.index.summary import Function
from awaitify.plan.context import Context, Piece, spans
from awaitify.plan.edit import AddImport, ReplaceExpression
from awaitify.swap import Swap


def swap_handlers(function: Function, swaps: list[Swap], touched: set[ast.AST], context: Context) -> Iterator[Piece]:
    """A piece for each ``except`` clause of *function* that names an exception of a swapped library.

    *touched* are the calls that are awaited or swapped: a handler counts when one of them stands in its ``try`` body.
    """
    for node in context.resolver.scopes.own_nodes(function):
        if isinstance(node, ast.Try) and any(inner in touched for part in node.body for inner in ast.walk(part)):
            for handler in node.handlers:
                if handler.type is not None:
                    yield _swap_handler(handler, node, function, swaps, context)


def _swap_handler(
    handler: ast.ExceptHandler, node: ast.Try, function: Function, swaps: list[Swap], context: Context
) -> Piece:
    piece = Piece([function])
    module = function.module
    assert handler.type is not None
    named = list(handler.type.elts) if isinstance(handler.type, ast.Tuple) else [handler.type]
    kept: list[ast.expr] = []
    texts: list[str] = []
    caught: list[str] = []
    for part in named:
        name = context.resolver.dotted(part, module)
        twins, keeps = _twins(name, node, swaps, context, function)
        if twins is None:
            if _belongs(name, swaps):
                piece.refuse("AW407", module, part, f"nothing that the async client raises means the same as {name}")
            twins, keeps = (), True
        if keeps:
            kept.append(part)
            texts.append(f"{{{len(kept) - 1}}}")
        texts += [twin for twin in twins if twin not in texts]
        caught += twins
    if kept == [handler.type]:  # the node itself can't be a hole of what replaces it
        texts = [ast.unparse(handler.type) if text == "{0}" else text for text in texts]
        kept = []
    if caught:
        template = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
        piece.edit(module, ReplaceExpression(module.span(handler.type), template, spans(module, kept)))
        for package in sorted({twin.rpartition(".")[0] for twin in caught}):
            piece.edit(module, AddImport(package))
    if caught and handler.name and not _keeps_response(named, context, function):
        _refuse_response_of(handler, piece, function)
    return piece


def _twins(
    name: str, node: ast.Try, swaps: list[Swap], context: Context, function: Function
) -> tuple[tuple[str, ...] | None, bool]:
    """What is caught instead of the exception *name*, and whether the exception itself stays too."""
    for swap in swaps:
        if name in dict(swap.exceptions):
            twins = dict(swap.exceptions)[name]
            if name.endswith("RequestException") and _reads_json(node):
                twins = (*twins, "json.JSONDecodeError")
            return twins, _is_still_raised(swap, node, context, function)
        if name in dict(swap.builtin_exceptions):
            return dict(swap.builtin_exceptions)[name], True
    return None, True


def _reads_json(node: ast.Try) -> bool:
    return any(
        isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "json"
        for part in node.body
        for inner in ast.walk(part)
    )


def _is_still_raised(swap: Swap, node: ast.Try, context: Context, function: Function) -> bool:
    """Whether the blocking library's exception can still come: from a call that stays, or from a class of the project."""
    if function.is_async:
        inside = {inner for part in node.body for inner in ast.walk(part)}
        if any(site.node in inside for site in context.blocking.sites(function)):
            return True
    names = {exception.rpartition(".")[2] for exception, _ in swap.exceptions}
    text = context.resolver.program.text
    return any(swap.name.encode() in text.files[line.path] for name in names for line in text.subclass_lines(name))


def _belongs(name: str, swaps: list[Swap]) -> bool:
    return any(name.startswith(f"{swap.name}.") for swap in swaps)


def _keeps_response(named: list[ast.expr], context: Context, function: Function) -> bool:
    return all(context.resolver.dotted(part, function.module).endswith(".HTTPError") for part in named)


def _refuse_response_of(handler: ast.ExceptHandler, piece: Piece, function: Function) -> None:
    """``error.response`` is None in requests where there is none; most exceptions of httpx don't have it."""
    for part in handler.body:
        for node in ast.walk(part):
            if isinstance(node, ast.Attribute) and node.attr in ("response", "errno", "strerror"):
                if isinstance(node.value, ast.Name) and node.value.id == handler.name:
                    reason = f"only HTTPStatusError has a response; {handler.name}.{node.attr} would raise"
                    piece.refuse("AW405", function.module, node, reason)
