"""Functions, classes and the statements in a block."""

from __future__ import annotations

import textwrap

import pytest

from awaitify.plan.edit import (
    AddAsyncTwin,
    AddDecorator,
    AddToClass,
    AwaitCall,
    DefineLambda,
    MakeAsync,
    MakeAsyncWith,
    Mark,
    NameLambda,
    RemoveDecorator,
    RenameFunction,
    SplitFunction,
    WrapInWith,
)
from tests.rewrite.spots import applied, clean, failure, span, statement


def test_functions_become_async_and_keep_what_is_around_them() -> None:
    text = clean("""
        class A:
            # about f
            @d  # why
            def  f(self):  # note
                pass

            def g(self): pass
    """)
    new = applied(text, MakeAsync(statement(text, "def  f")), MakeAsync(statement(text, "def g")))
    assert new == text.replace("def  f", "async def  f").replace("def g", "async def g")


def test_a_function_that_is_async_already_is_a_failure() -> None:
    text = "async def f(): pass\n"
    assert "async already" in failure(text, MakeAsync(statement(text, "async def"))).reason


@pytest.mark.parametrize(
    "header", ["a() as b", "a(), b() as c", "(a() as b, c())", "(\n        a() as b,  # one\n    )"]
)
def test_a_with_becomes_async(header: str) -> None:
    text = f"async def f():\n    with {header}:\n        pass\n"
    assert applied(text, MakeAsyncWith(statement(text, "with"))) == text.replace("with", "async with")


TWINS = '''
    def d(f):
        x = 1

        # about w
        @wraps(f)  # why
        # between
        def w(*a):
            """Doc.

            More.
            """
            # inside
            return f(  # call
                *a,
            )
            # last

        return w
    # end
'''


def test_a_twin_stands_before_the_function_as_it_was() -> None:
    text = clean(TWINS)
    place = statement(text, "def w")
    call = span(text, "f(  # call\n            *a,\n        )")
    new = applied(text, MakeAsync(place), AwaitCall(call), AddAsyncTwin(place, "ask(f)", given=True))
    head, tail = text.split("    @wraps(f)")
    twin = clean('''
        if ask(f):

            @wraps(f)  # why
            # between
            async def w(*a):
                """Doc.

            More.
            """
                # inside
                return await f(  # call
                    *a,
                )

            return w
    ''')
    assert new == f"{head}{textwrap.indent(twin, '    ')}\n    @wraps(f){tail}"


def test_the_function_as_it_was_stands_under_else_where_more_follows() -> None:
    text = "def d(f):\n\tdef w(): return f()\n\tw.n = 1\n\treturn w\n"
    place = statement(text, "def w")
    edits = MakeAsync(place), AwaitCall(span(text, "f()")), AddAsyncTwin(place, "ask(f)", given=False)
    assert applied(text, *edits) == clean("""
        def d(f):
        \tif ask(f):

        \t\tasync def w(): return await f()

        \telse:

        \t\tdef w(): return f()
        \tw.n = 1
        \treturn w
    """).replace("    ", "\t")


def test_a_twin_of_something_else_is_a_failure() -> None:
    text = "def d(f):\n    class w: pass\n    return w\n"
    assert "no FunctionDef" in failure(text, AddAsyncTwin(statement(text, "class w"), "ask(f)", given=True)).reason


def wrapped(text: str, first: str, last: str) -> str:
    return applied(text, WrapInWith(statement(text, first), statement(text, last), "Client() as c"))


def test_statements_move_into_a_with_and_keep_comments_and_strings() -> None:
    text = clean('''
        async def f():
            """Doc."""

            # about a
            a = """
          text
            """  # after a
            if a:
                # in
                return b(
                    1,
                )
            # about the end
            return None
            # last
    ''')
    assert wrapped(text, "a = ", "if a") == clean('''
        async def f():
            """Doc."""

            # about a
            async with Client() as c:
                a = """
          text
            """  # after a
                if a:
                    # in
                    return b(
                        1,
                    )
            # about the end
            return None
            # last
    ''')


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("async def f():\n    if x: return get()\n", "return get()"),
        ("async def f(): return get()\n", "return get()"),
        ("async def f():\n    for x in y: get(); b\n", "get()"),
        ("async def f():\n    try: get()\n    except E: h()\n    else: i()\n    finally: j()\n", "get()"),
        ("async def f():\n    try: get()\n    except E: h()\n    else: i()\n    finally: j()\n", "h()"),
        ("async def f():\n    try: get()\n    except E: h()\n    else: i()\n    finally: j()\n", "i()"),
        ("async def f():\n    try: get()\n    except E: h()\n    else: i()\n    finally: j()\n", "j()"),
        ("async def f():\n    match x:\n        case 1: get()\n", "get()"),
        ("async def f():\n\twhile x:\n\t\tget()\n\telse:\n\t\th()\n", "h()"),
    ],
)
def test_a_with_stands_in_any_block(text: str, piece: str) -> None:
    assert "async with Client() as c:\n" in wrapped(text, piece, piece)


def test_a_one_line_suite_becomes_a_block() -> None:
    text = "async def f():\n    if x: a(); get(); b()  # why\n    return 1\n"
    assert wrapped(text, "get()", "get()") == clean("""
        async def f():
            if x:
                a()
                async with Client() as c:
                    get()
                b()  # why
            return 1
    """)


def test_withs_may_follow_each_other_and_nest() -> None:
    text = "async def f():\n    a()\n    b()\n    c()\n    d()\n"
    a, b, c, d = (statement(text, piece) for piece in ("a()", "b()", "c()", "d()"))
    new = applied(
        text, WrapInWith(a, c, "outer"), WrapInWith(b, c, "inner"), WrapInWith(d, d, "one"), WrapInWith(d, d, "two")
    )
    assert new == clean("""
        async def f():
            async with outer:
                a()
                async with inner:
                    b()
                    c()
            async with one:
                async with two:
                    d()
    """)


def test_withs_that_overlap_are_a_failure() -> None:
    text = "async def f():\n    a()\n    b()\n    c()\n"
    a, b, c = (statement(text, piece) for piece in ("a()", "b()", "c()"))
    assert "overlap" in failure(text, WrapInWith(a, b, "one"), WrapInWith(b, c, "two")).reason
    assert "before its first" in failure(text, WrapInWith(c, a, "one")).reason


def test_a_with_around_statements_of_two_blocks_is_a_failure() -> None:
    text = "async def f():\n    a()\n    if x:\n        b()\n"
    reason = failure(text, WrapInWith(statement(text, "a()"), statement(text, "b()"), "one")).reason
    assert "different blocks" in reason


def test_statements_in_a_with_are_edited_and_marked() -> None:
    text = "def f():\n    # get\n    x = get(1).y\n"
    place = statement(text, "x = ")
    new = applied(
        text,
        MakeAsync(statement(text, "def f")),
        WrapInWith(place, place, "a"),
        AwaitCall(span(text, "get(1)")),
        Mark(place, "todo"),
    )
    assert new == clean("""
        async def f():
            # get
            async with a:
                # todo
                x = (await get(1)).y
    """)


def test_a_function_is_split_into_a_sync_and_an_async_one() -> None:
    text = clean('''
        import asyncio

        # about main
        @app.command()
        def main(city):  # note
            """Say the weather."""

            # the client
            client = Client()
            print(client.now(city))
            # done


        main()
    ''')
    edit = SplitFunction(statement(text, "def main"), "asyncio.run(_main(city))", "async def _main(city):")
    assert applied(text, edit, AwaitCall(span(text, "client.now(city)"))) == clean('''
        import asyncio

        # about main
        @app.command()
        def main(city):  # note
            """Say the weather."""
            asyncio.run(_main(city))


        async def _main(city):
            # the client
            client = Client()
            print(await client.now(city))
            # done


        main()
    ''')


def test_a_function_of_one_line_is_split() -> None:
    text = "def main(): return run()\n"
    edit = SplitFunction(statement(text, "def main"), "return asyncio.run(_main())", "async def _main():")
    expected = "def main():\n    return asyncio.run(_main())\n\n\nasync def _main():\n    return run()\n"
    assert applied(text, edit) == expected


def test_a_method_hands_its_body_to_one_below_it() -> None:
    text = "class A:\n    def main(self):\n        now()\n\n    # another\n    def then(self): pass\n"
    edit = SplitFunction(statement(text, "def main"), "asyncio.run(self._main())", "async def _main(self):")
    assert applied(text, edit) == (
        "class A:\n    def main(self):\n        asyncio.run(self._main())\n\n    async def _main(self):\n        now()\n"
        "\n    # another\n    def then(self): pass\n"
    )


def test_a_decorator_stands_above_the_others() -> None:
    text = "# about f\n@b\ndef f(): pass\n\ndef g(): pass\n"
    new = applied(text, AddDecorator(statement(text, "def f"), "a(1)"), AddDecorator(statement(text, "def g"), "c"))
    assert new == "# about f\n@a(1)\n@b\ndef f(): pass\n\n@c\ndef g(): pass\n"


@pytest.mark.parametrize(
    ("text", "above", "expected"),
    [
        ("# a\n@b\ndef f(): pass\n", 0, "# a\ndef f(): pass\n"),
        ("x = 1\n\n\n@b\n# c\ndef f(): pass\n", 0, "x = 1\n\n\n# c\ndef f(): pass\n"),
        ("# a\n@b  # why\n@c\ndef f(): pass\n", 1, "# a\n# why\n@c\ndef f(): pass\n"),
        ("@b\n# c\n@c\n# d\ndef f(): pass\n", 0, "@b\n# c\n# d\ndef f(): pass\n"),
        ("@a\n@b\n@c\nasync def f(): pass\n", 1, "@a\n@c\nasync def f(): pass\n"),
        ("class A:\n    @property\n    def f(self): pass\n", 0, "class A:\n    def f(self): pass\n"),
    ],
)
def test_a_decorator_goes_and_the_comments_on_it_stay(text: str, above: int, expected: str) -> None:
    start = "async def f" if "async" in text else "def f"
    assert applied(text, RemoveDecorator(statement(text, start), above)) == expected


def test_a_decorator_that_is_not_there_is_a_failure() -> None:
    text = "@a\ndef f(): pass\n"
    assert failure(text, RemoveDecorator(statement(text, "def f"), 1)).code == "AW905"


def test_a_function_gets_another_name_whatever_else_is_done_to_it() -> None:
    text = "class A:\n    @property\n    def owner(self) -> str:  # whose\n        return load(self)\n"
    place = statement(text, "def owner")
    edits = (
        RemoveDecorator(place),
        RenameFunction(place, "get_owner"),
        MakeAsync(place),
        AwaitCall(span(text, "load(self)")),
    )
    expected = "class A:\n    async def get_owner(self) -> str:  # whose\n        return await load(self)\n"
    assert applied(text, *edits) == applied(text, *edits[::-1]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "def g():\n    # a\n    f = lambda x: h(x)  # b\n",
            "def g():\n    # a\n    async def f(x):\n        return await h(x)  # b\n",
        ),
        ("f = lambda: h(x)\n", "async def f():\n    return await h(x)\n"),
        (
            "f = lambda a, *b, c=1, **d: (h(x),\n 2)\n",
            "async def f(a, *b, c=1, **d):\n    return (await h(x),\n     2)\n",
        ),
        ("f = (lambda x:\n     h(x)\n     + 1)\n", "async def f(x):\n    return (await h(x)\n         + 1)\n"),
    ],
)
def test_a_lambda_with_a_name_becomes_a_function(text: str, expected: str) -> None:
    start = text.index("lambda")
    end = {"#": text.index("  # b") if "# b" in text else -1}["#"]
    body = text[start:end].rstrip("\n") if end > 0 else text[start:].rstrip("\n")
    body = body.removesuffix(")") if text.startswith("f = (") else body
    assert applied(text, DefineLambda(span(text, body)), AwaitCall(span(text, "h(x)"))) == expected


def test_a_lambda_elsewhere_is_a_failure() -> None:
    text = "g(lambda: 1)\n"
    assert failure(text, DefineLambda(span(text, "lambda: 1"))).code in {"AW905", "AW906"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "def g():\n    a()\n    # why\n    return s(xs, key=lambda x: (h(x), 1))\n",
            "def g():\n    a()\n\n    async def k(x):\n        return (await h(x), 1)\n\n    # why\n    return s(xs, key=k)\n",
        ),
        (
            "def g():\n    for x in s(lambda x: h(x)):\n        a()\n",
            "def g():\n    async def k(x):\n        return await h(x)\n\n    for x in s(k):\n        a()\n",
        ),
        (
            "def g():\n    if a:\n        s(lambda: h(x)); b()\n",
            "def g():\n    if a:\n        async def k():\n            return await h(x)\n\n        s(k); b()\n",
        ),
    ],
)
def test_a_lambda_gets_a_name_above_its_statement(text: str, expected: str) -> None:
    start, end = text.index("lambda"), text.index("h(x)") + len("h(x)")
    body = text[start:end] + ", 1)" * (text[end] == ",")
    assert applied(text, NameLambda(span(text, body), "k"), AwaitCall(span(text, "h(x)"))) == expected


def test_a_lambda_in_an_elif_is_a_failure() -> None:
    text = "def g():\n    if a:\n        pass\n    elif s(lambda: 1):\n        pass\n"
    assert failure(text, NameLambda(span(text, "lambda: 1"), "k")).code in {"AW905", "AW906"}


CLOSE = "async def aclose(self):\n    # shut\n    await self.client.aclose()\n\nasync def b(self): pass\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "class A:\n  def f(self):\n    pass\n  # end\n\n\nx = 1\n",
            (
                "class A:\n  def f(self):\n    pass\n  # end\n\n  async def aclose(self):\n    # shut\n"
                "    await self.client.aclose()\n\n  async def b(self): pass\n\n\nx = 1\n"
            ),
        ),
        (
            "class A: x = 1  # one\n",
            (
                "class A:\n    x = 1  # one\n\n    async def aclose(self):\n        # shut\n"
                "        await self.client.aclose()\n\n    async def b(self): pass\n"
            ),
        ),
        (
            "def f():\n\tclass A:\n\t\tpass\n\treturn A\n",
            (
                "def f():\n\tclass A:\n\t\tpass\n\n\t\tasync def aclose(self):\n\t\t\t# shut\n"
                "\t\t\tawait self.client.aclose()\n\n\t\tasync def b(self): pass\n\treturn A\n"
            ),
        ),
    ],
)
def test_methods_are_added_to_a_class_in_its_indentation(text: str, expected: str) -> None:
    assert applied(text, AddToClass(statement(text, "class A"), CLOSE)) == expected


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        ("def f():\n    x = 1\n", "x = 1", "def f():\n    # todo\n    x = 1\n"),
        ("def f():\n    # why\n    x = 1; y = 2\n", "y = 2", "def f():\n    # why\n    # todo\n    x = 1; y = 2\n"),
        ("def f():\n    if x: return 1\n", "return 1", "def f():\n    # todo\n    if x: return 1\n"),
        ("if x: a\nelse: b\n", "b", "if x: a\n# todo\nelse: b\n"),
        ("if x: a\nelif y: b\n", "b", "if x: a\n# todo\nelif y: b\n"),
        ("@d\ndef f(): pass\n", "def f", "# todo\n@d\ndef f(): pass\n"),
        ("def f():\n    # todo\n    x = 1\n", "x = 1", "def f():\n    # todo\n    x = 1\n"),
        ("x = 1\n", "x = 1", "# todo\nx = 1\n"),
        ("# a\n\n# todo\nx = 1\n", "x = 1", "# a\n\n# todo\nx = 1\n"),
    ],
)
def test_a_mark_stands_above_the_statement_once(text: str, piece: str, expected: str) -> None:
    assert applied(text, Mark(statement(text, piece), "todo")) == expected
