"""A file's change as a patch, byte for byte what ``git apply`` takes, and as lines to read."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from awaitify.review.visible import visible
from awaitify.rewrite.change import FileChange


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring old lines and what takes their place; *line* is the first old one's number, from 1.

    When nothing is removed, *line* is that of the old line the new ones are put before.
    """

    line: int
    removed: int
    added: int


def unified_diff(change: FileChange) -> bytes:
    """The change as a patch that ``git apply`` takes: applying it to ``change.old`` gives exactly ``change.new``.

    Lines end at ``\\n`` and nowhere else, as for git: a carriage return, a form feed or a U+2028 belongs to its line.
    Empty when nothing changed.
    """
    if change.old == change.new:
        return b""
    old, new = _lines(change.old), _lines(change.new)
    hunks = SequenceMatcher(None, old, new).get_grouped_opcodes(3)
    return b"".join([_header(change.path), *(_hunk(codes, old, new) for codes in hunks)])


def by_file(changes: tuple[FileChange, ...], root: Path) -> tuple[FileChange, ...]:
    """The changes of the files that these paths really are, each once: git takes no patch for a link to a file."""
    found = {change.path: change for change in changes if not (root / change.path).is_symlink()}
    for change in changes:
        path = (root / change.path).resolve().relative_to(root.resolve()).as_posix()
        found.setdefault(path, replace(change, source=replace(change.source, path=path)))
    return tuple(found[path] for path in sorted(found))


def patch(changes: tuple[FileChange, ...]) -> bytes:
    """One patch for all changes, to be applied in the project's root."""
    return b"".join(unified_diff(change) for change in changes)


def shown_diff(change: FileChange) -> tuple[str, ...]:
    """The patch as lines to show: decoded as the file is, control characters spelled out, no line ends."""
    lines = unified_diff(change).split(b"\n")[:-1]
    return tuple(visible(_decoded(line, change.source.encoding).removesuffix("\r")) for line in lines)


def blocks(change: FileChange) -> tuple[Block, ...]:
    """What changes where; blocks that replace as many lines as they remove come line by line."""
    found: list[Block] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(
        None, _lines(change.old), _lines(change.new)
    ).get_opcodes():
        if tag == "equal":
            continue
        if end - start == new_end - new_start:
            found += [Block(line + 1, 1, 1) for line in range(start, end)]
        else:
            found.append(Block(start + 1, end - start, new_end - new_start))
    return tuple(found)


def _lines(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _header(path: str) -> bytes:
    old, new = _quoted(b"a/" + os.fsencode(path)), _quoted(b"b/" + os.fsencode(path))
    # git ends a name that holds a space with a tab: without it the name would end at the space
    end = b"\t\n" if b" " in old and not old.startswith(b'"') else b"\n"
    return b"diff --git " + old + b" " + new + b"\n--- " + old + end + b"+++ " + new + end


_ESCAPES = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}


def _quoted(name: bytes) -> bytes:
    # "a/caf\303\251.py": as git writes a name with anything but plain ASCII in it
    if all(32 <= byte < 127 and byte not in _ESCAPES for byte in name):
        return name
    return b'"' + b"".join(_ESCAPES.get(byte) or _octal(byte) for byte in name) + b'"'


def _octal(byte: int) -> bytes:
    return bytes([byte]) if 32 <= byte < 127 else b"\\%03o" % byte


_Codes = list[tuple[str, int, int, int, int]]


def _hunk(codes: _Codes, old: list[bytes], new: list[bytes]) -> bytes:
    start, end, new_start, new_end = codes[0][1], codes[-1][2], codes[0][3], codes[-1][4]
    parts = [b"@@ -%s +%s @@\n" % (_range(start, end), _range(new_start, new_end))]
    for tag, i, j, k, m in codes:
        if tag == "equal":
            parts += [_marked(b" ", line) for line in old[i:j]]
        else:
            parts += [_marked(b"-", line) for line in old[i:j]]
            parts += [_marked(b"+", line) for line in new[k:m]]
    return b"".join(parts)


def _range(start: int, end: int) -> bytes:
    length = end - start
    first = start + 1 if length else start
    return b"%d" % first if length == 1 else b"%d,%d" % (first, length)


def _marked(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + b"\n\\ No newline at end of file\n"


def _decoded(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding, "backslashreplace")
    except (LookupError, UnicodeError):
        return line.decode("utf-8", "backslashreplace")
