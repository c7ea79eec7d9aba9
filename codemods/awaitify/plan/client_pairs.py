"""The async client beside the sync one, where some of those who use an object's client stay sync."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from awaitify.colour.colouring import ClientUse
from awaitify.colour.pairs import twin_name
from awaitify.index.references import statement_of
from awaitify.index.summary import Binding, Class, Module
from awaitify.plan.context import Context, Piece
from awaitify.plan.edit import KeepBefore, Rename
from awaitify.plan.plan import Note
from awaitify.swap import ClientType

_CHANGES = frozenset("update set pop setdefault clear".split())
_PLAIN_CALLS = frozenset({f"builtins.{name}" for name in ("dict", "str", "int", "float", "bool", "list", "tuple")})
"""Calls that may be made once more: they change nothing, and give the same again."""


@dataclass(frozen=True, slots=True)
class ClientPair:
    """The attribute *name* holds the async client, *attribute* goes on holding the sync one."""

    attribute: str
    name: str

    @classmethod
    def beside(
        cls, owner: tuple[Class, str], uses: list[ClientUse], piece: Piece, context: Context
    ) -> ClientPair | None:
        """The pair of the client that *owner* keeps; None where nobody who uses it stays sync beside a twin."""
        if not any(context.has_twin(use.function) for use in uses):
            return None
        holder, attribute = owner
        pair = cls(attribute, twin_name(attribute, context.colouring.both.pairs.pattern))
        module, hierarchy = holder.module, context.resolver.hierarchy
        classes = (*hierarchy.order(holder), *hierarchy.below(holder, mentioning=pair.name))
        if any(pair.name in one.attributes or pair.name in one.functions for one in classes):
            piece.refuse("AW404", module, holder.node, f"{holder.node.name} has a {pair.name} of its own")
        if any("__slots__" in one.attributes for one in classes):
            piece.refuse("AW404", module, holder.node, f"the __slots__ of {holder.node.name} have no {pair.name}")
        made = f"each object of {holder.node.name} makes a second client, for async code: some 30 ms for httpx to load"
        piece.notes.append(Note("run", module.place(holder.node), f"{made} the TLS certificates"))
        return pair

    def leaves(self, binding: Binding, piece: Piece, context: Context) -> bool:
        """Whether nothing is made async where the attribute is bound; where that is in the class, it is bound twice."""
        node, module = binding.node, binding.scope.module
        if not binding.scope.is_class:
            return False
        statement = statement_of(node, module)
        match statement:
            case ast.AnnAssign(value=None):
                return True
            case ast.Assign(targets=[ast.Name() as target], value=ast.Constant(value=None)) | ast.AnnAssign(
                target=ast.Name() as target, value=ast.Constant(value=None)
            ):
                piece.edit(module, KeepBefore(module.span(statement)))
                piece.edit(module, Rename(module.span(target), self.name))
                return False
        return False

    def leaves_use(self, use: ClientUse, kind: ClientType, piece: Piece, context: Context) -> bool:
        """Whether a use stays one of the sync client; else it is one of the async client, or is done to both."""
        module, function = use.module, use.function
        if context.is_async_after(function):
            piece.edit(module, Rename(module.span(use.node), self.name))
            return False
        call = use.method_call
        if call is not None and isinstance(call.func, ast.Attribute) and kind.method_twin(call.func.attr) is not None:
            return True
        if not _changes(use.node, module):
            return False
        statement = statement_of(use.node, module)
        if why := _why_not_twice(statement, use, kind, context):
            piece.refuse("AW404", module, use.node, f"both clients are set up here, and {why}")
            return False
        piece.edit(module, KeepBefore(module.span(statement)))
        piece.edit(module, Rename(module.span(use.node), self.name))
        return False


def _changes(node: ast.expr, module: Module) -> bool:
    """``self.session = …``, ``self.session.headers["X"] = …``, ``self.session.headers.update(…)``"""
    current: ast.AST = node
    while isinstance(current, ast.Attribute | ast.Subscript):
        if isinstance(current.ctx, ast.Store | ast.Del):
            return True
        parent = module.parents[current]
        if isinstance(current, ast.Attribute) and current.attr in _CHANGES and isinstance(parent, ast.Call):
            return parent.func is current
        is_part = isinstance(parent, ast.Attribute | ast.Subscript) and parent.value is current
        if not is_part:
            return False
        current = parent
    return False


def _why_not_twice(statement: ast.stmt, use: ClientUse, kind: ClientType, context: Context) -> str:
    """Why the statement can't be made once more for the other client; empty when it can."""
    module = use.module
    line = module.lines[statement.lineno - 1]
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Delete):
        return "it is part of a larger statement"
    if line[: statement.col_offset].strip() or (isinstance(statement, ast.Assign) and len(statement.targets) > 1):
        return "more than one thing is done in that line"
    for node in ast.walk(statement):
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return "what stands there can't be done twice"
        if isinstance(node, ast.Call) and not _is_of_client(node, use, module):
            name = context.resolver.dotted(node.func, module)
            if name not in kind.factories and name not in _PLAIN_CALLS:
                return f"{ast.unparse(node.func)}() would be called twice"
    return ""


def _is_of_client(call: ast.Call, use: ClientUse, module: Module) -> bool:
    """``self.session.headers.update(…)``"""
    current: ast.AST = use.node
    while isinstance(current, ast.Attribute | ast.Subscript):
        current = module.parents[current]
    return current is call
