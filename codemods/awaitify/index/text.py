"""Finds files by their text, before anything is parsed: who mentions a word, and who writes ``class X(Y)``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

_CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t\\\r\n]*(?:\[[^\]]*\])?[ \t\\\r\n]*\(", re.MULTILINE)
_BRACKET_OR_COMMENT = re.compile(rb"[()]|#[^\n]*")
_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)
_RENAMED = re.compile(rb"\b(\w+)[ \t]+as[ \t]+(\w+)")
_ALIAS = re.compile(rb"^[ \t]*(\w+)[ \t]*(?::[^=\n]*)?=[ \t]*(?:\w+\.)*(\w+)[ \t]*$", re.MULTILINE)
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
            needle = word.encode()
            self._paths[word] = tuple(path for path, data in self.files.items() if has_word(data, needle))
        return self._paths[word]

    @cached_property
    def imported(self) -> frozenset[str]:
        """The top-level modules that the program imports anywhere."""
        found = {name for data in self.files.values() for name in _IMPORT.findall(data)}
        return frozenset(name.decode(errors="replace") for name in found)

    def defining(self, word: str) -> tuple[str, ...]:
        """The paths of the files in which *word* may be defined: after ``def`` or ``class``, or before ``=``, ``:`` or ``,``."""
        if word not in self._defining:
            pattern = re.compile(
                rb"\b(?:def|class|as|import)[ \t]+" + word.encode() + rb"\b|\b" + word.encode() + rb"[ \t]*[=:,]"
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
            if b" as " in data:
                self._note_renamed(_RENAMED.findall(data))
            if b"=" in data:
                self._note_renamed((value, name) for name, value in _ALIAS.findall(data) if value[:1].isupper())
        return by_base

    def _note_renamed(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        for old, new in pairs:
            if old != new:
                self._renamed.setdefault(old.decode(errors="replace"), set()).add(new.decode(errors="replace"))


def has_word(data: bytes, word: bytes) -> bool:
    """Whether *word* stands in *data* with no letter, digit or underscore on either side."""
    at = data.find(word)
    while at >= 0:
        end = at + len(word)
        before_ok = at == 0 or data[at - 1] not in _WORD_BYTES
        if before_ok and (end == len(data) or data[end] not in _WORD_BYTES):
            return True
        at = data.find(word, at + 1)
    return False


def _class_lines(path: str, data: bytes) -> Iterator[ClassLine]:
    for match in _CLASS.finditer(data):
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
