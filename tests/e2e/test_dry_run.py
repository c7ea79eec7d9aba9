"""The dry run: all of it is said, and nothing is done."""

from __future__ import annotations

import re

import pytest

from tests.e2e.repo import LOAD, SEND, Ended, Repo


def test_a_dry_run_is_the_default_and_writes_nothing(still: Repo, as_text: Ended) -> None:
    assert as_text.code == 0
    assert re.match(r"PLAN  8 functions, 8 calls, 4 files {2,}nothing written\n", as_text.err)
    assert still.git("status", "--porcelain", "--ignored") == ""
    assert not still.state.exists()


def test_the_references_add_up(as_text: Ended, as_json: Ended) -> None:
    line = next(line for line in as_text.err.splitlines() if line.startswith("  references"))
    parts, _, total = line.removeprefix("  references").removesuffix("✓").partition(" = ")
    numbers = [int(part.split()[0]) for part in parts.split(" + ")]
    assert sum(numbers) == int(total) == len(as_json.report["references"])
    counts = as_json.report["counts"]["references"]
    assert counts["total"] == sum(counts.values()) - counts["total"] == int(total)


def test_the_groups_stand_from_the_entry_point_down_to_the_io(as_text: Ended) -> None:
    lines = as_text.err.splitlines()
    start = lines.index("Groups (entry points first)") + 1
    rows = [re.split(r" {2,}", line.strip()) for line in lines[start : start + 6]]
    assert [(row[0].split(" ", 1)[1], row[-2]) for row in rows] == [
        ("main", "ready"),
        ("Mailer.send", "held by AW201"),
        ("is_cheap", "ready"),
        ("price", "ready"),
        ("Store.first", "ready"),
        ("Store.load (2 overrides)", "ready"),
    ]


def test_where_a_forgotten_await_would_be_silent_is_listed_first(as_text: Ended) -> None:
    heading = "Look first (truth or comparison of what becomes a coroutine: silent without the await)"
    assert f"{heading}\n  shop/prices.py:9  return not price(store, name) > 10\n" in as_text.err


def test_a_stop_has_its_source_chain_and_ways_out(as_text: Ended) -> None:
    stop = as_text.err[as_text.err.index("STOP") :]
    assert stop.startswith("STOP AW201  shop/mail.py:12  ")
    assert '   12 |         self.greeting = mailer.send("hello")\n      |                         ^^^^' in stop
    assert "  chain  Mailer.send\n  ways   refuse " in stop
    assert all(f"\n         {way} " in stop for way in ("mark", "keep-sync", "bridge"))


def test_the_verdict_stands_below_the_diff_once_more(as_text: Ended) -> None:
    recap = "Plan  8 functions, 8 calls, 4 files; 5 of 6 groups ready; 1 stop undecided"
    assert f"\n\n{recap}\nNext  " in as_text.err


def test_the_next_commands_do_what_they_say(still: Repo, as_text: Ended) -> None:
    _, _, following = as_text.err.partition("\nNext  ")
    first, second = (re.split(r" {4,}", line.strip())[0] for line in following.splitlines())
    again = f"awaitify migrate {' '.join((*LOAD, *SEND))}"
    assert (first, second) == (f"{again} --write", f"{again} --on-stop mark --write")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(LOAD, 1, id="it would change files"),
        pytest.param((*LOAD, "--keep-sync", "Store.load"), 0, id="it would change none"),
        pytest.param((*LOAD, *SEND), 4, id="a decision is needed"),
        pytest.param((*LOAD, *SEND, "--decide", "AW201=refuse"), 1, id="the decision is made"),
    ],
)
def test_check_says_by_its_exit_code_whether_a_write_would_change_something(
    still: Repo, words: tuple[str, ...], code: int
) -> None:
    ended = still.migrate(*words, "--check")
    assert (ended.code, ended.stdout) == (code, b"")


def test_nothing_is_left_to_do_after_a_write(shop: Repo) -> None:
    shop.migrate(*LOAD, "--write")
    ended = shop.migrate(*LOAD)
    assert ended.err.splitlines()[0] == "PLAN  nothing to change: it is async already"
    assert "Next" not in ended.err
