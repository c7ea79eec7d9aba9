"""Adds and removes imports, and the definitions that stand right below them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst

from awaitify.plan.edit import AddImport, ImportAlso
from awaitify.rewrite import import_order
from awaitify.rewrite.import_order import Imported, Place, imports_of
from awaitify.rewrite.lines import (
    BLANK,
    Line,
    at_least_blank,
    blanks,
    core,
    is_definition,
    leading,
    parse_line,
    parse_lines,
    with_leading,
)
from awaitify.rewrite.spaces import continued_like, without_comment

Import = cst.Import | cst.ImportFrom
_Blank = Sequence[cst.EmptyLine]


def drop_name(statement: Import, bound: str) -> Import | None:
    """The import without the name it binds as *bound*; None when it was the only one. Raises ValueError without one."""
    if isinstance(statement.names, cst.ImportStar):
        raise ValueError("a star import binds no name that could be dropped")
    names = list(statement.names)
    found = [name for name in names if _binds(statement, name) == bound] or [
        name for name in names if name.evaluated_name == bound and not name.asname
    ]
    if len(found) != 1:
        raise ValueError(f"the import doesn't bind {bound} once")
    at = names.index(found[0])
    dropped = names.pop(at)
    if not names:
        return None
    changed = _with_new_end(statement, names, dropped) if at == len(names) else statement.with_changes(names=names)
    return _without_idle_parentheses(changed) if len(names) == 1 else changed


def import_also(statement: cst.ImportFrom, edit: ImportAlso) -> cst.ImportFrom:
    """``from m import name`` → ``from m import name, new``, laid out as it is. Raises ValueError where it takes no *name*."""
    names = [] if isinstance(statement.names, cst.ImportStar) else list(statement.names)
    at = _index(names, edit.name)
    asname = cst.AsName(cst.Name(edit.bound)) if edit.bound else None
    if edit.instead:
        taken = names[at].with_changes(name=cst.Name(edit.new), asname=asname)
        place = _index(names, edit.before) if edit.before else at
        order = [*names[:at], *names[at + 1 :]]
        order.insert(place - (at < place), taken)
        commas = [name.comma for name in names]
        return statement.with_changes(names=[n.with_changes(comma=c) for n, c in zip(order, commas, strict=True)])
    alone = statement.lpar.whitespace_after if statement.lpar else cst.SimpleWhitespace(" ")
    between = names[0].comma if len(names) > 1 else cst.Comma(whitespace_after=alone)
    place = _index(names, edit.before) if edit.before else at + 1
    added = cst.ImportAlias(cst.Name(edit.new), asname=asname, comma=between)
    if place == len(names):
        added = added.with_changes(comma=names[-1].comma)
        names[-1] = names[-1].with_changes(comma=between)
    names.insert(place, added)
    return statement.with_changes(names=names)


def _index(names: Sequence[cst.ImportAlias], name: str) -> int:
    at = next((number for number, alias in enumerate(names) if alias.evaluated_name == name), None)
    if at is None:
        raise ValueError(f"the import takes no {name}")
    return at


def add_import(
    body: Sequence[Line], edit: AddImport, gone: Collection[cst.CSTNode], path: str, header: bool
) -> list[Line]:
    """*body* with the import in its place; *gone* are the cores of the lines that are about to go, *path* is the file's.

    *header*: comments stand above the first statement.
    """
    new = Imported(edit.module, edit.name)
    if any(new in imports_of(line) for line in body if core(line) not in gone):
        return list(body)
    if edit.name is not None and (grown := _grown(body, edit.module, edit.name, gone)):
        return grown
    text = f"import {edit.module}" if edit.name is None else f"from {edit.module} import {edit.name}"
    line = parse_line(cst.SimpleStatementLine, text)
    place = import_order.place_for(body, new, gone, path)
    return _insert(body, place, line) if place else _insert_alone(body, line, header)


def drop_lines(
    body: Sequence[Line], gone: Collection[cst.CSTNode], *, keep_first_blanks: bool = False
) -> tuple[list[Line], tuple[cst.EmptyLine, ...]]:
    """*body* without the lines whose cores are in *gone*, and the comments that no statement follows.

    The comments above them stay, and so do the empty lines that part one section from the next.
    """
    kept: list[Line] = []
    waiting: tuple[cst.EmptyLine, ...] = ()
    for line in body:
        if core(line) in gone:
            waiting = _merge(waiting, leading(line))
        else:
            kept.append(with_leading(line, _merge(waiting, leading(line))) if waiting else line)
            waiting = ()
    if kept and core(body[0]) in gone and not keep_first_blanks:
        above = leading(kept[0])
        kept[0] = with_leading(kept[0], above[blanks(above) :])
    return kept, tuple(line for line in waiting if line.comment)


def add_definition(body: Sequence[Line], text: str, header: bool) -> list[Line]:
    """*body* with the definitions in *text* below the imports that stand before its first function or class."""
    at = import_order.end_of_imports(body)
    first, *others = parse_lines(text)
    apart = 2 if is_definition(first) else 1
    first = at_least_blank(first, apart if at or header else 0)
    after = list(body[at:])
    if after:
        after[0] = at_least_blank(after[0], 2 if is_definition([first, *others][-1]) else 1)
    return [*body[:at], first, *others, *after]


def _insert(body: Sequence[Line], place: Place, line: Line) -> list[Line]:
    """The first line of a section takes over what stands above the one that was first."""
    at, after = place.index, list(body[place.index :])
    if place.takes and after:
        above = leading(after[0])
        taken = len(above) if place.takes == "all" else blanks(above)
        line = with_leading(line, above[:taken])
        after[0] = with_leading(after[0], above[taken:])
    if place.blank_above:
        line = at_least_blank(line, 1)
    if place.blank_below:
        after[0] = at_least_blank(after[0], 1)
    return [*body[:at], line, *after]


def _insert_alone(body: Sequence[Line], line: Line, header: bool) -> list[Line]:
    """The module's first import stands below its docstring and its ``from __future__``, an empty line between."""
    at = import_order.start_of_imports(body)
    after = list(body[at:])
    if at or header:
        line = with_leading(line, (BLANK,))
    if after:
        after[0] = at_least_blank(after[0], 2 if is_definition(after[0]) else 1)
    return [*body[:at], line, *after]


def _grown(body: Sequence[Line], module: str, name: str, gone: Collection[cst.CSTNode]) -> list[Line] | None:
    """``from a import b`` → ``from a import b, name``, where the module has such a line above its definitions."""
    for at, line in enumerate(body):
        if is_definition(line):
            break
        match line:
            case cst.SimpleStatementLine(body=[cst.ImportFrom() as statement]) if core(line) not in gone:
                if import_order.module_of(statement) == module and not isinstance(statement.names, cst.ImportStar):
                    changed = line.with_changes(body=[_with_name(statement, statement.names, name)])
                    return [*body[:at], changed, *body[at + 1 :]]
    return None


def _with_name(statement: cst.ImportFrom, names: Sequence[cst.ImportAlias], name: str) -> cst.ImportFrom:
    new = cst.ImportAlias(cst.Name(name))
    at = next((i for i, other in enumerate(names) if _rank(name) < _rank(other.evaluated_name)), len(names))
    commas = [alias.comma for alias in names[:-1] if isinstance(alias.comma, cst.Comma)]
    comma = commas[0] if commas else _comma_after(statement.lpar)
    comma = comma.with_changes(whitespace_after=without_comment(comma.whitespace_after))
    if at < len(names):
        return statement.with_changes(names=[*names[:at], new.with_changes(comma=comma), *names[at:]])
    *others, last = names
    if isinstance(last.comma, cst.Comma):
        space = last.comma.whitespace_after
        new = new.with_changes(comma=last.comma.with_changes(whitespace_after=without_comment(space)))
        comma = last.comma.with_changes(whitespace_after=continued_like(space, comma.whitespace_after))
    return statement.with_changes(names=[*others, last.with_changes(comma=comma), new])


def _comma_after(left: cst.LeftParen | None) -> cst.Comma:
    if left and isinstance(left.whitespace_after, cst.ParenthesizedWhitespace):
        return cst.Comma(whitespace_after=left.whitespace_after)
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _with_new_end(statement: Import, names: list[cst.ImportAlias], dropped: cst.ImportAlias) -> Import:
    """The former last but one is last: what stood behind the last stands behind it, its own comment stays."""
    last = names[-1]
    assert isinstance(last.comma, cst.Comma)
    space = last.comma.whitespace_after
    if isinstance(dropped.comma, cst.Comma):
        space = continued_like(space, dropped.comma.whitespace_after)
        names[-1] = last.with_changes(comma=dropped.comma.with_changes(whitespace_after=space))
        return statement.with_changes(names=names)
    names[-1] = last.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    changed = statement.with_changes(names=names)
    if isinstance(statement, cst.ImportFrom) and statement.rpar:
        space = continued_like(space, statement.rpar.whitespace_before)
        changed = changed.with_changes(rpar=statement.rpar.with_changes(whitespace_before=space))
    return changed


def _without_idle_parentheses(statement: Import) -> Import:
    """``from a import (b)`` → ``from a import b``."""
    if not isinstance(statement, cst.ImportFrom) or not statement.rpar or isinstance(statement.names, cst.ImportStar):
        return statement
    (name,) = statement.names
    if "\n" in cst.Module([]).code_for_node(statement) or isinstance(name.comma, cst.Comma):
        return statement
    gap = cst.SimpleWhitespace(" ")
    return statement.with_changes(lpar=None, rpar=None, whitespace_after_import=gap)


def _rank(name: str) -> tuple[int, str]:
    """isort's order within one statement: CONSTANTS, Classes, the rest."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower()


def _binds(statement: Import, name: cst.ImportAlias) -> str:
    if name.evaluated_alias:
        return name.evaluated_alias
    whole = name.evaluated_name
    return whole.partition(".")[0] if isinstance(statement, cst.Import) else whole


def _merge(above: _Blank, below: _Blank) -> tuple[cst.EmptyLine, ...]:
    """Two runs of empty lines and comments as one, without adding up the empty lines that meet."""
    if not any(line.comment for line in above):
        return (*above[: max(0, len(above) - blanks(below))], *below)
    return (*above, *below)
