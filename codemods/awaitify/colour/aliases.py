"""A method that a class takes from a function by assignment: ``fetch = _impl`` in its body, where others have a ``def``.

The function is a member of the method's family then: it has another name as well, and one colour with all of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.colour.forms import Forms
from awaitify.index.references import Mention
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, BindingKind, Class, Function, Module
from awaitify.index.values import FunctionValue


def function_behind(binding: Binding, method: Function, forms: Forms) -> Function | None:
    """The plain function that a class gives the name of *method* to; None where that isn't surely one that is like it."""
    node, resolver = binding.node, forms.resolver
    if binding.kind is not BindingKind.VALUE or binding.steps or not isinstance(node, ast.Name):
        return None
    values = resolver.answer(node, binding.scope.module).values
    found = [value.function for value in values if isinstance(value, FunctionValue)]
    if len(found) != 1 or len(values) != 1 or found[0].node.decorator_list or method.node.decorator_list:
        return None
    is_alike = found[0].is_async == method.is_async and forms.of(found[0]) is forms.of(method)
    return found[0] if is_alike and len(_bindings(node, resolver, binding.scope.module)) == 1 else None


def functions_behind(method: Function, forms: Forms) -> Iterator[Function]:
    """The functions that classes of the family of *method* give its name to."""
    for _, binding in forms.resolver.hierarchy.other_meanings(method):
        if (function := function_behind(binding, method, forms)) is not None:
            yield function


def methods_of(function: Function, forms: Forms) -> Iterator[Function]:
    """The methods whose name a class gives to *function*."""
    resolver = forms.resolver
    for module in resolver.program.mentioning(function.node.name):
        for node in module.mentions.get(function.node.name, ()):
            for method in _named_at(node, module, resolver):
                if function in functions_behind(method, forms):
                    yield method


def is_alias(mention: Mention, functions: frozenset[Function], forms: Forms) -> bool:
    """Whether a class gives one of the *functions* the name of a method there."""
    methods = list(_named_at(mention.node, mention.module, forms.resolver))
    return bool(methods) and all(function in functions_behind(m, forms) for m in methods for function in functions)


def _named_at(node: ast.AST, module: Module, resolver: Resolver) -> Iterator[Function]:
    """Of ``fetch = NODE`` in the body of a class the methods ``fetch`` of the classes above and below it."""
    match module.parents.get(node):
        case ast.Assign(targets=[ast.Name(id=name) as target], value=value) if value is node:
            scope = resolver.scopes.scope_of(target, module)
            for cls in (cls for cls in module.classes if cls.scope is scope):
                yield from _methods(cls, name, resolver)


def _methods(cls: Class, name: str, resolver: Resolver) -> Iterator[Function]:
    near = (*resolver.hierarchy.order(cls), *resolver.hierarchy.below(cls))
    yield from (function for one in near for function in one.functions.get(name, ())[-1:])


def _bindings(node: ast.Name, resolver: Resolver, module: Module) -> list[Binding]:
    scope = resolver.scopes.find_scope(node.id, resolver.scopes.scope_of(node, module))
    return scope.bindings[node.id] if scope is not None else []
