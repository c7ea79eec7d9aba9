"""What an expression can be, by every way in which a receiver becomes known; and what stays unknown."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.index.asking import CLIENT, DOG, HTTP, SHOP, asked, class_named, fetched, resolver_of, what_is

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


def test_an_inner_function_sees_the_names_around_it(tmp_path: Path) -> None:
    assert fetched(tmp_path, "def f():\n    x = Http()\n    def g(): return x.fetch") == HTTP


def test_what_an_inner_function_assigns_outside_counts(tmp_path: Path) -> None:
    main = "x = None\ndef f():\n    global x\n    x = Http()\nx.fetch"
    assert fetched(tmp_path, main) == HTTP


def test_a_class_body_hides_its_names_from_its_methods(tmp_path: Path) -> None:
    assert fetched(tmp_path, "x = Http()\nclass A:\n    x = Dog()\n    def f(self): return x.fetch") == HTTP


def test_a_parameter_hides_what_is_outside(tmp_path: Path) -> None:
    assert fetched(tmp_path, "x = Http()\ndef f(x): return x.fetch") == {"?"}


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
