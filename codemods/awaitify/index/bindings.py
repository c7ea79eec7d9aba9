"""What a name is bound to: imports, definitions, values, parameters."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from awaitify.index import builtin
from awaitify.index.builtin import is_bare_container
from awaitify.index.facts import DECLARED, Facts, Narrowed
from awaitify.index.generics import instance_of, settled
from awaitify.index.how import How
from awaitify.index.parameters import Parameters
from awaitify.index.scopes import COMPREHENSIONS
from awaitify.index.summary import Binding, BindingKind, FunctionNode, Module, Scope, Step
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Container,
    Foreign,
    Instance,
    ModuleValue,
    PackageValue,
    TypeExpression,
    TypeVariable,
    Unknown,
    Value,
    Values,
    made,
    over,
    union,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_HOW = {BindingKind.ITERATION: How.ITERATION, BindingKind.CONTEXT: How.CONTEXT}


class Bindings:
    """Follows names to their bindings, and bindings to values, with a resolver's knowledge of expressions."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.program = resolver.program
        self.parameters = Parameters(resolver)

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
        """What *name*, which *scope* binds, can be, whatever was assigned to it in whichever order."""
        bindings = scope.bindings[name]
        if scope.node is scope.module.tree or isinstance(scope.node, FunctionNode):
            bindings = bindings + self._outer_bindings(name, scope)
        values = self.merge(bindings, self.resolver.elements.put_into(name, scope))
        is_set = scope.node is scope.module.tree and not any(binding.annotation for binding in bindings)
        return values | self.resolver.assigned.set_from_outside(scope.module, name) if is_set else values

    def known(self, name: str, scope: Scope, facts: Facts) -> Values:
        """What *name* can be where *facts* are known of it."""
        return self.hold(facts, scope, lambda: self.name(name, scope), name)

    def hold(self, facts: Facts, scope: Scope, declared: Callable[[], Values], name: str = "") -> Values:
        """What a name or attribute can be by *facts*, when it is *declared* elsewhere."""
        found: Values = declared() if DECLARED in facts else NOTHING
        bindings = [fact for fact in facts if isinstance(fact, Binding)]
        if bindings:
            at = self.resolver.scopes.find_scope(name, scope) if name else None
            found |= self._assigned(
                bindings, self.resolver.elements.put_into(name, at) if at is not None else (), name, at
            )
        for fact in facts:
            if isinstance(fact, Narrowed):
                self.resolver.note(How.TEST)
                before = self.hold(fact.before, scope, declared, name)
                found |= self.resolver.narrowing.narrow(before, fact.test, scope)
        return found

    def _assigned(self, bindings: list[Binding], elements: Iterable[Binding], name: str, scope: Scope | None) -> Values:
        """What was assigned; where that isn't known, what the name is annotated as."""
        values = self.merge(bindings, elements, is_exhaustive=False)
        if scope is not None and (not values or Unknown() in values):
            for binding in scope.bindings[name]:
                if binding.annotation is not None:
                    annotated = self.resolver.annotations.evaluate(binding.annotation, binding.scope.parent or scope)
                    return annotated if annotated and annotated != UNKNOWN else values
        return values

    def merge(
        self, bindings: Iterable[Binding], elements: Iterable[Binding] = (), *, is_exhaustive: bool = True
    ) -> Values:
        """What any of the bindings may give, and what *elements* put into it; the annotation of one holds for all.

        With *is_exhaustive* unset the bindings are those that reach a place: what they give goes before the annotation.
        """
        bindings = list(bindings)
        for binding in bindings if is_exhaustive else ():
            if binding.annotation is not None and binding.kind is not BindingKind.PARAMETER:
                values = self.resolver.annotations.evaluate(binding.annotation, binding.scope)
                if values and values != UNKNOWN and not all(map(is_bare_container, values)):
                    return values
        values = union(self.binding(binding) for binding in bindings)
        if any(isinstance(value, Container) and not value.abstract for value in values):
            for element in elements:  # found one by one, which takes a look at every use of the name
                values = self.resolver.elements.within(values, element)
        return values

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
                return self.parameters.parameter(node, scope)
            case BindingKind.TYPE:
                assert isinstance(node, ast.expr)
                return frozenset({TypeExpression(self.resolver.annotations.evaluate(node, scope))})
            case BindingKind.TYPE_VARIABLE:
                bound = getattr(node, "bound", None)
                limit = self.resolver.annotations.evaluate(bound, scope) if bound is not None else UNKNOWN
                return frozenset({TypeVariable(node, limit, is_class=True)})
        match node:
            case ast.ExceptHandler():
                return self._caught(node, scope)
            case ast.pattern():
                return self._pattern(node, scope)
            case ast.expr():
                return self._value(binding, node, scope)
        return UNKNOWN

    def _value(self, binding: Binding, node: ast.expr, scope: Scope) -> Values:
        """What an assignment, a loop or a with statement gives."""
        self.resolver.note(_HOW.get(binding.kind, How.ASSIGNMENT))
        if isinstance(binding.target, ast.Attribute):
            self.resolver.note(How.ATTRIBUTE)
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
            values = over(settled(values), lambda v, step=step: self._unpacked(v, step))  # type: ignore[misc]
        return values

    def _unpacked(self, value: Value, step: Step) -> Values:
        if isinstance(value, Instance):
            if isinstance(step, int) and (field := self.resolver.members.field_number(value, step)) is not None:
                return field
            return self.resolver.calls.elements(frozenset({value}))
        return builtin.unpacked(value, step)

    def _pattern(self, node: ast.pattern, scope: Scope) -> Values:
        if isinstance(node, ast.MatchClass):
            self.resolver.note(How.TEST)
            return instance_of(self.resolver.evaluate(node.cls, scope))
        return UNKNOWN

    def _caught(self, node: ast.ExceptHandler, scope: Scope) -> Values:
        """``except Failed as error``"""
        if node.type is None or scope.module.parents.get(node).__class__ is ast.TryStar:
            return UNKNOWN
        classes = self.resolver.evaluate(node.type, scope)
        return over(classes, lambda v: instance_of(v.elements if isinstance(v, Container) else frozenset({v})))

    def _stars(self, module: Module) -> list[str]:
        return [self.resolver.program.absolute(star, module) for star in module.stars]

    def _import(self, source: str, importer: Module) -> Values:
        module, colon, name = source.partition(":")
        module = self.resolver.program.absolute(module, importer)
        return self.member_of_module(module, name) if colon else self.module_value(module)

    def module_value(self, name: str) -> Values:
        """The module called *name*."""
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
        return self.module_value(full) if self.resolver.program.has_package(full) else NOTHING


def _scope_of_iterable(node: ast.expr, scope: Scope) -> Scope:
    """A comprehension's first iterable is evaluated outside it."""
    if isinstance(scope.node, COMPREHENSIONS) and node is scope.node.generators[0].iter and scope.parent is not None:
        return scope.parent
    return scope
