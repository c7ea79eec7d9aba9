"""Which of a name's bindings can have made what it is here? Followed statement by statement through one scope.

A name is followed by itself (``client``), an attribute by its dotted text (``self.client``). What is known of each is a
set of facts: the bindings that reach this place, tests that hold here, and ``DECLARED`` for whatever it is elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from awaitify.index.evaluation import Evaluation
from awaitify.index.facts import ELSEWHERE, Facts, Narrowed, State, dotted_text, forget, narrow
from awaitify.index.narrowing import Test
from awaitify.index.scopes import Scopes
from awaitify.index.summary import Binding, BindingKind, FunctionNode, Scope

_MOST_PASSES = 6


def facts_of(scope: Scope, scopes: Scopes) -> dict[ast.AST, Facts]:
    """By the names and attributes that are read in *scope*: the facts, where they are less than everything that is bound.

    *scope* is a module's or a function's. What stands in a nested function may run at any time and isn't followed.
    """
    walk = _Walk(scope, scopes)
    if not walk.has_something_to_follow():
        return {}
    return walk.run()


class _Walk(Evaluation):
    """One walk through a scope; a state of None is a place that isn't reached."""

    def __init__(self, scope: Scope, scopes: Scopes) -> None:
        super().__init__(scope, scopes)
        self.statements: list[ast.stmt] = scope.node.body  # type: ignore[attr-defined]
        self.caught: list[list[State]] = []
        """By ``try`` around: the states from which an exception may lead to its handlers."""
        self.broken: list[list[State]] = []
        self.continued: list[list[State]] = []

    def has_something_to_follow(self) -> bool:
        """Whether any name is bound twice or any test or assignment to an attribute could tell more than the bindings do."""
        if any(len(bindings) > 1 for bindings in self.scope.bindings.values()):
            return True
        return any(_tells_something(node) for node in _own_nodes(self.statements))

    def run(self) -> dict[ast.AST, Facts]:
        state: State = {}
        if isinstance(self.scope.node, FunctionNode):
            for bindings in self.scope.bindings.values():
                for binding in bindings:
                    if binding.kind is BindingKind.PARAMETER:
                        state[_name_of(binding)] = frozenset({binding})
        self.block(self.statements, state)
        return {node: facts for node, facts in self.found.items() if self.is_telling(node, facts)}

    def is_telling(self, node: ast.AST, facts: Facts) -> bool:
        if not isinstance(node, ast.Name) or node.id in self.scope.outer_names:
            return facts != ELSEWHERE
        everything = self.scope.bindings.get(node.id, ())
        return len(facts) < len(everything) or any(isinstance(fact, Narrowed) for fact in facts)

    # statements

    def block(self, statements: Iterable[ast.stmt], state: State | None) -> State | None:
        for statement in statements:
            if state is None:
                return None  # it is never reached: nothing is known of it, and nothing needs to be
            self.may_raise(state)
            state = self.statement(statement, state)
        if state is not None:
            self.may_raise(state)
        return state

    def may_raise(self, state: State) -> None:
        if self.caught:
            self.caught[-1].append(dict(state))

    def statement(self, node: ast.stmt, state: State) -> State | None:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                held, failed = self.test(test, state)
                return self.join([self.block(body, held), self.block(orelse, failed)])
            case ast.While() | ast.For() | ast.AsyncFor():
                return self.loop(node, state)
            case ast.Try() | ast.TryStar():
                return self.try_(node, state)
            case ast.With() | ast.AsyncWith():
                return self.with_(node, state)
            case ast.Match():
                return self.match(node, state)
            case ast.Return() | ast.Raise():
                self.expressions(node, state)
                return None
            case ast.Break() if self.broken:
                self.broken[-1].append(dict(state))
                return None
            case ast.Continue() if self.continued:
                self.continued[-1].append(dict(state))
                return None
            case ast.Assert(test=test):
                return self.test(test, state)[0]
        return self.simple(node, state)

    def simple(self, node: ast.stmt, state: State) -> State:
        match node:
            case ast.Assign(targets=targets, value=value):
                self.expression(value, state)
                for target in targets:
                    self.bind(target, state)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.expression(value, state)
                self.bind(target, state)
            case ast.AugAssign(target=target, value=value):
                self.expression(value, state)
                self.extend(target, state)
            case ast.Delete(targets=targets):
                for target in targets:
                    forget(dotted_text(target), state)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
                self.define(node, state)
            case ast.AnnAssign():
                pass
            case _:
                self.expressions(node, state)
        return state

    def define(self, node: ast.stmt, state: State) -> None:
        """A definition or an import binds its names."""
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                for outside in _evaluated_at_definition(node):
                    self.expression(outside, state)
                self.set(name, node, state)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    if (binding := self.bound.get(alias)) is not None:
                        self.set(_name_of(binding), alias, state)

    def loop(self, node: ast.While | ast.For | ast.AsyncFor, state: State) -> State | None:
        if not isinstance(node, ast.While):
            self.expression(node.iter, state)
        entry, out = state, None
        for _ in range(_MOST_PASSES):
            self.broken.append([])
            self.continued.append([])
            held, failed = dict(entry), dict(entry)
            if isinstance(node, ast.While):
                held, failed = self.test(node.test, dict(entry))
            else:
                self.bind(node.target, held)
            end = self.block(node.body, held)
            again = self.join([entry, end, *self.continued.pop()])
            is_endless = isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)
            after = None if is_endless else self.block(node.orelse, failed)
            out = self.join([after, *self.broken.pop()])
            if again is None or again == entry:
                return out
            entry = again
        return self.give_up(node, out)

    def give_up(self, node: ast.AST, state: State | None) -> State | None:
        """A loop whose facts don't settle: nothing more is known of what it assigns."""
        if state is not None:
            for target in ast.walk(node):
                if isinstance(getattr(target, "ctx", None), ast.Store):
                    self.forget_all(dotted_text(target), state)
        return state

    def forget_all(self, text: str, state: State) -> None:
        everything = frozenset(self.scope.bindings.get(text, ()))
        forget(text, state)
        if everything:
            state[text] = everything

    def try_(self, node: ast.Try | ast.TryStar, state: State) -> State | None:
        self.caught.append([dict(state)])
        end = self.block(node.body, dict(state))
        raised = self.join(self.caught.pop())
        if raised is not None:
            self.may_raise(raised)  # what no handler here catches
        ends = [self.block(node.orelse, end) if end is not None else None]
        for handler in node.handlers:
            inner = dict(raised or {})
            if handler.type is not None:
                self.expression(handler.type, inner)
            if handler.name:
                self.set(handler.name, handler, inner)
            ends.append(self.block(handler.body, inner))
        out = self.join(ends)
        if not node.finalbody:
            return out
        self.block(node.finalbody, self.join([raised, *ends]))
        return self.block(node.finalbody, out) if out is not None else None

    def with_(self, node: ast.With | ast.AsyncWith, state: State) -> State | None:
        """The context manager may swallow an exception: what follows may come from anywhere inside."""
        for item in node.items:
            self.expression(item.context_expr, state)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, state)
        self.caught.append([])
        end = self.block(node.body, dict(state))
        states = self.caught.pop()
        if self.caught:
            self.caught[-1].extend(states)
        if not _may_swallow(node):
            return end
        return self.join([end, *states])

    def match(self, node: ast.Match, state: State) -> State | None:
        self.expression(node.subject, state)
        text, ends, rest = dotted_text(node.subject), [], dict(state)
        for case in node.cases:
            held = dict(rest)
            test = Test.of_pattern(case.pattern)
            if text and test is not None:
                held[text] = narrow(test, rest.get(text, ELSEWHERE))
                if case.guard is None:
                    rest[text] = narrow(test.opposite, rest.get(text, ELSEWHERE))
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(pattern, ast.pattern) and isinstance(name, str):
                    self.set(name, pattern, held)
            if case.guard is not None:
                held = self.test(case.guard, held)[0]
            ends.append(self.block(case.body, held))
        is_total = any(
            isinstance(c.pattern, ast.MatchAs) and c.pattern.pattern is None and not c.guard for c in node.cases
        )
        return self.join(ends if is_total else [*ends, rest])


def _name_of(binding: Binding) -> str:
    match binding.target:
        case ast.Name(id=name) | ast.arg(arg=name):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.alias(name=name, asname=asname):
            return asname or name.partition(".")[0]
    return ""


def _may_swallow(node: ast.With | ast.AsyncWith) -> bool:
    """Whether leaving the block by an exception may go on behind it: anything but the usual ``open`` and locks."""
    for item in node.items:
        expression = item.context_expr
        called = expression.func if isinstance(expression, ast.Call) else expression
        if isinstance(called, ast.Name) and called.id == "open":
            continue
        return True
    return False


def _evaluated_at_definition(node: ast.stmt) -> Iterator[ast.expr]:
    match node:
        case ast.ClassDef():
            yield from node.decorator_list
            yield from node.bases
            yield from (keyword.value for keyword in node.keywords)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from node.decorator_list
            yield from node.args.defaults
            yield from (default for default in node.args.kw_defaults if default is not None)


def _own_nodes(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    stack = list(statements)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, FunctionNode | ast.ClassDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))


def _tells_something(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass" | "type")) | ast.Match():
            return True
        case ast.Attribute(ctx=ast.Store()):
            return True
    return False
