"""Threads as a way out: above what stays sync, or around the one blocking call that has no twin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from awaitify.codes import Way
from awaitify.colour.blocking import BlockingSite
from awaitify.colour.colouring import Colouring, Kind, Obstacle
from awaitify.colour.threads import Threads
from awaitify.index.summary import Function
from awaitify.names import Span
from awaitify.plan.context import Context, Piece
from awaitify.plan.decisions import Decisions, closure
from awaitify.plan.edit import AddImport, AwaitCall, Edit, ThreadCall
from awaitify.plan.plan import Note

_NO_THREAD = "stream"
"""The argument with which the body of a response is read later: on the event loop, if only the call is on a thread."""


def offer_threads(context: Context, pieces: Iterable[Piece], threads: Threads) -> None:
    """Take the thread from the ways out of every obstacle where none can be put above what stays sync."""
    offering = _Offering(context, threads)
    obstacles = context.colouring.obstacles
    obstacles[:] = [offering.narrowed(obstacle) for obstacle in obstacles]
    for piece in pieces:
        if piece.obstacles and not can_be_on_threads(piece, context, threads):
            piece.obstacles[:] = [offering.narrowed(obstacle) for obstacle in piece.obstacles]


def put_on_threads(piece: Piece, decisions: Decisions, context: Context, threads: Threads) -> None:
    """Where that is decided, put the blocking calls of the piece on threads just as they are: nothing is left to decide."""
    decided = [decisions.for_obstacle(obstacle) for obstacle in piece.obstacles]
    if Way.THREAD not in decided or not can_be_on_threads(piece, context, threads):
        return
    context.colouring.vouched += [(o, way or Way.THREAD) for o, way in zip(piece.obstacles, decided, strict=True)]
    piece.obstacles.clear()
    piece.edits.clear()
    piece.request, piece.is_threaded = None, True
    piece.sites.clear()  # what they raise and what they give is what it was
    piece.responses.clear()
    piece.notes[:] = list(_notes(piece))
    for site in piece.calls:
        for edit in thread_edits(site.function.module.span(site.node)):
            piece.edit(site.function.module, edit)


def threaded_by(obstacle: Obstacle, colouring: Colouring, context: Context) -> set[Function]:
    """What stays sync with a thread above it when that is decided for the obstacle.

    Where it isn't known that the function around the obstacle calls the others, that stays sync with them.
    """
    starts, inside = set(obstacle.threaded or obstacle.callees), obstacle.inside
    if obstacle.reached is not None and obstacle.reached.functions.isdisjoint(starts):
        starts |= {inside} if inside is not None and not inside.is_async else set()
    return closure(starts, colouring, context.resolver.hierarchy, with_needing=False)


def thread_edits(span: Span) -> tuple[Edit, ...]:
    """``f(x)`` → ``await asyncio.to_thread(f, x)``"""
    return ThreadCall(span), AwaitCall(span), AddImport("asyncio")


def notes_of_threads(context: Context) -> Iterator[Note]:
    """What runs beside the event loop from now on, and what of it couldn't be put on a thread."""
    for offload in context.colouring.offloads:
        name = min(offload.callees, key=lambda f: f.place).qualname
        text = f"{name} runs on a thread beside the event loop: what it shares with other code must be safe for that"
        yield Note("run", offload.place, text)
    for stuck in context.colouring.stuck:
        yield Note("look", stuck.place, f"what stays sync still blocks the event loop here: {stuck.reason}")


def can_be_on_threads(piece: Piece, context: Context, threads: Threads) -> bool:
    """Whether every blocking call of the piece can be put on a thread by itself."""
    return bool(piece.calls) and all(_can_be_on_a_thread(site, context, threads) for site in piece.calls)


def _can_be_on_a_thread(site: BlockingSite, context: Context, threads: Threads) -> bool:
    module = site.function.module
    if site.is_unsure or context.why_no_await(site.node, module) or threads.why_no_thread(site.node, site.function):
        return False
    return not any(keyword.arg == _NO_THREAD for keyword in site.node.keywords)


def _notes(piece: Piece) -> Iterator[Note]:
    first = piece.calls[0]
    if piece.client is not None:
        cls, attribute = piece.client
        text = (
            f"self.{attribute} of {cls.node.name} is used on several threads at once where several tasks run at once:"
            f" {first.swap.name} doesn't promise that it allows that"
        )
    else:
        text = f"{first.name} runs on a thread: so many at once as the default pool has, no more"
    yield Note("run", first.function.module.place(first.node), text)
    for site in piece.calls:
        if any(keyword.arg is None for keyword in site.node.keywords):
            text = "if the arguments hold stream=True, the body is still read on the event loop"
            yield Note("look", site.function.module.place(site.node), text)


class _Offering:
    """The answers for one colouring."""

    def __init__(self, context: Context, threads: Threads) -> None:
        self.context = context
        self.threads = threads
        self.colouring = context.colouring
        self.called: dict[Function, set[Function]] = {}
        self.known: dict[frozenset[Function], bool] = {}
        for site in self.colouring.sites:
            if (caller := site.reached.mention.function) is not None:
                self.called.setdefault(caller, set()).update(site.callees)

    def narrowed(self, obstacle: Obstacle) -> Obstacle:
        if Way.THREAD not in obstacle.ways or self.fits(obstacle):
            return obstacle
        return replace(obstacle, ways=tuple(way for way in obstacle.ways if way is not Way.THREAD))

    def fits(self, obstacle: Obstacle) -> bool:
        """Whether async code leads down to what would stay sync, and all that does can put it on a thread."""
        starts = frozenset(threaded_by(obstacle, self.colouring, self.context))
        if starts not in self.known:
            sync = self.threads.above(starts, lambda function: function.is_async).functions
            becoming = {function for function in sync - starts if self.stays_coloured(function, sync)}
            above = self.threads.above(starts, lambda f: f.is_async or f in becoming, until_stuck=True)
            is_called = bool(above.offloads) or above.is_on_a_thread
            self.known[starts] = self.threads.allowed and is_called and not above.stuck
        return self.known[starts]

    def stays_coloured(self, function: Function, sync: frozenset[Function]) -> bool:
        """Whether it becomes async even if the functions in *sync* don't for the sake of what they call."""
        cause = self.colouring.causes.get(function)
        if cause is None:
            return False
        return cause.kind in (Kind.SEED, Kind.NEEDED, Kind.SHARES) or not self.called.get(function, set()) <= sync
