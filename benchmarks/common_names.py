"""Writes ``colour/common_names.txt``: the names of methods and functions of builtins and of the standard library.

Run with the newest Python that awaitify supports: ``python benchmarks/common_names.py``.
"""

from __future__ import annotations

import builtins
import re
import sysconfig
import types
from pathlib import Path

TARGET = Path(__file__).parent.parent / "codemods/awaitify/colour/common_names.txt"
_DEF = re.compile(r"^[ \t]*(?:async )?def (\w+)", re.MULTILINE)
_SKIPPED = {"test", "idlelib", "site-packages", "lib2to3", "turtledemo", "__pycache__", "ensurepip"}


def stdlib_names() -> dict[str, set[str]]:
    """By top-level module, what the standard library's Python sources define."""
    root = Path(sysconfig.get_path("stdlib"))
    found: dict[str, set[str]] = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if not _SKIPPED.intersection(parts):
            names = _DEF.findall(path.read_text(encoding="utf-8", errors="replace"))
            found.setdefault(parts[0].removesuffix(".py"), set()).update(names)
    return found


def builtin_names() -> set[str]:
    """The methods of the builtin types and of those in ``types``."""
    classes = [value for module in (builtins, types) for value in vars(module).values() if isinstance(value, type)]
    return {name for cls in classes for name in dir(cls)} | set(dir(builtins))


def compiled_names() -> dict[str, set[str]]:
    """By module, the methods of common types written in C."""
    import array
    import collections
    import datetime
    import decimal
    import io
    import itertools
    import re as regex
    import socket
    import sqlite3
    import struct
    import threading

    modules = (array, collections, datetime, decimal, io, itertools, regex, socket, sqlite3, struct, threading)
    return {
        module.__name__: {name for cls in vars(module).values() if isinstance(cls, type) for name in dir(cls)}
        for module in modules
    }


if __name__ == "__main__":
    modules_of: dict[str, set[str]] = {name: {"*"} for name in builtin_names()}
    for table in (stdlib_names(), compiled_names()):
        for module, names in table.items():
            for name in names:
                modules_of.setdefault(name, set()).add(module)
    lines = [
        f"{name} {'*' if '*' in modules else ','.join(sorted(modules))}"
        for name, modules in sorted(modules_of.items())
        if not name.startswith("_")
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} names")
