"""The edits of pairs: what stays above its twin, and the names by which twins are used."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from awaitify.codes import Way
from awaitify.colour.action import Action
from awaitify.colour.colouring import Colouring, Obstacle, Site
from awaitify.colour.pairs import Both, Pairs, twin_name
from awaitify.index.references import IMPLIED, Mention
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Function, Module
from awaitify.index.values import ModuleValue
from awaitify.plan.context import Context
from awaitify.plan.decisions import closure
from awaitify.plan.edit import Edit, ImportAlso, KeepBefore, Rename, RenameFunction
from awaitify.plan.imports import is_exported, standing_twice

_Edits = Iterator[tuple[Module, Edit]]
_PACKAGE = "__init__.py"
_MOST_IMPORTS = 10
"""So many modules may hand a name on to each other."""


def pair_edits(function: Function, both: Both, resolver: Resolver) -> _Edits:
    """The function stays, and its twin gets its name; a package that offers the one offers the other."""
    module, span = function.module, function.module.span(function.node)
    yield module, KeepBefore(span)
    if both.pairs.is_renamed(function):
        naming = _Naming(function, both, resolver)
        yield module, RenameFunction(span, naming.name)
        if function.owner is None:
            yield from naming.offered()


def rename_edits(site: Site, both: Both, resolver: Resolver) -> _Edits:
    """At a mention of what has a twin: its name, and the import that gives it."""
    mention, covered = site.reached.mention, [f for f in site.callees if both.covers(f)]
    if site.action is Action.NONE or mention.use in IMPLIED or not covered:
        return
    if all(map(both.pairs.is_renamed, covered)):
        yield from _Naming(covered[0], both, resolver).at(mention)


class _Naming:
    """The names under which the twin of one function goes: its own, and those that go with what imports call the function."""

    def __init__(self, function: Function, both: Both, resolver: Resolver) -> None:
        self.function, self.resolver = function, resolver
        self.pattern = both.pairs.pattern
        self.name = both.pairs.twin(function).name

    def of(self, name: str) -> str:
        """What the twin is called where the function is called *name*."""
        return self.name if name == self.function.node.name else twin_name(name, self.pattern)

    def at(self, mention: Mention) -> _Edits:
        module = mention.module
        match mention.node:
            case ast.Attribute(attr=attr, value=receiver) as node:
                yield module, Rename(module.span(node), self.of(attr))
                for value in self.resolver.answer(receiver, module).values:
                    if isinstance(value, ModuleValue):
                        yield from self.imported(value.module, attr)
            case ast.Name(id=bound) as node:
                yield module, Rename(module.span(node), self.of(bound))
                scope = self.resolver.scopes.find_scope(bound, self.resolver.scopes.scope_of(node, module))
                for binding in scope.bindings.get(bound, ()) if scope is not None else ():
                    if isinstance(binding.node, ast.alias):
                        yield from self.import_also(binding.node, module)

    def offered(self) -> _Edits:
        """The packages that import the function for those who import it from there."""
        for module in self.resolver.program.mentioning(self.function.node.name):
            if module.path.rpartition("/")[2] == _PACKAGE:
                for bindings in module.scope.bindings.values():
                    for binding in bindings:
                        if isinstance(binding.node, ast.alias) and self.leads_here(binding.source, module):
                            yield from self.import_also(binding.node, module)

    def leads_here(self, source: str, module: Module) -> bool:
        for _ in range(_MOST_IMPORTS):
            where, _, member = self.resolver.program.absolute(source, module).partition(":")
            found = self.resolver.program.module(where) if member else None
            if found is None:
                return False
            if found is self.function.module:
                return member == self.function.qualname
            module = found
            source = next((b.source for b in found.scope.bindings.get(member, ()) if b.source), "")
        return False

    def imported(self, module: Module, bound: str) -> _Edits:
        """Where *module* has *bound* from an import, the import that it needs for the twin."""
        for binding in module.scope.bindings.get(bound, ()):
            if binding.kind is BindingKind.IMPORT and isinstance(binding.node, ast.alias):
                yield from self.import_also(binding.node, module)

    def import_also(self, alias: ast.alias, module: Module) -> _Edits:
        statement = module.parents[alias]
        if not isinstance(statement, ast.ImportFrom):
            return
        new = self.of(alias.name)
        bound = self.of(alias.asname) if alias.asname and alias.asname != alias.name else ""
        yield module, ImportAlso(module.span(statement), alias.name, new, bound, _before(new, statement.names))
        source = f"{'.' * statement.level}{statement.module or ''}"
        where, _, _ = self.resolver.program.absolute(f"{source}:{alias.name}", module).partition(":")
        other = self.resolver.program.module(where)
        if other is not None and other is not module:
            yield from self.imported(other, alias.name)


def _before(name: str, aliases: list[ast.alias]) -> str:
    """The import before which the new name stands where they are sorted, as isort does or by the letter."""
    names = [alias.name for alias in aliases]
    for order in (_by_kind, str.lower, str):
        keys = [order(each) for each in names]
        if keys == sorted(keys):
            return next((each for each in names if order(each) > order(name)), "")
    return ""


def _by_kind(name: str) -> str:
    """Constants, then classes, then all else: https://pycqa.github.io/isort/docs/configuration/options.html#order-by-type"""
    return f"{'0' if name.isupper() and len(name) > 1 else '1' if name[:1].isupper() else '2'}{name}"


def narrowed_imports(
    module: Module, edits: Iterable[Edit], resolver: Resolver
) -> Iterator[tuple[ImportAlso, ImportAlso]]:
    """The imports of twins at the top of *module*, each with what it is when nothing uses the sync one any more."""
    edits = list(edits)
    kept = standing_twice(module, edits)
    renamed = {edit.span for edit in edits if isinstance(edit, Rename)}
    gone = {span for span in renamed if not any(stays.holds(span) for stays in kept)}
    for edit in sorted((e for e in edits if isinstance(e, ImportAlso)), key=lambda e: (e.span, e.new)):
        bound = next((a.asname or a.name for a in _aliases(edit, module) if a.name == edit.name), edit.name)
        uses = [node for node in module.mentions.get(bound, ()) if isinstance(node, ast.Name)]
        is_gone = bool(uses) and all(module.span(use) in gone for use in uses)
        if is_gone and module.path.rpartition("/")[2] != _PACKAGE and not is_exported(module, bound, resolver):
            others = [alias for alias in _aliases(edit, module) if alias.name != edit.name]
            yield edit, replace(edit, before=_before(edit.new, others), instead=True)


def _aliases(edit: ImportAlso, module: Module) -> list[ast.alias]:
    statements = (s for s in module.tree.body if isinstance(s, ast.ImportFrom) and module.span(s) == edit.span)
    return next((s.names for s in statements), [])


# as a way out


def offer_pairs(context: Context, pairs: Pairs) -> None:
    """Take ``keep-both`` from the ways out of every obstacle where what it is about can't have twins."""
    known: dict[frozenset[Function], bool] = {}
    obstacles = context.colouring.obstacles
    for number, obstacle in enumerate(obstacles):
        if Way.KEEP_BOTH in obstacle.ways:
            starts = frozenset(obstacle.callees)
            if starts not in known:
                found = paired_by(obstacle, context)
                known[starts] = bool(found) and not any(map(pairs.why_not, found))
            if not known[starts]:
                obstacles[number] = _without(obstacle)


def paired_by(obstacle: Obstacle, context: Context) -> set[Function]:
    """What gets twins when that is decided for the obstacle: what stands there, and all that this would await."""
    return with_what_they_await(obstacle.callees, context.colouring, context.resolver)


def with_what_they_await(starts: Iterable[Function], colouring: Colouring, resolver: Resolver) -> set[Function]:
    """The sync functions among *starts*, what they would await, and what a call may reach beside one of these."""
    found = set(starts)
    while True:
        grown = closure(found, colouring, resolver.hierarchy, with_needing=False)
        for site in colouring.sites:
            if not grown.isdisjoint(site.callees):
                grown |= site.callees
        if grown == found:
            return {f for f in found if not f.is_async and not f.is_nested and f in colouring.causes}
        found = grown


def _without(obstacle: Obstacle) -> Obstacle:
    return replace(obstacle, ways=tuple(way for way in obstacle.ways if way is not Way.KEEP_BOTH))
