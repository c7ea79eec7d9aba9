"""What is done with a mention, and what kind of code stands around it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from awaitify.index.references import Around, Mention, Use, is_in_loop, mentions_of, statement_of
from tests.index.asking import mentions, resolver_of


def mention_in(folder: Path, code: str) -> Mention:
    """The one mention of ``fetch`` in a function of that body."""
    (found,) = mentions(folder, "fetch", main=f"def f(x):\n    {code}\n")
    return found


@pytest.mark.parametrize(
    ("code", "use"),
    [
        ("return x.fetch()", Use.CALLED),
        ("fetch(1)", Use.CALLED),
        ("x.fetch().then", Use.CALLED),
        ("g(x.fetch)", Use.PASSED),
        ("y = x.fetch", Use.PASSED),
        ("return {'a': x.fetch}", Use.PASSED),
        ("x.fetch = 1", Use.ASSIGNED),
        ("del x.fetch", Use.ASSIGNED),
        ("x.fetch.cache_clear()", Use.MEMBER),
        ("x.fetch.calls += 1", Use.MEMBER),
        ("getattr(x, 'fetch')", Use.NAMED),
        ("patch('shop.fetch')", Use.NAMED),
        ("@x.fetch\n    def g(): ...", Use.DECORATES),
        ("@x.fetch()\n    def g(): ...", Use.CALLED),
    ],
)
def test_a_mention_is_put_to_one_use(tmp_path: Path, code: str, use: Use) -> None:
    assert mention_in(tmp_path, code).use is use


def test_a_call_that_is_awaited_already_is_told_apart(tmp_path: Path) -> None:
    (found,) = mentions(tmp_path, "fetch", main="async def f(x):\n    return await x.fetch()")
    assert found.use is Use.AWAITED


@pytest.mark.parametrize(
    "code", ["from shop import fetch", "import fetch", "def fetch(): ...", "fetch = 1", "g(fetch=1)"]
)
def test_definitions_imports_and_keywords_are_no_mentions(tmp_path: Path, code: str) -> None:
    assert mentions(tmp_path, "fetch", main=code) == []


@pytest.mark.parametrize(
    ("code", "around"),
    [
        ("def f(x):\n    return x.fetch()", Around.BODY),
        ("def f(x):\n    return [y.fetch() for y in x]", Around.BODY),
        ("def f(x):\n    return {y: 1 for y in x.fetch()}", Around.BODY),
        ("def f(x):\n    return (y for y in x.fetch())", Around.BODY),
        ("def f(x):\n    return (y.fetch() for y in x)", Around.GENERATOR_EXPRESSION),
        ("def f(x):\n    return (y for y in x if y.fetch())", Around.GENERATOR_EXPRESSION),
        ("def f(x):\n    return (z for y in x for z in y.fetch())", Around.GENERATOR_EXPRESSION),
        ("def f(x):\n    return ([z.fetch() for z in y] for y in x)", Around.GENERATOR_EXPRESSION),
        ("def f(x):\n    return lambda: x.fetch()", Around.LAMBDA),
        ("def f(x):\n    return lambda y=x.fetch(): y", Around.BODY),
        ("def f(x):\n    return [lambda: x.fetch() for y in x]", Around.LAMBDA),
        ("def f(x=y.fetch()): ...", Around.DEFAULT),
        ("def f(*, x=y.fetch()): ...", Around.DEFAULT),
        ("@x.fetch()\ndef f(): ...", Around.DEFAULT),
        ("def f() -> y.fetch(): ...", Around.DEFAULT),
        ("def f(x: y.fetch()): ...", Around.DEFAULT),
        ("class A:\n    def f(self, x=y.fetch()): ...", Around.DEFAULT),
        ("if __name__ == '__main__':\n    def f(x=y.fetch()): ...", Around.DEFAULT),
        ("def g():\n    class A:\n        def f(self, x=y.fetch()): ...", Around.DEFAULT),
        ("def g():\n    def f(x=y.fetch()): ...", Around.BODY),
        ("def g():\n    @y.fetch()\n    def f(): ...", Around.BODY),
        ("def g():\n    def f(x: y.fetch()): ...", Around.DEFAULT),
        ("x.fetch()", Around.MODULE),
        ("if x:\n    x.fetch()", Around.MODULE),
        ("class A:\n    y = x.fetch()", Around.CLASS_BODY),
        ("class A:\n    if y:\n        x.fetch()", Around.CLASS_BODY),
        ("class A(x.fetch()): ...", Around.MODULE),
        ("class A:\n    def f(self): self.fetch()", Around.BODY),
        ("if __name__ == '__main__':\n    x.fetch()", Around.MAIN_GUARD),
        ("if '__main__' == __name__:\n    for y in x: y.fetch()", Around.MAIN_GUARD),
        ("if __name__ == '__main__':\n    pass\nelse:\n    x.fetch()", Around.MODULE),
        ("if __name__ != '__main__':\n    x.fetch()", Around.MODULE),
        ("if __name__ == '__main__':\n    def f():\n        x.fetch()", Around.BODY),
        ("if __name__ == '__main__':\n    class A:\n        x.fetch()", Around.CLASS_BODY),
        ("if __name__ == '__main__':\n    f(lambda: x.fetch())", Around.LAMBDA),
    ],
)
def test_the_code_around_a_mention_is_of_one_kind(tmp_path: Path, code: str, around: Around) -> None:
    (found,) = mentions(tmp_path, "fetch", main=code)
    assert found.around is around


def test_the_top_of_a_main_module_is_a_main_guard(tmp_path: Path) -> None:
    resolver = resolver_of(tmp_path, {"shop/__init__": "", "shop/__main__": "fetch()"})
    (found,) = mentions_of("fetch", resolver)
    assert found.around is Around.MAIN_GUARD


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("def f():\n    fetch()", "f"),
        ("def f():\n    def g(): fetch()", "f.g"),
        ("class A:\n    def f(self): return lambda: fetch()", "A.f"),
        ("def f():\n    def g(x=fetch()): ...", "f"),
        ("def f():\n    @fetch()\n    def g(): ...", "f"),
        ("def f():\n    return (fetch() for x in y)", "f"),
        ("def f():\n    class A:\n        x = fetch()", None),
        ("fetch()", None),
        ("def f(x=fetch()): ...", None),
    ],
)
def test_the_function_around_a_mention_is_the_one_that_runs_it(tmp_path: Path, code: str, inside: str | None) -> None:
    (found,) = mentions(tmp_path, "fetch", main=code)
    assert (found.function and found.function.qualname) == inside


@pytest.mark.parametrize(
    ("body", "repeats"),
    [
        ("fetch()", False),
        ("for x in y: fetch()", True),
        ("for x in fetch(): pass", False),
        ("for x in y: pass\n    else: fetch()", False),
        ("while fetch(): pass", True),
        ("while x:\n        if y: fetch()", True),
        ("while x: pass\n    else: fetch()", False),
        ("[fetch() for x in y]", True),
        ("[x for x in fetch()]", False),
        ("[x for x in y for z in fetch()]", True),
        ("[x for x in y if fetch()]", True),
        ("{x: fetch() for x in y}", True),
        ("with fetch(): pass", False),
        ("try: fetch()\n    finally: pass", False),
    ],
)
def test_a_loop_is_what_may_run_a_call_more_than_once(tmp_path: Path, body: str, repeats: bool) -> None:
    (found,) = mentions(tmp_path, "fetch", main=f"def f(y):\n    {body}\n")
    assert found.function is not None
    assert found.call is not None
    assert is_in_loop(found.call, found.module, found.function.node) is repeats


def test_the_statement_of_a_mention_is_the_innermost_one(tmp_path: Path) -> None:
    found = mention_in(tmp_path, "if x:\n        y = [fetch()\n             ]")
    statement = statement_of(found.node, found.module)
    assert isinstance(statement, ast.Assign)
    assert statement.lineno == 3


def test_the_place_of_a_call_is_all_of_it(tmp_path: Path) -> None:
    found = mention_in(tmp_path, "return x.fetch(\n        1)")
    assert str(found.place) == "main.py:2"
    assert found.place.span.end_line == 3
    assert found.module.place(found.node).span.end_line == 2
