"""Takes the last ``--write`` back."""

from __future__ import annotations

from pathlib import Path

from awaitify.failure import UsageError
from awaitify.source.find import find_root
from awaitify.source.refusal import NotWritten
from awaitify.source.write import undo as take_back


def undo(path: Path) -> tuple[str, ...]:
    """The files of the project around *path* that are now as they were before the last write.

    Raises UsageError when there is nothing to take back, or when a file was changed since.
    """
    try:
        return take_back(find_root(path))
    except NotWritten as error:
        raise UsageError(str(error)) from error
