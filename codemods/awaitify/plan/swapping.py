"""Replaces the blocking calls in every function that becomes async, or says why it can't."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.colour.blocking import BlockingSite
from awaitify.index.summary import Class, Function
from awaitify.plan.clients import swap_local_client, swap_module_calls, swap_owned_client
from awaitify.plan.context import Context, Piece
from awaitify.plan.exceptions import swap_handlers
from awaitify.plan.files import swap_files
from awaitify.plan.sleeping import swap_call
from awaitify.swap import Shape


def swap_all(context: Context) -> Iterator[Piece]:
    """A piece for each thing that is swapped: whole, or with the obstacles that prevent it."""
    owned: dict[tuple[Class, str], list[BlockingSite]] = {}
    for function in context.swapped_functions():
        by_shape: dict[Shape, list[BlockingSite]] = {}
        local: list[BlockingSite] = []
        for site in context.blocking.sites(function):
            owner = context.blocking.client_owner(site)
            if owner is not None:
                owned.setdefault(owner, []).append(site)
            elif site.client is not None:
                local.append(site)
            elif site.call is not None:
                by_shape.setdefault(site.call.shape, []).append(site)
            else:
                yield _without_rule(site)
        yield from _swap_function(by_shape, local, context)
    for owner, sites in owned.items():
        yield swap_owned_client(owner, sites, context)
    yield from _swap_exceptions(context)


def _swap_function(
    by_shape: dict[Shape, list[BlockingSite]], local: list[BlockingSite], context: Context
) -> Iterator[Piece]:
    for site in by_shape.get(Shape.CALL, ()):
        yield swap_call(site, context)
    if Shape.CLIENT in by_shape:
        yield from swap_module_calls(by_shape[Shape.CLIENT], context)
    if Shape.FILE in by_shape:
        yield from swap_files(by_shape[Shape.FILE], context)
    if local:
        yield from swap_local_client(local, context)


def _without_rule(site: BlockingSite) -> Piece:
    piece = Piece([site.function])
    if site.is_unsure:
        piece.refuse("AW408", site.function.module, site.node, f"{site.name}, or something else that is handed in")
        return piece
    piece.refuse("AW409", site.function.module, site.node, f"{site.name} blocks, and no rule says how to replace it")
    return piece


def _swap_exceptions(context: Context) -> Iterator[Piece]:
    """Handlers around awaited and swapped calls; only libraries that are swapped somewhere in the program count."""
    active = [
        swap
        for swap in context.blocking.swaps
        if swap.exceptions
        and any(
            site.swap is swap for function in context.swapped_functions() for site in context.blocking.sites(function)
        )
    ]
    if not active:
        return
    touched: dict[Function, set[ast.AST]] = {}
    for site in context.colouring.sites:
        mention = site.reached.mention
        if mention.function is not None and mention.call is not None:
            touched.setdefault(mention.function, set()).add(mention.call)
    for function in context.swapped_functions():
        touched.setdefault(function, set()).update(site.node for site in context.blocking.sites(function))
    for function, nodes in touched.items():
        yield from (
            piece for piece in swap_handlers(function, active, nodes, context) if piece.edits or piece.obstacles
        )
