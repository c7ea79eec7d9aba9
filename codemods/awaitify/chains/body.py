"""What runs when a piece of code runs: its own nodes, without what it only hands on to be run later or elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.chains.frame import Code
from awaitify.colour.runs_there import why_not_taken
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, FunctionNode, Module

_ENTERING = frozenset({"enter_context", "push"})


class Bodies:
    """The nodes of functions and lambdas; each is walked once."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._nodes: dict[Code, tuple[ast.AST, ...]] = {}

    def nodes(self, code: Code) -> tuple[ast.AST, ...]:
        """The nodes that run with *code*: no bodies of lambdas or functions in it, no generator expressions that aren't
        iterated over there."""
        if code not in self._nodes:
            module = code.module if isinstance(code, Function) else code.scope.module
            start = code.node.body if isinstance(code.node, FunctionNode) else [code.node.body]
            self._nodes[code] = tuple(self._walk(start, module))
        return self._nodes[code]

    def _walk(self, start: list[ast.stmt] | list[ast.expr], module: Module) -> Iterator[ast.AST]:
        stack: list[ast.AST] = list(reversed(start))
        while stack:
            node = stack.pop()
            yield node
            stack += reversed(self._inside(node, module))

    def _inside(self, node: ast.AST, module: Module) -> list[ast.AST]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            case ast.Lambda():
                return [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            case ast.ClassDef():
                return [*node.decorator_list, *node.bases]
            case ast.GeneratorExp() if not self.is_taken(node, module):
                return [node.generators[0].iter]
        return list(ast.iter_child_nodes(node))

    def is_taken(self, node: ast.expr, module: Module) -> bool:
        """Whether what *node* gives is iterated over, or entered, where it stands or through a name in the same function;
        what is returned isn't: that is for its caller to say."""
        match module.parents.get(node):
            case ast.Return():
                return False
            case ast.Call(func=ast.Attribute(attr=attr)) as call if call.func is not node and attr in _ENTERING:
                return True
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) as assignment:
                return any(self.is_taken(use, module) for use in _loads(name, assignment, module))
            case ast.Await():
                return False
        return not why_not_taken(node, module, self._resolver)


def is_returned(node: ast.expr, module: Module) -> bool:
    """``return numbers()``"""
    return isinstance(module.parents.get(node), ast.Return)


def is_awaited(node: ast.expr, module: Module) -> bool:
    """Whether a call gives an awaitable that is awaited there, or an asynchronous context or iterator."""
    match parent := module.parents.get(node):
        case ast.Await():
            return True
        case ast.AsyncFor(iter=iterable):
            return iterable is node
        case ast.comprehension(iter=iterable, is_async=1):
            return iterable is node
        case ast.withitem():
            return isinstance(module.parents.get(parent), ast.AsyncWith)
    return False


def _loads(name: str, assignment: ast.AST, module: Module) -> Iterator[ast.Name]:
    around = module.parents[assignment]
    while not isinstance(around, FunctionNode | ast.Module | ast.ClassDef):
        around = module.parents[around]
    for use in module.mentions.get(name, ()):
        if isinstance(use, ast.Name) and isinstance(use.ctx, ast.Load) and around in _above(use, module):
            yield use


def _above(node: ast.AST, module: Module) -> Iterator[ast.AST]:
    parent = module.parents.get(node)
    while parent is not None:
        yield parent
        parent = module.parents.get(parent)
