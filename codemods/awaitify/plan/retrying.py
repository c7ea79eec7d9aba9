"""Loops of tenacity, in what becomes async: they would sleep on the thread of the event loop.

https://tenacity.readthedocs.io/en/latest/#async-and-retry [run 9.2]
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.plan.edit import Edit, IterateAsync
from awaitify.plan.forms import async_twin


def retrying_edits(function: Function, resolver: Resolver) -> Iterator[Edit]:
    """``for attempt in Retrying(…)`` → ``async for attempt in AsyncRetrying(…)``; each attempt stays ``with attempt:``."""
    for node in resolver.scopes.own_nodes(function):
        match node:
            case ast.For(iter=ast.Call(func=func, keywords=keywords) as iterable) if all(
                keyword.arg not in (None, "sleep") for keyword in keywords
            ):
                if resolver.dotted(func, function.module) == "tenacity.Retrying":
                    yield IterateAsync(function.module.span(iterable))
                    yield from async_twin(func, "AsyncRetrying", "tenacity", function.module)
