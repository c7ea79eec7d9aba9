"""Reads a project from disk into a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from awaitify.index.program import Program, no_collection
from awaitify.source.find import Reason, Skipped, find_files
from awaitify.source.layout import module_names
from awaitify.source.read import read_file

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much is done, and how much there is."""

SMALL = 2_000_000
"""Bytes of source up to which every file is parsed, so that each broken one is reported; above, only those that matter are."""


def load_program(root: Path, exclude: tuple[str, ...], progress: Progress) -> Program:
    """The program under *root*: every file's bytes, and nothing parsed yet except in a small project."""
    found = find_files(root, exclude)
    data: dict[str, bytes] = {}
    for number, path in enumerate(found.paths):
        if number % 500 == 0:
            progress("reading", number, len(found.paths))
        data[path] = _bytes(root / path)
    excluded = {path: _bytes(root / path) for entry in found.skipped for path in _excluded(root, entry)}
    program = Program(data, module_names(root, found.paths), lambda path: read_file(root, path), excluded)
    if sum(map(len, data.values())) <= SMALL:
        with no_collection():
            for path in found.paths:
                program.module_at(path)
    return program


def _excluded(root: Path, entry: Skipped) -> Iterator[str]:
    """The Python files that the configuration excludes: they aren't changed, and may still call what is."""
    if entry.reason is Reason.EXCLUDED:
        files = sorted((root / entry.path).rglob("*.py")) if entry.path.endswith("/") else [root / entry.path]
        yield from (file.relative_to(root).as_posix() for file in files if file.suffix == ".py" and file.is_file())


def _bytes(path: Path) -> bytes:
    """The file's bytes to search in; what can't be read is reported by whoever needs the file."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
