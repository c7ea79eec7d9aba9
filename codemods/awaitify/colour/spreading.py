"""Who must be async? Spreads the colour until nothing is left out that would change it."""

from __future__ import annotations

from collections.abc import Iterable

from awaitify.colour.accepted import Decide
from awaitify.colour.blocking import Blocking
from awaitify.colour.colouring import Colouring
from awaitify.colour.handing_on import handing_on
from awaitify.colour.judge import judge
from awaitify.colour.mixed import mixed_calls
from awaitify.colour.pairs import Both
from awaitify.colour.sites import Sites
from awaitify.colour.spread import Spread
from awaitify.colour.threads import Threads
from awaitify.index.summary import Class, Function


def spread(
    seeds: Iterable[Function],
    *,
    sites: Sites,
    blocking: Blocking,
    console_scripts: frozenset[Function],
    kept: frozenset[Function],
    decide: Decide,
    part: str = "",
    unshared: frozenset[tuple[Class, str]] = frozenset(),
    threads: Threads | None = None,
    threaded: frozenset[Function] = frozenset(),
    later: frozenset[Function] = frozenset(),
    both: Both | None = None,
) -> Colouring:
    """The colouring that *seeds* lead to when the functions in *kept* stay sync.

    A call that may reach both coloured and plain functions stops the spread there, which can uncolour others: the spread
    is run again with that call left out until there are no more of its kind; so it is where a function hands an iterator on
    and has to await before, which makes an ``await`` of every call of it. *unshared* are clients that aren't swapped:
    who else uses one need not become async for it. *threaded* are those of *kept* that async code calls on a thread;
    *later* are those that become async in a later stage: what calls them can be async before. *both* says which get an
    async twin instead of becoming async themselves.
    """
    mixed: set[int] = set()
    sites.let_await(frozenset())
    while True:
        run = Spread(sites, blocking, console_scripts, kept, decide, part, frozenset(mixed), both)
        run.unshared, run.threads, run.threaded, run.later = unshared, threads, threaded, later
        run.start(seeds)
        found = {id(reached) for reached in mixed_calls(run)}
        if found <= mixed:
            judge(run, frozenset(mixed))
            more = handing_on(run) - sites.awaiting
            if not more:
                run.result.awaiting = sites.awaiting
                return run.result
            sites.let_await(sites.awaiting | more)
        mixed |= found
