"""One spread of the colour from the seeds: to families, up to callers, down to blocking helpers."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from awaitify.codes import Way
from awaitify.colour.accepted import ACCEPTABLE, ACCEPTED, VOUCHED, Decide
from awaitify.colour.action import Handling, Where
from awaitify.colour.all_barriers import all_barriers
from awaitify.colour.at_definitions import obstacle_of_accepted, obstacle_of_helper
from awaitify.colour.barriers import Barrier
from awaitify.colour.blocking import Blocking, BlockingSite
from awaitify.colour.callables import is_call_method
from awaitify.colour.colouring import Cause, ClientUse, Colouring, Kind
from awaitify.colour.common_names import is_common
from awaitify.colour.constructors import is_constructor
from awaitify.colour.contracts import siblings
from awaitify.colour.decorators import decorators_of
from awaitify.colour.dispatch import dispatched_with
from awaitify.colour.handling import awaits_the_call
from awaitify.colour.pairs import Both, Pairs
from awaitify.colour.reached import Reached
from awaitify.colour.sites import Sites
from awaitify.colour.threads import Offload, Threads
from awaitify.colour.treatments import Treatment
from awaitify.index.references import Around, attribute_mentions, is_in_loop, surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function
from awaitify.names import Place, is_borrowed, lies_in


class Spread:
    """One spread: a work-list of families whose mentions are still to be looked at."""

    def __init__(
        self,
        sites: Sites,
        blocking: Blocking,
        console_scripts: frozenset[Function],
        kept: frozenset[Function],
        decide: Decide,
        part: str,
        mixed: frozenset[int],
        both: Both | None = None,
    ) -> None:
        self.sites = sites
        self.both = both or Both(Pairs(sites))
        self.resolver: Resolver = sites.resolver
        self.decorators = decorators_of(sites.resolver)
        self.blocking = blocking
        self.console_scripts = console_scripts
        self.kept = kept
        self.decide = decide
        self.part = part
        self.known_mixed = mixed
        self.result = Colouring(self.both)
        self.unshared: frozenset[tuple[Class, str]] = frozenset()
        self.threads: Threads | None = None
        self.threaded = self.later = frozenset[Function]()
        self.queue: list[Function] = []
        self.by_name: dict[str, list[Function]] = {}
        """The coloured functions by their own names."""
        self.barriers: dict[Function, tuple[Barrier, ...]] = {}
        self.entry_sites: dict[Function, dict[int, Reached]] = {}
        self.refused: list[tuple[Barrier, Cause, Function]] = []
        """Blocking helpers that can't become async, with who calls them."""
        self.barred_seeds: list[tuple[Barrier, Function]] = []
        self.handing_on: set[Function] = set()
        """Functions that hand an iterator or context manager on, and have to await before they do."""
        self.created: set[Function] = set()
        """Constructors whose objects are made by an async ``create``: a person decided that."""

    # spreading

    def start(self, seeds: Iterable[Function]) -> None:
        for seed in seeds:
            if seed in self.kept:
                continue
            self.ask_for_create(seed, seed.place, seed, seed)
            if seed in self.created:
                self.vouch([(Barrier(seed, "AW201", "it is called by constructing an object", seed.node), Way.CREATE)])
            barriers = self.barriers_of(seed)
            if all(barrier.code in ACCEPTABLE for barrier in barriers):
                # what is against it can be accepted: until that is decided, what would follow is shown
                kind = Kind.PUBLISHED if seed in self.sites.published else Kind.SEED
                self.colour(seed, Cause(kind, None, seed.place))
            known = {(barrier.code, barrier.place) for barrier, _ in self.barred_seeds}
            self.barred_seeds += [(b, seed) for b in barriers if (b.code, b.place) not in known]
        while self.queue:
            function = self.queue.pop(0)
            self.spread_up(function)
            self.spread_down(function)

    def colour(self, function: Function, cause: Cause) -> None:
        if function in self.result.causes:
            return
        members = (function, *self.resolver.hierarchy.family(function))
        if not self.sites.published.keys().isdisjoint(members):
            self.result.fixed.update(members)
        for member in members:
            if member not in self.result.causes:
                own = member is function
                self.result.causes[member] = cause if own else Cause(Kind.FAMILY, function, member.place)
                self.by_name.setdefault(member.node.name, []).append(member)
                self.queue.append(member)
                if not is_borrowed(member.module.path):
                    self.tie(member)

    def tie(self, function: Function) -> None:
        """What has its colour outside of its family."""
        self.wrap(function)
        self.dispatch(function)
        for tied in self.sites.tied(function):
            self.need(function, tied, Cause(Kind.FAMILY, function, tied.place))

    def dispatch(self, function: Function) -> None:
        """What ``@singledispatch`` may choose in its place has its colour."""
        for other in dispatched_with(function, self.sites):
            if other is not function and not other.is_async:
                self.need(function, other, Cause(Kind.FAMILY, function, other.place))

    def wrap(self, function: Function) -> None:
        """The wrapper around what becomes async awaits it."""
        if not function.is_async and not self.both.stays(function):
            for decorator, wrapping in self.decorators.wrappings(function):
                place = function.module.place(decorator)
                self.need(function, wrapping.wrapper, Cause(Kind.WRAPS, function, place))

    def barrier(self, function: Function) -> Barrier | None:
        """Why the function's family can't become async; a barrier that a person accepts is none."""
        return next(iter(self.barriers_of(function)), None)

    def barriers_of(self, function: Function) -> tuple[Barrier, ...]:
        """All that stands against the function's family and that nobody accepts."""
        if function not in self.barriers:
            found = [
                barrier for barrier in map(self.barrier_of_calls, all_barriers(function, self)) if barrier is not None
            ]
            callees = (function,)
            ways = [(barrier, self.decide(barrier.code, barrier.place, barrier.function, callees)) for barrier in found]
            is_created = function in self.created
            left = tuple(
                barrier
                for barrier, way in ways
                if (barrier.code, way) not in ACCEPTED and not (is_created and barrier.code == "AW201")
            )
            if all(barrier.code in ACCEPTABLE for barrier in left):
                self.vouch((b, way) for b, way in ways if way is not None and (b.code, way) in ACCEPTED)
            for member in (function, *self.resolver.hierarchy.family(function)):
                self.barriers[member] = left
        return self.barriers[function]

    def barrier_of_calls(self, barrier: Barrier) -> Barrier | None:
        """The barrier; none for a ``__call__`` whose objects are all followed to where they are called."""
        if barrier.code != "AW203" or not is_call_method(barrier.function):
            return barrier
        why_not = self.sites.held(barrier.function).why_not
        reason = f"who calls objects of its class isn't known: {why_not}"
        return replace(barrier, reason=reason) if why_not else None

    def ask_for_create(self, constructor: Function, place: Place, inside: Function, callee: Function) -> None:
        """Note where a person decided, for the stop at *place*, that the objects are made by an async ``create``."""
        if self.both.everything:  # whoever constructs an object goes on as before
            return
        if is_constructor(constructor) and constructor not in (*self.created, *self.sites.published):
            if (
                self.decide("AW201", place, inside, (callee,)) is Way.CREATE
                and self.sites.why_no_create(constructor) is None
            ):
                self.created.add(constructor)
                self.barriers.pop(constructor, None)

    def can_become_async(self, function: Function, place: Place, inside: Function | None) -> bool:
        """Whether nothing stands against the function's family, or a person who decided that at *place* vouches for it."""
        barriers = self.barriers_of(function)
        ways = [self.decide(barrier.code, place, inside, (function,)) for barrier in barriers]
        if not all((b.code, way) in VOUCHED for b, way in zip(barriers, ways, strict=True)):
            return False
        self.vouch(((barrier, Way.AWAIT) for barrier in barriers), place)
        if barriers:
            self.barriers.update((member, ()) for member in (function, *self.resolver.hierarchy.family(function)))
        return True

    def vouch(self, accepted: Iterable[tuple[Barrier, Way]], at: Place | None = None) -> None:
        """The family is converted all the same, because a person vouches for it or deals with the place later.

        *at* is where that was decided, if not where the barrier stands.
        """
        for barrier, way in accepted:
            self.result.vouched.append((obstacle_of_accepted(barrier, at), way))

    def may_change(self, path: str) -> bool:
        return lies_in(path, self.part)

    def spread_up(self, function: Function) -> None:
        for name in self.spellings(function):
            for reached in self.sites.reaching(name):
                if id(reached) not in self.known_mixed:
                    if function in reached.functions or self.is_vouched_for(reached, function):
                        self.demand(reached, function)

    def spellings(self, function: Function) -> Iterable[str]:
        """The names under which the function's colour matters: what keeps one that stays sync goes on keeping that."""
        names = self.sites.spellings(function)
        if not self.both.covers(function):
            return names
        return [name for name in names if not self.sites.following.is_name(name)]

    def is_vouched_for(self, reached: Reached, function: Function) -> bool:
        """A call on an unknown receiver that a person decided to await."""
        node = reached.mention.node
        is_call = not reached.functions and not reached.has_other and isinstance(node, ast.Attribute)
        name = function.node.name
        return is_call and function.owner is not None and self.is_telling(name) and self.may_await(reached, name)

    def is_telling(self, name: str) -> bool:
        """Whether the name alone points to the family: nothing else that is known of has it."""
        return not self.is_common(name) and not self.defined_elsewhere(name)

    def is_common(self, name: str) -> bool:
        """Whether Python itself, or what the program imports of its library, uses the name too."""
        return name.startswith("__") or is_common(name, self.resolver.program.text.imported)

    def demand(self, reached: Reached, callee: Function) -> None:
        """The function around a call of a coloured one must become async, if it can."""
        if callee.is_async:  # what is done with it was right before and stays right
            return
        handling = self.sites.handling(reached, callee)
        if isinstance(handling, Handling):
            for where in handling.awaits:
                self.demand_at(where, reached, callee)

    def demand_at(self, where: Where, reached: Reached, callee: Function) -> None:
        """An await is to stand there."""
        function = where.function
        if where.around is not Around.BODY or function is None or function.is_async or function in self.kept:
            return
        if self.both.stays(function) or self.is_entry(function) and self.both.covers(callee):
            return
        if self.is_entry(function):
            self.entry_sites.setdefault(function, {})[id(reached)] = reached
            if self.needs_split(function):
                self.spread_down(function)
            return
        place = where.module.place(where.call or where.node)
        self.ask_for_create(function, place, function, callee)
        if self.can_become_async(function, place, function):
            self.colour(function, Cause(Kind.CALLS, callee, place))
            self.unwrap(function)

    def unwrap(self, wrapper: Function) -> None:
        """All that a wrapper with an await of its own wraps becomes async, as far as it can."""
        wrapping = self.decorators.around(wrapper)
        for function in self.sites.applied(wrapping).functions if wrapping is not None else ():
            if not function.is_async and function not in self.kept and self.barrier(function) is None:
                self.colour(function, Cause(Kind.WRAPPED, wrapper, function.place))

    def spread_down(self, function: Function) -> None:
        """What it calls that blocks must become async too; so must everyone who uses its client."""
        was_async = function.is_async and self.result.causes[function].kind is not Kind.SEED
        if was_async or is_borrowed(function.module.path) or self.both.stays(function):
            return
        for callee in self.blocking.callees(function):
            place = function.module.place(callee.node)
            for target in sorted(callee.functions, key=lambda f: f.place):
                if target.is_async or target in self.result.causes or target in self.later:
                    continue
                if target in self.threaded and self.is_put_on_a_thread(callee.node, function):
                    continue
                if self.family_blocks(target):
                    self.need(function, target, Cause(Kind.NEEDED, function, place))
                if self.blocking.starts_loop(target):
                    reason = f"{target.name} starts an event loop, and {function.name} runs in one"
                    barrier = Barrier(target, "AW303", reason, target.node)
                    self.refused.append((barrier, Cause(Kind.NEEDED, function, place), function))
        for site in self.blocking.sites(function):
            self.share(site)
        if not function.is_async:
            self.take_along(function)

    def take_along(self, function: Function) -> None:
        """The other handlers of a framework's class must have the colour of this one."""
        others, foreign = siblings(function, self.resolver)
        for other in others:
            if not other.is_async and other not in self.result.causes:
                self.need(function, other, Cause(Kind.BESIDE, function, other.place))
        if foreign:
            barrier = Barrier(
                function, "AW213", f"{foreign} is sync, and all handlers of a view have one colour", function.node
            )
            self.refused.append((barrier, Cause(Kind.BESIDE, function, function.place), function))

    def is_put_on_a_thread(self, call: ast.expr, function: Function) -> bool:
        if self.threads is None or not isinstance(call, ast.Call):
            return False
        return isinstance(self.threads.offload(call, function, self.is_async), Offload)

    def is_async(self, function: Function) -> bool:
        """Whether it is async after the migration, or its body is."""
        is_split = function in self.entry_sites and self.needs_split(function)
        return function.is_async or function in self.result.causes or is_split

    def family_blocks(self, function: Function) -> bool:
        return any(map(self.blocking.blocks, (function, *self.blocking.overrides(function))))

    def need(self, function: Function, target: Function, cause: Cause) -> None:
        self.result.needs.setdefault(function, set()).add(target)
        self.ask_for_create(target, cause.place, function, function)
        if target in self.kept:
            self.result.dragged.add(function)
        elif self.can_become_async(target, cause.place, function):
            self.colour(target, cause)
            if target in self.created:
                is_made = Barrier(target, "AW201", "it is called by constructing an object", target.node)
                self.result.vouched.append((obstacle_of_helper(is_made, cause, function, self.sites), Way.CREATE))
        elif (barrier := self.barrier(target)) is not None:
            self.refused.append((barrier, cause, function))

    def share(self, site: BlockingSite) -> None:
        owner = self.blocking.client_owner(site)
        if owner is None or owner in self.result.clients or site.client is None or is_borrowed(owner[0].module.path):
            return
        found = attribute_mentions(*owner, self.resolver)
        uses = [ClientUse(node, module, *surroundings(node, module, self.resolver)) for node, module in found]
        self.result.clients[owner] = uses
        if owner in self.unshared:
            return
        for use in uses:
            call = use.method_call
            if call is None or use.function is None or not isinstance(call.func, ast.Attribute):
                continue
            if site.client.method_twin(call.func.attr) is not None:
                self.need_user(use.function, site.function)

    def need_user(self, user: Function, function: Function) -> None:
        if not user.is_async and user not in self.result.causes and user is not function:
            self.need(function, user, Cause(Kind.SHARES, function, user.place))

    # entry points

    def is_entry(self, function: Function) -> bool:
        if function in self.console_scripts or function in self.sites.argparse_commands:
            return True
        return any(outside.treatment is Treatment.COMMAND for outside in self.sites.outside(function))

    def needs_split(self, function: Function) -> bool:
        """Whether one ``asyncio.run`` around a call isn't enough: several calls, one in a loop, or one inside another."""
        reached = list(self.entry_sites.get(function, {}).values())
        first = reached[0].mention
        coloured = [f for f in reached[0].functions if f in self.result.causes and not f.is_async]
        if first.call is None or not all(awaits_the_call(self.sites.handling(reached[0], f)) for f in coloured):
            return True
        return len(reached) > 1 or is_in_loop(first.call, first.module, function.node)

    # what speaks for a name

    @cached_property
    def mentioned(self) -> dict[str, tuple[Function, ...]]:
        """By each name under which coloured functions are mentioned, those functions; asked when the spread has ended."""
        found: dict[str, list[Function]] = {}
        for function in self.result.causes:
            for name in self.spellings(function):
                found.setdefault(name, []).append(function)
        return {name: tuple(found[name]) for name in sorted(found)}

    def may_await(self, reached: Reached, name: str) -> bool:
        """Whether a person vouches that a call on an unknown receiver reaches the coloured functions called *name*."""
        place, inside = reached.mention.place, reached.mention.function
        return self.decide("AW310", place, inside, self.by_name.get(name, ())) is Way.AWAIT

    def defined_elsewhere(self, name: str) -> list[Function]:
        """The functions of that name outside the coloured families."""
        return [function for function in self.sites.functions_called(name) if function not in self.result.causes]
