"""Spreads the colour from the seeds to a fixpoint: to families, up to callers, down to blocking helpers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from awaitify.codes import Way, find_code
from awaitify.colour.barriers import Barrier, find_barrier, is_command
from awaitify.colour.blocking import Blocking, BlockingSite
from awaitify.colour.colouring import Action, Cause, ClientUse, Colouring, Entry, Kind, Obstacle, Site
from awaitify.colour.common_names import is_common
from awaitify.colour.frameworks import (
    awaits_what_it_is_given,
    is_kept_as_default,
    mocks_by_colour,
    thread_hop,
)
from awaitify.colour.mocks import is_mock_replacement
from awaitify.colour.sites import Reached, Sites
from awaitify.index.references import Around, Mention, Use, is_in_loop, surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function
from awaitify.index.values import Instance

Decide = Callable[[str, Mention], Way | None]
_AROUND_CODES = {
    Around.LAMBDA: "AW204",
    Around.GENERATOR_EXPRESSION: "AW209",
    Around.MODULE: "AW205",
    Around.CLASS_BODY: "AW206",
    Around.DEFAULT: "AW207",
}


def spread(
    seeds: Iterable[Function],
    *,
    sites: Sites,
    blocking: Blocking,
    console_scripts: frozenset[Function],
    kept: frozenset[Function],
    decide: Decide,
    part: str = "",
) -> Colouring:
    """The colouring that *seeds* lead to when the functions in *kept* stay sync.

    A call that may reach both coloured and plain functions stops the spread there, which can uncolour others: the spread
    is run again with that call left out until there are no more of its kind.
    """
    mixed: set[int] = set()
    while True:
        run = _Spread(sites, blocking, console_scripts, kept, decide, part, frozenset(mixed))
        run.start(seeds)
        found = {id(reached) for reached in run.mixed()}
        if found <= mixed:
            run.judge()
            return run.result
        mixed |= found


class _Spread:
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
    ) -> None:
        self.sites = sites
        self.resolver: Resolver = sites.resolver
        self.blocking = blocking
        self.console_scripts = console_scripts
        self.kept = kept
        self.decide = decide
        self.part = part
        self.known_mixed = mixed
        self.result = Colouring()
        self.queue: list[Function] = []
        self.barriers: dict[Function, Barrier | None] = {}
        self.entry_sites: dict[Function, dict[int, Reached]] = {}
        self.refused: list[tuple[Barrier, Cause, Function]] = []

    # spreading

    def start(self, seeds: Iterable[Function]) -> None:
        for seed in seeds:
            if seed in self.kept:
                continue
            barrier = self.barrier(seed)
            if barrier is None:
                self.colour(seed, Cause(Kind.SEED, None, seed.place))
            else:
                self.obstacle_at_definition(barrier, seed)
        while self.queue:
            function = self.queue.pop(0)
            self.spread_up(function)
            self.spread_down(function)

    def colour(self, function: Function, cause: Cause) -> None:
        if function in self.result.causes:
            return
        for member in (function, *self.resolver.hierarchy.family(function)):
            if member not in self.result.causes:
                own = member is function
                self.result.causes[member] = cause if own else Cause(Kind.FAMILY, function, member.place)
                self.queue.append(member)

    def barrier(self, function: Function) -> Barrier | None:
        if function not in self.barriers:
            self.barriers[function] = self.outside(function) or find_barrier(function, self.resolver)
        found = self.barriers[function]
        if found is not None and found.code == "AW214" and self.decide("AW214", _definition(found.function)) is Way.AWAIT:
            return None
        return found

    def outside(self, function: Function) -> Barrier | None:
        """A member of the family in a file that may not change."""
        members = self.resolver.hierarchy.family(function)
        found = next((member for member in members if not self.may_change(member.module.path)), None)
        if found is None:
            return None
        return Barrier(found, "AW216", f"{found.module.path} is outside the part that may change", found.node)

    def may_change(self, path: str) -> bool:
        return not self.part or path == self.part or path.startswith(f"{self.part}/")

    def spread_up(self, function: Function) -> None:
        for name in self.sites.spellings(function):
            for reached in self.sites.reaching(name):
                if id(reached) not in self.known_mixed:
                    if function in reached.functions or self.is_vouched_for(reached, function):
                        self.demand(reached, function)

    def is_vouched_for(self, reached: Reached, function: Function) -> bool:
        """A call on an unknown receiver that a person decided to await."""
        is_call = not reached.functions and not reached.has_other and isinstance(reached.mention.node, ast.Attribute)
        return is_call and function.owner is not None and self.is_telling(function.node.name) and self.may_await(reached)

    def is_telling(self, name: str) -> bool:
        """Whether the name alone points to the family: nothing else that is known of has it."""
        return not is_common(name, self.imported) and not self.is_defined_elsewhere(name)

    def demand(self, reached: Reached, callee: Function) -> None:
        """The function around a call of a coloured one must become async, if it can."""
        mention = reached.mention
        if was_async(reached):
            return
        function = mention.function
        if mention.use is not Use.CALLED or mention.around is not Around.BODY or function is None:
            return
        if function.is_async or function in self.kept:
            return
        if self.is_entry(function):
            self.entry_sites.setdefault(function, {})[id(reached)] = reached
            if self.needs_split(function):
                self.spread_down(function)
        elif self.barrier(function) is None:
            self.colour(function, Cause(Kind.CALLS, callee, mention.place))

    def spread_down(self, function: Function) -> None:
        """What it calls that blocks must become async too; so must everyone who uses its client."""
        if function.is_async and self.result.causes[function].kind is not Kind.SEED:
            return
        for callee in self.blocking.callees(function):
            for target in sorted(callee.functions, key=lambda f: f.place):
                if not target.is_async and target not in self.result.causes and self.family_blocks(target):
                    place = function.module.place(callee.node)
                    self.need(function, target, Cause(Kind.NEEDED, function, place))
        for site in self.blocking.sites(function):
            self.share(site)

    def family_blocks(self, function: Function) -> bool:
        members = self.resolver.hierarchy.family(function) if function.owner is not None else (function,)
        return any(self.blocking.blocks(member) for member in members)

    def need(self, function: Function, target: Function, cause: Cause) -> None:
        self.result.needs.setdefault(function, set()).add(target)
        if target in self.kept:
            self.result.dragged.add(function)
        elif (barrier := self.barrier(target)) is None:
            self.colour(target, cause)
        else:
            self.refused.append((barrier, cause, function))

    def share(self, site: BlockingSite) -> None:
        owner = self.blocking.client_owner(site)
        if owner is None or owner in self.result.clients or site.client is None:
            return
        uses = self.result.clients[owner] = list(self.client_uses(*owner))
        for use in uses:
            call = use.method_call
            if call is None or use.function is None or not isinstance(call.func, ast.Attribute):
                continue
            if site.client.method_twin(call.func.attr) is not None:
                self.need_user(use.function, site.function)

    def need_user(self, user: Function, function: Function) -> None:
        if not user.is_async and user not in self.result.causes and user is not function:
            self.need(function, user, Cause(Kind.SHARES, function, user.place))

    def client_uses(self, cls: Class, attribute: str) -> Iterable[ClientUse]:
        for module in self.resolver.program.mentioning(attribute):
            for node in module.mentions.get(attribute, ()):
                if isinstance(node, ast.Attribute):
                    receivers = self.resolver.answer(node.value, module).values
                    orders = (self.resolver.hierarchy.order(v.cls) for v in receivers if isinstance(v, Instance))
                    if any(cls in order for order in orders):
                        yield ClientUse(node, module, *surroundings(node, module, self.resolver))

    # entry points

    def is_entry(self, function: Function) -> bool:
        if function in self.console_scripts or is_command(function, self.resolver):
            return True
        return any(
            function in reached.functions and is_kept_as_default(reached.mention)
            for reached in (self.sites.reaching(function.node.name) if self.has_argparse else ())
        )

    @property
    def has_argparse(self) -> bool:
        return bool(self.resolver.program.text.mentioning("set_defaults"))

    def needs_split(self, function: Function) -> bool:
        """Whether one ``asyncio.run`` around a call isn't enough: several calls, one in a loop, or one inside another."""
        reached = list(self.entry_sites.get(function, {}).values())
        first = reached[0].mention
        assert first.call is not None
        return len(reached) > 1 or is_in_loop(first.call, first.module, function.node)

    # judging

    def mixed(self) -> Iterable[Reached]:
        """The calls that may reach a coloured function and something that isn't."""
        for name in self.coloured_names():
            for reached in self.sites.reaching(name):
                coloured = [f for f in reached.functions if f in self.result.causes]
                plain = reached.has_other or len(coloured) < len([f for f in reached.functions if not f.is_async])
                if coloured and (plain or reached.has_unknown and not self.may_await(reached)):
                    yield reached

    def may_await(self, reached: Reached) -> bool:
        return self.decide("AW310", reached.mention) is Way.AWAIT

    def coloured_names(self) -> list[str]:
        return sorted({name for function in self.result.causes for name in self.sites.spellings(function)})

    def judge(self) -> None:
        """Every mention of a coloured name ends as a site or an obstacle."""
        for function, reached in self.entry_sites.items():
            sites = tuple(reached.values())
            split = self.needs_split(function)
            label = "console script" if function in self.console_scripts else "command"
            self.result.entries[function] = Entry(function, label, sites, split)
            if split and (function.owner is not None or function.is_nested):
                self.stop("AW305", sites[0], "its body can't move into an async function of its own")
        for name in self.coloured_names():
            self.result.names[name] = self.sites.reaching(name)
            for reached in self.result.names[name]:
                self.judge_one(reached, name)
        self.judge_guards()
        for barrier, cause, function in self.refused:
            self.refuse(barrier, cause, function)
        self.judge_entries()

    def judge_one(self, reached: Reached, name: str) -> None:
        coloured = frozenset(f for f in reached.functions if f in self.result.causes)
        mention = reached.mention
        if id(reached) in self.known_mixed and coloured:
            self.judge_mixed(reached, coloured)
        elif coloured:
            self.judge_coloured(reached, coloured)
        elif reached.has_unknown and mention.use is not Use.NAMED and isinstance(mention.node, ast.Attribute):
            self.judge_unknown(reached, name)

    def judge_mixed(self, reached: Reached, coloured: frozenset[Function]) -> None:
        if reached.has_unknown and not reached.has_other and len(coloured) == len(reached.functions):
            self.stop("AW310", reached, "only some of what the receiver can be is known, and that is in the family")
        else:
            others = sorted(str(f.name) for f in reached.functions - coloured) or ["something that isn't the project's"]
            family = sorted(str(f.name) for f in coloured)[0]
            self.stop("AW311", reached, f"it may reach {family} and {others[0]}")

    def judge_unknown(self, reached: Reached, name: str) -> None:
        """The receiver isn't known: a stop when the name is distinctive, else a doubt."""
        if not self.is_telling(name) or reached.mention.use is Use.MEMBER:
            return
        if reached.mention.use is Use.CALLED and self.decide("AW310", reached.mention) is Way.AWAIT:
            family = frozenset(f for f in self.result.causes if f.node.name == name)
            self.result.vouched.append(self.obstacle("AW310", reached, _telling(name), family))
            self.judge_coloured(reached, family)
            return
        self.stop("AW310", reached, _telling(name))

    @property
    def imported(self) -> frozenset[str]:
        return self.resolver.program.text.imported

    def is_defined_elsewhere(self, name: str) -> bool:
        """Whether a class or module of the project outside the coloured families defines the name too."""
        return any(
            function.node.name == name and function not in self.result.causes
            for module in self.resolver.program.mentioning(name)
            for function in module.functions
        )

    def judge_coloured(self, reached: Reached, coloured: frozenset[Function]) -> None:
        mention = reached.mention
        match mention.use:
            case Use.AWAITED:
                self.site(reached, coloured, Action.NONE, "already awaited")
            case _ if was_async(reached):
                self.site(reached, coloured, Action.NONE, "it was async before")
            case Use.CALLED if not self.may_change(mention.module.path):
                self.stop("AW216", reached, f"{mention.module.path} is outside the part that may change")
            case Use.CALLED:
                self.judge_call(reached, coloured)
            case Use.MEMBER:
                self.site(reached, coloured, Action.NONE, "an attribute of the function itself")
            case Use.NAMED if mocks_by_colour(mention, self.resolver):
                self.site(reached, coloured, Action.NONE, "patch.object makes an AsyncMock by itself")
            case Use.NAMED | Use.ASSIGNED if is_mock_replacement(mention, self.resolver):
                self.site(reached, coloured, Action.NONE, "the mock becomes an AsyncMock")
            case Use.NAMED:
                self.stop("AW304", reached, "a string names it")
            case Use.PASSED if thread_hop(mention, self.resolver) is not None:
                self.site(reached, coloured, Action.UNWRAP, "no thread is needed for what doesn't block")
            case Use.PASSED if awaits_what_it_is_given(mention, self.resolver):
                self.site(reached, coloured, Action.NONE, "passed to something that awaits it")
            case _:
                self.stop("AW301", reached, f"it is {mention.use.value}")

    def judge_call(self, reached: Reached, coloured: frozenset[Function]) -> None:
        mention, function = reached.mention, reached.mention.function
        if mention.around is Around.MAIN_GUARD:
            self.result.guards.append(reached)
        elif mention.around is not Around.BODY or function is None:
            self.stop(_AROUND_CODES[mention.around], reached, f"it is called in {mention.around.value}")
        elif function in self.kept:
            self.result.dragged.update(coloured)
        elif function in self.result.entries:
            split = self.result.entries[function].split
            self.site(reached, coloured, Action.AWAIT if split else Action.RUN, "the entry point starts the loop")
        elif function.is_async or function in self.result.causes:
            self.site(reached, coloured, Action.AWAIT, "awaited")
        else:
            barrier = self.barrier(function)
            assert barrier is not None, f"{function} is neither async nor held by a barrier"
            where = "" if barrier.function is function else f" ({barrier.function.name})"
            self.stop(barrier.code, reached, f"{function.name} can't become async: {barrier.reason}{where}")

    def judge_guards(self) -> None:
        """One call in a main guard starts the loop; several would need several loops."""
        by_module: dict[str, list[Reached]] = {}
        for reached in self.result.guards:
            by_module.setdefault(reached.mention.module.path, []).append(reached)
        self.result.guards = []
        for group in by_module.values():
            call = group[0].mention.call
            assert call is not None
            if len(group) == 1 and not is_in_loop(call, group[0].mention.module, group[0].mention.module.tree):
                self.result.guards.append(group[0])
                self.site(group[0], self.coloured_in(group[0]), Action.RUN, "the main guard starts the loop")
            else:
                for reached in group:
                    self.stop("AW305", reached, "the main guard calls more than one function that becomes async")

    def judge_entries(self) -> None:
        """An entry point that starts a loop can't be called where one may run already."""
        for function in list(self.result.entries):
            for reached in self.sites.reaching(function.node.name):
                caller = reached.mention.function
                if function in reached.functions and caller is not None and reached.mention.use is Use.CALLED:
                    if caller.is_async or caller in self.result.causes:
                        held = frozenset(f for r in self.result.entries[function].sites for f in self.coloured_in(r))
                        reason = f"{function.name} starts an event loop, and {caller.name} runs in one"
                        self.add("AW303", reached, reason, held)

    def coloured_in(self, reached: Reached) -> frozenset[Function]:
        return frozenset(f for f in reached.functions if f in self.result.causes)

    def site(self, reached: Reached, callees: frozenset[Function], action: Action, reason: str) -> None:
        self.result.sites.append(Site(reached, callees, action, reason))

    def stop(self, code: str, reached: Reached, reason: str) -> None:
        callees = self.coloured_in(reached)
        if not callees:  # the receiver isn't known: the whole family of that name is meant
            name = reached.mention.node.attr if isinstance(reached.mention.node, ast.Attribute) else ""
            callees = frozenset(f for f in self.result.causes if f.node.name == name)
        self.add(code, reached, reason, callees)

    def add(self, code: str, reached: Reached, reason: str, callees: frozenset[Function]) -> None:
        self.result.obstacles.append(self.obstacle(code, reached, reason, callees))

    def obstacle(self, code: str, reached: Reached, reason: str, callees: frozenset[Function]) -> Obstacle:
        mention = reached.mention
        ways = _possible(find_code(code).ways, mention)
        return Obstacle(code, mention.place, reason, callees, mention.function, ways, reached)

    def refuse(self, barrier: Barrier, cause: Cause, function: Function) -> None:
        """A blocking helper that can't become async holds back the function that calls it."""
        reason = f"{barrier.function.name} blocks and can't become async: {barrier.reason}"
        ways = tuple(way for way in find_code(barrier.code).ways if way not in (Way.BRIDGE, Way.KEEP_BOTH))
        node = _node_at(function, cause)
        obstacle = Obstacle(barrier.code, cause.place, reason, frozenset({function}), function, ways, None, node)
        self.result.obstacles.append(obstacle)

    def obstacle_at_definition(self, barrier: Barrier, seed: Function) -> None:
        reason = f"{seed.name} can't become async: {barrier.reason}"
        ways = tuple(way for way in find_code(barrier.code).ways if way is not Way.BRIDGE)
        callees, inside = frozenset({seed}), barrier.function
        obstacle = Obstacle(barrier.code, barrier.place, reason, callees, inside, ways, None, barrier.node)
        self.result.obstacles.append(obstacle)


def was_async(reached: Reached) -> bool:
    """Whether all that is reached was async already: what is done with it was right before and stays right."""
    return bool(reached.functions) and all(function.is_async for function in reached.functions)


def _telling(name: str) -> str:
    return f"the receiver isn't known, and {name} is a name that only this family has"


def _definition(function: Function) -> Mention:
    return Mention(ast.Name(function.node.name), function.module, Use.MEMBER, Around.BODY, function)


def _node_at(function: Function, cause: Cause) -> ast.AST:
    for node in ast.walk(function.node):
        if isinstance(node, ast.Call) and function.module.place(node) == cause.place:
            return node
    return function.node


def _possible(ways: tuple[Way, ...], mention: Mention) -> tuple[Way, ...]:
    """A bridge needs a call that stands in sync code."""
    can_bridge = mention.use is Use.CALLED and not (mention.function is not None and mention.function.is_async)
    return ways if can_bridge else tuple(way for way in ways if way is not Way.BRIDGE)
