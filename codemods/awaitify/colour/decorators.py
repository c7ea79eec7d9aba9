"""What a decorator written in the project does with the function it is given: hands it back, or wraps it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from awaitify.colour.given_function import Deed, GivenUse, function_of, is_colour_test, uses_of_given
from awaitify.colour.wrapper import why_not_awaited, why_not_plain
from awaitify.index.parameters import default_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module, Scope
from awaitify.index.values import ClassValue, FunctionValue, Instance


@dataclass(frozen=True, slots=True, eq=False)
class Wrapping:
    """A decorator that gives another function, which calls the one it is given::

    def timed(fn):                      # taker, with its parameter
        def wrapper(*args):             # wrapper
            return fn(*args)            # calls
        return wrapper
    """

    taker: Function
    parameter: str
    wrapper: Function
    calls: tuple[ast.Call, ...]


@dataclass(frozen=True, slots=True, eq=False)
class HandsBack:
    """A decorator that gives the function itself; *kept* is where it is stored, or handed on, before."""

    taker: Function
    kept: tuple[ast.Name, ...] = ()
    parameter: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class HandlesBoth:
    """A decorator with a branch of its own for coroutine functions."""


@dataclass(frozen=True, slots=True, eq=False)
class NotUnderstood:
    """A decorator that might do anything with a coroutine function."""

    reason: str


Shape = Wrapping | HandsBack | HandlesBoth | NotUnderstood


def decorators_of(resolver: Resolver) -> Decorators:
    """What is known of the program's decorators: found once a program."""
    return Decorators(resolver, _SHAPES.setdefault(resolver, {}))


class Decorators:
    """The shapes of decorators; each is found once."""

    def __init__(self, resolver: Resolver, shapes: dict[tuple[Function, int], Shape]) -> None:
        self._resolver = resolver
        self._shapes = shapes

    def shape(self, decorator: ast.expr, function: Function) -> Shape | None:
        """What a decorator does with *function*; None where it isn't the project's."""
        return self.shape_in(decorator, function.scope.parent or function.scope)

    def shape_in(self, decorator: ast.expr, scope: Scope) -> Shape | None:
        """What a decorator of a function or class that is defined in *scope* does; None where it isn't the project's."""
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        values = self._resolver.evaluate(target, scope)
        values = frozenset(v for v in values if not (isinstance(v, FunctionValue) and self._is_overload(v.function)))
        named = [value for value in values if isinstance(value, FunctionValue)]
        if not named:
            classes = [v.cls for v in values if isinstance(v, ClassValue | Instance)]
            return (
                NotUnderstood(f"{classes[0].qualname} is a class: what its objects call isn't followed")
                if classes
                else None
            )
        if len(values) > 1:
            return NotUnderstood("it may be one of several functions")
        given = _first_given(named[0])
        if not isinstance(decorator, ast.Call):
            return self.of(named[0].function, given)
        return self._made(named[0].function, given)

    def _is_overload(self, function: Function) -> bool:
        names = (self._resolver.decorator_name(d, function) for d in function.node.decorator_list)
        return any(name in ("typing.overload", "typing_extensions.overload") for name in names)

    def wrappings(self, function: Function) -> Iterator[tuple[ast.expr, Wrapping]]:
        """The decorators of *function* that wrap it in a function of the project."""
        for decorator in function.node.decorator_list:
            shape = self.shape(decorator, function)
            if isinstance(shape, Wrapping):
                yield decorator, shape

    def around(self, wrapper: Function) -> Wrapping | None:
        """The decorator whose wrapper the function is."""
        scope = wrapper.scope.around
        taker = self._resolver.scopes.enclosing_function(scope) if scope is not None and wrapper.owner is None else None
        if taker is None:
            return None
        positional = [*taker.node.args.posonlyargs, *taker.node.args.args]
        shapes = (self.of(taker, index) for index in range(len(positional)))
        return next((s for s in shapes if isinstance(s, Wrapping) and s.wrapper is wrapper), None)

    def of(self, taker: Function, index: int) -> Shape:
        """What *taker* does with the function that it is given as its argument *index*."""
        key = (taker, index)
        if key not in self._shapes:
            self._shapes[key] = NotUnderstood("it leads back to itself")
            self._shapes[key] = _Reading(self, self._resolver, taker, index).shape()
        return self._shapes[key]

    def _made(self, factory: Function, given: int) -> Shape:
        """What a factory's decorators do: ``@retried(times=3)``"""
        if reason := why_not_plain(factory, self._resolver):
            return NotUnderstood(reason)
        found: set[Shape] = set()
        for value in self._given_without(factory, given):
            takers = self._takers(value, factory)
            if takers is None:
                return NotUnderstood(f"what {factory.node.name} gives isn't understood: {_short(value)}")
            found.update(self.of(*taker) for taker in takers or ())
        if len(found) != 1:
            reason = "one of several decorators" if found else "nothing that is understood"
            return NotUnderstood(f"{factory.node.name} gives {reason}")
        return found.pop()

    def _given_without(self, factory: Function, given: int) -> list[ast.expr]:
        """What the factory gives where the function to decorate isn't among its arguments."""
        values = list(returned(factory, self._resolver))
        optional = _optional_parameter(factory, given)
        if not optional:
            return values
        sides = [(value, _is_given_at(value, optional, factory)) for value in values]
        without = [value for value, side in sides if side is False]
        return without or [value for value, side in sides if side is None and not _mentions(value, optional)]

    def _takers(self, value: ast.expr, factory: Function) -> list[tuple[Function, int]] | None:
        """The decorators that *value* can be, each with the number of the argument that takes the function."""
        module = factory.module
        match value:
            case ast.Lambda(args=ast.arguments(args=[ast.arg(arg=name)]), body=ast.Call(func=func, args=args)):
                places = [n for n, a in enumerate(args) if isinstance(a, ast.Name) and a.id == name]
                target = self._function(func, module)
                return [(target.function, _first_given(target) + places[0])] if target and len(places) == 1 else None
            case ast.Call(func=func, args=[first]) if self._resolver.dotted(func, module) == "functools.partial":
                target = self._function(first, module)
                return [(target.function, _first_given(target))] if target else None
            case ast.Call():
                return None
        values = self._resolver.answer(value, module).values
        functions = [v for v in values if isinstance(v, FunctionValue)]
        is_known = functions and len(functions) == len(values)
        return [(v.function, _first_given(v)) for v in functions] if is_known else None

    def _function(self, node: ast.expr, module: Module) -> FunctionValue | None:
        values = self._resolver.answer(node, module).values
        (only,) = values if len(values) == 1 else (None,)
        return only if isinstance(only, FunctionValue) else None


_SHAPES: WeakKeyDictionary[Resolver, dict[tuple[Function, int], Shape]] = WeakKeyDictionary()
"""By resolver, what was found; nothing in it holds the resolver."""


class _Reading:
    """One decorator while it is read."""

    def __init__(self, known: Decorators, resolver: Resolver, taker: Function, index: int) -> None:
        self.known = known
        self.resolver = resolver
        self.taker = taker
        self.module = taker.module
        arguments = taker.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        self.parameter = positional[index].arg if index < len(positional) else ""

    def shape(self) -> Shape:
        if reason := why_not_plain(self.taker, self.resolver):
            return NotUnderstood(reason)
        if not self.parameter or len(self.taker.scope.bindings.get(self.parameter, ())) != 1:
            return NotUnderstood(
                f"{self.taker.node.name} doesn't take the function as a parameter that stays what it is"
            )
        uses = list(uses_of_given(self.parameter, self.taker, self.resolver))
        values = _given_with(self.taker, self.parameter, self.resolver)
        gives = [one for value in values for one in self.given_by(value)]
        strange = next((one for one in gives if isinstance(one, NotUnderstood)), None)
        if not gives or strange is not None:
            return strange or NotUnderstood(f"{self.taker.node.name} gives nothing")
        if any(use.deed is Deed.TESTED for use in uses):
            return self.of_both_kinds(gives, uses)
        others = {one for one in gives if not isinstance(one, str)}
        if not others:
            return self.handing_back(uses)
        if len(others) > 1:
            return NotUnderstood(f"{self.taker.node.name} gives one of several functions")
        other = others.pop()
        return self.wrapping(other, uses) if isinstance(other, Function) else self.passing(other, uses)

    def given_by(self, value: ast.expr) -> Iterator[str | Function | Shape]:
        """What *value* is: the parameter's name, a function nested here, or what another decorator makes of it."""
        match value:
            case ast.Name(id=self.parameter):
                yield self.parameter
                return
            case ast.Call(func=func, args=[*_, inner]) if self.resolver.dotted(func, self.module) == "typing.cast":
                yield from self.given_by(inner)
                return
            case ast.Call(func=func, args=[inner, *_]) if self.is_update(func):
                yield from self.given_by(inner)
                return
            case ast.Call():
                yield self.made_by(value)
                return
        values = self.resolver.answer(value, self.module).values
        functions = [v.function for v in values if isinstance(v, FunctionValue) and v.function.is_nested]
        if not functions or len(functions) < len(values) or any(f.module is not self.module for f in functions):
            yield NotUnderstood(f"what {self.taker.node.name} gives isn't understood: {_short(value)}")
        yield from functions

    def made_by(self, call: ast.Call) -> Shape:
        """``return decorate(fn)``"""
        target = self.known._function(call.func, self.module)
        places = [n for n, a in enumerate(call.args) if isinstance(a, ast.Name) and a.id == self.parameter]
        if target is None or len(places) != 1 or any(isinstance(a, ast.Starred) for a in call.args):
            return NotUnderstood(f"what {self.taker.node.name} gives isn't understood: {_short(call)}")
        return self.known.of(target.function, places[0] + _first_given(target))

    def is_update(self, func: ast.expr) -> bool:
        """``functools.update_wrapper``, ``functools.wraps(fn)``"""
        if isinstance(func, ast.Call):
            return self.resolver.dotted(func.func, self.module) == "functools.wraps"
        return self.resolver.dotted(func, self.module) == "functools.update_wrapper"

    def handing_back(self, uses: Iterable[GivenUse]) -> Shape:
        if any(use.deed is Deed.CALLED for use in uses):
            return NotUnderstood(f"{self.taker.node.name} calls it")
        kept = (use.node for use in uses if use.deed in (Deed.KEPT, Deed.HANDED_ON))
        return HandsBack(self.taker, tuple(kept), self.parameter)

    def passing(self, made: Shape, uses: Iterable[GivenUse]) -> Shape:
        """The function goes to another decorator, and what that makes of it is given."""
        for use in uses:
            if use.deed in (Deed.CALLED, Deed.KEPT):
                return NotUnderstood(f"{self.taker.node.name} {'calls' if use.call else 'keeps'} it")
            if use.deed is Deed.HANDED_ON and not self.is_made_by(use.call):
                return NotUnderstood(f"{self.taker.node.name} hands it on to {_short(use.call)}")
        return made

    def is_made_by(self, call: ast.Call | None) -> bool:
        parent: ast.AST | None = call
        while isinstance(parent, ast.Call | ast.IfExp):
            parent = self.module.parents[parent]
        return isinstance(parent, ast.Return)

    def wrapping(self, wrapper: Function, uses: Iterable[GivenUse]) -> Shape:
        for use in uses:
            if use.deed is Deed.KEPT and not self.is_named_as_wrapped(use.node):
                return NotUnderstood(f"it keeps the function: {_line(use.node, self.module)}")
            if use.deed is Deed.HANDED_ON:
                return NotUnderstood(f"it hands the function on: {_line(use.node, self.module)}")
            if use.deed is Deed.RETURNED and function_of(use.node, self.module) is not self.taker.node:
                return NotUnderstood(f"{wrapper.node.name} gives the function: {_line(use.node, self.module)}")
        calls = tuple(use.call for use in uses if use.deed is Deed.CALLED and use.call is not None)
        if reason := why_not_awaited(wrapper, calls, self.resolver):
            return NotUnderstood(reason)
        return Wrapping(self.taker, self.parameter, wrapper, calls)

    def is_named_as_wrapped(self, node: ast.Name) -> bool:
        """``wrapper.__wrapped__ = fn``: whoever reads that attribute is seen."""
        match self.module.parents[node]:
            case ast.Assign(targets=[ast.Attribute(attr="__wrapped__")]):
                return True
        return False

    def of_both_kinds(self, gives: Iterable[str | Function | Shape], uses: Iterable[GivenUse]) -> Shape:
        """A branch for coroutine functions is right where its wrapper is async and awaits every call."""
        functions = [one for one in gives if isinstance(one, Function)]
        for_async = {f for f in functions if self.is_for_coroutines(f.node)}
        called = {
            id(function_of(use.call, self.module)): use.call for use in uses if use.deed is Deed.CALLED and use.call
        }
        awaits = all(
            isinstance(self.module.parents[use.call], ast.Await)
            for use in uses
            if use.deed is Deed.CALLED
            and use.call
            and function_of(use.call, self.module) in [f.node for f in for_async]
        )
        if for_async and awaits and all(f.is_async and id(f.node) in called for f in for_async):
            return HandlesBoth()
        return NotUnderstood(
            f"{self.taker.node.name} asks whether it is a coroutine function, and what then isn't understood"
        )

    def is_for_coroutines(self, node: ast.AST) -> bool:
        """Whether *node* stands where the function is known to be a coroutine function, or is returned from there."""
        child, parent = node, self.module.parents.get(node)
        while parent is not None and child is not self.taker.node:
            match parent:
                case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test), orelse=block) | ast.If(test=test, body=block):
                    if child in block and is_colour_test(test, self.module, self.resolver):
                        return True
            child, parent = parent, self.module.parents.get(parent)
        return False


def _given_with(taker: Function, parameter: str, resolver: Resolver) -> list[ast.expr]:
    """What the decorator gives where it gets a function for *parameter*, as far as the tests around each tell."""
    sides = [(value, _is_given_at(value, parameter, taker)) for value in returned(taker, resolver)]
    tests = (node for node in resolver.scopes.own_nodes(taker) if isinstance(node, ast.If))
    always = any(isinstance(test.body[-1], ast.Return) and _tells(test.test, parameter) for test in tests)
    return [value for value, side in sides if side is not False and (side or not always)]


def _first_given(value: FunctionValue) -> int:
    """The number of the first parameter that a call of *value* gives: its receiver is given by Python."""
    is_static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in value.function.node.decorator_list)
    return int(value.receiver is not None and not is_static)


def _optional_parameter(factory: Function, given: int) -> str:
    """The first parameter where it may be left out: ``def timed(fn=None, *, label="")``"""
    arguments = factory.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if given >= len(positional):
        return ""
    default = default_of(positional[given], arguments)
    return positional[given].arg if isinstance(default, ast.Constant) and default.value is None else ""


def returned(function: Function, resolver: Resolver) -> Iterator[ast.expr]:
    """What *function* returns, the branches of conditional expressions one by one."""
    for node in resolver.scopes.own_nodes(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from _branches(node.value)


def _branches(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.IfExp):
        yield from (*_branches(value.body), *_branches(value.orelse))
    else:
        yield value


def _is_given_at(node: ast.AST, parameter: str, function: Function) -> bool | None:
    """Whether the parameter has a value where *node* stands, by the tests around it: ``if fn is None: return decorate``"""
    parents = function.module.parents
    child, parent = node, parents.get(node)
    while parent is not None and child is not function.node:
        match parent:
            case ast.If(test=test, body=body, orelse=orelse):
                side = _tells(test, parameter)
                if side is not None and (child in body or child in orelse):
                    return side if child in body else not side
            case ast.IfExp(test=test, body=one, orelse=other) if child is one or child is other:
                side = _tells(test, parameter)
                if side is not None:
                    return side if child is one else not side
        child, parent = parent, parents.get(parent)
    return None


def _tells(test: ast.expr, parameter: str) -> bool | None:
    """Whether *test* holds only where the parameter has a value (True), or only where it has none (False)."""
    match test:
        case ast.Compare(
            left=ast.Name(id=name), ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]
        ):
            return isinstance(op, ast.IsNot) if name == parameter else None
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            side = _tells(inner, parameter)
            return None if side is None else not side
        case ast.Name(id=name) | ast.Call(func=ast.Name(id="callable"), args=[ast.Name(id=name)]):
            return True if name == parameter else None
    return None


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _short(node: ast.AST | None) -> str:
    text = ast.unparse(node) if node is not None else ""
    return text if len(text) <= 40 else f"{text[:40]}…"


def _line(node: ast.expr, module: Module) -> str:
    return module.lines[node.lineno - 1].strip()
