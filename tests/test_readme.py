"""What README.md shows is what the tool does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from awaitify.options import Options, load_options
from awaitify.review.cost_text import as_lines as cost_lines
from awaitify.review.scan_text import as_text
from awaitify.review.text import plain
from awaitify.review.why_text import as_lines
from awaitify.scan import scan
from awaitify.why import cost_of, why
from tests.plan.test_cost import SHOP
from tests.programs import program

README = Path(__file__).parent.parent / "README.md"
PROGRAM = Path(__file__).parent.parent / "fixtures/apps/readme"
WEATHER = Path(__file__).parent.parent / "fixtures/apps/weather/before"
POST = Path(__file__).parent.parent / "fixtures/barriers/one_seed_held/before"


def test_the_diff_in_the_readme_is_the_outcome_of_its_fixture() -> None:
    shown = re.findall(r"```diff\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[0].splitlines()
    before, after = (_lines(PROGRAM / side) for side in ("before", "after"))
    assert [line for line in shown if line.startswith("-") and line[1:] not in before] == []
    assert [line for line in shown if line.startswith("+") and line[1:] not in after] == []


def test_the_answers_in_the_readme_are_what_why_says(tmp_path: Path) -> None:
    root = shutil.copytree(POST, tmp_path / "post")
    (root / "pyproject.toml").touch()
    blocks = re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (shown,) = (block for block in blocks if "awaitify why" in block and "--cost" not in block)
    answers = re.findall(r"^\$ awaitify why (\S+) (.+)\n((?:[^$].*\n|\n)+)", shown, re.MULTILINE)
    assert len(answers) == 2
    for name, words, text in answers:
        targets = words.replace("-t ", "").split()
        found = why(name, root, Options(targets=tuple(targets)))
        said = plain(line for answer in found.answers for line in as_lines(answer))
        assert said.endswith(text.removeprefix("…\n"))
        assert text.startswith("…\n") or said == text


def test_the_cost_in_the_readme_is_what_why_says(tmp_path: Path) -> None:
    root = program(tmp_path, {"pyproject.toml": ""}, shop=SHOP)
    blocks = re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (shown,) = (block for block in blocks if "--cost" in block)
    ((name, blast),) = cost_of("shop:load", root, Options()).costs
    said = "\n".join(cost_lines(name, blast))
    assert said.startswith(shown.removeprefix("$ awaitify why shop:load --cost\n").removesuffix("…\n"))


def test_the_finding_in_the_readme_is_what_scan_says(tmp_path: Path) -> None:
    root = shutil.copytree(WEATHER, tmp_path / "weather")
    shown = re.findall(r"\$ awaitify scan\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[0]
    assert shown in plain(as_text(scan(root, load_options(root))))


def _lines(folder: Path) -> set[str]:
    return {line for path in folder.rglob("*.py") for line in path.read_text(encoding="utf-8").splitlines()}
