"""What calling something gives that isn't the project's: builtins, the standard library, a library whose results are told."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from awaitify.index import builtin
from awaitify.index.generics import instance_of
from awaitify.index.summary import Scope
from awaitify.index.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    RecordClass,
    Returning,
    TypeExpression,
    TypeVariable,
    Value,
    Values,
    made,
    over,
    union,
)

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

FIELDS = frozenset({"dataclasses.field", "attr.ib", "attr.attrib", "attr.field", "attrs.field"})
"""Calls that declare a field of a class."""

Rule = Callable[["ForeignCalls", ast.Call, Scope], Values]


class ForeignCalls:
    """Follows calls of foreign callables, with a resolver's knowledge of what they are given."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def result(self, value: Foreign, node: ast.Call, scope: Scope) -> Values:
        """What calling *value* as in *node* gives."""
        if value.name in self._resolver.results:
            return made(self._resolver.results[value.name])
        rule = _RULES.get(value.name)
        if rule is not None and (node.args or value.name in _WITHOUT_ARGUMENTS):
            return rule(self, node, scope)
        is_class = value.name.rpartition(".")[2][:1].isupper() and not value.made and not value.member
        if is_class or value.name in builtin.PLAIN_CALLABLES:
            return made(value.name)
        return self._resolver.environment.result(f"{value.name}.__call__" if value.made else value.name)

    # the arguments

    def argument(self, node: ast.Call, scope: Scope, number: int = 0) -> Values:
        """The positional argument *number*; nothing when it isn't passed."""
        if len(node.args) <= number:
            return NOTHING
        return self._resolver.evaluate(node.args[number], scope)

    def named(self, node: ast.Call, scope: Scope, name: str) -> Values:
        return union(self._resolver.evaluate(k.value, scope) for k in node.keywords if k.arg == name)

    def elements(self, values: Values) -> Values:
        return self._resolver.calls.elements(values)

    def called(self, values: Values, node: ast.Call, scope: Scope) -> Values:
        """What calling *values* without arguments gives."""
        empty = ast.Call(node.func, [], [])
        return over(values, lambda v: self._resolver.calls.result(v, empty, scope))

    # what is passed on

    def same(self, node: ast.Call, scope: Scope) -> Values:
        """``copy(x)``"""
        return self.argument(node, scope)

    def listed(self, node: ast.Call, scope: Scope) -> Values:
        """``list(xs)``, ``sorted(xs)``, ``deque(xs)``"""
        return frozenset({Container(self.elements(self.argument(node, scope)))})

    def mapped(self, node: ast.Call, scope: Scope) -> Values:
        """``dict(pairs, a=x)``"""
        given = self.argument(node, scope)
        inside = [v for v in given if isinstance(v, Container) and v.is_mapping]
        pairs = self.elements(frozenset(v for v in given if v not in inside))
        fields = tuple((k.arg, self._resolver.evaluate(k.value, scope)) for k in node.keywords if k.arg is not None)
        elements = union([*(c.elements for c in inside), *(values for _, values in fields)])
        keys = union(c.keys for c in inside) | (made("builtins.str") if fields else NOTHING)
        elements |= union(builtin.unpacked(pair, 1) for pair in pairs)
        keys |= union(builtin.unpacked(pair, 0) for pair in pairs)
        return frozenset({Container(elements, keys, is_mapping=True, fields=() if given else fields)})

    def defaulting(self, node: ast.Call, scope: Scope) -> Values:
        """``defaultdict(list)``"""
        given = self.called(self.argument(node, scope), node, scope)
        return frozenset({Container(given - UNKNOWN, is_mapping=True)})

    def namespace(self, node: ast.Call, scope: Scope) -> Values:
        """``SimpleNamespace(client=x)``"""
        fields = tuple((k.arg, self._resolver.evaluate(k.value, scope)) for k in node.keywords if k.arg is not None)
        return frozenset({Container(NOTHING, fields=fields, is_record=True)})

    def one(self, node: ast.Call, scope: Scope) -> Values:
        """``next(xs)``, ``max(xs)``, ``max(a, b)``"""
        if len(node.args) > 1 and not (isinstance(node.func, ast.Name) and node.func.id == "next"):
            return union(self.argument(node, scope, number) for number in range(len(node.args)))
        return self.elements(self.argument(node, scope)) | self.argument(node, scope, 1)

    def numbered(self, node: ast.Call, scope: Scope) -> Values:
        """``enumerate(xs)``"""
        inner = self.elements(self.argument(node, scope))
        pair = Container(inner, items=(made("builtins.int"), inner))
        return frozenset({Container(frozenset({pair}))})

    def zipped(self, node: ast.Call, scope: Scope) -> Values:
        """``zip(xs, ys)``"""
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return frozenset({Container(UNKNOWN)})
        items = tuple(self.elements(self.argument(node, scope, number)) for number in range(len(node.args)))
        return frozenset({Container(frozenset({Container(union(items), items=items)}))})

    def chained(self, node: ast.Call, scope: Scope) -> Values:
        """``chain(xs, ys)``"""
        parts = (self._resolver.evaluate(argument, scope) for argument in node.args)
        return frozenset({Container(union(self.elements(part) for part in parts))})

    def flattened(self, node: ast.Call, scope: Scope) -> Values:
        """``chain.from_iterable(xss)``"""
        return frozenset({Container(self.elements(self.elements(self.argument(node, scope))))})

    def filtered(self, node: ast.Call, scope: Scope) -> Values:
        """``filter(test, xs)``"""
        return frozenset({Container(self.elements(self.argument(node, scope, 1)))})

    def applied(self, node: ast.Call, scope: Scope) -> Values:
        """``map(make, xs)``"""
        return frozenset({Container(self.called(self.argument(node, scope), node, scope))})

    def reduced(self, node: ast.Call, scope: Scope) -> Values:
        """``reduce(best, xs, first)``"""
        given = self.called(self.argument(node, scope), node, scope)
        return given | self.elements(self.argument(node, scope, 1)) | self.argument(node, scope, 2)

    def gathered(self, node: ast.Call, scope: Scope) -> Values:
        """``await asyncio.gather(a(), b())``"""
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            starred = (a.value for a in node.args if isinstance(a, ast.Starred))
            return frozenset({Container(union(self.elements(self._resolver.evaluate(a, scope)) for a in starred))})
        items = tuple(self.argument(node, scope, number) for number in range(len(node.args)))
        return frozenset({Container(union(items), items=items)})

    def holding(self, node: ast.Call, scope: Scope) -> Values:
        """``nullcontext(x)``, ``closing(x)``: what entering it gives."""
        return frozenset({Container(self.argument(node, scope))})

    def variable(self, node: ast.Call, scope: Scope) -> Values:
        """``ContextVar("current", default=x)``"""
        return frozenset({Container(self.named(node, scope, "default"))})

    def referring(self, node: ast.Call, scope: Scope) -> Values:
        """``weakref.ref(x)``"""
        return frozenset({Returning(self.argument(node, scope))})

    # classes and types

    def type_of(self, node: ast.Call, scope: Scope) -> Values:
        """``type(x)``"""
        found = frozenset(ClassValue(v.cls) for v in self.argument(node, scope) if isinstance(v, Instance))
        return found or UNKNOWN

    def bare(self, node: ast.Call, scope: Scope) -> Values:
        """``object.__new__(cls)``"""
        return instance_of(self.argument(node, scope)) or UNKNOWN

    def cast(self, node: ast.Call, scope: Scope) -> Values:
        """``cast(Client, x)``"""
        return self._resolver.annotations.evaluate(node.args[0], scope)

    def new_type(self, node: ast.Call, scope: Scope) -> Values:
        """``Source = NewType("Source", Client)``"""
        if len(node.args) < 2:
            return UNKNOWN
        return frozenset({TypeExpression(self._resolver.annotations.evaluate(node.args[1], scope))})

    def type_variable(self, node: ast.Call, scope: Scope) -> Values:
        """``C = TypeVar("C", bound=Client)``: seen as a value, a class that isn't known more closely."""
        bounds = [keyword.value for keyword in node.keywords if keyword.arg == "bound"] or node.args[1:]
        bound = union(self._resolver.annotations.evaluate(b, scope) for b in bounds) if bounds else UNKNOWN
        return frozenset({TypeVariable(node, bound or UNKNOWN, is_class=True)})

    def record(self, node: ast.Call, scope: Scope) -> Values:
        """``Pair = namedtuple("Pair", "client limit")``"""
        match node.args:
            case [_, ast.Constant(value=str(text)), *_]:
                return frozenset({RecordClass(tuple(text.replace(",", " ").split()))})
            case [_, ast.List(elts=names) | ast.Tuple(elts=names), *_]:
                texts = [str(name.value) for name in names if isinstance(name, ast.Constant)]
                return frozenset({RecordClass(tuple(texts))}) if len(texts) == len(names) else UNKNOWN
        return UNKNOWN

    def partial(self, node: ast.Call, scope: Scope) -> Values:
        """``partial(make, 1)``: a callable with the same result."""
        return over(self.argument(node, scope), self._partly_applied)

    def _partly_applied(self, value: Value) -> Values:
        match value:
            case FunctionValue(function, receiver):
                return frozenset({Returning(self._resolver.calls.returned(function, receiver))})
            case ClassValue() | TypeVariable(is_class=True):
                return frozenset({Returning(instance_of(frozenset({value})))})
            case Returning():
                return frozenset({value})
        return UNKNOWN

    def mocked(self, node: ast.Call, scope: Scope) -> Values:
        """``Mock(spec=Client)``: its methods have the colours of Client's, so for us it is one."""
        spec = self.named(node, scope, "spec") | self.named(node, scope, "spec_set")
        if isinstance(node.func, ast.Name | ast.Attribute) and "autospec" in ast.unparse(node.func):
            spec |= self.argument(node, scope)
        own = frozenset(Instance(v.cls) for v in spec if isinstance(v, ClassValue | Instance))
        return own or made("unittest.mock.Mock")

    def entered(self, node: ast.Call, scope: Scope) -> Values:
        """``stack.enter_context(x)``"""
        return over(self.argument(node, scope), self._resolver.calls.entered)

    def field(self, node: ast.Call, scope: Scope) -> Values:
        """``client: Client = field(default_factory=Client)``: what the field is where the constructor doesn't get it."""
        made_by_default = self.named(node, scope, "default_factory") | self.named(node, scope, "factory")
        types = (k.value for k in node.keywords if k.arg == "type")
        annotated = union(self._resolver.annotations.evaluate(kind, scope) for kind in types)
        return self.named(node, scope, "default") | self.called(made_by_default, node, scope) | annotated

    def imported(self, node: ast.Call, scope: Scope) -> Values:
        """``import_module("shop.clients")``"""
        name = builtin.text_of(node.args[0])
        is_absolute = name is not None and len(node.args) == 1 and not name.startswith(".")
        return self._resolver.bindings.module_value(name) if name is not None and is_absolute else UNKNOWN

    def nothing_known(self, node: ast.Call, scope: Scope) -> Values:
        return UNKNOWN


def _all(rule: Rule, *names: str) -> dict[str, Rule]:
    return dict.fromkeys(names, rule)


_C = ForeignCalls
_RULES: dict[str, Rule] = {
    **_all(_C.same, "copy.copy", "copy.deepcopy", "dataclasses.replace", "weakref.proxy", "types.MappingProxyType"),
    **_all(
        _C.same, "asyncio.run", "asyncio.wait_for", "asyncio.shield", "asyncio.create_task", "asyncio.ensure_future"
    ),
    **_all(_C.listed, "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.sorted"),
    **_all(_C.listed, "builtins.reversed", "builtins.iter", "collections.deque", "weakref.WeakSet"),
    **_all(_C.listed, "queue.Queue", "queue.LifoQueue", "queue.SimpleQueue", "asyncio.Queue", "itertools.cycle"),
    **_all(_C.listed, "itertools.islice", "multiprocessing.Queue"),
    **_all(_C.mapped, "builtins.dict", "collections.OrderedDict", "collections.ChainMap"),
    **_all(_C.mapped, "weakref.WeakValueDictionary"),
    "collections.defaultdict": _C.defaulting,
    "types.SimpleNamespace": _C.namespace,
    **_all(_C.one, "builtins.next", "builtins.min", "builtins.max", "random.choice", "builtins.anext"),
    "builtins.enumerate": _C.numbered,
    **_all(_C.zipped, "builtins.zip", "itertools.product", "itertools.zip_longest"),
    "itertools.chain": _C.chained,
    "itertools.chain.from_iterable": _C.flattened,
    **_all(_C.filtered, "builtins.filter", "itertools.takewhile", "itertools.dropwhile", "itertools.filterfalse"),
    "builtins.map": _C.applied,
    "functools.reduce": _C.reduced,
    "asyncio.gather": _C.gathered,
    **_all(_C.holding, "contextlib.nullcontext", "contextlib.closing", "contextlib.aclosing"),
    "contextvars.ContextVar": _C.variable,
    **_all(_C.referring, "weakref.ref", "weakref.WeakMethod"),
    "builtins.type": _C.type_of,
    "builtins.object.__new__": _C.bare,
    **_all(_C.cast, "typing.cast", "typing_extensions.cast"),
    "typing.NewType": _C.new_type,
    **_all(_C.type_variable, "typing.TypeVar", "typing_extensions.TypeVar"),
    "collections.namedtuple": _C.record,
    **_all(_C.partial, "functools.partial", "functools.partialmethod"),
    **_all(_C.mocked, "unittest.mock.Mock", "unittest.mock.MagicMock", "unittest.mock.create_autospec"),
    **_all(_C.entered, "contextlib.ExitStack.enter_context", "contextlib.AsyncExitStack.enter_context"),
    "contextlib.AsyncExitStack.enter_async_context": _C.entered,
    **_all(_C.field, *FIELDS),
    "importlib.import_module": _C.imported,
    **_all(_C.nothing_known, "builtins.getattr", "builtins.vars", "builtins.globals", "builtins.locals"),
}
_WITHOUT_ARGUMENTS = frozenset(
    name
    for name, rule in _RULES.items()
    if rule in (_C.listed, _C.mapped, _C.defaulting, _C.namespace, _C.mocked, _C.field)
)
