"""Entry points: a command stays sync and starts one event loop."""

from __future__ import annotations

import ast
import copy

from awaitify.colour.colouring import Entry
from awaitify.index.summary import Function
from awaitify.plan.context import Context, Piece
from awaitify.plan.edit import AddImport, SplitFunction


def split_entry(entry: Entry, context: Context) -> Piece:
    """The edit that moves the body of a command into an async function of its own."""
    function = entry.function
    piece = Piece([function])
    name = _inner_name(function, context)
    arguments = function.node.args
    receiver, rest = _receiver(function)
    call = f"asyncio.run({receiver}{name}({passed_on(rest)}))"
    returns = any(
        isinstance(n, ast.Return) and n.value is not None for n in context.resolver.scopes.own_nodes(function)
    )
    statement = f"return {call}" if returns else call
    above = "@classmethod\n" if context.resolver.has_decorator(function, "classmethod") else ""
    header = f"{above}async def {name}({_signature(arguments)}){_returns(function)}:"
    piece.edit(function.module, SplitFunction(function.module.span(function.node), statement, header))
    piece.edit(function.module, AddImport("asyncio"))
    return piece


def _inner_name(function: Function, context: Context) -> str:
    taken = set(function.module.scope.bindings)
    if function.owner is not None:
        hierarchy = context.resolver.hierarchy
        classes = (*hierarchy.order(function.owner), *hierarchy.below(function.owner))
        taken = {name for cls in classes for name in (*cls.functions, *cls.attributes, *cls.scope.bindings)}
    name = f"_{function.node.name.lstrip('_')}"
    return name if name not in taken and name != function.node.name else f"{name}_async"


def _receiver(function: Function) -> tuple[str, ast.arguments]:
    """``self.`` with the parameters behind it, for a method."""
    if function.owner is None:
        return "", function.node.args
    rest = copy.deepcopy(function.node.args)
    first = (rest.posonlyargs or rest.args).pop(0)
    return f"{first.arg}.", rest


def passed_on(arguments: ast.arguments) -> str:
    """The arguments with which a function with these parameters calls one that has the same."""
    parts = [argument.arg for argument in [*arguments.posonlyargs, *arguments.args]]
    parts += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    parts += [f"{argument.arg}={argument.arg}" for argument in arguments.kwonlyargs]
    parts += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return ", ".join(parts)


def _signature(arguments: ast.arguments) -> str:
    """The parameters without their defaults: the command passes every one on."""
    bare = copy.deepcopy(arguments)
    bare.defaults, bare.kw_defaults = [], [None] * len(bare.kwonlyargs)
    for argument in [*bare.posonlyargs, *bare.args, *bare.kwonlyargs]:
        argument.annotation = _without_metadata(argument.annotation)
    return ast.unparse(bare)


def _without_metadata(annotation: ast.expr | None) -> ast.expr | None:
    """``Annotated[str, typer.Option()]`` → ``str``"""
    match annotation:
        case ast.Subscript(
            value=ast.Name(id="Annotated") | ast.Attribute(attr="Annotated"), slice=ast.Tuple(elts=[first, *_])
        ):
            return first
    return annotation


def _returns(function: Function) -> str:
    return f" -> {ast.unparse(function.node.returns)}" if function.node.returns is not None else ""
