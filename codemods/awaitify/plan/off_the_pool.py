"""What runs on the event loop that a thread of a pool did before, and whether it may hold the loop up."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator

from awaitify.index.summary import Function
from awaitify.index.values import Foreign
from awaitify.names import Place
from awaitify.plan.context import Context

_FEW = 3
_BLOCKING = re.compile(
    r"""(subprocess|socket|socketserver|ssl|select|sqlite3|dbm|shelve|shutil|tempfile|glob|zipfile|tarfile|ftplib|smtplib|imaplib
    |poplib|nntplib|telnetlib|multiprocessing|webbrowser|getpass|fileinput|linecache)\..*
    |urllib\.request\..*|http\.client\..*|xmlrpc\.client\..*
    |os\.(listdir|scandir|walk|fwalk|stat|lstat|remove|unlink|rename|renames|replace|mkdir|makedirs|rmdir|removedirs|chmod|chown
        |link|symlink|readlink|truncate|utime|system|popen|wait|waitpid|spawn\w*|open|read|write|fsync|sendfile)
    |(os\.path|posixpath|ntpath|genericpath)\.(exists|lexists|isfile|isdir|islink|getsize|getmtime|getatime|getctime|realpath|samefile)
    |pathlib(\.\w+)*\.Path\.(open|read_\w+|write_\w+|exists|is_\w+|stat|lstat|iterdir|glob|rglob|walk|mkdir|rmdir|unlink|rename
        |replace|touch|chmod|resolve|samefile|readlink|symlink_to|hardlink_to|owner|group)
    |(io|builtins|codecs|gzip|bz2|lzma)\.open|builtins\.input|time\.sleep
    |threading\.Thread\.join|concurrent\.futures(\.\w+)*\.(Future\.result|Executor\.shutdown|wait|as_completed)
    |logging\.config\..*|importlib\.import_module""",
    re.VERBOSE,
)
"""Calls of Python's own library that wait for a disk, a network, a process or a thread."""
_BUSY = re.compile(
    r"hashlib\.(pbkdf2_hmac|scrypt)|(zlib|gzip|bz2|lzma)\.(de)?compress|(bcrypt|argon2|passlib|PIL|numpy|pandas|scipy|sklearn|torch|lxml)\..*"
)
"""Calls that keep the processor busy."""
_HARMLESS = re.compile(
    r"(fastapi|starlette|pydantic|pydantic_core|pydantic_settings|typing_extensions|annotated_types|attr|attrs|click|typer|pytest"
    r"|markupsafe|multidict|yarl|dateutil|pytz|structlog|loguru|prometheus_client|aiofiles|asyncio|anyio|sniffio)(\.\w+)*"
)
"""Third-party packages whose calls don't wait for anything."""


def moved_calls(functions: Iterable[Function], context: Context) -> str:
    """What those functions come to call that isn't known not to hold a loop up, in words: a few by name, the rest counted."""
    libraries = {swap.name for swap in context.blocking.swaps}  # swapped, or a stop
    swapped = {site.node for f in context.swapped_functions() for site in context.blocking.sites(f)}
    waiting: dict[str, Place] = {}
    busy: dict[str, Place] = {}
    for function in sorted(context.blocking.below(functions), key=lambda f: f.place):
        for call, name in _foreign_calls(function, context):
            if call in swapped or name.partition(".")[0] in libraries:
                continue
            if _BUSY.fullmatch(name):
                busy.setdefault(name, function.module.place(call))
            elif may_wait(name):
                waiting.setdefault(name, function.module.place(call))
    parts = [
        f"{len(waiting)} below it not known not to block: {_listed(waiting)}" if waiting else "",
        f"keeping the processor busy: {_listed(busy)}" if busy else "",
    ]
    return "; ".join(part for part in parts if part)


def may_wait(name: str) -> bool:
    """Whether a call of something foreign may wait for something: what isn't known may."""
    first = name.partition(".")[0]
    if first in sys.stdlib_module_names or first == "builtins":
        return _BLOCKING.fullmatch(name) is not None
    return _HARMLESS.fullmatch(name) is None


def _foreign_calls(function: Function, context: Context) -> Iterator[tuple[ast.Call, str]]:
    for node in context.resolver.scopes.own_nodes(function):
        if isinstance(node, ast.Call):
            values = context.resolver.answer(node.func, function.module).values
            names = sorted({value.name for value in values if isinstance(value, Foreign)})
            yield from ((node, name) for name in names[:1])


def _listed(found: dict[str, Place]) -> str:
    shown = [f"{name} ({place})" for name, place in found.items()]
    rest = f" and {len(shown) - _FEW} more" if len(shown) > _FEW else ""
    return ", ".join(shown[:_FEW]) + rest
