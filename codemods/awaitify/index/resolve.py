"""Which functions, classes and objects can an expression be? Asked one expression at a time, over the whole program."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from awaitify.index import builtin
from awaitify.index.annotations import Annotations
from awaitify.index.assigned import Assigned
from awaitify.index.bindings import Bindings
from awaitify.index.callers import Callers
from awaitify.index.calls import Calls
from awaitify.index.elements import Elements
from awaitify.index.environment import Environment
from awaitify.index.facts import Facts
from awaitify.index.flow import facts_of
from awaitify.index.generics import Generics, settled
from awaitify.index.hierarchy import Hierarchy
from awaitify.index.members import Members
from awaitify.index.narrowing import Narrowing
from awaitify.index.program import Program
from awaitify.index.questions import Answer, Questions
from awaitify.index.scopes import COMPREHENSIONS, Scopes
from awaitify.index.summary import Class, Function, FunctionNode, Module, Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    LambdaValue,
    TypeExpression,
    Value,
    Values,
    made,
    over,
    union,
)


class Resolver:
    """Answers questions about expressions; every answer is remembered.

    *results* says what foreign callables return, by dotted name: ``requests.get`` → ``requests.Response``; *environment*
    knows the code around the program.
    """

    def __init__(
        self, program: Program, results: Mapping[str, str] | None = None, environment: Environment | None = None
    ) -> None:
        self.program = program
        self.results = results or {}
        self.environment = environment or Environment()
        self.foreign = frozenset(name.partition(".")[0] for name in self.results)
        self.questions = Questions()
        self.remembered, self.note = self.questions.ask, self.questions.note
        self.hierarchy = Hierarchy(program, self._bases, self.questions)
        self.scopes = Scopes()
        self.annotations = Annotations(self)
        self.bindings = Bindings(self)
        self.members = Members(self)
        self.calls = Calls(self)
        self.callers = Callers(self)
        self.assigned = Assigned(self)
        self.elements = Elements(self)
        self.generics = Generics(self)
        self.narrowing = Narrowing(self)
        self._facts: dict[Scope, dict[ast.AST, Facts]] = {}

    def answer(self, node: ast.expr, module: Module) -> Answer:
        """What the expression *node* of *module* can be, and how that is known."""
        answer = self.questions.noting(lambda: self.evaluate(node, self.scopes.scope_of(node, module)))
        return replace(answer, values=settled(answer.values))

    def dotted(self, node: ast.expr, module: Module) -> str:
        """The dotted name of something foreign that *node* surely is, else an empty string."""
        names = {
            v.name if isinstance(v, Foreign) else "" for v in self.evaluate(node, self.scopes.scope_of(node, module))
        }
        return names.pop() if len(names) == 1 else ""

    def evaluate(self, node: ast.expr, scope: Scope) -> Values:
        """What *node* can be when its names are looked up in *scope*."""
        match node:
            case ast.Constant(value=None):
                return NOTHING
            case ast.Constant() | ast.JoinedStr() | ast.Compare():
                return builtin.constant(node)
            case ast.Name(id=name):
                facts = self.facts(node, scope)
                if facts is not None:
                    key = ("facts", name, scope, facts)
                    return self.remembered(key, lambda: self.bindings.known(name, scope, facts))
                return self.remembered(("name", name, scope), lambda: self.bindings.name(name, scope))
        return self.remembered(("expression", node, scope), lambda: self._expression(node, scope))

    def _expression(self, node: ast.expr, scope: Scope) -> Values:  # noqa: C901  one case a kind of node
        match node:
            case ast.Attribute():
                return self._attribute(node, scope)
            case ast.Call():
                return self.calls.call(node, scope)
            case ast.Await(value=value) | ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.evaluate(value, scope)
            case ast.IfExp(body=body, orelse=orelse):
                return self.evaluate(body, scope) | self.evaluate(orelse, scope)
            case ast.BoolOp(op=ast.And(), values=values):
                return self.evaluate(values[-1], scope)  # else it is something false, of which nothing is called
            case ast.BoolOp(values=values):
                return union(self.evaluate(value, scope) for value in values)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.List(elts=elements) | ast.Set(elts=elements) | ast.Tuple(elts=elements):
                return self._sequence(node, elements, scope)
            case ast.Dict():
                return self._mapping(node, scope)
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                return frozenset({Container(self.evaluate(element, self.scopes.comprehension_scope(node, scope)))})
            case ast.DictComp(key=key, value=value):
                inner = self.scopes.comprehension_scope(node, scope)
                return frozenset({Container(self.evaluate(value, inner), self.evaluate(key, inner), is_mapping=True)})
            case ast.Lambda():
                return frozenset({LambdaValue(node, scope)})
            case ast.UnaryOp(op=ast.Not()):
                return made("builtins.bool")
            case ast.BinOp():
                return self._operation(node, scope)
        return UNKNOWN

    def _sequence(self, node: ast.expr, elements: list[ast.expr], scope: Scope) -> Values:
        items = tuple(
            (
                self.calls.elements(self.evaluate(e.value, scope))
                if isinstance(e, ast.Starred)
                else self.evaluate(e, scope)
            )
            for e in elements
        )
        is_fixed = not isinstance(node, ast.Set) and not any(isinstance(e, ast.Starred) for e in elements)
        return frozenset({Container(union(items), items=items if is_fixed else ())})

    def _mapping(self, node: ast.Dict, scope: Scope) -> Values:
        pairs = [(key, self.evaluate(value, scope)) for key, value in zip(node.keys, node.values, strict=True)]
        merged = union(v.elements if isinstance(v, Container) else UNKNOWN for k, vs in pairs if k is None for v in vs)
        elements = merged | union(values for key, values in pairs if key is not None)
        keys = union(self.evaluate(key, scope) for key, _ in pairs if key is not None)
        texts = {
            text: values for key, values in pairs if key is not None and (text := builtin.text_of(key)) is not None
        }
        fields = tuple(texts.items()) if len(texts) == len(pairs) else ()
        return frozenset({Container(elements, keys, is_mapping=True, fields=fields)})

    def _operation(self, node: ast.BinOp, scope: Scope) -> Values:
        both = self.evaluate(node.left, scope) | self.evaluate(node.right, scope)
        if isinstance(node.op, ast.BitOr) and any(isinstance(v, ClassValue | TypeExpression) for v in both):
            return frozenset({TypeExpression(self.annotations.evaluate(node, scope))})
        if isinstance(node.op, ast.Add | ast.BitOr | ast.BitAnd | ast.Sub | ast.Mult):
            containers = [v for v in both if isinstance(v, Container)]
            if containers and all(isinstance(v, Container) or v == Foreign("builtins.int", made=True) for v in both):
                return frozenset(replace(v, items=(), fields=()) for v in containers)
        return both if both and all(_is_plain(value) for value in both) else UNKNOWN

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Values:
        values = settled(self.evaluate(node.value, scope))
        if any(isinstance(v, Foreign) and not v.made and self.annotations.is_generic(v.name) for v in values):
            return frozenset({TypeExpression(self.annotations.evaluate(node, scope))})
        if values == {Foreign("sys.modules")} and (name := builtin.text_of(node.slice)) is not None:
            return self.bindings.module_value(name)
        return over(values, lambda v: self._item(v, node.slice, scope))

    def _item(self, value: Value, index: ast.expr, scope: Scope) -> Values:
        if isinstance(value, ClassValue) and self.generics.parameters(value.cls):
            given = index.elts if isinstance(index, ast.Tuple) else [index]
            arguments = [self.annotations.evaluate(argument, scope) for argument in given]
            return frozenset({ClassValue(value.cls, self.generics.arguments(value.cls, arguments))})
        if isinstance(value, Instance):
            key = builtin.text_of(index)
            if key is not None and self.members.has_keys(value.cls):
                return self.members.attribute(value, key)
            number = builtin.number(index)
            if number is not None and (found := self.members.field_number(value, number)) is not None:
                return found
            getters = self.members.member(value.cls, "__getitem__", instance=True)
            items = union(self.calls.returned_by(v) for v in getters if isinstance(v, FunctionValue))
            return self.generics.substitute(items, dict(value.arguments)) or UNKNOWN
        return builtin.item(value, index)

    def facts(self, node: ast.expr, scope: Scope) -> Facts | None:
        """What the statements before *node* say of it; None where they say no more than all its bindings together."""
        around = scope
        while isinstance(around.node, COMPREHENSIONS) and around.parent is not None:
            around = around.parent
        if not isinstance(around.node, FunctionNode | ast.Module):
            return None
        if around not in self._facts:
            self._facts[around] = facts_of(around, self.scopes)
        return self._facts[around].get(node)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Values:
        def anywhere() -> Values:
            return over(self.evaluate(node.value, scope), lambda v: self.members.attribute(v, node.attr))

        facts = self.facts(node, scope)
        if facts is None or self.members.is_computed(self.evaluate(node.value, scope), node.attr):
            return anywhere()
        return self.bindings.hold(facts, scope, anywhere)

    def _bases(self, cls: Class) -> tuple[Values, ...]:
        scope = cls.scope.parent or cls.scope
        values = (self.evaluate(base, scope) for base in cls.node.bases)
        return tuple(v or UNKNOWN for v in values)

    def decorator_name(self, node: ast.expr, function: Function) -> str:
        """The dotted name of a decorator, called or not: ``functools.lru_cache``; empty when it isn't foreign."""
        target = node.func if isinstance(node, ast.Call) else node
        scope = function.scope.parent or function.scope
        names = {value.name if isinstance(value, Foreign) else "" for value in self.evaluate(target, scope)}
        if isinstance(target, ast.Attribute) and target.attr in ("setter", "getter", "deleter"):
            return "property.setter"
        return names.pop() if len(names) == 1 else ""

    def has_decorator(self, function: Function, name: str) -> bool:
        return any(isinstance(d, ast.Name) and d.id == name for d in function.node.decorator_list)

    def defined(self, function: Function) -> Values:
        """A decorated function stays itself: what a decorator does to its colour is a matter of barriers."""
        return frozenset({FunctionValue(function)})


def _is_plain(value: Value) -> bool:
    """Whether it can't hold anything of the project's: a foreign object made from nothing of ours."""
    return isinstance(value, Foreign)
