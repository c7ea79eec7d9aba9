"""Where a function is handed to a framework: ``app.add_api_route("/x", f)``, ``path("x", view)``, ``signal.connect(f)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.colour.action import Ending, Handling, Refused, left
from awaitify.colour.contracts import mentions_any
from awaitify.colour.framework_rows import DECORATORS
from awaitify.colour.registration_rows import REGISTRATIONS
from awaitify.colour.treatments import Row, Treatment
from awaitify.index.references import Mention, Use
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module
from awaitify.index.values import ClassValue, Foreign, Instance, Value

REGISTERING = (Treatment.HANDLER, Treatment.LOOP_EACH, Treatment.COMMAND, Treatment.TASK)
"""What can be done by somebody who keeps a function and calls it later."""
METHOD_DECORATOR = "django.utils.decorators.method_decorator"
_CODES = {Treatment.TASK: "AW302", Treatment.COMMAND: "AW303"}


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """A call that hands a function to a framework, and the row that says what becomes of the function."""

    row: Row
    call: ast.Call
    """The call that names the path, where one does."""

    @property
    def label(self) -> str:
        """What calls the function, for a person: ``GET /cities``, ``dependency``."""
        return self.row.label or route_of(self.call)


def registration(mention: Mention, resolver: Resolver) -> Registration | None:
    """The registration in which the mentioned function is handed over; None where it is anything else."""
    if mention.use is not Use.PASSED:
        return None
    node, module = _through_decorators(mention.node, mention.module, resolver), mention.module
    if _overrides_dependency(node, module):
        return Registration(_OVERRIDE, ast.Call(ast.Name("override"), [], []))
    if _is_error_view(node, module):
        return Registration(_ERROR_VIEW, ast.Call(ast.Name("handler"), [], []))
    place = _argument(node, module)
    if place is None:
        return None
    call, argument = place
    if (
        argument == 0
        and (row := decorator_row(call.func, module, resolver)) is not None
        and row.treatment in REGISTERING
    ):
        return Registration(row, call.func if isinstance(call.func, ast.Call) else call)
    names = called_names(call.func, module, resolver)
    found = (row for row in REGISTRATIONS if argument in row.takes and _holds(row, names, resolver))
    return next((Registration(row, call) for row in found), None)


def handle_registered(mention: Mention, resolver: Resolver) -> Handling | Refused | None:
    """What is done where a function is handed to a framework; None where it isn't."""
    found = registration(mention, resolver)
    if found is None:
        return None
    row = found.row
    if row.treatment in (Treatment.HANDLER, Treatment.LOOP_EACH):
        return left(Ending.FORWARDED, "passed to something that awaits it")
    if (code := _CODES.get(row.treatment)) is not None:
        return Refused(code, row.reason or "it is called as a command")
    return None


def decorator_row(decorator: ast.expr, module: Module, resolver: Resolver) -> Row | None:
    """The row for a decorator, called or not, as it is written in *module*."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    names = called_names(target, module, resolver)
    return next((row for row in DECORATORS if _holds(row, names, resolver)), None)


def decorates_methods(decorator: ast.expr, module: Module, resolver: Resolver) -> list[ast.expr]:
    """The decorators that ``@method_decorator(never_cache)`` puts on a method; nothing for any other decorator.

    https://docs.djangoproject.com/en/5.2/topics/class-based-views/intro/#decorating-the-class [run 5.2, 6.1]
    """
    match decorator:
        case ast.Call(func=func, args=[ast.List(elts=several) | ast.Tuple(elts=several), *_]):
            found = list(several)
        case ast.Call(func=func, args=[one, *_]):
            found = [one]
        case _:
            return []
    return found if resolver.dotted(func, module) == METHOD_DECORATOR else []


def route_of(call: ast.expr) -> str:
    """``GET /weather/{city}``, as far as the call that registers a route says it."""
    if not isinstance(call, ast.Call):
        return "handler"
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "handler")
    verb = name.removeprefix("add_")
    texts = [a.value for a in call.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not texts:
        return verb
    if verb in ("route", "Route", "api_route", "url_rule", "path", "re_path", "url"):
        return " ".join(texts) if len(texts) == 2 and texts[0].isupper() else f"route {texts[0] or '/'}"
    return f"{verb.upper()} {texts[0]}"


def called_names(node: ast.expr, module: Module, resolver: Resolver) -> tuple[frozenset[str], ...]:
    """For each thing that *node* can be, the dotted names under which it is known; attributes of what is known are named
    too: ``app.router.add_get`` is ``aiohttp.web.Application.router.add_get``."""
    found = tuple(frozenset(_names_of(value, resolver)) for value in resolver.answer(node, module).values)
    if not any(found) and isinstance(node, ast.Attribute):
        above = called_names(node.value, module, resolver)
        return tuple(frozenset(f"{name}.{node.attr}" for name in names) for names in above)
    return found


def _names_of(value: Value, resolver: Resolver) -> Iterator[str]:
    match value:
        case Foreign(name):
            yield name
        case Instance(cls) | ClassValue(cls):
            yield from (base for base in resolver.hierarchy.foreign_bases(cls) if base != "?")


def _holds(row: Row, names: tuple[frozenset[str], ...], resolver: Resolver) -> bool:
    """Whether the row speaks of everything that it can be."""
    if not names or not all(any(map(row.names.fullmatch, some)) for some in names):
        return False
    return not row.words or mentions_any(row.words, resolver)


def _through_decorators(node: ast.expr, module: Module, resolver: Resolver) -> ast.expr:
    """``path("x", login_required(view))``: what is handed on is the outermost call."""
    parent = module.parents.get(node)
    while isinstance(parent, ast.Call) and parent.args == [node]:
        row = decorator_row(parent.func, module, resolver)
        if row is None or row.treatment is not Treatment.TRANSPARENT:
            break
        node, parent = parent, module.parents.get(parent)
    return node


def _argument(node: ast.expr, module: Module) -> tuple[ast.Call, int | str] | None:
    """The call that is given *node*, alone or in a list or dict, and as which argument."""
    child: ast.AST = node
    parent = module.parents.get(node)
    while isinstance(parent, ast.List | ast.Tuple | ast.Set) or isinstance(parent, ast.Dict) and child in parent.values:
        child, parent = parent, module.parents.get(parent)
    match parent:
        case ast.Call(args=args) if child in args:
            before = args[: args.index(child)]
            return None if any(isinstance(a, ast.Starred) for a in before) else (parent, len(before))
        case ast.keyword(arg=str(name)):
            call = module.parents.get(parent)
            return (call, name) if isinstance(call, ast.Call) else None
    return None


_ERROR_VIEW = Row(
    re.compile(r"handler(400|403|404|500)"),
    Treatment.TASK,
    "Django error view",
    reason="Django calls its error views synchronously",
)
"""https://docs.djangoproject.com/en/5.2/topics/http/views/#customizing-error-views [run 5.2, 6.1]"""


def _is_error_view(node: ast.expr, module: Module) -> bool:
    """``handler404 = missing`` in a urlconf."""
    match module.parents.get(node):
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return value is node and bool(_ERROR_VIEW.names.fullmatch(name)) and "urlpatterns" in module.scope.bindings
    return False


_OVERRIDE = next(row for row in REGISTRATIONS if row.label == "dependency")


def _overrides_dependency(node: ast.expr, module: Module) -> bool:
    """``app.dependency_overrides[get_client] = fake_client``: FastAPI takes the one for the other, whatever their colours.

    https://fastapi.tiangolo.com/advanced/testing-dependencies/
    """
    parent = module.parents.get(node)
    match parent:
        case ast.Subscript(value=ast.Attribute(attr="dependency_overrides")):
            return True
        case ast.Assign(targets=[ast.Subscript(value=ast.Attribute(attr="dependency_overrides"))], value=value):
            return value is node
        case ast.Dict():
            match module.parents.get(parent):
                case ast.Assign(targets=[ast.Attribute(attr="dependency_overrides")]):
                    return True
                case ast.Call(func=ast.Attribute(attr="update", value=ast.Attribute(attr="dependency_overrides"))):
                    return True
    return False
