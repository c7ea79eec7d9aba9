"""Every mention of a coloured name ends in exactly one way; the counts add up, or nothing is written."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from awaitify.colour.colouring import Action, Colouring
from awaitify.colour.sites import Reached
from awaitify.failure import InternalError


class Ending(StrEnum):
    """How a mention of a coloured name ends."""

    AWAITED = "awaited"
    ALREADY = "already awaited"
    FORWARDED = "forwarded"
    OTHER = "other"
    STOP = "stop"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, eq=False)
class Accounted:
    """A mention and its ending."""

    reached: Reached
    name: str
    ending: Ending
    reason: str


def account(colouring: Colouring) -> tuple[Accounted, ...]:
    """Every mention of every coloured name with its ending.

    Raises InternalError when one has no ending or more than one: then a coroutine might be left un-awaited unseen.
    """
    endings: dict[int, tuple[Ending, str]] = {}
    seen: Counter[int] = Counter()
    for site in colouring.sites:
        seen[id(site.reached)] += 1
        endings[id(site.reached)] = _of_site(site.action, site.reason), site.reason
    looked_up = {id(reached) for mentions in colouring.names.values() for reached in mentions}
    for obstacle in colouring.obstacles:
        # a call of an entry point (AW303) is no mention of a coloured name
        if obstacle.reached is not None and (obstacle.code != "AW303" or id(obstacle.reached) in looked_up):
            seen[id(obstacle.reached)] += 1
            endings[id(obstacle.reached)] = Ending.STOP, obstacle.reason
    found: dict[int, Accounted] = {}
    for name, mentions in colouring.names.items():
        for reached in mentions:
            ending, reason = endings.get(id(reached)) or _left_over(reached, colouring)
            found[id(reached)] = Accounted(reached, name, ending, reason)
    doubled = [key for key, count in seen.items() if count > 1 or key not in found]
    if doubled:
        raise InternalError(f"{len(doubled)} references were accounted for twice or never looked up")
    return tuple(found.values())


def _of_site(action: Action, reason: str) -> Ending:
    if action is not Action.NONE:
        return Ending.AWAITED
    if reason == "already awaited":
        return Ending.ALREADY
    return Ending.OTHER if reason.startswith("an attribute") else Ending.FORWARDED


def _left_over(reached: Reached, colouring: Colouring) -> tuple[Ending, str]:
    """A mention that is neither a site nor an obstacle must not reach anything coloured."""
    coloured = [function for function in reached.functions if function in colouring.causes]
    if coloured:
        raise InternalError(f"{reached.mention.place}: the reference to {coloured[0].name} is not accounted for")
    if reached.functions:
        return Ending.OTHER, f"reaches {sorted(str(f.name) for f in reached.functions)[0]}"
    if reached.has_other:
        return Ending.OTHER, "reaches something that isn't a function of the project"
    if isinstance(reached.mention.node, ast.Name):
        return Ending.OTHER, "a local of the same name"
    return Ending.DOUBT, "the receiver isn't known, and the name is a common one"
