"""Every spelling of a name finds the same function, and a name that isn't clear is an error that helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.colour.blocking import Blocking
from awaitify.failure import UsageError
from tests.colour.painting import blocking_of, found_in

FILES = {
    "shop/__init__": "from .clients import Base as Exported, load\n",
    "shop/clients": """
        import time
        class Base:
            def fetch(self):
                time.sleep(1)
            def name(self): return "base"
            def through(self): return self.fetch()
            def __enter__(self): time.sleep(1)
            async def already(self): ...
            class Inner:
                def deep(self): ...
        class Quiet:
            def name(self): ...
        def load(): ...
        """,
    "shop/other": "class Other:\n    def fetch(self): ...\n    def alone(self): ...\n",
}
FETCH = "shop.clients:Base.fetch"


@pytest.fixture
def blocking(tmp_path: Path) -> Blocking:
    return blocking_of(tmp_path, FILES)


@pytest.mark.parametrize(
    "name",
    [
        "shop.clients:Base.fetch",
        "shop/clients.py:Base.fetch",
        "./shop/clients.py:Base.fetch",
        "shop/clients.py::Base::fetch",
        "shop/clients.py::Base.fetch",
        "shop/clients.py:3",
        "shop/clients.py:4",
        "Base.fetch",
        "shop.clients.Base.fetch",
        "shop:Exported.fetch",
        "*:Base.fetch",
        "shop.clients:*.fet[c]h",
        "shop/clients.py:*fetch",
        "shop.client?:Base.fetch",
    ],
)
def test_every_spelling_means_the_same_function(blocking: Blocking, name: str) -> None:
    assert found_in(blocking, name) == [FETCH]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shop.clients:load", "shop.clients:load"),
        ("load", "shop.clients:load"),
        ("shop:load", "shop.clients:load"),
        ("alone", "shop.other:Other.alone"),
        ("Inner.deep", "shop.clients:Base.Inner.deep"),
        ("shop/clients.py:10", "shop.clients:Base.Inner.deep"),
    ],
)
def test_functions_and_nested_classes_are_named_too(blocking: Blocking, name: str, expected: str) -> None:
    assert found_in(blocking, name) == [expected]


@pytest.mark.parametrize(
    "name", ["shop.clients:Base", "Base", "shop/clients.py:Base", "shop:Exported", "shop.clients.Base"]
)
def test_a_class_means_its_methods_that_block(blocking: Blocking, name: str) -> None:
    assert sorted(found_in(blocking, name)) == [
        "shop.clients:Base.already",
        "shop.clients:Base.fetch",
        "shop.clients:Base.through",
    ]


def test_a_class_without_a_method_that_blocks_is_an_error(blocking: Blocking) -> None:
    with pytest.raises(UsageError, match=r"no method of shop\.clients:Quiet blocks"):
        found_in(blocking, "Quiet")


def test_a_pattern_may_mean_many(blocking: Blocking) -> None:
    assert found_in(blocking, "*.fetch") == ["shop.clients:Base.fetch", "shop.other:Other.fetch"]


def test_names_come_in_their_order_and_once(blocking: Blocking) -> None:
    assert found_in(blocking, "alone", "Base.fetch", "shop.clients:Base.fetch") == ["shop.other:Other.alone", FETCH]


def test_all_definitions_of_one_name_are_meant(tmp_path: Path) -> None:
    text = "if x:\n    def load(): ...\nelse:\n    def load(): ...\n"
    assert found_in(blocking_of(tmp_path, shop=text), "load") == ["shop:load", "shop:load"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("shop.clients:Base.fetsh", r"defines no Base\.fetsh; did you mean Base\.fetch"),
        ("shop.clients:Bass", r"defines no Bass; did you mean Base"),
        ("shop.client:Base.fetch", r"there is no module shop\.client; did you mean shop\.clients"),
        ("clients:Base.fetch", r"no module clients; did you mean shop\.clients"),
        ("shop/client.py:Base.fetch", r"no file shop/client\.py; did you mean shop/clients\.py"),
        ("shop/client.py:3", r"no file shop/client\.py; did you mean shop/clients\.py"),
        ("shop/clients.py:1", r"no function stands at that line"),
        ("shop/clients.py:999", r"no function stands at that line"),
        ("fech", r"no function of that name; did you mean .*fetch"),
        ("Bose.fetch", r"no function of that name; did you mean .*Base\.fetch"),
        ("zzz", r"no function of that name$"),
        ("zzz.*", r"no function matches"),
    ],
)
def test_an_unknown_name_is_an_error_that_lists_near_ones(blocking: Blocking, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        found_in(blocking, name)
    assert str(raised.value).startswith(name)


def test_an_ambiguous_name_is_an_error_that_lists_the_choices(blocking: Blocking) -> None:
    with pytest.raises(UsageError, match=r"more than one .*: shop\.clients:Base\.fetch, shop\.other:Other\.fetch"):
        found_in(blocking, "fetch")


def test_two_files_of_one_module_name_are_an_error_that_lists_them(tmp_path: Path) -> None:
    text = "def load(): ...\n"
    blocking = blocking_of(tmp_path, {"pyproject.toml": "", "shop": text, "src/shop": text})
    with pytest.raises(UsageError, match=r"more than one file is shop: shop\.py, src/shop\.py; name the file instead"):
        found_in(blocking, "shop:load")
    assert found_in(blocking, "src/shop.py:load") == ["shop:load"]


def test_a_name_in_a_file_that_cannot_be_parsed_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="AW901"):
        found_in(blocking_of(tmp_path, shop="def load(:\n"), "shop:load")
