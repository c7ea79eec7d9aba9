"""Words, class lines and imports are found in the text, before anything is parsed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awaitify.index.text import ClassLine, TextIndex, has_word


def index(**files: str) -> TextIndex:
    return TextIndex({f"{name}.py": text.encode() for name, text in files.items()})


def below(text: TextIndex, name: str) -> list[str]:
    return sorted(line.name for line in text.subclass_lines(name))


@pytest.mark.parametrize("text", ["fetch", "self.fetch(1)", "a-fetch", '"fetch"', "def fetch(", "a\nfetch\nb"])
def test_a_whole_word_is_found(text: str) -> None:
    assert has_word(text.encode(), b"fetch")


@pytest.mark.parametrize("text", ["", "fetc", "prefetch", "fetch_all", "fetch1", "_fetch", "éfetch", "fetché"])
def test_a_part_of_a_word_is_not(text: str) -> None:
    assert not has_word(text.encode(), b"fetch")


@given(st.text("ab_ .\n", max_size=30), st.text("ab_", min_size=1, max_size=3))
def test_words_are_those_of_a_regular_expression(text: str, word: str) -> None:
    assert has_word(text.encode(), word.encode()) == bool(re.search(rf"(?<!\w){word}(?!\w)", text))


def test_the_files_that_mention_a_word_come_in_order_and_once() -> None:
    text = index(b="fetch fetch", a="fetch", c="prefetch")
    assert text.mentioning("fetch") == ("b.py", "a.py")
    assert text.mentioning("fetch") is text.mentioning("fetch")
    assert text.mentioning("nothing") == ()


def test_top_level_imports_are_known_by_their_first_part() -> None:
    text = index(a="import os.path\nfrom json import load", b="def f():\n    import time\n", c="x = 'import csv'")
    assert {"os", "json", "time"} <= text.imported
    assert "csv" not in text.imported


def test_a_class_line_has_the_words_between_its_parentheses() -> None:
    text = index(shop="class Cart(base.Store, Generic[T], metaclass=ABCMeta):\n    pass\n")
    (line,) = text.subclass_lines("Store")
    assert line == ClassLine("shop.py", "Cart", ("base", "Store", "Generic", "T", "metaclass", "ABCMeta"))


def test_classes_below_are_followed_over_files_and_levels() -> None:
    text = index(a="class A: pass", b="class B(A): pass", c="class C(b.B): pass\nclass D(Other): pass")
    assert below(text, "A") == ["B", "C"]
    assert below(text, "C") == []


def test_a_class_line_may_be_indented_or_cut_in_several_lines() -> None:
    text = index(a="if x:\n    class B(\n        A,\n        Other,\n    ):\n        pass\n")
    assert below(text, "A") == ["B"]


def test_type_parameters_may_stand_before_the_parentheses() -> None:
    assert below(index(a="class Box[T](A): pass"), "A") == ["Box"]


@pytest.mark.parametrize(
    "bases", ["(make(1), A)", "(  # see (1)\n    A,\n)", "(namedtuple('B', 'x'), A)", " \\\n    (A)"]
)
def test_bases_may_hold_parentheses_of_their_own(bases: str) -> None:
    assert below(index(a=f"class B{bases}: pass"), "A") == ["B"]


def test_an_import_under_another_name_is_followed() -> None:
    assert below(index(a="from base import A as Root\nclass B(Root): pass"), "A") == ["B"]


def test_an_assigned_alias_is_followed() -> None:
    text = index(a="import base\nRoot = base.A\nTyped: type = Root\n", b="class B(Typed): pass")
    assert below(text, "A") == ["B"]


def test_classes_that_inherit_from_each_other_come_to_an_end() -> None:
    assert below(index(a="class A(B): pass\nclass B(A): pass"), "A") == ["A", "B"]


def test_text_that_only_looks_like_a_class_costs_nothing_but_a_candidate() -> None:
    text = index(a="# class B(A)\n'''\nclass C(A): in a string\n'''\n", b=b"\xff\xfeclass".decode("latin-1"))
    assert below(text, "A") == ["C"]


@pytest.mark.parametrize(
    "text",
    [
        "def fetch(self): ...",
        "async  def  \\\n    fetch(self): ...",
        "fetch = _impl",
        "fetch: Callable[[], int]",
        "a, (b, fetch) = pair",
        "for fetch in ways: ...",
        "from shop import a, fetch\n",
        "self.fetch = client.fetch",
        "self.a, self.fetch = pair",
        "for self.fetch in ways: ...",
        "case Client(fetch): ...",
    ],
)
def test_a_file_that_may_bind_a_name_is_found(text: str) -> None:
    assert TextIndex({"shop.py": text.encode()}).defining("fetch") == ("shop.py",)


@pytest.mark.parametrize("text", ["client.fetch(1)", "x = fetch(1)", "print(client.fetch (2))", "getattr(c, 'fetch')"])
def test_a_file_that_only_calls_a_name_does_not_bind_it(text: str) -> None:
    assert TextIndex({"shop.py": text.encode()}).defining("fetch") == ()


def test_no_file_mentions_the_empty_word() -> None:
    assert TextIndex({"shop.py": b"fetch()"}).mentioning("") == ()


def test_a_word_is_found_in_each_file_once_and_not_across_two() -> None:
    index = TextIndex(
        {"a.py": b"x.fetch()\nx.fetch()", "b.py": b"prefetch, fetch_all", "c.py": b"fet", "d.py": b"ch fetch"}
    )
    assert index.mentioning("fetch") == ("a.py", "d.py")


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    @property\n    def owner(self): ...",
        "    @property  # why\r\n\r\n    # c\r\n    @abstractmethod\r\n    def owner(self): ...",
        "  @abc.abstractproperty\n  def owner(self): ...",
        "@functools.cached_property\nasync def owner(self): ...",
    ],
)
def test_the_names_of_properties_are_known(text: str) -> None:
    assert index(a=text, b="x = property(y)").properties == {"owner"}


@pytest.mark.parametrize(
    "text", ["@property\nx = 1\ndef owner(): ...", "property\ndef owner(): ...", "@properties\ndef owner(): ..."]
)
def test_what_stands_below_something_else_is_none(text: str) -> None:
    assert index(a=text).properties == frozenset()


def test_many_empty_lines_below_a_property_cost_nothing() -> None:
    assert index(a="@property\n" + "\r\n" * 5000 + "x").properties == frozenset()
