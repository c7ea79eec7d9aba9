"""What is known of other people's code: contracts of base classes, results of calls, attributes of objects."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from awaitify.index.environment import Contract, Environment, Holds
from awaitify.index.resolve import Resolver
from awaitify.source.environment import Library, this_python
from tests.index.asking import asked, resolver_of, what_is
from tests.programs import program

HEAD = """
from __future__ import annotations
import abc, collections, functools, missing, threading
from contextlib import contextmanager
from typing import Any, Awaitable, Callable, Generic, Iterator, List, Optional, Protocol, Self, TypeVar, overload
T = TypeVar("T")
class Session:
    def get(self) -> Response: ...
    def __enter__(self): return self
class Response:
    status = 200
    text: str = ""
"""


def installed(folder: Path, files: dict[str, str] | None = None, /, **modules: str) -> Library:
    """An environment in which these modules are installed."""
    return Library((*this_python().folders, program(folder / "site", files, **modules)), label="site")


def knowing(folder: Path, code: str) -> Environment:
    """What is known where *code* is installed as ``vendor``."""
    return Environment(installed(folder, vendor=HEAD + code), None, Resolver)


def held(folder: Path, code: str, name: str = "fetch", base: str = "vendor.Base") -> Holds:
    return knowing(folder, code).contract(base, name, {}).holds


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class Base: ...", Holds.NOTHING),
        ("class Base:\n    def load(self): ...", Holds.NOTHING),
        ("class Base(abc.ABC, Generic[T]):\n    def load(self): ...", Holds.NOTHING),
        ("class Base:\n    def fetch(self): ...", Holds.SYNC),
        ("class Base(abc.ABC):\n    @abc.abstractmethod\n    def fetch(self): ...", Holds.SYNC),
        ("class Top:\n    def fetch(self): ...\nclass Base(Top): ...", Holds.SYNC),
        ("class Top(Generic[T]):\n    def fetch(self): ...\nclass Base(Top[int]): ...", Holds.SYNC),
        ("class Base:\n    async def fetch(self): ...", Holds.ASYNC),
        ("class Base:\n    def fetch(self) -> Awaitable[int]: ...", Holds.ASYNC),
        ("class Base:\n    def fetch(self) -> Optional[Awaitable[int]]: ...", Holds.ASYNC),
        ("class Top:\n    def fetch(self): ...\nclass Base(Top):\n    async def fetch(self): ...", Holds.ASYNC),
        ("class Base(missing.Top):\n    async def fetch(self): ...", Holds.ASYNC),
        ("class Base:\n    fetch = None", Holds.MAYBE),
        ("class Base:\n    fetch: Callable[[], int]", Holds.MAYBE),
        ("class Base:\n    def __init__(self, fetch): self.fetch = fetch", Holds.MAYBE),
        ("class Base:\n    def run(self): return self.fetch()", Holds.SYNC),
        ("class Base:\n    def run(this): return this.fetch()", Holds.SYNC),
        ("class Base:\n    async def run(self): return await self.fetch()", Holds.ASYNC),
        ("class Base:\n    async def run(self): return await self.fetch() or self.fetch()", Holds.SYNC),
        ("class Base:\n    def run(self): schedule(self.fetch)", Holds.MAYBE),
        ("class Base:\n    def run(self, other): return other.fetch()", Holds.NOTHING),
        ("class Base:\n    names = ['fetch', 'load']", Holds.MAYBE),
        ("class Base:\n    def run(self, o): return o['fetch'] + o.pop('fetch')", Holds.NOTHING),
        ("class Base:\n    def run(self, name): return getattr(self, name)()", Holds.MAYBE),
        ("class Base:\n    def run(self, name): return getattr(self, 'fe' + name)()", Holds.MAYBE),
        ("class Base:\n    def run(self, name): return getattr(self, 'do_' + name)()", Holds.NOTHING),
        ("class Base:\n    def run(self, name): return getattr(self, f'do_{name}')()", Holds.NOTHING),
        ("class Base:\n    def run(self, name): return getattr(self, 'do_%s' % name)()", Holds.NOTHING),
        ("class Base:\n    def run(self, n):\n        m = 'do_' + n\n        return getattr(self, m)()", Holds.NOTHING),
        ("class Base:\n    def run(self, n):\n        m = n or 'do_'\n        return getattr(self, m)()", Holds.MAYBE),
        ("class Base:\n    def run(self, n):\n        f = getattr(self, n)\n        f()", Holds.MAYBE),
        ("class Base:\n    def run(self, n):\n        f = getattr(self, n)\n        return f == 1", Holds.NOTHING),
        ("class Base:\n    def run(self):\n        for n in ('a', 'b'): getattr(self, n)()", Holds.NOTHING),
        ("class Base:\n    def run(self):\n        for n in ('a', 'fetch'): getattr(self, n)()", Holds.MAYBE),
        ("class Base:\n    def __repr__(self): return str([getattr(self, n) for n in self.names])", Holds.NOTHING),
        ("class Base:\n    def run(self): return type(self).fetch()", Holds.SYNC),
        ("class Base(missing.Top): ...", Holds.UNREAD),
        ("class Base(make()): ...", Holds.UNREAD),
        ("Base = make()", Holds.UNREAD),
        ("def Base(): ...", Holds.UNREAD),
        ("class Base(missing.Top):\n    def fetch(self): ...", Holds.SYNC),
        ("class Other: ...", Holds.UNREAD),
        ("try:\n    from missing import Base\nexcept ImportError:\n    class Base: ...", Holds.UNREAD),
        ("class Base(dict): ...", Holds.NOTHING),
        ("class Base(threading.Thread): ...", Holds.NOTHING),
        ("class Base(collections.UserDict): ...", Holds.NOTHING),
    ],
)
def test_what_a_base_says_of_a_method(tmp_path: Path, code: str, expected: Holds) -> None:
    assert held(tmp_path, code) is expected


@pytest.mark.parametrize(
    ("base", "name", "expected"),
    [
        ("threading.Thread", "run", Holds.SYNC),
        ("threading.Thread", "fetch", Holds.NOTHING),
        ("builtins.dict", "get", Holds.SYNC),
        ("builtins.dict", "fetch", Holds.NOTHING),
        ("builtins.Exception", "fetch", Holds.NOTHING),
        ("collections.OrderedDict", "get", Holds.SYNC),
        ("collections.abc.Mapping", "get", Holds.SYNC),
        ("collections.abc.Mapping", "fetch", Holds.NOTHING),
        ("typing.Mapping", "get", Holds.SYNC),
        ("typing.NamedTuple", "index", Holds.SYNC),
        ("typing.NamedTuple", "fetch", Holds.NOTHING),
        ("io.RawIOBase", "readinto", Holds.SYNC),
        ("socket.socket", "recv", Holds.SYNC),
        ("socket.socket", "fetch", Holds.NOTHING),
        ("decimal.Decimal", "fetch", Holds.NOTHING),
        ("multiprocessing.Process", "run", Holds.SYNC),
        ("concurrent.futures.ThreadPoolExecutor", "fetch", Holds.NOTHING),
        ("asyncio.Protocol", "data_received", Holds.SYNC),
        ("http.server.BaseHTTPRequestHandler", "do_GET", Holds.MAYBE),
        ("http.server.BaseHTTPRequestHandler", "fetch", Holds.NOTHING),
        ("cmd.Cmd", "do_load", Holds.MAYBE),
        ("cmd.Cmd", "fetch", Holds.NOTHING),
        ("ast.NodeVisitor", "visit_Name", Holds.MAYBE),
        ("unittest.IsolatedAsyncioTestCase", "asyncSetUp", Holds.ASYNC),
        ("unittest.IsolatedAsyncioTestCase", "setUp", Holds.SYNC),
    ],
)
def test_the_standard_library_is_read_as_text(base: str, name: str, expected: Holds) -> None:
    assert Environment(this_python(), None, Resolver).contract(base, name, {}).holds is expected


def test_reading_the_standard_library_imports_nothing_of_it() -> None:
    before = set(sys.modules)
    assert Environment(this_python(), None, Resolver).contract("antigravity.Flight", "fly", {}).holds is Holds.UNREAD
    assert Environment(this_python(), None, Resolver).contract("cmd.Cmd", "cmdloop", {}).holds is Holds.SYNC
    assert set(sys.modules) - before <= {"_cmd"}


def test_the_class_that_has_the_method_is_named(tmp_path: Path) -> None:
    files = {"vendor/__init__": "from vendor.sdk import Base", "vendor/core": "class Top:\n    def fetch(self): ..."}
    files["vendor/sdk"] = "from .core import *\nclass Base(Top): ..."
    found = Environment(installed(tmp_path, files), None, Resolver).contract("vendor.Base", "fetch", {})
    assert found == Contract(Holds.SYNC, "vendor.Base has fetch from vendor.core.Top and calls it synchronously")


def test_the_class_that_is_missing_is_named(tmp_path: Path) -> None:
    found = knowing(tmp_path, "class Base(missing.Top): ...").contract("vendor.Base", "fetch", {})
    assert found == Contract(Holds.UNREAD, "missing.Top")


def test_a_name_is_followed_to_where_it_is_defined(tmp_path: Path) -> None:
    files = {"vendor/__init__": "from .sdk import Base as Client", "vendor/sdk": "class Base: ..."}
    environment = Environment(installed(tmp_path, files), None, Resolver)
    assert environment.canonical("vendor.Client") == "vendor.sdk.Base"
    assert environment.canonical("vendor.Other") == "vendor.Other"
    assert environment.canonical("missing.Client") == "missing.Client"


def test_a_stub_without_source_may_leave_out_what_is_not_for_others(tmp_path: Path) -> None:
    files = {"vendor-stubs/__init__.pyi": "class Base:\n    def load(self) -> int: ...", "fast.pyi": "class Base: ..."}
    environment = Environment(installed(tmp_path, files | {"fast.abi3.so": ""}), None, Resolver)
    assert environment.contract("vendor.Base", "load", {}).holds is Holds.SYNC
    assert environment.contract("vendor.Base", "fetch", {}).holds is Holds.UNREAD
    assert environment.contract("fast.Base", "fetch", {}).holds is Holds.NOTHING


def test_the_source_has_the_contract_that_its_stub_leaves_out(tmp_path: Path) -> None:
    files = {"vendor": "class Base:\n    def fetch(self): ...", "vendor.pyi": "class Base: ..."}
    assert Environment(installed(tmp_path, files), None, Resolver).contract("vendor.Base", "fetch", {}).holds is (
        Holds.SYNC
    )


@pytest.mark.parametrize(
    "text", ["class Base(", "class Base:\n  def x():\n\tpass", "\0", "x = '\xff'\n" + "#" * 2_000_000]
)
def test_what_cannot_be_parsed_is_unread(tmp_path: Path, text: str) -> None:
    library = installed(tmp_path)
    (tmp_path / "site/vendor.py").write_bytes(text.encode("latin-1"))
    assert Environment(library, None, Resolver).contract("vendor.Base", "fetch", {}).holds is Holds.UNREAD


def test_classes_that_inherit_in_a_circle_come_to_an_end(tmp_path: Path) -> None:
    files = {"vendor/__init__": "from .b import Base", "vendor/b": "from .a import A\nclass Base(A): ..."}
    files["vendor/a"] = "from .b import Base\nclass A(Base): ..."
    found = Environment(installed(tmp_path, files), None, Resolver).contract("vendor.Base", "fetch", {})
    assert found.holds is Holds.NOTHING


def made(folder: Path, code: str, expression: str) -> set[str]:
    """What *expression* is in a program beside which *code* is installed as ``vendor``."""
    library = installed(folder, vendor=HEAD + code)
    main = f"import vendor\n{expression}"
    return what_is(resolver_of(folder / "project", {"main": main}, library), expression.rpartition("\n")[2])


@pytest.mark.parametrize(
    ("code", "expression", "expected"),
    [
        ("def make() -> Session: ...", "vendor.make()", {"vendor.Session()"}),
        ("def make() -> Optional[Session]: ...", "vendor.make()", {"vendor.Session()"}),
        ("def make() -> 'Session': ...", "vendor.make()", {"vendor.Session()"}),
        ("async def make() -> Session: ...", "await vendor.make()", {"vendor.Session()"}),
        ("def make(): return Session()", "vendor.make()", {"vendor.Session()"}),
        (
            "def make():\n    if x: return Session()\n    return Response()",
            "vendor.make()",
            {"vendor.Session()", "vendor.Response()"},
        ),
        ("def make() -> Session: ...", "vendor.make().get()", {"vendor.Response()"}),
        ("def make() -> Session: ...", "vendor.make().get", {"vendor.Session.get"}),
        ("def make() -> Session: ...", "vendor.make().other", {"?"}),
        ("def make() -> Session: ...", "with vendor.make() as s: pass\ns", {"vendor.Session()"}),
        ("def make() -> List[Session]: ...", "vendor.make()", {"[vendor.Session()]"}),
        ("def make() -> List[Session]: ...", "vendor.make()[0]", {"vendor.Session()"}),
        ("session = Session()", "vendor.session.get()", {"vendor.Response()"}),
        ("class Pool:\n    session: Session", "vendor.Pool().session", {"vendor.Session()"}),
        ("class Pool:\n    def __init__(self): self.s: Session = x()", "vendor.Pool().s", {"vendor.Session()"}),
        ("class Pool:\n    @property\n    def s(self) -> Session: ...", "vendor.Pool().s", {"vendor.Session()"}),
        ("class Pool:\n    @classmethod\n    def make(cls) -> Self: ...", "vendor.Pool.make()", {"vendor.Pool()"}),
        ("class Pool:\n    def with_x(self): return self", "vendor.Pool().with_x()", {"vendor.Pool()"}),
        ("class Pool:\n    def __call__(self) -> Session: ...", "vendor.Pool()()", {"vendor.Session()"}),
        ("class pool: ...", "vendor.pool()", {"vendor.pool()"}),
        (
            "@overload\ndef make(x: int) -> Session: ...\n@overload\ndef make(x: str) -> Response: ...\ndef make(x): ...",
            "vendor.make(1)",
            {"vendor.Session()", "vendor.Response()"},
        ),
        ("@functools.lru_cache\ndef make() -> Session: ...", "vendor.make()", {"vendor.Session()"}),
    ],
)
def test_what_other_peoples_functions_give(tmp_path: Path, code: str, expression: str, expected: set[str]) -> None:
    assert made(tmp_path, code, expression) == expected


@pytest.mark.parametrize(
    "code",
    [
        "def make(): return cached",
        "def make(x): return x",
        "def make(x: T) -> T: ...",
        "def make() -> Any: ...",
        "def make() -> object: ...",
        "def make() -> missing: ...",
        "def make() -> Callable[[], Session]: ...",
        "@trace\ndef make() -> Session: ...",
        "class Closable(Protocol): ...\ndef make() -> Closable: ...",
        "class Open:\n    def __getattr__(self, name): ...\ndef make() -> Open: ...",
        "class Loose:\n    def __init__(self, **k):\n        for n, v in k.items(): setattr(self, n, v)\ndef make() -> Loose: ...",
        "class Below(missing.Top): ...\ndef make() -> Below: ...",
        "def make():\n    def inner(): return Session()\n    return inner",
        "def make():\n    Session = x\n    return Session()",
        "def make(): yield Session()",
        "def make(): ...",
    ],
)
def test_what_is_not_surely_somebody_elses_is_unknown(tmp_path: Path, code: str) -> None:
    assert made(tmp_path, code, "vendor.make()") == {"?"}


def test_a_class_of_the_project_is_never_taken_for_somebody_elses(tmp_path: Path) -> None:
    vendor = "from shop import Client\ndef make() -> Client: ..."
    library = installed(tmp_path, vendor=vendor, shop="class Client: ...")
    files = {"main": "import vendor\nvendor.make()", "shop": "class Client:\n    def fetch(self): ..."}
    assert what_is(resolver_of(tmp_path / "project", files, library), "vendor.make()") == {"?"}


def test_types_come_from_the_stub_and_go_by_the_place_of_the_class(tmp_path: Path) -> None:
    files = {
        "vendor/__init__": "from .sdk import make, Client",
        "vendor/sdk": "class Client: ...\ndef make(): return x",
    }
    files |= {"vendor-stubs/__init__.pyi": "from .sdk import make as make, Client as Client"}
    files |= {"vendor-stubs/sdk.pyi": "class Client:\n    def load(self) -> int: ...\ndef make() -> Client: ..."}
    resolver = resolver_of(tmp_path / "project", {"main": "import vendor\nvendor.make()"}, installed(tmp_path, files))
    assert what_is(resolver, "vendor.make()") == {"vendor.sdk.Client()"}


def test_an_object_of_ours_enters_as_itself_when_its_foreign_base_says_so(tmp_path: Path) -> None:
    main = "import vendor\nclass Mine(vendor.Session): ...\nwith Mine() as mine:\n    mine"
    library = installed(tmp_path, vendor=HEAD)
    assert what_is(resolver_of(tmp_path / "project", {"main": main}, library), "mine") == {"main:Mine()"}


def test_without_an_environment_a_foreign_object_is_known_by_its_name_alone(tmp_path: Path) -> None:
    assert asked(tmp_path, "vendor.Session().get", main="import vendor\nvendor.Session().get") == {"vendor.Session.get"}
    assert asked(tmp_path, "vendor.make()", main="import vendor\nvendor.make()") == {"?"}


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library, asked_for = installed(tmp_path, vendor=HEAD), []
    monkeypatch.setattr(Library, "find", lambda self, name: asked_for.append(name))
    resolver = resolver_of(tmp_path / "project", {"main": "import vendor\nclass A: ...\nA()"}, library)
    assert what_is(resolver, "A()") == {"main:A()"}
    assert asked_for == []
