"""What others may use of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.index.load import load_program
from awaitify.plan.exported import read_exports
from tests.programs import program

_BUILT = '[build-system]\nrequires = []\n\n[project]\nname = "shop"\n'


def _public(folder: Path, files: dict[str, str], *patterns: str) -> set[str]:
    """The names of the public functions."""
    found = load_program(program(folder, files), (), lambda stage, done, total: None)
    exports = read_exports(folder, found, patterns, frozenset())
    return {str(f.name) for module in found.loaded() for f in module.functions if exports.is_public(f)}


_SHOP = {
    "src/shop/__init__": "from shop._inner import hidden, offered\n__all__ = ['offered', 'missing']\n",
    "src/shop/_inner": "def hidden(): ...\ndef offered(): ...\n",
    "src/shop/cart": """
        class Cart:
            def total(self): ...
            def _sum(self): ...
            def __enter__(self): ...
        class _Row:
            def total(self): ...
        def price():
            def nested(): ...
        def _secret(): ...
        """,
    "src/shop/listed": "__all__ = ('one',)\ndef one(): ...\ndef two(): ...\n",
    "src/shop/unclear": "__all__ = sorted(globals())\ndef one(): ...\n",
    "src/shop/tests/test_cart": "def test_total(): ...\n",
    "tests/test_shop": "def test_total(): ...\n",
    "conftest": "def client(): ...\n",
}
_ALL = {
    "shop._inner:offered",
    "shop.cart:Cart.total",
    "shop.cart:Cart.__enter__",
    "shop.cart:price",
    "shop.listed:one",
    "shop.unclear:one",
}


@pytest.mark.parametrize(
    "settings",
    [
        {"pyproject.toml": _BUILT},
        {"pyproject.toml": '[build-system]\nrequires = []\n[tool.poetry]\nname = "shop"\n'},
        {"setup.cfg": "[metadata]\nname = shop\n"},
        {"setup.py": "from setuptools import setup\nsetup(name='shop', version='1')\n"},
    ],
)
def test_a_distribution_exports_what_isn_t_private(tmp_path: Path, settings: dict[str, str]) -> None:
    assert _public(tmp_path, _SHOP | settings) == _ALL


@pytest.mark.parametrize(
    "settings",
    [
        {"pyproject.toml": '[project]\nname = "shop"\n'},
        {"pyproject.toml": "[build-system]\nrequires = []\n[tool.poetry]\nname = 'shop'\npackage-mode = false\n"},
        {},
    ],
)
def test_of_an_application_only_what_all_names_is_public(tmp_path: Path, settings: dict[str, str]) -> None:
    assert _public(tmp_path, _SHOP | settings) == {"shop._inner:offered", "shop.listed:one"}


def test_what_the_settings_call_public_is(tmp_path: Path) -> None:
    assert _public(tmp_path, {"shop": "def _a(): ...\ndef b(): ...\n"}, "shop:_*") == {"shop:_a"}


def test_a_distribution_may_be_a_single_file(tmp_path: Path) -> None:
    files = {"pyproject.toml": _BUILT, "shop": "def a(): ...\n", "noxfile": "def session(): ...\n"}
    assert _public(tmp_path, files) == {"shop:a"}
