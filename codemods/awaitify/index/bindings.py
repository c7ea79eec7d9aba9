"""What a name is bound to: imports, definitions, values, parameters."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from awaitify.index import builtin
from awaitify.index.fixtures import find_fixture
from awaitify.index.scopes import COMPREHENSIONS
from awaitify.index.summary import Binding, BindingKind, Function, FunctionNode, Module, Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Foreign,
    FunctionValue,
    Instance,
    ModuleValue,
    PackageValue,
    Value,
    Values,
    made,
    over,
    union,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver


class Bindings:
    """Follows names to their bindings, and bindings to values, with a resolver's knowledge of expressions."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.program = resolver.program

    def name(self, name: str, scope: Scope) -> Values:
        """What *name* can be in *scope*."""
        found = self.resolver.scopes.find_scope(name, scope)
        if found is None:
            return self._global(name, scope.module)
        return self.resolver.remembered(("bound", name, found), lambda: self.bound(name, found))

    def comes_from_outside(self, node: ast.Name, module: Module) -> bool:
        """Whether a name is imported or not bound at all: what isn't known of it may be ours."""
        scope = self.resolver.scopes.find_scope(node.id, self.resolver.scopes.scope_of(node, module))
        if scope is None:
            return not builtin.exists(node.id)
        return any(binding.kind is BindingKind.IMPORT for binding in scope.bindings[node.id])

    def bound(self, name: str, scope: Scope) -> Values:
        bindings = scope.bindings[name]
        if scope.node is scope.module.tree or isinstance(scope.node, FunctionNode):
            bindings = bindings + self._outer_bindings(name, scope)
        return self.merge(bindings)

    def merge(self, bindings: Iterable[Binding]) -> Values:
        """What any of the bindings may give; where one of them is annotated, the annotation holds for all."""
        bindings = list(bindings)
        for binding in bindings:
            if binding.annotation is not None and binding.kind is not BindingKind.PARAMETER:
                values = self.resolver.annotations.evaluate(binding.annotation, binding.scope)
                if values and values != UNKNOWN:
                    return values
        return union(self.binding(binding) for binding in bindings)

    def _outer_bindings(self, name: str, scope: Scope) -> list[Binding]:
        """What inner functions assign to it through ``global`` or ``nonlocal``."""
        return [
            binding
            for inner in scope.module.scopes.values()
            if inner is not scope and name in inner.outer_names
            for binding in inner.bindings.get(name, ())
        ]

    def _global(self, name: str, module: Module) -> Values:
        if name in module.scope.bindings:
            return self.bound(name, module.scope)
        for star in self._stars(module):
            if builtin.exports(star, name):
                return frozenset({Foreign(f"{star}.{name}")})
            if self.resolver.program.has_package(star):
                values = self.member_of_module(star, name)
                if values and values != UNKNOWN:
                    return values
        if name in ("__name__", "__file__", "__doc__"):
            return made("builtins.str")
        # A foreign `from x import *` may bring any name; it hides a builtin too rarely to count with it.
        return frozenset({Foreign(f"builtins.{name}")}) if builtin.exists(name) else UNKNOWN

    def binding(self, binding: Binding) -> Values:
        """What one binding gives its name."""
        return self.resolver.remembered(("binding", binding), lambda: self._binding(binding))

    def _binding(self, binding: Binding) -> Values:
        node, scope = binding.node, binding.scope
        match binding.kind:
            case BindingKind.IMPORT:
                return self._import(binding.source, scope.module)
            case BindingKind.FUNCTION:
                return self.resolver.defined(self.resolver.scopes.function_at(node, scope.module))
            case BindingKind.CLASS:
                cls = next(c for c in scope.module.classes if c.node is node)
                return frozenset({ClassValue(cls)})
            case BindingKind.PARAMETER:
                assert isinstance(node, ast.arg)
                return self._parameter(node, scope)
        if not isinstance(node, ast.expr):
            return self._pattern(node, scope) if isinstance(node, ast.pattern) else UNKNOWN
        self.resolver.note_inferred()
        match binding.kind:
            case BindingKind.VALUE:
                values = self.resolver.evaluate(node, scope)
            case BindingKind.ITERATION:
                values = self.resolver.calls.elements(self.resolver.evaluate(node, _scope_of_iterable(node, scope)))
            case BindingKind.CONTEXT:
                values = over(self.resolver.evaluate(node, scope), self.resolver.calls.entered)
            case _:
                return UNKNOWN
        for step in binding.steps:
            values = over(values, lambda v, step=step: builtin.unpacked(v, step))  # type: ignore[misc]
        return values

    def _pattern(self, node: ast.pattern, scope: Scope) -> Values:
        if isinstance(node, ast.MatchClass):
            return over(self.resolver.evaluate(node.cls, scope), lambda v: self._instance_of(v))
        return UNKNOWN

    def _instance_of(self, value: Value) -> Values:
        match value:
            case ClassValue(cls):
                return frozenset({Instance(cls)})
            case Foreign(name, made=False):
                return made(name)
        return UNKNOWN

    def _stars(self, module: Module) -> list[str]:
        return [self.resolver.program.absolute(star, module) for star in module.stars]

    def _import(self, source: str, importer: Module) -> Values:
        module, colon, name = source.partition(":")
        module = self.resolver.program.absolute(module, importer)
        return self.member_of_module(module, name) if colon else self._module_value(module)

    def _module_value(self, name: str) -> Values:
        if (module := self.resolver.program.module(name)) is not None:
            return frozenset({ModuleValue(module)})
        if self.resolver.program.has_package(name):
            return UNKNOWN if self.resolver.program.paths_of(name) else frozenset({PackageValue(name)})
        return self._foreign(name)

    def _foreign(self, name: str) -> Values:
        """Something of a module that isn't found: foreign, unless a file of the project is called like it."""
        first = name.partition(".")[0]
        is_surely_foreign = first in sys.stdlib_module_names or first in self.resolver.foreign
        return (
            UNKNOWN if not is_surely_foreign and self.resolver.program.may_hold(first) else frozenset({Foreign(name)})
        )

    def member_of_module(self, module_name: str, name: str) -> Values:
        """What ``from MODULE import NAME`` gives."""
        key = ("member", module_name, name)
        return self.resolver.remembered(key, lambda: self._member_of_module(module_name, name))

    def _member_of_module(self, module_name: str, name: str) -> Values:
        module = self.resolver.program.module(module_name)
        if module is None:
            if self.resolver.program.has_package(module_name):
                return self.submodule(module_name, name) or UNKNOWN
            return self._foreign(f"{module_name}.{name}")
        if name in module.scope.bindings:
            values = self.bound(name, module.scope)
            # `from . import base` in a package's own module asks itself: the answer is the submodule
            return values or self.submodule(module_name, name)
        if submodule := self.submodule(module_name, name):
            return submodule
        for star in self._stars(module):
            if self.resolver.program.has_package(star):
                values = self.member_of_module(star, name)
                if values and values != UNKNOWN:
                    return values
        return UNKNOWN

    def submodule(self, module_name: str, name: str) -> Values:
        full = f"{module_name}.{name}"
        return self._module_value(full) if self.resolver.program.has_package(full) else NOTHING

    def _parameter(self, node: ast.arg, scope: Scope) -> Values:
        if isinstance(scope.node, ast.Lambda):
            return UNKNOWN
        function = self.resolver.scopes.function_at(scope.node, scope.module)
        outer = scope.parent or scope
        if node.annotation is None and self._is_receiver(node, function):
            assert function.owner is not None
            is_class = self.resolver.has_decorator(function, "classmethod") or function.node.name in (
                "__new__",
                "__init_subclass__",
            )
            return frozenset({ClassValue(function.owner) if is_class else Instance(function.owner)})
        default = _default_of(node, function.node.args)
        if node.annotation is not None:
            values = self.resolver.annotations.evaluate(node.annotation, outer)
            if values and values != UNKNOWN:
                return values
        self.resolver.note_inferred()
        if default is not None and self._is_injected(default, outer):
            return self._injected(default, outer)
        fixture = find_fixture(self.resolver, function, node.arg)
        if fixture is not None:
            return self.resolver.calls.returned(fixture)
        known = self.resolver.evaluate(default, outer) if default is not None else NOTHING
        return known | UNKNOWN

    def _is_receiver(self, node: ast.arg, function: Function) -> bool:
        arguments = [*function.node.args.posonlyargs, *function.node.args.args]
        is_method = function.owner is not None and not self.resolver.has_decorator(function, "staticmethod")
        return is_method and bool(arguments) and arguments[0] is node

    def _is_injected(self, default: ast.expr, scope: Scope) -> bool:
        """``client=Depends(get_client)``"""
        if not isinstance(default, ast.Call):
            return False
        return any(last_name(value) in ("Depends", "Security") for value in self.resolver.evaluate(default.func, scope))

    def _injected(self, default: ast.expr, scope: Scope) -> Values:
        assert isinstance(default, ast.Call)
        if not default.args:
            return UNKNOWN
        return over(
            self.resolver.evaluate(default.args[0], scope), lambda v: self.resolver.calls.result(v, default, scope)
        )


def _scope_of_iterable(node: ast.expr, scope: Scope) -> Scope:
    """A comprehension's first iterable is evaluated outside it."""
    if isinstance(scope.node, COMPREHENSIONS) and node is scope.node.generators[0].iter and scope.parent is not None:
        return scope.parent
    return scope


def _default_of(node: ast.arg, arguments: ast.arguments) -> ast.expr | None:
    positional = [*arguments.posonlyargs, *arguments.args]
    if node in positional:
        offset = positional.index(node) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[offset] if offset >= 0 else None
    return arguments.kw_defaults[arguments.kwonlyargs.index(node)] if node in arguments.kwonlyargs else None


def last_name(value: Value) -> str:
    match value:
        case Foreign(name):
            return name.rpartition(".")[2]
        case FunctionValue(function):
            return function.node.name
        case ClassValue(cls):
            return cls.node.name
    return ""
