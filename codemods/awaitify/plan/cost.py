"""What does it cost that a function becomes async: how much changes with it, and where could that be cut off?

Counted on the graph of what leads to what: a function to its callers, to its family, to the helpers that it needs. Families
are one node. What becomes async only through one node is what that node dominates, and so what is saved by cutting there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from awaitify.colour.colouring import Colouring
from awaitify.colour.outside import entry_label
from awaitify.colour.sites import Sites
from awaitify.index.summary import Function
from awaitify.names import is_borrowed
from awaitify.plan.dominators import dominators
from awaitify.plan.exported import Exports

_MOST_POINTS = 3
_MOST_ROOTS = 40
"""So many targets are counted one by one."""
_MOST_LOOKED_AT = 40
"""So many nodes that dominate most are compared."""
_OF_TESTS = ("test", "fixture")


@dataclass(frozen=True, slots=True)
class Cost:
    """What changes: functions that become async, files, entry points that lead there, and public API; each sorted."""

    functions: tuple[str, ...]
    files: tuple[str, ...]
    entry_points: tuple[str, ...]
    public: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RootCost:
    """What one target costs, and what of it would stay sync if it weren't named."""

    name: str
    cost: Cost
    alone: Cost


@dataclass(frozen=True, slots=True)
class CutPoint:
    """A function that could stay sync: what that saves, and what must then be there in both colours for it."""

    name: str
    saves: Cost
    both: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blast:
    """What a plan costs: as a whole, by target, and the cheapest points to cut it."""

    total: Cost
    roots: tuple[RootCost, ...]
    cuts: tuple[CutPoint, ...]


def count_cost(
    starts: Iterable[Function],
    colouring: Colouring,
    sites: Sites,
    exports: Exports | None,
    *,
    roots: Iterable[Function] | None = None,
) -> Blast:
    """What it costs that *starts* become async; they are coloured in *colouring*.

    *roots* are the targets by which it is told, where those are others: of what *starts* cost, what each leads to.
    """
    counting = _Counting(colouring, sites, exports)
    heads = counting.heads_of(starts)
    whole = counting.reached(heads)
    named = heads if roots is None else [root for root in counting.heads_of(roots) if counting.leads_to(root, heads)]
    return Blast(
        counting.cost(whole),
        tuple(counting.root(root, named, whole) for root in named[:_MOST_ROOTS]),
        tuple(counting.cut_points(heads)),
    )


class _Counting:
    """One graph: the families of a colouring, and what each leads to."""

    def __init__(self, colouring: Colouring, sites: Sites, exports: Exports | None) -> None:
        self.colouring = colouring
        self.sites = sites
        self.exports = exports
        self.heads: dict[Function, Function] = {}
        self.members: dict[Function, list[Function]] = {}
        self.leads: dict[Function, set[Function]] = {}
        self.calls: dict[Function, set[Function]] = {}
        self.touched: dict[Function, set[str]] = {}
        """By family, the files in which it is mentioned and something is written."""
        self.ends: dict[Function, set[str]] = {}
        """By family, the entry points right above it."""
        for function in colouring.causes:
            self.members.setdefault(self.head(function), []).append(function)
        self.link_sites()
        self.link_causes()

    def head(self, function: Function) -> Function:
        """The one of its family that stands for all."""
        if function not in self.heads:
            family = [f for f in self.sites.resolver.hierarchy.family(function) if f in self.colouring.causes]
            self.heads[function] = min([function, *family], key=lambda f: f.place)
        return self.heads[function]

    def heads_of(self, functions: Iterable[Function]) -> list[Function]:
        return list(dict.fromkeys(self.head(function) for function in functions if function in self.colouring.causes))

    def leads_to(self, root: Function, heads: list[Function]) -> bool:
        return not self.reached([root]).isdisjoint(heads)

    def link_sites(self) -> None:
        for site in self.colouring.sites:
            for callee in site.callees:
                head = self.head(callee)
                if site.rewrite is not None or site.inside:
                    self.touched.setdefault(head, set()).add(site.reached.mention.module.path)
                for caller in site.inside:
                    if caller in self.colouring.causes:
                        self.leads.setdefault(head, set()).add(self.head(caller))
                        self.calls.setdefault(self.head(caller), set()).add(head)
                    elif label := entry_label(caller, self.sites):
                        self.end(head, label, caller)
        for entry in self.colouring.entries.values():
            for callee in (f for reached in entry.sites for f in reached.functions if f in self.colouring.causes):
                self.end(self.head(callee), entry.label, entry.function)
        for reached in self.colouring.guards:
            for callee in (f for f in reached.functions if f in self.colouring.causes):
                path = reached.mention.module.path
                self.ends.setdefault(self.head(callee), set()).add(f"main guard ({path})")
                self.touched.setdefault(self.head(callee), set()).add(path)

    def link_causes(self) -> None:
        for function, helpers in self.colouring.needs.items():
            if function in self.colouring.causes:
                found = {self.head(helper) for helper in helpers if helper in self.colouring.causes}
                self.leads.setdefault(self.head(function), set()).update(found)
                self.calls.setdefault(self.head(function), set()).update(found)
        for function, cause in self.colouring.causes.items():
            if cause.other is not None and cause.other in self.colouring.causes:
                self.leads.setdefault(self.head(cause.other), set()).add(self.head(function))
            if label := entry_label(function, self.sites):
                self.end(self.head(function), label, function)

    def end(self, head: Function, label: str, function: Function) -> None:
        if label not in _OF_TESTS:
            self.ends.setdefault(head, set()).add(f"{label} ({function.name})")

    def reached(self, heads: Iterable[Function]) -> set[Function]:
        found: set[Function] = set()
        queue = list(heads)
        while queue:
            head = queue.pop()
            if head not in found:
                found.add(head)
                queue += self.leads.get(head, ())
        return found

    def cost(self, heads: Iterable[Function]) -> Cost:
        heads = set(heads)
        functions = [f for head in heads for f in self.members.get(head, ()) if self.becomes_async(f)]
        touched = (path for head in heads for path in self.touched.get(head, ()) if not is_borrowed(path))
        return Cost(
            tuple(sorted(str(f.name) for f in functions)),
            tuple(sorted({*(f.module.path for f in functions), *touched})),
            tuple(sorted({end for head in heads for end in self.ends.get(head, ())})),
            tuple(sorted(str(f.name) for f in functions if self.exports is not None and self.exports.is_public(f))),
        )

    def becomes_async(self, function: Function) -> bool:
        return not function.is_async and not is_borrowed(function.module.path)

    def root(self, head: Function, heads: list[Function], whole: set[Function]) -> RootCost:
        others = self.reached(other for other in heads if other is not head)
        return RootCost(str(head.name), self.cost(self.reached([head])), self.cost(whole - others))

    def cut_points(self, heads: list[Function]) -> Iterator[CutPoint]:
        """The functions that save most for the fewest that have to be there in both colours."""
        over = dominators(heads, self.leads)
        sizes = dict.fromkeys(over, 1)
        below: dict[Function, list[Function]] = {}
        for head, nearest in over.items():
            if nearest is not None:
                sizes[nearest] += sizes[head]
                below.setdefault(nearest, []).append(head)
        ranked = sorted((head for head in below if head not in heads), key=lambda head: (-sizes[head], head.place))
        points = [self.cut_point(head, _tree(head, below)) for head in ranked[:_MOST_LOOKED_AT]]
        worth = [point for point in points if len(point.saves.functions) > 1]
        worth.sort(key=lambda point: (len(point.both) - len(point.saves.functions), point.name))
        yield from worth[:_MOST_POINTS]

    def cut_point(self, head: Function, saved: Iterable[Function]) -> CutPoint:
        needed: set[Function] = set()
        queue = list(self.calls.get(head, ()))
        while queue:
            callee = queue.pop()
            if callee not in needed and callee is not head:
                needed.add(callee)
                queue += self.calls.get(callee, ())
        both = (f for callee in needed for f in self.members.get(callee, ()) if self.becomes_async(f))
        return CutPoint(str(head.name), self.cost(saved), tuple(sorted(str(f.name) for f in both)))


def _tree(head: Function, below: dict[Function, list[Function]]) -> set[Function]:
    found, queue = set(), [head]
    while queue:
        current = queue.pop()
        found.add(current)
        queue += below.get(current, ())
    return found
