"""How a mention of what becomes async ends, and what is done there."""

from __future__ import annotations

from enum import Enum, StrEnum


class Ending(StrEnum):
    """How a mention of a coloured name ends."""

    AWAITED = "awaited"
    ALREADY = "already awaited"
    FORWARDED = "forwarded"
    """Returned, gathered, scheduled, kept or passed on: whoever gets it awaits it."""
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
