"""The text of a pull request, word for word, and nothing in it that a program's names could turn into markup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from awaitify.plan.plan import Plan
from awaitify.review.markdown import as_markdown, code, prose
from awaitify.review.report import make_report
from tests.review import sample

_GOLDEN = Path(__file__).parent / "golden" / "report.md"


def test_a_pull_request_s_text(tmp_path: Path) -> None:
    sample.write_sources(tmp_path)
    report = make_report(sample.plan(), sample.changes(), tmp_path, "0.1.0", ("app", "-t", "Portal.get"))
    assert as_markdown(report) == _GOLDEN.read_text(encoding="utf-8")


def test_a_plan_without_anything_to_do_has_no_empty_sections() -> None:
    text = as_markdown(make_report(Plan((), (), (), (), (), ()), (), Path(), "0.1.0"))
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "## awaitify: 0 functions to async, 0 files",
        "### How to get the same",
    ]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Cart.total", "`Cart.total`"),
        ("a`b", "`` a`b ``"),
        ("a|b", "`a\\|b`"),
        ("\x1b", "`\\x1b`"),
        ("``", "``` `` ```"),
    ],
)
def test_code_stays_within_its_span(text: str, span: str) -> None:
    assert code(text) == span


def test_prose_is_no_markup() -> None:
    assert prose("<img> [x](y) *a* _b_ | # `c`") == "\\<img\\> \\[x\\](y) \\*a\\* \\_b\\_ \\| \\# \\`c\\`"


def test_a_mixed_stop_names_both_sides_and_the_places_it_stands_for(tmp_path: Path) -> None:
    plan = replace(sample.plan(), stops=(sample.mixed_stop(),))
    text = as_markdown(make_report(plan, sample.changes(), tmp_path, "0.1.0"))
    assert "  - becomes async: `sync:Redis.execute (sync.py:9)`\n  - is async: `aio:Redis.execute (aio.py:4)`\n" in text
    assert "  - sites: `commands.py:4`, `commands.py:7`\n" in text
