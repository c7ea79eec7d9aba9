"""Changes to whole bodies as the pass leaves them: what is wrapped, split off, removed, or added to the module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from awaitify.plan.edit import AddAsyncTwin, AddImport, AddToModule, Edit, KeepBefore, SplitFunction
from awaitify.rewrite.blocks import (
    Stretch,
    add_twin,
    as_block,
    have_one_name,
    one_a_line,
    put_below,
    split_function,
    with_above,
    wrap,
)
from awaitify.rewrite.imports import add_definition, add_import, drop_lines
from awaitify.rewrite.lines import BLANK, Line, core, leading, line_of, with_leading
from awaitify.rewrite.places import DidNotLandError, Wrap, describe

_Change = tuple[cst.CSTNode, Sequence[Edit]]


class Bodies:
    """The edits of a file that move, add or remove statements; keeps in mind which statements are to go."""

    def __init__(
        self, at: Mapping[cst.CSTNode, Sequence[Edit]], wraps: Sequence[Wrap], edits: Sequence[Edit], path: str
    ) -> None:
        self._splits = {
            node: edit for node, edits_there in at.items() for edit in edits_there if isinstance(edit, SplitFunction)
        }
        self._twins = {
            node: edit for node, edits_there in at.items() for edit in edits_there if isinstance(edit, AddAsyncTwin)
        }
        self._keeps = {
            node: edit for node, edits_there in at.items() for edit in edits_there if isinstance(edit, KeepBefore)
        }
        self._wraps, self._edits, self._path = wraps, edits, path
        self._gone: set[cst.CSTNode] = set()
        self._above: dict[cst.CSTNode, list[cst.FunctionDef]] = {}

    def define_above(self, statement: cst.CSTNode, function: cst.FunctionDef) -> None:
        """Have the function defined above this statement of the original tree."""
        self._above.setdefault(statement, []).append(function)

    def remove(self, statement: cst.CSTNode) -> None:
        """Have this statement of the original tree left out when its body is left."""
        self._gone.add(statement)

    def is_gone(self, statement: cst.CSTNode) -> bool:
        """Whether the statement is to be left out."""
        return statement in self._gone

    def leave(self, old: cst.CSTNode, new: cst.CSTNode, around: Sequence[cst.CSTNode]) -> _Change:
        """*new*, which is *old* with its children edited, with the changes to its body, and the edits made thereby."""
        match old, new:
            case cst.SimpleStatementLine(), cst.SimpleStatementLine():
                return self._leave_line(old, new), ()
            case cst.SimpleStatementSuite(), cst.SimpleStatementSuite():
                return self._leave_suite(old, new, _indent(around))
            case cst.IndentedBlock(), cst.IndentedBlock():
                changed, made = self._leave_block(old, new)
                assert isinstance(changed, cst.IndentedBlock)
                lines, kept = self._keep_before(old.body, new.body, _lines_of(changed.body), 1)
                return (changed.with_changes(body=lines) if kept else changed), [*made, *kept]
            case cst.Module(), cst.Module():
                return self._leave_module(old, new)
        return new, ()

    def _leave_line(self, old: cst.SimpleStatementLine, new: cst.SimpleStatementLine) -> cst.CSTNode:
        kept = self._left(old.body, new.body)
        if len(kept) == len(old.body):
            return new
        if not kept:
            self._gone.add(old)
            return new
        return new.with_changes(body=kept)

    def _leave_suite(self, old: cst.SimpleStatementSuite, new: cst.SimpleStatementSuite, indent: str | None) -> _Change:
        kept = self._left(old.body, new.body)
        if len(kept) < len(old.body):
            new = new.with_changes(body=kept or [cst.Pass()])
        wraps = self._wraps_in(old.body)
        if not wraps:
            return new, ()
        before = cst.SimpleStatementLine(old.body)
        block = as_block(new, indent)
        lines = _wrap_lines([before], [line_of(line) for line in block.body], wraps, indent)
        return block.with_changes(body=lines), [wrap.edit for wrap in wraps]

    def _keep_before(
        self,
        old: Sequence[cst.BaseStatement],
        new: Sequence[cst.BaseStatement],
        lines: list[Line],
        apart: int,
        *,
        is_first: bool = False,
    ) -> tuple[list[Line], list[Edit]]:
        """*lines*, which *new* became, with the statements that stay as they were above what is made of them.

        A function stands *apart* so many empty lines from the one above it. *is_first*: what stands above the first line
        is the file's.
        """
        if not self._keeps:
            return lines, []
        kept = {core(now): (was, edit) for was, now in zip(old, new, strict=True) if (edit := self._kept(was))}
        originals = [line_of(kept[core(line)][0]) if core(line) in kept else line for line in lines]
        below: list[Line] = []
        result: list[Line] = []
        for number, (was, line) in enumerate(zip(originals, lines, strict=True)):
            if was is line:
                result.append(line)
            else:
                above = leading(line) if is_first and number == 0 else leading(was)
                result.append(with_leading(was.deep_clone(), above))
                below.append(put_below(line, above, apart))
            if not have_one_name(originals[number : number + 2]):
                result += below
                below = []
        return result, [edit for _, edit in kept.values()]

    def _leave_block(self, old: cst.IndentedBlock, new: cst.IndentedBlock) -> _Change:
        if any(was in self._splits for was in old.body):
            return self._leave_class(old, new)
        wraps = self._wraps_in(_statements(old.body))
        gone = self._gone.intersection(old.body)
        twins = [(was, now) for was, now in zip(old.body, new.body, strict=True) if was in self._twins]
        named = [
            (self._above[was], line_of(now)) for was, now in zip(old.body, new.body, strict=True) if was in self._above
        ]
        if not wraps and not gone and not twins and not named:
            return new, ()
        made: list[Edit] = [*(wrap.edit for wrap in wraps), *(self._twins[was] for was, _ in twins)]
        befores, lines = _lines_of(old.body), _lines_of(new.body)
        if wraps:
            lines = _wrap_lines(befores, lines, wraps, old.indent)
        for functions, statement in named:
            lines = with_above(lines, functions, statement)
        for was, now in twins:
            lines = self._with_twin(lines, was, now, old.indent)
        if not gone:
            return new.with_changes(body=lines), made
        lines, comments = drop_lines(
            lines, {core(now) for was, now in zip(old.body, new.body, strict=True) if was in gone}
        )
        changed = new.with_changes(
            body=lines or [cst.SimpleStatementLine([cst.Pass()])], footer=(*comments, *new.footer)
        )
        return changed, made

    def _with_twin(self, lines: Sequence[Line], was: cst.CSTNode, now: cst.CSTNode, indent: str | None) -> list[Line]:
        """*lines* with the function as it was beside what is made of it."""
        edit = self._twins[was]
        at = next((n for n, line in enumerate(lines) if line is now), None)
        if at is None or not isinstance(was, cst.FunctionDef) or not isinstance(now, cst.FunctionDef):
            raise DidNotLandError(f"{describe(edit)}: the function moves into a with")
        return [*lines[:at], *add_twin(was, now, edit.test, indent, given=edit.given), *lines[at + 1 :]]

    def _leave_class(self, old: cst.IndentedBlock, new: cst.IndentedBlock) -> _Change:
        """A class whose methods hand their bodies to new ones below them."""
        made: list[Edit] = []
        lines: list[Line] = []
        for was, line in zip(old.body, _lines_of(new.body), strict=True):
            split = self._splits.get(was)
            if split is not None and isinstance(line, cst.FunctionDef):
                method, below = split_function(line, split.call, split.header)
                lines += [method, with_leading(below, (BLANK,))]
                made.append(split)
            else:
                lines.append(line)
        return new.with_changes(body=lines), made

    def _leave_module(self, old: cst.Module, new: cst.Module) -> _Change:
        header, lines = _own_header(new)
        below_a_comment = bool(header) and header[-1].comment is not None
        pairs = list(zip(old.body, lines, strict=True))
        gone = {core(now) for was, now in pairs if was in self._gone}
        splits = {core(now): self._splits[was] for was, now in pairs if was in self._splits}
        made: list[Edit] = []
        footer = list(new.footer)
        for edit in self._edits:
            if isinstance(edit, AddImport):
                lines = add_import(lines, edit, gone, self._path, below_a_comment)
                made.append(edit)
        if gone:
            lines, comments = drop_lines(lines, gone, keep_first_blanks=below_a_comment)
            footer[:0] = comments
        for line in list(lines):
            if isinstance(line, cst.FunctionDef) and (split := splits.get(core(line))):
                at = lines.index(line)
                lines[at : at + 1] = split_function(line, split.call, split.header)
                made.append(split)
        lines, kept = self._keep_before(old.body, new.body, lines, 2, is_first=True)
        made += kept
        for edit in self._edits:
            if isinstance(edit, AddToModule):
                lines = add_definition(lines, edit.text, below_a_comment)
                made.append(edit)
        if not made and not gone:
            return new, ()
        ends = bool(header or lines or footer) and (new.has_trailing_newline or not old.body)
        return new.with_changes(header=header, body=lines, footer=footer, has_trailing_newline=ends), made

    def _kept(self, was: cst.BaseStatement) -> KeepBefore | None:
        """The edit that keeps the statement, alone in its line, above what is made of it."""
        small = list(was.body) if isinstance(was, cst.SimpleStatementLine) else [was]
        edits = [self._keeps[one] for one in small if one in self._keeps]
        return edits[0] if edits and len(small) == 1 else None

    def _left(
        self, old: Sequence[cst.BaseSmallStatement], new: Sequence[cst.BaseSmallStatement]
    ) -> list[cst.BaseSmallStatement]:
        kept = [now for was, now in zip(old, new, strict=True) if was not in self._gone]
        if kept and kept[-1] is not new[-1]:
            kept[-1] = kept[-1].with_changes(semicolon=new[-1].semicolon)
        return kept

    def _wraps_in(self, statements: Sequence[cst.CSTNode]) -> list[Wrap]:
        here = set(statements)
        found = [wrap for wrap in self._wraps if wrap.first in here or wrap.last in here]
        for stray in found:
            if not (stray.first in here and stray.last in here):
                raise DidNotLandError(f"{describe(stray.edit)}: its two statements stand in different blocks")
        return found


def _wrap_lines(old: Sequence[Line], new: Sequence[Line], wraps: Sequence[Wrap], indent: str | None) -> list[Line]:
    """*new* lines in their ``with``s; a line whose statements don't all go into the same one is taken apart."""
    lines: list[Line] = []
    first_of: dict[cst.CSTNode, int] = {}
    last_of: dict[cst.CSTNode, int] = {}
    for was, now in zip(old, new, strict=True):
        small = list(was.body) if isinstance(was, cst.SimpleStatementLine) else [was]
        cut = any(wrap.first in small[1:] or wrap.last in small[:-1] for wrap in wraps)
        pieces = one_a_line(now) if cut else [now]
        for number, statement in enumerate(small):
            first_of[statement] = last_of[statement] = len(lines) + (number if cut else 0)
        lines += pieces
    stretches = []
    for wrap_ in wraps:
        first, last = first_of[wrap_.first], last_of[wrap_.last]
        if first > last:
            raise DidNotLandError(f"{describe(wrap_.edit)}: its last statement stands before its first")
        stretches.append(Stretch(first, last, wrap_.edit.opening, _comments_above(old, wrap_.first)))
    try:
        return wrap(lines, stretches, indent)
    except ValueError as error:
        raise DidNotLandError(f"{describe(wraps[0].edit)}: {error}") from error


def _comments_above(lines: Sequence[Line], statement: cst.CSTNode) -> int:
    """How many lines stand above the statement in the original text."""
    for line in lines:
        if line is statement or (isinstance(line, cst.SimpleStatementLine) and statement is line.body[0]):
            return len(leading(line))
    return 0


def _statements(body: Sequence[cst.BaseStatement]) -> list[cst.CSTNode]:
    """The statements of a body, those that share a line one by one."""
    return [statement for line in body for statement in _small(line)]


def _small(line: cst.BaseStatement) -> Iterator[cst.CSTNode]:
    if isinstance(line, cst.SimpleStatementLine):
        yield from line.body
    else:
        yield line


def _lines_of(body: Sequence[cst.BaseStatement]) -> list[Line]:
    return [line_of(line) for line in body]


def _own_header(module: cst.Module) -> tuple[Sequence[cst.EmptyLine], list[Line]]:
    """The comments at the top of the file, and the lines, the first with the comments that belong to it.

    LibCST counts all comments before the first statement as the module's.
    """
    header, lines = module.header, _lines_of(module.body)
    blank = max((index for index, line in enumerate(header) if line.comment is None), default=-1)
    if lines and 0 <= blank < len(header) - 1:
        lines[0] = with_leading(lines[0], (*header[blank + 1 :], *leading(lines[0])))
        header = header[: blank + 1]
    return header, lines


def _indent(around: Sequence[cst.CSTNode]) -> str | None:
    return next((node.indent for node in reversed(around) if isinstance(node, cst.IndentedBlock)), None)
