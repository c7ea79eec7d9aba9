"""Special methods that Python calls itself: the reason says what a coroutine would do there, and what to write instead."""

from __future__ import annotations

import pytest

from awaitify.colour.special_methods import why_it_stays_sync


@pytest.mark.parametrize(
    ("name", "what", "instead"),
    [
        ("__len__", "raises TypeError", "`async def size()`"),
        ("__contains__", "would always be true", "`async def contains(x)`"),
        ("__eq__", "would always be true", "`async def equals(other)`"),
        ("__getitem__", "would give a coroutine", "`async def get(key)`"),
        ("__setitem__", "would never be run", "`async def set(key, x)`"),
        ("__matmul__", "would get a coroutine", "`async def matmul()`"),
    ],
)
def test_the_reason_is_that_of_the_method(name: str, what: str, instead: str) -> None:
    reason = why_it_stays_sync(name)
    assert reason.startswith(f"Python calls {name} itself and doesn't await it: ")
    assert what in reason
    assert instead in reason
