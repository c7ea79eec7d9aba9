"""Functions that hand an async iterator or context manager on, and have to await before they do.

    def pages(self):                         async def pages(self):
        token = self.login()             →       token = await self.login()
        return self._pages(token)                return self._pages(token)

What is done before is done when it is called, as before: so every call of it is awaited, and gives what it gave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awaitify.colour.forms import Form
from awaitify.index.summary import Function

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites
    from awaitify.colour.spread import Spread


def handing_on(spread: Spread) -> frozenset[Function]:
    """The functions of the spread that would have to await and can, with their families."""
    sites = spread.sites
    blocking = (f for f in spread.result.causes if not f.is_async and _hands_on(f, sites) and spread.blocking.sites(f))
    families = (sites.resolver.hierarchy.family(function) for function in {*spread.handing_on, *blocking})
    return frozenset(f for family in families if all(_hands_on(f, sites) for f in family) for f in family)


def _hands_on(function: Function, sites: Sites) -> bool:
    """Whether the function is no generator itself, and gives what one gives."""
    is_form = sites.forms.of(function) in (Form.GENERATOR, Form.CONTEXT_MANAGER)
    return is_form and not function.is_async and not sites.forms.has_awaits(function)
