"""Where the project reaches for what a library's object holds, and that isn't what it was: a client of another library."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from awaitify.codes import Way
from awaitify.index.published import Replaced
from awaitify.index.references import surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Class, Function, Module
from awaitify.index.values import ClassValue, Instance, ModuleValue
from awaitify.names import is_borrowed
from awaitify.plan.context import Context, Piece
from awaitify.plan.plan import Note

_WAYS = (Way.REFUSE, Way.MARK)
Use = tuple[Replaced, ast.expr, Module, Function | None]


def refuse_replaced(context: Context) -> Iterator[Piece]:
    """The uses in what becomes async: no rule says what they are of the new object."""
    for replaced, node, module, function in _uses(context):
        if function is not None and context.becomes_async(function):
            piece = Piece([function])
            piece.refuse("AW409", module, node, _reason(replaced))
            left = (replace(o, ways=tuple(way for way in o.ways if way in _WAYS)) for o in piece.obstacles)
            piece.obstacles = list(left)
            yield piece


def notes_of_replaced(context: Context) -> Iterator[Note]:
    """The uses in all other code."""
    for replaced, node, module, function in _uses(context):
        if function is None or not context.becomes_async(function):
            yield Note("look", module.place(node), _reason(replaced))


def is_replaced(cls: Class, attribute: str, context: Context) -> bool:
    """Whether a library says what became of the attribute."""
    return any(_is_of(replaced, attribute, cls.name.module, cls.qualname) for replaced in context.replaced)


def _reason(replaced: Replaced) -> str:
    return f"{replaced.name.qualname} was of {replaced.was}, and is of {replaced.now} now"


def _uses(context: Context) -> Iterator[Use]:
    for replaced in context.replaced:
        for module in context.resolver.program.mentioning(replaced.name.last):
            if not is_borrowed(module.path):
                for node in module.mentions.get(replaced.name.last, ()):
                    if isinstance(node, ast.expr) and _reaches(node, replaced, module, context.resolver):
                        yield replaced, node, module, surroundings(node, module, context.resolver)[1]


def _reaches(node: ast.expr, replaced: Replaced, module: Module, resolver: Resolver) -> bool:
    match node:
        case ast.Attribute(value=value, attr=attr):
            return any(_holds(found, attr, replaced, resolver) for found in resolver.answer(value, module).values)
        case ast.Name(id=name):
            imported = (b for b in module.scope.bindings.get(name, ()) if b.kind is BindingKind.IMPORT)
            return any(binding.source == str(replaced.name) for binding in imported)
    return False


def _holds(value: object, attr: str, replaced: Replaced, resolver: Resolver) -> bool:
    match value:
        case Instance(cls) | ClassValue(cls):
            return any(_is_of(replaced, attr, c.module.name, c.qualname) for c in resolver.hierarchy.order(cls))
        case ModuleValue(module):
            return _is_of(replaced, attr, module.name, "")
    return False


def _is_of(replaced: Replaced, attr: str, module: str, outer: str) -> bool:
    own = replaced.name.qualname.rpartition(".")[0]
    return replaced.name.last == attr and replaced.name.module == module and own == outer
