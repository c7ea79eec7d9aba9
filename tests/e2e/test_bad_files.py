"""Files that can't be read, parsed or written: each is named with the reason, and the rest goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.repo import LOAD, PRINTED, Ended, Repo, make_repo

_BAD: dict[str, tuple[bytes, str]] = {
    "bad/syntax.py": (b"def f(:\n    pass\n", "AW901 Python 3."),
    "bad/python_2.py": (b'print "hello"\n', "AW901 Python 2 code (Missing parentheses in call to 'print'"),
    "bad/python_2_exec.py": (b'exec "x = 1"\n', "AW901 Python 2 code (Missing parentheses in call to 'exec'"),
    "bad/not_yet.py": (b"with x as y, async for z in w:\n    pass\n", "AW901 Python 3."),
    "bad/nul.py": (b"x = 1\0\n", "AW902 it holds NUL bytes"),
    "bad/not_utf_8.py": (b"x = 1\n\n\n# \xff\n", "AW902 byte 0xff is not valid utf-8"),
    "bad/not_utf_8_at_once.py": (b"# \xff\nx = 1\n", "AW902 byte 0xff is not valid utf-8"),
    "bad/utf_16.py": (b"# coding: utf-16\nx = 1\n", "AW902 utf-16 doesn't read ASCII as ASCII"),
    "bad/unknown_codec.py": (b"# coding: nope\nx = 1\n", "AW902 unknown encoding: nope"),
    "bad/two_minds.py": (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", "AW902 "),
    "bad/deep.py": (b"x = a" + b".b()" * 30_000 + b"\n", "AW908 "),
    "bad/esc\x1b]0;title\x07.py": (b"def (\n", "AW901 "),
    "bad/line\nfeed.py": (b"def (\n", "AW901 "),
}


@pytest.fixture(scope="session")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = make_repo(tmp_path_factory.mktemp("bad"), in_git=False)
    for path, (data, _) in _BAD.items():
        repo.write(path, data)
    repo.commit()
    return repo


@pytest.fixture(scope="session")
def bad_run(bad: Repo) -> Ended:
    return bad.migrate(*LOAD, "--format", "json")


@pytest.mark.parametrize("path", _BAD)
def test_a_file_that_can_t_be_processed_is_named_with_the_reason(bad_run: Ended, path: str) -> None:
    assert bad_run.failures[path].startswith(_BAD[path][1])


def test_the_rest_goes_on_and_the_exit_code_is_3(bad: Repo, bad_run: Ended) -> None:
    assert (bad_run.code, set(bad_run.failures)) == (3, set(_BAD))
    ended = bad.migrate(*LOAD, "--write")
    assert (ended.code, bad.run_program()) == (3, PRINTED)
    assert "Not processed\n" in ended.err
    assert "  bad/esc\\x1b]0;title\\x07.py:1: AW901" in ended.err
    assert "  bad/line\\x0afeed.py:1: AW901" in ended.err
    assert not any(steering in ended.stderr for steering in (b"\x1b", b"\x07"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("type X = int\n", marks=pytest.mark.skipif("sys.version_info >= (3, 12)"), id="type statement"),
        pytest.param('x = t"{y}"\n', marks=pytest.mark.skipif("sys.version_info >= (3, 14)"), id="template string"),
    ],
)
def test_syntax_that_is_newer_than_this_python(tmp_path: Path, text: str) -> None:
    repo = make_repo(tmp_path, {"newer": text}, in_git=False)
    ended = repo.migrate(*LOAD, "--format", "json")
    assert ended.code == 3
    assert ended.failures["newer.py"].endswith("; if it is newer Python, run awaitify with that version")


def test_a_file_that_is_nested_too_deep_stops_nobody_else(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"deep": "if a: pass\n" + "elif b: pass\n" * 1_000}, in_git=False)
    ended = repo.migrate(*LOAD, "--format", "json")
    assert ended.code in (0, 3)
    assert ended.report["counts"]["functions"] == 7


_USER = """
    from shop.stores import Store


    def use(store: Store) -> str:
        return store.load("tea")
    """


def test_a_reference_in_a_file_that_can_t_be_parsed_holds_its_family_back(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"broken": f"{_USER}\n    def (\n"}, in_git=False)
    assert repo.migrate(*LOAD, "--check").code == 4


def test_a_reference_in_a_file_that_is_excluded_holds_its_family_back(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"awaitify.toml": 'exclude = ["vendor/"]\n', "vendor/use": _USER}, in_git=False)
    assert repo.migrate(*LOAD, "--check").code == 4


def test_import_cycles_are_followed(tmp_path: Path) -> None:
    files = {
        "ring/__init__": "from ring.one import *\nfrom ring.two import *\n",
        "ring/one": "from ring.two import *\nfrom ring import two\nfrom shop.prices import price\n",
        "ring/two": "from ring import *\nfrom ring.one import *\n\n\ndef f(s):\n    return price(s, 'tea')\n",
    }
    repo = make_repo(tmp_path, files, in_git=False)
    ended = repo.migrate(*LOAD)
    assert ended.code == 0
    assert "+    return await price(s, 'tea')" in ended.out


def test_links_and_what_is_no_file_are_left_alone(shop: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("from shop.stores import Store\n\n\ndef f(store: Store):\n    return store.load('x')\n")
    (shop.root / "out.py").symlink_to(outside)
    (shop.root / "broken.py").symlink_to("nowhere.py")
    (shop.root / "loop").symlink_to(".")
    (shop.root / "folder.py").mkdir()
    os.mkfifo(shop.root / "fifo.py")
    before = outside.read_bytes()
    ended = shop.migrate(*LOAD, "--write")
    assert ended.code == 0
    assert shop.git("diff", "--name-only").split() == ["shop/__main__.py", "shop/prices.py", "shop/stores.py"]
    assert outside.read_bytes() == before


def test_a_link_within_the_tree_is_one_file_and_the_patch_holds_it_once(shop: Repo, tmp_path: Path) -> None:
    (shop.root / "costs.py").symlink_to("shop/prices.py")
    shop.commit()
    patch = tmp_path / "my.patch"
    assert shop.migrate(*LOAD, "--patch", str(patch)).code == 0
    shop.git("apply", "--check", str(patch))
    assert shop.migrate(*LOAD, "--write").code == 0
    assert (shop.root / "costs.py").is_symlink()
    assert shop.git("diff", "--name-only").split() == ["shop/__main__.py", "shop/prices.py", "shop/stores.py"]


_AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
"""Root may read and write whatever the mode says; without these two capabilities it may not."""


def _words_before() -> list[str]:
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") and subprocess.run([*_AS_ANYBODY, "true"], capture_output=True).returncode == 0:
        return _AS_ANYBODY
    pytest.skip("root may write everywhere")


@contextmanager
def _mode(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.mark.parametrize(
    ("path", "mode", "problem"),
    [
        ("shop/prices.py", 0o444, "awaitify: shop/prices.py is read-only\n"),
        ("shop", 0o555, "Permission denied\n"),
    ],
)
def test_what_is_read_only_stops_the_whole_write(shop: Repo, path: str, mode: int, problem: str) -> None:
    before = shop.files()
    command = [*_words_before(), *shop.command("migrate", *LOAD, "--write", "--allow-dirty")]
    with _mode(shop.root / path, mode):
        done = subprocess.run(command, cwd=shop.root, env=shop.environment(), capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().endswith(problem)
    assert shop.files() == before


def test_a_file_that_must_not_be_read_is_named(shop: Repo) -> None:
    shop.write("secret.py", "x = 1\n")
    command = [*_words_before(), *shop.command("migrate", *LOAD, "--format", "json")]
    with _mode(shop.root / "secret.py", 0):
        done = subprocess.run(command, cwd=shop.root, env=shop.environment(), capture_output=True, timeout=60)
    assert Ended(done.returncode, done.stdout, done.stderr).failures == {"secret.py": "AW903 Permission denied"}
    assert done.returncode == 3
