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
        (
            ("--decide", "AW201=await"),
            "--decide AW201: await is no way out of AW201; it offers refuse, create, keep-both",
        ),
        (("--decide", "AW201=brige"), "--decide AW201: there is no way 'brige'; did you mean 'bridge'?"),
        (("--decide", "AW401=keep-both"), "--decide AW401: keep-both is no way out of AW401; it offers refuse, mark"),
        (
            ("--decide", "Greeter.__init__=keep-both"),
            "the decision for Greeter.__init__: no twin can stand beside shop.mail:Greeter.__init__: __init__ has no async twin",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_decision_that_can_t_be_carried_out_is_exit_2(still: Repo, words: tuple[str, ...], problem: str) -> None:
    ended = still.migrate(*SEND, *words)
    assert (ended.code, ended.stdout) == (2, b"")
    assert ended.err.startswith(f"awaitify: {problem}")


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        (
            "shop/mial.py:12",
            "the decision for shop/mial.py:12: there is no file shop/mial.py; did you mean shop/mail.py",
        ),
        ("Mailer.sned", "the decision for Mailer.sned: there is no function of that name; did you mean Mailer.send?"),
        (
            "shop.mail:Mailer.sned",
            "the decision for shop.mail:Mailer.sned: shop/mail.py defines no Mailer.sned; did you",
        ),
        ("load", "the decision for load: more than one function has that name: "),
    ],
)
@pytest.mark.parametrize("in_settings", [False, True])
def test_a_decision_for_what_is_not_there_is_exit_2(tmp_path: Path, key: str, problem: str, in_settings: bool) -> None:
    settings = f'[tool.awaitify.decide]\n"{key}" = "mark"\n'
    repo = make_repo(tmp_path, {"pyproject.toml": settings} if in_settings else {})
    ended = repo.migrate(*SEND, *([] if in_settings else ["--decide", f"{key}=mark"]))
    assert (ended.code, ended.stdout) == (2, b"")
    assert ended.err.startswith(f"awaitify: {problem}")


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("shop/mail.py:10", "no stop stands there; near it: AW201 in line 12"),
        ("shop/prices.py:5", "no stop stands there"),
        ("shop.prices:price", "no stop is about it"),
    ],
)
def test_a_decision_that_no_stop_answers_to_is_said(still: Repo, key: str, why: str) -> None:
    ended = still.migrate(*SEND, "--decide", f"{key}=mark")
    assert ended.code == 0
    assert f"the decision for {key} changes nothing: {why}\n" in ended.err


@pytest.mark.parametrize("key", ["shop/mail.py:Greeter.__init__", "shop/mail.py::Mailer", "*Greeter*", "Mailer.send"])
def test_a_name_is_spelled_as_a_target_is(still: Repo, key: str) -> None:
    ended = still.migrate(*SEND, "--decide", f"{key}=mark", "--format", "json")
    assert ended.stops == ["AW201 shop/mail.py:12 mark"]
    assert "changes nothing" not in ended.out


@pytest.mark.parametrize("words", [("--on-stop", "thread"), ("--decide", "AW201=thread"), ("--on-stop", "await")])
def test_a_way_that_a_stop_does_not_offer_leaves_it_undecided_and_that_is_said(
    shop: Repo, words: tuple[str, str]
) -> None:
    way = words[1].rpartition("=")[2]
    ended = shop.migrate(*SEND, *words)
    assert ended.code == 0
    assert "1 undecided (1 without the way that was chosen), 0 decided" in ended.err
    assert f"  asked  {way:<9}  was chosen and isn't offered here, so this is still undecided\n" in ended.err
    assert shop.migrate(*SEND, *words, "--write").code == 4
    assert shop.migrate(*SEND, *words, "--check").code == 4
    (stop,) = shop.migrate(*SEND, *words, "--format", "json").report["stops"]
    assert (stop["decided"], stop["not_offered"]) == (None, way)


_HANDLER = """
    from shop.mail import Greeter, Mailer


    async def greet() -> str:
        return Greeter(Mailer()).greeting
    """


def test_a_thread_is_used_above_what_stays_sync(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"shop/handlers": _HANDLER})
    ended = repo.migrate(*SEND, "--decide", "AW201=thread", "--write")
    assert ended.code == 0
    assert "return (await asyncio.to_thread(Greeter, Mailer())).greeting" in repo.read("shop/handlers.py")
    assert "def send(self" in repo.read("shop/mail.py")
    assert "kept sync: shop.mail:Mailer.send" in ended.err
    repo.commit()
    again = repo.migrate(*SEND, "--decide", "AW201=thread", "--write")
    assert (again.code, again.out) == (0, "")


def test_a_project_for_python_3_8_has_no_thread_to_use(tmp_path: Path) -> None:
    settings = '[project]\nname = "shop"\nrequires-python = ">=3.8"\n'
    repo = make_repo(tmp_path, {"shop/handlers": _HANDLER, "pyproject.toml": settings})
    (stop,) = repo.migrate(*SEND, "--decide", "AW201=thread", "--format", "json").report["stops"]
    assert (stop["decided"], stop["not_offered"]) == (None, "thread")


def test_what_is_marked_is_found_again_and_not_marked_twice(shop: Repo) -> None:
    assert shop.migrate(*SEND, "--on-stop", "mark", "--write").code == 0
    shop.commit()
    written = shop.read("shop/mail.py")
    again = shop.migrate(*SEND, "--on-stop", "mark", "--write")
    assert again.code == 0
    assert "1 still marked" in again.err
    assert "Still marked (an earlier run left it to you; take the comment away when it is dealt with)\n" in again.err
    assert "  shop/mail.py:12  todo[AW201] a constructor calls what becomes async\n" in again.err
    assert shop.read("shop/mail.py") == written
    report = shop.migrate(*SEND, "--format", "json").report
    assert report["counts"]["references"]["marked"] == 1
    (reference,) = [r for r in report["references"] if r["verdict"] == "marked"]
    assert reference["reason"] == "not awaited: todo[AW201] stands above it"


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
