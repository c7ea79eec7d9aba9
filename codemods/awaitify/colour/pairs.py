"""Pairs: a function that stays sync, and its async twin beside it. Which functions can have one, and what it is called."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.colour.callables import is_call_method
from awaitify.colour.constructors import is_constructor
from awaitify.colour.decorators import HandsBack, decorators_of
from awaitify.colour.dispatch import dispatched_with
from awaitify.colour.forms import ASYNC_NAMES, CONTEXT_MANAGER
from awaitify.colour.frameworks import treatment
from awaitify.colour.outside import entry_label
from awaitify.colour.properties import getter_decorator, method_name
from awaitify.colour.treatments import Treatment
from awaitify.index.references import Use
from awaitify.index.summary import BindingKind, Class, Function, Module
from awaitify.names import TWIN_NAMES, is_borrowed

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

_OTHER_NAME = "{name}_async"
_HARMLESS = frozenset(
    {f"builtins.{name}" for name in ("staticmethod", "classmethod", "property")}
    | {"abc.abstractmethod", CONTEXT_MANAGER, "functools.lru_cache", "functools.cache"}
    | {f"{module}.{name}" for module in ("typing", "typing_extensions") for name in ("overload", "override", "final")}
)
"""Decorators that make of a twin what they make of the function, and keep neither."""


@dataclass(frozen=True, slots=True)
class Twin:
    """The twin of a function: its name, and whether it stands there already."""

    name: str
    is_there: bool = False


class Pairs:
    """The answers for one program; they depend on no colour."""

    def __init__(self, sites: Sites, pattern: str = TWIN_NAMES) -> None:
        self.sites = sites
        self.resolver = sites.resolver
        self.pattern = pattern
        self._why_not: dict[Function, str] = {}
        self._names: dict[tuple[Function, ...], str] = {}
        self._known: dict[Function, bool] = {}

    def why_not(self, function: Function) -> str:
        """Why the function's family can have no twins; empty when it can."""
        if function not in self._why_not:
            family = self._family(function)
            found = next(filter(None, map(self._why_not_one, family)), "") or self._why_no_name(family)
            self._why_not.update(dict.fromkeys(family, found))
        return self._why_not[function]

    def twin(self, function: Function) -> Twin:
        """The twin of a function that can have one."""
        name = self._name(self._family(function))
        return Twin(name, self._stands_there(function, name))

    def is_paired(self, function: Function) -> bool:
        """Whether the function has its twin already: a pair that an earlier run, or somebody, wrote."""
        if function not in self._known:
            names = self._candidates(function) if not function.is_async and not function.is_nested else ()
            self._known[function] = any(self._stands_there(function, name) for name in names)
        return self._known[function]

    def is_renamed(self, function: Function) -> bool:
        """Whether a mention of the function becomes one of its twin by another name, and by nothing else."""
        special = function.node.name in ASYNC_NAMES and function.owner is not None
        return not function.is_nested and not special and getter_decorator(function, self.resolver) is None

    def _family(self, function: Function) -> tuple[Function, ...]:
        return self.resolver.hierarchy.family(function) or (function,)

    def _why_not_one(self, function: Function) -> str:
        name = function.node.name
        if function.is_nested:
            return f"{name} stands in another function"
        if is_constructor(function) or is_call_method(function):
            return f"{name} has no async twin"
        if function.owner is not None and _is_special(name) and name not in ASYNC_NAMES:
            return f"{name} has no async twin"
        if label := entry_label(function, self.sites):
            return f"{name} is called from outside ({label}), which would call a twin of it too"
        if next(dispatched_with(function, self.sites), None) is not None:
            return f"{name} is chosen by singledispatch"
        return next(filter(None, (self._of_decorator(d, function) for d in function.node.decorator_list)), "")

    def _of_decorator(self, decorator: ast.expr, function: Function) -> str:
        shape = decorators_of(self.resolver).shape(decorator, function)
        if isinstance(shape, HandsBack) and shape.kept:
            return f"@{ast.unparse(decorator)} keeps what it gets, and would keep a twin too"
        if shape is not None:
            return ""
        name = self.resolver.decorator_name(decorator, function)
        if name in _HARMLESS or treatment(decorator, function, self.resolver) is Treatment.TRANSPARENT:
            return ""
        if isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter", "getter"):
            return ""
        return f"what @{ast.unparse(decorator)} does with a twin isn't known"

    # names

    def _why_no_name(self, family: tuple[Function, ...]) -> str:
        names = {function.node.name for function in family} - ASYNC_NAMES.keys()
        if len(names) > 1 or any(map(self._is_aliased, family)):
            return f"{family[0].node.name} goes by another name in a class, too"
        if self._name(family):
            return ""
        return f"{' and '.join(self._candidates(family[0]))} mean something else"

    def _is_aliased(self, function: Function) -> bool:
        """``get = fetch`` in the body of a class: objects have it under both names."""
        if function.owner is None:
            return False
        mentions = (r.mention for r in self.sites.reaching(function.node.name) if function in r.functions)
        return any(m.use is Use.ASSIGNED and m.function is None for m in mentions)

    def _name(self, family: tuple[Function, ...]) -> str:
        """The first name that is free in every place where the family has a member, or names the twins there."""
        if family not in self._names:
            names = self._candidates(family[0])
            fitting = (name for name in names if all(self._fits(function, name) for function in family))
            self._names[family] = next(fitting, "")
        return self._names[family]

    def _candidates(self, function: Function) -> tuple[str, ...]:
        name = function.node.name
        if function.owner is not None and name in ASYNC_NAMES:
            return (ASYNC_NAMES[name],)
        if getter_decorator(function, self.resolver) is not None:
            return (method_name(function),)
        return tuple(dict.fromkeys(twin_name(name, pattern) for pattern in (self.pattern, _OTHER_NAME)))

    def _fits(self, function: Function, name: str) -> bool:
        if keyword.iskeyword(name):  # wait
            return False
        if self._stands_there(function, name):
            return True
        if function.owner is None:
            modules = self.resolver.program.mentioning(function.node.name)
            return not any(_binds(module, name) for module in (function.module, *modules))
        hierarchy = self.resolver.hierarchy
        below = hierarchy.below(function.owner, mentioning=name)
        classes = (*hierarchy.order(function.owner), *below)
        return all(self._is_free(name, cls, function) for cls in classes)

    def _is_free(self, name: str, cls: Class, function: Function) -> bool:
        """Whether the class has nothing of that name but the twin of its own member of the family."""
        own = cls.functions.get(function.node.name, ())
        if any(self._stands_there(one, name) for one in own):
            return True
        return name not in cls.functions and name not in cls.attributes

    def _stands_there(self, function: Function, name: str) -> bool:
        """Whether an async function of that *name*, with the same parameters, stands in the same class or module."""
        return any(_is_twin(one, function) for one in self._beside(function, name))

    def _beside(self, function: Function, name: str) -> Iterable[Function]:
        if function.owner is not None:
            return function.owner.functions.get(name, ())
        named = (f for f in function.module.functions if f.node.name == name)
        return (f for f in named if f.owner is None and not f.is_nested)


@dataclass(frozen=True, slots=True, eq=False)
class Both:
    """Which functions stay sync and get a twin, in one run: those that are decided, or all that become async."""

    pairs: Pairs
    functions: frozenset[Function] = frozenset()
    everything: bool = False

    def covers(self, function: Function) -> bool:
        """Whether the function stays sync, and its twin takes its place in async code."""
        if function.is_async or function.is_nested or is_borrowed(function.module.path):
            return False
        return (self.everything or function in self.functions) and not self.pairs.why_not(function)

    def all_of(self, functions: Iterable[Function]) -> bool:
        """Whether that is so of all the sync ones among *functions*, so that who calls one can go on as before."""
        sync = [function for function in functions if not function.is_async]
        return bool(sync) and all(map(self.covers, sync))

    def name_of(self, functions: Iterable[Function]) -> str:
        """The name of the twins of *functions*; empty where they don't all have one of the same name."""
        twins = {self.pairs.twin(f).name if self.covers(f) else "" for f in functions}
        return twins.pop() if len(twins) == 1 else ""

    def why_not(self, function: Function) -> str:
        """Why the function can't become async although everything else that must gets a twin; empty when it can."""
        if not self.everything or function.is_async or is_borrowed(function.module.path):
            return ""
        outermost = self._outermost(function)
        if decorators_of(self.pairs.resolver).around(function) is not None:
            return ""  # it chooses by what it wraps
        return self.pairs.why_not(outermost)

    def stands_twice(self, function: Function) -> bool:
        """Whether the function, or the one around it, stays sync beside a twin: both use what it uses."""
        return self.covers(self._outermost(function))

    def stays(self, function: Function) -> bool:
        """Whether the function has its twin already: nothing is done in it."""
        outermost = self._outermost(function)
        return self.covers(outermost) and self.pairs.is_paired(outermost)

    def _outermost(self, function: Function) -> Function:
        """The function in whose copy it stands."""
        current, scopes = function, self.pairs.resolver.scopes
        while current.is_nested and current.scope.around is not None:
            outer = scopes.enclosing_function(current.scope.around)
            if outer is None:
                break
            current = outer
        return current


def twin_name(name: str, pattern: str) -> str:
    """The name by *pattern*, in which ``{name}`` stands for the bare one: ``_get`` → ``_aget``."""
    bare = name.lstrip("_")
    return name[: len(name) - len(bare)] + pattern.replace("{name}", bare)


def _binds(module: Module, name: str) -> bool:
    """Whether the name means something in the module already; an import of it, from a twin that stands there, aside."""
    found = (binding for scope in module.scopes.values() for binding in scope.bindings.get(name, ()))
    return any(binding.kind is not BindingKind.IMPORT for binding in found)


def _is_twin(one: Function, function: Function) -> bool:
    is_iterator = one.node.name == "__aiter__"
    return (one.is_async or is_iterator) and list(_parameters(one)) == list(_parameters(function))


def _parameters(function: Function) -> Iterator[str]:
    arguments = function.node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    yield from (f"*{a.arg}" for a in (arguments.vararg, arguments.kwarg) if a is not None)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
