"""What did the functions of a program become? Two states of it compared, whoever changed it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from awaitify.colour.constructors import CREATE
from awaitify.colour.forms import ASYNC_NAMES, CONTEXT_MANAGER
from awaitify.colour.properties import method_name
from awaitify.index.published import Changed, Now, Replaced, Was
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, BindingKind, Function, Module
from awaitify.index.values import FunctionValue
from awaitify.names import Name

IsPublic = Callable[[Function], bool]
"""Asked of a function of the old state."""


def compare(
    old: Resolver, new: Resolver, modules: tuple[str, ...], is_public: IsPublic
) -> tuple[tuple[Changed, ...], tuple[Replaced, ...]]:
    """The functions of *modules* that changed colour, and what objects hold of other libraries that they didn't before."""
    pairs = [
        (before, after)
        for name in modules
        if (before := old.program.module(name)) is not None and (after := new.program.module(name)) is not None
    ]
    comparing = _Comparing(old, new, is_public)
    for before, after in pairs:
        comparing.functions(before, after)
    comparing.hand_on(pairs)
    attributes = {found for before, after in pairs for found in _replaced(before, after, old, new)}
    return tuple(sorted(comparing.found.values())), tuple(sorted(attributes))


class _Comparing:
    """One comparison: the changed functions by their old names."""

    def __init__(self, old: Resolver, new: Resolver, is_public: IsPublic) -> None:
        self.old = old
        self.new = new
        self.is_public = is_public
        self.found: dict[Name, Changed] = {}
        self.now: dict[Function, Now] = {}

    def functions(self, before: Module, after: Module) -> None:
        by_name = {function.qualname: function for function in after.functions if not function.is_nested}
        for function in before.functions:
            if not function.is_async and not function.is_nested:
                was = self.was(function)
                if (found := self.counterpart(function, was, by_name)) is not None:
                    renamed = found.node.name if found.node.name != function.node.name else None
                    now = self.what_is(found)
                    self.add(function, found, Changed(function.name, was, now, self.is_public(function), renamed))

    def add(self, function: Function, after: Function, changed: Changed) -> None:
        self.found[function.name] = changed
        self.now[after] = changed.now

    def was(self, function: Function) -> Was:
        names = [self.old.decorator_name(d, function) for d in function.node.decorator_list]
        if CONTEXT_MANAGER in names:
            return Was.CONTEXT_MANAGER
        if "builtins.property" in names:
            return Was.PROPERTY
        if function.owner is not None and function.node.name == "__init__":
            return Was.CONSTRUCTOR
        return Was.GENERATOR if self.old.scopes.is_generator(function) else Was.FUNCTION

    def counterpart(self, function: Function, was: Was, by_name: dict[str, Function]) -> Function | None:
        """What the function became; None where it is what it was, or isn't there any more."""
        outer = function.qualname.rpartition(".")[0]
        same = by_name.get(function.qualname)
        if same is not None and same.is_async and was is not Was.CONSTRUCTOR:
            return same
        special = by_name.get(f"{outer}.{ASYNC_NAMES.get(function.node.name, '')}")
        if function.owner is not None and special is not None and same is None:
            return special
        if was is Was.PROPERTY and same is None:
            method = by_name.get(f"{outer}.{method_name(function)}")
            return method if method is not None and method.is_async else None
        if was is Was.CONSTRUCTOR and function.owner is not None and CREATE not in function.owner.functions:
            create = by_name.get(f"{outer}.{CREATE}")
            return create if create is not None and create.is_async else None
        return None

    def what_is(self, function: Function) -> Now:
        names = [self.new.decorator_name(d, function) for d in function.node.decorator_list]
        if "contextlib.asynccontextmanager" in names:
            return Now.CONTEXT_MANAGER
        if function.node.name == "__aiter__":
            return Now.ITERATING
        is_generator = function.is_async and self.new.scopes.is_generator(function)
        return Now.GENERATOR if is_generator else Now.FUNCTION

    # what hands on what another function gives

    def hand_on(self, pairs: list[tuple[Module, Module]]) -> None:
        """A plain ``def`` that returns what a changed function gives has changed with it."""
        grown = True
        while grown:
            grown = False
            names = {function.node.name for function in self.now}
            for before, after in pairs:
                olds = {f.qualname: f for f in before.functions if not f.is_async and not f.is_nested}
                for function in after.functions:
                    old = olds.get(function.qualname)
                    if old is not None and function not in self.now and not function.is_async:
                        given = self.given(function, names)
                        if given is not None:
                            self.add(old, function, Changed(old.name, self.was(old), given, self.is_public(old)))
                            grown = True

    def given(self, function: Function, names: set[str]) -> Now | None:
        """What the function gives, where that is what changed functions give; None for anything else."""
        found: set[Now | None] = set()
        for node in self.new.scopes.own_nodes(function):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
                func = node.value.func
                if (func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")) in names:
                    values = self.new.answer(func, function.module).values
                    found |= {self.now.get(v.function) if isinstance(v, FunctionValue) else None for v in values}
        return found.pop() if len(found) == 1 else None


# what objects hold


def _replaced(before: Module, after: Module, old: Resolver, new: Resolver) -> Iterator[Replaced]:
    after_classes = {cls.qualname: cls for cls in after.classes}
    for cls in before.classes:
        if (other := after_classes.get(cls.qualname)) is not None:
            made_now = _made(other.attributes, new)
            for name, was in _made(cls.attributes, old).items():
                now = made_now.get(name, "")
                if now and now != was:
                    yield Replaced(Name(before.name, f"{cls.qualname}.{name}"), was, now)
    made, made_now = _made(before.scope.bindings, old), _made(after.scope.bindings, new)
    for name, was in made.items():
        if (now := made_now.get(name, "")) and now != was:
            yield Replaced(Name(before.name, name), was, now)


def _made(bindings: dict[str, list[Binding]], resolver: Resolver) -> dict[str, str]:
    """By name, the foreign class of which an object is made for it, where that is one alone."""
    found: dict[str, str] = {}
    for name, bound in bindings.items():
        calls = [b.node for b in bound if b.kind is BindingKind.VALUE and isinstance(b.node, ast.Call)]
        names = {resolver.dotted(call.func, bound[0].scope.module) for call in calls}
        if len(names) == 1 and (dotted := names.pop()):
            found[name] = dotted
    return found
