"""What each file is called when the program imports it."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.source.layout import module_names


def names(root: Path, *paths: str, package_dirs: tuple[str, ...] = ()) -> list[str]:
    return list(module_names(root, paths, package_dirs).values())


def test_a_package_at_the_top_is_called_by_its_folder(tmp_path: Path) -> None:
    paths = ("shop/__init__.py", "shop/cart.py", "shop/db/__init__.py", "shop/db/pool.py")
    assert names(tmp_path, *paths) == ["shop", "shop.cart", "shop.db", "shop.db.pool"]


def test_every_path_keeps_its_place(tmp_path: Path) -> None:
    assert list(module_names(tmp_path, ("z.py", "a.py"))) == ["z.py", "a.py"]


def test_src_is_a_root_and_packages_in_it_need_no_init(tmp_path: Path) -> None:
    paths = ("src/shop/__init__.py", "src/shop/cart.py", "src/ns/pkg/mod.py", "src/ns/real/__init__.py", "src/one.py")
    assert names(tmp_path, *paths) == ["shop", "shop.cart", "ns.pkg.mod", "ns.real", "one"]


def test_a_src_that_is_a_package_is_no_root(tmp_path: Path) -> None:
    assert names(tmp_path, "src/__init__.py", "src/cart.py") == ["src", "src.cart"]


def test_the_folder_above_the_topmost_package_is_the_root(tmp_path: Path) -> None:
    paths = ("backend/shop/__init__.py", "backend/shop/cart.py", "backend/shop/sql/x/query.py")
    assert names(tmp_path, *paths) == ["shop", "shop.cart", "shop.sql.x.query"]


def test_a_script_is_called_by_its_path_from_the_top(tmp_path: Path) -> None:
    assert names(tmp_path, "run.py", "scripts/run.py", "app/api/v1.0/x.py") == ["run", "scripts.run", "app.api.v1-0.x"]


def test_the_top_folder_is_never_a_package(tmp_path: Path) -> None:
    assert names(tmp_path, "__init__.py", "cart.py", "db/__init__.py") == ["__init__", "cart", "db"]


def test_a_main_file_keeps_its_name(tmp_path: Path) -> None:
    assert names(tmp_path, "shop/__init__.py", "shop/__main__.py") == ["shop", "shop.__main__"]


def test_a_stub_has_the_name_of_its_module(tmp_path: Path) -> None:
    paths = ("shop/__init__.py", "shop/cart.py", "shop/cart.pyi", "other-stubs/__init__.pyi", "other-stubs/x.pyi")
    assert names(tmp_path, *paths) == ["shop", "shop.cart", "shop.cart", "other", "other.x"]


@pytest.mark.parametrize(
    ("settings", "path", "name"),
    [
        ('[tool.setuptools]\npackage-dir = {"" = "lib"}', "lib/ns/cart.py", "ns.cart"),
        ('[tool.setuptools]\npackage-dir = {"shop.core" = "lib/core"}', "lib/core/db/x.py", "shop.core.db.x"),
        ('[tool.setuptools]\npackage-dir = {"shop.core" = "lib/core"}', "lib/core/__init__.py", "shop.core"),
        ('[tool.setuptools.packages.find]\nwhere = ["./python/"]', "python/ns/cart.py", "ns.cart"),
        ('[tool.hatch.build.targets.wheel]\npackages = ["codemods/ns"]', "codemods/ns/cart.py", "ns.cart"),
        ('[tool.hatch.build.targets.wheel]\nsources = ["lib"]', "lib/ns/cart.py", "ns.cart"),
        ('[tool.hatch.build.targets.wheel.sources]\n"lib/core" = "shop/core"', "lib/core/x.py", "shop.core.x"),
        ('[[tool.poetry.packages]]\ninclude = "ns"\nfrom = "lib"', "lib/ns/cart.py", "ns.cart"),
        ('[tool.pdm.build]\npackage-dir = "lib"', "lib/ns/cart.py", "ns.cart"),
        ('[tool.uv.build-backend]\nmodule-root = "lib"', "lib/ns/cart.py", "ns.cart"),
    ],
)
def test_packaging_settings_name_the_roots(tmp_path: Path, settings: str, path: str, name: str) -> None:
    (tmp_path / "pyproject.toml").write_text(settings)
    assert names(tmp_path, path) == [name]


def test_setup_cfg_names_the_roots(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text(
        "[options]\npackage_dir =\n    = lib\n    shop.core = core\n[options.packages.find]\nwhere = other\n"
    )
    paths = ("lib/ns/cart.py", "core/x.py", "other/ns/y.py")
    assert names(tmp_path, *paths) == ["ns.cart", "shop.core.x", "ns.y"]


@pytest.mark.parametrize("path", ["pyproject.toml", "setup.cfg"])
@pytest.mark.parametrize(
    "content",
    [
        b"[broken",
        b"\xff\xfe",
        b"tool = 3",
        b'[tool]\nsetuptools = []\nhatch = "x"\npoetry = {packages = [1, {from = 2}]}',
        b'[tool.setuptools]\npackage-dir = {"" = 1}\n[tool.setuptools.packages.find]\nwhere = ["../out", "/abs", ".", 3]',
        b"[options]\npackage_dir = nonsense\n[options]\n",
    ],
)
def test_settings_that_make_no_sense_say_nothing(tmp_path: Path, path: str, content: bytes) -> None:
    (tmp_path / path).write_bytes(content)
    assert names(tmp_path, "shop/cart.py") == ["shop.cart"]


def test_a_setting_that_names_the_top_does_not_make_packages_of_all_folders(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.setuptools.packages.find]\nwhere = ["."]')
    assert names(tmp_path, "backend/shop/__init__.py") == ["shop"]


def test_package_dirs_come_before_all_else(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.setuptools]\npackage-dir = {"shop" = "lib"}')
    assert names(tmp_path, "lib/ns/cart.py", package_dirs=("lib/",)) == ["ns.cart"]
    assert names(tmp_path, "a/b/__init__.py", package_dirs=(".",)) == ["a.b"]


def test_a_project_within_the_project_has_its_own_roots(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "services" / name).mkdir(parents=True)
        (tmp_path / "services" / name / "pyproject.toml").touch()
    (tmp_path / "services/two/pyproject.toml").write_text('[tool.hatch.build.targets.wheel]\npackages = ["lib/ns"]')
    paths = ("services/one/src/ns1/cart.py", "services/two/lib/ns/cart.py", "services/one/run.py", "else/src/x.py")
    assert names(tmp_path, *paths) == ["ns1.cart", "ns.cart", "services.one.run", "else.src.x"]
