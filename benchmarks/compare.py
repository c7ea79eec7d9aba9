"""Compares two answers to the question which functions ``x.name`` reaches, and says what kind of expression ``x`` is."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

Definition = ast.FunctionDef | ast.AsyncFunctionDef
F = TypeVar("F", bound=Hashable)
PROPERTIES = ("property", "cached_property", "setter", "getter", "deleter")


class Verdict(StrEnum):
    """How our answer stands to the other; the sets hold every override of what was answered."""

    EQUAL = "equal"
    SUPERSET = "superset"
    MISSED = "missed"
    """Ours lacks some, or all and says that it doesn't know."""
    DIFFERENT = "different"
    """Ours has none of the other's, and doesn't say that it doesn't know."""
    CLAIMED = "ours, external for the other"
    ALONE = "only ours"
    EXTERNAL = "external for the other"
    STORED = "not a method for the other"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Theirs(Generic[F]):
    """The other's answer: functions of the project, what lies outside of it, what is of the project and no function."""

    functions: frozenset[F] = frozenset()
    is_outside: bool = False
    is_stored: bool = False


@dataclass(frozen=True, slots=True)
class Ours(Generic[F]):
    """Our answer: functions of the project, whether it may be something else too, and whether something isn't known."""

    functions: frozenset[F] = frozenset()
    has_other: bool = False
    has_unknown: bool = False
    is_seen: bool = True
    """Whether the tool lists the place among the mentions of the name at all."""


def verdict(ours: Ours[F], theirs: Theirs[F], overrides: Callable[[F], Iterable[F]]) -> Verdict:
    """How the answers compare when each function stands for itself and its *overrides*."""
    if theirs.functions:
        return _of_sets(ours, _with(theirs.functions, overrides), _with(ours.functions, overrides))
    if theirs.is_stored:
        return Verdict.STORED
    if theirs.is_outside:
        return Verdict.CLAIMED if ours.functions else Verdict.EXTERNAL
    return Verdict.ALONE if ours.functions else Verdict.NEITHER


def _with(functions: frozenset[F], overrides: Callable[[F], Iterable[F]]) -> frozenset[F]:
    return functions.union(*(overrides(function) for function in functions))


def _of_sets(ours: Ours[F], expected: frozenset[F], found: frozenset[F]) -> Verdict:
    if found == expected:
        return Verdict.EQUAL
    if found > expected:
        return Verdict.SUPERSET
    if found & expected or not found and ours.has_unknown:
        return Verdict.MISSED
    return Verdict.DIFFERENT


# What stands in a file


class Site(NamedTuple):
    """A place where ``x.name`` is read: the end of the attribute as ``ast`` counts, and the kind of ``x``."""

    path: str
    name: str
    line: int
    end_column: int
    receiver: str


class Survey(NamedTuple):
    """How many classes define a method of each name, and how often each is read as an attribute."""

    classes: Counter[str]
    sites: Counter[str]

    @property
    def shared(self) -> list[str]:
        """The methods' names that two classes or more define and that are read somewhere, in order."""
        return sorted(name for name, number in self.classes.items() if number > 1 and self.sites[name])


def survey(trees: Iterable[ast.Module]) -> Survey:
    """Count over all *trees*; properties and dunders are left out."""
    found = Survey(Counter(), Counter())
    for tree in trees:
        for node in ast.walk(tree):
            match node:
                case ast.ClassDef(body=body):
                    names = {item.name for item in body if isinstance(item, Definition) and not is_property(item)}
                    found.classes.update(name for name in names if not name.startswith("__"))
                case ast.Attribute(attr=name, ctx=ast.Load()):
                    found.sites[name] += 1
    return found


def is_property(node: Definition) -> bool:
    """Whether a decorator says that the method is read like a value."""
    decorators = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return any(ast.unparse(d).rpartition(".")[2] in PROPERTIES for d in decorators)


def sites(path: str, tree: ast.Module, names: frozenset[str]) -> Iterator[Site]:
    """The places in *tree* where an attribute of one of the *names* is read."""
    for node, around in _attributes(tree, ()):
        if node.attr in names and isinstance(node.ctx, ast.Load):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            yield Site(path, node.attr, node.end_lineno, node.end_col_offset, receiver_kind(node.value, around))


def _attributes(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[tuple[ast.Attribute, tuple[ast.AST, ...]]]:
    """Every attribute below *node* with the functions and comprehensions around it, innermost first."""
    stack = [(node, around)]
    while stack:
        node, around = stack.pop()
        if isinstance(node, ast.Attribute):
            yield node, around
        inner = (node, *around) if isinstance(node, (*_FUNCTIONS, *_COMPREHENSIONS)) else around
        stack += [(child, inner) for child in ast.iter_child_nodes(node)]


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def receiver_kind(node: ast.expr, around: tuple[ast.AST, ...]) -> str:
    """What kind of expression *node* is, in the functions *around* it: ``self``, ``parameter``, ``call`` …"""
    match node:
        case ast.Name(id="self" | "cls" as name):
            return name
        case ast.Name(id=name):
            return next((kind for scope in around if (kind := _bound_kind(name, scope))), "module's name")
        case ast.Call(func=ast.Name(id="super")):
            return "super()"
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return "self.attribute"
        case ast.Attribute(value=value):
            return f"{receiver_kind(value, around).removesuffix('.attribute')}.attribute"
        case ast.Await(value=ast.Call()):
            return "awaited call"
        case ast.Constant() | ast.JoinedStr() | ast.List() | ast.Dict() | ast.Set() | ast.Tuple():
            return "literal"
    return type(node).__name__.lower()


def _bound_kind(name: str, scope: ast.AST) -> str:
    """The way in which *name* is bound in *scope*, its parameters first; empty when it isn't."""
    if isinstance(scope, _FUNCTIONS):
        arguments = [a for a in ast.walk(scope.args) if isinstance(a, ast.arg) and a.arg == name]
        if arguments:
            return "annotated parameter" if arguments[0].annotation else "parameter"
    if isinstance(scope, _COMPREHENSIONS):
        return "loop variable" if any(_binds(g.target, name) for g in scope.generators) else ""
    kinds = {kind for node in ast.walk(scope) for kind in _kinds(node, name)}
    return " or ".join(sorted(kinds))


def _kinds(node: ast.AST, name: str) -> Iterator[str]:
    match node:
        case ast.For(target=target) | ast.AsyncFor(target=target) if _binds(target, name):
            yield "loop variable"
        case ast.withitem(optional_vars=ast.expr() as target) if _binds(target, name):
            yield "with target"
        case ast.AnnAssign(target=target) if _binds(target, name):
            yield "annotated local"
        case ast.Assign(targets=targets) if any(_binds(target, name) for target in targets):
            yield "local"
        case ast.NamedExpr(target=target) if _binds(target, name):
            yield "local"


def _binds(target: ast.expr, name: str) -> bool:
    match target:
        case ast.Name(id=found):
            return found == name
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            return any(_binds(inner, name) for inner in targets)
        case ast.Starred(value=inner):
            return _binds(inner, name)
    return False
