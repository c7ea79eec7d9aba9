"""The proof refuses what isn't the plan, whoever made it."""

from __future__ import annotations

import pytest

from awaitify.names import Span
from awaitify.plan.edit import (
    AddArgument,
    AddDecorator,
    AddImport,
    AddToClass,
    AddToModule,
    AwaitCall,
    Edit,
    MakeAsync,
    MakeAsyncWith,
    Mark,
    RemoveImport,
    RenameArgument,
    ReplaceExpression,
    RunCall,
    SplitFunction,
    WrapInWith,
)
from awaitify.rewrite import apply, bodies
from awaitify.rewrite.prove import prove
from tests.rewrite.spots import applied, clean, failure, span, statement

OLD = clean('''
    """Doc."""
    import requests

    class Portal:
        """A portal."""

        def fetch(self, city, *, retries=3):
            """Fetch it."""
            # the call
            with self.lock:
                response = requests.get(self.url(city), timeout=5)
            if response.ok and retries > 0:
                return response.json()["city"]
            return parse(response)

    def main(city):
        """Run."""
        print(Portal().fetch(city))
''')


def edits() -> tuple[Edit, ...]:
    """One of each kind."""
    call = span(OLD, "requests.get(self.url(city), timeout=5)")
    return (
        MakeAsync(statement(OLD, "def fetch")),
        AddDecorator(statement(OLD, "def fetch"), "traced"),
        MakeAsyncWith(statement(OLD, "with self.lock")),
        AwaitCall(call),
        ReplaceExpression(span(OLD, "requests.get"), "client.get"),
        RenameArgument(call, "timeout", "wait"),
        AddArgument(call, "follow_redirects=True"),
        AwaitCall(span(OLD, "response.json()")),
        ReplaceExpression(span(OLD, "parse(response)"), "{0}.parsed(1)", (span(OLD, "response", 3),)),
        WrapInWith(statement(OLD, "with self.lock"), statement(OLD, "if response"), "Client() as client"),
        AddToClass(statement(OLD, "class Portal"), "async def aclose(self):\n    # shut\n    await self.x()"),
        SplitFunction(statement(OLD, "def main"), "asyncio.run(_main(city))", "async def _main(city):"),
        AwaitCall(span(OLD, "Portal().fetch(city)")),
        RemoveImport(statement(OLD, "import requests"), "requests"),
        AddImport("asyncio"),
        AddImport("httpx", "Client"),
        AddToModule("def helper():\n    return 1"),
        Mark(statement(OLD, "return parse"), "awaitify: todo[AW406] look"),
    )


NEW = clean('''
    """Doc."""
    import asyncio

    from httpx import Client


    def helper():
        return 1


    class Portal:
        """A portal."""

        @traced
        async def fetch(self, city, *, retries=3):
            """Fetch it."""
            # the call
            async with Client() as client:
                async with self.lock:
                    response = await client.get(self.url(city), wait=5, follow_redirects=True)
                if response.ok and retries > 0:
                    return (await response.json())["city"]
            # awaitify: todo[AW406] look
            return response.parsed(1)

        async def aclose(self):
            # shut
            await self.x()

    def main(city):
        """Run."""
        asyncio.run(_main(city))


    async def _main(city):
        print(await Portal().fetch(city))
''')


def test_what_apply_makes_of_one_edit_of_each_kind_is_proved() -> None:
    assert prove(OLD, NEW, edits()) is None
    assert prove(OLD, applied(OLD, *edits()), edits()) is None


def test_apply_makes_it_so() -> None:
    assert applied(OLD, *edits()) == NEW


@pytest.mark.parametrize("edit", edits(), ids=lambda edit: f"{type(edit).__name__}")
def test_an_edit_that_was_not_made_is_seen(edit: Edit) -> None:
    others = [other for other in edits() if other != edit]
    assert prove(OLD, NEW, others) is not None, "made, but not in the plan"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("retries > 0", "retries >= 0"),
        ("retries > 0", "retries > 1"),
        ("retries=3", "retries=3.0"),
        ('["city"]', '["City"]'),
        ('["city"]', '[" city"]'),
        ("response.ok and retries > 0", "response.ok"),
        ("self.url(city)", "city"),
        ("self.url(city), wait=5", "wait=5"),
        ("wait=5, follow_redirects=True", "follow_redirects=True, wait=5"),
        ("await client.get(self.url(city)", "client.get(await self.url(city)"),
        ("(await response.json())[", "await (response.json()["),
        ("    async with Client() as client:", "    async with Client() as clients:"),
        ("            if response.ok and retries > 0:\n                return (await response.json())[\"city\"]\n", ""),
        ("            async with self.lock:\n", "            with self.lock:\n"),
        ("        return response.parsed(1)\n", ""),
        ("        return response.parsed(1)\n", "        return response.parsed(1)\n        return None\n"),
        ("    @traced\n", ""),
        ("    async def fetch", "    def fetch"),
        ('"""Fetch it."""', '"""Fetch them."""'),
        ('"""Doc."""\n', ""),
        ('"""Doc."""\nimport asyncio\n', 'import asyncio\n"""Doc."""\n'),
        ("import asyncio\n", ""),
        ("import asyncio\n", "import asyncio\nimport asyncio\n"),
        ("import asyncio\n", "import asyncio\nimport requests\n"),
        ("from httpx import Client\n", "from httpx import Client as C\n"),
        ("    return 1\n", "    return 2\n"),
        ("        await self.x()\n", "        await self.x(1)\n"),
        ("    asyncio.run(_main(city))\n", "    asyncio.run(_main())\n"),
        ("    asyncio.run(_main(city))\n", ""),
        ("# the call", "# the cal"),
        ("        # the call\n", ""),
        ("        # awaitify: todo[AW406] look\n", ""),
        ("        # shut\n", "        # shut\n        # out\n"),
    ],
)  # fmt: skip
def test_a_result_that_was_tampered_with_is_seen(was: str, becomes: str) -> None:
    assert NEW.count(was) >= 1
    assert prove(OLD, NEW.replace(was, becomes, 1), edits()) is not None


def test_the_reason_names_the_line_and_both_sides() -> None:
    reason = prove("def f():\n    a(1)\n", "def f():\n    a(2)\n", ())
    assert reason == "line 2: 2 where 1 should be"
    assert prove("a\nb\n", "a\n", ()) == "line 1: nothing where `b` should be"
    assert prove("a\nif b: c\n", "a\nif b: c\nd\n", ()) == "line 3: `d` where nothing should be"


def test_an_import_below_a_definition_is_seen() -> None:
    assert "below a definition" in str(prove("def f(): pass\n", "def f(): pass\nimport a\n", [AddImport("a")]))


def test_a_result_that_does_not_compile_is_seen() -> None:
    assert "doesn't compile" in str(prove("x = 1\n", "x = \n", ()))
    assert "doesn't compile" in str(prove("def f(): g()\n", "def f(): await g()\n", [AwaitCall(Span(1, 9, 1, 12))]))


def test_what_a_replacement_keeps_stays_in_its_order() -> None:
    old = "t(a, b)\n"
    holes = (span(old, "a"), span(old, "b"))
    place = span(old, "t(a, b)")
    assert prove(old, "g(a, b)\n", [ReplaceExpression(place, "g({0}, {1})", holes)]) is None
    for template, new in [("g({1}, {0})", "g(b, a)"), ("g({0}, {0}, {1})", "g(a, a, b)"), ("g({0})", "g(a)")]:
        assert "once each and in order" in str(prove(old, f"{new}\n", [ReplaceExpression(place, template, holes)]))


def test_an_edit_that_names_nothing_is_seen() -> None:
    nowhere = Span(9, 0, 9, 1)
    for edit in (AwaitCall(nowhere), MakeAsync(nowhere), WrapInWith(nowhere, nowhere, "a"), Mark(nowhere, "b")):
        assert "names 0 nodes" in str(prove("x = 1\n", "x = 1\n", [edit]))
    assert "no expression stands" in str(prove("x\n", "y\n", [ReplaceExpression(span("x", "x"), "{0}", (nowhere,))]))


def test_an_edit_that_names_another_kind_is_seen() -> None:
    old = "class A: x = y\n"
    place = statement(old, "class A")
    for edit in (MakeAsync(place), MakeAsyncWith(place), RemoveImport(place, "a"), AddDecorator(place, "d")):
        assert "another kind" in str(prove(old, old, [edit]))
    assert "names no call" in str(prove(old, old, [RunCall(span(old, "y"))]))


def test_names_and_arguments_that_are_not_there_are_seen() -> None:
    old = "import a\nf(b, *c)\n"
    assert "doesn't bind" in str(prove(old, old, [RemoveImport(statement(old, "import"), "z")]))
    call = span(old, "f(b, *c)")
    assert "has no argument z=" in str(prove(old, old, [RenameArgument(call, "z", "y")]))
    assert "has no argument 1" in str(prove(old, old, [RenameArgument(call, 1, "y")]))


def test_a_run_call_is_proved() -> None:
    old = "f(1)\n"
    assert prove(old, "asyncio.run(f(1))\n", [RunCall(span(old, "f(1)"))]) is None
    assert prove(old, "asyncio.run(f(2))\n", [RunCall(span(old, "f(1)"))]) is not None


def test_an_edit_whose_text_is_no_python_is_seen() -> None:
    place = span("f(1)", "f(1)")
    assert "no Python" in str(prove("f(1)\n", "f(1)\n", [AddArgument(place, "(")]))
    for text in ("a, b", ")("):
        assert "isn't one argument" in str(prove("f(1)\n", "f(1)\n", [AddArgument(place, text)]))


def test_a_docstring_may_be_indented_anew_but_not_changed() -> None:
    old = 'def f():\n    """One.\n\n    Two.\n    """\n'
    assert prove(old, old.replace("    Two.\n    ", "        Two.\n        "), ()) is None
    assert prove(old, old.replace("Two", "Three"), ()) is not None
    string = 'x = """One.\n\n    Two.\n    """\n'
    assert prove(string, string.replace("    Two.\n    ", "        Two.\n        "), ()) is not None


def test_apply_turns_a_failed_proof_into_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "make_edits", lambda original, places, edits: original.module)
    text = "def f(): pass\n"
    found = failure(text, MakeAsync(statement(text, "def f")))
    assert found.code == "AW906"
    assert "FunctionDef" in found.reason or "where" in found.reason


def test_apply_refuses_a_pass_that_drops_what_it_should_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "add_definition", lambda lines, text, header: list(lines))
    found = failure("x = 1\n", AddToModule("def f(): pass"))
    assert (found.code, "stands there 0 times" in found.reason) == ("AW906", True)
