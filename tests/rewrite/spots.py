"""Spans by the text that stands there, and an apply that fails loudly."""

from __future__ import annotations

import ast
import re
import textwrap

from black.mode import Mode

from awaitify.failure import Failure
from awaitify.names import Span
from awaitify.plan.edit import Edit
from awaitify.rewrite.apply import apply_edits
from awaitify.rewrite.change import FileChange
from awaitify.source.file import SourceFile


def clean(text: str) -> str:
    """A program written indented in a test."""
    return textwrap.dedent(text).lstrip("\n")


def span(text: str, piece: str, number: int = 0) -> Span:
    """Where *piece* stands in *text* for the *number*th time."""
    at = -1
    for _ in range(number + 1):
        at = text.index(piece, at + 1)
    return Span(*_place(text, at), *_place(text, at + len(piece)))


def statement(text: str, piece: str, number: int = 0) -> Span:
    """The whole statement that begins with *piece*."""
    start = span(text, piece, number)
    lines = re.split(r"\r\n?|\n", text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and (node.lineno, node.col_offset) == (start.line, start.column):
            assert node.end_lineno is not None
            end = len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode())
            return Span(start.line, start.column, node.end_lineno, end)
    raise AssertionError(f"no statement begins with {piece!r}")


def source(text: str, path: str = "shop/cart.py") -> SourceFile:
    """A UTF-8 file."""
    return SourceFile(path, text.encode(), text, "utf-8")


def applied(text: str, *edits: Edit, mode: Mode | None = None, path: str = "shop/cart.py") -> str:
    """The text after the edits."""
    change = apply_edits(source(text, path), edits, format_with_black=mode)
    assert isinstance(change, FileChange), str(change)
    return change.new.decode()


def failure(text: str, *edits: Edit) -> Failure:
    """Why the edits can't be made."""
    change = apply_edits(source(text), edits)
    assert isinstance(change, Failure), change.new.decode()
    return change


def _place(text: str, at: int) -> tuple[int, int]:
    before = text[:at].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(before), len(before[-1])
