"""The edits by which a ``unittest.TestCase`` becomes an ``IsolatedAsyncioTestCase``."""

from __future__ import annotations

from collections.abc import Iterator

from awaitify.colour.unittests import Case, cases_of, new_name
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.plan.edit import Edit, RenameFunction
from awaitify.plan.forms import async_twin


def test_edits(function: Function, resolver: Resolver) -> Iterator[tuple[Module, Edit]]:
    """What a test, or what is called around each, needs beside ``async``; nothing for any other function."""
    if (name := new_name(function, resolver)) is not None:
        yield function.module, RenameFunction(function.module.span(function.node), name)
    for case in cases_of(function, resolver):
        yield from case_edits(case)


def case_edits(case: Case) -> Iterator[tuple[Module, Edit]]:
    """``class Tests(unittest.TestCase)`` → ``class Tests(unittest.IsolatedAsyncioTestCase)``"""
    for edit in async_twin(case.written, "IsolatedAsyncioTestCase", "unittest", case.module):
        yield case.module, edit
