"""Whatever calls are awaited in whatever program: it compiles, means the same without them, and keeps its comments."""

from __future__ import annotations

import ast
import re

import libcst as cst
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from awaitify.names import Span
from awaitify.plan.edit import AwaitCall, Edit, MakeAsync, WrapInWith
from tests.rewrite.spots import applied

NAMES = st.sampled_from(["a", "é", "bb"])
SHAPES = st.sampled_from(
    [
        "{0}({1})", "{0}.m({1}, k={2})", "({0})({1})", "{0}().x[{1}]", "({0} + {1})", "(-{0} ** {1})", "(not {0})",
        "({0} if {1} else {2})", "[{0}, *{1}]", "{{{0}: {1}, **{2}}}", "[i({0}) for i in {1} if {2}]", "({0} < {1} < {2})",
        "({0} and {1} or {2})", "f'{{a({0})!r:>{{w()}}}} {{b()}}'", "f(i for i in {0})", "g(\n  {0},  # c1\n\n  {1}\n)",
        "(# c2\n  {0}\n  .n({1})  # c3\n)", "'s'.join({0})", "({0}, {1})", "{0}(*{1}, **{2})", "{0}[{1}:{2}]", "(yy := {0})",
        "(await {0}())", "{0}(({1}))", "((f)({0}))", "{0}.p().q({1}).r()",
    ]
)  # fmt: skip
EXPRESSIONS = st.recursive(NAMES, lambda inner: st.builds(str.format, SHAPES, inner, inner, inner), max_leaves=8)
LINES = st.sampled_from(
    [
        "return {0}", "x = {0}  # c4", "{0}", "x: int = {0}; y = {1}", "x += {0}", "assert {0}, {1}", "raise E({0}) from {1}",
        "# c5\nif {0}:\n    {1}\nelif {1}: {0}  # c6\nelse:\n    pass", "for i in {0}: {1}", "while {0}:\n    {1}\n    # c7",
        "with {0} as w, {1}:\n    pass", "try: {0}\nexcept E: {1}\nfinally:\n\n    pass", "del x[{0}]", "return({0})",
        '"""t\n  t"""', "return{0}if(a)else{1}", "@d({0})\ndef g(p={1}): pass", "match {0}:\n    case 1: {1}",
    ]
)  # fmt: skip


@st.composite
def programs(draw: st.DrawFn) -> str:
    """An async function of a few statements."""
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        shape = draw(LINES)
        lines.append(shape.replace("{0}", draw(EXPRESSIONS)).replace("{1}", draw(EXPRESSIONS)))
    indent = draw(st.sampled_from(["    ", "\t", " "]))
    body = "\n".join(lines).replace("    ", indent)
    text = "async def f():\n" + "".join(f"{indent}{line}\n" if line.strip() else "\n" for line in body.split("\n"))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@settings(max_examples=300, deadline=None)
@given(programs(), st.data())
def test_awaiting_any_calls_of_any_program_changes_nothing_else(text: str, data: st.DataObject) -> None:
    assume(is_taken(text))
    edits: list[Edit] = [AwaitCall(place) for place in awaitable(text) if data.draw(st.booleans())]
    if data.draw(st.booleans()):
        body = places(text, ast.parse(text).body[0])
        first = data.draw(st.integers(0, len(body) - 1))
        last = data.draw(st.integers(first, len(body) - 1))
        edits.append(WrapInWith(body[first], body[last], "c() as d"))
    new = applied(text, *edits)
    compile(new, "<new>", "exec", dont_inherit=True)
    assert without_await(new) == without_await(text)
    assert re.findall("# c.", new) == re.findall("# c.", text)
    assert new.count("await ") - text.count("await ") == sum(isinstance(edit, AwaitCall) for edit in edits)


@settings(max_examples=50, deadline=None)
@given(programs())
def test_a_program_made_sync_and_async_again_is_the_same(text: str) -> None:
    old = text.replace("async def f", "def f", 1)
    assume(is_taken(old))
    end = places(old, ast.parse(old))[0]
    assert applied(old, MakeAsync(end)) == text


def is_taken(text: str) -> bool:
    """Whether it is Python, to LibCST as well: that refuses ``return((a if b else c))``."""
    try:
        compile(text, "<old>", "exec", dont_inherit=True)
        cst.parse_module(text)
    except SyntaxError:
        return False
    return True


def awaitable(text: str) -> list[Span]:
    """The calls that may be awaited where they stand: not those in defaults, whose function is another one here."""
    found: list[Span] = []
    queue: list[ast.AST] = [ast.parse(text)]
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Call):
            found.append(_place(text, node))
        queue += ast.iter_child_nodes(node) if not isinstance(node, ast.GeneratorExp) else []
    return sorted(set(found))


def places(text: str, node: ast.AST) -> list[Span]:
    """The statements in a body."""
    assert isinstance(node, ast.Module | ast.AsyncFunctionDef)
    return [_place(text, statement) for statement in node.body]


def without_await(text: str) -> str:
    """The program's tree without its awaits and the ``with`` around statements."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            while isinstance(value, ast.Await):
                value = value.value
            if isinstance(value, list):
                value = [_stripped(item) for item in value]
                value = [part for item in value for part in (item.body if isinstance(item, ast.AsyncWith) else [item])]
            setattr(node, field, value)
    return ast.dump(tree)


def _stripped(item: object) -> object:
    while isinstance(item, ast.Await):
        item = item.value
    return item


def _place(text: str, node: ast.expr | ast.stmt) -> Span:
    lines = re.split(r"\r\n?|\n", text)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    start = len(lines[node.lineno - 1].encode()[: node.col_offset].decode())
    end = len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode())
    return Span(node.lineno, start, node.end_lineno, end)
