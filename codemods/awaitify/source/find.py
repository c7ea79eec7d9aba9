"""Where does the project begin, and which Python files are in it?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pathspec import GitIgnoreSpec

from awaitify.source.ignore import Rules, parse_patterns, read_rules


class Reason(StrEnum):
    """Why a file or folder of the project was not looked at."""

    EXCLUDED = "excluded by the configuration"
    IGNORED = "ignored by git"
    REPOSITORY = "a git repository of its own"
    LINKED_FOLDER = "a link to a folder"
    OUTSIDE = "a link that leaves the project"
    BROKEN = "a link to nothing"
    SPECIAL = "not a regular file"
    UNREADABLE = "a folder that can't be read"
    NAME = "a name that is not text"


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """A Python file, or a folder (its path ends with a slash), that was passed over, and why."""

    path: str
    reason: Reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Found:
    """The project's ``.py`` and ``.pyi`` files, sorted, relative to the root with forward slashes; and what was skipped."""

    paths: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()


def find_root(path: Path) -> Path:
    """The nearest folder, from *path* upwards, that looks like a project's top; *path*'s own folder if none does."""
    real = path.resolve()
    folder = real if real.is_dir() else real.parent
    return next((parent for parent in (folder, *folder.parents) if _is_a_top(parent)), folder)


def part_of(path: Path, root: Path) -> str:
    """What *path* is of the project, relative to its root; empty for all of it."""
    inside = path.resolve().relative_to(root).as_posix()
    return "" if inside == "." else inside


def find_files(root: Path, exclude: tuple[str, ...] = ()) -> Found:
    """All Python files under *root*, but for those git ignores and those that match *exclude* (gitignore patterns).

    Folders that hold no source of the project are passed over without a word: hidden ones, virtual environments,
    caches, ``node_modules``, ``site-packages``, and what a build left (``build`` and ``dist``, unless they are
    packages); so is what ``protoc`` wrote (``…_pb2.py``, ``…_pb2_grpc.py``). Everything else that is left out is in ``skipped``. Links to folders are never followed.
    """
    paths: list[str] = []
    skipped: list[Skipped] = []
    for item in _walk(root.resolve(), parse_patterns(exclude)):
        if isinstance(item, Skipped):
            skipped.append(item)
        else:
            paths.append(item)
    return Found(tuple(sorted(paths)), tuple(sorted(skipped)))


_TOPS = ("pyproject.toml", "setup.cfg", "setup.py", ".git")
_PYTHON = (".py", ".pyi")
_GENERATED = ("_pb2.py", "_pb2_grpc.py", "_pb2.pyi", "_pb2_grpc.pyi")
_NEVER_SOURCE = frozenset({"__pycache__", "node_modules", "site-packages"})
_BUILT = frozenset({"build", "dist"})


def _is_a_top(folder: Path) -> bool:
    return any((folder / name).exists() for name in _TOPS)


def _walk(root: Path, exclude: GitIgnoreSpec) -> Iterator[str | Skipped]:
    """Every file, and everything skipped, folder by folder; a path that ends with a slash is a folder to visit."""
    waiting = [("", read_rules(root))]
    while waiting:
        folder, rules = waiting.pop()
        entries = _list(root, folder)
        if isinstance(entries, Skipped):
            yield entries
        elif not folder or not _holds_something_else(folder, entries):
            rules = rules.below(root, folder) if ".gitignore" in entries else rules
            for entry in entries.values():
                item = _judge(root, folder, entry, rules, exclude)
                if isinstance(item, str) and item.endswith("/"):
                    waiting.append((item, rules))
                elif item is not None:
                    yield item


def _list(root: Path, folder: str) -> Mapping[str, os.DirEntry[str]] | Skipped:
    """What is in *folder*, by name; or that it is not ours to open."""
    try:
        with os.scandir(root / folder) as entries:
            found = {entry.name: entry for entry in entries}
    except OSError:
        return Skipped(folder or "./", Reason.UNREADABLE)
    return Skipped(folder, Reason.REPOSITORY) if folder and ".git" in found else found


def _holds_something_else(folder: str, entries: Mapping[str, os.DirEntry[str]]) -> bool:
    """Whether *folder* is a virtual environment or what a build left behind."""
    name = folder.rstrip("/").rpartition("/")[2]
    return "pyvenv.cfg" in entries or (name in _BUILT and "__init__.py" not in entries)


def _judge(
    root: Path, folder: str, entry: os.DirEntry[str], rules: Rules, exclude: GitIgnoreSpec
) -> str | Skipped | None:
    """The path of a file to read or a folder to visit, what is skipped, or None for what is no concern of ours."""
    if not _may_matter(entry):
        return None
    is_folder = entry.is_dir(follow_symlinks=False)
    path = f"{folder}{entry.name}{'/' if is_folder else ''}"
    if not path.isprintable() and _is_not_text(path):
        return Skipped(path.encode(errors="backslashreplace").decode(), Reason.NAME)
    if exclude.match_file(path):
        return Skipped(path, Reason.EXCLUDED)
    if rules.leave_out(path):
        return Skipped(path, Reason.IGNORED)
    reason = _reason_to_skip(root, path, entry)
    return path if reason is None else Skipped(path, reason)


def _may_matter(entry: os.DirEntry[str]) -> bool:
    """Whether it is named like a Python file, or is a folder (or a link to one) that may hold some."""
    name = entry.name
    if name.endswith(_PYTHON):
        return not name.endswith(_GENERATED)
    if name.startswith(".") or name in _NEVER_SOURCE or name.endswith(".egg-info"):
        return False
    try:
        return entry.is_dir()
    except OSError:  # a link that can't be followed: a -> b -> a
        return False


def _is_not_text(path: str) -> bool:
    """Whether the name's bytes are not UTF-8: Python then shows them as lone surrogates."""
    return any("\ud800" <= character <= "\udfff" for character in path)


def _reason_to_skip(root: Path, path: str, entry: os.DirEntry[str]) -> Reason | None:
    if entry.is_symlink():
        return _reason_to_skip_link(root, root / path)
    if entry.is_dir(follow_symlinks=False):
        return Reason.SPECIAL if entry.name.endswith(_PYTHON) else None
    return None if entry.is_file(follow_symlinks=False) else Reason.SPECIAL


def _reason_to_skip_link(root: Path, link: Path) -> Reason | None:
    try:
        real = link.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: Python up to 3.12 on a loop
        return Reason.BROKEN
    if real.is_dir():
        return Reason.LINKED_FOLDER
    if not real.is_relative_to(root):
        return Reason.OUTSIDE
    return None if real.is_file() else Reason.SPECIAL
