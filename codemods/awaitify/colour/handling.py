"""What would be done at a mention of a function if that became async: asked before any colour is known, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awaitify.colour.action import Action, Ending, Handling, Refused, Where, left
from awaitify.colour.frameworks import mocks_by_colour
from awaitify.colour.mocks import is_mock_replacement
from awaitify.colour.passed import handle_passed
from awaitify.colour.properties import handle_property
from awaitify.colour.reached import Reached
from awaitify.index.references import Use

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites


def handle(reached: Reached, sites: Sites) -> Handling | Refused:
    """What is done at a mention that reaches a sync function, once that is async."""
    mention, resolver = reached.mention, sites.resolver
    if any(map(resolver.members.is_property, reached.functions)):
        return handle_property(reached, sites)
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
            return handle_passed(reached, resolver)
    return Refused("AW301", f"it is {mention.use.value}")


def awaits_the_call(handling: Handling | Refused) -> bool:
    """Whether it comes to an await of the call itself, so that ``asyncio.run`` of the call would do as well."""
    return isinstance(handling, Handling) and handling.action is Action.AWAIT
