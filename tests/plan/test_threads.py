"""A thread is offered where async code calls down to what stays sync, and not for what belongs to one thread."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.plan.edit import AwaitCall, ThreadCall
from awaitify.plan.plan import Plan
from tests.plan.planning import async_names, edits_of, planned

TOP = """
import asyncio
import contextvars
import signal
import sqlite3
import threading

from django.db import models, transaction

LOCAL = threading.local()
REQUEST = contextvars.ContextVar("request")
LOCK = threading.Lock()


class Bank(models.Model): ...


class Api:
    def load(self, key="x"): ...


class Store:
    def __init__(self):
        self.db = sqlite3.connect("shop.db")
        self.shared = sqlite3.connect("shop.db", check_same_thread=False)
        self.ready = asyncio.Event()
        self.lock = threading.Lock()
        self.jobs = []


"""
HANDLER = """
async def handler(api: Api, store: Store):
    return report(api, store)
"""


def _on_threads(folder: Path, plan: Plan) -> list[str]:
    lines = (folder / "main.py").read_text("utf-8").splitlines()
    spans = [edit.span for edit in edits_of(plan, ThreadCall) if isinstance(edit, ThreadCall)]
    awaited = [edit.span for edit in edits_of(plan, AwaitCall) if isinstance(edit, AwaitCall)]
    assert set(spans) <= set(awaited)
    return [lines[span.line - 1][span.column : span.end_column] for span in spans]


def _program(body: str) -> str:
    # a default value can't be awaited: AW207 stops there, whatever else the body does
    return f"def report(api: Api, store: Store, keys=(), first=Api().load()):\n    api.load()\n    {body}\n    return keys\n"


def _offered(folder: Path, body: str, handler: str = HANDLER) -> bool:
    source = TOP + _program(body) + "\n\n" + textwrap.dedent(handler)
    plan = planned(folder, {"main": source}, "Api.load")
    found = [Way.THREAD in stop.ways for stop in plan.stops if stop.code == "AW207"]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    "body",
    [
        "store.jobs.append(1)",
        "store.shared.execute('select 1')",
        "db = sqlite3.connect('shop.db'); db.execute('select 1')",
        "REQUEST.get()",
        "next(iter(keys), None)",
        "for key in keys: api.load(key)",
        "with store.lock: pass",
        "keys = [api.load(key) for key in keys]",
        "keys = list(map(api.load, keys))",
    ],
)
def test_a_function_may_run_on_a_thread(tmp_path: Path, body: str) -> None:
    assert _offered(tmp_path, body)


@pytest.mark.parametrize(
    "body",
    [
        "store.ready.set()",
        "asyncio.get_running_loop().call_soon(print)",
        "store.db.execute('select 1')",
        "LOCAL.user = 1",
        "REQUEST.set(1)",
        "signal.signal(2, print)",
        "next(iter(keys))",
        "raise StopIteration",
        "Bank.objects.all()",
        "transaction.atomic()",
        "yield 1",
        "return (api.load(key) for key in keys)",
        "return map(api.load, keys)",
        "return lambda: api.load()",
        "store.jobs.append(api.load)",
        "store.jobs.append(lambda: api.load())",
    ],
)
def test_a_function_belongs_to_its_thread(tmp_path: Path, body: str) -> None:
    assert not _offered(tmp_path, body)


@pytest.mark.parametrize(
    "handler",
    [
        "async def handler(api, store):\n    return report(api, store)",
        "async def handler(api, store):\n    return [report(api, store) for _ in range(2)]",
        "def helper(api, store):\n    return report(api, store)\nasync def handler(api, store):\n    return helper(api, store)",
        "async def handler(api, store):\n    return await asyncio.to_thread(report, api, store)",
        "async def handler(pool, api, store):\n    return pool.submit(lambda: report(api, store))",
        "async def handler(api, store):\n    async with store.gate:\n        return report(api, store)",
    ],
)
def test_async_code_can_call_it_on_a_thread(tmp_path: Path, handler: str) -> None:
    assert _offered(tmp_path, "pass", handler)


@pytest.mark.parametrize(
    "handler",
    [
        "def handler(api, store):\n    return report(api, store)",
        "async def handler(api, store):\n    return lambda: report(api, store)",
        "async def handler(api, store):\n    return any(report(api, store) for _ in range(2))",
        "async def handler(api, store):\n    with LOCK:\n        return report(api, store)",
        "async def handler(api, store):\n    with store.lock:\n        return report(api, store)",
        "async def handler(api, store, row_lock):\n    with row_lock:\n        return report(api, store)",
        "async def handler(jobs):\n    jobs.append(report)",
        "async def handler(api, store, asyncio):\n    return report(api, store)",
        "class Page:\n    def __len__(self):\n        return report(1, 2)\nasync def handler(api, store):\n    return report(api, store)",
        "class Page:\n    @property\n    def all(self):\n        return report(1, 2)\nasync def handler(page: Page):\n    return page.all",
    ],
)
def test_async_code_can_not_call_it_on_a_thread(tmp_path: Path, handler: str) -> None:
    assert not _offered(tmp_path, "pass", handler)


def test_the_nearest_plain_function_is_put_on_the_thread(tmp_path: Path) -> None:
    source = TOP + _program("pass") + textwrap.dedent("""
        def helper(api: Api, store: Store):
            return report(api, store)


        async def handler(api: Api, store: Store):
            api.load("a")
            return helper(api, store), report(api, store=store)
        """)
    plan = planned(tmp_path, {"main": source}, "Api.load", decide={"AW207": Way.THREAD})
    assert _on_threads(tmp_path, plan) == ['api.load("a")', "helper(api, store)", "report(api, store=store)"]
    assert (async_names(plan), plan.kept_sync) == ([], ("main:Api.load",))
    assert [(group.title, group.held_by) for group in plan.groups] == [("handler", ())]
    assert sum("runs on a thread beside the event loop" in note.text for note in plan.notes) == 3


def test_what_becomes_async_for_another_reason_calls_it_on_a_thread_or_stays(tmp_path: Path) -> None:
    source = TOP + _program("pass") + textwrap.dedent("""
        class Other:
            def send(self): ...


        def both(api: Api, store: Store, other: Other):
            report(api, store)
            other.send()


        def stuck(api: Api, store: Store, other: Other):
            with LOCK:
                report(api, store)
            other.send()


        async def handler(api: Api, store: Store):
            return report(api, store)
        """)
    plan = planned(tmp_path, {"main": source}, "Api.load", "Other.send", decide={"AW207": Way.THREAD})
    assert [stop.decided for stop in plan.stops] == [None]  # the thread's lock in `stuck` stands against it
    free = source.replace("with LOCK:", "if LOCK:")
    (tmp_path / "free").mkdir()
    plan = planned(tmp_path / "free", {"main": free}, "Api.load", "Other.send", decide={"AW207": Way.THREAD})
    assert async_names(plan) == ["main:Other.send", "main:both", "main:stuck"]
    assert len(_on_threads(tmp_path / "free", plan)) == 3
