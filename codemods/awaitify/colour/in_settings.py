"""Where a setting names a function: ``handler: handlers.get_rate``, ``eur = "rates.plugins:euro"``. Who calls it isn't known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from awaitify.index.program import Program
from awaitify.index.summary import Function

_OUR_OWN = re.compile(rb"^\[+tool\.awaitify\b[^\n]*\n(?:(?!^\[).*\n?)*", re.MULTILINE)
_COMMENT = re.compile(rb"(?m)^\s*[#;].*$")


def named_in_settings(function: Function, program: Program) -> Iterator[tuple[str, int]]:
    """The files that name the function with its module, each with the line."""
    if function.is_nested:
        return
    home = PurePosixPath(function.module.path).with_suffix("").parts
    home = home[:-1] if home[-1] == "__init__" else home
    if not home:
        return
    named = re.compile(
        rb"(?<![\w./-])((?:[\w.-]+[./])*"
        + re.escape(home[-1].encode())
        + rb")[.:]"
        + re.escape(function.qualname.encode())
        + rb"(?![\w.])"
    )
    for path, data in program.settings.items():
        if function.node.name.encode() not in data:
            continue
        text = _OUR_OWN.sub(_blank, _COMMENT.sub(_blank, data))
        for found in named.finditer(text):
            if _is_end_of(found[1].decode(errors="replace"), home):
                yield path, data[: found.start()].count(b"\n") + 1
                break


def _is_end_of(written: str, home: tuple[str, ...]) -> bool:
    """Whether ``svc/handlers`` may be the module at ``src/svc/handlers.py``, seen from a folder above or below the root."""
    parts = tuple(part for part in re.split(r"[./]", written) if part)
    shared = min(len(parts), len(home))
    return parts[-shared:] == home[-shared:]


def _blank(found: re.Match[bytes]) -> bytes:
    """As many characters and lines, with nothing in them."""
    return re.sub(rb"[^\n]", b" ", found[0])
