"""``asyncio.to_thread(f, x)`` and its like: a function that async code puts on a thread only because it blocks."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from awaitify.colour.action import Action, Ending, Handling, Refused, Rewrite
from awaitify.colour.given import Given, given_to, is_our_own
from awaitify.index.references import Mention
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module

_HOPS = frozenset(
    {
        "asyncio.to_thread",
        "asyncio.threads.to_thread",
        "anyio.to_thread.run_sync",
        "starlette.concurrency.run_in_threadpool",
        "fastapi.concurrency.run_in_threadpool",
    }
)
"""Coroutine functions: what they give is a coroutine, and so is what a call of an async function gives."""
_BOUNDS = frozenset({"limiter", "cancellable", "abandon_on_cancel"})
_TAKES_AT_ONCE = frozenset(f"asyncio.{name}" for name in ("gather", "wait_for", "shield", "as_completed"))
"""What takes a coroutine for a future, and starts it there and then."""


@dataclass(frozen=True, slots=True, eq=False)
class ThreadHop(Rewrite):
    """A call that runs *function* with *arguments* and *keywords* on a thread: ``to_thread(f, x)`` → ``f(x)``"""

    call: ast.Call
    function: ast.expr
    arguments: tuple[ast.expr, ...]
    keywords: tuple[ast.keyword, ...]


def out_of_a_thread(mention: Mention, resolver: Resolver) -> Handling | Refused | None:
    """What is done at a function that is put on a thread by async code; None where it is given to something else."""
    module = mention.module
    given = given_to(mention.node, module, resolver)
    partial = None
    if given is not None and given.name == "functools.partial" and given.at == 0:
        partial, given = given.call, given_to(given.call, module, resolver)
    if given is None:
        return None
    is_executor = given.method == "run_in_executor" and given.at == 1 and not is_our_own(given, resolver)
    if not is_executor and (given.name not in _HOPS or given.at != 0):
        return None
    return _unwrapped(given, partial, mention.node, is_executor, resolver)


def put_on_a_thread(given: Given, called: ast.Call, resolver: Resolver) -> Handling | Refused | None:
    """What is done at a call in a lambda without parameters: ``await to_thread(lambda: f(x))`` → ``await f(x)``"""
    is_executor = given.method == "run_in_executor" and given.at == 1 and not is_our_own(given, resolver)
    if len(given.call.args) > (2 if is_executor else 1):
        return None
    if not is_executor and (given.name not in _HOPS or given.at != 0):
        return None
    found = _unwrapped(given, None, called.func, is_executor, resolver)
    if isinstance(found, Refused) or not isinstance(found.rewrite, ThreadHop) or found.rewrite.keywords:
        return found
    hop = replace(found.rewrite, arguments=tuple(called.args), keywords=tuple(called.keywords))
    return replace(found, rewrite=hop)


def runs_on_a_thread(mention: Mention, resolver: Resolver) -> bool:
    """Whether what is mentioned is given to a thread: ``asyncio.to_thread(f)``, ``pool.submit(lambda: f(x))``."""
    module = mention.module
    around = module.parents.get(mention.call) if mention.call is not None else None
    node = around if isinstance(around, ast.Lambda) else mention.node
    given = given_to(node, module, resolver)
    if given is not None and given.name == "functools.partial" and given.at == 0:
        given = given_to(given.call, module, resolver)
    if given is None or (mention.call is not None and node is mention.node):
        return False  # it is called before: to_thread(f())
    return given.name in _HOPS or given.method in ("run_in_executor", "submit")


def _unwrapped(
    given: Given, partial: ast.Call | None, function: ast.expr, is_executor: bool, resolver: Resolver
) -> Handling | Refused:
    call, module = given.call, given.module
    if is_executor and not (isinstance(call.args[0], ast.Constant) and call.args[0].value is None):
        return Refused("AW301", "a pool of its own runs it: how many run at a time would no longer be bounded")
    if any(keyword.arg in _BOUNDS for keyword in call.keywords):
        return Refused("AW301", "it runs on a thread with a limit or a way of being cancelled of its own")
    before, after = tuple(partial.args[1:]) if partial else (), tuple(call.args[2 if is_executor else 1 :])
    named = tuple(partial.keywords) if partial else ()
    keywords = (*named, *call.keywords)
    if (named and after) or len({keyword.arg for keyword in keywords}) < len(keywords):
        return Refused("AW301", "partial and the call around it both give arguments")
    hop = ThreadHop(call, function, (*before, *after), keywords)
    if isinstance(module.parents.get(call), ast.Await):
        return Handling(Action.UNWRAP, Ending.AWAITED, "no thread is needed for what doesn't block", (), hop)
    if is_executor and not _is_taken_at_once(call, module, resolver):
        return Refused("AW301", "run_in_executor starts it at once, and a coroutine only runs when it is awaited")
    return Handling(Action.UNWRAP, Ending.FORWARDED, "a coroutine in the place of one: no thread is needed", (), hop)


def _is_taken_at_once(call: ast.expr, module: Module, resolver: Resolver) -> bool:
    """``gather(loop.run_in_executor(None, f, x), …)``, ``gather(*[loop.run_in_executor(None, f, x) for x in xs])``"""
    child: ast.AST = call
    while True:
        match parent := module.parents[child]:
            case ast.Starred() | ast.List() | ast.Tuple():
                pass
            case ast.ListComp(elt=made) | ast.GeneratorExp(elt=made) if made is child:
                pass
            case ast.Call():
                return child is not parent.func and resolver.dotted(parent.func, module) in _TAKES_AT_ONCE
            case _:
                return False
        child = parent
