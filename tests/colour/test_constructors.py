"""Constructors: who makes objects of a class, and where an async ``create`` can take the constructor's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.colour.action import Ending, Handling, Refused
from awaitify.colour.sites import Sites
from tests.colour.painting import Painted, blocking_of, painted
from tests.index.asking import function_named, resolver_of

HEAD = """from __future__ import annotations
import abc, enum, functools, threading, typing
from typing import cast, TypeVar
import vendor
class Base:
    def __init__(self): ...
class Trip(Base):
    def __init__(self, atlas=None):
        super().__init__()
        self.stops = atlas
class Plain(Trip): ...
class Other(Base): ...
class Long(Trip):
    def __init__(self):
        super().__init__()
"""


def endings(folder: Path, code: str) -> list[str]:
    """What is done at each mention of the class in *code*, or why nothing is."""
    sites = Sites(resolver_of(folder, main=HEAD + code))
    trip = function_named(sites.resolver, "main:Trip.__init__")
    start = HEAD.count("\n")
    mentions = (r for name in sorted(sites.spellings(trip)) for r in sites.reaching(name))
    handled = (sites.handling(r, trip) for r in mentions if r.mention.place.span.line > start and trip in r.functions)
    return [_word(handling) for handling in handled]


def _word(handling: Handling | Refused) -> str:
    match handling:
        case Refused(code=code):
            return code
        case Handling(ending=Ending.AWAITED, rewrite=rewrite):
            return type(rewrite).__name__
    return handling.reason


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Trip()", ["Construct"]),
        ("Plain(1)", ["Construct"]),
        ("class A(Trip):\n    @classmethod\n    def of(this): return this(1)", ["a type", "Construct"]),
        ("Long()", []),
        ("Base(), Other()", []),
        ("Trip.count", ["an attribute of the class"]),
        ("def f(x: Trip, y: list[Trip] | None, *z: typing.Optional[Trip]) -> Trip: ...", ["a type"] * 4),
        ("x: Trip", ["a type"]),
        ("Trips = list[Trip]", ["a type"]),
        ("class A(Trip): ...", ["a type"]),
        ("isinstance(x, Trip), isinstance(x, (int, Plain)), issubclass(x, Trip)", ["a type"] * 3),
        ("cast(Trip, x), TypeVar('T', bound=Trip)", ["a type"] * 2),
        ("match x:\n    case Trip(): ...", ["a type"]),
        ("type(x) is Trip, x == Trip", ["a type"] * 2),
        ("print(Trip)", ["AW301"]),
        ("make = Trip", ["AW301"]),
        ("x = [Trip]; y = {'a': Plain}; z = x[Trip]", ["AW301"] * 3),
        ("def f(): return Trip", ["AW301"]),
        ("getattr(main, 'Trip'); import main", ["AW304"]),
        ("from unittest.mock import patch\npatch('main.Trip')", ["AW304"]),
        (
            "class A(Trip):\n    def __init__(self): Trip.__init__(self)",
            ["Initialise", "an attribute of the class", "a type"],
        ),
        ("class A(Trip):\n    def again(self): return self.__init__", ["AW301", "a type"]),
        ("from main import Trip as Journey\nJourney()", ["Construct"]),
        ("@Trip\ndef f(): ...", ["AW301"]),
    ],
)
def test_what_is_done_at_a_mention_of_the_class(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert sorted(endings(tmp_path, code)) == sorted(expected)


def why(folder: Path, code: str, head: str = HEAD) -> str | None:
    sites = Sites(resolver_of(folder, main=head + code))
    return sites.why_no_create(function_named(sites.resolver, "main:Trip.__init__"))


@pytest.mark.parametrize(
    "code",
    [
        "",
        "def f(x: Trip): return Trip(), Plain(2), isinstance(x, Trip), Trip.count, type(x).__name__, type(x) is Trip",
        "class A(Trip, abc.ABC):\n    @classmethod\n    def name(cls): return cls.__name__",
        "class A(Trip, metaclass=abc.ABCMeta): ...",
        "class A(Trip):\n    @classmethod\n    def of(cls): return [cls(x) for x in cls.all]\nclass B(A): ...",
        "import copy, pickle\ncopy.copy(Trip()), pickle.dumps(Trip())",
        "class Dog:\n    def create(self): ...\n    @classmethod\n    def of(cls): return cls()\ntype(Dog())()",
    ],
)
def test_create_can_take_its_place(tmp_path: Path, code: str) -> None:
    assert why(tmp_path, code) is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("make = Trip", "the class is passed on or stored"),
        ("print(*map(Plain, [1]))", "the class is passed on or stored"),
        ("class A(Trip):\n    def __new__(cls): ...", "has __new__"),
        ("class A(Trip):\n    __init__ = None", "gives __init__ another meaning"),
        ("class A(Trip):\n    def create(self): ...", "has create already"),
        ("class A(Trip):\n    def _init(self): ...", "has _init already"),
        ("class A(Trip):\n    def f(self): self.create = 1", "has create already"),
        ("@functools.total_ordering\nclass A(Trip): ...", "is given to a decorator"),
        ("class A(Trip, threading.Thread): ...", "is a threading.Thread"),
        ("class A(Trip, vendor.Base): ...", "main:A is a vendor.Base"),
        ("class Meta(type): ...\nclass A(Trip, metaclass=Meta): ...", "has a metaclass"),
        ("class A(Trip, key=1): ...", "says something to its base"),
        ("class A(Trip):\n    @classmethod\n    def of(cls): return [cls]", "does more with the class it is called on"),
        (
            "class A(Trip):\n    @classmethod\n    def of(cls): return cls()\nclass B(A):\n    def __init__(self): ...",
            "makes objects of a class that has another constructor",
        ),
        (
            "class M:\n    @classmethod\n    def of(cls): return cls()\nclass A(M, Trip): ...",
            "makes objects of a class that has another constructor",
        ),
        ("def f(x: Trip): return type(x)()", "takes the class from an object"),
        ("def f(x: Trip): return x.__class__()", "takes the class from an object"),
        ("def f(x: Trip):\n    kind = type(x)\n    return kind()", "takes the class from an object"),
        ("async def f(): await Trip()", "awaits the object"),
        ("def f(x): return x.Trip()", "may mean the class"),
    ],
)
def test_create_can_not(tmp_path: Path, code: str, reason: str) -> None:
    found = why(tmp_path, code)
    assert found is not None
    assert reason in found


@pytest.mark.parametrize(
    ("init", "reason"),
    [
        ("def __init__(self, at=now()): ...", "a default value"),
        ("def __init__(self, cls): ...", "is called cls"),
        ("def __init__(*args): ...", "isn't a plain method"),
        ("@functools.cache\n    def __init__(self): ...", "decorated or overloaded"),
        ("def __init__(self): yield", "isn't a plain method"),
    ],
)
def test_a_constructor_of_another_form(tmp_path: Path, init: str, reason: str) -> None:
    assert reason in str(why(tmp_path, "", f"import functools\nclass Trip:\n    {init}\n"))


def test_what_else_is_run_by_constructing_is_not_split(tmp_path: Path) -> None:
    sites = Sites(resolver_of(tmp_path, main="class Trip:\n    def __post_init__(self): ..."))
    assert sites.why_no_create(function_named(sites.resolver, "main:Trip.__post_init__")) is not None


SHOP = """
    import time
    class Atlas:
        def cities(self): time.sleep(1)
    class Place:
        def __init__(self): ...
    class Trip(Place):
        def __init__(self):
            super().__init__()
            self.stops = Atlas().cities()
    class Long(Trip):
        def __init__(self): super().__init__()
    def go(): return Trip()
    def other(): return Place()
    def far(): return Long()
    """


def decided(folder: Path, *targets: str, shop: str = SHOP, way: Way | None = Way.CREATE) -> Painted:
    return painted(blocking_of(folder, shop=shop), *targets, ways={} if way is None else {"AW201": way})


def test_without_a_decision_it_is_a_stop_that_offers_create(tmp_path: Path) -> None:
    found = decided(tmp_path, "Atlas.cities", way=None)
    assert found.names == ["shop:Atlas.cities"]
    (obstacle,) = found.colouring.obstacles
    assert obstacle.ways == (Way.REFUSE, Way.CREATE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC, Way.BRIDGE)


def test_create_is_not_offered_where_it_can_not_be_done(tmp_path: Path) -> None:
    found = decided(tmp_path, "Atlas.cities", shop=SHOP + "\n    make = Trip")
    (obstacle,) = found.colouring.obstacles
    assert Way.CREATE not in obstacle.ways
    assert "no create() can take its place: shop.py:16" in obstacle.reason


def test_decided_all_that_construct_become_async_and_the_constructor_above_stays(tmp_path: Path) -> None:
    found = decided(tmp_path, "Atlas.cities")
    names = ["shop:Atlas.cities", "shop:Long.__init__", "shop:Trip.__init__", "shop:far", "shop:go"]
    assert (found.names, found.stops) == (names, [])
    assert [(o.code, o.place.span.line, way) for o, way in found.colouring.vouched] == [
        ("AW201", 11, Way.CREATE),
        ("AW201", 9, Way.CREATE),
    ]


def test_a_constructor_that_is_named_can_be_created(tmp_path: Path) -> None:
    found = decided(tmp_path, "Trip.__init__")
    assert "shop:Trip.__init__" in found.names
    assert "shop:go" in found.names
    assert found.stops == []


def test_one_that_blocks_is_needed_by_async_code(tmp_path: Path) -> None:
    shop = """
        import time
        class Slow:
            def __init__(self): time.sleep(1)
        async def go(): return Slow()
        """
    assert decided(tmp_path, "go", shop=shop).names == ["shop:Slow.__init__", "shop:go"]
    undecided = decided(tmp_path / "undecided", "go", shop=shop, way=None)
    assert [(o.code, o.place.span.line, Way.CREATE in o.ways) for o in undecided.colouring.obstacles] == [
        ("AW201", 4, True)
    ]
