"""The text of a pull request: what changes, what is held back, and how to get the same again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from awaitify.plan.plan import Note, Verdict
from awaitify.review.cost_text import in_the_head
from awaitify.review.report import MARKED, NOT_OFFERED, GroupRow, Report, State, StopBlock
from awaitify.review.visible import counted, visible


def as_markdown(report: Report) -> str:
    """GitHub's Markdown. Names, paths and source from the program stand in code spans, so none of it is markup."""
    parts = [
        _summary(report),
        _groups(report),
        *(_notes(heading, notes) for heading, notes in report.looks),
        _notes("At run time", report.notes("run")),
        _notes("Hints", report.notes("hint")),
        _notes(MARKED, report.notes("todo")),
        _stops(report),
        _doubts(report),
        _failures(report),
        _reproduce(report),
    ]
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def code(text: str) -> str:
    """*text* as a code span, whatever backticks it holds; also inside a table."""
    shown = visible(text).replace("\t", " ").replace("|", "\\|")
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest else f"{fence}{shown}{fence}"


def prose(text: str) -> str:
    """*text* with what Markdown would read as markup escaped."""
    return re.sub(r"([\\`*_\[\]<>|#@~])", r"\\\1", visible(text))


def _summary(report: Report) -> Iterator[str]:
    plan = report.plan
    yield f"## awaitify: {counted(len(plan.converted), 'function')} to async, {counted(len(report.files), 'file')}"
    yield ""
    yield f"{counted(plan.count(Verdict.AWAITED), 'call')} awaited. {_outcome(report)}"
    yield ""
    yield f"- references: {_sum(report)}"
    if report.known:
        yield f"- known: {' + '.join(f'{number} {known}' for known, number in report.known)}"
    yield f"- stops: {len(report.stops)} undecided, {len(report.decided)} decided"
    yield f"- doubts (not edited): {len(report.doubts)}"
    if plan.twins:
        yield f"- pairs: {counted(len(plan.twins), 'function')} of these stay sync beside an async twin"
    if plan.public:
        yield f"- public API that changes colour: {_codes(plan.public)}"
    if plan.kept_sync:
        yield f"- kept sync: {_codes(plan.kept_sync)}"
    if plan.blast is not None:
        yield from (f"- {prose(line)}" for line in in_the_head(plan.blast))


def _outcome(report: Report) -> str:
    held = len(report.groups) - len(report.ready)
    done = "written" if report.written else "ready to be written"
    return f"{len(report.ready)} of {counted(len(report.groups), 'group')} {done}" + (
        f", {held} held back." if held else "."
    )


def _sum(report: Report) -> str:
    parts = [f"{number} {verdict.value}" for verdict, number in report.counts if number]
    return f"{' + '.join(parts)} = {len(report.plan.references)}" if parts else "0"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(map(code, names))


def _groups(report: Report) -> Iterator[str]:
    if not report.groups:
        return
    yield "### Groups, entry points first"
    yield ""
    yield "| # | group | files | lines | state |"
    yield "|--:|---|--:|--:|---|"
    for row in report.groups:
        lines = f"+{row.added} −{row.removed}" if row.state is State.READY else ""
        yield f"| {row.group.number} | {prose(row.group.title)} | {len(row.group.files)} | {lines} | {_state(row)} |"


def _state(row: GroupRow) -> str:
    match row.state:
        case State.READY:
            return "ready"
        case State.HELD:
            return f"held by {', '.join(row.because)}"
        case State.FAILED:
            return f"left as it is: {_codes(row.because)} failed"


def _notes(title: str, notes: tuple[Note, ...]) -> Iterator[str]:
    if not notes:
        return
    yield f"### {title}"
    yield ""
    for note in notes:
        place = f"{code(str(note.place))}: " if note.place else ""
        yield f"- {place}{prose(note.text)}"


def _stops(report: Report) -> Iterator[str]:
    if not report.stops:
        return
    yield "### Decisions needed"
    for block in report.stops:
        yield from ("", *_stop(block))


def _stop(block: StopBlock) -> Iterator[str]:
    yield f"- **{block.stop.code}** {code(str(block.stop.place))}: {prose(block.title)}"
    if block.source:
        yield f"  - source: {code(block.source.strip())}"
    for colour, named in block.reaches:
        yield f"  - {prose(colour)}: {_codes(named)}"
    if block.stop.sites:
        yield f"  - sites: {_codes(map(str, block.stop.sites))}"
    if block.chain:
        yield f"  - chain: {' → '.join(map(code, block.chain))}"
    for row in block.ways:
        remark = " (recommended)" if row.recommended else ""
        yield f"  - `{row.way}`: {prose(row.sentence)}{remark}"
    if block.stop.not_offered is not None:
        yield f"  - `{block.stop.not_offered}` {NOT_OFFERED}"


def _doubts(report: Report) -> Iterator[str]:
    if not report.doubts:
        return
    yield f"### Doubts: {len(report.doubts)}, not edited"
    yield ""
    for doubt in report.doubts[:10]:
        yield f"- {code(str(doubt.place))}: {code(doubt.name)}, {prose(doubt.reason)}"
    if len(report.doubts) > 10:
        yield f"- … and {len(report.doubts) - 10} more"


def _failures(report: Report) -> Iterator[str]:
    if not report.plan.failures:
        return
    yield "### Files that were not processed"
    yield ""
    for failure in report.plan.failures:
        place = failure.path if failure.line is None else f"{failure.path}:{failure.line}"
        yield f"- {code(place)}: {failure.code} {prose(failure.reason)}"


def _reproduce(report: Report) -> Iterator[str]:
    yield "### How to get the same"
    yield ""
    yield f"With awaitify {report.version}, on the commit before this one:"
    yield ""
    yield "```sh"
    yield visible(f"{report.again} --write")
    yield "```"
