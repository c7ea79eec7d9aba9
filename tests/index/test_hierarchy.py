"""The order of inheritance is Python's own, and a family is all that must have one colour."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awaitify.index.resolve import Resolver
from tests.index.asking import class_named, function_named, resolver_of

Graph = tuple[tuple[int, ...], ...]
"""By class, the numbers of its bases, which come before it."""


def graphs(most: int) -> st.SearchStrategy[Graph]:
    """Any graph of classes, those whose orders contradict each other among them."""
    bases = [st.lists(st.integers(0, max(n - 1, 0)), max_size=min(n, 3), unique=True).map(tuple) for n in range(most)]
    return st.integers(1, most).flatmap(lambda size: st.tuples(*bases[:size]))


def real_classes(graph: Graph) -> list[type] | None:
    """The classes made by Python; None where it finds no order."""
    made: list[type] = []
    for number, bases in enumerate(graph):
        try:
            made.append(type(f"C{number}", tuple(made[b] for b in bases), {}))
        except TypeError:
            return None
    return made


def written(graph: Graph, methods: set[int], modules: int) -> dict[str, str]:
    """The classes in *modules* modules that import each other's classes in turn by name, by module and under an alias."""
    texts = {f"m{number}": "" for number in range(modules)}
    for number, bases in enumerate(graph):
        module, names = f"m{number % modules}", []
        for base in bases:
            where = f"m{base % modules}"
            if where == module:
                names.append(f"C{base}")
            elif base % 3 == 0:
                texts[module] += f"from {where} import C{base}\n"
                names.append(f"C{base}")
            elif base % 3 == 1:
                texts[module] += f"import {where}\n"
                names.append(f"{where}.C{base}")
            else:
                texts[module] += f"from {where} import C{base} as Other{base}\n"
                names.append(f"Other{base}")
        body = "def go(self): ..." if number in methods else "x = 1"
        texts[module] += f"class C{number}({', '.join(names)}):\n    {body}\n"
    return texts


def resolver_for(graph: Graph, methods: set[int], modules: int) -> Resolver:
    with tempfile.TemporaryDirectory() as folder:
        return resolver_of(Path(folder), written(graph, methods, modules))


def name_of(number: int, modules: int) -> str:
    return f"m{number % modules}:C{number}"


quick = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(graphs(8), st.integers(1, 3))
def test_the_order_of_any_classes_is_pythons_own(graph: Graph, modules: int) -> None:
    resolver, made = resolver_for(graph, set(), modules), real_classes(graph)
    for number in range(len(graph)):
        cls = class_named(resolver, name_of(number, modules))
        order = [c.qualname for c in resolver.hierarchy.order(cls)]
        if made is not None:
            assert order == [c.__name__ for c in made[number].__mro__ if c is not object]
        assert order[0] == f"C{number}"
        assert len(set(order)) == len(order)


@quick
@given(graphs(7), st.integers(1, 3), st.data())
def test_the_family_of_any_method_is_closed_and_as_small_as_can_be(
    graph: Graph, modules: int, data: st.DataObject
) -> None:
    methods = data.draw(st.sets(st.integers(0, len(graph) - 1), min_size=1))
    resolver, made = resolver_for(graph, methods, modules), real_classes(graph)
    if made is None:
        return
    expected = linked(made, methods)
    for number in methods:
        function = function_named(resolver, f"{name_of(number, modules)}.go")
        assert {f.qualname for f in resolver.hierarchy.family(function)} == {f"C{n}.go" for n in expected[number]}


@quick
@given(graphs(7), st.integers(1, 3))
def test_the_classes_below_are_those_that_inherit(graph: Graph, modules: int) -> None:
    resolver, made = resolver_for(graph, set(), modules), real_classes(graph)
    for number in range(len(graph) if made is not None else 0):
        assert made is not None
        found = resolver.hierarchy.below(class_named(resolver, name_of(number, modules)))
        expected = {c.__name__ for c in made if issubclass(c, made[number]) and c is not made[number]}
        assert {c.qualname for c in found} == expected


def linked(made: list[type], methods: set[int]) -> dict[int, set[int]]:
    """By class with the method, all that are linked to it: two are where some class has both among its ancestors."""
    groups = {number: {number} for number in methods}
    for one, other in itertools.combinations(methods, 2):
        if any(issubclass(c, made[one]) and issubclass(c, made[other]) for c in made):
            joined = groups[one] | groups[other]
            groups.update(dict.fromkeys(joined, joined))
    return groups


def family(folder: Path, name: str, files: dict[str, str] | None = None, /, **modules: str) -> list[str]:
    resolver = resolver_of(folder, files, **modules)
    return [str(f.name) for f in resolver.hierarchy.family(function_named(resolver, name))]


def test_bases_siblings_and_overrides_are_one_family(tmp_path: Path) -> None:
    found = family(
        tmp_path,
        "shop:Left.fetch",
        shop="""
            class Base:
                def fetch(self): ...
            class Middle(Base): ...
            class Left(Middle):
                def fetch(self): ...
            class Right(Base):
                def fetch(self): ...
            """,
        other="""
            import shop
            class Far(shop.Right):
                def fetch(self): ...
            class Fetcher:
                def fetch(self): ...
            """,
    )
    assert found == ["other:Far.fetch", "shop:Base.fetch", "shop:Left.fetch", "shop:Right.fetch"]


def test_a_mixin_joins_where_a_class_has_both(tmp_path: Path) -> None:
    shop = """
        class Base:
            def fetch(self): ...
        class Mix:
            def fetch(self): return super().fetch()
        """
    assert family(tmp_path / "apart", "shop:Base.fetch", shop=shop) == ["shop:Base.fetch"]
    both = "from shop import *\nclass Both(Mix, Base): ..."
    assert family(tmp_path / "met", "shop:Base.fetch", shop=shop, both=both) == ["shop:Base.fetch", "shop:Mix.fetch"]


def test_a_mixin_joins_where_a_class_has_both_and_a_base_that_is_called(tmp_path: Path) -> None:
    shop = """
        from collections import namedtuple
        class Base:
            def fetch(self): ...
        class Mix:
            def fetch(self): return super().fetch()
        class Both(namedtuple("Both", "x"), Mix, Base): ...
        """
    assert family(tmp_path, "shop:Base.fetch", shop=shop) == ["shop:Base.fetch", "shop:Mix.fetch"]


def test_a_class_of_the_same_name_elsewhere_is_not_the_base(tmp_path: Path) -> None:
    base = "class Base:\n    def fetch(self): ...\n"
    found = family(
        tmp_path, "a:Base.fetch", a=base, b=base, c="from b import Base\nclass C(Base):\n    def fetch(self): ..."
    )
    assert found == ["a:Base.fetch"]


def test_bases_are_followed_through_re_exports_and_aliases(tmp_path: Path) -> None:
    found = family(
        tmp_path,
        "shop.clients.base:Base.fetch",
        {
            "shop/__init__": "from .clients import *",
            "shop/clients/__init__": "from .base import Base as Client",
            "shop/clients/base": "class Base:\n    def fetch(self): ...",
            "app": "import shop\nRoot = shop.Client\nclass App(Root):\n    def fetch(self): ...",
        },
    )
    assert found == ["app:App.fetch", "shop.clients.base:Base.fetch"]


def test_a_subscripted_base_is_the_class_itself(tmp_path: Path) -> None:
    shop = """
        from typing import Generic, TypeVar
        T = TypeVar("T")
        class Box(Generic[T]):
            def fetch(self): ...
        class Ints(Box[int]):
            def fetch(self): ...
        """
    assert family(tmp_path, "shop:Box.fetch", shop=shop) == ["shop:Box.fetch", "shop:Ints.fetch"]


def test_overloads_and_conditional_definitions_are_members(tmp_path: Path) -> None:
    shop = """
        from typing import overload
        class Base:
            @overload
            def fetch(self, x: int): ...
            @overload
            def fetch(self, x: str): ...
            def fetch(self, x): ...
        """
    assert len(family(tmp_path, "shop:Base.fetch", shop=shop)) == 3


def test_a_stub_beside_the_module_is_a_member(tmp_path: Path) -> None:
    text = "class Base:\n    def fetch(self): ...\ndef load(): ...\n"
    resolver = resolver_of(tmp_path, {"shop.pyi": text}, shop=text)
    for name in ("shop:Base.fetch", "shop:load"):
        found = resolver.hierarchy.family(function_named(resolver, name))
        assert sorted(f.module.path for f in found) == ["shop.py", "shop.pyi"]


def test_a_function_outside_a_class_has_a_family_of_its_own(tmp_path: Path) -> None:
    assert family(tmp_path, "a:load", a="def load(): ...", b="def load(): ...") == ["a:load"]


def test_a_name_that_python_mangles_is_overridden_by_nobody(tmp_path: Path) -> None:
    shop = "class A:\n    def __load(self): ...\nclass B(A):\n    def __load(self): ..."
    assert family(tmp_path, "shop:A.__load", shop=shop) == ["shop:A.__load"]


def test_another_meaning_in_the_family_is_found(tmp_path: Path) -> None:
    resolver = resolver_of(
        tmp_path,
        shop="""
            from typing import Callable
            def _impl(self): ...
            class Base:
                def fetch(self): ...
            class Declared(Base):
                fetch: Callable[[], int]
            class Assigned(Base):
                fetch = _impl
            """,
    )
    found = resolver.hierarchy.other_meanings(function_named(resolver, "shop:Base.fetch"))
    assert [cls.qualname for cls, _ in found] == ["Assigned"]


def test_foreign_bases_are_known_by_their_dotted_name(tmp_path: Path) -> None:
    resolver = resolver_of(
        tmp_path,
        shop="""
            import logging, vendor.web as web
            from somewhere import unknown
            class A(logging.Handler): ...
            class B(A, web.View): ...
            class C(make()): ...
            class D(object): ...
            """,
    )
    bases = {c: resolver.hierarchy.foreign_bases(class_named(resolver, f"shop:{c}")) for c in "ABCD"}
    assert bases == {
        "A": {"logging.Handler"},
        "B": {"logging.Handler", "vendor.web.View"},
        "C": {"?"},
        "D": {"builtins.object"},
    }


@pytest.mark.parametrize(
    "text", ["class A(A): ...", "class A(B): ...\nclass B(A): ...", "class A(C): ...\nclass B(A): ...\nclass C(B): ..."]
)
def test_classes_that_inherit_from_themselves_have_an_order_all_the_same(tmp_path: Path, text: str) -> None:
    resolver = resolver_of(tmp_path, shop=text)
    for cls in resolver.program.module_at("shop.py").classes:  # type: ignore[union-attr]
        order = resolver.hierarchy.order(cls)
        assert order[0] is cls
        assert len(set(order)) == len(order)
