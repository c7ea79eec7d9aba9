"""What does an event loop run? Every ``async def``, the callbacks that are handed to it, and asyncio's protocols."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.chains.frame import Frame, root
from awaitify.colour.blocking import Blocking
from awaitify.colour.seed import find_named
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Module
from awaitify.index.values import FunctionValue, LambdaValue

_CALLBACKS = {
    "call_soon": 0,
    "call_soon_threadsafe": 0,
    "call_later": 1,
    "call_at": 1,
    "add_reader": 1,
    "add_writer": 1,
    "add_signal_handler": 1,
    "add_done_callback": 0,
}
"""Methods of a loop, and of its tasks, that are given what the loop calls, and as which argument."""
_PROTOCOLS = frozenset(
    f"asyncio.{module}{name}"
    for module in ("", "protocols.")
    for name in ("Protocol", "DatagramProtocol", "SubprocessProtocol", "BufferedProtocol", "BaseProtocol")
)
_PROTOCOL_METHODS = (
    *("connection_made", "connection_lost", "data_received", "eof_received", "datagram_received", "error_received"),
    *("pause_writing", "resume_writing", "pipe_data_received", "process_exited", "buffer_updated", "get_buffer"),
)


@dataclass(frozen=True, slots=True)
class Root:
    """A frame that a loop runs; *label* says as what, where it is no ``async def``."""

    frame: Frame
    label: str = ""


def find_roots(resolver: Resolver, part: str = "") -> Iterator[Root]:
    """All roots of the program, in the order of their files."""
    for module in resolver.program.mentioning("async"):
        if not module.path.endswith(".pyi"):
            yield from (Root(root(function)) for function in module.functions if function.is_async)
    for word in _CALLBACKS:
        for module in resolver.program.mentioning(word):
            yield from _callbacks(word, module, resolver)
    for module in resolver.program.mentioning("asyncio"):
        yield from _protocols(module, resolver)


def _callbacks(method: str, module: Module, resolver: Resolver) -> Iterator[Root]:
    """``loop.call_later(5, refresh)``"""
    at = _CALLBACKS[method]
    for node in module.mentions.get(method, ()):
        call = module.parents.get(node)
        if not isinstance(call, ast.Call) or call.func is not node or len(call.args) <= at:
            continue
        if not isinstance(node, ast.Attribute) or not _is_of_a_loop(node, module, resolver):
            continue
        for value in resolver.answer(call.args[at], module).values:
            match value:
                case FunctionValue(function, receiver) if not function.is_async:
                    yield Root(Frame(function, receiver, is_open=True), f"callback of {method}")
                case LambdaValue():
                    yield Root(Frame(value, is_open=True), f"callback of {method}")


def _is_of_a_loop(method: ast.Attribute, module: Module, resolver: Resolver) -> bool:
    """Whether the method is one of asyncio's: concurrent futures call their callbacks on a thread."""
    name = resolver.dotted(method, module)
    if name:
        return name.startswith("asyncio.")
    receiver = method.value
    if method.attr == "add_done_callback":
        return _is_a_task(receiver, module, resolver)
    if isinstance(receiver, ast.Call):
        receiver = receiver.func
    last = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    return last.strip("_").endswith("loop")


def _is_a_task(node: ast.expr, module: Module, resolver: Resolver) -> bool:
    """``asyncio.create_task(run())``, directly or by a name for it."""
    if isinstance(node, ast.Name):
        scope = resolver.scopes.find_scope(node.id, resolver.scopes.scope_of(node, module))
        bindings = scope.bindings[node.id] if scope is not None else []
        made = [b.node for b in bindings if b.kind is BindingKind.VALUE]
        return bool(made) and all(_makes_a_task(one) for one in made)
    return _makes_a_task(node)


def _makes_a_task(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in ("create_task", "ensure_future", "create_future")
    return False


def _protocols(module: Module, resolver: Resolver) -> Iterator[Root]:
    for cls in module.classes:
        if cls.node.bases and not _PROTOCOLS.isdisjoint(resolver.hierarchy.foreign_bases(cls)):
            for name in _PROTOCOL_METHODS:
                for function in cls.functions.get(name, ()):
                    if not function.is_async:
                        yield Root(Frame(function, cls, is_open=True), f"asyncio protocol {cls.qualname}")


def roots_named(name: str, resolver: Resolver, blocking: Blocking) -> Iterator[Root]:
    """The roots that *name* means. Raises UsageError for a name that means nothing."""
    for function in find_named(name, resolver, blocking):
        yield Root(root(function), "" if function.is_async else function.qualname)
