"""``why``, ``explain``, ``swaps`` and what ``--http-target`` chooses, on a real program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.repo import LOAD, SEND, Repo, make_repo

_BECOMES_ASYNC = """\
shop.prices:price becomes async
  because it calls shop.stores:Store.load
  shop.prices:price  shop/prices.py:5
     └─ shop.stores:Store.load  shop/stores.py:10
  its 2 calls:
    shop/__main__.py:9  in shop.__main__:main (exact)
    shop/prices.py:9  in shop.prices:is_cheap (exact)
"""


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("price", _BECOMES_ASYNC),
        ("Greeter.__init__", "shop.mail:Greeter.__init__ can't become async yet\n  AW201 shop/mail.py:12  "),
        ("shop/colours.py:2", "shop.colours:mix stays sync\n  nothing that becomes async "),
    ],
)
def test_why_says_what_becomes_of_a_function(still: Repo, name: str, answer: str) -> None:
    ended = still.awaitify("why", name, *LOAD, *SEND)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(answer)


def test_why_without_a_target_asks_for_the_function_itself(still: Repo) -> None:
    ended = still.awaitify("why", "Mailer.send")
    assert ended.code == 0
    assert ended.out.startswith("shop.mail:Mailer.send becomes async\n")
    assert "  held back by:\n    AW201 shop/mail.py:12" in ended.out


def test_why_of_a_name_that_is_not_there_names_near_ones(still: Repo) -> None:
    ended = still.awaitify("why", "Store.lod", *LOAD)
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean Store.load" in ended.err


def test_the_codes_of_a_run_can_be_looked_up(still: Repo) -> None:
    ended = still.awaitify("explain", "AW201")
    assert ended.code == 0
    assert ended.out.startswith("AW201  a constructor calls what becomes async\n")


def test_swaps_lists_what_is_swapped(still: Repo) -> None:
    ended = still.awaitify("swaps")
    assert ended.code == 0
    assert {line.split()[0] for line in ended.out.splitlines()} >= {"open", "requests", "time"}
    about = still.awaitify("swaps", "requests")
    assert about.out.startswith("``requests`` → ``httpx``")


_WEB = """
    import requests


    def fetch(url: str) -> str:
        return requests.get(url).text
    """


@pytest.mark.parametrize(
    ("dependency", "words", "library"),
    [
        ("requests", (), "httpx"),
        ("requests", ("--http-target", "httpx2"), "httpx2"),
        ("httpx2>=1", (), "httpx2"),
        ("httpx2>=1", ("--http-target", "httpx"), "httpx"),
    ],
)
def test_what_takes_the_place_of_requests(
    tmp_path: Path, dependency: str, words: tuple[str, ...], library: str
) -> None:
    settings = f'[project]\nname = "web"\nversion = "1"\ndependencies = ["{dependency}"]\n'
    repo = make_repo(tmp_path, {"web": _WEB, "pyproject.toml": settings}, in_git=False)
    ended = repo.migrate("-t", "web:fetch", *words)
    assert ended.code == 0
    assert f"\n+import {library}\n" in ended.out
    assert f"+    async with {library}.AsyncClient(" in ended.out
