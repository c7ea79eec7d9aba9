"""What the commands have in common: their arguments, and the settings of the project that PATH lies in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from awaitify.failure import UsageError
from awaitify.options import Options, load_options
from awaitify.source.find import find_root

PathArgument = Annotated[Path, typer.Argument(metavar="PATH", help="The project, or a folder in it.")]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "-t",
        "--target",
        metavar="NAME",
        help="What becomes async: shop.clients:Base.fetch, shop/clients.py:31, a class, a glob. May be repeated.",
    ),
]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="FILE|NAME",
        help="Follow a library that became async: the colours.json that it ships, or the name of the distribution that"
        " is installed. May be repeated.",
    ),
]

Python = Annotated[
    Path | None,
    typer.Option(
        "--python",
        metavar="PATH",
        help="Where the project's dependencies are installed: an interpreter, a virtual environment or a site-packages"
        " folder. It is read, never run.  [default: .venv or venv beside the project]",
    ),
]


def settings(path: Path) -> Options:
    """The options that the project around *path* sets. Raises UsageError when there is no such path."""
    if not path.exists():
        raise UsageError(f"there is no file or folder {str(path)!r}{_meant_as_target(str(path))}")
    return load_options(find_root(path))


def _meant_as_target(text: str) -> str:
    # awaitify migrate shop/clients.py:31, or shop.clients:Base.fetch
    return f"; to name what becomes async, say -t {text}" if re.fullmatch(r".+:[\w.:*]+", text) else ""
