"""Every mention of a coloured name ends in exactly one way; the counts add up, or nothing is written."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.colour.action import Ending
from awaitify.colour.colouring import Colouring, Obstacle
from awaitify.colour.reached import Reached
from awaitify.failure import InternalError
from awaitify.index.summary import Function
from awaitify.names import Place


@dataclass(frozen=True, slots=True, eq=False)
class Accounted:
    """A mention and its ending; ``reached`` is None where the file around it isn't read."""

    place: Place
    name: str
    ending: Ending
    reason: str
    reached: Reached | None
    callees: frozenset[Function] = frozenset()
    """The coloured functions with whose group it is changed or held."""
    obstacle: Obstacle | None = None
    """The obstacle at which it ends, when it is a stop."""


def account(colouring: Colouring) -> tuple[Accounted, ...]:
    """Every mention of every coloured name with its ending, and every mention in a file that isn't read.

    Raises InternalError when one has no ending or more than one: then a coroutine might be left un-awaited unseen.
    """
    named = {id(reached): name for name, mentions in colouring.names.items() for reached in mentions}
    mentions = [reached for mentions in colouring.names.values() for reached in mentions]
    ended = [*_at_sites(colouring, named), *_at_obstacles(colouring, named)]
    seen = Counter(id(entry.reached) for entry in ended)
    doubled = sum(count > 1 or key not in named for key, count in seen.items())
    if doubled or len(named) < len(mentions):
        raise InternalError(f"{doubled} references were accounted for twice or never looked up")
    left = [_left_over(reached, named[id(reached)], colouring) for reached in mentions if id(reached) not in seen]
    return (*ended, *left, *_unread(colouring))


def _at_sites(colouring: Colouring, named: dict[int, str]) -> Iterator[Accounted]:
    for site in colouring.sites:
        name = named.get(id(site.reached), "")
        yield Accounted(_place(site.reached), name, site.ending, site.reason, site.reached, site.callees)


def _at_obstacles(colouring: Colouring, named: dict[int, str]) -> Iterator[Accounted]:
    for obstacle in colouring.obstacles:
        for reached in obstacle.mentions:
            name = named.get(id(reached), "")
            # a call of an entry point (AW303) is no mention of a coloured name
            if name or obstacle.code != "AW303":
                place, reason, callees = _place(reached), obstacle.reason, obstacle.callees
                yield Accounted(place, name, Ending.STOP, reason, reached, callees, obstacle)


def _unread(colouring: Colouring) -> Iterator[Accounted]:
    for found in colouring.obstacles:
        if found.unread:
            yield Accounted(found.place, found.unread, Ending.STOP, found.reason, None, found.callees, found)


def _left_over(reached: Reached, name: str, colouring: Colouring) -> Accounted:
    """A mention that is neither a site nor an obstacle must not reach anything coloured."""
    coloured = [function for function in reached.functions if function in colouring.causes]
    if coloured:
        raise InternalError(f"{reached.mention.place}: the reference to {coloured[0].name} is not accounted for")
    ending, reason = _without_colour(reached)
    return Accounted(_place(reached), name, ending, reason, reached)


def _without_colour(reached: Reached) -> tuple[Ending, str]:
    known = f"reaches {sorted(str(f.name) for f in reached.functions)[0]}" if reached.functions else ""
    if known and not reached.has_unknown:
        return Ending.OTHER, known
    if isinstance(reached.mention.node, ast.Name):
        return Ending.OTHER, known or "a local of the same name"
    if reached.has_unknown:
        also = f", beside what is known: it {known}" if known else ""
        return Ending.DOUBT, f"the receiver isn't known, and the name is a common one{also}"
    return Ending.OTHER, _other(reached)


def _other(reached: Reached) -> str:
    names = ", ".join(map(str, reached.others[:3]))
    return f"reaches {names}" if names else "reaches something that isn't a function of the project"


def _place(reached: Reached) -> Place:
    return reached.mention.module.place(reached.mention.node)
