"""Is another run writing to this project?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from awaitify.source.refusal import Busy


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock file in *folder*, in which our process id stands, or raise Busy.

    The system lets go of it when the process ends, however that happens, so a lock is never stale.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _take(descriptor):
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
            raise Busy(f"another run is writing to this project: process {holder or 'unknown'}")
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> bool:
        os.lseek(descriptor, 1024, os.SEEK_SET)  # past the process id, so that others can read it
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _take(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
