"""What README.md shows is what the tool does."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
PROGRAM = Path(__file__).parent.parent / "fixtures/apps/readme"


def test_the_diff_in_the_readme_is_the_outcome_of_its_fixture() -> None:
    shown = re.findall(r"```diff\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[0].splitlines()
    before, after = (_lines(PROGRAM / side) for side in ("before", "after"))
    assert [line for line in shown if line.startswith("-") and line[1:] not in before] == []
    assert [line for line in shown if line.startswith("+") and line[1:] not in after] == []


def _lines(program: Path) -> set[str]:
    return {line for path in program.rglob("*.py") for line in path.read_text(encoding="utf-8").splitlines()}
