"""``# awaitify: ignore[…]`` comments, well formed and not."""

from __future__ import annotations

import pytest

from awaitify.chains.ignores import ignores_in, speaks_of


def test_codes_and_reason_are_read() -> None:
    (found,) = ignores_in("app.py", "x = 1  # awaitify: ignore[AW101, aw104] the probe is local\n")
    assert (found.codes, found.reason, found.line) == (frozenset({"AW101", "AW104"}), "the probe is local", 1)
    assert speaks_of(found, "AW104", 1, 1)
    assert not speaks_of(found, "AW105", 1, 1)
    assert not speaks_of(found, "AW104", 2, 2)


def test_alone_it_speaks_of_the_next_line() -> None:
    (found,) = ignores_in("app.py", "# awaitify: ignore[AW105]\nopen(1)\n")
    assert speaks_of(found, "AW105", 2, 4)
    assert not speaks_of(found, "AW105", 1, 1)


def test_in_a_call_of_several_lines_it_may_stand_in_any() -> None:
    (found,) = ignores_in("app.py", "sleep(\n    1,  # awaitify: ignore[AW104]\n)\n")
    assert speaks_of(found, "AW104", 1, 3)


@pytest.mark.parametrize(
    ("comment", "words"),
    [("ignore", "names no code"), ("ignore[]", "names no code"), ("ignore[AW999] x", "there is no code AW999")],
)
def test_what_means_nothing_is_said(comment: str, words: str) -> None:
    (found,) = ignores_in("app.py", f"x = 1  # awaitify: {comment}\n")
    assert words in found.problem
    assert not speaks_of(found, "AW101", 1, 1)


def test_text_in_a_string_is_no_comment() -> None:
    assert not list(ignores_in("app.py", 'x = "# awaitify: ignore[AW101]"\n'))


def test_a_file_that_cannot_be_read_as_python_has_none() -> None:
    assert not list(ignores_in("app.py", "# awaitify: ignore[AW101]\nx = (\n"))
