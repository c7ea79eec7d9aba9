"""Stops that are decided: by code, by place, by name, for all of them, on the command line and in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.repo import LOAD, SEND, Repo, make_repo

_MARK = "        # awaitify: todo[AW201] "
_BRIDGED = 'asyncio.run(mailer.send("hello"))'


@pytest.mark.parametrize(
    "words",
    [
        ("--decide", "AW201=bridge"),
        ("--decide", "shop/mail.py:12=bridge"),
        ("--decide", "shop.mail:Mailer.send=bridge"),
        ("--decide", "Greeter.__init__=bridge"),
        ("--on-stop", "bridge"),
        ("--on-stop", "mark", "--decide", "AW201=bridge"),
        ("--decide", "AW201=mark", "--decide", "shop/mail.py:12=bridge"),
    ],
    ids=" ".join,
)
def test_a_stop_is_decided_the_most_particular_way(still: Repo, words: tuple[str, ...]) -> None:
    ended = still.migrate(*SEND, *words)
    assert ended.code == 0
    assert f"        self.greeting = {_BRIDGED}" in ended.out
    assert "1 decided; AW201 shop/mail.py:12 → bridge" in ended.err


@pytest.mark.parametrize(
    ("way", "code", "added"),
    [
        ("bridge", 0, ["import asyncio", _BRIDGED, "async def send"]),
        ("mark", 0, [_MARK, "async def send"]),
        ("refuse", 0, []),
        ("keep-sync", 0, []),
    ],
)
def test_each_way_on_stop_carries_out(still: Repo, way: str, code: int, added: list[str]) -> None:
    ended = still.migrate(*SEND, "--on-stop", way)
    assert ended.code == code
    lines = [line for line in ended.out.splitlines() if line.startswith("+")]
    assert bool(lines) == bool(added)
    assert all(any(text in line for line in lines) for text in added)
    assert "0 undecided, 1 decided" in ended.err


def test_what_is_marked_stands_in_the_file_and_the_exit_code_is_0(shop: Repo) -> None:
    assert shop.migrate(*SEND, "--on-stop", "mark", "--write").code == 0
    assert _MARK in shop.read("shop/mail.py")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--decide", "AW999=mark"), "--decide AW999: there is no code AW999; did you mean "),
        (("--decide", "AW201=await"), "--decide AW201: await is no way out of AW201; it offers refuse, create, mark"),
        (("--decide", "AW201=brige"), "--decide AW201: there is no way 'brige'; did you mean 'bridge'?"),
        (("--decide", "AW302=keep-both"), "--decide AW302: keep-both comes in a later version"),
        (("--on-stop", "keep-both"), "--on-stop: keep-both comes in a later version"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_decision_that_can_t_be_carried_out_is_exit_2(still: Repo, words: tuple[str, ...], problem: str) -> None:
    ended = still.migrate(*SEND, *words)
    assert (ended.code, ended.stdout) == (2, b"")
    assert ended.err.startswith(f"awaitify: {problem}")


_SETTINGS = """
[tool.awaitify]
targets = ["shop.stores:Store.load", "shop.mail:Mailer.send"]
keep_sync = ["shop.prices:is_cheap"]
public = ["shop.stores:*"]
exclude = ["shop/data/"]

[tool.awaitify.decide]
AW201 = "mark"
"shop/mail.py:12" = "bridge"
"""


def test_the_settings_of_the_project_decide_as_the_command_line_does(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"pyproject.toml": _SETTINGS})
    ended = repo.migrate()
    assert ended.code == 0
    assert _BRIDGED in ended.out
    assert "kept sync: " in ended.err
    assert "shop.prices:is_cheap" in ended.err
    over = repo.migrate(*SEND, "--decide", "shop/mail.py:12=mark")
    assert "Store.load" not in over.err
    assert f"+{_MARK}" in over.out
    assert "awaitify migrate -t shop.mail:Mailer.send --decide shop/mail.py:12=mark --write" in over.err


def test_public_functions_that_change_colour_are_listed(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"awaitify.toml": 'targets = ["Store.load"]\npublic = ["shop.stores:Store.*"]\n'})
    ended = repo.migrate()
    assert "public API that changes colour: shop.stores:Store.first, shop.stores:Store.load\n" in ended.err


def test_a_name_that_is_kept_sync_keeps_what_it_calls(still: Repo) -> None:
    ended = still.migrate(*LOAD, "--keep-sync", "price", "--format", "json")
    assert ended.code == 0
    assert {"shop.prices:price", "shop.stores:Store.load"} <= set(ended.report["kept_sync"])
    assert ended.report["changes"] == []
