"""``functools.singledispatch``: the implementations of a generic function have one colour with it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from awaitify.index.references import Mention, Use
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, FunctionNode
from awaitify.index.values import FunctionValue

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

_DISPATCH = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
_REACHING = frozenset({"dispatch", "registry", "register"})
"""Attributes of a generic function that give its implementations, or take one."""


def is_generic(function: Function, resolver: Resolver) -> bool:
    """Whether ``@singledispatch`` chooses by the first argument what a call of the function runs."""
    return any(resolver.decorator_name(d, function) in _DISPATCH for d in function.node.decorator_list)


def is_reached_by_hand(mention: Mention, attr: str, functions: Iterable[Function], resolver: Resolver) -> bool:
    """Whether an implementation of a generic function is taken or given by hand: ``show.dispatch(int)``,
    ``show.register(int, show_number)``."""
    if attr not in _REACHING or not any(is_generic(function, resolver) for function in functions):
        return False
    return registered_at(mention, resolver) is None


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
            registered = registered_at(mention, sites.resolver)
            if registered is not None:
                yield registered


def registered_at(mention: Mention, resolver: Resolver) -> Function | None:
    """The implementation that the decorator at a mention of a generic function registers: ``@show.register(int)``."""
    node = mention.module.parents[mention.node]
    parent = mention.module.parents.get(node)
    if not isinstance(node, ast.Attribute) or node.attr != "register":
        return None
    decorator: ast.AST = node
    if isinstance(parent, ast.Call) and parent.func is node:
        decorator, parent = parent, mention.module.parents.get(parent)
    if isinstance(parent, FunctionNode) and decorator in parent.decorator_list:
        return resolver.scopes.function_at(parent, mention.module)
    return None
