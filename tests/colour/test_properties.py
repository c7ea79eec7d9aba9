"""Properties: which reads are theirs, and what keeps one as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.colour.barriers import find_barriers
from awaitify.colour.forms import Forms
from awaitify.colour.properties import getter_decorator, getters_at, method_name
from awaitify.colour.sites import Sites
from awaitify.index.references import Use
from tests.colour.painting import blocking_of, painted
from tests.index.asking import function_named, resolver_of

HEAD = """from __future__ import annotations
import abc, functools, typing
from typing import Protocol
class Page:
    @property
    def owner(self): return 1
class Home(Page):
    @property
    def owner(self): return super().owner
"""


def reads(folder: Path, code: str) -> list[tuple[int, Use, list[str], bool]]:
    """The mentions of ``owner``: the line, what is done there, the functions reached, and whether more may be."""
    sites = Sites(resolver_of(folder, main=HEAD + code))
    start = HEAD.count("\n")
    found = (r for r in sites.reaching("owner") if r.mention.place.span.line > start)
    return [
        (
            reached.mention.place.span.line - start,
            reached.mention.use,
            sorted(function.qualname for function in reached.functions),
            reached.has_unknown or reached.has_other,
        )
        for reached in found
    ]


@pytest.mark.parametrize(
    ("code", "use", "functions", "is_open"),
    [
        ("Page().owner", Use.READ, ["Page.owner"], False),
        ("Home().owner.upper()", Use.READ, ["Home.owner"], False),
        ("Page().owner()", Use.READ, ["Page.owner"], False),
        ("Page().owner = 1", Use.ASSIGNED, ["Page.owner"], False),
        ("Page.owner", Use.PASSED, ["Page.owner"], False),
        ("Page.owner.fget", Use.MEMBER, ["Page.owner"], False),
        ("def f(x: Page | int): return x.owner", Use.READ, ["Page.owner"], True),
        ("def f(x): return x.owner", Use.PASSED, [], True),
    ],
)
def test_a_mention_reaches_the_property_itself(
    tmp_path: Path, code: str, use: Use, functions: list[str], is_open: bool
) -> None:
    assert reads(tmp_path, code) == [(1, use, functions, is_open)]


@pytest.mark.parametrize(
    "code",
    [
        "class Owned(Protocol):\n    owner: str\ndef f(x: Owned): return x.owner",
        "class Any:\n    def __getattr__(self, name): return getattr(Page(), name)\nAny().owner",
    ],
)
def test_what_may_stand_for_a_page_leaves_the_read_open(tmp_path: Path, code: str) -> None:
    assert reads(tmp_path, code)[-1][3]


def test_a_result_of_the_same_name_is_not_taken_for_the_property(tmp_path: Path) -> None:
    code = "class Dog:\n    def owner(self): ...\nDog().owner()"
    assert reads(tmp_path, code) == [(3, Use.CALLED, ["Dog.owner"], False)]


def test_the_getters_that_a_read_runs(tmp_path: Path) -> None:
    resolver = resolver_of(tmp_path, main=HEAD + "def f(x: Page): x.owner\ndef g(x: Page): x.name")
    module = function_named(resolver, "main:f").module
    names = [
        sorted(f.qualname for f in getters_at(node, module, resolver))  # type: ignore[arg-type]  # attributes, all three
        for name in ("owner", "name")
        for node in module.mentions[name][-1:]
    ]
    assert names == [["Page.owner"], []]


@pytest.mark.parametrize(
    ("name", "expected"), [("owner", "get_owner"), ("_owner", "_get_owner"), ("__owner", "__get_owner")]
)
def test_the_method_keeps_how_private_the_property_is(tmp_path: Path, name: str, expected: str) -> None:
    resolver = resolver_of(tmp_path, main=f"class A:\n    @property\n    def {name}(self): ...")
    assert method_name(function_named(resolver, f"main:A.{name}")) == expected


def why(folder: Path, code: str, files: dict[str, str] | None = None) -> list[tuple[str, str]]:
    resolver = resolver_of(folder, {"main": HEAD + code, **(files or {})})
    return [(b.code, b.reason) for b in find_barriers(function_named(resolver, "main:Page.owner"), Forms(resolver))]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "Page().owner",
        "x = {'owner': 1}; x['owner']; x.get('owner'); print('owner'); 'owner' == x; x.pop('owner')",
        "def f(owner): return owner",
        "class Dog:\n    def __init__(self): self.owner = 1",
        "class Dog:\n    owner = 1",
        "'The owner. Its {owner} and .owner'",
        "class Abstract(abc.ABC):\n    @property\n    @abc.abstractmethod\n    def owner(self): ...\nclass B(Abstract, Page): ...",
    ],
)
def test_a_property_that_can_become_a_method(tmp_path: Path, code: str) -> None:
    assert why(tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("class B(Page):\n    owner = 1", "declares an attribute of that name"),
        ("class B(Page):\n    owner: str", "declares an attribute of that name"),
        ("class B(Page):\n    def owner(self): ...", "main:B.owner is no plain property"),
        (
            "class B(Page):\n    @functools.cached_property\n    def owner(self): ...",
            "it is a property, and main:B.owner is cached",
        ),
        (
            "class B(Page):\n    @Page.owner.setter\n    def owner(self, v): ...",
            "a setter or deleter, which can't await, too",
        ),
        ("class B(Page):\n    def get_owner(self): ...", "main:B has get_owner already"),
        ("class B(vendor.Base, Page):\n    @property\n    def owner(self): ...", "a class whose base is"),
        ("class Owned(Protocol):\n    owner: str", "declares an attribute of that name"),
        ("import pydantic\nclass Out(pydantic.BaseModel):\n    owner: str", "declares an attribute of that name"),
        ("hasattr(x, 'owner')", "may read it by its name"),
        ("FIELDS = ('id', 'owner')", "may read it by its name"),
        ("sorted(x, key=attrgetter('page.owner'))", "may read it by its name"),
        ("'{0.owner}'.format(x)", "may read it by its name"),
        ("X = '{{ page.owner }}'", "may read it by its name"),
        ("match x:\n    case Page(owner=1): ...", "may read it by its name"),
    ],
)
def test_a_property_that_stays(tmp_path: Path, code: str, reason: str) -> None:
    found = why(tmp_path, code)
    assert any(code == "AW202" and reason in text for code, text in found), found


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("<b>{{ page.owner }}</b>", True),
        ("{% if page.owner %}", True),
        ("${page.owner}", True),
        ("The owner of {{ page.ownership }}", False),
        ("page.owner", False),
    ],
)
def test_a_template_that_names_it_keeps_it(tmp_path: Path, text: str, stays: bool) -> None:
    assert bool(why(tmp_path, "import jinja2", {"templates/page.html": text})) == stays


def test_templates_are_not_read_where_nothing_renders_them(tmp_path: Path) -> None:
    resolver = resolver_of(tmp_path, {"main": HEAD, "page.html": "{{ page.owner }}"})
    assert not list(find_barriers(function_named(resolver, "main:Page.owner"), Forms(resolver)))
    assert not resolver.program.has_read_templates


@pytest.mark.parametrize(
    ("decorators", "is_getter"),
    [
        ("@property", True),
        ("@property\n    @abc.abstractmethod", True),
        ("@typing.final\n    @property", True),
        ("@functools.cached_property", True),
        ("@abc.abstractproperty", False),
        ("@property\n    @functools.cache", False),
        ("@classmethod\n    @property", False),
    ],
)
def test_only_plain_getters_become_methods(tmp_path: Path, decorators: str, is_getter: bool) -> None:
    code = f"import abc, functools, typing\nclass A:\n    {decorators}\n    def x(self): ..."
    resolver = resolver_of(tmp_path, main=code)
    assert (getter_decorator(function_named(resolver, "main:A.x"), resolver) is not None) == is_getter


SHOP = """
    import time
    class Page:
        @property
        def owner(self):
            time.sleep(1)
            return "ann"
    class Home(Page):
        @property
        def owner(self): return "eve"
    """


def test_the_whole_family_and_every_reader_become_async(tmp_path: Path) -> None:
    shop = SHOP + "\n    def show(page: Page): return page.owner\n    def top(): return show(Home())"
    found = painted(blocking_of(tmp_path, shop=shop), "Page.owner")
    assert found.names == ["shop:Home.owner", "shop:Page.owner", "shop:show", "shop:top"]
    assert found.stops == []


def test_a_blocking_property_that_async_code_reads_is_needed(tmp_path: Path) -> None:
    shop = SHOP + "\n    async def show(page: Page): return page.owner"
    found = painted(blocking_of(tmp_path, shop=shop), "show")
    assert found.names == ["shop:Home.owner", "shop:Page.owner", "shop:show"]


def test_reads_of_unknown_objects_are_one_stop_at_the_property(tmp_path: Path) -> None:
    shop = SHOP + "\n    def show(x, y): return x.owner, y.owner, y.owner()"
    found = painted(blocking_of(tmp_path, shop=shop), "Page.owner")
    assert found.stops == [("AW202", 4)]
    (obstacle,) = found.colouring.obstacles
    assert len(obstacle.sites) == 3
    assert obstacle.reason == "3 reads of .owner, of objects that aren't known, may be of this property"
