"""The cheapest cuts: the fewest functions that have to stay sync, or stay in both colours, for a stop to be gone.

A function that stays sync keeps all that it would await sync, down to the seeds, and then nothing colours what was
coloured for the sake of those. So what stays sync with a stop's callees is the least that can; the names to type are the
fewest that lead down to every seed among it. Each cut is drawn as a plan and dropped when that doesn't bear it out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, islice
from math import comb

from awaitify.colour.blocking import Blocking, BlockingSite
from awaitify.colour.colouring import ClientUse, Colouring, Kind, Obstacle
from awaitify.colour.seed import find_targets
from awaitify.failure import UsageError
from awaitify.index.summary import Function
from awaitify.names import Place
from awaitify.plan.decisions import closure
from awaitify.plan.draft import draft
from awaitify.plan.plan import Plan, Stop
from awaitify.plan.settled import Draft
from awaitify.plan.shown import functions_named

_MOST_PARTS = 6
"""So many sets of stops are cut one by one, beside all of them together."""
_MOST_CHOICES = 16
"""So many ways to be rid of a set of stops are compared."""
_MOST_COVERS = 20_000
"""So many choices of names are looked through for the fewest; beyond that they are picked one by one."""
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class KeptSync:
    """Names for ``--keep-sync`` with which the stops are gone, and what comes of it, as a plan drawn with them says."""

    names: tuple[str, ...]
    stay: tuple[str, ...]
    """All functions that then stay sync."""
    ready: tuple[str, ...]
    """Those that become async all the same."""
    held: tuple[str, ...]
    """Those that other stops still hold back."""
    is_fewest: bool
    """Whether every other choice was looked through."""


@dataclass(frozen=True, slots=True)
class KeptBoth:
    """Functions that would be there in both colours, so that all become async; counted on the graph of calls."""

    functions: tuple[str, ...]
    leaves: tuple[str, ...]
    """Ids of stops that would be left: they aren't about a caller that could go on calling the sync function."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How a set of stops can be gone: the cheapest, and if it keeps sync what was asked for, the cheapest that doesn't."""

    stops: tuple[str, ...]
    keep_sync: tuple[KeptSync, ...]
    keep_both: KeptBoth | None


def find_cuts(given: Draft, plan: Plan, colouring: Colouring, stops: tuple[Stop, ...], asked: str) -> tuple[Cut, ...]:
    """The cheapest cuts of undecided *stops*: one for each set of them that the same seeds lead to, and one for them all.

    *plan* was drawn from *given*, and *colouring* is behind it; *asked* is the function that is to become async.
    """
    cutting = _Cutting(given, plan, colouring, asked)
    parts = cutting.parts(stops)
    sets = [*parts[:_MOST_PARTS], *[stops] * (len(parts) > 1)]
    return tuple(cut for part in sets if (cut := cutting.cut(part)).keep_sync or cut.keep_both)


class _Cutting:
    """One search; plans that were drawn are kept."""

    def __init__(self, given: Draft, plan: Plan, colouring: Colouring, asked: str) -> None:
        self.given = given
        self.plan = plan
        self.colouring = replace(colouring, needs=_all_needs(given.blocking, colouring))
        self.asked = asked
        self.before = _converted(plan)
        self.known = {_key(stop) for stop in plan.undecided}
        self.drawn: dict[frozenset[Function], Plan] = {frozenset(): plan}
        self.obstacles: dict[tuple[str, Place], list[Obstacle]] = {}
        for obstacle in colouring.obstacles:
            self.obstacles.setdefault((obstacle.code, obstacle.place), []).append(obstacle)

    def parts(self, stops: Iterable[Stop]) -> list[tuple[Stop, ...]]:
        """The stops by the seeds that stay sync with what they hold."""
        found: dict[frozenset[Function], tuple[Stop, ...]] = {}
        seeds: dict[frozenset[Function], frozenset[Function]] = {}
        for stop in stops:
            callees = self.callees(stop)
            if callees not in seeds:
                seeds[callees] = frozenset(self.given.seeds) & self.closed(callees)
            found[seeds[callees]] = (*found.get(seeds[callees], ()), stop)
        return list(found.values())

    def cut(self, stops: tuple[Stop, ...]) -> Cut:
        choices = self.choices(stops)
        is_all = len(choices) <= _MOST_CHOICES
        found = [kept for required in choices[:_MOST_CHOICES] if (kept := self.keep_sync(stops, required))]
        found.sort(key=lambda kept: (len(kept.stay), len(kept.names)))
        freeing = next((kept for kept in found if self.asked in kept.ready), None)
        shown = dict.fromkeys(kept for kept in (*found[:1], freeing) if kept is not None)
        ids = tuple(stop.id for stop in stops)
        return Cut(
            ids, tuple(replace(kept, is_fewest=kept.is_fewest and is_all) for kept in shown), self.keep_both(stops)
        )

    # which functions must be sync for the stops to be gone

    def choices(self, stops: tuple[Stop, ...]) -> list[frozenset[Function]]:
        """Sets of functions with any of which the stops would be gone, that of all their callees first."""
        found: list[frozenset[Function]] = [frozenset()]
        for stop in stops:
            joined = (choice | way for choice in found for way in self.ways_to_be_gone(stop))
            found = list(islice(dict.fromkeys(joined), _MOST_CHOICES + 1))
        return found

    def ways_to_be_gone(self, stop: Stop) -> list[frozenset[Function]]:
        callees = self.callees(stop)
        ways = [callees]
        inside = frozenset(f for f in functions_named([stop.inside], self.given) if f in self.colouring.causes)
        if stop.code == "AW303" and inside:  # the loop isn't started in a running one when its caller stays sync
            ways.append(inside)
        if stop.code == "AW305":  # one call may start the loop when it is the only one
            ways.append(frozenset().union(*(self.callees(other) for other in self.beside(stop))))
        return [way for way in dict.fromkeys(ways) if way]

    def beside(self, stop: Stop) -> Iterator[Stop]:
        for other in self.plan.undecided:
            same = other.code == stop.code and other.inside == stop.inside and other.place.path == stop.place.path
            if same and self.callees(other) != self.callees(stop):
                yield other

    def callees(self, stop: Stop) -> frozenset[Function]:
        """The functions whose families the stop holds."""
        found = frozenset(f for obstacle in self.obstacles.get(_key(stop), ()) for f in obstacle.callees)
        return found or functions_named([stop.callee], self.given)

    def closed(self, functions: Iterable[Function]) -> frozenset[Function]:
        return frozenset(closure(functions, self.colouring, self.given.resolver.hierarchy))

    # keeping sync

    def keep_sync(self, stops: tuple[Stop, ...], required: frozenset[Function]) -> KeptSync | None:
        """The fewest names that keep *required* sync and no more than must be, where the stops are gone with them."""
        wanted = set(required)
        plan = self.draw(self.closed(wanted))
        for _ in range(_ROUNDS):
            if not (fresh := [stop for stop in plan.undecided if _key(stop) not in self.known]):
                break
            # a call of both colours: what it reaches beside the functions that stay sync has to stay sync too
            wanted |= functions_named([stop.callee for stop in fresh], self.given)
            plan = self.draw(self.closed(wanted))
        if not self.is_gone(stops, plan):
            return None
        stay = self.before - _converted(plan) | {str(f.name) for f in wanted if f not in self.colouring.causes}
        for functions, is_fewest in self.coverings(stops, required, self.closed(wanted), stay):
            names = self.spelled(functions)
            typed = self.draw(frozenset(find_targets(names, self.given.resolver, self.given.blocking)))
            if self.is_gone(stops, typed) and _converted(typed) == _converted(plan):
                held = {name for group in typed.groups if group.held_by for name in group.names}
                ready = _converted(typed) - held
                return KeptSync(names, _sorted(stay), _sorted(ready), _sorted(_converted(typed) - ready), is_fewest)
        return None

    def draw(self, kept: frozenset[Function]) -> Plan:
        if kept not in self.drawn:
            self.drawn[kept] = draft(replace(self.given, kept=self.given.kept | kept))
        return self.drawn[kept]

    def is_gone(self, stops: tuple[Stop, ...], plan: Plan) -> bool:
        """Whether none of the stops is left, and none is new."""
        left = {_key(stop) for stop in plan.undecided}
        return left <= self.known and left.isdisjoint(map(_key, stops))

    def coverings(
        self,
        stops: tuple[Stop, ...],
        required: frozenset[Function],
        kept: frozenset[Function],
        stay: frozenset[str],
    ) -> Iterator[tuple[list[Function], bool]]:
        """Choices of functions that keep every seed sync which is in *kept* or *stay*, the best first."""
        seeds = frozenset(seed for seed in self.given.seeds if seed in kept or str(seed.name) in stay)
        callees = [f for stop in stops for f in sorted(self.callees(stop), key=_order)]
        preferred = [f for f in (*callees, *sorted(required, key=_order)) if f in kept or str(f.name) in stay]
        others = sorted((f for f in self.colouring.causes if str(f.name) in stay), key=_order)
        covers: dict[frozenset[Function], Function] = {}
        for function in dict.fromkeys([*preferred, *others]):
            covered = self.closed([function]) & seeds
            if covered == seeds:
                yield [function], True
                break
            covers.setdefault(covered, function)
        best = [one for one in covers if one and not any(one < other for other in covers)]
        yield from _smallest(seeds, best, covers)
        yield [next(iter(sorted(group, key=_order))) for group in self.families(required)], False

    def families(self, functions: Iterable[Function]) -> list[tuple[Function, ...]]:
        family = self.given.resolver.hierarchy.family
        return list(dict.fromkeys(family(f) or (f,) for f in sorted(functions, key=_order)))

    def spelled(self, functions: Iterable[Function]) -> tuple[str, ...]:
        """The functions as one types them; by their files where a module's name isn't clear."""
        return tuple(dict.fromkeys(self.spelling(function) for function in functions))

    def spelling(self, function: Function) -> str:
        try:
            found = find_targets([str(function.name)], self.given.resolver, self.given.blocking)
        except UsageError:
            found = ()
        return str(function.name) if function in found else f"{function.module.path}:{function.qualname}"

    # keeping both

    def keep_both(self, stops: Iterable[Stop]) -> KeptBoth | None:
        """What would have to be there in both colours: what the callers at the stops go on calling, down to the seeds."""
        starts: set[Function] = set()
        leaves = []
        for stop in stops:
            found = [o for o in self.obstacles.get(_key(stop), ()) if o.mentions or o.unread]
            starts |= {function for obstacle in found for function in obstacle.callees}
            if not found:
                leaves.append(stop.id)
        functions = {str(f.name) for f in self.needed_in_both(starts) if not f.is_async}
        return KeptBoth(_sorted(functions), tuple(leaves)) if functions else None

    def needed_in_both(self, starts: Iterable[Function]) -> set[Function]:
        """*starts* with their families and all that they would await: the sync function calls the sync ones."""
        calls: dict[Function, set[Function]] = {}
        for site in self.colouring.sites:
            for caller in site.inside:
                calls.setdefault(caller, set()).update(site.callees)
        found: set[Function] = set()
        queue = list(starts)
        while queue:
            function = queue.pop()
            if function not in found:
                found.add(function)
                queue += self.given.resolver.hierarchy.family(function)
                queue += calls.get(function, ())
        return found


def _smallest(
    seeds: frozenset[Function], best: list[frozenset[Function]], covers: dict[frozenset[Function], Function]
) -> Iterator[tuple[list[Function], bool]]:
    """The fewest covers that hold all *seeds* together; one by one, the largest gain first, where there are too many."""
    tried = 0
    for size in range(2, len(best) + 1):
        tried += comb(len(best), size)
        if tried > _MOST_COVERS:
            break
        for choice in combinations(best, size):
            if frozenset().union(*choice) == seeds:
                yield [covers[one] for one in choice], True
                return
    chosen: list[Function] = []
    left = seeds
    while left and best:
        largest = max(best, key=lambda one: len(one & left))
        if not largest & left:
            return
        chosen.append(covers[largest])
        left -= largest
    if chosen:
        yield chosen, False


def _all_needs(blocking: Blocking, colouring: Colouring) -> dict[Function, set[Function]]:
    """By coloured function, all that it needs to become async; the colouring has what wasn't coloured before."""
    needs = {function: set(helpers) for function, helpers in colouring.needs.items()}
    for function, cause in colouring.causes.items():
        if not function.is_async or cause.kind is Kind.SEED:
            needs.setdefault(function, set()).update(_needed(function, blocking, colouring))
    return needs


def _needed(function: Function, blocking: Blocking, colouring: Colouring) -> Iterator[Function]:
    """The blocking functions that it calls, and those that use the same client."""
    for callee in blocking.callees(function):
        for target in callee.functions & colouring.causes.keys():
            if any(map(blocking.blocks, (target, *blocking.overrides(target)))):
                yield target
    for site in blocking.sites(function):
        owner = blocking.client_owner(site)
        for use in colouring.clients.get(owner, ()) if owner is not None else ():
            if use.function in colouring.causes and _has_twin(use, site):
                yield use.function


def _has_twin(use: ClientUse, site: BlockingSite) -> bool:
    call = use.method_call
    attribute = call.func.attr if call is not None and isinstance(call.func, ast.Attribute) else ""
    return site.client is not None and site.client.method_twin(attribute) is not None


def _key(stop: Stop) -> tuple[str, Place]:
    return stop.code, stop.place


def _converted(plan: Plan) -> frozenset[str]:
    return frozenset(str(one.name) for one in plan.converted)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def _order(function: Function) -> Place:
    return function.place
