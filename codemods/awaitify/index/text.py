"""Finds files by their text, before anything is parsed: who mentions a word, and who writes ``class X(Y)``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

_CLASS = re.compile(rb"class[ \t]+(\w+)[ \t\\\r\n]*(?:\[[^\]]*\])?[ \t\\\r\n]*\(")
_BRACKET_OR_COMMENT = re.compile(rb"[()]|#[^\n]*")
_CLASS_NAME = re.compile(rb"^[ \t]*class[ \t]+(\w+)", re.MULTILINE)
_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)
_RENAMED = re.compile(rb" as[ \t]+(\w+)")
_ALIAS = re.compile(rb"=[ \t]*(?:\w+\.)*([A-Z]\w*)[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
_LAST_WORD = re.compile(rb"(\w+)[ \t]*$")
_FIRST_WORD = re.compile(rb"[ \t]*(\w+)")
_WORD = re.compile(rb"\w+")
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(range(128, 256))


@dataclass(frozen=True, slots=True, order=True)
class ClassLine:
    """A ``class X(Y, Z)`` as its text says: the file, the name, and the words between the parentheses."""

    path: str
    name: str
    bases: tuple[str, ...]


class TextIndex:
    """All the files' bytes, searched by word; each word is looked up once."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._paths: dict[str, tuple[str, ...]] = {}
        self._classes: dict[str, list[ClassLine]] | None = None
        self._renamed: dict[str, set[str]] = {}
        self._below: dict[str, frozenset[ClassLine]] = {}
        self._defining: dict[str, tuple[str, ...]] = {}

    def mentioning(self, word: str) -> tuple[str, ...]:
        """The paths of the files in which *word* stands as a whole word, in order."""
        if word not in self._paths:
            self._paths[word] = tuple(self._search(word.encode())) if word else ()
        return self._paths[word]

    def _search(self, word: bytes) -> Iterator[str]:
        """One search over all files joined: thousands of searches in small files cost several times as much."""
        at = self._joined.find(word)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            end = self._starts[number + 1]
            if _is_word(self._joined, at, at + len(word)):
                yield self._names[number]
                at = self._joined.find(word, end)
            else:
                at = self._joined.find(word, at + 1)

    @cached_property
    def _joined(self) -> bytes:
        return b"\n".join(self.files.values()) + b"\n"

    @cached_property
    def _starts(self) -> list[int]:
        """Where each file begins in the joined text, and where the last one ends."""
        return list(accumulate((len(data) + 1 for data in self.files.values()), initial=0))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.files)

    @cached_property
    def imported(self) -> frozenset[str]:
        """The top-level modules that the program imports anywhere."""
        found = {name for data in self.files.values() for name in _IMPORT.findall(data)}
        return frozenset(name.decode(errors="replace") for name in found)

    def may_supply(self, name: str, attribute: str) -> Iterator[str]:
        """The paths of the files that may define *attribute* in a class below class *name*, or in another base of one."""
        below = self.subclass_lines(name)
        names_below = {line.name for line in below}
        for path in self.defining(attribute):
            here = {found.decode(errors="replace") for found in _CLASS_NAME.findall(self.files[path])}
            if not here.isdisjoint(names_below) or any(not below.isdisjoint(self.subclass_lines(c)) for c in here):
                yield path

    def defining(self, word: str) -> tuple[str, ...]:
        """The paths of the files in which *word* may be bound, as a name or through ``self``; too many, never too few.

        A name is bound after ``def`` or ``class``, or where it stands alone and isn't called; an attribute where ``=``,
        ``:``, a comma, a closing bracket, ``in`` or the end of the line follows.
        """
        if word not in self._defining:
            name = re.escape(word.encode())
            pattern = re.compile(
                rb"\b(?:def|class)[\s\\]+" + name + rb"\b"
                rb"|(?<![\w.\"'])" + name + rb"(?!\w)(?![ \t]*\()"
                rb"|\." + name + rb"[ \t]*(?:[=:,)\]#\\\r\n]|in\b|$)"
            )
            self._defining[word] = tuple(path for path in self.mentioning(word) if pattern.search(self.files[path]))
        return self._defining[word]

    def subclass_lines(self, name: str) -> frozenset[ClassLine]:
        """The classes that may have *name* among their ancestors, by the words in their text; too many, never too few."""
        if name not in self._below:
            self._below[name] = frozenset(self._walk_down(name))
        return self._below[name]

    def _walk_down(self, name: str) -> Iterator[ClassLine]:
        if self._classes is None:
            self._classes = self._read_classes()
        seen, queue = {name}, [name]
        while queue:
            base = queue.pop()
            for alias in self._renamed.get(base, ()):
                if alias not in seen:
                    seen.add(alias)
                    queue.append(alias)
            for line in self._classes.get(base, ()):
                yield line
                if line.name not in seen:
                    seen.add(line.name)
                    queue.append(line.name)

    def _read_classes(self) -> dict[str, list[ClassLine]]:
        by_base: dict[str, list[ClassLine]] = {}
        for path, data in self.files.items():
            if b"class" in data:
                for line in _class_lines(path, data):
                    for base in line.bases:
                        by_base.setdefault(base, []).append(line)
            for old, new in (*_renamed(data), *_aliases(data)):
                if old != new:
                    self._renamed.setdefault(old.decode(errors="replace"), set()).add(new.decode(errors="replace"))
        return by_base


def has_word(data: bytes, word: bytes) -> bool:
    """Whether *word* stands in *data* with no letter, digit or underscore on either side."""
    at = data.find(word)
    while at >= 0:
        if _is_word(data, at, at + len(word)):
            return True
        at = data.find(word, at + 1)
    return False


def _is_word(data: bytes, start: int, end: int) -> bool:
    before_ok = start == 0 or data[start - 1] not in _WORD_BYTES
    return before_ok and (end == len(data) or data[end] not in _WORD_BYTES)


def _renamed(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """``Base as B``: the old name and the new one."""
    for match in _RENAMED.finditer(data):
        before = _LAST_WORD.search(data[max(0, match.start() - 100) : match.start()])
        if before:
            yield before[1], match[1]


def _aliases(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """``B = shop.Base`` on a line of its own: the old name and the new one."""
    for match in _ALIAS.finditer(data):
        name = _FIRST_WORD.match(data, data.rfind(b"\n", 0, match.start()) + 1)
        if name:
            yield match[1], name[1]


def _class_lines(path: str, data: bytes) -> Iterator[ClassLine]:
    for match in _CLASS.finditer(data):
        if data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].strip(b" \t\f"):
            continue  # not the first word of its line
        words = tuple(word.decode(errors="replace") for word in _WORD.findall(_up_to_closing(data, match.end())))
        yield ClassLine(path, match[1].decode(errors="replace"), words)


def _up_to_closing(data: bytes, start: int) -> bytes:
    """What stands between a bracket that was opened before *start* and its closing one."""
    depth = 1
    for match in _BRACKET_OR_COMMENT.finditer(data, start):
        depth += {b"(": 1, b")": -1}.get(match[0], 0)
        if depth == 0:
            return data[start : match.start()]
    return data[start : start + 1000]
