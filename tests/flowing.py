"""Made programs in which the receiver comes from somewhere else: what a call can reach has to be found out.

A *flow* is a way in which an object gets to the place where its method is called: some definitions of the program's
``shop/flow.py``, and a call of them. In both, ``{r}`` is an object of the family, ``{d}`` a decoy with a method of the
same name, ``{C}`` a class of the family, ``{k}`` a number and ``{t}`` whether to take the first of two.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

TARGET = "shop.base:Base.fetch"


@dataclass(frozen=True, slots=True)
class Flow:
    """A way for a receiver to flow: a name for it, the calls (one is drawn), and the definitions that they need."""

    name: str
    calls: tuple[str, ...]
    definitions: str = ""


def _flow(name: str, *calls: str, given: str = "") -> Flow:
    return Flow(name, calls, textwrap.dedent(given).strip())


FLOWS: Sequence[Flow] = (
    _flow(
        "a parameter",
        "call_it({r}, {k})",
        "call_it(key={k}, x={r})",
        "call_it(*[{r}, {k}])",
        given="def call_it(x, key):\n    return x.fetch(key)",
    ),
    _flow(
        "a parameter of several calls",
        "pass_on({r}, {k})",
        "pass_on(key={k}, x={r})",
        given="""
        def pass_on(x, key):
            return pass_further(key, x)
        def pass_further(key, x):
            y = x
            return y.fetch(key) + y.fetch(key=1)
        """,
    ),
    _flow(
        "a parameter that is a decoy only",
        "call_decoy({d}, {k})",
        given="def call_decoy(x, key):\n    return x.fetch(key)",
    ),
    _flow(
        "a parameter that is both",
        "call_both({r}, {k}) + call_both({d}, {k})",
        given="def call_both(x, key):\n    return x.fetch(key)",
    ),
    _flow(
        "a default",
        "by_default({k})",
        "by_default({k}, {r})",
        given="def by_default(key, x={r}):\n    return x.fetch(key)",
    ),
    _flow(
        "a default of None",
        "or_made({k})",
        "or_made({k}, {r})",
        given="""
        def or_made(key, x=None):
            x = x or {r}
            return x.fetch(key)
        """,
    ),
    _flow(
        "star arguments",
        "starred({k}, {r}, {r})",
        given="def starred(key, *xs):\n    return sum([x.fetch(key) for x in xs])",
    ),
    _flow(
        "keyword arguments",
        "named({k}, a={r}, b={r})",
        given="def named(key, **xs):\n    return xs['a'].fetch(key)",
    ),
    _flow(
        "an attribute set in __init__",
        "Keeper({r}, {d}).run({k})",
        "Keeper({r}, {d}).thing.fetch({k})",
        "Keeper({r}, {d}).other.fetch({k})",
        given="""
        class Keeper:
            def __init__(self, thing, other):
                self.thing, self.other = thing, other
            def run(self, key):
                return self.thing.fetch(key) - self.other.fetch(key)
        """,
    ),
    _flow(
        "an attribute set later",
        "Late().set({r}).run({k})",
        given="""
        class Late:
            thing = None
            def set(self, thing):
                self.thing = thing
                return self
            def run(self, key):
                return self.thing.fetch(key)
        """,
    ),
    _flow(
        "an attribute set from outside",
        "set_outside({k})",
        given="""
        class Bag:
            pass
        def set_outside(key):
            bag = Bag()
            bag.thing = {r}
            return bag.thing.fetch(key)
        """,
    ),
    _flow(
        "a class attribute",
        "Settings.client.fetch({k})",
        "Settings().client.fetch({k})",
        given="class Settings:\n    client = {r}",
    ),
    _flow(
        "a dataclass field",
        "Row({r}).client.fetch({k})",
        "Row(client={r}).run({k})",
        given="""
        @dataclass
        class Row:
            client: Base
            def run(self, key):
                return self.client.fetch(key)
        """,
    ),
    _flow(
        "a named tuple",
        "Pair({r}, {d}).client.fetch({k})",
        "Pair({r}, {d})[1].fetch({k})",
        given="""
        class Pair(NamedTuple):
            client: Base
            dog: Dog
        """,
    ),
    _flow(
        "a property",
        "Lazy().client.fetch({k})",
        given="""
        class Lazy:
            made = None
            @property
            def client(self):
                if self.made is None:
                    self.made = {r}
                return self.made
        """,
    ),
    _flow("a factory", "make().fetch({k})", given="def make():\n    return {r}"),
    _flow(
        "a factory that is given the class",
        "build({C}).fetch({k})",
        "build(cls={C}).fetch({k})",
        given="def build(cls):\n    return cls()",
    ),
    _flow("a function that gives back what it is given", "same({r}).fetch({k})", given="def same(x):\n    return x"),
    _flow(
        "one of two",
        "one_of({t}, {r}, {r}).fetch({k})",
        given="def one_of(first, a, b):\n    return a if first else b",
    ),
    _flow(
        "one of two of different kinds",
        "one_of_both({t}, {r}, {d}).fetch({k})",
        given="def one_of_both(first, a, b):\n    return a if first else b",
    ),
    _flow("a registry of classes", "KINDS['a']().fetch({k})", given="KINDS = {{'a': {C}, 'b': Base}}"),
    _flow("a registry of objects", "THINGS.get('a').fetch({k})", given="THINGS = {{'a': {r}}}"),
    _flow(
        "a registry that is filled",
        "REGISTERED['a'].fetch({k})",
        given="""
        REGISTERED = {{}}
        def register(name, thing):
            REGISTERED[name] = thing
        register("a", {r})
        """,
    ),
    _flow(
        "a list that is filled",
        "filled({k})",
        given="""
        def filled(key):
            xs = []
            xs.append({r})
            xs.extend([{r}])
            return sum([x.fetch(key) for x in xs]) + xs[0].fetch(key)
        """,
    ),
    _flow(
        "the items of a dict",
        "items({k})",
        given="""
        def items(key):
            n = 0
            for name, x in {{"a": {r}, "b": {r}}}.items():
                n += x.fetch(key) + len(name)
            return n
        """,
    ),
    _flow(
        "a generator",
        "generated({k})",
        given="""
        def each():
            yield {r}
            yield {r}
        def generated(key):
            return sum([x.fetch(key) for x in each()])
        """,
    ),
    _flow(
        "builtins that hand on",
        "list(reversed([{r}, {r}]))[0].fetch({k})",
        "next(iter([{r}])).fetch({k})",
        "sorted([{r}], key=lambda x: x.n)[0].fetch({k})",
        "min([{r}], key=lambda x: x.n).fetch({k})",
        "dict(a={r})['a'].fetch({k})",
        "[{r}, *[{r}]][1].fetch({k})",
        "sum([x.fetch({k}) for _, x in enumerate([{r}])])",
        "sum([x.fetch({k}) - y.fetch(1) for x, y in zip([{r}], [{d}])])",
        "({r} if {t} else {r}).fetch({k})",
        "(None or {r}).fetch({k})",
        "copy.copy({r}).fetch({k})",
    ),
    _flow(
        "rebinding",
        "rebound({k})",
        given="""
        def rebound(key):
            x = {d}
            n = x.fetch(key)
            x = {r}
            n += x.fetch(key)
            x = {d}
            return n + x.fetch(key)
        """,
    ),
    _flow(
        "rebinding in a branch",
        "branched({k}, {t})",
        given="""
        def branched(key, first):
            x = {r}
            if first:
                x = {r}
            return x.fetch(key)
        """,
    ),
    _flow(
        "rebinding in a branch to another kind",
        "mixed_branch({k}, {t})",
        given="""
        def mixed_branch(key, first):
            x = {r}
            if first:
                x = {d}
            return x.fetch(key)
        """,
    ),
    _flow(
        "rebinding in a loop",
        "looped({k})",
        given="""
        def looped(key):
            x, n = {r}, 0
            for _ in range(3):
                n += x.fetch(key)
                x = {d}
            return n
        """,
    ),
    _flow(
        "rebinding in a try",
        "tried({k})",
        given="""
        def tried(key):
            x = {d}
            try:
                x = {r}
                int("x")
            except ValueError:
                return x.fetch(key)
            return 0
        """,
    ),
    _flow(
        "rebinding by an inner function",
        "by_inner({k})",
        given="""
        def by_inner(key):
            x = {d}
            def inner():
                nonlocal x
                x = {r}
            inner()
            return x.fetch(key)
        """,
    ),
    _flow(
        "a deleted name",
        "deleted({k})",
        given="""
        def deleted(key):
            x = {d}
            del x
            x = {r}
            return x.fetch(key)
        """,
    ),
    _flow(
        "isinstance",
        "narrowed({r}, {k}) + narrowed({d}, {k})",
        given="""
        def narrowed(x, key):
            if isinstance(x, Base):
                return x.fetch(key)
            return x.fetch(key) + 5
        """,
    ),
    _flow(
        "isinstance the other way round",
        "left_early({r}, {k}) + left_early({d}, {k})",
        given="""
        def left_early(x, key):
            if not isinstance(x, Base):
                return 7
            return x.fetch(key)
        """,
    ),
    _flow(
        "isinstance of a decoy",
        "not_dog({r}, {k}) + not_dog({d}, {k})",
        given="""
        def not_dog(x, key):
            if isinstance(x, (Dog, Cat)):
                return x.fetch(key) + 2
            return x.fetch(key)
        """,
    ),
    _flow(
        "isinstance of several",
        "of_several({r}, {k}) + of_several({d}, {k})",
        given="""
        def of_several(x, key):
            assert isinstance(x, (Base, Dog, Cat))
            return x.fetch(key)
        """,
    ),
    _flow(
        "match",
        "matched({r}, {k}) + matched({d}, {k})",
        given="""
        def matched(x, key):
            match x:
                case Base() as found:
                    return found.fetch(key)
                case Dog() | Cat():
                    return x.fetch(key) + 3
            return 0
        """,
    ),
    _flow(
        "a walrus",
        "walrus({k})",
        given="""
        def walrus(key):
            if (x := {r}) and x.fetch(key) is not None:
                return x.fetch(key)
            return 0
        """,
    ),
    _flow(
        "unpacking",
        "unpacked({k})",
        given="""
        def unpacked(key):
            a, (b, *rest) = {d}, [{r}, {r}, {r}]
            first, second = two()
            return a.fetch(key) + b.fetch(key) + rest[1].fetch(key) + first.fetch(key) - second.fetch(1)
        def two():
            return {r}, {d}
        """,
    ),
    _flow(
        "an alias of a class",
        "Aliased().fetch({k})",
        "Copied().fetch({k})",
        given="Aliased = {C}\nfrom shop.base import Base as Copied",
    ),
    _flow(
        "an alias of a module",
        "base_module.Base().fetch({k})",
        "shop.base.Base(3).fetch({k})",
        given="import shop.base\nimport shop.base as base_module",
    ),
    _flow("an alias of a method", "FETCH({r}, {k})", given="FETCH = Base.fetch"),
    _flow(
        "an alias of a method in a class",
        "Loads().load({k})",
        given="class Loads(Base):\n    load = Base.fetch",
    ),
    _flow(
        "a method kept on the object",
        "Bound({r}).run({k})",
        given="class Bound:\n    def __init__(self, x):\n        self.run = x.fetch",
    ),
    _flow("a method that is passed", "apply({r}.fetch, {k})", given="def apply(f, key):\n    return f(key)"),
    _flow("partial", "partial({r}.fetch, {k})()", "partial(same_one, {r})().fetch({k})", given="def same_one(x):\n    return x"),
    _flow("a proxy", "Proxy({r}).fetch({k})", given="""
        class Proxy:
            def __init__(self, inner):
                self.inner = inner
            def __getattr__(self, name):
                return getattr(self.inner, name)
        """),
    _flow("a descriptor", "Owner().client.fetch({k})", given="""
        class Field:
            def __get__(self, instance, owner):
                return {r}
        class Owner:
            client = Field()
        """),
    _flow("getattr", "getattr({r}, 'fetch')({k})", "getattr(Shelf(), 'thing').fetch({k})", given="class Shelf:\n    thing = {r}"),
    _flow("a mixin", "Mixed().run({k})", given="""
        class Runs:
            def run(self, key):
                return self.fetch(key) + 1
        class Mixed(Runs, {C}):
            pass
        """),
    _flow("a mixin for both", "MixedBase().go({k}) + MixedDog().go({k})", given="""
        class Goes:
            def go(self, key):
                return self.fetch(key) + 1
        class MixedBase(Goes, {C}):
            pass
        class MixedDog(Goes, Dog):
            pass
        """),
    _flow("super() in a mixin", "Doubles().fetch({k})", given="""
        class Twice:
            def fetch(self, key):
                return super().fetch(key) * 2
        class Doubles(Twice, {C}):
            pass
        """),
    _flow("a protocol", "through_protocol({r}, {k})", "through_protocol({d}, {k})", given="""
        class Fetches(Protocol):
            def fetch(self, key): ...
        def through_protocol(x: Fetches, key):
            return x.fetch(key)
        """),
    _flow("an abstract base", "through_abstract({r}, {k})", given="""
        class Abstract(abc.ABC):
            @abc.abstractmethod
            def near(self, key): ...
        Abstract.register(Base)
        def through_abstract(x: Abstract, key):
            return x.fetch(key)
        """),
    _flow("a type variable", "first_of([{r}]).fetch({k})", "first_of([{d}]).fetch({k})", given="""
        T = TypeVar("T")
        def first_of(xs: list[T]) -> T:
            return xs[0]
        """),
    _flow("a generic class", "Box({r}).get().fetch({k})", "Box({d}).get().fetch({k})", given="""
        V = TypeVar("V")
        class Box(Generic[V]):
            def __init__(self, item: V) -> None:
                self.item = item
            def get(self) -> V:
                return self.item
        """),
    _flow("type(self)", "Clones().clone().fetch({k})", given="""
        class Clones({C}):
            def clone(self):
                return type(self)()
        """),
    _flow("__new__", "Single().fetch({k})", given="""
        class Single({C}):
            def __new__(cls, *args):
                made = super().__new__(cls)
                return made
        """),
    _flow("with", "within({k})", given="""
        @contextmanager
        def opened():
            yield {r}
        def within(key):
            with opened() as x, {C}() as y:
                return x.fetch(key) + y.fetch(key)
        """),
    _flow("a local class and function", "locally({k})", given="""
        def locally(key):
            class Local({C}):
                def fetch(self, key):
                    return super().fetch(key) + 1
            def make_local():
                return Local()
            return make_local().fetch(key)
        """),
    _flow("an annotation", "annotated({r}, {k})", "maybe({r}, {k})", "quoted({r}, {k})", given="""
        def annotated(x: Base, key):
            return x.fetch(key)
        def maybe(x: Optional[Base], key):
            return x.fetch(key) if x is not None else 0
        def quoted(x: "Base | None", key):
            return x.fetch(key) if x else 0
        """),
    _flow("the decoy by annotation", "plain_dog({d}, {k})", given="def plain_dog(x: Dog, key):\n    return x.fetch(key)"),
    _flow("a lambda", "(lambda x: x)({r}).fetch({k})", "MADE().fetch({k})", given="MADE = lambda: {r}"),
    _flow("a coroutine handed on", "asyncio.run(later({r}, {k}))", given="""
        async def ready(n):
            return n
        def handing(x, key):
            n = x.fetch(key)
            return ready(n)
        async def later(x, key):
            return await handing(x, key) + sum(await asyncio.gather(handing(x, 1), handing(x, 2)))
        """),
    _flow("async code", "asyncio.run(asynchronously({r}, {k}))", given="""
        async def asynchronously(x, key):
            return x.fetch(key) + sum([x.fetch(n) for n in range(2)])
        """),
)  # fmt: skip
TAKES = "def takes(x, key):\n    return x.fetch(key)\n"
HOLDS = """
class Holds:
    def __init__(self, thing):
        self.thing = thing
    def run(self, key):
        return self.thing.fetch(key)
"""


def _takes(name: str, *calls: str, given: str = "") -> Flow:
    """A parameter that gets a member of the family in plain sight and, some other way, a decoy."""
    return _flow(name, *(f"takes({{r}}, {{k}}) + {call}" for call in calls), given=TAKES + textwrap.dedent(given))


def _holds(name: str, *calls: str, given: str = "") -> Flow:
    """An attribute that gets a member of the family in plain sight and, some other way, a decoy."""
    return _flow(name, *(f"Holds({{r}}).run({{k}}) + {call}" for call in calls), given=HOLDS + textwrap.dedent(given))


SNEAKY: Sequence[Flow] = (
    _takes("takes by an alias", "(lambda f: f({d}, {k}))(takes)", "also({d}, {k})", given="also = takes"),
    _takes("takes by a local alias", "by_local({k})", given="def by_local(key):\n    f = takes\n    return f({d}, key)"),
    _takes("takes by partial", "partial(takes, {d})({k})", "partial(takes, key={k})({d})"),
    _takes("takes by map", "sum(list(map(takes, [{d}], [{k}])))", "sum([f({d}, {k}) for f in [takes]])"),
    _takes("takes by a dict", "{{'a': takes}}['a']({d}, {k})", "TAKEN['a']({d}, {k})", given="TAKEN = {{'a': takes}}"),
    _takes("takes by stars", "takes(*({d}, {k}))", "takes(**{{'x': {d}, 'key': {k}}})", "takes(**dict(x={d}, key={k}))"),
    _takes("takes by getattr", "getattr(shop.flow, 'takes')({d}, {k})", "vars(shop.flow)['takes']({d}, {k})"),
    _takes("takes by a method", "Has.also({d}, {k})", "Has().run({d}, {k})", given="""
        class Has:
            also = staticmethod(takes)
            def run(self, *args):
                return takes(*args)
        """),
    _takes("takes by what is returned", "given_back()({d}, {k})", given="def given_back():\n    return takes"),
    _takes("takes by keywords handed on", "on(x={d}, key={k})", given="def on(**options):\n    return takes(**options)"),
    _takes("takes by a decorator", "wrapped({d}, {k})", given="""
        def loud(f):
            def inner(*args, **options):
                return f(*args, **options)
            return inner
        wrapped = loud(takes)
        """),
    _takes("takes by reduce", "reduce(lambda n, x: n + takes(x, {k}), [{d}], 0)"),
    _takes("takes by sorted", "sorted([{d}, {d}], key=lambda x: takes(x, 1))[0].n"),
    _takes("takes by another module's alias", "ours({d}, {k})", given="from shop import flow as itself\ndef ours(x, key):\n    return itself.takes(x, key)"),
    _takes("takes by its own recursion", "again({r}, {k})", given="""
        def again(x, key, left=2):
            return x.fetch(key) + (again({d}, key, left - 1) if left else 0)
        """),
    _takes("takes what is made from a name", "takes(globals()['Dog'](), {k})", "takes(eval('Dog')(), {k})"),
    _takes("takes what an unknown call gives", "takes(json.loads('1', parse_int=lambda n: {d}), {k})"),
    _holds("holds by assignment outside", "swapped({k})", given="""
        def swapped(key):
            holds = Holds({r})
            holds.thing = {d}
            return holds.run(key)
        """),
    _holds("holds by setattr", "set_by_name({k})", "set_in_dict({k})", given="""
        def set_by_name(key):
            holds = Holds({r})
            setattr(holds, "thing", {d})
            return holds.run(key)
        def set_in_dict(key):
            holds = Holds({r})
            holds.__dict__["thing"] = {d}
            vars(holds).update(thing={d})
            return holds.run(key)
        """),
    _holds("holds in a class below", "Below().run({k})", "BelowToo({d}).run({k})", given="""
        class Below(Holds):
            def __init__(self):
                self.thing = {d}
        class BelowToo(Holds):
            def __init__(self, thing):
                super().__init__(thing)
        """),
    _holds("holds by a class attribute below", "BelowAgain().run({k})", given="""
        class BelowAgain(Holds):
            thing = {d}
            def __init__(self):
                pass
        """),
    _holds("holds by a mixin's assignment", "Set({r}).set().run({k})", given="""
        class Sets:
            def set(self):
                self.thing = {d}
                return self
        class Set(Sets, Holds):
            pass
        """),
    _holds("holds by a helper", "helped(Holds({r})).run({k})", given="""
        def helped(holds):
            holds.thing = {d}
            return holds
        """),
    _holds("holds by keyword", "Holds(thing={d}).run({k})", "Holds(**{{'thing': {d}}}).run({k})", "partial(Holds, {d})().run({k})"),
    _holds("holds by a class alias", "Kept({d}).run({k})", "CLS['a']({d}).run({k})", given="Kept = Holds\nCLS = {{'a': Holds}}"),
    _holds("holds by type()", "type(Holds({r}))({d}).run({k})", "Holds({r}).__class__({d}).run({k})"),
    _holds("holds by a factory", "make_holds({d}).run({k})", given="""
        def make_holds(*args):
            return Holds(*args)
        """),
    _holds("holds by a class method", "From.of({d}).run({k})", given="""
        class From(Holds):
            @classmethod
            def of(cls, thing):
                return cls(thing)
        """),
    _holds("holds by copying", "copied({k})", given="""
        def copied(key):
            holds = copy.copy(Holds({r}))
            holds.thing = {d}
            return holds.run(key)
        """),
    _holds("holds by unpacking", "unpacks({k})", given="""
        def unpacks(key):
            holds = Holds({r})
            holds.thing, n = {d}, 1
            return holds.run(key) + n
        """),
    _holds("holds by a loop or with", "looping({k})", given="""
        @contextmanager
        def gives():
            yield {d}
        def looping(key):
            holds, n = Holds({r}), 0
            for holds.thing in [{d}]:
                n += holds.run(key)
            with gives() as holds.thing:
                n += holds.run(key)
            return n
        """),
    _flow("a list that another name fills", "other_name({k})", given="""
        def other_name(key):
            xs = [{r}]
            ys = xs
            ys.append({d})
            return sum([x.fetch(key) for x in xs])
        """),
    _flow("a list that a function fills", "by_function({k})", given="""
        def fill(ys):
            ys.append({d})
        def by_function(key):
            xs = [{r}]
            fill(xs)
            return sum([x.fetch(key) for x in xs])
        """),
    _flow("a list that is changed in place", "in_place({k})", "by_method({k})", given="""
        def in_place(key):
            xs = [{r}]
            xs[0] = {d}
            n = xs[0].fetch(key)
            xs += [{d}]
            xs[1:] = [{d}]
            return n + sum([x.fetch(key) for x in xs])
        def by_method(key):
            xs = [{r}]
            xs.insert(0, {d})
            xs.extend([{d}])
            return sum([x.fetch(key) for x in xs]) + xs.pop().fetch(key)
        """),
    _flow("a dict that is changed in place", "in_dict({k})", given="""
        def in_dict(key):
            xs = {{"a": {r}}}
            xs.update(b={d})
            xs |= {{"c": {d}}}
            n = xs.setdefault("d", {d}).fetch(key)
            return n + sum([x.fetch(key) for x in xs.values()]) + xs.pop("c").fetch(key)
        """),
    _flow("a list on an object", "OnObject().run({k})", given="""
        class OnObject:
            def __init__(self):
                self.xs = [{r}]
                self.add({d})
            def add(self, x):
                self.xs.append(x)
            def run(self, key):
                return sum([x.fetch(key) for x in self.xs])
        """),
    _flow("a list on an object, filled from outside", "filled_outside({k})", given="""
        class Bare:
            def __init__(self):
                self.xs = [{r}]
        def filled_outside(key):
            bare = Bare()
            bare.xs.append({d})
            ys = bare.xs
            ys.append({d})
            return sum([x.fetch(key) for x in bare.xs])
        """),
    _flow("a default that is filled", "remembers({k}) + remembers({k}, {d})", given="""
        def remembers(key, x={r}, seen=[]):
            seen.append(x)
            return sum([one.fetch(key) for one in seen])
        """),
    _flow("a global that another function sets", "set_global() + CURRENT.fetch({k})", "with_global({k})", given="""
        CURRENT = {r}
        def set_global():
            global CURRENT
            CURRENT = {d}
            return 0
        def with_global(key):
            n = CURRENT.fetch(key)
            set_global()
            return n + CURRENT.fetch(key)
        """),
    _flow("a global that another module sets", "set_there({k})", given="""
        THERE = {r}
        def read_there(key):
            return THERE.fetch(key)
        def set_there(key):
            import shop.flow as flow
            flow.THERE = {d}
            return read_there(key)
        """),
    _flow("a global that a string sets", "by_string({k})", given="""
        NAMED = {r}
        def by_string(key):
            globals()["NAMED"] = {d}
            return NAMED.fetch(key)
        """),
    _flow("a class attribute that is replaced", "replaced({k})", given="""
        class Conf:
            client = {r}
            def run(self, key):
                return self.client.fetch(key)
        def replaced(key):
            n = Conf().run(key)
            Conf.client = {d}
            return n + Conf().run(key) + Conf.client.fetch(key)
        """),
    _flow("a method that is replaced", "patched({k})", "shadowed({k})", given="""
        class Patched({C}):
            pass
        def patched(key):
            Patched.fetch = lambda self, key: 4
            return Patched().fetch(key)
        def shadowed(key):
            x = {C}()
            x.fetch = lambda key: 5
            return x.fetch(key)
        """),
    _flow("an object of its own container", "Rack({r}, {d})[{k} % 2].fetch(1)", "sum([x.fetch({k}) for x in Rack({r}, {d})])", given="""
        class Rack:
            def __init__(self, *xs):
                self.xs = xs
            def __getitem__(self, n):
                return self.xs[n]
        """),
    _flow("an iterator of its own", "sum([x.fetch({k}) for x in Steps()])", given="""
        class Steps:
            n = 0
            def __iter__(self):
                return self
            def __next__(self):
                self.n += 1
                if self.n > 2:
                    raise StopIteration
                return {r} if self.n == 1 else {d}
        """),
    _flow("a callable object", "Called({r})({k})", "Maker()({t}).fetch({k})", given="""
        class Called:
            def __init__(self, x):
                self.x = x
            def __call__(self, key):
                return self.x.fetch(key)
        class Maker:
            def __call__(self, first):
                return {r} if first else {d}
        """),
    _flow("a closure", "closed({r})({k})", "closed({d})({k})", given="""
        def closed(x):
            def inner(key):
                return x.fetch(key)
            return inner
        """),
    _flow("a queue", "queued({k})", given="""
        def queued(key):
            q = queue.Queue()
            q.put({r})
            q.put({d})
            return q.get().fetch(key) + q.get().fetch(key)
        """),
    _flow("a collection of the library", "deque([{r}]).pop().fetch({k})", "defaultdict({C})['a'].fetch({k})",
        "next(chain([{r}], [{d}])).fetch({k})", "ChainMap({{'a': {r}}})['a'].fetch({k})"),
    _flow("an exception", "raised({k})", given="""
        def raised(key):
            try:
                raise ValueError({r}, {d})
            except ValueError as error:
                return error.args[0].fetch(key) + error.args[1].fetch(key)
        """),
    _flow("what is fetched by name", "attrgetter('thing')(Thing()).fetch({k})", "vars(Thing)['thing'].fetch({k})", "Thing.__dict__['thing'].fetch({k})", given="""
        class Thing:
            thing = {r}
        """),
    _flow("replace", "replace(Record({r}), client={r}).client.fetch({k})", "Record({r}).run({k})", given="""
        @dataclass
        class Record:
            client: Base
            def run(self, key):
                return self.client.fetch(key)
        """),
    _flow("a property that is set", "Setting().set({d}).client.fetch({k})", given="""
        class Setting:
            kept = {r}
            @property
            def client(self):
                return self.kept
            @client.setter
            def client(self, value):
                self.kept = value
            def set(self, value):
                self.client = value
                return self
        """),
    _flow("super of another", "super(Deep, Deep(2)).fetch({k})", "Deep.__mro__[1].fetch(Deep(), {k})", "type({r}).fetch(Deep(), {k})"),
    _flow("an inner class of the same name", "Same.Base().fetch({k})", given="""
        class Same:
            class Base:
                def fetch(self, key):
                    return key - 7
        """),
    _flow("a name that is two things", "two_things({t})", given="""
        def two_things(first):
            if first:
                def load(key):
                    return {r}.fetch(key)
            else:
                def load(key):
                    return {d}.fetch(key)
            return load(1)
        """),
    _flow("a class that is two things", "Two().fetch({k})", given="""
        if len("a") == 1:
            class Two({C}):
                pass
        else:
            class Two(Dog):
                pass
        """),
    _flow("a class made by a call", "type('Made', ({C},), {{}})().fetch({k})", "Named().fetch({k})", given="""
        Named = type("Named", ({C},), {{"fetch": lambda self, key: 3}})
        """),
    _flow("a base that a function gives", "Given().fetch({k})", given="""
        def base_of(cls):
            return cls
        class Given(base_of({C})):
            def fetch(self, key):
                return super().fetch(key) + 1
        """),
    _flow("a class decorator", "Decorated().fetch({k})", given="""
        def decorate(cls):
            cls.extra = 1
            return cls
        @decorate
        class Decorated({C}):
            def fetch(self, key):
                return super().fetch(key) + self.extra
        """),
    _flow("a metaclass", "Meta1().fetch({k})", given="""
        class Meta(type):
            def __call__(cls, *args):
                return {d}
        class Meta1({C}, metaclass=Meta):
            pass
        """),
    _flow("__getattribute__", "Watched().fetch({k})", given="""
        class Watched({C}):
            def __getattribute__(self, name):
                if name == "fetch":
                    return lambda key: 9
                return super().__getattribute__(name)
        """),
    _flow("an import in a function", "imports_here({k})", given="""
        def imports_here(key):
            from shop.base import Sub as Dog
            from shop.decoys import Dog as Base
            return Dog().fetch(key) - Base().fetch(key)
        """),
    _flow("an import that may fail", "Tried().fetch({k})", given="""
        try:
            from shop.base import Sub as Tried
        except ImportError:
            from shop.decoys import Dog as Tried
        """),
    _flow("a module by name", "importlib.import_module('shop.base').Base().fetch({k})", "sys.modules['shop.base'].Sub().fetch({k})"),
    _flow("a comprehension's own name", "own_name({k})", given="""
        def own_name(key):
            x = {d}
            n = sum([x.fetch(key) for x in [{r}]])
            return n + x.fetch(key)
        """),
    _flow("a name of an outer function", "outer({k})", given="""
        def outer(key):
            x = {r}
            def inner():
                return x.fetch(key)
            n = inner()
            x = {d}
            return n + inner()
        """),
    _flow("a handler's name", "handled({k})", given="""
        def handled(key):
            x = {r}
            try:
                int("a")
            except ValueError as x:
                pass
            x = {d}
            return x.fetch(key)
        """),
    _flow("finally", "last({k})", given="""
        def last(key):
            x = {d}
            try:
                x = {r}
            finally:
                n = x.fetch(key)
            return n
        """),
    _flow("while and break", "breaks({k}, {t})", given="""
        def breaks(key, first):
            x = {d}
            while True:
                if first:
                    x = {r}
                    break
                x = {r}
                first = True
            return x.fetch(key)
        """),
    _flow("while and else", "elses({k})", given="""
        def elses(key):
            x = {d}
            for n in range(2):
                if n:
                    continue
                x = {r}
            else:
                x = {d}
            return x.fetch(key)
        """),
    _flow("match with a capture", "captured({r}, {k}) + captured({d}, {k}) + captured([{r}], {k})", given="""
        def captured(x, key):
            match x:
                case [y]:
                    return y.fetch(key)
                case Base(n=n) if n > 1:
                    return x.fetch(key) + n
                case other:
                    return other.fetch(key)
        """),
    _flow("isinstance with or", "either_way({r}, {k}) + either_way({d}, {k})", given="""
        def either_way(x, key):
            if isinstance(x, Sub) or isinstance(x, Dog):
                return x.fetch(key)
            return 1 if isinstance(x, Cat) else x.fetch(key)
        """),
    _flow("isinstance that is forgotten", "forgets({r}, {k})", given="""
        def forgets(x, key):
            if isinstance(x, Base):
                x = {d}
                return x.fetch(key)
            return 0
        """),
    _flow("isinstance in a loop", "loops({k})", given="""
        def loops(key):
            n = 0
            for x in [{r}, {d}, {r}]:
                if isinstance(x, Base):
                    n += x.fetch(key)
                    continue
                n -= x.fetch(key)
            return n
        """),
    _flow("type(x) is", "exactly({r}, {k}) + exactly({d}, {k})", given="""
        def exactly(x, key):
            if type(x) is Base:
                return x.fetch(key)
            if type(x) in (Dog, Cat):
                return x.fetch(key) + 1
            return 2
        """),
    _flow("hasattr and callable", "has({r}, {k}) + has({d}, {k})", given="""
        def has(x, key):
            if hasattr(x, "step") or callable(x):
                return x.fetch(key)
            return 3
        """),
    _flow("try instead of isinstance", "tries({r}, {k})", given="""
        def tries(x, key):
            try:
                return x.fetch(key)
            except AttributeError:
                return 0
        """),
    _flow("a truth that a coroutine has", "truth({r})", given="""
        def truth(x):
            if x.fetch(-1 - x.n):
                return 1
            while x.fetch(-1 - x.n):
                return 2
            return [n for n in range(2) if x.fetch(n)] == [] or x.fetch(0) and 3
        """),
    _flow("a wrapped mixin for both", "WrapBase().go({k}) + WrapDog().go({k})", given="""
        class Wraps:
            def go(self, key):
                def inner():
                    return self.fetch(key)
                return inner()
            def gone(self, key):
                return self.go(key) + super().fetch(key)
        class WrapBase(Wraps, {C}):
            pass
        class WrapDog(Wraps, Dog):
            pass
        """),
    _flow("a mixin that an attribute supplies", "Supplied().run({k})", given="""
        class Asks:
            def run(self, key):
                return self.client.fetch(key)
        class Supplied(Asks):
            client = {r}
        class SuppliedToo(Asks):
            client = {d}
        """),
)  # fmt: skip
WRONG_YET = frozenset(
    {
        "holds by type()",
        "a list on an object, filled from outside",
    }
)
"""The flows that are changed wrongly: bugs. Made programs leave them out, and each has a test that is known to fail."""
MAY_BE_HELD = frozenset(
    {
        "a parameter that is both",
        "one of two of different kinds",
        "rebinding in a branch to another kind",
        "rebinding in a loop",
        "rebinding in a try",
        "rebinding by an inner function",
        "isinstance of several",
        "an alias of a method",
        "an alias of a method in a class",
        "a method kept on the object",
        "a method that is passed",
        "partial",
        "a proxy",
        "a descriptor",
        "getattr",
        "a mixin for both",
        "a protocol",
        "an abstract base",
        "a coroutine handed on",
        "async code",
        "a lambda",
    }
)
"""The flows that may end in a stop: they reach both kinds, or what is reached can't be known or can't be awaited."""

BASE = """\
from __future__ import annotations


class Base:
    def __init__(self, n=1):
        self.n = n

    def fetch(self, key):
        return self.n + key

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


class Sub(Base):
    def fetch(self, key):
        return super().fetch(key) * 2


class Deep(Sub):
    pass


class Beside(Base):
    def fetch(self, key):
        return key - self.n
"""
DECOYS = """\
class Dog:
    def __init__(self, n=1):
        self.n = n

    def fetch(self, key):
        return key * 10


class Cat:
    n = 2

    def fetch(self, key):
        return Dog().fetch(key) - 1
"""
IMPORTS = """\
from __future__ import annotations

import abc
import asyncio
import copy
import importlib
import json
import queue
import sys
from collections import ChainMap, defaultdict, deque
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import chain
from operator import attrgetter
from typing import Generic, NamedTuple, Optional, Protocol, TypeVar

from shop.base import Base, Beside, Deep, Sub
from shop.decoys import Cat, Dog
import shop
import shop.base
"""
FAMILY = ("Base(2)", "Sub()", "Sub(n=3)", "Deep(1)", "Beside()")
STRANGERS = ("Dog()", "Cat()", "Dog(4)")
CLASSES = ("Base", "Sub", "Deep", "Beside")


def filled(draw: st.DrawFn, text: str) -> str:
    """The text with its holes filled, each on its own."""
    choices = {"r": FAMILY, "d": STRANGERS, "C": CLASSES, "k": ("0", "1", "2", "k"), "t": ("True", "False")}
    text = re.sub(r"\{(\w)\}", lambda hole: draw(st.sampled_from(choices[hole[1]])), text)
    return text.replace("{{", "{").replace("}}", "}")


def program_of(draw: st.DrawFn, flows: Sequence[Flow]) -> dict[str, str]:
    """A program in which each of *flows* is called once, in a function of its own; ``main.py`` prints what they give."""
    definitions = "\n\n\n".join(filled(draw, flow.definitions) for flow in flows if flow.definitions)
    uses = [f"def use{n}(k):\n    return {filled(draw, draw(st.sampled_from(f.calls)))}" for n, f in enumerate(flows)]
    calls = "".join(f"    print({n}, use.use{n}({draw(st.integers(0, 2))}))\n" for n, _ in enumerate(flows))
    return {
        "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n",
        "shop/__init__.py": "",
        "shop/base.py": BASE,
        "shop/decoys.py": DECOYS,
        "shop/flow.py": f"{IMPORTS}\n\n{definitions}\n",
        "shop/use.py": f"{IMPORTS}import shop.flow\nfrom shop.flow import *\n\n\n" + "\n\n\n".join(uses) + "\n",
        "main.py": f"from shop import use\n\n\ndef main():\n{calls}\n\nif __name__ == '__main__':\n    main()\n",
    }


@st.composite
def programs(draw: st.DrawFn, flows: Sequence[Flow] = FLOWS, most: int = 3) -> dict[str, str]:
    """The files of a program with a few of *flows*, by path."""
    chosen = draw(st.lists(st.sampled_from(flows), min_size=1, max_size=most, unique_by=lambda flow: flow.name))
    return program_of(draw, chosen)
