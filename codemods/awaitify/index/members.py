"""What an attribute of a module, a class or an object can be."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from awaitify.index import builtin
from awaitify.index.generics import settled
from awaitify.index.how import How
from awaitify.index.summary import BindingKind, Class, Function
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    Arguments,
    BoundContainer,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    ModuleValue,
    Open,
    PackageValue,
    Returning,
    TypeVariable,
    Value,
    Values,
    over,
    union,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_LONGEST = 12
"""How many dots the name of something foreign may have."""


class Members:
    """Looks attributes up along the order of inheritance, with a resolver's knowledge of values."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def attribute(self, value: Value, attr: str, *, read: bool = True) -> Values:
        """What ``value.attr`` can be; without *read*, a property is itself, not what reading it gives."""
        match value:
            case ModuleValue(module):
                return self.resolver.bindings.member_of_module(module.name, attr)
            case PackageValue(name):
                return self.resolver.bindings.submodule(name, attr) or UNKNOWN
            case ClassValue(cls, arguments):
                return self._given(self.member(cls, attr, instance=False), arguments)
            case Instance(cls, arguments=arguments) if attr == "__class__":
                return frozenset({ClassValue(cls, arguments)})
            case Instance(cls, above, arguments):
                return self._given(self.member(cls, attr, instance=True, above=above, read=read), arguments)
            case TypeVariable():
                return over(settled(frozenset({value})), lambda v: self.attribute(v, attr, read=read))
            case Foreign(name) if name.count(".") > _LONGEST:
                return UNKNOWN  # `key = key.__func__` would make it longer for ever
            case Foreign(name, member=False):
                return (
                    self.resolver.environment.member(name, attr)
                    if value.made
                    else frozenset({Foreign(f"{name}.{attr}")})
                )
            case Container(fields=fields, is_record=True) if attr in dict(fields):
                return dict(fields)[attr]
            case Container() if value.abstract and not builtin.has_attribute(value.abstract, attr):
                return frozenset({Open(value.abstract)})
            case Container():
                return frozenset({BoundContainer(value, attr)})
        return UNKNOWN

    def _given(self, values: Values, arguments: Arguments) -> Values:
        return self.resolver.generics.substitute(values, dict(arguments)) if arguments else values

    def is_computed(self, receivers: Values, attr: str) -> bool:
        """Whether reading the attribute calls a function: what was assigned to it says nothing then."""
        orders = (self.resolver.hierarchy.order(v.cls) for v in receivers if isinstance(v, Instance))
        return any(attr in cls.functions for order in orders for cls in order)

    def member(self, cls: Class, attr: str, *, instance: bool, above: Class | None = None, read: bool = True) -> Values:
        """The attribute *attr* of a class or of its objects, by its ancestors, then by the classes below it."""
        key = ("member of class", cls, attr, instance, above, read)
        return self.resolver.remembered(key, lambda: self._member(cls, attr, instance, above, read))

    def _member(self, cls: Class, attr: str, instance: bool, above: Class | None, read: bool) -> Values:
        order = self.resolver.hierarchy.order(cls)
        if instance and any("__getattribute__" in c.functions for c in order):
            return UNKNOWN
        behind = order[order.index(above) + 1 :] if above is not None and above in order else order
        values = self.first_member(behind, attr, cls, instance and read)
        if values is not None:
            return frozenset(map(_through_super, values)) if above is not None else values | self._below(cls, attr)
        if (delegated := self._delegated(order, cls, attr, instance)) is not None:
            return delegated
        if hasattr(object, attr):
            return frozenset({Foreign(f"builtins.object.{attr}", member=True)})
        if attr == "value" and builtin.is_enum(self.resolver.hierarchy.foreign_bases(cls)):
            return union(
                self.resolver.bindings.merge(bindings) for c in order for bindings in c.scope.bindings.values()
            )
        if (built_in := self._of_record(cls, attr)) is not None:
            return built_in
        if above is not None:
            return self._beside(cls, above, attr, read) or self._foreign_member(cls, attr)
        if supplied := self._supplied_below(cls, attr, instance and read):
            self.resolver.note(How.MIXIN)
            return supplied
        return self.resolver.assigned.set_from_outside(cls, attr) or self._foreign_member(cls, attr)

    def _of_record(self, cls: Class, attr: str) -> Values | None:
        """A method that Python gives a named tuple or a TypedDict; None for anything else."""
        if attr == "_replace" and self.field_number(Instance(cls), 0) is not None:
            return frozenset({Returning(frozenset({Instance(cls)}))})
        if attr in ("get", "pop", "setdefault", "values", "items", "copy") and self.has_keys(cls):
            names = {name: None for c in reversed(self.resolver.hierarchy.order(cls)) for name in c.scope.bindings}
            fields = tuple((name, self.attribute(Instance(cls), name)) for name in names)
            container = Container(union(v for _, v in fields), is_mapping=True, fields=fields)
            return frozenset({BoundContainer(container, attr)})
        return None

    def _below(self, cls: Class, attr: str) -> Values:
        """What classes below give an attribute: an object of the class may be one of theirs. Of a method, see its family."""
        found = next(
            (c for c in self.resolver.hierarchy.order(cls) if attr in c.functions or attr in c.attributes), None
        )
        if found is None or attr in found.functions or any(b.annotation for b in found.attributes[attr]):
            return NOTHING
        givers = dict.fromkeys(self.resolver.hierarchy.givers_below(cls, attr))
        return union(self._value(c, attr, (c,), c) for c in givers if attr not in c.functions)

    def _delegated(self, order: tuple[Class, ...], cls: Class, attr: str, instance: bool) -> Values | None:
        """What ``__getattr__`` hands on: ``return getattr(self._client, name)``; None without one."""
        function = next((f for c in order for f in c.functions.get("__getattr__", ())), None)
        if function is None or not instance or attr.startswith("__"):
            return None
        self.resolver.note(How.DELEGATION)
        found: Values = NOTHING
        for node in self.resolver.scopes.own_nodes(function):
            if isinstance(node, ast.Return):
                match node.value:
                    case ast.Call(func=ast.Name(id="getattr"), args=[receiver, ast.Name(), *_]):
                        owners = self.resolver.evaluate(receiver, function.scope) or UNKNOWN
                        found |= over(owners, lambda v: self.attribute(v, attr) if v != Instance(cls) else UNKNOWN)
                    case _:
                        found |= UNKNOWN
        return found or UNKNOWN

    def first_member(self, order: Sequence[Class], attr: str, receiver: Class, computed: bool) -> Values | None:
        """What the first class of *order* that has *attr* gives it; of a property, where it is *computed*, the result."""
        for ancestor in order:
            if attr in ancestor.functions:
                function = ancestor.functions[attr][-1]
                others = [b for b in ancestor.attributes.get(attr, ()) if b.kind is not BindingKind.FUNCTION]
                environment = self.resolver.generics.environment(receiver, ancestor)
                if computed and self.is_property(function):
                    returned = self.resolver.calls.returned(function, receiver)
                    return self.resolver.generics.substitute(returned, environment)
                own: Values = frozenset({FunctionValue(function, receiver, tuple(environment.items()))})
                return own | self.resolver.bindings.merge(others) if others else own
            if attr in ancestor.attributes:
                return self._value(ancestor, attr, order, receiver)
        return None

    def _value(self, ancestor: Class, attr: str, order: Sequence[Class], receiver: Class) -> Values:
        elements = [element for cls in order for element in cls.elements.get(attr, ())]
        values = self.resolver.bindings.merge(ancestor.attributes[attr], elements)
        if builtin.is_enum(self.resolver.hierarchy.foreign_bases(ancestor)) and attr in ancestor.scope.bindings:
            return frozenset({Instance(ancestor)})
        if not any(binding.annotation for binding in ancestor.attributes[attr]):
            values |= self.resolver.assigned.set_from_outside(ancestor, attr)
        if not values or values == UNKNOWN:
            values = self._set_elsewhere(ancestor, attr) or values
        values = over(values, lambda v: self._described(v) if attr in ancestor.scope.bindings else frozenset({v}))
        return self.resolver.generics.substitute(values, self.resolver.generics.environment(receiver, ancestor))

    def _set_elsewhere(self, cls: Class, attr: str) -> Values:
        """What an attribute gets of which the class itself says nothing: from its constructor, or from outside."""
        return self.resolver.assigned.field(cls, attr) | self.resolver.assigned.set_from_outside(cls, attr)

    def _described(self, value: Value) -> Values:
        """A descriptor gives what its ``__get__`` returns."""
        if isinstance(value, Instance):
            order = self.resolver.hierarchy.order(value.cls)
            getter = next((f for cls in order for f in cls.functions.get("__get__", ())), None)
            if getter is not None:
                return self._given(self.resolver.calls.returned(getter, value.cls), value.arguments) or UNKNOWN
        return frozenset({value})

    def _beside(self, cls: Class, above: Class, attr: str, read: bool) -> Values:
        """``super().attr`` in a mixin: what comes behind it in the order of the classes that mix it in."""
        found: Values = NOTHING
        for below in self.resolver.hierarchy.below(cls):
            order = self.resolver.hierarchy.order(below)
            values = self.first_member(order[order.index(above) + 1 :], attr, below, read) if above in order else None
            found |= values or NOTHING
        return found

    def _supplied_below(self, cls: Class, attr: str, computed: bool) -> Values:
        """``self.attr`` in a mixin: what the classes below it, or their other bases, define."""
        suppliers = self.resolver.hierarchy.suppliers(cls, attr)
        orders = ((below, self.resolver.hierarchy.order(below)) for below in dict.fromkeys(suppliers))
        return union(self.first_member(order, attr, below, computed) or NOTHING for below, order in orders)

    def _foreign_member(self, cls: Class, attr: str) -> Values:
        foreign = self.resolver.hierarchy.foreign_bases(cls) - builtin.BASES_WITHOUT_MEMBERS
        if "?" in foreign or not foreign:
            return UNKNOWN
        having = (base for base in foreign if not self.resolver.environment.lacks(base, attr))
        return union(self.resolver.environment.member(base, attr) for base in having) or UNKNOWN

    def has_keys(self, cls: Class) -> bool:
        """Whether objects of the class are dicts whose keys its body declares: a TypedDict."""
        return bool({"typing.TypedDict", "typing_extensions.TypedDict"} & self.resolver.hierarchy.foreign_bases(cls))

    def field_number(self, value: Instance, number: int) -> Values | None:
        """The field *number* of a named tuple; None for any other object."""
        if not {"typing.NamedTuple", "typing_extensions.NamedTuple"} & self.resolver.hierarchy.foreign_bases(value.cls):
            return None
        fields = [
            s.target.id
            for c in reversed(self.resolver.hierarchy.order(value.cls))
            for s in c.node.body
            if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
        ]
        return self.attribute(value, fields[number]) if -len(fields) <= number < len(fields) else UNKNOWN

    def is_property(self, function: Function) -> bool:
        """Whether reading the function's name on an object calls it."""
        return any(
            self.resolver.decorator_name(d, function) in builtin.PROPERTIES for d in function.node.decorator_list
        )


def _through_super(value: Value) -> Value:
    return replace(value, is_super=True) if isinstance(value, FunctionValue) else value
