"""Judges every mention of a coloured name: what is done there, or what stands against it."""

from __future__ import annotations

import ast
import collections.abc
from collections.abc import Iterator
from typing import TYPE_CHECKING

from awaitify.codes import Way, find_code
from awaitify.colour.barriers import Barrier, starts_loop_itself
from awaitify.colour.colouring import Action, Cause, Entry, Obstacle, Site
from awaitify.colour.frameworks import awaits_what_it_is_given, mocks_by_colour, thread_hop
from awaitify.colour.loops import leads_from_a_loop
from awaitify.colour.mocks import is_mock_replacement
from awaitify.colour.sites import Reached
from awaitify.index.references import Around, Mention, Use, is_in_loop
from awaitify.index.summary import Class, Function
from awaitify.names import Place, Span

if TYPE_CHECKING:
    from awaitify.colour.spread import Spread

_AROUND_CODES = {
    Around.LAMBDA: "AW204",
    Around.GENERATOR_EXPRESSION: "AW209",
    Around.MODULE: "AW205",
    Around.CLASS_BODY: "AW206",
    Around.DEFAULT: "AW207",
}
_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})


def judge(spread: Spread, mixed: frozenset[int]) -> None:
    """Fill in the sites and obstacles of a spread that has come to its end; *mixed* are the calls left out of it."""
    _Judge(spread, mixed).judge()


def mixed_calls(spread: Spread) -> Iterator[Reached]:
    """The calls that may reach a coloured function and something that isn't."""
    causes = spread.result.causes
    for name in coloured_names(spread):
        for reached in spread.sites.reaching(name):
            coloured = [f for f in reached.functions if f in causes]
            plain = reached.has_other or len(coloured) < len([f for f in reached.functions if not f.is_async])
            if coloured and (plain or reached.has_unknown and not spread.may_await(reached)):
                yield reached


def coloured_names(spread: Spread) -> list[str]:
    """The names under which coloured functions are mentioned."""
    return sorted({name for function in spread.result.causes for name in spread.sites.spellings(function)})


class _Judge:
    """One pass over all mentions."""

    def __init__(self, spread: Spread, mixed: frozenset[int]) -> None:
        self.spread = spread
        self.result = spread.result
        self.resolver = spread.resolver
        self.sites = spread.sites
        self.mixed = mixed

    def judge(self) -> None:
        """Every mention of a coloured name ends as a site or an obstacle."""
        for function, calls in self.spread.entry_sites.items():
            sites = tuple(calls.values())
            label = "console script" if function in self.spread.console_scripts else "command"
            self.result.entries[function] = Entry(function, label, sites, self.spread.needs_split(function))
        for name in coloured_names(self.spread):
            self.result.names[name] = self.sites.reaching(name)
            for reached in self.result.names[name]:
                self.judge_one(reached, name)
        self.judge_guards()
        for barrier, cause, function in self.spread.refused:
            self.refuse(barrier, cause, function)
        for barrier, seed in self.spread.barred_seeds:
            self.obstacle_at_definition(barrier, seed)
        self.judge_entries()
        self.judge_unread()

    def judge_one(self, reached: Reached, name: str) -> None:
        coloured = frozenset(f for f in reached.functions if f in self.result.causes)
        mention = reached.mention
        if id(reached) in self.mixed and coloured:
            self.judge_mixed(reached, coloured)
        elif coloured:
            self.judge_coloured(reached, coloured)
        elif isinstance(mention.node, ast.Name):
            is_open = reached.has_unknown and not reached.has_other
            if is_open and self.resolver.bindings.comes_from_outside(mention.node, mention.module):
                self.judge_unknown(reached, name)
        elif mention.use is Use.NAMED:
            if reached.has_unknown and not self.spread.is_common(name):
                self.stop("AW304", reached, "a string names it, and of which object isn't known")
        else:
            if (protocol := self.protocol_of(reached)) is not None:
                family = frozenset(f for f in self.result.causes if f.node.name == name)
                self.add(
                    "AW311",
                    reached,
                    f"it is called through {protocol.name}, a Protocol that the family may satisfy",
                    family,
                )
            elif reached.abstract and (family := self.satisfying(reached.abstract, name)):
                reason = f"the receiver is known as an {reached.abstract} only, which a class of the family is too"
                self.add("AW311", reached, reason, family)
            elif reached.has_unknown:
                self.judge_unknown(reached, name)

    def satisfying(self, abstract: str, name: str) -> frozenset[Function]:
        """The coloured methods *name* of classes that have the special methods of the abstract type."""
        required: frozenset[str] = getattr(getattr(collections.abc, abstract), "__abstractmethods__", frozenset())
        return frozenset(
            function
            for function in self.result.causes
            if function.node.name == name
            and function.owner is not None
            and all(self.resolver.hierarchy.find(function.owner, special) for special in required)
        )

    def protocol_of(self, reached: Reached) -> Class | None:
        """The Protocol through which the call goes: whatever has its methods may stand behind it."""
        for function in sorted(reached.functions, key=lambda f: f.place):
            if function.owner is not None and not function.is_async:
                if self.resolver.hierarchy.foreign_bases(function.owner) & _PROTOCOLS:
                    return function.owner
        return None

    def judge_mixed(self, reached: Reached, coloured: frozenset[Function]) -> None:
        if reached.has_unknown and not reached.has_other and len(coloured) == len(reached.functions):
            self.stop("AW310", reached, "only some of what the receiver can be is known, and that is in the family")
        else:
            others = sorted(str(f.name) for f in reached.functions - coloured) or ["something that isn't the project's"]
            family = sorted(str(f.name) for f in coloured)[0]
            self.stop("AW311", reached, f"it may reach {family} and {others[0]}")

    def judge_unknown(self, reached: Reached, name: str) -> None:
        """The receiver isn't known: a stop when the name is distinctive, else a doubt."""
        if self.spread.is_common(name) or reached.mention.use is Use.MEMBER:
            return
        if self.spread.is_defined_elsewhere(name):
            self.stop("AW311", reached, f"the receiver isn't known, and {name} is a name of this family and of others")
            return
        if reached.mention.use is Use.CALLED and self.spread.may_await(reached):
            family = frozenset(f for f in self.result.causes if f.node.name == name)
            self.result.vouched.append((self.obstacle("AW310", reached, _telling(name), family), Way.AWAIT))
            self.judge_coloured(reached, family)
            return
        self.stop("AW310", reached, _telling(name))

    def judge_coloured(self, reached: Reached, coloured: frozenset[Function]) -> None:
        mention = reached.mention
        match mention.use:
            case Use.AWAITED:
                self.site(reached, coloured, Action.NONE, "already awaited")
            case _ if self.spread.was_async(reached):
                self.site(reached, coloured, Action.NONE, "it was async before")
            case Use.CALLED if not self.spread.may_change(mention.module.path):
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
        elif function in self.spread.kept:
            self.result.dragged.update(coloured)
        elif function in self.result.entries:
            self.judge_entry_call(reached, coloured, self.result.entries[function])
        elif function.is_async or function in self.result.causes:
            self.site(reached, coloured, Action.AWAIT, "awaited")
        else:
            barrier = self.spread.barrier(function)
            assert barrier is not None, f"{function} is neither async nor held by a barrier"
            where = "" if barrier.function is function else f" ({barrier.function.name})"
            self.stop(barrier.code, reached, f"{function.name} can't become async: {barrier.reason}{where}")

    def judge_entry_call(self, reached: Reached, coloured: frozenset[Function], entry: Entry) -> None:
        if entry.split and starts_loop_itself(entry.function, self.resolver):
            self.stop("AW305", reached, "it starts an event loop of its own beside this call")
        elif entry.split and (entry.function.owner is not None or entry.function.is_nested):
            self.stop("AW305", reached, "its body can't move into an async function of its own")
        else:
            self.site(reached, coloured, Action.AWAIT if entry.split else Action.RUN, "the entry point starts the loop")

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

    def judge_unread(self) -> None:
        """A file that can't be read or is excluded may call what becomes async: nothing there can be accounted for."""
        for name in coloured_names(self.spread):
            if not self.spread.is_common(name):
                callees = frozenset(f for f in self.result.causes if f.node.name == name)
                for path, line in self.resolver.program.unread_mentions(name) if callees else ():
                    place = Place(path, Span(line, 0, line, 0))
                    reason = f"{name} is mentioned in a file that isn't read"
                    ways = find_code("AW217").ways
                    self.result.obstacles.append(Obstacle("AW217", place, reason, callees, None, ways))

    def coloured_in(self, reached: Reached) -> frozenset[Function]:
        return frozenset(f for f in reached.functions if f in self.result.causes)

    def site(self, reached: Reached, callees: frozenset[Function], action: Action, reason: str) -> None:
        self.result.sites.append(Site(reached, callees, action, reason))

    def stop(self, code: str, reached: Reached, reason: str) -> None:
        callees = self.coloured_in(reached)
        if not callees:  # the receiver isn't known: the whole family of that name is meant
            name = _bare_name(reached.mention.node)
            callees = frozenset(f for f in self.result.causes if f.node.name == name)
        self.add(code, reached, reason, callees)

    def add(self, code: str, reached: Reached, reason: str, callees: frozenset[Function]) -> None:
        self.result.obstacles.append(self.obstacle(code, reached, reason, callees))

    def obstacle(self, code: str, reached: Reached, reason: str, callees: frozenset[Function]) -> Obstacle:
        mention = reached.mention
        ways = find_code(code).ways
        if Way.BRIDGE in ways and not self.can_bridge(mention, callees):
            ways = tuple(way for way in ways if way is not Way.BRIDGE)
        return Obstacle(code, mention.place, reason, callees, mention.function, ways, reached)

    def can_bridge(self, mention: Mention, callees: frozenset[Function]) -> bool:
        """Whether a loop can be started at the call: it is sync code, and no running loop leads there."""
        if mention.use is not Use.CALLED or mention.around in (Around.LAMBDA, Around.GENERATOR_EXPRESSION):
            return False
        function = mention.function
        if function is None:
            return True
        return not function.is_async and not leads_from_a_loop(function, callees, self.spread)

    def refuse(self, barrier: Barrier, cause: Cause, function: Function) -> None:
        """A blocking helper that can't become async holds back the function that calls it."""
        reason = barrier.reason
        if barrier.code != "AW303":
            reason = f"{barrier.function.name} blocks and can't become async: {reason}"
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


def _telling(name: str) -> str:
    return f"the receiver isn't known, and {name} is a name that only this family has"


def _node_at(function: Function, cause: Cause) -> ast.AST:
    for node in ast.walk(function.node):
        if isinstance(node, ast.Call) and function.module.place(node) == cause.place:
            return node
    return function.node


def _bare_name(node: ast.expr) -> str:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case ast.Constant(value=str(text)):
            return text.replace(":", ".").rpartition(".")[2]
    return ""
