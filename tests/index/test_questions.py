"""Questions that come up inside themselves: the least answer that holds, found once, whatever is asked first."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awaitify.index.how import EXACT, How
from awaitify.index.questions import Questions
from awaitify.index.values import NOTHING, UNKNOWN, Values, made, union

System = dict[int, tuple[Values, tuple[int, ...]]]
"""By question: what it gives itself, and the questions whose answers it has too."""


class Asked:
    """A system of questions, and how often each was worked out."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.questions = Questions()
        self.worked_out: Counter[int] = Counter()

    def ask(self, number: int) -> Values:
        return self.questions.ask(number, lambda: self.work_out(number))

    def work_out(self, number: int) -> Values:
        self.worked_out[number] += 1
        own, others = self.system[number]
        return own | union(self.ask(other) for other in others)


def least(system: System) -> dict[int, Values]:
    """The least solution, found by going round until nothing changes."""
    answers = dict.fromkeys(system, NOTHING)
    while True:
        after = {n: own | union(answers[other] for other in others) for n, (own, others) in system.items()}
        if after == answers:
            return answers
        answers = after


def systems(most: int = 12) -> st.SearchStrategy[System]:
    own = st.sampled_from([NOTHING, made("a"), made("b"), made("c")])
    return st.integers(1, most).flatmap(
        lambda size: st.fixed_dictionaries(
            {n: st.tuples(own, st.lists(st.integers(0, size - 1), max_size=4).map(tuple)) for n in range(size)}
        )
    )


@given(systems(), st.randoms(use_true_random=False))
def test_the_least_answer_is_found_in_any_order(system: System, random: object) -> None:
    order = list(system)
    random.shuffle(order)  # type: ignore[attr-defined]
    asked = Asked(system)
    assert {number: asked.ask(number) for number in order} == {number: least(system)[number] for number in order}


@given(systems())
def test_an_answer_is_kept(system: System) -> None:
    asked = Asked(system)
    first = {number: asked.ask(number) for number in system}
    worked_out = asked.worked_out.copy()
    assert {number: asked.ask(number) for number in system} == first
    assert asked.worked_out == worked_out


def test_circles_inside_circles_cost_no_more_than_their_rounds() -> None:
    """Each question asks itself, the one before and the one after: a circle in a circle in a circle."""
    size = 60
    system: System = {
        n: (made(str(n)) if n == size - 1 else NOTHING, (n, max(n - 1, 0), min(n + 1, size - 1))) for n in range(size)
    }
    asked = Asked(system)
    assert asked.ask(0) == made(str(size - 1))
    assert max(asked.worked_out.values()) <= 4


def test_a_chain_is_worked_out_once_each() -> None:
    asked = Asked({n: (NOTHING, (n + 1,)) for n in range(50)} | {50: (made("end"), ())})
    assert asked.ask(0) == made("end")
    assert set(asked.worked_out.values()) == {1}


@pytest.mark.parametrize("back", [(), (0,)])
def test_what_is_too_deep_is_asked_from_above(back: tuple[int, ...]) -> None:
    size = 4000
    asked = Asked({n: (NOTHING, (n + 1,)) for n in range(size)} | {size: (made("end"), back)})
    assert asked.ask(0) == made("end")
    assert asked.ask(size // 2) == made("end")


def test_an_answer_that_always_changes_is_unknown_in_the_end() -> None:
    questions = Questions()
    rounds: list[int] = []

    def ask() -> Values:
        rounds.append(len(rounds))
        return questions.ask("x", ask) | made(str(len(rounds)))

    assert questions.ask("x", ask) >= UNKNOWN
    assert len(rounds) < 100


def test_how_an_answer_is_known_comes_with_it_from_memory_too() -> None:
    questions = Questions()

    def ask() -> Values:
        questions.note(How.DEFAULT)
        return made("a")

    for _ in range(2):
        assert questions.noting(lambda: questions.ask("x", ask)).how == How.DEFAULT
    assert questions.noting(lambda: NOTHING).how == EXACT
