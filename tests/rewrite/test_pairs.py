"""What stays as it was above what is made of it, and the names by which the new one goes."""

from __future__ import annotations

import textwrap

import pytest
from black.mode import Mode

from awaitify.plan.edit import (
    AddImport,
    AwaitCall,
    Edit,
    ImportAlso,
    KeepBefore,
    MakeAsync,
    Mark,
    Rename,
    RenameFunction,
    ReplaceExpression,
)
from tests.rewrite.spots import applied, clean, failure, span, statement


def test_a_method_stays_above_its_twin() -> None:
    text = clean('''
        class Api:
            limit = 3

            # what it gives
            @retry  # why
            def fetch(self):
                """Fetch it."""
                # inside
                return self.get("/")["x"]

            def other(self): pass
    ''')
    place = statement(text, "def fetch")
    call = span(text, 'self.get("/")')
    edits = (
        KeepBefore(place),
        RenameFunction(place, "afetch"),
        MakeAsync(place),
        AwaitCall(call),
        Rename(span(text, "self.get"), "aget"),
    )
    twin = clean('''

            @retry  # why
            async def afetch(self):
                """Fetch it."""
                # inside
                return (await self.aget("/"))["x"]
    ''')
    head, tail = text.split("\n    def other")
    assert applied(text, *edits) == f"{head}\n{textwrap.indent(twin, '    ')}\n    def other{tail}"


def test_functions_of_a_module_are_two_lines_apart() -> None:
    text = "import x\n\n\ndef fetch():\n    return x.get()\n\n\nfetch()\n"
    place = statement(text, "def fetch")
    new = applied(text, KeepBefore(place), RenameFunction(place, "afetch"), MakeAsync(place), mode=Mode())
    assert new == text.replace("\n\n\nfetch()", "\n\n\nasync def afetch():\n    return x.get()\n\n\nfetch()")


def test_the_first_function_of_a_file_keeps_what_stands_above_it() -> None:
    text = "# licence\n\n# about f\ndef f():\n    g()\n"
    place = statement(text, "def f")
    new = applied(text, KeepBefore(place), RenameFunction(place, "af"), MakeAsync(place))
    assert new == f"{text}\n\nasync def af():\n    g()\n"


def test_overloads_stay_together() -> None:
    text = clean("""
        class A:
            @overload
            def f(self, x: int) -> int: ...
            @overload
            def f(self, x: str) -> str: ...
            def f(self, x): return x
            y = 1
    """)
    edits: list[Edit] = []
    for number in range(3):
        place = statement(text, "def f", number)
        edits += [KeepBefore(place), RenameFunction(place, "af"), MakeAsync(place)]
    twins = clean("""

            @overload
            async def af(self, x: int) -> int: ...

            @overload
            async def af(self, x: str) -> str: ...

            async def af(self, x): return x
    """)
    head, tail = text.split("    y = 1")
    assert applied(text, *edits) == f"{head}\n{textwrap.indent(twins, '    ')}    y = 1{tail}"


def test_a_statement_stays_above_its_copy() -> None:
    text = clean("""
        import requests

        class A:
            def __init__(self):
                # the session
                self.session = requests.Session()  # one
                self.session.headers["x"] = "y"
    """)
    made = statement(text, "self.session = ")
    header = statement(text, "self.session.headers")
    new = applied(
        text,
        KeepBefore(made),
        Rename(span(text, "self.session"), "asession"),
        ReplaceExpression(span(text, "requests.Session()"), "httpx.AsyncClient()"),
        KeepBefore(header),
        Rename(span(text, "self.session", 1), "asession"),
        AddImport("httpx"),
    )
    assert new == clean("""
        import httpx
        import requests

        class A:
            def __init__(self):
                # the session
                self.session = requests.Session()  # one
                self.asession = httpx.AsyncClient()  # one
                self.session.headers["x"] = "y"
                self.asession.headers["x"] = "y"
    """)


def test_a_mark_stands_above_the_twin() -> None:
    text = "x = 1\n\n\ndef f():\n    g()\n"
    place = statement(text, "def f")
    new = applied(text, KeepBefore(place), RenameFunction(place, "af"), Mark(place, "todo"))
    assert new == f"{text}\n\n# todo\ndef af():\n    g()\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from m import f", "from m import f, af"),
        ("from m import f, g", "from m import f, af, g"),
        ("from m import e, f", "from m import e, f, af"),
        ("from .m import f as h  # why", "from .m import f as h, af as ah  # why"),
        ("from m import (\n    e,\n    f,\n)", "from m import (\n    e,\n    f,\n    af,\n)"),
        ("from m import (\n    f,\n)", "from m import (\n    f,\n    af,\n)"),
        ("from m import (\n    e,\n    f\n)", "from m import (\n    e,\n    f,\n    af\n)"),
    ],
)
def test_an_import_takes_the_twin_too(before: str, after: str) -> None:
    bound = "ah" if " as " in before else ""
    assert applied(f"{before}\n", ImportAlso(statement(before, "from"), "f", "af", bound)) == f"{after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from m import f", "from m import af, f"),
        ("from m import e, f", "from m import e, af, f"),
        ("from m import (\n    e,\n    f,\n)", "from m import (\n    e,\n    af,\n    f,\n)"),
    ],
)
def test_an_import_stays_sorted(before: str, after: str) -> None:
    assert applied(f"{before}\n", ImportAlso(statement(before, "from"), "f", "af", before="f")) == f"{after}\n"


def test_an_import_takes_the_twin_instead() -> None:
    text = "from m import e, f as g, h  # why\n"
    new = applied(text, ImportAlso(statement(text, "from"), "f", "af", "ag", instead=True))
    assert new == "from m import e, af as ag, h  # why\n"
    text = "from m import (\n    d,\n    f,\n)\n"
    new = applied(text, ImportAlso(statement(text, "from"), "f", "af", before="d", instead=True))
    assert new == "from m import (\n    af,\n    d,\n)\n"


def test_names_in_parentheses_and_strings() -> None:
    text = 'async def f(a):\n    return (a.get)(1), f"{a.get(2)}"\n'
    new = applied(text, Rename(span(text, "a.get"), "aget"), Rename(span(text, "a.get", 1), "aget"))
    assert new == text.replace("a.get", "a.aget")


def test_what_shares_its_line_can_t_stay() -> None:
    text = "def f():\n    a = g(); b = 1\n"
    assert "KeepBefore" in failure(text, KeepBefore(statement(text, "a = g()"))).reason
    text = "def f(): a = g()\n"
    assert "KeepBefore" in failure(text, KeepBefore(statement(text, "a = g()"))).reason
    text = "from m import *\n"
    assert "takes no f" in failure(text, ImportAlso(statement(text, "from"), "f", "af")).reason
