"""Names that the async code needs and that mean something else where they would be read."""

from __future__ import annotations

from awaitify.index.summary import BindingKind, Scope
from awaitify.plan.context import Piece
from awaitify.plan.edit import AddImport


def refuse_hidden_names(piece: Piece) -> None:
    """Refuse the piece when a module that it imports is hidden: ``json`` where a parameter is called so."""
    wanted = {
        edit.module.partition(".")[0] for _, edit in piece.edits if isinstance(edit, AddImport) and edit.name is None
    }
    for function in piece.functions:
        for name in sorted(wanted):
            if is_hidden(name, function.scope):
                reason = f"{name} means something else in {function.name}"
                piece.refuse("AW410", function.module, function.node, reason)
                return


def is_hidden(name: str, scope: Scope | None) -> bool:
    """Whether the module *name* can't be read in *scope* by its name."""
    while scope is not None:
        bindings = scope.bindings.get(name, ())
        if bindings and not scope.is_class:
            return any(binding.kind is not BindingKind.IMPORT for binding in bindings)
        scope = scope.parent
    return False
