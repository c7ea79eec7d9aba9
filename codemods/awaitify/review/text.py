"""The report as lines of text, each piece with the style it would have on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from awaitify.plan.plan import Known, Note, Plan, Reference, Verdict
from awaitify.review.cost_text import in_the_head
from awaitify.review.report import MARKED, NOT_OFFERED, GroupRow, Report, State, StopBlock, WayRow
from awaitify.review.visible import counted, visible, width


class Style(StrEnum):
    """What a piece of text is; ``cli`` gives each a colour."""

    PLAIN = "plain"
    TITLE = "title"
    DIM = "dim"
    CODE = "code"
    GOOD = "good"
    BAD = "bad"
    ADDED = "added"
    REMOVED = "removed"
    HUNK = "hunk"


Piece = tuple[str, Style]
Line = tuple[Piece, ...]

_LONGEST = 40
"""So many entries of one kind are listed; how many more there are is said."""
_FEW = 10
"""Of what there can be very much of, so many."""
_IN_FULL = 3
"""So many stops of one code get a block each; the others get a line."""


def opening(report: Report) -> tuple[Line, ...]:
    """What is shown above the diff: the verdict, the groups, where to look first and what changes at run time."""
    return (
        *_verdict(report),
        *_groups(report),
        *(line for heading, notes in report.looks for line in _notes(heading, notes, _FEW)),
        *_notes("At run time", report.notes("run")),
        *_notes("Hints", report.notes("hint")),
        *_notes(MARKED, report.notes("todo"), _FEW),
        *_doubts(report.doubts),
        *_failures(report),
    )


def closing(report: Report) -> tuple[Line, ...]:
    """What is shown below the diff: the stops, the verdict once more in one line, and what to type next."""
    return (*_stops(report), *_recap(report), *_next(report))


def diff_line(line: str) -> Line:
    """A line of a patch in its colour."""
    if line.startswith(("diff ", "--- ", "+++ ")):
        return _line((line, Style.TITLE))
    style = {"+": Style.ADDED, "-": Style.REMOVED, "@": Style.HUNK, "\\": Style.DIM}.get(line[:1], Style.PLAIN)
    return _line((line, style))


def plain(lines: Iterable[Line]) -> str:
    """The lines without their styles."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def _line(*pieces: str | Piece) -> Line:
    return tuple((piece, Style.PLAIN) if isinstance(piece, str) else piece for piece in pieces)


def _verdict(report: Report) -> Iterator[Line]:
    plan = report.plan
    if report.is_empty:
        yield _line(("PLAN", Style.TITLE), f"  nothing to change: {_why_nothing(plan)}")
    else:
        yield _line(("PLAN", Style.TITLE), f"  {_size(report):<50}  ", _outcome(report))
    yield _line(f"  references  {_sum(report)}", (" ✓", Style.GOOD))
    if report.known:
        yield _line(f"  known       {_known(report)}")
    if plan.stops:
        yield _line(f"  stops       {_stop_counts(report)}")
    if plan.twins:
        yield _line(f"  pairs       {counted(len(plan.twins), 'function')} of these stay sync beside an async twin")
    if plan.public:
        yield _line(f"  public API that changes colour: {_listed(plan.public)}")
    if plan.kept_sync:
        yield _line(f"  kept sync: {_listed(plan.kept_sync)}")
    if plan.blast is not None:
        yield from ((_line(f"  {line}")) for line in in_the_head(plan.blast))


def _why_nothing(plan: Plan) -> str:
    if not plan.targets:
        return "scan finds no blocking call that migrate can replace"
    if plan.kept_sync or plan.stops or plan.failures:
        return "no function has to become async"
    return "it is async already"


def _size(report: Report) -> str:
    functions, calls = len(report.plan.converted), report.plan.count(Verdict.AWAITED)
    return f"{counted(functions, 'function')}, {counted(calls, 'call')}, {counted(len(report.files), 'file')}"


def _outcome(report: Report) -> Piece:
    if not report.written:
        return "nothing written", Style.DIM
    return f"{counted(len(report.changes), 'file')} written", Style.GOOD


_WORDS = {Verdict.STOP: ("stop", "stops"), Verdict.DOUBT: ("doubt", "doubts")}


def _sum(report: Report) -> str:
    parts = []
    for verdict, number in report.counts:
        one, many = _WORDS.get(verdict, (verdict.value, verdict.value))
        if number:
            parts.append(f"{number:,} {one if number == 1 else many}")
    return " + ".join(parts) + f" = {len(report.plan.references):,}" if parts else "0"


def _known(report: Report) -> str:
    followed = ", ".join(f"{words} {number:,}" for words, number in report.followed[:_IN_FULL])
    more = ", …" if len(report.followed) > _IN_FULL else ""
    parts = {known: f"{number:,} {known}" for known, number in report.known}
    if followed and Known.INFERRED in parts:
        parts[Known.INFERRED] += f" ({followed}{more})"
    return " + ".join(parts.values())


def _stop_counts(report: Report) -> str:
    decided = "".join(
        f"; {stop.code} {visible(str(stop.place))} → {stop.decided}" for stop in report.decided[:_IN_FULL]
    )
    more = len(report.decided) - _IN_FULL
    not_offered = sum(block.stop.not_offered is not None for block in report.stops)
    asked = f" ({not_offered} without the way that was chosen)" if not_offered else ""
    return f"{len(report.stops)} undecided{asked}, {len(report.decided)} decided{decided}" + (
        f"; {more} more" if more > 0 else ""
    )


def _listed(names: tuple[str, ...], longest: int = 8) -> str:
    shown = ", ".join(visible(name) for name in names[:longest])
    return shown if len(names) <= longest else f"{shown} and {len(names) - longest:,} more"


def _groups(report: Report) -> Iterator[Line]:
    if not report.groups:
        return
    yield _line(("Groups (entry points first)", Style.TITLE))
    rows = report.groups[:_LONGEST]
    titles = [visible(row.group.title) for row in rows]
    sizes = [counted(len(row.group.files), "file") for row in rows]
    changed = [f"+{row.added} −{row.removed}" if row.state is State.READY else "" for row in rows]
    columns = [_column(titles), _column(sizes, right=True), _column(changed)]
    for row, title, size, lines in zip(rows, *columns, strict=True):
        because = (f"  {visible(row.group.cause)}", Style.DIM)
        yield _line(f"{row.group.number:>3} {title}  {size}  {lines}  ", _state(row), because)
    yield from _and_more(len(report.groups) - _LONGEST)


def _column(cells: list[str], right: bool = False) -> list[str]:
    longest = max(map(width, cells), default=0)
    return [" " * (longest - width(cell)) + cell if right else cell + " " * (longest - width(cell)) for cell in cells]


def _state(row: GroupRow) -> Piece:
    match row.state:
        case State.READY:
            return "ready", Style.GOOD
        case State.HELD:
            return f"held by {', '.join(row.because)}", Style.BAD
        case State.FAILED:
            return f"left as it is: {_listed(row.because, 2)} failed", Style.BAD


def _notes(title: str, notes: tuple[Note, ...], longest: int = _LONGEST) -> Iterator[Line]:
    if not notes:
        return
    yield _line((title, Style.TITLE))
    for note in notes[:longest]:
        place = f"{visible(str(note.place))}  " if note.place else ""
        yield _line(f"  {place}{visible(note.text)}")
    yield from _and_more(len(notes) - longest)


def _doubts(doubts: tuple[Reference, ...]) -> Iterator[Line]:
    if not doubts:
        return
    yield _line(("Doubts", Style.TITLE), " (receivers that aren't known, behind a common name: not edited)")
    for doubt in doubts[:_FEW]:
        yield _line(f"  {visible(str(doubt.place))}  {visible(doubt.name)}  ", (visible(doubt.reason), Style.DIM))
    yield from _and_more(len(doubts) - _FEW)


def _failures(report: Report) -> Iterator[Line]:
    if not report.plan.failures:
        return
    yield _line(("Not processed", Style.TITLE))
    for failure in report.plan.failures[:_LONGEST]:
        yield _line("  ", (visible(str(failure)), Style.BAD))
    yield from _and_more(len(report.plan.failures) - _LONGEST)


def _and_more(number: int) -> Iterator[Line]:
    if number > 0:
        yield _line((f"  … and {number:,} more; --format json lists all", Style.DIM))


def _stops(report: Report) -> Iterator[Line]:
    seen: dict[str, int] = {}
    for block in report.stops:
        seen[block.stop.code] = seen.get(block.stop.code, 0) + 1
        in_full = seen[block.stop.code] <= _IN_FULL
        if in_full:
            yield ()
        yield _line(
            ("STOP ", Style.BAD),
            (block.stop.code, Style.BAD),
            f"  {visible(str(block.stop.place))}  {visible(block.title)}",
        )
        if in_full:
            yield from _details(block)


def _details(block: StopBlock) -> Iterator[Line]:
    if block.source:
        number = str(block.stop.place.span.line)
        yield _line((f"{number:>5} | ", Style.DIM), (block.source, Style.CODE))
        yield _line((" " * 5 + " | ", Style.DIM), (block.carets, Style.BAD))
    for colour, named in block.reaches:
        yield _line(f"  {colour}: {_listed(named, _IN_FULL)}")
    if block.stop.sites:
        yield _line(f"  sites  {_listed(tuple(map(str, block.stop.sites)), _IN_FULL)}")
    if block.chain:
        yield _line(f"  chain  {visible(' → '.join(block.chain))}")
    for index, row in enumerate(block.ways):
        yield _way("" if index else "ways", row)
    if block.stop.not_offered is not None:
        yield _line(f"  asked  {block.stop.not_offered:<9}  {NOT_OFFERED}")


def _way(label: str, row: WayRow) -> Line:
    text = f"  {label:<5}  {row.way:<9}  {row.sentence}"
    if row.recommended:
        return _line(text, ("  (recommended)", Style.GOOD))
    return _line(text)


def _recap(report: Report) -> Iterator[Line]:
    """The verdict again, for those whose screen ends with a long diff."""
    if report.is_empty:
        return
    done = "written" if report.written else "ready"
    parts = [_size(report), f"{len(report.ready):,} of {counted(len(report.groups), 'group')} {done}"]
    if report.stops:
        parts.append(f"{counted(len(report.stops), 'stop')} undecided")
    if report.doubts:
        parts.append(counted(len(report.doubts), "doubt"))
    if report.plan.failures:
        parts.append(f"{counted(len(report.plan.failures), 'file')} not processed")
    yield ()
    yield _line(("Plan  ", Style.TITLE), "; ".join(parts))


def _next(report: Report) -> Iterator[Line]:
    for index, step in enumerate(report.next):
        yield _line(
            ("Next  " if index == 0 else "      ", Style.TITLE), visible(step.command), (f"    {step.does}", Style.DIM)
        )
