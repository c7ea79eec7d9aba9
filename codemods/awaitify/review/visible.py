"""Text from a stranger's program, made safe to show: what could steer a terminal is spelled out."""

from __future__ import annotations

import re
import unicodedata

_STEERING = re.compile(
    "[\x00-\x08\n-\x1f\x7f-\x9f"  # C0 and C1 controls but the tab: colours, cursor moves, titles
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the order of what follows: the text shown isn't the text that runs
    "\u2028\u2029\ufeff\ud800-\udfff]"  # line ends for some, a byte order mark, bytes of a file name that are no text
)


def visible(text: str, keep: str = "") -> str:
    r"""*text* with control characters as ``\x1b`` or ``\u202e``; tabs, and the characters in *keep*, stay."""
    return _STEERING.sub(lambda found: found[0] if found[0] in keep else _spelled(ord(found[0])), text)


def _spelled(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def padding(shown: str) -> str:
    """White space as wide as *shown* is on a terminal; its tabs stay tabs."""
    return "".join("\t" if character == "\t" else " " * _width(character) for character in shown)


def width(shown: str) -> int:
    """How many columns *shown* takes on a terminal."""
    return sum(map(_width, shown))


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def counted(number: int, word: str) -> str:
    """``1 file``, ``2 files``, ``12,478 doubts``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
