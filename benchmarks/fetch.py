"""Fetches packages from PyPI, each by a pinned version and hash, into a cache outside of the repository."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

CACHE_VARIABLE = "AWAITIFY_BENCH_CACHE"


class NotFetched(Exception):
    """The package isn't there, or isn't the pinned one."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One release of a package: the file that the index offers, and the SHA-256 of its bytes."""

    name: str
    version: str
    file: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def fetch(pin: Pin, into: Path) -> Path:
    """Unpack the package into the new folder *into*, which is returned; it is downloaded where the cache hasn't got it.

    Raises NotFetched when pip can't get it, or when its hash is another.
    """
    archive = cache_folder() / pin.file
    if not archive.exists():
        _download(pin, archive.parent)
    _verify(pin, archive)
    into.mkdir(parents=True)
    _unpack(archive, into)
    return into


def cache_folder() -> Path:
    """Where downloads are kept; ``AWAITIFY_BENCH_CACHE`` names another place."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else user_cache_path("awaitify-benchmarks", appauthor=False)


def python_files(root: Path) -> list[Path]:
    """The Python files under *root*, sorted."""
    return sorted(root.rglob("*.py"))


def _download(pin: Pin, folder: Path) -> None:
    kind = "--only-binary" if pin.file.endswith(".whl") else "--no-binary"
    options = ["--no-deps", kind, ":all:", "--dest", str(folder)]
    if pin.file.endswith(".whl"):
        options += ["--python-version", "3.13"]  # the files are read, never installed: any Python may fetch them
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options, f"{pin.name}=={pin.version}"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode or not (folder / pin.file).exists():
        last = run.stderr.strip().splitlines()[-1:] or ["pip gave no reason"]
        raise NotFetched(f"{pin} could not be downloaded: {last[0]}")


def _verify(pin: Pin, archive: Path) -> None:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != pin.sha256:
        archive.unlink()
        raise NotFetched(
            f"{pin}: the SHA-256 of {archive.name} is {found}, not the pinned one; the download is removed"
        )


def _unpack(archive: Path, into: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(into)
    else:
        with tarfile.open(archive) as sdist:
            sdist.extractall(into, filter="data")
