"""What was written to a project as one set, and how is it taken back?

Each project has a folder outside of it, and in that a numbered folder for each set: ``manifest.json`` and the old bytes
of its files, ``0``, ``1``, … All of that is on the disk before the first file of the project is touched. A set whose
manifest says ``open`` was never finished: the run was killed, and whoever finds it puts the old bytes back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from stat import S_IMODE

from platformdirs import user_state_path

from awaitify.source.refusal import NotWritten
from awaitify.source.replace import hash_bytes, hash_file, keep, prepare, put_in_place, sweep, write_new


class State(StrEnum):
    """How far a set has come."""

    OPEN = "open"
    """Its files are being written, or taken back."""
    DONE = "done"
    """All of its files are written; it can be taken back."""
    LEFT = "left"
    """It was taken back, except for files that somebody has changed since: their old bytes are kept here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a set: its path below the project root (never a symlink), both hashes, and its mode."""

    path: str
    old: str
    new: str
    mode: int


@dataclass(frozen=True, slots=True)
class Journal:
    """One set of files, and the folder that holds their old bytes."""

    folder: Path
    root: Path
    entries: tuple[Entry, ...]
    state: State = State.OPEN


@dataclass(frozen=True, slots=True)
class Replacement:
    """A file (its path as in ``Entry``), the bytes it has and those it is to get."""

    path: str
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class Recovered:
    """Files that have their old bytes again, and those that somebody changed since and that were left as they are."""

    restored: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    backups: tuple[Path, ...] = ()
    """Folders with the old bytes of what was left."""


def state_folder(root: Path) -> Path:
    """Where the journals of the project at *root* are; ``AWAITIFY_STATE_DIR`` names another place for all projects."""
    base = os.environ.get("AWAITIFY_STATE_DIR")
    name = hash_bytes(os.fsencode(root.resolve()))[:16]
    return (Path(base) if base else user_state_path("awaitify", appauthor=False)) / name


def read_journals(root: Path) -> tuple[Journal, ...]:
    """The journals of the project, oldest first. Raises NotWritten for one that can't be read."""
    journals = (_read(folder) for folder in _folders(state_folder(root)))
    return tuple(journal for journal in journals if journal is not None)


def begin(root: Path, files: Sequence[Replacement]) -> Journal:
    """An open journal for a set that is about to be written."""
    state = state_folder(root)
    _drop_unfinished(state)
    number = max((int(folder.name) for folder in _folders(state)), default=0) + 1
    entries = (
        Entry(file.path, hash_bytes(file.old), hash_bytes(file.new), S_IMODE((root / file.path).stat().st_mode))
        for file in files
    )
    journal = Journal(state / str(number), root, tuple(entries))
    journal.folder.mkdir(mode=0o700)
    for index, file in enumerate(files):
        write_new(journal.folder / str(index), file.old)
    return _save(journal, State.OPEN)


def finish(journal: Journal) -> Journal:
    """The set is written: it becomes the one to take back, and the earlier ones go."""
    done = _save(journal, State.DONE)
    for earlier in read_journals(journal.root):
        if earlier.state is State.DONE and earlier.folder != journal.folder:
            drop(earlier)
    return done


def take_back(journal: Journal) -> Recovered:
    """Put the old bytes back where the new ones are; then the journal goes.

    If that fails (OSError) or is interrupted, the journal is open and this can be done again.
    """
    journal = _save(journal, State.OPEN) if journal.state is not State.OPEN else journal
    ends = [(entry.path, _put_back(journal, index)) for index, entry in enumerate(journal.entries)]
    for folder in sorted({(journal.root / entry.path).parent for entry in journal.entries}):
        if folder.is_dir():
            sweep(folder)
            keep(folder)
    restored = tuple(path for path, end in ends if end is True)
    left = tuple(path for path, end in ends if end is False)
    if left:
        _save(journal, State.LEFT)
        return Recovered(restored, left, (journal.folder,))
    drop(journal)
    return Recovered(restored)


def drop(journal: Journal) -> None:
    """Forget the set; its manifest goes first, for what has none counts as nothing."""
    (journal.folder / _MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(journal.folder, ignore_errors=True)


_MANIFEST = "manifest.json"


def _folders(state: Path) -> list[Path]:
    """The numbered folders, in their order."""
    names = os.listdir(state) if state.is_dir() else []
    return [state / str(number) for number in sorted(int(name) for name in names if name.isdecimal())]


def _drop_unfinished(state: Path) -> None:
    """Remove what a run left that was killed before it had its journal together."""
    for folder in _folders(state):
        if not (folder / _MANIFEST).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _put_back(journal: Journal, index: int) -> bool | None:
    """True: the file has its old bytes again. None: it had them all along. False: it has others, and keeps them."""
    entry = journal.entries[index]
    target = journal.root / entry.path
    found = hash_file(target)
    if found == entry.old:
        return None
    if found != entry.new or target.resolve() != target:  # or a link stands there now
        return False
    temporary = prepare(target, (journal.folder / str(index)).read_bytes())
    temporary.chmod(entry.mode)
    return put_in_place(temporary, target, entry.new)


def _save(journal: Journal, state: State) -> Journal:
    """Write the manifest, in one step, so that it says *state*."""
    journal = replace(journal, state=state)
    files = [{"path": each.path, "old": each.old, "new": each.new, "mode": each.mode} for each in journal.entries]
    content = json.dumps({"root": str(journal.root), "state": state, "files": files}, indent=1)
    fresh = journal.folder / f"{_MANIFEST}.new"
    fresh.unlink(missing_ok=True)
    write_new(fresh, content.encode())
    os.replace(fresh, journal.folder / _MANIFEST)
    keep(journal.folder)
    keep(journal.folder.parent)
    return journal


def _read(folder: Path) -> Journal | None:
    """The journal in *folder*; None where it was never finished, or another run has just dropped it."""
    try:
        manifest: object = json.loads((folder / _MANIFEST).read_bytes())
        match manifest:
            case {"root": str(root), "state": str(state), "files": list(files)}:
                return Journal(folder, Path(root), tuple(_read_entries(files)), State(state))
        raise ValueError("it is no manifest")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise NotWritten(
            f"the journal in {folder} can't be read ({error}); move it away to go on without it"
        ) from error


def _read_entries(files: Sequence[object]) -> Iterator[Entry]:
    for file in files:
        match file:
            case {"path": str(path), "old": str(old), "new": str(new), "mode": int(mode)}:
                yield Entry(path, old, new, mode)
            case _:
                raise ValueError("it names a file in a way that isn't ours")
