"""What every part of the plan draws on, and the piece of plan that each of them gives back."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from awaitify.codes import Way, find_code
from awaitify.colour.blocking import Blocking, BlockingSite
from awaitify.colour.colouring import Colouring, Kind, Obstacle
from awaitify.index.published import Replaced
from awaitify.index.references import Around, surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, FunctionNode, Module
from awaitify.names import Span, is_borrowed, lies_in
from awaitify.plan.edit import Edit
from awaitify.plan.plan import Note


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """A settled colouring with what is needed to plan the edits of it."""

    resolver: Resolver
    blocking: Blocking
    colouring: Colouring
    package: str = "httpx"
    """What takes httpx's place: ``httpx`` or ``httpx2``."""
    part: str = ""
    """The part of the project that may change; empty: all of it."""
    bridged: frozenset[Function] = frozenset()
    """What runs in an event loop that a bridge starts."""
    oldest_python: tuple[int, int] = (3, 11)
    """The oldest Python that the project says it runs on."""
    replaced: tuple[Replaced, ...] = ()
    """What objects of libraries hold that isn't what it was."""

    def may_change(self, path: str) -> bool:
        """Whether the file at *path* may be edited."""
        return lies_in(path, self.part)

    def becomes_async(self, function: Function) -> bool:
        """Whether the function is turned from sync to async, be it only its body (an entry point that is split)."""
        entry = self.colouring.entries.get(function)
        turns = function in self.colouring.causes and not function.is_async and not self.colouring.both.stays(function)
        return turns or (entry is not None and entry.split)

    def has_twin(self, function: Function | None) -> bool:
        """Whether the function stays sync beside an async twin."""
        return function is not None and self.colouring.both.stands_twice(function)

    def swapped_functions(self) -> list[Function]:
        """The functions in which blocking calls are replaced: what becomes async, and what was named and is async already."""
        split = [entry.function for entry in self.colouring.entries.values() if entry.split]
        causes = self.colouring.causes
        stays = self.colouring.both.stays
        ours = [f for f in causes if not is_borrowed(f.module.path)]
        coloured = [f for f in ours if (causes[f].kind is Kind.SEED if f.is_async else not stays(f))]
        return sorted({*coloured, *split}, key=lambda function: function.place)

    def is_async_after(self, function: Function | None) -> bool:
        """Whether an await may stand in the function's body afterwards."""
        return function is not None and (function.is_async or self.becomes_async(function))

    def why_no_await(self, node: ast.AST, module: Module) -> str:
        """The code that says why no await can stand at *node* afterwards; empty when it can."""
        around, function = surroundings(node, module, self.resolver)
        if around is Around.LAMBDA:
            return "AW204"
        return "" if around is Around.BODY and self.is_async_after(function) else "AW209"


@dataclass(slots=True)
class Piece:
    """A part of the plan that is carried out whole or, when it has obstacles, not at all.

    ``functions`` are those for whose sake it is done; each edit goes with the path of its file.
    """

    functions: list[Function]
    edits: list[tuple[str, Edit]] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    sites: set[ast.AST] = field(default_factory=set)
    """The blocking calls that it replaces."""
    swap: str = ""
    """The library whose calls, clients or exceptions it swaps for those of another one."""
    request: tuple[BlockingSite, str] | None = None
    """The request that it swaps, and the name of the client that must be opened around it."""
    client: tuple[Class, str] | None = None
    """The class and attribute that hold the client which it swaps."""
    calls: list[BlockingSite] = field(default_factory=list)
    """The blocking calls that could be put on threads instead, as they are."""
    is_threaded: bool = False
    """Whether they are."""
    responses: dict[tuple[Function, str], ast.AST] = field(default_factory=dict)
    """The local names that hold what those calls give, each with the call."""

    def edit(self, module: Module, edit: Edit) -> None:
        self.edits.append((module.path, edit))

    def refuse(self, code: str, module: Module, node: ast.AST, reason: str) -> None:
        """Leave the whole piece to a person, because of *node*."""
        function = self.functions[0]
        ways = tuple(way for way in find_code(code).ways if way is not Way.BRIDGE)
        self.obstacles.append(
            Obstacle(code, module.place(node), reason, frozenset(self.functions), function, ways, None, node)
        )


def names_in(function: Function) -> set[str]:
    """Every name that is read or bound in the function, nested functions included."""
    found = {node.id for node in ast.walk(function.node) if isinstance(node, ast.Name)}
    return found | {node.arg for node in ast.walk(function.node) if isinstance(node, ast.arg)}


def free_name(function: Function, *wishes: str) -> str:
    """The first of *wishes* that the function doesn't use yet; numbered when it uses them all."""
    taken = names_in(function) | set(function.module.scope.bindings)
    numbered = (f"{wishes[0]}_{number}" for number in range(2, 1000))
    return next(name for name in (*wishes, *numbered) if name not in taken)


def name_uses(name: str, function: Function) -> Iterator[ast.Name]:
    """Every mention of a local name in the function, nested functions included."""
    for node in ast.walk(function.node):
        if isinstance(node, ast.Name) and node.id == name:
            yield node


def is_nested_in(node: ast.AST, function: Function) -> bool:
    """Whether a nested function or lambda stands between *node* and the function's own body."""
    parents = function.module.parents
    current = parents.get(node)
    while current is not None and current is not function.node:
        if isinstance(current, FunctionNode | ast.Lambda | ast.ClassDef):
            return True
        current = parents.get(current)
    return False


def spans(module: Module, nodes: Iterable[ast.AST]) -> tuple[Span, ...]:
    return tuple(module.span(node) for node in nodes)
