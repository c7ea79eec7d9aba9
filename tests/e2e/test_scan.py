"""``scan`` on real files: what it ends with, what a baseline knows, what the settings leave out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from awaitify.cli.app import app
from tests.programs import program

_APP = """
    import time

    import requests


    def load(url):
        return requests.get(url)


    async def main():
        time.sleep(1)
        return load("http://localhost")
    """


def scan(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["scan", str(folder), *words])


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return program(tmp_path / "shop", {"pyproject.toml": "[project]\nname = 'shop'\n"}, app=_APP)


def test_findings_end_with_1_and_none_with_0(shop: Path, tmp_path: Path) -> None:
    ended = scan(shop)
    assert ended.exit_code == 1
    assert "requests.get()  app.py:7" in ended.stdout
    assert "SCAN  2 blocking calls" in ended.stderr
    assert scan(program(tmp_path / "none", app="async def f(): pass\n")).exit_code == 0


def test_a_file_that_cannot_be_parsed_ends_with_3(shop: Path) -> None:
    program(shop, broken="async def f(:\n")
    assert scan(shop).exit_code == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--select", "AW9999"), "there is no code AW9999"),
        (("--roots", "nobody"), "nobody: there is no function of that name"),
        (("--baseline", "nowhere.json"), "nowhere.json can't be read"),
    ],
)
def test_what_means_nothing_ends_with_2(shop: Path, words: tuple[str, ...], said: str) -> None:
    ended = scan(shop, *words)
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_select_and_ignore_take_beginnings_of_codes(shop: Path) -> None:
    assert scan(shop, "--select", "AW104", "--format", "concise").stdout.count("\n") == 1
    assert scan(shop, "--ignore", "AW10").exit_code == 0
    assert scan(shop, "--statistics").stdout == "     1  AW101  requests.get\n     1  AW104  time.sleep\n"


def test_a_baseline_knows_findings_wherever_their_lines_move(shop: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    known.write_bytes(scan(shop, "--format", "json").stdout_bytes)
    text = (shop / "app.py").read_text()
    (shop / "app.py").write_text("# moved\n\n" + text)
    ended = scan(shop, "--baseline", str(known))
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert "known to the baseline: 2" in ended.stderr
    (shop / "app.py").write_text(text + "    time.sleep(2)\n")
    assert scan(shop, "--baseline", str(known), "--format", "concise").stdout.startswith("app.py:13:5: AW104 ")


@pytest.mark.parametrize("text", ["", "[]", '{"findings": []}', '{"schema": 99, "findings": []}'])
def test_what_is_no_baseline_ends_with_2(shop: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "known.json"
    file.write_text(text)
    ended = scan(shop, "--baseline", str(file))
    assert ended.exit_code == 2
    assert "known.json" in ended.stderr


def test_roots_begin_chains_where_they_are_told(shop: Path) -> None:
    program(shop, other="import time\n\n\nasync def tick():\n    time.sleep(1)\n")
    assert "other" not in scan(shop, "--roots", "app:main", "--format", "concise").stdout
    assert scan(shop, "--roots", "app:load", "--format", "concise").stdout.startswith("app.py:7:12: AW101 ")


def test_only_chains_that_touch_the_path_are_shown(shop: Path) -> None:
    program(shop, {"part/other": "import time\n\n\nasync def tick():\n    time.sleep(1)\n"})
    assert scan(shop / "part", "--format", "concise").stdout.count("\n") == 1


@pytest.mark.parametrize("output", ["json", "sarif"])
def test_machine_formats_leave_stderr_empty(shop: Path, output: str) -> None:
    ended = scan(shop, "--format", output)
    assert ended.stderr == ""
    assert json.loads(ended.stdout)
    assert str(shop) not in ended.stdout


def test_a_malformed_ignore_is_reported(shop: Path) -> None:
    program(shop, more="X = 1  # awaitify: ignore[AW1] why\n")
    ended = scan(shop)
    assert "more.py:1: there is no code AW1" in ended.stderr


def test_migrate_without_a_name_takes_what_scan_finds_and_then_scan_finds_nothing(shop: Path) -> None:
    words = ("migrate", str(shop), "--no-cache")
    planned = json.loads(CliRunner().invoke(app, [*words, "--format", "json"]).stdout)
    assert [(one["name"], one["cause"]) for one in planned["converted"]] == [
        ("app:load", "blocks, and an event loop runs it")
    ]
    assert CliRunner().invoke(app, [*words, "--write"]).exit_code == 0
    assert scan(shop).exit_code == 0
    assert "scan finds no blocking call" in CliRunner().invoke(app, list(words)).stderr
