"""What calls a function from outside the program, and what only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.colour.contracts import BASES, siblings
from awaitify.colour.framework_rows import DECORATORS
from awaitify.colour.outside import entry_label
from awaitify.colour.registration_rows import REGISTRATIONS
from awaitify.colour.sites import Sites
from awaitify.colour.treatments import Treatment
from tests.index.asking import function_named, resolver_of

HEAD = """
import argparse, celery, click, flask, typer
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.background import BackgroundScheduler
from celery.signals import worker_ready
from django.contrib.auth.decorators import login_required
from django.core.management.base import BaseCommand
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.urls import path
from django.views import View
from django.views.generic import ListView
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI
from starlette.applications import Starlette
from starlette.routing import Route
class App(FastAPI): ...
class Own:
    def add_api_route(self, path, endpoint): ...
app, own, wsgi, worker = App(), Own(), flask.Flask(""), celery.Celery()
def unknown(x): x.add_route("/x", go)
"""


def outside(folder: Path, code: str, name: str = "go") -> list[tuple[Treatment, str]]:
    """What calls the function, with the label."""
    resolver = resolver_of(folder, main=HEAD + code)
    found = Sites(resolver).outside(function_named(resolver, f"main:{name}"))
    return [(one.treatment, one.label) for one in found]


@pytest.mark.parametrize(
    ("code", "treatment", "label"),
    [
        ("app.add_api_route('/x', go)", Treatment.HANDLER, "route /x"),
        ("app.add_api_route('/x', endpoint=go)", Treatment.HANDLER, "route /x"),
        ("app.get('/x')(go)", Treatment.HANDLER, "GET /x"),
        ("Starlette(routes=[Route('/x', go)])", Treatment.HANDLER, "route /x"),
        ("Starlette(on_startup=[go])", Treatment.HANDLER, "hook"),
        ("Starlette(exception_handlers={404: go})", Treatment.HANDLER, "hook"),
        ("app.dependency_overrides[go] = None", Treatment.HANDLER, "dependency"),
        ("app.dependency_overrides[None] = go", Treatment.HANDLER, "dependency"),
        ("def later(tasks: BackgroundTasks): tasks.add_task(go)", Treatment.HANDLER, "background task"),
        ("path('x/', go)", Treatment.HANDLER, "route x/"),
        ("path('x/', login_required(go))", Treatment.HANDLER, "route x/"),
        ("web.get('/x', go)", Treatment.HANDLER, "GET /x"),
        ("web.route('PUT', '/x', go)", Treatment.HANDLER, "PUT /x"),
        ("web.Application().router.add_get('/x', go)", Treatment.HANDLER, "GET /x"),
        ("web.Application().on_startup.append(go)", Treatment.HANDLER, "aiohttp hook"),
        ("AsyncIOScheduler().add_job(go)", Treatment.HANDLER, "APScheduler job"),
        ("BackgroundScheduler().add_job(go)", Treatment.TASK, "APScheduler job"),
        ("AsyncIOScheduler().add_listener(go)", Treatment.TASK, "APScheduler listener"),
        ("post_save.connect(go)", Treatment.TASK, "Django signal"),
        ("receiver(post_save)(go)", Treatment.TASK, "Django signal"),
        ("worker_ready.connect(go)", Treatment.TASK, "Celery signal"),
        ("worker.task(go)", Treatment.TASK, "Celery task"),
        ("click.option('--x', callback=go)", Treatment.TASK, "option callback"),
        ("argparse.ArgumentParser().add_argument('x', type=go)", Treatment.TASK, "argument type"),
        ("wsgi.add_url_rule('/x', 'x', go)", Treatment.LOOP_EACH, "route /x"),
        ("wsgi.before_request(go)", Treatment.LOOP_EACH, "Flask hook"),
        ("wsgi.add_template_filter(go)", Treatment.TASK, "Flask hook"),
        ("typer.run(go)", Treatment.COMMAND, "command"),
        ("click.command()(go)", Treatment.COMMAND, "command"),
    ],
)
def test_a_registration_says_what_calls_the_function(
    tmp_path: Path, code: str, treatment: Treatment, label: str
) -> None:
    assert outside(tmp_path, f"def go(): ...\n{code}\n")[-1] == (treatment, label)


@pytest.mark.parametrize(
    "code",
    [
        "own.add_api_route('/x', go)",
        "app.add_api_route(go, None)",
        "app.add_api_route('/x', go())",
        "app.state.run(go)",
        "path('x/', own(go))",
        "login_required(go)",
        "AsyncIOScheduler().state(go)",
        "click.echo(go)",
        "[go]",
    ],
)
def test_what_only_looks_like_a_registration_is_none(tmp_path: Path, code: str) -> None:
    assert outside(tmp_path, f"def go(): ...\n{code}\n") == []


@pytest.mark.parametrize(
    ("arguments", "name", "more", "expected"),
    [
        ("event, context", "lambda_handler", "", "AWS Lambda"),
        ("event, _context", "on_upload_handler", "", "AWS Lambda"),
        ("event, context", "lambda_handler", "lambda_handler({}, None)", "AWS Lambda"),
        ("event, context", "handle", "", "AWS Lambda"),
        ("event, context", "handle", "handle({}, None)", ""),
        ("event", "handler", "", ""),
        ("context, event", "handler", "", ""),
    ],
)
def test_a_lambda_handler_is_known_by_its_parameters_and_its_name_or_that_nothing_else_calls_it(
    tmp_path: Path, arguments: str, name: str, more: str, expected: str
) -> None:
    resolver = resolver_of(tmp_path, main=f"def {name}({arguments}): ...\n{more}\n")
    assert entry_label(function_named(resolver, f"main:{name}"), Sites(resolver)) == expected


def test_a_method_of_a_class_is_called_by_what_its_base_is(tmp_path: Path) -> None:
    code = "class Command(BaseCommand):\n    def handle(self): ...\nclass V(View):\n    def get(self): ...\n    def go(self): ...\n"
    assert outside(tmp_path, code, "Command.handle") == [(Treatment.COMMAND, "Django BaseCommand")]
    assert outside(tmp_path, code, "V.get") == [(Treatment.HANDLER, "Django View")]
    assert outside(tmp_path, code, "V.go") == []


def test_the_handlers_of_a_view_belong_together(tmp_path: Path) -> None:
    code = """
class V(View):
    def get(self): ...
    def go(self): ...
class W(V):
    def post(self): ...
class L(ListView):
    def post(self): ...
"""
    resolver = resolver_of(tmp_path, main=HEAD + code)
    others, foreign = siblings(function_named(resolver, "main:V.get"), resolver)
    assert ([f.qualname for f in others], foreign) == (["W.post"], "")
    assert siblings(function_named(resolver, "main:V.go"), resolver) == ([], "")
    assert siblings(function_named(resolver, "main:L.post"), resolver) == ([], "ListView.get")


def test_every_row_says_how_it_calls_where_it_does_not_await() -> None:
    for row in (*DECORATORS, *REGISTRATIONS):
        assert bool(row.reason) == (row.treatment in (Treatment.TASK, Treatment.LOOP_EACH)), row.names.pattern
    assert all(base.methods for base in BASES)
