"""Inline programs for unit tests."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent


def program(folder: Path, files: dict[str, str] | None = None, /, **modules: str) -> Path:
    """Write a program into *folder*, which is returned, and made where it isn't there.

    ``program(tmp_path, shop="…", main="…")`` writes ``shop.py`` and ``main.py``; what isn't an identifier goes by its
    path in *files*: ``program(tmp_path, {"shop/cart": "…", "pyproject.toml": "…"})``. A path without a suffix is a
    module; the package around it gets no ``__init__.py`` unless it is given. The indentation of the text is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**(files or {}), **modules}.items():
        path = folder / (name if Path(name).suffix else f"{name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).removeprefix("\n"), encoding="utf-8", newline="")
    return folder
