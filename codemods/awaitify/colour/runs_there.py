"""Does code run a function where it mentions it, or does it hand it on to be run later or elsewhere?"""

from __future__ import annotations

import ast

from awaitify.colour.given import called_by, given_to, is_our_own
from awaitify.colour.receivers import why_not
from awaitify.index.references import Around, Mention, Use
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module

_TAKES_ALL = frozenset(
    f"builtins.{name}" for name in "list tuple set frozenset dict sum any all max min sorted bytes bytearray".split()
)
_PASSES_ON = frozenset(f"builtins.{name}" for name in "map filter enumerate zip reversed iter".split())
_LATER = "it is kept, and who runs it later isn't known"


def why_elsewhere(mention: Mention, function: Function, resolver: Resolver) -> str:
    """Why *function* doesn't surely run while the code around the mention of it does; empty when it does."""
    module = mention.module
    match mention.around:
        case Around.LAMBDA:
            return _why_given(_around(mention.node, ast.Lambda, module), module, resolver)
        case Around.GENERATOR_EXPRESSION:
            return why_not_taken(_around(mention.node, ast.GeneratorExp, module), module, resolver)
    match mention.use:
        case Use.CALLED | Use.AWAITED if mention.call is not None and resolver.scopes.is_generator(function):
            return why_not_taken(mention.call, module, resolver)
        case Use.PASSED:
            return _why_given(mention.node, module, resolver)
        case Use.NAMED:
            return "" if _is_called_at_once(mention) else _LATER
    return ""


def _around(node: ast.AST, kind: type[ast.expr], module: Module) -> ast.expr:
    current = node
    while not isinstance(current, kind):
        current = module.parents[current]
    return current


def _why_given(node: ast.expr, module: Module, resolver: Resolver) -> str:
    """By what it is given to: ``sorted(xs, key=f)`` runs it there, ``jobs.append(f)`` doesn't."""
    given = given_to(node, module, resolver)
    if given is None:
        return _LATER
    if called_by(given.call, module, resolver) is node:
        return why_not_taken(given.call, module, resolver) if given.name in _PASSES_ON else ""
    if is_our_own(given, resolver):
        return ""
    return why_not(given) or f"{ast.unparse(given.call.func)}() may run it later"


def why_not_taken(node: ast.expr, module: Module, resolver: Resolver) -> str:
    """Why what a generator gives isn't taken where it is made; what is returned is looked at where it is called."""
    match parent := module.parents.get(node):
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable) if iterable is node:
            return ""
        case ast.withitem() | ast.Return() | ast.Starred() | ast.YieldFrom():
            return ""
        case ast.Call() if parent.func is not node:
            name = resolver.dotted(parent.func, module)
            if name in _PASSES_ON:
                return why_not_taken(parent, module, resolver)
            if name in _TAKES_ALL or (
                isinstance(parent.func, ast.Attribute) and parent.func.attr in ("join", "extend")
            ):
                return ""
    return "it runs where it is iterated over, which isn't seen"


def _is_called_at_once(mention: Mention) -> bool:
    """``getattr(api, "load")(key)``"""
    named = mention.module.parents.get(mention.node)
    call = mention.module.parents.get(named) if named is not None else None
    return isinstance(call, ast.Call) and call.func is named
