"""Parts of a tree of any size that all hold one family, and families of any size in one tree."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fetch import python_files


@dataclass(frozen=True, slots=True)
class Part:
    """A copy of some files of a tree: how many lines and files they are, and how many of them mention the name."""

    folder: Path
    lines: int
    files: int
    mentions: int


def by_size(tree: Path, folder: Path, name: str, sizes: Iterable[int]) -> Iterator[Part]:
    """Parts of about so many lines each: every file that mentions *name*, and then others in an order of chance.

    A part can't be smaller than the files that mention the name, nor larger than the tree.
    """
    mentioning, others = _split(tree, name)
    around = {
        parent / "__init__.py" for path in mentioning for parent in path.parents
    }  # else their names would be others
    needed = mentioning + [path for path in others if path in around]
    others = [path for path in others if path not in around]
    others.sort(key=lambda path: hashlib.sha256(path.relative_to(tree).as_posix().encode()).digest())
    for size in sizes:
        yield _copy(tree, folder / str(size), needed, others, size, len(mentioning))


def by_mentions(tree: Path, targets: Iterable[str]) -> list[tuple[str, int]]:
    """The targets with the number of files that mention their names, fewest first."""
    counted = ((target, len(_split(tree, target.rpartition(".")[2])[0])) for target in targets)
    return sorted(counted, key=lambda pair: pair[1])


def _split(tree: Path, name: str) -> tuple[list[Path], list[Path]]:
    """The files that mention *name*, and those that don't."""
    word = re.compile(rb"\b%s\b" % name.encode())
    mentioning: list[Path] = []
    others: list[Path] = []
    for path in python_files(tree):
        (mentioning if word.search(path.read_bytes()) else others).append(path)
    return mentioning, others


def _copy(tree: Path, folder: Path, needed: list[Path], others: list[Path], size: int, mentions: int) -> Part:
    lines = files = 0
    for number, path in enumerate((*needed, *others)):
        if number >= len(needed) and lines >= size:
            break
        target = folder / path.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        lines += path.read_bytes().count(b"\n")
        files += 1
    return Part(folder, lines, files, mentions)
