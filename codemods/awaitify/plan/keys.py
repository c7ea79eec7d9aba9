"""What the keys of decisions mean: places and names of the program, and whether a stop answers to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from awaitify.colour.blocking import Blocking
from awaitify.colour.colouring import Obstacle
from awaitify.colour.seed import find_named
from awaitify.failure import UsageError
from awaitify.plan.decisions import Decisions, names_of
from awaitify.plan.plan import Note, Stop

_CODE = re.compile(r"AW\d+")
_PLACE = re.compile(r"(?P<path>.+):(?P<line>\d+)")
_FEW = 3


def with_keys_found(decisions: Decisions, root: Path, blocking: Blocking) -> Decisions:
    """The decisions with each name as the functions that it means.

    Raises UsageError, with what is near, for a place in a file that isn't there and for a name that is unknown or ambiguous.
    """
    found = {key: tuple(_keys(key, root, blocking)) for key, _ in decisions.ways}
    ways = tuple((key, way) for typed, way in decisions.ways for key in found[typed])
    return replace(decisions, ways=ways, typed=tuple(found.items()))


def is_name(key: str) -> bool:
    """Whether a key, as it was typed, is a name: neither a code nor a place."""
    return not _CODE.fullmatch(key) and not _PLACE.fullmatch(key)


def notes_of_decisions(decisions: Decisions, stops: Iterable[tuple[Obstacle, Stop]]) -> Iterator[Note]:
    """The places and names that were decided and that no stop answers to."""
    pairs = list(stops)
    answering = {str(stop.place) for _, stop in pairs}
    answering |= {str(name) for obstacle, _ in pairs for name in names_of(obstacle.callees, obstacle.inside)}
    for typed, keys in decisions.typed:
        if not _CODE.fullmatch(typed) and answering.isdisjoint(keys):
            yield Note("look", None, f"the decision for {typed} changes nothing: {_why_nothing(typed, pairs)}")


def _keys(typed: str, root: Path, blocking: Blocking) -> Iterator[str]:
    if _CODE.fullmatch(typed):
        yield typed
    elif match := _PLACE.fullmatch(typed):
        path = match["path"].removeprefix("./")
        if not (root / path).is_file():
            raise UsageError(f"the decision for {typed}: there is no file {path}{_near(path, blocking)}")
        yield f"{path}:{match['line']}"
    else:
        try:
            functions = find_named(typed, blocking.resolver, blocking)
        except UsageError as error:
            raise UsageError(f"the decision for {error}") from error
        yield from (str(function.name) for function in functions)


def _near(path: str, blocking: Blocking) -> str:
    close = get_close_matches(path, blocking.resolver.program.names, n=_FEW, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _why_nothing(typed: str, stops: list[tuple[Obstacle, Stop]]) -> str:
    match = _PLACE.fullmatch(typed)
    if match is None:
        return "no stop is about it"
    path, line = match["path"].removeprefix("./"), int(match["line"])
    there = {(stop.place.span.line, stop.code) for _, stop in stops if stop.place.path == path}
    near = [f"{code} in line {number}" for number, code in sorted(there, key=lambda pair: abs(pair[0] - line))[:_FEW]]
    return "no stop stands there" + (f"; near it: {', '.join(near)}" if near else "")
