"""Keeps a file as Black leaves it, when it was so before."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import black
from black.files import parse_pyproject_toml
from black.mode import Mode, Preview, TargetVersion


def black_mode(root: Path) -> Mode:
    """The settings Black has below *root*: its ``[tool.black]``, and the Python that ``requires-python`` names.

    A pyproject.toml that can't be read, or settings that Black wouldn't take, mean Black's defaults: a file that isn't
    stable under those is left as it is edited.
    """
    path = root / "pyproject.toml"
    if not path.is_file():
        return Mode()
    try:
        return mode_of(parse_pyproject_toml(str(path)))
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError, AttributeError):
        return Mode()


def mode_of(settings: Mapping[str, object]) -> Mode:
    """The mode that a ``[tool.black]`` table says, its keys written with ``-`` or ``_``."""
    given = {key.replace("--", "").replace("-", "_"): value for key, value in settings.items()}
    mode = Mode(
        string_normalization=not given.get("skip_string_normalization"),
        magic_trailing_comma=not given.get("skip_magic_trailing_comma"),
        preview=bool(given.get("preview")) or bool(given.get("unstable")),
        unstable=bool(given.get("unstable")),
        is_pyi=bool(given.get("pyi")),
        target_versions={TargetVersion[name.upper()] for name in _names(given, "target_version") if _known(name)},
        enabled_features={feature for feature in Preview if feature.name in _names(given, "enable_unstable_feature")},
    )
    length = given.get("line_length")
    return replace(mode, line_length=length) if isinstance(length, int) else mode


def format_as_before(old: str, new: str, mode: Mode, path: str) -> str:
    """*new* as Black leaves it if it leaves *old* alone; else *new* as it is."""
    if path.endswith(".pyi"):
        mode = replace(mode, is_pyi=True)
    newline = _newline(old)
    if newline is None or _formatted(old, newline, mode) != old:
        return new
    formatted = _formatted(new, newline, mode)
    return new if formatted is None else formatted


def _formatted(text: str, newline: str, mode: Mode) -> str | None:
    try:
        return black.format_str(text.replace(newline, "\n"), mode=mode).replace("\n", newline)
    except (ValueError, SyntaxError, RecursionError):
        return None


def _newline(text: str) -> str | None:
    """The file's line end; None when it has several, which Black would make one."""
    crlf = text.count("\r\n")
    if crlf == text.count("\n") == text.count("\r"):
        return "\r\n" if crlf else "\n"
    return "\n" if "\r" not in text else None


def _names(settings: Mapping[str, object], key: str) -> list[str]:
    value = settings.get(key)
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _known(version: str) -> bool:
    return version.upper() in TargetVersion.__members__
