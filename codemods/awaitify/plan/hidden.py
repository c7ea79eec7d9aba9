"""Names that the async code needs and that mean something else where they would be read."""

from __future__ import annotations

from awaitify.index.hidden import is_hidden
from awaitify.plan.context import Piece
from awaitify.plan.edit import AddImport


def refuse_hidden_names(piece: Piece) -> None:
    """Refuse the piece when a module that it imports is hidden: ``json`` where a parameter is called so."""
    modules = [edit.module for _, edit in piece.edits if isinstance(edit, AddImport) and edit.name is None]
    if piece.request is not None:  # the client that is opened around it
        modules.append(piece.request[0].swap.package)
    wanted = {module.partition(".")[0] for module in modules}
    for function in piece.functions:
        for name in sorted(wanted):
            if is_hidden(name, function.scope):
                reason = f"{name} means something else in {function.name}"
                piece.refuse("AW410", function.module, function.node, reason)
                return
