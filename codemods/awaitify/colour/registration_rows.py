"""What frameworks do with the functions that calls hand them: ``app.add_api_route("/x", f)``, ``path("x", view)``.

Each part stands below the pages that say it, as in ``framework_rows.py``.
"""

from __future__ import annotations

import re

from awaitify.colour.framework_rows import EACH_IN_A_LOOP, ON_A_THREAD, RECEIVER, SIGNAL, VERBS
from awaitify.colour.treatments import FROM_A_THREAD, FROM_LITESTARS_THREAD, UNDER_WSGI, Row, Treatment
from awaitify.colour.treatments import names_in as _in

_re = re.compile
_ASYNC_APPS = "FastAPI|APIRouter|Starlette|Router"
_BEFORE_20 = "python-telegram-bot before version 20 calls it and drops the coroutine"
_H, _C = Treatment.HANDLER, Treatment.COMMAND

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
    # https://www.starlette.io/background/, https://docs.litestar.dev/2/usage/responses.html#background-tasks [run 2.25]
    Row(
        _in("fastapi|starlette|litestar", r"BackgroundTask|BackgroundTasks\.add_task"),
        _H,
        "background task",
        takes=(0, "func", "fn"),
        note=FROM_A_THREAD,
    ),
    # https://docs.djangoproject.com/en/5.2/topics/async/#async-views [run 5.2]
    Row(_in(r"django\.(urls|conf)", "path|re_path|url"), _H, takes=(1, "view"), note=UNDER_WSGI),
    Row(
        _re(r"django\.(\w+\.)*(Signal|signals\.\w+)\.connect"),
        Treatment.TASK,
        "Django signal",
        takes=(0, "receiver"),
        reason=RECEIVER,
        may_be_in_a_loop=True,
    ),
    Row(
        _re(r"django\.db\.(\w+\.)*on_commit|django\.db\.(\w+\.)*RunPython"),
        Treatment.TASK,
        "Django hook",
        takes=(0, 1, "func", "code", "reverse_code"),
        reason="Django calls it synchronously",
    ),
    Row(_re(r"flask\.signals\.\w+\.connect"), Treatment.TASK, "Flask signal", takes=(0, "receiver"), reason=SIGNAL),
    Row(
        _re(r"blinker\.(\w+\.)*connect"),
        Treatment.TASK,
        "signal",
        takes=(0, "receiver"),
        reason=SIGNAL,
        may_be_in_a_loop=True,
    ),
    # https://flask.palletsprojects.com/en/stable/api/#flask.Flask.add_url_rule
    Row(
        _in("flask", "Flask|Blueprint", "add_url_rule"),
        Treatment.LOOP_EACH,
        takes=(2, "view_func"),
        reason=EACH_IN_A_LOOP,
    ),
    Row(
        _in("flask", "Flask|Blueprint", "register_error_handler"),
        Treatment.LOOP_EACH,
        "Flask hook",
        takes=(1, "f"),
        reason=EACH_IN_A_LOOP,
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
    Row(_in("aiohttp", "UrlDispatcher|router|web|web_routedef", rf"(add_)?({VERBS}|view)"), _H, takes=(1, "handler")),
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
            *(0, "route_handlers", "on_startup", "on_shutdown", "before_request", "after_request", "after_response"),
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
    Row(
        _in(r"litestar", "Provide"),
        _H,
        "dependency",
        takes=(0, "dependency"),
        note=FROM_LITESTARS_THREAD,
        note_if="sync_to_thread",
    ),
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
        reason=ON_A_THREAD,
    ),
    Row(
        _in("apscheduler", r"\w+Scheduler", "add_listener"),
        Treatment.TASK,
        "APScheduler listener",
        takes=(0, "callback"),
        reason="APScheduler calls its listeners synchronously",
        may_be_in_a_loop=True,
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
    # discord/utils.py, maybe_coroutine: checks and prefixes may be either [run 2.7]
    Row(_in("discord", r"\w*Bot|CommandTree", "add_listener|add_check"), _H, "Discord", takes=(0,)),
    Row(_in("discord", "commands|app_commands", "check|check_any"), _H, "Discord check", takes=(0, "predicate")),
    Row(_in("discord", r"\w*Bot"), _H, "Discord prefix", takes=(0, "command_prefix")),
)
"""What registrations do with the functions they are given, the first row that matches."""
