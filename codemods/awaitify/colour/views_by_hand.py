"""Where a program calls what ``as_view()`` gives: of a view whose handlers become async that is a coroutine function.

https://docs.djangoproject.com/en/5.2/topics/async/#async-views [run 5.2, 6.1]
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from awaitify.colour.contracts import contracts_of
from awaitify.colour.treatments import Treatment
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import ClassValue

if TYPE_CHECKING:
    from awaitify.colour.spread import Spread


def calls_of_views(spread: Spread) -> Iterator[tuple[ast.Call, Module, frozenset[Function]]]:
    """The calls ``Rates.as_view()(request)`` and ``view(request)`` of ``view = Rates.as_view()``, each with the handlers."""
    handlers = [function for function in spread.result.causes if _is_handler(function, spread)]
    if not handlers:
        return
    for module in spread.resolver.program.mentioning("as_view"):
        for node in module.mentions.get("as_view", ()):
            made = module.parents.get(node)
            if isinstance(node, ast.Attribute) and isinstance(made, ast.Call) and made.func is node:
                reached = frozenset(_handlers_of(node.value, module, handlers, spread))
                yield from ((call, module, reached) for call in _calls_of(made, module) if reached)


def _is_handler(function: Function, spread: Spread) -> bool:
    contracts = contracts_of(function, spread.resolver) if function.owner is not None and not function.is_async else ()
    return any(c.row.together is not None and c.treatment is Treatment.HANDLER for c in contracts)


def _handlers_of(node: ast.expr, module: Module, handlers: list[Function], spread: Spread) -> Iterator[Function]:
    for value in spread.resolver.answer(node, module).values:
        if isinstance(value, ClassValue):
            yield from (handler for handler in handlers if _has(value.cls, handler, spread))


def _has(cls: Class, handler: Function, spread: Spread) -> bool:
    pair = spread.resolver.hierarchy.find(cls, handler.node.name)
    return pair is not None and handler in pair[1]


def _calls_of(made: ast.Call, module: Module) -> Iterator[ast.Call]:
    """The calls of what *made* gives, at once or by the name that it is given in its module."""
    match module.parents.get(made):
        case ast.Call(func=func) as call if func is made:
            yield call
        case ast.Assign(targets=[ast.Name(id=name)]):
            for use in module.mentions.get(name, ()):
                match module.parents.get(use):
                    case ast.Call(func=func) as call if func is use:
                        yield call
