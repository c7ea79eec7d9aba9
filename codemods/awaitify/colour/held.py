"""What an expression can be where its annotation only says that it can be called: what was put there."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from awaitify.index.fixtures import find_fixture
from awaitify.index.parameters import default_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, BindingKind, Class, Function, Module, Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Foreign,
    FunctionValue,
    Instance,
    ModuleValue,
    Returning,
    TypeExpression,
    TypeVariable,
    Unknown,
    Value,
    Values,
    union,
)

PARTIAL = "functools.partial"
_ANY_CALLABLE = frozenset(
    Foreign(name, made=True)
    for name in ("collections.abc.Callable", "typing.Callable", "types.FunctionType", "types.MethodType")
)
GETS = frozenset({"get", "pop", "setdefault", "popleft"})


class Held:
    """Looks behind ``Callable[…]`` and ``partial(…)``, with a resolver's knowledge of everything else."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._asked: set[ast.AST] = set()

    def values(self, node: ast.expr, module: Module) -> Values:
        """What *node* can be; unknown where its annotation is all that is known."""
        answer = self._resolver.answer(node, module).values
        if not any(map(_is_a_type, answer)):
            return answer
        if node in self._asked:  # it is what it is itself
            return NOTHING
        self._asked.add(node)
        found = self._behind(node, module)
        self._asked.discard(node)
        return _known(answer) if found is None else frozenset(v for v in answer if not _is_a_type(v)) | _known(found)

    def returned(self, function: Function) -> Values:
        """What *function* or anything that overrides it returns."""
        return union(
            self.values(node.value, member.module)
            for member in self._resolver.hierarchy.family(function)
            for node in self._resolver.scopes.own_nodes(member)
            if isinstance(node, ast.Return) and node.value is not None
        )

    def _behind(self, node: ast.expr, module: Module) -> Values | None:
        """What was put where *node* is read from; None where it is read from nowhere."""
        match node:
            case ast.Name(id=name):
                return self._name(name, self._resolver.scopes.scope_of(node, module))
            case ast.Attribute(value=value, attr=attr):
                owners = self._resolver.answer(value, module).values
                return union(self._attribute(owner, attr) for owner in owners) if owners else UNKNOWN
            case ast.IfExp(body=body, orelse=orelse):
                return self.values(body, module) | self.values(orelse, module)
            case ast.BoolOp(values=values):
                return union(self.values(value, module) for value in values)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                return self.values(value, module)
            case ast.Subscript(value=value):
                return self._elements(value, module)
            case ast.Call():
                return self._called(node, module)
        return None

    def _called(self, node: ast.Call, module: Module) -> Values | None:
        """``partial(f, x)``, ``handlers.get(k, f)``, ``choose(k)``"""
        if node.args and self._resolver.dotted(node.func, module) == PARTIAL:
            return self.values(node.args[0], module)
        called = self._resolver.answer(node.func, module).values
        if called and all(isinstance(v, FunctionValue) for v in called):
            return union(self.returned(value.function) for value in called if isinstance(value, FunctionValue))
        match node.func:
            case ast.Attribute(value=value, attr=attr) if attr in GETS:
                return self._elements(value, module) | union(self.values(a, module) for a in node.args[1:])
        return None

    def _name(self, name: str, scope: Scope) -> Values:
        found = self._resolver.scopes.find_scope(name, scope)
        return UNKNOWN if found is None else self._all(found.bindings[name])

    def _attribute(self, owner: Value, attr: str) -> Values:
        """What the class, those above and those below it keep under the attribute, and what is set from outside."""
        match owner:
            case Instance(cls) | ClassValue(cls):
                hierarchy, assigned = self._resolver.hierarchy, self._resolver.assigned
                found = assigned.field(cls, attr) | assigned.set_from_outside(cls, attr)
                near = (*hierarchy.order(cls), *hierarchy.below(cls))
                bindings = [b for one in near for b in one.attributes.get(attr, ()) if not _only_declares(b)]
                return found | self._all(bindings) if bindings or found else UNKNOWN
            case ModuleValue(module) if attr in module.scope.bindings:
                return self._name(attr, module.scope) | self._resolver.assigned.set_from_outside(module, attr)
        return UNKNOWN

    def _all(self, bindings: Iterable[Binding]) -> Values:
        return union(self._binding(binding) for binding in bindings)

    def _binding(self, binding: Binding) -> Values:
        node, module = binding.node, binding.scope.module
        match binding.kind:
            case BindingKind.OTHER if _only_declares(binding):
                return NOTHING
            case BindingKind.VALUE | BindingKind.ELEMENT if isinstance(node, ast.expr) and not binding.steps:
                return self.values(node, module)
            case BindingKind.PARAMETER if isinstance(node, ast.arg) and not isinstance(binding.scope.node, ast.Lambda):
                function = self._resolver.scopes.function_at(binding.scope.node, module)
                default = default_of(node, function.node.args)
                own = self.values(default, module) if default is not None else NOTHING
                return own | self._passed(node, function)
            case BindingKind.ITERATION if isinstance(node, ast.expr):
                match node:
                    case ast.Call(func=ast.Attribute(value=value, attr="values" | "copy")) if not binding.steps:
                        return self._elements(value, module)
                    case ast.Call(func=ast.Attribute(value=value, attr="items")) if binding.steps == (1,):
                        return self._elements(value, module)
                return UNKNOWN if binding.steps else self._elements(node, module)
            case BindingKind.IMPORT:
                return self._all(self._imported(binding)) or UNKNOWN
            case BindingKind.FUNCTION | BindingKind.CLASS:
                return self._resolver.bindings.binding(binding)
        return UNKNOWN

    def _passed(self, parameter: ast.arg, function: Function) -> Values:
        """What callers pass for a parameter, or pytest: what a fixture returns."""
        fixture = find_fixture(self._resolver, function, parameter.arg)
        if fixture is not None and not self._resolver.scopes.is_generator(fixture):
            return self.returned(fixture)
        passed = self._resolver.callers.passed(parameter, function)
        if not any(map(_is_a_type, passed)):
            return passed
        given = self._resolver.callers.arguments(parameter, function)
        return union(UNKNOWN if argument is None else self.values(*argument) for argument in given)

    def _elements(self, node: ast.expr, module: Module) -> Values:
        """What a list or dict holds that a name, an attribute or a display is."""
        match node:
            case ast.Dict(values=values) | ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
                return union(self.values(value, module) for value in values)
            case ast.Name(id=name):
                found = self._resolver.scopes.find_scope(name, self._resolver.scopes.scope_of(node, module))
                if found is None:
                    return UNKNOWN
                added = self._resolver.elements.put_into(name, found)
                return self._containers(found.bindings[name]) | self._all(added)
            case ast.Attribute(value=value, attr=attr):
                owners = self._resolver.answer(value, module).values
                return union(self._in_attribute(v.cls, attr) if isinstance(v, Instance) else UNKNOWN for v in owners)
        return UNKNOWN

    def _in_attribute(self, cls: Class, attr: str) -> Values:
        near = (*self._resolver.hierarchy.order(cls), *self._resolver.hierarchy.below(cls))
        kept = self._containers(b for one in near for b in one.attributes.get(attr, ()))
        return kept | self._all(b for one in near for b in one.elements.get(attr, ()))

    def _containers(self, bindings: Iterable[Binding]) -> Values:
        found: Values = NOTHING
        for binding in bindings:
            if _only_declares(binding):
                continue
            if binding.kind is BindingKind.IMPORT:
                found |= self._containers(self._imported(binding)) or UNKNOWN
                continue
            is_value = binding.kind is BindingKind.VALUE and isinstance(binding.node, ast.expr) and not binding.steps
            found |= self._elements(binding.node, binding.scope.module) if is_value else UNKNOWN  # type: ignore[arg-type]
        return found

    def _imported(self, binding: Binding) -> list[Binding]:
        """What the module that a variable is imported from binds it to; none where that isn't seen."""
        source = self._resolver.program.absolute(binding.source, binding.scope.module)
        name, _, attr = source.partition(":")
        module = self._resolver.program.module(name) if attr else None
        return module.scope.bindings.get(attr, []) if module is not None else []


def _is_a_type(value: Value) -> bool:
    """Whether all that is known is of which type it is: what that is may be a function, too."""
    match value:
        case Returning() | Instance() | TypeVariable() | TypeExpression():
            return True
        case Foreign(made=made):
            return made
    return False


def _known(values: Values) -> Values:
    """*values* with what only a type says of what can be called left unknown."""
    return frozenset(Unknown() if isinstance(v, Returning) or v in _ANY_CALLABLE else v for v in values)


def _only_declares(binding: Binding) -> bool:
    """``run: Callable[[], str]``, without a value."""
    return binding.kind is BindingKind.OTHER and binding.annotation is not None
