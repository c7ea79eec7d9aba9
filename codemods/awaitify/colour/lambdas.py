"""Lambdas that would have to await: written out where they are called for every item, named where they have a name.

    list(map(lambda x: api.rank(x), xs))   →   [await api.rank(x) for x in xs]
    rank = lambda x: api.rank(x)           →   async def rank(x): return await api.rank(x)
    sorted(xs, key=lambda x: -api.rank(x)) →   async def key(x): return -await api.rank(x), above the statement

Where a lambda is no more than the call, whoever awaits what it gives needs no other one: it stays, and gives a coroutine.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from awaitify.colour.action import Action, Ending, Handling, Refused, Rewrite, Together, Where
from awaitify.colour.given import Given, given_to
from awaitify.colour.iterated import Mapped, iterated
from awaitify.colour.thread_hops import put_on_a_thread
from awaitify.index.references import Around, Mention, statement_of, surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Module

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

_CANT = "a lambda can't await"


@dataclass(frozen=True, slots=True, eq=False)
class Named(Rewrite):
    """``rank = lambda x: …`` → ``async def rank(x): return …``, and every call of it is awaited."""

    function: ast.Lambda
    calls: tuple[ast.Call, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Above(Rewrite):
    """``sorted(xs, key=lambda x: …)`` → ``async def key(x): return …`` above the statement, and ``key`` in its place."""

    function: ast.Lambda
    wish: str


def in_a_lambda(written: Rewrite, mention: Mention, sites: Sites) -> Handling | Refused:
    """What is done at a mention in a lambda; *written* is what is to be written at the mention itself, await and all."""
    node, module, resolver = mention.call or mention.node, mention.module, sites.resolver
    function = _lambda_around(node, module)
    if function is None or any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(function.body)):
        return Refused("AW204", f"{_CANT}, and this one is more than an expression of its own")
    given = given_to(function, module, resolver)
    if given is None:
        return _named(function, written, module, resolver)
    is_the_call = function.body is node and mention.call is node
    if is_the_call and mention.call is not None and not _parameters(function):
        if (hop := put_on_a_thread(given, mention.call, resolver)) is not None:
            return hop
    if (found := iterated(given, function, sites)) is None:
        return Refused("AW204", f"{_CANT}, and {ast.unparse(given.call.func)} wouldn't await what it gives")
    if isinstance(found, Refused):
        return Refused("AW204", f"{_CANT}: {found.reason}")
    return _called_for_every_item(found, function, given, written, sites, is_the_call=is_the_call)


def _called_for_every_item(
    found: Handling, function: ast.Lambda, given: Given, written: Rewrite, sites: Sites, *, is_the_call: bool
) -> Handling | Refused:
    assert found.rewrite is not None
    main = found.rewrite.pieces()[0]
    if isinstance(main, Mapped):
        if _why_not_written_out(function, main.iterables) is None:
            return replace(found, rewrite=Together((found.rewrite, written)))
        again = iterated(given, function, sites, has_name=True)
        if not isinstance(again, Handling):
            return Refused("AW204", f"{_CANT}: {_why_not_written_out(function, main.iterables)}")
        found = again
    assert found.rewrite is not None
    if is_the_call:
        return found  # it gives a coroutine, which is awaited where it is called
    if (why := _why_not_above(function, given.module, sites.resolver)) is not None:
        return Refused("AW204", f"{_CANT}, and no function can be put above the statement: {why}")
    wish = given.at if isinstance(given.at, str) else "function"
    return replace(found, rewrite=Together((found.rewrite, Above(function, wish), written)))


def _why_not_above(function: ast.Lambda, module: Module, resolver: Resolver) -> str | None:
    """Why the lambda can't be a function above its statement."""
    around, _ = surroundings(function, module, resolver)
    statement = statement_of(function, module)
    before = module.lines[module.span(statement).line - 1][: module.span(statement).column]
    if around is not Around.BODY or isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return f"it stands in {around.value}"
    if before.strip() or _is_elif(statement, module):
        return "the statement doesn't begin its line"
    arguments = function.args
    defaults = [default for default in (*arguments.defaults, *arguments.kw_defaults) if default is not None]
    if not all(isinstance(default, ast.Name | ast.Constant) for default in defaults):
        return "its defaults would be evaluated before what stands before it"
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    if any(not used.isdisjoint(names) for names in _names_between(function, statement, module)):
        return "it uses what only is known within it"
    return None


def _is_elif(statement: ast.stmt, module: Module) -> bool:
    span = module.span(statement)
    return isinstance(statement, ast.If) and module.lines[span.line - 1][span.column :].startswith("elif")


def _names_between(node: ast.AST, statement: ast.stmt, module: Module) -> Iterator[set[str]]:
    """The names that the statement itself binds around *node*: those of comprehensions, and of ``:=`` and ``case``."""
    yield {inner.target.id for inner in ast.walk(statement) if isinstance(inner, ast.NamedExpr)}
    parent = module.parents[node]
    while parent is not statement:
        generators = getattr(parent, "generators", ())
        targets = (inner for generator in generators for inner in ast.walk(generator.target))
        yield {inner.id for inner in targets if isinstance(inner, ast.Name)}
        parent = module.parents[parent]


def _why_not_written_out(function: ast.Lambda, iterables: tuple[ast.expr, ...]) -> str | None:
    """Why the body can't stand in a comprehension, with the parameters as the names of the items."""
    arguments = function.args
    if any(isinstance(iterable, ast.Starred) for iterable in iterables):
        return "how many iterables it is called with isn't known"
    if len(_parameters(function)) != len(iterables) or arguments.vararg or arguments.kwonlyargs or arguments.kwarg:
        return "its parameters are more than one name for each iterable"
    if arguments.defaults:
        return "its parameters have defaults"
    for inner in ast.walk(function.body):
        if isinstance(inner, ast.Lambda | ast.GeneratorExp):
            return "what is in it may be run later, when its parameters have gone on to the next item"
        if isinstance(inner, ast.NamedExpr):
            return "it gives a name to something, which would be seen outside"
    return None


def _named(function: ast.Lambda, written: Rewrite, module: Module, resolver: Resolver) -> Handling | Refused:
    """A lambda that a local name holds, which is only ever called."""
    statement = module.parents[function]
    around, outer = surroundings(function, module, resolver)
    if outer is None or around is not Around.BODY:
        return Refused("AW204", f"{_CANT}, and who calls this one isn't known")
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            bindings = outer.scope.bindings.get(name, [])
        case _:
            return Refused("AW204", f"{_CANT}, and who calls this one isn't known")
    is_only = len(bindings) == 1 and bindings[0].kind is BindingKind.VALUE and bindings[0].node is function
    if not is_only or name in outer.scope.outer_names or not _stands_alone(statement, module):
        return Refused("AW204", f"{_CANT}, and {name} may hold something else, or shares its line")
    uses = [use for use in ast.walk(outer.node) if isinstance(use, ast.Name) and use.id == name]
    calls = tuple(_calls(uses, module))
    if len(calls) + 1 != len(uses):  # one is where it gets its name
        return Refused("AW204", f"{_CANT}, and {name} is passed on or stored")
    wheres = tuple(Where(call, module, *surroundings(call, module, resolver), call) for call in calls)
    rewrite = Together((Named(function, calls), written))
    return Handling(Action.REWRITE, Ending.AWAITED, "awaited, in a function instead of a lambda", wheres, rewrite)


def _calls(uses: list[ast.Name], module: Module) -> Iterator[ast.Call]:
    for use in uses:
        parent = module.parents[use]
        if isinstance(parent, ast.Call) and parent.func is use:
            yield parent


def _stands_alone(statement: ast.AST, module: Module) -> bool:
    """Whether nothing else stands on the statement's lines but a comment, and it is in a block of its own."""
    span = module.span(statement)
    before = module.lines[span.line - 1][: span.column]
    after = module.lines[span.end_line - 1][span.end_column :].strip()
    return not before.strip() and (not after or after.startswith("#"))


def _lambda_around(node: ast.AST, module: Module) -> ast.Lambda | None:
    """The lambda in whose own body *node* stands; None where a generator expression stands between."""
    child, parent = node, module.parents.get(node)
    while parent is not None and not isinstance(parent, ast.stmt | ast.GeneratorExp):
        if isinstance(parent, ast.Lambda) and child is parent.body:
            return parent
        child, parent = parent, module.parents.get(parent)
    return None


def _parameters(function: ast.Lambda) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args]
