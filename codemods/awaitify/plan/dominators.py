"""Which nodes of a graph are reached only through one: the dominators of Cooper, Harvey and Kennedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

_Node = TypeVar("_Node")


def dominators(starts: Iterable[_Node], leads: Mapping[_Node, Collection[_Node]]) -> dict[_Node, _Node | None]:
    """By node that *starts* lead to, the nearest other one through which alone it is reached; None for none.

    What is dominated comes before what dominates it.
    """
    starts = list(dict.fromkeys(starts))
    order = _postorder(starts, leads)
    number = {node: index for index, node in enumerate(order)}
    root = len(order)
    above: dict[int, list[int]] = {number[start]: [root] for start in starts}
    for node in order:
        for following in leads.get(node, ()):
            above.setdefault(number[following], []).append(number[node])
    immediate = {root: root}
    changed = True
    while changed:
        changed = False
        for index in reversed(range(len(order))):
            known = [other for other in above[index] if other in immediate]
            nearest = known[0]
            for other in known[1:]:
                nearest = _common(nearest, other, immediate)
            if immediate.get(index) != nearest:
                immediate[index] = nearest
                changed = True
    return {node: None if immediate[index] == root else order[immediate[index]] for index, node in enumerate(order)}


def _common(one: int, other: int, immediate: Mapping[int, int]) -> int:
    while one != other:
        if one < other:
            one = immediate[one]
        else:
            other = immediate[other]
    return one


def _postorder(starts: Iterable[_Node], leads: Mapping[_Node, Collection[_Node]]) -> list[_Node]:
    order: list[_Node] = []
    seen: set[_Node] = set()
    for start in starts:
        stack = [(start, iter(leads.get(start, ())))] if start not in seen else []
        seen.add(start)
        while stack:
            node, waiting = stack[-1]
            following = next((other for other in waiting if other not in seen), None)
            if following is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(leads.get(following, ()))))
    return order
