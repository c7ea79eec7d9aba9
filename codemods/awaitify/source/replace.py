"""How does a file get new bytes without ever being half-written?"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX, _SUFFIX = ".awaitify-", ".tmp"


def prepare(target: Path, data: bytes) -> Path:
    """A temporary file beside *target* with *data*, on the disk itself, and with the mode of *target*.

    The owner and extended attributes are copied where the system lets us.
    """
    descriptor, name = tempfile.mkstemp(_SUFFIX, _PREFIX, target.parent)
    temporary = Path(name)
    try:
        _write(descriptor, data)
        _copy_state(target, temporary)
    except BaseException:
        temporary.unlink()
        raise
    return temporary


def put_in_place(temporary: Path, target: Path, expected: str) -> bool:
    """*target* becomes what was prepared, in one step. False, and it stays as it is, if its hash isn't *expected*.

    A hard link is broken: its other names keep the old bytes. *target* must be no symlink, or the link is replaced.
    """
    if hash_file(target) != expected:  # the last moment to see that an editor has saved it
        return False
    os.replace(temporary, target)
    return True


def hash_file(path: Path) -> str | None:
    """The hash of what *path* holds, None if it can't be read."""
    try:
        return hash_bytes(path.read_bytes())
    except OSError:
        return None


def hash_bytes(data: bytes) -> str:
    """The SHA-256, in hex."""
    return hashlib.sha256(data).hexdigest()


def write_new(path: Path, data: bytes) -> None:
    """The new file *path* holds *data*, on the disk itself."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    _write(os.open(path, flags, 0o600), data)


def keep(folder: Path) -> None:
    """What was made, renamed or removed in *folder* is so after a power cut too."""
    if sys.platform != "win32":  # which can't open folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove the temporary files that a killed run left in *folder*."""
    for leftover in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):
            leftover.unlink()


def _write(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _copy_state(source: Path, target: Path) -> None:
    if sys.platform != "win32":
        state = source.stat()
        with suppress(OSError):  # only root may give a file away
            os.chown(target, state.st_uid, state.st_gid)
    shutil.copystat(source, target)
    os.utime(target)  # it is new
