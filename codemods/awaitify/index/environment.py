"""What is known of other people's code, from its stubs and sources read as text. Answers are dotted names, never functions
or classes of the project: what is somebody else's can't be coloured."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING

from awaitify.index.hooks import Hook, has_attributes_of_any_name, hook_of
from awaitify.index.library import Ancestry, LibraryProgram, Reader, dotted
from awaitify.index.program import Program
from awaitify.index.results import Results
from awaitify.index.summary import Class, Function
from awaitify.index.values import UNKNOWN, ClassValue, Foreign, FunctionValue, Unknown, Values, made
from awaitify.source.environment import Library

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

LookedUp = Mapping[str, re.Pattern[str]]
"""Classes of which is known which methods they look up by their names; the lowest of them speaks for those above it."""


class Holds(Enum):
    """What a base class says of a method's colour."""

    NOTHING = auto()
    ASYNC = auto()
    SYNC = auto()
    MAYBE = auto()
    """It reaches for the method in a way that doesn't show whether it awaits."""
    UNREAD = auto()


@dataclass(frozen=True, slots=True)
class Contract:
    """What a base class, with all above it, says of a method; *reason* is for a person."""

    holds: Holds
    reason: str = ""


class Environment:
    """The code around *project* that isn't its own: *library* says where it lies, and is read when a question arises.

    Without a library nothing is known. *open_resolver* makes the resolver that looks at it. Names in answers are those of
    the places where things are really defined: the tables of swaps, which go by public names, don't take them for theirs,
    since who made the object isn't rewritten.
    """

    def __init__(
        self,
        library: Library | None = None,
        project: Program | None = None,
        open_resolver: Callable[[Program], Resolver] | None = None,
    ) -> None:
        self._library = library
        self._project = project
        self._open_resolver = open_resolver
        self.declared = ""
        """The text in which the project declares what it depends on."""
        self._contracts: dict[tuple[str, str], Contract] = {}

    @property
    def is_given(self) -> bool:
        """Whether anything but Python's own modules can be read."""
        return self._library is not None and bool(self._library.label)

    @cached_property
    def _sources(self) -> Reader | None:
        return self._reader(stubs_first=False)

    @cached_property
    def _results(self) -> Results | None:
        reader = self._reader(stubs_first=True)
        return None if reader is None else Results(reader, self._is_of_project, self._is_closed)

    def _reader(self, *, stubs_first: bool) -> Reader | None:
        if self._library is None or self._open_resolver is None:
            return None
        return Reader(LibraryProgram(self._library, stubs_first=stubs_first), self._open_resolver)

    def _is_of_project(self, name: str) -> bool:
        first = name.partition(".")[0]
        return self._project is not None and (self._project.has_package(first) or self._project.may_hold(first))

    def canonical(self, name: str) -> str:
        """Where *name* is really defined: ``redis.Redis`` → ``redis.client.Redis``; *name* itself where that can't be seen."""
        found = self._sources.find(name) if self._sources is not None else UNKNOWN
        places = {
            dotted(v.cls if isinstance(v, ClassValue) else v.function)
            for v in found
            if isinstance(v, ClassValue | FunctionValue)
        }
        return places.pop() if len(places) == len(found) == 1 else name

    def above(self, base: str) -> tuple[str, ...]:
        """The dotted name of a foreign class, the one under which it is defined, and those of the classes above it, as far as
        they can be read."""
        classes = self._sources.ancestry(base).classes if self._sources is not None else ()
        return tuple(dict.fromkeys((base, *map(dotted, classes))))

    def result(self, name: str) -> Values:
        """What calling *name* gives (``redis.from_url``, ``redis.Redis.pipeline``): foreign objects, or something unknown."""
        if self._results is None:
            return UNKNOWN
        return made(name.rpartition(".")[0]) if self._results.gives_itself(name) else self._results.result(name)

    def member(self, name: str, attr: str) -> Values:
        """What the attribute *attr* of an object of the class *name* is.

        By its type where that is written down, else by its name; something unknown when the class has no such attribute.
        """
        if self.lacks(name, attr):
            return UNKNOWN
        typed = UNKNOWN if self._results is None else self._results.attribute(name, attr)
        return frozenset({Foreign(f"{name}.{attr}", member=True)}) if Unknown() in typed else typed

    def entered(self, name: str) -> Values | None:
        """What ``with x as y`` binds when *x* is an object of the class *name*; None when its class isn't known."""
        for method in ("__enter__", "__aenter__"):
            if self._results is not None and self._results.has(f"{name}.{method}"):
                return self.result(f"{name}.{method}")
        return None

    def enters_itself(self, bases: Iterable[str]) -> bool:
        """Whether ``with x as y`` binds *x* itself, by what the first of its classes *bases* with an ``__enter__`` says."""
        names = (f"{base}.{method}" for base in sorted(bases) for method in ("__enter__", "__aenter__"))
        found = next((n for n in names if self._results is not None and self._results.has(n)), None)
        return found is not None and self._results is not None and self._results.gives_itself(found)

    def lacks(self, name: str, attr: str) -> bool:
        """Whether objects of the class *name* surely have no attribute *attr*: one that has it is of a class below."""
        if self._sources is None or not self._is_closed(name):
            return False
        above = self._sources.ancestry(name)
        if any(attr in cls.functions or attr in cls.attributes for cls in above.classes):
            return False
        return not any(hasattr(native, attr) for native in (*above.native, object))

    def _is_closed(self, name: str) -> bool:
        """Whether all attributes that objects of the class *name* itself can have are known."""
        if self._sources is None or name.startswith("builtins."):
            return False
        above = self._sources.ancestry(name)
        if above.unread or not above.classes or any(map(self._sources.is_stub_alone, above.classes)):
            return False
        return not any(map(has_attributes_of_any_name, above.classes))

    def contract(self, base: str, name: str, looked_up: LookedUp) -> Contract:
        """What the foreign class *base* says of a method *name* that a class below it has."""
        key = (base, name)
        if key not in self._contracts:
            self._contracts[key] = self._contract(base, name, looked_up)
        return self._contracts[key]

    def _contract(self, base: str, name: str, looked_up: LookedUp) -> Contract:
        if self._sources is None:
            return Contract(Holds.UNREAD)
        above = self._sources.ancestry(base)
        found = [*_of_classes(base, above, name), *_of_hooks(above, name, looked_up)]
        if above.classes and (own := _of_class(base, above.classes[0], name)) is not None:
            found = [own]  # what the base itself says holds, whatever it overrides
        for holds in (Holds.SYNC, Holds.MAYBE):
            if any(contract.holds is holds for contract in found):
                return next(contract for contract in found if contract.holds is holds)
        unread = above.unread or next((dotted(c) for c in above.classes if self._sources.is_stub_alone(c)), "")
        if unread and not (found and above.classes and _of_class(base, above.classes[0], name)):
            return Contract(Holds.UNREAD, unread)
        return found[0] if found else Contract(Holds.NOTHING)


def _of_classes(base: str, above: Ancestry, name: str) -> Iterable[Contract]:
    """What the definitions of the name in the class and above it say."""
    yield from (found for cls in above.classes if (found := _of_class(base, cls, name)) is not None)
    for native in above.native:
        if hasattr(native, name):
            owner = f"{native.__module__}.{native.__qualname__}"
            yield Contract(Holds.SYNC, _has(base, owner, name))


def _of_class(base: str, cls: Class, name: str) -> Contract | None:
    if name in cls.functions:
        function = cls.functions[name][-1]
        if _is_awaited(function):
            return Contract(Holds.ASYNC)
        return Contract(Holds.SYNC, _has(base, dotted(cls), name))
    if name in cls.attributes:
        return Contract(Holds.MAYBE, f"{dotted(cls)} sets {name} to something else than a function")
    return None


def _of_hooks(above: Ancestry, name: str, looked_up: LookedUp) -> Iterable[Contract]:
    """What the class and those above it do with a method that they don't define."""
    known = next((looked_up[dotted(cls)] for cls in above.classes if dotted(cls) in looked_up), None)
    for cls in above.classes:
        hook = hook_of(cls, name)
        is_known = known is not None and dotted(cls) in looked_up
        match hook:
            case Hook.CALLED:
                yield Contract(Holds.SYNC, f"{dotted(cls)} {hook.value}: self.{name}()")
            case Hook.BY_NAME if not is_known or known is not None and known.fullmatch(name):
                yield Contract(Holds.MAYBE, f"{dotted(cls)} {hook.value}")
            case Hook.AWAITED:
                yield Contract(Holds.ASYNC)


def _has(base: str, owner: str, name: str) -> str:
    """``vendor.Base has fetch and calls it synchronously``; the class that defines it, where that is another one."""
    inherited = "" if base.rpartition(".")[2] == owner.rpartition(".")[2] else f" from {owner}"
    return f"{base} has {name}{inherited} and calls it synchronously"


_AWAITABLE = frozenset({"Awaitable", "Coroutine"})


def _is_awaited(function: Function) -> bool:
    """Whether who calls the function awaits what it gives: it is async, or its annotation speaks of an awaitable."""
    if function.is_async:
        return True
    return function.node.returns is not None and _speaks_of_awaitable(function.node.returns)


def _speaks_of_awaitable(node: ast.expr) -> bool:
    # Optional[Awaitable[None]], "Awaitable[None] | None"
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _AWAITABLE
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            return name in _AWAITABLE or name in ("Optional", "Union") and _speaks_of_awaitable(inner)
        case ast.BinOp(left=left, right=right):
            return _speaks_of_awaitable(left) or _speaks_of_awaitable(right)
        case ast.Tuple(elts=elements):
            return any(map(_speaks_of_awaitable, elements))
        case ast.Constant(value=str(text)):
            return any(word in text.split("[")[0] or f"[{word}" in text for word in _AWAITABLE)
    return False
