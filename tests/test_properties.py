"""Programs that Hypothesis makes, migrated and run: they print what they printed before, and nothing is left un-awaited.

A program is a class with overrides, mixins and decoys of the same method name, and functions that call it through all
kinds of receivers at all kinds of places. What is held back may be held back: what is *changed* must still be right.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awaitify.codes import Way
from awaitify.options import Formatter, Options
from awaitify.plan.plan import Verdict
from tests.run_made import LONG, QUICK, Ran, check, run

TARGET = "shop.base:Base.fetch"
TARGETS = st.sampled_from(
    [(TARGET,), (TARGET, "shop.base:Store.read"), (TARGET, "shop.use:use0"), ("shop.base:Store.read",), ("Base.twice",)]
)
WAYS = st.sampled_from([None, Way.REFUSE, Way.KEEP_SYNC])
# What a program is made of. {c} is a call that gives an int, {k} an int that is at hand.

PLACES = [
    "return {c}",
    "x = {c}\nreturn x + 1",
    "x: int = {c}; y = {c}\nreturn x - y",
    "return {c} + {c} * 2",
    "return -{c} + ~{c}",
    "return {c} ** 2 + 2 ** ({c} % 5)",
    "return int(not {c})",
    "return int({c} < {c} <= 9)",
    "return {c} and {c} or {k}",
    "return sum([{c} for i in range(2)])",
    "return sum([i for i in range({c} % 4) if {c}])",
    "return sum([{c} + j for i in range(2) for j in [{c}, i]])",
    "return len({{{c} for i in range(2)}})",
    "return max({{i: {c} for i in range(2)}}.values())",
    'return len(f"{{{c}}} {{{c}!r:>{{4}}}}")',
    "return (y := {c}) + y",
    "return {c} if {c} % 2 else {c}",
    "return both({c}, b={c})",
    "return both(*[{c}], **{{'b': {c}}})",
    "return len(str({c}).zfill(4))",
    "return {c}.bit_length()",
    "return [{k}, {c}, *[{c}]][1]",
    "return ({c}, {k})[0]",
    "return {{'a': {c}, {c}: {k}}}['a']",
    "return [4, 5, 6][{c} % 3]",
    "return [4, 5, 6, 7][{c} % 2 : 3][0]",
    "if {c} % 2:\n    return {c}\nelif {c} % 3:\n    return 7\nreturn 8",
    "n = 0\nwhile n < 2 and {c} is not None:\n    n += 1\nelse:\n    n += {c}\nreturn n",
    "n = 0\nfor i in range({c} % 3):\n    n += {c}\nreturn n",
    "assert {c} is not None, {c}\nreturn {k}",
    "try:\n    raise ValueError({c})\nexcept ValueError as error:\n    return error.args[0]\nfinally:\n    {c}",
    "match {c} % 3:\n    case 1:\n        return {c}\n    case other if {c}:\n        return other\nreturn 2",
    "x = {{1: 2}}\nx[{c}] = {c}\ndel x[{c} * 0 + 1]\nreturn len(x)",
    "x = [0]\nx[{c} % 1] += {c}\nreturn x[0]",
    "with opened({c}) as f:\n    return f + {c}",
    "a, (b, *rest) = {c}, [{c}, 2]\nreturn a + b",
    "return int(({c}) == (1) or ({c}))",
    "def inner(n):\n    return {c} + n\nreturn inner(2) + inner(3)",
    "def inner(n=4):\n    if n:\n        return inner(n - 1) + {c}\n    return 0\nreturn inner()",
    "{c}\nreturn {k}  # the first is dropped",
    "return both(\n    {c},  # one\n    b=(\n        {c}\n    ),\n)",
    "return {c} \\\n    + {k}",
    "print({c}, {c})\nreturn 0",
    "return (lambda n: n + 1)({c})",
    "return sum(i for i in [{c}, {c}])",
    "return sorted([{c}, {c}], key=lambda n: -n)[0]",
    "global SEEN\nSEEN = {c}\nreturn SEEN",
]
GIVING = [
    "def gen():\n    yield {c}\n    yield {k}\nreturn sum(gen())",
    "def gen():\n    for i in range(2):\n        yield {c} + i\nreturn sum([n for n in gen() if n] + [*gen()])",
    (
        "def gen():\n    yield {c}\ndef more():\n    yield from gen()\n    yield from [1, 2]\n"
        "return max(more()) + next(more())"
    ),
    "def gen():\n    try:\n        yield {c}\n    finally:\n        print('end')\nfor n in gen():\n    break\nreturn n",
    (
        "def gen():\n    yield {c}\ndef give():\n    return gen()\nfor i, n in enumerate(give(), 1):\n"
        "    print(i, n)\nreturn i"
    ),
    "def gen():\n    x = yield {c}\n    yield x\ng = gen()\nnext(g)\nreturn g.send({c})",
    "return int(any({c} == i for i in range(9)) or all({c} > i for i in [1, 2]))",
    "return sum({c} + i for i in range(2)) + len(list({c} for i in [1]))",
    (
        "class In:\n    def __enter__(self):\n        return {c}\n    def __exit__(self, *a):\n"
        "        print({c})\n        return True\nwith In() as n, opened(2) as m, In():\n"
        "    print(n + m)\n    raise ValueError\nreturn 0"
    ),
    "class In:\n    def __iter__(self):\n        yield {c}\nreturn sum(In()) + sum(n for n in In())",
    (
        "class In:\n    n = 0\n    def __iter__(self):\n        return self\n    def __next__(self):\n"
        "        self.n += 1\n        if self.n > 2:\n            raise StopIteration\n"
        "        return {c}\nreturn sum(In()) + next(In())"
    ),
    (
        "import contextlib\n@contextlib.contextmanager\ndef made():\n    print({c})\n    yield {c}\n"
        "    print('left')\nwith made() as n:\n    print(n)\nreturn n"
    ),
]
# What gives values one by one, or is entered.
AWKWARD = [
    "return (lambda: {c})()",
    "return sum({c} for i in range(2))",
    "return sum([x for x in (lambda: [{c}])()])",
    "return list(map({f}, [1, 2]))[0]",
    "call = {f}\nreturn call(1)",
    "return {{'f': {f}}}['f'](2)",
    "def inner(n={c}):\n    return n\nreturn inner()",
    "def gen():\n    yield {c}\nreturn sum(zip(gen(), [1]), ())[0]",
    "class Inner:\n    n = {c}\nreturn Inner.n",
    "class Inner:\n    def __init__(self):\n        self.n = {c}\nreturn Inner().n",
    "class Inner:\n    def __len__(self):\n        return abs({c})\nreturn len(Inner())",
    "class Inner:\n    @property\n    def n(self):\n        return {c}\nreturn Inner().n",
    "return getattr(Base(), 'fetch')({k})",
    "return getattr(Disk(), 'read')({k})",
    "return either({k}).fetch({k})",
]
RECEIVERS = [
    ("", "{S}()"),
    ("", "Base(2)"),
    ("c = {S}()", "c"),
    ("c = None\nc = {S}(3)", "c"),
    ("c: Base = {S}()", "c"),
    ("c = {S}() if k else Base()", "c"),
    ("c, d = {S}(), Dog()", "c"),
    ("[c, *_] = [{S}(), Base()]", "c"),
    ("for c in [Base(), {S}()]:\n    pass", "c"),
    ("for _, c in BY_NAME.items():\n    pass", "c"),
    ("with {S}() as c:\n    pass", "c"),
    ("if (c := {S}()):\n    pass", "c"),
    ("cls = {S}", "cls()"),
    ("cs = {{'a': {S}()}}", "cs['a']"),
    ("cs = ({S}(), Dog())", "cs[0]"),
    ("from shop.subs import {S} as Here", "Here()"),
    ("import shop.base as there", "there.Base()"),
    ("def local():\n    return {S}()", "local()"),
    ("", "base"),
    ("", "maybe"),
    ("", "quoted"),
    ("", "GLOBAL"),
    ("", "Alias()"),
    ("", "Renamed()"),
    ("", "shop.base.Base()"),
    ("", "subs.{S}()"),
    ("", "shop.Base()"),
    ("", "made()"),
    ("", "made_plainly(k)"),
    ("", "{S}.make()"),
    ("", "BY_NAME['a']"),
    ("", "KINDS['s']()"),
    ("", "Service({S}()).client"),
    ("", "Service({S}()).own"),
    ("", "SubService({S}()).lazily()"),
    ("", "holder.inner.client"),
]
STORES = [
    ("", "Disk()"),
    ("s = Store()", "s"),
    ("", "store"),
    ("", "Shelf(Disk()).store"),
]
DECOYS = [
    ("", "Dog()"),
    ("d = Dog()", "d"),
    ("c, d = Base(), Dog()", "d"),
    ("for d in [Dog(), Dog()]:\n    pass", "d"),
    ("", "dog"),
    ("", "Service(Base()).dog"),
    ("", "decoys.Cat()"),
]
FETCHES = [
    "return self.n + key",
    "time.sleep(0)\nreturn self.n - key",
    "return [self.n, key, 3][key % 3]",
    "return self.n * self.step()",
    "return Disk().read(key) - self.n",
]
OVERRIDES = [
    "return super().fetch(key) * 2",
    "return key * 3",
    "return super().fetch(super().fetch(key) % 7)",
    "return Base.fetch(self, key) + 1",
    "return self.near(key) if key < 5 else super().fetch(key)",
    "n = 0\nfor i in range(2):\n    n += super().fetch(i)\nreturn n",
    "return max([self.n, key])",
]  # fmt: skip
METHODS = [
    "def twice(self, key):\n    return self.fetch(key) + self.fetch(key=key + 1)",
    "def twice(self, key):\n    return self.fetch(self.fetch(key) % 5)",
    "def twice(self, key):\n    return super().twice(key) + 1",
    "@staticmethod\ndef of(base: Base, key):\n    return base.fetch(key)",
    "@classmethod\ndef quick(cls, key):\n    return cls().fetch(key)",
    "@property\ndef double(self):\n    return self.n * 2",
    "def near(self, key):\n    return key + 2",
    "def near(self, key):\n    return super().near(key) + self.n",
]


@dataclass
class Maker:
    """Draws one program; ``awkward`` when calls may stand where no await can."""

    draw: st.DrawFn
    awkward: bool
    subs: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)

    def one(self, choices: Sequence[str]) -> str:
        return self.draw(st.sampled_from(choices))

    def maybe(self, share: int = 2) -> bool:
        return self.draw(st.integers(1, share)) == 1

    def files(self) -> dict[str, str]:
        base, subs = self.base(), self.sub_classes()
        use, more = self.uses("use", 3), self.uses("more", 2)
        calls = "".join(f"    print({name!r}, {module}.{name}({number}))\n" for module, name, number in self.called())
        main = f"from shop import more, use\n\n\ndef main():\n{calls}\n\nif __name__ == '__main__':\n    main()\n"
        exports = self.one(
            ["from .base import Base\n", "from shop.base import *\n", "from .base import Base as Base\n"]
        )
        return {
            "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n",
            "shop/__init__.py": exports,
            "shop/base.py": base,
            "shop/subs.py": subs,
            "shop/decoys.py": DECOY_CLASSES,
            "shop/use.py": use,
            "shop/more.py": more,
            "main.py": main,
        }

    def called(self) -> Iterator[tuple[str, str, int]]:
        for name in self.functions:
            yield ("use" if name.startswith("use") else "more"), name, self.draw(st.integers(0, 3))

    def base(self) -> str:
        body = indented(self.one(FETCHES), 2)
        twice = indented(self.one(METHODS[:2]), 1)
        return BASE.format(body=body, twice=twice)

    def sub_classes(self) -> str:
        text = "from __future__ import annotations\n\nfrom shop.base import Base\n\n\n"
        mixes = self.maybe(3)
        if mixes:
            text += f"class Mix:\n    def fetch(self, key):\n{indented(self.one(OVERRIDES[:2]), 2)}\n\n\n"
        for number in range(self.draw(st.integers(1, 3))):
            bases = self.one([*self.subs, "Base"]) if number else "Base"
            if mixes and bases == "Base" and (number == 0 or self.maybe(3)):
                bases = "Mix, Base"
            own = [f"def fetch(self, key):\n{indented(self.one(OVERRIDES), 1)}"] if self.maybe(2) else []
            own += [method for method in METHODS if self.maybe(5)]
            text += f"class Sub{number}({bases}):\n{indented(chr(10).join(own or ['pass']), 1)}\n\n\n"
            self.subs.append(f"Sub{number}")
        return text

    def uses(self, module: str, most: int) -> str:
        text = USE_HEAD.format(S=self.one(self.subs), T=self.one(self.subs), own=self.one([*self.subs, "Base"]))
        if module == "more":
            text += "from shop.use import use0 as renamed\nfrom shop import use\n\n\n"
        for number in range(self.draw(st.integers(1, most))):
            name = f"{module}{number}"
            body, sub = self.body(module), self.one(self.subs)
            text += f"def {name}(k, base: Base = GLOBAL, maybe: Optional[Base] = GLOBAL, quoted: 'shop.subs.{sub} | None' = subs.{sub}(7), dog: Dog = DOG, store: Store = Disk()):\n{indented(body, 1)}\n\n\n"
            self.functions.append(name)
        return text

    def body(self, module: str) -> str:
        preludes: list[str] = []
        shape = self.one([*AWKWARD, *GIVING] if self.awkward and self.maybe(2) else PLACES)
        pieces = shape.split("{c}")
        text = pieces[0]
        for piece in pieces[1:]:
            text += self.call(module, preludes) + piece
        text = text.replace("{f}", self.function(module, preludes)) if "{f}" in text else text
        return "\n".join([*preludes, text.replace("{k}", "k").replace("{{", "{").replace("}}", "}")])

    def function(self, module: str, preludes: list[str]) -> str:
        own = [name for name in self.functions if name.startswith(module)]
        method = (
            self.receiver(STORES, preludes) + ".read"
            if self.maybe(3)
            else self.receiver(RECEIVERS, preludes) + ".fetch"
        )
        return self.one([*own, method])

    def call(self, module: str, preludes: list[str], depth: int = 2) -> str:
        key = (
            self.call(module, preludes, depth - 1) + " % 5"
            if depth and self.maybe(5)
            else self.one(["k", "1", "k + 1"])
        )
        kind = self.one(["family"] * 5 + ["decoy", "decoy", "function", "static", "store", "store"])
        if kind == "store":
            return f"{self.receiver(STORES, preludes)}.read({key})"
        if kind == "decoy":
            return f"{self.receiver(DECOYS, preludes)}.fetch({key})"
        if kind == "function" and self.functions:
            own = [name for name in self.functions if name.startswith(module)]
            others = ["renamed", "use.use0"] if module == "more" else []
            if own or others:
                return f"{self.one([*own, *others])}({key})"
        receiver = self.receiver(RECEIVERS, preludes)
        if kind == "static":
            return self.one(
                [f"Base.fetch({receiver}, {key})", f"Base.of({receiver}, {key})", f"{self.one(self.subs)}.quick({key})"]
            )
        return f"{receiver}.{self.one(['fetch', 'fetch', 'twice'])}({self.one([key, f'key={key}'])})"

    def receiver(self, choices: list[tuple[str, str]], preludes: list[str]) -> str:
        prelude, expression = self.draw(st.sampled_from(choices))
        sub = self.one(self.subs)
        number = str(len(preludes))
        prelude, expression = prelude.format(S=sub), expression.format(S=sub)
        if prelude and not (expression == "local()" and "def local" in " ".join(preludes)):
            for name in ("c", "d", "s", "cs", "cls", "Here", "there"):
                prelude, expression = renamed(prelude, name, number), renamed(expression, name, number)
            preludes.append(prelude)
        return expression


@pytest.mark.parametrize("shape", GIVING)
def test_what_gives_values_one_by_one_turns_with_all_that_takes_them(shape: str) -> None:
    body = shape.replace("{c}", "base.fetch(k)").replace("{k}", "k").replace("{{", "{").replace("}}", "}")
    use = USE_HEAD.format(S="Sub0", T="Sub0", own="Sub0") + f"def use0(k, base: Base):\n{indented(body, 1)}\n"
    files = {
        "shop/__init__.py": "",
        "shop/base.py": BASE.format(body=indented(FETCHES[0], 2), twice=indented(METHODS[0], 1)),
        "shop/subs.py": "from shop.base import Base\n\n\nclass Sub0(Base):\n    pass\n",
        "shop/decoys.py": DECOY_CLASSES,
        "shop/use.py": use,
        "main.py": "from shop import use\n\n\ndef main():\n    print(use.use0(2, use.Base()))\n\n\n"
        "if __name__ == '__main__':\n    main()\n",
    }
    outcome, _ = check(files, Options(targets=(TARGET,)))
    assert not outcome.plan.stops
    assert "shop.use:use0" in {str(converted.name) for converted in outcome.plan.converted}


def renamed(text: str, name: str, number: str) -> str:
    """The text with the local *name* numbered, so that no two receivers share it."""
    return re.sub(rf"(?<![\w.]){name}(?!\w)", f"{name}{number}", text)


def indented(text: str, levels: int) -> str:
    return textwrap.indent(text, "    " * levels)


BASE = '''\
"""The family."""
from __future__ import annotations

import time


class Base:
    def __init__(self, n=1):
        self.n = n

    def fetch(self, key):
{body}

    def step(self):
        return 2

    def near(self, key):
        return key

{twice}

    @classmethod
    def make(cls):
        return cls()

    @classmethod
    def quick(cls, key):
        return cls(5).fetch(key)

    @staticmethod
    def of(base: Base, key):
        return base.fetch(key)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


class Store:
    def read(self, key):
        return key + 1


class Disk(Store):
    def read(self, key):
        return super().read(key) * 2
'''
DECOY_CLASSES = """\
class Dog:
    def fetch(self, key):
        return key - 1

    def twice(self, key):
        return self.fetch(key) - 1


class Cat:
    def fetch(self, key):
        return Dog().fetch(key) + 5
"""
USE_HEAD = """\
from __future__ import annotations

from contextlib import contextmanager
from typing import Optional

import shop
import shop.base
from shop import decoys, subs
from shop.base import Base, Base as Renamed, Disk, Store
from shop.decoys import Dog
from shop.subs import *

Alias = {T}
GLOBAL = {S}()
DOG = Dog()
BY_NAME = {{"a": {S}(), "b": {T}()}}
KINDS = {{"s": {S}, "t": {T}}}
SEEN = 0


def made() -> Base:
    return {T}(4)


def made_plainly(kind):
    if kind:
        return {S}()
    return Base()


def either(kind):
    return Base() if kind else Dog()


def both(a, b):
    return a * 2 + b


@contextmanager
def opened(n):
    yield n


class Shelf:
    def __init__(self, store: Store):
        self.store = store


class Service:
    def __init__(self, client: Base):
        self.client = client
        self.own = {own}()
        self.dog = Dog()
        self.cached = None


class SubService(Service):
    def lazily(self):
        if self.cached is None:
            self.cached = {S}()
        return self.cached


class Holder:
    inner: Service

    def __init__(self):
        self.inner = SubService(Base(6))


holder = Holder()


"""


@st.composite
def programs(draw: st.DrawFn, *, awkward: bool = False) -> dict[str, str]:
    """The files of a program, by path; ``main.py`` runs it."""
    return Maker(draw, awkward).files()


def check_whole(files: dict[str, str], targets: tuple[str, ...]) -> None:
    """Every receiver is known and every place takes an await: all of it is migrated."""
    outcome, after = check(files, Options(targets=targets, format_with=Formatter.NONE))
    assert not outcome.plan.stops
    assert not outcome.plan.count(Verdict.DOUBT)
    if TARGET in targets:
        assert "async def fetch" in after["shop/base.py"]
    if "await " in after["main.py"]:
        assert "asyncio.run(main())" in after["main.py"]


@QUICK
@given(programs(), TARGETS)
def test_a_program_of_known_receivers_is_migrated_whole_and_prints_the_same(
    files: dict[str, str], targets: tuple[str, ...]
) -> None:
    check_whole(files, targets)


@QUICK
@given(programs(awkward=True), TARGETS, WAYS)
def test_a_program_with_calls_where_no_await_can_stand_prints_the_same(
    files: dict[str, str], targets: tuple[str, ...], way: Way | None
) -> None:
    check(files, Options(targets=targets, on_stop=way, format_with=Formatter.NONE))


@pytest.mark.slow
@LONG
@given(programs(), TARGETS)
def test_many_programs_of_known_receivers_are_migrated_whole_and_print_the_same(
    files: dict[str, str], targets: tuple[str, ...]
) -> None:
    check_whole(files, targets)


@pytest.mark.slow
@LONG
@given(programs(awkward=True), TARGETS, WAYS)
def test_many_programs_with_calls_where_no_await_can_stand_print_the_same(
    files: dict[str, str], targets: tuple[str, ...], way: Way | None
) -> None:
    check(files, Options(targets=targets, on_stop=way, format_with=Formatter.NONE))


def test_a_program_that_leaves_a_coroutine_behind_is_noticed() -> None:
    assert run({"main.py": "async def f(): ...\nf()\n"}).leaks == ("coroutine 'f' was never awaited",)
    assert run({"main.py": "async def f(): ...\nKEPT = [f()]\n"}).leaks == ("coroutine 'f' was never awaited",)
    assert run({"main.py": "class A:\n    def __del__(self): 1 / 0\nA()\n"}).leaks
    assert "TypeError" in run({"main.py": "import asyncio\nasync def f(): await 5\nasyncio.run(f())\n"}).error
    assert run({"main.py": "import shop\nprint(shop.X)\n", "shop.py": "X = 3\n"}) == Ran("3\n", "", ())


# Odd ways to reach a function.

FAMILY = """\
class Base:
    def __init__(self): self.n = 1
    def fetch(self, k=0): return self.n + k


class Sub(Base):
    def fetch(self, k=0): return super().fetch(k) * 2


class Dog:
    def fetch(self, k=0): return k


def load(k=0): return Base().fetch(k)
"""


def run_odd(code: str, ending: str = "if __name__ == '__main__':\n    main()\n") -> None:
    """Migrate a program whose ``main.py`` is *code*: what isn't held back must print the same."""
    main = f"from shop import *\n{textwrap.dedent(code)}{ending}"
    files = {"pyproject.toml": "", "shop.py": FAMILY, "main.py": main}
    outcome, _ = check(files, Options(targets=("shop:Base.fetch",), format_with=Formatter.NONE))
    assert not outcome.plan.count(Verdict.DOUBT)


@pytest.mark.parametrize(
    "main",
    [
        "print(getattr(Sub(), 'fetch', None)(3))",
        "class T:\n        get = Sub.fetch\n    print(T.get(Sub(), 1))",
        "get = load\n    print(get(1))",
        "print((load if 1 else len)(1))",
        "from functools import partial\n    print(partial(load, 1)())",
        "print(sorted([1, 2], key=Sub().fetch), max([1], key=lambda k: load(k)))",
        "class T:\n        def __init__(self): self.f = Sub().fetch\n        def go(self): return self.f(1)\n    print(T().go())",
        "class T:\n        def __call__(self): return load(1)\n    print(T()())",
        "class T:\n        def __iter__(self): return iter([load(1)])\n    print(list(T()))",
        "class T:\n        def __enter__(self): return load(1)\n        def __exit__(self, *a): load(2)\n    with T() as x: print(x)",
        "def g(): yield load(1)\n    print(list(g()))",
        "def d(f): return lambda *a: f(*a) + 1\n    @d\n    def go(k): return load(k)\n    print(go(1))",
        "x = 0\n    def inc():\n        nonlocal x\n        x += load(1)\n    inc(); inc(); print(x)",
        "def walk(n): return load(n) + (walk(n - 1) if n else 0)\n    print(walk(3))",
        "def make():\n        def inner(n): return load(n)\n        return inner\n    print(make()(1))",
        "def two(): return Sub(), Dog()\n    a, b = two()\n    print(a.fetch(1), b.fetch(1), two()[0].fetch(2))",
        "s = Sub()\n    s.fetch = lambda k=0: 5\n    print(s.fetch(1), load(1))",
        "def go(load): return load(1)\n    print(go(lambda k: k), load(1))",
        "class S(Base):\n        subs = []\n        @classmethod\n        def get(cls): return cls()\n    print(S.get().fetch(1))",
        "class L(list):\n        def fetch(self, k=0): return 3\n    class M(L, Base): ...\n    print(M().fetch(), load(1))",
        "try: raise KeyError(load(1)) from ValueError(load(2))\n    except KeyError as e: print(e.args, e.__cause__.args)",
        "a = [1, 2, 3, 4]\n    del a[load(0) : load(1)]\n    print(a, a[:: load(0)])",
        "from concurrent.futures import ThreadPoolExecutor as P\n    with P() as p: print(list(p.map(load, [1])))",
        "from threading import Thread\n    r = []\n    t = Thread(target=lambda: r.append(load(1)))\n    t.start(); t.join(); print(r)",
        "print('%s' % load(2), '{}'.format(load(1)), f'{load(3)=}')",
        "(y): int = load(2)\n    print(y)",
    ],
)
def test_an_odd_way_to_reach_a_function_is_changed_rightly_or_held_back(main: str) -> None:
    run_odd(f"def main():\n    {main}\n")


@pytest.mark.parametrize(
    "guard",
    [
        "import sys\nif __name__ == '__main__':\n    sys.exit(main())\n",
        "if __name__ == '__main__':\n    print(main(), 5)\n",
        "if __name__ == '__main__':\n    print([main() for _ in range(2)])\n",
        "if __name__ == '__main__':\n    x = main()\n    print(x, load(x))\n",
        "if __name__ == '__main__':\n    print((lambda: load(1))())\n",
        "if __name__ == '__main__':\n    def go(): return load(1)\n    print(go())\n",
        "X = main()\nprint(X)\n",
    ],
)
def test_an_odd_way_to_start_a_program_is_changed_rightly_or_held_back(guard: str) -> None:
    run_odd("def main(): return load(1)\n", guard)


@pytest.mark.parametrize(
    "main",
    [
        "print(globals()['load'](1))",
        "import shop\n    print(vars(shop)['load'](1))",
        "import operator\n    print(operator.methodcaller('fetch', 1)(Sub()))",
        "import operator\n    print(operator.attrgetter('fetch')(Sub())())",
        "import asyncio\n    async def a(): return load(2)\n    print(load(1), asyncio.run(a()))",
        "import asyncio\n    class A(Base):\n        async def fetch(self, k=0): return 5\n    print(load(1), asyncio.run(A().fetch()))",
    ],
)
def test_a_way_around_the_call_is_held_back(main: str) -> None:
    run_odd(f"def main():\n    {main}\n")


@pytest.mark.parametrize(
    "main",
    [
        "for name in ['fetch']: print(getattr(Sub(), name)(3))",
        (
            "import abc\n    class P(abc.ABC):\n        def fetch(self, k=0): ...\n    P.register(Sub)\n"
            "    def use(p: P): return p.fetch(1)\n    print(use(Sub()))"
        ),
    ],
)
def test_a_name_in_a_list_and_a_class_that_is_registered_are_held_back(main: str) -> None:
    run_odd(f"def main():\n    {main}\n")
