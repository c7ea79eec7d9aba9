"""Objects that are called: where they are kept, and where one is lost from sight."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.colour.sites import Sites
from tests.colour.painting import blocking_of, painted
from tests.index.asking import function_named, resolver_of

HEAD = """from __future__ import annotations
import dataclasses, typing
from collections.abc import Callable
class Step:
    def __init__(self, name=''): self.name = name
    def __call__(self, x): return x
class Big(Step):
    def __call__(self, x): return super().__call__(x)
"""


def held(folder: Path, code: str, name: str = "main:Step.__call__") -> tuple[list[str], int, str]:
    """The names that hold such objects, how many are called without one, and why one is lost."""
    sites = Sites(resolver_of(folder, main=HEAD + code))
    found = sites.held(function_named(sites.resolver, name))
    return sorted(found.names), len(found.called), found.why_not


@pytest.mark.parametrize(
    ("code", "names", "called"),
    [
        ("", [], 0),
        ("step = Step()\nstep(1)", ["step"], 0),
        ("step = other = Big()", ["other", "step"], 0),
        ("step: Step = Step()", ["step"], 0),
        ("if (step := Step()): step(1)", ["step"], 0),
        ("Step()(1), Big()(2)", [], 2),
        ("Step()", [], 0),
        ("Step().name, Step() is None, not Step(), print(Step()), callable(Step()), isinstance(Step(), Step)", [], 0),
        ("class A:\n    def __init__(self, step): self.kept = step\nA(Step())", ["kept", "step"], 0),
        ("class A:\n    def __init__(self): self.kept = Step() or Big()", ["kept"], 0),
        ("def use(step, *, more=None): ...\nuse(Step())\nuse(1, more=Big())", ["more", "step"], 0),
        ("def make(): return Step()\nmake()(1)", [], 1),
        ("def make(): return Step()\nstep = make()", ["step"], 0),
        ("class A:\n    @property\n    def step(self): return Step()", ["step"], 0),
        ("from main import Step as S\nstep = S()", ["step"], 0),
        ("def f(x: Step | None): return x(1) if x else 2\nf(Step())", ["x"], 0),
    ],
)
def test_every_name_that_holds_one_is_found(tmp_path: Path, code: str, names: list[str], called: int) -> None:
    assert held(tmp_path, code) == (names, called, "")


def test_other_names_of_an_import_hold_it_too(tmp_path: Path) -> None:
    sites = Sites(resolver_of(tmp_path, main=HEAD + "step = Step()", other="from main import step as first\nfirst(1)"))
    assert sorted(sites.held(function_named(sites.resolver, "main:Step.__call__")).names) == ["first", "step"]


@pytest.mark.parametrize(
    "code",
    [
        "map(Step(), x)",
        "list(Step())",
        "x = [Step()]",
        "x = {'a': Step()}",
        "x['a'] = Step()",
        "step = Step()\nx.append(step)",
        "def f(): yield Step()",
        "def f(step=Step()): ...",
        "lambda: Step()",
        "def make(): return Step()\nprint(make)\nx.add(make)",
        "make = Step",
        "x.add(Step)",
        "@Step()\ndef f(): ...",
        "Step().__call__",
        "def use(step: Callable[[int], int]): ...\nuse(Step())",
        "def use(*steps): ...\nuse(Step())",
        "def make() -> Callable[[int], int]: return Step()\nmake()(1)",
        "class A:\n    step: Callable[[int], int]\n    def __init__(self): self.step = Step()",
        "def f(x: Step): return type(x)()",
        "class A(Step):\n    @classmethod\n    def of(cls): return cls()",
        "@typing.final\nclass A(Step): ...",
        "@dataclasses.dataclass\nclass A:\n    step: Step\nA(Step())",
    ],
)
def test_an_object_that_is_lost_from_sight(tmp_path: Path, code: str) -> None:
    names, called, why_not = held(tmp_path, code)
    assert (names, called) == ([], 0)
    assert why_not


SHOP = """
    import time
    class Rates:
        def rate(self): time.sleep(1)
    class Step:
        def __call__(self): return Rates().rate()
    def use(step: Step): return step()
    def top(): return use(Step()), Step()()
    """


def test_who_calls_the_object_becomes_async(tmp_path: Path) -> None:
    found = painted(blocking_of(tmp_path, shop=SHOP), "Rates.rate")
    assert found.names == ["shop:Rates.rate", "shop:Step.__call__", "shop:top", "shop:use"]
    assert found.stops == []


def test_an_object_that_async_code_calls_is_needed(tmp_path: Path) -> None:
    shop = SHOP + "\n    async def go(step: Step): return step()"
    found = painted(blocking_of(tmp_path, shop=shop), "go")
    assert "shop:Step.__call__" in found.names
    assert "shop:Rates.rate" in found.names


def test_one_that_is_lost_is_a_stop_that_says_where(tmp_path: Path) -> None:
    found = painted(blocking_of(tmp_path, shop=SHOP + "\n    def more(xs): return map(Step(), xs)"), "Rates.rate")
    (obstacle,) = found.colouring.obstacles
    assert obstacle.code == "AW203"
    assert "shop.py:9: the object is passed to map" in obstacle.reason


def test_a_method_that_is_mentioned_by_its_name_is_passed_on(tmp_path: Path) -> None:
    found = painted(blocking_of(tmp_path, shop=SHOP + "\n    def more(x: Step): return x.__call__"), "Rates.rate")
    assert [code for code, _ in found.stops] == ["AW301"]
