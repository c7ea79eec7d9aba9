"""What is done at a function that is given to something, or kept, and not called where it is mentioned."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from awaitify.colour.action import Action, Ending, Handling, Refused, left
from awaitify.colour.aliases import is_alias
from awaitify.colour.callable_types import Annotated, annotations_of
from awaitify.colour.decorated import is_given_by_its_decorator
from awaitify.colour.given import given_to
from awaitify.colour.iterated import iterated
from awaitify.colour.pools import pooled
from awaitify.colour.reached import Reached
from awaitify.colour.receivers import why_not
from awaitify.colour.registered import handle_registered
from awaitify.colour.thread_hops import out_of_a_thread
from awaitify.colour.unittests import cleaned_up
from awaitify.index.references import Mention
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

_HOOKS = {
    "sys.excepthook": "Python calls it for an error that nobody caught, and doesn't await it",
    "sys.unraisablehook": "Python calls it for an error that can't be raised, and doesn't await it",
    "sys.displayhook": "Python calls it at the prompt and doesn't await it",
    "threading.excepthook": "a thread calls it for an error that nobody caught, and doesn't await it",
}
_ONLY_LOOKS = frozenset(
    {f"builtins.{name}" for name in "bool callable hash id isinstance print repr str type".split()}
    | {"inspect.iscoroutinefunction", "asyncio.iscoroutinefunction", "inspect.signature", "typing.get_type_hints"}
)
"""What is told of the function changes with it; nobody calls it there."""


def handle_passed(reached: Reached, sites: Sites) -> Handling | Refused:
    """What is done at a mention that is no call: by what the function is given to."""
    mention, resolver = reached.mention, sites.resolver
    if is_alias(mention, reached.functions, sites.forms):
        return left(Ending.FORWARDED, "another name of a method of its family")
    if is_given_by_its_decorator(mention, reached.functions, resolver):
        return left(Ending.FORWARDED, "its decorator gives it: who calls what is decorated calls it")
    if (hop := out_of_a_thread(mention, resolver)) is not None:
        return hop
    if (registered := handle_registered(mention, resolver)) is not None:
        return registered
    if hook := _hook(mention.node, mention.module, resolver):
        return Refused("AW301", hook)
    given = given_to(mention.node, mention.module, resolver)
    if given is not None:
        for found in (
            iterated(given, mention.node, sites),
            pooled(given, reached.functions, sites),
            cleaned_up(given, mention, resolver),
        ):
            if found is not None:
                return found
        if given.name in _ONLY_LOOKS:
            return left(Ending.FORWARDED, "it is only looked at")
        if reason := why_not(given):
            return Refused("AW301", reason)
    return _kept(mention, sites)


def _kept(mention: Mention, sites: Sites) -> Handling | Refused:
    """It is stored, or passed into the project: all calls of it by its new name are found, and judged for themselves."""
    found = sites.following.destinations(mention.node, mention.module)
    if isinstance(found, Refused):
        return found
    if not found:
        return left(Ending.FORWARDED, "it is only looked at")
    words = " and ".join(dict.fromkeys(kept.words for kept in found))
    annotations = tuple(dict.fromkeys(pair for kept in found for pair in annotations_of(kept, sites.resolver)))
    rewrite = Annotated(annotations) if annotations else None
    action = Action.REWRITE if rewrite else Action.NONE
    return Handling(action, Ending.FORWARDED, f"kept as {words}, whose calls are awaited", (), rewrite)


def _hook(node: ast.expr, module: Module, resolver: Resolver) -> str:
    """``sys.excepthook = f``"""
    match module.parents.get(node):
        case ast.Assign(targets=[ast.Attribute() as target], value=value) if value is node:
            return _HOOKS.get(resolver.dotted(target, module) or ast.unparse(target), "")
    return ""
