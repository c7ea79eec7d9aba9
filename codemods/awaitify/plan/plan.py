"""What is to be done, as data: functions, references, stops, groups and edits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from awaitify.codes import Way
from awaitify.failure import Failure
from awaitify.names import Name, Place
from awaitify.plan.cost import Blast
from awaitify.plan.edit import Edit


class Verdict(StrEnum):
    """How a reference to a coloured name ends; every one ends in exactly one way."""

    AWAITED = "awaited"
    ALREADY = "already awaited"
    FORWARDED = "forwarded"
    MARKED = "still marked"
    SYNC = "left sync"
    UNAWAITED = "not awaited before"
    OTHER = "other"
    STOP = "stop"
    DOUBT = "doubt"


class Known(StrEnum):
    """How it is known what a reference reaches."""

    EXACT = "exact"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain: a function and the place where it calls the next one (or where it stands, for the last)."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Reference:
    """One mention of a coloured name: where, how it ended, how that is known and why."""

    place: Place
    name: str
    verdict: Verdict
    known: Known
    reason: str
    inside: str
    """The function around it, as a name; empty at module level."""
    reaches: tuple[str, ...] = ()
    """All that it may reach, as far as that has a name."""
    how: tuple[str, ...] = ()
    """What had to be followed to know it, in words; empty where it is exact."""
    stop: str = ""
    """The id of the stop at which it ends."""
    group: int = 0
    """The group with which it is changed or held; 0 where it isn't of any."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One of the things of different colours that a call may reach; ``place`` is None for what isn't the project's."""

    name: str
    place: Place | None
    colour: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A place that is left to a person: the code, the chain from the I/O up to it, and the ways out, the first recommended."""

    id: str
    code: str
    place: Place
    reason: str
    inside: str
    callee: str
    chain: tuple[Link, ...]
    ways: tuple[Way, ...]
    decided: Way | None = None
    not_offered: Way | None = None
    """The way that was chosen and that isn't among ``ways``: then it is undecided."""
    reaches: tuple[Reach, ...] = ()
    """Both sides, where what is called may be of more than one colour: a few of each."""
    sites: tuple[Place, ...] = ()
    """The references that end here, where it is reported once for several."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A function that becomes async, with the cause: a sentence, and the chain down to the seed."""

    name: Name
    place: Place
    cause: str
    chain: tuple[Link, ...]
    group: int
    entry: str = ""
    """``GET /weather/{city}``, ``test``, ``command`` … where a framework calls it."""
    twin: str = ""
    """The name of the async function beside it, where it stays sync itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """A change group: one family with the edits at its call sites.

    ``needs`` are the numbers of the groups above it (its callers): accepting it needs every one of them.
    Groups are numbered from 1, entry points first.
    """

    number: int
    title: str
    cause: str
    names: tuple[str, ...]
    files: tuple[str, ...]
    needs: tuple[int, ...]
    held_by: tuple[str, ...] = ()
    """Ids of the stops that hold it back; empty when it is ready."""


@dataclass(frozen=True, slots=True)
class PlannedEdit:
    """An edit of one file and the group it belongs to."""

    path: str
    edit: Edit
    group: int


@dataclass(frozen=True, slots=True)
class Note:
    """Something to look at: ``look`` first in the review, what changes at ``run`` time, a ``hint``, or what an earlier
    run left ``todo``."""

    kind: str
    place: Place | None
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the run found out. ``edits`` are those that a ``--write`` now would apply: held groups have none."""

    targets: tuple[str, ...]
    converted: tuple[Converted, ...]
    references: tuple[Reference, ...]
    stops: tuple[Stop, ...]
    groups: tuple[Group, ...]
    edits: tuple[PlannedEdit, ...]
    notes: tuple[Note, ...] = ()
    public: tuple[str, ...] = ()
    """Public functions that change colour."""
    kept_sync: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    blast: Blast | None = None
    """What all of it costs, where that was asked for."""

    @property
    def twins(self) -> tuple[Converted, ...]:
        """The functions that stay sync and get an async twin."""
        return tuple(one for one in self.converted if one.twin)

    @property
    def undecided(self) -> tuple[Stop, ...]:
        """The stops that hold something back."""
        return tuple(stop for stop in self.stops if stop.decided is None)

    def count(self, verdict: Verdict) -> int:
        """How many references ended with *verdict*."""
        return sum(reference.verdict is verdict for reference in self.references)
