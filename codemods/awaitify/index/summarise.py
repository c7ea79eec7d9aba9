"""Reads one module's tree into its scopes, classes and functions."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from awaitify.index.summary import Binding, BindingKind, Class, Function, FunctionNode, Module, Scope

_LINE_END = re.compile(r"\r\n|\r|\n")


def summarise(text: str, tree: ast.Module, *, name: str, path: str) -> Module:
    """The module's summary; *tree* is *text* parsed."""
    is_package = path.rpartition("/")[2].partition(".")[0] == "__init__"
    module = Module(name, path, text, tree, is_package, _LINE_END.split(text))
    module.scopes[tree] = scope = Scope(tree, module, None)
    _Walk(module).block(tree.body, scope, "")
    return module


def comprehension_scope(node: ast.AST, parent: Scope, generators: Iterable[ast.comprehension]) -> Scope:
    """The scope of a comprehension, whose targets are bound to what the iterables hold."""
    scope = Scope(node, parent.module, parent)
    for generator in generators:
        for name, steps in _targets(generator.target):
            _bind(scope, name, Binding(BindingKind.ITERATION, generator.iter, scope, steps))
    return scope


def lambda_scope(node: ast.Lambda, parent: Scope) -> Scope:
    """The scope of a lambda, with its parameters."""
    scope = Scope(node, parent.module, parent)
    _parameters(node.args, scope)
    return scope


class _Walk:
    """One walk over the statements of a module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.walrus_lines = [number for number, line in enumerate(module.lines, 1) if ":=" in line]

    def block(self, statements: list[ast.stmt], scope: Scope, prefix: str, owner: Class | None = None) -> None:
        for statement in statements:
            self.statement(statement, scope, prefix, owner)

    def statement(self, node: ast.stmt, scope: Scope, prefix: str, owner: Class | None) -> None:
        if self.walrus_lines and self.may_hold_walrus(node):
            self.walruses(node, scope)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node, scope, prefix, owner)
            case ast.ClassDef():
                self.class_(node, scope, prefix)
            case ast.Import() | ast.ImportFrom():
                self.import_(node, scope)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self.assign(target, value, scope, None)
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                self.assign(target, value, scope, annotation)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                _bind(scope, name, Binding(BindingKind.OTHER, value, scope))
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                scope.outer_names.update(names)
            case _:
                self.compound(node, scope, prefix, owner)

    def may_hold_walrus(self, node: ast.stmt) -> bool:
        at = bisect_left(self.walrus_lines, node.lineno)
        return at < len(self.walrus_lines) and self.walrus_lines[at] <= (node.end_lineno or node.lineno)

    def compound(self, node: ast.stmt, scope: Scope, prefix: str, owner: Class | None) -> None:
        match node:
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self.assign(target, value, scope, None, BindingKind.ITERATION)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars is not None:
                        self.assign(item.optional_vars, item.context_expr, scope, None, BindingKind.CONTEXT)
            case ast.Match(subject=subject, cases=cases):
                for case in cases:
                    self.pattern(case.pattern, subject, scope)
                    self.block(case.body, scope, prefix, owner)
            case ast.Try(handlers=handlers) | ast.TryStar(handlers=handlers):
                for handler in handlers:
                    if handler.name:
                        _bind(scope, handler.name, Binding(BindingKind.OTHER, handler, scope))
                    self.block(handler.body, scope, prefix, owner)
        for part in ("body", "orelse", "finalbody"):
            inner = getattr(node, part, None)
            if isinstance(inner, list):
                self.block(inner, scope, prefix, owner)

    def function(self, node: FunctionNode, scope: Scope, prefix: str, owner: Class | None) -> None:
        inner = Scope(node, self.module, scope)
        self.module.scopes[node] = inner
        function = Function(node, self.module, prefix + node.name, owner if scope.is_class else None, inner)
        self.module.functions.append(function)
        _bind(scope, node.name, Binding(BindingKind.FUNCTION, node, scope))
        if function.owner is not None:
            function.owner.functions.setdefault(node.name, []).append(function)
        _parameters(node.args, inner)
        self.block(node.body, inner, f"{prefix}{node.name}.", owner)

    def class_(self, node: ast.ClassDef, scope: Scope, prefix: str) -> None:
        inner = Scope(node, self.module, scope)
        self.module.scopes[node] = inner
        class_ = Class(node, self.module, prefix + node.name, inner)
        self.module.classes.append(class_)
        _bind(scope, node.name, Binding(BindingKind.CLASS, node, scope))
        self.block(node.body, inner, f"{prefix}{node.name}.", class_)
        for name, bindings in inner.bindings.items():
            class_.attributes.setdefault(name, []).extend(bindings)

    def import_(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                source = alias.name if alias.asname else bound
                _bind(scope, bound, Binding(BindingKind.IMPORT, alias, scope, source=source))
            return
        base = absolute_module(self.module, node.module, node.level)
        for alias in node.names:
            if alias.name == "*":
                self.module.stars.append(base)
            else:
                binding = Binding(BindingKind.IMPORT, alias, scope, source=f"{base}:{alias.name}")
                _bind(scope, alias.asname or alias.name, binding)

    def assign(
        self,
        target: ast.expr,
        value: ast.expr | None,
        scope: Scope,
        annotation: ast.expr | None,
        kind: BindingKind = BindingKind.VALUE,
    ) -> None:
        node = value if value is not None else target
        kind = kind if value is not None else BindingKind.OTHER
        for name, steps in _targets(target):
            _bind(scope, name, Binding(kind, node, scope, steps, annotation))
        for attribute, steps in _attribute_targets(target):
            owner = self.self_class(attribute, scope)
            if owner is not None:
                binding = Binding(kind, node, scope, steps, annotation)
                owner.attributes.setdefault(attribute.attr, []).append(binding)

    def self_class(self, target: ast.Attribute, scope: Scope) -> Class | None:
        """The class of ``self`` in ``self.x = …``, when *scope* is a method and ``self`` its first parameter."""
        if not isinstance(target.value, ast.Name) or not isinstance(scope.node, FunctionNode):
            return None
        if scope.parent is None or not scope.parent.is_class:
            return None
        arguments = [*scope.node.args.posonlyargs, *scope.node.args.args]
        if not arguments or arguments[0].arg != target.value.id:
            return None
        return next((c for c in reversed(self.module.classes) if c.scope is scope.parent), None)

    def pattern(self, pattern: ast.pattern, subject: ast.expr, scope: Scope) -> None:
        for node in ast.walk(pattern):
            match node:
                case ast.MatchAs(name=str(name)):
                    kind = BindingKind.PATTERN if isinstance(node.pattern, ast.MatchClass) else BindingKind.OTHER
                    _bind(scope, name, Binding(kind, node.pattern or subject, scope))
                case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                    _bind(scope, name, Binding(BindingKind.OTHER, subject, scope))

    def walruses(self, statement: ast.stmt, scope: Scope) -> None:
        for node in _own_expressions(statement):
            if isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name):
                _bind(scope, node.target.id, Binding(BindingKind.VALUE, node.value, scope))


def absolute_module(module: Module, name: str | None, level: int) -> str:
    """The dotted name that a ``from``-import in *module* means: ``..clients`` → ``shop.clients``."""
    if not level:
        return name or ""
    parts = module.name.split(".")
    drop = level - 1 if module.is_package else level
    base = parts[: len(parts) - drop] if drop else parts
    return ".".join([*base, name] if name else base)


def _bind(scope: Scope, name: str, binding: Binding) -> None:
    scope.bindings.setdefault(name, []).append(binding)


def _parameters(arguments: ast.arguments, scope: Scope) -> None:
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        _bind(scope, argument.arg, Binding(BindingKind.PARAMETER, argument, scope, annotation=argument.annotation))
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            _bind(scope, rest.arg, Binding(BindingKind.OTHER, rest, scope))


def _targets(target: ast.expr, steps: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    match target:
        case ast.Name(id=name):
            yield name, steps
        case ast.Starred(value=value):
            yield from _targets(value, (*steps, -1))
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for number, element in enumerate(elements):
                yield from _targets(element, (*steps, number))


def _attribute_targets(
    target: ast.expr, steps: tuple[int, ...] = ()
) -> Iterator[tuple[ast.Attribute, tuple[int, ...]]]:
    match target:
        case ast.Attribute():
            yield target, steps
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for number, element in enumerate(elements):
                yield from _attribute_targets(element, (*steps, number))


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement, without those of the statements in its blocks and of nested functions."""
    stack = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.Lambda):
            stack.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt))
