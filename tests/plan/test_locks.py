"""A thread's lock becomes asyncio's where all who use it become async; else it is a stop, or stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.plan.draft import draft
from awaitify.plan.edit import AwaitCall, EnterAsync
from tests.plan.planning import drafted, edits_of, planned, replaced, stops_of

STORE = """
    import threading
    import time
    from contextlib import suppress
    import queue

    def read(key):
        time.sleep(0.1)
        return key

    class Cache:
        def __init__(self):
            self.lock = threading.Lock()
            self.jobs = queue.Queue()
"""


def reasons(folder: Path, body: str, *, others: str = "", part: str = "", way: Way | None = None) -> list[str]:
    """What stops the cache whose methods are *body*, beside the module *others*."""
    files = {"main": STORE + body, "other": others}
    given = drafted(folder, files, "main:read", part=part, on_stop=way)
    return [stop.reason for stop in draft(given).stops]


GET = """
        def get(self, key):
            with self.lock:
                return read(key)
"""


def test_the_lock_is_made_and_entered_as_asyncios(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"main": STORE + GET}, "main:read")
    assert stops_of(plan) == []
    assert replaced(tmp_path, plan)["threading.Lock"] == "asyncio.Lock"
    assert len(edits_of(plan, EnterAsync)) == 1


@pytest.mark.parametrize(
    "other",
    [
        "from main import Cache\ndef look(cache):\n    return cache.lock",
        "from main import Cache\ndef look(cache: Cache):\n    return getattr(cache, 'lock')",
        "from main import Cache\ndef look(cache: Cache):\n    cache.lock = None",
        "from main import Cache\ndef look(cache: Cache):\n    return [cache.lock]",
        "from main import Cache\ndef look(cache: Cache):\n    with cache.lock: pass",
        "from main import Cache\nclass Other(Cache):\n    def set(self, lock):\n        self.lock = lock",
    ],
)
def test_a_use_elsewhere_that_asyncios_lock_would_break_is_a_stop(tmp_path: Path, other: str) -> None:
    (reason,) = reasons(tmp_path, GET, others=other)
    assert reason.startswith("Cache.lock: it is held while line")
    assert "other.py" in reason


@pytest.mark.parametrize(
    "other",
    [
        "def look(box: dict):\n    return box.lock",
        "class Box:\n    __slots__ = ('lock',)\n    def __init__(self):\n        self.lock = 1\n    def f(self):\n        return self.lock",
        "from main import Cache\ndef look(cache: Cache):\n    return cache.lock is None",
    ],
)
def test_what_has_the_same_name_or_only_tests_it_is_no_stop(tmp_path: Path, other: str) -> None:
    assert reasons(tmp_path, GET, others=other) == []


def test_a_use_outside_the_part_that_may_change_is_a_stop(tmp_path: Path) -> None:
    other = "from main import Cache\ndef look(cache: Cache):\n    return cache.lock.locked()"
    (reason,) = reasons(tmp_path, GET, others=other, part="main.py")
    assert "outside the part that may change" in reason


def test_what_runs_in_a_loop_of_its_own_shares_no_asyncio_lock(tmp_path: Path) -> None:
    other = "from main import Cache\nclass Slow:\n    def __len__(self):\n        return len(Cache().get('a'))"
    found = reasons(tmp_path, GET, others=other, way=Way.BRIDGE)
    assert any("event loop of its own" in reason for reason in found)


@pytest.mark.parametrize(
    ("body", "is_held"),
    [
        ("self.lock.acquire()\nread(key)\nself.lock.release()", True),
        ("self.lock.acquire()\nself.lock.release()\nread(key)", False),
        ("read(key)\nself.lock.acquire()\nself.lock.release()", False),
        ("read(key)\nself.lock.release()", True),
        ("self.lock.acquire()\nread(key)", True),
        ("with self.lock:\n    pass\nread(key)", False),
        ("with self.lock:\n    def later():\n        return read(key)\nlater()", False),
        ("if self.lock.locked():\n    read(key)", False),
    ],
)
def test_it_is_held_from_where_it_is_taken_to_where_it_is_given_back(tmp_path: Path, body: str, is_held: bool) -> None:
    lines = "".join(f"            {line}\n" for line in body.splitlines())
    plan = planned(tmp_path, {"main": f"{STORE}\n        def get(self, key):\n{lines}"}, "main:read")
    assert ("threading.Lock" in replaced(tmp_path, plan)) == is_held
    assert stops_of(plan) == []


def test_a_queue_waited_for_in_a_with_statement_makes_its_lock_held(tmp_path: Path) -> None:
    body = """
        def next(self):
            with self.lock:
                job = self.jobs.get()
            return read(job)
    """
    plan = planned(tmp_path, {"main": STORE + body}, "main:read")
    assert replaced(tmp_path, plan).keys() >= {"threading.Lock", "queue.Queue"}
    assert len(edits_of(plan, AwaitCall)) == 3


def test_suppressing_what_the_queue_raises_is_a_stop(tmp_path: Path) -> None:
    body = """
        def next(self):
            read(self.jobs.get())
            with suppress(queue.Empty):
                return self.jobs.get_nowait()
    """
    (reason,) = reasons(tmp_path, body)
    assert "caught here in another way" in reason


@pytest.mark.parametrize("line", ["LOCK as MINE", "*"])
def test_a_lock_imported_under_another_name_or_by_a_star_is_a_stop(tmp_path: Path, line: str) -> None:
    main = "import threading, time\nLOCK = threading.Lock()\ndef read(k):\n    with LOCK:\n        time.sleep(1)\n"
    name = line.rpartition(" ")[2].replace("*", "LOCK")
    other = f"from main import {line}\ndef look():\n    return {name}\n"
    plan = planned(tmp_path, {"main": main, "other": other}, "main:read")
    assert [code for code, _, _ in stops_of(plan)] == ["AW501"]


def test_before_python_310_a_lock_belongs_to_the_loop_there_is(tmp_path: Path) -> None:
    files = {"main": STORE + GET, "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.9"\n'}
    notes = [note.text for note in planned(tmp_path, files, "main:read").notes]
    assert any("before Python 3.10, Cache.lock" in text for text in notes)
