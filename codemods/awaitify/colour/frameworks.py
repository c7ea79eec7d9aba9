"""What the decorators and callers of known libraries do with a coroutine function."""

from __future__ import annotations

import ast
import re
from enum import Enum, auto

from awaitify.index.fixtures import is_fixture, is_test
from awaitify.index.references import Mention
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.index.values import FunctionValue


class Treatment(Enum):
    """What a decorator does with the function it is given."""

    TRANSPARENT = auto()
    """It handles coroutine functions, or doesn't call the function at all."""
    HANDLER = auto()
    """A framework registers it and awaits it."""
    COMMAND = auto()
    """A command line calls it synchronously, once a process."""
    TASK = auto()
    """A worker calls it synchronously."""
    PROPERTY = auto()
    CACHE = auto()
    CONTEXT_MANAGER = auto()
    UNKNOWN = auto()


_ROUTES = "get|post|put|patch|delete|head|options|trace|route|api_route|websocket|websocket_route|exception_handler|middleware|on_event"
_TABLE: tuple[tuple[str, Treatment], ...] = (
    (r"builtins\.(staticmethod|classmethod)", Treatment.TRANSPARENT),
    (r"builtins\.property|property\.setter|abc\.abstractproperty|functools\.cached_property", Treatment.PROPERTY),
    (r"functools\.(lru_cache|cache)|cachetools\..*", Treatment.CACHE),
    (r"contextlib\.contextmanager", Treatment.CONTEXT_MANAGER),
    (r"contextlib\.asynccontextmanager", Treatment.TRANSPARENT),
    (r"abc\.abstract\w+", Treatment.TRANSPARENT),
    (r"typing(_extensions)?\.(override|final|overload|no_type_check|deprecated)", Treatment.TRANSPARENT),
    (r"warnings\.deprecated", Treatment.TRANSPARENT),
    (r"functools\.wraps", Treatment.TRANSPARENT),
    (r"pytest\.(fixture|mark\..*)|pytest_asyncio\.fixture", Treatment.TRANSPARENT),
    (r"unittest\.mock\.patch(\.object|\.dict)?|mock\.patch(\.object|\.dict)?", Treatment.TRANSPARENT),
    (r"tenacity\.retry", Treatment.TRANSPARENT),
    (rf"(fastapi|starlette)\.(\w+\.)*(FastAPI|APIRouter|Starlette|Router)\.({_ROUTES})", Treatment.HANDLER),
    (rf"(aiohttp\.web|quart)\.(\w+\.)*(RouteTableDef|Quart|Blueprint)\.({_ROUTES})", Treatment.HANDLER),
    (r"typer\.(\w+\.)*Typer\.(command|callback)", Treatment.COMMAND),
    (r"click\.(\w+\.)*(command|group)|click\.(\w+\.)*Group\.(command|group)", Treatment.COMMAND),
    (r"click\.(\w+\.)*(option|argument|version_option|help_option|pass_\w+|password_option)", Treatment.TRANSPARENT),
    (r"celery\.(\w+\.)*(shared_task|Celery\.task|Task)", Treatment.TASK),
    (r"(rq\.decorators\.job|dramatiq\.actor|huey\.\w+\.task|django\.dispatch\.receiver)", Treatment.TASK),
)
_KNOWN = tuple((re.compile(pattern), treatment) for pattern, treatment in _TABLE)

_AWAITS_ITS_ARGUMENT = frozenset(
    {"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "fastapi.param_functions.Depends"}
)
_ASYNC_MOCKING = re.compile(r"(unittest\.mock|mock)\.patch\.object")


def treatment(decorator: ast.expr, function: Function, resolver: Resolver) -> Treatment:
    """What *decorator* does with *function*."""
    name = resolver.decorator_name(decorator, function)
    for pattern, found in _KNOWN:
        if pattern.fullmatch(name):
            return found
    return Treatment.COMMAND if _is_command_of_group(decorator, function, resolver) else Treatment.UNKNOWN


def _is_command_of_group(decorator: ast.expr, function: Function, resolver: Resolver) -> bool:
    """``@cli.command()`` where ``cli`` is a function that ``@click.group()`` made a group."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(target, ast.Attribute) or target.attr not in ("command", "group"):
        return False
    values = resolver.evaluate(target.value, function.scope.parent or function.scope)
    groups = [v.function for v in values if isinstance(v, FunctionValue)]
    return any(
        re.fullmatch(r"click\.(\w+\.)*group", resolver.decorator_name(d, group))
        for group in groups
        for d in group.node.decorator_list
    )


def entry_label(function: Function, resolver: Resolver) -> str:
    """What calls the function from outside: ``GET /weather/{city}``, ``test``, ``fixture``; empty for none."""
    if is_test(function):
        return "test"
    if function.node.decorator_list and is_fixture(resolver, function):
        return "fixture"
    for decorator in function.node.decorator_list:
        if treatment(decorator, function, resolver) is Treatment.HANDLER:
            return _route(decorator)
    return ""


def _route(decorator: ast.expr) -> str:
    if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
        path = decorator.args[0] if decorator.args else None
        if isinstance(path, ast.Constant) and isinstance(path.value, str):
            return f"{decorator.func.attr.upper()} {path.value}"
        return decorator.func.attr
    return "handler"


def awaits_what_it_is_given(mention: Mention, resolver: Resolver) -> bool:
    """Whether the function is passed to something that awaits coroutine functions: ``Depends(get_client)``."""
    call = mention.module.parents.get(mention.node)
    return isinstance(call, ast.Call) and resolver.dotted(call.func, mention.module) in _AWAITS_ITS_ARGUMENT


def mocks_by_colour(mention: Mention, resolver: Resolver) -> bool:
    """``patch.object(C, "fetch")`` makes an AsyncMock by itself when the attribute is a coroutine function."""
    call = mention.module.parents.get(mention.node)
    if (
        not isinstance(call, ast.Call)
        or len(call.args) > 2
        or any(k.arg in ("new", "new_callable") for k in call.keywords)
    ):
        return False
    return bool(_ASYNC_MOCKING.fullmatch(resolver.dotted(call.func, mention.module)))
