"""The colouring behind a plan that is shown: who is coloured, where each call stands and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable

from awaitify.colour.colouring import Colouring
from awaitify.colour.spreading import spread
from awaitify.index.summary import Function
from awaitify.plan.plan import Plan
from awaitify.plan.settled import Draft


def colouring_of(given: Draft, plan: Plan) -> Colouring:
    """The colouring that *plan* shows, spread once more: what each mention reaches is known by now, so that costs little."""
    return spread_without(given, given.kept | functions_named(plan.kept_sync, given))


def spread_without(given: Draft, kept: frozenset[Function]) -> Colouring:
    """The colouring when just the functions in *kept* stay sync."""
    return spread(
        given.seeds,
        sites=given.sites,
        blocking=given.blocking,
        console_scripts=given.console_scripts,
        kept=kept,
        decide=given.decisions.for_place,
        part=given.part,
    )


def functions_named(names: Iterable[str], given: Draft) -> frozenset[Function]:
    """The functions of the program that has been read whose names are among *names*."""
    wanted = set(names)
    modules = given.resolver.program.loaded() if wanted else ()
    return frozenset(f for module in modules for f in module.functions if str(f.name) in wanted)
