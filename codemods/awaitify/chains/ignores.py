"""``# awaitify: ignore[AW101] reason``: the comments with which a program says that a finding may stay."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.chains.table import CODES

_MARK = re.compile(r"#\s*awaitify:\s*ignore\b(?P<rest>.*)")
_RULE = re.compile(r"\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment: the lines it speaks of, the codes and the reason. *problem* says what is wrong with it."""

    path: str
    line: int
    codes: frozenset[str]
    reason: str = ""
    problem: str = ""
    is_alone: bool = False
    """Whether nothing else stands in its line: then it speaks of the next one."""


def ignores_in(path: str, text: str) -> Iterator[Ignore]:
    """The comments of one file."""
    if "awaitify:" not in text:
        return
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        if token.type == tokenize.COMMENT and (mark := _MARK.search(token.string)) is not None:
            yield _ignore(path, token.start[0], mark["rest"], not token.line[: token.start[1]].strip())


def _ignore(path: str, line: int, rest: str, is_alone: bool) -> Ignore:
    rule = _RULE.match(rest)
    if rule is None:
        return Ignore(path, line, frozenset(), problem="it names no code: # awaitify: ignore[AW101] reason")
    codes = frozenset(code.strip().upper() for code in rule["codes"].split(",") if code.strip())
    if unknown := sorted(codes - set(CODES)):
        return Ignore(path, line, frozenset(), problem=f"there is no code {unknown[0]}; known are {', '.join(CODES)}")
    if not codes:
        return Ignore(path, line, frozenset(), problem="it names no code: # awaitify: ignore[AW101] reason")
    return Ignore(path, line, codes, rule["reason"].strip(), is_alone=is_alone)


def speaks_of(ignore: Ignore, code: str, first: int, last: int) -> bool:
    """Whether the comment is about a call in the lines from *first* to *last*."""
    lines = (first,) if ignore.is_alone else range(first, last + 1)
    return code in ignore.codes and ignore.line + ignore.is_alone in lines
