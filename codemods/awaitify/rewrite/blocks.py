"""Changes to the statements of one block: wrapped in a ``with``, split off into a function, added to a class; a decorator
less."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import libcst as cst

from awaitify.rewrite.lines import (
    BLANK,
    Line,
    core,
    is_definition,
    leading,
    line_of,
    parse_line,
    parse_lines,
    with_leading,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The statements from *first* to *last*, counted one by one through the block, go into ``opening:``, a ``with`` of some kind."""

    first: int
    last: int
    opening: str
    comments: int
    """How many lines stood above the first statement in the original text: they stay above the ``with``."""


def wrap(lines: Sequence[Line], stretches: Iterable[Stretch], indent: str | None) -> list[Line]:
    """*lines* with each stretch in its ``with``; one within another becomes the inner ``with``.

    *indent* is the block's own. Raises ValueError for two that overlap otherwise.
    """
    entries = [_Entry(number, number, line) for number, line in enumerate(lines)]
    for stretch in _from_the_inside(stretches):
        inside = [entry for entry in entries if stretch.first <= entry.first and entry.last <= stretch.last]
        if not inside or (inside[0].first, inside[-1].last) != (stretch.first, stretch.last):
            raise ValueError("two stretches of statements overlap")
        at = entries.index(inside[0])
        block = _with([entry.line for entry in inside], stretch, indent)
        entries[at : at + len(inside)] = [_Entry(stretch.first, stretch.last, block)]
    return [entry.line for entry in entries]


def one_a_line(line: Line) -> list[Line]:
    """``a; b  # c`` → ``a`` and ``b  # c``."""
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) == 1:
        return [line]
    small = [statement.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for statement in line.body]
    return [
        cst.SimpleStatementLine([small[0]], leading_lines=line.leading_lines),
        *[cst.SimpleStatementLine([statement]) for statement in small[1:-1]],
        cst.SimpleStatementLine([small[-1]], trailing_whitespace=line.trailing_whitespace),
    ]


def as_block(suite: cst.BaseSuite, indent: str | None) -> cst.IndentedBlock:
    """The body of a one-line ``if x: return y`` as lines of their own; other bodies as they are."""
    if isinstance(suite, cst.IndentedBlock):
        return suite
    suite = cst.ensure_type(suite, cst.SimpleStatementSuite)
    line = cst.SimpleStatementLine(suite.body, trailing_whitespace=suite.trailing_whitespace)
    return cst.IndentedBlock([line], indent=indent)


def split_function(function: cst.FunctionDef, call: str, header: str) -> tuple[cst.FunctionDef, cst.FunctionDef]:
    """The function with its docstring and *call* alone, and the one below it that takes its body."""
    block = as_block(function.body, None)
    body = [line for statement in block.body for line in one_a_line(line_of(statement))]
    kept = body[:1] if _is_docstring(body[0]) else []
    moved = body[len(kept) :] or [cst.SimpleStatementLine([cst.Pass()])]
    above = leading(moved[0])
    moved[0] = with_leading(moved[0], above[_count_blank(above) :])
    new = parse_line(cst.FunctionDef, f"{header.strip()}\n    pass")
    new_block = cst.IndentedBlock(moved, indent=block.indent, footer=block.footer)
    return (
        function.with_changes(body=block.with_changes(body=[*kept, *parse_lines(call)], footer=())),
        new.with_changes(body=new_block, leading_lines=(BLANK, BLANK)),
    )


def remove_decorator(function: cst.FunctionDef, above: int) -> cst.FunctionDef:
    """The function without the decorator that has *above* others below it; comments on it go above what follows.

    Raises ValueError where there is none.
    """
    at = len(function.decorators) - 1 - above
    if at < 0:
        raise ValueError("it has no decorator that far up")
    gone, below = function.decorators[at], function.decorators[at + 1 :]
    comment = gone.trailing_whitespace.comment
    lines = (*gone.leading_lines, *([cst.EmptyLine(comment=comment)] if comment else []))
    kept = function.decorators[:at]
    if below:
        first = below[0].with_changes(leading_lines=(*lines, *below[0].leading_lines))
        return function.with_changes(decorators=(*kept, first, *below[1:]))
    if kept:
        return function.with_changes(decorators=kept, lines_after_decorators=(*lines, *function.lines_after_decorators))
    above_it = (*function.leading_lines, *lines, *function.lines_after_decorators)
    return function.with_changes(decorators=(), leading_lines=above_it, lines_after_decorators=())


def add_twin(
    was: cst.FunctionDef, now: cst.FunctionDef, test: str, indent: str | None, *, given: bool
) -> tuple[Line, ...]:
    """*now* where *test* holds, and *was*, the same function before it was edited, where it doesn't.

    With *given* the first is returned at once. What stands above the function stays above both.
    """
    above = leading(now)
    head = parse_line(cst.If, f"if {test}:\n    pass")
    now_body = now.body.with_changes(footer=()) if isinstance(now.body, cst.IndentedBlock) else now.body
    twin = with_leading(now.with_changes(body=now_body), (BLANK,))
    if given:
        given_ = with_leading(parse_line(cst.SimpleStatementLine, f"return {now.name.value}"), (BLANK,))
        body = cst.IndentedBlock([twin, given_], indent=indent)
        return head.with_changes(body=body, leading_lines=above), with_leading(was.deep_clone(), (BLANK,))
    body = cst.IndentedBlock([twin], indent=indent)
    other = cst.IndentedBlock([with_leading(was.deep_clone(), (BLANK,))], indent=indent)
    orelse = cst.Else(other, leading_lines=(BLANK,))
    return (head.with_changes(body=body, orelse=orelse, leading_lines=above),)


def with_above(lines: Sequence[Line], functions: Sequence[cst.FunctionDef], line: Line) -> list[Line]:
    """*lines* with the functions above one of them, which may have moved into a ``with``."""
    found: list[Line] = []
    for one in lines:
        if core(one) is core(line):
            for function in functions:
                found.append(with_leading(function, (BLANK,) if found else ()))
            one = with_leading(one, (BLANK, *leading(one)[_count_blank(leading(one)) :]))
        elif isinstance(one, cst.With) and isinstance(one.body, cst.IndentedBlock):
            inside = [line_of(inner) for inner in one.body.body]
            one = one.with_changes(body=one.body.with_changes(body=with_above(inside, functions, line)))
        found.append(one)
    return found


def put_below(line: Line, above: Sequence[cst.EmptyLine], apart: int) -> Line:
    """*line* below what it was made of, which keeps the lines that stand *above* it: of those, none is said twice.

    A function stands *apart* so many empty lines.
    """
    said = [comment.comment.value for comment in above if comment.comment]
    own = [one for one in leading(line) if one.comment and one.comment.value not in said]
    return with_leading(line, (*[BLANK] * (apart if is_definition(line) else 0), *own))


def have_one_name(lines: Sequence[Line]) -> bool:
    """Whether these are two functions of one name: overloads, or a property's."""
    names = [line.name.value for line in lines if isinstance(line, cst.FunctionDef)]
    return len(names) == len(lines) == 2 and names[0] == names[1]


def add_to_class(body: cst.BaseSuite, text: str, indent: str | None) -> cst.IndentedBlock:
    """The class's body with the methods in *text* at its end, below the comments that end it now."""
    block = as_block(body, indent)
    first, *others = parse_lines(text)
    first = with_leading(first, (*block.footer, BLANK, *leading(first)))
    return block.with_changes(body=(*block.body, first, *others), footer=())


@dataclass(frozen=True, slots=True)
class _Entry:
    """The statements numbered *first* to *last*, as they stand now."""

    first: int
    last: int
    line: Line


def _from_the_inside(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Short ones before those around them; of two that are alike the first given is the outer one."""
    outside_in = sorted(stretches, key=lambda stretch: stretch.first - stretch.last)
    return outside_in[::-1]


def _with(lines: Sequence[Line], stretch: Stretch, indent: str | None) -> cst.With:
    head = parse_line(cst.With, f"{stretch.opening}:\n    pass")
    above = leading(lines[0])
    stay, move = above[: stretch.comments], above[stretch.comments :]
    body = cst.IndentedBlock([with_leading(lines[0], move), *lines[1:]], indent=indent)
    return head.with_changes(body=body, leading_lines=stay)


def _is_docstring(line: Line) -> bool:
    match line:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString() as text)]):
            return isinstance(text.evaluated_value, str)
    return False


def _count_blank(lines: Sequence[cst.EmptyLine]) -> int:
    return next((index for index, line in enumerate(lines) if line.comment), len(lines))
