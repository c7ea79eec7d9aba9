"""A git repository with a program in it, and the command line run there as a person would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.programs import program

SHOP = {
    "shop/__init__": '"""A shop."""\n',
    "shop/stores": '''
        """Where prices come from."""

        import time
        from abc import ABC, abstractmethod
        from pathlib import Path


        class Store(ABC):
            @abstractmethod
            def load(self, name: str) -> str: ...

            def first(self, names: list[str]) -> str:
                return self.load(names[0])


        class FileStore(Store):
            def __init__(self, folder: Path) -> None:
                self.folder = folder

            def load(self, name: str) -> str:
                time.sleep(0)
                with open(self.folder / name, encoding="utf-8") as file:
                    return file.read()


        class CachedStore(FileStore):
            def __init__(self, folder: Path) -> None:
                super().__init__(folder)
                self.cache: dict[str, str] = {}

            def load(self, name: str) -> str:
                if name not in self.cache:
                    self.cache[name] = super().load(name)  # once
                return self.cache[name]
        ''',
    "shop/prices": """
        from shop.stores import Store


        def price(store: Store, name: str) -> int:
            return int(store.load(name).strip())


        def is_cheap(store: Store, name: str) -> bool:
            return not price(store, name) > 10
        """,
    "shop/mail": """
        import time


        class Mailer:
            def send(self, text: str) -> str:
                time.sleep(0)
                return text.upper()


        class Greeter:
            def __init__(self, mailer: Mailer) -> None:
                self.greeting = mailer.send("hello")
        """,
    "shop/colours": """
        def mix(one: str, other: str) -> str:
            return f"{one}-{other}"
        """,
    "shop/__main__": """
        from pathlib import Path

        from shop.prices import is_cheap, price
        from shop.stores import CachedStore


        def main() -> None:
            store = CachedStore(Path("shop/data"))
            print(price(store, "tea"), is_cheap(store, "tea"), store.first(["tea"]).strip())


        if __name__ == "__main__":
            main()
        """,
}
"""Two seeds: ``Store.load`` can become async, and ``Mailer.send`` is held by a constructor (AW201, shop/mail.py:12)."""
LOAD = ("-t", "shop.stores:Store.load")
SEND = ("-t", "shop.mail:Mailer.send")
PRINTED = "12 False 12\n"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and the very bytes that it printed."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        return self.stdout.decode()

    @property
    def err(self) -> str:
        return self.stderr.decode()

    @property
    def report(self) -> dict[str, Any]:
        """What ``--format json`` printed."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found

    @property
    def stops(self) -> list[str]:
        return [f"{stop['code']} {_place(stop)} {stop['decided'] or ''}".rstrip() for stop in self.report["stops"]]

    @property
    def failures(self) -> dict[str, str]:
        return {failure["path"]: f"{failure['code']} {failure['reason']}" for failure in self.report["failures"]}


def _place(entry: dict[str, Any]) -> str:
    return f"{entry['place']['path']}:{entry['place']['line']}"


@dataclass(frozen=True, slots=True)
class Repo:
    """A folder with a program, in git unless said otherwise, and beside it what a run leaves in the user's own folders."""

    root: Path
    state: Path

    @property
    def cache(self) -> Path:
        """Where runs keep what they found out."""
        return self.state.with_name("cache")

    def awaitify(self, *words: str, cwd: Path | None = None, **environment: str) -> Ended:
        """Run ``awaitify`` with these words in the repository."""
        done = subprocess.run(
            self.command(*words),
            cwd=cwd or self.root,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def migrate(self, *words: str, **environment: str) -> Ended:
        """Run ``awaitify migrate``, of which nobody must ever see a traceback."""
        ended = self.awaitify("migrate", *words, cwd=None, **environment)
        assert b"Traceback" not in ended.stderr
        return ended

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "awaitify", *words]

    def environment(self, **more: str) -> dict[str, str]:
        # what a developer has set for git, colours or Python must not decide whether a test passes
        ours = ("GIT_", "PYTHON", "PYTEST_", "AWAITIFY_", "COV_", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        fixed = {"AWAITIFY_STATE_DIR": str(self.state), "AWAITIFY_CACHE_DIR": str(self.cache)}
        fixed |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return kept | fixed | {"PYTHONUTF8": "1"} | more

    def git(self, *words: str) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        done = subprocess.run(
            ["git", *identity, *words], cwd=self.root, env=self.environment(), capture_output=True, check=True
        )
        return done.stdout.decode()

    def commit(self) -> None:
        """All that is there, in a repository that is made where there is none."""
        if not (self.root / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "as it is")

    def write(self, path: str, text: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def files(self) -> dict[str, bytes]:
        """Every file outside of ``.git``, by its path."""
        files = (file for file in self.root.rglob("*") if file.is_file() and not file.is_symlink())
        inside = ((file.relative_to(self.root), file) for file in files)
        return {path.as_posix(): file.read_bytes() for path, file in inside if path.parts[0] != ".git"}

    def run_program(self) -> str:
        """What the shop prints."""
        words = [sys.executable, "-W", "error", "-B", "-m", "shop"]
        done = subprocess.run(words, cwd=self.root, env=self.environment(), capture_output=True, timeout=60)
        return (done.stdout + done.stderr).decode()


def make_repo(folder: Path, files: dict[str, str] | None = None, *, in_git: bool = True) -> Repo:
    """The shop with *files* beside it or over it, all of it committed."""
    repo = Repo(program(folder / "repo", SHOP | (files or {})), folder / "state")
    repo.write("shop/data/tea", "12\n")
    if in_git:
        repo.commit()
    return repo
