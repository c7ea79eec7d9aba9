"""A module's scopes: every name with all that it is bound to."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from awaitify.index.summarise import absolute_module, summarise
from awaitify.index.summary import Binding, BindingKind, Module, Scope
from awaitify.names import Span


def summary(text: str, name: str = "shop", path: str = "shop.py") -> Module:
    text = dedent(text).lstrip("\n")
    return summarise(text, ast.parse(text), name=name, path=path)


def scope_at(module: Module, qualname: str) -> Scope:
    scopes = {function.qualname: function.scope for function in module.functions}
    return scopes[qualname]


def said(bindings: list[Binding]) -> list[str]:
    texts = [ast.unparse(binding.node).strip().partition("\n")[0] for binding in bindings]
    return [
        f"{b.kind.name.lower()} {t}{list(b.steps) if b.steps else ''}" for b, t in zip(bindings, texts, strict=True)
    ]


def test_functions_and_classes_are_named_by_the_way_to_them() -> None:
    module = summary("""
        def total():
            def inner():
                class Local:
                    def method(self): pass
        class Cart:
            class Item:
                async def price(self): pass
        if total:
            def total(): pass
        """)
    names = [f.qualname for f in module.functions]
    assert names == ["total", "total.inner", "total.inner.Local.method", "Cart.Item.price", "total"]
    assert [c.qualname for c in module.classes] == ["total.inner.Local", "Cart", "Cart.Item"]


def test_a_method_knows_its_class_and_a_nested_function_has_none() -> None:
    module = summary("""
        class Cart:
            def total(self):
                def inner(): pass
            if True:
                def other(self): pass
        """)
    owners = {f.qualname: f.owner and f.owner.qualname for f in module.functions}
    assert owners == {"Cart.total": "Cart", "Cart.total.inner": None, "Cart.other": "Cart"}
    assert [f.is_nested for f in module.functions] == [False, True, False]
    assert sorted(module.classes[0].functions) == ["other", "total"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("x = f()", "value f()"),
        ("x: int = f()", "value f()"),
        ("y = x = f()", "value f()"),
        ("(y, x) = f()", "value f()[1]"),
        ("y, (z, x) = f()", "value f()[1, 1]"),
        ("[y, *x] = f()", "value f()[slice(1, None, None)]"),
        ("for x in f(): pass", "iteration f()"),
        ("for y, x in f(): pass", "iteration f()[1]"),
        ("with f() as x: pass", "context f()"),
        ("with a, f() as (y, x): pass", "context f()[1]"),
        ("if (x := f()): pass", "value f()"),
        ("print([x := f()])", "value f()"),
        ("import x", "import x"),
        ("import x.y", "import x.y"),
        ("from a import b as x", "import b as x"),
        ("x += f()", "value f()"),
        ("try: pass\nexcept E as x: pass", "other except E as x:"),
        ("try: pass\nexcept* E as x: pass", "other except E as x:"),
        ("x: int", "other x"),
        ("while a:\n    x = f()\nelse: pass", "value f()"),
        ("try: pass\nfinally:\n    x = f()", "value f()"),
        ("if a: pass\nelif b: x = f()", "value f()"),
        ("match a:\n    case x: pass", "value a"),
        ("match a:\n    case A() as x: pass", "pattern A()"),
        ("match a:\n    case [*x]: pass", "other a"),
        ("match a:\n    case {**x}: pass", "other a"),
        ("match a:\n    case 1:\n        x = f()", "value f()"),
        ("class x: pass", "class class x:"),
        ("def x(): pass", "function def x():"),
    ],
)
def test_a_statement_binds_a_name(statement: str, expected: str) -> None:
    module = summary(statement + "\n")
    assert said(module.scope.bindings["x"]) == [expected]


@pytest.mark.parametrize(
    "statement", ["y.x = 1", "x.y = 1", "x[0] = 1", "print(x)", "del x", "y = [x for x in z]", "lambda x: x"]
)
def test_a_statement_that_only_uses_a_name_binds_nothing(statement: str) -> None:
    assert "x" not in summary(statement + "\n").scope.bindings


def test_every_binding_of_a_name_is_kept_in_order() -> None:
    module = summary("x = 1\nfor x in y: pass\ndef x(): pass\n")
    assert [b.kind for b in module.scope.bindings["x"]] == [
        BindingKind.VALUE,
        BindingKind.ITERATION,
        BindingKind.FUNCTION,
    ]


def test_parameters_are_bound_in_the_function_with_their_annotations() -> None:
    module = summary("def f(a, /, b: int, *c, d=1, **e): pass\n")
    bindings = scope_at(module, "f").bindings
    assert list(bindings) == ["a", "b", "d", "c", "e"]
    assert bindings["b"][0].annotation is not None
    assert [bindings[name][0].kind for name in "ce"] == [BindingKind.PARAMETER, BindingKind.PARAMETER]


def test_a_walrus_in_a_function_binds_there_and_not_outside() -> None:
    module = summary("def f():\n    while (x := g()): pass\n")
    assert "x" in scope_at(module, "f").bindings
    assert "x" not in module.scope.bindings


def test_a_walrus_in_a_comprehension_binds_in_the_function_around_it() -> None:
    module = summary("def f():\n    return [y for _ in z if (y := g())]\n")
    assert said(scope_at(module, "f").bindings["y"]) == ["value g()"]


def test_a_walrus_in_a_lambda_stays_there() -> None:
    assert "y" not in summary("f = lambda: (y := 1)\n").scope.bindings


def test_global_and_nonlocal_names_belong_outside() -> None:
    module = summary("""
        def f():
            global a
            a = 1
            b = 2
            def g():
                nonlocal b
                b = 3
        """)
    assert scope_at(module, "f").outer_names == {"a"}
    assert scope_at(module, "f.g").outer_names == {"b"}


def test_attributes_on_self_belong_to_the_class() -> None:
    module = summary("""
        class Cart:
            kind = "cart"
            store: Store
            def __init__(this, api):
                this.api = api
                this.a, this.b = api
                with api as this.opened: pass
                for this.each in api: pass
                other.api = 1
            def late(self):
                self.api = Late()
            @staticmethod
            def static(thing):
                pass
        def outside(self):
            self.nothing = 1
        """)
    attributes = module.classes[0].attributes
    assert said(attributes["api"]) == ["value api", "value Late()"]
    assert said(attributes["b"]) == ["value api[1]"]
    assert said(attributes["opened"]) == ["context api"]
    assert said(attributes["each"]) == ["iteration api"]
    assert {"kind", "store", "__init__", "late", "static"} <= set(attributes)
    assert "nothing" not in attributes


def test_attributes_on_self_in_a_nested_function_are_not_those_of_its_first_parameter() -> None:
    module = summary("class A:\n    def f(self):\n        def g(self):\n            self.x = 1\n")
    assert "x" not in module.classes[0].attributes


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("import a.b", "a"),
        ("import a.b as a", "a.b"),
        ("from a.b import a", "a.b:a"),
        ("from . import a", "shop.cart:a"),
        ("from .b import a", "shop.cart.b:a"),
        ("from .. import a", "shop:a"),
        ("from ..b.c import a", "shop.b.c:a"),
    ],
)
def test_an_import_means_an_absolute_name(statement: str, source: str) -> None:
    package = summary(statement, "shop.cart", "shop/cart/__init__.py")
    assert package.scope.bindings["a"][0].source == source
    if statement.startswith("from ."):
        module = summary(statement, "shop.cart.view", "shop/cart/view.py")
        assert module.scope.bindings["a"][0].source == source


def test_a_relative_import_in_a_module_starts_at_its_package() -> None:
    module = summary("", "shop.cart.view", "shop/cart/view.py")
    assert absolute_module(module, None, 1) == "shop.cart"
    assert absolute_module(module, "price", 2) == "shop.price"


def test_star_imports_are_kept_apart() -> None:
    module = summary("from a.b import *\nfrom .c import *\n", "shop.cart", "shop/cart.py")
    assert module.stars == ["a.b", "shop.c"]


def test_spans_count_characters() -> None:
    module = summary("é = '😀'; f(x)\n")
    call = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    assert module.span(call) == Span(1, 9, 1, 13)


def test_lines_end_as_python_says() -> None:
    text = "a = '\x0c\u2028'\r\nb = 1\rc = f(a)\n"
    module = summarise(text, ast.parse(text), name="shop", path="shop.py")
    call = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    assert (module.span(call).line, module.lines[2]) == (3, "c = f(a)")


def test_mentions_are_names_attributes_imports_and_strings_that_look_like_names() -> None:
    module = summary("from a import fetch\nx.fetch\nfetch\n'fetch'\n'a.b:fetch'\n'fetch it'\n'prefetch'\nf(fetch=1)\n")
    assert [getattr(node, "lineno", 0) for node in module.mentions["fetch"]] == [1, 2, 3, 4, 5]
