"""Which of a name's bindings can have made what it is here? Followed statement by statement through one scope.

A name is followed by itself (``client``), an attribute by its dotted text (``self.client``). What is known of each is a
set of facts: the bindings that reach this place, tests that hold here, and ``DECLARED`` for whatever it is elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from awaitify.index.facts import ELSEWHERE, Facts, Narrowed, State, dotted_text, forget, narrow, normal
from awaitify.index.narrowing import Test, tests_of
from awaitify.index.scopes import COMPREHENSIONS, Scopes
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


class _Walk:
    """One walk through a scope; a state of None is a place that isn't reached."""

    def __init__(self, scope: Scope, scopes: Scopes) -> None:
        self.scope = scope
        self.scopes = scopes
        self.statements: list[ast.stmt] = scope.node.body  # type: ignore[attr-defined]
        self.bound = {b.target: b for bindings in scope.bindings.values() for b in bindings if b.target is not None}
        self.found: dict[ast.AST, Facts] = {}
        self.hidden: list[dict[ast.AST, Binding]] = []
        """The targets of the comprehensions around, and what they are bound to."""
        self.caught: list[list[State]] = []
        """By ``try`` around: the states from which an exception may lead to its handlers."""
        self.broken: list[list[State]] = []
        self.continued: list[list[State]] = []
        self.assigned_inside = _assigned_in_nested(scope)

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

    # expressions

    def expressions(self, node: ast.AST, state: State) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child, state)
            elif not isinstance(child, ast.stmt):
                self.expressions(child, state)

    def expression(self, node: ast.expr, state: State) -> None:
        match node:
            case ast.Name(id=name):
                if isinstance(node.ctx, ast.Load) and name in state:
                    self.note(node, state[name])
            case ast.Attribute(value=value):
                self.expression(value, state)
                if (text := dotted_text(node)) and isinstance(node.ctx, ast.Load):
                    self.note(node, state.get(text, ELSEWHERE))
            case ast.BoolOp(op=op, values=values):
                inner = dict(state)
                for value in values:
                    held, failed = self.test(value, inner)
                    inner = held if isinstance(op, ast.And) else failed
                self.keep_walruses(node, state)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                held, failed = self.test(test, state)
                self.expression(body, held)
                self.expression(orelse, failed)
                self.keep_walruses(node, state)
            case ast.NamedExpr(target=target, value=value):
                self.expression(value, state)
                self.set(target.id, target, state)
            case ast.Lambda():
                self.expressions(node.args, state)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self.comprehension(node, state)
            case _:
                self.expressions(node, state)

    def comprehension(self, node: ast.expr, state: State) -> None:
        assert isinstance(node, COMPREHENSIONS)
        inner = dict(state)
        own = self.scopes.comprehension_scope(node, self.scope_around(node))
        targets = {b.target: b for bindings in own.bindings.values() for b in bindings if b.target is not None}
        self.hidden.append(targets)
        for generator in node.generators:
            self.expression(generator.iter, inner)
            self.bind(generator.target, inner)
            for condition in generator.ifs:
                inner = self.test(condition, inner)[0]
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for result in results:
            self.expression(result, inner)
        self.hidden.pop()
        self.keep_walruses(node, state)

    def scope_around(self, node: ast.expr) -> Scope:
        return self.scopes.scope_of(node, self.scope.module)

    def keep_walruses(self, node: ast.expr, state: State) -> None:
        """A walrus behind ``and`` may not have run; what it assigns is one of the facts after it."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.NamedExpr) and (binding := self.bound.get(inner.target)) is not None:
                name = inner.target.id
                state[name] = state.get(name, frozenset()) | {binding}

    def test(self, node: ast.expr, state: State) -> tuple[State, State]:
        """The states in which *node* is true and false."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                held, failed = self.test(operand, state)
                return failed, held
            case ast.BoolOp(op=ast.And(), values=values):
                return self.all_hold(values, state)
            case ast.BoolOp(op=ast.Or(), values=values):
                held_states, current = [], state
                for value in values:
                    held, current = self.test(value, current)
                    held_states.append(held)
                return self.join(held_states) or {}, current
        after = dict(state)
        self.expression(node, after)
        held, failed = dict(after), dict(after)
        for test in tests_of(node):
            text = dotted_text(test.subject)
            if text:
                held[text] = narrow(test, held.get(text, ELSEWHERE))
                failed[text] = narrow(test.opposite, failed.get(text, ELSEWHERE))
        return held, failed

    def all_hold(self, values: list[ast.expr], state: State) -> tuple[State, State]:
        failed_states, current = [], state
        for value in values:
            current, failed = self.test(value, current)
            failed_states.append(failed)
        return current, self.join(failed_states) or {}

    # what is known

    def join(self, states: Iterable[State | None]) -> State | None:
        """What is known where several ways meet."""
        reached = [state for state in states if state is not None]
        if len(reached) < 2:
            return reached[0] if reached else None
        joined: State = {}
        for name in dict.fromkeys(name for state in reached for name in state):
            absent = frozenset() if self.is_local(name) else ELSEWHERE
            facts = normal(frozenset(fact for state in reached for fact in state.get(name, absent)))
            if facts != ELSEWHERE:
                joined[name] = facts
        return joined

    def is_local(self, name: str) -> bool:
        """Whether the name gets its meaning in this scope alone: where it isn't bound yet, there is nothing to know."""
        return "." not in name and name in self.scope.bindings and name not in self.scope.outer_names

    def note(self, node: ast.AST, facts: Facts) -> None:
        if isinstance(node, ast.Name) and node.id in self.assigned_inside:
            return
        self.found[node] = normal(self.found.get(node, frozenset()) | facts)

    def bind(self, target: ast.AST, state: State) -> None:
        match target:
            case ast.Name(id=name):
                self.set(name, target, state)
            case ast.Starred(value=value):
                self.bind(value, state)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    self.bind(element, state)
            case ast.Attribute(value=value):
                self.expression(value, state)
                if text := dotted_text(target):
                    self.set_attribute(text, target, state)
            case ast.Subscript():
                self.expressions(target, state)

    def set(self, name: str, target: ast.AST, state: State) -> None:
        forget(name, state)
        if (binding := self.binding_at(target)) is not None:
            state[name] = frozenset({binding})

    def set_attribute(self, text: str, target: ast.Attribute, state: State) -> None:
        forget(text, state)
        here = self.scope.module.attribute_targets.get(target.attr, ())
        binding = next((b for b in here if b.target is target), None)
        if binding is not None and binding.annotation is None:
            state[text] = frozenset({binding})

    def extend(self, target: ast.AST, state: State) -> None:
        """``clients += more`` adds to what it was."""
        binding = self.binding_at(target)
        if isinstance(target, ast.Name) and binding is not None:
            state[target.id] = state.get(target.id, frozenset()) | {binding}
        elif text := dotted_text(target):
            forget(text, state)

    def binding_at(self, target: ast.AST) -> Binding | None:
        for targets in reversed(self.hidden):
            if target in targets:
                return targets[target]
        return self.bound.get(target)


def _name_of(binding: Binding) -> str:
    match binding.target:
        case ast.Name(id=name) | ast.arg(arg=name):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.alias(name=name, asname=asname):
            return asname or name.partition(".")[0]
    return ""


def _assigned_in_nested(scope: Scope) -> frozenset[str]:
    """The names of *scope* that inner functions assign to: they may change at any call."""
    return frozenset(
        name
        for inner in scope.module.scopes.values()
        if inner is not scope and inner.outer_names
        for name in inner.outer_names
        if name in inner.bindings
    )


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
