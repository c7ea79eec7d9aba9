"""Runs a program in a copy of its folder and says what it printed and what it left behind.

``-W error`` alone doesn't fail on a coroutine that nobody awaits: Python only prints that from a destructor. So this
file is also the hook: copied into the program's path as ``sitecustomize.py``, it watches from inside.
"""

from __future__ import annotations

import atexit
import gc
import itertools
import json
import logging
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

_LEAKS = "AWAITIFY_TEST_LEAKS"
_TIME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Result:
    """What a program printed, how it ended, and each thing it left behind, as a sentence."""

    stdout: str
    stderr: str
    returncode: int
    leaks: tuple[str, ...]


def run_program(folder: Path, command: str) -> Result:
    """Run *command* in a copy of *folder*.

    ``NAME=value`` words in front of the command are its environment. The time that pytest prints is left out.
    """
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "program")
        hook = Path(scratch, "hook")
        leaks = Path(scratch, "leaks.json")
        shutil.copytree(folder, copy)
        hook.mkdir()
        shutil.copyfile(__file__, hook / "sitecustomize.py")
        settings, words = _split(command)
        environment = _environment(settings, hook) | {_LEAKS: str(leaks)}
        done = subprocess.run(
            words, cwd=copy, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=_TIME_LIMIT
        )
        found = _read(leaks)
    return Result(re.sub(r" in \d+\.\d+s\b", "", done.stdout), done.stderr, done.returncode, found)


def _split(command: str) -> tuple[dict[str, str], list[str]]:
    # PYTHONPATH=src python tools/report.py
    words = shlex.split(command)
    settings: dict[str, str] = {}
    while words and re.match(r"[A-Z_]+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        settings[name] = value
    if words[:1] == ["python"]:
        words[0] = sys.executable
    return settings, words


def _environment(settings: dict[str, str], hook: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON", "COV_"))}
    path = os.pathsep.join(filter(None, (settings.get("PYTHONPATH"), str(hook))))
    fixed = {"PYTHONPATH": path, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80", "NO_COLOR": "1"}
    return kept | settings | fixed


def _read(leaks: Path) -> tuple[str, ...]:
    if not leaks.exists():
        return ("the program ended before it could be asked",)
    return tuple(json.loads(leaks.read_text("utf-8")))


# From here on: what runs inside the program.


def _watch(report: Path) -> None:
    """Write what the program leaves behind to *report* when it ends."""
    leaks: list[str] = []
    clients = _OpenClients()

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        leaks.append(f"unraisable: {args.exc_value!r} in {args.object!r}")

    def warned(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, ResourceWarning) or "never awaited" in str(message):
            leaks.append(f"{category.__name__}: {message} ({Path(filename).name}:{lineno})")

    class AsyncioLog(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            leaks.append(f"asyncio: {record.getMessage()}")

    def at_exit() -> None:
        gc.collect()
        leaks.extend(f"a client is left open: {place}" for place in clients.places())
        report.write_text(json.dumps(leaks), "utf-8")

    sys.unraisablehook = unraisable
    warnings.simplefilter("always", ResourceWarning)
    warnings.simplefilter("always", RuntimeWarning)
    warnings.showwarning = warned
    logging.getLogger("asyncio").addHandler(AsyncioLog(logging.WARNING))
    sys.meta_path.insert(0, clients)
    atexit.register(at_exit)  # the first one registered is the last one called


class _OpenClients(MetaPathFinder):
    """Knows which AsyncClients of httpx are open, by patching the class when it is imported.

    One that has neither sent anything nor been entered holds no connection.
    """

    def __init__(self) -> None:
        self._made: dict[int, str] = {}

    def places(self) -> list[str]:
        return list(self._made.values())

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in ("httpx._client", "httpx2._client"):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Then(spec.loader, self._patch)
        return spec

    def _patch(self, module: ModuleType) -> None:
        made, numbers = self._made, itertools.count()
        client = module.AsyncClient
        construct, close, leave = client.__init__, client.aclose, client.__aexit__
        enter, send = client.__aenter__, client.send

        def constructed(self: object, *args: object, **options: object) -> None:
            construct(self, *args, **options)
            caller = sys._getframe(1)
            vars(self)["_number"] = next(numbers)  # not id(self): it is used again
            vars(self)["_place"] = f"{Path(caller.f_code.co_filename).name}:{caller.f_lineno}"

        async def entered(self: object) -> object:
            made[vars(self)["_number"]] = vars(self)["_place"]
            return await enter(self)

        async def sent(self: object, *args: object, **options: object) -> object:
            made[vars(self)["_number"]] = vars(self)["_place"]
            return await send(self, *args, **options)

        async def closed(self: object) -> None:
            await close(self)
            made.pop(vars(self)["_number"], None)

        async def left(self: object, *error: object) -> None:
            await leave(self, *error)
            made.pop(vars(self)["_number"], None)

        client.__init__, client.aclose, client.__aexit__ = constructed, closed, left
        client.__aenter__, client.send = entered, sent


class _Then(Loader):
    """Loads a module as *loader* does, then patches it."""

    def __init__(self, loader: Loader, patch: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._patch = patch

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        self._patch(module)


if __name__ == "sitecustomize" and _LEAKS in os.environ:
    _watch(Path(os.environ[_LEAKS]))
