"""Follows what expressions read, bind and test: one step of the walk that ``flow`` makes through statements."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from awaitify.index.facts import ELSEWHERE, Facts, State, dotted_text, forget, narrow, normal
from awaitify.index.narrowing import tests_of
from awaitify.index.scopes import COMPREHENSIONS, Scopes
from awaitify.index.summary import Binding, Scope


class Evaluation:
    """What is known of the names of one scope, expression by expression; the facts of what is read are in ``found``."""

    def __init__(self, scope: Scope, scopes: Scopes) -> None:
        self.scope = scope
        self.scopes = scopes
        self.bound = {b.target: b for bindings in scope.bindings.values() for b in bindings if b.target is not None}
        self.found: dict[ast.AST, Facts] = {}
        self.hidden: list[dict[ast.AST, Binding]] = []
        """The targets of the comprehensions around, and what they are bound to."""
        self.assigned_inside = _assigned_in_nested(scope)

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


def _assigned_in_nested(scope: Scope) -> frozenset[str]:
    """The names of *scope* that inner functions assign to: they may change at any call."""
    return frozenset(
        name
        for inner in scope.module.scopes.values()
        if inner is not scope and inner.outer_names
        for name in inner.outer_names
        if name in inner.bindings
    )
