"""Under which names is a function kept that is stored or passed into the project's own functions?"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from awaitify.colour.action import Refused
from awaitify.colour.held import PARTIAL
from awaitify.index.builtin import BASES_WITHOUT_MEMBERS
from awaitify.index.fixtures import find_fixture, is_fixture
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, BindingKind, Class, Function, FunctionNode, Module, Scope
from awaitify.index.values import BoundContainer, ClassValue, FunctionValue, Instance, ModuleValue

_MAKES_NEW = frozenset(
    {"collections.deque", "collections.OrderedDict", "collections.defaultdict", "dataclasses.field"}
    | {f"builtins.{name}" for name in ("dict", "list", "set")}
)
ADDS = {"append": 0, "add": 0, "appendleft": 0, "insert": 1, "setdefault": 1}


class By(Enum):
    """How a kept function is reached."""

    LOCAL = "a parameter, or a variable of a function"
    GLOBAL = "a variable of a module"
    ATTRIBUTE = "an attribute"
    RESULT = "what a function returns"


@dataclass(frozen=True, slots=True)
class Kept:
    """A name under which functions are kept, or with *holds* a list or dict of them."""

    by: By
    name: str
    scope: Scope | None = None
    owner: Class | None = None
    function: Function | None = None
    """The function whose parameter it is, or which returns it."""
    holds: bool = False

    @property
    def key(self) -> str:
        """What it is called where mentions are counted; no two are called alike, nor like a function."""
        match self.by:
            case By.ATTRIBUTE:
                assert self.owner is not None
                return f"{self.owner.name}.{self.name} (kept)"
            case By.RESULT:
                assert self.function is not None
                return f"{self.function.name}() (kept)"
        assert self.scope is not None
        line = getattr(self.scope.node, "lineno", 0)
        return f"{self.name} in {self.scope.module.path}:{line} (kept)" + ("[]" if self.holds else "")

    @property
    def words(self) -> str:
        """``the attribute run of Job``"""
        match self.by:
            case By.ATTRIBUTE:
                assert self.owner is not None
                return f"{self.owner.node.name}.{self.name}"
            case By.RESULT:
                return f"what {self.name} returns"
        return self.name


class Keeping:
    """Finds where a function goes that isn't called where it is mentioned."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def destinations(self, node: ast.expr, module: Module) -> tuple[Kept, ...] | Refused:
        """The names under which what *node* is is kept then; none where it only is looked at."""
        child, holds, is_partial = node, False, False
        while True:
            parent = module.parents[child]
            match parent:
                case ast.IfExp(test=test) | ast.If(test=test) | ast.While(test=test) if test is child:
                    return ()
                case ast.IfExp() | ast.BoolOp():
                    pass
                case ast.Compare() | ast.UnaryOp(op=ast.Not()) | ast.Expr() | ast.Assert():
                    return ()
                case ast.Dict() | ast.List() | ast.Tuple() | ast.Set() if not holds and not is_partial:
                    holds = True
                case ast.Call(args=[first, *_]) if (
                    first is child and not holds and self._resolver.dotted(parent.func, module) == PARTIAL
                ):
                    is_partial = True
                case _:
                    break
            child = parent
        found = self._reached(child, parent, module, holds)
        return self._partial(found) if is_partial and not isinstance(found, Refused) else found

    def _reached(self, child: ast.expr, parent: ast.AST, module: Module, holds: bool) -> tuple[Kept, ...] | Refused:
        match parent:
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value):
                return self._target(target, module, holds) if value is child else ()
            case ast.For(target=ast.Name() as target) | ast.comprehension(target=ast.Name() as target) if holds:
                return self._target(target, module, False)
            case ast.NamedExpr(target=target) if isinstance(module.parents[parent], ast.Expr | ast.If):
                return self._target(target, module, holds)
            case ast.Return():
                return self._returned(parent, module, holds)
            case ast.arguments():
                return self._default(child, parent, module, holds)
            case ast.Call(args=arguments) if child in arguments and not _has_star(arguments):
                return self._given(parent, arguments.index(child), module, holds)
            case ast.keyword(arg=str(name)) if isinstance(call := module.parents[parent], ast.Call):
                return self._given(call, name, module, holds)
        return Refused("AW301", "it is passed on or stored")

    def _partial(self, found: tuple[Kept, ...]) -> tuple[Kept, ...] | Refused:
        """What a partial calls is only known of one name that is bound once."""
        for kept in found:
            bound = kept.scope.bindings.get(kept.name, []) if kept.scope is not None else []
            if kept.by not in (By.LOCAL, By.GLOBAL) or len(bound) != 1 or kept.function is not None:
                return Refused("AW301", "a partial of it is passed on or stored")
        return found

    def _target(self, target: ast.expr, module: Module, holds: bool) -> tuple[Kept, ...] | Refused:
        match target:
            case ast.Name(id=name):
                return self.named(name, target, module, holds)
            case ast.Attribute(value=value, attr=attr):
                return self._attribute(value, attr, module, holds)
            case ast.Subscript(value=container) if not holds:
                return self._container(container, module)
        return Refused("AW301", "it is stored where no rule follows it")

    def named(self, name: str, node: ast.AST, module: Module, holds: bool) -> tuple[Kept, ...] | Refused:
        """The name as it is bound at *node*."""
        scope = self._resolver.scopes.find_scope(name, self._resolver.scopes.scope_of(node, module))
        if scope is None or isinstance(scope.node, ast.Lambda):
            return Refused("AW301", f"it is stored as {name}, which no rule follows")
        if scope.is_class:
            owner = next(cls for cls in module.classes if cls.scope is scope)
            return self._of_class(owner, name, holds)
        by = By.GLOBAL if scope.node is module.tree else By.LOCAL
        return (Kept(by, name, scope, holds=holds),)

    def _attribute(self, receiver: ast.expr, attr: str, module: Module, holds: bool) -> tuple[Kept, ...] | Refused:
        found: list[Kept] = []
        for value in self._resolver.answer(receiver, module).values:
            match value:
                case Instance(cls) | ClassValue(cls):
                    kept = self._of_class(cls, attr, holds)
                    if isinstance(kept, Refused):
                        return kept
                    found += kept
                case ModuleValue(other):
                    found.append(Kept(By.GLOBAL, attr, other.scope, holds=holds))
                case _:
                    return Refused(
                        "AW301", f"it is stored in {ast.unparse(receiver)}.{attr}, and who calls that isn't known"
                    )
        return tuple(found) or Refused("AW301", f"{ast.unparse(receiver)} isn't known, and it is stored there")

    def _of_class(self, cls: Class, attr: str, holds: bool) -> tuple[Kept, ...] | Refused:
        foreign = self._resolver.hierarchy.foreign_bases(cls) - BASES_WITHOUT_MEMBERS
        if foreign:
            return Refused(
                "AW301", f"{cls.node.name}.{attr} may be called by {min(foreign)}, which {cls.node.name} builds on"
            )
        order = self._resolver.hierarchy.order(cls)
        if any(attr in one.functions for one in (*order, *self._resolver.hierarchy.below(cls))):
            return Refused("AW301", f"it takes the place of the method {cls.node.name}.{attr}")
        owner = next((one for one in reversed(order) if attr in one.attributes or attr in one.scope.bindings), cls)
        return (Kept(By.ATTRIBUTE, attr, owner=owner, holds=holds),)

    def _container(self, node: ast.expr, module: Module) -> tuple[Kept, ...] | Refused:
        """What is put into the list or dict *node*: all that use it are known where no other name has it."""
        found: tuple[Kept, ...] | Refused = Refused("AW301", "it is put into a list or dict that no rule follows")
        match node:
            case ast.Name(id=name):
                found = self.named(name, node, module, True)
            case ast.Attribute(value=value, attr=attr):
                found = self._attribute(value, attr, module, True)
        if isinstance(found, Refused) or all(map(self._is_made_there, found)):
            return found
        return Refused(
            "AW301", f"it is put into {ast.unparse(node)}, which comes from elsewhere and may have other names"
        )

    def _is_made_there(self, kept: Kept) -> bool:
        """Whether the name only ever gets lists and dicts that are made for it."""
        if kept.owner is not None:
            near = (*self._resolver.hierarchy.order(kept.owner), *self._resolver.hierarchy.below(kept.owner))
            bindings = [b for cls in near for b in cls.attributes.get(kept.name, ())]
            is_set_elsewhere = bool(self._resolver.assigned.set_from_outside(kept.owner, kept.name))
        else:
            assert kept.scope is not None
            bindings, is_set_elsewhere = kept.scope.bindings.get(kept.name, []), False
        made = [b for b in bindings if b.kind is not BindingKind.OTHER]
        return bool(made) and not is_set_elsewhere and all(map(self._is_new, made))

    def _is_new(self, binding: Binding) -> bool:
        """``[]``, ``{}``, ``dict()``, ``field(default_factory=list)``"""
        if binding.kind is not BindingKind.VALUE or binding.steps:
            return False
        match binding.node:
            case ast.Dict() | ast.List() | ast.Set() | ast.Tuple():
                return True
            case ast.Call(func=func):
                return self._resolver.dotted(func, binding.scope.module) in _MAKES_NEW
        return False

    def _returned(self, statement: ast.Return, module: Module, holds: bool) -> tuple[Kept, ...] | Refused:
        function = self._resolver.scopes.enclosing_function(self._resolver.scopes.scope_of(statement, module))
        assert function is not None
        if not holds and function.node.decorator_list and is_fixture(self._resolver, function):
            return self._injected(function)
        if holds or not self._resolver.callers.is_called_as_it_is(function):
            return Refused("AW301", f"{function.node.name} returns it, which no rule follows")
        return (Kept(By.RESULT, function.node.name, function=function),)

    def _injected(self, fixture: Function) -> tuple[Kept, ...] | Refused:
        """The parameters for which pytest gives what the fixture returns: all that name it can be seen."""
        name = fixture.node.name
        found: list[Kept] = []
        for module in self._resolver.program.mentioning(name):
            if any(isinstance(node, ast.Constant) for node in module.mentions.get(name, ())):
                return Refused("AW301", f"{name} returns it, and a string names that fixture")
            for function in module.functions:
                parameters = (*function.node.args.posonlyargs, *function.node.args.args, *function.node.args.kwonlyargs)
                given = (
                    p for p in parameters if p.arg == name and find_fixture(self._resolver, function, name) is fixture
                )
                found += [self._parameter(function, parameter, False) for parameter in given]
        return tuple(found) or Refused("AW301", f"{name} returns it, and no test takes that")

    def _default(
        self, child: ast.expr, arguments: ast.arguments, module: Module, holds: bool
    ) -> tuple[Kept, ...] | Refused:
        """``def go(load=fetch): …``"""
        definition = module.parents[arguments]
        if not isinstance(definition, FunctionNode):
            return Refused("AW301", "it is a default of a lambda")
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = list(zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True))
        pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        parameter = next(parameter for parameter, default in pairs if default is child)
        return (self._parameter(self._resolver.scopes.function_at(definition, module), parameter, holds),)

    def _parameter(self, function: Function, parameter: ast.arg, holds: bool) -> Kept:
        return Kept(By.LOCAL, parameter.arg, function.scope, function=function, holds=holds)

    def _given(self, call: ast.Call, at: int | str, module: Module, holds: bool) -> tuple[Kept, ...] | Refused:
        """It is passed to functions of the project, or put into a container."""
        values = self._resolver.answer(call.func, module).values
        refused = Refused(
            "AW301", f"it is passed to {ast.unparse(call.func)[:40]}, and what that does with it isn't known"
        )
        found: list[Kept] = []
        for value in values:
            match value:
                case BoundContainer(_, method) if ADDS.get(method) == at and not holds:
                    assert isinstance(call.func, ast.Attribute)
                    return self._container(call.func.value, module)
                case FunctionValue(function):
                    more = self._passed(function, call, at, module, holds)
                case ClassValue(cls):
                    more = self._constructed(cls, call, at, module, holds)
                case _:
                    return refused
            if not more:
                return refused
            found += more
        return tuple(dict.fromkeys(found)) or refused

    def _passed(self, function: Function, call: ast.Call, at: int | str, module: Module, holds: bool) -> list[Kept]:
        """The parameter of the function, and of what overrides it; none where it isn't clear which."""
        skipped = self._resolver.callers.skipped(call.func, module, function)
        if isinstance(call.func, ast.Name) and function.node.name in ("__init__", "__new__"):
            skipped = 1
        found: list[Kept] = []
        for member in self._resolver.hierarchy.family(function):
            parameter = _parameter_at(member, at if isinstance(at, str) else at + skipped)
            if parameter is None or not self._resolver.callers.is_called_as_it_is(member):
                return []
            found.append(self._parameter(member, parameter, holds))
        return found

    def _constructed(self, cls: Class, call: ast.Call, at: int | str, module: Module, holds: bool) -> list[Kept]:
        """``Job(client.run)``: the parameter of ``__init__``, or the field of a dataclass."""
        constructor = self._resolver.hierarchy.find(cls, "__init__")
        if constructor is not None:
            parameter = _parameter_at(constructor[1][-1], at if isinstance(at, str) else at + 1)
            return [] if parameter is None else [self._parameter(constructor[1][-1], parameter, holds)]
        names = self._resolver.assigned.fields(cls)
        field = at if isinstance(at, str) else names[at] if at < len(names) else ""
        kept = self._of_class(cls, field, holds) if field in names else ()
        return [] if isinstance(kept, Refused) else list(kept)


def _has_star(arguments: list[ast.expr]) -> bool:
    return any(isinstance(argument, ast.Starred) for argument in arguments)


def _parameter_at(function: Function, at: int | str) -> ast.arg | None:
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if isinstance(at, int):
        return positional[at] if at < len(positional) else None
    return next((a for a in (*arguments.args, *arguments.kwonlyargs) if a.arg == at), None)
