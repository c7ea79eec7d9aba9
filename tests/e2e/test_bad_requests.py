"""Requests that can't be carried out: exit 2, a sentence that helps, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.repo import LOAD, Ended, Repo, make_repo


def _refused(ended: Ended) -> str:
    """What is said; the sentence is all there is."""
    assert (ended.code, ended.stdout) == (2, b"")
    assert ended.err.startswith("awaitify: ")
    return ended.err.removeprefix("awaitify: ").removesuffix("\n")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Store.lod", "Store.lod: there is no function of that name; did you mean Store.load"),
        (
            "shop.stores:Store.lod",
            "shop.stores:Store.lod: shop/stores.py defines no Store.lod; did you mean Store.load",
        ),
        ("shop.store:Store.load", "shop.store:Store.load: there is no module shop.store; did you mean shop.stores"),
        (
            "shop/store.py:Store.load",
            "shop/store.py:Store.load: there is no file shop/store.py; did you mean shop/stores",
        ),
        (
            "shop/store.py::Store::load",
            "shop/store.py::Store::load: there is no file shop/store.py; did you mean shop/",
        ),
        ("shop/stores.py:2", "shop/stores.py:2: no function stands at that line of shop/stores.py"),
        ("shop.*:zzz*", "shop.*:zzz*: no function matches"),
        (
            "load",
            "load: more than one function has that name: shop.stores:CachedStore.load, shop.stores:FileStore.load",
        ),
        ("Greeter", "Greeter: no method of shop.mail:Greeter blocks; name the method that becomes async"),
        ("x\x1b]0;y", "x\\x1b]0;y: there is no function of that name"),
    ],
)
def test_a_name_that_can_t_be_found_or_isn_t_clear(still: Repo, name: str, problem: str) -> None:
    assert _refused(still.migrate("-t", name)).startswith(problem)


def test_a_name_to_keep_sync_must_be_there_too(still: Repo) -> None:
    assert "did you mean " in _refused(still.migrate(*LOAD, "--keep-sync", "prise"))


def test_a_path_that_isn_t_there(still: Repo) -> None:
    assert _refused(still.migrate("shop/nowhere", *LOAD)) == "there is no file or folder 'shop/nowhere'"
    meant = (
        "there is no file or folder 'shop.stores:Store.load'; to name what becomes async, say -t shop.stores:Store.load"
    )
    assert _refused(still.migrate("shop.stores:Store.load")) == meant


def test_a_folder_without_python(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    repo = Repo(tmp_path / "empty", tmp_path / "state")
    assert _refused(repo.migrate(*LOAD)) == "there is no Python file in empty"


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (
            "[tool.awaitify]\ntargts = []",
            "pyproject.toml [tool.awaitify]: there is no setting 'targts'; did you mean 'targets'?",
        ),
        (
            "[tool.awaitify]\nwrite = true",
            "pyproject.toml [tool.awaitify]: 'write' belongs on the command line: --write",
        ),
        (
            '[tool.awaitify]\ntargets = "a"',
            "pyproject.toml [tool.awaitify]: 'targets' must be a list of strings, not 'a'",
        ),
        (
            '[tool.awaitify]\non_stop = "brige"',
            "pyproject.toml [tool.awaitify] on-stop: there is no way 'brige'; did you mean 'bridge'?",
        ),
        (
            '[tool.awaitify.decide]\nAW9999 = "mark"',
            "pyproject.toml [tool.awaitify.decide] AW9999: there is no code AW9999; did you mean",
        ),
        (
            '[tool.awaitify.decide]\nAW401 = "keep-both"',
            "pyproject.toml [tool.awaitify.decide] AW401: keep-both is no way out of AW401; it offers refuse, mark",
        ),
        ("[tool.awaitify\n", "pyproject.toml:1: "),
        ("[tool]\nawaitify = 3", "pyproject.toml [tool]: 'awaitify' must be a table, not 3"),
        ("x = '\udcff'", "pyproject.toml:1: this is not UTF-8"),
    ],
    ids=lambda value: value.split("\n")[-1][:30].encode("ascii", "replace").decode(),
)
def test_settings_that_can_t_be_understood(tmp_path: Path, settings: str, problem: str) -> None:
    repo = make_repo(tmp_path, in_git=False)
    repo.write("pyproject.toml", settings.encode(errors="surrogateescape"))
    assert _refused(repo.migrate(*LOAD)).startswith(problem)


def test_a_name_that_two_files_claim(tmp_path: Path) -> None:
    twins = {"src/twin": "def f():\n    return 1\n", "twin": "def f():\n    return 2\n", "pyproject.toml": ""}
    repo = make_repo(tmp_path, twins, in_git=False)
    problem = "twin:f: more than one file is twin: src/twin.py, twin.py; name the file instead"
    assert _refused(repo.migrate("-t", "twin:f")) == problem
    assert repo.migrate("-t", "src/twin.py:f").code == 0
