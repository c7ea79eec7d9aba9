"""Blocking calls whose twin is called the same way: ``time.sleep(1)`` → ``await asyncio.sleep(1)``."""

from __future__ import annotations

from awaitify.colour.blocking import BlockingSite
from awaitify.plan.context import Context, Piece
from awaitify.plan.edit import AddImport, AwaitCall, ReplaceExpression


def swap_call(site: BlockingSite, context: Context) -> Piece:
    """The edits that replace the callee and await the call."""
    piece = Piece([site.function], calls=[site])
    module = site.function.module
    assert site.call is not None
    if code := context.why_no_await(site.node, module):
        piece.refuse(code, module, site.node, f"{site.name} is called where no await can stand")
        return piece
    package = site.call.twin.rpartition(".")[0]
    piece.edit(module, ReplaceExpression(module.span(site.node.func), site.call.twin))
    piece.edit(module, AwaitCall(module.span(site.node)))
    piece.edit(module, AddImport(package))
    return piece
