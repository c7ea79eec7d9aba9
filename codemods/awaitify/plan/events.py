"""What a function reads and writes of what other tasks see, and where it newly awaits, in the order in which that happens."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Function
from awaitify.index.values import BoundContainer, FunctionValue
from awaitify.names import Span
from awaitify.plan.awaits import Awaits, start_of

_EXITS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_MUTATES = frozenset(
    "append add update pop popitem remove discard clear extend insert setdefault appendleft popleft sort reverse".split()
)


class What(Enum):
    """What happens."""

    READ = "read"
    WRITE = "write"
    AWAIT = "await"


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """What stands around an event: the branches that lead to it, and the ``with`` and ``try`` statements it is in."""

    branches: tuple[tuple[ast.stmt, str], ...] = ()
    statements: tuple[ast.stmt, ...] = ()

    def inside(self, statement: ast.stmt, branch: str = "") -> Around:
        branches = (*self.branches, (statement, branch)) if branch else self.branches
        return Around(branches, (*self.statements, statement))


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """One read, write or await; *at* counts from the function's start, *key* is what is read or written: ``self.count``."""

    what: What
    at: int
    key: str
    node: ast.AST
    statement: ast.stmt
    around: Around
    since: int
    """When the value was read: a local name may hold it since then."""
    through: str = ""
    """The method of the same object that does it, where it isn't done here."""

    @property
    def line(self) -> int:
        return getattr(self.node, "lineno", self.statement.lineno)


def events_of(function: Function, awaits: Awaits, resolver: Resolver) -> list[Event]:
    """The events in the function itself, without those of functions nested in it."""
    walk = _Walk(function, awaits, resolver)
    walk.block(function.node.body, Around())
    return walk.found


def can_follow(first: Event, second: Event) -> bool:
    """Whether both can happen in one run, the first before the second."""
    if first.at >= second.at:
        return False
    other = dict(second.around.branches)
    if any(other.get(statement, branch) != branch for statement, branch in first.around.branches):
        return False
    return not any(leaves(statement, branch) and statement not in other for statement, branch in first.around.branches)


def leaves(statement: ast.stmt, branch: str) -> bool:
    """Whether a branch of the statement never comes to its end: ``if …: return x``."""
    block = getattr(statement, branch, None)
    return isinstance(block, list) and bool(block) and isinstance(block[-1], _EXITS)


@dataclass(slots=True, eq=False)
class _Walk:
    """One walk over a function's body."""

    function: Function
    awaits: Awaits
    resolver: Resolver
    found: list[Event] = field(default_factory=list)
    held: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By local name, what it was read from and when."""
    spans: frozenset[Span] = frozenset()
    own: str = ""

    def __post_init__(self) -> None:
        self.spans = self.awaits.at(self.function.module)
        arguments = [*self.function.node.args.posonlyargs, *self.function.node.args.args]
        if self.function.owner is not None and arguments:
            self.own = arguments[0].arg

    def add(
        self,
        what: What,
        key: str,
        node: ast.AST,
        statement: ast.stmt,
        around: Around,
        since: int | None = None,
        through: str = "",
    ) -> None:
        at = len(self.found)
        self.found.append(Event(what, at, key, node, statement, around, at if since is None else since, through))

    def block(self, statements: Iterable[ast.stmt], around: Around) -> None:
        for statement in statements:
            self.statement(statement, around)

    def statement(self, node: ast.stmt, around: Around) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return
            case ast.Assign(targets=targets, value=value):
                self.assign(targets, value, node, around)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign([target], value, node, around)
            case ast.AugAssign(target=target, value=value):
                if key := self.key(target):
                    self.add(What.READ, key, target, node, around)
                self.expression(value, node, around)
                self.store(target, node, around)
            case ast.Delete(targets=targets):
                for deleted in targets:
                    self.store(deleted, node, around)
            case ast.If(test=test) | ast.While(test=test):
                self.expression(test, node, around)
                self.blocks(node, around)
            case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable):
                self.expression(iterable, node, around)
                self.at_header(node, around)
                self.blocks(node, around)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    self.expression(item.context_expr, node, around)
                self.at_header(node, around)
                self.block(node.body, around.inside(node))
            case _:
                self.rest(node, around)

    def rest(self, node: ast.stmt, around: Around) -> None:
        match node:
            case ast.Try(body=body, handlers=handlers) | ast.TryStar(body=body, handlers=handlers):
                self.block(body, around.inside(node))
                for handler in handlers:
                    self.block(handler.body, around)
                self.block(node.orelse, around)
                self.block(node.finalbody, around)
            case ast.Match(subject=subject, cases=cases):
                self.expression(subject, node, around)
                for number, case in enumerate(cases):
                    self.block(case.body, around.inside(node, f"case {number}"))
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.expression(child, node, around)

    def blocks(self, node: ast.If | ast.While | ast.For | ast.AsyncFor, around: Around) -> None:
        self.block(node.body, around.inside(node, "body"))
        self.block(node.orelse, around.inside(node, "orelse"))

    def at_header(self, node: ast.stmt, around: Around) -> None:
        """An ``async with`` or ``async for`` awaits where it is entered."""
        if start_of(self.function.module.span(node)) in self.spans:
            self.add(What.AWAIT, "", node, node, around)

    def assign(self, targets: list[ast.expr], value: ast.expr, node: ast.stmt, around: Around) -> None:
        first = len(self.found)
        self.expression(value, node, around)
        reads = [event for event in self.found[first:] if event.what is What.READ]
        for target in targets:
            if isinstance(target, ast.Name) and reads:
                self.held[target.id] = (reads[0].key, reads[0].since)
            elif isinstance(target, ast.Name):
                self.held.pop(target.id, None)
            self.store(target, node, around)

    def store(self, target: ast.expr, node: ast.stmt, around: Around) -> None:
        match target:
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    self.store(element, node, around)
            case ast.Starred(value=value):
                self.store(value, node, around)
            case ast.Subscript(value=value, slice=index):
                self.expression(index, node, around)
                if key := self.key(value):
                    self.add(What.WRITE, key, target, node, around)
            case _:
                if key := self.key(target):
                    self.add(What.WRITE, key, target, node, around)

    def expression(self, node: ast.expr, statement: ast.stmt, around: Around) -> None:
        """The events of an expression, in the order of evaluation."""
        match node:
            case ast.Lambda():
                return
            case ast.Call(func=ast.Attribute(value=receiver, attr=attr)) if key := self.key(receiver):
                changes = attr in _MUTATES and self.is_container(node)
                if not changes:
                    self.add(What.READ, key, receiver, statement, around)
                for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                    self.expression(argument, statement, around)
                if changes:
                    self.add(What.WRITE, key, node, statement, around)
            case ast.Name() | ast.Attribute() if key := self.key(node):
                self.add(What.READ, key, node, statement, around)
            case ast.Name(id=name) if name in self.held:
                key, since = self.held[name]
                self.add(What.READ, key, node, statement, around, since)
            case _:
                for child in self.parts(node):
                    self.expression(child, statement, around)
        if hasattr(node, "lineno") and self.function.module.span(node) in self.spans:
            self.add(What.AWAIT, "", node, statement, around)
            for key, name in self.written_by(node):
                self.add(What.WRITE, key, node, statement, around, through=name)

    def written_by(self, node: ast.expr) -> Iterator[tuple[str, str]]:
        """What a method of the same object, awaited here, sets: ``self.log_in()`` sets ``self.logged_in``."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name)) as called) if name == self.own:
                for value in self.resolver.answer(called, self.function.module).values:
                    if isinstance(value, FunctionValue):
                        yield from ((f"{name}.{attr}", called.attr) for attr in sorted(_set_by(value.function)))

    def parts(self, node: ast.expr) -> Iterator[ast.expr]:
        match node:
            case (
                ast.ListComp(generators=generators)
                | ast.SetComp(generators=generators)
                | ast.GeneratorExp(generators=generators)
                | ast.DictComp(generators=generators)
            ):
                for generator in generators:
                    yield generator.iter
                    yield from generator.ifs
                yield from (c for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                yield from (test, body, orelse)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        yield child
                    elif isinstance(child, ast.keyword):
                        yield child.value

    def key(self, node: ast.expr) -> str:
        """``self.count``, ``self.state.count``, ``CACHE``; empty for what other tasks don't see."""
        parts: list[str] = []
        current: ast.expr = node
        while isinstance(current, ast.Attribute):
            parts.append(current.attr)
            current = current.value
        if not isinstance(current, ast.Name):
            return ""
        is_own = bool(parts) and current.id == self.own
        if is_own or self.is_global(current.id):
            return ".".join([current.id, *reversed(parts)])
        return ""

    def is_global(self, name: str) -> bool:
        """Whether the name is a variable of the module, not an import, a function or a class."""
        scope = self.function.module.scope
        bindings = scope.bindings.get(name, ())
        if not bindings or any(binding.kind is not BindingKind.VALUE for binding in bindings):
            return False
        return self.resolver.scopes.find_scope(name, self.function.scope) is scope

    def is_container(self, node: ast.Call) -> bool:
        values = self.resolver.answer(node.func, self.function.module).values
        return any(isinstance(value, BoundContainer) for value in values)


def _set_by(method: Function) -> set[str]:
    """The attributes that a method sets on its own object."""
    arguments = [*method.node.args.posonlyargs, *method.node.args.args]
    return {
        node.attr
        for node in ast.walk(method.node)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if isinstance(node.value, ast.Name) and arguments and node.value.id == arguments[0].arg
    }
