"""What is done at a function that a pool of threads is to run: where the whole pool is seen, tasks do as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.colour.action import Action, Ending, Handling, Refused, Rewrite, Where
from awaitify.colour.given import Given, given_to
from awaitify.colour.iterated import is_taken_whole
from awaitify.index.references import Mention, surroundings
from awaitify.index.resolve import Resolver
from awaitify.index.scopes import COMPREHENSIONS
from awaitify.index.summary import Function, FunctionNode, Module
from awaitify.index.values import FunctionValue

_THREADS = "concurrent.futures.ThreadPoolExecutor"
_POOLS = (_THREADS, "concurrent.futures.thread.ThreadPoolExecutor", "concurrent.futures.Executor")
_PROCESSES = ("concurrent.futures.ProcessPoolExecutor", "concurrent.futures.process.ProcessPoolExecutor")


@dataclass(frozen=True, slots=True, eq=False)
class Pooled(Rewrite):
    """``with ThreadPoolExecutor(8) as pool:`` → ``async with TaskPool(8) as pool:``, with the calls that then are awaited.

    *maps* are the calls ``pool.map(f, xs)``, *results* the calls ``future.result()``.
    """

    block: ast.With
    made: ast.Call
    maps: tuple[ast.Call, ...]
    results: tuple[ast.Call, ...]


def pooled(
    given: Given, mention: Mention, functions: frozenset[Function], resolver: Resolver
) -> Handling | Refused | None:
    """What is done at a function that is given to an executor; None where it is given to something else.

    *functions* are what the mention reaches: everything else that the pool runs must be among them too.
    """
    owner, _, method = given.name.rpartition(".")
    if owner in _PROCESSES and given.at == 0:
        return Refused("AW301", "another process runs it: no task of this one can take its place")
    if owner not in _POOLS or given.at != 0 or method not in ("map", "submit"):
        return None
    block = _block_of(given)
    if block is None:
        return Refused("AW301", "a pool of threads runs it that isn't made by a `with` around this call alone")
    found = _Pool(block, given.module, functions, resolver).rewrite()
    if isinstance(found, Refused):
        return found
    nodes = (block, *found.maps, *found.results)
    where = tuple(Where(node, given.module, *surroundings(node, given.module, resolver)) for node in nodes)
    return Handling(Action.REWRITE, Ending.AWAITED, "a task takes the place of a thread", where, found)


def _block_of(given: Given) -> ast.With | None:
    """``with ThreadPoolExecutor(8) as pool:`` around a call of ``pool.map`` in the same function."""
    receiver = given.call.func.value if isinstance(given.call.func, ast.Attribute) else None
    parent = given.module.parents.get(given.call)
    while parent is not None and not isinstance(parent, FunctionNode | ast.Lambda | ast.ClassDef):
        match parent, receiver:
            case ast.With(items=[ast.withitem(optional_vars=ast.Name(id=name))]), ast.Name(id=used) if name == used:
                return parent
        parent = given.module.parents.get(parent)
    return None


class _Pool:
    """One look at all that is done with a pool."""

    def __init__(self, block: ast.With, module: Module, functions: frozenset[Function], resolver: Resolver) -> None:
        self.block, self.module = block, module
        self.functions, self.resolver = functions, resolver
        self.maps: list[ast.Call] = []
        self.results: list[ast.Call] = []

    def rewrite(self) -> Pooled | Refused:
        item = self.block.items[0]
        made = item.context_expr
        assert isinstance(item.optional_vars, ast.Name)
        if not isinstance(made, ast.Call) or self.resolver.dotted(made.func, self.module) not in _POOLS:
            return Refused("AW301", "a pool of threads runs it that isn't made here")
        if len(made.args) > 1 or any(keyword.arg != "max_workers" for keyword in made.keywords):
            return Refused("AW301", "the pool's threads are set up in a way that tasks aren't")
        for use in self._uses(item.optional_vars):
            refused = self._use(use)
            if refused is not None:
                return refused
        return Pooled(self.block, made, tuple(self.maps), tuple(self.results))

    def _uses(self, target: ast.Name) -> Iterator[ast.Name]:
        """Every other mention of the pool's name in the function around; the name is the pool's alone."""
        around: ast.AST = self.block
        while around is not self.module.tree and not isinstance(around, FunctionNode):
            around = self.module.parents[around]
        for node in ast.walk(around):
            if isinstance(node, ast.Name) and node.id == target.id and node is not target:
                yield node

    def _use(self, use: ast.Name) -> Refused | None:
        """Takes a use of the pool in; a Refused where tasks couldn't do it."""
        member = self.module.parents.get(use)
        call = self.module.parents.get(member) if isinstance(member, ast.Attribute) else None
        if not isinstance(call, ast.Call) or call.func is not member or not isinstance(member, ast.Attribute):
            return Refused("AW301", f"the pool {use.id} is used for more than map and submit")
        if not self._runs_ours(call):
            return Refused("AW301", f"the pool {use.id} runs other functions too, which stay on threads")
        match member.attr:
            case "map":
                return self._map(call)
            case "submit":
                return self._submit(call)
        return Refused("AW301", f"the pool's {member.attr} is used")

    def _runs_ours(self, call: ast.Call) -> bool:
        """Whether the pool is given one of the functions that the mention reaches, by itself."""
        if not call.args or given_to(call.args[0], self.module, self.resolver) is None:
            return False
        values = self.resolver.answer(call.args[0], self.module).values
        reached = {value.function for value in values if isinstance(value, FunctionValue)}
        return len(reached) == len(values) and reached == self.functions

    def _map(self, call: ast.Call) -> Refused | None:
        if call.keywords:
            return Refused("AW301", "the pool's map has a timeout or takes its items in chunks")
        if not is_taken_whole(call, self.module, self.resolver):
            return Refused(
                "AW301", "what the pool's map gives is used while threads still run: tasks would all be done"
            )
        self.maps.append(call)
        return None

    def _submit(self, call: ast.Call) -> Refused | None:
        """``pool.submit(f, x)`` gives a task; of a task, only the result is asked."""
        reason = "of what the pool's submit gives, more than result() is used"
        for future in self._futures(call):
            member = self.module.parents.get(future)
            asked = self.module.parents.get(member) if isinstance(member, ast.Attribute) else None
            if not isinstance(asked, ast.Call) or not isinstance(member, ast.Attribute) or asked.func is not member:
                return Refused("AW301", reason)
            if member.attr != "result" or asked.args or asked.keywords:
                return Refused("AW301", reason if member.attr != "result" else "a result of the pool has a timeout")
            if asked not in self.results:
                self.results.append(asked)
        return None

    def _futures(self, call: ast.Call) -> Iterator[ast.expr]:
        """The expressions that are the call's future, as far as one name or one list of them holds it; else the call."""
        match self.module.parents.get(call):
            case ast.Attribute() | ast.Expr():
                yield from (call,) if isinstance(self.module.parents.get(call), ast.Attribute) else ()
            case ast.Assign(targets=[ast.Name() as name]):
                yield from self._loads(name)
            case ast.ListComp(elt=element) as made if element is call:
                yield from self._listed(made)
            case _:
                yield call

    def _listed(self, made: ast.ListComp) -> Iterator[ast.expr]:
        """``futures = [pool.submit(f, x) for x in xs]``: each one, where the list is iterated over."""
        match self.module.parents.get(made):
            case ast.Assign(targets=[ast.Name() as name]):
                for use in self._loads(name):
                    match self.module.parents.get(use):
                        case ast.For(target=ast.Name() as one, iter=iterable) if iterable is use:
                            yield from self._loads(one)
                        case ast.comprehension(target=ast.Name() as one, iter=iterable) if iterable is use:
                            yield from self._loads(one)
                        case _:
                            yield use
            case ast.comprehension(target=ast.Name() as one, iter=iterable) if iterable is made:
                yield from self._loads(one)
            case _:
                yield made

    def _loads(self, name: ast.Name) -> Iterator[ast.expr]:
        """Where the name is read in its function; where it is bound a second time, that place, which no rule fits."""
        around: ast.AST = self.module.parents[name]
        while around is not self.module.tree and not isinstance(around, (*COMPREHENSIONS, FunctionNode)):
            around = self.module.parents[around]
        for node in ast.walk(around):
            if isinstance(node, ast.Name) and node.id == name.id and node is not name:
                yield node
