"""The edits at a property that becomes an async method, and at its reads."""

from __future__ import annotations

from collections.abc import Iterator

from awaitify.colour.properties import Read, getter_decorator, method_name
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.plan.edit import Edit, RemoveDecorator, RenameFunction, ReplaceExpression


def getter_edits(function: Function, resolver: Resolver) -> Iterator[Edit]:
    """``@property def owner(self)`` → ``def get_owner(self)``; nothing for any other function."""
    decorator = getter_decorator(function, resolver)
    if decorator is not None:
        span = function.module.span(function.node)
        others = function.node.decorator_list
        yield RemoveDecorator(span, len(others) - 1 - others.index(decorator))
        yield RenameFunction(span, method_name(function))


def read_edit(read: Read, module: Module) -> Edit:
    """``page.owner`` → ``await page.get_owner()``"""
    return ReplaceExpression(module.span(read.node), f"await {{0}}.{read.method}()", (module.span(read.node.value),))
