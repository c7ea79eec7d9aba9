"""Settles what is decided, what drags along what, and what is held back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from awaitify.codes import Way
from awaitify.colour.colouring import Cause, Colouring, Obstacle
from awaitify.index.hierarchy import Hierarchy
from awaitify.index.summary import Function
from awaitify.names import Name, Place
from awaitify.plan.plan import Link, Reach, Stop

_AT_THE_DEFINITION = frozenset({"AW214", "AW306"})
"""Barriers that `await` lifts for the whole function."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a person decided: ways by code, place or name, and the way for all the rest."""

    ways: tuple[tuple[str, Way], ...] = ()
    on_stop: Way | None = None
    typed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The keys as they were typed, each with those in ``ways`` that it means."""

    def of(self, code: str, place: Place, names: Iterable[Name]) -> Way | None:
        """The way chosen for a stop, the most particular choice first."""
        by_key = dict(self.ways)
        keys = [str(place), *(key for name in names for key in (str(name), name.qualname)), code]
        return next((by_key[key] for key in keys if key in by_key), self.on_stop)

    def for_place(
        self, code: str, place: Place, inside: Function | None, callees: Iterable[Function] = ()
    ) -> Way | None:
        """The way chosen for a place in a function that isn't a stop yet."""
        return self.of(code, place, names_of(callees, inside))

    def for_obstacle(self, obstacle: Obstacle) -> Way | None:
        """The way chosen for an obstacle, where it is one that the obstacle offers."""
        way = self.of(obstacle.code, obstacle.place, names_of(obstacle.callees, obstacle.inside))
        if way is Way.AWAIT and obstacle.reached is not None and obstacle.code in _AT_THE_DEFINITION:
            return None  # it is vouched for where it is defined, or not at all: the call alone can't be awaited
        return way if way in obstacle.ways else None

    def not_offered(self, obstacle: Obstacle) -> Way | None:
        """The way chosen for an obstacle where that doesn't offer it; then it stays undecided."""
        if self.for_obstacle(obstacle) is not None:
            return None
        return self.of(obstacle.code, obstacle.place, names_of(obstacle.callees, obstacle.inside))


def names_of(callees: Iterable[Function], inside: Function | None) -> list[Name]:
    """The names by which a place can be decided: what is called there, then what is around it."""
    names = [function.name for function in sorted(callees, key=lambda f: f.place)]
    return [*names, inside.name] if inside is not None else names


def closure(
    starts: Iterable[Function], colouring: Colouring, hierarchy: Hierarchy, *, with_needing: bool = True
) -> set[Function]:
    """*starts* with all that can't become async when they stay sync.

    That is what they call and would await, and (*with_needing*) whoever needs one of them as a blocking helper. What is
    async in a library is so whatever stays sync here.
    """
    callees: dict[Function, set[Function]] = {}
    for site in colouring.sites:
        for caller in site.inside:
            if caller in colouring.causes:
                callees.setdefault(caller, set()).update(site.callees)
    needed_by: dict[Function, set[Function]] = {}
    for function, helpers in colouring.needs.items() if with_needing else ():
        for helper in helpers:
            needed_by.setdefault(helper, set()).add(function)
    found: set[Function] = set()
    queue = list(starts)
    while queue:
        function = queue.pop()
        if function in found or function in colouring.fixed:
            continue
        found.add(function)
        near = (*hierarchy.family(function), *callees.get(function, ()), *needed_by.get(function, ()))
        queue.extend(other for other in near if other not in found)
    return found


def make_stop(obstacle: Obstacle, colouring: Colouring, decided: Way | None, not_offered: Way | None = None) -> Stop:
    """The stop that is shown for an obstacle, with its chain from the place down to the seed."""
    callees = sorted(obstacle.callees, key=lambda f: f.place)
    callee = str(callees[0].name) if callees else ""
    inside = str(obstacle.inside.name) if obstacle.inside is not None else ""
    chain = chain_of(callees[0], colouring) if callees else ()
    key = "|".join((obstacle.code, obstacle.place.path, inside, callee, obstacle.reason))
    number = hashlib.sha256(key.encode()).hexdigest()[:8]
    stop_id = f"{obstacle.code}-{number}"
    return Stop(
        id=stop_id,
        code=obstacle.code,
        place=obstacle.place,
        reason=obstacle.reason,
        inside=inside,
        callee=callee,
        chain=chain,
        ways=obstacle.ways,
        decided=decided,
        not_offered=not_offered,
        reaches=tuple(Reach(side.name, side.place, side.colour) for side in obstacle.sides),
        sites=tuple(sorted(reached.mention.place for reached in obstacle.sites)),
    )


def chain_of(function: Function, colouring: Colouring) -> tuple[Link, ...]:
    """The functions from *function* to the seed for whose sake it is coloured, each with where it calls the next."""
    links: list[Link] = []
    current: Function | None = function
    while current is not None and len(links) < 50:
        cause: Cause | None = colouring.causes.get(current)
        place = cause.place if cause is not None else current.place
        links.append(Link(str(current.name), place))
        following = cause.other if cause is not None else None
        current = (
            following if following is not None and str(following.name) not in {link.name for link in links} else None
        )
    return tuple(links)


def numbered(stops: Iterable[Stop]) -> Iterator[Stop]:
    """The stops with ids that are all different: equal ones get a number at the end."""
    seen: dict[str, int] = {}
    for stop in stops:
        seen[stop.id] = seen.get(stop.id, 0) + 1
        yield stop if seen[stop.id] == 1 else replace(stop, id=f"{stop.id}-{seen[stop.id]}")
