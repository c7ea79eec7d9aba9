"""``functools.singledispatch``: the implementations of a generic function have one colour with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from awaitify.index.references import Use
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, FunctionNode
from awaitify.index.values import FunctionValue

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

_DISPATCH = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
REACHING = frozenset({"dispatch", "registry"})
"""Attributes of a generic function that give its implementations."""


def is_generic(function: Function, resolver: Resolver) -> bool:
    """Whether ``@singledispatch`` chooses by the first argument what a call of the function runs."""
    return any(resolver.decorator_name(d, function) in _DISPATCH for d in function.node.decorator_list)


def generic_of(decorator: ast.expr, function: Function, resolver: Resolver) -> Function | None:
    """The generic function with which ``@show.register`` or ``@show.register(int)`` registers *function*."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(target, ast.Attribute) or target.attr != "register":
        return None
    values = resolver.evaluate(target.value, function.scope.parent or function.scope)
    functions = [value.function for value in values if isinstance(value, FunctionValue)]
    is_one = len(functions) == len(values) == 1 and is_generic(functions[0], resolver)
    return functions[0] if is_one else None


def dispatched_with(function: Function, sites: Sites) -> Iterator[Function]:
    """The generic function and the implementations beside which *function* is called."""
    resolver = sites.resolver
    if not function.node.decorator_list:
        return
    generics = {g for d in function.node.decorator_list if (g := generic_of(d, function, resolver)) is not None}
    if is_generic(function, resolver):
        generics.add(function)
    for generic in sorted(generics, key=lambda g: g.place):
        yield generic
        yield from _registered(generic, sites)


def _registered(generic: Function, sites: Sites) -> Iterator[Function]:
    for name in sorted(sites.spellings(generic)):
        for reached in sites.reaching(name):
            mention = reached.mention
            if generic not in reached.functions or mention.use is not Use.MEMBER:
                continue
            node = mention.module.parents[mention.node]
            parent = mention.module.parents.get(node)
            if isinstance(parent, ast.Call) and parent.func is node:
                node, parent = parent, mention.module.parents.get(parent)
            if isinstance(parent, FunctionNode) and node in parent.decorator_list:
                yield sites.resolver.scopes.function_at(parent, mention.module)
