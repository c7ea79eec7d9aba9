"""Can a running event loop lead to a function? Where it can, starting another one there raises."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from awaitify.colour.barriers import CALLED_OTHERWISE, CONSTRUCTORS
from awaitify.colour.reached import Reached
from awaitify.colour.registered import registration
from awaitify.index.references import Use
from awaitify.index.summary import Function

if TYPE_CHECKING:
    from awaitify.colour.spread import Spread

_MOST_ROOTS = 200
"""Where there are more async functions, what Python calls by itself counts as reached from one: to look below each of
them would be to look at the whole program."""


def leads_from_a_loop(function: Function, callees: Iterable[Function], spread: Spread) -> bool:
    """Whether async code, after the migration, may call *function* directly or through sync functions.

    A function that Python calls by itself has no calls that could be followed up: then every async function counts that
    isn't below *callees* (what the function itself calls) and that, with all it calls, may be where Python calls it.
    """
    seen, queue = {function}, [function]
    while queue:
        current = queue.pop()
        outside = spread.sites.outside(current)
        is_called_outside = any(way.treatment in CALLED_OTHERWISE for way in outside)
        if _is_called_implicitly(current, spread) and not is_called_outside:
            candidates = _async_functions(spread)
            if len(candidates) > _MOST_ROOTS:
                return True
            roots = candidates - spread.blocking.below(callees)
            if _may_trigger(current, spread.blocking.below(roots), spread):
                return True
            continue
        if any(way.may_be_in_a_loop for way in outside):
            return True
        for reached in spread.sites.reaching(current.node.name):
            caller = reached.mention.function
            if current not in reached.functions or caller in seen:
                continue
            if _is_called_outside(reached, spread) or is_called_outside and _is_returned(reached):
                continue  # where it is registered, it isn't called
            if reached.mention.use is Use.PASSED or (caller is not None and spread.is_async(caller)):
                return True
            if caller is not None:
                seen.add(caller)
                queue.append(caller)
    return False


def _is_called_outside(reached: Reached, spread: Spread) -> bool:
    """Whether it is handed to a framework that calls it where no loop runs, as long as it is sync."""
    found = registration(reached.mention, spread.resolver)
    if found is None:
        return False
    return found.row.treatment in CALLED_OTHERWISE or found.row.calls_on_a_thread(found.call)


def _is_returned(reached: Reached) -> bool:
    """``return middleware``: to what is known to call it otherwise."""
    mention = reached.mention
    return mention.use is Use.PASSED and isinstance(mention.module.parents.get(mention.node), ast.Return)


def _is_called_implicitly(function: Function, spread: Spread) -> bool:
    return _is_special(function) or spread.resolver.members.is_property(function)


def _is_special(function: Function) -> bool:
    return function.node.name.startswith("__") and function.node.name.endswith("__")


def _may_trigger(implicit: Function, functions: set[Function], spread: Spread) -> bool:
    """Whether one of *functions* names the property or the class that is constructed; for any other special method there
    is nothing to look for, and the answer is yes where there is any function."""
    if implicit.owner is None or (_is_special(implicit) and implicit.node.name not in CONSTRUCTORS):
        return bool(functions)
    names = {implicit.node.name}
    if implicit.node.name in CONSTRUCTORS:
        names = {cls.node.name for cls in (implicit.owner, *spread.resolver.hierarchy.below(implicit.owner))}
    return any(not names.isdisjoint(spread.blocking.names_in(function)) for function in functions)


def _async_functions(spread: Spread) -> set[Function]:
    functions = (function for module in spread.resolver.program.loaded() for function in module.functions)
    return {function for function in functions if spread.is_async(function)}
