"""Through which mentions may a function come to run?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.colour.blocking import Blocking
from awaitify.colour.runs_there import why_elsewhere
from awaitify.colour.thread_hops import runs_on_a_thread
from awaitify.index.references import Mention, Use, mentions_of
from awaitify.index.summary import Class, Function
from awaitify.index.values import ClassValue

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

_MOST_FILES = 100
"""A name that more files mention isn't followed up, unless it was looked up before."""
_CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__"})
_DOES_NOT_RUN_IT = frozenset({Use.MEMBER, Use.ASSIGNED, Use.IMPORTED})


@dataclass(frozen=True, slots=True, eq=False)
class User:
    """A mention through which a function may come to run."""

    mention: Mention
    is_on_a_thread: bool
    """Whether it is given to a thread there."""
    why_elsewhere: str
    """Why it doesn't surely run while the code around the mention does."""


@dataclass(frozen=True, slots=True, eq=False)
class Users:
    """The mentions through which a function may come to run; ``problem`` says why there may be more."""

    found: tuple[User, ...] = ()
    is_read: bool = False
    """Whether reading an attribute runs it: it is a property, and the mentions have no call."""
    problem: str = ""


class FindUsers:
    """The users of functions, which don't depend on colours: found once each."""

    def __init__(self, sites: Sites, blocking: Blocking) -> None:
        self.sites = sites
        self.resolver = sites.resolver
        self.blocking = blocking
        self._found: dict[Function, Users] = {}

    def of(self, function: Function) -> Users:
        """Who may make *function* run."""
        if function not in self._found:
            self._found[function] = self._find(function)
        return self._found[function]

    def _find(self, function: Function) -> Users:
        name = function.node.name
        if function.owner is not None and name in _CONSTRUCTORS:
            return self._of_constructor(function, function.owner)
        if name.startswith("__") and name.endswith("__"):
            return Users(problem=f"Python calls {function.qualname} by itself")
        if self.resolver.members.is_property(function):
            return self._of_property(function)
        return self._of_function(function)

    def _of_function(self, function: Function) -> Users:
        called_as = {m for m in self.resolver.hierarchy.family(function) if function in self.blocking.overrides(m)}
        called_as.add(function)
        names = sorted({name for member in called_as for name in self.sites.spellings(member)})
        if too_many := next(filter(self._is_everywhere, names), None):
            return _everywhere(too_many)
        reaching = (reached for name in names for reached in self.sites.reaching(name))
        found = (r.mention for r in reaching if not called_as.isdisjoint(r.functions))
        return self._users(function, (mention for mention in found if mention.use not in _DOES_NOT_RUN_IT))

    def _users(self, function: Function, mentions: Iterable[Mention], *, is_read: bool = False) -> Users:
        resolver = self.resolver
        found = (User(m, runs_on_a_thread(m, resolver), why_elsewhere(m, function, resolver)) for m in mentions)
        return Users(tuple(found), is_read)

    def _of_constructor(self, function: Function, owner: Class) -> Users:
        classes = {owner, *self.resolver.hierarchy.below(owner)}
        made = {cls for cls in classes if function in self.blocking.constructors(cls)}
        names = sorted({name for cls in made for name in self.sites.names_of_class(cls)})
        if too_many := next(filter(self._is_everywhere, names), None):
            return _everywhere(too_many)
        mentions = (mention for name in names for mention in mentions_of(name, self.resolver))
        return self._users(function, (mention for mention in mentions if self._makes(mention, made)))

    def _makes(self, mention: Mention, classes: set[Class]) -> bool:
        if mention.use is not Use.CALLED:
            if mention.use is not Use.PASSED or not runs_on_a_thread(mention, self.resolver):
                return False
        values = self.resolver.answer(mention.node, mention.module).values
        return any(isinstance(value, ClassValue) and value.cls in classes for value in values)

    def _of_property(self, function: Function) -> Users:
        name = function.node.name
        if self._is_everywhere(name):
            return _everywhere(name)
        reads = (reached for reached in self.sites.reaching(name) if reached.mention.use is Use.READ)
        # where it has a setter, that is the function that the name means
        found = (r.mention for r in reads if any(f.owner is function.owner for f in r.functions))
        return self._users(function, found, is_read=True)

    def _is_everywhere(self, name: str) -> bool:
        if self.sites.is_looked_up(name):
            return False
        return self.resolver.program.text.number_mentioning(name, _MOST_FILES + 1) > _MOST_FILES


def _everywhere(name: str) -> Users:
    return Users(problem=f"{name} is mentioned in more than {_MOST_FILES} files")
