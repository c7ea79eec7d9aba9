"""Where does a piece of code lead: to which other code of the project, and to which calls that block?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from awaitify.chains.arguments import Arguments
from awaitify.chains.body import Bodies, is_awaited, is_returned
from awaitify.chains.frame import Frame, Given, Layer, root
from awaitify.chains.layers import Layers
from awaitify.chains.lookup import Lookup
from awaitify.chains.receivers import Receivers
from awaitify.chains.relevant import Relevant
from awaitify.chains.table import Row
from awaitify.colour.given import called_by
from awaitify.colour.properties import getters_at
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function
from awaitify.index.values import (
    ClassValue,
    Foreign,
    FunctionValue,
    Instance,
    LambdaValue,
    Open,
    Unknown,
    Value,
)

_CONSTRUCTORS = ("__new__", "__init__", "__post_init__")
_OTHER_LOOP = frozenset({"asyncio.run", "anyio.run", "trio.run", "asyncio.run_coroutine_threadsafe"})
_LAZY = frozenset({"builtins.map", "builtins.filter"})
_POOLED = "concurrent.futures."
_PATH = re.compile(r"builtins\.str|pathlib\.(\w+\.)*\w*Path")


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One way on: at *node*, *target* comes to run; *how* says by what, where it isn't a call."""

    node: ast.expr
    target: Frame
    how: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A call that blocks, by the row for the callable *name*."""

    node: ast.Call
    name: str
    row: Row


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """All that was seen in a frame; *lost* are the calls that couldn't be followed."""

    steps: tuple[Step, ...]
    hits: tuple[Hit, ...]
    lost: tuple[ast.Call, ...]


class Steps:
    """Looks at one frame at a time, with what is known of the whole program."""

    def __init__(self, resolver: Resolver, lookup: Lookup) -> None:
        self.resolver = resolver
        self.lookup = lookup
        self.relevant = Relevant(resolver.program, lookup)
        self.bodies = Bodies(resolver)
        self.layers = Layers(resolver)
        self.receivers = Receivers(resolver)
        self.arguments = Arguments(resolver)

    def look(self, frame: Frame) -> Seen:
        """What *frame* leads to."""
        steps: list[Step] = []
        hits: list[Hit] = []
        lost: list[ast.Call] = []
        for node in self.bodies.nodes(frame.code):
            if isinstance(node, ast.Call):
                found = list(self._call(node, frame))
                steps += (one for one in found if isinstance(one, Step))
                hits += [one for one in found if isinstance(one, Hit)][:1]
                if None in found:
                    lost.append(node)
            else:
                steps += self._implied(node, frame)
        return Seen(tuple(steps), tuple(hits), tuple(lost))

    # calls

    def _call(self, node: ast.Call, frame: Frame) -> Iterator[Step | Hit | None]:
        """Steps and hits; None when the call, or part of what it may be, couldn't be followed."""
        if isinstance(node.func, ast.Attribute) and not self.relevant.may_matter(node.func.attr):
            return
        values = self.arguments.values(node.func, frame)
        if not any(isinstance(value, FunctionValue | ClassValue | LambdaValue | Layer) for value in values):
            if (hit := self._hit(node, values, frame)) is not None:
                yield hit
                return
        yield from self._iterated(node, frame)
        kept = [value for value in values if self._is_kept(value, node)]
        for value in values:
            if value in kept and len(kept) > 1 and not frame.given:
                yield None  # several objects keep a function of their own there: which of them this is can't be told
                continue
            yield from self._value(value, node, frame)
        if all(isinstance(value, Unknown | Open) for value in values):
            if not isinstance(node.func, ast.Attribute) or self.relevant.may_be_ours(node.func.attr):
                yield None

    def _is_kept(self, value: Value | Layer, node: ast.Call) -> bool:
        """Whether a function is called by the name of an attribute or a key that keeps it: ``self.callback()``"""
        if not isinstance(value, FunctionValue | LambdaValue):
            return False
        name = value.function.node.name if isinstance(value, FunctionValue) else ""
        match node.func:
            case ast.Attribute(attr=attr):
                return attr != name and not isinstance(node.func.value, ast.Name) or attr != name != "__call__"
            case ast.Subscript():
                return True
            case ast.Name(id=called):
                return called != name and isinstance(value, FunctionValue) and value.receiver is None
        return False

    def _value(self, value: Value | Layer, node: ast.Call, frame: Frame) -> Iterator[Step | Hit | None]:
        match value:
            case Layer():
                yield from self._layer(value, node, frame, None, exact=False)
            case FunctionValue(function):
                yield from self._function(function, value, node, frame)
            case ClassValue(cls):
                yield from self._constructed(cls, node, frame)
            case LambdaValue():
                yield Step(node, self.arguments.lambda_frame(value, node, frame), "")
            case Instance(cls):
                for called, owner in self._methods(cls, "__call__", False):
                    yield Step(node, self._frame(called, node, frame, owner, False), "")

    def _function(
        self, function: Function, value: FunctionValue, node: ast.Call, frame: Frame
    ) -> Iterator[Step | Hit | None]:
        if (row := self.lookup.own_row(function)) is not None and not is_awaited(node, frame.module):
            yield Hit(node, str(function.name), row)
            return
        for reached, cls, exact in self.receivers.reached(function, value, node.func, frame):
            if not self.lookup.is_removed(reached):
                yield from self._layer(Layer(reached, self.layers.number(reached)), node, frame, cls, exact)

    def _layer(
        self, layer: Layer, node: ast.Call, frame: Frame, cls: Class | None, exact: bool
    ) -> Iterator[Step | Hit | None]:
        """What a call of a decorated function runs: the outermost wrapper, or the function itself."""
        function = layer.function
        peeled = self.layers.peel(layer, awaited=is_awaited(node, frame.module))
        if peeled is None:
            yield None
            return
        if peeled.wrapper is not None and peeled.below is not None:
            given: tuple[tuple[str, Given], ...] = ((peeled.parameter, frozenset({peeled.below})),)
            target = root(peeled.wrapper) if peeled.wrapper.is_async else Frame(peeled.wrapper)
            yield Step(node, replace(target, given=given, cls=cls, exact=exact, is_open=False), "")
            return
        if function.is_async:
            if not self._is_for_another_loop(node, frame):
                yield Step(node, root(function), "")
            return
        if self.resolver.scopes.is_generator(function) and not self._takes(node, frame):
            if not is_returned(node, frame.module):
                yield None
            return
        yield Step(node, self._frame(function, node, frame, cls, exact), "")

    def _frame(self, function: Function, node: ast.Call, frame: Frame, cls: Class | None, exact: bool) -> Frame:
        if function.is_async:
            return root(function)
        given = self.arguments.given(function, node, frame)
        return Frame(function, cls, exact, given, is_taken=self._takes(node, frame))

    def _takes(self, node: ast.Call, frame: Frame) -> bool:
        if is_returned(node, frame.module) or isinstance(frame.module.parents.get(node), ast.Lambda):
            return frame.is_taken
        return self.bodies.is_taken(node, frame.module)

    def _is_for_another_loop(self, node: ast.Call, frame: Frame) -> bool:
        """``asyncio.run(main())``"""
        around = frame.module.parents.get(node)
        if not isinstance(around, ast.Call) or around.func is node:
            return False
        if isinstance(around.func, ast.Attribute) and around.func.attr == "run_until_complete":
            return True
        return self.resolver.dotted(around.func, frame.module) in _OTHER_LOOP

    def _constructed(self, cls: Class, node: ast.Call, frame: Frame) -> Iterator[Step]:
        for name in _CONSTRUCTORS:
            for function, _ in self._methods(cls, name, True):
                if not self.lookup.is_removed(function):
                    yield Step(node, self._frame(function, node, frame, cls, True), "makes")

    def _iterated(self, node: ast.Call, frame: Frame) -> Iterator[Step]:
        """``map(f, xs)``, ``sorted(xs, key=f)``: what the call itself calls."""
        given = called_by(node, frame.module, self.resolver)
        if given is None:
            return
        name = self.resolver.dotted(node.func, frame.module)
        if name.startswith(_POOLED) or name in _LAZY and not self._takes(node, frame):
            return
        for value in self.arguments.values(given, frame):
            match value:
                case FunctionValue(function) if not function.is_async and not self.lookup.is_removed(function):
                    for reached, cls, exact in self.receivers.reached(function, value, given, frame):
                        yield Step(node, Frame(reached, cls, exact), "")
                case LambdaValue():
                    yield Step(node, Frame(value, frame.cls, frame.exact, frame.given), "")

    # what blocks

    def _hit(self, node: ast.Call, values: Given, frame: Frame) -> Hit | None:
        if is_awaited(node, frame.module):
            return None
        names = sorted({value.name for value in values if isinstance(value, Foreign)})
        names = names or list(self._name_behind(node.func, frame))
        for name in names:
            row = self.lookup.row(name)
            if row is not None and self.lookup.holds(row, node, frame.module):
                return Hit(node, name, row) if not row.takes_files or self._is_given_a_path(node, frame) else None
        return None

    def _is_given_a_path(self, node: ast.Call, frame: Frame) -> bool:
        """Whether the first argument is known to name a file: what is in memory already is read from there."""
        given = self.arguments.values(node.args[0], frame) if node.args else frozenset()
        return any(isinstance(value, Foreign) and _PATH.fullmatch(value.name) for value in given)

    def _name_behind(self, node: ast.expr, frame: Frame) -> Iterator[str]:
        """``openai.OpenAI.chat.completions.create`` of ``client.chat.completions.create``: the attributes of an object of
        which only the class is known."""
        attributes: list[str] = []
        while isinstance(node, ast.Attribute | ast.Subscript):
            attributes.append(node.attr if isinstance(node, ast.Attribute) else "item")
            node = node.value
            for value in self.arguments.values(node, frame):
                if isinstance(value, Foreign) and (value.made or value.member):
                    yield ".".join([value.name, *reversed(attributes)])
                    return

    # what Python calls by itself

    def _implied(self, node: ast.AST, frame: Frame) -> Iterator[Step]:
        match node:
            case ast.Attribute(ctx=ast.Load()):
                for getter in sorted(getters_at(node, frame.module, self.resolver), key=lambda f: f.place):
                    value = FunctionValue(getter, getter.owner)
                    for reached, cls, exact in self.receivers.reached(getter, value, node, frame):
                        if not self.lookup.is_removed(reached):
                            yield Step(node, root(reached) if reached.is_async else Frame(reached, cls, exact), "reads")
            case ast.With(items=items):
                for item in items:
                    yield from self._special(item.context_expr, ("__enter__", "__exit__"), "enters", frame)
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable, is_async=0) | ast.YieldFrom(value=iterable):
                yield from self._special(iterable, ("__iter__", "__next__"), "iterates over", frame)
            case ast.Subscript(ctx=ast.Load(), value=value):
                yield from self._special(value, ("__getitem__",), "indexes", frame)

    def _special(self, node: ast.expr, names: Iterable[str], how: str, frame: Frame) -> Iterator[Step]:
        values = self.arguments.values(node, frame)
        for value in values:
            if isinstance(value, Instance) and value.above is None:
                exact = self.receivers.is_exact(node, frame.module)
                for name in names:
                    for function, owner in self._methods(value.cls, name, exact):
                        if not function.is_async and not self.lookup.is_removed(function):
                            yield Step(node, Frame(function, owner, exact, is_taken=True), how)

    def _methods(self, cls: Class, name: str, exact: bool) -> Iterator[tuple[Function, Class]]:
        found = self.resolver.hierarchy.find(cls, name)
        if found is not None:
            yield found[1][-1], cls
        if not exact:
            below = self.resolver.hierarchy.below(cls, mentioning=name)
            yield from ((f, c) for c in below for f in c.functions.get(name, ())[-1:])
