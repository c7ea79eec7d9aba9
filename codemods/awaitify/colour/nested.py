"""Would an async comprehension stand in another one, which Python can't have before 3.11?"""

from __future__ import annotations

import ast

from awaitify.colour.action import Handling, Where
from awaitify.colour.consumers import Consumed, Consumer
from awaitify.colour.iterated import Mapped
from awaitify.index.scopes import COMPREHENSIONS
from awaitify.index.summary import FunctionNode, Module

_WRITES_ONE = frozenset({Consumer.COLLECTED, Consumer.LIST, Consumer.BRACKETED, Consumer.LISTED})


def nests_comprehensions(where: Where, handling: Handling) -> bool:
    """Whether the await at a place stands in two comprehensions, or one is written in another."""
    pieces = handling.rewrite.pieces() if handling.rewrite is not None else ()
    places = [place for piece in pieces if isinstance(piece, Consumed) for place in piece.places]
    writes_one = any(isinstance(piece, Mapped) for piece in pieces) or any(p.consumer in _WRITES_ONE for p in places)
    around = _comprehensions_around(where.node, where.module)
    return around + writes_one > 1 or (around > 0 and isinstance(where.node, COMPREHENSIONS))


def _comprehensions_around(node: ast.AST, module: Module) -> int:
    """In how many comprehensions *node* stands; the first iterable of one is outside of it."""
    found, child, parent = 0, node, module.parents.get(node)
    while parent is not None and not isinstance(parent, FunctionNode | ast.Lambda | ast.stmt):
        if isinstance(parent, COMPREHENSIONS):
            first = parent.generators[0]
            found += not (child is first and node is not first and _is_below(node, first.iter, module))
        child, parent = parent, module.parents.get(parent)
    return found


def _is_below(node: ast.AST, top: ast.AST, module: Module) -> bool:
    current: ast.AST | None = node
    while current is not None and current is not top:
        current = module.parents.get(current)
    return current is top
