"""What would be done at a mention of a function if that became async: asked before any colour is known, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awaitify.colour.action import Action, Ending, Handling, Refused, Where, left
from awaitify.colour.frameworks import awaits_what_it_is_given, mocks_by_colour, thread_hop
from awaitify.colour.mocks import is_mock_replacement
from awaitify.colour.reached import Reached
from awaitify.index.references import Mention, Use
from awaitify.index.resolve import Resolver

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites


def handle(reached: Reached, sites: Sites) -> Handling | Refused:
    """What is done at a mention that reaches a sync function, once that is async."""
    mention, resolver = reached.mention, sites.resolver
    match mention.use:
        case Use.CALLED:
            where = Where(mention.node, mention.module, mention.around, mention.function, mention.call)
            return Handling(Action.AWAIT, Ending.AWAITED, "awaited", (where,))
        case Use.MEMBER:
            return left(Ending.OTHER, "an attribute of the function itself")
        case Use.NAMED if mocks_by_colour(mention, resolver):
            return left(Ending.FORWARDED, "patch.object makes an AsyncMock by itself")
        case Use.NAMED | Use.ASSIGNED if is_mock_replacement(mention, resolver):
            return left(Ending.FORWARDED, "the mock becomes an AsyncMock")
        case Use.NAMED:
            return Refused("AW304", "a string names it")
        case Use.PASSED:
            return _handle_passed(mention, resolver)
    return Refused("AW301", f"it is {mention.use.value}")


def awaits_the_call(handling: Handling | Refused) -> bool:
    """Whether it comes to an await of the call itself, so that ``asyncio.run`` of the call would do as well."""
    return isinstance(handling, Handling) and handling.action is Action.AWAIT


def _handle_passed(mention: Mention, resolver: Resolver) -> Handling | Refused:
    """A function that is given to something, or kept, and not called here."""
    if thread_hop(mention, resolver) is not None:
        return Handling(Action.UNWRAP, Ending.AWAITED, "no thread is needed for what doesn't block")
    if awaits_what_it_is_given(mention, resolver):
        return left(Ending.FORWARDED, "passed to something that awaits it")
    return Refused("AW301", f"it is {mention.use.value}")
