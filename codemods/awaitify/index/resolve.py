"""Which functions, classes and objects can an expression be? Asked one expression at a time, over the whole program."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from awaitify.index import builtin
from awaitify.index.annotations import Annotations
from awaitify.index.fixtures import find_fixture
from awaitify.index.hierarchy import Hierarchy
from awaitify.index.program import Program, find_class
from awaitify.index.summarise import comprehension_scope, lambda_scope
from awaitify.index.summary import Binding, BindingKind, Class, Function, FunctionNode, Module, Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    BoundContainer,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    LambdaValue,
    ModuleValue,
    PackageValue,
    Returning,
    Unknown,
    Value,
    Values,
    made,
)

_DEEPEST = 60
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an expression can be; ``inferred`` when an assignment or an unannotated return had to be followed."""

    values: Values
    inferred: bool


class Resolver:
    """Answers questions about expressions; every answer is remembered.

    *results* says what foreign callables return, by dotted name: ``requests.get`` → ``requests.Response``.
    """

    def __init__(self, program: Program, results: Mapping[str, str] | None = None) -> None:
        self.program = program
        self.results = results or {}
        self.hierarchy = Hierarchy(program, self._bases)
        self._annotations = Annotations(self)
        self._memo: dict[tuple[object, ...], Answer] = {}
        self._open: dict[tuple[object, ...], bool] = {}
        self._cut: set[tuple[object, ...]] = set()
        self._inferred = False
        self._scopes: dict[ast.AST, Scope] = {}
        self._functions: dict[ast.AST, Function] = {}
        self._own_nodes: dict[Function, tuple[ast.AST, ...]] = {}

    # what others ask

    def answer(self, node: ast.expr, module: Module) -> Answer:
        """What the expression *node* of *module* can be, and how that is known."""
        values, inferred = self._noting(lambda: self.evaluate(node, self.scope_of(node, module)))
        return Answer(values, inferred)

    def dotted(self, node: ast.expr, module: Module) -> str:
        """The dotted name of something foreign that *node* surely is, else an empty string."""
        names = {v.name if isinstance(v, Foreign) else "" for v in self.evaluate(node, self.scope_of(node, module))}
        return names.pop() if len(names) == 1 else ""

    def scope_of(self, node: ast.AST, module: Module) -> Scope:
        """The scope in which the names of *node* are looked up."""
        parents, child = module.parents, node
        parent = parents.get(child)
        while parent is not None:
            if isinstance(parent, FunctionNode | ast.Lambda) and not _is_in_body(parent, child):
                child, parent = parent, parents.get(parent)
                continue
            if isinstance(parent, ast.ClassDef) and child not in parent.body:
                child, parent = parent, parents.get(parent)
                continue
            scope = module.scopes.get(parent) or self._inner_scope(parent, child, module)
            if scope is not None:
                return scope
            child, parent = parent, parents.get(parent)
        return module.scope

    def function_at(self, node: ast.AST, module: Module) -> Function:
        """The Function of a ``def`` node."""
        if node not in self._functions:
            self._functions.update((function.node, function) for function in module.functions)
        return self._functions[node]

    def own_nodes(self, function: Function) -> tuple[ast.AST, ...]:
        """The nodes of a function's body, without those of functions, classes and lambdas nested in it."""
        if function not in self._own_nodes:
            self._own_nodes[function] = tuple(_walk_own(function.node.body))
        return self._own_nodes[function]

    def is_generator(self, function: Function) -> bool:
        """Whether the function has a ``yield`` of its own."""
        return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in self.own_nodes(function))

    # expressions

    def evaluate(self, node: ast.expr, scope: Scope) -> Values:
        """What *node* can be when its names are looked up in *scope*."""
        match node:
            case ast.Constant(value=None):
                return NOTHING
            case ast.Constant() | ast.JoinedStr() | ast.Compare():
                return builtin.constant(node)
        return self._remembered(("expression", node, scope), lambda: self._expression(node, scope))

    def _expression(self, node: ast.expr, scope: Scope) -> Values:
        match node:
            case ast.Name(id=name):
                return self.name(name, scope)
            case ast.Attribute(value=value, attr=attr):
                return self._over(self.evaluate(value, scope), lambda v: self.attribute(v, attr))
            case ast.Call():
                return self.call(node, scope)
            case ast.Await(value=value) | ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.evaluate(value, scope)
            case ast.IfExp(body=body, orelse=orelse):
                return self.evaluate(body, scope) | self.evaluate(orelse, scope)
            case ast.BoolOp(values=values):
                return _union(self.evaluate(value, scope) for value in values)
            case ast.Subscript(value=value, slice=index):
                return self._over(self.evaluate(value, scope), lambda v: builtin.item(v, index))
            case ast.List(elts=elements) | ast.Set(elts=elements):
                return frozenset({Container(_union(self.evaluate(e, scope) for e in elements))})
            case ast.Tuple(elts=elements):
                items = tuple(self.evaluate(e, scope) for e in elements)
                return frozenset({Container(_union(items), items=items)})
            case ast.Dict(keys=keys, values=values):
                known = _union(self.evaluate(key, scope) for key in keys if key is not None)
                return frozenset({Container(_union(self.evaluate(v, scope) for v in values), known, is_mapping=True)})
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                return frozenset({Container(self.evaluate(element, self._comprehension(node, scope)))})
            case ast.DictComp(key=key, value=value):
                inner = self._comprehension(node, scope)
                return frozenset({Container(self.evaluate(value, inner), self.evaluate(key, inner), is_mapping=True)})
            case ast.Lambda():
                return frozenset({LambdaValue(node, scope)})
            case ast.UnaryOp(op=ast.Not()):
                return made("builtins.bool")
            case ast.BinOp(left=left, right=right):
                both = self.evaluate(left, scope) | self.evaluate(right, scope)
                return both if both and all(_is_plain(value) for value in both) else UNKNOWN
        return UNKNOWN

    def name(self, name: str, scope: Scope) -> Values:
        """What *name* can be in *scope*."""
        found = self._find_scope(name, scope)
        if found is None:
            return self._global(name, scope.module)
        values = self._bound(name, found)
        # A module's name may also be rebound by a star import or be conditional; what was found is all there is to see.
        return values

    def _find_scope(self, name: str, scope: Scope) -> Scope | None:
        current: Scope | None = scope
        while current is not None:
            hidden = current.is_class and current is not scope
            if name in current.bindings and name not in current.outer_names and not hidden:
                return current
            current = current.parent
        return None

    def _bound(self, name: str, scope: Scope) -> Values:
        bindings = scope.bindings[name]
        if scope.node is scope.module.tree or isinstance(scope.node, FunctionNode):
            bindings = bindings + self._outer_bindings(name, scope)
        return self._merge_bindings(bindings)

    def _merge_bindings(self, bindings: Iterable[Binding]) -> Values:
        """What any of the bindings may give; where one of them is annotated, the annotation holds for all."""
        bindings = list(bindings)
        for binding in bindings:
            if binding.annotation is not None and binding.kind is not BindingKind.PARAMETER:
                values = self._annotations.evaluate(binding.annotation, binding.scope)
                if values and values != UNKNOWN:
                    return values
        return _union(self.binding(binding) for binding in bindings)

    def _outer_bindings(self, name: str, scope: Scope) -> list[Binding]:
        """What inner functions assign to it through ``global`` or ``nonlocal``."""
        return [
            binding
            for inner in scope.module.scopes.values()
            if inner is not scope and name in inner.outer_names
            for binding in inner.bindings.get(name, ())
        ]

    def _global(self, name: str, module: Module) -> Values:
        if name in module.scope.bindings:
            return self._bound(name, module.scope)
        for star in module.stars:
            values = self.member_of_module(star, name)
            if values and values != UNKNOWN:
                return values
            if not self.program.has_package(star):
                return UNKNOWN if not builtin.exists(name) else frozenset({Foreign(f"builtins.{name}")})
        if name in ("__name__", "__file__", "__doc__"):
            return made("builtins.str")
        return frozenset({Foreign(f"builtins.{name}")}) if builtin.exists(name) else UNKNOWN

    # bindings

    def binding(self, binding: Binding) -> Values:
        """What one binding gives its name."""
        return self._remembered(("binding", binding), lambda: self._binding(binding))

    def _binding(self, binding: Binding) -> Values:
        node, scope = binding.node, binding.scope
        match binding.kind:
            case BindingKind.IMPORT:
                return self._import(binding.source)
            case BindingKind.FUNCTION:
                return self._defined(self.function_at(node, scope.module))
            case BindingKind.CLASS:
                cls = next(c for c in scope.module.classes if c.node is node)
                return frozenset({ClassValue(cls)})
            case BindingKind.PARAMETER:
                assert isinstance(node, ast.arg)
                return self._parameter(node, scope)
        if not isinstance(node, ast.expr):
            return self._pattern(node, scope) if isinstance(node, ast.pattern) else UNKNOWN
        self._inferred = True
        match binding.kind:
            case BindingKind.VALUE:
                values = self.evaluate(node, scope)
            case BindingKind.ITERATION:
                values = self.elements(self.evaluate(node, _scope_of_iterable(node, scope)))
            case BindingKind.CONTEXT:
                values = self._over(self.evaluate(node, scope), self._entered)
            case _:
                return UNKNOWN
        for step in binding.steps:
            values = self._over(values, lambda v, step=step: builtin.unpacked(v, step))  # type: ignore[misc]
        return values

    def _pattern(self, node: ast.pattern, scope: Scope) -> Values:
        if isinstance(node, ast.MatchClass):
            return self._over(self.evaluate(node.cls, scope), lambda v: self._instance_of(v))
        return UNKNOWN

    def _instance_of(self, value: Value) -> Values:
        match value:
            case ClassValue(cls):
                return frozenset({Instance(cls)})
            case Foreign(name, made=False):
                return made(name)
        return UNKNOWN

    def _import(self, source: str) -> Values:
        module, colon, name = source.partition(":")
        return self.member_of_module(module, name) if colon else self._module_value(module)

    def _module_value(self, name: str) -> Values:
        if (module := self.program.module(name)) is not None:
            return frozenset({ModuleValue(module)})
        if self.program.has_package(name):
            return UNKNOWN if self.program.paths_of(name) else frozenset({PackageValue(name)})
        return frozenset({Foreign(name)})

    def member_of_module(self, module_name: str, name: str) -> Values:
        """What ``from MODULE import NAME`` gives."""
        key = ("member", module_name, name)
        return self._remembered(key, lambda: self._member_of_module(module_name, name))

    def _member_of_module(self, module_name: str, name: str) -> Values:
        module = self.program.module(module_name)
        if module is None:
            if self.program.has_package(module_name):
                return self._submodule(module_name, name) or UNKNOWN
            return frozenset({Foreign(f"{module_name}.{name}")})
        if name in module.scope.bindings:
            values = self._bound(name, module.scope)
            return values or NOTHING
        if submodule := self._submodule(module_name, name):
            return submodule
        for star in module.stars:
            values = self.member_of_module(star, name)
            if values != UNKNOWN:
                return values
        return UNKNOWN

    def _submodule(self, module_name: str, name: str) -> Values:
        full = f"{module_name}.{name}"
        return self._module_value(full) if self.program.has_package(full) else NOTHING

    # parameters

    def _parameter(self, node: ast.arg, scope: Scope) -> Values:
        if isinstance(scope.node, ast.Lambda):
            return UNKNOWN
        function = self.function_at(scope.node, scope.module)
        outer = scope.parent or scope
        if node.annotation is None and self._is_receiver(node, function):
            assert function.owner is not None
            is_class = self._has_decorator(function, "classmethod") or function.node.name in ("__new__", "__init_subclass__")
            return frozenset({ClassValue(function.owner) if is_class else Instance(function.owner)})
        default = _default_of(node, function.node.args)
        if node.annotation is not None:
            values = self._annotations.evaluate(node.annotation, outer)
            if values and values != UNKNOWN:
                return values
        self._inferred = True
        if default is not None and self._is_injected(default, outer):
            return self._injected(default, outer)
        fixture = find_fixture(self, function, node.arg)
        if fixture is not None:
            return self.returned(fixture)
        known = self.evaluate(default, outer) if default is not None else NOTHING
        return known | UNKNOWN

    def _is_receiver(self, node: ast.arg, function: Function) -> bool:
        arguments = [*function.node.args.posonlyargs, *function.node.args.args]
        is_method = function.owner is not None and not self._has_decorator(function, "staticmethod")
        return is_method and bool(arguments) and arguments[0] is node

    def _is_injected(self, default: ast.expr, scope: Scope) -> bool:
        """``client=Depends(get_client)``"""
        if not isinstance(default, ast.Call):
            return False
        return any(_last(value) in ("Depends", "Security") for value in self.evaluate(default.func, scope))

    def _injected(self, default: ast.expr, scope: Scope) -> Values:
        assert isinstance(default, ast.Call)
        if not default.args:
            return UNKNOWN
        return self._over(self.evaluate(default.args[0], scope), lambda v: self.result(v, default, scope))

    # attributes

    def attribute(self, value: Value, attr: str) -> Values:
        """What ``value.attr`` can be."""
        match value:
            case ModuleValue(module):
                return self.member_of_module(module.name, attr)
            case PackageValue(name):
                return self._submodule(name, attr) or UNKNOWN
            case ClassValue(cls):
                return self.member(cls, attr, instance=False)
            case Instance(cls, above):
                return self.member(cls, attr, instance=True, above=above)
            case Foreign(name, member=False):
                return frozenset({Foreign(f"{name}.{attr}", member=value.made)})
            case Container():
                return frozenset({BoundContainer(value, attr)})
        return UNKNOWN

    def member(self, cls: Class, attr: str, *, instance: bool, above: Class | None = None) -> Values:
        """The attribute *attr* of a class or of its objects, by its ancestors, then by the classes below it."""
        key = ("member of class", cls, attr, instance, above)
        return self._remembered(key, lambda: self._member(cls, attr, instance, above))

    def _member(self, cls: Class, attr: str, instance: bool, above: Class | None) -> Values:
        order = self.hierarchy.order(cls)
        behind = order[order.index(above) + 1 :] if above is not None and above in order else order
        values = self._first_member(behind, attr, cls, instance)
        if values is not None:
            return values
        self._inferred = True
        if above is not None:
            return self._beside(cls, above, attr) or self._foreign_member(cls, attr)
        supplied = self._supplied_below(cls, attr, instance)
        return supplied or self._foreign_member(cls, attr)

    def _first_member(self, order: Iterable[Class], attr: str, receiver: Class, instance: bool) -> Values | None:
        for ancestor in order:
            if attr in ancestor.functions:
                function = ancestor.functions[attr][-1]
                others = [b for b in ancestor.attributes.get(attr, ()) if b.kind is not BindingKind.FUNCTION]
                if self.is_property(function) and instance:
                    return self.returned(function, receiver)
                own: Values = frozenset({FunctionValue(function, receiver)})
                return own | self._merge_bindings(others) if others else own
            if attr in ancestor.attributes:
                return self._merge_bindings(ancestor.attributes[attr])
        return None

    def _beside(self, cls: Class, above: Class, attr: str) -> Values:
        """``super().attr`` in a mixin: what comes behind it in the order of the classes that mix it in."""
        found: Values = NOTHING
        for below in self.hierarchy.below(cls):
            order = self.hierarchy.order(below)
            values = self._first_member(order[order.index(above) + 1 :], attr, below, True) if above in order else None
            found |= values or NOTHING
        return found

    def _supplied_below(self, cls: Class, attr: str, instance: bool) -> Values:
        """``self.attr`` in a mixin: what the classes below it, or their other bases, define."""
        found: Values = NOTHING
        for below in self.hierarchy.below(cls):
            values = self._first_member(self.hierarchy.order(below), attr, below, instance)
            found |= values or NOTHING
        return found

    def _foreign_member(self, cls: Class, attr: str) -> Values:
        foreign = self.hierarchy.foreign_bases(cls) - builtin.BASES_WITHOUT_MEMBERS
        if "?" in foreign or not foreign:
            return UNKNOWN
        return frozenset(Foreign(f"{base}.{attr}", member=True) for base in foreign)

    def is_property(self, function: Function) -> bool:
        """Whether reading the function's name on an object calls it."""
        return any(self.decorator_name(d, function) in builtin.PROPERTIES for d in function.node.decorator_list)

    # calls

    def call(self, node: ast.Call, scope: Scope) -> Values:
        """What a call can give."""
        if isinstance(node.func, ast.Name) and node.func.id == "super" and self._find_scope("super", scope) is None:
            return self._super(node, scope)
        return self._over(self.evaluate(node.func, scope), lambda v: self.result(v, node, scope))

    def result(self, value: Value, node: ast.Call, scope: Scope) -> Values:
        """What calling *value* as in *node* gives."""
        match value:
            case ClassValue(cls):
                return frozenset({Instance(cls)})
            case FunctionValue(function, receiver):
                return self.returned(function, receiver)
            case LambdaValue(lambda_, inner):
                return self.evaluate(lambda_.body, self._lambda(lambda_, inner))
            case Returning(results):
                return results
            case BoundContainer(container, method):
                return builtin.container_result(container, method)
            case Instance(cls):
                called = self.member(cls, "__call__", instance=True)
                return self._over(called, lambda v: self.result(v, node, scope) if isinstance(v, FunctionValue) else UNKNOWN)
            case Foreign():
                return self._foreign_result(value, node, scope)
        return UNKNOWN

    def _foreign_result(self, value: Foreign, node: ast.Call, scope: Scope) -> Values:
        if value.name in self.results:
            return made(self.results[value.name])
        arguments = [a for a in node.args if not isinstance(a, ast.Starred)]
        if value.name in ("typing.cast", "typing_extensions.cast") and len(arguments) == 2:
            return self._annotations.evaluate(arguments[0], scope)
        if value.name.startswith("builtins.") and arguments:
            passed = builtin.passed_through(value.name, self.evaluate(arguments[0], scope), self.elements)
            if passed is not None:
                return passed
        if value.name in builtin.GIVES_ITS_ARGUMENT and arguments:
            return self.evaluate(arguments[0], scope)
        is_class = _last(value)[:1].isupper() and not value.made and not value.member
        return made(value.name) if is_class or value.name in builtin.PLAIN_CALLABLES else UNKNOWN

    def _super(self, node: ast.Call, scope: Scope) -> Values:
        function = self.enclosing_function(scope)
        owner = function.owner if function is not None else None
        if owner is None and function is not None:
            owner = self._owner_of_nested(function)
        if node.args and owner is not None:
            named = [v.cls for v in self.evaluate(node.args[0], scope) if isinstance(v, ClassValue)]
            owner = named[0] if named else owner
        return frozenset({Instance(owner, above=owner)}) if owner is not None else UNKNOWN

    def _owner_of_nested(self, function: Function) -> Class | None:
        scope = function.scope.parent
        while scope is not None:
            if scope.is_class:
                return next((c for c in scope.module.classes if c.scope is scope), None)
            scope = scope.parent
        return None

    def enclosing_function(self, scope: Scope) -> Function | None:
        """The function in whose body *scope* lies, lambdas and comprehensions looked through."""
        current: Scope | None = scope
        while current is not None:
            if isinstance(current.node, FunctionNode):
                return self.function_at(current.node, current.module)
            if current.is_class:
                return None
            current = current.parent
        return None

    def returned(self, function: Function, receiver: Class | None = None) -> Values:
        """What a call of *function* gives; a coroutine function: what awaiting it gives."""
        return self._remembered(("returned", function, receiver), lambda: self._returned(function, receiver))

    def _returned(self, function: Function, receiver: Class | None) -> Values:
        if function.node.returns is not None:
            annotated = self._annotations.evaluate(function.node.returns, function.scope.parent or function.scope, receiver)
            if annotated and annotated != UNKNOWN:
                return annotated
        self._inferred = True
        nodes = self.own_nodes(function)
        yielded = [n.value for n in nodes if isinstance(n, ast.Yield) and n.value is not None]
        if self.is_generator(function):
            return frozenset({Container(_union(self.evaluate(v, function.scope) for v in yielded))})
        returned = [n.value for n in nodes if isinstance(n, ast.Return) and n.value is not None]
        values = _union(self.evaluate(v, function.scope) for v in returned)
        return self._as_receiver(values, function, receiver)

    def _as_receiver(self, values: Values, function: Function, receiver: Class | None) -> Values:
        """``return self`` and ``return cls()`` give the class through which the method was reached."""
        if receiver is None or function.owner is None:
            return values
        own = Instance(function.owner)
        return (values - {own}) | {Instance(receiver)} if own in values else values

    def elements(self, values: Values) -> Values:
        """What iterating over the values gives."""
        return self._over(values, self._elements_of)

    def _elements_of(self, value: Value) -> Values:
        match value:
            case Container():
                return value.keys if value.is_mapping else value.elements
            case Foreign(name, made=True) if name in ("builtins.str", "builtins.bytes"):
                return made(name)
            case Instance(cls):
                iterated = self.member(cls, "__iter__", instance=True)
                results = [self.returned(v.function, v.receiver) for v in iterated if isinstance(v, FunctionValue)]
                return _union(c.elements for r in results for c in r if isinstance(c, Container)) or UNKNOWN
        return UNKNOWN

    def _entered(self, value: Value) -> Values:
        """What ``with value as x`` binds to ``x``."""
        match value:
            case Instance(cls):
                entered = [
                    v
                    for name in ("__enter__", "__aenter__")
                    for v in self._first_member(self.hierarchy.order(cls), name, cls, True) or ()
                ]
                return _union(self.returned(v.function, cls) for v in entered if isinstance(v, FunctionValue)) or UNKNOWN
            case Container(elements=elements):
                return elements
            case Foreign(name, made=True) if _last(value)[:1].isupper() or name == "builtins.open":
                return frozenset({value})
        return UNKNOWN

    # helpers

    def _bases(self, cls: Class) -> tuple[Values, ...]:
        scope = cls.scope.parent or cls.scope
        values = (self.evaluate(base, scope) for base in cls.node.bases)
        return tuple(v or UNKNOWN for v in values)

    def decorator_name(self, node: ast.expr, function: Function) -> str:
        """The dotted name of a decorator, called or not: ``functools.lru_cache``; empty when it isn't foreign."""
        target = node.func if isinstance(node, ast.Call) else node
        scope = function.scope.parent or function.scope
        names = {value.name if isinstance(value, Foreign) else "" for value in self.evaluate(target, scope)}
        if isinstance(target, ast.Attribute) and target.attr in ("setter", "getter", "deleter"):
            return "property.setter"
        return names.pop() if len(names) == 1 else ""

    def _has_decorator(self, function: Function, name: str) -> bool:
        return any(isinstance(d, ast.Name) and d.id == name for d in function.node.decorator_list)

    def _defined(self, function: Function) -> Values:
        """A decorated function stays itself: what a decorator does to its colour is a matter of barriers."""
        return frozenset({FunctionValue(function)})

    def _inner_scope(self, parent: ast.AST, child: ast.AST, module: Module) -> Scope | None:
        if isinstance(parent, ast.Lambda):
            return self._lambda(parent, self.scope_of(parent, module))
        if isinstance(parent, _COMPREHENSIONS) and child is not parent.generators[0]:
            return self._comprehension(parent, self.scope_of(parent, module))
        return None

    def _lambda(self, node: ast.Lambda, parent: Scope) -> Scope:
        if node not in self._scopes:
            self._scopes[node] = lambda_scope(node, parent)
        return self._scopes[node]

    def _comprehension(self, node: ast.expr, parent: Scope) -> Scope:
        if node not in self._scopes:
            assert isinstance(node, _COMPREHENSIONS)
            self._scopes[node] = comprehension_scope(node, parent, node.generators)
        return self._scopes[node]

    def _over(self, values: Values, step: Callable[[Value], Values]) -> Values:
        return _union(step(value) for value in values)

    def _noting(self, ask: Callable[[], Values]) -> tuple[Values, bool]:
        before, self._inferred = self._inferred, False
        values = ask()
        inferred, self._inferred = self._inferred, before
        return values, inferred

    def _remembered(self, key: tuple[object, ...], ask: Callable[[], Values]) -> Values:
        """*ask*'s answer, from memory where it was asked before. A question inside itself adds nothing to its answer,
        and what was answered on the way to such a cut isn't remembered: it may be incomplete."""
        if key in self._memo:
            known = self._memo[key]
            self._inferred |= known.inferred
            return known.values
        if key in self._open:
            self._cut.add(key)
            return NOTHING
        if len(self._open) > _DEEPEST:
            return UNKNOWN
        self._open[key] = True
        try:
            values, inferred = self._noting(ask)
        finally:
            del self._open[key]
        self._cut.discard(key)
        if not self._cut:
            self._memo[key] = Answer(values, inferred)
        self._inferred |= inferred
        return values


def _union(parts: Iterable[Values]) -> Values:
    return reduce(lambda a, b: a | b, parts, NOTHING)


def _last(value: Value) -> str:
    match value:
        case Foreign(name):
            return name.rpartition(".")[2]
        case FunctionValue(function):
            return function.node.name
        case ClassValue(cls):
            return cls.node.name
    return ""


def _is_plain(value: Value) -> bool:
    """Whether it can't hold anything of the project's: a foreign object made from nothing of ours."""
    return isinstance(value, Foreign)


def _scope_of_iterable(node: ast.expr, scope: Scope) -> Scope:
    """A comprehension's first iterable is evaluated outside it."""
    if isinstance(scope.node, _COMPREHENSIONS) and node is scope.node.generators[0].iter and scope.parent is not None:
        return scope.parent
    return scope


def _is_in_body(parent: ast.AST, child: ast.AST) -> bool:
    if isinstance(parent, ast.Lambda):
        return child is parent.body
    assert isinstance(parent, FunctionNode)
    return isinstance(child, ast.stmt) and any(child is statement for statement in parent.body)


def _walk_own(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    stack = list(statements)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, FunctionNode):
            outside = [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            stack.extend(outside)
        elif isinstance(node, ast.ClassDef):
            stack.extend([*node.decorator_list, *node.bases])
        elif not isinstance(node, ast.Lambda):
            stack.extend(list(ast.iter_child_nodes(node))[::-1])


def _default_of(node: ast.arg, arguments: ast.arguments) -> ast.expr | None:
    positional = [*arguments.posonlyargs, *arguments.args]
    if node in positional:
        offset = positional.index(node) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[offset] if offset >= 0 else None
    return arguments.kw_defaults[arguments.kwonlyargs.index(node)] if node in arguments.kwonlyargs else None


def find_function(module: Module, qualname: str) -> list[Function]:
    """The functions of that qualified name in *module*, ``@overload``s and conditional definitions among them."""
    return [function for function in module.functions if function.qualname == qualname]


__all__ = ["Answer", "Resolver", "find_class", "find_function"]
