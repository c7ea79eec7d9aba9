"""The oldest Python that a project says it runs on."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.plan.oldest import oldest_python


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">=3.8"', (3, 8)),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.8.1,<3.10"', (3, 8)),
        ("pyproject.toml", '[project]\nrequires-python = "~=3.9"', (3, 9)),
        ("pyproject.toml", '[project]\nrequires-python = "==3.10.*"', (3, 10)),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.9"', (3, 9)),
        ("setup.cfg", "[options]\npython_requires = >=3.7", (3, 7)),
        ("pyproject.toml", '[project]\nrequires-python = "any"', (3, 11)),
        ("pyproject.toml", '[project]\nname = "x"', (3, 11)),
        ("pyproject.toml", "[project", (3, 11)),
        ("setup.cfg", "python_requires = >=3.7", (3, 11)),
        ("README.md", "", (3, 11)),
    ],
)
def test_what_a_project_says(tmp_path: Path, file: str, text: str, expected: tuple[int, int]) -> None:
    (tmp_path / file).write_text(text)
    assert oldest_python(tmp_path) == expected
