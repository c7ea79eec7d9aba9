"""All that stands against a family: where it lies, what its functions are, and who calls them from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from awaitify.colour.barriers import CALLED_OTHERWISE, Barrier, barrier_outside, find_barriers
from awaitify.colour.outside import handed_over
from awaitify.index.summary import Function
from awaitify.names import is_borrowed

if TYPE_CHECKING:
    from awaitify.colour.spread import Spread


def all_barriers(function: Function, spread: Spread) -> list[Barrier]:
    """The barriers of the function's family; the one of a member that may not change is enough."""
    outside = barrier_outside(function, spread.part, spread.resolver, spread.sites.published)
    if outside is not None:
        return [outside]
    found = find_barriers(function, spread.sites.forms, spread.sites.published)
    return [*found, *_of_callers_outside(function, spread), *_of_twins(function, spread)]


def _of_twins(function: Function, spread: Spread) -> Iterator[Barrier]:
    """Where everything gets a twin, what can't have one stays sync."""
    if reason := spread.both.why_not(function):
        yield Barrier(function, "AW221", reason, function.node)


def _of_callers_outside(function: Function, spread: Spread) -> Iterator[Barrier]:
    """A command starts the loop and stays sync, whoever names it or needs it; so does what is registered to be called
    synchronously."""
    for member in spread.resolver.hierarchy.family(function):
        if is_borrowed(member.module.path):
            continue  # its library has dealt with it
        for outside in handed_over(member, spread.sites):
            if outside.treatment in CALLED_OTHERWISE:
                yield Barrier(member, CALLED_OTHERWISE[outside.treatment], outside.reason, member.node)
        if spread.is_entry(member):
            yield Barrier(member, "AW303", "it is called as a command, so it starts the event loop itself", member.node)
