"""What is async after the spread, why, and what stands against it."""

from __future__ import annotations

import ast
from collections.abc import Container
from dataclasses import dataclass, field
from enum import Enum

from awaitify.codes import Way
from awaitify.colour.action import Action, Ending, Rewrite
from awaitify.colour.pairs import Both
from awaitify.colour.reached import Reached
from awaitify.colour.threads import Offload, Stuck
from awaitify.index.references import Around
from awaitify.index.summary import Class, Function, Module
from awaitify.names import Place


class Kind(Enum):
    """Why a function is coloured."""

    SEED = "named"
    FAMILY = "has one colour with {other}"
    CALLS = "calls {other}"
    NEEDED = "blocks, and {other} calls it"
    SHARES = "uses the client that {other} uses"
    BESIDE = "handles requests beside {other}, and a framework wants one colour of both"
    PUBLISHED = "is async in its library now"
    WRAPS = "wraps {other}"
    WRAPPED = "is wrapped by {other}, which awaits"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a function is coloured: the kind, the other function, and the place where they meet."""

    kind: Kind
    other: Function | None
    place: Place
    why: str = ""
    """What is said instead of the kind."""

    @property
    def sentence(self) -> str:
        """The cause in words: ``calls shop.cart:Cart.total``."""
        return self.why or self.kind.value.format(other=self.other.name if self.other else "")

    @property
    def short(self) -> str:
        """The cause in words, without the module: ``calls Cart.total``."""
        return self.why or self.kind.value.format(other=self.other.qualname if self.other else "")


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A mention of a coloured function that is dealt with: what it reaches and what is done there."""

    reached: Reached
    callees: frozenset[Function]
    action: Action
    ending: Ending
    reason: str
    rewrite: Rewrite | None = None
    inside: tuple[Function, ...] = ()
    """The functions in which awaits come to stand for it."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that a call may reach: its name, where it stands, and its colour afterwards."""

    name: str
    place: Place | None
    colour: str
    """``becomes async``, ``is async``, ``stays sync``, or ``isn't the project's``."""


@dataclass(frozen=True, slots=True, eq=False)
class Obstacle:
    """A place that is left to a person, before any decision: what it holds back are the ``callees``' families."""

    code: str
    place: Place
    reason: str
    callees: frozenset[Function]
    inside: Function | None
    ways: tuple[Way, ...]
    reached: Reached | None = None
    node: ast.AST | None = None
    """The node above whose statement a marker stands; the mention's own when ``reached`` is set."""
    sites: tuple[Reached, ...] = ()
    """The mentions for which it stands when it is reported once for all of them."""
    sides: tuple[Side, ...] = ()
    """What the call may reach, where that is of more than one colour."""
    unread: str = ""
    """The name that is mentioned in a file which isn't read."""
    threaded: frozenset[Function] = frozenset()
    """What stays sync with a thread above it, where that is something else than the ``callees``."""

    @property
    def mentions(self) -> tuple[Reached, ...]:
        """Every mention that ends here."""
        return self.sites if self.reached is None else (self.reached, *self.sites)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A function that stays sync and starts the loop: ``split`` when its body moves into an async one."""

    function: Function
    label: str
    sites: tuple[Reached, ...]
    split: bool


@dataclass(frozen=True, slots=True, eq=False)
class ClientUse:
    """A mention of the attribute that holds a client: ``self.session`` in ``self.session.get(url)``."""

    node: ast.Attribute
    module: Module
    around: Around
    function: Function | None

    @property
    def method_call(self) -> ast.Call | None:
        """The call of a method of the client, when that is what is done with it."""
        member = self.module.parents.get(self.node)
        call = self.module.parents.get(member) if isinstance(member, ast.Attribute) else None
        return call if isinstance(call, ast.Call) and call.func is member else None


@dataclass(slots=True, eq=False)
class Colouring:
    """The result of one spread."""

    both: Both
    """Which functions stay sync and get a twin."""
    causes: dict[Function, Cause] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    vouched: list[tuple[Obstacle, Way]] = field(default_factory=list)
    """What a person vouches for: calls on unknown receivers, bases that couldn't be read; each with the way chosen."""
    entries: dict[Function, Entry] = field(default_factory=dict)
    needs: dict[Function, set[Function]] = field(default_factory=dict)
    """By coloured function, the blocking helpers that must become async with it."""
    dragged: set[Function] = field(default_factory=set)
    """Coloured functions that are called from one that is kept sync: they must stay sync too."""
    fixed: set[Function] = field(default_factory=set)
    """Coloured functions that nothing keeps sync: a library's that are async in it, with all that overrides them."""
    clients: dict[tuple[Class, str], list[ClientUse]] = field(default_factory=dict)
    """The clients that are kept on an object, with every mention of the attribute."""
    guards: list[Reached] = field(default_factory=list)
    """The calls in main guards that start the loop."""
    offloads: tuple[Offload, ...] = ()
    """The calls in async code, of functions that a decision keeps sync, that are put on a thread."""
    stuck: tuple[Stuck, ...] = ()
    """Where such functions are reached from async code and no thread can be put above them."""
    names: dict[str, tuple[Reached, ...]] = field(default_factory=dict)
    """Every mention of a coloured name."""
    awaiting: frozenset[Function] = frozenset()
    """The functions that hand an iterator or context manager on and await before: their calls are awaited."""

    @property
    def turned(self) -> Container[Function]:
        """The coloured functions of which no sync one is left."""
        return _Turned(self)


@dataclass(frozen=True, slots=True)
class _Turned(Container[Function]):
    colouring: Colouring

    def __contains__(self, function: object) -> bool:
        if not isinstance(function, Function) or function not in self.colouring.causes:
            return False
        return not self.colouring.both.covers(function)
