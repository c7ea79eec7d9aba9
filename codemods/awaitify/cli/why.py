"""``awaitify why``: why a function becomes async, or why it can't."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awaitify.cli.screen import say
from awaitify.cli.settings import PathArgument, Targets, settings


def why(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The function: shop.clients:Base.fetch, Base.fetch …")],
    path: PathArgument = Path(),
    target: Targets = None,
) -> None:
    """Say why this function becomes async, or why it can't."""
    options = settings(path).with_arguments(targets=target or ())
    from awaitify.why import why as answer_for  # noqa: PLC0415  loaded when it is needed

    answer = answer_for(name, path, options)
    say("\n".join([answer.title, *(f"  {line}" for line in answer.lines)]))
