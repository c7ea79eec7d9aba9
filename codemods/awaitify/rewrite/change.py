"""What became of one file: its new text, or the failure that leaves it as it was."""

from __future__ import annotations

from dataclasses import dataclass

from awaitify.source.file import SourceFile


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file with its old bytes and the new ones that would be written."""

    source: SourceFile
    new: bytes

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def old(self) -> bytes:
        return self.source.data
