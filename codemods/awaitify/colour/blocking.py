"""Which calls block, and which functions of the project come down to one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from awaitify.colour.barriers import starts_loop_itself
from awaitify.colour.callables import with_call_methods
from awaitify.colour.decorators import decorators_of
from awaitify.colour.given import called_by
from awaitify.colour.handed_in import ANY, is_handed_in, names_behind
from awaitify.colour.properties import getters_at
from awaitify.index.questions import Answer
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function
from awaitify.index.values import ClassValue, Foreign, FunctionValue, Instance
from awaitify.names import is_borrowed
from awaitify.swap import BlockingCall, ClientType, Swap


@dataclass(frozen=True, slots=True, eq=False)
class BlockingSite:
    """A call that blocks: of a function with a twin, of a client's method, or (neither set) of something without a rule."""

    node: ast.Call
    function: Function
    name: str
    swap: Swap
    call: BlockingCall | None = None
    client: ClientType | None = None
    method: str = ""
    is_unsure: bool = False
    """Whether it may be called on something else as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Callee:
    """A call of the project's own functions, or of what calls one for every item, with all that it may reach; ``node`` is
    the call, or the property that is read, or what is entered or iterated over."""

    node: ast.expr
    functions: frozenset[Function]


class Blocking:
    """Finds blocking calls with the facts of the swaps; what was found of a function is kept."""

    def __init__(self, resolver: Resolver, swaps: Iterable[Swap]) -> None:
        self.resolver = resolver
        self.swaps = tuple(swaps)
        self._calls = {call.name: (swap, call) for swap in self.swaps for call in swap.calls}
        self._clients = {client.name: (swap, client) for swap in self.swaps for client in swap.clients}
        self._prefixes = tuple((name.removesuffix("*"), swap) for swap in self.swaps for name in swap.blocking)
        self._sites: dict[Function, tuple[BlockingSite, ...]] = {}
        self._callees: dict[Function, tuple[Callee, ...]] = {}
        self._blocks: dict[Function, bool] = {}
        self._starts: dict[Function, bool] = {}
        self._starting: dict[Function, bool] = {}
        self._names: dict[Function, frozenset[str]] = {}
        self._overriding: dict[Function, tuple[Function, ...]] = {}

    def sites(self, function: Function) -> tuple[BlockingSite, ...]:
        """The blocking calls that stand in *function* itself; none in a library's, which says what it became."""
        if function not in self._sites:
            self._sites[function] = () if is_borrowed(function.module.path) else tuple(self._find_sites(function))
        return self._sites[function]

    def callees(self, function: Function) -> tuple[Callee, ...]:
        """The calls in *function* that reach functions of the project, constructors and properties included."""
        if function not in self._callees:
            self._callees[function] = tuple(self._find_callees(function))
        return self._callees[function]

    def names_in(self, function: Function) -> frozenset[str]:
        """The names and attributes that stand in *function* itself."""
        if function not in self._names:
            nodes = self.resolver.scopes.own_nodes(function)
            names = (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "") for node in nodes)
            self._names[function] = frozenset(names) - {""}
        return self._names[function]

    def blocks(self, function: Function) -> bool:
        """Whether calling the sync *function* comes down to a blocking call that has a rule, by itself or through others."""
        if function not in self._blocks:
            self._blocks[function] = any(self._has_sites(reached) for reached in self.sync_below(function))
        return self._blocks[function]

    def starts_loop(self, function: Function) -> bool:
        """Whether calling the sync *function* comes down to ``asyncio.run`` or its like, which no running loop allows."""
        if not self._some_loop_starts:
            return False
        if function not in self._starts:
            self._starts[function] = any(map(self._starts_itself, self.sync_below(function)))
        return self._starts[function]

    @cached_property
    def _some_loop_starts(self) -> bool:
        """Whether the program's text has anything that could start a loop."""
        text = self.resolver.program.text
        return any(text.mentioning(word) for word in ("asyncio", "anyio", "trio", "run_until_complete"))

    def _starts_itself(self, function: Function) -> bool:
        if function not in self._starting:
            self._starting[function] = starts_loop_itself(function, self.resolver)
        return self._starting[function]

    def _has_sites(self, function: Function) -> bool:
        return any(site.call is not None or site.client is not None for site in self.sites(function))

    def below(self, functions: Iterable[Function]) -> set[Function]:
        """*functions* with all that they call, and what overrides it."""
        found: set[Function] = set()
        queue = list(functions)
        while queue:
            function = queue.pop()
            if function not in found:
                found.add(function)
                queue.extend(self.overrides(function))
                queue.extend(self._called_by(function))
        return found

    def sync_below(self, start: Function) -> Iterator[Function]:
        """The sync functions that a call of *start* runs, one at a time: who asks may have seen enough."""
        seen, queue = {start}, [start]
        while queue:
            function = queue.pop()
            if not function.is_async:
                yield function
                new = [member for member in self._called_by(function) if member not in seen]
                seen.update(new)
                queue.extend(new)

    def _called_by(self, function: Function) -> Iterator[Function]:
        for callee in self.callees(function):
            for target in callee.functions:
                yield target
                yield from self.overrides(target)
        for _, wrapping in decorators_of(self.resolver).wrappings(function):
            yield wrapping.wrapper  # a call of the function runs it

    def overrides(self, function: Function) -> tuple[Function, ...]:
        """The methods below the function's class that a call of it may reach."""
        if function.owner is None or function.node.name == "__init__":
            return ()  # who constructs names the class
        if function not in self._overriding:
            name = function.node.name
            below = self.resolver.hierarchy.below(function.owner, mentioning=name)
            self._overriding[function] = tuple(f for cls in below for f in cls.functions.get(name, ()))
        return self._overriding[function]

    def _calls_in(self, function: Function) -> Iterator[tuple[ast.Call, Answer]]:
        for node in self.resolver.scopes.own_nodes(function):
            if isinstance(node, ast.Call):
                yield node, self.resolver.answer(node.func, function.module)

    def _find_sites(self, function: Function) -> Iterator[BlockingSite]:
        for node, answer in self._calls_in(function):
            values = answer.values
            names = sorted({value.name for value in values if isinstance(value, Foreign)})
            found = [site for name in names if (site := self._site(node, function, name)) is not None]
            if found and len(values) == 1:
                # it blocks, but others may hand in something else
                is_unsure = found[0].call is not None and is_handed_in(answer.how)
                yield replace(found[0], is_unsure=is_unsure)
                continue
            if not found:
                behind = sorted(set(names_behind(node, values, function, self.resolver)))
                found = [site for name in behind if (site := self._site(node, function, name)) is not None]
            if found:  # no rule holds for all that it may be
                yield BlockingSite(node, function, found[0].name, found[0].swap, is_unsure=True)

    def _site(self, node: ast.Call, function: Function, name: str) -> BlockingSite | None:
        if name in self._calls:
            swap, call = self._calls[name]
            return BlockingSite(node, function, name, swap, call=call)
        owner, _, method = name.rpartition(".")
        if method == ANY:
            known = next(iter(self._below(owner)), None)
            return self._site(node, function, known) if known is not None else None
        if owner in self._clients:
            swap, client = self._clients[owner]
            has_twin = client.method_twin(method) is not None
            if has_twin or method not in client.attributes:
                return BlockingSite(node, function, name, swap, client=client if has_twin else None, method=method)
        for prefix, swap in self._prefixes:
            if (
                name == prefix
                or prefix.endswith(".")
                and name.startswith(prefix)
                and name.count(".") == prefix.count(".")
            ):
                return BlockingSite(node, function, name, swap)
        return None

    def _below(self, owner: str) -> list[str]:
        """The blocking functions of a module, or methods of a client."""
        methods = [f"{owner}.{name}" for name, _ in self._clients[owner][1].methods] if owner in self._clients else []
        return methods + [name for name in self._calls if name.rpartition(".")[0] == owner]

    def _find_callees(self, function: Function) -> Iterator[Callee]:
        for node, answer in self._calls_in(function):
            values = answer.values
            if (given := called_by(node, function.module, self.resolver)) is not None:
                values |= self.resolver.answer(given, function.module).values
            called = with_call_methods(values, self.resolver)
            functions = {value.function for value in called if isinstance(value, FunctionValue)}
            for value in values:
                if isinstance(value, ClassValue):
                    functions |= self.constructors(value.cls)
            if functions:
                yield Callee(node, frozenset(functions))
        for read in self.resolver.scopes.own_nodes(function):
            if isinstance(read, ast.Attribute) and isinstance(read.ctx, ast.Load):
                if getters := getters_at(read, function.module, self.resolver):
                    yield Callee(read, getters)
        for used, names in _implied(self.resolver.scopes.own_nodes(function)):
            values = self.resolver.answer(used, function.module).values
            classes = [value.cls for value in values if isinstance(value, Instance)]
            found = (self.resolver.hierarchy.find(cls, name) for cls in classes for name in names)
            if methods := frozenset(method for pair in found if pair is not None for method in pair[1]):
                yield Callee(used, methods)

    def constructors(self, cls: Class) -> set[Function]:
        """The functions that run when an object of *cls* is made."""
        names = ("__new__", "__init__", "__post_init__")
        found = (self.resolver.hierarchy.find(cls, name) for name in names)
        return {function for pair in found if pair is not None for function in pair[1]}

    def client_owner(self, site: BlockingSite) -> tuple[Class, str] | None:
        """The class on whose objects the client of *site* is kept, and the attribute: ``self.session.get(…)``."""
        receiver = site.node.func.value if isinstance(site.node.func, ast.Attribute) else None
        if site.client is None or not isinstance(receiver, ast.Attribute):
            return None
        for value in self.resolver.answer(receiver.value, site.function.module).values:
            if isinstance(value, Instance):
                for cls in self.resolver.hierarchy.order(value.cls):
                    if receiver.attr in cls.attributes:
                        return cls, receiver.attr
        return None


def _implied(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    """The expressions of which Python calls special methods, and which."""
    for node in nodes:
        match node:
            case ast.With(items=items):
                yield from ((item.context_expr, ("__enter__", "__exit__")) for item in items)
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable, is_async=0) | ast.YieldFrom(value=iterable):
                yield iterable, ("__iter__", "__next__")
