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


def stdlib_names() -> set[str]:
    """What the standard library's Python sources define."""
    root = Path(sysconfig.get_path("stdlib"))
    sources = (p for p in root.rglob("*.py") if not _SKIPPED.intersection(p.relative_to(root).parts))
    return {name for path in sources for name in _DEF.findall(path.read_text(encoding="utf-8", errors="replace"))}


def builtin_names() -> set[str]:
    """The methods of the builtin types, of those in ``types``, and of common types written in C."""
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

    modules = (builtins, types, array, collections, datetime, decimal, io, itertools, regex, socket, sqlite3, struct, threading)
    classes = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return {name for cls in classes for name in dir(cls)} | set(dir(builtins))


if __name__ == "__main__":
    names = {name for name in stdlib_names() | builtin_names() if not name.startswith("_")}
    TARGET.write_text("\n".join(sorted(names)) + "\n", encoding="utf-8")
    print(f"{len(names)} names")
