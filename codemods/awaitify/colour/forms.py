"""How is what a function gives used once the function is async: awaited, iterated over, entered?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum, auto

from awaitify.index.fixtures import is_fixture
from awaitify.index.references import statement_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Function
from awaitify.index.values import FunctionValue, Instance


class Form(Enum):
    """What an async function is to those who use it."""

    COROUTINE = auto()
    """``await f()``"""
    GENERATOR = auto()
    """``async for x in f()``: it yields, or returns what another such function gives."""
    CONTEXT_MANAGER = auto()
    """``async with f()``: it is decorated with ``contextlib.contextmanager``, or returns what such a function gives."""
    ENTERING = auto()
    """``__aenter__`` and ``__aexit__``, awaited by ``async with``."""
    ITERATING = auto()
    """``__aiter__``: it isn't awaited, and gives what ``async for`` goes over."""
    ADVANCING = auto()
    """``__anext__``, awaited by ``async for`` and ``anext``."""


ASYNC_NAMES = {
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
    "__iter__": "__aiter__",
    "__next__": "__anext__",
}
"""The special methods that have an async twin."""
TWINS = {
    "Iterator": "AsyncIterator",
    "Iterable": "AsyncIterable",
    "Generator": "AsyncGenerator",
    "ContextManager": "AsyncContextManager",
    "AbstractContextManager": "AbstractAsyncContextManager",
}
"""The abstract types of ``typing``, ``collections.abc`` and ``contextlib`` that have an async twin in the same module."""
TWIN_HOMES = ("typing", "typing_extensions", "collections.abc", "contextlib")
_BY_NAME = {
    "__enter__": Form.ENTERING,
    "__exit__": Form.ENTERING,
    "__iter__": Form.ITERATING,
    "__next__": Form.ADVANCING,
}
_AWAITED = frozenset({Form.COROUTINE, Form.ENTERING, Form.ADVANCING})
CONTEXT_MANAGER = "contextlib.contextmanager"


class Forms:
    """The form of each function's family; it doesn't depend on colours."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._forms: dict[Function, Form] = {}

    def of(self, function: Function) -> Form:
        """The form of the function's family. A pytest fixture is its test's value, whatever pytest makes of it."""
        if function not in self._forms:
            self._forms[function] = Form.COROUTINE  # a function that returns what it itself gives
            self._forms[function] = self._find(function)
        return self._forms[function]

    def has_awaits(self, function: Function) -> bool:
        """Whether awaits can stand in the function itself: one that only hands an async iterator on stays a ``def``."""
        return self.of(function) in _AWAITED or self.resolver.scopes.is_generator(function)

    def tied(self, function: Function) -> tuple[Function, ...]:
        """The functions that must become async with it because it hands on what they give, or gives what they are of."""
        form = self.of(function)
        if form in _AWAITED:
            return ()
        found: dict[Function, None] = {}
        for value in self._returned(function):
            if isinstance(value, ast.Call):
                values = self.resolver.answer(value.func, function.module).values
                found |= {v.function: None for v in values if isinstance(v, FunctionValue)}
            if form is Form.ITERATING:
                made = self.resolver.answer(value, function.module).values
                owners = [v.cls for v in made if isinstance(v, Instance)]
                pairs = (self.resolver.hierarchy.find(cls, "__next__") for cls in owners)
                found |= {method: None for pair in pairs if pair is not None for method in pair[1]}
        return tuple(other for other in found if not other.is_async and other is not function)

    def why_not(self, function: Function) -> tuple[str, str] | None:
        """Why the function can't take its family's form: the code and the reason; None when it can."""
        form, code = self.of(function), "AW208"
        if form in _AWAITED and not (form is Form.COROUTINE and self.resolver.scopes.is_generator(function)):
            if (line := self._lets_stop_iteration_out(function, form)) is not None:
                return "AW219", f"StopIteration leaves it in line {line}, which a coroutine turns into a RuntimeError"
            twin = ASYNC_NAMES.get(function.node.name)
            if twin is not None and function.owner is not None and twin in function.owner.functions:
                return "AW203", f"{function.owner.name} has {twin} too"
            return None
        if form is Form.CONTEXT_MANAGER:
            code = "AW212"
        if self.resolver.scopes.is_generator(function):
            return (code, reason) if (reason := self._why_not_async_generator(function)) else None
        if form is Form.CONTEXT_MANAGER and self._is_context_manager(function):
            return code, "it is a context manager that isn't a generator function"
        for value in self._returned(function):
            if not self._gives(value, function, form):
                return code, f"it gives {ast.unparse(value)[:60]}, which isn't known to become async with it"
        return None

    def _find(self, function: Function) -> Form:
        if function.owner is not None and function.node.name in _BY_NAME:
            return _BY_NAME[function.node.name]
        family = self.resolver.hierarchy.family(function)
        if any(map(self._is_context_manager, family)):
            return Form.CONTEXT_MANAGER
        if any(self.resolver.scopes.is_generator(member) for member in family):
            is_injected = any(member.node.decorator_list and is_fixture(self.resolver, member) for member in family)
            return Form.COROUTINE if is_injected else Form.GENERATOR
        for form in (Form.GENERATOR, Form.CONTEXT_MANAGER):
            values = [(value, member) for member in family for value in self._returned(member)]
            if any(self._gives(value, member, form) for value, member in values):
                return form
        return Form.COROUTINE

    def _is_context_manager(self, function: Function) -> bool:
        return any(self.resolver.decorator_name(d, function) == CONTEXT_MANAGER for d in function.node.decorator_list)

    def _gives(self, value: ast.expr, function: Function, form: Form) -> bool:
        """Whether *value*, which *function* returns, is what ``async for`` or ``async with`` take then."""
        if form is Form.ITERATING:
            return self._is_async_iterator(value, function)
        if not isinstance(value, ast.Call):
            return False
        found = self.resolver.answer(value.func, function.module).values
        targets = [v.function for v in found if isinstance(v, FunctionValue)]
        return len(targets) == len(found) > 0 and all(not t.is_async and self.of(t) is form for t in targets)

    def _is_async_iterator(self, value: ast.expr, function: Function) -> bool:
        """``return self`` of a class with ``__next__``, ``return self._pages()`` of a generator."""
        values = self.resolver.answer(value, function.module).values
        owners = [v.cls for v in values if isinstance(v, Instance)]
        if owners and len(owners) == len(values):
            return all(self.resolver.hierarchy.find(cls, "__next__") is not None for cls in owners)
        return self._gives(value, function, Form.GENERATOR)

    def _returned(self, function: Function) -> Iterator[ast.expr]:
        if function.is_async or self.resolver.scopes.is_generator(function):
            return
        for node in self.resolver.scopes.own_nodes(function):
            if isinstance(node, ast.Return) and node.value is not None:
                yield _named_value(node.value, function)

    def _lets_stop_iteration_out(self, function: Function, form: Form) -> int | None:
        """The line in which StopIteration may be raised that nobody catches there: ``__next__`` says by it that it ends."""
        for node in self.resolver.scopes.own_nodes(function):
            match node:
                case ast.Raise(exc=ast.Name(id="StopIteration") | ast.Call(func=ast.Name(id="StopIteration"))):
                    if form is not Form.ADVANCING and not _is_caught(node, function):
                        return node.lineno
                case ast.Call(func=ast.Name(id="next"), args=[iterator]) if form is Form.ADVANCING:
                    values = self.resolver.answer(iterator, function.module).values
                    is_own = bool(values) and all(isinstance(value, Instance) for value in values)
                    if not is_own and not _is_caught(node, function):
                        return node.lineno
        return None

    def _why_not_async_generator(self, function: Function) -> str:
        """What an async generator can't hold; empty for none."""
        for node in self.resolver.scopes.own_nodes(function):
            if isinstance(node, ast.Return) and not _is_none(node.value):
                return f"it returns a value beside what it yields, in line {node.lineno}"
            if isinstance(node, ast.YieldFrom):
                statement = statement_of(node, function.module)
                if not isinstance(statement, ast.Expr) or statement.value is not node:
                    return f"it uses what `yield from` gives, in line {node.lineno}"
                if not _stands_alone(statement, function.module.lines):
                    return f"other code shares line {node.lineno} with a `yield from`"
        return ""


def _named_value(value: ast.expr, function: Function) -> ast.expr:
    """Of ``pages = self._pages(); return pages`` the call."""
    bindings = function.scope.bindings.get(value.id, []) if isinstance(value, ast.Name) else []
    if len(bindings) == 1 and bindings[0].kind is BindingKind.VALUE and not bindings[0].steps:
        bound = bindings[0].node
        return bound if isinstance(bound, ast.expr) else value
    return value


def _is_caught(node: ast.AST, function: Function) -> bool:
    """Whether a ``try`` of the function around *node* catches StopIteration."""
    parents = function.module.parents
    child, parent = node, parents.get(node)
    while parent is not None and child is not function.node:
        if isinstance(parent, ast.Try) and child in parent.body:
            caught = [ast.unparse(handler.type) if handler.type else "Exception" for handler in parent.handlers]
            if any(name in text for text in caught for name in ("StopIteration", "Exception")):
                return True
        child, parent = parent, parents.get(parent)
    return False


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _stands_alone(statement: ast.stmt, lines: list[str]) -> bool:
    before = lines[statement.lineno - 1].encode()[: statement.col_offset]
    after = lines[(statement.end_lineno or 0) - 1].encode()[statement.end_col_offset :]
    return not before.strip() and (not after.strip() or after.strip().startswith(b"#"))
