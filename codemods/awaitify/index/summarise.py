"""Reads one module's tree into its scopes, classes and functions."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from awaitify.index.summary import Binding, BindingKind, Class, Function, FunctionNode, Module, Scope, Step

_LINE_END = re.compile(r"\r\n|\r|\n")
_ADDS = {
    "put": 0,
    "put_nowait": 0,
    "set": 0,
    "append": 0,
    "add": 0,
    "appendleft": 0,
    "insert": 1,
    "setdefault": 1,
    "extend": 0,
    "__setitem__": 1,
}
"""Methods that put something into a container, with the number of the argument that is put there."""
_ADDS_MANY = frozenset({"extend"})


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
            _bind(scope, name.id, Binding(BindingKind.ITERATION, generator.iter, scope, steps, target=name))
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
            case ast.AugAssign(target=target, value=value):
                self.assign(target, value, scope, None, keeps=True)
            case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.Await(value=ast.Call() as call)):
                self.call(call, scope)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                scope.outer_names.update(names)
            case _:
                self.type_alias(node, scope)
                self.compound(node, scope, prefix, owner)

    def type_alias(self, node: ast.stmt, scope: Scope) -> None:
        """``type Pair = tuple[Client, str]``, which ``ast`` has from Python 3.12 on."""
        target, value = getattr(node, "name", None), getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.expr):
            _bind(scope, target.id, Binding(BindingKind.TYPE, value, scope, target=target))

    def call(self, node: ast.Call, scope: Scope) -> None:
        """``clients.append(x)``"""
        match node:
            case ast.Call(func=ast.Name(id="setattr"), args=[owner, ast.Constant(value=str(name)), value]):
                self.set_by_name(owner, name, value, scope)
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="vars"), args=[owner]), attr="update")):
                for keyword in node.keywords:
                    self.set_by_name(owner, keyword.arg or "", keyword.value, scope)
            case ast.Call(func=ast.Attribute(value=target, attr="update"), args=[argument]):
                self.element(target, argument, None, scope, is_many=True)
            case ast.Call(func=ast.Attribute(value=target, attr=method), args=args) if method in _ADDS:
                if len(args) > _ADDS[method]:
                    self.element(target, args[_ADDS[method]], args[0], scope, is_many=method in _ADDS_MANY)

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
                        _bind(scope, handler.name, Binding(BindingKind.OTHER, handler, scope, target=handler))
                    self.block(handler.body, scope, prefix, owner)
        for part in ("body", "orelse", "finalbody"):
            inner = getattr(node, part, None)
            if isinstance(inner, list):
                self.block(inner, scope, prefix, owner)

    def function(self, node: FunctionNode, scope: Scope, prefix: str, owner: Class | None) -> None:
        inner = Scope(node, self.module, self.type_parameters(node, scope))
        self.module.scopes[node] = inner
        function = Function(node, self.module, prefix + node.name, owner if scope.is_class else None, inner)
        self.module.functions.append(function)
        _bind(scope, node.name, Binding(BindingKind.FUNCTION, node, scope, target=node))
        if function.owner is not None:
            function.owner.functions.setdefault(node.name, []).append(function)
        _parameters(node.args, inner)
        self.block(node.body, inner, f"{prefix}{node.name}.", owner)

    def class_(self, node: ast.ClassDef, scope: Scope, prefix: str) -> None:
        inner = Scope(node, self.module, self.type_parameters(node, scope))
        self.module.scopes[node] = inner
        class_ = Class(node, self.module, prefix + node.name, inner)
        self.module.classes.append(class_)
        _bind(scope, node.name, Binding(BindingKind.CLASS, node, scope, target=node))
        self.block(node.body, inner, f"{prefix}{node.name}.", class_)
        for name, bindings in inner.bindings.items():
            class_.attributes.setdefault(name, []).extend(bindings)

    def type_parameters(self, node: FunctionNode | ast.ClassDef, scope: Scope) -> Scope:
        """The scope between a definition and what stands around it, in which ``[T]`` is bound; without any, that around it."""
        parameters = getattr(node, "type_params", ())
        if not parameters:
            return scope
        inner = Scope(parameters[0], self.module, scope)
        for parameter in parameters:
            _bind(inner, parameter.name, Binding(BindingKind.TYPE_VARIABLE, parameter, inner, target=parameter))
        return inner

    def import_(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                source = alias.name if alias.asname else bound
                _bind(scope, bound, Binding(BindingKind.IMPORT, alias, scope, source=source, target=alias))
            return
        base = absolute_module(self.module, node.module, node.level)
        for alias in node.names:
            if alias.name == "*":
                self.module.stars.append(base)
            else:
                binding = Binding(BindingKind.IMPORT, alias, scope, source=f"{base}:{alias.name}", target=alias)
                _bind(scope, alias.asname or alias.name, binding)

    def assign(
        self,
        target: ast.expr,
        value: ast.expr | None,
        scope: Scope,
        annotation: ast.expr | None,
        kind: BindingKind = BindingKind.VALUE,
        keeps: bool = False,
    ) -> None:
        node = value if value is not None else target
        kind = kind if value is not None else BindingKind.OTHER
        for name, steps in _targets(target):
            _bind(scope, name.id, Binding(kind, node, scope, steps, annotation, target=name, keeps=keeps))
        for attribute, steps in _attribute_targets(target):
            binding = Binding(kind, node, scope, steps, annotation, target=attribute, keeps=keeps)
            self.module.attribute_targets.setdefault(attribute.attr, []).append(binding)
            owner = self.self_class(attribute, scope)
            if owner is not None:
                owner.attributes.setdefault(attribute.attr, []).append(binding)
        if isinstance(target, ast.Subscript) and value is not None and kind is BindingKind.VALUE:
            self.subscript(target, value, scope)

    def set_by_name(self, owner: ast.expr, name: str, value: ast.expr, scope: Scope) -> None:
        """``setattr(shop, "client", x)`` is ``shop.client = x``."""
        target = ast.copy_location(ast.Attribute(owner, name, ast.Store()), owner)
        binding = Binding(BindingKind.VALUE, value, scope, target=target)
        self.module.attribute_targets.setdefault(name, []).append(binding)

    def subscript(self, target: ast.Subscript, value: ast.expr, scope: Scope) -> None:
        """``clients["a"] = x``, ``globals()["client"] = x``, ``vars(shop)["client"] = x``"""
        match target:
            case ast.Subscript(value=ast.Call(func=ast.Name(id="globals")), slice=ast.Constant(value=str(name))):
                _bind(self.module.scope, name, Binding(BindingKind.VALUE, value, scope))
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id="vars"), args=[owner]) | ast.Attribute(value=owner, attr="__dict__"),
                slice=ast.Constant(value=str(name)),
            ):
                self.set_by_name(owner, name, value, scope)
            case _:
                self.element(target.value, value, target.slice, scope)

    def element(
        self, target: ast.expr, value: ast.expr, key: ast.expr | None, scope: Scope, is_many: bool = False
    ) -> None:
        """*value* is put into what *target* names: a name, or an attribute of ``self``; deeper for each index on the way."""
        depth = 0
        while not isinstance(target, ast.Name | ast.Attribute):
            match target:
                case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner, attr="setdefault" | "get")):
                    target, depth, key = inner, depth + 1, None
                case _:
                    return
        steps: tuple[Step, ...] = (0,) * depth + ((1,) if is_many else ())
        binding = Binding(BindingKind.ELEMENT, value, scope, steps, key=key)
        if isinstance(target, ast.Name):
            self.module.elements.setdefault(target.id, []).append(binding)
        elif (owner := self.self_class(target, scope)) is not None:
            owner.elements.setdefault(target.attr, []).append(binding)

    def self_class(self, target: ast.Attribute, scope: Scope) -> Class | None:
        """The class of ``self`` in ``self.x = …``, when *scope* is a method and ``self`` its first parameter."""
        if not isinstance(target.value, ast.Name) or not isinstance(scope.node, FunctionNode):
            return None
        around = scope.around
        if around is None or not around.is_class:
            return None
        arguments = [*scope.node.args.posonlyargs, *scope.node.args.args]
        if not arguments or arguments[0].arg != target.value.id:
            return None
        return next((c for c in reversed(self.module.classes) if c.scope is around), None)

    def pattern(self, pattern: ast.pattern, subject: ast.expr, scope: Scope) -> None:
        for node in ast.walk(pattern):
            match node:
                case ast.MatchAs(name=str(name)):
                    kind = BindingKind.PATTERN if isinstance(node.pattern, ast.MatchClass) else BindingKind.OTHER
                    if node is pattern and node.pattern is None:
                        kind = BindingKind.VALUE  # `case other:` is the subject itself
                    _bind(scope, name, Binding(kind, node.pattern or subject, scope, target=node))
                case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                    _bind(scope, name, Binding(BindingKind.OTHER, subject, scope, target=node))

    def walruses(self, statement: ast.stmt, scope: Scope) -> None:
        for node in _own_expressions(statement):
            if isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name):
                _bind(scope, node.target.id, Binding(BindingKind.VALUE, node.value, scope, target=node.target))


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
        binding = Binding(BindingKind.PARAMETER, argument, scope, annotation=argument.annotation, target=argument)
        _bind(scope, argument.arg, binding)
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            _bind(scope, rest.arg, Binding(BindingKind.PARAMETER, rest, scope, target=rest))


def _targets(target: ast.expr, steps: tuple[Step, ...] = ()) -> Iterator[tuple[ast.Name, tuple[Step, ...]]]:
    match target:
        case ast.Name():
            yield target, steps
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for step, element in _numbered(elements):
                yield from _targets(element, (*steps, step))


def _numbered(elements: list[ast.expr]) -> Iterator[tuple[Step, ast.expr]]:
    """The targets of an unpacking with the step to what each gets: ``a, *b, c`` are 0, a slice, and the last."""
    star = next((number for number, element in enumerate(elements) if isinstance(element, ast.Starred)), len(elements))
    for number, element in enumerate(elements):
        if isinstance(element, ast.Starred):
            yield slice(number, number + 1 - len(elements) or None), element.value
        else:
            yield (number if number < star else number - len(elements)), element


def _attribute_targets(
    target: ast.expr, steps: tuple[Step, ...] = ()
) -> Iterator[tuple[ast.Attribute, tuple[Step, ...]]]:
    match target:
        case ast.Attribute():
            yield target, steps
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for step, element in _numbered(elements):
                yield from _attribute_targets(element, (*steps, step))


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement, without those of the statements in its blocks and of nested functions."""
    stack = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.Lambda):
            stack.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt))
