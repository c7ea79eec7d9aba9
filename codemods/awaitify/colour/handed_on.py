"""What becomes of what a call gives: is a coroutine awaited, handed on or lost, and is a result taken for an awaitable?"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeGuard

from awaitify.colour.action import Ending
from awaitify.index.builtin import BASES_WITHOUT_MEMBERS
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, FunctionNode, Module
from awaitify.index.values import ClassValue, Foreign, FunctionValue, Value

_LOSES_IT = frozenset(
    "abs all any ascii bool bytes chr complex divmod float format hash hex int len max min oct ord pow print range repr"
    " round sorted str sum".split()
)
"""Builtins that make something else of what they are given."""
_DRIVES_IT = frozenset({"send", "throw", "close", "__await__", "asend", "athrow", "aclose", "__anext__"})
_TAKES_AN_AWAITABLE = frozenset(
    f"asyncio.{name}"
    for name in "run gather create_task ensure_future wait wait_for shield as_completed run_coroutine_threadsafe".split()
)
_METHODS_THAT_TAKE_ONE = frozenset({"run_until_complete", "create_task", "ensure_future"})
_GIVES_AN_AWAITABLE = _TAKES_AN_AWAITABLE - {"asyncio.run", "asyncio.run_coroutine_threadsafe"} | {
    "asyncio.sleep",
    "asyncio.to_thread",
    "asyncio.open_connection",
}
_ADDS = frozenset({"append", "add", "put_nowait", "insert", "appendleft"})


class Gives(Enum):
    """Whether a function that isn't async gives an awaitable."""

    NO = 0
    MAYBE = 1
    SURELY = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Goal:
    """Where an expression goes: *parent* makes something of *child*, which is the expression or what it is a part of."""

    child: ast.AST
    parent: ast.AST
    inside: bool
    """Whether it goes there inside a list, tuple, set or dict."""


def fate(call: ast.expr, module: Module, resolver: Resolver) -> tuple[Ending, str]:
    """What becomes of the coroutine that *call* gives, where no ``await`` stands right before it."""
    goal = _goal(call, module)
    match goal.parent:
        case ast.Await() | ast.AsyncFor() | ast.AsyncWith():
            return Ending.ALREADY, "already awaited"
        case ast.comprehension(is_async=1):
            return Ending.ALREADY, "already awaited"
        case ast.Return() | ast.Yield() | ast.YieldFrom() | ast.Lambda():
            return Ending.FORWARDED, "the coroutine is returned"
        case ast.Call(func=func) if func is not goal.child and not _loses(goal.parent, module, resolver):
            return Ending.FORWARDED, "the coroutine is passed on"
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
            if _is_never_read(goal.parent, module, resolver):
                return (
                    Ending.UNAWAITED,
                    "the coroutine is kept under a name that nobody reads: it was not awaited before",
                )
            return Ending.FORWARDED, "the coroutine is kept"
        case ast.Attribute(attr=attr) if attr in _DRIVES_IT or goal.inside:
            return Ending.FORWARDED, "the coroutine is driven by hand"
        case ast.Subscript() | ast.For() | ast.comprehension() if goal.inside:
            return Ending.FORWARDED, "the coroutine is kept"
        case ast.Expr():
            return Ending.UNAWAITED, "the coroutine is dropped: it was not awaited before"
    return Ending.UNAWAITED, "the coroutine is used as if it were its result: it was not awaited before"


def is_taken_for_awaitable(call: ast.expr, module: Module, resolver: Resolver) -> bool:
    """Whether what *call* gives is awaited, or passed to something that awaits it: ``gather(c.get())``, ``t = c.get(); await t``"""
    return _is_taken(call, module, resolver, set())


def gives_awaitable(function: Function, resolver: Resolver, awaited: Container[Function] = frozenset()) -> Gives:
    """Whether a call of *function*, which isn't async, gives an awaitable: ``def go(): return now()``

    Calls of functions in *awaited* that aren't async yet are awaited afterwards: what they give is none.
    """
    return _most_given(_returned(function, resolver), resolver, awaited)


def returned_awaitables(function: Function, resolver: Resolver, awaited: Container[Function]) -> Iterator[ast.Call]:
    """The calls in *function* that give an awaitable which it returns and doesn't await afterwards either."""
    for value, module in _returned(function, resolver):
        if isinstance(value, ast.Call) and _most_given([(value, module)], resolver, awaited) is Gives.SURELY:
            yield value


def _goal(node: ast.expr, module: Module) -> _Goal:
    child: ast.AST = node
    parent = module.parents[node]
    inside = False
    while True:
        match parent:
            case ast.IfExp(test=test) if test is child:
                return _Goal(child, parent, inside)
            case ast.IfExp() | ast.Starred() | ast.keyword():
                pass
            case ast.BoolOp(values=[*_, last]) if last is child or inside:
                pass
            case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
                inside = True
            case ast.ListComp(elt=made) | ast.SetComp(elt=made) | ast.GeneratorExp(elt=made) if made is child:
                inside = True
            case ast.DictComp(value=made) if made is child:
                inside = True
            case ast.BinOp() if inside:
                pass
            case ast.withitem():
                pass
            case _:
                return _Goal(child, parent, inside)
        child, parent = parent, module.parents[parent]


def _loses(call: ast.Call, module: Module, resolver: Resolver) -> bool:
    """``print(now())``"""
    name = resolver.dotted(call.func, module)
    return name.startswith("builtins.") and name.removeprefix("builtins.") in _LOSES_IT


def _is_never_read(binding: ast.AST, module: Module, resolver: Resolver) -> bool:
    """Whether the binding gives one local name a value that isn't read anywhere in its function."""
    function = _function_around(binding, module)
    match binding:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return function is not None and not any(_uses(name, function))
    return False


def _function_around(node: ast.AST, module: Module) -> ast.AST | None:
    parent = module.parents.get(node)
    while parent is not None and not isinstance(parent, FunctionNode):
        parent = module.parents.get(parent)
    return parent


def _uses(name: str, within: ast.AST) -> Iterator[ast.Name]:
    """Where *name* is read, or declared to be another scope's."""
    for node in ast.walk(within):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            yield node
        elif isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
            yield ast.Name(name)


def _is_taken(node: ast.expr, module: Module, resolver: Resolver, seen: set[str]) -> bool:
    goal = _goal(node, module)
    match goal.parent:
        case ast.Await():
            return True
        case ast.Call() as call if call.func is not goal.child:
            if _takes_awaitables(call, module, resolver):
                return True
            match call.func:
                case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in _ADDS:
                    return _name_is_taken(name, node, module, resolver, seen)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return _name_is_taken(name, node, module, resolver, seen)
        case ast.NamedExpr(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            return _name_is_taken(name, node, module, resolver, seen)
        case ast.For(target=ast.Name(id=name)) | ast.comprehension(target=ast.Name(id=name)):
            return _name_is_taken(name, node, module, resolver, seen)
    return False


def _name_is_taken(name: str, node: ast.expr, module: Module, resolver: Resolver, seen: set[str]) -> bool:
    around = _function_around(node, module) or module.tree
    uses = [use for use in _uses(name, around) if use in module.parents and name not in seen]
    seen.add(name)
    return any(_is_taken(use, module, resolver, seen) for use in uses)


def _takes_awaitables(call: ast.Call, module: Module, resolver: Resolver) -> bool:
    if resolver.dotted(call.func, module) in _TAKES_AN_AWAITABLE:
        return True
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _METHODS_THAT_TAKE_ONE:
        return False
    return not any(isinstance(value, FunctionValue) for value in resolver.answer(call.func, module).values)


def _most_given(returned: Iterable[tuple[ast.expr, Module]], resolver: Resolver, awaited: Container[Function]) -> Gives:
    """The most that one of the *returned* values gives. A function whose result is returned is looked into, but once:
    many ways may lead to it."""
    most, queue, seen = Gives.NO, list(returned), set[Function]()
    while queue and most is not Gives.SURELY:
        value, module = queue.pop()
        gives, below = _gives(value, module, resolver, awaited)
        most = max(most, gives, key=lambda given: given.value)
        for function in below:
            if function not in seen:
                seen.add(function)
                queue.extend(_returned(function, resolver))
    return most


def _returned(function: Function, resolver: Resolver) -> Iterator[tuple[ast.expr, Module]]:
    """What *function* returns, the branches of conditional expressions one by one; a generator gives no awaitable."""
    if resolver.scopes.is_generator(function):
        return
    for node in resolver.scopes.own_nodes(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from ((value, function.module) for value in _branches(node.value))


def _branches(value: ast.expr) -> Iterator[ast.expr]:
    match value:
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_branches(body), *_branches(orelse))
        case ast.BoolOp(values=values):
            for one in values:
                yield from _branches(one)
        case ast.NamedExpr(value=one):
            yield from _branches(one)
        case _:
            yield value


def _gives(
    value: ast.expr, module: Module, resolver: Resolver, awaited: Container[Function]
) -> tuple[Gives, list[Function]]:
    """Whether the returned *value* is an awaitable by itself, and the sync functions whose result it is."""
    match value:
        case ast.Call():
            values = resolver.answer(value.func, module).values
            if any(isinstance(v, FunctionValue) and v.function in awaited and not v.function.is_async for v in values):
                return Gives.NO, []
            found = [_result_gives(v, resolver) for v in values]
            below = [v.function for v, gives in zip(values, found, strict=True) if _is_looked_into(v, gives)]
            return max(found, key=lambda gives: gives.value, default=Gives.MAYBE), below
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return Gives.MAYBE, []
    return Gives.NO, []


def _is_looked_into(value: Value, gives: Gives) -> TypeGuard[FunctionValue]:
    return isinstance(value, FunctionValue) and not value.function.is_async and gives is Gives.NO


def _result_gives(value: Value, resolver: Resolver) -> Gives:
    """Whether calling *value* gives an awaitable; for a sync function of the project, leaving aside what it returns."""
    match value:
        case FunctionValue(target) if target.is_async:
            return Gives.NO if resolver.scopes.is_generator(target) else Gives.SURELY
        case FunctionValue(target):
            return Gives.MAYBE if any(m.is_async for m in resolver.hierarchy.family(target)) else Gives.NO
        case ClassValue(cls) if resolver.hierarchy.find(cls, "__await__") is not None:
            return Gives.SURELY
        case ClassValue(cls):
            return Gives.MAYBE if resolver.hierarchy.foreign_bases(cls) - BASES_WITHOUT_MEMBERS else Gives.NO
        case Foreign(name) if name in _GIVES_AN_AWAITABLE:
            return Gives.SURELY
        case Foreign(name) if name.startswith("builtins."):
            return Gives.NO
    return Gives.MAYBE
