"""The edits at the mentions of what becomes async."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.colour.action import Action
from awaitify.colour.colouring import Site
from awaitify.colour.frameworks import ThreadHop, thread_hop
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module
from awaitify.plan.edit import AddImport, AwaitCall, Edit, ReplaceExpression, RunCall


def edits_at(site: Site, resolver: Resolver) -> Iterator[tuple[Module, Edit]]:
    """The edits for a site, each with its module: what is made at a mention may be used in another one."""
    mention = site.reached.mention
    if site.action is Action.UNWRAP and (hop := thread_hop(mention, resolver)) is not None:
        yield mention.module, _unwrap(hop, mention.module)
    else:
        yield from ((mention.module, edit) for edit in call_edits(site.action, mention.module, mention.call))


def call_edits(action: Action, module: Module, call: ast.Call | None) -> list[Edit]:
    """The edits that await a call, or run it in a loop of its own."""
    if call is None or action is Action.NONE:
        return []
    if action is Action.AWAIT:
        return [AwaitCall(module.span(call))]
    return [RunCall(module.span(call)), AddImport("asyncio")]


def _unwrap(hop: ThreadHop, module: Module) -> Edit:
    """``await asyncio.to_thread(f, x, k=1)`` → ``await f(x, k=1)``; the await is there."""
    holes = [hop.function, *hop.arguments, *(keyword.value for keyword in hop.call.keywords)]
    written = [f"{{{number}}}" for number in range(1, len(hop.arguments) + 1)]
    for number, keyword in enumerate(hop.call.keywords, len(written) + 1):
        written.append(f"{keyword.arg}={{{number}}}" if keyword.arg else f"**{{{number}}}")
    template = f"{{0}}({', '.join(written)})"
    return ReplaceExpression(module.span(hop.call), template, tuple(module.span(hole) for hole in holes))
