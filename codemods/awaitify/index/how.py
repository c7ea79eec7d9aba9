"""How an answer is known: what had to be followed on the way to it."""

from __future__ import annotations

from enum import Flag, auto


class How(Flag):
    """What was followed, beside imports, definitions, annotations, ``self``, ``super()`` and constructor calls."""

    ASSIGNMENT = auto()
    ATTRIBUTE = auto()
    RETURN = auto()
    ITERATION = auto()
    CONTEXT = auto()
    ELEMENT = auto()
    DEFAULT = auto()
    CALLERS = auto()
    INJECTION = auto()
    FIXTURE = auto()
    MIXIN = auto()
    TEST = auto()
    TYPE_VARIABLE = auto()
    DELEGATION = auto()

    @property
    def words(self) -> tuple[str, ...]:
        """What was followed, in words, each once."""
        return tuple(_WORDS[one] for one in self)


EXACT = How(0)

_WORDS = {
    How.ASSIGNMENT: "an assignment",
    How.ATTRIBUTE: "an attribute",
    How.RETURN: "what a function without annotation returns",
    How.ITERATION: "the items of what is iterated",
    How.CONTEXT: "what a context manager gives",
    How.ELEMENT: "what is put into a container",
    How.DEFAULT: "a default value",
    How.CALLERS: "what callers pass",
    How.INJECTION: "dependency injection",
    How.FIXTURE: "a fixture",
    How.MIXIN: "what the classes below a mixin define",
    How.TEST: "a test of its class",
    How.TYPE_VARIABLE: "a type variable",
    How.DELEGATION: "what it hands attributes on to",
}
