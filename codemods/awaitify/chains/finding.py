"""What a scan finds: a call that blocks, and the chain of calls by which a loop comes to run it."""

from __future__ import annotations

from dataclasses import dataclass

from awaitify.chains.table import Severity
from awaitify.names import Place


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain: a function, and the place where it leads to the next one; of the last link, where it blocks.

    *how* says what leads there, where it isn't a call: ``reads``, ``makes``, ``enters``.
    """

    name: str
    place: Place
    how: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A call that blocks. Its chain begins at the root by which it is reached in the fewest steps."""

    code: str
    severity: Severity
    place: Place
    name: str
    """What is called: ``requests.get``."""
    inside: str
    """The function in which the call stands."""
    twin: str
    """What async code calls instead."""
    migrates: bool
    """Whether ``migrate`` can make the call that."""
    entry: str
    """What a loop runs at the top of the chain: ``GET /weather/{city}``, or the function's name."""
    chain: tuple[Link, ...]
    others: tuple[str, ...]
    """The other roots that reach it."""
    fingerprint: str
    """The same in every run, wherever the lines move."""
    is_test: bool = False
    """Whether only tests reach it."""

    @property
    def root(self) -> str:
        """The function at the top of the chain."""
        return self.chain[0].name


@dataclass(frozen=True, slots=True, order=True)
class Lost:
    """A call in code that a loop runs, of which it isn't known what it calls."""

    place: Place
    text: str
    inside: str


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found, in order, and how many roots there are."""

    findings: tuple[Finding, ...]
    lost: tuple[Lost, ...]
    roots: int
