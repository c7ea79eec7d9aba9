"""Judges every mention of a coloured name: what is done there, or what stands against it."""

from __future__ import annotations

import ast
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from awaitify.codes import Way
from awaitify.colour.abstract_types import protocol_of, satisfying
from awaitify.colour.action import Action, Ending, Handling, Refused, Where
from awaitify.colour.at_definitions import (
    conflict_of,
    no_create,
    obstacle_of_reads,
    obstacles_at_definitions,
    offered_of_a_library,
    ways_out,
)
from awaitify.colour.barriers import starts_loop_itself
from awaitify.colour.bridging import can_bridge
from awaitify.colour.colouring import Entry, Obstacle, Side, Site
from awaitify.colour.decorated import why_shared
from awaitify.colour.handed_on import Gives, fate, gives_awaitable, is_taken_for_awaitable
from awaitify.colour.handling import runs_in_a_loop
from awaitify.colour.mixed import accepted_conflict, bare_name, both_sides, mixin_of, sides, sides_of
from awaitify.colour.nested import nests_comprehensions
from awaitify.colour.reached import Reached
from awaitify.colour.thread_hops import runs_on_a_thread
from awaitify.index.marked import codes_above
from awaitify.index.references import Around, Mention, Use, is_in_loop
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function
from awaitify.names import is_borrowed

if TYPE_CHECKING:
    from awaitify.colour.spread import Spread

_SYNC = "it goes on using the sync one, which has a twin beside it"
_AROUND_CODES = {
    Around.LAMBDA: "AW204",
    Around.GENERATOR_EXPRESSION: "AW209",
    Around.MODULE: "AW205",
    Around.CLASS_BODY: "AW206",
    Around.DEFAULT: "AW207",
}


class Allowed(Enum):
    """How an await can stand at a place."""

    YES = auto()
    BY_A_LOOP = auto()
    """The entry point around it starts a loop for this one call."""
    AT_THE_GUARD = auto()
    """So does the main guard, when this is the only one."""
    KEPT = auto()
    """The function around it is kept sync, so what is called must be too."""
    SYNC = auto()
    """The function around it stays sync, and has its twin already."""


def judge(spread: Spread, mixed: frozenset[int]) -> None:
    """Fill in the sites and obstacles of a spread that has come to its end; *mixed* are the calls left out of it."""
    _Judge(spread, mixed).judge()


class _Judge:
    """One pass over all mentions."""

    def __init__(self, spread: Spread, mixed: frozenset[int]) -> None:
        self.spread = spread
        self.result = spread.result
        self.resolver = spread.resolver
        self.sites = spread.sites
        self.mixed = mixed
        self.by_mixin: dict[Class, list[Reached]] = {}
        """By mixin that serves classes of both colours, its calls of what they supply."""
        self.accepted: dict[Class, list[Reached]] = {}
        """The same, where a person vouches for it."""
        self.takers: dict[Function, list[Reached]] = {}
        """By function, the calls of it whose result is taken for an awaitable."""
        self.gives: dict[Function, Gives] = {}
        self.hidden_reads: dict[str, list[Reached]] = {}
        """By name of a property, what may be a read of it."""

    def judge(self) -> None:
        """Every mention of a coloured name ends as a site or an obstacle."""
        for function, calls in self.spread.entry_sites.items():
            sites = tuple(calls.values())
            label = "console script" if function in self.spread.console_scripts else "command"
            self.result.entries[function] = Entry(function, label, sites, self.spread.needs_split(function))
        for name in self.spread.mentioned:
            self.result.names[name] = self.sites.reaching(name)
            is_kept = self.sites.following.is_name(name)
            for reached in self.result.names[name]:
                if not is_kept or self.coloured_in(reached):  # else no coloured function that is kept so stands there
                    self.judge_one(reached, name)
        self.judge_guards()
        self.leave_to_the_sync_ones()
        for mixin, mentions in self.accepted.items():
            self.result.vouched.append((conflict_of(mixin, mentions, self.spread), Way.AWAIT))
        for obstacle in obstacles_at_definitions(self.spread, self.by_mixin, self.takers):
            self.result.obstacles.append(obstacle)
        for name, reads in self.hidden_reads.items():
            self.result.obstacles.append(obstacle_of_reads(name, reads, self.spread))
        self.judge_entries()
        self.judge_threads()

    def leave_to_the_sync_ones(self) -> None:
        """What stands for several mentions isn't in the way where all that they may reach stays, beside its twin."""
        for mixin, mentions in list(self.by_mixin.items()):
            if all(self.spread.both.all_of(self.coloured_in(reached)) for reached in mentions):
                del self.by_mixin[mixin]
                for reached in mentions:
                    self.leave(reached, self.coloured_in(reached), Ending.SYNC, _SYNC)
        for name, reads in list(self.hidden_reads.items()):
            getters = frozenset(f for f in self.spread.mentioned[name] if not f.is_async)
            if self.spread.both.all_of(getters):
                del self.hidden_reads[name]
                for reached in reads:
                    self.leave(reached, getters, Ending.SYNC, _SYNC)

    def judge_one(self, reached: Reached, name: str) -> None:
        coloured = frozenset(f for f in reached.functions if f in self.result.causes)
        mention = reached.mention
        if not coloured and all(f.is_nested for f in self.spread.mentioned[name]):
            return  # it can be reached by its name only where it is defined
        if id(reached) in self.mixed and coloured:
            self.judge_mixed(reached, coloured)
        elif coloured:
            if (mixin := accepted_conflict(reached, self.spread)) is not None:
                self.accepted.setdefault(mixin, []).append(reached)
            self.judge_coloured(reached, coloured)
        elif isinstance(mention.node, ast.Name):
            is_open = reached.has_unknown and not reached.has_other
            if is_open and self.resolver.bindings.comes_from_outside(mention.node, mention.module):
                self.judge_unknown(reached, name)
        elif mention.use is Use.NAMED:
            if reached.has_unknown and not self.spread.is_common(name):
                self.stop("AW304", reached, "a string names it, and of which object isn't known")
        else:
            if (protocol := protocol_of(reached, name, self.spread)) is not None:
                family = frozenset(f for f in self.result.causes if f.node.name == name)
                reason = f"it is called through {protocol.name}, which the family may satisfy without being below it"
                self.add("AW311", reached, reason, family, sides((*family, *reached.functions), self.spread))
            elif reached.abstract and (family := satisfying(reached.abstract, name, self.spread)):
                reason = f"the receiver is known as an {reached.abstract} only, which a class of the family is too"
                self.add("AW311", reached, reason, family, sides(family, self.spread))
            elif reached.has_unknown:
                self.judge_unknown(reached, name)

    def judge_mixed(self, reached: Reached, coloured: frozenset[Function]) -> None:
        if reached.has_unknown and not reached.has_other and len(coloured) == len(reached.functions):
            self.stop("AW310", reached, "only some of what the receiver can be is known, and that is in the family")
        elif (mixin := mixin_of(reached, self.spread)) is not None:
            self.by_mixin.setdefault(mixin, []).append(reached)
        else:
            found = sides_of([reached], self.spread)
            self.stop("AW311", reached, f"it may reach {both_sides(found)}", found)

    def judge_unknown(self, reached: Reached, name: str) -> None:
        """The receiver isn't known: a stop when the name is distinctive or a property's, else a doubt."""
        if not isinstance(reached.mention.node, ast.Name) and self.has_getter(name):
            self.hidden_reads.setdefault(name, []).append(reached)
            return
        if self.spread.is_common(name) or reached.mention.use is Use.MEMBER:
            return
        if others := self.spread.defined_elsewhere(name):
            family = frozenset(f for f in self.result.causes if f.node.name == name)
            found = sides((*family, *others), self.spread)
            reason = f"the receiver isn't known, and {name} is a name of this family and of others"
            self.stop("AW311", reached, reason, found)
            return
        if reached.mention.use is Use.CALLED and self.spread.may_await(reached, name):
            family = frozenset(f for f in self.result.causes if f.node.name == name)
            self.result.vouched.append((self.obstacle("AW310", reached, _telling(name), family), Way.AWAIT))
            self.judge_coloured(reached, family)
            return
        self.stop("AW310", reached, _telling(name))

    def has_getter(self, name: str) -> bool:
        """Whether a property of that name becomes a method."""
        is_property = self.resolver.members.is_property
        return any(f.node.name == name and not f.is_async and is_property(f) for f in self.result.causes)

    def judge_coloured(self, reached: Reached, coloured: frozenset[Function]) -> None:
        mention = reached.mention
        both = self.spread.both
        sync = [function for function in coloured if not function.is_async]
        if any(map(both.covers, sync)) and not both.name_of(coloured):
            self.leave(reached, coloured, Ending.SYNC, "it may reach functions whose twins have other names, or none")
            return
        match mention.use:
            case Use.AWAITED | Use.CALLED if (giver := self.giver(reached, coloured)) is not None:
                self.judge_taker(reached, coloured, giver)
            case Use.AWAITED:
                self.leave(reached, coloured, Ending.ALREADY, "already awaited")
            case _ if all(function.is_async for function in coloured):
                self.judge_as_it_was(reached, coloured)
            case _:
                turning = min((f for f in coloured if not f.is_async), key=lambda f: f.place)
                self.judge_handling(reached, coloured, self.sites.handling(reached, turning))

    def judge_as_it_was(self, reached: Reached, coloured: frozenset[Function]) -> None:
        """All that is coloured here was async before: nothing changes, and what is lost was lost before."""
        mention = reached.mention
        if codes := codes_above(mention.node, mention.module):
            reason = f"not awaited: todo[{', '.join(sorted(codes))}] stands above it"
            self.leave(reached, coloured, Ending.MARKED, reason)
            return
        match mention.use:
            case Use.CALLED:
                assert mention.call is not None
                self.leave(reached, coloured, *fate(mention.call, mention.module, self.resolver))
            case Use.PASSED | Use.DECORATES:
                self.leave(reached, coloured, Ending.FORWARDED, f"{mention.use.value}: it was async before")
            case _:
                self.leave(reached, coloured, Ending.OTHER, f"{mention.use.value}: it was async before")

    def giver(self, reached: Reached, coloured: frozenset[Function]) -> Function | None:
        """A function that isn't async and gave an awaitable before, where the call takes its result for one."""
        mention = reached.mention
        assert mention.call is not None
        givers = (
            function
            for function in sorted(coloured, key=lambda f: f.place)
            if not function.is_async and self.gives_before(function) is not Gives.NO
        )
        found = next(givers, None)
        return found if found and is_taken_for_awaitable(mention.call, mention.module, self.resolver) else None

    def gives_before(self, function: Function) -> Gives:
        if function not in self.gives:
            self.gives[function] = gives_awaitable(function, self.resolver)
        return self.gives[function]

    def judge_taker(self, reached: Reached, coloured: frozenset[Function], giver: Function) -> None:
        """The call stays as it is: that is right where the function awaits what it handed on before."""
        if gives_awaitable(giver, self.resolver, self.result.causes) is not Gives.NO:
            self.takers.setdefault(giver, []).append(reached)
        elif reached.mention.use is Use.AWAITED:
            self.leave(reached, coloured, Ending.ALREADY, "already awaited")
        else:
            self.leave(reached, coloured, Ending.FORWARDED, "what it gives was an awaitable before, and is one after")

    def judge_handling(self, reached: Reached, coloured: frozenset[Function], handling: Handling | Refused) -> None:
        """What is to be done is done where every place at which an await will stand allows one."""
        if isinstance(handling, Refused):
            self.stop(handling.code, reached, handling.reason)
            return
        if self.ends_before(reached, coloured, handling):
            return
        is_both = self.spread.both.all_of(coloured)
        action, reason = handling.action, handling.reason
        for where in handling.awaits:
            match self.allows(where, handling, coloured):
                case Allowed.SYNC | Allowed.KEPT | Allowed.BY_A_LOOP | Allowed.AT_THE_GUARD if is_both:
                    self.leave(reached, coloured, Ending.SYNC, _SYNC)
                    return
                case Allowed.SYNC:
                    reason = f"{where.function} stays sync beside its twin, and calls what becomes async"
                    self.stop("AW221", reached, reason)
                    return
                case Refused(code=code, reason=why):
                    self.stop(code, reached, why)
                    return
                case Allowed.AT_THE_GUARD:
                    self.result.guards.append(reached)
                    return
                case Allowed.KEPT if coloured <= self.result.fixed and where.function is not None:
                    self.stop(
                        "AW330", reached, f"{where.function.name} stays sync, and what it calls is async in its library"
                    )
                    return
                case Allowed.KEPT:
                    self.result.dragged.update(coloured)
                    return
                case Allowed.BY_A_LOOP:
                    action, reason = Action.RUN, "the entry point starts the loop"
        inside = dict.fromkeys(where.function for where in handling.awaits if where.function is not None)
        if any(where.function in self.spread.created for where in handling.awaits):
            accepted = self.obstacle("AW201", reached, "a constructor that create() takes the place of", coloured)
            self.result.vouched.append((accepted, Way.CREATE))
        site = Site(reached, coloured, action, handling.ending, reason, handling.rewrite, tuple(inside))
        self.result.sites.append(site)

    def ends_before(self, reached: Reached, coloured: frozenset[Function], handling: Handling) -> bool:
        """Whether a mention is dealt with whatever can be awaited around it."""
        path = reached.mention.module.path
        is_left = handling.action is Action.NONE and handling.ending is not Ending.OTHER
        if is_left and self.spread.both.all_of(coloured):
            self.leave(reached, coloured, Ending.SYNC, _SYNC)
        elif is_borrowed(path) and handling.ending is not Ending.ALREADY:
            name = reached.mention.module.name
            self.stop("AW213", reached, f"{name} isn't the project's, and doesn't await it there")
        elif handling.action is Action.UNWRAP and not self.spread.may_change(path):
            self.stop("AW216", reached, f"{path} is outside the part that may change")
        else:
            return False
        return True

    def allows(self, where: Where, handling: Handling, coloured: frozenset[Function]) -> Allowed | Refused:
        """Whether an await can stand at a place."""
        function = where.function
        if not self.spread.may_change(where.module.path):
            return Refused("AW216", f"{where.module.path} is outside the part that may change")
        if where.around is Around.MAIN_GUARD and runs_in_a_loop(handling):
            return Allowed.AT_THE_GUARD
        if where.around is Around.MAIN_GUARD:
            return Refused("AW305", "in the main guard stands more than a call of what becomes async")
        if where.around is not Around.BODY or function is None:
            return Refused(_AROUND_CODES[where.around], f"it is called in {where.around.value}")
        if function in self.spread.kept or self.spread.both.stays(function):
            return Allowed.KEPT if function in self.spread.kept else Allowed.SYNC
        if self.sites.oldest_python < (3, 11) and nests_comprehensions(where, handling):
            reason = "an async comprehension can't stand in another one before Python 3.11, which the project says it supports"
            return Refused("AW209", reason)
        if function in self.result.entries:
            return self.allows_in_entry(self.result.entries[function])
        if function in self.result.causes:
            if (shared := why_shared(function, self.result.turned, self.sites)) is not None:
                reason, others = shared
                return Refused("AW210", reason) if self.spread.kept.isdisjoint(others) else Allowed.KEPT
        if function.is_async or function in self.result.causes:
            can_await = self.sites.forms.has_awaits(function) or function in self.sites.awaiting
            if not function.is_async and not can_await and not isinstance(where.node, ast.Return):
                self.spread.handing_on.add(function)
                reason = f"{function.name} hands an async iterator or context manager on, and can't await before"
                return Refused("AW208", reason)
            return Allowed.YES
        barrier = self.spread.barrier(function)
        assert barrier is not None, f"{function} is neither async nor held by a barrier"
        where_ = "" if barrier.function is function else f" ({barrier.function.name})"
        reason = f"{function.name} can't become async: {barrier.reason}{where_}"
        return Refused(barrier.code, reason + no_create(barrier.code, function, self.sites))

    def allows_in_entry(self, entry: Entry) -> Allowed | Refused:
        if not entry.split:
            return Allowed.BY_A_LOOP
        if starts_loop_itself(entry.function, self.resolver):
            return Refused("AW305", "it starts an event loop of its own beside this call")
        if entry.function.is_nested or not _can_split(entry.function, self.resolver):
            return Refused("AW305", "its body can't move into an async function of its own")
        return Allowed.YES

    def judge_guards(self) -> None:
        """One call in a main guard starts the loop; several would need several loops."""
        by_module: dict[str, list[Reached]] = {}
        for reached in self.result.guards:
            by_module.setdefault(reached.mention.module.path, []).append(reached)
        self.result.guards = []
        for group in by_module.values():
            mention, coloured = group[0].mention, self.coloured_in(group[0])
            if len(group) == 1 and not is_in_loop(mention.call or mention.node, mention.module, mention.module.tree):
                self.result.guards.append(group[0])
                handling = self.sites.handling(group[0], min(coloured, key=lambda f: f.place))
                rewrite = handling.rewrite if isinstance(handling, Handling) else None
                reason = "the main guard starts the loop"
                self.result.sites.append(Site(group[0], coloured, Action.RUN, Ending.AWAITED, reason, rewrite))
            else:
                for reached in group:
                    self.stop("AW305", reached, "the main guard calls more than one function that becomes async")

    def judge_entries(self) -> None:
        """An entry point that starts a loop can't be called where one may run already."""
        ended = {id(reached) for obstacle in self.result.obstacles for reached in obstacle.mentions}
        said = {(caller, barrier.function) for barrier, _, caller in self.spread.refused}
        for function in list(self.result.entries):
            for reached in self.sites.reaching(function.node.name):
                caller = reached.mention.function
                is_call = function in reached.functions and self.is_run_at(reached.mention)
                if is_call and caller is not None and (caller, function) not in said:
                    entry = self.result.entries.get(caller)
                    if caller.is_async or caller in self.result.causes or entry is not None and entry.split:
                        held = frozenset(f for r in self.result.entries[function].sites for f in self.coloured_in(r))
                        reason = f"{function.name} starts an event loop, and {caller.name} runs in one"
                        stop = self.obstacle("AW303", reached, reason, held)
                        if id(reached) in ended:  # it was named itself, and its mentions end at the stop for that
                            stop = replace(stop, reached=None, node=reached.mention.node)
                        self.result.obstacles.append(stop)

    def is_run_at(self, mention: Mention) -> bool:
        """Whether an entry point is called there, be it on a thread: a loop that starts there is a second one."""
        is_passed = mention.use is Use.PASSED and runs_on_a_thread(mention, self.resolver)
        return mention.use is Use.CALLED or is_passed

    def judge_threads(self) -> None:
        """What is kept sync with a thread above it: a function that can't use one must not become async."""
        if self.spread.threads is not None and self.spread.threaded:
            above = self.spread.threads.above(self.spread.threaded, self.spread.is_async)
            self.result.offloads, self.result.stuck = above.offloads, above.stuck
            inside = (stuck.inside for stuck in above.stuck if stuck.inside is not None)
            self.result.dragged.update(function for function in inside if not function.is_async)

    def coloured_in(self, reached: Reached) -> frozenset[Function]:
        return frozenset(f for f in reached.functions if f in self.result.causes)

    def leave(self, reached: Reached, callees: frozenset[Function], ending: Ending, reason: str) -> None:
        self.result.sites.append(Site(reached, callees, Action.NONE, ending, reason))

    def stop(self, code: str, reached: Reached, reason: str, found: tuple[Side, ...] = ()) -> None:
        callees = self.coloured_in(reached)
        if not callees:  # the receiver isn't known: the whole family of that name is meant
            callees = frozenset(self.spread.mentioned.get(bare_name(reached.mention.node), ()))
        self.add(code, reached, reason, callees, found)

    def add(
        self, code: str, reached: Reached, reason: str, callees: frozenset[Function], found: tuple[Side, ...] = ()
    ) -> None:
        if self.spread.both.all_of(callees):
            self.leave(reached, callees, Ending.SYNC, _SYNC)
        else:
            self.result.obstacles.append(replace(self.obstacle(code, reached, reason, callees), sides=found))

    def obstacle(self, code: str, reached: Reached, reason: str, callees: frozenset[Function]) -> Obstacle:
        mention = reached.mention
        ways = ways_out(code, mention.function, self.sites)
        if mention.function is not None and why_shared(mention.function, self.result.turned, self.sites) is not None:
            ways = tuple(way for way in ways if way is not Way.MARK)  # a mark would stand above one of two twins
        if Way.BRIDGE in ways and not can_bridge(reached, callees, self.spread):
            ways = tuple(way for way in ways if way is not Way.BRIDGE)
        if mention.use is not Use.CALLED:  # there is no call that could be awaited
            ways = tuple(way for way in ways if way is not Way.AWAIT)
        ways = offered_of_a_library(ways, mention.module.path, callees, self.sites)
        return Obstacle(code, mention.place, reason, callees, mention.function, ways, reached)


def _can_split(function: Function, resolver: Resolver) -> bool:
    """Whether a method of the same class can take the body: the first parameter is the object, and ``super()`` is the same."""
    if function.owner is None:
        return True
    arguments = [*function.node.args.posonlyargs, *function.node.args.args]
    is_method = bool(arguments) and not resolver.has_decorator(function, "staticmethod")
    return is_method and len(resolver.hierarchy.family(function)) == 1


def _telling(name: str) -> str:
    return f"the receiver isn't known, and {name} is a name that only this family has"
