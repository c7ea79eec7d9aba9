"""A piece of code as one chain of calls runs it: with the class of its ``self``, and the callables that it was given."""

from __future__ import annotations

from dataclasses import dataclass

from awaitify.index.summary import Class, Function, Module, Scope
from awaitify.index.values import LambdaValue, Value
from awaitify.names import Place

Code = Function | LambdaValue


@dataclass(frozen=True, slots=True)
class Layer:
    """A decorated function below some of its decorators: below none of them it is what its name means, below all of
    them the function itself. A wrapper calls the layer below its own."""

    function: Function
    above: int
    """How many of the decorators, counted from the function, are around it here."""


Given = frozenset[Value | Layer]


@dataclass(frozen=True, slots=True)
class Frame:
    """*code*, running: a call of the same function from elsewhere may do other things.

    *cls* is the class of ``self``, which is *exact* when it is no class below it. *given* says what some parameters and
    names of functions around are; of others the whole program is asked. *is_taken* says that somebody iterates over what
    it gives. A frame that *is_open* may be called by anybody: its parameters are what any caller passes.
    """

    code: Code
    cls: Class | None = None
    exact: bool = False
    given: tuple[tuple[str, Given], ...] = ()
    is_taken: bool = False
    is_open: bool = False

    @property
    def module(self) -> Module:
        return self.code.module if isinstance(self.code, Function) else self.code.scope.module

    @property
    def scope(self) -> Scope:
        """The scope around the code of a lambda, the own one of a function."""
        return self.code.scope

    @property
    def is_async(self) -> bool:
        return isinstance(self.code, Function) and self.code.is_async

    @property
    def name(self) -> str:
        """``shop.cart:Cart.total``, or ``a lambda``."""
        return str(self.code.name) if isinstance(self.code, Function) else "a lambda"

    @property
    def place(self) -> Place:
        return self.module.place(self.code.node)


def root(function: Function) -> Frame:
    """The function as anybody may call it: for each ``async def`` there is this one frame."""
    return Frame(function, function.owner, is_open=True)
