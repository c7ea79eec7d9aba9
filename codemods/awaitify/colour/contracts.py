"""What classes of frameworks and of Python's own library do with the methods of the classes below them.

Python's library, and the frameworks where the environment has them, are read as text as well: a method that such a class
defines or calls is known without a row. The rows are for what is looked up by name, for what is awaited, and for frameworks
that can't be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.colour.treatments import FROM_A_THREAD, UNDER_WSGI, Base, Treatment
from awaitify.colour.treatments import names_in as _in
from awaitify.index.builtin import BASES_WITHOUT_MEMBERS
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function

_VERBS = "get|post|put|patch|delete|head|options|trace"


def _methods(**patterns: str) -> tuple[tuple[re.Pattern[str], Treatment], ...]:
    """``_methods(sync="run|stop", awaits="on_.*")``"""
    kinds = {
        "sync": Treatment.TASK,
        "awaits": Treatment.HANDLER,
        "loop_each": Treatment.LOOP_EACH,
        "command": Treatment.COMMAND,
    }
    return tuple((re.compile(pattern), kinds[kind]) for kind, pattern in patterns.items())


BASES: tuple[Base, ...] = (
    # https://www.starlette.io/endpoints/, https://www.starlette.io/middleware/#basehttpmiddleware
    Base(_in("starlette|fastapi", "HTTPEndpoint"), "Starlette", _methods(awaits=_VERBS), note=FROM_A_THREAD),
    Base(_in("starlette|fastapi", "WebSocketEndpoint"), "Starlette", _methods(awaits=r"on_\w+")),
    Base(_in("starlette|fastapi", "BaseHTTPMiddleware"), "Starlette", _methods(awaits="dispatch")),
    # https://docs.djangoproject.com/en/5.2/topics/async/#async-views: a class's handlers must be of one colour [run 5.2]
    Base(
        _in(r"django\.views", "View"),
        "Django",
        _methods(awaits=_VERBS, sync="dispatch|setup|as_view|http_method_not_allowed|view_is_async"),
        together=re.compile(_VERBS),
        note=UNDER_WSGI,
    ),
    # django/contrib/auth/mixins.py: dispatch gives a plain redirect where the view should give an awaitable [run 5.2, 6.1]
    Base(
        _in(r"django\.contrib\.auth", "(Access|LoginRequired|PermissionRequired|UserPassesTest)Mixin"),
        "Django",
        _methods(sync=_VERBS),
        is_whole=False,
        reason="Django's mixins for access answer an async view with a redirect that can't be awaited",
    ),
    Base(
        _in(r"django\.(views|contrib)", r"\w+(View|Mixin)"),
        "Django",
        _methods(awaits=_VERBS, sync="dispatch|setup|as_view"),
        is_whole=False,
        together=re.compile(_VERBS),
        note=UNDER_WSGI,
    ),
    # https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/: handle is called once a process [run 5.2]
    Base(
        _in(r"django\.core\.management", r"\w*Command"),
        "Django",
        _methods(
            command="handle",
            sync="add_arguments|execute|create_parser|run_from_argv|check|check_migrations|print_help|handle_\\w+|get_version",
        ),
    ),
    # https://docs.djangoproject.com/en/5.2/topics/async/#async-safety; models look up only what is their own
    Base(
        _in(r"django\.db", "Model"),
        "Django",
        _methods(
            sync=r"save|save_base|delete|clean|clean_fields|full_clean|validate_\w+|refresh_from_db|get_absolute_url"
            r"|natural_key|from_db|check|get_\w+_display|prepare_database_save|serializable_value|get_deferred_fields"
        ),
    ),
    Base(
        _in("django", "MiddlewareMixin"),
        "Django",
        _methods(sync=r"process_\w+"),
    ),
    Base(_in(r"django\.apps", "AppConfig"), "Django", _methods(sync=r"ready|get_\w+|import_models")),
    Base(
        _in(r"django\.(forms|contrib)", r"\w*Form"),
        "Django",
        _methods(sync=r"clean\w*|is_valid|full_clean|save\w*|has_changed|as_\w+|add_\w+|get_\w+"),
        is_whole=False,
    ),
    # https://docs.djangoproject.com/en/5.2/topics/testing/tools/#async-tests: async tests run, set-up doesn't
    Base(
        _in(r"django\.test", r"\w+TestCase"),
        "Django",
        _methods(awaits=r"test\w*", sync=r"setUp\w*|tearDown\w*|run|debug|_\w*|assert\w*|addCleanup|doCleanups"),
    ),
    # https://www.django-rest-framework.org/api-guide/: none of its hooks is awaited [run 3.18]
    Base(
        _in("rest_framework", r"\w+"),
        "Django REST framework",
        _methods(
            sync=rf"{_VERBS}|list|create|retrieve|update|partial_update|destroy|perform_\w+|dispatch|initial\w*|get_\w+"
            r"|check_\w+|validate\w*|to_\w+|run_\w+|save|is_valid|has_\w*permission|authenticate\w*|allow_request|wait|throttle_\w+"
            r"|paginate_\w+|filter_queryset|render|parse|handle_exception|permission_denied|finalize_response"
        ),
        is_whole=False,
    ),
    # https://flask.palletsprojects.com/en/stable/async-await/, …/views/ [run 3.1]
    Base(
        _in(r"flask", "MethodView|View"),
        "Flask",
        _methods(loop_each=f"{_VERBS}|dispatch_request", sync="as_view"),
    ),
    Base(
        _in("quart", "MethodView|View"),
        "Quart",
        _methods(awaits=f"{_VERBS}|dispatch_request", sync="as_view"),
        note=FROM_A_THREAD,
    ),
    # https://docs.aiohttp.org/en/stable/web_quickstart.html#class-based-views
    Base(_in("aiohttp", "web|web_urldispatcher", "View"), "aiohttp", _methods(awaits=_VERBS)),
    # https://docs.litestar.dev/2/usage/routing/handlers.html#controllers: its routes are objects, not looked up by name [run 2.25]
    Base(
        _in("litestar", "Controller"),
        "Litestar",
        _methods(awaits="before_request|after_request|after_response", sync="get_route_handlers|as_router"),
    ),
    # https://www.tornadoweb.org/en/stable/guide/coroutines.html
    Base(
        _in("tornado", "RequestHandler"),
        "Tornado",
        _methods(
            awaits=f"{_VERBS}|prepare",
            sync=r"initialize|on_finish|write_error|set_default_headers|get_\w+|on_\w+|log_exception",
        ),
        is_whole=False,
    ),
    # https://click.palletsprojects.com/en/stable/parameters/#how-to-implement-custom-types
    Base(
        _in("click|rich_click", "ParamType|Choice|Path|File|Tuple|(Int|Float)Range|DateTime"),
        "click",
        _methods(sync=r"convert|shell_complete|fail|get_\w+|split_envvar_value|to_info_dict"),
    ),
    Base(
        _in("click|rich_click|typer", r"\w*(Command|Group|Option|Argument|Parameter|Context)"),
        "click",
        _methods(
            sync=r"invoke|main|get_command|list_commands|resolve_command|parse_args|make_\w+|format_\w+|get_\w+|type_cast_value"
            r"|process_value|handle_parse_result|consume_value|full_process_value|shell_complete|add_command|invoke_\w+"
        ),
        is_whole=False,
    ),
    # https://docs.celeryq.dev/en/stable/reference/celery.app.task.html
    Base(
        _in("celery", "Task"),
        "celery.Task",
        _methods(
            sync="run|on_success|on_failure|on_retry|after_return|before_start|update_state|apply\\w*|delay|retry"
        ),
    ),
    # https://docs.pydantic.dev/latest/api/base_model/
    Base(
        _in("pydantic", "BaseModel"),
        "pydantic.BaseModel",
        _methods(sync=r"model_\w+|dict|json|copy"),
    ),
    # https://grpc.io/docs/languages/python/basics/, https://grpc.github.io/grpc/python/grpc_asyncio.html#server-side
    Base(
        re.compile(r"(\w+\.)*\w+_pb2_grpc\.\w+Servicer"),
        "grpc.aio",
        _methods(awaits=r"\w+"),
        note=FROM_A_THREAD,
        words=("aio",),
        unless=re.compile(r"\bgrpc\.server\(|\bfrom grpc import\b[^\n]*\bserver\b"),
    ),
    Base(re.compile(r"(\w+\.)*\w+_pb2_grpc\.\w+Servicer"), "grpc", _methods(sync=r"[A-Z]\w*")),
    # https://discordpy.readthedocs.io/en/stable/api.html#discord-api-events, …/ext/commands/cogs.html: a def raises [run 2.7]
    Base(
        _in("discord", r"\w*Client|\w*Bot"),
        "discord.py",
        _methods(awaits=r"on_\w+|setup_hook|get_prefix|get_context|invoke|process_commands|start|close|connect|login"),
        is_whole=False,
    ),
    Base(
        _in("discord", r"Cog|GroupCog"),
        "discord.py",
        _methods(awaits=r"cog_(load|unload|before_invoke|after_invoke|command_error|app_command_error|check)"),
        is_whole=False,
    ),
    # https://docs.python-telegram-bot.org/en/stable/telegram.ext.filters.html, …/telegram.ext.basehandler.html [run 22.8]
    Base(_in(r"telegram\.ext", r"\w+Filter"), "python-telegram-bot", _methods(sync="filter|check_update")),
    Base(
        _in(r"telegram\.ext", r"\w+Handler"),
        "python-telegram-bot",
        _methods(sync="check_update|collect_additional_context", awaits="handle_update"),
        is_whole=False,
        words=("ApplicationBuilder", "Application"),
    ),
    # https://docs.python.org/3/library/http.server.html, …/ast.html#ast.NodeVisitor, …/cmd.html: what is looked up by name
    Base(re.compile(r"http\.server\.\w+HTTPRequestHandler"), "http.server", _methods(sync=r"do_\w+"), is_whole=False),
    Base(re.compile(r"ast\.Node(Visitor|Transformer)"), "ast.NodeVisitor", _methods(sync=r"visit_\w+"), is_whole=False),
    Base(re.compile(r"cmd\.Cmd"), "cmd.Cmd", _methods(sync=r"(do|help|complete)_\w+"), is_whole=False),
)
"""The first row that matches the nearest base holds."""

_NONE = re.compile(r"(?!)")
LOOKED_UP = {
    "django.db.models.base.Model": _NONE,
    "django.test.testcases.SimpleTestCase": _NONE,  # it runs async tests as such
    "django.views.generic.base.View": re.compile(_VERBS),
    "flask.views.MethodView": re.compile(_VERBS),
    "rest_framework.views.APIView": re.compile(_VERBS),
    "tornado.web.RequestHandler": re.compile(_VERBS),
    "unittest.async_case.IsolatedAsyncioTestCase": _NONE,
    "unittest.case.TestCase": re.compile("test.*|runTest"),
}
"""Classes that look methods up by their names, where they can be read, and which: any other method is safe from that."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What a base class, by its dotted name, does with a method; *treatment* is None for a method it leaves alone."""

    base: str
    row: Base
    treatment: Treatment | None


def contract_of(function: Function, base: str, resolver: Resolver) -> Contract | None:
    """What the table says that the foreign class *base* does with a method; None where it doesn't know the class."""
    row = _row_of(base, resolver)
    if row is None:
        return None
    name = function.node.name
    return Contract(base, row, next((done for pattern, done in row.methods if pattern.fullmatch(name)), None))


def contracts_of(function: Function, resolver: Resolver) -> Iterator[Contract]:
    """What the table says of a method, for each base that isn't the project's and that it knows."""
    for base in sorted(bases_of(function, resolver) | bases_below(function, resolver)):
        if (found := contract_of(function, base, resolver)) is not None:
            yield found


def bases_of(function: Function, resolver: Resolver) -> frozenset[str]:
    """The foreign classes above the method's own class; ``?`` for one that couldn't be followed."""
    if function.owner is None:
        return frozenset()
    return resolver.hierarchy.foreign_bases(function.owner) - BASES_WITHOUT_MEMBERS


def bases_below(function: Function, resolver: Resolver) -> frozenset[str]:
    """The foreign classes that the method meets only in classes below its own: ``class Shipper(Mixin, logging.Handler)``."""
    if function.owner is None:
        return frozenset()
    hierarchy, name = resolver.hierarchy, function.node.name
    found = (cls for cls in hierarchy.below(function.owner) if _is_found(function, name, cls, resolver))
    bases = {base for cls in found for base in hierarchy.foreign_bases(cls) if base != "?"}
    return frozenset(bases) - bases_of(function, resolver) - BASES_WITHOUT_MEMBERS


def _is_found(function: Function, name: str, cls: Class, resolver: Resolver) -> bool:
    pair = resolver.hierarchy.find(cls, name)
    return pair is not None and function in pair[1]


def siblings(function: Function, resolver: Resolver) -> tuple[list[Function], str]:
    """The methods that must have the method's colour because one framework class calls them all, and the name of one that
    can't: ``post`` of a view whose ``get`` becomes async."""
    found: list[Function] = []
    for contract in contracts_of(function, resolver):
        together = contract.row.together
        if together is None or contract.treatment is not Treatment.HANDLER or function.owner is None:
            continue
        for cls in _views_with(function, resolver):
            for name in sorted(together.pattern.split("|")):
                pair = resolver.hierarchy.find(cls, name)
                if pair is not None:
                    found += [member for member in pair[1] if member is not function and member not in found]
                elif name != "options" and (foreign := _has_itself(contract.base, name)):
                    return found, foreign
    return found, ""


def _views_with(function: Function, resolver: Resolver) -> list[Class]:
    """The classes whose objects have the method."""
    assert function.owner is not None
    return [function.owner, *resolver.hierarchy.below(function.owner)]


_OWN_HANDLERS = (
    (re.compile(r"RedirectView"), "get|head|post|options|delete|put|patch"),
    (re.compile(r"(Create|Update|Form|Login|Password)\w*View"), "get|post|put"),
    (re.compile(r"DeleteView"), "get|post|delete"),
    (re.compile(r"LogoutView"), "post"),
    (re.compile(r"\w+View"), "get"),
)
"""The handlers that Django's generic views bring themselves, none of them async."""


def _has_itself(base: str, name: str) -> str:
    """``ListView.get``, where a generic view brings a handler of its own."""
    last = base.rpartition(".")[2]
    own = next((names for pattern, names in _OWN_HANDLERS if pattern.fullmatch(last)), "")
    return f"{last}.{name}" if name in own.split("|") else ""


def _row_of(base: str, resolver: Resolver) -> Base | None:
    for name in resolver.environment.above(base):
        for row in BASES:
            if row.names.fullmatch(name) and _holds_here(row, resolver):
                return row
    return None


def _holds_here(row: Base, resolver: Resolver) -> bool:
    if row.words and not mentions_any(row.words, resolver):
        return False
    if row.unless is None:
        return True
    modules = resolver.program.mentioning(row.who.partition(".")[0])
    return not any(row.unless.search(module.text) for module in modules)


def mentions_any(words: tuple[str, ...], resolver: Resolver) -> bool:
    """Whether the program's text has one of the words."""
    return any(resolver.program.text.mentioning(word) for word in words)
