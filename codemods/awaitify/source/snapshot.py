"""What does each file of the project hold, and which have changed since somebody last looked?

A file whose size, times and inode are as they were holds what it held, so only the others are read: git's index works
that way. As in git, that isn't believed of a file that was written just before it was looked at, because a second write
could have left the same times; nor on Windows, which has no time that changes with every write and nobody can set.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from awaitify.failure import Failure
from awaitify.source.file import SourceFile
from awaitify.source.find import Reason, Skipped, find_files
from awaitify.source.layout import module_names
from awaitify.source.read import decode_file, read_file
from awaitify.source.templates import read_settings

Mark = tuple[int, int, int, int, bytes]
"""A file as it was: its size, the times of its last write and its last change (ns), its inode; and the hash of its bytes."""
Progress = Callable[[str, int, int], None]
"""Called with the stage, how much is done, and how much there is."""

MARGIN = 3_000_000_000
"""Nanoseconds for which a write leaves its file in doubt: more than the coarsest file system's clock ticks in."""
SMALL = 2_000_000
"""Bytes of source up to which every file is parsed, so that each broken one is reported; above, only those that matter are."""
_IN_DOUBT = (0, 0, -1)
"""The times and the inode of no file, so that this one is read again."""
_UNREADABLE = b""
_SETTINGS = (
    *("awaitify.toml", "pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "pytest.ini", "tox.ini"),
    "*requirements*.txt",
)
_NESTED_SETTINGS = ("pyproject.toml", "setup.cfg", "setup.py")


class Snapshot:
    """The project's files at one moment: the *paths* of those to read, those *excluded*, and the mark of each.

    Bytes are read when they are asked for. ``is_steady`` is False once a file was seen to change meanwhile, or when one
    can't be read: what is concluded then holds for this run only.
    """

    def __init__(self, root: Path, paths: Sequence[str], excluded: Sequence[str], trusted_until: int) -> None:
        self.root = root
        self.trusted_until = trusted_until
        """What was written later may be written again without its times showing it."""
        self.paths = tuple(paths)
        self.excluded = tuple(excluded)
        self.marks: dict[str, Mark] = {}
        self.is_steady = True
        self.is_news = False
        """Whether the marks say something that the known ones didn't."""
        self._data: dict[str, bytes] = {}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The dotted name of each file that is to be read; the paths and the settings make it."""
        return module_names(self.root, self.paths)

    @property
    def is_small(self) -> bool:
        """Whether every file is to be parsed."""
        return sum(self.marks[path][0] for path in self.paths) <= SMALL

    def digest(self, path: str) -> bytes:
        """The hash of the file's bytes."""
        return self.marks[path][4]

    def data(self, path: str) -> bytes:
        """The file's bytes, those that its mark speaks of; none for what can't be read."""
        if path not in self._data:
            try:
                self._data[path] = _read(f"{self.root}/{path}")
            except OSError:
                self._data[path] = b""
            self._expect(path, self._data[path])
        return self._data[path]

    def read(self, path: str) -> SourceFile | Failure:
        """The file as it is now: what it was when all were looked at, unless somebody is writing."""
        found = read_file(self.root, path)
        if isinstance(found, SourceFile):
            self._expect(path, found.data)
        elif found != decode_file(path, self.data(path)):
            self.is_steady = False
        return found

    def hash_settings(self) -> bytes:
        """The hash of all that packaging and configuration files say now, in whichever folder, and of which there are."""
        hashed = hashlib.sha256()
        for file in self._settings():
            try:
                data = _read(f"{self.root}/{file}")
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                data = _UNREADABLE
            hashed.update(f"{file}\0{len(data)}\0".encode(errors="surrogateescape") + data)
        for path, data in read_settings(self.root).items():
            hashed.update(f"{path}\0{len(data)}\0".encode(errors="surrogateescape") + data)
        return hashed.digest()

    def look(self, path: str, known: Mark | None) -> None:
        """Take the mark of a file; nothing is read where it is as *known* says."""
        file = f"{self.root}/{path}"
        try:
            state = os.stat(file)
            seen = (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
            if known is not None and known[:4] == seen:
                self.marks[path] = known
                return
            self._data[path] = data = _read(file)
        except OSError:
            self._data[path] = b""
            self.marks[path] = (0, *_IN_DOUBT, _UNREADABLE)
            self.is_steady = False
            return
        is_settled = sys.platform != "win32" and max(seen[1:3]) < self.trusted_until
        self.marks[path] = (len(data), *(seen[1:] if is_settled else _IN_DOUBT), hash_of(data))
        self.is_news = self.is_news or self.marks[path] != known

    def _settings(self) -> Iterator[str]:
        yield from sorted({file.name for pattern in _SETTINGS for file in self.root.glob(pattern)})
        folders = {folder for path in self.paths for folder in _folders_around(path)}
        yield from (f"{folder}{name}" for folder in sorted(folders) for name in _NESTED_SETTINGS)

    def _expect(self, path: str, data: bytes) -> None:
        if hash_of(data) != self.digest(path):
            self.is_steady = False


def look(root: Path, exclude: tuple[str, ...], known: Mapping[str, Mark], progress: Progress) -> Snapshot:
    """The files under *root* as they are now; what is *known* spares reading those that are as they were."""
    trusted_until = time.time_ns() - MARGIN
    found = find_files(root, exclude)
    excluded = [path for entry in found.skipped for path in _excluded(root, entry)]
    snapshot = Snapshot(root, found.paths, excluded, trusted_until)
    paths = (*found.paths, *excluded)
    for number, path in enumerate(paths):
        if number % 500 == 0:
            progress("reading", number, len(paths))
        snapshot.look(path, known.get(path))
    snapshot.is_news = snapshot.is_news or known.keys() != snapshot.marks.keys()
    return snapshot


def hash_of(data: bytes) -> bytes:
    """The hash that marks carry."""
    return hashlib.sha256(data).digest()


def _excluded(root: Path, entry: Skipped) -> Iterator[str]:
    """The Python files that the configuration excludes: they aren't changed, and may still call what is."""
    if entry.reason is Reason.EXCLUDED:
        files = sorted((root / entry.path).rglob("*.py")) if entry.path.endswith("/") else [root / entry.path]
        yield from (file.relative_to(root).as_posix() for file in files if file.suffix == ".py" and file.is_file())


def _folders_around(path: str) -> Iterator[str]:
    """``a/`` and ``a/b/`` for ``a/b/c.py``."""
    at = path.find("/") + 1
    while at:
        yield path[:at]
        at = path.find("/", at) + 1


def _read(file: str) -> bytes:
    with open(file, "rb", buffering=0) as opened:
        return opened.readall()
