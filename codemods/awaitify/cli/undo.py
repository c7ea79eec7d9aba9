"""``awaitify undo``: takes the last ``--write`` back."""

from __future__ import annotations

from pathlib import Path

from awaitify.cli.screen import say, tell
from awaitify.cli.settings import PathArgument, settings
from awaitify.review.visible import counted


def undo(path: PathArgument = Path()) -> None:
    """Take back what the last --write wrote.

    Prints the files that are as they were before.
    """
    settings(path)
    from awaitify.undo import undo as take_back  # noqa: PLC0415  loaded when it is needed

    restored = take_back(path)
    if restored:
        say("\n".join(restored))
    tell(f"{counted(len(restored), 'file')} restored")
