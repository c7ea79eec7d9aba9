"""What can be shipped alone: the groups that have to become async in one go, from the entry points down.

A coroutine that nobody awaits is a bug, so a group comes with or after all that calls it. It need not come with what it
calls: an ``async def`` with nothing to await yet is legal. These come in one go all the same, or a stage would leave
something worse than it was, or something that a later run wouldn't find any more:

- what shares an object that is swapped (a client, a lock), and what is reached by one and the same call;
- all that one command calls, which starts one event loop and no more;
- a function and the blocking helpers for whose sake nobody else asks: once the function is async, no name that was given
  leads to them;
- a function that ran on a thread (a ``def`` endpoint, ``to_thread(f)``, what is passed on to something that may call it
  anywhere) and what it calls, unless that can be put on a thread until its own stage: what blocked a thread of a pool
  would otherwise block the event loop. So the thread moves down, stage by stage, to the I/O, and is gone with the last.

What ran on the event loop, or alone in its program, may go on blocking there until its stage: that is no worse than it was.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from awaitify.colour.action import Action
from awaitify.colour.colouring import Site
from awaitify.colour.constructors import is_constructor
from awaitify.colour.outside import entry_label
from awaitify.colour.thread_hops import runs_on_a_thread
from awaitify.colour.threads import Offload
from awaitify.colour.treatments import Treatment
from awaitify.index.references import Use
from awaitify.index.summary import Function
from awaitify.plan.groups import Grouping
from awaitify.plan.settled import Draft, Settled


@dataclass(frozen=True, slots=True)
class Step:
    """Groups that become async in one go; *level* is the length of the longest way down to them, from 0."""

    groups: tuple[int, ...]
    level: int


@dataclass(frozen=True, slots=True)
class Steps:
    """The smallest steps in an order in which each comes after all that it needs.

    ``offloads`` are calls in functions that come to run on the event loop and ran on threads: on a thread each can wait for
    the step of what it calls.
    """

    found: tuple[Step, ...]
    offloads: tuple[Offload, ...]


def find_steps(given: Draft, ready: Settled, grouping: Grouping) -> Steps:
    """The steps of what *ready* converts."""
    asked = _Asked(given, ready, grouping)
    asked.ask()
    return Steps(tuple(_in_order(asked.needs, asked.of_tests)), tuple(asked.offloads))


class _Asked:
    """What each group needs to have become async before it, or with it."""

    def __init__(self, given: Draft, ready: Settled, grouping: Grouping) -> None:
        self.given = given
        self.ready = ready
        self.colouring = ready.colouring
        self.grouping = grouping
        self.needs: dict[int, set[int]] = {grouping.number(f): set() for f in ready.colouring.causes}
        self.needs |= {grouping.number(offload.inside): set() for offload in ready.colouring.offloads}
        self.offloads: list[Offload] = []
        self.of_tests = {
            grouping.number(f) for f in self.colouring.causes if entry_label(f, given.sites) in ("test", "fixture")
        }

    def ask(self) -> None:
        for site in self.colouring.sites:
            for callee in site.callees:
                self.need(callee, site.inside)
                if is_constructor(
                    callee
                ):  # ``super().__init__()``: the ``create`` of one class must not hide another's
                    self.together((callee, *filter(is_constructor, site.inside)))
            self.together(site.callees)
        for entry in self.colouring.entries.values():
            self.together(function for reached in entry.sites for function in reached.functions)
        for piece in self.ready.pieces:
            if not piece.obstacles:
                self.together(piece.functions)
        self.helpers()
        self.below_threads()

    def need(self, function: Function, others: Iterable[Function]) -> None:
        number = self.grouping.number(function)
        if number in self.needs:
            self.needs[number] |= {self.grouping.number(other) for other in others} & self.needs.keys() - {number}

    def together(self, functions: Iterable[Function]) -> None:
        found = [function for function in functions if self.grouping.number(function) in self.needs]
        for one, other in pairwise(found):
            self.need(one, (other,))
            self.need(other, (one,))

    def helpers(self) -> None:
        named = self.leading_to_seeds()
        for function, targets in self.colouring.needs.items():
            called = self.called_by(function)
            for target in targets:
                self.need(target, (function,))
                if target not in called or self.grouping.number(target) not in named:
                    self.need(function, (target,))

    def leading_to_seeds(self) -> set[int]:
        """The groups that a run which is given the same names finds again, whatever became async above them."""
        below: defaultdict[int, set[int]] = defaultdict(set)
        for site in self.colouring.sites:
            for callee in site.callees:
                below[self.grouping.number(callee)] |= {self.grouping.number(caller) for caller in site.inside}
        found: set[int] = set()
        queue = [self.grouping.number(seed) for seed in self.given.seeds]
        while queue:
            number = queue.pop()
            if number not in found:
                found.add(number)
                queue.extend(below[number])
        return found

    def called_by(self, function: Function) -> set[Function]:
        blocking = self.given.blocking
        called = {target for callee in blocking.callees(function) for target in callee.functions}
        return called | {other for target in called for other in blocking.overrides(target)}

    def below_threads(self) -> None:
        """What ran on threads has all that it calls with it, or on a thread for as long as that takes."""
        queue = list(self.on_threads())
        seen: set[Function] = set()
        while queue:
            function = queue.pop()
            if function in seen or function.is_async:
                continue
            seen.add(function)
            for callee in self.given.blocking.callees(function):
                called = {f for f in callee.functions if f in self.colouring.causes and not f.is_async}
                queue.extend(member for f in called for member in (f, *self.given.resolver.hierarchy.family(f)))
                offload = self.offload(callee.node, function)
                if called and offload is not None:
                    self.offloads.append(offload)
                else:
                    self.need(function, called)

    def offload(self, call: ast.expr, function: Function) -> Offload | None:
        """The call on a thread, where one can be put there."""
        if not isinstance(call, ast.Call):
            return None
        found = self.given.threads.offload(call, function, lambda f: f.is_async)
        return found if isinstance(found, Offload) else None

    def on_threads(self) -> Iterator[Function]:
        for function in self.colouring.causes:
            if not function.is_async:
                if any(outside.treatment is Treatment.HANDLER for outside in self.given.sites.outside(function)):
                    yield function
        for site in self.colouring.sites:
            if self.may_be_on_a_thread(site):
                yield from site.callees

    def may_be_on_a_thread(self, site: Site) -> bool:
        mention = site.reached.mention
        is_passed = mention.use is Use.PASSED or site.action is Action.UNWRAP
        return is_passed or runs_on_a_thread(mention, self.given.resolver)


def _in_order(needs: dict[int, set[int]], of_tests: set[int]) -> Iterator[Step]:
    """Groups that need one another are one step. Tests come with the first of what they call."""
    steps = _together(needs)
    step_of = {number: at for at, step in enumerate(steps) for number in step}
    above = [{step_of[need] for number in step for need in needs[number]} - {at} for at, step in enumerate(steps)]
    tests = {at for at, step in enumerate(steps) if of_tests.issuperset(step)}
    levels: dict[int, int] = {}
    for at in range(len(steps)):  # what a step needs stands before it
        levels[at] = max((levels[other] + 1 for other in above[at] - tests), default=0)
    for at in sorted(tests, reverse=True):
        levels[at] = min((levels[other] for other in range(len(steps)) if at in above[other]), default=0)
    for at in sorted(levels, key=lambda at: (levels[at], at not in tests, at)):
        yield Step(tuple(sorted(steps[at])), levels[at])


def _together(needs: dict[int, set[int]]) -> list[list[int]]:
    """The strongly connected parts, each after all that it needs (Tarjan's algorithm, without recursion)."""
    found: list[list[int]] = []
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    open_: list[int] = []
    is_open: set[int] = set()
    for start in sorted(needs):
        work = [(start, iter(sorted(needs[start])))] if start not in index else []
        while work:
            number, rest = work[-1]
            if number not in index:
                index[number] = low[number] = len(index)
                open_.append(number)
                is_open.add(number)
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[number])
                if low[number] == index[number]:
                    at = open_.index(number)
                    found.append(open_[at:])
                    is_open.difference_update(open_[at:])
                    del open_[at:]
            elif following not in index:
                work.append((following, iter(sorted(needs[following]))))
            elif following in is_open:
                low[number] = min(low[number], index[following])
    return found
