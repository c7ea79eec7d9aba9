"""The mentions of a name with what each can reach, found once and kept."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from awaitify.colour.action import Handling, Refused
from awaitify.colour.aliases import functions_behind, methods_of
from awaitify.colour.barriers import PublishedFunctions
from awaitify.colour.callables import Held, follow_objects, is_call_method, with_call_methods
from awaitify.colour.constructors import (
    constructed_by,
    is_constructor,
    names_of_its_class,
    why_no_create,
    with_constructors,
)
from awaitify.colour.decorated import Applied, find_applied
from awaitify.colour.decorators import Wrapping
from awaitify.colour.following import Following
from awaitify.colour.forms import Form, Forms
from awaitify.colour.handling import handle
from awaitify.colour.named import named_by
from awaitify.colour.outside import Outside, calls_from_outside
from awaitify.colour.properties import find_read
from awaitify.colour.reached import Other, Reached, reached_from
from awaitify.index.how import EXACT, How
from awaitify.index.origins import Leaf, Origin, find_origins, is_abstract
from awaitify.index.references import Mention, Use, describe, implied_mentions, mentions_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import ClassValue, Foreign, FunctionValue, Instance, Open, Unknown, Value, Values, over
from awaitify.names import is_borrowed

_FIRST = {"__exit__": "__enter__", "__next__": "__iter__"}


class Sites:
    """Every mention of a name, resolved; the answers don't depend on colours, so they are found once a name."""

    def __init__(
        self,
        resolver: Resolver,
        oldest_python: tuple[int, int] = (3, 11),
        published: PublishedFunctions | None = None,
    ) -> None:
        self.resolver = resolver
        self.oldest_python = oldest_python
        self.published: PublishedFunctions = published or {}
        self.forms = Forms(resolver)
        self.following = Following(resolver)
        self._reached: dict[str, tuple[Reached, ...]] = {}
        self._registered: dict[Class, frozenset[Class]] = {}
        self._called: dict[str, tuple[Function, ...]] = {}
        self._renamed: dict[str, frozenset[str]] = {}
        self._constructed: dict[Function, frozenset[str]] = {}
        self._held: dict[Function, Held] = {}
        self._not_created: dict[Function, str | None] = {}
        self._behind: dict[tuple[Class, str], frozenset[Function]] = {}
        self._applied: dict[Function, Applied] = {}
        self._handlings: dict[int, Handling | Refused] = {}
        self._outside: dict[Function, tuple[Outside, ...]] = {}
        self._aliased: dict[Function, tuple[Function, ...]] = {}
        self.awaiting: frozenset[Function] = frozenset()
        """Those of the functions that hand an iterator or context manager on whose calls are awaited."""

    @cached_property
    def argparse_commands(self) -> frozenset[Function]:
        """The functions that argparse keeps as a command's default: ``parser.set_defaults(func=now)``."""
        found: set[Function] = set()
        for module in self.resolver.program.mentioning("set_defaults"):
            for node in module.mentions.get("set_defaults", ()):
                call = module.parents.get(node)
                if isinstance(call, ast.Call) and call.func is node:
                    for keyword in call.keywords:
                        values = self.resolver.answer(keyword.value, module).values
                        found.update(value.function for value in values if isinstance(value, FunctionValue))
        return frozenset(found)

    def registered(self, abstract: Class) -> frozenset[Class]:
        """The classes that are registered as one of an abstract class: ``Source.register(Client)``, ``@Source.register``."""
        if abstract not in self._registered:
            text = self.resolver.program.text
            named = set(text.mentioning(abstract.node.name)).intersection(text.mentioning("register"))
            modules = (self.resolver.program.module_at(path) for path in sorted(named))
            found = (pair for module in modules if module for pair in self._registrations_in(module))
            self._registered[abstract] = frozenset(cls for owner, cls in found if owner is abstract)
        return self._registered[abstract]

    def _registrations_in(self, module: Module) -> Iterator[tuple[Class, Class]]:
        for node in module.mentions.get("register", ()):
            yield from self._registrations(node, module)

    def _registrations(self, node: ast.AST, module: Module) -> Iterator[tuple[Class, Class]]:
        match module.parents.get(node):
            case ast.Call(func=func, args=[given]) if func is node:
                classes = self.resolver.answer(given, module).values
            case ast.ClassDef() as definition:
                classes = frozenset(ClassValue(c) for c in module.classes if c.node is definition)
            case _:
                return
        if isinstance(node, ast.Attribute) and any(isinstance(value, ClassValue) for value in classes):
            for owner in self.resolver.answer(node.value, module).values:
                if isinstance(owner, ClassValue):
                    yield from ((owner.cls, value.cls) for value in classes if isinstance(value, ClassValue))

    def functions_called(self, name: str) -> tuple[Function, ...]:
        """The functions of the project whose name is *name*."""
        if name not in self._called:
            modules = self.resolver.program.mentioning(name)
            self._called[name] = tuple(f for module in modules for f in module.functions if f.node.name == name)
        return self._called[name]

    def reaching(self, name: str) -> tuple[Reached, ...]:
        """The mentions of *name*, each with what it can reach; so for the key of a name under which functions are kept."""
        if self.following.is_name(name):
            return self.following.reaching(name)
        if name not in self._reached:
            found = [self._resolve(mention, name) for mention in mentions_of(name, self.resolver)]
            found += [self._resolve_implied(mention, name) for mention in implied_mentions(name, self.resolver)]
            if name == "__call__":
                found += [self._resolve(mention, name) for mention in self._called_at_once()]
            ours = (reached for reached in found if reached is not None and not self._is_dealt_with(reached))
            self._reached[name] = tuple(self._by_name(reached, name) for reached in ours)
        return self._reached[name]

    def _is_dealt_with(self, reached: Reached) -> bool:
        """Whether it is a library's own use of what became async in it, or of something that isn't the project's."""
        if not is_borrowed(reached.mention.module.path):
            return False
        members = {member for f in reached.functions for member in self.resolver.hierarchy.family(f)}
        return all(is_borrowed(f.module.path) for f in reached.functions) or not members.isdisjoint(self.published)

    def is_looked_up(self, name: str) -> bool:
        """Whether the mentions of *name* are known already."""
        return name in self._reached

    def let_await(self, functions: frozenset[Function]) -> None:
        """Have the calls of these functions awaited, and no others that hand something on."""
        if functions != self.awaiting:
            self.awaiting = functions
            self._handlings.clear()

    def handling(self, reached: Reached, function: Function) -> Handling | Refused:
        """What is done at a mention if what it reaches becomes async, *function* with it."""
        key = id(reached)  # those of a name are kept for good
        if key not in self._handlings:
            self._handlings[key] = handle(reached, function, self)
        return self._handlings[key]

    def tied(self, function: Function) -> tuple[Function, ...]:
        """The functions outside its family that must have its colour: what it hands on, and the ``__iter__`` that give
        objects of the class whose ``__next__`` it is."""
        if function.node.name != "__next__" or function.owner is None:
            return (*self.forms.tied(function), *functions_behind(function, self.forms), *self._methods_of(function))
        giving = (f for f in self.functions_called("__iter__") if function in self.forms.tied(f))
        return tuple(giving)

    def outside(self, function: Function) -> tuple[Outside, ...]:
        """The ways in which something outside the program calls the function."""
        if function not in self._outside:
            self._outside[function] = tuple(calls_from_outside(function, self))
        return self._outside[function]

    def applied(self, wrapping: Wrapping) -> Applied:
        """What a decorator of the project is used on."""
        if wrapping.wrapper not in self._applied:
            self._applied[wrapping.wrapper] = find_applied(wrapping, self)
        return self._applied[wrapping.wrapper]

    def _by_name(self, reached: Reached, name: str) -> Reached:
        """Without the functions that go by another name: ``get = self.fetch`` is a mention of ``fetch``, and dealt with there."""
        named = frozenset(function for function in reached.functions if name in self._own_names(function))
        if named == reached.functions:
            return reached
        renamed = {Other(str(function.name), function.place) for function in reached.functions - named}
        others = tuple(sorted({*reached.others, *renamed}, key=str))
        return replace(reached, functions=named, has_other=True, others=others)

    def behind(self, cls: Class, name: str) -> frozenset[Function]:
        """The methods that ``self.name()`` in *cls* runs, on its own objects and those of the classes below it; what only
        declares the method is left out."""
        key = (cls, name)
        if key not in self._behind:
            hierarchy = self.resolver.hierarchy
            found = (hierarchy.find(one, name) for one in (cls, *hierarchy.suppliers(cls, name)))
            methods = {pair[1][-1] for pair in found if pair is not None}
            self._behind[key] = frozenset(method for method in methods if not _only_declares(method))
        return self._behind[key]

    def spellings(self, function: Function) -> frozenset[str]:
        """The names under which *function* is mentioned: its own, those that imports give it, and the keys of those
        under which it is kept."""
        own = self._own_names(function)
        if function.is_async or self._is_special(function) or self.forms.of(function) is not Form.COROUTINE:
            return own
        mentions = (
            reached.mention
            for name in sorted(own)
            for reached in self.reaching(name)
            if function in reached.functions and reached.mention.use is Use.PASSED
        )
        return own | self.following.names(function, mentions)

    def _is_special(self, function: Function) -> bool:
        """Whether a mention of it isn't one of a function: a property, a constructor, what an object does when it is called."""
        return is_constructor(function) or is_call_method(function) or self.resolver.members.is_property(function)

    def _own_names(self, function: Function) -> frozenset[str]:
        """Its own name and those that imports give it; of a constructor, those of the classes; of ``__call__``, those of
        the objects."""
        name = function.node.name
        if is_constructor(function):
            return self._spellings_of_classes(function)
        if is_call_method(function):
            return self.held(function).names | {name}
        given = {method.node.name for method in self._methods_of(function)}
        if function.owner is not None or function.is_nested:
            return frozenset({name, *given})
        return self._with_import_names(name) | given

    def _methods_of(self, function: Function) -> tuple[Function, ...]:
        """The methods whose name a class gives to the function."""
        if function not in self._aliased:
            self._aliased[function] = tuple(methods_of(function, self.forms))
        return self._aliased[function]

    def names_of_class(self, cls: Class) -> frozenset[str]:
        """The names under which *cls* is mentioned: its own, and those that imports give it."""
        return self._with_import_names(cls.node.name)

    def _with_import_names(self, name: str) -> frozenset[str]:
        if name not in self._renamed:
            self._renamed[name] = frozenset(self._import_names(name)) | {name}
        return self._renamed[name]

    def _spellings_of_classes(self, constructor: Function) -> frozenset[str]:
        if constructor not in self._constructed:
            names = {cls.node.name for cls in constructed_by(constructor, self.resolver)}
            renamed = (self._import_names(name) for name in sorted(names))
            in_methods = names_of_its_class(constructor, self.resolver)
            self._constructed[constructor] = frozenset({"__init__"}.union(names, in_methods, *renamed))
        return self._constructed[constructor]

    def held(self, call_method: Function) -> Held:
        """Under which names the objects are kept that run the function when they are called; none where one is lost."""
        if call_method not in self._held:
            self._held[call_method] = follow_objects(call_method, self.resolver, self._import_names)
        return self._held[call_method]

    def why_no_create(self, constructor: Function) -> str | None:
        """What stands against making the objects by an async ``create``."""
        if constructor not in self._not_created:
            self._not_created[constructor] = why_no_create(constructor, self)
        return self._not_created[constructor]

    def _import_names(self, name: str) -> set[str]:
        found: set[str] = set()
        queue = [name]
        while queue:
            current = queue.pop()
            for module in self.resolver.program.mentioning(current):
                for node in module.mentions.get(current, ()):
                    if isinstance(node, ast.alias) and node.asname and node.asname not in found | {current}:
                        found.add(node.asname)
                        queue.append(node.asname)
        return found

    def _resolve(self, mention: Mention, name: str) -> Reached | None:
        if mention.use is Use.NAMED:
            named = named_by(mention, name, self.resolver, lambda values: self._constructing(values, name))
            return None if named is None else reached_from(mention, named, EXACT)
        if name in self.resolver.program.text.properties:
            if (read := find_read(mention, self.resolver)) is not None:
                return reached_from(read.mention, read.values, read.how)
        answer = self.resolver.answer(mention.node, mention.module)
        values = self._constructing(answer.values, name)
        if mention.use in (Use.CALLED, Use.AWAITED, Use.PASSED):
            values = self._calling(values, name)
        reached = reached_from(mention, values, answer.how)
        if reached.abstract and isinstance(mention.node, ast.Attribute):
            past = self._past_annotations(reached, mention.node.value, name)
            return past if past.functions else reached
        return reached

    def _constructing(self, values: Values, name: str) -> Values:
        """A class of that *name* is a mention of what initialises its objects."""
        if not any(isinstance(value, ClassValue) for value in values):
            return values
        found = with_constructors(values, self.resolver)
        functions = (value.function for value in found - values if isinstance(value, FunctionValue))
        return found if any(name in self._own_names(function) for function in functions) else values

    def _calling(self, values: Values, name: str) -> Values:
        """An object that is kept under *name* is a mention of its ``__call__``."""
        if not any(isinstance(value, Instance) for value in values):
            return values
        found = with_call_methods(values, self.resolver)
        functions = (value.function for value in found - values if isinstance(value, FunctionValue))
        return found if any(name in self._own_names(function) for function in functions) else values

    def _called_at_once(self) -> Iterator[Mention]:
        """``make()(x)``: calls of objects that have no name."""
        functions = [function for function in self.functions_called("__call__") if is_call_method(function)]
        called = {node: module for function in functions for node, module in self.held(function).called}
        yield from (describe(node, module, self.resolver) for node, module in called.items())

    def _resolve_implied(self, mention: Mention, name: str) -> Reached | None:
        """The special method that is called there; None where no object of the project is known to stand there.

        To iterate over an object, or enter it, that lacks the method is a TypeError: nothing is lost silently there.
        """
        answer = self.resolver.answer(mention.node, mention.module)
        reached = reached_from(mention, over(answer.values, lambda v: self._special(v, name, mention)), answer.how)
        if not reached.functions and name == "__iter__" and is_abstract(answer.values):
            reached = self._past_annotations(reached, mention.node, name)
        return reached if reached.functions else None

    def _past_annotations(self, reached: Reached, receiver: ast.expr, name: str) -> Reached:
        """What is reached when the receiver is what the program puts there, whatever its annotation says.

        What outside callers pass is theirs to change: they see another annotation.
        """
        found = find_origins(receiver, reached.mention.module, self.resolver)
        pairs = ((o, self.resolver.hierarchy.find(o.cls, name)) for o in found.leaves if o.cls is not None)
        functions = frozenset(pair[1][-1] for _, pair in pairs if pair is not None)
        plain = [o for o in found.leaves if o.leaf in (Leaf.PLAIN, Leaf.GENERATED)]
        others = tuple(sorted({_origin(o) for o in plain if name == "__iter__"}, key=str))
        unknown = any(o.leaf is Leaf.UNKNOWN for o in found.leaves)
        how = reached.how | How.ASSIGNMENT | How.CALLERS
        return Reached(reached.mention, functions, bool(others), unknown, how, "", others, found.annotations)

    def _special(self, value: Value, name: str, mention: Mention) -> Values:
        match value:
            case Instance(cls) if (first := _FIRST.get(name)) is not None and not _is_next(mention):
                # the one that Python calls first stands for both, where it is the project's
                own = self.resolver.hierarchy.find(cls, first)
                return self.resolver.members.attribute(value, name) if own is None else frozenset()
            case Instance():
                return self.resolver.members.attribute(value, name)
            case Unknown() | Open():
                return frozenset({value})
        return frozenset({Foreign(f"builtins.object.{name}", member=True)})


def _only_declares(method: Function) -> bool:
    """``def fetch(self): ...``, ``raise NotImplementedError``"""
    for statement in method.node.body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                pass
            case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))) if name == "NotImplementedError":
                pass
            case _:
                return False
    return True


def _is_next(mention: Mention) -> bool:
    """Whether it is the argument of ``next(…)``."""
    match mention.module.parents.get(mention.node):
        case ast.Call(func=ast.Name(id="next")):
            return True
    return False


def _origin(origin: Origin) -> Other:
    if origin.function is not None:
        return Other(f"what {origin.function.name} gives", origin.function.place)
    return Other(origin.type_name or "something that isn't a class of the project", origin.module.place(origin.node))
