"""What a person is shown of a plan, as data: the verdict, the groups, the stops and what to type next."""

from __future__ import annotations

import re
import tokenize
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from awaitify.codes import Way, find_code
from awaitify.names import Place, Span
from awaitify.plan.edit import AddImport, AddToClass, AddToModule, Edit, WrapInWith
from awaitify.plan.plan import Group, Known, Note, Plan, Reference, Stop, Verdict
from awaitify.review.diff import Block, blocks
from awaitify.review.next_steps import NextStep, next_steps
from awaitify.review.visible import padding, visible, width
from awaitify.rewrite.change import FileChange

_SILENT = "  truth of what becomes a coroutine"
NOT_OFFERED = "was chosen and isn't offered here, so this is still undecided"
MARKED = "Still marked (an earlier run left it to you; take the comment away when it is dealt with)"
_LOOK_SILENT = "Look first (truth or comparison of what becomes a coroutine: silent without the await)"


class State(StrEnum):
    """Whether a group can be written now."""

    READY = "ready"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group, the lines it adds and removes, and why it isn't ready: codes of stops, or files that failed."""

    group: Group
    added: int
    removed: int
    state: State
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way out of a stop; exactly one that this version can carry out is recommended."""

    way: Way
    sentence: str
    recommended: bool


@dataclass(frozen=True, slots=True)
class StopBlock:
    """A stop with its source line and the carets below it (both empty when the file can't be read), and its ways out."""

    stop: Stop
    title: str
    source: str
    carets: str
    chain: tuple[str, ...]
    ways: tuple[WayRow, ...]

    @property
    def reaches(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What a mixed call may reach, by colour: ``("stays sync", ("shop:Dog.fetch (shop.py:6)",))``."""
        by_colour: dict[str, list[str]] = {}
        for reach in self.stop.reaches:
            where = f" ({reach.place})" if reach.place else ""
            by_colour.setdefault(reach.colour, []).append(f"{reach.name}{where}")
        return tuple((colour, tuple(named)) for colour, named in by_colour.items())


@dataclass(frozen=True, slots=True)
class Report:
    """All that is shown. ``written`` says whether the changes are (being) applied."""

    plan: Plan
    changes: tuple[FileChange, ...]
    version: str
    written: bool
    groups: tuple[GroupRow, ...]
    stops: tuple[StopBlock, ...]
    """The undecided ones."""
    again: str
    """The command line that leads to this plan."""
    next: tuple[NextStep, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that change when nothing is held back."""
        return tuple(sorted({path for row in self.groups for path in row.group.files}))

    @property
    def ready(self) -> tuple[GroupRow, ...]:
        return tuple(row for row in self.groups if row.state is State.READY)

    @property
    def decided(self) -> tuple[Stop, ...]:
        return tuple(stop for stop in self.plan.stops if stop.decided is not None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes, and nothing has to be decided for it to change."""
        return not self.groups and not self.stops

    @property
    def doubts(self) -> tuple[Reference, ...]:
        return tuple(reference for reference in self.plan.references if reference.verdict is Verdict.DOUBT)

    @property
    def counts(self) -> tuple[tuple[Verdict, int], ...]:
        """How many references ended each way, in the order of Verdict."""
        return tuple((verdict, self.plan.count(verdict)) for verdict in Verdict)

    @property
    def known(self) -> tuple[tuple[Known, int], ...]:
        """For how many references it is known exactly, by inference or not at all what they reach."""
        found = Counter(reference.known for reference in self.plan.references)
        return tuple((known, found[known]) for known in Known if found[known])

    @property
    def followed(self) -> tuple[tuple[str, int], ...]:
        """What was followed where it is inferred, the most frequent first, each with the number of references."""
        found = Counter(words for reference in self.plan.references for words in reference.how)
        return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def looks(self) -> tuple[tuple[str, tuple[Note, ...]], ...]:
        """What to look at first, under its headings. What the notes of one heading have in common stands there alone."""
        notes = self.notes("look")
        silent = tuple(
            replace(note, text=note.text.removesuffix(_SILENT)) for note in notes if note.text.endswith(_SILENT)
        )
        others = tuple(note for note in notes if not note.text.endswith(_SILENT))
        found = ((_LOOK_SILENT, silent), ("Look at" if silent else "Look first", others))
        return tuple((heading, notes) for heading, notes in found if notes)

    def notes(self, kind: str) -> tuple[Note, ...]:
        return tuple(note for note in self.plan.notes if note.kind == kind)


def make_report(
    plan: Plan,
    changes: tuple[FileChange, ...],
    root: Path,
    version: str,
    typed: tuple[str, ...] = (),
    written: bool = False,
) -> Report:
    """The report of *plan*. *typed* are the words after ``awaitify migrate`` that led to it, without ``--write``.

    Reads the files that hold stops, as they are on disk: to be made before anything is written.
    """
    texts = {change.path: change.source.text for change in changes}
    groups = tuple(_group_rows(plan, changes))
    stops = tuple(_stop_block(stop, _source_line(stop.place, root, texts)) for stop in plan.undecided)
    again, steps = next_steps(
        typed, ready=sum(row.state is State.READY for row in groups), undecided=plan.undecided, written=written
    )
    return Report(plan, changes, version, written, groups, stops, again, steps)


def recommended(ways: Iterable[Way]) -> Way | None:
    """The first way: they come cheapest first."""
    return next(iter(ways), None)


def short(name: str) -> str:
    """``Cart.total`` of ``shop.cart:Cart.total``."""
    return name.rpartition(":")[2]


def _group_rows(plan: Plan, changes: tuple[FileChange, ...]) -> Iterable[GroupRow]:
    added, removed = _lines_by_group(plan, changes)
    codes = {stop.id: stop.code for stop in plan.stops}
    failed = _failed(plan)
    for group in sorted(plan.groups, key=lambda group: group.number):
        if group.held_by:
            held_by = Counter(codes.get(stop, stop) for stop in group.held_by)
            because = tuple(code if times == 1 else f"{code} ×{times}" for code, times in held_by.items())
            yield GroupRow(group, 0, 0, State.HELD, because)
        elif group.number in failed:
            yield GroupRow(group, 0, 0, State.FAILED, failed[group.number])
        elif group.files:  # without one, nothing of it has to change
            yield GroupRow(group, added[group.number], removed[group.number], State.READY)


def _failed(plan: Plan) -> dict[int, tuple[str, ...]]:
    """The groups that touch a file that failed, or need one that does, each with those files."""
    bad = {failure.path for failure in plan.failures}
    found = {
        group.number: files for group in plan.groups if (files := tuple(path for path in group.files if path in bad))
    }
    grown = True
    while grown:
        more = {
            group.number: found[need]
            for group in plan.groups
            for need in group.needs
            if need in found and group.number not in found
        }
        found |= more
        grown = bool(more)
    return found


def _lines_by_group(plan: Plan, changes: tuple[FileChange, ...]) -> tuple[Counter[int], Counter[int]]:
    """Added and removed lines of each group. A file may hold edits of several: a line counts for the nearest."""
    added: Counter[int] = Counter()
    removed: Counter[int] = Counter()
    for change in changes:
        edits = [(_line(planned.edit), planned.group) for planned in plan.edits if planned.path == change.path]
        for block in blocks(change) if edits else ():
            group = min((_distance(line, block), group) for line, group in edits)[1]
            added[group] += block.added
            removed[group] += block.removed
    return added, removed


def _line(edit: Edit) -> int | None:
    match edit:
        case AddImport() | AddToModule():
            return None
        case WrapInWith():
            return edit.first.line
        case AddToClass():
            return edit.span.end_line
        case _:
            return edit.span.line


def _distance(line: int | None, block: Block) -> int:
    # an edit without a line of its own (an import) explains what no other edit stands on
    if line is None:
        return 1
    first, last = (block.line, block.line + block.removed - 1) if block.removed else (block.line - 1, block.line)
    return 2 * max(0, first - line, line - last)


def _stop_block(stop: Stop, source: str) -> StopBlock:
    shown, carets = _underlined(source, stop.place.span)
    best = recommended(stop.ways)
    ways = tuple(WayRow(way, way.sentence, way is best) for way in stop.ways)
    return StopBlock(
        stop, stop.reason or _title(stop.code), shown, carets, tuple(short(link.name) for link in stop.chain), ways
    )


def _title(code: str) -> str:
    try:
        return find_code(code).title
    except KeyError:
        return code


def _underlined(source: str, span: Span) -> tuple[str, str]:
    if not source.strip():
        return "", ""
    end = span.end_column if span.end_line == span.line else len(source.rstrip())
    before, under = visible(source[: span.column]), visible(source[span.column : end])
    return visible(source.rstrip()), padding(before) + "^" * max(1, width(under))


def _source_line(place: Place, root: Path, texts: dict[str, str]) -> str:
    text = texts.get(place.path)
    if text is None:
        text = _read(root / place.path)
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[place.span.line - 1] if 0 < place.span.line <= len(lines) else ""


def _read(path: Path) -> str:
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError, LookupError, ValueError):
        return ""
