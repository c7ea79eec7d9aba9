"""``awaitify scan``: the blocking calls that an event loop comes to run, each with the chain that leads there."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from awaitify.cli.exits import ExitCode
from awaitify.cli.progress import progress_bar
from awaitify.cli.screen import Color, Screen, open_screen, send, show
from awaitify.cli.settings import PathArgument, Python, settings

if TYPE_CHECKING:
    from awaitify.review.scanned import Scan


class Format(StrEnum):
    """``text`` and ``markdown`` to read, ``concise`` a line each, the others for programs."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    GITHUB = "github"


def scan(
    path: PathArgument = Path(),
    output: Annotated[Format, typer.Option("--format", help="How to show the findings.")] = Format.TEXT,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Findings that this file has are known: what `--format json` printed before."
        ),
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="CODES", help="Show these codes only: AW101,AW103. May be repeated.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="CODES", help="Don't show these codes.")] = None,
    roots: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Begin chains at this function or class only. May be repeated."),
    ] = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Show only how many there are of each.")] = False,
    unresolved: Annotated[
        bool, typer.Option("--unresolved", help="List the calls that couldn't be followed, too.")
    ] = False,
    python: Python = None,
    color: Annotated[Color, typer.Option(help="When to use colours.")] = Color.AUTO,
) -> None:
    """Find the blocking calls that async code reaches, with the chains.

    Ends with 1 where there are any that no comment, setting or baseline knows.
    """
    options = settings(path).with_arguments(select=select or (), ignore=ignore or (), roots=roots or (), python=python)
    from awaitify.scan import read_baseline  # noqa: PLC0415  loaded when it is needed
    from awaitify.scan import scan as search  # noqa: PLC0415

    known = read_baseline(baseline) if baseline is not None else frozenset()
    screen = open_screen(color)
    with progress_bar(screen.err) as progress:
        found = search(path, options, known, progress)
    _show(found, screen, output, statistics, unresolved)
    raise typer.Exit(_exit_code(found))


def _show(found: Scan, screen: Screen, output: Format, with_statistics: bool, with_unresolved: bool) -> None:
    """What was asked for to stdout, the counts to stderr."""
    from awaitify.review import scan_text  # noqa: PLC0415

    if with_statistics:
        send(scan_text.statistics(found).encode())
    elif output is Format.TEXT:
        show(screen.out, scan_text.as_text(found))
    else:
        send(_printed(found, output, with_unresolved))
    if with_unresolved and output in (Format.TEXT, Format.CONCISE):
        send(scan_text.unresolved(found.lost).encode())
    if output in (Format.TEXT, Format.CONCISE, Format.MARKDOWN, Format.GITHUB):
        show(screen.err, scan_text.summary(found))


def _printed(found: Scan, output: Format, with_unresolved: bool) -> bytes:
    match output:
        case Format.JSON:
            from awaitify.review.scan_json import scan_as_json  # noqa: PLC0415

            return scan_as_json(found, unresolved=with_unresolved).encode("ascii")
        case Format.SARIF:
            from awaitify.review.sarif import as_sarif  # noqa: PLC0415

            return as_sarif(found).encode("ascii")
        case Format.MARKDOWN:
            from awaitify.review.scan_markdown import scan_as_markdown  # noqa: PLC0415

            return scan_as_markdown(found).encode()
    from awaitify.review.scan_text import as_concise, as_github  # noqa: PLC0415

    return (as_github(found) if output is Format.GITHUB else as_concise(found)).encode()


def _exit_code(found: Scan) -> ExitCode:
    if found.failures:
        return ExitCode.UNPROCESSED
    return ExitCode.CHANGES if found.findings else ExitCode.DONE
