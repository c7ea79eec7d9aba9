"""The edits where a function is given to what calls it: a comprehension, a helper that awaits, a pool of tasks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from keyword import iskeyword

from awaitify.colour.callable_types import Annotated, Annotation
from awaitify.colour.given import Given
from awaitify.colour.iterated import Helped, Mapped
from awaitify.colour.pools import Pooled
from awaitify.colour.thread_hops import ThreadHop
from awaitify.index.summary import Function, Module
from awaitify.plan.context import free_name, spans
from awaitify.plan.edit import AddImport, AwaitCall, Edit, MakeAsyncWith, ReplaceExpression
from awaitify.plan.helpers import help_with

PassedRewrite = Mapped | Helped | Pooled | ThreadHop | Annotated


def passed_edits(rewrite: PassedRewrite, module: Module, function: Function | None) -> Iterator[tuple[Module, Edit]]:
    """The edits of a rewrite, which stands in a *function* of *module*, each with its module."""
    if isinstance(rewrite, Annotated):
        for annotation in rewrite.annotations:
            yield from ((annotation.module, edit) for edit in _annotated(annotation))
    else:
        yield from ((module, edit) for edit in _edits_here(rewrite, module, function))


def bridge_edits(given: Given) -> list[Edit]:
    """``Thread(target=f, args=(x,))`` → ``Thread(target=in_a_loop(f), args=(x,))``"""
    name, edits = help_with("in_a_loop", given.module)
    made = _Template()
    called = made.hole(given.call.func)
    arguments = []
    for at, argument in enumerate(given.call.args):
        text = made.argument(argument)
        arguments.append(f"{name}({text})" if at == given.at else text)
    for keyword in given.call.keywords:
        text = made.hole(keyword.value)
        wrapped = f"{name}({text})" if keyword.arg == given.at else text
        arguments.append(f"{keyword.arg}={wrapped}" if keyword.arg else f"**{wrapped}")
    return [*edits, made.replace(given.call, f"{called}({', '.join(arguments)})", given.module)]


def _edits_here(
    rewrite: Mapped | Helped | Pooled | ThreadHop, module: Module, function: Function | None
) -> Iterator[Edit]:
    match rewrite:
        case ThreadHop():
            yield _unwrap(rewrite, module)
        case Mapped():
            assert function is not None, "an await stands in a function"
            yield _comprehension(rewrite, module, function)
        case Helped():
            yield from _helped(rewrite, module)
        case Pooled():
            yield from _pooled(rewrite, module)


class _Template:
    """A template that grows with the nodes that it keeps, in the order in which they stand in the text."""

    def __init__(self) -> None:
        self._holes: list[ast.expr] = []

    def hole(self, node: ast.expr) -> str:
        self._holes.append(node)
        return f"{{{len(self._holes) - 1}}}"

    def argument(self, node: ast.expr) -> str:
        """``{1}``, or ``*{1}``"""
        return f"*{self.hole(node.value)}" if isinstance(node, ast.Starred) else self.hole(node)

    def keyword(self, keyword: ast.keyword) -> str:
        """``key={1}``, or ``**{1}``"""
        return f"{keyword.arg}={self.hole(keyword.value)}" if keyword.arg else f"**{self.hole(keyword.value)}"

    def replace(self, node: ast.expr, text: str, module: Module) -> ReplaceExpression:
        return ReplaceExpression(module.span(node), text, spans(module, self._holes))


def _unwrap(hop: ThreadHop, module: Module) -> Edit:
    """``asyncio.to_thread(f, x, k=1)`` → ``f(x, k=1)``; where it was awaited, the await is there."""
    made = _Template()
    function = made.hole(hop.function)
    given = [*map(made.argument, hop.arguments), *map(made.keyword, hop.keywords)]
    return made.replace(hop.call, f"{function}({', '.join(given)})", module)


def _comprehension(rewrite: Mapped, module: Module, function: Function) -> Edit:
    """``map(f, xs)`` → ``[await f(x) for x in xs]``, ``filter(f, xs)`` → ``[x for x in xs if await f(x)]``"""
    made = _Template()
    if isinstance(rewrite.function, ast.Lambda):
        return _written_out(rewrite, rewrite.function, module)
    if rewrite.filters:
        (items,) = rewrite.iterables
        name = free_name(function, *_names_of_one(items))
        # the function stands behind what it stood before: as text, which is a name or an attribute of one
        text = f"{name} for {name} in {made.hole(items)} if await {ast.unparse(rewrite.function)}({name})"
    else:
        called = made.hole(rewrite.function)
        arguments, target = _names_of_all(rewrite.iterables, function)
        iterables = ", ".join(map(made.argument, rewrite.iterables))
        iterable = iterables if target == arguments and "," not in target else f"zip({iterables})"
        text = f"await {called}({arguments}) for {target} in {iterable}"
    return made.replace(rewrite.whole, _bracketed(text, rewrite), module)


def _written_out(rewrite: Mapped, function: ast.Lambda, module: Module) -> Edit:
    """``map(lambda x: f(x), xs)`` → ``[f(x) for x in xs]``; what is awaited in its body is an edit of its own."""
    names = ", ".join(argument.arg for argument in (*function.args.posonlyargs, *function.args.args))
    made = _Template()
    body = made.hole(function.body)
    iterables = ", ".join(map(made.argument, rewrite.iterables))
    if rewrite.filters:
        text = f"{names} for {names} in {iterables} if {body}"
    else:
        text = f"{body} for {names} in {iterables if len(rewrite.iterables) == 1 else f'zip({iterables})'}"
    edit = made.replace(rewrite.whole, _bracketed(text, rewrite), module)
    return replace(edit, is_reordered=rewrite.filters)


def _bracketed(text: str, rewrite: Mapped) -> str:
    """A list, a set or a generator expression, as a template."""
    return f"{{{{{text}}}}}" if rewrite.brackets == "{}" else f"{rewrite.brackets[0]}{text}{rewrite.brackets[1]}"


def _names_of_all(iterables: tuple[ast.expr, ...], function: Function) -> tuple[str, str]:
    """The arguments of one call, and the names that get them: ``city`` and ``city``, ``*items`` and ``items``"""
    names = [free_name(function, *_names_of_one(iterable)) for iterable in iterables]
    if any(isinstance(iterable, ast.Starred) for iterable in iterables) or len(set(names)) < len(names):
        name = free_name(function, "items")
        return f"*{name}", name
    return ", ".join(names), ", ".join(names)


def _names_of_one(items: ast.expr) -> tuple[str, ...]:
    """What one of *items* could be called: ``city`` of ``cities``, ``url`` of ``self.urls``; else ``item``."""
    match items:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.islower():
            endings = (("ies", "y"), ("sses", "ss"), ("ss", ""), ("us", ""), ("is", ""), ("s", ""))
            ending, one = next((pair for pair in endings if name.endswith(pair[0])), ("", ""))
            new = name.removesuffix(ending) + one
            if ending not in ("", "ss", "us", "is") and new and not iskeyword(new):
                return new, "item"
    return ("item",)


def _helped(rewrite: Helped, module: Module) -> Iterator[Edit]:
    """``sorted(xs, key=f)`` → ``await sorted_by(xs, key=f)``"""
    name, edits = help_with(rewrite.helper, module)
    yield from edits
    if rewrite.first is None and rewrite.inner is None:
        yield ReplaceExpression(module.span(rewrite.call.func), name)
        if not rewrite.gives_iterator:
            yield AwaitCall(module.span(rewrite.call))
        return
    made = _Template()
    call = rewrite.inner or rewrite.call
    first = () if rewrite.first is None else (rewrite.first,)
    given = [*map(made.argument, (*first, *call.args)), *map(made.keyword, call.keywords)]
    yield made.replace(rewrite.call, f"await {name}({', '.join(given)})", module)


def _pooled(rewrite: Pooled, module: Module) -> Iterator[Edit]:
    """``with ThreadPoolExecutor(8) as pool:`` → ``async with TaskPool(8) as pool:``"""
    name, edits = help_with("TaskPool", module)
    yield from edits
    yield MakeAsyncWith(module.span(rewrite.block))
    yield ReplaceExpression(module.span(rewrite.made.func), name)
    for call in rewrite.results:
        assert isinstance(call.func, ast.Attribute)
        yield ReplaceExpression(module.span(call), "await {0}", (module.span(call.func.value),))
    for call in rewrite.completed:
        name, edits = help_with("completed", module)
        yield from edits
        yield ReplaceExpression(module.span(call.func), name)


def _annotated(annotation: Annotation) -> Iterator[Edit]:
    """``Callable[[str], T]`` → ``Callable[[str], Awaitable[T]]``"""
    made = _Template()
    parts = map(made.hole, (annotation.node.value, annotation.arguments, annotation.result))
    called, arguments, result = parts
    text = f"{called}[{arguments}, {annotation.prefix}Awaitable[{result}]]"
    yield made.replace(annotation.node, text, annotation.module)
    if not annotation.prefix:
        yield AddImport(annotation.source, "Awaitable")
