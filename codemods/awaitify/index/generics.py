"""What type variables stand for: ``Box[Client]``, ``class Shop(Base[Client])``, ``first(clients)``."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from awaitify.index.summary import Class, Function
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    Arguments,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    Returning,
    TypeVariable,
    Value,
    Values,
    made,
    over,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_DEEPEST = 4
"""How far types are nested in types before the rest is unknown: a recursive function would build them for ever."""

Environment = Mapping[ast.AST, Values]


class Generics:
    """Type parameters of classes and functions, with a resolver's knowledge of annotations."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._parameters: dict[Class, tuple[TypeVariable, ...]] = {}
        self._open: set[Class] = set()
        self._environments: dict[Class, dict[Class, dict[ast.AST, Values]]] = {}

    def parameters(self, cls: Class) -> tuple[TypeVariable, ...]:
        """The type variables of a class, in the order in which ``cls[…]`` gives them."""
        if cls in self._open:
            return ()  # a class may name itself between its own brackets
        return self._resolver.questions.kept(self._parameters, cls, lambda: self._find_parameters(cls))

    def _find_parameters(self, cls: Class) -> tuple[TypeVariable, ...]:
        self._open.add(cls)
        try:
            return tuple(dict.fromkeys(self._named_parameters(cls)))
        finally:
            self._open.discard(cls)

    def _named_parameters(self, cls: Class) -> list[TypeVariable]:
        declared = [self._variable(node, cls) for node in getattr(cls.node, "type_params", ())]
        if declared:
            return declared
        found: list[TypeVariable] = []
        for base in cls.node.bases:
            if isinstance(base, ast.Subscript):
                variables = [v for argument in _arguments(base) for v in self._variables_in(argument, cls)]
                is_declaration = any(
                    isinstance(v, Foreign) and v.name.rpartition(".")[2] == "Generic"
                    for v in self._resolver.evaluate(base.value, cls.scope.parent or cls.scope)
                )
                if is_declaration:
                    return variables
                found += variables
        return found

    def _variable(self, node: ast.AST, cls: Class) -> TypeVariable:
        bound = getattr(node, "bound", None)
        return TypeVariable(node, self._resolver.annotations.evaluate(bound, cls.scope) if bound else UNKNOWN)

    def _variables_in(self, node: ast.expr, cls: Class) -> list[TypeVariable]:
        values = self._resolver.annotations.evaluate(node, cls.scope.parent or cls.scope)
        return list(_variables(values))

    def arguments(self, cls: Class, given: list[Values]) -> Arguments:
        """What ``cls[given]`` makes of the class's type variables."""
        return tuple(
            (parameter.node, values) for parameter, values in zip(self.parameters(cls), given, strict=False) if values
        )

    def environment(self, cls: Class, ancestor: Class) -> Environment:
        """What the type variables of *ancestor* stand for in *cls*, in terms of the variables of *cls*."""
        if not self._is_concerned(cls):
            return {}
        found = self._resolver.questions.kept(self._environments, cls, lambda: self._find_environments(cls))
        return found.get(ancestor, {})

    def _is_concerned(self, cls: Class) -> bool:
        return any(
            isinstance(base, ast.Subscript) for c in self._resolver.hierarchy.order(cls) for base in c.node.bases
        )

    def _find_environments(self, cls: Class) -> dict[Class, dict[ast.AST, Values]]:
        found: dict[Class, dict[ast.AST, Values]] = {cls: {}}
        for current in self._resolver.hierarchy.order(cls):
            scope = current.scope.parent or current.scope
            for base in current.node.bases:
                if not isinstance(base, ast.Subscript):
                    parents = [v.cls for v in self._resolver.evaluate(base, scope) if isinstance(v, ClassValue)]
                    for parent in parents:
                        found.setdefault(parent, dict(found.get(current, {})))
                    continue
                given = [self._resolver.annotations.evaluate(argument, scope) for argument in _arguments(base)]
                for value in self._resolver.evaluate(base.value, scope):
                    if isinstance(value, ClassValue):
                        own = dict(self.arguments(value.cls, given))
                        own = {k: self.substitute(v, found.get(current, {})) for k, v in own.items()}
                        found.setdefault(value.cls, {}).update(own)
        return found

    def substitute(self, values: Values, environment: Environment, depth: int = 0) -> Values:
        """*values* with the type variables replaced by what they stand for."""
        if not environment or not any(may_vary(value) for value in values):
            return values
        if depth > _DEEPEST:
            return UNKNOWN
        return over(values, lambda value: self._substitute(value, environment, depth + 1))

    def _substitute(self, value: Value, environment: Environment, depth: int) -> Values:
        match value:
            case TypeVariable(node, is_class=is_class):
                if node not in environment:
                    return frozenset({value})
                return class_of(environment[node]) if is_class else environment[node]
            case Container():
                changed = replace(
                    value,
                    elements=self.substitute(value.elements, environment, depth),
                    keys=self.substitute(value.keys, environment, depth),
                    items=tuple(self.substitute(item, environment, depth) for item in value.items),
                )
                return frozenset({changed})
            case Returning(results):
                return frozenset({Returning(self.substitute(results, environment, depth))})
            case Instance(arguments=arguments) | ClassValue(arguments=arguments) if arguments:
                changed_arguments = tuple((k, self.substitute(v, environment, depth)) for k, v in arguments)
                return frozenset({replace(value, arguments=changed_arguments)})
            case FunctionValue(arguments=arguments):
                kept = {k: self.substitute(v, environment, depth) for k, v in arguments}
                return frozenset({replace(value, arguments=tuple({**environment, **kept}.items()))})
        return frozenset({value})

    def infer(self, function: Function, passed: Mapping[str, Values], known: Environment) -> Environment:
        """What the type variables in the annotations of *function*'s parameters stand for when *passed* is passed."""
        environment: dict[ast.AST, Values] = dict(known)
        arguments = function.node.args
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            if argument.annotation is not None and argument.arg in passed:
                pattern = self._resolver.annotations.evaluate(
                    argument.annotation, function.scope.parent or function.scope
                )
                self._unify(pattern, passed[argument.arg], environment)
        return environment

    def _unify(self, pattern: Values, actual: Values, environment: dict[ast.AST, Values]) -> None:
        for value in pattern:
            match value:
                case TypeVariable(node, is_class=is_class):
                    found = instance_of(actual) if is_class else actual
                    environment[node] = environment.get(node, NOTHING) | found
                case Container(elements, keys):
                    if any(map(may_vary, elements)):
                        inner = over(actual, self._resolver.calls.inside)
                        self._unify(elements, inner, environment)
                    if any(map(may_vary, keys)):
                        self._unify(
                            keys, over(actual, lambda v: v.keys if isinstance(v, Container) else NOTHING), environment
                        )
                case Instance(cls, arguments=arguments):
                    for node, inner in arguments:
                        given = over(actual, lambda v, node=node, cls=cls: self._argument_of(v, node, cls))  # type: ignore[misc]
                        self._unify(inner, given, environment)

    def _argument_of(self, value: Value, node: ast.AST, cls: Class) -> Values:
        if not isinstance(value, Instance):
            return NOTHING
        environment = self.environment(value.cls, cls)
        inner = environment.get(node) or dict(value.arguments).get(node, NOTHING)
        return self.substitute(inner, dict(value.arguments))


def settled(values: Values) -> Values:
    """*values* with each type variable taken for its bound."""
    if not any(isinstance(value, TypeVariable) for value in values):
        return values
    return over(values, lambda v: _bound_of(v) if isinstance(v, TypeVariable) else frozenset({v}))


def _bound_of(value: TypeVariable) -> Values:
    return class_of(value.bound) if value.is_class else value.bound


def class_of(values: Values) -> Values:
    """The classes of the objects that *values* are: ``type[C]``, ``type(x)``."""
    return over(values, _class_of)


def _class_of(value: Value) -> Values:
    match value:
        case Instance(cls, arguments=arguments):
            return frozenset({ClassValue(cls, arguments)})
        case Foreign(name, made=True):
            return frozenset({Foreign(name)})
        case TypeVariable(node, bound):
            return frozenset({TypeVariable(node, bound, is_class=True)})
    return UNKNOWN


def instance_of(values: Values) -> Values:
    """Objects of the classes that *values* are."""
    return over(values, _instance_of)


def _instance_of(value: Value) -> Values:
    match value:
        case ClassValue(cls, arguments):
            return frozenset({Instance(cls, arguments=arguments)})
        case Foreign(name, made=False, member=False):
            return made(name)
        case TypeVariable(node, bound, is_class=True):
            return frozenset({TypeVariable(node, bound)})
    return UNKNOWN


def may_vary(value: Value) -> bool:
    """Whether a type variable stands in *value* itself, or may in what it gives."""
    match value:
        case TypeVariable() | FunctionValue():
            return True
        case Container(elements, keys, items):
            return any(map(may_vary, (*elements, *keys, *(v for item in items for v in item))))
        case Returning(results):
            return any(map(may_vary, results))
        case Instance(arguments=arguments) | ClassValue(arguments=arguments):
            return any(may_vary(v) for _, values in arguments for v in values)
    return False


def _variables(values: Values) -> list[TypeVariable]:
    found: list[TypeVariable] = []
    for value in values:
        match value:
            case TypeVariable():
                found.append(replace(value, is_class=False))
            case Container(elements, keys):
                found += [*_variables(keys), *_variables(elements)]
            case Instance(arguments=arguments):
                for _, inner in arguments:
                    found += _variables(inner)
    return found


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
