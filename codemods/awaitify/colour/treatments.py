"""What can be done with a function by what it is given to, and the rows in which the tables say it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from enum import Enum, auto

FROM_A_THREAD = "{name} leaves the thread pool: all it does now runs on the event loop"
FROM_LITESTARS_THREAD = f"{FROM_A_THREAD}; drop its sync_to_thread, which Litestar warns of now"
UNDER_WSGI = "{name} becomes an async view: that gains something under ASGI only; under WSGI each call starts a loop"
"""What changes at run time for a function that becomes async."""


class Treatment(Enum):
    """What a decorator, a registration or a base class does with the function it is given."""

    TRANSPARENT = auto()
    """It handles coroutine functions, or doesn't call the function at all."""
    HANDLER = auto()
    """A framework registers it and awaits it."""
    LOOP_EACH = auto()
    """A framework that isn't async runs it in an event loop of its own, each time it is called."""
    COMMAND = auto()
    """A command line calls it synchronously, once a process."""
    TASK = auto()
    """A worker or framework calls it synchronously."""
    PROPERTY = auto()
    CACHE = auto()
    CONTEXT_MANAGER = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """What is done with a function by decorators or registrations whose dotted names match.

    *takes* are the arguments in which a registration takes functions, alone or in a list or dict: a number of a positional
    one, the name of a keyword; empty for a decorator. *label* names the caller for a person; empty for a route, which is
    named by its path. *reason* says how it calls, where it doesn't await.
    """

    names: re.Pattern[str]
    treatment: Treatment
    label: str = ""
    takes: tuple[int | str, ...] = ()
    reason: str = ""
    note: str = ""
    """What changes at run time for a function that becomes async; ``{name}`` is it."""
    may_be_in_a_loop: bool = False
    """Whether the call can come from async code, so that it can't start a loop of its own."""
    note_if: str = ""
    """The argument that must be true where the function is registered for *note* to hold."""
    words: tuple[str, ...] = ()
    """The row holds only in a program whose text has one of these words; it shows which version is used."""

    def note_at(self, call: ast.expr) -> str:
        """What changes at run time for a function that *call* registers."""
        given = call.keywords if isinstance(call, ast.Call) else []
        true = (k.arg for k in given if isinstance(k.value, ast.Constant) and k.value.value is True)
        return self.note if not self.note_if or self.note_if in true else ""

    def calls_on_a_thread(self, call: ast.expr) -> bool:
        """Whether a function that *call* registers is called where no event loop runs, as long as it is sync."""
        return self.note_at(call) in (FROM_A_THREAD, FROM_LITESTARS_THREAD, UNDER_WSGI)


@dataclass(frozen=True, slots=True)
class Base:
    """What a class whose objects a framework calls does with the methods of the classes below it.

    Each of *methods* is a pattern of names with what is done; a method of another name is safe from it when *is_whole*,
    else the source of the class is asked. The handlers that match *together* must all be of one colour.
    """

    names: re.Pattern[str]
    who: str
    methods: tuple[tuple[re.Pattern[str], Treatment], ...]
    is_whole: bool = True
    together: re.Pattern[str] | None = None
    note: str = ""
    words: tuple[str, ...] = ()
    unless: re.Pattern[str] | None = None
    """The row doesn't hold in a program whose text has this: it shows that another way is used, too."""
    reason: str = ""
    """Why what it does with a method doesn't suit an async one, where that isn't only that it calls it synchronously."""


def names_in(packages: str, *names: str) -> re.Pattern[str]:
    """Names in any module of the packages: ``names_in("flask", "Flask|Blueprint", "route|get")``."""
    parts = r"\.".join(f"(?:{name})" for name in names)
    return re.compile(rf"(?:{packages})\.(?:\w+\.)*{parts}")
