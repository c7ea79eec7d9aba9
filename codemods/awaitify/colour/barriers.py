"""Why a function can't become async."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.colour.frameworks import Treatment, treatment
from awaitify.index.fixtures import is_fixture
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.names import Place

CONSTRUCTORS = frozenset(
    {"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__", "__class_getitem__"}
)
LOOP_STARTERS = frozenset({"asyncio.run", "anyio.run", "trio.run"})
_BY_TREATMENT = {
    Treatment.PROPERTY: ("AW202", "it is a property"),
    Treatment.CACHE: ("AW211", "its result is cached"),
    Treatment.CONTEXT_MANAGER: ("AW212", "it is a context manager"),
    Treatment.TASK: ("AW302", "a worker calls it synchronously"),
}
_READABLE_MODULES = frozenset(
    "abc argparse ast asyncio cmd code codecs collections concurrent.futures configparser contextlib ctypes dataclasses"
    " email enum html.parser http.server io json logging logging.handlers multiprocessing numbers optparse pickle queue"
    " selectors socket socketserver string threading typing unittest urllib.request xml.sax.handler builtins".split()
)
"""Modules of the standard library whose classes are looked at to see which methods they call; importing them does nothing."""

_CONTRACTS = {
    "celery.Task": frozenset({"run", "on_success", "on_failure", "on_retry", "after_return", "before_start"}),
    "django.core.management.base.BaseCommand": frozenset({"handle", "add_arguments"}),
    "django.core.management.BaseCommand": frozenset({"handle", "add_arguments"}),
    "pydantic.BaseModel": frozenset({"model_post_init", "model_dump", "dict", "json", "copy"}),
}


@dataclass(frozen=True, slots=True)
class Barrier:
    """A function that can't become async: the code, and the reason in words."""

    function: Function
    code: str
    reason: str
    node: ast.AST
    """Where it stands: the function, or what gives its name another meaning."""
    module: Module | None = None
    """The module of *node* when it isn't the function's."""

    @property
    def place(self) -> Place:
        return (self.module or self.function.module).place(self.node)


def find_barrier(function: Function, resolver: Resolver) -> Barrier | None:
    """The first barrier in the function's family, or None when the whole family can become async."""
    for member in resolver.hierarchy.family(function):
        found = next(_barriers(member, resolver), None)
        if found is not None:
            return Barrier(member, *found, member.node)
    for cls, binding in resolver.hierarchy.other_meanings(function):
        reason = f"{cls.name} gives {function.node.name} another meaning than a def"
        owner = cls.functions.get(function.node.name, [function])[-1]
        return Barrier(owner, "AW215", reason, binding.node, cls.module)
    return None


def is_command(function: Function, resolver: Resolver) -> bool:
    """Whether a command line calls the function: it stays sync and starts the loop."""
    return any(treatment(d, function, resolver) is Treatment.COMMAND for d in function.node.decorator_list)


def _barriers(function: Function, resolver: Resolver) -> Iterator[tuple[str, str]]:
    name = function.node.name
    if name in CONSTRUCTORS:
        yield "AW201", f"{name} is called by constructing an object"
    elif name.startswith("__") and name.endswith("__"):
        yield "AW203", f"Python calls {name} itself and doesn't await it"
    yield from _by_decorator(function, resolver)
    if starts_loop_itself(function, resolver):
        yield "AW303", "it starts an event loop itself"
    if resolver.scopes.is_generator(function) and not function.is_async:
        yield "AW208", "it is a generator" + (" fixture" if is_fixture(resolver, function) else "")
    if function.owner is not None:
        yield from _by_contract(function, resolver)


def starts_loop_itself(function: Function, resolver: Resolver) -> bool:
    """Whether ``asyncio.run(…)`` or ``loop.run_until_complete(…)`` stands in the function."""
    for node in resolver.scopes.own_nodes(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "run_until_complete":
                return True
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "run" and resolver.dotted(node.func, function.module) in LOOP_STARTERS:
                return True
    return False


def _by_decorator(function: Function, resolver: Resolver) -> Iterator[tuple[str, str]]:
    for decorator in function.node.decorator_list:
        kind = treatment(decorator, function, resolver)
        if kind in _BY_TREATMENT:
            yield _BY_TREATMENT[kind]
        elif kind is Treatment.UNKNOWN:
            line = function.module.lines[decorator.lineno - 1].strip()
            yield "AW210", f"{line} would get a coroutine function"


def _by_contract(function: Function, resolver: Resolver) -> Iterator[tuple[str, str]]:
    assert function.owner is not None
    name = function.node.name
    for base in sorted(resolver.hierarchy.foreign_bases(function.owner)):
        held = _holds(base, name)
        if held:
            yield "AW213", f"{base} has {name} and calls it synchronously"
        elif held is None:
            yield "AW214", f"its base {base} couldn't be read" if base != "?" else "one of its bases isn't known"


def _holds(base: str, name: str) -> bool | None:
    """Whether the foreign class *base* has a contract for a method of that name; None when it isn't known."""
    if base in _CONTRACTS:
        return name in _CONTRACTS[base]
    if base.startswith("unittest.") and base.endswith("TestCase"):
        return name.startswith("test") and not base.endswith("IsolatedAsyncioTestCase") or _has(base, name)
    module = base.rpartition(".")[0]
    if module in _READABLE_MODULES:
        return _has(base, name)
    return None


def _has(base: str, name: str) -> bool:
    module, _, class_name = base.rpartition(".")
    return hasattr(getattr(importlib.import_module(module), class_name, object), name)
