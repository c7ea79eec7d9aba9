"""Can an event loop of its own be started where what becomes async is called?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awaitify.colour.given import given_to
from awaitify.colour.handling import awaits_the_call
from awaitify.colour.loops import leads_from_a_loop
from awaitify.colour.one_loop import outlives_the_call, worker_of
from awaitify.colour.reached import Reached
from awaitify.colour.receivers import is_thread
from awaitify.index.hidden import is_hidden
from awaitify.index.references import Around, Mention, Use
from awaitify.index.summary import Function

if TYPE_CHECKING:
    from awaitify.colour.spread import Spread


def can_bridge(reached: Reached, callees: frozenset[Function], spread: Spread) -> bool:
    """Whether a loop can be started at the call: it is sync code, and no running loop leads there."""
    mention = reached.mention
    if mention.use is Use.PASSED:
        return _can_run_on_its_thread(mention, callees, spread)
    if mention.use is not Use.CALLED or mention.around in (Around.LAMBDA, Around.GENERATOR_EXPRESSION):
        return False
    if not all(awaits_the_call(spread.sites.handling(reached, callee)) for callee in callees):
        return False  # an async generator, say, isn't what asyncio.run takes
    function = mention.function
    if outlives_the_call(mention, callees, spread.blocking):
        if function is None or worker_of(function, spread.resolver) is None:
            return False
    if function is None:
        return True
    if function.is_async or is_hidden("asyncio", function.scope):
        return False
    return not leads_from_a_loop(function, callees, spread)


def _can_run_on_its_thread(mention: Mention, callees: frozenset[Function], spread: Spread) -> bool:
    """Whether a thread calls the function, and it uses no client that code in another loop may use too."""
    given = given_to(mention.node, mention.module, spread.resolver)
    if given is None or not is_thread(given):
        return False
    sites = (site for function in spread.blocking.below(callees) for site in spread.blocking.sites(function))
    return not any(spread.blocking.client_owner(site) for site in sites)
