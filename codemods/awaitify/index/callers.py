"""What callers pass for a parameter: where a function is called, or an object of its class made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.index.how import How
from awaitify.index.parameters import default_of
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Container,
    FunctionValue,
    Unknown,
    Value,
    Values,
    made,
    union,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_MOST_FILES = 40
"""A name that more files mention isn't followed to its callers: what each passes would cost more than it tells."""
_MOST_NAMES = 12
"""A class under more names, its own and those of the classes below it, isn't followed to where it is made."""
_TRANSPARENT = frozenset(
    "staticmethod classmethod abstractmethod override final property cached_property contextmanager asynccontextmanager"
    " lru_cache cache wraps overload singledispatch no_type_check".split()
)
"""Decorators behind which a function gets what its callers pass."""
_PARTIAL = frozenset({"functools.partial"})
_THREADS = frozenset({"asyncio.to_thread", "anyio.to_thread.run_sync"})


@dataclass(frozen=True, slots=True)
class Passing:
    """A place where a function is called, or given with arguments to something that calls it.

    ``skipped`` are the first parameters that aren't passed here (``self``), ``ignored`` the first arguments that are not
    for it (``partial``'s own).
    """

    call: ast.Call
    module: Module
    skipped: int
    ignored: int = 0


Way = Passing | Unknown
"""A call that is seen, or Unknown for those that aren't."""


class Callers:
    """Finds where functions are called, with a resolver's knowledge of what is called there."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def passed(self, parameter: ast.arg, function: Function) -> Values:
        """What the program's calls of *function* pass for *parameter*, which has no annotation that says it.

        Without a known call the answer is unknown; so is part of it where the function is handed on to who knows whom.
        """
        key = ("passed", parameter)
        return self._resolver.remembered(key, lambda: self._passed(parameter, function))

    def _passed(self, parameter: ast.arg, function: Function) -> Values:
        if any(isinstance(d, ast.Attribute) and d.attr == "setter" for d in function.node.decorator_list):
            return self._resolver.assigned.through_setter(function)
        ways = self.ways(function)
        passings = sorted((way for way in ways if isinstance(way, Passing)), key=lambda p: p.module.place(p.call))
        self._resolver.note(How.CALLERS)
        found = union(self._argument(parameter, function, passing) for passing in passings)
        if len(passings) < len(ways) or (not passings and not _has_default(parameter, function)):
            found |= UNKNOWN
        if parameter is function.node.args.vararg:
            return frozenset({Container(found)})
        if parameter is function.node.args.kwarg:
            return frozenset({Container(found, made("builtins.str"), is_mapping=True)})
        return found

    def arguments(self, parameter: ast.arg, function: Function) -> Iterator[tuple[ast.expr, Module] | None]:
        """The expressions that the calls of *function* pass for *parameter*; None for what isn't one that is seen."""
        for way in self.ways(function):
            if isinstance(way, Unknown):
                yield None
                continue
            names = [keyword.arg for keyword in way.call.keywords]
            is_hidden = (
                None in names or way.ignored or any(isinstance(argument, ast.Starred) for argument in way.call.args)
            )
            if is_hidden and parameter.arg not in names:
                yield None
            elif (found := self.argument(parameter, function, way)) is not None:
                yield found, way.module

    def _argument(self, parameter: ast.arg, function: Function, passing: Passing) -> Values:
        arguments = function.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        given = passing.call.args[passing.ignored :]
        named = {keyword.arg: keyword.value for keyword in passing.call.keywords}
        if parameter is arguments.vararg:
            rest = given[max(0, len(positional) - passing.skipped) :]
            return union(self.evaluate(argument, passing.module) for argument in rest)
        if parameter is arguments.kwarg:
            own = {argument.arg for argument in [*positional, *arguments.kwonlyargs]}
            return union(self.evaluate(v, passing.module) for k, v in named.items() if k is not None and k not in own)
        if parameter.arg in named:
            return self.evaluate(named[parameter.arg], passing.module)
        number = positional.index(parameter) - passing.skipped if parameter in positional else -1
        starred = next((n for n, a in enumerate(given) if isinstance(a, ast.Starred)), len(given))
        if 0 <= number < min(starred, len(given)):
            return self.evaluate(given[number], passing.module)
        if number >= starred and starred < len(given):
            star = given[starred]
            assert isinstance(star, ast.Starred)
            return self._spread(star.value, number - starred, passing.module)
        if None in named and not _has_default(parameter, function):
            values = self.evaluate(named[None], passing.module)
            return union(v.elements if isinstance(v, Container) else UNKNOWN for v in values)
        return UNKNOWN if passing.ignored else NOTHING  # `partial` may get it later

    def argument(self, parameter: ast.arg, function: Function, passing: Passing) -> ast.expr | None:
        """The expression that is passed for a parameter there; None where there is none that can be told."""
        arguments = function.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        given = passing.call.args[passing.ignored :]
        for keyword in passing.call.keywords:
            if keyword.arg == parameter.arg:
                return keyword.value
        number = positional.index(parameter) - passing.skipped if parameter in positional else -1
        before = given[: number + 1]
        is_plain = 0 <= number < len(given) and not any(isinstance(a, ast.Starred) for a in before)
        return given[number] if is_plain else None

    def evaluate(self, node: ast.expr, module: Module) -> Values:
        """What the expression at *node* can be; of ``*xs``, what its items can be."""
        if isinstance(node, ast.Starred):
            return self._resolver.calls.elements(self.evaluate(node.value, module))
        return self._resolver.evaluate(node, self._resolver.scopes.scope_of(node, module))

    def _spread(self, node: ast.expr, number: int, module: Module) -> Values:
        """The argument *number* of ``*node``."""
        values = self.evaluate(node, module)
        items = (v.items[number] if isinstance(v, Container) and number < len(v.items) else None for v in values)
        known = [item for item in items if item is not None]
        return union(known) if len(known) == len(values) else self._resolver.calls.elements(values)

    # where a function is called

    def ways(self, function: Function) -> frozenset[Way]:
        """How *function* is called; asked of the resolver's memory, for a question that may come up inside itself."""
        key = ("ways", function)
        ask = lambda: frozenset(self._find_passings(function))  # noqa: E731
        return self._resolver.remembered(key, ask)  # type: ignore[arg-type, return-value]  # no values, remembered alike

    def _find_passings(self, function: Function) -> Iterator[Way]:
        """The places where *function* is called; Unknown beside them when it may be called in others too."""
        name = function.node.name
        if not self.is_called_as_it_is(function):
            yield Unknown()
        if function.owner is not None and name in ("__init__", "__new__"):
            if self.are_few(*self.class_names(function.owner)):
                yield from self.constructions(function.owner, name)
            else:
                yield Unknown()
        elif name.startswith("__") and name.endswith("__") or not self.are_few(*self._names_of(function)):
            yield Unknown()
        else:
            yield from self._calls(function, self._names_of(function))

    def is_called_as_it_is(self, function: Function) -> bool:
        """Whether its decorators call it with what its callers pass."""
        for decorator in function.node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            last = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if last not in _TRANSPARENT and last not in ("setter", "getter"):
                return False
        return True

    def are_few(self, *names: str) -> bool:
        """Whether a few files mention the names: many names, or one that many mention, aren't looked for to the end."""
        left = _MOST_FILES
        for name in names if len(names) <= _MOST_NAMES else ():
            left -= self._resolver.program.text.number_mentioning(name, left + 1)
            if left < 0:
                return False
        return len(names) <= _MOST_NAMES

    def _names_of(self, function: Function) -> tuple[str, ...]:
        name = function.node.name
        if function.owner is not None or function.is_nested:
            return (name,)
        return (name, *self._renamed(name)) if self.are_few(name) else (name,)

    def _renamed(self, name: str) -> list[str]:
        """The names that ``import … as`` gives it."""
        nodes = (node for module in self._resolver.program.mentioning(name) for node in module.mentions.get(name, ()))
        return sorted({node.asname for node in nodes if isinstance(node, ast.alias) and node.asname})

    def _calls(self, function: Function, names: tuple[str, ...]) -> Iterator[Way]:
        for node, module in self._mentions(names):
            if isinstance(node, ast.Constant):
                yield from self._by_name(node, module)
                continue
            values = self.evaluate(node, module)
            reached = [v for v in values if isinstance(v, FunctionValue) and self._reaches(v, function)]
            if reached:
                yield from self._passing(node, module, self.skipped(node, module, function), function)

    def _by_name(self, node: ast.Constant, module: Module) -> Iterator[Way]:
        """``getattr(shop, "take")`` calls it, or not."""
        match module.parents.get(node):
            case ast.Call(func=ast.Name(id="getattr")) | ast.Call(
                func=ast.Attribute(attr="methodcaller" | "attrgetter")
            ):
                yield Unknown()

    def _mentions(self, names: tuple[str, ...]) -> Iterator[tuple[ast.expr, Module]]:
        for name in names:
            for module in self._resolver.program.mentioning(name):
                for node in module.mentions.get(name, ()):
                    match node:
                        case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()) | ast.Constant():
                            yield node, module

    def _reaches(self, value: FunctionValue, function: Function) -> bool:
        """Whether a call of *value* may run *function*: itself, or an override of it in a class below the receiver's."""
        if value.function is function:
            return True
        if function.owner is None or value.receiver is None or value.function.node.name != function.node.name:
            return False
        return value.receiver in self._resolver.hierarchy.order(function.owner)

    def skipped(self, node: ast.expr, module: Module, function: Function) -> int:
        """How many of its first parameters a call of *node*, which is *function*, doesn't pass: ``self``."""
        if function.owner is None or self._resolver.has_decorator(function, "staticmethod"):
            return 0
        if self._resolver.has_decorator(function, "classmethod"):
            return 1
        if isinstance(node, ast.Attribute):
            receivers = self.evaluate(node.value, module)
            if receivers and all(isinstance(v, ClassValue) for v in receivers):
                return 0
        return 1

    def _passing(self, node: ast.expr, module: Module, skipped: int, function: Function) -> Iterator[Way]:
        parent = module.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            yield Passing(parent, module, skipped)
        elif isinstance(parent, ast.Call) and parent.args[:1] == [node]:
            name = self._resolver.dotted(parent.func, module)
            is_submit = isinstance(parent.func, ast.Attribute) and parent.func.attr in ("submit", "run_in_threadpool")
            if name in _PARTIAL | _THREADS or is_submit:
                yield Passing(parent, module, skipped, ignored=1)
            else:
                yield Unknown()
        elif not isinstance(parent, ast.Attribute | ast.Expr) and not _is_decorator(node, parent):
            yield Unknown()

    # constructors

    def class_names(self, cls: Class) -> tuple[str, ...]:
        """The names of the class and of those below it, as their text says."""
        lines = self._resolver.program.text.subclass_lines(cls.node.name)
        return tuple(dict.fromkeys([cls.node.name, *sorted(line.name for line in lines)]))

    def constructions(self, owner: Class, name: str) -> Iterator[Way]:
        """Where an object is made whose *name* is the one of *owner*, written there or made by a decorator."""
        names = self.class_names(owner)
        renamed = tuple(new for name in names for new in self._renamed(name))
        for node, module in self._mentions((*names, *renamed)):
            if isinstance(node, ast.Constant):
                continue
            if any(self._constructs(v, owner, name) for v in self.evaluate(node, module)):
                yield from self._construction(node, module)
        for cls in (owner, *self._resolver.hierarchy.below(owner)):
            yield from self._constructions_inside(cls, owner, name)

    def _constructs(self, value: Value, owner: Class, name: str) -> bool:
        """Whether calling the class runs the *name* of *owner*."""
        if not isinstance(value, ClassValue):
            return False
        order = self._resolver.hierarchy.order(value.cls)
        return next((c for c in order if name in c.functions), owner if owner in order else None) is owner

    def _construction(self, node: ast.expr, module: Module) -> Iterator[Way]:
        parent = module.parents.get(node)
        if isinstance(parent, ast.Subscript) and parent.value is node:
            node, parent = parent, module.parents.get(parent)
        if isinstance(parent, ast.Call) and parent.func is node:
            yield Passing(parent, module, skipped=1)
        elif isinstance(parent, ast.Call) and parent.args[:1] == [node]:
            name = self._resolver.dotted(parent.func, module)
            if name in _PARTIAL | _THREADS:
                yield Passing(parent, module, skipped=1, ignored=1)
            elif name not in _LOOKS_AT_CLASSES:
                yield Unknown()
        elif isinstance(parent, ast.List | ast.Tuple | ast.Dict | ast.Assign | ast.Return | ast.keyword | ast.Call):
            if not _is_looked_at(node, module):
                yield Unknown()

    def _constructions_inside(self, cls: Class, owner: Class, name: str) -> Iterator[Way]:
        """``super().__init__(…)``, ``Base.__init__(self, …)``, ``cls(…)`` and ``type(self)(…)`` in the class's own functions."""
        for functions in cls.functions.values():
            for own in functions:
                for node in self._resolver.scopes.own_nodes(own):
                    if isinstance(node, ast.Call):
                        yield from self._construction_by(node, own, owner, name)

    def _construction_by(self, call: ast.Call, inside: Function, owner: Class, name: str) -> Iterator[Way]:
        match call.func:
            case ast.Attribute(attr=called) if called == name:
                for value in self._callee(call, inside):
                    if isinstance(value, FunctionValue) and value.function in owner.functions.get(name, ()):
                        if value.function is not inside:
                            yield Passing(call, inside.module, self.skipped(call.func, inside.module, value.function))
            case ast.Name(id="cls") | ast.Call(func=ast.Name(id="type")) | ast.Attribute(attr="__class__"):
                if any(self._constructs(v, owner, name) for v in self._callee(call, inside)):
                    yield Passing(call, inside.module, skipped=1)

    def _callee(self, call: ast.Call, inside: Function) -> Values:
        return self.evaluate(call.func, inside.module)


_LOOKS_AT_CLASSES = frozenset({"builtins.isinstance", "builtins.issubclass", "typing.cast", "builtins.super"})


def _has_default(parameter: ast.arg, function: Function) -> bool:
    """Whether a call may leave the parameter out; ``*args`` and ``**kwargs`` may stay empty."""
    arguments = function.node.args
    return parameter in (arguments.vararg, arguments.kwarg) or default_of(parameter, arguments) is not None


def _is_decorator(node: ast.expr, parent: ast.AST | None) -> bool:
    return isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and node in parent.decorator_list


def _is_looked_at(node: ast.expr, module: Module) -> bool:
    """Whether a class is named to be looked at, not called: ``isinstance(x, (A, B))``, an annotation, ``__all__``."""
    child: ast.AST = node
    parent = module.parents.get(child)
    while parent is not None and not isinstance(parent, ast.stmt):
        if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") in ("isinstance", "issubclass", "cast"):
            return True
        if isinstance(parent, ast.Subscript) and child is parent.slice:
            return True
        if isinstance(parent, ast.arg):
            return True
        child, parent = parent, module.parents.get(parent)
    if isinstance(parent, ast.AnnAssign):
        return child is parent.annotation
    return isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and child is parent.returns
