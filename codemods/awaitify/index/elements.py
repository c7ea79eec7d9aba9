"""What is put into a container after it was made: by its own name, by another name for it, by a function that it is passed to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from awaitify.index import builtin
from awaitify.index.how import How
from awaitify.index.summary import Binding, BindingKind, Module, Scope
from awaitify.index.values import NOTHING, FunctionValue, Values, over

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver


class Elements:
    """Finds what goes into the containers that names hold, with a resolver's knowledge of what is called."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def put_into(self, name: str, scope: Scope) -> Iterator[Binding]:
        """What is put into the container that *name* of *scope* holds, in this scope or from an inner one."""
        return self._put_into(name, scope, {(name, scope)})

    def within(self, values: Values, element: Binding) -> Values:
        """The containers among *values* with *element* put into them."""
        self._resolver.note(How.ELEMENT)
        added = self._resolver.evaluate(element.node, element.scope)  # type: ignore[arg-type]
        if element.steps[-1:] == (1,):
            added = over(added, self._resolver.calls.inside)
        keys = self._resolver.evaluate(element.key, element.scope) if element.key is not None else NOTHING
        depth = len([step for step in element.steps if step == 0])
        return over(values, lambda v: frozenset({builtin.with_element(v, added, keys, depth)}))

    def _put_into(self, name: str, scope: Scope, seen: set[tuple[str, Scope]]) -> Iterator[Binding]:
        for element in scope.module.elements.get(name, ()):
            if self._resolver.scopes.find_scope(name, element.scope) is scope:
                yield element
        if not self._may_hold_a_container(name, scope):
            return
        for other in self._other_names(name, scope):
            if other not in seen:
                seen.add(other)
                yield from self._put_into(*other, seen)

    def _may_hold_a_container(self, name: str, scope: Scope) -> bool:
        """Whether the name is given a container that is written out; nobody looks after all others."""
        return any(
            isinstance(b.node, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.arg | ast.Name)
            for b in scope.bindings.get(name, ())
            if b.kind in (BindingKind.VALUE, BindingKind.PARAMETER)
        )

    def _other_names(self, name: str, scope: Scope) -> Iterator[tuple[str, Scope]]:
        """``ys`` in ``ys = xs``, and the parameter that ``fill(xs)`` gives it to."""
        module = scope.module
        for node in module.mentions.get(name, ()):
            parent = module.parents.get(node)
            if isinstance(node, ast.Name) and isinstance(parent, ast.Call | ast.Assign | ast.keyword):
                here = self._resolver.scopes.scope_of(node, module)
                if self._resolver.scopes.find_scope(name, here) is scope:
                    yield from self._names_given(node, parent, here, module)

    def _names_given(self, node: ast.Name, parent: ast.AST, here: Scope, module: Module) -> Iterator[tuple[str, Scope]]:
        match parent:
            case ast.Assign(targets=targets, value=value) if value is node:
                for target in targets:
                    if isinstance(target, ast.Name) and (at := self._resolver.scopes.find_scope(target.id, here)):
                        yield target.id, at
            case ast.Call(func=func, args=args) if node in args:
                yield from self._parameters(func, args.index(node), here)
            case ast.keyword(arg=str(name)):
                call = module.parents.get(parent)
                if isinstance(call, ast.Call):
                    yield from ((name, v.function.scope) for v in self._called(call.func, here))

    def _parameters(self, func: ast.expr, number: int, here: Scope) -> Iterator[tuple[str, Scope]]:
        for value in self._called(func, here):
            arguments = value.function.node.args
            names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
            skipped = int(
                value.receiver is not None and not self._resolver.has_decorator(value.function, "staticmethod")
            )
            if number + skipped < len(names):
                yield names[number + skipped], value.function.scope

    def _called(self, func: ast.expr, here: Scope) -> list[FunctionValue]:
        return [v for v in self._resolver.evaluate(func, here) if isinstance(v, FunctionValue)]
