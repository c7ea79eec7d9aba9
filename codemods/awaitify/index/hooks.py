"""What does a class ask of its own objects that it doesn't define: a method that classes below it are to supply?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum

from awaitify.index.summary import Class, Function, FunctionNode

_NEVER_CALLING = frozenset(
    "__repr__ __str__ __eq__ __hash__ __dir__ __getattr__ __getattribute__ __setattr__ __delattr__ __getstate__"
    " __setstate__ __reduce__ __reduce_ex__ __copy__ __deepcopy__ __contains__ __iter__ __getitem__".split()
)
"""Special methods that look attributes up to read them: a call through them is somebody else's call."""


class Hook(Enum):
    """How a class reaches for a method of its own objects."""

    CALLED = "calls it without awaiting it"
    BY_NAME = "looks methods up by their names"
    AWAITED = "awaits it"


def hook_of(cls: Class, name: str) -> Hook | None:
    """How the methods of *cls* reach for ``self.NAME``; None when they never do. The call that isn't awaited goes first."""
    found = set(_by_attribute(cls, name)) | set(_by_string(cls, name)) | set(_by_lookup(cls, name))
    return next((hook for hook in Hook if hook in found), None)


def has_attributes_of_any_name(cls: Class) -> bool:
    """Whether objects of the class may have attributes that it doesn't name: ``__getattr__``, ``setattr(self, name, …)``."""
    if "__getattr__" in cls.functions or "__getattribute__" in cls.functions:
        return True
    return any(_sets_by_name(node, cls) for name in ("setattr", "__dict__") for node in _mentions_deep(cls, name))


def _sets_by_name(node: ast.AST, cls: Class) -> bool:
    parents = cls.module.parents
    function = _method_around(node, cls)
    if function is None or function.node.name in _NEVER_CALLING:
        return False
    match node, parents.get(node):
        case ast.Name(), ast.Call(func=called, args=[receiver, name, *_]) if called is node:
            return _is_own(receiver, cls) and not isinstance(name, ast.Constant)
        case ast.Attribute(value=receiver, ctx=ast.Store()), _:
            return _is_own(receiver, cls)
        case ast.Attribute(value=receiver), ast.Attribute(attr="update"):
            return _is_own(receiver, cls)
        case ast.Attribute(value=receiver), ast.Subscript(ctx=ast.Store()):
            return _is_own(receiver, cls)
    return False


def _mentions_deep(cls: Class, name: str) -> Iterator[ast.AST]:
    """The mentions in the class, those in nested classes included."""
    first, last = cls.node.lineno, cls.node.end_lineno or cls.node.lineno
    return (node for node in cls.module.mentions.get(name, ()) if first <= getattr(node, "lineno", 0) <= last)


def _by_attribute(cls: Class, name: str) -> Iterator[Hook]:
    """``self.fetch()``, ``await self.fetch()``, ``register(self.fetch)``"""
    parents = cls.module.parents
    for node in _mentions(cls, name):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and _is_own(node.value, cls):
            around = parents.get(node)
            if not isinstance(around, ast.Call) or around.func is not node:
                yield Hook.BY_NAME
            else:
                yield Hook.AWAITED if isinstance(parents.get(around), ast.Await) else Hook.CALLED


def _by_string(cls: Class, name: str) -> Iterator[Hook]:
    """``methods = ["get", "post"]`` and ``getattr(handler, "get")``; a key or an ordinary argument names something else."""
    for node in _mentions(cls, name):
        if isinstance(node, ast.Constant) and node.value == name:
            around = cls.module.parents.get(node)
            if isinstance(around, ast.List | ast.Tuple | ast.Set) or _is_lookup(around):
                yield Hook.BY_NAME


def _by_lookup(cls: Class, name: str) -> Iterator[Hook]:
    """``getattr(self, "do_" + command)()``"""
    for node in cls.module.mentions.get("getattr", ()):
        call = cls.module.parents.get(node)
        function = _method_around(node, cls)
        if isinstance(call, ast.Call) and call.func is node and function is not None and len(call.args) > 1:
            if _is_own(call.args[0], cls) and function.node.name not in _NEVER_CALLING:
                if _may_name(call.args[1], name, function) and _is_used_as_function(call, function):
                    yield Hook.BY_NAME


def _mentions(cls: Class, name: str) -> Iterator[ast.AST]:
    return (node for node in cls.module.mentions.get(name, ()) if _is_inside(node, cls))


def _is_inside(node: ast.AST, cls: Class) -> bool:
    parents = cls.module.parents
    current = parents.get(node)
    while current is not None and not isinstance(current, ast.ClassDef):
        current = parents.get(current)
    return current is cls.node


def _method_around(node: ast.AST, cls: Class) -> Function | None:
    """The method of *cls* in which *node* stands."""
    parents = cls.module.parents
    current: ast.AST | None = node
    while current is not None and parents.get(current) is not cls.node:
        current = parents.get(current)
    methods = (function for functions in cls.functions.values() for function in functions)
    return next((function for function in methods if function.node is current), None)


def _is_own(node: ast.expr, cls: Class) -> bool:
    """Whether *node* is ``self``, whatever the method calls it, or its class."""
    match node:
        case ast.Name(id=name):
            function = _method_around(node, cls)
            arguments = [*function.node.args.posonlyargs, *function.node.args.args] if function else []
            return bool(arguments) and arguments[0].arg == name
        case ast.Call(func=ast.Name(id="type"), args=[inner]) | ast.Attribute(value=inner, attr="__class__"):
            return _is_own(inner, cls)
    return False


def _is_lookup(node: ast.AST | None) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="getattr" | "hasattr" | "methodcaller") | ast.Attribute(attr="methodcaller")):
            return True
    return False


def _may_name(node: ast.expr, name: str, function: Function, depth: int = 0) -> bool:
    """Whether the string that *node* gives can be *name*, as far as its beginning is written there."""
    match node:
        case ast.Constant(value=text):
            return text == name
        case ast.BinOp(op=ast.Add(), left=ast.Constant(value=str(text))):
            return name.startswith(text)
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text))):
            return name.startswith(text.partition("%")[0])
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return name.startswith(text.partition("{")[0])
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return name.startswith(text)
        case ast.Name(id=variable) if depth < 3:
            given = _given(variable, function)
            return not given or any(_may_name(value, name, function, depth + 1) for value in given)
    return True


def _given(variable: str, function: Function) -> list[ast.expr]:
    """The expressions that a local variable can be; nothing when it gets a value in any way that isn't plain."""
    found: list[ast.expr] = []
    bound = plain = 0
    for node in ast.walk(function.node):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) if name == variable:
                bound += 1
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == variable:
                found.append(value)
                plain += 1
            case ast.For(target=ast.Name(id=name), iter=ast.Tuple(elts=values) | ast.List(elts=values)):
                if name == variable:
                    found += values
                    plain += 1
    return found if bound == plain else []


def _is_used_as_function(call: ast.Call, function: Function) -> bool:
    """Whether what was looked up is called, handed on or returned, at once or through a local name."""
    if _is_handed_on(call, function):
        return True
    around = function.module.parents.get(call)
    match around:
        case ast.Assign(targets=[ast.Name(id=variable)]) | ast.NamedExpr(target=ast.Name(id=variable)):
            loads = (n for n in ast.walk(function.node) if isinstance(n, ast.Name) and n.id == variable)
            return any(isinstance(n.ctx, ast.Load) and _is_handed_on(n, function) for n in loads)
    return False


def _is_handed_on(node: ast.AST, function: Function) -> bool:
    around = function.module.parents.get(node)
    if isinstance(around, ast.Call):
        is_checked = isinstance(around.func, ast.Name) and around.func.id in ("callable", "isinstance", "str", "repr")
        return around.func is node or not is_checked
    return isinstance(around, ast.Return | ast.Yield | ast.Await | ast.keyword | ast.Starred | FunctionNode)
