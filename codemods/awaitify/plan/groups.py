"""Change groups: one family each, with the edits at its call sites, from the entry points down to the I/O."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from awaitify.colour.colouring import Colouring, Kind
from awaitify.colour.outside import entry_label
from awaitify.colour.sites import Sites
from awaitify.colour.unittests import CleanedUp, cases_of
from awaitify.index.summary import Function
from awaitify.plan.plan import Group


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups by number, and the number of each function's group."""

    members: dict[int, tuple[Function, ...]]
    numbers: dict[Function, int]
    needs: dict[int, frozenset[int]]
    offloads: frozenset[ast.Call] = frozenset()
    """The calls that are put on a thread, in a function of a group or in one that is a group for that alone."""

    def number(self, function: Function) -> int:
        return self.numbers.get(function, 0)


def group(colouring: Colouring, sites: Sites) -> Grouping:
    """One group a family, numbered so that callers come before what they call (as far as cycles allow)."""
    families = {f: _together(f, colouring, sites) for f in colouring.causes}
    heads = {f: min((m for m in families[f] if m in colouring.causes), key=lambda m: m.place) for f in families}
    cases = _by_case(colouring, sites)
    _join(heads, cases)
    callers = _callers(heads, cases, colouring)
    order = _callers_first(callers)
    numbers = {head: number for number, head in enumerate(order, 1)}
    members: dict[int, tuple[Function, ...]] = {}
    for function in sorted(heads, key=lambda f: f.place):
        number = numbers[heads[function]]
        members[number] = (*members.get(number, ()), function)
    needs = {numbers[head]: frozenset(numbers[caller] for caller in above) for head, above in callers.items()}
    found = {f: numbers[head] for f, head in heads.items()}
    for offload in colouring.offloads:
        if offload.inside not in found:
            number = found[offload.inside] = len(members) + 1
            members[number] = (offload.inside,)
    return Grouping(members, found, needs, frozenset(offload.call for offload in colouring.offloads))


def _callers(
    heads: Mapping[Function, Function], cases: Mapping[ast.expr, Iterable[Function]], colouring: Colouring
) -> dict[Function, set[Function]]:
    """By head of a group, the heads of those that it can't be written without."""
    callers: dict[Function, set[Function]] = {head: set() for head in heads.values()}
    for site in colouring.sites:
        for caller in site.inside:
            for callee in site.callees if caller in heads else ():
                if heads[callee] is not heads[caller]:
                    callers[heads[callee]].add(heads[caller])
        if isinstance(site.rewrite, CleanedUp):  # it is right only where the class becomes an async test case
            above = {heads[f] for case in site.rewrite.cases for f in cases.get(case.written, ())}
            for callee in site.callees:
                callers[heads[callee]] |= above - {heads[callee]}
    for function, helpers in colouring.needs.items():
        for helper in helpers:
            if helper in heads and function in heads and heads[helper] is not heads[function]:
                callers[heads[helper]].add(heads[function])
    return callers


def _by_case(colouring: Colouring, sites: Sites) -> dict[ast.expr, list[Function]]:
    """By ``TestCase`` that is written as a base, the functions for which it becomes an async one."""
    found: dict[ast.expr, list[Function]] = {}
    for function in colouring.causes:
        for case in cases_of(function, sites.resolver) if not function.is_async else ():
            found.setdefault(case.written, []).append(function)
    return found


def _join(heads: dict[Function, Function], cases: Mapping[ast.expr, Iterable[Function]]) -> None:
    """Give one head to all functions that need the same base: none is awaited without it."""
    for functions in cases.values():
        joined = {heads[function] for function in functions}
        head = min(joined, key=lambda f: f.place)
        heads.update({function: head for function, old in heads.items() if old in joined})


def _together(function: Function, colouring: Colouring, sites: Sites) -> tuple[Function, ...]:
    """What shares a group with the function: its family; for a test, the converted tests and fixtures of its file."""
    if not _is_of_tests(function, sites):
        return sites.resolver.hierarchy.family(function)
    return tuple(f for f in function.module.functions if f in colouring.causes and _is_of_tests(f, sites))


def _is_of_tests(function: Function, sites: Sites) -> bool:
    return entry_label(function, sites) in ("test", "fixture")


def describe(
    grouping: Grouping,
    colouring: Colouring,
    sites: Sites,
    files: dict[int, set[str]],
    held: dict[int, tuple[str, ...]],
) -> tuple[Group, ...]:
    """The groups as they are shown; *files* and *held* say, by number, which files change and which stops hold."""
    return tuple(
        Group(
            number,
            _title(members, colouring, sites),
            _cause(members, colouring),
            tuple(str(member.name) for member in members),
            tuple(sorted(files.get(number, set()))),
            tuple(sorted(grouping.needs.get(number, ()))),
            held.get(number, ()),
        )
        for number, members in sorted(grouping.members.items())
    )


def _title(members: tuple[Function, ...], colouring: Colouring, sites: Sites) -> str:
    """``Portal.get (4 overrides)``, ``get_weather ← GET /weather/{city}``, ``tests/test_api.py (3 tests)``"""
    head = min(members, key=lambda m: (len(sites.resolver.hierarchy.order(m.owner)) if m.owner else 0, m.place))
    label = next((text for member in members if (text := entry_label(member, sites))), "")
    if label in ("test", "fixture"):
        return f"{head.module.path} ({_counted(len(members), 'test')})"
    others = f" ({_counted(len(members) - 1, 'override')})" if len(members) > 1 else ""
    return f"{head.qualname}{others}" + (f" ← {label}" if label else "")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _cause(members: tuple[Function, ...], colouring: Colouring) -> str:
    """Why the member was coloured that was so first: the others follow from it."""
    causes = [colouring.causes[member] for member in members if member in colouring.causes]
    if not causes:
        return "is async already, and calls on a thread what stays sync"
    return next((cause for cause in causes if cause.kind is not Kind.FAMILY), causes[0]).short


def _callers_first(callers: dict[Function, set[Function]]) -> list[Function]:
    """A topological order, callers before callees; members of a cycle in the order of their places."""
    order: list[Function] = []
    state: dict[Function, int] = {}

    for start in sorted(callers, key=lambda f: f.place):
        stack: list[tuple[Function, list[Function]]] = []
        if start not in state:
            state[start] = 1
            stack.append((start, sorted(callers[start], key=lambda f: f.place, reverse=True)))
        while stack:
            function, waiting = stack[-1]
            if waiting:
                following = waiting.pop()
                if following not in state:
                    state[following] = 1
                    stack.append((following, sorted(callers[following], key=lambda f: f.place, reverse=True)))
            else:
                stack.pop()
                order.append(function)
    return order
