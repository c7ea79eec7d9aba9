"""Where is something called by a name that the program puts together: ``getattr(self, f"do_{action}")(city)``?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.index.references import surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import ClassValue, Instance, ModuleValue, Value

_COMPUTED = re.compile(rb"\bgetattr\((?:[^,()]|\((?:[^()]|\([^()]*\))*\))*,\s*(?![\"']\w*[\"']\s*[,)])")
"""A ``getattr`` whose second argument is no more than a string isn't it."""
_LOOKS_AT_RESULTS = frozenset({"isawaitable", "iscoroutine", "iscoroutinefunction"})
_ANYTHING = ".*"


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A ``getattr`` whose result is called and not awaited; the name fits *pattern*."""

    node: ast.Call
    module: Module
    function: Function | None
    pattern: re.Pattern[str]


def lookups(words: frozenset[str], resolver: Resolver) -> Iterator[Lookup]:
    """Those in the files that mention one of *words* (names of classes and modules): nothing else of theirs is in reach."""
    text = resolver.program.text
    named = {path for word in sorted(words) for path in text.mentioning(word)}
    for path in text.mentioning("getattr"):
        if path in named and path in text.files and _COMPUTED.search(text.files[path]):
            module = resolver.program.module_at(path)
            yield from _lookups_in(module, resolver) if module is not None else ()


def may_find(lookup: Lookup, function: Function, resolver: Resolver) -> bool:
    """Whether the name may be that of *function*, and what it is looked up on may have it."""
    name = function.node.name
    if not lookup.pattern.fullmatch(name) or name.startswith("__") or resolver.members.is_property(function):
        return False
    owners = resolver.answer(lookup.node.args[0], lookup.module).values
    return any(_has(owner, function, resolver) for owner in owners)


def _has(owner: Value, function: Function, resolver: Resolver) -> bool:
    match owner:
        case Instance(cls) | ClassValue(cls):
            return function.owner is not None and _are_related(cls, function.owner, resolver)
        case ModuleValue(module):
            return function.module is module and function.owner is None and not function.is_nested
    return False


def _are_related(cls: Class, owner: Class, resolver: Resolver) -> bool:
    return owner in resolver.hierarchy.order(cls) or cls in resolver.hierarchy.order(owner)


def _lookups_in(module: Module, resolver: Resolver) -> Iterator[Lookup]:
    for node in module.mentions.get("getattr", ()):
        match module.parents.get(node):
            case ast.Call(func=func, args=[_, name, *_]) as call if func is node and not isinstance(name, ast.Constant):
                pattern = _pattern(name)
                _, around = surroundings(call, module, resolver)
                if _is_called(call, module, around, pattern):
                    yield Lookup(call, module, around, re.compile(pattern, re.DOTALL))


def _pattern(name: ast.expr) -> str:
    """``f"do_{action}"`` → ``do_.*``"""
    match name:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(_ANYTHING if isinstance(part, ast.FormattedValue) else _pattern(part) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _pattern(left) + _pattern(right)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return _ANYTHING.join(map(re.escape, re.split(r"%\w", text)))
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return _ANYTHING.join(map(re.escape, re.split(r"\{[^}]*\}", text)))
    return _ANYTHING


def _is_called(lookup: ast.Call, module: Module, function: Function | None, pattern: str) -> bool:
    """Whether what is found is called without an await, at once or by the local name that it gets.

    What goes elsewhere may be no function at all, but for a name of which a part is known.
    """
    own = list(ast.walk(function.node)) if function is not None else []
    if any(_is_named(node, _LOOKS_AT_RESULTS) for node in own):
        return False
    parent = module.parents.get(lookup)
    match parent:
        case ast.Call(func=func) if func is lookup:
            return not isinstance(module.parents.get(parent), ast.Await)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.NamedExpr(target=ast.Name(id=name)):
            calls = [node for node in own if isinstance(node, ast.Call) and _is_named(node.func, {name})]
            if calls:
                return any(not isinstance(module.parents.get(call), ast.Await) for call in calls)
    return pattern != _ANYTHING


def _is_named(node: ast.AST, names: frozenset[str] | set[str]) -> bool:
    return (isinstance(node, ast.Name) and node.id in names) or (isinstance(node, ast.Attribute) and node.attr in names)
