"""The edits a plan is made of. Each names one node of the original text by its kind and span."""

from __future__ import annotations

from dataclasses import dataclass

from awaitify.names import Span


@dataclass(frozen=True, slots=True)
class MakeAsync:
    """``def f(): …`` → ``async def f(): …``; *span* is the function's, from ``def`` to the end of its body."""

    span: Span


@dataclass(frozen=True, slots=True)
class AwaitCall:
    """``f(x)`` → ``await f(x)``, in parentheses where its surroundings need them."""

    span: Span


@dataclass(frozen=True, slots=True)
class RunCall:
    """``main(x)`` → ``asyncio.run(main(x))``; *runner* is the callable's text."""

    span: Span
    runner: str = "asyncio.run"


@dataclass(frozen=True, slots=True)
class ThreadCall:
    """``load(x, k=1)`` → ``asyncio.to_thread(load, x, k=1)``; an ``AwaitCall`` of the same call stands before all that."""

    span: Span


@dataclass(frozen=True, slots=True)
class ReplaceExpression:
    """An expression becomes *template*, in which ``{0}``, ``{1}`` … are the (already edited) nodes at *holes*.

    Literal braces are doubled, as in ``str.format``. Parentheses are added where the surroundings need them. The nodes
    come in the order in which they stood, unless it is said that another order is the one in which they are evaluated.
    """

    span: Span
    template: str
    holes: tuple[Span, ...] = ()
    is_reordered: bool = False


@dataclass(frozen=True, slots=True)
class WrapExpression:
    """The (already edited) expression becomes *template*, in which it stands once as ``{0}``: ``[x async for x in {0}]``."""

    span: Span
    template: str


@dataclass(frozen=True, slots=True)
class RenameArgument:
    """An argument of the call at *span*: *old* is its keyword, or its position from 0; it gets the keyword *new*."""

    span: Span
    old: str | int
    new: str


@dataclass(frozen=True, slots=True)
class AddArgument:
    """The call at *span* gets one more argument at the end: ``follow_redirects=False``."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class MakeAsyncWith:
    """``with …:`` → ``async with …:``."""

    span: Span


@dataclass(frozen=True, slots=True)
class IterateAsync:
    """``for x in ITERABLE`` → ``async for x in ITERABLE``, as a statement or in a comprehension; *span* is the iterable's."""

    span: Span


@dataclass(frozen=True, slots=True)
class EnterAsync:
    """``with CONTEXT:`` → ``async with CONTEXT:``; *span* is the context expression's.

    A ``with`` of several items of which only some are named is split in order, each part inside the one before.
    """

    span: Span


@dataclass(frozen=True, slots=True)
class YieldEach:
    """``yield from ITERABLE`` → ``async for NAME in ITERABLE: yield NAME``; *span* is the ``yield from`` expression's.

    With *is_async* unset it becomes a plain ``for``: an async generator can't delegate to a plain one either.
    """

    span: Span
    name: str
    is_async: bool = True


@dataclass(frozen=True, slots=True)
class CloseAfter:
    """The loop over the iterable at *span* closes it when it is left early::

        for page in pages():                     async with aclosing(pages()) as NAME:
            break                        →           for page in NAME:
                                                         break

    ``IterateAsync`` makes the loop an ``async for``; *closer* is the name of ``aclosing``.
    """

    span: Span
    name: str
    closer: str = "aclosing"


@dataclass(frozen=True, slots=True)
class DefineLambda:
    """``name = lambda x: f(x)``, a statement of its own, → ``async def name(x): return f(x)``; *span* is the lambda's."""

    span: Span


@dataclass(frozen=True, slots=True)
class NameLambda:
    """The lambda at *span* becomes a function above its statement, and its name stands where it stood::

    sorted(xs, key=lambda x: -f(x))      async def NAME(x):
                                     →       return -f(x)

                                         sorted(xs, key=NAME)
    """

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class MakeList:
    """The generator expression at *span* becomes a list: ``"".join(f(x) for x in xs)`` → ``"".join([f(x) for x in xs])``."""

    span: Span


@dataclass(frozen=True, slots=True)
class RenameFunction:
    """The function at *span* is defined under another name: ``def __enter__`` → ``def __aenter__``."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Rename:
    """The name at *span*, or the attribute that ends there, is read or bound under another: ``api.fetch`` → ``api.afetch``."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class KeepBefore:
    """The statement at *span* stays as it was, and what the other edits in it make of it stands below::

        def fetch(self):                     def fetch(self):
            return self._get("/")                return self._get("/")
                                     →
                                             async def afetch(self):
                                                 return await self._aget("/")

    What stands beside each other under one name (overloads, a property's functions) stays together.
    """

    span: Span


@dataclass(frozen=True, slots=True)
class ImportAlso:
    """The ``from`` import at *span* that takes *name* takes *new* as well, or *instead*: ``from .api import afetch, fetch``."""

    span: Span
    name: str
    new: str
    bound: str = ""
    """The name that the new one gets in the module, where it is another."""
    before: str = ""
    """The name of the import before which it stands; right behind *name* where that is empty."""
    instead: bool = False


@dataclass(frozen=True, slots=True)
class WrapInWith:
    """The statements from *first* to *last* (neighbours in one block) move into ``async with HEADER:``.

    With *is_async* unset it is a plain ``with``.
    """

    first: Span
    last: Span
    header: str
    is_async: bool = True

    @property
    def opening(self) -> str:
        return f"async with {self.header}" if self.is_async else f"with {self.header}"


@dataclass(frozen=True, slots=True)
class SplitFunction:
    """A function that must stay sync hands its body to a new async one below it::

        def main(city):                      def main(city):
            \"\"\"Say the weather.\"\"\"              \"\"\"Say the weather.\"\"\"
            client = Client()          →         asyncio.run(_main(city))
            print(client.now(city))
                                             async def _main(city):
                                                 client = Client()
                                                 print(await client.now(city))

    *call* is the one statement that the sync function keeps after its docstring, *header* the new function's first line.
    """

    span: Span
    call: str
    header: str


@dataclass(frozen=True, slots=True)
class AddAsyncTwin:
    """The edited function stands under ``if TEST:``, and for what isn't that, as it was::

        def wrapper(*args):                  if inspect.iscoroutinefunction(fn):
            return fn(*args)                     async def wrapper(*args):
        return wrapper                               return await fn(*args)
                                     →           return wrapper
                                             def wrapper(*args):
                                                 return fn(*args)
                                             return wrapper

    The other edits inside its span are made in the twin alone. With *given* the twin is returned where it stands; else
    the function as it was stands under ``else:``.
    """

    span: Span
    test: str
    given: bool


@dataclass(frozen=True, slots=True)
class AddDecorator:
    """The function at *span* gets ``@text`` above its other decorators."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class RemoveDecorator:
    """The function at *span* loses one of its decorators; *above* are so many between it and the ``def``."""

    span: Span
    above: int = 0


@dataclass(frozen=True, slots=True)
class AddToClass:
    """The class at *span* gets the methods in *text* (unindented source) at the end of its body."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class AddToModule:
    """The module gets the definition in *text* after its last top-level import."""

    text: str


@dataclass(frozen=True, slots=True)
class AddImport:
    """The module gets ``import MODULE``, or ``from MODULE import NAME``, among its top-level imports, once."""

    module: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveImport:
    """The name that the import statement at *span* binds goes; the statement too when it was the only one."""

    span: Span
    bound: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The statement at *span* gets the line ``# COMMENT`` above it."""

    span: Span
    comment: str


Edit = (
    MakeAsync
    | AwaitCall
    | RunCall
    | ThreadCall
    | ReplaceExpression
    | WrapExpression
    | RenameArgument
    | AddArgument
    | MakeAsyncWith
    | IterateAsync
    | EnterAsync
    | YieldEach
    | CloseAfter
    | DefineLambda
    | NameLambda
    | MakeList
    | RenameFunction
    | Rename
    | KeepBefore
    | ImportAlso
    | WrapInWith
    | SplitFunction
    | AddAsyncTwin
    | AddDecorator
    | RemoveDecorator
    | AddToClass
    | AddToModule
    | AddImport
    | RemoveImport
    | Mark
)
