"""What others give an object's attribute: its constructor, whoever sets it from outside, whoever sets a property."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from awaitify.index.how import How
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import NOTHING, UNKNOWN, ClassValue, Instance, ModuleValue, Unknown, Value, Values, union

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_MOST_FILES = 40
"""An attribute that more files set isn't followed into each."""
_RECORD_DECORATORS = frozenset({"dataclass", "s", "attrs", "define", "frozen", "mutable"})
_MAKES_FIELDS = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple", "pydantic.BaseModel", "msgspec.Struct"})


class Assigned:
    """Finds what is assigned to attributes, with a resolver's knowledge of whose they are."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def field(self, cls: Class, attr: str) -> Values:
        """What the constructor that a dataclass, an attrs class or a named tuple gets for the field *attr* is passed."""
        fields = self.fields(cls)
        if attr not in fields:
            return NOTHING
        return self._resolver.remembered(("field", cls, attr), lambda: self._field(cls, attr, fields.index(attr)))

    def fields(self, cls: Class) -> list[str]:
        """The fields of a class whose constructor is made from them, in the order of its parameters; else none."""
        order = self._resolver.hierarchy.order(cls)
        if any("__init__" in c.functions for c in order) or not self._is_record(order):
            return []
        return [field for c in reversed(order) for field in _fields(c)]

    def set_from_outside(self, owner: Class | Module, attr: str) -> Values:
        """What is assigned to an attribute of a class's objects, or of a module, through other names than ``self``."""
        if not self._resolver.program.text.assigning(attr):
            return NOTHING
        key = ("set from outside", owner, attr)
        return self._resolver.remembered(key, lambda: self._set_from_outside(owner, attr))

    def through_setter(self, setter: Function) -> Values:
        """What is assigned to the attribute that a property's setter takes."""
        assert setter.owner is not None
        self._resolver.note(How.ATTRIBUTE)
        if not self._resolver.callers.are_few(setter.node.name):
            return UNKNOWN
        return (
            self._assigned(setter.owner, setter.node.name, self._resolver.program.defining(setter.node.name)) or UNKNOWN
        )

    def _is_record(self, order: tuple[Class, ...]) -> bool:
        """Whether the class's constructor is made from its fields."""
        if not _MAKES_FIELDS.isdisjoint(self._resolver.hierarchy.foreign_bases(order[0])):
            return True
        targets = (d.func if isinstance(d, ast.Call) else d for c in order for d in c.node.decorator_list)
        return any(ast.unparse(target).rpartition(".")[2] in _RECORD_DECORATORS for target in targets)

    def _field(self, cls: Class, attr: str, number: int) -> Values:
        callers = self._resolver.callers
        if not callers.are_few(*callers.class_names(cls)):
            return UNKNOWN
        self._resolver.note(How.CALLERS)
        found: Values = NOTHING
        for way in callers.constructions(cls, "__init__"):
            if isinstance(way, Unknown):
                continue  # of an object made elsewhere nothing is known, as of every argument that isn't seen
            named = [k.value for k in way.call.keywords if k.arg == attr.lstrip("_")]
            given = named or way.call.args[number : number + 1]
            found |= union(callers.evaluate(node, way.module) for node in given)
        return found

    def _set_from_outside(self, owner: Class | Module, attr: str) -> Values:
        if len(self._resolver.program.text.assigning(attr)) > _MOST_FILES:
            return UNKNOWN
        return self._assigned(owner, attr, self._resolver.program.assigning(attr))

    def _assigned(self, owner: Class | Module, attr: str, modules: Iterable[Module]) -> Values:
        known = owner.attributes.get(attr, ()) if isinstance(owner, Class) else ()
        found: Values = NOTHING
        for module in modules:
            for binding in module.attribute_targets.get(attr, ()):
                if binding in known and not self._is_setter(owner, attr):
                    continue
                assert isinstance(binding.target, ast.Attribute)
                receivers = self._resolver.evaluate(binding.target.value, binding.scope)
                if any(self._has_the_attributes_of(v, owner) for v in receivers):
                    found |= self._resolver.bindings.binding(binding)
        return found

    def _is_setter(self, owner: Class | Module, attr: str) -> bool:
        return isinstance(owner, Class) and attr in owner.functions

    def _has_the_attributes_of(self, value: Value, owner: Class | Module) -> bool:
        match value, owner:
            case (Instance(cls) | ClassValue(cls)), Class():
                return owner in self._resolver.hierarchy.order(cls)
            case ModuleValue(module), Module():
                return module is owner
        return False


def _fields(cls: Class) -> Iterator[str]:
    """The fields that the class's own body declares."""
    for statement in cls.node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=ast.Attribute(attr="ib" | "attrib" | "field"))
            ):
                yield name
