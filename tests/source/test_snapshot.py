"""A file that is as it was isn't read again, and one that may have changed is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from awaitify.failure import Failure
from awaitify.source import snapshot
from awaitify.source.file import SourceFile
from awaitify.source.snapshot import Mark, Snapshot, look
from tests.programs import program


def seen(root: Path, known: Mapping[str, Mark] | None = None, exclude: tuple[str, ...] = ()) -> Snapshot:
    return look(root, exclude, known or {}, lambda stage, done, total: None)


@pytest.fixture
def believing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file's times are believed at once."""
    monkeypatch.setattr(snapshot, "MARGIN", -60_000_000_000)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose bytes are read."""
    found: list[str] = []
    read = snapshot._read

    def noting(file: str) -> bytes:
        found.append(file.rpartition("/")[2])
        return read(file)

    monkeypatch.setattr(snapshot, "_read", noting)
    return found


@pytest.mark.usefixtures("believing")
def test_what_is_as_it_was_is_not_read_again(tmp_path: Path, reads: list[str]) -> None:
    before = seen(program(tmp_path, shop="a = 1", cart="b = 1"))
    assert sorted(reads) == ["cart.py", "shop.py"]
    after = seen(program(tmp_path, shop="a = 12"), before.marks)
    assert reads[2:] == ["shop.py"]
    assert (before.is_news, after.is_news, seen(tmp_path, after.marks).is_news) == (True, True, False)
    assert after.digest("cart.py") == before.digest("cart.py")
    assert after.digest("shop.py") != before.digest("shop.py")
    assert (after.data("cart.py"), after.data("shop.py")) == (b"b = 1", b"a = 12")


def test_a_file_that_was_just_written_is_read_again(tmp_path: Path) -> None:
    before = seen(program(tmp_path, shop="a = 1"))
    times = (tmp_path / "shop.py").stat()
    program(tmp_path, shop="a = 2")
    os.utime(tmp_path / "shop.py", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert seen(tmp_path, before.marks).digest("shop.py") != before.digest("shop.py")


@pytest.mark.usefixtures("believing")
def test_to_set_the_time_of_a_file_back_hides_nothing(tmp_path: Path) -> None:
    before = seen(program(tmp_path, shop="a = 1"))
    times = (tmp_path / "shop.py").stat()
    while (tmp_path / "shop.py").stat().st_ctime_ns == times.st_ctime_ns:  # until the file system's clock has ticked
        program(tmp_path, shop="a = 2")
        os.utime(tmp_path / "shop.py", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert (tmp_path / "shop.py").stat().st_mtime_ns == times.st_mtime_ns
    assert seen(tmp_path, before.marks).digest("shop.py") != before.digest("shop.py")


@pytest.mark.usefixtures("believing")
def test_another_file_put_in_its_place_is_read(tmp_path: Path) -> None:
    before = seen(program(tmp_path, shop="a = 1"))
    times = (tmp_path / "shop.py").stat()
    (tmp_path / "new").write_text("a = 2")
    os.utime(tmp_path / "new", ns=(times.st_atime_ns, times.st_mtime_ns))
    os.replace(tmp_path / "new", tmp_path / "shop.py")
    assert seen(tmp_path, before.marks).digest("shop.py") != before.digest("shop.py")


def test_files_that_come_and_go_are_news(tmp_path: Path) -> None:
    before = seen(program(tmp_path, shop="a = 1"))
    more = seen(program(tmp_path, cart="b = 1"), before.marks)
    (tmp_path / "shop.py").unlink()
    fewer = seen(tmp_path, more.marks)
    assert (more.paths, fewer.paths) == (("cart.py", "shop.py"), ("cart.py",))
    assert (more.is_news, fewer.is_news) == (True, True)


def test_excluded_files_have_marks_too(tmp_path: Path) -> None:
    found = seen(program(tmp_path, {"old/shop": "a = 1", "cart": "b = 1"}), exclude=("old/",))
    assert (found.paths, found.excluded, sorted(found.marks)) == (
        ("cart.py",),
        ("old/shop.py",),
        ["cart.py", "old/shop.py"],
    )


def test_a_file_that_changes_meanwhile_makes_it_unsteady(tmp_path: Path) -> None:
    found = seen(program(tmp_path, shop="a = 1", cart="b = 1"))
    assert isinstance(found.read("shop.py"), SourceFile)
    assert found.is_steady
    program(tmp_path, shop="a = 2")
    assert isinstance(found.read("shop.py"), SourceFile)
    assert not found.is_steady


def test_a_file_that_goes_meanwhile_makes_it_unsteady(tmp_path: Path) -> None:
    found = seen(program(tmp_path, shop="a = 1"))
    (tmp_path / "shop.py").unlink()
    assert isinstance(found.read("shop.py"), Failure)
    assert not found.is_steady


def test_a_file_that_can_never_be_decoded_is_steady(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_bytes(b"a = '\xff'\n")
    found = seen(tmp_path)
    assert isinstance(found.read("shop.py"), Failure)
    assert found.is_steady


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_can_t_be_read_makes_it_unsteady(tmp_path: Path) -> None:
    program(tmp_path, shop="a = 1")
    (tmp_path / "shop.py").chmod(0)
    assert not seen(tmp_path).is_steady


@pytest.mark.parametrize(
    "file",
    [
        "pyproject.toml",
        "setup.cfg",
        "tox.ini",
        "awaitify.toml",
        "dev-requirements.txt",
        "inner/setup.py",
        "inner/pyproject.toml",
    ],
)
def test_settings_are_hashed_with_their_names(tmp_path: Path, file: str) -> None:
    program(tmp_path, {"shop": "", "inner/cart": ""})
    hashes = [seen(tmp_path).hash_settings()]
    for text in ("", "[a]\n", "[b]\n"):
        program(tmp_path, {file: text})
        hashes.append(seen(tmp_path).hash_settings())
    assert len(set(hashes)) == 4
    (tmp_path / file).unlink()
    assert seen(tmp_path).hash_settings() == hashes[0]
