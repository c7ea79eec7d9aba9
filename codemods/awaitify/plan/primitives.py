"""What threads wait for each other with, and its twin for tasks: https://docs.python.org/3/library/asyncio-sync.html

Where the two differ, a use has no counterpart: an asyncio lock can't be tried without waiting, no wait of asyncio takes a
timeout, and entering one gives None. ``RLock`` has no twin: a task that holds an asyncio lock and asks for it again waits
for itself for ever.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Primitive:
    """A class of the threading, queue or multiprocessing module; no ``twin`` where asyncio has none."""

    name: str
    twin: str = ""
    awaited: frozenset[str] = frozenset()
    """Methods that are awaited on the twin."""
    kept: frozenset[str] = frozenset()
    """Methods that do the same on the twin."""
    waits: frozenset[str] = frozenset()
    """Methods that wait until another thread does something."""
    arguments: int = 0
    """How many arguments its twin is made with too."""
    reenters: bool = False
    """Whether a thread that holds it may ask for it again."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The arguments that mean the same to the twin's method: positional ones up to *most*, and those *named*."""

    most: int = 0
    named: frozenset[str] = frozenset()

    def take(self, call: ast.Call) -> bool:
        """Whether the call passes nothing else."""
        if any(isinstance(argument, ast.Starred) for argument in call.args):
            return False
        return len(call.args) <= self.most and all(keyword.arg in self.named for keyword in call.keywords)


PARAMETERS = {
    "wait_for": Parameters(1, frozenset({"predicate"})),
    "notify": Parameters(1, frozenset({"n"})),
    "put": Parameters(1, frozenset({"item"})),
    "put_nowait": Parameters(1, frozenset({"item"})),
}
"""What methods may be given; nothing where a method isn't listed."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _lock(name: str, kept: str, arguments: int = 0) -> Primitive:
    return Primitive(f"threading.{name}", f"asyncio.{name}", _words("acquire"), _words(kept), arguments=arguments)


def _queue(name: str) -> Primitive:
    waits = _words("get put join")
    kept = _words("get_nowait put_nowait task_done qsize empty full")
    return Primitive(f"queue.{name}", f"asyncio.{name}", waits, kept, waits, arguments=1)


_CONDITION = Primitive(
    "threading.Condition",
    "asyncio.Condition",
    _words("acquire wait wait_for"),
    _words("release notify notify_all"),
    _words("wait wait_for"),
    reenters=True,
)
_TABLE = (
    _lock("Lock", "release locked"),
    _lock("Semaphore", "release", arguments=1),
    _lock("BoundedSemaphore", "release", arguments=1),
    _CONDITION,
    Primitive("threading.Event", "asyncio.Event", _words("wait"), _words("set clear is_set"), _words("wait")),
    *map(_queue, ("Queue", "LifoQueue", "PriorityQueue")),
    Primitive("threading.RLock"),
    Primitive("threading.Barrier", waits=_words("wait")),
    Primitive("queue.SimpleQueue", waits=_words("get")),
    *(Primitive(f"multiprocessing.{name}") for name in ("Lock", "RLock", "Semaphore", "BoundedSemaphore")),
    Primitive("multiprocessing.Condition", waits=_words("wait wait_for")),
    Primitive("multiprocessing.Event", waits=_words("wait")),
    *(Primitive(f"multiprocessing.{name}", waits=_words("get put join")) for name in ("Queue", "JoinableQueue")),
)
PRIMITIVES = {primitive.name: primitive for primitive in _TABLE}
LOCAL = "threading.local"

EXCEPTIONS = {
    "queue.Empty": "asyncio.QueueEmpty",
    "queue.Full": "asyncio.QueueFull",
}
"""What the ``_nowait`` methods of a queue raise, and those of its twin."""

METHODS = frozenset({"acquire", "release"}).union(*(p.awaited | p.kept | p.waits for p in _TABLE))
"""The names of all their methods."""


def never_waits(method: str, call: ast.Call) -> bool:
    """``lock.acquire(False)``, ``queue.get(block=False)``: it is only tried."""
    position = 1 if method == "put" else 0
    given = call.args[position : position + 1]
    given += [keyword.value for keyword in call.keywords if keyword.arg in ("blocking", "block")]
    return any(isinstance(value, ast.Constant) and value.value in (False, 0) for value in given)
