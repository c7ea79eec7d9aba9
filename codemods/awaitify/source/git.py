"""Which files hold work that git could not give back?"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path


def dirty_files(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Those of *paths* that are modified, staged or untracked, in their order.

    ``()`` without git, or outside of a repository; all of them if git fails in one, since then nobody knows. What a
    symlink points to counts, not the link. A file that git ignores is not dirty.
    """
    root = root.resolve()
    prefix = _run(root, "rev-parse", "--show-prefix")  # status names files from the top of the repository
    if prefix is None:
        return ()
    real = {path: _real_path(root, path) for path in paths}
    dirty: set[bytes] = set()
    for chunk in _chunks(sorted(set(real.values()))):
        status = _run(root, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", *chunk)
        if status is None:
            return tuple(paths)
        # " M shop/cart.py\0?? shop/new.py\0"
        dirty |= {line[3:] for line in status.split(b"\0") if line}
    top = prefix.removesuffix(b"\n")
    return tuple(path for path in paths if top + os.fsencode(real[path]) in dirty)


def last_tag(root: Path) -> str | None:
    """The newest tag below what is checked out; None without one, or without git."""
    found = _run(root.resolve(), "describe", "--tags", "--abbrev=0")
    return None if found is None else found.decode(errors="replace").strip()


def python_files_at(root: Path, commit: str) -> dict[str, bytes] | None:
    """The Python files below *root* as they were in *commit*, by path; None where git hasn't got that."""
    root = root.resolve()
    listed = _run(root, "ls-tree", "-r", "-z", "--name-only", "--end-of-options", commit)
    if listed is None:
        return None
    names = [os.fsdecode(name) for name in listed.split(b"\0") if name.endswith((b".py", b".pyi"))]
    wanted = "".join(f"{commit}:./{name}\n" for name in names if "\n" not in name)
    found = _run(root, "cat-file", "--batch", given=os.fsencode(wanted))
    return None if found is None else dict(_blobs(found, [name for name in names if "\n" not in name]))


def _blobs(printed: bytes, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """What ``cat-file --batch`` prints for each name: ``<object> blob <size>\\n``, the bytes, and a line end."""
    at = 0
    for name in names:
        end = printed.index(b"\n", at)
        head = printed[at:end].split()
        if head[-1] == b"missing":
            at = end + 1
            continue
        size = int(head[-1])
        yield name, printed[end + 1 : end + 1 + size]
        at = end + size + 2


def folder_in_repository(root: Path) -> str:
    """The way from the top of the repository down to *root*, ``services/api/``; empty at the top or without git."""
    prefix = _run(root.resolve(), "rev-parse", "--show-prefix")
    return os.fsdecode(prefix.removesuffix(b"\n")) if prefix is not None else ""


def time_of_head(root: Path) -> int:
    """When the commit was made that is checked out, in seconds; 0 where there is none."""
    seconds = _run(root.resolve(), "log", "-1", "--format=%ct")
    return int(seconds) if seconds is not None and seconds.strip().isdigit() else 0


_SECONDS = 60
_NOT_OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""Set when we are run by a git hook; they would point at that hook's repository."""


def _run(root: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What git prints when it reads *given*, None if it fails or takes too long.

    It takes no lock and no argument for a pattern.
    """
    command = ["git", "--no-optional-locks", "--literal-pathspecs", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    try:
        done = subprocess.run(command, cwd=root, env=environment, input=given, capture_output=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _real_path(root: Path, path: str) -> str:
    """Relative to *root*, with forward slashes; *path* itself where that can't be said."""
    try:
        return (root / path).resolve().relative_to(root).as_posix()
    except (OSError, RuntimeError, ValueError):
        return path


def _chunks(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many as fit on a command line."""
    for start in range(0, len(paths), 200):
        yield paths[start : start + 200]
