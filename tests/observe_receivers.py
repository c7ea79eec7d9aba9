"""Runs ``depot.main`` and prints, as JSON, whose ``fetch`` each line called: what is true of a marked site is what happens.

Run in the folder of the package: ``python observe_receivers.py``. A line maps to ``family``, ``other`` or both; only
calls are seen, so a line that hands the method on shows nothing.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from runpy import run_module
from types import CodeType, FrameType

_FOLDER = str(Path.cwd())
_seen: dict[str, set[str]] = {}


def _watch(frame: FrameType, event: str, argument: object) -> None:
    caller = frame.f_back
    if event != "call" or frame.f_code.co_name != "fetch" or caller is None:
        return
    file = caller.f_code.co_filename
    if file.startswith(_FOLDER):
        place = f"{Path(file).relative_to(_FOLDER).as_posix()}:{caller.f_lineno}"
        _seen.setdefault(place, set()).add("family" if _is_of_the_family(frame) else "other")


def _is_of_the_family(frame: FrameType) -> bool:
    code: CodeType = frame.f_code
    if code.co_varnames[:1] != ("self",):
        return False
    base = sys.modules["depot.clients.base"].Client
    return isinstance(frame.f_locals["self"], base)


def main() -> None:
    """Run the program with every call watched, then print what was seen."""
    sys.path.insert(0, _FOLDER)
    threading.setprofile(_watch)
    sys.setprofile(_watch)
    run_module("depot.main", run_name="__main__")
    sys.setprofile(None)
    sys.stdout.write(json.dumps({place: sorted(kinds) for place, kinds in _seen.items()}))


if __name__ == "__main__":
    main()
