"""Which distributions are installed in an environment, and what their file lists name? Read as text; nothing is imported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from awaitify.source.environment import Library


@dataclass(frozen=True, slots=True)
class Installed:
    """A distribution of an environment, with the files in it that have the name that was asked for."""

    name: str
    version: str
    files: tuple[Path, ...]


def find_installed(name: str, file_name: str, library: Library) -> Installed | None:
    """The distribution *name* (any spelling of it), with its files called *file_name*; None where it isn't installed."""
    for found in _all(library):
        if normal(found.name) == normal(name):
            files = sorted({*_listed(found, file_name), *_beside(found, file_name, library)})
            return Installed(found.name, found.version, tuple(files))
    return None


def installed_names(library: Library) -> tuple[str, ...]:
    """The names of all distributions."""
    return tuple(sorted({found.name for found in _all(library)}))


def _all(library: Library) -> Iterator[Distribution]:
    for found in distributions(path=[str(folder) for folder in library.folders]):
        if isinstance(found.metadata["Name"], str):  # a folder without METADATA has none
            yield found


def _listed(found: Distribution, file_name: str) -> Iterator[Path]:
    for file in found.files or ():
        path = Path(str(file.locate()))
        if file.name == file_name and path.is_file():
            yield path


def _beside(found: Distribution, file_name: str, library: Library) -> Iterator[Path]:
    """In the packages of an editable install, whose list names none of its files."""
    for top in (found.read_text("top_level.txt") or found.name.replace("-", "_")).split():
        located = library.find(top)
        for folder in located.inside if located is not None else ():
            if (folder / file_name).is_file():
                yield folder / file_name


def normal(name: str) -> str:
    """The name as all its spellings have it in common: ``Shop_Lib`` → ``shop-lib``."""
    return re.sub(r"[-_.]+", "-", name).lower()
