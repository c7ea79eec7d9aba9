"""Where an import belongs among the others: sections as isort has them, the standard library first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Literal

import libcst as cst

from awaitify.rewrite.lines import Line, blanks, core, is_definition, leading


@dataclass(frozen=True, slots=True)
class Imported:
    """``import module`` or ``from module import name``, under no other name."""

    module: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an import goes: before the line at *index*, of whose leading lines it ``takes`` none, the blanks or all."""

    index: int
    takes: Literal["", "blanks", "all"] = ""
    blank_above: bool = False
    blank_below: bool = False


class _Section(IntEnum):
    FUTURE = 0
    STANDARD = 1
    OTHERS = 2
    OWN = 3
    RELATIVE = 4


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of imports in the first part of a module."""

    index: int
    section: _Section
    is_from: bool
    module: str
    gone: bool


_ONCE_STANDARD = frozenset(
    "asynchat asyncore distutils imp smtpd aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib"
    " ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib".split()
)
"""Modules that were in the standard library in Python 3.11."""

_Order = Callable[[bool, str], tuple[bool, str]]


def imports_of(line: Line) -> frozenset[Imported]:
    """What a top-level line imports under its own name."""
    if not isinstance(line, cst.SimpleStatementLine):
        return frozenset()
    found = set()
    for statement in line.body:
        match statement:
            case cst.Import(names=names):
                found |= {Imported(name.evaluated_name, None) for name in names if not name.asname}
            case cst.ImportFrom(names=names) if not isinstance(names, cst.ImportStar):
                module = module_of(statement)
                found |= {Imported(module, name.evaluated_name) for name in names if not name.asname}
    return frozenset(found)


def module_of(statement: cst.ImportFrom) -> str:
    """``..shop.cart`` of ``from ..shop.cart import total``."""
    name = cst.Module([]).code_for_node(statement.module) if statement.module else ""
    return "." * len(statement.relative) + name


def place_for(body: Sequence[Line], new: Imported, gone: Collection[cst.CSTNode], path: str) -> Place | None:
    """Where *new* belongs; None when the module's first part has no imports that it could stand among."""
    own = frozenset(path.split("/")[:-1]) - {"src", "lib"} | {path.rpartition("/")[2].removesuffix(".py")}
    entries = _entries(body, gone, own)
    if not _are_apart(body, [entry for entry in entries if entry.section in (_Section.OTHERS, _Section.OWN)]):
        own = frozenset()  # the file has one section for both
        entries = _entries(body, gone, own)
    section = _section(new.module, own)
    entries = _main_run(entries, section)
    mates = [entry for entry in entries if entry.section is section]
    if mates:
        return _among(mates, new, _order_of(mates, entries))
    others = [entry for entry in entries if entry.section is not _Section.FUTURE]
    apart = _are_apart(body, others)
    after = [entry for entry in others if entry.section > section]
    if after:
        return Place(after[0].index, "blanks", blank_below=apart)
    return Place(others[-1].index + 1, blank_above=apart) if others else None


def start_of_imports(body: Sequence[Line]) -> int:
    """The index behind the module's docstring and its ``from __future__`` imports."""
    at = 0
    for index, line in enumerate(body):
        if (index == 0 and _is_string(line)) or any(found.module == "__future__" for found in imports_of(line)):
            at = index + 1
    return at


def end_of_imports(body: Sequence[Line]) -> int:
    """The index behind the last import before the first function or class, or behind the ``if`` or ``try`` around it."""
    end = start_of_imports(body)
    for index, line in enumerate(body):
        if is_definition(line):
            break
        if _is_import(line) or _holds_imports(line):
            end = index + 1
    return end


def _main_run(entries: Sequence[_Entry], section: _Section) -> list[_Entry]:
    """The imports that nothing parts: where one of the section goes, else the most. isort sorts each run by itself."""
    runs: list[list[_Entry]] = []
    for entry in entries:
        if not runs or runs[-1][-1].index != entry.index - 1:
            runs.append([])
        runs[-1].append(entry)
    left = [run for run in runs if any(entry.gone and entry.section is section for entry in run)]
    return max(left or runs, key=len, default=[])


def _among(mates: Sequence[_Entry], new: Imported, key: _Order | None) -> Place:
    is_from = new.name is not None
    first = mates[0]
    if key is None:
        removed = [mate for mate in mates if mate.gone and mate.is_from is is_from]
        index = removed[0].index if removed else mates[-1].index + 1
        return Place(index, "all" if index == first.index else "")
    mine = key(is_from, new.module)
    for mate in mates:
        theirs = key(mate.is_from, mate.module)
        if mine < theirs or (mine == theirs and not is_from):  # before ``import module as another``
            return Place(mate.index, "all" if mate is first else "")
    return Place(mates[-1].index + 1)


def _order_of(mates: Sequence[_Entry], entries: Sequence[_Entry]) -> _Order | None:
    """How a section is sorted, which another one may show: ``import`` before ``from``, or by module; None when it isn't."""
    sections = [[entry for entry in entries if entry.section is section] for section in _Section]
    fitting = [key for key in (_import_before_from, _by_module) if _is_sorted(mates, key)]
    everywhere = [key for key in fitting if all(_is_sorted(section, key) for section in sections)]
    return next(iter(everywhere or fitting), None)


def _is_sorted(entries: Sequence[_Entry], key: _Order) -> bool:
    keys = [key(entry.is_from, entry.module) for entry in entries]
    return keys == sorted(keys)


def _import_before_from(is_from: bool, module: str) -> tuple[bool, str]:
    return is_from, module.lower()


def _by_module(is_from: bool, module: str) -> tuple[bool, str]:
    return False, module.lower()


def _entries(body: Sequence[Line], gone: Collection[cst.CSTNode], own: Collection[str]) -> list[_Entry]:
    entries = []
    for index, line in enumerate(body):
        if is_definition(line):
            break
        if isinstance(line, cst.SimpleStatementLine):
            match line.body[0]:
                case cst.Import(names=[cst.ImportAlias() as first, *_]):
                    name = first.evaluated_name
                    entries.append(_Entry(index, _section(name, own), False, name, core(line) in gone))
                case cst.ImportFrom() as statement:
                    name = module_of(statement)
                    entries.append(_Entry(index, _section(name, own), True, name, core(line) in gone))
    return entries


def _section(module: str, own: Collection[str]) -> _Section:
    top = module.partition(".")[0]
    if top == "__future__":
        return _Section.FUTURE
    if not top:
        return _Section.RELATIVE
    if top in sys.stdlib_module_names or top in _ONCE_STANDARD:
        return _Section.STANDARD
    return _Section.OWN if top in own else _Section.OTHERS


def _are_apart(body: Sequence[Line], entries: Sequence[_Entry]) -> bool:
    """Whether empty lines part the sections; so it is when there are not two of them."""
    changes = [after for before, after in pairwise(entries) if before.section is not after.section]
    return not changes or any(blanks(leading(body[entry.index])) for entry in changes)


def _is_import(line: cst.BaseStatement) -> bool:
    match line:
        case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom(), *_]):
            return True
    return False


def _holds_imports(line: cst.BaseStatement) -> bool:
    """``try: import x``, ``if TYPE_CHECKING:`` with imports below it."""
    if not isinstance(line, cst.If | cst.Try):
        return False
    if isinstance(line, cst.If) and "__name__" in cst.Module([]).code_for_node(line.test):
        return False
    return any(_is_import(statement) for statement in line.body.body if isinstance(statement, cst.BaseStatement))


def _is_string(line: Line) -> bool:
    match line:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return True
    return False
