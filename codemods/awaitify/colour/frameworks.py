"""What the decorators and callers of known libraries do with a coroutine function."""

from __future__ import annotations

import ast
import re

from awaitify.colour.dispatch import generic_of
from awaitify.colour.framework_rows import DECORATORS, REGISTERS_IMPLEMENTATION
from awaitify.colour.registered import decorates_methods, decorator_row, registration
from awaitify.colour.treatments import Row, Treatment
from awaitify.index.references import Mention
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.index.values import FunctionValue

_SETTER = next(row for row in DECORATORS if row.treatment is Treatment.PROPERTY)
_MAKES = (
    (re.compile(r"(rich_)?click\.(\w+\.)*group"), "click.Group"),
    (re.compile(r"discord\.(\w+\.)*loop"), "discord.ext.tasks.Loop"),
    (re.compile(r"discord\.(\w+\.)*(command|hybrid_command)"), "discord.ext.commands.Command"),
    (re.compile(r"discord\.(\w+\.)*(group|hybrid_group)"), "discord.ext.commands.Group"),
)
"""What decorators put in the place of a function, where that has decorators of its own."""
_ASYNC_MOCKING = re.compile(r"(unittest\.mock|mock)\.patch\.object")


def treatment(decorator: ast.expr, function: Function, resolver: Resolver) -> Treatment:
    """What *decorator* does with *function*."""
    row = row_of(decorator, function, resolver)
    return row.treatment if row is not None else Treatment.UNKNOWN


def row_of(decorator: ast.expr, function: Function, resolver: Resolver) -> Row | None:
    """The row of the table that says what *decorator* does with *function*; None for one that isn't known."""
    if resolver.decorator_name(decorator, function) == "property.setter":
        return _SETTER
    if generic_of(decorator, function, resolver) is not None:
        return REGISTERS_IMPLEMENTATION
    if inner := decorates_methods(decorator, function.module, resolver):
        rows = [row_of(one, function, resolver) for one in inner]
        return rows[0] if all(row is not None and row.treatment is Treatment.TRANSPARENT for row in rows) else None
    row = decorator_row(decorator, function.module, resolver)
    return row if row is not None else _row_of_made(decorator, function, resolver)


def _row_of_made(decorator: ast.expr, function: Function, resolver: Resolver) -> Row | None:
    """``@cli.command()`` where ``cli`` is a function that ``@click.group()`` made a group."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(target, ast.Attribute):
        return None
    values = resolver.evaluate(target.value, function.scope.parent or function.scope)
    for made in (v.function for v in values if isinstance(v, FunctionValue)):
        for name in (resolver.decorator_name(d, made) for d in made.node.decorator_list):
            if (kind := _made_by(name)) is not None:
                return next((row for row in DECORATORS if row.names.fullmatch(f"{kind}.{target.attr}")), None)
    return None


def _made_by(decorator: str) -> str | None:
    """The class of which *decorator* makes an object in the function's place."""
    return next((kind for pattern, kind in _MAKES if pattern.fullmatch(decorator)), None)


def awaits_what_it_is_given(mention: Mention, resolver: Resolver) -> bool:
    """Whether the function is passed to something that awaits coroutine functions: ``Depends(get_client)``."""
    found = registration(mention, resolver)
    return found is not None and found.row.treatment in (Treatment.HANDLER, Treatment.LOOP_EACH)


def mocks_by_colour(mention: Mention, resolver: Resolver) -> bool:
    """``patch.object(C, "fetch")`` makes an AsyncMock by itself when the attribute is a coroutine function."""
    call = mention.module.parents.get(mention.node)
    if (
        not isinstance(call, ast.Call)
        or len(call.args) > 2
        or any(k.arg in ("new", "new_callable") for k in call.keywords)
    ):
        return False
    return bool(_ASYNC_MOCKING.fullmatch(resolver.dotted(call.func, mention.module)))
