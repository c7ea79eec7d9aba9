"""What becoming async costs, as lines of text: in the head of a plan, and in answer to ``why --cost``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from awaitify.plan.cost import Blast, Cost, CutPoint
from awaitify.review.visible import counted, visible

_FEW = 4
_MOST = 12


def in_the_head(blast: Blast) -> Iterator[str]:
    """The lines of a plan's head: nothing that stands there already."""
    if blast.total.entry_points:
        yield f"entry points it reaches: {_listed(blast.total.entry_points, _FEW)}"
    if len(blast.roots) > 1:
        for root in blast.roots[:_FEW]:
            yield f"for {visible(root.name)}: {_size(root.cost)}{_alone(root.cost, root.alone)}"
        if len(blast.roots) > _FEW:
            yield f"for {len(blast.roots) - _FEW:,} more: --format json has all"
    for cut in blast.cuts:
        yield f"could be cut at {visible(cut.name)}: saves {_size(cut.saves)}; {_both(cut)}"


def as_lines(name: str, blast: Blast) -> Iterator[str]:
    """The answer for one function."""
    total = blast.total
    if not total.functions:
        yield f"{visible(name)} costs nothing: no function becomes async for it"
        return
    yield f"{visible(name)} costs {_size(total)}"
    for title, names in (("files", total.files), ("entry points", total.entry_points), ("public API", total.public)):
        if names:
            yield f"  {title:<12}  {_listed(names, _MOST)}"
    if len(blast.roots) > 1:
        yield "By root"
        for root in blast.roots:
            yield f"  {visible(root.name)}  {_size(root.cost)}{_alone(root.cost, root.alone)}"
    if blast.cuts:
        yield "Cheapest cut points (counted on the graph of calls)"
    for cut in blast.cuts:
        yield f"  {visible(cut.name)}  saves {_size(cut.saves)}; {_both(cut)}"
        if len(cut.saves.functions) <= _MOST:
            yield f"    stay sync     {_listed(cut.saves.functions, _MOST)}"
        if cut.both:
            yield f"    both colours  {_listed(cut.both, _MOST)}"
        yield f"    look closer   awaitify why {shlex.quote(cut.name)} -t {shlex.quote(name)}"


def _size(cost: Cost) -> str:
    parts = [counted(len(cost.functions), "function"), counted(len(cost.files), "file")]
    parts += [counted(len(cost.entry_points), "entry point")] * bool(cost.entry_points)
    parts += [f"{len(cost.public):,} public"] * bool(cost.public)
    return ", ".join(parts)


def _alone(cost: Cost, alone: Cost) -> str:
    if len(alone.functions) == len(cost.functions):
        return " (all for it alone)"
    return f" ({len(alone.functions) or 'none'} for it alone)"


def _both(cut: CutPoint) -> str:
    number = len(cut.both)
    if not number:
        return "none is needed in both colours"
    return f"{counted(number, 'function')} {'is' if number == 1 else 'are'} needed in both colours"


def _listed(names: Sequence[str], most: int) -> str:
    shown = ", ".join(visible(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"
