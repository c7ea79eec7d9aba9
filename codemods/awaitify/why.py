"""Why does a function become async, or why can't it, and what is the least that would have to stay sync?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from awaitify.catalogue import catalogue
from awaitify.codes import Way
from awaitify.colour.colouring import Colouring
from awaitify.colour.seed import find_targets
from awaitify.failure import UsageError
from awaitify.index.find_published import find_published
from awaitify.index.summary import Function
from awaitify.options import Options
from awaitify.plan.cost import Blast, count_cost
from awaitify.plan.cuts import find_cuts
from awaitify.plan.decisions import Decisions
from awaitify.plan.draft import draft
from awaitify.plan.plan import Plan, Stop, Verdict
from awaitify.plan.prepare import prepare
from awaitify.plan.settled import Draft
from awaitify.plan.shown import colouring_of, functions_named, spread_without
from awaitify.plan.tree import Node, Role, grow, why_kept
from awaitify.review.answer import Answer, Outcome, holdings
from awaitify.source.environment import find_library
from awaitify.source.find import find_root

_MOST = 20
"""So many functions may be asked about at once."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was planned for, and the answer for each function that the name means."""

    targets: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Costs:
    """What was planned for, and what it costs, by function that the name means."""

    targets: tuple[str, ...]
    costs: tuple[tuple[str, Blast], ...]


def why(name: str, path: Path, options: Options) -> Answers:
    """What happens to the function *name* when the targets become async; without targets, when it does itself.

    Raises UsageError for a name that doesn't exist or isn't clear.
    """
    given, functions = _asked(name, path, options)
    plan = draft(given)
    asking = _Asking(given, plan, colouring_of(given, plan))
    return Answers(plan.targets, tuple(asking.answer(function) for function in functions))


def cost_of(name: str, path: Path, options: Options) -> Costs:
    """What becomes async because the function *name* does, as far as the targets lead to it.

    Raises UsageError as ``why`` does.
    """
    given, functions = _asked(name, path, options)
    plan = draft(given)
    return Costs(plan.targets, tuple(_costs(functions, given, colouring_of(given, plan))))


def _asked(name: str, path: Path, options: Options) -> tuple[Draft, tuple[Function, ...]]:
    given = _prepare(path, options, options.targets or (() if options.sources else (name,)))
    functions = find_targets([name], given.resolver, given.blocking)
    if len(functions) > _MOST:
        raise UsageError(f"{name}: it means {len(functions):,} functions; why answers for {_MOST} at most")
    return given, functions


def _prepare(path: Path, options: Options, targets: tuple[str, ...]) -> Draft:
    root = find_root(path)
    library = find_library(root, options.python)
    return prepare(
        root,
        "",
        library=library,
        targets=targets,
        keep_sync=options.keep_sync,
        decisions=Decisions(options.decide, options.on_stop),
        public=options.public,
        exclude=options.exclude,
        http_target=options.http_target,
        swaps=catalogue(),
        progress=lambda stage, done, total: None,
        published=find_published(options.sources, library),
    )


def _costs(functions: Iterable[Function], given: Draft, colouring: Colouring) -> Iterator[tuple[str, Blast]]:
    """One for each family; by root where the function is what the roots lead to."""
    seen: set[Function] = set()
    for function in functions:
        if function not in seen:
            seen.update(given.resolver.hierarchy.family(function))
            yield str(function.name), count_cost([function], colouring, given.sites, given.exports, roots=given.seeds)


class _Asking:
    """One plan, of which several functions may be asked about."""

    def __init__(self, given: Draft, plan: Plan, colouring: Colouring) -> None:
        self.given = given
        self.plan = plan
        self.colouring = colouring
        self.converted = {str(one.name): one for one in plan.converted}

    def answer(self, function: Function) -> Answer:
        name = str(function.name)
        family = {str(member.name) for member in self.given.resolver.hierarchy.family(function)} - {name}
        stops = self.in_the_way(name, family)
        tree = grow(function, self.given, self.plan, self.colouring)
        outcome = self.outcome(function, stops, tree)
        if outcome is Outcome.KEPT:
            tree, stops = self.kept(function)
        undecided = tuple(stop for stop in stops if stop.decided is None)
        return Answer(
            name,
            function.place,
            outcome,
            self.title(name, outcome, stops),
            tuple(sorted(family)),
            tree,
            holdings(stops, self.plan.undecided),
            (
                find_cuts(self.given, self.plan, self.colouring, undecided, name)
                if undecided and not self.given.sites.published
                else ()
            ),
            tuple(r for r in self.plan.references if r.inside == name and r.verdict is Verdict.DOUBT),
        )

    def in_the_way(self, name: str, family: set[str]) -> tuple[Stop, ...]:
        """The stops that hold the function back, or that stand in it or its family when it doesn't become async."""
        if name in self.converted:
            held_by = {stop for group in self.plan.groups if name in group.names for stop in group.held_by}
            return tuple(stop for stop in self.plan.stops if stop.id in held_by)
        names = {name} | family
        return tuple(s for s in self.plan.stops if s.inside in names or s.callee == name and s.decided is None)

    def outcome(self, function: Function, stops: tuple[Stop, ...], tree: tuple[Node, ...]) -> Outcome:
        name = str(function.name)
        if name in self.converted:
            return Outcome.HELD if stops else Outcome.ASYNC
        if name in self.plan.kept_sync:
            return Outcome.KEPT
        if any(stop.decided is None for stop in stops):
            return Outcome.STOPPED
        if function.is_async:
            return Outcome.ALREADY
        starts_loop = any(node.is_asked and node.role is Role.STARTS for node in tree)
        return Outcome.STARTS_LOOP if starts_loop else Outcome.STOPPED if stops else Outcome.UNTOUCHED

    def title(self, name: str, outcome: Outcome, stops: tuple[Stop, ...]) -> str:
        match outcome:
            case Outcome.ASYNC | Outcome.HELD:
                cause = self.converted[name].cause
                because = "it is named" if cause == "named" else f"it {cause}"
                return f"{name} becomes async{' once it is no longer held back' if stops else ''}: {because}"
            case Outcome.STOPPED:
                stop = next((stop for stop in stops if stop.decided is None), stops[0])
                refusal = f"{name} can't become async: "
                return refusal + stop.reason.removeprefix(refusal)
            case Outcome.STARTS_LOOP:
                return f"{name} stays sync and starts the event loop"
            case Outcome.ALREADY:
                return f"{name} is async already"
            case Outcome.KEPT:
                return f"{name} is kept sync"
            case Outcome.UNTOUCHED:
                targets = ", ".join(self.plan.targets)
                return (
                    f"{name} stays sync: nothing that becomes async ({targets}) is called in it or in what overrides it"
                )

    def kept(self, function: Function) -> tuple[tuple[Node, ...], tuple[Stop, ...]]:
        """The way from what was kept sync by name or by a decision down to the function, and the decided stops."""
        decided = [stop for stop in self.plan.stops if stop.decided in (Way.REFUSE, Way.KEEP_SYNC)]
        starts = {str(f.name): f for f in self.given.kept}
        for stop in decided:
            starts |= {str(f.name): f for f in functions_named([stop.callee], self.given)}
        path = why_kept(function, starts.values(), self.given, spread_without(self.given, frozenset()))
        return path, tuple(stop for stop in decided if path and stop.callee == path[0].name)
