"""What an earlier run left to a person: ``# awaitify: todo[AW201] …`` above a statement."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.index.program import Program
from awaitify.index.summary import FunctionNode, Module
from awaitify.names import Place, Span

_MARK = re.compile(r"#\s*awaitify: todo\[(AW\d+)\]\s*(.*?)\s*")


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark: the code of what is to be dealt with, and the comment's own words."""

    place: Place
    code: str
    text: str


def mark_comment(code: str, text: str) -> str:
    """The comment, without its ``#``."""
    return f"awaitify: todo[{code}] {text}"


def all_marks(program: Program) -> Iterator[Marked]:
    """Every mark in the program, in the order of the files."""
    for path in program.text.mentioning("awaitify"):
        module = program.module_at(path) if b"awaitify: todo[" in program.text.files[path] else None
        if module is not None:
            yield from _marks_in(module)


def codes_above(node: ast.AST, module: Module) -> frozenset[str]:
    """The codes that are marked in the comments right above the innermost statement around *node*."""
    current = node
    while not isinstance(current, ast.stmt):
        current = module.parents[current]
    return frozenset(mark[1] for mark in map(_MARK.fullmatch, _comments_above(current, module)) if mark is not None)


def _comments_above(statement: ast.stmt, module: Module) -> Iterator[str]:
    decorators = statement.decorator_list if isinstance(statement, FunctionNode | ast.ClassDef) else []
    line = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    while line > 1 and (comment := module.lines[line - 2].strip()).startswith("#"):
        yield comment
        line -= 1


def _marks_in(module: Module) -> Iterator[Marked]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
            if token.type == tokenize.COMMENT and (mark := _MARK.fullmatch(token.string)) is not None:
                span = Span(*token.start, *token.end)
                yield Marked(Place(module.path, span), mark[1], mark[2])
    except (tokenize.TokenError, SyntaxError):  # what ast parses and tokenize doesn't
        return
