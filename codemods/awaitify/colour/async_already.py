"""Is what a generator or a context manager gives taken as an async one already, where it ends?"""

from __future__ import annotations

import ast

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module

_TAKERS = frozenset({"builtins.anext", "builtins.aiter", "contextlib.aclosing"})
_MEMBERS = frozenset({"aclose", "asend", "athrow", "__anext__", "__aiter__", "__aenter__", "__aexit__"})


def takes_an_async_one(node: ast.expr, module: Module, resolver: Resolver) -> bool:
    """Whether an earlier run, or a person, has seen to the place where *node* ends: nothing is left to do there."""
    parent = module.parents[node]
    match parent:
        case ast.AsyncFor(iter=taken) | ast.comprehension(iter=taken, is_async=1):
            return taken is node
        case ast.withitem():
            return isinstance(module.parents[parent], ast.AsyncWith)
        case ast.Attribute(attr=attr):
            return attr in _MEMBERS
        case ast.Call(func=ast.Attribute(attr="enter_async_context"), args=[first, *_]):
            return first is node
        case ast.Call(args=[first, *_]) if first is node:
            return resolver.dotted(parent.func, module) in _TAKERS
    return False
