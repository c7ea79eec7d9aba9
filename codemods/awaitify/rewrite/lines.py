"""Comment lines, empty lines and pieces of source: what stands between and around statements."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import TypeVar

import libcst as cst

Line = cst.SimpleStatementLine | cst.BaseCompoundStatement

_L = TypeVar("_L", bound=Line)

BLANK = cst.EmptyLine(indent=False)


def parse_lines(text: str) -> tuple[Line, ...]:
    """The statements of a piece of source, with the comments above the first; indented as they will stand.

    Raises ValueError, or LibCST's ParserSyntaxError, for text that is none.
    """
    module = cst.parse_module(textwrap.dedent(text).strip("\n") + "\n")
    if not module.body:
        raise ValueError("there is no statement to add")
    first, *others = (line_of(statement) for statement in module.body)
    first = with_leading(first, (*module.header, *leading(first)))
    return tuple(with_leading(line, map(_unindented, leading(line))) for line in (first, *others))


def parse_line(kind: type[_L], text: str) -> _L:
    """The one statement that *text* is. Raises ValueError where it is another *kind*, or several."""
    line, *others = parse_lines(text)
    if others or not isinstance(line, kind):
        raise ValueError(f"{text!r} isn't one {kind.__name__}")
    return line


def line_of(statement: cst.BaseStatement) -> Line:
    """*statement*, which stands in a block: every one there is a line or a compound statement."""
    assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement), statement
    return statement


def leading(line: Line) -> tuple[cst.EmptyLine, ...]:
    """The empty lines and comments above a statement."""
    lines: Sequence[cst.EmptyLine] = line.leading_lines
    return tuple(lines)


def with_leading(line: Line, lines: Iterable[cst.EmptyLine]) -> Line:
    """The statement below other empty lines and comments."""
    return line.with_changes(leading_lines=tuple(lines))


def core(line: cst.BaseStatement) -> cst.CSTNode:
    """What of a statement stays the same object when the lines above it change."""
    match line:
        case cst.SimpleStatementLine(body=[first, *_]):
            return first
        case cst.FunctionDef(body=body):
            return body
    return line


def add_comments(
    lines: Sequence[cst.EmptyLine], comments: Iterable[str], above: Sequence[cst.EmptyLine] = ()
) -> tuple[cst.EmptyLine, ...]:
    """*lines* with one more for each of *comments* (``# …``) that isn't there yet, nor in the lines *above* them."""
    there = {line.comment.value for line in (*above, *lines) if line.comment}
    return (*lines, *[cst.EmptyLine(comment=cst.Comment(new)) for new in dict.fromkeys(comments) if new not in there])


def blanks(lines: Iterable[cst.EmptyLine]) -> int:
    """How many empty lines there are before the first comment."""
    return sum(1 for _ in takewhile(lambda line: line.comment is None, lines))


def at_least_blank(line: Line, count: int) -> Line:
    """The statement with *count* empty lines above it and its comments, or more."""
    missing = count - blanks(leading(line))
    return with_leading(line, (*[BLANK] * missing, *leading(line)))


def is_definition(line: cst.BaseStatement) -> bool:
    """A function or class, which stands two lines away from its neighbours."""
    return isinstance(line, cst.FunctionDef | cst.ClassDef)


def _unindented(line: cst.EmptyLine) -> cst.EmptyLine:
    """An empty line stays empty when the statement below it is indented."""
    return line if line.comment else BLANK
