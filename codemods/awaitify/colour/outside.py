"""What calls a function from outside the program: a route, a task queue, a command line, a test runner."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.colour.by_convention import conventions_of
from awaitify.colour.contracts import contracts_of
from awaitify.colour.frameworks import row_of
from awaitify.colour.registered import REGISTERING, registration, route_of
from awaitify.colour.treatments import Row, Treatment
from awaitify.index.fixtures import is_fixture, is_test, is_test_file
from awaitify.index.summary import Function

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites


@dataclass(frozen=True, slots=True)
class Outside:
    """One way in which something outside the program calls a function: *label* names it, *reason* says how it calls."""

    treatment: Treatment
    label: str
    reason: str = ""
    note: str = ""
    may_be_in_a_loop: bool = False
    """Whether async code can lead to the call."""


def calls_from_outside(function: Function, sites: Sites) -> Iterator[Outside]:
    """The ways that decorators, registrations and base classes show; nothing for a function that only the program calls."""
    for decorator in function.node.decorator_list:
        row = row_of(decorator, function, sites.resolver)
        if row is not None and row.treatment in REGISTERING:
            yield _by_row(row, row.label or route_of(decorator), decorator)
    yield from handed_over(function, sites)
    for contract in contracts_of(function, sites.resolver):
        if contract.treatment is not None:
            label = f"{contract.row.who} {contract.base.rpartition('.')[2]}"
            yield Outside(contract.treatment, label, "", contract.row.note)


def _by_row(row: Row, label: str, call: ast.expr) -> Outside:
    return Outside(row.treatment, label, row.reason, row.note_at(call), row.may_be_in_a_loop)


def handed_over(function: Function, sites: Sites) -> Iterator[Outside]:
    """The ways that no decorator or base class shows: calls that register it, and what finds it by its name and place."""
    for name in sorted(sites.spellings(function)):
        for reached in sites.reaching(name):
            if function in reached.functions:
                found = registration(reached.mention, sites.resolver)
                if found is not None:
                    yield _by_row(found.row, found.label, found.call)
    for convention in conventions_of(function, lambda called: _is_called(called, sites)):
        yield Outside(Treatment.TASK, convention.label, convention.reason, "", convention.may_be_in_a_loop)


def _is_called(function: Function, sites: Sites) -> bool:
    """Whether the program calls the function, tests left aside."""
    mentions = (reached for name in sites.spellings(function) for reached in sites.reaching(name))
    return any(function in reached.functions and not is_test_file(reached.mention.module.path) for reached in mentions)


def entry_label(function: Function, sites: Sites) -> str:
    """What calls the function from outside: ``GET /weather/{city}``, ``Celery task``, ``test``; empty for nothing."""
    if is_test(function):
        return "test"
    if function.node.decorator_list and is_fixture(sites.resolver, function):
        return "fixture"
    return next((outside.label for outside in sites.outside(function) if outside.label), "")
