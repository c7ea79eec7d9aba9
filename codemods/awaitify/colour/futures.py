"""Where is the result asked of what a pool's submit gives: by name, out of a list or dict of them, as they are done?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum, auto

from awaitify.colour.consuming import NoRuleError
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module, Scope

_AS_COMPLETED = ("concurrent.futures.as_completed", "concurrent.futures._base.as_completed")
_MORE = "of what the pool's submit gives, more than result() is used"
_Target = ast.For | ast.comprehension


class Holds(Enum):
    """How a collection holds futures."""

    ITEMS = auto()
    KEYS = auto()
    """``{pool.submit(f, x): x for x in xs}``"""
    VALUES = auto()
    """``{x: pool.submit(f, x) for x in xs}``"""


class Futures:
    """Follows what calls of ``pool.submit`` give, as far as names of one function and their collections hold it."""

    def __init__(self, submits: list[ast.Call], module: Module, resolver: Resolver) -> None:
        self.results: list[ast.Call] = []
        """The calls ``future.result()``."""
        self.completed: list[ast.Call] = []
        """The calls ``as_completed(futures)``."""
        self._submits, self._module, self._resolver = submits, module, resolver
        self._seen: set[ast.AST] = set()

    def follow(self) -> None:
        """Raises NoRuleError where more is done with one than a task could do."""
        for call in self._submits:
            self._one(call, is_done=False)

    def _one(self, node: ast.expr, *, is_done: bool) -> None:
        """*node* is a future, which *is_done* already or may still run."""
        if node in self._seen:
            return
        self._seen.add(node)
        parent = self._module.parents[node]
        match parent:
            case ast.Expr():
                return
            case ast.Attribute():
                self._asked(parent, is_done=is_done)
            case ast.Assign(targets=[ast.Name() as name]):
                for use in self._uses(name):
                    self._one(use, is_done=is_done)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.List() | ast.Tuple() | ast.Set():
                self._many(parent, Holds.ITEMS)
            case ast.DictComp(key=key):
                self._many(parent, Holds.KEYS if key is node else Holds.VALUES)
            case ast.Call(func=ast.Attribute(value=ast.Name() as name, attr="append" | "add"), args=[_]):
                self._made_before(name, Holds.ITEMS)
            case ast.Subscript(value=ast.Name() as name) if parent.slice is node:
                self._made_before(name, Holds.KEYS)
            case _:
                raise NoRuleError(_MORE)

    def _asked(self, member: ast.Attribute, *, is_done: bool) -> None:
        call = self._module.parents[member]
        if not isinstance(call, ast.Call) or call.func is not member:
            raise NoRuleError(_MORE)
        if member.attr == "result" and (call.args or call.keywords):
            raise NoRuleError("a result of the pool has a timeout")
        if member.attr == "result":
            self.results.append(call)
        elif member.attr not in ("exception", "done") or not is_done or call.args or call.keywords:
            raise NoRuleError(_MORE)

    def _many(self, node: ast.expr, holds: Holds) -> None:
        """*node* makes a collection of futures."""
        match self._module.parents[node]:
            case ast.Assign(targets=[ast.Name() as name]):
                for use in self._uses(name):
                    self._use(use, holds)
            case _:
                self._use(node, holds)

    def _made_before(self, name: ast.Name, holds: Holds) -> None:
        """The name is a collection that futures are put into, and nothing else is."""
        for use in (name, *self._uses(name)):
            match self._module.parents[use]:
                case ast.Assign(targets=[target], value=ast.List(elts=[])) if target is use and holds is Holds.ITEMS:
                    pass
                case ast.Assign(targets=[target], value=ast.Dict(keys=[])) if target is use and holds is Holds.KEYS:
                    pass
                case ast.Assign(targets=[target], value=ast.Call(func=ast.Name(id="set"), args=[])) if target is use:
                    pass
                case _:
                    self._use(use, holds)

    def _use(self, node: ast.expr, holds: Holds) -> None:
        """*node* is a collection of futures, or one of those that it is made of."""
        if node in self._seen:
            return
        self._seen.add(node)
        parent = self._module.parents[node]
        match parent:
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable) if iterable is node:
                self._each(parent, None, holds is not Holds.VALUES, is_done=False)
            case ast.Call(func=func, args=[first]) if first is node and not parent.keywords:
                self._given(parent, self._resolver.dotted(func, self._module), holds)
            case ast.Call(func=ast.Name(id="zip"), args=arguments) if node in arguments and not parent.keywords:
                around = self._module.parents[parent]
                if not isinstance(around, _Target):
                    raise NoRuleError(_MORE)
                self._each(around, arguments.index(node), holds is not Holds.VALUES, is_done=False)
            case ast.Attribute(attr=method):
                self._method(parent, method, holds)
            case ast.Subscript(value=value) if value is node:
                self._subscript(parent, holds)
            case _:
                raise NoRuleError(_MORE)

    def _given(self, call: ast.Call, name: str, holds: Holds) -> None:
        if name == "builtins.len":
            return
        around = self._module.parents[call]
        if name not in _AS_COMPLETED or holds is Holds.VALUES or not isinstance(around, _Target):
            raise NoRuleError(_MORE)
        self.completed.append(call)
        self._each(around, None, True, is_done=True)

    def _method(self, member: ast.Attribute, method: str, holds: Holds) -> None:
        call = self._module.parents[member]
        around = self._module.parents[call]
        match call, method:
            case ast.Call(args=[given]), "append" | "add" if given in self._submits:
                return None
            case ast.Call(args=[]), "items" if isinstance(around, _Target) and holds is not Holds.ITEMS:
                return self._each(around, 0 if holds is Holds.KEYS else 1, True, is_done=False)
            case ast.Call(args=[]), "keys" if isinstance(around, _Target) and holds is not Holds.ITEMS:
                return self._each(around, None, holds is Holds.KEYS, is_done=False)
            case ast.Call(args=[]), "values" if isinstance(around, _Target) and holds is not Holds.ITEMS:
                return self._each(around, None, holds is Holds.VALUES, is_done=False)
        raise NoRuleError(_MORE)

    def _subscript(self, item: ast.Subscript, holds: Holds) -> None:
        match holds, item.ctx:
            case Holds.KEYS, ast.Store() if item.slice in self._submits:
                return None
            case Holds.KEYS, ast.Load():
                return None
            case (Holds.ITEMS | Holds.VALUES), ast.Load() if not isinstance(item.slice, ast.Slice):
                return self._one(item, is_done=False)
        raise NoRuleError(_MORE)

    def _each(self, loop: _Target, at: int | None, are_futures: bool, *, is_done: bool) -> None:
        """Each of a collection, or what stands at a place of each, is a future in the body of a loop."""
        if not are_futures:
            return
        target = loop.target
        if at is not None:
            target = target.elts[at] if isinstance(target, ast.Tuple) and at < len(target.elts) else target
        if not isinstance(target, ast.Name):
            raise NoRuleError(_MORE)
        for use in self._in_loop(loop, target):
            if not self._is_key(use):
                self._one(use, is_done=is_done)

    def _in_loop(self, loop: _Target, target: ast.Name) -> Iterator[ast.Name]:
        """Where the loop's name is read; another loop may have the same name for something else."""
        uses = list(self._uses(target))
        others = [parent for use in uses if isinstance(parent := self._module.parents[use], ast.For)]
        elsewhere = {use for other in others if other.iter not in uses for use in ast.walk(other)}
        own = set(ast.walk(loop))
        for use in uses:
            if use not in elsewhere:
                if others and use not in own:
                    raise NoRuleError(_MORE)
                yield use

    def _is_key(self, use: ast.expr) -> bool:
        """``futures[future]``: what that gives is judged where the dict is used."""
        parent = self._module.parents[use]
        return isinstance(parent, ast.Subscript) and parent.slice is use and isinstance(parent.ctx, ast.Load)

    def _uses(self, name: ast.Name) -> Iterator[ast.Name]:
        """Where the name is read in its function; where it is bound a second time, that place, which no rule fits."""
        home = self._home(name)
        for node in self._module.mentions.get(name.id, ()):
            if isinstance(node, ast.Name) and node is not name and self._home(node) is home:
                yield node

    def _home(self, name: ast.Name) -> Scope | None:
        """The scope in which the name is bound."""
        return self._resolver.scopes.find_scope(name.id, self._resolver.scopes.scope_of(name, self._module))
