"""How a mention of what becomes async ends, and what is done there."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum, StrEnum

from awaitify.index.references import Around
from awaitify.index.summary import Function, Module


class Ending(StrEnum):
    """How a mention of a coloured name ends."""

    AWAITED = "awaited"
    ALREADY = "already awaited"
    FORWARDED = "forwarded"
    """Returned, gathered, scheduled, kept or passed on: whoever gets it awaits it."""
    MARKED = "still marked"
    """Not awaited, below a comment with which an earlier run left it to a person."""
    SYNC = "left sync"
    """It goes on using the function that stays sync beside its async twin."""
    UNAWAITED = "not awaited before"
    """A coroutine that was dropped, tested or compared before: what was called there never ran."""
    OTHER = "other"
    STOP = "stop"
    DOUBT = "doubt"


class Action(Enum):
    """What is done at a site."""

    AWAIT = "await"
    RUN = "run"
    UNWRAP = "unwrap"
    """``await asyncio.to_thread(fetch, city)`` → ``await fetch(city)``"""
    REWRITE = "rewrite"
    """What the site's ``rewrite`` says."""
    NONE = "none"


class Rewrite:
    """What is written at a mention where an ``await`` before the call isn't it; ``plan/rewriting.py`` makes the edits.

    Its subclasses are frozen values, each in the module that finds it: they hold nodes, and know nothing of edits.
    """

    __slots__ = ()

    def pieces(self) -> tuple[Rewrite, ...]:
        """What it is made of; itself where it is one piece."""
        return (self,)


@dataclass(frozen=True, slots=True, eq=False)
class Together(Rewrite):
    """All that *parts* write."""

    parts: tuple[Rewrite, ...]

    def pieces(self) -> tuple[Rewrite, ...]:
        return tuple(piece for part in self.parts for piece in part.pieces())


@dataclass(frozen=True, slots=True, eq=False)
class Where:
    """A place at which an await will stand, with the code around it; ``call`` is what could be run in a loop instead."""

    node: ast.AST
    module: Module
    around: Around
    function: Function | None
    call: ast.Call | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Handling:
    """What is done at a mention: the functions around ``awaits`` must be async for it."""

    action: Action
    ending: Ending
    reason: str
    awaits: tuple[Where, ...] = ()
    rewrite: Rewrite | None = None
    """What is written, where the action alone doesn't say it."""


@dataclass(frozen=True, slots=True, eq=False)
class Refused:
    """No rule says what is to be done: a stop."""

    code: str
    reason: str


def left(ending: Ending, reason: str) -> Handling:
    """Nothing is written."""
    return Handling(Action.NONE, ending, reason)
