"""Remembers answers, and settles questions that come up inside themselves: a fixpoint over each circle of them.

Questions are nodes and what each asks are edges, found while asking; a circle is a strongly connected component, found by
Tarjan's numbers. A question that is met again while it is open is answered with what is assumed of it. Only the first
question of a circle asks again, until no assumption that somebody leant on has changed: were every question in it to
do so, circles inside circles would cost the product of their rounds. See R. Tarjan, "Depth-first search and linear
graph algorithms" (1972).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from awaitify.index.how import EXACT, How
from awaitify.index.values import NOTHING, UNKNOWN, Values, bounded

_DEEPEST = 900
"""How many questions may be open inside each other; deeper ones are put off until the first of these has come back."""
_MOST_ROUNDS = 60
_FREE_ROUNDS = 20
"""In so many rounds what was unknown may become known; then nothing is taken back, so that it comes to an end."""
_FRAMES = 12
"""Python's frames for one question inside another, at most."""

Ask = Callable[[], Values]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an expression can be, and what had to be followed to know it; ``inferred`` when that was anything at all."""

    values: Values
    how: How

    @property
    def inferred(self) -> bool:
        return bool(self.how)


@dataclass(slots=True)
class _Open:
    """A question that is being asked: its number in the order of asking, and what is assumed of it."""

    number: int
    assumed: Values
    is_leant_on: bool = False
    later: dict[Hashable, tuple[Ask, Values]] = field(default_factory=dict)
    """Questions that came up too deep inside this one, to be asked from here, with what was assumed of each."""


class Questions:
    """Answers by question; a question is any hashable value that says all its answer depends on."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Answer] = {}
        self._open: dict[Hashable, _Open] = {}
        self._pending: dict[Hashable, tuple[Answer, int]] = {}
        """Answered in this round of a circle that isn't settled yet, in the order of answering, with their numbers."""
        self._assumed: dict[Hashable, Values] = {}
        """What earlier rounds of a circle made of its questions."""
        self._bases: list[tuple[_Open, int]] = []
        """The questions to which deeper ones are put off, each with how many are open up to it; the last one holds."""
        self._number = 0
        self._round = 0
        """How often the questions around were asked again."""
        self._lowest: float = math.inf
        """The lowest number among the unsettled questions on which the present answer leans."""
        self._has_changed = False
        """Whether this round changed what is assumed of a question on which somebody leant."""
        self._how = EXACT

    def ask(self, question: Hashable, ask: Ask) -> Values:
        """The answer to *question*: from memory, or what *ask* gives, which may ask further questions."""
        if (known := self._known.get(question)) is not None:
            self._how |= known.how
            return known.values
        if (waiting := self._pending.get(question)) is not None:
            answer, number = waiting
            self._lowest = min(self._lowest, number)
            self._how |= answer.how
            return answer.values
        if (open_ := self._open.get(question)) is not None:
            open_.is_leant_on = True
            self._lowest = min(self._lowest, open_.number)
            return open_.assumed
        if self._bases and len(self._open) - self._bases[-1][1] >= _DEEPEST:
            return self._put_off(question, ask)
        if self._open:
            answer = self._asked(question, ask)
        else:
            with _room():
                answer = self._asked(question, ask, is_base=True)
        self._how |= answer.how
        return answer.values

    def note(self, how: How) -> None:
        """What is being asked was answered by following *how*."""
        self._how |= how

    def noting(self, ask: Ask) -> Answer:
        """What *ask* gives, with all that was followed."""
        before, self._how = self._how, EXACT
        values = ask()
        how, self._how = self._how, before
        return Answer(values, how)

    def kept(self, store: dict[K, V], key: K, work_out: Callable[[], V]) -> V:
        """What *work_out* gives, kept in *store*: but for what leans on a question that isn't settled, and may yet change."""
        if key in store:
            return store[key]
        outer, self._lowest = self._lowest, math.inf
        found = work_out()
        if self._lowest == math.inf:
            store[key] = found
        self._lowest = min(outer, self._lowest)
        return found

    def _put_off(self, question: Hashable, ask: Ask) -> Values:
        """What is assumed of a question that is too deep to be asked here: its base asks it, and then again itself."""
        base, _ = self._bases[-1]
        assumed = self._assumed.get(question, NOTHING)
        base.later.setdefault(question, (ask, assumed))
        self._lowest = min(self._lowest, base.number)
        return assumed

    def _ask_later(self, base: _Open) -> None:
        """Ask what was put off to *base*, now that the way down from it is free again."""
        while base.later:
            question, (ask, assumed) = base.later.popitem()
            answer = self._known.get(question)
            if answer is None and question in self._pending:
                answer = self._pending[question][0]
            if answer is None:
                answer = self._asked(question, ask, is_base=True)
            self._has_changed |= answer.values != assumed

    def _asked(self, question: Hashable, ask: Ask, *, is_base: bool = False) -> Answer:
        self._number += 1
        open_ = _Open(self._number, self._assumed.get(question, NOTHING))
        outer_lowest, outer_change, first = self._lowest, self._has_changed, len(self._pending)
        self._open[question] = open_
        if is_base:
            self._bases.append((open_, len(self._open)))
        outer_round = self._round
        try:
            answer, is_head = self._settle(open_, ask, first)
        finally:
            del self._open[question]
            if is_base:
                self._bases.pop()
            self._round = outer_round
            lowest, self._lowest = self._lowest, outer_lowest
            self._has_changed |= outer_change
        if is_head:
            self._has_changed = outer_change
            self._keep(question, answer, first)
        else:
            self._lowest = min(outer_lowest, lowest)
            self._assumed[question] = answer.values
            self._pending[question] = answer, open_.number
        return answer

    def _settle(self, open_: _Open, ask: Ask, first: int) -> tuple[Answer, bool]:
        """The answer, and whether nothing above the question is leant on: then it is settled, with all it asked."""
        answer = Answer(UNKNOWN, EXACT)
        for number in range(_MOST_ROUNDS):
            self._round += number > 0
            self._lowest, self._has_changed = math.inf, False
            answer = self.noting(ask)
            self._ask_later(open_)
            # what was unknown for want of an assumption need not stay so
            kept = open_.assumed - UNKNOWN if self._round < _FREE_ROUNDS else open_.assumed
            values = kept | bounded(answer.values)
            if open_.is_leant_on and values != open_.assumed:
                open_.assumed, self._has_changed = values, True
            answer = Answer(values if open_.is_leant_on else bounded(answer.values), answer.how)
            if self._lowest < open_.number:
                return answer, False
            if not self._has_changed:
                return answer, True
            self._forget(first)
        return Answer(answer.values | UNKNOWN, answer.how), True

    def _forget(self, first: int) -> None:
        """The answers of a round that is followed by another."""
        while len(self._pending) > first:
            self._pending.popitem()

    def _keep(self, question: Hashable, answer: Answer, first: int) -> None:
        """A circle is settled, and what was answered on its way holds for good."""
        while len(self._pending) > first:
            other, (found, _) = self._pending.popitem()
            self._known[other] = found
            self._assumed.pop(other, None)
        self._assumed.pop(question, None)
        self._known[question] = answer


@contextmanager
def _room() -> Iterator[None]:
    """Python's limit of frames is made for programs that recurse by mistake; questions are bounded otherwise."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 2000 + _DEEPEST * _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
