"""What frameworks do with the functions they are given: one table, each part below the pages that say it.

``[run]`` stands where it was tried with the version named. A row holds for the names wherever in their package they are
imported from: ``fastapi.FastAPI`` and ``fastapi.applications.FastAPI``.
"""

from __future__ import annotations

import re

from awaitify.colour.known_decorators import HANDLES_COROUTINES
from awaitify.colour.treatments import FROM_A_THREAD, UNDER_WSGI, Row, Treatment
from awaitify.colour.treatments import names_in as _in

_re = re.compile
_VERBS = "get|post|put|patch|delete|head|options|trace"
_ASYNC_APPS = "FastAPI|APIRouter|Starlette|Router"
_EACH_IN_A_LOOP = "Flask runs an async function in an event loop of its own each time, and needs flask[async] for it"
_ON_A_THREAD = "APScheduler's other schedulers call it on a thread and drop the coroutine"
_BEFORE_20 = "python-telegram-bot before version 20 calls it and drops the coroutine"
_RECEIVER = "Django before 5.0 drops what an async receiver gives, and later ones run it in an event loop of its own"
_T, _H, _C = Treatment.TRANSPARENT, Treatment.HANDLER, Treatment.COMMAND

REGISTERS_IMPLEMENTATION = Row(_re(r"functools\.singledispatch(method)?\.register"), _T)
"""``@show.register``: https://docs.python.org/3/library/functools.html#functools.singledispatch"""
DECORATORS: tuple[Row, ...] = (
    # https://docs.python.org/3/library/functions.html, …/functools.html, …/contextlib.html, …/abc.html, …/typing.html
    Row(_re(r"builtins\.(staticmethod|classmethod)"), _T),
    Row(
        _re(r"builtins\.property|property\.setter|abc\.abstractproperty|functools\.cached_property"), Treatment.PROPERTY
    ),
    Row(_re(r"functools\.(lru_cache|cache)|cachetools\..*"), Treatment.CACHE),
    Row(_re(r"contextlib\.contextmanager"), Treatment.CONTEXT_MANAGER),
    Row(_re(r"contextlib\.asynccontextmanager"), _T),
    Row(_re(r"abc\.abstract\w+"), _T),
    Row(_re(r"typing(_extensions)?\.(override|final|overload|no_type_check|deprecated)|warnings\.deprecated"), _T),
    Row(_re(r"functools\.wraps"), _T),
    # https://docs.pytest.org/en/stable/reference/reference.html, https://docs.python.org/3/library/unittest.mock.html
    Row(_re(r"pytest\.(fixture|mark\..*)|pytest_asyncio\.fixture"), _T),
    Row(_re(r"unittest\.mock\.patch(\.object|\.dict)?|mock\.patch(\.object|\.dict)?"), _T),
    Row(_re(r"functools\.(singledispatch|singledispatchmethod)"), _T),
    # each with its source in known_decorators.py
    *(Row(_re(pattern), _T) for pattern in HANDLES_COROUTINES),
    # https://docs.pydantic.dev/latest/concepts/validators/, …/serialization/, …/fields/#the-computed_field-decorator [run 2.14]
    Row(
        _in("pydantic", r"(field_|model_|root_)?validator|(field|model)_serializer|computed_field"),
        Treatment.TASK,
        "pydantic hook",
        reason="pydantic calls it while it validates or serialises, and takes what it gives for the value",
        may_be_in_a_loop=True,
    ),
    # https://fastapi.tiangolo.com/async/, https://www.starlette.io/routing/: a def runs in the thread pool, async def is awaited
    Row(
        _in("fastapi|starlette", _ASYNC_APPS, f"{_VERBS}|route|api_route|websocket|websocket_route"),
        _H,
        note=FROM_A_THREAD,
    ),
    Row(_in("fastapi|starlette", _ASYNC_APPS, "exception_handler|middleware|on_event"), _H, note=FROM_A_THREAD),
    # https://docs.djangoproject.com/en/5.2/topics/async/#decorators: those that handle async views (most since 5.0)
    Row(
        _in(
            r"django\.views\.decorators",
            "cache_control|never_cache|no_append_slash|csrf_exempt|csrf_protect|ensure_csrf_cookie|requires_csrf_token"
            "|sensitive_post_parameters|gzip_page|condition|conditional_page|etag|last_modified|require_http_methods"
            "|require_GET|require_POST|require_safe|vary_on_cookie|vary_on_headers|xframe_options_\\w+",
        ),
        _T,
    ),
    Row(
        _in(
            r"django\.contrib\.auth\.decorators",
            "login_required|login_not_required|permission_required|user_passes_test",
        ),
        _T,
    ),
    # https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
    Row(_in(r"django\.dispatch", "receiver"), Treatment.TASK, "Django signal", reason=_RECEIVER, may_be_in_a_loop=True),
    # https://www.django-rest-framework.org/api-guide/views/: it awaits nothing [run 3.18]
    Row(
        _in("rest_framework", "api_view|action"),
        Treatment.TASK,
        "REST framework view",
        reason="Django REST framework calls its views synchronously",
    ),
    # https://flask.palletsprojects.com/en/stable/async-await/ [run 3.1]
    Row(_in("flask", "Flask|Blueprint", f"{_VERBS}|route|endpoint"), Treatment.LOOP_EACH, reason=_EACH_IN_A_LOOP),
    Row(
        _in(
            "flask",
            "Flask|Blueprint",
            r"(before|after|teardown)_(app_)?request|(app_)?errorhandler|teardown_appcontext|(app_)?context_processor",
        ),
        Treatment.LOOP_EACH,
        "Flask hook",
        reason=_EACH_IN_A_LOOP,
    ),
    Row(
        _in(
            "flask",
            "Flask|Blueprint",
            r"(app_)?template_(filter|test|global)|(app_)?url_(value_preprocessor|defaults)|shell_context_processor",
        ),
        Treatment.TASK,
        "Flask hook",
        reason="Flask calls it synchronously",
    ),
    Row(_in("flask|quart", "Flask|Blueprint|Quart", "cli", "command|group"), _C, "command"),
    Row(_in("flask|quart", "cli", "with_appcontext"), _T),
    # https://quart.palletsprojects.com/en/latest/how_to_guides/sync_code/: a def runs in a thread [run 0.23]
    Row(
        _in(
            "quart",
            "Quart|Blueprint",
            rf"{_VERBS}|route|websocket|(before|after|teardown)_(app_)?(request|websocket)|(before|after)_(app_)?serving"
            r"|(app_)?errorhandler|(app_)?context_processor",
        ),
        _H,
        note=FROM_A_THREAD,
    ),
    # https://docs.aiohttp.org/en/stable/web_reference.html: handlers must be async [run 3.14]
    Row(_in("aiohttp", "RouteTableDef", f"{_VERBS}|route|view"), _H),
    Row(_in("aiohttp", "web", "middleware"), _T),
    # https://docs.litestar.dev/2/topics/sync-vs-async.html [run 2.25]
    Row(_in("litestar", rf"{_VERBS}|route|websocket|websocket_listener|asgi"), _H, note=FROM_A_THREAD),
    Row(_in(r"litestar\.events", "listener"), _H, "Litestar event"),
    # https://sanic.dev/en/guide/basics/handlers.html, https://sanic.dev/en/guide/basics/listeners.html
    Row(
        _in(
            "sanic",
            "Sanic|Blueprint",
            rf"{_VERBS}|route|websocket|middleware|on_request|on_response|exception|listener",
        ),
        _H,
    ),
    # https://click.palletsprojects.com/en/stable/commands-and-groups/, https://typer.tiangolo.com/tutorial/commands/:
    # neither awaits a command (https://github.com/pallets/click/issues/2033)
    Row(_in("typer", "Typer", "command|callback"), _C, "command"),
    Row(_in("click|rich_click", "command|group"), _C, "command"),
    Row(_in("click|rich_click", "Group", "command|group|result_callback"), _C, "command"),
    Row(
        _in(
            "click|rich_click",
            r"option|argument|version_option|help_option|pass_\w+|password_option|confirmation_option",
        ),
        _T,
    ),
    # https://docs.celeryq.dev/en/stable/userguide/tasks.html: the result would be a coroutine [run 5.7]
    Row(
        _in("celery", r"shared_task|Celery\.task|Task"),
        Treatment.TASK,
        "Celery task",
        reason="a worker calls it synchronously",
    ),
    Row(
        _re(r"celery\.signals\.\w+\.connect|celery\.(\w+\.)*Celery\.on_after_(configure|finalize|fork)\.connect"),
        Treatment.TASK,
        "Celery signal",
        reason="Celery calls a signal's receivers synchronously",
    ),
    # https://python-rq.org/docs/jobs/, https://huey.readthedocs.io/en/latest/guide.html, https://dramatiq.io/reference.html
    Row(
        _re(r"rq\.decorators\.job|dramatiq\.actor|huey\.\w+\.(task|periodic_task)"),
        Treatment.TASK,
        "task",
        reason="a worker calls it synchronously",
    ),
    # https://apscheduler.readthedocs.io/en/3.x/userguide.html#choosing-the-right-scheduler-job-store-s-executor-s-and-trigger-s
    # AsyncIOScheduler awaits, BackgroundScheduler never runs a coroutine function [run 3.11]
    Row(_in("apscheduler", "AsyncIOScheduler|AsyncScheduler", "scheduled_job"), _H, "APScheduler job"),
    Row(_in("apscheduler", r"\w+Scheduler", "scheduled_job"), Treatment.TASK, "APScheduler job", reason=_ON_A_THREAD),
    # https://discordpy.readthedocs.io/en/stable/ext/commands/commands.html, …/api.html#discord.Client.event: a def raises [run 2.7]
    Row(
        _in(
            "discord",
            r"\w*Client|\w*Bot|\w*Cog|\w*Group|CommandTree",
            "event|listen|listener|command|hybrid_command|group|hybrid_group|check|check_once|before_invoke|after_invoke|error",
        ),
        _H,
        "Discord",
    ),
    Row(
        _in("discord", "commands|app_commands", r"command|group|hybrid_command|hybrid_group|context_menu"),
        _H,
        "Discord",
    ),
    Row(_in("discord", "tasks", "loop"), _H, "Discord loop"),
    Row(
        _in(
            "discord",
            "commands|app_commands",
            r"has_\w+|bot_has_\w+|is_owner|is_nsfw|guild_only|dm_only|cooldown|dynamic_cooldown|max_concurrency|describe"
            "|rename|choices|autocomplete|guilds|default_permissions",
        ),
        _T,
    ),
)
"""What decorators do with a function, the first row that matches; called with a function, they do the same."""

_ROUTE_ARGUMENTS: tuple[int | str, ...] = (1, "endpoint", "route", "func", "handler", "view")

REGISTRATIONS: tuple[Row, ...] = (
    # https://fastapi.tiangolo.com/reference/fastapi/, https://www.starlette.io/routing/, …/events/, …/exceptions/
    Row(
        _in("fastapi|starlette", _ASYNC_APPS, r"add_(api_)?(websocket_)?route"),
        _H,
        takes=_ROUTE_ARGUMENTS,
        note=FROM_A_THREAD,
    ),
    Row(_in("fastapi|starlette", "(API)?(Web[Ss]ocket)?Route"), _H, takes=_ROUTE_ARGUMENTS, note=FROM_A_THREAD),
    Row(
        _in("fastapi|starlette", _ASYNC_APPS, "add_exception_handler|add_event_handler"),
        _H,
        "hook",
        takes=(1, "handler", "func"),
        note=FROM_A_THREAD,
    ),
    Row(
        _in("fastapi|starlette", _ASYNC_APPS),
        _H,
        "hook",
        takes=("on_startup", "on_shutdown", "exception_handlers"),
        note=FROM_A_THREAD,
    ),
    # https://fastapi.tiangolo.com/tutorial/dependencies/#to-async-or-not-to-async
    Row(_in("fastapi", "Depends|Security"), _H, "dependency", takes=(0, "dependency"), note=FROM_A_THREAD),
    # https://www.starlette.io/background/
    Row(
        _in("fastapi|starlette", r"BackgroundTask|BackgroundTasks\.add_task"),
        _H,
        "background task",
        takes=(0, "func"),
        note=FROM_A_THREAD,
    ),
    # https://docs.djangoproject.com/en/5.2/topics/async/#async-views [run 5.2]
    Row(_in(r"django\.(urls|conf)", "path|re_path|url"), _H, takes=(1, "view"), note=UNDER_WSGI),
    Row(
        _re(r"django\.(\w+\.)*(Signal|signals\.\w+)\.connect"),
        Treatment.TASK,
        "Django signal",
        takes=(0, "receiver"),
        reason=_RECEIVER,
        may_be_in_a_loop=True,
    ),
    # https://flask.palletsprojects.com/en/stable/api/#flask.Flask.add_url_rule
    Row(
        _in("flask", "Flask|Blueprint", "add_url_rule"),
        Treatment.LOOP_EACH,
        takes=(2, "view_func"),
        reason=_EACH_IN_A_LOOP,
    ),
    Row(
        _in("flask", "Flask|Blueprint", "register_error_handler"),
        Treatment.LOOP_EACH,
        "Flask hook",
        takes=(1, "f"),
        reason=_EACH_IN_A_LOOP,
    ),
    Row(
        _in("flask", "Flask|Blueprint", r"add_(app_)?template_\w+"),
        Treatment.TASK,
        "Flask hook",
        takes=(0, "f"),
        reason="Flask calls it synchronously",
    ),
    Row(_in("quart", "Quart|Blueprint", "add_url_rule|add_websocket"), _H, takes=(2, "view_func"), note=FROM_A_THREAD),
    Row(_in("quart", "Quart|Blueprint", "register_error_handler"), _H, "hook", takes=(1, "func"), note=FROM_A_THREAD),
    # https://docs.aiohttp.org/en/stable/web_reference.html#aiohttp.web.UrlDispatcher, …#aiohttp.web.Application.on_startup
    Row(_in("aiohttp", "UrlDispatcher|router|web|web_routedef", rf"(add_)?({_VERBS}|view)"), _H, takes=(1, "handler")),
    Row(_in("aiohttp", "UrlDispatcher|router|web|web_routedef", "(add_)?route"), _H, takes=(2, "handler")),
    Row(
        _in("aiohttp", "Application", "on_startup|on_shutdown|on_cleanup|on_response_prepare", "append"),
        _H,
        "aiohttp hook",
        takes=(0,),
    ),
    # https://docs.litestar.dev/2/reference/app.html; exception handlers are not awaited [run 2.25]
    Row(
        _in("litestar", "Litestar|Router"),
        _H,
        takes=(
            *("route_handlers", "on_startup", "on_shutdown", "before_request", "after_request", "after_response"),
            *("guards", "listeners", "before_send", "after_exception"),
        ),
    ),
    Row(
        _in("litestar", "Litestar|Router"),
        Treatment.TASK,
        "Litestar exception handler",
        takes=("exception_handlers",),
        reason="Litestar calls exception handlers synchronously",
        may_be_in_a_loop=True,
    ),
    Row(_in(r"litestar", "Provide"), _H, "dependency", takes=(0, "dependency"), note=FROM_A_THREAD),
    # https://click.palletsprojects.com/en/stable/options/#callbacks-and-eager-options, https://typer.tiangolo.com/tutorial/options/callback-and-context/
    Row(
        _in("click|typer", "option|argument|Option|Argument"),
        Treatment.TASK,
        "option callback",
        takes=("callback", "default_factory", "shell_complete", "autocompletion", "parser"),
        reason="the command line calls it synchronously while it reads the arguments",
    ),
    Row(_in("typer", "run"), _C, "command", takes=(0, "function")),
    # https://github.com/google/python-fire/blob/master/docs/guide.md
    Row(_in("fire", "Fire"), _C, "command", takes=(0, "component")),
    # https://docs.python.org/3/library/argparse.html#type
    Row(
        _re(r"argparse\.(\w+\.)*add_argument"),
        Treatment.TASK,
        "argument type",
        takes=("type",),
        reason="argparse calls it synchronously",
    ),
    # https://docs.celeryq.dev/en/stable/userguide/signals.html
    Row(
        _re(r"celery\.signals\.\w+\.connect"),
        Treatment.TASK,
        "Celery signal",
        takes=(0,),
        reason="Celery calls a signal's receivers synchronously",
    ),
    # https://apscheduler.readthedocs.io/en/3.x/modules/schedulers/base.html#apscheduler.schedulers.base.BaseScheduler.add_job
    Row(
        _in("apscheduler", "AsyncIOScheduler|AsyncScheduler", "add_job|add_schedule"),
        _H,
        "APScheduler job",
        takes=(0, "func"),
    ),
    Row(
        _in("apscheduler", r"\w+Scheduler", "add_job|add_schedule"),
        Treatment.TASK,
        "APScheduler job",
        takes=(0, "func"),
        reason=_ON_A_THREAD,
    ),
    # https://docs.python-telegram-bot.org/en/stable/telegram.ext.html: since version 20 all callbacks are awaited
    *(
        Row(_in(r"telegram\.ext", names), treatment, label, takes, reason, words=words)
        for treatment, reason, words in (
            (_H, "", ("ApplicationBuilder", "Application")),
            (Treatment.TASK, _BEFORE_20, ()),
        )
        for names, label, takes in (
            (r"(Command|Message|Prefix|String\w*|Type)Handler", "Telegram handler", (1, "callback")),
            (r"\w+Handler|\w+\.add_error_handler", "Telegram handler", (0, "callback")),
            (r"JobQueue\.run_\w+|\w+\.job_queue\.run_\w+", "Telegram job", (0, "callback")),
            (r"ApplicationBuilder\.post_\w+", "Telegram hook", (0,)),
        )
    ),
    # https://discordpy.readthedocs.io/en/stable/ext/commands/api.html
    Row(_in("discord", r"\w*Bot|CommandTree", "add_listener|add_check"), _H, "Discord", takes=(0,)),
)
"""What registrations do with the functions they are given, the first row that matches."""
