"""``--format json`` for programs and ``--format markdown`` for pull requests."""

from __future__ import annotations

import re

from tests.e2e.repo import LOAD, SEND, Ended, Repo


def test_json_has_a_schema_number_and_is_all_that_is_printed(as_json: Ended) -> None:
    report = as_json.report
    assert (as_json.code, as_json.stderr, report["schema"]) == (0, b"", 1)
    assert report["tool"]["name"] == "awaitify"
    assert as_json.stdout.isascii()


def test_json_counts_what_it_lists(as_json: Ended) -> None:
    report = as_json.report
    counts = report["counts"]
    assert counts["functions"] == len(report["converted"]) == 8
    assert counts["calls"] == sum(one["verdict"] == "awaited" for one in report["references"])
    assert counts["files"] == len({path for group in report["groups"] for path in group["files"]})
    assert counts["stops"] == {"undecided": 1, "decided": 0}
    ids = {stop["id"] for stop in report["stops"]}
    assert {stop for group in report["groups"] for stop in group["held_by"]} == ids
    assert sum(change["added"] for change in report["changes"]) == sum(group["added"] for group in report["groups"])


def test_json_holds_the_diff_of_each_change(as_json: Ended, as_text: Ended) -> None:
    assert "".join(change["diff"] for change in as_json.report["changes"]) == as_text.out


def test_ids_stay_the_same_when_lines_shift(shop: Repo, as_json: Ended) -> None:
    for path in ("shop/colours.py", "shop/prices.py", "shop/mail.py"):
        shop.write(path, "# a line more\n" + shop.read(path))
    moved = shop.migrate(*LOAD, *SEND, "--format", "json").report
    (old,), (new,) = as_json.report["stops"], moved["stops"]
    assert (old["place"]["line"], new["place"]["line"]) == (12, 13)
    assert old["id"] == new["id"]
    assert [group["names"] for group in moved["groups"]] == [group["names"] for group in as_json.report["groups"]]


def test_two_runs_print_the_same_bytes_whatever_the_hash_seed(still: Repo, as_text: Ended, as_json: Ended) -> None:
    assert still.migrate(*LOAD, *SEND, PYTHONHASHSEED="1") == as_text
    assert still.migrate(*LOAD, *SEND, "--format", "json", PYTHONHASHSEED="42") == as_json


def test_json_says_what_was_written(shop: Repo) -> None:
    report = shop.migrate(*LOAD, *SEND, "--format", "json", "--write").report
    assert report["written"] is True
    assert {change["path"] for change in report["changes"]} == set(shop.git("diff", "--name-only").split())


def test_markdown_is_the_text_of_a_pull_request(still: Repo) -> None:
    ended = still.migrate(*LOAD, *SEND, "--format", "markdown")
    assert (ended.code, ended.stderr) == (0, b"")
    assert ended.out.startswith("## awaitify: 8 functions to async, 4 files\n")
    assert re.search(r"^\| 1 \| main \| 1 \| \+\d+ −\d+ \| ready \|$", ended.out, re.MULTILINE)
    assert "- **AW201** `shop/mail.py:12`: " in ended.out
    assert ended.out.rstrip().endswith(f"```sh\nawaitify migrate {' '.join((*LOAD, *SEND))} --write\n```")
