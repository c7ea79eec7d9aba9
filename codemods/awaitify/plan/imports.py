"""Imports follow: what the edits no longer use is removed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from awaitify.index.program import Program
from awaitify.index.summary import BindingKind, Module
from awaitify.names import Span
from awaitify.plan.edit import (
    AddArgument,
    AddDecorator,
    AddToClass,
    AddToModule,
    Edit,
    RemoveImport,
    ReplaceExpression,
    RunCall,
    SplitFunction,
    WrapInWith,
)

_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")


def unused_imports(module: Module, edits: Iterable[Edit], program: Program) -> Iterator[RemoveImport]:
    """The imports of *module*, at its top or in a function, of which the edits replace the last use."""
    edits = list(edits)
    removed = [edit for edit in edits if isinstance(edit, ReplaceExpression)]
    written = {name for edit in edits for name in _names_put_in(edit)}
    for scope in module.scopes.values():
        for name, bindings in scope.bindings.items():
            if len(bindings) != 1 or bindings[0].kind is not BindingKind.IMPORT or name in written:
                continue
            uses = [node for node in ast.walk(scope.node) if isinstance(node, ast.Name) and node.id == name]
            gone = all(any(_removes(edit, module.span(use)) for edit in removed) for use in uses)
            if uses and gone and not (scope is module.scope and _is_exported(module, name, program)):
                yield RemoveImport(module.span(module.parents[bindings[0].node]), name)


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
        ):
            yield from _WORD.findall(text)


def _removes(edit: ReplaceExpression, use: Span) -> bool:
    return edit.span.holds(use) and not any(hole.holds(use) for hole in edit.holes)


def _is_exported(module: Module, name: str, program: Program) -> bool:
    """Whether another module takes the name from this one: ``from shop.api import requests``, ``patch("shop.api.requests")``."""
    exported = (node for binding in module.scope.bindings.get("__all__", ()) for node in ast.walk(binding.node))
    if any(isinstance(node, ast.Constant) and node.value == name for node in exported):
        return True
    needle = f"{module.name}.{name}".encode()
    last = module.name.rpartition(".")[2].encode()
    takes = b"import " + name.encode()
    for path, data in program.text.files.items():
        if path != module.path and (
            needle in data or (takes in data and b"from " in data and last + b" " + takes in data)
        ):
            return True
    return False
