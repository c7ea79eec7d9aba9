"""Where a decorator of the project is used: does all that it wraps become async, or must its wrapper serve both colours?"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.colour.decorators import Wrapping, decorators_of, returned
from awaitify.colour.frameworks import treatment
from awaitify.colour.given_function import function_of
from awaitify.colour.known_decorators import hides_coroutines
from awaitify.colour.treatments import Treatment
from awaitify.index.references import Mention, Use
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Function, FunctionNode, Scope

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """The functions that stand below a decorator; *elsewhere* when it is used in another way, too."""

    functions: tuple[Function, ...]
    elsewhere: bool

    def stay_sync(self, coloured: Container[Function], resolver: Resolver) -> tuple[Function, ...]:
        """The functions whose call gives no coroutine when those in *coloured* are async."""
        return tuple(f for f in self.functions if not _gives_coroutine(f, coloured, resolver))

    def is_shared(self, coloured: Container[Function], resolver: Resolver) -> bool:
        """Whether the wrapper has to serve functions that stay sync, or such as aren't known."""
        return self.elsewhere or bool(self.stay_sync(coloured, resolver))


def find_applied(wrapping: Wrapping, sites: Sites) -> Applied:
    """What the decorator is used on."""
    root = _outermost(wrapping.taker, sites.resolver)
    functions: dict[Function, None] = {}
    elsewhere = False
    for name in sorted(sites.spellings(root)):
        for reached in sites.reaching(name):
            mention = reached.mention
            if root in reached.functions and not _stands_in(mention, root):
                below = _decorated(mention, sites.resolver)
                elsewhere |= below is None
                functions |= {below: None} if below is not None else {}
            elif reached.has_unknown and not reached.functions and mention.use is not Use.MEMBER:
                elsewhere |= not isinstance(mention.node, ast.Name)
    return Applied(tuple(functions), elsewhere)


def why_shared(
    wrapper: Function, coloured: Container[Function], sites: Sites
) -> tuple[str, tuple[Function, ...]] | None:
    """Why a wrapper can have no await but those of what it wraps: it serves sync functions too, as far as known these."""
    wrapping = decorators_of(sites.resolver).around(wrapper)
    if wrapping is None or not (applied := sites.applied(wrapping)).is_shared(coloured, sites.resolver):
        return None
    others = applied.stay_sync(coloured, sites.resolver)
    what = f"{others[0].name}, which stays sync" if others else "what isn't known to become async"
    return f"{wrapper.name} wraps {what}", others


def why_no_twin(wrapping: Wrapping, coloured: Iterable[Function], resolver: Resolver) -> str:
    """Why an async wrapper can't stand beside the sync one, to be chosen by what is wrapped; empty when it can."""
    wrapper = wrapping.wrapper
    if _means_something_else("inspect", wrapper.scope.around):
        return f"inspect means something else in {wrapper.name}"
    for function in sorted(coloured, key=lambda f: f.place):
        for decorator in _below(wrapping, function, resolver):
            if not _keeps_the_kind(decorator, function, resolver):
                return f"{wrapping.taker.node.name} can't see that {function.name} is async below @{ast.unparse(decorator)}"
    return ""


def is_given_by_its_decorator(mention: Mention, functions: Iterable[Function], resolver: Resolver) -> bool:
    """Whether the wrapper of a decorator is returned: who calls what is decorated calls it."""
    wrappings = [decorators_of(resolver).around(function) for function in functions]
    inside = function_of(mention.node, mention.module)
    is_own = all(wrapping is not None and wrapping.taker.node is inside for wrapping in wrappings)
    return is_own and bool(wrappings) and _is_given(mention.node, mention, resolver)


def _is_given(node: ast.AST, mention: Mention, resolver: Resolver) -> bool:
    """``return wrapper``, ``return cast(F, wrapper)``, ``update_wrapper(wrapper, fn)``"""
    parent = mention.module.parents[node]
    match parent:
        case ast.Return():
            return True
        case ast.IfExp(test=test) if test is not node:
            return _is_given(parent, mention, resolver)
        case ast.Call(func=ast.Call(func=func)) if resolver.dotted(func, mention.module) == "functools.wraps":
            return _is_given(parent, mention, resolver)
        case ast.Call(func=func):
            name = resolver.dotted(func, mention.module)
            is_statement = isinstance(mention.module.parents[parent], ast.Expr)
            if name == "functools.update_wrapper" and is_statement:
                return True
            return name in ("functools.update_wrapper", "typing.cast") and _is_given(parent, mention, resolver)
    return False


def _gives_coroutine(function: Function, coloured: Container[Function], resolver: Resolver) -> bool:
    return (function.is_async or function in coloured) and not resolver.scopes.is_generator(function)


def _outermost(taker: Function, resolver: Resolver) -> Function:
    """The factory around a decorator, as far out as each gives the next: what stands behind the ``@``."""
    current = taker
    while current.is_nested and current.scope.around is not None:
        outer = resolver.scopes.enclosing_function(current.scope.around)
        if outer is None or not any(_names(value, current) for value in returned(outer, resolver)):
            return current
        current = outer
    return current


def _names(value: ast.expr, function: Function) -> bool:
    return any(isinstance(node, ast.Name) and node.id == function.node.name for node in ast.walk(value))


def _stands_in(mention: Mention, function: Function) -> bool:
    """Whether a decorator mentions itself: ``return partial(timed, label=label)``"""
    node: ast.AST | None = mention.node
    while node is not None:
        if node is function.node:
            return True
        node = function_of(node, mention.module) if mention.module is function.module else None
    return False


def _decorated(mention: Mention, resolver: Resolver) -> Function | None:
    """The function above which the decorator stands; None where it stands elsewhere."""
    decorator = mention.call or mention.node
    parent = mention.module.parents.get(decorator)
    if isinstance(parent, FunctionNode) and decorator in parent.decorator_list:
        return resolver.scopes.function_at(parent, mention.module)
    return None


def _below(wrapping: Wrapping, function: Function, resolver: Resolver) -> list[ast.expr]:
    """The decorators between the function and this one."""
    decorators = function.node.decorator_list
    own = [d for d, other in decorators_of(resolver).wrappings(function) if other.wrapper is wrapping.wrapper]
    return decorators[decorators.index(own[0]) + 1 :] if own else []


def _keeps_the_kind(decorator: ast.expr, function: Function, resolver: Resolver) -> bool:
    """Whether what the decorator makes of a coroutine function is one for ``inspect.iscoroutinefunction``."""
    if decorators_of(resolver).shape(decorator, function) is not None:
        return True
    name = resolver.decorator_name(decorator, function)
    if name in ("builtins.staticmethod", "builtins.classmethod") or hides_coroutines(name):
        return False
    return treatment(decorator, function, resolver) in (Treatment.TRANSPARENT, Treatment.HANDLER)


def _means_something_else(module: str, scope: Scope | None) -> bool:
    while scope is not None:
        bindings = scope.bindings.get(module, ())
        if bindings and not scope.is_class:
            return any(b.kind is not BindingKind.IMPORT or b.source != module for b in bindings)
        scope = scope.parent
    return False
