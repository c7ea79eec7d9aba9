"""What a plan is drawn from, and the colouring in which every decision is carried out."""

from __future__ import annotations

from dataclasses import dataclass

from awaitify.colour.blocking import Blocking
from awaitify.colour.colouring import Colouring, Obstacle
from awaitify.colour.pairs import Pairs
from awaitify.colour.sites import Sites
from awaitify.colour.threads import Threads
from awaitify.index.published import Replaced
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.names import Place
from awaitify.plan.context import Context, Piece
from awaitify.plan.decisions import Decisions
from awaitify.plan.exported import Exports
from awaitify.plan.plan import Note, Stop


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """What a plan is drawn from."""

    resolver: Resolver
    sites: Sites
    blocking: Blocking
    seeds: tuple[Function, ...]
    console_scripts: frozenset[Function]
    kept: frozenset[Function]
    decisions: Decisions
    threads: Threads
    pairs: Pairs
    """Which functions can have a twin beside them."""
    keep_both: bool = False
    """Whether everything that must become async gets a twin instead."""
    paired: frozenset[Function] = frozenset()
    """The functions that get one by name."""
    package: str = "httpx"
    marks_tests: bool = True
    exports: Exports | None = None
    """What others may use of the project."""
    part: str = ""
    declared: str = ""
    """The text in which the project declares what it depends on."""
    oldest_python: tuple[int, int] = (3, 11)
    """The oldest Python that the project says it runs on."""
    counts_cost: bool = False
    """Whether the plan is to say what it costs."""
    replaced: tuple[Replaced, ...] = ()
    """What objects of libraries hold that isn't what it was."""
    notes: tuple[Note, ...] = ()
    """What there is to say of the request itself."""
    later: frozenset[Function] = frozenset()
    """Those of ``kept`` that become async in a later stage."""
    threaded: frozenset[Function] = frozenset()
    """Those of ``kept`` that async code calls on a thread."""
    is_found: bool = False
    """Whether nobody named the seeds: scan found them."""

    def functions_at(self, places: set[Place]) -> frozenset[Function]:
        """The functions that stand at *places*."""
        modules = (self.resolver.program.module_at(path) for path in sorted({place.path for place in places}))
        return frozenset(f for module in modules if module is not None for f in module.functions if f.place in places)


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """A colouring in which every decision is carried out."""

    context: Context
    pieces: tuple[Piece, ...]
    kept: frozenset[Function]
    dropped: tuple[tuple[Obstacle, Stop], ...]
    """The obstacles that are gone because of a decision to keep sync what they hold, with their stops."""
    threaded: frozenset[Function] = frozenset()
    """Those of ``kept`` that async code calls on a thread."""

    @property
    def colouring(self) -> Colouring:
        return self.context.colouring

    @property
    def obstacles(self) -> list[Obstacle]:
        return [*self.colouring.obstacles, *(o for piece in self.pieces for o in piece.obstacles)]
