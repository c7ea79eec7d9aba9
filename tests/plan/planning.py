"""A plan for an inline program, and its parts in words."""

from __future__ import annotations

from pathlib import Path

from awaitify.catalogue import catalogue
from awaitify.codes import Way
from awaitify.names import Span
from awaitify.plan.decisions import Decisions
from awaitify.plan.draft import draft
from awaitify.plan.edit import AddImport, Edit, RemoveImport, ReplaceExpression, WrapInWith
from awaitify.plan.plan import Plan
from awaitify.plan.prepare import prepare
from awaitify.plan.settled import Draft
from tests.programs import program


def drafted(
    folder: Path,
    files: dict[str, str],
    *targets: str,
    decide: dict[str, Way] | None = None,
    on_stop: Way | None = None,
    keep_sync: tuple[str, ...] = (),
    public: tuple[str, ...] = (),
    part: str = "",
    http_target: str = "auto",
) -> Draft:
    """What a plan for the program is drawn from; a program of one file is ``{"main": …}``."""
    return prepare(
        program(folder, files),
        part,
        targets=targets,
        keep_sync=keep_sync,
        decisions=Decisions(tuple((decide or {}).items()), on_stop),
        public=public,
        exclude=(),
        http_target=http_target,
        swaps=catalogue(),
        progress=lambda stage, done, total: None,
    )


def planned(
    folder: Path, files: dict[str, str], *targets: str, decide: dict[str, Way] | None = None, on_stop: Way | None = None
) -> Plan:
    """The plan for the program."""
    return draft(drafted(folder, files, *targets, decide=decide, on_stop=on_stop))


def edits_of(plan: Plan, kind: type[Edit], path: str = "main.py") -> list[Edit]:
    """The edits of a kind in one file, in order."""
    found = [planned.edit for planned in plan.edits if isinstance(planned.edit, kind) and planned.path == path]
    return sorted(found, key=lambda edit: (repr(getattr(edit, "span", "")), repr(edit)))


def async_names(plan: Plan) -> list[str]:
    return [str(converted.name) for converted in plan.converted]


def changed_paths(plan: Plan) -> list[str]:
    return sorted({planned.path for planned in plan.edits})


def imports(plan: Plan, path: str = "main.py") -> tuple[list[str], list[str]]:
    """What is imported and what is no longer."""
    added = [
        f"{e.module}.{e.name}" if e.name else e.module
        for p in plan.edits
        if p.path == path and isinstance(e := p.edit, AddImport)
    ]
    removed = [e.bound for p in plan.edits if p.path == path and isinstance(e := p.edit, RemoveImport)]
    return sorted(added), sorted(removed)


def wrapped(plan: Plan, path: str = "main.py") -> list[tuple[int, int]]:
    """The first and the last line that move into each ``async with``."""
    found = [p.edit for p in plan.edits if p.path == path and isinstance(p.edit, WrapInWith)]
    return sorted((edit.first.line, edit.last.end_line) for edit in found)


def replaced(folder: Path, plan: Plan, path: str = "main.py") -> dict[str, str]:
    """By the expression that is replaced, the template that takes its place."""
    lines = (folder / path).read_text("utf-8").splitlines()
    found = [p.edit for p in plan.edits if p.path == path and isinstance(p.edit, ReplaceExpression)]
    return {_text(lines, edit.span): edit.template for edit in found}


def stops_of(plan: Plan) -> list[tuple[str, int, Way | None]]:
    """Code, line and decision of each stop."""
    return [(stop.code, stop.place.span.line, stop.decided) for stop in plan.stops]


def _text(lines: list[str], span: Span) -> str:
    assert span.line == span.end_line
    return lines[span.line - 1][span.column : span.end_column]
