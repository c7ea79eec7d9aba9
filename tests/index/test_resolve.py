"""What an expression can be, by every way in which a receiver becomes known; and what stays unknown."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.index.asking import asked, class_named, resolver_of, what_is

SHOP = """
    from __future__ import annotations
    class Client:
        def fetch(self): return 1
        def again(self): return self.fetch()
        @classmethod
        def create(cls): return cls()
        def me(self): return self
        def __enter__(self): return self
        def __exit__(self, *error): ...
    class Http(Client):
        def fetch(self): return super().fetch()
    class Dog:
        def fetch(self): ...
    def make() -> Client: return Http()
    def make_plainly(x):
        if x:
            return Http()
        return None
    """
CLIENT, HTTP, DOG = {"shop:Client.fetch"}, {"shop:Http.fetch"}, {"shop:Dog.fetch"}


def fetched(folder: Path, main: str, receiver: str = "x", /, **modules: str) -> set[str]:
    """What ``receiver.fetch`` can be at its last mention in *main*."""
    return asked(folder, f"{receiver}.fetch", main=f"from shop import *\n{main}", shop=SHOP, **modules)


def reached(folder: Path, main: str) -> set[str]:
    """What the last ``….fetch`` in *main* can be."""
    text = f"from shop import *\n{main}"
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Attribute) and n.attr == "fetch"]
    return asked(folder, ast.unparse(max(nodes, key=lambda n: (n.lineno, n.col_offset))), main=text, shop=SHOP)


# self and super()


def test_self_is_the_class_in_which_the_method_stands(tmp_path: Path) -> None:
    assert what_is(resolver_of(tmp_path, shop=SHOP), "self.fetch", "shop") == CLIENT


def test_self_goes_by_any_name_but_a_static_method_has_none(tmp_path: Path) -> None:
    main = (
        "class A(Client):\n    def go(this): return this.fetch\n    @staticmethod\n    def no(that): return that.fetch"
    )
    assert fetched(tmp_path / "a", main, "this") == CLIENT
    assert fetched(tmp_path / "b", main, "that") == {"?"}


def test_super_is_what_comes_behind_in_the_order(tmp_path: Path) -> None:
    assert what_is(resolver_of(tmp_path, shop=SHOP), "super().fetch", "shop") == CLIENT


def test_super_with_arguments_starts_behind_the_class_that_is_named(tmp_path: Path) -> None:
    main = "class A(Http):\n    def fetch(self): return super(Http, self).fetch()"
    assert fetched(tmp_path, main, "super(Http, self)") == CLIENT


def test_super_in_a_mixin_is_what_the_classes_that_mix_it_in_have_behind_it(tmp_path: Path) -> None:
    main = """class Mix:
    def fetch(self): return super().fetch()
class A(Mix, Http): ...
class B(Mix, Client): ..."""
    assert fetched(tmp_path, main, "super()") == HTTP | CLIENT


def test_super_in_a_mixin_that_nobody_mixes_in_is_unknown(tmp_path: Path) -> None:
    assert fetched(tmp_path, "class Mix:\n    def fetch(self): return super().fetch()", "super()") == {"?"}


def test_self_in_a_mixin_is_what_the_classes_below_supply(tmp_path: Path) -> None:
    main = "class Mix:\n    def go(self): return self.fetch()\nclass A(Mix, Http): ..."
    assert fetched(tmp_path, main, "self") == HTTP


def test_a_shared_ancestor_comes_after_both_sides_of_a_diamond(tmp_path: Path) -> None:
    main = """class Left(Client): ...
class Right(Client):
    def fetch(self): ...
class Both(Left, Right):
    def fetch(self): return super().fetch()"""
    assert fetched(tmp_path, main, "super()") == {"main:Right.fetch"}


# imports


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from app.clients.base import Client", "Client"),
        ("from app.clients.base import Client as C", "C"),
        ("import app.clients.base", "app.clients.base.Client"),
        ("import app.clients.base as b", "b.Client"),
        ("from app.clients import base", "base.Client"),
        ("from app import clients", "clients.Client"),
        ("from app import Renamed", "Renamed"),
        ("from app import *", "Renamed"),
        ("import app", "app.Renamed"),
        ("import app", "app.clients.base.Client"),
        ("try:\n    from app import Renamed\nexcept ImportError:\n    from nowhere import Renamed\n", "Renamed"),
    ],
)
def test_a_class_is_found_through_an_import(tmp_path: Path, line: str, name: str) -> None:
    files = {
        "app/__init__": "from .clients import Client as Renamed",
        "app/clients/__init__": "from .base import *",
        "app/clients/base": "class Client:\n    def fetch(self): ...",
        "main": f"{line}\n{name}().fetch\n",
    }
    assert "app.clients.base:Client.fetch" in asked(tmp_path, f"{name}().fetch", files)


def test_an_import_in_a_function_is_seen_there_and_not_outside(tmp_path: Path) -> None:
    main = "def f():\n    from other import Late\n    return Late().fetch\ndef g(): Late().wait"
    resolver = resolver_of(tmp_path, main=main, other="class Late:\n    def fetch(self): ...\n    def wait(self): ...")
    assert what_is(resolver, "Late().fetch") == {"other:Late.fetch"}
    assert what_is(resolver, "Late().wait") == {"?"}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from .base import Client", "Client"),
        ("from . import base", "base.Client"),
        ("from ..clients.base import Client", "Client"),
        ("from .. import clients", "clients.base.Client"),
    ],
)
def test_a_class_is_found_through_a_relative_import(tmp_path: Path, line: str, name: str) -> None:
    files = {
        "app/__init__": "",
        "app/clients/__init__": "",
        "app/clients/base": "class Client:\n    def fetch(self): ...",
        "app/clients/use": f"{line}\n{name}().fetch\n",
    }
    found = what_is(resolver_of(tmp_path, files), f"{name}().fetch", "app.clients.use")
    assert found == {"app.clients.base:Client.fetch"}


def test_a_submodule_that_its_package_imports_is_found_by_name(tmp_path: Path) -> None:
    files = {
        "app/__init__": "from . import base\nClient = base.Client",
        "app/base": "class Client:\n    def fetch(self): ...",
        "main": "import app\napp.base.Client().fetch\napp.Client().fetch",
    }
    resolver = resolver_of(tmp_path, files)
    assert what_is(resolver, "app.base.Client().fetch") == {"app.base:Client.fetch"}
    assert what_is(resolver, "app.Client().fetch") == {"app.base:Client.fetch"}


def test_a_name_that_the_package_defines_goes_before_its_submodule(tmp_path: Path) -> None:
    files = {"app/__init__": "from .make import make", "app/make": "def make(): ...", "main": "import app\napp.make"}
    assert asked(tmp_path, "app.make", files) == {"app.make:make"}


def test_modules_that_import_each_other_come_to_an_end(tmp_path: Path) -> None:
    files = {"a": "from b import x", "b": "from a import x", "main": "from a import x\nx.fetch", "c": "from c import *"}
    assert asked(tmp_path, "x.fetch", files) <= {"?"}


def test_a_namespace_package_has_its_modules(tmp_path: Path) -> None:
    files = {
        "space/one/shop": "class Client:\n    def fetch(self): ...",
        "main": "import space.one.shop\nfrom space.one import shop\nspace.one.shop.Client().fetch\nshop.Client().fetch\nspace.one",
    }
    resolver = resolver_of(tmp_path, files)
    assert what_is(resolver, "space.one.shop.Client().fetch") == {"space.one.shop:Client.fetch"}
    assert what_is(resolver, "shop.Client().fetch") == {"space.one.shop:Client.fetch"}
    assert what_is(resolver, "space.one") == {"space.one/"}


def test_a_src_layout_leaves_its_folder_out_of_the_names(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "",
        "src/app/__init__": "",
        "src/app/base": "class Client:\n    def fetch(self): ...",
        "tests/main": "from app.base import Client\nClient().fetch",
    }
    resolver = resolver_of(tmp_path, files)
    module = next(name for path, name in resolver.program.names.items() if path == "tests/main.py")
    assert what_is(resolver, "Client().fetch", module) == {"app.base:Client.fetch"}


# annotations


@pytest.mark.parametrize(
    "annotation",
    [
        "Client",
        "'Client'",
        "Optional[Client]",
        "'Optional[Client]'",
        "Optional['Client']",
        "Client | None",
        "None | Client",
        "'Client | None'",
        "Union[Client, None]",
        "typing.Optional[shop.Client]",
        "Annotated[Client, 1]",
        "Final[Client]",
        "C",
        "Later",
    ],
)
def test_an_annotation_says_what_a_parameter_is(tmp_path: Path, annotation: str) -> None:
    main = f"""import shop, typing
from typing import *
if TYPE_CHECKING:
    from shop import Client as Later
C = TypeVar("C", bound=Client)
def f(x: {annotation}): return x.fetch()"""
    assert fetched(tmp_path, main) == CLIENT


@pytest.mark.parametrize("annotation", ["Union[Http, Dog]", "Http | Dog", "'Http | Dog | None'"])
def test_a_union_is_each_of_its_members(tmp_path: Path, annotation: str) -> None:
    assert fetched(tmp_path, f"from typing import *\ndef f(x: {annotation}): return x.fetch()") == HTTP | DOG


@pytest.mark.parametrize("annotation", ["Any", "object", "T", "Missing", "'not a type'", "1"])
def test_an_annotation_that_says_nothing_leaves_it_unknown(tmp_path: Path, annotation: str) -> None:
    main = f"from typing import Any, TypeVar\nT = TypeVar('T')\ndef f(x: {annotation}): return x.fetch()"
    assert fetched(tmp_path, main) == {"?"}


@pytest.mark.parametrize(
    ("annotation", "receiver"),
    [
        ("list[Client]", "x[0]"),
        ("dict[str, Client]", "x['a']"),
        ("dict[str, Client]", "x.get('a')"),
        ("tuple[Dog, Client]", "x[1]"),
        ("tuple[Client, ...]", "x[3]"),
        ("type[Client]", "x()"),
        ("Callable[[int], Client]", "x()"),
        ("list[list[Client]]", "x[0][1]"),
        ("Sequence[Client]", "x[1:][0]"),
        ("list[Client]", "next(iter(x))"),
        ("list[Client]", "sorted(x)[0]"),
    ],
)
def test_an_annotation_says_what_is_in_a_container(tmp_path: Path, annotation: str, receiver: str) -> None:
    main = f"from collections.abc import Callable, Sequence\ndef f(x: {annotation}): return {receiver}.fetch()"
    assert fetched(tmp_path, main, receiver) == CLIENT


@pytest.mark.parametrize(
    ("annotation", "loop"),
    [
        ("list[Client]", "for x in xs: x.fetch"),
        ("dict[str, Client]", "for _, x in xs.items(): x.fetch"),
        ("dict[str, Client]", "for x in xs.values(): x.fetch"),
        ("dict[Client, str]", "for x in xs: x.fetch"),
        ("list[Client]", "for _, x in enumerate(xs): x.fetch"),
        ("list[tuple[int, Client]]", "for _, x in xs: x.fetch"),
        ("list[Client]", "[x.fetch for x in xs]"),
        ("list[Client]", "{x.fetch for y in z for x in xs}"),
        ("list[Client]", "[x for x in [1] if [x.fetch for x in xs]]"),
        ("list[Client]", "x, *_ = xs; x.fetch"),
        ("list[Client]", "for x in reversed(xs): x.fetch"),
    ],
)
def test_a_loop_goes_through_a_container(tmp_path: Path, annotation: str, loop: str) -> None:
    assert fetched(tmp_path, f"def f(xs: {annotation}):\n    {loop}") == CLIENT


def test_a_variable_is_what_its_annotation_says_and_not_its_value(tmp_path: Path) -> None:
    assert fetched(tmp_path, "x: Client = unknown()\nx.fetch") == CLIENT


# constructor calls, assignments, returns


@pytest.mark.parametrize(
    ("lines", "receiver"),
    [
        ("", "Http()"),
        ("x = Http()", "x"),
        ("x = None\nx = Http()", "x"),
        ("x = y = Http()", "x"),
        ("x, y = Http(), Dog()", "x"),
        ("(y, [x]) = Dog(), [Http()]", "x"),
        ("x = Http() if y else Http()", "x"),
        ("x = None or Http()", "x"),
        ("cls = Http", "cls()"),
        ("x = {'a': Http}", "x['b']()"),
        ("x = [Http(), Http()]", "x[1]"),
        ("x = (Dog(), Http())", "x[1]"),
        ("with Http() as x: ...", "x"),
        ("for x in [Http()]: ...", "x"),
        ("x = [y for y in [Http()]]", "x[0]"),
        ("x = {1: y for y in [Http()]}", "x[1]"),
        ("if x := Http(): ...", "x"),
        ("x = lambda: Http()", "x()"),
        ("", "(lambda: Http())()"),
        ("", "Http.create()"),
        ("", "Http().me()"),
        ("", "Http().me().me()"),
        ("import copy", "copy.copy(Http())"),
        ("from typing import cast", "cast(Http, y)"),
        ("from typing import cast", "cast('Http', y)"),
        ("", "make_plainly(1)"),
        ("match y:\n    case Http() as x: ...", "x"),
        ("class A:\n    x = Http()", "A.x"),
        ("class A:\n    x = Http()", "A().x"),
    ],
)
def test_an_object_is_followed_from_where_it_is_made(tmp_path: Path, lines: str, receiver: str) -> None:
    assert fetched(tmp_path, f"{lines}\n{receiver}.fetch", receiver) == HTTP


def test_what_a_function_says_it_returns_holds(tmp_path: Path) -> None:
    assert fetched(tmp_path, "make().fetch", "make()") == CLIENT


def test_awaiting_a_coroutine_function_gives_what_it_returns(tmp_path: Path) -> None:
    main = "async def get() -> Client: ...\nasync def f():\n    x = await get()\n    x.fetch"
    assert fetched(tmp_path, main) == CLIENT


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("x = Dog()\nx = Http()\nx.fetch", HTTP),
        ("x = Dog()\nif x: x = Http()\nx.fetch", HTTP | DOG),
        ("if a: x = Dog()\nelse: x = Http()\nx.fetch", HTTP | DOG),
        ("x = Dog()\nfor _ in range(2):\n    x.fetch\n    x = Http()", HTTP | DOG),
        ("x = Dog()\nfor _ in range(2):\n    x = Http()\n    x.fetch", HTTP),
        ("x = Dog()\nfor _ in range(2):\n    x = Http()\n    break\nelse:\n    x = Http()\nx.fetch", HTTP),
        (
            "x = Http()\nwhile a:\n    if b:\n        x = Dog()\n        continue\n    x.fetch\n    x = Http()",
            HTTP | DOG,
        ),
        ("x = Dog()\ntry:\n    x = Http()\nexcept ValueError:\n    pass\nx.fetch", HTTP | DOG),
        ("x = Dog()\ntry:\n    x = Http()\nexcept ValueError:\n    raise\nx.fetch", HTTP),
        ("x = Dog()\ntry:\n    x = Http()\nfinally:\n    x.fetch", HTTP | DOG),
        ("x = Dog()\nwith a:\n    x = Http()\n    x.fetch", HTTP),
        ("x = Dog()\nwith a:\n    x = Http()\nx.fetch", HTTP | DOG),
        ("def f(a):\n    x = Dog()\n    if a:\n        return\n        x = 1\n    x = Http()\n    x.fetch", HTTP),
        ("def f():\n    x = Dog()\n    def g(): x.fetch\n    x = Http()", HTTP | DOG),
        (
            "def f():\n    x = Dog()\n    def g():\n        nonlocal x\n        x = Http()\n    g()\n    x.fetch",
            HTTP | DOG,
        ),
        ("x = Dog()\n[x for x in [Http()] if x.fetch]", HTTP),
        ("x = Dog()\na = (x := Http()) and x.fetch", HTTP),
        ("x = Dog()\nmatch x:\n    case Dog(): x = Http()\nx.fetch", HTTP),
    ],
)
def test_what_a_name_is_follows_the_order_of_its_bindings(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, main) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if isinstance(x, Http): x.fetch", HTTP),
        ("if isinstance(x, (Http, Dog)): x.fetch", HTTP | DOG),
        ("if isinstance(x, Http | Dog): x.fetch", HTTP | DOG),
        ("if not isinstance(x, Http): return\n    x.fetch", HTTP),
        ("assert isinstance(x, Http)\n    x.fetch", HTTP),
        ("isinstance(x, Http) and x.fetch", HTTP),
        ("not isinstance(x, Http) or x.fetch", HTTP),
        ("x.fetch if isinstance(x, Http) else 1", HTTP),
        ("while isinstance(x, Http): x.fetch", HTTP),
        ("if type(x) is Http: x.fetch", HTTP),
        ("for _ in x:\n        if not isinstance(x, Http): continue\n        x.fetch", HTTP),
        ("[y.fetch for y in x if isinstance(y, Http)]", HTTP),
        ("if isinstance(y := x, Http): y.fetch", HTTP),
        ("if isinstance(x.it, Http): x.it.fetch", HTTP),
        ("if isinstance(x, Http): pass\n    x.fetch", {"?"}),
        ("if isinstance(x, Http):\n        x = Dog()\n        x.fetch", DOG),
        ("match x:\n        case Http(): x.fetch", HTTP),
        ("match x:\n        case Http() | Dog(): x.fetch", HTTP | DOG),
    ],
)
def test_a_test_of_its_class_tells_what_a_name_is(tmp_path: Path, body: str, expected: set[str]) -> None:
    assert reached(tmp_path, f"def f(x):\n    {body}") == expected


def test_a_test_of_its_class_leaves_the_other_ones_of_a_union(tmp_path: Path) -> None:
    main = "def f(x: Http | Dog):\n    if isinstance(x, Http): return\n    x.fetch"
    assert fetched(tmp_path, main) == DOG


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("def f(x): x.fetch\nf(Http())", HTTP),
        ("def f(x): x.fetch\nf(x=Http())\nf(Dog())", HTTP | DOG),
        ("def f(x): x.fetch\ndef g(y): f(y)\ndef h(z): g(y=z)\nh(Http())", HTTP),
        ("def f(a, x): x.fetch\nargs = (1, Http())\nf(*args)", HTTP),
        ("def f(*xs):\n    for x in xs: x.fetch\nf(1, Http())", HTTP | {"builtins.int.fetch"}),
        ("def f(**xs): xs['a'].fetch\nf(a=Http())", HTTP),
        ("def f(x): x.fetch\nrun(f)\nf(Http())", HTTP | {"?"}),
        ("def f(x): x.fetch\npartial(f, Http())", HTTP),
        ("class A:\n    def __init__(self, x): self.x = x\n    def g(self): self.x.fetch\nA(Http())", HTTP),
        (
            "class A:\n    def __init__(self, x): x.fetch\nclass B(A):\n    def __init__(self): super().__init__(Http())",
            HTTP,
        ),
        (
            "class A:\n    def f(self, x): pass\nclass B(A):\n    def f(self, x): x.fetch\ndef g(a: A): a.f(Http())",
            HTTP,
        ),
        ("class A:\n    x = None\n    def g(self): self.x.fetch\na = A()\na.x = Http()", HTTP),
        ("def f(x): x.fetch", {"?"}),
        ("def f(n, x): return x.fetch if n == 0 else f(n - 1, x)\nf(3, Http())", HTTP),
    ],
)
def test_a_parameter_is_what_callers_pass(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, f"from functools import partial\n{main}") == expected


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("xs = []\nxs.append(Http())\nfor x in xs: x.fetch", HTTP),
        ("xs = {}\nxs['a'] = Http()\nxs['b'].fetch", HTTP),
        ("xs = {}\nxs.setdefault('a', []).append(Http())\nfor x in xs['a']: x.fetch", HTTP),
        ("xs = [Dog()]\nxs += [Http()]\nfor x in xs: x.fetch", HTTP | DOG),
        ("xs = []\nxs.extend([Http()])\nxs[0].fetch", HTTP),
        ("xs = []\ndef add(): xs.append(Http())\nfor x in xs: x.fetch", HTTP),
        (
            (
                "class A:\n    def __init__(self): self.xs = []\n    def add(self): self.xs.append(Http())\n"
                "    def go(self): self.xs[0].fetch"
            ),
            HTTP,
        ),
        ("from collections import defaultdict\nxs = defaultdict(list)\nxs[1].append(Http())\nxs[1][0].fetch", HTTP),
    ],
)
def test_what_is_put_into_a_container_comes_out(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, main) == expected


GENERIC = """
from typing import Generic, Sequence, TypeVar
T = TypeVar("T")
B = TypeVar("B", bound=Http)
class Box(Generic[T]):
    def __init__(self, item: T): self.item = item
    def get(self) -> T: return self.item
    def all(self) -> list[T]: return [self.item]
class HttpBox(Box[Http]): pass
class Shelf(Box[list[T]]): pass
def first(xs: Sequence[T]) -> T: return xs[0]
def same(x: T) -> T: return x
def make(cls: type[T]) -> T: return cls()
"""


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("def f(x: Box[Http]): x.get().fetch", HTTP),
        ("def f(x: Box[Http]): x.item.fetch", HTTP),
        ("def f(x: Box[Http]): x.all()[0].fetch", HTTP),
        ("Box(Http()).item.fetch", HTTP),
        ("Box[Http](1).get().fetch", HTTP),
        ("HttpBox(1).get().fetch", HTTP),
        ("def f(x: Shelf[Http]): x.get()[0].fetch", HTTP),
        ("first([Http()]).fetch", HTTP),
        ("same(Http()).fetch", HTTP),
        ("make(Http).fetch", HTTP),
        ("def f(x: B): x.fetch", HTTP),
        ("def f(x: Box): x.get().fetch", {"?"}),
    ],
)
def test_a_type_variable_stands_for_what_is_given(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, GENERIC + main) == expected


def test_an_inner_function_sees_the_names_around_it(tmp_path: Path) -> None:
    assert fetched(tmp_path, "def f():\n    x = Http()\n    def g(): return x.fetch") == HTTP


def test_what_an_inner_function_assigns_outside_counts(tmp_path: Path) -> None:
    main = "x = None\ndef f():\n    global x\n    x = Http()\nx.fetch"
    assert fetched(tmp_path, main) == HTTP


def test_a_class_body_hides_its_names_from_its_methods(tmp_path: Path) -> None:
    assert fetched(tmp_path, "x = Http()\nclass A:\n    x = Dog()\n    def f(self): return x.fetch") == HTTP


def test_a_parameter_hides_what_is_outside(tmp_path: Path) -> None:
    assert fetched(tmp_path, "x = Http()\ndef f(x): return x.fetch") == {"?"}


def test_a_parameter_that_nobody_passes_is_its_default(tmp_path: Path) -> None:
    assert fetched(tmp_path, "def f(x=Http()): return x.fetch") == HTTP


def test_a_function_that_calls_itself_comes_to_an_end(tmp_path: Path) -> None:
    assert fetched(tmp_path, "def f(n): return f(n - 1) if n else Http()\nf(1).fetch", "f(1)") == HTTP


# attributes


@pytest.mark.parametrize(
    ("body", "receiver"),
    [
        ("def __init__(self, x: Http): self.x = x", "self.x"),
        ("def __init__(self): self.x = Http()", "self.x"),
        ("def start(self): self.x = Http()", "self.x"),
        ("def start(self): self.y, self.x = 1, Http()", "self.x"),
        ("x: Http", "self.x"),
        ("x = Http()", "self.x"),
        ("def __init__(self, x):\n        self.x: Http = x", "self.x"),
        ("@property\n    def x(self) -> Http: ...", "self.x"),
        ("@property\n    def x(self): return Http()", "self.x"),
        ("@functools.cached_property\n    def x(self): return Http()", "self.x"),
        ("def x(self): return Http()", "self.x()"),
        ("x = {'a': Http()}", "self.x['a']"),
    ],
)
def test_an_attribute_is_what_any_method_of_the_class_sets_it_to(tmp_path: Path, body: str, receiver: str) -> None:
    main = f"import functools\nclass Base:\n    {body}\nclass A(Base):\n    def go(self): return {receiver}.fetch"
    assert fetched(tmp_path, main, receiver) == HTTP


def test_a_chain_of_attributes_is_followed(tmp_path: Path) -> None:
    main = """class Inner:
    def __init__(self, client: Http): self.client = client
class Outer:
    inner: Inner
def f(outer: Outer): return outer.inner.client.fetch"""
    assert fetched(tmp_path, main, "outer.inner.client") == HTTP


def test_an_attribute_set_to_an_unknown_parameter_is_unknown(tmp_path: Path) -> None:
    main = "class A:\n    def __init__(self, x): self.x = x\n    def go(self): return self.x.fetch"
    assert fetched(tmp_path, main, "self.x") == {"?"}


# what isn't ours


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("requests.get", {"requests.get"}),
        ("requests.Session()", {"requests.Session()"}),
        ("requests.Session().get", {"requests.Session.get"}),
        ("requests.Session().app.state", {"?"}),
        ("requests.Session().app.state.fetch", {"?"}),
        ("r.get('x')", {"?"}),
        ("print", {"builtins.print"}),
        ("nowhere", {"?"}),
        ("'a'.join", {"builtins.str.join"}),
        ("len(x)", {"builtins.len()"}),
    ],
)
def test_what_is_foreign_is_known_by_its_dotted_name(tmp_path: Path, text: str, expected: set[str]) -> None:
    assert asked(tmp_path, text, main=f"import requests\nimport requests as r\n{text}") == expected


def test_members_of_foreign_objects_may_be_ours_and_are_unknown(tmp_path: Path) -> None:
    main = "from fastapi import Request\ndef f(request: Request): return request.app.state.service.fetch()"
    assert fetched(tmp_path, main, "request.app.state.service") == {"?"}
    assert fetched(tmp_path, main + "\nRequest.app.x.fetch", "Request.app.x") != CLIENT


def test_a_method_that_a_foreign_base_may_have_is_foreign(tmp_path: Path) -> None:
    main = "import vendor\nclass A(vendor.Handler):\n    def go(self): return self.fetch"
    assert fetched(tmp_path, main, "self") == {"vendor.Handler.fetch"}


def test_a_method_that_a_foreign_base_surely_lacks_is_unknown(tmp_path: Path) -> None:
    main = "import logging\nclass A(logging.Handler):\n    def go(self): return self.fetch"
    assert fetched(tmp_path, main, "self") == {"?"}


def test_a_function_of_the_project_hides_a_builtin(tmp_path: Path) -> None:
    assert asked(tmp_path, "open", main="def open(): ...\nopen") == {"main:open"}


def test_a_star_import_from_outside_may_bring_any_name_that_is_not_known(tmp_path: Path) -> None:
    assert asked(tmp_path, "fetch", main="from vendor import *\nfetch") <= {"?", "vendor.fetch"}


def test_a_star_import_from_outside_leaves_the_builtins_alone(tmp_path: Path) -> None:
    assert asked(tmp_path, "open", main="from typing import *\nopen") == {"builtins.open"}


def test_a_star_import_from_outside_does_not_hide_ours(tmp_path: Path) -> None:
    main = "from typing import *\nfrom shop import *\nHttp().fetch"
    assert asked(tmp_path, "Http().fetch", main=main, shop=SHOP) == HTTP


def test_a_tuple_is_read_from_its_end(tmp_path: Path) -> None:
    assert fetched(tmp_path, "x = (Dog(), Http())\nx[-1].fetch", "x[-1]") == HTTP


# how it is known


@pytest.mark.parametrize(
    ("main", "text", "inferred"),
    [
        ("Http().fetch", "Http().fetch", False),
        ("def f(x: Http): x.fetch", "x.fetch", False),
        ("make().fetch", "make().fetch", False),
        ("x = Http()\nx.fetch", "x.fetch", True),
        ("make_plainly(1).fetch", "make_plainly(1).fetch", True),
    ],
)
def test_an_answer_says_whether_it_was_inferred(tmp_path: Path, main: str, text: str, inferred: bool) -> None:
    resolver = resolver_of(tmp_path, main=f"from shop import *\n{main}", shop=SHOP)
    module = resolver.program.module("main")
    assert module is not None
    node = next(n for n in ast.walk(module.tree) if isinstance(n, ast.expr) and ast.unparse(n) == text)
    assert resolver.answer(node, module).inferred is inferred
    assert resolver.answer(node, module).inferred is inferred  # from memory too


def test_asking_in_another_order_gives_the_same_answers(tmp_path: Path) -> None:
    main = """from shop import *
def a(n): return b(n) if n else Http()
def b(n): return a(n) if n else Dog()
a(1).fetch
b(1).fetch
"""
    one, other = (resolver_of(tmp_path / name, main=main, shop=SHOP) for name in ("one", "other"))
    first = [what_is(one, "a(1).fetch"), what_is(one, "b(1).fetch")]
    second = [what_is(other, "b(1).fetch"), what_is(other, "a(1).fetch")][::-1]
    assert first == second == [HTTP | DOG, HTTP | DOG]


def test_a_class_is_the_last_of_its_name(tmp_path: Path) -> None:
    resolver = resolver_of(tmp_path, main="class A: ...\nclass A:\n    def fetch(self): ...")
    assert "fetch" in class_named(resolver, "main:A").functions


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("Many = list[Http]\ndef f(xs: Many): xs[0].fetch", HTTP),
        ("Either = Http | Dog\ndef f(x: Either): x.fetch", HTTP | DOG),
        ("from typing import TypeAlias\nA: TypeAlias = 'Http'\ndef f(x: A): x.fetch", {"?"}),
        ("from typing import TypeAlias\nA: TypeAlias = Http\ndef f(x: A): x.fetch", HTTP),
        ("from typing import NewType\nA = NewType('A', Http)\ndef f(x: A): x.fetch", HTTP),
    ],
)
def test_a_name_for_a_type_is_that_type(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, main) == expected


@pytest.mark.skipif(not hasattr(ast, "TypeAlias"), reason="`type X = …` and `[T]` are read from Python 3.12 on")
@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("type Many = list[Http]\ndef f(xs: Many): xs[0].fetch", HTTP),
        ("def same[T](x: T) -> T: return x\nsame(Http()).fetch", HTTP),
        ("class Box[T]:\n    def __init__(self, x: T): self.x = x\ndef f(b: Box[Http]): b.x.fetch", HTTP),
        ("class Box[T: Http]:\n    def f(self, x: T): x.fetch", HTTP),
    ],
)
def test_type_parameters_in_brackets_are_read(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, main) == expected
