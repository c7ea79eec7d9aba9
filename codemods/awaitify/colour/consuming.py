"""Where does what an async generator or context manager gives end up, and what is written there?

The value is followed from the call that makes it: into a local name, out of the function that returns it. Every place
at which it ends must have a rule, else the call is a stop: a plain ``for`` over an async generator is a TypeError.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from awaitify.colour.action import Where
from awaitify.colour.async_already import takes_an_async_one
from awaitify.colour.consumers import PIPES, Consumer, Consumption
from awaitify.colour.forms import Form
from awaitify.colour.slots import OtherValuesError, Use, expect_only, uses_of_argument, uses_of_attribute
from awaitify.index.references import Around, surroundings
from awaitify.index.summary import Function, FunctionNode, Module
from awaitify.index.values import Container, Foreign, Instance

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites


_Follow = Callable[[ast.expr, Module, Function | None], None]


class NoRuleError(Exception):
    """The value ends where no rule says what is to be written; the text says where."""


_COLLECT = frozenset(
    "builtins.tuple builtins.set builtins.frozenset builtins.dict builtins.sorted builtins.sum builtins.min builtins.max"
    " builtins.bytes builtins.bytearray collections.deque collections.Counter collections.OrderedDict statistics.mean"
    " math.fsum math.prod".split()
)
"""They take all of what they are given before they do anything else that could be seen."""
_DRIVES = frozenset({"send", "throw", "close"})
_AWAITS_ITERATORS = frozenset(
    {
        "starlette.responses.StreamingResponse",
        "fastapi.responses.StreamingResponse",
    }
)
"""Foreign callables that take an async iterator as well as a plain one."""


class Consuming:
    """Follows one value; one that *releases* something is closed where a loop over it may be left early."""

    def __init__(self, sites: Sites, *, releases: bool = False) -> None:
        self._sites = sites
        self._always_releases = releases
        self._resolver = sites.resolver
        self.places: list[Consumption] = []
        self.spots: list[Where] = []
        self.was_async = False
        """Whether it is taken as an async one already somewhere."""
        self._seen: set[ast.AST] = set()
        self._holds = False
        """Whether there is something that it releases at its end."""

    def iterated(self, node: ast.expr, module: Module, maker: Function | None) -> None:
        """*node* gives an async iterator, made by a call of *maker*. Raises NoRuleError."""
        if self._is_done(node, module):
            return
        self._seen.add(node)
        if maker is not None and not self._holds:
            self._holds = any(map(self._releases, self._resolver.hierarchy.family(maker)))
        parent = module.parents[node]
        match parent:
            case ast.For(iter=iterable) if iterable is node:
                self._add(Consumer.LOOP, node, module, parent)
                if isinstance(node, ast.Call) and self._is_cut_short(parent, maker):
                    self.places.append(Consumption(Consumer.CLOSED, node, module))
            case ast.comprehension(iter=iterable) if iterable is node:
                self._comprehension(node, parent, module)
            case ast.YieldFrom():
                self._add(Consumer.DELEGATED, node, module, parent)
            case ast.Starred(ctx=ast.Load()) | ast.Assign(targets=[ast.Tuple() | ast.List()]):
                self._add(Consumer.COLLECTED, node, module, parent)
            case ast.Call() if node in parent.args:
                self._taken(node, parent, module, maker)
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[_]) if parent.left is not node:
                if not self._says_itself_what_it_has(node, module):
                    self._expect_it_holds_nothing(module.parents[node])
                    self._add(Consumer.SOUGHT, node, module, parent)
            case ast.Attribute(attr=attr) if attr in _DRIVES:
                self._driven(node, parent, module)
            case _:
                self._kept(node, parent, module, Form.GENERATOR, maker)

    def entered(self, node: ast.expr, module: Module, maker: Function | None) -> None:
        """*node* gives an async context manager. Raises NoRuleError."""
        if self._is_done(node, module):
            return
        parent = module.parents[node]
        match parent:
            case ast.withitem() if isinstance(module.parents[parent], ast.With):
                self._add(Consumer.ENTERED, node, module, module.parents[parent])
            case ast.Call(func=ast.Attribute(attr="enter_context")) if parent.args == [node]:
                self._stacked(node, parent, module)
            case _:
                self._kept(node, parent, module, Form.CONTEXT_MANAGER, maker)

    def _is_done(self, node: ast.expr, module: Module) -> bool:
        """Whether there is nothing more to do for *node*: it was looked at, or is taken as an async one already."""
        if node in self._seen:
            return True
        self._seen.add(node)
        is_taken = takes_an_async_one(node, module, self._resolver)
        self.was_async = self.was_async or is_taken
        return is_taken

    def spot(self, node: ast.AST, module: Module) -> None:
        """An await will stand at *node*; a generator expression around it becomes async, and is consumed in its turn."""
        around, function = surroundings(node, module, self._resolver)
        if around is Around.GENERATOR_EXPRESSION:
            generator = _generator_around(node, module)
            if generator is not None and generator not in self._seen:
                self._generator(generator, module)
            around = Around.BODY if generator is not None else around
        self.spots.append(Where(node, module, around, function))

    def _add(
        self,
        consumer: Consumer,
        node: ast.expr,
        module: Module,
        at: ast.AST,
        taker: ast.Call | None = None,
        helper: str = "",
    ) -> None:
        self.places.append(Consumption(consumer, node, module, taker, helper))
        self.spot(at, module)

    def _comprehension(self, node: ast.expr, clause: ast.comprehension, module: Module) -> None:
        around = module.parents[clause]
        self.places.append(Consumption(Consumer.LOOP, node, module))
        if isinstance(around, ast.GeneratorExp):
            self._generator(around, module)
        else:
            self.spot(around, module)

    def _generator(self, generator: ast.GeneratorExp, module: Module) -> None:
        """The generator expression becomes an async one, unless it can be a list."""
        if generator in self._seen:
            return
        taker = module.parents[generator]
        if isinstance(taker, ast.Call) and taker.args[:1] == [generator]:
            consumer = self._collector(taker, module)
            if consumer is not None:
                self._seen.add(generator)
                self._add(
                    Consumer.LISTED if consumer is Consumer.LIST else Consumer.BRACKETED,
                    generator,
                    module,
                    taker,
                    taker,
                )
                return
        self.iterated(generator, module, None)

    def _collector(self, call: ast.Call, module: Module) -> Consumer | None:
        """Whether *call* takes all of its first argument at once."""
        if isinstance(call.func, ast.Attribute) and call.func.attr == "join" and len(call.args) == 1:
            receiver = self._resolver.answer(call.func.value, module).values
            is_text = bool(receiver) and all(
                getattr(v, "name", "") in ("builtins.str", "builtins.bytes") for v in receiver
            )
            return Consumer.COLLECTED if is_text or isinstance(call.func.value, ast.Constant) else None
        name = self._resolver.dotted(call.func, module)
        if name == "builtins.list" and len(call.args) == 1 and not call.keywords:
            return Consumer.LIST
        if name in ("builtins.min", "builtins.max") and (len(call.args) > 1 or self._has_own_key(call, module)):
            return None
        return Consumer.COLLECTED if name in _COLLECT else None

    def _has_own_key(self, call: ast.Call, module: Module) -> bool:
        """Whether a key may be called that does more than give something: ``max`` calls it between two items."""
        for keyword in call.keywords:
            calls = [node for node in ast.walk(keyword.value) if isinstance(node, ast.Call)]
            values = self._resolver.answer(keyword.value, module).values
            is_foreign = bool(values) and all(isinstance(value, Foreign) for value in values)
            if keyword.arg == "key" and not is_foreign and (calls or not isinstance(keyword.value, ast.Lambda)):
                return True
        return False

    def _taken(self, node: ast.expr, call: ast.Call, module: Module, maker: Function | None) -> None:
        name = self._resolver.dotted(call.func, module)
        if node is call.args[0]:
            if (collector := self._collector(call, module)) is not None:
                return self._add(collector, node, module, call, call)
            if name == "builtins.next":
                self._expect_no_stop_iteration(call, module)
                return self._add(Consumer.NEXT, node, module, call, call)
            if name in ("builtins.any", "builtins.all"):
                helper = f"_{name.removeprefix('builtins.')}_async"
                return self._add(Consumer.HELPED, node, module, call, call, helper)
            if self._extends_a_list(call, module):
                return self._add(Consumer.HELPED, node, module, call, call, "_extend_async")
            if name == "builtins.isinstance":
                self.places.append(Consumption(Consumer.TESTED, call.args[1], module, call))
                return None
        if name in _AWAITS_ITERATORS:
            return None
        if name == "itertools.product" and not call.keywords:  # which takes all of each at once
            return self._add(Consumer.COLLECTED, node, module, call, call)
        if name in PIPES and self._is_piped(node, call, name, module):
            self._expect_it_holds_nothing(call)
            self.places.append(Consumption(Consumer.PIPED, node, module, call, PIPES[name][0]))
            return self.iterated(call, module, None)
        self._read_again(uses_of_argument(node, call, module, self._resolver), maker, self.iterated)
        return None

    def _is_piped(self, node: ast.expr, call: ast.Call, name: str, module: Module) -> bool:
        """Whether what a call gives is an iterator that only asks the others for what it is asked for itself."""
        at = PIPES[name][1]
        if (call.keywords and name != "builtins.enumerate") or any(isinstance(a, ast.Starred) for a in call.args):
            return False
        if at is not None and call.args[at : at + 1] != [node]:
            return False
        if name not in ("builtins.map", "builtins.filter"):
            return True
        function = call.args[0]  # one of the project's own may become async as well
        values = self._resolver.answer(function, module).values
        is_none = isinstance(function, ast.Constant) and name == "builtins.filter"
        return len(call.args) == 2 and (is_none or bool(values) and all(isinstance(v, Foreign) for v in values))

    def _expect_it_holds_nothing(self, taker: ast.AST) -> None:
        """What asks for some of it only drops it then: a plain one releases what it holds at once, an async one later."""
        is_enumerate = isinstance(taker, ast.Call) and getattr(taker.func, "id", "") == "enumerate"
        if self._holds and not is_enumerate:
            raise NoRuleError(f"{ast.unparse(taker)[:40]} may not ask for all of it, and it would be closed later")

    def _extends_a_list(self, call: ast.Call, module: Module) -> bool:
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "extend" or len(call.args) != 1:
            return False
        values = self._resolver.answer(call.func.value, module).values
        return bool(values) and all(isinstance(v, Container) and not v.is_mapping and not v.abstract for v in values)

    def _says_itself_what_it_has(self, node: ast.expr, module: Module) -> bool:
        """Whether ``x in node`` is a call of ``__contains__``, and nothing is iterated over."""
        values = self._resolver.answer(node, module).values
        return any(
            isinstance(v, Instance) and self._resolver.hierarchy.find(v.cls, "__contains__") is not None for v in values
        )

    def _read_again(self, uses: Iterable[Use], maker: Function | None, follow: _Follow) -> None:
        """It is passed on or stored, and read where nothing else may be."""
        try:
            for use, module in uses:
                if maker is None:
                    raise NoRuleError("what it gives is passed on or stored")
                family = self._resolver.hierarchy.family(maker)
                for annotation, where in expect_only(use, module, family, self._resolver):
                    self.places.append(Consumption(Consumer.ANNOTATED, annotation, where))
                follow(use, module, maker)
        except OtherValuesError as error:
            raise NoRuleError(str(error)) from error

    def _expect_no_stop_iteration(self, call: ast.Call, module: Module) -> None:
        """``except StopIteration`` around it would have to become ``except StopAsyncIteration``."""
        child: ast.AST = call
        parent = module.parents.get(child)
        while parent is not None and not isinstance(parent, FunctionNode):
            if isinstance(parent, ast.Try) and child in parent.body:
                for handler in parent.handlers:
                    if handler.type is not None and "StopIteration" in ast.unparse(handler.type):
                        raise NoRuleError("StopIteration is caught around it, which an async one doesn't raise")
            child, parent = parent, module.parents.get(parent)

    def _driven(self, node: ast.expr, member: ast.Attribute, module: Module) -> None:
        call = module.parents[member]
        if not isinstance(call, ast.Call) or call.func is not member:
            raise NoRuleError(f"its {member.attr} method is passed on")
        self._add(Consumer.DRIVEN, node, module, call, call)

    def _stacked(self, node: ast.expr, call: ast.Call, module: Module) -> None:
        """``stack.enter_context(f())`` of a stack that a ``with`` of this function opens and that is used for no more."""
        assert isinstance(call.func, ast.Attribute)
        opened = self._stack(call.func.value, module)
        if opened is None:
            raise NoRuleError("it is entered on a stack that isn't opened by a with around it")
        self._add(Consumer.STACKED, node, module, call, call)
        if opened not in self._seen:
            self._seen.add(opened)
            self._add(Consumer.ENTERED, opened, module, module.parents[module.parents[opened]], opened)

    def _stack(self, stack: ast.expr, module: Module) -> ast.Call | None:
        around, function = surroundings(stack, module, self._resolver)
        if not isinstance(stack, ast.Name) or function is None or around is not Around.BODY:
            return None
        bindings = function.scope.bindings.get(stack.id, [])
        opened = bindings[0].node if len(bindings) == 1 else None
        if not isinstance(opened, ast.Call) or self._resolver.dotted(opened.func, module) != "contextlib.ExitStack":
            return None
        uses = (n for n in self._resolver.scopes.own_nodes(function) if isinstance(n, ast.Name) and n.id == stack.id)
        members = (module.parents[use] for use in uses if isinstance(use.ctx, ast.Load))
        plain = ("enter_context", "callback", "push")
        return opened if all(isinstance(m, ast.Attribute) and m.attr in plain for m in members) else None

    def _kept(self, node: ast.expr, parent: ast.AST, module: Module, form: Form, maker: Function | None) -> None:
        """The value isn't consumed on the spot: it is dropped, returned, or given a name."""
        follow = self.iterated if form is Form.GENERATOR else self.entered
        match parent:
            case ast.Expr():
                return
            case ast.Return():
                self._returned(parent, module, form)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.NamedExpr(target=ast.Name(id=name)):
                for use in self._uses(name, node, module):
                    follow(use, module, maker)
                if isinstance(parent, ast.NamedExpr):
                    follow(parent, module, maker)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=said):
                self._annotated(said, module)
                for use in self._uses(name, node, module):
                    follow(use, module, maker)
            case ast.Assign(targets=[ast.Attribute() as target]) | ast.AnnAssign(target=ast.Attribute() as target):
                self._read_again(uses_of_attribute(target, module, self._resolver), maker, follow)
            case ast.keyword() if isinstance(call := module.parents[parent], ast.Call):
                self._read_again(uses_of_argument(node, call, module, self._resolver), maker, follow)
            case ast.Call(args=arguments) if node in arguments:
                self._read_again(uses_of_argument(node, parent, module, self._resolver), maker, follow)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                raise NoRuleError(f"it decorates {parent.name}, which would have to be a coroutine function")
            case _:
                what = "iterated over" if form is Form.GENERATOR else "entered"
                raise NoRuleError(f"what it gives is neither {what} nor returned here")

    def _annotated(self, annotation: ast.expr, module: Module) -> None:
        """The name that holds it says what that is."""
        if "Generator" in ast.unparse(annotation):
            raise NoRuleError(f"it is annotated with {ast.unparse(annotation)}")
        self.places.append(Consumption(Consumer.ANNOTATED, annotation, module))

    def _returned(self, statement: ast.Return, module: Module, form: Form) -> None:
        """A function that returns it gives the same; so does ``__iter__``."""
        _, function = surroundings(statement, module, self._resolver)
        assert function is not None
        outer = self._sites.forms.of(function)
        if outer is not form and not (outer is Form.ITERATING and form is Form.GENERATOR):
            raise NoRuleError(f"{function.name} returns it, and what else that gives isn't async")
        self.spot(statement, module)

    def _uses(self, name: str, node: ast.expr, module: Module) -> Iterator[ast.Name]:
        """Where the local *name* is read while it holds *node*. Raises NoRuleError where it may hold something else."""
        _, function = surroundings(node, module, self._resolver)
        if function is None or name in function.scope.outer_names:
            raise NoRuleError(f"it is kept as {name} outside of functions")
        own = self._resolver.scopes.own_nodes(function)
        inside = set(own)
        for use in ast.walk(function.node):
            if isinstance(use, ast.Name) and use.id == name and isinstance(use.ctx, ast.Load):
                if use not in inside:
                    raise NoRuleError(f"it is kept as {name}, which a nested function reads")
                scope = self._resolver.scopes.scope_of(use, module)
                facts = self._resolver.facts(use, scope)
                reaching = function.scope.bindings.get(name, []) if facts is None else list(facts)
                held = [getattr(binding, "node", None) is node for binding in reaching]
                if any(held) and not all(held):
                    raise NoRuleError(f"it is kept as {name}, which may hold something else as well")
                if any(held):
                    yield use

    def _is_cut_short(self, loop: ast.For, maker: Function | None) -> bool:
        """Whether the loop may be left before the generator ends, and that has something to release."""
        members = self._resolver.hierarchy.family(maker) if maker is not None else ()
        return _leaves_early(loop.body) and (self._always_releases or any(map(self._releases, members)))

    def _releases(self, generator: Function) -> bool:
        """Whether a ``finally`` or a ``with`` stands around a ``yield``."""
        for node in self._resolver.scopes.own_nodes(generator):
            if isinstance(node, ast.With | ast.AsyncWith) or (isinstance(node, ast.Try) and node.finalbody):
                if any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node)):
                    return True
        return False


def _leaves_early(body: list[ast.stmt], *, is_inner: bool = False) -> bool:
    """Whether a ``break`` of this loop, a ``return`` or a ``raise`` stands in it."""
    for statement in body:
        match statement:
            case ast.Return() | ast.Raise():
                return True
            case ast.Break() if not is_inner:
                return True
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
        inner = is_inner or isinstance(statement, ast.For | ast.AsyncFor | ast.While)
        for _, value in ast.iter_fields(statement):
            if isinstance(value, list):
                blocks = [item for item in value if isinstance(item, ast.stmt)]
                blocks += [
                    s for item in value if isinstance(item, ast.ExceptHandler | ast.match_case) for s in item.body
                ]
                if blocks and _leaves_early(blocks, is_inner=inner):
                    return True
    return False


def _generator_around(node: ast.AST, module: Module) -> ast.GeneratorExp | None:
    """The generator expression in whose own part *node* stands; None where a lambda stands between."""
    parent = module.parents.get(node)
    while parent is not None and not isinstance(parent, ast.Lambda | ast.stmt):
        if isinstance(parent, ast.GeneratorExp):
            return parent
        parent = module.parents.get(parent)
    return None
