"""The edits at the mentions of what becomes async."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.colour.action import Action
from awaitify.colour.colouring import Site
from awaitify.colour.consuming import Consumed
from awaitify.colour.properties import Read
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module
from awaitify.plan.consuming import consume
from awaitify.plan.edit import AddImport, AwaitCall, Edit, RunCall
from awaitify.plan.passed import PassedRewrite, passed_edits
from awaitify.plan.properties import read_edit


def edits_at(site: Site, resolver: Resolver) -> Iterator[tuple[Module, Edit]]:
    """The edits for a site, each with its module: what is made at a mention may be used in another one."""
    mention = site.reached.mention
    if isinstance(site.rewrite, PassedRewrite):
        edits = passed_edits(site.rewrite, mention.module, mention.function)
        yield from ((mention.module, edit) for edit in edits)
    elif isinstance(site.rewrite, Read):
        yield mention.module, read_edit(site.rewrite, mention.module)
    elif isinstance(site.rewrite, Consumed):
        yield from consume(site.rewrite, mention.module, resolver)
    else:
        yield from ((mention.module, edit) for edit in call_edits(site.action, mention.module, mention.call))


def call_edits(action: Action, module: Module, call: ast.Call | None) -> list[Edit]:
    """The edits that await a call, or run it in a loop of its own."""
    if call is None or action is Action.NONE:
        return []
    if action is Action.AWAIT:
        return [AwaitCall(module.span(call))]
    return [RunCall(module.span(call)), AddImport("asyncio")]
