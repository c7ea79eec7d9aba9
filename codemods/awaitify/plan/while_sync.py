"""Swaps the library while the program is still sync: ``requests.Session()`` → ``httpx.Client(…)``, which behaves the same.

What is to become ``await client.get(url)`` of an async client is written with the sync client of the same library first:
the same edits, without what awaits. A later stage makes them async.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from awaitify.plan.context import Piece
from awaitify.plan.edit import AddToClass, AwaitCall, Edit, MakeAsyncWith, ReplaceExpression, WrapInWith

_LIBRARY = "requests"
_PACKAGE = "httpx"
"""Its sync client is swapped for its async one by a swap of its own: a later run finds what is left."""


def is_swapped_first(piece: Piece) -> bool:
    """Whether the piece is of those that can be carried out while all is sync."""
    return piece.swap == _LIBRARY and not piece.obstacles and not piece.is_threaded


def why_not_first(pieces: Iterable[Piece], package: str) -> str:
    """Why the library can't be swapped in a stage of its own; empty where it can, or where there is nothing to swap."""
    swapped = [piece for piece in pieces if is_swapped_first(piece)]
    if swapped and package != _PACKAGE:
        return f"a later run wouldn't know the sync client of {package}"
    for piece in swapped:
        if piece.client is not None and any(isinstance(edit, AddToClass) for _, edit in piece.edits):
            cls, attribute = piece.client
            return f"{cls.node.name}.{attribute} is never closed, and a client that is dropped leaves its sockets open"
    return ""


def title_of(pieces: Iterable[Piece]) -> str:
    """What is done in the stage; empty where there is nothing to do."""
    return f"{_LIBRARY} → {_PACKAGE}, still sync" if any(map(is_swapped_first, pieces)) else ""


def while_sync(piece: Piece) -> Piece:
    """The same piece with the sync client."""
    return replace(piece, edits=[(path, sync) for path, edit in piece.edits for sync in _sync(edit)], notes=[])


def _sync(edit: Edit) -> Iterator[Edit]:
    match edit:
        case AwaitCall() | MakeAsyncWith():
            return
        case WrapInWith(header=header):
            yield replace(edit, header=_without_async(header), is_async=False)
        case ReplaceExpression(template=template):
            yield replace(edit, template=_without_async(template))
        case _:
            yield edit


def _without_async(text: str) -> str:
    return (
        text.removeprefix("await ")
        .replace(f"{_PACKAGE}.AsyncClient", f"{_PACKAGE}.Client")
        .replace(".aclose", ".close")
    )
