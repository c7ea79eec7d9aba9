"""Why a decorator can't be given a coroutine function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.colour.decorators import HandlesBoth, NotUnderstood, Wrapping, decorators_of
from awaitify.colour.frameworks import treatment
from awaitify.colour.known_decorators import asks_for_coroutines, hides_coroutines, why_it_fails
from awaitify.colour.treatments import Treatment
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function


def sleep_of_its_own(decorator: ast.expr, function: Function, resolver: Resolver) -> str:
    """``@retry(sleep=time.sleep)``"""
    if isinstance(decorator, ast.Call) and resolver.decorator_name(decorator, function) == "tenacity.retry":
        for keyword in decorator.keywords:
            if keyword.arg == "sleep" and resolver.dotted(keyword.value, function.module) != "asyncio.sleep":
                return ast.unparse(keyword.value)
    return ""


def by_hidden_kind(function: Function, resolver: Resolver) -> Iterator[tuple[str, str]]:
    """A decorator that looks for a coroutine function, above one whose outcome isn't one for who looks."""
    decorators = function.node.decorator_list
    names = [resolver.decorator_name(decorator, function) for decorator in decorators]
    if resolver.scopes.is_generator(function) and any(map(asks_for_coroutines, names)):
        yield "AW210", f"@{next(filter(asks_for_coroutines, names))} looks for coroutine functions, not async generators"
    for number, (decorator, name) in enumerate(zip(decorators, names, strict=True)):
        below = next((other for other in names[number + 1 :] if hides_coroutines(other)), "")
        if (
            below
            and not function.is_async
            and (
                asks_for_coroutines(name)
                or treatment(decorator, function, resolver) is Treatment.HANDLER
                or isinstance(decorators_of(resolver).shape(decorator, function), HandlesBoth)
            )
        ):
            yield "AW210", f"@{ast.unparse(decorator)} can't see that it is async below {below}"


def by_unknown_decorator(decorator: ast.expr, function: Function, resolver: Resolver) -> Iterator[tuple[str, str]]:
    """One that isn't in the table: the project's own can be read."""
    line = function.module.lines[decorator.lineno - 1].strip()
    match decorators_of(resolver).shape(decorator, function):
        case None:
            why = why_it_fails(resolver.decorator_name(decorator, function))
            yield "AW210", f"{line} would get a coroutine function" + (f": {why}" if why else "")
        case NotUnderstood(reason) if not function.is_async:
            yield "AW210", f"{line} would get a coroutine function: {reason}"
        case Wrapping(wrapper=wrapper) if resolver.scopes.is_generator(function):
            yield "AW210", f"{line}: {wrapper.node.name} would get an async generator"
