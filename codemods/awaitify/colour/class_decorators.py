"""What does a decorator of a class do with the methods of the class?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from awaitify.colour.contracts import contracts_of
from awaitify.colour.decorators import HandsBack, decorators_of
from awaitify.colour.given_function import uses_of_given
from awaitify.colour.registered import METHOD_DECORATOR, decorates_methods, decorator_row
from awaitify.colour.treatments import Treatment
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function

_LEAVES_METHODS = re.compile(
    r"(dataclasses|attr|attrs|enum|typing|typing_extensions|functools|unittest|pytest|pydantic|warnings)\..*"
    # each gives back the class, and wraps nothing in it: [run 5.2]
    r"|django\.contrib\.admin\.(\w+\.)*register|django\.utils\.deconstruct\.deconstructible"
    r"|django\.test\.(\w+\.)*(override_settings|modify_settings|tag)|django\.utils\.encoding\.\w+"
    r"|zope\.interface\.(\w+\.)*implementer|marshmallow_dataclass\.\w+|dataclasses_json\.\w+|total_ordering"
)
_PASSES_COROUTINES_ON = re.compile(r"django\.views\.decorators\.csrf\.csrf_exempt")
"""What hands on whatever dispatch gives, and doesn't touch it."""
_NAMES = frozenset({"__name__", "__qualname__", "__module__", "__doc__"})


def by_class_decorators(function: Function, resolver: Resolver) -> Iterator[tuple[str, str]]:
    """Why the decorators of its class may not suit the method once that is async."""
    cls = function.owner
    assert cls is not None
    for decorator in cls.node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = resolver.dotted(target, cls.module)
        if name == METHOD_DECORATOR and isinstance(decorator, ast.Call):
            why = _why_not_by_method_decorator(decorator, function, cls, resolver)
        else:
            why = "" if _LEAVES_METHODS.fullmatch(name) else _why_not_read(decorator, cls, resolver)
        if why:
            yield "AW210", f"@{ast.unparse(target)} of {cls.name} {why}"


def _why_not_by_method_decorator(decorator: ast.Call, function: Function, cls: Class, resolver: Resolver) -> str:
    """``@method_decorator(never_cache, name="get")``: ``dispatch`` hands on what the handlers give."""
    named = next((k.value for k in decorator.keywords if k.arg == "name"), None)
    if not isinstance(named, ast.Constant):
        return "may wrap its methods"
    if named.value not in (function.node.name, "dispatch"):
        return ""
    for given in decorates_methods(decorator, cls.module, resolver):
        text = ast.unparse(given)
        row = decorator_row(given, cls.module, resolver)
        if named.value == "dispatch":
            if not any(contract.treatment is Treatment.HANDLER for contract in contracts_of(function, resolver)):
                continue
            target = given.func if isinstance(given, ast.Call) else given
            if not _PASSES_COROUTINES_ON.fullmatch(resolver.dotted(target, cls.module)):
                return f"puts {text} around dispatch, which isn't async and would give it a coroutine"
        elif row is None or row.treatment is not Treatment.TRANSPARENT:
            return f"puts {text} around it, and that isn't known to handle coroutine functions"
    return ""


def _why_not_read(decorator: ast.expr, cls: Class, resolver: Resolver) -> str:
    """Why one that may be the project's isn't seen to give the class back as it is; empty where it is."""
    shape = decorators_of(resolver).shape_in(decorator, cls.scope.parent or cls.scope)
    if not isinstance(shape, HandsBack):
        return "may wrap its methods"
    taker = shape.taker
    for use in uses_of_given(shape.parameter, taker, resolver):
        match taker.module.parents[use.node]:
            case ast.Return():
                pass
            case ast.Attribute(attr=attr, ctx=ast.Load()) if attr in _NAMES:
                pass
            case ast.Attribute(attr=attr, ctx=ast.Store()) if attr not in cls.functions:
                pass
            case _:
                return f"may wrap or keep its methods: {taker.module.lines[use.node.lineno - 1].strip()}"
    return ""
