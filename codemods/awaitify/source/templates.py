"""The texts of a project that aren't Python and may name what Python code has: templates, and settings of deployment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_SUFFIXES = frozenset(
    ".html .htm .xhtml .xml .svg .txt .md .rst .tex .jinja .jinja2 .j2 .mako .mak .tmpl .tpl .template .pt .liquid .mustache"
    " .hbs .pug .jade .genshi .kid .cheetah .eml".split()
)
_PASSED_OVER = frozenset({"__pycache__", "node_modules", "site-packages"})
_LARGEST = 2_000_000
_SETTINGS = frozenset(".toml .yml .yaml .cfg .ini".split())
_SETTINGS_BY_NAME = frozenset({"Procfile", "Dockerfile", "setup.py"})
_DEEPEST = 2
_OUR_OWN = "awaitify.toml"


def read_templates(root: Path) -> dict[str, bytes]:
    """By path below *root*, the bytes of each file that may be a template: by its suffix, or by the folder it lies in.

    Hidden folders, virtual environments and files too large to be one are passed over, and what can't be read.
    """
    return {path: data for path in _paths(root) if (data := _read(root / path)) is not None}


def read_settings(root: Path) -> dict[str, bytes]:
    """By path below *root*, the bytes of the files in it, and up to two folders down, that say how the program is run."""
    found: dict[str, bytes] = {}
    for folder, folders, files in os.walk(root):
        inside = Path(folder).relative_to(root)
        if "pyvenv.cfg" in files or len(inside.parts) == _DEEPEST:
            folders.clear()
        if "pyvenv.cfg" in files:
            continue
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER and not name.startswith("."))
        for name in sorted(files):
            is_one = Path(name).suffix.lower() in _SETTINGS or name in _SETTINGS_BY_NAME
            if is_one and name != _OUR_OWN and (data := _read(root / inside / name)) is not None:
                found[(inside / name).as_posix()] = data
    return found


def _paths(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        if "pyvenv.cfg" in files:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER and not name.startswith("."))
        inside = Path(folder).relative_to(root)
        in_templates = "templates" in inside.parts
        for name in sorted(files):
            suffix = Path(name).suffix.lower()
            if suffix in _SUFFIXES or (in_templates and suffix not in (".py", ".pyi")):
                yield (inside / name).as_posix()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= _LARGEST else None
    except OSError:
        return None
