"""Draws the plan: spreads the colour, settles the decisions, and gathers the edits of what is ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from awaitify.codes import Way
from awaitify.colour.account import Accounted, account
from awaitify.colour.colouring import Colouring, Kind, Obstacle
from awaitify.colour.outside import entry_label
from awaitify.colour.pairs import Both
from awaitify.colour.reached import Reached
from awaitify.colour.spreading import spread
from awaitify.failure import InternalError
from awaitify.index.collection import no_collection
from awaitify.index.summary import Class, Function
from awaitify.names import is_borrowed
from awaitify.plan import groups
from awaitify.plan.context import Context, Piece
from awaitify.plan.cost import count_cost
from awaitify.plan.decisions import chain_of, closure, make_stop, numbered
from awaitify.plan.gather import gather_edits
from awaitify.plan.keys import notes_of_decisions
from awaitify.plan.notes import notes_of, undeclared
from awaitify.plan.pairs import offer_pairs, paired_by, with_what_they_await
from awaitify.plan.plan import Converted, Known, Note, Plan, Reference, Stop, Verdict
from awaitify.plan.published import left_behind
from awaitify.plan.replaced import notes_of_replaced
from awaitify.plan.settled import Draft, Settled
from awaitify.plan.swapping import swap_all
from awaitify.plan.threads import offer_threads, put_on_threads, threaded_by
from awaitify.plan.workers import notes_of_workers

_DROPPING = frozenset({Way.REFUSE, Way.KEEP_SYNC, Way.THREAD, Way.KEEP_BOTH})
"""The ways after which the colour is spread again without the obstacle."""


def draft(given: Draft) -> Plan:
    """The plan: all that was found, and the edits of the groups that nothing undecided holds back."""
    with no_collection():
        return _draft(given)


def _draft(given: Draft) -> Plan:
    whole = settle(given, given.kept)
    held = _held_by(undecided_in(whole, given), whole, given)
    return _plan(given, whole, settle_ready(given, whole), held)


def settle_ready(given: Draft, whole: Settled) -> Settled:
    """What is left of *whole* when all is kept sync that something undecided holds back."""
    ready = whole
    while undecided := [o for o in undecided_in(ready, given) if not o.callees <= ready.colouring.fixed]:
        kept = ready.kept | _held(undecided, ready, given)
        if kept == ready.kept:
            raise InternalError(f"{undecided[0].place}: the stop {undecided[0].code} holds nothing back")
        ready = settle(replace(given, threaded=ready.threaded), frozenset(kept))
    return ready


def undecided_in(settled: Settled, given: Draft) -> list[Obstacle]:
    """The obstacles for which nobody has chosen a way."""
    return [o for o in settled.obstacles if given.decisions.for_obstacle(o) is None]


def settle(given: Draft, kept: frozenset[Function]) -> Settled:
    """Spread, and spread again with what the decisions keep sync, until they keep nothing more."""
    gone: list[tuple[Obstacle, Stop]] = []
    threaded = given.threaded
    unshared: frozenset[tuple[Class, str]] = frozenset()
    paired = given.paired
    while True:
        colouring = spread(
            given.seeds,
            sites=given.sites,
            blocking=given.blocking,
            console_scripts=given.console_scripts,
            kept=kept,
            decide=given.decisions.for_place,
            part=given.part,
            unshared=unshared,
            threads=given.threads,
            threaded=threaded,
            later=given.later,
            both=Both(given.pairs, paired, given.keep_both),
        )
        if given.is_found:
            _say_why(colouring)
        context = _context(given, colouring)
        pieces = tuple(swap_all(context))
        offer_threads(context, pieces, given.threads)
        offer_pairs(context, given.pairs)
        for piece in pieces:
            put_on_threads(piece, given.decisions, context, given.threads)
        settled = Settled(context, pieces, kept, tuple(gone), threaded)
        ways = [(obstacle, given.decisions.for_obstacle(obstacle)) for obstacle in settled.obstacles]
        dropped = [(o, way) for o, way in ways if way in _DROPPING and not o.callees <= colouring.fixed]
        gone += [(obstacle, make_stop(obstacle, colouring, way)) for obstacle, way in dropped]
        callees = {f for obstacle, way in dropped if way in (Way.REFUSE, Way.KEEP_SYNC) for f in obstacle.callees}
        pairing = {f for o, way in dropped if way is Way.KEEP_BOTH for f in paired_by(o, context)} - paired
        if paired:
            pairing |= with_what_they_await(paired, colouring, given.resolver) - paired
        below = {f for o, way in dropped if way is Way.THREAD for f in threaded_by(o, colouring, context)}
        more = (closure([*colouring.dragged, *callees], colouring, given.resolver.hierarchy) | below) - kept
        stuck = frozenset(piece.client for piece in pieces if piece.client is not None and _stays(piece, given))
        if not more and not pairing and stuck <= unshared:
            return settled
        unshared |= stuck
        threaded |= below
        paired |= pairing
        kept = kept | more


def _say_why(colouring: Colouring) -> None:
    """Nobody named the seeds: they block."""
    for function, cause in colouring.causes.items():
        if cause.kind is Kind.SEED:
            colouring.causes[function] = replace(cause, why="blocks, and an event loop runs it")


def _context(given: Draft, colouring: Colouring) -> Context:
    bridges = [o for o in colouring.obstacles if given.decisions.for_obstacle(o) is Way.BRIDGE]
    bridged = given.blocking.below(function for obstacle in bridges for function in obstacle.callees)
    return Context(
        given.resolver,
        given.blocking,
        colouring,
        given.package,
        given.part,
        frozenset(bridged),
        given.oldest_python,
        given.replaced,
    )


def _stays(piece: Piece, given: Draft) -> bool:
    """Whether the client of the piece isn't swapped, and everybody knows."""
    if piece.is_threaded:
        return True
    return bool(piece.obstacles) and all(given.decisions.for_obstacle(o) is Way.MARK for o in piece.obstacles)


def _held(undecided: Iterable[Obstacle], settled: Settled, given: Draft) -> set[Function]:
    starts = [function for obstacle in undecided for function in obstacle.callees]
    return closure(starts, settled.colouring, given.resolver.hierarchy)


def _held_by(undecided: Iterable[Obstacle], settled: Settled, given: Draft) -> dict[int, set[Function]]:
    """By obstacle, the functions that it holds back."""
    return {id(o): _held([o], settled, given) for o in undecided}


def _plan(given: Draft, whole: Settled, ready: Settled, held: dict[int, set[Function]]) -> Plan:
    accounted = account(whole.colouring)
    if ready is not whole:
        account(ready.colouring)  # what is written has nothing left over either
    grouping = groups.group(whole.colouring, given.sites)
    decisions = given.decisions
    pairs = [
        (o, make_stop(o, whole.colouring, decisions.for_obstacle(o), decisions.not_offered(o))) for o in whole.obstacles
    ]
    pairs += [(o, make_stop(o, whole.colouring, way)) for o, way in whole.colouring.vouched]
    pairs += whole.dropped
    pairs.sort(key=lambda pair: (pair[1].place, pair[1].code, pair[1].id))
    stops = tuple(numbered(stop for _, stop in pairs))
    ids = {id(pair[0]): stop.id for pair, stop in zip(pairs, stops, strict=True)}
    holders = _holders(held, ids, grouping)
    _hold_what_is_left_over(holders, whole, ready, grouping)
    edits = gather_edits(given, ready, grouping)
    files: dict[int, set[str]] = {}
    for planned in gather_edits(given, whole, grouping) if ready is not whole else edits:
        files.setdefault(planned.group, set()).add(planned.path)
    return Plan(
        targets=tuple(str(seed.name) for seed in given.seeds),
        converted=tuple(
            _converted(f, whole, grouping, given)
            for f in sorted(whole.colouring.causes, key=lambda f: f.place)
            if not f.is_async and not whole.colouring.both.stays(f) and not is_borrowed(f.module.path)
        ),
        references=_references(accounted, ids, grouping),
        stops=stops,
        groups=tuple(
            group
            for group in groups.describe(grouping, whole.colouring, given.sites, files, holders)
            if group.files or group.held_by
        ),
        edits=edits,
        notes=(
            *notes_of_decisions(decisions, pairs),
            *left_behind(given.sites.published, pairs),
            *notes_of_replaced(whole.context),
            *(note for note in notes_of(whole.context, whole.pieces, given.sites) if not _is_theirs(note)),
            *notes_of_workers([(o, decisions.for_obstacle(o)) for o in whole.obstacles], given.blocking),
            *undeclared(edits, given.declared),
            *given.notes,
        ),
        public=tuple(sorted(str(f.name) for f in whole.colouring.causes if _changes_colour(f, whole, given))),
        kept_sync=tuple(sorted(str(f.name) for f in whole.kept)),
        blast=count_cost(given.seeds, whole.colouring, given.sites, given.exports) if given.counts_cost else None,
    )


def _changes_colour(function: Function, settled: Settled, given: Draft) -> bool:
    """Whether others may call the function, and find it async."""
    return not function.is_async and function in settled.colouring.turned and _is_public(function, given)


def _is_theirs(note: Note) -> bool:
    """Whether it stands in a library's file."""
    return note.place is not None and is_borrowed(note.place.path)


def _is_public(function: Function, given: Draft) -> bool:
    """Whether others than the project may use the function."""
    return given.exports is not None and given.exports.is_public(function)


def _holders(
    held: dict[int, set[Function]], ids: dict[int, str], grouping: groups.Grouping
) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for key, functions in held.items():
        for number in {grouping.number(function) for function in functions} - {0}:
            found.setdefault(number, []).append(ids[key])
    return {number: tuple(sorted(stop_ids)) for number, stop_ids in found.items()}


def _hold_what_is_left_over(
    holders: dict[int, tuple[str, ...]], whole: Settled, ready: Settled, grouping: groups.Grouping
) -> None:
    """A group that was to become async only for the sake of a held one waits for the same stops."""
    waiting = {grouping.number(f) for f in whole.colouring.causes if f not in ready.colouring.causes} - holders.keys()
    while True:
        found = {
            number: tuple(sorted({stop for below in _called_by(number, grouping) for stop in holders.get(below, ())}))
            for number in waiting - holders.keys()
        }
        new = {number: stops for number, stops in found.items() if stops}
        if not new:
            return
        holders.update(new)


def _called_by(number: int, grouping: groups.Grouping) -> list[int]:
    """The groups that need group *number* above them."""
    return [below for below, above in grouping.needs.items() if number in above]


def _converted(function: Function, settled: Settled, grouping: groups.Grouping, given: Draft) -> Converted:
    cause = settled.colouring.causes[function]
    return Converted(
        function.name,
        function.place,
        cause.sentence,
        chain_of(function, settled.colouring),
        grouping.number(function),
        entry_label(function, given.sites),
        settled.colouring.both.name_of([function]),
    )


def _references(
    accounted: tuple[Accounted, ...], ids: dict[int, str], grouping: groups.Grouping
) -> tuple[Reference, ...]:
    found = (_reference(entry, ids, grouping) for entry in accounted)
    return tuple(sorted(found, key=lambda reference: (reference.place, reference.name)))


def _reference(entry: Accounted, ids: dict[int, str], grouping: groups.Grouping) -> Reference:
    reached = entry.reached
    functions = reached.functions if reached is not None else frozenset()
    targets = [str(f.name) for f in sorted(functions, key=lambda f: (f not in entry.callees, f.name))]
    function = reached.mention.function if reached is not None else None
    return Reference(
        place=entry.place,
        name=targets[0] if targets else entry.name,
        verdict=Verdict(entry.ending.value),
        known=_known(reached),
        reason=entry.reason,
        inside=str(function.name) if function is not None else "",
        reaches=(*targets, *(other.name for other in reached.others)) if reached is not None else (),
        how=reached.how.words if reached is not None else (),
        stop=ids[id(entry.obstacle)] if entry.obstacle is not None else "",
        group=grouping.number(min(entry.callees, key=lambda f: f.place)) if entry.callees else 0,
    )


def _known(reached: Reached | None) -> Known:
    if reached is None or not (reached.functions or reached.has_other):
        return Known.UNKNOWN
    return Known.INFERRED if reached.inferred else Known.EXACT
