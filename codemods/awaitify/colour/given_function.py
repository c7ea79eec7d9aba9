"""What is done with a function that is given as a parameter: every mention of the parameter, told apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, FunctionNode, Module


class Deed(Enum):
    """What is done at a mention of the parameter."""

    CALLED = auto()
    LOOKED_AT = auto()
    """Its name or signature is read, it is compared, or something is set on it: all the same for a coroutine function."""
    TESTED = auto()
    """It is asked whether it is a coroutine function."""
    RETURNED = auto()
    KEPT = auto()
    """Stored, or handed to something that keeps it."""
    HANDED_ON = auto()
    """Passed to something that may call it."""


@dataclass(frozen=True, slots=True, eq=False)
class GivenUse:
    """A mention of the parameter, and what is done there; ``call`` is the call of it, or the one that it is passed to."""

    node: ast.Name
    deed: Deed
    call: ast.Call | None = None


COLOUR_TESTS = frozenset(
    {
        "inspect.iscoroutinefunction",
        "asyncio.iscoroutinefunction",
        "asyncio.coroutines.iscoroutinefunction",
        "asgiref.sync.iscoroutinefunction",
    }
)
_LOOKS = frozenset(
    {"functools.wraps", "functools.update_wrapper", "typing.get_type_hints", "typing_extensions.get_type_hints"}
    | {f"inspect.{name}" for name in ("signature", "getfullargspec", "getdoc", "getmodule", "getsource", "getfile")}
    | {f"inspect.{name}" for name in ("getsourcefile", "getsourcelines", "isfunction", "ismethod", "isclass")}
    | {f"inspect.{name}" for name in ("isgeneratorfunction", "isasyncgenfunction", "isroutine")}
    | {f"builtins.{name}" for name in ("callable", "isinstance", "issubclass")}
    | {f"builtins.{name}" for name in ("id", "hash", "repr", "str", "type", "print", "bool")}
)
"""What reads of a function, or sets on it, what is the same for a coroutine function."""
_ATTRIBUTES = frozenset({"builtins.getattr", "builtins.hasattr", "builtins.setattr", "builtins.delattr"})
_KEEPS = frozenset({"append", "add", "appendleft", "insert", "setdefault", "put", "put_nowait", "extend", "update"})
_TAKEN_APART = frozenset({"__call__", "__wrapped__", "__func__", "__get__"})
"""Attributes through which a function can be called."""
_LOGS = re.compile(r"logging\.(.*\.)?(debug|info|warning|error|critical|exception|log)")


def uses_of_given(parameter: str, taker: Function, resolver: Resolver) -> Iterator[GivenUse]:
    """Every mention of the parameter in the function that takes it and in those nested there."""
    module = taker.module
    for node in module.mentions.get(parameter, ()):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if resolver.scopes.find_scope(parameter, resolver.scopes.scope_of(node, module)) is taker.scope:
                yield _use(node, module, resolver)


def is_colour_test(node: ast.AST, module: Module, resolver: Resolver) -> bool:
    """``inspect.iscoroutinefunction(fn)``"""
    return isinstance(node, ast.Call) and resolver.dotted(node.func, module) in COLOUR_TESTS


def function_of(node: ast.AST, module: Module) -> ast.AST | None:
    """The innermost ``def`` or lambda around *node*."""
    parent = module.parents.get(node)
    while parent is not None and not isinstance(parent, FunctionNode | ast.Lambda):
        parent = module.parents.get(parent)
    return parent


def _use(node: ast.Name, module: Module, resolver: Resolver) -> GivenUse:
    parent = module.parents[node]
    if isinstance(parent, ast.keyword | ast.Starred):
        parent = module.parents[parent]
    match parent:
        case ast.Call(func=func) if func is node:
            return GivenUse(node, Deed.CALLED, parent)
        case ast.Call():
            return GivenUse(node, _passed(node, parent, module, resolver), parent)
        case ast.Attribute(attr=attr):
            return GivenUse(node, Deed.HANDED_ON if attr in _TAKEN_APART else Deed.LOOKED_AT)
        case ast.Return():
            return GivenUse(node, Deed.RETURNED)
        case ast.Compare() | ast.FormattedValue() | ast.BoolOp() | ast.If() | ast.While() | ast.Assert():
            return GivenUse(node, Deed.LOOKED_AT if _is_only_tested(node, module) else Deed.KEPT)
        case ast.UnaryOp(op=ast.Not()) | ast.Expr():
            return GivenUse(node, Deed.LOOKED_AT)
        case ast.IfExp(test=test) if test is node:
            return GivenUse(node, Deed.LOOKED_AT)
        case ast.IfExp() if isinstance(module.parents[parent], ast.Return):
            return GivenUse(node, Deed.RETURNED)
    return GivenUse(node, Deed.KEPT)


def _is_only_tested(node: ast.AST, module: Module) -> bool:
    """Whether ``fn and …`` is a condition, and not a value that may be the function."""
    child, parent = node, module.parents[node]
    while isinstance(parent, ast.BoolOp):
        child, parent = parent, module.parents[parent]
    match parent:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is child
        case ast.Compare() | ast.FormattedValue() | ast.UnaryOp(op=ast.Not()):
            return True
    return False


def _passed(node: ast.Name, call: ast.Call, module: Module, resolver: Resolver) -> Deed:
    name = resolver.dotted(call.func, module)
    if name in COLOUR_TESTS:
        return Deed.TESTED
    if name in _ATTRIBUTES and call.args[:1] == [node]:
        asked = call.args[1] if len(call.args) > 1 else None
        is_named = isinstance(asked, ast.Constant) and asked.value not in _TAKEN_APART
        return Deed.LOOKED_AT if is_named and call.args[2:] != [node] else Deed.HANDED_ON
    if name in _LOOKS or _LOGS.fullmatch(name):
        return Deed.LOOKED_AT
    if isinstance(module.parents[call], ast.Raise):
        return Deed.LOOKED_AT
    if name == "typing.cast" and isinstance(module.parents[call], ast.Return):
        return Deed.RETURNED
    is_method = isinstance(call.func, ast.Attribute) and call.func.attr in _KEEPS
    return Deed.KEPT if is_method else Deed.HANDED_ON
