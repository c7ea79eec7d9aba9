"""Looks for calls of converted functions that nobody awaits, by names and nesting alone: it trusts nothing the tool says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MARK = re.compile(r"^[ \t]*# awaitify: todo\[(AW\d+)\]")
SCHEDULERS = frozenset(
    {"create_task", "ensure_future", "gather", "run", "run_until_complete", "shield", "wait", "wait_for"}
)
"""What may be handed a coroutine in place of an await."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef
Names = Mapping[str, frozenset[str]]
"""By file, the qualified names of functions."""


@dataclass(frozen=True, slots=True, order=True)
class Mentioned:
    """The *ordinal*-th mention of *name* in the function *inside* of a file: the same before and after a migration."""

    path: str
    inside: str
    name: str
    ordinal: int


@dataclass(frozen=True, slots=True, order=True)
class Unawaited:
    """A call of a name that a converted function has; ``certain`` where nesting and bases say that it is that function."""

    path: str
    line: int
    text: str
    certain: bool
    mentioned: Mentioned

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.text}"


def converted(before: Path, after: Path) -> dict[str, frozenset[str]]:
    """The functions that are ``async def`` in *after* only."""
    found = {}
    for path in sorted(after.rglob("*.py")):
        old = before / path.relative_to(after)
        was = _async_names(old) if old.exists() else frozenset()
        found[path.relative_to(after).as_posix()] = _async_names(path) - was
    return found


def unawaited(after: Path, names: Names) -> list[Unawaited]:
    """The calls in *after* that go by a converted name and are neither awaited, scheduled nor marked."""
    bare = {name.rpartition(".")[2] for some in names.values() for name in some}
    files = {path: _File(path, (after / path).read_text("utf-8")) for path in names}
    classes = _Classes()
    for path, file in files.items():
        classes.add(file, names[path])
    return sorted(found for path, file in files.items() for found in _left(file, bare, names[path], classes))


def marks(root: Path) -> list[str]:
    """The codes of the marks in all files."""
    texts = (path.read_text("utf-8") for path in sorted(root.rglob("*.py")))
    return [match[1] for text in texts for line in text.splitlines() if (match := MARK.match(line))]


def _left(file: _File, names: set[str], own: frozenset[str], classes: _Classes) -> Iterator[Unawaited]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and _called(node) in names and not file.is_dealt_with(node):
            certain = _is_certain(node, file, own, classes)
            yield Unawaited(file.path, node.lineno, ast.unparse(node)[:100], certain, file.mentioned(node))


def _is_certain(call: ast.Call, file: _File, own: frozenset[str], classes: _Classes) -> bool:
    """``self.f()`` and ``super().f()`` where the first class that has an ``f`` has a converted one; ``f()`` likewise."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
            here = f"{file.class_path(call)}.{name}" in own
            return here or classes.is_converted(file.class_around(call), name)
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"), args=[]), attr=name):
            return classes.is_converted(file.class_around(call), name, above=True)
        case ast.Name(id=name):
            return name in own and not any(_binds(node, name) for node in file.around(call))
    return False


@dataclass(frozen=True, slots=True)
class _Classes:
    """The classes of all files by their bare names; a name that two classes have says nothing."""

    bases: dict[str, list[str]] = field(default_factory=dict)
    methods: dict[str, dict[str, bool]] = field(default_factory=dict)
    """By class, its methods, and whether each is a converted one."""
    doubled: set[str] = field(default_factory=set)

    def add(self, file: _File, own: frozenset[str]) -> None:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.ClassDef):
                if node.name in self.bases:
                    self.doubled.add(node.name)
                prefix = file.qualname(node)
                self.bases[node.name] = [_last_name(base) for base in node.bases]
                methods = [inner.name for inner in node.body if isinstance(inner, Definition)]
                self.methods[node.name] = {name: f"{prefix}.{name}" in own for name in methods}

    def is_converted(self, cls: str, name: str, above: bool = False) -> bool:
        queue, seen = [cls], set[str]()
        while queue:
            current = queue.pop(0)
            if current in self.doubled or current not in self.bases or current in seen:
                return False
            seen.add(current)
            if name in self.methods[current] and not (above and current == cls):
                return self.methods[current][name]
            queue = [*self.bases[current], *queue]
        return False


class _File:
    """One file with what stands around each of its nodes."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.tree = ast.parse(text)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._ordinals: dict[ast.AST, Mentioned] = {}

    def is_dealt_with(self, call: ast.Call) -> bool:
        parent = self.parents[call]
        if isinstance(parent, ast.Starred):
            parent = self.parents[parent]
        is_scheduled = isinstance(parent, ast.Call) and _called(parent) in SCHEDULERS
        return isinstance(parent, ast.Await) or is_scheduled or self.is_marked(call)

    def is_marked(self, node: ast.AST) -> bool:
        """Whether a mark stands among the comments above its statement."""
        statement = next(around for around in self.around(node) if isinstance(around, ast.stmt))
        above = _first_line(statement) - 1
        while above and self.lines[above - 1].lstrip().startswith("#"):
            if MARK.match(self.lines[above - 1]):
                return True
            above -= 1
        return False

    def class_around(self, node: ast.AST) -> str:
        return next((around.name for around in self.around(node) if isinstance(around, ast.ClassDef)), "")

    def class_path(self, node: ast.AST) -> str:
        """The qualified name of the class around *node*: another of its bare name may stand in another file."""
        return self.qualname(
            next((around for around in self.around(node) if isinstance(around, ast.ClassDef)), self.tree)
        )

    def qualname(self, node: ast.AST) -> str:
        """The names of the classes and functions from the outermost to *node*'s own."""
        around = [one.name for one in self.around(node) if isinstance(one, Definition | ast.ClassDef)]
        return ".".join(reversed(around))

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        current: ast.AST | None = node
        while current is not None:
            yield current
            current = self.parents.get(current)

    def mentioned(self, call: ast.Call) -> Mentioned:
        if not self._ordinals:
            self._ordinals = dict(self._count())
        return self._ordinals[call.func]

    def _count(self) -> Iterator[tuple[ast.AST, Mentioned]]:
        named = [node for node in ast.walk(self.tree) if isinstance(node, ast.Name | ast.Attribute)]
        seen: dict[tuple[str, str], int] = {}
        for node in sorted(named, key=lambda n: (n.end_lineno or 0, n.end_col_offset or 0)):
            name = node.id if isinstance(node, ast.Name) else node.attr
            inside = self.qualname(next((a for a in self.around(node) if isinstance(a, Definition)), self.tree))
            ordinal = seen[inside, name] = seen.get((inside, name), -1) + 1
            yield node, Mentioned(self.path, inside, name, ordinal)


def _called(call: ast.Call) -> str:
    return _last_name(call.func)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last_name(value)
    return ""


def _first_line(statement: ast.stmt) -> int:
    decorators = statement.decorator_list if isinstance(statement, Definition | ast.ClassDef) else []
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _binds(node: ast.AST, name: str) -> bool:
    """Whether a function around the call has a variable of that name."""
    if not isinstance(node, Definition):
        return False
    inside = list(ast.walk(node))
    stored = any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in inside)
    return stored or any(isinstance(n, ast.arg) and n.arg == name for n in inside)


def _async_names(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_bytes())
    return frozenset(name for name, node in _definitions(tree.body, "") if isinstance(node, ast.AsyncFunctionDef))


def _definitions(body: Iterable[ast.AST], prefix: str) -> Iterator[tuple[str, Definition]]:
    for node in body:
        if isinstance(node, Definition | ast.ClassDef):
            if not isinstance(node, ast.ClassDef):
                yield prefix + node.name, node
            yield from _definitions(ast.iter_child_nodes(node), f"{prefix}{node.name}.")
        else:
            yield from _definitions(ast.iter_child_nodes(node), prefix)
