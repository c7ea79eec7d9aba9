"""Replaces the blocking calls in every function that becomes async, or says why it can't."""

from __future__ import annotations

from collections.abc import Iterator

from awaitify.colour.blocking import BlockingSite
from awaitify.index.summary import Class, Function
from awaitify.names import is_borrowed
from awaitify.plan.clients import clients_around, swap_local_client, swap_module_calls, swap_owned_client
from awaitify.plan.context import Context, Piece
from awaitify.plan.exceptions import Handlers
from awaitify.plan.files import swap_files
from awaitify.plan.hidden import refuse_hidden_names
from awaitify.plan.locks import swap_locks
from awaitify.plan.replaced import is_replaced, refuse_replaced
from awaitify.plan.sleeping import swap_call
from awaitify.swap import Shape, Swap


def swap_all(context: Context) -> list[Piece]:
    """A piece for each thing that is swapped: whole, or with the obstacles that prevent it."""
    pieces = [*_swap_calls(context), *refuse_replaced(context)]
    for piece in pieces:
        if not piece.obstacles:
            refuse_hidden_names(piece)
    _refuse_names_of_two_kinds(pieces)
    pieces += clients_around(pieces)
    for swap in context.blocking.swaps:
        swapped = {site for piece in pieces if not piece.obstacles for site in piece.sites}
        if swap.exceptions and swapped:
            pieces += _swap_handlers(Handlers(swap, swapped, context), context)
    return [*pieces, *swap_locks(context, pieces)]


def _swap_calls(context: Context) -> Iterator[Piece]:
    owned: dict[tuple[Class, str], list[BlockingSite]] = {}
    for function in context.swapped_functions():
        by_shape: dict[Shape, list[BlockingSite]] = {}
        local: list[BlockingSite] = []
        for site in context.blocking.sites(function):
            owner = context.blocking.client_owner(site)
            if site.is_unsure:
                yield _without_rule(site)
            elif owner is not None:
                owned.setdefault(owner, []).append(site)
            elif site.client is not None:
                local.append(site)
            elif site.call is not None:
                by_shape.setdefault(site.call.shape, []).append(site)
            else:
                yield _without_rule(site)
        yield from _swap_function(by_shape, local, context)
    for owner, sites in owned.items():
        if is_replaced(*owner, context):
            pass  # wherever it is used is refused
        elif is_borrowed(owner[0].module.path):
            yield _of_a_library(owner, sites)
        else:
            yield swap_owned_client(owner, sites, context)


def _refuse_names_of_two_kinds(pieces: list[Piece]) -> None:
    """A name that holds now a response of the twin and now one of the library is read differently: swap all or none."""
    while True:
        stuck = {name for piece in pieces if piece.obstacles for name in piece.responses}
        mixed = [piece for piece in pieces if not piece.obstacles and not stuck.isdisjoint(piece.responses)]
        for piece in mixed:
            function, name = min(stuck & piece.responses.keys(), key=lambda pair: pair[1])
            reason = f"{name} holds a response of a request that isn't swapped, too"
            piece.refuse("AW406", function.module, piece.responses[function, name], reason)
        if not mixed:
            return


def _swap_handlers(handlers: Handlers, context: Context) -> Iterator[Piece]:
    """The clauses in the functions that are async, be it since before, and in the entry points that start the loop."""
    callers = {caller for site in context.colouring.sites for caller in site.inside}
    functions = callers | set(context.swapped_functions()) | set(_async_before(handlers.swap, context))
    for function in sorted(functions, key=lambda f: f.place):
        for piece in handlers.pieces(function):
            if not piece.obstacles:
                refuse_hidden_names(piece)
            yield piece


def _async_before(swap: Swap, context: Context) -> Iterator[Function]:
    """The functions that are async already and may name an exception of the library: requests made by what they await, any
    number of calls down, may be swapped."""
    text = context.resolver.program.text
    names = {name.rpartition(".")[2] for name, _ in (*swap.exceptions, *swap.builtin_exceptions)}
    paths = {path for name in names for path in text.mentioning(name)} & set(text.mentioning("async"))
    for path in sorted(filter(context.may_change, paths)):
        module = context.resolver.program.module_at(path)
        yield from (function for function in (module.functions if module is not None else ()) if function.is_async)


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


def _of_a_library(owner: tuple[Class, str], sites: list[BlockingSite]) -> Piece:
    """The client is made in a library's file: what it is there decides what it is here."""
    piece = Piece([sites[0].function], calls=sites)
    piece.refuse("AW409", sites[0].function.module, sites[0].node, f"{owner[0].name}.{owner[1]} is made in its library")
    return piece


def _without_rule(site: BlockingSite) -> Piece:
    piece = Piece([site.function], calls=[site])
    if site.is_unsure:
        piece.refuse("AW408", site.function.module, site.node, f"{site.name}, or something else that is handed in")
        return piece
    piece.refuse("AW409", site.function.module, site.node, f"{site.name} blocks, and no rule says how to replace it")
    return piece
