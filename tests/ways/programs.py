"""For each code a small program that stops there: ``programs.txt``, one after ``=== CODE what is special``.

A program is its ``main.py``; ``--- path`` begins another file. The line ``-t NAME`` says what becomes async (``Api.load``
of ``api.py`` where nothing does), ``exclude PATH`` what isn't read, ``part PATH`` the part that may change, ``keep both``
that functions get twins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from awaitify.options import Decision, Options

_API = """
import time


class Api:
    def load(self, key="x"):
        time.sleep(0)
        return key

    def load_forecast(self):
        time.sleep(0)
"""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that stops at a code."""

    code: str
    title: str
    files: tuple[tuple[str, str], ...]
    target: str
    exclude: tuple[str, ...]
    part: str
    """The folder that may change."""
    keep_both: bool

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    def write(self, folder: Path) -> None:
        for path, text in self.files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")

    def options(self, *decide: Decision) -> Options:
        return Options(targets=(self.target,), exclude=self.exclude, decide=decide, keep_both=self.keep_both)


def all_programs() -> tuple[Program, ...]:
    """The programs, in the order of the file."""
    text = (Path(__file__).parent / "programs.txt").read_text("utf-8")
    return tuple(_program(part) for part in text.split("=== ")[1:])


def _program(text: str) -> Program:
    title, _, rest = text.partition("\n")
    target, part, exclude, keep_both = "api:Api.load", "", [], False
    files = {"pyproject.toml": [], "api.py": [_API.lstrip()], "main.py": []}
    path = "main.py"
    for line in rest.splitlines(keepends=True):
        word, _, value = line.strip().partition(" ")
        if word == "-t":
            target = value
        elif word == "exclude":
            exclude.append(value)
        elif word == "part":
            part = value
        elif line == "keep both\n":
            keep_both = True
        elif word == "---":
            path = value
            files[path] = []
        else:
            files[path].append(line)
    written = {path: "".join(lines) for path, lines in files.items()}
    kept = {path: text for path, text in written.items() if path != "api.py" or _needs_api(written.values(), target)}
    return Program(title[:5], title[6:], tuple(kept.items()), target, tuple(exclude), part, keep_both)


def _needs_api(texts: Iterable[str], target: str) -> bool:
    return target.startswith("api:") or any("from api import" in text for text in texts)
