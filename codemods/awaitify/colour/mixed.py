"""Calls that may reach more than one colour: to await them would be wrong for some of what they reach."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from awaitify.codes import Way
from awaitify.colour.colouring import Side
from awaitify.colour.reached import Reached
from awaitify.index.references import IMPLIED, Use
from awaitify.index.summary import Class, Function

if TYPE_CHECKING:
    from awaitify.colour.spread import Spread

_FEW = 5
"""So many are named of each colour."""
BECOMES, IS_ASYNC, STAYS, FOREIGN = "becomes async", "is async", "stays sync", "isn't a function of the project"


def mixed_calls(spread: Spread) -> Iterator[Reached]:
    """The mentions that may reach a function which becomes async and something that doesn't."""
    for name in spread.mentioned:
        for reached in spread.sites.reaching(name):
            if is_mixed(reached, spread):
                yield reached


def is_mixed(reached: Reached, spread: Spread) -> bool:
    """Whether the mention would have to change for some of what it reaches and to stay for the rest.

    What was async before and isn't of a coloured family counts as the rest: who calls through here may know which of
    them it is, and treat the result as a coroutine. A call that is awaited already is right for both.
    """
    if not _changes(reached, spread):
        return False
    rest = [function for function in reached.functions if function not in spread.result.causes]
    if reached.has_other or any(not function.is_async for function in rest):
        return True
    if reached.has_unknown and not spread.may_await(reached, bare_name(reached.mention.node)):
        return True
    is_conflict = bool(rest) or _serves_both(reached, spread)
    return is_conflict and accepted_conflict(reached, spread) is None


def accepted_conflict(reached: Reached, spread: Spread) -> Class | None:
    """The class that makes the call on itself and serves both colours, where a person decided that it is to be awaited."""
    cls = calls_itself(reached, spread)
    if cls is None or not _changes(reached, spread) or not _has_both(reached, spread):
        return None
    coloured = [function for function in reached.functions if function in spread.result.causes]
    return cls if spread.decide("AW312", cls.module.place(cls.node), None, coloured) is Way.AWAIT else None


def can_be_accepted(reached: Reached, spread: Spread) -> bool:
    """Whether a call that a class makes on itself can be awaited: nothing that it may reach stays sync, but some were
    async before."""
    sync = (
        function for function in reached.functions if function not in spread.result.causes and not function.is_async
    )
    return _has_both(reached, spread) and not reached.has_other and not any(sync)


def _changes(reached: Reached, spread: Spread) -> bool:
    """Whether some of what is reached becomes async and nobody awaits it yet."""
    causes = spread.result.causes
    becomes = any(function in causes and not function.is_async for function in reached.functions)
    return becomes and reached.mention.use is not Use.AWAITED


def _has_both(reached: Reached, spread: Spread) -> bool:
    return any(function.is_async for function in reached.functions) or _serves_both(reached, spread)


def _serves_both(reached: Reached, spread: Spread) -> bool:
    """Whether a class calls on itself what some of the classes below it made async by hand, and some didn't.

    Who calls its method on one of the async ones gets a coroutine, and knows it.
    """
    families = (spread.resolver.hierarchy.family(function) for function in reached.functions)
    if not any(member.is_async for family in families for member in family):
        return False
    cls, node = calls_itself(reached, spread), reached.mention.node
    if cls is None or not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return False
    return len({function.is_async for function in spread.sites.behind(cls, node.attr)}) == 2


def mixin_of(reached: Reached, spread: Spread) -> Class | None:
    """The class whose method makes the mixed call on itself, where the classes below it supply what is called.

    ``class Commands: def get(self, key): return self.execute(key)``
    """
    cls = calls_itself(reached, spread)
    if cls is None or reached.has_unknown or not _is_by_name(reached):
        return None
    order = spread.resolver.hierarchy.order(cls)
    is_above = any(function.owner in order for function in reached.functions)
    return cls if not is_above or _serves_both(reached, spread) else None


def _is_by_name(reached: Reached) -> bool:
    """Whether what is reached has the name by which it is mentioned there, not one under which it is kept."""
    return any(function.node.name == bare_name(reached.mention.node) for function in reached.functions)


def calls_itself(reached: Reached, spread: Spread) -> Class | None:
    """The class in whose method *reached* is a call on ``self``, ``cls`` or ``super()``."""
    node, function = reached.mention.node, reached.mention.function
    if function is None or not isinstance(node, ast.Attribute) or reached.mention.use in IMPLIED:
        return None
    while function.owner is None and function.scope.around is not None:  # a function in a method
        around = spread.resolver.scopes.enclosing_function(function.scope.around)
        if around is None:
            return None
        function = around
    return function.owner if _is_own(node.value, function) else None


def sides_of(reached: Iterable[Reached], spread: Spread, mixin: Class | None = None) -> tuple[Side, ...]:
    """What the mentions may reach: what becomes async first, and a few of each colour. With *mixin*, what is behind it."""
    found = list(reached)
    functions = {function for one in found for function in one.functions}
    if mixin is not None:
        names = {bare_name(one.mention.node) for one in found}
        functions = {function for name in names for function in spread.sites.behind(mixin, name)} or functions
    others = {Side(other.name, other.place, FOREIGN) for one in found for other in one.others}
    if any(one.has_other and not one.others for one in found):
        others.add(Side("something else", None, FOREIGN))
    return (*sides(functions, spread), *sorted(others, key=lambda side: side.name)[:_FEW])


def sides(functions: Iterable[Function], spread: Spread) -> tuple[Side, ...]:
    """The functions by colour, a few of each."""
    by_colour: dict[str, list[Side]] = {BECOMES: [], IS_ASYNC: [], STAYS: []}
    for function in sorted(functions, key=lambda f: f.place):
        colour = IS_ASYNC if function.is_async else BECOMES if function in spread.result.causes else STAYS
        by_colour[colour].append(Side(str(function.name), function.place, colour))
    return tuple(side for named in by_colour.values() for side in named[:_FEW])


def both_sides(sides: tuple[Side, ...]) -> str:
    """``shop:Client.fetch and shop:Dog.fetch``: the first that becomes async, and the first that doesn't."""
    becoming = [side.name for side in sides if side.colour == BECOMES]
    rest = [side.name for side in sides if side.colour != BECOMES]
    return " and ".join([*becoming[:1], *rest[:1]])


def bare_name(node: ast.expr) -> str:
    """The name that is mentioned: ``fetch`` of ``client.fetch`` and of ``"shop.api.fetch"``."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case ast.Constant(value=str(text)):
            return text.replace(":", ".").rpartition(".")[2]
    return ""


def _is_own(receiver: ast.expr, method: Function) -> bool:
    """``self``, ``cls`` or ``super()``"""
    match receiver:
        case ast.Name(id=name):
            arguments = [*method.node.args.posonlyargs, *method.node.args.args]
            return bool(arguments) and arguments[0].arg == name
        case ast.Call(func=ast.Name(id="super")):
            return True
    return False
