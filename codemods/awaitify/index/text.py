"""Finds files by their text, before anything is parsed: who mentions a word, and who writes ``class X(Y)``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice

_CLASS = re.compile(rb"class[ \t]+(\w+)[ \t\\\r\n]*(?:\[[^\]]*\])?[ \t\\\r\n]*\(")
_BRACKET_OR_COMMENT = re.compile(rb"[()]|#[^\n]*")
_CLASS_NAME = re.compile(rb"^[ \t]*class[ \t]+(\w+)", re.MULTILINE)
_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)
_RENAMED = re.compile(rb" as[ \t]+(\w+)")
_ALIAS = re.compile(rb"=[ \t]*(?:\w+\.)*([A-Z]\w*)[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
_SET = re.compile(rb"\.\w+(?:, [\w.]+)* ?=(?!=)")
_SET_OTHERWISE = (
    (b"setattr(", re.compile(rb"setattr\([^,\n]+,\s*[\"'](\w+)")),
    (b"__dict__[", re.compile(rb"__dict__\[[\"'](\w+)")),
    (b"globals()[", re.compile(rb"globals\(\)\[[\"'](\w+)")),
    (b"vars(", re.compile(rb"vars\([^()\n]*\)(?:\[[\"']|\.update\()(\w+)")),
    (b"for ", re.compile(rb"for \w+\.(\w+)")),
    (b" as ", re.compile(rb" as \w+\.(\w+)")),
)
"""What stands in a text that sets an attribute in another way, and how; a pattern that begins with a word is found quickly."""
_PROPERTY = re.compile(rb"@[\w.]*property\b[^\n]*\n(?:[ \t]*(?:[@#][^\n]*|\r)?\n)*[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)")
_LAST_WORD = re.compile(rb"(\w+)[ \t]*$")
_FIRST_WORD = re.compile(rb"[ \t]*(\w+)")
_WORD = re.compile(rb"\w+")
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(range(128, 256))


@dataclass(frozen=True, slots=True)
class ClassText:
    """What the text of one file says of classes: each ``class X(Y, Z)``, the other names that ``X`` is given, what is
    set on objects from outside, and what is a property."""

    lines: tuple[tuple[str, tuple[str, ...]], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    assigned: tuple[str, ...] = ()
    """The attributes that are assigned to through another name than ``self``, directly or by their name in a string."""
    properties: tuple[str, ...] = ()
    """The names of methods that are run by reading them."""


_MANY = 100
"""Where only few files would be looked at, no more than so many are counted."""


@dataclass(frozen=True, slots=True, order=True)
class ClassLine:
    """A ``class X(Y, Z)`` as its text says: the file, the name, and the words between the parentheses."""

    path: str
    name: str
    bases: tuple[str, ...]


class TextIndex:
    """All the files' bytes, searched by word; each word is looked up once.

    All that was asked is kept, to be asked again of a file that has changed: see ``trace``. What somebody reads in
    ``files`` is in ``read``; the methods here look into the bytes behind its back. *known* is what the texts of files
    are known to say of classes.
    """

    def __init__(self, files: Mapping[str, bytes], known: Mapping[str, ClassText] | None = None) -> None:
        self.read: set[str] = set()
        self.files: Mapping[str, bytes] = _Watched(files, self.read)
        self.class_texts: dict[str, ClassText] = {}
        self.imports_by_path: dict[str, frozenset[str]] | None = None
        self._data = files
        self._known = known or {}
        self._paths: dict[str, tuple[str, ...]] = {}
        self._classes: dict[str, list[ClassLine]] | None = None
        self._renamed: dict[str, set[str]] = {}
        self._assigning: dict[str, list[str]] = {}
        self._properties: frozenset[str] = frozenset()
        self._many: dict[str, tuple[str, ...]] = {}
        self._below: dict[str, frozenset[ClassLine]] = {}
        self._defining: dict[str, tuple[str, ...]] = {}

    def mentioning(self, word: str) -> tuple[str, ...]:
        """The paths of the files in which *word* stands as a whole word, in order."""
        if word not in self._paths:
            self._paths[word] = tuple(self._search(word.encode())) if word else ()
        return self._paths[word]

    def number_mentioning(self, word: str, most: int) -> int:
        """How many files mention *word*; the search ends at *most*."""
        if word in self._paths or most > _MANY:
            return min(most, len(self.mentioning(word)))
        if word not in self._many:
            found = tuple(islice(self._search(word.encode()), _MANY + 1))
            if len(found) <= _MANY:
                self._paths[word] = found
                return min(most, len(found))
            self._many[word] = found
        return most

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
        return b"\n".join(self._data.values()) + b"\n"

    @cached_property
    def _starts(self) -> list[int]:
        """Where each file begins in the joined text, and where the last one ends."""
        return list(accumulate((len(data) + 1 for data in self._data.values()), initial=0))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self._data)

    @cached_property
    def imported(self) -> frozenset[str]:
        """The top-level modules that the program imports anywhere."""
        self.imports_by_path = {path: imports(data) for path, data in self._data.items()}
        return frozenset[str]().union(*self.imports_by_path.values())

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
            pattern = _definition(word)
            self._defining[word] = tuple(path for path in self.mentioning(word) if pattern.search(self._data[path]))
        return self._defining[word]

    def assigning(self, attribute: str) -> tuple[str, ...]:
        """The paths of the files in which *attribute* may be set through another name than ``self``; too many, never too few."""
        if self._classes is None:
            self._classes = self._read_classes()
        return tuple(self._assigning.get(attribute, ()))

    @property
    def properties(self) -> frozenset[str]:
        """The names of all properties."""
        if self._classes is None:
            self._classes = self._read_classes()
        return self._properties

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
        for path, data in self._data.items():
            text = self.class_texts[path] = self._known.get(path) or class_text(data)
            for name, bases in text.lines:
                line = ClassLine(path, name, bases)
                for base in bases:
                    by_base.setdefault(base, []).append(line)
            for old, new in text.renamed:
                self._renamed.setdefault(old, set()).add(new)
            for attribute in text.assigned:
                self._assigning.setdefault(attribute, []).append(path)
        self._properties = frozenset(name for text in self.class_texts.values() for name in text.properties)
        return by_base

    @property
    def has_new_class_texts(self) -> bool:
        """Whether more was read of classes than was known before."""
        return not self.class_texts.keys() <= self._known.keys()

    @property
    def mentions(self) -> Mapping[str, tuple[str, ...]]:
        """The words that were looked for so far, with the files that mention them."""
        return self._paths

    @property
    def many(self) -> Mapping[str, tuple[str, ...]]:
        """The words of which only that they are in many files was asked, with as many files as it took to see that."""
        return self._many

    @property
    def definitions(self) -> Mapping[str, tuple[str, ...]]:
        """The words of which a definition was looked for, with the files that may have one."""
        return self._defining


def class_text(data: bytes) -> ClassText:
    """What the text of a file says of classes."""
    lines = tuple(_class_lines(data)) if b"class" in data else ()
    renamed = tuple(
        (old.decode(errors="replace"), new.decode(errors="replace"))
        for old, new in (*_renamed(data), *_aliases(data))
        if old != new
    )
    assigned = tuple(sorted({name.decode(errors="replace") for name in _assigned(data)}))
    properties = tuple(sorted({name.decode(errors="replace") for name in _properties(data)}))
    found = ClassText(lines, renamed, assigned, properties)
    return _NO_CLASSES if found == _NO_CLASSES else found


def imports(data: bytes) -> frozenset[str]:
    """The top-level modules that the text of a file imports."""
    return frozenset(name.decode(errors="replace") for name in _IMPORT.findall(data))


def may_define(data: bytes, word: str) -> bool:
    """Whether the text of a file mentions *word*, and may bind it."""
    return has_word(data, word.encode()) and bool(_definition(word).search(data))


def _definition(word: str) -> re.Pattern[bytes]:
    name = re.escape(word.encode())
    return re.compile(
        rb"\b(?:def|class)[\s\\]+" + name + rb"\b"
        rb"|(?<![\w.\"'])" + name + rb"(?!\w)(?![ \t]*\()"
        rb"|\." + name + rb"[ \t]*(?:[=:,)\]#\\\r\n]|in\b|$)"
    )


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


def _assigned(data: bytes) -> Iterator[bytes]:
    """``shop.client = x``, ``setattr(shop, "client", x)``, ``vars(shop).update(client=x)``"""
    for match in _SET.finditer(data):
        if not data.endswith(b"self", 0, match.start()):
            yield from match[0].replace(b" ", b"").strip(b".=").replace(b",", b".").split(b".")
    for word, pattern in _SET_OTHERWISE:
        if word in data:
            yield from pattern.findall(data)


def _properties(data: bytes) -> Iterator[bytes]:
    """The names below ``@property``, ``@abc.abstractproperty``, ``@cached_property``."""
    return (match[1] for match in _PROPERTY.finditer(data)) if b"property" in data else iter(())


def _class_lines(data: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    for match in _CLASS.finditer(data):
        if data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].strip(b" \t\f"):
            continue  # not the first word of its line
        words = tuple(word.decode(errors="replace") for word in _WORD.findall(_up_to_closing(data, match.end())))
        yield match[1].decode(errors="replace"), words


_NO_CLASSES = ClassText()


class _Watched(Mapping[str, bytes]):
    """The files' bytes, noting whose are read; to list the paths or to ask for one is not to read."""

    def __init__(self, files: Mapping[str, bytes], read: set[str]) -> None:
        self._files = files
        self._read = read

    def __getitem__(self, path: str) -> bytes:
        data = self._files[path]
        self._read.add(path)
        return data

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, path: object) -> bool:
        return path in self._files


def _up_to_closing(data: bytes, start: int) -> bytes:
    """What stands between a bracket that was opened before *start* and its closing one."""
    depth = 1
    for match in _BRACKET_OR_COMMENT.finditer(data, start):
        depth += {b"(": 1, b")": -1}.get(match[0], 0)
        if depth == 0:
            return data[start : match.start()]
    return data[start : start + 1000]
