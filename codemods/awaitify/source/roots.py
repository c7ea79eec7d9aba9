"""Which folders do a project's packaging settings name as the place where its packages lie?

Read are ``pyproject.toml`` (setuptools, hatch, poetry, pdm, uv) and ``setup.cfg``. ``setup.py`` is never run.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path, PurePosixPath


def read_roots(project: Path) -> dict[str, str]:
    """Folder → the dotted package that it is; ``""`` for a folder that holds top-level packages: ``{"src": ""}``.

    Folders are relative to *project*. That packages lie in *project* itself is no news and left out, and a file that
    can't be read says nothing.
    """
    stated = (*_from_pyproject(_read_toml(project / "pyproject.toml")), *_from_setup_cfg(project / "setup.cfg"))
    roots: dict[str, str] = {}
    for folder, package in stated:
        cleaned = clean_folder(folder)
        if cleaned:
            roots.setdefault(cleaned, package)
    return roots


def clean_folder(folder: str) -> str | None:
    """``./src/`` → ``src``, ``.`` → ``""``, and None for a folder that isn't below the project."""
    path = PurePosixPath(folder.strip().replace("\\", "/"))
    return None if path.is_absolute() or ".." in path.parts else "/".join(path.parts)


def _read_toml(path: Path) -> object:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):  # ValueError: not TOML, or not UTF-8
        return None


def _from_pyproject(settings: object) -> Iterator[tuple[str, str]]:
    tool = _at(settings, "tool")
    yield from _from_package_dir(_at(tool, "setuptools", "package-dir"))
    yield from ((where, "") for where in _strings(_at(tool, "setuptools", "packages", "find", "where")))
    yield from _from_hatch(_at(tool, "hatch", "build"))
    yield from _from_hatch(_at(tool, "hatch", "build", "targets", "wheel"))
    yield from ((source, "") for source in _texts(_at(tool, "poetry", "packages"), "from"))
    yield from ((folder, "") for folder in _strings(_at(tool, "pdm", "build", "package-dir")))
    yield from ((folder, "") for folder in _strings(_at(tool, "uv", "build-backend", "module-root")))


def _from_package_dir(value: object) -> Iterator[tuple[str, str]]:
    """``package-dir = {"" = "src", "shop.core" = "lib/core"}``"""
    yield from ((folder, package) for package, folder in _pairs(value))


def _from_hatch(build: object) -> Iterator[tuple[str, str]]:
    # packages = ["src/shop"]
    for package in _strings(_at(build, "packages")):
        yield str(PurePosixPath(package).parent), ""
    # sources = ["src"], or sources = {"src/core" = "shop/core"}
    sources = _at(build, "sources")
    yield from ((folder, "") for folder in _strings(sources))
    yield from ((folder, target.strip("/").replace("/", ".")) for folder, target in _pairs(sources))


def _from_setup_cfg(path: Path) -> Iterator[tuple[str, str]]:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8-sig")
    except (OSError, ConfigError, UnicodeDecodeError):
        return
    # package_dir =
    #     = src
    #     shop.core = lib/core
    for line in parser.get("options", "package_dir", fallback="").replace(",", "\n").splitlines():
        package, equals, folder = line.partition("=")
        if equals:
            yield folder, package.strip()
    for line in parser.get("options.packages.find", "where", fallback="").replace(",", "\n").splitlines():
        yield line, ""


def _at(table: object, *keys: str) -> object:
    """What stands under *keys*, one table within the other; None if a key is missing or no table."""
    for key in keys:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table


def _strings(value: object) -> tuple[str, ...]:
    """The strings of a list, or the one string."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _texts(value: object, key: str) -> tuple[str, ...]:
    """The strings under *key* of a list of tables."""
    return tuple(text for item in value for text in _strings(_at(item, key))) if isinstance(value, list) else ()


def _pairs(table: object) -> tuple[tuple[str, str], ...]:
    """The entries of a table whose values are strings."""
    if not isinstance(table, Mapping):
        return ()
    return tuple((key, value) for key, value in table.items() if isinstance(key, str) and isinstance(value, str))
