"""What a scan found, as lines of text: a block for each entry point, a line for each finding, or only the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from awaitify.chains.finding import Finding, Lost
from awaitify.codes import find_code
from awaitify.review.scanned import Scan
from awaitify.review.text import Line, Style
from awaitify.review.visible import counted, visible

_FEW = 3
"""So many other entry points are named."""
_LONGEST = 20
"""So many failures are listed."""


def as_text(scan: Scan) -> tuple[Line, ...]:
    """The findings below the entry points that reach them, and what they come to."""
    lines: list[Line] = []
    for entry, findings in scan.by_entry():
        first = findings[0].chain[0]
        beside = first.name if entry != first.name else ""
        lines += [
            _line((visible(entry), Style.TITLE), f"  {visible(beside)}".rstrip(), (f"  {first.place.path}", Style.DIM))
        ]
        for finding in findings:
            lines += _block(finding)
        lines.append(())
    return tuple(lines)


def summary(scan: Scan) -> tuple[Line, ...]:
    """The counts, what was left out, and what to type next."""
    return (*_verdict(scan), *_left_out(scan), *_failures(scan), *_next(scan))


def as_concise(scan: Scan) -> str:
    """A line for each finding: ``app/api.py:31:5: AW101 requests.get blocks GET /weather``."""
    return "".join(visible(f"{_at(one)}: {one.code} {sentence(one)}") + "\n" for one in scan.findings)


def as_github(scan: Scan) -> str:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
    return "".join(_command(one) + "\n" for one in scan.findings)


def statistics(scan: Scan) -> str:
    """How many findings there are of each code and callable, the most frequent first."""
    codes = Counter((one.code, one.name) for one in scan.findings)
    rows = sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))
    return "".join(f"{number:>6}  {code}  {visible(name)}\n" for (code, name), number in rows)


def unresolved(lost: Iterable[Lost]) -> str:
    """A line for each call that couldn't be followed."""
    return "".join(
        visible(f"{one.place.path}:{one.place.span}: {one.text}() in {one.inside} isn't followed") + "\n"
        for one in lost
    )


def sentence(finding: Finding) -> str:
    """What is wrong, in one sentence without the place."""
    how = f" through {' → '.join(link.name for link in finding.chain[1:])}" if len(finding.chain) > 1 else ""
    return f"{finding.name} blocks the event loop of {finding.entry}{how}; async code calls {finding.twin}"


def _at(finding: Finding) -> str:
    return f"{finding.place.path}:{finding.place.span}"


def _line(*pieces: str | tuple[str, Style]) -> Line:
    return tuple((piece, Style.PLAIN) if isinstance(piece, str) else piece for piece in pieces if piece)


def _block(finding: Finding) -> Iterator[Line]:
    yield _line(
        "  ",
        (finding.code, Style.CODE),
        f"  {finding.severity.word:<10}  ",
        (f"{visible(finding.name)}()", Style.BAD),
        f"  {visible(str(finding.place))}",
    )
    if len(finding.chain) > 1:
        yield _line(("      chain   ", Style.DIM), " → ".join(_links(finding)))
    if finding.others:
        shown = ", ".join(visible(other) for other in finding.others[:_FEW])
        rest = f" and {len(finding.others) - _FEW:,} more" if len(finding.others) > _FEW else ""
        yield _line(("      also    ", Style.DIM), f"{shown}{rest}")
    does = "  migrate does it" if finding.migrates else ""
    yield _line(("      instead ", Style.DIM), finding.twin, (does, Style.GOOD))


def _links(finding: Finding) -> Iterator[str]:
    for number, link in enumerate(finding.chain):
        how = f" {link.how}" if link.how else ""
        last = number == len(finding.chain) - 1
        yield visible(link.name if last else f"{link.name} :{link.place.span.line}{how}")


def _verdict(scan: Scan) -> Iterator[Line]:
    number, entries = len(scan.findings), len(scan.by_entry())
    if not number:
        yield _line(
            ("SCAN", Style.TITLE), "  ", ("no blocking call is known to be reached by an event loop", Style.GOOD)
        )
    else:
        calls = f"{counted(number, 'blocking call')} that an event loop comes to run, from {counted(entries, 'entry point')}"
        yield _line(("SCAN", Style.TITLE), "  ", (calls, Style.BAD))
        for code, many in sorted(Counter(one.code for one in scan.findings).items()):
            yield _line("  ", (code, Style.CODE), f"  {many:>5,}  {find_code(code).title}")
    yield _line(f"  looked at {counted(scan.roots, 'root')}: what a loop runs")


def _left_out(scan: Scan) -> Iterator[Line]:
    if scan.ignored:
        yield _line(f"  ignored by comments and settings: {len(scan.ignored):,}")
    if scan.known:
        yield _line(f"  known to the baseline: {scan.known:,}")
    if scan.lost:
        yield _line(
            f"  {counted(len(scan.lost), 'call')} couldn't be followed", ("  --unresolved lists them", Style.DIM)
        )
    for ignore in scan.malformed:
        yield _line(("  ignore  ", Style.BAD), visible(f"{ignore.path}:{ignore.line}: {ignore.problem}"))


def _failures(scan: Scan) -> Iterator[Line]:
    for failure in scan.failures[:_LONGEST]:
        yield _line(("  failed  ", Style.BAD), visible(str(failure)))
    if len(scan.failures) > _LONGEST:
        yield _line(f"  and {len(scan.failures) - _LONGEST:,} more files that weren't read")


def _next(scan: Scan) -> Iterator[Line]:
    first = next((one for one in scan.findings if one.migrates), None)
    if first is not None:
        yield _line(("Next", Style.TITLE), f"  awaitify migrate -t {visible(str(first.place))}")


_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}


def _command(finding: Finding) -> str:
    # ::error file=app.py,line=3,col=5,title=AW101::requests.get blocks …
    span = finding.place.span
    values = f"file={_property(finding.place.path)},line={span.line},endLine={span.end_line},col={span.column + 1}"
    return f"::error {values},title={finding.code}::{_escaped(sentence(finding))}"


def _escaped(text: str) -> str:
    return "".join(_ESCAPED.get(character, character) for character in text)


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
