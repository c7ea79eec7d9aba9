"""``awaitify swaps``: the libraries it knows."""

from __future__ import annotations

from typing import Annotated

import typer

from awaitify.cli.screen import say
from awaitify.failure import UsageError
from awaitify.options import nearest


def swaps(name: Annotated[str | None, typer.Argument(metavar="NAME", help="Say all about this one.")] = None) -> None:
    """List the libraries whose blocking calls are swapped."""
    from awaitify.catalogue import catalogue  # noqa: PLC0415  loaded when it is needed

    known = {swap.name: swap for swap in catalogue()}
    if name is None:
        longest = max(map(len, known), default=0)
        say("\n".join(f"{swap.name:<{longest}}  {swap.summary}" for swap in known.values()))
    elif name in known:
        say(known[name].document.strip())
    else:
        raise UsageError(f"there is no swap {name!r}{nearest(name, known)}")
