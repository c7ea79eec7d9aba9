"""Cuts a plan into stages, each of which can be merged alone, and draws what the program is after each of them.

Every stage is drawn from the program as it is, with all that is to come later kept sync: so the last one is what one
``--write`` gives, byte for byte, whatever the cuts. A cut at which anything else came out than what was asked for is not
made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from awaitify.colour.account import account
from awaitify.colour.threads import Offload
from awaitify.index.collection import no_collection
from awaitify.plan import groups
from awaitify.plan.draft import settle, settle_ready, undecided_in
from awaitify.plan.gather import gather_edits
from awaitify.plan.groups import Grouping
from awaitify.plan.plan import Note, Plan
from awaitify.plan.settled import Draft, Settled
from awaitify.plan.steps import Step, Steps, find_steps
from awaitify.plan.while_sync import is_swapped_first, title_of, while_sync, why_not_first


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one stage may hold: so many files, so many levels of the way down from the entry points; None: any."""

    max_files: int | None = None
    max_depth: int | None = None

    @property
    def depth(self) -> int | None:
        """A stage is one level where nothing is asked for."""
        return 1 if self.max_files is None and self.max_depth is None else self.max_depth


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where a plan can be cut: what is planned above it, with the edits from the program as it is.

    ``threads`` are the notes on what runs on a thread there until its own stage; ``title`` says what is done where it isn't
    that something becomes async.
    """

    plan: Plan
    threads: tuple[Note, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Cuts:
    """The cuts of a plan, the last one below all of it; and why no library is swapped first, where one could have been."""

    found: tuple[Cut, ...]
    why_not_first: str = ""


def find_cuts(given: Draft, plan: Plan, budget: Budget) -> Cuts:
    """The places where *plan*, which was drawn from *given*, is cut so that each stage keeps within *budget*.

    A stage that can't be made smaller may be over its budget.
    """
    with no_collection():
        return _find_cuts(given, plan, budget)


def _find_cuts(given: Draft, plan: Plan, budget: Budget) -> Cuts:
    whole = settle(given, given.kept)
    ready = settle_ready(given, whole)
    grouping = groups.group(whole.colouring, given.sites)
    steps = find_steps(given, ready, grouping)
    files: dict[int, set[str]] = {}
    for planned in plan.edits:
        files.setdefault(planned.group, set()).add(planned.path)
    stages = list(_stages(steps.found, files, budget))
    why_not = why_not_first(ready.pieces, given.package)
    first = "" if why_not else title_of(ready.pieces)
    cuts: list[Cut] = []
    done: frozenset[int] = frozenset()
    for stage in [[], *stages[:-1]] if first else stages[:-1]:
        done |= {number for step in stage for number in step.groups}
        cutting = _Cutting(given, ready, grouping, steps, done)
        if (settled := cutting.settle()) is not None:
            cut = cutting.cut(cutting.with_swaps(settled) if first else settled, plan)
            cuts.append(cut if stage else replace(cut, title=first))
    return Cuts((*cuts, Cut(plan)), why_not)


def _stages(steps: Iterable[Step], files: dict[int, set[str]], budget: Budget) -> Iterator[list[Step]]:
    """The steps in order, as many in a stage as the budget allows."""
    stage: list[Step] = []
    touched: set[str] = set()
    for step in steps:
        own = {path for number in step.groups for path in files.get(number, ())}
        too_many = budget.max_files is not None and len(touched | own) > budget.max_files
        too_deep = budget.depth is not None and bool(stage) and step.level - stage[0].level >= budget.depth
        if stage and (too_many and own - touched or too_deep):
            yield stage
            stage, touched = [], set()
        stage.append(step)
        touched |= own
    if stage:
        yield stage


class _Cutting:
    """One cut: the groups in *done* are async above it, and all others wait for a later stage."""

    def __init__(self, given: Draft, ready: Settled, grouping: Grouping, steps: Steps, done: frozenset[int]) -> None:
        causes = ready.colouring.causes
        self.stuck = frozenset(ready.colouring.stuck)
        self.ready = ready
        self.grouping = grouping
        self.done = done
        self.wanted = {function for function in causes if grouping.number(function) in done}
        self.later = frozenset(f for f in causes if f not in self.wanted and not f.is_async)
        self.offloads = tuple(o for o in steps.offloads if o.inside in self.wanted and o.callees & self.later)
        seeds = (*given.seeds, *sorted(self.wanted, key=lambda f: f.place))
        self.given = replace(
            given,
            seeds=tuple(dict.fromkeys(f for f in seeds if f in self.wanted and (not f.is_async or f in given.seeds))),
            kept=ready.kept | self.later,
            later=self.later,
            threaded=ready.threaded,
        )

    def settle(self) -> Settled | None:
        """The program above the cut; None where something else comes out than what was asked for."""
        settled = settle(self.given, self.given.kept)
        converted = {f for f in settled.colouring.causes if not f.is_async}
        if converted != {f for f in self.wanted if not f.is_async}:
            return None
        if undecided_in(settled, self.given) or set(settled.colouring.stuck) - self.stuck:
            return None
        account(settled.colouring)  # no stage leaves a reference over either
        settled.colouring.offloads += self.offloads
        return settled

    def with_swaps(self, settled: Settled) -> Settled:
        """The same where the library is swapped everywhere: by its async client above the cut, and a sync one below."""
        above = set(settled.context.swapped_functions())
        swapped = [piece for piece in self.ready.pieces if is_swapped_first(piece)]
        pieces = [piece if above.issuperset(piece.functions) else while_sync(piece) for piece in swapped]
        return replace(settled, pieces=(*(piece for piece in settled.pieces if not is_swapped_first(piece)), *pieces))

    def cut(self, settled: Settled, plan: Plan) -> Cut:
        offloads = settled.colouring.offloads
        grouping = replace(self.grouping, offloads=frozenset(offload.call for offload in offloads))
        edits = gather_edits(self.given, settled, grouping)
        above = replace(
            plan,
            converted=tuple(one for one in plan.converted if one.group in self.done),
            references=tuple(one for one in plan.references if one.group in self.done or not one.group),
            groups=tuple(one for one in plan.groups if one.number in self.done or one.held_by),
            edits=edits,
            notes=self.notes(plan, {planned.path for planned in edits}),
        )
        return Cut(above, tuple(map(_note_of, self.offloads)))

    def notes(self, plan: Plan, paths: Collection[str]) -> tuple[Note, ...]:
        """The notes on what changes above the cut."""
        waiting = [(f.module.path, f.module.span(f.node)) for f in self.later]
        return tuple(
            note
            for note in plan.notes
            if note.place is None
            or note.place.path in paths
            and not any(path == note.place.path and span.holds(note.place.span) for path, span in waiting)
        )


def _note_of(offload: Offload) -> Note:
    name = min(offload.callees, key=lambda f: f.place).qualname
    return Note("run", offload.place, f"{name} runs on a thread, as it did, until it becomes async in a later stage")
