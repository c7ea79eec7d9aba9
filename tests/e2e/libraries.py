"""A library and two packages that use it, as three repositories: one that is async at the top, and one that is sync."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.repo import Ended, Repo
from tests.programs import program

LIBRARY = {
    "pyproject.toml": """
        [build-system]
        requires = ["setuptools"]
        build-backend = "setuptools.build_meta"

        [project]
        name = "post-office"
        version = "2.0"

        [tool.setuptools.package-data]
        post = ["colours.json"]
        """,
    "src/post/__init__": """
        from post._stamps import stamp
        from post.offices import Office, open_office

        __all__ = ["Office", "open_office", "stamp"]
        """,
    "src/post/_stamps": """
        import time


        def stamp(text: str) -> str:
            time.sleep(0)
            return f"<{text}>"
        """,
    "src/post/offices": """
        from __future__ import annotations

        import time
        from abc import ABC, abstractmethod
        from collections.abc import Iterator
        from contextlib import contextmanager


        class Office(ABC):
            def __enter__(self) -> Office:
                self.sent = 0
                return self

            def __exit__(self, *args: object) -> None:
                time.sleep(0)

            @abstractmethod
            def send(self, text: str) -> str: ...

            def twice(self, text: str) -> str:
                return self.send(text) + self.send(text)

            def clean(self, text: str) -> str:
                return text.strip()

            def letters(self, text: str) -> Iterator[str]:
                for letter in text:
                    yield self.send(letter)

            def all_letters(self, text: str) -> Iterator[str]:
                return self.letters(text)

            @contextmanager
            def counter(self) -> Iterator[str]:
                yield self.send("counter")

            @property
            def motto(self) -> str:
                return self.send("always")


        class Village(Office):
            def send(self, text: str) -> str:
                time.sleep(0)
                return self.clean(text)


        def open_office() -> Office:
            return Village()


        def each(texts: list[str], call) -> list[str]:
            return [call(text) for text in texts]
        """,
}
TARGETS = ("post.offices:Office.send", "post.offices:Office.motto", "Office.__exit__", "post._stamps:stamp")

ASYNC = {
    "pyproject.toml": """
        [project]
        name = "shop"
        """,
    "shop/__init__": "",
    "shop/offices": """
        from post import Office, open_office, stamp


        class Loud(Office):
            def __init__(self) -> None:
                self.seen: list[str] = []

            def send(self, text: str) -> str:
                self.seen.append(text)
                return self.clean(text).upper()


        class Known(Loud):
            def send(self, text: str) -> str:
                return "known" if text in self.seen else super().send(text)

            @property
            def motto(self) -> str:
                return "ours"


        def all_of(office: Office, text: str) -> list[str]:
            found = [letter for letter in office.all_letters(text)]
            with office.counter() as counter:
                found.append(counter)
            return [*found, office.motto]


        def stamped(text: str) -> str:
            with Known() as office:
                return stamp(office.twice(text))


        def has_arrived(text: str) -> bool:
            return not open_office().send(text)
        """,
    "shop/api": """
        from shop.offices import Known, all_of, has_arrived, stamped


        async def handle(text: str) -> str:
            return f"{stamped(text)} {all_of(Known(), text)} {has_arrived(text)}"
        """,
    "tests/test_shop": """
        import asyncio

        from shop.api import handle
        from shop.offices import Loud, all_of, stamped


        def test_stamped():
            assert stamped("a") == "<Aknown>"


        def test_all_of():
            assert all_of(Loud(), "ab") == ["A", "B", "COUNTER", "ALWAYS"]


        def test_handle():
            assert asyncio.run(handle("a")) == "<Aknown> ['A', 'COUNTER', 'ours'] False"
        """,
}

SYNC = {
    "pyproject.toml": """
        [project]
        name = "reports"
        """,
    "reports/__init__": "",
    "reports/jobs": """
        import logging

        from post import Office, open_office
        from post.offices import Village, each


        class Counted(Village):
            def clean(self, text: str) -> str:
                return str(len(self.send(text)))


        class Sender(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                open_office().send(record.getMessage())


        def one(text: str) -> str:
            return f"one {open_office().twice(text)}"


        def many(texts: list[str]) -> list[str]:
            return each(texts, one)
        """,
    "reports/__main__": """
        from post import open_office


        def main() -> None:
            print(open_office().twice("a"))


        if __name__ == "__main__":
            main()
        """,
}


@dataclass(frozen=True, slots=True)
class Libraries:
    """The three repositories, and the site-packages folders in which the library's two versions are installed."""

    library: Repo
    loop: Repo
    sync: Repo
    old: Path
    new: Path
    written: Ended
    """How ``awaitify colours`` ended."""

    @property
    def file(self) -> Path:
        """What the new version says that its functions became."""
        return self.new / "post/colours.json"

    def run(self, repo: Repo, site: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
        """Python in a repository, with the library in *site*."""
        path = f"{repo.root}:{site}"
        environment = repo.environment(PYTHONPATH=path, PYTHONWARNINGS="error::RuntimeWarning")
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=repo.root, env=environment, capture_output=True, timeout=60)


def make_libraries(folder: Path) -> Libraries:
    """The library in its two versions, and who uses it, written for the old one."""
    library, loop, sync = (Repo(folder / name, folder / "state") for name in ("library", "loop", "sync"))
    for repo, files in ((library, LIBRARY), (loop, ASYNC), (sync, SYNC)):
        program(repo.root, files)
        repo.commit()
    old, new = folder / "old/site-packages", folder / "new/site-packages"
    install(library, old, "1.0")
    library.git("tag", "v1.0")
    ended = library.migrate(*(word for target in TARGETS for word in ("-t", target)), "--write")
    assert ended.code == 0, ended.err
    written = library.awaitify("colours", "--out", "src/post/colours.json")
    assert written.code == 0, written.err
    install(library, new, "2.0")
    return Libraries(library, loop, sync, old, new, written)


def install(library: Repo, site: Path, version: str) -> None:
    """What pip leaves of the library's wheel: the package, and a list of its files."""
    files = {
        f"post/{file.name}": file.read_bytes()
        for file in (library.root / "src/post").iterdir()
        if file.suffix in (".py", ".json")
    }
    info = f"post_office-{version}.dist-info"
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: post-office\nVersion: {version}\n".encode()
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in sorted(files)).encode()
    for name, data in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(data)
