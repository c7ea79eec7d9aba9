"""What is done where Python's own functions call what they are given for every item: map, filter, sort keys, reduce."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.colour.action import Action, Ending, Handling, Refused, Rewrite, Together, Where
from awaitify.colour.consumers import Consumed, Consumer
from awaitify.colour.consuming import Consuming, NoRuleError
from awaitify.colour.given import Given, is_plain
from awaitify.index.references import surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import FunctionNode, Module
from awaitify.index.values import BoundContainer, FunctionValue

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

_TAKES_ALL = frozenset(
    f"builtins.{name}" for name in "list tuple set frozenset sorted sum max min dict str.join bytes.join".split()
) | {"collections.Counter", "collections.deque", "math.fsum"}
"""What goes through the iterator it is given to its end, on the spot, and calls nothing of the project's in between."""
_SHORT = {"builtins.any": "any_of", "builtins.all": "all_of"}
_BY_KEY = {"builtins.sorted": "sorted_by", "builtins.max": "max_by", "builtins.min": "min_by"}


@dataclass(frozen=True, slots=True, eq=False)
class Mapped(Rewrite):
    """``list(map(f, xs))`` → ``[await f(x) for x in xs]``, ``list(filter(f, xs))`` → ``[x for x in xs if await f(x)]``

    *whole* is what the comprehension takes the place of; it is a set where ``set(…)`` was around it, and a generator
    expression where the items are taken one by one: ``for y in map(f, xs)`` → ``async for y in (await f(x) for x in xs)``.
    """

    whole: ast.Call
    function: ast.expr
    iterables: tuple[ast.expr, ...]
    filters: bool
    brackets: str = "[]"


@dataclass(frozen=True, slots=True, eq=False)
class Helped(Rewrite):
    """``sorted(xs, key=f)`` → ``await sorted_by(xs, key=f)``: a function that awaits is put into the module.

    *first* is an argument that the call didn't have: ``xs.sort(key=f)`` → ``await sort_by(xs, key=f)``; *inner* a call of
    ``map`` whose arguments are taken instead: ``any(map(f, xs))`` → ``await any_of(f, xs)``. What gives an async iterator
    isn't awaited itself.
    """

    call: ast.Call
    helper: str
    first: ast.expr | None = None
    inner: ast.Call | None = None
    gives_iterator: bool = False


def iterated(given: Given, function: ast.expr, sites: Sites, *, has_name: bool = False) -> Handling | Refused | None:
    """What is done at a *function*, an argument, that is called for every item; None where something else gets it.

    A lambda that gets a name (*has_name*) isn't written out.
    """
    resolver = sites.resolver
    match given.name, given.at:
        case ("builtins.map" | "builtins.filter"), 0:
            return _lazy(given, function, sites, has_name=has_name)
        case ("builtins.sorted" | "builtins.max" | "builtins.min"), "key":
            return _awaited(Helped(given.call, _BY_KEY[given.name]), given.module, resolver)
        case "functools.reduce", 0:
            return _awaited(Helped(given.call, "reduced"), given.module, resolver)
        case _, "key" if given.method == "sort" and isinstance(given.call.func, ast.Attribute):
            return _sort(given, given.call.func.value, resolver)
    return None


def _lazy(given: Given, function: ast.expr, sites: Sites, *, has_name: bool) -> Handling | Refused:
    """``map`` and ``filter`` call the function when somebody iterates over what they give."""
    module, call, resolver = given.module, given.call, sites.resolver
    filters = given.name == "builtins.filter"
    if call.keywords or len(call.args) < 2 or (filters and len(call.args) > 2):
        return Refused("AW301", f"it is given to {ast.unparse(call.func)} with arguments that no rule knows")
    around = module.parents.get(call)
    taker = resolver.dotted(around.func, module) if isinstance(around, ast.Call) and call in around.args else ""
    if taker in _SHORT and isinstance(around, ast.Call) and len(around.args) == 1 and not filters:
        return _awaited(Helped(around, _SHORT[taker], inner=call), module, resolver)
    is_lambda = isinstance(function, ast.Lambda)
    iterables = tuple(call.args[1:])
    if not has_name and (is_lambda or is_plain(function, module, resolver)):
        if taker in ("builtins.list", "builtins.set") and isinstance(around, ast.Call) and len(around.args) == 1:
            brackets = "{}" if taker == "builtins.set" else "[]"
            return _awaited(Mapped(around, function, iterables, filters, brackets), module, resolver, around)
        if is_taken_whole(call, module, resolver):
            return _awaited(Mapped(call, function, iterables, filters), module, resolver, call)
    if not has_name and (is_lambda or _stays_the_same(function, module, resolver)):
        return _one_by_one(Mapped(call, function, iterables, filters, "()"), given, sites)
    return _one_by_one(Helped(call, "filtered" if filters else "mapped", gives_iterator=True), given, sites)


def _one_by_one(rewrite: Mapped | Helped, given: Given, sites: Sites) -> Handling | Refused:
    """What ``map`` or ``filter`` gives is an async iterator: it is followed to where it ends."""
    consuming, module = Consuming(sites), given.module
    try:
        consuming.iterated(given.call, module, None)
        _expect_it_ends_with_an_error(given.call, consuming, module)
    except NoRuleError as error:
        name = ast.unparse(given.call.func)
        return Refused(
            "AW301", f"{name}() calls it later, item by item, wherever what it gives is iterated over: {error}"
        )
    together = Together((rewrite, Consumed(tuple(consuming.places))))
    return Handling(Action.REWRITE, Ending.AWAITED, "awaited for every item", tuple(consuming.spots), together)


def _expect_it_ends_with_an_error(call: ast.Call, consuming: Consuming, module: Module) -> None:
    """A ``map`` goes on with the next item after the function has raised for one; what takes its place doesn't."""
    if isinstance(module.parents[call], ast.Assign | ast.AnnAssign | ast.NamedExpr):
        places = [place for place in consuming.places if place.consumer is not Consumer.CLOSED]
        is_once = len(places) == 1 and places[0].consumer is not Consumer.NEXT
        if not is_once or _loop_around(places[0].node, module) is not _loop_around(call, module):
            raise NoRuleError("it is asked for more after it may have raised an error")


def _loop_around(node: ast.AST, module: Module) -> ast.AST | None:
    """The loop or comprehension that may come to *node* several times."""
    child, parent = node, module.parents.get(node)
    while parent is not None and not isinstance(parent, FunctionNode):
        match parent:
            case ast.For(iter=once) | ast.AsyncFor(iter=once) | ast.comprehension(iter=once) if child is once:
                pass
            case ast.For() | ast.AsyncFor() | ast.While() | ast.comprehension():
                return parent
        child, parent = parent, module.parents.get(parent)
    return None


def _stays_the_same(function: ast.expr, module: Module, resolver: Resolver) -> bool:
    """Whether *function* is the same for every item, whatever is done in between: ``load``, ``client.load``, bound once."""
    match function:
        case ast.Attribute(value=ast.Name() as name, attr=attr):
            values = resolver.answer(function, module).values
            if not all(isinstance(v, FunctionValue) and v.function.node.name == attr for v in values):
                return False
        case ast.Name():
            name = function
        case _:
            return False
    scope = resolver.scopes.find_scope(name.id, resolver.scopes.scope_of(name, module))
    return scope is not None and len(scope.bindings[name.id]) == 1 and is_plain(function, module, resolver)


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
