"""What an attribute of a module, a class or an object can be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from awaitify.index import builtin
from awaitify.index.summary import BindingKind, Class, Function
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    BoundContainer,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    ModuleValue,
    Open,
    PackageValue,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver


class Members:
    """Looks attributes up along the order of inheritance, with a resolver's knowledge of values."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def attribute(self, value: Value, attr: str) -> Values:
        """What ``value.attr`` can be."""
        match value:
            case ModuleValue(module):
                return self.resolver.bindings.member_of_module(module.name, attr)
            case PackageValue(name):
                return self.resolver.bindings.submodule(name, attr) or UNKNOWN
            case ClassValue(cls):
                return self.member(cls, attr, instance=False)
            case Instance(cls, above):
                return self.member(cls, attr, instance=True, above=above)
            case Foreign(name, member=False):
                return frozenset({Foreign(f"{name}.{attr}", member=value.made)})
            case Container() if value.abstract and not builtin.has_attribute(value.abstract, attr):
                return frozenset({Open(value.abstract)})
            case Container():
                return frozenset({BoundContainer(value, attr)})
        return UNKNOWN

    def member(self, cls: Class, attr: str, *, instance: bool, above: Class | None = None) -> Values:
        """The attribute *attr* of a class or of its objects, by its ancestors, then by the classes below it."""
        key = ("member of class", cls, attr, instance, above)
        return self.resolver.remembered(key, lambda: self._member(cls, attr, instance, above))

    def _member(self, cls: Class, attr: str, instance: bool, above: Class | None) -> Values:
        order = self.resolver.hierarchy.order(cls)
        behind = order[order.index(above) + 1 :] if above is not None and above in order else order
        values = self.first_member(behind, attr, cls, instance)
        if values is not None:
            return values
        self.resolver.note_inferred()
        if hasattr(object, attr):
            return frozenset({Foreign(f"builtins.object.{attr}", member=True)})
        if above is not None:
            return self._beside(cls, above, attr) or self._foreign_member(cls, attr)
        supplied = self._supplied_below(cls, attr, instance)
        return supplied or self._foreign_member(cls, attr)

    def first_member(self, order: Iterable[Class], attr: str, receiver: Class, instance: bool) -> Values | None:
        for ancestor in order:
            if attr in ancestor.functions:
                function = ancestor.functions[attr][-1]
                others = [b for b in ancestor.attributes.get(attr, ()) if b.kind is not BindingKind.FUNCTION]
                if self.is_property(function) and instance:
                    return self.resolver.calls.returned(function, receiver)
                own: Values = frozenset({FunctionValue(function, receiver)})
                return own | self.resolver.bindings.merge(others) if others else own
            if attr in ancestor.attributes:
                return self.resolver.bindings.merge(ancestor.attributes[attr])
        return None

    def _beside(self, cls: Class, above: Class, attr: str) -> Values:
        """``super().attr`` in a mixin: what comes behind it in the order of the classes that mix it in."""
        found: Values = NOTHING
        for below in self.resolver.hierarchy.below(cls):
            order = self.resolver.hierarchy.order(below)
            values = self.first_member(order[order.index(above) + 1 :], attr, below, True) if above in order else None
            found |= values or NOTHING
        return found

    def _supplied_below(self, cls: Class, attr: str, instance: bool) -> Values:
        """``self.attr`` in a mixin: what the classes below it, or their other bases, define."""
        suppliers = self.resolver.hierarchy.suppliers(cls, attr)
        orders = ((below, self.resolver.hierarchy.order(below)) for below in dict.fromkeys(suppliers))
        return union(self.first_member(order, attr, below, instance) or NOTHING for below, order in orders)

    def _foreign_member(self, cls: Class, attr: str) -> Values:
        foreign = self.resolver.hierarchy.foreign_bases(cls) - builtin.BASES_WITHOUT_MEMBERS
        if "?" in foreign or not foreign:
            return UNKNOWN
        return frozenset(Foreign(f"{base}.{attr}", member=True) for base in foreign)

    def is_property(self, function: Function) -> bool:
        """Whether reading the function's name on an object calls it."""
        return any(
            self.resolver.decorator_name(d, function) in builtin.PROPERTIES for d in function.node.decorator_list
        )
