"""The annotations of names under which functions are kept: ``Callable[[str], T]`` becomes ``Callable[[str], Awaitable[T]]``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.colour.action import Rewrite
from awaitify.colour.kept import By, Kept
from awaitify.index.fixtures import find_fixture
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module

_CALLABLES = ("collections.abc.Callable", "typing.Callable")
_AWAITABLES = frozenset(
    f"{module}.{name}" for module in ("collections.abc", "typing") for name in ("Awaitable", "Coroutine")
)


@dataclass(frozen=True, slots=True)
class Annotation:
    """``Callable[arguments, result]`` in a module, with the dotted name of the module that ``Callable`` comes from."""

    node: ast.Subscript
    arguments: ast.expr
    result: ast.expr
    module: Module
    source: str
    prefix: str
    """What is written before ``Awaitable``: ``typing.``, or nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotated(Rewrite):
    """What is called through these annotations gives an awaitable now."""

    annotations: tuple[Annotation, ...]


def annotations_of(kept: Kept, resolver: Resolver) -> Iterator[Annotation]:
    """The annotations of a name, where they say what calling it gives, and just once."""
    for annotation, module in _annotations(kept, resolver):
        found = [node for node in ast.walk(annotation) if _is_callable(node, module, resolver)]
        if len(found) == 1 and isinstance(found[0], ast.Subscript):
            yield from _of(found[0], module, resolver)


def _of(node: ast.Subscript, module: Module, resolver: Resolver) -> Iterator[Annotation]:
    match node.slice:
        case ast.Tuple(elts=[arguments, result]):
            target = result.value if isinstance(result, ast.Subscript) else result
            if resolver.dotted(target, module) not in _AWAITABLES:
                source = resolver.dotted(node.value, module).rpartition(".")[0]
                prefix = f"{ast.unparse(node.value.value)}." if isinstance(node.value, ast.Attribute) else ""
                yield Annotation(node, arguments, result, module, source, prefix)


def _is_callable(node: ast.AST, module: Module, resolver: Resolver) -> bool:
    return isinstance(node, ast.Subscript) and resolver.dotted(node.value, module) in _CALLABLES


def _annotations(kept: Kept, resolver: Resolver) -> Iterator[tuple[ast.expr, Module]]:
    match kept.by:
        case By.ATTRIBUTE:
            assert kept.owner is not None
            for cls in (*resolver.hierarchy.order(kept.owner), *resolver.hierarchy.below(kept.owner)):
                bindings = [*cls.attributes.get(kept.name, ()), *cls.scope.bindings.get(kept.name, ())]
                yield from ((b.annotation, cls.module) for b in bindings if b.annotation is not None)
        case By.RESULT:
            assert kept.function is not None
            if kept.function.node.returns is not None:
                yield kept.function.node.returns, kept.function.module
        case _:
            assert kept.scope is not None
            fixture = find_fixture(resolver, kept.function, kept.name) if kept.function is not None else None
            if fixture is not None and fixture.node.returns is not None:
                yield fixture.node.returns, fixture.module
            for binding in kept.scope.bindings.get(kept.name, ()):
                if binding.annotation is not None:
                    yield binding.annotation, kept.scope.module
                elif isinstance(binding.node, ast.arg) and binding.node.annotation is not None:
                    yield binding.node.annotation, kept.scope.module
