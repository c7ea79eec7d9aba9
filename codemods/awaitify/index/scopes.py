"""In which scope are a node's names looked up, and what stands in a function's own body?"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from awaitify.index import summarise
from awaitify.index.summary import Class, Function, FunctionNode, Module, Scope

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scopes:
    """Scopes by node; those of lambdas and comprehensions are made when they are first asked for."""

    def __init__(self) -> None:
        self._scopes: dict[ast.AST, Scope] = {}
        self._functions: dict[ast.AST, Function] = {}
        self._own_nodes: dict[Function, tuple[ast.AST, ...]] = {}
        self._generators: dict[Function, bool] = {}

    def scope_of(self, node: ast.AST, module: Module) -> Scope:
        """The scope in which the names of *node* are looked up."""
        parents, child = module.parents, node
        parent, is_iterable = parents.get(child), False
        while parent is not None:
            if isinstance(parent, FunctionNode | ast.Lambda) and not _is_in_body(parent, child):
                child, parent = parent, parents.get(parent)
                continue
            if isinstance(parent, ast.ClassDef) and child not in parent.body:
                child, parent = parent, parents.get(parent)
                continue
            scope = module.scopes.get(parent)
            if scope is None and not (is_iterable and parent.generators[0] is child):  # type: ignore[attr-defined]
                scope = self._inner_scope(parent, module)
            if scope is not None:
                return scope
            is_iterable = isinstance(parent, ast.comprehension) and child is parent.iter
            child, parent = parent, parents.get(parent)
        return module.scope

    def function_at(self, node: ast.AST, module: Module) -> Function:
        """The Function of a ``def`` node."""
        if node not in self._functions:
            self._functions.update((function.node, function) for function in module.functions)
        return self._functions[node]

    def own_nodes(self, function: Function) -> tuple[ast.AST, ...]:
        """The nodes of a function's body, lambdas included, without those of functions and classes nested in it."""
        if function not in self._own_nodes:
            self._own_nodes[function] = tuple(_walk_own(function.node.body))
        return self._own_nodes[function]

    def is_generator(self, function: Function) -> bool:
        """Whether the function has a ``yield`` of its own."""
        if function not in self._generators:
            own = self.own_nodes(function)
            self._generators[function] = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own)
        return self._generators[function]

    def find_scope(self, name: str, scope: Scope) -> Scope | None:
        current: Scope | None = scope
        while current is not None:
            hidden = current.is_class and current is not scope
            if name in current.bindings and name not in current.outer_names and not hidden:
                return current
            current = current.parent
        return None

    def enclosing_function(self, scope: Scope) -> Function | None:
        """The function in whose body *scope* lies, lambdas and comprehensions looked through."""
        current: Scope | None = scope
        while current is not None:
            if isinstance(current.node, FunctionNode):
                return self.function_at(current.node, current.module)
            if current.is_class:
                return None
            current = current.parent
        return None

    def owner_of_nested(self, function: Function) -> Class | None:
        scope = function.scope.around
        while scope is not None:
            if scope.is_class:
                return next((c for c in scope.module.classes if c.scope is scope), None)
            scope = scope.around
        return None

    def _inner_scope(self, parent: ast.AST, module: Module) -> Scope | None:
        if isinstance(parent, ast.Lambda):
            return self.lambda_scope(parent, self.scope_of(parent, module))
        if isinstance(parent, COMPREHENSIONS):
            return self.comprehension_scope(parent, self.scope_of(parent, module))
        return None

    def lambda_scope(self, node: ast.Lambda, parent: Scope) -> Scope:
        if node not in self._scopes:
            self._scopes[node] = summarise.lambda_scope(node, parent)
        return self._scopes[node]

    def comprehension_scope(self, node: ast.expr, parent: Scope) -> Scope:
        if node not in self._scopes:
            assert isinstance(node, COMPREHENSIONS)
            self._scopes[node] = summarise.comprehension_scope(node, parent, node.generators)
        return self._scopes[node]


def _is_in_body(parent: ast.AST, child: ast.AST) -> bool:
    if isinstance(parent, ast.Lambda):
        return child is parent.body
    assert isinstance(parent, FunctionNode)
    return isinstance(child, ast.stmt) and any(child is statement for statement in parent.body)


def _walk_own(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    stack = list(statements)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, FunctionNode):
            outside = [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            stack.extend(outside)
        elif isinstance(node, ast.ClassDef):
            stack.extend([*node.decorator_list, *node.bases])
        else:
            stack.extend(list(ast.iter_child_nodes(node))[::-1])
