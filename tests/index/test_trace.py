"""What was asked of a file's text is asked again when it has changed, and nothing else matters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from awaitify.failure import Failure
from awaitify.index import text
from awaitify.index.program import Program
from awaitify.index.trace import Trace, holds, trace_of
from awaitify.source.file import SourceFile
from awaitify.source.read import decode_file

FILES = {
    "shop.py": "class Base:\n    def fetch(self): ...\n",
    "sub.py": "from shop import Base as B\nimport json\n\n\nclass Sub(B): ...\n",
    "use.py": "x.fetch()\n",
    "far.py": "import json\n\nx = 1\n",
}
Ask = Callable[[Program], object]


def traced(*asks: Ask) -> Trace:
    """What is left of these questions to the program."""
    data = {path: text.encode() for path, text in FILES.items()}

    def read(path: str) -> SourceFile | Failure:
        return decode_file(path, data[path])

    program = Program(data, {path: path.removesuffix(".py") for path in data}, read)
    for ask in asks:
        ask(program)
    return trace_of(program)


def still(trace: Trace, path: str, more: str) -> bool:
    return holds(trace, path, (FILES[path] + more).encode())


def mentioning(program: Program) -> object:
    return program.text.mentioning("fetch")


def defining(program: Program) -> object:
    return program.text.defining("fetch")


def below(program: Program) -> object:
    return program.text.subclass_lines("Base")


def imported(program: Program) -> object:
    return program.text.imported


def parsing(program: Program) -> object:
    return program.module_at("far.py")


def reading(program: Program) -> object:
    return program.text.files["far.py"]


ALL = (mentioning, defining, below, imported)


def test_where_nothing_was_asked_nothing_matters() -> None:
    assert still(traced(), "far.py", "class Far(Base):\n    def fetch(self): ...\nimport celery\n")


@pytest.mark.parametrize("path", FILES)
def test_what_says_the_same_holds(path: str) -> None:
    trace = traced(*ALL)
    assert still(trace, path, "")
    assert still(trace, path, "\n# a comment\nx = prefetch(fetches)\nimport json\n") or path in ("shop.py", "use.py")
    assert still(trace, path, "\nclass Sub: ...\n")


@pytest.mark.parametrize(
    ("ask", "path", "more"),
    [
        (mentioning, "far.py", "# fetch\n"),
        (defining, "use.py", "def fetch(): ...\n"),
        (defining, "far.py", "fetch()\n"),
        (below, "far.py", "class Far(Other): ...\n"),
        (below, "far.py", "Other = Base\n"),
        (below, "far.py", "from shop import Base as Other\n"),
        (below, "sub.py", "class Sub(B, C): ...\n"),
        (imported, "far.py", "import celery\n"),
        (parsing, "far.py", "# a comment\n"),
        (reading, "far.py", "# a comment\n"),
    ],
)
def test_another_answer_to_what_was_asked_does_not_hold(ask: Ask, path: str, more: str) -> None:
    assert not still(traced(ask), path, more)
    assert still(traced(*(other for other in ALL if other not in (ask, mentioning, defining))), "use.py", "x.fetch()\n")


@pytest.mark.parametrize(("ask", "path"), [(mentioning, "use.py"), (below, "sub.py"), (imported, "sub.py")])
def test_what_is_gone_does_not_hold(ask: Ask, path: str) -> None:
    assert not holds(traced(ask), path, b"")
    assert holds(traced(ask), path, FILES[path].encode())


def test_a_definition_that_becomes_a_mention_does_not_hold() -> None:
    changed = FILES["shop.py"].replace("def fetch(self)", "fetch(self)").encode()
    assert not holds(traced(defining), "shop.py", changed)
    assert holds(traced(mentioning), "shop.py", changed)


def test_to_list_the_paths_or_to_ask_for_one_is_not_to_read() -> None:
    trace = traced(lambda program: list(program.text.files), lambda program: "far.py" in program.text.files)
    assert trace.whole == frozenset()
    assert traced(lambda program: list(program.text.files.values())).whole == FILES.keys()


def test_one_of_many_that_mention_a_word_must_go_on_to_do_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_MANY", 1)
    trace = traced(lambda program: program.text.number_mentioning("fetch", 1))
    assert still(trace, "far.py", "fetch()\n")  # one more of many
    assert not holds(trace, "shop.py", b"")
    assert not holds(trace, "use.py", b"")


def test_few_that_mention_a_word_are_as_good_as_asked_for() -> None:
    trace = traced(lambda program: program.text.number_mentioning("fetch", 5))
    assert not still(trace, "far.py", "fetch()\n")
    assert not holds(trace, "use.py", b"")
