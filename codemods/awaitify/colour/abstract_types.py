"""May an object of a coloured family stand behind a Protocol, or behind an abstract type?"""

from __future__ import annotations

import collections.abc
from typing import TYPE_CHECKING

from awaitify.colour.reached import Reached
from awaitify.index.summary import Class, Function

if TYPE_CHECKING:
    from awaitify.colour.spread import Spread

_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})


def satisfying(abstract: str, name: str, spread: Spread) -> frozenset[Function]:
    """The coloured methods *name* of classes that have the special methods of the abstract type."""
    required: frozenset[str] = getattr(getattr(collections.abc, abstract), "__abstractmethods__", frozenset())
    return frozenset(
        function
        for function in spread.result.causes
        if function.node.name == name
        and function.owner is not None
        and all(spread.resolver.hierarchy.find(function.owner, special) for special in required)
    )


def protocol_of(reached: Reached, name: str, spread: Spread) -> Class | None:
    """The Protocol, or abstract class with which others register, behind which whatever has its methods may stand."""
    for function in sorted(reached.functions, key=lambda f: f.place):
        if function.owner is not None and not function.is_async:
            if spread.resolver.hierarchy.foreign_bases(function.owner) & _PROTOCOLS:
                return function.owner
            if _is_registered_with(function.owner, name, spread):
                return function.owner
    return None


def _is_registered_with(abstract: Class, name: str, spread: Spread) -> bool:
    """Whether a class with a coloured *name* was registered as one of *abstract*: ``Source.register(Client)``."""
    hierarchy = spread.resolver.hierarchy
    is_abstract = "abc.ABC" in hierarchy.foreign_bases(abstract) or any(
        keyword.arg == "metaclass" for cls in hierarchy.order(abstract) for keyword in cls.node.keywords
    )
    if not is_abstract:
        return False
    family = {f.owner for f in spread.result.causes if f.node.name == name}
    return any(not family.isdisjoint(hierarchy.order(cls)) for cls in spread.sites.registered(abstract))
