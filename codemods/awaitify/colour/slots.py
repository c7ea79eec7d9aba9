"""Where is what an expression gives read again, once it is passed on or stored: as a parameter, as an attribute?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.index.callers import Passing
from awaitify.index.origins import Leaf, find_origins
from awaitify.index.references import attribute_mentions
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.index.values import ClassValue, FunctionValue, Instance

Use = tuple[ast.expr, Module]


class OtherValuesError(Exception):
    """What reads it may get something else as well, or isn't seen; the text says what."""


def uses_of_argument(node: ast.expr, call: ast.Call, module: Module, resolver: Resolver) -> Iterator[Use]:
    """Where the functions that *call* reaches read the parameter for which *node* is passed. Raises OtherValuesError."""
    values = resolver.answer(call.func, module).values
    functions = [function for value in values for function in _called(value, resolver)]
    if not functions or len(functions) < len(values):
        raise OtherValuesError(f"what it gives is passed to {ast.unparse(call.func)}, which doesn't take an async one")
    for function in dict.fromkeys(m for f in functions for m in resolver.hierarchy.family(f)):
        ways = [w for w in resolver.callers.ways(function) if isinstance(w, Passing) and w.call is call]
        arguments = function.node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        named = [p for p in every for way in ways if resolver.callers.argument(p, function, way) is node]
        if len(named) != 1:
            raise OtherValuesError(f"it can't be told as what {function.name} gets what it gives")
        yield from _reads(named[0], function, resolver)


def uses_of_attribute(target: ast.Attribute, module: Module, resolver: Resolver) -> Iterator[Use]:
    """Where the attribute *target*, which is assigned, is read. Raises OtherValuesError."""
    owners = [v.cls for v in resolver.answer(target.value, module).values if isinstance(v, Instance)]
    if len(owners) != 1:
        raise OtherValuesError(f"it is kept as {ast.unparse(target)}, of which not all is known")
    for use, other in attribute_mentions(owners[0], target.attr, resolver):
        if isinstance(use.ctx, ast.Load):
            yield use, other


def expect_only(use: ast.expr, module: Module, family: tuple[Function, ...], resolver: Resolver) -> list[Use]:
    """Raises OtherValuesError unless all that *use* may hold is made by *family*; gives the annotations on the way."""
    found = find_origins(use, module, resolver)
    for origin in found.leaves:
        if origin.leaf is Leaf.OUTSIDE or (origin.leaf is Leaf.GENERATED and origin.function in family):
            continue
        shown = f"what is made in line {getattr(origin.node, 'lineno', 0)} of {origin.module.path}"
        raise OtherValuesError(f"{ast.unparse(use)} in {module.path} may hold something else as well: {shown}")
    return list(found.annotations)


def _called(value: object, resolver: Resolver) -> list[Function]:
    match value:
        case FunctionValue(function):
            return [function]
        case ClassValue(cls):
            found = resolver.hierarchy.find(cls, "__init__")
            return found[1][-1:] if found is not None else []
    return []


def _reads(parameter: ast.arg, function: Function, resolver: Resolver) -> Iterator[Use]:
    for node in ast.walk(function.node):
        if isinstance(node, ast.Name) and node.id == parameter.arg and isinstance(node.ctx, ast.Load):
            scope = resolver.scopes.scope_of(node, function.module)
            if resolver.scopes.find_scope(node.id, scope) is function.scope:
                yield node, function.module
