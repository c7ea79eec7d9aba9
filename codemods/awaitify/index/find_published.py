"""Finds what libraries say that their functions became: in a file, or among the files of an installed distribution."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from awaitify.failure import UsageError
from awaitify.index.published import Published, parse_published
from awaitify.source.distributions import find_installed, installed_names, normal
from awaitify.source.environment import Library

FILE = "colours.json"
"""What the file is called in a distribution."""


def find_published(sources: Iterable[str], library: Library) -> tuple[Published, ...]:
    """What each of *sources* says: the path of a JSON file, or the name of a distribution in *library*.

    Raises UsageError for a file that isn't there or isn't one of ours, and for a distribution without one.
    """
    return tuple(_of_file(one) if _is_path(one) else _of_distribution(one, library) for one in dict.fromkeys(sources))


def _is_path(source: str) -> bool:
    return source.endswith(".json") or "/" in source or Path(source).is_file()


def _of_file(source: str) -> Published:
    path = Path(source)
    try:
        return parse_published(path.read_bytes(), source)
    except FileNotFoundError:
        beside = [file.name for file in path.parent.glob("*.json")] if path.parent.is_dir() else []
        close = get_close_matches(path.name, beside, n=1, cutoff=0.5)
        meant = f"; did you mean {path.parent / close[0]}?" if close else ""
        raise UsageError(f"--from: there is no file {source}{meant}") from None
    except OSError as error:
        raise UsageError(f"--from: {source} can't be read: {error.strerror}") from error


def _of_distribution(name: str, library: Library) -> Published:
    found = find_installed(name, FILE, library)
    where = f"in {library.label}" if library.label else "beside the project; --python says where it is"
    if found is None:
        close = get_close_matches(name, installed_names(library), n=1, cutoff=0.5)
        meant = f"; did you mean {close[0]}?" if close else ""
        raise UsageError(f"--from: no distribution {name!r} is installed {where}{meant}")
    label = f"{found.name} {found.version}"
    files = [parse_published(path.read_bytes(), f"{FILE} of {label}") for path in found.files]
    own = [published for published in files if normal(published.distribution) == normal(found.name)]
    if len(own) == 1:
        return own[0]
    if files and not own:
        raise UsageError(f"--from: the {FILE} of {label} is about {files[0].distribution}")
    problem = f"brings {len(own)} files {FILE}: name one of them" if own else f"brings no {FILE}: name a file instead"
    raise UsageError(f"--from: {label} {problem}")
