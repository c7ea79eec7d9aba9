"""What stands against a whole family or class, not against one mention: reported once, where it is defined."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from awaitify.codes import Way, find_code
from awaitify.colour.barriers import Barrier
from awaitify.colour.colouring import Cause, Kind, Obstacle
from awaitify.colour.decorated import why_no_twin
from awaitify.colour.decorators import HandsBack, decorators_of
from awaitify.colour.handed_on import returned_awaitables
from awaitify.colour.in_settings import named_in_settings
from awaitify.colour.in_templates import calls_in_templates
from awaitify.colour.looked_up import lookups, may_find
from awaitify.colour.mixed import FOREIGN, STAYS, bare_name, both_sides, can_be_accepted, sides_of
from awaitify.colour.named import strings_naming
from awaitify.colour.orm import is_used, orm_uses
from awaitify.colour.reached import Other, Reached
from awaitify.colour.views_by_hand import calls_of_views
from awaitify.index.references import surroundings
from awaitify.index.summary import Class, Function
from awaitify.index.values import FunctionValue
from awaitify.names import Place, Span, is_borrowed

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites
    from awaitify.colour.spread import Spread


def obstacles_at_definitions(
    spread: Spread, by_mixin: Mapping[Class, Sequence[Reached]], takers: Mapping[Function, Sequence[Reached]]
) -> Iterator[Obstacle]:
    """The obstacles of mixins, of functions that hand awaitables on, of helpers and seeds that can't become async, and
    of files that aren't read, of templates and of settings.

    *by_mixin* are the mixed calls of classes on themselves, *takers* the calls whose result is taken for an awaitable.
    """
    for mixin, calls in by_mixin.items():
        yield conflict_of(mixin, calls, spread)
    for function in list(spread.result.causes):
        yield from _of_what_it_hands_on(function, takers.get(function, ()), spread)
        yield from _of_wrapper(function, spread)
    yield from _of_keeping_decorators(spread)
    for barrier, cause, function in spread.refused:
        yield obstacle_of_helper(barrier, cause, function, spread.sites)
    for barrier, seed in spread.barred_seeds:
        yield _of_seed(barrier, seed, spread)
    by_name = (_of_unread_files, _of_templates, _of_settings, _of_views, _of_named_classes, _of_lookups)
    for obstacle in (found for find in by_name for found in find(spread)):
        if not spread.both.all_of(obstacle.callees):  # what stays sync beside its twin is found as before
            yield obstacle
    yield from _of_the_orm(spread)


def ways_out(code: str, function: Function | None, sites: Sites) -> tuple[Way, ...]:
    """The ways out of a stop: ``create`` only where all that make objects with the constructor *function* are known."""
    ways = find_code(code).ways
    if Way.CREATE not in ways or (function is not None and sites.why_no_create(function) is None):
        return ways
    return tuple(way for way in ways if way is not Way.CREATE)


def offered_of_a_library(
    ways: tuple[Way, ...], path: str, callees: Iterable[Function], sites: Sites
) -> tuple[Way, ...]:
    """The ways out where a library has its part: nothing is written in its files, and what is async there isn't kept sync."""
    if is_borrowed(path):
        return tuple(way for way in ways if way is Way.REFUSE)
    if any(function in sites.published for function in callees):
        return tuple(way for way in ways if way not in (Way.THREAD, Way.KEEP_SYNC, Way.KEEP_BOTH))
    return ways


def no_create(code: str, function: Function, sites: Sites) -> str:
    """What is added to a reason where a constructor can't be replaced by an async ``create``."""
    why = sites.why_no_create(function) if code == "AW201" else None
    return f"; no create() can take its place: {why}" if why else ""


def conflict_of(mixin: Class, calls: Sequence[Reached], spread: Spread) -> Obstacle:
    """One for the mixin, however many of its methods call what only some of its classes make async."""
    names = sorted({f"self.{bare_name(reached.mention.node)}" for reached in calls})
    called = " and ".join(names) if len(names) < 3 else f"{names[0]} and {len(names) - 1} more"
    found = sides_of(calls, spread, mixin)
    reason = f"{mixin.name} serves classes of both colours: {called} may reach {both_sides(found)}"
    callees = frozenset(f for reached in calls for f in reached.functions if f in spread.result.causes)
    place, ways = mixin.module.place(mixin.node), find_code("AW312").ways
    stays = any(side.colour in (STAYS, FOREIGN) for side in found)
    if stays or not all(can_be_accepted(reached, spread) for reached in calls):
        ways = tuple(way for way in ways if way is not Way.AWAIT)
    return Obstacle("AW312", place, reason, callees, None, ways, None, mixin.node, tuple(calls), found)


def obstacle_of_reads(name: str, reads: Sequence[Reached], spread: Spread) -> Obstacle:
    """One for a property, however many reads of its name there are of which nobody knows the object."""
    getters = frozenset(f for f in spread.result.causes if f.node.name == name)
    first = min(getters, key=lambda f: f.place)
    many = f"{len(reads)} reads of .{name}, of objects that aren't known, may be" if len(reads) > 1 else ""
    one = f"a read of .{name}, of an object that isn't known, may be"
    ways = tuple(way for way in find_code("AW202").ways if way is not Way.BRIDGE)
    reason = f"{many or one} of this property"
    return Obstacle("AW202", first.place, reason, getters, first, ways, None, first.node, tuple(reads))


def _of_what_it_hands_on(function: Function, takers: Sequence[Reached], spread: Spread) -> Iterator[Obstacle]:
    """A function that gives an awaitable and becomes async would give an awaitable of an awaitable."""
    if function.is_async:
        return
    wrapping = decorators_of(spread.resolver).around(function)
    own = wrapping.calls if wrapping is not None else ()  # they are awaited
    found = returned_awaitables(function, spread.resolver, spread.result.causes)
    given = next((call for call in found if call not in own), None)
    if given is None and not takers:
        return
    node = given or function.node
    what = f"{ast.unparse(given.func)}(…)" if given is not None else "what may be an awaitable"
    reason = f"{function.name} isn't async and returns {what}, which its callers await"
    place, ways = function.module.place(node), find_code("AW313").ways
    yield Obstacle("AW313", place, reason, frozenset({function}), function, ways, None, node, tuple(takers))


def _of_keeping_decorators(spread: Spread) -> Iterator[Obstacle]:
    """Decorators that keep what they hand back: who takes it from there calls it without await. One for each place."""
    kept: dict[ast.Name, tuple[Function, list[Function]]] = {}
    for function in spread.result.causes:
        for decorator in function.node.decorator_list if not function.is_async else ():
            shape = decorators_of(spread.resolver).shape(decorator, function)
            if isinstance(shape, HandsBack):
                for node in shape.kept:
                    kept.setdefault(node, (shape.taker, []))[1].append(function)
    for node, (taker, functions) in kept.items():
        line = taker.module.lines[node.lineno - 1].strip()
        reason = f"{functions[0].name} is kept or passed on by its decorator {taker.name}: {line}"
        place, ways = taker.module.place(node), find_code("AW301").ways
        yield Obstacle("AW301", place, reason, frozenset(functions), taker, ways, None, node)


def _of_wrapper(wrapper: Function, spread: Spread) -> Iterator[Obstacle]:
    """A wrapper that must serve both colours and can't have an async twin."""
    wrapping = decorators_of(spread.resolver).around(wrapper)
    if wrapping is None or wrapper.is_async:
        return
    applied = spread.sites.applied(wrapping)
    callees = frozenset(f for f in applied.functions if f in spread.result.causes and not f.is_async)
    if callees and applied.is_shared(spread.result.turned, spread.resolver):
        if reason := why_no_twin(wrapping, callees, spread.resolver):
            place, ways = wrapper.place, (Way.REFUSE, Way.KEEP_SYNC)
            yield Obstacle("AW210", place, reason, callees, wrapper, ways, None, wrapper.node)


def obstacle_of_accepted(barrier: Barrier, at: Place | None) -> Obstacle:
    """What a person vouches for when they accept a barrier: *at* is where they did, if not where the barrier stands."""
    callees, ways = frozenset({barrier.function}), find_code(barrier.code).ways
    place = at or barrier.place
    return Obstacle(barrier.code, place, barrier.reason, callees, barrier.function, ways, None, barrier.node)


def obstacle_of_helper(barrier: Barrier, cause: Cause, function: Function, sites: Sites) -> Obstacle:
    """A blocking helper that can't become async holds back the function that calls it."""
    reason = barrier.reason
    if cause.kind is Kind.WRAPS:
        reason = f"{barrier.function.name} wraps {function.name} and can't become async: {reason}"
    elif cause.kind is Kind.FAMILY:
        reason = f"{barrier.function.name} has one colour with {function.name} and can't become async: {reason}"
    elif cause.kind is Kind.BESIDE and barrier.function is not function:
        reason = f"{barrier.function.name} must have the colour of {function.name} and can't become async: {reason}"
    elif barrier.code != "AW303" and barrier.function is not function:
        reason = f"{barrier.function.name} blocks and can't become async: {reason}"
        reason += no_create(barrier.code, barrier.function, sites)
    ways = tuple(w for w in ways_out(barrier.code, barrier.function, sites) if w not in (Way.BRIDGE, Way.KEEP_BOTH))
    node, threaded = _node_at(function, cause), frozenset({barrier.function})
    place = function.place if node is function.node else cause.place  # they may meet in another file
    found = Obstacle(barrier.code, place, reason, frozenset({function}), function, ways, None, node)
    return replace(found, threaded=threaded)


def _of_seed(barrier: Barrier, seed: Function, spread: Spread) -> Obstacle:
    """The whole family waits here. Where no decision leads on, so does every mention of it."""
    no_way = "" if seed in spread.sites.published else no_create(barrier.code, seed, spread.sites)
    reason = f"{seed.name} can't become async: {barrier.reason}{no_way}"
    usable = tuple(w for w in ways_out(barrier.code, seed, spread.sites) if w not in (Way.BRIDGE, Way.KEEP_BOTH))
    ways = offered_of_a_library(usable, barrier.place.path, (seed,), spread.sites)
    callees, inside = frozenset({seed}), barrier.function
    sites = tuple(_waiting(barrier, seed, spread))
    return Obstacle(barrier.code, barrier.place, reason, callees, inside, ways, None, barrier.node, sites)


def _waiting(barrier: Barrier, seed: Function, spread: Spread) -> Iterator[Reached]:
    """The mentions that wait for the barrier: all of the family, or where that is coloured all the same, those of the
    other meaning that a class gives the name: ``fetch = _impl``."""
    result = spread.result
    family = frozenset({seed, *spread.resolver.hierarchy.family(seed)})
    meanings: frozenset[Other] = frozenset()
    if seed in result.causes:
        family, meanings = frozenset(), _other_meanings(barrier, spread)
    ended = [reached for obstacle in result.obstacles for reached in obstacle.mentions]
    taken = {id(reached) for reached in (*ended, *(site.reached for site in result.sites))}
    for name in sorted(spread.sites.spellings(seed)):
        result.names[name] = spread.sites.reaching(name)
        for reached in result.names[name]:
            waits = not (family.isdisjoint(reached.functions) and meanings.isdisjoint(reached.others))
            if waits and id(reached) not in taken:
                yield reached


def _other_meanings(barrier: Barrier, spread: Spread) -> frozenset[Other]:
    if barrier.code != "AW215" or not isinstance(barrier.node, ast.expr):
        return frozenset()
    values = spread.resolver.answer(barrier.node, barrier.module or barrier.function.module).values
    functions = (value.function for value in values if isinstance(value, FunctionValue))
    return frozenset(Other(str(function.name), function.place) for function in functions)


def _of_unread_files(spread: Spread) -> Iterator[Obstacle]:
    """A file that can't be read or is excluded may call what becomes async: nothing there can be accounted for."""
    for name, functions in spread.mentioned.items():
        callees = frozenset(f for f in functions if not f.is_nested)
        if callees and not spread.is_common(name):
            for path, line in spread.resolver.program.unread_mentions(name):
                place, ways = Place(path, Span(line, 0, line, 0)), find_code("AW217").ways
                reason = f"{name} is mentioned in a file that isn't read"
                yield Obstacle("AW217", place, reason, callees, None, ways, unread=name)


def _of_templates(spread: Spread) -> Iterator[Obstacle]:
    """A template calls methods of whatever it is given, and doesn't await them."""
    for name, functions in spread.mentioned.items():
        callees = frozenset(f for f in functions if f.owner is not None and not f.is_async)
        if callees and not spread.is_common(name):
            for path, line in calls_in_templates(name, spread.resolver.program):
                place, ways = Place(path, Span(line, 0, line, 0)), find_code("AW218").ways
                reason = f"a template uses {name} of something it is given"
                yield Obstacle("AW218", place, reason, callees, None, ways, unread=name)


def _of_settings(spread: Spread) -> Iterator[Obstacle]:
    """A setting that names a function: what finds it by that name doesn't await it, as far as anybody knows."""
    for function in spread.result.causes:
        if not function.is_async:
            for path, line in named_in_settings(function, spread.resolver.program):
                place, ways = Place(path, Span(line, 0, line, 0)), find_code("AW304").ways
                reason = f"{path} names {function.name}, and what calls it by that name isn't known"
                named = function.node.name
                yield Obstacle("AW304", place, reason, frozenset({function}), None, ways, unread=named)


def _of_named_classes(spread: Spread) -> Iterator[Obstacle]:
    """A class that a string names, and a method of it that nothing in the program calls: who makes the object calls it."""
    for function, cause in list(spread.result.causes.items()):
        owner = function.owner
        if owner is None or function.is_async or cause.kind is not Kind.CALLS or _is_called(function, spread):
            continue
        for node, module in strings_naming(owner, spread.resolver):
            place, ways = module.place(node), find_code("AW304").ways
            reason = f"a string names {owner.name}, and nothing in the program calls {function.node.name}"
            yield Obstacle("AW304", place, reason, frozenset({function}), None, ways, None, node)


def _is_called(function: Function, spread: Spread) -> bool:
    members = {function, *spread.resolver.hierarchy.family(function)}
    names = (name for member in members for name in spread.sites.spellings(member))
    return any(
        not members.isdisjoint(reached.functions) for name in set(names) for reached in spread.sites.reaching(name)
    )


def _of_views(spread: Spread) -> Iterator[Obstacle]:
    """A view that the program calls itself, as its tests do: what it gives must be awaited then."""
    for call, module, handlers in calls_of_views(spread):
        if not isinstance(module.parents.get(call), ast.Await):
            place, ways = module.place(call), (Way.REFUSE, Way.MARK, Way.KEEP_SYNC)
            reason = f"what as_view() gives is called here, and gives a coroutine once {_first(handlers)} is async"
            inside = surroundings(call, module, spread.resolver)[1]
            yield Obstacle("AW301", place, reason, handlers, inside, ways, None, call)


def _first(functions: frozenset[Function]) -> str:
    return str(min(functions, key=lambda f: f.place).name)


def _of_lookups(spread: Spread) -> Iterator[Obstacle]:
    """What is called by a name that the program puts together isn't awaited."""
    resolver = spread.resolver
    turning = [f for f in spread.result.causes if not f.is_async and not f.is_nested]
    owners = {cls for f in turning if f.owner is not None for cls in resolver.hierarchy.order(f.owner)}
    modules = {f.module.name.rpartition(".")[2] for f in turning if f.owner is None}
    for lookup in lookups(frozenset(modules).union(cls.node.name for cls in owners), resolver):
        found = sorted((f for f in turning if may_find(lookup, f, resolver)), key=lambda f: f.place)
        if found:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            reason = f"the name is put together here, and may be that of {found[0].name}{more}"
            place = lookup.module.place(lookup.node)
            ways = tuple(way for way in find_code("AW304").ways if way is not Way.THREAD)
            yield Obstacle("AW304", place, reason, frozenset(found), lookup.function, ways, None, lookup.node)


def _of_the_orm(spread: Spread) -> Iterator[Obstacle]:
    """Django's ORM, used by what becomes async itself or through what stays sync below it."""
    if not is_used(spread.resolver):
        return
    split = {
        e.function: frozenset(f for r in e.sites for f in r.functions)
        for e in spread.result.entries.values()
        if e.split
    }
    moved = {f: frozenset({f}) for f in spread.result.causes if not f.is_async}
    for function, callees in (moved | split).items():
        held = callees & spread.result.causes.keys()
        for node, what in _orm_below(function, spread) if held else ():
            place, ways = function.module.place(node), find_code("AW307").ways
            reason = f"{function.name} becomes async and uses {what}: Django's ORM raises where an event loop runs"
            yield Obstacle("AW307", place, reason, held, function, ways, None, node)


def _orm_below(function: Function, spread: Spread) -> Iterator[tuple[ast.AST, str]]:
    """The nodes in *function* at which the database is asked: by itself, or by a sync function that is called there."""
    yield from orm_uses(function, spread.resolver)
    for callee in spread.blocking.callees(function):
        sync = (f for f in callee.functions if not f.is_async and f not in spread.result.causes)
        for target in sorted(sync, key=lambda f: f.place):
            found = next(
                (use for f in spread.blocking.sync_below(target) for use in orm_uses(f, spread.resolver)), None
            )
            if found is not None:
                yield callee.node, f"{found[1]} (in {target.qualname})"
                break


def _node_at(function: Function, cause: Cause) -> ast.AST:
    for node in ast.walk(function.node):
        if isinstance(node, ast.Call | ast.Attribute) and function.module.place(node) == cause.place:
            return node
    return function.node
