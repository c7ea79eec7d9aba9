"""Why does a function become async, or why can't it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from awaitify.catalogue import catalogue
from awaitify.colour.seed import find_targets
from awaitify.index.summary import Function
from awaitify.options import Options
from awaitify.plan.decisions import Decisions
from awaitify.plan.draft import draft
from awaitify.plan.plan import Converted, Link, Plan, Stop, Verdict
from awaitify.plan.prepare import prepare
from awaitify.plan.settled import Draft
from awaitify.source.find import find_root


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer in a line, and the lines below it."""

    title: str
    lines: tuple[str, ...]


def why(name: str, path: Path, options: Options) -> Answer:
    """What happens to the function *name* when the targets become async; without targets, when it does itself.

    Raises UsageError for a name that doesn't exist or isn't clear.
    """
    given = _prepare(path, options, options.targets or (name,))
    functions = find_targets([name], given.resolver, given.blocking)
    plan = draft(given)
    wanted = {str(function.name) for function in functions}
    converted = [entry for entry in plan.converted if str(entry.name) in wanted]
    if converted:
        return Answer(f"{converted[0].name} becomes async", tuple(_converted(converted[0], plan)))
    stops = [stop for stop in plan.stops if stop.inside in wanted or stop.callee in wanted]
    if stops:
        return Answer(
            f"{functions[0].name} can't become async yet", tuple(line for stop in stops for line in _stop(stop))
        )
    return Answer(f"{functions[0].name} stays sync", tuple(_untouched(functions[0], plan)))


def _prepare(path: Path, options: Options, targets: tuple[str, ...]) -> Draft:
    return prepare(
        find_root(path),
        "",
        targets=targets,
        keep_sync=options.keep_sync,
        decisions=Decisions(options.decide, options.on_stop),
        public=options.public,
        exclude=options.exclude,
        http_target=options.http_target,
        swaps=catalogue(),
        progress=lambda stage, done, total: None,
    )


def _converted(entry: Converted, plan: Plan) -> Iterator[str]:
    yield f"because it is {entry.cause}" if entry.cause == "named" else f"because it {entry.cause}"
    yield from _chain(entry.chain)
    if entry.entry:
        yield f"called from outside as: {entry.entry}"
    name = str(entry.name)
    callers = [r for r in plan.references if r.name == name and r.verdict in (Verdict.AWAITED, Verdict.FORWARDED)]
    if callers:
        yield f"its {len(callers)} calls:"
        yield from (
            f"  {reference.place}  in {reference.inside or 'the module'} ({reference.known.value})"
            for reference in callers
        )
    group = next(group for group in plan.groups if group.number == entry.group)
    if group.held_by:
        yield "held back by:"
        for stop in plan.stops:
            if stop.id in group.held_by:
                yield from (f"  {line}" for line in _stop(stop))


def _chain(chain: tuple[Link, ...]) -> Iterator[str]:
    for depth, link in enumerate(chain):
        indent = "   " * depth + ("└─ " if depth else "")
        yield f"{indent}{link.name}  {link.place}"


def _stop(stop: Stop) -> Iterator[str]:
    decided = f" → {stop.decided}" if stop.decided else ""
    yield f"{stop.code} {stop.place}  {stop.reason}{decided}"
    yield from (f"   {line}" for line in _chain(stop.chain))
    if not stop.decided:
        yield f"   ways out: {', '.join(way.value for way in stop.ways)}"


def _untouched(function: Function, plan: Plan) -> Iterator[str]:
    if str(function.name) in plan.kept_sync:
        yield "it is kept sync, by a decision or because something below it is"
    else:
        yield f"nothing that becomes async ({', '.join(plan.targets)}) is called in it or in what overrides it"
