"""The functions of libraries that changed colour, found in the program that they are read with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from awaitify.codes import Way
from awaitify.colour.barriers import PublishedFunctions
from awaitify.colour.colouring import Obstacle
from awaitify.failure import UsageError
from awaitify.index.borrowed import Borrowed
from awaitify.index.program import Program
from awaitify.index.published import Changed, Published
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.names import is_borrowed
from awaitify.plan.plan import Note, Stop


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken over from libraries: their functions, those that the project may use, and what there is to say."""

    functions: PublishedFunctions
    seeds: tuple[Function, ...]
    notes: tuple[Note, ...]


def forbid_own(all_published: Iterable[Published], program: Program) -> None:
    """Raises UsageError for a library that is this project itself."""
    for published in all_published:
        for changed in published.functions:
            top = changed.name.module.partition(".")[0]
            own = next((path for path in program.paths_of(top) if not is_borrowed(path)), None)
            if own is not None:
                raise UsageError(
                    f"{published.origin}: {top} is this project's ({own}): name what becomes async with -t"
                )


def take(all_published: tuple[Published, ...], borrowed: Borrowed, resolver: Resolver) -> Taken:
    """The functions that changed, as the program has them. Raises UsageError for one that is used and isn't there."""
    for changed, problem in borrowed.missing:
        if _is_used(changed, resolver.program):
            raise UsageError(problem)
    found = dict(_find(all_published, resolver.program))
    seeds = tuple(f for f, changed in found.items() if changed.twin is None and _is_used(changed, resolver.program))
    notes = [note for published in all_published for note in _notes(published, found, seeds, resolver)]
    return Taken({f: changed for f, changed in found.items() if changed.twin is None}, seeds, tuple(notes))


def left_behind(taken: PublishedFunctions, stops: Iterable[tuple[Obstacle, Stop]]) -> Iterator[Note]:
    """The places that still use the library as it was before."""
    left = [
        (o, stop) for o, stop in stops if stop.decided in (None, Way.REFUSE) and not taken.keys().isdisjoint(o.callees)
    ]
    if left:
        names = sorted(
            {str(function.name) for obstacle, _ in left for function in obstacle.callees if function in taken}
        )
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        places = "1 stop" if len(left) == 1 else f"{len(left)} stops"
        yield Note(
            "look", None, f"{places} left where {shown} is used as before: that fails with the library's new version"
        )


def _find(all_published: Iterable[Published], program: Program) -> Iterator[tuple[Function, Changed]]:
    for published in all_published:
        for changed in published.functions:
            module = program.module(changed.name.module)
            for function in module.functions if module is not None and is_borrowed(module.path) else ():
                if function.qualname == changed.name.qualname:
                    yield function, changed


def _is_used(changed: Changed, program: Program) -> bool:
    """Whether a file of the project mentions it: by its name, that of its class for what Python itself calls."""
    last, outer = changed.name.last, changed.name.qualname.rpartition(".")[0]
    if _is_special(changed):
        return True
    words = program.text.mentioning(outer.rpartition(".")[2] if last == "__init__" else last)
    return not all(map(is_borrowed, words))


def _is_special(changed: Changed) -> bool:
    """Whether Python itself calls it, for what has no name: ``with office:``"""
    last = changed.name.last
    return last.startswith("__") and last.endswith("__") and last != "__init__"


def _notes(
    published: Published, found: dict[Function, Changed], seeds: tuple[Function, ...], resolver: Resolver
) -> Iterator[Note]:
    own = set(published.functions)
    required = f": require {published.distribution}>={published.version}" if published.version else ""
    if any(found[seed] in own and not _is_special(found[seed]) for seed in seeds):
        yield Note("hint", None, f"what is written works with {published.label}{required}")
    else:
        yield Note("hint", None, f"nothing here mentions what changed in {published.label}")
    for changed in sorted(
        c for f, c in found.items() if c in own and c.twin is not None and _is_used(c, resolver.program)
    ):
        yield Note("hint", None, f"{changed.name} is still there; {changed.twin} beside it is async")
