"""A plan of every kind of thing, made by hand: a weather service, one family ready and one held by a Celery task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from awaitify.codes import Way, find_code
from awaitify.failure import Failure
from awaitify.names import Name, Place, Span
from awaitify.plan.edit import AddImport, AwaitCall, MakeAsync
from awaitify.plan.plan import Converted, Group, Known, Link, Note, Plan, PlannedEdit, Reach, Reference, Stop, Verdict
from awaitify.rewrite.change import FileChange
from awaitify.source.file import SourceFile

API_OLD = '''import portals

@app.get("/weather/{city}")
def get_weather(city):
    """Say the weather."""
    return service.today(city)
'''
API_NEW = API_OLD.replace("def get", "async def get").replace("return s", "return await s")
TASK = '@celery.task\ndef sync_all():\n    for c in PORTALS: c.get("/x")\n'


def place(path: str, line: int, column: int = 0, end_column: int = 10) -> Place:
    return Place(path, Span(line, column, line, end_column))


def change(path: str, old: bytes, new: bytes, encoding: str = "utf-8") -> FileChange:
    return FileChange(SourceFile(path, old, old.decode(encoding), encoding), new)


def write_sources(root: Path) -> None:
    """The files that the plan's stops stand in."""
    for path, text in {
        "api.py": API_OLD,
        "tasks/sync.py": TASK,
        "repo.py": "class Repo:\n\n\n\tapi = load('天气') or 1\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def changes() -> tuple[FileChange, ...]:
    return (change("api.py", API_OLD.encode(), API_NEW.encode()),)


def stop(code: str, where: Place, reason: str = "", decided: Way | None = None, number: int = 1) -> Stop:
    chain = (Link("api:get_weather", place("api.py", 6)), Link("portals:Portal.get", place("portals.py", 3)))
    ways = find_code(code).ways
    return Stop(
        f"{code}-{number}", code, where, reason, "tasks.sync:sync_all", "portals:Portal.get", chain, ways, decided
    )


def reference(line: int, verdict: Verdict, path: str = "api.py", stop: str = "") -> Reference:
    known, name = Known.UNKNOWN if verdict is Verdict.DOUBT else Known.EXACT, "portals:Portal.get"
    where, reason, inside = place(path, line, 11, 30), f"it is {verdict}", "api:get_weather"
    if verdict not in (Verdict.AWAITED, Verdict.STOP):
        return Reference(where, name, verdict, known, reason, inside)
    return Reference(where, name, verdict, Known.INFERRED, reason, inside, (name,), ("an assignment",), stop, 2)


def mixed_stop() -> Stop:
    """A call that may reach both colours, reported once for the two places where it is made."""
    where = place("commands.py", 2)
    reaches = (
        Reach("sync:Redis.execute", place("sync.py", 9), "becomes async"),
        Reach("aio:Redis.execute", place("aio.py", 4), "is async"),
        Reach("builtins.dict.get", None, "isn't a function of the project"),
    )
    sites = (place("commands.py", 4, 15, 30), place("commands.py", 7, 15, 30))
    return replace(stop("AW312", where, "Commands serves both"), reaches=reaches, sites=sites)


def plan() -> Plan:
    chain = (Link("api:get_weather", place("api.py", 6)), Link("portals:Portal.get", place("portals.py", 3)))
    return Plan(
        targets=("portals:Portal.get",),
        converted=(
            Converted(Name("portals", "Portal.get"), place("portals.py", 2), "it is a target", chain[1:], 2),
            Converted(
                Name("api", "get_weather"), place("api.py", 4), "it calls Portal.get", chain, 1, "GET /weather/{city}"
            ),
        ),
        references=(
            reference(6, Verdict.AWAITED),
            reference(3, Verdict.STOP, "tasks/sync.py", "AW302-1"),
            reference(4, Verdict.STOP, "repo.py", "AW206-1"),
            reference(9, Verdict.OTHER, "cache.py"),
            reference(8, Verdict.DOUBT, "cache.py"),
        ),
        stops=(
            stop("AW302", place("tasks/sync.py", 3, 22, 27), "a Celery task calls what becomes async"),
            stop("AW206", place("repo.py", 4, 7, 17)),
            stop("AW205", place("gone.py", 7), decided=Way.BRIDGE),
        ),
        groups=(
            Group(1, "get_weather ← GET /weather/{city}", "it calls Portal.get", ("api:get_weather",), ("api.py",), ()),
            Group(
                2,
                "Portal.get",
                "a target",
                ("portals:Portal.get",),
                ("portals.py", "web.py"),
                (1,),
                ("AW302-1", "AW206-1"),
            ),
        ),
        edits=(
            PlannedEdit("api.py", MakeAsync(Span(4, 0, 6, 30)), 1),
            PlannedEdit("api.py", AwaitCall(Span(6, 11, 6, 30)), 1),
            PlannedEdit("api.py", AddImport("asyncio"), 1),
        ),
        notes=(
            Note("look", place("cart.py", 77), "if self.portal.ok():  truth of what becomes a coroutine"),
            Note("run", None, "1 endpoint leaves the thread pool"),
        ),
        public=("Portal.get",),
        kept_sync=("portals:Portal.close",),
        failures=(Failure("old.py", "AW901", "Missing parentheses in call to 'print'", 3),),
    )
