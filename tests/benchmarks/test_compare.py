"""The comparison with pyrefly must count an answer for what it is, and name the receiver for what it is."""

from __future__ import annotations

import ast
from collections import Counter
from textwrap import dedent

import pytest

from benchmarks.compare import Ours, Site, Survey, Theirs, Verdict, sites, survey, verdict

BELOW = {"Base.get": ["Cat.get", "Dog.get"]}


def judged(ours: set[str], theirs: set[str], *, other: bool = False, unknown: bool = False) -> Verdict:
    answer = Ours(frozenset(ours), has_other=other, has_unknown=unknown)
    return verdict(answer, Theirs(frozenset(theirs)), lambda method: BELOW.get(method, []))


def receivers(text: str) -> dict[str, str]:
    """The kind of receiver before each attribute of the text, by the attribute's name."""
    tree = ast.parse(dedent(text))
    names = frozenset(node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {site.name: site.receiver for site in sites("main.py", tree, names)}


def counted(text: str) -> Survey:
    return survey([ast.parse(dedent(text))])


# Verdicts


def test_the_same_methods_are_equal() -> None:
    assert judged({"Cat.get"}, {"Cat.get"}) is Verdict.EQUAL


def test_a_method_stands_for_its_overrides_on_both_sides() -> None:
    assert judged({"Base.get"}, {"Base.get", "Dog.get"}) is Verdict.EQUAL
    assert judged({"Base.get", "Cat.get"}, {"Base.get"}) is Verdict.EQUAL


def test_more_methods_are_a_superset() -> None:
    assert judged({"Cat.get", "Dog.get"}, {"Cat.get"}) is Verdict.SUPERSET
    assert judged({"Base.get"}, {"Cat.get"}) is Verdict.SUPERSET


def test_fewer_methods_are_missed_though_nothing_is_unknown() -> None:
    assert judged({"Cat.get"}, {"Base.get"}) is Verdict.MISSED


def test_some_right_and_some_wrong_are_missed() -> None:
    assert judged({"Cat.get", "Bird.get"}, {"Cat.get", "Dog.get"}) is Verdict.MISSED


def test_nothing_is_missed_where_it_is_said_to_be_unknown() -> None:
    assert judged(set(), {"Cat.get"}, unknown=True) is Verdict.MISSED
    assert judged(set(), {"Cat.get"}, other=True, unknown=True) is Verdict.MISSED


def test_nothing_is_different_where_it_is_said_to_be_something_else() -> None:
    assert judged(set(), {"Cat.get"}, other=True) is Verdict.DIFFERENT


def test_other_methods_are_different_though_something_is_unknown() -> None:
    assert judged({"Bird.get"}, {"Cat.get"}, unknown=True) is Verdict.DIFFERENT


def test_a_place_that_the_tool_does_not_list_is_different() -> None:
    assert verdict(Ours(is_seen=False), Theirs(frozenset({"Cat.get"})), lambda method: []) is Verdict.DIFFERENT


@pytest.mark.parametrize(
    ("theirs", "with_methods", "without"),
    [
        (Theirs(), Verdict.ALONE, Verdict.NEITHER),
        (Theirs(is_outside=True), Verdict.CLAIMED, Verdict.EXTERNAL),
        (Theirs(is_stored=True), Verdict.STORED, Verdict.STORED),
    ],
)
def test_where_the_other_has_no_method_it_counts_what_it_has(
    theirs: Theirs[str], with_methods: Verdict, without: Verdict
) -> None:
    assert verdict(Ours(frozenset({"Cat.get"})), theirs, lambda method: []) is with_methods
    assert verdict(Ours(), theirs, lambda method: []) is without


# What stands in a file


def test_a_site_ends_where_its_name_ends_and_counts_bytes() -> None:
    [site] = sites("main.py", ast.parse("é = (\n  'ü'\n  .get()\n)"), frozenset({"get"}))
    assert site == Site("main.py", "get", 3, 6, "literal")


def test_an_attribute_that_is_set_or_has_another_name_is_no_site() -> None:
    assert not list(sites("main.py", ast.parse("x.get = 1\ndel x.get\nx.put()\nget()"), frozenset({"get"})))


def test_a_name_is_what_its_function_makes_it() -> None:
    assert (
        receivers("""
        def f(bare, typed: Cat, *rest):
            for looped, (deep, *more) in bare: looped.a, deep.b, more.c
            with bare as entered: entered.d
            made = bare(); noted: Cat = made
            bare.e, typed.f, rest.g, made.h, noted.i, outer.j
        """)
        == {
            **dict.fromkeys("abc", "loop variable"),
            "d": "with target",
            **dict.fromkeys("eg", "parameter"),
            "f": "annotated parameter",
            "h": "local",
            "i": "annotated local",
            "j": "module's name",
        }
    )


def test_the_innermost_binding_counts() -> None:
    found = receivers("""
        def f(x: Cat):
            [x.a for x in y]
            lambda x: x.b
            def g(): x.c
        """)
    assert found == {"a": "loop variable", "b": "parameter", "c": "annotated parameter"}


def test_an_expression_is_named_by_what_it_is() -> None:
    assert (
        receivers("""
        async def f(self, x: Cat):
            self.a, super().b, self.c.d, x.e.g, make().h, x[0].i, (await make()).j, (x or y).k, [].l
        """)
        == {
            "a": "self",
            "b": "super()",
            "c": "self",
            "d": "self.attribute",
            "e": "annotated parameter",
            "g": "annotated parameter.attribute",
            "h": "call",
            "i": "subscript",
            "j": "awaited call",
            "k": "boolop",
            "l": "literal",
        }
    )


def test_the_survey_counts_classes_and_reads() -> None:
    found = counted("""
        class A:
            def get(self): ...
            def put(self): ...
        class B:
            async def get(self): ...
            def get(self): ...
            def __len__(self): ...
        def get(): ...
        A().get().get
        A().get = B().put
        """)
    assert found == (Counter(get=2, put=1), Counter(get=2, put=1))
    assert found.shared == ["get"]


def test_properties_are_no_methods() -> None:
    found = counted("""
        class A:
            @property
            def one(self): ...
            @one.setter
            def one(self, value): ...
            @functools.cached_property
            def two(self): ...
            @decorated(property)
            def three(self): ...
        """)
    assert found.classes == Counter(three=1)
