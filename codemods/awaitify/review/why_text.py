"""The answer to ``why`` as lines of text: the tree, what holds it, and the cheapest cuts."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from awaitify.plan.cuts import Cut, KeptBoth, KeptSync
from awaitify.plan.plan import Reference
from awaitify.plan.tree import Link, Node, Role
from awaitify.review.answer import Answer, Holding, Outcome, WayOut
from awaitify.review.text import Line, Piece, Style
from awaitify.review.visible import counted, visible

_MOST_NODES = 40
"""So many functions of a tree are shown, the nearest to the one asked for."""
_MOST_STOPS = 3
"""So many stops with their ways out; the others get a line each."""
_MOST_STOPS_OF_ONE = 3
"""So many stops below one function of the tree; they stand in full further down."""
_MOST_LINES = 12
_MOST_NAMES = 6
_OF_TESTS = ("test", "fixture")
_ROLES = {Role.STARTS: Style.GOOD, Role.IS: Style.GOOD, Role.STOP: Style.BAD}


def as_lines(answer: Answer) -> Iterator[Line]:
    """The answer, top down; what is left out is counted."""
    yield ((visible(answer.title), Style.TITLE),)
    if answer.family:
        yield ((f"  one colour with it: {_listed(answer.family)}", Style.PLAIN),)
    if answer.tree:
        yield ()
        yield from _tree(answer.tree)
        yield from _entry_points(answer)
    yield from _doubts(answer.doubts)
    yield from _stops(answer)
    yield from _cuts(answer)


# the tree


def _tree(tree: Sequence[Node]) -> Iterator[Line]:
    below = _children(tree)
    shown = _nearest(tree, below)
    waiting: list[tuple[int, str, str]] = [(number, "", "") for number in reversed(below[-1]) if number in shown]
    while waiting:
        number, before, branch = waiting.pop()
        if number < 0:
            hidden = [inner for child in below[~number] if child not in shown for inner in _and_below(child, below)]
            yield ((before + branch, Style.DIM), (_left_out([tree[inner] for inner in hidden]), Style.DIM))
            continue
        yield ((before + branch, Style.DIM), *_node(tree[number]))
        children = [child for child in below[number] if child in shown]
        if len(children) < len(below[number]):
            children.append(~number)  # the line that says how many are left out
        inner = before + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
        last = len(children) - 1
        rows = [(child, inner, "└─ " if index == last else "├─ ") for index, child in enumerate(children)]
        waiting += reversed(rows)


def _children(tree: Sequence[Node]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {number: [] for number in range(-1, len(tree))}
    for number, node in enumerate(tree):
        found[node.parent].append(number)
    return found


def _nearest(tree: Sequence[Node], below: dict[int, list[int]]) -> set[int]:
    """The nodes above the one asked for, and the first of those below it, level by level."""
    shown: set[int] = set()
    for number, node in enumerate(tree):
        current = number if node.is_asked else -1
        while current >= 0:
            shown.add(current)
            current = tree[current].parent
    queue = [number for number, node in enumerate(tree) if node.is_asked]
    most = len(shown) + _MOST_NODES
    for number in queue:
        stops = [child for child in below[number] if tree[child].role is Role.STOP]
        left_out = stops[_MOST_STOPS_OF_ONE:]
        for child in sorted(below[number], key=lambda child: _weight(tree[child])):
            if len(shown) < most and child not in left_out:
                shown.add(child)
                queue.append(child)
    return shown


def _weight(node: Node) -> tuple[bool, bool, bool]:
    """What one wants to see first: callers before stops, the program before its tests."""
    return node.role is Role.STOP, node.is_again, node.entry in _OF_TESTS


def _and_below(number: int, below: dict[int, list[int]]) -> Iterator[int]:
    queue = [number]
    while queue:
        current = queue.pop()
        yield current
        queue += below[current]


def _left_out(nodes: Sequence[Node]) -> str:
    """``… and 3 more and 40 stops; --format json has all``"""
    stops = sum(node.role is Role.STOP for node in nodes)
    others = len(nodes) - stops
    parts = [f"{others:,} more"] * bool(others) + [counted(stops, "stop")] * bool(stops)
    return f"… and {' and '.join(parts)}; --format json has all"


def _node(node: Node) -> Iterator[Piece]:
    if node.role is Role.STOP:
        yield f"STOP {node.code}", Style.BAD
        inside = f"  in {visible(node.name)}" if node.name else ""
        yield f"  {visible(str(node.place))}{inside}", Style.TITLE if node.is_asked else Style.PLAIN
        if node.decided:
            yield f"  → {node.decided}", Style.DIM
        if node.is_asked:
            yield "  ◄", Style.TITLE
        return
    yield visible(node.name or node.entry), Style.TITLE if node.is_asked else Style.CODE
    yield f"  {visible(str(node.place))}  {_link(node)}", Style.PLAIN
    if node.entry and node.name:
        yield f"  ← {visible(node.entry)}", Style.GOOD
    if node.role not in (Role.BECOMES, Role.STAYS):
        yield f"  {node.role}", _ROLES.get(node.role, Style.PLAIN)
    if node.is_asked:
        yield "  ◄", Style.TITLE
    if node.is_again:
        yield "  … shown elsewhere", Style.DIM


def _link(node: Node) -> str:
    text = str(node.link)
    if node.through:
        text = f"calls {visible(node.through.rpartition(':')[2])} of its family"
    if node.link is Link.CALLS and len(node.calls) > 1:
        text += f" {len(node.calls)} times"
    if node.known is None:
        return text
    how = f" from {_and(node.how)}" if node.how else ""
    return f"{text} ({node.known}{how})"


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _entry_points(answer: Answer) -> Iterator[Line]:
    found = answer.entry_points
    names = tuple(dict.fromkeys(f"{node.entry} {node.name}".strip() for node in found if node.entry not in _OF_TESTS))
    tests = len({node.name for node in found if node.entry in _OF_TESTS})
    parts = [_listed(names)] * bool(names) + [counted(tests, "test")] * bool(tests)
    if parts:
        yield ((f"  leads up to {' and '.join(parts)}", Style.PLAIN),)


def _doubts(doubts: Sequence[Reference]) -> Iterator[Line]:
    if doubts:
        yield ()
        yield (("Doubts in it", Style.TITLE), (" (the receiver isn't known, the name is a common one)", Style.DIM))
        for doubt in doubts[:_MOST_LINES]:
            yield ((f"  {visible(str(doubt.place))}  {visible(doubt.name)}", Style.PLAIN),)
        yield from _more(len(doubts) - _MOST_LINES)


# what stands against it


def _stops(answer: Answer) -> Iterator[Line]:
    if not answer.stops:
        return
    yield ()
    verb = {Outcome.HELD: "Held back by", Outcome.KEPT: "Kept sync by the decision on"}.get(
        answer.outcome, "Stopped by"
    )
    codes = Counter(holding.stop.code for holding in answer.stops)
    listed = f": {', '.join(f'{code} ×{times}' for code, times in codes.items())}" if len(answer.stops) > 1 else ""
    yield (f"{verb} {counted(len(answer.stops), 'stop')}", Style.TITLE), (listed, Style.PLAIN)
    in_full = _first_of_each_code(answer.stops)
    for holding in in_full:
        yield from _holding(holding)
    rest = [holding for holding in answer.stops if holding not in in_full]
    for holding in rest[:_MOST_LINES]:
        yield _heading(holding)
    yield from _more(len(rest) - _MOST_LINES)


def _first_of_each_code(stops: Sequence[Holding]) -> list[Holding]:
    """Those that are shown with their ways out: different codes before more of the same."""
    first = {holding.stop.code: holding for holding in reversed(stops)}
    others = [holding for holding in stops if holding is not first[holding.stop.code]]
    chosen = [*(holding for holding in stops if holding is first[holding.stop.code]), *others][:_MOST_STOPS]
    return [holding for holding in stops if holding in chosen]


def _heading(holding: Holding) -> Line:
    stop = holding.stop
    decided = f"  → {stop.decided}" if stop.decided else ""
    return (
        ("  STOP ", Style.BAD),
        (stop.code, Style.BAD),
        (f"  {visible(f'{stop.place}  {stop.reason}')}{decided}", Style.PLAIN),
    )


def _holding(holding: Holding) -> Iterator[Line]:
    yield _heading(holding)
    if holding.stop.chain:
        chain = " → ".join(link.name.rpartition(":")[2] for link in holding.stop.chain)
        yield ((f"    chain  {visible(chain)}", Style.PLAIN),)
    longest = max((len(way.option) for way in holding.ways), default=0)
    for index, way in enumerate(holding.ways):
        yield _way("" if index else "ways", way, longest)


def _way(label: str, way: WayOut, longest: int) -> Line:
    text = f"    {label:<5}  {way.way:<9}  {visible(way.option):<{longest}}  {way.way.sentence}"
    if way.is_recommended:
        return (text, Style.PLAIN), ("  (recommended)", Style.GOOD)
    return ((text, Style.PLAIN),)


def _cuts(answer: Answer) -> Iterator[Line]:
    if not answer.cuts:
        return
    places = {holding.stop.id: holding.stop for holding in answer.stops}
    yield ()
    yield (("Cheapest cuts", Style.TITLE), (" (each one that keeps sync was drawn as a plan and checked)", Style.DIM))
    undecided = sum(holding.stop.decided is None for holding in answer.stops)
    for cut in answer.cuts:
        known = [places[stop] for stop in cut.stops if stop in places]
        where = _listed(tuple(f"{stop.code} {stop.place}" for stop in known), 3)
        together = ", all of them" if len(answer.cuts) > 1 and len(cut.stops) == undecided else ""
        yield ((f"  to be rid of {where}{together}", Style.PLAIN),)
        yield from _cut(cut, answer)


def _cut(cut: Cut, answer: Answer) -> Iterator[Line]:
    for kept in cut.keep_sync:
        options = " ".join(f"--keep-sync {shlex.quote(name)}" for name in kept.names)
        yield (("    keep sync     ", Style.PLAIN), (visible(options), Style.CODE))
        yield ((f"                  {_outcome_of(kept, answer)}", Style.PLAIN),)
        yield from _with_it(tuple(name for name in kept.stay if name not in kept.names))
    if not cut.keep_sync:
        yield (
            (
                "    keep sync     no choice of functions was found with which a plan has none of these stops",
                Style.PLAIN,
            ),
        )
    if cut.keep_both is not None:
        yield from _both(cut.keep_both, len(cut.stops))


def _outcome_of(kept: KeptSync, answer: Answer) -> str:
    total = len(kept.stay) + len(kept.ready) + len(kept.held)
    held = (
        f", {len(kept.held):,} more {'is' if len(kept.held) == 1 else 'are'} held by other stops" if kept.held else ""
    )
    fewest = "" if kept.is_fewest else "; there may be fewer names to type"
    if not kept.ready and not kept.held:
        return f"nothing is left that becomes async: {counted(len(kept.stay), 'function')} would stay sync{fewest}"
    stay = f"{counted(len(kept.stay), 'function')} {'stays' if len(kept.stay) == 1 else 'stay'} sync"
    among = f", {visible(answer.name)} among them" if answer.name in kept.ready else ""
    return f"{stay}, {len(kept.ready):,} of {total:,} become async{among}{held}{fewest}"


def _with_it(names: tuple[str, ...]) -> Iterator[Line]:
    if names:
        yield ((f"                  with it stay sync: {_listed(names)}", Style.DIM),)


def _both(both: KeptBoth, stops: int) -> Iterator[Line]:
    number = counted(len(both.functions), "function")
    yield ((f"    keep in both  {number}: {_listed(both.functions)}", Style.PLAIN),)
    if both.leaves:
        left = f"{len(both.leaves):,} of the {stops:,} stops would be left: no caller can go on calling a sync function there"
        yield ((f"                  {left}", Style.DIM),)


def _listed(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    shown = ", ".join(visible(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def _more(number: int) -> Iterator[Line]:
    if number > 0:
        yield ((f"  … and {number:,} more; --format json has all", Style.DIM),)
