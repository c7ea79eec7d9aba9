"""What does a string name, where something takes it for a name: ``getattr(client, "fetch")``, ``patch("shop.api.fetch")``?"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from awaitify.index.references import Mention
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Module
from awaitify.index.values import NOTHING, ClassValue, FunctionValue, Values, over

_TAKES_A_NAME = frozenset(
    {
        "builtins.getattr",
        "builtins.setattr",
        "builtins.delattr",
        "operator.methodcaller",
        "operator.attrgetter",
    }
)
Constructing = Callable[[Values], Values]
_METHODS_THAT_TAKE_A_NAME = frozenset({"setattr", "delattr", "object", "patch_object"})


def named_by(mention: Mention, name: str, resolver: Resolver, constructing: Constructing) -> Values | None:
    """What the string at *mention*, which ends with *name*, names; nothing where that isn't known, None where it is no name.

    *constructing* gives the constructor for a class that is named.
    """
    assert isinstance(mention.node, ast.Constant)
    module = mention.module
    call = module.parents.get(mention.node)
    if isinstance(call, ast.Subscript) and _is_namespace(call.value):
        return NOTHING
    if isinstance(call, ast.Call) and _looks_up_blindly(call, mention, resolver):
        return NOTHING
    text = str(mention.node.value).replace(":", ".")
    if "." in text:  # also in a setting: MIDDLEWARE = ["shop.timing.middleware"]
        found = constructing(_dotted_path(text, resolver))
        return found if any(isinstance(value, FunctionValue) for value in found) else None
    if not isinstance(call, ast.Call):
        return _kept(name, module, resolver, constructing)
    if len(call.args) < 2 or call.args[1] is not mention.node or not _takes_a_name(call, module, resolver):
        return None
    owners = resolver.answer(call.args[0], module).values
    return constructing(frozenset(v for owner in owners for v in resolver.members.attribute(owner, name)))


def strings_naming(cls: Class, resolver: Resolver) -> Iterator[tuple[ast.Constant, Module]]:
    """Where a setting names the class by its dotted path: ``BACKENDS = ["shop.auth.Backend"]``; a mock's target is none."""
    for module in resolver.program.mentioning(cls.node.name):
        for node in module.mentions.get(cls.node.name, ()):
            if isinstance(node, ast.Constant) and not _is_of_a_mock(node, module):
                text = str(node.value).replace(":", ".")
                values = _dotted_path(text, resolver) if "." in text else NOTHING
                if any(isinstance(value, ClassValue) and value.cls is cls for value in values):
                    yield node, module


def _is_of_a_mock(node: ast.Constant, module: Module) -> bool:
    call = module.parents.get(node)
    return isinstance(call, ast.Call) and "patch" in ast.unparse(call.func)


def _kept(name: str, module: Module, resolver: Resolver, constructing: Constructing) -> Values | None:
    """``for name in ["fetch"]: getattr(client, name)()``: a string that may come to a ``getattr`` in its module."""
    found: Values = NOTHING
    for node in module.mentions.get("getattr", ()):
        match module.parents.get(node):
            case ast.Call(func=func, args=[receiver, asked, *_]) if func is node:
                if not isinstance(asked, ast.Constant):
                    owners = resolver.answer(receiver, module).values
                    found |= over(owners, lambda owner: resolver.members.attribute(owner, name))
    return frozenset(value for value in constructing(found) if isinstance(value, FunctionValue)) or None


def _looks_up_blindly(call: ast.Call, mention: Mention, resolver: Resolver) -> bool:
    """``operator.methodcaller("fetch")``: of which object, is seen only later."""
    names = ("operator.methodcaller", "operator.attrgetter")
    return call.args[:1] == [mention.node] and resolver.dotted(call.func, mention.module) in names


def _takes_a_name(call: ast.Call, module: Module, resolver: Resolver) -> bool:
    if resolver.dotted(call.func, module) in _TAKES_A_NAME:
        return True
    return isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS_THAT_TAKE_A_NAME


def _dotted_path(text: str, resolver: Resolver) -> Values:
    """What ``shop.clients.Client.fetch`` names."""
    parts = text.split(".")
    for split in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:split])
        if resolver.program.has_package(module):
            values = resolver.bindings.member_of_module(module, parts[split])
            for part in parts[split + 1 :]:
                values = frozenset(v for owner in values for v in resolver.members.attribute(owner, part))
            return values
    return NOTHING


def _is_namespace(node: ast.expr) -> bool:
    """``globals()``, ``vars(shop)``, ``shop.__dict__``"""
    match node:
        case ast.Call(func=ast.Name(id="globals" | "locals" | "vars")) | ast.Attribute(attr="__dict__"):
            return True
    return False
