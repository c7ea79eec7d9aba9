"""Reads a project from disk into a program."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from awaitify.failure import Failure
from awaitify.index.borrowed import Borrowed
from awaitify.index.collection import no_collection
from awaitify.index.memory import Memory
from awaitify.index.program import Program
from awaitify.source.file import SourceFile
from awaitify.source.snapshot import Progress, look
from awaitify.source.templates import read_settings, read_templates

__all__ = ["Progress", "load_program"]


def load_program(
    root: Path,
    exclude: tuple[str, ...],
    progress: Progress,
    memory: Memory | None = None,
    borrowed: Borrowed | None = None,
) -> Program:
    """The program under *root*: every file's bytes, and nothing parsed yet except in a small project.

    *memory* has looked at the files already, where it is given; *borrowed* are the modules of libraries to read with them.
    """
    files = memory.files if memory else look(root, exclude, {}, progress)
    theirs = borrowed.files if borrowed is not None else {}
    data = {path: files.data(path) for path in files.paths} | {path: file.data for path, file in theirs.items()}
    names = {**files.names, **(borrowed.names if borrowed is not None else {})}

    def read(path: str) -> SourceFile | Failure:
        return theirs[path] if path in theirs else files.read(path)

    excluded = {path: files.data(path) for path in files.excluded}
    known = memory.class_texts() if memory else None
    program = Program(data, names, read, excluded, known, partial(read_templates, root), partial(read_settings, root))
    if files.is_small:
        with no_collection():
            for path in files.paths:
                program.module_at(path)
    return program
