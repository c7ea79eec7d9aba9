"""Which calls in async code lead down to functions that stay sync, and whether each can be put on a thread.

``today()`` → ``await asyncio.to_thread(today)``: what *today* calls stays sync with it, and the event loop goes on.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from awaitify.colour.blocking import Blocking
from awaitify.colour.frameworks import awaits_what_it_is_given
from awaitify.colour.one_thread import OneThread
from awaitify.colour.sites import Sites
from awaitify.colour.users import FindUsers
from awaitify.index.hidden import is_hidden
from awaitify.index.references import Around, Mention, Use, surroundings
from awaitify.index.summary import Function
from awaitify.index.values import ClassValue, FunctionValue
from awaitify.names import Place, lies_in

_MOST = 300
"""So many functions may stay sync on the way up; beyond that nobody would see what runs on the thread."""

IsAsync = Callable[[Function], bool]
"""Whether a function is async after the migration."""


@dataclass(frozen=True, slots=True, eq=False)
class Offload:
    """A call in the async function *inside* that is put on a thread; *callees* are the sync functions that it may run."""

    call: ast.Call
    inside: Function
    callees: frozenset[Function]

    @property
    def place(self) -> Place:
        return self.inside.module.place(self.call)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A place from which sync functions are reached, and that can't be put on a thread; *inside* is what isn't free to."""

    place: Place
    reason: str
    inside: Function | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Above:
    """What lies above functions that stay sync: the calls that can be put on a thread, what can't, and all that stays
    sync in between, those functions included."""

    offloads: tuple[Offload, ...]
    stuck: tuple[Stuck, ...]
    functions: frozenset[Function]
    is_on_a_thread: bool
    """Whether some async code calls down to them on a thread already."""


class Threads:
    """The answers for one program. ``allowed`` says whether the program's Python has ``asyncio.to_thread``."""

    def __init__(self, sites: Sites, blocking: Blocking, part: str = "", *, allowed: bool = True) -> None:
        self.resolver = sites.resolver
        self.users = FindUsers(sites, blocking)
        self.one_thread = OneThread(sites.resolver, blocking)
        self.blocking = blocking
        self.part = part
        self.allowed = allowed

    def above(self, starts: Iterable[Function], is_async: IsAsync, *, until_stuck: bool = False) -> Above:
        """The way up from *starts*, which stay sync, to the async code that calls down to them; *until_stuck*, only up
        to the first place where no thread can be put."""
        functions = sorted(starts, key=lambda f: f.place)
        seen = set(functions)
        offloads: dict[ast.Call, Offload] = {}
        stuck: dict[Stuck, None] = {}
        is_on_a_thread = False
        while functions and not (until_stuck and stuck):
            function = functions.pop()
            users = self.users.of(function)
            if users.problem or len(seen) > _MOST:
                reason = users.problem or f"more than {_MOST} functions lead down to it"
                stuck[Stuck(function.place, reason)] = None
                continue
            for user in users.found:
                mention, caller = user.mention, user.mention.function
                if caller is None or user.is_on_a_thread:
                    is_on_a_thread |= caller is not None and is_async(caller)
                elif is_async(caller):  # at module level, where there is none around, no loop runs yet
                    match self._in_async_code(mention, caller, is_async, is_read=users.is_read):
                        case Offload() as offload:
                            offloads[offload.call] = offload
                        case str(reason):
                            stuck[Stuck(mention.place, reason, caller)] = None
                elif user.why_elsewhere:
                    stuck[Stuck(mention.place, user.why_elsewhere)] = None
                elif caller not in seen:
                    seen.add(caller)
                    functions.append(caller)
        found = sorted(offloads.values(), key=lambda offload: offload.place)
        stuck_places = tuple(sorted(stuck, key=lambda one: one.place))
        return Above(tuple(found), stuck_places, frozenset(seen), is_on_a_thread)

    def _in_async_code(
        self, mention: Mention, caller: Function, is_async: IsAsync, *, is_read: bool
    ) -> Offload | str | None:
        """The call that is put on a thread, why it can't be, or None where a framework puts it on one."""
        name = ast.unparse(mention.node)
        if is_read:
            return f"reading {name} in async code has no call that could be put on a thread"
        if awaits_what_it_is_given(mention, self.resolver):
            return None
        if mention.call is None or mention.use is not Use.CALLED:
            return f"{name} is {mention.use.value} in async code"
        return self.offload(mention.call, caller, is_async)

    def offload(self, call: ast.Call, caller: Function, is_async: IsAsync) -> Offload | str:
        """The call of sync functions in the async *caller* that is put on a thread, or why it can't be."""
        module = caller.module
        around, function = surroundings(call, module, self.resolver)
        values = self.resolver.answer(call.func, module).values
        callees = {value.function for value in values if isinstance(value, FunctionValue)}
        for value in values:
            callees |= self.blocking.constructors(value.cls) if isinstance(value, ClassValue) else set()
        if why := self.why_no_thread(call, caller):
            return why
        if around is not Around.BODY or function is not caller:
            return f"it is called in {around.value}"
        if not all(isinstance(value, FunctionValue | ClassValue) for value in values):
            return "something else may be called there"
        if isinstance(module.parents.get(call), ast.Await) or any(map(is_async, callees)):
            return "what it gives may be awaited"
        reasons = (self.one_thread.why_not(callee) for callee in sorted(callees, key=lambda f: f.place))
        return next(filter(None, reasons), "") or Offload(call, caller, frozenset(callees))

    def why_no_thread(self, call: ast.Call, caller: Function) -> str:
        """Why no ``await asyncio.to_thread(…)`` can stand in the place of *call*, whatever it calls; empty when it can."""
        path = caller.module.path
        if not self.allowed:
            return "asyncio.to_thread is there from Python 3.9 on"
        if not lies_in(path, self.part):
            return f"{path} is outside the part that may change"
        if is_hidden("asyncio", caller.scope):
            return f"asyncio means something else in {caller.name}"
        return self.one_thread.held_around(call, caller.module)
