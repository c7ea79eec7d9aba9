"""What a person can decide before a place is a stop: which barriers can be accepted, and how."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from awaitify.codes import Way
from awaitify.index.summary import Function
from awaitify.names import Place


class Decide(Protocol):
    """Says which way a person chose for a code at a place in a function, where *callees* are what is called there."""

    def __call__(
        self, code: str, place: Place, inside: Function | None, callees: Iterable[Function] = ()
    ) -> Way | None: ...


ACCEPTED = frozenset(
    {("AW214", Way.AWAIT), ("AW306", Way.AWAIT), *((code, Way.MARK) for code in ("AW210", "AW211", "AW214", "AW215"))}
)
"""The barriers that a person can accept, and how."""
VOUCHED = frozenset(pair for pair in ACCEPTED if pair[1] is Way.AWAIT)
"""Those that can also be accepted where the function is called."""
ACCEPTABLE = frozenset(code for code, _ in ACCEPTED)
