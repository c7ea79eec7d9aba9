"""What must never happen: running the code that is read, a traceback, a terminal that is steered."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.repo import LOAD, SEND, Repo, make_repo

_COLOUR = re.compile(rb"\x1b\[[\d;]*m")


def _marker(tmp_path: Path, name: str) -> str:
    return f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n"


def test_nothing_of_the_program_is_run(tmp_path: Path) -> None:
    names = ("setup", "conftest", "sitecustomize", "usercustomize", "noxfile", "shop/data/__init__", "plugin", "tasks")
    settings = '[tool.black]\nline-length = 100\n[tool.pytest.ini_options]\naddopts = "-p plugin"\n'
    files = {name: _marker(tmp_path, name) for name in names} | {"pyproject.toml": settings}
    repo = make_repo(tmp_path, files)
    for path in sorted(path for path in repo.files() if path.startswith("shop/") and path.endswith(".py")):
        repo.write(path, repo.read(path) + _marker(tmp_path, path))
    repo.commit()
    assert repo.migrate(*LOAD, "--write").code == 0
    assert repo.awaitify("why", "price", *LOAD).code == 0
    assert repo.awaitify("undo").code == 0
    assert not (tmp_path / "ran").exists()


def test_a_program_that_has_the_names_of_our_libraries_is_not_run_either(tmp_path: Path) -> None:
    names = ("typing", "json", "rich", "typer", "libcst", "black", "pathspec", "tomllib", "platformdirs")
    repo = make_repo(tmp_path, {name: _marker(tmp_path, name) for name in names}, in_git=False)
    ended = repo.awaitify("migrate", *LOAD)
    assert not (tmp_path / "ran").exists()
    assert ended.code == 0


def test_a_reader_that_goes_away_is_no_error(big: Repo) -> None:
    with subprocess.Popen(
        big.command("migrate", *LOAD),
        cwd=big.root,
        env=big.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(1)
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, b"Error" in told, b"\nNext  " in told) == (0, False, True)


def test_an_interruption_is_exit_130_and_leaves_nothing_behind(big: Repo) -> None:
    before = big.files()
    with subprocess.Popen(
        big.command("migrate", *LOAD, "--format", "json"),
        cwd=big.root,
        env=big.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(1)  # from here on it waits for us to read the rest
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b"awaitify: interrupted\n"
        process.stdout.close()
    assert process.returncode == 130
    assert big.files() == before


@pytest.fixture(scope="session")
def big(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The shop with so many callers that what is printed about them fills a pipe."""
    calls = "".join(f"\n\ndef caller_{n}(store: Store) -> str:\n    return store.load('tea')\n" for n in range(300))
    files = {"shop/callers": f"from shop.stores import Store\n{calls}"}
    return make_repo(tmp_path_factory.mktemp("big"), files, in_git=False)


def _on_a_terminal(repo: Repo, *words: str, **environment: str) -> bytes:
    """What ``awaitify migrate`` prints where both streams are a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        repo.command("migrate", *words),
        cwd=repo.root,
        env=repo.environment(**{"TERM": "xterm-256color", **environment}),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        printed = b""
        try:
            while data := os.read(ours, 65_536):
                printed += data
        except OSError:  # so Linux says that the other end was closed
            pass
        finally:
            os.close(ours)
    assert process.returncode == 0
    return printed


def test_colours_are_for_a_terminal(still: Repo) -> None:
    printed = _on_a_terminal(still, *LOAD, *SEND)
    assert b"\x1b[1mPLAN\x1b[0m" in printed
    assert b"\x1b[32m+    async def load(" in printed
    assert b"\x1b[31m-    def load(" in printed


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "TERM=dumb"])
def test_there_is_a_terminal_without_colours(still: Repo, environment: dict[str, str]) -> None:
    printed = _on_a_terminal(still, *LOAD, *SEND, **environment)
    assert b"+    async def load(" in printed
    assert not _COLOUR.search(printed)
