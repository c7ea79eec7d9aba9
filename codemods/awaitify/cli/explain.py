"""``awaitify explain``: what a code means, with an example and the ways out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from awaitify.cli.screen import say
from awaitify.codes import Code, all_codes, find_code
from awaitify.failure import UsageError
from awaitify.options import nearest
from awaitify.review.report import recommended


def explain(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="As AW302; all when left out.")] = None,
) -> None:
    """Say what a code means; without one, list them all."""
    if code is None:
        say("\n".join(f"{entry.code}  {entry.title}" for entry in all_codes()))
        return
    try:
        entry = find_code(code)
    except KeyError:
        raise UsageError(f"there is no code {code}{_near(code.upper())}") from None
    say("\n".join(_explained(entry)))


def _near(code: str) -> str:
    known = [entry.code for entry in all_codes()]
    begun = [other for other in known if other.startswith(code)] if len(code) > len("AW") else []
    return f"; there are {', '.join(begun)}" if begun else nearest(code, known, many=True)


def _explained(entry: Code) -> Iterator[str]:
    yield f"{entry.code}  {entry.title}"
    yield ""
    yield textwrap.fill(entry.why, 96)
    for title, example in (("before", entry.before), ("after", entry.after)):
        if example:
            yield from ("", title, textwrap.indent(example, "    "))
    if entry.ways:
        yield from ("", "ways out")
        yield from _ways(entry)


def _ways(entry: Code) -> Iterator[str]:
    best = recommended(entry.ways)
    for way in entry.ways:
        remark = "  (recommended)" if way is best else ""
        yield f"    {way:<9}  {way.sentence}{remark}"
    yield ""
    yield f"Decide with --decide {entry.code}={best}, or for good under [tool.awaitify.decide] in pyproject.toml."
