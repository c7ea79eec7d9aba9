"""What is known of a name at one place in its scope: the bindings that reach it, and the tests that hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from awaitify.index.narrowing import Test
from awaitify.index.summary import Binding

_MOST_FACTS = 24


class Elsewhere(Enum):
    """What is assigned in other places."""

    DECLARED = "whatever it is elsewhere"


DECLARED = Elsewhere.DECLARED


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a test leaves of the facts before it."""

    test: Test
    before: frozenset[Fact]


Fact = Binding | Narrowed | Elsewhere
Facts = frozenset[Fact]
State = dict[str, Facts]

ELSEWHERE: Facts = frozenset({DECLARED})


def dotted_text(node: ast.AST | None) -> str:
    """``self.client`` for the attribute that reads so; empty for what isn't names all the way."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def narrow(test: Test, before: Facts) -> Facts:
    """The facts after a test."""
    return frozenset({Narrowed(test, normal(before))})


def forget(text: str, state: State) -> None:
    """What was known of a name, and of its attributes, holds no longer."""
    prefix = f"{text}."
    for known in [known for known in state if known == text or known.startswith(prefix)]:
        del state[known]


def normal(facts: Facts) -> Facts:
    """Without the narrowed facts that stand there whole too, and with both halves of a test put together again."""
    narrowed = [fact for fact in facts if isinstance(fact, Narrowed)]
    for fact in narrowed:
        if Narrowed(fact.test.opposite, fact.before) in facts:
            facts = (facts - {fact, Narrowed(fact.test.opposite, fact.before)}) | fact.before
    facts = frozenset(fact for fact in facts if not (isinstance(fact, Narrowed) and fact.before <= facts))
    if len(facts) > _MOST_FACTS:
        return frozenset(root for fact in facts for root in _roots(fact))
    return facts


def _roots(fact: Fact) -> Iterator[Fact]:
    if isinstance(fact, Narrowed):
        for before in fact.before:
            yield from _roots(before)
    else:
        yield fact
