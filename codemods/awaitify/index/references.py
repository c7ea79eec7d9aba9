"""Where a name is mentioned, what is done with it there, and what kind of code stands around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, FunctionNode, Module
from awaitify.index.values import Instance
from awaitify.names import Place


class Use(Enum):
    """What is done with a mentioned function."""

    CALLED = "called"
    AWAITED = "called and awaited"
    READ = "read, and what it gives is used"
    """A property: to read it is to call its getter."""
    PASSED = "passed on or stored"
    ASSIGNED = "assigned over"
    MEMBER = "an attribute of it is read"
    DECORATES = "used as a decorator"
    NAMED = "named in a string"
    IMPORTED = "imported"
    ENTERED = "entered by a with"
    ITERATED = "iterated over"
    CLOSED = "closed by contextlib.closing"


IMPLIED = frozenset({Use.ENTERED, Use.ITERATED, Use.CLOSED})
"""Uses in which the name of what is called isn't written there."""


class Around(Enum):
    """The kind of code around a mention; the code decides whether an await can stand there."""

    BODY = "a function body"
    LAMBDA = "a lambda"
    GENERATOR_EXPRESSION = "a generator expression"
    MODULE = "module-level code"
    MAIN_GUARD = "a main guard"
    """Below ``if __name__ == "__main__":``, or at the top of a ``__main__.py``."""
    CLASS_BODY = "a class body"
    DEFAULT = "a default value or a decorator's argument"
    """Of a function that stands in a module or a class; in another function such a value is part of its body."""


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """One mention of a name; ``call`` is the call of which it is the callee, ``function`` the one around it."""

    node: ast.expr
    module: Module
    use: Use
    around: Around
    function: Function | None
    call: ast.Call | None = None

    @property
    def place(self) -> Place:
        return self.module.place(self.call or self.node)


def mentions_of(name: str, resolver: Resolver) -> Iterator[Mention]:
    """Every mention of *name* in the program: as a name, an attribute or a string; imports and definitions are left out."""
    for module in resolver.program.mentioning(name):
        for node in module.mentions.get(name, ()):
            if isinstance(node, ast.Name | ast.Attribute | ast.Constant):
                mention = describe(node, module, resolver)
                if not (isinstance(node, ast.Name) and mention.use is Use.ASSIGNED):
                    yield mention


def implied_mentions(name: str, resolver: Resolver) -> Iterator[Mention]:
    """Where Python itself calls the special method *name*: ``with x:`` is one of ``__enter__``, ``for y in x:`` one of
    ``__iter__``, ``next(x)`` one of ``__next__``, ``closing(x)`` one of ``close``; ``node`` is ``x``. Both of a pair are
    mentioned: a class may have one of them from a base such as ``collections.abc.Iterator``."""
    if name not in _IMPLIED:
        return
    use, words, find = _IMPLIED[name]
    paths = {module.path: module for word in words for module in resolver.program.mentioning(word)}
    for _, module in sorted(paths.items()):
        for node in find(module):
            around, function = surroundings(node, module, resolver)
            yield Mention(node, module, use, around, function)


def _entered(module: Module) -> Iterator[ast.expr]:
    for node in module.parents:
        if isinstance(node, ast.With):
            yield from (item.context_expr for item in node.items)


def _iterated(module: Module) -> Iterator[ast.expr]:
    for node in module.parents:
        match node:
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable, is_async=0) | ast.YieldFrom(value=iterable):
                yield iterable
            case ast.Starred(value=iterable, ctx=ast.Load()):
                yield iterable
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=iterable):
                yield iterable
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[iterable]):
                yield iterable
            case ast.Call(func=ast.Name(id="isinstance"), args=[tested, kind]) if "Itera" in ast.unparse(kind):
                yield tested
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[iterable, *more]) if (
                name in _ITERATES
            ):
                yield from (argument for argument in (iterable, *more) if not isinstance(argument, ast.Starred))


def _advanced(module: Module) -> Iterator[ast.expr]:
    yield from _first_arguments("next", module)
    yield from _iterated(module)


def _closed(module: Module) -> Iterator[ast.expr]:
    yield from _first_arguments("closing", module)


def _first_arguments(name: str, module: Module) -> Iterator[ast.expr]:
    for node in module.mentions.get(name, ()):
        match module.parents.get(node):
            case ast.Call(func=func, args=[argument, *_]) if func is node:
                yield argument


_ITERATES = frozenset(
    "all any bytearray bytes chain cycle Counter deque dict enumerate extend filter frozenset from_iterable groupby islice"
    " iter join list map max min pairwise product reversed set sorted starmap sum takewhile dropwhile tuple update"
    " writelines zip".split()
)
"""Functions and methods of Python's own that iterate over what they are given."""
_IMPLIED = {
    "__enter__": (Use.ENTERED, ("with",), _entered),
    "__iter__": (Use.ITERATED, ("for", "from", "in", "isinstance", *sorted(_ITERATES)), _iterated),
    "__exit__": (Use.ENTERED, ("with",), _entered),
    "__next__": (Use.ITERATED, ("next", "for", "from", "in", *sorted(_ITERATES)), _advanced),
    "close": (Use.CLOSED, ("closing",), _closed),
}


def attribute_mentions(cls: Class, attribute: str, resolver: Resolver) -> Iterator[tuple[ast.Attribute, Module]]:
    """Where *attribute* of an object of *cls*, or of a class below it, is read or set, as far as the receiver is known."""
    for module in resolver.program.mentioning(attribute):
        for node in module.mentions.get(attribute, ()):
            if isinstance(node, ast.Attribute):
                receivers = resolver.answer(node.value, module).values
                orders = (resolver.hierarchy.order(v.cls) for v in receivers if isinstance(v, Instance))
                if any(cls in order for order in orders):
                    yield node, module


def describe(node: ast.expr, module: Module, resolver: Resolver) -> Mention:
    """The mention at *node*, with what is done and what stands around it."""
    use, call = _use(node, module)
    around, function = surroundings(call or node, module, resolver)
    return Mention(node, module, use, around, function, call)


def _use(node: ast.expr, module: Module) -> tuple[Use, ast.Call | None]:
    if isinstance(node, ast.Constant):
        return Use.NAMED, None
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return Use.ASSIGNED, None
    parent = module.parents.get(node)
    match parent:
        case ast.Call(func=func) if func is node:
            awaited = isinstance(module.parents.get(parent), ast.Await)
            return (Use.AWAITED if awaited else Use.CALLED), parent
        case ast.Attribute():
            return Use.MEMBER, None
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if node in parent.decorator_list:
            return Use.DECORATES, None
    return Use.PASSED, None


def surroundings(node: ast.AST, module: Module, resolver: Resolver) -> tuple[Around, Function | None]:
    """What kind of code *node* stands in, and the function around it (None at module and class level)."""
    child, parent = node, module.parents.get(node)
    is_outside = False
    while parent is not None:
        match parent:
            case ast.Lambda() if child is parent.body:
                return Around.LAMBDA, _function_around(parent, module, resolver)
            case ast.GeneratorExp() if child is not parent.generators[0] or not _is_first_iterable(
                node, parent, module
            ):
                return Around.GENERATOR_EXPRESSION, _function_around(parent, module, resolver)
            case ast.arg():
                return Around.DEFAULT, _function_around(parent, module, resolver)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if child is parent.returns:
                    return Around.DEFAULT, _function_around(parent, module, resolver)
                if child in parent.body:
                    return Around.BODY, resolver.scopes.function_at(parent, module)
                is_outside = True  # a default or a decorator: it is evaluated in the function around, if there is one
            case ast.ClassDef() if child in parent.body:
                return (Around.DEFAULT if is_outside else Around.CLASS_BODY), None
            case ast.If() if (
                module.parents.get(parent) is module.tree and _is_main_guard(parent) and child in parent.body
            ):
                return (Around.DEFAULT if is_outside else Around.MAIN_GUARD), None
        child, parent = parent, module.parents.get(parent)
    if is_outside:
        return Around.DEFAULT, None
    is_main = module.path.rpartition("/")[2] == "__main__.py"
    return (Around.MAIN_GUARD if is_main else Around.MODULE), None


def statement_of(node: ast.AST, module: Module) -> ast.stmt:
    """The innermost statement around *node*."""
    current = node
    while not isinstance(current, ast.stmt):
        current = module.parents[current]
    return current


def is_in_loop(node: ast.AST, module: Module, within: ast.AST) -> bool:
    """Whether *node* may run more than once in one run of *within*."""
    child, parent = node, module.parents.get(node)
    while parent is not None and child is not within:
        match parent:
            case ast.For(iter=once) | ast.AsyncFor(iter=once) if child is not once and child not in parent.orelse:
                return True
            case ast.While() if child not in parent.orelse:
                return True
            case ast.comprehension(iter=once) if child is not once:
                return True
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() if (
                child is not parent.generators[0]
            ):
                return True
        child, parent = parent, module.parents.get(parent)
    return False


def _function_around(node: ast.AST, module: Module, resolver: Resolver) -> Function | None:
    parent = module.parents.get(node)
    while parent is not None:
        if isinstance(parent, FunctionNode):
            return resolver.scopes.function_at(parent, module)
        parent = module.parents.get(parent)
    return None


def _is_first_iterable(node: ast.AST, generator: ast.GeneratorExp, module: Module) -> bool:
    """The first iterable of a generator expression is evaluated at once, outside it."""
    first = generator.generators[0].iter
    child: ast.AST | None = node
    while child is not None and child is not generator:
        if child is first:
            return True
        child = module.parents.get(child)
    return False


def _is_main_guard(node: ast.If) -> bool:
    match node.test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
        case ast.Compare(left=ast.Constant(value="__main__"), ops=[ast.Eq()], comparators=[ast.Name(id="__name__")]):
            return True
    return False
