"""Properties whose getter must await: which reads are theirs, what becomes of a read, and why one stays as it is.

A getter becomes a method of another name, ``owner`` → ``get_owner``: a read that nobody saw then raises AttributeError at
once. Under the old name it would be a bound method, which is always true.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.colour.action import Action, Ending, Handling, Refused, Rewrite, Where
from awaitify.colour.caches import CACHED_PROPERTY, is_cached_property
from awaitify.colour.reached import Reached
from awaitify.colour.read_by_name import place_that_reads
from awaitify.index.builtin import BASES_WITHOUT_MEMBERS
from awaitify.index.how import How
from awaitify.index.references import Mention, Use
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Class, Function, Module
from awaitify.index.values import UNKNOWN, ClassValue, FunctionValue, Instance, Values, over

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

_BESIDE_A_PROPERTY = frozenset(
    {"abc.abstractmethod"}
    | {f"{module}.{name}" for module in ("typing", "typing_extensions") for name in ("override", "final")}
)
"""Decorators that mean the same to a method."""
_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})


@dataclass(frozen=True, slots=True, eq=False)
class Read(Rewrite):
    """``page.owner`` → ``await page.get_owner()``; ``await page.owner`` of one that is cached, which has no *method*."""

    node: ast.Attribute
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a mention is of the property itself, where it may read one."""

    mention: Mention
    values: Values
    how: How


def method_name(getter: Function) -> str:
    """What the getter is called once it is a method: ``get_owner``, and ``_get_owner`` for ``_owner``."""
    name = getter.node.name
    bare = name.lstrip("_")
    return f"{name[: len(name) - len(bare)]}get_{bare}"


def getter_decorator(function: Function, resolver: Resolver) -> ast.expr | None:
    """The ``@property`` of a plain getter, or ``@cached_property``; None for any other function, and for setters."""
    found = None
    for decorator in function.node.decorator_list:
        name = "" if isinstance(decorator, ast.Call) else resolver.decorator_name(decorator, function)
        if name in ("builtins.property", CACHED_PROPERTY):
            found = decorator
        elif name not in _BESIDE_A_PROPERTY:
            return None
    return found


def has_a_getter(function: Function, resolver: Resolver) -> bool:
    """Whether it is the setter or deleter of a property whose plain getter stands in the same class."""
    beside = function.owner.functions[function.node.name] if function.owner is not None else []
    return _is_setter(function) and any(getter_decorator(other, resolver) is not None for other in beside)


def find_read(mention: Mention, resolver: Resolver) -> Found | None:
    """What *mention*, of a name that some property has, reaches when a property is itself and not its result.

    None where no property comes into question: then what it gives is the answer.
    """
    node = mention.node
    if not isinstance(node, ast.Attribute):
        return None
    receivers = resolver.answer(node.value, mention.module)
    answer = resolver.questions.noting(
        lambda: over(receivers.values, lambda value: resolver.members.attribute(value, node.attr, read=False))
    )
    values = answer.values
    is_getter = any(isinstance(v, FunctionValue) and resolver.members.is_property(v.function) for v in values)
    is_hidden = How.DELEGATION in answer.how or any(_may_stand_for_another(v, resolver) for v in receivers.values)
    if is_hidden:
        values |= UNKNOWN
    if not is_getter and not is_hidden:
        return None
    is_read = is_getter and isinstance(node.ctx, ast.Load)
    if is_read and not any(isinstance(value, ClassValue) for value in receivers.values):
        mention = Mention(node, mention.module, Use.READ, mention.around, mention.function)
    return Found(mention, values, receivers.how | answer.how)


def getters_at(node: ast.Attribute, module: Module, resolver: Resolver) -> frozenset[Function]:
    """The getters that reading *node* runs."""
    if node.attr not in resolver.program.text.properties:
        return frozenset()
    receivers = resolver.answer(node.value, module).values
    objects = (value for value in receivers if isinstance(value, Instance))
    values = over(frozenset(objects), lambda value: resolver.members.attribute(value, node.attr, read=False))
    functions = (value.function for value in values if isinstance(value, FunctionValue))
    return frozenset(function for function in functions if resolver.members.is_property(function))


def handle_property(reached: Reached, sites: Sites) -> Handling | Refused:
    """What is done at a mention that reaches a getter, once that is an async method."""
    mention, resolver = reached.mention, sites.resolver
    if mention.use is Use.NAMED:
        return Refused("AW304", "a string names a property")
    if mention.use is not Use.READ or not isinstance(mention.node, ast.Attribute):
        return Refused("AW301", f"it is a property, and {mention.use.value}")
    getters = [function for function in reached.functions if resolver.members.is_property(function)]
    if len(getters) < len(reached.functions):
        return Refused("AW311", "it is a property in one class and a method in another")
    where = Where(mention.node, mention.module, mention.around, mention.function)
    cached = [is_cached_property(getter, resolver) for getter in getters]
    if any(cached) and not all(cached):
        return Refused("AW311", "it is cached in one class and not in another")
    rewrite = Read(mention.node, "" if cached[0] else method_name(getters[0]))
    return Handling(Action.REWRITE, Ending.AWAITED, "awaited", (where,), rewrite)


def why_it_stays(function: Function, resolver: Resolver) -> Iterator[str]:
    """What stands against a property's becoming a method."""
    name = function.node.name
    if getter_decorator(function, resolver) is None:
        yield "it is a property with another decorator"
        return
    if function.owner is None:
        yield "it is a property outside of a class"
        return
    family = resolver.hierarchy.family(function)
    is_cached = is_cached_property(function, resolver)
    for other in family:
        if other is not function and is_cached_property(other, resolver) != is_cached:
            yield f"it is a property, and {other.name} is {'not cached' if is_cached else 'cached'}"
            return
        if other is not function and getter_decorator(other, resolver) is None:
            what = "a setter or deleter, which can't await," if _is_setter(other) else "no plain property"
            yield (
                f"it is a property, and {other.name} is {what}" if "no" in what else f"it is a property with {what} too"
            )
            return
    classes = {member.owner for member in family if member.owner is not None}
    for cls in sorted(classes, key=lambda cls: cls.module.place(cls.node)):
        foreign = sorted(resolver.hierarchy.foreign_bases(cls) - BASES_WITHOUT_MEMBERS)
        if foreign:
            base = "one that isn't known" if foreign[0] == "?" else foreign[0]
            yield f"it is a property of a class whose base is {base}, which may read it by its name"
            return
        if not is_cached and (taken := _class_that_has(method_name(function), cls, resolver)) is not None:
            yield f"it is a property, and {taken.name} has {method_name(function)} already"
            return
    if (place := _declared_elsewhere(name, classes, resolver)) is not None:
        yield f"it is a property, and {place} declares an attribute of that name"
    elif (read := place_that_reads(name, resolver)) is not None:
        yield f"it is a property, and {read} may read it by its name"


def _may_stand_for_another(value: object, resolver: Resolver) -> bool:
    """Whether the object may be of a class that has nothing to do with the one that is known: a Protocol's."""
    return isinstance(value, Instance) and not _PROTOCOLS.isdisjoint(resolver.hierarchy.foreign_bases(value.cls))


def _is_setter(function: Function) -> bool:
    return any(isinstance(d, ast.Attribute) and d.attr in ("setter", "deleter") for d in function.node.decorator_list)


def _class_that_has(name: str, cls: Class, resolver: Resolver) -> Class | None:
    """The class, above or below *cls*, that gives its objects an attribute *name*."""
    related = (*resolver.hierarchy.order(cls), *resolver.hierarchy.below(cls))
    return next((c for c in related if name in c.functions or name in c.attributes or name in c.scope.bindings), None)


def _declared_elsewhere(name: str, family: set[Class], resolver: Resolver) -> str | None:
    """Where a class declares an attribute *name*: one of the family's, or one that takes it from objects of others.

    ``owner: str`` in a Protocol or a pydantic model, ``owner = CharField()`` in a serializer: behind them may be the property.
    """
    for module in resolver.program.defining(name):
        for cls in module.classes:
            for binding in cls.scope.bindings.get(name, ()):
                if binding.kind is BindingKind.FUNCTION:
                    continue
                order = resolver.hierarchy.order(cls)
                foreign = resolver.hierarchy.foreign_bases(cls) - (BASES_WITHOUT_MEMBERS - _PROTOCOLS)
                is_family = not family.isdisjoint(order) or any(cls in resolver.hierarchy.order(one) for one in family)
                if is_family or foreign:
                    return str(module.place(binding.target or binding.node))
    return None
