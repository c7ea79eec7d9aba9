"""Transactions in code that becomes async, which an await would now span; Django's can't stand there at all (AW307)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.index.values import Foreign
from awaitify.names import Place
from awaitify.plan.awaits import Awaits
from awaitify.plan.kept_objects import bindings_of, slot_of
from awaitify.plan.lock_uses import after

_SPANS = re.compile(
    r"sqlalchemy(\.\w+)*\.(Session|sessionmaker|scoped_session|Engine|Connection)\.(begin|begin_nested)"
    r"|psycopg(\.\w+)*\.Connection\.transaction|peewee(\.\w+)*\.(atomic|transaction|savepoint)|pony\.orm(\.\w+)*\.db_session"
)
"""Calls that open a transaction for a ``with`` statement."""
_CONNECTIONS = re.compile(
    r"(sqlite3|psycopg2?|pymysql|MySQLdb)(\.\w+)*\.([cC]onnection|connect)|sqlalchemy(\.\w+)*\.(Session|Connection)"
)
"""Connections, and what makes them: a ``with`` statement commits or closes them at its end."""


def spanned_transactions(function: Function, awaits: Awaits, resolver: Resolver) -> Iterator[tuple[Place, str]]:
    """The transactions of *function* that stay open while something is newly awaited."""
    module = function.module
    for statement in resolver.scopes.own_nodes(function):
        if not isinstance(statement, ast.With | ast.AsyncWith):
            continue
        for item in statement.items:
            held = awaits.within(after(item.context_expr, statement, module), module)
            opened = sorted(name for name in _names(item, function, resolver) if _opens(name)) if held else []
            if opened:
                what = f"a transaction ({opened[0]}) stays open while line {held[0].line} awaits"
                text = f"{what}: other tasks run meanwhile, share its connection or wait for its locks"
                yield module.place(statement), text


def _opens(name: str) -> bool:
    return _SPANS.fullmatch(name) is not None or _CONNECTIONS.fullmatch(name) is not None


def _names(item: ast.withitem, function: Function, resolver: Resolver) -> frozenset[str]:
    """What the item calls, what it is, and what made it, as far as that is somebody else's."""
    node = item.context_expr
    asked: Sequence[ast.expr] = (node, node.func) if isinstance(node, ast.Call) else (node,)
    values = (value for part in asked for value in resolver.answer(part, function.module).values)
    found = {value.name for value in values if isinstance(value, Foreign)}
    slot = slot_of(node, function.module, resolver)
    for binding in bindings_of(slot, resolver) if slot is not None else ():
        if isinstance(binding.node, ast.Call):
            found.add(resolver.dotted(binding.node.func, binding.scope.module))
    return frozenset(found)
