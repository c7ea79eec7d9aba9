"""One file: its bytes outside of the edits stay, and what can't be done leaves it as it is."""

from __future__ import annotations

import ast
import sys

import pytest

from awaitify.failure import Failure
from awaitify.plan.edit import (
    AddArgument,
    AddDecorator,
    AddImport,
    AddToClass,
    AddToModule,
    AwaitCall,
    Edit,
    MakeAsync,
    Mark,
    RenameArgument,
    ReplaceExpression,
    RunCall,
    SplitFunction,
    WrapInWith,
)
from awaitify.rewrite import apply
from awaitify.rewrite.apply import apply_edits
from awaitify.source.file import SourceFile
from awaitify.source.read import decode_file
from tests.rewrite.spots import applied, failure, source, span, statement


def test_the_same_edit_given_twice_is_made_once() -> None:
    text = "async def f():\n    get(1)\n"
    edit = AwaitCall(span(text, "get(1)"))
    assert applied(text, edit, edit) == "async def f():\n    await get(1)\n"


def test_no_edits_leave_the_file_as_it_is() -> None:
    assert applied("x = 1\n") == "x = 1\n"


BYTES = {
    "crlf": b"import a\r\ndef f():\r\n    # c\r\n\tx = 1\r\n".replace(b"\t", b"    "),
    "mixed": b"import a\r\n\ndef f():\n    # c\r\n    x = 1\n",
    "tabs": b"def f():\n\tif a:\n\t\tx = 1\n",
    "form feed": b"import a\n\x0c\ndef f():\n    x = 1\n",
    "bom": b"\xef\xbb\xbfdef f():\n    x = 1\n",
    "latin-1": b"# -*- coding: latin-1 -*-\ndef f():\n    x = 1  # \xe9\n    y = '\xe9'\n",
    "no final newline": b"def f():\n    x = 1",
    "line separators in strings": "def f():\n    x = 1\n    y = '\u2028\x0c\x85'\n".encode(),
    "trailing spaces": b"def f():   \n    x = 1 \n   \n",
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_outside_of_the_edits_stay(name: str) -> None:
    file = decode_file("a.py", BYTES[name])
    assert isinstance(file, SourceFile)
    text = file.text
    edits: list[Edit] = [MakeAsync(statement(text, "def f")), Mark(statement(text, "x = 1"), "todo")]
    change = apply_edits(file, edits)
    assert not isinstance(change, Failure)
    assert change.old == BYTES[name]
    back = change.new.replace(b"async def", b"def")
    mark = next(line for line in back.splitlines(keepends=True) if line.strip() == b"# todo")
    assert back.replace(mark, b"", 1) == BYTES[name]


def test_inserted_lines_end_as_the_files_own() -> None:
    text = "import a\r\n\r\nclass A:\r\n    pass\r\n"
    new = applied(
        text,
        AddToClass(statement(text, "class A"), "async def b(self):\n    pass\n"),
        AddToModule("def c():\n    pass\n"),
    )
    assert "\n" not in new.replace("\r\n", "")


def test_a_file_that_libcst_changes_is_a_failure() -> None:
    assert failure("x = 1\n\n\n    ").code == "AW904"


@pytest.mark.parametrize("text", ["def f(a):\n    return((a if a else a))\n"])
def test_a_file_that_libcst_refuses_is_a_failure(text: str) -> None:
    ast.parse(text)
    assert failure(text).code == "AW904"


def test_running_out_of_stack_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_deep(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(apply, "make_edits", too_deep)
    before = sys.getrecursionlimit()
    assert failure("x = 1\n").code == "AW908"
    assert sys.getrecursionlimit() == before


def test_a_file_whose_text_is_not_its_bytes_is_a_failure() -> None:
    change = apply_edits(SourceFile("a.py", b"x = 1\n", "x = 2\n", "utf-8"), ())
    assert isinstance(change, Failure)
    assert change.code == "AW904"


def test_a_file_that_is_no_python_is_a_failure() -> None:
    assert failure("print 1\n").code == "AW901"
    assert failure("x = '\0'\n").code == "AW901"


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".b()" * 2000 + "\n",
        "+".join("1" * 3000) + "\n",
        "-" * 900 + "1\n",
        "if a:\n    pass\n" + "elif b:\n    pass\n" * 1200,
        "x = 1\n" * 400_000,
    ],
    ids=["chain", "sum", "minus", "elif", "size"],
)
def test_a_file_that_is_too_deep_or_too_large_is_a_failure(text: str) -> None:
    assert failure(text).code == "AW908"


def test_a_long_chain_is_no_failure() -> None:
    text = "async def f():\n    return a" + ".b()" * 150 + "\n"
    assert applied(text, AwaitCall(span(text, "a" + ".b()" * 150))).count("await") == 1


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ([AwaitCall(span("    x = get(1)", "x = get"))], "no Call stands at"),
        ([MakeAsync(span("x", "x"))], "no FunctionDef begins at"),
    ],
)
def test_an_edit_that_finds_nothing_is_a_failure(edits: list[Edit], reason: str) -> None:
    found = failure("if a:\n    x = get(1)\n", *edits)
    assert found.code == "AW905"
    assert reason in found.reason


def test_an_await_in_a_sync_function_is_a_failure() -> None:
    text = "def f():\n    return get(1)\n"
    found = failure(text, AwaitCall(span(text, "get(1)")))
    assert found.code == "AW906"
    assert "doesn't compile" in found.reason


def test_a_character_that_the_encoding_lacks_is_a_failure() -> None:
    file = decode_file("a.py", b"# coding: latin-1\nx = 1\n")
    assert isinstance(file, SourceFile)
    change = apply_edits(file, [Mark(statement(file.text, "x = 1"), "…")])
    assert isinstance(change, Failure)
    assert "encoding" in change.reason


def test_a_change_holds_the_old_bytes_and_the_new() -> None:
    text = "def f(): pass\n"
    change = apply_edits(source(text), [MakeAsync(statement(text, "def f"))])
    assert not isinstance(change, Failure)
    assert (change.path, change.old, change.new) == ("shop/cart.py", b"def f(): pass\n", b"async def f(): pass\n")


TEXT = "import b\n\n\ndef f():\n    g(1)\n\n\nclass A: pass\n"


@pytest.mark.parametrize(
    "edit",
    [
        AddArgument(span(TEXT, "g(1)"), ")("),
        AddArgument(span(TEXT, "g(1)"), "a, b"),
        AddArgument(span(TEXT, "g(1)"), "("),
        RunCall(span(TEXT, "g(1)"), "a b"),
        RenameArgument(span(TEXT, "g(1)"), 0, "a b"),
        ReplaceExpression(span(TEXT, "g(1)"), "a b"),
        ReplaceExpression(span(TEXT, "g(1)"), "{"),
        ReplaceExpression(span(TEXT, "g(1)"), "{x}"),
        ReplaceExpression(span(TEXT, "g(1)"), ""),
        WrapInWith(span(TEXT, "g(1)"), span(TEXT, "g(1)"), "a:\n  pass\nwith b"),
        WrapInWith(span(TEXT, "g(1)"), span(TEXT, "g(1)"), "("),
        SplitFunction(statement(TEXT, "def f"), "asyncio.run(_f())", "class B:"),
        SplitFunction(statement(TEXT, "def f"), "", "async def _f():"),
        AddDecorator(statement(TEXT, "def f"), "a b"),
        AddToClass(statement(TEXT, "class A"), ""),
        AddToClass(statement(TEXT, "class A"), "def f("),
        AddToModule("# nothing"),
        AddToModule("def f("),
        AddImport("a b"),
        AddImport("a", "b c"),
        Mark(span(TEXT, "g(1)"), "two\nlines"),
    ],
    ids=str,
)
def test_text_that_is_no_python_is_a_failure(edit: Edit) -> None:
    assert failure(TEXT, edit).code in {"AW905", "AW906"}
