"""What a ``def`` needs beside ``async`` for the form it takes: another name, decorator, annotation, no ``yield from``."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from awaitify.colour.forms import ASYNC_NAMES, CONTEXT_MANAGER, TWIN_HOMES, TWINS, Form, Forms
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.plan.context import free_name
from awaitify.plan.edit import AddImport, Edit, RenameFunction, ReplaceExpression, YieldEach

_GIVES_ITERATORS = frozenset({Form.GENERATOR, Form.CONTEXT_MANAGER, Form.ITERATING})


def take_form(function: Function, forms: Forms, delegated: Collection[ast.AST]) -> Iterator[Edit]:
    """The edits of *function*'s module; *delegated* are the expressions in ``yield from`` that become async iterators."""
    form, module = forms.of(function), function.module
    if function.owner is not None and function.node.name in ASYNC_NAMES:
        yield RenameFunction(module.span(function.node), ASYNC_NAMES[function.node.name])
        for base in function.owner.node.bases:
            yield from annotate(base, module, forms.resolver)
    if form is Form.CONTEXT_MANAGER:
        yield from _decorate(function, forms)
    is_generator = forms.resolver.scopes.is_generator(function)
    if (form in _GIVES_ITERATORS or is_generator) and function.node.returns is not None:
        yield from annotate(function.node.returns, module, forms.resolver)
    for node in forms.resolver.scopes.own_nodes(function):
        match node:
            case ast.YieldFrom(value=value) if value not in delegated:
                yield YieldEach(module.span(node), free_name(function, "item"), is_async=False)
            case ast.Raise(exc=ast.Name(id="StopIteration") as raised) if form is Form.ADVANCING:
                yield ReplaceExpression(module.span(raised), "StopAsyncIteration")
            case ast.Raise(exc=ast.Call(func=ast.Name(id="StopIteration") as raised)) if form is Form.ADVANCING:
                yield ReplaceExpression(module.span(raised), "StopAsyncIteration")


def _decorate(function: Function, forms: Forms) -> Iterator[Edit]:
    """``@contextmanager`` → ``@asynccontextmanager``"""
    for decorator in function.node.decorator_list:
        if forms.resolver.decorator_name(decorator, function) == CONTEXT_MANAGER:
            yield from async_twin(decorator, "asynccontextmanager", "contextlib", function.module)


def annotate_within(annotation: ast.expr, module: Module, resolver: Resolver) -> Iterator[Edit]:
    """``bytes | Iterable[bytes]`` → ``bytes | AsyncIterable[bytes]``, unless the async type stands there too."""
    nodes = [node for node in ast.walk(annotation) if isinstance(node, ast.Name | ast.Attribute)]
    names = {resolver.dotted(node, module).rpartition(".")[2] for node in nodes}
    for node in nodes:
        home, _, name = resolver.dotted(node, module).rpartition(".")
        if name in TWINS and name != "Generator" and home in TWIN_HOMES and TWINS[name] not in names:
            yield from async_twin(node, TWINS[name], home, module)


def annotate(annotation: ast.expr, module: Module, resolver: Resolver) -> Iterator[Edit]:
    """``Iterator[Page]`` → ``AsyncIterator[Page]``, ``Generator[Page, None, None]`` → ``AsyncGenerator[Page, None]``"""
    text = annotation.value if isinstance(annotation, ast.Constant) else None
    if isinstance(text, str):
        yield from _annotate_text(annotation, text, module)
        return
    head = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    home, _, name = resolver.dotted(head, module).rpartition(".")
    if name not in TWINS or home not in TWIN_HOMES:
        return
    twin = TWINS[name]
    inner = annotation.slice if isinstance(annotation, ast.Subscript) else None
    if name == "Generator" and isinstance(inner, ast.Tuple) and len(inner.elts) == 3:
        kept = (*([head.value] if isinstance(head, ast.Attribute) else []), *inner.elts[:2])
        start = "{0}." if isinstance(head, ast.Attribute) else ""
        first = len(kept) - 2
        template = f"{start}{twin}[{{{first}}}, {{{first + 1}}}]"
        yield ReplaceExpression(module.span(annotation), template, tuple(module.span(node) for node in kept))
        if not isinstance(head, ast.Attribute):
            yield AddImport(home, twin)
    else:
        yield from async_twin(head, twin, home, module)


def _annotate_text(annotation: ast.expr, text: str, module: Module) -> Iterator[Edit]:
    """``"Iterator[Page]"``: the name may be imported for type checkers only, and so is its twin then."""
    head, bracket, rest = text.partition("[")
    bound = module.scope.bindings.get(head, ())
    home, _, name = next((binding.source for binding in bound if binding.source), "").rpartition(".")
    if name in TWINS and home in TWIN_HOMES and name != "Generator":
        yield ReplaceExpression(module.span(annotation), repr(f"{TWINS[name]}{bracket}{rest}"))
        yield AddImport(home, TWINS[name])


def async_twin(node: ast.expr, twin: str, home: str, module: Module) -> Iterator[Edit]:
    """Another name of the same module for a name or an attribute."""
    if isinstance(node, ast.Attribute):
        yield ReplaceExpression(module.span(node), f"{{0}}.{twin}", (module.span(node.value),))
    else:
        yield ReplaceExpression(module.span(node), twin)
        yield AddImport(home, twin)
