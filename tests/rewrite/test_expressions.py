"""Calls are awaited, run and replaced, their arguments renamed and added."""

from __future__ import annotations

import pytest

from awaitify.names import Span
from awaitify.plan.edit import (
    AddArgument,
    AwaitCall,
    Edit,
    RenameArgument,
    ReplaceExpression,
    RunCall,
    ThreadCall,
)
from tests.rewrite.spots import applied, clean, failure, span


def awaited(line: str, call: str, number: int = 0) -> str:
    """*line* in an async function, with *call* awaited."""
    text = f"async def f():\n    {line}\n"
    new = applied(text, AwaitCall(span(text, call, number)))
    head, _, body = new.partition("\n    ")
    assert head == "async def f():"
    return body.removesuffix("\n")


@pytest.mark.parametrize(
    ("line", "call", "expected"),
    [
        ("return get(u)", "get(u)", "return await get(u)"),
        ("x = get(u).text", "get(u)", "x = (await get(u)).text"),
        ("x = get(u)['k']", "get(u)", "x = (await get(u))['k']"),
        ("x = get(u)(1)", "get(u)", "x = (await get(u))(1)"),
        ("x = get(u).json()['k']", "get(u)", "x = (await get(u)).json()['k']"),
        ("x = get(u).json()['k']", "get(u).json()", "x = (await get(u).json())['k']"),
        ("x = await get(u)", "get(u)", "x = await (await get(u))"),
        ("x = (get(u)).text", "get(u)", "x = (await get(u)).text"),
        ("x = ((get(u))).text", "get(u)", "x = ((await get(u))).text"),
        ("return (get(u))", "get(u)", "return (await get(u))"),
        ("return(get(u))", "get(u)", "return(await get(u))"),
        ("return -count() ** 2", "count()", "return -await count() ** 2"),
        ("return 2 ** count()", "count()", "return 2 ** await count()"),
        ("return not ok() and ok()", "ok()", "return not await ok() and ok()"),
        ("if store.count() == 0: pass", "store.count()", "if await store.count() == 0: pass"),
        ("print(*rows(), **kw())", "rows()", "print(*await rows(), **kw())"),
        ("print(*rows(), **kw())", "kw()", "print(*rows(), **await kw())"),
        ("x = [a() for a in b()]", "b()", "x = [a() for a in await b()]"),
        ("x = {a(): b()}", "b()", "x = {a(): await b()}"),
        ("x[get(u)] = 1", "get(u)", "x[await get(u)] = 1"),
        ("x = y if get(u) else z", "get(u)", "x = y if await get(u) else z"),
        ("x = y if(get(u))else z", "get(u)", "x = y if(await get(u))else z"),
        ("x = y if get(u)else z", "get(u)", "x = y if (await get(u))else z"),
        ('return"a".join(x)', '"a".join(x)', 'return(await "a".join(x))'),
        ("x = f(i for i in y)", "f(i for i in y)", "x = await f(i for i in y)"),
        ("x = f((i for i in y))", "f((i for i in y))", "x = await f((i for i in y))"),
        ("x = (f)(1)", "(f)(1)", "x = await (f)(1)"),
        ("x = f'{get(u)!r:>{w()}} {get(u)}'", "get(u)", "x = f'{await get(u)!r:>{w()}} {get(u)}'"),
        ("x = f'{get(u)!r:>{w()}} {get(u)}'", "w()", "x = f'{get(u)!r:>{await w()}} {get(u)}'"),
        ("x = 'é' + get('é')", "get('é')", "x = 'é' + await get('é')"),
        ("assert (x := get(u))", "get(u)", "assert (x := await get(u))"),
        ("with get(u) as a, get(u): pass", "get(u)", "with await get(u) as a, get(u): pass"),
    ],
)
def test_an_await_gets_parentheses_only_where_it_needs_them(line: str, call: str, expected: str) -> None:
    assert awaited(line, call) == expected


def test_each_link_of_a_chain_gets_its_own_await() -> None:
    text = "async def f():\n    return q.all().first().name\n"
    new = applied(text, AwaitCall(span(text, "q.all()")), AwaitCall(span(text, "q.all().first()")))
    assert new == "async def f():\n    return (await (await q.all()).first()).name\n"


def test_awaits_nest() -> None:
    text = "async def f():\n    return a(b(c()), b())\n"
    edits = [AwaitCall(span(text, piece)) for piece in ("a(b(c()), b())", "b(c())", "c()")]
    assert applied(text, *edits) == "async def f():\n    return await a(await b(await c()), b())\n"


def test_a_call_over_several_lines_keeps_its_layout_and_its_comments() -> None:
    text = clean("""
        async def f():
            x = (
                # one
                q.all()  # two
                .first()  # three
            )
            return get(  # four
                u,  # five
            ).text
    """)
    first, second = span(text, "q.all()  # two\n        .first()"), span(
        text, "get(  # four\n        u,  # five\n    )"
    )
    assert applied(text, AwaitCall(first), AwaitCall(second)) == clean("""
        async def f():
            x = (
                # one
                await q.all()  # two
                .first()  # three
            )
            return (await get(  # four
                u,  # five
            )).text
    """)


def test_calls_in_f_strings_over_several_lines_are_found() -> None:
    text = 'async def f():\n    return f"""\n{get("é")} é {get(1)}\n  {get(\n1)}""" f"{get(1)}"\n'
    edits = [AwaitCall(span(text, "get(1)")), AwaitCall(span(text, "get(\n1)")), AwaitCall(span(text, "get(1)", 1))]
    expected = 'async def f():\n    return f"""\n{get("é")} é {await get(1)}\n  {await get(\n1)}""" f"{await get(1)}"\n'
    assert applied(text, *edits) == expected


def test_a_decorators_argument_can_be_awaited() -> None:
    text = "async def f():\n    @d(get(1))\n    # about g\n    def g(): pass\n"
    assert "@d(await get(1))\n    # about g\n    def g" in applied(text, AwaitCall(span(text, "get(1)")))


def test_a_call_is_run_in_a_loop_of_its_own() -> None:
    text = "def f():\n    return (main(x)).y + main(x)\n"
    new = applied(text, RunCall(span(text, "main(x)")), RunCall(span(text, "main(x)", 1), "anyio.run_it"))
    assert new == "def f():\n    return (asyncio.run(main(x))).y + anyio.run_it(main(x))\n"


@pytest.mark.parametrize(
    ("line", "piece", "template", "holes", "expected"),
    [
        ("x = requests.get(u)", "requests.get", "client.get", (), "x = client.get(u)"),
        ("x = open(p).read()", "open(p)", "{0}.open()", ("p",), "x = p.open().read()"),
        ("x = json.load(f)", "json.load(f)", "json.loads(await {0}.read())", ("f",), "x = json.loads(await f.read())"),
        ("x = t(a or b)", "t(a or b)", "{0}.run()", ("a or b",), "x = (a or b).run()"),
        ("x = t(a or b)", "t(a or b)", "g({0})", ("a or b",), "x = g(a or b)"),
        ("x = t((a or b))", "t((a or b))", "{0}.run()", ("a or b",), "x = (a or b).run()"),
        ("x = t(a).y", "t(a)", "{0} + 1", ("a",), "x = (a + 1).y"),
        ("x = t(a)", "t(a)", "{0} + 1", ("a",), "x = a + 1"),
        ("x = t(a) * 2", "t(a)", "{0} + 1", ("a",), "x = (a + 1) * 2"),
        ("x = t(a).y", "t(a)", "await {0}", ("a",), "x = (await a).y"),
        ("x = t(a, b)", "t(a, b)", "{{'a': {0}, 'b': {1}}}", ("a", "b"), "x = {'a': a, 'b': b}"),
        ("x = t(i for i in y)", "t(i for i in y)", "g({0})", ("(i for i in y)",), "x = g((i for i in y))"),
        ("x = t((1, 2))", "t((1, 2))", "g({0})", ("(1, 2)",), "x = g((1, 2))"),
        ("x = t((1, 2)).y", "(1, 2)", "[3]", (), "x = t([3]).y"),
        ("x = t(a\n      + b)", "t(a\n      + b)", "g({0})", ("a\n      + b",), "x = g(a\n      + b)"),
        ("x = t(a\n      + b)", "t(a\n      + b)", "{0}", ("a\n      + b",), "x = (a\n      + b)"),
        ("x = await to_thread(f, a)", "await to_thread(f, a)", "await {0}({1})", ("f", "a"), "x = await f(a)"),
        ("except_ = E", "E", "(A, B)", (), "except_ = (A, B)"),
    ],
)
def test_an_expression_becomes_its_template(
    line: str, piece: str, template: str, holes: tuple[str, ...], expected: str
) -> None:
    text = f"async def ff():\n    {line}\n"
    at = text.index(piece)
    spans = tuple(span(text, hole, text[:at].count(hole) + piece[: piece.rindex(hole)].count(hole)) for hole in holes)
    edit = ReplaceExpression(span(text, piece), template, spans)
    assert applied(text, edit) == f"async def ff():\n    {expected}\n"


def test_what_a_replacement_keeps_is_edited_as_well() -> None:
    text = "async def f():\n    return t(get(1).x, get(2)).y\n"
    whole = ReplaceExpression(
        span(text, "t(get(1).x, get(2))"), "g({0}, k={1})", (span(text, "get(1).x"), span(text, "get(2)"))
    )
    edits: list[Edit] = [whole, AwaitCall(whole.span), AwaitCall(span(text, "get(1)")), AwaitCall(span(text, "get(2)"))]
    assert applied(text, *edits) == "async def f():\n    return (await g((await get(1)).x, k=await get(2))).y\n"


def test_what_replaces_a_call_can_be_awaited() -> None:
    text = "async def f():\n    return t(a, b).y\n"
    place = span(text, "t(a, b)")
    whole = ReplaceExpression(place, "{0} or {1}", (Span(2, 13, 2, 14), span(text, "b")))
    assert applied(text, whole, AwaitCall(place)) == "async def f():\n    return (await (a or b)).y\n"


def test_comments_of_what_is_replaced_move_above_the_statement() -> None:
    text = "def f():\n    return t(  # one\n        a,  # two\n    )\n"
    edit = ReplaceExpression(span(text, "t(  # one\n        a,  # two\n    )"), "g({0})", (Span(3, 8, 3, 9),))
    assert applied(text, edit) == "def f():\n    # one\n    # two\n    return g(a)\n"


def test_edits_of_one_call_are_made_together() -> None:
    text = "async def f():\n    return requests.get(url, p, allow_redirects=True).text\n"
    call = span(text, "requests.get(url, p, allow_redirects=True)")
    new = applied(
        text,
        AwaitCall(call),
        AddArgument(call, "timeout=None"),
        RenameArgument(call, "allow_redirects", "follow_redirects"),
        RenameArgument(call, 1, "params"),
        ReplaceExpression(span(text, "requests.get"), "client.get"),
    )
    assert new == (
        "async def f():\n    return (await client.get(url, params=p, follow_redirects=True, timeout=None)).text\n"
    )


def test_arguments_are_renamed_by_the_places_they_had() -> None:
    text = "f(a, b, c=1)\n"
    call = span(text, "f(a, b, c=1)")
    new = applied(text, RenameArgument(call, 0, "x"), RenameArgument(call, 1, "c"), RenameArgument(call, "c", "z"))
    assert new == "f(x=a, c=b, z=1)\n"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("f()", "f(k=1)"),
        ("f( )", "f( k=1)"),
        ("f(a)", "f(a, k=1)"),
        ("f(a, )", "f(a, k=1, )"),
        ("f(a, **kw)", "f(a, **kw, k=1)"),
        ("f(x for x in y)", "f((x for x in y), k=1)"),
        ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    k=1,\n)"),
        ("f(\n    a,\n    b\n)", "f(\n    a,\n    b,\n    k=1\n)"),
        ("f(\n    a\n)", "f(\n    a,\n    k=1\n)"),
        ("f(\n    a,  # one\n    b,  # two\n)", "f(\n    a,  # one\n    b,  # two\n    k=1,\n)"),
        ("f(\n    a,  # one\n    b  # two\n)", "f(\n    a,  # one\n    b,  # two\n    k=1\n)"),
        ("f(a,\n  b)", "f(a,\n  b,\n  k=1)"),
        ("f(a,  # one\n  )", "f(a,  # one\n  k=1,\n  )"),
    ],
)
def test_an_argument_is_added_in_the_layout_of_the_others(call: str, expected: str) -> None:
    assert applied(f"{call}\n", AddArgument(span(call, call), "k=1")) == f"{expected}\n"


def test_an_argument_that_gets_a_keyword_gets_parentheses_where_it_needs_them() -> None:
    for call, expected in [("f(x for x in y)", "f(k=(x for x in y))"), ("f(a := 1)", "f(k=(a := 1))")]:
        assert applied(call, RenameArgument(span(call, call), 0, "k")) == expected


def test_an_argument_that_is_not_there_is_a_failure() -> None:
    text = "f(*a, b)\n"
    call = span(text, "f(*a, b)")
    assert failure(text, RenameArgument(call, 0, "k")).code == "AW905"
    assert failure(text, RenameArgument(call, "b", "k")).code == "AW905"


def test_an_edit_within_what_another_replaces_is_a_failure() -> None:
    text = "async def f():\n    return get(a(), b())\n"
    whole = ReplaceExpression(span(text, "get(a(), b())"), "x({0})", (span(text, "a()"),))
    assert "replaces what it edits" in failure(text, whole, AwaitCall(span(text, "b()"))).reason
    assert "same expression" in failure(text, whole, AddArgument(whole.span, "k=1")).reason


def test_a_call_is_not_awaited_and_run_at_once() -> None:
    text = "async def f():\n    return get(1)\n"
    place = span(text, "get(1)")
    assert "at once" in failure(text, AwaitCall(place), RunCall(place)).reason


def on_a_thread(line: str, call: str) -> str:
    """*line* in an async function, with *call* put on a thread."""
    text = f"async def f():\n    {line}\n"
    place = span(text, call)
    return applied(text, ThreadCall(place), AwaitCall(place)).partition("\n    ")[2].removesuffix("\n")


@pytest.mark.parametrize(
    ("line", "call", "expected"),
    [
        ("load()", "load()", "await asyncio.to_thread(load)"),
        ("return load(1)", "load(1)", "return await asyncio.to_thread(load, 1)"),
        ("x = api.load(a, *b, k=1, **c)", "api.load(a, *b, k=1, **c)", "x = await asyncio.to_thread(api.load, a, *b, k=1, **c)"),
        ("x = load(k=1, *b)", "load(k=1, *b)", "x = await asyncio.to_thread(load, k=1, *b)"),
        ("x = load(1).json()", "load(1)", "x = (await asyncio.to_thread(load, 1)).json()"),
        ("x = a().load(b())", "a().load(b())", "x = await asyncio.to_thread(a().load, b())"),
        ("x = load(i for i in y)", "load(i for i in y)", "x = await asyncio.to_thread(load, (i for i in y))"),
        ("x = (load)(1)", "(load)(1)", "x = await asyncio.to_thread((load), 1)"),
        ("x = (f or g)(1)", "(f or g)(1)", "x = await asyncio.to_thread((f or g), 1)"),
        ("x = (lambda: 1)()", "(lambda: 1)()", "x = await asyncio.to_thread((lambda: 1))"),
        ("x = (load(1))", "load(1)", "x = (await asyncio.to_thread(load, 1))"),
        ("x = f'{load(1)}'", "load(1)", "x = f'{await asyncio.to_thread(load, 1)}'"),
        ("with load(1) as x: pass", "load(1)", "with await asyncio.to_thread(load, 1) as x: pass"),
        ("x = [load(i) for i in y]", "load(i)", "x = [await asyncio.to_thread(load, i) for i in y]"),
        ("if not load(1): pass", "load(1)", "if not await asyncio.to_thread(load, 1): pass"),
        ("x = load (1)", "load (1)", "x = await asyncio.to_thread(load, 1)"),
    ],
)  # fmt: skip
def test_a_call_is_put_on_a_thread_with_all_its_arguments(line: str, call: str, expected: str) -> None:
    assert on_a_thread(line, call) == expected


def test_a_call_on_a_thread_keeps_its_layout_and_its_comments() -> None:
    text = clean("""
        async def f():
            x = requests.get(  # from the shop
                url,
                verify=False,  # its certificate is its own
            )
            return (
                q.all()  # all of it
                .first(1)
            )
    """)
    first = span(
        text, "requests.get(  # from the shop\n        url,\n        verify=False,  # its certificate is its own\n    )"
    )
    second = span(text, "q.all()  # all of it\n        .first(1)")
    assert applied(text, ThreadCall(first), AwaitCall(first), ThreadCall(second), AwaitCall(second)) == clean("""
        async def f():
            x = await asyncio.to_thread(  # from the shop
                requests.get,
                url,
                verify=False,  # its certificate is its own
            )
            return (
                await asyncio.to_thread(q.all()  # all of it
                .first, 1)
            )
    """)


def test_what_stands_in_a_call_on_a_thread_is_edited_too() -> None:
    text = "async def f():\n    return load(a(), b())\n"
    outer, inner = span(text, "load(a(), b())"), span(text, "a()")
    new = applied(text, ThreadCall(outer), AwaitCall(outer), AwaitCall(inner))
    assert new == "async def f():\n    return await asyncio.to_thread(load, await a(), b())\n"


def test_a_call_on_a_thread_is_awaited_and_nothing_else() -> None:
    text = "async def f():\n    return get(1)\n"
    place = span(text, "get(1)")
    for others in ([], [RunCall(place)], [AwaitCall(place), ReplaceExpression(place, "x()")]):
        assert failure(text, ThreadCall(place), *others).code == "AW905"


def test_a_template_that_does_not_use_a_hole_once_is_a_failure() -> None:
    text = "get(1)\n"
    for template in ("x()", "x({0}, {0})", "x({0}, {1})"):
        assert failure(text, ReplaceExpression(span(text, "get(1)"), template, (span(text, "1"),))).code == "AW905"


def test_an_f_string_that_prints_its_own_text_is_a_failure() -> None:
    text = "async def f():\n    return f'{get(1)=}'\n"
    assert "prints its own text" in failure(text, AwaitCall(span(text, "get(1)"))).reason


def test_text_that_an_f_string_can_not_hold_before_python_3_12_is_a_failure() -> None:
    text = "f'{get(1)}'\n"
    assert "can't stand in an f-string" in failure(text, AddArgument(span(text, "get(1)"), "k='v'")).reason
    assert applied(text, AddArgument(span(text, "get(1)"), 'k="v"')) == "f'{get(1, k=\"v\")}'\n"
