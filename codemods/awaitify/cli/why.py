"""``awaitify why``: why a function becomes async, or why it can't."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from awaitify.cli.screen import Color, open_screen, send, show
from awaitify.cli.settings import PathArgument, Python, Sources, Targets, settings
from awaitify.options import Options, parse_decision


class Format(StrEnum):
    """``text`` to read, ``json`` for programs."""

    TEXT = "text"
    JSON = "json"


def why(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The function: shop.clients:Base.fetch, Base.fetch …")],
    path: PathArgument = Path(),
    target: Targets = None,
    source: Sources = None,
    decide: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=WAY", help="As if a stop were decided so: AW201=mark. May be repeated."),
    ] = None,
    keep_sync: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="As if this function were kept sync. May be repeated.")
    ] = None,
    cost: Annotated[
        bool,
        typer.Option("--cost", help="What it costs instead: functions, files, entry points, public API, and cuts."),
    ] = False,
    python: Python = None,
    output: Annotated[Format, typer.Option("--format", help="How to show the answer.")] = Format.TEXT,
    color: Annotated[Color, typer.Option(help="When to use colours.")] = Color.AUTO,
) -> None:
    """Say why this function becomes async, or why it can't.

    With the tree of its callers, what holds it back and the cheapest cuts that would free the rest.
    """
    options = settings(path).with_arguments(
        targets=target or (),
        sources=source or (),
        decide=[parse_decision(text) for text in decide or ()],
        keep_sync=keep_sync or (),
        python=python,
    )
    from awaitify.review.why_json import why_as_json  # noqa: PLC0415  loaded when it is needed
    from awaitify.review.why_text import as_lines  # noqa: PLC0415
    from awaitify.why import why as answers_for  # noqa: PLC0415

    if cost:
        _cost(name, path, options, output)
        return
    found = answers_for(name, path, options)
    if output is Format.JSON:
        send(why_as_json(name, found.targets, found.answers).encode("ascii"))
        return
    lines = [line for answer in found.answers for line in ((), *as_lines(answer))]
    show(open_screen(color).out, lines[1:])


def _cost(name: str, path: Path, options: Options, output: Format) -> None:
    from awaitify.review.cost_text import as_lines  # noqa: PLC0415
    from awaitify.review.why_json import costs_as_json  # noqa: PLC0415
    from awaitify.why import cost_of  # noqa: PLC0415

    found = cost_of(name, path, options)
    if output is Format.JSON:
        send(costs_as_json(name, found.targets, found.costs).encode("ascii"))
    else:
        send("\n".join(line for told in found.costs for line in (*as_lines(*told), "")).encode())
