"""Where does what an expression holds come from, past annotations that name an abstract type only?

``stream: Iterable[bytes]`` says how an attribute is used, not what it holds. What the program puts there is followed back,
through names, attributes, parameters and returns, to the calls and literals that make it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from awaitify.index.callers import Passing
from awaitify.index.facts import Facts, Narrowed
from awaitify.index.parameters import default_of
from awaitify.index.summary import Binding, BindingKind, Class, Function, FunctionNode, Module
from awaitify.index.values import ClassValue, Container, Foreign, FunctionValue, Instance, Open, Unknown, Values

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_MOST_STEPS = 300
_PLAIN = (
    ast.Constant | ast.JoinedStr | ast.List | ast.Tuple | ast.Set | ast.Dict | ast.ListComp | ast.SetComp | ast.DictComp
    | ast.GeneratorExp | ast.Compare
)  # fmt: skip


class Leaf(Enum):
    """What makes a value."""

    INSTANCE = auto()
    """An object of a class of the project."""
    GENERATED = auto()
    """What a generator function of the project gives."""
    PLAIN = auto()
    """A literal, or an object of a class that isn't the project's."""
    OUTSIDE = auto()
    """What callers that the program doesn't have pass for a parameter."""
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """One thing that the expression may hold; *cls* or *function* make it, *type_name* is that of a plain value."""

    leaf: Leaf
    node: ast.AST
    module: Module
    cls: Class | None = None
    function: Function | None = None
    type_name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """All that an expression may hold, and the annotations that were followed past."""

    leaves: tuple[Origin, ...]
    annotations: tuple[tuple[ast.expr, Module], ...]


def find_origins(node: ast.expr, module: Module, resolver: Resolver) -> Origins:
    """What *node* of *module* may hold, as far as the program shows; ``None`` is left out."""
    walk = _Walk(resolver)
    leaves = tuple(walk.follow(node, module))
    return Origins(leaves, tuple(walk.annotations.values()))


def is_abstract(values: Values) -> bool:
    """Whether what is known is an abstract type at best."""
    return any(isinstance(v, Unknown | Open) or (isinstance(v, Container) and bool(v.abstract)) for v in values)


class _Walk:
    """One way back from an expression."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.annotations: dict[int, tuple[ast.expr, Module]] = {}
        self.seen: set[ast.AST] = set()

    def follow(self, node: ast.expr, module: Module) -> Iterator[Origin]:
        if node in self.seen:
            return
        self.seen.add(node)
        if len(self.seen) > _MOST_STEPS:
            yield Origin(Leaf.UNKNOWN, node, module)
            return
        values = self.resolver.answer(node, module).values
        if not is_abstract(values) and not isinstance(node, _PLAIN):
            yield from self.by_type(node, module, values)
            return
        kept = {v.name for v in values if isinstance(v, Foreign)}
        is_open = any(isinstance(v, Unknown) for v in values)
        for origin in self.step(node, module):
            # of `bytes | Iterable[bytes]` an `isinstance` before this use may have left the second only
            if not origin.type_name or is_open or origin.type_name in kept or _is_container(origin.node):
                yield origin

    def by_type(self, node: ast.expr, module: Module, values: Values) -> Iterator[Origin]:
        for value in values:
            match value:
                case Instance(cls):
                    yield Origin(Leaf.INSTANCE, node, module, cls=cls)
                case Container() | Foreign() if (made := self.generator(node, module)) is not None:
                    yield Origin(Leaf.GENERATED, node, module, function=made)
                case Foreign(name):
                    yield Origin(Leaf.PLAIN, node, module, type_name=name)
                case _:
                    yield Origin(Leaf.PLAIN, node, module)

    def generator(self, node: ast.expr, module: Module) -> Function | None:
        """The generator function of which *node* is a call."""
        values = self.resolver.answer(node.func, module).values if isinstance(node, ast.Call) else ()
        found = [v.function for v in values if isinstance(v, FunctionValue)]
        return next((f for f in found if self.resolver.scopes.is_generator(f)), None)

    def step(self, node: ast.expr, module: Module) -> Iterator[Origin]:
        match node:
            case ast.Name():
                yield from self.name(node, module)
            case ast.Attribute():
                yield from self.attribute(node, module)
            case ast.Call():
                yield from self.call(node, module)
            case ast.IfExp(body=body, orelse=orelse):
                yield from (*self.follow(body, module), *self.follow(orelse, module))
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self.follow(value, module)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                yield from self.follow(value, module)
            case ast.Constant(value=None):
                return
            case ast.Constant(value=value):
                yield Origin(Leaf.PLAIN, node, module, type_name=f"builtins.{type(value).__name__}")
            case _ if isinstance(node, _PLAIN):
                yield Origin(Leaf.PLAIN, node, module)
            case _:
                yield Origin(Leaf.UNKNOWN, node, module)

    def name(self, node: ast.Name, module: Module) -> Iterator[Origin]:
        scope = self.resolver.scopes.scope_of(node, module)
        home = self.resolver.scopes.find_scope(node.id, scope)
        facts = self.resolver.facts(node, scope)
        bindings = home.bindings.get(node.id, []) if home is not None else []
        reaching = bindings if facts is None else list(_bindings_of(facts)) or bindings
        for binding in reaching:
            yield from self.binding(binding, node, module)
        if not reaching:
            yield Origin(Leaf.UNKNOWN, node, module)

    def binding(self, binding: Binding, node: ast.expr, module: Module) -> Iterator[Origin]:
        where = binding.scope.module
        self.note(binding.annotation, where)
        match binding:
            case Binding(kind=BindingKind.VALUE, steps=(), node=ast.expr() as value):
                yield from self.follow(value, where)
            case Binding(kind=BindingKind.PARAMETER, node=ast.arg() as parameter):
                yield from self.parameter(parameter, binding, where)
            case Binding(kind=BindingKind.OTHER, annotation=ast.expr()):
                return  # a declaration without a value
            case _:
                yield Origin(Leaf.UNKNOWN, node, module)

    def parameter(self, parameter: ast.arg, binding: Binding, module: Module) -> Iterator[Origin]:
        if not isinstance(binding.scope.node, FunctionNode):
            yield Origin(Leaf.UNKNOWN, parameter, module)
            return
        self.note(parameter.annotation, module)
        function = self.resolver.scopes.function_at(binding.scope.node, module)
        ways = self.resolver.callers.ways(function)
        passings = sorted((w for w in ways if isinstance(w, Passing)), key=lambda w: w.module.place(w.call))
        if len(passings) < len(ways):
            yield Origin(Leaf.UNKNOWN, parameter, module)
        if not passings:
            yield Origin(Leaf.OUTSIDE, parameter, module)
        default = default_of(parameter, function.node.args)
        if default is not None:
            yield from self.follow(default, module)
        for passing in passings:
            argument = self.resolver.callers.argument(parameter, function, passing)
            if argument is not None:
                yield from self.follow(argument, passing.module)
            elif default is None:
                yield Origin(Leaf.UNKNOWN, passing.call, passing.module)

    def attribute(self, node: ast.Attribute, module: Module) -> Iterator[Origin]:
        receivers = self.resolver.answer(node.value, module).values
        classes = [v.cls for v in receivers if isinstance(v, Instance)]
        if not classes or len(classes) < len(receivers):
            yield Origin(Leaf.UNKNOWN, node, module)
            return
        owners = dict.fromkeys(c for cls in classes for c in self.resolver.hierarchy.order(cls))
        assigned = [b for c in owners for b in c.attributes.get(node.attr, ())]
        for other in self.resolver.program.assigning(node.attr):
            for binding in other.attribute_targets.get(node.attr, ()):
                if binding not in assigned and self.is_of(binding, owners):
                    assigned.append(binding)
        for binding in assigned:
            yield from self.binding(binding, node, module)
        if not assigned:
            yield Origin(Leaf.UNKNOWN, node, module)

    def is_of(self, binding: Binding, owners: dict[Class, None]) -> bool:
        """Whether it is assigned from outside to an object of one of the classes."""
        if not isinstance(binding.target, ast.Attribute):
            return False
        values = self.resolver.evaluate(binding.target.value, binding.scope)
        return any(
            isinstance(v, Instance) and any(c in owners for c in self.resolver.hierarchy.order(v.cls)) for v in values
        )

    def call(self, node: ast.Call, module: Module) -> Iterator[Origin]:
        for value in self.resolver.answer(node.func, module).values:
            match value:
                case ClassValue(cls):
                    yield Origin(Leaf.INSTANCE, node, module, cls=cls)
                case FunctionValue(function):
                    members = self.resolver.hierarchy.family(function) if not value.is_super else (function,)
                    for member in members:
                        yield from self.returned(member)
                case Foreign(name):
                    yield Origin(Leaf.PLAIN, node, module, type_name=name)
                case _:
                    yield Origin(Leaf.UNKNOWN, node, module)

    def returned(self, function: Function) -> Iterator[Origin]:
        self.note(function.node.returns, function.module)
        if self.resolver.scopes.is_generator(function):
            yield Origin(Leaf.GENERATED, function.node, function.module, function=function)
            return
        for inner in self.resolver.scopes.own_nodes(function):
            if isinstance(inner, ast.Return) and inner.value is not None:
                yield from self.follow(inner.value, function.module)

    def note(self, annotation: ast.expr | None, module: Module) -> None:
        if annotation is not None:
            self.annotations[id(annotation)] = (annotation, module)


def _bindings_of(facts: Facts) -> Iterator[Binding]:
    for fact in facts:
        if isinstance(fact, Binding):
            yield fact
        elif isinstance(fact, Narrowed):
            yield from _bindings_of(fact.before)


def _is_container(node: ast.AST) -> bool:
    return isinstance(node, _PLAIN) and not isinstance(node, ast.Constant | ast.JoinedStr)
