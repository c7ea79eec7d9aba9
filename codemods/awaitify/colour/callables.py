"""Objects that are called, ``handler(x)``: every name that holds one, and what keeps their ``__call__`` as it is.

A call of such an object has no name of its own. So the objects are followed from where they are made: into local names,
attributes, parameters and what functions return. Where one goes anywhere else, somebody may call it and not await it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from awaitify.colour.constructors import is_only_a_type, types_asked_for, uses_its_class
from awaitify.index.builtin import PLAIN_CALLABLES
from awaitify.index.references import Mention, Use, mentions_of, surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import ClassValue, FunctionValue, Instance, Values


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The names under which objects with a ``__call__`` are kept, and the expressions that give one which is called at
    once: ``make()`` in ``make()(x)``. *why_not* says where one is lost from sight; then nothing else is said."""

    names: frozenset[str] = frozenset()
    called: tuple[tuple[ast.expr, Module], ...] = ()
    why_not: str = ""


class _LostError(Exception):
    """An object goes where it can't be followed; the text says where."""


def is_call_method(function: Function) -> bool:
    """Whether calling an object runs the function."""
    return function.owner is not None and function.node.name == "__call__"


def follow_objects(function: Function, resolver: Resolver, renamed: Callable[[str], Iterable[str]]) -> Held:
    """Where the objects go whose ``__call__`` is *function* or another of its family; *renamed* gives the other names
    that imports give to a name."""
    following = _Following(function, resolver, renamed)
    try:
        following.run()
    except _LostError as error:
        return Held(why_not=str(error))
    return Held(frozenset(following.names), tuple(following.called))


def with_call_methods(values: Values, resolver: Resolver) -> Values:
    """*values*, with the ``__call__`` of each object instead of the object."""
    found = set(values)
    for value in values:
        method = resolver.hierarchy.find(value.cls, "__call__") if isinstance(value, Instance) else None
        if isinstance(value, Instance) and method is not None:
            found.discard(value)
            found.add(FunctionValue(method[1][-1], value.cls))
    return frozenset(found)


class _Following:
    """One walk after all objects of a family of classes."""

    def __init__(self, function: Function, resolver: Resolver, renamed: Callable[[str], Iterable[str]]) -> None:
        self.resolver = resolver
        self.renamed = renamed
        owners = {member.owner for member in resolver.hierarchy.family(function) if member.owner is not None}
        below = (cls for owner in owners for cls in resolver.hierarchy.below(owner))
        self.classes: set[Class] = {*owners, *below}
        self.names: set[str] = set()
        self.queue: list[str] = []
        self.returning: set[Function] = set()
        self.called: list[tuple[ast.expr, Module]] = []

    def run(self) -> None:
        for cls in sorted(self.classes, key=lambda c: c.module.place(c.node)):
            names = [self.resolver.dotted(_target(decorator), cls.module) for decorator in cls.node.decorator_list]
            if cls.node.keywords or any(name != "dataclasses.dataclass" for name in names):
                raise _LostError(f"{cls.name} has a decorator or a metaclass")
            for method in (f for functions in cls.functions.values() for f in functions):
                if uses_its_class(method, self.resolver):
                    raise _LostError(f"{method.name} may make objects of whatever class it is called on")
            self.made(cls)
        if (asked := next(types_asked_for(self.classes, self.resolver), None)) is not None:
            raise _LostError(asked)
        while self.queue:
            self.held_as(self.queue.pop(0))

    def made(self, cls: Class) -> None:
        """Where objects of the class are made."""
        for name in sorted({cls.node.name, *self.renamed(cls.node.name)}):
            for mention in mentions_of(name, self.resolver):
                values = self.resolver.answer(mention.node, mention.module).values
                if not any(isinstance(value, ClassValue) and value.cls is cls for value in values):
                    continue
                if mention.use is Use.CALLED and mention.call is not None:
                    self.goes(mention.call, mention.module)
                elif not self.is_harmless(mention):
                    raise _LostError(f"{mention.place} passes the class on")

    def is_harmless(self, mention: Mention) -> bool:
        if mention.use is Use.MEMBER:
            parent = mention.module.parents[mention.node]
            return isinstance(parent, ast.Attribute) and parent.attr != "__call__"
        return mention.use is Use.PASSED and is_only_a_type(mention, self.resolver)

    def is_seen(self, values: Values) -> bool:
        """Whether an object is known to be there: an annotation may say that it is just something that can be called."""
        return any(isinstance(value, Instance) and value.cls in self.classes for value in values)

    def add(self, name: str) -> None:
        """Something called *name* holds an object."""
        for one in (name, *self.renamed(name)):
            if one not in self.names:
                self.names.add(one)
                self.queue.append(one)

    def held_as(self, name: str) -> None:
        """What is done with the objects that are kept under *name*."""
        for mention in mentions_of(name, self.resolver):
            if mention.use in (Use.NAMED, Use.ASSIGNED, Use.CALLED, Use.AWAITED):
                continue
            if self.is_seen(self.resolver.answer(mention.node, mention.module).values):
                self.goes(mention.node, mention.module)

    def goes(self, node: ast.expr, module: Module) -> None:
        """Where the object goes that *node* gives."""
        parent = module.parents[node]
        if _is_only_looked_at(node, parent):
            return
        match parent:
            case ast.Call(func=func) if func is node:
                self.called.append((node, module))
            case ast.Assign(targets=targets, value=value) if value is node:
                for target in targets:
                    self.kept(target, module)
            case ast.AnnAssign(target=target):
                self.kept(target, module)
            case ast.NamedExpr(target=target):
                self.kept(target, module)
                self.goes(parent, module)
            case ast.BoolOp() | ast.IfExp():
                self.goes(parent, module)
            case ast.Return():
                self.returned(node, module)
            case ast.keyword(arg=str(name)):
                call = module.parents[parent]
                assert isinstance(call, ast.Call)
                self.given(call, name, module)
            case ast.Call(args=args) if node in args:
                self.given(parent, args.index(node), module)
            case _:
                raise _LostError(f"{module.place(node)}: the object goes where it can't be followed")

    def kept(self, target: ast.expr, module: Module) -> None:
        match target:
            case ast.Name(id=name) | ast.Attribute(attr=name) if self.is_seen(
                self.resolver.answer(target, module).values
            ):
                self.add(name)
            case _:
                raise _LostError(f"{module.place(target)}: the object is kept where it isn't seen any more")

    def returned(self, node: ast.expr, module: Module) -> None:
        _, function = surroundings(node, module, self.resolver)
        if function is None or function in self.returning:
            return
        self.returning.add(function)
        if self.resolver.members.is_property(function):
            self.add(function.node.name)
            return
        if function.node.decorator_list or function.node.name.startswith("__"):
            raise _LostError(f"{module.place(node)}: {function.name} gives the object to others")
        for member in self.resolver.hierarchy.family(function):
            for name in sorted({member.node.name, *self.renamed(member.node.name)}):
                self.results(name, member)

    def results(self, name: str, function: Function) -> None:
        for mention in mentions_of(name, self.resolver):
            values = self.resolver.answer(mention.node, mention.module).values
            if any(isinstance(value, FunctionValue) and value.function is function for value in values):
                call = mention.call if mention.use is Use.CALLED else None
                if call is not None and self.is_seen(self.resolver.answer(call, mention.module).values):
                    self.goes(call, mention.module)
                elif mention.use is not Use.MEMBER:
                    raise _LostError(f"{mention.place}: {function.name} is passed on, which gives the object")

    def given(self, call: ast.Call, at: int | str, module: Module) -> None:
        """The object is an argument: of a function of the project, it goes by the name of the parameter."""
        called = self.resolver.answer(call.func, module).values
        if self.resolver.dotted(call.func, module) in PLAIN_CALLABLES | {"builtins.print", "builtins.callable"}:
            return
        parameters = [self.parameters(value, at) for value in called]
        if not parameters or not all(parameters) or any(isinstance(a, ast.Starred) for a in call.args):
            raise _LostError(f"{module.place(call)}: the object is passed to {ast.unparse(call.func)}")
        for name in (name for names in parameters for name in names):
            self.add(name)

    def parameters(self, value: object, at: int | str) -> list[str]:
        """The parameters that get the argument *at*; none where that isn't known."""
        functions: tuple[Function, ...] = ()
        skipped = 1
        match value:
            case FunctionValue(function, receiver):
                functions = self.resolver.hierarchy.family(function)
                skipped = int(receiver is not None and not self.resolver.has_decorator(function, "staticmethod"))
            case ClassValue(cls) if not cls.node.decorator_list:
                found = self.resolver.hierarchy.find(cls, "__init__")
                functions = tuple(found[1]) if found is not None else ()
        names = [(_parameter(function, at, skipped), function.scope) for function in functions]
        if not all(name and self.is_seen(self.resolver.evaluate(ast.Name(name), scope)) for name, scope in names):
            return []
        return [name for name, _ in names]


def _is_only_looked_at(node: ast.expr, parent: ast.AST) -> bool:
    """Whether the object is tested, compared or dropped there, or an attribute of it is read."""
    match parent:
        case ast.Expr() | ast.Compare() | ast.UnaryOp() | ast.If() | ast.While() | ast.Assert():
            return True
        case ast.IfExp(test=test):
            return test is node
        case ast.Attribute(attr=attr):
            return attr != "__call__"
    return False


def _target(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _parameter(function: Function, at: int | str, skipped: int) -> str:
    arguments = function.node.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if isinstance(at, str):
        return at if at in positional or at in [argument.arg for argument in arguments.kwonlyargs] else ""
    return positional[at + skipped] if at + skipped < len(positional) else ""
