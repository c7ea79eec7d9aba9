"""Asks pyrefly's language server where names are defined, and where a method is used.

``python benchmarks/pyrefly.py TREE PATH LINE COLUMN`` prints how many references the method at that place has.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

CONFIG = """\
project_includes = ["**/*.py"]
search_path = ["."]
site_package_path = []
skip_interpreter_query = true
python_version = "3.13"
"""
"""Without a configuration of its own the server falls back to a weaker mode; what is installed here must not matter."""
AT_ONCE = 50
"""Requests that are sent before their answers are read."""


class Spot(NamedTuple):
    """A place in a file below the root: the line from 1, the column from 0 in UTF-16 units. Elsewhere, the path is absolute."""

    path: str
    line: int
    column: int

    @property
    def is_outside(self) -> bool:
        return self.path.startswith("/")


class Failed(Exception):
    """The server ended, or answered with an error."""


def find_pyrefly() -> str | None:
    """The pyrefly beside this Python, else the one on the path."""
    return shutil.which("pyrefly", path=str(Path(sys.executable).parent)) or shutil.which("pyrefly")


def version(pyrefly: str) -> str:
    run = subprocess.run((pyrefly, "--version"), capture_output=True, text=True, check=True)
    return run.stdout.split()[-1]


def utf16(line: str, characters: int) -> int:
    """The column, as the protocol counts, of what stands behind so many characters."""
    return len(line[:characters].encode("utf-16-le")) // 2


def definitions(pyrefly: str, root: Path, spots: Iterable[Spot]) -> Iterator[tuple[Spot, tuple[Spot, ...]]]:
    """Each spot with where the name that stands there is defined: nowhere when its receiver isn't known.

    A configuration is written into *root*.
    """
    by_path: dict[str, list[Spot]] = {}
    for spot in spots:
        by_path.setdefault(spot.path, []).append(spot)
    with _serving(pyrefly, root, "none") as server:
        for path in sorted(by_path):
            server.open(path)
            for start in range(0, len(by_path[path]), AT_ONCE):
                part = by_path[path][start : start + AT_ONCE]
                answers = server.ask("textDocument/definition", [server.at(spot) for spot in part])
                yield from zip(part, answers, strict=True)
            server.close(path)


def references(pyrefly: str, root: Path, method: Spot) -> tuple[Spot, ...]:
    """Where the method defined at *method*, what it overrides and what overrides it are mentioned, definitions included.

    A configuration is written into *root*.
    """
    with _serving(pyrefly, root, "lazy-blocking") as server:
        server.open(method.path)
        here = server.at(method)
        server.ask("textDocument/definition", [here])  # answered before the index is there, so of no use
        server.ask("textDocument/implementation", [here])
        [found] = server.ask("textDocument/references", [{**here, "context": {"includeDeclaration": True}}])
        return found


class _Server:
    """A session with one server process."""

    def __init__(self, process: subprocess.Popen[bytes], root: Path) -> None:
        self.process = process
        self.root = root
        self.requests = 0

    def start(self) -> None:
        folder = {"uri": self.root.as_uri(), "name": self.root.name}
        self.request(
            [
                (
                    "initialize",
                    {"processId": None, "rootUri": folder["uri"], "capabilities": {}, "workspaceFolders": [folder]},
                )
            ]
        )
        self.send({"method": "initialized", "params": {}})

    def open(self, path: str) -> None:
        text = (self.root / path).read_text("utf-8")
        document = {"uri": (self.root / path).as_uri(), "languageId": "python", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def close(self, path: str) -> None:
        document = {"uri": (self.root / path).as_uri()}
        self.send({"method": "textDocument/didClose", "params": {"textDocument": document}})

    def at(self, spot: Spot) -> dict[str, Any]:
        position = {"line": spot.line - 1, "character": spot.column}
        return {"textDocument": {"uri": (self.root / spot.path).as_uri()}, "position": position}

    def ask(self, method: str, parameters: list[dict[str, Any]]) -> list[tuple[Spot, ...]]:
        """The places that each of the requests is answered with."""
        return [tuple(self.places(answer)) for answer in self.request([(method, p) for p in parameters])]

    def places(self, answer: Any) -> Iterator[Spot]:  # noqa: ANN401  JSON
        for location in [answer] if isinstance(answer, dict) else answer or ():
            start = location["range"]["start"]
            path = Path(unquote(urlsplit(location["uri"]).path))
            inside = path.is_relative_to(self.root)
            name = path.relative_to(self.root).as_posix() if inside else path.as_posix()
            yield Spot(name, start["line"] + 1, start["character"])

    def request(self, requests: list[tuple[str, Mapping[str, Any]]]) -> list[Any]:
        """The answers, in order; all requests are sent at once."""
        first = self.requests + 1
        for method, parameters in requests:
            self.requests += 1
            self.send({"id": self.requests, "method": method, "params": parameters})
        answers: dict[int, Any] = {}
        while len(answers) < len(requests):
            message = self.receive()
            if "method" in message:
                self.reply(message)
            elif "error" in message:
                raise Failed(message["error"]["message"])
            else:
                answers[message["id"]] = message["result"]
        return [answers[number] for number in range(first, self.requests + 1)]

    def reply(self, message: dict[str, Any]) -> None:
        """The server may ask for settings, or to register something: there are none, and it may."""
        if "id" in message:
            items = message.get("params", {}).get("items")
            self.send({"id": message["id"], "result": None if items is None else [None] * len(items)})

    def send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise Failed(f"pyrefly ended with {self.process.wait()}")
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message


@contextmanager
def _serving(pyrefly: str, root: Path, indexing: str) -> Iterator[_Server]:
    root = root.resolve()
    (root / "pyrefly.toml").write_text(CONFIG, "utf-8")
    command = (pyrefly, "lsp", "--indexing-mode", indexing, "--workspace-indexing-limit", "200000")
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        server = _Server(process, root)
        try:
            server.start()
            yield server
            server.request([("shutdown", {})])
            server.send({"method": "exit"})
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def main() -> int:
    root, path, line, column = sys.argv[1:]
    pyrefly = find_pyrefly()
    if pyrefly is None:
        print("pyrefly is not installed", file=sys.stderr)
        return 2
    found = references(pyrefly, Path(root), Spot(path, int(line), int(column)))
    print(json.dumps({"references": len(found)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
