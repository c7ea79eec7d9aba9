"""What is no longer done in one go, what leaves the pool, and what isn't worth a word."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from awaitify.plan.off_the_pool import may_wait
from tests.plan.planning import planned

HEAD = """\
import threading
import time

CACHE = {}
LIMIT = 3


def load(key):
    time.sleep(0.1)
    return key


class Portal:
    def __init__(self):
        self.value = None
        self.items = {}
        self.lock = threading.Lock()

    def work(self, key):
"""
TAIL = """

async def handler(portal: Portal):
    portal.work("a")
"""


def notes(folder: Path, body: str, more: str = "", head: str = HEAD) -> list[str]:
    """What is said of a method with this body, without the places of the file's head."""
    text = f"{head}{indent(dedent(body).strip(), ' ' * 8)}\n{more}{TAIL}"
    plan = planned(folder, {"main": text}, "main:load")
    assert plan.stops == (), [stop.reason for stop in plan.stops]
    return [note.text for note in plan.notes if note.kind == "run"]


@pytest.mark.parametrize(
    "body",
    [
        "if self.value is None:\n    self.value = load(key)",
        "if not self.value:\n    new = load(key)\n    self.value = new",
        "if self.value is not None:\n    return\nself.value = load(key)",
        "value = self.value\nif value is None:\n    self.value = load(key)",
        "self.value = (self.value or 0) + load(key)",
        "self.value += load(key)",
        "n = self.value\nload(key)\nself.value = n + 1",
        "while self.value is None:\n    load(key)\n    self.value = key",
        "if key not in self.items:\n    self.items[key] = load(key)",
        "if key not in self.items and load(key):\n    self.items.update(key=1)",
        "if key not in CACHE:\n    CACHE[key] = load(key)",
        "with open(key):\n    if self.value is None:\n        self.value = load(key)",
        "try:\n    if self.value is None:\n        self.value = load(key)\nexcept OSError:\n    pass",
    ],
)
def test_what_is_read_awaited_over_and_written_is_named(tmp_path: Path, body: str) -> None:
    body = body.replace("open(key)", "memoryview(key)")
    (text,) = notes(tmp_path, body)
    assert "awaits and written here" in text or "awaited over" in text


@pytest.mark.parametrize(
    "body",
    [
        "with self.lock:\n    if self.value is None:\n        self.value = load(key)",
        "self.value = load(key)\nif self.value is None:\n    return",
        "if self.value is None:\n    self.value = key\nload(key)",
        "value = load(key)\nif self.value is None:\n    self.value = value",
        "if self.value is None:\n    load(key)\nelse:\n    self.value = key",
        "if self.value:\n    return load(key)\nself.value = key",
        "value = self.value\nvalue = load(key)\nself.value = value",
        "value = key\nif value:\n    value = load(key)",
        "CACHE = {}\nif key not in CACHE:\n    CACHE[key] = load(key)",
        "if LIMIT:\n    load(key)",
        "self.value = load(key) + (self.value or 0)",
        "def later():\n    if self.value is None:\n        self.value = key\nload(key)\nlater()",
    ],
)
def test_what_nothing_comes_between_is_not(tmp_path: Path, body: str) -> None:
    assert notes(tmp_path, body) == []


def test_a_write_by_a_method_of_the_same_object_is_one(tmp_path: Path) -> None:
    more = "    def log_in(self, key):\n        self.value = load(key)\n"
    (text,) = notes(tmp_path, "if self.value is None:\n    self.log_in(key)", more)
    assert text.startswith("self.value is tested in line 20, awaited over in line 21 and written by log_in")


@pytest.mark.parametrize(
    ("body", "is_said"),
    [
        ("self.value = key\nload(key)\nself.items = {}", True),
        ("self.value = key\nself.items = {}\nload(key)", False),
        ("load(key)\nself.value = key\nself.items = {}", False),
        ("self.value = key\ntry:\n    load(key)\nfinally:\n    self.items = {}", False),
        ("self.value = key\ntry:\n    load(key)\nexcept OSError:\n    pass\nself.items = {}", True),
        ("if key:\n    self.value = key\nelse:\n    load(key)\n    self.items = {}", False),
    ],
)
def test_a_cancellation_between_two_writes(tmp_path: Path, body: str, is_said: bool) -> None:
    assert [text.startswith("a cancellation while line") for text in notes(tmp_path, body)] == [True] * is_said


@pytest.mark.parametrize(
    ("loop", "change", "is_said"),
    [
        ("for x in self.items:", "self.items[1] = 2", True),
        ("for k, v in self.items.items():", "self.items.pop(1)", True),
        ("for x in list(self.items):", "self.items[1] = 2", False),
        ("for x in self.items:", "self.items = {}", False),  # another one: the loop goes on over the first
        ("for x in self.items:", "return self.items[1]", False),
    ],
)
def test_a_collection_that_changes_while_it_is_iterated_over(
    tmp_path: Path, loop: str, change: str, is_said: bool
) -> None:
    more = f"    def change(self):\n        {change}\n"
    found = notes(tmp_path, f"{loop}\n    load(key)", more)
    assert ["iterate over a copy" in text for text in found] == [True] * is_said


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("try:\n    load(key)\nexcept BaseException:\n    pass", "catches asyncio.CancelledError too"),
        ("try:\n    load(key)\nexcept:\n    pass", "catches asyncio.CancelledError too"),
        ("try:\n    key()\nfinally:\n    load(key)\n    key()", "what follows in this finally is skipped"),
        ("try:\n    load(key)\nexcept BaseException:\n    raise", ""),
        ("try:\n    load(key)\nexcept Exception:\n    pass", ""),
        ("try:\n    key()\nexcept BaseException:\n    load(key)", ""),
        ("try:\n    key()\nfinally:\n    load(key)", ""),
    ],
)
def test_what_catches_a_cancellation(tmp_path: Path, body: str, words: str) -> None:
    assert [words in text for text in notes(tmp_path, body)] == [True] * bool(words)


@pytest.mark.parametrize(
    ("body", "is_said"),
    [
        ("with self.db:\n    load(key)", True),
        ("with self.db:\n    self.db.execute(key)\nload(key)", False),
        ("load(key)\nwith self.db:\n    pass", False),
    ],
)
def test_a_transaction_that_an_await_spans(tmp_path: Path, body: str, is_said: bool) -> None:
    head = HEAD.replace("import time\n", "import sqlite3\nimport time\n")
    head = head.replace("self.value = None", 'self.db = sqlite3.connect("x")')
    found = notes(tmp_path, body, head=head)
    assert ["a transaction (sqlite3.connect) stays open while line" in text for text in found] == [True] * is_said


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("subprocess.run", True),
        ("pathlib.Path.read_text", True),
        ("os.path.join", False),
        ("os.listdir", True),
        ("json.loads", False),
        ("builtins.len", False),
        ("builtins.input", True),
        ("boto3.client", True),
        ("pydantic.BaseModel.model_dump", False),
        ("fastapi.HTTPException", False),
    ],
)
def test_what_may_wait_for_something(name: str, may: bool) -> None:
    assert may_wait(name) == may
