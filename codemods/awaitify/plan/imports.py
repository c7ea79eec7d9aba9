"""Imports follow: what the edits no longer use is removed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Module
from awaitify.index.values import ModuleValue
from awaitify.names import Span
from awaitify.plan.edit import (
    AddArgument,
    AddAsyncTwin,
    AddDecorator,
    AddToClass,
    AddToModule,
    Edit,
    KeepBefore,
    RemoveImport,
    ReplaceExpression,
    RunCall,
    SplitFunction,
    ThreadCall,
    WrapInWith,
)

_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")


def unused_imports(module: Module, edits: Iterable[Edit], resolver: Resolver) -> Iterator[RemoveImport]:
    """The imports of *module*, at its top or in a function, of which the edits replace the last use."""
    edits = list(edits)
    twins = standing_twice(module, edits)
    removed = [e for e in edits if isinstance(e, ReplaceExpression) and not any(twin.holds(e.span) for twin in twins)]
    written = {name for edit in edits for name in _names_put_in(edit)}
    for scope in module.scopes.values():
        for name, bindings in scope.bindings.items():
            if len(bindings) == 1 and bindings[0].kind is BindingKind.IMPORT and name not in written:
                uses = [node for node in module.mentions.get(name, ()) if isinstance(node, ast.Name)]
                if scope is not module.scope:
                    uses = [node for node in uses if _stands_in(node, scope.node)]
                gone = all(any(_removes(edit, module.span(use)) for edit in removed) for use in uses)
                exported = scope is module.scope and uses and gone and is_exported(module, name, resolver)
                if uses and gone and not exported and name not in _quoted(module):
                    yield RemoveImport(module.span(module.parents[bindings[0].node]), name)


def standing_twice(module: Module, edits: Iterable[Edit]) -> list[Span]:
    """The stretches of the file, decorators included, that stay as they were beside what the edits make of them."""
    above = {
        module.span(f.node): min((d.lineno for d in f.node.decorator_list), default=f.node.lineno)
        for f in module.functions
    }
    spans = [edit.span for edit in edits if isinstance(edit, AddAsyncTwin | KeepBefore)]
    return [Span(above[s], 0, s.end_line, s.end_column) if s in above else s for s in spans]


def _stands_in(node: ast.Name, scope: ast.AST) -> bool:
    first, last = getattr(scope, "lineno", 0), getattr(scope, "end_lineno", 0)
    return bool(first <= node.lineno <= last)


def _quoted(module: Module) -> set[str]:
    """The names in quoted annotations: ``def read(response: "requests.Response")``."""
    annotations = [
        annotation
        for node in ast.walk(module.tree)
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if isinstance(annotation, ast.expr)
    ]
    texts = (
        part.value for annotation in annotations for part in ast.walk(annotation) if isinstance(part, ast.Constant)
    )
    return {name for text in texts if isinstance(text, str) for name in _WORD.findall(text)}


def _names_put_in(edit: Edit) -> Iterator[str]:
    """The names that the source which the edit puts in reads."""
    match edit:
        case AddToModule(text=text) | AddToClass(text=text):
            yield from (node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))
        case SplitFunction(call=call, header=header):
            yield from _WORD.findall(f"{call} {header}")
        case (
            ReplaceExpression(template=text)
            | AddDecorator(text=text)
            | WrapInWith(header=text)
            | AddArgument(text=text)
            | RunCall(runner=text)
            | AddAsyncTwin(test=text)
        ):
            yield from _WORD.findall(text)
        case ThreadCall():
            yield "asyncio"


def _removes(edit: ReplaceExpression, use: Span) -> bool:
    return edit.span.holds(use) and not any(hole.holds(use) for hole in edit.holes)


def is_exported(module: Module, name: str, resolver: Resolver) -> bool:
    """Whether another module takes the name from this one: ``from shop.api import requests``, ``api.requests``,
    ``patch("shop.api.requests")``."""
    exported = (node for binding in module.scope.bindings.get("__all__", ()) for node in ast.walk(binding.node))
    if any(isinstance(node, ast.Constant) and node.value == name for node in exported):
        return True
    text = resolver.program.text
    last = module.name.rpartition(".")[2]
    relative = set(text.mentioning(last)) | {path for path in text.files if _folder(path) == _folder(module.path)}
    others = [path for path in text.mentioning(name) if path in relative and path != module.path]
    return any(_takes(resolver.program.module_at(path), module, name, resolver) for path in others)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _takes(other: Module | None, module: Module, name: str, resolver: Resolver) -> bool:
    if other is None:
        return False
    bindings = (binding for scope in other.scopes.values() for binding in scope.bindings.get(name, ()))
    if any(resolver.program.absolute(b.source, other) == f"{module.name}:{name}" for b in bindings if b.source):
        return True
    if any(resolver.program.absolute(star, other) == module.name for star in other.stars):
        return name in other.mentions
    if f"{module.name}.{name}" in other.text:
        return True
    return any(
        isinstance(node, ast.Attribute) and ModuleValue(module) in resolver.answer(node.value, other).values
        for node in other.mentions.get(name, ())
    )
