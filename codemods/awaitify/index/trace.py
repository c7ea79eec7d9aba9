"""What did the analysis come to know of the files' text, and would it have come to know the same of another text?

An answer that was worked out from a program holds as long as all that was seen of the program is as it was. A file that
was parsed was seen whole. Of all the others only this was seen: whether they mention the words that were looked for,
whether they may define them, their ``class X(Y)`` lines and the modules they import. A change that touches none of it
can't have been noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.index.text import ClassText, class_text, has_word, imports, may_define
from awaitify.source.snapshot import hash_of

if TYPE_CHECKING:
    from awaitify.index.program import Program

_Words = frozenset[str]
_NO_WORDS: _Words = frozenset()


@dataclass(frozen=True, slots=True)
class Trace:
    """All that was asked of the files, with the answers by path."""

    whole: frozenset[str]
    """The files that were read as a whole."""
    words: _Words
    mentioned: Mapping[str, _Words]
    """The words that a file mentions, of those that were looked for."""
    many: Mapping[str, _Words]
    """The words that a file was one of many to mention, where no more was asked."""
    definitions: _Words
    """The words of which a definition was looked for."""
    defined: Mapping[str, _Words]
    classes: Mapping[str, bytes] | None
    """The hash of what a file's text says of classes, where it says something; None when nobody asked."""
    imports: Mapping[str, _Words] | None


def trace_of(program: Program) -> Trace:
    """What was asked of the program so far."""
    text = program.text
    whole = frozenset(text.read) | program.asked
    return Trace(
        whole=whole,
        words=frozenset(text.mentions),
        mentioned=_by_path(text.mentions, whole),
        many=_by_path(text.many, whole),
        definitions=frozenset(text.definitions),
        defined=_by_path(text.definitions, whole),
        classes=_hashes(text.class_texts, whole) if text.class_texts else None,
        imports=text.imports_by_path,
    )


def holds(trace: Trace, path: str, data: bytes) -> bool:
    """Whether the same would have been found with *data* in the file at *path*."""
    return (
        path not in trace.whole
        and _has_the_same_words(trace, path, data)
        and (trace.classes is None or _hash(class_text(data)) == trace.classes.get(path))
        and (trace.imports is None or imports(data) == trace.imports[path])
    )


def _has_the_same_words(trace: Trace, path: str, data: bytes) -> bool:
    mentioned = trace.mentioned.get(path, _NO_WORDS)
    if any(has_word(data, word.encode()) != (word in mentioned) for word in trace.words if word):
        return False
    if not all(has_word(data, word.encode()) for word in trace.many.get(path, _NO_WORDS)):
        return False
    defined = trace.defined.get(path, _NO_WORDS)
    return all(may_define(data, word) == (word in defined) for word in trace.definitions & mentioned)


def _by_path(answers: Mapping[str, tuple[str, ...]], whole: frozenset[str]) -> dict[str, _Words]:
    """The answers turned round, for the files that weren't read as a whole."""
    words: dict[str, list[str]] = {}
    for word, paths in answers.items():
        for path in paths:
            if path not in whole:
                words.setdefault(path, []).append(word)
    return {path: frozenset(some) for path, some in words.items()}


def _hashes(texts: Mapping[str, ClassText], whole: frozenset[str]) -> dict[str, bytes]:
    hashes = ((path, _hash(text)) for path, text in texts.items() if path not in whole)
    return {path: found for path, found in hashes if found is not None}


def _hash(text: ClassText) -> bytes | None:
    return hash_of(repr(text).encode()) if text != ClassText() else None
