"""A place in which the program keeps an object, all that is put there, and every mention of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, BindingKind, Class, Module, Scope
from awaitify.index.values import ClassValue, Instance, ModuleValue, Open, Unknown, Values

_BY_NAME = frozenset({"getattr", "setattr", "delattr", "hasattr", "attrgetter", "object", "patch"})
"""Functions that take an attribute by its name."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An attribute of the objects of *owner*, or a variable of *scope*."""

    name: str
    owner: Class | None = None
    scope: Scope | None = None

    @property
    def label(self) -> str:
        """How it is called in a sentence: ``Cache._lock``, ``LOCK``."""
        return f"{self.owner.node.name}.{self.name}" if self.owner is not None else self.name

    @property
    def is_shared_by_all(self) -> bool:
        """Whether it is made while the module is imported, before any loop runs."""
        return self.scope is not None and isinstance(self.scope.node, ast.Module)


@dataclass(frozen=True, slots=True, eq=False)
class SlotMention:
    """A mention of a slot; unsure where it may be another object's, or where a string names it."""

    node: ast.AST
    module: Module
    is_sure: bool = True


def slot_of(node: ast.expr, module: Module, resolver: Resolver) -> Slot | None:
    """Where the object that *node* denotes is kept; None for a parameter, an element, or what a call gives."""
    if isinstance(node, ast.Name):
        return _variable(node.id, resolver.scopes.scope_of(node, module), resolver)
    if not isinstance(node, ast.Attribute):
        return None
    found: set[Slot | None] = set()
    for value in resolver.answer(node.value, module).values:
        match value:
            case ModuleValue(other):
                found.add(_variable(node.attr, other.scope, resolver))
            case Instance(cls) | ClassValue(cls):
                found.add(_attribute(cls, node.attr, resolver))
            case _:
                found.add(None)
    return found.pop() if len(found) == 1 else None


def _variable(name: str, scope: Scope, resolver: Resolver, depth: int = 0) -> Slot | None:
    around = resolver.scopes.find_scope(name, scope)
    if around is None:
        return None
    kinds = {binding.kind for binding in around.bindings[name]}
    if BindingKind.IMPORT in kinds and depth < 10:
        binding, *others = around.bindings[name]
        module_name, colon, exported = resolver.program.absolute(binding.source, around.module).partition(":")
        module = resolver.program.module(module_name) if colon and not others else None
        return _variable(exported, module.scope, resolver, depth + 1) if module is not None else None
    return None if BindingKind.PARAMETER in kinds else Slot(name, scope=around)


def _attribute(cls: Class, name: str, resolver: Resolver) -> Slot | None:
    """The topmost class that sets the attribute owns it; for a mixin, the one below that supplies it."""
    having = [one for one in resolver.hierarchy.order(cls) if name in one.attributes]
    if having:
        return Slot(name, owner=having[-1])
    above = {_attribute(one, name, resolver) for one in resolver.hierarchy.suppliers(cls, name) if one is not cls}
    return above.pop() if len(above) == 1 else None


def bindings_of(slot: Slot, resolver: Resolver) -> list[Binding]:
    """What is put into the slot, by its own class and those below."""
    if slot.scope is not None:
        return list(slot.scope.bindings[slot.name])
    assert slot.owner is not None
    below = resolver.hierarchy.below(slot.owner, mentioning=slot.name)
    return [binding for cls in (slot.owner, *below) for binding in cls.attributes.get(slot.name, ())]


def mentions_of_slot(slot: Slot, resolver: Resolver) -> Iterator[SlotMention]:
    """Every mention of the slot in the program, where something is put into it too."""
    modules: Iterable[Module] = resolver.program.mentioning(slot.name)
    if slot.scope is not None and not slot.is_shared_by_all:
        modules = (slot.scope.module,)
    for module in modules:
        for node in module.mentions.get(slot.name, ()):
            match node:
                case ast.Name() if slot.scope is not None:
                    scope = resolver.scopes.scope_of(node, module)
                    if _variable(node.id, scope, resolver) == slot:
                        yield SlotMention(node, module)
                    elif slot.is_shared_by_all and module.stars and not resolver.scopes.find_scope(node.id, scope):
                        yield SlotMention(node, module, is_sure=False)
                case ast.alias(asname=str()) if slot.is_shared_by_all:
                    yield SlotMention(node, module, is_sure=False)
                case ast.Attribute():
                    yield from _mention(node, module, slot, resolver)
                case ast.Constant() if _is_looked_up(node, module, slot):
                    yield SlotMention(node, module, is_sure=False)


def _mention(node: ast.Attribute, module: Module, slot: Slot, resolver: Resolver) -> Iterator[SlotMention]:
    values = resolver.answer(node.value, module).values
    if (
        slot.owner is not None
        and _may_be_of(values, slot.owner, resolver)
        or slot.scope is not None
        and any(ModuleValue(slot.scope.module) == value for value in values)
    ):
        yield SlotMention(node, module)
    elif slot.owner is not None and (not values or any(isinstance(value, Unknown | Open) for value in values)):
        yield SlotMention(node, module, is_sure=False)


def _may_be_of(values: Values, owner: Class, resolver: Resolver) -> bool:
    order = resolver.hierarchy.order
    classes = [value.cls for value in values if isinstance(value, Instance | ClassValue)]
    return any(owner in order(cls) or cls in order(owner) for cls in classes)


def _is_looked_up(node: ast.Constant, module: Module, slot: Slot) -> bool:
    """``getattr(cache, "_lock")``, ``state["_lock"]`` in the class itself; its name in ``__slots__`` is none."""
    if slot.scope is not None and not slot.is_shared_by_all:
        return False
    parent = module.parents.get(node)
    if isinstance(parent, ast.Call):
        called = parent.func.attr if isinstance(parent.func, ast.Attribute) else getattr(parent.func, "id", "")
        return called in _BY_NAME
    if slot.owner is None or module is not slot.owner.module or not isinstance(parent, ast.Subscript | ast.Dict):
        return False
    return module.span(slot.owner.node).holds(module.span(node))
