"""What of an environment was an answer drawn from, and is all of it as it was?

An environment is large and isn't hashed: for each module that was asked for, the files that it was found in and the
folders that it was looked for in are noted by their times and inodes. A folder's time changes with what it lists. What
belongs to the running Python is as fixed as its version.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from awaitify.source.environment import Library, Located, this_python

State = tuple[int, int, int, int] | None
"""The size, the times of the last write and the last change (ns) and the inode of a file or folder; None: there is none."""


@dataclass(frozen=True, slots=True)
class WatchedLibrary(Library):
    """A library that notes which modules it was asked for."""

    asked: set[str] = field(default_factory=set, repr=False, compare=False)

    def find(self, name: str) -> Located | None:
        self.asked.add(name)
        return Library.find(self, name)


def watched(library: Library) -> WatchedLibrary:
    """The same library, noting what it is asked for."""
    return WatchedLibrary(library.folders, library.mapped, library.label)


def states_behind(library: WatchedLibrary, trusted_until: int) -> dict[str, State] | None:
    """The state of every file and folder that the library's answers so far come from.

    None when one has changed since *trusted_until*, so that nobody knows in which state it was read.
    """
    own = this_python().folders[0]
    places = {place for name in library.asked for place in _places(library, name)}
    states = {str(place): _state(str(place)) for place in places if not _is_fixed(place, own)}
    if states and sys.platform == "win32":  # there a file's times don't say that it is as it was
        return None
    is_settled = all(state is None or max(state[1:3]) < trusted_until for state in states.values())
    return states if is_settled else None


def are_as_they_were(states: Mapping[str, State]) -> bool:
    """Whether all these files and folders are as noted."""
    return all(_state(place) == state for place, state in states.items())


def _places(library: Library, name: str) -> Iterator[Path]:
    """The folders in which the module *name*, or a package around it, was looked for, and what was found there.

    What isn't there needs no mention: when it comes, the folder changes.
    """
    first, *rest = name.split(".")
    mapped = [folder for package, folder in library.mapped if package == first]
    yield from library.folders
    yield from (folder.parent for folder in mapped)
    for found in (mapped + [folder / first for folder in library.folders], _inside(library.folders, f"{first}-stubs")):
        for part in (*rest, ""):
            yield from (file for path in found for file in _files(path))
            folders = [path for path in found if path.is_dir()]
            yield from folders
            found = _inside(folders, part)


def _inside(folders: Iterable[Path], part: str) -> list[Path]:
    return [folder / part for folder in folders]


def _files(module: Path) -> Iterator[Path]:
    stems = (module, module / "__init__")
    files = (stem.with_name(f"{stem.name}{suffix}") for stem in stems for suffix in (".py", ".pyi"))
    return (file for file in files if file.is_file())


def _is_fixed(place: Path, own: Path) -> bool:
    """Whether it belongs to the Python that runs, whose standard library is *own*, and not to what is installed in it."""
    return place.is_relative_to(own) and "site-packages" not in place.parts and "dist-packages" not in place.parts


def _state(place: str) -> State:
    try:
        found = os.stat(place)
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
