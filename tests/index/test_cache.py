"""What is kept comes back as it was, or not at all."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections import OrderedDict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import awaitify
from awaitify.codes import Way
from awaitify.index import cache
from awaitify.index.cache import cache_folder, load, save, tool
from awaitify.names import Name, Place, Span

VALUE = {"a": Place("shop.py", Span(1, 0, 1, 4)), "b": (Way.MARK, frozenset({Name("shop", "f")}), b"\xff")}


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    save(tmp_path, VALUE, "tool", "answer")
    assert load(tmp_path, "tool", "answer") == VALUE
    assert load(tmp_path, "tool", "other") is None
    assert load(tmp_path, "toolanswer") is None


def test_the_later_one_stays(tmp_path: Path) -> None:
    save(tmp_path, "old", "key")
    save(tmp_path, "new", "key")
    assert (load(tmp_path, "key"), len(entries(tmp_path))) == ("new", 1)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_entry_that_was_damaged_is_none(tmp_path: Path, data: st.DataObject) -> None:
    save(tmp_path, VALUE, "key")
    (file,) = entries(tmp_path)
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["cut", "changed", "longer"]))
    other = bytes([data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))])
    file.write_bytes(
        {"cut": whole[:at], "changed": whole[:at] + other + whole[at + 1 :], "longer": whole + other}[kind]
    )
    assert load(tmp_path, "key") is None
    save(tmp_path, VALUE, "key")
    assert load(tmp_path, "key") == VALUE


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("exit 3",)


@pytest.mark.parametrize("value", [Evil(), OrderedDict(a=1), Path("x"), tool, cache._Unpickler])
def test_an_entry_with_anything_but_our_values_is_none(tmp_path: Path, value: object) -> None:
    """Whoever can write to the folder could as well give it the right checksum."""
    save(tmp_path, value, "key")
    assert len(entries(tmp_path)) == 1
    assert load(tmp_path, "key") is None


def test_an_entry_that_is_no_pickle_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for payload in (b"", b"\x80\x05", b"garbage", pickle.dumps(1)[:-1], b"\x80\x05cawaitify.names\nNobody\n."):
        monkeypatch.setattr(pickle, "dumps", lambda value, protocol, payload=payload: payload)
        save(tmp_path, 1, "key")
        assert load(tmp_path, "key") is None


def test_a_folder_that_can_t_be_made_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    save(tmp_path / "file" / "folder", VALUE, "key")
    assert load(tmp_path / "file" / "folder", "key") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_is_read_only_is_read(tmp_path: Path) -> None:
    save(tmp_path, "old", "key")
    tmp_path.chmod(0o500)
    try:
        save(tmp_path, "new", "key")
        assert load(tmp_path, "key") == "old"
    finally:
        tmp_path.chmod(0o700)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, "old", "key")

    def full(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    save(tmp_path, "new", "key")
    assert (load(tmp_path, "key"), len(entries(tmp_path))) == ("old", 1)


def test_what_was_used_longest_ago_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_ENTRIES", 3)
    for number, name in enumerate("abc"):
        save(tmp_path, name, name)
        os.utime(cache._file(tmp_path, (name,)), (number, number))
    assert load(tmp_path, "a") == "a"  # which is now the one used last
    save(tmp_path, "d", "d")
    assert [load(tmp_path, name) for name in "abcd"] == ["a", None, "c", "d"]


def test_the_folder_keeps_to_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_BYTES", 10_000)
    for number in range(20):
        save(tmp_path, b"x" * 2_000, str(number))
    assert sum(file.stat().st_size for file in entries(tmp_path)) <= 10_000
    assert load(tmp_path, "19") == b"x" * 2_000
    save(tmp_path, b"x" * 9_000, "large")  # which would leave no room for others
    assert load(tmp_path, "large") is None


def test_what_a_killed_run_left_goes_and_what_isn_t_ours_stays(tmp_path: Path) -> None:
    for name in ("a.awaitify.x1.tmp", "b.awaitify.x2.tmp", "mine.txt"):
        (tmp_path / name).touch()
    long_ago = time.time() - 100_000
    os.utime(tmp_path / "a.awaitify.x1.tmp", (long_ago, long_ago))
    save(tmp_path, 1, "key")
    assert [file.name for file in entries(tmp_path) if file.suffix != ".awaitify"] == ["b.awaitify.x2.tmp", "mine.txt"]


WRITER = """
import sys
from pathlib import Path
from awaitify.index.cache import load, save
folder, mark = Path(sys.argv[1]), sys.argv[2]
for _ in range(150):
    save(folder, [mark] * 20_000, "key")
    found = load(folder, "key")
    assert found in (["a"] * 20_000, ["b"] * 20_000), type(found)
"""


def test_two_runs_at_once_get_whole_entries(tmp_path: Path) -> None:
    both = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), mark]) for mark in "ab"]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert [file.suffix for file in entries(tmp_path)] == [".awaitify"]


def test_the_folder_is_the_user_s_own_or_the_one_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWAITIFY_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("AWAITIFY_CACHE_DIR")
    assert cache_folder().name == "awaitify"


def test_another_source_line_is_another_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, line in (("one", "a = 1\n"), ("two", "a = 2\n"), ("same", "a = 1\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text(line)
    names = {}
    for folder in ("one", "two", "same"):
        monkeypatch.setattr(awaitify, "__file__", str(tmp_path / folder / "__init__.py"))
        names[folder] = tool()
    assert names["one"] == names["same"] != names["two"]


def test_another_python_or_library_is_another_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {tool()}
    monkeypatch.setattr(sys, "version", "3.99")
    names.add(tool())
    monkeypatch.setattr(cache, "_installed", lambda library: "9.9")
    names.add(tool())
    assert len(names) == 3
