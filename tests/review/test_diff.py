"""A patch of ours, taken by the real ``git apply``, gives exactly the new bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from awaitify.review.diff import Block, blocks, by_file, patch, shown_diff, unified_diff
from tests.review.sample import change

_BOM = b"\xef\xbb\xbf"
_LONG = b"".join(b"line_%d = 1\n" % number for number in range(40))


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *arguments], cwd=folder, input=stdin, capture_output=True, env=clean, check=False)
    assert done.returncode == 0, done.stderr.decode()


def _applied(folder: Path, path: str, old: bytes, new: bytes, encoding: str = "utf-8") -> bytes:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(old)
    _git(folder, "init", "--quiet")
    _git(folder, "apply", "-", stdin=unified_diff(change(path, old, new, encoding)))
    return file.read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"def f():\n    g()\n", b"async def f():\n    await g()\n", id="plain"),
        pytest.param(b"def f():\r\n    g()\r\n", b"async def f():\r\n    await g()\r\n", id="crlf"),
        pytest.param(b"a\r\nb\nc\r", b"a\r\nB\nc\r", id="mixed-line-ends"),
        pytest.param(_BOM + b"f()\n", _BOM + b"await f()\n", id="byte-order-mark"),
        pytest.param(b"# latin-1\ns = '\xe9'\nf()\n", b"# latin-1\ns = '\xe9'\nawait f()\n", id="latin-1"),
        pytest.param(b"a\n\x0c\nf()\n", b"a\n\x0c\nawait f()\n", id="form-feed"),
        pytest.param(b"a = 1\x0cb\nf()\n", b"a = 1\x0cb\nawait f()\n", id="form-feed-within-a-line"),
        pytest.param("s = '\u2028\x85\x1c'\nf()\n".encode(), "s = '\u2028\x85\x1c'\nawait f()\n".encode(), id="u2028"),
        pytest.param(b"f()", b"await f()", id="no-final-newline"),
        pytest.param(b"f()", b"f()\n", id="final-newline-added"),
        pytest.param(b"f()\n", b"f()", id="final-newline-lost"),
        pytest.param(b"a\n\n\n", b"b\na\n\n\n\n", id="blank-lines-at-the-end"),
        pytest.param(b"", b"import asyncio\n", id="from-nothing"),
        pytest.param(b"import asyncio\n", b"", id="to-nothing"),
        pytest.param(_LONG, _LONG.replace(b"line_3 ", b"l ").replace(b"line_33 ", b"l ") + b"end", id="two-hunks"),
        pytest.param(b"-- a\n++ b\n@@ c\n", b"-- a\n++ B\n@@ c\n", id="lines-that-look-like-a-patch"),
    ],
)
def test_git_applies_the_patch_and_gets_the_new_bytes(tmp_path: Path, old: bytes, new: bytes) -> None:
    encoding = "latin-1" if b"latin-1" in old else "utf-8"
    assert _applied(tmp_path, "pkg/mod.py", old, new, encoding) == new


@pytest.mark.parametrize(
    "name",
    [
        "with space.py",
        "café.py",
        "天 气.py",
        'quo"te.py',
        "back\\slash.py",
        "tab\there.py",
        "new\nline.py",
        "esc\x1b[31m.py",
        " lead.py",
        "-rf.py",
        "b/b/b.py",
        "dev/null",
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="names that Windows doesn't take")
def test_git_applies_the_patch_to_files_with_odd_names(tmp_path: Path, name: str) -> None:
    assert _applied(tmp_path, f"a dir/{name}", b"f()\n", b"await f()\n") == b"await f()\n"
    assert _applied(tmp_path, name, b"f()\n", b"await f()\n") == b"await f()\n"


@pytest.mark.skipif(sys.platform != "linux", reason="names of bytes that are no text")
def test_git_applies_the_patch_to_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    assert _applied(tmp_path, os.fsdecode(b"caf\xe9.py"), b"f()\n", b"await f()\n") == b"await f()\n"


def test_git_applies_one_patch_for_several_files(tmp_path: Path) -> None:
    files = {"a.py": (b"f()", b"await f()"), "b.py": (b"g()\n", b"await g()\n"), "c.py": (b"same", b"same")}
    for name, (old, _) in files.items():
        (tmp_path / name).write_bytes(old)
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "apply", "-", stdin=patch(tuple(change(name, old, new) for name, (old, new) in files.items())))
    assert all((tmp_path / name).read_bytes() == new for name, (_, new) in files.items())


def test_the_patch_has_git_s_headers_and_no_times() -> None:
    assert unified_diff(change("a b.py", b"x\nf()", b"x\nawait f()")).decode() == (
        "diff --git a/a b.py b/a b.py\n--- a/a b.py\t\n+++ b/a b.py\t\n@@ -1,2 +1,2 @@\n x\n"
        "-f()\n\\ No newline at end of file\n+await f()\n\\ No newline at end of file\n"
    )


def test_nothing_changed_is_an_empty_patch() -> None:
    assert unified_diff(change("a.py", b"f()\n", b"f()\n")) == b""


def test_a_shown_diff_is_decoded_as_the_file_is_and_can_t_steer_the_terminal() -> None:
    old, new = "é = '\x1b[31m'\r\nf()\r\n", "é = '\x1b[31m'\r\nawait f()\r\n"
    shown = shown_diff(change("a\x1b.py", old.encode("latin-1"), new.encode("latin-1"), "latin-1"))
    assert shown[1:] == (
        '--- "a/a\\033.py"',
        '+++ "b/a\\033.py"',
        "@@ -1,2 +1,2 @@",
        " é = '\\x1b[31m'",
        "-f()",
        "+await f()",
    )


def test_blocks_of_equal_length_come_line_by_line() -> None:
    assert blocks(change("a.py", b"a\nb\nc\n", b"A\nB\nc\n")) == (Block(1, 1, 1), Block(2, 1, 1))
    assert blocks(change("a.py", b"a\nc\n", b"a\nb\nb\nc\n")) == (Block(2, 0, 2),)
    assert blocks(change("a.py", b"a\nb\nc\n", b"a\n")) == (Block(2, 2, 0),)


def test_a_link_within_the_project_is_the_file_that_it_points_to(tmp_path: Path) -> None:
    for path in ("a/real.py", "c.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "b.py").symlink_to("a/real.py")
    (tmp_path / "d.py").symlink_to("c.py")
    real, link, other = (change(path, b"f()\n", b"await f()\n") for path in ("a/real.py", "b.py", "d.py"))
    assert by_file((real, link, other), tmp_path) == (real, change("c.py", b"f()\n", b"await f()\n"))
