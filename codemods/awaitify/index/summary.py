"""What one module says, as far as calls need it: its scopes, what their names are bound to, its classes and functions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum, auto

from awaitify.names import Name, Place, Span

Step = int | slice
"""One way into something that is unpacked: the number of a target, negative behind a starred one; a slice for that."""
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class BindingKind(Enum):
    """The ways in which Python gives a name a meaning."""

    IMPORT = auto()
    FUNCTION = auto()
    CLASS = auto()
    VALUE = auto()
    ITERATION = auto()
    CONTEXT = auto()
    PARAMETER = auto()
    PATTERN = auto()
    ELEMENT = auto()
    """What is put into the container that the name holds: ``clients.append(x)``, ``clients[key] = x``."""
    TYPE_VARIABLE = auto()
    TYPE = auto()
    """``type Pair = tuple[Client, str]``"""
    OTHER = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One thing that a name is bound to.

    ``node`` is what the meaning comes from: the value, the iterable, the context expression, the parameter, the definition
    or the import's alias. ``steps`` lead into it when it is unpacked: ``a, (b, c) = x`` binds ``c`` with steps (1, 1).
    """

    kind: BindingKind
    node: ast.AST
    scope: Scope
    steps: tuple[Step, ...] = ()
    annotation: ast.expr | None = None
    source: str = ""
    """For an import, the absolute dotted name it brings in."""
    target: ast.AST | None = None
    """The node that is bound where it is written: the name, the parameter, the definition, the import's alias."""
    keeps: bool = False
    """Whether the name keeps what it was bound to before: ``clients += more``."""
    key: ast.expr | None = None
    """For an element, the key it is put under."""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A module, class body, function, lambda or comprehension, with the names bound in it."""

    node: ast.AST
    module: Module
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outer_names: set[str] = field(default_factory=set)
    """Names declared ``global`` or ``nonlocal`` here."""

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def around(self) -> Scope | None:
        """The scope in which this one's definition stands; the one of its own type parameters is looked through."""
        parent = self.parent
        while parent is not None and _is_type_parameter(parent.node):
            parent = parent.parent
        return parent


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A ``def`` or ``async def``, with the class whose body it stands in."""

    node: FunctionNode
    module: Module
    qualname: str
    owner: Class | None
    scope: Scope

    @property
    def name(self) -> Name:
        return Name(self.module.name, self.qualname)

    @property
    def place(self) -> Place:
        return self.module.place(self.node)

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def is_nested(self) -> bool:
        """Whether it stands in another function."""
        parent = self.scope.around
        return parent is not None and isinstance(parent.node, FunctionNode | ast.Lambda)

    def __str__(self) -> str:
        return str(self.name)

    def __repr__(self) -> str:
        return f"<Function {self}>"


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class: its functions by name, and every value that is assigned to an attribute in its body or through ``self``."""

    node: ast.ClassDef
    module: Module
    qualname: str
    scope: Scope
    functions: dict[str, list[Function]] = field(default_factory=dict)
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    elements: dict[str, list[Binding]] = field(default_factory=dict)
    """What its methods put into the containers that attributes of ``self`` hold."""

    @property
    def name(self) -> Name:
        return Name(self.module.name, self.qualname)

    def __repr__(self) -> str:
        return f"<Class {self.name}>"


@dataclass(slots=True, eq=False)
class Module:
    """A parsed file. ``parents`` and ``mentions`` are made when they are first asked for."""

    name: str
    path: str
    text: str
    tree: ast.Module
    is_package: bool
    lines: list[str]
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    classes: list[Class] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    """Absolute names of the modules that are star-imported."""
    attribute_targets: dict[str, list[Binding]] = field(default_factory=dict)
    """What is assigned to attributes, of ``self`` and of anything else, by the attribute's name."""
    elements: dict[str, list[Binding]] = field(default_factory=dict)
    """What is put into the containers that names hold; a binding's scope is where that is done."""
    _parents: dict[ast.AST, ast.AST] | None = None
    _mentions: dict[str, list[ast.AST]] | None = None
    _texts: list[ast.Constant] = field(default_factory=list)
    _class_patterns: list[ast.MatchClass] = field(default_factory=list)

    @property
    def scope(self) -> Scope:
        return self.scopes[self.tree]

    def span(self, node: ast.AST) -> Span:
        """Where *node* stands, in characters (``ast`` counts the bytes of UTF-8)."""
        line, end_line = node.lineno, node.end_lineno  # type: ignore[attr-defined]
        return Span(
            line,
            self._characters(line, node.col_offset),  # type: ignore[attr-defined]
            end_line,
            self._characters(end_line, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def place(self, node: ast.AST) -> Place:
        return Place(self.path, self.span(node))

    def _characters(self, line: int, column: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return column if text.isascii() else len(text.encode()[:column].decode(errors="replace"))

    @property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node."""
        if self._parents is None:
            self._survey()
        assert self._parents is not None
        return self._parents

    @property
    def mentions(self) -> dict[str, list[ast.AST]]:
        """The nodes that name something, by the name: names, attributes, imports, strings that look like a dotted name."""
        if self._mentions is None:
            self._survey()
        assert self._mentions is not None
        return self._mentions

    @property
    def texts(self) -> list[ast.Constant]:
        """The strings that may be templates: with a dot, and one of the characters with which fields begin."""
        if self._mentions is None:
            self._survey()
        return self._texts

    @property
    def class_patterns(self) -> list[ast.MatchClass]:
        """``case Page(owner=someone):``"""
        if self._mentions is None:
            self._survey()
        return self._class_patterns

    def _survey(self) -> None:
        parents: dict[ast.AST, ast.AST] = {}
        mentions: dict[str, list[ast.AST]] = {}
        stack: list[ast.AST] = [self.tree]
        while stack:
            node = stack.pop()
            if node.__class__ in _NAMING:
                for name in _named(node):
                    mentions.setdefault(name, []).append(node)
            self._keep(node)
            for value in node.__dict__.values():  # ast.iter_child_nodes takes three times as long
                if value.__class__ is list:
                    for child in value:
                        if isinstance(child, ast.AST):
                            parents[child] = node
                            stack.append(child)
                elif isinstance(value, ast.AST) and value.__class__ not in _SHARED:
                    parents[value] = node
                    stack.append(value)
        for nodes in mentions.values():
            if len(nodes) > 1:
                nodes.sort(key=lambda node: (getattr(node, "lineno", 0), getattr(node, "end_col_offset", 0)))
        self._parents, self._mentions = parents, mentions

    def _keep(self, node: ast.AST) -> None:
        """Keep what may read an attribute by its name."""
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and "." in node.value and not _FIELD_STARTS.isdisjoint(node.value):
                self._texts.append(node)
        elif isinstance(node, ast.MatchClass):
            self._class_patterns.append(node)


_FIELD_STARTS = frozenset("{$%")
_NAMING = frozenset({ast.Name, ast.Attribute, ast.alias, ast.Constant})
_SHARED = frozenset(
    {
        *ast.expr_context.__subclasses__(),
        *ast.operator.__subclasses__(),
        *ast.boolop.__subclasses__(),
        *ast.unaryop.__subclasses__(),
        *ast.cmpop.__subclasses__(),
    }
)
"""Nodes without a place, of which the parser makes one for all."""


def _is_type_parameter(node: ast.AST) -> bool:
    """``T`` in ``def first[T](…)``: the node of the scope in which a definition's type parameters are bound."""
    return type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple")


def _named(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return (name,)
        case ast.alias(name=name):
            return (name.rpartition(".")[2],)
        case ast.Constant(value=str(text)) if len(text) < 200 and text.replace(".", "").replace(":", "").isidentifier():
            return (text.replace(":", ".").rpartition(".")[2],)
    return ()
