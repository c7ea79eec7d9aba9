"""The white space inside brackets, where line breaks and comments may stand."""

from __future__ import annotations

import libcst as cst

Space = cst.BaseParenthesizableWhitespace


def without_comment(space: Space) -> Space:
    """The same line break and indent, with no comment and no empty lines."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    return space.with_changes(first_line=cst.TrailingWhitespace(newline=space.first_line.newline), empty_lines=())


def holds_a_comment(space: Space) -> bool:
    """Whether a comment stands in it."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return False
    return space.first_line.comment is not None or any(line.comment for line in space.empty_lines)


def continued_like(own: Space, other: Space) -> Space:
    """*own* comment, but the next line begins as it does after *other*."""
    if isinstance(own, cst.ParenthesizedWhitespace) and isinstance(other, cst.ParenthesizedWhitespace):
        return own.with_changes(indent=other.indent, last_line=other.last_line)
    return own if holds_a_comment(own) else without_comment(other)
