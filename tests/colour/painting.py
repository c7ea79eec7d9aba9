"""A program with the colour spread over it, and what came of that in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from awaitify.catalogue import catalogue
from awaitify.codes import Way
from awaitify.colour.account import account
from awaitify.colour.blocking import Blocking
from awaitify.colour.colouring import Colouring
from awaitify.colour.seed import find_targets
from awaitify.colour.sites import Sites
from awaitify.colour.spreading import spread
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.names import Place
from tests.index.asking import resolver_of


@dataclass(frozen=True, slots=True)
class Painted:
    """A colouring with what it was made of."""

    resolver: Resolver
    blocking: Blocking
    colouring: Colouring

    @property
    def names(self) -> list[str]:
        """What is coloured."""
        return sorted(str(function.name) for function in self.colouring.causes)

    @property
    def stops(self) -> list[tuple[str, int]]:
        """The obstacles: code and line."""
        return sorted((obstacle.code, obstacle.place.span.line) for obstacle in self.colouring.obstacles)

    @property
    def endings(self) -> list[tuple[int, str]]:
        """How every mention ends, by line."""
        found = account(self.colouring)
        return sorted((entry.place.span.line, str(entry.ending)) for entry in found)

    def cause(self, name: str) -> str:
        return next(cause.sentence for function, cause in self.colouring.causes.items() if str(function.name) == name)


def blocking_of(folder: Path, files: dict[str, str] | None = None, /, **modules: str) -> Blocking:
    """The blocking calls of the program that is written into *folder*."""
    return Blocking(resolver_of(folder, files, **modules), catalogue())


def found_in(blocking: Blocking, *names: str) -> list[str]:
    """The functions that the names mean."""
    return [str(function.name) for function in find_targets(names, blocking.resolver, blocking)]


def painted(
    blocking: Blocking,
    *targets: str,
    kept: tuple[str, ...] = (),
    scripts: tuple[str, ...] = (),
    ways: dict[str, Way] | None = None,
    part: str = "",
) -> Painted:
    """The colour spread from *targets*; *ways* are the decisions by code."""

    def functions(names: tuple[str, ...]) -> frozenset[Function]:
        return frozenset(find_targets(names, blocking.resolver, blocking))

    def decide(code: str, place: Place, inside: Function | None, callees: Iterable[Function] = ()) -> Way | None:
        return (ways or {}).get(code)

    colouring = spread(
        find_targets(targets, blocking.resolver, blocking),
        sites=Sites(blocking.resolver),
        blocking=blocking,
        console_scripts=functions(scripts),
        kept=functions(kept),
        decide=decide,
        part=part,
    )
    return Painted(blocking.resolver, blocking, colouring)
