"""What could steer a terminal is spelled out; what is plain text stays."""

from __future__ import annotations

import pytest

from awaitify.review.visible import counted, padding, visible, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\r", "a\\x0ab\\x0d"),
        ("\x9b31m\x7f\x00", "\\x9b31m\\x7f\\x00"),
        ("if admin:\u202e", "if admin:\\u202e"),
        ("\u2028", "\\u2028"),
        ("caf\udce9.py", "caf\\udce9.py"),
    ],
)
def test_control_characters_are_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_ordinary_text_stays_as_it_is() -> None:
    assert visible("\tif naïve: '天气 🌦'") == "\tif naïve: '天气 🌦'"


def test_line_ends_stay_where_they_are_wanted() -> None:
    assert visible("a\nb\x1b", keep="\n") == "a\nb\\x1b"


def test_padding_is_as_wide_as_the_text_and_keeps_tabs() -> None:
    assert padding("\ta天") == "\t   "
    assert width("天e\u0301") == 3


def test_numbers_agree_with_their_noun() -> None:
    assert (counted(0, "file"), counted(1, "file"), counted(12478, "doubt")) == ("0 files", "1 file", "12,478 doubts")
