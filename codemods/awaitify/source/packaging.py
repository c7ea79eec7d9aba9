"""Is the project a distribution that others install, and which?  ``setup.py`` is never run."""

from __future__ import annotations

import ast
import tomllib
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Packaging:
    """The name and the version of a distribution (empty: it isn't written down), and its single-file modules."""

    name: str
    version: str = ""
    modules: tuple[str, ...] = ()


def read_packaging(root: Path) -> Packaging | None:
    """What pyproject.toml, setup.cfg and setup.py say; None where the project is no distribution.

    A ``[project]`` table alone makes no distribution: applications keep their dependencies there. With a build backend, or
    in the setup files that only distributions have, it does.
    """
    found = _of_pyproject(root) or _of_setup_cfg(root) or _of_setup_py(root)
    if found is None:
        return None
    return Packaging(found.name, found.version, (*found.modules, found.name.replace("-", "_")))


def _of_pyproject(root: Path) -> Packaging | None:
    try:
        data: dict[str, object] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    if "build-system" not in data:
        return None
    poetry = _table(_table(data, "tool"), "poetry")
    project = _table(data, "project") or ({} if poetry.get("package-mode") is False else poetry)
    modules = _table(_table(data, "tool"), "setuptools").get("py-modules")
    named = tuple(str(one) for one in modules) if isinstance(modules, list) else ()
    version = project.get("version") or poetry.get("version") or ""
    return Packaging(str(project["name"]), str(version), named) if "name" in project else None


def _table(data: dict[str, object], key: str) -> dict[str, object]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _of_setup_cfg(root: Path) -> Packaging | None:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(root / "setup.cfg", encoding="utf-8")
    except (ConfigError, UnicodeDecodeError):
        return None
    name = parser.get("metadata", "name", fallback="")
    version = parser.get("metadata", "version", fallback="")
    modules = parser.get("options", "py_modules", fallback="").split()
    return Packaging(name, "" if ":" in version else version, tuple(modules)) if name else None


def _of_setup_py(root: Path) -> Packaging | None:
    try:
        tree = ast.parse((root / "setup.py").read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "setup":
            words = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
            if isinstance(words.get("name"), str):
                return Packaging(str(words["name"]), str(words.get("version") or ""))
    return None
