"""Which methods can a call reach, on the objects that one chain of calls is about?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.chains.frame import Frame
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, BindingKind, Class, Function, Module
from awaitify.index.values import ClassValue, FunctionValue, Instance

_DEEPEST = 3
Reached = tuple[Function, Class | None, bool]
"""A function, the class of the ``self`` with which it runs, and whether that is no class below it."""


class Receivers:
    """Looks methods up along the order of the class that a frame is about, and below it."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._hierarchy = resolver.hierarchy

    def reached(self, function: Function, value: FunctionValue, node: ast.expr, frame: Frame) -> Iterator[Reached]:
        """The functions that a call of *node*, which may be *value*, can run: *function* and what overrides it."""
        if function.owner is None or not isinstance(node, ast.Attribute):
            yield function, value.receiver, False
        elif value.is_super:
            yield from self._above(function, node, frame)
        elif frame.cls is not None and self._is_own(node.value, frame):
            yield from self._of_self(function, value, node.attr, frame)
        else:
            receivers = self._resolver.answer(node.value, frame.module).values
            by_class = any(isinstance(receiver, ClassValue) for receiver in receivers)
            exact = by_class or self.is_exact(node.value, frame.module)
            yield function, value.receiver or function.owner, exact
            if not exact:
                yield from self._overriding(value.receiver or function.owner, node.attr)

    def _above(self, function: Function, node: ast.Attribute, frame: Frame) -> Iterator[Reached]:
        """``super().fetch()``"""
        owner = frame.code.owner if isinstance(frame.code, Function) else None
        found = self._hierarchy.find(frame.cls, node.attr, after=owner) if frame.cls and owner else None
        yield (found[1][-1] if found else function), frame.cls or function.owner, frame.exact

    def _of_self(self, function: Function, value: FunctionValue, name: str, frame: Frame) -> Iterator[Reached]:
        assert frame.cls is not None
        found = self._hierarchy.find(frame.cls, name)
        if found is None:
            yield function, value.receiver or function.owner, False
            return
        yield found[1][-1], frame.cls, frame.exact
        if not frame.exact:
            for reached, cls, exact in self._overriding(frame.cls, name):
                if cls is not None and self._runs_it_too(cls, frame):
                    yield reached, cls, exact

    def _runs_it_too(self, cls: Class, frame: Frame) -> bool:
        """Whether objects of a class below the frame's run the frame's code as those of its own class do."""
        assert frame.cls is not None
        if not isinstance(frame.code, Function) or frame.code.owner is None:
            return True
        name = frame.code.node.name
        own, below = self._hierarchy.find(frame.cls, name), self._hierarchy.find(cls, name)
        return own is not None and below is not None and own[1] is below[1]

    def _overriding(self, cls: Class, name: str) -> Iterator[Reached]:
        for below in self._hierarchy.below(cls, mentioning=name):
            for function in below.functions.get(name, ())[-1:]:
                yield function, below, False

    def _is_own(self, receiver: ast.expr, frame: Frame) -> bool:
        """``self`` or ``cls``, of the frame's method or of the one around it."""
        if not isinstance(receiver, ast.Name):
            return False
        method = frame.code
        while isinstance(method, Function) and method.owner is None and method.scope.around is not None:
            around = self._resolver.scopes.enclosing_function(method.scope.around)
            if around is None:
                return False
            method = around
        if not isinstance(method, Function):
            return receiver.id == "self"
        arguments = [*method.node.args.posonlyargs, *method.node.args.args]
        return bool(arguments) and arguments[0].arg == receiver.id and not self._is_static(method)

    def _is_static(self, method: Function) -> bool:
        return self._resolver.has_decorator(method, "staticmethod")

    def is_exact(self, node: ast.expr, module: Module, depth: int = _DEEPEST) -> bool:
        """Whether the object is surely one of the class that is named where it is made, not of one below it."""
        if depth == 0:
            return False
        match node:
            case ast.Call(func=func):
                values = self._resolver.answer(func, module).values
                return bool(values) and all(isinstance(value, ClassValue) for value in values)
            case ast.Name(id=name):
                scope = self._resolver.scopes.find_scope(name, self._resolver.scopes.scope_of(node, module))
                return scope is not None and self._are_exact(scope.bindings[name], depth)
            case ast.Attribute(value=receiver, attr=attr):
                owners = self._resolver.answer(receiver, module).values
                classes = [value.cls for value in owners if isinstance(value, Instance)]
                having = [c for cls in classes for c in self._hierarchy.order(cls) if attr in c.attributes]
                return (
                    bool(having) and len(classes) == len(owners) and self._are_exact(having[0].attributes[attr], depth)
                )
            case ast.Await(value=value):
                return self.is_exact(value, module, depth - 1)
        return False

    def _are_exact(self, bindings: list[Binding], depth: int) -> bool:
        return bool(bindings) and all(self._is_exact_binding(binding, depth) for binding in bindings)

    def _is_exact_binding(self, binding: Binding, depth: int) -> bool:
        if binding.annotation is not None or binding.steps:
            return False
        match binding.kind:
            case BindingKind.VALUE | BindingKind.CONTEXT if isinstance(binding.node, ast.expr):
                return self.is_exact(binding.node, binding.scope.module, depth - 1)
            case BindingKind.IMPORT:
                home, _, name = binding.source.rpartition(".")
                module = self._resolver.program.module(home) if home else None
                return module is not None and self._are_exact(module.scope.bindings.get(name, []), depth - 1)
        return False
