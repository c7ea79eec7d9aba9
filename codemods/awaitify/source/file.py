"""One file of the project as it is on disk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Python file: *path* relative to the project root with forward slashes, its bytes, and how to read them.

    ``text`` keeps the line ends and leaves out the byte order mark; ``encode`` gives back exactly what goes to disk.
    """

    path: str
    data: bytes
    text: str
    encoding: str
    bom: bytes = b""

    def encode(self, text: str) -> bytes:
        """Other text for this file, in its encoding and with its byte order mark.

        Raises UnicodeEncodeError where the encoding has no such character.
        """
        return self.bom + text.encode(self.encoding)
