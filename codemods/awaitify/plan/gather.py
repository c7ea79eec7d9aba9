"""Gathers the edits of everything that is decided, each with the group for whose sake it is made."""

from __future__ import annotations

import ast

from awaitify.codes import Way, find_code
from awaitify.colour.action import Action, Ending
from awaitify.colour.colouring import Entry, Obstacle
from awaitify.colour.consumers import Consumed, Consumer
from awaitify.colour.given import given_to
from awaitify.colour.mocks import replacing_mock
from awaitify.failure import InternalError
from awaitify.index.marked import codes_above, mark_comment
from awaitify.index.references import Use, statement_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.names import is_borrowed
from awaitify.plan.context import Piece
from awaitify.plan.decorators import cache_edits, wrapper_edits
from awaitify.plan.edit import AddImport, Edit, Mark, ReplaceExpression
from awaitify.plan.entry_points import split_entry
from awaitify.plan.functions import make_async
from awaitify.plan.groups import Grouping
from awaitify.plan.imports import unused_imports
from awaitify.plan.pairs import narrowed_imports, pair_edits, rename_edits
from awaitify.plan.passed import bridge_edits
from awaitify.plan.plan import PlannedEdit
from awaitify.plan.rewriting import call_edits, edits_at
from awaitify.plan.settled import Draft, Settled
from awaitify.plan.threads import thread_edits
from awaitify.plan.workers import run_in_worker, worker_behind


def gather_edits(given: Draft, settled: Settled, grouping: Grouping) -> tuple[PlannedEdit, ...]:
    """Every edit of the settled colouring; the imports that nothing uses any more are removed last."""
    return _Gathering(given, settled, grouping).gather()


class _Gathering:
    """One collection: each edit of a file is kept once, with the group that asked for it first."""

    def __init__(self, given: Draft, settled: Settled, grouping: Grouping) -> None:
        self.resolver = given.resolver
        self.given = given
        self.settled = settled
        self.grouping = grouping
        self.found: dict[tuple[str, Edit], int] = {}
        self.modules: dict[str, Module] = {}

    def gather(self) -> tuple[PlannedEdit, ...]:
        self.functions()
        self.sites()
        self.entries()
        self.offloads()
        self.pieces()
        self.decided()
        self.unused()
        return tuple(PlannedEdit(path, edit, number) for (path, edit), number in self.found.items())

    def add(self, module: Module, edit: Edit, function: Function) -> None:
        if is_borrowed(module.path):
            raise InternalError(f"{module.path} isn't the project's, and was to be edited")
        self.modules[module.path] = module
        self.found.setdefault((module.path, edit), self.grouping.number(function))

    def functions(self) -> None:
        forms, delegated = self.given.sites.forms, _delegated(self.settled)
        both = self.settled.colouring.both
        for function in sorted(self.settled.colouring.causes, key=lambda f: f.place):
            if not function.is_async and not both.stays(function) and not is_borrowed(function.module.path):
                awaits = function in self.settled.colouring.awaiting
                piece = make_async(function, forms, delegated, awaits=awaits, marks_tests=self.given.marks_tests)
                for path, edit in piece.edits:
                    self.add(self.module_at(path), edit, function)
                own = (*wrapper_edits(function, self.settled, self.given.sites), *cache_edits(function, self.resolver))
                for edit in own:
                    self.add(function.module, edit, function)
                for module, edit in pair_edits(function, both, self.resolver) if both.covers(function) else ():
                    self.add(module, edit, function)

    def sites(self) -> None:
        for site in self.settled.colouring.sites:
            mention = site.reached.mention
            callee = min(site.callees, key=lambda f: f.place)
            renames = rename_edits(site, self.settled.colouring.both, self.resolver)
            for module, edit in (*renames, *edits_at(site, self.settled.context)):
                if self.settled.context.may_change(module.path):  # elsewhere it is an annotation: any await is a stop
                    self.add(module, edit, callee)
            mock = (
                replacing_mock(mention, self.resolver)
                if mention.call is None and site.ending is not Ending.SYNC
                else None
            )
            if mock is not None:
                for edit in _mock_edits(mock, mention.module):
                    self.add(mention.module, edit, callee)

    def entries(self) -> None:
        for entry in self.settled.colouring.entries.values():
            if entry.split:
                for _, edit in split_entry(entry, self.settled.context).edits:
                    self.add(entry.function.module, edit, self.called_by(entry))

    def offloads(self) -> None:
        for offload in self.settled.colouring.offloads:
            module = offload.inside.module
            if offload.call not in self.grouping.offloads:
                continue  # what it calls is held back, and will be awaited
            for edit in thread_edits(module.span(offload.call)):
                self.add(module, edit, offload.inside)

    def pieces(self) -> None:
        for piece in self.settled.pieces:
            if not piece.obstacles:
                owner = self.owner(piece)
                for path, edit in piece.edits:
                    self.add(self.module_at(path), edit, owner)

    def module_at(self, path: str) -> Module:
        module = self.resolver.program.module_at(path)
        assert module is not None
        return module

    def owner(self, piece: Piece) -> Function:
        """The function whose group a piece belongs to; for the body of an entry point, one that it calls."""
        entry = self.settled.colouring.entries.get(piece.functions[0])
        is_entry = entry is not None and piece.functions[0] not in self.settled.colouring.causes
        return self.called_by(entry) if entry is not None and is_entry else piece.functions[0]

    def called_by(self, entry: Entry) -> Function:
        return min(entry.sites[0].functions & self.settled.colouring.causes.keys(), key=lambda f: f.place)

    def decided(self) -> None:
        decided = [(o, self.given.decisions.for_obstacle(o)) for o in self.settled.obstacles]
        for obstacle, way in [*decided, *self.settled.colouring.vouched]:
            module = self.resolver.program.module_at(obstacle.place.path) if _has_node(obstacle) else None
            is_done = obstacle.inside is not None and self.settled.colouring.both.stays(obstacle.inside)
            if module is None or is_done:  # the twin has the mark
                continue
            owner = min(obstacle.callees, key=lambda f: f.place)
            if way is Way.BRIDGE and (worker := worker_behind(obstacle, self.given.blocking)) is not None:
                for where, edit in run_in_worker(obstacle, worker):
                    self.add(where, edit, owner)
                continue
            for edit in _decided_edits(obstacle, way, module, self.resolver):
                self.add(module, edit, owner)

    def edits_of(self, path: str) -> list[Edit]:
        return [edit for where, edit in self.found if where == path]

    def unused(self) -> None:
        for path, module in self.modules.items():
            for edit, narrowed in narrowed_imports(module, self.edits_of(path), self.resolver):
                self.found[path, narrowed] = self.found.pop((path, edit))
            own = {edit: number for (where, edit), number in self.found.items() if where == path}
            last = max((number for edit, number in own.items() if isinstance(edit, ReplaceExpression)), default=0)
            for removal in unused_imports(module, own, self.resolver):
                self.found[path, removal] = last


def _delegated(settled: Settled) -> set[ast.AST]:
    """The expressions in ``yield from`` that become async iterators."""
    rewrites = (site.rewrite for site in settled.colouring.sites if site.rewrite is not None)
    pieces = (piece for rewrite in rewrites for piece in rewrite.pieces())
    places = (place for piece in pieces if isinstance(piece, Consumed) for place in piece.places)
    return {place.node for place in places if place.consumer is Consumer.DELEGATED}


def _mock_edits(mock: ast.Call, module: Module) -> list[Edit]:
    """``MagicMock(…)`` → ``AsyncMock(…)``"""
    if isinstance(mock.func, ast.Attribute):
        receiver = module.span(mock.func.value)
        return [ReplaceExpression(module.span(mock.func), "{0}.AsyncMock", (receiver,))]
    return [ReplaceExpression(module.span(mock.func), "AsyncMock"), AddImport("unittest.mock", "AsyncMock")]


def _has_node(obstacle: Obstacle) -> bool:
    """Whether the place was read: a mark can stand only there."""
    return obstacle.reached is not None or obstacle.node is not None


def _decided_edits(obstacle: Obstacle, way: Way | None, module: Module, resolver: Resolver) -> list[Edit]:
    node = obstacle.reached.mention.node if obstacle.reached is not None else obstacle.node
    assert node is not None
    if way is Way.MARK and obstacle.code in codes_above(node, module):
        return []  # from an earlier run
    if way is Way.MARK:
        text = obstacle.reason if obstacle.code.startswith("AW4") else find_code(obstacle.code).title
        return [Mark(module.span(statement_of(node, module)), mark_comment(obstacle.code, text))]
    if way is Way.BRIDGE and obstacle.reached is not None and obstacle.reached.mention.use is Use.PASSED:
        given = given_to(obstacle.reached.mention.node, module, resolver)
        return bridge_edits(given) if given is not None else []
    if way is Way.BRIDGE and obstacle.reached is not None:
        return call_edits(Action.RUN, module, obstacle.reached.mention.call)
    return []
