"""What is known of a blocking library and its async twin: facts only, no code that visits anything."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum


class Shape(Enum):
    """How a blocking call is replaced."""

    CALL = "the same call of another function, awaited"
    CLIENT = "a method of a client that is opened around it"
    FILE = "an open file, whose methods are then awaited"


@dataclass(frozen=True, slots=True)
class BlockingCall:
    """A blocking function and its twin: ``time.sleep`` → ``asyncio.sleep``; for a client's call, the method's name."""

    name: str
    twin: str
    shape: Shape = Shape.CALL
    returns: str = ""
    """The dotted type of its result, where the swap says something of that type."""


@dataclass(frozen=True, slots=True)
class Argument:
    """What becomes of a keyword argument of a request: renamed, kept, or refused with a code."""

    name: str
    twin: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ClientType:
    """A class that holds connections: ``requests.Session`` → ``httpx.AsyncClient(…)``.

    ``methods`` block and are awaited under the name given; ``attributes`` may be read or changed as before; all else is refused.
    """

    name: str
    twin: str
    arguments: str
    methods: tuple[tuple[str, str], ...]
    attributes: tuple[str, ...]
    attribute_methods: tuple[str, ...]
    factories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    takes_the_same: bool = False
    """Whether the twin is made with the same arguments, is called with the same, and gives the same results."""
    refused: tuple[str, ...] = ()
    """Of those arguments, the ones that need another value."""

    def method_twin(self, name: str) -> str | None:
        """The async name of a blocking method, or None when it isn't one that has a twin."""
        return dict(self.methods).get(name)


@dataclass(frozen=True, slots=True)
class ResultType:
    """A class of results that stay plain objects: what may be read unchanged, and what is written otherwise (``{0}`` is it)."""

    name: str
    kept: frozenset[str]
    rewritten: tuple[tuple[str, str], ...]

    def template(self, attribute: str) -> str | None:
        """The expression that replaces ``result.attribute``; None where there is none."""
        return dict(self.rewritten).get(attribute)


@dataclass(frozen=True, slots=True)
class Swap:
    """One library: everything that is rewritten when a function that calls it becomes async."""

    name: str
    package: str
    """What the async code imports: ``httpx``."""
    calls: tuple[BlockingCall, ...] = ()
    blocking: tuple[str, ...] = ()
    """Other callables of the library that block and have no rule: dotted names, ``prefix.*`` allowed."""
    clients: tuple[ClientType, ...] = ()
    results: tuple[ResultType, ...] = ()
    arguments: tuple[Argument, ...] = ()
    bodyless: frozenset[str] = frozenset()
    """Verbs whose twin takes no body."""
    positional: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By verb, the parameters that are positional in the blocking library."""
    exceptions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By exception, the exceptions that the twin raises instead."""
    builtin_exceptions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Builtin exceptions that the blocking library's errors derive from and the twin's don't."""
    helpers: tuple[tuple[str, str], ...] = ()
    """Functions that the rewritten code may need, by name."""
    document: str = field(default="", compare=False)

    @property
    def summary(self) -> str:
        """The first line of the swap's document."""
        return self.document.strip().partition("\n")[0]

    def returned_types(self) -> dict[str, str]:
        """By callable, the dotted type of what it returns."""
        found = {call.name: call.returns for call in self.calls if call.returns}
        for client in self.clients:
            found.update(dict.fromkeys(client.factories, client.name))
            found.update({f"{client.name}.{verb}": self.results[0].name for verb in client.verbs if self.results})
        return found


def with_package(swap: Swap, package: str) -> Swap:
    """The same facts for another package with the same names: httpx2 for httpx."""

    def renamed(text: str) -> str:
        return text.replace(f"{swap.package}.", f"{package}.")

    return replace(
        swap,
        package=package,
        clients=tuple(replace(client, twin=renamed(client.twin)) for client in swap.clients),
        exceptions=tuple((name, tuple(map(renamed, twins))) for name, twins in swap.exceptions),
        builtin_exceptions=tuple((name, tuple(map(renamed, twins))) for name, twins in swap.builtin_exceptions),
    )
