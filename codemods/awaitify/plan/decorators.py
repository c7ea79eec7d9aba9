"""The edits of what decorators do: wrappers that await what they wrap."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from awaitify.colour.caches import AsyncCache, async_cache, caches_of, is_cached_property, why_no_cached_property
from awaitify.colour.decorators import decorators_of
from awaitify.colour.sites import Sites
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.plan.edit import AddAsyncTwin, AddImport, AwaitCall, Edit, ReplaceExpression
from awaitify.plan.plan import Note
from awaitify.plan.settled import Settled


def wrapper_edits(function: Function, settled: Settled, sites: Sites) -> Iterator[Edit]:
    """What is written in the wrapper of a decorator beside its ``async``; nothing for any other function.

    Where sync functions are wrapped, too, the async wrapper stands beside the sync one.
    """
    wrapping = decorators_of(sites.resolver).around(function)
    if wrapping is None:
        return
    module = function.module
    yield from (AwaitCall(module.span(call)) for call in wrapping.calls)
    if sites.applied(wrapping).is_shared(settled.colouring.turned, sites.resolver):
        test = f"inspect.iscoroutinefunction({wrapping.parameter})"
        yield AddAsyncTwin(module.span(function.node), test, given=_is_given_next(function))
        yield AddImport("inspect")


def cache_edits(function: Function, resolver: Resolver) -> Iterator[Edit]:
    """Caches that keep results become such as keep awaited ones."""
    module = function.module
    for decorator in caches_of(function, resolver):
        cache = async_cache(decorator, function, resolver)
        if isinstance(cache, AsyncCache):
            holes = tuple(module.span(hole) for hole in cache.holes)
            yield ReplaceExpression(module.span(cache.node), cache.template, holes)
            yield AddImport(*cache.imported)


def cache_notes(functions: Iterable[Function], resolver: Resolver) -> Iterator[Note]:
    """What changes at run time where a cache becomes an async one."""
    for function in functions:
        if is_cached_property(function, resolver) and not why_no_cached_property(function, resolver):
            text = f"{function.name} is cached by asyncstdlib: tasks that read it together before it is there share one run"
            yield Note("run", function.place, text)
        for decorator in caches_of(function, resolver):
            cache = async_cache(decorator, function, resolver)
            if isinstance(cache, AsyncCache):
                yield Note("run", function.place, _at_run_time(function, cache))


def _at_run_time(function: Function, cache: AsyncCache) -> str:
    name = f"{function.name} is cached by {cache.imported[1] or cache.imported[0]}"
    if cache.is_shared:
        return f"{name}: calls that miss together share one run, a task of its own; another event loop begins with no entries"
    return f"{name}: of calls that miss together, each runs"


def _is_given_next(wrapper: Function) -> bool:
    """Whether the next statement is ``return wrapper``."""
    parent = wrapper.module.parents[wrapper.node]
    for block in (getattr(parent, field, None) for field in ("body", "orelse", "finalbody")):
        if isinstance(block, list) and wrapper.node in block:
            match block[block.index(wrapper.node) + 1 :]:
                case [ast.Return(value=ast.Name(id=name)), *_]:
                    return name == wrapper.node.name
    return False
