"""The edits that run a call in the one event loop of a worker process, and what changes with that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from awaitify.codes import Way
from awaitify.colour.blocking import Blocking
from awaitify.colour.colouring import Obstacle
from awaitify.colour.one_loop import outlives_the_call, worker_of
from awaitify.index.references import Use
from awaitify.index.summary import Module
from awaitify.plan.edit import AddImport, Edit, RunCall
from awaitify.plan.helpers import help_with
from awaitify.plan.plan import Note

_NOTE = (
    "{name} shares a client with other tasks: all run in one event loop a worker process, one at a time where the worker has"
    " threads; pools of gevent and eventlet can't"
)


def worker_behind(obstacle: Obstacle, blocking: Blocking) -> Module | None:
    """The module in which the loop of the worker is to be, where a loop for the call alone won't do; else None."""
    mention = obstacle.reached.mention if obstacle.reached is not None else None
    if mention is None or mention.use is not Use.CALLED or mention.function is None:
        return None
    if not outlives_the_call(mention, obstacle.callees, blocking):
        return None
    return worker_of(mention.function, blocking.resolver)


def run_in_worker(obstacle: Obstacle, worker: Module) -> Iterator[tuple[Module, Edit]]:
    """``portal.fetch(name)`` → ``WorkerLoop.run(portal.fetch(name))``, with the class in the module of the Celery app."""
    assert obstacle.reached is not None, "nothing else can be run"
    mention = obstacle.reached.mention
    assert mention.call is not None, "nothing else can be run"
    name, edits = help_with("WorkerLoop", worker)
    yield from ((worker, edit) for edit in edits)
    yield mention.module, RunCall(mention.module.span(mention.call), f"{name}.run")
    if mention.module is not worker:
        yield mention.module, AddImport(worker.name, name)


def notes_of_workers(decided: Iterable[tuple[Obstacle, Way | None]], blocking: Blocking) -> Iterator[Note]:
    """One for each task that shares a client with others."""
    for obstacle, way in decided:
        if way is Way.BRIDGE and obstacle.inside is not None and worker_behind(obstacle, blocking) is not None:
            yield Note("run", obstacle.inside.place, _NOTE.format(name=obstacle.inside.name))
