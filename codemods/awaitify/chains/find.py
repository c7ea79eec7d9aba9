"""Finds the calls that block and that an event loop comes to run, each with the shortest chain that leads there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from awaitify.chains.finding import Finding, Found, Link, Lost
from awaitify.chains.frame import Frame
from awaitify.chains.lookup import Lookup
from awaitify.chains.roots import Root
from awaitify.chains.search import Graph
from awaitify.chains.steps import Hit, Steps
from awaitify.colour.outside import entry_label
from awaitify.colour.sites import Sites
from awaitify.index.fixtures import is_test
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.names import Place

_TESTS = ("test", "fixture")
_MOST_FILES = 100
"""What registers a function isn't looked for where more files mention its name."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A root at which chains begin; *rank* is lower for what is called from outside the program, highest for tests."""

    frame: Frame
    label: str
    rank: int


def find(roots: Iterable[Root], sites: Sites, lookup: Lookup) -> Found:
    """All findings from *roots*, the gravest first, and what couldn't be followed on the way."""
    all_roots = tuple(dict.fromkeys(roots))
    graph = Graph([one.frame for one in all_roots], Steps(sites.resolver, lookup))
    finder = _Finder(all_roots, sites, graph)
    findings = sorted(finder.findings(), key=lambda one: (one.severity, one.is_test, one.place))
    return Found(tuple(findings), tuple(sorted(set(_lost(graph)))), len(all_roots))


def function_around(place: Place, resolver: Resolver) -> Function:
    """The innermost function in which the call at *place* stands."""
    module = resolver.program.module_at(place.path)
    assert module is not None
    return [f for f in module.functions if module.place(f.node).span.holds(place.span)][-1]


class _Finder:
    """Makes the findings of one graph."""

    def __init__(self, roots: tuple[Root, ...], sites: Sites, graph: Graph) -> None:
        self.graph = graph
        self.sites = sites
        self.labels = {one.frame: one.label for one in roots}
        self.entries: dict[Frame, _Entry] = {}

    def findings(self) -> Iterator[Finding]:
        by_call: dict[ast.Call, list[tuple[Frame, Hit]]] = {}
        for frame, hit in self.graph.hits():
            by_call.setdefault(hit.node, []).append((frame, hit))
        numbers: dict[tuple[str, str, str], int] = {}
        for _, seen in sorted(by_call.items(), key=lambda pair: _place(*pair[1][0])):
            frame, hit = seen[0]
            key = (hit.row.code, _around(frame, hit), hit.name)
            numbers[key] = numbers.get(key, 0) + 1
            yield self.finding(seen, numbers[key])

    def finding(self, seen: list[tuple[Frame, Hit]], number: int) -> Finding:
        """One finding: the call in all frames in which it was *seen*, the *number*-th of its kind in its function."""
        ways = [
            (entry, frame, hit, above)
            for frame, hit in seen
            for above in [self.graph.above(frame)]
            for entry in self.entries_in(above)
        ]
        entry, frame, hit, above = min(ways, key=lambda way: (way[0].rank, way[3][way[0].frame], way[0].frame.place))
        steps = self.graph.way(entry.frame, above)
        links = [Link(f.name, f.module.place(step.node), step.how) for f, step in steps]
        place, inside = _place(frame, hit), _around(frame, hit)
        names = sorted({way[0].label or way[0].frame.name for way in ways if way[0].frame.code != entry.frame.code})
        return Finding(
            code=hit.row.code,
            severity=hit.row.severity,
            place=place,
            name=hit.name.removeprefix("builtins."),
            inside=inside,
            twin=hit.row.twin,
            migrates=hit.row.migrates,
            entry=entry.label or entry.frame.name,
            chain=(*links, Link(frame.name, place)),
            others=tuple(names),
            fingerprint=_fingerprint(hit, place, inside, number),
            is_test=entry.rank == _TEST_RANK,
        )

    def entries_in(self, above: Iterable[Frame]) -> list[_Entry]:
        """The roots among *above* that stand at the top: those that are called from outside, and those nobody calls."""
        entries = [self.entry(frame) for frame in above if frame in self.labels]
        tops = [one for one in entries if one.rank < _INNER_RANK]
        return tops or entries

    def entry(self, frame: Frame) -> _Entry:
        if frame not in self.entries:
            self.entries[frame] = self._entry(frame)
        return self.entries[frame]

    def _entry(self, frame: Frame) -> _Entry:
        label = self.labels[frame]
        if label or not isinstance(frame.code, Function):
            return _Entry(frame, label, 0)
        label = self._label(frame.code)
        if label in _TESTS or is_test(frame.code):
            return _Entry(frame, "", _TEST_RANK)
        if label:
            # APIRouter(prefix="/items"), @router.get(""); a dependency, a background task
            return _Entry(frame, label if "/" in label else f"{label.strip()} {frame.code.node.name}", 0)
        is_called = any(caller != frame for caller, _ in self.graph.callers(frame))
        return _Entry(frame, "", _INNER_RANK if is_called else 1)

    def _label(self, function: Function) -> str:
        number = self.sites.resolver.program.text.number_mentioning(function.node.name, _MOST_FILES + 1)
        return entry_label(function, self.sites) if number <= _MOST_FILES else ""


_TEST_RANK, _INNER_RANK = 2, 3


def _place(frame: Frame, hit: Hit) -> Place:
    return frame.module.place(hit.node)


def _around(frame: Frame, hit: Hit) -> str:
    """The function in whose text the call stands; a lambda has no name of its own."""
    if isinstance(frame.code, Function):
        return str(frame.code.name)
    inside = [f for f in frame.module.functions if f.node.lineno <= hit.node.lineno <= (f.node.end_lineno or 0)]
    return str(inside[-1].name) if inside else frame.module.name


def _fingerprint(hit: Hit, place: Place, inside: str, number: int) -> str:
    return sha256(f"{hit.row.code}|{place.path}|{inside}|{hit.name}|{number}".encode()).hexdigest()[:16]


def _lost(graph: Graph) -> Iterator[Lost]:
    for frame, seen in graph.seen.items():
        for call in seen.lost:
            yield Lost(frame.module.place(call), ast.unparse(call.func), frame.name)
