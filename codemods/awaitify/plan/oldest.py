"""Which is the oldest Python that the project says it runs on?"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

_KNOWN = tuple((3, minor) for minor in range(6, 15))
NOTHING_SAID = (3, 11)


def oldest_python(root: Path) -> tuple[int, int]:
    """The oldest that ``requires-python`` allows, or what Poetry or ``setup.cfg`` say instead; 3.11 where nothing is said."""
    for wanted in _said(root):
        try:
            allowed = SpecifierSet(wanted)
        except InvalidSpecifier:
            continue
        return next((v for v in _KNOWN if _has(allowed, v)), NOTHING_SAID)
    return NOTHING_SAID


def _has(allowed: SpecifierSet, version: tuple[int, int]) -> bool:
    """``>=3.8.1`` allows 3.8, too: not its first release."""
    return any(allowed.contains(f"{version[0]}.{version[1]}.{patch}") for patch in (0, 99))


def _said(root: Path) -> Iterator[str]:
    path = root / "pyproject.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        data = {}
    if isinstance(wanted := _at(data, "project", "requires-python"), str):
        yield wanted
    if isinstance(wanted := _at(data, "tool", "poetry", "dependencies", "python"), str):
        yield wanted.replace("^", ">=") if wanted.startswith("^") else wanted
    settings = configparser.ConfigParser(interpolation=None)
    try:
        settings.read(root / "setup.cfg", encoding="utf-8")
        yield settings.get("options", "python_requires", fallback="") or "invalid"
    except (configparser.Error, UnicodeDecodeError):
        return


def _at(data: object, *keys: str) -> object:
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data
