"""The tree of callers: from the seed through a function up to the entry points, each step with how it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from awaitify.codes import Way
from awaitify.colour.action import Action
from awaitify.colour.colouring import Colouring, Kind, Obstacle
from awaitify.colour.outside import entry_label
from awaitify.colour.reached import Reached
from awaitify.index.summary import Function
from awaitify.names import Place
from awaitify.plan.plan import Known, Plan, Reference, Verdict
from awaitify.plan.settled import Draft


class Role(StrEnum):
    """What becomes of the function at a node, or what stands there."""

    BECOMES = "becomes async"
    IS = "is async already"
    STARTS = "starts the event loop"
    PASSES = "passes it on"
    STAYS = "stays sync"
    STOP = "stop"


class Link(StrEnum):
    """How a node hangs together with the one above it in the tree."""

    NAMED = "named"
    KEPT = "kept sync by name"
    DECIDED = "kept sync by a decision"
    CALLS = "calls it"
    ENTERS = "calls what becomes async"
    FAMILY = "has one colour with it"
    NEEDED = "is called by it and blocks"
    SHARES = "uses the client that it uses"
    WRAPS = "wraps it"
    WRAPPED = "is wrapped by it, and it awaits"
    CALLED = "is called by it and would be awaited"
    NEEDS = "calls it, and it blocks"


class Sureness(StrEnum):
    """How a link is known, the surest first."""

    EXACT = "exact"
    INFERRED = "inferred"
    VOUCHED = "vouched"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Call:
    """A place where the node meets the one above it, and how what it reaches is known: the grade, and what was followed."""

    place: Place
    known: Sureness
    how: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A function in the tree, or a stop; ``parent`` is the number of the node above it, -1 for none."""

    parent: int
    name: str
    place: Place
    """Where it calls what is above it; where it stands, when there is no call."""
    role: Role
    link: Link
    calls: tuple[Call, ...] = ()
    through: str = ""
    """What it calls, when that is another function of the family."""
    entry: str = ""
    """``GET /weather/{city}``, ``test``, ``main guard`` … where it is called from outside."""
    code: str = ""
    reason: str = ""
    decided: Way | None = None
    is_asked: bool = False
    is_again: bool = False
    """Whether what calls it is shown elsewhere in the tree, where it is nearer to the one asked for."""

    @property
    def known(self) -> Sureness | None:
        """How the link is known, by the least sure of its calls; None where there is none to know."""
        order = list(Sureness)
        return max((call.known for call in self.calls), key=order.index, default=None)

    @property
    def how(self) -> tuple[str, ...]:
        """What was followed to know it."""
        return tuple(dict.fromkeys(word for call in self.calls for word in call.how))


def grow(asked: Function, given: Draft, plan: Plan, colouring: Colouring) -> tuple[Node, ...]:
    """The tree for *asked*, each node before those that hang from it.

    From the seed straight to *asked*, and from there all that calls it. Where *asked* isn't coloured, it is a leaf below
    everything coloured that it calls; no tree when there is nothing of the kind.
    """
    return tuple(_Growing(given, plan, colouring).grow(asked))


def how_known(reference: Reference, vouched: bool) -> tuple[Sureness, tuple[str, ...]]:
    """How it is known what a reference reaches: the grade, and what was followed, in words.

    *vouched* says that a person decided to await it, which a reference that reaches nothing known says too.
    """
    if vouched or (reference.known is Known.UNKNOWN and reference.verdict is Verdict.AWAITED):
        return Sureness.VOUCHED, ()
    return Sureness(reference.known.value), reference.how


_HANDED_ON = frozenset({Verdict.AWAITED, Verdict.ALREADY, Verdict.FORWARDED})
_LINKS = {
    Kind.CALLS: Link.CALLS,
    Kind.FAMILY: Link.FAMILY,
    Kind.NEEDED: Link.NEEDED,
    Kind.SHARES: Link.SHARES,
    Kind.BESIDE: Link.FAMILY,
    Kind.WRAPS: Link.WRAPS,
    Kind.WRAPPED: Link.WRAPPED,
}


@dataclass(slots=True, eq=False)
class _Edge:
    """What one function, or one stop, has to do with a coloured one."""

    function: Function | None
    node: Node
    reached: list[Reached] = field(default_factory=list)


class _Growing:
    """One tree while it grows."""

    def __init__(self, given: Draft, plan: Plan, colouring: Colouring) -> None:
        self.given = given
        self.colouring = colouring
        self.family = given.resolver.hierarchy.family
        self.references = {reference.place: reference for reference in plan.references}
        self.vouched = {stop.place for stop in plan.stops if stop.decided is Way.AWAIT}
        self.converted = {str(one.name) for one in plan.converted}
        self.decided = {(stop.code, stop.place): stop.decided for stop in plan.stops if stop.decided}
        self.sites: dict[Function, list[tuple[Reached, Action]]] = {}
        for site in colouring.sites:
            for callee in site.callees:
                self.sites.setdefault(callee, []).append((site.reached, site.action))
        self.obstacles: dict[Function, list[Obstacle]] = {}
        for obstacle in colouring.obstacles:
            for callee in obstacle.callees:
                self.obstacles.setdefault(callee, []).append(obstacle)
        self.nodes: list[Node] = []
        self.numbers: dict[Function, int] = {}

    def grow(self, asked: Function) -> list[Node]:
        if asked in self.colouring.causes and (asked.is_async or str(asked.name) in self.converted):
            number = self.lead_to(asked)
            self.nodes[number] = replace(self.nodes[number], is_asked=True)
            self.fan_out(asked)
        else:
            for callee in self.called_by(asked):
                number = self.lead_to(callee)
                for edge in self.edges(callee):
                    if edge.node.name == str(asked.name):
                        self.nodes.append(replace(edge.node, parent=number, is_asked=True))
        return self.nodes

    def called_by(self, asked: Function) -> list[Function]:
        """What *asked* calls that is coloured, one of each family."""
        found = [f for f, sites in self.sites.items() if any(r.mention.function is asked for r, _ in sites)]
        found += [f for f, obstacles in self.obstacles.items() if any(o.inside is asked for o in obstacles)]
        heads = {self.family(f) or (f,): f for f in sorted(set(found), key=lambda f: f.place) if f is not asked}
        return [f for f in heads.values() if f in self.colouring.causes]

    # from the seed to the function

    def lead_to(self, function: Function) -> int:
        """The number of the function's node, at the end of the chain from its seed."""
        parent = -1
        for below, current in self.steps(function):
            if current not in self.numbers:
                self.numbers[current] = len(self.nodes)
                self.nodes.append(replace(self.step(below, current), parent=parent))
            parent = self.numbers[current]
        return parent

    def steps(self, function: Function) -> list[tuple[Function | None, Function]]:
        chain = [function]
        while (other := self.came_from(chain[-1])) is not None and other not in chain:
            chain.append(other)
        chain.reverse()
        return list(zip([None, *chain], chain, strict=False))

    def came_from(self, function: Function) -> Function | None:
        """For whose sake the function is coloured; what a command calls, when it is one whose body becomes async."""
        if (cause := self.colouring.causes.get(function)) is not None:
            return cause.other
        entry = self.colouring.entries.get(function)
        called = {f for reached in entry.sites for f in reached.functions} if entry is not None else set()
        first = sorted((f for f in called if not self.is_for_the_sake_of(f, function)), key=lambda f: f.place)
        return next(iter(first), None)

    def is_for_the_sake_of(self, function: Function, other: Function) -> bool:
        """Whether *other* stands between the function and its seed, or the function isn't coloured at all."""
        seen: set[Function] = set()
        current: Function | None = function
        while current is not None and current not in seen:
            seen.add(current)
            cause = self.colouring.causes.get(current)
            if cause is None:
                return True
            current = cause.other
        return other in seen

    def step(self, below: Function | None, current: Function) -> Node:
        cause = self.colouring.causes.get(current)
        role = Role.STARTS if cause is None else Role.IS if current.is_async else Role.BECOMES
        label = entry_label(current, self.given.sites)
        plain = Node(-1, str(current.name), current.place, role, Link.NAMED, entry=label)
        if below is None:
            return plain if cause is not None else replace(plain, link=Link.ENTERS)
        if cause is None or cause.kind is Kind.CALLS:
            edge = next((edge for edge in self.edges(below) if edge.function is current), None)
            return edge.node if edge is not None else replace(plain, link=Link.CALLS)
        calls: tuple[Call, ...] = ()
        if cause.kind is Kind.NEEDED:
            sites = (reached for reached, _ in self.sites.get(current, ()) if reached.mention.function is below)
            calls = tuple(call for reached in sites if (call := self.call(reached)) is not None)
        return replace(plain, link=_LINKS[cause.kind], place=cause.place, calls=calls)

    # from the function to the entry points

    def fan_out(self, start: Function) -> None:
        """Add what calls *start*, and so on, level by level: each function stands where it is nearest, and is followed there."""
        waiting = [(self.numbers[start], edge) for edge in self.edges(start)]
        for parent, edge in waiting:
            function = edge.function if edge.node.role is Role.BECOMES else None
            is_again = function in self.numbers
            self.nodes.append(replace(edge.node, parent=parent, is_again=is_again))
            if function is not None and not is_again:
                number = self.numbers[function] = len(self.nodes) - 1
                waiting += [(number, above) for above in self.edges(function)]

    def edges(self, function: Function) -> list[_Edge]:
        """What calls the function or one of its family, in order of place; what is of the family itself is left out."""
        family = {function, *self.family(function)}
        found: dict[object, _Edge] = {}
        for member in sorted(family, key=lambda f: (f is not function, f.place)):
            for reached, action in self.sites.get(member, ()):
                caller = reached.mention.function
                if caller not in family and (role := self.role(reached, action)) is not None:
                    through = "" if member is function else str(member.name)
                    edge = found.setdefault(caller or reached.mention.module.path, self.edge(reached, role, through))
                    if reached not in edge.reached:
                        edge.reached.append(reached)
            for obstacle in self.obstacles.get(member, ()):
                found.setdefault(obstacle, _Edge(obstacle.inside, self.stop(obstacle)))
        edges = [_Edge(edge.function, self.with_calls(edge), edge.reached) for edge in found.values()]
        return sorted(edges, key=lambda edge: edge.node.place)

    def role(self, reached: Reached, action: Action) -> Role | None:
        """What the function around a call becomes; None for a mention that isn't a call or hands nothing on."""
        reference = self.reference(reached)
        if reference is None or reference.verdict not in _HANDED_ON:
            return None
        caller = reached.mention.function
        if action is Action.RUN or caller in self.colouring.entries:
            return Role.STARTS
        if caller is not None and caller.is_async:
            return Role.IS
        return Role.BECOMES if str(caller and caller.name) in self.converted else Role.PASSES

    def edge(self, reached: Reached, role: Role, through: str) -> _Edge:
        caller, place = reached.mention.function, reached.mention.place
        if caller is None:
            entry = "main guard" if role is Role.STARTS else "module-level code"
            return _Edge(None, Node(-1, "", place, role, Link.CALLS, (), through, entry))
        entry = entry_label(caller, self.given.sites)
        if role is Role.STARTS:
            started = self.colouring.entries.get(caller)
            entry = started.label if started is not None else entry
        return _Edge(caller, Node(-1, str(caller.name), place, role, Link.CALLS, (), through, entry))

    def stop(self, obstacle: Obstacle) -> Node:
        name = str(obstacle.inside.name) if obstacle.inside is not None else ""
        code, place = obstacle.code, obstacle.place
        decided = self.decided.get((code, place))
        return Node(-1, name, place, Role.STOP, Link.CALLS, code=code, reason=obstacle.reason, decided=decided)

    def with_calls(self, edge: _Edge) -> Node:
        calls = tuple(call for reached in edge.reached if (call := self.call(reached)) is not None)
        return replace(edge.node, calls=tuple(sorted(calls, key=lambda call: call.place)))

    def call(self, reached: Reached) -> Call | None:
        reference, place = self.reference(reached), reached.mention.place
        return None if reference is None else Call(place, *how_known(reference, place in self.vouched))

    def reference(self, reached: Reached) -> Reference | None:
        return self.references.get(reached.mention.module.place(reached.mention.node))


def why_kept(asked: Function, starts: Iterable[Function], given: Draft, colouring: Colouring) -> tuple[Node, ...]:
    """The way from one of *starts*, which are kept sync, to *asked*, which therefore stays sync too.

    *colouring* is what there would be if nothing were kept sync. Empty when there is no such way.
    """
    came_from: dict[Function, tuple[Function, Node] | None] = dict.fromkeys(starts)
    queue = list(came_from)
    for function in queue:
        if function is asked:
            break
        for other, node in _dragged_by(function, given, colouring):
            if other not in came_from:
                came_from[other] = function, node
                queue.append(other)
    return tuple(_path(asked, came_from, given)) if asked in came_from else ()


def _dragged_by(function: Function, given: Draft, colouring: Colouring) -> Iterator[tuple[Function, Node]]:
    """What stays sync with the function: what it would await, what needs it not to block, its family."""
    for site in colouring.sites:
        if site.reached.mention.function is function:
            for callee in sorted(site.callees, key=lambda f: f.place):
                yield callee, Node(-1, str(callee.name), site.reached.mention.place, Role.STAYS, Link.CALLED)
    for other, helpers in colouring.needs.items():
        if function in helpers:
            yield other, Node(-1, str(other.name), other.place, Role.STAYS, Link.NEEDS)
    for member in given.resolver.hierarchy.family(function):
        yield member, Node(-1, str(member.name), member.place, Role.STAYS, Link.FAMILY)


def _path(asked: Function, came_from: dict[Function, tuple[Function, Node] | None], given: Draft) -> list[Node]:
    found: list[Node] = []
    current = asked
    while (step := came_from[current]) is not None:
        current, node = step
        found.append(node)
    link = Link.KEPT if current in given.kept else Link.DECIDED
    found.append(Node(-1, str(current.name), current.place, Role.STAYS, link))
    found.reverse()
    return [replace(node, parent=number - 1, is_asked=number == len(found) - 1) for number, node in enumerate(found)]
