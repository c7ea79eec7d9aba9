"""How do a set of files get their new bytes: all of them, or none?

A file is old or new and never half (a temporary file beside it is renamed over it); what was written can be taken back,
by the next run if this one is killed; and nothing outside of the project, or that somebody has changed in the meantime,
is written over.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from awaitify.source.journal import (
    Journal,
    Recovered,
    Replacement,
    State,
    begin,
    finish,
    read_journals,
    state_folder,
    take_back,
)
from awaitify.source.lock import locked
from awaitify.source.refusal import HalfWritten, NotWritten, Stale
from awaitify.source.replace import hash_file, keep, prepare, put_in_place


class Change(Protocol):
    """A file of the project, the bytes it was read with, and those it is to get."""

    @property
    def path(self) -> str: ...
    @property
    def old(self) -> bytes: ...
    @property
    def new(self) -> bytes: ...


def write_set(root: Path, changes: Sequence[Change]) -> tuple[str, ...]:
    """Write all of *changes* and return the paths written; they can be taken back with ``undo``.

    Raises NotWritten (of which Stale and Busy are kinds) when nothing is written, or all of it was put back. What a
    symlink points to is written, not the link.
    """
    root = root.resolve()
    wanted = [change for change in changes if change.old != change.new]
    try:
        with locked(state_folder(root)):
            _recover(root)
            files = _replacements(root, wanted)
            if files:
                _write(root, files, begin(root, files))
    except OSError as error:
        raise NotWritten(_sentence(error)) from error
    return tuple(change.path for change in wanted)


def recover(root: Path) -> Recovered:
    """Take back what a killed run left half-done. To be called before a project is read; costs nothing if all is well.

    Raises Busy if that run is not killed but still at it, and NotWritten if it can't be taken back.
    """
    root = root.resolve()
    if not any(journal.state is State.OPEN for journal in read_journals(root)):
        return Recovered()
    try:
        with locked(state_folder(root)):
            return _recover(root)
    except OSError as error:
        raise NotWritten(_sentence(error)) from error


def undo(root: Path) -> tuple[str, ...]:
    """Take back the last set that was written, and return its paths.

    Raises Stale, and changes nothing, if a file of the set has been changed since; NotWritten if there is none.
    """
    root = root.resolve()
    if not read_journals(root):
        raise NotWritten("nothing was written here that could be taken back")
    try:
        with locked(state_folder(root)):
            _recover(root)
            return _undo(root)
    except OSError as error:
        raise NotWritten(_sentence(error)) from error


def _write(root: Path, files: Sequence[Replacement], journal: Journal) -> None:
    """First all temporary files, so that a full disk is noticed before a file is touched; then one rename each."""
    try:
        temporaries = [prepare(root / file.path, file.new) for file in files]
        for file, entry, temporary in zip(files, journal.entries, temporaries, strict=True):
            if not put_in_place(temporary, root / file.path, entry.old):
                raise Stale(file.path)
        for folder in sorted({(root / file.path).parent for file in files}):
            keep(folder)
        finish(journal)
    except BaseException:
        _take_back(journal)
        raise


def _take_back(journal: Journal) -> Recovered:
    try:
        return take_back(journal)
    except OSError as error:
        reason = f"the old files could not all be put back; the next run tries again ({_sentence(error)})"
        raise HalfWritten(reason) from error


def _recover(root: Path) -> Recovered:
    ends = [_take_back(journal) for journal in read_journals(root) if journal.state is State.OPEN]
    return Recovered(
        tuple(path for end in ends for path in end.restored),
        tuple(path for end in ends for path in end.left),
        tuple(folder for end in ends for folder in end.backups),
    )


def _undo(root: Path) -> tuple[str, ...]:
    last = next((journal for journal in reversed(read_journals(root)) if journal.state is State.DONE), None)
    if last is None:
        raise NotWritten("nothing was written here that could be taken back")
    changed = [entry.path for entry in last.entries if hash_file(root / entry.path) != entry.new]
    if changed:
        raise Stale(*changed)
    return _take_back(last).restored


def _replacements(root: Path, changes: Iterable[Change]) -> tuple[Replacement, ...]:
    """The changes by the files that they really are, each once."""
    files: dict[str, Replacement] = {}
    stale: list[str] = []
    for change in changes:
        target = _find_target(root, change.path)
        if target is None or target.read_bytes() != change.old:
            stale.append(change.path)
            continue
        path = target.relative_to(root).as_posix()
        file = Replacement(path, change.old, change.new)
        if files.setdefault(path, file) != file:
            raise NotWritten(f"{change.path} is a second name for {path}, and the two would become different")
    if stale:
        raise Stale(*stale)
    return tuple(files.values())


def _find_target(root: Path, path: str) -> Path | None:
    """The file that *path* really is; None if it is gone. Raises NotWritten for one that is not ours to write."""
    try:
        target = (root / path).resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: Python up to 3.12 on a loop of links
        return None
    if not target.is_relative_to(root):
        raise NotWritten(f"{path} is outside of the project")
    if not target.is_file():
        raise NotWritten(f"{path} is not a regular file")
    if not os.access(target, os.W_OK):
        raise NotWritten(f"{path} is read-only")
    return target


def _sentence(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{os.fsdecode(error.filename)}: {reason}" if isinstance(error.filename, str | bytes) else reason
