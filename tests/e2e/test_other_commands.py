"""``why``, ``explain``, ``swaps`` and what ``--http-target`` chooses, on a real program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.repo import LOAD, SEND, Repo, make_repo

_BECOMES_ASYNC = """\
shop.prices:price becomes async: it calls shop.stores:Store.load

shop.stores:Store.load  shop/stores.py:10  named
└─ shop.prices:price  shop/prices.py:5  calls it (exact)  ◄
   ├─ shop.__main__:main  shop/__main__.py:9  calls it (exact)
   │  └─ main guard  shop/__main__.py:13  calls it (exact)  starts the event loop
   └─ shop.prices:is_cheap  shop/prices.py:9  calls it (exact)
      └─ shop.__main__:main  shop/__main__.py:9  calls it (exact)  … shown elsewhere
  leads up to main guard
"""
_CANNOT = """\
shop.mail:Greeter.__init__ can't become async: __init__ is called by constructing an object

shop.mail:Mailer.send  shop/mail.py:5  named
└─ STOP AW201  shop/mail.py:12  in shop.mail:Greeter.__init__  ◄

Stopped by 1 stop
  STOP AW201  shop/mail.py:12  shop.mail:Greeter.__init__ can't become async: __init__ is called by constructing an object
    chain  Mailer.send
    ways   refuse     --decide AW201=refuse     the families that lead here are left out of the plan  (recommended)
           create     --decide AW201=create     the constructor's body moves into an async create(…), which every construction awaits
           keep-both  --decide AW201=keep-both  the sync function stays for this caller, the async one is added beside it
           mark       --decide AW201=mark       a todo comment above the place; all else is converted
           keep-sync  --decide AW201=keep-sync  what is called here stays sync, with all that leads down from it
           bridge     --decide AW201=bridge     the call runs in an event loop of its own: asyncio.run(…)

Cheapest cuts (each one that keeps sync was drawn as a plan and checked)
  to be rid of AW201 shop/mail.py:12
    keep sync     --keep-sync shop.mail:Mailer.send
                  1 function stays sync, 7 of 8 become async
    keep in both  1 function: shop.mail:Mailer.send
"""
_STAYS = """\
shop.colours:mix stays sync: nothing that becomes async (shop.stores:Store.load, shop.mail:Mailer.send) is called in it or in\
 what overrides it
"""
_KEPT = """\
shop.stores:Store.load is kept sync
  one colour with it: shop.stores:CachedStore.load, shop.stores:FileStore.load

shop.prices:price  shop/prices.py:4  kept sync by name
└─ shop.stores:Store.load  shop/prices.py:5  is called by it and would be awaited  ◄
"""


@pytest.mark.parametrize(
    ("name", "words", "answer"),
    [
        ("price", (), _BECOMES_ASYNC),
        ("Greeter.__init__", (), _CANNOT),
        ("shop/colours.py:2", (), _STAYS),
        ("Store.load", ("--keep-sync", "price"), _KEPT),
    ],
)
def test_why_says_what_becomes_of_a_function(still: Repo, name: str, words: tuple[str, ...], answer: str) -> None:
    ended = still.awaitify("why", name, *LOAD, *SEND, *words)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == answer


def test_why_without_a_target_asks_for_the_function_itself(still: Repo) -> None:
    ended = still.awaitify("why", "Mailer.send")
    assert ended.code == 0
    assert ended.out.startswith("shop.mail:Mailer.send becomes async once it is no longer held back: it is named\n")
    assert "\nHeld back by 1 stop\n  STOP AW201  shop/mail.py:12" in ended.out


def test_what_why_says_to_type_is_what_migrate_takes(still: Repo) -> None:
    answers = still.awaitify("why", "Mailer.send", *LOAD, *SEND, "--format", "json").report["answers"]
    (cut,) = answers[0]["cuts"]
    (kept,) = cut["keep_sync"]
    plan = still.migrate(*LOAD, *SEND, *kept["options"], "--format", "json").report
    assert plan["counts"]["stops"]["undecided"] == 0
    assert sorted(one["name"] for one in plan["converted"]) == kept["become_async"]
    for way in answers[0]["stops"][0]["ways"]:
        decided = still.migrate(*LOAD, *SEND, *way["option"].split(), "--format", "json").report
        assert [stop["decided"] for stop in decided["stops"]] == [way["way"]]


def test_why_of_a_pattern_answers_for_each(still: Repo) -> None:
    answers = still.awaitify("why", "shop.prices:*", *LOAD, "--format", "json").report["answers"]
    assert [answer["name"] for answer in answers] == ["shop.prices:price", "shop.prices:is_cheap"]


def test_why_of_a_pattern_that_means_too_many_is_exit_2(tmp_path: Path) -> None:
    many = "".join(f"def f{number}(): ...\n" for number in range(21))
    ended = make_repo(tmp_path, {"many": many}, in_git=False).awaitify("why", "many:*", "-t", "many:f0")
    assert (ended.code, ended.out) == (2, "")
    assert "it means 21 functions" in ended.err


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
