"""Tests of ``unittest``: a ``TestCase`` that becomes an ``IsolatedAsyncioTestCase`` awaits its tests.

It calls ``setUp`` and ``tearDown`` as before and awaits ``asyncSetUp`` after the one and ``asyncTearDown`` before the other,
in the event loop of the test. https://docs.python.org/3/library/unittest.html#unittest.IsolatedAsyncioTestCase [run 3.13]
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.colour.action import Action, Ending, Handling, Rewrite
from awaitify.colour.given import Given
from awaitify.index.references import Mention
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import Instance

ASYNC_SET_UP = {"setUp": "asyncSetUp", "tearDown": "asyncTearDown"}
"""What takes the place of the methods that are called around each test."""
_CASES = frozenset({"unittest.TestCase", "unittest.case.TestCase"})
_ASYNC_CASES = frozenset({"unittest.IsolatedAsyncioTestCase", "unittest.async_case.IsolatedAsyncioTestCase"})


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Where ``unittest.TestCase`` is written as the base of a class: what is written, and its module."""

    written: ast.expr
    module: Module


@dataclass(frozen=True, slots=True, eq=False)
class CleanedUp(Rewrite):
    """``self.addCleanup(f)`` → ``self.addAsyncCleanup(f)``, in classes whose bases are *cases*."""

    method: ast.Attribute
    cases: tuple[Case, ...]


def is_test_case(base: str) -> bool:
    """Whether the foreign class is one whose tests an event loop may be started for."""
    return base in _CASES or base in _ASYNC_CASES


def is_taken(function: Function, resolver: Resolver) -> bool:
    """Whether ``IsolatedAsyncioTestCase`` awaits the method, and takes the place of every ``TestCase`` above it."""
    name = function.node.name
    return (name.startswith("test") or name == "runTest" or name in ASYNC_SET_UP) and _cases(
        function, resolver
    ) is not None


def new_name(function: Function, resolver: Resolver) -> str | None:
    """``asyncSetUp`` for the ``setUp`` of a test case that ``unittest`` runs; None for any other function."""
    if function.node.name not in ASYNC_SET_UP or function.owner is None or not _with(function, resolver):
        return None
    return ASYNC_SET_UP[function.node.name]


def cases_of(function: Function, resolver: Resolver) -> tuple[Case, ...]:
    """The bases that are to be ``IsolatedAsyncioTestCase`` for the method to be awaited."""
    return (_cases(function, resolver) or ()) if is_taken(function, resolver) else ()


def cleaned_up(given: Given, mention: Mention, resolver: Resolver) -> Handling | None:
    """``self.addCleanup(client.close)`` in a test case; None for anything else."""
    method = given.call.func
    if given.at != 0 or not isinstance(method, ast.Attribute) or method.attr != "addCleanup":
        return None
    owners = [
        value.cls for value in resolver.answer(method.value, mention.module).values if isinstance(value, Instance)
    ]
    found = [_cases_above(cls, resolver) for one in owners for cls in (one, *resolver.hierarchy.below(one))]
    cases = [case for some in found for case in some or ()]
    if not found or any(some is None for some in found):
        return None
    rewrite = CleanedUp(method, tuple(_once(cases)))
    return Handling(Action.REWRITE, Ending.FORWARDED, "awaited when the test is done", (), rewrite)


def _cases(function: Function, resolver: Resolver) -> tuple[Case, ...] | None:
    """The bases ``TestCase`` of the classes with the method; None where one isn't written so that it can be replaced."""
    found = [_cases_above(cls, resolver) for cls in _with(function, resolver)]
    if not found or any(some is None for some in found):
        return None
    return tuple(_once([case for some in found for case in some or ()]))


def _with(function: Function, resolver: Resolver) -> list[Class]:
    """The test cases that have the method: its own class, or those that it is mixed into."""
    if function.owner is None:
        return []
    hierarchy, name = resolver.hierarchy, function.node.name
    classes = (function.owner, *hierarchy.below(function.owner))
    with_it = [cls for cls in classes if (pair := hierarchy.find(cls, name)) is not None and function in pair[1]]
    with_it += [cls for cls in classes if cls not in with_it]  # those that override it call it by super()
    return [cls for cls in with_it if any(map(is_test_case, hierarchy.foreign_bases(cls)))]


def _cases_above(cls: Class, resolver: Resolver) -> tuple[Case, ...] | None:
    bases = resolver.hierarchy.foreign_bases(cls)
    written = tuple(
        Case(base, one.module)
        for one in resolver.hierarchy.order(cls)
        for base in one.node.bases
        if resolver.dotted(base, one.module) in _CASES and isinstance(base, ast.Name | ast.Attribute)
    )
    if not written and bases & _CASES or not any(map(is_test_case, bases)):
        return None
    return written


def _once(cases: list[Case]) -> Iterator[Case]:
    yield from {case.written: case for case in cases}.values()
