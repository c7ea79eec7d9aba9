"""What is done at a function that is given to something, or kept, and not called where it is mentioned."""

from __future__ import annotations

import ast

from awaitify.colour.action import Ending, Handling, Refused, left
from awaitify.colour.decorated import is_given_by_its_decorator
from awaitify.colour.given import given_to
from awaitify.colour.iterated import iterated
from awaitify.colour.pools import pooled
from awaitify.colour.reached import Reached
from awaitify.colour.receivers import why_not
from awaitify.colour.registered import handle_registered
from awaitify.colour.thread_hops import out_of_a_thread
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module

_HOOKS = {
    "sys.excepthook": "Python calls it for an error that nobody caught, and doesn't await it",
    "sys.unraisablehook": "Python calls it for an error that can't be raised, and doesn't await it",
    "sys.displayhook": "Python calls it at the prompt and doesn't await it",
    "threading.excepthook": "a thread calls it for an error that nobody caught, and doesn't await it",
}


def handle_passed(reached: Reached, resolver: Resolver) -> Handling | Refused:
    """What is done at a mention that is no call: by what the function is given to."""
    mention = reached.mention
    if is_given_by_its_decorator(mention, reached.functions, resolver):
        return left(Ending.FORWARDED, "its decorator gives it: who calls what is decorated calls it")
    if (hop := out_of_a_thread(mention, resolver)) is not None:
        return hop
    if (registered := handle_registered(mention, resolver)) is not None:
        return registered
    given = given_to(mention.node, mention.module, resolver)
    if given is None:
        hook = _hook(mention.node, mention.module, resolver)
        return Refused("AW301", hook or f"it is {mention.use.value}")
    for found in (iterated(given, mention.node, resolver), pooled(given, mention, reached.functions, resolver)):
        if found is not None:
            return found
    return Refused("AW301", why_not(given) or f"it is {mention.use.value}")


def _hook(node: ast.expr, module: Module, resolver: Resolver) -> str:
    """``sys.excepthook = f``"""
    match module.parents.get(node):
        case ast.Assign(targets=[ast.Attribute() as target], value=value) if value is node:
            return _HOOKS.get(resolver.dotted(target, module) or ast.unparse(target), "")
    return ""
