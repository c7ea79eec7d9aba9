"""What a scan found as Markdown, for a pull request or a wiki."""

from __future__ import annotations

from collections.abc import Iterator

from awaitify.chains.finding import Finding
from awaitify.review.scanned import Scan
from awaitify.review.visible import counted, visible


def scan_as_markdown(scan: Scan) -> str:
    """A table for each entry point."""
    return "\n".join(_lines(scan)) + "\n"


def _lines(scan: Scan) -> Iterator[str]:
    groups = scan.by_entry()
    if not groups:
        yield "**No blocking call is known to be reached by an event loop.**"
    else:
        yield (
            f"**{counted(len(scan.findings), 'blocking call')} that an event loop comes to run, "
            f"from {counted(len(groups), 'entry point')}**"
        )
    for entry, findings in groups:
        yield from ("", f"### {_code(entry)}", "", "| | call | where | chain | instead |", "|---|---|---|---|---|")
        yield from map(_row, findings)
    if scan.lost:
        yield from ("", f"{counted(len(scan.lost), 'call')} couldn't be followed.")
    for failure in scan.failures:
        yield f"- not read: {_code(str(failure))}"


def _row(one: Finding) -> str:
    chain = " → ".join(_code(link.name) for link in one.chain)
    others = f" and {counted(len(one.others), 'other root')}" if one.others else ""
    cells = (f"{one.code} {one.severity.word}", _code(one.name), _code(str(one.place)), chain + others, _code(one.twin))
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    shown = visible(text).replace("|", "\\|")
    return f"`{shown}`" if "`" not in shown else shown
