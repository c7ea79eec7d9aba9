"""What a person who asks ``why`` is shown, as data."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from awaitify.codes import Way
from awaitify.names import Place
from awaitify.plan.cuts import Cut
from awaitify.plan.plan import Reference, Stop
from awaitify.plan.tree import Node, Role
from awaitify.review.report import recommended


class Outcome(StrEnum):
    """What becomes of the function that was asked for."""

    ASYNC = "async"
    HELD = "held"
    STOPPED = "stopped"
    STARTS_LOOP = "starts-loop"
    ALREADY = "already-async"
    KEPT = "kept-sync"
    UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way out of a stop, with what to type for it."""

    way: Way
    option: str
    is_recommended: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """A stop that stands in the function's way, with its ways out (none when it is decided)."""

    stop: Stop
    ways: tuple[WayOut, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for one function."""

    name: str
    place: Place
    outcome: Outcome
    title: str
    family: tuple[str, ...]
    """The other functions that have one colour with it."""
    tree: tuple[Node, ...]
    stops: tuple[Holding, ...]
    cuts: tuple[Cut, ...]
    doubts: tuple[Reference, ...]
    """Calls in it that may reach something coloured; nothing speaks for it but a common name."""

    @property
    def entry_points(self) -> tuple[Node, ...]:
        """Where the tree ends well: what a framework, a command line or async code calls."""
        return tuple(node for node in self.tree if _ends_well(node) and not node.is_asked)


def holdings(stops: Iterable[Stop], undecided: Iterable[Stop]) -> tuple[Holding, ...]:
    """The stops with what to type; *undecided* are all of the plan, which say whether a code alone is clear."""
    codes = Counter(stop.code for stop in undecided)
    return tuple(Holding(stop, tuple(_ways_out(stop, codes[stop.code] == 1))) for stop in stops)


def _ways_out(stop: Stop, is_only_one: bool) -> Iterable[WayOut]:
    if stop.decided is None:
        best = recommended(stop.ways)
        key = stop.code if is_only_one else str(stop.place)
        for way in stop.ways:
            yield WayOut(way, f"--decide {shlex.quote(f'{key}={way}')}", way is best)


def _ends_well(node: Node) -> bool:
    return not node.is_again and (bool(node.entry) or node.role in (Role.STARTS, Role.IS))
