"""Which functions, classes and objects can an expression be? Asked one expression at a time, over the whole program."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from awaitify.index import builtin
from awaitify.index.annotations import Annotations
from awaitify.index.bindings import Bindings
from awaitify.index.calls import Calls
from awaitify.index.hierarchy import Hierarchy
from awaitify.index.members import Members
from awaitify.index.program import Program
from awaitify.index.scopes import Scopes
from awaitify.index.summary import Class, Function, Module, Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    Container,
    Foreign,
    FunctionValue,
    LambdaValue,
    Value,
    Values,
    made,
    over,
    union,
)

_DEEPEST = 60
_MOST_ROUNDS = 8

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an expression can be; ``inferred`` when an assignment or an unannotated return had to be followed."""

    values: Values
    inferred: bool


class Resolver:
    """Answers questions about expressions; every answer is remembered.

    *results* says what foreign callables return, by dotted name: ``requests.get`` → ``requests.Response``.
    """

    def __init__(self, program: Program, results: Mapping[str, str] | None = None) -> None:
        self.program = program
        self.results = results or {}
        self.foreign = frozenset(name.partition(".")[0] for name in self.results)
        self.hierarchy = Hierarchy(program, self._bases)
        self.scopes = Scopes()
        self.annotations = Annotations(self)
        self.bindings = Bindings(self)
        self.members = Members(self)
        self.calls = Calls(self)
        self._memo: dict[Key, Answer] = {}
        self._open: dict[Key, Values] = {}
        """The questions that are being asked, with what is assumed of each."""
        self._assumed: dict[Key, Values] = {}
        self._leans: set[Key] = set()
        """The open questions on whose assumptions the present answer leans."""
        self._provisional: dict[Key, tuple[Answer, frozenset[Key]]] = {}
        self._inferred = False

    def answer(self, node: ast.expr, module: Module) -> Answer:
        """What the expression *node* of *module* can be, and how that is known."""
        values, inferred = self._noting(lambda: self.evaluate(node, self.scopes.scope_of(node, module)))
        return Answer(values, inferred)

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
                return self.remembered(("name", name, scope), lambda: self.bindings.name(name, scope))
        return self.remembered(("expression", node, scope), lambda: self._expression(node, scope))

    def _expression(self, node: ast.expr, scope: Scope) -> Values:  # noqa: C901  one case a kind of node
        match node:
            case ast.Attribute(value=value, attr=attr):
                return over(self.evaluate(value, scope), lambda v: self.members.attribute(v, attr))
            case ast.Call():
                return self.calls.call(node, scope)
            case ast.Await(value=value) | ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.evaluate(value, scope)
            case ast.IfExp(body=body, orelse=orelse):
                return self.evaluate(body, scope) | self.evaluate(orelse, scope)
            case ast.BoolOp(values=values):
                return union(self.evaluate(value, scope) for value in values)
            case ast.Subscript(value=value, slice=index):
                return over(self.evaluate(value, scope), lambda v: builtin.item(v, index))
            case ast.List(elts=elements) | ast.Set(elts=elements):
                return frozenset({Container(union(self.evaluate(e, scope) for e in elements))})
            case ast.Tuple(elts=elements):
                items = tuple(self.evaluate(e, scope) for e in elements)
                return frozenset({Container(union(items), items=items)})
            case ast.Dict(keys=keys, values=values):
                known = union(self.evaluate(key, scope) for key in keys if key is not None)
                return frozenset({Container(union(self.evaluate(v, scope) for v in values), known, is_mapping=True)})
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                return frozenset({Container(self.evaluate(element, self.scopes.comprehension_scope(node, scope)))})
            case ast.DictComp(key=key, value=value):
                inner = self.scopes.comprehension_scope(node, scope)
                return frozenset({Container(self.evaluate(value, inner), self.evaluate(key, inner), is_mapping=True)})
            case ast.Lambda():
                return frozenset({LambdaValue(node, scope)})
            case ast.UnaryOp(op=ast.Not()):
                return made("builtins.bool")
            case ast.BinOp(left=left, right=right):
                both = self.evaluate(left, scope) | self.evaluate(right, scope)
                return both if both and all(_is_plain(value) for value in both) else UNKNOWN
        return UNKNOWN

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

    def note_inferred(self) -> None:
        """What is being asked was answered by following an assignment or an unannotated return."""
        self._inferred = True

    def _noting(self, ask: Callable[[], Values]) -> tuple[Values, bool]:
        before, self._inferred = self._inferred, False
        values = ask()
        inferred, self._inferred = self._inferred, before
        return values, inferred

    def remembered(self, key: Key, ask: Callable[[], Values]) -> Values:
        """*ask*'s answer, from memory where it was asked before.

        A question that comes up inside itself (``text = text.strip()``) is answered with what is assumed of it so far,
        and asked again until the assumption holds. What was answered on the way leans on that assumption: it is kept
        while the question is open, and for good when it is settled.
        """
        known = self._memo.get(key) or self._leaning_on_open(key)
        if known is not None:
            self._inferred |= known.inferred
            return known.values
        if key in self._open:
            self._leans.add(key)
            return self._open[key]
        if len(self._open) > _DEEPEST:
            return UNKNOWN
        outer, self._open[key] = self._leans, self._assumed.get(key, NOTHING)
        try:
            values, inferred = self._settle(key, ask)
        finally:
            del self._open[key]
            leans, self._leans = self._leans - {key}, outer | (self._leans - {key})
        self._close(key, Answer(values, inferred), frozenset(leans))
        self._inferred |= inferred
        return values

    def _leaning_on_open(self, key: Key) -> Answer | None:
        if key not in self._provisional:
            return None
        answer, leans = self._provisional[key]
        self._leans |= leans
        return answer

    def _settle(self, key: Key, ask: Callable[[], Values]) -> tuple[Values, bool]:
        """Ask until the answer is what was assumed; one that keeps growing is unknown."""
        values, inferred = UNKNOWN, True
        for _ in range(_MOST_ROUNDS):
            self._leans = set()
            values, inferred = self._noting(ask)
            if key not in self._leans or values == self._open[key]:
                return values, inferred
            self._open[key] = self._assumed[key] = values | self._open[key]
            self._provisional = {k: entry for k, entry in self._provisional.items() if key not in entry[1]}
        return values | UNKNOWN, inferred

    def _close(self, key: Key, answer: Answer, leans: frozenset[Key]) -> None:
        """Keep the answer; those that leaned on it lean on it no longer."""
        self._provisional[key] = answer, leans
        for other, (found, on) in list(self._provisional.items()):
            rest = on - {key}
            if rest:
                self._provisional[other] = found, rest
            else:
                self._memo[other] = found
                del self._provisional[other]


def _is_plain(value: Value) -> bool:
    """Whether it can't hold anything of the project's: a foreign object made from nothing of ours."""
    return isinstance(value, Foreign)
