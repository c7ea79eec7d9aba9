"""What is done at a function that a pool of threads is to run: where the whole pool is seen, tasks do as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.colour.action import Action, Ending, Handling, Refused, Rewrite, Together
from awaitify.colour.consumers import Consumed
from awaitify.colour.consuming import Consuming, NoRuleError
from awaitify.colour.futures import Futures
from awaitify.colour.given import Given, given_to
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, FunctionNode, Module
from awaitify.index.values import FunctionValue

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

_THREADS = "concurrent.futures.ThreadPoolExecutor"
_POOLS = (_THREADS, "concurrent.futures.thread.ThreadPoolExecutor", "concurrent.futures.Executor")
_PROCESSES = ("concurrent.futures.ProcessPoolExecutor", "concurrent.futures.process.ProcessPoolExecutor")


@dataclass(frozen=True, slots=True, eq=False)
class Pooled(Rewrite):
    """``with ThreadPoolExecutor(8) as pool:`` → ``async with TaskPool(8) as pool:``, with the calls that then are awaited.

    *results* are the calls ``future.result()``, *completed* the calls ``as_completed(futures)``.
    """

    block: ast.With
    made: ast.Call
    results: tuple[ast.Call, ...]
    completed: tuple[ast.Call, ...]


def pooled(given: Given, functions: frozenset[Function], sites: Sites) -> Handling | Refused | None:
    """What is done at a function that is given to an executor; None where it is given to something else.

    *functions* are what the mention of the function reaches: everything else that the pool runs must be among them too.
    """
    owner, _, method = given.name.rpartition(".")
    if owner in _PROCESSES and given.at == 0:
        return Refused("AW301", "another process runs it: no task of this one can take its place")
    if owner not in _POOLS or given.at != 0 or method not in ("map", "submit"):
        return None
    block = _block_of(given)
    if block is None:
        return Refused("AW301", "a pool of threads runs it that isn't made by a `with` around this call alone")
    pool = _Pool(block, given.module, functions, sites.resolver)
    if (refused := pool.why_not()) is not None:
        return Refused("AW301", refused)
    futures = Futures(pool.submits, given.module, sites.resolver)
    mapped, consuming = Consuming(sites, releases=True), Consuming(
        sites
    )  # who leaves a map early cancels the rest of it
    try:
        futures.follow()
        for node in (block, *futures.results):
            consuming.spot(node, given.module)
        for call in pool.maps:
            mapped.iterated(call, given.module, None)
        for call in futures.completed:
            consuming.iterated(call, given.module, None)
    except NoRuleError as error:
        return Refused("AW301", str(error))
    made = Pooled(block, pool.made, tuple(futures.results), tuple(futures.completed))
    rewrite = Together((made, Consumed((*consuming.places, *mapped.places))))
    spots = (*consuming.spots, *mapped.spots)
    return Handling(Action.REWRITE, Ending.AWAITED, "a task takes the place of a thread", spots, rewrite)


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
        self.submits: list[ast.Call] = []

    @property
    def made(self) -> ast.Call:
        """The call that makes the pool."""
        made = self.block.items[0].context_expr
        assert isinstance(made, ast.Call)
        return made

    def why_not(self) -> str | None:
        """Why tasks couldn't do what is done with the pool; None where they can."""
        made, name = self.block.items[0].context_expr, self.block.items[0].optional_vars
        assert isinstance(name, ast.Name)
        if not isinstance(made, ast.Call) or self.resolver.dotted(made.func, self.module) not in _POOLS:
            return "a pool of threads runs it that isn't made here"
        if len(made.args) > 1 or any(keyword.arg != "max_workers" for keyword in made.keywords):
            return "the pool's threads are set up in a way that tasks aren't"
        found = (self._use(use) for use in self._uses(name))
        return next((why for why in found if why is not None), None)

    def _uses(self, target: ast.Name) -> Iterator[ast.Name]:
        """Every other mention of the pool's name in the function around; the name is the pool's alone."""
        around: ast.AST = self.block
        while around is not self.module.tree and not isinstance(around, FunctionNode):
            around = self.module.parents[around]
        for node in ast.walk(around):
            if isinstance(node, ast.Name) and node.id == target.id and node is not target:
                yield node

    def _use(self, use: ast.Name) -> str | None:
        """Takes a use of the pool in; why tasks couldn't do it."""
        member = self.module.parents.get(use)
        call = self.module.parents.get(member) if isinstance(member, ast.Attribute) else None
        if not isinstance(call, ast.Call) or not isinstance(member, ast.Attribute) or call.func is not member:
            return f"the pool {use.id} is used for more than map and submit"
        if not self._runs_ours(call):
            return f"the pool {use.id} runs other functions too, which stay on threads"
        match member.attr:
            case "map" if call.keywords:
                return "the pool's map has a timeout or takes its items in chunks"
            case "map":
                self.maps.append(call)
            case "submit":
                self.submits.append(call)
            case _:
                return f"the pool's {member.attr} is used"
        return None

    def _runs_ours(self, call: ast.Call) -> bool:
        """Whether the pool is given one of the functions that the mention reaches, by itself."""
        if not call.args or given_to(call.args[0], self.module, self.resolver) is None:
            return False
        values = self.resolver.answer(call.args[0], self.module).values
        reached = {value.function for value in values if isinstance(value, FunctionValue)}
        return len(reached) == len(values) and reached == self.functions
