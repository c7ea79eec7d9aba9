"""The patch: ``git apply`` takes it, and gives the very bytes that ``--write`` writes, whatever the files hold."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.repo import LOAD, Ended, Repo, make_repo

_CALLER = "from shop.stores import Store\n\n\ndef caller(store: Store) -> str:\n    return store.load('tea')  # {}\n"
ODD: dict[str, bytes] = {
    "odd/crlf.py": _CALLER.format("…").replace("\n", "\r\n").encode(),
    "odd/mixed_ends.py": _CALLER.format("…").replace("\n", "\r\n", 3).encode(),
    "odd/bom.py": b"\xef\xbb\xbf" + _CALLER.format("…").encode(),
    "odd/latin_1.py": b"# coding: latin-1\n" + _CALLER.format("\xe9").encode("latin-1"),
    "odd/form_feed.py": _CALLER.format("…").replace("\n\n\n", "\n\n\f\n\n").encode(),
    "odd/no_final_newline.py": _CALLER.format("…").rstrip().encode(),
    "odd/other_line_ends.py": _CALLER.format("'\u2028 \x85 \x1c \x0b'").encode(),
    "odd/tabs.py": _CALLER.format("…").replace("    ", "\t").encode(),
    "odd/a b.py": _CALLER.format("…").encode(),
    "odd/qu\"ote's.py": _CALLER.format("…").encode(),
    "odd/caf\u00e9.py": _CALLER.format("…").encode(),
    "odd/new\nline.py": _CALLER.format("…").encode(),
    "odd/esc\x1b[31m.py": _CALLER.format("…").encode(),
    "odd/-rf.py": _CALLER.format("…").encode(),
}


@dataclass(frozen=True, slots=True)
class Migrated:
    """The same repository three times: with ``--write``, after ``git apply``, and the runs that led there."""

    written: dict[str, bytes]
    applied: dict[str, bytes]
    dry: Ended
    saved: Ended
    patch: bytes


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    folder = tmp_path_factory.mktemp("odd")
    repo = make_repo(folder, in_git=False)
    for path, data in ODD.items():
        repo.write(path, data)
    repo.commit()
    before = repo.files()
    dry = repo.migrate(*LOAD)
    saved = repo.migrate(*LOAD, "--patch", "../my.patch")
    assert repo.files() == before
    other = Repo(Path(shutil.copytree(repo.root, folder / "other")), repo.state)
    assert repo.migrate(*LOAD, "--write").code == 0
    other.git("apply", "--check", "--whitespace=nowarn", "../my.patch")
    other.git("apply", "--whitespace=nowarn", "../my.patch")
    return Migrated(repo.files(), other.files(), dry, saved, (folder / "my.patch").read_bytes())


@pytest.mark.parametrize("path", ODD)
def test_applying_the_patch_gives_what_a_write_gives(odd: Migrated, path: str) -> None:
    assert odd.applied[path] == odd.written[path]
    new = ODD[path].replace(b"def ", b"async def ").replace(b"store.load", b"await store.load")
    assert odd.written[path] == new


def test_no_other_file_differs_either(odd: Migrated) -> None:
    assert odd.applied == odd.written


def test_stdout_is_the_same_patch_when_it_is_no_terminal(odd: Migrated) -> None:
    assert odd.dry.stdout == odd.patch


def test_with_a_patch_file_nothing_else_goes_to_stdout(odd: Migrated) -> None:
    assert (odd.saved.code, odd.saved.stdout) == (0, b"")


@pytest.mark.parametrize("steering", [b"\x1b", b"\x85", "\u2028".encode()])
def test_nothing_steers_the_terminal_in_the_report(odd: Migrated, steering: bytes) -> None:
    assert steering not in odd.dry.stderr
    assert b"odd/new\\x0aline.py" in odd.dry.stderr or b"odd/new" not in odd.dry.stderr


def test_a_patch_can_be_made_together_with_a_write(shop: Repo) -> None:
    ended = shop.migrate(*LOAD, "--write", "--patch", "my.patch")
    assert (ended.code, ended.stdout) == (0, b"")
    shop.git("apply", "--check", "--reverse", "my.patch")


def test_a_run_in_a_subfolder_makes_a_patch_that_git_takes_there_too(still: Repo, tmp_path: Path) -> None:
    patch = tmp_path / "my.patch"
    ended = still.awaitify("migrate", ".", *LOAD, "--patch", str(patch), cwd=still.root / "shop")
    assert ended.code == 0
    assert still.git("apply", "--numstat", str(patch)).split("\n")[0].endswith("shop/__main__.py")
