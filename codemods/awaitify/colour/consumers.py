"""What may take an async iterator or context manager, and where one ends: the values that consuming.py finds."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum, auto

from awaitify.colour.action import Rewrite
from awaitify.index.summary import Module


class Consumer(Enum):
    """What takes the value."""

    LOOP = auto()
    """``for x in f()``, as a statement or in a comprehension."""
    COLLECTED = auto()
    """``sorted(f())``, ``[*f()]``, ``a, b = f()``: all of it is taken at once."""
    LIST = auto()
    """``list(f())``, which is the list of all of it."""
    BRACKETED = auto()
    """``sum(g(x) for x in xs)``: a generator expression that is a list as well."""
    LISTED = auto()
    """``list(g(x) for x in xs)``"""
    HELPED = auto()
    """``any(…)``, ``all(…)``, ``xs.extend(…)``: a function of the same meaning is added to the module, and awaited."""
    PIPED = auto()
    """``enumerate(…)``, ``zip(…)``, ``islice(…)``: so is one that gives another async iterator."""
    SOUGHT = auto()
    """``x in f()``"""
    NEXT = auto()
    """``next(f())``"""
    DELEGATED = auto()
    """``yield from f()``"""
    DRIVEN = auto()
    """``f().send(x)``"""
    ENTERED = auto()
    """``with f()``"""
    STACKED = auto()
    """``stack.enter_context(f())``"""
    TESTED = auto()
    """``isinstance(x, Iterable)``"""
    ANNOTATED = auto()
    """An annotation that names the abstract type of what is iterated over."""
    CLOSED = auto()
    """A loop over it that may be left early: what it still holds is released at once, as before."""


@dataclass(frozen=True, slots=True, eq=False)
class Consumption:
    """One place at which the value ends; ``node`` holds it there, ``taker`` is the call that takes it."""

    consumer: Consumer
    node: ast.expr
    module: Module
    taker: ast.Call | None = None
    helper: str = ""
    """The function that takes the place of what is called there."""


@dataclass(frozen=True, slots=True, eq=False)
class Consumed(Rewrite):
    """What is made at the mention is consumed at these places."""

    places: tuple[Consumption, ...]
    awaited: ast.Call | None = None
    """The call that is awaited itself."""
    renamed: ast.Attribute | None = None
    """The special method that is called by its name, which changes: ``x.__iter__()``."""


PIPES = {
    "builtins.enumerate": ("_enumerate_async", 0),
    "builtins.zip": ("_zip_async", None),
    "builtins.map": ("_map_async", 1),
    "builtins.filter": ("_filter_async", 1),
    "itertools.chain": ("_chain_async", None),
    "itertools.chain.from_iterable": ("_from_iterable_async", 0),
    "itertools.islice": ("_islice_async", 0),
    "itertools.takewhile": ("_takewhile_async", 1),
    "itertools.dropwhile": ("_dropwhile_async", 1),
}
"""What gives an iterator over others: the helper that does the same with async ones, and as which argument it takes one."""
