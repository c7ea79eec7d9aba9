"""Draws the plan: spreads the colour, settles the decisions, and gathers the edits of what is ready."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from awaitify.codes import Way, find_code
from awaitify.colour.account import Accounted, account
from awaitify.colour.blocking import Blocking
from awaitify.colour.colouring import Action, Colouring, Obstacle, Site
from awaitify.colour.frameworks import ThreadHop, entry_label, thread_hop
from awaitify.colour.mocks import replacing_mock
from awaitify.colour.sites import Sites
from awaitify.colour.spread import spread
from awaitify.index.references import statement_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.names import Place
from awaitify.plan import groups
from awaitify.plan.context import Context, Piece
from awaitify.plan.decisions import Decisions, chain_of, closure, make_stop, numbered
from awaitify.plan.edit import AddImport, AwaitCall, Edit, Mark, ReplaceExpression, RunCall
from awaitify.plan.entry_points import split_entry
from awaitify.plan.functions import make_async
from awaitify.plan.imports import unused_imports
from awaitify.plan.notes import notes_of
from awaitify.plan.plan import Converted, Known, Plan, PlannedEdit, Reference, Stop, Verdict
from awaitify.plan.swapping import swap_all


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """What a plan is drawn from."""

    resolver: Resolver
    sites: Sites
    blocking: Blocking
    seeds: tuple[Function, ...]
    console_scripts: frozenset[Function]
    kept: frozenset[Function]
    decisions: Decisions
    package: str = "httpx"
    marks_tests: bool = True
    public: tuple[str, ...] = ()
    part: str = ""

    def functions_at(self, places: set[Place]) -> frozenset[Function]:
        """The functions that stand at *places*."""
        modules = (self.resolver.program.module_at(path) for path in sorted({place.path for place in places}))
        return frozenset(f for module in modules if module is not None for f in module.functions if f.place in places)


@dataclass(frozen=True, slots=True, eq=False)
class _Settled:
    """A colouring in which every decision is carried out."""

    context: Context
    pieces: tuple[Piece, ...]
    kept: frozenset[Function]
    dropped: tuple[tuple[Obstacle, Stop], ...]
    """The obstacles that are gone because of a decision to keep sync what they hold, with their stops."""

    @property
    def colouring(self) -> Colouring:
        return self.context.colouring

    @property
    def obstacles(self) -> list[Obstacle]:
        return [*self.colouring.obstacles, *(o for piece in self.pieces for o in piece.obstacles)]


def draft(given: Draft) -> Plan:
    """The plan: all that was found, and the edits of the groups that nothing undecided holds back."""
    whole = _settle(given, given.kept)
    undecided = [o for o in whole.obstacles if given.decisions.for_obstacle(o) is None]
    ready = whole
    held = _held_by(undecided, whole, given)
    while undecided:
        kept = ready.kept | _held(undecided, ready, given)
        ready = _settle(given, frozenset(kept))
        undecided = [o for o in ready.obstacles if given.decisions.for_obstacle(o) is None]
    return _plan(given, whole, ready, held)


def _settle(given: Draft, kept: frozenset[Function]) -> _Settled:
    """Spread, and spread again with what the decisions keep sync, until they keep nothing more."""
    gone: list[tuple[Obstacle, Stop]] = []
    while True:
        colouring = spread(
            given.seeds,
            sites=given.sites,
            blocking=given.blocking,
            console_scripts=given.console_scripts,
            kept=kept,
            decide=given.decisions.for_mention,
            part=given.part,
        )
        context = Context(given.resolver, given.blocking, colouring, given.package)
        pieces = tuple(swap_all(context))
        settled = _Settled(context, pieces, kept, tuple(gone))
        ways = [(obstacle, given.decisions.for_obstacle(obstacle)) for obstacle in settled.obstacles]
        dropped = [(obstacle, way) for obstacle, way in ways if way in (Way.REFUSE, Way.KEEP_SYNC)]
        gone += [(obstacle, make_stop(obstacle, colouring, way)) for obstacle, way in dropped]
        callees = {function for obstacle, _ in dropped for function in obstacle.callees}
        more = closure([*colouring.dragged, *callees], colouring, _families(given)) - kept
        if not more:
            return settled
        kept = kept | more


def _families(given: Draft) -> _FamilyLookup:
    return _FamilyLookup(given.resolver)


class _FamilyLookup(dict[Function, tuple[Function, ...]]):
    """The family of a function, asked of the hierarchy."""

    def __init__(self, resolver: Resolver) -> None:
        super().__init__()
        self._resolver = resolver

    def get(self, function: Function, default: object = ()) -> tuple[Function, ...]:  # type: ignore[override]
        del default
        return self._resolver.hierarchy.family(function) if function.owner else (function,)


def _held(undecided: Iterable[Obstacle], settled: _Settled, given: Draft) -> set[Function]:
    starts = [function for obstacle in undecided for function in obstacle.callees]
    return closure(starts, settled.colouring, _families(given))


def _held_by(undecided: Iterable[Obstacle], settled: _Settled, given: Draft) -> dict[int, set[Function]]:
    """By obstacle, the functions that it holds back."""
    return {id(o): _held([o], settled, given) for o in undecided}


def _plan(given: Draft, whole: _Settled, ready: _Settled, held: dict[int, set[Function]]) -> Plan:
    grouping = groups.group(whole.colouring, given.resolver)
    pairs = [(o, make_stop(o, whole.colouring, given.decisions.for_obstacle(o))) for o in whole.obstacles]
    pairs += [(o, make_stop(o, whole.colouring, Way.AWAIT)) for o in whole.colouring.vouched]
    pairs += whole.dropped
    pairs.sort(key=lambda pair: (pair[1].place, pair[1].code, pair[1].id))
    stops = tuple(numbered(stop for _, stop in pairs))
    ids = {id(pair[0]): stop.id for pair, stop in zip(pairs, stops, strict=True)}
    holders = _holders(held, ids, grouping)
    edits = _edits(given, ready, grouping)
    files: dict[int, set[str]] = {}
    for planned in _edits(given, whole, grouping) if ready is not whole else edits:
        files.setdefault(planned.group, set()).add(planned.path)
    return Plan(
        targets=tuple(str(seed.name) for seed in given.seeds),
        converted=tuple(_converted(f, whole, grouping, given) for f in sorted(whole.colouring.causes, key=lambda f: f.place)),
        references=_references(account(whole.colouring), whole.colouring),
        stops=stops,
        groups=groups.describe(grouping, whole.colouring, given.resolver, files, holders),
        edits=edits,
        notes=tuple(notes_of(whole.context, whole.pieces)),
        public=tuple(sorted(str(f.name) for f in whole.colouring.causes if _is_public(f, given) and not f.is_async)),
        kept_sync=tuple(sorted(str(f.name) for f in whole.kept)),
    )


def _is_public(function: Function, given: Draft) -> bool:
    """Whether the project's settings say that others may call the function."""
    dotted = f"{function.module.name}.{function.qualname}"
    return any(fnmatchcase(text, pattern) for pattern in given.public for text in (str(function.name), dotted))


def _holders(held: dict[int, set[Function]], ids: dict[int, str], grouping: groups.Grouping) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for key, functions in held.items():
        for number in {grouping.number(function) for function in functions} - {0}:
            found.setdefault(number, []).append(ids[key])
    return {number: tuple(sorted(stop_ids)) for number, stop_ids in found.items()}


def _converted(function: Function, settled: _Settled, grouping: groups.Grouping, given: Draft) -> Converted:
    cause = settled.colouring.causes[function]
    return Converted(
        function.name,
        function.place,
        cause.sentence,
        chain_of(function, settled.colouring),
        grouping.number(function),
        entry_label(function, given.resolver),
    )


def _references(accounted: tuple[Accounted, ...], colouring: Colouring) -> tuple[Reference, ...]:
    found = []
    for entry in accounted:
        mention = entry.reached.mention
        known = Known.INFERRED if entry.reached.inferred else Known.EXACT
        known = known if entry.reached.functions or entry.reached.has_other else Known.UNKNOWN
        targets = sorted(str(f.name) for f in entry.reached.functions)
        name = targets[0] if targets else entry.name
        inside = str(mention.function.name) if mention.function is not None else ""
        place = mention.module.place(mention.node)
        found.append(Reference(place, name, Verdict(entry.ending.value), known, entry.reason, inside))
    del colouring
    return tuple(sorted(found, key=lambda reference: (reference.place, reference.name)))


# edits


def _edits(given: Draft, settled: _Settled, grouping: groups.Grouping) -> tuple[PlannedEdit, ...]:
    """Every edit of the settled colouring, with the group for whose sake it is made; imports last."""
    found: dict[tuple[str, Edit], int] = {}
    modules: dict[str, Module] = {}

    def add(module: Module, edit: Edit, function: Function | None) -> None:
        modules[module.path] = module
        found.setdefault((module.path, edit), grouping.number(function) if function is not None else 0)

    for function in sorted(settled.colouring.causes, key=lambda f: f.place):
        if not function.is_async:
            piece = make_async(function, given.resolver, marks_tests=given.marks_tests)
            for _, edit in piece.edits:
                add(function.module, edit, function)
    for site in settled.colouring.sites:
        mention = site.reached.mention
        callee = min(site.callees, key=lambda f: f.place)
        for edit in _edits_at(site, given.resolver):
            add(mention.module, edit, callee)
        mock = replacing_mock(mention, given.resolver) if mention.call is None else None
        if mock is not None:
            for edit in _mock_edits(mock, mention.module):
                add(mention.module, edit, callee)
    for entry in settled.colouring.entries.values():
        if entry.split:
            callee = min(entry.sites[0].functions & settled.colouring.causes.keys(), key=lambda f: f.place)
            for _, edit in split_entry(entry, settled.context).edits:
                add(entry.function.module, edit, callee)
    for piece in settled.pieces:
        if not piece.obstacles:
            owner = _owner(piece, settled)
            for path, edit in piece.edits:
                module = given.resolver.program.module_at(path)
                assert module is not None
                add(module, edit, owner)
    for obstacle in settled.obstacles:
        for module, edit in _decided_edits(obstacle, given):
            add(module, edit, min(obstacle.callees, key=lambda f: f.place))
    for path, module in modules.items():
        own = [edit for (where, edit) in found if where == path]
        for removal in unused_imports(module, own, given.resolver.program):
            found[path, removal] = _group_of_import(path, found)
    return tuple(PlannedEdit(path, edit, number) for (path, edit), number in found.items())


def _owner(piece: Piece, settled: _Settled) -> Function:
    """The function whose group a piece belongs to; for the body of an entry point, one that it calls."""
    function = piece.functions[0]
    entry = settled.colouring.entries.get(function)
    if entry is None or function in settled.colouring.causes:
        return function
    return min(entry.sites[0].functions & settled.colouring.causes.keys(), key=lambda f: f.place)


def _edits_at(site: Site, resolver: Resolver) -> list[Edit]:
    mention = site.reached.mention
    if site.action is Action.UNWRAP and (hop := thread_hop(mention, resolver)) is not None:
        return [_unwrap(hop, mention.module)]
    return _site_edits(site.action, mention.module, mention.call)


def _unwrap(hop: ThreadHop, module: Module) -> Edit:
    """``await asyncio.to_thread(f, x, k=1)`` → ``await f(x, k=1)``; the await is there."""
    holes = [hop.function, *hop.arguments, *(keyword.value for keyword in hop.call.keywords)]
    written = [f"{{{number}}}" for number in range(1, len(hop.arguments) + 1)]
    for number, keyword in enumerate(hop.call.keywords, len(written) + 1):
        written.append(f"{keyword.arg}={{{number}}}" if keyword.arg else f"**{{{number}}}")
    template = f"{{0}}({', '.join(written)})"
    return ReplaceExpression(module.span(hop.call), template, tuple(module.span(hole) for hole in holes))


def _site_edits(action: Action, module: Module, call: ast.Call | None) -> list[Edit]:
    if call is None or action is Action.NONE:
        return []
    if action is Action.AWAIT:
        return [AwaitCall(module.span(call))]
    return [RunCall(module.span(call)), AddImport("asyncio")]


def _mock_edits(mock: ast.Call, module: Module) -> list[Edit]:
    """``MagicMock(…)`` → ``AsyncMock(…)``"""
    if isinstance(mock.func, ast.Attribute):
        receiver = module.span(mock.func.value)
        return [ReplaceExpression(module.span(mock.func), "{0}.AsyncMock", (receiver,))]
    return [ReplaceExpression(module.span(mock.func), "AsyncMock"), AddImport("unittest.mock", "AsyncMock")]


def _decided_edits(obstacle: Obstacle, given: Draft) -> list[tuple[Module, Edit]]:
    way = given.decisions.for_obstacle(obstacle)
    module = given.resolver.program.module_at(obstacle.place.path)
    assert module is not None
    node = obstacle.reached.mention.node if obstacle.reached is not None else obstacle.node
    assert node is not None
    if way is Way.MARK:
        comment = f"awaitify: todo[{obstacle.code}] {find_code(obstacle.code).title}"
        return [(module, Mark(module.span(statement_of(node, module)), comment))]
    if way is Way.BRIDGE and obstacle.reached is not None and obstacle.reached.mention.call is not None:
        return [(module, edit) for edit in _site_edits(Action.RUN, module, obstacle.reached.mention.call)]
    return []


def _group_of_import(path: str, found: dict[tuple[str, Edit], int]) -> int:
    """A removed import goes with the last group that stops using it."""
    return max((number for (where, edit), number in found.items() if where == path and isinstance(edit, ReplaceExpression)))


