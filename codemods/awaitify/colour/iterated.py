"""What is done where Python's own functions call what they are given for every item: map, filter, sort keys, reduce."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from awaitify.colour.action import Action, Ending, Handling, Refused, Rewrite, Where
from awaitify.colour.given import Given, is_plain
from awaitify.index.references import surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module
from awaitify.index.values import BoundContainer

_TAKES_ALL = frozenset(
    f"builtins.{name}" for name in "list tuple set frozenset sorted sum max min dict str.join bytes.join".split()
) | {"collections.Counter", "collections.deque", "math.fsum"}
"""What goes through the iterator it is given to its end, on the spot, and calls nothing of the project's in between."""
_SHORT = {"builtins.any": "any_of", "builtins.all": "all_of"}
_BY_KEY = {"builtins.sorted": "sorted_by", "builtins.max": "max_by", "builtins.min": "min_by"}


@dataclass(frozen=True, slots=True, eq=False)
class Mapped(Rewrite):
    """``list(map(f, xs))`` → ``[await f(x) for x in xs]``, ``list(filter(f, xs))`` → ``[x for x in xs if await f(x)]``

    *whole* is what the comprehension takes the place of; it is a set where ``set(…)`` was around it.
    """

    whole: ast.Call
    function: ast.expr
    iterables: tuple[ast.expr, ...]
    filters: bool
    is_set: bool


@dataclass(frozen=True, slots=True, eq=False)
class Helped(Rewrite):
    """``sorted(xs, key=f)`` → ``await sorted_by(xs, key=f)``: a function that awaits is put into the module.

    *first* is an argument that the call didn't have: ``xs.sort(key=f)`` → ``await sort_by(xs, key=f)``; *inner* a call of
    ``map`` whose arguments are taken instead: ``any(map(f, xs))`` → ``await any_of(f, xs)``.
    """

    call: ast.Call
    helper: str
    first: ast.expr | None = None
    inner: ast.Call | None = None


def iterated(given: Given, function: ast.expr, resolver: Resolver) -> Handling | Refused | None:
    """What is done at a *function*, an argument, that is called for every item; None where something else gets it."""
    match given.name, given.at:
        case ("builtins.map" | "builtins.filter"), 0:
            return _lazy(given, function, resolver)
        case ("builtins.sorted" | "builtins.max" | "builtins.min"), "key":
            return _awaited(Helped(given.call, _BY_KEY[given.name]), given.module, resolver)
        case "functools.reduce", 0:
            return _awaited(Helped(given.call, "reduced"), given.module, resolver)
        case _, "key" if given.method == "sort" and isinstance(given.call.func, ast.Attribute):
            return _sort(given, given.call.func.value, resolver)
    return None


def _lazy(given: Given, function: ast.expr, resolver: Resolver) -> Handling | Refused:
    """``map`` and ``filter`` call the function when somebody iterates over what they give."""
    module, call = given.module, given.call
    filters = given.name == "builtins.filter"
    if call.keywords or len(call.args) < 2 or (filters and len(call.args) > 2):
        return Refused("AW301", f"it is given to {ast.unparse(call.func)} with arguments that no rule knows")
    around = module.parents.get(call)
    taker = resolver.dotted(around.func, module) if isinstance(around, ast.Call) and call in around.args else ""
    if taker in _SHORT and isinstance(around, ast.Call) and len(around.args) == 1 and not filters:
        return _awaited(Helped(around, _SHORT[taker], inner=call), module, resolver)
    if not isinstance(function, ast.Lambda) and not is_plain(function, module, resolver):
        return Refused("AW301", f"{ast.unparse(function)} is evaluated once for many calls: give it a name before")
    iterables = tuple(call.args[1:])
    if taker in ("builtins.list", "builtins.set") and isinstance(around, ast.Call) and len(around.args) == 1:
        rewrite = Mapped(around, function, iterables, filters, taker == "builtins.set")
        return _awaited(rewrite, module, resolver, around)
    if is_taken_whole(call, module, resolver):
        return _awaited(Mapped(call, function, iterables, filters, False), module, resolver, call)
    name = ast.unparse(call.func)
    return Refused("AW301", f"{name}() calls it later, item by item, wherever what it gives is iterated over")


def is_taken_whole(node: ast.expr, module: Module, resolver: Resolver) -> bool:
    """Whether all of an iterator is taken where it stands, with nothing of the project's in between: then a list does."""
    match module.parents.get(node):
        case ast.Call(args=[first, *_]) as call if first is node:
            taker = resolver.dotted(call.func, module)
            if taker == "builtins.enumerate":
                return is_taken_whole(call, module, resolver)
            by_key = any(keyword.arg == "key" for keyword in call.keywords)
            return taker in _TAKES_ALL and (not by_key or taker == "builtins.sorted")  # which takes all before any key
        case ast.Call(args=[ast.Constant(value=None), second]) as call if second is node:
            is_filter = resolver.dotted(call.func, module) == "builtins.filter"
            return is_filter and is_taken_whole(call, module, resolver)
        case ast.Starred() as starred:
            return isinstance(module.parents.get(starred), ast.List | ast.Tuple | ast.Set | ast.Call)
        case ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return True
    return False


def _sort(given: Given, receiver: ast.expr, resolver: Resolver) -> Handling | Refused:
    """``xs.sort(key=f)``"""
    values = resolver.answer(given.call.func, given.module).values
    if not values or not all(isinstance(value, BoundContainer) and not value.container.is_mapping for value in values):
        return Refused("AW301", f"{ast.unparse(receiver)} isn't known to be a list, so what its sort does isn't either")
    return _awaited(Helped(given.call, "sort_by", first=receiver), given.module, resolver)


def _awaited(rewrite: Mapped | Helped, module: Module, resolver: Resolver, whole: ast.Call | None = None) -> Handling:
    """The rewrite, with an await where it stands."""
    node = whole or (rewrite.call if isinstance(rewrite, Helped) else rewrite.whole)
    where = Where(node, module, *surroundings(node, module, resolver))
    return Handling(Action.REWRITE, Ending.AWAITED, "awaited for every item", (where,), rewrite)
