"""A folder of what was found out before: outside of the project, bounded, and never missed when it is gone.

An entry is one file, which is put in place whole and carries its checksum. Whatever is wrong with one (it is cut short,
written over, of another version, can't be read) it is as if it weren't there; and where nothing can be written, nothing
is kept. Of two runs that keep the same entry, the later one's stays.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import is_dataclass
from enum import Enum
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from platformdirs import user_cache_path

import awaitify
from awaitify.index.collection import no_collection

MAX_BYTES = 256_000_000
MAX_ENTRIES = 400
_MAGIC = b"awaitify 1\n"
_LIBRARIES = ("black", "libcst", "pathspec")
_SUFFIX, _TEMPORARY = ".awaitify", ".tmp"
_ABANDONED = 3600
"""Seconds after which a temporary file is one that a killed run left."""
_UNUSABLE = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    TypeError,
    ValueError,
)


def cache_folder() -> Path:
    """Where entries are kept; ``AWAITIFY_CACHE_DIR`` names another place."""
    chosen = os.environ.get("AWAITIFY_CACHE_DIR")
    return Path(chosen) if chosen else user_cache_path("awaitify", appauthor=False)


def tool() -> str:
    """This tool, its libraries and this Python, as far as an answer depends on them: another source line is another tool.

    A library is known by where it lies and when that was written, which costs less than to look up its version.
    """
    hashed = hashlib.sha256("\0".join((sys.version, sys.base_prefix, *map(_installed, _LIBRARIES))).encode())
    folder = os.path.dirname(awaitify.__file__)
    for file in sorted(_sources(folder)):
        with open(file, "rb") as opened:
            data = opened.read()
        hashed.update(f"{os.path.relpath(file, folder)}\0{len(data)}\0".encode() + data)
    return hashed.hexdigest()


def load(folder: Path, *key: str) -> object:
    """What was kept under *key*; None if there is nothing, or nothing that can be used."""
    file = _file(folder, key)
    try:
        data = file.read_bytes()
    except OSError:
        return None
    checksum, payload = data[len(_MAGIC) : len(_MAGIC) + 32], memoryview(data)[len(_MAGIC) + 32 :]
    if not data.startswith(_MAGIC) or hashlib.sha256(payload).digest() != checksum:
        return None
    try:
        with no_collection():
            found: object = _Unpickler(BytesIO(payload)).load()
    except _UNUSABLE:
        return None
    with suppress(OSError):
        os.utime(file)  # it was used
    return found


def save(folder: Path, value: object, *key: str) -> None:
    """Keep *value* under *key*, if that can be done; what was used longest ago makes room."""
    payload = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    if len(payload) > MAX_BYTES // 4:
        return
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(_file(folder, key), _MAGIC + hashlib.sha256(payload).digest() + payload)
        _make_room(folder)


def _installed(library: str) -> str:
    spec = find_spec(library)
    if spec is None or spec.origin is None:
        return ""
    found = os.stat(spec.origin)
    return f"{spec.origin} {found.st_size} {found.st_mtime_ns} {found.st_ino}"


def _sources(folder: str) -> Iterator[str]:
    for inside, _, names in os.walk(folder):
        yield from (os.path.join(inside, name) for name in names if name.endswith((".py", ".txt")))


class _Unpickler(pickle.Unpickler):
    """Makes values of this package only: whoever can write to the folder must not get code to run."""

    def find_class(self, module: str, name: str) -> object:
        if module.partition(".")[0] == "awaitify":
            found: object = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of ours")


def _file(folder: Path, key: tuple[str, ...]) -> Path:
    return folder / (hashlib.sha256("\0".join(key).encode(errors="surrogateescape")).hexdigest() + _SUFFIX)


def _write(file: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(_TEMPORARY, f"{file.name}.", file.parent)
    try:
        with os.fdopen(descriptor, "wb") as temporary:
            temporary.write(data)
        os.replace(name, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _make_room(folder: Path) -> None:
    """Remove the entries used longest ago until the rest keeps to the bounds, and what killed runs left."""
    size = count = 0
    for used, length, file in sorted(_entries(folder), reverse=True):
        size, count = size + length, count + 1
        is_left_over = file.suffix == _TEMPORARY and used < time.time() - _ABANDONED
        if is_left_over or size > MAX_BYTES or count > MAX_ENTRIES:
            with suppress(OSError):
                file.unlink()


def _entries(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """When each file of ours was last used, its size, and it."""
    for file in (*folder.glob(f"*{_SUFFIX}"), *folder.glob(f"*{_SUFFIX}.*{_TEMPORARY}")):
        with suppress(OSError):  # another run has just removed it
            state = file.stat()
            yield state.st_mtime, state.st_size, file
