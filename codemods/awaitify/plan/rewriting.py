"""The edits at the mentions of what becomes async."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.colour.action import Action, Rewrite, Together
from awaitify.colour.colouring import Site
from awaitify.colour.constructors import Construct, Initialise
from awaitify.colour.consumers import Consumed
from awaitify.colour.lambdas import Above, Named
from awaitify.colour.properties import Read
from awaitify.colour.unittests import CleanedUp
from awaitify.failure import InternalError
from awaitify.index.references import Mention
from awaitify.index.summary import Function, Module
from awaitify.plan.constructors import construct_edits
from awaitify.plan.consuming import consume
from awaitify.plan.context import Context, free_name
from awaitify.plan.edit import AddImport, AwaitCall, DefineLambda, Edit, NameLambda, ReplaceExpression, RunCall
from awaitify.plan.passed import PassedRewrite, passed_edits
from awaitify.plan.properties import read_edits
from awaitify.plan.unittests import case_edits


def edits_at(site: Site, context: Context) -> Iterator[tuple[Module, Edit]]:
    """The edits for a site, each with its module: what is made at a mention may be used in another one."""
    mention = site.reached.mention
    if site.rewrite is None:
        yield from ((mention.module, edit) for edit in call_edits(site.action, mention.module, mention.call))
    else:
        yield from _rewritten(site.rewrite, mention, context, runs=site.action is Action.RUN)


def _rewritten(
    rewrite: Rewrite, mention: Mention, context: Context, *, runs: bool = False
) -> Iterator[tuple[Module, Edit]]:
    module = mention.module
    match rewrite:
        case Together(parts):
            for part in parts:
                yield from _rewritten(part, mention, context)
        case Consumed():
            yield from consume(rewrite, module, context)
        case Read():
            yield from ((module, edit) for edit in read_edits(rewrite, module, runs=runs))
        case Construct() | Initialise():
            yield from ((module, edit) for edit in construct_edits(rewrite, module, runs=runs))
        case Named(function, calls):
            yield module, DefineLambda(module.span(function))
            yield from ((module, AwaitCall(module.span(call))) for call in calls)
        case CleanedUp(method, cases):
            yield module, ReplaceExpression(module.span(method), "{0}.addAsyncCleanup", (module.span(method.value),))
            for case in cases:
                yield from case_edits(case)
        case Above(function, wish):
            assert mention.function is not None, "a function above the statement stands in a function"
            yield module, NameLambda(module.span(function), _name_above(function, mention.function, wish))
        case _ if isinstance(rewrite, PassedRewrite):
            yield from passed_edits(rewrite, module, mention.function)
        case _:
            raise InternalError(f"{mention.place}: no edits are known for {type(rewrite).__name__}")


def _name_above(function: ast.Lambda, around: Function, wish: str) -> str:
    """A free name for the lambda; each one of the function *around* gets another."""
    lambdas = [node for node in ast.walk(around.node) if isinstance(node, ast.Lambda)]
    alike = sorted((_wish(node, around.module), node.lineno, node.col_offset) for node in lambdas)
    before = [place for place in alike if place[0] == _wish(function, around.module)]
    number = before.index((_wish(function, around.module), function.lineno, function.col_offset)) + 1
    return free_name(around, wish if number == 1 else f"{wish}_{number}")


def _wish(function: ast.Lambda, module: Module) -> str:
    parent = module.parents[function]
    return parent.arg or "" if isinstance(parent, ast.keyword) else ""


def call_edits(action: Action, module: Module, call: ast.Call | None) -> list[Edit]:
    """The edits that await a call, or run it in a loop of its own."""
    if call is None or action is Action.NONE:
        return []
    if action is Action.AWAIT:
        return [AwaitCall(module.span(call))]
    return [RunCall(module.span(call)), AddImport("asyncio")]
