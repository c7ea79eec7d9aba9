"""The modules of an environment, read as text when they are asked for, and looked at with a resolver of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from awaitify.failure import Failure
from awaitify.index.builtin import BASES_WITHOUT_MEMBERS
from awaitify.index.collection import no_collection
from awaitify.index.native import native_class
from awaitify.index.program import Program
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import (
    UNKNOWN,
    ClassValue,
    Foreign,
    FunctionValue,
    Instance,
    ModuleValue,
    PackageValue,
    Value,
    Values,
    over,
)
from awaitify.source.environment import Library, Located
from awaitify.source.file import SourceFile
from awaitify.source.read import read_file

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_MOST_MODULES = 600
_LARGEST_MODULE = 1_000_000

_SAME_MODULE = {"collections.abc": "_collections_abc"}
_WRITTEN_OTHERWISE = {
    "concurrent.futures.ProcessPoolExecutor": "concurrent.futures.process.ProcessPoolExecutor",
    "concurrent.futures.ThreadPoolExecutor": "concurrent.futures.thread.ThreadPoolExecutor",
    "multiprocessing.Process": "multiprocessing.context.Process",
    "unittest.IsolatedAsyncioTestCase": "unittest.async_case.IsolatedAsyncioTestCase",
    "typing.NamedTuple": "builtins.tuple",
    "typing.TypedDict": "builtins.dict",
    "typing_extensions.NamedTuple": "builtins.tuple",
    "typing_extensions.TypedDict": "builtins.dict",
}
"""Classes of the standard library that only running its code would show."""
_GENERIC_ALIASES = {name.title(): name for name in ("list", "dict", "set", "tuple", "type")} | {
    "FrozenSet": "frozenset"
}
_ABSTRACT = frozenset(
    "Awaitable Coroutine AsyncIterable AsyncIterator AsyncGenerator Hashable Iterable Iterator Generator Reversible Sized"
    " Container Callable Collection Set MutableSet Mapping MutableMapping MappingView KeysView ItemsView ValuesView"
    " Sequence MutableSequence ByteString Buffer".split()
)


_READ_BY_NAME = frozenset({"typing", "typing_extensions"})
_TYPES_BY_NAME = _READ_BY_NAME | {"collections.abc", "_collections_abc", "contextlib", "_typeshed"}
"""Modules whose names mean something in annotations that their source doesn't show."""


def other_spelling(name: str) -> str:
    """The name under which the class *name* can be read: ``typing.Mapping`` → ``collections.abc.Mapping``."""
    module, _, last = name.rpartition(".")
    if module in ("typing", "typing_extensions"):
        if last in _ABSTRACT:
            return f"collections.abc.{last}"
        if last in _GENERIC_ALIASES:
            return f"builtins.{_GENERIC_ALIASES[last]}"
    return _WRITTEN_OTHERWISE.get(name, name)


class LibraryProgram(Program):
    """An environment as a program: no text to search in, only modules that are read when they are asked for by name.

    *stubs_first* says whether a module with a stub is read from it: stubs have the types, sources have all that there is.
    """

    def __init__(self, library: Library, *, stubs_first: bool) -> None:
        self._named: dict[str, str] = {}
        super().__init__({}, self._named, _read)
        self._library = library
        self._stubs_first = stubs_first
        self._located: dict[str, Located | None] = {}

    def locate(self, name: str) -> Located | None:
        """The files of the module *name*."""
        if name in (_TYPES_BY_NAME if self._stubs_first else _READ_BY_NAME):
            return None
        if name not in self._located:
            self._located[name] = self._library.find(_SAME_MODULE.get(name, name))
        return self._located[name]

    def module(self, name: str) -> Module | None:
        paths = self.paths_of(name)
        if not paths or len(self._named) >= _MOST_MODULES and paths[0] not in self._named:
            return None
        self._named.setdefault(paths[0], name)
        with no_collection():
            return self.module_at(paths[0])

    def paths_of(self, name: str) -> tuple[str, ...]:
        located = self.locate(name)
        if located is None:
            return ()
        files = (located.stub, located.source) if self._stubs_first else (located.source, located.stub)
        return tuple(str(file) for file in files if file is not None)

    def has_package(self, name: str) -> bool:
        """Whether there is something to read; what is machine code and has no stub is as foreign as what isn't there."""
        located = self.locate(name)
        return located is not None and bool(located.source or located.stub or located.inside)

    def absolute(self, name: str, importer: Module) -> str:
        return name

    def may_hold(self, name: str) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Ancestry:
    """A class of an environment with all above it."""

    classes: tuple[Class, ...]
    """Those that were read, the class itself first."""
    native: tuple[type, ...]
    """Those that are written in C."""
    unread: str
    """One that can't be read; empty when all are known."""


class Reader:
    """Answers what a dotted name of an environment means, in the environment's own classes and functions."""

    def __init__(self, program: LibraryProgram, open_resolver: Callable[[Program], Resolver]) -> None:
        self.program = program
        self.resolver = open_resolver(program)
        self._ancestries: dict[str, Ancestry] = {}

    def find(self, name: str) -> Values:
        """What the dotted *name* is; itself, foreign, when there is no such module."""
        parts = other_spelling(name).split(".")
        for length in range(len(parts), 0, -1):
            if (module := self.program.module(".".join(parts[:length]))) is not None:
                values: Values = frozenset({ModuleValue(module)})
                for part in parts[length:]:
                    values = over(values, lambda value, part=part: self.attribute(value, part))  # type: ignore[misc]
                return values
        return UNKNOWN if self.program.has_package(parts[0]) else frozenset({Foreign(".".join(parts))})

    def attribute(self, value: Value, attr: str) -> Values:
        """What ``value.attr`` is, by definitions alone."""
        match value:
            case ModuleValue(module):
                found = self.resolver.bindings.member_of_module(module.name, attr)
                return self._native_member(module, attr) or found if found == UNKNOWN else found
            case PackageValue(name):
                return self.resolver.bindings.member_of_module(name, attr)
            case ClassValue(cls) | Instance(cls):
                return self._member(cls, attr)
            case Foreign(name, made=False):
                return frozenset({Foreign(f"{name}.{attr}")})
        return UNKNOWN

    def _native_member(self, module: Module, attr: str) -> Values:
        """What ``from _decimal import *`` brings, where that is a module in C."""
        names = (f"{star}.{attr}" for star in module.stars)
        return frozenset(Foreign(name) for name in names if native_class(name) is not None)

    def _member(self, cls: Class, attr: str) -> Values:
        for ancestor in self.resolver.hierarchy.order(cls):
            if attr in ancestor.functions:
                return frozenset({FunctionValue(ancestor.functions[attr][-1], cls)})
            if attr in ancestor.attributes:
                inner = [c for c in ancestor.module.classes if c.scope.parent is ancestor.scope and c.node.name == attr]
                return frozenset(map(ClassValue, inner)) or UNKNOWN
        return UNKNOWN

    def ancestry(self, name: str) -> Ancestry:
        """The class *name* and all above it."""
        if name not in self._ancestries:
            self._ancestries[name] = self._ancestry(name)
        return self._ancestries[name]

    def _ancestry(self, name: str) -> Ancestry:
        classes: dict[Class, None] = {}
        native: dict[type, None] = {}
        unread = ""
        waiting: list[tuple[str, Value]] = [(name, value) for value in self.find(name) or UNKNOWN]
        while waiting:
            called, value = waiting.pop(0)
            match value:
                case ClassValue(cls) if cls not in classes:
                    if dotted(cls) not in BASES_WITHOUT_MEMBERS:
                        classes[cls] = None
                        waiting += self._bases(cls)
                case ClassValue():
                    pass
                case Foreign(base) if base in BASES_WITHOUT_MEMBERS:
                    pass
                case Foreign(base, made=False) if (other := other_spelling(base)) != base:
                    waiting += [(base, found) for found in self.find(other)]
                case Foreign(base, made=False) if (found := native_class(base)) is not None:
                    native[found] = None
                case Foreign(base):
                    unread = unread or base
                case _:
                    unread = unread or called
        return Ancestry(tuple(classes), tuple(native), unread)

    def _bases(self, cls: Class) -> list[tuple[str, Value]]:
        scope = cls.scope.parent or cls.scope
        found: list[tuple[str, Value]] = []
        for base in cls.node.bases:
            values = self.resolver.evaluate(base, scope) or UNKNOWN
            found += [(f"a base of {dotted(cls)}", value) for value in values]
        return found

    def is_stub_alone(self, cls: Class) -> bool:
        """Whether only a stub speaks of the class: it may leave out what isn't meant for others."""
        located = self.program.locate(cls.module.name)
        return cls.module.path.endswith(".pyi") and not (located is not None and located.compiled)


def dotted(thing: Class | Function) -> str:
    """``redis.client.Redis``"""
    return f"{thing.module.name}.{thing.qualname}"


def _read(path: str) -> SourceFile | Failure:
    return read_file(Path(path).parent, Path(path).name, _LARGEST_MODULE)
