"""The edits at a property that becomes an async method, and at its reads."""

from __future__ import annotations

from collections.abc import Iterator

from awaitify.colour.caches import is_cached_property, why_no_cached_property
from awaitify.colour.properties import Read, getter_decorator, method_name
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.plan.edit import AddImport, Edit, RemoveDecorator, RenameFunction, ReplaceExpression


def getter_edits(function: Function, resolver: Resolver) -> Iterator[Edit]:
    """``@property def owner(self)`` → ``def get_owner(self)``, ``@cached_property`` → ``@asyncstdlib.cached_property``;
    nothing for any other function."""
    decorator = getter_decorator(function, resolver)
    if decorator is not None and is_cached_property(function, resolver):
        if not why_no_cached_property(function, resolver):  # else it is marked
            yield ReplaceExpression(function.module.span(decorator), "asyncstdlib.cached_property")
            yield AddImport("asyncstdlib")
    elif decorator is not None:
        span = function.module.span(function.node)
        others = function.node.decorator_list
        yield RemoveDecorator(span, len(others) - 1 - others.index(decorator))
        yield RenameFunction(span, method_name(function))


def read_edits(read: Read, module: Module, *, runs: bool) -> Iterator[Edit]:
    """``page.owner`` → ``await page.get_owner()``; ``asyncio.run(…)`` where the loop is started there."""
    called = f"{{0}}.{read.method}()" if read.method else f"{{0}}.{read.node.attr}"
    text = f"asyncio.run({called})" if runs else f"await {called}"
    yield ReplaceExpression(module.span(read.node), text, (module.span(read.node.value),))
    if runs:
        yield AddImport("asyncio")
