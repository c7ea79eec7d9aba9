"""Mocks that stand for a function: ``client.fetch = MagicMock(return_value=1)``."""

from __future__ import annotations

import ast
import re

from awaitify.index.references import Mention, Use
from awaitify.index.resolve import Resolver

_MOCK = re.compile(r"(unittest\.mock|mock)\.(MagicMock|Mock)")


def is_mock_replacement(mention: Mention, resolver: Resolver) -> bool:
    """Whether a mock is put in the function's place that can become an AsyncMock."""
    return replacing_mock(mention, resolver) is not None


def replacing_mock(mention: Mention, resolver: Resolver) -> ast.Call | None:
    """The call ``MagicMock(…)`` or ``Mock(…)`` whose result takes the function's place, else None."""
    parent = mention.module.parents.get(mention.node)
    value: ast.expr | None = None
    if mention.use is Use.ASSIGNED and isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        value = parent.value
    elif mention.use is Use.NAMED and isinstance(parent, ast.Call) and len(parent.args) == 3:
        value = parent.args[2]
    if isinstance(value, ast.Call) and _MOCK.fullmatch(resolver.dotted(value.func, mention.module)):
        return value
    return None
