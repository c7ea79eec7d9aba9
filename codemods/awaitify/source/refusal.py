"""Why was nothing written?"""

from __future__ import annotations


class NotWritten(Exception):
    """The set was not written; the text says why. Unless it is a HalfWritten, every file is what it was."""


class Stale(NotWritten):
    """Files (*paths*) are no longer what they were when they were read, or written."""

    def __init__(self, *paths: str) -> None:
        self.paths = paths
        super().__init__(f"changed on disk in the meantime: {', '.join(paths)}")


class Busy(NotWritten):
    """Another run is writing to the same project."""


class HalfWritten(NotWritten):
    """Writing failed, and so did putting the old bytes back; ``recover`` can still do that."""
