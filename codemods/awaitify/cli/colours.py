"""``awaitify colours``: what a library's functions became, for those who use it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awaitify.cli.screen import send, tell
from awaitify.cli.settings import PathArgument, Python, settings
from awaitify.failure import UsageError
from awaitify.index.published import as_text
from awaitify.review.visible import counted


def colours(
    path: PathArgument = Path(),
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there.  [default: standard output]")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="COMMIT", help="What the library is compared with.  [default: the newest tag, or HEAD without one]"
        ),
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="The version of the library.  [default: what its settings say]"),
    ] = None,
    python: Python = None,
) -> None:
    """Write what this library's functions became, to ship with it.

    Those who use the library give it to `awaitify migrate --from`.
    """
    options = settings(path).with_arguments(python=python)
    from awaitify.colours import colours as compare  # noqa: PLC0415  loaded when it is needed
    from awaitify.colours import with_version  # noqa: PLC0415

    compared = compare(path, options, since)
    if version is not None:
        compared = with_version(compared, version)
    text = as_text(compared.published)
    if out is None:
        send(text.encode("ascii"))
    else:
        try:
            out.write_bytes(text.encode("ascii"))
        except OSError as error:
            raise UsageError(f"{out} can't be written: {error.strerror}") from error
    published = compared.published
    public = sum(one.public for one in published.functions)
    found = f"{counted(len(published.functions), 'function')} changed colour ({public:,} public)"
    tell(f"{published.label}: {found} since {compared.since}")
