"""What keeps a function on the thread on which it runs now: an event loop, or something that belongs to one thread."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import islice

from awaitify.colour.blocking import Blocking
from awaitify.colour.handed_on import Gives, gives_awaitable
from awaitify.colour.orm import is_used, orm_uses
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, Function, Module, Scope
from awaitify.index.values import Foreign, Instance

_MOST = 400
"""So many functions are looked through; what leads to more of them isn't known well enough."""
_BOUND = (
    (re.compile(r"(asyncio|anyio|trio)\..*"), "it uses {0}, which belongs to the event loop's thread"),
    (re.compile(r"contextvars\.ContextVar\.(set|reset)"), "what it sets in a context variable would be lost"),
    (re.compile(r"signal\.(signal|setitimer|alarm|set_wakeup_fd)"), "{0} works on the main thread only"),
    (re.compile(r"sqlite3\.(Connection|Cursor)\..*"), "a connection of sqlite3 belongs to the thread that made it"),
    (re.compile(r"django\.db\.transaction\..*"), "a transaction belongs to the connection of its thread"),
)
_MADE = {
    "threading.local": "what it reads and sets there is another thing on each thread",
    "contextvars.ContextVar": "what it sets in a context variable would be lost",
    "sqlite3.connect": "a connection of sqlite3 belongs to the thread that made it",
}
"""What is used only by the thread, or in the context, that made it, by what makes it."""
_HARMLESS = frozenset({("contextvars.ContextVar", "get")})  # to_thread gives the thread a copy of the context
_LAZY = frozenset({"builtins.map", "builtins.filter", "builtins.zip", "builtins.enumerate", "builtins.iter"})
_LOCKS = re.compile(r"(threading|multiprocessing)\..*|django\.db\.transaction\..*")
_SOUNDS_LIKE_A_LOCK = re.compile(r"(?i)(^|_)(r?lock|mutex|sem(aphore)?|cond(ition)?)s?(_|$)")


class OneThread:
    """The answers for one program, each found once."""

    def __init__(self, resolver: Resolver, blocking: Blocking) -> None:
        self.resolver = resolver
        self.blocking = blocking
        self._own: dict[Function, str] = {}
        self._why_not: dict[Function, str] = {}

    def why_not(self, function: Function) -> str:
        """Why a call of the sync *function* can't be made on another thread; empty when nothing is known against it."""
        if function not in self._why_not:
            self._why_not[function] = self._gives_what_runs_later(function) or self._below(function)
        return self._why_not[function]

    def held_around(self, node: ast.AST, module: Module) -> str:
        """What the code around *node* holds while it runs and must not hold over an await; empty when that is nothing."""
        current = module.parents.get(node)
        while current is not None and not isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            if isinstance(current, ast.With):
                for item in current.items:
                    if not _stands_in(node, item) and self._is_lock(item.context_expr, module):
                        return f"{ast.unparse(item.context_expr)} is held there"
            current = module.parents.get(current)
        return ""

    def _is_lock(self, expression: ast.expr, module: Module) -> bool:
        values = self.resolver.answer(expression, module).values
        names = [value.name for value in values if isinstance(value, Foreign)]
        if len(names) < len(values) or not names:
            word = ast.unparse(expression.func if isinstance(expression, ast.Call) else expression)
            if _SOUNDS_LIKE_A_LOCK.search(word.rpartition(".")[2]):
                return True
        return any(_LOCKS.fullmatch(name) for name in names)

    def _gives_what_runs_later(self, function: Function, depth: int = 0) -> str:
        """A generator, say, runs where it is iterated over, not where it is made."""
        name = function.node.name
        if self.resolver.scopes.is_generator(function):
            return f"{name} is a generator, which runs where it is iterated over"
        if gives_awaitable(function, self.resolver) is Gives.SURELY:
            return f"{name} gives an awaitable, which belongs to the event loop"
        for value in self._returned(function):
            if isinstance(value, ast.GeneratorExp | ast.Lambda):
                return f"{name} gives a {'lambda' if isinstance(value, ast.Lambda) else 'generator'}, which runs later"
            if isinstance(value, ast.Call):
                if self.resolver.dotted(value.func, function.module) in _LAZY:
                    return f"{name} gives an iterator, which runs where it is iterated over"
                for called in self._called(value, function) if depth < 5 else ():
                    if why := self._gives_what_runs_later(called, depth + 1):
                        return why
        return ""

    def _returned(self, function: Function) -> Iterator[ast.expr]:
        for node in self.resolver.scopes.own_nodes(function):
            if isinstance(node, ast.Return) and node.value is not None:
                yield node.value

    def _called(self, call: ast.Call, function: Function) -> Iterator[Function]:
        for callee in self.blocking.callees(function):
            if callee.node is call:
                yield from sorted(callee.functions, key=lambda f: f.place)

    def _below(self, function: Function) -> str:
        reached = list(islice(self.blocking.sync_below(function), _MOST + 1))
        if len(reached) > _MOST:
            return f"more than {_MOST} functions may run below {function.node.name}"
        return next(filter(None, map(self._in_itself, reached)), "")

    def _in_itself(self, function: Function) -> str:
        if function not in self._own:
            why = next(self._reasons(function), "")
            self._own[function] = f"{function.qualname}: {why}" if why else ""
        return self._own[function]

    def _reasons(self, function: Function) -> Iterator[str]:
        if is_used(self.resolver):
            for _, what in orm_uses(function, self.resolver):
                yield f"{what} asks a database, and Django has a connection for each thread"
        for node in self.resolver.scopes.own_nodes(function):
            match node:
                case ast.Call(func=func):
                    for value in self.resolver.answer(func, function.module).values:
                        if isinstance(value, Foreign):
                            yield from (why.format(value.name) for what, why in _BOUND if what.fullmatch(value.name))
                    if self.resolver.dotted(func, function.module) == "builtins.next" and len(node.args) == 1:
                        yield "a StopIteration can't leave a thread"
                case ast.Attribute(value=ast.Name() | ast.Attribute() as owner, attr=attr):
                    yield from self._made_elsewhere(owner, attr, function)
                case ast.Name(id="StopIteration"):
                    yield "a StopIteration can't leave a thread"

    def _made_elsewhere(self, owner: ast.expr, attr: str, function: Function) -> Iterator[str]:
        """``self.db.execute(…)`` where ``self.db = sqlite3.connect(…)`` stands outside of the function."""
        for binding in self._bindings(owner, function):
            made = binding.node
            if isinstance(made, ast.Call) and binding.scope is not function.scope:
                name = self.resolver.dotted(made.func, binding.scope.module)
                is_shared = name == "sqlite3.connect" and _says_any_thread(made)
                if name in _MADE and not is_shared and (name, attr) not in _HARMLESS:
                    yield _MADE[name]

    def _bindings(self, owner: ast.expr, function: Function) -> Iterator[Binding]:
        match owner:
            case ast.Name(id=name):
                scope = self.resolver.scopes.find_scope(name, function.scope)
                yield from self._of_name(name, scope) if scope is not None else ()
            case ast.Attribute(value=receiver, attr=attr):
                for value in self.resolver.answer(receiver, function.module).values:
                    if isinstance(value, Instance):
                        for cls in self.resolver.hierarchy.order(value.cls):
                            yield from cls.attributes.get(attr, ())

    def _of_name(self, name: str, scope: Scope) -> Iterator[Binding]:
        """The bindings of a name; where it is imported, those in the module that it comes from."""
        for binding in scope.bindings.get(name, ()):
            yield binding
            if binding.source:
                where, _, member = self.resolver.program.absolute(binding.source, scope.module).partition(":")
                module = self.resolver.program.module(where) if member else None
                if module is not None:
                    yield from module.scope.bindings.get(member, ())


def _stands_in(node: ast.AST, item: ast.withitem) -> bool:
    """Whether *node* is a part of the item itself, which is evaluated before anything is held."""
    return any(node is part for part in ast.walk(item))


def _says_any_thread(call: ast.Call) -> bool:
    return any(
        keyword.arg == "check_same_thread" and isinstance(keyword.value, ast.Constant) and not keyword.value.value
        for keyword in call.keywords
    )
