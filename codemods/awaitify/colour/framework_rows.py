"""What frameworks do with the functions that they decorate: one table, each part below the pages that say it.

``[run]`` stands where it was tried with the version named. A row holds for the names wherever in their package they are
imported from: ``fastapi.FastAPI`` and ``fastapi.applications.FastAPI``.
"""

from __future__ import annotations

import re

from awaitify.colour.known_decorators import HANDLES_COROUTINES
from awaitify.colour.treatments import FROM_A_THREAD, FROM_LITESTARS_THREAD, Row, Treatment
from awaitify.colour.treatments import names_in as _in

_re = re.compile
VERBS = "get|post|put|patch|delete|head|options|trace"
_ASYNC_APPS = "FastAPI|APIRouter|Starlette|Router"
EACH_IN_A_LOOP = "Flask runs an async function in an event loop of its own each time, and needs flask[async] for it"
ON_A_THREAD = "APScheduler's other schedulers call it on a thread and drop the coroutine"
SIGNAL = "a signal calls its receivers synchronously"
_AFTER_COMMANDS = "click calls it when the command has run"
RECEIVER = "Django before 5.0 drops what an async receiver gives, and later ones run it in an event loop of its own"
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
    Row(
        _re(r"pytest\.hookimpl|pluggy\.(\w+\.)*HookimplMarker"),
        Treatment.TASK,
        "pytest hook",
        reason="pytest calls its hooks synchronously",
    ),
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
        _in("fastapi|starlette", _ASYNC_APPS, f"{VERBS}|route|api_route|websocket|websocket_route"),
        _H,
        note=FROM_A_THREAD,
    ),
    Row(_in("fastapi|starlette", _ASYNC_APPS, "exception_handler|middleware|on_event"), _H, note=FROM_A_THREAD),
    # https://docs.djangoproject.com/en/5.2/topics/async/#decorators: those that handle async views (most since 5.0)
    Row(
        _in(
            r"django\.views\.decorators",
            "cache_control|never_cache|no_append_slash|csrf_exempt|csrf_protect|ensure_csrf_cookie|requires_csrf_token"
            "|sensitive_post_parameters|gzip_page|cache_page|condition|conditional_page|etag|last_modified|require_http_methods"
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
    # https://docs.djangoproject.com/en/5.2/howto/custom-template-tags/: the engine puts what it gives into the text
    Row(
        _in(r"django\.template", "Library", r"filter|tag|simple_tag|simple_block_tag|inclusion_tag"),
        Treatment.TASK,
        "Django template tag",
        reason="Django's templates call it synchronously and write out what it gives",
        may_be_in_a_loop=True,
    ),
    # https://docs.djangoproject.com/en/5.2/ref/contrib/admin/, …/topics/checks/, …/topics/http/middleware/
    Row(
        _re(r"django\.contrib\.admin\.(\w+\.)*(action|display)|django\.core\.checks\.(\w+\.)*register"),
        Treatment.TASK,
        "Django hook",
        reason="Django calls it synchronously",
    ),
    Row(_in(r"django\.utils\.decorators", r"(sync_and_async|async_only|sync_only)_middleware"), _T),
    # https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
    Row(_in(r"django\.dispatch", "receiver"), Treatment.TASK, "Django signal", reason=RECEIVER, may_be_in_a_loop=True),
    # https://www.django-rest-framework.org/api-guide/views/: it awaits nothing [run 3.18]
    Row(
        _in("rest_framework", "api_view|action"),
        Treatment.TASK,
        "REST framework view",
        reason="Django REST framework calls its views synchronously",
    ),
    # https://flask.palletsprojects.com/en/stable/async-await/ [run 3.1]
    Row(_in("flask", "Flask|Blueprint", f"{VERBS}|route|endpoint"), Treatment.LOOP_EACH, reason=EACH_IN_A_LOOP),
    Row(
        _in(
            "flask",
            "Flask|Blueprint",
            r"(before|after|teardown)_(app_)?request|(app_)?errorhandler|teardown_appcontext|(app_)?context_processor",
        ),
        Treatment.LOOP_EACH,
        "Flask hook",
        reason=EACH_IN_A_LOOP,
    ),
    Row(_in("flask", "after_this_request"), Treatment.LOOP_EACH, "Flask hook", reason=EACH_IN_A_LOOP),
    # https://blinker.readthedocs.io/en/stable/#async-receivers: send raises for a coroutine function [run 1.9]
    Row(_re(r"flask\.signals\.\w+\.connect(_via)?"), Treatment.TASK, "Flask signal", reason=SIGNAL),
    Row(_re(r"blinker\.(\w+\.)*connect(_via)?"), Treatment.TASK, "signal", reason=SIGNAL, may_be_in_a_loop=True),
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
            rf"{VERBS}|route|websocket|(before|after|teardown)_(app_)?(request|websocket)|(before|after)_(app_)?serving"
            r"|while_serving|(app_)?errorhandler|(app_)?context_processor|teardown_(appcontext|websocket)"
            r"|(app_)?template_(filter|test|global)",
        ),
        _H,
        note=FROM_A_THREAD,
    ),
    Row(_in("quart", r"after_this_(request|websocket)|copy_current_\w+_context"), _H, "Quart hook"),
    Row(
        _in("quart", "Quart|Blueprint", r"(app_)?url_(value_preprocessor|defaults)|shell_context_processor"),
        Treatment.TASK,
        "Quart hook",
        reason="Quart calls it synchronously",
        may_be_in_a_loop=True,
    ),
    # https://docs.aiohttp.org/en/stable/web_reference.html: handlers must be async [run 3.14]
    Row(_in("aiohttp", "RouteTableDef", f"{VERBS}|route|view"), _H),
    Row(_in("aiohttp", "web", "middleware"), _T),
    # https://docs.litestar.dev/2/topics/sync-vs-async.html [run 2.25]
    Row(
        _in("litestar", rf"{VERBS}|route|websocket|websocket_listener|asgi"),
        _H,
        note=FROM_LITESTARS_THREAD,
        note_if="sync_to_thread",
    ),
    Row(_in(r"litestar\.events", "listener"), _H, "Litestar event"),
    # https://sanic.dev/en/guide/basics/handlers.html, https://sanic.dev/en/guide/basics/listeners.html
    Row(
        _in(
            "sanic",
            "Sanic|Blueprint",
            rf"{VERBS}|route|websocket|middleware|on_request|on_response|exception|listener",
        ),
        _H,
    ),
    # https://click.palletsprojects.com/en/stable/commands-and-groups/, https://typer.tiangolo.com/tutorial/commands/:
    # neither awaits a command (https://github.com/pallets/click/issues/2033)
    Row(_in("typer", "Typer", "command|callback"), _C, "command"),
    Row(_in("click|rich_click", "command|group"), _C, "command"),
    Row(_in("click|rich_click", "Group", "command|group"), _C, "command"),
    Row(_in("click|rich_click", "Group", "result_callback"), Treatment.TASK, "command", reason=_AFTER_COMMANDS),
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
    Row(_in("apscheduler", r"\w+Scheduler", "scheduled_job"), Treatment.TASK, "APScheduler job", reason=ON_A_THREAD),
    # https://discordpy.readthedocs.io/en/stable/ext/commands/commands.html, …/api.html#discord.Client.event: a def raises [run 2.7]
    Row(
        _in(
            "discord",
            r"\w*Client|\w*Bot|\w*Cog|\w*Group|\w*Command|CommandTree",
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
    Row(_in("discord", "tasks", "loop|Loop"), _H, "Discord loop"),
    Row(_in("discord", "tasks", "Loop", "before_loop|after_loop|error"), _H, "Discord loop"),
    Row(_in("discord", "ui", "button|select"), _H, "Discord"),
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
