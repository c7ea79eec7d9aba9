"""What calls a function because of how it is named and where it stands: nothing in the program hands it over.

``[run]`` stands where it was tried with the version named.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from awaitify.index.summary import Function


@dataclass(frozen=True, slots=True)
class Convention:
    """Functions by their names, with what else must hold of them; *label* names the caller, *reason* says how it calls."""

    names: re.Pattern[str]
    holds: Callable[[Function], bool]
    label: str
    reason: str
    may_be_in_a_loop: bool = False
    is_guess: bool = False
    """Whether it holds only for what the program itself never calls."""


def conventions_of(function: Function, is_called: Callable[[Function], bool]) -> Iterator[Convention]:
    """The conventions by which something calls *function* synchronously; *is_called* says whether the program does."""
    for convention in CONVENTIONS:
        if convention.names.fullmatch(function.node.name) and convention.holds(function):
            if not convention.is_guess or not is_called(function):
                yield convention


def _is_module_level(function: Function) -> bool:
    return function.owner is None and not function.is_nested


def _is_method(function: Function) -> bool:
    return function.owner is not None


def _in_tests(function: Function) -> bool:
    """Whether it stands in a file of tests, or in what they share."""
    path = PurePosixPath(function.module.path)
    is_named_so = path.name.startswith(("test_", "conftest")) or path.stem.endswith("_test")
    return not function.is_nested and (is_named_so or not {"test", "tests", "testing"}.isdisjoint(path.parts))


def _is_test_module(function: Function) -> bool:
    return _is_module_level(function) and _in_tests(function)


def _is_test_class(function: Function) -> bool:
    return function.owner is not None and _in_tests(function)


def _is_plugin_hook(function: Function) -> bool:
    """``pytest_configure`` of a module or a plugin's class."""
    return not function.is_nested


def _is_made_by_middleware(function: Function) -> bool:
    """``def middleware(request)`` in ``def timing(get_response)``."""
    around = function.scope.around
    parent = around.node if around is not None else None
    if not isinstance(parent, ast.FunctionDef) or _parameters(parent)[:1] != ["get_response"]:
        return False
    returned = (node.value for node in ast.walk(parent) if isinstance(node, ast.Return))
    return any(isinstance(value, ast.Name) and value.id == function.node.name for value in returned)


def _is_middleware(function: Function) -> bool:
    """A method of a class that is made with ``get_response``."""
    owner = function.owner
    made = owner.functions.get("__init__", ()) if owner is not None else ()
    return any("get_response" in _parameters(constructor.node) for constructor in made)


def _is_wsgi(function: Function) -> bool:
    return _parameters(function.node)[-2:] == ["environ", "start_response"]


def _takes_event_and_context(function: Function) -> bool:
    """``def handler(event, context)``: its name stands in a template that isn't Python."""
    match _parameters(function.node):
        case [event, context]:
            is_event, is_context = event.strip("_") in ("event", ""), context.strip("_") in ("context", "ctx", "")
            return _is_module_level(function) and is_event and is_context
    return False


def _is_migration(function: Function) -> bool:
    return _is_module_level(function) and "alembic" in function.module.text and not _parameters(function.node)


def _configures_gunicorn(function: Function) -> bool:
    name = PurePosixPath(function.module.path).name
    return _is_module_level(function) and name in ("gunicorn.conf.py", "gunicorn_conf.py", "gunicorn_config.py")


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[str]:
    return [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]


_re = re.compile
_MIDDLEWARE = "Django calls middleware synchronously, unless it says itself that it is async"
_LAMBDA = "AWS Lambda calls a handler synchronously and can't serialize a coroutine"
_SET_UP = "pytest calls set-up and tear-down functions and doesn't await them"
CONVENTIONS: tuple[Convention, ...] = (
    # https://docs.pytest.org/en/stable/reference/reference.html#hooks [run 9.2]
    Convention(_re(r"pytest_\w+"), _is_plugin_hook, "pytest hook", "pytest calls its hooks synchronously"),
    # https://docs.pytest.org/en/stable/how-to/xunit_setup.html [run 9.2]
    Convention(_re(r"(setup|teardown)_(module|function)"), _is_test_module, "pytest set-up", _SET_UP),
    Convention(_re(r"(setup|teardown)_(class|method)"), _is_test_class, "pytest set-up", _SET_UP),
    # https://docs.djangoproject.com/en/5.2/topics/http/middleware/#asynchronous-support [run 5.2, 6.1]
    Convention(_re(r"\w+"), _is_made_by_middleware, "Django middleware", _MIDDLEWARE),
    Convention(
        _re(r"__call__|process_(request|response|view|exception|template_response)"),
        _is_middleware,
        "Django middleware",
        _MIDDLEWARE,
    ),
    # https://docs.python.org/3/library/enum.html#supported-sunder-names
    Convention(
        _re(r"_(missing|generate_next_value|ignore)_"),
        _is_method,
        "Enum",
        "Enum calls it and takes what it gives",
        True,
    ),
    # https://peps.python.org/pep-3333/
    Convention(_re(r"\w+"), _is_wsgi, "WSGI", "a WSGI server calls it synchronously and sends out what it gives"),
    # https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
    Convention(_re(r"(\w+_)?handler"), _takes_event_and_context, "AWS Lambda", _LAMBDA),
    Convention(_re(r"(?!(\w+_)?handler$)\w+"), _takes_event_and_context, "AWS Lambda", _LAMBDA, is_guess=True),
    # https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script
    Convention(_re(r"(up|down)grade"), _is_migration, "Alembic", "Alembic calls a migration synchronously"),
    # https://docs.gunicorn.org/en/stable/settings.html#server-hooks
    Convention(
        _re(
            r"on_(starting|reload|exit)|when_ready|(pre|post)_(fork|exec|request)|post_worker_init|child_exit|worker_\w+"
            r"|nworkers_changed|ssl_context"
        ),
        _configures_gunicorn,
        "gunicorn hook",
        "gunicorn calls its hooks synchronously",
    ),
)
